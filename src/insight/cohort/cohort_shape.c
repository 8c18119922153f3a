// cohort_shape.c -- one walk over everybody who was asked about, however many groups and rules.
#include "insight/cohort/cohort_shape.h"

#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_shape_keys.h"

typedef struct Shaping {
    const CohortRun *run;
    const uint64_t *const *met; // by rule of the outermost group: who meets it
    size_t rules, stages;
    const uint16_t *keys; // by number
    PeopleGroups by[SHAPE_DIVISIONS];
    // Of each stripe: people by [last stage * SHAPE_KEYS + key], then, from practice_cells on, by
    // [(last stage * SHAPE_STRATA + stratum) * practices + practice].
    uint32_t *cells;
    size_t practice_cells, all_cells;
} Shaping;

typedef struct Part { // of one stripe
    const LiveStripe *of;
    const uint16_t *keys; // by person
    const PeopleGroups *practices;
    uint32_t *cells, *practice_cells;
} Part;

static uint32_t practice_of(const PeopleGroups *practices, uint32_t id)
{
    return id < practices->practice_ids ? practices->of_practice[id]
                                        : (uint32_t)practices->count - 1;
}

static void take(const Part *part, uint32_t word, uint64_t who, size_t stage)
{
    uint32_t *cells = part->cells + stage * SHAPE_KEYS;
    uint32_t practices = (uint32_t)part->practices->count;
    uint32_t *by_practice = part->practice_cells + stage * SHAPE_STRATA * practices;
    for (; who != 0; who &= who - 1) {
        uint32_t p = word * 64 + (uint32_t)__builtin_ctzll(who);
        uint32_t key = part->keys[p];
        uint32_t practice = practice_of(part->practices, part->of->stripe->practice[p]);
        cells[key]++;
        by_practice[(key >> SHAPE_KEY_BITS) * practices + practice]++;
    }
}

// Each of a word's people at the last stage at which they are left.
static void take_word(const Shaping *s, const Part *part, uint32_t word)
{
    size_t at = part->of->first / 64 + word;
    uint64_t left = s->run->asked_of[at];
    for (size_t rule = 0; rule < s->rules && left != 0; rule++) {
        uint64_t stays = left & s->met[rule][at];
        size_t last = rule < s->stages - 1 ? rule : s->stages - 2;
        take(part, word, left & ~stays, last);
        left = stays;
    }
    take(part, word, left, s->stages - 1);
}

static Err shape_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    (void)scratch;
    const Shaping *s = arg;
    uint32_t *cells = s->cells + index * s->all_cells;
    Part part = {.of = of,
                 .keys = s->keys + of->first,
                 .practices = &s->by[SHAPE_KEYED],
                 .cells = cells,
                 .practice_cells = cells + s->practice_cells};
    for (uint32_t w = 0; w < STRIPE_WORDS; w++) take_word(s, &part, w);
    return ERR_OK;
}

// ---- before the walk

static void find_rules(Arena *arena, const Evaluation *e, Shaping *s)
{
    const CohortRule *root = e->definition->root;
    const CohortRule *first = root->kind == RULE_ALL ? root->first : root;
    for (const CohortRule *rule = first; rule != NULL; rule = rule->next) s->rules++;
    const uint64_t **met = ARENA_ARRAY(arena, const uint64_t *, s->rules + 1);
    size_t count = 0;
    for (const CohortRule *rule = first; rule != NULL; rule = rule->next) {
        met[count++] = e->truths[rule->index].met;
    }
    s->met = met;
    s->stages = s->rules + 1 < SHAPE_STAGES_MAX ? s->rules + 1 : SHAPE_STAGES_MAX;
}

static Err find_groups(Ctx *c, Shaping *s, CohortShape *out)
{
    for (size_t d = 0; d < SHAPE_DIVISIONS; d++) {
        ValuesAsked asked = {.by = {shape_division(d)}};
        TRY(people_groups(c, &asked, 0, s->run->as_at, &s->by[d]));
        const PeopleGroups *by = &s->by[d];
        out->divisions[d] =
            (CohortDivision){.by = by->by,
                             .groups = by->groups,
                             .count = by->count,
                             .left = ARENA_ARRAY(c->arena, int64_t, s->stages * by->count),
                             .in_strata = ARENA_ARRAY(c->arena, int64_t, SHAPE_STRATA * by->count)};
    }
    s->practice_cells = s->stages * SHAPE_KEYS;
    s->all_cells = s->practice_cells + s->stages * SHAPE_STRATA * s->by[SHAPE_KEYED].count;
    return ERR_OK;
}

// ---- after it

// Whoever is left at a stage was left at those before it.
static void carry_back(int64_t *left, size_t stages, size_t columns)
{
    for (size_t i = (stages - 1) * columns; i-- > 0;) left[i] += left[i + columns];
}

static void add_people(CohortDivision *to, size_t stage, size_t stratum, size_t group,
                       uint32_t people)
{
    to->left[stage * to->count + group] += people;
    to->in_strata[stratum * to->count + group] += people;
}

static void add_keyed(const Shaping *s, const uint32_t *cells, CohortShape *out)
{
    for (size_t i = 0; i < s->practice_cells; i++) {
        if (cells[i] == 0) continue;
        size_t stage = i / SHAPE_KEYS;
        size_t stratum = i % SHAPE_KEYS >> SHAPE_KEY_BITS;
        size_t place = i % (1 << SHAPE_KEY_BITS);
        out->left[stage * SHAPE_STRATA + stratum] += cells[i];
        for (size_t d = SHAPE_KEYED; d-- > 0; place /= s->by[d].count) {
            add_people(&out->divisions[d], stage, stratum, place % s->by[d].count, cells[i]);
        }
    }
}

static void add_practices(const Shaping *s, const uint32_t *cells, CohortShape *out)
{
    CohortDivision *practices = &out->divisions[SHAPE_KEYED];
    for (size_t row = 0; row < s->stages * SHAPE_STRATA; row++) {
        for (size_t g = 0; g < practices->count; g++) {
            add_people(practices, row / SHAPE_STRATA, row % SHAPE_STRATA, g,
                       cells[row * practices->count + g]);
        }
    }
}

// Into the cells of the first stripe.
static void add_up(const Shaping *s, size_t stripes, CohortShape *out)
{
    uint32_t *cells = s->cells;
    for (size_t stripe = 1; stripe < stripes; stripe++) {
        const uint32_t *more = cells + stripe * s->all_cells;
        for (size_t i = 0; i < s->all_cells; i++) cells[i] += more[i];
    }
    add_keyed(s, cells, out);
    add_practices(s, cells + s->practice_cells, out);
    carry_back(out->left, s->stages, SHAPE_STRATA);
    for (size_t d = 0; d < SHAPE_DIVISIONS; d++) {
        carry_back(out->divisions[d].left, s->stages, out->divisions[d].count);
    }
}

static const Str *texts_of(Arena *arena, const CohortRun *run, size_t stages, size_t rules)
{
    Str *texts = ARENA_ARRAY(arena, Str, stages);
    for (size_t i = 0; i < stages; i++) texts[i] = run->steps[i].text;
    if (rules + 1 > stages) texts[stages - 1] = STR("one of the last rules");
    return texts;
}

// ---- traits

const ShapeTrait SHAPE_TRAITS[SHAPE_TRAITS_MAX] = {
    {"learning-disability", "Has a learning disability", "  has ltc-learning-disability\n"},
    {"severe-mental-illness", "Has a severe mental illness", "  has severe-mental-illness\n"},
    {"carer", "Is a carer", "  has carer unless since not-carer\n"},
};

// Whoever meets a trait's rule on the run's day. NULL: the deployment's code sets have none of its
// name.
static Err find_trait(Ctx *c, const Evaluation *of, const char *rule, const uint64_t **out)
{
    static const char HEAD[] = "cohort trait\nname Trait\npurpose To compare\nowner Trellis\n"
                               "offer none\n\nall\n";
    Definition *definition = ARENA_NEW(c->arena, Definition);
    Evaluation *e = ARENA_NEW(c->arena, Evaluation);
    Str why = STR("");
    *out = NULL;
    Str text = arena_fmt(c->arena, "%s%s", HEAD, rule);
    if (definition_read(c->arena, of->columns->sets, text, definition, &why) != ERR_OK) {
        return ERR_OK;
    }
    *e = *of;
    e->arena = c->arena;
    e->definition = definition;
    e->what = ANSWER_ROOT;
    e->used_count = 0;
    evaluate(e);
    *out = evaluation_root(e)->met;
    return e->stopped ? ERR_BUSY : ERR_OK;
}

// Few have it: they are looked at one by one only to find their age and sex.
static void count_trait(const Shaping *s, const uint64_t *who, size_t words, size_t group,
                        CohortDivision *to)
{
    for (size_t w = 0; w < words; w++) {
        uint64_t left = who[w] & s->run->asked_of[w];
        for (uint64_t each = left; each != 0; each &= each - 1) {
            size_t stratum = s->keys[w * 64 + (size_t)__builtin_ctzll(each)] >> SHAPE_KEY_BITS;
            to->in_strata[stratum * to->count + group]++;
        }
        to->left[group] += __builtin_popcountll(left);
        for (size_t rule = 0; rule < s->rules && left != 0; rule++) {
            left &= s->met[rule][w];
            if (rule + 2 >= s->stages) continue; // told as what all of them leave
            to->left[(rule + 1) * to->count + group] += __builtin_popcountll(left);
        }
        to->left[(s->stages - 1) * to->count + group] += __builtin_popcountll(left);
    }
}

static Err traits_of(Ctx *c, const Evaluation *e, ShapeTraits *out)
{
    if (shape_traits_find(e->columns, e->as_at, out)) return ERR_OK;
    for (size_t i = 0; i < SHAPE_TRAITS_MAX; i++) {
        TRY(find_trait(c, e, SHAPE_TRAITS[i].rule, &out->who[i]));
    }
    shape_traits_keep(e->columns, e->as_at, out, e->words);
    return ERR_OK;
}

static Err find_traits(Ctx *c, const Shaping *s, const Evaluation *e, CohortDivision *out)
{
    ShapeTraits all;
    const uint64_t *who[SHAPE_TRAITS_MAX];
    TRY(traits_of(c, e, &all));
    PeopleGroup *groups = ARENA_ARRAY(c->arena, PeopleGroup, SHAPE_TRAITS_MAX);
    *out = (CohortDivision){.by = GROUP_BY_TRAIT, .groups = groups};
    for (size_t i = 0; i < SHAPE_TRAITS_MAX; i++) {
        if (all.who[i] == NULL) continue;
        who[out->count] = all.who[i];
        groups[out->count++] =
            (PeopleGroup){str_from_c(SHAPE_TRAITS[i].key), str_from_c(SHAPE_TRAITS[i].label)};
    }
    out->left = ARENA_ARRAY(c->arena, int64_t, s->stages * out->count + 1);
    out->in_strata = ARENA_ARRAY(c->arena, int64_t, SHAPE_STRATA * out->count + 1);
    for (size_t i = 0; i < out->count; i++) count_trait(s, who[i], e->words, i, out);
    return ERR_OK;
}

Err cohort_shape(Ctx *c, const CohortRun *run, CohortShape *out)
{
    const Evaluation *e = run->evaluation;
    assert(e != NULL && run->asked_of != NULL);
    Shaping s = {.run = run, .keys = shape_keys(e->columns, c->arena, run->as_at)};
    find_rules(c->arena, e, &s);
    *out = (CohortShape){.stages = s.stages,
                         .texts = texts_of(c->arena, run, s.stages, s.rules),
                         .left = ARENA_ARRAY(c->arena, int64_t, s.stages * SHAPE_STRATA)};
    TRY(find_groups(c, &s, out));
    size_t stripes = e->columns->view->stripe_count;
    s.cells = ARENA_ARRAY(c->arena, uint32_t, (stripes + 1) * s.all_cells);
    RunLimits limits = {.cancel = c->cancelled};
    TRY(columns_run(e->columns->pool, e->columns->view, &limits, shape_stripe, &s));
    add_up(&s, stripes, out);
    TRY(find_traits(c, &s, e, &out->traits));
    return columns_area_years(c, e->columns, &out->area_oldest, &out->area_newest);
}
