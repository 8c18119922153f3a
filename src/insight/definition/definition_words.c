// definition_words.c -- a definition in plain words, for people who decide whether it is right.
#include "insight/definition/definition.h"

enum { WORDS_BYTES_MAX = 64 * 1024 };

static void add_lower(Buf *o, Str text)
{
    // "Housebound" within a sentence, but "HbA1c" and "COPD" as they are.
    bool plain = text.len > 1 && text.ptr[1] >= 'a' && text.ptr[1] <= 'z';
    for (size_t i = 2; plain && i < text.len && text.ptr[i] != ' '; i++) {
        if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') plain = false;
    }
    if (!plain || text.ptr[0] < 'A' || text.ptr[0] > 'Z') {
        buf_add(o, text);
        return;
    }
    buf_add_char(o, (char)(text.ptr[0] - 'A' + 'a'));
    buf_add(o, str_slice(text, 1, text.len));
}

static void add_sets(Buf *o, const CodeSets *sets, const CohortRule *rule, bool many)
{
    for (size_t i = 0; i < rule->name_count; i++) {
        if (i > 0) buf_add_c(o, " or ");
        const CodeSet *set = code_set_at(sets, (size_t)rule->sets[i]);
        if (many) {
            buf_add(o, set->titles);
        } else {
            add_lower(o, set->title);
        }
    }
}

static void add_day(Buf *o, Date day)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    buf_add(o, date_long(scratch, day));
}

static void add_span(Buf *o, const char *before, int n, bool days)
{
    const char *unit = days ? "day" : "month";
    if (n == 1) {
        buf_fmt(o, "%s%s", before, unit);
    } else {
        buf_fmt(o, "%s%d %ss", before, n, unit);
    }
}

static void add_window(Buf *o, const CohortRule *rule)
{
    const RuleWindow *window = &rule->window;
    switch (window->kind) {
    case WINDOW_EVER: return;
    case WINDOW_WITHIN: add_span(o, " in the last ", window->n, window->days); return;
    case WINDOW_MORE_THAN:
        add_span(o, window->n == 1 ? " more than a " : " more than ", window->n, window->days);
        buf_add_c(o, " ago");
        return;
    case WINDOW_BEFORE:
        buf_add_c(o, " before ");
        add_day(o, window->to);
        return;
    case WINDOW_SINCE:
        buf_add_c(o, " since ");
        add_day(o, window->from);
        return;
    case WINDOW_BETWEEN:
        buf_add_c(o, " between ");
        add_day(o, window->from);
        buf_add_c(o, " and ");
        add_day(o, window->to);
        return;
    }
}

static void add_bands(Buf *o, const CohortRule *rule)
{
    int said = 0;
    for (unsigned b = 0; b < FRAILTY_BANDS; b++) {
        if ((rule->bands & (1U << b)) == 0) continue;
        if (said++ > 0) buf_add_c(o, " or ");
        add_lower(o, str_from_c(frailty_band_name((FrailtyBand)b)));
    }
    buf_add_c(o, rule->bands == 1U << FRAILTY_FIT ? " (no frailty)" : " frailty");
}

bool rule_asks(const CohortRule *rule, RuleKind kind)
{
    if (rule->kind == kind) return true;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        if (rule_asks(inner, kind)) return true;
    }
    return false;
}

static void add_rule(Buf *o, const CodeSets *sets, const CohortRule *rule);

static bool same_window(const RuleWindow *a, const RuleWindow *b)
{
    return a->kind == b->kind && a->days == b->days && a->n == b->n &&
           a->from.days == b->from.days && a->to.days == b->to.days;
}

// Several things of which any may be missing read better as one list.
static bool is_missing_list(const CohortRule *rule)
{
    if (rule->kind != RULE_ANY || rule->first->next == NULL) return false;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        if (inner->kind != RULE_HAS_NO || !same_window(&inner->window, &rule->first->window)) {
            return false;
        }
    }
    return true;
}

static void add_missing_list(Buf *o, const CodeSets *sets, const CohortRule *rule)
{
    buf_add_c(o, "at least one of these not recorded");
    add_window(o, rule->first);
    buf_add_c(o, ": ");
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        add_sets(o, sets, inner, false);
        if (inner->next != NULL) buf_add_c(o, inner->next->next == NULL ? " or " : ", ");
    }
}

static void add_group(Buf *o, const CodeSets *sets, const CohortRule *rule)
{
    if (is_missing_list(rule)) {
        add_missing_list(o, sets, rule);
        return;
    }
    if (rule->kind == RULE_NONE) buf_add_c(o, "none of: ");
    if (rule->kind == RULE_SOME) buf_fmt(o, "at least %d of: ", rule->count);
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        bool nested =
            rule_is_group(inner) && (inner->first->next != NULL || inner->kind >= RULE_NONE);
        if (nested) buf_add_c(o, "(");
        add_rule(o, sets, inner);
        if (nested) buf_add_c(o, ")");
        if (inner->next == NULL) break;
        buf_add_c(o, rule->kind == RULE_ALL ? ", and " : rule->kind == RULE_SOME ? "; " : ", or ");
    }
}

static void add_value(Buf *o, const CohortRule *rule)
{
    static const char *const PICKS[] = {"latest", "earliest", "highest", "lowest"};
    buf_fmt(o, "%s " STR_FMT " %s ", PICKS[rule->pick - 1], STR_ARG(rule->measure->label),
            compare_name(rule->compare));
    number_print(o, rule->value);
    if (rule->compare == COMPARE_BETWEEN) {
        buf_add_c(o, " and ");
        number_print(o, rule->value_to);
    }
    buf_fmt(o, " " STR_FMT, STR_ARG(rule->unit->unit));
    add_window(o, rule);
}

static void add_change(Buf *o, const CohortRule *rule)
{
    buf_fmt(o, STR_FMT " %s by more than ", STR_ARG(rule->measure->label),
            rule->direction == CHANGE_ROSE ? "rose" : "fell");
    number_print(o, rule->value);
    buf_fmt(o, " " STR_FMT, STR_ARG(rule->unit->unit));
    add_window(o, rule);
}

static void add_then(Buf *o, const CodeSets *sets, const CohortRule *rule)
{
    add_lower(o, code_set_at(sets, (size_t)rule->sets[0])->title);
    buf_add_c(o, ", then ");
    add_lower(o, code_set_at(sets, (size_t)rule->sets[1])->title);
    add_span(o, rule->days == 1 ? " on the next " : " on one of the next ", rule->days, true);
    if (rule->window.kind != WINDOW_EVER) buf_add_c(o, ", both");
    add_window(o, rule);
}

static void add_names(Buf *o, const char *before, const CohortRule *rule)
{
    buf_add_c(o, before);
    for (size_t i = 0; i < rule->name_count; i++) {
        if (i > 0) buf_add_c(o, " or ");
        buf_add(o, rule->names[i]);
    }
}

static void add_choices(Buf *o, const char *before, const char *const *choices, unsigned bits)
{
    buf_add_c(o, before);
    bool any = false;
    for (size_t i = 0; choices[i] != NULL; i++) {
        if ((bits >> i & 1) == 0) continue;
        if (any) buf_add_c(o, " or ");
        buf_add_c(o, choices[i]);
        any = true;
    }
}

static void add_deprivation(Buf *o, const CohortRule *rule)
{
    buf_fmt(o,
            rule->count == rule->high ? "lives in deprivation decile %d"
                                      : "lives in deprivation deciles %d to %d",
            rule->count, rule->high);
    if (rule->count == 1) buf_add_c(o, " (1 is the most deprived)");
}

// Rules about who the person is.
static bool add_person(Buf *o, const CohortRule *rule)
{
    static const char *const GROUPS[] = {"White", "Mixed", "Asian", "Black", "Other", NULL};
    static const char *const BIRTH_MONTHS[] = {
        "this month", "next month", "January",   "February", "March",    "April",    "May", "June",
        "July",       "August",     "September", "October",  "November", "December", NULL};
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST: buf_fmt(o, "aged %d or over", rule->count); return true;
    case RULE_AGE_UNDER: buf_fmt(o, "aged under %d", rule->count); return true;
    case RULE_AGE_BETWEEN: buf_fmt(o, "aged %d to %d", rule->count, rule->high); return true;
    case RULE_BIRTHDAY:
        add_choices(o, "has a birthday in ", BIRTH_MONTHS, rule->bands);
        return true;
    case RULE_SEX: buf_add_c(o, rule->count == RULE_MALE ? "male" : "female"); return true;
    case RULE_REGISTERED: buf_add_c(o, "registered now"); return true;
    case RULE_REGISTERED_FOR:
        add_span(o, rule->months == 1 ? "registered for at least a " : "registered for at least ",
                 rule->months, false);
        return true;
    case RULE_PRACTICE: add_names(o, "registered with ", rule); return true;
    case RULE_DEPRIVATION: add_deprivation(o, rule); return true;
    case RULE_ETHNICITY: add_choices(o, "ethnic group ", GROUPS, rule->bands); return true;
    case RULE_LANGUAGE: add_names(o, "main language ", rule); return true;
    case RULE_INTERPRETER: buf_add_c(o, "needs an interpreter"); return true;
    default: return false;
    }
}

// Rules about a score of the record.
static bool add_score(Buf *o, const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_FRAILTY: add_bands(o, rule); return true;
    case RULE_DEFICITS: buf_fmt(o, "%d or more frailty deficits", rule->count); return true;
    case RULE_CONDITIONS: buf_fmt(o, "%d or more long-term conditions", rule->count); return true;
    case RULE_CHARLSON: buf_fmt(o, "Charlson index %d or more", rule->count); return true;
    case RULE_CHARLSON_2011:
        buf_fmt(o, "Charlson index (weights of 2011) %d or more", rule->count);
        return true;
    case RULE_CAMBRIDGE:
        buf_add_c(o, "Cambridge Multimorbidity Score ");
        number_print(o, rule->value);
        buf_add_c(o, " or more");
        return true;
    case RULE_SCORE:
        buf_fmt(o, "latest imported " STR_FMT " score ", STR_ARG(rule->names[0]));
        number_print(o, rule->value);
        buf_add_c(o, " or more");
        add_window(o, rule);
        return true;
    default: return false;
    }
}

// Rules about what this team did.
static void add_case(Buf *o, const CohortRule *rule)
{
    static const char *const LEVELS[] = {"1", "2", "3", "4", NULL};
    switch (rule->kind) {
    case RULE_NO_CONTACT:
        add_span(o, "no contact with this team recorded in the last ", rule->months, false);
        return;
    case RULE_CONTACT:
        add_span(o, "contact with this team in the last ", rule->months, false);
        return;
    case RULE_NO_PLAN: buf_add_c(o, "no care and support plan in date"); return;
    case RULE_PLAN: buf_add_c(o, "a care and support plan in date"); return;
    case RULE_ON_CASELOAD: buf_add_c(o, "on a caseload"); return;
    case RULE_NOT_ON_CASELOAD: buf_add_c(o, "not on a caseload"); return;
    case RULE_DECLINED: buf_add_c(o, "said no to support and is not to be asked again yet"); return;
    case RULE_ACTIVATION: add_choices(o, "activation level ", LEVELS, rule->bands); return;
    case RULE_OPEN_REFERRAL: buf_add_c(o, "an open referral"); return;
    case RULE_COHORT: add_names(o, "meets the rules of ", rule); return;
    case RULE_NOT_COHORT: add_names(o, "does not meet the rules of ", rule); return;
    default: return;
    }
}

static void add_record(Buf *o, const CodeSets *sets, const CohortRule *rule)
{
    bool many = rule->kind == RULE_COUNT || rule->kind == RULE_COUNT_CODES;
    if (rule->kind == RULE_HAS_NO) buf_add_c(o, "no record of ");
    if (rule->kind == RULE_COUNT) buf_fmt(o, "%d or more ", rule->count);
    if (rule->kind == RULE_COUNT_CODES) buf_fmt(o, "%d or more different ", rule->count);
    add_sets(o, sets, rule, many);
    add_window(o, rule);
    if (rule->ended == 0) return;
    buf_add_c(o, ", and not recorded since as ");
    add_lower(o, code_set_at(sets, (size_t)(rule->ended - 1))->title);
}

static void add_rule(Buf *o, const CodeSets *sets, const CohortRule *rule)
{
    if (rule_is_group(rule)) {
        add_group(o, sets, rule);
        return;
    }
    switch (rule->kind) {
    case RULE_HAS:
    case RULE_HAS_NO:
    case RULE_COUNT:
    case RULE_COUNT_CODES: add_record(o, sets, rule); return;
    case RULE_VALUE: add_value(o, rule); return;
    case RULE_CHANGE: add_change(o, rule); return;
    case RULE_THEN: add_then(o, sets, rule); return;
    default:
        if (!add_person(o, rule) && !add_score(o, rule)) add_case(o, rule);
        return;
    }
}

static Str capitalised(Arena *arena, const Buf *text)
{
    Str copy = arena_str(arena, buf_str(text));
    if (copy.len == 0 || copy.ptr[0] < 'a' || copy.ptr[0] > 'z') return copy;
    return arena_fmt(arena, "%c" STR_FMT, copy.ptr[0] - 'a' + 'A',
                     STR_ARG(str_slice(copy, 1, copy.len)));
}

Str rule_window_words(Arena *arena, const CohortRule *rule)
{
    CLEANUP(buf_free) Buf text = buf_new(WORDS_BYTES_MAX);
    add_window(&text, rule);
    return arena_str(arena, buf_str(&text));
}

Str rule_words(Arena *arena, const CodeSets *sets, const CohortRule *rule)
{
    CLEANUP(buf_free) Buf text = buf_new(WORDS_BYTES_MAX);
    add_rule(&text, sets, rule);
    return capitalised(arena, &text);
}

static void add_also(Buf *o, unsigned also)
{
    bool on_caseload = (also & ALSO_ON_CASELOAD) != 0;
    bool declined = (also & ALSO_DECLINED) != 0;
    if (!on_caseload && !declined) return;
    buf_fmt(o, " Listed too: %s%s%s.", on_caseload ? "who is on a caseload already" : "",
            on_caseload && declined ? ", and " : "",
            declined ? "who said no or did not answer and is not to be asked again yet" : "");
}

Str definition_words(Arena *arena, const CodeSets *sets, const Definition *definition)
{
    CLEANUP(buf_free) Buf text = buf_new(WORDS_BYTES_MAX);
    buf_add_c(&text, "people registered now: ");
    add_rule(&text, sets, definition->root);
    buf_add_c(&text, ".");
    add_also(&text, definition->also);
    return capitalised(arena, &text);
}
