// record_seen.c -- who looked at a person's record, and why when it had to be said.
#include "care/record/record_pages.h"
#include "core/reason.h"
#include "record_timeline_page.h"

static const struct {
    const char *path;
    const char *words;
} LOOKED_AT[] = {
    {"/people/:person", "Overview"},
    {"/people/:person/timeline", "Timeline"},
    {"/people/:person/timeline/find", "Timeline"},
    {"/people/:person/details", "Details and needs"},
    {"/people/:person/address", "Protected address"},
    {"reason", "Stated a reason"},
    {"/reasons", "Reasons given, to review"},
    {"/reasons/:reason", "Reasons given, to review"},
    {"/people/:person/details/edit", "Details and needs, to correct them"},
    {"/people/:person/seen", "Who has seen this record"},
    {"/people/:person/tasks", "Tasks"},
    {"/people/:person/plan", "Plan"},
    {"/people/:person/plan/print", "Plan, to print"},
    {"/people/:person/plan/edit", "Plan, to change it"},
    {"/people/:person/plan/edit/:section", "Plan, to change it"},
    {"/people/:person/plan/agree", "Plan, to agree it"},
    {"/people/:person/plan/compare", "Plan, two versions"},
    {"/people/:person/plan/versions/:number", "Plan, an agreed version"},
    {"/people/:person/plan/plan.pdf", "Plan, as a PDF"},
    {"/people/:person/tasks/new", "The form for a task"},
    {"/people/:person/tasks/:task", "A task"},
    {"/people/:person/referrals", "Referrals"},
    {"/people/:person/referrals/new", "The form for a referral"},
    {"/people/:person/referrals/:referral", "A referral"},
    {"/people/:person/contacts/new", "The form for a contact"},
    {"/contacts/new", "Whom to record a contact with"},
    {"/tasks/new", "Whom to add a task for"},
    {"/people/:person/contacts/:contact", "A contact"},
    {"/people/:person/case", "Support"},
    {"/people/:person/cohorts", "Which cohorts the person is in"},
    {"/fhir/Patient/:person", "Details, for another system"},
    {"/fhir/Patient/:person/$everything", "Details and coded record, as a file"},
    {"/fhir/:type", "Coded record, for another system"},
    {"/fhir/:type/:fact", "Coded record, for another system"},
    {"/people", "Search results"},
    {"/people/find", "Search"},
    {"/today", "Today's list"},
    {"/today/print", "Today's list, to print"},
    {"/practice", "People of the practice"},
    {"/clinical", "People a GP supervises"},
    {"/cohorts/:key", "A cohort"},
    {"/cohorts/:key/people.csv", "A cohort, downloaded"},
    {"/reports/people", "People behind a number of the report"},
    {"/reports/people.csv", "People behind a number of the report, downloaded"},
    {"/reports/impact/people", "People before and after support"},
    {"/reports/gaps/people", "People whose record misses a code"},
    {"/reports/gaps/people.csv", "People whose record misses a code, downloaded"},
    {"/cohorts/:key/review", "A cohort, to offer support"},
    {"/cohorts/:key/newly", "Who is newly in a cohort"},
    {"/cohorts/:key/newly/:ref/aside", "Who is newly in a cohort, to set aside"},
    {"/cohorts/:key/runs/:ref", "An earlier run of a cohort"},
    {"/cohorts/:key/runs/:ref/compare", "Who joined and left a cohort"},
    {"/cohorts/:key/why-not", "Search, for why somebody is not in a cohort"},
    {"/cohorts/:key/why-not/:ref", "Why somebody is in a cohort or not"},
    {"/imports/near", "Is this the same person?"},
    {"/caseload", "Caseload"},
    {"/caseload.csv", "Caseload, downloaded"},
};

static Str looked_at(Ctx *c, const AccessRow *row)
{
    Str what = row->what;
    for (size_t i = 0; i < COUNT_OF(LOOKED_AT); i++) {
        if (str_eq(row->what, str_from_c(LOOKED_AT[i].path))) {
            what = str_from_c(LOOKED_AT[i].words);
        }
    }
    if (what.len > 0 && what.ptr[0] == '/') what = STR("Another page");
    bool type = row->detail.len > 0 && str_starts(row->what, STR("/fhir/:type"));
    if (type) what = arena_fmt(c->arena, STR_FMT ": " STR_FMT, STR_ARG(what), STR_ARG(row->detail));
    bool reason = str_eq(row->what, STR("reason"));
    if (reason && row->verb == VERB_BREAK_GLASS) return STR("Stated an emergency");
    if (reason || row->verb == VERB_VIEW || row->verb == VERB_LIST) return what;
    return arena_fmt(c->arena, STR_FMT " (%s)", STR_ARG(what), verb_name(row->verb));
}

static ReasonRow reason_row(Ctx *c, const StatedReason *r)
{
    Account who = {0};
    bool known = account_by_id(c, r->account_id, &who) == ERR_OK;
    ReasonRow row = {.at = instant_long(c->arena, r->from),
                     .who = known ? who.name : STR("An account that is gone"),
                     .role = known ? str_from_c(ROLE_NAMES[who.role]) : STR("role not known"),
                     .words = r->words,
                     .until = instant_long(c->arena, r->until),
                     .emergency = r->emergency,
                     .found = STR("Not reviewed yet.")};
    if (r->outcome == REASON_NOT_REVIEWED) return row;
    static const char *const FOUND[REASON_OUTCOME_COUNT] = {
        "", "found in order", "asked the colleague about it", "found not in order"};
    row.found = arena_fmt(c->arena, "Reviewed by " STR_FMT ": %s.", STR_ARG(r->reviewer),
                          FOUND[r->outcome]);
    return row;
}

static Err fill_reasons(Ctx *c, SeenPage *m)
{
    StatedReason *reasons = NULL;
    size_t count = 0;
    TRY(reason_of_person(c, m->frame.person.id, &reasons, &count));
    m->reason_count = count < RECORD_REASONS_MAX ? count : RECORD_REASONS_MAX;
    m->reasons = ARENA_ARRAY(c->arena, ReasonRow, m->reason_count);
    for (size_t i = 0; i < m->reason_count; i++) m->reasons[i] = reason_row(c, &reasons[i]);
    return ERR_OK;
}

// Looking at a list is no reason to be named twice a day: the real openings must not be buried.
static bool same_list(const AccessRow *a, const AccessRow *b)
{
    return a->verb == VERB_LIST && b->verb == VERB_LIST && str_eq(a->what, b->what) &&
           str_eq(a->actor_name, b->actor_name) && a->role == b->role &&
           date_cmp(instant_date_london(a->at), instant_date_london(b->at)) == 0;
}

size_t seen_fold(const AccessRow *rows, size_t count, SeenLook *out, size_t max, size_t *taken_out)
{
    size_t n = 0;
    size_t at = 0;
    for (; at < count; at++) {
        size_t same = 0;
        while (same < n && !same_list(out[same].row, &rows[at])) same++;
        if (same < n) {
            out[same].times++;
        } else if (n < max) {
            out[n++] = (SeenLook){&rows[at], 1};
        } else {
            break;
        }
    }
    *taken_out = at;
    return n;
}

static SeenRow seen_row(Ctx *c, const SeenLook *look)
{
    Str what = looked_at(c, look->row);
    if (look->times > 1) {
        what = arena_fmt(c->arena, STR_FMT ", %d times that day", STR_ARG(what), look->times);
    }
    return (SeenRow){.at = instant_long(c->arena, look->row->at),
                     .who = look->row->actor_name,
                     .role = str_from_c(ROLE_NAMES[look->row->role]),
                     .what = what};
}

Err record_seen(Ctx *c, const Request *req, Response *res)
{
    SeenPage m = {0};
    TRY(person_frame(c, req->grant, "seen", &m.frame));
    int64_t before = INT64_MAX;
    if (!str_i64(req_query(req, "before"), 1, INT64_MAX, &before)) before = INT64_MAX;
    AccessRow *rows = NULL;
    size_t count = 0;
    TRY(access_seen(c, m.frame.person.id, before, JOURNAL_ROWS_MAX, &rows, &count));
    if (before == INT64_MAX) TRY(fill_reasons(c, &m));
    SeenLook looks[RECORD_SEEN_ROWS];
    size_t taken = 0;
    m.row_count = seen_fold(rows, count, looks, RECORD_SEEN_ROWS, &taken);
    m.rows = ARENA_ARRAY(c->arena, SeenRow, m.row_count);
    for (size_t i = 0; i < m.row_count; i++) m.rows[i] = seen_row(c, &looks[i]);
    if (taken < count || count == JOURNAL_ROWS_MAX) {
        m.older = arena_fmt(c->arena, "/people/" STR_FMT "/seen?before=%lld",
                            STR_ARG(m.frame.person.ref), (long long)rows[taken - 1].seq);
    }
    m.page = page_of(c, person_title(c, STR("Who has seen this"), &m.frame.person), "/caseload");
    seen_page(&res->body, &m);
    return ERR_OK;
}
