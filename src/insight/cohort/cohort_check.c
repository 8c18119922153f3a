// cohort_check.c -- reads the store once more, without the columns, and asks it in SQL.
#include "insight/cohort/cohort_check.h"

#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_use.h"
#include "insight/definition/definition.h"

typedef struct One { // one definition being checked
    CohortRun run;
    const Evaluation *again; // the run tells who meets it, this for whom something is not recorded
    Str sql;
    CohortChecked *out;
} One;

typedef struct Check {
    Ctx *c;
    const Evaluation *e; // of any of them: columns, practices
    One each[COHORT_CHECKS_AT_ONCE_MAX];
    size_t each_count;
    Scratch *scratch;
    ScratchInsert *insert; // of events
    const Code *codes;     // by id, ascending
    size_t code_count;
    const Str *units;
    size_t unit_count;
    PersonFact *people; // everybody, by id
    PersonTrait *traits;
    size_t people_count;
} Check;

static void put_day(ScratchInsert *insert, int at, int32_t day)
{
    if (day == INT32_MIN) {
        scratch_put_none(insert, at);
    } else {
        scratch_put_i64(insert, at, day);
    }
}

static void put_number(ScratchInsert *insert, int at, int64_t n)
{
    if (n == 0) {
        scratch_put_none(insert, at);
    } else {
        scratch_put_i64(insert, at, n);
    }
}

static Str ods_of(const Evaluation *e, int64_t practice)
{
    for (size_t i = 0; i < e->practice_count; i++) {
        if (e->practices[i].id == practice) return e->practices[i].ods;
    }
    return STR("");
}

// What this team did, from whichever run asked for it: they were read from one transaction.
static CaseloadFacts facts_of(const Check *k, int64_t at, int32_t days[2], uint8_t flags[2])
{
    CaseloadFacts facts = {&days[0], &days[1], &days[2], &flags[0], &flags[1]};
    days[0] = INT32_MIN;
    days[1] = INT32_MIN;
    days[2] = INT32_MIN;
    flags[0] = 0;
    flags[1] = 0;
    for (size_t i = 0; at >= 0 && i < k->each_count; i++) {
        if (k->each[i].out->err != ERR_OK) continue;
        const CaseloadFacts *of = &k->each[i].run.evaluation->facts;
        if (of->contact_last[at] > days[0]) days[0] = of->contact_last[at];
        if (of->plan_until[at] > days[1]) days[1] = of->plan_until[at];
        if (of->referral_since[at] > days[2]) days[2] = of->referral_since[at];
        flags[0] |= of->on_caseload[at];
        flags[1] |= of->declined[at];
    }
    return facts;
}

static Err add_person(const Check *k, ScratchInsert *insert, const PersonFact *fact,
                      const PersonTrait *trait)
{
    int32_t days[3];
    uint8_t flags[2];
    CaseloadFacts facts = facts_of(k, columns_number(k->e->columns->view, fact->id), days, flags);
    bool here = date_is_none(fact->died) && fact->registration == REGISTRATION_CURRENT;
    scratch_put_i64(insert, 1, fact->id.v);
    put_day(insert, 2, fact->born.days);
    put_number(insert, 3,
               fact->sex == GENDER_MALE     ? RULE_MALE
               : fact->sex == GENDER_FEMALE ? RULE_FEMALE
                                            : 0);
    put_number(insert, 4, fact->imd_decile);
    scratch_put_text(insert, 5, ods_of(k->e, fact->practice_id));
    scratch_put_i64(insert, 6, here);
    put_day(insert, 7, trait->registration_on.days);
    scratch_put_text(insert, 8, trait->ethnicity);
    scratch_put_none(insert, 9);
    if (trait->language.len > 0) scratch_put_text(insert, 9, trait->language);
    scratch_put_i64(insert, 10, trait->interpreter);
    put_day(insert, 11, *facts.contact_last);
    put_day(insert, 12, *facts.plan_until);
    scratch_put_i64(insert, 13, *facts.on_caseload != 0);
    scratch_put_i64(insert, 14, *facts.declined != 0);
    put_day(insert, 15, *facts.referral_since);
    return scratch_step(insert);
}

static Err add_people(const Check *k, size_t from, size_t until)
{
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(k->scratch, sql_piece("person"), &insert));
    Err err = ERR_OK;
    for (size_t i = from; err == ERR_OK && i < until; i++) {
        err = add_person(k, insert, &k->people[i], &k->traits[i]);
    }
    scratch_insert_end(insert);
    return err;
}

static const Code *code_of(const Check *k, int32_t id)
{
    size_t low = 0;
    size_t high = k->code_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (k->codes[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < k->code_count && k->codes[low].id == id ? &k->codes[low] : NULL;
}

// Only events that some rule could ask for: most codes mean nothing to any set.
static bool is_wanted(const Check *k, const Code *code)
{
    uint32_t id = (uint32_t)code->id;
    size_t count = 0;
    (void)code_sets_of(k->e->columns->sets, code->system, code->code, &count);
    bool medicine = (columns_code_kinds(k->e->columns->view, id) >> EVENT_MEDICINE & 1) != 0;
    return count > 0 || medicine || code_is_measured(k->e->columns, id);
}

static Err add_events(void *arg, const EventRow *rows, size_t count)
{
    const Check *k = arg;
    Err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        const EventRow *row = &rows[i];
        const Code *code = code_of(k, row->code_id);
        bool dated = row->day >= COLUMNS_DAY_ZERO && row->day < COLUMNS_DAY_ZERO + COLUMNS_DAYS;
        if (code == NULL || !dated || !is_wanted(k, code)) continue;
        scratch_put_i64(k->insert, 1, row->person);
        scratch_put_i64(k->insert, 2, row->day);
        scratch_put_text(k->insert, 3, code->system);
        scratch_put_text(k->insert, 4, code->code);
        scratch_put_none(k->insert, 5);
        if (row->has_value != 0) scratch_put_real(k->insert, 5, row->value);
        bool known = row->has_value != 0 && (size_t)row->unit_id < k->unit_count;
        scratch_put_text(k->insert, 6, known ? k->units[row->unit_id] : STR(""));
        scratch_put_i64(k->insert, 7, row->kind);
        err = scratch_step(k->insert);
    }
    return err;
}

static void compare(void *arg, int64_t person, int64_t answer, bool none)
{
    const One *one = arg;
    const Evaluation *e = one->run.evaluation;
    const RuleBits *truth = evaluation_root(e);
    int64_t at = columns_number(e->columns->view, (PersonId){person});
    one->out->found.people++;
    bool same = at >= 0;
    if (same) {
        bool met = bit_on(truth->met, (uint32_t)at);
        bool unknown = bit_on(evaluation_root(one->again)->unknown, (uint32_t)at);
        same = unknown == none && met == (!none && answer != 0);
    }
    if (!same) one->out->found.different++;
}

// ---- a slice of people at a time, so that memory does not grow with the population

static Err fill(Check *k, size_t from, size_t until)
{
    TRY(sql_begin(k->scratch, k->e->columns->sets));
    TRY(add_people(k, from, until));
    TRY(scratch_prepare(k->scratch, sql_piece("event"), &k->insert));
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    PersonId *ids = ARENA_ARRAY(arena, PersonId, until - from + 1);
    for (size_t i = from; i < until; i++) ids[i - from] = k->people[i].id;
    Err err = event_stream_of(k->c, ids, until - from, add_events, k);
    scratch_insert_end(k->insert);
    return err == ERR_OK ? sql_derive(k->scratch) : err;
}

static Err check_slice(Check *k, size_t from, size_t until)
{
    TRY(scratch_open(&k->scratch));
    Err err = fill(k, from, until);
    for (size_t i = 0; err == ERR_OK && i < k->each_count; i++) {
        One *one = &k->each[i];
        if (one->out->err == ERR_OK) err = scratch_ask(k->scratch, one->sql, compare, one);
    }
    scratch_close(k->scratch);
    return err;
}

static Err check_all(Check *k, const CohortCheckWatch *watch)
{
    for (size_t from = 0; from < k->people_count; from += CHECK_SLICE_PEOPLE) {
        size_t until = from + CHECK_SLICE_PEOPLE;
        if (until > k->people_count) until = k->people_count;
        if (watch != NULL && !watch->goes_on(watch->arg, from, k->people_count)) return ERR_BUSY;
        TRY(check_slice(k, from, until));
    }
    return ERR_OK;
}

// The definition's own SQL, with those it asks for in their place.
static Err write_sql(Ctx *c, One *one)
{
    const Evaluation *e = one->run.evaluation;
    Definition whole;
    UsedDefinitions uses = {.count = e->used_count + 1};
    for (size_t i = 0; i < e->used_count; i++) uses.at[i] = e->used[i]->definition;
    uses.at[e->used_count] = e->definition;
    TRY(uses_whole(c->arena, &uses, &whole));
    return definition_sql(c->arena, &whole, e->as_at, &one->sql);
}

// Columns of another time than the store's would differ for no fault of theirs.
static Err begin_one(Check *k, CohortChecked *out, One *one)
{
    one->out = out;
    out->found = (CohortCheck){0};
    size_t issues = k->c->issue_count;
    out->err = cohort_run(k->c, out->key, 0, &one->run);
    k->c->issue_count = issues;
    if (out->err == ERR_BUSY) return ERR_BUSY;
    if (out->err != ERR_OK) return ERR_OK;
    if (one->run.updating || one->run.generation != population_generation(k->c)) return ERR_BUSY;
    out->name = one->run.about.name;
    out->version = one->run.about.version;
    out->err = write_sql(k->c, one);
    one->again = evaluation_again(k->c->arena, one->run.evaluation, ANSWER_REASONS, 0);
    if (one->again->stopped) return ERR_BUSY;
    if (k->e == NULL) k->e = one->run.evaluation;
    return k->e->columns == one->run.evaluation->columns ? ERR_OK : ERR_BUSY;
}

static Err read_all(Check *k)
{
    Code *codes = NULL;
    Str *units = NULL;
    size_t trait_count = 0;
    TRY(code_list(k->c, &codes, &k->code_count));
    TRY(unit_list(k->c, &units, &k->unit_count));
    k->codes = codes;
    k->units = units;
    TRY(person_facts(k->c, &k->people, &k->people_count));
    TRY(person_traits(k->c, &k->traits, &trait_count));
    return k->people_count == trait_count ? ERR_OK : ERR_FAULT; // one transaction reads both
}

Err cohort_check_many(Ctx *c, CohortChecked *list, size_t count, const CohortCheckWatch *watch)
{
    assert(count <= COHORT_CHECKS_AT_ONCE_MAX);
    Check *k = ARENA_NEW(c->arena, Check);
    k->c = c;
    k->each_count = count;
    Err err = ERR_OK;
    for (size_t i = 0; i < count; i++) k->each[i].out = &list[i];
    for (size_t i = 0; err == ERR_OK && i < count; i++) err = begin_one(k, &list[i], &k->each[i]);
    if (err == ERR_OK && k->e != NULL) err = read_all(k);
    if (err == ERR_OK && k->e != NULL) err = check_all(k, watch);
    for (size_t i = 0; i < count; i++) cohort_run_end(&k->each[i].run);
    return err;
}

Err cohort_check(Ctx *c, Str key, CohortCheck *out)
{
    CohortChecked one = {.key = key};
    TRY(cohort_check_many(c, &one, 1, NULL));
    *out = one.found;
    return one.err;
}
