// definition_slot.c -- the patterns of all rules, the slots in them, and what a slot holds.
#include "insight/definition/definition.h"

// Where two patterns begin alike, the one with more words of its own stands first.
static const Pattern PATTERNS[] = {
    {RULE_AGE_AT_LEAST, "age-at-least", "age at least {years}"},
    {RULE_AGE_UNDER, "age-under", "age under {years}"},
    {RULE_AGE_BETWEEN, "age-between", "age {years} to {to-years}"},
    {RULE_BIRTHDAY, "birthday", "birthday in {birth-months}"},
    {RULE_SEX, "sex", "sex {sex}"},
    {RULE_REGISTERED, "registered", "registered"},
    {RULE_REGISTERED_FOR, "registered-for", "registered at least {months}"},
    {RULE_PRACTICE, "practice", "practice {practices}"},
    {RULE_DEPRIVATION, "deprivation", "deprivation {decile} to {to-decile}"},
    {RULE_ETHNICITY, "ethnicity", "ethnicity {groups}"},
    {RULE_LANGUAGE, "language", "language {languages}"},
    {RULE_INTERPRETER, "needs-interpreter", "needs interpreter"},
    {RULE_FRAILTY, "frailty", "frailty {bands}"},
    {RULE_DEFICITS, "deficits", "frailty at least {deficits} deficits"},
    {RULE_CONDITIONS, "conditions", "conditions at least {times}"},
    {RULE_CHARLSON, "charlson", "charlson at least {points}"},
    {RULE_CHARLSON_2011, "charlson-2011", "charlson-2011 at least {points}"},
    {RULE_CAMBRIDGE, "cambridge", "cambridge at least {value}"},
    {RULE_SCORE, "score", "score {score} at least {value} {window}"},
    {RULE_HAS, "has", "has {sets} {window} {unless-since}"},
    {RULE_NO_CONTACT, "no-contact", "no contact within {months}"},
    {RULE_NO_PLAN, "no-plan-in-date", "no plan in date"},
    {RULE_HAS_NO, "has-no", "no {sets} {window}"},
    {RULE_COUNT_CODES, "different-codes", "at least {times} different {sets} {window}"},
    {RULE_COUNT, "days", "at least {times} {sets} {window}"},
    {RULE_VALUE, "value", "{pick} {measure} {compare} {window}"},
    {RULE_CHANGE, "change", "{measure} {direction} by more than {amount} {window}"},
    {RULE_THEN, "then", "{set} then {then} within {days} {window}"},
    {RULE_CONTACT, "contact", "contact within {months}"},
    {RULE_PLAN, "plan-in-date", "plan in date"},
    {RULE_ON_CASELOAD, "on-caseload", "on caseload"},
    {RULE_NOT_ON_CASELOAD, "not-on-caseload", "not on caseload"},
    {RULE_DECLINED, "declined", "declined"},
    {RULE_ACTIVATION, "activation", "activation {levels}"},
    {RULE_OPEN_REFERRAL, "open-referral", "open referral"},
    {RULE_COHORT, "cohort", "cohort {cohort}"},
    {RULE_NOT_COHORT, "not-cohort", "not cohort {cohort}"},
};

static const char *const SEXES[] = {"male", "female", NULL}; // RuleSex
static const char *const BANDS[] = {"fit", "mild", "moderate", "severe", NULL};
static const char *const GROUPS[] = {"white", "mixed", "asian", "black", "other", NULL};
static const char *const BIRTH_MONTHS[] = { // BirthMonth
    "this-month", "next-month", "january",   "february", "march",    "april",    "may", "june",
    "july",       "august",     "september", "october",  "november", "december", NULL};
static const char *const PICKS[] = {"latest", "earliest", "highest", "lowest", NULL};
static const char *const DIRECTIONS[] = {"rose", "fell", NULL};
static const char *const LEVELS[] = {"1", "2", "3", "4", NULL};

#define FIELD(member) offsetof(CohortRule, member)
const Slot SLOTS[] = {
    {"years", SLOT_INT, WORDS_NONE, FIELD(count), 1, RULE_YEARS_MAX, NULL, "an age in whole years"},
    {"to-years", SLOT_INT, WORDS_NONE, FIELD(high), 1, RULE_YEARS_MAX, NULL,
     "an age in whole years"},
    {"decile", SLOT_INT, WORDS_NONE, FIELD(count), 1, 10, NULL, "a decile"},
    {"to-decile", SLOT_INT, WORDS_NONE, FIELD(high), 1, 10, NULL, "a decile"},
    {"deficits", SLOT_INT, WORDS_NONE, FIELD(count), 1, 36, NULL, "a number of deficits"},
    {"points", SLOT_INT, WORDS_NONE, FIELD(count), 1, RULE_POINTS_MAX, NULL, "a score in points"},
    {"times", SLOT_INT, WORDS_NONE, FIELD(count), 1, RULE_COUNT_MAX, NULL, "how many"},
    {"months", SLOT_MONTHS, WORDS_NONE, FIELD(months), 1, RULE_MONTHS_MAX, NULL, "months"},
    {"days", SLOT_DAYS, WORDS_NONE, FIELD(days), 1, RULE_DAYS_MAX, NULL, "days"},
    {"sex", SLOT_WORD, WORDS_CHOICE, FIELD(count), 0, 0, SEXES, ""},
    {"birth-months", SLOT_WORDS, WORDS_BITS, FIELD(bands), 0, 0, BIRTH_MONTHS, ""},
    {"bands", SLOT_WORDS, WORDS_BITS, FIELD(bands), 0, 0, BANDS, ""},
    {"groups", SLOT_WORDS, WORDS_BITS, FIELD(bands), 0, 0, GROUPS, ""},
    {"levels", SLOT_WORDS, WORDS_BITS, FIELD(bands), 0, 0, LEVELS, ""},
    {"pick", SLOT_WORD, WORDS_CHOICE, FIELD(pick), 0, 0, PICKS, ""},
    {"direction", SLOT_WORD, WORDS_CHOICE, FIELD(direction), 0, 0, DIRECTIONS, ""},
    {"practices", SLOT_WORDS, WORDS_PRACTICE, 0, 0, 0, NULL, "the ODS code of a practice"},
    {"languages", SLOT_PHRASES, WORDS_LANGUAGE, 0, 0, 0, NULL, "the name of a language"},
    {"sets", SLOT_WORDS, WORDS_SET, 0, 0, 0, NULL, "a code set"},
    {"set", SLOT_WORD, WORDS_SET, 0, 0, 0, NULL, "a code set"},
    {"then", SLOT_WORD, WORDS_SET, 1, 0, 0, NULL, "a code set"}, // field: which of names
    {"score", SLOT_WORD, WORDS_SCORE, 0, 0, 0, NULL, "the name of an imported score"},
    {"cohort", SLOT_WORD, WORDS_COHORT, 0, 0, 0, NULL, "the key of a definition"},
    {"measure", SLOT_WORD, WORDS_MEASURE, 0, 0, 0, NULL, "a measure"},
    {"compare", SLOT_COMPARE, WORDS_NONE, 0, 0, 0, NULL, ""},
    {"amount", SLOT_AMOUNT, WORDS_NONE, 0, 0, 0, NULL, ""},
    {"value", SLOT_POINTS, WORDS_NONE, 0, 0, 0, NULL, "a number"},
    {"window", SLOT_WINDOW, WORDS_NONE, 0, 0, 0, NULL, ""},
    {"unless-since", SLOT_UNLESS, WORDS_SET, 0, 0, 0, NULL, "a code set"},
    {.name = NULL},
};

size_t patterns_count(void)
{
    return COUNT_OF(PATTERNS);
}

const Pattern *pattern_at(size_t index)
{
    return &PATTERNS[index];
}

const Pattern *pattern_of(RuleKind kind)
{
    for (size_t i = 0; i < COUNT_OF(PATTERNS); i++) {
        if (PATTERNS[i].kind == kind) return &PATTERNS[i];
    }
    return NULL;
}

const char *group_name(RuleKind kind)
{
    static const char *const NAMES[] = {"all", "any", "none", "at-least"};
    assert(kind <= RULE_SOME);
    return NAMES[kind];
}

bool pattern_step(Str *rest, Str *word_out, const Slot **slot_out)
{
    *slot_out = NULL;
    if (!str_split(rest, ' ', word_out)) return false;
    if (!str_starts(*word_out, STR("{"))) return true;
    Str name = str_slice(*word_out, 1, word_out->len - 1);
    for (const Slot *slot = SLOTS; slot->name != NULL; slot++) {
        if (str_eq(name, str_from_c(slot->name))) *slot_out = slot;
    }
    assert(*slot_out != NULL);
    return true;
}

int *slot_int(const Slot *slot, CohortRule *rule)
{
    return (int *)(void *)((char *)rule + slot->field);
}

int slot_int_of(const Slot *slot, const CohortRule *rule)
{
    return *(const int *)(const void *)((const char *)rule + slot->field);
}

int slot_min(const Slot *slot, const CohortRule *rule)
{
    return slot->field == FIELD(high) ? rule->count : slot->min;
}

// ---- words

// A word of small letters, digits and hyphens, or of capitals and digits.
static bool word_ok(Str word, char from, char to, bool hyphens)
{
    if (word.len == 0 || word.len > RULE_NAME_CHARS_MAX) return false;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        bool digit = c >= '0' && c <= '9';
        if ((c < from || c > to) && !digit && !(hyphens && c == '-')) return false;
    }
    return true;
}

static bool language_ok(Str words)
{
    if (words.len == 0 || words.len > RULE_NAME_CHARS_MAX) return false;
    if (!definition_line_ok(words)) return false; // else its text could not be read again
    Str rest = words;
    Str word;
    while (str_split(&rest, ' ', &word)) {
        if (word.len == 0 || str_eq(word, STR("or"))) return false;
        for (size_t i = 0; i < word.len; i++) {
            if ((unsigned char)word.ptr[i] <= ' ') return false;
        }
    }
    return words.ptr[words.len - 1] != ' ' && words.ptr[0] != '#';
}

static int choice_of(const char *const *choices, Str word)
{
    for (int i = 0; choices[i] != NULL; i++) {
        if (str_eq(word, str_from_c(choices[i]))) return i;
    }
    return -1;
}

static bool name_ok(const Slot *slot, const CodeSets *sets, Str word, int *set_out)
{
    switch (slot->source) {
    case WORDS_SET: *set_out = code_set_index(sets, word); return *set_out >= 0;
    case WORDS_PRACTICE: return word_ok(word, 'A', 'Z', false);
    case WORDS_LANGUAGE: return language_ok(word);
    case WORDS_SCORE: return score_measure(sets, word) != NULL;
    default: return word_ok(word, 'a', 'z', true);
    }
}

bool slot_put(const Slot *slot, const CodeSets *sets, CohortRule *rule, Str word)
{
    if (slot->source == WORDS_CHOICE || slot->source == WORDS_BITS) {
        int choice = choice_of(slot->choices, word);
        if (choice < 0) return false;
        if (slot->source == WORDS_CHOICE) {
            *slot_int(slot, rule) = choice + 1;
        } else {
            rule->bands |= 1U << choice;
        }
        return true;
    }
    if (slot->source == WORDS_MEASURE) {
        rule->measure = measure_find(sets, word);
        return rule->measure != NULL;
    }
    int set = 0;
    if (rule->name_count == RULE_SETS_MAX || !name_ok(slot, sets, word, &set)) return false;
    rule->names[rule->name_count] = word;
    rule->sets[rule->name_count++] = set;
    return true;
}

bool slot_is_list(const Slot *slot)
{
    return slot->shape == SLOT_WORDS || slot->shape == SLOT_PHRASES;
}

size_t slot_count(const Slot *slot, const CohortRule *rule)
{
    if (!slot_is_list(slot)) return 1;
    return slot->source == WORDS_BITS ? (size_t)__builtin_popcount(rule->bands) : rule->name_count;
}

Str slot_word(const Slot *slot, const CohortRule *rule, size_t index)
{
    switch (slot->source) {
    case WORDS_CHOICE: return str_from_c(slot->choices[slot_int_of(slot, rule) - 1]);
    case WORDS_MEASURE: return rule->measure->name;
    case WORDS_BITS:
        for (int bit = 0; slot->choices[bit] != NULL; bit++) {
            bool is_it = (rule->bands >> bit & 1) != 0 && index-- == 0;
            if (is_it) return str_from_c(slot->choices[bit]);
        }
        return STR("");
    default: return rule->names[slot_is_list(slot) ? index : slot->field];
    }
}

static Str score_known(const CodeSets *sets, size_t index)
{
    Str prefix = STR(SCORE_MEASURE);
    for (size_t i = 0; i < measures_count(sets); i++) {
        Str name = measure_at(sets, i)->name;
        if (!str_starts(name, prefix) || index-- > 0) continue;
        return str_slice(name, prefix.len, name.len);
    }
    return STR("");
}

Str slot_known(const Slot *slot, const CodeSets *sets, size_t index)
{
    if (slot->source == WORDS_SET) {
        return index < code_sets_count(sets) ? code_set_at(sets, index)->name : STR("");
    }
    if (slot->source == WORDS_MEASURE) {
        return index < measures_count(sets) ? measure_at(sets, index)->name : STR("");
    }
    if (slot->source == WORDS_SCORE) return score_known(sets, index);
    if (slot->choices == NULL) return STR("");
    for (size_t i = 0; slot->choices[i] != NULL; i++) {
        if (i == index) return str_from_c(slot->choices[i]);
    }
    return STR("");
}

// "fit, mild, moderate or severe"
static void add_choices(Buf *out, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (i > 0) buf_add_c(out, choices[i + 1] == NULL ? " or " : ", ");
        buf_add_c(out, choices[i]);
    }
}

Str slot_what(Arena *arena, const Slot *slot, const CohortRule *rule)
{
    CLEANUP(buf_free) Buf what = buf_new((size_t)8 * 1024);
    bool counted = slot->shape == SLOT_MONTHS || slot->shape == SLOT_DAYS;
    if (slot->choices != NULL) {
        add_choices(&what, slot->choices);
    } else if (slot->shape == SLOT_INT) {
        buf_fmt(&what, "%s, %d to %d", slot->what, slot_min(slot, rule), slot->max);
    } else if (counted) {
        buf_fmt(&what, "a number of %s, 1 to %d", slot->what, slot->max);
    } else if (slot->source == WORDS_COHORT) {
        buf_fmt(&what, "%s (small letters, digits and hyphens)", slot->what);
    } else {
        buf_add_c(&what, slot->what);
    }
    if (slot_is_list(slot) && rule->name_count == RULE_SETS_MAX) {
        buf_clear(&what);
        buf_fmt(&what, "at most %d names in one rule", RULE_SETS_MAX);
    }
    return arena_str(arena, buf_str(&what));
}

bool rule_is_group(const CohortRule *rule)
{
    return rule->kind <= RULE_SOME;
}

const char *frailty_band_name(FrailtyBand band)
{
    static const char *const NAMES[FRAILTY_BANDS] = {"Fit", "Mild", "Moderate", "Severe"};
    return NAMES[band];
}
