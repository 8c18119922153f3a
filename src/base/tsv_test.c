// tsv_test.c -- tables of ours: rows, what is passed over, and what a wrong row is told.
#include "base/tsv.h"
#include "test/test.h"

TEST(rows_come_with_their_line_and_without_what_is_for_people)
{
    Tsv table = tsv_open(STR("key\tword\n# a remark\n\na\t one \r\n  \nb\ttwo\tmore"), 2);
    CHECK(tsv_next(&table));
    CHECK_STR(table.fields[0], "a");
    CHECK_STR(table.fields[1], "one");
    CHECK_STR(table.fields[2], "");
    CHECK_I64(table.line, 4);
    CHECK(tsv_next(&table));
    CHECK_I64((int64_t)table.count, 3);
    CHECK_STR(table.fields[2], "more");
    CHECK(!tsv_next(&table));
    CHECK_OK(table.err);
}

TEST(a_row_that_is_too_short_or_too_long_stops_the_table)
{
    Tsv table = tsv_open(STR("h\na\tb\nc\nd\te\n"), 2);
    CHECK(tsv_next(&table));
    CHECK(!tsv_next(&table));
    CHECK_ERR(table.err, ERR_INVALID);
    CHECK_STR(tsv_wrong(t->arena, &table, "birds.tsv"),
              "birds.tsv line 3: too few columns, separate them by tabs");
    CHECK(!tsv_next(&table)); // and stays stopped
    table = tsv_open(STR("h\n1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15\t16\t\n"), 2);
    CHECK(!tsv_next(&table));
    CHECK_STR(tsv_wrong(t->arena, &table, "birds.tsv"), "birds.tsv line 2: too many columns");
}

TEST(a_table_may_be_empty)
{
    Tsv none = tsv_open(STR(""), 1);
    Tsv missing = tsv_open((Str){NULL, 0}, 1);
    CHECK(!tsv_next(&none) && none.err == ERR_OK);
    CHECK(!tsv_next(&missing) && missing.err == ERR_OK);
}
