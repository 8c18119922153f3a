// campaign_asking.c -- in which campaign people are still to be asked, for lists of other rooms.
#include "campaign_sql.h"
#include "core/ids.h"
#include "insight/campaign/campaign.h"

// As `mine` of campaign.sql has it.
static bool asked_now(const Ctx *c, const Rows *rows)
{
    Date from = row_date(rows, CAMPAIGN_STANDING_OF_ASK_FROM);
    Date again = row_date(rows, CAMPAIGN_STANDING_OF_ASK_AGAIN);
    return row_i64(rows, CAMPAIGN_STANDING_OF_CAMPAIGN_STATE) == CAMPAIGN_RUNNING &&
           row_i64(rows, CAMPAIGN_STANDING_OF_CONFIRMED) != 0 &&
           row_i64(rows, CAMPAIGN_STANDING_OF_STATE) != ASK_WRONG_DETAILS && !date_is_none(from) &&
           date_cmp(from, c->today) <= 0 && date_cmp(again, c->today) <= 0;
}

Err campaign_asking_of(Ctx *c, const PersonId *persons, size_t count, CampaignAsking **out)
{
    CampaignAsking *all = ARENA_ARRAY(c->arena, CampaignAsking, count + 1);
    for (size_t i = 0; i < count; i++) all[i] = (CampaignAsking){.name = STR("")};
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(persons, count, from);
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_CAMPAIGN_STANDING_OF, ask.at, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            int64_t person = row_i64(&rows, CAMPAIGN_STANDING_OF_PERSON_ID);
            CampaignAsking asking = {
                .name = row_str(c->arena, &rows, CAMPAIGN_STANDING_OF_NAME),
                .account = row_i64(&rows, CAMPAIGN_STANDING_OF_ACCOUNT_ID),
                .now = asked_now(c, &rows),
            };
            IDS_EACH (i, ask, person) all[from + i] = asking;
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = all;
    return ERR_OK;
}
