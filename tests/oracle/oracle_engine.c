// oracle_engine.c -- the same population as columns, and the program's evaluator asked about it.
#include "insight/cohort/cohort_columns.h"
#include "insight/cohort/cohort_one.h"
#include "oracle_world.h"

static Date day_of(int day)
{
    return day == REF_NEVER ? DATE_NONE : (Date){day};
}

enum { ORACLE_STRIPE = 13 }; // people: several stripes, so that joining them is asked too

static Columns *view_of(const Oracle *o, Arena *arena)
{
    ColumnPerson *persons = ARENA_ARRAY(arena, ColumnPerson, ORACLE_PERSONS);
    for (size_t i = 0; i < ORACLE_PERSONS; i++) {
        const RefPerson *p = &o->persons[i];
        int64_t practice = 0;
        while (strcmp(ORACLE_ODS[practice], p->practice) != 0) practice++;
        persons[i] =
            (ColumnPerson){.id = {(int64_t)(3 * i + 5)},
                           .born = day_of(p->born),
                           .practice = practice + 1,
                           .registration = p->registered ? REGISTRATION_CURRENT : REGISTRATION_LEFT,
                           .sex = (RuleSex)p->sex,
                           .imd = (uint8_t)p->decile,
                           .ethnicity = person_ethnicity_number(str_from_c(p->ethnicity)),
                           .marks = p->interpreter ? MARK_INTERPRETER : 0,
                           .registered_on = day_of(p->registered_on),
                           .language = person_language_key(str_from_c(p->language))};
    }
    ColumnSource source = {.persons = persons,
                           .person_count = ORACLE_PERSONS,
                           .codes = o->codes,
                           .code_count = ORACLE_CODES,
                           .units = o->units,
                           .unit_count = o->unit_count,
                           .stripe_persons = ORACLE_STRIPE};
    ColumnBuilder *builder = NULL;
    Columns *view = NULL;
    Err err = column_builder_new(&source, NULL, &builder);
    for (size_t i = 0; err == ERR_OK && i < o->event_count; i++) {
        const RefEvent *e = &o->events[i];
        EventRow row = {.person = persons[e->person].id.v,
                        .day = e->day,
                        .code_id = e->code + 1,
                        .kind = e->medicine ? EVENT_MEDICINE : EVENT_OBSERVATION,
                        .has_value = e->has_value,
                        .unit_id = e->unit,
                        .value = e->value};
        err = column_builder_add(builder, &row, 1);
    }
    if (err == ERR_OK) err = column_builder_finish(builder, &view);
    assert(err == ERR_OK);
    column_builder_free(builder);
    return view;
}

// With no answer kept yet.
static CohortColumns *columns_of(const Oracle *o, Columns *view, ColumnPool *pool)
{
    CohortColumns *columns = NULL;
    Err err = cohort_columns_new(columns_share(view), pool, o->sets, &columns);
    assert(err == ERR_OK);
    (void)err;
    return columns;
}

// What it asks for first, as a run does.
static void answer_all(const Oracle *o, Evaluation *e)
{
    UsedDefinitions uses;
    oracle_uses(o, e->definition, &uses);
    const Evaluation **used = ARENA_ARRAY(e->arena, const Evaluation *, uses.count);
    e->used = used;
    for (e->used_count = 0; e->used_count + 1 < uses.count; e->used_count++) {
        Evaluation *other = ARENA_NEW(e->arena, Evaluation);
        *other = *e;
        other->definition = uses.at[e->used_count];
        other->what = e->what == ANSWER_RULES ? ANSWER_RULES : ANSWER_REASONS;
        evaluate(other);
        used[e->used_count] = other;
    }
    evaluate(e);
}

static RefAnswer answer_at(const Evaluation *e, int rule, uint32_t number)
{
    const RuleBits *truth = &e->truths[rule];
    return bit_on(truth->met, number)       ? REF_YES
           : bit_on(truth->unknown, number) ? REF_NOT_RECORDED
                                            : REF_NO;
}

// The same answers of one rule for everybody in `of`, where it matters what is not recorded; 64
// people at a time. NULL: for everybody.
static bool same_answers(const RuleBits *a, const RuleBits *b, bool tells, size_t words,
                         const uint64_t *of)
{
    uint64_t differ = 0;
    for (size_t w = 0; w < words; w++) {
        uint64_t word = a->met[w] ^ b->met[w];
        if (tells) word |= a->unknown[w] ^ b->unknown[w];
        differ |= of == NULL ? word : word & of[w];
    }
    return differ == 0;
}

// Each rule of the root is asked of those who met the ones before it.
static bool same_stages(const Evaluation *run, const Evaluation *all)
{
    const CohortRule *root = all->definition->root;
    size_t words = all->words;
    uint64_t *in = ARENA_ARRAY(all->arena, uint64_t, words);
    memset(in, 0xFF, words * sizeof *in);
    bool same = true;
    for (const CohortRule *rule = root->first; rule != NULL; rule = rule->next) {
        const RuleBits *want = &all->truths[rule->index];
        same = same && same_answers(&run->truths[rule->index], want, true, words, in);
        for (size_t w = 0; w < words; w++) in[w] &= want->met[w];
    }
    return same;
}

// A run asks of each rule only for those who have met the ones before it: who meets the root must
// be the same, and each rule of it for those that it is asked for.
static bool same_run(const Oracle *o, const Evaluation *all, AnswerWhat what, bool by_history,
                     CohortColumns *fresh)
{
    Evaluation run = *all;
    const CohortRule *root = all->definition->root;
    run.columns = fresh; // that kept no answer
    run.what = what;
    run.by_history = by_history;
    answer_all(o, &run);
    bool same = same_answers(evaluation_root(&run), evaluation_root(all), what == ANSWER_REASONS,
                             all->words, NULL);
    if (root->kind == RULE_ALL && what == ANSWER_STAGES) same = same && same_stages(&run, all);
    run.what = ANSWER_RULES; // what it kept of some is joined by the answers of the others
    run.by_history = false;
    answer_all(o, &run);
    for (int rule = 0; rule < all->definition->rules; rule++) {
        same = same && same_answers(&run.truths[rule], &all->truths[rule], true, all->words, NULL);
    }
    cohort_columns_let_go(fresh);
    return same;
}

// Asked of one person alone each rule says what it says of that person among everybody.
static bool same_alone(const Oracle *o, const Evaluation *all, size_t person)
{
    PersonId id = {(int64_t)(3 * person + 5)};
    uint32_t number = (uint32_t)columns_number(all->columns->view, id);
    Evaluation alone = *all;
    bool same = evaluation_narrow(&alone, id) == ERR_OK;
    answer_all(o, &alone);
    for (int rule = 0; rule < all->definition->rules; rule++) {
        same = same && answer_at(&alone, rule, alone.one->number) == answer_at(all, rule, number);
    }
    return same && bits_count(evaluation_root(&alone)->met, alone.words) <= 1;
}

OracleKept *oracle_kept(Arena *arena)
{
    OracleKept *kept = ARENA_NEW(arena, OracleKept);
    kept->arena = arena;
    Err err = columns_pool_new(arena, 1, &kept->pool);
    assert(err == ERR_OK);
    (void)err;
    return kept;
}

void oracle_kept_end(OracleKept *kept)
{
    columns_pool_free(kept->pool);
    scratch_close(kept->scratch);
}

// Of so many numbers, most of them nobody's: whoever is one of the people gets facts of his own.
static CaseloadFacts facts_of(const Oracle *o, uint32_t numbers)
{
    OracleKept *kept = o->kept;
    if (kept->numbers < numbers) {
        kept->facts = caseload_facts_new(kept->arena, numbers);
        kept->numbers = numbers;
    }
    return kept->facts;
}

void oracle_ask(const Oracle *o, const Definition *definition,
                RefAnswer out[REF_RULES_MAX][ORACLE_PERSONS])
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    ColumnPool *pool = o->kept->pool;
    Columns *view = view_of(o, arena);
    CohortColumns *columns = columns_of(o, view, pool);
    CaseloadFacts facts = facts_of(o, columns->view->numbers);
    uint32_t number[ORACLE_PERSONS];
    PracticeCode practices[ORACLE_PRACTICES];
    for (size_t i = 0; i < ORACLE_PRACTICES; i++) {
        practices[i] = (PracticeCode){str_from_c(ORACLE_ODS[i]), (int64_t)i + 1};
    }
    for (size_t i = 0; i < ORACLE_PERSONS; i++) {
        number[i] = (uint32_t)columns_number(columns->view, (PersonId){(int64_t)(3 * i + 5)});
        facts.contact_last[number[i]] = day_of(o->persons[i].contact).days;
        facts.plan_until[number[i]] = day_of(o->persons[i].plan_until).days;
        facts.referral_since[number[i]] = day_of(o->persons[i].referral).days;
        facts.on_caseload[number[i]] = o->persons[i].on_caseload;
        facts.declined[number[i]] = o->persons[i].declined;
    }
    Evaluation e = {.arena = arena,
                    .columns = columns,
                    .definition = definition,
                    .as_at = {o->world.today},
                    .facts = facts,
                    .practices = practices,
                    .practice_count = ORACLE_PRACTICES};
    answer_all(o, &e);
    static const AnswerWhat WHAT[] = {ANSWER_STAGES, ANSWER_ROOT, ANSWER_REASONS};
    int way = o->world.today % 4; // one of the ways of asking each time
    bool same = same_run(o, &e, WHAT[o->world.today % 3], way / 2 == 0, columns_of(o, view, pool));
    for (size_t i = (size_t)way; i < ORACLE_PERSONS; i += ORACLE_PERSONS / 4) {
        same = same && same_alone(o, &e, i);
    }
    const CohortRule *root = definition->root;
    for (int rule = 0; rule < definition->rules; rule++) {
        for (uint32_t p = 0; p < ORACLE_PERSONS; p++) {
            out[rule][p] = answer_at(&e, rule, number[p]);
        }
    }
    if (!same) { // an answer that nobody gives
        for (uint32_t p = 0; p < ORACLE_PERSONS; p++) out[root->index][p] = REF_DIFFERS;
    }
    for (size_t i = 0; i < ORACLE_PERSONS; i++) {
        facts.contact_last[number[i]] = facts.plan_until[number[i]] = DATE_NONE.days;
        facts.referral_since[number[i]] = DATE_NONE.days;
        facts.on_caseload[number[i]] = facts.declined[number[i]] = 0;
    }
    cohort_columns_let_go(columns);
    columns_let_go(view);
}
