// caseload.c -- the rules of cases. Every statement it runs is in caseload.sql.
#include "care/caseload/caseload.h"

#include "care/caseload/caseload_answered.h"
#include "care/caseload/caseload_fhir.h"
#include "care/caseload/caseload_pages.h"
#include "caseload_sql.h"
#include "work/team/team.h"

enum { PRACTICES_AT_ONCE = 16 };
enum { ASK_AGAIN_MONTHS = 6 };        // after nobody answered, unless another day is given
enum { RELATED_DAYS_AFTER_END = 30 }; // security.md 2.3: a relationship ends 30 days after the case

const char *case_state_name(CaseState state)
{
    switch (state) {
    case CASE_OFFERED: return "Offered";
    case CASE_OPEN: return "Open";
    case CASE_DECLINED: return "Declined";
    case CASE_NO_ANSWER: return "No answer";
    case CASE_CLOSED: return "Closed";
    }
    return "Not recorded";
}

const char *case_stage_name(CaseStage stage)
{
    switch (stage) {
    case STAGE_GETTING_TO_KNOW: return "Getting to know";
    case STAGE_PLANNING: return "Planning";
    case STAGE_ACTIVE: return "Active support";
    case STAGE_REVIEWING: return "Reviewing";
    case STAGE_MOVING_ON: return "Moving on";
    }
    return "Not recorded";
}

const char *case_priority_name(Priority priority)
{
    switch (priority) {
    case PRIORITY_HIGH: return "High";
    case PRIORITY_MEDIUM: return "Medium";
    case PRIORITY_LOW: return "Low";
    }
    return "Not recorded";
}

// One reader for every statement that selects a case (-- columns: of_person).
static Case case_of_row(Ctx *c, const Rows *rows)
{
    return (Case){
        .id = row_i64(rows, CASELOAD_OF_PERSON_ID),
        .ref = row_str(c->arena, rows, CASELOAD_OF_PERSON_REF),
        .person = {row_i64(rows, CASELOAD_OF_PERSON_PERSON_ID)},
        .state = (CaseState)row_i64(rows, CASELOAD_OF_PERSON_STATE),
        .stage = (CaseStage)row_i64(rows, CASELOAD_OF_PERSON_STAGE),
        .priority = (Priority)row_i64(rows, CASELOAD_OF_PERSON_PRIORITY),
        .lead_account = row_i64(rows, CASELOAD_OF_PERSON_LEAD_ACCOUNT),
        .lead_name = row_str(c->arena, rows, CASELOAD_OF_PERSON_LEAD_NAME),
        .supervisor_account = row_i64(rows, CASELOAD_OF_PERSON_SUPERVISOR_ACCOUNT),
        .supervisor_name = row_str(c->arena, rows, CASELOAD_OF_PERSON_SUPERVISOR_NAME),
        .cohort = row_str(c->arena, rows, CASELOAD_OF_PERSON_COHORT),
        .reasons = row_str(c->arena, rows, CASELOAD_OF_PERSON_REASONS),
        .end_reason = row_str(c->arena, rows, CASELOAD_OF_PERSON_END_REASON),
        .ask_again = row_date(rows, CASELOAD_OF_PERSON_ASK_AGAIN),
        .attempts = (int)row_i64(rows, CASELOAD_OF_PERSON_ATTEMPTS),
        .offered_at = row_at(rows, CASELOAD_OF_PERSON_OFFERED_AT),
        .accepted_at = row_at(rows, CASELOAD_OF_PERSON_ACCEPTED_AT),
        .closed_at = row_at(rows, CASELOAD_OF_PERSON_CLOSED_AT),
        .changed_at = row_at(rows, CASELOAD_OF_PERSON_CHANGED_AT),
        .version = row_i64(rows, CASELOAD_OF_PERSON_VERSION),
    };
}

typedef struct Cases {
    Case *at; // in c->arena
    size_t count;
} Cases;

static Err case_rows(Ctx *c, StatementId id, const Val *args, size_t arg_count, size_t max,
                     Cases *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, id, args, arg_count);
    size_t cap = 64;
    size_t count = 0;
    Case *cases = ARENA_ARRAY(c->arena, Case, cap);
    while (count < max && rows_next(&rows)) {
        ARENA_GROW(c->arena, cases, count, &cap);
        cases[count++] = case_of_row(c, &rows);
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = (Cases){cases, count};
    return ERR_OK;
}

// Without a grant: for rules of this room that have checked theirs.
static Err latest(Ctx *c, PersonId person, Case *out)
{
    Cases found;
    TRY(case_rows(c, SQL_CASELOAD_OF_PERSON, ARGS(I64(person.v)), 1, &found));
    if (found.count == 0) return ERR_NOT_FOUND;
    *out = found.at[0];
    return ERR_OK;
}

static bool stands(const Case *k)
{
    return k->state == CASE_OFFERED || k->state == CASE_OPEN;
}

Err case_of_person(Ctx *c, const Grant *grant, Case *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    return latest(c, grant_person(grant), out);
}

static Err body_of(Ctx *c, const Case *k, Str *out)
{
    PersonRow *row = NULL;
    TRY(person_rows(c, &k->person, 1, &row));
    Account lead = {0};
    Account supervisor = {0};
    Err known = account_by_id(c, k->lead_account, &lead);
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    known = account_by_id(c, k->supervisor_account, &supervisor);
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    CaseRefs refs = {.person = row->ref, .lead = lead.ref, .supervisor = supervisor.ref};
    return case_fhir(c, k, &refs, out);
}

const Seal CASE_SEAL = {"case", "care_case", {CASELOAD_SEALED_STATEMENT}};

static Err journal_case(Ctx *c, PersonId person, Str verb)
{
    Case k;
    Str body;
    TRY(latest(c, person, &k));
    TRY(body_of(c, &k, &body));
    return journal_append(c, &(JournalEntry){.person = person,
                                             .kind = STR("case"),
                                             .id = k.ref,
                                             .version = k.version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &CASE_SEAL});
}

typedef struct Offering {
    PersonId person;
    const CaseOffer *offer;
    Colleague lead;
    Case *existing;
} Offering;

// Looked at inside the change: two people may press the button in the same second.
static Err do_offer(Ctx *c, void *arg)
{
    Offering *o = arg;
    Case standing;
    Err err = latest(c, o->person, &standing);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    if (err == ERR_OK && stands(&standing)) {
        *o->existing = standing;
        return ERR_CONFLICT;
    }
    Str ref = ref_new(c);
    TRY(db_exec(c->db, SQL_CASELOAD_OFFER,
                ARGS(TEXT(ref), I64(o->person.v), I64(o->offer->priority), I64(o->lead.account_id),
                     TEXT(o->lead.name), TEXT(o->offer->cohort), TEXT(o->offer->reasons),
                     AT(c->now)),
                NULL));
    return journal_case(c, o->person, STR("offer"));
}

Str case_never(Registration registration, bool opted_out)
{
    if (registration == REGISTRATION_DIED) {
        return STR("This person has died. Support cannot be offered.");
    }
    if (registration == REGISTRATION_LEFT) {
        return STR("This person has left the practice. Support cannot be offered.");
    }
    return opted_out ? STR("This person asked not to be contacted about support.") : STR("");
}

static Err check_contactable(Ctx *c, PersonId person)
{
    PersonRow *row = NULL;
    TRY(person_rows(c, &person, 1, &row));
    if (row->ref.len == 0) return ERR_NOT_FOUND;
    Str never = case_never(row->registration, row->opted_out);
    return never.len > 0 ? ctx_issue(c, STR(""), never) : ERR_OK;
}

static Err find_colleague(Ctx *c, int64_t account, const char *field, Colleague *out)
{
    if (account == 0 || account == c->actor.account_id) {
        *out = (Colleague){.account_id = c->actor.account_id, .name = c->actor.name};
        return ERR_OK;
    }
    Err err = team_colleague_at_work(c, account, out);
    if (err != ERR_NOT_FOUND) return err;
    return ctx_issue(c, str_from_c(field), STR("Select a colleague from the list"));
}

// A lead whom no caseload page shows their people would lose them.
static Err find_lead(Ctx *c, int64_t account, Colleague *out)
{
    TRY(find_colleague(c, account, "lead", out));
    if (account == 0 || account == c->actor.account_id || team_may_lead(out->role)) return ERR_OK;
    return ctx_issue(c, STR("lead"), STR("Select a colleague from the list"));
}

Err case_offer(Ctx *c, const Grant *grant, const CaseOffer *offer, Case *existing_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE) ||
           grant_covers(grant, CLASS_COHORT, MODE_READ));
    Offering offering = {.person = grant_person(grant), .offer = offer, .existing = existing_out};
    TRY(check_contactable(c, offering.person));
    TRY(find_lead(c, offer->lead_account, &offering.lead));
    return ctx_change(c, do_offer, &offering);
}

typedef struct Ending {
    PersonId person;
    int64_t version;
    CaseState state; // CASE_OPEN means accept
    Str reason;
    Date ask_again;
    Str verb;
} Ending;

static Err write_end(Ctx *c, const Ending *e, int64_t id, int64_t *changed_out)
{
    if (e->state == CASE_OPEN) {
        return db_exec(c->db, SQL_CASELOAD_ACCEPT, ARGS(I64(id), I64(e->version), AT(c->now)),
                       changed_out);
    }
    return db_exec(c->db, SQL_CASELOAD_FINISH,
                   ARGS(I64(id), I64(e->version), I64(e->state), TEXT(e->reason), DAY(e->ask_again),
                        AT(c->now)),
                   changed_out);
}

// The move was made already, from what this form showed: a button pressed twice.
static bool moved_so(const Ending *e, const Case *k)
{
    if (k->state != e->state || k->version != e->version + 1) return false;
    return e->state == CASE_OPEN || str_eq(k->end_reason, e->reason);
}

static Err do_end(Ctx *c, void *arg)
{
    const Ending *e = arg;
    Case k;
    TRY(latest(c, e->person, &k));
    if (moved_so(e, &k)) return ERR_OK;
    if (e->state == CASE_NO_ANSWER && k.state == CASE_OFFERED && k.attempts == 0) {
        return ctx_issue(c, STR(""), STR("Record an attempt to reach the person first"));
    }
    int64_t changed = 0;
    TRY(write_end(c, e, k.id, &changed));
    if (changed == 0) return ERR_CONFLICT;
    return journal_case(c, e->person, e->verb);
}

// The only way out of offered and open, so that state rule, version and journal cannot drift apart.
static Err move(Ctx *c, const Grant *grant, Ending ending)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    ending.person = grant_person(grant);
    return ctx_change(c, do_end, &ending);
}

Err case_accept(Ctx *c, const Grant *grant, int64_t version)
{
    return move(
        c, grant,
        (Ending){
            .version = version, .state = CASE_OPEN, .ask_again = DATE_NONE, .verb = STR("accept")});
}

static Err check_reason(Ctx *c, Str reason, Str missing)
{
    if (reason.len == 0) return ctx_issue(c, STR("reason"), missing);
    if (str_chars(reason) > CASE_REASON_CHARS_MAX) {
        return ctx_issue(c, STR("reason"), STR("Reason must be 1,000 characters or fewer"));
    }
    return ERR_OK;
}

static Err check_again(Ctx *c, const char *field, Date ask_again)
{
    if (date_is_none(ask_again) || date_cmp(ask_again, c->today) > 0) return ERR_OK;
    return ctx_issue(c, str_from_c(field), STR("When to ask again must be after today"));
}

Err case_decline(Ctx *c, const Grant *grant, int64_t version, Str reason, Date ask_again)
{
    TRY(check_reason(c, reason, STR("Enter why the person said no, in their words if you can")));
    TRY(check_again(c, "ask_again", ask_again));
    return move(c, grant,
                (Ending){.version = version,
                         .state = CASE_DECLINED,
                         .reason = reason,
                         .ask_again = ask_again,
                         .verb = STR("decline")});
}

// Without a day to ask again the person would be back on every list at once.
Err case_no_answer(Ctx *c, const Grant *grant, int64_t version, Date ask_again)
{
    TRY(check_again(c, "try_again", ask_again));
    if (date_is_none(ask_again)) ask_again = date_add_months(c->today, ASK_AGAIN_MONTHS);
    return move(c, grant,
                (Ending){.version = version,
                         .state = CASE_NO_ANSWER,
                         .ask_again = ask_again,
                         .verb = STR("no-answer")});
}

Err case_close(Ctx *c, const Grant *grant, int64_t version, Str reason)
{
    TRY(check_reason(c, reason, STR("Enter why support is ending and what was achieved")));
    return move(c, grant,
                (Ending){.version = version,
                         .state = CASE_CLOSED,
                         .reason = reason,
                         .ask_again = DATE_NONE,
                         .verb = STR("close")});
}

static Err do_count(Ctx *c, void *arg)
{
    const PersonId *person = arg;
    Case k;
    Err err = latest(c, *person, &k);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !stands(&k))) return ERR_OK;
    TRY(err);
    TRY(db_exec(c->db, SQL_CASELOAD_COUNT_ATTEMPT, ARGS(I64(k.id), AT(c->now)), NULL));
    return journal_case(c, *person, STR("attempt"));
}

Err case_count_attempt(Ctx *c, const Grant *grant)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    PersonId person = grant_person(grant);
    return ctx_change(c, do_count, &person);
}

Err case_count_letter(Ctx *c, PersonId person)
{
    return do_count(c, &person);
}

typedef struct Setting {
    PersonId person;
    int64_t version;
    const CaseSetting *to;
    Colleague lead, supervisor;
} Setting;

static Err do_set(Ctx *c, void *arg)
{
    const Setting *s = arg;
    Case k;
    TRY(latest(c, s->person, &k));
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_CASELOAD_SET,
                ARGS(I64(k.id), I64(s->version), I64(s->to->stage), I64(s->to->priority),
                     I64(s->lead.account_id), TEXT(s->lead.name), I64(s->supervisor.account_id),
                     TEXT(s->supervisor.name), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    return journal_case(c, s->person, STR("update"));
}

Err case_set(Ctx *c, const Grant *grant, int64_t version, const CaseSetting *to)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    if (to->stage < STAGE_GETTING_TO_KNOW || to->stage > STAGE_MOVING_ON) {
        ctx_issue(c, STR("stage"), STR("Select the stage of support"));
    }
    if (to->priority < PRIORITY_HIGH || to->priority > PRIORITY_LOW) {
        ctx_issue(c, STR("priority"), STR("Select a priority"));
    }
    if (c->issue_count > 0) return ERR_INVALID;
    Setting s = {.person = grant_person(grant), .version = version, .to = to};
    TRY(find_lead(c, to->lead_account, &s.lead));
    if (to->supervisor_account != 0) {
        TRY(find_colleague(c, to->supervisor_account, "supervisor", &s.supervisor));
    }
    return ctx_change(c, do_set, &s);
}

// ERR_NOT_FOUND: no such offer stands.
static Err find_offer(Ctx *c, const CaseFrom *from, Case *out)
{
    TRY(latest(c, from->person, out));
    bool meant = out->state == CASE_OFFERED && out->lead_account == from->lead &&
                 str_eq(out->cohort, from->cohort) && out->offered_at.ms >= from->since.ms;
    return meant ? ERR_OK : ERR_NOT_FOUND;
}

Err case_hand_over(Ctx *c, const CaseFrom *from, int64_t to, Str to_name)
{
    Case k;
    Err err = find_offer(c, from, &k);
    if (err != ERR_OK) return err == ERR_NOT_FOUND ? ERR_OK : err;
    TRY(db_exec(c->db, SQL_CASELOAD_SET,
                ARGS(I64(k.id), I64(k.version), I64(k.stage), I64(k.priority), I64(to),
                     TEXT(to_name), I64(k.supervisor_account), TEXT(k.supervisor_name), AT(c->now)),
                NULL));
    return journal_case(c, from->person, STR("update"));
}

Err case_hand_back(Ctx *c, const CaseFrom *from)
{
    Case k;
    Err err = find_offer(c, from, &k);
    if (err != ERR_OK) return err == ERR_NOT_FOUND ? ERR_OK : err;
    Date again = k.attempts > 0 ? date_add_months(c->today, ASK_AGAIN_MONTHS) : DATE_NONE;
    TRY(db_exec(
        c->db, SQL_CASELOAD_FINISH,
        ARGS(I64(k.id), I64(k.version), I64(CASE_NO_ANSWER), TEXT(STR("")), DAY(again), AT(c->now)),
        NULL));
    return journal_case(c, from->person, STR("no-answer"));
}

Err case_mine(Ctx *c, Case **out, size_t *count_out)
{
    assert(access_may(c, CLASS_CARE, MODE_READ));
    Cases found;
    TRY(case_rows(c, SQL_CASELOAD_OF_LEAD, ARGS(I64(c->actor.account_id), I64(CASES_MAX)),
                  CASES_MAX, &found));
    *out = found.at;
    *count_out = found.count;
    return ERR_OK;
}

Err case_standing(Ctx *c, Case **out, size_t *count_out)
{
    assert(access_may(c, CLASS_CARE, MODE_READ) || access_may(c, CLASS_STATISTICS, MODE_READ));
    Cases found;
    TRY(case_rows(c, SQL_CASELOAD_STANDING, ARGS(I64(CASES_MAX)), CASES_MAX, &found));
    *out = found.at;
    *count_out = found.count;
    return ERR_OK;
}

static int by_id(const void *a, const void *b)
{
    const Case *x = a;
    const Case *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static void append(Ctx *c, Cases *to, const Cases *more)
{
    Case *all = ARENA_ARRAY(c->arena, Case, to->count + more->count + 1);
    for (size_t i = 0; i < to->count; i++) all[i] = to->at[i];
    for (size_t i = 0; i < more->count; i++) all[to->count + i] = more->at[i];
    *to = (Cases){all, to->count + more->count};
}

// Of people of the actor's practices.
static Err append_of_practices(Ctx *c, StatementId of, Cases *all)
{
    for (size_t from = 0; from < c->actor.org_count; from += PRACTICES_AT_ONCE) {
        Val args[1 + PRACTICES_AT_ONCE] = {I64(CASES_MAX)};
        for (size_t i = 0; i < PRACTICES_AT_ONCE; i++) { // places left over repeat the last
            size_t at = from + i < c->actor.org_count ? from + i : c->actor.org_count - 1;
            args[1 + i] = I64(c->actor.orgs[at]);
        }
        Cases some;
        TRY(case_rows(c, of, args, COUNT_OF(args), CASES_MAX, &some));
        append(c, all, &some);
    }
    return ERR_OK;
}

// Those and whom the actor leads or supervises: by the one statement and the other.
static Err rows_near(Ctx *c, StatementId with, StatementId of, Case **out, size_t *count_out)
{
    Cases all;
    TRY(case_rows(c, with, ARGS(I64(c->actor.account_id), I64(CASES_MAX)), CASES_MAX, &all));
    TRY(append_of_practices(c, of, &all));
    if (all.count > 1) qsort(all.at, all.count, sizeof *all.at, by_id);
    size_t kept = 0;
    for (size_t i = 0; i < all.count; i++) { // one may be both
        if (kept == 0 || all.at[kept - 1].id != all.at[i].id) all.at[kept++] = all.at[i];
    }
    *out = all.at;
    *count_out = kept;
    return ERR_OK;
}

Err case_standing_near(Ctx *c, Case **out, size_t *count_out)
{
    assert(access_may(c, CLASS_CARE, MODE_READ));
    return rows_near(c, SQL_CASELOAD_STANDING_WITH, SQL_CASELOAD_STANDING_OF, out, count_out);
}

Err case_answered(Ctx *c, AnsweredOf of, Case **out, size_t *count_out)
{
    assert(access_may(c, CLASS_CARE, MODE_READ));
    if (of == ANSWERED_NEAR) {
        return rows_near(c, SQL_CASELOAD_ANSWERED_WITH, SQL_CASELOAD_ANSWERED_OF, out, count_out);
    }
    Val args[] = {I64(c->actor.account_id), I64(CASES_MAX)};
    bool mine = of == ANSWERED_MINE;
    Cases found;
    TRY(case_rows(c, mine ? SQL_CASELOAD_ANSWERED_LEAD : SQL_CASELOAD_ANSWERED,
                  mine ? args : args + 1, mine ? 2 : 1, CASES_MAX, &found));
    *out = found.at;
    *count_out = found.count;
    return ERR_OK;
}

Err case_standing_count(Ctx *c, int64_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CASELOAD_COUNT_STANDING, NO_ARGS);
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_FAULT;
    *out = row_i64(&rows, CASELOAD_COUNT_STANDING_N);
    return ERR_OK;
}

static Date fact_date(const Rows *rows)
{
    static const int NEWEST_FIRST[] = {CASELOAD_FACTS_CLOSED_AT, CASELOAD_FACTS_ACCEPTED_AT,
                                       CASELOAD_FACTS_OFFERED_AT};
    for (size_t i = 0; i < COUNT_OF(NEWEST_FIRST); i++) {
        if (!row_null(rows, NEWEST_FIRST[i])) {
            return instant_date_london(row_at(rows, NEWEST_FIRST[i]));
        }
    }
    return DATE_NONE;
}

Err case_facts(Ctx *c, CaseFact **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CASELOAD_FACTS, NO_ARGS);
    size_t cap = 256;
    size_t count = 0;
    CaseFact *facts = ARENA_ARRAY(c->arena, CaseFact, cap);
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, facts, count, &cap);
        facts[count++] = (CaseFact){.person = {row_i64(&rows, CASELOAD_FACTS_PERSON_ID)},
                                    .state = (CaseState)row_i64(&rows, CASELOAD_FACTS_STATE),
                                    .on = fact_date(&rows),
                                    .ask_again = row_date(&rows, CASELOAD_FACTS_ASK_AGAIN),
                                    .lead_account = row_i64(&rows, CASELOAD_FACTS_LEAD_ACCOUNT),
                                    .cohort = row_str(c->arena, &rows, CASELOAD_FACTS_COHORT),
                                    .accepted = !row_null(&rows, CASELOAD_FACTS_ACCEPTED_AT)};
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = facts;
    *count_out = count;
    return ERR_OK;
}

int64_t case_mine_count(Ctx *c)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CASELOAD_COUNT_LEAD, ARGS(I64(c->actor.account_id)));
    return rows_next(&rows) ? row_i64(&rows, CASELOAD_COUNT_LEAD_N) : -1;
}

// For core/access: leads or supervises a standing case, or one that ended in the last 30 days.
Err case_relationship(Ctx *c, PersonId person, RelationshipKind *out)
{
    int64_t ended_after = c->now.ms - (int64_t)RELATED_DAYS_AFTER_END * DAY_MS;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CASELOAD_RELATED,
                         ARGS(I64(person.v), I64(c->actor.account_id), I64(ended_after)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_FAULT;
    *out = row_i64(&rows, CASELOAD_RELATED_N) > 0 ? RELATIONSHIP_CASELOAD : RELATIONSHIP_NONE;
    return ERR_OK;
}
