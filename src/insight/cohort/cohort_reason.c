// cohort_reason.c -- why one person is listed: the facts behind each rule that is met.
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_frailty.h"

typedef struct Reasons {
    const Evaluation *e;
    uint32_t person;
    Reason *out;
    size_t count, max;
    ReasonDepth depth;
} Reasons;

static void add(Reasons *r, int depth, Str text, Str code, Date on)
{
    if (depth > 0 && r->depth == WITHOUT_DETAILS) return;
    if (r->count < r->max) r->out[r->count++] = (Reason){text, code, on, depth};
}

static bool in_set(const Reasons *r, uint32_t code, int set)
{
    size_t count = 0;
    const uint16_t *in = columns_code_sets(r->e->columns, code, &count);
    for (size_t i = 0; i < count; i++) {
        if (in[i] == set) return true;
    }
    return false;
}

static bool in_any_set(const Reasons *r, uint32_t code, const CohortRule *rule)
{
    for (size_t s = 0; s < rule->name_count; s++) {
        if (in_set(r, code, rule->sets[s])) return true;
    }
    return false;
}

// The person's latest event of a set up to the as-at day; false when there is none.
static bool latest_of_set(const Reasons *r, int set, uint64_t *event_out)
{
    const Columns *columns = r->e->columns;
    uint64_t first = columns->person_start[r->person];
    for (uint64_t i = columns->person_start[r->person + 1]; i > first; i--) {
        uint64_t event = columns->person_events[i - 1];
        if (!in_set(r, columns_code_of(columns, event), set)) continue;
        if (columns_day(columns, event).days > r->e->as_at.days) continue;
        *event_out = event;
        return true;
    }
    return false;
}

static void add_event(Reasons *r, int depth, int set, uint64_t event)
{
    const Columns *columns = r->e->columns;
    uint32_t code = columns_code_of(columns, event);
    Str one = code_set_at(columns_sets(columns), (size_t)set)->one;
    Str term = columns_text(columns, columns->code_term[code]);
    Str text = arena_fmt(r->e->arena, STR_FMT ": " STR_FMT, STR_ARG(one), STR_ARG(term));
    if (str_starts(term, one)) text = arena_str(r->e->arena, term);
    add(r, depth, text, arena_str(r->e->arena, columns_text(columns, columns->code_code[code])),
        columns_day(columns, event));
}

static void reason_age(Reasons *r)
{
    Date born = {r->e->columns->person.born[r->person]};
    add(r, 0, arena_fmt(r->e->arena, "Aged %d", date_age_years(born, r->e->as_at)), STR(""),
        DATE_NONE);
}

static void add_frailty(Reasons *r, Str band, int deficits)
{
    Str text = arena_fmt(r->e->arena, STR_FMT " frailty: %d of %d deficits", STR_ARG(band),
                         deficits, DEFICITS);
    add(r, 0, text, STR(""), DATE_NONE);
}

static void reason_frailty(Reasons *r)
{
    if (r->depth == WITHOUT_DETAILS) {
        const uint64_t *bits = columns_frailty(r->e->columns, r->e->arena, r->e->as_at);
        int deficits = __builtin_popcountll(bits[r->person]);
        add_frailty(r, str_from_c(frailty_band_name(frailty_band(deficits))), deficits);
        return;
    }
    FrailtyIndex index;
    frailty_explain(r->e->columns, r->e->arena, r->person, r->e->as_at, &index);
    add_frailty(r, index.band, index.deficits);
    for (size_t i = 0; i < index.each_count; i++) {
        add(r, 1, index.each[i].text, index.each[i].code, index.each[i].on);
    }
}

// The person's latest event of every set at once, in one walk.
static void latest_of_sets(const Reasons *r, uint64_t *events, bool *has)
{
    const Columns *columns = r->e->columns;
    for (uint64_t i = columns->person_start[r->person]; i < columns->person_start[r->person + 1];
         i++) {
        uint64_t event = columns->person_events[i];
        size_t count = 0;
        const uint16_t *in = columns_code_sets(columns, columns_code_of(columns, event), &count);
        if (count == 0) continue; // most are in no set: their day is not looked up
        if (columns_day(columns, event).days > r->e->as_at.days) return;
        for (size_t s = 0; s < count; s++) {
            events[in[s]] = event;
            has[in[s]] = true;
        }
    }
}

static void reason_conditions(Reasons *r)
{
    const CodeSets *sets = columns_sets(r->e->columns);
    size_t head = r->count;
    int have = 0;
    uint64_t events[CODE_SETS_MAX];
    bool has[CODE_SETS_MAX] = {false};
    latest_of_sets(r, events, has);
    add(r, 0, STR(""), STR(""), DATE_NONE);
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        if (!has[s] || !str_starts(code_set_at(sets, s)->name, STR("ltc-"))) continue;
        if (r->depth == WITH_DETAILS) add_event(r, 1, (int)s, events[s]);
        have++;
    }
    if (head < r->max) r->out[head].text = arena_fmt(r->e->arena, "%d long-term conditions", have);
}

static void reason_has(Reasons *r, const CohortRule *rule)
{
    for (size_t s = 0; s < rule->name_count; s++) {
        uint64_t event = 0;
        if (!latest_of_set(r, rule->sets[s], &event)) continue;
        Date on = columns_day(r->e->columns, event);
        Date after = date_add_months(r->e->as_at, -rule->months);
        if (rule->months == 0 || on.days > after.days) add_event(r, 0, rule->sets[s], event);
    }
}

static void reason_has_no(Reasons *r, const CohortRule *rule)
{
    Str words = rule_words(r->e->arena, columns_sets(r->e->columns), rule);
    bool ever = false;
    for (size_t s = 0; s < rule->name_count; s++) {
        uint64_t event = 0;
        if (!latest_of_set(r, rule->sets[s], &event)) continue;
        ever = true;
        add(r, 0, arena_fmt(r->e->arena, STR_FMT "; the last record", STR_ARG(words)), STR(""),
            columns_day(r->e->columns, event));
    }
    if (!ever) {
        add(r, 0, arena_fmt(r->e->arena, STR_FMT "; never recorded", STR_ARG(words)), STR(""),
            DATE_NONE);
    }
}

static void reason_count(Reasons *r, const CohortRule *rule)
{
    const Columns *columns = r->e->columns;
    Date after = date_add_months(r->e->as_at, -rule->months);
    size_t head = r->count;
    int days = 0;
    Date last = DATE_NONE;
    add(r, 0, STR(""), STR(""), DATE_NONE);
    for (uint64_t i = columns->person_start[r->person]; i < columns->person_start[r->person + 1];
         i++) {
        uint64_t event = columns->person_events[i];
        Date on = columns_day(columns, event);
        uint32_t code = columns_code_of(columns, event);
        if (on.days <= after.days || on.days > r->e->as_at.days) continue;
        if (on.days == last.days || !in_any_set(r, code, rule)) continue;
        last = on;
        days++;
        if (r->depth == WITHOUT_DETAILS) continue;
        add(r, 1, arena_str(r->e->arena, columns_text(columns, columns->code_term[code])),
            arena_str(r->e->arena, columns_text(columns, columns->code_code[code])), on);
    }
    const CodeSet *set = code_set_at(columns_sets(columns), (size_t)rule->sets[0]);
    if (head < r->max) {
        r->out[head].text = arena_fmt(r->e->arena, "%d " STR_FMT " in %d months", days,
                                      STR_ARG(set->many), rule->months);
    }
}

static void reason_latest(Reasons *r, const CohortRule *rule)
{
    const Columns *columns = r->e->columns;
    size_t count = 0;
    const uint32_t *codes = columns_measure_codes(columns, rule->measure, &count);
    bool found = false;
    Date on = DATE_NONE;
    double best = 0;
    uint32_t best_code = 0;
    for (uint64_t i = columns->person_start[r->person]; i < columns->person_start[r->person + 1];
         i++) {
        uint64_t event = columns->person_events[i];
        uint32_t code = columns_code_of(columns, event);
        Date day = columns_day(columns, event);
        bool measures = false;
        double value = 0;
        for (size_t j = 0; j < count; j++) measures = measures || codes[j] == code;
        if (!measures || day.days > r->e->as_at.days ||
            !columns_value(columns, code, event, rule->measure, &value)) {
            continue;
        }
        if (found && day.days == on.days && value <= best) continue;
        found = true;
        on = day;
        best = value;
        best_code = code;
    }
    if (!found) return;
    Str shown = measured_text(r->e->arena, best);
    add(r, 0,
        arena_fmt(r->e->arena, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(rule->measure->label),
                  STR_ARG(shown), STR_ARG(rule->measure->units[0].unit)),
        arena_str(r->e->arena, columns_text(columns, columns->code_code[best_code])), on);
}

static void reason_day(Reasons *r, int32_t day, const char *with, const char *without)
{
    bool has = day != INT32_MIN;
    add(r, 0, str_from_c(has ? with : without), STR(""), has ? (Date){day} : DATE_NONE);
}

// Rules that one event or value makes true.
static void reason_event(Reasons *r, const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_HAS: reason_has(r, rule); return;
    case RULE_HAS_NO: reason_has_no(r, rule); return;
    case RULE_COUNT: reason_count(r, rule); return;
    case RULE_CONDITIONS: reason_conditions(r); return;
    case RULE_FRAILTY: reason_frailty(r); return;
    default: reason_latest(r, rule); return;
    }
}

static void reason_rule(Reasons *r, const CohortRule *rule)
{
    if (!bit_on(r->e->truths[rule->index].met, r->person)) return;
    switch (rule->kind) {
    case RULE_ALL:
    case RULE_ANY:
        for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
            reason_rule(r, inner);
        }
        return;
    case RULE_AGE_AT_LEAST:
    case RULE_AGE_UNDER: reason_age(r); return;
    case RULE_NO_CONTACT:
        reason_day(r, r->e->facts.contact_last[r->person], "Last contact recorded here",
                   "No contact recorded here");
        return;
    case RULE_NO_PLAN:
        reason_day(r, r->e->facts.plan_until[r->person], "Plan was in date until",
                   "No plan agreed");
        return;
    case RULE_NONE:
    case RULE_REGISTERED:
    case RULE_PRACTICE:
    case RULE_NOT_ON_CASELOAD:
        add(r, 0, rule_words(r->e->arena, columns_sets(r->e->columns), rule), STR(""), DATE_NONE);
        return;
    default: reason_event(r, rule); return;
    }
}

size_t evaluation_reasons(const Evaluation *e, uint32_t person, ReasonDepth depth, Reason *out,
                          size_t max)
{
    Reasons reasons = {.e = e, .person = person, .out = out, .max = max, .depth = depth};
    reason_rule(&reasons, e->definition->root);
    return reasons.count;
}
