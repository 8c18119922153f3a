// sample_test.c -- what must be true of samples.
#include "care/sample/sample.h"
#include "test/people.h"

TEST(a_sample_needs_words_and_not_too_many)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    char long_text[SAMPLE_WHAT_CHARS_MAX + 1];
    memset(long_text, 'x', sizeof long_text);
    Str ref;
    CHECK_ERR(sample_add(t->c, g, STR(""), &ref), ERR_INVALID);
    CHECK_ERR(sample_add(t->c, g, (Str){long_text, sizeof long_text}, &ref), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "what");
    CHECK_I64(test_count(t, "sample"), 0);
    t->c->issue_count = 0;
    CHECK_OK(sample_add(t->c, g, (Str){long_text, SAMPLE_WHAT_CHARS_MAX}, &ref));
}

TEST(a_sample_ends_once_by_somebody_who_saw_its_latest_version)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Str ref;
    Sample *samples = NULL;
    size_t count = 0;
    CHECK_OK(sample_add(t->c, g, STR("A garden"), &ref));
    CHECK_ERR(sample_end(t->c, g, ref, 2), ERR_CONFLICT);
    CHECK_OK(sample_end(t->c, g, ref, 1));
    CHECK_ERR(sample_end(t->c, g, ref, 2), ERR_CONFLICT);
    CHECK_OK(sample_of_person(t->c, g, &samples, &count));
    CHECK_I64(count, 1);
    CHECK_I64(samples[0].version, 2);
    CHECK(samples[0].ended_at.ms == t->c->now.ms);

    JournalRow *rows = NULL;
    CHECK_OK(journal_history(t->c, STR("sample"), ref, &rows, &count));
    CHECK_I64(count, 2);
    CHECK_STR(rows[1].verb, "end");
}

TEST(a_sample_of_another_person_cannot_be_reached)
{
    const Grant *grace = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    const Grant *joan = test_grant(t, test_person(t, "Fairweather", 9997632648), CLASS_CARE);
    Str ref;
    Sample *samples = NULL;
    size_t count = 0;
    CHECK_OK(sample_add(t->c, grace, STR("A garden"), &ref));
    CHECK_ERR(sample_end(t->c, joan, ref, 1), ERR_NOT_FOUND);
    CHECK_OK(sample_of_person(t->c, joan, &samples, &count));
    CHECK_I64(count, 0);
}
