// reason.c -- reading and reviewing the reasons that were stated. The statements are in access.sql.
#include "core/reason.h"

#include "access_sql.h"
#include "base/json.h"
#include "base/utf8.h"
#include "core/account.h"

enum { BODY_MAX = 16 * 1024 };

// One reader for every statement that selects a reason: they share their column order.
static StatedReason reason_of_row(Ctx *c, const Rows *rows)
{
    return (StatedReason){
        .ref = row_str(c->arena, rows, ACCESS_REASON_GET_REF),
        .account_id = row_i64(rows, ACCESS_REASON_GET_ACCOUNT_ID),
        .person = {row_i64(rows, ACCESS_REASON_GET_PERSON_ID)},
        .emergency = row_i64(rows, ACCESS_REASON_GET_KIND) == RELATIONSHIP_BREAK_GLASS,
        .words = row_str(c->arena, rows, ACCESS_REASON_GET_REASON),
        .from = row_at(rows, ACCESS_REASON_GET_FROM_AT),
        .until = row_at(rows, ACCESS_REASON_GET_UNTIL_AT),
        .outcome = (ReasonOutcome)row_i64(rows, ACCESS_REASON_GET_OUTCOME),
        .note = row_str(c->arena, rows, ACCESS_REASON_GET_NOTE),
        .reviewer = row_str(c->arena, rows, ACCESS_REASON_GET_REVIEWER),
        .reviewed_at = row_at(rows, ACCESS_REASON_GET_REVIEWED_AT),
        .version = row_i64(rows, ACCESS_REASON_GET_VERSION),
    };
}

// The limit is the statement's.
static Err take_rows(Ctx *c, Rows *rows, StatedReason **out, size_t *count_out)
{
    StatedReason *list = NULL;
    size_t count = 0;
    while (count < REASON_ROWS_MAX && rows_next(rows)) {
        if (list == NULL) list = ARENA_ARRAY(c->arena, StatedReason, REASON_ROWS_MAX);
        list[count++] = reason_of_row(c, rows);
    }
    *out = list;
    *count_out = count;
    return rows->err;
}

Err reason_list(Ctx *c, ReasonList which, StatedReason **out, size_t *count_out)
{
    StatementId id = which == REASONS_OPEN ? SQL_ACCESS_REASONS_OPEN : SQL_ACCESS_REASONS_SETTLED;
    CLEANUP(rows_close) Rows rows = db_query(c->db, id, ARGS(I64(REASON_ROWS_MAX)));
    return take_rows(c, &rows, out, count_out);
}

Err reason_of_person(Ctx *c, PersonId person, StatedReason **out, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_ACCESS_REASONS_OF_PERSON, ARGS(I64(person.v), I64(REASON_ROWS_MAX)));
    return take_rows(c, &rows, out, count_out);
}

Err reason_since(Ctx *c, Instant since, StatedReason **out, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_ACCESS_REASONS_SINCE, ARGS(AT(since), I64(REASON_ROWS_MAX)));
    return take_rows(c, &rows, out, count_out);
}

Err reason_get(Ctx *c, Str ref, StatedReason *out)
{
    if (ref.len == 0) return ERR_NOT_FOUND;
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_ACCESS_REASON_GET, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err == ERR_OK ? ERR_NOT_FOUND : rows.err;
    *out = reason_of_row(c, &rows);
    return ERR_OK;
}

int64_t reason_open_count(Ctx *c)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_ACCESS_REASONS_OPEN_COUNT, NO_ARGS);
    return rows_next(&rows) ? row_i64(&rows, 0) : -1;
}

static const char *outcome_word(ReasonOutcome outcome)
{
    static const char *const WORDS[REASON_OUTCOME_COUNT] = {"", "in-order", "asked",
                                                            "not-in-order"};
    return WORDS[outcome < REASON_OUTCOME_COUNT ? outcome : REASON_NOT_REVIEWED];
}

Err reason_body(Ctx *c, const StatedReason *reason, Str *out)
{
    CLEANUP(buf_free) Buf body = buf_new(BODY_MAX);
    JsonOut json = json_out(&body);
    json_obj_begin(&json);
    json_field_bool(&json, "emergency", reason->emergency);
    json_field_str(&json, "reason", reason->words);
    json_field_str(&json, "until", instant_iso(c->arena, reason->until));
    if (reason->outcome != REASON_NOT_REVIEWED) {
        json_field_str(&json, "outcome", str_from_c(outcome_word(reason->outcome)));
        json_field_str(&json, "note", reason->note);
        json_field_str(&json, "reviewer", reason->reviewer);
        json_field_str(&json, "reviewed", instant_iso(c->arena, reason->reviewed_at));
    }
    json_obj_end(&json);
    if (!buf_ok(&body)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&body));
    return ERR_OK;
}

typedef struct Review {
    Str ref;
    int64_t version;
    ReasonOutcome outcome;
    Str note;
} Review;

static Err review(Ctx *c, void *arg)
{
    const Review *r = arg;
    StatedReason now;
    Str body;
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_ACCESS_REVIEW_REASON,
                ARGS(TEXT(r->ref), I64(r->version), I64(r->outcome), TEXT(r->note),
                     TEXT(c->actor.name), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    TRY(reason_get(c, r->ref, &now));
    TRY(reason_body(c, &now, &body));
    return journal_append(c, &(JournalEntry){.person = now.person,
                                             .kind = STR("access-reason"),
                                             .id = now.ref,
                                             .version = now.version,
                                             .verb = STR("review"),
                                             .body = body,
                                             .seal = &REASON_SEAL});
}

static void check_review(Ctx *c, const StatedReason *now, const Review *r)
{
    size_t chars = str_chars(r->note);
    if (now->account_id == c->actor.account_id) {
        (void)ctx_issue(c, STR(""), STR("You stated this reason yourself: a colleague reviews it"));
    }
    if (r->outcome <= REASON_NOT_REVIEWED || r->outcome >= REASON_OUTCOME_COUNT) {
        (void)ctx_issue(c, STR("outcome"), STR("Select what you found"));
    }
    if (r->outcome > REASON_IN_ORDER && chars < REASON_NOTE_CHARS_MIN) {
        (void)ctx_issue(c, STR("note"),
                        STR("Enter what was asked or done, in 10 characters or more"));
    }
    if (chars > REASON_NOTE_CHARS_MAX) {
        (void)ctx_issue(c, STR("note"), STR("Note must be 1,000 characters or fewer"));
    }
}

Err reason_review(Ctx *c, Str ref, int64_t version, ReasonOutcome outcome, Str note)
{
    assert(ctx_can(c, CAP_AUDIT_VIEW));
    size_t before = c->issue_count;
    StatedReason now;
    TRY(reason_get(c, ref, &now));
    Review what = {ref, version, outcome, str_trim(utf8_clean(c->arena, note, UTF8_KEEP_LINES))};
    check_review(c, &now, &what);
    if (c->issue_count > before) return ERR_INVALID;
    return ctx_change(c, review, &what);
}
