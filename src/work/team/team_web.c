// team_web.c -- homes of the manager, practice staff and the GP. Handlers only translate.
#include "care/caseload/caseload.h"
#include "care/task/task.h"
#include "core/figure.h"
#include "core/form.h"
#include "core/html.h"
#include "team_home_page.h"
#include "work/team/team_admin.h"
#include "work/team/team_pages.h"

#include <math.h>

static Str told(Ctx *c, int64_t n)
{
    return figure_text(c->arena, figure_of(n));
}

void team_load_figures(Arena *arena, const int64_t *counts, size_t count, int64_t total,
                       int64_t *out)
{
    int64_t *all = ARENA_ARRAY(arena, int64_t, count + 1);
    int64_t *figures = ARENA_ARRAY(arena, int64_t, count + 1);
    size_t groups = count;
    int64_t rest = total;
    for (size_t i = 0; i < count; i++) {
        all[i] = counts[i];
        figures[i] = figure_of(counts[i]);
        rest -= counts[i];
    }
    if (rest > 0) { // led by colleagues who left
        all[groups] = rest;
        figures[groups++] = FIGURE_HELD;
    }
    bool settled = groups <= FIGURE_GROUPS_MAX;
    if (settled) figures_protect(arena, &(FigureTable){groups, 1, all, NULL, false, figures});
    for (size_t i = 0; i < count; i++) out[i] = settled ? figures[i] : FIGURE_HELD;
}

// The overview has two lists that grow: each keeps the page of the other.
typedef struct OverviewAsk {
    int64_t practices, loads;
} OverviewAsk;

static int32_t extract_age(const Ctx *c, const Practice *p)
{
    return date_is_none(p->extract_on) ? 0 : date_days_between(p->extract_on, c->today);
}

static bool extract_is_old(const Ctx *c, const Practice *p)
{
    return date_is_none(p->extract_on) || extract_age(c, p) > EXTRACT_OLD_DAYS;
}

static PracticeRow practice_row(Ctx *c, const Practice *p, int64_t people)
{
    int32_t age = extract_age(c, p);
    return (PracticeRow){
        .name = p->name,
        .ods = p->ods_code,
        .people = told(c, people),
        .extract = date_is_none(p->extract_on)
                       ? STR("None yet")
                       : arena_fmt(c->arena, STR_FMT " (%d %s)",
                                   STR_ARG(date_long(c->arena, p->extract_on)), age,
                                   age == 1 ? "day" : "days"),
        .tone = extract_is_old(c, p) ? TONE_WARN : TONE_OK,
    };
}

// By name; of more than a page those whose extract is the oldest, or missing, stand first.
static Err list_practices(Ctx *c, const OverviewAsk *ask, OverviewPage *m, Practice **out,
                          int64_t *old_out)
{
    Practice *all = NULL;
    TRY(practice_list(c, &all, &m->practices_all));
    double *days = ARENA_ARRAY(c->arena, double, m->practices_all + 1);
    UiSlice slice = ui_slice(m->practices_all, OVERVIEW_ROWS, ask->practices);
    for (size_t i = 0; i < m->practices_all; i++) {
        bool none = date_is_none(all[i].extract_on);
        if (slice.pages > 1) days[i] = none ? -INFINITY : (double)all[i].extract_on.days;
        *old_out += extract_is_old(c, &all[i]);
    }
    const size_t *order = ui_least_first(c->arena, days, m->practices_all);
    Practice *shown = ARENA_ARRAY(c->arena, Practice, slice.count + 1);
    for (size_t i = 0; i < slice.count; i++) shown[i] = all[order[slice.from + i]];
    *out = shown;
    m->practice_count = slice.count;
    if (slice.pages == 1) return ERR_OK;
    m->practice_foot =
        ui_foot(c->arena, slice,
                arena_fmt(c->arena, "/overview?loads=%lld&practices=", (long long)ask->loads),
                arena_fmt(c->arena, "%zu practices, the oldest extract first", m->practices_all));
    m->practice_foot.at = STR("practices");
    return ERR_OK;
}

static Err fill_practices(Ctx *c, const OverviewAsk *ask, OverviewPage *m, int64_t *old_out)
{
    Practice *practices = NULL;
    TRY(list_practices(c, ask, m, &practices, old_out));
    m->practices = ARENA_ARRAY(c->arena, PracticeRow, m->practice_count + 1);
    int64_t *ids = ARENA_ARRAY(c->arena, int64_t, m->practice_count + 1);
    int64_t *registered = NULL;
    for (size_t i = 0; i < m->practice_count; i++) ids[i] = practices[i].id;
    TRY(person_counts_of(c, ids, m->practice_count, &registered));
    for (size_t i = 0; i < m->practice_count; i++) {
        m->practices[i] = practice_row(c, &practices[i], registered[i]);
    }
    return ERR_OK;
}

// Near or over the limit by what is shown: the count behind it would tell more.
static LoadRow load_row(Ctx *c, const OverviewPage *m, const Colleague *who, int64_t figure)
{
    bool red = figure >= m->red;
    bool amber = figure >= m->amber;
    bool held = figure == FIGURE_HELD;
    return (LoadRow){
        .name = who->name,
        .role = str_from_c(ROLE_NAMES[who->role]),
        .people = figure_text(c->arena, figure),
        .tone = red     ? TONE_ALERT
                : amber ? TONE_WARN
                        : TONE_PLAIN,
        .word = held    ? STR("Not given")
                : red   ? STR("Over the limit")
                : amber ? STR("Near the limit")
                        : STR("Has room"),
    };
}

// Of many colleagues those with the most people stand first, as they are shown.
static void draw_loads(Ctx *c, const OverviewAsk *ask, const Colleague *all, const size_t *rows,
                       const int64_t *figures, OverviewPage *m)
{
    UiSlice slice = ui_slice(m->load_count, OVERVIEW_ROWS, ask->loads);
    double *keys = ARENA_ARRAY(c->arena, double, m->load_count + 1);
    for (size_t i = 0; i < m->load_count && slice.pages > 1; i++) {
        bool few = figures[i] == FIGURE_FEW;
        keys[i] = figures[i] == FIGURE_HELD ? INFINITY : few ? -1 : -(double)figures[i];
    }
    const size_t *order = ui_least_first(c->arena, keys, m->load_count);
    m->loads = ARENA_ARRAY(c->arena, LoadRow, slice.count + 1);
    for (size_t i = 0; i < slice.count; i++) {
        size_t at = order[slice.from + i];
        m->loads[i] = load_row(c, m, &all[rows[at]], figures[at]);
    }
    if (slice.pages > 1) {
        m->load_foot = ui_foot(
            c->arena, slice,
            arena_fmt(c->arena, "/overview?practices=%lld&loads=", (long long)ask->practices),
            arena_fmt(c->arena, "%zu colleagues, the most people first", m->load_count));
        m->load_foot.at = STR("loads");
    }
    m->load_count = slice.count;
}

static Err fill_loads(Ctx *c, const OverviewAsk *ask, OverviewPage *m, Str *total_out,
                      int64_t *over_out)
{
    int64_t total = 0;
    LeadLoads loads = {0};
    TRY(case_loads(c, &loads));
    Colleague *all = NULL;
    size_t count = 0;
    TRY(team_colleagues(c, &all, &count));
    size_t *rows = ARENA_ARRAY(c->arena, size_t, count);
    int64_t *people = ARENA_ARRAY(c->arena, int64_t, count);
    int64_t *figures = ARENA_ARRAY(c->arena, int64_t, count);
    for (size_t i = 0; i < loads.count; i++) total += loads.each[i].people;
    for (size_t i = 0; i < count; i++) {
        int64_t load = load_of(&loads, all[i].account_id);
        // Shown with room for people also when nobody is on their caseload yet.
        if (!team_leads(all[i].role) && load <= 0) continue;
        rows[m->load_count] = i;
        people[m->load_count++] = load;
    }
    team_load_figures(c->arena, people, m->load_count, total, figures);
    for (size_t i = 0; i < m->load_count; i++) *over_out += figures[i] >= m->red;
    draw_loads(c, ask, all, rows, figures, m);
    *total_out = told(c, total);
    return ERR_OK;
}

static Err overview(Ctx *c, const Request *req, Response *res)
{
    OverviewAsk ask = {req_page_of(req, "practices"), req_page_of(req, "loads")};
    OverviewPage m = {.amber = c->core->config->people_amber, .red = c->core->config->people_red};
    int64_t old = 0;
    int64_t over = 0;
    Str total = STR("");
    TRY(fill_practices(c, &ask, &m, &old));
    TRY(fill_loads(c, &ask, &m, &total, &over));
    m.tiles[m.tile_count++] =
        (UiTile){.text = total, .label = STR("People on a caseload"), .tone = STR("blue")};
    m.tiles[m.tile_count++] = (UiTile){.value = over,
                                       .label = STR("Colleagues over the limit"),
                                       .tone = over > 0 ? STR("red") : STR("green")};
    m.tiles[m.tile_count++] =
        (UiTile){.value = (int64_t)m.practices_all, .label = STR("Practices")};
    m.tiles[m.tile_count++] = (UiTile){
        .value = old,
        .label = arena_fmt(c->arena, "Extracts older than %d days", EXTRACT_OLD_DAYS),
        .tone = old > 0 ? STR("amber") : STR("green"),
    };
    m.page = page_of(c, STR("Overview"), "/overview");
    overview_page(&res->body, &m);
    return ERR_OK;
}

// ---- practice staff and GP

typedef struct Supported {
    Case k;
    PersonRow person;
    Task next; // ref empty, due on no day: nothing is planned
} Supported;

// What is planned next for each of them.
static Err fill_next(Ctx *c, Supported *all, size_t count)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count);
    for (size_t i = 0; i < count; i++) ids[i] = all[i].person.id;
    Task *next = NULL;
    TRY(task_next_of(c, ids, count, &next));
    for (size_t i = 0; i < count; i++) {
        all[i].next = next[i];
        if (next[i].ref.len == 0) all[i].next.due = DATE_NONE;
    }
    return ERR_OK;
}

// Standing cases that concern the actor: supervised by them, or of people of their practices.
static Err pick_cases(Ctx *c, bool clinical, Supported **out, size_t *count_out)
{
    Case *all = NULL;
    size_t all_count = 0;
    size_t count = 0;
    TRY(case_standing_near(c, &all, &all_count));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, all_count);
    for (size_t i = 0; i < all_count; i++) ids[i] = all[i].person;
    PersonRow *rows = NULL;
    TRY(person_rows(c, ids, all_count, &rows));
    Supported *picked = ARENA_ARRAY(c->arena, Supported, all_count + 1);
    for (size_t i = 0; i < all_count; i++) {
        bool mine = clinical ? all[i].supervisor_account == c->actor.account_id
                             : ctx_works_for(c, rows[i].practice_id);
        if (!mine || rows[i].ref.len == 0) continue;
        picked[count++] = (Supported){.k = all[i], .person = rows[i]};
    }
    *out = picked;
    *count_out = count;
    return fill_next(c, picked, count);
}

static void add_lead(Ctx *c, PracticePage *m, const Case *k)
{
    for (size_t i = 0; i < m->lead_count; i++) {
        if (str_eq(m->leads[i].name, k->lead_name)) return;
    }
    if (k->lead_name.len == 0) return;
    Colleague colleague = {0};
    bool known = team_colleague(c, k->lead_account, &colleague) == ERR_OK;
    m->leads[m->lead_count++] =
        (LeadRow){k->lead_name, known ? str_from_c(ROLE_NAMES[colleague.role]) : STR("")};
}

// What is due first stands first; those for whom nothing is planned follow, by name.
static int by_due(const void *a, const void *b)
{
    const Supported *x = a;
    const Supported *y = b;
    int32_t due_x = date_is_none(x->next.due) ? INT32_MAX : x->next.due.days;
    int32_t due_y = date_is_none(y->next.due) ? INT32_MAX : y->next.due.days;
    if (due_x != due_y) return due_x < due_y ? -1 : 1;
    return str_cmp(x->person.name, y->person.name);
}

static SupportedRow supported_row(Ctx *c, const Supported *s)
{
    const PersonRow *p = &s->person;
    const Task *next = &s->next;
    bool planned = next->ref.len > 0;
    return (SupportedRow){
        .name = p->name,
        .href = arena_fmt(c->arena, "/people/" STR_FMT, STR_ARG(p->ref)),
        .nhs = person_row_nhs(c, p),
        .born = person_row_age(c, p),
        .lead = s->k.lead_name.len > 0 ? s->k.lead_name : STR("Nobody yet"),
        .state = str_from_c(s->k.state == CASE_OPEN ? case_stage_name(s->k.stage)
                                                    : case_state_name(s->k.state)),
        .next = planned ? ui_due_of(c->arena, next->due, next->due_minutes, false, c->today)
                        : (UiDue){0},
    };
}

// "42 people, 3 overdue, 2 with nothing planned": what the list below is read for.
static Str supported_caption(Ctx *c, const Supported *all, size_t count)
{
    size_t late = 0;
    size_t none = 0;
    for (size_t i = 0; i < count; i++) {
        Date due = all[i].next.due;
        none += date_is_none(due);
        late += !date_is_none(due) && due.days < c->today.days;
    }
    return arena_fmt(c->arena, STR_FMT ": %zu %s, %zu overdue, %zu with nothing planned",
                     STR_ARG(c->actor.name), count, count == 1 ? "person" : "people", late, none);
}

// One page of everybody, by what is due; only who is on it counts as shown.
static Err fill_rows(Ctx *c, const Supported *all, size_t count, int64_t page, PracticePage *m,
                     Response *res)
{
    size_t from = (size_t)(page - 1) * TEAM_PAGE_ROWS;
    m->row_count = count - from < TEAM_PAGE_ROWS ? count - from : TEAM_PAGE_ROWS;
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, m->row_count);
    for (size_t i = 0; i < m->row_count; i++) ids[i] = all[from + i].person.id;
    m->rows = ARENA_ARRAY(c->arena, SupportedRow, m->row_count);
    for (size_t i = 0; i < m->row_count; i++) {
        m->rows[i] = supported_row(c, &all[from + i]);
    }
    Str updated = instant_long(c->arena, c->now);
    m->foot.shown =
        count == 0
            ? arena_fmt(c->arena, "Updated " STR_FMT ".", STR_ARG(updated))
            : arena_fmt(c->arena,
                        "Showing %zu to %zu of %zu %s, what is due first. Updated " STR_FMT ".",
                        from + 1, from + m->row_count, count, count == 1 ? "person" : "people",
                        STR_ARG(updated));
    res->shown = ids;
    res->shown_count = m->row_count;
    return ERR_OK;
}

// On each page of the list: it may be about somebody who stands on another one.
static Err fill_opened(Ctx *c, const Supported *all, size_t count, PracticePage *m, Response *res)
{
    PersonId *persons = ARENA_ARRAY(c->arena, PersonId, count);
    for (size_t i = 0; i < count; i++) persons[i] = all[i].person.id;
    TRY(privacy_opened(c, persons, count, &m->opened));
    PersonId *shown = ARENA_ARRAY(c->arena, PersonId, res->shown_count + m->opened.count);
    for (size_t i = 0; i < res->shown_count; i++) shown[i] = res->shown[i];
    for (size_t i = 0; i < m->opened.count; i++) {
        shown[res->shown_count++] = m->opened.rows[i].person.id;
    }
    res->shown = shown;
    return ERR_OK;
}

static Err home(Ctx *c, const Request *req, bool clinical, const char *nav, Response *res)
{
    PracticePage m = {.clinical = clinical};
    size_t count = 0;
    Supported *all = NULL;
    TRY(pick_cases(c, clinical, &all, &count));
    if (count > 1) qsort(all, count, sizeof *all, by_due);
    m.foot.pages = count == 0 ? 1 : ((int64_t)count + TEAM_PAGE_ROWS - 1) / TEAM_PAGE_ROWS;
    if (!str_i64(req_query(req, "page"), 1, m.foot.pages, &m.foot.page)) m.foot.page = 1;
    m.foot.href = arena_fmt(c->arena, "%s?page=", nav);
    TRY(fill_rows(c, all, count, m.foot.page, &m, res));
    if (clinical) TRY(fill_opened(c, all, count, &m, res));
    m.leads = ARENA_ARRAY(c->arena, LeadRow, count);
    for (size_t i = 0; i < count; i++) add_lead(c, &m, &all[i].k);
    m.caption = supported_caption(c, all, count);
    m.page = page_of(c, clinical ? STR("For you") : STR("Our practice"), nav);
    practice_page(&res->body, &m);
    return ERR_OK;
}

static Err practice(Ctx *c, const Request *req, Response *res)
{
    return home(c, req, false, "/practice", res);
}

static Err clinical(Ctx *c, const Request *req, Response *res)
{
    return home(c, req, true, "/clinical", res);
}

// ---- the room

static const NavItem NAV[] = {
    {.label = "For you", .href = "/clinical", .cap = CAP_SUPERVISE_VIEW},
    {.label = "Our practice", .href = "/practice", .cap = CAP_PRACTICE_VIEW},
    {.label = "Overview", .href = "/overview", .cap = CAP_OVERVIEW_VIEW},
    {.label = "Users", .href = "/admin", .cap = CAP_USER_ADMIN},
};

#define ROUTE_USERS(method, path, handler, verb, ...)                                              \
    ROUTE(method, path, handler, CAP_USER_ADMIN, CLASS_STAFF, verb, __VA_ARGS__)

static const Route ROUTES[] = {
    ROUTE("GET", "/overview", overview, CAP_OVERVIEW_VIEW, CLASS_STAFF, VERB_LIST,
          .fields = "practices loads"),
    ROUTE("GET", "/practice", practice, CAP_PRACTICE_VIEW, CLASS_CARE, VERB_LIST, .fields = "page"),
    ROUTE("GET", "/clinical", clinical, CAP_SUPERVISE_VIEW, CLASS_CARE, VERB_LIST,
          .fields = "page"),
    ROUTE_USERS("GET", "/admin", team_users, VERB_LIST, .fields = "page"),
    ROUTE_USERS("GET", "/admin/users", team_users, VERB_LIST, .fields = "page"),
    ROUTE_USERS("GET", "/admin/users/new", team_user_new, VERB_VIEW, .fields = ""),
    ROUTE_USERS("POST", "/admin/users", team_user_add, VERB_WRITE,
                .fields = "username name role orgs[]"),
    ROUTE_USERS("GET", "/admin/users/:account", team_user_show, VERB_VIEW, .fields = ""),
    ROUTE_USERS("POST", "/admin/users/:account/suspend", team_user_suspend, VERB_WRITE,
                .fields = "version"),
    ROUTE_USERS("POST", "/admin/users/:account/activate", team_user_activate, VERB_WRITE,
                .fields = "version"),
    ROUTE_USERS("POST", "/admin/users/:account/role", team_user_set_role, VERB_WRITE,
                .fields = "version role orgs[]"),
    ROUTE_USERS("POST", "/admin/users/:account/reset", team_user_reset, VERB_WRITE,
                .fields = "version"),
};

static const Seal *const SEALS[] = {&PRACTICE_SEAL};

const Room TEAM_ROOM = {
    .name = "team",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .relationship = team_relationship,
    .nav = NAV,
    .nav_count = COUNT_OF(NAV),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
