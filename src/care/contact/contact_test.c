// contact_test.c -- what must be true of contacts.
#include "base/json.h"
#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/contact/contact_fhir.h"
#include "care/task/task.h"
#include "test/people.h"

static Contact call(Test *t)
{
    return (Contact){.mode = CONTACT_TELEPHONE,
                     .outcome = CONTACT_SPOKE,
                     .at = t->c->now,
                     .minutes = 18,
                     .own_words = STR("I want to sing on Sunday <3 & not fall."),
                     .done = STR("Rang podiatry together."),
                     .next_step = STR("Chase podiatry"),
                     .next_due = date_add_days(t->c->today, 7)};
}

TEST(a_contact_keeps_the_words_as_they_were_said)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Contact k = call(t);
    Str ref;
    Contact seen;
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_OK(contact_get(t->c, g, ref, &seen));
    CHECK_STR(seen.own_words, "I want to sing on Sunday <3 & not fall.");
    CHECK_I64(seen.minutes, 18);
    CHECK_I64(seen.version, 1);
}

TEST(a_button_pressed_twice_records_once)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Contact k = call(t);
    Str first;
    Str again;
    CHECK_OK(contact_record(t->c, g, &k, &first));
    t->c->now.ms += 5000;
    CHECK_OK(contact_record(t->c, g, &k, &again));
    CHECK(str_eq(first, again));
    CHECK_I64(test_count(t, "contact"), 1);
    CHECK_I64(test_count(t, "task"), 1);
    k.done = STR("Rang podiatry again."); // other words are another contact
    CHECK_OK(contact_record(t->c, g, &k, &again));
    CHECK(!str_eq(first, again));
    t->c->now.ms += (int64_t)2 * 60 * 1000; // and so is the same, two minutes later
    k.at = t->c->now;
    CHECK_OK(contact_record(t->c, g, &k, &again));
    CHECK_I64(test_count(t, "contact"), 3);
}

TEST(the_next_step_becomes_a_task)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Contact k = call(t);
    Str ref;
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    Task *tasks = NULL;
    size_t count = 0;
    CHECK_OK(task_of_person(t->c, g, true, &tasks, &count));
    CHECK_I64(count, 1);
    CHECK_STR(tasks[0].what, "Chase podiatry");
    CHECK(tasks[0].source == TASK_FROM_CONTACT && str_eq(tasks[0].source_ref, ref));
}

TEST(a_ticked_task_is_done_only_when_they_spoke)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    TaskAdd add = {.what = STR("Ring about podiatry"), .due = t->c->today, .due_minutes = -1};
    TaskId id;
    Task *tasks = NULL;
    size_t count = 0;
    CHECK_OK(task_add(t->c, g, &add, &id));
    CHECK_OK(task_of_person(t->c, g, true, &tasks, &count));
    Str ticked[] = {tasks[0].ref, STR("no-such-task")};
    Contact k = call(t);
    k.next_step = STR("");
    k.next_due = DATE_NONE;
    k.no_next_reason = STR("The task stands.");
    k.tasks_done = ticked;
    k.tasks_done_count = COUNT_OF(ticked);
    k.minutes = 0;
    for (int outcome = CONTACT_SPOKE + 1; outcome <= CONTACT_DID_NOT_ATTEND; outcome++) {
        Str ref;
        k.outcome = (ContactOutcome)outcome;
        CHECK_OK(contact_record(t->c, g, &k, &ref));
        CHECK_OK(task_of_person(t->c, g, true, &tasks, &count));
        CHECK_I64(count, 1);
    }
    Str ref;
    k.outcome = CONTACT_SPOKE;
    k.minutes = 5;
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_OK(task_of_person(t->c, g, true, &tasks, &count));
    CHECK_I64(count, 0);
}

TEST(every_mistake_is_said_at_once_and_nothing_is_written)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Contact k = {.at = {t->c->now.ms + DAY_MS}, .next_due = DATE_NONE, .minutes = -1};
    Str ref;
    CHECK_ERR(contact_record(t->c, g, &k, &ref), ERR_INVALID);
    static const char *const FIELDS[] = {"mode", "outcome", "on", "minutes", "next_step"};
    CHECK_I64(t->c->issue_count, COUNT_OF(FIELDS));
    for (size_t i = 0; i < COUNT_OF(FIELDS) && i < t->c->issue_count; i++) {
        CHECK_STR(t->c->issues[i].field, FIELDS[i]);
    }
    CHECK_I64(test_count(t, "contact"), 0);
    CHECK_I64(test_count(t, "task"), 0);
}

TEST(a_next_step_must_not_be_due_in_the_past_and_none_needs_a_reason)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Contact k = call(t);
    Str ref;
    k.next_due = date_add_days(t->c->today, -1);
    CHECK_ERR(contact_record(t->c, g, &k, &ref), ERR_INVALID);
    t->c->issue_count = 0;
    k.next_step = STR("");
    k.next_due = DATE_NONE;
    CHECK_ERR(contact_record(t->c, g, &k, &ref), ERR_INVALID);
    t->c->issue_count = 0;
    k.no_next_reason = STR("She asked for a break until spring.");
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_I64(test_count(t, "task"), 0);
}

TEST(text_longer_than_its_limit_is_refused)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    char *text = ARENA_ARRAY(t->arena, char, CONTACT_TEXT_CHARS_MAX + 1);
    memset(text, 'x', CONTACT_TEXT_CHARS_MAX + 1);
    Contact k = call(t);
    Str ref;
    k.own_words = (Str){text, CONTACT_TEXT_CHARS_MAX + 1};
    CHECK_ERR(contact_record(t->c, g, &k, &ref), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "own_words");
    t->c->issue_count = 0;
    k.own_words.len--;
    CHECK_OK(contact_record(t->c, g, &k, &ref));
}

TEST(a_failed_attempt_counts_on_the_case_and_not_as_a_contact)
{
    PersonId id = test_person(t, "Okafor", 9998787084);
    const Grant *g = test_grant(t, id, CLASS_CARE);
    CaseOffer offer = {.priority = PRIORITY_HIGH};
    Case standing;
    ContactLast *last = NULL;
    Str ref;
    CHECK_OK(case_offer(t->c, g, &offer, &standing));
    Contact k = call(t);
    k.outcome = CONTACT_NO_ANSWER;
    k.minutes = 0;
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_OK(case_of_person(t->c, g, &standing));
    CHECK_I64(standing.attempts, 1);
    CHECK_OK(contact_last_of(t->c, &id, 1, &last));
    CHECK(date_is_none(last[0].on));
    k = call(t);
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_OK(case_of_person(t->c, g, &standing));
    CHECK_I64(standing.attempts, 1);
    CHECK_OK(contact_last_of(t->c, &id, 1, &last));
    CHECK_I64(last[0].on.days, t->c->today.days);
    CHECK_I64(last[0].mode, CONTACT_TELEPHONE);
    k = call(t);
    k.mode = CONTACT_HOME_VISIT;
    k.at.ms += 1000; // the latest says how
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_OK(contact_last_of(t->c, &id, 1, &last));
    CHECK_I64(last[0].mode, CONTACT_HOME_VISIT);
}

TEST(an_attempt_in_the_minute_that_is_asked_about_counts)
{
    PersonId id = test_person(t, "Okafor", 9998787084);
    const Grant *g = test_grant(t, id, CLASS_CARE);
    ContactAttempts *tried = NULL;
    Str ref;
    Contact k = call(t);
    k.outcome = CONTACT_NO_ANSWER;
    k.minutes = 0;
    k.at.ms -= k.at.ms % 60000; // as a form has it
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_OK(contact_attempts_of(t->c, &id, 1, (Instant){k.at.ms + 59999}, &tried));
    CHECK_I64(tried[0].count, 1);
    CHECK_OK(contact_attempts_of(t->c, &id, 1, (Instant){k.at.ms + 60000}, &tried));
    CHECK_I64(tried[0].count, 0);
}

TEST(a_contact_entered_in_error_stays_and_no_longer_counts)
{
    PersonId id = test_person(t, "Okafor", 9998787084);
    const Grant *g = test_grant(t, id, CLASS_CARE);
    Contact k = call(t);
    Str ref;
    ContactLast *last = NULL;
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_ERR(contact_mark_error(t->c, g, ref, 1, STR("")), ERR_INVALID);
    CHECK_ERR(contact_mark_error(t->c, g, ref, 2, STR("Wrong person")), ERR_CONFLICT);
    CHECK_OK(contact_mark_error(t->c, g, ref, 1, STR("Wrong person")));
    CHECK_ERR(contact_mark_error(t->c, g, ref, 2, STR("Again")), ERR_CONFLICT);
    CHECK_OK(contact_get(t->c, g, ref, &k));
    CHECK(k.in_error && k.version == 2);
    CHECK_STR(k.error_reason, "Wrong person");
    CHECK_OK(contact_last_of(t->c, &id, 1, &last));
    CHECK(date_is_none(last[0].on));
}

TEST(a_contact_of_another_person_cannot_be_reached)
{
    const Grant *grace = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    const Grant *joan = test_grant(t, test_person(t, "Fairweather", 9997632648), CLASS_CARE);
    Contact k = call(t);
    Str ref;
    CHECK_OK(contact_record(t->c, grace, &k, &ref));
    CHECK_ERR(contact_get(t->c, joan, ref, &k), ERR_NOT_FOUND);
    CHECK_ERR(contact_mark_error(t->c, joan, ref, 1, STR("Not mine")), ERR_NOT_FOUND);
}

TEST(the_journal_holds_the_contact_as_an_encounter)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Contact k = call(t);
    Str ref;
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    CHECK_OK(journal_history(t->c, STR("contact"), ref, &rows, &count));
    CHECK_I64(count, 1);
    JsonErr err;
    const Json *body = json_parse(t->arena, rows[0].body, (JsonLimits){0}, &err);
    CHECK_STR(json_str(json_get(body, "resourceType")), "Encounter");
    CHECK_STR(json_str(json_get(body, "status")), "finished");
    CHECK_STR(json_str(json_get(json_get(body, "class"), "code")), "VR");
}

TEST(each_change_of_a_contact_is_an_entry_with_another_body)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Contact k = call(t);
    Str ref;
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(contact_record(t->c, g, &k, &ref));
    t->c->now.ms += 60000;
    CHECK_OK(contact_mark_error(t->c, g, ref, 1, STR("Wrong person")));
    t->c->now.ms += 60000;
    CHECK_OK(journal_history(t->c, STR("contact"), ref, &rows, &count));
    CHECK_I64(count, 2);
    CHECK(!str_eq(rows[0].body, rows[1].body));
}
