// cohort_frailty.c -- the electronic Frailty Index from columns.
#include "insight/cohort/cohort_frailty.h"

#include "insight/cohort/cohort_spans.h"

#include <math.h>

typedef struct Evidence { // why a deficit is present: its latest event, worded at the end
    bool found;
    uint32_t place;        // in the person's history
    const ValueRule *rule; // NULL: the code itself
} Evidence;

FrailtyBand frailty_band(int deficits)
{
    if (deficits >= 13) return FRAILTY_SEVERE;
    if (deficits >= 9) return FRAILTY_MODERATE;
    return deficits >= 5 ? FRAILTY_MILD : FRAILTY_FIT;
}

static int deficit_of_set(const CohortColumns *columns, Str name)
{
    int set = code_set_index(columns->sets, name);
    for (int d = 0; d < DEFICITS_CODED; d++) {
        if (set_of_deficit(columns, d) == set) return d;
    }
    return -1;
}

typedef struct RuleAt { // a value rule, and whose values they are
    const ValueRule *rule;
    const uint8_t *sex;
} RuleAt;

static bool meets(const void *arg, double value, uint32_t local)
{
    const RuleAt *at = arg;
    return value_rule_met(at->rule, value, (RuleSex)at->sex[local]);
}

static Date polypharmacy_after(Date as_at)
{
    return date_add_months(as_at, -POLYPHARMACY_MONTHS);
}

typedef struct Indexing {
    const CohortColumns *columns;
    Date as_at;
    const int *of_rule; // the deficit of each value rule, -1: of none
    uint8_t *counts;    // by number
    size_t from;        // the first stripe that is not counted yet
} Indexing;

// Who has one of the deficit's codes, or a value that stands for them.
static void mark_deficit(const Indexing *i, const Stripe *stripe, size_t number, int deficit,
                         uint64_t *bits)
{
    const CohortColumns *columns = i->columns;
    DayRange days = day_range(DATE_NONE, i->as_at);
    spans_mark(stripe, spans_of_set(columns, number, set_of_deficit(columns, deficit)), days, bits);
    size_t count = 0;
    const ValueRule *rules = value_rules(columns->sets, &count);
    for (size_t r = 0; r < count; r++) {
        const ColumnMeasure *measure = measure_of(columns, rules[r].measure);
        RuleAt at = {&rules[r], stripe->sex};
        if (measure == NULL || i->of_rule[r] != deficit) continue;
        stripe_mark_values(stripe, measure, days, meets, &at, bits);
    }
}

// A set of bits of a stripe for each deficit stays in the nearest memory, where a mask for each
// person would not.
static Err index_stripe(void *arg, size_t index, ColumnScratch *scratch)
{
    const Indexing *i = arg;
    size_t number = i->from + index;
    const LiveStripe *of = &i->columns->view->stripes[number];
    Tally tally = tally_new(scratch);
    uint64_t *bits = scratch_bits_raw(scratch);
    for (int deficit = 0; deficit < DEFICITS_CODED; deficit++) {
        memset(bits, 0, STRIPE_WORDS * sizeof *bits);
        mark_deficit(i, of->stripe, number, deficit, bits);
        tally_add(&tally, bits);
    }
    uint16_t *medicines = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof *medicines);
    spans_count_codes(of->stripe, spans_of_medicines(i->columns, number),
                      day_range(polypharmacy_after(i->as_at), i->as_at), scratch, medicines);
    bits_at_least(medicines, POLYPHARMACY_MEDICINES, bits);
    tally_add(&tally, bits);
    tally_read(&tally, i->counts + number * STRIPE_PERSONS_MAX);
    return ERR_OK;
}

uint8_t *frailty_compute(const CohortColumns *columns, Arena *arena, Date as_at, KnownStripes known)
{
    size_t rules = 0;
    const ValueRule *rule = value_rules(columns->sets, &rules);
    int *of_rule = ARENA_ARRAY(arena, int, rules + 1);
    for (size_t r = 0; r < rules; r++) of_rule[r] = deficit_of_set(columns, rule[r].set);
    // Each stripe writes its own part.
    Indexing i = {columns, as_at, of_rule, arena_alloc_raw(arena, columns->words * 64 + 1),
                  known.count};
    if (known.count > 0) memcpy(i.counts, known.numbers, known.count * STRIPE_PERSONS_MAX);
    size_t left = columns->view->stripe_count - known.count;
    Err err = columns_run_pieces(columns->pool, left, NULL, index_stripe, &i);
    assert(err == ERR_OK); // without limits nothing stops it
    (void)err;
    return i.counts;
}

Str measured_text(Arena *arena, double value)
{
    if (fabs(value) < 10) return arena_fmt(arena, "%.3g", value);
    double tenths = round(value * 10) / 10;
    return tenths == floor(tenths) ? arena_fmt(arena, "%.0f", tenths)
                                   : arena_fmt(arena, "%.1f", tenths);
}

typedef struct Meanings { // what is the same for each event of a person: looked up once
    const CohortColumns *columns;
    const ValueRule *rules;
    size_t count;
    const ColumnMeasure **measure; // of each rule, NULL: not measured here
    int *deficit;                  // of each rule, -1: of none
    bool *is_deficit;              // by number of a set
} Meanings;

static Meanings meanings(const CohortColumns *columns, Arena *arena)
{
    Meanings m = {.columns = columns};
    m.rules = value_rules(columns->sets, &m.count);
    m.measure = ARENA_ARRAY(arena, const ColumnMeasure *, m.count);
    m.deficit = ARENA_ARRAY(arena, int, m.count);
    for (size_t i = 0; i < m.count; i++) {
        m.measure[i] = measure_of(columns, m.rules[i].measure);
        m.deficit[i] = deficit_of_set(columns, m.rules[i].set);
    }
    m.is_deficit = ARENA_ARRAY(arena, bool, code_sets_count(columns->sets));
    for (int d = 0; d < DEFICITS_CODED; d++) m.is_deficit[set_of_deficit(columns, d)] = true;
    return m;
}

static void explain_value(const Meanings *m, const History *history, uint32_t place,
                          Evidence *found)
{
    uint32_t code = history_code(history, place);
    if (!code_is_measured(m->columns, code)) return;
    for (size_t i = 0; i < m->count; i++) {
        double value = 0;
        const ValueRule *rule = &m->rules[i];
        const ColumnMeasure *of = m->measure[i];
        bool measures = false;
        for (size_t j = 0; of != NULL && j < of->codes.count; j++) {
            measures = measures || of->codes.ids[j] == code;
        }
        if (measures && m->deficit[i] >= 0 &&
            history_value(m->columns, history, place, rule->measure, &value) &&
            value_rule_met(rule, value, (RuleSex)history->stripe->sex[history->local])) {
            found[m->deficit[i]] = (Evidence){true, place, rule};
        }
    }
}

static void explain_set(const Meanings *m, int set, uint32_t place, Evidence *found)
{
    for (int d = 0; d < DEFICITS_CODED; d++) {
        if (set_of_deficit(m->columns, d) == set) found[d] = (Evidence){true, place, NULL};
    }
}

static void explain_code(const Meanings *m, const History *history, uint32_t place, Evidence *found)
{
    size_t count = 0;
    const uint16_t *in = sets_of_code(m->columns, history_code(history, place), &count);
    for (size_t i = 0; i < count; i++) {
        if (m->is_deficit[in[i]]) explain_set(m, in[i], place, found);
    }
}

static Reason evidence_reason(const CohortColumns *columns, Arena *arena, const History *history,
                              int deficit, const Evidence *evidence)
{
    uint32_t code = history_code(history, evidence->place);
    Str one = code_set_at(columns->sets, (size_t)set_of_deficit(columns, deficit))->one;
    Reason reason = {.code = arena_str(arena, code_text(columns, code)),
                     .on = history_day(history, evidence->place),
                     .depth = 1};
    double value = 0;
    if (evidence->rule != NULL &&
        history_value(columns, history, evidence->place, evidence->rule->measure, &value)) {
        const Measure *measure = evidence->rule->measure;
        Str shown = measured_text(arena, value);
        reason.text =
            arena_fmt(arena, STR_FMT ": " STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(one),
                      STR_ARG(measure->label), STR_ARG(shown), STR_ARG(measure->units[0].unit));
    } else {
        Str term = code_term(columns, code);
        reason.text = arena_fmt(arena, STR_FMT ": " STR_FMT, STR_ARG(one), STR_ARG(term));
    }
    return reason;
}

// Different medicine codes of one person in the window, and the latest day of one.
static int count_medicines(const CohortColumns *columns, Arena *arena, const History *history,
                           Date as_at, Date *latest_out)
{
    Date after = polypharmacy_after(as_at);
    uint32_t *seen = ARENA_ARRAY(arena, uint32_t, history->end - history->first + 1);
    size_t different = 0;
    for (uint32_t at = history->first; at < history->end; at++) {
        Date on = history_day(history, at);
        uint32_t code = history_code(history, at);
        bool medicine = (columns_code_kinds(columns->view, code) >> EVENT_MEDICINE & 1) != 0;
        if (!medicine || on.days <= after.days || on.days > as_at.days) continue;
        bool known = false;
        for (size_t j = 0; j < different; j++) known = known || seen[j] == code;
        if (!known) seen[different++] = code;
        *latest_out = on;
    }
    return (int)different;
}

// There is no code for frailty that has passed: the latest holds.
CodedFrailty frailty_coded(const CohortColumns *columns, Arena *arena, uint32_t person, Date as_at)
{
    static const char *const SETS[] = {
        [FRAILTY_MILD] = "frailty-mild",
        [FRAILTY_MODERATE] = "frailty-moderate",
        [FRAILTY_SEVERE] = "frailty-severe",
    };
    CodedFrailty coded = {.band = FRAILTY_FIT, .on = DATE_NONE};
    History history = history_of(columns, person);
    for (uint32_t at = history.first; at < history.end; at++) {
        Date on = history_day(&history, at);
        if (on.days > as_at.days) break;
        uint32_t code = history_code(&history, at);
        size_t count = 0;
        const uint16_t *in = sets_of_code(columns, code, &count);
        for (int band = FRAILTY_MILD; count > 0 && band <= FRAILTY_SEVERE; band++) {
            int set = code_set_index(columns->sets, str_from_c(SETS[band]));
            bool within = false;
            for (size_t i = 0; i < count; i++) within = within || in[i] == set;
            bool later = date_is_none(coded.on) || on.days > coded.on.days;
            if (!within || (!later && band <= (int)coded.band)) continue;
            coded = (CodedFrailty){(FrailtyBand)band, code_text(columns, code), on};
        }
    }
    coded.code = arena_str(arena, coded.code);
    return coded;
}

static Str small(Arena *arena, FrailtyBand band)
{
    static const char *const NAMES[] = {"fit", "mild", "moderate", "severe"};
    return arena_str(arena, str_from_c(NAMES[band]));
}

Str frailty_beside(Arena *arena, const CodedFrailty *coded, int deficits, Str practice)
{
    FrailtyBand index = frailty_band(deficits);
    Str says = small(arena, index);
    if (coded->band == FRAILTY_FIT) {
        return arena_fmt(arena,
                         "No clinician has coded how frail this person is. The index says " STR_FMT
                         ": %d of 36 deficits.",
                         STR_ARG(says), deficits);
    }
    Str band = small(arena, coded->band);
    Str first = arena_fmt(arena,
                          "Coded by a clinician as " STR_FMT " frailty on " STR_FMT
                          " in the record of " STR_FMT " [" STR_FMT "].",
                          STR_ARG(band), STR_ARG(date_long(arena, coded->on)), STR_ARG(practice),
                          STR_ARG(coded->code));
    if (index == coded->band) {
        return arena_fmt(arena, STR_FMT " The index says the same: %d of 36 deficits.",
                         STR_ARG(first), deficits);
    }
    return arena_fmt(
        arena,
        STR_FMT " The index says " STR_FMT ", %s than the code: %d of 36 deficits. The "
                "code is a judgement of that day, the index counts what the record holds: ask "
                "a clinician which one fits the person now.",
        STR_ARG(first), STR_ARG(says), index < coded->band ? "less" : "more", deficits);
}

static void find_deficits(const CohortColumns *columns, Arena *arena, const History *history,
                          Date as_at, Evidence *found)
{
    Meanings m = meanings(columns, arena);
    for (uint32_t at = history->first; at < history->end; at++) {
        if (history_day(history, at).days > as_at.days) break;
        explain_code(&m, history, at, found);
        explain_value(&m, history, at, found);
    }
}

int frailty_deficits(const CohortColumns *columns, Arena *arena, uint32_t person, Date as_at)
{
    Evidence found[DEFICITS_CODED] = {0};
    History history = history_of(columns, person);
    find_deficits(columns, arena, &history, as_at, found);
    int deficits = 0;
    for (int d = 0; d < DEFICITS_CODED; d++) deficits += found[d].found;
    Date latest = DATE_NONE;
    bool many = count_medicines(columns, arena, &history, as_at, &latest) >= POLYPHARMACY_MEDICINES;
    return deficits + many;
}

void frailty_explain(const CohortColumns *columns, Arena *arena, uint32_t person, Date as_at,
                     FrailtyIndex *out)
{
    Evidence found[DEFICITS_CODED] = {0};
    History history = history_of(columns, person);
    find_deficits(columns, arena, &history, as_at, found);
    *out = (FrailtyIndex){.each = ARENA_ARRAY(arena, Reason, DEFICITS)};
    for (int d = 0; d < DEFICITS_CODED; d++) {
        if (!found[d].found) continue;
        out->each[out->each_count++] = evidence_reason(columns, arena, &history, d, &found[d]);
    }
    Date latest = DATE_NONE;
    int medicines = count_medicines(columns, arena, &history, as_at, &latest);
    if (medicines >= POLYPHARMACY_MEDICINES) {
        out->each[out->each_count++] =
            (Reason){.text = arena_fmt(arena, "Polypharmacy: %d different medicines in 12 months",
                                       medicines),
                     .on = latest,
                     .depth = 1};
    }
    out->deficits = (int)out->each_count;
    out->score = arena_fmt(arena, "%.2f", (double)out->deficits / DEFICITS);
    out->band = str_from_c(frailty_band_name(frailty_band(out->deficits)));
}
