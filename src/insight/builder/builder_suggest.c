// builder_suggest.c -- see builder_suggest.h. A candidate is a rule's text: the text's reader
// decides alone what it means, as of what people type.
#include "insight/builder/builder_suggest.h"

#include "core/html.h"

#include <math.h>

enum {
    CANDIDATES_MAX = 8,
    CAUSES_MAX = 2, // rules that are looked at: those that do most of it for some group
    MORE_MIN = 5,   // people of the group
};
static const double GAP_CLOSED = 0.25; // of what is missing, at least
static const double LOOSER = 0.9;      // of a measured value's threshold

// Signs of need that do not hang on being seen by one service alone. They stand beside a rule about
// the record, never in its place.
static const struct {
    RuleKind kind;
    const char *rule;
} SIGNS[] = {
    {RULE_FRAILTY, "frailty moderate or severe"},
    {RULE_CONDITIONS, "conditions at least 3"},
    {RULE_CHARLSON, "charlson at least 3"},
    {RULE_VALUE, "latest hba1c over 58 mmol/mol within 24 months"},
};

typedef struct Candidate {
    Str rule;
    bool beside; // the rule or this one; else in its place
} Candidate;

typedef struct Best { // for one group
    const Candidate *candidate;
    double ratio;
    int64_t found, all;
    Str expected;
} Best;

// ---- a rule and its looser forms

// The one rule of a text. NULL: it cannot be read.
static CohortRule *rule_read(Ctx *c, Str text)
{
    Definition *read = ARENA_NEW(c->arena, Definition);
    Str why = STR("");
    Str whole = arena_fmt(
        c->arena, "cohort a\nname A\npurpose B\nowner C\noffer plan\n\nall\n  " STR_FMT "\n",
        STR_ARG(text));
    size_t at = 0;
    if (str_find(text, STR("\n"), &at)) return NULL;
    if (definition_read(c->arena, cohort_sets(c), whole, read, &why) != ERR_OK) return NULL;
    CohortRule *rule = read->root->first;
    return rule->next == NULL && !rule_is_group(rule) ? rule : NULL;
}

static bool widen_window(RuleWindow *window)
{
    if (window->kind != WINDOW_WITHIN) return false;
    window->n *= 2;
    return window->n <= (window->days ? RULE_DAYS_MAX : RULE_MONTHS_MAX);
}

static bool fewer(int *count)
{
    *count -= 1;
    return *count >= 1;
}

static bool lower(double *value)
{
    *value = floor(*value * LOOSER * 100) / 100;
    return *value > 0;
}

static bool milder(CohortRule *rule)
{
    unsigned lowest = rule->bands & -rule->bands;
    if (lowest <= 1U << (FRAILTY_FIT + 1)) return false; // mild already, or fit
    rule->bands |= lowest >> 1;
    return true;
}

static bool loosen_value(CohortRule *rule)
{
    bool whole = floor(rule->value) == rule->value;
    double value = rule->value * LOOSER;
    if (rule->compare == COMPARE_UNDER || rule->compare == COMPARE_AT_MOST) {
        value = rule->value / LOOSER;
    } else if (rule->compare == COMPARE_BETWEEN) {
        return false;
    }
    rule->value = whole ? round(value) : round(value * 100) / 100;
    return true;
}

// Makes the copy of a rule a little looser. False: it has no looser form.
static bool loosen(CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_FRAILTY: return milder(rule);
    case RULE_DEFICITS:
    case RULE_CONDITIONS:
    case RULE_CHARLSON:
    case RULE_CHARLSON_2011:
    case RULE_COUNT:
    case RULE_COUNT_CODES: return fewer(&rule->count);
    case RULE_CAMBRIDGE:
    case RULE_SCORE: return lower(&rule->value);
    case RULE_HAS: return widen_window(&rule->window);
    case RULE_VALUE: return loosen_value(rule);
    case RULE_CONTACT: rule->months *= 2; return rule->months <= RULE_MONTHS_MAX;
    case RULE_NO_CONTACT:
    case RULE_REGISTERED_FOR: rule->months /= 2; return rule->months >= 1;
    default: return false;
    }
}

static void add_candidate(Candidate *list, size_t *count, Str rule, bool beside)
{
    if (*count < CANDIDATES_MAX) list[(*count)++] = (Candidate){rule, beside};
}

static size_t candidates_of(Ctx *c, const Definition *definition, const CohortRule *rule,
                            Candidate *list)
{
    size_t count = 0;
    CohortRule looser = *rule;
    if (loosen(&looser)) add_candidate(list, &count, rule_text(c->arena, &looser), false);
    looser = *rule;
    bool counted = rule->kind == RULE_COUNT || rule->kind == RULE_COUNT_CODES;
    if ((counted || rule->kind == RULE_VALUE) && widen_window(&looser.window)) {
        add_candidate(list, &count, rule_text(c->arena, &looser), false);
    }
    bool of_record = rule->kind >= RULE_FRAILTY && rule->kind <= RULE_THEN;
    for (size_t i = 0; of_record && i < COUNT_OF(SIGNS); i++) {
        if (rule_asks(definition->root, SIGNS[i].kind)) continue;
        add_candidate(list, &count, str_from_c(SIGNS[i].rule), true);
    }
    return count;
}

// ---- writing one

static bool write_at(Ctx *c, BuilderForm *form, size_t at, const Candidate *candidate)
{
    BuilderForm one;
    if (at == 0 || at >= form->row_count) return false;
    CohortRule *rule = rule_read(c, candidate->rule);
    if (rule == NULL) return false;
    CohortRule root = {.kind = RULE_ALL, .note = STR(""), .first = rule};
    Definition alone = {.root = &root, .rules = 2};
    if (!rows_of_definition(c->arena, &alone, &one)) return false;
    if (candidate->beside) {
        size_t inner = rows_wrap(form, at); // into a group of its own
        if (inner == at) return false;
        size_t added = rows_add_rule(form, at);
        if (added == at) return false;
        at = added;
    }
    BuilderRow *row = &form->rows[at];
    one.rows[1].depth = row->depth;
    if (!candidate->beside) one.rows[1].note = row->note;
    *row = one.rows[1];
    return true;
}

// "2 with RULE", "2 or RULE".
bool suggestion_write(Ctx *c, BuilderForm *form, Str act)
{
    static const Str WITH = STR_INIT(" with ");
    static const Str OR = STR_INIT(" or ");
    size_t with = act.len;
    size_t beside = act.len;
    int64_t at = 0;
    (void)str_find(act, WITH, &with);
    (void)str_find(act, OR, &beside);
    size_t end = with < beside ? with : beside;
    if (end == act.len) return false;
    if (!str_i64(str_slice(act, 0, end), 1, BUILDER_ROWS_MAX, &at)) return false;
    size_t skip = end + (with < beside ? WITH.len : OR.len);
    Candidate candidate = {str_slice(act, skip, act.len), beside < with};
    return write_at(c, form, (size_t)at, &candidate);
}

// ---- counting one

// The definition with a candidate written into it. NULL: it cannot be.
static const Definition *with_candidate(Ctx *c, const Definition *definition, size_t at,
                                        const Candidate *candidate)
{
    BuilderForm form;
    bool complete = false;
    Str why = STR("");
    Definition *read = ARENA_NEW(c->arena, Definition);
    if (!rows_of_definition(c->arena, definition, &form)) return NULL;
    if (!write_at(c, &form, at, candidate)) return NULL;
    Str text = rows_text(c, cohort_sets(c), &form, &complete);
    if (!complete) return NULL;
    return definition_read(c->arena, cohort_sets(c), text, read, &why) == ERR_OK ? read : NULL;
}

typedef struct Missed {     // a group that is found less often, and the rule that does most of it
    size_t division, group; // places in the answer
    size_t stage;
    Best place, beside; // the best of each way
} Missed;

static void consider(const Candidate *candidate, const EquityBeside *before,
                     const EquityBeside *after, int64_t all, Missed *missed)
{
    Best *best = candidate->beside ? &missed->beside : &missed->place;
    double gap = 1 - before->ratio;
    bool closes = after->compared && after->found >= before->found + MORE_MIN &&
                  1 - after->ratio <= gap * (1 - GAP_CLOSED);
    bool better = best->candidate == NULL || after->ratio > best->ratio;
    if (!closes || !better) return;
    *best = (Best){candidate, after->ratio, after->found, all, after->row.expected};
}

typedef struct Suggesting { // for the groups that one rule misses
    const BuilderState *state;
    const BuilderFair *fair;
    const CohortRule *rule;
    Missed *missed; // the first by this rule, others by any
    size_t count;
    BuilderSuggestions *out;
} Suggesting;

// Asks one candidate of everybody. One that cannot be answered in time is none.
static Err try_one(Ctx *c, const Suggesting *s, const Candidate *candidate)
{
    const BuilderState *state = s->state;
    const BuilderFair *fair = s->fair;
    Missed *missed = s->missed;
    size_t stage = missed[0].stage;
    const Definition *changed = with_candidate(c, state->good, (size_t)s->rule->index, candidate);
    if (changed == NULL) return ERR_OK;
    CLEANUP(cohort_run_end) CohortRun run;
    Err err = cohort_ask(c, &(CohortQuestion){changed, state->practice, state->day}, &run);
    if (err == ERR_BUSY || (err == ERR_OK && run.people == NULL)) return ERR_OK;
    TRY(err);
    CohortShape *shape = ARENA_NEW(c->arena, CohortShape);
    TRY(cohort_shape(c, &run, shape));
    BuilderFair after;
    builder_fair(c->arena, changed, shape, &after);
    for (size_t i = 0; i < s->count; i++) {
        size_t d = missed[i].division;
        size_t g = missed[i].group;
        if (missed[i].stage != stage || d >= after.division_count) continue;
        if (g >= after.divisions[d].group_count) continue;
        consider(candidate, &fair->divisions[d].groups[g], &after.divisions[d].groups[g],
                 builder_found(shape), &missed[i]);
    }
    return ERR_OK;
}

// ---- which rules, and what is told

// The rule of a stage: of an `all` the rules of the outermost group, in their order.
static const CohortRule *rule_of_stage(const Definition *definition, const CohortShape *shape,
                                       size_t stage)
{
    const CohortRule *root = definition->root;
    if (root->kind != RULE_ALL) return NULL;
    const CohortRule *rule = root->first;
    for (size_t i = 1; i < stage && rule != NULL; i++) rule = rule->next;
    bool last = stage + 1 == shape->stages; // of very many rules it is what all the others leave
    bool told = rule != NULL && !rule_is_group(rule) && (!last || rule->next == NULL);
    return told ? rule : NULL;
}

static size_t find_missed(const BuilderFair *fair, Missed *out)
{
    size_t count = 0;
    for (size_t d = 0; d < fair->division_count; d++) {
        for (size_t g = 0; g < fair->divisions[d].group_count; g++) {
            const EquityBeside *group = &fair->divisions[d].groups[g];
            if (group->less.len == 0 || group->cause == 0 || count == BUILDER_LESS_MAX) continue;
            out[count++] = (Missed){.division = d, .group = g, .stage = group->cause};
        }
    }
    return count;
}

static void tell(Ctx *c, const Suggesting *s, const Missed *missed, const Best *best)
{
    Arena *arena = c->arena;
    const BuilderFair *fair = s->fair;
    const CohortRule *rule = s->rule;
    BuilderSuggestions *out = s->out;
    if (best->candidate == NULL || out->count == BUILDER_SUGGESTIONS_MAX) return;
    const BuilderDivision *division = &fair->divisions[missed->division];
    const EquityBeside *group = &division->groups[missed->group];
    bool beside = best->candidate->beside;
    const CohortRule *written = rule_read(c, best->candidate->rule);
    Str now = rule_words(arena, cohort_sets(c), rule);
    Str then = rule_words(arena, cohort_sets(c), written);
    BuilderSuggestion *to = &out->each[out->count++];
    to->group = group->about;
    to->change = beside ? arena_fmt(arena, "\"" STR_FMT "\", or \"" STR_FMT "\"", STR_ARG(now),
                                    STR_ARG(then))
                        : arena_fmt(arena, "\"" STR_FMT "\" in place of \"" STR_FMT "\"",
                                    STR_ARG(then), STR_ARG(now));
    to->effect =
        arena_fmt(arena,
                  "It would find " STR_FMT " of this group (now " STR_FMT "), where " STR_FMT
                  " would be expected then: ratio %.2f (now %.2f). Everybody found: " STR_FMT
                  " (now " STR_FMT ").",
                  STR_ARG(html_count(arena, best->found)), STR_ARG(group->row.people),
                  STR_ARG(best->expected), best->ratio, group->ratio,
                  STR_ARG(html_count(arena, best->all)), STR_ARG(html_count(arena, fair->found)));
    to->act = arena_fmt(arena, "use %d %s " STR_FMT, rule->index, beside ? "or" : "with",
                        STR_ARG(best->candidate->rule));
}

// Everything about one rule: each candidate is asked once, for all groups that it misses.
static Err suggest_for(Ctx *c, const Suggesting *s)
{
    Candidate *list = ARENA_ARRAY(c->arena, Candidate, CANDIDATES_MAX);
    size_t candidates = candidates_of(c, s->state->good, s->rule, list);
    size_t stage = s->missed[0].stage;
    for (size_t i = 0; i < candidates; i++) TRY(try_one(c, s, &list[i]));
    for (size_t i = 0; i < s->count; i++) {
        if (s->missed[i].stage != stage) continue;
        tell(c, s, &s->missed[i], &s->missed[i].place);
        tell(c, s, &s->missed[i], &s->missed[i].beside);
    }
    return ERR_OK;
}

Err builder_suggest(Ctx *c, const BuilderState *state, const CohortShape *shape,
                    const BuilderFair *fair, BuilderSuggestions *out)
{
    Missed *missed = ARENA_ARRAY(c->arena, Missed, BUILDER_LESS_MAX);
    size_t count = find_missed(fair, missed);
    *out = (BuilderSuggestions){
        .each = ARENA_ARRAY(c->arena, BuilderSuggestion, BUILDER_SUGGESTIONS_MAX)};
    size_t causes = 0;
    for (size_t i = 0; i < count && state->form_fits && causes < CAUSES_MAX; i++) {
        bool asked = false;
        for (size_t k = 0; k < i; k++) asked = asked || missed[k].stage == missed[i].stage;
        const CohortRule *rule = rule_of_stage(state->good, shape, missed[i].stage);
        if (asked || rule == NULL) continue;
        Suggesting s = {state, fair, rule, missed + i, count - i, out};
        TRY(suggest_for(c, &s));
        causes++;
    }
    if (out->count > 0) return ERR_OK;
    out->none =
        STR("Nothing that was tried would clearly find more of these groups. A somewhat looser "
            "form of the rule is tried where it has one and, beside a rule about the "
            "record, other signs of need: frailty, long-term conditions, the Charlson "
            "index, HbA1c above target. Another rule may find them.");
    return ERR_OK;
}
