// demo_story.c -- the people whose stories the design shows, told as steps.
#include "app/demo_story.h"

#include "app/demo_referrals.h"

enum { PRIYA = 0, MARSH = 3, IQBAL = 11, TALKS_MAX = 8, TODOS_MAX = 5, ANY_TIME = -1 };

typedef struct Talk {
    int ago, hour, minute;
    ContactMode mode;
    int minutes;
    const char *present;
    const char *said;
    const char *done;
} Talk;

typedef struct Todo {
    const char *what, *detail;
    int rel;     // days from today
    int minutes; // after midnight
    bool waiting;
    int owner; // index of the staff
} Todo;

typedef struct Story { // of DEMO_NAMED with the same index
    int offered, accepted;
    CaseStage stage;
    Priority priority;
    int supervisor; // index of the staff
    const char *cohort, *reasons;
    Talk talks[TALKS_MAX];
    Todo todos[TODOS_MAX];
    int agreed;  // days ago, 0: no agreed plan
    int drafted; // days ago, 0: no draft
    int review;  // days from today
    const char *about, *matters, *strengths, *needs;
    const char *goal, *help, *action;
} Story;

static const Story STORIES[DEMO_NAMED_CASES] = {
    {147,
     145,
     STAGE_REVIEWING,
     PRIORITY_HIGH,
     MARSH,
     "frailty-repeat-admissions",
     "Aged 65 or over with moderate frailty\n2 unplanned hospital admissions in 12 months\n"
     "Lives in the most deprived fifth of areas",
     {{145, 11, 0, CONTACT_TELEPHONE, 20, "", "I will say yes if you ring when you say you will.",
       "Explained coordination. Gracie agreed, and would like Ngozi to know everything."},
      {130, 14, 0, CONTACT_HOME_VISIT, 60, "Ngozi (daughter)",
       "I sang at St Mary's for thirty years. I miss it more than anything.",
       "Talked about what a good week looks like. Church is at the middle of it."},
      {104, 14, 0, CONTACT_HOME_VISIT, 40, "Ngozi (daughter)",
       "Pat will drive me. I asked her myself.",
       "Looked at the plan again after a month and agreed what changed."},
      {84, 14, 30, CONTACT_HOME_VISIT, 55, "Ngozi (daughter)", "Write it the way I said it.",
       "Went through the plan line by line and agreed it."},
      {60, 10, 40, CONTACT_TELEPHONE, 12, "",
       "Pat drove me. I only stood for two hymns but I stood.",
       "Lift to church on Sundays is working. Ten stands a day, most days."},
      {25, 11, 0, CONTACT_HOME_VISIT, 50, "", "The bath frightens me since the fall.",
       "Looked at the bathroom together. Grace would try a bath board if Ngozi is there. Referred "
       "to podiatry: sore place on the left heel."},
      {19, 12, 10, CONTACT_TELEPHONE, 9, "",
       "I did not break anything, but I sat on that floor and cried.",
       "Referred to the falls service with her agreement."},
      {7, 11, 20, CONTACT_TELEPHONE, 18, "",
       "Nobody from the feet people has rung. The board is in and I have used it twice.",
       "Bath board has arrived and she has used it with Ngozi in the house. Teach-back: explained "
       "her fluid tablet plan in her own words."}},
     {{"Chase podiatry referral", "Sent 25 days ago, no reply. Foot ulcer risk is high.", -4,
       ANY_TIME, false, PRIYA},
      {"Home visit: plan review", "12 Mill Lane. Ngozi will be there.", 0, 15 * 60 + 30, false,
       PRIYA},
      {"Medicines review after blood test", "Imran Sheikh, pharmacist, after the blood test", 17,
       ANY_TIME, true, PRIYA}},
     84,
     1,
     6,
     "Call me Gracie. I wear two hearing aids: face me and check that they are on.",
     "I want to get back to singing at St Mary's on a Sunday, and not be frightened of the bath.",
     "Ngozi comes every day. Pat next door has a key. I do not give up.",
     "My heart and my feet need watching. I need things in large print.",
     "Back to singing at St Mary's on Sundays",
     "Somebody to drive, and a chair near the end of the row",
     "Sit-to-stand exercises, 10 a day"},
    {40,
     35,
     STAGE_PLANNING,
     PRIORITY_HIGH,
     IQBAL,
     "long-term-conditions-no-plan",
     "3 or more long-term conditions and no plan\nNeeds an interpreter, missed two reviews",
     {{35, 13, 0, CONTACT_TELEPHONE, 25, "Interpreter (Sylheti)",
       "My son reads the letters when he is home.",
       "Explained support through the interpreter. She agreed."},
      {14, 14, 0, CONTACT_HOME_VISIT, 50, "Her son, interpreter (Sylheti)",
       "I am tired of being told not to eat rice.",
       "Started the plan together. Interpreter booked again."}},
     {{"Agree plan with Rukhsana and her son", "Sylheti interpreter booked for 2pm", -2, ANY_TIME,
       false, PRIYA}},
     0,
     14,
     90,
     "I speak Sylheti. Please ask for a woman to interpret.",
     "Cooking for my family, and breathing well enough to climb to my own bedroom.",
     "My son and my sister. I know my medicines by their colours.",
     "An interpreter every time, and one appointment instead of four.",
     "Cook for Eid without stopping for breath",
     "A dietitian who knows our food",
     "Ask for the dietitian who speaks Sylheti"},
    {70,
     64,
     STAGE_ACTIVE,
     PRIORITY_MEDIUM,
     MARSH,
     "",
     "Moderate frailty\nLives alone on a low income\nAsked about help with heating",
     {{64, 10, 30, CONTACT_TELEPHONE, 15, "", "Mo, please. Maureen was my mother-in-law.",
       "Agreed to look at money first, then the rest."},
      {41, 11, 0, CONTACT_HOME_VISIT, 60, "Niece on the telephone",
       "I put the heating on for you, not for me.", "Agreed the plan. Benefits check booked."},
      {15, 10, 20, CONTACT_TELEPHONE, 14, "",
       "That form has forty pages and I have one pair of glasses.",
       "Age Friendly Fenside will fill it in with her."}},
     {{"Check attendance allowance form was sent", "Age Friendly Fenside helped with the form", -1,
       ANY_TIME, false, PRIYA}},
     41,
     0,
     120,
     "I am Mo. I like a joke. Speak up a little.",
     "Being warm, and being able to treat my great-grandson now and then.",
     "I have managed on little all my life.",
     "Somebody to read forms with me.",
     "Have the heating on without counting",
     "Knowing what I am entitled to",
     "Benefits check at home"},
    {60,
     52,
     STAGE_ACTIVE,
     PRIORITY_MEDIUM,
     MARSH,
     "",
     "Decision about valve surgery next month\nLives with four long-term conditions",
     {{52, 15, 0, CONTACT_TELEPHONE, 20, "", "I want to understand it before I sign it.",
       "Explained how I can help to prepare for the decision."},
      {43, 10, 0, CONTACT_SURGERY, 45, "His wife", "What happens if I do nothing?",
       "Plan agreed. Sent the decision aid."},
      {5, 16, 0, CONTACT_TELEPHONE, 11, "", "I have my three questions.",
       "Wrote them down with him. Agreed to go through them before cardiology."}},
     {{"Call before cardiology appointment", "Go through his 3 questions and the decision aid", 0,
       10 * 60 + 30, false, PRIYA}},
     43,
     0,
     140,
     "I was an engineer. Give me the numbers.",
     "Choosing for myself, with Pauline, knowing what each choice means.",
     "I read everything. I ask.",
     "Time to think between appointments.",
     "Decide about the operation by the end of the year",
     "Knowing what doing nothing means",
     "Go through the decision aid"},
    {12,
     8,
     STAGE_GETTING_TO_KNOW,
     PRIORITY_MEDIUM,
     IQBAL,
     "diabetes-above-target",
     "Diabetes above target\nMissed two diabetes reviews\nOut of work for two months",
     {{8, 12, 0, CONTACT_TELEPHONE, 10, "",
       "Text is better. I do not always have the words on the phone.",
       "Agreed to write in Polish first. He would like help."},
      {4, 16, 20, CONTACT_WRITTEN, 5, "", "Thank you for writing in Polish.",
       "Sent three short texts about the review and the bus."}},
     {{"Call about missed diabetes review", "Missed 12 and 5 days ago. Prefers text in Polish.", 0,
       11 * 60 + 15, false, PRIYA}},
     0,
     0,
     0,
     "",
     "",
     "",
     "",
     "",
     "",
     ""},
    {300,
     296,
     STAGE_ACTIVE,
     PRIORITY_HIGH,
     MARSH,
     "frailty-repeat-admissions",
     "Severe frailty, lives in a care home\n1 unplanned hospital admission in 12 months\n"
     "In the last year of life",
     {{35, 10, 0, CONTACT_HOME_VISIT, 60, "Care home manager, nephew by video",
       "I want to hear the wireless and see the sky.",
       "Plan agreed with Joan, as far as she wished to talk about it."},
      {6, 14, 0, CONTACT_HOME_VISIT, 35, "Care home manager", "Is it still light in the evenings?",
       "Sat with her. The bed now faces the window."}},
     {{"Send MDT summary to Dr Marsh", "For Thursday's meeting, case 3", 0, ANY_TIME, false, PRIYA},
      {"Anticipatory medicines at the care home", "Question from Priya Nair about supply at night",
       1, ANY_TIME, false, MARSH}},
     35,
     0,
     75,
     "I taught the infants for forty years. I like to be spoken to as a grown-up.",
     "The wireless, the sky, and no more hospital if it can be helped.",
     "I know what I want.",
     "Comfort. People who are not in a hurry.",
     "Stay at Willow House until the end",
     "Medicines in the house before they are needed",
     "Anticipatory medicines in the cupboard"},
    {50,
     44,
     STAGE_ACTIVE,
     PRIORITY_MEDIUM,
     MARSH,
     "",
     "Memory concerns\nHusband is her carer and is tired",
     {{44, 11, 0, CONTACT_TELEPHONE, 20, "Husband (Ifan)",
       "I know that I forget. It is all right to say it.", "Spoke with both, Gwyneth first."},
      {19, 10, 0, CONTACT_HOME_VISIT, 60, "Husband (Ifan)", "Ifan does not sleep because of me.",
       "Plan agreed. Ifan would like his own carer's assessment."},
      {12, 13, 30, CONTACT_HOME_VISIT, 40, "Husband (Ifan)",
       "Will somebody drive us? Ifan's eyes are bad.",
       "Asked for patient transport to the memory clinic."}},
     {{"Confirm transport for memory clinic", "Clinic is in three days, 09:40", 0, ANY_TIME, false,
       PRIYA}},
     19,
     0,
     150,
     "Talk to me first, then to Ifan.",
     "Staying together, and my roses.",
     "Fifty-four years married. We laugh.",
     "Things written down. Rest for Ifan.",
     "Know what is happening to my memory",
     "Going to the clinic with Ifan",
     "Memory clinic appointment"},
    {120,
     112,
     STAGE_ACTIVE,
     PRIORITY_HIGH,
     IQBAL,
     "frailty-repeat-admissions",
     "Moderate frailty\nHome from hospital yesterday after 6 days\nLives alone",
     {{112, 11, 0, CONTACT_TELEPHONE, 15, "", "Let it ring. I get there in the end.",
       "Agreed to let the phone ring twenty times."},
      {83, 14, 0, CONTACT_HOME_VISIT, 55, "", "I do not want to die in a corridor.",
       "Plan agreed. Written down what to try before an ambulance."},
      {20, 10, 0, CONTACT_HOME_VISIT, 45, "", "The chest is bad again but I am used to it.",
       "Rescue pack checked with the nurse."}},
     {{"Call after discharge", "6-day stay, chest infection. Medicines changed: 2 new, 1 stopped.",
       1, 16 * 60 + 10, false, PRIYA}},
     83,
     0,
     100,
     "Retired signalman. I live upstairs and down by turns.",
     "My chair by the window and the trains.",
     "I know the signs before my chest goes.",
     "A quick answer when it does.",
     "Have a bad chest looked after at home",
     "Knowing whom to ring at night",
     "Rescue pack and night number on the door"},
    {90,
     85,
     STAGE_ACTIVE,
     PRIORITY_MEDIUM,
     IQBAL,
     "",
     "Stroke four months ago\nLonely since his wife died",
     {{85, 10, 0, CONTACT_TELEPHONE, 18, "", "The house is very quiet.",
       "Listened. Agreed to meet."},
      {57, 11, 0, CONTACT_HOME_VISIT, 55, "", "I used to cook for forty at the carnival.",
       "Plan agreed. He would like to cook for people again."},
      {8, 15, 0, CONTACT_TELEPHONE, 12, "", "Full up, they said. Story of my year.",
       "Sunrise Lunch Club has no place. Will look for another."}},
     {{"Choose another lunch club", "Sunrise Lunch Club is full", 1, ANY_TIME, false, PRIYA}},
     57,
     0,
     125,
     "Leroy. I cook.",
     "A full table again.",
     "I can feed forty.",
     "My right hand is slow since the stroke.",
     "Cook at a lunch club once a month",
     "A kitchen with somebody in it",
     "Find a lunch club that wants a cook"},
    {60,
     54,
     STAGE_ACTIVE,
     PRIORITY_MEDIUM,
     IQBAL,
     "carers",
     "Cares for his wife\nHeart failure and low mood",
     {{54, 9, 30, CONTACT_TELEPHONE, 14, "", "I have twenty minutes while she sleeps.",
       "Kept it short. Agreed on mornings."},
      {23, 10, 0, CONTACT_SURGERY, 40, "", "Nobody asks how I am. You just did.",
       "Plan agreed. Referred for a carer's assessment."},
      {4, 9, 30, CONTACT_TELEPHONE, 10, "", "They came. They were kind.",
       "Assessment done. Result expected this week."}},
     {{"Carer assessment result", "Carla Pinto, social care", 2, ANY_TIME, false, PRIYA}},
     23,
     0,
     160,
     "I am a carer first. Ring in the morning.",
     "That she is safe when I am at the clinic.",
     "My faith and my sons.",
     "A break, and tablets that do not make me dizzy.",
     "Go to Friday prayers again",
     "Somebody with her for two hours",
     "Sitting service on Fridays"},
    {48,
     40,
     STAGE_ACTIVE,
     PRIORITY_MEDIUM,
     IQBAL,
     "",
     "Long COVID\nGoing back to work step by step",
     {{40, 14, 0, CONTACT_VIDEO, 25, "", "Mornings are gone. Afternoons I can do.",
       "Agreed on afternoons, by video."},
      {21, 14, 0, CONTACT_VIDEO, 35, "", "I want my desk back, not a leaflet.",
       "Plan agreed. Applied for a small personal health budget for a recliner at work."},
      {13, 15, 0, CONTACT_VIDEO, 20, "", "Two half days. I slept after, but I did them.",
       "Next week the same, not more."}},
     {{"Personal health budget answer", "Panel met last week", 6, ANY_TIME, false, PRIYA}},
     21,
     0,
     130,
     "Call me Sade. Afternoons please.",
     "My work and my choir, in that order.",
     "I know how to rest now.",
     "Time. People who believe me.",
     "Work three half days a week",
     "A place to lie down at work",
     "Ask for a recliner through a personal budget"},
    {30,
     26,
     STAGE_ACTIVE,
     PRIORITY_LOW,
     MARSH,
     "",
     "ZZCANARY: wants help with letters\nTwo long-term conditions",
     {{26, 11, 0, CONTACT_TELEPHONE, 12, "A friend of Robin ZZCANARY",
       "Zzcanary is my name and I am not ashamed of it.",
       "Agreed to look at the ZZCANARY letters."},
      {10, 11, 30, CONTACT_SURGERY, 25, "", "All the letters are in this bag, zzcanary and all.",
       "Sorted the bag of Robin ZZCANARY into three piles."}},
     {{"Ring the council for Robin ZZCANARY", "ZZCANARY, reference on the letter", 9, ANY_TIME,
       false, PRIYA}},
     10,
     0,
     150,
     "Robin ZZCANARY, no title please.",
     "Fewer letters, says ZZCANARY.",
     "Zzcanary keeps everything.",
     "Somebody to open letters with.",
     "One folder for all ZZCANARY letters",
     "A folder",
     "Buy the ZZCANARY folder"},
};

// ---- told

typedef struct Telling {
    DemoSteps *steps;
    const Story *story;
    PersonId person;
    Str name;
} Telling;

static DemoStep by_priya(const Telling *t, DemoStepKind kind)
{
    return (DemoStep){.kind = kind, .person = t->person, .who = PRIYA};
}

static void tell_talks(const Telling *t)
{
    for (int i = 0; i < TALKS_MAX && t->story->talks[i].ago > 0; i++) {
        const Talk *talk = &t->story->talks[i];
        Contact contact = {.mode = talk->mode,
                           .outcome = CONTACT_SPOKE,
                           .minutes = talk->minutes,
                           .present = str_from_c(talk->present),
                           .interpreter_used = strstr(talk->present, "nterpreter") != NULL,
                           .own_words = str_from_c(talk->said),
                           .done = str_from_c(talk->done),
                           .no_next_reason = STR("The next step is in the tasks"),
                           .next_due = DATE_NONE};
        demo_add_contact(t->steps, talk->ago, talk->hour, talk->minute, by_priya(t, STEP_CONTACT),
                         &contact);
    }
}

static int last_talk(const Story *story)
{
    int ago = story->accepted;
    for (int i = 0; i < TALKS_MAX && story->talks[i].ago > 0; i++) ago = story->talks[i].ago;
    return ago;
}

static void tell_todos(const Telling *t)
{
    const DemoStaff *staff = t->steps->story->staff;
    int ago = last_talk(t->story);
    for (int i = 0; i < TODOS_MAX && t->story->todos[i].what != NULL; i++) {
        const Todo *todo = &t->story->todos[i];
        TaskAdd add = {.what = str_from_c(todo->what),
                       .detail = str_from_c(todo->detail),
                       .owner_account = staff->actors[todo->owner].account_id,
                       .due = demo_day(t->steps, todo->rel),
                       .due_minutes = todo->minutes,
                       .waiting = todo->waiting,
                       .source = todo->waiting ? TASK_BY_HAND : TASK_FROM_CONTACT,
                       .source_ref = STR("")};
        demo_add_task(t->steps, ago, by_priya(t, STEP_TASK), &add);
    }
}

static PlanGoal goal_of(const Telling *t, GoalStatus status)
{
    const Story *s = t->story;
    PlanGoal goal = {.words = str_from_c(s->goal),
                     .importance = 9,
                     .confidence = 6,
                     .help = str_from_c(s->help),
                     .status = status,
                     .action_count = 1};
    goal.actions[0] = (PlanAction){.what = str_from_c(s->action),
                                   .who = t->name,
                                   .by = demo_day(t->steps, s->review),
                                   .status = ACTION_DOING,
                                   .confidence = 8};
    return goal;
}

static Plan *plan_of(const Telling *t)
{
    const Story *s = t->story;
    Plan *plan = ARENA_NEW(t->steps->arena, Plan);
    *plan = (Plan){.about = str_from_c(s->about),
                   .matters = str_from_c(s->matters),
                   .strengths = str_from_c(s->strengths),
                   .needs = str_from_c(s->needs),
                   .review = demo_day(t->steps, s->review),
                   .goal_count = 1};
    return plan;
}

static void add_action(PlanGoal *goal, const char *what, const char *who, Date by,
                       ActionStatus status)
{
    goal->actions[goal->action_count++] =
        (PlanAction){.what = str_from_c(what), .who = str_from_c(who), .by = by, .status = status};
}

// Grace Okafor's second goal and all actions, `done` of them done, and how the draft differs.
static void tell_bath(const Telling *t, Plan *plan, int done, bool draft)
{
    static const ActionStatus STATES[] = {ACTION_PLANNED, ACTION_DONE};
    PlanGoal *singing = &plan->goals[0];
    PlanGoal *bath = &plan->goals[plan->goal_count++];
    *bath = (PlanGoal){.words = STR("Have a bath without being frightened"),
                       .importance = 8,
                       .confidence = 4,
                       .help = STR("Knowing someone is in the house the first few times. Grab rail "
                                   "by the taps."),
                       .status = draft ? GOAL_NEEDS_CHANGE : GOAL_NOT_STARTED};
    if (draft) {
        bath->words = STR("Have a bath without being frightened, on my own by Christmas.");
        bath->confidence = 5;
    }
    add_action(singing, "Lift to church on Sundays", "Pat Dunn", demo_day(t->steps, -100),
               STATES[done > 0]);
    add_action(singing, "Ask the hearing clinic about the left aid", "Priya",
               demo_day(t->steps, -90), STATES[done > 1]);
    add_action(bath, "Order a bath board", "Priya", demo_day(t->steps, -88), STATES[done > 2]);
    add_action(bath, "Ask occupational therapy for a grab rail by the taps", "Priya",
               demo_day(t->steps, draft ? 14 : -4), ACTION_PLANNED);
    if (!draft) return;
    add_action(bath, "Be in the house for the first three baths", "Ngozi (daughter)",
               demo_day(t->steps, 21), ACTION_DOING);
}

static void tell_plan(const Telling *t, int ago, bool agreed, int done)
{
    Plan *plan = plan_of(t);
    plan->goals[0] = goal_of(t, agreed || done > 0 ? GOAL_ON_TRACK : GOAL_NOT_STARTED);
    if (t->story == &STORIES[0]) tell_bath(t, plan, done, !agreed);
    demo_add_plan(t->steps, ago, by_priya(t, STEP_PLAN), plan);
    if (!agreed) return;
    DemoStep agree = by_priya(t, STEP_AGREE);
    agree.text = t->name;
    demo_step(t->steps, ago, 15, 55, agree);
}

static void tell_case(const Telling *t)
{
    const Story *s = t->story;
    const DemoStaff *staff = t->steps->story->staff;
    CaseOffer *offer = ARENA_NEW(t->steps->arena, CaseOffer);
    *offer = (CaseOffer){.priority = s->priority,
                         .cohort = str_from_c(s->cohort),
                         .reasons = str_from_c(s->reasons)};
    DemoStep step = by_priya(t, STEP_OFFER);
    step.arg = offer;
    demo_step(t->steps, s->offered, 9, 5, step);
    demo_step(t->steps, s->accepted, 9, 20, by_priya(t, STEP_ACCEPT));
    CaseSetting *to = ARENA_NEW(t->steps->arena, CaseSetting);
    *to = (CaseSetting){.stage = s->stage,
                        .priority = s->priority,
                        .lead_account = staff->actors[PRIYA].account_id,
                        .supervisor_account = staff->actors[s->supervisor].account_id};
    step = by_priya(t, STEP_SET);
    step.arg = to;
    demo_step(t->steps, last_talk(s), 17, 20, step);
}

Err demo_named_work(DemoSteps *steps)
{
    for (int i = 0; i < DEMO_NAMED_CASES; i++) {
        DemoPerson who;
        PersonMatch match = PERSON_NEW;
        Telling t = {.steps = steps, .story = &STORIES[i]};
        demo_person(steps->arena, steps->story->town, i, &who);
        TRY(person_match(steps->story->c, 0, &who.import, &match, &t.person));
        if (match != PERSON_SAME) return ERR_FAULT;
        const Person *p = &who.import.person;
        t.name =
            arena_fmt(steps->arena, STR_FMT " " STR_FMT, STR_ARG(p->given), STR_ARG(p->family));
        tell_case(&t);
        tell_talks(&t);
        tell_todos(&t);
        demo_tell_referrals(steps, (size_t)i, by_priya(&t, STEP_REFERRAL));
        if (i == 0) { // two versions came before the one that others see
            tell_plan(&t, 130, true, 0);
            tell_plan(&t, 104, true, 1);
        }
        if (t.story->agreed > 0) tell_plan(&t, t.story->agreed, true, 3);
        if (t.story->drafted > 0) tell_plan(&t, t.story->drafted, false, 3);
    }
    return ERR_OK;
}
