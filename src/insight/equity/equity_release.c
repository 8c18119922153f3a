// equity_release.c -- releases: made once a month, kept, read. Statements: equity.sql.
#include "base/json.h"
#include "core/sha256.h"
#include "equity_sql.h"
#include "insight/equity/equity_count.h"
#include "insight/equity/equity_json.h"
#include "insight/equity/equity_pages.h"
#include "insight/equity/equity_sheets.h"
#include "insight/equity/equity_values.h"

enum { RELEASE_BYTES_MAX = 4096, SUBJECTS_BYTES_MAX = 512 * 1024 * 1024 };

const Seal EQUITY_SEAL = {"equity-release",
                          "equity_release equity_subject",
                          {EQUITY_SEALED_STATEMENT}};

typedef struct Kept { // a subject or a sheet as it will be stored
    Str key, name, body;
    int64_t people;
} Kept;

typedef struct Making {
    Ctx *c;
    Arena *arena; // of what is kept: the counting gives its own back meanwhile
    Kept subjects[EQUITY_SUBJECTS_MAX];
    size_t count;
    Kept sheets[EQUITY_SHEETS + EQUITY_VALUES]; // and values, which are not in the list either
    size_t sheet_count;
    EquityMade made;
    Date month;
    Str ref;
} Making;

// How many there are of it: of a cohort whom it found, of the caseload who was offered support.
static int64_t people_of(const EquitySubject *s)
{
    for (size_t i = 0; i < s->stage_count; i++) {
        if (str_eq(s->stages[i].key, STR("identified"))) return s->stages[i].people;
    }
    bool caseload = str_eq(s->key, STR(EQUITY_CASELOAD)) && s->stage_count > 1;
    return s->stages[caseload ? 1 : 0].people;
}

static Err take(void *arg, const EquitySubject *subject)
{
    Making *m = arg;
    bool values = str_starts(subject->key, STR(EQUITY_VALUES_PREFIX));
    if (m->count == EQUITY_SUBJECTS_MAX) return ERR_TOO_LARGE;
    Kept *kept = values ? &m->sheets[m->sheet_count++] : &m->subjects[m->count++];
    *kept = (Kept){.key = arena_str(m->arena, subject->key),
                   .name = arena_str(m->arena, subject->name),
                   .people = people_of(subject)};
    return equity_subject_body(m->arena, subject, &kept->body);
}

static Err take_sheet(void *arg, const EquitySheet *sheet)
{
    Making *m = arg;
    assert(m->sheet_count < COUNT_OF(m->sheets));
    Kept *kept = &m->sheets[m->sheet_count++];
    *kept = (Kept){.key = arena_fmt(m->arena, EQUITY_SHEET_PREFIX STR_FMT, STR_ARG(sheet->key)),
                   .name = STR("")};
    return equity_sheet_body(m->arena, sheet, &kept->body);
}

static Err release_body(const Making *m, Str *out)
{
    CLEANUP(buf_free) Buf figures = buf_new(SUBJECTS_BYTES_MAX);
    for (size_t i = 0; i < m->count; i++) buf_add(&figures, m->subjects[i].body);
    for (size_t i = 0; i < m->sheet_count; i++) buf_add(&figures, m->sheets[i].body);
    if (!buf_ok(&figures)) return ERR_TOO_LARGE;
    uint8_t hash[SHA256_BYTES];
    sha256(buf_str(&figures), hash);
    Arena *arena = m->arena;
    CLEANUP(buf_free) Buf buf = buf_new(RELEASE_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("equity-release"));
    json_field_str(&json, "id", m->ref);
    json_field_str(&json, "month", date_iso(arena, m->month));
    json_field_str(&json, "asAt", date_iso(arena, m->c->today));
    json_field_opt(&json, "dataOn", date_iso(arena, m->made.data_on));
    json_field_i64(&json, "generation", m->made.generation);
    json_field_str(&json, "by", m->c->actor.name);
    json_field_i64(&json, "subjects", (int64_t)m->count);
    json_field_str(&json, "figuresSha256", sha256_hex(arena, hash));
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(arena, buf_str(&buf));
    return ERR_OK;
}

static Err add_kept(Ctx *c, int64_t release, int64_t place, const Kept *kept)
{
    return db_exec(c->db, SQL_EQUITY_ADD_SUBJECT,
                   ARGS(I64(release), I64(place), TEXT(kept->key), TEXT(kept->name),
                        I64(kept->people), TEXT(kept->body)),
                   NULL);
}

// Sheets and values stand before the subjects, at places under 0.
static Err make_change(Ctx *c, void *arg)
{
    Making *m = arg;
    m->ref = ref_new(c);
    TRY(db_exec(c->db, SQL_EQUITY_ADD,
                ARGS(TEXT(m->ref), DAY(m->month), DAY(c->today), DAY(m->made.data_on),
                     I64(m->made.generation), I64(c->actor.account_id), TEXT(c->actor.name),
                     AT(c->now)),
                NULL));
    int64_t id = db_last_id(c->db);
    for (size_t i = 0; i < m->count; i++) TRY(add_kept(c, id, (int64_t)i, &m->subjects[i]));
    for (size_t i = 0; i < m->sheet_count; i++) {
        TRY(add_kept(c, id, -1 - (int64_t)i, &m->sheets[i]));
    }
    Str body = STR("");
    TRY(release_body(m, &body));
    return journal_append(c, &(JournalEntry){.kind = STR("equity-release"),
                                             .id = m->ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = body,
                                             .seal = &EQUITY_SEAL});
}

// Two releases of one month would tell, by their difference, what changed between two days.
static Err made_already(Ctx *c)
{
    return ctx_issue(c, STR(""),
                     STR("This month's figures were made already. The next can be made in the next "
                         "month: figures of two days close together could tell about one person."));
}

static Err is_made(Ctx *c, Date month, bool *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_EQUITY_OF_MONTH, ARGS(DAY(month)));
    *out = rows_next(&rows);
    return rows.err;
}

static bool may_make(const Ctx *c)
{
    return c->actor.account_id == 0 ||
           (ctx_can(c, CAP_EQUITY_RELEASE) && access_may(c, CLASS_STATISTICS, MODE_WRITE));
}

static Date first_of_month(Date on)
{
    int year = 0;
    int month = 0;
    int day = 0;
    Date first = on;
    bool known = date_to_ymd(on, &year, &month, &day) && date_from_ymd(year, month, 1, &first);
    assert(known);
    return first;
}

Err equity_release_make(Ctx *c, Str *ref_out)
{
    if (!may_make(c)) return ERR_NOT_FOUND;
    Date month = first_of_month(c->today);
    bool made = false;
    TRY(is_made(c, month, &made));
    if (made) return made_already(c);
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Making *m = ARENA_NEW(arena, Making);
    *m = (Making){.c = c, .arena = arena, .month = month};
    TRY(equity_count_all(c, take, take_sheet, m, &m->made));
    if (m->count == 0) {
        return ctx_issue(c, STR(""), STR("Too few people are registered to show any figures."));
    }
    Err err = ctx_change(c, make_change, m);
    if (err == ERR_CONFLICT) return made_already(c); // a colleague was quicker
    TRY(err);
    *ref_out = arena_str(c->arena, m->ref);
    return ERR_OK;
}

static bool may_see(const Ctx *c)
{
    return c->actor.account_id == 0 ||
           (ctx_can(c, CAP_EQUITY_VIEW) && access_may(c, CLASS_STATISTICS, MODE_READ));
}

Err equity_releases(Ctx *c, EquityRelease **out, size_t *count_out)
{
    if (!may_see(c)) return ERR_NOT_FOUND;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_EQUITY_RELEASES, ARGS(I64(EQUITY_RELEASES_MAX)));
    EquityRelease *list = ARENA_ARRAY(c->arena, EquityRelease, EQUITY_RELEASES_MAX);
    size_t count = 0;
    while (count < EQUITY_RELEASES_MAX && rows_next(&rows)) {
        list[count++] =
            (EquityRelease){.id = row_i64(&rows, EQUITY_RELEASES_ID),
                            .ref = row_str(c->arena, &rows, EQUITY_RELEASES_REF),
                            .month = row_date(&rows, EQUITY_RELEASES_MONTH),
                            .as_at = row_date(&rows, EQUITY_RELEASES_AS_AT),
                            .data_on = row_date(&rows, EQUITY_RELEASES_DATA_ON),
                            .at = row_at(&rows, EQUITY_RELEASES_AT),
                            .by = row_str(c->arena, &rows, EQUITY_RELEASES_ACCOUNT_NAME),
                            .version = row_i64(&rows, EQUITY_RELEASES_VERSION)};
    }
    *out = list;
    *count_out = count;
    return rows.err;
}

Err equity_subjects(Ctx *c, const EquityRelease *release, EquitySubjectName **out,
                    size_t *count_out)
{
    if (!may_see(c)) return ERR_NOT_FOUND;
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_EQUITY_SUBJECTS, ARGS(I64(release->id), I64(EQUITY_SUBJECTS_MAX)));
    EquitySubjectName *list = ARENA_ARRAY(c->arena, EquitySubjectName, EQUITY_SUBJECTS_MAX);
    size_t count = 0;
    while (count < EQUITY_SUBJECTS_MAX && rows_next(&rows)) {
        list[count++] =
            (EquitySubjectName){.key = row_str(c->arena, &rows, EQUITY_SUBJECTS_SUBJECT_KEY),
                                .name = row_str(c->arena, &rows, EQUITY_SUBJECTS_NAME),
                                .people = row_i64(&rows, EQUITY_SUBJECTS_PEOPLE)};
    }
    *out = list;
    *count_out = count;
    return rows.err;
}

Err equity_subject(Ctx *c, const EquityRelease *release, Str key, EquitySubject *out)
{
    if (!may_see(c) || str_starts(key, STR(EQUITY_SHEET_PREFIX))) return ERR_NOT_FOUND;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_EQUITY_SUBJECT, ARGS(I64(release->id), TEXT(key)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    return equity_subject_read(c->arena, row_str(c->arena, &rows, EQUITY_SUBJECT_BODY), out);
}

Err equity_sheet(Ctx *c, const char *key, EquityRelease *release_out, EquitySheet *out)
{
    EquityRelease *all = NULL;
    size_t count = 0;
    TRY(equity_releases(c, &all, &count));
    if (count == 0) return ERR_NOT_FOUND;
    *release_out = all[0];
    Str stored = arena_fmt(c->arena, EQUITY_SHEET_PREFIX "%s", key);
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_EQUITY_SUBJECT, ARGS(I64(all[0].id), TEXT(stored)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    return equity_sheet_read(c->arena, row_str(c->arena, &rows, EQUITY_SUBJECT_BODY), out);
}
