// campaign_ask_web.c -- whom I am to ask, and one person being asked. Handlers only translate.
#include "campaign_ask_page.h"
#include "campaign_outreach_page.h"
#include "care/caseload/caseload.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/campaign/campaign_ask_pages.h"

enum { ATTEMPTS_SHOWN_MAX = 20, REASON_LINES_MAX = 64, OUTREACH_A_PAGE = 50 };

static const char *const ANSWER_WORDS[] = {"yes",       "no",      "not-now",
                                           "no-answer", "message", "wrong-details"};
static const char *const ANSWER_LABELS[] = {"Wants support",
                                            "Said no",
                                            "Not now, ask again later",
                                            "Nobody was reached",
                                            "A message or letter was left",
                                            "The telephone number or address is wrong"};
static const AskState ANSWERS[] = {ASK_ACCEPTED, ASK_DECLINED, ASK_NOT_NOW,
                                   ASK_WAITING,  ASK_WAITING,  ASK_WRONG_DETAILS};
enum { ANSWER_MESSAGE = 4 };

Str *campaign_reason_lines(Ctx *c, Str reasons, size_t *count_out)
{
    Str *lines = ARENA_ARRAY(c->arena, Str, REASON_LINES_MAX);
    Str line;
    size_t count = 0;
    while (count < REASON_LINES_MAX && str_split(&reasons, '\n', &line)) {
        if (line.len > 0 && !str_starts(line, CASE_FACT_MARK)) lines[count++] = line;
    }
    *count_out = count;
    return lines;
}

// Whoever asks and does not run campaigns comes from Today.
static const char *current_nav(const Ctx *c)
{
    return ctx_can(c, CAP_CAMPAIGN_VIEW) ? "/campaigns" : "/today";
}

// --- the list of whom I am to ask ---

static Str tried_text(Ctx *c, const ToAsk *row)
{
    if (row->asked.state == ASK_WRONG_DETAILS) {
        return arena_fmt(c->arena, "Wrong details: " STR_FMT, STR_ARG(row->asked.words));
    }
    if (row->asked.state == ASK_NOT_NOW) {
        return arena_fmt(c->arena, "Said not now. Ask again from " STR_FMT,
                         STR_ARG(date_long(c->arena, row->asked.ask_again)));
    }
    if (row->attempts.count == 0) return STR("Not tried yet");
    Date last = instant_date_london(row->attempts.last);
    return arena_fmt(c->arena, "%d attempt%s, last on " STR_FMT, row->attempts.count,
                     row->attempts.count == 1 ? "" : "s", STR_ARG(date_long(c->arena, last)));
}

// Those never tried come first, then those tried longest ago.
static int by_turn(const void *a, const void *b)
{
    const ToAsk *left = a;
    const ToAsk *right = b;
    int64_t x = left->attempts.last.ms;
    int64_t y = right->attempts.last.ms;
    if (x != y) return (x > y) - (x < y);
    return (left->asked.place > right->asked.place) - (left->asked.place < right->asked.place);
}

// Of the campaigns that a GP confirms, or of the others.
static Err fill_never(Ctx *c, const ToAsk *rows, size_t count, bool confirm, OutreachRow *shown)
{
    AskedPerson *some = ARENA_ARRAY(c->arena, AskedPerson, count + 1);
    size_t *places = ARENA_ARRAY(c->arena, size_t, count + 1);
    Str *stops = NULL;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].confirm != confirm) continue;
        places[n] = i;
        some[n++] = rows[i].asked;
    }
    Err err = campaign_stops(c, some, n, confirm, ANY_COLUMNS, &stops);
    if (err != ERR_OK && err != ERR_BUSY) return err;
    for (size_t k = 0; k < n; k++) {
        Str stop = err == ERR_BUSY ? STR(CAMPAIGN_WAIT) : stops[k];
        if (stop.len > 0) shown[places[k]].stop = stop;
    }
    return ERR_OK;
}

// Who is not to be asked any more stays on the list, until taken off it, and says why.
static Err fill_stops(Ctx *c, const ToAsk *rows, size_t count, OutreachRow *shown)
{
    for (int confirm = 0; confirm <= 1; confirm++) TRY(fill_never(c, rows, count, confirm, shown));
    return ERR_OK;
}

Err campaign_outreach_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Person"), .width = 292},
        {.label = STR_INIT("Campaign")},
        {.label = STR_INIT("So far"), .width = 252},
        {.label = STR_INIT("Record"), .hidden = true},
    };
    ToAsk *rows = NULL;
    size_t count = 0;
    TRY(campaign_mine(c, &rows, &count));
    if (count > 1) qsort(rows, count, sizeof *rows, by_turn);
    UiSlice slice = ui_slice(count, OUTREACH_A_PAGE, req_page(req));
    Str all = html_count_of(c->arena, (int64_t)count, "person to ask now", "people to ask now");
    rows += slice.from;
    count = slice.count;
    OutreachRow *shown = ARENA_ARRAY(c->arena, OutreachRow, count + 1);
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) {
        const PersonRow *person = &rows[i].person;
        ids[i] = person->id;
        shown[i] = (OutreachRow){.what = &rows[i],
                                 .nhs = person_row_nhs(c, person),
                                 .age = person_row_born_age(c, person),
                                 .tried = tried_text(c, &rows[i])};
    }
    TRY(fill_stops(c, rows, count, shown));
    OutreachPage m = {
        .page = page_of(c, STR("People to ask"), current_nav(c)),
        .shown = shown,
        .row_count = count,
        .table = {.caption = STR("People to ask"),
                  .columns = COLUMNS,
                  .column_count = COUNT_OF(COLUMNS),
                  .more = STR("app-table--wide")},
        .foot = ui_foot(c->arena, slice, STR("/outreach?page="), all),
    };
    res->shown = ids;
    res->shown_count = count;
    campaign_outreach(&res->body, &m);
    return ERR_OK;
}

// --- one person ---

static UiOption *why_options(Ctx *c)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, DECLINE_REASONS);
    options[0] = (UiOption){.value = STR(""), .text = STR("Select a reason")};
    for (int i = 1; i < DECLINE_REASONS; i++) {
        options[i] = (UiOption){.value = arena_fmt(c->arena, "%d", i),
                                .text = str_from_c(decline_reason_name((DeclineReason)i))};
    }
    return options;
}

static void fill_when(Ctx *c, const Request *req, AskPage *m)
{
    m->answer = ui_field(c, "answer", "What happened?", form_value(req, "answer"));
    m->answer.options = ui_options(c->arena, ANSWER_WORDS, ANSWER_LABELS, COUNT_OF(ANSWER_WORDS));
    m->answer.option_count = COUNT_OF(ANSWER_WORDS);
    m->answer.size = STR("s");
    m->answer.small = true;
    m->mode = contact_mode_field(c, "How?", form_value(req, "mode"));
    m->mode.value = form_value_or(req, "mode", STR("telephone"));
    m->on = ui_field(c, "on", "Date", form_value(req, "on"));
    m->on.value = form_value_or(req, "on", date_long(c->arena, c->today));
    m->on.width = 20;
    m->time = ui_field(c, "time", "Time (24 hour)", form_value(req, "time"));
    m->time.value = form_value_or(req, "time", instant_clock(c->arena, c->now));
    m->time.width = 5;
    m->minutes = ui_field(c, "minutes", "Minutes you spoke", form_value(req, "minutes"));
    m->minutes.width = 3;
    m->minutes.inputmode = STR("numeric");
}

static void fill_answer(Ctx *c, const Request *req, AskPage *m)
{
    m->why = ui_field(c, "why", "Why did they say no?", form_value(req, "why"));
    m->why.options = why_options(c);
    m->why.option_count = DECLINE_REASONS;
    m->words = ui_field(c, "words", "What they said, in their own words", form_value(req, "words"));
    m->words.hint = arena_fmt(c->arena, STR_FMT " can read this", STR_ARG(m->called));
    m->words.rows = 3;
    m->wrong = ui_field(c, "wrong", "What is wrong with the details?", form_value(req, "wrong"));
    m->wrong.hint = STR("Like the number belongs to somebody else");
    m->wrong.rows = 2;
    m->ask_again = ui_field(c, "ask_again", "When to ask again", form_value(req, "ask_again"));
    m->ask_again.hint = STR("Like in 2 months, or 1 May. After a no it may stay empty");
    m->ask_again.width = 20;
    m->next_step = ui_field(c, "next_step", "What happens next?", form_value(req, "next_step"));
    m->next_step.value = form_value_or(req, "next_step", STR("First conversation"));
    m->next_due = ui_field(c, "next_due", "By when?", form_value(req, "next_due"));
    m->next_due.value = form_value_or(req, "next_due", STR("in 2 weeks"));
    m->next_due.width = 20;
    m->try_again = ui_field(c, "try_again", "Ask again", form_value(req, "try_again"));
    m->try_again.value = form_value_or(req, "try_again", STR("in 6 months"));
    m->try_again.width = 20;
}

// By what the person can be reached; a protected address or number is not shown here.
static void fill_reach(AskPage *m)
{
    const Person *p = &m->frame.person;
    if (p->restricted) {
        m->reach[m->reach_count++] = (UiPair){.key = STR("Address and telephone"),
                                              .value = STR("Protected: not shown here")};
        return;
    }
    m->reach[m->reach_count++] = (UiPair){.key = STR("Mobile"), .value = p->mobile};
    m->reach[m->reach_count++] = (UiPair){.key = STR("Telephone"), .value = p->phone};
    m->reach[m->reach_count++] = (UiPair){.key = STR("Address"), .value = p->address};
    if (p->interpreter) {
        m->reach[m->reach_count++] =
            (UiPair){.key = STR("Interpreter"), .value = p->language, .missing = STR("Needed")};
    }
}

static Err fill_attempts(Ctx *c, const Request *req, AskPage *m)
{
    Contact *all = NULL;
    size_t count = 0;
    ContactAttempts *tally = NULL;
    TRY(contact_of_person(c, req->grant, &all, &count));
    m->attempts = ARENA_ARRAY(c->arena, Contact, ATTEMPTS_SHOWN_MAX);
    Instant since = contact_since(m->campaign.made_at);
    for (size_t i = 0; i < count && m->attempt_count < ATTEMPTS_SHOWN_MAX; i++) {
        if (all[i].in_error || all[i].at.ms < since.ms) continue;
        m->attempts[m->attempt_count++] = all[i];
    }
    TRY(contact_attempts_of(c, &m->asked.person, 1, m->campaign.made_at, &tally));
    m->still = campaign_still_to_try(c->arena, tally);
    return ERR_OK;
}

static Err fill_stop(Ctx *c, AskPage *m)
{
    Str *stops = NULL;
    Err now = campaign_stops(c, &m->asked, 1, m->campaign.confirm, ANY_COLUMNS, &stops);
    if (now != ERR_OK && now != ERR_BUSY) return now;
    m->stop = now == ERR_BUSY ? STR(CAMPAIGN_WAIT) : stops[0];
    bool mine = m->asked.standing && m->asked.account == c->actor.account_id;
    m->is_over = now == ERR_OK && m->stop.len > 0 && mine;
    m->tells = m->stop.len == 0;
    if (!m->asked.standing) {
        m->stop = arena_fmt(c->arena, "%s, recorded by " STR_FMT ".",
                            ask_state_name(m->asked.state), STR_ARG(m->asked.answered_name));
    } else if (!mine && m->stop.len == 0) {
        m->stop = m->asked.account == 0 ? STR("This person was not given to anybody yet.")
                                        : arena_fmt(c->arena, STR_FMT " asks this person.",
                                                    STR_ARG(m->asked.account_name));
    }
    return ERR_OK;
}

// What the other colleague recorded, beside what was typed here.
static Err fill_theirs(Ctx *c, AskPage *m)
{
    UiPair rows[] = {
        {.key = STR("How it stands"), .value = str_from_c(ask_state_name(m->asked.state))},
        {.key = STR("What was said"), .value = m->asked.words, .missing = STR("Nothing written")},
        {.key = STR("Recorded by"),
         .value = m->asked.answered_name,
         .missing = STR("See the attempts below")},
        {.key = STR("Who asks"), .value = m->asked.account_name},
    };
    m->theirs = ARENA_ARRAY(c->arena, UiPair, COUNT_OF(rows));
    memcpy(m->theirs, rows, sizeof rows);
    m->theirs_count = COUNT_OF(rows);
    return ERR_OK;
}

// What was typed of somebody who could not be asked any more when it was sent.
static void fill_unsaved(Ctx *c, const Request *req, AskPage *m)
{
    static const struct {
        const char *name, *label;
    } TYPED[] = {{"words", "What they said"},
                 {"wrong", "What is wrong with the details"},
                 {"next_step", "What happens next"}};
    if (str_eq(req->method, STR("GET"))) return;
    m->unsaved = ARENA_ARRAY(c->arena, UiPair, COUNT_OF(TYPED));
    for (size_t i = 0; i < COUNT_OF(TYPED); i++) {
        Str value = form_value(req, TYPED[i].name);
        if (value.len == 0) continue;
        m->unsaved[m->unsaved_count++] =
            (UiPair){.key = str_from_c(TYPED[i].label), .value = value};
    }
}

static Err ask_page(Ctx *c, const Request *req, bool stale, Response *res)
{
    AskPage m = {.stale = stale};
    TRY(person_frame(c, req->grant, "contacts", &m.frame));
    TRY(campaign_of_person(c, req->grant, &m.campaign, &m.asked));
    m.called = person_called(c->arena, &m.frame.person);
    m.base = arena_fmt(c->arena, "/people/" STR_FMT "/outreach", STR_ARG(m.frame.person.ref));
    fill_when(c, req, &m);
    fill_answer(c, req, &m);
    TRY(fill_attempts(c, req, &m));
    TRY(fill_stop(c, &m));
    if (m.tells) {
        m.reasons = campaign_reason_lines(c, m.asked.reasons, &m.reason_count);
        fill_reach(&m);
    }
    if (m.stop.len > 0) fill_unsaved(c, req, &m);
    if (stale) TRY(fill_theirs(c, &m));
    m.page = page_of(c, person_title(c, STR("Ask"), &m.frame.person), current_nav(c));
    campaign_ask(&res->body, &m);
    return ERR_OK;
}

Err campaign_ask_page(Ctx *c, const Request *req, Response *res)
{
    return ask_page(c, req, false, res);
}

static Answer answer_of_form(Ctx *c, const Request *req)
{
    int which =
        form_choice(c, req, "answer", ANSWER_WORDS, COUNT_OF(ANSWER_WORDS), "Select what happened");
    Answer a = {.answer = which < 0 ? ASK_WAITING : ANSWERS[which],
                .message = which == ANSWER_MESSAGE,
                .mode = contact_mode_of_form(c, req, "Select how"),
                .at = contact_moment_of_form(c, req),
                .ask_again = DATE_NONE,
                .next_due = DATE_NONE};
    bool wrong = a.answer == ASK_WRONG_DETAILS;
    a.words = wrong ? form_text(c, req, "wrong", "What is wrong", FORM_RULE_SAYS, NULL)
                    : form_text(c, req, "words", "What they said", FORM_RULE_SAYS, NULL);
    bool spoke = a.answer == ASK_ACCEPTED || a.answer == ASK_DECLINED || a.answer == ASK_NOT_NOW;
    int64_t minutes = 0;
    if (spoke) {
        minutes = form_int(c, req, "minutes", "Enter how many minutes you spoke, like 10", 0,
                           CONTACT_MINUTES_MAX);
    }
    a.minutes = minutes < 0 ? 0 : (int)minutes;
    if (a.answer == ASK_DECLINED) {
        int64_t why = form_int(c, req, "why", "Select why they said no", 1, DECLINE_REASONS - 1);
        a.why = why < 0 ? 0 : (DeclineReason)why;
    }
    if (a.answer == ASK_DECLINED || a.answer == ASK_NOT_NOW) {
        a.ask_again =
            form_date(c, req, "ask_again",
                      a.answer == ASK_NOT_NOW ? "Enter when to ask again, like in 2 months" : NULL);
    }
    if (a.answer == ASK_ACCEPTED) {
        a.next_step = form_text(c, req, "next_step", "What happens next", FORM_RULE_SAYS,
                                "Enter what happens next");
        a.next_due = form_date(c, req, "next_due", "Enter by when, like in 2 weeks");
    }
    return a;
}

static Err after(Ctx *c, const Request *req, Err err, Str message, Response *res)
{
    if (err == ERR_INVALID || err == ERR_CONFLICT) {
        res->status = err_status(err);
        return ask_page(c, req, err == ERR_CONFLICT, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, STR("/outreach"), message);
}

Err campaign_ask_record(Ctx *c, const Request *req, Response *res)
{
    Answer a = answer_of_form(c, req);
    int64_t version = form_version(c, req);
    Err err = c->issue_count > 0 ? ERR_INVALID : campaign_record(c, req->grant, version, &a);
    Str said =
        a.answer == ASK_ACCEPTED  ? STR("Recorded. The person is on your caseload.")
        : a.answer == ASK_WAITING ? STR("The attempt was recorded. The person stays on your list.")
        : a.answer == ASK_WRONG_DETAILS
            ? STR("Recorded. Whoever runs the campaign finds the right details and gives the "
                  "person to somebody again.")
            : STR("The answer was recorded.");
    return after(c, req, err, said, res);
}

Err campaign_ask_stop(Ctx *c, const Request *req, Response *res)
{
    Date again = form_date(c, req, "try_again", "Enter when to ask again, like in 6 months");
    if (!date_is_none(again) && date_cmp(again, c->today) <= 0) {
        ctx_issue(c, STR("try_again"), STR("When to ask again must be after today"));
    }
    Err err = c->issue_count > 0 ? ERR_INVALID
                                 : campaign_stop(c, req->grant, form_version(c, req), again);
    return after(c, req, err, STR("Recorded as no answer."), res);
}

Err campaign_ask_leave_out(Ctx *c, const Request *req, Response *res)
{
    Err err = campaign_leave_out(c, req->grant, form_version(c, req));
    return after(c, req, err, STR("The person was taken off your list."), res);
}
