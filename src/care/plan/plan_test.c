// plan_test.c -- the rules of plans: parts, two editors, agreeing, versions, limits, FHIR.
#include "base/json.h"
#include "care/plan/plan_compare.h"
#include "test/people.h"

static const Grant *okafor(Test *t)
{
    return test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
}

static Str repeated(Test *t, char c, size_t count)
{
    char *text = arena_alloc(t->arena, count, 1);
    memset(text, c, count);
    return (Str){text, count};
}

static Err save_text(Test *t, const Grant *g, const char *part, const char *text, int64_t version)
{
    return plan_save_part(
        t->c, g,
        &(PlanPart){.part = str_from_c(part), .text = str_from_c(text), .version = version});
}

static PlanGoal bath(void)
{
    return (PlanGoal){.words = STR("Have a bath without being frightened"),
                      .importance = 8,
                      .confidence = 5,
                      .help = STR("Knowing someone is in the house"),
                      .status = GOAL_NEEDS_CHANGE,
                      .actions = {{.what = STR("Bath board fitted"),
                                   .who = STR("Ngozi (daughter)"),
                                   .by = {20770},
                                   .status = ACTION_PLANNED},
                                  {.what = STR("Ask for a grab rail"),
                                   .who = STR("Priya"),
                                   .by = DATE_NONE,
                                   .status = ACTION_DONE}},
                      .action_count = 2};
}

static PlanAgree by_grace(int64_t version)
{
    return (PlanAgree){
        .agreed = true, .by = STR("Grace Okafor"), .how = STR("In person"), .version = version};
}

// A draft with words and one goal; returns its version for agreeing.
static int64_t drafted(Test *t, const Grant *g)
{
    PlanGoal goal = bath();
    Str part;
    Plan draft;
    CHECK_OK(save_text(t, g, "matters", "Singing at church", 0));
    CHECK_OK(plan_add_goal(t->c, g, &goal, &part));
    CHECK_OK(plan_draft(t->c, g, &draft));
    return draft.version;
}

static Plan agreed(Test *t, const Grant *g)
{
    PlanAgree how = by_grace(drafted(t, g));
    int number = 0;
    Plan plan = {0};
    CHECK_OK(plan_agree(t->c, g, &how, &number));
    CHECK_OK(plan_get(t->c, g, number, &plan));
    return plan;
}

TEST(nobody_has_a_plan_and_that_is_no_error)
{
    const Grant *g = okafor(t);
    PlanSummary sum;
    Plan plan;
    CHECK_OK(plan_summary(t->c, g, &sum));
    CHECK(!sum.has_agreed && !sum.has_draft);
    CHECK(date_is_none(sum.agreed_on));
    CHECK_ERR(plan_current(t->c, g, &plan), ERR_NOT_FOUND);
    CHECK_OK(plan_draft(t->c, g, &plan));
    CHECK_I64(plan.number, 1);
}

TEST(an_agreed_plan_is_counted_and_dated)
{
    const Grant *g = okafor(t);
    Plan plan = agreed(t, g);
    PlanSummary sum;
    CHECK_I64(plan.number, 1);
    CHECK_STR(plan.matters, "Singing at church");
    CHECK_STR(plan.goals[0].actions[1].who, "Priya");
    CHECK_OK(plan_summary(t->c, g, &sum));
    CHECK(sum.has_agreed && !sum.has_draft);
    CHECK_I64(sum.goals, 1);
    CHECK_I64(sum.actions, 2);
    CHECK_I64(sum.actions_done, 1);
    CHECK_I64(sum.actions_late, 1);
    CHECK_STR(date_iso(t->arena, sum.review), "2027-11-24");
}

TEST(two_editors_of_one_part_both_keep_their_words)
{
    const Grant *g = okafor(t);
    PlanPart part;
    PlanTyping *typings = NULL;
    size_t count = 0;
    CHECK_OK(save_text(t, g, "about", "From colleague one", 0));
    CHECK_OK(
        plan_type(t->c, g, &(PlanTyping){.part = STR("about"), .body = STR("{\"text\":\"Two\"}")}));
    CHECK_ERR(save_text(t, g, "about", "From colleague two", 0), ERR_CONFLICT);
    CHECK_OK(plan_part(t->c, g, STR("about"), &part));
    CHECK_STR(part.text, "From colleague one");
    CHECK_I64(part.version, 1);
    CHECK_OK(plan_typings(t->c, g, &typings, &count));
    CHECK_I64(count, 1);
    CHECK_STR(typings[0].body, "{\"text\":\"Two\"}");
    CHECK_OK(save_text(t, g, "about", "One and two", 1));
    CHECK_OK(plan_typings(t->c, g, &typings, &count));
    CHECK_I64(count, 0);
}

TEST(two_editors_of_different_parts_do_not_meet)
{
    const Grant *g = okafor(t);
    CHECK_OK(save_text(t, g, "about", "One", 0));
    CHECK_OK(save_text(t, g, "needs", "Two", 0));
    Plan draft;
    CHECK_OK(plan_draft(t->c, g, &draft));
    CHECK_STR(draft.about, "One");
    CHECK_STR(draft.needs, "Two");
}

TEST(typing_is_kept_without_a_journal_entry_and_never_of_a_part_that_is_not_there)
{
    const Grant *g = okafor(t);
    int64_t entries = test_count(t, "journal");
    CHECK_OK(plan_type(t->c, g, &(PlanTyping){.part = STR("needs"), .body = STR("{}")}));
    CHECK_OK(plan_type(t->c, g, &(PlanTyping){.part = STR("needs"), .body = STR("{\"a\":1}")}));
    CHECK_I64(test_count(t, "plan_typing"), 1);
    CHECK_I64(test_count(t, "journal"), entries);
    CHECK_ERR(plan_type(t->c, g, &(PlanTyping){.part = STR("goal-none"), .body = STR("{}")}),
              ERR_NOT_FOUND);
    Str big = repeated(t, 'x', PLAN_TYPING_BYTES_MAX + 1);
    CHECK_ERR(plan_type(t->c, g, &(PlanTyping){.part = STR("needs"), .body = big}), ERR_TOO_LARGE);
    CHECK_OK(plan_type_end(t->c, g, STR("needs")));
    CHECK_I64(test_count(t, "plan_typing"), 0);
}

TEST(a_version_stays_as_it_was_agreed)
{
    const Grant *g = okafor(t);
    Plan first = agreed(t, g);
    PlanPart part;
    PlanSummary sum;
    CHECK_OK(plan_part(t->c, g, STR("matters"), &part));
    CHECK(!part.complete);
    CHECK_OK(save_text(t, g, "matters", "Something else", part.version));
    CHECK_OK(plan_get(t->c, g, first.number, &first));
    CHECK_STR(first.matters, "Singing at church");
    CHECK_OK(plan_current(t->c, g, &first));
    CHECK_STR(first.matters, "Singing at church");
    CHECK_OK(plan_summary(t->c, g, &sum));
    CHECK(sum.has_agreed && sum.has_draft);
    Plan draft;
    int number = 0;
    CHECK_OK(plan_draft(t->c, g, &draft));
    CHECK_I64(draft.number, 2);
    PlanAgree how = by_grace(draft.version);
    CHECK_OK(plan_agree(t->c, g, &how, &number));
    CHECK_I64(number, 2);
    CHECK_OK(plan_get(t->c, g, 1, &first));
    CHECK_STR(first.matters, "Singing at church");
    PlanVersion *plans = NULL;
    size_t count = 0;
    CHECK_OK(plan_versions(t->c, g, &plans, &count));
    CHECK_I64(count, 2);
    CHECK_I64(plans[0].number, 2);
}

// As if the first version had been agreed again and again.
static void versions_up_to(Test *t, int last)
{
    test_sql(t, arena_fmt(t->arena,
                          "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < %d) "
                          "INSERT INTO plan_version (ref, person_id, number, agreed, agreed_by, "
                          "agreed_role, agreed_how, reason, agreed_at, author_name, body) "
                          "SELECT 'many-' || i, person_id, i, agreed, agreed_by, agreed_role, "
                          "agreed_how, reason, agreed_at, author_name, body "
                          "FROM plan_version, n WHERE number = 1",
                          last)
                    .ptr);
    test_sql(
        t, arena_fmt(t->arena, "UPDATE plan SET number = %d, agreed_number = %d", last, last).ptr);
}

TEST(every_version_of_many_is_listed_and_opens)
{
    const Grant *g = okafor(t);
    CHECK_OK(plan_save(t->c, g, &(Plan){.matters = STR("Singing"), .review = DATE_NONE}));
    Plan draft;
    int number = 0;
    CHECK_OK(plan_draft(t->c, g, &draft));
    PlanAgree how = by_grace(draft.version);
    CHECK_OK(plan_agree(t->c, g, &how, &number));
    versions_up_to(t, 250);
    PlanVersion *all = NULL;
    size_t count = 0;
    CHECK_OK(plan_versions(t->c, g, &all, &count));
    CHECK_I64((int64_t)count, 250);
    CHECK_I64(all[0].number, 250);
    CHECK_OK(plan_get(t->c, g, 250, &draft));
    CHECK_STR(draft.matters, "Singing");
}

TEST(a_version_beyond_the_most_is_refused_and_the_draft_stays)
{
    const Grant *g = okafor(t);
    (void)agreed(t, g);
    versions_up_to(t, PLAN_VERSIONS_MAX - 1);
    Plan draft;
    int number = 0;
    CHECK_OK(save_text(t, g, "matters", "Singing at home", 1));
    CHECK_OK(plan_draft(t->c, g, &draft));
    PlanAgree how = by_grace(draft.version);
    CHECK_OK(plan_agree(t->c, g, &how, &number)); // the last for which there is room
    CHECK_I64(number, PLAN_VERSIONS_MAX);
    CHECK_OK(plan_get(t->c, g, number, &draft));
    CHECK_STR(draft.matters, "Singing at home");
    CHECK_OK(save_text(t, g, "matters", "Singing with friends", 2));
    CHECK_OK(plan_draft(t->c, g, &draft));
    how = by_grace(draft.version);
    CHECK_ERR(plan_agree(t->c, g, &how, &number), ERR_INVALID);
    CHECK_STR(t->c->issues[0].text, "A plan has 10,000 versions at most");
    CHECK_I64(test_count(t, "plan_version"), PLAN_VERSIONS_MAX);
    CHECK_OK(plan_draft(t->c, g, &draft));
    CHECK_STR(draft.matters, "Singing with friends");
}

TEST(agreeing_needs_words_somebody_and_the_draft_that_was_read)
{
    const Grant *g = okafor(t);
    int number = 0;
    PlanAgree how = by_grace(0);
    CHECK_ERR(plan_agree(t->c, g, &how, &number), ERR_INVALID);
    t->c->issue_count = 0;
    how = by_grace(drafted(t, g));
    PlanAgree wrong = how;
    wrong.by = STR("");
    wrong.how = STR("By pigeon");
    CHECK_ERR(plan_agree(t->c, g, &wrong, &number), ERR_INVALID);
    CHECK_I64(t->c->issue_count, 2);
    t->c->issue_count = 0;
    wrong = how;
    wrong.version--;
    CHECK_ERR(plan_agree(t->c, g, &wrong, &number), ERR_CONFLICT);
    CHECK_I64(test_count(t, "plan_version"), 0);
    CHECK_OK(plan_agree(t->c, g, &how, &number));
    Plan draft;
    CHECK_OK(plan_draft(t->c, g, &draft));
    how = by_grace(draft.version);
    CHECK_ERR(plan_agree(t->c, g, &how, &number), ERR_INVALID); // nothing has changed
}

TEST(what_is_typed_and_not_saved_stops_agreeing)
{
    const Grant *g = okafor(t);
    int number = 0;
    PlanAgree how = by_grace(drafted(t, g));
    CHECK_OK(plan_type(t->c, g, &(PlanTyping){.part = STR("needs"), .body = STR("{}")}));
    CHECK_ERR(plan_agree(t->c, g, &how, &number), ERR_INVALID);
    CHECK_I64(test_count(t, "plan_version"), 0);
}

TEST(a_plan_that_could_not_be_agreed_says_why_and_the_agreed_one_stands)
{
    const Grant *g = okafor(t);
    Plan first = agreed(t, g);
    CHECK_OK(save_text(t, g, "needs", "More help at night", 0));
    Plan draft;
    int number = 0;
    CHECK_OK(plan_draft(t->c, g, &draft));
    PlanAgree how = {.reason = STR("Too short"), .version = draft.version};
    CHECK_ERR(plan_agree(t->c, g, &how, &number), ERR_INVALID);
    t->c->issue_count = 0;
    how.reason = STR("Grace wants to talk to her daughter first");
    CHECK_OK(plan_agree(t->c, g, &how, &number));
    CHECK_I64(number, 2);
    CHECK_OK(plan_current(t->c, g, &draft));
    CHECK_I64(draft.number, first.number);
    PlanSummary sum;
    PlanEvent *events = NULL;
    size_t count = 0;
    CHECK_OK(plan_summary(t->c, g, &sum));
    CHECK(sum.has_draft);
    CHECK_I64(sum.number, 1);
    CHECK_OK(plan_events(t->c, g, &events, &count));
    CHECK_I64(count, 2);
    CHECK_STR(events[0].how, "Grace wants to talk to her daughter first");
    CHECK_STR(events[1].by, "Grace Okafor");
    PlanVersion *versions = NULL;
    CHECK_OK(plan_versions(t->c, g, &versions, &count));
    CHECK(count == 2 && str_eq(versions[0].ref, events[0].ref));
}

TEST(a_plan_lasts_at_most_twelve_months)
{
    Date leap = DATE_NONE;
    Date review = DATE_NONE;
    CHECK(date_from_ymd(2028, 2, 29, &leap));
    CHECK_STR(date_iso(t->arena, plan_expires(leap, DATE_NONE)), "2029-02-28");
    CHECK(date_from_ymd(2028, 5, 1, &review));
    CHECK_STR(date_iso(t->arena, plan_expires(leap, review)), "2028-05-01");
    CHECK(date_from_ymd(2030, 5, 1, &review));
    CHECK_STR(date_iso(t->arena, plan_expires(leap, review)), "2029-02-28");
}

TEST(a_review_is_to_come_and_within_a_year)
{
    const Grant *g = okafor(t);
    PlanPart part = {.part = STR("review"), .review = t->c->today};
    CHECK_ERR(plan_save_part(t->c, g, &part), ERR_INVALID);
    part.review = date_add_days(date_add_months(t->c->today, 12), 1);
    CHECK_ERR(plan_save_part(t->c, g, &part), ERR_INVALID);
    CHECK_I64(test_count(t, "plan_part"), 0);
    t->c->issue_count = 0;
    part.review = date_add_months(t->c->today, 12);
    CHECK_OK(plan_save_part(t->c, g, &part));
}

TEST(too_much_text_is_refused_with_a_sentence_and_nothing_is_written)
{
    const Grant *g = okafor(t);
    PlanPart part = {.part = STR("about"), .text = repeated(t, 'x', PLAN_TEXT_CHARS_MAX + 1)};
    CHECK_ERR(plan_save_part(t->c, g, &part), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "text");
    CHECK_STR(t->c->issues[0].text, "The text must be 10,000 characters or fewer");
    CHECK_I64(test_count(t, "plan_part"), 0);
    CHECK_I64(test_count(t, "plan"), 0);
    part.text.len--;
    t->c->issue_count = 0;
    CHECK_OK(plan_save_part(t->c, g, &part));
}

TEST(a_plan_has_at_most_twelve_goals_and_a_goal_twelve_actions)
{
    const Grant *g = okafor(t);
    PlanGoal goal = bath();
    Str part = STR("");
    for (size_t i = 0; i < PLAN_GOALS_MAX; i++) CHECK_OK(plan_add_goal(t->c, g, &goal, &part));
    CHECK_ERR(plan_add_goal(t->c, g, &goal, &part), ERR_INVALID);
    t->c->issue_count = 0;
    PlanPart last;
    CHECK_OK(plan_part(t->c, g, part, &last));
    last.goal.action_count = PLAN_ACTIONS_MAX + 1;
    CHECK_ERR(plan_save_part(t->c, g, &last), ERR_INVALID);
    CHECK_OK(plan_remove_goal(t->c, g, part, last.version, true));
    CHECK_ERR(plan_remove_goal(t->c, g, part, last.version, true), ERR_CONFLICT);
    t->c->issue_count = 0;
    Str other;
    CHECK_OK(plan_add_goal(t->c, g, &goal, &other));
    CHECK_ERR(plan_remove_goal(t->c, g, part, last.version + 1, false), ERR_INVALID);
    Plan draft;
    CHECK_OK(plan_draft(t->c, g, &draft));
    CHECK_I64(draft.goal_count, PLAN_GOALS_MAX);
}

TEST(a_goal_and_its_actions_say_what_is_missing)
{
    const Grant *g = okafor(t);
    Str part;
    PlanPart goal;
    CHECK_OK(plan_add_goal(t->c, g, &(PlanGoal){0}, &part));
    CHECK_OK(plan_part(t->c, g, part, &goal));
    goal.goal.actions[0] = (PlanAction){.by = DATE_NONE, .status = ACTION_PLANNED};
    goal.goal.action_count = 1;
    goal.goal.importance = 11;
    CHECK_ERR(plan_save_part(t->c, g, &goal), ERR_INVALID);
    CHECK_I64(t->c->issue_count, 4);
    CHECK_STR(t->c->issues[0].field, "words");
    CHECK_STR(t->c->issues[2].field, "actions[0].what");
}

TEST(text_in_any_script_comes_back_as_it_was)
{
    const Grant *g = okafor(t);
    const char *words = "<script>alert(1)</script> \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d "
                        "\xf0\x9f\x98\x80 '; DROP TABLE plan";
    Plan draft;
    CHECK_OK(save_text(t, g, "strengths", words, 0));
    CHECK_OK(plan_draft(t->c, g, &draft));
    CHECK_STR(draft.strengths, words);
}

TEST(a_section_that_is_not_one_is_not_found)
{
    const Grant *g = okafor(t);
    CHECK_ERR(save_text(t, g, "secrets", "x", 0), ERR_NOT_FOUND);
    CHECK_ERR(save_text(t, g, "goal-nothere", "x", 0), ERR_NOT_FOUND);
}

TEST(a_whole_draft_can_be_saved_and_saved_again)
{
    const Grant *g = okafor(t);
    Plan *plan = ARENA_NEW(t->arena, Plan);
    *plan = (Plan){.about = STR("A"), .matters = STR("M"), .review = DATE_NONE, .goal_count = 1};
    plan->goals[0] = bath();
    CHECK_OK(plan_save(t->c, g, plan));
    CHECK_OK(plan_save(t->c, g, plan));
    CHECK_OK(plan_draft(t->c, g, plan));
    CHECK_I64(plan->goal_count, 1);
    CHECK_I64(plan->version, 2);
}

static const Json *journal_body(Test *t, Str id, size_t *count_out)
{
    JournalRow *rows = NULL;
    JsonErr why;
    CHECK_OK(journal_history(t->c, STR("plan"), id, &rows, count_out));
    if (*count_out == 0) return NULL;
    return json_parse(t->arena, rows[*count_out - 1].body, (JsonLimits){0}, &why);
}

TEST(the_journal_holds_a_careplan_with_its_goals_inside)
{
    const Grant *g = okafor(t);
    Plan plan = agreed(t, g);
    size_t count = 0;
    const Json *body = journal_body(t, plan.ref, &count);
    CHECK_STR(json_str(json_get(body, "resourceType")), "CarePlan");
    CHECK_STR(json_str(json_get(body, "status")), "active");
    CHECK_STR(json_str(json_get(body, "intent")), "plan");
    const Json *goal = json_at(json_get(body, "contained"), 0);
    CHECK_STR(json_str(json_get(goal, "resourceType")), "Goal");
    CHECK_STR(json_str(json_get(goal, "lifecycleStatus")), "active");
    CHECK_STR(json_str(json_get(json_get(goal, "description"), "text")),
              "Have a bath without being frightened");
    Str link = json_str(json_get(json_at(json_get(body, "goal"), 0), "reference"));
    CHECK_STR(json_str(json_get(goal, "id")), arena_c(t->arena, str_slice(link, 1, link.len)));
    const Json *done = json_get(json_at(json_get(body, "activity"), 1), "detail");
    CHECK_STR(json_str(json_get(done, "status")), "completed");
    CHECK_STR(json_str(json_get(json_get(body, "period"), "end")), "2027-11-24");
}

TEST(a_newer_version_revokes_the_one_before_in_the_journal)
{
    const Grant *g = okafor(t);
    Plan first = agreed(t, g);
    Plan draft;
    int number = 0;
    size_t count = 0;
    CHECK_OK(save_text(t, g, "needs", "More", 0));
    CHECK_OK(plan_draft(t->c, g, &draft));
    PlanAgree how = by_grace(draft.version);
    CHECK_OK(plan_agree(t->c, g, &how, &number));
    const Json *body = journal_body(t, first.ref, &count);
    CHECK_I64(count, 2);
    CHECK_STR(json_str(json_get(body, "status")), "revoked");
    Plan second;
    CHECK_OK(plan_current(t->c, g, &second));
    body = journal_body(t, second.ref, &count);
    Str replaces = json_str(json_get(json_at(json_get(body, "replaces"), 0), "reference"));
    CHECK_STR(replaces,
              arena_c(t->arena, arena_fmt(t->arena, "CarePlan/" STR_FMT, STR_ARG(first.ref))));
}

TEST(comparing_marks_only_the_paragraphs_that_changed)
{
    Plan *a = ARENA_NEW(t->arena, Plan);
    Plan *b = ARENA_NEW(t->arena, Plan);
    *a = (Plan){.matters = STR("Singing\nNgozi\nThe garden"), .review = DATE_NONE};
    *b = (Plan){.matters = STR("Singing\nNgozi twice a week\nThe garden"), .review = DATE_NONE};
    a->goals[a->goal_count++] = bath();
    a->goals[0].ref = STR("one");
    size_t count = 0;
    const PlanDiff *rows = plan_diff(t->arena, a, b, &count);
    CHECK_I64(count, 6);
    CHECK(!rows[0].changed && rows[1].changed && rows[4].changed);
    CHECK(!rows[1].a[0].changed && rows[1].a[1].changed && !rows[1].a[2].changed);
    CHECK(!rows[1].b[0].changed && rows[1].b[1].changed && !rows[1].b[2].changed);
    CHECK_STR(rows[4].label, "A goal that was taken out");
}

// One side with its marks: "went [swimming] twice", a paragraph that is marked whole "[...]".
static const char *marked(Test *t, const PlanText *list, size_t count)
{
    CLEANUP(buf_free) Buf buf = buf_new(1000);
    for (size_t i = 0; i < count; i++) {
        const PlanText *p = &list[i];
        const PlanText *runs = p->run_count > 0 ? p->runs : p;
        size_t run_count = p->run_count > 0 ? p->run_count : 1;
        if (i > 0) buf_add_c(&buf, " / ");
        for (size_t k = 0; k < run_count; k++) {
            buf_fmt(&buf, runs[k].changed ? "%s[" STR_FMT "]" : "%s" STR_FMT, k > 0 ? " " : "",
                    STR_ARG(runs[k].text));
        }
    }
    return arena_c(t->arena, buf_str(&buf));
}

static const struct Reworded {
    const char *was, *is, *out, *in;
} REWORDED[] = {
    {"I like to swim on Mondays", "I like to sing on Mondays", "I like to [swim] on Mondays",
     "I like to [sing] on Mondays"},
    {"Importance 5 of 10", "Importance 7 of 10", "Importance [5] of 10", "Importance [7] of 10"},
    {"Ngozi", "Ngozi twice a week", "Ngozi", "Ngozi [twice a week]"},
    {"one two three four", "two  four", "[one] two [three] four", "two  four"},
    {"My garden", "Seeing the sea again", "[My garden]", "[Seeing the sea again]"},
    {"the  bus", "the bus", "the  bus", "the bus"}, // blanks alone are no change
    {"Alone\nMy dog Rex\nTea", "Alone\nNew one here\nMy dog Max\nTea", "Alone / My dog [Rex] / Tea",
     "Alone / [New one here] / My dog [Max] / Tea"},
    {"", "First words", "", "[First words]"},
};

TEST(comparing_marks_the_words_inside_a_paragraph)
{
    for (size_t i = 0; i < COUNT_OF(REWORDED); i++) {
        const struct Reworded *r = &REWORDED[i];
        PlanDiff d = plan_diff_of(t->arena, STR(""), str_from_c(r->was), str_from_c(r->is));
        CHECK_STR(str_from_c(marked(t, d.a, d.a_count)), r->out);
        CHECK_STR(str_from_c(marked(t, d.b, d.b_count)), r->in);
        CHECK(d.changed == (strchr(r->out, '[') != NULL || strchr(r->in, '[') != NULL));
    }
}

TEST(comparing_very_long_paragraphs_marks_what_stands_between_the_same_ends)
{
    CLEANUP(buf_free) Buf was = buf_new((size_t)PLAN_TEXT_CHARS_MAX * 2);
    CLEANUP(buf_free) Buf is = buf_new((size_t)PLAN_TEXT_CHARS_MAX * 2);
    for (int i = 0; i < PLAN_TEXT_CHARS_MAX / 5; i++) {
        buf_fmt(&was, "w%d ", i % 997);
        buf_fmt(&is, i == 1000 ? "other " : "w%d ", i % 997);
    }
    PlanDiff d = plan_diff_of(t->arena, STR(""), buf_str(&was), buf_str(&is));
    CHECK(d.changed && d.a_count == 1 && d.b_count == 1);
    CHECK(d.a_count == 1 && d.a[0].run_count == 3);
    CHECK(d.b_count == 1 && d.b[0].run_count == 3 && d.b[0].runs[1].changed);
    if (d.b_count == 1 && d.b[0].run_count == 3) CHECK_STR(d.b[0].runs[1].text, "other");
}

TEST(who_reached_a_goal_is_told_for_figures)
{
    const Grant *g = okafor(t);
    PlanGoal goal = bath();
    PersonId *people = NULL;
    size_t count = 0;
    Str part;
    CHECK_OK(plan_add_goal(t->c, g, &goal, &part));
    CHECK_OK(plan_goal_reached(t->c, &people, &count));
    CHECK_I64((int64_t)count, 0);
    goal.status = GOAL_ACHIEVED;
    CHECK_OK(plan_add_goal(t->c, g, &goal, &part));
    Str twice;
    CHECK_OK(plan_add_goal(t->c, g, &goal, &twice));
    CHECK_OK(plan_remove_goal(t->c, g, twice, 1, true));
    CHECK_OK(plan_goal_reached(t->c, &people, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK(count == 1 && people[0].v == grant_person(g).v);
    CHECK_OK(plan_remove_goal(t->c, g, part, 1, true));
    CHECK_OK(plan_goal_reached(t->c, &people, &count));
    CHECK_I64((int64_t)count, 0);
}
