// definition_print.c -- a definition as text again; what is common to every form of a definition.
#include "base/utf8.h"
#include "core/sha256.h"
#include "insight/definition/definition.h"

enum { TEXT_BYTES_MAX = 4 * 1024 * 1024 }; // 256 rules of 16 names each, with their notes

static void add_span(Buf *out, int n, bool days)
{
    buf_fmt(out, "%d %s%s", n, days ? "day" : "month", n == 1 ? "" : "s");
}

static void add_day(Buf *out, Date day)
{
    int year = 0;
    int month = 0;
    int of_month = 0;
    (void)date_to_ymd(day, &year, &month, &of_month);
    buf_fmt(out, "%04d-%02d-%02d", year, month, of_month);
}

static void add_window(Buf *out, const RuleWindow *window)
{
    switch (window->kind) {
    case WINDOW_EVER: return;
    case WINDOW_WITHIN:
        buf_add_c(out, "within ");
        add_span(out, window->n, window->days);
        return;
    case WINDOW_MORE_THAN:
        buf_add_c(out, "more than ");
        add_span(out, window->n, window->days);
        buf_add_c(out, " ago");
        return;
    case WINDOW_BEFORE:
        buf_add_c(out, "before ");
        add_day(out, window->to);
        return;
    case WINDOW_SINCE:
        buf_add_c(out, "since ");
        add_day(out, window->from);
        return;
    case WINDOW_BETWEEN:
        buf_add_c(out, "between ");
        add_day(out, window->from);
        buf_add_c(out, " and ");
        add_day(out, window->to);
        return;
    }
}

static void add_unit(Buf *out, const CohortRule *rule)
{
    buf_add_char(out, ' ');
    buf_add(out, rule->unit->unit);
}

static void add_compare(Buf *out, const CohortRule *rule)
{
    buf_fmt(out, "%s ", compare_name(rule->compare));
    number_print(out, rule->value);
    if (rule->compare == COMPARE_BETWEEN) {
        buf_add_c(out, " and ");
        number_print(out, rule->value_to);
    }
    add_unit(out, rule);
}

static void add_words(Buf *out, const Slot *slot, const CohortRule *rule)
{
    for (size_t i = 0; i < slot_count(slot, rule); i++) {
        if (i > 0) buf_add_c(out, " or ");
        buf_add(out, slot_word(slot, rule, i));
    }
}

static void add_slot(Buf *out, const Slot *slot, const CohortRule *rule)
{
    switch (slot->shape) {
    case SLOT_INT: buf_add_i64(out, slot_int_of(slot, rule)); return;
    case SLOT_MONTHS: add_span(out, slot_int_of(slot, rule), false); return;
    case SLOT_DAYS: add_span(out, slot_int_of(slot, rule), true); return;
    case SLOT_COMPARE: add_compare(out, rule); return;
    case SLOT_AMOUNT:
        number_print(out, rule->value);
        add_unit(out, rule);
        return;
    case SLOT_POINTS: number_print(out, rule->value); return;
    case SLOT_WINDOW: add_window(out, &rule->window); return;
    case SLOT_UNLESS: buf_fmt(out, "unless since " STR_FMT, STR_ARG(rule->ended_name)); return;
    default: add_words(out, slot, rule); return;
    }
}

static bool left_out(const Slot *slot, const CohortRule *rule)
{
    return (slot->shape == SLOT_WINDOW && rule->window.kind == WINDOW_EVER) ||
           (slot->shape == SLOT_UNLESS && rule->ended == 0);
}

static void add_rule_line(Buf *out, const CohortRule *rule)
{
    if (rule->kind == RULE_SOME) {
        buf_fmt(out, "at least %d of", rule->count);
        return;
    }
    if (rule_is_group(rule)) {
        buf_add_c(out, group_name(rule->kind));
        return;
    }
    Str rest = str_from_c(pattern_of(rule->kind)->text);
    Str word;
    const Slot *slot = NULL;
    for (bool first = true; pattern_step(&rest, &word, &slot); first = false) {
        if (slot != NULL && left_out(slot, rule)) continue;
        if (!first) buf_add_char(out, ' ');
        if (slot != NULL) {
            add_slot(out, slot, rule);
        } else {
            buf_add(out, word);
        }
    }
}

static void add_note(Buf *out, int depth, Str note)
{
    if (note.len == 0) return;
    Str line;
    Str rest = note;
    while (str_split(&rest, '\n', &line)) {
        for (int i = 0; i < depth; i++) buf_add_c(out, "  ");
        buf_add_c(out, line.len == 0 ? "#" : "# ");
        buf_add(out, line);
        buf_add_char(out, '\n');
    }
}

static void add_rules(Buf *out, int depth, const CohortRule *rule)
{
    add_note(out, depth, rule->note);
    for (int i = 0; i < depth; i++) buf_add_c(out, "  ");
    add_rule_line(out, rule);
    buf_add_char(out, '\n');
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        add_rules(out, depth + 1, inner);
    }
}

static void add_heading(Buf *out, const char *name, Str text)
{
    if (text.len > 0) buf_fmt(out, "%s " STR_FMT "\n", name, STR_ARG(text));
}

static void add_heading_day(Buf *out, const char *name, Date day)
{
    if (date_is_none(day)) return;
    buf_fmt(out, "%s ", name);
    add_day(out, day);
    buf_add_char(out, '\n');
}

Str rule_text(Arena *arena, const CohortRule *rule)
{
    CLEANUP(buf_free) Buf text = buf_new(TEXT_BYTES_MAX);
    add_rule_line(&text, rule);
    return arena_str(arena, buf_str(&text));
}

Str definition_text(Arena *arena, const Definition *definition)
{
    CLEANUP(buf_free) Buf text = buf_new(TEXT_BYTES_MAX);
    add_note(&text, 0, definition->note);
    add_heading(&text, "cohort", definition->key);
    add_heading(&text, "name", definition->name);
    add_heading(&text, "purpose", definition->purpose);
    add_heading(&text, "owner", definition->owner);
    add_heading(&text, "offer", definition->offer);
    add_heading_day(&text, "start", definition->start);
    add_heading_day(&text, "end", definition->end);
    if (definition->target > 0) buf_fmt(&text, "target %d\n", definition->target);
    add_heading_day(&text, "review", definition->review);
    add_heading(&text, "confirm", definition->confirm);
    add_heading(&text, "also", definition_also_text(definition->also));
    buf_add_char(&text, '\n');
    add_rules(&text, 0, definition->root);
    add_note(&text, 0, definition->note_end);
    return arena_str(arena, buf_str(&text));
}

bool definition_key_ok(Str key)
{
    if (key.len == 0 || key.len > RULE_NAME_CHARS_MAX) return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') return false;
    }
    return true;
}

bool definition_confirm_ok(Str role)
{
    return str_eq(role, STR("gp"));
}

Str definition_also_text(unsigned also)
{
    switch (also) {
    case ALSO_ON_CASELOAD: return STR("on caseload");
    case ALSO_DECLINED: return STR("declined");
    case ALSO_ON_CASELOAD | ALSO_DECLINED: return STR("on caseload or declined");
    default: return STR("");
    }
}

unsigned definition_also_read(Str text)
{
    for (unsigned also = 1; also <= (ALSO_ON_CASELOAD | ALSO_DECLINED); also++) {
        if (str_eq(text, definition_also_text(also))) return also;
    }
    return 0;
}

bool definition_line_ok(Str text)
{
    if (!utf8_valid(text) || utf8_has_bidi_control(text)) return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < ' ' || c == 0x7F) return false;
    }
    return str_trim(text).len == text.len;
}

Err definition_settle(Arena *arena, Definition *definition, Str *why_out)
{
    bool both = !date_is_none(definition->start) && !date_is_none(definition->end);
    if (both && date_cmp(definition->end, definition->start) < 0) {
        *why_out = STR("the end is before the start");
        return ERR_INVALID;
    }
    Str text = definition_text(arena, definition);
    if (text.len > DEFINITION_BYTES_MAX) {
        *why_out =
            STR("A definition has at most 65,536 characters. One with an accent counts as two");
        return ERR_INVALID;
    }
    uint8_t hash[SHA256_BYTES];
    sha256(text, hash);
    definition->version = str_slice(sha256_hex(arena, hash), 0, 16);
    return ERR_OK;
}

static Err answerable(Arena *arena, const CohortRule *rule, Str *why_out)
{
    Str why = rule_unanswered(rule);
    if (why.len > 0) {
        Str text = rule_text(arena, rule);
        Str place = rule->line > 0 ? arena_fmt(arena, "line %d: ", rule->line) : STR("");
        *why_out = arena_fmt(arena, STR_FMT "\"" STR_FMT "\": " STR_FMT, STR_ARG(place),
                             STR_ARG(text), STR_ARG(why));
        return ERR_INVALID;
    }
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        TRY(answerable(arena, inner, why_out));
    }
    return ERR_OK;
}

Err definition_answerable(Arena *arena, const Definition *definition, Str *why_out)
{
    return answerable(arena, definition->root, why_out);
}
