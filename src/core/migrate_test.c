// Forward, once, whole; and no further when the store is not ours.
#include "core/migrate.h"
#include "test/fixture.h"

static const Migration ONE_TWO[] = {
    {.number = 1,
     .name = "0001_core",
     .sql = "CREATE TABLE schema_migration (number INT8 PRIMARY KEY, name TEXT NOT NULL,"
            " sha256 BYTES NOT NULL, at INT8 NOT NULL);"},
    {.number = 2,
     .name = "0002_more",
     .sql = "CREATE TABLE more (id INT8 PRIMARY KEY, on_off BOOL);"},
};
static const Migration CHANGED[] = {
    {.number = 1,
     .name = "0001_core",
     .sql = "CREATE TABLE schema_migration (number INT8 PRIMARY KEY, name TEXT NOT NULL,"
            " sha256 BYTES NOT NULL, at INT8 NOT NULL);"},
    {.number = 2, .name = "0002_more", .sql = "CREATE TABLE more (id INT8 PRIMARY KEY);"},
};
static const Migration BROKEN[] = {
    {.number = 1,
     .name = "0001_core",
     .sql = "CREATE TABLE schema_migration (number INT8 PRIMARY KEY, name TEXT NOT NULL,"
            " sha256 BYTES NOT NULL, at INT8 NOT NULL);"},
    {.number = 2, .name = "0002_bad", .sql = "CREATE TABLE half (id INT8); CREATE NONSENSE;"},
};

static Db *empty(void)
{
    Db *db = NULL;
    char why[DB_WHY_BYTES_MAX];
    return db_open(&(DbOptions){.mode = DB_PRIVATE}, &db, why) == ERR_OK ? db : NULL;
}

TEST(steps_are_applied_once_and_recorded)
{
    Str why = STR("");
    Db *db = empty();
    CHECK_ERR(migrate_check(t->arena, db, (MigrationList){ONE_TWO, 2}, false, &why),
              ERR_UNSUPPORTED);
    CHECK_CONTAINS(why, "older than this program");
    CHECK_OK(migrate_forward(t->arena, db, (MigrationList){ONE_TWO, 1}, false, &why));
    CHECK_I64(db_count_rows(db, "schema_migration"), 1);
    CHECK_OK(migrate_forward(t->arena, db, (MigrationList){ONE_TWO, 2}, false, &why));
    CHECK_OK(migrate_forward(t->arena, db, (MigrationList){ONE_TWO, 2}, false, &why));
    CHECK_OK(migrate_check(t->arena, db, (MigrationList){ONE_TWO, 2}, false, &why));
    CHECK_I64(db_count_rows(db, "schema_migration"), 2);
    CHECK_ERR(db_script(db, "INSERT INTO more VALUES (1, 2)"), ERR_FAULT); // a BOOL is 0 or 1
    CHECK_OK(db_script(db, "INSERT INTO more VALUES (1, 1)"));
    db_close(db);
}

TEST(a_newer_store_is_refused)
{
    Str why = STR("");
    Db *db = empty();
    CHECK_OK(migrate_forward(t->arena, db, (MigrationList){ONE_TWO, 2}, false, &why));
    CHECK_ERR(migrate_forward(t->arena, db, (MigrationList){ONE_TWO, 1}, false, &why),
              ERR_UNSUPPORTED);
    CHECK_CONTAINS(why, "newer version of this program");
    db_close(db);
}

TEST(a_step_that_was_rewritten_is_refused)
{
    Str why = STR("");
    Db *db = empty();
    CHECK_OK(migrate_forward(t->arena, db, (MigrationList){ONE_TWO, 2}, false, &why));
    CHECK_ERR(migrate_forward(t->arena, db, (MigrationList){CHANGED, 2}, false, &why),
              ERR_UNSUPPORTED);
    CHECK_CONTAINS(why, "other steps than this program's");
    db_close(db);
}

TEST(a_step_that_fails_leaves_nothing)
{
    Str why = STR("");
    Db *db = empty();
    CHECK_ERR(migrate_forward(t->arena, db, (MigrationList){BROKEN, 2}, false, &why), ERR_FAULT);
    CHECK_CONTAINS(why, "Step 2, 0002_bad");
    CHECK_I64(db_count_rows(db, "schema_migration"), 1);
    CHECK_I64(db_count_rows(db, "half"), -1);
    CHECK(!db_in_transaction(db));
    db_close(db);
}

enum { BEFORE_SEALS = 11 }; // steps of a store that knew reasons and neither names nor reviews

TEST(reasons_stated_in_an_older_store_get_their_name_and_wait_for_review)
{
    Str why = STR("");
    Db *db = empty();
    MigrationList all = migrate_list(false);
    CHECK(all.count > BEFORE_SEALS);
    CHECK_OK(migrate_forward(t->arena, db, (MigrationList){all.steps, BEFORE_SEALS}, false, &why));
    CHECK_OK(db_script(
        db, "INSERT INTO account (ref, username, name, role, state, version)"
            " VALUES ('a1', 'robin', 'Robin', 'care_coordinator', 2, 1);"
            "INSERT INTO access_reason (account_id, person_id, kind, reason, from_at, until_at)"
            " VALUES (1, 7, 4, 'Covering for Priya', 1000, 2000),"
            " (1, 7, 5, 'She may come to harm', 3000, 4000), (1, 8, 4, 'No entry', 1000, 2000);"
            "INSERT INTO journal (seq, at, actor, actor_name, role, org, request, purpose, person,"
            " kind, id, version, verb, body, prev_hash, hash) VALUES"
            " (1, 1000, 1, 'Robin', 'care_coordinator', '', 'R', 'direct-care', 7, 'access-reason',"
            "  'first', 1, 'state', '{}', x'00', x'00'),"
            " (2, 1000, 1, 'Robin', 'care_coordinator', '', 'R', 'direct-care', 7, 'task',"
            "  'another', 1, 'add', '{}', x'00', x'00'),"
            " (3, 3000, 1, 'Robin', 'care_coordinator', '', 'R', 'direct-care', 7, 'access-reason',"
            "  'second', 1, 'state', '{}', x'00', x'00');"));
    CHECK_OK(migrate_forward(t->arena, db, all, false, &why));
    static const char *const REFS[] = {"first", "second", ""};
    static const char *const WORDS[] = {"Covering for Priya", "She may come to harm", "No entry"};
    for (size_t i = 0; i < COUNT_OF(REFS); i++) {
        CHECK_OK(db_script(db, arena_fmt(t->arena,
                                         "INSERT INTO schema_migration (number, name, sha256, at)"
                                         " SELECT %zu, 'found', x'00', 0 FROM access_reason"
                                         " WHERE ref = '%s' AND reason = '%s' AND outcome = 0"
                                         " AND reviewed_at IS NULL AND version = 1",
                                         1000 + i, REFS[i], WORDS[i])
                                   .ptr));
    }
    CHECK_I64(db_count_rows(db, "access_reason"), 3);
    CHECK_I64(db_count_rows(db, "schema_migration"), (int64_t)(all.count + COUNT_OF(REFS)));
    db_close(db);
}
