// campaign_rows.c -- the people of a campaign as its page and its letters show them.
#include "campaign_sql.h"
#include "care/caseload/caseload.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/campaign/campaign_pages.h"
#include "insight/cohort/cohort.h"

enum { REASONS_SHOWN = 4 };

static const char *const SHOW_WORDS[] = {"all",       "waiting", "accepted", "declined", "not-now",
                                         "no-answer", "wrong",   "left-out", "taken-off"};
static const char *const SHOW_LABELS[] = {"Everybody",     "To be asked", "Wants support",
                                          "Said no",       "Not now",     "No answer",
                                          "Wrong details", "Left out",    "Taken off the list"};
static const AskState SHOW_STATES[] = {0,
                                       ASK_WAITING,
                                       ASK_ACCEPTED,
                                       ASK_DECLINED,
                                       ASK_NOT_NOW,
                                       ASK_NO_ANSWER,
                                       ASK_WRONG_DETAILS,
                                       ASK_LEFT_OUT,
                                       ASK_TAKEN_OFF};

static size_t show_of(const Request *req)
{
    for (size_t i = 0; i < COUNT_OF(SHOW_WORDS); i++) {
        if (str_eq(req_query(req, "show"), str_from_c(SHOW_WORDS[i]))) return i;
    }
    return 0;
}

// How it stands, in a sentence.
static Str how_text(Ctx *c, const AskedPerson *a)
{
    const char *state = ask_state_name(a->state);
    switch (a->state) {
    case ASK_LEFT_OUT:
        return arena_fmt(c->arena, "Left out: %s%s" STR_FMT, leave_out_name((LeaveOut)a->why),
                         a->words.len > 0 ? ". " : "", STR_ARG(a->words));
    case ASK_TAKEN_OFF:
        return arena_fmt(c->arena, "Taken off by " STR_FMT ": " STR_FMT, STR_ARG(a->answered_name),
                         STR_ARG(a->words));
    case ASK_DECLINED:
        return arena_fmt(c->arena, "Said no: %s", decline_reason_name((DeclineReason)a->why));
    case ASK_NOT_NOW:
        return arena_fmt(c->arena, "Not now: ask again from " STR_FMT,
                         STR_ARG(date_long(c->arena, a->ask_again)));
    default: return str_from_c(state);
    }
}

// What came of it without the campaign: support was offered elsewhere.
static Str elsewhere_text(Ctx *c, const Campaign *k, const AskedPerson *a, const CaseBrief *brief)
{
    if (!a->standing || k->state == CAMPAIGN_CLOSED) return STR("");
    if (brief->state == CASE_OFFERED && brief->lead_account != a->account) {
        return arena_fmt(c->arena, "Support was offered by " STR_FMT, STR_ARG(brief->lead_name));
    }
    return STR("");
}

static Err read_reasons(Ctx *c, int64_t id, CampaignRow *row)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_REASONS, ARGS(I64(id)));
    Str text = rows_next(&rows) ? row_str(c->arena, &rows, CAMPAIGN_REASONS_REASONS) : STR("");
    row->reasons = campaign_reason_lines(c, text, &row->reason_count);
    if (row->reason_count > REASONS_SHOWN) row->reason_count = REASONS_SHOWN;
    for (size_t i = 0; i < row->reason_count; i++) {
        row->reasons[i] = cohort_reason_brief(c->arena, row->reasons[i]);
    }
    return rows.err;
}

static Str tried(Ctx *c, const ContactAttempts *attempts)
{
    if (attempts->count == 0) return STR("");
    Str on = date_long(c->arena, instant_date_london(attempts->last));
    return arena_fmt(c->arena, "%d attempt%s, last on " STR_FMT, attempts->count,
                     attempts->count == 1 ? "" : "s", STR_ARG(on));
}

static CampaignRow row_of(Ctx *c, const CampaignShowPage *m, const AskedPerson *a,
                          const PersonRow *person)
{
    return (CampaignRow){
        .asked = a,
        .person = *person,
        .nhs = person_row_nhs(c, person),
        .age = person_row_born_age(c, person),
        .value = arena_fmt(c->arena, STR_FMT ":%lld", STR_ARG(a->ref), (long long)a->version),
        .how = how_text(c, a),
        .can_tick = a->standing && (m->can_change || m->can_take_off),
    };
}

// Of who objects to sharing by now nothing of the record is told.
static Err hide_objecting(Ctx *c, const PersonId *ids, CampaignShowPage *m)
{
    bool *objecting = NULL;
    Err err = cohort_objecting(c, ids, m->row_count, &objecting);
    if (err != ERR_OK && err != ERR_BUSY) return err;
    for (size_t i = 0; i < m->row_count; i++) {
        if (err == ERR_BUSY || objecting[i]) m->rows[i].reason_count = 0;
    }
    return ERR_OK;
}

// Why those who are still to be asked may not be, in place of what else came of it.
static Err say_stops(Ctx *c, const AskedPerson *const *asked, CampaignShowPage *m)
{
    Str *stops = NULL;
    AskedPerson *people = ARENA_ARRAY(c->arena, AskedPerson, m->row_count + 1);
    for (size_t i = 0; i < m->row_count; i++) people[i] = *asked[i];
    Err err = campaign_stops(c, people, m->row_count, m->campaign.confirm, ANY_COLUMNS, &stops);
    if (err == ERR_BUSY) return ERR_OK;
    TRY(err);
    for (size_t i = 0; i < m->row_count; i++) {
        if (asked[i]->standing && stops[i].len > 0) m->rows[i].elsewhere = stops[i];
    }
    return ERR_OK;
}

static Err fill_some(Ctx *c, CampaignShowPage *m, const AskedPerson *const *asked, PersonId *ids)
{
    PersonRow *people = NULL;
    CaseBrief *cases = NULL;
    ContactAttempts *attempts = NULL;
    Practice *practices = NULL;
    size_t practice_count = 0;
    TRY(practice_list(c, &practices, &practice_count));
    TRY(person_rows(c, ids, m->row_count, &people));
    TRY(case_briefs(c, ids, m->row_count, &cases));
    TRY(contact_attempts_of(c, ids, m->row_count, m->campaign.made_at, &attempts));
    for (size_t i = 0; i < m->row_count; i++) {
        CampaignRow *row = &m->rows[i];
        *row = row_of(c, m, asked[i], &people[i]);
        row->practice = practice_name_of(practices, practice_count, asked[i]->practice,
                                         STR("Another practice"));
        row->elsewhere = elsewhere_text(c, &m->campaign, asked[i], &cases[i]);
        if (asked[i]->state != ASK_LEFT_OUT) row->attempts = tried(c, &attempts[i]);
        TRY(read_reasons(c, asked[i]->id, row));
    }
    TRY(say_stops(c, asked, m));
    return hide_objecting(c, ids, m);
}

static void fill_filter(Ctx *c, CampaignShowPage *m, size_t show, Str who, Str name)
{
    m->show =
        (UiField){.name = STR("show"),
                  .label = STR("Show"),
                  .options = ui_options(c->arena, SHOW_WORDS, SHOW_LABELS, COUNT_OF(SHOW_WORDS)),
                  .option_count = COUNT_OF(SHOW_WORDS),
                  .value = str_from_c(SHOW_WORDS[show])};
    m->filter = (UiFilter){
        .action = m->base, .label = STR("Filter the people"), .columns = 3, .chips = m->chips};
    if (show > 0) {
        m->chips[m->filter.chip_count++] = (UiFilterChip){
            .text = str_from_c(SHOW_LABELS[show]),
            .href = arena_fmt(c->arena, STR_FMT "?who=" STR_FMT, STR_ARG(m->base), STR_ARG(who))};
    }
    if (name.len > 0) {
        m->chips[m->filter.chip_count++] = (UiFilterChip){
            .text = name,
            .href = arena_fmt(c->arena, STR_FMT "?show=%s", STR_ARG(m->base), SHOW_WORDS[show])};
    }
    if (m->filter.chip_count > 0) m->filter.clear = m->base;
}

// Whose people: a field of those who ask in this campaign. Gives the account, 0: everybody's.
static int64_t fill_who(Ctx *c, const Request *req, CampaignShowPage *m, Str *name_out)
{
    int64_t account = 0;
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, m->colleague_count + 1);
    options[0] = (UiOption){.value = STR(""), .text = STR("Everybody's")};
    size_t n = 1;
    *name_out = STR("");
    for (size_t i = 0; i < m->colleague_count; i++) {
        const CampaignShareRow *row = &m->colleagues[i];
        if (row->a_week.len == 0 && row->to_ask + row->asked == 0) continue;
        options[n++] = (UiOption){.value = row->colleague.ref, .text = row->colleague.name};
        if (!str_eq(req_query(req, "who"), row->colleague.ref)) continue;
        account = row->colleague.account_id;
        *name_out = row->colleague.name;
    }
    m->who = (UiField){.name = STR("who"),
                       .label = STR("Who asks"),
                       .options = options,
                       .option_count = n,
                       .value = req_query(req, "who")};
    return account;
}

Err campaign_fill_rows(Ctx *c, const Request *req, const CampaignPeople *people,
                       CampaignShowPage *m, Response *res)
{
    size_t show = show_of(req);
    Str name;
    int64_t account = fill_who(c, req, m, &name);
    Str who = account == 0 ? STR("") : req_query(req, "who");
    const AskedPerson **wanted = ARENA_ARRAY(c->arena, const AskedPerson *, people->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < people->count; i++) {
        const AskedPerson *a = &people->at[i];
        if (show > 0 && a->state != SHOW_STATES[show]) continue;
        if (account != 0 && a->account != account) continue;
        wanted[count++] = a;
    }
    fill_filter(c, m, show, who, name);
    UiSlice slice = ui_slice(count, CAMPAIGN_PAGE_ROWS, req_page(req));
    m->row_count = slice.count;
    m->rows = ARENA_ARRAY(c->arena, CampaignRow, slice.count + 1);
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, slice.count + 1);
    for (size_t i = 0; i < slice.count; i++) ids[i] = wanted[slice.from + i]->person;
    TRY(fill_some(c, m, wanted + slice.from, ids));
    m->filter.shown = arena_fmt(c->arena, "%zu of " STR_FMT ".", count,
                                STR_ARG(html_people(c->arena, (int64_t)people->count)));
    Str href = arena_fmt(c->arena, STR_FMT "?show=%s&who=" STR_FMT "&page=", STR_ARG(m->base),
                         SHOW_WORDS[show], STR_ARG(who));
    m->foot = ui_foot(c->arena, slice, href, html_people(c->arena, (int64_t)count));
    res->shown = ids;
    res->shown_count = slice.count;
    res->log_detail =
        arena_fmt(c->arena, STR_FMT "%lld", STR_ARG(m->foot.href), (long long)slice.page);
    return ERR_OK;
}
