// definition_json.c -- a definition as JSON, exactly, and back: the text's patterns, by name.
//
//     {"cohort": "a", "name": "A", ..., "rule": {"rule": "all", "rules": [
//       {"rule": "age-at-least", "years": 65},
//       {"rule": "has", "sets": ["diabetes"], "window": {"kind": "within", "months": 6}}]}}
#include "base/json.h"
#include "base/near.h"
#include "base/utf8.h"
#include "insight/definition/definition.h"

#include <limits.h>

enum { RULE_KEYS_MAX = 16, NEAR_KEYS_MAX = 12 };

// ---- written

static void put_number(JsonOut *out, double value)
{
    CLEANUP(buf_free) Buf text = buf_new(64);
    number_print(&text, value);
    json_put_number(out, buf_str(&text));
}

static void put_day(JsonOut *out, const char *key, Date day)
{
    if (date_is_none(day)) return;
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    json_field_str(out, key, date_iso(scratch, day));
}

static const char *const WINDOWS[] = {"ever", "within", "before", "since", "between", "more-than"};

static void put_window(JsonOut *out, const RuleWindow *window)
{
    if (window->kind == WINDOW_EVER) return;
    json_field_obj(out, "window");
    json_field_str(out, "kind", str_from_c(WINDOWS[window->kind]));
    if (window->n > 0) json_field_i64(out, window->days ? "days" : "months", window->n);
    put_day(out, "from", window->from);
    put_day(out, "to", window->to);
    json_obj_end(out);
}

static void put_value(JsonOut *out, const Slot *slot, const CohortRule *rule)
{
    if (slot->shape == SLOT_COMPARE) {
        json_field_str(out, "compare", str_from_c(compare_name(rule->compare)));
    }
    json_put_key(out, STR("value"));
    put_number(out, rule->value);
    if (slot->shape == SLOT_COMPARE && rule->compare == COMPARE_BETWEEN) {
        json_put_key(out, STR("to"));
        put_number(out, rule->value_to);
    }
    if (slot->shape != SLOT_POINTS) json_field_str(out, "unit", rule->unit->unit);
}

static void put_slot(JsonOut *out, const Slot *slot, const CohortRule *rule)
{
    switch (slot->shape) {
    case SLOT_INT:
    case SLOT_MONTHS:
    case SLOT_DAYS: json_field_i64(out, slot->name, slot_int_of(slot, rule)); return;
    case SLOT_COMPARE:
    case SLOT_AMOUNT:
    case SLOT_POINTS: put_value(out, slot, rule); return;
    case SLOT_WINDOW: put_window(out, &rule->window); return;
    case SLOT_UNLESS: json_field_opt(out, slot->name, rule->ended_name); return;
    case SLOT_WORD: json_field_str(out, slot->name, slot_word(slot, rule, 0)); return;
    case SLOT_WORDS:
    case SLOT_PHRASES:
        json_field_arr(out, slot->name);
        for (size_t i = 0; i < slot_count(slot, rule); i++) {
            json_put_str(out, slot_word(slot, rule, i));
        }
        json_arr_end(out);
        return;
    }
}

static void put_rule(JsonOut *out, const CohortRule *rule)
{
    json_obj_begin(out);
    const Pattern *pattern = pattern_of(rule->kind);
    json_field_str(out, "rule",
                   str_from_c(pattern != NULL ? pattern->name : group_name(rule->kind)));
    json_field_opt(out, "note", rule->note);
    if (pattern != NULL) {
        Str rest = str_from_c(pattern->text);
        Str word;
        const Slot *slot = NULL;
        while (pattern_step(&rest, &word, &slot)) {
            if (slot != NULL) put_slot(out, slot, rule);
        }
    } else {
        if (rule->kind == RULE_SOME) json_field_i64(out, "times", rule->count);
        json_field_arr(out, "rules");
        for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
            put_rule(out, inner);
        }
        json_arr_end(out);
    }
    json_obj_end(out);
}

Str definition_json(Arena *arena, const Definition *definition)
{
    CLEANUP(buf_free) Buf text = buf_new((size_t)4 * 1024 * 1024);
    JsonOut out = json_out(&text);
    out.pretty = true;
    json_obj_begin(&out);
    json_field_str(&out, "cohort", definition->key);
    json_field_str(&out, "name", definition->name);
    json_field_str(&out, "purpose", definition->purpose);
    json_field_str(&out, "owner", definition->owner);
    json_field_str(&out, "offer", definition->offer);
    put_day(&out, "start", definition->start);
    put_day(&out, "end", definition->end);
    if (definition->target > 0) json_field_i64(&out, "target", definition->target);
    put_day(&out, "review", definition->review);
    json_field_opt(&out, "confirm", definition->confirm);
    json_field_opt(&out, "also", definition_also_text(definition->also));
    json_field_opt(&out, "note", definition->note);
    json_field_opt(&out, "note-end", definition->note_end);
    json_put_key(&out, STR("rule"));
    put_rule(&out, definition->root);
    json_obj_end(&out);
    return arena_str(arena, buf_str(&text));
}

// ---- read

typedef struct Taker { // one object: which of its keys were asked for
    Arena *arena;
    const CodeSets *sets;
    const Json *object;
    Str path; // of the object
    const char *keys[RULE_KEYS_MAX];
    size_t key_count;
    int *rules;
    Str *why;
} Taker;

static Str path_to(const Taker *t, const char *key)
{
    return t->path.len == 0 ? str_from_c(key)
                            : arena_fmt(t->arena, STR_FMT ".%s", STR_ARG(t->path), key);
}

static Err wrong(const Taker *t, const char *key, Str expected)
{
    Str path = key == NULL ? t->path : path_to(t, key);
    *t->why = arena_fmt(t->arena, STR_FMT ": expected " STR_FMT, STR_ARG(path), STR_ARG(expected));
    return ERR_INVALID;
}

static const Json *field(Taker *t, const char *key)
{
    assert(t->key_count < RULE_KEYS_MAX);
    t->keys[t->key_count++] = key;
    return json_get(t->object, key);
}

// Nothing may stand in the object that was not asked for: it would be lost without a word.
static Err no_more(const Taker *t)
{
    for (size_t i = 0; i < json_count(t->object); i++) {
        Str key = json_key(json_at(t->object, i));
        bool asked = false;
        for (size_t k = 0; k < t->key_count; k++) {
            asked = asked || str_eq(key, str_from_c(t->keys[k]));
        }
        if (asked) continue;
        Str shown = str_slice(key, 0, key.len < 60 && utf8_valid(key) ? key.len : 0);
        return wrong(t, NULL,
                     arena_fmt(t->arena, "nothing called \"" STR_FMT "\"", STR_ARG(shown)));
    }
    return ERR_OK;
}

static Err take_line(Taker *t, const char *key, size_t chars_max, Str *out)
{
    const Json *node = field(t, key);
    if (node == NULL) return ERR_OK;
    Str text = json_str(node);
    if (json_kind(node) != JSON_STRING || text.len == 0 || !definition_line_ok(text) ||
        str_chars(text) > chars_max) {
        return wrong(t, key, arena_fmt(t->arena, "a line of 1 to %zu characters", chars_max));
    }
    *out = text;
    return ERR_OK;
}

static Err take_note(Taker *t, const char *key, Str *out)
{
    const Json *node = field(t, key);
    if (node == NULL) return ERR_OK;
    Str rest = json_str(node);
    bool ok = rest.len > 0 && rest.ptr[0] != '\n' && rest.ptr[rest.len - 1] != '\n';
    Str line;
    while (ok && str_split(&rest, '\n', &line)) {
        ok = line.len == 0 || (definition_line_ok(str_trim(line)) &&
                               line.ptr[line.len - 1] != ' ' && line.ptr[0] != '\t');
        for (size_t i = 0; i < line.len; i++) ok = ok && (unsigned char)line.ptr[i] >= ' ';
    }
    if (!ok) return wrong(t, key, STR("lines of text without blanks at their ends"));
    *out = json_str(node);
    return ERR_OK;
}

static Err take_day(Taker *t, const char *key, bool needed, Date *out)
{
    const Json *node = field(t, key);
    if (node == NULL && !needed) return ERR_OK;
    Date day = DATE_NONE;
    if (!date_parse_iso(json_str(node), &day) || date_year(day) < DATE_HUMAN_YEAR_MIN ||
        date_year(day) > DATE_HUMAN_YEAR_MAX) {
        return wrong(t, key, STR("a day of the calendar, like \"2026-04-01\""));
    }
    *out = day;
    return ERR_OK;
}

static Err take_int(Taker *t, const char *key, int64_t min, int64_t max, int *out)
{
    const Json *node = field(t, key);
    int64_t n = 0;
    if (!json_i64(node, &n) || n < min || n > max) {
        return wrong(
            t, key,
            arena_fmt(t->arena, "a whole number, %lld to %lld", (long long)min, (long long)max));
    }
    *out = (int)n;
    return ERR_OK;
}

static Err take_number(Taker *t, const char *key, double *out)
{
    const Json *node = field(t, key);
    if (json_kind(node) != JSON_NUMBER || !number_read(json_text(node), out)) {
        return wrong(t, key, STR("a number with at most 9 digits and 6 decimals"));
    }
    return ERR_OK;
}

static Err wrong_word(const Taker *t, const Slot *slot, const CohortRule *rule, Str word)
{
    Str nearest = STR("");
    int by = INT_MAX;
    Str known;
    for (size_t i = 0; (known = slot_known(slot, t->sets, i)).len > 0; i++) {
        int distance = near_distance(word, known);
        if (distance == 0 || distance >= by || !near_enough(word, distance)) continue;
        nearest = known;
        by = distance;
    }
    Str what = slot_what(t->arena, slot, rule);
    if (nearest.len == 0) return wrong(t, slot->name, what);
    return wrong(t, slot->name,
                 arena_fmt(t->arena, STR_FMT "; did you mean " STR_FMT "?", STR_ARG(what),
                           STR_ARG(nearest)));
}

static Err take_words(Taker *t, const Slot *slot, CohortRule *rule)
{
    const Json *node = field(t, slot->name);
    bool list = slot_is_list(slot);
    size_t count = list ? json_count(node) : 1;
    bool kind = json_kind(node) == (list ? JSON_ARRAY : JSON_STRING);
    if (!kind || count == 0) return wrong_word(t, slot, rule, STR(""));
    for (size_t i = 0; i < count; i++) {
        const Json *word = list ? json_at(node, i) : node;
        if (json_kind(word) != JSON_STRING || !slot_put(slot, t->sets, rule, json_str(word))) {
            return wrong_word(t, slot, rule, json_str(word));
        }
    }
    return ERR_OK;
}

static Err take_unit(Taker *t, CohortRule *rule)
{
    Str unit = json_str(field(t, "unit"));
    return unit_put(rule, unit) ? ERR_OK : wrong(t, "unit", units_of(t->arena, rule));
}

static Err take_compare(Taker *t, CohortRule *rule)
{
    Str name = json_str(field(t, "compare"));
    for (int c = COMPARE_OVER; c <= COMPARE_BETWEEN; c++) {
        if (str_eq(name, str_from_c(compare_name(c)))) rule->compare = c;
    }
    if (rule->compare == 0) {
        return wrong(t, "compare", STR("over, under, at least, at most or between"));
    }
    TRY(take_number(t, "value", &rule->value));
    if (rule->compare == COMPARE_BETWEEN) {
        TRY(take_number(t, "to", &rule->value_to));
        if (rule->value_to < rule->value) {
            return wrong(t, "to", STR("a number not below \"value\""));
        }
    }
    return take_unit(t, rule);
}

static Err take_span(Taker *t, RuleWindow *window)
{
    window->days = json_get(t->object, "days") != NULL;
    return window->days ? take_int(t, "days", 1, RULE_DAYS_MAX, &window->n)
                        : take_int(t, "months", 1, RULE_MONTHS_MAX, &window->n);
}

static Err take_between(Taker *t, RuleWindow *window)
{
    TRY(take_day(t, "from", true, &window->from));
    TRY(take_day(t, "to", true, &window->to));
    bool back = date_cmp(window->to, window->from) < 0;
    return back ? wrong(t, "to", STR("a day that is not before \"from\"")) : ERR_OK;
}

static Err take_window_days(Taker *t, RuleWindow *window)
{
    switch (window->kind) {
    case WINDOW_EVER: break;
    case WINDOW_WITHIN:
    case WINDOW_MORE_THAN: return take_span(t, window);
    case WINDOW_BEFORE: return take_day(t, "to", true, &window->to);
    case WINDOW_SINCE: return take_day(t, "from", true, &window->from);
    case WINDOW_BETWEEN: return take_between(t, window);
    }
    return wrong(t, "kind", STR("within, before, since, between or more-than"));
}

static Err take_window(Taker *outer, RuleWindow *window)
{
    const Json *node = field(outer, "window");
    if (node == NULL) return ERR_OK;
    Taker t = {
        .arena = outer->arena, .object = node, .path = path_to(outer, "window"), .why = outer->why};
    Str kind = json_str(field(&t, "kind"));
    for (int k = WINDOW_WITHIN; k <= WINDOW_MORE_THAN; k++) {
        if (str_eq(kind, str_from_c(WINDOWS[k]))) window->kind = (WindowKind)k;
    }
    TRY(take_window_days(&t, window));
    return no_more(&t);
}

static Err take_unless(Taker *t, const Slot *slot, CohortRule *rule)
{
    const Json *node = field(t, slot->name);
    if (node == NULL) return ERR_OK;
    rule->ended_name = json_str(node);
    rule->ended = code_set_index(t->sets, rule->ended_name) + 1;
    return rule->ended > 0 ? ERR_OK : wrong_word(t, slot, rule, rule->ended_name);
}

static Err take_slot(Taker *t, const Slot *slot, CohortRule *rule)
{
    switch (slot->shape) {
    case SLOT_INT:
    case SLOT_MONTHS:
    case SLOT_DAYS:
        return take_int(t, slot->name, slot_min(slot, rule), slot->max, slot_int(slot, rule));
    case SLOT_COMPARE: return take_compare(t, rule);
    case SLOT_AMOUNT: TRY(take_number(t, "value", &rule->value)); return take_unit(t, rule);
    case SLOT_POINTS: return take_number(t, "value", &rule->value);
    case SLOT_WINDOW: return take_window(t, &rule->window);
    case SLOT_UNLESS: return take_unless(t, slot, rule);
    default: return take_words(t, slot, rule);
    }
}

static Err take_rule(const Taker *outer, const Json *node, Str path, int depth, CohortRule **out);

static Err take_group(Taker *t, int depth, CohortRule *rule)
{
    if (rule->kind == RULE_SOME) TRY(take_int(t, "times", 1, RULE_COUNT_MAX, &rule->count));
    const Json *rules = field(t, "rules");
    size_t least = rule->kind == RULE_SOME ? (size_t)rule->count : 1;
    if (json_kind(rules) != JSON_ARRAY || json_count(rules) < least) {
        return wrong(
            t, "rules",
            arena_fmt(t->arena, "a list of at least %zu rule%s", least, least == 1 ? "" : "s"));
    }
    CohortRule **end = &rule->first;
    for (size_t i = 0; i < json_count(rules); i++) {
        Str path = arena_fmt(t->arena, STR_FMT ".rules[%zu]", STR_ARG(t->path), i);
        TRY(take_rule(t, json_at(rules, i), path, depth + 1, end));
        end = &(*end)->next;
    }
    return ERR_OK;
}

static Err take_pattern(Taker *t, const Pattern *pattern, CohortRule *rule)
{
    rule->kind = pattern->kind;
    Str rest = str_from_c(pattern->text);
    Str word;
    const Slot *slot = NULL;
    while (pattern_step(&rest, &word, &slot)) {
        if (slot != NULL) TRY(take_slot(t, slot, rule));
    }
    rule_settle(t->sets, rule);
    return ERR_OK;
}

static Err unknown_rule(const Taker *t, Str name)
{
    const char *nearest = NULL;
    int by = INT_MAX;
    for (size_t i = 0; i < patterns_count(); i++) {
        int distance = near_distance(name, str_from_c(pattern_at(i)->name));
        if (distance >= by || !near_enough(name, distance)) continue;
        nearest = pattern_at(i)->name;
        by = distance;
    }
    if (nearest == NULL) return wrong(t, "rule", STR("the name of a kind of rule"));
    return wrong(t, "rule",
                 arena_fmt(t->arena, "the name of a kind of rule; did you mean %s?", nearest));
}

// What the rule's name says it is, with all that belongs to it.
static Err take_named(Taker *t, Str name, int depth, CohortRule *rule)
{
    for (RuleKind kind = RULE_ALL; kind <= RULE_SOME; kind++) {
        if (!str_eq(name, str_from_c(group_name(kind)))) continue;
        rule->kind = kind;
        return take_group(t, depth, rule);
    }
    for (size_t i = 0; i < patterns_count(); i++) {
        const Pattern *pattern = pattern_at(i);
        if (str_eq(name, str_from_c(pattern->name))) return take_pattern(t, pattern, rule);
    }
    return unknown_rule(t, name);
}

static Err take_rule(const Taker *outer, const Json *node, Str path, int depth, CohortRule **out)
{
    Taker t = {.arena = outer->arena,
               .sets = outer->sets,
               .object = node,
               .path = path,
               .rules = outer->rules,
               .why = outer->why};
    if (json_kind(node) != JSON_OBJECT) return wrong(&t, NULL, STR("a rule in braces"));
    if (depth >= DEFINITION_DEPTH_MAX) {
        return wrong(&t, NULL, STR("at most 8 groups inside each other"));
    }
    if (*t.rules == DEFINITION_RULES_MAX) return wrong(&t, NULL, STR("at most 256 rules"));
    CohortRule *rule = ARENA_NEW(t.arena, CohortRule);
    rule->window = (RuleWindow){.from = DATE_NONE, .to = DATE_NONE};
    rule->index = (*t.rules)++;
    *out = rule;
    Str name = json_str(field(&t, "rule"));
    TRY(take_note(&t, "note", &rule->note));
    TRY(take_named(&t, name, depth, rule));
    return no_more(&t);
}

static Err take_names(Taker *t, Definition *out)
{
    static const char *const NAMES[] = {"cohort", "name", "purpose", "owner", "offer"};
    Str *const into[] = {&out->key, &out->name, &out->purpose, &out->owner, &out->offer};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        TRY(take_line(t, NAMES[i], DEFINITION_HEAD_CHARS_MAX, into[i]));
        if (into[i]->len == 0) return wrong(t, NAMES[i], STR("what it is"));
    }
    bool key = definition_key_ok(out->key);
    return key ? ERR_OK : wrong(t, "cohort", STR("a key of small letters, digits and hyphens"));
}

static Err take_settings(Taker *t, Definition *out)
{
    TRY(take_day(t, "start", false, &out->start));
    TRY(take_day(t, "end", false, &out->end));
    TRY(take_day(t, "review", false, &out->review));
    if (json_get(t->object, "target") != NULL) {
        TRY(take_int(t, "target", 1, DEFINITION_TARGET_MAX, &out->target));
    }
    TRY(take_line(t, "confirm", RULE_NAME_CHARS_MAX, &out->confirm));
    bool role = out->confirm.len == 0 || definition_confirm_ok(out->confirm);
    if (!role) return wrong(t, "confirm", STR("gp"));
    Str also = STR("");
    TRY(take_line(t, "also", RULE_NAME_CHARS_MAX, &also));
    out->also = definition_also_read(also);
    bool known = also.len == 0 || out->also != 0;
    return known ? ERR_OK : wrong(t, "also", STR("on caseload, declined, or both with \"or\""));
}

static Err take_head(Taker *t, Definition *out)
{
    TRY(take_names(t, out));
    TRY(take_settings(t, out));
    TRY(take_note(t, "note", &out->note));
    return take_note(t, "note-end", &out->note_end);
}

Err definition_from_json(Arena *arena, const CodeSets *sets, Str json, Definition *out,
                         Str *why_out)
{
    JsonErr err = {0};
    JsonLimits limits = {.bytes = DEFINITION_JSON_BYTES_MAX,
                         .depth = 2 * DEFINITION_DEPTH_MAX + 8,
                         .values = (size_t)DEFINITION_RULES_MAX * 2 * RULE_SETS_MAX};
    const Json *root = json_parse(arena, json, limits, &err);
    if (root == NULL) {
        *why_out = arena_fmt(arena, "line %d: " STR_FMT, err.line, STR_ARG(err.sentence));
        return ERR_INVALID;
    }
    int rules = 0;
    Taker t = {.arena = arena, .sets = sets, .object = root, .rules = &rules, .why = why_out};
    if (json_kind(root) != JSON_OBJECT) return wrong(&t, "definition", STR("an object in braces"));
    *out = (Definition){.start = DATE_NONE, .end = DATE_NONE, .review = DATE_NONE};
    TRY(take_head(&t, out));
    CohortRule *rule = NULL;
    const Json *node = field(&t, "rule");
    TRY(take_rule(&t, node, STR("rule"), 0, &rule));
    if (!rule_is_group(rule)) return wrong(&t, "rule", STR("all, any, none or at-least"));
    out->root = rule;
    out->rules = rules;
    TRY(no_more(&t));
    return definition_settle(arena, out, why_out);
}
