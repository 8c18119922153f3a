// cohort_eval_cost.c -- what a rule costs, about, by how many events its codes have.
//
// For the order in which rules are asked, and whether of everybody or of few. Answers do not depend
// on it.
#include "insight/cohort/cohort_asked.h"

enum {
    COLUMN_NS = 10000,      // a rule about one column of everybody
    EACH_PERSON_NS = 30000, // something by person is written and read
    VALUE_NS = 500,         // the value of somebody's event is looked for among those of its code
};

static DayRange days_of(const Evaluation *e, const CohortRule *rule)
{
    Date after;
    Date until;
    rule_window_days(&rule->window, e->as_at, &after, &until);
    return day_range(after, until);
}

static bool walks_histories(RuleKind kind)
{
    return kind == RULE_CONDITIONS || kind == RULE_SCORE || kind == RULE_ACTIVATION ||
           (kind >= RULE_HAS && kind <= RULE_THEN);
}

static bool has_each_person(RuleKind kind)
{
    return walks_histories(kind) && kind != RULE_HAS && kind != RULE_HAS_NO;
}

static int64_t set_cost(const Evaluation *e, int set, DayRange days)
{
    return postings_cost(codes_of_set(e->columns, set).count, postings_of_set(e->columns, set),
                         days);
}

static int64_t conditions_cost(const Evaluation *e)
{
    const CodeSets *sets = e->columns->sets;
    DayRange days = day_range(DATE_NONE, e->as_at);
    int64_t cost = EACH_PERSON_NS;
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        if (set_is_condition(sets, s)) cost += set_cost(e, (int)s, days);
    }
    return cost;
}

static int64_t first_cost(const Evaluation *e, const Stripe *stripe, const CohortRule *rule)
{
    if (!walks_histories(rule->kind)) return COLUMN_NS;
    if (rule->kind == RULE_CONDITIONS) return conditions_cost(e);
    DayRange days = days_of(e, rule);
    int64_t cost = has_each_person(rule->kind) ? EACH_PERSON_NS : 0;
    bool of_sets = rule->kind == RULE_THEN || rule->measure == NULL;
    for (size_t s = 0; of_sets && s < rule->name_count; s++) {
        cost += set_cost(e, rule->sets[s], days);
    }
    const ColumnMeasure *measure = measure_of(e->columns, rule->measure);
    if (measure != NULL) cost += stripe_cost(stripe, measure->codes, days);
    return cost;
}

static void cost_rule(Evaluation *e, const Stripe *stripe, const CohortRule *rule)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        cost_rule(e, stripe, inner);
    }
    if (!rule_is_group(rule)) e->costs[rule->index] = first_cost(e, stripe, rule);
}

// Looking at the codes in every stripe would itself cost more than most rules do.
void rules_costed(Evaluation *e)
{
    const Columns *view = e->columns->view;
    e->costs = ARENA_ARRAY(e->arena, int64_t, (size_t)e->definition->rules);
    if (view->stripe_count > 0) cost_rule(e, view->stripes[0].stripe, e->definition->root);
}

// Other stripes are like the first, but for how many events they hold.
int64_t rule_cost(const Asked *a, const CohortRule *rule)
{
    int64_t first = a->e->columns->view->stripes[0].stripe->events;
    return a->e->costs[rule->index] * (a->of->stripe->events + 1) / (first + 1);
}

int64_t rule_cost_among(const Asked *a, const CohortRule *rule, int64_t people)
{
    if (!walks_histories(rule->kind)) return INT64_MAX;
    bool conditions = rule->kind == RULE_CONDITIONS;
    if (conditions && a->e->columns->conditions.bits == NULL) return INT64_MAX;
    if (a->e->by_history) return -1;
    DayRange days = conditions ? day_range(DATE_NONE, a->e->as_at) : days_of(a->e, rule);
    int64_t values = rule->measure == NULL ? 0 : people * VALUE_NS;
    return stripe_cost_among(a->of->stripe, people, days) + values;
}

int64_t rule_cost_only(const Asked *a, const CohortRule *rule, int64_t people)
{
    int64_t persons = a->of->stripe->persons;
    int64_t cost = rule_cost(a, rule);
    if (!has_each_person(rule->kind) || people >= persons) return cost;
    int64_t rest = EACH_PERSON_NS * (persons - people) / persons;
    return cost > rest ? cost - rest : 0;
}
