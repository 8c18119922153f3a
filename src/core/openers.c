// openers.c -- a table of bounded size: sets of a few places, the longest unasked given away.
//
// A person's place is taken before the log is read. From then on each durable line is told to it,
// so what is read and what is told overlap and nothing falls between them; the newest of both is
// kept. A place that was given away while its log was read has another number, and takes nothing.
#include "core/openers.h"

#include <pthread.h>

typedef struct Seat {
    int64_t seq; // 0: empty, and so are those behind it
    int64_t account;
    Instant at;
    uint8_t name_len;
    char name[OPENERS_NAME_BYTES_MAX];
} Seat;

typedef struct Place {
    int64_t person;           // 0: nobody's
    int64_t number;           // another one each time it is taken
    int64_t asked;            // when last, in steps of `clock`
    bool whole;               // the log was read: the seats are the newest there are
    Seat seats[OPENERS_EACH]; // of different accounts, newest first
} Place;

struct Openers {
    pthread_mutex_t lock;
    int64_t clock;
    Place places[OPENERS_SETS][OPENERS_WAYS];
};

Openers *openers_new(void)
{
    Openers *openers = calloc(1, sizeof *openers);
    if (openers == NULL) abort();
    pthread_mutex_init(&openers->lock, NULL);
    return openers;
}

void openers_free(Openers *openers)
{
    if (openers == NULL) return;
    pthread_mutex_destroy(&openers->lock);
    free(openers);
}

// NULL: it has none.
static Place *place_of(Openers *openers, PersonId person)
{
    assert(person.v > 0);
    Place *set = openers->places[person.v % OPENERS_SETS];
    for (size_t i = 0; i < OPENERS_WAYS; i++) {
        if (set[i].person == person.v) return &set[i];
    }
    return NULL;
}

static Place *take_place(Openers *openers, PersonId person)
{
    Place *set = openers->places[person.v % OPENERS_SETS];
    Place *found = &set[0];
    for (size_t i = 1; i < OPENERS_WAYS; i++) {
        if (set[i].asked < found->asked) found = &set[i];
    }
    *found = (Place){.person = person.v, .number = ++openers->clock};
    return found;
}

// Among the newest of different accounts, where it belongs. False: the name has no room.
static bool seat(Place *place, const Opener *opener)
{
    Seat *seats = place->seats;
    if (opener->name.len > OPENERS_NAME_BYTES_MAX) return false;
    size_t own = 0;
    while (own < OPENERS_EACH - 1 && seats[own].seq != 0 && seats[own].account != opener->account) {
        own++;
    }
    // `own` is the account's seat, an empty one, or the last: whose look is the oldest.
    if (opener->seq <= seats[own].seq) return true;
    for (; own > 0 && seats[own - 1].seq < opener->seq; own--) seats[own] = seats[own - 1];
    seats[own] = (Seat){.seq = opener->seq,
                        .account = opener->account,
                        .at = opener->at,
                        .name_len = (uint8_t)opener->name.len};
    memcpy(seats[own].name, opener->name.ptr, opener->name.len);
    return true;
}

void openers_tell(Openers *openers, PersonId person, const Opener *opener)
{
    if (openers == NULL) return;
    pthread_mutex_lock(&openers->lock);
    Place *place = place_of(openers, person);
    // Not only no longer whole: who reads the log just now may not have found this line there.
    if (place != NULL && !seat(place, opener)) *place = (Place){0};
    pthread_mutex_unlock(&openers->lock);
}

static Opener newest_but(const Place *place, Arena *arena, int64_t account)
{
    for (size_t i = 0; i < OPENERS_EACH; i++) {
        const Seat *seat = &place->seats[i];
        if (seat->seq == 0 || seat->account == account) continue;
        return (Opener){.seq = seat->seq,
                        .account = seat->account,
                        .at = seat->at,
                        .name = arena_str(arena, (Str){seat->name, seat->name_len})};
    }
    return (Opener){0};
}

bool openers_find(Openers *openers, Arena *arena, PersonId person, int64_t account, Opener *out,
                  int64_t *place_out)
{
    if (openers == NULL) return false;
    pthread_mutex_lock(&openers->lock);
    Place *place = place_of(openers, person);
    if (place == NULL) place = take_place(openers, person);
    place->asked = ++openers->clock;
    bool known = place->whole;
    if (known) {
        *out = newest_but(place, arena, account);
    } else {
        *place_out = place->number;
    }
    pthread_mutex_unlock(&openers->lock);
    return known;
}

void openers_read(Openers *openers, PersonId person, int64_t place, const Opener *list)
{
    if (openers == NULL) return;
    pthread_mutex_lock(&openers->lock);
    Place *own = place_of(openers, person);
    if (own != NULL && own->number == place) {
        bool room = true;
        for (size_t i = 0; i < OPENERS_EACH && list[i].seq != 0; i++) {
            room = seat(own, &list[i]) && room;
        }
        own->whole = room;
    }
    pthread_mutex_unlock(&openers->lock);
}
