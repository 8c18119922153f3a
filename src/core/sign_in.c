// sign_in.c -- a small table of recent failures, in memory only: keys are keyed hashes, so it holds
// no user name, and an attacker cannot choose which slots collide.
#include "core/sign_in.h"

#include "core/password.h"
#include "core/secret.h"

#include <pthread.h>
#include <semaphore.h>

enum { WAYS = 8 };

typedef struct Slot {
    uint64_t key; // 0: free
    int64_t failures;
    int64_t wait_until_ms;
    int64_t last_ms;
    bool known; // of a name and an address: they have belonged together
} Slot;

struct SignIn {
    pthread_mutex_t lock;
    sem_t hashes;
    int at_once_max;
    int at_once; // tries between their begin and their end
    unsigned char secret[SECRET_KEY_BYTES];
    Slot slots[SIGN_IN_SLOTS];
};

SignIn *sign_in_new(int at_once_max)
{
    assert(at_once_max > 0);
    SignIn *state = calloc(1, sizeof *state);
    if (state == NULL) abort();
    state->at_once_max = at_once_max;
    pthread_mutex_init(&state->lock, NULL);
    sem_init(&state->hashes, 0, PASSWORD_HASHES_MAX);
    secret_random(state->secret, sizeof state->secret);
    return state;
}

void sign_in_free(SignIn *state)
{
    if (state == NULL) return;
    sem_destroy(&state->hashes);
    pthread_mutex_destroy(&state->lock);
    free(state);
}

void sign_in_take_hash(SignIn *state)
{
    if (state == NULL) return;
    while (sem_wait(&state->hashes) != 0) continue;
}

void sign_in_give_hash(SignIn *state)
{
    if (state != NULL) sem_post(&state->hashes);
}

// The slot of "kind|a|b"; a new one takes the place of the longest-quiet of its neighbours.
static Slot *slot_of(SignIn *state, char kind, Str a, Str b, int64_t now_ms)
{
    CLEANUP(buf_free) Buf text = buf_new(1024);
    buf_add_char(&text, kind);
    buf_add(&text, str_slice(a, 0, 256));
    buf_add_char(&text, '\n');
    buf_add(&text, str_slice(b, 0, 256));
    uint64_t key = secret_short_hash(state->secret, buf_str(&text));
    if (key == 0) key = 1;

    Slot *row = &state->slots[(key % (SIGN_IN_SLOTS / WAYS)) * WAYS];
    Slot *oldest = row;
    for (size_t i = 0; i < WAYS; i++) {
        if (row[i].key == key) {
            bool forget = now_ms - row[i].last_ms > (int64_t)SIGN_IN_FORGET_MINUTES * 60 * 1000;
            if (forget) row[i].failures = 0;
            return &row[i];
        }
        if (row[i].last_ms < oldest->last_ms) oldest = &row[i];
    }
    *oldest = (Slot){.key = key, .last_ms = now_ms};
    return oldest;
}

static int64_t refilled(const Slot *slot, int64_t now_ms)
{
    int64_t back = (now_ms - slot->last_ms) / SIGN_IN_ADDRESS_REFILL_MS;
    return slot->failures > back ? slot->failures - back : 0;
}

static int64_t wait_ms(SignIn *state, Str username, Str peer, int64_t now_ms)
{
    const Slot *both = slot_of(state, 'b', username, peer, now_ms);
    int64_t until = both->wait_until_ms;
    bool known = both->known; // guesses from elsewhere do not keep the owner out
    const Slot *account = slot_of(state, 'a', username, STR(""), now_ms);
    if (!known && account->wait_until_ms > until) until = account->wait_until_ms;
    const Slot *address = slot_of(state, 'p', peer, STR(""), now_ms);
    bool drained = refilled(address, now_ms) >= SIGN_IN_ADDRESS_BURST;
    if (drained && until < now_ms + SIGN_IN_ADDRESS_REFILL_MS) {
        until = now_ms + SIGN_IN_ADDRESS_REFILL_MS;
    }
    return until > now_ms ? until - now_ms : 0;
}

static void slow_down(Slot *slot, int64_t free_tries, int64_t delay_max, int64_t now_ms)
{
    slot->failures++;
    slot->last_ms = now_ms;
    int64_t over = slot->failures - free_tries;
    if (over < 0) return;
    int64_t delay = over > 20 ? delay_max : INT64_C(1) << over;
    if (delay > delay_max) delay = delay_max;
    slot->wait_until_ms = now_ms + delay * 1000;
}

static void count_wrong(SignIn *state, Str username, Str peer, int64_t now_ms)
{
    slow_down(slot_of(state, 'b', username, peer, now_ms), SIGN_IN_FREE_TRIES, SIGN_IN_DELAY_MAX,
              now_ms);
    slow_down(slot_of(state, 'a', username, STR(""), now_ms), SIGN_IN_SPREAD_TRIES,
              SIGN_IN_SPREAD_DELAY_MAX, now_ms);
    Slot *address = slot_of(state, 'p', peer, STR(""), now_ms);
    address->failures = refilled(address, now_ms) + 1;
    address->last_ms = now_ms;
}

int64_t sign_in_begin(SignIn *state, Str username, Str peer, int64_t now_ms)
{
    if (state == NULL) return 0;
    pthread_mutex_lock(&state->lock);
    int64_t wait = (wait_ms(state, username, peer, now_ms) + 999) / 1000;
    if (wait == 0 && state->at_once == state->at_once_max) wait = SIGN_IN_CROWDED;
    if (wait == 0) {
        count_wrong(state, username, peer, now_ms);
        state->at_once++;
    }
    pthread_mutex_unlock(&state->lock);
    return wait;
}

static void take_back(Slot *slot)
{
    if (slot->failures > 0) slot->failures--;
}

void sign_in_end(SignIn *state, Str username, Str peer, bool fits, int64_t now_ms)
{
    if (state == NULL) return;
    pthread_mutex_lock(&state->lock);
    state->at_once--;
    if (fits) {
        Slot *both = slot_of(state, 'b', username, peer, now_ms);
        both->failures = 0;
        both->wait_until_ms = 0;
        both->known = true;
        both->last_ms = now_ms;
        take_back(slot_of(state, 'a', username, STR(""), now_ms));
        take_back(slot_of(state, 'p', peer, STR(""), now_ms));
    }
    pthread_mutex_unlock(&state->lock);
}
