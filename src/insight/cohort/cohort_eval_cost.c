// cohort_eval_cost.c -- what a rule costs, about, by how many events its codes have.
//
// For the order in which rules are asked, and whether of everybody or of few. Answers do not depend
// on it.
#include "insight/cohort/cohort_asked.h"

enum {
    COLUMN_NS = 10000,      // a rule about one column of everybody
    EACH_PERSON_NS = 30000, // something by person is written and read
};

static DayRange days_of(const Asked *a, const CohortRule *rule)
{
    Date after;
    Date until;
    rule_window_days(&rule->window, a->e->as_at, &after, &until);
    return day_range(after, until);
}

static int64_t conditions_cost(const Asked *a)
{
    const CohortColumns *columns = a->e->columns;
    DayRange days = day_range(DATE_NONE, a->e->as_at);
    int64_t cost = 0;
    for (size_t s = 0; s < code_sets_count(columns->sets); s++) {
        if (!set_is_condition(columns->sets, s)) continue;
        cost += stripe_cost(a->of->stripe, codes_of_set(columns, (int)s), days);
    }
    return cost;
}

static bool walks_histories(RuleKind kind)
{
    return kind == RULE_CONDITIONS || kind == RULE_SCORE || kind == RULE_ACTIVATION ||
           (kind >= RULE_HAS && kind <= RULE_THEN);
}

int64_t rule_cost(const Asked *a, const CohortRule *rule)
{
    if (!walks_histories(rule->kind)) return COLUMN_NS;
    if (rule->kind == RULE_CONDITIONS) return conditions_cost(a);
    DayRange days = days_of(a, rule);
    int64_t cost = rule->kind == RULE_HAS || rule->kind == RULE_HAS_NO ? 0 : EACH_PERSON_NS;
    bool of_sets = rule->kind == RULE_THEN || rule->measure == NULL;
    for (size_t s = 0; of_sets && s < rule->name_count; s++) {
        CodeList codes = codes_of_set(a->e->columns, rule->sets[s]);
        cost += stripe_cost(a->of->stripe, codes, days);
    }
    const ColumnMeasure *measure = measure_of(a->e->columns, rule->measure);
    if (measure != NULL) cost += stripe_cost(a->of->stripe, measure->codes, days);
    return cost;
}

int64_t rule_cost_among(const Asked *a, const CohortRule *rule, int64_t people)
{
    if (!walks_histories(rule->kind)) return INT64_MAX;
    if (rule->kind == RULE_CONDITIONS) {
        if (a->e->columns->conditions.bits == NULL) return INT64_MAX;
        if (a->e->by_history) return -1;
        return stripe_cost_among(a->of->stripe, people, day_range(DATE_NONE, a->e->as_at));
    }
    if (a->e->by_history) return -1;
    return stripe_cost_among(a->of->stripe, people, days_of(a, rule));
}
