// cohort_define.c -- reads the text of a definition; says the line and what was expected there.
#include "insight/cohort/cohort_define.h"

#include "insight/cohort/cohort_frailty.h"

typedef struct Reader {
    Arena *arena;
    const CodeSets *sets;
    Str rest;
    int line;
    bool has_line; // `depth` and `words` hold a line that was not used yet
    int depth;     // levels in
    Str words[DEFINITION_WORDS_MAX];
    size_t count;
    size_t at; // the next word
    int rules;
    Str *why;
} Reader;

static Err wrong(Reader *r, Str expected)
{
    *r->why = arena_fmt(r->arena, "line %d: " STR_FMT, r->line, STR_ARG(expected));
    return ERR_INVALID;
}

#define EXPECT(r, text) return wrong((r), STR(text))

// Cuts one line into words and counts how far in it stands.
static Err read_words(Reader *r, Str line)
{
    size_t spaces = 0;
    while (spaces < line.len && line.ptr[spaces] == ' ') spaces++;
    r->depth = (int)(spaces / 2);
    r->count = 0;
    r->at = 0;
    Str rest = str_trim(line);
    if (rest.len == 0 || rest.ptr[0] == '#') return ERR_OK;
    if (spaces % 2 != 0) EXPECT(r, "go in by two spaces for each level");
    Str word;
    while (str_split(&rest, ' ', &word)) {
        if (word.len == 0) continue;
        for (size_t i = 0; i < word.len; i++) {
            if ((unsigned char)word.ptr[i] < 0x20) EXPECT(r, "use spaces, not tabs");
        }
        if (r->count == DEFINITION_WORDS_MAX) EXPECT(r, "fewer words in one line");
        r->words[r->count++] = word;
    }
    return ERR_OK;
}

// The next line that says something; r->has_line false at the end.
static Err next_line(Reader *r)
{
    if (r->has_line) return ERR_OK;
    Str line;
    while (str_split(&r->rest, '\n', &line)) {
        r->line++;
        TRY(read_words(r, line));
        if (r->count == 0) continue;
        r->has_line = true;
        return ERR_OK;
    }
    return ERR_OK;
}

static bool take(Reader *r, const char *word)
{
    if (r->at >= r->count || !str_eq(r->words[r->at], str_from_c(word))) return false;
    r->at++;
    return true;
}

static bool take_two(Reader *r, const char *first, const char *second)
{
    if (r->at + 1 >= r->count || !str_eq(r->words[r->at], str_from_c(first)) ||
        !str_eq(r->words[r->at + 1], str_from_c(second))) {
        return false;
    }
    r->at += 2;
    return true;
}

static bool take_int(Reader *r, int max, int *out)
{
    int64_t n = 0;
    if (r->at >= r->count || !str_i64(r->words[r->at], 1, max, &n)) return false;
    r->at++;
    *out = (int)n;
    return true;
}

static bool take_number(Reader *r, double *out)
{
    char copy[24];
    if (r->at >= r->count || r->words[r->at].len >= sizeof copy) return false;
    Str word = r->words[r->at];
    for (size_t i = 0; i < word.len; i++) {
        if ((word.ptr[i] < '0' || word.ptr[i] > '9') && word.ptr[i] != '.') return false;
        copy[i] = word.ptr[i];
    }
    copy[word.len] = '\0';
    char *end = NULL;
    *out = strtod(copy, &end);
    if (end != copy + word.len) return false;
    r->at++;
    return true;
}

static Err take_end(Reader *r)
{
    if (r->at == r->count) return ERR_OK;
    return wrong(r, arena_fmt(r->arena, "nothing was expected at \"" STR_FMT "\"",
                              STR_ARG(r->words[r->at])));
}

static Err take_months(Reader *r, bool needed, CohortRule *rule)
{
    if (!take(r, "within")) {
        if (needed) EXPECT(r, "write \"within\" and a number of months");
        return ERR_OK;
    }
    if (!take_int(r, RULE_MONTHS_MAX, &rule->months) || !(take(r, "months") || take(r, "month"))) {
        EXPECT(r, "write a number of months, like \"within 12 months\"");
    }
    return ERR_OK;
}

// SET [or SET]...
static Err take_sets(Reader *r, CohortRule *rule)
{
    do {
        if (r->at >= r->count) EXPECT(r, "write the name of a code set");
        Str name = r->words[r->at++];
        int set = code_set_index(r->sets, name);
        if (set < 0) {
            return wrong(
                r, arena_fmt(r->arena, "no code set is called \"" STR_FMT "\"", STR_ARG(name)));
        }
        if (rule->name_count == RULE_SETS_MAX) EXPECT(r, "fewer code sets in one rule");
        rule->names[rule->name_count] = name;
        rule->sets[rule->name_count++] = set;
    } while (take(r, "or"));
    return ERR_OK;
}

static Err read_age(Reader *r, CohortRule *rule)
{
    rule->kind = take_two(r, "at", "least") ? RULE_AGE_AT_LEAST : RULE_AGE_UNDER;
    if (rule->kind == RULE_AGE_UNDER && !take(r, "under")) {
        EXPECT(r, "write \"age at least\" or \"age under\" and a number of years");
    }
    if (!take_int(r, RULE_YEARS_MAX, &rule->count)) {
        EXPECT(r, "write an age in whole years, 1 to 130");
    }
    return ERR_OK;
}

static Err read_practices(Reader *r, CohortRule *rule)
{
    rule->kind = RULE_PRACTICE;
    do {
        if (r->at >= r->count || rule->name_count == RULE_SETS_MAX) {
            EXPECT(r, "write the ODS codes of up to 16 practices, with \"or\" between them");
        }
        rule->names[rule->name_count++] = r->words[r->at++];
    } while (take(r, "or"));
    return ERR_OK;
}

static Err read_frailty(Reader *r, CohortRule *rule)
{
    static const char *const BANDS[FRAILTY_BANDS] = {"fit", "mild", "moderate", "severe"};
    rule->kind = RULE_FRAILTY;
    do {
        bool known = false;
        for (unsigned b = 0; b < FRAILTY_BANDS && !known; b++) {
            known = take(r, BANDS[b]);
            if (known) rule->bands |= 1U << b;
        }
        if (!known) EXPECT(r, "write fit, mild, moderate or severe, with \"or\" between them");
    } while (take(r, "or"));
    return ERR_OK;
}

static Err read_conditions(Reader *r, CohortRule *rule)
{
    rule->kind = RULE_CONDITIONS;
    if (!take_two(r, "at", "least") || !take_int(r, RULE_COUNT_MAX, &rule->count)) {
        EXPECT(r, "write \"conditions at least\" and a number");
    }
    return ERR_OK;
}

static Err read_latest(Reader *r, CohortRule *rule)
{
    if (r->at >= r->count) EXPECT(r, "write the name of a measure, like hba1c");
    Str name = r->words[r->at++];
    rule->measure = measure_find(r->sets, name);
    if (rule->measure == NULL) {
        return wrong(r, arena_fmt(r->arena, "no measure is called \"" STR_FMT "\"", STR_ARG(name)));
    }
    rule->kind = take(r, "over") ? RULE_LATEST_OVER : RULE_LATEST_UNDER;
    if (rule->kind == RULE_LATEST_UNDER && !take(r, "under")) {
        EXPECT(r, "write \"over\" or \"under\" and a value with its unit");
    }
    double value = 0;
    if (!take_number(r, &value)) EXPECT(r, "write a value, like 58 mmol/mol");
    Str unit = r->at < r->count ? r->words[r->at++] : STR("");
    if (unit.len == 0 || !measure_value(rule->measure, value, unit, &rule->bound)) {
        return wrong(r, arena_fmt(r->arena, "write a unit of " STR_FMT ", like " STR_FMT,
                                  STR_ARG(rule->measure->label),
                                  STR_ARG(rule->measure->units[0].unit)));
    }
    return take_months(r, false, rule);
}

static Err read_no(Reader *r, CohortRule *rule)
{
    if (take(r, "contact")) {
        rule->kind = RULE_NO_CONTACT;
        return take_months(r, true, rule);
    }
    if (take(r, "plan")) {
        rule->kind = RULE_NO_PLAN;
        if (!take_two(r, "in", "date")) EXPECT(r, "write \"no plan in date\"");
        return ERR_OK;
    }
    rule->kind = RULE_HAS_NO;
    TRY(take_sets(r, rule));
    return take_months(r, false, rule);
}

static Err read_count(Reader *r, CohortRule *rule)
{
    rule->kind = RULE_COUNT;
    if (!take_int(r, RULE_COUNT_MAX, &rule->count)) {
        EXPECT(r, "write how many, like \"at least 2\"");
    }
    TRY(take_sets(r, rule));
    return take_months(r, true, rule);
}

static Err read_not(Reader *r, CohortRule *rule)
{
    rule->kind = RULE_NOT_ON_CASELOAD;
    if (!take_two(r, "on", "caseload")) EXPECT(r, "write \"not on caseload\"");
    return ERR_OK;
}

static Err read_has(Reader *r, CohortRule *rule)
{
    rule->kind = RULE_HAS;
    TRY(take_sets(r, rule));
    TRY(take_months(r, false, rule));
    if (!take(r, "unless")) return ERR_OK;
    CohortRule end = {0};
    if (!take(r, "since")) EXPECT(r, "write \"unless since\" and the name of a code set");
    TRY(take_sets(r, &end));
    if (end.name_count != 1) EXPECT(r, "write one code set after \"unless since\"");
    rule->ended = end.sets[0] + 1;
    return ERR_OK;
}

static Err read_single(Reader *r, CohortRule *rule)
{
    Err err = ERR_OK;
    if (take(r, "age")) {
        err = read_age(r, rule);
    } else if (take(r, "registered")) {
        rule->kind = RULE_REGISTERED;
    } else if (take(r, "practice")) {
        err = read_practices(r, rule);
    } else if (take(r, "frailty")) {
        err = read_frailty(r, rule);
    } else if (take(r, "conditions")) {
        err = read_conditions(r, rule);
    } else if (take(r, "has")) {
        err = read_has(r, rule);
    } else if (take(r, "latest")) {
        err = read_latest(r, rule);
    } else if (take(r, "no")) {
        err = read_no(r, rule);
    } else if (take(r, "not")) {
        err = read_not(r, rule);
    } else if (take_two(r, "at", "least")) {
        err = read_count(r, rule);
    } else {
        return wrong(
            r, arena_fmt(r->arena, "no rule begins with \"" STR_FMT "\"", STR_ARG(r->words[0])));
    }
    TRY(err);
    return take_end(r);
}

static bool is_group(const Reader *r, RuleKind *kind_out)
{
    if (r->count != 1) return false;
    static const char *const NAMES[] = {"all", "any", "none"};
    for (int i = 0; i < 3; i++) {
        if (str_eq(r->words[0], str_from_c(NAMES[i]))) {
            *kind_out = (RuleKind)i; // RULE_ALL, RULE_ANY, RULE_NONE
            return true;
        }
    }
    return false;
}

// The rule that the waiting line begins; a group takes the lines that stand further in.
static Err read_rule(Reader *r, int depth, CohortRule **out)
{
    if (depth >= DEFINITION_DEPTH_MAX) EXPECT(r, "fewer groups inside each other");
    if (r->depth != depth) EXPECT(r, "go in by two spaces for each level");
    if (r->rules == DEFINITION_RULES_MAX) EXPECT(r, "fewer rules");
    CohortRule *rule = ARENA_NEW(r->arena, CohortRule);
    rule->line = r->line;
    rule->index = r->rules++;
    r->has_line = false;
    *out = rule;
    if (!is_group(r, &rule->kind)) return read_single(r, rule);

    CohortRule **end = &rule->first;
    for (;;) {
        TRY(next_line(r));
        if (!r->has_line || r->depth <= depth) break;
        TRY(read_rule(r, depth + 1, end));
        end = &(*end)->next;
    }
    if (rule->first == NULL) {
        r->line = rule->line;
        EXPECT(r, "rules two spaces further in are missing below this");
    }
    return ERR_OK;
}

// The rest of a heading's line after its first word, as written.
static Str heading_text(const Reader *r)
{
    if (r->count < 2) return STR("");
    const char *from = r->words[1].ptr;
    Str last = r->words[r->count - 1];
    return (Str){from, (size_t)(last.ptr + last.len - from)};
}

static bool key_ok(Str key)
{
    if (key.len == 0 || key.len > 60) return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') return false;
    }
    return true;
}

static Err read_headings(Reader *r, Definition *out)
{
    static const char *const NAMES[] = {"cohort", "name", "purpose", "owner", "offer"};
    Str *const into[] = {&out->key, &out->name, &out->purpose, &out->owner, &out->offer};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        TRY(next_line(r));
        if (!r->has_line || r->depth != 0 || !str_eq(r->words[0], str_from_c(NAMES[i])) ||
            r->count < 2) {
            return wrong(r, arena_fmt(r->arena, "write \"%s\" and what it is", NAMES[i]));
        }
        *into[i] = heading_text(r);
        r->has_line = false;
        if (i == 0 && !key_ok(out->key)) EXPECT(r, "a key of small letters, digits and hyphens");
    }
    return ERR_OK;
}

Err definition_read(Arena *arena, const CodeSets *sets, Str text, Definition *out, Str *why_out)
{
    Reader *r = ARENA_NEW(arena, Reader);
    *r = (Reader){.arena = arena, .sets = sets, .rest = text, .why = why_out};
    *out = (Definition){0};
    if (text.len > DEFINITION_BYTES_MAX) EXPECT(r, "a shorter definition");
    TRY(read_headings(r, out));
    TRY(next_line(r));
    RuleKind kind = RULE_ALL;
    if (!r->has_line || !is_group(r, &kind)) EXPECT(r, "write all, any or none, then its rules");
    CohortRule *root = NULL;
    TRY(read_rule(r, 0, &root));
    out->root = root;
    out->rules = r->rules;
    TRY(next_line(r));
    if (r->has_line) EXPECT(r, "only one all, any or none may stand at the left");
    out->version = arena_fmt(arena, "%016llx", (unsigned long long)str_hash(text));
    return ERR_OK;
}
