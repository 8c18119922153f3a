// cohort_stages.c -- who is left after each rule of a run.
#include "insight/cohort/cohort_eval.h"

CohortStages cohort_stages(Ctx *c, const CohortRun *run)
{
    const Evaluation *e = run->evaluation;
    assert(e != NULL);
    const CohortRule *root = e->definition->root;
    size_t rules = 1;
    if (root->kind == RULE_ALL) {
        rules = 0;
        for (const CohortRule *rule = root->first; rule != NULL; rule = rule->next) rules++;
    }
    CohortStages out = {.words = e->words,
                        .bits = ARENA_ARRAY(c->arena, const uint64_t *, rules + 1),
                        .texts = ARENA_ARRAY(c->arena, Str, rules + 1)};
    out.bits[0] = run->asked_of;
    out.texts[0] = STR("Registered with the network's practices");
    out.count = 1;
    for (const CohortRule *rule = root->kind == RULE_ALL ? root->first : root;
         rule != NULL && out.count <= rules; rule = rule->next) {
        uint64_t *left = ARENA_ARRAY(c->arena, uint64_t, e->words + 1);
        for (size_t w = 0; w < e->words; w++) {
            left[w] = out.bits[out.count - 1][w] & e->truths[rule->index].met[w];
        }
        out.bits[out.count] = left;
        out.texts[out.count++] = rule_words(c->arena, e->columns->sets, rule);
    }
    return out;
}

int64_t cohort_number(const CohortRun *run, PersonId person)
{
    return columns_number(run->evaluation->columns->view, person);
}

bool cohort_same_numbers(const CohortRun *a, const CohortRun *b)
{
    return a->evaluation->columns == b->evaluation->columns;
}
