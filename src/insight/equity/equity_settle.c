// equity_settle.c -- see equity_settle.h.
#include "insight/equity/equity_settle.h"

#include "core/figure.h"

#include <string.h>

typedef struct Step { // undone by adding `by` again
    uint32_t set;
    size_t place;
    int64_t by;
} Step;

struct Settle {
    Arena *arena;
    size_t columns[SETTLE_DIMENSIONS_MAX];
    size_t dimension_count, places;
    size_t words; // of the bits that are compared
    SettleSet *sets;
    int64_t *totals; // people of each
    size_t count, cap, totals_cap;
    // While settling:
    size_t row_words; // of `parts` and `wholes`
    uint64_t *parts;  // [set * row_words]: the sets that are part of it
    uint64_t *wholes; // and those that it is part of
    int64_t **now;    // counts in the world that is tried, by set and place
    int64_t *most;    // by place: of the fixed sets, how many there are
    uint32_t *family; // who moves together
    size_t family_count;
    uint64_t *in_family;
    Step *steps; // from the true world to this one
    size_t step_count, step_cap;
};

Settle *settle_new(Arena *arena, const size_t *columns, size_t dimension_count, size_t words)
{
    assert(dimension_count <= SETTLE_DIMENSIONS_MAX);
    Settle *s = ARENA_NEW(arena, Settle);
    *s = (Settle){.arena = arena, .dimension_count = dimension_count};
    s->words = words < SETTLE_SAMPLE_WORDS ? words : SETTLE_SAMPLE_WORDS;
    for (size_t d = 0; d < dimension_count; d++) {
        s->columns[d] = columns[d];
        s->places += columns[d];
    }
    return s;
}

uint64_t settle_hash(const uint64_t *bits, size_t words)
{
    static const uint64_t ODD = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = ODD;
    for (size_t w = 0; w < words; w++) {
        hash = (hash ^ bits[w]) * ODD;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool is_same(const Settle *s, const SettleSet *a, const SettleSet *b)
{
    return a->hash == b->hash && memcmp(a->counts, b->counts, s->places * sizeof *a->counts) == 0;
}

// What either does not give neither does; where they would give it otherwise nothing is given.
static void join_set(const Settle *s, SettleSet *known, const SettleSet *set)
{
    for (size_t i = 0; i < s->places; i++) {
        if (known->figures[i] != set->figures[i]) known->figures[i] = FIGURE_HELD;
    }
    known->fixed = known->fixed || set->fixed;
    known->asked = known->asked || set->asked;
}

static void *copy_of(Arena *arena, const void *from, size_t bytes)
{
    void *to = arena_alloc_raw(arena, bytes + 1);
    memcpy(to, from, bytes);
    return to;
}

uint32_t settle_add(Settle *s, const SettleSet *set)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (!is_same(s, &s->sets[i], set)) continue;
        join_set(s, &s->sets[i], set);
        return i;
    }
    if (s->count == s->cap) ARENA_GROW(s->arena, s->sets, s->count, &s->cap);
    if (s->count == s->totals_cap) ARENA_GROW(s->arena, s->totals, s->count, &s->totals_cap);
    SettleSet own = *set;
    own.bits = copy_of(s->arena, set->bits, s->words * sizeof *set->bits);
    own.counts = copy_of(s->arena, set->counts, s->places * sizeof *set->counts);
    own.figures = copy_of(s->arena, set->figures, s->places * sizeof *set->figures);
    s->totals[s->count] = 0; // every dimension has everybody in it
    for (size_t g = 0; g < s->columns[0]; g++) s->totals[s->count] += set->counts[g];
    s->sets[s->count] = own;
    return (uint32_t)s->count++;
}

const int64_t *settle_figures(const Settle *s, uint32_t set)
{
    return s->sets[set].figures;
}

// ---- which are part of which

static void set_bit(uint64_t *row, size_t at)
{
    row[at / 64] |= UINT64_C(1) << (at % 64);
}

// Perhaps not quite a part: what is settled as if it were is safe all the same, since a world that
// keeps to more than the reader knows is one that keeps to what they know.
static bool is_part(const Settle *s, size_t a, size_t b)
{
    if (a == b || s->totals[a] > s->totals[b]) return false;
    const int64_t *counts = s->sets[a].counts;
    const int64_t *whole = s->sets[b].counts;
    for (size_t i = 0; i < s->places; i++) {
        if (counts[i] > whole[i]) return false;
    }
    for (size_t w = 0; w < s->words; w++) {
        if ((s->sets[a].bits[w] & ~s->sets[b].bits[w]) != 0) return false;
    }
    return true;
}

static void relate(Settle *s)
{
    s->row_words = (s->count + 63) / 64;
    s->parts = ARENA_ARRAY(s->arena, uint64_t, s->count * s->row_words + 1);
    s->wholes = ARENA_ARRAY(s->arena, uint64_t, s->count * s->row_words + 1);
    for (size_t a = 0; a < s->count; a++) {
        for (size_t b = 0; b < s->count; b++) {
            if (!is_part(s, a, b)) continue;
            set_bit(&s->parts[b * s->row_words], a);
            set_bit(&s->wholes[a * s->row_words], b);
        }
    }
}

static void begin(Settle *s)
{
    relate(s);
    s->now = ARENA_ARRAY(s->arena, int64_t *, s->count + 1);
    s->most = ARENA_ARRAY(s->arena, int64_t, s->places + 1);
    s->family = ARENA_ARRAY(s->arena, uint32_t, s->count + 1);
    s->in_family = ARENA_ARRAY(s->arena, uint64_t, s->row_words + 1);
    for (size_t i = 0; i < s->places; i++) s->most[i] = INT64_MAX;
    for (size_t a = 0; a < s->count; a++) {
        s->now[a] = copy_of(s->arena, s->sets[a].counts, s->places * sizeof *s->now[a]);
        for (size_t i = 0; s->sets[a].fixed && i < s->places; i++) {
            s->most[i] = s->sets[a].counts[i];
        }
    }
}

// ---- worlds: one more here, one fewer there

typedef struct Way {
    size_t from, to; // places
    bool may_hold;   // figures that stand in the way are counted, and else end it
    int64_t cost;    // of those figures
} Way;

// Of what stands in the way what says least is held back first.
static int64_t cost_of(int64_t figure)
{
    enum { COST_FEW = 1, COST_NONE = 3, COST_FIGURE = 3, PEOPLE_A_COST = 100 };
    if (figure == FIGURE_FEW || figure == FIGURE_ASKED_FEW) return COST_FEW;
    return figure == 0 ? COST_NONE : COST_FIGURE + figure / PEOPLE_A_COST;
}

static bool fits(const SettleSet *set, size_t place, int64_t count)
{
    FigureSpan span = figure_span(set->figures[place]);
    if (set->asked && set->figures[place] > 0 && span.lo < FIGURE_ASKED_MIN) {
        span.lo = FIGURE_ASKED_MIN;
    }
    return span.lo <= count && count <= span.hi;
}

static bool may_stand(const SettleSet *set, size_t place, int64_t count, Way *way)
{
    if (count < 0) return false;
    if (fits(set, place, count)) return true;
    if (!way->may_hold) return false;
    way->cost += cost_of(set->figures[place]);
    return true;
}

static bool join_family(Settle *s, uint32_t set, Way *way)
{
    const SettleSet *own = &s->sets[set];
    if (own->fixed || !may_stand(own, way->from, s->now[set][way->from] - 1, way) ||
        !may_stand(own, way->to, s->now[set][way->to] + 1, way)) {
        return false;
    }
    set_bit(s->in_family, set);
    s->family[s->family_count++] = set;
    return true;
}

// All of `row` that count as many as `set` at a place, and are not in the family yet, join it.
static bool join_alike(Settle *s, uint32_t set, const uint64_t *row, size_t place, Way *way)
{
    int64_t count = s->now[set][place];
    for (size_t w = 0; w < s->row_words; w++) {
        uint64_t left = row[w] & ~s->in_family[w];
        for (; left != 0; left &= left - 1) {
            uint32_t other = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(left));
            if (s->now[other][place] == count && !join_family(s, other, way)) return false;
        }
    }
    return true;
}

// Who has to move when one set does, so that each stays part of what it is part of.
static bool gather(Settle *s, uint32_t set, Way *way)
{
    memset(s->in_family, 0, s->row_words * sizeof *s->in_family);
    s->family_count = 0;
    way->cost = 0;
    if (!join_family(s, set, way)) return false;
    for (size_t i = 0; i < s->family_count; i++) {
        uint32_t one = s->family[i];
        if (!join_alike(s, one, &s->parts[one * s->row_words], way->from, way)) return false;
        if (!join_alike(s, one, &s->wholes[one * s->row_words], way->to, way)) return false;
    }
    return true;
}

static void step(Settle *s, uint32_t set, size_t place, int64_t by)
{
    if (s->step_count == s->step_cap) ARENA_GROW(s->arena, s->steps, s->step_count, &s->step_cap);
    s->steps[s->step_count++] = (Step){set, place, -by};
    s->now[set][place] += by;
}

static void go(Settle *s, const Way *way)
{
    for (size_t i = 0; i < s->family_count; i++) {
        step(s, s->family[i], way->from, -1);
        step(s, s->family[i], way->to, 1);
    }
}

static void go_back(Settle *s)
{
    while (s->step_count > 0) {
        const Step *last = &s->steps[--s->step_count];
        s->now[last->set][last->place] += last->by;
    }
}

// ---- one count

typedef struct Asked { // of a set, how many of a group
    uint32_t set;
    size_t place, first, end; // the dimension's places
} Asked;

static Way way_of(const Asked *asked, size_t other, bool up, bool may_hold)
{
    return up ? (Way){.from = other, .to = asked->place, .may_hold = may_hold}
              : (Way){.from = asked->place, .to = other, .may_hold = may_hold};
}

// Goes as far as the figures let it, at most `most`, and stays there.
static int64_t go_far(Settle *s, const Asked *asked, bool up, int64_t most)
{
    int64_t far = 0;
    for (size_t other = asked->first; other < asked->end && far < most; other++) {
        if (other == asked->place) continue;
        Way way = way_of(asked, other, up, false);
        while (far < most && gather(s, asked->set, &way)) {
            go(s, &way);
            far++;
        }
    }
    return far;
}

// The way on from here for which least has to be held back. False: there is none.
static bool cheapest(Settle *s, const Asked *asked, bool up, Way *out)
{
    bool found = false;
    for (size_t other = asked->first; other < asked->end; other++) {
        if (other == asked->place) continue;
        Way way = way_of(asked, other, up, true);
        if (!gather(s, asked->set, &way) || (found && way.cost >= out->cost)) continue;
        *out = way;
        found = true;
        if (way.cost == 1) break; // there is none for nothing
    }
    return found;
}

static void hold_family(Settle *s, const Asked *asked, Way *way)
{
    bool all = gather(s, asked->set, way);
    assert(all && way->cost > 0);
    for (size_t i = 0; i < s->family_count; i++) {
        uint32_t set = s->family[i];
        SettleSet *own = &s->sets[set];
        if (!fits(own, way->from, s->now[set][way->from] - 1)) {
            own->figures[way->from] = FIGURE_HELD;
        }
        if (!fits(own, way->to, s->now[set][way->to] + 1)) own->figures[way->to] = FIGURE_HELD;
    }
}

// Holds back what stands in the nearer way. False: there is none.
static bool hold_for(Settle *s, const Asked *asked, int64_t most)
{
    Way ways[2];
    bool open[2];
    for (int up = 0; up < 2; up++) {
        (void)go_far(s, asked, up == 1, most);
        open[up] = cheapest(s, asked, up == 1, &ways[up]);
        go_back(s);
    }
    if (!open[0] && !open[1]) return false;
    int up = !open[0] || (open[1] && ways[1].cost < ways[0].cost);
    (void)go_far(s, asked, up == 1, most);
    hold_family(s, asked, &ways[up]);
    go_back(s);
    return true;
}

// How many values the count may have, at most `most`.
static int64_t values(Settle *s, const Asked *asked, int64_t most)
{
    int64_t up = go_far(s, asked, true, most - 1);
    go_back(s);
    if (1 + up == most) return most;
    int64_t down = go_far(s, asked, false, most - 1 - up);
    go_back(s);
    return 1 + up + down;
}

// Nobody registered is in more worlds than there are of the group.
static void settle_count(Settle *s, const Asked *asked)
{
    int64_t want = FIGURE_VALUES_MIN;
    if (s->most[asked->place] < want - 1) want = s->most[asked->place] + 1;
    while (values(s, asked, want) < want) {
        if (hold_for(s, asked, want - 1)) continue;
        for (size_t a = 0; a < s->count; a++) { // nothing is left that is safe
            for (size_t i = asked->first; !s->sets[a].fixed && i < asked->end; i++) {
                s->sets[a].figures[i] = FIGURE_HELD;
            }
        }
        return;
    }
}

static bool is_small(int64_t n)
{
    return n > 0 && n < FIGURE_MIN;
}

// Of a set with fewer people than are given at all nothing is said by group, and nobody knows how
// many they are.
void settle_all(Settle *s)
{
    begin(s);
    for (uint32_t a = 0; a < s->count; a++) {
        for (size_t i = 0; is_small(s->totals[a]) && !s->sets[a].fixed && i < s->places; i++) {
            s->sets[a].figures[i] = FIGURE_HELD;
        }
    }
    size_t first = 0;
    for (size_t d = 0; d < s->dimension_count; d++) {
        size_t end = first + s->columns[d];
        for (uint32_t a = 0; a < s->count; a++) {
            if (s->sets[a].fixed || is_small(s->totals[a])) continue;
            for (size_t i = first; i < end; i++) {
                if (!is_small(s->sets[a].counts[i])) continue;
                settle_count(s, &(Asked){.set = a, .place = i, .first = first, .end = end});
            }
        }
        first = end;
    }
}
