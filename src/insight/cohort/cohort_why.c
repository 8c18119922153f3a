// cohort_why.c -- why one person is on a list: every fact, and what the facts are worth.
#include "cohort_why_page.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_one.h"
#include "insight/cohort/cohort_score.h"
#include "insight/cohort/cohort_told.h"

enum { ORIGIN_BYTES_MAX = 16 * 1024, ORIGINS_MAX = CODE_SETS_MAX + DEFINITION_RULES_MAX };

typedef struct Origins {
    Arena *arena;
    const CodeSets *sets;
    bool said[CODE_SETS_MAX];
    Str *lines;
    size_t count;
} Origins;

typedef struct Sources { // the different ones of some rows
    const CodeSource *each[CODE_SOURCES_MAX];
    size_t count, codes;
} Sources;

static void add_rows(const CodeSets *sets, const CodeRow *rows, size_t count, Sources *to)
{
    to->codes += count;
    for (size_t i = 0; i < count; i++) {
        const CodeSource *source = code_source(sets, rows[i].source);
        bool known = source == NULL;
        for (size_t k = 0; k < to->count; k++) known = known || to->each[k] == source;
        if (!known) to->each[to->count++] = source;
    }
}

static void add_line(Origins *o, Str name, const Sources *from)
{
    CLEANUP(buf_free) Buf text = buf_new(ORIGIN_BYTES_MAX);
    if (o->count == ORIGINS_MAX) return;
    buf_fmt(&text, STR_FMT ": %zu %s.", STR_ARG(name), from->codes,
            from->codes == 1 ? "code" : "codes");
    for (size_t i = 0; i < from->count; i++) {
        buf_fmt(&text, " " STR_FMT, STR_ARG(from->each[i]->what));
        if (from->each[i]->licence.len > 0) {
            buf_fmt(&text, " (" STR_FMT ")", STR_ARG(from->each[i]->licence));
        }
        buf_add_char(&text, '.');
    }
    o->lines[o->count++] = arena_str(o->arena, buf_str(&text));
}

static void add_codes(const CodeSets *sets, size_t index, Sources *to)
{
    const CodeSet *set = code_set_at(sets, index);
    add_rows(sets, set->rows, set->count, to);
    for (size_t i = 0; i < set->include_count; i++) {
        const CodeSet *inner = code_set_at(sets, set->includes[i]);
        add_rows(sets, inner->rows, inner->count, to);
    }
}

static void add_set(Origins *o, size_t index)
{
    if (o->said[index]) return;
    o->said[index] = true;
    const CodeSet *set = code_set_at(o->sets, index);
    Sources from = {0};
    add_codes(o->sets, index, &from);
    add_line(o, set->title, &from);
}

static void add_prefix(Origins *o, Str prefix)
{
    for (size_t s = 0; s < code_sets_count(o->sets); s++) {
        if (str_starts(code_set_at(o->sets, s)->name, prefix)) add_set(o, s);
    }
}

static void add_frailty(Origins *o)
{
    Sources from = {0};
    for (size_t s = 0; s < code_sets_count(o->sets); s++) {
        const CodeSet *set = code_set_at(o->sets, s);
        if (str_starts(set->name, STR("efi-"))) add_rows(o->sets, set->rows, set->count, &from);
    }
    add_line(o, STR("Frailty index, 35 deficits"), &from);
}

// Every set of the score, where its points come from, and what it leaves out.
static void add_score(Origins *o, const CodeScore *score, Str name)
{
    Sources from = {0};
    for (size_t i = 0; i < score->count; i++) {
        const ScoreRow *row = &score->rows[i];
        const CodeSource *source = code_source(o->sets, row->source);
        bool known = source == NULL;
        for (size_t k = 0; k < from.count; k++) known = known || from.each[k] == source;
        if (!known) from.each[from.count++] = source;
        if (row->set >= 0) add_codes(o->sets, (size_t)row->set, &from);
    }
    add_line(o, name, &from);
    const Str *limits = NULL;
    size_t count = 0;
    score_limits(o->arena, score, &limits, &count);
    for (size_t i = 0; i < count && o->count < ORIGINS_MAX; i++) {
        o->lines[o->count++] =
            arena_fmt(o->arena, STR_FMT ". " STR_FMT ".", STR_ARG(name), STR_ARG(limits[i]));
    }
}

static void add_rule_origins(Origins *o, const CohortRule *rule)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        add_rule_origins(o, inner);
    }
    bool sets = rule->kind == RULE_HAS || rule->kind == RULE_HAS_NO || rule->kind == RULE_COUNT ||
                rule->kind == RULE_COUNT_CODES || rule->kind == RULE_THEN;
    if (sets) {
        for (size_t i = 0; i < rule->name_count; i++) add_set(o, (size_t)rule->sets[i]);
    } else if (rule->kind == RULE_CONDITIONS) {
        add_prefix(o, STR("ltc-"));
    } else if (rule->kind == RULE_FRAILTY || rule->kind == RULE_DEFICITS) {
        add_frailty(o);
    } else if (rule->score != NULL) {
        add_score(o, rule->score, score_label(rule->kind));
    } else if (rule->measure != NULL) {
        Sources from = {0};
        add_rows(o->sets, rule->measure->rows, rule->measure->count, &from);
        add_line(o, rule->measure->label, &from);
    }
}

void cohort_origins(Ctx *c, const CohortRun *run, const Str **out, size_t *count_out)
{
    const Evaluation *e = run->evaluation;
    Origins *o = ARENA_NEW(c->arena, Origins);
    o->arena = c->arena;
    o->sets = e->columns->sets;
    o->lines = ARENA_ARRAY(c->arena, Str, ORIGINS_MAX);
    add_rule_origins(o, e->definition->root);
    *out = o->lines;
    *count_out = o->count;
}

// Values of the published frailty index that wait for a code.
static void fill_waiting(Ctx *c, const Evaluation *e, CohortWhyPage *m)
{
    size_t count = 0;
    const ValueRule *rules = value_rules(e->columns->sets, &count);
    Str *waiting = ARENA_ARRAY(c->arena, Str, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (rules[i].measure->count == 0) waiting[m->waiting_count++] = rules[i].measure->label;
    }
    m->waiting = waiting;
}

static void fill_coded(Ctx *c, const Evaluation *e, PersonId person, CohortWhyPage *m)
{
    int64_t at = columns_number(e->columns->view, person);
    if (at < 0) return;
    CodedFrailty coded = frailty_coded(e->columns, c->arena, (uint32_t)at, e->as_at);
    int deficits = evaluation_deficits(e, (uint32_t)at);
    m->coded = frailty_beside(c->arena, &coded, deficits, m->row.practice);
}

static void fill_limits(Ctx *c, const CohortRule *rule, CohortWhyPage *m)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        fill_limits(c, inner, m);
    }
    if (rule->score == NULL || m->limit_count == WHY_LIMITS_MAX) return;
    for (size_t i = 0; i < m->limit_count; i++) {
        if (str_eq(m->limits[i].score, score_label(rule->kind))) return;
    }
    WhyLimits *limits = &m->limits[m->limit_count++];
    limits->score = score_label(rule->kind);
    score_limits(c->arena, rule->score, &limits->lines, &limits->count);
}

Err cohort_why_page(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    PersonId person = {0};
    Str key = req_param(req, "key");
    TRY(person_of_ref(c, req_param(req, "ref"), &person));
    TRY(cohort_run_of(c, key, person, &run));
    if (!cohort_listed(&run, person)) return ERR_NOT_FOUND; // of anybody else nothing is said
    CohortPlace place = cohort_place_of(req);
    CohortWhyPage m = {.page = page_of(c, STR("Why this person is listed"), "/cohorts"),
                       .about = run.about,
                       .can_offer = ctx_can(c, CAP_CASELOAD_CHANGE),
                       .review = cohort_place_along(c, &place, STR("/review")),
                       .back = cohort_place_back(c, &place)};
    TRY(cohort_rows_of(c, &run, &person, 1, WITH_DETAILS, &m.row));
    TRY(access_opens(c, person, CLASS_CARE, MODE_READ, &m.opens));
    m.opens = m.opens && ctx_can(c, CAP_PERSON_VIEW);
    if (rule_asks(run.evaluation->definition->root, RULE_FRAILTY)) {
        fill_waiting(c, run.evaluation, &m);
        fill_coded(c, run.evaluation, person, &m);
    }
    fill_limits(c, run.evaluation->definition->root, &m);
    PersonId *shown = ARENA_NEW(c->arena, PersonId);
    *shown = person;
    res->shown = shown;
    res->shown_count = 1;
    cohort_why_html(&res->body, &m);
    return ERR_OK;
}
