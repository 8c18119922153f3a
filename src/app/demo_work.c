// demo_work.c -- whom each colleague supports, chosen from the town by what their record says.
#include "app/demo_work.h"

#include "app/demo_notes.h"
#include "app/demo_story.h"

enum { TEAMS = 7, PEOPLE_OF_FULL_TEAM = 3000, QUIET_DAYS = 28, ENDED_OF = 5 };

typedef struct Team {
    int who;    // index of the staff
    int people; // open and offered, of a network of full size; those with a story included
    int due;    // tasks that are due or overdue
    DemoTopic topic;
} Team;

// The caseloads and the 23 due tasks of colleagues that the design's pictures show.
static const Team TEAM_LIST[TEAMS] = {
    {0, 62, 1, TOPIC_FRAILTY}, {7, 51, 6, TOPIC_FRAILTY}, {8, 41, 5, TOPIC_LONG_TERM},
    {1, 58, 6, TOPIC_SOCIAL},  {9, 55, 2, TOPIC_SOCIAL},  {2, 37, 3, TOPIC_COACH},
    {10, 20, 1, TOPIC_COACH},
};

typedef struct Choosing {
    DemoStory *story;
    DemoSteps *steps;
    int wanted[TEAMS]; // open and offered, then ended ones
    int ended[TEAMS];
    int made[TEAMS];
    int lonely, depression, carer, diabetes, hypertension;
} Choosing;

static bool can_be_asked(const DemoPerson *who)
{
    return who->import.person.registration == REGISTRATION_CURRENT &&
           !who->import.person.opted_out && who->age >= 18 && who->import.person.nhs_number != 0;
}

static bool suits(const Choosing *g, DemoTopic topic, const DemoPerson *who, const DemoHealth *h)
{
    switch (topic) {
    case TOPIC_FRAILTY: return who->age >= 65 && h->deficits >= 6;
    case TOPIC_SOCIAL:
        return demo_has(h, g->lonely) || demo_has(h, g->depression) || demo_has(h, g->carer);
    case TOPIC_COACH:
        return who->age < 76 && (demo_has(h, g->diabetes) || demo_has(h, g->hypertension));
    case TOPIC_LONG_TERM:
    case TOPICS: break;
    }
    return h->long_term >= 3;
}

static Str full_name(Arena *arena, const Person *p)
{
    return arena_fmt(arena, STR_FMT " " STR_FMT, STR_ARG(p->given), STR_ARG(p->family));
}

static Err take(Choosing *g, int team, bool ended, const DemoPerson *who, const DemoHealth *health)
{
    DemoLine line = {.who = TEAM_LIST[team].who,
                     .topic = TEAM_LIST[team].topic,
                     .number = g->made[team],
                     .due = TEAM_LIST[team].due,
                     .ended = ended,
                     .health = *health,
                     .practice = who->practice,
                     .decile = who->import.person.imd_decile,
                     .age = who->age,
                     .name = full_name(g->steps->arena, &who->import.person),
                     .dice = who->dice};
    PersonMatch match = PERSON_NEW;
    TRY(person_match(g->story->c, 0, &who->import, &match, &line.person));
    if (match != PERSON_SAME) return ERR_FAULT; // the register was not imported before
    demo_line(g->steps, &line);
    g->made[team]++;
    return ERR_OK;
}

// The first team that wants somebody like this; in the second round anybody grown up will do.
static int team_for(const Choosing *g, const DemoPerson *who, const DemoHealth *health, int round)
{
    for (int i = 0; i < TEAMS; i++) {
        // Turn about, so that the first teams do not take everybody from the first practice's list.
        int team = (i + who->practice * 2) % TEAMS;
        if (g->made[team] >= g->wanted[team] + g->ended[team]) continue;
        if (round > 0 || suits(g, TEAM_LIST[team].topic, who, health)) return team;
    }
    return -1;
}

static bool all_made(const Choosing *g)
{
    for (int i = 0; i < TEAMS; i++) {
        if (g->made[i] < g->wanted[i] + g->ended[i]) return false;
    }
    return true;
}

static Err choose(Choosing *g, int round)
{
    const DemoTown *town = g->story->town;
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    for (int64_t i = (int64_t)DEMO_NAMED_COUNT; i < town->options.people && !all_made(g); i++) {
        DemoPerson who;
        DemoHealth health;
        arena_reset(scratch);
        if (town->supported[i]) continue;
        demo_person(scratch, town, i, &who);
        if (!can_be_asked(&who)) continue;
        TRY(demo_facts(g->story->facts, g->story->codes, NULL, 0, &who, &health));
        int team = team_for(g, &who, &health, round);
        if (team < 0) continue;
        town->supported[i] = true;
        TRY(take(g, team, g->made[team] >= g->wanted[team], &who, &health));
    }
    return ERR_OK;
}

Err demo_work(DemoStory *story)
{
    DemoSteps steps;
    demo_steps_begin(story, &steps);
    TRY(demo_named_work(&steps));
    const DemoCodes *codes = story->codes;
    int64_t people = story->town->options.people;
    Choosing g = {.story = story,
                  .steps = &steps,
                  .lonely = demo_condition(codes, STR("lonely")),
                  .depression = demo_condition(codes, STR("depression")),
                  .carer = demo_condition(codes, STR("carer")),
                  .diabetes = demo_condition(codes, STR("diabetes-2")),
                  .hypertension = demo_condition(codes, STR("hypertension"))};
    for (int i = 0; i < TEAMS; i++) {
        int full = TEAM_LIST[i].people;
        if (i > 0 && people < PEOPLE_OF_FULL_TEAM) {
            full = (int)(full * people / PEOPLE_OF_FULL_TEAM) + 1;
        }
        g.wanted[i] = i == 0 ? full - DEMO_NAMED_CASES : full;
        g.ended[i] = full / ENDED_OF;
    }
    TRY(choose(&g, 0));
    TRY(choose(&g, 1));
    return demo_steps_run(&steps);
}
