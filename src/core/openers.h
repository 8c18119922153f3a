// openers.h -- who opened each record last, kept in memory: a page says so of every record.
//
// The access log knows it too, but each page adds a line to that, so every page read its file anew.
// Told here is what is durable there. It is right while one process writes the log, which the lock
// of its store sees to; where several do (a database server) each has none and asks the log.
#ifndef OPENERS_H
#define OPENERS_H

#include "core/ctx.h"

enum {
    OPENERS_EACH = 2,            // of a person: whoever asks is one of them at most
    OPENERS_SETS = 2048,         // a person has its place in one of these
    OPENERS_WAYS = 8,            // places in each; the one not asked for longest is given away
    OPENERS_NAME_BYTES_MAX = 80, // of whom has a longer name nothing is kept
};

typedef struct Opener { // one colleague's newest look at a record
    int64_t seq;        // of the access log, from 1; 0: nobody
    int64_t account;
    Instant at;
    Str name;
} Opener;

// For any thread. NULL in all but the first: nothing is kept, nobody is known.
typedef struct Openers Openers;
Openers *openers_new(void);
void openers_free(Openers *openers); // nobody may be using it

// A line of the log is durable: called after its commit, in any order of lines.
void openers_tell(Openers *openers, PersonId person, const Opener *opener);

// The newest but `account`, its name in `arena`; seq 0: nobody. False: not known, the log has to be
// read, in a transaction that begins after this, and goes to openers_read with the place.
bool openers_find(Openers *openers, Arena *arena, PersonId person, int64_t account, Opener *out,
                  int64_t *place_out);
// The OPENERS_EACH different colleagues whose looks are the newest, seq 0 where there are fewer.
// What was told meanwhile stays, and is lost with the place if that was given away.
void openers_read(Openers *openers, PersonId person, int64_t place, const Opener *list);

#endif
