// equity_words.c -- figures as words, marks and sentences.
#include "core/figure.h"
#include "core/html.h"
#include "insight/equity/equity_pages.h"

#include <math.h>

// The chart: from a quarter to four times.
static const double CHART_LOWEST = 0.25;
static const double CHART_HIGHEST = 4;

Str equity_month(Arena *arena, Date month)
{
    Str whole = date_long(arena, month); // "1 November 2026"
    size_t at = 0;
    while (at < whole.len && whole.ptr[at] != ' ') at++;
    return at < whole.len ? (Str){whole.ptr + at + 1, whole.len - at - 1} : whole;
}

static Str decimal(Arena *arena, double value)
{
    return arena_fmt(arena, "%.2f", value);
}

// Whether 1 is left out is settled by the whole range: a rounded end may not say otherwise.
Str equity_range_words(Arena *arena, EquityRange range)
{
    Str lo = decimal(arena, range.lo);
    Str hi = decimal(arena, range.hi);
    Str one = decimal(arena, 1);
    if (range.lo > 1 && str_eq(lo, one)) lo = STR("just over 1");
    if (range.hi < 1 && str_eq(hi, one)) hi = STR("just under 1");
    return arena_fmt(arena, STR_FMT " to " STR_FMT, STR_ARG(lo), STR_ARG(hi));
}

static Str whole_number(Arena *arena, double value)
{
    if (value > 0 && value < 1) return STR("under 1");
    return html_count(arena, (int64_t)llround(value));
}

EquityRow equity_row(Arena *arena, Str group, const EquityLine *line)
{
    EquityRow row = {.group = group,
                     .people = figure_text(arena, line->people),
                     .of = figure_text(arena, line->of)};
    if (line->has_share) row.share = html_percent(arena, line->share);
    if (line->has_share_of) row.share_of = html_percent(arena, line->share_of);
    row.reach = line->compared ? STR("No clear difference") : STR("Cannot be compared");
    if (!line->compared) return row;
    row.expected = whole_number(arena, line->expected);
    if (line->has_ratio) row.ratio = decimal(arena, line->ratio);
    row.range = equity_range_words(arena, line->range);
    row.off_chart = line->range.lo < CHART_LOWEST || line->range.hi > CHART_HIGHEST;
    if (line->reach == REACH_UNDER) {
        row.reach = STR("Fewer than expected");
        row.tone = TONE_WARN;
    } else if (line->reach == REACH_OVER) {
        row.reach = STR("More than expected");
        row.tone = TONE_INFO;
    } else if (line->reach == REACH_ASKED) {
        row.reach = STR("Not asked for by the rules");
    }
    return row;
}

static int chart_place(double ratio)
{
    double shown = ratio < CHART_LOWEST    ? CHART_LOWEST
                   : ratio > CHART_HIGHEST ? CHART_HIGHEST
                                           : ratio;
    return EQUITY_CHART_ONE + (int)lround(log2(shown) * EQUITY_CHART_DOUBLING);
}

EquityMark equity_mark(const EquityRow *row, const EquityLine *line)
{
    EquityMark mark = {.label = row->group, .people = row->people, .expected = row->expected};
    mark.less = line->reach == REACH_UNDER;
    mark.has_range = line->compared;
    mark.has_point = line->compared && line->has_ratio;
    if (mark.has_range) {
        mark.from = chart_place(line->range.lo);
        mark.to = chart_place(line->range.hi);
        mark.arrow_left = line->range.lo < CHART_LOWEST;
        mark.arrow_right = line->range.hi > CHART_HIGHEST;
    }
    // A point at the edge would say that the ratio is there: only the arrow says it is beyond.
    mark.has_point = mark.has_point && line->ratio >= CHART_LOWEST && line->ratio <= CHART_HIGHEST;
    if (mark.has_point) mark.point = chart_place(line->ratio);
    return mark;
}

// A rule of the cohort that asks for such groups leaves nobody of this one. Of two stages after
// the rules nothing is asked any more; each stage of the population is a rule of its own.
static bool asked(const EquityPair *pair, const EquityDimension *d, size_t group)
{
    int identified = equity_stage(pair->subject, STR("identified"));
    if (!d->asked) return false;
    if (identified < 0) return d->figures[(size_t)pair->stage * d->group_count + group] == 0;
    if (pair->beside == pair->subject && pair->beside_stage >= identified) return false;
    EquityCause cause = equity_cause(pair->subject, d, group, false);
    return cause.stage >= 0 && cause.left == 0;
}

static EquityLine line_of(const EquityPair *pair, const EquityDimension *d, size_t group)
{
    if (pair->adjusted) {
        size_t place = (size_t)pair->stage * d->group_count + group;
        return equity_line_expected(d->figures[place], pair->subject->stages[pair->stage].people,
                                    d->expected == NULL ? EQUITY_NO_EXPECTED : d->expected[place]);
    }
    EquityFour four = {.people = d->figures[(size_t)pair->stage * d->group_count + group],
                       .all = pair->subject->stages[pair->stage].people,
                       .of = FIGURE_HELD,
                       .all_of = pair->beside->stages[pair->beside_stage].people};
    const EquityDimension *beside = equity_dimension(pair->beside, d->key);
    int there = beside == NULL ? -1 : equity_group(beside, d->groups[group]);
    if (there >= 0) {
        four.of = beside->figures[(size_t)pair->beside_stage * beside->group_count + (size_t)there];
    }
    return equity_line(four);
}

EquityLine equity_line_of(const EquityPair *pair, const EquityDimension *d, size_t group)
{
    EquityLine line = line_of(pair, d, group);
    if (line.reach == REACH_UNDER && asked(pair, d, group)) line.reach = REACH_ASKED;
    return line;
}

int64_t equity_count_less(const EquityPair *pair)
{
    int64_t count = 0;
    for (size_t i = 0; i < pair->subject->dimension_count; i++) {
        const EquityDimension *d = &pair->subject->dimensions[i];
        for (size_t g = 0; g < d->group_count; g++) {
            count += equity_line_of(pair, d, g).reach == REACH_UNDER;
        }
    }
    return count;
}

static Str cause_words(Arena *arena, const EquityPair *pair, const EquityDimension *d, size_t group)
{
    if (!str_eq(pair->subject->stages[pair->stage].key, STR("identified"))) return STR("");
    EquityCause cause = equity_cause(pair->subject, d, group, pair->adjusted);
    if (cause.stage < 0) return STR("");
    if (cause.left == 0) {
        return arena_fmt(arena, " The rule \"" STR_FMT "\" leaves nobody of this group.",
                         STR_ARG(pair->subject->stages[cause.stage].label));
    }
    return arena_fmt(arena,
                     " The rule that does most of it: \"" STR_FMT
                     "\". It leaves %lld%% of this group%s %lld%% %s.",
                     STR_ARG(pair->subject->stages[cause.stage].label), (long long)cause.left,
                     pair->adjusted ? ", where" : " and", (long long)cause.left_of_all,
                     pair->adjusted ? "would be expected" : "of everybody");
}

Str equity_stage_words(Arena *arena, const EquitySubject *s, int stage, bool named)
{
    static const char *const KEYS[] = {"identified", "offered", "accepted", "planned", "reached"};
    static const char *const WORDS[] = {"those found", "those offered support",
                                        "those who accepted", "those who agreed a plan",
                                        "those who reached a goal"};
    Str key = s->stages[stage].key;
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        if (!str_eq(key, str_from_c(KEYS[i]))) continue;
        return named ? arena_fmt(arena, "%s, " STR_FMT, WORDS[i], STR_ARG(s->name))
                     : str_from_c(WORDS[i]);
    }
    return arena_lower(arena, s->stages[stage].label);
}

static Str sentence(Arena *arena, const EquityPair *pair, const EquityDimension *d, size_t group,
                    const EquityLine *line)
{
    Str people = figure_text(arena, line->people);
    Str expected = whole_number(arena, line->expected);
    Str ratio = line->has_ratio ? arena_fmt(arena, "Ratio %.2f, 95%% range ", line->ratio)
                                : STR("95% range of the ratio ");
    Str cause = cause_words(arena, pair, d, group);
    Str of = equity_stage_words(arena, pair->subject, pair->stage, false);
    Str beside = STR("people of the same age and sex");
    if (!pair->adjusted) {
        beside = arena_fmt(arena, "their share of " STR_FMT,
                           STR_ARG(equity_stage_words(arena, pair->beside, pair->beside_stage,
                                                      pair->beside != pair->subject)));
    }
    return arena_fmt(arena,
                     STR_FMT ", " STR_FMT ": " STR_FMT " of " STR_FMT ", where " STR_FMT
                             " would be expected from " STR_FMT ". " STR_FMT STR_FMT "." STR_FMT,
                     STR_ARG(d->label), STR_ARG(d->groups[group]), STR_ARG(people), STR_ARG(of),
                     STR_ARG(expected), STR_ARG(beside), STR_ARG(ratio),
                     STR_ARG(equity_range_words(arena, line->range)), STR_ARG(cause));
}

double equity_reached(const EquityLine *line)
{
    if (!line->compared) return INFINITY;
    return line->has_ratio ? line->ratio : (line->range.lo + line->range.hi) / 2;
}

void equity_sentences(Arena *arena, const EquityPair *pair, Str dimension, EquityTold *told)
{
    for (size_t i = 0; i < pair->subject->dimension_count; i++) {
        const EquityDimension *d = &pair->subject->dimensions[i];
        if (dimension.len > 0 && !str_eq(d->key, dimension)) continue;
        for (size_t g = 0; g < d->group_count; g++) {
            EquityLine line = equity_line_of(pair, d, g);
            if (line.reach != REACH_UNDER) continue;
            if (told->count == EQUITY_SENTENCES_MAX) {
                told->beyond++;
            } else {
                told->list[told->count++] = sentence(arena, pair, d, g, &line);
            }
        }
    }
}
