// builder_form.c -- rows from a definition, and rows from what was typed.
#include "insight/builder/builder_form.h"

#include "base/utf8.h"
#include "core/form.h"

enum { NAMES_BYTES_MAX = 8 * 1024 };

// ---- from the tree

static Str int_text(Arena *arena, int n)
{
    return n == 0 ? STR("") : arena_fmt(arena, "%d", n);
}

// A comma ends a name there, so one that holds a comma stands between quotation marks.
static void add_name(Buf *text, Str name)
{
    size_t comma;
    bool marked = str_find(name, STR(","), &comma) || str_starts(name, STR("\""));
    if (marked) buf_add_char(text, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (marked && name.ptr[i] == '"') buf_add_char(text, '"');
        buf_add_char(text, name.ptr[i]);
    }
    if (marked) buf_add_char(text, '"');
}

static Str names_text(Arena *arena, const Slot *slot, const CohortRule *rule)
{
    CLEANUP(buf_free) Buf text = buf_new(NAMES_BYTES_MAX);
    for (size_t i = 0; i < slot_count(slot, rule); i++) {
        if (i > 0) buf_add_c(&text, " or ");
        add_name(&text, slot_word(slot, rule, i));
    }
    return arena_str(arena, buf_str(&text));
}

static Str day_text(Arena *arena, Date day)
{
    return date_is_none(day) ? STR("") : date_long(arena, day);
}

static void window_parts(Arena *arena, const RuleWindow *window, Str *parts)
{
    static const char *const WHEN[] = {"", "within", "before", "since", "between", "more-than"};
    parts[PART_WHEN] = str_from_c(WHEN[window->kind]);
    if (window->n > 0) {
        parts[PART_SPAN] = arena_fmt(arena, "%d %s%s", window->n, window->days ? "day" : "month",
                                     window->n == 1 ? "" : "s");
    }
    parts[PART_FROM] = day_text(arena, window->from);
    parts[PART_TO] = day_text(arena, window->to);
}

static Part part_named(Str name)
{
    for (Part part = 0; part < PARTS; part++) {
        if (str_eq(name, part_name(part))) return part;
    }
    return PARTS;
}

static void slot_parts(Arena *arena, const Slot *slot, const CohortRule *rule, Str *parts)
{
    if (slot->source == WORDS_BITS) {
        for (int bit = 0; bit < BUILDER_CHOICES_MAX; bit++) {
            if ((rule->bands >> bit & 1) != 0) parts[PART_BIT + bit] = STR("1");
        }
        return;
    }
    switch (slot->shape) {
    case SLOT_INT:
    case SLOT_MONTHS:
    case SLOT_DAYS:
        parts[part_named(str_from_c(slot->name))] = int_text(arena, slot_int_of(slot, rule));
        return;
    case SLOT_COMPARE:
        parts[PART_COMPARE] = str_from_c(compare_name(rule->compare));
        if (rule->compare == COMPARE_BETWEEN) {
            parts[PART_VALUE_TO] = number_text(arena, rule->value_to);
        }
        parts[PART_VALUE] = number_text(arena, rule->value);
        parts[PART_UNIT] = rule->unit->unit;
        return;
    case SLOT_AMOUNT:
        parts[PART_VALUE] = number_text(arena, rule->value);
        parts[PART_UNIT] = rule->unit->unit;
        return;
    case SLOT_POINTS: parts[PART_VALUE] = number_text(arena, rule->value); return;
    case SLOT_WINDOW: window_parts(arena, &rule->window, parts); return;
    case SLOT_UNLESS: parts[PART_UNLESS] = rule->ended > 0 ? rule->ended_name : STR(""); return;
    default: parts[part_named(str_from_c(slot->name))] = names_text(arena, slot, rule); return;
    }
}

static void row_of_rule(Arena *arena, const CohortRule *rule, int depth, BuilderRow *row)
{
    *row = (BuilderRow){.depth = depth, .note = rule->note};
    if (rule_is_group(rule)) {
        row->kind = str_from_c(group_name(rule->kind));
        row->parts[PART_TIMES] = int_text(arena, rule->count);
        return;
    }
    const Pattern *pattern = pattern_of(rule->kind);
    row->kind = str_from_c(pattern->name);
    Str rest = str_from_c(pattern->text);
    Str word;
    const Slot *slot = NULL;
    while (pattern_step(&rest, &word, &slot)) {
        if (slot != NULL) slot_parts(arena, slot, rule, row->parts);
    }
}

static void add_rows(Arena *arena, const CohortRule *rule, int depth, BuilderForm *out)
{
    row_of_rule(arena, rule, depth, &out->rows[out->row_count++]);
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        add_rows(arena, inner, depth + 1, out);
    }
}

bool rows_of_definition(Arena *arena, const Definition *definition, BuilderForm *out)
{
    *out = (BuilderForm){.key = definition->key,
                         .name = definition->name,
                         .purpose = definition->purpose,
                         .owner = definition->owner,
                         .offer = definition->offer,
                         .start = day_text(arena, definition->start),
                         .end = day_text(arena, definition->end),
                         .review = day_text(arena, definition->review),
                         .target = int_text(arena, definition->target),
                         .confirm = definition->confirm,
                         .also = definition->also,
                         .note = definition->note,
                         .note_end = definition->note_end};
    if (definition->rules > BUILDER_ROWS_MAX) return false;
    out->rows = ARENA_ARRAY(arena, BuilderRow, BUILDER_ROWS_MAX);
    add_rows(arena, definition->root, 0, out);
    return true;
}

// ---- from what was typed

static Str typed(Ctx *c, Str value)
{
    Str text = str_trim(utf8_clean(c->arena, value, UTF8_ONE_LINE));
    return utf8_cut(text, BUILDER_FIELD_CHARS_MAX);
}

static Str typed_note(Ctx *c, Str value)
{
    return str_trim(utf8_clean(c->arena, value, UTF8_KEEP_LINES));
}

typedef struct Sent { // one row as its fields came
    bool came;
    int64_t depth;
    Str group, what, is;
    BuilderRow row;
} Sent;

// "rows[12].years": 12 and the rest. False: another field.
static bool row_field(Str name, size_t *row_out, Str *field_out)
{
    Str rest = str_slice(name, 5, name.len);
    size_t close = 0;
    int64_t row = 0;
    if (!str_starts(name, STR("rows[")) || !str_find(rest, STR("]."), &close)) return false;
    if (!str_i64(str_slice(rest, 0, close), 0, BUILDER_ROWS_MAX - 1, &row)) return false;
    *row_out = (size_t)row;
    *field_out = str_slice(rest, close + 2, rest.len);
    return true;
}

static void take_field(Ctx *c, Sent *sent, Str field, Str value)
{
    sent->came = true;
    Part part = part_named(field);
    if (part < PARTS) {
        sent->row.parts[part] = typed(c, value);
    } else if (str_eq(field, STR("depth"))) {
        if (!str_i64(value, 0, DEFINITION_DEPTH_MAX, &sent->depth)) sent->depth = 1;
    } else if (str_eq(field, STR("note"))) {
        sent->row.note = typed_note(c, value);
    } else if (str_eq(field, STR("group"))) {
        sent->group = value;
    } else if (str_eq(field, STR("what"))) {
        sent->what = value;
    } else if (str_eq(field, STR("is"))) {
        sent->is = value;
    }
}

static Str group_sent(Str word)
{
    for (RuleKind kind = RULE_ALL; kind <= RULE_SOME; kind++) {
        if (str_eq(word, str_from_c(group_name(kind)))) return str_from_c(group_name(kind));
    }
    return STR("all");
}

// How it is must belong to what it is about; else the first way of it.
static Str kind_sent(Str what, Str is)
{
    for (size_t i = 0; subject_at(i) != NULL; i++) {
        const Subject *subject = subject_at(i);
        if (!str_eq(what, str_from_c(subject->key))) continue;
        return subject_of(is) == subject ? is : str_from_c(subject->is[0].kind);
    }
    return STR("age-at-least");
}

// Depths that no page of ours sends are brought to the nearest that stand for a tree.
static void take_row(Sent *sent, BuilderForm *out)
{
    BuilderRow *row = &out->rows[out->row_count];
    *row = sent->row;
    row->kind = sent->group.len > 0 ? group_sent(sent->group) : kind_sent(sent->what, sent->is);
    if (out->row_count == 0) {
        row->depth = 0;
        if (!row_is_group(row)) row->kind = STR("all");
    } else {
        const BuilderRow *before = &out->rows[out->row_count - 1];
        int deepest = before->depth + (row_is_group(before) ? 1 : 0);
        row->depth = sent->depth < 1 ? 1 : sent->depth > deepest ? deepest : (int)sent->depth;
    }
    out->row_count++;
}

static void take_head(Ctx *c, Str name, Str value, BuilderForm *out)
{
    const struct {
        const char *name;
        Str *to;
    } heads[] = {{"name", &out->name},     {"purpose", &out->purpose}, {"owner", &out->owner},
                 {"offer", &out->offer},   {"start", &out->start},     {"end", &out->end},
                 {"target", &out->target}, {"review", &out->review},   {"confirm", &out->confirm}};
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        if (str_eq(name, str_from_c(heads[i].name))) *heads[i].to = typed(c, value);
    }
    // A box that is ticked leaves out; one that is not sends nothing, and the marker stands before.
    if (str_eq(name, STR("leave"))) out->also = ALSO_ON_CASELOAD | ALSO_DECLINED;
    if (str_eq(name, STR("leave-caseload"))) out->also &= ~(unsigned)ALSO_ON_CASELOAD;
    if (str_eq(name, STR("leave-declined"))) out->also &= ~(unsigned)ALSO_DECLINED;
    if (str_eq(name, STR("note"))) out->note = typed_note(c, value);
    if (str_eq(name, STR("note-end"))) out->note_end = typed_note(c, value);
}

void rows_typed(Ctx *c, const Request *req, BuilderForm *out)
{
    Sent *sent = ARENA_ARRAY(c->arena, Sent, BUILDER_ROWS_MAX);
    *out = (BuilderForm){.rows = ARENA_ARRAY(c->arena, BuilderRow, BUILDER_ROWS_MAX)};
    for (size_t i = 0; i < req->form_count; i++) {
        size_t row = 0;
        Str field;
        if (row_field(req->form[i].name, &row, &field)) {
            take_field(c, &sent[row], field, req->form[i].value);
        } else {
            take_head(c, req->form[i].name, req->form[i].value, out);
        }
    }
    for (size_t i = 0; i < BUILDER_ROWS_MAX; i++) {
        if (sent[i].came) take_row(&sent[i], out);
    }
}
