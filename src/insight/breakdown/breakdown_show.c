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
    size_t nr; // among those of its way
} Group;

typedef struct Grouped { // a table to be
    Str heading;
    Str by; // "Practice"
    const Group *groups;
    size_t count;
    Group all;
    Str note, note_href; // what is not in it, and where that is; "" all of it is
} Grouped;

// Those that hold somebody. Of many the ones with the lowest share come first: nobody reads three
// hundred rows for them.
static size_t settle_groups(const Showing *s, Group *groups, size_t count)
{
    Arena *arena = s->c->arena;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (groups[i].values->people > 0) groups[kept++] = groups[i];
    }
    if (kept <= BREAKDOWN_GROUPS_A_PAGE) return kept;
    double *shares = ARENA_ARRAY(arena, double, kept);
    Group *before = ARENA_ARRAY(arena, Group, kept);
    memcpy(before, groups, kept * sizeof *before);
    for (size_t i = 0; i < kept; i++) {
        Share share = share_of(s, groups[i].values);
        shares[i] = share.of > 0 ? share.share : INFINITY;
    }
    const size_t *order = ui_least_first(arena, shares, kept);
    for (size_t i = 0; i < kept; i++) groups[i] = before[order[i]];
    return kept;
}

static Group *first_groups(const Showing *s, size_t *count_out)
{
    const PeopleGroups *first = &s->table.by[0];
    Group *groups = ARENA_ARRAY(s->c->arena, Group, first->count + 1);
    for (size_t i = 0; i < first->count; i++) {
        groups[i] = (Group){
            first->groups[i].label, {first->groups[i].key, STR("")}, &s->table.firsts[i], i};
    }
    *count_out = settle_groups(s, groups, first->count);
    return groups;
}

static Str chart_title(const Showing *s, Str by)
{
    return arena_fmt(s->c->arena, "%s, by " STR_FMT,
                     s->target ? "Share who meet the target of those with a value"
                               : "Share of people with a value",
                     STR_ARG(arena_lower(s->c->arena, by)));
}

// The last row is all of them together, those of other pages too.
static void add_block(const Showing *s, const Grouped *from, BreakdownPage *m,
                      BreakdownBlock *blocks)
{
    Arena *arena = s->c->arena;
    BreakdownRow *rows = ARENA_ARRAY(arena, BreakdownRow, from->count + 1);
    BreakdownMark *marks = ARENA_ARRAY(arena, BreakdownMark, from->count + 1);
    BreakdownBlock out = {.id = arena_fmt(arena, "b%zu", m->block_count),
                          .heading = from->heading,
                          .note = from->note,
                          .note_href = from->note_href,
                          .rows = rows,
                          .marks = marks,
                          .row_count = from->count + 1,
                          .mark_count = from->count};
    for (size_t i = 0; i < from->count; i++) {
        const Group *group = &from->groups[i];
        rows[i] = row_of(s, group->label, group->at, group->values);
        marks[i] = mark_of(s, i, group->label, group->values);
    }
    rows[from->count] = row_of(s, from->all.label, from->all.at, from->all.values);
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

// The same the other way round: each of the many, told apart by the few.
static Str other_way(const Showing *s)
{
    BreakdownAsk turned = *s->ask;
    turned.by[0] = s->ask->by[1];
    turned.by[1] = s->ask->by[0];
    return arena_fmt(s->c->arena, "/breakdown?" STR_FMT,
                     STR_ARG(breakdown_query(s->c->arena, &turned)));
}

// Of one group of the first way, by the second.
static Grouped inner_of(const Showing *s, const Group *outer)
{
    Arena *arena = s->c->arena;
    const PeopleGroups *second = &s->table.by[1];
    Group *inner = ARENA_ARRAY(arena, Group, second->count + 1);
    for (size_t k = 0; k < second->count; k++) {
        inner[k] = (Group){second->groups[k].label,
                           {outer->at.first, second->groups[k].key},
                           &s->table.cells[outer->nr * second->count + k],
                           k};
    }
    size_t count = settle_groups(s, inner, second->count);
    Grouped out = {.heading = arena_fmt(arena, STR_FMT ": " STR_FMT, STR_ARG(s->ask->by[0]->label),
                                        STR_ARG(outer->label)),
                   .by = s->ask->by[1]->label,
                   .groups = inner,
                   .count = count,
                   .all = {STR("All of them"), outer->at, outer->values, 0}};
    if (count <= BREAKDOWN_GROUPS_A_PAGE) return out;
    out.count = BREAKDOWN_GROUPS_A_PAGE;
    out.note =
        arena_fmt(arena, "The %d with the lowest share, of %zu", BREAKDOWN_GROUPS_A_PAGE, count);
    out.note_href = other_way(s);
    return out;
}

// How many groups of the first way stand on a page: with the tables of each no more rows than a
// reader can take in.
static size_t groups_a_page(const Showing *s)
{
    const PeopleGroups *second = &s->table.by[1];
    if (second->by == GROUP_BY_NOTHING) return BREAKDOWN_GROUPS_A_PAGE;
    size_t rows = second->count < BREAKDOWN_GROUPS_A_PAGE ? second->count : BREAKDOWN_GROUPS_A_PAGE;
    size_t tables = BREAKDOWN_ROWS_A_PAGE / (rows + 1);
    return tables == 0 ? 1 : tables;
}

// One table by the first way and, with a second, one for each group of the first.
static void fill_blocks(const Showing *s, const Group *groups, size_t count, BreakdownPage *m)
{
    Arena *arena = s->c->arena;
    bool two = s->table.by[1].by != GROUP_BY_NOTHING;
    bool many = count > BREAKDOWN_GROUPS_A_PAGE;
    UiSlice slice = ui_slice(count, groups_a_page(s), s->ask->page);
    BreakdownBlock *blocks = ARENA_ARRAY(arena, BreakdownBlock, slice.count + 1);
    Grouped outer = {.heading = s->ask->by[0]->label,
                     .by = s->ask->by[0]->label,
                     .groups = many ? groups + slice.from : groups,
                     .count = many ? slice.count : count,
                     .all = {STR("Everybody"), {STR(""), STR("")}, &s->table.all, 0}};
    add_block(s, &outer, m, blocks);
    for (size_t i = 0; two && i < slice.count; i++) {
        Grouped inner = inner_of(s, &groups[slice.from + i]);
        add_block(s, &inner, m, blocks);
    }
    m->blocks = blocks;
    if (slice.pages == 1) return;
    m->foot = ui_foot(
        arena, slice, arena_fmt(arena, "/breakdown?" STR_FMT "&page=", STR_ARG(s->ask->query)),
        arena_fmt(arena, "%zu groups%s", count, many ? ", those with the lowest share first" : ""));
    m->foot.at = many ? STR("h-b0") : STR("h-b1");
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
static void fill_lower(const Showing *s, const Group *groups, size_t count, BreakdownPage *m)
{
    Arena *arena = s->c->arena;
    Share whole = share_of(s, &s->table.all);
    Str *lower = ARENA_ARRAY(arena, Str, BREAKDOWN_LOWER_MAX + 1);
    size_t beyond = 0;
    for (size_t i = 0; i < count; i++) {
        Share share = share_of(s, groups[i].values);
        if (share.of == 0 || share.range.hi >= whole.share) continue;
        if (m->lower_count == BREAKDOWN_LOWER_MAX) {
            beyond++;
            continue;
        }
        lower[m->lower_count++] = arena_fmt(
            arena, STR_FMT ": " STR_FMT " (" STR_FMT "), where everybody's share is " STR_FMT,
            STR_ARG(groups[i].label), STR_ARG(html_percent(arena, share.share)),
            STR_ARG(range_words(arena, share.range)), STR_ARG(html_percent(arena, whole.share)));
    }
    if (beyond > 0) lower[m->lower_count++] = arena_fmt(arena, "And %zu more", beyond);
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
    size_t count = 0;
    const Group *groups = first_groups(&s, &count);
    fill_lower(&s, groups, count, m);
    fill_blocks(&s, groups, count, m);
    return ERR_OK;
}
