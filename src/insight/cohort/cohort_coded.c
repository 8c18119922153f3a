// cohort_coded.c -- one walk over the postings of every set, and of every code.
#include "insight/cohort/cohort_coded.h"

#include "insight/cohort/cohort_columns.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_objects.h"

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

// The place of a practice among those in order, or the one where it would stand.
static size_t place_of(const int64_t *practices, size_t count, int64_t id)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (practices[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
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
            size_t at = place_of(out, count, id);
            if ((at < count && out[at] == id) || count == CODED_PRACTICES_MAX) continue;
            memmove(out + at + 1, out + at, (count - at) * sizeof *out);
            out[at] = id;
            count++;
        }
    }
    return count;
}

typedef struct CodeTally { // of one stripe
    const Stripe *stripe;
    uint16_t *place;      // which practice a person counts for; one beyond the last: for none
    uint64_t *registered; // whoever counts for one
    uint64_t *seen;       // whoever has what is being counted
    CodedCount *at;       // by practice, and what is nobody's
    size_t practice_count;
} CodeTally;

static CodeTally tally_of(const Counting *c, const LiveStripe *of, ColumnScratch *scratch)
{
    const Stripe *stripe = of->stripe;
    CodeTally t = {.stripe = stripe,
                   .place = SCRATCH_PERSONS(scratch, uint16_t),
                   .registered = scratch_take(scratch, STRIPE_WORDS, sizeof(uint64_t)),
                   .seen = scratch_take(scratch, STRIPE_WORDS, sizeof(uint64_t)),
                   .at = scratch_take(scratch, c->practice_count + 1, sizeof *t.at),
                   .practice_count = c->practice_count};
    memset(t.registered, 0, STRIPE_WORDS * sizeof *t.registered);
    int64_t before = -1;
    uint16_t place = 0;
    for (uint32_t p = 0; p < stripe->persons; p++) {
        int64_t id = stripe->practice[p];
        t.place[p] = (uint16_t)c->practice_count;
        if (!bit_on(of->live, p) || stripe->registration[p] != REGISTRATION_CURRENT) continue;
        if (c->left_out != NULL && c->left_out[of->first + p] != 0) continue;
        if (id != before) place = (uint16_t)place_of(c->practices, c->practice_count, id);
        before = id;
        // Of practices beyond the most that are told apart nobody counts.
        if (place == c->practice_count || c->practices[place] != id) continue;
        t.place[p] = place;
        bit_set(t.registered, p);
    }
    return t;
}

static void add(Counter *to, int64_t people, int64_t events)
{
    (void)atomic_fetch_add_explicit(&to->people, people, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&to->events, events, memory_order_relaxed);
}

typedef struct Sent { // who has a code, an event each
    const uint16_t *who;
    size_t count;
} Sent;

static Sent sent_of(const Stripe *stripe, uint32_t id)
{
    uint32_t local = id < stripe->ids ? stripe->local[id] : UINT16_MAX;
    if (local == UINT16_MAX) return (Sent){0};
    uint32_t first = stripe->code[local].first;
    return (Sent){stripe->who + first, stripe->code[local + 1].first - first};
}

static void begin_count(CodeTally *t)
{
    memset(t->seen, 0, STRIPE_WORDS * sizeof *t->seen);
    memset(t->at, 0, (t->practice_count + 1) * sizeof *t->at);
}

static void count_set(const CohortColumns *columns, size_t set, CodeTally *t)
{
    CodeList codes = codes_of_set(columns, (int)set);
    begin_count(t);
    for (size_t k = 0; k < codes.count; k++) {
        Sent sent = sent_of(t->stripe, codes.ids[k]);
        for (size_t i = 0; i < sent.count; i++) {
            uint16_t p = sent.who[i];
            t->seen[p / 64] |= UINT64_C(1) << (p % 64);
            t->at[t->place[p]].events++;
        }
    }
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = t->seen[w] & t->registered[w]; left != 0; left &= left - 1) {
            t->at[t->place[w * 64 + (size_t)__builtin_ctzll(left)]].people++;
        }
    }
}

static CodedCount count_code(uint32_t id, CodeTally *t)
{
    CodedCount all = {0};
    Sent sent = sent_of(t->stripe, id);
    memset(t->seen, 0, STRIPE_WORDS * sizeof *t->seen);
    for (size_t i = 0; i < sent.count; i++) {
        uint16_t p = sent.who[i];
        t->seen[p / 64] |= UINT64_C(1) << (p % 64);
        all.events += (int64_t)(t->registered[p / 64] >> (p % 64) & 1);
    }
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        all.people += __builtin_popcountll(t->seen[w] & t->registered[w]);
    }
    return all;
}

static Err count_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Counting *c = arg;
    (void)index;
    CodeTally t = tally_of(c, of, scratch);
    for (size_t set = 0; set < code_sets_count(c->columns->sets); set++) {
        if (codes_of_set(c->columns, (int)set).count == 0) continue;
        count_set(c->columns, set, &t);
        for (size_t i = 0; i < c->practice_count; i++) {
            add(&c->counts[set * c->practice_count + i], t.at[i].people, t.at[i].events);
        }
    }
    for (uint32_t local = 0; local < of->stripe->codes; local++) {
        uint32_t id = of->stripe->code[local].id;
        CodedCount all = count_code(id, &t);
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

static CohortCoded *compute(const CohortColumns *columns, ColumnPool *pool, const uint8_t *left_out,
                            Arena *arena)
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
        Err err = columns_run(pool, columns->view, NULL, count_stripe, &c);
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

CohortCoded *coded_compute(const CohortColumns *columns, ColumnPool *pool, Arena *arena)
{
    return compute(columns, pool, NULL, arena);
}

// Of everybody from what is kept; `figures`: without who opted out of such uses, counted now.
static Err coded_of(Ctx *c, bool figures, CohortCoded *out)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    *out = (CohortCoded){0};
    TRY(engine_columns(c, &columns, &updating));
    if (figures) {
        const uint8_t *left_out = cohort_secondary(c->arena, columns, c->today);
        *out = *compute(columns, columns->pool, left_out, c->arena);
    } else {
        *out = *columns_coded(columns, columns->pool);
    }
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
