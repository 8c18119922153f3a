// store.h -- one database file with its one writer and its readers.
//
// A Store has one writer thread that owns every write and every checkpoint, and read-only
// connections that are lent to one thread at a time. Used by app/, core/, the test fixture and the
// few rooms that work on threads of their own; all others have c->db.
#ifndef STORE_H
#define STORE_H

#include "core/db.h"

typedef struct StoreOptions {
    const char *path;  // file; NULL for a private in-memory store without threads (tests)
    bool access_store; // which set of migrations
    bool create;       // make the file, and its folder (0700), when absent
    bool bulk;         // an import may turn off page-cache limits; never durability
    bool look_only; // no lock, no writer, no migration: backup and verify beside a running server
    // Called once, on the writer thread, after a write to disk has failed: the store takes no more
    // writes and the program must log `why`, end and be started again. NULL: it only refuses
    // writes.
    void (*failed)(void *arg, const char *why);
    void *failed_arg;
} StoreOptions;

// Opens, locks against a second server, migrates forward. *why_out (may be NULL) gets one sentence
// for the operator on failure, in `arena`.
// Errors: ERR_NOT_FOUND, ERR_BUSY (in use by another process), ERR_UNSUPPORTED (the file is newer
// than this program, or was migrated by another line of history), ERR_FORBIDDEN (others can read
// the folder), ERR_FAULT.
MUST_USE Err store_open(Arena *arena, const StoreOptions *options, Store **out, Str *why_out);
void store_close(Store *store); // waits for queued writes, checkpoints, gives the lock back

// A private in-memory store with the same content as another private one: for tests.
MUST_USE Err store_clone(Store *from, Store **out);

// Lends a read-only connection inside one read transaction; give it back with store_return.
// Errors: ERR_BUSY (all READERS_MAX lent for 1 s), ERR_FAULT.
enum { READERS_MAX = 128 };
MUST_USE Err store_borrow(Store *store, Db **out);
void store_return(Store *store, Db *db);
void store_refresh(Store *store, Db *db); // ends the read transaction and starts a newer one
// Ends it alone, for who is about to wait and to refresh then: the log cannot start anew while
// somebody holds an old page, least of all somebody who waits for the writer.
void store_rest(Store *store, Db *db);

// Runs `work` on the writer in a savepoint and returns after the commit is durable; many callers
// share one commit. `work` must be short (50 ms), do no other I/O, and is undone alone when it
// returns an error. Called from inside work on the same store it runs at once, in a savepoint of
// its own, durable with the outer work.
// Errors: those of work; ERR_BUSY (queue full for 1 s, or the store is read-only or has failed),
// ERR_FAULT (the commit failed: nothing of this work is in the store). A full disk is ERR_BUSY.
typedef Err StoreWork(Db *writer, void *arg);
MUST_USE Err store_write(Store *store, StoreWork *work, void *arg);

// As store_write, but comes back at once: `settled` gets what store_write would have returned, on
// the writer's thread after the commit; or before this comes back, when the work was not taken or
// the store is private. It must only wake somebody. `arena` and `arg` must live until then. Not
// from inside work.
typedef void StoreSettled(void *arg, Err err);
void store_write_later(Store *store, Arena *arena, StoreWork *work, void *arg,
                       StoreSettled *settled);

// Calls `committed` after each commit in which a work wrote more than housekeeping, on the thread
// that committed: it must only wake somebody. One at a time; NULL ends it, and when that comes back
// nobody is called any more.
typedef void StoreCommitted(void *arg);
void store_watch(Store *store, StoreCommitted *committed, void *arg);

// Copies the whole store to the new file `path` while it is in use. Errors: ERR_CONFLICT (`path` is
// there already), ERR_FAULT.
MUST_USE Err store_backup(Store *store, const char *path);

// Has it a writer thread, so that more than one thread may use it? A private one has not.
bool store_threaded(const Store *store);

#endif
