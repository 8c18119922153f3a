// population_size_test.c -- an extract that is old, or was cut short, is noticed and told.
#include "insight/population/population_report.h"
#include "insight/population/population_size.h"
#include "test/fixture.h"
#include "work/team/team.h"

typedef struct Sent {
    const char *practice; // NULL: X26101
    int people;
    bool changes_only, dry_run, stopped;
} Sent;

static Str load(Test *t, Sent sent, bool *noted_out)
{
    Str practice = sent.practice == NULL ? STR("X26101") : str_from_c(sent.practice);
    CLEANUP(load_end) Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = arena_fmt(t->arena, "of-%d", sent.people),
                        .practice_ods = practice,
                        .extract_on = DATE_NONE,
                        .dry_run = sent.dry_run,
                        .changes_only = sent.changes_only};
    CHECK_OK(load_begin(t->c, &start, &load));
    (void)report_kind(load_report(load), STR("Row"));
    int32_t code = 0;
    CHECK_OK(load_code(load, STR("snomed"), STR("160689007"), STR("Housebound"), &code));
    for (int i = 0; i < sent.people; i++) {
        PersonImport in = {.source_id = arena_fmt(t->arena, STR_FMT "-%d", STR_ARG(practice), i)};
        in.person = (Person){.family = arena_fmt(t->arena, "FAMILY%d", i),
                             .born = {-9000 - i},
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = STR("Practice")};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, practice, &slot));
        EventRow row = {.person = slot, .day = 20000, .code_id = code, .kind = EVENT_CONDITION};
        CHECK_OK(load_event(load, &row));
        CHECK_OK(load_event(load, &row));
    }
    Str ref = STR("");
    if (sent.stopped) return ref; // load_end takes back what it wrote
    CHECK_OK(load_apply(load, &ref));
    if (noted_out != NULL) *noted_out = load_report(load)->reason_count > 0;
    store_refresh(t->c->core->store, t->c->db);
    return arena_str(t->arena, ref);
}

static ExtractState state_now(Test *t)
{
    ExtractState *states = NULL;
    size_t count = 0;
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(extract_states(t->c, &states, &count));
    CHECK_I64((int64_t)count, 1);
    return states[0];
}

TEST(a_smaller_extract_is_told_before_and_after_it_is_applied)
{
    bool noted = true;
    (void)load(t, (Sent){.people = 100}, &noted);
    CHECK(!noted);
    CHECK_I64(state_now(t).people, 100);
    CHECK_I64(state_now(t).events, 200);
    (void)load(t, (Sent){.people = 90, .dry_run = true}, &noted);
    CHECK(!noted); // a tenth less is not yet more than a tenth
    (void)load(t, (Sent){.people = 89, .dry_run = true}, &noted);
    CHECK(noted);
    CHECK(!state_now(t).smaller); // nothing was written
    Str ref = load(t, (Sent){.people = 89}, &noted);
    CHECK(noted);
    CHECK(state_now(t).smaller);
    ExtractState s = state_now(t);
    CHECK_CONTAINS(extract_warning(t->arena, &s), "has 89 people, the one before had 100");
    Batch batch;
    CHECK_OK(batch_get(t->c, ref, &batch));
    CHECK_OK(batch_undo(t->c, ref, batch.version)); // what was undone is compared with nothing
    CHECK(!state_now(t).smaller);
    CHECK_I64(state_now(t).people, 100);
}

TEST(a_file_of_changes_is_compared_with_nothing)
{
    bool noted = true;
    (void)load(t, (Sent){.people = 100}, &noted);
    (void)load(t, (Sent){.people = 3, .changes_only = true}, &noted);
    CHECK(!noted);
    CHECK(!state_now(t).smaller);
    (void)load(t, (Sent){.people = 95}, &noted); // with the whole one before the changes
    CHECK(!noted);
    CHECK_I64(state_now(t).people_before, 100);
}

static Str marked(Test *t, int people)
{
    Practice practice;
    Str ref = load(t, (Sent){.people = people}, NULL);
    CHECK_OK(practice_of_ods(t->c, STR("X26101"), &practice));
    CHECK_OK(practice_mark_extract(t->c, practice.id, t->c->today)); // as reading a file does
    return ref;
}

TEST(an_extract_that_was_undone_makes_nothing_look_newer)
{
    Date first = t->c->today;
    Batch batch;
    (void)marked(t, 5);
    t->c->today = date_add_days(first, 15);
    t->c->now.ms += 15 * (int64_t)DAY_MS;
    Str ref = marked(t, 6);
    CHECK(!state_now(t).old);
    CHECK_OK(batch_get(t->c, ref, &batch));
    CHECK_OK(batch_undo(t->c, ref, batch.version));
    CHECK_I64(state_now(t).on.days, first.days);
    CHECK(state_now(t).old);
}

static int64_t practices_with_data(Test *t)
{
    ExtractState *states = NULL;
    size_t count = 0;
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(extract_states(t->c, &states, &count));
    return (int64_t)count;
}

TEST(a_practice_whose_only_import_was_stopped_or_undone_sent_nothing)
{
    Batch batch;
    (void)load(t, (Sent){.people = LOAD_PEOPLE_MAX + 1, .stopped = true}, NULL);
    CHECK_I64(test_count(t, "practice"), 1); // the change that wrote people is taken back, not it
    CHECK_I64(practices_with_data(t), 0);
    Str ref = load(t, (Sent){.people = 3, .changes_only = true}, NULL);
    CHECK_I64(practices_with_data(t), 1); // though no day was marked
    CHECK(date_is_none(state_now(t).on));
    CHECK_OK(batch_get(t->c, ref, &batch));
    CHECK_OK(batch_undo(t->c, ref, batch.version));
    CHECK_I64(practices_with_data(t), 0);
}

TEST(an_extract_is_old_after_fourteen_days)
{
    (void)load(t, (Sent){.people = 5}, NULL);
    Practice practice;
    CHECK_OK(practice_of_ods(t->c, STR("X26101"), &practice));
    CHECK_OK(practice_mark_extract(t->c, practice.id, date_add_days(t->c->today, -14)));
    CHECK(!state_now(t).old);
    t->c->today = date_add_days(t->c->today, 1);
    ExtractState s = state_now(t);
    CHECK(s.old);
    CHECK_CONTAINS(extract_warning(t->arena, &s), "The last extract of Practice is 15 days old.");
}

TEST(each_practice_is_compared_with_its_own_last_extracts_that_count)
{
    const struct {
        const char *practice;
        int sent[4];
        int now, before; // of those that count
        bool smaller;
    } CASES[] = {
        {"X26101", {40, 50, 20, 0}, 20, 50, true},
        {"X26102", {30, 0}, 30, 0, false},
        {"X26103", {20, 25, 26, 7}, 7, 26, true}, // and that is undone
    };
    Str last = STR("");
    for (int round = 0; round < 4; round++) { // not practice by practice
        for (size_t p = 0; p < COUNT_OF(CASES); p++) {
            int people = CASES[p].sent[round];
            if (people == 0) continue;
            last = load(t, (Sent){.practice = CASES[p].practice, .people = people}, NULL);
        }
    }
    for (int undone = 0; undone < 2; undone++) {
        ExtractState *states = NULL;
        size_t count = 0;
        store_refresh(t->c->core->store, t->c->db);
        CHECK_OK(extract_states(t->c, &states, &count));
        CHECK_I64((int64_t)count, COUNT_OF(CASES));
        for (size_t i = 0; i < count; i++) {
            size_t p = 0;
            while (p < COUNT_OF(CASES) - 1 && !str_eq(states[i].ods, str_from_c(CASES[p].practice)))
                p++;
            bool taken_back = undone == 1 && p == 2;
            CHECK_I64(states[i].people, taken_back ? 26 : CASES[p].now);
            CHECK_I64(states[i].people_before, taken_back ? 25 : CASES[p].before);
            CHECK(states[i].smaller == (CASES[p].smaller && !taken_back));
        }
        if (undone == 1) break;
        Batch batch;
        CHECK_OK(batch_get(t->c, last, &batch));
        CHECK_OK(batch_undo(t->c, last, batch.version));
    }
}
