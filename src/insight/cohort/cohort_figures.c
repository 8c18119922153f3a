// cohort_figures.c -- see cohort_figures.h. Statement: cohort_kept.sql.
#include "insight/cohort/cohort_figures.h"

#include "cohort_kept_sql.h"
#include "core/session.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_use.h"

Err cohort_about(Ctx *c, Str key, CohortSummary *out)
{
    KeptDefinition kept;
    const Definition *definition = NULL;
    TRY(definition_get(c, key, &kept));
    if (kept.state == DEFINITION_WITHDRAWN) return ERR_NOT_FOUND;
    size_t before = c->issue_count;
    Err err = definition_find(c, key, &definition);
    if (err == ERR_INVALID) {
        *out = (CohortSummary){.key = kept.key,
                               .name = kept.name,
                               .review = DATE_NONE,
                               .problem = arena_fmt(c->arena, "It can no longer be read: " STR_FMT,
                                                    STR_ARG(c->issues[before].text))};
        c->issue_count = before;
    } else {
        TRY(err);
        *out = cohort_summary(c->arena, engine_sets(engine_of(c)), definition);
    }
    out->state = kept.state;
    out->ready_made = kept.state == DEFINITION_READY;
    return ERR_OK;
}

static Err writer_of(Ctx *c, Str key, int64_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_COHORT_KEPT_WRITTEN_BY, ARGS(TEXT(key)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = row_i64(&rows, COHORT_KEPT_WRITTEN_BY_ACCOUNT_ID);
    return ERR_OK;
}

// By the role that the account has now.
static Err opens_people(Ctx *c, int64_t account_id, bool *out)
{
    Account account;
    *out = account_id == 0; // the program itself
    if (*out) return ERR_OK;
    Err err = account_by_id(c, account_id, &account);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    Ctx as = *c;
    as.actor.role = account.role;
    *out = ctx_can(&as, CAP_COHORT_VIEW);
    return ERR_OK;
}

Err cohort_in_figures(Ctx *c, Str key, bool *out)
{
    const Definition *definition = NULL;
    UsedDefinitions *uses = ARENA_NEW(c->arena, UsedDefinitions);
    KeptDefinition kept;
    *out = false;
    TRY(definition_get(c, key, &kept));
    if (kept.state != DEFINITION_READY && kept.state != DEFINITION_PUBLISHED) return ERR_OK;
    TRY(definition_find(c, key, &definition));
    TRY(definition_uses(c, definition, uses));
    for (size_t i = 0; i < uses->count; i++) { // itself among them
        int64_t writer = 0;
        bool opens = false;
        if (engine_definition(engine_of(c), uses->at[i]->key) != NULL) continue;
        TRY(writer_of(c, uses->at[i]->key, &writer));
        TRY(opens_people(c, writer, &opens));
        if (!opens) return ERR_OK;
    }
    *out = true;
    return ERR_OK;
}

Err cohort_stands_for(Ctx *c, Str key, bool *out)
{
    int64_t writer = 0;
    *out = true;
    if (!ctx_can(c, CAP_COHORT_VIEW)) return ERR_OK;
    TRY(writer_of(c, key, &writer));
    return writer == c->actor.account_id ? ERR_OK : opens_people(c, writer, out);
}
