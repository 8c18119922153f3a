// cohort_score.c -- the points of everybody in one walk over the postings, and of one person.
#include "insight/cohort/cohort_score.h"

enum { MASK_BYTES = 8, BYTE_VALUES = 256 };

typedef struct Scoring {
    const CohortColumns *columns;
    const CodeScore *score;
    Date as_at;
    CodeMasks masks;                         // of all its rows
    uint16_t worth[MASK_BYTES][BYTE_VALUES]; // of eight rows at once
    uint64_t yielding;                       // rows whose place another one can take
    uint16_t *points;                        // by number
} Scoring;

static DayRange since(Date as_at, int months)
{
    return day_range(date_add_months(as_at, -months), as_at);
}

// The codes of all rows, each once with the rows that it is in.
static CodeMasks masks_of(const CohortColumns *columns, Arena *arena, const CodeScore *score)
{
    uint32_t ids = columns_code_ids(columns->view);
    uint64_t *of_code = ARENA_ARRAY(arena, uint64_t, (size_t)ids + 1);
    for (size_t r = 0; r < score->count; r++) {
        if (score->rows[r].set < 0) continue;
        CodeList codes = codes_of_set(columns, score->rows[r].set);
        for (size_t i = 0; i < codes.count; i++) of_code[codes.ids[i]] |= UINT64_C(1) << r;
    }
    uint32_t *list = ARENA_ARRAY(arena, uint32_t, (size_t)ids + 1);
    uint64_t *bits = ARENA_ARRAY(arena, uint64_t, (size_t)ids + 1);
    size_t count = 0;
    for (uint32_t id = 0; id < ids; id++) {
        if (of_code[id] == 0) continue;
        list[count] = id;
        bits[count++] = of_code[id];
    }
    return (CodeMasks){.codes = {list, count}, .bits = bits};
}

static void fill_worth(Scoring *s)
{
    for (size_t byte = 0; byte < MASK_BYTES; byte++) {
        for (size_t value = 1; value < BYTE_VALUES; value++) { // the others' worth and the lowest's
            size_t row = byte * 8 + (size_t)__builtin_ctzll(value);
            int points = row < s->score->count ? s->score->rows[row].points : 0;
            s->worth[byte][value] = (uint16_t)(s->worth[byte][value & (value - 1)] + points);
        }
    }
}

// Takes the row away from whoever is in bits, or from whoever is not.
static void take_away(uint64_t *mask, const uint64_t *bits, bool in, size_t row)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        uint64_t who = in ? bits[w] : ~bits[w];
        for (; who != 0; who &= who - 1) {
            mask[w * 64 + (size_t)__builtin_ctzll(who)] &= ~(UINT64_C(1) << row);
        }
    }
}

static void narrow(const Scoring *s, const Stripe *stripe, size_t at, ColumnScratch *scratch,
                   uint64_t *mask)
{
    const ScoreRow *row = &s->score->rows[at];
    if (row->set < 0) return;
    if (row->when != SCORE_EVER) {
        bool first = row->when == SCORE_FIRST;
        DayRange days = first ? day_range(DATE_NONE, date_add_months(s->as_at, -row->months))
                              : since(s->as_at, row->months);
        uint64_t *bits = scratch_bits(scratch);
        stripe_mark(stripe, codes_of_set(s->columns, row->set), days, bits);
        take_away(mask, bits, first, at);
    }
    if (row->with >= 0) {
        uint64_t *bits = scratch_bits(scratch);
        stripe_mark(stripe, codes_of_set(s->columns, row->with), since(s->as_at, row->with_months),
                    bits);
        take_away(mask, bits, false, at);
    }
}

// Without the rows whose place another one takes.
static uint64_t settled(const Scoring *s, uint64_t mask)
{
    uint64_t left = mask;
    for (uint64_t rows = mask & s->yielding; rows != 0; rows &= rows - 1) {
        int unless = s->score->rows[__builtin_ctzll(rows)].unless;
        if ((mask >> unless & 1) != 0) left &= ~(rows & -rows);
    }
    return left;
}

static Err score_stripe(void *arg, const LiveStripe *of, size_t number, ColumnScratch *scratch)
{
    const Scoring *s = arg;
    uint64_t *mask = SCRATCH_PERSONS(scratch, uint64_t);
    uint16_t *points = s->points + number * STRIPE_PERSONS_MAX;
    memset(points, 0, STRIPE_PERSONS_MAX * sizeof *points);
    stripe_mask(of->stripe, &s->masks, mask);
    for (size_t r = 0; r < s->score->count; r++) {
        size_t mark = scratch_mark(scratch);
        narrow(s, of->stripe, r, scratch, mask);
        scratch_back(scratch, mark);
    }
    for (uint32_t p = 0; p < of->stripe->persons; p++) {
        if (mask[p] == 0) continue;
        uint64_t rows = settled(s, mask[p]);
        unsigned sum = 0;
        for (size_t b = 0; rows != 0; b++, rows >>= 8) sum += s->worth[b][rows & 0xff];
        points[p] = (uint16_t)sum;
    }
    return ERR_OK;
}

uint16_t *score_compute(const CohortColumns *columns, Arena *arena, const CodeScore *score,
                        Date as_at)
{
    CLEANUP(arena_free_at) Arena *own = arena_new();
    Scoring *s = ARENA_NEW(own, Scoring);
    s->columns = columns;
    s->score = score;
    s->as_at = as_at;
    s->masks = masks_of(columns, own, score);
    s->masks.days = day_range(DATE_NONE, as_at);
    // Each stripe clears its own part.
    s->points = arena_alloc_raw(arena, (columns->words * 64 + 1) * sizeof *s->points);
    fill_worth(s);
    for (size_t r = 0; r < score->count; r++) {
        if (score->rows[r].unless >= 0) s->yielding |= UINT64_C(1) << r;
    }
    Err err = columns_run(columns->pool, columns->view, NULL, score_stripe, s);
    assert(err == ERR_OK); // without limits nothing stops it
    (void)err;
    return s->points;
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
    bool any, first_in, last_in, with;
    uint32_t place; // of the latest
} Present;

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
        out->last_in = in;
        out->any = true;
        out->place = at;
    }
    if (row->with >= 0 && holds(columns, code, row->with)) {
        out->with = out->with || on.days > date_add_months(as_at, -row->with_months).days;
    }
}

static bool counts(const ScoreRow *row, const Present *present)
{
    bool when = row->when == SCORE_EVER ||
                (row->when == SCORE_FIRST ? present->first_in : present->last_in);
    return present->any && when && (row->with < 0 || present->with);
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
        lines[count++] =
            row->set >= 0
                ? arena_fmt(arena, STR_FMT ": " STR_FMT, STR_ARG(row->label), STR_ARG(row->note))
                : arena_fmt(arena, STR_FMT " (" STR_FMT ") is not counted, no codes%s" STR_FMT,
                            STR_ARG(row->label), STR_ARG(points), join, STR_ARG(row->note));
    }
    *out = lines;
    *count_out = count;
}
