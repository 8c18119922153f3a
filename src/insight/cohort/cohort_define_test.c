// cohort_define_test.c -- the language: what it reads, and what it says about what it cannot read.
#include "insight/cohort/cohort_define.h"
#include "insight/cohort/cohort_frailty.h"
#include "test/test.h"

#define HEAD "cohort a-b\nname A b\npurpose P\nowner O\noffer F\n\n"

static Err read_text(Test *t, const char *text, Definition *out, Str *why)
{
    const CodeSets *sets = NULL;
    *why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, why));
    return definition_read(t->arena, sets, str_from_c(text), out, why);
}

static void refused(Test *t, const char *text, const char *why_wanted, int line)
{
    Definition definition;
    Str why;
    CHECK_ERR(read_text(t, text, &definition, &why), ERR_INVALID);
    test_check_contains(t, why, str_from_c(why_wanted), true, __FILE__, line);
}
#define REFUSED(rules, why) refused(t, HEAD rules, why, __LINE__)

TEST(a_definition_is_read_as_a_tree)
{
    Definition d;
    Str why;
    CHECK_OK(read_text(t,
                       HEAD "# why\nall\n  age at least 65\n\n  any\n    has housebound within 6 "
                            "months\n    no contact within 1 month\n  frailty moderate or severe\n",
                       &d, &why));
    CHECK_STR(d.key, "a-b");
    CHECK_STR(d.name, "A b");
    CHECK(d.root->kind == RULE_ALL && d.root->first->kind == RULE_AGE_AT_LEAST);
    const CohortRule *any = d.root->first->next;
    CHECK(any->kind == RULE_ANY && any->first->months == 6 && any->first->next->months == 1);
    CHECK(any->next->bands == (1U << FRAILTY_MODERATE | 1U << FRAILTY_SEVERE));
    CHECK_I64(d.rules, 6);
    CHECK_I64((int64_t)d.version.len, 16);
}

TEST(what_cannot_be_read_is_said_with_its_line)
{
    REFUSED("all\n  age at least old\n", "line 8: write an age in whole years");
    REFUSED("all\n  age over 65\n", "line 8: write \"age at least\"");
    REFUSED("all\n  has houseboud\n", "line 8: no code set is called \"houseboud\"");
    REFUSED("all\n  has housebound ever\n", "line 8: nothing was expected at \"ever\"");
    REFUSED("all\n  at least 2 unplanned-admission\n", "write \"within\" and a number of months");
    REFUSED("all\n  has housebound within 0 months\n", "like \"within 12 months\"");
    REFUSED("all\n  latest hba1c over 58 mmol/L\n", "write a unit of HbA1c, like mmol/mol");
    REFUSED("all\n  latest hba1c over\n", "write a value");
    REFUSED("all\n  latest weight over 100 kg\n", "no measure is called \"weight\"");
    REFUSED("all\n  frailty bad\n", "write fit, mild, moderate or severe");
    REFUSED("all\n  wobble\n", "line 8: no rule begins with \"wobble\"");
    REFUSED("all\n", "line 7: rules two spaces further in are missing");
    REFUSED("all\n   registered\n", "line 8: go in by two spaces");
    REFUSED("all\n    registered\n", "line 8: go in by two spaces");
    REFUSED("all\n  registered\nany\n  registered\n", "line 9: only one all, any or none");
    REFUSED("registered\n", "write all, any or none");
    refused(t, "cohort A b\n", "line 1: a key of small letters", __LINE__);
    refused(t, "cohort a\nname A\nowner O\n", "line 3: write \"purpose\"", __LINE__);
    refused(t, "", "write \"cohort\"", __LINE__);
}

TEST(what_has_ended_is_named_by_one_set)
{
#define HAS(text) "cohort c\nname C\npurpose P\nowner O\noffer F\n\nall\n  has " text "\n"
    const CodeSets *sets = NULL;
    Definition definition;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    CHECK_OK(definition_read(t->arena, sets,
                             STR(HAS("carer within 12 months unless since not-carer")), &definition,
                             &why));
    CHECK_I64(definition.root->first->ended - 1, code_set_index(sets, STR("not-carer")));
    CHECK_ERR(
        definition_read(t->arena, sets, STR(HAS("carer unless not-carer")), &definition, &why),
        ERR_INVALID);
    CHECK_CONTAINS(why, "write \"unless since\"");
    CHECK_ERR(definition_read(t->arena, sets, STR(HAS("carer unless since carer or not-carer")),
                              &definition, &why),
              ERR_INVALID);
    CHECK_CONTAINS(why, "one code set");
    CHECK_ERR(
        definition_read(t->arena, sets, STR(HAS("carer unless since nothing")), &definition, &why),
        ERR_INVALID);
}

TEST(a_hostile_definition_gets_a_sentence)
{
    CLEANUP(buf_free) Buf text = buf_new((size_t)1024 * 1024);
    buf_add_c(&text, HEAD);
    for (int depth = 0; depth < 200; depth++) {
        for (int i = 0; i < depth; i++) buf_add_c(&text, "  ");
        buf_add_c(&text, "any\n");
    }
    Definition d;
    Str why;
    CHECK_ERR(read_text(t, arena_c(t->arena, buf_str(&text)), &d, &why), ERR_INVALID);
    CHECK_CONTAINS(why, "fewer groups inside each other");
    buf_clear(&text);
    buf_add_c(&text, HEAD "all\n");
    for (int i = 0; i < 500; i++) buf_add_c(&text, "  registered\n");
    CHECK_ERR(read_text(t, arena_c(t->arena, buf_str(&text)), &d, &why), ERR_INVALID);
    CHECK_CONTAINS(why, "fewer rules");
}

TEST(the_programs_own_definitions_are_read_and_said_in_words)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    size_t count = 0;
    for (; definition_file(count).len > 0; count++) {
        Definition d;
        CHECK_OK(definition_read(t->arena, sets, definition_file(count), &d, &why));
        CHECK(definition_words(t->arena, sets, &d).len > 20);
    }
    CHECK_I64((int64_t)count, 6);
    Definition d;
    CHECK_OK(definition_read(t->arena, sets, definition_file(0), &d, &why));
    CHECK_STR(definition_words(t->arena, sets, &d),
              "People registered now: aged 65 or over, and moderate or severe frailty, and 2 or "
              "more unplanned hospital admissions in the last 12 months.");
}
