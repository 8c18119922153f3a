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
