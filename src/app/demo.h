// demo.h -- the demonstration network: Fenside, its practices, people, staff and their work.
//
// Nobody in it is real. Every NHS number begins with 999, every telephone number is of the ranges
// kept for drama, every postcode is of PE99, which is not in use. The same people, seed and day
// give the same rows in every table; only the salts of the passwords differ, because secrets never
// come from a seeded source.
#ifndef DEMO_H
#define DEMO_H

#include "core/session.h"

enum {
    DEMO_PEOPLE = 45000, // unless --people says another number
    DEMO_PEOPLE_MIN = 300,
    DEMO_PEOPLE_MAX = 1000000,
    DEMO_PRACTICES = 4, // unless --practices says more
    DEMO_PRACTICES_MAX = 400,
    DEMO_SIGN_INS_MAX = 32,
};

typedef struct DemoOptions {
    int64_t people;
    uint64_t seed;
    Date today;        // everything is relative to it; nothing recorded is later than its start
    int64_t practices; // fewer than DEMO_PRACTICES: so many
} DemoOptions;

typedef struct DemoSignIn {
    const char *username;
    const char *name;
    Role role;
} DemoSignIn;

// Who can sign in, in the order they are shown; all with the same password.
const DemoSignIn *demo_sign_ins(size_t *count_out);
extern const char DEMO_PASSWORD[];

typedef struct DemoMade { // what was made, for a last line on the terminal and for tests
    int64_t people, events, cases, tasks, contacts, plans; // plans: agreed versions
} DemoMade;

// Fills an empty store through the rooms' rules. c acts as the program; its clock is set back and
// moves on with the story. c->core->refs should be seeded by the caller. Errors: ERR_CONFLICT
// (there are accounts already), those of the rules.
MUST_USE Err demo_make(Ctx *c, const DemoOptions *options, DemoMade *out);

// Campaigns of the evening before `today`; c->core->engine must be set. Errors: those of the rules.
MUST_USE Err demo_outreach(Ctx *c, Date today);

#endif
