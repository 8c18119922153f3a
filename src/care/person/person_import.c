// person_import.c -- people of one batch: matched, added or updated, and given back when undone.
#include "care/person/person_import.h"

#include "base/json.h"
#include "care/person/person_row.h"
#include "person_sql.h"

enum { PRIOR_BYTES_MAX = 64 * 1024 };

typedef struct Known {
    PersonId id;
    bool near; // the same number, another date of birth
    bool found;
} Known;

static Err match_number(Ctx *c, int64_t batch_id, const Person *p, Known *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_MATCH_NUMBER, ARGS(I64(p->nhs_number), I64(batch_id)));
    while (rows_next(&rows)) {
        bool same = date_cmp(row_date(&rows, PERSON_MATCH_NUMBER_BORN), p->born) == 0;
        if (out->found && !same) continue;
        *out = (Known){{row_i64(&rows, PERSON_MATCH_NUMBER_ID)}, !same, true};
        if (same) break;
    }
    return rows.err;
}

// Only for people without a number: the practice system's own id and the date of birth.
static Err match_source(Ctx *c, int64_t batch_id, const PersonImport *from, Known *out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_PERSON_MATCH_SOURCE, ARGS(TEXT(from->source_id), I64(batch_id)));
    while (rows_next(&rows)) {
        bool same = date_cmp(row_date(&rows, PERSON_MATCH_SOURCE_BORN), from->person.born) == 0 &&
                    row_null(&rows, PERSON_MATCH_SOURCE_NHS_NUMBER);
        if (!same) continue;
        *out = (Known){{row_i64(&rows, PERSON_MATCH_SOURCE_ID)}, false, true};
        break;
    }
    return rows.err;
}

static Err find_known(Ctx *c, int64_t batch_id, const PersonImport *from, Known *out)
{
    *out = (Known){0};
    if (from->person.nhs_number != 0) return match_number(c, batch_id, &from->person, out);
    if (from->source_id.len > 0) return match_source(c, batch_id, from, out);
    return ERR_OK;
}

static bool same_words(const Person *a, const Person *b)
{
    return str_eq(a->family, b->family) && str_eq(a->given, b->given) &&
           str_eq(a->prefix, b->prefix) && str_eq(a->preferred, b->preferred) &&
           str_eq(a->address, b->address) && str_eq(a->postcode, b->postcode) &&
           str_eq(a->phone, b->phone) && str_eq(a->mobile, b->mobile) &&
           str_eq(a->email, b->email) && str_eq(a->language, b->language) &&
           str_eq(a->ethnicity, b->ethnicity) && str_eq(a->usual_gp, b->usual_gp);
}

static bool same_values(const Person *a, const Person *b)
{
    return a->nhs_number == b->nhs_number && a->nhs_verified == b->nhs_verified &&
           a->born.days == b->born.days && a->gender == b->gender && a->sex == b->sex &&
           a->died.days == b->died.days && a->registration == b->registration &&
           a->registration_on.days == b->registration_on.days && a->practice_id == b->practice_id &&
           a->interpreter == b->interpreter && a->imd_decile == b->imd_decile &&
           a->imd_year == b->imd_year && str_eq(a->lsoa, b->lsoa) &&
           a->restricted == b->restricted && a->opted_out == b->opted_out;
}

// Somebody who lives elsewhere now does not keep the decile of where they lived.
static void merge_area(const Person *now, const Person *from, Person *to)
{
    bool moved = from->lsoa.len > 0 && !str_eq(from->lsoa, now->lsoa);
    bool known = from->imd_decile != 0 || (moved && now->lsoa.len > 0);
    to->lsoa = from->lsoa.len > 0 ? from->lsoa : now->lsoa;
    to->imd_decile = known ? from->imd_decile : now->imd_decile;
    to->imd_year = known ? from->imd_year : now->imd_year;
}

// What an extract does not say of somebody stays as it is known.
static void keep_unsaid(const Person *now, Person *to)
{
    if (to->gender == GENDER_NOT_KNOWN) to->gender = now->gender;
    if (to->sex == GENDER_NOT_KNOWN) to->sex = now->sex;
    if (to->nhs_number == 0) to->nhs_number = now->nhs_number;
    if (to->nhs_number == now->nhs_number) to->nhs_verified |= now->nhs_verified;
    if (date_is_none(to->born)) to->born = now->born;
}

// An extract without a status lists who is registered; nobody who died is registered again by it.
static void keep_status(const Person *now, Person *to)
{
    if (to->registration == REGISTRATION_NOT_SAID) {
        bool dead = now->registration == REGISTRATION_DIED;
        to->registration = dead ? REGISTRATION_DIED : REGISTRATION_CURRENT;
    }
    bool same = to->registration == now->registration && to->practice_id == now->practice_id;
    if (same && date_is_none(to->registration_on)) to->registration_on = now->registration_on;
    bool dead = to->registration == REGISTRATION_DIED;
    if (dead && date_is_none(to->died)) to->died = now->died;
}

// What the person will be: the extract's values, but what was corrected here stays, and a value
// the extract does not carry does not wipe out one that is known.
static Person merge_words(const Person *now, const Person *from)
{
    Person to = *from;
    if (now->version > 0) {
        to = *now;
        to.registration = from->registration;
        to.registration_on = from->registration_on;
        to.practice_id = from->practice_id;
        if (from->usual_gp.len > 0) to.usual_gp = from->usual_gp;
        merge_area(now, from, &to);
        if (!date_is_none(from->died)) to.died = from->died;
        keep_status(now, &to);
        return to;
    }
    Str *const words[] = {&to.given,    &to.prefix,    &to.preferred, &to.address,
                          &to.postcode, &to.phone,     &to.mobile,    &to.email,
                          &to.language, &to.ethnicity, &to.usual_gp};
    const Str kept[] = {now->given,    now->prefix,    now->preferred, now->address,
                        now->postcode, now->phone,     now->mobile,    now->email,
                        now->language, now->ethnicity, now->usual_gp};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (words[i]->len == 0) *words[i] = kept[i];
    }
    to.id = now->id;
    to.ref = now->ref;
    to.version = now->version;
    to.changed_at = now->changed_at;
    to.restricted = from->restricted || now->restricted;
    to.opted_out = from->opted_out || now->opted_out;
    to.interpreter = from->interpreter || now->interpreter;
    keep_unsaid(now, &to);
    keep_status(now, &to);
    merge_area(now, from, &to);
    return to;
}

// Somebody who moved within the network stands in two practices' extracts, whichever comes first:
// the latest status wins, with its practice.
static Person merge_status(const Person *now, const Person *from)
{
    Person to = merge_words(now, from);
    bool older = !date_is_none(now->registration_on) && !date_is_none(from->registration_on) &&
                 date_cmp(from->registration_on, now->registration_on) < 0;
    if (!older) return to;
    to.registration = now->registration;
    to.registration_on = now->registration_on;
    to.practice_id = now->practice_id;
    to.usual_gp = now->usual_gp;
    to.died = now->died;
    return to;
}

static Err merged(Ctx *c, const Person *now, const Person *from, Person *out)
{
    *out = merge_status(now, from);
    return area_derive(c, out);
}

Err person_match(Ctx *c, int64_t batch_id, const PersonImport *from, PersonMatch *out,
                 PersonId *person_out)
{
    Known known;
    TRY(find_known(c, batch_id, from, &known));
    *person_out = known.id;
    if (!known.found || known.near) {
        *out = known.near ? PERSON_NEAR : PERSON_NEW;
        return ERR_OK;
    }
    Person now;
    TRY(person_load(c, known.id, &now));
    Person to;
    TRY(merged(c, &now, &from->person, &to));
    *out = same_words(&now, &to) && same_values(&now, &to) ? PERSON_SAME : PERSON_CHANGED;
    return ERR_OK;
}

Err person_alike(Ctx *c, int64_t batch_id, const PersonImport *from, PersonId *out)
{
    *out = (PersonId){0};
    PersonKeys keys = person_keys(c->arena, &from->person);
    if (date_is_none(from->person.born) || keys.given.len == 0 || keys.postcode.len == 0) {
        return ERR_OK;
    }
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_ALIKE,
                         ARGS(TEXT(keys.family), TEXT(keys.given), DAY(from->person.born),
                              TEXT(keys.postcode), I64(batch_id)));
    if (rows_next(&rows)) *out = (PersonId){row_i64(&rows, PERSON_ALIKE_ID)};
    return rows.err;
}

// ---- values from before the batch: every column, so that undoing needs nothing else

static void put_day(JsonOut *out, const char *key, Date date)
{
    if (!date_is_none(date)) json_field_i64(out, key, date.days);
}

static Err prior_body(Ctx *c, const Person *p, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(PRIOR_BYTES_MAX);
    JsonOut j = json_out(&buf);
    json_obj_begin(&j);
    json_field_i64(&j, "nhs_number", p->nhs_number);
    json_field_bool(&j, "nhs_verified", p->nhs_verified);
    json_field_str(&j, "family", p->family);
    json_field_str(&j, "given", p->given);
    json_field_str(&j, "prefix", p->prefix);
    json_field_str(&j, "preferred", p->preferred);
    put_day(&j, "born", p->born);
    json_field_i64(&j, "gender", p->gender);
    json_field_i64(&j, "sex", p->sex);
    put_day(&j, "died", p->died);
    json_field_i64(&j, "registration", p->registration);
    put_day(&j, "registration_on", p->registration_on);
    json_field_i64(&j, "practice", p->practice_id);
    json_field_str(&j, "address", p->address);
    json_field_str(&j, "postcode", p->postcode);
    json_field_str(&j, "phone", p->phone);
    json_field_str(&j, "mobile", p->mobile);
    json_field_str(&j, "email", p->email);
    json_field_str(&j, "language", p->language);
    json_field_bool(&j, "interpreter", p->interpreter);
    json_field_str(&j, "ethnicity", p->ethnicity);
    json_field_i64(&j, "imd_decile", p->imd_decile);
    json_field_i64(&j, "imd_year", p->imd_year);
    json_field_str(&j, "lsoa", p->lsoa);
    json_field_str(&j, "usual_gp", p->usual_gp);
    json_field_bool(&j, "restricted", p->restricted);
    json_field_bool(&j, "opted_out", p->opted_out);
    json_obj_end(&j);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

static int64_t get_i64(const Json *body, const char *key)
{
    int64_t n = 0;
    return json_i64(json_get(body, key), &n) ? n : 0;
}

static bool get_bool(const Json *body, const char *key)
{
    bool on = false;
    return json_bool(json_get(body, key), &on) && on;
}

static Date get_day(const Json *body, const char *key)
{
    int64_t days = 0;
    return json_i64(json_get(body, key), &days) ? (Date){(int32_t)days} : DATE_NONE;
}

static Person prior_person(const Json *body)
{
    return (Person){
        .nhs_number = get_i64(body, "nhs_number"),
        .nhs_verified = get_bool(body, "nhs_verified"),
        .family = json_str(json_get(body, "family")),
        .given = json_str(json_get(body, "given")),
        .prefix = json_str(json_get(body, "prefix")),
        .preferred = json_str(json_get(body, "preferred")),
        .born = get_day(body, "born"),
        .gender = (Gender)get_i64(body, "gender"),
        .sex = (Gender)get_i64(body, "sex"),
        .died = get_day(body, "died"),
        .registration = (Registration)get_i64(body, "registration"),
        .registration_on = get_day(body, "registration_on"),
        .practice_id = get_i64(body, "practice"),
        .address = json_str(json_get(body, "address")),
        .postcode = json_str(json_get(body, "postcode")),
        .phone = json_str(json_get(body, "phone")),
        .mobile = json_str(json_get(body, "mobile")),
        .email = json_str(json_get(body, "email")),
        .language = json_str(json_get(body, "language")),
        .interpreter = get_bool(body, "interpreter"),
        .ethnicity = json_str(json_get(body, "ethnicity")),
        .imd_decile = (int)get_i64(body, "imd_decile"),
        .imd_year = (int)get_i64(body, "imd_year"),
        .lsoa = json_str(json_get(body, "lsoa")),
        .usual_gp = json_str(json_get(body, "usual_gp")),
        .restricted = get_bool(body, "restricted"),
        .opted_out = get_bool(body, "opted_out"),
    };
}

// ---- importing

static Err add_person(Ctx *c, int64_t batch_id, const PersonImport *from, PersonId *out)
{
    Person person = from->person;
    if (person.registration == REGISTRATION_NOT_SAID) person.registration = REGISTRATION_CURRENT;
    TRY(area_derive(c, &person));
    const Person *p = &person;
    PersonKeys k = person_keys(c->arena, p);
    TRY(db_exec(c->db, SQL_PERSON_ADD,
                ARGS(TEXT(ref_new(c)), I64_OR_NONE(p->nhs_number), I64(p->nhs_verified),
                     TEXT(p->family), TEXT(p->given), TEXT(p->prefix), TEXT(p->preferred),
                     DAY(p->born), I64(p->gender), I64(p->sex), DAY(p->died), I64(p->registration),
                     DAY(p->registration_on), I64_OR_NONE(p->practice_id), TEXT(p->address),
                     TEXT(p->postcode), TEXT(p->phone), TEXT(p->mobile), TEXT(p->email),
                     TEXT(p->language), I64(p->interpreter), TEXT(p->ethnicity), I64(p->imd_decile),
                     I64(p->imd_year), TEXT(p->usual_gp), I64(p->restricted), I64(p->opted_out),
                     TEXT_OR_NONE(from->source_id), I64(batch_id), TEXT(k.family),
                     TEXT_OR_NONE(k.family_last), TEXT(k.given), TEXT_OR_NONE(k.preferred),
                     TEXT_OR_NONE(k.postcode), TEXT(p->lsoa)),
                NULL));
    *out = (PersonId){db_last_id(c->db)};
    if (from->need_count == 0) return ERR_OK;
    return person_store_needs(c, *out, from->needs, from->need_count);
}

static Err update_person(Ctx *c, int64_t batch_id, PersonId id, const PersonImport *from)
{
    Person now;
    TRY(person_load(c, id, &now));
    Person to;
    TRY(merged(c, &now, &from->person, &to));
    if (same_words(&now, &to) && same_values(&now, &to)) return ERR_OK;
    Str body;
    TRY(prior_body(c, &now, &body));
    TRY(db_exec(c->db, SQL_PERSON_PRIOR_KEEP,
                ARGS(I64(batch_id), I64(id.v), I64(now.version), TEXT(body)), NULL));
    // The version stays: it counts corrections made here, and a batch is one entry of the journal.
    return person_store(c, &to, now.version, now.version);
}

Err person_import(Ctx *c, int64_t batch_id, const PersonImport *from, PersonId *out,
                  bool *added_out)
{
    assert(batch_id > 0);
    if (from->person.family.len == 0 || from->need_count > PERSON_NEEDS_MAX) {
        return ctx_issue(c, STR("family"), STR("A person needs a family name"));
    }
    Known known;
    TRY(find_known(c, batch_id, from, &known));
    if (known.near) {
        *out = known.id;
        return ERR_CONFLICT;
    }
    *added_out = !known.found;
    if (!known.found) return add_person(c, batch_id, from, out);
    *out = known.id;
    return update_person(c, batch_id, known.id, from);
}

static Err ref_of(Ctx *c, PersonId id, Str *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_REF_OF, ARGS(I64(id.v)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = row_str(c->arena, &rows, PERSON_REF_OF_REF);
    return ERR_OK;
}

Err person_import_seal(Ctx *c, const PersonId *ids, size_t count)
{
    Str *refs = ARENA_ARRAY(c->arena, Str, count);
    for (size_t i = 0; i < count; i++) TRY(ref_of(c, ids[i], &refs[i]));
    return seal_many(c, &PERSON_SEAL, refs, count);
}

// ---- taking back

const Seal HIDDEN_SEAL = {"hidden-people", "person_hidden", {PERSON_SEALED_HIDDEN_STATEMENT}};

// Whom nobody sees is vouched for too: hiding somebody would be a way to lose them.
static Err seal_hidden(Ctx *c, int64_t batch_id)
{
    Str id = arena_fmt(c->arena, "%lld", (long long)batch_id);
    return seal_many(c, &HIDDEN_SEAL, &id, 1);
}

Err person_batch_hide(Ctx *c, int64_t batch_id, bool leaving)
{
    TRY(db_exec(c->db, SQL_PERSON_BATCH_HIDE, ARGS(I64(batch_id), I64(leaving)), NULL));
    return seal_hidden(c, batch_id);
}

Err person_batch_show(Ctx *c, int64_t batch_id)
{
    TRY(db_exec(c->db, SQL_PERSON_BATCH_SHOW, ARGS(I64(batch_id)), NULL));
    return seal_hidden(c, batch_id);
}

// Ids up to this one are not given again.
static Err keep_last(Ctx *c, PersonId id)
{
    TRY(db_exec(c->db, SQL_PERSON_LAST, ARGS(I64(id.v)), NULL));
    return seal_hidden(c, 0);
}

static Err worked_with(Ctx *c)
{
    (void)ctx_issue(c, STR(""),
                    STR("Somebody of this import has been worked with or corrected since. It stays "
                        "as it is."));
    return ERR_CONFLICT;
}

Err person_later_import(Ctx *c)
{
    (void)ctx_issue(c, STR(""),
                    STR("A later import names the same people. Undo that one first, the newest "
                        "before the older ones."));
    return ERR_CONFLICT;
}

// A foreign key stands in the way: a case, a plan, a task or a contact.
static Err unless_in_use(Ctx *c, Err err)
{
    return err == ERR_CONFLICT ? worked_with(c) : err;
}

static Err check_later(Ctx *c, const TakeBack *t, PersonId id)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_PRIOR_LATER, ARGS(I64(t->batch_id), I64(id.v)));
    if (rows_next(&rows)) return person_later_import(c);
    return rows.err;
}

typedef struct Prior {
    PersonId id;
    int64_t version;
    Str body;
} Prior;

static Err prior_page(Ctx *c, const TakeBack *t, Prior *out, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_PRIOR_OF,
                         ARGS(I64(t->batch_id), I64(t->prior_after), I64(TAKE_BACK_PIECE)));
    size_t count = 0;
    while (count < TAKE_BACK_PIECE && rows_next(&rows)) {
        out[count++] = (Prior){{row_i64(&rows, PERSON_PRIOR_OF_PERSON_ID)},
                               row_i64(&rows, PERSON_PRIOR_OF_VERSION),
                               row_str(c->arena, &rows, PERSON_PRIOR_OF_BODY)};
    }
    *count_out = count;
    return rows.err;
}

// Somebody who was corrected while an import loaded that then failed: the correction stays, what
// an extract may still change about them goes back.
static Person corrected(const Person *now, const Person *prior)
{
    Person to = *now;
    to.registration = prior->registration;
    to.registration_on = prior->registration_on;
    to.practice_id = prior->practice_id;
    to.usual_gp = prior->usual_gp;
    to.died = prior->died;
    to.lsoa = prior->lsoa;
    to.imd_decile = prior->imd_decile;
    to.imd_year = prior->imd_year;
    return to;
}

static Err restore(Ctx *c, const TakeBack *t, const Prior *prior)
{
    Person now;
    TRY(person_load(c, prior->id, &now));
    bool since = now.version != prior->version;
    if (since && !t->failed) return worked_with(c);
    TRY(check_later(c, t, prior->id));
    JsonErr why = {0};
    const Json *body = json_parse(c->arena, prior->body, (JsonLimits){0}, &why);
    if (body == NULL) return ERR_FAULT;
    Person to = prior_person(body);
    if (since) to = corrected(&now, &to);
    to.id = now.id;
    to.changed_at = now.changed_at;
    TRY(area_derive(c, &to)); // by the releases of today
    return person_store(c, &to, now.version, now.version);
}

static Err restore_piece(Ctx *c, TakeBack *t, bool *any_out)
{
    Prior *page = ARENA_ARRAY(c->arena, Prior, TAKE_BACK_PIECE);
    size_t count = 0;
    TRY(prior_page(c, t, page, &count));
    PersonId ids[TAKE_BACK_PIECE];
    for (size_t i = 0; i < count; i++) {
        TRY(restore(c, t, &page[i]));
        ids[i] = page[i].id;
    }
    *any_out = count > 0;
    if (count == 0) return ERR_OK;
    int64_t last = page[count - 1].id.v;
    TRY(db_exec(c->db, SQL_PERSON_PRIOR_DROP,
                ARGS(I64(t->batch_id), I64(t->prior_after), I64(last)), NULL));
    TRY(person_import_seal(c, ids, count));
    t->prior_after = last;
    t->done += (int64_t)count;
    return ERR_OK;
}

static Err added_page(Ctx *c, TakeBack *t, Str *refs)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_OF_BATCH,
                         ARGS(I64(t->batch_id), I64(t->person_after), I64(TAKE_BACK_PIECE)));
    while (t->removed_count < TAKE_BACK_PIECE && rows_next(&rows)) {
        if (row_i64(&rows, PERSON_OF_BATCH_VERSION) > 0) return worked_with(c);
        refs[t->removed_count] = row_str(c->arena, &rows, PERSON_OF_BATCH_REF);
        t->removed[t->removed_count++] = (PersonId){row_i64(&rows, PERSON_OF_BATCH_ID)};
    }
    return rows.err;
}

// The people a batch added with ids in (after, last], and what belongs to them alone.
static Err drop_added(Ctx *c, int64_t batch_id, int64_t after, int64_t last)
{
    const Val range[] = {I64(batch_id), I64(after), I64(last)};
    TRY(db_exec(c->db, SQL_PERSON_NEEDS_DROP, range, COUNT_OF(range), NULL));
    TRY(unless_in_use(c, db_exec(c->db, SQL_PERSON_DROP, range, COUNT_OF(range), NULL)));
    return keep_last(c, (PersonId){last});
}

static Err remove_piece(Ctx *c, TakeBack *t)
{
    Str *refs = ARENA_ARRAY(c->arena, Str, TAKE_BACK_PIECE);
    TRY(added_page(c, t, refs));
    t->ended = t->removed_count == 0;
    if (t->ended) return ERR_OK;
    for (size_t i = 0; i < t->removed_count; i++) TRY(check_later(c, t, t->removed[i]));
    int64_t last = t->removed[t->removed_count - 1].v;
    TRY(drop_added(c, t->batch_id, t->person_after, last));
    TRY(seal_many(c, &PERSON_SEAL, refs, t->removed_count));
    t->person_after = last;
    t->done += (int64_t)t->removed_count;
    return ERR_OK;
}

Err person_take_back(Ctx *c, TakeBack *t)
{
    bool any = false;
    t->removed_count = 0;
    TRY(restore_piece(c, t, &any));
    return any ? ERR_OK : remove_piece(c, t);
}

// The ref of a person that the batch added and nobody worked with since; "" when it did not.
static Err added_one(Ctx *c, int64_t batch_id, PersonId id, Str *ref_out)
{
    *ref_out = STR("");
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_OF_BATCH, ARGS(I64(batch_id), I64(id.v - 1), I64(1)));
    if (!rows_next(&rows)) return rows.err;
    if (row_i64(&rows, PERSON_OF_BATCH_ID) != id.v) return ERR_OK;
    if (row_i64(&rows, PERSON_OF_BATCH_VERSION) > 0) return worked_with(c);
    *ref_out = row_str(c->arena, &rows, PERSON_OF_BATCH_REF);
    return ERR_OK;
}

Err person_take_back_one(Ctx *c, int64_t batch_id, PersonId id)
{
    TakeBack t = {.batch_id = batch_id};
    Str ref;
    TRY(added_one(c, batch_id, id, &ref));
    if (ref.len == 0) return ERR_OK;
    TRY(check_later(c, &t, id));
    TRY(db_exec(c->db, SQL_PERSON_PRIOR_DROP, ARGS(I64(batch_id), I64(id.v - 1), I64(id.v)), NULL));
    TRY(drop_added(c, batch_id, id.v - 1, id.v));
    return seal_many(c, &PERSON_SEAL, &ref, 1);
}
