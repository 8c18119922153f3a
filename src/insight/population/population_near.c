// population_near.c -- rows that may be somebody we know: kept apart until a person decided.
#include "insight/population/population_near.h"

#include "base/json.h"
#include "insight/population/population_batch.h"
#include "population_sql.h"
#include "work/team/team.h"

enum { SENT_BYTES_MAX = 64 * 1024, NEAR_DROP_MAX = 500 };

// ---- a row of an extract, kept as JSON while it waits

typedef struct TextField {
    const char *name;
    size_t at; // in Person
} TextField;

static const TextField TEXTS[] = {
    {"family", offsetof(Person, family)},          {"given", offsetof(Person, given)},
    {"prefix", offsetof(Person, prefix)},          {"preferred", offsetof(Person, preferred)},
    {"practice", offsetof(Person, practice_name)}, {"address", offsetof(Person, address)},
    {"postcode", offsetof(Person, postcode)},      {"phone", offsetof(Person, phone)},
    {"mobile", offsetof(Person, mobile)},          {"email", offsetof(Person, email)},
    {"language", offsetof(Person, language)},      {"ethnicity", offsetof(Person, ethnicity)},
    {"usualGp", offsetof(Person, usual_gp)},       {"lsoa", offsetof(Person, lsoa)},
};

static Str *text_of(Person *p, size_t at)
{
    return (Str *)(void *)((char *)p + at);
}

static Str sent_json(Arena *arena, const PersonImport *from)
{
    Person p = from->person;
    CLEANUP(buf_free) Buf buf = buf_new(SENT_BYTES_MAX);
    JsonOut out = json_out(&buf);
    json_obj_begin(&out);
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        json_field_opt(&out, TEXTS[i].name, *text_of(&p, TEXTS[i].at));
    }
    json_field_i64(&out, "number", p.nhs_number);
    json_field_opt(&out, "born", date_iso(arena, p.born));
    json_field_opt(&out, "died", date_iso(arena, p.died));
    json_field_opt(&out, "since", date_iso(arena, p.registration_on));
    json_field_i64(&out, "registration", p.registration);
    json_field_i64(&out, "gender", p.gender);
    json_field_i64(&out, "sex", p.sex);
    json_field_i64(&out, "practiceId", p.practice_id);
    json_field_bool(&out, "interpreter", p.interpreter);
    json_field_bool(&out, "restricted", p.restricted);
    json_field_bool(&out, "optedOut", p.opted_out);
    json_field_opt(&out, "source", from->source_id);
    json_obj_end(&out);
    assert(buf_ok(&buf));
    return arena_str(arena, buf_str(&buf));
}

static Date date_in(const Json *root, const char *key)
{
    Date date = DATE_NONE;
    (void)date_parse_iso(json_str(json_get(root, key)), &date);
    return date;
}

static int64_t number_in(const Json *root, const char *key)
{
    int64_t n = 0;
    (void)json_i64(json_get(root, key), &n);
    return n;
}

static Err sent_read(Arena *arena, Str text, Person *p, Str *source_out)
{
    JsonErr err;
    const Json *root = json_parse(arena, text, (JsonLimits){0}, &err);
    if (root == NULL) return ERR_FAULT;
    *p = (Person){.nhs_number = number_in(root, "number"),
                  .born = date_in(root, "born"),
                  .died = date_in(root, "died"),
                  .registration_on = date_in(root, "since"),
                  .registration = (Registration)number_in(root, "registration"),
                  .gender = (Gender)number_in(root, "gender"),
                  .sex = (Gender)number_in(root, "sex"),
                  .practice_id = number_in(root, "practiceId")};
    (void)json_bool(json_get(root, "interpreter"), &p->interpreter);
    (void)json_bool(json_get(root, "restricted"), &p->restricted);
    (void)json_bool(json_get(root, "optedOut"), &p->opted_out);
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        *text_of(p, TEXTS[i].at) = json_str(json_get(root, TEXTS[i].name));
    }
    *source_out = json_str(json_get(root, "source"));
    return ERR_OK;
}

// The same row sent again next month has the same key, and so keeps its decision.
static Str sent_key(Arena *arena, const PersonImport *from)
{
    const Person *p = &from->person;
    return arena_fmt(arena, "%lld|%s|" STR_FMT "|" STR_FMT "|" STR_FMT, (long long)p->nhs_number,
                     arena_c(arena, date_iso(arena, p->born)), STR_ARG(p->family),
                     STR_ARG(p->given), STR_ARG(from->source_id));
}

// ---- one row in

const Seal NEAR_SEAL = {"near-match", "near_match", {POPULATION_SEALED_NEAR_STATEMENT}};

// What stands about this row already: in this batch, or decided in an earlier one.
typedef struct Known {
    int64_t id; // 0: nothing
    int64_t batch_id;
    NearState state;
    int64_t person;
    Str by;
    Instant at;
} Known;

static Err find_known(Ctx *c, Str key, PersonId known, int64_t batch_id, Known *out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_POPULATION_NEAR_KNOWN, ARGS(TEXT(key), I64(known.v), I64(batch_id)));
    *out = (Known){0};
    if (!rows_next(&rows)) return rows.err;
    *out = (Known){row_i64(&rows, 0), row_i64(&rows, 1),           (NearState)row_i64(&rows, 2),
                   row_i64(&rows, 3), row_str(c->arena, &rows, 4), row_at(&rows, 5)};
    return ERR_OK;
}

static Err near_hold(Ctx *c, int64_t batch_id, const PersonImport *from, PersonId known,
                     Imported *out)
{
    Str key = sent_key(c->arena, from);
    Known before;
    TRY(find_known(c, key, known, batch_id, &before));
    bool open = before.id == 0 || before.state == NEAR_OPEN;
    *out = (Imported){open ? IMPORTED_NEAR : IMPORTED_SAME, 0, -before.id};
    if (before.id != 0 && before.batch_id == batch_id) return ERR_OK;
    Str ref = ref_new(c);
    TRY(db_exec(
        c->db, SQL_POPULATION_NEAR_ADD,
        ARGS(TEXT(ref), I64(batch_id), I64(known.v), TEXT(key), TEXT(sent_json(c->arena, from))),
        NULL));
    out->slot = -db_last_id(c->db);
    if (!open) { // a row of its own, so that taking the decision back finds these events too
        TRY(db_exec(c->db, SQL_POPULATION_NEAR_KEEP,
                    ARGS(I64(-out->slot), I64(before.state), TEXT(before.by), AT(before.at),
                         I64(before.person)),
                    NULL));
    }
    return seal_many(c, &NEAR_SEAL, &ref, 1);
}

Err near_settle(Ctx *c, int64_t batch_id)
{
    return db_exec(c->db, SQL_POPULATION_NEAR_SETTLE, ARGS(I64(batch_id)), NULL);
}

// Who is meant; somebody alike makes a new person a near match.
static Err match_row(Ctx *c, int64_t batch_id, const PersonImport *row, PersonMatch *match_out,
                     PersonId *out)
{
    TRY(person_match(c, batch_id, row, match_out, out));
    if (*match_out != PERSON_NEW) return ERR_OK;
    TRY(person_alike(c, batch_id, row, out));
    if (out->v != 0) *match_out = PERSON_NEAR;
    return ERR_OK;
}

// The practice that the row names, made when it is new.
static Err find_practice(Ctx *c, Str ods, Person *row)
{
    if (row->practice_id != 0 || ods.len == 0) return ERR_OK;
    Str name = row->practice_name.len > 0 ? row->practice_name : ods;
    return practice_ensure(c, ods, name, &row->practice_id);
}

Err near_import(Ctx *c, int64_t batch_id, const PersonImport *from, Str practice_ods, Imported *out)
{
    PersonImport row = *from;
    TRY(find_practice(c, practice_ods, &row.person));
    PersonMatch match = PERSON_NEW;
    PersonId id = {0};
    TRY(match_row(c, batch_id, &row, &match, &id));
    if (match == PERSON_NEAR) {
        TRY(near_hold(c, batch_id, &row, id, out));
        out->practice = row.person.practice_id;
        return ERR_OK;
    }
    if (match == PERSON_SAME) { // most of every extract: nothing is looked up again for them
        *out = (Imported){IMPORTED_SAME, row.person.practice_id, id.v};
        return ERR_OK;
    }
    bool added = false;
    TRY(person_import(c, batch_id, &row, &id, &added));
    *out = (Imported){added ? IMPORTED_ADDED : IMPORTED_CHANGED, row.person.practice_id, id.v};
    return ERR_OK;
}

// ---- the list and the decision

static Err near_of_row(Ctx *c, const Rows *rows, NearMatch *out)
{
    *out = (NearMatch){.id = row_i64(rows, 0),
                       .ref = row_str(c->arena, rows, 1),
                       .batch_id = row_i64(rows, 2),
                       .person = {row_i64(rows, 3)},
                       .state = (NearState)row_i64(rows, 5),
                       .decided_by = row_str(c->arena, rows, 6),
                       .decided_at = row_at(rows, 7),
                       .version = row_i64(rows, 8),
                       .batch_ref = row_str(c->arena, rows, 9),
                       .decided = {row_i64(rows, 10)},
                       .added = row_i64(rows, 11) != 0};
    return sent_read(c->arena, row_str(c->arena, rows, 4), &out->sent, &out->source_id);
}

static Err list(Ctx *c, StatementId id, const Val *args, size_t arg_count, NearMatch **out,
                size_t *count_out)
{
    NearMatch *all = NULL;
    size_t count = 0;
    size_t cap = 0;
    CLEANUP(rows_close) Rows rows = db_query(c->db, id, args, arg_count);
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, all, count, &cap);
        TRY(near_of_row(c, &rows, &all[count++]));
    }
    TRY(rows.err);
    *out = all;
    *count_out = count;
    return ERR_OK;
}

static Err page_of_list(Ctx *c, StatementId id, int64_t from, NearMatch **out, size_t *count_out)
{
    return list(c, id, ARGS(I64(NEAR_A_PAGE), I64(from)), out, count_out);
}

Err near_list(Ctx *c, int64_t from, NearMatch **out, size_t *count_out)
{
    return page_of_list(c, SQL_POPULATION_NEAR_LIST, from, out, count_out);
}

Err near_decided(Ctx *c, int64_t from, NearMatch **out, size_t *count_out)
{
    return page_of_list(c, SQL_POPULATION_NEAR_DECIDED, from, out, count_out);
}

static Err count_of(Ctx *c, StatementId id, int64_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, id, NO_ARGS);
    *out = rows_next(&rows) ? row_i64(&rows, 0) : 0;
    return rows.err;
}

Err near_count(Ctx *c, int64_t *out)
{
    return count_of(c, SQL_POPULATION_NEAR_COUNT, out);
}

Err near_decided_count(Ctx *c, int64_t *out)
{
    return count_of(c, SQL_POPULATION_NEAR_DECIDED_COUNT, out);
}

static Err near_get(Ctx *c, Str ref, NearMatch *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_NEAR_GET, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    return near_of_row(c, &rows, out);
}

typedef struct Decision {
    NearMatch match;
    int64_t version;
    NearState state;  // NEAR_OPEN takes the decision back
    NearMatch *group; // the same question in every extract that asked it
    size_t group_count;
} Decision;

// Somebody else than the person we know. Two people cannot have one NHS number; whose it is stays
// with the person we know. The first extract that sent them is theirs: the last to be undone.
static Err add_other(Ctx *c, const NearMatch *n, PersonId *out, bool *added_out)
{
    PersonImport row = {.person = n->sent, .source_id = n->source_id};
    PersonRow *known = NULL;
    TRY(person_rows(c, &n->person, 1, &known));
    if (known[0].nhs_number == row.person.nhs_number) row.person.nhs_number = 0;
    row.person.nhs_verified = false;
    TRY(person_import(c, n->batch_id, &row, out, added_out));
    return person_import_seal(c, out, 1);
}

static Err journal_decision(Ctx *c, const NearMatch *n, NearState state, PersonId person)
{
    static const char *const VERBS[] = {
        [NEAR_OPEN] = "reopen", [NEAR_SAME] = "same", [NEAR_DIFFERENT] = "different"};
    static const char *const SAME[] = {
        [NEAR_OPEN] = "null", [NEAR_SAME] = "true", [NEAR_DIFFERENT] = "false"};
    TRY(batch_journal(c, n->batch_ref, STR("decide")));
    return journal_append(
        c, &(JournalEntry){.person = person,
                           .kind = STR("near-match"),
                           .id = n->ref,
                           .version = n->version + 1,
                           .verb = str_from_c(VERBS[state]),
                           .body = arena_fmt(c->arena, "{\"batch\":\"" STR_FMT "\",\"same\":%s}",
                                             STR_ARG(n->batch_ref), SAME[state]),
                           .seal = &NEAR_SEAL});
}

Err near_drop(Ctx *c, int64_t batch_id, size_t *gone_out)
{
    Str *refs = ARENA_ARRAY(c->arena, Str, NEAR_DROP_MAX);
    size_t count = 0;
    {
        CLEANUP(rows_close)
        Rows rows =
            db_query(c->db, SQL_POPULATION_NEAR_REFS, ARGS(I64(batch_id), I64(NEAR_DROP_MAX)));
        while (count < NEAR_DROP_MAX && rows_next(&rows)) {
            refs[count++] = row_str(c->arena, &rows, 0);
        }
        TRY(rows.err);
    }
    for (size_t i = 0; i < count; i++) {
        TRY(db_exec(c->db, SQL_POPULATION_NEAR_DROP, ARGS(TEXT(refs[i])), NULL));
    }
    *gone_out = count;
    return count == 0 ? ERR_OK : seal_many(c, &NEAR_SEAL, refs, count);
}

static Err set_state(Ctx *c, const Decision *d, const NearMatch *n, PersonId person, bool added)
{
    bool open = d->state == NEAR_OPEN;
    int64_t seen = str_eq(n->ref, d->match.ref) ? d->version : n->version;
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_POPULATION_NEAR_DECIDE,
                ARGS(I64(n->id), I64(seen), I64(n->state), I64(d->state),
                     TEXT(open ? STR("") : c->actor.name), open ? NONE : AT(c->now),
                     I64_OR_NONE(person.v), I64(added)),
                &changed));
    return changed == 0 ? ERR_CONFLICT : ERR_OK;
}

// One row of the group. person: whose its events are from now on, {0} nobody's.
static Err set_one(Ctx *c, const Decision *d, const NearMatch *n, PersonId person, bool added)
{
    TRY(set_state(c, d, n, person, added));
    TRY(db_exec(c->db, SQL_POPULATION_NEAR_EVENTS, ARGS(I64(n->id), I64(person.v)), NULL));
    TRY(db_exec(c->db, SQL_POPULATION_BATCH_TOUCH, ARGS(I64(n->batch_id)), NULL));
    return journal_decision(c, n, d->state, d->state == NEAR_OPEN ? n->decided : person);
}

static Err read_group(Ctx *c, Decision *d)
{
    TRY(list(c, SQL_POPULATION_NEAR_GROUP, ARGS(I64(d->match.id)), &d->group, &d->group_count));
    return d->group_count == 0 ? ERR_CONFLICT : ERR_OK;
}

static Err decide(Ctx *c, void *arg)
{
    Decision *d = arg;
    TRY(read_group(c, d));
    PersonId person = d->match.person;
    bool added = false;
    if (d->state == NEAR_DIFFERENT) TRY(add_other(c, &d->group[0], &person, &added));
    for (size_t i = 0; i < d->group_count; i++) {
        TRY(set_one(c, d, &d->group[i], person, added && i == 0));
    }
    return ERR_OK;
}

static Err remove_added(Ctx *c, const NearMatch *n)
{
    {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_POPULATION_PERSON_NAMED, ARGS(I64(n->decided.v)));
        if (rows_next(&rows)) {
            (void)ctx_issue(c, STR(""),
                            STR("The person that was added has other records by now, from an "
                                "import or another decision. Both stay as they are."));
            return ERR_CONFLICT;
        }
        TRY(rows.err);
    }
    return person_take_back_one(c, n->batch_id, n->decided);
}

static Err take_back(Ctx *c, void *arg)
{
    Decision *d = arg;
    TRY(read_group(c, d));
    for (size_t i = 0; i < d->group_count; i++) {
        TRY(set_one(c, d, &d->group[i], (PersonId){0}, false));
    }
    for (size_t i = 0; i < d->group_count; i++) {
        if (d->group[i].added) TRY(remove_added(c, &d->group[i]));
    }
    return ERR_OK;
}

Err near_decide(Ctx *c, Str ref, int64_t version, bool same)
{
    Decision d = {.version = version, .state = same ? NEAR_SAME : NEAR_DIFFERENT};
    TRY(near_get(c, ref, &d.match));
    if (d.match.state != NEAR_OPEN) return ERR_CONFLICT;
    return ctx_change(c, decide, &d);
}

Err near_take_back(Ctx *c, Str ref, int64_t version)
{
    Decision d = {.version = version, .state = NEAR_OPEN};
    TRY(near_get(c, ref, &d.match));
    if (d.match.state == NEAR_OPEN) return ERR_CONFLICT;
    return ctx_change(c, take_back, &d);
}
