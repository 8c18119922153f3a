// definition_line.c -- a line is tried against every pattern; the one that came furthest says what
// is missing.
#include "insight/definition/definition_line.h"

#include "base/near.h"
#include "base/utf8.h"

#include <limits.h>

enum { FOUND_BYTES_MAX = 60 }; // of a wrong word, in a sentence

Err line_cut(LineReader *r)
{
    r->count = 0;
    r->at = 0;
    Str rest = str_trim(r->line);
    if (rest.len == 0 || rest.ptr[0] == '#') return ERR_OK;
    Str word;
    while (str_split(&rest, ' ', &word)) {
        if (word.len == 0) continue;
        if (r->count == DEFINITION_WORDS_MAX) {
            return line_wrong(r, r->count - 1, STR("expected fewer words in one line"));
        }
        r->words[r->count++] = word;
        for (size_t i = 0; i < word.len; i++) {
            unsigned char c = (unsigned char)word.ptr[i];
            if (c < ' ' || c == 0x7F) {
                return line_wrong(r, r->count - 1,
                                  STR("expected spaces and letters, no tabs or hidden characters"));
            }
        }
    }
    return ERR_OK;
}

Err line_wrong(LineReader *r, size_t word, Str sentence)
{
    size_t chars = 0;
    if (word < r->count) {
        chars = str_chars((Str){r->line.ptr, (size_t)(r->words[word].ptr - r->line.ptr)});
    } else if (r->count > 0) {
        Str last = r->words[r->count - 1];
        chars = str_chars((Str){r->line.ptr, (size_t)(last.ptr + last.len - r->line.ptr)});
    }
    *r->why = arena_fmt(r->arena, "line %d, column %zu: " STR_FMT, r->number, chars + 1,
                        STR_ARG(sentence));
    return ERR_INVALID;
}

static Str found(const LineReader *r, size_t word)
{
    if (word >= r->count) return STR("the end of the line");
    Str text = r->words[word];
    Str shown = utf8_cut(text, FOUND_BYTES_MAX);
    return arena_fmt(r->arena, "\"" STR_FMT "%s\"", STR_ARG(shown),
                     shown.len < text.len ? "..." : "");
}

static Str said_near(LineReader *r)
{
    if (r->nearest.len == 0) return STR("");
    return arena_fmt(r->arena, "; did you mean " STR_FMT "?", STR_ARG(r->nearest));
}

static void consider(LineReader *r, Str word, Str known)
{
    int distance = near_distance(word, known);
    if (distance == 0 || distance >= r->nearest_by || !near_enough(word, distance)) return;
    r->nearest = known;
    r->nearest_by = distance;
}

// This place is as far as any pattern came: what it expects counts. False: another came further.
static bool reaches(LineReader *r, size_t word)
{
    if (!r->explain || word < r->far) return false;
    if (word > r->far) {
        r->far = word;
        r->expected_count = 0;
        r->nearest = STR("");
        r->nearest_by = INT_MAX;
    }
    return true;
}

static void expect(LineReader *r, size_t word, Str what)
{
    if (!reaches(r, word)) return;
    for (size_t i = 0; i < r->expected_count; i++) {
        if (str_eq(r->expected[i], what)) return;
    }
    if (r->expected_count < LINE_EXPECTED_MAX) r->expected[r->expected_count++] = what;
}

static void expect_literal(LineReader *r, size_t word, Str literal, Str rest)
{
    if (!reaches(r, word)) return;
    if (word < r->count) consider(r, r->words[word], literal);
    // "at least" reads better than "at": the words that follow belong to it.
    const char *end = literal.ptr + literal.len;
    Str next;
    while (str_split(&rest, ' ', &next) && next.len > 0 && next.ptr[0] != '{') {
        end = next.ptr + next.len;
    }
    Str run = {literal.ptr, (size_t)(end - literal.ptr)};
    expect(r, word, arena_fmt(r->arena, "\"" STR_FMT "\"", STR_ARG(run)));
}

static void expect_slot(LineReader *r, size_t word, const Slot *slot, const CohortRule *rule)
{
    if (!reaches(r, word)) return;
    expect(r, word, slot_what(r->arena, slot, rule));
    if (word >= r->count) return;
    Str known;
    for (size_t i = 0; (known = slot_known(slot, r->sets, i)).len > 0; i++) {
        consider(r, r->words[word], known);
    }
}

static bool take(LineReader *r, const char *word)
{
    if (r->at < r->count && str_eq(r->words[r->at], str_from_c(word))) {
        r->at++;
        return true;
    }
    return false;
}

// A word that must be there.
static bool need(LineReader *r, const char *word)
{
    if (take(r, word)) return true;
    expect_literal(r, r->at, str_from_c(word), (Str){0});
    return false;
}

static bool take_int(LineReader *r, int64_t min, int64_t max, int *out)
{
    int64_t n = 0;
    if (r->at >= r->count || !str_i64(r->words[r->at], min, max, &n)) return false;
    *out = (int)n;
    r->at++;
    return true;
}

static bool take_number(LineReader *r, double *out)
{
    if (r->at < r->count && number_read(r->words[r->at], out)) {
        r->at++;
        return true;
    }
    expect(r, r->at, STR("a number, with at most 9 digits and 6 decimals"));
    return false;
}

static bool take_date(LineReader *r, Date from, Date *out)
{
    bool is = r->at < r->count && date_parse_iso(r->words[r->at], out) &&
              date_year(*out) >= DATE_HUMAN_YEAR_MIN && date_year(*out) <= DATE_HUMAN_YEAR_MAX &&
              date_cmp(from, *out) <= 0;
    if (!is) {
        expect(r, r->at,
               date_is_none(from) ? STR("a day of the calendar, like 2026-04-01")
                                  : STR("a day that is not before the first one"));
        return false;
    }
    r->at++;
    return true;
}

// The words of one phrase: up to "or" or the end of the line, one space between them.
static bool take_phrase(LineReader *r, Str *out)
{
    size_t first = r->at;
    while (r->at < r->count && !str_eq(r->words[r->at], STR("or"))) r->at++;
    if (r->at == first) return false;
    CLEANUP(buf_free) Buf phrase = buf_new(DEFINITION_BYTES_MAX);
    for (size_t i = first; i < r->at; i++) {
        if (i > first) buf_add_char(&phrase, ' ');
        buf_add(&phrase, r->words[i]);
    }
    *out = arena_str(r->arena, buf_str(&phrase));
    return true;
}

static bool take_words(LineReader *r, const Slot *slot, CohortRule *rule)
{
    do {
        size_t first = r->at;
        Str word = STR("");
        bool is = false;
        if (slot->shape == SLOT_PHRASES) {
            is = take_phrase(r, &word);
        } else if (r->at < r->count) {
            word = r->words[r->at++];
            is = true;
        }
        if (!is || !slot_put(slot, r->sets, rule, word)) {
            expect_slot(r, first, slot, rule);
            return false;
        }
    } while (slot_is_list(slot) && take(r, "or"));
    if (slot_is_list(slot)) expect(r, r->at, STR("\"or\""));
    return true;
}

// The words of a unit ("mg/24 h" is two), the longest that fits.
static bool take_unit(LineReader *r, CohortRule *rule)
{
    for (size_t words = r->count - r->at < 3 ? r->count - r->at : 3; words > 0; words--) {
        Str last = r->words[r->at + words - 1];
        const char *first = r->words[r->at].ptr;
        if (!unit_put(rule, (Str){first, (size_t)(last.ptr + last.len - first)})) continue;
        r->at += words;
        return true;
    }
    if (!reaches(r, r->at)) return false;
    expect(r, r->at, units_of(r->arena, rule));
    for (size_t i = 0; r->at < r->count && i < rule->measure->unit_count; i++) {
        consider(r, r->words[r->at], rule->measure->units[i].unit);
    }
    return false;
}

static bool take_compare(LineReader *r, CohortRule *rule)
{
    rule->compare = 0;
    for (int compare = COMPARE_OVER; compare <= COMPARE_BETWEEN; compare++) {
        Str rest = str_from_c(compare_name(compare));
        size_t first = r->at;
        Str word;
        bool all = true;
        while (all && str_split(&rest, ' ', &word)) {
            all = r->at < r->count && str_eq(r->words[r->at], word);
            if (all) r->at++;
        }
        if (all) {
            rule->compare = compare;
            break;
        }
        r->at = first;
    }
    if (rule->compare == 0) {
        expect(r, r->at, STR("over, under, at least, at most or between"));
        return false;
    }
    if (!take_number(r, &rule->value)) return false;
    if (rule->compare != COMPARE_BETWEEN) return take_unit(r, rule);
    if (!need(r, "and") || !take_number(r, &rule->value_to)) return false;
    if (rule->value_to < rule->value) {
        expect(r, r->at - 1, STR("a number that is not below the first"));
        return false;
    }
    return take_unit(r, rule);
}

static bool take_span(LineReader *r, RuleWindow *window)
{
    int n = 0;
    if (!take_int(r, 1, RULE_DAYS_MAX, &n)) {
        expect(r, r->at, STR("a number of months or days, like \"12 months\""));
        return false;
    }
    bool months = take(r, n == 1 ? "month" : "months");
    if (!months && !take(r, n == 1 ? "day" : "days")) {
        expect(r, r->at, n == 1 ? STR("month or day") : STR("months or days"));
        return false;
    }
    if (months && n > RULE_MONTHS_MAX) {
        expect(r, r->at - 2, STR("at most 1200 months"));
        return false;
    }
    window->n = n;
    window->days = !months;
    return true;
}

static bool take_window(LineReader *r, RuleWindow *window)
{
    if (take(r, "within")) {
        window->kind = WINDOW_WITHIN;
        return take_span(r, window);
    }
    if (take(r, "before")) {
        window->kind = WINDOW_BEFORE;
        return take_date(r, DATE_NONE, &window->to);
    }
    if (take(r, "since")) {
        window->kind = WINDOW_SINCE;
        return take_date(r, DATE_NONE, &window->from);
    }
    if (take(r, "between")) {
        window->kind = WINDOW_BETWEEN;
        return take_date(r, DATE_NONE, &window->from) && need(r, "and") &&
               take_date(r, window->from, &window->to);
    }
    if (take(r, "more")) {
        window->kind = WINDOW_MORE_THAN;
        return need(r, "than") && take_span(r, window) && need(r, "ago");
    }
    static const char *const BEGIN[] = {"within", "before", "since", "between", "more"};
    for (size_t i = 0; i < COUNT_OF(BEGIN) && reaches(r, r->at); i++) {
        if (r->at < r->count) consider(r, r->words[r->at], str_from_c(BEGIN[i]));
    }
    expect(r, r->at, STR("a window (within, before, since, between or more than)"));
    return true; // ever
}

// A set of which a later event says that it is over; or nothing.
static bool take_unless(LineReader *r, const Slot *slot, CohortRule *rule)
{
    if (!take(r, "unless")) {
        if (r->at < r->count && reaches(r, r->at)) consider(r, r->words[r->at], STR("unless"));
        expect(r, r->at, STR("\"unless since\""));
        return true;
    }
    if (!need(r, "since")) return false;
    rule->ended = r->at < r->count ? code_set_index(r->sets, r->words[r->at]) + 1 : 0;
    if (rule->ended == 0) {
        expect_slot(r, r->at, slot, rule);
        return false;
    }
    rule->ended_name = r->words[r->at++];
    return true;
}

static bool take_counted(LineReader *r, const Slot *slot, CohortRule *rule)
{
    size_t first = r->at;
    if (!take_int(r, slot_min(slot, rule), slot->max, slot_int(slot, rule))) {
        expect_slot(r, first, slot, rule);
        return false;
    }
    bool one = slot_int_of(slot, rule) == 1;
    if (slot->shape == SLOT_MONTHS) return need(r, one ? "month" : "months");
    return slot->shape != SLOT_DAYS || need(r, one ? "day" : "days");
}

static bool take_slot(LineReader *r, const Slot *slot, CohortRule *rule)
{
    switch (slot->shape) {
    case SLOT_INT:
    case SLOT_MONTHS:
    case SLOT_DAYS: return take_counted(r, slot, rule);
    case SLOT_COMPARE: return take_compare(r, rule);
    case SLOT_AMOUNT: return take_number(r, &rule->value) && take_unit(r, rule);
    case SLOT_POINTS: return take_number(r, &rule->value);
    case SLOT_WINDOW: return take_window(r, &rule->window);
    case SLOT_UNLESS: return take_unless(r, slot, rule);
    default: return take_words(r, slot, rule);
    }
}

static bool take_pattern(LineReader *r, const Pattern *pattern, CohortRule *rule)
{
    rule->kind = pattern->kind;
    r->at = 0;
    Str rest = str_from_c(pattern->text);
    Str word;
    const Slot *slot = NULL;
    while (pattern_step(&rest, &word, &slot)) {
        if (slot != NULL) {
            if (!take_slot(r, slot, rule)) return false;
        } else if (r->at < r->count && str_eq(r->words[r->at], word)) {
            r->at++;
        } else {
            expect_literal(r, r->at, word, rest);
            return false;
        }
    }
    if (r->at == r->count) return true;
    expect(r, r->at, STR("the end of the line"));
    return false;
}

static bool take_any_pattern(LineReader *r, CohortRule *out)
{
    CohortRule blank = *out;
    for (size_t i = 0; i < patterns_count(); i++) {
        *out = blank;
        if (take_pattern(r, pattern_at(i), out)) return true;
    }
    *out = blank;
    return false;
}

static Err say_expected(LineReader *r)
{
    Str near = said_near(r);
    if (r->far == 0) {
        Str first = found(r, 0);
        return line_wrong(r, 0,
                          arena_fmt(r->arena, "no rule begins with " STR_FMT STR_FMT,
                                    STR_ARG(first), STR_ARG(near)));
    }
    CLEANUP(buf_free) Buf text = buf_new(DEFINITION_BYTES_MAX);
    buf_add_c(&text, "expected ");
    for (size_t i = 0; i < r->expected_count; i++) {
        if (i > 0) buf_add_c(&text, i + 1 == r->expected_count ? " or " : ", ");
        buf_add(&text, r->expected[i]);
    }
    buf_add_c(&text, ", found ");
    buf_add(&text, found(r, r->far));
    buf_add(&text, near);
    return line_wrong(r, r->far, arena_str(r->arena, buf_str(&text)));
}

Err line_expected(LineReader *r, size_t word, Str what, const char *const *known)
{
    r->explain = true;
    r->far = 0;
    r->expected_count = 0;
    r->nearest = STR("");
    r->nearest_by = INT_MAX;
    for (size_t i = 0; known != NULL && known[i] != NULL && word < r->count; i++) {
        consider(r, r->words[word], str_from_c(known[i]));
    }
    Str at = found(r, word);
    Str near = said_near(r);
    return line_wrong(r, word,
                      arena_fmt(r->arena, "expected " STR_FMT ", found " STR_FMT STR_FMT,
                                STR_ARG(what), STR_ARG(at), STR_ARG(near)));
}

Err line_rule(LineReader *r, CohortRule *out)
{
    r->explain = false;
    if (take_any_pattern(r, out)) {
        rule_settle(r->sets, out);
        return ERR_OK;
    }
    r->explain = true;
    r->far = 0;
    r->expected_count = 0;
    r->nearest = STR("");
    r->nearest_by = INT_MAX;
    bool again = take_any_pattern(r, out);
    assert(!again);
    return say_expected(r);
}

bool line_group(const LineReader *r, CohortRule *out)
{
    for (RuleKind kind = RULE_ALL; kind <= RULE_NONE; kind++) {
        if (r->count != 1 || !str_eq(r->words[0], str_from_c(group_name(kind)))) continue;
        out->kind = kind;
        return true;
    }
    int64_t count = 0;
    if (r->count != 4 || !str_eq(r->words[0], STR("at")) || !str_eq(r->words[1], STR("least")) ||
        !str_eq(r->words[3], STR("of")) || !str_i64(r->words[2], 1, RULE_COUNT_MAX, &count)) {
        return false;
    }
    out->kind = RULE_SOME;
    out->count = (int)count;
    return true;
}
