// caseload_brief.c -- how the cases of many people stand, for lists of other rooms.
#include "care/caseload/caseload.h"
#include "caseload_sql.h"
#include "core/ids.h"

Err case_briefs(Ctx *c, const PersonId *persons, size_t count, CaseBrief **out)
{
    CaseBrief *all = ARENA_ARRAY(c->arena, CaseBrief, count + 1);
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(persons, count, from);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CASELOAD_BRIEFS, ask.at, IDS_AT_ONCE);
        int64_t last = 0;
        while (rows_next(&rows)) {
            int64_t person = row_i64(&rows, CASELOAD_BRIEFS_PERSON_ID);
            if (person == last) continue; // the first row of each is the one that counts
            last = person;
            CaseBrief brief = {
                .state = (CaseState)row_i64(&rows, CASELOAD_BRIEFS_STATE),
                .lead_account = row_i64(&rows, CASELOAD_BRIEFS_LEAD_ACCOUNT),
                .lead_name = row_str(c->arena, &rows, CASELOAD_BRIEFS_LEAD_NAME),
                .offered_at = row_at(&rows, CASELOAD_BRIEFS_OFFERED_AT),
                .accepted_at = row_at(&rows, CASELOAD_BRIEFS_ACCEPTED_AT),
                .closed_at = row_at(&rows, CASELOAD_BRIEFS_CLOSED_AT),
            };
            IDS_EACH (i, ask, person) all[from + i] = brief;
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = all;
    return ERR_OK;
}
