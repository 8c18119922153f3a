// definition_every_test.c -- every kind of rule, its plain words and its CQL, written out.
#include "insight/definition/definition.h"
#include "test/test.h"

typedef struct Every {
    const char *text, *words, *cql; // cql NULL: CQL has no words for it
} Every;

static const Every EVERY[] = {
    {"age at least 65", "Aged 65 or over", "AgeInYearsAt(\"As at\") >= 65"},
    {"age under 90", "Aged under 90", "AgeInYearsAt(\"As at\") < 90"},
    {"birthday in this-month or next-month or december",
     "Has a birthday in this month or next month or December",
     "month from Patient.birthDate in {month from \"As at\", "
     "month from (\"As at\" + 1 month), 12}"},
    {"age 65 to 74", "Aged 65 to 74",
     "AgeInYearsAt(\"As at\") >= 65 and AgeInYearsAt(\"As at\") <= 74"},
    {"sex female", "Female",
     "if Patient.gender = 'male' or Patient.gender = 'female' then Patient.gender "
     "= 'female' else null"},
    {"sex male", "Male",
     "if Patient.gender = 'male' or Patient.gender = 'female' then Patient.gender "
     "= 'male' else null"},
    {"registered", "Registered now", "Patient.active"},
    {"registered at least 1 month", "Registered for at least a month", NULL},
    {"registered at least 6 months", "Registered for at least 6 months", NULL},
    {"practice X26101 or X26102", "Registered with X26101 or X26102", NULL},
    {"deprivation 1 to 2", "Lives in deprivation deciles 1 to 2 (1 is the most deprived)", NULL},
    {"deprivation 9 to 9", "Lives in deprivation decile 9", NULL},
    {"ethnicity asian or black", "Ethnic group Asian or Black", NULL},
    {"language Urdu or Sign language", "Main language Urdu or Sign language", NULL},
    {"needs interpreter", "Needs an interpreter", NULL},
    {"frailty mild or severe", "Mild or severe frailty", NULL},
    {"frailty fit", "Fit (no frailty)", NULL},
    {"frailty at least 5 deficits", "5 or more frailty deficits", NULL},
    {"conditions at least 2", "2 or more long-term conditions", NULL},
    {"charlson at least 3", "Charlson index 3 or more", NULL},
    {"charlson-2011 at least 2", "Charlson index (weights of 2011) 2 or more", NULL},
    {"cambridge at least 1.5", "Cambridge Multimorbidity Score 1.5 or more", NULL},
    {"score efi2 at least 0.25 within 12 months",
     "Latest imported efi2 score 0.25 or more in the last 12 months", NULL},
    {"activation 1 or 2", "Activation level 1 or 2", NULL},
    {"has carer", "Carer", "exists ((\"Days of carer\") D where D <= \"As at\")"},
    {"has carer or housebound within 12 months", "Carer or housebound in the last 12 months",
     "exists ((\"Days of carer\" union \"Days of housebound\") D where D <= \"As "
     "at\" and D > \"As at\" - 12 months)"},
    {"has carer within 1 month", "Carer in the last month",
     "exists ((\"Days of carer\") D where D <= \"As at\" and D > \"As at\" - 1 months)"},
    {"has carer within 30 days", "Carer in the last 30 days",
     "exists ((\"Days of carer\") D where D <= \"As at\" and D > \"As at\" - 30 days)"},
    {"has carer before 2026-03-01", "Carer before 1 March 2026",
     "exists ((\"Days of carer\") D where D <= \"As at\" and D < @2026-03-01)"},
    {"has carer since 2026-03-01", "Carer since 1 March 2026",
     "exists ((\"Days of carer\") D where D <= \"As at\" and D >= @2026-03-01)"},
    {"has carer between 2026-03-01 and 2026-03-02", "Carer between 1 March 2026 and 2 March 2026",
     "exists ((\"Days of carer\") D where D <= \"As at\" and D >= @2026-03-01 and "
     "D <= @2026-03-02)"},
    {"has carer more than 1 month ago", "Carer more than a month ago",
     "exists ((\"Days of carer\") D where D <= \"As at\" and D <= \"As at\" - 1 months)"},
    {"has carer more than 24 months ago", "Carer more than 24 months ago",
     "exists ((\"Days of carer\") D where D <= \"As at\" and D <= \"As at\" - 24 months)"},
    {"has carer unless since not-carer", "Carer, and not recorded since as no longer a carer",
     "exists ((\"Days of carer\") D where D <= \"As at\")\n    and Max(((\"Days "
     "of carer\") D where D <= \"As at\")) >= Coalesce(Max(\"Days of not-carer\" "
     "D where D <= \"As at\"), minimum Date)"},
    {"no carer within 6 months", "No record of carer in the last 6 months",
     "not exists ((\"Days of carer\") D where D <= \"As at\" and D > \"As at\" - 6 months)"},
    {"at least 2 unplanned-admission within 12 months",
     "2 or more unplanned hospital admissions in the last 12 months",
     "Count(((\"Days of unplanned-admission\") D where D <= \"As at\" and D > \"As "
     "at\" - 12 months)) >= 2"},
    {"at least 3 different carer", "3 or more different records of being a carer", NULL},
    {"latest hba1c over 58 mmol/mol within 15 months",
     "Latest HbA1c over 58 mmol/mol in the last 15 months",
     "Last((\"Values of hba1c\" V where V.day <= \"As at\" and V.day > \"As at\" "
     "- 15 months sort by day, value)).value > 58 'mmol/mol'"},
    {"earliest hba1c under 7.5 %", "Earliest HbA1c under 7.5 %",
     "First((\"Values of hba1c\" V where V.day <= \"As at\" sort by day, value "
     "desc)).value < 7.5 '%'"},
    {"highest hba1c at least 58 mmol/mol", "Highest HbA1c at least 58 mmol/mol",
     "Max((\"Values of hba1c\" V where V.day <= \"As at\" return V.value)) >= 58 'mmol/mol'"},
    {"lowest hba1c at most 42 mmol/mol", "Lowest HbA1c at most 42 mmol/mol",
     "Min((\"Values of hba1c\" V where V.day <= \"As at\" return V.value)) <= 42 'mmol/mol'"},
    {"latest hba1c between 48 and 57.5 mmol/mol", "Latest HbA1c between 48 and 57.5 mmol/mol",
     "Last((\"Values of hba1c\" V where V.day <= \"As at\" sort by day, value)).value "
     ">= 48 'mmol/mol'\n    and Last((\"Values of hba1c\" V where V.day <= \"As "
     "at\" sort by day, value)).value <= 57.5 'mmol/mol'"},
    {"hba1c rose by more than 5 mmol/mol within 12 months",
     "HbA1c rose by more than 5 mmol/mol in the last 12 months",
     "if Count((\"Values of hba1c\" V where V.day <= \"As at\" and V.day > \"As "
     "at\" - 12 months return V.day)) > 1\n    then Last((\"Values of hba1c\" V "
     "where V.day <= \"As at\" and V.day > \"As at\" - 12 months sort by day, value)).value "
     "- First((\"Values of hba1c\" V where V.day <= \"As at\" and V.day > \"As "
     "at\" - 12 months sort by day, value desc)).value > 5 'mmol/mol'\n    else "
     "null"},
    {"hba1c fell by more than 5 mmol/mol", "HbA1c fell by more than 5 mmol/mol",
     "if Count((\"Values of hba1c\" V where V.day <= \"As at\" return V.day)) > "
     "1\n    then First((\"Values of hba1c\" V where V.day <= \"As at\" sort by "
     "day, value desc)).value - Last((\"Values of hba1c\" V where V.day <= \"As "
     "at\" sort by day, value)).value > 5 'mmol/mol'\n    else null"},
    {"carer then housebound within 30 days", "Carer, then housebound on one of the next 30 days",
     "exists (from \"Days of carer\" A, \"Days of housebound\" B\n    where B > "
     "A and B <= A + 30 days and A <= \"As at\" and B <= \"As at\")"},
    {"carer then housebound within 1 day since 2026-01-01",
     "Carer, then housebound on the next day, both since 1 January 2026",
     "exists (from \"Days of carer\" A, \"Days of housebound\" B\n    where B > "
     "A and B <= A + 1 days and A <= \"As at\" and A >= @2026-01-01 and B <= \"As "
     "at\" and B >= @2026-01-01)"},
    {"contact within 3 months", "Contact with this team in the last 3 months", NULL},
    {"no contact within 6 months", "No contact with this team recorded in the last 6 months", NULL},
    {"plan in date", "A care and support plan in date", NULL},
    {"no plan in date", "No care and support plan in date", NULL},
    {"on caseload", "On a caseload", NULL},
    {"not on caseload", "Not on a caseload", NULL},
    {"declined", "Said no to support and is not to be asked again yet", NULL},
    {"open referral", "An open referral", NULL},
    {"cohort carers", "Meets the rules of carers", NULL},
    {"not cohort carers", "Does not meet the rules of carers", NULL},
};

static void count_kinds(const CohortRule *rule, bool *seen)
{
    seen[rule->kind] = true;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        count_kinds(inner, seen);
    }
}

// What stands behind "define "Rule N": ", to the next empty line.
static Str cql_of_rule(Str cql, int number)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str head = arena_fmt(arena, "define \"Rule %d\": ", number);
    size_t at = 0;
    if (!str_find(cql, head, &at)) return STR("");
    Str rest = str_slice(cql, at + head.len, cql.len);
    size_t end = rest.len;
    (void)str_find(rest, STR("\n\n"), &end);
    return str_trim(str_slice(rest, 0, end));
}

TEST(every_kind_of_rule_in_words_and_in_cql)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    bool seen[RULE_KINDS] = {false};
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    for (size_t i = 0; i < COUNT_OF(EVERY); i++) {
        const Every *every = &EVERY[i];
        Definition d;
        Str text = arena_fmt(
            t->arena, "cohort a\nname A\npurpose P\nowner O\noffer F\n\nany\n  %s\n", every->text);
        CHECK_OK(definition_parse(t->arena, sets, text, &d, &why));
        count_kinds(d.root, seen);
        CHECK_STR(rule_words(t->arena, sets, d.root->first), every->words);
        CHECK_STR(rule_text(t->arena, d.root->first), every->text);
        Str cql = cql_of_rule(definition_cql(t->arena, sets, &d), 2);
        if (every->cql != NULL) CHECK_STR(cql, every->cql);
        if (every->cql == NULL) CHECK_CONTAINS(cql, "null as Boolean // CQL has no words for");
    }
    for (int kind = RULE_SOME + 1; kind < RULE_KINDS; kind++) CHECK(seen[kind]);
}
