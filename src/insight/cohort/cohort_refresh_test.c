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
    CHECK_OK(batch_list(t->c, 0, &batches, &count));
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
    CHECK(a->sex[p] == b->sex[q] && a->opted_out[p] == b->opted_out[q] &&
          a->ethnicity[p] == b->ethnicity[q] && a->marks[p] == b->marks[q] &&
          a->registered_on[p] == b->registered_on[q] && a->language[p] == b->language[q]);
    for (uint32_t e = 0; e < events; e++) {
        ColumnEvent x = stripe_event(a, p, a->person_first[p] + e);
        ColumnEvent y = stripe_event(b, q, b->person_first[q] + e);
        CHECK(x.code == y.code && x.on.days == y.on.days);
    }
}

// The words of some are those of the views before.
static void same_words(Test *t, const Columns *a, const Columns *b)
{
    CHECK_I64(columns_code_ids(a), columns_code_ids(b));
    for (uint32_t id = 0; id < columns_code_ids(b) && id < columns_code_ids(a); id++) {
        const Code *left = columns_code(a, id);
        const Code *right = columns_code(b, id);
        CHECK((left == NULL) == (right == NULL));
        if (left == NULL || right == NULL) continue;
        CHECK(str_eq(left->code, right->code) && str_eq(left->term, right->term));
    }
    CHECK_I64((int64_t)columns_units(a), (int64_t)columns_units(b));
}

typedef struct Placed {
    int64_t id;
    uint32_t place;
} Placed;

static int by_place(const void *a, const void *b)
{
    const Placed *left = a;
    const Placed *right = b;
    return (left->place > right->place) - (left->place < right->place);
}

// Everybody who is live, by name.
static Placed *in_order(Test *t, const Columns *columns)
{
    Placed *list = ARENA_ARRAY(t->arena, Placed, (size_t)columns->persons + 1);
    size_t count = 0;
    for (size_t s = 0; s < columns->stripe_count; s++) {
        const LiveStripe *of = &columns->stripes[s];
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            if (!bit_on(of->live, p)) continue;
            CHECK(count < columns->persons);
            uint32_t place = columns_order(columns).place[of->first + p];
            CHECK(place != COLUMNS_NONE);
            list[count++] = (Placed){of->stripe->id[p], place};
        }
    }
    CHECK_I64((int64_t)count, columns->persons);
    size_t places = 0;
    for (uint32_t n = 0; n < columns->numbers; n++) {
        places += columns_order(columns).place[n] != COLUMNS_NONE;
    }
    CHECK_I64((int64_t)places, (int64_t)count); // nobody's record of before has one
    qsort(list, count, sizeof *list, by_place);
    return list;
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
    same_words(t, columns, anew);
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
    const Placed *ours = in_order(t, columns);
    const Placed *theirs = in_order(t, anew);
    for (uint32_t i = 0; i < anew->persons; i++) CHECK_I64(ours[i].id, theirs[i].id);
    columns_let_go(anew);
    refresh_end(&fresh);
}

// Live people behind the base; -1 when there is nothing behind it and it is of today.
static int64_t behind(const Columns *columns)
{
    int64_t people = 0;
    if (columns->base_generation == columns->generation &&
        columns->stripe_count == columns->base_count) {
        return -1;
    }
    for (size_t s = columns->base_count; s < columns->stripe_count; s++) {
        people += bits_ones(columns->stripes[s].live);
    }
    return people;
}

static void refreshed(Test *t, Refresh *refresh, int64_t delta)
{
    Columns *columns = NULL;
    CHECK_OK(columns_refresh(t->c, refresh, &columns));
    CHECK_I64(behind(columns), delta);
    as_built_anew(t, columns);
    columns_let_go(columns);
}

static Err seal(Ctx *c, void *arg)
{
    const Str *ref = arg;
    PersonId id = {0};
    TRY(person_of_ref(c, *ref, &id));
    return person_import_seal(c, &id, 1);
}

// As the rules of the person's own room write, which vouch for each row in the journal.
static void write_person(Test *t, const char *source_id, const char *set)
{
    Str ref = arena_fmt(t->arena, "ref-%s", source_id);
    test_sql(t, arena_c(t->arena, arena_fmt(t->arena,
                                            "UPDATE person SET ref = '" STR_FMT
                                            "', %s WHERE source_id = '%s'",
                                            STR_ARG(ref), set, source_id)));
    CHECK_OK(ctx_change(t->c, seal, &ref));
}

TEST(what_changed_since_is_seen_without_building_all)
{
    Refresh refresh = {.path = arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t)))};
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    refreshed(t, &refresh, -1);
    Str second = load(t, (Sent){5, 5 + FEW, "105529008", 20010}); // of the same people
    refreshed(t, &refresh, FEW);
    Str third = load(t, (Sent){PEOPLE, PEOPLE + FEW, "105529008", 20011}); // and new ones
    refreshed(t, &refresh, (int64_t)2 * FEW);
    write_person(t, "p7", "imd_decile = 3");   // changed before
    write_person(t, "p100", "imd_decile = 4"); // not yet
    refreshed(t, &refresh, 2 * FEW + 1);

    // A program that starts again takes the file and finds the same.
    Refresh again = {.path = refresh.path};
    refreshed(t, &again, 2 * FEW + 1);
    CHECK_I64(again.base->generation, refresh.base->generation);
    refresh_end(&again);

    undo(t, third);
    refreshed(t, &refresh, FEW + 1); // they are gone, and live nowhere
    undo(t, second);
    refreshed(t, &refresh, 2); // p7, p100: as corrected
    refresh_end(&refresh);
}

TEST(a_start_from_the_file_reads_the_names_of_those_who_changed_only)
{
    Refresh refresh = {.path = arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t)))};
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    refreshed(t, &refresh, -1);
    refresh_end(&refresh);
    write_person(t, "p7", "family_key = 'aaa'"); // of which the journal tells
    // And what it does not tell of, so that reading it would show.
    test_sql(t, "UPDATE person SET family_key = 'aab' WHERE source_id = 'p9'");
    Columns *columns = NULL;
    Refresh again = {.path = refresh.path};
    CHECK_OK(columns_refresh(t->c, &again, &columns));
    Placed *list = in_order(t, columns);
    CHECK_I64(list[0].id, 7 + 1);
    CHECK_I64(list[1].id, 0 + 1); // FAMILY0
    columns_let_go(columns);
    refresh_end(&again);
}

// Gives somebody a name that stands right behind another's.
static void put_behind(Test *t, int64_t who, int64_t other)
{
    char source_id[24];
    (void)snprintf(source_id, sizeof source_id, "p%lld", (long long)who - 1);
    Str set = arena_fmt(t->arena,
                        "family_key = (SELECT o.family_key || '!' FROM person o WHERE o.id = %lld)",
                        (long long)other);
    write_person(t, source_id, arena_c(t->arena, set));
}

// As built anew; then in order.
static const Placed *in_order_now(Test *t, Refresh *refresh)
{
    Columns *columns = NULL;
    CHECK_OK(columns_refresh(t->c, refresh, &columns));
    as_built_anew(t, columns);
    const Placed *list = in_order(t, columns);
    columns_let_go(columns);
    return list;
}

TEST(a_name_that_moves_by_one_place_is_put_there)
{
    static const uint32_t AT[] = {2, 3, 5, 6, 100, 101, 150, 151, 296, 297};
    Refresh refresh = {0};
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    for (size_t i = 0; i < COUNT_OF(AT) && t->failures == 0; i++) {
        const Placed *list = in_order_now(t, &refresh);
        put_behind(t, list[AT[i]].id, list[AT[i] + 1].id); // past the next one
        list = in_order_now(t, &refresh);
        put_behind(t, list[AT[i]].id, list[AT[i] - 2].id); // before the one before
    }
    (void)in_order_now(t, &refresh);
    refresh_end(&refresh);
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
    refresh_end(&refresh);

    // Undone while no program ran: the file's base has what is not there any more.
    refresh = (Refresh){.path = refresh.path};
    test_sql(t, "UPDATE batch SET state = 3, version = version + 1 WHERE id = 2");
    test_sql(t, "DELETE FROM event_pack WHERE batch_id = 2");
    refreshed(t, &refresh, -1);
    refresh_end(&refresh);

    // A file of another population, as a restored copy leaves it: its batches have other names.
    refresh = (Refresh){.path = refresh.path};
    test_sql(t, "UPDATE batch SET ref = ref || 'x'");
    refreshed(t, &refresh, -1);
    refresh_end(&refresh);

    refresh = (Refresh){.path = refresh.path};
    CHECK(truncate(refresh.path, 5000) == 0);
    refreshed(t, &refresh, -1); // damaged: built anew
    refresh_end(&refresh);
}

// ---- any of it in any order

enum { STEPS = 60, PEOPLE_EVER = 400 };

typedef struct Chance {
    uint64_t state;
} Chance;

static uint32_t pick(Chance *chance, uint32_t below)
{
    chance->state = chance->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(chance->state >> 33) % below;
}

static void any_write(Test *t, Chance *chance)
{
    static const char *const SETS[] = {
        "died = 20001",
        "registration = 2, registration_on = 20002",
        "imd_decile = 9, imd_year = 2019",
        "opted_out = 1 - opted_out",
        "ethnicity = 'H', language = 'Urdu', interpreter = 1",
        "practice_id = NULL",
        "family_key = 'AAA', changed_at = 1795000000000, version = version + 1",
        "family_key = 'ZZZ', given_key = 'Q', changed_at = 1795000000001, version = version + 1",
        "born = 4000, sex = 2",
    };
    Str who = arena_fmt(t->arena, "p%u", pick(chance, PEOPLE));
    write_person(t, arena_c(t->arena, who), SETS[pick(chance, COUNT_OF(SETS))]);
}

// One thing that happens between two looks. undo: the last import when it may be taken back.
static void any_step(Test *t, Chance *chance, Str *undo_ref)
{
    static const char *const CODES[] = {"160689007", "105529008", "73211009", "38341003"};
    uint32_t what = pick(chance, 8);
    if (what < 3) {
        any_write(t, chance);
        *undo_ref = STR(""); // somebody of it may have been written to
    } else if (what < 7) {
        int from = (int)pick(chance, PEOPLE_EVER - 40);
        int many = pick(chance, 6) == 0 ? 40 : 1 + (int)pick(chance, 12);
        const char *code = CODES[pick(chance, COUNT_OF(CODES))];
        *undo_ref = load(t, (Sent){from, from + many, code, 19900 + (int)pick(chance, 200)});
    } else if (undo_ref->len > 0) {
        undo(t, *undo_ref);
        *undo_ref = STR("");
    }
}

static void tidied(Test *t, Refresh *refresh, bool all)
{
    Columns *columns = NULL;
    size_t before = refresh->shown->stripe_count - refresh->shown->base_count;
    bool untidy = columns_untidy(refresh, all);
    CHECK_OK(columns_tidy(t->c, refresh, all, &columns));
    CHECK(untidy == (columns != NULL));
    bool whole = all && !columns_outgrown(refresh); // nothing stays where it is
    if (whole) CHECK(untidy == (before > DELTA_STRIPES_TIDY));
    if (columns == NULL) return;
    size_t after = columns->stripe_count - columns->base_count;
    CHECK(whole ? after <= 1 : after < before);
    as_built_anew(t, columns);
    columns_let_go(columns);
}

TEST(whatever_happens_refreshed_columns_are_as_built_anew)
{
    Refresh refresh = {.path = arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t)))};
    Chance chance = {20261122};
    Str undo_ref = STR("");
    int pieces = 0;
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    for (int step = 0; step < STEPS && t->failures == 0; step++) {
        Columns *columns = NULL;
        CHECK_OK(columns_refresh(t->c, &refresh, &columns));
        as_built_anew(t, columns);
        pieces += columns->stripe_count - columns->base_count > 1;
        columns_let_go(columns);
        if (pick(&chance, 3) == 0) tidied(t, &refresh, pick(&chance, 2) == 0);
        if (pick(&chance, 12) == 0) refresh_end(&refresh); // the program stops, and takes the file
        for (uint32_t n = pick(&chance, 4); n > 0; n--) any_step(t, &chance, &undo_ref);
    }
    CHECK(pieces > STEPS / 4); // most were read from the journal
    refresh_end(&refresh);
}

TEST(tidying_that_is_in_the_way_is_given_up_and_can_be_done_later)
{
    atomic_bool hurry = true;
    Refresh refresh = {.hurry = &hurry};
    Columns *columns = NULL;
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    for (int i = 0; i <= DELTA_STRIPES_TIDY + 1; i++) {
        CHECK_OK(columns_refresh(t->c, &refresh, &columns)); // in spite of all hurry
        columns_let_go(columns);
        (void)load(t, (Sent){i, i + 1, "105529008", 20010 + i});
    }
    CHECK_OK(columns_refresh(t->c, &refresh, &columns));
    size_t pieces = columns->stripe_count;
    columns_let_go(columns);
    CHECK(columns_untidy(&refresh, true));
    CHECK_I64(columns_tidy(t->c, &refresh, true, &columns), ERR_BUSY);
    CHECK(columns == NULL);
    CHECK_I64((int64_t)refresh.shown->stripe_count, (int64_t)pieces);
    as_built_anew(t, refresh.shown);
    atomic_store(&hurry, false);
    tidied(t, &refresh, true);
    refresh_end(&refresh);
}

// ---- built anew beside it

static Refresh beside(Test *t)
{
    return (Refresh){.path = arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t))),
                     .beside = true};
}

static Columns *anew_of_now(Test *t, const Refresh *refresh)
{
    Columns *anew = NULL;
    CHECK_OK(columns_anew(t->c, refresh->path, NULL, &anew));
    return anew;
}

TEST(changes_are_shown_while_all_is_built_anew_and_are_in_what_comes_of_it)
{
    Refresh refresh = beside(t);
    (void)load(t, (Sent){0, 4 * MANY, "160689007", 20000});
    refreshed(t, &refresh, -1);
    (void)load(t, (Sent){0, FEW, "105529008", 20010});
    refreshed(t, &refresh, FEW);
    CHECK(!columns_outgrown(&refresh));
    (void)load(t, (Sent){0, MANY, "105529008", 20011}); // more than one in DELTA_SHARE
    refreshed(t, &refresh, MANY);
    CHECK(columns_outgrown(&refresh));

    Columns *anew = anew_of_now(t, &refresh);
    (void)load(t, (Sent){5, 5 + FEW, "38341003", 20012});
    refreshed(t, &refresh, MANY); // of the same people
    write_person(t, "p400", "imd_decile = 3");
    refreshed(t, &refresh, MANY + 1);
    Str last = load(t, (Sent){4 * MANY, 4 * MANY + FEW, "73211009", 20013});
    refreshed(t, &refresh, MANY + 1 + FEW);
    undo(t, last); // what was shown, and never was in the new base
    columns_renew(&refresh, anew);
    refreshed(t, &refresh, FEW + 1);
    CHECK(!columns_outgrown(&refresh));
    refresh_end(&refresh);

    refresh = beside(t); // the file that it left is the new base
    refreshed(t, &refresh, FEW + 1);
    refresh_end(&refresh);
}

TEST(what_cannot_be_shown_from_what_is_there_waits_for_what_is_built_beside_it)
{
    Refresh refresh = beside(t);
    Columns *columns = NULL;
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    refreshed(t, &refresh, -1);
    Str ref = load(t, (Sent){0, FEW, "105529008", 20010});
    refreshed(t, &refresh, FEW);
    (void)load(t, (Sent){0, MANY, "105529008", 20011}); // more than one in DELTA_SHARE_BESIDE
    CHECK_OK(columns_refresh(t->c, &refresh, &columns));
    CHECK(columns == NULL);
    CHECK(columns_outgrown(&refresh));
    Columns *anew = anew_of_now(t, &refresh);
    write_person(t, "p7", "imd_decile = 3");
    CHECK_OK(columns_refresh(t->c, &refresh, &columns)); // and waits on
    CHECK(columns == NULL);
    CHECK(!columns_untidy(&refresh, true));
    columns_renew(&refresh, anew);
    refreshed(t, &refresh, 1);

    // What a batch of the base was undone needs another base, and another after that.
    undo(t, load(t, (Sent){0, FEW, "73211009", 20012}));
    refreshed(t, &refresh, 1);
    ref = load(t, (Sent){0, FEW, "73211009", 20013});
    anew = anew_of_now(t, &refresh);
    undo(t, ref);
    columns_renew(&refresh, anew);
    CHECK_OK(columns_refresh(t->c, &refresh, &columns));
    CHECK(columns == NULL && columns_outgrown(&refresh));
    columns_renew(&refresh, anew_of_now(t, &refresh));
    refreshed(t, &refresh, -1);
    refresh_end(&refresh);
}

TEST(a_building_that_is_stopped_or_killed_leaves_the_file_as_it_was)
{
    Refresh refresh = beside(t);
    Columns *anew = NULL;
    atomic_bool stop = true;
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    refreshed(t, &refresh, -1);
    (void)load(t, (Sent){0, FEW, "105529008", 20010});
    CHECK_ERR(columns_anew(t->c, refresh.path, &stop, &anew), ERR_BUSY);
    CHECK(anew == NULL);
    const char *half = arena_c(t->arena, arena_fmt(t->arena, "%s.new", refresh.path));
    CHECK(access(half, F_OK) != 0);
    refreshed(t, &refresh, FEW); // goes on without it
    refresh_end(&refresh);

    FILE *file = fopen(half, "w"); // as a program that was killed leaves it
    CHECK(file != NULL && fputs("half of it", file) >= 0 && fclose(file) == 0);
    refresh = beside(t);
    refreshed(t, &refresh, FEW);
    columns_renew(&refresh, anew_of_now(t, &refresh));
    refreshed(t, &refresh, -1);
    CHECK(access(half, F_OK) != 0);
    refresh_end(&refresh);
}

TEST(whatever_happens_while_all_is_built_anew_it_is_as_built_anew)
{
    Refresh refresh = beside(t);
    Chance chance = {20261123};
    Str undo_ref = STR("");
    Columns *anew = NULL;
    int renewed = 0;
    (void)load(t, (Sent){0, PEOPLE, "160689007", 20000});
    for (int step = 0; step < STEPS && t->failures == 0; step++) {
        Columns *columns = NULL;
        if (anew == NULL && pick(&chance, 4) == 0) anew = anew_of_now(t, &refresh);
        for (uint32_t n = pick(&chance, 4); n > 0; n--) any_step(t, &chance, &undo_ref);
        if (anew != NULL && pick(&chance, 3) == 0) {
            columns_renew(&refresh, anew);
            anew = NULL;
            renewed++;
        }
        CHECK_OK(columns_refresh(t->c, &refresh, &columns));
        if (columns == NULL) { // never from a base of now
            CHECK(columns_outgrown(&refresh));
            columns_renew(&refresh, anew_of_now(t, &refresh));
            CHECK_OK(columns_refresh(t->c, &refresh, &columns));
        }
        CHECK(columns != NULL);
        if (columns != NULL) as_built_anew(t, columns);
        columns_let_go(columns);
        if (pick(&chance, 3) == 0) tidied(t, &refresh, pick(&chance, 2) == 0);
    }
    CHECK(renewed > STEPS / 20);
    columns_let_go(anew);
    refresh_end(&refresh);
}
