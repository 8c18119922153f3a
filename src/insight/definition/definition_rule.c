// definition_rule.c -- numbers and units in rules, the days of a window, what can be answered.
#include "insight/definition/definition.h"

#include <float.h>
#include <math.h>

// Digits, then perhaps a point and digits again.
static bool digits_ok(Str text)
{
    size_t point = 0;
    bool has_point = str_find(text, STR("."), &point);
    Str whole = has_point ? str_slice(text, 0, point) : text;
    Str decimals = has_point ? str_slice(text, point + 1, text.len) : STR("0");
    for (size_t i = 0; i < text.len; i++) {
        if ((text.ptr[i] < '0' || text.ptr[i] > '9') && !(has_point && i == point)) return false;
    }
    return whole.len > 0 && whole.len <= NUMBER_DIGITS_MAX && decimals.len > 0 &&
           decimals.len <= NUMBER_DECIMALS_MAX;
}

bool number_read(Str text, double *out)
{
    char copy[NUMBER_DIGITS_MAX + NUMBER_DECIMALS_MAX + 3];
    bool minus = str_starts(text, STR("-"));
    if (text.len >= sizeof copy || !digits_ok(str_slice(text, minus ? 1 : 0, text.len))) {
        return false;
    }
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *out = strtod(copy, NULL) + 0.0; // -0 is 0
    return true;
}

// A sign, every digit that a double can have before the point, the point, decimals and the NUL.
enum { NUMBER_BYTES_MAX = 1 + DBL_MAX_10_EXP + 1 + 1 + NUMBER_DECIMALS_MAX + 1 };

static Str number_in(char text[NUMBER_BYTES_MAX], double value)
{
    int len = snprintf(text, NUMBER_BYTES_MAX, "%.*f", NUMBER_DECIMALS_MAX, value);
    assert(len > 0 && len < NUMBER_BYTES_MAX);
    while (text[len - 1] == '0') len--;
    if (text[len - 1] == '.') len--;
    Str number = {text, (size_t)len};
    return str_eq(number, STR("-0")) ? STR("0") : number;
}

void number_print(Buf *out, double value)
{
    char text[NUMBER_BYTES_MAX];
    buf_add(out, number_in(text, value));
}

Str number_text(Arena *arena, double value)
{
    char text[NUMBER_BYTES_MAX];
    return arena_str(arena, number_in(text, value));
}

Str units_of(Arena *arena, const CohortRule *rule)
{
    CLEANUP(buf_free) Buf what = buf_new(4096);
    const Measure *measure = rule->measure;
    buf_fmt(&what, "a unit of " STR_FMT " (", STR_ARG(measure->name));
    for (size_t i = 0; i < measure->unit_count; i++) {
        if (i > 0) buf_add_c(&what, i + 1 == measure->unit_count ? " or " : ", ");
        buf_add(&what, measure->units[i].unit);
    }
    buf_add_char(&what, ')');
    return arena_str(arena, buf_str(&what));
}

bool unit_put(CohortRule *rule, Str unit)
{
    for (size_t i = 0; i < rule->measure->unit_count; i++) {
        if (!str_eq_ascii_fold(rule->measure->units[i].unit, unit)) continue;
        rule->unit = &rule->measure->units[i];
        return true;
    }
    return false;
}

const Measure *score_measure(const CodeSets *sets, Str name)
{
    Str prefix = STR(SCORE_MEASURE);
    for (size_t i = 0; i < measures_count(sets); i++) {
        const Measure *measure = measure_at(sets, i);
        if (str_starts(measure->name, prefix) &&
            str_eq(str_slice(measure->name, prefix.len, measure->name.len), name)) {
            return measure;
        }
    }
    return NULL;
}

// What a rule asks for without naming it as a slot.
static void settle_meaning(const CodeSets *sets, CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_CHARLSON:
    case RULE_CHARLSON_2011:
    case RULE_CAMBRIDGE:
        rule->score = code_score_find(sets, str_from_c(pattern_of(rule->kind)->name));
        return;
    case RULE_SCORE:
        rule->measure = score_measure(sets, rule->names[0]);
        rule->pick = LATEST_VALUE;
        rule->compare = COMPARE_AT_LEAST;
        return;
    case RULE_ACTIVATION:
        rule->measure = measure_find(sets, STR("activation-level"));
        rule->pick = LATEST_VALUE;
        return;
    default: return;
    }
}

void rule_settle(const CodeSets *sets, CohortRule *rule)
{
    settle_meaning(sets, rule);
    if (rule->unit == NULL) {
        rule->bound = rule->value;
        return;
    }
    // A difference has no zero of its own: 1 % more HbA1c is 10.929 mmol/mol more.
    double plus = rule->kind == RULE_CHANGE ? 0 : rule->unit->plus;
    rule->bound = rule->value * rule->unit->factor + plus;
    rule->bound_to = rule->value_to * rule->unit->factor + plus;
}

const char *compare_name(int compare)
{
    static const char *const NAMES[] = {"over", "under", "at least", "at most", "between"};
    return compare >= COMPARE_OVER && compare <= COMPARE_BETWEEN ? NAMES[compare - 1] : NULL;
}

void rule_window_days(const RuleWindow *window, Date as_at, Date *after_out, Date *until_out)
{
    Date earlier =
        window->days ? date_add_days(as_at, -window->n) : date_add_months(as_at, -window->n);
    *after_out = DATE_NONE;
    *until_out = as_at;
    switch (window->kind) {
    case WINDOW_EVER: break;
    case WINDOW_WITHIN: *after_out = earlier; break;
    case WINDOW_MORE_THAN: *until_out = earlier; break;
    case WINDOW_BEFORE: *until_out = date_add_days(window->to, -1); break;
    case WINDOW_SINCE: *after_out = date_add_days(window->from, -1); break;
    case WINDOW_BETWEEN:
        *after_out = date_add_days(window->from, -1);
        *until_out = window->to;
        break;
    }
    if (until_out->days > as_at.days) *until_out = as_at;
}

unsigned rule_birth_months(const CohortRule *rule, Date as_at)
{
    enum { YEAR_MONTHS = 12 };
    int year;
    int month;
    int day;
    if (!date_to_ymd(as_at, &year, &month, &day)) return 0;
    unsigned months = rule->bands >> BIRTHDAY_JANUARY << 1;
    if ((rule->bands >> BIRTHDAY_THIS_MONTH & 1) != 0) months |= 1U << month;
    if ((rule->bands >> BIRTHDAY_NEXT_MONTH & 1) != 0) months |= 1U << (month % YEAR_MONTHS + 1);
    return months;
}

// What this program's evaluator does not know is refused when a definition is read: a rule is
// answered or said to be unanswered, never passed over.
Str rule_unanswered(const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_SCORE:
    case RULE_ACTIVATION:
        if (rule->measure != NULL && rule->measure->count > 0) return STR("");
        return STR("no code is known here for what this rule asks for");
    case RULE_CHARLSON:
    case RULE_CHARLSON_2011:
    case RULE_CAMBRIDGE:
        if (rule->score != NULL) return STR("");
        return STR("the points of this score are not known here");
    default: return STR("");
    }
}
