// definition_cql_test.c -- a definition as CQL and as a FHIR Group: what maps, and what is said not
// to.
#include "insight/definition/definition.h"
#include "test/test.h"

static Str cql_of(Test *t, const char *rules)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    Definition definition;
    Str text = arena_fmt(t->arena, "cohort c\nname C\npurpose P\nowner O\noffer plan\n\n%s", rules);
    Err err = definition_parse(t->arena, sets, text, &definition, &why);
    CHECK_OK(err);
    return err == ERR_OK ? definition_cql(t->arena, sets, &definition) : STR("");
}

TEST(a_rule_of_the_record_is_said_in_cql)
{
    Str cql = cql_of(t, "all\n"
                        "  age at least 65\n"
                        "  has diabetes\n"
                        "  latest hba1c over 58 mmol/mol within 15 months\n"
                        "  any\n"
                        "    no carer since 2024-01-01\n"
                        "    at least 2 unplanned-admission within 12 months\n");
    CHECK_CONTAINS(cql, "library \"c\" version '");
    CHECK_CONTAINS(cql, "valueset \"diabetes\": 'urn:trellis:code-set:diabetes'\n");
    CHECK_CONTAINS(cql, "// Aged 65 or over\n"
                        "define \"Rule 2\": AgeInYearsAt(\"As at\") >= 65\n");
    CHECK_CONTAINS(cql,
                   "define \"Rule 3\": exists ((\"Days of diabetes\") D where D <= \"As at\")\n");
    CHECK_CONTAINS(cql,
                   "Last((\"Values of hba1c\" V where V.day <= \"As at\" and "
                   "V.day > \"As at\" - 15 months sort by day, value)).value > 58 'mmol/mol'\n");
    CHECK_CONTAINS(
        cql, "not exists ((\"Days of carer\") D where D <= \"As at\" and D >= @2024-01-01)\n");
    CHECK_CONTAINS(cql, "Count(((\"Days of unplanned-admission\") D where D <= \"As at\" and "
                        "D > \"As at\" - 12 months)) >= 2\n");
    CHECK_CONTAINS(cql, "define \"Rule 5\": (\"Rule 6\" or \"Rule 7\")\n");
    CHECK_CONTAINS(cql, "define \"In cohort\": \"Rule 1\"\n");
}

TEST(what_is_not_recorded_stays_so_among_at_least_n)
{
    Str cql = cql_of(t, "at least 2 of\n  has carer\n  sex female\n  declined\n");
    CHECK_CONTAINS(cql, "define \"Rule 1\": if Count({ \"Rule 2\", \"Rule 3\", \"Rule 4\" } R "
                        "where R) >= 2 then true\n  else if Count({ \"Rule 2\", \"Rule 3\", "
                        "\"Rule 4\" } R where not R) > 1 then false\n  else null\n");
}

TEST(what_cql_has_no_words_for_is_null_and_says_so)
{
    Str cql = cql_of(t, "none\n  on caseload\n  frailty severe\n");
    CHECK_CONTAINS(cql,
                   "define \"Rule 2\": null as Boolean // CQL has no words for: on caseload\n");
    CHECK_CONTAINS(cql, "define \"Rule 3\": null as Boolean");
    CHECK_CONTAINS(cql, "define \"Rule 1\": not (\"Rule 2\" or \"Rule 3\")\n");
}

static Str group_of(Test *t, const char *rule)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    Definition definition;
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    Str text = arena_fmt(t->arena,
                         "cohort c\nname C\npurpose P\nowner O\noffer plan\n\nall\n  %s\n", rule);
    CHECK_OK(definition_parse(t->arena, sets, text, &definition, &why));
    return definition_fhir_group(t->arena, sets, &definition);
}

TEST(a_characteristic_in_codes_says_all_of_its_rule)
{
    Str group = group_of(t, "has carer since 2024-01-01");
    CHECK_CONTAINS(group, "\"text\":\"Has a record of\"");
    CHECK_CONTAINS(group, "\"period\":{\"start\":\"2024-01-01\"}");
    CHECK_CONTAINS(group_of(t, "no carer"), "\"exclude\":true");
    CHECK_CONTAINS(group_of(t, "latest hba1c over 58 mmol/mol"),
                   "\"valueQuantity\":{\"value\":58,\"comparator\":\">\",\"unit\":\"mmol/mol\"}");
    CHECK_CONTAINS(group_of(t, "latest hba1c between 48 and 58 mmol/mol"),
                   "\"valueRange\":{\"low\":{\"value\":48,\"unit\":\"mmol/mol\"},"
                   "\"high\":{\"value\":58,\"unit\":\"mmol/mol\"}}");
    // A day that moves, or an end, has no place in R4: words, which say "no" themselves.
    static const char *const WORDS[] = {
        "has carer within 6 months", "no carer within 6 months", "has carer unless since not-carer",
        "latest hba1c over 58 mmol/mol within 12 months", "earliest hba1c over 58 mmol/mol"};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        group = group_of(t, WORDS[i]);
        CHECK_CONTAINS(group, "\"text\":\"Rule in words\"");
        CHECK_CONTAINS(group, "\"exclude\":false");
        CHECK_CONTAINS(group, WORDS[i]); // and the rule itself
    }
}
