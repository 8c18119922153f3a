// definition_names_test.c -- names that only a network knows: found, with their place and the
// nearest known one.
#include "insight/definition/definition.h"
#include "test/test.h"

#define HEAD "cohort a-b\nname A b\npurpose P\nowner O\noffer F\n\n"

static Err is_known(void *arg, SlotSource source, Str name, bool *out)
{
    (void)arg;
    (void)source;
    *out = str_eq(name, STR("X26101")) || str_eq(name, STR("Sign language")) ||
           str_eq(name, STR("carers"));
    return str_eq(name, STR("BUSY")) ? ERR_BUSY : ERR_OK;
}

static Err known(void *arg, SlotSource source, Str **out, size_t *count_out)
{
    Test *t = arg;
    Str *names = ARENA_ARRAY(t->arena, Str, 2);
    names[0] = source == WORDS_PRACTICE   ? STR("X26101")
               : source == WORDS_LANGUAGE ? STR("Sign language")
                                          : STR("carers");
    *out = names;
    *count_out = 1;
    return ERR_OK;
}

// All that is not known, a line each.
static Str unknown_in(Test *t, const char *rules, bool as_json)
{
    const CodeSets *sets = NULL;
    Definition d;
    Str why = STR("");
    Str text = arena_fmt(t->arena, HEAD "%s", rules);
    UnknownName *unknown = NULL;
    size_t count = 0;
    KnownNames names = {.arg = t, .is_known = is_known, .known = known};
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    CHECK_OK(definition_read(t->arena, sets, text, &d, &why));
    if (as_json) {
        Str json = definition_json(t->arena, &d);
        CHECK_OK(definition_from_json(t->arena, sets, json, &d, &why));
        text = STR("");
    }
    CHECK_OK(definition_unknown_names(t->arena, &d, text, &names, &unknown, &count));
    Str all = STR("");
    for (size_t i = 0; i < count; i++) {
        all = arena_fmt(t->arena, STR_FMT STR_FMT "\n", STR_ARG(all), STR_ARG(unknown[i].why));
    }
    return all;
}

TEST(names_that_are_known_are_nothing_to_say)
{
    CHECK_STR(unknown_in(t,
                         "all\n  practice X26101\n  language Sign language\n  not cohort carers\n"
                         "  has diabetes\n",
                         false),
              "");
}

TEST(each_unknown_name_has_its_place_and_the_nearest)
{
    CHECK_STR(
        unknown_in(t,
                   "# note\nall\n  practice X26101 or  X26110 or Y00001\n  none\n"
                   "    language Sign langauge or Sign language or Klingon\n    cohort carrers\n",
                   false),
        "line 9, column 23: expected the ODS code of a practice that is known here, found "
        "\"X26110\"; did you mean X26101?\n"
        "line 9, column 33: expected the ODS code of a practice that is known here, found "
        "\"Y00001\"\n"
        "line 11, column 14: expected a language, as it is recorded here or as it is called in "
        "English, found \"Sign langauge\"; did you mean Sign language?\n"
        "line 11, column 48: expected a language, as it is recorded here or as it is called in "
        "English, found \"Klingon\"\n"
        "line 12, column 12: expected the key of a cohort that you can use, found \"carrers\"; "
        "did you mean carers?\n");
}

TEST(in_json_the_place_is_the_path)
{
    Str said =
        unknown_in(t, "all\n  has diabetes\n  any\n    practice Y00001\n    registered\n", true);
    CHECK_CONTAINS(said, "rule.rules[1].rules[0].practices: expected the ODS code");
}

TEST(what_cannot_be_asked_now_is_no_answer)
{
    const CodeSets *sets = NULL;
    Definition d;
    Str why = STR("");
    UnknownName *unknown = NULL;
    size_t count = 0;
    KnownNames names = {.arg = t, .is_known = is_known, .known = known};
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    CHECK_OK(definition_read(t->arena, sets, STR(HEAD "all\n  practice BUSY\n"), &d, &why));
    CHECK_ERR(definition_unknown_names(t->arena, &d, STR(""), &names, &unknown, &count), ERR_BUSY);
}
