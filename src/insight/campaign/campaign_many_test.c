// campaign_many_test.c -- a list on which thousands are left out before the first who can be asked.
#include "insight/campaign/campaign_store.h"
#include "insight/cohort/cohort.h"
#include "test/cohorts.h"

enum { UNREACHABLE = 2100 };

// Nobody of the first can be reached, and all of them stand before the last, who can.
static void load_many(Test *t)
{
    Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = STR("many"),
                        .extract_on = date_add_days(t->c->today, -4)};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (int i = 0; i <= UNREACHABLE; i++) {
        bool last = i == UNREACHABLE;
        PersonImport in = {.source_id = arena_fmt(t->arena, "many%d", i)};
        in.person = (Person){.family = last ? STR("REACHED") : STR("UNREACHED"),
                             .given = arena_fmt(t->arena, "Test%d", i),
                             .born = date_add_days(t->c->today, last ? -30000 : -36000 + i),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .phone = last ? STR("0161 496 0001") : STR(""),
                             .practice_name = STR("Practice X26101")};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
        cohorts_codes(t, load, slot, "ha");
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
}

TEST(who_can_be_asked_is_found_behind_thousands_who_cannot)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    load_many(t);
    CampaignNew from = {.cohort = STR("housebound-alone"),
                        .name = STR("Many"),
                        .order_by = ORDER_NEED,
                        .people = CAMPAIGN_PEOPLE_MAX};
    Str ref = STR("");
    Campaign k;
    CampaignPeople people;
    CHECK_OK(campaign_make(t->c, &from, &ref));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(campaign_get(t->c, ref, &k));
    CHECK_OK(campaign_everybody(t->c, &k, &people));
    size_t asked = 0;
    for (size_t i = 0; i < people.count; i++) {
        PersonRow *row = NULL;
        if (people.at[i].state != ASK_WAITING) continue;
        CHECK_OK(person_rows(t->c, &people.at[i].person, 1, &row));
        asked += str_starts(row->name, STR("REACHED"));
    }
    CHECK_I64((int64_t)asked, 1);
    CHECK_I64(k.beyond, 0); // all were looked at
    CHECK_CONTAINS(k.left_out, "More left out by the rules of this list than it names: ");
    cohort_engine_free(engine);
}
