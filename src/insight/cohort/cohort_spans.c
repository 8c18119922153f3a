// cohort_spans.c -- one look at every code of every stripe.
#include "insight/cohort/cohort_spans.h"

typedef struct StripeSpans {
    const uint32_t *start; // of list l: spans[start[l] .. start[l + 1])
    const CodeSpan *spans;
    const uint64_t *conditions; // by local number
} StripeSpans;

struct CohortSpans {
    StripeSpans *stripes;
    size_t medicines; // its list comes behind those of the sets
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

static const uint64_t *find_conditions(const CohortColumns *columns, const Stripe *stripe,
                                       Arena *arena)
{
    CodeMasks masks = columns->conditions;
    if (masks.bits == NULL) return NULL;
    uint64_t *of_code = ARENA_ARRAY(arena, uint64_t, (size_t)stripe->codes + 1);
    stripe_code_masks(stripe, &masks, of_code);
    return of_code;
}

CohortSpans *cohort_spans_new(const CohortColumns *columns, Arena *arena)
{
    const Columns *view = columns->view;
    CohortSpans *all = ARENA_NEW(arena, CohortSpans);
    all->medicines = code_sets_count(columns->sets);
    all->stripes = ARENA_ARRAY(arena, StripeSpans, view->stripe_count + 1);
    for (size_t s = 0; s < view->stripe_count; s++) {
        const Stripe *stripe = view->stripes[s].stripe;
        uint32_t *start = count_lists(columns, stripe, all->medicines, arena);
        const CodeSpan *spans = fill_lists(columns, stripe, all->medicines, arena, start);
        all->stripes[s] = (StripeSpans){start, spans, find_conditions(columns, stripe, arena)};
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

const uint64_t *conditions_of_codes(const CohortColumns *columns, size_t stripe)
{
    return cohort_spans(columns)->stripes[stripe].conditions;
}
