// campaign_lists.c -- a list before and while its people are asked: confirmed, shared out, started,
// moved between colleagues, closed.
#include "campaign_sql.h"
#include "care/caseload/caseload.h"
#include "insight/campaign/campaign_share.h"
#include "insight/campaign/campaign_store.h"
#include "work/team/team.h"

typedef struct Doing { // one of the changes below
    Str ref, text;
    int64_t version;
    const ShareOut *share;
    const Str *refs;
    const int64_t *versions; // of each of refs
    size_t count;
    Colleague to;
} Doing;

static const char CLOSED[] = "This campaign is closed";

static Err open_campaign(Ctx *c, Str ref, Campaign *out)
{
    TRY(campaign_get(c, ref, out));
    if (out->state == CAMPAIGN_CLOSED) return ctx_issue(c, STR(""), str_from_c(CLOSED));
    return ERR_OK;
}

static Err touch(Ctx *c, const Campaign *k, int64_t version)
{
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_CAMPAIGN_TOUCH, ARGS(I64(k->id), I64(version), AT(c->now)), &changed));
    return changed == 0 ? ERR_CONFLICT : ERR_OK;
}

static Err give(Ctx *c, const AskedPerson *asked, const Colleague *to, Date from)
{
    return db_exec(c->db, SQL_CAMPAIGN_GIVE,
                   ARGS(I64(asked->id), I64(to->account_id), TEXT(to->name), DAY(from), AT(c->now)),
                   NULL);
}

static PersonId *persons_of(Ctx *c, const CampaignPeople *people)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, people->count + 1);
    for (size_t i = 0; i < people->count; i++) ids[i] = people->at[i].person;
    return ids;
}

// --- sharing out ---

// Those who are to be asked and whom nobody tried to reach yet.
static Err untried(Ctx *c, const Campaign *k, CampaignPeople *out)
{
    CampaignPeople all;
    ContactAttempts *attempts = NULL;
    TRY(campaign_everybody(c, k, &all));
    TRY(contact_attempts_of(c, persons_of(c, &all), all.count, k->made_at, &attempts));
    *out = (CampaignPeople){.at = ARENA_ARRAY(c->arena, AskedPerson, all.count + 1)};
    for (size_t i = 0; i < all.count; i++) {
        bool fresh = all.at[i].state == ASK_WAITING && attempts[i].count == 0;
        if (all.at[i].standing && fresh) out->at[out->count++] = all.at[i];
    }
    return ERR_OK;
}

static Err write_colleagues(Ctx *c, const Campaign *k, const ShareOut *share,
                            const Colleague *known)
{
    TRY(db_exec(c->db, SQL_CAMPAIGN_COLLEAGUES_CLEAR, ARGS(I64(k->id)), NULL));
    for (size_t i = 0; i < share->count; i++) {
        TRY(db_exec(c->db, SQL_CAMPAIGN_COLLEAGUE_ADD,
                    ARGS(I64(k->id), I64(known[i].account_id), TEXT(known[i].name),
                         I64(share->colleagues[i].a_week)),
                    NULL));
    }
    return ERR_OK;
}

static Err deal(Ctx *c, const Campaign *k, const ShareOut *how, const Colleague *known)
{
    CampaignPeople people;
    int a_week[CAMPAIGN_COLLEAGUES_MAX];
    TRY(untried(c, k, &people));
    for (size_t i = 0; i < how->count; i++) a_week[i] = how->colleagues[i].a_week;
    Share *shares = ARENA_ARRAY(c->arena, Share, people.count + 1);
    Str *refs = ARENA_ARRAY(c->arena, Str, people.count + 1);
    share_places(a_week, how->count, how->evenly, shares, people.count);
    for (size_t i = 0; i < people.count; i++) {
        Date from = date_add_days(c->today, 7 * (int)shares[i].week);
        TRY(give(c, &people.at[i], &known[shares[i].who], from));
        refs[i] = people.at[i].ref;
    }
    return asked_journal_many(c, refs, people.count);
}

bool campaign_may_ask(Role role)
{
    return role < ROLE_COUNT && (ACCESS_CAPS[role] >> CAP_OUTREACH_ASK & 1U) != 0;
}

static Err find_colleagues(Ctx *c, const ShareOut *how, Colleague *known)
{
    for (size_t i = 0; i < how->count; i++) {
        Err err = team_colleague_at_work(c, how->colleagues[i].account, &known[i]);
        if (err == ERR_NOT_FOUND || (err == ERR_OK && !campaign_may_ask(known[i].role))) {
            return ctx_issue(c, STR("colleagues"), STR("Select colleagues from the list"));
        }
        TRY(err);
    }
    return ERR_OK;
}

static Err do_share(Ctx *c, void *arg)
{
    const Doing *d = arg;
    Campaign k;
    Colleague known[CAMPAIGN_COLLEAGUES_MAX];
    TRY(open_campaign(c, d->ref, &k));
    TRY(find_colleagues(c, d->share, known));
    TRY(touch(c, &k, d->version));
    TRY(write_colleagues(c, &k, d->share, known));
    TRY(deal(c, &k, d->share, known));
    return campaign_journal(c, d->ref, STR("share"));
}

Err campaign_share(Ctx *c, Str ref, int64_t version, const ShareOut *how)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE));
    if (how->count > CAMPAIGN_COLLEAGUES_MAX) {
        return ctx_issue(c, STR("colleagues"),
                         STR("Share the people out to 200 colleagues at most"));
    }
    if (how->count == 0) {
        return ctx_issue(c, STR("colleagues"),
                         STR("Enter how many people a week at least one colleague can ask"));
    }
    for (size_t i = 0; i < how->count; i++) {
        if (how->colleagues[i].a_week >= 1 && how->colleagues[i].a_week <= CAMPAIGN_WEEK_MAX) {
            continue;
        }
        return ctx_issue(c, STR("colleagues"), STR("People a week must be from 1 to 100"));
    }
    return ctx_change(c, do_share, &(Doing){.ref = ref, .version = version, .share = how});
}

// Of people who are not in the campaign, or not to be asked any more, nothing is said.
static Err move_one(Ctx *c, const Campaign *k, Str ref, const Colleague *to, size_t *moved)
{
    AskedPerson asked;
    Err err = asked_get(c, ref, &asked);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    if (asked.campaign != k->id || !asked.standing) return ERR_OK;
    TRY(give(c, &asked, to, date_is_none(asked.ask_from) ? c->today : asked.ask_from));
    ++*moved;
    CaseFrom offer = asked_offer(k, &asked);
    TRY(case_hand_over(c, &offer, to->account_id, to->name));
    return asked_journal(c, asked.ref, STR("move"));
}

static Err do_move(Ctx *c, void *arg)
{
    const Doing *d = arg;
    Campaign k;
    size_t moved = 0;
    TRY(open_campaign(c, d->ref, &k));
    for (size_t i = 0; i < d->count; i++) TRY(move_one(c, &k, d->refs[i], &d->to, &moved));
    if (moved > 0) return ERR_OK;
    return ctx_issue(c, STR("person"), STR("Select at least one person who is still to be asked"));
}

Err campaign_move(Ctx *c, Str ref, const Str *refs, size_t count, int64_t account)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE));
    Doing d = {.ref = ref, .refs = refs, .count = count};
    Err err = team_colleague_at_work(c, account, &d.to);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !campaign_may_ask(d.to.role))) {
        return ctx_issue(c, STR("to"), STR("Select a colleague from the list"));
    }
    TRY(err);
    return ctx_change(c, do_move, &d);
}

// --- confirming ---

static Err do_confirm(Ctx *c, void *arg)
{
    const Doing *d = arg;
    Campaign k;
    CampaignPractice *practices = NULL;
    size_t count = 0;
    size_t confirmed = 0;
    TRY(open_campaign(c, d->ref, &k));
    TRY(campaign_practices(c, &k, &practices, &count));
    for (size_t i = 0; i < count; i++) {
        if (!campaign_may_see(c, practices[i].practice)) continue;
        int64_t changed = 0;
        TRY(db_exec(c->db, SQL_CAMPAIGN_PRACTICE_CONFIRM,
                    ARGS(I64(k.id), I64(practices[i].practice), I64(c->actor.account_id),
                         TEXT(c->actor.name), AT(c->now)),
                    &changed));
        confirmed += changed > 0;
    }
    if (!k.confirm || confirmed == 0) {
        return ctx_issue(c, STR(""), STR("No list of your practices waits to be confirmed"));
    }
    TRY(touch(c, &k, d->version));
    return campaign_journal(c, d->ref, STR("confirm"));
}

Err campaign_confirm(Ctx *c, Str ref, int64_t version)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CONFIRM));
    return ctx_change(c, do_confirm, &(Doing){.ref = ref, .version = version});
}

static Err take_one_off(Ctx *c, const Campaign *k, const Doing *d, size_t i)
{
    AskedPerson asked;
    TRY(asked_get(c, d->refs[i], &asked));
    if (asked.campaign != k->id || !campaign_may_see(c, asked.practice)) return ERR_NOT_FOUND;
    asked.version = d->versions[i];
    Settling to = {.state = ASK_TAKEN_OFF, .words = d->text, .ask_again = DATE_NONE};
    CaseFrom offer = asked_offer(k, &asked);
    TRY(asked_settle(c, &asked, &to, STR("take-off")));
    return case_hand_back(c, &offer);
}

static Err do_take_off(Ctx *c, void *arg)
{
    const Doing *d = arg;
    Campaign k;
    TRY(open_campaign(c, d->ref, &k));
    for (size_t i = 0; i < d->count; i++) TRY(take_one_off(c, &k, d, i));
    return ERR_OK;
}

static Err check_note(Ctx *c, const char *field, Str note, Str missing)
{
    if (note.len == 0) return ctx_issue(c, str_from_c(field), missing);
    if (str_chars(note) > CAMPAIGN_NOTE_CHARS_MAX) {
        return ctx_issue(c, str_from_c(field), STR("Write 500 characters or fewer"));
    }
    return ERR_OK;
}

Err campaign_take_off(Ctx *c, Str ref, const TakeOff *whom, Str reason)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE) ||
           ctx_can(c, CAP_CAMPAIGN_CONFIRM));
    TRY(check_note(c, "reason", reason, STR("Enter why those selected should not be asked")));
    return ctx_change(c, do_take_off,
                      &(Doing){.ref = ref,
                               .refs = whom->refs,
                               .versions = whom->versions,
                               .count = whom->count,
                               .text = reason});
}

// --- starting ---

// Why somebody may not be asked any more, or has no need to be; "" when nothing changed.
static Str changed_since(const CaseBrief *brief, Str stop)
{
    if (stop.len > 0) return stop;
    return brief->state == CASE_OFFERED ? STR("Has been offered support since") : STR("");
}

// Who may not be asked any more, or was offered support, since the list was made.
static Err leave_out_changed(Ctx *c, const Campaign *k, const CampaignPeople *people, bool *gone)
{
    Str *stops = NULL;
    CaseBrief *cases = NULL;
    Err err = campaign_stops(c, people->at, people->count, k->confirm, NEWEST_COLUMNS, &stops);
    if (err == ERR_BUSY) return ctx_issue(c, STR(""), STR(CAMPAIGN_WAIT));
    TRY(err);
    TRY(case_briefs(c, persons_of(c, people), people->count, &cases));
    for (size_t i = 0; i < people->count; i++) {
        const AskedPerson *asked = &people->at[i];
        Str why = changed_since(&cases[i], stops[i]);
        gone[i] = !asked->standing || why.len > 0;
        if (asked->standing && why.len > 0) TRY(asked_leave_out(c, asked, why));
    }
    return ERR_OK;
}

// The weeks begin today, whenever the list was shared out.
static Err begin_weeks(Ctx *c, const CampaignPeople *people, const bool *gone)
{
    Date first = DATE_NONE;
    for (size_t i = 0; i < people->count; i++) {
        Date from = people->at[i].ask_from;
        if (gone[i] || date_is_none(from)) continue;
        if (date_is_none(first) || date_cmp(from, first) < 0) first = from;
    }
    if (date_is_none(first)) {
        return ctx_issue(c, STR("colleagues"), STR("Share the people out before you start"));
    }
    Str *refs = ARENA_ARRAY(c->arena, Str, people->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < people->count; i++) {
        const AskedPerson *asked = &people->at[i];
        if (gone[i] || date_is_none(asked->ask_from)) continue;
        Colleague to = {.account_id = asked->account, .name = asked->account_name};
        TRY(give(c, asked, &to, date_add_days(c->today, asked->ask_from.days - first.days)));
        refs[count++] = asked->ref;
    }
    return asked_journal_many(c, refs, count);
}

static Err do_start(Ctx *c, void *arg)
{
    const Doing *d = arg;
    Campaign k;
    CampaignPeople people;
    int64_t changed = 0;
    TRY(open_campaign(c, d->ref, &k));
    TRY(db_exec(c->db, SQL_CAMPAIGN_START,
                ARGS(I64(k.id), I64(d->version), DAY(c->today), TEXT(c->actor.name), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    TRY(campaign_everybody(c, &k, &people));
    bool *gone = ARENA_ARRAY(c->arena, bool, people.count + 1);
    TRY(leave_out_changed(c, &k, &people, gone));
    TRY(begin_weeks(c, &people, gone));
    return campaign_journal(c, d->ref, STR("start"));
}

Err campaign_start(Ctx *c, Str ref, int64_t version)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE));
    return ctx_change(c, do_start, &(Doing){.ref = ref, .version = version});
}

// --- closing ---

// What is written down of somebody who was still to be asked.
static Settling at_close(const AskedPerson *asked, const CaseBrief *brief, int attempts,
                         Instant made_at)
{
    Settling to = {.state = asked->state,
                   .why = asked->why,
                   .words = asked->words,
                   .ask_again = asked->ask_again};
    if (brief->state == CASE_OPEN && brief->accepted_at.ms >= made_at.ms) {
        to.state = ASK_ACCEPTED;
    } else if (asked->state == ASK_WAITING && brief->state == CASE_DECLINED &&
               brief->closed_at.ms >= made_at.ms) {
        to.state = ASK_DECLINED;
        to.why = DECLINE_NOT_SAID;
    } else if (asked->state == ASK_WAITING) {
        to.state = attempts > 0 ? ASK_NO_ANSWER : ASK_NOT_ASKED;
    }
    return to;
}

static Err end_one(Ctx *c, const Campaign *k, const AskedPerson *asked, const CaseBrief *brief,
                   int attempts)
{
    Settling to = at_close(asked, brief, attempts, k->made_at);
    CaseFrom offer = asked_offer(k, asked);
    TRY(asked_settle(c, asked, &to, STR("close")));
    return brief->state == CASE_OFFERED ? case_hand_back(c, &offer) : ERR_OK;
}

static Err end_people(Ctx *c, const Campaign *k)
{
    CampaignPeople people;
    CaseBrief *cases = NULL;
    ContactAttempts *attempts = NULL;
    TRY(campaign_everybody(c, k, &people));
    const PersonId *ids = persons_of(c, &people);
    TRY(case_briefs(c, ids, people.count, &cases));
    TRY(contact_attempts_of(c, ids, people.count, k->made_at, &attempts));
    for (size_t i = 0; i < people.count; i++) {
        if (!people.at[i].standing) continue;
        TRY(end_one(c, k, &people.at[i], &cases[i], attempts[i].count));
    }
    return ERR_OK;
}

static Err do_close(Ctx *c, void *arg)
{
    const Doing *d = arg;
    Campaign k;
    int64_t changed = 0;
    TRY(open_campaign(c, d->ref, &k));
    TRY(db_exec(c->db, SQL_CAMPAIGN_CLOSE,
                ARGS(I64(k.id), I64(d->version), TEXT(c->actor.name), TEXT(d->text), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    TRY(end_people(c, &k));
    return campaign_journal(c, d->ref, STR("close"));
}

Err campaign_close(Ctx *c, Str ref, int64_t version, Str note)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE));
    TRY(check_note(c, "note", note, STR("Enter what was learnt, or why it ends now")));
    return ctx_change(c, do_close, &(Doing){.ref = ref, .version = version, .text = note});
}
