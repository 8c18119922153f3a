// cohort_reason.c -- why one person is listed: the facts behind each rule that is met.
#include "core/html.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_one.h"
#include "insight/cohort/cohort_score.h"
#include "insight/population/population.h"

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
    if (r->count < r->max) r->out[r->count++] = (Reason){text, code, on, depth, false, NULL};
}

static void add_decile(Reasons *r, Str text)
{
    if (r->count < r->max) r->out[r->count++] = (Reason){text, STR(""), DATE_NONE, 0, true, NULL};
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

static bool in_window(const Reasons *r, const RuleWindow *window, uint32_t place)
{
    Date after;
    Date until;
    rule_window_days(window, r->e->as_at, &after, &until);
    Date on = history_day(&r->history, place);
    return on.days > after.days && on.days <= until.days;
}

// The person's latest event of a set in the window; false when there is none.
static bool latest_of_set(const Reasons *r, int set, const RuleWindow *window, uint32_t *place_out)
{
    for (uint32_t at = r->history.end; at > r->history.first; at--) {
        if (!in_set(r, history_code(&r->history, at - 1), set)) continue;
        if (!in_window(r, window, at - 1)) continue;
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

static void reason_birthday(Reasons *r)
{
    Date born = {r->history.stripe->born[r->history.local]};
    if (date_is_none(born)) return;
    add(r, 0, arena_fmt(r->e->arena, "Born on " STR_FMT, STR_ARG(date_long(r->e->arena, born))),
        STR(""), DATE_NONE);
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
        int deficits = evaluation_deficits(r->e, r->person);
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
    if (head < r->max) {
        r->out[head].text =
            html_count_of(r->e->arena, have, "long-term condition", "long-term conditions");
    }
}

static void reason_has(Reasons *r, const CohortRule *rule)
{
    for (size_t s = 0; s < rule->name_count; s++) {
        uint32_t place = 0;
        if (!latest_of_set(r, rule->sets[s], &rule->window, &place)) continue;
        add_event(r, 0, rule->sets[s], place);
    }
}

static void reason_has_no(Reasons *r, const CohortRule *rule)
{
    static const RuleWindow EVER = {.kind = WINDOW_EVER};
    Str words = rule_words(r->e->arena, r->e->columns->sets, rule);
    bool ever = false;
    for (size_t s = 0; s < rule->name_count; s++) {
        uint32_t place = 0;
        if (!latest_of_set(r, rule->sets[s], &EVER, &place)) continue;
        ever = true;
        add(r, 0, arena_fmt(r->e->arena, STR_FMT "; the last record", STR_ARG(words)), STR(""),
            history_day(&r->history, place));
    }
    if (!ever) {
        add(r, 0, arena_fmt(r->e->arena, STR_FMT "; never recorded", STR_ARG(words)), STR(""),
            DATE_NONE);
    }
}

static void add_place(Reasons *r, int depth, uint32_t place)
{
    const CohortColumns *columns = r->e->columns;
    uint32_t code = history_code(&r->history, place);
    add(r, depth, arena_str(r->e->arena, code_term(columns, code)),
        arena_str(r->e->arena, code_text(columns, code)), history_day(&r->history, place));
}

// Whether this event is one more of what the rule counts: another day, or another code.
static bool is_another(const Reasons *r, const CohortRule *rule, uint32_t place)
{
    uint32_t at = place;
    while (at > r->history.first) {
        at--;
        bool same = rule->kind == RULE_COUNT
                        ? history_day(&r->history, at).days == history_day(&r->history, place).days
                        : history_code(&r->history, at) == history_code(&r->history, place);
        if (same && in_window(r, &rule->window, at) &&
            in_any_set(r, history_code(&r->history, at), rule)) {
            return false;
        }
    }
    return true;
}

// "1 fall or fragility fracture", "2 different falls or fragility fractures".
static Str counted_what(const Reasons *r, const CohortRule *rule, int count)
{
    Arena *arena = r->e->arena;
    bool different = rule->kind == RULE_COUNT_CODES && count != 1;
    Str text = arena_fmt(arena, "%d%s", count, different ? " different" : "");
    for (size_t s = 0; s < rule->name_count; s++) {
        const CodeSet *set = code_set_at(r->e->columns->sets, (size_t)rule->sets[s]);
        Str what = count == 1 ? set->single : set->many;
        text = arena_fmt(arena, STR_FMT "%s" STR_FMT, STR_ARG(text), s == 0 ? " " : " or ",
                         STR_ARG(what));
    }
    return text;
}

static Str counted_words(const Reasons *r, const CohortRule *rule, int count)
{
    const RuleWindow *window = &rule->window;
    Str what = counted_what(r, rule, count);
    if (window->kind == WINDOW_WITHIN && !window->days && window->n > 1) {
        return arena_fmt(r->e->arena, STR_FMT " in %d months", STR_ARG(what), window->n);
    }
    Str within = rule_window_words(r->e->arena, rule);
    return arena_fmt(r->e->arena, STR_FMT STR_FMT, STR_ARG(what), STR_ARG(within));
}

static void reason_count(Reasons *r, const CohortRule *rule)
{
    size_t head = r->count;
    int count = 0;
    add(r, 0, STR(""), STR(""), DATE_NONE);
    for (uint32_t at = r->history.first; at < r->history.end; at++) {
        if (!in_any_set(r, history_code(&r->history, at), rule)) continue;
        if (!in_window(r, &rule->window, at) || !is_another(r, rule, at)) continue;
        count++;
        add_place(r, 1, at);
    }
    if (head < r->max) r->out[head].text = counted_words(r, rule, count);
}

static bool measures(const CohortColumns *columns, const CohortRule *rule, uint32_t code)
{
    const ColumnMeasure *of = measure_of(columns, rule->measure);
    for (size_t i = 0; of != NULL && i < of->codes.count; i++) {
        if (of->codes.ids[i] == code) return true;
    }
    return false;
}

typedef struct Best { // the value that a rule picks
    bool found;
    Date on;
    double value;
    uint32_t code;
} Best;

// Of two on one day the higher; of two equally high or low the later.
static bool is_better(RulePick pick, const Best *best, Date on, double value)
{
    if (pick == HIGHEST_VALUE) return value >= best->value;
    if (pick == LOWEST_VALUE) return value <= best->value;
    if (on.days == best->on.days) return value > best->value;
    return pick == LATEST_VALUE;
}

static Best best_of(const Reasons *r, const CohortRule *rule, RulePick pick)
{
    Best best = {.on = DATE_NONE};
    for (uint32_t at = r->history.first; at < r->history.end; at++) {
        uint32_t code = history_code(&r->history, at);
        double value = 0;
        if (!measures(r->e->columns, rule, code) || !in_window(r, &rule->window, at) ||
            !history_value(r->e->columns, &r->history, at, rule->measure, &value)) {
            continue;
        }
        Date on = history_day(&r->history, at);
        if (!best.found || is_better(pick, &best, on, value)) best = (Best){true, on, value, code};
    }
    return best;
}

static bool is_imported_score(const Measure *measure)
{
    return measure->count > 0 && str_eq(measure->rows[0].system, STR(SCORE_SYSTEM));
}

static void add_best(Reasons *r, int depth, const CohortRule *rule, const Best *best)
{
    size_t at = r->count;
    Str shown = measured_text(r->e->arena, best->value);
    add(r, depth,
        arena_fmt(r->e->arena, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(rule->measure->label),
                  STR_ARG(shown), STR_ARG(rule->measure->units[0].unit)),
        arena_str(r->e->arena, code_text(r->e->columns, best->code)), best->on);
    if (r->count == at || !is_imported_score(rule->measure)) return;
    double *score = ARENA_NEW(r->e->arena, double);
    *score = best->value;
    r->out[at].score = score;
}

static void reason_value(Reasons *r, const CohortRule *rule)
{
    Best best = best_of(r, rule, (RulePick)rule->pick);
    if (best.found) add_best(r, 0, rule, &best);
}

static void reason_activation(Reasons *r, const CohortRule *rule)
{
    Best best = best_of(r, rule, LATEST_VALUE);
    if (!best.found) return;
    Str level = measured_text(r->e->arena, best.value);
    add(r, 0, arena_fmt(r->e->arena, "Activation level " STR_FMT, STR_ARG(level)),
        arena_str(r->e->arena, code_text(r->e->columns, best.code)), best.on);
}

static void reason_score(Reasons *r, const CohortRule *rule)
{
    Str name = score_label(rule->kind);
    ScoreLines score;
    score_explain(r->e->columns, r->e->arena, r->person, rule->score, r->e->as_at, &score);
    Str points = points_text(r->e->arena, score.points);
    add(r, 0, arena_fmt(r->e->arena, STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(points)), STR(""),
        DATE_NONE);
    for (size_t i = 0; i < score.count; i++) {
        add(r, 1, score.lines[i].text, score.lines[i].code, score.lines[i].on);
    }
}

static void reason_change(Reasons *r, const CohortRule *rule)
{
    Best first = best_of(r, rule, EARLIEST_VALUE);
    Best last = best_of(r, rule, LATEST_VALUE);
    if (!first.found || !last.found) return;
    add(r, 0, rule_words(r->e->arena, r->e->columns->sets, rule), STR(""), DATE_NONE);
    add_best(r, 1, rule, &first);
    add_best(r, 1, rule, &last);
}

// The first two events that make the sequence.
static void reason_then(Reasons *r, const CohortRule *rule)
{
    add(r, 0, rule_words(r->e->arena, r->e->columns->sets, rule), STR(""), DATE_NONE);
    for (uint32_t at = r->history.first; at < r->history.end; at++) {
        if (!in_set(r, history_code(&r->history, at), rule->sets[0])) continue;
        if (!in_window(r, &rule->window, at)) continue;
        for (uint32_t next = at + 1; next < r->history.end; next++) {
            int32_t days = history_day(&r->history, next).days - history_day(&r->history, at).days;
            if (days > rule->days) break;
            if (days < 1 || !in_set(r, history_code(&r->history, next), rule->sets[1])) continue;
            if (!in_window(r, &rule->window, next)) continue;
            add_place(r, 1, at);
            add_place(r, 1, next);
            return;
        }
    }
}

static void reason_day(Reasons *r, int32_t day, const char *with, const char *without)
{
    bool has = day != INT32_MIN;
    add(r, 0, str_from_c(has ? with : without), STR(""), has ? (Date){day} : DATE_NONE);
}

static void reason_plan(Reasons *r, int32_t until)
{
    Str text = STR("No plan agreed");
    if (until != INT32_MIN) {
        text = arena_fmt(r->e->arena, "Plan %s date until " STR_FMT,
                         until < r->e->as_at.days ? "was in" : "in",
                         STR_ARG(date_long(r->e->arena, (Date){until})));
    }
    add(r, 0, text, STR(""), DATE_NONE);
}

static bool reason_of_score(Reasons *r, const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_CONDITIONS: reason_conditions(r); return true;
    case RULE_FRAILTY:
    case RULE_DEFICITS: reason_frailty(r); return true;
    case RULE_ACTIVATION: reason_activation(r, rule); return true;
    default: break;
    }
    if (rule->score == NULL) return false;
    reason_score(r, rule);
    return true;
}

// Rules that events or values make true; false: another kind.
static bool reason_event(Reasons *r, const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_HAS: reason_has(r, rule); return true;
    case RULE_HAS_NO: reason_has_no(r, rule); return true;
    case RULE_COUNT:
    case RULE_COUNT_CODES: reason_count(r, rule); return true;
    case RULE_SCORE:
    case RULE_VALUE: reason_value(r, rule); return true;
    case RULE_CHANGE: reason_change(r, rule); return true;
    case RULE_THEN: reason_then(r, rule); return true;
    default: return reason_of_score(r, rule);
    }
}

// Another cohort is a reason; the facts behind it are details.
static void reason_cohort(Reasons *r, const CohortRule *rule)
{
    const Evaluation *of = evaluation_used(r->e, rule->names[0]);
    add(r, 0,
        arena_fmt(r->e->arena, "%s: " STR_FMT,
                  rule->kind == RULE_COHORT ? "In the cohort" : "Not in the cohort",
                  STR_ARG(of->definition->name)),
        STR(""), DATE_NONE);
    if (rule->kind == RULE_NOT_COHORT || r->depth == WITHOUT_DETAILS) return;
    Reason *facts = ARENA_ARRAY(r->e->arena, Reason, COHORT_REASONS_MAX);
    size_t count = evaluation_reasons(of, r->person, WITHOUT_DETAILS, facts, COHORT_REASONS_MAX);
    for (size_t i = 0; i < count; i++) add(r, 1, facts[i].text, facts[i].code, facts[i].on);
}

static void reason_single(Reasons *r, const CohortRule *rule)
{
    const CaseloadFacts *facts = &r->e->facts;
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST:
    case RULE_AGE_UNDER:
    case RULE_AGE_BETWEEN: reason_age(r); return;
    case RULE_BIRTHDAY: reason_birthday(r); return;
    case RULE_CONTACT:
    case RULE_NO_CONTACT:
        reason_day(r, facts->contact_last[r->person], "Last contact recorded here",
                   "No contact recorded here");
        return;
    case RULE_PLAN:
    case RULE_NO_PLAN: reason_plan(r, facts->plan_until[r->person]); return;
    case RULE_OPEN_REFERRAL:
        reason_day(r, facts->referral_since[r->person], "Open referral, sent",
                   "No open referral recorded here");
        return;
    case RULE_COHORT:
    case RULE_NOT_COHORT: reason_cohort(r, rule); return;
    case RULE_DEPRIVATION:
        add_decile(r, rule_words(r->e->arena, r->e->columns->sets, rule));
        return;
    default:
        add(r, 0, rule_words(r->e->arena, r->e->columns->sets, rule), STR(""), DATE_NONE);
        return;
    }
}

static void reason_rule(Reasons *r, const CohortRule *rule)
{
    if (!bit_on(r->e->truths[rule->index].met, r->person)) return;
    if (rule->kind == RULE_ALL || rule->kind == RULE_ANY || rule->kind == RULE_SOME) {
        for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
            reason_rule(r, inner);
        }
        return;
    }
    if (!reason_event(r, rule)) reason_single(r, rule);
}

size_t evaluation_reasons(const Evaluation *e, uint32_t person, ReasonDepth depth, Reason *out,
                          size_t max)
{
    Reasons reasons = {.e = e, .person = person, .out = out, .max = max, .depth = depth};
    reasons.history = history_of(e->columns, person);
    reason_rule(&reasons, e->definition->root);
    return reasons.count;
}

// ---- what each rule says of one person, met or not

static const RuleWindow AT_ANY_TIME = {.kind = WINDOW_EVER};

// What was recorded of sets at a time that the rule does not ask about.
static void told_other_times(Reasons *r, const CohortRule *rule)
{
    bool ever = false;
    for (size_t s = 0; s < rule->name_count; s++) {
        uint32_t place = 0;
        if (!latest_of_set(r, rule->sets[s], &AT_ANY_TIME, &place)) continue;
        ever = true;
        add_event(r, 0, rule->sets[s], place);
    }
    if (!ever) add(r, 0, STR("Never recorded"), STR(""), DATE_NONE);
}

static void told_has(Reasons *r, const CohortRule *rule)
{
    size_t before = r->count;
    reason_has(r, rule);
    if (r->count == before) {
        told_other_times(r, rule);
        return;
    }
    uint32_t place = 0;
    if (rule->ended == 0 || !latest_of_set(r, rule->ended - 1, &AT_ANY_TIME, &place)) return;
    add_event(r, 0, rule->ended - 1, place);
}

static void told_value(Reasons *r, const CohortRule *rule)
{
    size_t before = r->count;
    reason_value(r, rule);
    if (r->count > before) return;
    CohortRule any_time = *rule;
    any_time.window = AT_ANY_TIME;
    Best best = best_of(r, &any_time, LATEST_VALUE);
    if (best.found) {
        add_best(r, 0, rule, &best);
    } else {
        add(r, 0, STR("No value is recorded that can be compared"), STR(""), DATE_NONE);
    }
}

static void told_change(Reasons *r, const CohortRule *rule)
{
    Best first = best_of(r, rule, EARLIEST_VALUE);
    Best last = best_of(r, rule, LATEST_VALUE);
    if (first.found) add_best(r, 0, rule, &first);
    if (last.found && last.on.days != first.on.days) {
        add_best(r, 0, rule, &last);
    } else {
        add(r, 0, STR("No second value on another day"), STR(""), DATE_NONE);
    }
}

static bool told_event(Reasons *r, const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_HAS: told_has(r, rule); return true;
    case RULE_HAS_NO: reason_has(r, rule); return true;
    case RULE_SCORE:
    case RULE_VALUE: told_value(r, rule); return true;
    case RULE_ACTIVATION:
        if (!best_of(r, rule, LATEST_VALUE).found) {
            add(r, 0, STR("No level is recorded"), STR(""), DATE_NONE);
        }
        reason_activation(r, rule);
        return true;
    case RULE_CHANGE: told_change(r, rule); return true;
    case RULE_THEN: told_other_times(r, rule); return true;
    default: return reason_event(r, rule);
    }
}

static void told_sex(Reasons *r, uint8_t sex)
{
    if (sex == 0) return;
    add(r, 0, sex == RULE_MALE ? STR("Male") : STR("Female"), STR(""), DATE_NONE);
}

static void told_person(Reasons *r, const CohortRule *rule)
{
    const Stripe *stripe = r->history.stripe;
    uint32_t local = r->history.local;
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST:
    case RULE_AGE_UNDER:
    case RULE_AGE_BETWEEN:
        if (stripe->born[local] != DATE_NONE.days) reason_age(r);
        return;
    case RULE_BIRTHDAY: reason_birthday(r); return;
    case RULE_SEX: told_sex(r, stripe->sex[local]); return;
    case RULE_DEPRIVATION:
        if (stripe->imd[local] == 0) return;
        add_decile(r, arena_fmt(r->e->arena, "Decile %d, of which 1 is the most deprived",
                                stripe->imd[local]));
        return;
    case RULE_CONTACT:
    case RULE_NO_CONTACT:
    case RULE_PLAN:
    case RULE_NO_PLAN:
    case RULE_OPEN_REFERRAL: reason_single(r, rule); return;
    default: return; // the rule's own words say all
    }
}

static void told_single(Reasons *r, const CohortRule *rule, bool met)
{
    bool cohort = rule->kind == RULE_COHORT || rule->kind == RULE_NOT_COHORT;
    if (cohort && met) {
        reason_cohort(r, rule);
    } else {
        told_person(r, rule);
    }
}

static RuleAnswer answer_of(const Evaluation *e, const CohortRule *rule, uint32_t person)
{
    const RuleBits *truth = &e->truths[rule->index];
    return bit_on(truth->met, person)       ? ANSWER_MET
           : bit_on(truth->unknown, person) ? ANSWER_NOT_RECORDED
                                            : ANSWER_NOT_MET;
}

typedef struct Telling {
    const Evaluation *e;
    uint32_t person;
    RuleTold *out;
    size_t count, max;
} Telling;

static void tell(Telling *t, const CohortRule *rule, int depth)
{
    if (t->count == t->max) return;
    RuleTold *told = &t->out[t->count++];
    *told = (RuleTold){.rule = rule, .depth = depth, .answer = answer_of(t->e, rule, t->person)};
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        tell(t, inner, depth + 1);
    }
    if (rule_is_group(rule)) return;
    Reasons r = {.e = t->e, .person = t->person, .max = RULE_FACTS_MAX, .depth = WITH_DETAILS};
    r.out = ARENA_ARRAY(t->e->arena, Reason, RULE_FACTS_MAX);
    r.history = history_of(t->e->columns, t->person);
    bool met = told->answer == ANSWER_MET;
    if (!(met ? reason_event : told_event)(&r, rule)) told_single(&r, rule, met);
    told->facts = r.out;
    told->fact_count = r.count;
}

size_t evaluation_told(const Evaluation *e, uint32_t person, RuleTold *out, size_t max)
{
    Telling t = {.e = e, .person = person, .out = out, .max = max};
    const CohortRule *root = e->definition->root;
    if (root->kind != RULE_ALL) tell(&t, root, 0);
    if (root->kind != RULE_ALL) return t.count;
    for (const CohortRule *rule = root->first; rule != NULL; rule = rule->next) {
        tell(&t, rule, 0);
    }
    return t.count;
}
