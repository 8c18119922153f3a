// cohort_score.c -- the points of everybody, a row after the other, and of one person.
#include "insight/cohort/cohort_score.h"

#include "insight/cohort/cohort_spans.h"

typedef struct Scoring {
    const CohortColumns *columns;
    const CodeScore *score;
    Date as_at;
    uint16_t *points; // by number
    size_t from;      // the first stripe whose points are not known yet
} Scoring;

static DayRange since(Date as_at, int months)
{
    return day_range(date_add_months(as_at, -months), as_at);
}

static DayRange until(Date as_at)
{
    return day_range(DATE_NONE, as_at);
}

typedef struct Row { // of a score, in one stripe
    const Scoring *s;
    const LiveStripe *of;
    size_t stripe;
    const ScoreRow *row;
} Row;

static void mark(const Row *r, int set, DayRange days, uint64_t *bits)
{
    spans_mark(r->of->stripe, spans_of_set(r->s->columns, r->stripe, set), days, bits);
}

// Who has the set on so many different days of the last months.
static void mark_times(const Row *r, int set, int times, int months, ColumnScratch *scratch,
                       uint64_t *bits)
{
    DayRange days = since(r->s->as_at, months);
    if (times == 1) {
        mark(r, set, days, bits);
        return;
    }
    DifferentAsked asked = {days, r->of->live, (uint16_t)times, false};
    CodeSpans spans = spans_of_set(r->s->columns, r->stripe, set);
    spans_different(r->of->stripe, spans, &asked, scratch, bits);
}

// Who has the row, whatever another one takes from it. A set of bits of a stripe stays in the
// nearest memory, where a mask for each person would not.
static void find_row(const Row *r, ColumnScratch *scratch, uint64_t *bits)
{
    const ScoreRow *row = r->row;
    Date as_at = r->s->as_at;
    if (row->set < 0) return;
    size_t taken = scratch_mark(scratch);
    uint64_t *other = scratch_bits(scratch);
    if (row->when == SCORE_WITHIN) {
        mark_times(r, row->set, row->times, row->months, scratch, bits);
    } else {
        mark(r, row->set, until(as_at), bits);
    }
    if (row->when == SCORE_FIRST) {
        mark(r, row->set, until(date_add_months(as_at, -row->months)), other);
        for (size_t w = 0; w < STRIPE_WORDS; w++) bits[w] &= ~other[w];
    }
    if (row->with >= 0) {
        memset(other, 0, STRIPE_WORDS * sizeof *other);
        mark_times(r, row->with, row->with_times, row->with_months, scratch, other);
        for (size_t w = 0; w < STRIPE_WORDS; w++) bits[w] &= other[w];
    }
    scratch_back(scratch, taken);
}

// To whoever has the row and not the one that takes its place.
static void add_points(const uint64_t *bits, const uint64_t *unless, int worth, uint16_t *points)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        uint64_t left = unless == NULL ? bits[w] : bits[w] & ~unless[w];
        for (; left != 0; left &= left - 1) {
            uint16_t *of = &points[w * 64 + (size_t)__builtin_ctzll(left)];
            *of = (uint16_t)(*of + worth);
        }
    }
}

static Err score_stripe(void *arg, size_t index, ColumnScratch *scratch)
{
    const Scoring *s = arg;
    size_t number = s->from + index;
    const LiveStripe *of = &s->columns->view->stripes[number];
    const CodeScore *score = s->score;
    uint64_t *rows[SCORE_ROWS_MAX] = {0};
    uint16_t *points = s->points + number * STRIPE_PERSONS_MAX;
    memset(points, 0, STRIPE_PERSONS_MAX * sizeof *points);
    for (size_t r = 0; r < score->count; r++) {
        Row row = {s, of, number, &score->rows[r]};
        rows[r] = scratch_bits(scratch);
        find_row(&row, scratch, rows[r]);
    }
    for (size_t r = 0; r < score->count; r++) {
        int unless = score->rows[r].unless;
        add_points(rows[r], unless < 0 ? NULL : rows[unless], score->rows[r].points, points);
    }
    return ERR_OK;
}

uint16_t *score_compute(const CohortColumns *columns, Arena *arena, const CodeScore *score,
                        Date as_at, KnownStripes known)
{
    // Each stripe clears its own part.
    size_t bytes = (columns->words * 64 + 1) * sizeof(uint16_t);
    Scoring s = {columns, score, as_at, arena_alloc_raw(arena, bytes), known.count};
    size_t done = known.count * STRIPE_PERSONS_MAX * sizeof *s.points;
    if (done > 0) memcpy(s.points, known.numbers, done);
    size_t left = columns->view->stripe_count - known.count;
    Err err = columns_run_pieces(columns->pool, left, NULL, score_stripe, &s);
    assert(err == ERR_OK); // without limits nothing stops it
    (void)err;
    return s.points;
}

// ---- one person

Str score_label(RuleKind kind)
{
    if (kind == RULE_CHARLSON) return STR("Charlson index");
    if (kind == RULE_CHARLSON_2011) return STR("Charlson index (weights of 2011)");
    return STR("Cambridge Multimorbidity Score");
}

Str points_text(Arena *arena, int points)
{
    if (points % POINT == 0) return arena_fmt(arena, "%d", points / POINT);
    return arena_fmt(arena, "%d.%02d", points / POINT, points % POINT);
}

typedef struct Present { // one row's events of one person
    bool any, first_in;
    int days, with_days; // different ones in the months that are asked about
    Date last, with_last;
    uint32_t place; // of the latest
} Present;

// An event more, if its day is within the months and another than the last that counted.
static void count_day(Date on, Date as_at, int months, Date *last, int *days)
{
    if (on.days <= date_add_months(as_at, -months).days) return;
    *days += *days == 0 || last->days != on.days;
    *last = on;
}

static bool holds(const CohortColumns *columns, uint32_t code, int set)
{
    size_t count = 0;
    const uint16_t *in = sets_of_code(columns, code, &count);
    for (size_t i = 0; i < count; i++) {
        if (in[i] == set) return true;
    }
    return false;
}

static void look(const CohortColumns *columns, const History *history, uint32_t at,
                 const ScoreRow *row, Date as_at, Present *out)
{
    uint32_t code = history_code(history, at);
    Date on = history_day(history, at);
    if (row->set >= 0 && holds(columns, code, row->set)) {
        bool in = on.days > date_add_months(as_at, -row->months).days;
        out->first_in = out->any ? out->first_in : in;
        count_day(on, as_at, row->months, &out->last, &out->days);
        out->any = true;
        out->place = at;
    }
    if (row->with >= 0 && holds(columns, code, row->with)) {
        count_day(on, as_at, row->with_months, &out->with_last, &out->with_days);
    }
}

static bool counts(const ScoreRow *row, const Present *present)
{
    bool when = row->when == SCORE_EVER ||
                (row->when == SCORE_FIRST ? present->first_in : present->days >= row->times);
    return present->any && when && (row->with < 0 || present->with_days >= row->with_times);
}

static Str line_text(Arena *arena, const CodeScore *score, size_t at, Str term, bool replaced)
{
    const ScoreRow *row = &score->rows[at];
    Str points = points_text(arena, row->points);
    if (replaced) {
        return arena_fmt(arena, STR_FMT ": " STR_FMT " (not counted beside " STR_FMT ")",
                         STR_ARG(row->label), STR_ARG(term),
                         STR_ARG(score->rows[row->unless].label));
    }
    return arena_fmt(arena, STR_FMT ": " STR_FMT " (" STR_FMT " %s)", STR_ARG(row->label),
                     STR_ARG(term), STR_ARG(points), row->points == POINT ? "point" : "points");
}

void score_explain(const CohortColumns *columns, Arena *arena, uint32_t person,
                   const CodeScore *score, Date as_at, ScoreLines *out)
{
    Present present[SCORE_ROWS_MAX] = {0};
    History history = history_of(columns, person);
    for (uint32_t at = history.first; at < history.end; at++) {
        if (history_day(&history, at).days > as_at.days) break;
        for (size_t r = 0; r < score->count; r++) {
            look(columns, &history, at, &score->rows[r], as_at, &present[r]);
        }
    }
    *out = (ScoreLines){.lines = ARENA_ARRAY(arena, Reason, score->count + 1)};
    for (size_t r = 0; r < score->count; r++) {
        const ScoreRow *row = &score->rows[r];
        if (!counts(row, &present[r])) continue;
        bool replaced =
            row->unless >= 0 && counts(&score->rows[row->unless], &present[row->unless]);
        uint32_t code = history_code(&history, present[r].place);
        Str text = line_text(arena, score, r, code_term(columns, code), replaced);
        out->points += replaced ? 0 : row->points;
        out->lines[out->count++] = (Reason){.text = text,
                                            .code = arena_str(arena, code_text(columns, code)),
                                            .on = history_day(&history, present[r].place),
                                            .depth = 1};
    }
}

void score_limits(Arena *arena, const CodeScore *score, const Str **out, size_t *count_out)
{
    Str *lines = ARENA_ARRAY(arena, Str, score->count + 1);
    size_t count = 0;
    for (size_t r = 0; r < score->count; r++) {
        const ScoreRow *row = &score->rows[r];
        const char *join = row->note.len > 0 ? ": " : "";
        if (row->set >= 0 && row->note.len == 0) continue;
        Str points = points_text(arena, row->points);
        if (row->set >= 0) {
            lines[count++] =
                arena_fmt(arena, STR_FMT ": " STR_FMT, STR_ARG(row->label), STR_ARG(row->note));
            continue;
        }
        Str until = row->wanted.len == 0
                        ? STR(", no codes")
                        : arena_fmt(arena, " until codes are loaded as \"" STR_FMT "\"",
                                    STR_ARG(row->wanted));
        lines[count++] = arena_fmt(
            arena, STR_FMT " (" STR_FMT ") is not counted" STR_FMT "%s" STR_FMT,
            STR_ARG(row->label), STR_ARG(points), STR_ARG(until), join, STR_ARG(row->note));
    }
    *out = lines;
    *count_out = count;
}
