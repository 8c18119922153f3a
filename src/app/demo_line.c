// demo_line.c -- one of the many on a caseload: offered, accepted, called, visited, planned, ended.
#include "app/demo_story.h"

enum { MARSH = 3, IQBAL = 11, REVIEWS_DUE = 8, HISTORY_DAYS_MAX = 330, TURN_DAYS_MIN = 15 };

typedef struct Course { // how one line of support runs, in days before today
    DemoSteps *steps;
    DemoLine *line;
    int offered, accepted, last; // last: of the last contact
    int rel;                     // days from today when the next step is due
    bool waiting;                // for somebody else
    bool only_offered;
    bool review_due;
    bool moving_on;
    bool planned, drafted;
} Course;

void demo_add_contact(DemoSteps *steps, int days_ago, int hour, int minute, DemoStep step,
                      const Contact *contact)
{
    Contact *kept = ARENA_NEW(steps->arena, Contact);
    *kept = *contact;
    Instant later;
    (void)instant_from_london(demo_day(steps, -days_ago), hour, minute, &kept->at, &later);
    step.kind = STEP_CONTACT;
    step.arg = kept;
    // Written down when it was over.
    int written = minute + kept->minutes + 5;
    demo_step(steps, days_ago, hour + written / 60, written % 60, step);
}

void demo_add_task(DemoSteps *steps, int days_ago, DemoStep step, const TaskAdd *add)
{
    TaskAdd *kept = ARENA_NEW(steps->arena, TaskAdd);
    *kept = *add;
    step.kind = STEP_TASK;
    step.arg = kept;
    demo_step(steps, days_ago, 17, 5, step);
}

void demo_add_plan(DemoSteps *steps, int days_ago, DemoStep step, const Plan *plan)
{
    Plan *kept = ARENA_NEW(steps->arena, Plan);
    *kept = *plan;
    step.kind = STEP_PLAN;
    step.arg = kept;
    demo_step(steps, days_ago, 15, 40, step);
}

Date demo_day(const DemoSteps *steps, int days_from_today)
{
    return date_add_days(steps->story->town->options.today, days_from_today);
}

// The last working day at or before so many days ago, as days ago.
static int workday(const DemoSteps *steps, int days_ago)
{
    Weekday day = date_weekday(demo_day(steps, -days_ago));
    if (day == SATURDAY) return days_ago + 1;
    return day == SUNDAY ? days_ago + 2 : days_ago;
}

static DemoStep step_of(const Course *k, DemoStepKind kind)
{
    return (DemoStep){.kind = kind, .person = k->line->person, .who = k->line->who};
}

// ---- why they were offered support

static const char *band_words(int deficits)
{
    if (deficits >= 13) return "Severe frailty";
    if (deficits >= 9) return "Moderate frailty";
    return deficits >= 5 ? "Mild frailty" : "";
}

static const char *cohort_of(const DemoLine *l)
{
    if (l->topic == TOPIC_SOCIAL || l->topic == TOPIC_COACH) return "";
    if (l->age >= 65 && l->health.deficits >= 9 && l->health.admissions >= 2) {
        return "frailty-repeat-admissions";
    }
    return l->health.long_term >= 3 ? "long-term-conditions-no-plan" : "";
}

static Str reasons_of(const Course *k)
{
    const DemoLine *l = k->line;
    Arena *arena = k->steps->arena;
    Str text = STR("");
    if (l->topic == TOPIC_SOCIAL) text = STR("Asked the practice for somebody to talk to\n");
    if (l->topic == TOPIC_COACH) {
        text = STR("Wants to be more active, said at the nurse's review\n");
    }
    if (l->age >= 65 && l->health.deficits >= 5) {
        text = arena_fmt(arena, STR_FMT "%s\n", STR_ARG(text), band_words(l->health.deficits));
    }
    if (l->health.admissions > 0) {
        text = arena_fmt(arena, STR_FMT "%d unplanned hospital admission%s in 12 months\n",
                         STR_ARG(text), l->health.admissions, l->health.admissions > 1 ? "s" : "");
    }
    if (l->health.long_term >= 2) {
        text = arena_fmt(arena, STR_FMT "%d long-term conditions\n", STR_ARG(text),
                         l->health.long_term);
    }
    if (text.len == 0) text = STR("Suggested by the usual GP\n");
    return str_slice(text, 0, text.len - 1);
}

static Priority priority_of(DemoLine *l)
{
    static const int WEIGHTS[] = {22, 50, 28};
    return (Priority)(PRIORITY_HIGH + dice_weighted(&l->dice, WEIGHTS, COUNT_OF(WEIGHTS)));
}

static void offer(Course *k, Priority priority)
{
    CaseOffer *offer = ARENA_NEW(k->steps->arena, CaseOffer);
    *offer = (CaseOffer){
        .priority = priority, .cohort = str_from_c(cohort_of(k->line)), .reasons = reasons_of(k)};
    DemoStep step = step_of(k, STEP_OFFER);
    step.arg = offer;
    demo_step(k->steps, k->offered, 9, 10 + k->line->number % 40, step);
}

// ---- contacts

static Contact contact_of(Course *k, const DemoNote *note, bool first)
{
    static const int MODES[] = {55, 28, 10, 4, 3}; // telephone, home, surgery, video, written
    Dice *dice = &k->line->dice;
    ContactMode mode = CONTACT_TELEPHONE;
    if (!first) mode = (ContactMode)(CONTACT_TELEPHONE + dice_weighted(dice, MODES, 5));
    return (Contact){.mode = mode,
                     .outcome = CONTACT_SPOKE,
                     .minutes = mode == CONTACT_HOME_VISIT ? dice_between(dice, 35, 70)
                                                           : dice_between(dice, 6, 28),
                     .own_words = str_from_c(note->said),
                     .done = str_from_c(note->done),
                     .next_due = DATE_NONE};
}

static void attempt(Course *k, int days_ago)
{
    Contact contact = {.mode = CONTACT_TELEPHONE,
                       .outcome = dice_chance(&k->line->dice, 0.5) ? CONTACT_NO_ANSWER
                                                                   : CONTACT_LEFT_MESSAGE,
                       .no_next_reason = STR("Will call again, the next call is planned"),
                       .next_due = DATE_NONE};
    demo_add_contact(k->steps, days_ago, 11, 15 + k->line->number % 30, step_of(k, STEP_CONTACT),
                     &contact);
}

static void last_step(const Course *k, Contact *contact, const DemoNote *note)
{
    if (k->waiting) {
        contact->no_next_reason = STR("Waiting for an answer from others, see the tasks");
        TaskAdd add = {.what = arena_fmt(k->steps->arena, "Answer: %s", note->next),
                       .detail = STR("Asked by email, no answer yet"),
                       .due = demo_day(k->steps, k->rel),
                       .due_minutes = -1,
                       .waiting = true,
                       .source = TASK_BY_HAND,
                       .source_ref = STR("")};
        demo_add_task(k->steps, k->last, step_of(k, STEP_TASK), &add);
        return;
    }
    contact->next_step = str_from_c(note->next);
    contact->next_due = demo_day(k->steps, k->rel);
}

// From the day of the yes to the last conversation, each with the step that led to the next.
static void contacts(Course *k)
{
    Dice *dice = &k->line->dice;
    size_t first_count = 0;
    size_t count = 0;
    const DemoNote *firsts = demo_first_notes(&first_count);
    const DemoNote *notes = demo_notes(k->line->topic, &count);
    size_t at = (size_t)dice_below(dice, (int)count);
    int ago = k->accepted;
    for (int number = 0; ago >= k->last; number++) {
        const DemoNote *note = number == 0 ? &firsts[dice_below(dice, (int)first_count)]
                                           : &notes[(at + (size_t)number) % count];
        int next = workday(k->steps, ago - dice_between(dice, TURN_DAYS_MIN, 28));
        bool is_last = ago == k->last;
        if (!is_last && next < k->last) next = k->last;
        Contact contact = contact_of(k, note, number == 0);
        if (is_last) {
            last_step(k, &contact, note);
        } else {
            contact.next_step = str_from_c(note->next);
            contact.next_due = demo_day(k->steps, -next);
        }
        if (number > 0) demo_step(k->steps, ago, 9, 5, step_of(k, STEP_TASKS_DONE));
        if (!is_last && next < ago - 6 && dice_chance(dice, 0.2)) {
            attempt(k, workday(k->steps, next + 2));
        }
        int hour = dice_between(dice, 10, 14);
        demo_add_contact(k->steps, ago, hour, dice_below(dice, 6) * 10, step_of(k, STEP_CONTACT),
                         &contact);
        if (is_last) break;
        ago = next;
    }
}

// ---- plans

static Date month_end(Date day)
{
    int year = 0;
    int month = 0;
    int of_month = 0;
    (void)date_to_ymd(day, &year, &month, &of_month);
    return date_add_days(day, date_month_days(year, month) - of_month);
}

static Date review_of(Course *k, int agreed_ago)
{
    Date today = demo_day(k->steps, 0);
    if (k->review_due) {
        Date due = date_add_days(today, dice_between(&k->line->dice, -6, 6));
        return date_cmp(due, month_end(today)) > 0 ? month_end(today) : due;
    }
    Date half_a_year = date_add_days(today, 183 - agreed_ago);
    Date soonest = date_add_days(month_end(today), 8 + k->line->number % 20);
    return date_cmp(half_a_year, soonest) < 0 ? soonest : half_a_year;
}

// Who moves on has reached what the plan was for.
static GoalStatus goal_status(const Course *k)
{
    if (!k->planned) return GOAL_NOT_STARTED;
    return k->moving_on ? GOAL_ACHIEVED : GOAL_ON_TRACK;
}

static void plan(Course *k, int days_ago)
{
    size_t count = 0;
    const DemoGoal *goals = demo_goals(k->line->topic, &count);
    const DemoGoal *g = &goals[(size_t)k->line->number % count];
    Dice *dice = &k->line->dice;
    Plan *draft = ARENA_NEW(k->steps->arena, Plan);
    *draft = (Plan){.about = STR("Lives in Fenside. Likes to be asked, not told. Best reached in "
                                 "the morning."),
                    .matters = str_from_c(g->matters),
                    .strengths = STR("Knows own mind. Somebody looks in most days."),
                    .needs = STR("Somebody who keeps the appointments and the letters together."),
                    .review = review_of(k, days_ago),
                    .goal_count = 1};
    draft->goals[0] = (PlanGoal){.words = str_from_c(g->words),
                                 .importance = dice_between(dice, 6, 10),
                                 .confidence = dice_between(dice, 3, 8),
                                 .help = str_from_c(g->help),
                                 .status = goal_status(k),
                                 .action_count = 2};
    draft->goals[0].actions[0] =
        (PlanAction){.what = str_from_c(g->action),
                     .who = k->line->name,
                     .by = date_add_days(draft->review, -dice_between(dice, 5, 30)),
                     .status = k->planned && k->moving_on ? ACTION_DONE : ACTION_DOING};
    draft->goals[0].actions[1] =
        (PlanAction){.what = STR("Check how it is going"),
                     .who = k->steps->story->staff->actors[k->line->who].name,
                     .by = draft->review,
                     .status = ACTION_PLANNED};
    demo_add_plan(k->steps, days_ago, step_of(k, STEP_PLAN), draft);
    if (!k->planned) return;
    DemoStep agree = step_of(k, STEP_AGREE);
    agree.text = k->line->name;
    demo_step(k->steps, days_ago, 15, 55, agree);
}

static CaseStage stage_of(const Course *k)
{
    if (k->review_due) return STAGE_REVIEWING;
    if (k->planned && k->moving_on) return STAGE_MOVING_ON;
    if (k->planned) return STAGE_ACTIVE;
    return k->drafted ? STAGE_PLANNING : STAGE_GETTING_TO_KNOW;
}

static void settle(Course *k, Priority priority)
{
    CaseSetting *to = ARENA_NEW(k->steps->arena, CaseSetting);
    const DemoStaff *staff = k->steps->story->staff;
    int doctor = k->line->practice == 1 || k->line->practice == 2 ? IQBAL : MARSH;
    *to = (CaseSetting){.stage = stage_of(k),
                        .priority = priority,
                        .lead_account = staff->actors[k->line->who].account_id,
                        .supervisor_account = staff->actors[doctor].account_id};
    DemoStep step = step_of(k, STEP_SET);
    step.arg = to;
    demo_step(k->steps, k->last, 17, 20, step);
}

// ---- how things stand, by the how-manieth somebody is on the colleague's list

// From a weekend to a day on which somebody works, without leaving this week or the later ones.
static int rel_workday(const Course *k, int rel)
{
    Weekday day = date_weekday(demo_day(k->steps, rel));
    int back = day == SATURDAY ? 1 : day == SUNDAY ? 2 : 0;
    if (back == 0) return rel;
    bool room = rel <= 7 && rel - back >= 1;
    return room ? rel - back : rel + 3 - back;
}

// The first of a caseload have what is due; a coordinator's week and waiting list come next.
static void when_due(Course *k)
{
    int n = k->line->number;
    bool coordinator = k->line->who == 0;
    if (n < k->line->due) {
        k->rel = coordinator ? 0 : -(n % 3);
    } else if (coordinator && n < 11) {
        k->rel = 1 + n * 5 % 7;
    } else if (coordinator && n < 15) {
        k->rel = 3 + n;
        k->waiting = true;
    } else {
        k->rel = 8 + n * 7 % 33;
    }
    if (k->rel > 0 && !k->waiting) k->rel = rel_workday(k, k->rel);
}

static void ended(Course *k)
{
    DemoLine *l = k->line;
    size_t count = 0;
    k->offered = workday(k->steps, dice_between(&l->dice, 150, HISTORY_DAYS_MAX));
    offer(k, priority_of(l));
    DemoStep step = step_of(k, STEP_CLOSE);
    int end_ago = workday(k->steps, k->offered - dice_between(&l->dice, 5, 12));
    if (l->number % 3 == 0) {
        step.kind = STEP_DECLINE;
        const char *const *why = demo_refusals(&count);
        step.text = str_from_c(why[(size_t)l->number % count]);
        step.ask_again = demo_day(k->steps, 90);
    } else if (l->number % 3 == 1) {
        step.kind = STEP_NO_ANSWER;
        attempt(k, end_ago + 1);
    } else {
        k->accepted = end_ago;
        demo_step(k->steps, k->accepted, 9, 50, step_of(k, STEP_ACCEPT));
        const char *const *why = demo_endings(&count);
        step.text = str_from_c(why[(size_t)l->number % count]);
        end_ago = workday(k->steps, dice_between(&l->dice, 20, 90));
        k->last = workday(k->steps, end_ago + 3);
        k->rel = -end_ago;
        contacts(k);
        k->planned = k->moving_on = l->number % 4 != 0 && k->accepted - end_ago > 40;
        if (k->planned) plan(k, workday(k->steps, k->accepted - 25));
        demo_step(k->steps, end_ago, 9, 5, step_of(k, STEP_TASKS_DONE));
    }
    demo_step(k->steps, end_ago, 16, 30, step);
}

static void not_answered_yet(Course *k)
{
    k->offered = workday(k->steps, 5 + k->line->number % 9);
    offer(k, priority_of(k->line));
    attempt(k, workday(k->steps, 2));
    TaskAdd add = {.what = STR("Call again about the offer of support"),
                   .detail = STR(""),
                   .due = demo_day(k->steps, 8 + k->line->number % 5),
                   .due_minutes = -1,
                   .source = TASK_FROM_CASE,
                   .source_ref = STR("")};
    demo_add_task(k->steps, workday(k->steps, 1), step_of(k, STEP_TASK), &add);
}

void demo_line(DemoSteps *steps, DemoLine *line)
{
    Course k = {.steps = steps, .line = line};
    int n = line->number;
    if (line->ended) {
        ended(&k);
        return;
    }
    if (n >= 15 && n % 12 == 3) {
        not_answered_yet(&k);
        return;
    }
    when_due(&k);
    bool quiet = n % 7 == 5;
    k.review_due = n % 6 == 2 && n < 6 * REVIEWS_DUE;
    k.last = workday(steps,
                     quiet ? dice_between(&line->dice, 30, 50) : dice_between(&line->dice, 4, 22));
    k.moving_on = n % 15 == 10;
    int since = k.review_due || k.moving_on ? 190 : k.last + 22;
    k.accepted = workday(steps, dice_between(&line->dice, since, HISTORY_DAYS_MAX - 12));
    k.offered = workday(steps, k.accepted + dice_between(&line->dice, 3, 9));
    k.planned = k.review_due || (k.accepted > 60 && n % 4 != 3);
    k.drafted = !k.planned && k.accepted > 35 && n % 2 == 1;
    Priority priority = priority_of(line);
    offer(&k, priority);
    demo_step(steps, k.accepted, 9, 50, step_of(&k, STEP_ACCEPT));
    contacts(&k);
    if (k.planned) plan(&k, workday(steps, k.accepted - 25));
    if (k.drafted) plan(&k, workday(steps, k.last));
    settle(&k, priority);
}
