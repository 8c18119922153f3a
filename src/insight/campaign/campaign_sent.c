// campaign_sent.c -- letters that were sent are attempts: recorded for many at once, undone as one.
#include "insight/campaign/campaign_sent.h"

#include "base/json.h"
#include "campaign_sent_sql.h"
#include "core/ids.h"

const Seal SENDING_SEAL = {"campaign-sending",
                           "campaign_sending campaign_sent",
                           {CAMPAIGN_SENT_SEALED_STATEMENT}};

enum { REASONS_MAX = 16, LEFT_OUT_BYTES_MAX = 4096, ENTRY_BYTES_MAX = 256 * 1024, NOON = 12 };

typedef struct LeftOut { // why, and how many
    Str why;
    int64_t count;
} LeftOut;

typedef struct Standing { // letters of a campaign that are recorded and not undone, by person
    LetterSent *letters;
    int64_t *rows;     // of each: its row,
    int64_t *sendings; // and the sending that it is of
    Str *sending_refs;
    size_t count;
} Standing;

typedef struct Sent { // being recorded, or undone
    Str campaign, ref;
    const SentNew *what;
    int64_t version;
    Str reason;
    LeftOut left_out[REASONS_MAX];
    size_t left_out_count;
    Standing standing;
    Sending *out;
} Sent;

// --- reading ---

static Sending sending_of_row(Ctx *c, const Rows *rows)
{
    return (Sending){
        .id = row_i64(rows, CAMPAIGN_SENT_LIST_ID),
        .ref = row_str(c->arena, rows, CAMPAIGN_SENT_LIST_REF),
        .on = row_date(rows, CAMPAIGN_SENT_LIST_SENT_ON),
        .people = row_i64(rows, CAMPAIGN_SENT_LIST_PEOPLE),
        .left_out = row_str(c->arena, rows, CAMPAIGN_SENT_LIST_LEFT_OUT),
        .by = row_str(c->arena, rows, CAMPAIGN_SENT_LIST_ACCOUNT_NAME),
        .at = row_at(rows, CAMPAIGN_SENT_LIST_AT),
        .undone_at = row_at(rows, CAMPAIGN_SENT_LIST_UNDONE_AT),
        .undone_by = row_str(c->arena, rows, CAMPAIGN_SENT_LIST_UNDONE_NAME),
        .undone_reason = row_str(c->arena, rows, CAMPAIGN_SENT_LIST_UNDONE_REASON),
        .version = row_i64(rows, CAMPAIGN_SENT_LIST_VERSION),
        .number = row_i64(rows, CAMPAIGN_SENT_LIST_NUMBER),
        .in_error = row_null(rows, CAMPAIGN_SENT_LIST_UNDONE_AT)
                        ? row_i64(rows, CAMPAIGN_SENT_LIST_LET_GO)
                        : 0,
    };
}

static Err sending_get(Ctx *c, const Campaign *k, Str ref, Sending *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CAMPAIGN_SENT_GET, ARGS(TEXT(ref), I64(k->id)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = sending_of_row(c, &rows);
    return ERR_OK;
}

static Err standing_rows(Ctx *c, const Campaign *k, Standing *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_SENT_STANDING, ARGS(I64(k->id)));
    out->letters = ARENA_ARRAY(c->arena, LetterSent, CAMPAIGN_ROWS_MAX);
    out->rows = ARENA_ARRAY(c->arena, int64_t, CAMPAIGN_ROWS_MAX);
    out->sendings = ARENA_ARRAY(c->arena, int64_t, CAMPAIGN_ROWS_MAX);
    out->sending_refs = ARENA_ARRAY(c->arena, Str, CAMPAIGN_ROWS_MAX);
    while (out->count < CAMPAIGN_ROWS_MAX && rows_next(&rows)) {
        size_t i = out->count++;
        out->letters[i] =
            (LetterSent){.person = {row_i64(&rows, CAMPAIGN_SENT_STANDING_PERSON_ID)},
                         .ref = row_str(c->arena, &rows, CAMPAIGN_SENT_STANDING_CONTACT_REF)};
        out->rows[i] = row_i64(&rows, CAMPAIGN_SENT_STANDING_ID);
        out->sendings[i] = row_i64(&rows, CAMPAIGN_SENT_STANDING_SENDING_ID);
        out->sending_refs[i] = row_str(c->arena, &rows, CAMPAIGN_SENT_STANDING_SENDING_REF);
    }
    return rows.err;
}

static Err standing_of(Ctx *c, const Campaign *k, Standing *out)
{
    *out = (Standing){0};
    TRY(standing_rows(c, k, out));
    return contact_letters_in_error(c, out->letters, out->count);
}

static int by_person(const void *a, const void *b)
{
    return person_id_cmp(&((const LetterSent *)a)->person, &((const LetterSent *)b)->person);
}

static bool *already_of(Ctx *c, const Standing *standing, const WriteTo *to)
{
    bool *all = ARENA_ARRAY(c->arena, bool, to->count + 1);
    for (size_t i = 0; i < to->count && standing->count > 0; i++) {
        LetterSent key = {.person = to->ids[i]};
        const LetterSent *letter =
            bsearch(&key, standing->letters, standing->count, sizeof key, by_person);
        all[i] = letter != NULL && !letter->in_error;
    }
    return all;
}

Err campaign_sent_already(Ctx *c, const WriteTo *to, bool **out)
{
    Standing standing;
    TRY(standing_of(c, &to->campaign, &standing));
    *out = already_of(c, &standing, to);
    return ERR_OK;
}

static Err read_sendings(Ctx *c, const Campaign *k, Sending *all, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_CAMPAIGN_SENT_LIST, ARGS(I64(k->id), I64(CAMPAIGN_SENDINGS_MAX)));
    size_t count = 0;
    while (count < CAMPAIGN_SENDINGS_MAX && rows_next(&rows)) {
        all[count++] = sending_of_row(c, &rows);
    }
    *count_out = count;
    return rows.err;
}

Err campaign_sendings(Ctx *c, const Campaign *campaign, Sending **out, size_t *count_out)
{
    Standing standing;
    Sending *all = ARENA_ARRAY(c->arena, Sending, CAMPAIGN_SENDINGS_MAX);
    TRY(read_sendings(c, campaign, all, count_out));
    TRY(standing_of(c, campaign, &standing));
    for (size_t i = 0; i < standing.count; i++) {
        if (!standing.letters[i].in_error) continue;
        for (size_t k = 0; k < *count_out; k++) {
            all[k].in_error += all[k].id == standing.sendings[i];
        }
    }
    *out = all;
    return ERR_OK;
}

// --- who ---

static void leave_out(Sent *s, Str why)
{
    for (size_t i = 0; i < s->left_out_count; i++) {
        if (!str_eq(s->left_out[i].why, why)) continue;
        s->left_out[i].count++;
        return;
    }
    if (s->left_out_count == REASONS_MAX) {
        s->left_out[REASONS_MAX - 1] =
            (LeftOut){STR("For other reasons"), s->left_out[REASONS_MAX - 1].count + 1};
        return;
    }
    s->left_out[s->left_out_count++] = (LeftOut){why, 1};
}

static Str left_out_lines(Ctx *c, const Sent *s)
{
    CLEANUP(buf_free) Buf text = buf_new(LEFT_OUT_BYTES_MAX);
    for (size_t i = 0; i < s->left_out_count; i++) {
        Str why = s->left_out[i].why;
        if (str_ends(why, STR("."))) why.len--;
        buf_fmt(&text, "%s" STR_FMT ": %lld", i == 0 ? "" : "\n", STR_ARG(why),
                (long long)s->left_out[i].count);
    }
    return arena_str(c->arena, buf_str(&text));
}

typedef struct Place { // a person of the campaign by their ref
    Str ref;
    size_t at; // in people
    bool taken;
} Place;

static int by_ref(const void *a, const void *b)
{
    return str_cmp(((const Place *)a)->ref, ((const Place *)b)->ref);
}

static Place *places_of(Ctx *c, const CampaignPeople *people)
{
    Place *all = ARENA_ARRAY(c->arena, Place, people->count + 1);
    for (size_t i = 0; i < people->count; i++) all[i] = (Place){people->at[i].ref, i, false};
    if (people->count > 1) qsort(all, people->count, sizeof *all, by_ref);
    return all;
}

// Of those named once or more, who has a letter to be recorded, as places in `people`.
static Err choose(Ctx *c, Sent *s, const WriteTo *to, size_t *chosen, size_t *count_out)
{
    size_t count = 0;
    TRY(standing_of(c, &to->campaign, &s->standing));
    const bool *already = already_of(c, &s->standing, to);
    Str *why = to->why;
    for (size_t i = 0; i < to->count; i++) {
        if (already[i]) why[to->asked[i] - to->people.at] = STR("A letter is recorded already");
    }
    Place *places = places_of(c, &to->people);
    for (size_t i = 0; i < s->what->count; i++) {
        Place key = {.ref = s->what->refs[i]};
        Place *found = to->people.count == 0
                           ? NULL
                           : bsearch(&key, places, to->people.count, sizeof key, by_ref);
        if (found == NULL) { // moved away from the actor's practices, or never of this campaign
            leave_out(s, STR("Is not of this campaign"));
        } else if (!found->taken && why[found->at].len > 0) {
            leave_out(s, why[found->at]);
        } else if (!found->taken) {
            chosen[count++] = found->at;
        }
        if (found != NULL) found->taken = true;
    }
    *count_out = count;
    return ERR_OK;
}

// --- the journal ---

static Err journal_sending(Ctx *c, const Campaign *k, Str ref, Str verb)
{
    Sending s;
    TRY(sending_get(c, k, ref, &s));
    CLEANUP(buf_free) Buf buf = buf_new(ENTRY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("campaign-sending"));
    json_field_str(&json, "id", s.ref);
    json_field_str(&json, "campaign", k->ref);
    json_field_str(&json, "sentOn", date_iso(c->arena, s.on));
    json_field_i64(&json, "people", s.people);
    json_field_opt(&json, "leftOut", s.left_out);
    json_field_str(&json, "by", s.by);
    json_field_opt(&json, "undoneBy", s.undone_by);
    json_field_opt(&json, "undoneReason", s.undone_reason);
    if (s.in_error > 0) json_field_i64(&json, "inError", s.in_error);
    json_field_arr(&json, "contacts");
    {
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_SENT_PEOPLE, ARGS(I64(s.id)));
        while (rows_next(&rows)) {
            json_put_str(&json, row_str(c->arena, &rows, CAMPAIGN_SENT_PEOPLE_CONTACT_REF));
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    json_arr_end(&json);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    return journal_append(c, &(JournalEntry){.kind = STR("campaign-sending"),
                                             .id = s.ref,
                                             .version = s.version,
                                             .verb = verb,
                                             .body = arena_str(c->arena, buf_str(&buf)),
                                             .seal = &SENDING_SEAL});
}

// --- recording ---

// At noon of the day, or now when that is still to come; not before the list was made that day: a
// letter to those on it is an attempt of it. By the minute, as every contact is entered.
static Instant moment_of(const Ctx *c, Date on, Instant made_at)
{
    Instant noon = {0};
    Instant second = {0};
    (void)instant_from_london(on, NOON, 0, &noon, &second);
    Instant at = noon.ms < c->now.ms ? noon : c->now;
    bool same_day = date_cmp(instant_date_london(made_at), on) == 0;
    return contact_since(same_day && at.ms < made_at.ms ? made_at : at);
}

static Err add_people(Ctx *c, const Sent *s, const WriteTo *to, const size_t *chosen, size_t count)
{
    Sending sending;
    Str done = arena_fmt(c->arena, "Asked about: " STR_FMT ". A letter was sent.",
                         STR_ARG(to->campaign.offer));
    TRY(sending_get(c, &to->campaign, s->ref, &sending));
    Instant at = moment_of(c, s->what->on, to->campaign.made_at);
    for (size_t i = 0; i < count; i++) {
        Str contact;
        PersonId person = to->people.at[chosen[i]].person;
        TRY(contact_letter_sent(c, person, at, done, &contact));
        TRY(db_exec(c->db, SQL_CAMPAIGN_SENT_ADD_PERSON,
                    ARGS(I64(sending.id), I64(to->campaign.id), I64(person.v), TEXT(contact)),
                    NULL));
    }
    return ERR_OK;
}

// Adds what is not among them yet.
static void add_once(Str *refs, size_t *count, Str ref)
{
    for (size_t i = 0; i < *count; i++) {
        if (str_eq(refs[i], ref)) return;
    }
    refs[(*count)++] = ref;
}

// Letters whose contact was marked as entered in error alone stand no more: the people were not
// written to. What is kept of their sendings changes, and is journalled.
static Err let_go(Ctx *c, const Campaign *k, const Standing *all)
{
    Str *sendings = ARENA_ARRAY(c->arena, Str, all->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (!all->letters[i].in_error) continue;
        TRY(db_exec(c->db, SQL_CAMPAIGN_SENT_LET_GO, ARGS(I64(all->rows[i])), NULL));
        add_once(sendings, &count, all->sending_refs[i]);
    }
    for (size_t i = 0; i < count; i++) {
        TRY(db_exec(c->db, SQL_CAMPAIGN_SENT_TOUCH, ARGS(TEXT(sendings[i])), NULL));
        TRY(journal_sending(c, k, sendings[i], STR("update")));
    }
    return ERR_OK;
}

// Who is left to be recorded: at least one.
static Err find_chosen(Ctx *c, Sent *s, WriteTo *to, size_t **chosen_out, size_t *count_out)
{
    Err err = campaign_write_to(c, s->campaign, to);
    if (err == ERR_BUSY) return ctx_issue(c, STR(""), STR(CAMPAIGN_WAIT));
    TRY(err);
    if (date_cmp(s->what->on, to->campaign.start_on) < 0) {
        return ctx_issue(c, STR("on"), STR("The letters cannot have been sent before the start"));
    }
    *chosen_out = ARENA_ARRAY(c->arena, size_t, to->people.count + 1);
    TRY(choose(c, s, to, *chosen_out, count_out));
    if (*count_out > 0) return ERR_OK;
    return ctx_issue(c, STR("who"),
                     STR("No letter can be recorded for any of these people: each has one "
                         "recorded already, or may no longer be written to"));
}

static Err do_record(Ctx *c, void *arg)
{
    Sent *s = arg;
    WriteTo to;
    size_t *chosen = NULL;
    size_t count = 0;
    TRY(find_chosen(c, s, &to, &chosen, &count));
    TRY(let_go(c, &to.campaign, &s->standing));
    s->ref = ref_new(c);
    TRY(db_exec(c->db, SQL_CAMPAIGN_SENT_ADD,
                ARGS(TEXT(s->ref), I64(to.campaign.id), DAY(s->what->on), I64((int64_t)count),
                     TEXT(left_out_lines(c, s)), I64(c->actor.account_id), TEXT(c->actor.name),
                     AT(c->now)),
                NULL));
    TRY(add_people(c, s, &to, chosen, count));
    TRY(journal_sending(c, &to.campaign, s->ref, STR("create")));
    return sending_get(c, &to.campaign, s->ref, s->out);
}

Err campaign_sent_record(Ctx *c, Str campaign, const SentNew *what, Sending *out)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE));
    if (what->count == 0) return ctx_issue(c, STR("who"), STR("Select at least one person"));
    if (date_is_none(what->on)) {
        return ctx_issue(c, STR("on"), STR("Enter the day the letters were sent, like today"));
    }
    if (date_cmp(what->on, c->today) > 0) {
        return ctx_issue(c, STR("on"),
                         STR("The day the letters were sent must not be in the future"));
    }
    return ctx_change(c, do_record, &(Sent){.campaign = campaign, .what = what, .out = out});
}

// --- undoing ---

static Err undo_contacts(Ctx *c, const Sending *sending, Str reason)
{
    PersonId *people = ARENA_ARRAY(c->arena, PersonId, CAMPAIGN_ROWS_MAX);
    Str *refs = ARENA_ARRAY(c->arena, Str, CAMPAIGN_ROWS_MAX);
    size_t count = 0;
    {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_CAMPAIGN_SENT_PEOPLE, ARGS(I64(sending->id)));
        while (count < CAMPAIGN_ROWS_MAX && rows_next(&rows)) {
            people[count] = (PersonId){row_i64(&rows, CAMPAIGN_SENT_PEOPLE_PERSON_ID)};
            refs[count++] = row_str(c->arena, &rows, CAMPAIGN_SENT_PEOPLE_CONTACT_REF);
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    for (size_t i = 0; i < count; i++) TRY(contact_letter_undo(c, people[i], refs[i], reason));
    return db_exec(c->db, SQL_CAMPAIGN_SENT_UNDO_PEOPLE, ARGS(I64(sending->id)), NULL);
}

static Err do_undo(Ctx *c, void *arg)
{
    const Sent *s = arg;
    Campaign k;
    Sending sending;
    int64_t changed = 0;
    TRY(campaign_get(c, s->campaign, &k));
    TRY(sending_get(c, &k, s->ref, &sending));
    if (k.state != CAMPAIGN_RUNNING) {
        return ctx_issue(c, STR(""),
                         STR("This campaign is closed. Mark the single contact as "
                             "entered in error instead"));
    }
    TRY(db_exec(
        c->db, SQL_CAMPAIGN_SENT_UNDO,
        ARGS(I64(sending.id), I64(s->version), AT(c->now), TEXT(c->actor.name), TEXT(s->reason)),
        &changed));
    if (changed == 0) return ERR_CONFLICT;
    TRY(undo_contacts(c, &sending, s->reason));
    return journal_sending(c, &k, s->ref, STR("undo"));
}

Err campaign_sent_undo(Ctx *c, Str campaign, Str sending, int64_t version, Str reason)
{
    assert(c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE));
    if (reason.len == 0) {
        return ctx_issue(c, STR("reason"),
                         STR("Enter why it is undone, like they were not posted"));
    }
    if (str_chars(reason) > CAMPAIGN_UNDO_CHARS_MAX) {
        return ctx_issue(c, STR("reason"), STR("Why must be 500 characters or fewer"));
    }
    return ctx_change(
        c, do_undo,
        &(Sent){.campaign = campaign, .ref = sending, .version = version, .reason = reason});
}
