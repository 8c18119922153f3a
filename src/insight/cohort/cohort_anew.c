// cohort_anew.c -- see cohort_anew.h.
#include "insight/cohort/cohort_anew.h"

#include "core/clock.h"
#include "core/log.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ANEW_NICE = 10, ANEW_AGAIN_MS = 30 * 1000 };

static void build_now(Anew *anew)
{
    Db *db = NULL;
    if (store_borrow(anew->core->store, &db) != ERR_OK) return;
    db_allow_ms(db, 0); // everybody's events are one statement
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Ctx c = {.arena = arena,
             .db = db,
             .core = anew->core,
             .actor = {.name = STR("Trellis")},
             .now = clock_now(anew->core->clock)};
    // One that fails is begun again after a while: what is shown is still outgrown.
    if (columns_anew(&c, anew->path, &anew->stop, &anew->made) != ERR_OK) anew->made = NULL;
    store_return(anew->core->store, db);
}

static void *run(void *arg)
{
    Anew *anew = arg;
    // Behind whoever answers or shows what changed; on Linux this is the thread's own.
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), ANEW_NICE);
    build_now(anew);
    bool came = anew->made != NULL;
    // What the building took goes back before the new columns are mapped in beside the present
    // ones, which is done here so that whoever asks first does not wait for it.
    (void)malloc_trim(0);
    if (came) columns_map_in(anew->made);
    atomic_store(&anew->ended, true);
    if (came) anew->told(anew->arg);
    return NULL;
}

void anew_begin(Anew *anew)
{
    if (anew->runs || clock_ticks_ms() < anew->again_ms) return;
    anew->made = NULL;
    atomic_store(&anew->stop, false);
    atomic_store(&anew->ended, false);
    anew->runs = pthread_create(&anew->thread, NULL, run, anew) == 0;
}

Columns *anew_take(Anew *anew)
{
    if (!anew->runs || !atomic_load(&anew->ended)) return NULL;
    (void)pthread_join(anew->thread, NULL);
    anew->runs = false;
    if (anew->made == NULL) {
        anew->again_ms = clock_ticks_ms() + ANEW_AGAIN_MS;
        log_line(LOG_WARN, "columns-anew-failed", NULL, 0);
    }
    return anew->made;
}

void anew_end(Anew *anew)
{
    if (!anew->runs) return;
    atomic_store(&anew->stop, true);
    (void)pthread_join(anew->thread, NULL);
    anew->runs = false;
    columns_let_go(anew->made);
}
