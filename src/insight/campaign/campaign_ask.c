// campaign_ask.c -- asking one person: attempts, the answer, and what it changes on the caseload.
#include "campaign_sql.h"
#include "care/caseload/caseload.h"
#include "insight/campaign/campaign_store.h"

enum { WORDS_CHARS_MAX = 1000, STILL_BYTES_MAX = 256, SENT_AGAIN_MS = 60 * 1000 };

Err campaign_of_person(Ctx *c, const Grant *grant, Campaign *out, AskedPerson *asked_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    int64_t campaign = 0;
    {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_CAMPAIGN_OF_PERSON, ARGS(I64(grant_person(grant).v)));
        if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
        *asked_out = asked_of_row(c, &rows);
        asked_out->reasons = row_str(c->arena, &rows, CAMPAIGN_OF_PERSON_REASONS);
        campaign = asked_out->campaign;
    }
    return campaign_by_id(c, campaign, out);
}

// Has the actor to ask this person now? Everything that must be so is in the statement.
static Err asks(Ctx *c, PersonId person, bool *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CAMPAIGN_ASKS,
                         ARGS(I64(person.v), I64(c->actor.account_id), I64(c->today.days)));
    *out = rows_next(&rows) && row_i64(&rows, CAMPAIGN_ASKS_N) > 0;
    return rows.err;
}

// Did the actor end the asking a moment ago? A button pressed twice is told no other story.
static Err answered_lately(Ctx *c, PersonId person, bool *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CAMPAIGN_ANSWERED_LATELY,
                         ARGS(I64(person.v), I64(c->actor.account_id), TEXT(c->actor.name),
                              AT(((Instant){c->now.ms - SENT_AGAIN_MS}))));
    *out = rows_next(&rows) && row_i64(&rows, CAMPAIGN_ANSWERED_LATELY_N) > 0;
    return rows.err;
}

// Does the person wait for the actor to confirm? Not after a move to a practice of others.
static Err confirms_now(Ctx *c, PersonId person, bool *out)
{
    PersonRow *row = NULL;
    {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_CAMPAIGN_TO_CONFIRM, ARGS(I64(person.v)));
        while (rows_next(&rows) && !*out) {
            *out = campaign_may_see(c, row_i64(&rows, CAMPAIGN_TO_CONFIRM_PRACTICE_ID));
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    if (!*out) return ERR_OK;
    TRY(person_rows(c, &person, 1, &row));
    *out = campaign_may_see(c, row->practice_id);
    return ERR_OK;
}

// Whoever was given a person to ask may open what asking needs, until a minute after the answer;
// whoever confirms sees the row.
Err campaign_relationship(Ctx *c, PersonId person, RelationshipKind *out)
{
    *out = RELATIONSHIP_NONE;
    if (ctx_can(c, CAP_OUTREACH_ASK)) {
        bool is_asker = false;
        TRY(asks(c, person, &is_asker));
        if (!is_asker) TRY(answered_lately(c, person, &is_asker));
        if (is_asker) *out = RELATIONSHIP_OUTREACH;
        return ERR_OK;
    }
    if (!ctx_can(c, CAP_CAMPAIGN_CONFIRM)) return ERR_OK;
    bool confirms = false;
    TRY(confirms_now(c, person, &confirms));
    if (confirms) *out = RELATIONSHIP_COHORT;
    return ERR_OK;
}

Str campaign_still_to_try(Arena *arena, const ContactAttempts *attempts)
{
    int more = CAMPAIGN_ATTEMPTS - attempts->days;
    bool same_way = attempts->modes < CAMPAIGN_MODES;
    if (more <= 0 && !same_way) return STR("");
    if (more <= 0) return STR("1 more attempt, in another way than before");
    return arena_fmt(arena, "%d more attempt%s, %s%s", more, more == 1 ? "" : "s",
                     more == 1 ? "on another day" : "each on another day",
                     same_way && attempts->count > 0 ? ", one of them in another way" : "");
}

static Err mine_rows(Ctx *c, ToAsk **out, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_CAMPAIGN_MINE, ARGS(I64(c->actor.account_id), I64(c->today.days)));
    ToAsk *all = NULL;
    size_t count = 0;
    size_t cap = 0;
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, all, count, &cap);
        all[count++] =
            (ToAsk){.asked = asked_of_row(c, &rows),
                    .campaign_name = row_str(c->arena, &rows, CAMPAIGN_MINE_CAMPAIGN_NAME),
                    .offer = row_str(c->arena, &rows, CAMPAIGN_MINE_OFFER),
                    .confirm = row_i64(&rows, CAMPAIGN_MINE_CONFIRM) != 0,
                    .made_at = row_at(&rows, CAMPAIGN_MINE_MADE_AT)};
    }
    *out = all;
    *count_out = count;
    return rows.err;
}

// Of those from place `from` on that are of the same campaign: what was tried since it was made.
static Err fill_tried(Ctx *c, ToAsk *all, size_t count, size_t from, bool *done)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    size_t *places = ARENA_ARRAY(c->arena, size_t, count + 1);
    size_t n = 0;
    for (size_t i = from; i < count; i++) {
        if (all[i].asked.campaign != all[from].asked.campaign) continue;
        ids[n] = all[i].asked.person;
        places[n++] = i;
        done[i] = true;
    }
    ContactAttempts *attempts = NULL;
    TRY(contact_attempts_of(c, ids, n, all[from].made_at, &attempts));
    for (size_t k = 0; k < n; k++) all[places[k]].attempts = attempts[k];
    return ERR_OK;
}

Err campaign_mine(Ctx *c, ToAsk **out, size_t *count_out)
{
    assert(ctx_can(c, CAP_OUTREACH_ASK));
    ToAsk *all = NULL;
    size_t count = 0;
    TRY(mine_rows(c, &all, &count));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    bool *done = ARENA_ARRAY(c->arena, bool, count + 1);
    PersonRow *rows = NULL;
    for (size_t i = 0; i < count; i++) ids[i] = all[i].asked.person;
    TRY(person_rows(c, ids, count, &rows));
    for (size_t i = 0; i < count; i++) {
        all[i].person = rows[i];
        if (!done[i]) TRY(fill_tried(c, all, count, i, done));
    }
    *out = all;
    *count_out = count;
    return ERR_OK;
}

Err campaign_today(Ctx *c, CampaignToday *out)
{
    *out = (CampaignToday){0};
    if (!ctx_can(c, CAP_OUTREACH_ASK)) return ERR_OK;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CAMPAIGN_MINE_COUNT,
                         ARGS(I64(c->actor.account_id), I64(c->today.days)));
    if (rows_next(&rows)) out->to_ask = row_i64(&rows, CAMPAIGN_MINE_COUNT_N);
    return rows.err;
}

// --- recording ---

typedef struct Recording {
    const Grant *grant;
    int64_t version;
    const Answer *answer;
    Date ask_again; // of giving up
    Campaign campaign;
    AskedPerson asked;
} Recording;

static bool reached(AskState answer)
{
    return answer == ASK_ACCEPTED || answer == ASK_DECLINED || answer == ASK_NOT_NOW;
}

static void check_again(Ctx *c, const Answer *a)
{
    bool not_now = a->answer == ASK_NOT_NOW;
    if (!not_now && a->answer != ASK_DECLINED) return;
    if (date_is_none(a->ask_again)) {
        if (not_now) {
            ctx_issue(c, STR("ask_again"), STR("Enter when to ask again, like in 2 months"));
        }
        return;
    }
    if (date_cmp(a->ask_again, c->today) > 0) return;
    ctx_issue(c, STR("ask_again"), STR("When to ask again must be after today"));
}

static Err check(Ctx *c, const Answer *a)
{
    size_t before = c->issue_count;
    bool known = reached(a->answer) || a->answer == ASK_WAITING || a->answer == ASK_WRONG_DETAILS;
    if (!known) ctx_issue(c, STR("answer"), STR("Select what happened"));
    bool has_why = a->why >= DECLINE_NO_NEED && a->why <= DECLINE_NOT_SAID;
    if (a->answer == ASK_DECLINED && !has_why) {
        ctx_issue(c, STR("why"), STR("Select why they said no"));
    }
    check_again(c, a);
    if (a->answer == ASK_WRONG_DETAILS && a->words.len == 0) {
        ctx_issue(c, STR("wrong"),
                  STR("Enter what is wrong, like \"the number belongs to somebody else\""));
    }
    if (str_chars(a->words) > WORDS_CHARS_MAX) {
        ctx_issue(c, STR("words"), STR("What was said must be 1,000 characters or fewer"));
    }
    if (a->answer == ASK_ACCEPTED && a->next_step.len == 0) {
        ctx_issue(c, STR("next_step"), STR("Enter what happens next"));
    }
    return c->issue_count > before ? ERR_INVALID : ERR_OK;
}

static ContactOutcome outcome_of(const Answer *a)
{
    if (reached(a->answer)) return CONTACT_SPOKE;
    if (a->message) return CONTACT_LEFT_MESSAGE;
    if (a->mode == CONTACT_HOME_VISIT) return CONTACT_NOT_AT_HOME;
    return a->mode == CONTACT_SURGERY ? CONTACT_DID_NOT_ATTEND : CONTACT_NO_ANSWER;
}

static Str done_sentence(Ctx *c, const Recording *r)
{
    const Answer *a = r->answer;
    const char *what = ask_state_name(a->answer);
    if (a->answer == ASK_WAITING) what = a->message ? "Left a message" : "Nobody was reached";
    Str why = a->answer == ASK_DECLINED ? arena_fmt(c->arena, ": %s", decline_reason_name(a->why))
                                        : STR("");
    return arena_fmt(c->arena, "Asked about: " STR_FMT ". %s" STR_FMT ".",
                     STR_ARG(r->campaign.offer), what, STR_ARG(why));
}

static Contact contact_of(Ctx *c, const Recording *r)
{
    const Answer *a = r->answer;
    bool yes = a->answer == ASK_ACCEPTED;
    Contact contact = {
        .mode = a->mode,
        .outcome = outcome_of(a),
        .at = a->at,
        .minutes = a->minutes,
        .own_words = reached(a->answer) ? a->words : STR(""),
        .done = done_sentence(c, r),
        .next_step = yes ? a->next_step : STR(""),
        .next_due = yes ? a->next_due : DATE_NONE,
        .no_next_reason = yes ? STR("") : STR("The campaign's list says when to ask again"),
    };
    if (a->answer == ASK_WRONG_DETAILS) {
        contact.done =
            arena_fmt(c->arena, STR_FMT " " STR_FMT, STR_ARG(contact.done), STR_ARG(a->words));
    }
    return contact;
}

// Offered to begin with by a colleague who asked in this campaign before: the actor goes on. By
// anybody else: theirs to ask.
static Err check_offered(Ctx *c, const Recording *r, const Case *k)
{
    if (k->lead_account == c->actor.account_id || str_eq(k->cohort, r->campaign.cohort)) {
        return ERR_OK;
    }
    return ctx_issue(
        c, STR(""),
        arena_fmt(c->arena, "Support was offered by " STR_FMT ", who asks", STR_ARG(k->lead_name)));
}

static Err take_lead(Ctx *c, const Recording *r, const Case *k)
{
    if (k->lead_account == c->actor.account_id) return ERR_OK;
    CaseSetting setting = {.stage = k->stage,
                           .priority = k->priority,
                           .lead_account = c->actor.account_id,
                           .supervisor_account = k->supervisor_account};
    return case_set(c, r->grant, k->version, &setting);
}

static Err offer_case(Ctx *c, const Recording *r)
{
    Case existing;
    CaseOffer offer = {.priority = PRIORITY_MEDIUM,
                       .lead_account = c->actor.account_id,
                       .cohort = r->campaign.cohort,
                       .reasons = r->asked.reasons};
    return case_offer(c, r->grant, &offer, &existing);
}

// Support is offered to whom was reached. A case opens the whole record to its lead: that nobody
// was reached, which nobody can check, must not. Who has support is stopped before.
static Err stand_case(Ctx *c, const Recording *r)
{
    Case k;
    Err err = case_of_person(c, r->grant, &k);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    bool offered = err == ERR_OK && k.state == CASE_OFFERED;
    if (offered) TRY(check_offered(c, r, &k));
    if (reached(r->answer->answer)) return offered ? take_lead(c, r, &k) : offer_case(c, r);
    return ERR_OK;
}

static Str decline_text(Ctx *c, const Answer *a)
{
    const char *why = a->answer == ASK_NOT_NOW ? "Not now" : decline_reason_name(a->why);
    if (a->words.len == 0) return str_from_c(why);
    return arena_str(c->arena,
                     str_slice(arena_fmt(c->arena, "%s: " STR_FMT, why, STR_ARG(a->words)), 0,
                               CASE_REASON_CHARS_MAX));
}

static Err end_case(Ctx *c, const Recording *r)
{
    const Answer *a = r->answer;
    if (!reached(a->answer)) return ERR_OK;
    Case k;
    TRY(case_of_person(c, r->grant, &k)); // its version moved with the contact
    if (a->answer == ASK_ACCEPTED) return case_accept(c, r->grant, k.version);
    return case_decline(c, r->grant, k.version, decline_text(c, a), a->ask_again);
}

// What is still to be asked, by the actor, as it was when the form was opened.
static Err find_asked(Ctx *c, Recording *r)
{
    bool is_asker = false;
    TRY(campaign_of_person(c, r->grant, &r->campaign, &r->asked));
    if (r->asked.version != r->version) return ERR_CONFLICT;
    TRY(asks(c, r->asked.person, &is_asker));
    return is_asker ? ERR_OK : ERR_NOT_FOUND;
}

static Err stop_of(Ctx *c, const Recording *r, Str *out)
{
    Str *stops = NULL;
    *out = STR("");
    Err err = campaign_stops(c, &r->asked, 1, r->campaign.confirm, ANY_COLUMNS, &stops);
    if (err == ERR_BUSY) return ctx_issue(c, STR(""), STR(CAMPAIGN_WAIT));
    if (err == ERR_OK) *out = stops[0];
    return err;
}

// And who may still be asked.
static Err find_askable(Ctx *c, Recording *r)
{
    Str stop;
    TRY(find_asked(c, r));
    TRY(stop_of(c, r, &stop));
    return stop.len > 0 ? ctx_issue(c, STR(""), stop) : ERR_OK;
}

// A button pressed twice: the second finds what the first has changed.
static bool moved_on(const Recording *r, Err err)
{
    return err == ERR_CONFLICT && r->asked.version == r->version + 1;
}

static Err do_record(Ctx *c, void *arg)
{
    Recording *r = arg;
    const Answer *a = r->answer;
    Str ref;
    bool again = false;
    Err err = find_askable(c, r);
    Contact contact = contact_of(c, r);
    if (moved_on(r, err)) TRY(contact_sent_again(c, r->grant, &contact, &again));
    if (again) return ERR_OK;
    TRY(err);
    TRY(stand_case(c, r));
    TRY(contact_record(c, r->grant, &contact, &ref));
    TRY(end_case(c, r));
    bool standing = a->answer != ASK_ACCEPTED && a->answer != ASK_DECLINED;
    bool waits = a->answer == ASK_NOT_NOW || a->answer == ASK_DECLINED;
    return asked_settle(c, &r->asked,
                        &(Settling){.state = a->answer,
                                    .standing = standing,
                                    .why = a->answer == ASK_DECLINED ? (int)a->why : 0,
                                    .words = a->words,
                                    .ask_again = waits ? a->ask_again : DATE_NONE},
                        a->answer == ASK_WAITING ? STR("attempt") : STR("answer"));
}

Err campaign_record(Ctx *c, const Grant *grant, int64_t version, const Answer *answer)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    TRY(check(c, answer));
    Recording r = {.grant = grant, .version = version, .answer = answer};
    return ctx_change(c, do_record, &r);
}

static Err offer_unreached(Ctx *c, const Recording *r, int attempts, Case *out)
{
    TRY(offer_case(c, r));
    for (int i = 0; i < attempts; i++) TRY(case_count_attempt(c, r->grant));
    return case_of_person(c, r->grant, out);
}

// That nobody answered is kept on a case, by which every cohort's list knows when to ask again.
// Offered and ended in one moment it opens nothing (see `related` of care/caseload).
static Err end_unreached(Ctx *c, const Recording *r, int attempts)
{
    Case k = {0};
    Str stop;
    Err err = case_of_person(c, r->grant, &k);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    if (k.state == CASE_OPEN) return ERR_OK;
    if (k.state != CASE_OFFERED) {
        TRY(stop_of(c, r, &stop));
        if (stop.len > 0) return ERR_OK;
        TRY(offer_unreached(c, r, attempts, &k));
    }
    return case_no_answer(c, r->grant, k.version, r->ask_again);
}

// As moved_on, of a form without a contact: the asking ended so.
static bool ended_so(const Ctx *c, const Recording *r, Err err, AskState state)
{
    return moved_on(r, err) && r->asked.state == state &&
           str_eq(r->asked.answered_name, c->actor.name);
}

static Err do_stop(Ctx *c, void *arg)
{
    Recording *r = arg;
    ContactAttempts *attempts = NULL;
    Err err = find_asked(c, r);
    if (ended_so(c, r, err, ASK_NO_ANSWER)) return ERR_OK;
    TRY(err);
    PersonId person = r->asked.person;
    TRY(contact_attempts_of(c, &person, 1, r->campaign.made_at, &attempts));
    Str still = campaign_still_to_try(c->arena, attempts);
    if (still.len > 0) {
        return ctx_issue(c, STR(""),
                         arena_fmt(c->arena, "Before giving up: " STR_FMT, STR_ARG(still)));
    }
    TRY(end_unreached(c, r, attempts->count));
    return asked_settle(
        c, &r->asked,
        &(Settling){.state = ASK_NO_ANSWER, .words = STR(""), .ask_again = r->ask_again},
        STR("no-answer"));
}

Err campaign_stop(Ctx *c, const Grant *grant, int64_t version, Date ask_again)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    Recording r = {.grant = grant, .version = version, .ask_again = ask_again};
    return ctx_change(c, do_stop, &r);
}

// Support that was accepted since the list was made is what the campaign was for.
static Err settle_stopped(Ctx *c, const Recording *r, Str stop)
{
    CaseBrief *brief = NULL;
    PersonId person = r->asked.person;
    TRY(case_briefs(c, &person, 1, &brief));
    bool accepted = brief->state == CASE_OPEN && brief->accepted_at.ms >= r->campaign.made_at.ms;
    if (!accepted) return asked_leave_out(c, &r->asked, stop);
    return asked_settle(c, &r->asked,
                        &(Settling){.state = ASK_ACCEPTED, .words = stop, .ask_again = DATE_NONE},
                        STR("answer"));
}

static Err do_leave_out(Ctx *c, void *arg)
{
    Recording *r = arg;
    Str stop;
    Err err = find_asked(c, r);
    bool over = ended_so(c, r, err, ASK_LEFT_OUT) || ended_so(c, r, err, ASK_ACCEPTED);
    if (over) return ERR_OK;
    TRY(err);
    TRY(stop_of(c, r, &stop));
    if (stop.len == 0) return ctx_issue(c, STR(""), STR("This person can be asked"));
    TRY(settle_stopped(c, r, stop));
    CaseFrom offer = asked_offer(&r->campaign, &r->asked);
    return case_hand_back(c, &offer);
}

Err campaign_leave_out(Ctx *c, const Grant *grant, int64_t version)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    Recording r = {.grant = grant, .version = version};
    return ctx_change(c, do_leave_out, &r);
}
