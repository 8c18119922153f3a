// caseload_again.c -- the list of those who are asked later, and the page of it.
#include "care/caseload/caseload_again.h"

#include "base/csv.h"
#include "caseload_again_page.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/cohort/cohort.h"
#include "work/team/team.h"

static const char *const WHEN_KEYS[] = {"any", "now", "later", "never"};
static const char *const WHEN_LABELS[] = {"Any day", "Now", "Later", "No day is set"};

static const char *const SAID_KEYS[] = {"any", "no", "unanswered"};
static const char *const SAID_LABELS[] = {"Any answer", "Said no", "Did not answer"};
#define NOT_NOW "Not now"

static const char *why_label(int why)
{
    if (why == 0) return "Any reason";
    return why == AGAIN_WHY_NOT_NOW ? NOT_NOW : decline_reason_name((DeclineReason)why);
}

static AgainWhen when_of(const Case *k, Date today)
{
    if (date_is_none(k->ask_again)) return AGAIN_NEVER;
    return date_cmp(k->ask_again, today) <= 0 ? AGAIN_NOW : AGAIN_LATER;
}

static int by_day(const void *a, const void *b)
{
    const AgainRow *x = a;
    const AgainRow *y = b;
    int order = (int)x->when - (int)y->when;
    if (order == 0) order = date_cmp(x->k.ask_again, y->k.ask_again);
    if (order == 0) order = str_cmp(x->person.name, y->person.name);
    return order != 0 ? order : (x->k.id > y->k.id) - (x->k.id < y->k.id);
}

// A campaign's form keeps the reason, then their own words after a colon.
static bool said_for(const Case *k, int why)
{
    Str label = str_from_c(why_label(why));
    if (k->state != CASE_DECLINED || !str_starts(k->end_reason, label)) return false;
    return k->end_reason.len == label.len || k->end_reason.ptr[label.len] == ':';
}

// Who is counted under a reason is known to have given it: only of those whose record opens, to
// whom the row shows it too.
static Err answers(Ctx *c, const AgainAsk *ask, const Case *k, bool *out)
{
    bool no = k->state == CASE_DECLINED;
    *out = ask->said == AGAIN_SAID_ANY || no == (ask->said == AGAIN_SAID_NO);
    if (!*out || ask->why == 0) return ERR_OK;
    *out = said_for(k, ask->why);
    return *out ? access_opens(c, k->person, CLASS_CARE, MODE_READ, out) : ERR_OK;
}

static Err take_row(Ctx *c, const AgainAsk *ask, const AgainRow *row, AgainList *list)
{
    bool taken = false;
    if (row->person.ref.len == 0) return ERR_OK; // of an import that was taken back
    if (row->person.registration != REGISTRATION_CURRENT || row->person.opted_out) {
        list->apart++;
        return ERR_OK;
    }
    list->of++;
    if (ask->when != AGAIN_ANY && row->when != ask->when) return ERR_OK;
    if (ask->practice != 0 && row->person.practice_id != ask->practice) return ERR_OK;
    TRY(answers(c, ask, &row->k, &taken));
    if (taken) list->rows[list->count++] = *row;
    return ERR_OK;
}

Err caseload_again(Ctx *c, const AgainAsk *ask, AgainList *out)
{
    Case *cases = NULL;
    size_t n = 0;
    AnsweredOf of = team_within(c, 0) ? ANSWERED_ALL : ANSWERED_NEAR;
    TRY(case_answered(c, ask->team ? of : ANSWERED_MINE, &cases, &n));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, n);
    for (size_t i = 0; i < n; i++) ids[i] = cases[i].person;
    PersonRow *persons = NULL;
    TRY(person_rows(c, ids, n, &persons));
    *out = (AgainList){.rows = ARENA_ARRAY(c->arena, AgainRow, n), .more = n == CASES_MAX};
    for (size_t i = 0; i < n; i++) {
        AgainRow row = {.k = cases[i], .person = persons[i], .when = when_of(&cases[i], c->today)};
        TRY(take_row(c, ask, &row, out));
    }
    if (out->count > 1) qsort(out->rows, out->count, sizeof *out->rows, by_day);
    return ERR_OK;
}

Err caseload_again_due(Ctx *c, int64_t *out)
{
    AgainAsk ask = {.when = AGAIN_NOW};
    AgainList list;
    *out = 0;
    if (!ctx_can(c, CAP_CASELOAD_VIEW)) return ERR_OK;
    TRY(caseload_again(c, &ask, &list));
    *out = (int64_t)list.count;
    return ERR_OK;
}

// ---- the page

// Why they said no is for whom their record opens: the list names people of the whole network.
static Err said_text(Ctx *c, const Case *k, Str *out)
{
    bool readable = false;
    *out =
        arena_fmt(c->arena, "After %d %s", k->attempts, k->attempts == 1 ? "attempt" : "attempts");
    if (k->state != CASE_DECLINED) return ERR_OK;
    TRY(access_opens(c, k->person, CLASS_CARE, MODE_READ, &readable));
    *out = k->end_reason.len > 0 ? k->end_reason : STR("No reason recorded");
    if (!readable) *out = STR("Why is in the record");
    return ERR_OK;
}

// Who is to be asked in a campaign is not asked a second time beside it.
static Err fill_asking(Ctx *c, AgainRow *rows, size_t count)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) ids[i] = rows[i].person.id;
    CampaignAsking *asking = NULL;
    TRY(campaign_asking_of(c, ids, count, &asking));
    for (size_t i = 0; i < count; i++) {
        rows[i].asking = asking[i].name;
        rows[i].asks = asking[i].now && asking[i].account == c->actor.account_id;
    }
    return ERR_OK;
}

// Many people come from few cohorts: each is asked for its name once.
static Err fill_cohorts(Ctx *c, AgainRow *rows, size_t count)
{
    if (!access_may(c, CLASS_COHORT, MODE_READ)) return ERR_OK;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].k.cohort.len == 0) continue;
        size_t same = 0;
        while (!str_eq(rows[same].k.cohort, rows[i].k.cohort)) same++;
        rows[i].cohort = rows[same].cohort;
        if (same == i) TRY(cohort_name(c, rows[i].k.cohort, &rows[i].cohort));
    }
    return ERR_OK;
}

static Err show_rows(Ctx *c, AgainRow *rows, size_t count)
{
    bool may = ctx_can(c, CAP_CASELOAD_CHANGE) && access_may(c, CLASS_COHORT, MODE_READ);
    Practice *practices = NULL;
    size_t practice_count = 0;
    TRY(practice_list(c, &practices, &practice_count));
    TRY(fill_asking(c, rows, count));
    TRY(fill_cohorts(c, rows, count));
    for (size_t i = 0; i < count; i++) {
        AgainRow *r = &rows[i];
        r->nhs = person_row_nhs(c, &r->person);
        r->age = person_row_age(c, &r->person);
        r->practice =
            practice_name_of(practices, practice_count, r->person.practice_id, STR("Not recorded"));
        TRY(said_text(c, &r->k, &r->said));
        r->asked = date_medium(c->arena, instant_date_london(r->k.closed_at));
        r->day = date_medium(c->arena, r->k.ask_again);
        r->can_offer = may && r->when == AGAIN_NOW && r->asking.len == 0;
    }
    return ERR_OK;
}

static Err write_csv(Ctx *c, const AgainList *list, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(CASELOAD_CSV_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    static const char *const HEADS[] = {"Person",    "NHS number",     "Born",     "Practice",
                                        "Answer",    "What they said", "Asked by", "Asked on",
                                        "Ask again", "Campaign",       "Cohort"};
    csv_put_heads(&csv, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < list->count; i++) {
        const AgainRow *r = &list->rows[i];
        Str cells[] = {r->person.name,
                       r->nhs,
                       date_iso(c->arena, r->person.born),
                       r->practice,
                       str_from_c(case_state_name(r->k.state)),
                       r->said,
                       r->k.lead_name,
                       date_iso(c->arena, instant_date_london(r->k.closed_at)),
                       date_iso(c->arena, r->k.ask_again),
                       r->asking,
                       r->cohort};
        for (size_t k = 0; k < COUNT_OF(cells); k++) csv_put_field(&csv, cells[k]);
        csv_end_row(&csv);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

// Formula-safe, with as much of what was said as the page shows; that the rows left is journalled.
static Err export_rows(Ctx *c, const AgainList *list, Str what, Str *out)
{
    TRY(show_rows(c, list->rows, list->count));
    TRY(write_csv(c, list, out));
    return journal_export(c, STR("ask-again"), what, list->count);
}

static AgainAsk ask_of(const Request *req)
{
    AgainAsk ask = {.team = str_eq(req_query(req, "of"), STR("team")), .page = req_page(req)};
    Str when = req_query(req, "when");
    for (size_t i = 0; i < AGAIN_WHENS; i++) {
        if (str_eq(when, str_from_c(WHEN_KEYS[i]))) ask.when = (AgainWhen)i;
    }
    Str said = req_query(req, "said");
    for (size_t i = 0; i < AGAIN_SAIDS; i++) {
        if (str_eq(said, str_from_c(SAID_KEYS[i]))) ask.said = (AgainSaid)i;
    }
    int64_t why = 0;
    if (str_i64(req_query(req, "why"), 0, AGAIN_WHYS - 1, &why)) ask.why = (int)why;
    if (!str_i64(req_query(req, "practice"), 1, INT64_MAX, &ask.practice)) ask.practice = 0;
    return ask;
}

static Str href_of(Ctx *c, const char *path, const AgainAsk *ask)
{
    return arena_fmt(c->arena, "%s?of=%s&when=%s&practice=%lld&said=%s&why=%d", path,
                     ask->team ? "team" : "mine", WHEN_KEYS[ask->when], (long long)ask->practice,
                     SAID_KEYS[ask->said], ask->why);
}

static void add_chip(Ctx *c, AgainPage *m, Str text, const AgainAsk *without)
{
    m->chips[m->filter.chip_count++] =
        (UiFilterChip){.text = text, .href = href_of(c, "/caseload/again", without)};
}

// Each filter that is on, also where the form is folded away.
static void fill_chips(Ctx *c, const AgainAsk *ask, Str practice, AgainPage *m)
{
    AgainAsk without = *ask;
    without.when = AGAIN_ANY;
    if (ask->when != AGAIN_ANY) add_chip(c, m, str_from_c(WHEN_LABELS[ask->when]), &without);
    without = *ask;
    without.practice = 0;
    if (practice.len == 0) practice = STR("A practice that is not on the list");
    if (ask->practice != 0) add_chip(c, m, practice, &without);
    without = *ask;
    without.said = AGAIN_SAID_ANY;
    if (ask->said != AGAIN_SAID_ANY) add_chip(c, m, str_from_c(SAID_LABELS[ask->said]), &without);
    without = *ask;
    without.why = 0;
    if (ask->why != 0) add_chip(c, m, str_from_c(why_label(ask->why)), &without);
}

static UiField why_field(Ctx *c, const AgainAsk *ask)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, AGAIN_WHYS);
    for (int i = 0; i < AGAIN_WHYS; i++) {
        options[i] =
            (UiOption){.value = arena_fmt(c->arena, "%d", i), .text = str_from_c(why_label(i))};
    }
    return (UiField){.name = STR("why"),
                     .label = STR("Why they said no"),
                     .options = options,
                     .option_count = AGAIN_WHYS,
                     .value = options[ask->why].value};
}

static Err fill_filter(Ctx *c, const AgainAsk *ask, const AgainList *list, AgainPage *m)
{
    Str practice;
    TRY(practice_field(c, "Practice", ask->practice, &m->practice, &practice));
    m->when = (UiField){.name = STR("when"),
                        .label = STR("May be asked again"),
                        .options = ui_options(c->arena, WHEN_KEYS, WHEN_LABELS, AGAIN_WHENS),
                        .option_count = AGAIN_WHENS,
                        .value = str_from_c(WHEN_KEYS[ask->when])};
    m->said = (UiField){.name = STR("said"),
                        .label = STR("Answer"),
                        .options = ui_options(c->arena, SAID_KEYS, SAID_LABELS, AGAIN_SAIDS),
                        .option_count = AGAIN_SAIDS,
                        .value = str_from_c(SAID_KEYS[ask->said])};
    m->why = why_field(c, ask);
    m->filter = (UiFilter){.action = STR("/caseload/again"),
                           .label = STR("Filter who is asked again"),
                           .columns = 4,
                           .chips = m->chips,
                           .shown = arena_fmt(c->arena, "Showing %zu of %zu %s.", list->count,
                                              list->of, list->of == 1 ? "person" : "people")};
    fill_chips(c, ask, practice, m);
    if (m->filter.chip_count > 0) {
        m->filter.clear =
            ask->team ? STR("/caseload/again?of=team") : STR("/caseload/again?of=mine");
    }
    return ERR_OK;
}

static void fill_sentences(Ctx *c, const AgainList *list, AgainPage *m)
{
    if (list->apart > 0) {
        m->apart = arena_fmt(c->arena,
                             STR_FMT " more said no or did not answer and %s not listed: they "
                                     "died, left the practice or want no contact.",
                             STR_ARG(html_people(c->arena, (int64_t)list->apart)),
                             list->apart == 1 ? "is" : "are");
    }
    if (list->more) {
        m->more = arena_fmt(c->arena,
                            "There are more than " STR_FMT " answers: those who were offered "
                            "support first are looked at here.",
                            STR_ARG(html_count(c->arena, CASES_MAX)));
    }
}

static const UiColumn COLUMNS[] = {
    {.label = STR_INIT("Person"), .width = 292},
    {.label = STR_INIT("What they said")},
    {.label = STR_INIT("Asked by"), .width = 196},
    {.label = STR_INIT("Ask again"), .width = 196},
    {.label = STR_INIT("Action"), .width = 196, .hidden = true},
};

Err caseload_again_list(Ctx *c, const Request *req, Response *res)
{
    AgainAsk ask = ask_of(req);
    AgainList list;
    TRY(caseload_again(c, &ask, &list));
    UiSlice slice = ui_slice(list.count, CASELOAD_PAGE_ROWS, ask.page);
    TRY(show_rows(c, list.rows + slice.from, slice.count));
    Str href = href_of(c, "/caseload/again", &ask);
    AgainPage m = {.page = page_of(c, STR("Ask again"), "/caseload"),
                   .rows = list.rows + slice.from,
                   .row_count = slice.count,
                   .of = ask.team ? STR("team") : STR("mine"),
                   .team = ask.team,
                   .any = list.of > 0,
                   .campaigns = ctx_can(c, CAP_CAMPAIGN_VIEW)};
    m.views[0] = (UiNavItem){
        .label = STR("Asked by me"), .href = STR("/caseload/again?of=mine"), .count = -1};
    m.views[1] = (UiNavItem){
        .label = STR("Whole team"), .href = STR("/caseload/again?of=team"), .count = -1};
    m.views[2] = (UiNavItem){.label = STR("My caseload"), .href = STR("/caseload"), .count = -1};
    m.views[ask.team].current = true;
    TRY(fill_filter(c, &ask, &list, &m));
    fill_sentences(c, &list, &m);
    if (ctx_can(c, CAP_EXPORT_ROWS)) m.csv_href = href_of(c, "/caseload/again.csv", &ask);
    m.table = (UiTable){.caption = STR("People"),
                        .columns = COLUMNS,
                        .column_count = COUNT_OF(COLUMNS),
                        .more = STR("app-table--grid2 app-table--wide")};
    m.foot = ui_foot(c->arena, slice, arena_fmt(c->arena, STR_FMT "&page=", STR_ARG(href)),
                     html_people(c->arena, (int64_t)list.count));
    RES_SHOWS(res, c->arena, m.rows, m.row_count, person.id);
    res->log_detail = href;
    caseload_again_page(&res->body, &m);
    return ERR_OK;
}

Err caseload_again_csv(Ctx *c, const Request *req, Response *res)
{
    AgainAsk ask = ask_of(req);
    AgainList list;
    Str body;
    TRY(caseload_again(c, &ask, &list));
    Str detail = href_of(c, "/caseload/again.csv", &ask);
    TRY(export_rows(c, &list, detail, &body));
    RES_SHOWS(res, c->arena, list.rows, list.count, person.id);
    res->log_detail = detail;
    return res_download(
        res, "text/csv; charset=utf-8",
        arena_fmt(c->arena, "ask-again-" STR_FMT ".csv", STR_ARG(date_iso(c->arena, c->today))),
        body);
}

#define AGAIN_MARK STR("Asked again: ")
#define SAID_MARK  STR("- Said on ") // a record behind: only the page of the case shows it

static Str on_one_line(Ctx *c, Str text)
{
    char *line = ARENA_ARRAY(c->arena, char, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        line[i] = text.ptr[i] == '\n' || text.ptr[i] == '\r' ? ' ' : text.ptr[i];
    }
    return (Str){line, text.len};
}

// What was known when they were last asked stands below how they answered. Lists show reasons to
// the whole network: their own words are a record behind. What was said to an offer before that one
// is left to its own case, or reasons would grow with every offer.
static Str reasons_again(Ctx *c, const Case *k)
{
    Str on = date_medium(c->arena, instant_date_london(k->closed_at));
    bool no = k->state == CASE_DECLINED;
    Str all = arena_fmt(c->arena, STR_FMT "%s on " STR_FMT, STR_ARG(AGAIN_MARK),
                        no ? "said no" : "did not answer", STR_ARG(on));
    if (no && k->end_reason.len > 0) {
        all = arena_fmt(c->arena, STR_FMT "\n" STR_FMT STR_FMT ": " STR_FMT, STR_ARG(all),
                        STR_ARG(SAID_MARK), STR_ARG(on), STR_ARG(on_one_line(c, k->end_reason)));
    }
    Str rest = k->reasons;
    Str line;
    while (str_split(&rest, '\n', &line)) {
        if (line.len == 0 || str_starts(line, AGAIN_MARK) || str_starts(line, SAID_MARK)) continue;
        all = arena_fmt(c->arena, STR_FMT "\n" STR_FMT, STR_ARG(all), STR_ARG(line));
    }
    return all;
}

// Nobody who is to be asked now: the actor's own offer, sent twice, leads where the first one led.
static Err not_offered(Ctx *c, PersonId person, Str case_href, Response *res)
{
    CaseBrief *brief = NULL;
    TRY(case_briefs(c, &person, 1, &brief));
    if (brief->state == CASE_OFFERED && brief->lead_account == c->actor.account_id) {
        return res_redirect_saying(c, res, case_href, STR("Support is offered. You lead."));
    }
    return res_redirect_saying(c, res, STR("/caseload/again"),
                               STR("Not offered: a colleague was quicker, or the day to ask "
                                   "again has not come."));
}

// The row of somebody whom the actor sees and who may be asked again now; NULL: there is none.
static Err row_of(Ctx *c, PersonId person, const AgainRow **out)
{
    AgainAsk ask = {.team = true, .when = AGAIN_NOW};
    AgainList list;
    *out = NULL;
    TRY(caseload_again(c, &ask, &list));
    for (size_t i = 0; i < list.count; i++) {
        if (list.rows[i].person.id.v == person.v) *out = &list.rows[i];
    }
    return ERR_OK;
}

static Err offer_row(Ctx *c, const AgainRow *row)
{
    const Grant *grant = NULL;
    TRY(access_grant(c, row->person.id, CLASS_COHORT, MODE_READ, &grant));
    CaseOffer offer = {.priority = row->k.priority,
                       .lead_account = c->actor.account_id,
                       .cohort = row->k.cohort,
                       .reasons = reasons_again(c, &row->k)};
    Case standing;
    return case_offer(c, grant, &offer, &standing);
}

// Somebody may be asked again by an offer: their row, or none and the answer says why.
static Err may_offer(Ctx *c, PersonId person, Str case_href, const AgainRow **out, Response *res)
{
    CampaignAsking *asking = NULL;
    TRY(row_of(c, person, out));
    if (*out == NULL) return not_offered(c, person, case_href, res);
    TRY(campaign_asking_of(c, &person, 1, &asking));
    if (asking->name.len == 0) return ERR_OK;
    *out = NULL;
    return res_redirect_saying(c, res, STR("/caseload/again"),
                               STR("Not offered: a campaign is to ask this person."));
}

Err caseload_again_offer(Ctx *c, const Request *req, Response *res)
{
    PersonId person = {0};
    const AgainRow *row = NULL;
    Str ref = form_value(req, "person");
    TRY(person_of_ref(c, ref, &person));
    Str case_href = arena_fmt(c->arena, "/people/" STR_FMT "/case", STR_ARG(ref));
    TRY(may_offer(c, person, case_href, &row, res));
    if (row == NULL) return ERR_OK;
    Err err = offer_row(c, row);
    if (err == ERR_CONFLICT) return not_offered(c, person, case_href, res);
    TRY(err);
    RES_SHOWS(res, c->arena, row, 1, person.id);
    return res_redirect_saying(c, res, case_href,
                               STR("Support is offered again. Record what they say."));
}
