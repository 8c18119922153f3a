// campaign.c -- from a run to a list: in which order, who is left out and why, how many.
#include "insight/campaign/campaign.h"

#include "campaign_sql.h"
#include "care/caseload/caseload.h"
#include "core/ids.h"
#include "insight/campaign/campaign_store.h"
#include "insight/cohort/cohort.h"

enum { CRISIS_MONTHS = 3 }; // recorded longer ago it leaves nobody out
enum { SENT_AGAIN_MS = 60 * 1000 };
enum { LEFT_OUT_BYTES_MAX = 2048, UNKNOWN_DECILE = 99, DECILE_WEIGHT = 1 << 24 };

typedef struct Known { // somebody, and a word of why
    int64_t id;
    Str words;
} Known;

typedef struct People {
    Known *at;
    size_t count, cap;
} People;

typedef struct Planned {
    PersonId person;
    int64_t practice;
    int why; // a LeaveOut, 0: to be asked
    Str words, reasons;
} Planned;

typedef struct Making {
    const CampaignNew *from;
    const CohortRun *run;
    const PersonId *earlier; // of the earlier run, ascending; NULL: everybody of this one
    size_t earlier_count;
    Planned *planned;
    size_t count, to_ask, listed; // listed: may be asked by the run
    size_t unnamed;               // left out by this list too, and more than it names
    Str left_out;
    Str run_ref, ref;
} Making;

static void people_add(Ctx *c, People *people, Known one)
{
    ARENA_GROW(c->arena, people->at, people->count, &people->cap);
    people->at[people->count++] = one;
}

static int by_id(const void *a, const void *b)
{
    int64_t left = ((const Known *)a)->id;
    int64_t right = ((const Known *)b)->id;
    return (left > right) - (left < right);
}

// NULL: not one of them. They are in order.
static const Known *find(const People *people, PersonId person)
{
    Known key = {.id = person.v};
    if (people->count == 0) return NULL;
    return bsearch(&key, people->at, people->count, sizeof key, by_id);
}

// Whom somebody asked in the last months, in a campaign or by an offer of support.
static Err asked_since(Ctx *c, Date since, People *out)
{
    {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_CAMPAIGN_ANSWERED_SINCE, ARGS(AT(date_begins(since))));
        while (rows_next(&rows)) {
            Date on = instant_date_london(row_at(&rows, CAMPAIGN_ANSWERED_SINCE_ANSWERED_AT));
            Str words = arena_fmt(c->arena, "Asked on " STR_FMT, STR_ARG(date_long(c->arena, on)));
            people_add(c, out, (Known){row_i64(&rows, CAMPAIGN_ANSWERED_SINCE_PERSON_ID), words});
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    CaseFact *cases = NULL;
    size_t count = 0;
    TRY(case_facts(c, &cases, &count));
    for (size_t i = 0; i < count; i++) {
        bool asked = cases[i].state == CASE_DECLINED || cases[i].state == CASE_NO_ANSWER;
        if (!asked || date_cmp(cases[i].on, since) < 0) continue;
        Str on = date_long(c->arena, cases[i].on);
        people_add(
            c, out,
            (Known){cases[i].person.v, arena_fmt(c->arena, "%s on " STR_FMT,
                                                 case_state_name(cases[i].state), STR_ARG(on))});
    }
    return ERR_OK;
}

static int by_person_newest(const void *a, const void *b)
{
    const ContactDay *left = a;
    const ContactDay *right = b;
    int order = person_id_cmp(&left->person, &right->person);
    return order != 0 ? order : date_cmp(right->on, left->on);
}

// Whom a colleague spoke with, or left a message or letter, since that day: the latest of each. A
// call that nobody answered keeps nobody from being asked.
static Err contacted_since(Ctx *c, Date since, People *out)
{
    ContactDay *days = NULL;
    size_t count = 0;
    TRY(contact_days(c, since, c->today, &days, &count));
    if (count > 1) qsort(days, count, sizeof *days, by_person_newest);
    for (size_t i = 0; i < count; i++) {
        bool reached = days[i].outcome == CONTACT_SPOKE || days[i].outcome == CONTACT_LEFT_MESSAGE;
        bool told = out->count > 0 && out->at[out->count - 1].id == days[i].person.v;
        if (!reached || told) continue;
        Str on = date_long(c->arena, days[i].on);
        people_add(c, out,
                   (Known){days[i].person.v,
                           arena_fmt(c->arena, "%s on " STR_FMT,
                                     days[i].outcome == CONTACT_SPOKE ? "Spoken with"
                                                                      : "Left a message or letter",
                                     STR_ARG(on))});
    }
    return ERR_OK;
}

static Err standing_elsewhere(Ctx *c, People *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_STANDING_ELSEWHERE, NO_ARGS);
    while (rows_next(&rows)) {
        people_add(c, out,
                   (Known){row_i64(&rows, CAMPAIGN_STANDING_ELSEWHERE_PERSON_ID),
                           row_str(c->arena, &rows, CAMPAIGN_STANDING_ELSEWHERE_NAME)});
    }
    return rows.err;
}

typedef struct Placed { // a place of the run by its rank
    int64_t rank;
    size_t at;
} Placed;

static int by_rank(const void *a, const void *b)
{
    int64_t left = ((const Placed *)a)->rank;
    int64_t right = ((const Placed *)b)->rank;
    return (left > right) - (left < right);
}

// Need is the order of the cohort's own list. With deprivation first, need decides within a decile;
// whose decile nobody recorded comes last.
static Err order_of(Ctx *c, const CohortRun *run, AskOrder by, const PersonReach *reach,
                    size_t **out)
{
    TRY(cohort_sorted(c, run, STR("need"), out));
    if (by != ORDER_DEPRIVATION) return ERR_OK;
    Placed *placed = ARENA_ARRAY(c->arena, Placed, run->people_count + 1);
    for (size_t i = 0; i < run->people_count; i++) {
        int decile = reach[(*out)[i]].imd_decile;
        int64_t rank = decile == 0 ? UNKNOWN_DECILE : decile;
        placed[i] = (Placed){rank * DECILE_WEIGHT + (int64_t)i, (*out)[i]};
    }
    qsort(placed, run->people_count, sizeof *placed, by_rank);
    for (size_t i = 0; i < run->people_count; i++) (*out)[i] = placed[i].at;
    return ERR_OK;
}

typedef struct Checks { // against asking somebody
    People lately, contacted, elsewhere;
} Checks;

static Err checks_of(Ctx *c, const CampaignNew *from, Checks *out)
{
    *out = (Checks){0};
    Date asked = date_add_months(c->today, -from->gap_months);
    Date contacted = date_add_days(c->today, -from->contact_days);
    if (from->gap_months > 0) TRY(asked_since(c, asked, &out->lately));
    if (from->contact_days > 0) TRY(contacted_since(c, contacted, &out->contacted));
    TRY(standing_elsewhere(c, &out->elsewhere));
    People *all[] = {&out->lately, &out->contacted, &out->elsewhere};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (all[i]->count > 1) qsort(all[i]->at, all[i]->count, sizeof(Known), by_id);
    }
    return ERR_OK;
}

static void decide(Ctx *c, const CohortRun *run, const Checks *checks, const PersonReach *reach,
                   Planned *p)
{
    const Known *lately = find(&checks->lately, p->person);
    const Known *contacted = find(&checks->contacted, p->person);
    const Known *elsewhere = find(&checks->elsewhere, p->person);
    Date on;
    if (cohort_marked(run, p->person, STR("end-of-life"), &on)) {
        p->why = LEAVE_OUT_END_OF_LIFE;
        p->words = arena_fmt(c->arena, "Recorded on " STR_FMT, STR_ARG(date_long(c->arena, on)));
    } else if (cohort_marked(run, p->person, STR("crisis"), &on) &&
               date_cmp(on, date_add_months(c->today, -CRISIS_MONTHS)) >= 0) {
        p->why = LEAVE_OUT_CRISIS;
        p->words = arena_fmt(c->arena, "Recorded on " STR_FMT, STR_ARG(date_long(c->arena, on)));
    } else if (elsewhere != NULL) {
        p->why = LEAVE_OUT_OTHER;
        p->words = elsewhere->words;
    } else if (lately != NULL) {
        p->why = LEAVE_OUT_ASKED_LATELY;
        p->words = lately->words;
    } else if (contacted != NULL) {
        p->why = LEAVE_OUT_CONTACTED;
        p->words = contacted->words;
    } else if (!reach->phone && !reach->address && !reach->email) {
        p->why = LEAVE_OUT_NO_WAY;
    }
}

// On the earlier list too, when one was chosen.
static bool stands_in(const Making *m, PersonId person)
{
    if (m->earlier == NULL) return true;
    return m->earlier_count > 0 && bsearch(&person, m->earlier, m->earlier_count,
                                           sizeof *m->earlier, person_id_cmp) != NULL;
}

typedef struct Looking { // at the people of a run, one by one
    const size_t *order;
    const PersonReach *reach;
    Checks checks;
} Looking;

// The next of the list: left out with a reason, or to be asked with the reasons why.
static Err consider(Ctx *c, Making *m, const Looking *look, size_t at)
{
    const CohortRun *run = m->run;
    if (!stands_in(m, run->people[at])) return ERR_OK;
    Planned *p = &m->planned[m->count++];
    *p = (Planned){.person = run->people[at], .practice = run->practices[at]};
    decide(c, run, &look->checks, &look->reach[at], p);
    if (p->why != 0) { // room is left for everybody who is to be asked
        bool named = m->count - m->to_ask <= CAMPAIGN_ROWS_MAX - (size_t)m->from->people;
        m->count -= !named;
        m->unnamed += !named;
        return ERR_OK;
    }
    Reason *reasons = NULL;
    size_t count = 0;
    TRY(cohort_reasons(c, run, p->person, WITH_DETAILS, &reasons, &count));
    p->reasons = cohort_reason_text(c, reasons, count);
    m->to_ask++;
    return ERR_OK;
}

static Err plan_people(Ctx *c, Making *m)
{
    const CohortRun *run = m->run;
    PersonReach *reach = NULL;
    size_t *order = NULL;
    Looking look = {0};
    TRY(person_reach(c, run->people, run->people_count, &reach));
    TRY(order_of(c, run, m->from->order_by, reach, &order));
    TRY(checks_of(c, m->from, &look.checks));
    look.order = order;
    look.reach = reach;
    m->planned = ARENA_ARRAY(c->arena, Planned, CAMPAIGN_ROWS_MAX + 1);
    for (size_t i = 0; i < run->people_count; i++) m->listed += stands_in(m, run->people[i]);
    for (size_t i = 0; i < run->people_count && m->to_ask < (size_t)m->from->people; i++) {
        TRY(consider(c, m, &look, look.order[i]));
    }
    if (m->unnamed == 0) return ERR_OK;
    m->left_out =
        arena_fmt(c->arena, STR_FMT "\nMore left out by the rules of this list than it names: %zu",
                  STR_ARG(m->left_out), m->unnamed);
    return ERR_OK;
}

static Str left_out_lines(Ctx *c, const CohortLeftOut *out)
{
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    cohort_left_out_lines(out, lines);
    CLEANUP(buf_free) Buf text = buf_new(LEFT_OUT_BYTES_MAX);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        buf_fmt(&text, "%s%s: %lld", i == 0 ? "" : "\n", lines[i].label, (long long)lines[i].count);
    }
    return arena_str(c->arena, buf_str(&text));
}

// Practices with somebody to be asked: their GPs are the ones who confirm.
static Err add_practices(Ctx *c, const Making *m, int64_t campaign)
{
    int64_t *known = ARENA_ARRAY(c->arena, int64_t, m->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++) {
        int64_t practice = m->planned[i].practice;
        size_t k = 0;
        while (k < count && known[k] != practice) k++;
        if (k < count || m->planned[i].why != 0) continue;
        known[count++] = practice;
        TRY(db_exec(c->db, SQL_CAMPAIGN_PRACTICE_ADD, ARGS(I64(campaign), I64(practice)), NULL));
    }
    return ERR_OK;
}

static Err add_people(Ctx *c, const Making *m, int64_t campaign)
{
    Str *refs = ARENA_ARRAY(c->arena, Str, m->count + 1);
    for (size_t i = 0; i < m->count; i++) {
        const Planned *p = &m->planned[i];
        refs[i] = ref_new(c);
        TRY(db_exec(c->db, SQL_CAMPAIGN_ADD_PERSON,
                    ARGS(TEXT(refs[i]), I64(campaign), I64(p->person.v), I64(p->practice),
                         I64(p->why == 0 ? ASK_WAITING : ASK_LEFT_OUT), I64(p->why == 0),
                         I64(p->why), TEXT(p->words), I64(i + 1), TEXT(p->reasons), AT(c->now)),
                    NULL));
    }
    TRY(add_practices(c, m, campaign));
    return asked_journal_many(c, refs, m->count);
}

static Err do_make(Ctx *c, void *arg)
{
    Making *m = arg;
    const CohortSummary *about = &m->run->about;
    m->ref = ref_new(c);
    int64_t listed = (int64_t)m->listed;
    TRY(db_exec(c->db, SQL_CAMPAIGN_ADD,
                ARGS(TEXT(m->ref), TEXT(m->from->name), TEXT(about->key), TEXT(about->name),
                     TEXT(about->version), DAY(m->run->as_at), DAY(m->run->data_on),
                     TEXT(about->offer), I64(m->from->confirm || about->confirm.len > 0),
                     I64(m->from->order_by), I64(m->from->gap_months), I64(listed),
                     I64(listed - (int64_t)(m->count + m->unnamed)), TEXT(m->left_out),
                     I64(c->actor.account_id), TEXT(c->actor.name), AT(c->now), TEXT(m->run_ref)),
                NULL));
    int64_t id = db_last_id(c->db);
    TRY(add_people(c, m, id));
    int days = m->from->contact_days;
    if (days > 0) TRY(campaign_keep_contact_gap(c, id, m->ref, days));
    return campaign_journal(c, m->ref, STR("create"));
}

static Err check_new(Ctx *c, const CampaignNew *from)
{
    size_t before = c->issue_count;
    if (from->name.len == 0) ctx_issue(c, STR("name"), STR("Enter a name for the campaign"));
    if (str_chars(from->name) > CAMPAIGN_NAME_CHARS_MAX) {
        ctx_issue(c, STR("name"), STR("Name must be 120 characters or fewer"));
    }
    if (from->people < 1 || from->people > CAMPAIGN_PEOPLE_MAX) {
        ctx_issue(c, STR("people"), STR("Enter how many people to ask, from 1 to 2,000"));
    }
    if (from->gap_months < 0 || from->gap_months > CAMPAIGN_GAP_MONTHS_MAX) {
        ctx_issue(c, STR("gap_months"), STR("Enter a number of months from 0 to 36"));
    }
    if (from->contact_days < 0 || from->contact_days > CAMPAIGN_CONTACT_DAYS_MAX) {
        ctx_issue(c, STR("contact_days"), STR("Enter a number of days from 0 to 365"));
    }
    if (from->order_by != ORDER_NEED && from->order_by != ORDER_DEPRIVATION) {
        ctx_issue(c, STR("order_by"), STR("Select who is asked first"));
    }
    return c->issue_count > before ? ERR_INVALID : ERR_OK;
}

// The run as it was kept just now, or before when it listed the same people: "" when none was.
static Err kept_run(Ctx *c, const CampaignNew *from, Str *out)
{
    CohortKeptRun *runs = NULL;
    size_t count = 0;
    int64_t all = 1;
    *out = STR("");
    for (int64_t at = 0; at < all; at += COHORT_RUNS_A_PAGE) { // colleagues' may stand before it
        TRY(cohort_runs(c, from->cohort, at, &runs, &count, &all));
        for (size_t i = 0; i < count; i++) {
            if (runs[i].account_id != c->actor.account_id) continue;
            if (runs[i].practice != from->practice) continue;
            *out = runs[i].ref;
            return ERR_OK;
        }
    }
    return ERR_OK;
}

// The people of an earlier run of the same cohort; how many of them are not listed any more is
// told with what the run left out.
static Err take_earlier(Ctx *c, Making *m)
{
    CohortKeptRun kept;
    PersonId *people = NULL;
    Err err = cohort_run_open(c, m->from->run, &kept, &people, &m->earlier_count);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !str_eq(kept.definition, m->from->cohort))) {
        return ctx_issue(c, STR("run"),
                         STR("That list is of another cohort. Select one of its own"));
    }
    TRY(err);
    PersonId *gone = NULL;
    m->earlier = people;
    m->run_ref = kept.ref;
    size_t count = cohort_only_in(c->arena, m->run->people, m->run->people_count, people,
                                  m->earlier_count, &gone);
    m->left_out = arena_fmt(c->arena, STR_FMT "\nOn the earlier list and no longer on it now: %zu",
                            STR_ARG(m->left_out), count);
    return ERR_OK;
}

static Err make_of(Ctx *c, Making *m)
{
    TRY(cohort_keep(c, m->run));
    TRY(m->from->run.len > 0 ? take_earlier(c, m) : kept_run(c, m->from, &m->run_ref));
    TRY(plan_people(c, m));
    if (m->to_ask > 0) return ctx_change(c, do_make, m);
    return ctx_issue(c, STR("cohort"),
                     STR("Nobody on this list can be asked now. Choose another cohort"));
}

// Whether a campaign asks those whom `from` asks for.
static Err is_same(Ctx *c, const CampaignNew *from, const Rows *rows, bool *out)
{
    int64_t asked = row_i64(rows, CAMPAIGN_NAMED_ASKED);
    bool all_listed = row_i64(rows, CAMPAIGN_NAMED_BEYOND) == 0; // more would not have been asked
    bool confirmed = row_i64(rows, CAMPAIGN_NAMED_CONFIRM) != 0; // maybe by the definition alone
    *out = str_eq(row_view(rows, CAMPAIGN_NAMED_COHORT), from->cohort) &&
           row_i64(rows, CAMPAIGN_NAMED_ORDER_BY) == from->order_by &&
           row_i64(rows, CAMPAIGN_NAMED_GAP_MONTHS) == from->gap_months &&
           row_i64(rows, CAMPAIGN_NAMED_CONTACT_DAYS) == from->contact_days &&
           (all_listed ? asked <= from->people : asked == from->people) &&
           (confirmed || !from->confirm);
    Str ref = row_str(c->arena, rows, CAMPAIGN_NAMED_RUN);
    if (!*out || ref.len == 0) return ERR_OK;
    CohortKeptRun kept;
    PersonId *people = NULL;
    size_t count = 0;
    Err err = cohort_run_open(c, ref, &kept, &people, &count);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    *out = from->run.len > 0 ? str_eq(ref, from->run) : kept.practice == from->practice;
    return ERR_OK;
}

// A form that is sent again, by a button pressed twice or after going back, makes no second list:
// it would ask others. *ref_out: the one that was made a moment ago from the same, else "".
static Err check_again(Ctx *c, const CampaignNew *from, Str *ref_out)
{
    *ref_out = STR("");
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_NAMED, ARGS(TEXT(from->name)));
    if (!rows_next(&rows)) return rows.err;
    Instant at = row_at(&rows, CAMPAIGN_NAMED_MADE_AT);
    bool same = false;
    TRY(is_same(c, from, &rows, &same));
    if (same && row_i64(&rows, CAMPAIGN_NAMED_MADE_ACCOUNT) == c->actor.account_id &&
        at.ms > c->now.ms - SENT_AGAIN_MS) {
        *ref_out = row_str(c->arena, &rows, CAMPAIGN_NAMED_REF);
        return ERR_OK;
    }
    Str by = row_str(c->arena, &rows, CAMPAIGN_NAMED_MADE_NAME);
    Str on = date_long(c->arena, instant_date_london(at));
    return ctx_issue(c, STR("name"),
                     arena_fmt(c->arena,
                               STR_FMT " made a campaign of this name on " STR_FMT
                                       ", and it is not closed. Enter another name",
                               STR_ARG(by), STR_ARG(on)));
}

Err campaign_make(Ctx *c, const CampaignNew *from, Str *ref_out)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE));
    Str again;
    TRY(check_new(c, from));
    TRY(check_again(c, from, &again));
    if (again.len > 0) {
        *ref_out = again;
        return ERR_OK;
    }
    CLEANUP(cohort_run_end) CohortRun run;
    TRY(cohort_run(c, from->cohort, from->practice, &run));
    Making m = {.from = from, .run = &run, .left_out = left_out_lines(c, &run.left_out)};
    TRY(make_of(c, &m));
    *ref_out = m.ref;
    return ERR_OK;
}
