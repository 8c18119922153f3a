// Rows, values, errors and the refusal of writes that go around a change.
#include "core/core.h"
#include "core/db_conn.h"
#include "core/journal.h"
#include "job_sql.h"
#include "journal_sql.h"
#include "test/fixture.h"

static Err add_job(Db *db, void *arg)
{
    const Str *ref = arg;
    return db_exec(db, SQL_JOB_ADD,
                   ARGS(TEXT(*ref), TEXT(STR("k")), BYTES(STR("\0x")), I64(1), I64(2)), NULL);
}

static Err touch(Ctx *c, void *arg)
{
    (void)arg;
    int64_t changed = 7;
    TRY(db_exec(c->db, SQL_JOB_RUN, ARGS(TEXT(STR("nobody"))), &changed));
    return changed == 0 ? ERR_OK : ERR_FAULT;
}

TEST(empty_text_is_text_and_not_null)
{
    CHECK_OK(store_write(t->c->core->store, add_job, &STR("")));
    CLEANUP(rows_close)
    Rows rows = db_query(t->c->db, SQL_JOB_GET, ARGS(TEXT(((Str){NULL, 0}))));
    CHECK(rows_next(&rows));
    CHECK(!row_null(&rows, 0) && row_view(&rows, 0).len == 0);
    CHECK(row_null(&rows, 8) && row_i64(&rows, 8) == 0);
    CHECK(date_is_none(row_date(&rows, 8)));
    CHECK(!rows_next(&rows));
    CHECK_ERR(rows.err, ERR_OK);
}

TEST(bytes_keep_their_zeros)
{
    CHECK_OK(store_write(t->c->core->store, add_job, &STR("a")));
    CLEANUP(rows_close) Rows rows = db_query(t->c->db, SQL_JOB_LEFT, ARGS(I64(5)));
    CHECK(rows_next(&rows));
    CHECK_I64((int64_t)row_str(t->arena, &rows, 2).len, 2);
}

TEST(the_same_key_twice_is_a_conflict)
{
    CHECK_OK(store_write(t->c->core->store, add_job, &STR("a")));
    CHECK_ERR(store_write(t->c->core->store, add_job, &STR("a")), ERR_CONFLICT);
    CHECK_CONTAINS(str_from_c(db_why(t->c->db)), "job.add");
    CHECK_I64(test_count(t, "job"), 1);
}

TEST(a_write_outside_a_change_is_refused)
{
    CHECK_ERR(add_job(t->c->db, &STR("a")), ERR_FAULT);
    CHECK_I64(test_count(t, "job"), 0);
}

TEST(one_statement_can_run_inside_itself)
{
    CHECK_OK(store_write(t->c->core->store, add_job, &STR("a")));
    CHECK_OK(store_write(t->c->core->store, add_job, &STR("b")));
    CLEANUP(rows_close) Rows outer = db_query(t->c->db, SQL_JOB_LEFT, ARGS(I64(5)));
    int pairs = 0;
    while (rows_next(&outer)) {
        CLEANUP(rows_close) Rows inner = db_query(t->c->db, SQL_JOB_LEFT, ARGS(I64(5)));
        while (rows_next(&inner)) pairs++;
    }
    CHECK_I64(pairs, 4);
}

TEST(rows_stay_open_across_a_change)
{
    CHECK_OK(store_write(t->c->core->store, add_job, &STR("a")));
    CHECK_OK(store_write(t->c->core->store, add_job, &STR("b")));
    CLEANUP(rows_close) Rows rows = db_query(t->c->db, SQL_JOB_LEFT, ARGS(I64(5)));
    CHECK(rows_next(&rows));
    CHECK_OK(ctx_housekeep(t->c, touch, NULL));
    CHECK(rows_next(&rows));
    CHECK_STR(row_view(&rows, 0), "b");
}

// ---- changes

static Err append_raw(Ctx *c, void *arg)
{
    (void)arg;
    Str zero = STR("0");
    return db_exec(c->db, SQL_JOURNAL_APPEND,
                   ARGS(I64(1), I64(1), I64(1), TEXT(zero), TEXT(zero), TEXT(zero), TEXT(zero),
                        TEXT(zero), I64(1), TEXT(zero), TEXT(zero), I64(1), TEXT(zero), TEXT(zero),
                        BYTES(zero), BYTES(zero), TEXT(zero)),
                   NULL);
}

static Err append(Ctx *c, void *arg)
{
    int64_t *version = arg;
    return journal_append(c, &(JournalEntry){.kind = STR("thing"),
                                             .id = STR("x"),
                                             .version = ++*version,
                                             .verb = STR("update"),
                                             .body = STR("{}")});
}

static Err append_then_fail(Ctx *c, void *arg)
{
    TRY(append(c, arg));
    return ctx_issue(c, STR("field"), STR("Enter something else"));
}

static Err append_two(Ctx *c, void *arg)
{
    TRY(ctx_change(c, append, arg));
    return ctx_change(c, append, arg);
}

static Err append_two_then_fail(Ctx *c, void *arg)
{
    TRY(append_two(c, arg));
    return ERR_CONFLICT;
}

TEST(a_write_that_is_not_journalled_is_refused)
{
    CHECK_ERR(ctx_change(t->c, append_raw, NULL), ERR_FAULT);
    CHECK_CONTAINS(str_from_c(t->c->refused), "journalled nothing");
    CHECK_I64(test_count(t, "journal"), 0);
}

TEST(housekeeping_cannot_write_a_record)
{
    CHECK_ERR(ctx_housekeep(t->c, append_raw, NULL), ERR_FAULT);
    int64_t version = 0;
    CHECK_ERR(ctx_housekeep(t->c, append, &version), ERR_FAULT); // not even with an entry
    CHECK_CONTAINS(str_from_c(t->c->refused), "housekeeping change wrote");
    CHECK_I64(test_count(t, "journal"), 0);
    CHECK_OK(ctx_change(t->c, touch, NULL)); // a change may keep house, and may find nothing to do
    CHECK(!t->c->changed);
}

TEST(an_entry_outside_a_change_is_refused)
{
    int64_t version = 0;
    CHECK_ERR(append(t->c, &version), ERR_FAULT);
    CHECK_I64(test_count(t, "journal"), 0);
}

TEST(a_change_that_fails_leaves_nothing)
{
    int64_t version = 0;
    CHECK_ERR(ctx_change(t->c, append_then_fail, &version), ERR_INVALID);
    CHECK(!t->c->changed);
    CHECK_I64((int64_t)t->c->issue_count, 1);
    CHECK_I64(test_count(t, "journal"), 0);
}

TEST(a_change_inside_a_change_joins_it)
{
    int64_t version = 0;
    CHECK_OK(ctx_change(t->c, append_two, &version));
    CHECK(t->c->changed);
    CHECK_I64(test_count(t, "journal"), 2);
    CHECK_ERR(ctx_change(t->c, append_two_then_fail, &version), ERR_CONFLICT);
    CHECK_I64(test_count(t, "journal"), 2);
    CHECK(!t->c->changing);
}

TEST(references_are_of_twenty_letters_and_differ)
{
    Str a = ref_new(t->c);
    Str b = ref_new(t->c);
    CHECK_I64((int64_t)a.len, REF_CHARS);
    CHECK(!str_eq(a, b));
}

static void run_twice(Test *t, Db *db, StatementId id, const Val *args)
{
    for (int run = 0; run < 2; run++) {
        CLEANUP(rows_close) Rows rows = db_query(db, id, args, STATEMENTS[id.v].params);
        (void)rows_next(&rows);
    }
    if (db_replanned(db, id) > 0) fprintf(stderr, "# %s\n", STATEMENTS[id.v].name);
    CHECK_I64(db_replanned(db, id), 0);
}

TEST(no_reading_statement_is_planned_at_every_run)
{
    enum { ARGS_MAX = 64 };
    Val args[ARGS_MAX];
    for (size_t i = 0; i < ARGS_MAX; i++) args[i] = I64(i);
    for (uint16_t i = 0; i < STATEMENTS_COUNT; i++) {
        if (STATEMENTS[i].writes) continue;
        Db *db = NULL;
        Store *store = STATEMENTS[i].access_store ? t->c->core->access_store : t->c->core->store;
        CHECK_OK(store_borrow(store, &db));
        run_twice(t, db, (StatementId){i}, args);
        store_return(store, db);
    }
}
