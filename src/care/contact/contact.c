// contact.c -- the rules of contacts. Every statement it runs is in contact.sql.
#include "care/contact/contact.h"

#include "care/caseload/caseload.h"
#include "care/contact/contact_fhir.h"
#include "care/task/task.h"
#include "contact_sql.h"

enum {
    NOTE_CHARS_MAX = 500,
    JUST_RECORDED_MS = 10 * 60 * 1000,
    SENT_AGAIN_MS = 60 * 1000,
    PRESENT_CHARS_MAX = 500,
    BACKDATE_DAYS_MAX = 366,
};

const char *contact_mode_name(ContactMode mode)
{
    switch (mode) {
    case CONTACT_TELEPHONE: return "Telephone call";
    case CONTACT_HOME_VISIT: return "Home visit";
    case CONTACT_SURGERY: return "At the surgery";
    case CONTACT_VIDEO: return "Video call";
    case CONTACT_WRITTEN: return "Letter or message";
    case CONTACT_OTHER: return "Another way";
    }
    return "Not recorded";
}

const char *contact_outcome_name(ContactOutcome outcome)
{
    switch (outcome) {
    case CONTACT_SPOKE: return "Spoke with the person";
    case CONTACT_NO_ANSWER: return "No answer";
    case CONTACT_LEFT_MESSAGE: return "Left a message";
    case CONTACT_NOT_AT_HOME: return "Not at home";
    case CONTACT_DID_NOT_ATTEND: return "Did not attend";
    }
    return "Not recorded";
}

static Contact contact_of_row(Ctx *c, const Rows *rows)
{
    return (Contact){
        .id = row_i64(rows, CONTACT_GET_ID),
        .ref = row_str(c->arena, rows, CONTACT_GET_REF),
        .person = {row_i64(rows, CONTACT_GET_PERSON_ID)},
        .mode = (ContactMode)row_i64(rows, CONTACT_GET_MODE),
        .outcome = (ContactOutcome)row_i64(rows, CONTACT_GET_OUTCOME),
        .at = row_at(rows, CONTACT_GET_AT),
        .minutes = (int)row_i64(rows, CONTACT_GET_MINUTES),
        .present = row_str(c->arena, rows, CONTACT_GET_PRESENT),
        .interpreter_used = row_i64(rows, CONTACT_GET_INTERPRETER_USED) != 0,
        .own_words = row_str(c->arena, rows, CONTACT_GET_OWN_WORDS),
        .done = row_str(c->arena, rows, CONTACT_GET_DONE),
        .next_step = row_str(c->arena, rows, CONTACT_GET_NEXT_STEP),
        .next_due = row_date(rows, CONTACT_GET_NEXT_DUE),
        .next_owner = row_i64(rows, CONTACT_GET_NEXT_OWNER),
        .no_next_reason = row_str(c->arena, rows, CONTACT_GET_NO_NEXT_REASON),
        .by_account = row_i64(rows, CONTACT_GET_BY_ACCOUNT),
        .by_name = row_str(c->arena, rows, CONTACT_GET_BY_NAME),
        .in_error = row_i64(rows, CONTACT_GET_IN_ERROR) != 0,
        .error_reason = row_str(c->arena, rows, CONTACT_GET_ERROR_REASON),
        .changed_at = row_at(rows, CONTACT_GET_CHANGED_AT),
        .version = row_i64(rows, CONTACT_GET_VERSION),
    };
}

static Err get_of(Ctx *c, PersonId person, Str ref, Contact *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CONTACT_GET, ARGS(TEXT(ref), I64(person.v)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = contact_of_row(c, &rows);
    return ERR_OK;
}

Err contact_get(Ctx *c, const Grant *grant, Str ref, Contact *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    return get_of(c, grant_person(grant), ref, out);
}

static Err body_of(Ctx *c, const Contact *contact, Str *out)
{
    PersonRow *person = NULL;
    TRY(person_rows(c, &contact->person, 1, &person));
    Account by = {0};
    Err known = account_by_id(c, contact->by_account, &by);
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    return contact_fhir(c, contact, person->ref, by.ref, out);
}

const Seal CONTACT_SEAL = {"contact", "contact", {CONTACT_SEALED_STATEMENT}};

static Err journal_contact(Ctx *c, PersonId person, Str ref, Str verb)
{
    Contact contact;
    Str body;
    TRY(get_of(c, person, ref, &contact));
    TRY(body_of(c, &contact, &body));
    return journal_append(c, &(JournalEntry){.person = contact.person,
                                             .kind = STR("contact"),
                                             .id = ref,
                                             .version = contact.version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &CONTACT_SEAL});
}

static void check_text(Ctx *c, Str text, size_t chars_max, const char *field, Str sentence)
{
    if (str_chars(text) > chars_max) ctx_issue(c, str_from_c(field), sentence);
}

static void check_when(Ctx *c, const Contact *what)
{
    if (what->at.ms > c->now.ms + 60000) {
        ctx_issue(c, STR("on"), STR("When the contact took place must not be in the future"));
    } else if (what->at.ms < c->now.ms - (int64_t)BACKDATE_DAYS_MAX * DAY_MS) {
        ctx_issue(c, STR("on"), STR("When the contact took place must be within the last year"));
    }
}

static void check_next(Ctx *c, const Contact *what)
{
    if (what->next_step.len == 0) {
        if (what->no_next_reason.len == 0) {
            ctx_issue(c, STR("next_step"), STR("Enter the next step, or say why there is none"));
        }
        return;
    }
    check_text(c, what->next_step, TASK_WHAT_CHARS_MAX, "next_step",
               STR("Next step must be 200 characters or fewer"));
    if (date_is_none(what->next_due)) {
        ctx_issue(c, STR("next_due"), STR("Enter when the next step is due, like 1 December"));
    } else if (date_cmp(what->next_due, c->today) < 0) {
        ctx_issue(c, STR("next_due"), STR("When the next step is due must be today or later"));
    }
}

static Err check(Ctx *c, const Contact *what)
{
    if (what->mode < CONTACT_TELEPHONE || what->mode > CONTACT_OTHER) {
        ctx_issue(c, STR("mode"), STR("Select how the contact took place"));
    }
    if (what->outcome < CONTACT_SPOKE || what->outcome > CONTACT_DID_NOT_ATTEND) {
        ctx_issue(c, STR("outcome"), STR("Select what happened"));
    }
    check_when(c, what);
    bool spoke = what->outcome == CONTACT_SPOKE;
    if (what->minutes < (spoke ? 1 : 0) || what->minutes > CONTACT_MINUTES_MAX) {
        ctx_issue(c, STR("minutes"), STR("Enter how many minutes the contact took, like 20"));
    }
    check_text(c, what->present, PRESENT_CHARS_MAX, "present",
               STR("Who was there must be 500 characters or fewer"));
    check_text(c, what->own_words, CONTACT_TEXT_CHARS_MAX, "own_words",
               STR("In their own words must be 10,000 characters or fewer"));
    check_text(c, what->done, CONTACT_TEXT_CHARS_MAX, "done",
               STR("What was done must be 10,000 characters or fewer"));
    check_text(c, what->no_next_reason, NOTE_CHARS_MAX, "no_next_reason",
               STR("Why there is no next step must be 500 characters or fewer"));
    if (spoke && what->own_words.len == 0 && what->done.len == 0) {
        ctx_issue(c, STR("own_words"), STR("Enter what the person said, or what was done"));
    }
    check_next(c, what);
    return c->issue_count > 0 ? ERR_INVALID : ERR_OK;
}

typedef struct Recording {
    const Grant *grant;
    const Contact *what;
    Str ref;
} Recording;

static Err add_next_step(Ctx *c, const Recording *r)
{
    if (r->what->next_step.len == 0) return ERR_OK;
    TaskId task;
    return task_add(c, r->grant,
                    &(TaskAdd){.what = r->what->next_step,
                               .owner_account = r->what->next_owner,
                               .due = r->what->next_due,
                               .due_minutes = -1,
                               .source = TASK_FROM_CONTACT,
                               .source_ref = r->ref},
                    &task);
}

// Nobody was reached: whatever was to be done with the person is still to be done. A task that is
// gone or ended already is no reason to lose the contact.
static Err end_tasks(Ctx *c, const Recording *r)
{
    if (r->what->outcome != CONTACT_SPOKE) return ERR_OK;
    for (size_t i = 0; i < r->what->tasks_done_count; i++) {
        Task task;
        Err err = task_get(c, r->grant, r->what->tasks_done[i], &task);
        if (err == ERR_NOT_FOUND || (err == ERR_OK && task.state != TASK_OPEN)) continue;
        TRY(err);
        TRY(task_done(c, r->grant, task.ref, task.version));
    }
    return ERR_OK;
}

// A button pressed twice, or a page sent again: the contact is there already.
static Err sent_again(Ctx *c, const Recording *r, Str *ref_out)
{
    const Contact *w = r->what;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CONTACT_SENT_AGAIN,
                         ARGS(I64(grant_person(r->grant).v), I64(c->actor.account_id),
                              I64(c->now.ms - SENT_AGAIN_MS), I64(w->mode), I64(w->outcome),
                              I64(w->at.ms - SENT_AGAIN_MS), I64(w->at.ms + SENT_AGAIN_MS),
                              TEXT(w->own_words), TEXT(w->done), TEXT(w->next_step)));
    *ref_out = rows_next(&rows) ? row_str(c->arena, &rows, CONTACT_SENT_AGAIN_REF) : STR("");
    return rows.err;
}

static Err add(Ctx *c, PersonId person, const Contact *w, Str *ref_out)
{
    *ref_out = ref_new(c);
    TRY(db_exec(c->db, SQL_CONTACT_ADD,
                ARGS(TEXT(*ref_out), I64(person.v), I64(w->mode), I64(w->outcome), AT(w->at),
                     I64(w->minutes), TEXT(w->present), I64(w->interpreter_used),
                     TEXT(w->own_words), TEXT(w->done), TEXT(w->next_step), DAY(w->next_due),
                     I64(w->next_owner), TEXT(w->no_next_reason), I64(c->actor.account_id),
                     TEXT(c->actor.name), AT(c->now)),
                NULL));
    return journal_contact(c, person, *ref_out, STR("create"));
}

static Err do_record(Ctx *c, void *arg)
{
    Recording *r = arg;
    const Contact *w = r->what;
    TRY(sent_again(c, r, &r->ref));
    if (r->ref.len > 0) return ERR_OK;
    TRY(add(c, grant_person(r->grant), w, &r->ref));
    if (w->outcome != CONTACT_SPOKE) TRY(case_count_attempt(c, r->grant));
    TRY(end_tasks(c, r));
    return add_next_step(c, r);
}

Err contact_record(Ctx *c, const Grant *grant, const Contact *what, Str *ref_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    TRY(check(c, what));
    Recording recording = {.grant = grant, .what = what};
    TRY(ctx_change(c, do_record, &recording));
    *ref_out = recording.ref;
    return ERR_OK;
}

Err contact_sent_again(Ctx *c, const Grant *grant, const Contact *what, bool *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    Str ref;
    *out = false;
    TRY(sent_again(c, &(Recording){.grant = grant, .what = what}, &ref));
    *out = ref.len > 0;
    return ERR_OK;
}

typedef struct Marking {
    PersonId person;
    Str ref;
    int64_t version;
    Str reason;
} Marking;

static Err do_mark(Ctx *c, void *arg)
{
    const Marking *m = arg;
    Contact contact;
    TRY(get_of(c, m->person, m->ref, &contact));
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_CONTACT_MARK_ERROR,
                ARGS(I64(contact.id), I64(m->version), TEXT(m->reason), AT(c->now)), &changed));
    if (changed == 0) return ERR_CONFLICT;
    return journal_contact(c, m->person, m->ref, STR("mark-error"));
}

Err contact_mark_error(Ctx *c, const Grant *grant, Str ref, int64_t version, Str reason)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    if (reason.len == 0) {
        return ctx_issue(c, STR("reason"), STR("Enter what is wrong with this contact"));
    }
    if (str_chars(reason) > NOTE_CHARS_MAX) {
        return ctx_issue(c, STR("reason"), STR("What is wrong must be 500 characters or fewer"));
    }
    Marking marking = {
        .person = grant_person(grant), .ref = ref, .version = version, .reason = reason};
    return ctx_change(c, do_mark, &marking);
}

// ---- letters to many

Err contact_letter_sent(Ctx *c, PersonId person, Instant at, Str done, Str *ref_out)
{
    assert(c->changing && (c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE)));
    Contact contact = {.mode = CONTACT_WRITTEN,
                       .outcome = CONTACT_LEFT_MESSAGE,
                       .at = at,
                       .done = done,
                       .next_due = DATE_NONE,
                       .no_next_reason = STR("The campaign's list says when to ask again")};
    TRY(check(c, &contact));
    TRY(add(c, person, &contact, ref_out));
    return case_count_letter(c, person);
}

Err contact_letter_undo(Ctx *c, PersonId person, Str ref, Str reason)
{
    assert(c->changing && (c->actor.account_id == 0 || ctx_can(c, CAP_CAMPAIGN_CHANGE)));
    Contact contact;
    TRY(get_of(c, person, ref, &contact));
    if (contact.in_error) return ERR_OK;
    return do_mark(
        c, &(Marking){.person = person, .ref = ref, .version = contact.version, .reason = reason});
}

Err contact_of_person(Ctx *c, const Grant *grant, Contact **out, size_t *count_out)
{
    return contact_before(c, grant, (Instant){INT64_MAX}, out, count_out);
}

Err contact_before(Ctx *c, const Grant *grant, Instant before, Contact **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CONTACT_OF_PERSON,
                         ARGS(I64(grant_person(grant).v), I64(CONTACTS_OF_PERSON_MAX), AT(before)));
    Contact *contacts = NULL;
    size_t count = 0;
    size_t cap = 0;
    while (count < CONTACTS_OF_PERSON_MAX && rows_next(&rows)) {
        ARENA_GROW(c->arena, contacts, count, &cap);
        contacts[count++] = contact_of_row(c, &rows);
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = contacts;
    *count_out = count;
    return ERR_OK;
}

Err contact_last_of(Ctx *c, const PersonId *persons, size_t count, ContactLast **out)
{
    ContactLast *last = ARENA_ARRAY(c->arena, ContactLast, count);
    for (size_t i = 0; i < count; i++) {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_CONTACT_LAST_OF, ARGS(I64(persons[i].v)));
        last[i] = (ContactLast){.on = DATE_NONE};
        if (rows_next(&rows)) {
            last[i] = (ContactLast){instant_date_london(row_at(&rows, CONTACT_LAST_OF_AT)),
                                    (ContactMode)row_i64(&rows, CONTACT_LAST_OF_MODE)};
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = last;
    return ERR_OK;
}

Err contact_facts(Ctx *c, ContactFact **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CONTACT_FACTS, NO_ARGS);
    size_t cap = 256;
    size_t count = 0;
    ContactFact *facts = ARENA_ARRAY(c->arena, ContactFact, cap);
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, facts, count, &cap);
        facts[count++] =
            (ContactFact){.person = {row_i64(&rows, CONTACT_FACTS_PERSON_ID)},
                          .last = instant_date_london(row_at(&rows, CONTACT_FACTS_AT))};
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = facts;
    *count_out = count;
    return ERR_OK;
}

Err contact_days(Ctx *c, Date from, Date until, ContactDay **out, size_t *count_out)
{
    assert(c->actor.account_id == 0 || access_may(c, CLASS_CARE, MODE_READ) ||
           access_may(c, CLASS_STATISTICS, MODE_READ));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CONTACT_DAYS,
                         ARGS(AT(date_begins(from)), AT(date_begins(date_add_days(until, 1))),
                              I64(CONTACT_DAYS_MAX)));
    size_t cap = 256;
    size_t count = 0;
    ContactDay *days = ARENA_ARRAY(c->arena, ContactDay, cap);
    while (rows_next(&rows)) {
        if (count == CONTACT_DAYS_MAX - 1) return ERR_TOO_LARGE;
        ARENA_GROW(c->arena, days, count, &cap);
        days[count++] =
            (ContactDay){.person = {row_i64(&rows, CONTACT_DAYS_PERSON_ID)},
                         .on = instant_date_london(row_at(&rows, CONTACT_DAYS_AT)),
                         .mode = (ContactMode)row_i64(&rows, CONTACT_DAYS_MODE),
                         .outcome = (ContactOutcome)row_i64(&rows, CONTACT_DAYS_OUTCOME),
                         .minutes = (int)row_i64(&rows, CONTACT_DAYS_MINUTES)};
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = days;
    *count_out = count;
    return ERR_OK;
}

bool contact_just_recorded(Ctx *c, const Grant *grant)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CONTACT_SAME_RECENTLY,
                         ARGS(I64(grant_person(grant).v), I64(c->actor.account_id),
                              I64(c->now.ms - JUST_RECORDED_MS)));
    return rows_next(&rows) && row_i64(&rows, CONTACT_SAME_RECENTLY_N) > 0;
}
