// cohort_engine.c -- the engine's own life: reads the definitions, builds columns, swaps them.
#include "insight/cohort/cohort_engine.h"

#include "insight/cohort/cohort_build.h"

#include <pthread.h>

struct CohortEngine {
    const char *path; // of the column file, NULL: memory only
    const CodeSets *sets;
    Definition definitions[COHORTS_MAX];
    size_t definition_count;
    const Core *core;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; // of what follows
    pthread_cond_t wake;
    bool wanted; // somebody saw that the columns are old
    bool stop;
    Columns *current;
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
    CohortEngine *engine = ARENA_NEW(arena, CohortEngine);
    engine->path = path == NULL ? NULL : arena_c(arena, str_from_c(path));
    TRY(code_sets_read(arena, &engine->sets, why_out));
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
    *out = engine;
    return ERR_OK;
}

static Err source_of(Ctx *c, const CohortEngine *engine, ColumnSource *out)
{
    PersonFact *facts = NULL;
    Code *codes = NULL;
    Str *units = NULL;
    *out = (ColumnSource){.generation = population_generation(c), .sets = engine->sets};
    TRY(person_facts(c, &facts, &out->person_count));
    TRY(code_list(c, &codes, &out->code_count));
    TRY(unit_list(c, &units, &out->unit_count));
    ColumnPerson *persons = ARENA_ARRAY(c->arena, ColumnPerson, out->person_count + 1);
    for (size_t i = 0; i < out->person_count; i++) {
        const PersonFact *fact = &facts[i];
        persons[i] = (ColumnPerson){
            .id = fact->id,
            .born = fact->born,
            .practice = fact->practice_id,
            .registration = date_is_none(fact->died) ? fact->registration : REGISTRATION_DIED,
            .sex = fact->sex == GENDER_MALE     ? RULE_MALE
                   : fact->sex == GENDER_FEMALE ? RULE_FEMALE
                                                : RULE_ANY_SEX,
            .imd = (uint8_t)fact->imd_decile,
            .opted_out = fact->opted_out,
        };
    }
    static const Str NO_UNIT = STR_INIT("");
    out->persons = persons;
    out->codes = codes;
    out->units = out->unit_count == 0 ? &NO_UNIT : units;
    if (out->unit_count == 0) out->unit_count = 1;
    return ERR_OK;
}

static Err build_from_store(Ctx *c, const ColumnSource *source, const char *path, Columns **out)
{
    ColumnsBuilder *builder = NULL;
    TRY(columns_builder_new(source, &builder));
    Err err = event_stream(c, columns_builder_add, builder);
    if (err == ERR_OK) err = columns_builder_finish(builder, path, out);
    columns_builder_free(builder);
    return err;
}

static void swap_in(CohortEngine *engine, Columns *columns)
{
    (void)pthread_mutex_lock(&engine->lock);
    Columns *old = engine->current;
    engine->current = columns;
    (void)pthread_mutex_unlock(&engine->lock);
    columns_release(old);
}

// Maps or builds the columns now, on the caller's reader.
static Err build_now(CohortEngine *engine, Ctx *c)
{
    // In memory of its own: what is read to build is many times what a request may keep.
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    own.arena = scratch;
    ColumnSource source;
    Columns *columns = NULL;
    TRY(source_of(&own, engine, &source));
    Err err = engine->path == NULL ? ERR_NOT_FOUND : columns_map(engine->path, &source, &columns);
    if (err != ERR_OK) err = build_from_store(&own, &source, engine->path, &columns);
    TRY(err);
    swap_in(engine, columns);
    return ERR_OK;
}

static bool is_old(CohortEngine *engine, int64_t generation)
{
    (void)pthread_mutex_lock(&engine->lock);
    bool old = engine->current == NULL || engine->current->generation != generation;
    (void)pthread_mutex_unlock(&engine->lock);
    return old;
}

// One look at the store: builds when the population is another than that of the columns.
static Err look(CohortEngine *engine)
{
    Db *db = NULL;
    TRY(store_borrow(engine->core->store, &db));
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Ctx c = {.arena = arena, .db = db, .core = engine->core, .actor = {.name = STR("Trellis")}};
    Err err = ERR_OK;
    if (is_old(engine, population_generation(&c))) err = build_now(engine, &c);
    store_return(engine->core->store, db);
    return err;
}

static void *build_loop(void *arg)
{
    CohortEngine *engine = arg;
    for (;;) {
        // A build that fails is tried again when the next request finds the columns old.
        Err err = look(engine);
        (void)err;
        (void)pthread_mutex_lock(&engine->lock);
        while (!engine->wanted && !engine->stop) {
            (void)pthread_cond_wait(&engine->wake, &engine->lock);
        }
        engine->wanted = false;
        bool stop = engine->stop;
        (void)pthread_mutex_unlock(&engine->lock);
        if (stop) return NULL;
    }
}

Err cohort_engine_start(CohortEngine *engine, const Core *core)
{
    engine->core = core;
    if (pthread_create(&engine->thread, NULL, build_loop, engine) != 0) return ERR_FAULT;
    engine->has_thread = true;
    return ERR_OK;
}

void cohort_engine_free(CohortEngine *engine)
{
    if (engine == NULL) return;
    if (engine->has_thread) {
        (void)pthread_mutex_lock(&engine->lock);
        engine->stop = true;
        (void)pthread_cond_signal(&engine->wake);
        (void)pthread_mutex_unlock(&engine->lock);
        (void)pthread_join(engine->thread, NULL);
    }
    columns_release(engine->current);
    (void)pthread_cond_destroy(&engine->wake);
    (void)pthread_mutex_destroy(&engine->lock);
}

static Columns *hold_current(CohortEngine *engine, bool wake)
{
    (void)pthread_mutex_lock(&engine->lock);
    Columns *columns = engine->current == NULL ? NULL : columns_hold(engine->current);
    if (wake && engine->has_thread) {
        engine->wanted = true;
        (void)pthread_cond_signal(&engine->wake);
    }
    (void)pthread_mutex_unlock(&engine->lock);
    return columns;
}

Err engine_columns(Ctx *c, Columns **out, bool *updating_out)
{
    CohortEngine *engine = engine_of(c);
    *updating_out = false;
    if (engine == NULL) return ERR_BUSY;
    bool old = is_old(engine, population_generation(c));
    if (old && !engine->has_thread) {
        TRY(build_now(engine, c));
        old = false;
    }
    *updating_out = old;
    *out = hold_current(engine, old);
    return *out == NULL ? ERR_BUSY : ERR_OK;
}
