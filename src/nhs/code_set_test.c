// code_set_test.c -- the tables of codes: what belongs where, and what a broken table is told.
#include "nhs/code_set.h"
#include "nhs/snomed_id.h"
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

TEST(no_snomed_code_lost_a_digit)
{
    const CodeSets *sets = own(t);
    CHECK(snomed_id_holds(STR("73211009")) && !snomed_id_holds(STR("73211008")));
    CHECK(snomed_id_holds(STR("925791000000100")) && !snomed_id_holds(STR("073211009")));
    CHECK(!snomed_id_holds(STR("")) && !snomed_id_holds(STR("0")));
    CHECK(!snomed_id_holds(STR("7321100a")) && !snomed_id_holds(STR("1234567890123456789")));
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

// ---- a deployment's own

static const CodeSets *with_own(Test *t, const char *name, const char *text)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CodeFiles files = code_files();
    files.own[files.own_count++] = (CodeFile){str_from_c(name), str_from_c(text)};
    files.own_names = STR("set\tone\tmany\tnote\nmine\tMine\trecords of mine\t\n");
    files.retired = STR("system\tcode\ton\nsnomed\t73211009\t20240401\nsnomed\t22298006\t\n");
    CHECK_OK(code_sets_from(t->arena, &files, &sets, &why));
    return sets;
}

TEST(a_deployments_set_stands_above_the_programs_own)
{
    const CodeSets *sets =
        with_own(t, "own.tsv",
                 "# version 59.0.0\n# source UK Primary Care RF2\n"
                 "set\tsystem\tcode\tterm\n"
                 "housebound\tsnomed\t11\tNew one\n"
                 "mine\tsnomed\t12\tAnother\nmine\tset\thousebound\tHousebound\n");
    const CodeSet *over = code_set_at(sets, (size_t)code_set_index(sets, STR("housebound")));
    const CodeSet *mine = code_set_at(sets, (size_t)code_set_index(sets, STR("mine")));
    CHECK_I64((int64_t)over->count, 1);
    CHECK_STR(over->rows[0].code, "11");
    CHECK_STR(over->version, "59.0.0");
    CHECK_STR(over->origin, "UK Primary Care RF2");
    CHECK_STR(over->file, "own.tsv");
    CHECK_STR(over->one, "Housebound"); // its name stays
    CHECK_STR(mine->one, "Mine");
    CHECK_I64((int64_t)mine->codes, 2);
    CHECK(code_set_holds(sets, code_set_index(sets, STR("mine")), STR("snomed"), STR("11")));
    CHECK(!code_set_holds(sets, code_set_index(sets, STR("housebound")), STR("snomed"),
                          STR("160689007")));
}

TEST(a_hash_is_of_the_codes_and_of_nothing_else)
{
    const char *head = "# version 1\nset\tsystem\tcode\tterm\n";
    Str one = arena_fmt(t->arena, "%smine\ts\t1\tA\nmine\ts\t2\tB\n", head);
    Str two = arena_fmt(t->arena, "# note\n%smine\ts\t2\tZ\nmine\ts\t1\t\nmine\ts\t1\t\n", head);
    Str three = arena_fmt(t->arena, "%smine\ts\t1\tA\nmine\ts\t3\tB\n", head);
    Str hash[3];
    const Str texts[] = {one, two, three};
    for (size_t i = 0; i < 3; i++) {
        const CodeSets *sets = with_own(t, "own.tsv", texts[i].ptr);
        const CodeSet *set = code_set_at(sets, (size_t)code_set_index(sets, STR("mine")));
        CHECK_I64((int64_t)set->codes, 2);
        hash[i] = set->hash;
    }
    CHECK_I64((int64_t)hash[0].len, 16);
    CHECK(str_eq(hash[0], hash[1]) && !str_eq(hash[0], hash[2]));
}

TEST(retired_codes_are_known_with_their_day)
{
    const CodeSets *sets = with_own(t, "o.tsv", "# version 1\nh\nmine\ts\t1\tA\n");
    Str on = STR("");
    CHECK(code_retired(sets, STR("snomed"), STR("73211009"), &on));
    CHECK_STR(on, "20240401");
    CHECK(code_retired(sets, STR("snomed"), STR("22298006"), &on) && on.len == 0);
    CHECK(!code_retired(sets, STR("loinc"), STR("22298006"), &on));
    CHECK(!code_retired(own(t), STR("snomed"), STR("22298006"), &on));
}

TEST(a_deployments_file_is_refused_with_its_name_and_line)
{
#define OWN(...) .own = {__VA_ARGS__}, .own_count = 1
    REFUSED("a.tsv line 1: a line \"# version V\"", SETS,
            OWN({STR("a.tsv"), STR("set\tsystem\tcode\tterm\nb\ts\t1\tx\n")}));
    REFUSED("a.tsv line 4: too few columns", SETS,
            OWN({STR("a.tsv"), STR("# version 1\nh\nb\ts\t1\tx\nb\ts\n")}));
    REFUSED("a.tsv line 3: a code: what < holds", SETS,
            OWN({STR("a.tsv"), STR("# version 1\nh\nb\ts\t<<1\tx\n")}));
    REFUSED("The set b of b.tsv stands in a.tsv too: remove one of these files, or give", SETS,
            .own = {{STR("a.tsv"), STR("# version 1\nh\nb\ts\t1\tx\n")},
                    {STR("b.tsv"), STR("# version 1\nh\nb\ts\t1\tx\n")}},
            .own_count = 2);
    REFUSED("names.tsv line 2: a set that is there", SETS, .own_names = STR("h\nz\tZ\tzs\n"));
    REFUSED("retired.tsv line 2: too few columns", SETS, .retired = STR("h\nsnomed\n"));
}

// A million codes in one set get a sentence.
TEST(a_set_of_a_million_codes_gets_a_sentence)
{
    CLEANUP(buf_free) Buf text = buf_new((size_t)64 * 1024 * 1024);
    buf_add_c(&text, "# version 1\nset\tsystem\tcode\tterm\n");
    for (int i = 0; i < 1000000; i++) buf_fmt(&text, "big\tsnomed\t%d\t\n", i);
    REFUSED("line 100003: at most 100,000 codes in one set", SETS,
            OWN({STR("big.tsv"), buf_str(&text)}));
}

TEST(sets_of_several_kinds_are_told_apart_by_their_titles)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    static const char *const TITLES[][2] = {{"efi-diabetes", "Diabetes (frailty index)"},
                                            {"ltc-diabetes", "Diabetes (long-term condition)"},
                                            {"diabetes", "Diabetes"}};
    for (size_t i = 0; i < COUNT_OF(TITLES); i++) {
        const CodeSet *set =
            code_set_at(sets, (size_t)code_set_index(sets, str_from_c(TITLES[i][0])));
        CHECK_STR(set->title, TITLES[i][1]);
        CHECK_STR(set->one, "Diabetes");
    }
    for (size_t i = 0; i < code_sets_count(sets); i++) {
        for (size_t k = i + 1; k < code_sets_count(sets); k++) {
            CHECK(!str_eq(code_set_at(sets, i)->title, code_set_at(sets, k)->title));
        }
    }
    CodeFiles files = code_files();
    Str text = STR("# version 1\n# source Us\nset\tsystem\tcode\tterm\nmine\tsnomed\t12\tx\n");
    files.own[files.own_count++] = (CodeFile){STR("mine.tsv"), text};
    files.own_names = STR("set\tone\tmany\tnote\tkind\nmine\tDiabetes\tmine\t\t\n");
    CHECK_OK(code_sets_from(t->arena, &files, &sets, &why));
    const CodeSet *mine = code_set_at(sets, (size_t)code_set_index(sets, STR("mine")));
    CHECK_STR(mine->title, "Diabetes (mine)"); // the program has one of that title
    files.own_names = STR("set\tone\tmany\tnote\tkind\nmine\tDiabetes\tmine\t\tour list\n");
    CHECK_OK(code_sets_from(t->arena, &files, &sets, &why));
    mine = code_set_at(sets, (size_t)code_set_index(sets, STR("mine")));
    CHECK_STR(mine->title, "Diabetes (our list)");
}
