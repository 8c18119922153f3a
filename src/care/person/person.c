// person.c -- the rules of a person's details. Every statement it runs is in person.sql.
#include "care/person/person.h"

#include "base/utf8.h"
#include "care/person/person_fhir.h"
#include "care/person/person_row.h"
#include "core/ids.h"
#include "core/ui.h"
#include "nhs/nhs_number.h"
#include "person_sql.h"
#include "work/team/team.h"

Err person_of_ref(Ctx *c, Str ref, PersonId *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_OF_REF, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = (PersonId){row_i64(&rows, PERSON_OF_REF_ID)};
    return ERR_OK;
}

static Err read_practice(Ctx *c, Person *p)
{
    if (p->practice_id == 0) return ERR_OK;
    Practice practice = {0};
    TRY(practice_get(c, p->practice_id, &practice));
    p->practice_name = practice.name;
    return ERR_OK;
}

Err person_load(Ctx *c, PersonId id, Person *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_GET, ARGS(I64(id.v)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = (Person){
        .id = {row_i64(&rows, PERSON_GET_ID)},
        .ref = row_str(c->arena, &rows, PERSON_GET_REF),
        .nhs_number = row_i64(&rows, PERSON_GET_NHS_NUMBER),
        .nhs_verified = row_i64(&rows, PERSON_GET_NHS_VERIFIED) != 0,
        .family = row_str(c->arena, &rows, PERSON_GET_FAMILY),
        .given = row_str(c->arena, &rows, PERSON_GET_GIVEN),
        .prefix = row_str(c->arena, &rows, PERSON_GET_PREFIX),
        .preferred = row_str(c->arena, &rows, PERSON_GET_PREFERRED),
        .born = row_date(&rows, PERSON_GET_BORN),
        .gender = (Gender)row_i64(&rows, PERSON_GET_GENDER),
        .sex = (Gender)row_i64(&rows, PERSON_GET_SEX),
        .died = row_date(&rows, PERSON_GET_DIED),
        .registration = (Registration)row_i64(&rows, PERSON_GET_REGISTRATION),
        .registration_on = row_date(&rows, PERSON_GET_REGISTRATION_ON),
        .practice_id = row_i64(&rows, PERSON_GET_PRACTICE_ID),
        .address = row_str(c->arena, &rows, PERSON_GET_ADDRESS),
        .postcode = row_str(c->arena, &rows, PERSON_GET_POSTCODE),
        .phone = row_str(c->arena, &rows, PERSON_GET_PHONE),
        .mobile = row_str(c->arena, &rows, PERSON_GET_MOBILE),
        .email = row_str(c->arena, &rows, PERSON_GET_EMAIL),
        .language = row_str(c->arena, &rows, PERSON_GET_LANGUAGE),
        .interpreter = row_i64(&rows, PERSON_GET_INTERPRETER) != 0,
        .ethnicity = row_str(c->arena, &rows, PERSON_GET_ETHNICITY),
        .imd_decile = (int)row_i64(&rows, PERSON_GET_IMD_DECILE),
        .imd_year = (int)row_i64(&rows, PERSON_GET_IMD_YEAR),
        .usual_gp = row_str(c->arena, &rows, PERSON_GET_USUAL_GP),
        .restricted = row_i64(&rows, PERSON_GET_RESTRICTED) != 0,
        .opted_out = row_i64(&rows, PERSON_GET_OPTED_OUT) != 0,
        .changed_at = row_at(&rows, PERSON_GET_CHANGED_AT),
        .version = row_i64(&rows, PERSON_GET_VERSION),
        .lsoa = row_str(c->arena, &rows, PERSON_GET_LSOA),
    };
    return ERR_OK;
}

Err person_get(Ctx *c, const Grant *grant, Person *out)
{
    assert(grant_covers(grant, CLASS_DEMOGRAPHICS, MODE_READ) ||
           grant_covers(grant, CLASS_CARE, MODE_READ));
    Person p;
    TRY(person_load(c, grant_person(grant), &p));
    TRY(read_practice(c, &p));
    *out = p;
    return ERR_OK;
}

static Err load_needs(Ctx *c, PersonId id, Need **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_NEEDS, ARGS(I64(id.v)));
    Need *needs = ARENA_ARRAY(c->arena, Need, PERSON_NEEDS_MAX);
    size_t count = 0;
    while (count < PERSON_NEEDS_MAX && rows_next(&rows)) {
        needs[count++] = (Need){
            .kind = (NeedKind)row_i64(&rows, PERSON_NEEDS_KIND),
            .text = row_str(c->arena, &rows, PERSON_NEEDS_WORDS),
            .since = row_date(&rows, PERSON_NEEDS_SINCE),
        };
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = needs;
    *count_out = count;
    return ERR_OK;
}

static PersonRow read_row(Ctx *c, const Rows *rows)
{
    return (PersonRow){
        .id = {row_i64(rows, PERSON_ROWS_ID)},
        .ref = row_str(c->arena, rows, PERSON_ROWS_REF),
        .name = person_show_name(c->arena, (PersonName){row_view(rows, PERSON_ROWS_FAMILY),
                                                        row_view(rows, PERSON_ROWS_GIVEN),
                                                        row_view(rows, PERSON_ROWS_PREFIX)}),
        .nhs_number = row_i64(rows, PERSON_ROWS_NHS_NUMBER),
        .born = row_date(rows, PERSON_ROWS_BORN),
        .registration = (Registration)row_i64(rows, PERSON_ROWS_REGISTRATION),
        .practice_id = row_i64(rows, PERSON_ROWS_PRACTICE_ID),
        .opted_out = row_i64(rows, PERSON_ROWS_OPTED_OUT) != 0,
        .restricted = row_i64(rows, PERSON_ROWS_RESTRICTED) != 0,
    };
}

Err person_rows(Ctx *c, const PersonId *ids, size_t count, PersonRow **out)
{
    PersonRow *all = ARENA_ARRAY(c->arena, PersonRow, count);
    for (size_t i = 0; i < count; i++) all[i].born = DATE_NONE;
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(ids, count, from);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_ROWS, ask.at, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            PersonRow row = read_row(c, &rows);
            IDS_EACH (i, ask, row.id.v) all[from + i] = row;
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = all;
    return ERR_OK;
}

Err person_counts_of(Ctx *c, const int64_t *practices, size_t count, int64_t **out)
{
    int64_t *all = ARENA_ARRAY(c->arena, int64_t, count + 1);
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Val asked[IDS_AT_ONCE];
        size_t end = count - from < IDS_AT_ONCE ? count : from + IDS_AT_ONCE;
        for (size_t i = 0; i < IDS_AT_ONCE; i++) {
            asked[i] = I64(practices[from + i < end ? from + i : end - 1]);
        }
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_PERSON_COUNT_PRACTICES, asked, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            int64_t practice = row_i64(&rows, PERSON_COUNT_PRACTICES_PRACTICE_ID);
            for (size_t i = from; i < end; i++) {
                if (practices[i] == practice) all[i] = row_i64(&rows, PERSON_COUNT_PRACTICES_N);
            }
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = all;
    return ERR_OK;
}

// ---- how a person is called

Str person_show_name(Arena *arena, PersonName name)
{
    Str family = utf8_upper(arena, name.family);
    Str given = name.given.len > 0 ? arena_fmt(arena, ", " STR_FMT, STR_ARG(name.given)) : STR("");
    Str prefix =
        name.prefix.len > 0 ? arena_fmt(arena, " (" STR_FMT ")", STR_ARG(name.prefix)) : STR("");
    return arena_fmt(arena, STR_FMT STR_FMT STR_FMT, STR_ARG(family), STR_ARG(given),
                     STR_ARG(prefix));
}

Str person_name(Arena *arena, const Person *p)
{
    return person_show_name(arena, (PersonName){p->family, p->given, p->prefix});
}

Str person_called(Arena *arena, const Person *p)
{
    if (p->preferred.len > 0) return p->preferred;
    Str rest = p->given;
    Str first = {0};
    if (str_split(&rest, ' ', &first) && first.len > 0) return arena_str(arena, first);
    return p->given.len > 0 ? p->given : p->family;
}

static void add_initial(Buf *buf, Arena *arena, Str name)
{
    Str upper = utf8_upper(arena, name);
    if (upper.len == 0) return;
    uint32_t point = 0;
    size_t len = utf8_next(upper, 0, &point);
    buf_add(buf, str_slice(upper, 0, len));
}

Str person_initials(Arena *arena, const Person *p)
{
    enum { INITIALS_BYTES_MAX = 16 };
    CLEANUP(buf_free) Buf buf = buf_new(INITIALS_BYTES_MAX);
    add_initial(&buf, arena, p->given);
    add_initial(&buf, arena, p->family);
    return arena_str(arena, buf_str(&buf));
}

int person_age(const Person *p, Date on)
{
    Date until = date_is_none(p->died) ? on : p->died;
    return date_age_years(p->born, until);
}

Str person_title(Ctx *c, Str what, const Person *p)
{
    int age = person_age(p, c->today);
    Str initials = person_initials(c->arena, p);
    if (age < 0) return arena_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(what), STR_ARG(initials));
    return arena_fmt(c->arena, STR_FMT ", " STR_FMT ", %d", STR_ARG(what), STR_ARG(initials), age);
}

Err person_frame(Ctx *c, const Grant *grant, const char *current, PersonFrame *out)
{
    PersonFrame frame = {.current = current, .today = c->today};
    TRY(person_get(c, grant, &frame.person));
    TRY(load_needs(c, frame.person.id, &frame.needs, &frame.need_count));
    const Person *p = &frame.person;
    frame.name = person_name(c->arena, p);
    frame.nhs = nhs_number_or(c->arena, p->nhs_number, STR(""));
    frame.age = person_age(p, c->today);
    frame.may_see_care = ctx_can(c, CAP_PLAN_VIEW);
    if (p->restricted && ctx_can(c, CAP_STATE_REASON) &&
        access_may(c, CLASS_PROTECTED_ADDRESS, MODE_READ)) {
        frame.address_href = arena_fmt(c->arena, "/people/" STR_FMT "/address", STR_ARG(p->ref));
    }
    *out = frame;
    return ERR_OK;
}

// ---- keys

Str person_postcode_key(Arena *arena, Str postcode)
{
    enum { POSTCODE_BYTES_MAX = 64 };
    CLEANUP(buf_free) Buf buf = buf_new(POSTCODE_BYTES_MAX);
    for (size_t i = 0; i < postcode.len && i < POSTCODE_BYTES_MAX; i++) {
        char ch = postcode.ptr[i];
        if (ch >= 'a' && ch <= 'z') ch = (char)(ch - 'a' + 'A');
        if ((ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9')) buf_add_char(&buf, ch);
    }
    return arena_str(arena, buf_str(&buf));
}

PersonKeys person_keys(Arena *arena, const Person *p)
{
    PersonKeys keys = {
        .family = utf8_key(arena, p->family),
        .given = utf8_key(arena, p->given),
        .preferred = utf8_key(arena, p->preferred),
        .postcode = person_postcode_key(arena, p->postcode),
    };
    for (size_t i = keys.family.len; i > 0; i--) {
        if (keys.family.ptr[i - 1] != ' ') continue;
        keys.family_last = str_slice(keys.family, i, keys.family.len);
        break;
    }
    return keys;
}

// ---- writing

Err person_store(Ctx *c, const Person *p, int64_t version_seen, int64_t version_after)
{
    PersonKeys k = person_keys(c->arena, p);
    int64_t changed = 0;
    TRY(db_exec(
        c->db, SQL_PERSON_CHANGE,
        ARGS(I64(p->id.v), I64(version_seen), I64(version_after), I64_OR_NONE(p->nhs_number),
             I64(p->nhs_verified), TEXT(p->family), TEXT(p->given), TEXT(p->prefix),
             TEXT(p->preferred), DAY(p->born), I64(p->gender), I64(p->sex), DAY(p->died),
             I64(p->registration), DAY(p->registration_on), I64_OR_NONE(p->practice_id),
             TEXT(p->address), TEXT(p->postcode), TEXT(p->phone), TEXT(p->mobile), TEXT(p->email),
             TEXT(p->language), I64(p->interpreter), TEXT(p->ethnicity), I64(p->imd_decile),
             I64(p->imd_year), TEXT(p->usual_gp), I64(p->restricted), I64(p->opted_out),
             TEXT(k.family), TEXT_OR_NONE(k.family_last), TEXT(k.given), TEXT_OR_NONE(k.preferred),
             TEXT_OR_NONE(k.postcode), I64_OR_NONE(p->changed_at.ms), TEXT(p->lsoa)),
        &changed));
    return changed == 1 ? ERR_OK : ERR_CONFLICT;
}

Err person_store_needs(Ctx *c, PersonId id, const Need *needs, size_t count)
{
    assert(count <= PERSON_NEEDS_MAX);
    TRY(db_exec(c->db, SQL_PERSON_NEEDS_CLEAR, ARGS(I64(id.v)), NULL));
    for (size_t i = 0; i < count; i++) {
        TRY(db_exec(c->db, SQL_PERSON_NEED_ADD,
                    ARGS(I64(id.v), I64(i + 1), I64(needs[i].kind), TEXT(needs[i].text),
                         DAY(needs[i].since)),
                    NULL));
    }
    return ERR_OK;
}

typedef struct Line { // a field with its limit, as its sentence names it
    const char *field;
    const char *label;
    Str text;
    size_t max;
} Line;

static void check_lines(Ctx *c, const Person *p)
{
    const Line lines[] = {
        {"family", "Family name", p->family, PERSON_FAMILY_CHARS_MAX},
        {"given", "Given names", p->given, PERSON_LINE_CHARS_MAX},
        {"prefix", "Title", p->prefix, 35},
        {"preferred", "Preferred name", p->preferred, PERSON_LINE_CHARS_MAX},
        {"address", "Address", p->address, PERSON_LINE_CHARS_MAX},
        {"postcode", "Postcode", p->postcode, 10},
        {"phone", "Home phone", p->phone, 40},
        {"mobile", "Mobile phone", p->mobile, 40},
        {"email", "Email address", p->email, 254},
        {"language", "Main language", p->language, 100},
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if (str_chars(lines[i].text) <= lines[i].max) continue;
        ctx_issue(c, str_from_c(lines[i].field),
                  arena_fmt(c->arena, "%s must be %zu characters or fewer", lines[i].label,
                            lines[i].max));
    }
}

static bool is_phone(Str text)
{
    int digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.ptr[i];
        bool digit = ch >= '0' && ch <= '9';
        digits += digit;
        bool mark = ch == ' ' || ch == '+' || ch == '-' || ch == '(' || ch == ')' || ch == 'x';
        if (!digit && !mark) return false;
    }
    return digits >= 7 && digits <= 20;
}

static void check_values(Ctx *c, const Person *p)
{
    if (p->family.len == 0) ctx_issue(c, STR("family"), STR("Enter a family name"));
    if (!date_is_none(p->born) && date_cmp(p->born, c->today) > 0) {
        ctx_issue(c, STR("born"), STR("Date of birth must be in the past"));
    }
    if (!date_is_none(p->died) &&
        (date_cmp(p->died, c->today) > 0 || date_cmp(p->died, p->born) < 0)) {
        ctx_issue(c, STR("died"),
                  STR("Date of death must be after the birth and not in the future"));
    }
    size_t at = 0;
    if (p->email.len > 0 && !str_find(p->email, STR("@"), &at)) {
        ctx_issue(c, STR("email"), STR("Enter an email address like name@example.com"));
    }
    if (p->phone.len > 0 && !is_phone(p->phone)) {
        ctx_issue(c, STR("phone"), STR("Enter a phone number, like 01632 960 001"));
    }
    if (p->mobile.len > 0 && !is_phone(p->mobile)) {
        ctx_issue(c, STR("mobile"), STR("Enter a mobile number, like 07700 900 982"));
    }
}

static void check_needs(Ctx *c, const Need *needs, size_t count)
{
    if (count > PERSON_NEEDS_MAX) {
        ctx_issue(c, STR("needs[0].text"),
                  arena_fmt(c->arena, "A person can have up to %d needs", PERSON_NEEDS_MAX));
    }
    for (size_t i = 0; i < count && i < PERSON_NEEDS_MAX; i++) {
        Str field = ui_row_name(c->arena, STR("needs"), i, "text");
        if (needs[i].text.len == 0) ctx_issue(c, field, STR("Enter what the person needs"));
        if (str_chars(needs[i].text) > PERSON_NEED_CHARS_MAX) {
            ctx_issue(c, field,
                      arena_fmt(c->arena, "A need must be %d characters or fewer",
                                PERSON_NEED_CHARS_MAX));
        }
    }
}

// Two people with one number would be taken for each other everywhere a number is all there is.
static Err check_number(Ctx *c, const Person *to)
{
    Person now;
    TRY(person_load(c, to->id, &now));
    // A number that was not touched does not stand in the way of correcting something else.
    if (to->nhs_number == 0 || to->nhs_number == now.nhs_number) return ERR_OK;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_NUMBER_TAKEN, ARGS(I64(to->nhs_number), I64(to->id.v)));
    if (rows_next(&rows)) {
        ctx_issue(c, STR("nhs_number"),
                  STR("Another person in the network has this NHS number. Check both records"));
    }
    return rows.err;
}

// Taking the protection away would show the address: only who may see it may do that. A refusal is
// in the access log.
static Err check_protection(Ctx *c, const Person *to)
{
    Person now;
    const Grant *grant = NULL;
    if (to->restricted || c->actor.account_id == 0) return ERR_OK;
    TRY(person_load(c, to->id, &now));
    if (!now.restricted) return ERR_OK;
    Err err = access_grant(c, to->id, CLASS_PROTECTED_ADDRESS, MODE_READ, &grant);
    if (err != ERR_NOT_FOUND && err != ERR_FORBIDDEN) return err;
    ctx_issue(c, STR("restricted"),
              STR("Only somebody who may see the protected address, and has given a reason, can "
                  "take the protection away"));
    return ERR_OK;
}

const Seal PERSON_SEAL = {"person", "person person_need person_prior", {PERSON_SEALED_STATEMENT}};

typedef struct Correction {
    Person to;
    int64_t seen;
    const Need *needs;
    size_t need_count;
} Correction;

static Err correct(Ctx *c, void *arg)
{
    Correction *what = arg;
    Person *to = &what->to;
    TRY(person_store(c, to, what->seen, to->version));
    TRY(person_store_needs(c, to->id, what->needs, what->need_count));
    Str body = {0};
    TRY(person_fhir(c, to, what->needs, what->need_count, &body));
    return journal_append(c, &(JournalEntry){.person = to->id,
                                             .kind = STR("person"),
                                             .id = to->ref,
                                             .version = to->version,
                                             .verb = STR("update"),
                                             .body = body,
                                             .seal = &PERSON_SEAL});
}

Err person_correct(Ctx *c, const Grant *grant, const Person *to, const Need *needs,
                   size_t need_count)
{
    assert(grant_covers(grant, CLASS_DEMOGRAPHICS, MODE_WRITE));
    assert(grant_person(grant).v == to->id.v);
    size_t issues = c->issue_count;
    check_lines(c, to);
    check_values(c, to);
    check_needs(c, needs, need_count);
    TRY(check_number(c, to));
    TRY(check_protection(c, to));
    if (c->issue_count > issues) return ERR_INVALID;
    Correction what = {.to = *to, .seen = to->version, .needs = needs, .need_count = need_count};
    what.to.version = to->version + 1;
    what.to.changed_at = c->now;
    return ctx_change(c, correct, &what);
}
