// builder_parts.c -- how people choose a rule: what it is about, then what it says about it.
#include "insight/builder/builder_form.h"

static const Subject SUBJECTS[] = {
    {"age",
     "Age",
     {{"age-at-least", "is at least"}, {"age-under", "is under"}, {"age-between", "is between"}}},
    {"birthday", "Birthday", {{"birthday", "is in"}}},
    {"sex", "Sex", {{"sex", "is"}}},
    {"deprivation", "Deprivation decile", {{"deprivation", "is between"}}},
    {"ethnicity", "Ethnic group", {{"ethnicity", "is any of"}}},
    {"language", "Main language", {{"language", "is any of"}}},
    {"interpreter", "Interpreter", {{"needs-interpreter", "is needed"}}},
    {"practice", "Practice", {{"practice", "is any of"}}},
    {"registration",
     "Registration",
     {{"registered-for", "has lasted at least"}, {"registered", "is current"}}},
    {"record",
     "Something recorded",
     {{"has", "is recorded"},
      {"has-no", "is not recorded"},
      {"days", "on several days"},
      {"different-codes", "as different codes"}}},
    {"then", "One thing after another", {{"then", "follows within"}}},
    {"value", "Measured value", {{"value", "is"}, {"change", "rose or fell"}}},
    {"conditions", "Long-term conditions", {{"conditions", "are at least"}}},
    {"frailty",
     "Frailty (eFI)",
     {{"frailty", "is any of"}, {"deficits", "has deficits, at least"}}},
    {"charlson",
     "Charlson index",
     {{"charlson", "is at least"}, {"charlson-2011", "by the weights of 2011, is at least"}}},
    {"cambridge", "Cambridge Multimorbidity Score", {{"cambridge", "is at least"}}},
    {"score", "Imported score", {{"score", "is at least"}}},
    {"contact",
     "Contact with this team",
     {{"contact", "was in the last"}, {"no-contact", "none in the last"}}},
    {"plan",
     "Care and support plan",
     {{"plan-in-date", "is in date"}, {"no-plan-in-date", "none in date"}}},
    {"caseload",
     "Caseload",
     {{"on-caseload", "is on one"},
      {"not-on-caseload", "is on none"},
      {"declined", "said no, not to be asked yet"}}},
    {"activation", "Activation level", {{"activation", "is any of"}}},
    {"referral", "Referral", {{"open-referral", "is open"}}},
    {"cohort", "Another cohort", {{"cohort", "is met"}, {"not-cohort", "is not met"}}},
};

static const char *const PART_NAMES[PART_BIT] = {
    "years", "to-years", "decile", "to-decile", "deficits",  "points",    "times",    "months",
    "days",  "sex",      "pick",   "direction", "practices", "languages", "sets",     "set",
    "then",  "score",    "cohort", "measure",   "compare",   "value",     "value-to", "unit",
    "when",  "span",     "from",   "to",        "unless"};
static const char *const BIT_NAMES[BUILDER_CHOICES_MAX] = {
    "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "b10", "b11", "b12", "b13", "b14"};

Str part_name(Part part)
{
    if (part == PART_KIND) return STR("what");
    return str_from_c(part < PART_BIT ? PART_NAMES[part] : BIT_NAMES[part - PART_BIT]);
}

const Subject *subject_at(size_t index)
{
    return index < COUNT_OF(SUBJECTS) ? &SUBJECTS[index] : NULL;
}

const Subject *subject_of(Str kind)
{
    for (size_t i = 0; i < COUNT_OF(SUBJECTS); i++) {
        for (size_t k = 0; k < COUNT_OF(SUBJECTS[i].is) && SUBJECTS[i].is[k].kind != NULL; k++) {
            if (str_eq(kind, str_from_c(SUBJECTS[i].is[k].kind))) return &SUBJECTS[i];
        }
    }
    return NULL;
}

const Pattern *pattern_named(Str kind)
{
    for (size_t i = 0; i < patterns_count(); i++) {
        if (str_eq(kind, str_from_c(pattern_at(i)->name))) return pattern_at(i);
    }
    return NULL;
}
