// cohort_eval_person.c -- rules about who somebody is and what this team did.
#include "insight/cohort/cohort_asked.h"

// 1 + the group of a category of the NHS Data Dictionary ("H"); 0: not stated, not known, no code.
static uint8_t ethnic_group(Str category)
{
    // Chinese (R) is of the Asian group since the census of 2011.
    static const char *const LETTERS[] = {"ABC", "DEFG", "HJKLR", "MNP", "S"};
    if (category.len != 1 || category.ptr[0] == '\0') return 0;
    for (unsigned group = ETHNIC_WHITE; group <= ETHNIC_OTHER; group++) {
        if (strchr(LETTERS[group], category.ptr[0]) != NULL) return (uint8_t)(group + 1);
    }
    return 0;
}

// Somebody's age is reached by whoever was born on the same day so many years earlier, or before:
// the last day of February stands for the 29th, as date_add_years and date_age_years agree.
static void eval_age(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const Stripe *stripe = a->of->stripe;
    int32_t today = a->e->as_at.days;
    int32_t oldest = DATE_NONE.days + 1;
    int32_t youngest = today;
    int32_t reached = date_add_years(a->e->as_at, -rule->count).days;
    if (rule->kind == RULE_AGE_UNDER) {
        oldest = reached + 1;
    } else {
        youngest = reached;
    }
    if (rule->kind == RULE_AGE_BETWEEN) {
        oldest = date_add_years(a->e->as_at, -(rule->high + 1)).days + 1;
    }
    bits_between(stripe->born, stripe->persons, oldest, youngest, truth->met);
    if (a->met_alone) return;
    uint64_t *known = scratch_bits(a->scratch);
    bits_between(stripe->born, stripe->persons, DATE_NONE.days + 1, today, known);
    for (size_t w = 0; w < STRIPE_WORDS; w++) truth->unknown[w] = ~known[w];
}

// Born after the day that is asked about is not recorded, as of ages.
static void eval_birthday(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const Stripe *stripe = a->of->stripe;
    unsigned months = rule_birth_months(rule, a->e->as_at);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        int year;
        int month;
        int day;
        Date born = {stripe->born[p]};
        if (born.days > a->e->as_at.days || !date_to_ymd(born, &year, &month, &day)) {
            bit_set(truth->unknown, p);
        } else if ((months >> month & 1) != 0) {
            bit_set(truth->met, p);
        }
    }
}

// Rules about a small number of the person's; 0 is not recorded.
static void eval_number(const Asked *a, const CohortRule *rule, const uint8_t *column, Truth *truth)
{
    uint8_t allowed[256] = {0};
    uint8_t none[256] = {1};
    for (int n = 1; n < 256; n++) {
        allowed[n] =
            rule->kind == RULE_SEX ? n == rule->count : n >= rule->count && n <= rule->high;
    }
    bits_allowed(column, a->of->stripe->persons, allowed, truth->met);
    if (!a->met_alone) bits_allowed(column, a->of->stripe->persons, none, truth->unknown);
}

static void eval_practice(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const Stripe *stripe = a->of->stripe;
    uint64_t *there = scratch_bits(a->scratch);
    for (size_t i = 0; i < a->e->practice_count; i++) {
        const PracticeCode *practice = &a->e->practices[i];
        bool named = false;
        for (size_t n = 0; n < rule->name_count; n++) {
            named = named || str_eq(practice->ods, rule->names[n]);
        }
        if (!named) continue;
        int32_t id = (int32_t)practice->id;
        bits_between((const int32_t *)stripe->practice, stripe->persons, id, id, there);
        for (size_t w = 0; w < STRIPE_WORDS; w++) truth->met[w] |= there[w];
    }
}

static void eval_registered_for(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const Stripe *stripe = a->of->stripe;
    const int32_t *since = stripe->registered_on;
    Date by = date_add_months(a->e->as_at, -rule->months);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        if (stripe->registration[p] != REGISTRATION_CURRENT) continue;
        if (since[p] == INT32_MIN) {
            bit_set(truth->unknown, p);
        } else if (since[p] <= by.days) {
            bit_set(truth->met, p);
        }
    }
}

static void eval_language(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const Stripe *stripe = a->of->stripe;
    for (size_t n = 0; n < rule->name_count; n++) {
        uint64_t key = person_language_key(rule->names[n]);
        for (uint32_t p = 0; p < stripe->persons; p++) {
            if (stripe->language[p] == key) bit_set(truth->met, p);
        }
    }
    for (uint32_t p = 0; p < stripe->persons; p++) {
        if (stripe->language[p] == 0) bit_set(truth->unknown, p);
    }
}

void ethnic_letters(EthnicGroup group, uint8_t allowed[256])
{
    for (int letter = 1; letter <= 26; letter++) {
        char category = (char)('A' + letter - 1);
        if (ethnic_group((Str){&category, 1}) == group + 1) allowed[letter] = 1;
    }
}

static void eval_ethnicity(const Asked *a, const CohortRule *rule, Truth *truth)
{
    uint8_t allowed[256] = {0};
    uint8_t none[256];
    memset(none, 1, sizeof none);
    for (EthnicGroup group = ETHNIC_WHITE; group <= ETHNIC_OTHER; group++) {
        uint8_t letters[256] = {0};
        ethnic_letters(group, letters);
        for (int i = 0; i < 256; i++) {
            if (letters[i] == 0) continue;
            none[i] = 0;
            allowed[i] = (rule->bands >> group & 1) != 0;
        }
    }
    uint32_t persons = a->of->stripe->persons;
    bits_allowed(a->of->stripe->ethnicity, persons, allowed, truth->met);
    if (!a->met_alone) bits_allowed(a->of->stripe->ethnicity, persons, none, truth->unknown);
}

// Days of what this team did, by person; INT32_MIN: never.
static void eval_days(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const CaseloadFacts *facts = &a->e->facts;
    bool contact = rule->kind == RULE_CONTACT || rule->kind == RULE_NO_CONTACT;
    bool wanted = rule->kind == RULE_CONTACT || rule->kind == RULE_PLAN;
    const int32_t *days = (contact ? facts->contact_last : facts->plan_until) + a->first_word * 64;
    int32_t first =
        contact ? date_add_months(a->e->as_at, -rule->months).days + 1 : a->e->as_at.days;
    bits_between(days, a->of->stripe->persons, wanted ? first : INT32_MIN,
                 wanted ? INT32_MAX : first - 1, truth->met);
}

// One that is open now and had been sent by the day that is asked about.
static void eval_referral(const Asked *a, Truth *truth)
{
    const int32_t *days = a->e->facts.referral_since + a->first_word * 64;
    bits_between(days, a->of->stripe->persons, INT32_MIN + 1, a->e->as_at.days, truth->met);
}

// A fact that is or is not, as a byte by person.
static void eval_flag(const Asked *a, const CohortRule *rule, Truth *truth)
{
    uint8_t allowed[256];
    const CaseloadFacts *facts = &a->e->facts;
    const uint8_t *column = a->of->stripe->registration;
    size_t from = a->first_word * 64;
    memset(allowed, 1, sizeof allowed);
    allowed[0] = 0;
    switch (rule->kind) {
    case RULE_REGISTERED:
        memset(allowed, 0, sizeof allowed);
        allowed[REGISTRATION_CURRENT] = 1;
        break;
    case RULE_INTERPRETER:
        column = a->of->stripe->marks;
        for (int n = 0; n < 256; n++) allowed[n] = (n & MARK_INTERPRETER) != 0;
        break;
    case RULE_ON_CASELOAD: column = facts->on_caseload + from; break;
    case RULE_NOT_ON_CASELOAD:
        memset(allowed, 0, sizeof allowed);
        allowed[0] = 1;
        column = facts->on_caseload + from;
        break;
    default:
        assert(rule->kind == RULE_DECLINED);
        column = facts->declined + from;
        break;
    }
    bits_allowed(column, a->of->stripe->persons, allowed, truth->met);
}

// Who meets another definition's rules: answered once for everybody before this one was asked.
static void eval_cohort(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const RuleBits *of = evaluation_root(evaluation_used(a->e, rule->names[0]));
    const uint64_t *met = of->met + a->first_word;
    const uint64_t *unknown = of->unknown + a->first_word;
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        truth->met[w] = rule->kind == RULE_COHORT ? met[w] : ~(met[w] | unknown[w]);
        truth->unknown[w] = unknown[w];
    }
}

static void answer_fact(const Asked *a, const CohortRule *rule, Truth *truth)
{
    bool contact = rule->kind == RULE_CONTACT || rule->kind == RULE_NO_CONTACT;
    bool plan = rule->kind == RULE_PLAN || rule->kind == RULE_NO_PLAN;
    if (contact || plan) {
        eval_days(a, rule, truth);
    } else if (rule->kind == RULE_OPEN_REFERRAL) {
        eval_referral(a, truth);
    } else {
        eval_flag(a, rule, truth);
    }
}

void answer_person(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const Stripe *stripe = a->of->stripe;
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST:
    case RULE_AGE_UNDER:
    case RULE_AGE_BETWEEN: eval_age(a, rule, truth); return;
    case RULE_BIRTHDAY: eval_birthday(a, rule, truth); return;
    case RULE_SEX: eval_number(a, rule, stripe->sex, truth); return;
    case RULE_DEPRIVATION: eval_number(a, rule, stripe->imd, truth); return;
    case RULE_ETHNICITY: eval_ethnicity(a, rule, truth); return;
    case RULE_REGISTERED_FOR: eval_registered_for(a, rule, truth); return;
    case RULE_LANGUAGE: eval_language(a, rule, truth); return;
    case RULE_COHORT:
    case RULE_NOT_COHORT: eval_cohort(a, rule, truth); return;
    case RULE_PRACTICE: eval_practice(a, rule, truth); return;
    default: answer_fact(a, rule, truth); return;
    }
}
