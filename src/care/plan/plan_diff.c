// plan_diff.c -- what two texts have in common: by paragraphs, and by the words inside one.
#include "care/plan/plan_compare.h"

enum { WORDS_TABLE_MAX = 1500 }; // words of a paragraph that are compared one by one

typedef struct Side { // of one version: its paragraphs, or the words of one of them
    PlanText *of;
    size_t count;
} Side;

// Lines of a text that are not blank. What is beyond PLAN_PARAS_MAX stays in the last one.
static PlanText *paras_of(Arena *arena, Str text, size_t *count_out)
{
    PlanText *paras = ARENA_ARRAY(arena, PlanText, PLAN_PARAS_MAX);
    size_t count = 0;
    Str part;
    while (count + 1 < PLAN_PARAS_MAX && str_split(&text, '\n', &part)) {
        part = str_trim(part);
        if (part.len > 0) paras[count++].text = part;
    }
    text = str_trim(text);
    if (text.len > 0) paras[count++].text = text;
    *count_out = count;
    return paras;
}

static Side words_of(Arena *arena, Str text)
{
    Side words = {.of = ARENA_ARRAY(arena, PlanText, text.len / 2 + 1)};
    Str word;
    while (str_split(&text, ' ', &word)) {
        if (word.len > 0) words.of[words.count++].text = word;
    }
    return words;
}

// best[i * wide + k]: how many pieces a from i and b from k have in common, in order.
static uint16_t *common(Arena *arena, Side a, Side b)
{
    size_t wide = b.count + 1;
    uint16_t *best = ARENA_ARRAY(arena, uint16_t, (a.count + 1) * wide);
    for (size_t i = a.count; i-- > 0;) {
        for (size_t k = b.count; k-- > 0;) {
            uint16_t down = best[(i + 1) * wide + k];
            uint16_t right = best[i * wide + k + 1];
            uint16_t longest = down > right ? down : right;
            if (str_eq(a.of[i].text, b.of[k].text)) {
                longest = (uint16_t)(best[(i + 1) * wide + k + 1] + 1);
            }
            best[i * wide + k] = longest;
        }
    }
    return best;
}

static void mark_rest(Side side, size_t from)
{
    for (size_t i = from; i < side.count; i++) side.of[i].changed = true;
}

// What both have at the beginning and at the end, which is most of it, is left out of the sides.
static size_t trim_same(Side *a, Side *b)
{
    size_t same = 0;
    while (a->count > 0 && b->count > 0 && str_eq(a->of[0].text, b->of[0].text)) {
        a->of++, a->count--, b->of++, b->count--, same++;
    }
    while (a->count > 0 && b->count > 0 &&
           str_eq(a->of[a->count - 1].text, b->of[b->count - 1].text)) {
        a->count--, b->count--, same++;
    }
    return same;
}

// The longest run of pieces that both have, in order, is unchanged; the rest is marked. How many
// are unchanged.
static size_t mark(Arena *scratch, Side a, Side b)
{
    size_t same = trim_same(&a, &b);
    size_t i = 0;
    size_t k = 0;
    if (a.count <= WORDS_TABLE_MAX && b.count <= WORDS_TABLE_MAX) {
        size_t wide = b.count + 1;
        const uint16_t *best = common(scratch, a, b);
        same += best[0];
        while (i < a.count && k < b.count) {
            if (str_eq(a.of[i].text, b.of[k].text)) {
                i++, k++;
            } else if (best[(i + 1) * wide + k] >= best[i * wide + k + 1]) {
                a.of[i++].changed = true;
            } else {
                b.of[k++].changed = true;
            }
        }
    }
    mark_rest(a, i);
    mark_rest(b, k);
    return same;
}

// ---- inside a paragraph

// Neighbours that are alike become one run, with the blanks between them.
static void keep_runs(Arena *arena, Side words, PlanText *para)
{
    PlanText *runs = ARENA_ARRAY(arena, PlanText, words.count);
    size_t count = 0;
    for (size_t i = 0; i < words.count; i++) {
        Str word = words.of[i].text;
        if (count == 0 || runs[count - 1].changed != words.of[i].changed) {
            runs[count++] = words.of[i];
        }
        runs[count - 1].text.len = (size_t)(word.ptr + word.len - runs[count - 1].text.ptr);
    }
    para->runs = runs;
    para->run_count = count;
}

// The same paragraph in other words when at least half of the words of the shorter one stayed: then
// its words are told. Others are told whole.
static bool pair(Arena *arena, Arena *scratch, PlanText *a, PlanText *b)
{
    Side was = words_of(scratch, a->text);
    Side is = words_of(scratch, b->text);
    size_t same = mark(scratch, was, is);
    size_t shorter = was.count < is.count ? was.count : is.count;
    size_t longer = was.count < is.count ? is.count : was.count;
    bool alike = same > 0 && 2 * same >= shorter;
    if (alike && same == longer) { // only the blanks between its words are others
        a->changed = b->changed = false;
    } else if (alike) {
        keep_runs(arena, was, a);
        keep_runs(arena, is, b);
    }
    arena_reset(scratch);
    return alike;
}

static void pair_in_order(Arena *arena, Arena *scratch, Side out, Side in)
{
    size_t from = 0;
    for (size_t i = 0; i < out.count; i++) {
        size_t at = from;
        while (at < in.count && !pair(arena, scratch, &out.of[i], &in.of[at])) at++;
        if (at < in.count) from = at + 1;
    }
}

static size_t changed_until(Side side, size_t from)
{
    while (from < side.count && side.of[from].changed) from++;
    return from;
}

// Between two paragraphs that stayed: what was taken out beside what was added.
static void look_inside(Arena *arena, Arena *scratch, Side a, Side b)
{
    size_t i = 0;
    size_t k = 0;
    while (i < a.count && k < b.count) {
        size_t a_end = changed_until(a, i);
        size_t b_end = changed_until(b, k);
        pair_in_order(arena, scratch, (Side){a.of + i, a_end - i}, (Side){b.of + k, b_end - k});
        i = a_end + 1;
        k = b_end + 1;
    }
}

static bool any_changed(Side side)
{
    bool any = false;
    for (size_t i = 0; i < side.count; i++) any = any || side.of[i].changed;
    return any;
}

PlanDiff plan_diff_of(Arena *arena, Str label, Str a, Str b)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    PlanDiff d = {.label = label};
    d.a = paras_of(arena, a, &d.a_count);
    d.b = paras_of(arena, b, &d.b_count);
    Side was = {d.a, d.a_count};
    Side is = {d.b, d.b_count};
    (void)mark(scratch, was, is);
    arena_reset(scratch);
    look_inside(arena, scratch, was, is);
    d.changed = any_changed(was) || any_changed(is);
    return d;
}
