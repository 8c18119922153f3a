// campaign_web.c -- the campaigns, a new one, and one with all that is done with it. Handlers only
// translate.
#include "campaign_list_page.h"
#include "campaign_new_page.h"
#include "campaign_show_page.h"
#include "campaign_sql.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/campaign/campaign_ask_pages.h"
#include "insight/campaign/campaign_letters.h"
#include "insight/cohort/cohort.h"

enum { GAP_MONTHS = 6, CONTACT_DAYS = 28, PEOPLE_FIRST = 100, RUNS_SHOWN_MAX = 10 };

static const char *const ORDER_WORDS[] = {"need", "deprivation"};
static const char *const ORDER_LABELS[] = {"Most need: frailty deficits, then age",
                                           "Most deprived areas first, then need"};

// --- all campaigns ---

typedef struct Tally { // of a campaign, within the actor's practices
    int64_t state[ASK_STATES];
    bool waits;
} Tally;

static void tally_one(const Campaign *all, size_t count, Tally *out, const AskedPerson *of,
                      int64_t n)
{
    if (of->state < ASK_LEFT_OUT || of->state > ASK_NOT_ASKED) return;
    for (size_t i = 0; i < count; i++) {
        if (all[i].id == of->campaign) out[i].state[of->state] += n;
    }
}

static Err tally_network(Ctx *c, const Campaign *all, size_t count, Tally *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_COUNTS, NO_ARGS);
    while (rows_next(&rows)) {
        AskedPerson of = {.campaign = row_i64(&rows, CAMPAIGN_COUNTS_CAMPAIGN_ID),
                          .state = (AskState)row_i64(&rows, CAMPAIGN_COUNTS_STATE)};
        tally_one(all, count, out, &of, row_i64(&rows, CAMPAIGN_COUNTS_N));
    }
    return rows.err;
}

// Of the people of one practice who are still there: what its GP sees of the campaigns.
static Err tally_practice(Ctx *c, int64_t practice, const Campaign *all, size_t count, Tally *out)
{
    CampaignPeople people = {.count = 0};
    CampaignPeople seen;
    size_t cap = 0;
    {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_CAMPAIGN_COUNTED_AT, ARGS(I64(practice)));
        while (rows_next(&rows)) {
            ARENA_GROW(c->arena, people.at, people.count, &cap);
            people.at[people.count++] =
                (AskedPerson){.campaign = row_i64(&rows, CAMPAIGN_COUNTED_AT_CAMPAIGN_ID),
                              .person = {row_i64(&rows, CAMPAIGN_COUNTED_AT_PERSON_ID)},
                              .practice = row_i64(&rows, CAMPAIGN_COUNTED_AT_PRACTICE_ID),
                              .state = (AskState)row_i64(&rows, CAMPAIGN_COUNTED_AT_STATE)};
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    TRY(campaign_visible(c, &people, &seen));
    for (size_t i = 0; i < seen.count; i++) tally_one(all, count, out, &seen.at[i], 1);
    return ERR_OK;
}

static Err tally_all(Ctx *c, const Campaign *all, size_t count, Tally *out)
{
    if (campaign_sees_network(c)) TRY(tally_network(c, all, count, out));
    for (size_t i = 0; i < c->actor.org_count && !campaign_sees_network(c); i++) {
        TRY(tally_practice(c, c->actor.orgs[i], all, count, out));
    }
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_WAITS, NO_ARGS);
    while (rows_next(&rows)) {
        if (!ctx_can(c, CAP_CAMPAIGN_CONFIRM)) continue;
        if (!campaign_may_see(c, row_i64(&rows, CAMPAIGN_WAITS_PRACTICE_ID))) continue;
        for (size_t i = 0; i < count; i++) {
            out[i].waits |= all[i].id == row_i64(&rows, CAMPAIGN_WAITS_CAMPAIGN_ID);
        }
    }
    return rows.err;
}

static int64_t answered(const Tally *t)
{
    return t->state[ASK_ACCEPTED] + t->state[ASK_DECLINED] + t->state[ASK_NOT_NOW] +
           t->state[ASK_NO_ANSWER];
}

Str campaign_state_text(Ctx *c, const Campaign *k)
{
    if (k->state == CAMPAIGN_CLOSED) {
        return arena_fmt(c->arena, "Closed on " STR_FMT,
                         STR_ARG(date_long(c->arena, instant_date_london(k->closed_at))));
    }
    if (k->state == CAMPAIGN_PREPARING) return STR("Being prepared");
    return arena_fmt(c->arena, "Running since " STR_FMT, STR_ARG(date_long(c->arena, k->start_on)));
}

typedef struct CampaignSome { // a page of all campaigns, and what stands under it
    Campaign *at;
    size_t count;
    UiPages foot;
} CampaignSome;

static Err page_of_campaigns(Ctx *c, const Request *req, CampaignSome *out)
{
    size_t all = 0;
    TRY(campaign_count(c, &all));
    UiSlice slice = ui_slice(all, CAMPAIGNS_A_PAGE, req_page(req));
    TRY(campaign_list(c, slice.from, &out->at, &out->count));
    out->foot = ui_foot(c->arena, slice, STR("/campaigns?page="),
                        html_count_of(c->arena, (int64_t)all, "campaign", "campaigns"));
    return ERR_OK;
}

static Err list_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Campaign")},
        {.label = STR_INIT("State"), .width = 196},
        {.label = STR_INIT("To be asked"), .width = 128},
        {.label = STR_INIT("Answered"), .width = 128},
        {.label = STR_INIT("Want support"), .width = 128},
    };
    CampaignSome some;
    CampaignToday mine;
    TRY(page_of_campaigns(c, req, &some));
    TRY(campaign_today(c, &mine));
    Campaign *all = some.at;
    size_t count = some.count;
    Tally *tallies = ARENA_ARRAY(c->arena, Tally, count + 1);
    TRY(tally_all(c, all, count, tallies));
    CampaignListRow *rows = ARENA_ARRAY(c->arena, CampaignListRow, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (CampaignListRow){.campaign = all[i],
                                    .to_ask = tallies[i].state[ASK_WAITING],
                                    .asked = answered(&tallies[i]),
                                    .accepted = tallies[i].state[ASK_ACCEPTED],
                                    .state = campaign_state_text(c, &all[i]),
                                    .waits = tallies[i].waits};
    }
    CampaignListPage m = {.page = page_of(c, STR("Campaigns"), "/campaigns"),
                          .rows = rows,
                          .row_count = count,
                          .foot = some.foot,
                          .can_make = ctx_can(c, CAP_CAMPAIGN_CHANGE),
                          .can_ask = ctx_can(c, CAP_OUTREACH_ASK),
                          .mine = mine.to_ask,
                          .table = {.caption = STR("Campaigns"),
                                    .columns = COLUMNS,
                                    .column_count = COUNT_OF(COLUMNS),
                                    .more = STR("app-table--wide")}};
    campaign_list_table(&res->body, &m);
    return ERR_OK;
}

// --- a new one ---

static Err cohort_field(Ctx *c, const Request *req, CampaignNewPage *m,
                        const CohortSummary **chosen)
{
    CohortSummary *all = NULL;
    size_t count = 0;
    Err err = cohort_list(c, &all, &count);
    if (err == ERR_BUSY) {
        CohortWait wait = cohort_wait_of(c);
        m->busy = arena_fmt(c->arena, STR_FMT " " STR_FMT, STR_ARG(wait.title), STR_ARG(wait.text));
        return ERR_OK;
    }
    TRY(err);
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 1);
    size_t n = 0;
    m->cohort = ui_field(c, "cohort", "Whose people are asked?", form_value(req, "cohort"));
    m->cohort.value = form_value_or(req, "cohort", req_query(req, "cohort"));
    for (size_t i = 0; i < count; i++) {
        if (all[i].problem.len > 0) continue; // can no longer be asked
        options[n++] = (UiOption){.value = all[i].key, .text = all[i].name};
        if (*chosen == NULL || str_eq(all[i].key, m->cohort.value)) *chosen = &all[i];
    }
    m->cohort.options = options;
    m->cohort.option_count = n;
    return ERR_OK;
}

static UiOption run_option(Ctx *c, const CohortKeptRun *run)
{
    return (UiOption){.value = run->ref,
                      .text =
                          arena_fmt(c->arena, STR_FMT ", " STR_FMT ", " STR_FMT,
                                    STR_ARG(instant_long(c->arena, run->at)),
                                    STR_ARG(html_people(c->arena, run->people)), STR_ARG(run->by))};
}

// One that was chosen from all that were kept, older than those that are listed.
static Err older_option(Ctx *c, Str key, Str ref, UiOption *options, size_t *n)
{
    CohortKeptRun run;
    PersonId *people = NULL;
    size_t people_count = 0;
    Err err = cohort_run_open(c, ref, &run, &people, &people_count);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !str_eq(run.definition, key))) return ERR_OK;
    TRY(err);
    options[(*n)++] = run_option(c, &run);
    return ERR_OK;
}

// The list of now, or one that was kept before: of the cohort that is chosen.
static Err run_field(Ctx *c, const Request *req, const CohortSummary *chosen, CampaignNewPage *m)
{
    CohortKeptRun *runs = NULL;
    size_t count = 0;
    int64_t all = 0;
    if (chosen == NULL) return ERR_OK;
    TRY(cohort_runs(c, chosen->key, 0, &runs, &count, &all));
    if (count > RUNS_SHOWN_MAX) count = RUNS_SHOWN_MAX;
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 2);
    size_t n = 0;
    options[n++] = (UiOption){.value = STR(""), .text = STR("As it is now")};
    m->run = ui_field(c, "run", "Which list?", form_value(req, "run"));
    m->run.value = form_value_or(req, "run", req_query(req, "run"));
    bool there = m->run.value.len == 0;
    for (size_t i = 0; i < count; i++) {
        there = there || str_eq(runs[i].ref, m->run.value);
        options[n++] = run_option(c, &runs[i]);
    }
    if (!there) TRY(older_option(c, chosen->key, m->run.value, options, &n));
    m->run.hint = STR("Of an earlier list only those are asked who are still on it");
    m->run.options = options;
    m->run.option_count = n;
    if ((int64_t)count < all) {
        m->runs_href = arena_fmt(c->arena, "/cohorts/" STR_FMT "/runs", STR_ARG(chosen->key));
    }
    return ERR_OK;
}

static Err new_page(Ctx *c, const Request *req, Response *res)
{
    CampaignNewPage m = {.page = page_of(c, STR("New campaign"), "/campaigns")};
    TRY(cohort_extract_warnings(c, &m.warnings));
    const CohortSummary *chosen = NULL;
    Str unused;
    TRY(cohort_field(c, req, &m, &chosen));
    TRY(run_field(c, req, chosen, &m));
    int target = chosen != NULL && chosen->target > 0 && chosen->target <= CAMPAIGN_PEOPLE_MAX
                     ? chosen->target
                     : PEOPLE_FIRST;
    m.name = ui_field(c, "name", "Name of the campaign", form_value(req, "name"));
    m.name.hint = STR("Colleagues see it on their lists. Like Winter frailty calls 2026");
    TRY(practice_field(c, "Registered with", 0, &m.practice, &unused));
    m.practice.value = form_value_or(req, "practice", STR("0"));
    m.people = ui_field(c, "people", "How many people at most?", form_value(req, "people"));
    m.people.value = form_value_or(req, "people", arena_fmt(c->arena, "%d", target));
    m.people.width = 4;
    m.people.inputmode = STR("numeric");
    m.order_by = ui_field(c, "order_by", "Who is asked first?", form_value(req, "order_by"));
    m.order_by.options = ui_options(c->arena, ORDER_WORDS, ORDER_LABELS, COUNT_OF(ORDER_WORDS));
    m.order_by.option_count = COUNT_OF(ORDER_WORDS);
    m.order_by.value = form_value_or(req, "order_by", STR("need"));
    m.order_by.size = STR("s");
    m.order_by.small = true;
    m.gap_months = ui_field(c, "gap_months", "Months in which nobody is asked twice",
                            form_value(req, "gap_months"));
    m.gap_months.hint = STR("Who was asked in them is left out; 0 leaves out nobody");
    m.gap_months.value = form_value_or(req, "gap_months", arena_fmt(c->arena, "%d", GAP_MONTHS));
    m.gap_months.width = 2;
    m.gap_months.inputmode = STR("numeric");
    m.contact_days = ui_field(c, "contact_days", "Days in which nobody is asked after a contact",
                              form_value(req, "contact_days"));
    m.contact_days.hint =
        STR("Who was spoken with, or left a message or letter, by any of the team is "
            "left out; 0 leaves out nobody");
    m.contact_days.value =
        form_value_or(req, "contact_days", arena_fmt(c->arena, "%d", CONTACT_DAYS));
    m.contact_days.width = 3;
    m.contact_days.inputmode = STR("numeric");
    UiOption *on = ARENA_NEW(c->arena, UiOption);
    *on = (UiOption){.on = form_has(req, "confirm")};
    m.confirm = ui_field(c, "confirm", "A GP of each practice confirms the list first",
                         form_value(req, "confirm"));
    m.confirm.value = STR("yes");
    m.confirm.hint = STR("Always so when the definition of the cohort asks for it");
    m.confirm.options = on;
    m.confirm.option_count = 1;
    campaign_new(&res->body, &m);
    return ERR_OK;
}

static Err make(Ctx *c, const Request *req, Response *res)
{
    if (!access_may(c, CLASS_COHORT, MODE_READ)) return ERR_NOT_FOUND;
    int order = form_choice(c, req, "order_by", ORDER_WORDS, COUNT_OF(ORDER_WORDS),
                            "Select who is asked first");
    CampaignNew from = {
        .cohort = form_value(req, "cohort"),
        .run = form_value(req, "run"),
        .name = form_text(c, req, "name", "Name", FORM_RULE_SAYS, "Enter a name for the campaign"),
        .order_by = (AskOrder)(order + 1),
        .people = (int)form_int(c, req, "people", "Enter how many people to ask at most", 1,
                                CAMPAIGN_PEOPLE_MAX),
        .gap_months = (int)form_int(c, req, "gap_months", "Enter a number of months from 0 to 36",
                                    0, CAMPAIGN_GAP_MONTHS_MAX),
        .contact_days =
            (int)form_int(c, req, "contact_days", "Enter a number of days from 0 to 365", 0,
                          CAMPAIGN_CONTACT_DAYS_MAX),
        .confirm = form_has(req, "confirm"),
    };
    if (!str_i64(form_value(req, "practice"), 0, INT64_MAX, &from.practice)) from.practice = 0;
    Str ref;
    Err err = c->issue_count > 0 ? ERR_INVALID : campaign_make(c, &from, &ref);
    if (err == ERR_BUSY && c->issue_count > 0) err = ERR_INVALID; // what it waits for is said
    if (err == ERR_BUSY) {
        err = ctx_issue(c, STR("cohort"),
                        STR("The population is being read. Send this again in a few seconds"));
    }
    if (err == ERR_CONFLICT) {
        err = ctx_issue(c, STR("cohort"),
                        STR("Another list was made in this moment. Send this again"));
    }
    if (err == ERR_NOT_FOUND) err = ctx_issue(c, STR("cohort"), STR("Select a cohort of the list"));
    if (err == ERR_INVALID) {
        res->status = err_status(err);
        return new_page(c, req, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, arena_fmt(c->arena, "/campaigns/" STR_FMT, STR_ARG(ref)),
                               STR("The list was made. Nobody is asked until you start."));
}

// --- one campaign ---

static void add_tile(Ctx *c, CampaignShowPage *m, const char *label, int64_t value,
                     const char *show)
{
    m->tiles[m->tile_count++] =
        (UiTile){.value = value,
                 .label = str_from_c(label),
                 .href = arena_fmt(c->arena, STR_FMT "?show=%s#people", STR_ARG(m->base), show)};
}

static void fill_tiles(Ctx *c, const int64_t *state, CampaignShowPage *m)
{
    add_tile(c, m, "To be asked", state[ASK_WAITING], "waiting");
    add_tile(c, m, "Want support", state[ASK_ACCEPTED], "accepted");
    add_tile(c, m, "Said no", state[ASK_DECLINED], "declined");
    add_tile(c, m, "Not now", state[ASK_NOT_NOW], "not-now");
    add_tile(c, m, "No answer", state[ASK_NO_ANSWER], "no-answer");
    add_tile(c, m, "Wrong details", state[ASK_WRONG_DETAILS], "wrong");
}

// A line of each rule of the list, with how many it left out.
static void add_rules(Ctx *c, const int64_t why[LEAVE_OUTS], CampaignShowPage *m)
{
    int days = m->campaign.contact_days;
    for (int i = 1; i < LEAVE_OUTS; i++) {
        // Without a set of codes, or without days, nobody was looked at: 0 would say more than is
        // known.
        if (i == LEAVE_OUT_CRISIS && why[i] == 0) continue;
        if (i == LEAVE_OUT_CONTACTED && days == 0) continue;
        Str key = str_from_c(leave_out_name((LeaveOut)i));
        if (i == LEAVE_OUT_CONTACTED) {
            key = arena_fmt(c->arena, "Was contacted in the %d %s before the list was made", days,
                            days == 1 ? "day" : "days");
        }
        m->left_out[m->left_out_count++] =
            (UiPair){.key = key, .value = html_count(c->arena, why[i])};
    }
}

// What the run left out, then what this list leaves out, each with its number.
static void fill_left_out(Ctx *c, const CampaignPeople *people, CampaignShowPage *m)
{
    enum { LINES_MAX = 21 };
    int64_t why[LEAVE_OUTS] = {0};
    int64_t taken_off = 0;
    m->left_out = ARENA_ARRAY(c->arena, UiPair, LINES_MAX);
    // What the run left out, and how many were too many, was counted over the whole network.
    Str rest = campaign_sees_network(c) ? m->campaign.left_out : STR("");
    Str line;
    while (rest.len > 0 && m->left_out_count < LINES_MAX - LEAVE_OUTS - 2 &&
           str_split(&rest, '\n', &line)) {
        Str label;
        if (!str_split(&line, ':', &label)) continue;
        m->left_out[m->left_out_count++] = (UiPair){.key = label, .value = str_trim(line)};
    }
    for (size_t i = 0; i < people->count; i++) {
        const AskedPerson *a = &people->at[i];
        if (a->state == ASK_LEFT_OUT && a->why > 0 && a->why < LEAVE_OUTS) why[a->why]++;
        taken_off += a->state == ASK_TAKEN_OFF;
    }
    add_rules(c, why, m);
    m->left_out[m->left_out_count++] =
        (UiPair){.key = STR("Taken off by a colleague"), .value = html_count(c->arena, taken_off)};
    if (!campaign_sees_network(c)) return;
    m->left_out[m->left_out_count++] = (UiPair){.key = STR("More than are to be asked"),
                                                .value = html_count(c->arena, m->campaign.beyond)};
}

static void fill_declines(Ctx *c, const CampaignPeople *people, CampaignShowPage *m)
{
    int64_t why[DECLINE_REASONS] = {0};
    for (size_t i = 0; i < people->count; i++) {
        const AskedPerson *a = &people->at[i];
        if (a->state == ASK_DECLINED && a->why > 0 && a->why < DECLINE_REASONS) why[a->why]++;
    }
    for (int i = 1; i < DECLINE_REASONS; i++) {
        if (why[i] == 0) continue;
        m->declines[m->decline_count++] =
            (UiPair){.key = str_from_c(decline_reason_name((DeclineReason)i)),
                     .value = html_count(c->arena, why[i])};
    }
}

static void tally_colleague(const CampaignPeople *people, CampaignShareRow *row)
{
    for (size_t k = 0; k < people->count; k++) {
        const AskedPerson *a = &people->at[k];
        if (a->account != row->colleague.account_id) continue;
        row->to_ask += a->standing;
        row->asked += a->state != ASK_WAITING && a->state != ASK_TAKEN_OFF &&
                      a->state != ASK_LEFT_OUT && a->state != ASK_NOT_ASKED;
        row->accepted += a->state == ASK_ACCEPTED;
    }
}

// Who can ask, those who were given people first: no more rows than a form has, and how many not.
static Colleague *who_can_ask(Ctx *c, const Colleague *all, size_t count,
                              const CampaignColleague *given, size_t given_count,
                              CampaignShowPage *m)
{
    Colleague *who = ARENA_ARRAY(c->arena, Colleague, CAMPAIGN_COLLEAGUES_MAX);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            bool has = false;
            for (size_t k = 0; k < given_count; k++) has |= given[k].account == all[i].account_id;
            if (has != (pass == 0) || !campaign_may_ask(all[i].role)) continue;
            if (m->colleague_count == CAMPAIGN_COLLEAGUES_MAX) {
                m->colleagues_more++;
                continue;
            }
            who[m->colleague_count++] = all[i];
        }
    }
    return who;
}

// Everybody who can ask, with what they were given and what came of it.
static Err fill_colleagues(Ctx *c, const Request *req, const CampaignPeople *people,
                           CampaignShowPage *m)
{
    Colleague *all = NULL;
    CampaignColleague *given = NULL;
    size_t count = 0;
    size_t given_count = 0;
    TRY(team_colleagues(c, &all, &count));
    TRY(campaign_colleagues(c, &m->campaign, &given, &given_count));
    m->shared = given_count > 0;
    all = who_can_ask(c, all, count, given, given_count, m);
    m->colleagues = ARENA_ARRAY(c->arena, CampaignShareRow, m->colleague_count + 1);
    for (size_t n = 0; n < m->colleague_count; n++) {
        CampaignShareRow *row = &m->colleagues[n];
        *row = (CampaignShareRow){.colleague = all[n],
                                  .name = ui_row_name(c->arena, STR("colleagues"), n, "a_week"),
                                  .ref_name = ui_row_name(c->arena, STR("colleagues"), n, "ref")};
        for (size_t k = 0; k < given_count; k++) {
            if (given[k].account != all[n].account_id) continue;
            row->a_week = arena_fmt(c->arena, "%d", given[k].a_week);
        }
        Str typed = form_row(c, req, "colleagues", n, "a_week");
        if (typed.len > 0) row->a_week = typed;
        row->error = issue_of(c, arena_c(c->arena, row->name));
        tally_colleague(people, row);
    }
    return ERR_OK;
}

static Err fill_actions(Ctx *c, const Request *req, CampaignShowPage *m)
{
    UiOption *options = NULL;
    size_t count = 0;
    TRY(team_choices(c, CHOOSE_LEAD, &options, &count));
    m->to = ui_field(c, "to", "Give those selected to", form_value(req, "to"));
    m->to.options = options;
    m->to.option_count = count;
    m->reason = ui_field(c, "reason", "Or why those selected should not be asked",
                         form_value(req, "reason"));
    m->reason.rows = 2;
    m->note = ui_field(c, "note", "What was learnt, or why it ends", form_value(req, "note"));
    m->note.rows = 3;
    UiOption *on = ARENA_NEW(c->arena, UiOption);
    *on = (UiOption){.on = form_has(req, "evenly")};
    m->evenly =
        ui_field(c, "evenly", "The same number of people for everybody", form_value(req, "evenly"));
    m->evenly.hint = STR("If not ticked, whoever can do more in a week is given more");
    m->evenly.value = STR("yes");
    m->evenly.options = on;
    m->evenly.option_count = 1;
    return ERR_OK;
}

static Str caption_of(Ctx *c, const Campaign *k)
{
    Str listed = STR(""); // of the whole network: for who sees it
    if (campaign_sees_network(c)) {
        listed = arena_fmt(c->arena, ", " STR_FMT, STR_ARG(html_people(c->arena, k->listed)));
    }
    return arena_fmt(c->arena,
                     "From the cohort " STR_FMT STR_FMT " on " STR_FMT ". Offer: " STR_FMT
                     ". Made by " STR_FMT ", " STR_FMT ". " STR_FMT ".",
                     STR_ARG(k->cohort_name), STR_ARG(listed),
                     STR_ARG(date_long(c->arena, k->as_at)), STR_ARG(k->offer),
                     STR_ARG(k->made_name), STR_ARG(instant_long(c->arena, k->made_at)),
                     STR_ARG(campaign_state_text(c, k)));
}

static UiTable people_columns(bool can_tick)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Select"), .hidden = true},
        {.label = STR_INIT("Person"), .width = 292},
        {.label = STR_INIT("Why listed")},
        {.label = STR_INIT("How it stands"), .width = 196},
    };
    size_t first = can_tick ? 0 : 1;
    return (UiTable){.caption = STR("People"),
                     .columns = COLUMNS + first,
                     .column_count = COUNT_OF(COLUMNS) - first,
                     .more = can_tick ? STR("app-table--wide app-table--picks")
                                      : STR("app-table--wide")};
}

static void fill_head(Ctx *c, CampaignShowPage *m)
{
    bool open = m->campaign.state != CAMPAIGN_CLOSED;
    m->base = arena_fmt(c->arena, "/campaigns/" STR_FMT, STR_ARG(m->campaign.ref));
    m->caption = caption_of(c, &m->campaign);
    m->can_change = open && ctx_can(c, CAP_CAMPAIGN_CHANGE);
    m->can_take_off = m->can_change || (open && ctx_can(c, CAP_CAMPAIGN_CONFIRM));
    m->can_export =
        m->can_change && m->campaign.state == CAMPAIGN_RUNNING && ctx_can(c, CAP_EXPORT_ROWS);
}

// Everything above the list of people.
static Err fill_boxes(Ctx *c, const Request *req, const CampaignPeople *people, CampaignShowPage *m)
{
    int64_t state[ASK_STATES] = {0};
    for (size_t i = 0; i < people->count; i++) state[people->at[i].state]++;
    fill_tiles(c, state, m);
    fill_left_out(c, people, m);
    fill_declines(c, people, m);
    TRY(campaign_fill_practices(c, m));
    TRY(fill_colleagues(c, req, people, m));
    return fill_actions(c, req, m);
}

static Err campaign_show(Ctx *c, const Request *req, bool stale, Response *res)
{
    CampaignShowPage m = {.stale = stale};
    CampaignPeople people;
    TRY(campaign_get(c, req_param(req, "campaign"), &m.campaign));
    TRY(campaign_people(c, &m.campaign, &people));
    fill_head(c, &m);
    TRY(fill_boxes(c, req, &people, &m));
    if (m.campaign.state == CAMPAIGN_RUNNING) {
        CampaignToday mine;
        TRY(campaign_today(c, &mine));
        m.mine = mine.to_ask;
    }
    TRY(campaign_fill_rows(c, req, &people, &m, res));
    m.table = people_columns(m.can_take_off);
    m.page = page_of(c, m.campaign.name, "/campaigns");
    campaign_show_all(&res->body, &m);
    return ERR_OK;
}

static Err show_page(Ctx *c, const Request *req, Response *res)
{
    return campaign_show(c, req, false, res);
}

// --- what is done with it ---

static Err after(Ctx *c, const Request *req, Err err, Str message, Response *res)
{
    if (err == ERR_INVALID || err == ERR_CONFLICT) {
        res->status = err_status(err);
        return campaign_show(c, req, err == ERR_CONFLICT, res);
    }
    TRY(err);
    Str back = arena_fmt(c->arena, "/campaigns/" STR_FMT, STR_ARG(req_param(req, "campaign")));
    return res_redirect_saying(c, res, back, message);
}

static bool may(const Ctx *c)
{
    return access_may(c, CLASS_COHORT, MODE_READ);
}

static Err share(Ctx *c, const Request *req, Response *res)
{
    if (!may(c)) return ERR_NOT_FOUND;
    size_t rows = form_rows(req, "colleagues");
    CampaignColleague *colleagues = ARENA_ARRAY(c->arena, CampaignColleague, rows + 1);
    ShareOut how = {.colleagues = colleagues, .evenly = form_has(req, "evenly")};
    for (size_t i = 0; i < rows; i++) {
        Str typed = str_trim(form_row(c, req, "colleagues", i, "a_week"));
        int64_t a_week = 0;
        Account account;
        if (typed.len == 0 || str_eq(typed, STR("0"))) continue;
        if (!str_i64(typed, 1, CAMPAIGN_WEEK_MAX, &a_week) ||
            account_get(c, form_row(c, req, "colleagues", i, "ref"), &account) != ERR_OK) {
            ctx_issue(c, ui_row_name(c->arena, STR("colleagues"), i, "a_week"),
                      STR("People a week must be a number from 1 to 100"));
            continue;
        }
        colleagues[how.count++] = (CampaignColleague){.account = account.id, .a_week = (int)a_week};
    }
    Err err = c->issue_count > 0
                  ? ERR_INVALID
                  : campaign_share(c, req_param(req, "campaign"), form_version(c, req), &how);
    return after(c, req, err, STR("The people were shared out."), res);
}

static Err start(Ctx *c, const Request *req, Response *res)
{
    if (!may(c)) return ERR_NOT_FOUND;
    Err err = campaign_start(c, req_param(req, "campaign"), form_version(c, req));
    return after(c, req, err, STR("The campaign has started."), res);
}

static Err confirm(Ctx *c, const Request *req, Response *res)
{
    if (!may(c)) return ERR_NOT_FOUND;
    Err err = campaign_confirm(c, req_param(req, "campaign"), form_version(c, req));
    return after(c, req, err, STR("You confirmed the list."), res);
}

static Err close_it(Ctx *c, const Request *req, Response *res)
{
    if (!may(c)) return ERR_NOT_FOUND;
    Str note = form_text(c, req, "note", "Note", FORM_RULE_SAYS, NULL);
    Err err = campaign_close(c, req_param(req, "campaign"), form_version(c, req), note);
    return after(c, req, err, STR("The campaign is closed."), res);
}

static Err move(Ctx *c, const Request *req, const Str *refs, size_t count, Response *res)
{
    int64_t to = 0;
    Err err = team_chosen(c, req, "to", "Select a colleague from the list", &to);
    if (err == ERR_OK) err = campaign_move(c, req_param(req, "campaign"), refs, count, to);
    return after(c, req, err, STR("The people were moved."), res);
}

// Two buttons of one form: give the ticked people to somebody, or take them off.
static Err people(Ctx *c, const Request *req, Response *res)
{
    if (!may(c)) return ERR_NOT_FOUND;
    size_t count = form_count(req, "person");
    Str *refs = ARENA_ARRAY(c->arena, Str, count + 1);
    int64_t *versions = ARENA_ARRAY(c->arena, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        Str rest = form_nth(req, "person", i);
        if (!str_split(&rest, ':', &refs[i]) || !str_i64(rest, 1, INT64_MAX, &versions[i])) {
            return ERR_NOT_FOUND;
        }
    }
    if (count == 0) {
        return after(c, req, ctx_issue(c, STR("person"), STR("Select at least one person")),
                     STR(""), res);
    }
    if (str_eq(form_value(req, "do"), STR("move"))) {
        if (!ctx_can(c, CAP_CAMPAIGN_CHANGE)) return ERR_NOT_FOUND;
        return move(c, req, refs, count, res);
    }
    Str reason = form_text(c, req, "reason", "Why", FORM_RULE_SAYS, NULL);
    TakeOff whom = {refs, versions, count};
    Err err = campaign_take_off(c, req_param(req, "campaign"), &whom, reason);
    return after(c, req, err, STR("Taken off the list."), res);
}

static const Route ROUTES[] = {
    ROUTE("GET", "/campaigns", list_page, CAP_CAMPAIGN_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = "page"),
    ROUTE("GET", "/campaigns/new", new_page, CAP_CAMPAIGN_CHANGE, CLASS_COHORT, VERB_LIST,
          .fields = "cohort run"),
    ROUTE("POST", "/campaigns", make, CAP_CAMPAIGN_CHANGE, CLASS_COHORT, VERB_WRITE,
          .fields = "cohort run name practice people order_by gap_months contact_days "
                    "confirm"),
    ROUTE("GET", "/campaigns/:campaign", show_page, CAP_CAMPAIGN_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = "show who page"),
    ROUTE("GET", "/campaigns/:campaign/letters.csv", campaign_letters, CAP_CAMPAIGN_CHANGE,
          CLASS_COHORT, VERB_EXPORT, .fields = ""),
    ROUTE("GET", "/campaigns/:campaign/letters", campaign_letters_page, CAP_CAMPAIGN_CHANGE,
          CLASS_COHORT, VERB_LIST, .fields = ""),
    ROUTE("POST", "/campaigns/:campaign/letters", campaign_letters_print, CAP_CAMPAIGN_CHANGE,
          CLASS_COHORT, VERB_EXPORT, .fields = "letter as part"),
    ROUTE("POST", "/campaigns/:campaign/letters/sent", campaign_sent_form, CAP_CAMPAIGN_CHANGE,
          CLASS_COHORT, VERB_WRITE, .fields = "list[] who person[] on"),
    ROUTE("POST", "/campaigns/:campaign/letters/sent/:sending/undo", campaign_sent_undo_form,
          CAP_CAMPAIGN_CHANGE, CLASS_COHORT, VERB_WRITE, .fields = "reason"),
    ROUTE("POST", "/campaigns/:campaign/share", share, CAP_CAMPAIGN_CHANGE, CLASS_COHORT,
          VERB_WRITE, .fields = "colleagues[].ref colleagues[].a_week evenly"),
    ROUTE("POST", "/campaigns/:campaign/start", start, CAP_CAMPAIGN_CHANGE, CLASS_COHORT,
          VERB_WRITE, .fields = ""),
    ROUTE("POST", "/campaigns/:campaign/confirm", confirm, CAP_CAMPAIGN_CONFIRM, CLASS_COHORT,
          VERB_WRITE, .fields = ""),
    ROUTE("POST", "/campaigns/:campaign/close", close_it, CAP_CAMPAIGN_CHANGE, CLASS_COHORT,
          VERB_WRITE, .fields = "note"),
    ROUTE("POST", "/campaigns/:campaign/people", people, CAP_CAMPAIGN_VIEW, CLASS_COHORT,
          VERB_WRITE, .fields = "person[] do to reason"),
    ROUTE("GET", "/outreach", campaign_outreach_page, CAP_OUTREACH_ASK, CLASS_CARE, VERB_LIST,
          .fields = "page"),
    ROUTE("GET", "/people/:person/outreach", campaign_ask_page, CAP_OUTREACH_ASK, CLASS_CARE,
          VERB_VIEW, .fields = ""),
    ROUTE("POST", "/people/:person/outreach", campaign_ask_record, CAP_OUTREACH_ASK, CLASS_CARE,
          VERB_WRITE,
          .fields = "answer mode on time minutes why words wrong ask_again next_step next_due"),
    ROUTE("POST", "/people/:person/outreach/stop", campaign_ask_stop, CAP_OUTREACH_ASK, CLASS_CARE,
          VERB_WRITE, .fields = "try_again"),
    ROUTE("POST", "/people/:person/outreach/leave-out", campaign_ask_leave_out, CAP_OUTREACH_ASK,
          CLASS_CARE, VERB_WRITE, .fields = ""),
};

static const NavItem NAV[] = {
    {.label = "Campaigns", .href = "/campaigns", .cap = CAP_CAMPAIGN_VIEW},
    {.label = "Campaigns", .href = "/campaign-figures", .cap = CAP_COHORT_COUNT}, // insight/equity
};

static const Seal *const SEALS[] = {&CAMPAIGN_SEAL, &CONTACT_GAP_SEAL, &ASKED_SEAL, &SENDING_SEAL};

const Room CAMPAIGN_ROOM = {
    .name = "campaign",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .relationship = campaign_relationship,
    .nav = NAV,
    .nav_count = COUNT_OF(NAV),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
