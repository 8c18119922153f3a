// demo.c -- the demonstration network from nothing: practices, colleagues, people, events, work.
#include "app/demo.h"

#include "app/demo_lists.h"
#include "app/demo_work.h"
#include "work/team/team.h"

const char DEMO_PASSWORD[] = "otter willow teapot 27";

enum { STAFF_COUNT = 14, HISTORY_DAYS = 420, EXTRACT_HOUR = 21, PEOPLE_A_WRITE = 5000 };

static const DemoSignIn SIGN_INS[STAFF_COUNT] = {
    {"priya.nair", "Priya Nair", ROLE_CARE_COORDINATOR},
    {"beth.lowe", "Beth Lowe", ROLE_LINK_WORKER},
    {"ellie.grant", "Ellie Grant", ROLE_HEALTH_COACH},
    {"helen.marsh", "Dr Helen Marsh", ROLE_GP_SUPERVISOR},
    {"sanjay.rao", "Sanjay Rao", ROLE_PCN_MANAGER},
    {"janet.cole", "Janet Cole", ROLE_PRACTICE_STAFF},
    {"alex.morgan", "Alex Morgan", ROLE_ADMINISTRATOR},
    {"tom.ashworth", "Tom Ashworth", ROLE_CARE_COORDINATOR},
    {"dee.osei", "Dee Osei", ROLE_CARE_COORDINATOR},
    {"kwame.mensah", "Kwame Mensah", ROLE_LINK_WORKER},
    {"sam.ode", "Sam Ode", ROLE_HEALTH_COACH},
    {"saira.iqbal", "Dr Saira Iqbal", ROLE_GP_SUPERVISOR},
    {"mina.castle", "Mina Castle", ROLE_PRACTICE_STAFF},
    {"ruth.penn", "Ruth Penn", ROLE_PRIVACY_OFFICER},
};

static_assert((int)DEMO_PRACTICES_MAX <= (int)ORGS_MAX, "there are people who work for all");

// The practice of each of them, -1: all.
static const int WORKS_AT[STAFF_COUNT] = {-1, -1, -1, 0, -1, 0, -1, -1, -1, -1, -1, 2, 1, -1};

const DemoSignIn *demo_sign_ins(size_t *count_out)
{
    *count_out = STAFF_COUNT;
    return SIGN_INS;
}

typedef struct Making {
    Ctx *c;
    DemoTown *town;
    DemoCodes *codes;
    DemoFacts *facts;
    DemoStaff staff;
    DemoMade *made;
    DemoLists *lists; // filled with the facts
} Making;

static void set_clock(Ctx *c, Date day, int hour)
{
    Instant later;
    (void)instant_from_london(day, hour, 0, &c->now, &later);
    c->today = day;
}

static Err make_practices(Ctx *c, void *arg)
{
    Making *m = arg;
    for (int i = 0; i < m->town->practice_count; i++) {
        const DemoPractice *p = &DEMO_PRACTICE_LIST[i % DEMO_PRACTICES];
        int64_t *id = &m->town->practice_ids[i];
        bool more = i >= DEMO_PRACTICES; // than have a name of their own
        Str ods = more ? arena_fmt(c->arena, "Z9%04d", i) : str_from_c(p->ods);
        Str name = more ? arena_fmt(c->arena, "%s %d", p->name, i / DEMO_PRACTICES + 1)
                        : str_from_c(p->name);
        TRY(practice_ensure(c, ods, name, id));
    }
    return ERR_OK;
}

static Err make_staff(Making *m)
{
    Ctx *c = m->c;
    const int64_t *all = m->town->practice_ids;
    for (int i = 0; i < STAFF_COUNT; i++) {
        const DemoSignIn *s = &SIGN_INS[i];
        const int64_t *orgs = WORKS_AT[i] < 0 ? all : all + WORKS_AT[i];
        size_t count = WORKS_AT[i] < 0 ? (size_t)m->town->practice_count : 1;
        Account account;
        TRY(account_create(c,
                           &(AccountNew){.username = str_from_c(s->username),
                                         .name = str_from_c(s->name),
                                         .role = s->role,
                                         .orgs = orgs,
                                         .org_count = count},
                           str_from_c(DEMO_PASSWORD), &account));
        m->staff.actors[m->staff.count++] = (Actor){.account_id = account.id,
                                                    .name = str_from_c(s->name),
                                                    .role = s->role,
                                                    .orgs = orgs,
                                                    .org_count = count};
    }
    return ERR_OK;
}

typedef struct Some { // people of one transaction: hundreds of flushes to disk would take seconds
    Making *m;
    Loader *loader;
    int64_t from, until;
    bool with_facts;
} Some;

static Err load_some(Ctx *c, void *arg)
{
    (void)c;
    const Some *some = arg;
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    for (int64_t i = some->from; i < some->until; i++) {
        DemoPerson who;
        DemoHealth health;
        int32_t slot = 0;
        Making *m = some->m;
        arena_reset(scratch);
        demo_person(scratch, m->town, i, &who);
        TRY(load_person(some->loader, &who.import, STR(""), &slot));
        if (!some->with_facts) continue;
        TRY(demo_facts(m->facts, m->codes, some->loader, slot, &who, &health));
        demo_lists_add(m->lists, scratch, m->town, i, &who, &health);
    }
    return ERR_OK;
}

// The register comes first, when the network began; what is in people's records came last night.
static Err load_people(Making *m, Loader *l, bool with_facts)
{
    int64_t people = m->town->options.people;
    Some some = {.m = m, .loader = l, .with_facts = with_facts};
    for (; some.from < people; some.from = some.until) {
        some.until = some.from + PEOPLE_A_WRITE < people ? some.from + PEOPLE_A_WRITE : people;
        TRY(ctx_change(m->c, load_some, &some));
    }
    return ERR_OK;
}

typedef struct Extract {
    const Making *m;
    Date on;
} Extract;

static Err mark_extracts(Ctx *c, void *arg)
{
    const Extract *e = arg;
    for (int i = 0; i < e->m->town->practice_count; i++) {
        TRY(practice_mark_extract(c, e->m->town->practice_ids[i], e->on));
    }
    return ERR_OK;
}

static Err load_town(Making *m, const char *file_name, bool with_facts)
{
    Ctx *c = m->c;
    Extract extract = {m, date_add_days(c->today, with_facts ? 0 : -1)};
    BatchStart start = {.format = STR("Demonstration"),
                        .file_name = str_from_c(file_name),
                        .extract_on = extract.on};
    CLEANUP(load_end) Loader *l = NULL;
    TRY(load_begin(c, &start, &l));
    if (with_facts) TRY(demo_facts_load(m->facts, l, m->codes));
    TRY(load_people(m, l, with_facts));
    Str ref;
    Batch batch;
    TRY(load_apply(l, &ref));
    TRY(batch_get(c, ref, &batch));
    m->made->people = m->town->options.people;
    m->made->events += batch.events;
    return ctx_change(c, mark_extracts, &extract);
}

static Err check_empty(Ctx *c)
{
    Account *accounts = NULL;
    size_t count = 0;
    TRY(account_list(c, &accounts, &count));
    return count == 0 ? ERR_OK : ERR_CONFLICT;
}

// People are registered first, then worked with, and at last their records come.
static Err make_all(Making *m, const DemoOptions *options)
{
    Ctx *c = m->c;
    set_clock(c, date_add_days(options->today, -HISTORY_DAYS), EXTRACT_HOUR);
    TRY(ctx_change(c, make_practices, m));
    TRY(make_staff(m));
    bool four = m->town->practice_count == DEMO_PRACTICES;
    TRY(load_town(m, four ? "Register of the four practices" : "Register", false));
    DemoStory story = {c, m->town, m->codes, m->facts, &m->staff, m->made};
    TRY(demo_work(&story));
    set_clock(c, m->town->extract_on, EXTRACT_HOUR);
    return load_town(m, four ? "Records of the four practices" : "Records", true);
}

Err demo_make(Ctx *c, const DemoOptions *options, DemoMade *out)
{
    *out = (DemoMade){0};
    TRY(check_empty(c));
    CLEANUP(demo_lists_end) DemoLists lists = demo_lists_begin();
    Making m = {.c = c,
                .town = demo_town(c->arena, options),
                .codes = demo_codes(c->arena),
                .made = out,
                .lists = &lists};
    m.facts = demo_facts_new(c->arena, m.codes);
    TRY(make_all(&m, options));
    return demo_lists_load(c, &lists, m.town);
}
