// figure_table.c -- which figures of a table have to be held back, found as flows in a network.
//
// Every group is a chain of arcs, one a stage; who is in a stage and not in the next leaves the
// chain into a node of that stage, who joins comes from one. Those nodes have nothing else, so that
// what passes through them is the exact sum. Another world that shows the same figures is another
// flow within the same bounds, and any two flows differ by circles: one more in a place is possible
// when a circle leads through its arc.
#include "core/figure.h"

#include <string.h>

typedef struct Arc {
    uint32_t from, to;
    int64_t lo, hi, flow;
} Arc;

typedef struct Net {
    Arc *arcs; // the first groups * stages are the places of the table
    size_t arc_count;
    uint32_t nodes;
    uint32_t *touching; // of node n: arcs touching[start[n] .. start[n + 1])
    uint32_t *start;
    uint32_t *queue;
    int64_t *by; // arc by which a node was come to: 1 + index forwards, -1 - index backwards
} Net;

static uint32_t chain_node(const FigureTable *t, size_t stage, size_t group)
{
    return (uint32_t)(1 + stage * t->groups + group);
}

static uint32_t stage_node(const FigureTable *t, size_t stage)
{
    return (uint32_t)(1 + t->stages * t->groups + stage);
}

static Arc place_arc(const FigureTable *t, size_t stage, size_t group)
{
    size_t place = stage * t->groups + group;
    int64_t count = t->counts[place];
    FigureSpan span = figure_span(t->figures[place]);
    if (t->first_fixed && stage == 0) span = (FigureSpan){count, count};
    if (t->first_fixed && span.hi > t->counts[group]) span.hi = t->counts[group];
    assert(span.lo <= count && count <= span.hi);
    return (Arc){stage == 0 ? 0 : chain_node(t, stage - 1, group), chain_node(t, stage, group),
                 span.lo, span.hi, count};
}

// Who is in one of a stage and the next and not in the other.
static Arc turn_arc(const FigureTable *t, size_t stage, size_t group)
{
    bool last = stage + 1 == t->stages;
    bool joins = !last && t->joins != NULL && t->joins[stage + 1];
    int64_t here = t->counts[stage * t->groups + group];
    int64_t next = last ? 0 : t->counts[(stage + 1) * t->groups + group];
    uint32_t node = chain_node(t, stage, group);
    uint32_t other = stage_node(t, stage);
    assert(joins ? next >= here : here >= next);
    return joins ? (Arc){other, node, 0, INT64_MAX, next - here}
                 : (Arc){node, other, 0, INT64_MAX, here - next};
}

static void index_arcs(Arena *arena, Net *net)
{
    net->start = ARENA_ARRAY(arena, uint32_t, (size_t)net->nodes + 2);
    net->touching = ARENA_ARRAY(arena, uint32_t, net->arc_count * 2);
    for (size_t a = 0; a < net->arc_count; a++) {
        net->start[net->arcs[a].from + 1]++;
        net->start[net->arcs[a].to + 1]++;
    }
    for (uint32_t n = 0; n < net->nodes; n++) net->start[n + 1] += net->start[n];
    uint32_t *next = ARENA_ARRAY(arena, uint32_t, (size_t)net->nodes + 1);
    memcpy(next, net->start, net->nodes * sizeof *next);
    for (uint32_t a = 0; a < net->arc_count; a++) {
        net->touching[next[net->arcs[a].from]++] = a;
        net->touching[next[net->arcs[a].to]++] = a;
    }
    net->queue = ARENA_ARRAY(arena, uint32_t, (size_t)net->nodes + 1);
    net->by = ARENA_ARRAY(arena, int64_t, (size_t)net->nodes + 1);
}

static Net net_of(Arena *arena, const FigureTable *t)
{
    assert(t->groups <= FIGURE_GROUPS_MAX && t->stages <= FIGURE_STAGES_MAX);
    size_t places = t->groups * t->stages;
    Net net = {.arcs = ARENA_ARRAY(arena, Arc, places * 2),
               .arc_count = places * 2,
               .nodes = (uint32_t)(1 + places + t->stages)};
    for (size_t stage = 0; stage < t->stages; stage++) {
        for (size_t group = 0; group < t->groups; group++) {
            size_t place = stage * t->groups + group;
            net.arcs[place] = place_arc(t, stage, group);
            net.arcs[places + place] = turn_arc(t, stage, group);
        }
    }
    index_arcs(arena, &net);
    return net;
}

// The node that an arc leads to from `node` when its flow may change that way, else `node` itself.
static uint32_t beyond(const Arc *arc, uint32_t node)
{
    if (arc->from == node) return arc->flow < arc->hi ? arc->to : node;
    return arc->flow > arc->lo ? arc->from : node;
}

// Puts the nodes beyond `node` that nobody came to before at the end of the queue; its new length.
static size_t look_around(Net *net, uint32_t node, size_t without, size_t queued)
{
    for (uint32_t i = net->start[node]; i < net->start[node + 1]; i++) {
        uint32_t a = net->touching[i];
        uint32_t next = a == without ? node : beyond(&net->arcs[a], node);
        if (next == node || next == net->queue[0] || net->by[next] != 0) continue;
        net->by[next] = net->arcs[a].from == node ? 1 + (int64_t)a : -1 - (int64_t)a;
        net->queue[queued++] = next;
    }
    return queued;
}

// Sends one more from `from` to `to`, past the arc `without`. False: there is no way.
static bool send(Net *net, uint32_t from, uint32_t to, size_t without)
{
    memset(net->by, 0, net->nodes * sizeof *net->by);
    net->queue[0] = from;
    size_t queued = 1;
    for (size_t read = 0; read < queued && net->by[to] == 0; read++) {
        queued = look_around(net, net->queue[read], without, queued);
    }
    if (net->by[to] == 0) return false;
    for (uint32_t node = to; node != from;) {
        int64_t by = net->by[node];
        Arc *arc = &net->arcs[by > 0 ? by - 1 : -by - 1];
        arc->flow += by > 0 ? 1 : -1;
        node = by > 0 ? arc->from : arc->to;
    }
    return true;
}

// How many values the flow of a place may have, at most `most`: up as far as it goes, then down.
static int64_t room(Net *net, size_t place, int64_t most)
{
    Arc *arc = &net->arcs[place];
    int64_t up = 1;
    int64_t down = 1;
    while (up < most && arc->flow < arc->hi && send(net, arc->to, arc->from, place)) {
        arc->flow++;
        up++;
    }
    if (up == most) return most;
    while (down < most && arc->flow > arc->lo && send(net, arc->from, arc->to, place)) {
        arc->flow--;
        down++;
    }
    return down;
}

int64_t figure_values(Arena *arena, const FigureTable *table, size_t place, int64_t most)
{
    Net net = net_of(arena, table);
    return room(&net, place, most);
}

// ---- holding back

static bool is_small(int64_t n)
{
    return n > 0 && n < FIGURE_MIN;
}

// A sum from 1 to 4 is not given either: then nothing is said of its stage, and nobody knows the
// sum.
static bool sum_is_small(const FigureTable *t, size_t stage)
{
    int64_t sum = 0;
    for (size_t g = 0; g < t->groups; g++) sum += t->counts[stage * t->groups + g];
    return is_small(sum);
}

static bool stage_tells(Net *net, const FigureTable *t, size_t stage)
{
    if (sum_is_small(t, stage)) return false;
    for (size_t place = stage * t->groups; place < (stage + 1) * t->groups; place++) {
        if (!is_small(t->counts[place])) continue;
        if (room(net, place, FIGURE_VALUES_MIN) < FIGURE_VALUES_MIN) return true;
    }
    return false;
}

// The first stage that tells a count. Any flow within the bounds is as good to start from: one
// network serves all places.
static bool find_told(Arena *arena, const FigureTable *t, size_t *stage_out)
{
    Net net = net_of(arena, t);
    for (size_t stage = t->first_fixed ? 1 : 0; stage < t->stages; stage++) {
        *stage_out = stage;
        if (stage_tells(&net, t, stage)) return true;
    }
    return false;
}

// The smallest figure that is given in the stage; when none is, all that is said of it.
static bool hold_in_stage(const FigureTable *t, size_t stage)
{
    int64_t *figures = t->figures + stage * t->groups;
    int64_t *smallest = NULL;
    bool said = false;
    for (size_t g = 0; g < t->groups; g++) {
        said = said || figures[g] != FIGURE_HELD;
        if (figures[g] < FIGURE_MIN) continue;
        if (smallest == NULL || figures[g] < *smallest) smallest = &figures[g];
    }
    if (smallest != NULL) *smallest = FIGURE_HELD;
    for (size_t g = 0; g < t->groups && smallest == NULL; g++) figures[g] = FIGURE_HELD;
    return said;
}

static bool hold_all(const FigureTable *t)
{
    bool said = false;
    for (size_t i = t->first_fixed ? t->groups : 0; i < t->groups * t->stages; i++) {
        said = said || t->figures[i] != FIGURE_HELD;
        t->figures[i] = FIGURE_HELD;
    }
    return said;
}

void figures_protect(Arena *arena, const FigureTable *table)
{
    for (size_t stage = table->first_fixed ? 1 : 0; stage < table->stages; stage++) {
        if (!sum_is_small(table, stage)) continue;
        for (size_t g = 0; g < table->groups; g++) {
            table->figures[stage * table->groups + g] = FIGURE_HELD;
        }
    }
    size_t stage = 0;
    while (find_told(arena, table, &stage)) {
        if (!hold_in_stage(table, stage) && !hold_all(table)) return;
    }
}
