// core.h -- the running program: made once by app/serve (or a test), const ever after.
#ifndef CORE_H
#define CORE_H

#include "core/clock.h"
#include "core/config.h"
#include "core/route.h"
#include "core/session.h"
#include "core/store.h"

// The words of the shell that the machine itself does not know; given by app/rooms.c.
typedef struct ShellWords {
    const char *service;       // "Care coordination"
    const char *search_action; // where the search box of the header posts its field "q"
    const char *search_label;
    const char *search_hint;
    Cap search_cap; // who is shown the box
} ShellWords;

// Where ref_new takes its letters from when a demonstration has to come out the same twice. Only
// opaque ids come from it; passwords, tokens and keys never do (core/secret.h).
typedef struct RefSource {
    uint64_t state;
} RefSource;

struct Core {
    const ShellWords *words; // NULL: the program's name and no search box (tests)
    const Config *config;
    Store *store;        // the record
    Store *access_store; // who looked
    SignIn *sign_in;     // slows guessing down; core/session.h. NULL in tests: no delays
    const RouteTable *routes;
    Jobs *jobs; // work that outlives a request; core/job.h
    const Room *const *rooms;
    size_t room_count;
    const Clock *clock; // NULL: the machine's time
    // ":person" of a path to a person: ERR_NOT_FOUND when there is none. Given by app/rooms.c.
    Err (*person_of_ref)(Ctx *c, Str ref, PersonId *out);
    const char *(*home_of_role)(Role role); // where "/" leads; NULL: no page
    struct Helper *documents; // makes PDF files (core/helper.h); NULL: there is no such program
    struct Gzips *gzips;      // of core/gzip.h; NULL: each page takes memory of its own
    struct Openers *openers;  // of core/openers.h; NULL: the access log is read each time
    void *engine;             // owned by app/, whose rooms know what it is
    RefSource *refs;          // NULL, as in every server: the system's randomness
};

#endif
