// cohort_frailty_test.c -- the frailty index against its golden values, from columns in memory.
#include "insight/cohort/cohort_frailty.h"
#include "test/test.h"

enum { TODAY = 20781 }; // 24 November 2026

typedef struct Fact { // one event to be made
    const char *system, *code;
    int days_ago;
    double value; // below 0: none
    const char *unit;
    EventKind kind;
} Fact;

static CohortColumns *columns_of(Test *t, RuleSex sex, const Fact *facts, size_t count)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    Code *codes = ARENA_ARRAY(t->arena, Code, count + 1);
    Str *units = ARENA_ARRAY(t->arena, Str, count + 1);
    EventRow *rows = ARENA_ARRAY(t->arena, EventRow, count + 1);
    units[0] = STR("");
    for (size_t i = 0; i < count; i++) {
        codes[i] = (Code){(int32_t)i + 1, str_from_c(facts[i].system), str_from_c(facts[i].code),
                          str_from_c(facts[i].code)};
        units[i + 1] = str_from_c(facts[i].unit);
        rows[i] = (EventRow){.person = 7,
                             .day = TODAY - facts[i].days_ago,
                             .code_id = (int32_t)i + 1,
                             .kind = (uint8_t)facts[i].kind,
                             .has_value = facts[i].value >= 0,
                             .unit_id = facts[i].unit == NULL ? 0 : (int32_t)i + 1,
                             .value = facts[i].value};
    }
    ColumnPerson person = {.id = {7}, .born = {TODAY - 30000}, .sex = sex, .registration = 1};
    ColumnSource source = {.persons = &person,
                           .person_count = 1,
                           .codes = codes,
                           .code_count = count,
                           .units = units,
                           .unit_count = count + 1};
    ColumnBuilder *builder = NULL;
    ColumnPool *pool = NULL;
    Columns *view = NULL;
    CohortColumns *columns = NULL;
    CHECK_OK(columns_pool_new(t->arena, 1, &pool));
    CHECK_OK(column_builder_new(&source, NULL, &builder));
    CHECK_OK(column_builder_add(builder, rows, count));
    CHECK_OK(column_builder_finish(builder, &view));
    column_builder_free(builder);
    CHECK_OK(cohort_columns_new(view, pool, sets, &columns));
    return columns;
}

// Lets go of columns_of's.
static void end(CohortColumns *columns)
{
    ColumnPool *pool = columns->pool;
    cohort_columns_let_go(columns);
    columns_pool_free(pool);
}

// How many deficits these facts make. The explanation must find as many as the index.
static int deficits_of(Test *t, RuleSex sex, const Fact *facts, size_t count)
{
    CohortColumns *columns = columns_of(t, sex, facts, count);
    Date today = {TODAY};
    FrailtyIndex index;
    frailty_explain(columns, t->arena, 0, today, &index);
    CHECK(frailty_kept(columns, today) == NULL);
    int deficits = frailty_counts(columns, t->arena, today)[0];
    CHECK_I64(index.deficits, deficits);
    CHECK_I64(frailty_deficits(columns, t->arena, 0, today), deficits);
    CHECK(frailty_kept(columns, today) != NULL && frailty_kept(columns, today)[0] == deficits);
    end(columns);
    return deficits;
}

#define OBSERVED(system, code, ago, value, unit)                                                   \
    {                                                                                              \
        system, code, ago, value, unit, EVENT_OBSERVATION                                          \
    }
#define DEFICITS_OF(sex, ...)                                                                      \
    deficits_of(t, (sex), (const Fact[]){__VA_ARGS__}, COUNT_OF(((const Fact[]){__VA_ARGS__})))

TEST(bands_begin_at_five_nine_and_thirteen_deficits)
{
    CHECK(frailty_band(4) == FRAILTY_FIT && frailty_band(0) == FRAILTY_FIT);
    CHECK(frailty_band(5) == FRAILTY_MILD && frailty_band(8) == FRAILTY_MILD);
    CHECK(frailty_band(9) == FRAILTY_MODERATE && frailty_band(12) == FRAILTY_MODERATE);
    CHECK(frailty_band(13) == FRAILTY_SEVERE && frailty_band(36) == FRAILTY_SEVERE);
}

TEST(haemoglobin_bounds_are_strict_and_differ_by_sex)
{
    const char *hb = "1022431000000105";
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", hb, 9, 129, "g/L")), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", hb, 9, 130, "g/L")), 0);
    CHECK_I64(DEFICITS_OF(RULE_FEMALE, OBSERVED("snomed", hb, 9, 114, "g/L")), 1);
    CHECK_I64(DEFICITS_OF(RULE_FEMALE, OBSERVED("snomed", hb, 9, 115, "g/L")), 0);
    CHECK_I64(DEFICITS_OF(RULE_ANY_SEX, OBSERVED("snomed", hb, 9, 80, "g/L")), 0); // which bound?
}

TEST(units_are_read_or_told_by_their_range_but_never_guessed)
{
    const char *hb = "1022431000000105";
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", hb, 9, 12.9, "g/dL")), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", hb, 9, 12.9, NULL)), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", hb, 9, 13.0, NULL)), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", hb, 9, 129, NULL)), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", hb, 9, 8.0, "mmol/L")), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("loinc", "718-7", 9, 12.9, "g/dL")), 1);
}

TEST(kidney_thyroid_and_artery_values_have_strict_bounds)
{
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1011481000000105", 9, 59, NULL)), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1011481000000105", 9, 60, NULL)), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1022791000000101", 9, 0.35, "mU/L")), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1022791000000101", 9, 0.36, "mU/L")), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1022791000000101", 9, 5.5, "mU/L")), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1022791000000101", 9, 5.6, "mU/L")), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "446841001", 9, 0.94, "ratio")), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "446841001", 9, 0.95, "ratio")), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1023491000000104", 9, 3, "mg/mmol")), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("loinc", "14959-1", 9, 30, "mg/g")),
              1); // 3.4 mg/mmol
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "444297006", 9, 1, "score")), 1);
}

TEST(urine_in_24_hours_and_dependence_have_the_published_bounds)
{
    const char *protein = "1016051000000101";
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", protein, 9, 151, "mg/24h")), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", protein, 9, 150, "mg/24h")), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", protein, 9, 0.2, "g/24h")), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", protein, 9, 0.2, NULL)), 0); // g or mg?
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1019891000000109", 9, 21, "mg/24h")), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "1019891000000109", 9, 20, "mg/24h")), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "273302005", 9, 18, NULL)), 1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "273302005", 9, 19, NULL)), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "273302005", 9, 80, NULL)), 0); // of 100
}

static bool rule_says(const CodeSets *sets, const char *measure, double value)
{
    size_t count = 0;
    const ValueRule *rules = value_rules(sets, &count);
    for (size_t i = 0; i < count; i++) {
        double shown = 0;
        if (str_eq(rules[i].measure->name, str_from_c(measure)) &&
            measure_value(rules[i].measure, value, STR(""), &shown)) {
            return value_rule_met(&rules[i], shown, RULE_ANY_SEX);
        }
    }
    return false;
}

// No public source confirms a code for these: the rules stand ready, and nothing meets them yet.
TEST(rules_that_wait_for_a_code_have_their_golden_values)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    CHECK(rule_says(sets, "six-cit", 8) && !rule_says(sets, "six-cit", 7));
    CHECK(rule_says(sets, "falls-count", 1) && !rule_says(sets, "falls-count", 0));
    CHECK(rule_says(sets, "chads2", 0) && rule_says(sets, "chads2", 6));
    CHECK(rule_says(sets, "hip-t-score", -2.5) && !rule_says(sets, "hip-t-score", -2.4));
    CHECK(rule_says(sets, "oxygen-hours", 1) && !rule_says(sets, "oxygen-hours", 0));
    CHECK(rule_says(sets, "copd-unscheduled", 1) && !rule_says(sets, "copd-unscheduled", 0));
    CHECK_I64((int64_t)measure_find(sets, STR("six-cit"))->count, 0);
    CHECK_STR(measure_find(sets, STR("six-cit"))->label,
              "Six item cognitive impairment test score");
}

// Golden: 4, 5, 8, 9, 12 and 13 deficits, as the published score prints them.
TEST(the_score_is_printed_to_two_places)
{
    static const struct {
        int deficits;
        const char *score, *band;
    } GOLDEN[] = {{4, "0.11", "Fit"},      {5, "0.14", "Mild"},      {8, "0.22", "Mild"},
                  {9, "0.25", "Moderate"}, {12, "0.33", "Moderate"}, {13, "0.36", "Severe"}};
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    for (size_t g = 0; g < COUNT_OF(GOLDEN); g++) {
        Fact facts[DEFICITS_CODED];
        size_t count = 0;
        for (size_t i = 0; i < code_sets_count(sets); i++) {
            const CodeSet *set = code_set_at(sets, i);
            size_t only = 0; // a code that stands in this deficit alone
            for (size_t in = 0; only < set->count; only++) {
                (void)code_sets_of(sets, set->rows[only].system, set->rows[only].code, &in);
                if (in == 1) break;
            }
            if (count == (size_t)GOLDEN[g].deficits || only == set->count) continue;
            if (!str_starts(set->name, STR("efi-"))) continue;
            facts[count++] = (Fact)OBSERVED(
                "snomed", arena_fmt(t->arena, STR_FMT, STR_ARG(set->rows[only].code)).ptr, 9, -1,
                NULL);
        }
        CohortColumns *columns = columns_of(t, RULE_MALE, facts, count);
        FrailtyIndex index;
        frailty_explain(columns, t->arena, 0, (Date){TODAY}, &index);
        end(columns);
        CHECK_I64(index.deficits, GOLDEN[g].deficits);
        CHECK_STR(index.score, GOLDEN[g].score);
        CHECK_STR(index.band, GOLDEN[g].band);
    }
}

TEST(codes_count_once_for_each_deficit_and_do_not_lapse)
{
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "161898004", 12000, -1, NULL),
                          OBSERVED("snomed", "279992002", 10, -1, NULL),
                          OBSERVED("snomed", "160689007", 1, -1, NULL)),
              2);
    // Recorded tomorrow: not a fact of today.
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("snomed", "160689007", -1, -1, NULL)), 0);
    CHECK_I64(DEFICITS_OF(RULE_MALE, OBSERVED("local", "160689007", 1, -1, NULL)), 0);
}

TEST(five_different_medicines_in_twelve_months_are_polypharmacy)
{
#define DRUG(code, ago) {"rxnorm", code, ago, -1, NULL, EVENT_MEDICINE}
    CHECK_I64(DEFICITS_OF(RULE_MALE, DRUG("1", 1), DRUG("2", 2), DRUG("3", 3), DRUG("4", 364),
                          DRUG("5", 300)),
              1);
    CHECK_I64(DEFICITS_OF(RULE_MALE, DRUG("1", 1), DRUG("2", 2), DRUG("3", 3), DRUG("4", 365),
                          DRUG("5", 300)),
              0); // the same day a year ago is outside
    CHECK_I64(DEFICITS_OF(RULE_MALE, DRUG("1", 1), DRUG("2", 2), DRUG("3", 3), DRUG("4", 4)), 0);
}

TEST(an_index_names_each_deficit_with_its_code_and_date)
{
    const Fact facts[] = {OBSERVED("snomed", "160689007", 400, -1, NULL),
                          OBSERVED("snomed", "160689007", 30, -1, NULL),
                          OBSERVED("snomed", "1022431000000105", 9, 12.9, NULL)};
    CohortColumns *columns = columns_of(t, RULE_MALE, facts, COUNT_OF(facts));
    FrailtyIndex index;
    frailty_explain(columns, t->arena, 0, (Date){TODAY}, &index);
    end(columns);
    CHECK_I64(index.deficits, 2);
    CHECK_STR(index.band, "Fit");
    CHECK_STR(index.score, "0.06");
    CHECK_STR(index.each[0].text, "Anaemia: Haemoglobin 129 g/L");
    CHECK_STR(index.each[1].code, "160689007");
    CHECK_I64(index.each[1].on.days, TODAY - 30); // the latest record
}

// What is coded as seen on a day, `ago` days before today.
static CodedFrailty coded_of(Test *t, const Fact *facts, size_t count, int ago)
{
    CohortColumns *columns = columns_of(t, RULE_FEMALE, facts, count);
    CodedFrailty coded = frailty_coded(columns, t->arena, 0, (Date){TODAY - ago});
    end(columns);
    return coded;
}

TEST(of_coded_frailty_the_latest_holds_and_of_one_day_the_more_severe)
{
    const Fact facts[] = {OBSERVED("snomed", "925861000000102", 900, -1, NULL),
                          OBSERVED("snomed", "925791000000100", 30, -1, NULL),
                          OBSERVED("snomed", "925831000000107", 30, -1, NULL)};
    CodedFrailty now = coded_of(t, facts, COUNT_OF(facts), 0);
    CHECK(now.band == FRAILTY_MODERATE);
    CHECK_I64(now.on.days, TODAY - 30);
    CHECK_STR(now.code, "925831000000107");
    CHECK(coded_of(t, facts, COUNT_OF(facts), 30).band == FRAILTY_MODERATE);
    CHECK(coded_of(t, facts, COUNT_OF(facts), 31).band == FRAILTY_SEVERE);
    CodedFrailty before = coded_of(t, facts, COUNT_OF(facts), 901);
    CHECK(before.band == FRAILTY_FIT && date_is_none(before.on));
    CHECK_CONTAINS(frailty_beside(t->arena, &before, 3, STR("Millfield")), "No clinician has");
    CHECK_CONTAINS(frailty_beside(t->arena, &now, 9, STR("Millfield")), "says the same: 9 of 36");
    CHECK_CONTAINS(frailty_beside(t->arena, &now, 8, STR("Millfield")),
                   "in the record of Millfield [925831000000107]. The index says mild, less than");
    CHECK_CONTAINS(frailty_beside(t->arena, &now, 13, STR("Millfield")), "severe, more than");
}
