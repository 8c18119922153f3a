// referral_web.c -- a person's referrals, the form for one, and what came of it.
#include "care/referral/referral_pages.h"
#include "core/form.h"
#include "referral_show_page.h"
#include "work/team/team.h"

// What a form sends for each of an enum's values, from its first (1) on.
static const char *const WAY_WORDS[] = {"ers", "email", "letter", "phone", "form"};
static const char *const CONSENT_WORDS[] = {"agreed", "best-interests"};
static const char *const STEP_WORDS[] = {"chased",    "accepted", "seen",
                                         "not-there", "declined", "withdrawn",
                                         "helped",    "in-part",  "no-help"};
static_assert(COUNT_OF(WAY_WORDS) == REFERRAL_WAY_COUNT - 1, "every way has its word");
static_assert(COUNT_OF(CONSENT_WORDS) == REFERRAL_CONSENT_COUNT - 1, "every consent has its word");
static_assert(COUNT_OF(STEP_WORDS) == REFERRAL_STEP_COUNT - 2, "every step but the first");

enum { CHASE_DAYS = 14 }; // suggested; the service may be slower or quicker

static Str base_of(Ctx *c, const Request *req)
{
    return arena_fmt(c->arena, "/people/" STR_FMT "/referrals", STR_ARG(req_param(req, "person")));
}

static Str days_since(Ctx *c, const Referral *r)
{
    int32_t days = date_days_between(r->sent_on, c->today);
    if (days == 0) return STR("sent today");
    return arena_fmt(c->arena, "%d %s since it was sent", days, days == 1 ? "day" : "days");
}

static Str state_of(Ctx *c, const Referral *r)
{
    return arena_fmt(c->arena, "%s, " STR_FMT, referral_step_name(r->state),
                     STR_ARG(date_long(c->arena, r->state_on)));
}

// ---- the list

static ReferralRow row_of(Ctx *c, Str base, const Referral *r)
{
    return (ReferralRow){
        .referral = r,
        .href = arena_fmt(c->arena, STR_FMT "/" STR_FMT, STR_ARG(base), STR_ARG(r->ref)),
        .waiting = days_since(c, r),
        .state = state_of(c, r),
        .chase = ui_due_of(c->arena, r->chase_on, -1, !date_is_none(r->closed_on), c->today),
    };
}

static Err list(Ctx *c, const Request *req, Response *res)
{
    ReferralsPage m = {.can_change = ctx_can(c, CAP_REFERRAL_CHANGE)};
    TRY(person_frame(c, req->grant, "referrals", &m.frame));
    Referral *all = NULL;
    size_t count = 0;
    Str base = base_of(c, req);
    TRY(referral_of_person(c, req->grant, &all, &count));
    m.open = ARENA_ARRAY(c->arena, ReferralRow, count + 1);
    for (size_t i = 0; i < count; i++) m.open[i] = row_of(c, base, &all[i]);
    while (m.open_count < count && date_is_none(all[m.open_count].closed_on)) m.open_count++;
    m.closed = m.open + m.open_count;
    m.closed_count = count - m.open_count;
    m.add_href = arena_fmt(c->arena, STR_FMT "/new", STR_ARG(base));
    m.page = page_of(c, person_title(c, STR("Referrals"), &m.frame.person), "/caseload");
    referral_list_page(&res->body, &m);
    return ERR_OK;
}

// ---- the form for one

typedef const char *NameFn(int value);

static const char *way_name(int way)
{
    return referral_way_name((ReferralWay)way);
}
static const char *consent_name(int consent)
{
    return referral_consent_name((ReferralConsent)consent);
}
static const char *step_name(int kind)
{
    return referral_step_name((ReferralStepKind)kind);
}

// The choices of an enum, whose first value is `first`, with the words a form sends.
static void options_of(Ctx *c, UiField *field, const char *const *words, size_t count, int first,
                       NameFn *name)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count);
    for (size_t i = 0; i < count; i++) {
        options[i] = (UiOption){.value = str_from_c(words[i]),
                                .text = str_from_c(name(first + (int)i)),
                                .on = str_eq(field->value, str_from_c(words[i]))};
    }
    field->options = options;
    field->option_count = count;
    field->size = STR("s");
    field->small = true;
}

// Nine of them: one line to open and not a phone's whole page. Nothing is chosen for anybody.
static void step_options(Ctx *c, UiField *field)
{
    options_of(c, field, STEP_WORDS, COUNT_OF(STEP_WORDS), REFERRAL_CHASED, step_name);
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, field->option_count + 1);
    options[0] = (UiOption){.text = STR("Select what happened")};
    for (size_t i = 0; i < field->option_count; i++) options[i + 1] = field->options[i];
    field->options = options;
    field->option_count++;
}

static Str typed_day(Ctx *c, const Request *req, const char *name, Date otherwise)
{
    return form_value_or(req, name, date_long(c->arena, otherwise));
}

static void what_fields(Ctx *c, const Request *req, ReferralFormPage *m)
{
    m->service = (UiField){.name = STR("service"),
                           .label = STR("Which service?"),
                           .hint = STR("For example Falls prevention, Riverside Hospital"),
                           .value = form_value(req, "service"),
                           .error = issue_of(c, "service")};
    m->reach = (UiField){.name = STR("reach"),
                         .label = STR("How to reach it (optional)"),
                         .hint = STR("A telephone number or an email address"),
                         .value = form_value(req, "reach"),
                         .error = issue_of(c, "reach")};
    m->reason = (UiField){.name = STR("reason"),
                          .label = STR("What is it for?"),
                          .hint = STR("What the person wants from it, in their words if you can"),
                          .value = form_value(req, "reason"),
                          .rows = 4,
                          .error = issue_of(c, "reason")};
    m->consent = (UiField){.name = STR("consent"),
                           .label = STR("Did they agree?"),
                           .value = form_value(req, "consent"),
                           .error = issue_of(c, "consent")};
    options_of(c, &m->consent, CONSENT_WORDS, COUNT_OF(CONSENT_WORDS), 1, consent_name);
}

static Err sent_fields(Ctx *c, const Request *req, ReferralFormPage *m)
{
    m->way = (UiField){.name = STR("way"),
                       .label = STR("How was it sent?"),
                       .value = form_value(req, "way"),
                       .error = issue_of(c, "way")};
    options_of(c, &m->way, WAY_WORDS, COUNT_OF(WAY_WORDS), 1, way_name);
    m->number = (UiField){.name = STR("number"),
                          .label = STR("Reference number (optional)"),
                          .hint = STR("The UBRN, or what the service calls it"),
                          .value = form_value(req, "number"),
                          .width = 20,
                          .error = issue_of(c, "number")};
    m->sent_on = (UiField){.name = STR("sent_on"),
                           .label = STR("When was it sent?"),
                           .value = typed_day(c, req, "sent_on", c->today),
                           .width = 20,
                           .error = issue_of(c, "sent_on")};
    m->chase_on =
        (UiField){.name = STR("chase_on"),
                  .label = STR("When do we ask what became of it?"),
                  .hint = STR("It is then on that colleague's list, until it is known"),
                  .value = typed_day(c, req, "chase_on", date_add_days(c->today, CHASE_DAYS)),
                  .width = 20,
                  .error = issue_of(c, "chase_on")};
    UiOption *owners = NULL;
    size_t owner_count = 0;
    TRY(team_choices(c, CHOOSE_DOER, &owners, &owner_count));
    m->owner = (UiField){.name = STR("owner"),
                         .label = STR("Who asks?"),
                         .value = form_value_or(req, "owner", STR("me")),
                         .options = owners,
                         .option_count = owner_count,
                         .error = issue_of(c, "owner")};
    UiOption *again = ARENA_NEW(c->arena, UiOption);
    *again = (UiOption){.value = STR("yes"),
                        .text = STR("This is another referral to the same service"),
                        .on = form_has(req, "again")};
    m->again = (UiField){.name = STR("again"),
                         .label = again->text,
                         .value = again->value,
                         .options = again,
                         .option_count = 1,
                         .error = issue_of(c, "again")};
    m->ask_again = again->on || m->again.error.len > 0;
    return ERR_OK;
}

static Err form_page(Ctx *c, const Request *req, Response *res)
{
    ReferralFormPage m = {0};
    TRY(person_frame(c, req->grant, "referrals", &m.frame));
    what_fields(c, req, &m);
    TRY(sent_fields(c, req, &m));
    m.action = m.cancel = base_of(c, req);
    m.page = page_of(c, person_title(c, STR("Refer to a service"), &m.frame.person), "/caseload");
    referral_form_page(&res->body, &m);
    return ERR_OK;
}

static Err new_referral(Ctx *c, const Request *req, Response *res)
{
    return form_page(c, req, res);
}

static Err add(Ctx *c, const Request *req, Response *res)
{
    ReferralAdd add = {
        .service = form_text(c, req, "service", "Service", FORM_RULE_SAYS, NULL),
        .reach = form_text(c, req, "reach", "How to reach it", FORM_RULE_SAYS, NULL),
        .reason = form_text(c, req, "reason", "What it is for", FORM_RULE_SAYS, NULL),
        .number = form_text(c, req, "number", "Reference number", FORM_RULE_SAYS, NULL),
        .sent_on = form_date(c, req, "sent_on", "Enter the day it was sent, like 1 December"),
        .chase_on = form_date(c, req, "chase_on",
                              "Enter the day to ask what became of it, like 1 December"),
        .again = form_has(req, "again"),
    };
    int way = form_choice(c, req, "way", WAY_WORDS, COUNT_OF(WAY_WORDS), "Select how it was sent");
    int consent = form_choice(c, req, "consent", CONSENT_WORDS, COUNT_OF(CONSENT_WORDS),
                              "Select whether they agreed");
    (void)!team_chosen(c, req, "owner", "Select who asks", &add.owner_account);
    Str ref;
    Err err = ERR_INVALID;
    if (c->issue_count == 0) {
        add.way = (ReferralWay)(way + 1);
        add.consent = (ReferralConsent)(consent + 1);
        err = referral_add(c, req->grant, &add, &ref);
    }
    if (err == ERR_INVALID) {
        res->status = err_status(err);
        return form_page(c, req, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, base_of(c, req), STR("The referral was recorded."));
}

// ---- one of them

static void show_facts(Ctx *c, ReferralShowPage *m)
{
    const Referral *r = &m->referral;
    bool open = date_is_none(r->closed_on);
    UiPair facts[] = {
        {.key = STR("How to reach it"), .value = r->reach},
        {.key = STR("What it is for"), .value = r->reason},
        {.key = STR("Sent"),
         .value = arena_fmt(c->arena, STR_FMT ", %s", STR_ARG(date_long(c->arena, r->sent_on)),
                            referral_way_name(r->way))},
        {.key = STR("Reference number"), .value = r->number, .missing = STR("None")},
        {.key = STR("Agreement"), .value = str_from_c(referral_consent_name(r->consent))},
        {.key = STR("Where it stands"), .value = state_of(c, r)},
        {.key = STR("Who asks next"),
         .value = open ? arena_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(r->owner_name),
                                   STR_ARG(date_long(c->arena, r->chase_on)))
                       : STR("Nobody: it is closed")},
    };
    m->facts = ARENA_ARRAY(c->arena, UiPair, COUNT_OF(facts));
    memcpy(m->facts, facts, sizeof facts);
    m->fact_count = COUNT_OF(facts);
}

static void step_fields(Ctx *c, const Request *req, ReferralShowPage *m)
{
    m->kind = (UiField){.name = STR("kind"),
                        .label = STR("What happened?"),
                        .value = form_value(req, "kind"),
                        .error = issue_of(c, "kind")};
    step_options(c, &m->kind);
    m->on = (UiField){.name = STR("on"),
                      .label = STR("When?"),
                      .value = typed_day(c, req, "on", c->today),
                      .width = 20,
                      .error = issue_of(c, "on")};
    m->words = (UiField){.name = STR("words"),
                         .label = STR("In words"),
                         .hint = STR("Say why, if the service said no or it was taken back"),
                         .value = form_value(req, "words"),
                         .rows = 3,
                         .error = issue_of(c, "words")};
    m->chase_on =
        (UiField){.name = STR("chase_on"),
                  .label = STR("When do we ask again?"),
                  .hint = STR("Not needed when this ends the referral"),
                  .value = typed_day(c, req, "chase_on", date_add_days(c->today, CHASE_DAYS)),
                  .width = 20,
                  .error = issue_of(c, "chase_on")};
}

static Err show_page(Ctx *c, const Request *req, bool stale, Response *res)
{
    ReferralShowPage m = {.stale = stale};
    TRY(person_frame(c, req->grant, "referrals", &m.frame));
    TRY(referral_get(c, req->grant, req_param(req, "referral"), &m.referral));
    TRY(referral_steps(c, req->grant, &m.referral, &m.steps, &m.step_count));
    bool open = date_is_none(m.referral.closed_on);
    m.can_change = open && ctx_can(c, CAP_REFERRAL_CHANGE);
    m.list_href = base_of(c, req);
    m.action =
        arena_fmt(c->arena, STR_FMT "/" STR_FMT, STR_ARG(m.list_href), STR_ARG(m.referral.ref));
    m.task_href =
        arena_fmt(c->arena, "/people/" STR_FMT "/tasks/new", STR_ARG(req_param(req, "person")));
    if (open) m.waiting = days_since(c, &m.referral);
    show_facts(c, &m);
    step_fields(c, req, &m);
    m.page = page_of(c, person_title(c, STR("Referral"), &m.frame.person), "/caseload");
    referral_show_page(&res->body, &m);
    return ERR_OK;
}

static Err show(Ctx *c, const Request *req, Response *res)
{
    return show_page(c, req, false, res);
}

static Err step(Ctx *c, const Request *req, Response *res)
{
    int kind =
        form_choice(c, req, "kind", STEP_WORDS, COUNT_OF(STEP_WORDS), "Select what happened");
    ReferralStepAdd add = {
        .on = form_date(c, req, "on", "Enter the day it happened, like 1 December"),
        .words = form_text(c, req, "words", "In words", FORM_RULE_SAYS, NULL),
        .chase_on = form_date(c, req, "chase_on", NULL),
    };
    Err err = ERR_INVALID;
    if (c->issue_count == 0) {
        add.kind = (ReferralStepKind)(REFERRAL_CHASED + kind);
        err = referral_step(c, req->grant, req_param(req, "referral"), form_version(c, req), &add);
    }
    if (err == ERR_INVALID || err == ERR_CONFLICT) {
        res->status = err_status(err);
        return show_page(c, req, err == ERR_CONFLICT, res);
    }
    TRY(err);
    bool closed = referral_closes(add.kind);
    return res_redirect_saying(c, res, base_of(c, req),
                               closed ? STR("The referral is closed.")
                                      : STR("What happened was recorded."));
}

static const Route ROUTES[] = {
    ROUTE("GET", "/people/:person/referrals", list, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    ROUTE("GET", "/people/:person/referrals/new", new_referral, CAP_REFERRAL_CHANGE, CLASS_CARE,
          VERB_VIEW, .fields = ""),
    ROUTE("POST", "/people/:person/referrals", add, CAP_REFERRAL_CHANGE, CLASS_CARE, VERB_WRITE,
          .fields = "service reach reason way number consent sent_on owner chase_on again"),
    ROUTE("GET", "/people/:person/referrals/:referral", show, CAP_PERSON_VIEW, CLASS_CARE,
          VERB_VIEW, .fields = ""),
    ROUTE("POST", "/people/:person/referrals/:referral", step, CAP_REFERRAL_CHANGE, CLASS_CARE,
          VERB_WRITE, .fields = "kind on words chase_on version"),
};

extern const Seal REFERRAL_SEAL, REFERRAL_STRAY_SEAL; // referral.c
static const Seal *const SEALS[] = {&REFERRAL_SEAL, &REFERRAL_STRAY_SEAL};

const Room REFERRAL_ROOM = {
    .name = "referral",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
