// openers_test.c -- the newest of all that was told and read, whatever the order; a bounded table.
#include "core/openers.h"
#include "test/test.h"

#include <pthread.h>
#include <stdatomic.h>

enum { ACCOUNTS = 5, LOOKS = 40, ROUNDS = 300, THREADS = 4, EACH = 3000, PEOPLE = 40 };

static Opener by(Test *t, int64_t seq, int64_t account)
{
    return (Opener){seq, account, {seq * 1000}, arena_fmt(t->arena, "Colleague %d", (int)account)};
}

static void tell(Test *t, Openers *openers, int64_t person, int64_t seq, int64_t account)
{
    Opener opener = by(t, seq, account);
    openers_tell(openers, (PersonId){person}, &opener);
}

// -1: not known, and *place is its place; else the number of the look that is found.
static int64_t find(Test *t, Openers *openers, int64_t person, int64_t account, int64_t *place)
{
    Opener found = {0};
    if (!openers_find(openers, t->arena, (PersonId){person}, account, &found, place)) return -1;
    CHECK(found.seq == 0 || found.account != account);
    if (found.seq != 0) {
        Opener same = by(t, found.seq, found.account);
        CHECK(str_eq(found.name, same.name));
        CHECK_I64(found.at.ms, same.at.ms);
    }
    return found.seq;
}

TEST(who_opened_last_is_the_newest_of_the_others)
{
    Openers *openers = openers_new();
    Opener list[OPENERS_EACH] = {by(t, 5, 2), by(t, 3, 1)};
    int64_t place = 0;
    tell(t, openers, 9, 4, 7); // nobody has asked: not kept
    CHECK_I64(find(t, openers, 9, 1, &place), -1);
    openers_read(openers, (PersonId){9}, place, list);
    CHECK_I64(find(t, openers, 9, 1, &place), 5);
    CHECK_I64(find(t, openers, 9, 2, &place), 3);
    CHECK_I64(find(t, openers, 9, 8, &place), 5);
    tell(t, openers, 9, 6, 1);
    CHECK_I64(find(t, openers, 9, 2, &place), 6);
    CHECK_I64(find(t, openers, 9, 1, &place), 5);
    tell(t, openers, 9, 7, 3);
    CHECK_I64(find(t, openers, 9, 3, &place), 6);
    tell(t, openers, 10, 8, 4); // of somebody else
    CHECK_I64(find(t, openers, 9, 1, &place), 7);
    openers_free(openers);
}

TEST(a_record_that_nobody_opened_is_known_as_such)
{
    Openers *openers = openers_new();
    const Opener none[OPENERS_EACH] = {{0}};
    int64_t place = 0;
    CHECK_I64(find(t, openers, 9, 1, &place), -1);
    CHECK_I64(find(t, openers, 9, 1, &place), -1); // still not read
    openers_read(openers, (PersonId){9}, place, none);
    CHECK_I64(find(t, openers, 9, 1, &place), 0);
    tell(t, openers, 9, 4, 1);
    CHECK_I64(find(t, openers, 9, 1, &place), 0);
    CHECK_I64(find(t, openers, 9, 2, &place), 4);
    openers_free(openers);
}

// What is told while the log is read is newer than what comes from there.
TEST(a_reading_of_the_log_takes_nothing_newer_away)
{
    Openers *openers = openers_new();
    Opener list[OPENERS_EACH] = {by(t, 5, 2), by(t, 3, 1)};
    int64_t place = 0;
    CHECK_I64(find(t, openers, 9, 1, &place), -1);
    tell(t, openers, 9, 6, 3);
    openers_read(openers, (PersonId){9}, place, list);
    CHECK_I64(find(t, openers, 9, 1, &place), 6);
    CHECK_I64(find(t, openers, 9, 3, &place), 5);
    openers_read(openers, (PersonId){9}, place, list); // by another page that asked as early
    CHECK_I64(find(t, openers, 9, 1, &place), 6);
    openers_free(openers);
}

typedef struct Story { // looks by number, and the order in which they are told
    uint64_t chance;
    int64_t account[LOOKS + 1];
    int64_t told[LOOKS];
} Story;

static int pick(Story *story, int below)
{
    story->chance = (story->chance * 6364136223846793005U) + 1442695040888963407U;
    return (int)((story->chance >> 33) % (uint64_t)below);
}

static void make_up(Story *story)
{
    for (int i = 0; i < LOOKS; i++) {
        int other = pick(story, i + 1);
        story->account[i + 1] = 1 + pick(story, ACCOUNTS);
        story->told[i] = story->told[other];
        story->told[other] = i + 1;
    }
}

// The newest up to a look by anybody but one; 0: none.
static int64_t newest_in(const Story *story, int64_t upto, int64_t but)
{
    while (upto > 0 && story->account[upto] == but) upto--;
    return upto;
}

static void read_upto(Test *t, Openers *openers, const Story *story, int64_t upto, int64_t place)
{
    Opener list[OPENERS_EACH] = {{0}};
    if (upto > 0) {
        int64_t second = newest_in(story, upto, story->account[upto]);
        list[0] = by(t, upto, story->account[upto]);
        if (second > 0) list[1] = by(t, second, story->account[second]);
    }
    openers_read(openers, (PersonId){9}, place, list);
}

// Any looks, in any order, some told and some read: always the two newest of different accounts.
TEST(in_any_order_the_newest_are_kept)
{
    Story story = {.chance = 8};
    for (int round = 0; round < ROUNDS; round++) {
        Openers *openers = openers_new();
        int64_t place = 0;
        make_up(&story);
        int64_t logged = pick(&story, LOOKS + 1); // in the log when it is read
        int read_at = pick(&story, LOOKS);
        CHECK_I64(find(t, openers, 9, 1, &place), -1);
        for (int i = 0; i < LOOKS; i++) {
            int64_t seq = story.told[i];
            if (i == read_at) read_upto(t, openers, &story, logged, place);
            // Of what is in the log when it is read, some is told beside it.
            if (seq > logged || pick(&story, 2) == 0) tell(t, openers, 9, seq, story.account[seq]);
        }
        for (int64_t me = 1; me <= ACCOUNTS; me++) {
            CHECK_I64(find(t, openers, 9, me, &place), newest_in(&story, LOOKS, me));
        }
        openers_free(openers);
    }
}

TEST(the_table_is_bounded_and_who_is_asked_for_stays)
{
    Openers *openers = openers_new();
    int64_t early = 0;
    int64_t place = 0;
    Opener list[OPENERS_EACH] = {by(t, 5, 2), by(t, 3, 1)};
    // All of one set: the first is asked for again and again, the second is not.
    CHECK_I64(find(t, openers, 1, 9, &place), -1);
    openers_read(openers, (PersonId){1}, place, list);
    CHECK_I64(find(t, openers, 1 + OPENERS_SETS, 9, &early), -1);
    for (int64_t i = 2; i < 3 * (int64_t)OPENERS_WAYS; i++) {
        CHECK_I64(find(t, openers, 1 + (i * OPENERS_SETS), 9, &place), -1);
        openers_read(openers, (PersonId){1 + (i * OPENERS_SETS)}, place, list);
        CHECK_I64(find(t, openers, 1, 9, &place), 5);
    }
    // Its place went while its log was read: a look was told meanwhile to nobody.
    tell(t, openers, 1 + OPENERS_SETS, 6, 3);
    CHECK_I64(find(t, openers, 1 + OPENERS_SETS, 9, &place), -1);
    openers_read(openers, (PersonId){1 + OPENERS_SETS}, early, list);
    CHECK_I64(find(t, openers, 1 + OPENERS_SETS, 9, &place), -1);
    openers_free(openers);
}

TEST(a_name_without_room_is_asked_of_the_log)
{
    Openers *openers = openers_new();
    Opener list[OPENERS_EACH] = {by(t, 5, 2)};
    Opener named = by(t, 6, 3);
    int64_t place = 0;
    CHECK_I64(find(t, openers, 9, 1, &place), -1);
    openers_read(openers, (PersonId){9}, place, list);
    named.name = arena_fmt(t->arena, "%0*d", OPENERS_NAME_BYTES_MAX, 7);
    openers_tell(openers, (PersonId){9}, &named);
    Opener found;
    CHECK(openers_find(openers, t->arena, (PersonId){9}, 1, &found, &place));
    CHECK(str_eq(found.name, named.name));
    named.name = arena_fmt(t->arena, "%0*d", OPENERS_NAME_BYTES_MAX + 1, 7);
    named.seq = 7;
    openers_tell(openers, (PersonId){9}, &named);
    CHECK_I64(find(t, openers, 9, 1, &place), -1);
    // Nor what was read of the log before that line was in it.
    list[0] = by(t, 5, 2);
    openers_tell(openers, (PersonId){9}, &named);
    openers_read(openers, (PersonId){9}, place, list);
    CHECK_I64(find(t, openers, 9, 1, &place), -1);
    list[0] = named;
    openers_read(openers, (PersonId){9}, place, list);
    CHECK_I64(find(t, openers, 9, 1, &place), -1);
    openers_free(openers);
}

TEST(without_a_table_the_log_is_asked)
{
    int64_t place = 0;
    Opener list[OPENERS_EACH] = {by(t, 5, 2)};
    tell(t, NULL, 9, 4, 1);
    CHECK_I64(find(t, NULL, 9, 1, &place), -1);
    openers_read(NULL, (PersonId){9}, place, list);
    openers_free(NULL);
}

// ---- many at once

typedef struct Crowd { // a log in memory: what is told was written there before
    Openers *openers;
    pthread_mutex_t lock;
    int64_t seq;
    Opener log[PEOPLE + 1][OPENERS_EACH];
    atomic_bool wrong; // a look that was over before the page began was not found
} Crowd;

static int64_t newest_but(const Opener *list, int64_t account)
{
    for (size_t i = 0; i < OPENERS_EACH; i++) {
        if (list[i].account != account) return list[i].seq;
    }
    return 0;
}

static void write_down(Opener *list, const Opener *opener)
{
    if (list[0].account != opener->account) list[1] = list[0];
    list[0] = *opener;
}

static void *one_of_crowd(void *arg)
{
    Crowd *crowd = arg;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    for (int i = 0; i < EACH; i++) {
        // Of few sets, so that places are taken from each other.
        PersonId person = {1 + ((i * 7) % PEOPLE)};
        PersonId kept = {person.v * OPENERS_SETS};
        pthread_mutex_lock(&crowd->lock);
        Opener opener = {++crowd->seq, 1 + (crowd->seq % 3), {0}, STR("Colleague")};
        write_down(crowd->log[person.v], &opener);
        pthread_mutex_unlock(&crowd->lock);
        openers_tell(crowd->openers, kept, &opener);
        Opener found = {0};
        int64_t place = 0;
        int64_t me = opener.account == 1 ? 2 : 1; // its own look, or a newer one of a third
        if (!openers_find(crowd->openers, arena, kept, me, &found, &place)) {
            Opener list[OPENERS_EACH];
            pthread_mutex_lock(&crowd->lock);
            memcpy(list, crowd->log[person.v], sizeof list);
            pthread_mutex_unlock(&crowd->lock);
            openers_read(crowd->openers, kept, place, list);
            found.seq = newest_but(list, me);
        }
        if (found.seq < opener.seq) atomic_store(&crowd->wrong, true);
    }
    return NULL;
}

TEST(what_was_told_is_found_by_who_asks_afterwards_however_many_there_are)
{
    Crowd crowd = {.openers = openers_new()};
    pthread_t threads[THREADS];
    pthread_mutex_init(&crowd.lock, NULL);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, one_of_crowd, &crowd) == 0);
    }
    for (int i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(!atomic_load(&crowd.wrong));
    for (int64_t person = 1; person <= PEOPLE; person++) {
        int64_t place = 0;
        Opener found = {0};
        for (int64_t me = 1; me <= 3; me++) {
            PersonId kept = {person * OPENERS_SETS};
            if (!openers_find(crowd.openers, t->arena, kept, me, &found, &place)) continue;
            CHECK_I64(found.seq, newest_but(crowd.log[person], me));
        }
    }
    pthread_mutex_destroy(&crowd.lock);
    openers_free(crowd.openers);
}
