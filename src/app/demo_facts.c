// demo_facts.c -- illness by age, sex, hardship and luck; what is measured and prescribed for it.
#include "app/demo_facts.h"

#include <math.h>

typedef struct Units {
    int32_t mmhg, bmi, kg, mmol, hba1c, egfr, acr, g, mu, score;
} Units;

// Every code by name, so that no text is looked up per event.
typedef struct Ids {
    int32_t systolic, diastolic, bmi, weight, cholesterol, hba1c, egfr, haemoglobin, tsh, audit_c;
    int32_t smoker, ex_smoker, never_smoked;
    int32_t consultation, check_up, follow_up, remote, admission, emergency;
    int32_t frailty_mild, frailty_moderate, frailty_severe;
    int32_t medication_review, team_meeting, escalation_plan, proactive_care;
    int32_t social_referral, social_declined, safeguarding;
    int32_t influenza, covid, shingles, pneumococcal, mmr, dtap_ipv, men_b, hpv, penicillin;
    int32_t acr, abpm_systolic, abpm_diastolic;
    int32_t diabetes_review, heart_review, rhythm_review, stroke_review, asthma_clinic,
        pressure_clinic;
} Ids;

// Conditions that other facts follow from.
typedef struct Known {
    int hypertension, diabetes, ckd, anaemia, hypothyroid, asthma, copd, chd, af, stroke, tia;
} Known;

struct DemoFacts {
    Ids ids;
    Units units;
    Known known;
};

typedef struct Writer { // one person's events on their way to the loader
    const DemoFacts *facts;
    const DemoCodes *codes;
    const DemoPerson *who;
    Loader *loader; // NULL: nothing is kept
    int32_t slot;
    Dice dice;
    int32_t from, until; // days of the record, both included
    DemoHealth *health;
    Err err; // the first that happened
} Writer;

bool demo_has(const DemoHealth *health, int condition)
{
    return condition >= 0 && (health->conditions[condition / 64] >> condition % 64 & 1U) != 0;
}

static void put_value(Writer *w, EventKind kind, int32_t code, int32_t day, double value,
                      int32_t unit)
{
    if (w->err != ERR_OK || w->loader == NULL || day < w->from || day > w->until) return;
    EventRow row = {.person = w->slot,
                    .value = value,
                    .day = day,
                    .code_id = code,
                    .unit_id = unit,
                    .kind = (uint8_t)kind,
                    .has_value = unit != 0};
    w->err = load_event(w->loader, &row);
}

static void put(Writer *w, EventKind kind, int32_t code, int32_t day)
{
    put_value(w, kind, code, day, 0, 0);
}

static int32_t some_day(Writer *w, int32_t from, int32_t until)
{
    return until <= from ? until : from + dice_below(&w->dice, until - from + 1);
}

// ---- illness and its medicines

static int band_of(int age)
{
    static const int FROM[DEMO_AGE_BANDS] = {18, 40, 55, 65, 75, 85};
    int band = -1;
    for (int i = 0; i < DEMO_AGE_BANDS; i++) {
        if (age >= FROM[i]) band = i;
    }
    return band;
}

// Set so that of people past 65 about 52 in 100 are fit, 30 mildly, 13 moderately and 5 severely
// frail, which is what the index finds in English practices.
static const double BURDEN_SPREAD = 0.70;
static const double OLDER = 1.10;

static double chance_of(const Writer *w, const DemoCondition *condition)
{
    int band = band_of(w->who->age);
    double chance = condition->chance[band < 0 ? 0 : band];
    if (w->who->import.person.sex == GENDER_FEMALE) chance *= condition->female;
    double spread = condition->burden * BURDEN_SPREAD;
    chance *= exp(spread * w->who->burden - spread * spread * 0.5);
    if (w->who->age >= 65) chance *= OLDER;
    return chance < 0.95 ? chance : 0.95;
}

// Prescribed four times a year lately, twice a year before: of long ago the practice's record keeps
// fewer issues.
static void put_medicine(Writer *w, int32_t code, int32_t since)
{
    enum { STEP_LATE = 84, STEP_EARLY = 168, LATE_DAYS = 730 };
    int32_t day = since + dice_below(&w->dice, 20);
    while (day <= w->until) {
        put(w, EVENT_MEDICINE, code, day);
        day += day > w->until - LATE_DAYS ? STEP_LATE : STEP_EARLY;
        day += dice_below(&w->dice, 9) - 4;
    }
}

static void put_medicines(Writer *w, const DemoCondition *condition, int32_t since,
                          uint64_t *taking, int *count)
{
    for (int i = 0; i < condition->medicine_count; i++) {
        int medicine = condition->medicines[i];
        const DemoMedicine *m = &w->codes->medicines[medicine];
        if ((*taking >> medicine & 1U) != 0 || !dice_chance(&w->dice, m->chance)) continue;
        *taking |= UINT64_C(1) << medicine;
        (*count)++;
        put_medicine(w, m->code.id, since);
    }
}

static bool is_named_fact(const DemoPerson *who, Str key)
{
    Str rest = str_from_c(who->named->facts);
    Str part;
    while (rest.len > 0 && str_split(&rest, ' ', &part)) {
        if (str_eq(part, key)) return true;
    }
    return false;
}

static void put_conditions(Writer *w)
{
    uint64_t taking = 0;
    int medicines = 0;
    for (int i = 0; i < w->codes->condition_count; i++) {
        const DemoCondition *condition = &w->codes->conditions[i];
        bool has = w->who->named != NULL
                       ? is_named_fact(w->who, condition->code.key)
                       : w->who->age >= 18 && dice_chance(&w->dice, chance_of(w, condition));
        if (w->who->age < 18 && i == w->facts->known.asthma) has = dice_chance(&w->dice, 0.08);
        if (!has) continue;
        w->health->conditions[i / 64] |= UINT64_C(1) << i % 64;
        w->health->deficits += condition->deficit;
        w->health->long_term += condition->medicine_count > 0;
        int32_t since = some_day(w, w->from, w->until - 20);
        put(w, EVENT_CONDITION, condition->code.id, since);
        put_medicines(w, condition, since, &taking, &medicines);
    }
    w->health->deficits += medicines >= 5;
}

// ---- what is measured

static void put_pressure(Writer *w, int32_t day, bool high)
{
    const Ids *ids = &w->facts->ids;
    int top = (high ? 138 : 124) + dice_below(&w->dice, 22) - 10 + (w->who->age > 70 ? 4 : 0);
    int low = 66 + dice_below(&w->dice, 20) + (high ? 5 : 0);
    put_value(w, EVENT_OBSERVATION, ids->systolic, day, top, w->facts->units.mmhg);
    put_value(w, EVENT_OBSERVATION, ids->diastolic, day, low, w->facts->units.mmhg);
}

static void put_bloods(Writer *w, int32_t day, bool diabetes, int level)
{
    const Ids *ids = &w->facts->ids;
    const Units *u = &w->facts->units;
    const Known *k = &w->facts->known;
    if (diabetes) {
        put_value(w, EVENT_OBSERVATION, ids->hba1c, day, level + dice_below(&w->dice, 13) - 6,
                  u->hba1c);
    }
    double cholesterol = 3.4 + dice_below(&w->dice, 30) / 10.0;
    put_value(w, EVENT_OBSERVATION, ids->cholesterol, day, cholesterol, u->mmol);
    bool ckd = demo_has(w->health, k->ckd);
    int egfr = ckd ? 34 + dice_below(&w->dice, 24) : 64 + dice_below(&w->dice, 27);
    put_value(w, EVENT_OBSERVATION, ids->egfr, day, egfr, u->egfr);
    bool anaemia = demo_has(w->health, k->anaemia);
    bool female = w->who->import.person.sex == GENDER_FEMALE;
    int haemoglobin = (female ? 118 : 132) + dice_below(&w->dice, 24);
    if (anaemia) haemoglobin -= 16;
    put_value(w, EVENT_OBSERVATION, ids->haemoglobin, day, haemoglobin, u->g);
    if (demo_has(w->health, k->hypothyroid)) {
        double tsh = 0.8 + dice_below(&w->dice, 44) / 10.0;
        put_value(w, EVENT_OBSERVATION, ids->tsh, day, tsh, u->mu);
    }
}

static void put_habits(Writer *w, int32_t day, double bmi, int smoking)
{
    const Ids *ids = &w->facts->ids;
    double now = floor((bmi + dice_below(&w->dice, 20) / 10.0 - 1) * 10) / 10;
    put_value(w, EVENT_OBSERVATION, ids->bmi, day, now, w->facts->units.bmi);
    put_value(w, EVENT_OBSERVATION, ids->weight, day, floor(now * 2.82), w->facts->units.kg);
    const int32_t habits[] = {ids->never_smoked, ids->ex_smoker, ids->smoker};
    put(w, EVENT_OBSERVATION, habits[smoking], day);
    if (dice_chance(&w->dice, 0.4)) {
        put_value(w, EVENT_OBSERVATION, ids->audit_c, day, dice_below(&w->dice, 8),
                  w->facts->units.score);
    }
}

// A check every year for people with a long-term condition or past 65, less often for others. Those
// whose life is hardest come least.
static void put_checks(Writer *w)
{
    const Known *k = &w->facts->known;
    if (w->who->age < 18) return;
    bool ill = w->health->long_term > 0 || w->who->age >= 65;
    bool diabetes = demo_has(w->health, k->diabetes);
    bool high = demo_has(w->health, k->hypertension);
    int hardship = w->who->import.person.imd_decile <= 3;
    int step = ill ? 365 + hardship * 60 : 1100 + hardship * 300;
    int level = 46 + dice_below(&w->dice, 26); // of HbA1c, as it is kept
    double bmi = 21 + dice_below(&w->dice, 130) / 10.0;
    int smoking = dice_weighted(&w->dice, (const int[]){55, 30, 9 + hardship * 12}, 3);
    if (w->who->named != NULL && is_named_fact(w->who, STR("smoker"))) smoking = 2;
    int32_t day = w->until - dice_below(&w->dice, step + step / 3);
    for (; day > w->from; day -= step + dice_below(&w->dice, 60) - 30) {
        put_pressure(w, day, high);
        if (high) put_pressure(w, day - 150, high);
        if (ill || dice_chance(&w->dice, 0.3)) put_bloods(w, day, diabetes, level);
        if (dice_chance(&w->dice, ill ? 0.7 : 0.9)) put_habits(w, day, bmi, smoking);
        put(w, EVENT_ENCOUNTER, w->facts->ids.check_up, day);
    }
}

// ---- encounters

static void put_visits(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    double a_year = 0.7 + w->health->deficits * 0.22 + (w->who->age > 65 ? 0.6 : 0) +
                    (w->who->age < 5 ? 2 : 0) +
                    (w->who->import.person.sex == GENDER_FEMALE ? 0.4 : 0);
    int step = (int)(365 / a_year);
    int32_t day = w->until - dice_below(&w->dice, step + 1);
    for (; day > w->from; day -= step / 2 + dice_below(&w->dice, step) + 1) {
        int which = dice_weighted(&w->dice, (const int[]){60, 22, 18}, 3);
        const int32_t kinds[] = {ids->consultation, ids->remote, ids->follow_up};
        put(w, EVENT_ENCOUNTER, kinds[which], day);
    }
}

static int poisson(Dice *dice, double mean)
{
    double floor_at = exp(-mean);
    double product = dice_part(dice);
    int count = 0;
    for (; product > floor_at && count < 12; count++) product *= dice_part(dice);
    return count;
}

// Frail people go into hospital again and again; each year back there was less of it.
static void put_hospital(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    int frail = w->health->deficits - 4;
    double admitted = frail > 0 ? 0.1 + 0.14 * frail : 0.03 + 0.008 * w->health->deficits;
    for (int year = 0; year < 6; year++) {
        int32_t end = w->until - year * 365;
        int count = w->who->named != NULL ? 0 : poisson(&w->dice, admitted / (1 + year * 0.5));
        if (year == 0) w->health->admissions += count;
        for (int i = 0; i < count; i++) {
            int32_t day = some_day(w, end - 364, end);
            put(w, EVENT_ENCOUNTER, ids->admission, day);
            if (dice_chance(&w->dice, 0.8)) put(w, EVENT_ENCOUNTER, ids->emergency, day);
        }
        int seen = poisson(&w->dice, 0.16 + admitted * 0.4);
        for (int i = 0; i < seen; i++) {
            put(w, EVENT_ENCOUNTER, ids->emergency, some_day(w, end - 364, end));
        }
    }
    if (w->who->named == NULL) return;
    Str rest = str_from_c(w->who->named->facts);
    Str part;
    for (int32_t ago = 20; rest.len > 0 && str_split(&rest, ' ', &part);) {
        if (!str_eq(part, STR("admitted"))) continue;
        w->health->admissions++;
        put(w, EVENT_ENCOUNTER, ids->admission, w->until - ago);
        put(w, EVENT_ENCOUNTER, ids->emergency, w->until - ago);
        ago += 110;
    }
}

static void put_frailty(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    int d = w->health->deficits;
    if (w->who->age < 65 || d < 5 || !dice_chance(&w->dice, d >= 9 ? 0.7 : 0.35)) return;
    int32_t code = d >= 13  ? ids->frailty_severe
                   : d >= 9 ? ids->frailty_moderate
                            : ids->frailty_mild;
    put(w, EVENT_CONDITION, code, some_day(w, w->until - 900, w->until - 20));
}

// ---- what practices do for those who need most, as far as they code it

static void put_coded(Writer *w, double chance, EventKind kind, int32_t code, int within_days)
{
    if (!dice_chance(&w->dice, chance)) return;
    put(w, kind, code, some_day(w, w->until - within_days, w->until));
}

static void put_reviews(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    int d = w->health->deficits;
    if (w->who->age < 18 || d < 5) return;
    bool moderate = d >= 9 && w->who->age >= 65;
    bool severe = d >= 13 && w->who->age >= 65;
    put_coded(w, moderate ? 0.5 : 0.12, EVENT_PROCEDURE, ids->medication_review, 540);
    put_coded(w, moderate ? 0.3 : 0.02, EVENT_PROCEDURE, ids->proactive_care, 400);
    put_coded(w, severe ? 0.4 : 0.02, EVENT_PROCEDURE, ids->team_meeting, 300);
    put_coded(w, severe ? 0.35 : 0.01, EVENT_CARE_PLAN, ids->escalation_plan, 700);
    put_coded(w, 0.07, EVENT_PROCEDURE, ids->social_referral, 365);
    put_coded(w, 0.015, EVENT_OBSERVATION, ids->social_declined, 365);
    put_coded(w, 0.006, EVENT_OBSERVATION, ids->safeguarding, 365);
}

// ---- what a record says without the code that should say it, as records everywhere do

static const double UNCODED_VALUE = 0.015;
static const double UNCODED_CARE = 0.004;
enum { LATELY_DAYS = 500 };

static void put_lately(Writer *w, int32_t code, int low, int spread, int32_t unit)
{
    int32_t day = some_day(w, w->until - LATELY_DAYS, w->until);
    put_value(w, EVENT_OBSERVATION, code, day, low + dice_below(&w->dice, spread), unit);
}

// Values past the line at which a condition is coded, of people who have no code for it.
static void put_uncoded_values(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    const Units *u = &w->facts->units;
    const Known *k = &w->facts->known;
    bool diabetes = demo_has(w->health, k->diabetes);
    bool pressure = demo_has(w->health, k->hypertension);
    bool ckd = demo_has(w->health, k->ckd);
    if (!diabetes && dice_chance(&w->dice, UNCODED_VALUE)) {
        put_lately(w, ids->hba1c, 48, 9, u->hba1c);
    }
    if (!ckd && w->who->age >= 60 && dice_chance(&w->dice, UNCODED_VALUE)) {
        int egfr = 44 + dice_below(&w->dice, 12);
        int32_t last = w->until - 5 - dice_below(&w->dice, 60);
        put_value(w, EVENT_OBSERVATION, ids->egfr, last - 95, egfr + 2, u->egfr);
        put_value(w, EVENT_OBSERVATION, ids->egfr, last, egfr, u->egfr);
    }
    if (!ckd && (diabetes || pressure) && dice_chance(&w->dice, UNCODED_VALUE)) {
        put_lately(w, ids->acr, 4, 20, u->acr);
    }
    if (!pressure && dice_chance(&w->dice, UNCODED_VALUE)) {
        int32_t day = some_day(w, w->until - LATELY_DAYS, w->until);
        put_value(w, EVENT_OBSERVATION, ids->abpm_systolic, day, 136 + dice_below(&w->dice, 16),
                  u->mmhg);
        put_value(w, EVENT_OBSERVATION, ids->abpm_diastolic, day, 78 + dice_below(&w->dice, 14),
                  u->mmhg);
    }
}

static void put_uncoded(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    const Known *k = &w->facts->known;
    if (w->who->age < 40 || w->who->named != NULL) return;
    put_uncoded_values(w);
    const struct {
        int32_t care;
        int condition, or_condition;
    } cares[] = {{ids->diabetes_review, k->diabetes, k->diabetes},
                 {ids->heart_review, k->chd, k->chd},
                 {ids->rhythm_review, k->af, k->af},
                 {ids->stroke_review, k->stroke, k->tia},
                 {ids->asthma_clinic, k->asthma, k->copd},
                 {ids->pressure_clinic, k->hypertension, k->hypertension}};
    for (size_t i = 0; i < COUNT_OF(cares); i++) {
        bool coded =
            demo_has(w->health, cares[i].condition) || demo_has(w->health, cares[i].or_condition);
        if (coded || !dice_chance(&w->dice, UNCODED_CARE)) continue;
        put(w, EVENT_PROCEDURE, cares[i].care, some_day(w, w->until - LATELY_DAYS, w->until));
    }
}

// ---- immunisations and allergies

static void put_child_vaccines(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    int32_t born = w->who->import.person.born.days;
    if (dice_chance(&w->dice, 0.08)) return;
    put(w, EVENT_IMMUNISATION, ids->men_b, born + 60);
    put(w, EVENT_IMMUNISATION, ids->men_b, born + 116);
    put(w, EVENT_IMMUNISATION, ids->mmr, born + 370 + dice_below(&w->dice, 40));
    put(w, EVENT_IMMUNISATION, ids->dtap_ipv, born + 1225 + dice_below(&w->dice, 90));
    put(w, EVENT_IMMUNISATION, ids->mmr, born + 1225 + dice_below(&w->dice, 90));
    put(w, EVENT_IMMUNISATION, ids->hpv, born + 4500 + dice_below(&w->dice, 200));
}

static double takes_vaccines(const Writer *w)
{
    double takes = w->health->long_term > 0 ? 0.45 : 0.04;
    if (w->who->age < 18) takes = 0.2;
    if (w->who->age >= 65) takes = 0.76;
    return w->who->import.person.imd_decile <= 3 ? takes * 0.85 : takes;
}

// Influenza and COVID-19, each autumn.
static void put_autumn_vaccines(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    double takes = takes_vaccines(w);
    int year = date_year((Date){w->until});
    for (int back = 0; back < DEMO_YEARS; back++) {
        Date october = DATE_NONE;
        if (!date_from_ymd(year - back, 10, 1, &october)) break;
        int32_t day = october.days + dice_below(&w->dice, 60);
        if (dice_chance(&w->dice, takes)) put(w, EVENT_IMMUNISATION, ids->influenza, day);
        if (back < 6 && w->who->age >= 50 && dice_chance(&w->dice, takes * 0.9)) {
            put(w, EVENT_IMMUNISATION, ids->covid, day + 7);
        }
    }
}

static void put_vaccines(Writer *w)
{
    const Ids *ids = &w->facts->ids;
    if (w->who->age < 18) put_child_vaccines(w);
    put_autumn_vaccines(w);
    if (w->who->age >= 66 && dice_chance(&w->dice, 0.7)) {
        put(w, EVENT_IMMUNISATION, ids->pneumococcal, some_day(w, w->from, w->until));
    }
    if (w->who->age >= 70 && dice_chance(&w->dice, 0.5)) {
        put(w, EVENT_IMMUNISATION, ids->shingles, some_day(w, w->until - 1800, w->until));
    }
    if (dice_chance(&w->dice, 0.05)) {
        put(w, EVENT_ALLERGY, ids->penicillin, some_day(w, w->from, w->until));
    }
}

Err demo_facts(const DemoFacts *facts, const DemoCodes *codes, Loader *loader, int32_t slot,
               const DemoPerson *who, DemoHealth *out)
{
    *out = (DemoHealth){0};
    Writer w = {.facts = facts,
                .codes = codes,
                .who = who,
                .loader = loader,
                .slot = slot,
                .dice = who->dice,
                .until = who->until.days,
                .health = out};
    w.from = w.until - DEMO_YEARS * 365;
    int32_t born = who->import.person.born.days;
    if (w.from < born) w.from = born;
    put_conditions(&w);
    put_hospital(&w);
    put_frailty(&w);
    put_checks(&w);
    put_visits(&w);
    put_vaccines(&w);
    put_reviews(&w);
    put_uncoded(&w);
    return w.err;
}

// ---- codes into the store

static Err load(Loader *l, DemoCode *code)
{
    return load_code(l, code->system, code->code, code->term, &code->id);
}

static void name_ids(const DemoCodes *codes, Ids *ids)
{
    const struct {
        const char *key;
        int32_t *to;
    } names[] = {{"systolic", &ids->systolic},
                 {"diastolic", &ids->diastolic},
                 {"bmi", &ids->bmi},
                 {"weight", &ids->weight},
                 {"cholesterol", &ids->cholesterol},
                 {"hba1c", &ids->hba1c},
                 {"egfr", &ids->egfr},
                 {"haemoglobin", &ids->haemoglobin},
                 {"tsh", &ids->tsh},
                 {"audit-c", &ids->audit_c},
                 {"smoker", &ids->smoker},
                 {"ex-smoker", &ids->ex_smoker},
                 {"never-smoked", &ids->never_smoked},
                 {"consultation", &ids->consultation},
                 {"check-up", &ids->check_up},
                 {"follow-up", &ids->follow_up},
                 {"remote", &ids->remote},
                 {"admission", &ids->admission},
                 {"emergency", &ids->emergency},
                 {"frailty-mild", &ids->frailty_mild},
                 {"frailty-moderate", &ids->frailty_moderate},
                 {"frailty-severe", &ids->frailty_severe},
                 {"medication-review", &ids->medication_review},
                 {"team-meeting", &ids->team_meeting},
                 {"escalation-plan", &ids->escalation_plan},
                 {"proactive-care", &ids->proactive_care},
                 {"social-referral", &ids->social_referral},
                 {"social-declined", &ids->social_declined},
                 {"safeguarding", &ids->safeguarding},
                 {"influenza", &ids->influenza},
                 {"covid", &ids->covid},
                 {"shingles", &ids->shingles},
                 {"pneumococcal", &ids->pneumococcal},
                 {"mmr", &ids->mmr},
                 {"dtap-ipv", &ids->dtap_ipv},
                 {"men-b", &ids->men_b},
                 {"hpv", &ids->hpv},
                 {"penicillin", &ids->penicillin},
                 {"acr", &ids->acr},
                 {"abpm-systolic", &ids->abpm_systolic},
                 {"abpm-diastolic", &ids->abpm_diastolic},
                 {"diabetes-review", &ids->diabetes_review},
                 {"heart-review", &ids->heart_review},
                 {"rhythm-review", &ids->rhythm_review},
                 {"stroke-review", &ids->stroke_review},
                 {"asthma-clinic", &ids->asthma_clinic},
                 {"pressure-clinic", &ids->pressure_clinic}};
    for (size_t i = 0; i < COUNT_OF(names); i++) *names[i].to = demo_code(codes, names[i].key)->id;
}

static Err load_units(Loader *l, Units *units)
{
    const struct {
        const char *name;
        int32_t *to;
    } names[] = {{"mmHg", &units->mmhg},      {"kg/m2", &units->bmi},
                 {"kg", &units->kg},          {"mmol/L", &units->mmol},
                 {"mmol/mol", &units->hba1c}, {"mL/min/1.73m2", &units->egfr},
                 {"g/L", &units->g},          {"mU/L", &units->mu},
                 {"score", &units->score},    {"mg/mmol", &units->acr}};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        TRY(load_unit(l, str_from_c(names[i].name), names[i].to));
    }
    return ERR_OK;
}

DemoFacts *demo_facts_new(Arena *arena, const DemoCodes *codes)
{
    DemoFacts *facts = ARENA_NEW(arena, DemoFacts);
    facts->known = (Known){
        .hypertension = demo_condition(codes, STR("hypertension")),
        .diabetes = demo_condition(codes, STR("diabetes-2")),
        .ckd = demo_condition(codes, STR("ckd-3")),
        .anaemia = demo_condition(codes, STR("anaemia")),
        .hypothyroid = demo_condition(codes, STR("hypothyroid")),
        .asthma = demo_condition(codes, STR("asthma")),
        .copd = demo_condition(codes, STR("copd")),
        .chd = demo_condition(codes, STR("chd")),
        .af = demo_condition(codes, STR("af")),
        .stroke = demo_condition(codes, STR("stroke")),
        .tia = demo_condition(codes, STR("tia")),
    };
    return facts;
}

static Err load_codes(Loader *l, DemoCodes *codes)
{
    for (int i = 0; i < codes->condition_count; i++) TRY(load(l, &codes->conditions[i].code));
    for (int i = 0; i < codes->medicine_count; i++) TRY(load(l, &codes->medicines[i].code));
    for (int i = 0; i < codes->code_count; i++) TRY(load(l, &codes->codes[i]));
    return ERR_OK;
}

Err demo_facts_load(DemoFacts *facts, Loader *loader, DemoCodes *codes)
{
    TRY(load_codes(loader, codes));
    TRY(load_units(loader, &facts->units));
    name_ids(codes, &facts->ids);
    return ERR_OK;
}
