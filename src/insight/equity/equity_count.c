// equity_count.c -- people counted by group and stage, and what may be shown of it.
#include "insight/equity/equity_count.h"

#include "care/caseload/caseload.h"
#include "care/person/person.h"
#include "care/plan/plan.h"
#include "core/figure.h"
#include "insight/cohort/cohort.h"
#include "insight/definition/definition.h"
#include "insight/equity/equity_answers.h"
#include "insight/equity/equity_groups.h"
#include "insight/equity/equity_settle.h"
#include "insight/equity/equity_standard.h"
#include "insight/equity/equity_values.h"
#include "work/team/team.h"

#include <math.h>

enum { QUESTION_BYTES_MAX = 1024, REACH_STAGES = 4 };

typedef struct Group {
    Str label;
    uint64_t *bits;     // of those who are registered
    int64_t *in_strata; // how many of them are in each
} Group;

typedef struct Dimension {
    const DimensionRule *rule; // without its groups where they are not of the program
    Group *groups;             // with room for all of them, in what stays
    size_t count;              // of those that are shown; behind them stands the rest
    bool shows_rest;
    int64_t *rest_in_strata;
} Dimension;

typedef struct Counting {
    Ctx *c;
    Arena *kept;         // what stays until the end
    Arena *passing;      // of one subject or question
    CohortRun everybody; // held open: its numbers are everybody's
    const uint64_t *registered;
    size_t words;
    Dimension dimensions[EQUITY_DIMENSIONS_MAX];
    size_t dimension_count;
    EquityStrata strata;
    Str area_by; // the release of the deciles, "" when none is recorded
    const CaseFact *cases;
    size_t case_count;
    uint64_t *offered, *accepted, *planned, *reached; // whoever they were looked for by
    EquityCampaigns campaigns;
    uint64_t *asked, *wanted; // who was offered support by being asked, and said yes
    Settle *settle;
    struct Waiting *waiting; // counted, until all are settled together
    size_t waiting_count, waiting_cap;
    EquitySink *sink;
    EquitySheetSink *sheets;
    void *arg;
} Counting;

typedef struct Staged { // one subject's stages as sets
    EquitySubject *subject;
    const uint64_t *bits[EQUITY_STAGES_MAX];
    bool steps;    // of values: what lies between two stages is not told either
    uint64_t asks; // bits of the kinds of rule that the subject's definition holds
} Staged;

typedef struct Waiting { // a subject until what may be shown of it is settled
    EquitySubject *subject;
    uint32_t sets[EQUITY_STAGES_MAX]; // by stage
    int64_t *in_strata[EQUITY_STAGES_MAX];
    EquityReach reach; // without a key: of none
    bool steps;
    uint64_t asks;
} Waiting;

static int64_t count_bits(const uint64_t *bits, size_t words)
{
    int64_t count = 0;
    for (size_t w = 0; w < words; w++) count += __builtin_popcountll(bits[w]);
    return count;
}

static int64_t count_both(const uint64_t *a, const uint64_t *b, size_t words)
{
    int64_t count = 0;
    for (size_t w = 0; w < words; w++) count += __builtin_popcountll(a[w] & b[w]);
    return count;
}

// ---- questions

static Err definition_of(Counting *k, const char *rules, Definition *out)
{
    CLEANUP(buf_free) Buf text = buf_new(QUESTION_BYTES_MAX);
    buf_add_c(&text,
              "cohort group\nname Group\npurpose Statistics\nowner PCN\noffer plan\n\nall\n");
    buf_add_c(&text, rules);
    Str why = STR("");
    const CodeSets *sets = cohort_sets(k->c);
    if (sets == NULL) return ERR_BUSY;
    return definition_read(k->c->arena, sets, arena_str(k->c->arena, buf_str(&text)), out, &why);
}

// Those of everybody who meet all the rules. The run's memory goes back at once.
static Err ask(Counting *k, const char *rules, uint64_t **out)
{
    *out = ARENA_ARRAY(k->kept, uint64_t, k->words + 1);
    Arena *own = k->c->arena;
    k->c->arena = k->passing;
    Definition definition;
    CohortRun run = {0};
    Err err = definition_of(k, rules, &definition);
    if (err == ERR_OK) err = cohort_tally(k->c, &definition, &run);
    if (err == ERR_OK && !cohort_same_numbers(&run, &k->everybody)) err = ERR_BUSY;
    if (err == ERR_OK) {
        CohortStages stages = cohort_stages(k->c, &run);
        memcpy(*out, stages.bits[stages.count - 1], k->words * sizeof **out);
    }
    cohort_run_end(&run);
    k->c->arena = own;
    arena_reset(k->passing);
    return err;
}

// A group with few people is not shown by itself: they are among the rest.
static Err add_group(Counting *k, Dimension *d, Str label, const char *rule)
{
    uint64_t *bits = NULL;
    TRY(ask(k, rule, &bits));
    if (count_bits(bits, k->words) < EQUITY_GROUP_MIN) return ERR_OK;
    d->groups[d->count++] = (Group){label, bits, equity_in_strata(k->kept, &k->strata, bits)};
    return ERR_OK;
}

// The rest, whoever no group holds, is shown when it is large enough.
static void end_dimension(Counting *k, Dimension *d)
{
    int64_t rest = count_bits(k->registered, k->words);
    d->rest_in_strata = ARENA_ARRAY(k->kept, int64_t, k->strata.count + 1);
    for (size_t i = 0; i < k->strata.count; i++) d->rest_in_strata[i] = k->strata.people[i];
    for (size_t g = 0; g < d->count; g++) {
        for (size_t i = 0; i < k->strata.count; i++) {
            d->rest_in_strata[i] -= d->groups[g].in_strata[i];
            rest -= d->groups[g].in_strata[i];
        }
    }
    d->shows_rest = !d->rule->one && rest >= EQUITY_GROUP_MIN;
    k->dimension_count += d->count > 0;
}

static bool is_twice(const Practice *all, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++) {
        if (i != at && str_eq(all[i].name, all[at].name)) return true;
    }
    return false;
}

// Whoever knows one practice exactly could take it from a sum of two.
static Err fill_practices(Counting *k)
{
    static const DimensionRule PRACTICE = {
        .key = "practice", .label = "Practice", .asks = UINT64_C(1) << RULE_PRACTICE};
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(k->c, &all, &count));
    static_assert((int)PRACTICES_MAX < (int)EQUITY_GROUPS_MAX, "each practice, and the rest");
    if (count < EQUITY_PRACTICES_MIN) return ERR_OK;
    Dimension *d = &k->dimensions[k->dimension_count];
    *d = (Dimension){.rule = &PRACTICE, .groups = ARENA_ARRAY(k->kept, Group, count)};
    for (size_t i = 0; i < count; i++) {
        Str name = arena_str(k->kept, all[i].name);
        if (is_twice(all, count, i)) {
            name = arena_fmt(k->kept, STR_FMT " (" STR_FMT ")", STR_ARG(all[i].name),
                             STR_ARG(all[i].ods_code));
        }
        Str rule = arena_fmt(k->kept, "  practice " STR_FMT "\n", STR_ARG(all[i].ods_code));
        TRY(add_group(k, d, name, rule.ptr));
    }
    if (d->count >= EQUITY_PRACTICES_MIN) end_dimension(k, d);
    return ERR_OK;
}

// Deciles of different releases are not alike: where they are mixed the fifths are too.
static Err fill_area(Counting *k)
{
    int oldest = 0;
    int newest = 0;
    TRY(area_years(k->c, &oldest, &newest));
    k->area_by = area_years_words(k->kept, oldest, newest);
    return ERR_OK;
}

static Err fill_dimensions(Counting *k)
{
    TRY(fill_area(k));
    for (size_t i = 0; i < EQUITY_DIMENSION_COUNT; i++) {
        const DimensionRule *rule = &EQUITY_DIMENSION_RULES[i];
        Dimension *d = &k->dimensions[k->dimension_count];
        *d = (Dimension){.rule = rule,
                         .groups = ARENA_ARRAY(k->kept, Group, EQUITY_RULED_GROUPS_MAX)};
        for (size_t g = 0; g < EQUITY_RULED_GROUPS_MAX && rule->groups[g].label != NULL; g++) {
            TRY(add_group(k, d, str_from_c(rule->groups[g].label), rule->groups[g].rule));
        }
        end_dimension(k, d);
    }
    return fill_practices(k);
}

static Err fill_strata(Counting *k)
{
    uint64_t *sexes[EQUITY_STRATA_MAX];
    k->strata.words = k->words;
    for (size_t s = 0; s < EQUITY_SEX_COUNT; s++) TRY(ask(k, EQUITY_SEX_RULES[s], &sexes[s]));
    for (size_t b = 0; b < EQUITY_BAND_COUNT; b++) {
        uint64_t *band = NULL;
        TRY(ask(k, EQUITY_BAND_RULES[b], &band));
        for (size_t s = 0; s < EQUITY_SEX_COUNT; s++) {
            equity_stratum(k->kept, &k->strata, band, sexes[s]);
        }
    }
    equity_stratum_rest(k->kept, &k->strata, k->registered);
    return ERR_OK;
}

// ---- what was done

static void mark(const Counting *k, PersonId person, uint64_t *bits)
{
    int64_t at = cohort_number(&k->everybody, person);
    if (at >= 0) bits[at / 64] |= k->registered[at / 64] & (UINT64_C(1) << (at % 64));
}

static void keep_both(uint64_t *bits, const uint64_t *with, size_t words)
{
    for (size_t w = 0; w < words; w++) bits[w] &= with[w];
}

// Each is part of the one before: who has a plan without an offer stands at none of them.
static Err fill_reach(Counting *k)
{
    CaseFact *cases = NULL;
    PlanFact *plans = NULL;
    PersonId *reached = NULL;
    size_t plan_count = 0;
    size_t reached_count = 0;
    TRY(case_facts(k->c, &cases, &k->case_count));
    TRY(plan_facts(k->c, &plans, &plan_count));
    TRY(plan_goal_reached(k->c, &reached, &reached_count));
    uint64_t **sets[] = {&k->offered, &k->accepted, &k->planned, &k->reached};
    for (size_t i = 0; i < COUNT_OF(sets); i++) {
        *sets[i] = ARENA_ARRAY(k->kept, uint64_t, k->words + 1);
    }
    for (size_t i = 0; i < k->case_count; i++) {
        mark(k, cases[i].person, k->offered);
        if (cases[i].accepted) mark(k, cases[i].person, k->accepted);
    }
    for (size_t i = 0; i < plan_count; i++) {
        if (!date_is_none(plans[i].agreed_on)) mark(k, plans[i].person, k->planned);
    }
    for (size_t i = 0; i < reached_count; i++) mark(k, reached[i], k->reached);
    keep_both(k->planned, k->accepted, k->words);
    keep_both(k->reached, k->planned, k->words);
    k->cases = cases;
    return ERR_OK;
}

static Err fill_campaigns(Counting *k)
{
    k->asked = ARENA_ARRAY(k->kept, uint64_t, k->words + 1);
    k->wanted = ARENA_ARRAY(k->kept, uint64_t, k->words + 1);
    TRY(campaign_tallies(k->c, &k->campaigns.tallies, &k->campaigns.count));
    for (size_t i = 0; i < k->campaigns.count; i++) {
        const CampaignTally *one = &k->campaigns.tallies[i];
        for (size_t state = TALLY_WANTED; state <= TALLY_NO_ANSWER; state++) {
            for (int64_t n = 0; n < one->people[state]; n++) {
                mark(k, one->who[state][n], k->asked);
                if (state == TALLY_WANTED) mark(k, one->who[state][n], k->wanted);
            }
        }
    }
    return ERR_OK;
}

// ---- what may be shown

// How many of each group are at a stage; behind a dimension's groups the rest.
static void count_places(const Counting *k, const uint64_t *bits, int64_t *counts)
{
    for (size_t i = 0; i < k->dimension_count; i++) {
        const Dimension *d = &k->dimensions[i];
        counts[d->count] = count_bits(bits, k->words);
        for (size_t g = 0; g < d->count; g++) {
            counts[g] = count_both(bits, d->groups[g].bits, k->words);
            counts[d->count] -= counts[g];
        }
        counts += d->count + 1;
    }
}

// Of a stage with few people nothing is expected: of 15 in 1,500 whoever knows everybody's age, sex
// and groups worked out how many were men of 90 and over. Nor is it of everybody registered: there
// each group's own number is. They add up to the figure of the stage and not to the people behind
// it, which they would tell to whoever adds them up.
static int64_t expected_at(const Counting *k, const Dimension *d, const Waiting *s, size_t stage,
                           size_t group)
{
    int64_t sum = 0;
    for (size_t i = 0; i < k->strata.count; i++) sum += s->in_strata[stage][i];
    if (stage == 0 || sum < EQUITY_EXPECTED_MIN) return EQUITY_NO_EXPECTED;
    const int64_t *own = group < d->count ? d->groups[group].in_strata : d->rest_in_strata;
    double expected = equity_expected(&k->strata, own, s->in_strata[stage]);
    return (int64_t)llround(expected * (double)figure_of(sum) / (double)sum);
}

// What is given of a place by itself, of a stage with so many people in all. Of a value's steps
// none and few are not told apart, and of a group with few values no step is given.
static int64_t settle_first(const Dimension *d, size_t group, int64_t count, int64_t sum,
                            const int64_t *valued)
{
    if (group == d->count && !d->shows_rest) return FIGURE_HELD;
    if (sum > 0 && sum < EQUITY_STAGE_MIN) return FIGURE_HELD;
    if (valued == NULL) return figure_of(count);
    return figure_of(*valued) < EQUITY_VALUE_MIN ? FIGURE_HELD : figure_asked(count);
}

static size_t place_count(const Counting *k)
{
    size_t places = 0;
    for (size_t d = 0; d < k->dimension_count; d++) places += k->dimensions[d].count + 1;
    return places;
}

// The dimensions as a subject shows them, with the figures of each stage by place.
static void show(const Counting *k, EquitySubject *subject, const int64_t *const *figures)
{
    size_t first = 0;
    for (size_t i = 0; i < k->dimension_count; i++) {
        const Dimension *d = &k->dimensions[i];
        EquityDimension *out = &subject->dimensions[i];
        size_t places = (d->count + 1) * subject->stage_count;
        *out = (EquityDimension){.key = str_from_c(d->rule->key),
                                 .label = str_from_c(d->rule->label),
                                 .by = d->rule->area ? k->area_by : STR(""),
                                 .group_count = d->count + d->shows_rest,
                                 .groups = ARENA_ARRAY(k->kept, Str, d->count + 1),
                                 .figures = ARENA_ARRAY(k->kept, int64_t, places)};
        for (size_t g = 0; g < d->count; g++) out->groups[g] = d->groups[g].label;
        if (d->shows_rest) out->groups[d->count] = STR(EQUITY_REST);
        for (size_t at = 0; at < out->group_count * subject->stage_count; at++) {
            size_t stage = at / out->group_count;
            out->figures[at] = figures[stage][first + at % out->group_count];
        }
        first += d->count + 1;
    }
    subject->dimension_count = k->dimension_count;
}

// Of values also what lies between two steps is held back, and that is so wherever else the same
// people stand.
static void hold_values(const Counting *k, EquitySubject *subject, int64_t **figures)
{
    show(k, subject, (const int64_t *const *)figures);
    equity_values_hold(subject);
    size_t first = 0;
    for (size_t i = 0; i < k->dimension_count; i++) {
        const EquityDimension *d = &subject->dimensions[i];
        for (size_t at = 0; at < d->group_count * subject->stage_count; at++) {
            figures[at / d->group_count][first + at % d->group_count] = d->figures[at];
        }
        first += k->dimensions[i].count + 1;
    }
}

static void first_figures(const Counting *k, const Staged *s, size_t stage, const int64_t *counts,
                          const int64_t *valued, int64_t *figures)
{
    int64_t sum = count_bits(s->bits[stage], k->words);
    bool step = s->steps && stage >= VALUE_STEPS;
    for (size_t i = 0, at = 0; i < k->dimension_count; i++) {
        const Dimension *d = &k->dimensions[i];
        for (size_t g = 0; g <= d->count; g++, at++) {
            figures[at] = settle_first(d, g, counts[at], sum, step ? &valued[at] : NULL);
        }
    }
}

// The stages as sets among all others, with what may be given of each by itself.
static void settle_stages(Counting *k, const Staged *s, Waiting *w)
{
    size_t places = place_count(k);
    int64_t *counts[EQUITY_STAGES_MAX];
    int64_t *figures[EQUITY_STAGES_MAX];
    for (size_t i = 0; i < w->subject->stage_count; i++) {
        counts[i] = ARENA_ARRAY(k->passing, int64_t, places + 1);
        figures[i] = ARENA_ARRAY(k->passing, int64_t, places + 1);
        count_places(k, s->bits[i], counts[i]);
        first_figures(k, s, i, counts[i], s->steps ? counts[VALUE_RECORDED] : NULL, figures[i]);
    }
    if (s->steps) hold_values(k, w->subject, figures);
    for (size_t i = 0; i < w->subject->stage_count; i++) {
        w->sets[i] = settle_add(k->settle, &(SettleSet){.hash = settle_hash(s->bits[i], k->words),
                                                        .bits = s->bits[i],
                                                        .counts = counts[i],
                                                        .figures = figures[i],
                                                        .fixed = i == 0,
                                                        .asked = s->steps && i >= VALUE_STEPS});
    }
}

// What stays of a subject: its memory otherwise is one question's.
static EquitySubject *keep_subject(const Counting *k, const EquitySubject *subject)
{
    EquitySubject *kept = ARENA_NEW(k->kept, EquitySubject);
    *kept = *subject;
    kept->key = arena_str(k->kept, subject->key);
    kept->name = arena_str(k->kept, subject->name);
    for (size_t i = 0; i < kept->stage_count; i++) {
        kept->stages[i].key = arena_str(k->kept, subject->stages[i].key);
        kept->stages[i].label = arena_str(k->kept, subject->stages[i].label);
    }
    return kept;
}

static int64_t count_but(const uint64_t *a, const uint64_t *b, size_t words)
{
    return count_bits(a, words) - count_both(a, b, words);
}

static EquityReach reach_of(const Counting *k, const Waiting *w, const Staged *s)
{
    for (size_t i = 0; i + 1 < s->subject->stage_count; i++) {
        if (!str_eq(s->subject->stages[i].key, STR("offered"))) continue;
        const uint64_t *accepted = s->bits[i + 1];
        return (EquityReach){.key = w->subject->key,
                             .offered = count_bits(s->bits[i], k->words),
                             .accepted = count_bits(accepted, k->words),
                             .offered_else = count_but(s->bits[i], k->asked, k->words),
                             .accepted_else = count_but(accepted, k->wanted, k->words)};
    }
    return (EquityReach){0};
}

static Err hand_on(Counting *k, const Staged *s)
{
    if (k->waiting_count == k->waiting_cap) {
        ARENA_GROW(k->kept, k->waiting, k->waiting_count, &k->waiting_cap);
    }
    Waiting *w = &k->waiting[k->waiting_count++];
    *w = (Waiting){.subject = keep_subject(k, s->subject), .steps = s->steps, .asks = s->asks};
    w->reach = reach_of(k, w, s);
    w->subject->opted_out = figure_of(k->everybody.left_secondary);
    for (size_t i = 0; i < s->subject->stage_count; i++) {
        int64_t people = count_bits(s->bits[i], k->words);
        bool step = s->steps && i >= VALUE_STEPS;
        w->subject->stages[i].people = step ? figure_asked(people) : figure_of(people);
        w->in_strata[i] = equity_in_strata(k->kept, &k->strata, s->bits[i]);
    }
    settle_stages(k, s, w);
    return ERR_OK;
}

static void keep_reach(Counting *k, const Waiting *w)
{
    EquityCampaigns *all = &k->campaigns;
    if (all->reach_count == all->reach_cap) {
        ARENA_GROW(k->kept, all->reaches, all->reach_count, &all->reach_cap);
    }
    EquityReach *own = &all->reaches[all->reach_count++];
    *own = w->reach;
    own->offered_known = equity_stage_known(w->subject, "offered");
    own->accepted_known = equity_stage_known(w->subject, "accepted");
}

static Err finish(Counting *k, const Waiting *w)
{
    EquitySubject *subject = w->subject;
    const int64_t *figures[EQUITY_STAGES_MAX];
    for (size_t i = 0; i < subject->stage_count; i++) {
        figures[i] = settle_figures(k->settle, w->sets[i]);
    }
    show(k, subject, figures);
    if (w->steps) equity_values_hold(subject);
    if (w->reach.key.len > 0) keep_reach(k, w);
    for (size_t i = 0; i < subject->dimension_count; i++) {
        const Dimension *d = &k->dimensions[i];
        EquityDimension *out = &subject->dimensions[i];
        size_t places = out->group_count * subject->stage_count;
        out->asked = (d->rule->asks & w->asks) != 0;
        if (d->rule->stratum) continue;
        out->expected = ARENA_ARRAY(k->kept, int64_t, places + 1);
        for (size_t at = 0; at < places; at++) {
            out->expected[at] = expected_at(k, d, w, at / out->group_count, at % out->group_count);
        }
    }
    return k->sink(k->arg, subject);
}

// ---- subjects

static void add_stage(Staged *s, const char *key, Str label, const uint64_t *bits)
{
    assert(s->subject->stage_count < EQUITY_STAGES_MAX);
    s->bits[s->subject->stage_count] = bits;
    s->subject->stages[s->subject->stage_count++] =
        (EquityStage){.key = str_from_c(key), .label = label};
}

// The stages after somebody was found, each part of the one before it.
static void add_reach(const Counting *k, Staged *s)
{
    static const char *const KEYS[REACH_STAGES] = {"offered", "accepted", "planned", "reached"};
    static const char *const LABELS[REACH_STAGES] = {"Offered support", "Accepted",
                                                     "Have agreed a plan", "Reached a goal"};
    const uint64_t *sets[REACH_STAGES] = {k->offered, k->accepted, k->planned, k->reached};
    for (size_t i = 0; i < REACH_STAGES; i++) {
        const uint64_t *before = s->bits[s->subject->stage_count - 1];
        uint64_t *bits = ARENA_ARRAY(k->c->arena, uint64_t, k->words + 1);
        memcpy(bits, before, k->words * sizeof *bits);
        keep_both(bits, sets[i], k->words);
        add_stage(s, KEYS[i], str_from_c(LABELS[i]), bits);
    }
}

static Err count_population(Counting *k)
{
    EquitySubject *subject = ARENA_NEW(k->kept, EquitySubject);
    *subject = (EquitySubject){.key = STR(EQUITY_POPULATION), .name = STR("Everybody registered")};
    Staged s = {.subject = subject, .asks = UINT64_C(1) << RULE_AGE_AT_LEAST}; // adults
    for (size_t i = 0; i < EQUITY_POPULATION_COUNT; i++) {
        const PopulationRule *rule = &EQUITY_POPULATION_RULES[i];
        uint64_t *bits = NULL;
        TRY(ask(k, rule->rule, &bits));
        add_stage(&s, rule->key, str_from_c(rule->label), bits);
    }
    return hand_on(k, &s);
}

static Err count_caseload(Counting *k)
{
    EquitySubject *subject = ARENA_NEW(k->kept, EquitySubject);
    *subject = (EquitySubject){.key = STR(EQUITY_CASELOAD), .name = STR("The caseload")};
    Staged s = {.subject = subject};
    add_stage(&s, "registered", STR("Everybody registered"), k->registered);
    add_reach(k, &s);
    return hand_on(k, &s);
}

static Err add_value_stage(Counting *k, Staged *s, Str key, Str label, Str rules)
{
    uint64_t *bits = NULL;
    TRY(ask(k, rules.ptr, &bits));
    add_stage(s, key.ptr, label, bits);
    return ERR_OK;
}

// Whoever has no value is at no step. Of sets or measures that a deployment has otherwise nothing
// can be asked: then there are no such figures.
static Err count_value(Counting *k, const EquityValueRule *rule)
{
    Arena *arena = k->c->arena;
    EquitySubject *subject = ARENA_NEW(k->kept, EquitySubject);
    *subject = (EquitySubject){.key = str_from_c(rule->key), .name = str_from_c(rule->name)};
    Staged s = {.subject = subject, .steps = true};
    add_stage(&s, "registered", STR("Everybody registered"), k->registered);
    Str of = str_from_c(rule->of);
    TRY(add_value_stage(k, &s, STR("of"), str_from_c(rule->of_label), of));
    TRY(add_value_stage(k, &s, STR("recorded"),
                        arena_fmt(arena, "%s recorded within 12 months", rule->label),
                        arena_fmt(arena, "%s  latest %s at least 0 %s within 12 months\n", rule->of,
                                  rule->measure, rule->unit)));
    for (size_t i = 0; rule->steps[i] != 0; i++) {
        int step = rule->steps[i];
        TRY(add_value_stage(k, &s, arena_fmt(arena, "at-most-%d", step),
                            arena_fmt(arena, "%s at most %d %s", rule->label, step, rule->unit),
                            arena_fmt(arena, "%s  latest %s at most %d %s within 12 months\n",
                                      rule->of, rule->measure, step, rule->unit)));
    }
    return hand_on(k, &s);
}

static Err count_values(Counting *k)
{
    for (size_t i = 0; i < EQUITY_VALUES; i++) {
        Err err = count_value(k, &EQUITY_VALUE_RULES[i]);
        if (err != ERR_OK && err != ERR_INVALID) return err;
    }
    return ERR_OK;
}

// Whom the rules find today, and whom they found before: who was offered support from this cohort
// may meet its rules no longer because of it.
static const uint64_t *identified(const Counting *k, Str key, const uint64_t *found)
{
    uint64_t *bits = ARENA_ARRAY(k->c->arena, uint64_t, k->words + 1);
    memcpy(bits, found, k->words * sizeof *bits);
    for (size_t i = 0; i < k->case_count; i++) {
        if (str_eq(k->cases[i].cohort, key)) mark(k, k->cases[i].person, bits);
    }
    return bits;
}

// From whom the rules find to whom the list names; of definitions that people write no parts are
// given, as on their own pages.
static void bridge(const Counting *k, const CohortRun *run, const Staged *s, EquityBridge *out)
{
    size_t last = s->subject->stage_count - 1; // found, now or before
    int64_t found = count_bits(s->bits[last], k->words);
    int64_t meet = count_bits(s->bits[last - 1], k->words);
    const CohortLeftOut *left = &run->left_out;
    int64_t parts[EQUITY_PARTS] = {[PART_MEET] = meet,
                                   [PART_BEFORE] = found - meet,
                                   [PART_LISTED] = (int64_t)run->people_count,
                                   [PART_ON_CASELOAD] = left->on_caseload,
                                   [PART_DECLINED] = left->declined,
                                   [PART_OPTED_OUT] = left->opted_out,
                                   [PART_GONE] = meet};
    for (size_t i = PART_LISTED; i < PART_GONE; i++) parts[PART_GONE] -= parts[i];
    FigureSums sums = {.matching = found,
                       .people = meet,
                       .left_out = &parts[PART_BEFORE],
                       .left_out_count = 1,
                       .parts = &parts[PART_LISTED],
                       .part_count = EQUITY_PARTS - PART_LISTED};
    assert(parts[PART_GONE] >= 0);
    out->given = run->about.ready_made && !figure_sums_tell(k->c->arena, &sums);
    for (size_t i = 0; out->given && i < EQUITY_PARTS; i++) out->figures[i] = figure_of(parts[i]);
}

// What a cohort asks for itself is no finding about whom it misses.
static uint64_t kinds_of(const CohortRule *rule)
{
    uint64_t kinds = UINT64_C(1) << rule->kind;
    for (const CohortRule *r = rule->first; r != NULL; r = r->next) kinds |= kinds_of(r);
    return kinds;
}

static Err count_run(Counting *k, const Definition *definition, const CohortRun *run)
{
    if (!cohort_same_numbers(run, &k->everybody)) return ERR_BUSY;
    static const size_t RULES_MAX = EQUITY_STAGES_MAX - REACH_STAGES - 1;
    CohortStages stages = cohort_stages(k->c, run);
    EquitySubject *subject = ARENA_NEW(k->c->arena, EquitySubject);
    *subject = (EquitySubject){.key = run->about.key, .name = run->about.name};
    Staged s = {.subject = subject, .asks = kinds_of(definition->root)};
    for (size_t i = 0; i < stages.count; i++) {
        bool last = i + 1 == stages.count;
        if (!last && i + 1 >= RULES_MAX) continue; // very many rules: the first ones and the end
        Str key = i == 0 ? STR("registered") : arena_fmt(k->c->arena, "rule-%zu", i);
        add_stage(&s, key.ptr, stages.texts[i], stages.bits[i]);
    }
    const uint64_t *found = stages.bits[stages.count - 1];
    add_stage(&s, "identified", STR("Found, now or before"), identified(k, run->about.key, found));
    subject->stages[subject->stage_count - 1].joins = true;
    bridge(k, run, &s, &subject->bridge);
    add_reach(k, &s);
    return hand_on(k, &s);
}

static Err count_cohort(Counting *k, Str key)
{
    Arena *own = k->c->arena;
    k->c->arena = k->passing;
    const Definition *definition = NULL;
    CohortRun run = {0};
    Err err = cohort_definition(k->c, key, &definition);
    if (err == ERR_OK) err = cohort_tally(k->c, definition, &run);
    if (err == ERR_OK) err = count_run(k, definition, &run);
    cohort_run_end(&run);
    k->c->arena = own;
    arena_reset(k->passing);
    return err;
}

// A draft is its writer's alone, a text that cannot be read now says so on its own page, and two
// keys are other subjects' here.
static bool is_counted(const CohortSummary *cohort)
{
    return cohort->state != DEFINITION_DRAFT && cohort->problem.len == 0 &&
           !str_eq(cohort->key, STR(EQUITY_POPULATION)) &&
           !str_eq(cohort->key, STR(EQUITY_CASELOAD));
}

static_assert((int)COHORTS_LISTED_MAX + 2 <= (int)EQUITY_SUBJECTS_MAX, "no cohort is left out");

// Whoever sees figures only does not choose what is counted.
static Err is_in_figures(Counting *k, Str key, bool *out)
{
    Err err = cohort_in_figures(k->c, key, out);
    if (err != ERR_NOT_FOUND && err != ERR_INVALID) return err; // withdrawn, not to be read
    *out = false;
    return ERR_OK;
}

static Err count_own(Counting *k)
{
    TRY(count_population(k));
    TRY(count_caseload(k));
    return count_values(k);
}

static void settle_begin(Counting *k)
{
    static_assert((int)SETTLE_DIMENSIONS_MAX >= (int)EQUITY_DIMENSIONS_MAX, "each has its place");
    size_t columns[EQUITY_DIMENSIONS_MAX];
    for (size_t d = 0; d < k->dimension_count; d++) columns[d] = k->dimensions[d].count + 1;
    k->settle = settle_new(k->kept, columns, k->dimension_count, k->words);
}

static Err count_subjects(Counting *k)
{
    CohortSummary *all = NULL;
    size_t count = 0;
    settle_begin(k);
    TRY(cohort_list(k->c, &all, &count));
    TRY(count_own(k));
    for (size_t i = 0; i < count; i++) {
        bool counted = is_counted(&all[i]);
        if (counted) TRY(is_in_figures(k, all[i].key, &counted));
        if (!counted) continue;
        Err err = count_cohort(k, all[i].key);
        if (err != ERR_OK && err != ERR_NOT_FOUND) return err; // withdrawn this moment
    }
    settle_all(k->settle);
    for (size_t i = 0; i < k->waiting_count; i++) TRY(finish(k, &k->waiting[i]));
    return ERR_OK;
}

// Of the same people as everything else: not when newer data were taken in meanwhile.
static Err count_sheets(Counting *k, const Definition *registered)
{
    CLEANUP(cohort_run_end) CohortRun after = {0};
    TRY(equity_count_sheets(k->c, &k->campaigns, k->sheets, k->arg));
    TRY(cohort_tally(k->c, registered, &after));
    return cohort_same_numbers(&after, &k->everybody) ? ERR_OK : ERR_BUSY;
}

// How people are told apart, and what was done for them.
static Err fill_groups(Counting *k)
{
    TRY(fill_strata(k));
    TRY(fill_dimensions(k));
    TRY(fill_reach(k));
    return fill_campaigns(k);
}

static Err count_with(Counting *k, EquityMade *out)
{
    Definition definition;
    TRY(definition_of(k, "  registered\n", &definition));
    TRY(cohort_tally(k->c, &definition, &k->everybody));
    CohortStages stages = cohort_stages(k->c, &k->everybody);
    k->registered = stages.bits[0];
    k->words = stages.words;
    *out = (EquityMade){.data_on = k->everybody.data_on,
                        .generation = k->everybody.generation,
                        .registered = count_bits(k->registered, k->words)};
    if (out->registered < EQUITY_GROUP_MIN) return ERR_OK;
    TRY(fill_groups(k));
    TRY(count_subjects(k));
    return count_sheets(k, &definition);
}

Err equity_count_all(Ctx *c, EquitySink *sink, EquitySheetSink *sheets, void *arg, EquityMade *out)
{
    CLEANUP(arena_free_at) Arena *passing = arena_new();
    Counting *k = ARENA_NEW(c->arena, Counting);
    *k = (Counting){
        .c = c, .kept = c->arena, .passing = passing, .sink = sink, .sheets = sheets, .arg = arg};
    Err err = count_with(k, out);
    cohort_run_end(&k->everybody);
    return err;
}
