// Every column of every table is vouched for by the journal, or stands in the list of what is not:
// each is edited, each row taken away and each put in with raw SQL, and verify says so.
#include "app/files.h"
#include "app/rooms.h"
#include "app/verify_rows.h"
#include "care/person/person_import.h"
#include "insight/population/population.h"
#include "test/fixture.h"
#include "test/people.h"

#include <sqlite3.h>

enum { TABLES_MAX = 80, COLUMNS_MAX = 60, IDS_MAX = 100 };

// ---- a store with one row in every table
// Every number is 1 and every text "1", so that what is joined belongs together.

typedef struct Law {
    Test *t;
    Ctx c; // of a store in a file
    Str folder;
    Store *store;
    sqlite3 *raw; // somebody with the sqlite3 tool
} Law;

typedef struct Column {
    Str name;
    char type; // 'I', 'T' or 'B'
} Column;

typedef struct Table {
    Str name;
    Column columns[COLUMNS_MAX];
    size_t count;
} Table;

static void law_open(Test *t, Law *law)
{
    *law = (Law){.t = t, .c = *t->c, .folder = str_from_c(test_dir(t))};
    Str path = arena_fmt(t->arena, STR_FMT "/" RECORD_FILE, STR_ARG(law->folder));
    StoreOptions options = {.path = path.ptr, .create = true};
    Str why = STR("");
    CHECK_OK(store_open(t->arena, &options, &law->store, &why));
    test_core(t)->rooms = rooms_all(&test_core(t)->room_count);
    struct Core *core = ARENA_NEW(t->arena, struct Core);
    *core = *t->c->core;
    core->store = law->store;
    law->c.core = core;
    CHECK_OK(store_borrow(law->store, &law->c.db));
    CHECK(sqlite3_open_v2(path.ptr, &law->raw, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
}

static void law_close(Law *law)
{
    sqlite3_close(law->raw);
    store_return(law->store, law->c.db);
    store_close(law->store);
}

static bool raw_sql(Law *law, Str sql)
{
    char *why = NULL;
    bool done = sqlite3_exec(law->raw, arena_c(law->t->arena, sql), NULL, NULL, &why) == SQLITE_OK;
    if (!done) printf("# %s: " STR_FMT "\n", why, STR_ARG(sql));
    sqlite3_free(why);
    return done;
}

static size_t read_tables(const Law *law, Table *out)
{
    Test *t = law->t;
    static const char SQL[] = "SELECT m.name, i.name, i.type FROM sqlite_master m, "
                              "pragma_table_info(m.name) i WHERE m.type = 'table' AND m.name NOT "
                              "LIKE 'sqlite_%' ORDER BY m.name, i.cid";
    sqlite3_stmt *rows = NULL;
    size_t count = 0;
    CHECK(sqlite3_prepare_v2(law->raw, SQL, -1, &rows, NULL) == SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        Str name = str_from_c((const char *)sqlite3_column_text(rows, 0));
        if (count == 0 || !str_eq(out[count - 1].name, name)) {
            CHECK(count < TABLES_MAX);
            out[count++] = (Table){.name = arena_str(t->arena, name)};
        }
        Table *table = &out[count - 1];
        CHECK(table->count < COLUMNS_MAX);
        table->columns[table->count++] =
            (Column){arena_str(t->arena, str_from_c((const char *)sqlite3_column_text(rows, 1))),
                     *(const char *)sqlite3_column_text(rows, 2)};
    }
    sqlite3_finalize(rows);
    return count;
}

static const char *value(const Table *table, const Column *column, bool other)
{
    char type = column->type;
    // The plan and its version are of one kind, so their ids differ.
    bool version = str_eq(table->name, STR("plan_version")) && str_eq(column->name, STR("ref"));
    if (version && !other) return "'2'";
    if (type == 'I') return other ? "0" : "1";
    if (type == 'T') return other ? "'0'" : "'1'";
    return other ? "x'00'" : "x'01'";
}

// A second row belongs to the same owner, so that it is read with the first.
static bool is_owner(const Table *table, Str column)
{
    static const char *const OWNERS[][2] = {
        {"person_need", "person_id"},
        {"person_prior", "person_id"},
        {"plan_part", "person_id"},
        {"account_org", "account_id"},
        {"event_pack", "batch_id"},
        {"equity_subject", "release_id"},
        {"campaign_colleague", "campaign_id"},
        {"campaign_practice", "campaign_id"},
        {"campaign_sent", "sending_id"},
    };
    for (size_t i = 0; i < COUNT_OF(OWNERS); i++) {
        if (str_eq(table->name, str_from_c(OWNERS[i][0]))) {
            return str_eq(column, str_from_c(OWNERS[i][1]));
        }
    }
    return false;
}

static Str insert_sql(Arena *arena, const Table *table, bool second)
{
    Str sql = arena_fmt(arena, "INSERT INTO " STR_FMT " VALUES (", STR_ARG(table->name));
    for (size_t i = 0; i < table->count; i++) {
        bool other = second && !is_owner(table, table->columns[i].name);
        sql = arena_fmt(arena, STR_FMT "%s%s", STR_ARG(sql), i == 0 ? "" : ", ",
                        value(table, &table->columns[i], other));
    }
    return arena_fmt(arena, STR_FMT ")", STR_ARG(sql));
}

// ---- what is covered, and what is said to be outside

static bool has_word(const char *words, Str word)
{
    Str rest = str_from_c(words);
    Str one;
    while (str_split(&rest, ' ', &one)) {
        if (str_eq(one, word)) return true;
    }
    return false;
}

static const Seal *seal_over(const Ctx *c, Str table)
{
    for (size_t i = 0; i < c->core->room_count; i++) {
        for (size_t s = 0; s < c->core->rooms[i]->seal_count; s++) {
            const Seal *seal = c->core->rooms[i]->seals[s];
            if (has_word(seal->tables, table)) return seal;
        }
    }
    return NULL;
}

static bool is_outside(Str table, Str column)
{
    size_t count = 0;
    const VerifyOutside *list = verify_outside(&count);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(table, str_from_c(list[i].table))) continue;
        if (list[i].column == NULL) return true;
        if (str_eq(column, str_from_c(list[i].column))) return true;
    }
    return false;
}

TEST(every_table_is_vouched_for_or_stands_in_the_list_of_what_is_not)
{
    Law law;
    law_open(t, &law);
    Table *tables = ARENA_ARRAY(t->arena, Table, TABLES_MAX);
    size_t count = read_tables(&law, tables);
    CHECK(count > 20);
    for (size_t i = 0; i < count; i++) {
        bool covered = seal_over(&law.c, tables[i].name) != NULL;
        bool outside = is_outside(tables[i].name, STR(""));
        if (covered == outside) printf("# " STR_FMT "\n", STR_ARG(tables[i].name));
        CHECK(covered != outside);
    }
    size_t listed = 0;
    const VerifyOutside *outside = verify_outside(&listed);
    for (size_t i = 0; i < listed; i++) CHECK(strlen(outside[i].why) > 10);
    law_close(&law);
}

typedef struct Ids {
    Arena *arena;
    Str list[IDS_MAX];
    size_t count;
} Ids;

static Err take_id(void *arg, Str id, Str seal)
{
    (void)seal;
    Ids *ids = arg;
    if (ids->count == IDS_MAX) return ERR_TOO_LARGE;
    ids->list[ids->count++] = arena_str(ids->arena, id);
    return ERR_OK;
}

static Err seal_everything(Ctx *c, void *arg)
{
    (void)arg;
    for (size_t i = 0; i < c->core->room_count; i++) {
        for (size_t s = 0; s < c->core->rooms[i]->seal_count; s++) {
            Ids ids = {.arena = c->arena};
            TRY(seal_each(c, c->core->rooms[i]->seals[s], take_id, &ids));
            TRY(seal_many(c, c->core->rooms[i]->seals[s], ids.list, ids.count));
        }
    }
    return ERR_OK;
}

static int look(Law *law, Str *said)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    int code = verify_rows(arena, law->folder, law->c.core->rooms, law->c.core->room_count, out);
    fclose(out);
    *said = arena_str(law->t->arena, (Str){text, len});
    free(text);
    return code;
}

// Found, and told by the kind of the thing.
static void expect(Test *t, Law *law, Str sql, const Table *table)
{
    Str said;
    Str how = arena_fmt(t->arena, "The record: %s ", seal_over(&law->c, table->name)->kind);
    CHECK(raw_sql(law, sql));
    bool found = look(law, &said) == 1 && str_find(said, how, &(size_t){0});
    if (!found) printf("# not found: " STR_FMT "\n# " STR_FMT "\n", STR_ARG(sql), STR_ARG(said));
    CHECK(found);
}

static void expect_whole(Test *t, Law *law)
{
    Str said;
    int code = look(law, &said);
    if (code != 0) printf("# " STR_FMT "\n", STR_ARG(said));
    CHECK_I64(code, 0);
}

// Each column in turn, and back again.
static int edit_columns(Test *t, Law *law, const Table *table)
{
    int edits = 0;
    for (size_t i = 0; i < table->count; i++) {
        const Column *column = &table->columns[i];
        if (is_outside(table->name, column->name)) continue;
        Str set = arena_fmt(t->arena, "UPDATE " STR_FMT " SET " STR_FMT " = ", STR_ARG(table->name),
                            STR_ARG(column->name));
        expect(t, law, arena_fmt(t->arena, STR_FMT "%s", STR_ARG(set), value(table, column, true)),
               table);
        CHECK(raw_sql(
            law, arena_fmt(t->arena, STR_FMT "%s", STR_ARG(set), value(table, column, false))));
        edits++;
    }
    return edits;
}

static void delete_and_insert(Test *t, Law *law, const Table *table)
{
    Str all = arena_fmt(t->arena, "DELETE FROM " STR_FMT, STR_ARG(table->name));
    if (verify_may_go(str_from_c(seal_over(&law->c, table->name)->kind))) {
        CHECK(raw_sql(law, all));
    } else {
        expect(t, law, all, table);
    }
    CHECK(raw_sql(law, insert_sql(t->arena, table, false)));
    if (str_eq(table->name, STR("account_secret"))) return; // one for an account, and it has one
    expect(t, law, insert_sql(t->arena, table, true), table);
    CHECK(raw_sql(law, all));
    CHECK(raw_sql(law, insert_sql(t->arena, table, false)));
}

TEST(every_column_edited_and_every_row_removed_or_added_is_found)
{
    Law law;
    law_open(t, &law);
    Table *tables = ARENA_ARRAY(t->arena, Table, TABLES_MAX);
    size_t count = read_tables(&law, tables);
    for (size_t i = 0; i < count; i++) {
        if (seal_over(&law.c, tables[i].name) == NULL) continue;
        CHECK(raw_sql(&law, insert_sql(t->arena, &tables[i], false)));
    }
    const Str applied = STR("UPDATE batch SET state = 2"); // its events count
    CHECK(raw_sql(&law, applied));
    store_refresh(law.store, law.c.db);
    CHECK_OK(ctx_change(&law.c, seal_everything, NULL));
    expect_whole(t, &law);
    int edits = 0;
    for (size_t i = 0; i < count; i++) {
        if (seal_over(&law.c, tables[i].name) == NULL) continue;
        edits += edit_columns(t, &law, &tables[i]);
        CHECK(raw_sql(&law, applied));
        delete_and_insert(t, &law, &tables[i]);
        CHECK(raw_sql(&law, applied));
        expect_whole(t, &law);
    }
    CHECK(edits > 150);
    law_close(&law);
}

// ---- what the rules themselves write

static void expect_record(Test *t, int code, const char *sentence)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    test_core(t)->rooms = rooms_all(&test_core(t)->room_count);
    int got = verify_record(t->c, out);
    fclose(out);
    if (got != code) printf("# %s\n", text);
    CHECK_I64(got, code);
    CHECK_CONTAINS(((Str){text, len}), sentence);
    free(text);
}

static PersonImport person_of(int64_t number, const char *family, int32_t born)
{
    return (PersonImport){.person = {.nhs_number = number,
                                     .family = str_from_c(family),
                                     .given = STR("Grace"),
                                     .born = {born},
                                     .died = DATE_NONE,
                                     .registration = REGISTRATION_CURRENT,
                                     .registration_on = DATE_NONE,
                                     .practice_name = STR("Millfield Surgery")}};
}

static Str import(Test *t, const PersonImport *people, size_t count, bool applied)
{
    Loader *l = NULL;
    Str ref = STR("");
    int32_t code = 0;
    BatchStart start = {.format = STR("FHIR R4"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &l));
    for (size_t i = 0; i < count; i++) {
        int32_t slot = 0;
        CHECK_OK(load_person(l, &people[i], STR("X26101"), &slot));
        Str name = arena_fmt(t->arena, STR_FMT "-%zu", STR_ARG(people[i].person.address), i);
        CHECK_OK(load_code(l, STR("snomed"), name, STR("Heart failure"), &code));
        EventRow row = {.person = slot, .day = 20000, .code_id = code, .kind = EVENT_CONDITION};
        CHECK_OK(load_event(l, &row));
    }
    if (applied) CHECK_OK(load_apply(l, &ref));
    load_end(&l);
    return ref;
}

static void decide_all(Test *t, bool same)
{
    NearMatch *near = NULL;
    size_t count = 0;
    CHECK_OK(near_list(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 1);
    if (count == 1) CHECK_OK(near_decide(t->c, near[0].ref, near[0].version, same));
}

static void undo(Test *t, Str ref)
{
    Batch batch = {0};
    CHECK_OK(batch_get(t->c, ref, &batch));
    CHECK_OK(batch_undo(t->c, ref, batch.version));
}

TEST(imports_decisions_corrections_and_undoing_leave_a_whole_record)
{
    PersonImport first[] = {person_of(9990000018, "Okafor", 1000), person_of(0, "Mendip", 2000)};
    (void)import(t, first, COUNT_OF(first), true);
    expect_record(t, 0, ", 0 differ.");
    PersonImport later[] = {first[0], person_of(9990000018, "Okafor", 1001),
                            person_of(9990000026, "Adeyemi", 3000)};
    later[0].person.address = STR("2 Fen Lane"); // as it was stands in person_prior
    Str ref = import(t, later, COUNT_OF(later), true);
    CHECK_I64(test_count(t, "person_prior"), 1);
    expect_record(t, 0, ", 0 differ.");
    undo(t, ref);
    expect_record(t, 0, ", 0 differ.");
    CHECK_I64(test_count(t, "person"), 2);
    (void)import(t, later, COUNT_OF(later), true);
    decide_all(t, false);
    expect_record(t, 0, ", 0 differ.");
    (void)import(t, later + 2, 1, false); // broken off: nothing of it stays
    expect_record(t, 0, ", 0 differ.");
}

// verify may run beside a server that imports, or after one that was killed while it did.
TEST(a_record_is_whole_while_an_import_runs_and_after_it_was_killed)
{
    PersonImport from = person_of(0, "Okafor", 1000);
    (void)import(t, &from, 1, true);
    Loader *l = NULL;
    int32_t slot = 0;
    int32_t code = 0;
    BatchStart start = {.format = STR("FHIR R4"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &l));
    for (int i = 0; i < LOAD_PEOPLE_MAX; i++) CHECK_OK(load_person(l, &from, STR(""), &slot));
    for (int i = 0; i < LOAD_EVENTS_MAX; i++) {
        Str name = arena_fmt(t->arena, "local-%d", i % 10);
        CHECK_OK(load_code(l, STR("local"), name, STR("Word"), &code));
        EventRow row = {.person = slot, .day = i, .code_id = code, .kind = EVENT_CONDITION};
        CHECK_OK(load_event(l, &row));
    }
    CHECK_I64(test_count(t, "code"), 11); // it has begun to write events, too
    expect_record(t, 0, ", 0 differ.");
    CHECK_OK(population_recover(t->c)); // as after a power cut: the loader itself is gone
    expect_record(t, 0, ", 0 differ.");
    CHECK_I64(test_count(t, "code"), 1);
    CHECK_ERR(load_apply(l, NULL), ERR_CONFLICT);
    load_end(&l);
    expect_record(t, 0, ", 0 differ.");
}

TEST(a_correction_and_a_later_import_of_the_same_person_agree)
{
    PersonImport from = person_of(9990000018, "Okafor", 1000);
    (void)import(t, &from, 1, true);
    PersonId id = {0};
    CHECK_OK(person_match(t->c, 0, &from, &(PersonMatch){0}, &id));
    const Grant *grant = access_program_grant(t->c, id, CLASS_DEMOGRAPHICS);
    Person p;
    CHECK_OK(person_get(t->c, grant, &p));
    p.preferred = STR("Gracie");
    Need need = {.kind = NEED_SAFETY, .text = STR("Dog"), .since = DATE_NONE};
    CHECK_OK(person_correct(t->c, grant, &p, &need, 1));
    expect_record(t, 0, ", 0 differ.");
    from.person.usual_gp = STR("Dr Marsh"); // an extract may change this still
    (void)import(t, &from, 1, true);
    expect_record(t, 0, ", 0 differ.");
    test_sql(t, "UPDATE person_need SET words = 'No dog'");
    expect_record(t, 1, "was changed without an entry in the journal (entry ");
}

TEST(reasons_passwords_and_events_of_the_journal_alone_are_told_by_name)
{
    Account account;
    CHECK_OK(account_create(
        t->c, &(AccountNew){.username = STR("priya"), .name = STR("P"), .role = ROLE_LINK_WORKER},
        STR("otter willow teapot 27"), &account));
    PersonImport from = person_of(9990000018, "Okafor", 1000);
    Str batch = import(t, &from, 1, true);
    t->c->actor.account_id = account.id;
    CHECK_OK(access_state_reason(t->c, (PersonId){1}, RELATIONSHIP_BREAK_GLASS,
                                 STR("Found on the floor at home")));
    t->c->actor.account_id = 0;
    expect_record(t, 0, ", 0 differ.");
    test_sql(t, "UPDATE access_reason SET until_at = until_at + 1");
    expect_record(t, 1, "The record: access-reason ");
    test_sql(t, "UPDATE access_reason SET until_at = until_at - 1;"
                "UPDATE account_secret SET password_hash = 'mine'");
    expect_record(
        t, 1,
        arena_fmt(t->arena, "The record: account " STR_FMT " was changed", STR_ARG(account.ref))
            .ptr);
    test_sql(t, "DELETE FROM event_pack");
    expect_record(t, 1,
                  arena_fmt(t->arena,
                            "The record: events-of-batch " STR_FMT " is in the journal, "
                            "but no longer in the record",
                            STR_ARG(batch))
                      .ptr);
}
