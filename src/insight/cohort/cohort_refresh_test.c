// cohort_refresh_test.c -- old columns with what changed are the same as columns built anew.
#include "insight/cohort/cohort_refresh.h"
#include "test/fixture.h"

#include <unistd.h>

enum { PEOPLE = 300, FEW = 10, MANY = 280 };

typedef struct Sent { // one batch: people [from, to), each with one event of a code
    int from, to;
    const char *code;
    int32_t day;
} Sent;

static Str load(Test *t, Sent sent)
{
    CLEANUP(load_end) Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = arena_fmt(t->arena, "from-%d-%s", sent.from, sent.code),
                        .sha256 = STR(""),
                        .practice_ods = STR(""),
                        .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &load));
    int32_t code = 0;
    CHECK_OK(load_code(load, STR("snomed"), str_from_c(sent.code), STR("Something"), &code));
    for (int i = sent.from; i < sent.to; i++) {
        PersonImport in = {.source_id = arena_fmt(t->arena, "p%d", i)};
        in.person = (Person){.family = arena_fmt(t->arena, "FAMILY%d", i),
                             .given = STR("Test"),
                             .born = {-9000 - i},
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = STR("Practice")};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
        EventRow row = {.person = slot, .day = sent.day, .code_id = code, .kind = EVENT_CONDITION};
        CHECK_OK(load_event(load, &row));
    }
    Str ref = STR("");
    CHECK_OK(load_apply(load, &ref));
    return arena_str(t->arena, ref);
}

static void undo(Test *t, Str ref)
{
    Batch *batches = NULL;
    size_t count = 0;
    bool found = false;
    CHECK_OK(batch_list(t->c, &batches, &count));
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(batches[i].ref, ref)) continue;
        found = true;
        CHECK_OK(batch_undo(t->c, ref, batches[i].version));
    }
    CHECK(found);
}

static void same_person(Test *t, const Stripe *a, uint32_t p, const Stripe *b, uint32_t q)
{
    uint32_t events = a->person_first[p + 1] - a->person_first[p];
    CHECK_I64(events, b->person_first[q + 1] - b->person_first[q]);
    CHECK(a->id[p] == b->id[q] && a->born[p] == b->born[q] && a->imd[p] == b->imd[q] &&
          a->practice[p] == b->practice[q] && a->registration[p] == b->registration[q]);
    for (uint32_t e = 0; e < events; e++) {
        ColumnEvent x = stripe_event(a, p, a->person_first[p] + e);
        ColumnEvent y = stripe_event(b, q, b->person_first[q] + e);
        CHECK(x.code == y.code && x.on.days == y.on.days);
    }
}

// What `columns` show is what columns that are built anew show.
static void as_built_anew(Test *t, const Columns *columns)
{
    Refresh fresh = {0};
    Columns *anew = NULL;
    CHECK_OK(columns_refresh(t->c, &fresh, &anew));
    CHECK_I64(columns->persons, anew->persons);
    CHECK_I64(columns->events, anew->events);
    CHECK_I64(columns->generation, anew->generation);
    for (size_t s = 0; s < anew->stripe_count; s++) {
        const Stripe *stripe = anew->stripes[s].stripe;
        for (uint32_t p = 0; p < stripe->persons; p++) {
            int64_t number = columns_number(columns, (PersonId){stripe->id[p]});
            CHECK(number >= 0);
            if (number < 0) continue;
            uint32_t local = 0;
            const LiveStripe *of = columns_stripe(columns, (uint32_t)number, &local);
            same_person(t, stripe, p, of->stripe, local);
        }
    }
    columns_let_go(anew);
    columns_let_go(fresh.base);
}

// The columns now; `delta`: people in one, -1 when all were built anew.
static void refreshed(Test *t, Refresh *refresh, int64_t delta)
{
    Columns *columns = NULL;
    CHECK_OK(columns_refresh(t->c, refresh, &columns));
    int64_t people = 0;
    for (size_t s = columns->base_count; s < columns->stripe_count; s++) {
        people += columns->stripes[s].stripe->persons;
    }
    bool anew = columns->base_generation == columns->generation &&
                columns->stripe_count == columns->base_count;
    CHECK_I64(anew ? -1 : people, delta);
    as_built_anew(t, columns);
    columns_let_go(columns);
}

TEST(what_changed_since_is_seen_without_building_all)
{
    Refresh refresh = {.path = arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t)))};
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    refreshed(t, &refresh, -1);
    Str second = load(t, (Sent){5, 5 + FEW, "105529008", 20010}); // of the same people
    refreshed(t, &refresh, FEW);
    Str third = load(t, (Sent){PEOPLE, PEOPLE + FEW, "105529008", 20011}); // and new ones
    refreshed(t, &refresh, 2 * FEW);
    test_sql(t, "UPDATE person SET imd_decile = 3 WHERE source_id = 'p7'");   // changed before
    test_sql(t, "UPDATE person SET imd_decile = 4 WHERE source_id = 'p100'"); // not yet
    refreshed(t, &refresh, 2 * FEW + 1);

    // A program that starts again takes the file and finds the same.
    Refresh again = {.path = refresh.path};
    refreshed(t, &again, 2 * FEW + 1);
    CHECK_I64(again.base->generation, refresh.base->generation);
    columns_let_go(again.base);

    undo(t, third);
    refreshed(t, &refresh, FEW + 1); // they are gone, and live nowhere
    undo(t, second);
    refreshed(t, &refresh, 2); // p7, p100: as corrected
    columns_let_go(refresh.base);
}

TEST(too_much_change_or_an_undone_base_builds_all_anew)
{
    Refresh refresh = {.path = arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t)))};
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    refreshed(t, &refresh, -1);
    (void)load(t, (Sent){0, MANY, "105529008", 20010});
    refreshed(t, &refresh, -1); // more than DELTA_ALWAYS, and than one in DELTA_SHARE
    (void)load(t, (Sent){0, FEW, "105529008", 20011});
    refreshed(t, &refresh, FEW);
    columns_let_go(refresh.base);

    // Undone while no program ran: the file's base has what is not there any more.
    refresh = (Refresh){.path = refresh.path};
    test_sql(t, "UPDATE batch SET state = 3, version = version + 1 WHERE id = 2");
    test_sql(t, "DELETE FROM event_pack WHERE batch_id = 2");
    refreshed(t, &refresh, -1);
    columns_let_go(refresh.base);

    // A file of another population, as a restored copy leaves it: its batches have other names.
    refresh = (Refresh){.path = refresh.path};
    test_sql(t, "UPDATE batch SET ref = ref || 'x'");
    refreshed(t, &refresh, -1);
    columns_let_go(refresh.base);

    refresh = (Refresh){.path = refresh.path};
    CHECK(truncate(refresh.path, 5000) == 0);
    refreshed(t, &refresh, -1); // damaged: built anew
    columns_let_go(refresh.base);
}
