// breakdown_show.c -- a table of values as rows, charts and sentences.
#include "core/html.h"
#include "insight/breakdown/breakdown_pages.h"
#include "insight/equity/equity.h"

#include <math.h>

// The chart: shares from none to all, a row of it for each group.
enum { CHART_LEFT = 240, CHART_WIDTH = 320, CHART_TOP = 30, CHART_ROW = 26, CHART_FOOT = 34 };
enum { WORDS_BYTES_MAX = 64 * 1024 };

typedef struct Showing {
    Ctx *c;
    const BreakdownAsk *ask;
    ValuesTable table;
    bool target;
} Showing;

typedef struct Share { // of those who count
    int64_t n, of;
    double share;
    EquityRange range;
} Share;

static Share share_of(const Showing *s, const GroupValues *v)
{
    Share out = {.n = s->target ? v->met : v->valued, .of = s->target ? v->valued : v->people};
    if (out.of == 0) return out;
    out.share = (double)out.n / (double)out.of;
    out.range = equity_share_range(out.n, out.of);
    return out;
}

static Str range_words(Arena *arena, EquityRange range)
{
    return arena_fmt(arena, STR_FMT " to " STR_FMT, STR_ARG(html_percent(arena, range.lo)),
                     STR_ARG(html_percent(arena, range.hi)));
}

// ---- rows

typedef struct Place { // keys of the groups, "": all of them
    Str first, second;
} Place;

static BreakdownNumber number_of(const Showing *s, Place at, const char *who, int64_t n)
{
    BreakdownNumber out = {.text = html_count(s->c->arena, n)};
    if (n == 0) return out;
    out.href = arena_fmt(
        s->c->arena, "/breakdown/people?" STR_FMT "&group=" STR_FMT "&second=" STR_FMT "&who=%s",
        STR_ARG(s->ask->query), STR_ARG(at.first), STR_ARG(at.second), who);
    return out;
}

static BreakdownRow row_of(const Showing *s, Str group, Place at, const GroupValues *v)
{
    Arena *arena = s->c->arena;
    Share share = share_of(s, v);
    BreakdownRow row = {.group = group,
                        .people = number_of(s, at, "all", v->people),
                        .valued = number_of(s, at, "with", v->valued),
                        .without = number_of(s, at, "without", v->people - v->valued),
                        .met = number_of(s, at, "met", v->met),
                        .missed = number_of(s, at, "missed", v->valued - v->met),
                        .mean = STR("none"),
                        .median = STR("none"),
                        .share = STR("none")};
    if (v->valued > 0) {
        row.mean = arena_fmt(arena, "%.1f", v->sum / (double)v->valued);
        row.median = arena_fmt(arena, "%.1f", v->median);
    }
    if (share.of > 0) {
        row.share = html_percent(arena, share.share);
        row.range = range_words(arena, share.range);
    }
    return row;
}

// ---- charts

static int chart_place(double share)
{
    return CHART_LEFT + (int)lround(share * CHART_WIDTH);
}

static BreakdownMark mark_of(const Showing *s, size_t at, Str label, const GroupValues *v)
{
    Share share = share_of(s, v);
    BreakdownMark mark = {.label = label, .y = CHART_TOP + (int)at * CHART_ROW + CHART_ROW / 2};
    if (share.of == 0) return mark;
    mark.drawn = true;
    mark.point = chart_place(share.share);
    mark.from = chart_place(share.range.lo);
    mark.to = chart_place(share.range.hi);
    mark.value = html_percent(s->c->arena, share.share);
    return mark;
}

static Str chart_words(const Showing *s, const BreakdownBlock *block)
{
    CLEANUP(buf_free) Buf words = buf_new(WORDS_BYTES_MAX);
    for (size_t i = 0; i < block->mark_count; i++) {
        const BreakdownRow *row = &block->rows[i];
        buf_fmt(&words, "%s" STR_FMT ": " STR_FMT, i == 0 ? "" : "; ", STR_ARG(row->group),
                STR_ARG(row->share));
        if (row->range.len > 0) buf_fmt(&words, " (" STR_FMT ")", STR_ARG(row->range));
    }
    return arena_str(s->c->arena, buf_str(&words));
}

// ---- tables

static const UiColumn WITH_TARGET[] = {
    {.label = STR_INIT("Group")},
    {.label = STR_INIT("People"), .number = true},
    {.label = STR_INIT("With a value"), .number = true},
    {.label = STR_INIT("Not recorded"), .number = true},
    {.label = STR_INIT("Mean"), .number = true},
    {.label = STR_INIT("Median"), .number = true},
    {.label = STR_INIT("Meet the target"), .number = true},
    {.label = STR_INIT("Do not"), .number = true},
    {.label = STR_INIT("Share who do, 95% range"), .number = true},
};
static const UiColumn WITHOUT_TARGET[] = {
    {.label = STR_INIT("Group")},
    {.label = STR_INIT("People"), .number = true},
    {.label = STR_INIT("With a value"), .number = true},
    {.label = STR_INIT("Not recorded"), .number = true},
    {.label = STR_INIT("Mean"), .number = true},
    {.label = STR_INIT("Median"), .number = true},
    {.label = STR_INIT("Share with a value, 95% range"), .number = true},
};

typedef struct Group { // of one table
    Str label;
    Place at;
    const GroupValues *values;
} Group;

typedef struct Grouped { // a table to be
    Str heading;
    Str by; // "Practice"
    const Group *groups;
    size_t count;
    Group all;
} Grouped;

static Str chart_title(const Showing *s, Str by)
{
    return arena_fmt(s->c->arena, "%s, by " STR_FMT,
                     s->target ? "Share who meet the target of those with a value"
                               : "Share of people with a value",
                     STR_ARG(arena_lower(s->c->arena, by)));
}

// Groups that hold nobody are left out; the last row is all of them together.
static void add_block(const Showing *s, const Grouped *from, BreakdownPage *m,
                      BreakdownBlock *blocks)
{
    Arena *arena = s->c->arena;
    BreakdownRow *rows = ARENA_ARRAY(arena, BreakdownRow, from->count + 1);
    BreakdownMark *marks = ARENA_ARRAY(arena, BreakdownMark, from->count + 1);
    BreakdownBlock out = {.id = arena_fmt(arena, "b%zu", m->block_count),
                          .heading = from->heading,
                          .rows = rows,
                          .marks = marks};
    for (size_t i = 0; i < from->count; i++) {
        const Group *group = &from->groups[i];
        if (group->values->people == 0) continue;
        size_t at = out.mark_count++;
        rows[at] = row_of(s, group->label, group->at, group->values);
        marks[at] = mark_of(s, at, group->label, group->values);
    }
    rows[out.mark_count] = row_of(s, from->all.label, from->all.at, from->all.values);
    out.row_count = out.mark_count + 1;
    out.table =
        (UiTable){.caption = from->heading,
                  .columns = s->target ? WITH_TARGET : WITHOUT_TARGET,
                  .column_count = s->target ? COUNT_OF(WITH_TARGET) : COUNT_OF(WITHOUT_TARGET),
                  .more = STR("app-table--tight")};
    out.whole = chart_place(share_of(s, &s->table.all).share);
    out.height = (int)out.mark_count * CHART_ROW + CHART_FOOT;
    out.title = chart_title(s, from->by);
    out.words = chart_words(s, &out);
    blocks[m->block_count++] = out;
}

// Of one group of the first way, by the second.
static Grouped inner_of(const Showing *s, size_t i, const Group *outer)
{
    Arena *arena = s->c->arena;
    const PeopleGroups *second = &s->table.by[1];
    Group *inner = ARENA_ARRAY(arena, Group, second->count + 1);
    for (size_t k = 0; k < second->count; k++) {
        inner[k] = (Group){second->groups[k].label,
                           {outer->at.first, second->groups[k].key},
                           &s->table.cells[i * second->count + k]};
    }
    return (Grouped){.heading = arena_fmt(arena, STR_FMT ": " STR_FMT,
                                          STR_ARG(s->ask->by[0]->label), STR_ARG(outer->label)),
                     .by = s->ask->by[1]->label,
                     .groups = inner,
                     .count = second->count,
                     .all = {STR("All of them"), outer->at, outer->values}};
}

// One table by the first way and, with a second, one for each group of the first.
static void fill_blocks(const Showing *s, BreakdownPage *m)
{
    Arena *arena = s->c->arena;
    const PeopleGroups *first = &s->table.by[0];
    bool two = s->table.by[1].by != GROUP_BY_NOTHING;
    BreakdownBlock *blocks = ARENA_ARRAY(arena, BreakdownBlock, first->count + 1);
    Group *groups = ARENA_ARRAY(arena, Group, first->count + 1);
    for (size_t i = 0; i < first->count; i++) {
        groups[i] =
            (Group){first->groups[i].label, {first->groups[i].key, STR("")}, &s->table.firsts[i]};
    }
    Grouped outer = {.heading = s->ask->by[0]->label,
                     .by = s->ask->by[0]->label,
                     .groups = groups,
                     .count = first->count,
                     .all = {STR("Everybody"), {STR(""), STR("")}, &s->table.all}};
    add_block(s, &outer, m, blocks);
    for (size_t i = 0; two && i < first->count; i++) {
        if (groups[i].values->people == 0) continue;
        Grouped inner = inner_of(s, i, &groups[i]);
        add_block(s, &inner, m, blocks);
    }
    m->blocks = blocks;
}

// ---- sentences

static void fill_sentences(const Showing *s, BreakdownPage *m)
{
    Arena *arena = s->c->arena;
    const GroupValues *all = &s->table.all;
    double with = all->people > 0 ? (double)all->valued / (double)all->people : 0;
    m->sentences[m->sentence_count++] =
        arena_fmt(arena,
                  STR_FMT ". " STR_FMT " is recorded for " STR_FMT " of them (" STR_FMT ") " STR_FMT
                          ", and not for " STR_FMT ".",
                  STR_ARG(html_people(arena, all->people)), STR_ARG(s->ask->values.measure->label),
                  STR_ARG(html_count(arena, all->valued)), STR_ARG(html_percent(arena, with)),
                  STR_ARG(breakdown_when_words(arena, s->ask)),
                  STR_ARG(html_count(arena, all->people - all->valued)));
    if (s->table.objected > 0) {
        m->sentences[m->sentence_count++] =
            arena_fmt(arena, STR_FMT " who object%s to sharing for direct care %s not among them.",
                      STR_ARG(html_people(arena, s->table.objected)),
                      s->table.objected == 1 ? "s" : "", s->table.objected == 1 ? "is" : "are");
    }
    if (all->valued == 0) return;
    if (s->target) {
        Share met = share_of(s, all);
        m->sentences[m->sentence_count++] = arena_fmt(
            arena,
            "Of those with a value " STR_FMT " (" STR_FMT ", 95%% range " STR_FMT
            ") meet the target of " STR_FMT "; " STR_FMT " do not.",
            STR_ARG(html_count(arena, met.n)), STR_ARG(html_percent(arena, met.share)),
            STR_ARG(range_words(arena, met.range)), STR_ARG(breakdown_target_words(arena, s->ask)),
            STR_ARG(html_count(arena, met.of - met.n)));
    }
    m->sentences[m->sentence_count++] =
        arena_fmt(arena, "Of the latest values the mean is %.1f and the median %.1f " STR_FMT ".",
                  all->sum / (double)all->valued, all->median, STR_ARG(breakdown_unit(s->ask)));
}

// Groups that chance alone hardly puts below everybody's share.
static void fill_lower(const Showing *s, BreakdownPage *m)
{
    Arena *arena = s->c->arena;
    const PeopleGroups *first = &s->table.by[0];
    Share whole = share_of(s, &s->table.all);
    Str *lower = ARENA_ARRAY(arena, Str, BREAKDOWN_LOWER_MAX);
    for (size_t i = 0; i < first->count && m->lower_count < BREAKDOWN_LOWER_MAX; i++) {
        Share share = share_of(s, &s->table.firsts[i]);
        if (share.of == 0 || share.range.hi >= whole.share) continue;
        lower[m->lower_count++] = arena_fmt(
            arena, STR_FMT ": " STR_FMT " (" STR_FMT "), where everybody's share is " STR_FMT,
            STR_ARG(first->groups[i].label), STR_ARG(html_percent(arena, share.share)),
            STR_ARG(range_words(arena, share.range)), STR_ARG(html_percent(arena, whole.share)));
    }
    m->lower = lower;
    m->lower_heading = s->target ? STR("Groups that meet the target less often than everybody")
                                 : STR("Groups with a value less often than everybody");
}

static Str heading_of(const Showing *s)
{
    Arena *arena = s->c->arena;
    const GroupKind *second = s->ask->by[1];
    Str and = STR("");
    if (second->by != GROUP_BY_NOTHING) {
        and = arena_fmt(arena, " and " STR_FMT, STR_ARG(arena_lower(arena, second->label)));
    }
    return arena_fmt(arena, STR_FMT " by " STR_FMT STR_FMT, STR_ARG(s->ask->values.measure->label),
                     STR_ARG(arena_lower(arena, s->ask->by[0]->label)), STR_ARG(and));
}

Err breakdown_fill(Ctx *c, const BreakdownAsk *ask, const CohortRun *run, BreakdownPage *m)
{
    Showing s = {.c = c, .ask = ask, .target = ask->values.target != TARGET_NONE};
    TRY(cohort_values(c, run, &ask->values, &s.table));
    m->area = area_years_words(c->arena, s.table.area_oldest, s.table.area_newest);
    m->target_set = s.target;
    m->heading = heading_of(&s);
    fill_sentences(&s, m);
    Str warnings;
    TRY(cohort_extract_warnings(c, &warnings));
    if (warnings.len > 0) m->sentences[m->sentence_count++] = warnings;
    if (s.table.all.people == 0) return ERR_OK;
    fill_lower(&s, m);
    fill_blocks(&s, m);
    return ERR_OK;
}
