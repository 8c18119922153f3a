// cohort_kept.c -- who may read and write which definition, and how a change of one is kept.
#include "insight/cohort/cohort_kept.h"

#include "base/json.h"
#include "cohort_kept_sql.h"
#include "core/journal.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_names.h"
#include "insight/cohort/cohort_pages.h"
#include "insight/cohort/cohort_use.h"

enum { BODY_JSON_BYTES_MAX = 2 * DEFINITION_JSON_BYTES_MAX, USES_BYTES_MAX = 64 * 1024 };

const Seal DEFINITION_SEAL = {"cohort-definition",
                              "cohort_definition",
                              {COHORT_KEPT_SEALED_STATEMENT}};
const Seal DEFINITION_VERSION_SEAL = {"cohort-definition-version",
                                      "cohort_definition_version",
                                      {COHORT_KEPT_SEALED_VERSION_STATEMENT}};

static bool may_write(const Ctx *c)
{
    if (c->actor.account_id == 0) return true; // the program itself
    return ctx_can(c, CAP_COHORT_DEFINE) && access_may(c, CLASS_DEFINITION, MODE_WRITE);
}

static bool may_read(const Ctx *c)
{
    return c->actor.account_id == 0 || ctx_can(c, CAP_COHORT_VIEW) ||
           ctx_can(c, CAP_COHORT_COUNT) || may_write(c);
}

// ---- reading

static KeptDefinition kept_of_row(Ctx *c, const Rows *rows)
{
    KeptDefinition kept = {
        .id = row_i64(rows, COHORT_KEPT_GET_ID),
        .ref = row_str(c->arena, rows, COHORT_KEPT_GET_REF),
        .key = row_str(c->arena, rows, COHORT_KEPT_GET_DEFINITION),
        .name = row_str(c->arena, rows, COHORT_KEPT_GET_NAME),
        .state = (DefinitionState)row_i64(rows, COHORT_KEPT_GET_STATE),
        .number = row_i64(rows, COHORT_KEPT_GET_NUMBER),
        .writer_account = row_i64(rows, COHORT_KEPT_GET_ACCOUNT_ID),
        .writer = row_str(c->arena, rows, COHORT_KEPT_GET_ACCOUNT_NAME),
        .version = row_i64(rows, COHORT_KEPT_GET_VERSION),
        .hash = row_str(c->arena, rows, COHORT_KEPT_GET_HASH),
        .text = row_str(c->arena, rows, COHORT_KEPT_GET_TEXT),
        .uses = row_str(c->arena, rows, COHORT_KEPT_GET_USES),
        .by = row_str(c->arena, rows, COHORT_KEPT_GET_BY_NAME),
        .at = row_at(rows, COHORT_KEPT_GET_AT),
    };
    kept.can_change = may_write(c);
    return kept;
}

typedef struct Given { // which versions of one definition were ever more than its writer's draft
    int64_t *numbers;
    size_t count, cap;
    bool all;
} Given;

static void add_given(Ctx *c, int64_t number, Given *out)
{
    if (out->count > 0 && out->numbers[out->count - 1] == number) return;
    ARENA_GROW(c->arena, out->numbers, out->count, &out->cap);
    out->numbers[out->count++] = number;
}

// A page of the journal, read in memory of its own: each change holds the whole text.
static Err given_after(Ctx *c, Str ref, int64_t *after, size_t *read_out, Given *out)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    JournalRow *rows = NULL;
    own.arena = scratch;
    TRY(journal_history_after(&own, STR("cohort-definition"), ref, *after, &rows, read_out));
    for (size_t i = 0; i < *read_out; i++) {
        int64_t state = DEFINITION_DRAFT;
        int64_t number = 0;
        JsonErr why;
        const Json *body = json_parse(scratch, rows[i].body, (JsonLimits){0}, &why);
        bool read = json_i64(json_get(body, "state"), &state) &&
                    json_i64(json_get(body, "number"), &number);
        bool given = state == DEFINITION_PUBLISHED || state == DEFINITION_READY;
        if (read && given) add_given(c, number, out);
        *after = rows[i].version;
    }
    return ERR_OK;
}

// The journal says which text each state stood for, however many changes there were.
static Err given_to_others(Ctx *c, const KeptDefinition *kept, Given *out)
{
    int64_t after = 0;
    size_t read = JOURNAL_ROWS_MAX;
    *out = (Given){.all = false};
    while (read == JOURNAL_ROWS_MAX) TRY(given_after(c, kept->ref, &after, &read, out));
    return ERR_OK;
}

// Those that the actor may read: the writer all of them.
static Err given_of(Ctx *c, const KeptDefinition *kept, Given *out)
{
    *out = (Given){.all = kept->writer_account == c->actor.account_id};
    return out->all ? ERR_OK : given_to_others(c, kept, out);
}

static bool was_given(const Given *given, int64_t number)
{
    bool found = given->all;
    for (size_t i = 0; i < given->count && !found; i++) found = given->numbers[i] == number;
    return found;
}

// What was withdrawn and was never for others is its writer's still.
static Err is_seen(Ctx *c, const KeptDefinition *kept, bool *out)
{
    Given given;
    *out = kept->state == DEFINITION_PUBLISHED || kept->state == DEFINITION_READY ||
           kept->writer_account == c->actor.account_id;
    if (*out || kept->state == DEFINITION_DRAFT) return ERR_OK;
    TRY(given_of(c, kept, &given));
    *out = was_given(&given, kept->number);
    return ERR_OK;
}

static KeptDefinition ready_made(Ctx *c, const Definition *definition)
{
    return (KeptDefinition){.key = definition->key,
                            .name = definition->name,
                            .state = DEFINITION_READY,
                            .hash = definition->version,
                            .text = definition_text(c->arena, definition)};
}

// Any of them, whoever may see it. Errors: ERR_NOT_FOUND.
static Err stored(Ctx *c, Str key, KeptDefinition *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_COHORT_KEPT_GET, ARGS(TEXT(key)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = kept_of_row(c, &rows);
    return ERR_OK;
}

// What people here wrote under a key stands above a definition of the program that took the same
// key in a later release. *is_own_out: theirs answers. Errors: ERR_NOT_FOUND (none of either).
static Err look_up(Ctx *c, Str key, KeptDefinition *kept, const Definition **ready_out,
                   bool *is_own_out)
{
    *ready_out = engine_definition(engine_of(c), key);
    Err err = stored(c, key, kept);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    bool seen = false;
    if (err == ERR_OK) TRY(is_seen(c, kept, &seen));
    bool live = seen && (kept->state == DEFINITION_DRAFT || kept->state == DEFINITION_PUBLISHED);
    *is_own_out = live || (seen && *ready_out == NULL);
    return *is_own_out || *ready_out != NULL ? ERR_OK : ERR_NOT_FOUND;
}

Err definition_get(Ctx *c, Str key, KeptDefinition *out)
{
    if (!may_read(c)) return ERR_NOT_FOUND;
    if (engine_of(c) == NULL) return ERR_BUSY;
    KeptDefinition kept;
    const Definition *ready = NULL;
    bool is_own = false;
    TRY(look_up(c, key, &kept, &ready, &is_own));
    *out = is_own ? kept : ready_made(c, ready);
    return ERR_OK;
}

Err definition_at(Ctx *c, Str key, Str hash, KeptDefinition *out)
{
    KeptDefinition now;
    TRY(definition_get(c, key, &now));
    if (str_eq(now.hash, hash)) {
        *out = now;
        return ERR_OK;
    }
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_KEPT_AT_HASH, ARGS(TEXT(key), TEXT(hash)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = kept_of_row(c, &rows);
    rows_close(&rows);
    Given given;
    TRY(given_of(c, out, &given));
    return was_given(&given, out->number) ? ERR_OK : ERR_NOT_FOUND;
}

// Those of a key that has none: ready-made, and never listed.
static Err given_of_key(Ctx *c, Str key, Given *out)
{
    KeptDefinition kept;
    *out = (Given){.all = false};
    Err err = stored(c, key, &kept);
    return err == ERR_OK ? given_of(c, &kept, out) : err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err definition_versions(Ctx *c, Str key, KeptDefinition **out, size_t *count_out)
{
    KeptDefinition now;
    TRY(definition_get(c, key, &now));
    KeptDefinition *all = ARENA_ARRAY(c->arena, KeptDefinition, DEFINITION_VERSIONS_SHOWN_MAX);
    size_t count = 0;
    if (now.state == DEFINITION_READY) all[count++] = now;
    Given given;
    TRY(given_of_key(c, key, &given));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_KEPT_VERSIONS,
                         ARGS(TEXT(key), I64(DEFINITION_VERSIONS_SHOWN_MAX)));
    while (count < DEFINITION_VERSIONS_SHOWN_MAX && rows_next(&rows)) {
        KeptDefinition kept = kept_of_row(c, &rows);
        bool told = now.state == DEFINITION_READY && str_eq(kept.hash, now.hash);
        if (!told && was_given(&given, kept.number)) all[count++] = kept;
    }
    *out = all;
    *count_out = count;
    return rows.err;
}

// Read anew each time: 20 to 40 microseconds.
static Err read_kept(Ctx *c, const KeptDefinition *kept, const Definition **out)
{
    Definition *definition = ARENA_NEW(c->arena, Definition);
    Str why = STR("");
    Err err = definition_read(c->arena, engine_sets(engine_of(c)), kept->text, definition, &why);
    if (err == ERR_INVALID) {
        return ctx_issue(c, STR(""),
                         arena_fmt(c->arena, "Cohort " STR_FMT " can no longer be read: " STR_FMT,
                                   STR_ARG(kept->key), STR_ARG(why)));
    }
    *out = definition;
    return err;
}

Err definition_find(Ctx *c, Str key, const Definition **out)
{
    if (engine_of(c) == NULL) return ERR_BUSY;
    KeptDefinition kept;
    bool is_own = false;
    TRY(look_up(c, key, &kept, out, &is_own));
    if (!is_own) return ERR_OK;
    return kept.state == DEFINITION_WITHDRAWN ? ERR_NOT_FOUND : read_kept(c, &kept, out);
}

// ---- lists

// The words of the language that stand for an offer, for people.
static Str offer_words(Str offer)
{
    static const char *const WORDS[][2] = {
        {"plan", "Personalised care and support plan"},
        {"activation", "Patient Activation Measure"},
        {"decision", "Shared decision making"},
        {"social prescribing", "Social prescribing"},
        {"mdt", "Multidisciplinary team meeting"},
    };
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (str_eq(offer, str_from_c(WORDS[i][0]))) return str_from_c(WORDS[i][1]);
    }
    return offer;
}

CohortSummary cohort_summary(Arena *arena, const CodeSets *sets, const Definition *definition)
{
    assert(definition != NULL);
    return (CohortSummary){
        .key = definition->key,
        .name = definition->name,
        .purpose = definition->purpose,
        .owner = definition->owner,
        .offer = offer_words(definition->offer),
        .words = definition_words(arena, sets, definition),
        .version = definition->version,
        .confirm = definition->confirm,
        .target = definition->target,
        .review = definition->review,
    };
}

static Err summary_of_kept(Ctx *c, const KeptDefinition *kept, CohortSummary *out)
{
    const Definition *definition = NULL;
    size_t before = c->issue_count;
    Err err = read_kept(c, kept, &definition);
    if (err == ERR_INVALID) {
        *out = (CohortSummary){.key = kept->key,
                               .name = kept->name,
                               .review = DATE_NONE,
                               .problem = c->issues[c->issue_count - 1].text};
        c->issue_count = before; // said in its row
    } else {
        TRY(err);
        *out = cohort_summary(c->arena, engine_sets(engine_of(c)), definition);
    }
    out->state = kept->state;
    return ERR_OK;
}

static Err list_kept(Ctx *c, size_t from, size_t max, CohortSummary *out, size_t *given)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_KEPT_LIST,
                         ARGS(I64(DEFINITION_PUBLISHED), I64(DEFINITION_DRAFT),
                              I64(c->actor.account_id), I64(max), I64(from)));
    while (rows_next(&rows)) {
        KeptDefinition kept = kept_of_row(c, &rows);
        TRY(summary_of_kept(c, &kept, &out[(*given)++]));
    }
    return rows.err;
}

static Err count_kept(Ctx *c, size_t *out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_COHORT_KEPT_COUNT,
                 ARGS(I64(DEFINITION_PUBLISHED), I64(DEFINITION_DRAFT), I64(c->actor.account_id)));
    *out = rows_next(&rows) ? (size_t)row_i64(&rows, COHORT_KEPT_COUNT_N) : 0;
    return rows.err;
}

Err definitions_withdrawn(Ctx *c, KeptDefinition **out, size_t *count_out)
{
    KeptDefinition *all = ARENA_ARRAY(c->arena, KeptDefinition, DEFINITIONS_WITHDRAWN_MAX);
    size_t count = 0;
    if (!may_read(c)) return ERR_NOT_FOUND;
    CLEANUP(rows_close)
    Rows rows = db_query(
        c->db, SQL_COHORT_KEPT_WITHDRAWN,
        ARGS(I64(DEFINITION_WITHDRAWN), I64(c->actor.account_id), I64(DEFINITIONS_WITHDRAWN_MAX)));
    while (count < DEFINITIONS_WITHDRAWN_MAX && rows_next(&rows)) {
        all[count++] = kept_of_row(c, &rows);
    }
    *out = all;
    *count_out = count;
    return rows.err;
}

// The program's own, without those in whose place something stands that was written here.
static Err list_ready(Ctx *c, const Definition **out, size_t *count_out)
{
    const Definition *all = NULL;
    size_t count = engine_definitions(engine_of(c), &all);
    *count_out = 0;
    for (size_t i = 0; i < count; i++) {
        KeptDefinition kept;
        const Definition *ready = NULL;
        bool is_own = false;
        TRY(look_up(c, all[i].key, &kept, &ready, &is_own));
        if (!is_own) out[(*count_out)++] = ready;
    }
    return ERR_OK;
}

Err cohort_list_from(Ctx *c, size_t from, size_t max, CohortSummary **out, ListCount *count_out)
{
    const CohortEngine *engine = engine_of(c);
    if (engine == NULL) return ERR_BUSY;
    const Definition *ready[COHORTS_MAX];
    size_t ready_count = 0;
    TRY(list_ready(c, ready, &ready_count));
    CohortSummary *list = ARENA_ARRAY(c->arena, CohortSummary, max + 1);
    size_t given = 0;
    for (size_t i = from; i < ready_count && given < max; i++) {
        list[given++] = cohort_summary(c->arena, engine_sets(engine), ready[i]);
    }
    size_t skip = from > ready_count ? from - ready_count : 0;
    if (given < max) TRY(list_kept(c, skip, max - given, list, &given));
    size_t kept = 0;
    TRY(count_kept(c, &kept));
    *out = list;
    *count_out = (ListCount){given, ready_count + kept};
    return ERR_OK;
}

Err cohort_list(Ctx *c, CohortSummary **out, size_t *count_out)
{
    ListCount count;
    TRY(cohort_list_from(c, 0, COHORTS_LISTED_MAX, out, &count));
    *count_out = count.given;
    return ERR_OK;
}

Err cohort_name(Ctx *c, Str key, Str *out)
{
    *out = key;
    if (engine_of(c) == NULL) return ERR_OK;
    KeptDefinition kept;
    const Definition *ready = NULL;
    bool is_own = false;
    Err err = look_up(c, key, &kept, &ready, &is_own);
    if (err == ERR_OK) *out = is_own ? kept.name : ready->name;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// ---- writing

typedef struct Keeping { // what shall be kept
    Str key, name;
    Str text, hash; // as it is kept
    Str uses;       // " carers diabetes-above-target ": what it asks for, each between blanks
    DefinitionState state;
    bool judged;        // the names in it must be known here
    bool again;         // the same text, kept by somebody whom a month's figures ask for
    KeptDefinition now; // {.id = 0}: new
} Keeping;

static void add_uses(const CohortRule *rule, Buf *out)
{
    if (rule_is_cohort(rule)) buf_fmt(out, STR_FMT " ", STR_ARG(rule->names[0]));
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        add_uses(inner, out);
    }
}

static Str uses_text(Ctx *c, const Definition *definition)
{
    CLEANUP(buf_free) Buf text = buf_new(USES_BYTES_MAX);
    buf_add_char(&text, ' ');
    add_uses(definition->root, &text);
    return arena_str(c->arena, buf_str(&text));
}

static Err journal_definition(Ctx *c, Str key, Str verb)
{
    KeptDefinition kept;
    TRY(stored(c, key, &kept));
    CLEANUP(buf_free) Buf text = buf_new(BODY_JSON_BYTES_MAX);
    JsonOut out = json_out(&text);
    json_obj_begin(&out);
    json_field_str(&out, "kind", STR("cohort-definition"));
    json_field_str(&out, "id", kept.ref);
    json_field_str(&out, "definition", kept.key);
    json_field_str(&out, "name", kept.name);
    json_field_i64(&out, "state", kept.state);
    json_field_i64(&out, "number", kept.number);
    json_field_str(&out, "hash", kept.hash);
    json_field_str(&out, "by", c->actor.name);
    json_obj_end(&out);
    if (!buf_ok(&text)) return ERR_FAULT;
    return journal_append(c, &(JournalEntry){.kind = STR("cohort-definition"),
                                             .id = kept.ref,
                                             .version = kept.version,
                                             .verb = verb,
                                             .body = buf_str(&text),
                                             .seal = &DEFINITION_SEAL});
}

static Err add_version(Ctx *c, const Keeping *k, int64_t id, int64_t number)
{
    Str ref = ref_new(c);
    TRY(db_exec(c->db, SQL_COHORT_KEPT_ADD_VERSION,
                ARGS(TEXT(ref), I64(id), I64(number), TEXT(k->hash), TEXT(k->text),
                     I64(c->actor.account_id), TEXT(c->actor.name), AT(c->now)),
                NULL));
    CLEANUP(buf_free) Buf text = buf_new(BODY_JSON_BYTES_MAX);
    JsonOut out = json_out(&text);
    json_obj_begin(&out);
    json_field_str(&out, "kind", STR("cohort-definition-version"));
    json_field_str(&out, "id", ref);
    json_field_str(&out, "definition", k->key);
    json_field_i64(&out, "number", number);
    json_field_str(&out, "text", k->text);
    json_field_str(&out, "by", c->actor.name);
    json_obj_end(&out);
    if (!buf_ok(&text)) return ERR_FAULT;
    return journal_append(c, &(JournalEntry){.kind = STR("cohort-definition-version"),
                                             .id = ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = buf_str(&text),
                                             .seal = &DEFINITION_VERSION_SEAL});
}

static Err count_all(Ctx *c, int64_t *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_KEPT_COUNT_ALL, ARGS(I64(DEFINITION_READY)));
    *out = rows_next(&rows) ? row_i64(&rows, COHORT_KEPT_COUNT_ALL_N) : 0;
    return rows.err;
}

static Err add_new(Ctx *c, void *arg)
{
    const Keeping *k = arg;
    int64_t all = 0;
    TRY(count_all(c, &all));
    if (all >= KEPT_DEFINITIONS_MAX) {
        return ctx_issue(c, STR("text"),
                         STR("1,000 cohorts are kept already: no more can be added"));
    }
    Str ref = ref_new(c);
    Err err = db_exec(c->db, SQL_COHORT_KEPT_ADD,
                      ARGS(TEXT(ref), TEXT(k->key), TEXT(k->name), I64(k->state), TEXT(k->uses),
                           I64(c->actor.account_id), TEXT(c->actor.name), AT(c->now)),
                      NULL);
    if (err != ERR_OK) return err;
    TRY(add_version(c, k, db_last_id(c->db), 1));
    return journal_definition(c, k->key, STR("create"));
}

static Err change_kept(Ctx *c, void *arg)
{
    const Keeping *k = arg;
    bool new_text = k->again || !str_eq(k->now.hash, k->hash);
    int64_t changed = 0;
    int64_t number = k->now.number + new_text;
    TRY(db_exec(c->db, SQL_COHORT_KEPT_CHANGE,
                ARGS(I64(k->now.id), I64(k->now.version), TEXT(k->name), I64(k->state),
                     TEXT(k->uses), I64(number), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    if (new_text) TRY(add_version(c, k, k->now.id, number));
    return journal_definition(c, k->now.key, STR("update"));
}

static Err has_hash(Ctx *c, Str key, Str hash, bool *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_KEPT_AT_HASH, ARGS(TEXT(key), TEXT(hash)));
    *out = rows_next(&rows);
    return rows.err;
}

// A later release of the program may say otherwise: what this one said stays to be read.
Err definition_remember(Ctx *c, const Definition *definition)
{
    if (engine_definition(engine_of(c), definition->key) != definition) return ERR_OK;
    bool known = false;
    TRY(has_hash(c, definition->key, definition->version, &known));
    if (known) return ERR_OK;
    Keeping k = {.key = definition->key,
                 .name = definition->name,
                 .text = definition_text(c->arena, definition),
                 .hash = definition->version,
                 .uses = uses_text(c, definition),
                 .state = DEFINITION_READY};
    Err err = stored(c, k.key, &k.now);
    if (err == ERR_NOT_FOUND) return add_new(c, &k);
    TRY(err);
    return change_kept(c, &k);
}

static Err issue_key(Ctx *c, const char *sentence)
{
    return ctx_issue(c, STR("key"), str_from_c(sentence));
}

// Words that stand where a key stands in the addresses of pages.
static bool is_reserved(Str key)
{
    // Of addresses below /cohorts, and of /equity/KEY.
    static const char *const WORDS[] = {"new",         "import", "compare",  "build",
                                        "definitions", "runs",   "caseload", "population"};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (str_eq(key, str_from_c(WORDS[i]))) return true;
    }
    return false;
}

static Err check_new_key(Ctx *c, Str key)
{
    KeptDefinition other;
    if (is_reserved(key)) return issue_key(c, "This key is a word of the pages: choose another");
    if (engine_definition(engine_of(c), key) != NULL) {
        return issue_key(c, "A ready-made cohort has this key: choose another for your copy");
    }
    Err err = stored(c, key, &other);
    if (err == ERR_OK) return issue_key(c, "Another cohort has this key: choose another");
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// What others shall find must not hang on what they cannot see.
static Err check_used(Ctx *c, const UsedDefinitions *uses)
{
    for (size_t i = 0; i + 1 < uses->count; i++) {
        KeptDefinition used;
        TRY(definition_get(c, uses->at[i]->key, &used));
        if (used.state == DEFINITION_READY || used.state == DEFINITION_PUBLISHED) continue;
        return ctx_issue(c, STR("text"),
                         arena_fmt(c->arena,
                                   "Publish cohort " STR_FMT " first: this one asks for it",
                                   STR_ARG(used.key)));
    }
    return ERR_OK;
}

bool definition_is_named(Str name)
{
    return !str_eq_ascii_fold(name, STR(DEFINITION_NO_NAME));
}

static Err read_text(Ctx *c, Str text, Keeping *k)
{
    UsedDefinitions uses;
    Definition *definition = ARENA_NEW(c->arena, Definition);
    Str why = STR("");
    Str own = arena_str(c->arena, text);
    Err err = definition_read(c->arena, engine_sets(engine_of(c)), own, definition, &why);
    if (err == ERR_OK && k->judged) err = cohort_names_known(c, definition, own, &why);
    if (err == ERR_INVALID) return ctx_issue(c, STR("text"), why);
    TRY(err);
    if (k->judged && !definition_is_named(definition->name)) {
        return ctx_issue(c, STR("name"), STR("Enter a name that tells colleagues whom it finds"));
    }
    TRY(definition_uses(c, definition, &uses));
    if (k->state == DEFINITION_PUBLISHED) TRY(check_used(c, &uses));
    k->key = definition->key;
    k->name = definition->name;
    k->text = definition_text(c->arena, definition);
    k->hash = definition->version;
    k->uses = uses_text(c, definition);
    return ERR_OK;
}

// The one that is changed, as the actor looked at it.
static Err find_seen(Ctx *c, Str key, int64_t version, KeptDefinition *out)
{
    TRY(definition_get(c, key, out));
    if (out->state == DEFINITION_READY) {
        return issue_key(c, "A ready-made cohort is not changed: keep a copy with its own key");
    }
    return out->version == version ? ERR_OK : ERR_CONFLICT;
}

// What is to be kept, read and looked at beside what stands.
static Err read_change(Ctx *c, const DefinitionKeep *keep, Keeping *k)
{
    *k = (Keeping){.state = keep->publish ? DEFINITION_PUBLISHED : DEFINITION_DRAFT};
    if (keep->key.len > 0) TRY(find_seen(c, keep->key, keep->version, &k->now));
    if (k->now.state == DEFINITION_PUBLISHED) k->state = DEFINITION_PUBLISHED;
    k->judged = k->state == DEFINITION_PUBLISHED && !keep->early;
    TRY(read_text(c, keep->text, k));
    if (k->now.id != 0 && !str_eq(k->key, k->now.key)) {
        return issue_key(c, "The key of a kept cohort stays: keep a copy under another key");
    }
    return k->now.id == 0 ? check_new_key(c, k->key) : ERR_OK;
}

Err definition_keep(Ctx *c, const DefinitionKeep *keep, KeptDefinition *out)
{
    if (!may_write(c)) return ERR_FORBIDDEN;
    if (engine_of(c) == NULL) return ERR_BUSY;
    Keeping *k = ARENA_NEW(c->arena, Keeping);
    TRY(read_change(c, keep, k));
    bool same = k->now.id != 0 && k->state == k->now.state && str_eq(k->now.hash, k->hash);
    if (same) TRY(cohort_stands_for(c, k->key, &same)); // a month's figures ask who kept it
    k->again = !same;
    if (!same) {
        Err err = ctx_change(c, k->now.id == 0 ? add_new : change_kept, k);
        // Two people chose one key at the same time.
        if (err == ERR_CONFLICT && k->now.id == 0) return check_new_key(c, k->key);
        TRY(err);
    }
    return stored(c, k->key, out);
}

// A published one that asks for this key, "" none.
static Err user_of(Ctx *c, Str key, Str *out)
{
    *out = STR("");
    size_t at = 0;
    Str word = arena_fmt(c->arena, " " STR_FMT " ", STR_ARG(key));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_KEPT_ASKING, ARGS(I64(DEFINITION_PUBLISHED)));
    while (out->len == 0 && rows_next(&rows)) {
        if (!str_find(row_view(&rows, COHORT_KEPT_ASKING_USES), word, &at)) continue;
        *out = row_str(c->arena, &rows, COHORT_KEPT_ASKING_NAME);
    }
    return rows.err;
}

// A text that can no longer be read can be withdrawn all the same.
static Err take_as_it_is(Ctx *c, Keeping *k)
{
    Str user = STR("");
    TRY(user_of(c, k->now.key, &user));
    if (user.len > 0) {
        return ctx_issue(c, STR(""),
                         arena_fmt(c->arena, STR_FMT " asks for this cohort: withdraw that first",
                                   STR_ARG(user)));
    }
    k->key = k->now.key;
    k->name = k->now.name;
    k->hash = k->now.hash;
    k->uses = k->now.uses;
    return ERR_OK;
}

static Err find_to_change(Ctx *c, Str key, int64_t version, Keeping **out)
{
    if (!may_write(c)) return ERR_FORBIDDEN;
    if (engine_of(c) == NULL) return ERR_BUSY;
    *out = ARENA_NEW(c->arena, Keeping);
    return find_seen(c, key, version, &(*out)->now);
}

Err definition_set_state(Ctx *c, Str key, int64_t version, DefinitionState state)
{
    assert(state == DEFINITION_PUBLISHED || state == DEFINITION_WITHDRAWN);
    Keeping *k = NULL;
    TRY(find_to_change(c, key, version, &k));
    k->state = state;
    if (k->now.state == state) return ERR_CONFLICT;
    bool publish = state == DEFINITION_PUBLISHED;
    k->judged = publish;
    TRY(publish ? read_text(c, k->now.text, k) : take_as_it_is(c, k));
    return ctx_change(c, change_kept, k);
}

Err definition_was(Ctx *c, const KeptDefinition *kept, DefinitionState *out)
{
    Given given;
    *out = kept->state;
    if (kept->state != DEFINITION_WITHDRAWN) return ERR_OK;
    TRY(given_to_others(c, kept, &given));
    *out = was_given(&given, kept->number) ? DEFINITION_PUBLISHED : DEFINITION_DRAFT;
    return ERR_OK;
}

Err definition_bring_back(Ctx *c, Str key, int64_t version)
{
    Keeping *k = NULL;
    TRY(find_to_change(c, key, version, &k));
    if (k->now.state != DEFINITION_WITHDRAWN) return ERR_CONFLICT;
    TRY(definition_was(c, &k->now, &k->state));
    TRY(read_text(c, k->now.text, k));
    return ctx_change(c, change_kept, k);
}
