// referral.c -- the rules of referrals. Every statement it runs is in referral.sql.
#include "care/referral/referral.h"

#include "care/referral/referral_fhir.h"
#include "care/task/task.h"
#include "core/ids.h"
#include "referral_sql.h"
#include "work/team/team.h"

enum { SENT_AGAIN_MS = 60 * 1000 };

static const struct {
    const char *name;
    bool closes, says_why; // says_why: the words may not be empty
} STEPS[REFERRAL_STEP_COUNT] = {
    [REFERRAL_SENT] = {"Sent", false, false},
    [REFERRAL_CHASED] = {"Asked, no news yet", false, false},
    [REFERRAL_ACCEPTED] = {"Accepted by the service", false, false},
    [REFERRAL_SEEN] = {"First appointment took place", false, false},
    [REFERRAL_NOT_THERE] = {"Did not attend", false, false},
    [REFERRAL_DECLINED] = {"Declined by the service", true, true},
    [REFERRAL_WITHDRAWN] = {"Taken back", true, true},
    [REFERRAL_HELPED] = {"Ended: it helped", true, false},
    [REFERRAL_HELPED_PART] = {"Ended: it helped in part", true, false},
    [REFERRAL_NO_HELP] = {"Ended: it did not help", true, false},
};

static const char *const WAYS[REFERRAL_WAY_COUNT] = {
    [REFERRAL_BY_ERS] = "NHS e-Referral Service",
    [REFERRAL_BY_EMAIL] = "Email",
    [REFERRAL_BY_LETTER] = "Letter",
    [REFERRAL_BY_PHONE] = "Telephone",
    [REFERRAL_BY_FORM] = "The service's own form",
};

static const char *const CONSENTS[REFERRAL_CONSENT_COUNT] = {
    [REFERRAL_AGREED] = "The person agreed",
    [REFERRAL_BEST_INTERESTS] = "Decided in their best interests",
};

const char *referral_step_name(ReferralStepKind kind)
{
    assert(kind > 0 && kind < REFERRAL_STEP_COUNT);
    return STEPS[kind].name;
}

const char *referral_way_name(ReferralWay way)
{
    assert(way > 0 && way < REFERRAL_WAY_COUNT);
    return WAYS[way];
}

const char *referral_consent_name(ReferralConsent consent)
{
    assert(consent > 0 && consent < REFERRAL_CONSENT_COUNT);
    return CONSENTS[consent];
}

bool referral_closes(ReferralStepKind kind)
{
    assert(kind > 0 && kind < REFERRAL_STEP_COUNT);
    return STEPS[kind].closes;
}

// ---- reading

// One reader for every statement that selects a referral: they share their column order.
static Referral referral_of_row(Ctx *c, const Rows *rows)
{
    return (Referral){
        .id = row_i64(rows, REFERRAL_GET_ID),
        .ref = row_str(c->arena, rows, REFERRAL_GET_REF),
        .person = {row_i64(rows, REFERRAL_GET_PERSON_ID)},
        .service = row_str(c->arena, rows, REFERRAL_GET_SERVICE),
        .reach = row_str(c->arena, rows, REFERRAL_GET_REACH),
        .reason = row_str(c->arena, rows, REFERRAL_GET_REASON),
        .way = (ReferralWay)row_i64(rows, REFERRAL_GET_WAY),
        .number = row_str(c->arena, rows, REFERRAL_GET_NUMBER),
        .consent = (ReferralConsent)row_i64(rows, REFERRAL_GET_CONSENT),
        .sent_on = row_date(rows, REFERRAL_GET_SENT_ON),
        .state = (ReferralStepKind)row_i64(rows, REFERRAL_GET_STATE),
        .state_on = row_date(rows, REFERRAL_GET_STATE_ON),
        .owner_account = row_i64(rows, REFERRAL_GET_OWNER),
        .owner_name = row_str(c->arena, rows, REFERRAL_GET_OWNER_NAME),
        .chase_on = row_date(rows, REFERRAL_GET_CHASE_ON),
        .closed_on = row_date(rows, REFERRAL_GET_CLOSED_ON),
        .changed_at = row_at(rows, REFERRAL_GET_CHANGED_AT),
        .version = row_i64(rows, REFERRAL_GET_VERSION),
    };
}

Err referral_get(Ctx *c, const Grant *grant, Str ref, Referral *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_REFERRAL_GET, ARGS(TEXT(ref), I64(grant_person(grant).v)));
    if (!rows_next(&rows)) return rows.err == ERR_OK ? ERR_NOT_FOUND : rows.err;
    *out = referral_of_row(c, &rows);
    return ERR_OK;
}

Err referral_of_person(Ctx *c, const Grant *grant, Referral **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_REFERRAL_OF_PERSON,
                         ARGS(I64(grant_person(grant).v), I64(REFERRALS_OF_PERSON_MAX)));
    Referral *all = NULL;
    size_t count = 0;
    size_t cap = 0;
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, all, count, &cap);
        all[count++] = referral_of_row(c, &rows);
    }
    *out = all;
    *count_out = count;
    return rows.err;
}

Err referral_steps(Ctx *c, const Grant *grant, const Referral *of, ReferralStep **out,
                   size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ) && grant_person(grant).v == of->person.v);
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_REFERRAL_STEPS, ARGS(I64(of->id), I64(REFERRAL_STEPS_MAX)));
    ReferralStep *steps = NULL;
    size_t count = 0;
    size_t cap = 0;
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, steps, count, &cap);
        steps[count++] = (ReferralStep){
            .kind = (ReferralStepKind)row_i64(&rows, REFERRAL_STEPS_KIND),
            .on = row_date(&rows, REFERRAL_STEPS_HAPPENED_ON),
            .words = row_str(c->arena, &rows, REFERRAL_STEPS_WORDS),
            .by = row_str(c->arena, &rows, REFERRAL_STEPS_NAME),
            .written_at = row_at(&rows, REFERRAL_STEPS_WRITTEN_AT),
        };
    }
    *out = steps;
    *count_out = count;
    return rows.err;
}

Err referral_facts(Ctx *c, ReferralFact **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_REFERRAL_FACTS, NO_ARGS);
    ReferralFact *facts = NULL;
    size_t count = 0;
    size_t cap = 0;
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, facts, count, &cap);
        facts[count++] = (ReferralFact){.person = {row_i64(&rows, REFERRAL_FACTS_PERSON_ID)},
                                        .since = row_date(&rows, REFERRAL_FACTS_SINCE)};
    }
    *out = facts;
    *count_out = count;
    return rows.err;
}

// ---- writing

const Seal REFERRAL_SEAL = {"referral", "referral referral_step", {REFERRAL_SEALED_STATEMENT}};
const Seal REFERRAL_STRAY_SEAL = {"referral", "referral_step", {REFERRAL_SEALED_STRAYS_STATEMENT}};

static Err journal_referral(Ctx *c, const Grant *grant, Str ref, Str verb)
{
    Referral referral;
    ReferralStep *steps = NULL;
    size_t count = 0;
    PersonRow *person = NULL;
    Account owner = {0};
    Str body;
    TRY(referral_get(c, grant, ref, &referral));
    TRY(referral_steps(c, grant, &referral, &steps, &count));
    TRY(person_rows(c, &referral.person, 1, &person));
    Err known = account_by_id(c, referral.owner_account, &owner);
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    ReferralWhole whole = {&referral, steps, count, person->ref, owner.ref};
    TRY(referral_fhir(c, &whole, &body));
    return journal_append(c, &(JournalEntry){.person = referral.person,
                                             .kind = STR("referral"),
                                             .id = referral.ref,
                                             .version = referral.version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &REFERRAL_SEAL});
}

// The colleague's task to ask what became of it.
static Err add_task(Ctx *c, const Grant *grant, const Referral *of)
{
    TaskId id;
    Str what = arena_fmt(c->arena, "Ask about the referral to " STR_FMT, STR_ARG(of->service));
    return task_add(c, grant,
                    &(TaskAdd){
                        .what = what,
                        .detail = of->reach,
                        .owner_account = of->owner_account,
                        .due = of->chase_on,
                        .due_minutes = -1,
                        .waiting = true,
                        .source = TASK_FROM_REFERRAL,
                        .source_ref = of->ref,
                    },
                    &id);
}

// None is open when somebody ticked it off on Today.
static Err end_task(Ctx *c, const Grant *grant, Str ref)
{
    Task task;
    Err err = task_of_source(c, grant, TASK_FROM_REFERRAL, ref, &task);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && task.state == TASK_DONE)) return ERR_OK;
    TRY(err);
    return task_done(c, grant, task.ref, task.version);
}

static void check_chars(Ctx *c, const char *field, Str text, size_t max, const char *said)
{
    if (str_chars(text) > max) (void)ctx_issue(c, str_from_c(field), str_from_c(said));
}

static void check_day(Ctx *c, const char *field, bool wrong, const char *said)
{
    if (wrong) (void)ctx_issue(c, str_from_c(field), str_from_c(said));
}

static Err check_add(Ctx *c, const ReferralAdd *add)
{
    size_t before = c->issue_count;
    if (add->service.len == 0) {
        (void)ctx_issue(c, STR("service"), STR("Enter which service they are referred to"));
    }
    if (add->reason.len == 0) (void)ctx_issue(c, STR("reason"), STR("Enter what it is for"));
    check_chars(c, "service", add->service, REFERRAL_SERVICE_CHARS_MAX,
                "The service must be 150 characters or fewer");
    check_chars(c, "reach", add->reach, REFERRAL_REACH_CHARS_MAX,
                "How to reach it must be 200 characters or fewer");
    check_chars(c, "reason", add->reason, REFERRAL_REASON_CHARS_MAX,
                "What it is for must be 2,000 characters or fewer");
    check_chars(c, "number", add->number, REFERRAL_NUMBER_CHARS_MAX,
                "The reference number must be 40 characters or fewer");
    check_day(c, "sent_on", date_is_none(add->sent_on), "Enter the day it was sent");
    check_day(c, "sent_on", !date_is_none(add->sent_on) && date_cmp(add->sent_on, c->today) > 0,
              "The day it was sent must be today or before");
    check_day(c, "chase_on", date_is_none(add->chase_on) || date_cmp(add->chase_on, c->today) < 0,
              "Enter the day to ask what became of it, today or later");
    return c->issue_count > before ? ERR_INVALID : ERR_OK;
}

typedef struct Adding {
    const Grant *grant;
    const ReferralAdd *add;
    Colleague owner;
    Str ref;
} Adding;

static Err sent_again(Ctx *c, Adding *a)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_REFERRAL_SENT_AGAIN,
                         ARGS(I64(grant_person(a->grant).v), I64(c->now.ms - SENT_AGAIN_MS),
                              TEXT(a->add->service), TEXT(a->add->reason), DAY(a->add->sent_on)));
    if (rows_next(&rows)) a->ref = row_str(c->arena, &rows, REFERRAL_SENT_AGAIN_REF);
    return rows.err;
}

// Two open ones to one service are mostly one, entered by two colleagues.
static Err check_another(Ctx *c, const Adding *a)
{
    if (a->add->again) return ERR_OK;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_REFERRAL_OPEN_TO,
                         ARGS(I64(grant_person(a->grant).v), TEXT(a->add->service)));
    if (!rows_next(&rows)) return rows.err;
    Date on = row_date(&rows, REFERRAL_OPEN_TO_SENT_ON);
    return ctx_issue(c, STR("again"),
                     arena_fmt(c->arena,
                               "A referral to this service of " STR_FMT
                               " is still open. Tick the box if this is another one",
                               STR_ARG(date_long(c->arena, on))));
}

static Err check_room(Ctx *c, const Grant *grant)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_REFERRAL_COUNT, ARGS(I64(grant_person(grant).v)));
    if (!rows_next(&rows)) return rows.err;
    return row_i64(&rows, REFERRAL_COUNT_N) < REFERRALS_OF_PERSON_MAX ? ERR_OK : ERR_CONFLICT;
}

static Err add_step(Ctx *c, int64_t referral, ReferralStepKind kind, Date on, Str words)
{
    return db_exec(c->db, SQL_REFERRAL_STEP_ADD,
                   ARGS(I64(referral), I64(kind), DAY(on), TEXT(words), I64(c->actor.account_id),
                        TEXT(c->actor.name), AT(c->now)),
                   NULL);
}

// Its row with the first step, and the journal's entry of both.
static Err write_referral(Ctx *c, Adding *a)
{
    const ReferralAdd *add = a->add;
    a->ref = ref_new(c);
    TRY(db_exec(c->db, SQL_REFERRAL_ADD,
                ARGS(TEXT(a->ref), I64(grant_person(a->grant).v), TEXT(add->service),
                     TEXT(add->reach), TEXT(add->reason), I64(add->way), TEXT(add->number),
                     I64(add->consent), DAY(add->sent_on), I64(a->owner.account_id),
                     TEXT(a->owner.name), DAY(add->chase_on), AT(c->now)),
                NULL));
    TRY(add_step(c, db_last_id(c->db), REFERRAL_SENT, add->sent_on, STR("")));
    return journal_referral(c, a->grant, a->ref, STR("create"));
}

static Err do_add(Ctx *c, void *arg)
{
    Adding *a = arg;
    Referral referral;
    TRY(sent_again(c, a));
    if (a->ref.len > 0) return ERR_OK;
    TRY(check_another(c, a));
    TRY(check_room(c, a->grant));
    TRY(write_referral(c, a));
    TRY(referral_get(c, a->grant, a->ref, &referral));
    return add_task(c, a->grant, &referral);
}

static bool choices_known(const ReferralAdd *add)
{
    return add->way > 0 && add->way < REFERRAL_WAY_COUNT && add->consent > 0 &&
           add->consent < REFERRAL_CONSENT_COUNT;
}

Err referral_add(Ctx *c, const Grant *grant, const ReferralAdd *add, Str *ref_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE) && choices_known(add));
    TRY(check_add(c, add));
    Adding adding = {.grant = grant, .add = add};
    TRY(team_doer(c, add->owner_account, &adding.owner));
    TRY(ctx_change(c, do_add, &adding));
    *ref_out = adding.ref;
    return ERR_OK;
}

typedef struct Stepping {
    const Grant *grant;
    Str ref;
    int64_t version;
    const ReferralStepAdd *add;
} Stepping;

static Err check_step(Ctx *c, const Referral *of, const ReferralStepAdd *add)
{
    size_t before = c->issue_count;
    bool closes = STEPS[add->kind].closes;
    if (STEPS[add->kind].says_why && add->words.len == 0) {
        (void)ctx_issue(c, STR("words"), STR("Enter why"));
    }
    check_chars(c, "words", add->words, REFERRAL_WORDS_CHARS_MAX,
                "What happened must be 2,000 characters or fewer");
    check_day(c, "on",
              date_is_none(add->on) || date_cmp(add->on, c->today) > 0 ||
                  date_cmp(add->on, of->sent_on) < 0,
              "Enter the day it happened, from the day the referral was sent until today");
    check_day(c, "chase_on",
              !closes && (date_is_none(add->chase_on) || date_cmp(add->chase_on, c->today) < 0),
              "Enter the day to ask again, today or later");
    return c->issue_count > before ? ERR_INVALID : ERR_OK;
}

// How it stands after the step; to ask and hear nothing new moves the next day alone.
static Referral stepped(const Referral *before, const ReferralStepAdd *add)
{
    Referral after = *before;
    if (add->kind != REFERRAL_CHASED) {
        after.state = add->kind;
        after.state_on = add->on;
    }
    after.chase_on = STEPS[add->kind].closes ? DATE_NONE : add->chase_on;
    after.closed_on = STEPS[add->kind].closes ? add->on : DATE_NONE;
    return after;
}

// The step in its row, where it stands now, and the journal's entry of both.
static Err write_step(Ctx *c, const Stepping *s, const Referral *before)
{
    const ReferralStepAdd *add = s->add;
    Referral after = stepped(before, add);
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_REFERRAL_SET,
                ARGS(I64(after.id), I64(s->version), I64(after.state), DAY(after.state_on),
                     DAY(after.chase_on), DAY(after.closed_on), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    TRY(add_step(c, after.id, add->kind, add->on, add->words));
    return journal_referral(c, s->grant, s->ref,
                            STEPS[add->kind].closes ? STR("close") : STR("update"));
}

static Err do_step(Ctx *c, void *arg)
{
    const Stepping *s = arg;
    Referral r;
    TRY(referral_get(c, s->grant, s->ref, &r));
    TRY(check_step(c, &r, s->add));
    TRY(write_step(c, s, &r));
    TRY(end_task(c, s->grant, s->ref));
    if (STEPS[s->add->kind].closes) return ERR_OK;
    TRY(referral_get(c, s->grant, s->ref, &r));
    return add_task(c, s->grant, &r);
}

Err referral_step(Ctx *c, const Grant *grant, Str ref, int64_t version, const ReferralStepAdd *add)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    assert(add->kind > REFERRAL_SENT && add->kind < REFERRAL_STEP_COUNT);
    Stepping stepping = {grant, ref, version, add};
    return ctx_change(c, do_step, &stepping);
}
