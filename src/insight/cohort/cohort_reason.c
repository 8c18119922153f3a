// cohort_reason.c -- why one person is listed: the facts behind each rule that is met.
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_frailty.h"

typedef struct Reasons {
    const Evaluation *e;
    uint32_t person;
    History history; // the person's
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
    const uint16_t *in = sets_of_code(r->e->columns, code, &count);
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
static bool latest_of_set(const Reasons *r, int set, uint32_t *place_out)
{
    for (uint32_t at = r->history.end; at > r->history.first; at--) {
        if (!in_set(r, history_code(&r->history, at - 1), set)) continue;
        if (history_day(&r->history, at - 1).days > r->e->as_at.days) continue;
        *place_out = at - 1;
        return true;
    }
    return false;
}

static void add_event(Reasons *r, int depth, int set, uint32_t place)
{
    const CohortColumns *columns = r->e->columns;
    uint32_t code = history_code(&r->history, place);
    Str one = code_set_at(columns->sets, (size_t)set)->one;
    Str term = code_term(columns, code);
    Str text = arena_fmt(r->e->arena, STR_FMT ": " STR_FMT, STR_ARG(one), STR_ARG(term));
    if (str_starts(term, one)) text = arena_str(r->e->arena, term);
    add(r, depth, text, arena_str(r->e->arena, code_text(columns, code)),
        history_day(&r->history, place));
}

static void reason_age(Reasons *r)
{
    Date born = {r->history.stripe->born[r->history.local]};
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
        const uint64_t *bits = frailty_bits(r->e->columns, r->e->arena, r->e->as_at);
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
static void latest_of_sets(const Reasons *r, uint32_t *places, bool *has)
{
    for (uint32_t at = r->history.first; at < r->history.end; at++) {
        if (history_day(&r->history, at).days > r->e->as_at.days) return;
        size_t count = 0;
        const uint16_t *in = sets_of_code(r->e->columns, history_code(&r->history, at), &count);
        for (size_t s = 0; s < count; s++) {
            places[in[s]] = at;
            has[in[s]] = true;
        }
    }
}

static void reason_conditions(Reasons *r)
{
    const CodeSets *sets = r->e->columns->sets;
    size_t head = r->count;
    int have = 0;
    uint32_t places[CODE_SETS_MAX];
    bool has[CODE_SETS_MAX] = {false};
    latest_of_sets(r, places, has);
    add(r, 0, STR(""), STR(""), DATE_NONE);
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        if (!has[s] || !str_starts(code_set_at(sets, s)->name, STR("ltc-"))) continue;
        if (r->depth == WITH_DETAILS) add_event(r, 1, (int)s, places[s]);
        have++;
    }
    if (head < r->max) r->out[head].text = arena_fmt(r->e->arena, "%d long-term conditions", have);
}

static void reason_has(Reasons *r, const CohortRule *rule)
{
    for (size_t s = 0; s < rule->name_count; s++) {
        uint32_t place = 0;
        if (!latest_of_set(r, rule->sets[s], &place)) continue;
        Date on = history_day(&r->history, place);
        Date after = date_add_months(r->e->as_at, -rule->months);
        if (rule->months == 0 || on.days > after.days) add_event(r, 0, rule->sets[s], place);
    }
}

static void reason_has_no(Reasons *r, const CohortRule *rule)
{
    Str words = rule_words(r->e->arena, r->e->columns->sets, rule);
    bool ever = false;
    for (size_t s = 0; s < rule->name_count; s++) {
        uint32_t place = 0;
        if (!latest_of_set(r, rule->sets[s], &place)) continue;
        ever = true;
        add(r, 0, arena_fmt(r->e->arena, STR_FMT "; the last record", STR_ARG(words)), STR(""),
            history_day(&r->history, place));
    }
    if (!ever) {
        add(r, 0, arena_fmt(r->e->arena, STR_FMT "; never recorded", STR_ARG(words)), STR(""),
            DATE_NONE);
    }
}

static void reason_count(Reasons *r, const CohortRule *rule)
{
    const CohortColumns *columns = r->e->columns;
    Date after = date_add_months(r->e->as_at, -rule->months);
    size_t head = r->count;
    int days = 0;
    Date last = DATE_NONE;
    add(r, 0, STR(""), STR(""), DATE_NONE);
    for (uint32_t at = r->history.first; at < r->history.end; at++) {
        Date on = history_day(&r->history, at);
        uint32_t code = history_code(&r->history, at);
        if (on.days <= after.days || on.days > r->e->as_at.days) continue;
        if (on.days == last.days || !in_any_set(r, code, rule)) continue;
        last = on;
        days++;
        if (r->depth == WITHOUT_DETAILS) continue;
        add(r, 1, arena_str(r->e->arena, code_term(columns, code)),
            arena_str(r->e->arena, code_text(columns, code)), on);
    }
    const CodeSet *set = code_set_at(columns->sets, (size_t)rule->sets[0]);
    if (head < r->max) {
        r->out[head].text = arena_fmt(r->e->arena, "%d " STR_FMT " in %d months", days,
                                      STR_ARG(set->many), rule->months);
    }
}

static bool measures(const CohortColumns *columns, const CohortRule *rule, uint32_t code)
{
    const ColumnMeasure *of = measure_of(columns, rule->measure);
    for (size_t i = 0; of != NULL && i < of->codes.count; i++) {
        if (of->codes.ids[i] == code) return true;
    }
    return false;
}

static void reason_latest(Reasons *r, const CohortRule *rule)
{
    const CohortColumns *columns = r->e->columns;
    bool found = false;
    Date on = DATE_NONE;
    double best = 0;
    uint32_t best_code = 0;
    for (uint32_t at = r->history.first; at < r->history.end; at++) {
        uint32_t code = history_code(&r->history, at);
        Date day = history_day(&r->history, at);
        double value = 0;
        if (!measures(columns, rule, code) || day.days > r->e->as_at.days ||
            !history_value(columns, &r->history, at, rule->measure, &value)) {
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
        arena_str(r->e->arena, code_text(columns, best_code)), on);
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
        add(r, 0, rule_words(r->e->arena, r->e->columns->sets, rule), STR(""), DATE_NONE);
        return;
    default: reason_event(r, rule); return;
    }
}

size_t evaluation_reasons(const Evaluation *e, uint32_t person, ReasonDepth depth, Reason *out,
                          size_t max)
{
    Reasons reasons = {.e = e, .person = person, .out = out, .max = max, .depth = depth};
    reasons.history = history_of(e->columns, person);
    reason_rule(&reasons, e->definition->root);
    return reasons.count;
}
