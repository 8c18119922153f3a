// caseload_span.c -- the caseload over time and in figures, for reports and the manager.
#include "care/caseload/caseload.h"
#include "caseload_sql.h"

enum { SPANS_FIRST = 256 };

Err case_loads(Ctx *c, LeadLoads *out)
{
    assert(c->actor.account_id == 0 || access_may(c, CLASS_CARE, MODE_READ) ||
           access_may(c, CLASS_STATISTICS, MODE_READ));
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CASELOAD_COUNT_LEADS, NO_ARGS);
    LeadLoad *loads = NULL;
    size_t count = 0;
    size_t cap = 0;
    while (count < ACCOUNTS_MAX && rows_next(&rows)) { // each lead is an account
        ARENA_GROW(c->arena, loads, count, &cap);
        loads[count++] = (LeadLoad){.account = row_i64(&rows, CASELOAD_COUNT_LEADS_LEAD_ACCOUNT),
                                    .people = row_i64(&rows, CASELOAD_COUNT_LEADS_N)};
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = (LeadLoads){.each = loads, .count = count};
    return ERR_OK;
}

int64_t load_of(const LeadLoads *loads, int64_t account)
{
    size_t low = 0;
    size_t high = loads->count; // they stand by account
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (loads->each[middle].account < account) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool leads = low < loads->count && loads->each[low].account == account;
    return leads ? loads->each[low].people : 0;
}

static Date day_of(const Rows *rows, int column)
{
    return row_null(rows, column) ? DATE_NONE : instant_date_london(row_at(rows, column));
}

Err case_spans(Ctx *c, Date from, CaseSpan **out, size_t *count_out)
{
    assert(c->actor.account_id == 0 || access_may(c, CLASS_CARE, MODE_READ) ||
           access_may(c, CLASS_STATISTICS, MODE_READ));
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_CASELOAD_SPANS, ARGS(AT(date_begins(from)), I64(CASE_SPANS_MAX)));
    size_t cap = SPANS_FIRST;
    size_t count = 0;
    CaseSpan *spans = ARENA_ARRAY(c->arena, CaseSpan, cap);
    while (rows_next(&rows)) {
        if (count == CASE_SPANS_MAX - 1) return ERR_TOO_LARGE;
        ARENA_GROW(c->arena, spans, count, &cap);
        spans[count++] = (CaseSpan){.person = {row_i64(&rows, CASELOAD_SPANS_PERSON_ID)},
                                    .state = (CaseState)row_i64(&rows, CASELOAD_SPANS_STATE),
                                    .offered = day_of(&rows, CASELOAD_SPANS_OFFERED_AT),
                                    .accepted = day_of(&rows, CASELOAD_SPANS_ACCEPTED_AT),
                                    .ended = day_of(&rows, CASELOAD_SPANS_CLOSED_AT),
                                    .reason = row_str(c->arena, &rows, CASELOAD_SPANS_END_REASON),
                                    .lead = row_str(c->arena, &rows, CASELOAD_SPANS_LEAD_NAME)};
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = spans;
    *count_out = count;
    return ERR_OK;
}
