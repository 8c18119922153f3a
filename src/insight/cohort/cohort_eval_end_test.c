// cohort_eval_end_test.c -- one large stripe, as most populations are: a question that nobody waits
// for any more ends between two of its rules, and what was asked of some stands for nobody else.
#include "insight/cohort/cohort_eval.h"
#include "test/test.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum {
    PERSONS = 20000,
    EVENTS_EACH = 4,
    RULES = 240,       // so many that somebody can hang up while they are asked
    TRIES_MAX = 3000,  // on a busy machine few of them hang up in the middle
    LATER_US = 50,     // each try hangs up so much later than the one before,
    LATER_TIMES = 200, // so many times, and then from the start again
    AGE = 50,
    TODAY_DAYS = 20908
};

typedef struct Caller {
    atomic_bool begun, hung_up;
    useconds_t after_us;
} Caller;

static void *hang_up(void *arg)
{
    Caller *caller = arg;
    while (!atomic_load(&caller->begun)) (void)sched_yield();
    (void)usleep(caller->after_us);
    atomic_store(&caller->hung_up, true);
    return NULL;
}

static Date born(int person)
{
    return (Date){TODAY_DAYS - AGE * 365 - 12 - person % 1000};
}

static CohortColumns *columns_of_one_stripe(Test *t, ColumnPool *pool, const CodeSets *sets)
{
    static const Code CODES[] = {
        {1, STR_INIT("snomed"), STR_INIT("160689007"), STR_INIT("Housebound")},
        {2, STR_INIT("snomed"), STR_INIT("999791000000106"), STR_INIT("HbA1c")},
    };
    static const Str UNITS[] = {STR_INIT(""), STR_INIT("mmol/mol")};
    ColumnPerson *persons = ARENA_ARRAY(t->arena, ColumnPerson, PERSONS);
    EventRow *events = ARENA_ARRAY(t->arena, EventRow, (size_t)PERSONS * EVENTS_EACH);
    for (int p = 0; p < PERSONS; p++) {
        persons[p] = (ColumnPerson){
            .id = {p + 1}, .born = born(p), .practice = 1, .registration = REGISTRATION_CURRENT};
        for (int i = 0; i < EVENTS_EACH; i++) {
            bool value = i == 0 && p % 7 != 0; // of every seventh none is recorded
            events[p * EVENTS_EACH + i] = (EventRow){.person = p + 1,
                                                     .day = TODAY_DAYS - 2000 + 100 * i + p % 90,
                                                     .code_id = value ? 2 : 1,
                                                     .kind = EVENT_OBSERVATION,
                                                     .has_value = value,
                                                     .unit_id = value,
                                                     .value = value ? 40 + p % 40 : 0};
        }
    }
    ColumnSource source = {.generation = 1,
                           .persons = persons,
                           .person_count = PERSONS,
                           .codes = CODES,
                           .code_count = COUNT_OF(CODES),
                           .units = UNITS,
                           .unit_count = COUNT_OF(UNITS),
                           .stripe_persons = PERSONS};
    ColumnBuilder *builder = NULL;
    Columns *view = NULL;
    CohortColumns *columns = NULL;
    CHECK_OK(column_builder_new(&source, NULL, &builder));
    for (size_t i = 0; i < (size_t)PERSONS * EVENTS_EACH; i += EVENT_ROWS_MAX) {
        size_t left = (size_t)PERSONS * EVENTS_EACH - i;
        CHECK_OK(
            column_builder_add(builder, &events[i], left < EVENT_ROWS_MAX ? left : EVENT_ROWS_MAX));
    }
    CHECK_OK(column_builder_finish(builder, &view));
    column_builder_free(builder);
    CHECK_OK(cohort_columns_new(view, pool, sets, &columns));
    return columns;
}

static void read_definition(Test *t, const CodeSets *sets, Definition *out)
{
    CLEANUP(buf_free) Buf text = buf_new(DEFINITION_BYTES_MAX);
    Str why = STR("");
    buf_fmt(&text, "cohort ends\nname E\npurpose E\nowner E\noffer E\n\nany\n  age at least %d\n",
            AGE);
    for (int i = 1; i <= RULES; i++) {
        buf_fmt(&text, "  at least 2 housebound within %d days\n", 30 + i);
    }
    CHECK_OK(definition_read(t->arena, sets, arena_str(t->arena, buf_str(&text)), out, &why));
    CHECK_STR(why, "");
}

// Each try is as at another day: nothing was kept of the one before, and the first rule has another
// number of people, which tells that it was answered in this one.
static bool ended_after_the_first_rule(Test *t, const CohortColumns *columns, const Definition *d,
                                       int try)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Caller caller = {.after_us = (useconds_t)(try % LATER_TIMES) * LATER_US};
    Evaluation e = {.arena = arena,
                    .columns = columns,
                    .definition = d,
                    .as_at = {TODAY_DAYS - try},
                    .what = ANSWER_RULES,
                    .cancel = &caller.hung_up};
    pthread_t thread = 0;
    CHECK(pthread_create(&thread, NULL, hang_up, &caller) == 0);
    atomic_store(&caller.begun, true);
    evaluate(&e);
    CHECK(pthread_join(thread, NULL) == 0);
    int64_t of_age = 0;
    for (int p = 0; p < PERSONS; p++) of_age += date_age_years(born(p), e.as_at) >= AGE;
    const CohortRule *first = d->root->first;
    return e.stopped && bits_count(e.truths[first->index].met, e.words) == of_age;
}

TEST(a_question_ends_between_two_rules_when_nobody_waits_for_it)
{
    const CodeSets *sets = NULL;
    ColumnPool *pool = NULL;
    Definition definition;
    Str why = STR("");
    bool seen = false;
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    CHECK_OK(columns_pool_new(t->arena, 1, &pool));
    read_definition(t, sets, &definition);
    CohortColumns *columns = columns_of_one_stripe(t, pool, sets);
    CHECK_I64((int64_t)columns->view->stripe_count, 1);
    for (int try = 0; try < TRIES_MAX && !seen && t->failures == 0; try++) {
        seen = ended_after_the_first_rule(t, columns, &definition, try);
    }
    CHECK(seen); // otherwise all of it was asked each time that it was begun
    cohort_columns_let_go(columns);
    columns_pool_free(pool);
}

// ---- asked of some, then of everybody

static bool same_words(const Evaluation *a, const Evaluation *b, int rule)
{
    size_t bytes = a->words * sizeof(uint64_t);
    return memcmp(a->truths[rule].met, b->truths[rule].met, bytes) == 0 &&
           memcmp(a->truths[rule].unknown, b->truths[rule].unknown, bytes) == 0;
}

static Evaluation asked(Arena *arena, const CohortColumns *columns, const Definition *d,
                        AnswerWhat what)
{
    Evaluation e = {
        .arena = arena, .columns = columns, .definition = d, .as_at = {TODAY_DAYS}, .what = what};
    evaluate(&e);
    return e;
}

// The first rule leaves about half, a tenth or one in ninety of the people to the others.
static const char *const SOME[] = {"1655", "1619", "1613"};

TEST(what_a_run_asked_of_some_is_not_taken_for_the_others)
{
    const CodeSets *sets = NULL;
    ColumnPool *pool = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    CHECK_OK(columns_pool_new(t->arena, 1, &pool));
    for (size_t i = 0; i < 3 * COUNT_OF(SOME) && t->failures == 0; i++) {
        static const AnswerWhat FIRST[] = {ANSWER_STAGES, ANSWER_REASONS, ANSWER_ROOT};
        Definition d;
        Str text = arena_fmt(t->arena,
                             "cohort some\nname S\npurpose S\nowner S\noffer S\n\nall\n"
                             "  has housebound within %s days\n"
                             "  at least 2 housebound within 1760 days\n"
                             "  latest hba1c over 58 mmol/mol\n",
                             SOME[i / 3]);
        CHECK_OK(definition_read(t->arena, sets, text, &d, &why));
        CohortColumns *used = columns_of_one_stripe(t, pool, sets);
        CohortColumns *fresh = columns_of_one_stripe(t, pool, sets);
        (void)asked(t->arena, used, &d, FIRST[i % 3]);
        Evaluation then = asked(t->arena, used, &d, ANSWER_RULES);
        Evaluation alone = asked(t->arena, fresh, &d, ANSWER_RULES);
        for (int rule = 0; rule < d.rules; rule++) CHECK(same_words(&then, &alone, rule));
        int64_t met = bits_count(alone.truths[d.root->first->index].met, alone.words);
        CHECK(met > 0 && met < PERSONS);
        cohort_columns_let_go(used);
        cohort_columns_let_go(fresh);
    }
    columns_pool_free(pool);
}
