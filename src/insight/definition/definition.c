// definition.c -- reads the text of a definition: its lines, its headings, its groups of rules.
#include "insight/definition/definition.h"

#include "base/utf8.h"
#include "insight/definition/definition_line.h"

typedef struct Reader {
    LineReader line; // the words of the waiting line
    Arena *arena;
    Str rest;
    bool has_line; // a line waits that was not used yet
    int depth;     // levels in
    int rules;
    Buf note; // what stood after '#' since the last line that was used
    Str *why;
} Reader;

static Err expected(Reader *r, size_t word, const char *what)
{
    return line_expected(&r->line, word, str_from_c(what), NULL);
}

static Err add_note(Reader *r, Str line)
{
    Str text = str_slice(line, 1, line.len);
    if (str_starts(text, STR(" "))) text = str_slice(text, 1, text.len);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < ' ' || c == 0x7F) {
            return line_wrong(&r->line, 0,
                              STR("expected a note without tabs or hidden characters"));
        }
    }
    if (text.len == 0 && r->note.len == 0) return ERR_OK;
    if (r->note.len > 0) buf_add_char(&r->note, '\n');
    buf_add(&r->note, text);
    return ERR_OK;
}

// What was noted since it was asked last, without empty lines at its end.
static Str take_note(Reader *r)
{
    Str text = buf_str(&r->note);
    while (text.len > 0 && text.ptr[text.len - 1] == '\n') text.len--;
    Str note = arena_str(r->arena, text);
    buf_clear(&r->note);
    return note;
}

static Err cut_line(Reader *r, Str line)
{
    size_t spaces = 0;
    while (spaces < line.len && line.ptr[spaces] == ' ') spaces++;
    r->depth = (int)(spaces / 2);
    r->line.line = line;
    TRY(line_cut(&r->line));
    if (r->line.count > 0 && spaces % 2 != 0) {
        return line_wrong(&r->line, 0, STR("go in by two spaces for each level"));
    }
    if (r->line.count > 0 && line.ptr[spaces] == '\t') {
        return line_wrong(&r->line, 0, STR("go in by two spaces for each level, no tabs"));
    }
    Str trimmed = str_trim(line);
    return trimmed.len > 0 && trimmed.ptr[0] == '#' ? add_note(r, trimmed) : ERR_OK;
}

// The next line that says something; r->has_line false at the end.
static Err next_line(Reader *r)
{
    if (r->has_line) return ERR_OK;
    Str line;
    while (str_split(&r->rest, '\n', &line)) {
        r->line.number++;
        TRY(cut_line(r, line));
        if (r->line.count == 0) continue;
        r->has_line = true;
        return ERR_OK;
    }
    return ERR_OK;
}

static Err read_rule(Reader *r, int depth, CohortRule **out);

static Err read_inner(Reader *r, int depth, CohortRule *group)
{
    CohortRule **end = &group->first;
    int inside = 0;
    for (;;) {
        TRY(next_line(r));
        if (!r->has_line || r->depth <= depth) break;
        TRY(read_rule(r, depth + 1, end));
        end = &(*end)->next;
        inside++;
    }
    if (inside >= (group->kind == RULE_SOME ? group->count : 1)) return ERR_OK;
    *r->why = arena_fmt(r->arena, "line %d: %s", group->line,
                        inside == 0 ? "rules two spaces further in are missing below this"
                                    : "fewer rules stand below this than it asks for");
    return ERR_INVALID;
}

// The rule that the waiting line begins; a group takes the lines that stand further in.
static Err read_rule(Reader *r, int depth, CohortRule **out)
{
    if (depth >= DEFINITION_DEPTH_MAX) {
        return line_wrong(&r->line, 0, STR("expected at most 8 groups inside each other"));
    }
    if (r->depth != depth) {
        return line_wrong(&r->line, 0, STR("go in by two spaces for each level"));
    }
    if (r->rules == DEFINITION_RULES_MAX) {
        return line_wrong(&r->line, 0, STR("expected at most 256 rules"));
    }
    CohortRule *rule = ARENA_NEW(r->arena, CohortRule);
    rule->line = r->line.number;
    rule->window = (RuleWindow){.from = DATE_NONE, .to = DATE_NONE};
    rule->index = r->rules++;
    rule->note = take_note(r);
    r->has_line = false;
    *out = rule;
    return line_group(&r->line, rule) ? read_inner(r, depth, rule) : line_rule(&r->line, rule);
}

// The rest of a heading's line after its first word, as written.
static Str heading_text(const LineReader *line)
{
    if (line->count < 2) return STR("");
    const char *from = line->words[1].ptr;
    Str last = line->words[line->count - 1];
    return (Str){from, (size_t)(last.ptr + last.len - from)};
}

static bool heading_is(const Reader *r, const char *name)
{
    return r->has_line && r->depth == 0 && r->line.count > 1 &&
           str_eq(r->line.words[0], str_from_c(name));
}

static Err read_headings(Reader *r, Definition *out)
{
    static const char *const NAMES[] = {"cohort", "name", "purpose", "owner", "offer"};
    Str *const into[] = {&out->key, &out->name, &out->purpose, &out->owner, &out->offer};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        TRY(next_line(r));
        if (!heading_is(r, NAMES[i])) {
            if (!r->has_line) r->line.count = 0;
            return line_expected(&r->line, 0,
                                 arena_fmt(r->arena, "\"%s\" and what it is", NAMES[i]), NULL);
        }
        *into[i] = heading_text(&r->line);
        r->has_line = false;
        if (str_chars(*into[i]) > DEFINITION_HEAD_CHARS_MAX) {
            return line_wrong(&r->line, 1, STR("expected at most 500 characters"));
        }
        if (i == 0 && !definition_key_ok(out->key)) {
            return expected(r, 1, "a key of small letters, digits and hyphens");
        }
    }
    return ERR_OK;
}

static Err read_day(Reader *r, Date *out)
{
    if (!date_is_none(*out)) return line_wrong(&r->line, 0, STR("this stands here a second time"));
    bool is = r->line.count == 2 && date_parse_iso(r->line.words[1], out) &&
              date_year(*out) >= DATE_HUMAN_YEAR_MIN && date_year(*out) <= DATE_HUMAN_YEAR_MAX;
    return is ? ERR_OK : expected(r, 1, "a day of the calendar, like 2026-04-01");
}

static Err read_target(Reader *r, Definition *out)
{
    int64_t target = 0;
    if (out->target > 0) return line_wrong(&r->line, 0, STR("this stands here a second time"));
    if (r->line.count != 2 || !str_i64(r->line.words[1], 1, DEFINITION_TARGET_MAX, &target)) {
        return expected(r, 1, "a number of people");
    }
    out->target = (int)target;
    return ERR_OK;
}

static Err read_confirm(Reader *r, Definition *out)
{
    if (out->confirm.len > 0) {
        return line_wrong(&r->line, 0, STR("this stands here a second time"));
    }
    if (r->line.count != 2 || !definition_confirm_ok(r->line.words[1])) {
        return expected(r, 1, "gp");
    }
    out->confirm = r->line.words[1];
    return ERR_OK;
}

static Err read_also(Reader *r, Definition *out)
{
    if (out->also != 0) return line_wrong(&r->line, 0, STR("this stands here a second time"));
    out->also = definition_also_read(heading_text(&r->line));
    if (out->also != 0) return ERR_OK;
    return expected(r, 1, "on caseload, declined, or \"on caseload or declined\"");
}

// *more_out: the waiting line was one of them.
static Err read_setting(Reader *r, Definition *out, bool *more_out)
{
    *more_out = true;
    if (heading_is(r, "start")) return read_day(r, &out->start);
    if (heading_is(r, "end")) return read_day(r, &out->end);
    if (heading_is(r, "review")) return read_day(r, &out->review);
    if (heading_is(r, "target")) return read_target(r, out);
    if (heading_is(r, "confirm")) return read_confirm(r, out);
    if (heading_is(r, "also")) return read_also(r, out);
    *more_out = false;
    return ERR_OK;
}

// start, end, target, review, confirm and also: in any order, each at most once, or not at all.
static Err read_settings(Reader *r, Definition *out)
{
    for (bool more = true; more;) {
        TRY(next_line(r));
        TRY(read_setting(r, out, &more));
        if (more) r->has_line = false;
    }
    return ERR_OK;
}

static Err read_all(Reader *r, Definition *out)
{
    TRY(read_headings(r, out));
    TRY(read_settings(r, out));
    out->note = take_note(r);
    CohortRule group = {0};
    if (!r->has_line || r->depth != 0 || !line_group(&r->line, &group)) {
        static const char *const KNOWN[] = {"all",    "any",     "none",   "start", "end",
                                            "review", "confirm", "target", "also",  NULL};
        if (!r->has_line) r->line.count = 0;
        return line_expected(&r->line, 0,
                             STR("all, any, none or \"at least N of\", then its rules"), KNOWN);
    }
    CohortRule *root = NULL;
    TRY(read_rule(r, 0, &root));
    out->root = root;
    out->rules = r->rules;
    TRY(next_line(r));
    out->note_end = take_note(r);
    if (r->has_line) {
        return line_wrong(&r->line, 0, STR("only one all, any or none may stand at the left"));
    }
    return definition_settle(r->arena, out, r->why);
}

// Where bytes begin that are not text, as a place people can find.
static Err check_bytes(Arena *arena, Str text, Str *why_out)
{
    if (text.len > DEFINITION_BYTES_MAX) {
        *why_out =
            STR("A definition has at most 65,536 characters. One with an accent counts as two");
        return ERR_INVALID;
    }
    int line = 0;
    Str rest = text;
    Str part;
    while (str_split(&rest, '\n', &part)) {
        line++;
        if (utf8_valid(part) && !utf8_has_bidi_control(part)) continue;
        *why_out =
            arena_fmt(arena, "line %d: expected text in UTF-8 without hidden characters", line);
        return ERR_INVALID;
    }
    return ERR_OK;
}

Err definition_parse(Arena *arena, const CodeSets *sets, Str text, Definition *out, Str *why_out)
{
    TRY(check_bytes(arena, text, why_out));
    Reader *r = ARENA_NEW(arena, Reader);
    r->line = (LineReader){.arena = arena, .sets = sets, .why = why_out};
    r->arena = arena;
    r->rest = text;
    r->why = why_out;
    r->note = buf_new(DEFINITION_BYTES_MAX);
    *out = (Definition){.start = DATE_NONE, .end = DATE_NONE, .review = DATE_NONE};
    Err err = read_all(r, out);
    buf_free(&r->note);
    return err;
}

Err definition_read(Arena *arena, const CodeSets *sets, Str text, Definition *out, Str *why_out)
{
    TRY(definition_parse(arena, sets, text, out, why_out));
    return definition_answerable(arena, out, why_out);
}
