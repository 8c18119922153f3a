// cli_test.c -- what a command finds open.
#include "app/cli.h"
#include "core/db_conn.h"
#include "session_sql.h"
#include "test/fixture.h"

#include <unistd.h>

static Err add_accounts(Db *db, void *arg)
{
    (void)arg;
    return db_script(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                         "WHERE i < 5000) INSERT INTO account (ref, username, name, role, state, "
                         "version) SELECT 'many-' || i, 'many.' || i, 'Colleague', 'link_worker', "
                         "2, 1 FROM n");
}

static void read_all(Rows *rows)
{
    while (rows_next(rows)) {
    }
}

// An import of a million people reads all that it wrote, to seal it: stopped as a page's statement
// is, it was thrown away at its end.
TEST(what_a_command_reads_is_not_stopped_after_the_time_of_a_page)
{
    Opened opened;
    Db *page = NULL;
    CHECK_OK(cli_open(test_dir(t), true, &opened));
    CHECK_OK(store_write(opened.core.store, add_accounts, NULL));
    store_refresh(opened.core.store, opened.c->db);
    CHECK_OK(store_borrow(opened.core.store, &page));
    Rows of_command = db_query(opened.c->db, SQL_SESSION_ACCOUNT_LIST, ARGS(I64(ACCOUNTS_MAX)));
    Rows of_page = db_query(page, SQL_SESSION_ACCOUNT_LIST, ARGS(I64(ACCOUNTS_MAX)));
    CHECK(rows_next(&of_command) && rows_next(&of_page));
    usleep((DB_READER_MS + 100) * 1000);
    read_all(&of_command);
    read_all(&of_page);
    CHECK_OK(of_command.err);
    CHECK_ERR(of_page.err, ERR_BUSY);
    rows_close(&of_command);
    rows_close(&of_page);
    store_return(opened.core.store, page);
    cli_close(&opened);
}
