// cohort_engine_test.c -- the engine's thread: columns are built beside readers and swapped whole.
// Meant for the thread sanitizer too.
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_refresh.h"
#include "test/fixture.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { HOUR_MS = 3600 * 1000, STEP_MS = 5, SOON_MS = 20000, SETTLED_MS = 100 };
enum { READERS = 3, LOOKS = 200, BATCHES = 4, BATCH_PEOPLE = 40 };

typedef struct Looker {
    const Core *core;
    int64_t seen; // the most events at once
    bool torn;    // a view whose parts do not fit together
} Looker;

static void look_once(Looker *looker)
{
    Db *db = NULL;
    if (store_borrow(looker->core->store, &db) != ERR_OK) return;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Ctx c = {.arena = arena, .db = db, .core = looker->core};
    CohortColumns *columns = NULL;
    bool updating = false;
    if (engine_columns(&c, &columns, &updating) == ERR_OK) {
        // Every event here is one deficit of one person. People of a batch that is still being
        // loaded are there already, their events are not.
        const uint8_t *counts = frailty_counts(columns, arena, (Date){20781});
        int64_t deficits = 0;
        for (uint32_t p = 0; p < columns->view->numbers; p++) {
            uint32_t local = 0;
            const LiveStripe *of = columns_stripe(columns->view, p, &local);
            if (bit_on(of->live, local)) deficits += counts[p];
        }
        if (deficits != (int64_t)columns->view->events || deficits % BATCH_PEOPLE != 0) {
            looker->torn = true;
        }
        if (deficits > looker->seen) looker->seen = deficits;
        cohort_columns_let_go(columns);
    }
    store_return(looker->core->store, db);
}

static void *look_often(void *arg)
{
    for (int i = 0; i < LOOKS; i++) look_once(arg);
    return NULL;
}

static void load_batch(Test *t, Ctx *c, int batch)
{
    Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = arena_fmt(t->arena, "batch-%d", batch),
                        .sha256 = STR(""),
                        .practice_ods = STR(""),
                        .extract_on = DATE_NONE};
    CHECK_OK(load_begin(c, &start, &load));
    int32_t code = 0;
    CHECK_OK(load_code(load, STR("snomed"), STR("160689007"), STR("Housebound"), &code));
    for (int i = 0; i < BATCH_PEOPLE; i++) {
        PersonImport in = {.source_id = arena_fmt(t->arena, "b%d-%d", batch, i)};
        in.person = (Person){.family = arena_fmt(t->arena, "FAMILY%d%d", batch, i),
                             .given = STR("Test"),
                             .born = {-9000 - 100 * batch - i},
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = STR("Practice")};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
        EventRow row = {.person = slot, .day = 20000, .code_id = code, .kind = EVENT_CONDITION};
        CHECK_OK(load_event(load, &row));
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
}

static void look_while_loading(Test *t, Core *core, CohortEngine *engine)
{
    pthread_t threads[READERS];
    Looker lookers[READERS];
    Ctx c = *t->c;
    c.core = core;
    CHECK_OK(store_borrow(core->store, &c.db));
    CHECK_OK(cohort_engine_start(engine, core));
    for (size_t i = 0; i < READERS; i++) {
        lookers[i] = (Looker){.core = core};
        CHECK(pthread_create(&threads[i], NULL, look_often, &lookers[i]) == 0);
    }
    for (int batch = 0; batch < BATCHES; batch++) {
        load_batch(t, &c, batch);
        store_refresh(core->store, c.db);
    }
    for (size_t i = 0; i < READERS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(!lookers[i].torn);
    }
    // Told once more, the thread ends with everybody in.
    Looker last = {.core = core};
    for (int i = 0; i < 1000000 && last.seen < (int64_t)BATCHES * BATCH_PEOPLE; i++) {
        look_once(&last);
    }
    CHECK_I64(last.seen, (int64_t)BATCHES * BATCH_PEOPLE);
    CHECK(!last.torn);
    store_return(core->store, c.db);
    cohort_engine_free(engine);
}

TEST(readers_never_see_half_of_a_population)
{
    Core core = *t->c->core;
    StoreOptions options = {
        .path = arena_c(t->arena, arena_fmt(t->arena, "%s/test.db", test_dir(t))), .create = true};
    Str why = STR("");
    CHECK_OK(store_open(t->arena, &options, &core.store, &why));
    CohortEngine *engine = NULL;
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t)));
    CHECK_OK(cohort_engine_new(t->arena, path, &engine, &why));
    core.engine = engine;
    look_while_loading(t, &core, engine);
    // A second engine starts from the file that the first one kept.
    CHECK_OK(cohort_engine_new(t->arena, path, &engine, &why));
    core.engine = engine;
    Looker again = {.core = &core};
    look_once(&again);
    CHECK_I64(again.seen, (int64_t)BATCHES * BATCH_PEOPLE);
    cohort_engine_free(engine);
    store_close(core.store);
}

// What the columns hold, asked by a page that began before anything came: it wakes nobody.
static int64_t events_comes_to(Ctx *early, int64_t wanted)
{
    int64_t events = -1;
    for (int ms = 0; ms < SOON_MS && events < wanted; ms += STEP_MS) {
        CohortColumns *columns = NULL;
        bool updating = false;
        if (engine_columns(early, &columns, &updating) == ERR_OK) {
            events = (int64_t)columns->view->events;
            cohort_columns_let_go(columns);
        }
        if (events < wanted) usleep(STEP_MS * 1000);
    }
    return events;
}

TEST(a_commit_wakes_the_engine_when_nobody_asks)
{
    Core core = *t->c->core;
    StoreOptions options = {
        .path = arena_c(t->arena, arena_fmt(t->arena, "%s/test.db", test_dir(t))), .create = true};
    Str why = STR("");
    CHECK_OK(store_open(t->arena, &options, &core.store, &why));
    CohortEngine *engine = NULL;
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    engine_look_every(engine, HOUR_MS);
    core.engine = engine;
    Ctx early = *t->c;
    Ctx writer = *t->c;
    early.core = writer.core = &core;
    CHECK_OK(store_borrow(core.store, &early.db));
    CHECK_OK(store_borrow(core.store, &writer.db));
    CHECK_OK(cohort_engine_start(engine, &core));
    CHECK_I64(events_comes_to(&early, 0), 0);
    usleep(SETTLED_MS * 1000); // whom the first questions woke sleeps again
    for (int batch = 0; batch < 2; batch++) {
        load_batch(t, &writer, batch);
        store_refresh(core.store, writer.db);
        CHECK_I64(events_comes_to(&early, (int64_t)(batch + 1) * BATCH_PEOPLE),
                  (int64_t)(batch + 1) * BATCH_PEOPLE);
        store_refresh(core.store, early.db);
        CHECK_I64(events_comes_to(&early, 1), (int64_t)(batch + 1) * BATCH_PEOPLE);
        usleep(SETTLED_MS * 1000);
    }
    store_return(core.store, writer.db);
    store_return(core.store, early.db);
    cohort_engine_free(engine);
    store_close(core.store);
}

// ---- built anew beside it

// Of the columns of now, how many people stand in the base.
static int64_t people_of_base(Ctx *c)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    int64_t people = 0;
    if (engine_columns(c, &columns, &updating) != ERR_OK) return 0;
    const Columns *view = columns->view;
    for (size_t s = 0; s < view->base_count; s++) people += view->stripes[s].stripe->persons;
    cohort_columns_let_go(columns);
    return people;
}

enum { OUTGROWN_BATCHES = 9 }; // more people than are ever left behind a base

TEST(a_base_that_is_outgrown_is_built_anew_beside_the_engine_and_put_in_its_place)
{
    Core core = *t->c->core;
    StoreOptions options = {
        .path = arena_c(t->arena, arena_fmt(t->arena, "%s/anew.db", test_dir(t))), .create = true};
    Str why = STR("");
    CohortEngine *engine = NULL;
    Ctx c = *t->c;
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t)));
    CHECK_OK(store_open(t->arena, &options, &core.store, &why));
    CHECK_OK(cohort_engine_new(t->arena, path, &engine, &why));
    core.engine = engine;
    c.core = &core;
    CHECK_OK(store_borrow(core.store, &c.db));
    CHECK_OK(cohort_engine_start(engine, &core));
    CHECK_I64(events_comes_to(&c, 0), 0);
    for (int batch = 0; batch < OUTGROWN_BATCHES; batch++) {
        int64_t events = (int64_t)(batch + 1) * BATCH_PEOPLE;
        load_batch(t, &c, batch);
        store_refresh(core.store, c.db);
        CHECK_I64(events_comes_to(&c, events), events); // whatever is built beside it
    }
    int64_t people = 0;
    for (int ms = 0; ms < SOON_MS && people <= DELTA_ALWAYS; ms += STEP_MS) {
        people = people_of_base(&c);
        if (people <= DELTA_ALWAYS) usleep(STEP_MS * 1000);
    }
    CHECK(people > DELTA_ALWAYS);
    int64_t all = (int64_t)OUTGROWN_BATCHES * BATCH_PEOPLE;
    CHECK_I64(events_comes_to(&c, all), all);
    // Stopped at once after it has something to build again.
    for (int batch = 0; batch < OUTGROWN_BATCHES; batch++) {
        load_batch(t, &c, OUTGROWN_BATCHES + batch);
    }
    cohort_engine_free(engine);
    store_refresh(core.store, c.db);
    CHECK_OK(cohort_engine_new(t->arena, path, &engine, &why));
    core.engine = engine;
    CHECK_I64(events_comes_to(&c, 2 * all), 2 * all);
    store_return(core.store, c.db);
    cohort_engine_free(engine);
    store_close(core.store);
}

// ---- ahead

typedef struct Asks { // told by the thread that works ahead
    pthread_mutex_t lock;
    int64_t times, people;
    bool as_program;
} Asks;
static Asks asks = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void ask_ahead(Ctx *c)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    int64_t people = -1;
    if (engine_columns(c, &columns, &updating) == ERR_OK) people = columns->view->persons;
    cohort_columns_let_go(columns);
    (void)pthread_mutex_lock(&asks.lock);
    asks.times++;
    asks.people = people;
    asks.as_program = c->actor.account_id == 0 && !date_is_none(c->today);
    (void)pthread_mutex_unlock(&asks.lock);
}

static Asks asked_ahead(void)
{
    (void)pthread_mutex_lock(&asks.lock);
    Asks now = asks;
    (void)pthread_mutex_unlock(&asks.lock);
    return now;
}

enum { AHEAD_LOOKS_MAX = 6000, AHEAD_LOOK_NS = 10000000 }; // a minute, on any machine

TEST(what_pages_ask_first_is_asked_ahead_once_new_columns_stand_still)
{
    Core core = *t->c->core;
    StoreOptions options = {
        .path = arena_c(t->arena, arena_fmt(t->arena, "%s/ahead.db", test_dir(t))), .create = true};
    Str why = STR("");
    CohortEngine *engine = NULL;
    Ctx c = *t->c;
    CHECK_OK(store_open(t->arena, &options, &core.store, &why));
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    core.engine = engine;
    c.core = &core;
    CHECK_OK(store_borrow(core.store, &c.db));
    cohort_engine_ahead(engine, ask_ahead);
    CHECK_OK(cohort_engine_start(engine, &core));
    load_batch(t, &c, 0);
    struct timespec moment = {.tv_nsec = AHEAD_LOOK_NS};
    Asks said = {.people = 0};
    for (int i = 0; i < AHEAD_LOOKS_MAX && said.people != BATCH_PEOPLE; i++) {
        (void)nanosleep(&moment, NULL);
        said = asked_ahead();
    }
    CHECK_I64(said.people, BATCH_PEOPLE);
    CHECK(said.as_program);
    store_return(core.store, c.db);
    cohort_engine_free(engine);
    store_close(core.store);
}
