// cohort_engine.c -- the engine's own life: reads the definitions, builds columns, swaps them.
#include "insight/cohort/cohort_engine.h"

#include "core/clock.h"
#include "core/core.h"
#include "core/log.h"
#include "insight/cohort/cohort_ahead.h"
#include "insight/cohort/cohort_anew.h"
#include "insight/cohort/cohort_refresh.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

enum {
    LOOK_EVERY_MS = 100, // whoever else may write to the store does not wake this thread
    LOOK_LEAST_MS = 2,   // between two looks, however much is written
    REST_TIMES = 3,      // so many times as long as a build took no commit alone begins another
    QUIET_MS = 1000,     // after a build: then there is time to put pieces together
    PIECES_MAX = 16,     // behind the base: then there must be
};

struct CohortEngine {
    const CodeSets *sets;
    Definition definitions[COHORTS_MAX];
    size_t definition_count;
    const Core *core;
    CohortAhead *ahead_asks; // of other rooms; NULL: none
    Ahead ahead;
    ColumnPool *ahead_pool; // of its own thread alone: nobody who asks waits for it
    Refresh refresh;        // of whoever builds: the thread, or the only one who asks
    Anew anew;              // of the thread
    pthread_t thread;
    bool has_thread;
    int64_t look_every_ms;
    pthread_mutex_t lock; // of what follows
    pthread_cond_t wake;
    bool wanted;  // somebody saw that the columns are old
    bool written; // something was committed
    bool stop;
    atomic_bool hurry; // one of the three: who tidies gives it up. Read without the lock
    CohortColumns *current;
    int64_t corrected; // person_corrections when they were made
    int64_t loads;     // area_loads then
};

CohortEngine *engine_of(const Ctx *c)
{
    return c->core->engine;
}

const CodeSets *engine_sets(const CohortEngine *engine)
{
    return engine->sets;
}

size_t engine_definitions(const CohortEngine *engine, const Definition **out)
{
    *out = engine->definitions;
    return engine->definition_count;
}

const Definition *engine_definition(const CohortEngine *engine, Str key)
{
    for (size_t i = 0; i < engine->definition_count; i++) {
        if (str_eq(engine->definitions[i].key, key)) return &engine->definitions[i];
    }
    return NULL;
}

Err cohort_engine_new(Arena *arena, const char *path, CohortEngine **out, Str *why_out)
{
    CodeFiles files = code_files();
    return cohort_engine_with(arena, path, &files, out, why_out);
}

Err cohort_engine_with(Arena *arena, const char *path, const CodeFiles *files, CohortEngine **out,
                       Str *why_out)
{
    CohortEngine *engine = ARENA_NEW(arena, CohortEngine);
    engine->refresh.path = path == NULL ? NULL : arena_c(arena, str_from_c(path));
    TRY(code_sets_from(arena, files, &engine->sets, why_out));
    for (size_t i = 0; definition_file(i).len > 0; i++) {
        if (i == COHORTS_MAX) return ERR_INVALID;
        Str why = STR("");
        Definition *definition = &engine->definitions[i];
        Err err = definition_read(arena, engine->sets, definition_file(i), definition, &why);
        if (err != ERR_OK) {
            *why_out = arena_fmt(arena, "cohort definition %zu (" STR_FMT "), " STR_FMT, i + 1,
                                 STR_ARG(definition->key), STR_ARG(why));
            return err;
        }
        engine->definition_count++;
    }
    if (pthread_mutex_init(&engine->lock, NULL) != 0) return ERR_FAULT;
    if (pthread_cond_init(&engine->wake, NULL) != 0) return ERR_FAULT;
    TRY(columns_pool_new(arena, 0, &engine->refresh.pool));
    engine->look_every_ms = LOOK_EVERY_MS;
    TRY(columns_pool_new(arena, 1, &engine->ahead_pool));
    *out = engine;
    return ERR_OK;
}

// For the operator, and for whoever waits until questions are answered: the first of a start.
static void say_read(const CohortColumns *columns)
{
    LogField fields[] = {LOG_NUMBER("people", columns->view->persons)};
    log_line(LOG_INFO, "population-read", fields, COUNT_OF(fields));
}

static void swap_in(CohortEngine *engine, CohortColumns *columns, int64_t corrected, int64_t loads)
{
    (void)pthread_mutex_lock(&engine->lock);
    CohortColumns *old = engine->current;
    engine->current = columns;
    engine->corrected = corrected;
    engine->loads = loads;
    (void)pthread_mutex_unlock(&engine->lock);
    cohort_columns_let_go(old);
    ahead_tell(&engine->ahead);
}

typedef Err MakeColumns(Ctx *c, Refresh *refresh, Columns **out);

// Shows what `make` makes, if anything, on the caller's reader.
static Err make_now(CohortEngine *engine, Ctx *c, MakeColumns *make)
{
    // In memory of its own: what is read to build is many times what a request may keep.
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    own.arena = scratch;
    Columns *view = NULL;
    CohortColumns *columns = NULL;
    int64_t loads = 0;
    TRY(area_loads(&own, &loads));
    TRY(make(&own, &engine->refresh, &view));
    if (view == NULL) return ERR_OK;
    // Only who makes columns puts others in their place: these stay until then.
    CohortColumnsOf of = {view, engine->refresh.pool, engine->sets, engine->current};
    TRY(cohort_columns_next(&of, &columns));
    swap_in(engine, columns, person_corrections(c), loads);
    return ERR_OK;
}

static Err build_now(CohortEngine *engine, Ctx *c)
{
    return make_now(engine, c, columns_refresh);
}

typedef enum Age { AGE_NEW, AGE_CORRECTED, AGE_OLD } Age; // of the columns

// Corrected: details of somebody were changed here since. Old: there is another population, or
// another release of deprivation.
static Age age_of(CohortEngine *engine, Ctx *c)
{
    int64_t generation = population_generation(c);
    int64_t corrected = person_corrections(c);
    int64_t loads = 0;
    bool known = area_loads(c, &loads) == ERR_OK;
    (void)pthread_mutex_lock(&engine->lock);
    Age age = engine->corrected != corrected ? AGE_CORRECTED : AGE_NEW;
    if (engine->current == NULL || engine->current->view->generation != generation) age = AGE_OLD;
    if (known && engine->loads != loads) age = AGE_OLD;
    (void)pthread_mutex_unlock(&engine->lock);
    return age;
}

static bool has_too_many_pieces(const CohortEngine *engine)
{
    const Columns *shown = engine->refresh.shown;
    return shown != NULL && shown->stripe_count - shown->base_count > PIECES_MAX;
}

// To put all pieces together everybody is read again who changed since the base: when nothing new
// comes, or when there are too many pieces to ask.
static bool must_tidy(const CohortEngine *engine, bool quiet)
{
    if (!columns_untidy(&engine->refresh, true)) return false;
    return quiet || has_too_many_pieces(engine);
}

static Err tidy_few(Ctx *c, Refresh *refresh, Columns **out)
{
    return columns_tidy(c, refresh, false, out);
}

static Err tidy_all(Ctx *c, Refresh *refresh, Columns **out)
{
    return columns_tidy(c, refresh, true, out);
}

// With the lock held: to whoever builds, that there is something to do.
static void call(CohortEngine *engine)
{
    atomic_store(&engine->hurry, true);
    (void)pthread_cond_signal(&engine->wake);
}

static void wake(CohortEngine *engine)
{
    (void)pthread_mutex_lock(&engine->lock);
    engine->wanted = true;
    call(engine);
    (void)pthread_mutex_unlock(&engine->lock);
}

static void built_anew(void *arg)
{
    wake(arg);
}

// *came_out: there is another base, which nothing that is shown was made from yet.
static void take_anew(CohortEngine *engine, bool *came_out)
{
    Columns *anew = anew_take(&engine->anew);
    if (anew != NULL) columns_renew(&engine->refresh, anew);
    *came_out = engine->refresh.renewed;
}

// One look at the store: builds when the population is another than that of the columns.
// *shown_out: when what came was shown, on the machine's clock; 0: nothing came.
static Err look(CohortEngine *engine, bool quiet, int64_t *shown_out)
{
    Db *db = NULL;
    TRY(store_borrow(engine->core->store, &db));
    db_allow_ms(db, 0); // everybody's events are one statement
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Ctx c = {.arena = arena,
             .db = db,
             .core = engine->core,
             .actor = {.name = STR("Trellis")},
             .now = clock_now(engine->core->clock)};
    Err err = ERR_OK;
    bool renewed = false;
    take_anew(engine, &renewed);
    *shown_out = 0;
    if (renewed || age_of(engine, &c) != AGE_NEW || must_tidy(engine, quiet)) {
        err = build_now(engine, &c);
        *shown_out = clock_now(NULL).ms;
        MakeColumns *tidy = must_tidy(engine, quiet) ? tidy_all : tidy_few;
        // A few are soon done. For all nobody is made to wait who changes something meanwhile,
        // unless it must be at last.
        bool now = tidy == tidy_few || has_too_many_pieces(engine);
        engine->refresh.hurry = now ? NULL : &engine->hurry;
        if (err == ERR_OK) err = make_now(engine, &c, tidy);
    }
    store_return(engine->core->store, db);
    if (columns_outgrown(&engine->refresh)) anew_begin(&engine->anew);
    return err;
}

typedef struct Pace { // of the looks, in milliseconds of the machine's clock
    int64_t built;    // when the last build ended
    int64_t rest;     // before this no commit alone begins a look
} Pace;

static void look_and_rest(CohortEngine *engine, Pace *pace)
{
    int64_t began = clock_now(NULL).ms;
    int64_t shown = 0;
    // A build that fails is tried again at the next look.
    Err err = look(engine, began - pace->built > QUIET_MS, &shown);
    (void)err;
    int64_t ended = clock_now(NULL).ms;
    pace->rest = ended + LOOK_LEAST_MS;
    if (shown == 0) return;
    pace->built = ended;
    // After tidying, which comes seldom, nobody is made to wait as well.
    pace->rest += REST_TIMES * (shown - began);
}

// Until somebody asks or commits, or a moment has passed.
static void wait_for_work(CohortEngine *engine, const Pace *pace)
{
    int64_t until = clock_now(NULL).ms + engine->look_every_ms;
    int64_t now = 0;
    while (!engine->wanted && !engine->stop && (now = clock_now(NULL).ms) < until) {
        if (engine->written && now >= pace->rest) return;
        int64_t next = engine->written && pace->rest < until ? pace->rest : until;
        struct timespec at = {.tv_sec = next / 1000, .tv_nsec = next % 1000 * 1000000};
        (void)pthread_cond_timedwait(&engine->wake, &engine->lock, &at);
    }
}

static void *build_loop(void *arg)
{
    CohortEngine *engine = arg;
    Pace pace = {0};
    bool said = false;
    for (;;) {
        look_and_rest(engine, &pace);
        (void)pthread_mutex_lock(&engine->lock);
        if (!said && engine->current != NULL) say_read(engine->current);
        said = engine->current != NULL;
        wait_for_work(engine, &pace);
        engine->wanted = false;
        engine->written = false; // whatever it was, the next look sees it
        atomic_store(&engine->hurry, engine->stop);
        bool stop = engine->stop;
        (void)pthread_mutex_unlock(&engine->lock);
        if (stop) return NULL;
    }
}

static void committed(void *arg)
{
    CohortEngine *engine = arg;
    (void)pthread_mutex_lock(&engine->lock);
    engine->written = true;
    call(engine);
    (void)pthread_mutex_unlock(&engine->lock);
}

void engine_look_every(CohortEngine *engine, int64_t ms)
{
    assert(!engine->has_thread);
    engine->look_every_ms = ms;
}

static CohortColumns *hold_current(CohortEngine *engine, bool wake)
{
    (void)pthread_mutex_lock(&engine->lock);
    CohortColumns *columns = engine->current == NULL ? NULL : cohort_columns_share(engine->current);
    if (wake && engine->has_thread) {
        engine->wanted = true;
        call(engine);
    }
    (void)pthread_mutex_unlock(&engine->lock);
    return columns;
}

void cohort_engine_ahead(CohortEngine *engine, CohortAhead *asks)
{
    engine->ahead_asks = asks;
}

// What pages will ask of the columns of now, as the program itself.
static void work_ahead(void *arg)
{
    CohortEngine *engine = arg;
    Db *db = NULL;
    CohortColumns *columns = hold_current(engine, false);
    if (columns == NULL) return;
    (void)columns_coded(columns, engine->ahead_pool);
    cohort_columns_let_go(columns);
    if (engine->ahead_asks == NULL || store_borrow(engine->core->store, &db) != ERR_OK) return;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Instant now = clock_now(engine->core->clock);
    Ctx c = {.arena = arena,
             .db = db,
             .core = engine->core,
             .actor = {.name = STR("Trellis")},
             .now = now,
             .today = instant_date_london(now)};
    engine->ahead_asks(&c);
    store_return(engine->core->store, db);
}

Err cohort_engine_start(CohortEngine *engine, const Core *core)
{
    engine->core = core;
    TRY(ahead_start(&engine->ahead, work_ahead, engine));
    engine->anew =
        (Anew){.core = core, .path = engine->refresh.path, .told = built_anew, .arg = engine};
    engine->refresh.beside = true;
    if (pthread_create(&engine->thread, NULL, build_loop, engine) != 0) return ERR_FAULT;
    engine->has_thread = true;
    store_watch(core->store, committed, engine);
    return ERR_OK;
}

void cohort_engine_free(CohortEngine *engine)
{
    if (engine == NULL) return;
    if (engine->has_thread) {
        store_watch(engine->core->store, NULL, NULL);
        (void)pthread_mutex_lock(&engine->lock);
        engine->stop = true;
        call(engine);
        (void)pthread_mutex_unlock(&engine->lock);
        (void)pthread_join(engine->thread, NULL);
    }
    anew_end(&engine->anew);
    ahead_end(&engine->ahead);
    cohort_columns_let_go(engine->current);
    refresh_end(&engine->refresh);
    columns_pool_free(engine->refresh.pool);
    columns_pool_free(engine->ahead_pool);
    (void)pthread_cond_destroy(&engine->wake);
    (void)pthread_mutex_destroy(&engine->lock);
}

Err engine_columns(Ctx *c, CohortColumns **out, bool *updating_out)
{
    CohortEngine *engine = engine_of(c);
    *updating_out = false;
    if (engine == NULL) return ERR_BUSY;
    Age age = age_of(engine, c);
    if (age != AGE_NEW && !engine->has_thread) {
        TRY(build_now(engine, c));
        age = AGE_NEW;
    }
    *updating_out = age == AGE_OLD;
    *out = hold_current(engine, age != AGE_NEW);
    return *out == NULL ? ERR_BUSY : ERR_OK;
}
