// builder_text.c -- the rows as the language's text, and its reader's sentences back at the rows.
#include "base/utf8.h"
#include "insight/builder/builder_form.h"

enum {
    FORM_BYTES_MAX = 1024 * 1024,
    LINE_BYTES_MAX = 64 * 1024,
    SET_NAME_BYTES_MAX = 120,
    PLACES_MAX = 24
};

typedef struct Place { // where on its line a field's words begin, in characters from 1
    size_t column;
    Part part;
} Place;

typedef struct Line { // one line while it is made
    Ctx *c;
    const CodeSets *sets;
    const BuilderRow *row;
    Buf text;
    Place places[PLACES_MAX];
    size_t place_count;
    Str missing; // what has to be entered, "" nothing
    Part missing_part;
} Line;

static void add_word(Line *line, Str word)
{
    if (word.len == 0) return;
    if (line->text.len > 0 && line->text.ptr[line->text.len - 1] != ' ') {
        buf_add_char(&line->text, ' ');
    }
    buf_add(&line->text, word);
}

static void mark(Line *line, Part part)
{
    if (line->place_count == PLACES_MAX) return;
    size_t before = str_chars(buf_str(&line->text));
    bool blank = before > 0 && line->text.ptr[line->text.len - 1] != ' ';
    line->places[line->place_count++] = (Place){before + (blank ? 1 : 0) + 1, part};
}

static void miss(Line *line, Part part, Str sentence)
{
    if (line->missing.len > 0) return;
    line->missing = sentence;
    line->missing_part = part;
}

// What was typed, or a sentence when nothing was. Nobody writes a note where a rule should stand.
static void add_typed(Line *line, Part part, Str text, Str missing)
{
    bool note = line->text.len == (size_t)line->row->depth * 2 && str_starts(text, STR("#"));
    mark(line, part);
    if (text.len == 0 || note) miss(line, part, missing);
    add_word(line, text);
}

static bool is_number(Str text)
{
    int64_t n = 0;
    return str_i64(text, 0, INT32_MAX, &n);
}

// "12" is so many months; "1 months" is one month.
static Str span_text(Ctx *c, Str typed, const char *unit)
{
    Str rest = typed;
    Str number;
    Str word = STR("");
    if (!str_split(&rest, ' ', &number) || !is_number(number)) return typed;
    rest = str_trim(rest);
    if (rest.len > 0) word = arena_lower(c->arena, rest);
    bool days = str_eq(word, STR("day")) || str_eq(word, STR("days"));
    bool months = str_eq(word, STR("month")) || str_eq(word, STR("months"));
    if (word.len > 0 && !days && !months) return typed;
    const char *of = days ? "day" : months ? "month" : unit;
    return arena_fmt(c->arena, STR_FMT " %s%s", STR_ARG(number), of,
                     str_eq(number, STR("1")) ? "" : "s");
}

static Str day_iso(Ctx *c, Str typed)
{
    Date day = DATE_NONE;
    if (typed.len == 0 || date_parse_human(typed, c->today, &day) != DATE_OK) return typed;
    return date_iso(c->arena, day);
}

// A set by its name, in capitals or not, or by its label when only one has it.
static Str set_name(Ctx *c, const CodeSets *sets, Str typed)
{
    Str lower = arena_lower(c->arena, typed);
    if (code_set_index(sets, lower) >= 0) return lower;
    const CodeSet *found = NULL;
    for (size_t i = 0; i < code_sets_count(sets); i++) {
        const CodeSet *set = code_set_at(sets, i);
        if (str_eq_ascii_fold(set->title, typed)) return set->name;
        if (!str_eq_ascii_fold(set->one, typed)) continue;
        if (found != NULL) return typed;
        found = set;
    }
    return found == NULL ? typed : found->name;
}

static Str measure_name(Ctx *c, const CodeSets *sets, Str typed)
{
    Str lower = arena_lower(c->arena, typed);
    if (measure_find(sets, lower) != NULL) return lower;
    for (size_t i = 0; i < measures_count(sets); i++) {
        const Measure *measure = measure_at(sets, i);
        if (str_eq_ascii_fold(measure->label, typed)) return measure->name;
    }
    return typed;
}

static Str name_text(Line *line, const Slot *slot, Str typed)
{
    switch (slot->source) {
    case WORDS_SET: return set_name(line->c, line->sets, typed);
    case WORDS_MEASURE: return measure_name(line->c, line->sets, typed);
    case WORDS_PRACTICE: return utf8_upper(line->c->arena, typed);
    case WORDS_COHORT:
    case WORDS_SCORE: return arena_lower(line->c->arena, typed);
    default: return typed;
    }
}

static size_t between_names(Str text)
{
    return str_starts(text, STR(",")) ? 1 : str_starts(text, STR(" or ")) ? 4 : 0;
}

// The next of names with commas or "or" between them. One of several words in which these stand is
// one name between quotation marks, as rows_of_definition writes it, or when a set is called so:
// "Stroke or TIA", "Mild frailty, coded".
static bool next_name(Line *line, const Slot *slot, Str *rest, Str *out)
{
    if (rest->len == 0) return false;
    Str after = STR("");
    bool marked = str_starts(str_trim(*rest), STR("\""));
    bool quoted = false;
    bool found = false;
    for (size_t at = 0; at <= rest->len && !(found && at > SET_NAME_BYTES_MAX); at++) {
        size_t between = quoted ? 0 : between_names(str_slice(*rest, at, rest->len));
        if (marked && at < rest->len && rest->ptr[at] == '"') quoted = !quoted;
        if (at < rest->len && between == 0) continue;
        Str name = str_trim(str_slice(*rest, 0, at));
        if (found && str_eq(name_text(line, slot, name), name)) continue;
        found = true;
        *out = name;
        after = str_slice(*rest, at + between, rest->len);
        if (slot->source != WORDS_SET) break;
    }
    *rest = after;
    return true;
}

// Between quotation marks two of them are one of the name.
static Str unquoted(Arena *arena, Str name)
{
    if (!str_starts(name, STR("\""))) return name;
    CLEANUP(buf_free) Buf text = buf_new(LINE_BYTES_MAX);
    for (size_t i = 1; i < name.len; i++) {
        bool mark = name.ptr[i] == '"';
        if (mark && (i + 1 == name.len || name.ptr[i + 1] != '"')) continue;
        if (mark) i++;
        buf_add_char(&text, name.ptr[i]);
    }
    return str_trim(arena_str(arena, buf_str(&text)));
}

static Str names_text(Line *line, const Slot *slot, Str typed)
{
    if (!slot_is_list(slot)) return name_text(line, slot, typed);
    CLEANUP(buf_free) Buf text = buf_new(LINE_BYTES_MAX);
    Str rest = typed;
    Str name;
    while (next_name(line, slot, &rest, &name)) {
        name = name_text(line, slot, unquoted(line->c->arena, name));
        if (text.len > 0 && name.len > 0) buf_add_c(&text, " or ");
        buf_add(&text, name);
    }
    return arena_str(line->c->arena, buf_str(&text));
}

static Str enter(Line *line, const Slot *slot)
{
    CohortRule blank = {0};
    return arena_fmt(line->c->arena, "%s " STR_FMT,
                     slot->choices != NULL && slot->shape != SLOT_INT ? "Choose" : "Enter",
                     STR_ARG(slot_what(line->c->arena, slot, &blank)));
}

static void add_bits(Line *line, const Slot *slot)
{
    Str names = STR("");
    for (int bit = 0; bit < BUILDER_CHOICES_MAX && slot->choices[bit] != NULL; bit++) {
        if (line->row->parts[PART_BIT + bit].len == 0) continue;
        names = arena_fmt(line->c->arena, STR_FMT "%s%s", STR_ARG(names),
                          names.len > 0 ? " or " : "", slot->choices[bit]);
    }
    add_typed(line, PART_BIT, names, enter(line, slot));
}

static void add_amount(Line *line)
{
    const Str *parts = line->row->parts;
    add_typed(line, PART_VALUE, parts[PART_VALUE], STR("Enter a number"));
    add_typed(line, PART_UNIT, parts[PART_UNIT], STR("Choose a unit"));
}

static void add_compare(Line *line)
{
    const Str *parts = line->row->parts;
    Str compare = parts[PART_COMPARE].len > 0 ? parts[PART_COMPARE] : STR("over");
    add_typed(line, PART_COMPARE, compare, STR(""));
    if (!str_eq(compare, STR("between"))) {
        add_amount(line);
        return;
    }
    add_typed(line, PART_VALUE, parts[PART_VALUE], STR("Enter a number"));
    add_word(line, STR("and"));
    add_typed(line, PART_VALUE_TO, parts[PART_VALUE_TO], STR("Enter the second number"));
    add_typed(line, PART_UNIT, parts[PART_UNIT], STR("Choose a unit"));
}

static void add_window_day(Line *line, Part part)
{
    add_typed(line, part, day_iso(line->c, line->row->parts[part]),
              STR("Enter a day, like 1 April 2026"));
}

static void add_window(Line *line)
{
    const Str *parts = line->row->parts;
    Str when = parts[PART_WHEN];
    bool more = str_eq(when, STR("more-than"));
    if (when.len == 0) return;
    mark(line, PART_WHEN);
    add_word(line, more ? STR("more than") : when);
    if (more || str_eq(when, STR("within"))) {
        add_typed(line, PART_SPAN, span_text(line->c, parts[PART_SPAN], "month"),
                  STR("Enter months or days, like 12 months"));
        if (more) add_word(line, STR("ago"));
        return;
    }
    bool between = str_eq(when, STR("between"));
    if (between || str_eq(when, STR("since"))) add_window_day(line, PART_FROM);
    if (between) add_word(line, STR("and"));
    if (between || str_eq(when, STR("before"))) add_window_day(line, PART_TO);
}

static Part part_of(const Slot *slot)
{
    for (Part part = 0; part < PART_BIT; part++) {
        if (str_eq(str_from_c(slot->name), part_name(part))) return part;
    }
    return PART_UNLESS;
}

static void add_slot(Line *line, const Slot *slot)
{
    const Str *parts = line->row->parts;
    Part part = part_of(slot);
    if (slot->source == WORDS_BITS) {
        add_bits(line, slot);
        return;
    }
    switch (slot->shape) {
    case SLOT_COMPARE: add_compare(line); return;
    case SLOT_AMOUNT: add_amount(line); return;
    case SLOT_WINDOW: add_window(line); return;
    case SLOT_UNLESS:
        if (parts[PART_UNLESS].len == 0) return;
        add_word(line, STR("unless since"));
        add_typed(line, PART_UNLESS, name_text(line, slot, parts[PART_UNLESS]), STR(""));
        return;
    case SLOT_MONTHS:
        add_typed(line, part, span_text(line->c, parts[part], "month"), enter(line, slot));
        return;
    case SLOT_DAYS:
        add_typed(line, part, span_text(line->c, parts[part], "day"), enter(line, slot));
        return;
    case SLOT_INT: add_typed(line, part, parts[part], enter(line, slot)); return;
    default: break;
    }
    Str text = slot->source == WORDS_CHOICE && parts[part].len == 0
                   ? str_from_c(slot->choices[0])
                   : names_text(line, slot, parts[part]);
    add_typed(line, part, text, enter(line, slot));
}

// The text of one row without its note; the caller frees line->text.
static void make_line(Ctx *c, const CodeSets *sets, const BuilderRow *row, Line *line)
{
    *line = (Line){.c = c, .sets = sets, .row = row, .text = buf_new(LINE_BYTES_MAX)};
    for (int i = 0; i < row->depth; i++) buf_add_c(&line->text, "  ");
    const Pattern *pattern = pattern_named(row->kind);
    if (pattern == NULL && str_eq(row->kind, STR("at-least"))) {
        add_word(line, STR("at least"));
        add_typed(line, PART_TIMES, row->parts[PART_TIMES], STR("Enter how many of the rules"));
        add_word(line, STR("of"));
        return;
    }
    if (pattern == NULL) {
        add_word(line, row->kind);
        return;
    }
    Str rest = str_from_c(pattern->text);
    Str word;
    const Slot *slot = NULL;
    while (pattern_step(&rest, &word, &slot)) {
        if (slot != NULL) {
            add_slot(line, slot);
        } else {
            add_word(line, word);
        }
    }
}

// ---- the whole text

static int add_note(Buf *text, int depth, Str note)
{
    int lines = 0;
    Str rest = note;
    Str line;
    while (note.len > 0 && str_split(&rest, '\n', &line)) {
        for (int i = 0; i < depth; i++) buf_add_c(text, "  ");
        buf_add_c(text, line.len == 0 ? "#" : "# ");
        buf_add(text, line);
        buf_add_char(text, '\n');
        lines++;
    }
    return lines;
}

// The heads of a definition; missing NULL: it may be left out.
static const struct {
    const char *word, *field, *missing;
} HEADS[BUILDER_HEADS] = {{"cohort", "name", "Enter a name for the cohort"},
                          {"name", "name", "Enter a name for the cohort"},
                          {"purpose", "purpose", "Enter what these people are looked for"},
                          {"owner", "owner", "Enter who answers for the definition"},
                          {"offer", "offer", "Enter what they are offered"},
                          {"start", "start", NULL},
                          {"end", "end", NULL},
                          {"target", "target", NULL},
                          {"review", "review", NULL},
                          {"confirm", "confirm", NULL},
                          {"also", "also", NULL}};

static void head_values(Ctx *c, const BuilderForm *form, Str out[BUILDER_HEADS])
{
    const Str values[BUILDER_HEADS] = {form->key,
                                       form->name,
                                       form->purpose,
                                       form->owner,
                                       form->offer,
                                       day_iso(c, form->start),
                                       day_iso(c, form->end),
                                       form->target,
                                       day_iso(c, form->review),
                                       form->confirm,
                                       definition_also_text(form->also)};
    memcpy(out, values, sizeof values);
}

// What is known to be wrong is left out, or has something right in its place, so that what else is
// wrong comes to light.
typedef enum TextAs { AS_TYPED, AS_MENDED } TextAs;

static int add_heads(Ctx *c, BuilderForm *form, TextAs as, Buf *text)
{
    Str values[BUILDER_HEADS];
    int lines = add_note(text, 0, form->note);
    head_values(c, form, values);
    for (size_t i = 0; i < BUILDER_HEADS; i++) {
        bool needed = HEADS[i].missing != NULL;
        bool mend = as == AS_MENDED && form->head_errors[i].len > 0;
        form->head_lines[i] = 0;
        if (mend) values[i] = needed ? STR("cohort") : STR("");
        if (values[i].len == 0 && !needed) continue;
        buf_fmt(text, "%s " STR_FMT "\n", HEADS[i].word, STR_ARG(values[i]));
        form->head_lines[i] = ++lines;
        bool missing = values[i].len == 0 && as == AS_TYPED;
        if (missing) form->head_errors[i] = str_from_c(HEADS[i].missing);
    }
    buf_add_char(text, '\n');
    return lines + 1;
}

static void add_stand_in(Buf *text, const BuilderRow *row)
{
    for (int i = 0; i < row->depth; i++) buf_add_c(text, "  ");
    buf_add_c(text, row_is_group(row) ? "all" : "age at least 18");
}

// As typed, errors of rows and heads that have to be entered are set.
static Str text_of_form(Ctx *c, const CodeSets *sets, BuilderForm *form, TextAs as)
{
    CLEANUP(buf_free) Buf text = buf_new(FORM_BYTES_MAX);
    int lines = add_heads(c, form, as, &text);
    for (size_t i = 0; i < form->row_count; i++) {
        BuilderRow *row = &form->rows[i];
        Line line = {.missing = STR("")};
        lines += add_note(&text, row->depth, row->note);
        if (as == AS_MENDED && row->error.len > 0) {
            add_stand_in(&text, row);
        } else {
            make_line(c, sets, row, &line);
            buf_add(&text, buf_str(&line.text));
            buf_free(&line.text);
        }
        buf_add_char(&text, '\n');
        row->line = ++lines;
        if (as == AS_MENDED || line.missing.len == 0 || row->error.len > 0) continue;
        row->error = line.missing;
        row->error_part = line.missing_part;
    }
    (void)add_note(&text, 0, form->note_end);
    return arena_str(c->arena, buf_str(&text));
}

Str rows_text(Ctx *c, const CodeSets *sets, BuilderForm *form, bool *complete_out)
{
    Str text = text_of_form(c, sets, form, AS_TYPED);
    *complete_out = true;
    for (size_t i = 0; i < BUILDER_HEADS; i++) {
        *complete_out = *complete_out && form->head_errors[i].len == 0;
    }
    for (size_t i = 0; i < form->row_count; i++) {
        *complete_out = *complete_out && form->rows[i].error.len == 0;
    }
    return text;
}

// ---- what is wrong with it

// "line 7, column 12: expected ..." in its parts; the place 0 where it is not said.
static Str place_of(Str why, int64_t *line_out, int64_t *column_out)
{
    size_t end = 0;
    size_t comma = 0;
    *line_out = 0;
    *column_out = 0;
    if (!str_starts(why, STR("line ")) || !str_find(why, STR(": "), &end)) return why;
    Str place = str_slice(why, 5, end);
    Str number = str_find(place, STR(", column "), &comma) ? str_slice(place, 0, comma) : place;
    if (!str_i64(number, 1, INT32_MAX, line_out)) return why;
    if (number.len < place.len) {
        (void)str_i64(str_slice(place, comma + 9, place.len), 1, INT32_MAX, column_out);
    }
    return str_slice(why, end + 2, why.len);
}

static Part part_at(Ctx *c, const CodeSets *sets, const BuilderRow *row, int64_t column)
{
    Line line;
    make_line(c, sets, row, &line);
    buf_free(&line.text);
    Part part = PART_KIND;
    if (line.place_count > 0) part = line.places[0].part;
    for (size_t i = 0; i < line.place_count; i++) {
        if ((int64_t)line.places[i].column <= column) part = line.places[i].part;
    }
    return part;
}

// The reader's words for who writes the text, as they are said beside a field.
static Str plain_sentence(Arena *arena, Str sentence)
{
    static const Str EXPECTED = STR_INIT("expected ");
    size_t at = 0;
    if (!str_starts(sentence, EXPECTED)) return sentence;
    Str rest = str_slice(sentence, EXPECTED.len, sentence.len);
    if (!str_find(rest, STR(", found "), &at)) {
        return arena_fmt(arena, "Enter " STR_FMT, STR_ARG(rest));
    }
    Str what = str_slice(rest, 0, at);
    Str found = str_slice(rest, at + sizeof ", found " - 1, rest.len);
    if (!str_starts(found, STR("\""))) { // the end of the line
        return arena_fmt(arena, "Enter " STR_FMT, STR_ARG(what));
    }
    return arena_fmt(arena, "Enter " STR_FMT ", not " STR_FMT, STR_ARG(what), STR_ARG(found));
}

// Puts a sentence of the reader beside the head or row it is about. False: there is none, or it is
// known to be wrong already.
static bool blame(Ctx *c, const CodeSets *sets, BuilderForm *form, Str why)
{
    int64_t line = 0;
    int64_t column = 0;
    Str sentence = plain_sentence(c->arena, place_of(why, &line, &column));
    for (size_t i = 0; i < BUILDER_HEADS && line > 0; i++) {
        if (form->head_lines[i] != line || form->head_errors[i].len > 0) continue;
        form->head_errors[i] = sentence;
        return true;
    }
    for (size_t i = 0; i < form->row_count && line > 0; i++) {
        BuilderRow *row = &form->rows[i];
        if (row->line != line || row->error.len > 0) continue;
        row->error_part = part_at(c, sets, row, column);
        row->error = sentence;
        return true;
    }
    return false;
}

// In the order of the page, each head once.
static void say_wrong(Ctx *c, const BuilderForm *form)
{
    for (size_t i = 0; i < form->row_count; i++) {
        const BuilderRow *row = &form->rows[i];
        if (row->error.len == 0) continue;
        bool group = row_is_group(row);
        Part part = row->error_part;
        Str field = arena_fmt(c->arena, "rows[%zu]." STR_FMT, i,
                              STR_ARG(group && part == PART_KIND ? STR("group") : part_name(part)));
        (void)ctx_issue(c, field,
                        arena_fmt(c->arena, "%s %zu: " STR_FMT, group ? "Group" : "Rule", i,
                                  STR_ARG(row->error)));
    }
    for (size_t i = 0; i < BUILDER_HEADS; i++) {
        if (form->head_errors[i].len == 0) continue;
        if (i > 0 && form->head_errors[0].len > 0 &&
            str_eq(str_from_c(HEADS[i].field), STR("name"))) {
            continue;
        }
        (void)ctx_issue(c, str_from_c(HEADS[i].field), form->head_errors[i]);
    }
}

// Reads the rows, with what is known to be wrong mended. In memory of its own: it is done for each
// thing that is wrong.
static Err read_mended(Ctx *c, const CodeSets *sets, BuilderForm *form, Str *why_out)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    Definition read;
    Str why = STR("");
    own.arena = scratch;
    Str text = text_of_form(&own, sets, form, AS_MENDED);
    Err err = definition_read(scratch, sets, text, &read, &why);
    if (err == ERR_OK) err = cohort_names_known(&own, &read, text, &why);
    *why_out = arena_str(c->arena, why);
    return err;
}

void rows_blame(Ctx *c, const CodeSets *sets, BuilderForm *form)
{
    Str why = STR("");
    bool more = true;
    while (more) { // at most once for each row and head
        Err err = read_mended(c, sets, form, &why);
        more = err == ERR_INVALID && blame(c, sets, form, why);
        if (err == ERR_INVALID && !more) (void)ctx_issue(c, STR(""), why);
    }
    say_wrong(c, form);
}
