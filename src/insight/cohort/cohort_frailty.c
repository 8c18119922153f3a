// cohort_frailty.c -- the electronic Frailty Index from columns.
#include "insight/cohort/cohort_frailty.h"

#include <math.h>

typedef struct Evidence { // why a deficit is present: its latest event, worded at the end
    bool found;
    uint64_t event;
    const ValueRule *rule; // NULL: the code itself
} Evidence;

FrailtyBand frailty_band(int deficits)
{
    if (deficits >= 13) return FRAILTY_SEVERE;
    if (deficits >= 9) return FRAILTY_MODERATE;
    return deficits >= 5 ? FRAILTY_MILD : FRAILTY_FIT;
}

const char *frailty_band_name(FrailtyBand band)
{
    static const char *const NAMES[FRAILTY_BANDS] = {"Fit", "Mild", "Moderate", "Severe"};
    return NAMES[band];
}

static int deficit_of_set(const Columns *columns, Str name)
{
    int set = code_set_index(columns_sets(columns), name);
    for (int d = 0; d < DEFICITS_CODED; d++) {
        if (columns_deficit_set(columns, d) == set) return d;
    }
    return -1;
}

static void mark_coded(const Columns *columns, Date as_at, uint64_t *bits)
{
    for (int d = 0; d < DEFICITS_CODED; d++) {
        size_t count = 0;
        const uint32_t *codes = columns_set_codes(columns, columns_deficit_set(columns, d), &count);
        for (size_t i = 0; i < count; i++) {
            uint64_t from = 0;
            uint64_t to = 0;
            columns_range(columns, codes[i], DATE_NONE, as_at, &from, &to);
            for (uint64_t e = from; e < to; e++) {
                bits[columns->event_person[e]] |= UINT64_C(1) << d;
            }
        }
    }
}

static void mark_rule(const Columns *columns, const ValueRule *rule, Date as_at, uint64_t *bits)
{
    int deficit = deficit_of_set(columns, rule->set);
    if (deficit < 0) return;
    size_t count = 0;
    const uint32_t *codes = columns_measure_codes(columns, rule->measure, &count);
    for (size_t i = 0; i < count; i++) {
        uint64_t from = 0;
        uint64_t to = 0;
        columns_range(columns, codes[i], DATE_NONE, as_at, &from, &to);
        for (uint64_t e = from; e < to; e++) {
            double value = 0;
            uint32_t person = columns->event_person[e];
            if (columns_value(columns, codes[i], e, rule->measure, &value) &&
                value_rule_met(rule, value, (RuleSex)columns->person.sex[person])) {
                bits[person] |= UINT64_C(1) << deficit;
            }
        }
    }
}

static Date polypharmacy_after(Date as_at)
{
    return date_add_months(as_at, -POLYPHARMACY_MONTHS);
}

static void mark_polypharmacy(const Columns *columns, Arena *arena, Date as_at, uint64_t *bits)
{
    uint32_t *last = ARENA_ARRAY(arena, uint32_t, columns->persons + 1); // code + 1 seen last
    uint8_t *different = ARENA_ARRAY(arena, uint8_t, columns->persons + 1);
    for (uint32_t code = 0; code < columns->codes; code++) {
        if (columns->code_medicine[code] == 0) continue;
        uint64_t from = 0;
        uint64_t to = 0;
        columns_range(columns, code, polypharmacy_after(as_at), as_at, &from, &to);
        for (uint64_t e = from; e < to; e++) {
            uint32_t person = columns->event_person[e];
            if (last[person] == code + 1) continue;
            last[person] = code + 1;
            if (different[person] < POLYPHARMACY_MEDICINES) different[person]++;
            if (different[person] == POLYPHARMACY_MEDICINES) {
                bits[person] |= UINT64_C(1) << DEFICIT_POLYPHARMACY;
            }
        }
    }
}

uint64_t *frailty_compute(const Columns *columns, Arena *arena, Date as_at)
{
    uint64_t *bits = ARENA_ARRAY(arena, uint64_t, columns->persons + 1);
    mark_coded(columns, as_at, bits);
    size_t count = 0;
    const ValueRule *rules = value_rules(columns_sets(columns), &count);
    for (size_t i = 0; i < count; i++) mark_rule(columns, &rules[i], as_at, bits);
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    mark_polypharmacy(columns, scratch, as_at, bits);
    return bits;
}

Str measured_text(Arena *arena, double value)
{
    if (fabs(value) < 10) return arena_fmt(arena, "%.3g", value);
    double tenths = round(value * 10) / 10;
    return tenths == floor(tenths) ? arena_fmt(arena, "%.0f", tenths)
                                   : arena_fmt(arena, "%.1f", tenths);
}

static void explain_value(const Columns *columns, uint32_t person, uint64_t event, uint32_t code,
                          Evidence *found)
{
    if (!columns_code_measured(columns, code)) return;
    size_t count = 0;
    const ValueRule *rules = value_rules(columns_sets(columns), &count);
    for (size_t i = 0; i < count; i++) {
        double value = 0;
        size_t codes = 0;
        const uint32_t *of = columns_measure_codes(columns, rules[i].measure, &codes);
        bool measures = false;
        for (size_t j = 0; j < codes; j++) measures = measures || of[j] == code;
        int deficit = deficit_of_set(columns, rules[i].set);
        if (measures && deficit >= 0 &&
            columns_value(columns, code, event, rules[i].measure, &value) &&
            value_rule_met(&rules[i], value, (RuleSex)columns->person.sex[person])) {
            found[deficit] = (Evidence){true, event, &rules[i]};
        }
    }
}

static void explain_code(const Columns *columns, uint64_t event, uint32_t code, Evidence *found)
{
    size_t count = 0;
    const uint16_t *in = columns_code_sets(columns, code, &count);
    for (int d = 0; count > 0 && d < DEFICITS_CODED; d++) {
        int set = columns_deficit_set(columns, d);
        for (size_t i = 0; i < count; i++) {
            if (in[i] == set) found[d] = (Evidence){true, event, NULL};
        }
    }
}

static Reason evidence_reason(const Columns *columns, Arena *arena, int deficit,
                              const Evidence *evidence)
{
    uint32_t code = columns_code_of(columns, evidence->event);
    size_t set = (size_t)columns_deficit_set(columns, deficit);
    Str one = code_set_at(columns_sets(columns), set)->one;
    Reason reason = {.code = arena_str(arena, columns_text(columns, columns->code_code[code])),
                     .on = columns_day(columns, evidence->event),
                     .depth = 1};
    double value = 0;
    if (evidence->rule != NULL &&
        columns_value(columns, code, evidence->event, evidence->rule->measure, &value)) {
        const Measure *measure = evidence->rule->measure;
        Str shown = measured_text(arena, value);
        reason.text =
            arena_fmt(arena, STR_FMT ": " STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(one),
                      STR_ARG(measure->label), STR_ARG(shown), STR_ARG(measure->units[0].unit));
    } else {
        Str term = columns_text(columns, columns->code_term[code]);
        reason.text = arena_fmt(arena, STR_FMT ": " STR_FMT, STR_ARG(one), STR_ARG(term));
    }
    return reason;
}

// Different medicine codes of one person in the window, and the latest day of one.
static int count_medicines(const Columns *columns, Arena *arena, uint32_t person, Date as_at,
                           Date *latest_out)
{
    Date after = polypharmacy_after(as_at);
    uint64_t own = columns->person_start[person + 1] - columns->person_start[person];
    uint32_t *seen = ARENA_ARRAY(arena, uint32_t, own + 1);
    size_t different = 0;
    for (uint64_t i = columns->person_start[person]; i < columns->person_start[person + 1]; i++) {
        uint64_t event = columns->person_events[i];
        Date on = columns_day(columns, event);
        uint32_t code = columns_code_of(columns, event);
        if (columns->code_medicine[code] == 0 || on.days <= after.days || on.days > as_at.days) {
            continue;
        }
        bool known = false;
        for (size_t j = 0; j < different; j++) known = known || seen[j] == code;
        if (!known) seen[different++] = code;
        *latest_out = on;
    }
    return (int)different;
}

void frailty_explain(const Columns *columns, Arena *arena, uint32_t person, Date as_at,
                     FrailtyIndex *out)
{
    Evidence found[DEFICITS_CODED] = {0};
    for (uint64_t i = columns->person_start[person]; i < columns->person_start[person + 1]; i++) {
        uint64_t event = columns->person_events[i];
        if (columns_day(columns, event).days > as_at.days) break;
        uint32_t code = columns_code_of(columns, event);
        explain_code(columns, event, code, found);
        explain_value(columns, person, event, code, found);
    }
    *out = (FrailtyIndex){.each = ARENA_ARRAY(arena, Reason, DEFICITS)};
    for (int d = 0; d < DEFICITS_CODED; d++) {
        if (!found[d].found) continue;
        out->each[out->each_count++] = evidence_reason(columns, arena, d, &found[d]);
    }
    Date latest = DATE_NONE;
    int medicines = count_medicines(columns, arena, person, as_at, &latest);
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
