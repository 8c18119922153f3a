// code_set.c -- reads the tables of assets/code-sets and answers what a code belongs to.
#include "nhs/code_set.h"

#include "base/tsv.h"
#include "core/sha256.h"

enum { CODE_TEXT_BYTES_MAX = 120 }; // of a system and a code in a hash

typedef struct Membership { // one code in one set; sorted by (system, code, set)
    Str system;
    Str code;
    uint16_t set;
} Membership;

typedef struct Retired {
    Str system, code, on;
} Retired;

struct CodeSets {
    Arena *arena;
    CodeSet *sets;
    size_t count;
    Membership *members;
    uint16_t *member_sets; // members[i].set, side by side, so that a run of them can be handed out
    size_t member_count;
    Measure *measures;
    size_t measure_count;
    ValueRule *rules;
    size_t rule_count;
    CodeSource *sources;
    size_t source_count;
    Retired *retired; // sorted
    size_t retired_count;
    CodeScore *scores;
    size_t score_count;
};

typedef struct Table { // one file while it is read
    Arena *arena;
    const char *name;
    Str file, version, origin; // of a deployment's
    Tsv rows;
    Str *why;
} Table;

static Err table_wrong(const Table *table, const char *expected)
{
    *table->why = arena_fmt(table->arena, "%s line %lld: %s", table->name,
                            (long long)table->rows.line, expected);
    return ERR_INVALID;
}

// "# version 3" among the lines before the header gives "3".
static Str head_note(Str text, const char *what)
{
    Str line;
    while (str_split(&text, '\n', &line) && (line.len == 0 || line.ptr[0] == '#')) {
        Str word;
        Str rest = str_trim(str_slice(line, line.len > 0 ? 1 : 0, line.len));
        if (str_split(&rest, ' ', &word) && str_eq(word, str_from_c(what))) return str_trim(rest);
    }
    return STR("");
}

// Notes may stand above the header.
static Tsv tsv_below_notes(Str text, size_t columns)
{
    int64_t notes = 0;
    Str line;
    for (Str rest = text; str_split(&rest, '\n', &line) && line.len > 0 && line.ptr[0] == '#';) {
        text = rest;
        notes++;
    }
    Tsv rows = tsv_open(text, columns);
    rows.line += notes;
    return rows;
}

static Table table_open(Arena *arena, const char *name, Str text, size_t columns, Str *why)
{
    return (Table){.arena = arena, .name = name, .rows = tsv_open(text, columns), .why = why};
}

// What reading to the end came to; *why is set when a row was wrong.
static Err table_end(const Table *table)
{
    if (table->rows.err != ERR_OK) *table->why = tsv_wrong(table->arena, &table->rows, table->name);
    return table->rows.err;
}

static bool number_of(Str text, double *out)
{
    char copy[32];
    if (text.len == 0 || text.len >= sizeof copy) return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    char *end = NULL;
    *out = strtod(copy, &end);
    return end == copy + text.len;
}

// A number, or "-" for none.
static bool bound_of(Str text, bool *has_out, double *out)
{
    *has_out = !str_eq(text, STR("-"));
    return !*has_out || number_of(text, out);
}

int code_set_index(const CodeSets *sets, Str name)
{
    for (size_t i = 0; i < sets->count; i++) {
        if (str_eq(sets->sets[i].name, name)) return (int)i;
    }
    return -1;
}

static CodeSet *set_of(CodeSets *sets, Str name)
{
    int at = code_set_index(sets, name);
    if (at >= 0) return &sets->sets[at];
    if (sets->count == CODE_SETS_MAX) return NULL;
    sets->sets[sets->count].name = name;
    return &sets->sets[sets->count++];
}

const CodeSource *code_source(const CodeSets *sets, Str key)
{
    for (size_t i = 0; i < sets->source_count; i++) {
        if (str_eq(sets->sources[i].key, key)) return &sets->sources[i];
    }
    return NULL;
}

static Err read_sources(CodeSets *sets, Str text, Str *why)
{
    Table table = table_open(sets->arena, "sources", text, 4, why);
    while (tsv_next(&table.rows)) {
        if (sets->source_count == CODE_SOURCES_MAX) return table_wrong(&table, "fewer sources");
        sets->sources[sets->source_count++] = (CodeSource){
            table.rows.fields[0], table.rows.fields[1], table.rows.fields[2], table.rows.fields[3]};
    }
    return table_end(&table);
}

// The row of a code, whose source must be one that sources.tsv names.
static Err row_of(const CodeSets *sets, const Table *table, CodeRow *out)
{
    const Str *f = table->rows.fields;
    *out = (CodeRow){f[1], f[2], f[3], table->file.len > 0 ? STR("") : f[4]};
    if (out->source.len > 0 && code_source(sets, f[4]) == NULL) {
        return table_wrong(table, "a source that sources.tsv names");
    }
    return ERR_OK;
}

static size_t rows_in(Str text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.ptr[i] == '\n';
    return lines + 1;
}

// A deployment's file: says what version it is.
static Err table_of_file(const CodeSets *sets, const CodeFile *file, Str *why, Table *out)
{
    *out = table_open(sets->arena, arena_c(sets->arena, file->name), file->text, 4, why);
    out->rows = tsv_below_notes(file->text, 4);
    out->file = file->name;
    out->version = head_note(file->text, "version");
    out->origin = head_note(file->text, "source");
    if (out->version.len > 0) return ERR_OK;
    return table_wrong(out, "a line \"# version V\" above the columns");
}

// Makes `set` take in the set that the row names; it may stand further down in the file.
static Err take_in(CodeSets *sets, const Table *table, CodeSet *set)
{
    CodeSet *taken = set_of(sets, table->rows.fields[2]);
    if (taken == NULL || taken == set) return table_wrong(table, "a set of another name");
    if (set->include_count == CODE_SET_INCLUDES_MAX) {
        return table_wrong(table, "fewer sets taken in");
    }
    set->includes[set->include_count++] = (uint16_t)(taken - sets->sets);
    return ERR_OK;
}

// Two files of the deployment with one set: it cannot be told which holds.
static Err stands_elsewhere(const Table *table, const CodeSet *set)
{
    *table->why =
        arena_fmt(table->arena,
                  "The set " STR_FMT " of %s stands in " STR_FMT " too: remove one of these files, "
                  "or give one set another name.",
                  STR_ARG(set->name), table->name, STR_ARG(set->file));
    return ERR_INVALID;
}

// The set that the row is of: the one before, or the next, whose rows begin at `first`.
static Err set_of_row(CodeSets *sets, const Table *table, CodeRow *first, CodeSet **set)
{
    Str name = table->rows.fields[0];
    if (*set != NULL && str_eq((*set)->name, name)) return ERR_OK;
    *set = set_of(sets, name);
    if (*set == NULL) return table_wrong(table, "fewer sets: these are more than fit");
    bool above = table->file.len > 0 && (*set)->file.len == 0; // the deployment's stands above
    if (!above && ((*set)->count > 0 || (*set)->include_count > 0)) {
        if (str_eq((*set)->file, table->file)) {
            return table_wrong(table, "keep the rows of a set together");
        }
        return stands_elsewhere(table, *set);
    }
    (*set)->count = 0;
    (*set)->include_count = 0;
    (*set)->rows = first;
    (*set)->file = table->file;
    (*set)->version = table->version;
    (*set)->origin = table->origin;
    return ERR_OK;
}

// A row that names one code of a set.
static Err code_row(CodeSets *sets, Table *table, CodeSet *set, CodeRow *row)
{
    if (set->count == CODE_SET_ROWS_MAX) {
        return table_wrong(table, "at most 100,000 codes in one set: name narrower ones");
    }
    if (str_starts(table->rows.fields[2], STR("<"))) {
        return table_wrong(table, "a code: what < holds is written out by trellis codes load");
    }
    TRY(row_of(sets, table, row));
    set->count++;
    return ERR_OK;
}

static Err read_sets(CodeSets *sets, Table *table)
{
    CodeRow *rows = ARENA_ARRAY(sets->arena, CodeRow, rows_in(table->rows.rest));
    size_t used = 0;
    CodeSet *set = NULL;
    while (tsv_next(&table->rows)) {
        TRY(set_of_row(sets, table, &rows[used], &set));
        if (str_eq(table->rows.fields[1], STR("set"))) {
            TRY(take_in(sets, table, set));
            continue;
        }
        TRY(code_row(sets, table, set, &rows[used++]));
    }
    return table_end(table);
}

static int member_cmp(const void *a, const void *b)
{
    const Membership *left = a;
    const Membership *right = b;
    int cmp = str_cmp(left->system, right->system);
    if (cmp == 0) cmp = str_cmp(left->code, right->code);
    return cmp != 0 ? cmp : (int)left->set - (int)right->set;
}

static bool add_members(CodeSets *sets, size_t into, const CodeSet *from)
{
    if (sets->member_count + from->count > CODE_ROWS_MAX) return false;
    for (size_t i = 0; i < from->count; i++) {
        sets->members[sets->member_count++] =
            (Membership){from->rows[i].system, from->rows[i].code, (uint16_t)into};
    }
    return true;
}

// Marks `at` and all it takes in, without recursion: a circle of sets ends by itself.
static void mark_included(const CodeSets *sets, size_t at, bool *marked)
{
    marked[at] = true;
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < sets->count; i++) {
            for (size_t j = 0; marked[i] && j < sets->sets[i].include_count; j++) {
                uint16_t in = sets->sets[i].includes[j];
                grew = grew || !marked[in];
                marked[in] = true;
            }
        }
    }
}

// At most so many: each set's own rows for itself and for each set that could take it in.
static size_t most_members(const CodeSets *sets)
{
    size_t most = 0;
    for (size_t i = 0; i < sets->count; i++) {
        bool marked[CODE_SETS_MAX] = {false};
        mark_included(sets, i, marked);
        for (size_t j = 0; j < sets->count; j++) most += marked[j] ? sets->sets[j].count : 0;
    }
    return most < CODE_ROWS_MAX ? most : CODE_ROWS_MAX;
}

static Err index_members(CodeSets *sets, Str *why)
{
    sets->members = ARENA_ARRAY(sets->arena, Membership, most_members(sets) + 1);
    for (size_t i = 0; i < sets->count; i++) {
        bool marked[CODE_SETS_MAX] = {false};
        mark_included(sets, i, marked);
        size_t before = sets->member_count;
        for (size_t j = 0; j < sets->count; j++) {
            if (marked[j] && !add_members(sets, i, &sets->sets[j])) {
                *why = STR("code sets: more rows than the program can hold");
                return ERR_INVALID;
            }
        }
        if (sets->member_count == before) {
            *why = arena_fmt(sets->arena, "code sets: the set " STR_FMT " holds no code",
                             STR_ARG(sets->sets[i].name));
            return ERR_INVALID;
        }
    }
    qsort(sets->members, sets->member_count, sizeof *sets->members, member_cmp);
    sets->member_sets = ARENA_ARRAY(sets->arena, uint16_t, sets->member_count + 1);
    size_t kept = 0;
    for (size_t i = 0; i < sets->member_count; i++) {
        if (kept > 0 && member_cmp(&sets->members[kept - 1], &sets->members[i]) == 0) continue;
        sets->members[kept] = sets->members[i];
        sets->member_sets[kept++] = sets->members[i].set;
    }
    sets->member_count = kept;
    return ERR_OK;
}

static Measure *measure_named(CodeSets *sets, Str name)
{
    for (size_t i = 0; i < sets->measure_count; i++) {
        if (str_eq(sets->measures[i].name, name)) return &sets->measures[i];
    }
    return NULL;
}

static Err read_measures(CodeSets *sets, Str text, Str *why)
{
    Table table = table_open(sets->arena, "measures", text, 4, why);
    CodeRow *rows = ARENA_ARRAY(sets->arena, CodeRow, rows_in(text));
    size_t used = 0;
    Measure *measure = NULL;
    while (tsv_next(&table.rows)) {
        if (measure == NULL || !str_eq(measure->name, table.rows.fields[0])) {
            if (measure_named(sets, table.rows.fields[0]) != NULL) {
                return table_wrong(&table, "keep the rows of a measure together");
            }
            if (sets->measure_count == MEASURES_MAX) {
                return table_wrong(&table, "more measures than the program can hold");
            }
            measure = &sets->measures[sets->measure_count++];
            *measure = (Measure){.name = table.rows.fields[0], .rows = &rows[used]};
        }
        if (str_eq(table.rows.fields[1], STR("none"))) { // no source confirms a code for it yet
            measure->label = table.rows.fields[3];
            continue;
        }
        TRY(row_of(sets, &table, &rows[used++]));
        measure->count++;
    }
    return table_end(&table);
}

static Err read_units(CodeSets *sets, Str text, Str *why)
{
    Table table = table_open(sets->arena, "units", text, 7, why);
    while (tsv_next(&table.rows)) {
        Measure *measure = measure_named(sets, table.rows.fields[0]);
        if (measure == NULL) return table_wrong(&table, "a measure that measures.tsv names");
        if (measure->unit_count == UNITS_OF_MEASURE_MAX) return table_wrong(&table, "fewer units");
        MeasureUnit unit = {.unit = table.rows.fields[2]};
        bool has_below = false;
        bool ok = number_of(table.rows.fields[3], &unit.factor) &&
                  number_of(table.rows.fields[4], &unit.plus) &&
                  bound_of(table.rows.fields[5], &unit.by_range, &unit.from) &&
                  bound_of(table.rows.fields[6], &has_below, &unit.below) &&
                  has_below == unit.by_range;
        if (!ok) return table_wrong(&table, "numbers for factor, plus, from and below");
        measure->label = table.rows.fields[1];
        measure->units[measure->unit_count++] = unit;
    }
    return table_end(&table);
}

static bool sex_of(Str text, RuleSex *out)
{
    static const char *const WORDS[] = {"any", "male", "female"};
    for (int i = 0; i < 3; i++) {
        if (!str_eq(text, str_from_c(WORDS[i]))) continue;
        *out = (RuleSex)i; // RULE_ANY_SEX, RULE_MALE, RULE_FEMALE
        return true;
    }
    return false;
}

static bool bounds_of(const Table *table, ValueRule *rule)
{
    return bound_of(table->rows.fields[3], &rule->has_below, &rule->below) &&
           bound_of(table->rows.fields[4], &rule->has_above, &rule->above);
}

static Err read_values(CodeSets *sets, Str text, Str *why)
{
    Table table = table_open(sets->arena, "values", text, 5, why);
    while (tsv_next(&table.rows)) {
        ValueRule rule = {.set = table.rows.fields[0],
                          .measure = measure_find(sets, table.rows.fields[1])};
        const char *wrong = NULL;
        if (sets->rule_count == VALUE_RULES_MAX) wrong = "fewer rules";
        if (!bounds_of(&table, &rule)) wrong = "a number or - for below and above";
        if (!sex_of(table.rows.fields[2], &rule.sex)) wrong = "any, male or female";
        if (rule.measure == NULL) wrong = "a measure that is there";
        if (code_set_index(sets, rule.set) < 0) wrong = "a set that is there";
        if (wrong != NULL) return table_wrong(&table, wrong);
        sets->rules[sets->rule_count++] = rule;
    }
    return table_end(&table);
}

static Str with_kind(Arena *arena, Str name, Str kind)
{
    return arena_fmt(arena, STR_FMT " (" STR_FMT ")", STR_ARG(name), STR_ARG(kind));
}

static Str record_of(Arena *arena, Str one)
{
    return arena_fmt(arena, "record of " STR_FMT, STR_ARG(one));
}

static Err read_names(CodeSets *sets, const char *name, Str text, Str *why)
{
    Table table = table_open(sets->arena, name, text, 3, why);
    while (tsv_next(&table.rows)) {
        int at = code_set_index(sets, table.rows.fields[0]);
        if (at < 0) return table_wrong(&table, "a set that is there");
        CodeSet *set = &sets->sets[at];
        set->one = set->title = table.rows.fields[1];
        set->many = set->titles = table.rows.fields[2];
        set->note = table.rows.fields[3];
        Str kind = table.rows.fields[4];
        bool said = table.rows.fields[5].len > 0;
        set->single = said ? table.rows.fields[5] : record_of(sets->arena, set->one);
        if (kind.len == 0) continue;
        set->title = with_kind(sets->arena, set->one, kind);
        set->titles = with_kind(sets->arena, set->many, kind);
    }
    return table_end(&table);
}

// Two of one title are told apart by their keys.
static void part_titles(CodeSets *sets)
{
    bool shared[CODE_SETS_MAX] = {false};
    for (size_t i = 0; i < sets->count; i++) {
        for (size_t k = i + 1; k < sets->count; k++) {
            if (!str_eq(sets->sets[i].title, sets->sets[k].title)) continue;
            shared[i] = shared[k] = true;
        }
    }
    for (size_t i = 0; i < sets->count; i++) {
        CodeSet *set = &sets->sets[i];
        if (!shared[i]) continue;
        set->title = with_kind(sets->arena, set->title, set->name);
        set->titles = with_kind(sets->arena, set->titles, set->name);
    }
}

static void name_by_key(CodeSets *sets)
{
    for (size_t i = 0; i < sets->count; i++) {
        CodeSet *set = &sets->sets[i];
        set->one = set->many = set->title = set->titles = set->name;
        set->single = record_of(sets->arena, set->name);
    }
}

// What the set holds, said shortly: members are sorted, so that the same codes give the same hash.
static void hash_sets(CodeSets *sets)
{
    size_t *first = ARENA_ARRAY(sets->arena, size_t, sets->count + 2);
    size_t *by_set = ARENA_ARRAY(sets->arena, size_t, sets->member_count + 1);
    for (size_t i = 0; i < sets->member_count; i++) first[sets->members[i].set + 2]++;
    for (size_t s = 0; s < sets->count; s++) first[s + 2] += first[s + 1];
    for (size_t i = 0; i < sets->member_count; i++) by_set[first[sets->members[i].set + 1]++] = i;
    for (size_t s = 0; s < sets->count; s++) {
        CLEANUP(buf_free) Buf text = buf_new((size_t)CODE_SET_ROWS_MAX * CODE_TEXT_BYTES_MAX);
        for (size_t i = first[s]; i < first[s + 1]; i++) {
            const Membership *member = &sets->members[by_set[i]];
            buf_fmt(&text, STR_FMT "\t" STR_FMT "\n", STR_ARG(member->system),
                    STR_ARG(member->code));
        }
        uint8_t hash[SHA256_BYTES];
        sha256(buf_str(&text), hash);
        sets->sets[s].codes = first[s + 1] - first[s];
        sets->sets[s].hash = str_slice(sha256_hex(sets->arena, hash), 0, 16);
    }
}

static int retired_cmp(const void *a, const void *b)
{
    const Retired *left = a;
    const Retired *right = b;
    int cmp = str_cmp(left->system, right->system);
    return cmp != 0 ? cmp : str_cmp(left->code, right->code);
}

static Err read_retired(CodeSets *sets, Str text, Str *why)
{
    Table table = table_open(sets->arena, "retired.tsv", text, 2, why);
    size_t most = rows_in(text);
    if (most > RETIRED_MAX) return table_wrong(&table, "at most 1,000,000 rows");
    sets->retired = ARENA_ARRAY(sets->arena, Retired, most + 1);
    while (tsv_next(&table.rows)) {
        const Str *f = table.rows.fields;
        sets->retired[sets->retired_count++] = (Retired){f[0], f[1], f[2]};
    }
    qsort(sets->retired, sets->retired_count, sizeof *sets->retired, retired_cmp);
    return table_end(&table);
}

// The rows of every file of sets, the program's before the deployment's own.
static Err read_rows_of_sets(CodeSets *sets, const CodeFiles *files, Str *why)
{
    for (size_t i = 0; i < COUNT_OF(files->sets); i++) {
        Table table = table_open(sets->arena, "sets", files->sets[i], 4, why);
        TRY(read_sets(sets, &table));
    }
    for (size_t i = 0; i < files->own_count; i++) {
        Table table;
        TRY(table_of_file(sets, &files->own[i], why, &table));
        TRY(read_sets(sets, &table));
    }
    return ERR_OK;
}

static Err read_all_sets(CodeSets *sets, const CodeFiles *files, Str *why)
{
    TRY(read_rows_of_sets(sets, files, why));
    TRY(index_members(sets, why));
    hash_sets(sets);
    name_by_key(sets);
    TRY(read_names(sets, "names", files->names, why));
    TRY(read_names(sets, "names.tsv", files->own_names, why));
    part_titles(sets);
    return read_retired(sets, files->retired, why);
}

Err code_sets_from(Arena *arena, const CodeFiles *files, const CodeSets **out, Str *why_out)
{
    CodeSets *sets = ARENA_NEW(arena, CodeSets);
    sets->arena = arena;
    sets->sets = ARENA_ARRAY(arena, CodeSet, CODE_SETS_MAX);
    sets->measures = ARENA_ARRAY(arena, Measure, MEASURES_MAX);
    sets->rules = ARENA_ARRAY(arena, ValueRule, VALUE_RULES_MAX);
    sets->sources = ARENA_ARRAY(arena, CodeSource, CODE_SOURCES_MAX);
    sets->scores = ARENA_ARRAY(arena, CodeScore, CODE_SCORES_MAX);
    TRY(read_sources(sets, files->sources, why_out));
    TRY(read_all_sets(sets, files, why_out));
    TRY(read_measures(sets, files->measures, why_out));
    TRY(read_units(sets, files->units, why_out));
    TRY(read_values(sets, files->values, why_out));
    TRY(code_scores_from(arena, sets, files->scores, sets->scores, &sets->score_count, why_out));
    *out = sets;
    return ERR_OK;
}

Err code_sets_read(Arena *arena, const CodeSets **out, Str *why_out)
{
    CodeFiles files = code_files();
    return code_sets_from(arena, &files, out, why_out);
}

size_t code_sets_count(const CodeSets *sets)
{
    return sets->count;
}

const CodeSet *code_set_at(const CodeSets *sets, size_t index)
{
    assert(index < sets->count);
    return &sets->sets[index];
}

const uint16_t *code_sets_of(const CodeSets *sets, Str system, Str code, size_t *count_out)
{
    size_t low = 0;
    size_t high = sets->member_count;
    Membership first = {system, code, 0};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (member_cmp(&sets->members[middle], &first) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t end = low;
    while (end < sets->member_count && str_eq(sets->members[end].system, system) &&
           str_eq(sets->members[end].code, code)) {
        end++;
    }
    *count_out = end - low;
    return &sets->member_sets[low];
}

bool code_set_holds(const CodeSets *sets, int index, Str system, Str code)
{
    size_t count = 0;
    const uint16_t *in = code_sets_of(sets, system, code, &count);
    for (size_t i = 0; i < count; i++) {
        if (in[i] == index) return true;
    }
    return false;
}

size_t code_scores_count(const CodeSets *sets)
{
    return sets->score_count;
}

const CodeScore *code_score_at(const CodeSets *sets, size_t index)
{
    assert(index < sets->score_count);
    return &sets->scores[index];
}

size_t measures_count(const CodeSets *sets)
{
    return sets->measure_count;
}

const Measure *measure_at(const CodeSets *sets, size_t index)
{
    assert(index < sets->measure_count);
    return &sets->measures[index];
}

const Measure *measure_find(const CodeSets *sets, Str name)
{
    for (size_t i = 0; i < sets->measure_count; i++) {
        if (str_eq(sets->measures[i].name, name)) return &sets->measures[i];
    }
    return NULL;
}

bool measure_value(const Measure *measure, double value, Str unit, double *out)
{
    for (size_t i = 0; i < measure->unit_count; i++) {
        const MeasureUnit *known = &measure->units[i];
        bool fits = unit.len > 0 ? str_eq_ascii_fold(known->unit, unit)
                                 : known->by_range && value >= known->from && value < known->below;
        if (!fits) continue;
        *out = value * known->factor + known->plus;
        return true;
    }
    return false;
}

const ValueRule *value_rules(const CodeSets *sets, size_t *count_out)
{
    *count_out = sets->rule_count;
    return sets->rules;
}

bool value_rule_met(const ValueRule *rule, double value, RuleSex sex)
{
    if (rule->sex != RULE_ANY_SEX && rule->sex != sex) return false;
    return (rule->has_below && value < rule->below) || (rule->has_above && value > rule->above);
}

bool code_retired(const CodeSets *sets, Str system, Str code, Str *on_out)
{
    Retired key = {.system = system, .code = code};
    const Retired *found =
        sets->retired_count == 0
            ? NULL
            : bsearch(&key, sets->retired, sets->retired_count, sizeof *sets->retired, retired_cmp);
    *on_out = found == NULL ? STR("") : found->on;
    return found != NULL;
}
