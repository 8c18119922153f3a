// team.c -- the rules of practices and colleagues. Every statement it runs is in team.sql.
#include "work/team/team.h"

#include "base/json.h"
#include "care/person/person.h"
#include "team_sql.h"
#include "work/team/team_pages.h"

enum { ODS_CHARS_MIN = 3, ODS_CHARS_MAX = 12, PRACTICE_NAME_CHARS_MAX = 200, BODY_MAX = 4096 };

// One reader for every statement that selects a practice: they share their column order.
static Practice practice_of_row(Ctx *c, const Rows *rows)
{
    return (Practice){
        .id = row_i64(rows, TEAM_PRACTICES_ID),
        .ref = row_str(c->arena, rows, TEAM_PRACTICES_REF),
        .ods_code = row_str(c->arena, rows, TEAM_PRACTICES_ODS_CODE),
        .name = row_str(c->arena, rows, TEAM_PRACTICES_NAME),
        .extract_on = row_date(rows, TEAM_PRACTICES_EXTRACT_ON),
    };
}

Str practice_name_of(const Practice *all, size_t count, int64_t id, Str other)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].id == id) return all[i].name;
    }
    return other;
}

Err practice_list(Ctx *c, Practice **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_TEAM_PRACTICES, ARGS(I64(PRACTICES_MAX)));
    Practice *list = NULL;
    size_t room = 0;
    size_t count = 0;
    ARENA_GROW(c->arena, list, count, &room); // never NULL
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, list, count, &room);
        list[count++] = practice_of_row(c, &rows);
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = list;
    *count_out = count;
    return ERR_OK;
}

Err practice_beyond_lists(Ctx *c, int64_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_TEAM_PRACTICE_COUNT, NO_ARGS);
    int64_t count = rows_next(&rows) ? row_i64(&rows, TEAM_PRACTICE_COUNT_COUNT) : 0;
    *out = count > PRACTICES_MAX ? count - PRACTICES_MAX : 0;
    return rows.err;
}

static Err one_practice(Ctx *c, StatementId id, Val key, Practice *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, id, ARGS(key));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = practice_of_row(c, &rows);
    return ERR_OK;
}

Err practice_get(Ctx *c, int64_t id, Practice *out)
{
    return one_practice(c, SQL_TEAM_PRACTICE_BY_ID, I64(id), out);
}

Err practice_of_ods(Ctx *c, Str ods_code, Practice *out)
{
    return one_practice(c, SQL_TEAM_PRACTICE_BY_ODS, TEXT(ods_code), out);
}

static Err practice_body(Ctx *c, const Practice *p, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(BODY_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "ods_code", p->ods_code);
    json_field_str(&json, "name", p->name);
    json_field_opt(&json, "extract_on", date_iso(c->arena, p->extract_on));
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

static Err practice_version(Ctx *c, int64_t id, int64_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_TEAM_PRACTICE_VERSION, ARGS(I64(id)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = row_i64(&rows, TEAM_PRACTICE_VERSION_VERSION);
    return ERR_OK;
}

const Seal PRACTICE_SEAL = {"practice", "practice", {TEAM_SEALED_STATEMENT}};

static Err journal_practice(Ctx *c, int64_t id, Str verb)
{
    Practice p;
    TRY(practice_get(c, id, &p));
    JournalEntry entry = {
        .kind = STR("practice"), .id = p.ref, .verb = verb, .seal = &PRACTICE_SEAL};
    TRY(practice_version(c, id, &entry.version));
    TRY(practice_body(c, &p, &entry.body));
    return journal_append(c, &entry);
}

typedef struct Ensure {
    Str ods_code;
    Str name;
    int64_t id;
} Ensure;

static Err add_practice(Ctx *c, void *arg)
{
    Ensure *e = arg;
    TRY(db_exec(c->db, SQL_TEAM_PRACTICE_ADD,
                ARGS(TEXT(ref_new(c)), TEXT(e->ods_code), TEXT(e->name)), NULL));
    e->id = db_last_id(c->db);
    return journal_practice(c, e->id, STR("create"));
}

Err practice_ensure(Ctx *c, Str ods_code, Str name, int64_t *id_out)
{
    Practice known;
    Err err = practice_of_ods(c, ods_code, &known);
    if (err == ERR_OK) {
        *id_out = known.id;
        return ERR_OK;
    }
    if (err != ERR_NOT_FOUND) return err;
    if (str_chars(ods_code) < ODS_CHARS_MIN || str_chars(ods_code) > ODS_CHARS_MAX) {
        return ctx_issue(c, STR("practice"), STR("A practice needs its ODS code, like X26101"));
    }
    if (str_chars(name) > PRACTICE_NAME_CHARS_MAX) {
        return ctx_issue(c, STR("practice"), STR("The name of the practice is too long"));
    }
    Ensure e = {.ods_code = ods_code, .name = name.len > 0 ? name : ods_code};
    TRY(ctx_change(c, add_practice, &e));
    *id_out = e.id;
    return ERR_OK;
}

typedef struct Mark {
    int64_t id;
    Date on;
    StatementId statement;
} Mark;

static Err mark_extract(Ctx *c, void *arg)
{
    const Mark *mark = arg;
    int64_t changed = 0;
    TRY(db_exec(c->db, mark->statement, ARGS(I64(mark->id), DAY(mark->on)), &changed));
    return changed == 0 ? ERR_OK : journal_practice(c, mark->id, STR("update"));
}

Err practice_mark_extract(Ctx *c, int64_t id, Date on)
{
    return ctx_change(c, mark_extract, &(Mark){id, on, SQL_TEAM_PRACTICE_EXTRACT});
}

Err practice_mark_extract_again(Ctx *c, int64_t id, Date on)
{
    return ctx_change(c, mark_extract, &(Mark){id, on, SQL_TEAM_PRACTICE_EXTRACT_AGAIN});
}

// ---- colleagues

// Roles that lead cases, do tasks and write plans.
static bool works_with_people(Role role)
{
    return role == ROLE_CARE_COORDINATOR || role == ROLE_LINK_WORKER || role == ROLE_HEALTH_COACH ||
           role == ROLE_GP_SUPERVISOR || role == ROLE_PRACTICE_STAFF;
}

static bool is_at_work(const Account *a)
{
    return a->state == ACCOUNT_ACTIVE && works_with_people(a->role);
}

Err team_colleagues(Ctx *c, Colleague **out, size_t *count_out)
{
    Account *accounts = NULL;
    size_t account_count = 0;
    TRY(account_list(c, &accounts, &account_count));
    Colleague *list = ARENA_ARRAY(c->arena, Colleague, account_count);
    size_t count = 0;
    for (size_t i = 0; i < account_count; i++) {
        const Account *a = &accounts[i];
        if (!is_at_work(a)) continue;
        list[count++] = (Colleague){a->id, a->ref, a->name, a->role};
    }
    *out = list;
    *count_out = count;
    return ERR_OK;
}

Err team_colleague(Ctx *c, int64_t account_id, Colleague *out)
{
    Account a;
    TRY(account_by_id(c, account_id, &a));
    *out = (Colleague){a.id, a.ref, a.name, a.role};
    return ERR_OK;
}

Err team_colleague_at_work(Ctx *c, int64_t account_id, Colleague *out)
{
    Account a;
    TRY(account_by_id(c, account_id, &a));
    if (!is_at_work(&a)) return ERR_NOT_FOUND;
    *out = (Colleague){a.id, a.ref, a.name, a.role};
    return ERR_OK;
}

Err team_doer(Ctx *c, int64_t account_id, Colleague *out)
{
    if (account_id == 0 || account_id == c->actor.account_id) {
        *out = (Colleague){.account_id = c->actor.account_id, .name = c->actor.name};
        return ERR_OK;
    }
    Err err = team_colleague_at_work(c, account_id, out);
    if (err == ERR_NOT_FOUND) return ctx_issue(c, STR("owner"), STR("Select who will do it"));
    return err;
}

// Only those who work at a practice itself: everybody in a network works for all of them.
static bool of_practices(const Ctx *c)
{
    return c->actor.role == ROLE_PRACTICE_STAFF || c->actor.role == ROLE_GP_SUPERVISOR;
}

bool team_within(const Ctx *c, int64_t practice)
{
    return !of_practices(c) || ctx_works_for(c, practice);
}

Err team_relationship(Ctx *c, PersonId person, RelationshipKind *out)
{
    *out = RELATIONSHIP_NONE;
    if (!of_practices(c)) return ERR_OK;
    PersonRow *row = NULL;
    TRY(person_rows(c, &person, 1, &row));
    if (ctx_works_for(c, row->practice_id)) *out = RELATIONSHIP_PRACTICE;
    return ERR_OK;
}
