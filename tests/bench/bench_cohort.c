// bench_cohort.c -- the population engine on a made-up network: 45,000 people x 110 events.
//
// Milliseconds on the wall, best of REPEATS; one thread. What is read of the store (event_stream)
// is not in it. The events are as codes come: some conditions, many values, medicines by the month.
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_frailty.h"

#include <time.h>

enum { PERSONS = 45000, EVENTS_EACH = 110, MEDICINES = 300, VALUED = 40, OTHERS = 800 };
enum { REPEATS = 7, AS_AT = 20781, CHUNK = 4096 };

typedef struct World {
    Arena *arena;
    const CodeSets *sets;
    uint64_t seed;
    ColumnSource source;
    Code *codes;
    size_t deficits; // codes [0, deficits) are of the frailty sets
    size_t used;     // and [deficits, used) of the other sets
    EventRow *chunk;
} World;

static double now_ms(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static uint32_t pick(World *w, uint32_t below)
{
    w->seed = w->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(w->seed >> 33) % below;
}

static void add_code(World *w, Str system, Str code, Str term)
{
    size_t n = w->source.code_count++;
    w->codes[n] = (Code){(int32_t)n + 1, system, code, term};
}

static void make_codes(World *w)
{
    w->codes = ARENA_ARRAY(w->arena, Code, 8000);
    w->source.codes = w->codes;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t s = 0; s < code_sets_count(w->sets); s++) {
            const CodeSet *set = code_set_at(w->sets, s);
            if (str_starts(set->name, STR("efi-")) != (pass == 0)) continue;
            for (size_t i = 0; i < set->count; i++) {
                add_code(w, set->rows[i].system, set->rows[i].code, set->rows[i].term);
            }
        }
        if (pass == 0) w->deficits = w->source.code_count;
    }
    w->used = w->source.code_count;
    for (int i = 0; i < MEDICINES + VALUED + OTHERS; i++) {
        add_code(w, STR("local"), arena_fmt(w->arena, "%d", i), STR("Something"));
    }
}

static void make_persons(World *w)
{
    ColumnPerson *persons = ARENA_ARRAY(w->arena, ColumnPerson, PERSONS);
    for (size_t i = 0; i < PERSONS; i++) {
        persons[i] = (ColumnPerson){.id = {(int64_t)i + 1},
                                    .born = {AS_AT - (int32_t)pick(w, 34000)},
                                    .practice = 1 + pick(w, 4),
                                    .registration = REGISTRATION_CURRENT,
                                    .sex = (RuleSex)(1 + pick(w, 2))};
    }
    w->source.persons = persons;
    w->source.person_count = PERSONS;
}

static EventRow make_event(World *w, size_t person)
{
    uint32_t what = pick(w, 1000);
    EventRow row = {.person = (int64_t)person + 1,
                    .day = AS_AT - (int32_t)pick(w, 3650),
                    .kind = EVENT_OBSERVATION};
    if (what < 25) {
        row.code_id = 1 + (int32_t)pick(w, (uint32_t)w->deficits);
    } else if (what < 90) {
        row.code_id = 1 + (int32_t)(w->deficits + pick(w, (uint32_t)(w->used - w->deficits)));
        row.has_value = 1;
        row.value = 40 + pick(w, 60);
    } else if (what < 350) {
        row.code_id = 1 + (int32_t)(w->used + pick(w, MEDICINES));
        row.kind = EVENT_MEDICINE;
    } else if (what < 800) {
        row.code_id = 1 + (int32_t)(w->used + MEDICINES + pick(w, VALUED));
        row.has_value = 1;
        row.value = pick(w, 1000) / 10.0;
    } else {
        row.code_id = 1 + (int32_t)(w->used + MEDICINES + VALUED + pick(w, OTHERS));
    }
    return row;
}

static void build(World *w, const char *path)
{
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    double adding = 0;
    size_t fill = 0;
    if (column_builder_new(&w->source, path, &builder) != ERR_OK) abort();
    for (size_t p = 0; p < PERSONS; p++) {
        for (int e = 0; e < EVENTS_EACH; e++) w->chunk[fill++] = make_event(w, p);
        if (fill + EVENTS_EACH <= CHUNK && p + 1 < PERSONS) continue;
        double start = now_ms();
        if (column_builder_add(builder, w->chunk, fill) != ERR_OK) abort();
        adding += now_ms() - start;
        fill = 0;
    }
    double start = now_ms();
    if (column_builder_finish(builder, &columns) != ERR_OK) abort();
    printf("build %.0f M events: take in %.0f ms, lay out, check and keep %.0f ms\n",
           (double)columns->events / 1e6, adding, now_ms() - start);
    column_builder_free(builder);
    columns_let_go(columns);
}

static void bench_definition(World *w, const CohortColumns *columns, Str text)
{
    Definition definition;
    Str why;
    if (definition_read(w->arena, w->sets, text, &definition, &why) != ERR_OK) abort();
    double best = 1e9;
    int64_t met = 0;
    for (int i = 0; i < REPEATS; i++) {
        CLEANUP(arena_free_at) Arena *arena = arena_new();
        Evaluation e = {.arena = arena,
                        .columns = columns,
                        .definition = &definition,
                        .as_at = {AS_AT},
                        .facts = caseload_facts_new(arena, columns->view->numbers)};
        double start = now_ms();
        evaluate(&e);
        double took = now_ms() - start;
        if (took < best) best = took;
        met = bits_count(e.truths[0].met, e.words);
    }
    printf("%-34.*s %7.2f ms, %lld people\n", STR_ARG(definition.key), best, (long long)met);
}

static void bench_frailty(const CohortColumns *columns)
{
    double best = 1e9;
    for (int i = 0; i < REPEATS; i++) {
        CLEANUP(arena_free_at) Arena *arena = arena_new();
        double start = now_ms();
        (void)frailty_compute(columns, arena, (Date){AS_AT - i}, (KnownStripes){0});
        double took = now_ms() - start;
        if (took < best) best = took;
    }
    printf("frailty of everybody               %7.2f ms\n", best);
    double start = now_ms();
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    for (uint32_t p = 0; p < 50; p++) {
        FrailtyIndex index;
        frailty_explain(columns, arena, p * 900, (Date){AS_AT}, &index);
    }
    printf("frailty of 50 people explained     %7.2f ms\n", now_ms() - start);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "build/bench-columns";
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    World w = {.arena = arena, .seed = 1};
    Str why = {0};
    double start = now_ms();
    if (code_sets_read(arena, &w.sets, &why) != ERR_OK) abort();
    printf("code sets read in %.1f ms\n", now_ms() - start);
    static const Str UNITS[] = {STR_INIT("")};
    w.source = (ColumnSource){.generation = 1, .units = UNITS, .unit_count = 1};
    w.chunk = ARENA_ARRAY(arena, EventRow, CHUNK);
    make_codes(&w);
    make_persons(&w);
    build(&w, path);
    ColumnPool *pool = NULL;
    Columns *view = NULL;
    CohortColumns *columns = NULL;
    if (columns_pool_new(arena, 0, &pool) != ERR_OK) abort();
    start = now_ms();
    if (columns_open(path, &w.source, pool, &view) != ERR_OK) abort();
    printf("kept file mapped and checked in %.1f ms\n", now_ms() - start);
    if (cohort_columns_new(view, pool, w.sets, &columns) != ERR_OK) abort();
    bench_frailty(columns);
    for (size_t i = 0; definition_file(i).len > 0; i++) {
        bench_definition(&w, columns, definition_file(i));
    }
    cohort_columns_let_go(columns);
    columns_pool_free(pool);
    (void)remove(path);
    return 0;
}
