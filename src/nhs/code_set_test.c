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

static size_t in_set(const CodeSets *sets, const char *name)
{
    size_t codes = 0;
    int index = code_set_index(sets, str_from_c(name));
    if (index >= 0) codes = code_set_at(sets, (size_t)index)->count;
    return codes;
}

TEST(the_registers_hold_more_than_a_starter_list)
{
    const CodeSets *sets = own(t);
    CHECK(in_set(sets, "severe-mental-illness") > 300);
    CHECK(in_set(sets, "ltc-cancer") > 1000);
    CHECK(in_set(sets, "ltc-depression") > 90);
    CHECK(in_set(sets, "ltc-epilepsy") > 30);
    CHECK(in_set(sets, "ltc-copd") > 40 && in_set(sets, "ltc-asthma") > 70);
    CHECK(in_set(sets, "ltc-learning-disability") >= 30 && in_set(sets, "carer") > 25);
}

TEST(one_disease_is_one_long_term_condition)
{
    const CodeSets *sets = own(t);
    size_t count = 0;
    const uint16_t *in = code_sets_of(sets, STR("snomed"), STR("69896004"), &count);
    int conditions = 0; // rheumatoid arthritis is arthritis, not a second condition beside it
    for (size_t i = 0; i < count; i++) {
        conditions += str_starts(code_set_at(sets, in[i])->name, STR("ltc-"));
    }
    CHECK_I64(conditions, 1);
}

// The frailty index counts signs and visits too; a long-term condition is a diagnosis.
TEST(a_long_term_condition_is_a_diagnosis)
{
    static const struct {
        const char *set, *code, *term;
    } NOT_ONE[] = {{"ltc-cancer", "68496003", "Polyp of colon"},
                   {"ltc-cancer", "92691004", "Carcinoma in situ of prostate"},
                   {"ltc-cancer", "439740005", "Follow-up visit"},
                   {"ltc-ckd", "73211009", "Diabetes mellitus"},
                   {"ltc-ckd", "29738008", "Proteinuria"},
                   {"ltc-parkinsons", "26079004", "Tremor"},
                   {"ltc-heart-failure", "423475008", "Heart failure education"}};
    const CodeSets *sets = own(t);
    for (size_t i = 0; i < COUNT_OF(NOT_ONE); i++) {
        int set = code_set_index(sets, str_from_c(NOT_ONE[i].set));
        CHECK(!code_set_holds(sets, set, STR("snomed"), str_from_c(NOT_ONE[i].code)));
    }
    int ckd = code_set_index(sets, STR("ltc-ckd"));
    CHECK(code_set_holds(sets, ckd, STR("snomed"), STR("433144002"))); // stage 3
}

TEST(every_code_says_where_it_was_read)
{
    const CodeSets *sets = own(t);
    for (size_t i = 0; i < code_sets_count(sets); i++) {
        const CodeSet *set = code_set_at(sets, i);
        for (size_t k = 0; k < set->count; k++) {
            CHECK(code_source(sets, set->rows[k].source) != NULL);
        }
    }
    CHECK(code_source(sets, STR("no-such")) == NULL);
    CHECK_STR(code_source(sets, STR("launders"))->licence, "CC BY 4.0");
}

// The check digit of a SNOMED CT identifier (Verhoeff): a digit lost in copying is found.
static bool snomed_id_holds(Str id)
{
    static const uint8_t TURN[8][10] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
        {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
        {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
        {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
    int check = 0; // an element of the group of a pentagon's turns and flips
    for (size_t i = 0; i < id.len; i++) {
        char digit = id.ptr[id.len - 1 - i];
        if (digit < '0' || digit > '9') return false;
        int next = TURN[i % 8][digit - '0'];
        int turned = check < 5 ? check + next % 5 : check - next % 5 + 5;
        bool flipped = (check >= 5) != (next >= 5);
        check = turned % 5 + (flipped ? 5 : 0);
    }
    return check == 0;
}

TEST(no_snomed_code_lost_a_digit)
{
    const CodeSets *sets = own(t);
    CHECK(snomed_id_holds(STR("73211009")) && !snomed_id_holds(STR("73211008")));
    for (size_t i = 0; i < code_sets_count(sets); i++) {
        const CodeSet *set = code_set_at(sets, i);
        for (size_t k = 0; k < set->count; k++) {
            if (!str_eq(set->rows[k].system, STR("snomed"))) continue;
            CHECK(snomed_id_holds(set->rows[k].code));
        }
    }
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
    REFUSED("sets line 2: a source that", .sets = {STR("h\na\tsnomed\t1\tOne\tnowhere\n")});
    REFUSED("sources line 2: too few columns", SETS, .sources = STR("h\nkey\twhat\n"));
}
