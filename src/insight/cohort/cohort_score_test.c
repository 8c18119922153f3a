// cohort_score_test.c -- scores against their golden values, and the table they are read from.
#include "insight/cohort/cohort_score.h"
#include "test/test.h"

enum { TODAY = 20781 }; // 24 November 2026

#define DEMENTIA   "52448006"  // dementia
#define AF         "49436004"  // atrial fibrillation
#define CKD        "433144002" // chronic kidney disease stage 3
#define HIGH_BP    "38341003"  // hypertensive disorder
#define ASTHMA     "195967001"
#define COPD       "13645005"
#define DEPRESSION "35489007"

typedef struct Fact {
    const char *code;
    int days_ago;
} Fact;

static const CodeSets *own(Test *t)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    return sets;
}

static CohortColumns *columns_of(Test *t, const CodeSets *sets, const Fact *facts, size_t count)
{
    Code *codes = ARENA_ARRAY(t->arena, Code, count + 1);
    EventRow *rows = ARENA_ARRAY(t->arena, EventRow, count + 1);
    static const Str NO_UNIT = STR_INIT("");
    for (size_t i = 0; i < count; i++) {
        Str code = str_from_c(facts[i].code);
        codes[i] = (Code){(int32_t)i + 1, STR("snomed"), code, STR("Term")};
        rows[i] =
            (EventRow){.person = 7, .day = TODAY - facts[i].days_ago, .code_id = (int32_t)i + 1};
    }
    ColumnPerson person = {.id = {7}, .born = {TODAY - 30000}, .registration = 1};
    ColumnSource source = {.persons = &person,
                           .person_count = 1,
                           .codes = codes,
                           .code_count = count,
                           .units = &NO_UNIT,
                           .unit_count = 1};
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

// The score's points in hundredths; the explanation must add up to the same.
static int scored(Test *t, const CodeSets *sets, const char *score, const Fact *facts, size_t count,
                  ScoreLines *lines)
{
    const CodeScore *of = code_score_find(sets, str_from_c(score));
    CohortColumns *columns = columns_of(t, sets, facts, count);
    ColumnPool *pool = columns->pool;
    int points = score_points(columns, t->arena, of, (Date){TODAY})[0];
    score_explain(columns, t->arena, 0, of, (Date){TODAY}, lines);
    CHECK_I64(lines->points, points);
    cohort_columns_let_go(columns);
    columns_pool_free(pool);
    return points;
}

#define SCORED(score, ...)                                                                         \
    scored(t, own(t), (score), (const Fact[]){__VA_ARGS__},                                        \
           COUNT_OF(((const Fact[]){__VA_ARGS__})), &lines)

// A code that is in this set and in no other row of the Charlson table.
static const char *only_in(Test *t, const char *name)
{
    const CodeSets *sets = own(t);
    const CodeSet *set = code_set_at(sets, (size_t)code_set_index(sets, str_from_c(name)));
    for (size_t i = 0; i < set->count; i++) {
        size_t count = 0;
        int charlson = 0;
        const uint16_t *in = code_sets_of(sets, set->rows[i].system, set->rows[i].code, &count);
        for (size_t k = 0; k < count; k++) {
            charlson += str_starts(code_set_at(sets, in[k])->name, STR("charlson-"));
        }
        if (charlson == 1) return arena_c(t->arena, set->rows[i].code);
    }
    CHECK(!"no code of its own");
    return "";
}

TEST(charlson_has_its_golden_values_in_both_weightings)
{
    ScoreLines lines;
    const char *plain = only_in(t, "charlson-diabetes-uncomplicated");
    const char *damage = only_in(t, "charlson-diabetes-with-end-organ-damage");
    const char *mild = only_in(t, "charlson-mild-liver-disease");
    const char *severe = only_in(t, "charlson-moderate-or-severe-liver-disease");
    const char *renal = only_in(t, "charlson-renal-disease");
    const char *cancer = only_in(t, "charlson-any-malignancy");
    const char *spread = only_in(t, "charlson-metastatic-solid-tumour");
    const char *chf = only_in(t, "charlson-congestive-heart-failure");
    const char *dementia = only_in(t, "charlson-dementia");
    CHECK_I64(SCORED("charlson", {plain, 9}, {damage, 900}), 200);
    CHECK_I64(SCORED("charlson-2011", {plain, 9}, {damage, 900}), 100);
    CHECK_I64(SCORED("charlson", {mild, 9}, {severe, 900}), 300);
    CHECK_I64(SCORED("charlson-2011", {mild, 9}, {severe, 900}), 400);
    CHECK_I64(SCORED("charlson", {chf, 9}, {dementia, 9}, {renal, 9}), 400);
    CHECK_I64(SCORED("charlson-2011", {chf, 9}, {dementia, 9}, {renal, 9}), 500);
    CHECK_I64(SCORED("charlson", {cancer, 9}, {spread, 9}), 600);
    CHECK_I64(SCORED("charlson", {plain, 9}), 100);
    CHECK_I64(SCORED("charlson-2011", {plain, 9}), 0);
    CHECK_I64(SCORED("charlson", {spread, -1}), 0); // recorded tomorrow
}

TEST(the_cambridge_score_has_its_golden_values)
{
    ScoreLines lines;
    CHECK_I64(SCORED("cambridge", {DEMENTIA, 9}, {AF, 9000}, {CKD, 1}), 427);
    CHECK_STR(points_text(t->arena, lines.points), "4.27");
    CHECK_I64(SCORED("cambridge", {HIGH_BP, 9}), 9);
    CHECK_I64(SCORED("cambridge", {"1", 9}), 0);
}

TEST(the_cambridge_score_has_the_weights_of_the_paper)
{
    // Payne 2020, appendix 5, in the paper's order of prevalence; hundredths. -0.02 of diverticular
    // disease takes away: it stands as 0 and is never counted.
    static const struct {
        const char *label;
        int points;
    } PAPER[] = {{"High blood pressure", 9},
                 {"Anxiety or depression in the last 12 months", 47},
                 {"Painful condition", 87},
                 {"Hearing loss", 7},
                 {"Irritable bowel syndrome", 18},
                 {"Asthma", 18},
                 {"Diabetes", 71},
                 {"Prostate disorder", 1},
                 {"Thyroid disorder", 8},
                 {"Coronary heart disease", 46},
                 {"Chronic kidney disease", 51},
                 {"Diverticular disease", 0},
                 {"Chronic sinusitis", 13},
                 {"Atrial fibrillation", 130},
                 {"Constipation", 103},
                 {"Stroke or TIA", 77},
                 {"COPD", 141},
                 {"Connective tissue disease", 40},
                 {"Cancer, first recorded in the last 5 years", 150},
                 {"Peptic ulcer", 20},
                 {"Alcohol problems", 55},
                 {"Substance misuse", 38},
                 {"Psoriasis or eczema", 25},
                 {"Blindness or low vision", 15},
                 {"Heart failure", 112},
                 {"Dementia", 246},
                 {"Schizophrenia, psychosis or bipolar disorder", 58},
                 {"Epilepsy", 85},
                 {"Inflammatory bowel disease", 44},
                 {"Peripheral vascular disease", 53},
                 {"Anorexia or bulimia", 34},
                 {"Chronic liver disease", 72},
                 {"Migraine", 7},
                 {"Learning disability", 47},
                 {"Bronchiectasis", 66},
                 {"Multiple sclerosis", 69},
                 {"Parkinson's disease", 129}};
    const CodeScore *score = code_score_find(own(t), STR("cambridge"));
    CHECK_I64((int64_t)COUNT_OF(PAPER), 37);
    CHECK_I64((int64_t)score->count, 37);
    for (size_t i = 0; i < COUNT_OF(PAPER); i++) {
        int found = -1;
        for (size_t r = 0; r < score->count; r++) {
            if (!str_eq(score->rows[r].label, str_from_c(PAPER[i].label))) continue;
            found = score->rows[r].points;
        }
        CHECK_I64(found, PAPER[i].points);
    }
}

TEST(what_got_codes_later_counts_in_the_cambridge_score)
{
    ScoreLines lines;
    CHECK_I64(SCORED("cambridge", {"24700007", 9}), 69);  // multiple sclerosis
    CHECK_I64(SCORED("cambridge", {"34000006", 9}), 44);  // Crohn's disease
    CHECK_I64(SCORED("cambridge", {"10743008", 9}), 18);  // irritable bowel syndrome
    CHECK_I64(SCORED("cambridge", {"170727003", 9}), 15); // registered blind
    CHECK_I64(SCORED("cambridge", {"75544000", 9}), 38);  // opioid dependence
    CHECK_I64(SCORED("cambridge", {"21897009", 9}), 47);  // generalised anxiety
    CHECK_I64(SCORED("cambridge", {"21897009", 400}), 0); // not in the last 12 months
    CHECK_I64(SCORED("cambridge", {"21897009", 9}, {DEPRESSION, 9}), 47); // both: once
}

TEST(cancer_counts_when_it_was_first_recorded_in_five_years)
{
    ScoreLines lines;
    const char *cancer = "254837009";                    // malignant neoplasm of breast
    CHECK_I64(SCORED("cambridge", {cancer, 1825}), 150); // 25 November 2021
    CHECK_I64(SCORED("cambridge", {cancer, 1826}), 0);   // the same day five years ago
    CHECK_I64(SCORED("cambridge", {cancer, 1826}, {cancer, 9}), 0);
}

TEST(depression_counts_when_it_was_recorded_in_twelve_months)
{
    ScoreLines lines;
    CHECK_I64(SCORED("cambridge", {DEPRESSION, 364}), 47);
    CHECK_I64(SCORED("cambridge", {DEPRESSION, 365}), 0);
    CHECK_I64(SCORED("cambridge", {DEPRESSION, 900}, {DEPRESSION, 9}), 47);
}

TEST(each_line_says_what_it_counts_and_what_takes_its_place)
{
    ScoreLines lines;
    const char *plain = only_in(t, "charlson-diabetes-uncomplicated");
    const char *damage = only_in(t, "charlson-diabetes-with-end-organ-damage");
    (void)SCORED("charlson", {plain, 9}, {damage, 900}, {plain, 4});
    CHECK_I64((int64_t)lines.count, 2);
    CHECK_STR(lines.lines[0].text, "Diabetes without complications: Term (not counted beside "
                                   "Diabetes with end organ damage)");
    CHECK_I64(lines.lines[0].on.days, TODAY - 4);
    CHECK_STR(lines.lines[1].text, "Diabetes with end organ damage: Term (2 points)");
    CHECK_STR(lines.lines[1].code, damage);
}

TEST(what_a_score_leaves_out_is_said)
{
    const Str *limits = NULL;
    size_t count = 0;
    score_limits(t->arena, code_score_find(own(t), STR("cambridge")), &limits, &count);
    CHECK(count >= 10);
    CHECK_STR(limits[0],
              "Constipation (1.03) is not counted until codes are loaded as \"laxatives\": counts "
              "days with a laxative prescribed");
    score_limits(t->arena, code_score_find(own(t), STR("charlson")), &limits, &count);
    CHECK_I64((int64_t)count, 0);
}

// A row that asks for another set beside it: with a table of its own.
TEST(a_row_can_ask_for_another_set_beside_it)
{
    ScoreLines lines;
    CodeFiles files = code_files();
    files.scores = STR("h\ns\tltc-asthma\t0.18\t-\tever\tltc-copd 12 months\tAsthma\t\town\n");
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_from(t->arena, &files, &sets, &why));
    const Fact alone[] = {{ASTHMA, 900}};
    const Fact beside[] = {{ASTHMA, 900}, {COPD, 364}};
    const Fact late[] = {{ASTHMA, 900}, {COPD, 365}};
    CHECK_I64(scored(t, sets, "s", alone, COUNT_OF(alone), &lines), 0);
    CHECK_I64(scored(t, sets, "s", beside, COUNT_OF(beside), &lines), 18);
    CHECK_I64(scored(t, sets, "s", late, COUNT_OF(late), &lines), 0);
}

// A row that asks for several days, and is not there before its set is loaded.
TEST(a_row_can_ask_for_several_days_and_for_a_set_that_may_be_loaded)
{
    ScoreLines lines;
    CodeFiles files = code_files();
    files.scores = STR("h\ns\tltc-asthma?\t2\t-\t3 within 12 months\t-\tOften\t\town\n"
                       "s\tltc-copd\t1\t-\tever\t2 not-there? 12 months\tNever\t\town\n");
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_from(t->arena, &files, &sets, &why));
    const Fact twice[] = {{ASTHMA, 200}, {ASTHMA, 100}, {ASTHMA, 100}, {COPD, 9}};
    const Fact before[] = {{ASTHMA, 365}, {ASTHMA, 200}, {ASTHMA, 100}};
    const Fact often[] = {{ASTHMA, 364}, {ASTHMA, 200}, {ASTHMA, 100}};
    CHECK_I64(scored(t, sets, "s", twice, COUNT_OF(twice), &lines), 0);
    CHECK_I64(scored(t, sets, "s", before, COUNT_OF(before), &lines), 0);
    CHECK_I64(scored(t, sets, "s", often, COUNT_OF(often), &lines), 200);
    CHECK_I64((int64_t)lines.count, 1);
    CHECK_STR(lines.lines[0].text, "Often: Term (2 points)");
    const Str *limits = NULL;
    size_t count = 0;
    score_limits(t->arena, code_score_find(sets, STR("s")), &limits, &count);
    CHECK_I64((int64_t)count, 1);
    CHECK_STR(limits[0], "Never (1) is not counted until codes are loaded as \"not-there\"");
}

static void refused(Test *t, const char *row, const char *wanted, int line)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CodeFiles files = {.sets = {STR("h\na\tsnomed\t1\tOne\nb\tsnomed\t2\tTwo\n")},
                       .sources = STR("h\no\tO\t\t\n"),
                       .scores = arena_fmt(t->arena, "h\n%s\n", row)};
    CHECK_ERR(code_sets_from(t->arena, &files, &sets, &why), ERR_INVALID);
    test_check_contains(t, why, str_from_c(wanted), true, __FILE__, line);
}
#define REFUSED(row, wanted) refused(t, row, wanted, __LINE__)

TEST(a_broken_table_of_scores_is_told_its_line)
{
    REFUSED("s\tc\t1\t-\tever\t-\tC\t\to", "scores line 2: a set that is there");
    REFUSED("s\ta\t1\t-\t1 within 12 months\t-\tA\t\to", "ever, [N] within");
    REFUSED("s\ta\t1\t-\t4 ever\t-\tA\t\to", "ever, [N] within");
    REFUSED("s\ta\t1\t-\t4 first 12 months\t-\tA\t\to", "ever, [N] within");
    REFUSED("s\ta\t1\t-\tever\t101 b 12 months\tA\t\to", "[N] a set and N months");
    REFUSED("s\ta\t1.005\t-\tever\t-\tA\t\to", "points from 0 to 100");
    REFUSED("s\ta\t-1\t-\tever\t-\tA\t\to", "points from 0 to 100");
    REFUSED("s\ta\t1\t-\tfirst 5 years\t-\tA\t\to", "first N months");
    REFUSED("s\ta\t1\t-\tever\tb\tA\t\to", "a set and N months");
    REFUSED("s\ta\t1\tb\tever\t-\tA\t\to", "not another row of the score");
    REFUSED("s\ta\t1\tb\tever\t-\tA\t\to\ns\tb\t1\t-\tfirst 6 months\t-\tB\t\to", "counts ever");
    REFUSED("s\ta\t1\t-\tever\t-\t\t\to", "the condition's name");
    REFUSED("s\ta\t1\t-\tever\t-\tA\t\tnowhere", "a source that");
    REFUSED("s\ta\t1\t-\tever\t-\tA\t\to\nz\ta\t1\t-\tever\t-\tA\t\to\ns\tb\t1\t-\tever\t-\tB\t\to",
            "keep the rows of a score together");
    REFUSED("s\ta\t1", "too few columns");
}
