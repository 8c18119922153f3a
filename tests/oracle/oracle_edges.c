// oracle_edges.c -- the edges of the language with answers worked out by hand: birthdays, ends of
// months, both ends of windows, units, values that are missing; every kind of rule at least once.
#include "insight/builder/builder_form.h"
#include "oracle_world.h"

enum { FACTS_MAX = 24, WORDS_MAX = 6 };

typedef struct Edge {
    const char *as_at, *facts, *rule;
    RefAnswer want;
} Edge;

#define Y     REF_YES
#define N     REF_NO
#define U     REF_NOT_RECORDED
#define LEAP  "2024-02-29"
#define MARCH "2026-03-31"

// Facts of one person, with ';' between them: "born D", "diabetes D" (the first code of the set;
// "diabetes#2 D" its second), "hba1c D 58 mmol/mol", "medicine#3 D", "contact D" ...
static const Edge EDGES[] = {
    // A birthday on 29 February is reached on 1 March of other years.
    {"2025-02-28", "born " LEAP, "age at least 1", N},
    {"2025-03-01", "born " LEAP, "age at least 1", Y},
    {"2028-02-28", "born " LEAP, "age at least 4", N},
    {"2028-02-29", "born " LEAP, "age at least 4", Y},
    {"2026-03-30", "born 1961-03-31", "age under 65", Y},
    {MARCH, "born 1961-03-31", "age under 65", N},
    {MARCH, "born 1961-03-31", "age 65 to 74", Y},
    {MARCH, "born 1951-04-01", "age 65 to 74", Y},
    {MARCH, "born 1951-03-31", "age 65 to 74", N},
    {MARCH, "born 2026-03-31", "age under 1", Y},
    {MARCH, "born 2026-04-01", "age under 1", U},
    {MARCH, "", "age at least 1", U},
    // A birthday is in the month it is in; the one after December is January.
    {MARCH, "born 1961-03-01", "birthday in this-month", Y},
    {MARCH, "born 1961-03-31", "birthday in january or march", Y},
    {MARCH, "born 1961-04-01", "birthday in this-month", N},
    {MARCH, "born 1961-04-30", "birthday in next-month", Y},
    {MARCH, "born 1961-05-01", "birthday in next-month or this-month", N},
    {"2025-12-31", "born 1961-01-31", "birthday in next-month", Y},
    {"2026-01-31", "born " LEAP, "birthday in next-month", Y},
    {"2025-03-01", "born " LEAP, "birthday in february", Y},
    {MARCH, "born 2026-04-01", "birthday in next-month", U},
    {MARCH, "", "birthday in march", U},
    // About the person; what is not recorded.
    {MARCH, "sex female", "sex female", Y},
    {MARCH, "sex male", "sex female", N},
    {MARCH, "", "sex female", U},
    {MARCH, "", "registered", Y},
    {MARCH, "left", "registered", N},
    {MARCH, "registered 2026-02-28", "registered at least 1 month", Y},
    {MARCH, "registered 2026-03-01", "registered at least 1 month", N},
    {MARCH, "", "registered at least 1 month", U},
    {MARCH, "left", "registered at least 1 month", N},
    {MARCH, "practice P2", "practice P1 or P2", Y},
    {MARCH, "practice Q3", "practice P1 or P2", N},
    {MARCH, "decile 2", "deprivation 1 to 2", Y},
    {MARCH, "decile 3", "deprivation 1 to 2", N},
    {MARCH, "", "deprivation 1 to 10", U},
    {MARCH, "ethnicity J", "ethnicity asian or black", Y},
    {MARCH, "ethnicity A", "ethnicity asian or black", N},
    {MARCH, "ethnicity Z", "ethnicity white", U},
    {MARCH, "", "ethnicity white", U},
    {MARCH, "language urdu", "language Urdu or Polish", Y},
    {MARCH, "language English", "language Urdu or Polish", N},
    {MARCH, "", "language Urdu", U},
    {MARCH, "interpreter", "needs interpreter", Y},
    {MARCH, "", "needs interpreter", N},
    // Windows: their last day is in them; of a shorter month its last day stands.
    {MARCH, "carer 2026-02-28", "has carer within 1 month", N},
    {MARCH, "carer 2026-03-01", "has carer within 1 month", Y},
    {MARCH, "carer " MARCH, "has carer within 1 month", Y},
    {MARCH, "carer 2026-04-01", "has carer within 1 month", N},
    {MARCH, "carer 2026-04-01", "has carer", N},
    {MARCH, "carer 1931-05-01", "has carer", Y},
    {"2024-03-31", "carer " LEAP, "has carer within 1 month", N},
    {"2024-03-31", "carer 2024-03-01", "has carer within 1 month", Y},
    {LEAP, "carer 2023-02-28", "has carer within 12 months", N},
    {LEAP, "carer 2023-03-01", "has carer within 12 months", Y},
    {"2025-02-28", "carer 2024-02-28", "has carer within 12 months", N},
    {"2025-02-28", "carer " LEAP, "has carer within 12 months", Y},
    {MARCH, "carer 2026-03-30", "has carer within 1 day", N},
    {MARCH, "carer " MARCH, "has carer within 1 day", Y},
    {MARCH, "carer 2026-02-28", "has carer more than 1 month ago", Y},
    {MARCH, "carer 2026-03-01", "has carer more than 1 month ago", N},
    {MARCH, "carer 2026-03-01", "has carer more than 30 days ago", Y},
    {MARCH, "carer 2026-03-02", "has carer more than 30 days ago", N},
    {MARCH, "carer 2026-02-28", "has carer before 2026-03-01", Y},
    {MARCH, "carer 2026-03-01", "has carer before 2026-03-01", N},
    {MARCH, "carer 2026-03-01", "has carer since 2026-03-01", Y},
    {MARCH, "carer 2026-02-28", "has carer since 2026-03-01", N},
    {MARCH, "carer 2026-04-01", "has carer since 2026-03-01", N},
    {MARCH, "carer 2026-03-01", "has carer between 2026-03-01 and 2026-03-02", Y},
    {MARCH, "carer 2026-03-02", "has carer between 2026-03-01 and 2026-03-02", Y},
    {MARCH, "carer 2026-03-03", "has carer between 2026-03-01 and 2026-03-02", N},
    {MARCH, "carer 2026-04-02", "has carer between 2026-03-01 and 2026-05-02", N},
    {MARCH, "carer 2020-01-02", "no carer within 12 months", Y},
    {MARCH, "carer 2025-04-01", "no carer within 12 months", N},
    {MARCH, "", "no carer", Y},
    // What has ended: of one day it has not.
    {MARCH, "carer 2026-01-02;not-carer 2026-01-02", "has carer unless since not-carer", Y},
    {MARCH, "carer 2026-01-02;not-carer 2026-01-03", "has carer unless since not-carer", N},
    {MARCH, "carer 2026-01-02;not-carer 2026-04-01", "has carer unless since not-carer", Y},
    {MARCH, "not-carer 2026-01-02", "has carer unless since not-carer", N},
    // Different days, different codes.
    {MARCH, "carer 2026-01-02;carer#2 2026-01-02", "at least 2 carer", N},
    {MARCH, "carer 2026-01-02;carer 2026-01-03", "at least 2 carer", Y},
    {MARCH, "carer 2026-01-02;carer 2026-01-03", "at least 2 different carer", N},
    {MARCH, "carer 2026-01-02;carer#2 2026-01-02", "at least 2 different carer", Y},
    // One after the other: on a later day, the last day of the gap belongs to it.
    {MARCH, "carer 2026-01-01;housebound 2026-01-31", "carer then housebound within 30 days", Y},
    {MARCH, "carer 2026-01-01;housebound 2026-02-01", "carer then housebound within 30 days", N},
    {MARCH, "carer 2026-01-01;housebound 2026-01-01", "carer then housebound within 30 days", N},
    {MARCH, "carer 2025-12-31;housebound 2026-01-02",
     "carer then housebound within 30 days since 2026-01-01", N},
    // Values: units, both ends, two on one day, none.
    {MARCH, "hba1c 2026-01-02 58 mmol/mol", "latest hba1c over 58 mmol/mol", N},
    {MARCH, "hba1c 2026-01-02 58 mmol/mol", "latest hba1c at least 58 mmol/mol", Y},
    {MARCH, "hba1c 2026-01-02 58 mmol/mol", "latest hba1c at most 58 mmol/mol", Y},
    {MARCH, "hba1c 2026-01-02 58 mmol/mol", "latest hba1c under 58 mmol/mol", N},
    {MARCH, "hba1c 2026-01-02 58 mmol/mol", "latest hba1c between 48 and 58 mmol/mol", Y},
    {MARCH, "hba1c 2026-01-02 48 mmol/mol", "latest hba1c between 48 and 58 mmol/mol", Y},
    {MARCH, "hba1c 2026-01-02 58.1 mmol/mol", "latest hba1c between 48 and 58 mmol/mol", N},
    {MARCH, "hba1c 2026-01-02 7.5 %", "latest hba1c over 58 mmol/mol", Y}, // 58.47
    {MARCH, "hba1c 2026-01-02 7.4 %", "latest hba1c over 58 mmol/mol", N}, // 57.38
    {MARCH, "hba1c 2026-01-02 7.5 %", "latest hba1c at least 7.5 %", Y},
    {MARCH, "hba1c 2026-01-02 58 mmol/mol", "latest hba1c under 7.5 %", Y},
    {MARCH, "hba1c 2026-01-02 7.5", "latest hba1c over 58 mmol/mol", Y}, // must be %
    {MARCH, "hba1c 2026-01-02 59", "latest hba1c over 58 mmol/mol", Y},  // must be mmol/mol
    {MARCH, "hba1c 2026-01-02 300", "latest hba1c over 58 mmol/mol", U}, // can be neither
    {MARCH, "hba1c 2026-01-02 70 odd", "latest hba1c over 58 mmol/mol", U},
    {MARCH, "hba1c 2026-01-02 60 odd;hba1c 2025-01-02 50 MMOL/MOL", "latest hba1c over 58 mmol/mol",
     N},
    {MARCH, "hba1c 2026-01-02 7 %;hba1c 2026-01-02 58 mmol/mol", "latest hba1c over 57 mmol/mol",
     Y},
    {MARCH, "hba1c 2026-01-02 50 mmol/mol;hba1c 2025-01-02 9 %", "highest hba1c over 70 mmol/mol",
     Y},
    {MARCH, "hba1c 2026-01-02 50 mmol/mol;hba1c 2025-01-02 9 %", "lowest hba1c over 70 mmol/mol",
     N},
    {MARCH, "hba1c 2026-01-02 50 mmol/mol;hba1c 2025-01-02 9 %", "earliest hba1c over 70 mmol/mol",
     Y},
    {MARCH, "hba1c 2026-02-28 60 mmol/mol", "latest hba1c over 58 mmol/mol within 1 month", U},
    {MARCH, "hba1c 2026-04-01 60 mmol/mol", "latest hba1c over 58 mmol/mol", U},
    {MARCH, "hba1c 2026-01-02", "latest hba1c over 58 mmol/mol", U}, // a code without a value
    {MARCH, "", "latest hba1c over 58 mmol/mol", U},
    {MARCH, "hba1c 2025-01-02 50 mmol/mol;hba1c 2026-01-02 56 mmol/mol",
     "hba1c rose by more than 5 mmol/mol", Y},
    {MARCH, "hba1c 2025-01-02 50 mmol/mol;hba1c 2026-01-02 55 mmol/mol",
     "hba1c rose by more than 5 mmol/mol", N},
    {MARCH, "hba1c 2025-01-02 9 %;hba1c 2026-01-02 60 mmol/mol", // 74.86
     "hba1c fell by more than 1 %", Y},                          // 10.93 mmol/mol
    {MARCH, "hba1c 2025-01-02 50 mmol/mol;hba1c 2025-01-02 90 mmol/mol",
     "hba1c rose by more than 5 mmol/mol", U},
    {MARCH, "hba1c 2025-01-02 50 mmol/mol", "hba1c fell by more than 5 mmol/mol", U},
    // Frailty: 5 to 8 deficits are mild; values and five medicines in a year count.
    {MARCH, "", "frailty fit", Y},
    {MARCH, "efi-falls 2026-01-02", "frailty at least 1 deficits", Y},
    {MARCH, "efi-falls 2026-04-01", "frailty at least 1 deficits", N},
    {MARCH, "haemoglobin 2026-01-02 129 g/L;sex male", "frailty at least 1 deficits", Y},
    {MARCH, "haemoglobin 2026-01-02 13 g/dL;sex male", "frailty at least 1 deficits", N},
    {MARCH, "haemoglobin 2026-01-02 114 g/L", "frailty at least 1 deficits", N}, // of which sex?
    {MARCH,
     "medicine#1 2025-04-01;medicine#2 2025-04-01;medicine#3 2025-04-01;"
     "medicine#4 2025-04-01;medicine#5 2025-04-01",
     "frailty at least 1 deficits", Y},
    {MARCH,
     "medicine#1 2025-03-31;medicine#2 2025-04-01;medicine#3 2025-04-01;"
     "medicine#4 2025-04-01;medicine#5 2025-04-01",
     "frailty at least 1 deficits", N},
    {MARCH,
     "efi-falls 2020-01-02;efi-cognitive-problems 2020-01-02;efi-skin-ulcer 2020-01-02;"
     "efi-housebound 2020-01-02;efi-hearing-loss 2020-01-02",
     "frailty mild or severe", Y},
    {MARCH,
     "efi-falls 2020-01-02;efi-skin-ulcer 2020-01-02;efi-housebound 2020-01-02;"
     "efi-hearing-loss 2020-01-02",
     "frailty mild", N},
    {MARCH, "ltc-asthma 2020-01-02;ltc-copd 2020-01-02", "conditions at least 2", Y},
    {MARCH, "ltc-asthma 2020-01-02;ltc-asthma#2 2020-01-03", "conditions at least 2", N},
    // Scores.
    {MARCH, "charlson-renal-disease 2020-01-02", "charlson at least 2", Y},
    {MARCH, "charlson-renal-disease 2020-01-02", "charlson-2011 at least 2", N},
    {MARCH,
     "charlson-mild-liver-disease 2020-01-02;"
     "charlson-moderate-or-severe-liver-disease 2020-01-02",
     "charlson at least 4", N}, // 3: the severe form alone
    {MARCH, "ltc-hypertension 2020-01-02", "cambridge at least 0.09", Y},
    {MARCH, "ltc-hypertension 2020-01-02", "cambridge at least 0.1", N},
    {MARCH, "laxatives 2025-04-01;laxatives 2025-05-01;laxatives 2025-06-01;laxatives 2026-03-31",
     "cambridge at least 1.03", Y},
    {MARCH, // four of three days
     "laxatives 2025-04-01;laxatives 2025-05-01;laxatives#2 2025-05-01;laxatives 2026-03-31",
     "cambridge at least 1.03", N},
    {MARCH, // four days, of which one is before the months
     "laxatives 2025-03-31;laxatives 2025-05-01;laxatives 2025-06-01;laxatives 2026-03-31",
     "cambridge at least 1.03", N},
    {MARCH,
     "psoriasis-or-eczema 2001-01-01;skin-medicines 2025-04-01;skin-medicines 2025-05-01;"
     "skin-medicines 2025-06-01;skin-medicines 2026-03-31",
     "cambridge at least 0.25", Y},
    {MARCH,
     "psoriasis-or-eczema 2001-01-01;skin-medicines 2025-03-31;skin-medicines 2025-05-01;"
     "skin-medicines 2025-06-01;skin-medicines 2026-03-31",
     "cambridge at least 0.25", N},
    {MARCH, "score-efi2 2026-01-02 0.2", "score efi2 at least 0.2", Y},
    {MARCH, "score-efi2 2025-01-02 0.3;score-efi2 2026-01-02 0.1", "score efi2 at least 0.2", N},
    {MARCH, "score-efi2 2025-01-02 0.3", "score efi2 at least 0.2 within 12 months", U},
    {MARCH, "activation-level 2025-01-02 1;activation-level 2026-01-02 2", "activation 1 or 2", Y},
    {MARCH, "activation-level 2026-01-02 3", "activation 1 or 2", N},
    {MARCH, "", "activation 1 or 2", U},
    // This team's work.
    {MARCH, "contact 2026-03-01", "contact within 1 month", Y},
    {MARCH, "contact 2026-02-28", "contact within 1 month", N},
    {MARCH, "contact 2026-02-28", "no contact within 1 month", Y},
    {MARCH, "", "no contact within 1 month", Y},
    {MARCH, "contact 2026-03-01", "no contact within 1 month", N},
    {MARCH, "plan " MARCH, "plan in date", Y},
    {MARCH, "plan 2026-03-30", "plan in date", N},
    {MARCH, "plan 2026-03-30", "no plan in date", Y},
    {MARCH, "plan " MARCH, "no plan in date", N},
    {MARCH, "caseload", "on caseload", Y},
    {MARCH, "", "on caseload", N},
    {MARCH, "", "not on caseload", Y},
    {MARCH, "caseload", "not on caseload", N},
    {MARCH, "referral " MARCH, "open referral", Y},
    {MARCH, "referral 2026-04-01", "open referral", N},
    {MARCH, "", "open referral", N},
    {MARCH, "declined", "declined", Y},
    {MARCH, "", "declined", N},
    // Another definition ("women": sex female), and groups over what is not recorded.
    {MARCH, "sex female", "cohort women", Y},
    {MARCH, "sex male", "cohort women", N},
    {MARCH, "", "cohort women", U},
    {MARCH, "sex male", "not cohort women", Y},
    {MARCH, "sex female", "not cohort women", N},
    {MARCH, "", "not cohort women", U},
    {MARCH, "carer 2026-01-02", "any\n    sex female\n    has carer", Y},
    {MARCH, "", "any\n    sex female\n    has carer", U},
    {MARCH, "", "all\n    sex female\n    has carer", N},
    {MARCH, "carer 2026-01-02", "all\n    sex female\n    has carer", U},
    {MARCH, "", "none\n    sex female\n    has carer", U},
    {MARCH, "carer 2026-01-02", "none\n    sex female\n    has carer", N},
    {MARCH, "sex male", "none\n    sex female\n    has carer", Y},
    {MARCH, "carer 2026-01-02", "at least 2 of\n    sex female\n    has carer\n    registered", Y},
    {MARCH, "", "at least 2 of\n    sex female\n    has carer\n    registered", U},
    {MARCH, "left", "at least 2 of\n    sex female\n    has carer\n    registered", N},
};

// ---- a person from words

static int day_read(Str text)
{
    Date day;
    bool read = date_parse_iso(text, &day);
    assert(read);
    (void)read;
    return day.days;
}

// The n-th code of a set, or of the first set that it takes in.
static const CodeRow *row_of_set(const CodeSets *sets, Str name, int64_t n)
{
    const CodeSet *set = code_set_at(sets, (size_t)code_set_index(sets, name));
    while (set->count == 0) set = code_set_at(sets, set->includes[0]);
    assert((size_t)n <= set->count);
    return &set->rows[n - 1];
}

static int code_at(Oracle *o, Str system, Str code)
{
    int at = 0;
    while (o->codes[at].id != 0 &&
           !(str_eq(o->codes[at].code, code) && str_eq(o->codes[at].system, system))) {
        at++;
    }
    if (o->codes[at].id == 0) oracle_code(o, (size_t)at, system, code);
    return at;
}

static int unit_at(Oracle *o, Str unit)
{
    size_t at = 0;
    while (at < o->unit_count && !str_eq(o->units[at], unit)) at++;
    if (at == o->unit_count) o->units[o->unit_count++] = unit;
    return (int)at;
}

// "hba1c 2026-01-02 58 mmol/mol", "carer#2 2026-01-02", "medicine#1 2026-01-02"
static void add_event(Oracle *o, const Str *words, int count)
{
    Str rest = words[0];
    Str name = {0};
    int64_t n = 1;
    (void)str_split(&rest, '#', &name);
    if (rest.len > 0) (void)str_i64(rest, 1, 9, &n);
    RefEvent e = {.person = 0, .day = day_read(words[1])};
    const Measure *measure = measure_find(o->sets, name);
    if (str_eq(name, STR("medicine"))) {
        e.code = code_at(o, STR("dmd"), arena_fmt(o->arena, "9%lld", (long long)n));
        e.medicine = o->medicine[e.code] = true;
    } else if (measure != NULL) {
        e.code = code_at(o, measure->rows[0].system, measure->rows[0].code);
    } else {
        const CodeRow *row = row_of_set(o->sets, name, n);
        e.code = code_at(o, row->system, row->code);
    }
    e.has_value = count > 2 && number_read(words[2], &e.value);
    assert(e.has_value == (count > 2));
    e.unit = count > 3 ? unit_at(o, words[3]) : 0;
    o->events[o->event_count++] = e;
}

static void put_fact(Oracle *o, const Str *words, int count)
{
    RefPerson *p = &o->persons[0];
    const char *second = count > 1 ? arena_c(o->arena, words[1]) : "";
    const struct {
        const char *name;
        int *day;
    } days[] = {{"born", &p->born},
                {"registered", &p->registered_on},
                {"contact", &p->contact},
                {"plan", &p->plan_until},
                {"referral", &p->referral}};
    const struct {
        const char *name;
        bool *mark;
    } marks[] = {{"interpreter", &p->interpreter},
                 {"caseload", &p->on_caseload},
                 {"declined", &p->declined}};
    const struct {
        const char *name;
        const char **word;
    } texts[] = {
        {"practice", &p->practice}, {"ethnicity", &p->ethnicity}, {"language", &p->language}};
    bool known = true;
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        if (!str_eq(words[0], str_from_c(days[i].name))) continue;
        *days[i].day = day_read(words[1]);
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        if (str_eq(words[0], str_from_c(marks[i].name))) {
            *marks[i].mark = true;
            return;
        }
        if (str_eq(words[0], str_from_c(texts[i].name))) {
            *texts[i].word = second;
            return;
        }
    }
    if (str_eq(words[0], STR("left"))) {
        p->registered = false;
    } else if (str_eq(words[0], STR("sex"))) {
        p->sex = strcmp(second, "female") == 0 ? 2 : 1;
    } else if (str_eq(words[0], STR("decile"))) {
        int64_t decile = 0;
        known = str_i64(words[1], 1, 10, &decile);
        p->decile = (int)decile;
    } else {
        known = false;
    }
    if (!known) add_event(o, words, count);
}

static void add_facts(Oracle *o, const char *facts)
{
    Str rest = str_from_c(facts);
    Str fact;
    while (rest.len > 0 && str_split(&rest, ';', &fact)) {
        Str words[WORDS_MAX] = {{0}};
        int count = 0;
        while (count < WORDS_MAX && fact.len > 0 && str_split(&fact, ' ', &words[count])) count++;
        put_fact(o, words, count);
    }
}

static int event_order(const void *a, const void *b)
{
    const RefEvent *left = a;
    const RefEvent *right = b;
    if (left->day != right->day) return left->day < right->day ? -1 : 1;
    return left->code < right->code ? -1 : left->code > right->code;
}

static void make_by_hand(Oracle *o, const Edge *edge)
{
    static const char WOMEN[] = "cohort women\nname R\npurpose R\nowner R\noffer R\n\n"
                                "all\n  sex female\n";
    o->units[0] = STR("");
    o->unit_count = 1;
    for (size_t p = 0; p < ORACLE_PERSONS; p++) {
        o->persons[p] = (RefPerson){.born = REF_NEVER,
                                    .registered_on = REF_NEVER,
                                    .practice = "P1",
                                    .registered = true,
                                    .ethnicity = "",
                                    .language = "",
                                    .contact = REF_NEVER,
                                    .plan_until = REF_NEVER,
                                    .referral = REF_NEVER};
    }
    add_facts(o, edge->facts);
    qsort(o->events, o->event_count, sizeof o->events[0], event_order);
    for (size_t c = 0; c < ORACLE_CODES; c++) {
        Str filler = arena_fmt(o->arena, "8%zu", c);
        if (o->codes[c].id == 0) oracle_code(o, c, STR("dmd"), filler);
    }
    o->other_keys[0] = "women";
    o->other_texts[0] = WOMEN;
    o->other_count = 1;
    o->world.today = day_read(str_from_c(edge->as_at));
    oracle_tell(o);
}

// ---- asked

// Text to form to text, to JSON and back: what is asked has been through all of them.
static bool through_forms(Oracle *o, Str text, Definition *out)
{
    Ctx *c = ARENA_NEW(o->arena, Ctx);
    c->arena = o->arena;
    Str why = STR("");
    BuilderForm form;
    Definition read;
    Definition typed;
    bool complete = false;
    if (definition_parse(o->arena, o->sets, text, &read, &why) != ERR_OK ||
        !rows_of_definition(o->arena, &read, &form)) {
        printf("# " STR_FMT "\n", STR_ARG(why));
        return false;
    }
    Str again = rows_text(c, o->sets, &form, &complete);
    return complete && definition_parse(o->arena, o->sets, again, &typed, &why) == ERR_OK &&
           definition_from_json(o->arena, o->sets, definition_json(o->arena, &typed), out, &why) ==
               ERR_OK &&
           str_eq(definition_text(o->arena, out), definition_text(o->arena, &read)) &&
           definition_words(o->arena, o->sets, out).len > 0;
}

static bool says(const char *who, RefAnswer got, const Edge *edge)
{
    static const char *const SAID[] = {"not met", "met", "not recorded"};
    if (got == edge->want) return true;
    printf("# %s says %s, by hand it is %s: as at %s, \"%s\", %s\n", who, SAID[got],
           SAID[edge->want], edge->as_at, edge->facts, edge->rule);
    return false;
}

static bool edge_holds(OracleKept *kept, const CodeSets *sets, const Edge *edge, bool *kinds)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Oracle *o = ARENA_NEW(arena, Oracle);
    *o = (Oracle){.kept = kept, .arena = arena, .sets = sets};
    make_by_hand(o, edge);
    static RefAnswer ours[REF_RULES_MAX][ORACLE_PERSONS];
    static RefAnswer theirs[REF_RULES_MAX];
    RefAnswer sql[ORACLE_PERSONS];
    Definition definition;
    Str text = arena_fmt(arena, "cohort a\nname R\npurpose R\nowner R\noffer R\n\nall\n  %s\n",
                         edge->rule);
    if (!through_forms(o, text, &definition)) {
        printf("# a form is lost: %s\n", edge->rule);
        return false;
    }
    for (const CohortRule *rule = definition.root; rule != NULL; rule = rule->first) {
        kinds[rule->kind] = true;
    }
    oracle_ask(o, &definition, ours);
    (void)ref_answers(&o->world, 0, text.ptr, theirs);
    bool asked = oracle_ask_sql(o, &definition, sql);
    bool equal = says("the program", ours[0][0], edge);
    equal = says("the reference", theirs[0], edge) && equal;
    return asked && says("SQL", sql[0], edge) && equal;
}

bool oracle_edges(OracleKept *kept, const CodeSets *sets, int64_t number)
{
    bool kinds[RULE_KINDS] = {false};
    bool all = true;
    for (size_t i = 0; i < COUNT_OF(EDGES); i++) {
        all = edge_holds(kept, sets, &EDGES[i], kinds) && all;
    }
    for (int kind = 0; kind < RULE_KINDS; kind++) {
        CohortRule rule = {.kind = (RuleKind)kind};
        if (kinds[kind] || rule_unanswered(&rule).len > 0) continue;
        printf("# no case by hand for rules of kind %d\n", kind);
        all = false;
    }
    printf("%sok %lld - %zu cases by hand\n", all ? "" : "not ", (long long)number,
           COUNT_OF(EDGES));
    return all;
}
