// cohort_words.c -- a definition in plain words, for people who decide whether it is right.
#include "insight/cohort/cohort_define.h"
#include "insight/cohort/cohort_frailty.h"

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
            buf_add(o, set->many);
        } else {
            add_lower(o, set->one);
        }
    }
}

static void add_months(Buf *o, const CohortRule *rule)
{
    if (rule->months == 1) buf_add_c(o, " in the last month");
    if (rule->months > 1) buf_fmt(o, " in the last %d months", rule->months);
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

// Several things of which any may be missing read better as one list.
static bool is_missing_list(const CohortRule *rule)
{
    if (rule->kind != RULE_ANY || rule->first->next == NULL) return false;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        if (inner->kind != RULE_HAS_NO || inner->months != rule->first->months) return false;
    }
    return true;
}

static void add_missing_list(Buf *o, const CodeSets *sets, const CohortRule *rule)
{
    buf_add_c(o, "at least one of these not recorded");
    add_months(o, rule->first);
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
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        bool nested = inner->kind <= RULE_NONE && inner->first->next != NULL;
        if (nested) buf_add_c(o, "(");
        add_rule(o, sets, inner);
        if (nested) buf_add_c(o, ")");
        if (inner->next != NULL) buf_add_c(o, rule->kind == RULE_ALL ? ", and " : ", or ");
    }
}

static void add_latest(Buf *o, const CohortRule *rule)
{
    buf_fmt(o, "latest " STR_FMT " %s %g " STR_FMT, STR_ARG(rule->measure->label),
            rule->kind == RULE_LATEST_OVER ? "over" : "under", rule->bound,
            STR_ARG(rule->measure->units[0].unit));
}

static void add_practices(Buf *o, const CohortRule *rule)
{
    buf_add_c(o, "registered with ");
    for (size_t i = 0; i < rule->name_count; i++) {
        if (i > 0) buf_add_c(o, " or ");
        buf_add(o, rule->names[i]);
    }
}

// Rules about the person and what this team did.
static void add_fixed(Buf *o, const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST: buf_fmt(o, "aged %d or over", rule->count); return;
    case RULE_AGE_UNDER: buf_fmt(o, "aged under %d", rule->count); return;
    case RULE_REGISTERED: buf_add_c(o, "registered now"); return;
    case RULE_PRACTICE: add_practices(o, rule); return;
    case RULE_FRAILTY: add_bands(o, rule); return;
    case RULE_CONDITIONS: buf_fmt(o, "%d or more long-term conditions", rule->count); return;
    case RULE_NO_CONTACT: buf_add_c(o, "no contact with this team recorded"); break;
    case RULE_NO_PLAN: buf_add_c(o, "no care and support plan in date"); return;
    case RULE_NOT_ON_CASELOAD: buf_add_c(o, "not on a caseload"); return;
    default: return;
    }
    add_months(o, rule);
}

static void add_rule(Buf *o, const CodeSets *sets, const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_ALL:
    case RULE_ANY:
    case RULE_NONE: add_group(o, sets, rule); return;
    case RULE_HAS: add_sets(o, sets, rule, false); break;
    case RULE_HAS_NO:
        buf_add_c(o, "no record of ");
        add_sets(o, sets, rule, false);
        break;
    case RULE_COUNT:
        buf_fmt(o, "%d or more ", rule->count);
        add_sets(o, sets, rule, true);
        break;
    case RULE_LATEST_OVER:
    case RULE_LATEST_UNDER: add_latest(o, rule); break;
    default: add_fixed(o, rule); return;
    }
    add_months(o, rule);
    if (rule->kind == RULE_HAS && rule->ended != 0) {
        buf_add_c(o, ", unless ");
        add_lower(o, code_set_at(sets, (size_t)(rule->ended - 1))->one);
        buf_add_c(o, " since");
    }
}

static Str capitalised(Arena *arena, const Buf *text)
{
    Str copy = arena_str(arena, buf_str(text));
    if (copy.len == 0 || copy.ptr[0] < 'a' || copy.ptr[0] > 'z') return copy;
    return arena_fmt(arena, "%c" STR_FMT, copy.ptr[0] - 'a' + 'A',
                     STR_ARG(str_slice(copy, 1, copy.len)));
}

Str rule_words(Arena *arena, const CodeSets *sets, const CohortRule *rule)
{
    CLEANUP(buf_free) Buf text = buf_new(WORDS_BYTES_MAX);
    add_rule(&text, sets, rule);
    return capitalised(arena, &text);
}

Str definition_words(Arena *arena, const CodeSets *sets, const Definition *definition)
{
    CLEANUP(buf_free) Buf text = buf_new(WORDS_BYTES_MAX);
    buf_add_c(&text, "people registered now: ");
    add_rule(&text, sets, definition->root);
    buf_add_c(&text, ".");
    return capitalised(arena, &text);
}
