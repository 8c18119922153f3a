// cohort_spans.c -- one look at every code of every stripe.
#include "insight/cohort/cohort_spans.h"

typedef struct StripeSpans {
    const uint32_t *start; // of list l: spans[start[l] .. start[l + 1])
    const CodeSpan *spans;
    const uint8_t *conditions; // by local number: a place among the kinds
} StripeSpans;

struct CohortSpans {
    StripeSpans *stripes;
    size_t medicines;      // its list comes behind those of the sets
    const uint64_t *kinds; // the masks that codes of conditions have; NULL: too many
};

static bool is_medicine(const CohortColumns *columns, uint32_t id)
{
    return (columns_code_kinds(columns->view, id) >> EVENT_MEDICINE & 1) != 0;
}

// How many codes of the stripe are in each list, each in place l + 1 of those it will begin at.
static uint32_t *count_lists(const CohortColumns *columns, const Stripe *stripe, size_t medicines,
                             Arena *arena)
{
    uint32_t *start = ARENA_ARRAY(arena, uint32_t, medicines + 3);
    for (uint32_t local = 0; local < stripe->codes; local++) {
        size_t count = 0;
        const uint16_t *sets = sets_of_code(columns, stripe->code[local].id, &count);
        for (size_t i = 0; i < count; i++) start[sets[i] + 2]++;
        start[medicines + 2] += is_medicine(columns, stripe->code[local].id);
    }
    for (size_t l = 0; l <= medicines; l++) start[l + 2] += start[l + 1];
    return start;
}

// start[l + 1] goes from where list l begins to where it ends.
static const CodeSpan *fill_lists(const CohortColumns *columns, const Stripe *stripe,
                                  size_t medicines, Arena *arena, uint32_t *start)
{
    CodeSpan *spans = arena_alloc_raw(arena, (start[medicines + 2] + 1) * sizeof *spans);
    for (uint32_t local = 0; local < stripe->codes; local++) {
        size_t count = 0;
        const uint16_t *sets = sets_of_code(columns, stripe->code[local].id, &count);
        CodeSpan span = code_span(stripe, local);
        for (size_t i = 0; i < count; i++) spans[start[sets[i] + 1]++] = span;
        if (is_medicine(columns, stripe->code[local].id)) spans[start[medicines + 1]++] = span;
    }
    return spans;
}

static const uint8_t *find_conditions(const CohortColumns *columns, const Stripe *stripe,
                                      const uint8_t *kind, Arena *arena)
{
    CodeList codes = columns->conditions.codes;
    uint8_t *of_code = ARENA_ARRAY(arena, uint8_t, (size_t)stripe->codes + 1);
    for (size_t i = 0; i < codes.count; i++) {
        uint16_t local = codes.ids[i] < stripe->ids ? stripe->local[codes.ids[i]] : UINT16_MAX;
        if (local != UINT16_MAX) of_code[local] = kind[i];
    }
    return of_code;
}

// The masks that there are, 0 the first, and which of them each code of the list has: few codes are
// in more than one set, and a byte for each stays in the nearest memory where a mask would not.
static const uint64_t *find_kinds(const CodeMasks *masks, uint8_t *kind, Arena *arena)
{
    uint64_t *kinds = ARENA_ARRAY(arena, uint64_t, UINT8_MAX + 1);
    size_t count = 1;
    if (masks->bits == NULL) return NULL;
    for (size_t i = 0; i < masks->codes.count; i++) {
        size_t at = 0;
        while (at < count && kinds[at] != masks->bits[i]) at++;
        if (at > UINT8_MAX) return NULL;
        if (at == count) kinds[count++] = masks->bits[i];
        kind[i] = (uint8_t)at;
    }
    return kinds;
}

CohortSpans *cohort_spans_new(const CohortColumns *columns, Arena *arena)
{
    const Columns *view = columns->view;
    CohortSpans *all = ARENA_NEW(arena, CohortSpans);
    all->medicines = code_sets_count(columns->sets);
    uint8_t *kind = ARENA_ARRAY(arena, uint8_t, columns->conditions.codes.count + 1);
    all->kinds = find_kinds(&columns->conditions, kind, arena);
    all->stripes = ARENA_ARRAY(arena, StripeSpans, view->stripe_count + 1);
    for (size_t s = 0; s < view->stripe_count; s++) {
        const Stripe *stripe = view->stripes[s].stripe;
        uint32_t *start = count_lists(columns, stripe, all->medicines, arena);
        const CodeSpan *spans = fill_lists(columns, stripe, all->medicines, arena, start);
        all->stripes[s] = (StripeSpans){start, spans, NULL};
        if (all->kinds == NULL) continue;
        all->stripes[s].conditions = find_conditions(columns, stripe, kind, arena);
    }
    return all;
}

static CodeSpans spans_of(const StripeSpans *of, size_t list)
{
    return (CodeSpans){&of->spans[of->start[list]], of->start[list + 1] - of->start[list]};
}

CodeSpans spans_of_set(const CohortColumns *columns, size_t stripe, int set)
{
    return spans_of(&cohort_spans(columns)->stripes[stripe], (size_t)set);
}

CodeSpans spans_of_medicines(const CohortColumns *columns, size_t stripe)
{
    const CohortSpans *all = cohort_spans(columns);
    return spans_of(&all->stripes[stripe], all->medicines);
}

const uint64_t *condition_kinds(const CohortColumns *columns, size_t stripe,
                                const uint8_t **of_code)
{
    const CohortSpans *all = cohort_spans(columns);
    *of_code = all->stripes[stripe].conditions;
    return all->kinds;
}
