// cohort_check.c -- reads the store once more, without the columns, and asks it in SQL.
#include "insight/cohort/cohort_check.h"

#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_oracle.h"
#include "insight/cohort/cohort_use.h"

typedef struct Check {
    Ctx *c;
    const Evaluation *e;
    Scratch *scratch;
    ScratchInsert *insert; // of events
    const Code *codes;     // by id, ascending
    size_t code_count;
    const Str *units;
    size_t unit_count;
    CohortCheck *out;
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

static Err add_person(const Check *k, ScratchInsert *insert, const PersonFact *fact,
                      const PersonTrait *trait)
{
    const CaseloadFacts *facts = &k->e->facts;
    int64_t at = columns_number(k->e->columns->view, fact->id);
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
    put_day(insert, 11, at < 0 ? INT32_MIN : facts->contact_last[at]);
    put_day(insert, 12, at < 0 ? INT32_MIN : facts->plan_until[at]);
    scratch_put_i64(insert, 13, at >= 0 && facts->on_caseload[at] != 0);
    scratch_put_i64(insert, 14, at >= 0 && facts->declined[at] != 0);
    return scratch_step(insert);
}

static Err add_people(const Check *k)
{
    PersonFact *facts = NULL;
    PersonTrait *traits = NULL;
    size_t count = 0;
    size_t trait_count = 0;
    TRY(person_facts(k->c, &facts, &count));
    TRY(person_traits(k->c, &traits, &trait_count));
    if (count != trait_count) return ERR_FAULT; // one transaction reads both
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(k->scratch, sql_piece("person"), &insert));
    Err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        err = add_person(k, insert, &facts[i], &traits[i]);
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
    const Check *k = arg;
    const Truth *truth = &k->e->truths[k->e->definition->root->index];
    int64_t at = columns_number(k->e->columns->view, (PersonId){person});
    k->out->people++;
    bool same = at >= 0;
    if (same) {
        bool met = bit_on(truth->met, (uint32_t)at);
        bool unknown = bit_on(truth->unknown, (uint32_t)at);
        same = unknown == none && met == (!none && answer != 0);
    }
    if (!same) k->out->different++;
}

static Err fill(Check *k)
{
    Code *codes = NULL;
    Str *units = NULL;
    TRY(code_list(k->c, &codes, &k->code_count));
    TRY(unit_list(k->c, &units, &k->unit_count));
    k->codes = codes;
    k->units = units;
    TRY(sql_begin(k->scratch, k->e->columns->sets));
    TRY(add_people(k));
    TRY(scratch_prepare(k->scratch, sql_piece("event"), &k->insert));
    Err err = event_stream(k->c, add_events, k);
    scratch_insert_end(k->insert);
    return err;
}

static Err check_with(Check *k)
{
    Str sql = STR("");
    UsedDefinitions uses = {.count = k->e->used_count + 1};
    for (size_t i = 0; i < k->e->used_count; i++) uses.at[i] = k->e->used[i]->definition;
    uses.at[k->e->used_count] = k->e->definition;
    Definition whole;
    TRY(uses_whole(k->c->arena, &uses, &whole));
    TRY(definition_sql(k->c->arena, &whole, k->e->as_at, &sql));
    TRY(fill(k));
    TRY(sql_derive(k->scratch));
    return scratch_ask(k->scratch, sql, compare, k);
}

Err cohort_check(Ctx *c, Str key, CohortCheck *out)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    TRY(cohort_run(c, key, 0, &run));
    *out = (CohortCheck){0};
    Check k = {.c = c, .e = run.evaluation, .out = out};
    TRY(scratch_open(&k.scratch));
    Err err = check_with(&k);
    scratch_close(k.scratch);
    return err;
}
