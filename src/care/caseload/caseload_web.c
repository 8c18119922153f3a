// caseload_web.c -- the caseload, and the support of one person. Handlers only translate.
#include "base/utf8.h"
#include "care/caseload/caseload_again.h"
#include "care/caseload/caseload_fhir.h"
#include "care/caseload/caseload_pages.h"
#include "caseload_case_page.h"
#include "caseload_list_page.h"
#include "core/draft.h"
#include "core/form.h"
#include "core/html.h"
#include "work/team/team.h"

static const char *const VIEW_KEYS[VIEW_COUNT] = {"mine",      "review",  "quiet",
                                                  "no-action", "move-on", "team"};
static const char *const VIEW_LABELS[VIEW_COUNT] = {
    "My caseload",    "Plan review due",  "No contact for 28 days",
    "No next action", "Ready to move on", "Whole team"};
static const char *const PRIORITY_WORDS[] = {"any", "high", "medium", "low"};
static const char *const PRIORITY_LABELS[] = {"Any", "High", "Medium", "Low"};
static const char *const STAGE_WORDS[] = {"any",    "getting-to-know", "planning",
                                          "active", "reviewing",       "moving-on"};
static const char *const STAGE_LABELS[] = {
    "Any", "Getting to know", "Planning", "Active support", "Reviewing", "Moving on"};

// The index of a word, 0 when it is absent or unknown: an odd address shows the unfiltered list.
static int word_of(Str value, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(value, str_from_c(words[i]))) return (int)i;
    }
    return 0;
}

static Str known_sort(Str sort)
{
    static const char *const KNOWN[] = {"due",      "-due",      "name", "-name",
                                        "priority", "-priority", "last", "-last"};
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
        if (str_eq(sort, str_from_c(KNOWN[i]))) return str_from_c(KNOWN[i]);
    }
    return STR("due");
}

// The filters of an address or, when `form`, of the form that leads to one.
static CaseloadAsk filters_of(const Request *req, bool form)
{
    Str (*value)(const Request *, const char *) = form ? form_value : req_query;
    CaseloadAsk ask = {
        .view = (CaseloadView)word_of(value(req, "view"), VIEW_KEYS, VIEW_COUNT),
        .priority =
            (Priority)word_of(value(req, "priority"), PRIORITY_WORDS, COUNT_OF(PRIORITY_WORDS)),
        .stage = (CaseStage)word_of(value(req, "stage"), STAGE_WORDS, COUNT_OF(STAGE_WORDS)),
        .page = 1,
    };
    if (!str_i64(value(req, "practice"), 1, INT64_MAX, &ask.practice)) ask.practice = 0;
    return ask;
}

static Err ask_of(Ctx *c, const Request *req, CaseloadAsk *out)
{
    CaseloadAsk ask = filters_of(req, false);
    Request typed;
    ask.sort = known_sort(req_query(req, "sort"));
    ask.page = req_page(req);
    Err err = draft_words(c, "caseload", req_query(req, "s"), req, &typed);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err; // an old link shows the unfiltered list
    if (err == ERR_OK) {
        ask.words = utf8_cut(str_trim(form_value(&typed, "q")), CASELOAD_WORDS_BYTES_MAX);
        ask.s = req_query(req, "s");
    }
    *out = ask;
    return ERR_OK;
}

// The address of the list with these filters; rooms for "&sort=" and "&page=" come after.
static Str href_of(Ctx *c, const char *path, CaseloadAsk ask)
{
    return arena_fmt(c->arena, "%s?view=%s&practice=%lld&priority=%s&stage=%s%s" STR_FMT, path,
                     VIEW_KEYS[ask.view], (long long)ask.practice, PRIORITY_WORDS[ask.priority],
                     STAGE_WORDS[ask.stage], ask.s.len > 0 ? "&s=" : "", STR_ARG(ask.s));
}

static const UiColumn COLUMNS[] = {
    {.label = STR_INIT("Person"), .sort = STR_INIT("name"), .width = 292},
    {.label = STR_INIT("Why we are involved")},
    {.label = STR_INIT("Priority"), .sort = STR_INIT("priority"), .width = 104},
    {.label = STR_INIT("Next action"), .sort = STR_INIT("due"), .width = 196},
    {.label = STR_INIT("Last contact"), .sort = STR_INIT("last"), .width = 128},
    {.label = STR_INIT("Plan"), .width = 128, .optional = true},
    {.label = STR_INIT("Stage"), .width = 128, .optional = true},
};

static void add_chip(Ctx *c, CaseloadPage *m, Str text, CaseloadAsk without)
{
    m->chips[m->filter.chip_count++] =
        (UiFilterChip){.text = text, .href = href_of(c, "/caseload", without)};
}

static Err fill_filter(Ctx *c, const CaseloadAsk *ask, const CaseloadList *list, CaseloadPage *m)
{
    Str practice;
    TRY(practice_field(c, "Practice", ask->practice, &m->practice, &practice));
    m->priority = (UiField){
        .name = STR("priority"),
        .label = STR("Priority"),
        .options = ui_options(c->arena, PRIORITY_WORDS, PRIORITY_LABELS, COUNT_OF(PRIORITY_WORDS)),
        .option_count = COUNT_OF(PRIORITY_WORDS),
        .value = str_from_c(PRIORITY_WORDS[ask->priority])};
    m->stage =
        (UiField){.name = STR("stage"),
                  .label = STR("Stage"),
                  .options = ui_options(c->arena, STAGE_WORDS, STAGE_LABELS, COUNT_OF(STAGE_WORDS)),
                  .option_count = COUNT_OF(STAGE_WORDS),
                  .value = str_from_c(STAGE_WORDS[ask->stage])};
    m->filter = (UiFilter){.action = STR("/caseload/find"),
                           .label = STR("Filter the caseload"),
                           .columns = 4,
                           .csrf = m->page.csrf,
                           .shown = arena_fmt(c->arena, "Showing %zu of %zu %s.", list->count,
                                              list->of, list->of == 1 ? "person" : "people"),
                           .chips = m->chips};
    m->words = (UiField){.name = STR("q"),
                         .label = STR("Name, number or words"),
                         .value = ask->words,
                         .type = STR("search"),
                         .autocomplete = STR("off")};
    CaseloadAsk without = *ask;
    without.s = STR("");
    if (ask->words.len > 0) {
        add_chip(c, m, arena_fmt(c->arena, "Words: " STR_FMT, STR_ARG(ask->words)), without);
    }
    without = *ask;
    without.practice = 0;
    if (practice.len == 0) practice = STR("A practice that is not on the list");
    if (ask->practice != 0) add_chip(c, m, practice, without);
    without = *ask;
    without.priority = 0;
    if (ask->priority != 0) add_chip(c, m, str_from_c(PRIORITY_LABELS[ask->priority]), without);
    without = *ask;
    without.stage = 0;
    if (ask->stage != 0) add_chip(c, m, str_from_c(STAGE_LABELS[ask->stage]), without);
    if (m->filter.chip_count > 0) {
        m->filter.clear = arena_fmt(c->arena, "/caseload?view=%s", VIEW_KEYS[ask->view]);
    }
    return ERR_OK;
}

static void fill_views(Ctx *c, const CaseloadAsk *ask, const CaseloadList *list, CaseloadPage *m)
{
    const int64_t counts[VIEW_COUNT] = {list->counts.mine, list->counts.review, list->counts.quiet,
                                        list->counts.idle, list->move_on,       list->team};
    m->views[VIEW_COUNT] = (UiNavItem){
        .label = STR("Ask again"), .href = STR("/caseload/again?when=now"), .count = m->again};
    for (int i = 0; i < VIEW_COUNT; i++) {
        m->views[i] = (UiNavItem){.label = str_from_c(VIEW_LABELS[i]),
                                  .href = arena_fmt(c->arena, "/caseload?view=%s", VIEW_KEYS[i]),
                                  .count = counts[i],
                                  .current = i == (int)ask->view};
    }
}

static Err fill_page(Ctx *c, const CaseloadAsk *ask, const CaseloadList *list, CaseloadPage *m)
{
    UiSlice slice = ui_slice(list->count, CASELOAD_PAGE_ROWS, ask->page);
    m->rows = list->rows + slice.from;
    m->row_count = slice.count;
    Str href = arena_fmt(c->arena,
                         STR_FMT "&sort=" STR_FMT "&page=", STR_ARG(href_of(c, "/caseload", *ask)),
                         STR_ARG(ask->sort));
    m->foot = ui_foot(c->arena, slice, href, html_people(c->arena, (int64_t)list->count));
    m->foot.shown = arena_fmt(c->arena, STR_FMT " Updated " STR_FMT ".", STR_ARG(m->foot.shown),
                              STR_ARG(instant_long(c->arena, c->now)));
    return caseload_show(c, list->rows + slice.from, m->row_count);
}

static void fill_empty(Ctx *c, const CaseloadAsk *ask, const CaseloadList *list, CaseloadPage *m)
{
    if (m->filter.chip_count > 0) {
        m->empty_strong = STR("No people match these filters.");
        m->empty_text =
            arena_fmt(c->arena, "%zu %s in this view.", list->of, list->of == 1 ? "is" : "are");
        m->empty_href = m->filter.clear;
        m->empty_action = STR("Clear filters");
        return;
    }
    m->empty_strong = ask->view == VIEW_MINE ? STR("No one is on your caseload yet.")
                                             : STR("Nobody is in this view.");
    m->empty_text = STR("People arrive from a cohort, or when you add them.");
    m->empty_href = m->can_find ? STR("/cohorts") : STR("");
    m->empty_action = m->can_find ? STR("See the cohorts") : STR("");
}

static Err list_page(Ctx *c, const Request *req, Response *res)
{
    CaseloadAsk ask;
    TRY(ask_of(c, req, &ask));
    CaseloadList list;
    TRY(caseload_list(c, &ask, &list));
    CaseloadPage m = {.page = page_of(c, STR("Caseload"), "/caseload"),
                      .caption = c->actor.name,
                      .can_export = ctx_can(c, CAP_EXPORT_ROWS),
                      .can_find = ctx_can(c, CAP_COHORT_VIEW),
                      .team = ask.view == VIEW_TEAM,
                      .hidden_view = str_from_c(VIEW_KEYS[ask.view])};
    TRY(caseload_again_due(c, &m.again));
    TRY(fill_filter(c, &ask, &list, &m));
    fill_views(c, &ask, &list, &m);
    TRY(fill_page(c, &ask, &list, &m));
    if (m.team && list.of == CASES_MAX && list.team > CASES_MAX) {
        m.more = arena_fmt(c->arena,
                           "Of " STR_FMT ", those who were offered support first are looked at "
                           "here: " STR_FMT ". Each colleague's own caseload is whole.",
                           STR_ARG(html_people(c->arena, list.team)),
                           STR_ARG(html_count(c->arena, CASES_MAX)));
    }
    fill_empty(c, &ask, &list, &m);
    m.table = (UiTable){
        .caption = STR("People"),
        .columns = COLUMNS,
        .column_count = COUNT_OF(COLUMNS),
        .sort = ask.sort,
        .sort_href = arena_fmt(c->arena, STR_FMT "&sort=", STR_ARG(href_of(c, "/caseload", ask))),
        .more = STR("app-table--grid3 app-table--wide")};
    m.csv_href = arena_fmt(c->arena, STR_FMT "&sort=" STR_FMT,
                           STR_ARG(href_of(c, "/caseload.csv", ask)), STR_ARG(ask.sort));
    RES_SHOWS(res, c->arena, m.rows, m.row_count, person.id);
    res->log_detail = href_of(c, "/caseload", ask);
    caseload_list_page(&res->body, &m);
    return ERR_OK;
}

static Err csv(Ctx *c, const Request *req, Response *res)
{
    CaseloadAsk ask;
    TRY(ask_of(c, req, &ask));
    CaseloadList list;
    Str body;
    TRY(caseload_list(c, &ask, &list));
    Str detail = href_of(c, "/caseload.csv", ask);
    TRY(caseload_export(c, &list, detail, &body));
    RES_SHOWS(res, c->arena, list.rows, list.count, person.id);
    res->log_detail = detail;
    return res_download(
        res, "text/csv; charset=utf-8",
        arena_fmt(c->arena, "caseload-" STR_FMT ".csv", STR_ARG(date_iso(c->arena, c->today))),
        body);
}

// ---- the support of one person

static Err case_fields(Ctx *c, const Request *req, CasePage *m)
{
    UiOption *leads = NULL;
    UiOption *gps = NULL;
    size_t lead_count = 0;
    size_t gp_count = 0;
    TRY(team_choices(c, CHOOSE_LEAD, &leads, &lead_count));
    TRY(team_choices(c, CHOOSE_GP, &gps, &gp_count));
    int stage = m->has_case ? (int)m->k.stage : 1;
    int priority = m->has_case ? (int)m->k.priority : PRIORITY_MEDIUM;
    int64_t lead = m->standing ? m->k.lead_account : c->actor.account_id;
    m->stage = (UiField){.name = STR("stage"),
                         .label = STR("Stage"),
                         .error = issue_of(c, "stage"),
                         .options = ui_options(c->arena, STAGE_WORDS + 1, STAGE_LABELS + 1, 5),
                         .option_count = 5,
                         .value = form_value_or(req, "stage", str_from_c(STAGE_WORDS[stage]))};
    m->priority =
        (UiField){.name = STR("priority"),
                  .label = STR("Priority"),
                  .error = issue_of(c, "priority"),
                  .options = ui_options(c->arena, PRIORITY_WORDS + 1, PRIORITY_LABELS + 1, 3),
                  .option_count = 3,
                  .value = form_value_or(req, "priority", str_from_c(PRIORITY_WORDS[priority]))};
    m->lead = (UiField){.name = STR("lead"),
                        .label = STR("Who leads"),
                        .options = leads,
                        .option_count = lead_count,
                        .error = issue_of(c, "lead"),
                        .value = form_value_or(req, "lead", team_choice_of(c, CHOOSE_LEAD, lead))};
    m->supervisor =
        (UiField){.name = STR("supervisor"),
                  .label = STR("Supervising GP"),
                  .options = gps,
                  .option_count = gp_count,
                  .error = issue_of(c, "supervisor"),
                  .value = form_value_or(req, "supervisor",
                                         team_choice_of(c, CHOOSE_GP, m->k.supervisor_account))};
    m->reason = (UiField){.name = STR("reason"),
                          .rows = 3,
                          .error = issue_of(c, "reason"),
                          .value = form_value(req, "reason"),
                          .label = !m->standing ? STR("Why support is offered")
                                   : m->k.state == CASE_OFFERED
                                       ? STR("If they said no: why, in their own words")
                                       : STR("Why support is ending, and what was achieved")};
    m->ask_again = (UiField){.name = STR("ask_again"),
                             .label = STR("Ask again (optional)"),
                             .hint = STR("Like in 6 months, or 1 May"),
                             .width = 20,
                             .value = form_value(req, "ask_again"),
                             .error = issue_of(c, "ask_again")};
    m->try_again = (UiField){.name = STR("try_again"),
                             .label = STR("Ask again"),
                             .hint = STR("In 6 months, unless you give another day"),
                             .width = 20,
                             .value = form_value_or(req, "try_again", STR("in 6 months")),
                             .error = issue_of(c, "try_again")};
    return ERR_OK;
}

static void add_fact(CasePage *m, const char *key, Str value, const char *missing)
{
    m->facts[m->fact_count++] =
        (UiPair){.key = str_from_c(key), .value = value, .missing = str_from_c(missing)};
}

// What does not apply to this state of the case is left out.
static void case_facts_of(Ctx *c, CasePage *m)
{
    const Case *k = &m->k;
    add_fact(m, "Who leads", k->lead_name, "Nobody yet");
    add_fact(m, "Supervising GP", k->supervisor_name, "None yet");
    if (k->state == CASE_OPEN) add_fact(m, "Stage", str_from_c(case_stage_name(k->stage)), "");
    add_fact(m, "Priority", str_from_c(case_priority_name(k->priority)), "");
    add_fact(m, "Offered", instant_long(c->arena, k->offered_at), "");
    if (k->state == CASE_OFFERED || k->attempts > 0) {
        add_fact(m, "Failed attempts", arena_fmt(c->arena, "%d", k->attempts), "");
    }
    add_fact(m, "Accepted",
             k->accepted_at.ms == 0 ? STR("") : instant_long(c->arena, k->accepted_at), "Not yet");
    if (k->closed_at.ms != 0) add_fact(m, "Ended", instant_long(c->arena, k->closed_at), "");
    if (k->end_reason.len > 0) add_fact(m, "Why it ended", k->end_reason, "");
    if (!m->standing) add_fact(m, "Ask again", date_long(c->arena, k->ask_again), "No date");
    Str rest = k->reasons;
    Str line;
    while (m->reason_count < CASE_REASONS_SHOWN_MAX && m->behind_count < CASE_REASONS_SHOWN_MAX &&
           str_split(&rest, '\n', &line)) {
        if (str_starts(line, CASE_FACT_MARK)) {
            m->behind[m->behind_count++] = str_slice(line, CASE_FACT_MARK.len, line.len);
        } else if (line.len > 0) {
            m->reasons[m->reason_count++] = line;
        }
    }
    m->behind_summary = arena_fmt(c->arena, "The %zu %s behind this, with codes and dates",
                                  m->behind_count, m->behind_count == 1 ? "record" : "records");
}

// Who was accepted and has nothing planned would be in no list of tasks.
static Err look_for_next(Ctx *c, const Request *req, CasePage *m)
{
    Task *open = NULL;
    size_t count = 0;
    if (!m->can_change || !m->has_case || m->k.state != CASE_OPEN) return ERR_OK;
    TRY(task_of_person(c, req->grant, true, &open, &count));
    m->idle = count == 0;
    m->task = arena_fmt(c->arena, "/people/" STR_FMT "/tasks/new", STR_ARG(m->frame.person.ref));
    return ERR_OK;
}

static Err case_page(Ctx *c, const Request *req, CasePage *m, Response *res)
{
    TRY(person_frame(c, req->grant, "case", &m->frame));
    Err err = case_of_person(c, req->grant, &m->k);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    m->has_case = err == ERR_OK;
    m->standing = m->has_case && (m->k.state == CASE_OFFERED || m->k.state == CASE_OPEN);
    m->can_change = ctx_can(c, CAP_CASELOAD_CHANGE);
    m->never = case_never(m->frame.person.registration, m->frame.person.opted_out);
    m->called = person_called(c->arena, &m->frame.person);
    m->base = arena_fmt(c->arena, "/people/" STR_FMT "/case", STR_ARG(m->frame.person.ref));
    m->contact =
        arena_fmt(c->arena, "/people/" STR_FMT "/contacts/new", STR_ARG(m->frame.person.ref));
    if (m->has_case) case_facts_of(c, m);
    TRY(look_for_next(c, req, m));
    TRY(case_fields(c, req, m));
    m->page = page_of(c, person_title(c, STR("Support"), &m->frame.person), "/caseload");
    caseload_case_page(&res->body, m);
    return ERR_OK;
}

static Err show(Ctx *c, const Request *req, Response *res)
{
    CasePage m = {0};
    return case_page(c, req, &m, res);
}

// After a rule: back to the page with a message, or the page again with what was typed.
static Err finish(Ctx *c, const Request *req, Err err, Str message, Response *res)
{
    if (err == ERR_INVALID || err == ERR_CONFLICT) {
        CasePage m = {.stale = err == ERR_CONFLICT};
        res->status = err_status(err);
        return case_page(c, req, &m, res);
    }
    TRY(err);
    return res_redirect_saying(
        c, res, arena_fmt(c->arena, "/people/" STR_FMT "/case", STR_ARG(req_param(req, "person"))),
        message);
}

static const char WHO_MISSING[] = "Select a colleague from the list";

static Err offer(Ctx *c, const Request *req, Response *res)
{
    CaseOffer o = {
        .priority = (Priority)(1 + form_choice(c, req, "priority", PRIORITY_WORDS + 1, 3,
                                               "Select a priority")),
        .reasons = form_text(c, req, "reason", "Why support is offered", CASE_REASON_CHARS_MAX,
                             "Enter why support is offered"),
    };
    Err err = team_chosen(c, req, "lead", WHO_MISSING, &o.lead_account);
    Case standing;
    if (err == ERR_OK) {
        err = c->issue_count > 0 ? ERR_INVALID : case_offer(c, req->grant, &o, &standing);
    }
    return finish(c, req, err, STR("Support is offered. Record what they say."), res);
}

static Err accept(Ctx *c, const Request *req, Response *res)
{
    Err err = case_accept(c, req->grant, form_version(c, req));
    return finish(c, req, err, STR("Accepted: now on the caseload."), res);
}

static const char AGAIN_UNCLEAR[] = "Enter when to ask again, like in 6 months or 1 May";

static Err decline(Ctx *c, const Request *req, Response *res)
{
    Str reason = form_text(c, req, "reason", "Why they said no", FORM_RULE_SAYS,
                           "Enter why the person said no, in their words if you can");
    Date again = form_date_said(c, req, "ask_again", NULL, AGAIN_UNCLEAR);
    Err err = c->issue_count > 0 ? ERR_INVALID
                                 : case_decline(c, req->grant, form_version(c, req), reason, again);
    return finish(c, req, err, STR("Declined: the reason is kept."), res);
}

static Err no_answer(Ctx *c, const Request *req, Response *res)
{
    Date again = form_date_said(c, req, "try_again", NULL, AGAIN_UNCLEAR);
    Err err = c->issue_count > 0 ? ERR_INVALID
                                 : case_no_answer(c, req->grant, form_version(c, req), again);
    return finish(c, req, err, STR("Stopped trying until it is time to ask again."), res);
}

static Err set(Ctx *c, const Request *req, Response *res)
{
    CaseSetting to = {
        .stage = (CaseStage)(1 + form_choice(c, req, "stage", STAGE_WORDS + 1, 5,
                                             "Select the stage of support")),
        .priority = (Priority)(1 + form_choice(c, req, "priority", PRIORITY_WORDS + 1, 3,
                                               "Select a priority")),
    };
    Err err = team_chosen(c, req, "lead", WHO_MISSING, &to.lead_account);
    if (err == ERR_OK) err = team_chosen(c, req, "supervisor", WHO_MISSING, &to.supervisor_account);
    if (err == ERR_OK) {
        err = c->issue_count > 0 ? ERR_INVALID : case_set(c, req->grant, form_version(c, req), &to);
    }
    return finish(c, req, err, STR("Who leads, stage and priority are saved."), res);
}

static Err close_case(Ctx *c, const Request *req, Response *res)
{
    Str reason = form_text(c, req, "reason", "Why support is ending", FORM_RULE_SAYS, NULL);
    Err err = case_close(c, req->grant, form_version(c, req), reason);
    return finish(c, req, err, STR("The support has ended."), res);
}

// What was typed may name somebody: it is posted, and the address carries an opaque word for it.
static Err find(Ctx *c, const Request *req, Response *res)
{
    CaseloadAsk ask = filters_of(req, true);
    if (str_trim(form_value(req, "q")).len > 0) {
        TRY(draft_keep_words(c, "caseload", req, &ask.s));
    }
    return res_redirect(c, res, href_of(c, "/caseload", ask));
}

static const NavItem NAV[] = {
    {.label = "Caseload", .href = "/caseload", .cap = CAP_CASELOAD_VIEW, .count = case_mine_count},
};

#define CASE_ROUTE(path_, handler_, fields_)                                                       \
    ROUTE("POST", "/people/:person/case" path_, handler_, CAP_CASELOAD_CHANGE, CLASS_CARE,         \
          VERB_WRITE, .fields = (fields_))

static const Route ROUTES[] = {
    ROUTE("GET", "/caseload", list_page, CAP_CASELOAD_VIEW, CLASS_CARE, VERB_LIST,
          .fields = "view practice priority stage sort page s q"),
    ROUTE("POST", "/caseload/find", find, CAP_CASELOAD_VIEW, CLASS_CARE, VERB_SEARCH,
          .fields = "view practice priority stage q", .flags = ROUTE_READS),
    ROUTE("GET", "/caseload/again", caseload_again_list, CAP_CASELOAD_VIEW, CLASS_CARE, VERB_LIST,
          .fields = "of when practice said why page"),
    ROUTE("GET", "/caseload/again.csv", caseload_again_csv, CAP_EXPORT_ROWS, CLASS_CARE,
          VERB_EXPORT, .fields = "of when practice said why page"),
    ROUTE("POST", "/caseload/again", caseload_again_offer, CAP_CASELOAD_CHANGE, CLASS_CARE,
          VERB_WRITE, .fields = "person"),
    ROUTE("GET", "/caseload.csv", csv, CAP_EXPORT_ROWS, CLASS_CARE, VERB_EXPORT,
          .fields = "view practice priority stage sort page s q"),
    ROUTE("GET", "/people/:person/case", show, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    CASE_ROUTE("", offer, "reason priority lead version"),
    CASE_ROUTE("/accept", accept, "version"),
    CASE_ROUTE("/decline", decline, "version reason ask_again"),
    CASE_ROUTE("/no-answer", no_answer, "version try_again"),
    CASE_ROUTE("/set", set, "version stage priority lead supervisor"),
    CASE_ROUTE("/close", close_case, "version reason"),
};

static const Seal *const SEALS[] = {&CASE_SEAL};

const Room CASELOAD_ROOM = {
    .name = "caseload",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .relationship = case_relationship,
    .nav = NAV,
    .nav_count = COUNT_OF(NAV),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
