// campaign_store.c -- rows of campaigns and of the people in them, and what the journal says.
#include "insight/campaign/campaign_store.h"

#include "base/json.h"
#include "campaign_sql.h"

enum { ENTRY_BYTES_MAX = 64 * 1024 };

const Seal CAMPAIGN_SEAL = {"campaign",
                            "campaign campaign_colleague campaign_practice",
                            {CAMPAIGN_SEALED_STATEMENT}};
const Seal CONTACT_GAP_SEAL = {"campaign-contact-gap",
                               "campaign_contact_gap",
                               {CAMPAIGN_SEALED_CONTACT_GAP_STATEMENT}};
const Seal ASKED_SEAL = {"campaign-person", "campaign_person", {CAMPAIGN_SEALED_PERSON_STATEMENT}};

const char *ask_state_name(AskState state)
{
    switch (state) {
    case ASK_LEFT_OUT: return "Left out";
    case ASK_TAKEN_OFF: return "Taken off the list";
    case ASK_WAITING: return "To be asked";
    case ASK_ACCEPTED: return "Wants support";
    case ASK_DECLINED: return "Said no";
    case ASK_NOT_NOW: return "Not now";
    case ASK_NO_ANSWER: return "No answer";
    case ASK_WRONG_DETAILS: return "Wrong details";
    case ASK_NOT_ASKED: return "Not asked";
    }
    return "Not recorded";
}

const char *leave_out_name(LeaveOut why)
{
    switch (why) {
    case LEAVE_OUT_END_OF_LIFE: return "End of life care is recorded";
    case LEAVE_OUT_ASKED_LATELY: return "Was asked not long ago";
    case LEAVE_OUT_CONTACTED: return "Was contacted not long ago";
    case LEAVE_OUT_NO_WAY: return "No telephone, address or email is recorded";
    case LEAVE_OUT_OTHER: return "Is being asked in another campaign";
    case LEAVE_OUT_CRISIS: return "A crisis was recorded in the last 3 months";
    case LEAVE_OUT_CHANGED: return "Could no longer be asked";
    }
    return "Not recorded";
}

const char *decline_reason_name(DeclineReason why)
{
    switch (why) {
    case DECLINE_NO_NEED: return "Does not feel the need for it";
    case DECLINE_HAS_SUPPORT: return "Has enough support already";
    case DECLINE_TOO_UNWELL: return "Too unwell at the moment";
    case DECLINE_TOO_BUSY: return "Too busy, caring or working";
    case DECLINE_SHARING: return "Does not want information shared";
    case DECLINE_OTHER: return "Another reason";
    case DECLINE_NOT_SAID: return "Did not say";
    }
    return "Not recorded";
}

// One reader for every statement that selects a campaign: they share their column order.
static Campaign of_row(Ctx *c, const Rows *rows)
{
    return (Campaign){
        .id = row_i64(rows, CAMPAIGN_GET_ID),
        .ref = row_str(c->arena, rows, CAMPAIGN_GET_REF),
        .state = (CampaignState)row_i64(rows, CAMPAIGN_GET_STATE),
        .name = row_str(c->arena, rows, CAMPAIGN_GET_NAME),
        .cohort = row_str(c->arena, rows, CAMPAIGN_GET_COHORT),
        .cohort_name = row_str(c->arena, rows, CAMPAIGN_GET_COHORT_NAME),
        .definition_version = row_str(c->arena, rows, CAMPAIGN_GET_DEFINITION_VERSION),
        .run = row_str(c->arena, rows, CAMPAIGN_GET_RUN),
        .as_at = row_date(rows, CAMPAIGN_GET_AS_AT),
        .data_on = row_date(rows, CAMPAIGN_GET_DATA_ON),
        .offer = row_str(c->arena, rows, CAMPAIGN_GET_OFFER),
        .confirm = row_i64(rows, CAMPAIGN_GET_CONFIRM) != 0,
        .order_by = (AskOrder)row_i64(rows, CAMPAIGN_GET_ORDER_BY),
        .gap_months = (int)row_i64(rows, CAMPAIGN_GET_GAP_MONTHS),
        .contact_days = (int)row_i64(rows, CAMPAIGN_GET_CONTACT_DAYS),
        .listed = row_i64(rows, CAMPAIGN_GET_LISTED),
        .beyond = row_i64(rows, CAMPAIGN_GET_BEYOND),
        .left_out = row_str(c->arena, rows, CAMPAIGN_GET_LEFT_OUT),
        .made_account = row_i64(rows, CAMPAIGN_GET_MADE_ACCOUNT),
        .made_name = row_str(c->arena, rows, CAMPAIGN_GET_MADE_NAME),
        .made_at = row_at(rows, CAMPAIGN_GET_MADE_AT),
        .start_on = row_date(rows, CAMPAIGN_GET_START_ON),
        .started_name = row_str(c->arena, rows, CAMPAIGN_GET_STARTED_NAME),
        .closed_name = row_str(c->arena, rows, CAMPAIGN_GET_CLOSED_NAME),
        .closed_at = row_at(rows, CAMPAIGN_GET_CLOSED_AT),
        .close_note = row_str(c->arena, rows, CAMPAIGN_GET_CLOSE_NOTE),
        .changed_at = row_at(rows, CAMPAIGN_GET_CHANGED_AT),
        .version = row_i64(rows, CAMPAIGN_GET_VERSION),
    };
}

static Err first_of(Ctx *c, Rows *rows, Campaign *out)
{
    if (!rows_next(rows)) return rows->err != ERR_OK ? rows->err : ERR_NOT_FOUND;
    *out = of_row(c, rows);
    return ERR_OK;
}

Err campaign_get(Ctx *c, Str ref, Campaign *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_GET, ARGS(TEXT(ref)));
    return first_of(c, &rows, out);
}

Err campaign_by_id(Ctx *c, int64_t id, Campaign *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_GET_ID, ARGS(I64(id)));
    return first_of(c, &rows, out);
}

Err campaign_count(Ctx *c, size_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_COUNT, NO_ARGS);
    *out = rows_next(&rows) ? (size_t)row_i64(&rows, CAMPAIGN_COUNT_N) : 0;
    return rows.err;
}

Err campaign_list(Ctx *c, size_t from, Campaign **out, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CAMPAIGN_LIST, ARGS(I64(CAMPAIGNS_A_PAGE), I64(from)));
    Campaign *all = ARENA_ARRAY(c->arena, Campaign, CAMPAIGNS_A_PAGE);
    size_t count = 0;
    while (count < CAMPAIGNS_A_PAGE && rows_next(&rows)) all[count++] = of_row(c, &rows);
    if (rows.err != ERR_OK) return rows.err;
    *out = all;
    *count_out = count;
    return ERR_OK;
}

AskedPerson asked_of_row(Ctx *c, const Rows *rows)
{
    return (AskedPerson){
        .id = row_i64(rows, CAMPAIGN_PEOPLE_ID),
        .ref = row_str(c->arena, rows, CAMPAIGN_PEOPLE_REF),
        .campaign = row_i64(rows, CAMPAIGN_PEOPLE_CAMPAIGN_ID),
        .person = {row_i64(rows, CAMPAIGN_PEOPLE_PERSON_ID)},
        .practice = row_i64(rows, CAMPAIGN_PEOPLE_PRACTICE_ID),
        .state = (AskState)row_i64(rows, CAMPAIGN_PEOPLE_STATE),
        .standing = row_i64(rows, CAMPAIGN_PEOPLE_STANDING) != 0,
        .why = (int)row_i64(rows, CAMPAIGN_PEOPLE_WHY),
        .words = row_str(c->arena, rows, CAMPAIGN_PEOPLE_WORDS),
        .account = row_i64(rows, CAMPAIGN_PEOPLE_ACCOUNT_ID),
        .account_name = row_str(c->arena, rows, CAMPAIGN_PEOPLE_ACCOUNT_NAME),
        .place = (int)row_i64(rows, CAMPAIGN_PEOPLE_PLACE),
        .ask_from = row_date(rows, CAMPAIGN_PEOPLE_ASK_FROM),
        .ask_again = row_date(rows, CAMPAIGN_PEOPLE_ASK_AGAIN),
        .answered_at = row_at(rows, CAMPAIGN_PEOPLE_ANSWERED_AT),
        .answered_name = row_str(c->arena, rows, CAMPAIGN_PEOPLE_ANSWERED_NAME),
        .version = row_i64(rows, CAMPAIGN_PEOPLE_VERSION),
    };
}

Err asked_get(Ctx *c, Str ref, AskedPerson *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_PERSON, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = asked_of_row(c, &rows);
    return ERR_OK;
}

Err campaign_everybody(Ctx *c, const Campaign *campaign, CampaignPeople *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CAMPAIGN_PEOPLE, ARGS(I64(campaign->id)));
    *out = (CampaignPeople){.at = ARENA_ARRAY(c->arena, AskedPerson, CAMPAIGN_ROWS_MAX)};
    while (out->count < CAMPAIGN_ROWS_MAX && rows_next(&rows)) {
        out->at[out->count++] = asked_of_row(c, &rows);
    }
    return rows.err;
}

Err campaign_colleagues(Ctx *c, const Campaign *campaign, CampaignColleague **out,
                        size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CAMPAIGN_COLLEAGUES, ARGS(I64(campaign->id)));
    CampaignColleague *all = ARENA_ARRAY(c->arena, CampaignColleague, CAMPAIGN_COLLEAGUES_MAX);
    size_t count = 0;
    while (count < CAMPAIGN_COLLEAGUES_MAX && rows_next(&rows)) {
        all[count++] = (CampaignColleague){
            .account = row_i64(&rows, CAMPAIGN_COLLEAGUES_ACCOUNT_ID),
            .name = row_str(c->arena, &rows, CAMPAIGN_COLLEAGUES_NAME),
            .a_week = (int)row_i64(&rows, CAMPAIGN_COLLEAGUES_A_WEEK),
        };
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = all;
    *count_out = count;
    return ERR_OK;
}

Err campaign_practices(Ctx *c, const Campaign *campaign, CampaignPractice **out, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CAMPAIGN_PRACTICES, ARGS(I64(campaign->id)));
    CampaignPractice *all = NULL;
    size_t room = 0;
    size_t count = 0;
    while (count < CAMPAIGN_ROWS_MAX && rows_next(&rows)) { // none without somebody of it
        ARENA_GROW(c->arena, all, count, &room);
        all[count++] = (CampaignPractice){
            .practice = row_i64(&rows, CAMPAIGN_PRACTICES_PRACTICE_ID),
            .confirmed_name = row_str(c->arena, &rows, CAMPAIGN_PRACTICES_CONFIRMED_NAME),
            .confirmed_at = row_at(&rows, CAMPAIGN_PRACTICES_CONFIRMED_AT),
        };
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = all;
    *count_out = count;
    return ERR_OK;
}

// --- the journal ---

static Err campaign_body(Ctx *c, const Campaign *k, Str *out)
{
    CampaignColleague *colleagues = NULL;
    size_t count = 0;
    TRY(campaign_colleagues(c, k, &colleagues, &count));
    CLEANUP(buf_free) Buf buf = buf_new(ENTRY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("campaign"));
    json_field_str(&json, "id", k->ref);
    json_field_i64(&json, "state", (int64_t)k->state);
    json_field_str(&json, "name", k->name);
    json_field_str(&json, "cohort", k->cohort);
    json_field_str(&json, "definitionVersion", k->definition_version);
    json_field_opt(&json, "run", k->run);
    json_field_str(&json, "asAt", date_iso(c->arena, k->as_at));
    json_field_bool(&json, "confirm", k->confirm);
    if (k->contact_days > 0) json_field_i64(&json, "contactDays", k->contact_days);
    json_field_i64(&json, "listed", k->listed);
    json_field_i64(&json, "beyond", k->beyond);
    json_field_str(&json, "leftOut", k->left_out);
    json_field_str(&json, "madeBy", k->made_name);
    json_field_opt(&json, "startedBy", k->started_name);
    json_field_opt(&json, "closedBy", k->closed_name);
    json_field_opt(&json, "closeNote", k->close_note);
    json_field_arr(&json, "colleagues");
    for (size_t i = 0; i < count; i++) {
        json_obj_begin(&json);
        json_field_str(&json, "name", colleagues[i].name);
        json_field_i64(&json, "aWeek", colleagues[i].a_week);
        json_obj_end(&json);
    }
    json_arr_end(&json);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

Err campaign_journal(Ctx *c, Str ref, Str verb)
{
    Campaign k;
    Str body;
    TRY(campaign_get(c, ref, &k));
    TRY(campaign_body(c, &k, &body));
    return journal_append(c, &(JournalEntry){.kind = STR("campaign"),
                                             .id = k.ref,
                                             .version = k.version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &CAMPAIGN_SEAL});
}

Err campaign_keep_contact_gap(Ctx *c, int64_t id, Str ref, int days)
{
    TRY(db_exec(c->db, SQL_CAMPAIGN_CONTACT_GAP_ADD, ARGS(I64(id), TEXT(ref), I64(days)), NULL));
    CLEANUP(buf_free) Buf buf = buf_new(ENTRY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("campaign-contact-gap"));
    json_field_str(&json, "id", ref);
    json_field_i64(&json, "days", days);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    return journal_append(c, &(JournalEntry){.kind = STR("campaign-contact-gap"),
                                             .id = ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = arena_str(c->arena, buf_str(&buf)),
                                             .seal = &CONTACT_GAP_SEAL});
}

Err asked_journal(Ctx *c, Str ref, Str verb)
{
    AskedPerson asked;
    Campaign k;
    TRY(asked_get(c, ref, &asked));
    TRY(campaign_by_id(c, asked.campaign, &k));
    CLEANUP(buf_free) Buf buf = buf_new(ENTRY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("campaign-person"));
    json_field_str(&json, "id", asked.ref);
    json_field_str(&json, "campaign", k.ref);
    json_field_str(&json, "state", str_from_c(ask_state_name(asked.state)));
    json_field_i64(&json, "why", asked.why);
    json_field_opt(&json, "words", asked.words);
    json_field_opt(&json, "asker", asked.account_name);
    json_field_opt(&json, "askFrom", date_iso(c->arena, asked.ask_from));
    json_field_opt(&json, "askAgain", date_iso(c->arena, asked.ask_again));
    json_field_opt(&json, "answeredBy", asked.answered_name);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    return journal_append(c, &(JournalEntry){.person = asked.person,
                                             .kind = STR("campaign-person"),
                                             .id = asked.ref,
                                             .version = asked.version,
                                             .verb = verb,
                                             .body = arena_str(c->arena, buf_str(&buf)),
                                             .seal = &ASKED_SEAL});
}

Err asked_journal_many(Ctx *c, const Str *refs, size_t count)
{
    for (size_t from = 0; from < count; from += SEALS_AN_ENTRY_MAX) {
        size_t some = count - from < SEALS_AN_ENTRY_MAX ? count - from : SEALS_AN_ENTRY_MAX;
        TRY(seal_many(c, &ASKED_SEAL, refs + from, some));
    }
    return ERR_OK;
}

Err asked_settle(Ctx *c, const AskedPerson *asked, const Settling *to, Str verb)
{
    int64_t changed = 0;
    bool said = to->state != ASK_WAITING;
    TRY(db_exec(c->db, SQL_CAMPAIGN_SETTLE,
                ARGS(I64(asked->id), I64(asked->version), I64(to->state), I64(to->standing),
                     I64(to->why), TEXT(to->words), DAY(to->ask_again), said ? AT(c->now) : NONE,
                     TEXT(said ? c->actor.name : STR("")), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    return asked_journal(c, asked->ref, verb);
}
