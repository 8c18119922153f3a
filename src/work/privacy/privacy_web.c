// privacy_web.c -- the list of stated reasons and the review of one. Handlers only translate.
#include "core/form.h"
#include "privacy_page.h"
#include "work/privacy/privacy.h"
#include "work/privacy/privacy_pages.h"

static const char *const OUTCOME_WORDS[] = {"in-order", "asked", "not-in-order"};
static const char *const OUTCOME_LABELS[] = {"In order", "I asked the colleague about it",
                                             "Not in order"};
static const char *const OUTCOME_HINTS[] = {
    "The reason fits the person's care",
    "It stays on the list until it is settled. Write what you asked",
    "Write what was done about it, like telling the person and the colleague's manager",
};

static ReasonView view_of(Ctx *c, const StatedReason *r, const PersonRow *person)
{
    static const char *const STATES[REASON_OUTCOME_COUNT] = {"To review", "In order", "Asked",
                                                             "Not in order"};
    static const UiTone TONES[REASON_OUTCOME_COUNT] = {TONE_WARN, TONE_OK, TONE_INFO, TONE_ALERT};
    Account who = {0};
    bool known = account_by_id(c, r->account_id, &who) == ERR_OK;
    return (ReasonView){
        .reason = r,
        .person = *person,
        .nhs = person_row_nhs(c, person),
        .who = known ? who.name : STR("An account that is gone"),
        .role = known ? str_from_c(ROLE_NAMES[who.role]) : STR("Role not known"),
        .at = instant_long(c->arena, r->from),
        .until = instant_long(c->arena, r->until),
        .href = arena_fmt(c->arena, "/reasons/" STR_FMT, STR_ARG(r->ref)),
        .state = str_from_c(STATES[r->outcome]),
        .tone = TONES[r->outcome],
    };
}

static Err fill_rows(Ctx *c, ReasonsPage *m, Response *res)
{
    StatedReason *reasons = NULL;
    PersonRow *persons = NULL;
    TRY(reason_list(c, m->settled ? REASONS_SETTLED : REASONS_OPEN, &reasons, &m->row_count));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, m->row_count);
    for (size_t i = 0; i < m->row_count; i++) ids[i] = reasons[i].person;
    TRY(person_rows(c, ids, m->row_count, &persons));
    m->rows = ARENA_ARRAY(c->arena, ReasonView, m->row_count);
    for (size_t i = 0; i < m->row_count; i++) m->rows[i] = view_of(c, &reasons[i], &persons[i]);
    res->shown = ids;
    res->shown_count = m->row_count;
    return ERR_OK;
}

static Err list(Ctx *c, const Request *req, Response *res)
{
    ReasonsPage m = {.page = page_of(c, STR("Reasons given"), "/reasons"),
                     .settled = str_eq(req_query(req, "list"), STR("settled"))};
    TRY(fill_rows(c, &m, res));
    m.tabs[0] = (UiNavItem){.label = STR("To review"),
                            .href = STR("/reasons"),
                            .count = reason_open_count(c),
                            .current = !m.settled};
    m.tabs[1] = (UiNavItem){.label = STR("Reviewed"),
                            .href = STR("/reasons?list=settled"),
                            .count = -1,
                            .current = m.settled};
    m.foot =
        (UiPages){.page = 1,
                  .pages = 1,
                  .shown = arena_fmt(c->arena, "%s%zu, newest first. Updated " STR_FMT ".",
                                     m.row_count == REASON_ROWS_MAX ? "The newest " : "Showing ",
                                     m.row_count, STR_ARG(instant_long(c->arena, c->now)))};
    reasons_page(&res->body, &m);
    return ERR_OK;
}

static void fill_fields(Ctx *c, const Request *req, ReasonReviewPage *m)
{
    const StatedReason *r = m->view.reason;
    UiOption *options =
        ui_options(c->arena, OUTCOME_WORDS, OUTCOME_LABELS, COUNT_OF(OUTCOME_WORDS));
    for (size_t i = 0; i < COUNT_OF(OUTCOME_WORDS); i++) {
        options[i].hint = str_from_c(OUTCOME_HINTS[i]);
    }
    Str now =
        r->outcome == REASON_NOT_REVIEWED ? STR("") : str_from_c(OUTCOME_WORDS[r->outcome - 1]);
    m->outcome = (UiField){.name = STR("outcome"),
                           .label = STR("Is it in order?"),
                           .size = STR("s"),
                           .small = true,
                           .options = options,
                           .option_count = COUNT_OF(OUTCOME_WORDS),
                           .value = form_has(req, "outcome") ? form_value(req, "outcome") : now,
                           .error = issue_of(c, "outcome")};
    m->note = (UiField){.name = STR("note"),
                        .label = STR("Note (needed unless it is in order)"),
                        .rows = 3,
                        .max = REASON_NOTE_CHARS_MAX,
                        .value = form_has(req, "note") ? form_value(req, "note") : r->note,
                        .error = issue_of(c, "note")};
}

static void add_fact(ReasonReviewPage *m, const char *key, Str value)
{
    m->facts[m->fact_count++] = (UiPair){.key = str_from_c(key), .value = value};
}

static Err review_page(Ctx *c, const Request *req, bool stale, Response *res)
{
    ReasonReviewPage m = {.stale = stale};
    StatedReason *r = ARENA_NEW(c->arena, StatedReason);
    PersonRow *person = NULL;
    TRY(reason_get(c, req_param(req, "reason"), r));
    TRY(person_rows(c, &r->person, 1, &person));
    m.view = view_of(c, r, person);
    m.own = r->account_id == c->actor.account_id;
    m.action = m.view.href;
    add_fact(&m, "Person", m.view.person.name);
    add_fact(&m, "NHS No.", m.view.nhs);
    add_fact(
        &m, "Who",
        arena_fmt(c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(m.view.who), STR_ARG(m.view.role)));
    add_fact(&m, "When", m.view.at);
    add_fact(&m, "Open until", m.view.until);
    add_fact(&m, "Emergency", r->emergency ? STR("Yes") : STR("No"));
    if (r->outcome != REASON_NOT_REVIEWED) {
        add_fact(&m, "Reviewed",
                 arena_fmt(c->arena, STR_FMT " by " STR_FMT ", " STR_FMT, STR_ARG(m.view.state),
                           STR_ARG(r->reviewer), STR_ARG(instant_long(c->arena, r->reviewed_at))));
    }
    fill_fields(c, req, &m);
    PersonId *shown = ARENA_NEW(c->arena, PersonId);
    *shown = r->person;
    res->shown = shown;
    res->shown_count = 1;
    m.page = page_of(c, STR("A reason to review"), "/reasons");
    reason_review_page(&res->body, &m);
    return ERR_OK;
}

static Err show(Ctx *c, const Request *req, Response *res)
{
    return review_page(c, req, false, res);
}

static Err review(Ctx *c, const Request *req, Response *res)
{
    int outcome = form_choice(c, req, "outcome", OUTCOME_WORDS, COUNT_OF(OUTCOME_WORDS),
                              "Select what you found");
    Str note = form_text(c, req, "note", "Note", FORM_RULE_SAYS, NULL);
    Err err = c->issue_count > 0 ? ERR_INVALID
                                 : reason_review(c, req_param(req, "reason"), form_version(c, req),
                                                 (ReasonOutcome)(outcome + 1), note);
    if (err == ERR_INVALID || err == ERR_CONFLICT) {
        res->status = err_status(err);
        return review_page(c, req, err == ERR_CONFLICT, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, STR("/reasons"), STR("What you found is saved."));
}

static const NavItem NAV[] = {
    {.label = "Reasons given",
     .href = "/reasons",
     .cap = CAP_AUDIT_VIEW,
     .count = reason_open_count,
     .alert = true},
};

static const Route ROUTES[] = {
    ROUTE("GET", "/reasons", list, CAP_AUDIT_VIEW, CLASS_AUDIT, VERB_LIST, .fields = "list"),
    ROUTE("GET", "/reasons/:reason", show, CAP_AUDIT_VIEW, CLASS_AUDIT, VERB_VIEW, .fields = ""),
    ROUTE("POST", "/reasons/:reason", review, CAP_AUDIT_VIEW, CLASS_AUDIT, VERB_WRITE,
          .fields = "version outcome note"),
};

const Room PRIVACY_ROOM = {
    .name = "privacy",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .nav = NAV,
    .nav_count = COUNT_OF(NAV),
};
