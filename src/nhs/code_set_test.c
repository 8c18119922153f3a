// code_set_test.c -- the tables of codes: what belongs where, and what a broken table is told.
#include "nhs/code_set.h"
#include "test/test.h"

static const CodeSets *own(Test *t)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    return sets;
}

TEST(the_frailty_sets_are_whole)
{
    const CodeSets *sets = own(t);
    int deficits = 0;
    size_t rows = 0;
    for (size_t i = 0; i < code_sets_count(sets); i++) {
        const CodeSet *set = code_set_at(sets, i);
        if (!str_starts(set->name, STR("efi-"))) continue;
        deficits++;
        rows += set->count;
        CHECK(!str_eq(set->one, set->name)); // people have a word for it
    }
    CHECK_I64(deficits, 35);
    CHECK_I64((int64_t)rows, 2089);
}

TEST(a_code_is_found_in_its_sets_and_in_those_that_take_them_in)
{
    const CodeSets *sets = own(t);
    int diabetes = code_set_index(sets, STR("diabetes"));
    int ltc = code_set_index(sets, STR("ltc-diabetes"));
    CHECK(code_set_holds(sets, diabetes, STR("snomed"), STR("44054006")));
    CHECK(code_set_holds(sets, ltc, STR("snomed"), STR("44054006")));
    CHECK(!code_set_holds(sets, ltc, STR("loinc"), STR("44054006")));
    CHECK(!code_set_holds(sets, ltc, STR("snomed"), STR("4405400")));
    CHECK_I64(code_set_index(sets, STR("no-such")), -1);
    size_t count = 9;
    (void)code_sets_of(sets, STR("snomed"), STR("0"), &count);
    CHECK_I64((int64_t)count, 0);
}

TEST(values_are_turned_into_the_measures_first_unit)
{
    const Measure *hba1c = measure_find(own(t), STR("hba1c"));
    double value = 0;
    CHECK(measure_value(hba1c, 7.5, STR("%"), &value) && value > 58.4 && value < 58.5);
    CHECK(measure_value(hba1c, 58, STR("MMOL/MOL"), &value) && value == 58);
    CHECK(measure_value(hba1c, 7.5, STR(""), &value) && value > 58.4 && value < 58.5);
    CHECK(measure_value(hba1c, 60, STR(""), &value) && value == 60);
    CHECK(!measure_value(hba1c, 7.5, STR("mg/dL"), &value));
    CHECK(!measure_value(hba1c, 700, STR(""), &value));
    CHECK(measure_find(own(t), STR("no-such")) == NULL);
}

static void refused(Test *t, CodeFiles files, const char *wanted, int line)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_ERR(code_sets_from(t->arena, &files, &sets, &why), ERR_INVALID);
    test_check_contains(t, why, str_from_c(wanted), true, __FILE__, line);
}
#define REFUSED(wanted, ...) refused(t, (CodeFiles){__VA_ARGS__}, wanted, __LINE__)

TEST(a_broken_table_is_told_its_line)
{
#define SETS .sets = {STR("h\na\tsnomed\t1\tOne\n")}
    REFUSED("sets line 2: too few columns", .sets = {STR("h\na\tsnomed\n")});
    REFUSED("sets line 4: keep the rows of a set together",
            .sets = {STR("h\na\ts\t1\tx\nb\ts\t2\ty\na\ts\t3\tz\n")});
    REFUSED("the set b holds no code", .sets = {STR("h\na\tset\tb\tx\na\ts\t1\ty\n")});
    REFUSED("names line 2: a set that is there", SETS, .names = STR("h\nb\tB\tbs\n"));
    REFUSED("units line 2: a measure that", SETS, .units = STR("h\nm\tM\tg\t1\t0\t-\t-\n"));
    REFUSED("units line 2: numbers for factor", SETS, .measures = STR("h\nm\ts\t1\tx\n"),
            .units = STR("h\nm\tM\tg\tmany\t0\t-\t-\n"));
    REFUSED("values line 2: any, male or female", SETS, .measures = STR("h\nm\ts\t1\tx\n"),
            .values = STR("h\na\tm\tall\t1\t-\n"));
}
