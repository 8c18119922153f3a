// definition_test.c -- the language: what it reads, and what it says about what it cannot read.
#include "insight/definition/definition.h"
#include "test/test.h"

#include <float.h>

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
    CHECK(any->kind == RULE_ANY && any->first->window.n == 6 && any->first->next->months == 1);
    CHECK(any->next->bands == (1U << FRAILTY_MODERATE | 1U << FRAILTY_SEVERE));
    CHECK_I64(d.rules, 6);
    CHECK_I64((int64_t)d.version.len, 16);
}

TEST(any_number_is_written_whole)
{
    CHECK_STR(number_text(t->arena, 58), "58");
    CHECK_STR(number_text(t->arena, 7.25), "7.25");
    CHECK_STR(number_text(t->arena, -2.5), "-2.5");
    CHECK_STR(number_text(t->arena, 100), "100");
    CHECK_STR(number_text(t->arena, 0), "0");
    CHECK_STR(number_text(t->arena, -0.0000001), "0");
    // What a practice sends may be nonsense, and is shown as it is.
    Str great = number_text(t->arena, -DBL_MAX);
    CHECK_I64(great.len, 1 + DBL_MAX_10_EXP + 1);
    CHECK(str_starts(great, STR("-179769313486231570")));
    Buf text = buf_new(4096);
    number_print(&text, -DBL_MAX);
    CHECK(str_eq(buf_str(&text), great));
    buf_free(&text);
}

TEST(what_cannot_be_read_is_said_with_its_place)
{
    REFUSED("all\n  age at least old\n",
            "line 8, column 16: expected an age in whole years, 1 to 130, found \"old\"");
    REFUSED("all\n  age over 65\n", "line 8, column 7: expected \"at least\", \"under\" or an age");
    REFUSED("all\n  age 40 to 30\n", "column 13: expected an age in whole years, 40 to 130");
    REFUSED("all\n  has houseboud\n",
            "line 8, column 7: expected a code set, found \"houseboud\"; did you mean housebound?");
    REFUSED("all\n  has housebound ever\n",
            "line 8, column 18: expected \"or\", a window (within, "
            "before, since, between or more than), \"unless since\" or the end");
    REFUSED("all\n  has housebound wihin 6 months\n", "found \"wihin\"; did you mean within?");
    REFUSED("all\n  has housebound within 0 months\n", "column 25: expected a number of months or "
                                                       "days, like \"12 months\", found \"0\"");
    REFUSED("all\n  has housebound within 6\n", "column 26: expected months or days, found the end "
                                                "of the line");
    REFUSED("all\n  has housebound since 2026-02-30\n", "expected a day of the calendar");
    REFUSED("all\n  has housebound between 2026-02-03 and 2026-02-02\n",
            "column 41: expected a day that is not before the first one");
    REFUSED("all\n  latest hba1c over 58 mmol\n",
            "line 8, column 24: expected a unit of hba1c (mmol/mol or %), found \"mmol\"");
    REFUSED("all\n  latest hba1c over\n", "column 20: expected a number, with at most 9 digits");
    REFUSED("all\n  latest hba1 over 58 mmol/mol\n",
            "column 10: expected a measure, found \"hba1\"; did you mean hba1c?");
    REFUSED("all\n  latest hba1c between 60 and 58 mmol/mol\n", "not below the first");
    REFUSED("all\n  frailty bad\n", "expected fit, mild, moderate or severe or \"at least\"");
    REFUSED("all\n  wobble\n", "line 8, column 3: no rule begins with \"wobble\"");
    REFUSED("all\n  contct within 6 months\n", "did you mean contact?");
    REFUSED("all\n  at least 0 of\n    registered\n", "expected how many, 1 to 1000, found \"0\"");
    REFUSED("at least 2 of\n  registered\n", "line 7: fewer rules stand below");
    REFUSED("all\n", "line 7: rules two spaces further in are missing");
    REFUSED("all\n   registered\n", "line 8, column 4: go in by two spaces");
    REFUSED("all\n    registered\n", "line 8, column 5: go in by two spaces");
    REFUSED("all\n\tregistered\n", "line 8, column 2: go in by two spaces for each level, no tabs");
    REFUSED("all\n  any\n  \tregistered\n", "line 9, column 4: go in by two spaces");
    REFUSED("all\n  registered\nany\n  registered\n",
            "line 9, column 1: only one all, any or none");
    REFUSED("registered\n", "line 7, column 1: expected all, any, none");
    REFUSED("reveiw 2026-01-01\nall\n  registered\n", "did you mean review?");
    REFUSED("target 0\nall\n  registered\n", "line 7, column 8: expected a number of people");
    REFUSED("start 2026-02-01\nend 2026-01-01\nall\n  registered\n", "the end is before the start");
    REFUSED("end 2026-01-01\nend 2026-01-01\nall\n  registered\n", "line 8, column 1: this stands");
    REFUSED("confirm nurse\nall\n  registered\n", "expected gp, found \"nurse\"");
    refused(t, "cohort A b\n", "line 1, column 8: expected a key of small letters", __LINE__);
    refused(t, "cohort a\nname A\nowner O\n", "line 3, column 1: expected \"purpose\"", __LINE__);
    refused(t, "", "expected \"cohort\" and what it is, found the end", __LINE__);
}

TEST(what_cannot_be_answered_yet_is_refused_and_not_passed_over)
{
    REFUSED("all\n  score efi3 at least 0.2\n", "did you mean efi2?");
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
    CHECK_CONTAINS(why, "expected \"since\", found \"not-carer\"");
    CHECK_ERR(definition_read(t->arena, sets, STR(HAS("carer unless since carer or not-carer")),
                              &definition, &why),
              ERR_INVALID);
    CHECK_CONTAINS(why, "expected the end of the line, found \"or\"");
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
    CHECK_CONTAINS(why, "line 15, column 17: expected at most 8 groups inside each other");
    buf_clear(&text);
    buf_add_c(&text, HEAD "all\n");
    for (int i = 0; i < 500; i++) buf_add_c(&text, "  registered\n");
    CHECK_ERR(read_text(t, arena_c(t->arena, buf_str(&text)), &d, &why), ERR_INVALID);
    CHECK_CONTAINS(why, "line 263, column 3: expected at most 256 rules");
}

TEST(bytes_that_are_not_text_get_a_sentence)
{
    Definition d;
    Str why;
    CHECK_ERR(read_text(t, HEAD "all\n  has \x80\n", &d, &why), ERR_INVALID);
    CHECK_CONTAINS(why, "line 8: expected text in UTF-8");
    CHECK_ERR(read_text(t,
                        HEAD "all\n  has \xE2\x80\xAE"
                             "x\n",
                        &d, &why),
              ERR_INVALID);
    CHECK_CONTAINS(why, "line 8: expected text in UTF-8");
    CHECK_ERR(read_text(t, HEAD "all\n  has\thousebound\n", &d, &why), ERR_INVALID);
    CHECK_CONTAINS(why, "column 3: expected spaces and letters, no tabs");
    const CodeSets *sets = NULL;
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    CHECK_ERR(definition_read(t->arena, sets, STR(HEAD "all\n  has a\0b\n"), &d, &why),
              ERR_INVALID);
    CHECK_CONTAINS(why, "column 7: expected spaces and letters");
    char *junk = ARENA_ARRAY(t->arena, char, DEFINITION_BYTES_MAX + 1);
    memset(junk, 'x', DEFINITION_BYTES_MAX + 1);
    CHECK_ERR(definition_read(t->arena, sets, (Str){junk, DEFINITION_BYTES_MAX}, &d, &why),
              ERR_INVALID);
    CHECK_CONTAINS(why, "line 1, column 1: expected \"cohort\"");
    CHECK(why.len < 200);
    CHECK_ERR(definition_read(t->arena, sets, (Str){junk, DEFINITION_BYTES_MAX + 1}, &d, &why),
              ERR_INVALID);
    CHECK_CONTAINS(why, "at most 65,536 characters");
}

TEST(settings_of_a_definition_are_read)
{
    Definition d;
    Str why;
    CHECK_OK(read_text(t,
                       HEAD "start 2026-01-01\nend 2026-12-31\ntarget 40\nreview 2026-10-01\n"
                            "confirm gp\n\nany\n  registered\n",
                       &d, &why));
    CHECK_I64(d.target, 40);
    CHECK_STR(d.confirm, "gp");
    CHECK_STR(date_iso(t->arena, d.review), "2026-10-01");
    CHECK_STR(definition_text(t->arena, &d),
              "cohort a-b\nname A b\npurpose P\nowner O\noffer F\nstart 2026-01-01\n"
              "end 2026-12-31\ntarget 40\nreview 2026-10-01\nconfirm gp\n\nany\n  registered\n");
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
        CHECK(str_eq(definition_text(t->arena, &d), definition_file(count)));
    }
    CHECK_I64((int64_t)count, 6);
    Definition d;
    CHECK_OK(definition_read(t->arena, sets, definition_file(0), &d, &why));
    CHECK_STR(definition_words(t->arena, sets, &d),
              "People registered now: aged 65 or over, and moderate or severe frailty, and 2 or "
              "more unplanned hospital admissions in the last 12 months.");
}

TEST(a_window_holds_the_days_it_says)
{
    static const struct {
        const char *window, *as_at, *after, *until;
    } CASES[] = {
        {"", "2026-03-31", "", "2026-03-31"},
        {" within 1 month", "2026-03-31", "2026-02-28", "2026-03-31"},
        {" within 1 month", "2024-03-31", "2024-02-29", "2024-03-31"},
        {" within 12 months", "2024-02-29", "2023-02-28", "2024-02-29"},
        {" within 1 day", "2026-03-31", "2026-03-30", "2026-03-31"},
        {" more than 1 month ago", "2026-03-31", "", "2026-02-28"},
        {" more than 30 days ago", "2026-03-31", "", "2026-03-01"},
        {" before 2026-03-01", "2026-03-31", "", "2026-02-28"},
        {" before 2027-03-01", "2026-03-31", "", "2026-03-31"},
        {" since 2026-03-01", "2026-03-31", "2026-02-28", "2026-03-31"},
        {" between 2026-03-01 and 2026-03-01", "2026-03-31", "2026-02-28", "2026-03-01"},
    };
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Definition d;
        Date as_at;
        Date after;
        Date until;
        CHECK(date_parse_iso(str_from_c(CASES[i].as_at), &as_at));
        Str text = arena_fmt(t->arena, HEAD "all\n  has carer%s\n", CASES[i].window);
        CHECK_OK(definition_parse(t->arena, sets, text, &d, &why));
        rule_window_days(&d.root->first->window, as_at, &after, &until);
        CHECK_STR(date_iso(t->arena, after), CASES[i].after);
        CHECK_STR(date_iso(t->arena, until), CASES[i].until);
    }
}
