// cohort_coded.c -- one walk over the postings of every set, and of every code.
#include "insight/cohort/cohort_coded.h"

#include "insight/cohort/cohort_columns.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_objects.h"

enum { NOBODY = UINT16_MAX };

typedef struct Counter { // added to by several threads
    _Atomic int64_t people, events;
} Counter;

typedef struct Counting {
    const CohortColumns *columns;
    const int64_t *practices;
    size_t practice_count;
    const uint8_t *left_out; // by number: who is not counted; NULL: nobody
    Counter *counts, *codes;
} Counting;

static int id_cmp(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

// Every practice that somebody is registered with.
static size_t find_practices(const CohortColumns *columns, int64_t *out)
{
    size_t count = 0;
    for (size_t s = 0; s < columns->view->stripe_count; s++) {
        const Stripe *stripe = columns->view->stripes[s].stripe;
        int64_t before = -1;
        for (uint32_t p = 0; p < stripe->persons; p++) {
            int64_t id = stripe->practice[p];
            if (id == before) continue;
            before = id;
            bool known = false;
            for (size_t i = 0; i < count; i++) known = known || out[i] == id;
            if (!known && count < CODED_PRACTICES_MAX) out[count++] = id;
        }
    }
    qsort(out, count, sizeof *out, id_cmp);
    return count;
}

// Which practice each person of the stripe counts for; NOBODY: is not registered now.
static uint16_t *places_of(const Counting *c, const LiveStripe *of, ColumnScratch *scratch)
{
    const Stripe *stripe = of->stripe;
    uint16_t *place = SCRATCH_PERSONS(scratch, uint16_t);
    size_t last = 0;
    for (uint32_t p = 0; p < stripe->persons; p++) {
        int64_t id = stripe->practice[p];
        place[p] = NOBODY;
        if (!bit_on(of->live, p) || stripe->registration[p] != REGISTRATION_CURRENT) continue;
        if (c->left_out != NULL && c->left_out[of->first + p] != 0) continue;
        for (size_t i = 0; c->practices[last] != id && i < c->practice_count; i++) {
            last = (last + 1) % c->practice_count;
        }
        if (c->practices[last] == id) place[p] = (uint16_t)last;
    }
    return place;
}

static void add(Counter *to, int64_t people, int64_t events)
{
    (void)atomic_fetch_add_explicit(&to->people, people, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&to->events, events, memory_order_relaxed);
}

typedef struct Stamped { // who was counted for what is being counted
    const uint16_t *place;
    uint32_t *seen;
    uint32_t stamp;
    CodedCount *at; // by practice
} Stamped;

static void count_code(const Stripe *stripe, uint32_t id, Stamped *s)
{
    uint32_t local = id < stripe->ids ? stripe->local[id] : UINT16_MAX;
    if (local == UINT16_MAX) return;
    uint32_t end = stripe->code[local + 1].first;
    for (uint32_t i = stripe->code[local].first; i < end; i++) {
        uint16_t who = stripe->who[i];
        if (s->place[who] == NOBODY) continue;
        CodedCount *at = &s->at[s->place[who]];
        at->events++;
        at->people += s->seen[who] != s->stamp;
        s->seen[who] = s->stamp;
    }
}

static Err count_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Counting *c = arg;
    (void)index;
    Stamped s = {.place = places_of(c, of, scratch),
                 .seen = SCRATCH_PERSONS(scratch, uint32_t),
                 .at = scratch_take(scratch, c->practice_count + 1, sizeof *s.at)};
    size_t at_bytes = c->practice_count * sizeof *s.at;
    for (size_t set = 0; set < code_sets_count(c->columns->sets); set++) {
        CodeList codes = codes_of_set(c->columns, (int)set);
        memset(s.at, 0, at_bytes);
        s.stamp++;
        for (size_t i = 0; i < codes.count; i++) count_code(of->stripe, codes.ids[i], &s);
        for (size_t i = 0; codes.count > 0 && i < c->practice_count; i++) {
            add(&c->counts[set * c->practice_count + i], s.at[i].people, s.at[i].events);
        }
    }
    for (uint32_t local = 0; local < of->stripe->codes; local++) {
        uint32_t id = of->stripe->code[local].id;
        CodedCount all = {0};
        memset(s.at, 0, at_bytes);
        s.stamp++;
        count_code(of->stripe, id, &s);
        for (size_t i = 0; i < c->practice_count; i++) {
            all.people += s.at[i].people;
            all.events += s.at[i].events;
        }
        add(&c->codes[id], all.people, all.events);
    }
    return ERR_OK;
}

static CodedCount *plain(Arena *arena, Counter *from, size_t count)
{
    CodedCount *out = ARENA_ARRAY(arena, CodedCount, count + 1);
    for (size_t i = 0; i < count; i++) {
        out[i] = (CodedCount){atomic_load(&from[i].people), atomic_load(&from[i].events)};
    }
    return out;
}

static bool is_unknown(const CohortColumns *columns, uint32_t id)
{
    size_t in = 0;
    (void)sets_of_code(columns, id, &in);
    bool medicine = (columns_code_kinds(columns->view, id) >> EVENT_MEDICINE & 1) != 0;
    if (in > 0 || medicine || code_is_measured(columns, id)) return false;
    // Opt-outs and scores are codes of the program itself, which knows them without a set.
    const Code *code = columns_code(columns->view, id);
    return code == NULL || !str_starts(code->system, STR("urn:trellis:"));
}

typedef struct Unknown {
    int64_t people;
    uint32_t id;
} Unknown;

static int unknown_cmp(const void *a, const void *b)
{
    const Unknown *left = a;
    const Unknown *right = b;
    if (left->people != right->people) return left->people > right->people ? -1 : 1;
    return (left->id > right->id) - (left->id < right->id);
}

static void find_unknown(const CohortColumns *columns, Arena *arena, Arena *scratch,
                         CohortCoded *coded)
{
    uint32_t ids = columns_code_ids(columns->view);
    Unknown *all = ARENA_ARRAY(scratch, Unknown, (size_t)ids + 1);
    size_t count = 0;
    for (uint32_t id = 0; id < ids; id++) {
        int64_t people = coded->codes[id].people;
        if (people == 0 || !is_unknown(columns, id)) continue;
        if (people < CODED_PEOPLE_MIN) {
            coded->unknown_rare++;
        } else {
            all[count++] = (Unknown){people, id};
        }
    }
    qsort(all, count, sizeof *all, unknown_cmp);
    coded->unknown_count = count < CODED_UNKNOWN_MAX ? count : CODED_UNKNOWN_MAX;
    uint32_t *unknown = ARENA_ARRAY(arena, uint32_t, coded->unknown_count + 1);
    for (size_t i = 0; i < coded->unknown_count; i++) unknown[i] = all[i].id;
    coded->unknown = unknown;
}

static CohortCoded *compute(const CohortColumns *columns, const uint8_t *left_out, Arena *arena)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    size_t sets = code_sets_count(columns->sets);
    size_t ids = columns_code_ids(columns->view);
    int64_t *practices = ARENA_ARRAY(arena, int64_t, CODED_PRACTICES_MAX + 1);
    Counting c = {.columns = columns, .practices = practices, .left_out = left_out};
    c.practice_count = find_practices(columns, practices);
    c.counts = ARENA_ARRAY(scratch, Counter, sets * c.practice_count + 1);
    c.codes = ARENA_ARRAY(scratch, Counter, ids + 1);
    if (c.practice_count > 0) {
        Err err = columns_run(columns->pool, columns->view, NULL, count_stripe, &c);
        assert(err == ERR_OK); // without limits nothing stops it
        (void)err;
    }
    CohortCoded *coded = ARENA_NEW(arena, CohortCoded);
    coded->sets = columns->sets;
    coded->practices = practices;
    coded->practice_count = c.practice_count;
    coded->counts = plain(arena, c.counts, sets * c.practice_count);
    coded->codes = plain(arena, c.codes, ids);
    find_unknown(columns, arena, scratch, coded);
    return coded;
}

CohortCoded *coded_compute(const CohortColumns *columns, Arena *arena)
{
    return compute(columns, NULL, arena);
}

// Of everybody from what is kept; `figures`: without who opted out of such uses, counted now.
static Err coded_of(Ctx *c, bool figures, CohortCoded *out)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    *out = (CohortCoded){0};
    TRY(engine_columns(c, &columns, &updating));
    *out = figures ? *compute(columns, cohort_secondary(c->arena, columns, c->today), c->arena)
                   : *columns_coded(columns);
    out->held = columns;
    out->updating = updating;
    return ERR_OK;
}

Err cohort_coded_figures(Ctx *c, CohortCoded *out)
{
    return coded_of(c, true, out);
}

Err cohort_coded(Ctx *c, CohortCoded *out)
{
    return coded_of(c, false, out);
}

void cohort_coded_end(CohortCoded *coded)
{
    cohort_columns_let_go(coded->held);
    coded->held = NULL;
}

CodedCount coded_total(const CohortCoded *coded, size_t set)
{
    CodedCount all = {0};
    for (size_t i = 0; i < coded->practice_count; i++) {
        all.people += coded->counts[set * coded->practice_count + i].people;
        all.events += coded->counts[set * coded->practice_count + i].events;
    }
    return all;
}

const Code *coded_code(const CohortCoded *coded, uint32_t id)
{
    return columns_code(coded->held->view, id);
}

static int code_cmp(const void *a, const void *b)
{
    const CodeRow *left = a;
    const CodeRow *right = b;
    int cmp = str_cmp(left->system, right->system);
    return cmp != 0 ? cmp : str_cmp(left->code, right->code);
}

bool *coded_seen(Arena *arena, const CohortCoded *coded, size_t set)
{
    const CodeSet *of = code_set_at(coded->sets, set);
    CodeList codes = codes_of_set(coded->held, (int)set);
    CodeRow *used = ARENA_ARRAY(arena, CodeRow, codes.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < codes.count; i++) {
        const Code *code = columns_code(coded->held->view, codes.ids[i]);
        if (code == NULL || coded->codes[codes.ids[i]].people == 0) continue;
        used[count++] = (CodeRow){.system = code->system, .code = code->code};
    }
    qsort(used, count, sizeof *used, code_cmp);
    bool *seen = ARENA_ARRAY(arena, bool, of->count + 1);
    for (size_t i = 0; i < of->count; i++) {
        seen[i] = bsearch(&of->rows[i], used, count, sizeof *used, code_cmp) != NULL;
    }
    return seen;
}
