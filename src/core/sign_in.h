// sign_in.h -- what slows guessing down: delays that grow, for an account from one address quickly,
// for the account as a whole a little, for an address by a bucket. Nothing is ever locked for good.
#ifndef SIGN_IN_H
#define SIGN_IN_H

#include "core/session.h"

enum {
    SIGN_IN_FREE_TRIES = 3,       // wrong ones before the first delay
    SIGN_IN_DELAY_MAX = 300,      // seconds, for one account from one address
    SIGN_IN_SPREAD_TRIES = 10,    // wrong ones for one account from anywhere
    SIGN_IN_SPREAD_DELAY_MAX = 5, // seconds: its owner, elsewhere, can always get in
    SIGN_IN_ADDRESS_BURST = 30,   // wrong ones from one address
    SIGN_IN_ADDRESS_REFILL_MS = 3000,
    SIGN_IN_FORGET_MINUTES = 30,
    SIGN_IN_SLOTS = 8192,
};

// Before a password is looked at: 0 to go on, else the seconds to wait, or SIGN_IN_CROWDED. A try
// that may go on counts as wrong from now on, so that many at once are no way around the delays;
// sign_in_end must follow. `state` NULL: always 0. now_ms: clock_ticks_ms.
int64_t sign_in_begin(SignIn *state, Str username, Str peer, int64_t now_ms);
enum { SIGN_IN_CROWDED = -1 }; // as many are being looked at as may hold a worker
// A password that fits takes its own count back, and all of this name from this address.
void sign_in_end(SignIn *state, Str username, Str peer, bool fits, int64_t now_ms);

// One of the few places in which a password is hashed.
void sign_in_take_hash(SignIn *state);
void sign_in_give_hash(SignIn *state);

#endif
