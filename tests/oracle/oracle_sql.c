// oracle_sql.c -- the same population in tables, and the definition's own SQL asked about it.
#include "insight/definition/definition.h"
#include "oracle_world.h"

typedef struct Answers {
    RefAnswer *out;
    int count;
} Answers;

static void put_day(ScratchInsert *insert, int at, int day)
{
    if (day == REF_NEVER) {
        scratch_put_none(insert, at);
    } else {
        scratch_put_i64(insert, at, day);
    }
}

static void put_number(ScratchInsert *insert, int at, int n)
{
    if (n == 0) {
        scratch_put_none(insert, at);
    } else {
        scratch_put_i64(insert, at, n);
    }
}

static Err add_people(const Oracle *o, Scratch *scratch)
{
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(scratch, sql_piece("person"), &insert));
    Err err = ERR_OK;
    for (int i = 0; err == ERR_OK && i < ORACLE_PERSONS; i++) {
        const RefPerson *p = &o->persons[i];
        scratch_put_i64(insert, 1, i);
        put_day(insert, 2, p->born);
        put_number(insert, 3, p->sex);
        put_number(insert, 4, p->decile);
        scratch_put_text(insert, 5, str_from_c(p->practice));
        scratch_put_i64(insert, 6, p->registered);
        put_day(insert, 7, p->registered_on);
        scratch_put_text(insert, 8, str_from_c(p->ethnicity));
        if (p->language[0] == '\0') {
            scratch_put_none(insert, 9);
        } else {
            scratch_put_text(insert, 9, str_from_c(p->language));
        }
        scratch_put_i64(insert, 10, p->interpreter);
        put_day(insert, 11, p->contact);
        put_day(insert, 12, p->plan_until);
        scratch_put_i64(insert, 13, p->on_caseload);
        scratch_put_i64(insert, 14, p->declined);
        put_day(insert, 15, p->referral);
        err = scratch_step(insert);
    }
    scratch_insert_end(insert);
    return err;
}

static Err add_events(const Oracle *o, Scratch *scratch)
{
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(scratch, sql_piece("event"), &insert));
    Err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < o->event_count; i++) {
        const RefEvent *e = &o->events[i];
        scratch_put_i64(insert, 1, e->person);
        scratch_put_i64(insert, 2, e->day);
        scratch_put_text(insert, 3, o->codes[e->code].system);
        scratch_put_text(insert, 4, o->codes[e->code].code);
        scratch_put_none(insert, 5);
        if (e->has_value) scratch_put_real(insert, 5, e->value);
        scratch_put_text(insert, 6, o->units[e->unit]);
        scratch_put_i64(insert, 7, e->medicine ? EVENT_MEDICINE : EVENT_OBSERVATION);
        err = scratch_step(insert);
    }
    scratch_insert_end(insert);
    return err;
}

static void take_answer(void *arg, int64_t person, int64_t answer, bool none)
{
    Answers *answers = arg;
    assert(person == answers->count && person < ORACLE_PERSONS);
    answers->out[answers->count++] = none ? REF_NOT_RECORDED : answer != 0 ? REF_YES : REF_NO;
}

// The tables of codes are written once; of the people before, nothing is left.
static Err empty_tables(const Oracle *o, Scratch **out)
{
    OracleKept *kept = o->kept;
    *out = kept->scratch;
    if (kept->scratch != NULL) {
        return scratch_run(kept->scratch,
                           STR("DROP TABLE held; DROP TABLE measured; DROP TABLE medicine;"
                               "DROP INDEX code_set_code; DROP INDEX measure_code_code;"
                               "DELETE FROM person; DELETE FROM event; BEGIN"));
    }
    TRY(scratch_open(&kept->scratch));
    *out = kept->scratch;
    return sql_begin(kept->scratch, o->sets);
}

// NOLINTNEXTLINE(readability-non-const-parameter): take_answer fills it
bool oracle_ask_sql(const Oracle *o, const Definition *definition, RefAnswer out[ORACLE_PERSONS])
{
    Str sql = STR("");
    UsedDefinitions uses;
    Definition whole;
    oracle_uses(o, definition, &uses);
    if (uses_whole(o->arena, &uses, &whole) != ERR_OK) return false;
    if (definition_sql(o->arena, &whole, (Date){o->world.today}, &sql) != ERR_OK) return false;
    Scratch *scratch = NULL;
    Answers answers = {.out = out};
    Err err = empty_tables(o, &scratch);
    if (err == ERR_OK) err = add_people(o, scratch);
    if (err == ERR_OK) err = add_events(o, scratch);
    if (err == ERR_OK) err = sql_derive(scratch);
    if (err == ERR_OK) err = scratch_ask(scratch, sql, take_answer, &answers);
    if (err != ERR_OK && scratch != NULL) {
        fprintf(stderr, "# %s\n# " STR_FMT "\n", scratch_why(scratch), STR_ARG(sql));
    }
    assert(err == ERR_OK && answers.count == ORACLE_PERSONS);
    return true;
}
