// cohort_names.c -- what this network knows of the names in definitions.
#include "insight/cohort/cohort_names.h"

#include "cohort_kept_sql.h"
#include "core/figure.h"
#include "core/ids.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_kept.h"
#include "insight/cohort/cohort_use.h"
#include "nhs/language.h"
#include "work/team/team.h"

enum { LANGUAGES_MAX = 512, LANGUAGE_SLOTS = 2048 }; // of which a nearest one is looked for

typedef struct Spoken { // by so many; one of them
    uint64_t key;
    uint32_t people;
    PersonId one;
} Spoken;

// Who may only count is not told by what is accepted that one person speaks something.
static uint32_t speakers_needed(const Ctx *c)
{
    return c->actor.account_id == 0 || ctx_can(c, CAP_COHORT_VIEW) ? 1 : FIGURE_ASKED_MIN;
}

// ---- practices

static Err practice_is_known(Ctx *c, Str ods, bool *out)
{
    Practice practice;
    Err err = practice_of_ods(c, ods, &practice);
    *out = err == ERR_OK;
    if (err != ERR_NOT_FOUND) return err;
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    *out = count == 0; // nothing has come yet
    return ERR_OK;
}

static Err practice_codes(Ctx *c, Str **out, size_t *count_out)
{
    Practice *all = NULL;
    TRY(practice_list(c, &all, count_out));
    *out = ARENA_ARRAY(c->arena, Str, *count_out + 1);
    for (size_t i = 0; i < *count_out; i++) (*out)[i] = all[i].ods_code;
    return ERR_OK;
}

// ---- languages

static uint32_t speakers_of(const Columns *view, uint64_t key)
{
    uint32_t people = 0;
    for (size_t s = 0; s < view->stripe_count; s++) {
        const LiveStripe *of = &view->stripes[s];
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            people += of->stripe->language[p] == key && bit_on(of->live, p);
        }
    }
    return people;
}

static Err language_is_known(Ctx *c, Str name, bool *out)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    *out = language_is_named(name);
    if (*out) return ERR_OK;
    TRY(engine_columns(c, &columns, &updating));
    const Columns *view = columns->view;
    *out = view->persons == 0 || speakers_of(view, person_language_key(name)) >= speakers_needed(c);
    cohort_columns_let_go(columns);
    return ERR_OK;
}

static void add_speaker(Spoken *slots, size_t *count, uint64_t key, int64_t id)
{
    size_t at = key % LANGUAGE_SLOTS;
    while (slots[at].key != 0 && slots[at].key != key) at = (at + 1) % LANGUAGE_SLOTS;
    if (slots[at].key == 0) {
        if (*count == LANGUAGES_MAX) return;
        (*count)++;
        slots[at] = (Spoken){.key = key, .one = {id}};
    }
    slots[at].people++;
}

static size_t one_of_each(const Spoken *slots, uint32_t needed, PersonId *out)
{
    size_t count = 0;
    for (size_t i = 0; i < LANGUAGE_SLOTS; i++) {
        if (slots[i].key != 0 && slots[i].people >= needed) out[count++] = slots[i].one;
    }
    if (count > 1) qsort(out, count, sizeof *out, person_id_cmp);
    return count;
}

// Languages that are recorded: the columns keep numbers of them, one person of each tells its name.
static Err spoken_here(Ctx *c, Str **out, size_t *count_out)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    size_t count = 0;
    Spoken *slots = ARENA_ARRAY(c->arena, Spoken, LANGUAGE_SLOTS);
    PersonId *people = ARENA_ARRAY(c->arena, PersonId, LANGUAGES_MAX);
    TRY(engine_columns(c, &columns, &updating));
    for (size_t s = 0; s < columns->view->stripe_count; s++) {
        const LiveStripe *of = &columns->view->stripes[s];
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            uint64_t key = of->stripe->language[p];
            if (key != 0 && bit_on(of->live, p)) {
                add_speaker(slots, &count, key, of->stripe->id[p]);
            }
        }
    }
    cohort_columns_let_go(columns);
    *count_out = one_of_each(slots, speakers_needed(c), people);
    return person_languages(c, people, *count_out, out);
}

static Err languages(Ctx *c, Str **out, size_t *count_out)
{
    Str *here = NULL;
    size_t count = 0;
    size_t named = 0;
    TRY(spoken_here(c, &here, &count));
    while (language_at(named).len > 0) named++;
    *out = ARENA_ARRAY(c->arena, Str, count + named + 1);
    memcpy(*out, here, count * sizeof *here); // first: of two as near, the one that is recorded
    for (size_t i = 0; i < named; i++) (*out)[count + i] = language_at(i);
    *count_out = count + named;
    return ERR_OK;
}

// ---- cohorts

static Err cohort_is_known(Ctx *c, Str key, bool *out)
{
    const Definition *found = NULL;
    size_t before = c->issue_count;
    Err err = definition_find(c, key, &found);
    c->issue_count = before;
    *out = err != ERR_NOT_FOUND; // one that can no longer be read is told as that
    return err == ERR_NOT_FOUND || err == ERR_INVALID ? ERR_OK : err;
}

static Err cohort_keys(Ctx *c, Str **out, size_t *count_out)
{
    const Definition *ready = NULL;
    size_t count = engine_definitions(engine_of(c), &ready);
    *out = ARENA_ARRAY(c->arena, Str, count + KEPT_DEFINITIONS_MAX);
    for (size_t i = 0; i < count; i++) (*out)[i] = ready[i].key;
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_COHORT_KEPT_KEYS,
                 ARGS(I64(DEFINITION_PUBLISHED), I64(DEFINITION_DRAFT), I64(c->actor.account_id)));
    for (size_t kept = 0; kept < KEPT_DEFINITIONS_MAX && rows_next(&rows); kept++) {
        (*out)[count++] = row_str(c->arena, &rows, COHORT_KEPT_KEYS_DEFINITION);
    }
    *count_out = count;
    return rows.err;
}

// ---- all of them

typedef struct Judge {
    Ctx *c;
    Str own; // key of the definition that is judged: that it asks for itself is said elsewhere
} Judge;

static Err is_known(void *arg, SlotSource source, Str name, bool *out)
{
    const Judge *judge = arg;
    if (source == WORDS_PRACTICE) return practice_is_known(judge->c, name, out);
    if (source == WORDS_LANGUAGE) return language_is_known(judge->c, name, out);
    *out = str_eq(name, judge->own);
    return *out ? ERR_OK : cohort_is_known(judge->c, name, out);
}

static Err known(void *arg, SlotSource source, Str **out, size_t *count_out)
{
    Ctx *c = ((const Judge *)arg)->c;
    return source == WORDS_PRACTICE   ? practice_codes(c, out, count_out)
           : source == WORDS_LANGUAGE ? languages(c, out, count_out)
                                      : cohort_keys(c, out, count_out);
}

Err cohort_unknown_names(Ctx *c, const Definition *definition, Str text, UnknownName **out,
                         size_t *count_out)
{
    *count_out = 0;
    if (engine_of(c) == NULL) return ERR_BUSY;
    Judge judge = {.c = c, .own = definition->key};
    KnownNames names = {.arg = &judge, .is_known = is_known, .known = known};
    return definition_unknown_names(c->arena, definition, text, &names, out, count_out);
}

Err cohort_names_known(Ctx *c, const Definition *definition, Str text, Str *why_out)
{
    UnknownName *unknown = NULL;
    size_t count = 0;
    TRY(cohort_unknown_names(c, definition, text, &unknown, &count));
    if (count == 0) return ERR_OK;
    *why_out = unknown[0].why;
    return ERR_INVALID;
}

static const char *kind_of(SlotSource source)
{
    return source == WORDS_PRACTICE ? "practice" : source == WORDS_LANGUAGE ? "language" : "cohort";
}

Err cohort_names_warnings(Ctx *c, const Definition *definition, Str *out)
{
    UnknownName *unknown = NULL;
    size_t count = 0;
    *out = STR("");
    Err err = cohort_unknown_names(c, definition, STR(""), &unknown, &count);
    if (err == ERR_BUSY) return ERR_OK; // said when the columns are there
    TRY(err);
    for (size_t i = 0; i < count; i++) {
        *out = arena_fmt(c->arena,
                         STR_FMT "%sThe rules name the %s \"" STR_FMT
                                 "\", which is not known here: nobody is found by it.",
                         STR_ARG(*out), i == 0 ? "" : " ", kind_of(unknown[i].source),
                         STR_ARG(unknown[i].name));
    }
    return ERR_OK;
}
