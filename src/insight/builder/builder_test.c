// builder_test.c -- a definition through the form and back, what is wrong at its field, and steps.
#include "insight/builder/builder.h"
#include "insight/builder/builder_state.h"
#include "insight/builder/builder_suggest.h"
#include "test/cohorts.h"

#define HEAD "cohort a\nname A\npurpose B\nowner C\noffer plan\n\n"

// Every kind of rule, each way of a window and a comparison, notes, and groups in groups.
static const char EVERY_KIND[] =
    "# Above\n"
    "cohort every-kind\nname Every kind\npurpose P\nowner O\noffer Words of its own\n"
    "start 2026-01-01\nend 2027-12-31\ntarget 100\nreview 2026-12-01\nconfirm gp\n\n"
    "all\n"
    "  age at least 65\n"
    "  age under 90\n"
    "  # Two lines\n"
    "  # of a note\n"
    "  age 65 to 74\n"
    "  sex female\n"
    "  registered\n"
    "  registered at least 1 month\n"
    "  practice X26101 or X26102\n"
    "  deprivation 1 to 2\n"
    "  ethnicity asian or black\n"
    "  language Urdu or Sign language\n"
    "  language Greek, Modern or Urdu or Pidgin, English-based\n"
    "  language \"Old\", so called or \"Young\" or x\"y or a\", b\n"
    "  needs interpreter\n"
    "  frailty mild or severe\n"
    "  frailty at least 5 deficits\n"
    "  conditions at least 2\n"
    "  at least 2 of\n"
    "    charlson at least 3\n"
    "    charlson-2011 at least 2\n"
    "    cambridge at least 1.5\n"
    "    none\n"
    "      score efi2 at least 0.25 within 12 months\n"
    "      activation 1 or 2\n"
    "  any\n"
    "    has diabetes or housebound\n"
    "    has carer since 2020-02-29 unless since not-carer\n"
    "    no contact within 6 months\n"
    "    no plan in date\n"
    "    no diabetes more than 24 months ago\n"
    "    at least 3 different diabetes within 30 days\n"
    "    at least 2 unplanned-admission within 1 month\n"
    "    latest hba1c over 58 mmol/mol within 15 months\n"
    "    earliest hba1c between 48 and 57.5 mmol/mol before 2026-01-01\n"
    "    highest hba1c at most 7 %\n"
    "    hba1c rose by more than 5 mmol/mol between 2025-01-01 and 2025-12-31\n"
    "    housebound then lives-alone within 30 days\n"
    "    contact within 3 months\n"
    "    plan in date\n"
    "    on caseload\n"
    "    not on caseload\n"
    "    declined\n"
    "    open referral\n"
    "    cohort carers\n"
    "    not cohort carers\n"
    "# Below\n";

static const CodeSets *sets_of(Test *t)
{
    const CodeSets *sets = NULL;
    Str why = STR("");
    CHECK_OK(code_sets_read(t->arena, &sets, &why));
    return sets;
}

TEST(every_rule_goes_through_the_form_and_nothing_is_lost)
{
    const CodeSets *sets = sets_of(t);
    Definition read;
    BuilderForm form;
    Str why = STR("");
    bool complete = false;
    CHECK_OK(definition_parse(t->arena, sets, str_from_c(EVERY_KIND), &read, &why));
    CHECK(rows_of_definition(t->arena, &read, &form));
    CHECK_I64((int64_t)form.row_count, read.rules);
    Str text = rows_text(t->c, sets, &form, &complete);
    CHECK(complete && t->c->issue_count == 0);
    Definition again;
    CHECK_OK(definition_parse(t->arena, sets, text, &again, &why));
    CHECK_STR(why, "");
    CHECK(str_eq(definition_text(t->arena, &again), definition_text(t->arena, &read)));
    CHECK_STR(definition_text(t->arena, &again), EVERY_KIND);
    for (size_t i = 0; i < form.row_count; i++) { // and each kind can be chosen
        CHECK(row_is_group(&form.rows[i]) || subject_of(form.rows[i].kind) != NULL);
    }
    for (size_t i = 0; i < patterns_count(); i++) {
        CHECK(subject_of(str_from_c(pattern_at(i)->name)) != NULL);
    }
}

static Str typed_line(Test *t, const char *kind, Part part, const char *typed)
{
    bool complete = false;
    BuilderForm form = {.key = STR("a"), .row_count = 2};
    form.rows = ARENA_ARRAY(t->arena, BuilderRow, form.row_count);
    form.rows[0] = (BuilderRow){.kind = STR("all")};
    form.rows[1] = (BuilderRow){.kind = str_from_c(kind), .depth = 1};
    form.rows[1].parts[part] = str_from_c(typed);
    Str text = rows_text(t->c, sets_of(t), &form, &complete);
    size_t at = 0;
    CHECK(str_find(text, STR("all\n  "), &at));
    return str_trim(str_slice(text, at + 6, text.len));
}

TEST(of_names_that_hold_a_comma_or_an_or_none_is_taken_for_two)
{
    const Part in = PART_LANGUAGES;
    CHECK_STR(typed_line(t, "language", in, "Urdu, Polish or Farsi"),
              "language Urdu or Polish or Farsi");
    CHECK_STR(typed_line(t, "language", in, "Urdu, \"Greek, Modern\" or Farsi"),
              "language Urdu or Greek, Modern or Farsi");
    CHECK_STR(typed_line(t, "language", in, "\"Greek, Modern\",Urdu"),
              "language Greek, Modern or Urdu");
    CHECK_STR(typed_line(t, "language", in, "Urdu, \"Greek, Mod"), "language Urdu or Greek, Mod");
    CHECK_STR(typed_line(t, "language", in, "\"\""), "language");
    CHECK_STR(typed_line(t, "language", in, "x\"y, Urdu"), "language x\"y or Urdu");
    CHECK_STR(typed_line(t, "language", in, "\"\"\"Old\"\", so called\", Urdu"),
              "language \"Old\", so called or Urdu");
    CHECK_STR(typed_line(t, "has", PART_SETS, "Stroke or TIA (long-term condition)"),
              "has ltc-stroke-tia");
    CHECK_STR(typed_line(t, "has", PART_SETS, "Housebound, Stroke or TIA (frailty index)"),
              "has housebound or efi-stroke-tia");
    CHECK_STR(typed_line(t, "has", PART_SETS, "Housebound or carer, HIV or AIDS (Charlson)"),
              "has housebound or carer or charlson-hiv-aids");
    CHECK_STR(typed_line(t, "has", PART_SETS, "Mild frailty, coded"), "has frailty-mild");
    CHECK_STR(
        typed_line(t, "has", PART_SETS, "Carer, Mild frailty, coded or Severe frailty, coded"),
        "has carer or frailty-mild or frailty-severe");
    CHECK_STR(typed_line(t, "has", PART_SETS, "\"Mild frailty, coded\",Housebound"),
              "has frailty-mild or housebound");
}

typedef struct Sending {
    Pair pairs[40];
    size_t count;
} Sending;

static void send(Sending *s, const char *name, const char *value)
{
    s->pairs[s->count++] = (Pair){str_from_c(name), str_from_c(value)};
}

// A form of one group and one rule about values.
static Sending value_rule(const char *measure, const char *value, const char *unit)
{
    Sending s = {.count = 0};
    send(&s, "source", "form");
    send(&s, "name", "A");
    send(&s, "purpose", "B");
    send(&s, "owner", "C");
    send(&s, "offer", "plan");
    send(&s, "rows[0].depth", "0");
    send(&s, "rows[0].group", "all");
    send(&s, "rows[1].depth", "1");
    send(&s, "rows[1].what", "value");
    send(&s, "rows[1].is", "value");
    send(&s, "rows[1].pick", "latest");
    send(&s, "rows[1].measure", measure);
    send(&s, "rows[1].compare", "over");
    send(&s, "rows[1].value", value);
    send(&s, "rows[1].unit", unit);
    send(&s, "rows[1].when", "within");
    send(&s, "rows[1].span", "12");
    return s;
}

static Err apply(Test *t, Sending *s, BuilderState *state)
{
    Request req = {.form = s->pairs, .form_count = s->count};
    req.params[0] = (Pair){STR("key"), STR("new")};
    req.param_count = 1;
    TRY(state_load(t->c, &req, state));
    Err err = state_apply(t->c, &req, state);
    CHECK_OK(state_save(t->c, &req, state));
    return err;
}

TEST(what_is_wrong_is_said_at_its_field_and_the_last_good_rules_are_counted)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    Sending good = value_rule("HbA1c", "58", "mmol/mol");
    CHECK_OK(apply(t, &good, &state));
    CHECK(str_ends(state.good_text, STR("  latest hba1c over 58 mmol/mol within 12 months\n")));
    CHECK_STR(state.good->key, "a");
    Str before = state.good_text;

    Sending unit = value_rule("hba1c", "58", "mmol");
    CHECK_ERR(apply(t, &unit, &state), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "rows[1].unit");
    CHECK_CONTAINS(t->c->issues[0].text,
                   "Rule 1: Enter a unit of hba1c (mmol/mol or %), not \"mmol\"");
    CHECK(str_eq(state.good_text, before));
    CHECK(state.wrong && state.past_count == 1);

    Sending none = value_rule("", "58", "");
    CHECK_ERR(apply(t, &none, &state), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "rows[1].measure");
    CHECK_STR(t->c->issues[0].text, "Rule 1: Enter a measure");

    Sending note = value_rule("# all", "58", "%"); // no note stands where a measure should
    CHECK_ERR(apply(t, &note, &state), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "rows[1].measure");

    Sending nameless = value_rule("hba1c", "58", "%");
    nameless.pairs[1].value = STR(" ");
    CHECK_ERR(apply(t, &nameless, &state), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "name");
    cohort_engine_free(engine);
}

TEST(all_that_is_wrong_is_said_at_once_each_at_its_field)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    Sending s = value_rule("hba1c", "58", "mmol");
    send(&s, "target", "many");
    send(&s, "review", "31 Feb");
    send(&s, "rows[2].depth", "1");
    send(&s, "rows[2].what", "record");
    send(&s, "rows[2].is", "has");
    send(&s, "rows[2].sets", "diabetis");
    send(&s, "rows[3].depth", "1");
    send(&s, "rows[3].group", "at-least");
    send(&s, "rows[3].times", "5");
    send(&s, "rows[4].depth", "2");
    send(&s, "rows[4].what", "age");
    send(&s, "rows[4].is", "age-at-least");
    send(&s, "rows[5].depth", "1");
    send(&s, "rows[5].what", "practice");
    send(&s, "rows[5].is", "practice");
    send(&s, "rows[5].practices", "x26101, x26109");
    CHECK_ERR(apply(t, &s, &state), ERR_INVALID);
    static const char *const WRONG[][2] = {
        {"rows[1].unit", "Rule 1: Enter a unit of hba1c (mmol/mol or %), not \"mmol\""},
        {"rows[2].sets", "did you mean diabetes?"},
        {"rows[3].times", "Group 3: "},
        {"rows[4].years", "Rule 4: Enter "},
        {"rows[5].practices", "Rule 5: Enter the ODS code of a practice that is known here, not "
                              "\"X26109\"; did you mean X26101?"},
        {"target", "Enter a number of people, not \"many\""},
        {"review", "Enter a day of the calendar"},
    };
    CHECK_I64((int64_t)t->c->issue_count, COUNT_OF(WRONG));
    for (size_t i = 0; i < COUNT_OF(WRONG) && i < t->c->issue_count; i++) {
        CHECK_STR(t->c->issues[i].field, WRONG[i][0]);
        CHECK_CONTAINS(t->c->issues[i].text, WRONG[i][1]);
    }
    cohort_engine_free(engine);
}

static Sending text_sent(const char *text)
{
    Sending s = {.count = 0};
    send(&s, "source", "text");
    send(&s, "text", text);
    return s;
}

TEST(each_step_can_be_undone_also_after_text_that_cannot_be_read)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    Sending first = text_sent(HEAD "all\n  has carer\n");
    CHECK_OK(apply(t, &first, &state));
    Sending second = text_sent(HEAD "any\n  has carer\n  has housebound\n");
    CHECK_OK(apply(t, &second, &state));
    CHECK_I64((int64_t)state.past_count, 2);
    Sending bad = text_sent(HEAD "any\n  has carrer\n");
    CHECK_ERR(apply(t, &bad, &state), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "text");
    CHECK_CONTAINS(t->c->issues[0].text, "line 8, column 7: expected a code set");
    Sending undo = {.count = 0};
    send(&undo, "act", "undo");
    CHECK_OK(apply(t, &undo, &state)); // the text that could not be read goes
    CHECK(!state.wrong && str_ends(state.text, STR("  has housebound\n")));
    CHECK_OK(apply(t, &undo, &state));
    CHECK(str_ends(state.text, STR("all\n  has carer\n")));
    CHECK_OK(apply(t, &undo, &state));
    CHECK(str_ends(state.text, STR("  age at least 18\n")));
    CHECK_OK(apply(t, &undo, &state));
    CHECK_I64((int64_t)state.past_count, 0);
    cohort_engine_free(engine);
}

TEST(typing_on_in_one_field_is_one_step)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    static const char *const TYPED[] = {"5", "58", "58.5"};
    for (size_t i = 0; i < COUNT_OF(TYPED); i++) {
        Sending s = value_rule("hba1c", TYPED[i], "mmol/mol");
        send(&s, "at", "rows[1].value");
        CHECK_OK(apply(t, &s, &state));
    }
    CHECK_I64((int64_t)state.past_count, 1);
    cohort_engine_free(engine);
}

// The rows of a form as letters: a group is (...), a rule its place in the order of writing.
static Str shape_of(Test *t, const BuilderForm *form)
{
    Str out = STR("");
    int depth = 0;
    for (size_t i = 0; i < form->row_count; i++) {
        const BuilderRow *row = &form->rows[i];
        for (; depth > row->depth; depth--) out = arena_fmt(t->arena, STR_FMT ")", STR_ARG(out));
        out = row_is_group(row) ? arena_fmt(t->arena, STR_FMT "(", STR_ARG(out))
                                : arena_fmt(t->arena, STR_FMT STR_FMT, STR_ARG(out),
                                            STR_ARG(row->parts[PART_YEARS]));
        depth = row->depth + (row_is_group(row) ? 1 : 0);
    }
    for (; depth > 0; depth--) out = arena_fmt(t->arena, STR_FMT ")", STR_ARG(out));
    return out;
}

static BuilderForm rows_read(Test *t, const char *rules)
{
    Definition read;
    BuilderForm form;
    Str why = STR("");
    Str text = arena_fmt(t->arena, HEAD "%s", rules);
    CHECK_OK(definition_parse(t->arena, sets_of(t), text, &read, &why));
    CHECK(rows_of_definition(t->arena, &read, &form));
    return form;
}

TEST(rows_are_moved_grouped_and_removed_as_one_with_what_they_hold)
{
    static const char RULES[] = "all\n  age under 1\n  any\n    age under 2\n    age under 3\n"
                                "  age under 4\n";
    BuilderForm form = rows_read(t, RULES);
    CHECK_STR(shape_of(t, &form), "(1(23)4)");
    CHECK_I64((int64_t)rows_move_down(&form, 1), 2); // into the group
    CHECK_STR(shape_of(t, &form), "((123)4)");
    CHECK_I64((int64_t)rows_move_up(&form, 2), 1); // and out again
    CHECK_STR(shape_of(t, &form), "(1(23)4)");
    CHECK_I64((int64_t)rows_move_up(&form, 5), 5); // at the end of the group before it
    CHECK_STR(shape_of(t, &form), "(1(234))");
    CHECK_I64((int64_t)rows_move_down(&form, 5), 5);
    CHECK_STR(shape_of(t, &form), "(1(23)4)");
    CHECK_I64((int64_t)rows_move_down(&form, 2), 3); // the group past the last rule
    CHECK_STR(shape_of(t, &form), "(14(23))");
    CHECK_I64((int64_t)rows_move_up(&form, 3), 2);
    CHECK_I64((int64_t)rows_wrap(&form, 2), 3);
    CHECK_STR(shape_of(t, &form), "(1((23))4)");
    CHECK_I64((int64_t)rows_unwrap(&form, 2), 2);
    CHECK_STR(shape_of(t, &form), "(1(23)4)");
    CHECK_I64((int64_t)rows_add_rule(&form, 2), 5);
    CHECK_STR(shape_of(t, &form), "(1(2318)4)");
    CHECK_I64((int64_t)rows_add_group(&form, 0), 8);
    CHECK_STR(shape_of(t, &form), "(1(2318)4(18))");
    CHECK_I64((int64_t)rows_remove(&form, 8), 6); // and its group, which would be empty
    CHECK_STR(shape_of(t, &form), "(1(2318)4)");
    CHECK_I64((int64_t)rows_remove(&form, 2), 2);
    CHECK_STR(shape_of(t, &form), "(14)");
    CHECK_I64((int64_t)rows_remove(&form, 1), 1);
    CHECK_I64((int64_t)rows_remove(&form, 1), 1); // the last rule stays
    CHECK_STR(shape_of(t, &form), "(4)");
}

TEST(a_form_that_no_page_of_ours_sends_is_brought_into_a_tree)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    Sending s = {.count = 0};
    send(&s, "name", "A");
    send(&s, "rows[0].depth", "7");
    send(&s, "rows[0].what", "no-such");
    send(&s, "rows[40].depth", "9999");
    send(&s, "rows[40].what", "sex");
    send(&s, "rows[40].is", "age-under");
    send(&s, "rows[99].depth", "-3");
    send(&s, "rows[100].depth", "1");
    send(&s, "rows[1].no-such", "1");
    BuilderForm form;
    Request req = {.form = s.pairs, .form_count = s.count};
    rows_typed(t->c, &req, &form);
    CHECK_I64((int64_t)form.row_count, 4);
    CHECK_STR(form.rows[0].kind, "all");
    CHECK_I64(form.rows[1].depth, 1);
    CHECK_STR(form.rows[2].kind, "sex");
    CHECK_I64(form.rows[2].depth, 1);
    CHECK_I64(form.rows[3].depth, 1);
    cohort_engine_free(engine);
}

TEST(a_hostile_text_gets_a_sentence)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    CLEANUP(buf_free) Buf nested = buf_new((size_t)1024 * 1024);
    buf_add_c(&nested, HEAD);
    for (int depth = 0; depth < 200; depth++) {
        for (int i = 0; i < depth; i++) buf_add_c(&nested, "  ");
        buf_add_c(&nested, "any\n");
    }
    Sending deep = text_sent(arena_c(t->arena, buf_str(&nested)));
    CHECK_ERR(apply(t, &deep, &state), ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "at most 8 groups inside each other");
    buf_clear(&nested);
    buf_add_c(&nested, HEAD "any\n");
    for (int i = 0; i < 3000; i++) buf_add_c(&nested, "  age under 9\n");
    Sending many = text_sent(arena_c(t->arena, buf_str(&nested)));
    CHECK_ERR(apply(t, &many, &state), ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "at most 256 rules");
    Sending names = value_rule("hba1c", "1", "%");
    names.pairs[8].value = STR("record");
    names.pairs[9].value = STR("has");
    CLEANUP(buf_free) Buf sets = buf_new((size_t)1024 * 1024);
    for (int i = 0; i < 300; i++) buf_add_c(&sets, "carer or ");
    send(&names, "rows[1].sets", arena_c(t->arena, buf_str(&sets)));
    CHECK_ERR(apply(t, &names, &state), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "rows[1].sets");
    cohort_engine_free(engine);
}

static Err keep(Test *t, const char *key, Sending *s, BuilderState *state, KeptDefinition *out)
{
    Request req = {.form = s->pairs, .form_count = s->count};
    req.params[0] = (Pair){STR("key"), str_from_c(key)};
    req.param_count = 1;
    t->c->issue_count = 0;
    TRY(state_load(t->c, &req, state));
    TRY(state_apply(t->c, &req, state));
    return state_keep(t->c, &req, state, out);
}

TEST(a_definition_is_kept_changed_and_its_draft_ends)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    KeptDefinition kept = {0};
    Sending s = value_rule("hba1c", "58", "mmol/mol");
    CHECK_OK(apply(t, &s, &state));
    CHECK_I64(test_count(t, "draft"), 1);
    send(&s, "act", "publish");
    CHECK_OK(keep(t, "new", &s, &state, &kept));
    CHECK_STR(kept.key, "a");
    CHECK_I64(kept.state, DEFINITION_PUBLISHED);
    CHECK_I64(test_count(t, "draft"), 0);

    CHECK_ERR(keep(t, "new", &s, &state, &kept), ERR_INVALID); // another of this name
    CHECK_STR(t->c->issues[0].field, "name");

    s.pairs[13].value = STR("60"); // the value
    s.pairs[13].name = STR("rows[1].value");
    send(&s, "version", "1");
    CHECK_OK(keep(t, "a", &s, &state, &kept));
    CHECK_I64(kept.number, 2);
    s.pairs[13].value = STR("62");
    CHECK_ERR(keep(t, "a", &s, &state, &kept), ERR_CONFLICT); // looked at version 1
    s.pairs[s.count - 1].value = STR("2");
    CHECK_OK(keep(t, "a", &s, &state, &kept)); // both were looked at
    CHECK_I64(kept.number, 3);
    cohort_engine_free(engine);
}

TEST(a_name_that_nobody_gave_is_kept_for_oneself_and_not_for_everybody)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    KeptDefinition kept = {0};
    Sending s = {.count = 0};
    send(&s, "act", "publish");
    CHECK_ERR(keep(t, "new", &s, &state, &kept), ERR_INVALID);
    CHECK_I64(t->c->issue_count, 1);
    CHECK_STR(t->c->issues[0].field, "name");
    CHECK_STR(t->c->issues[0].text, "Enter a name that tells colleagues whom it finds");
    s.pairs[0].value = STR("save");
    CHECK_OK(keep(t, "new", &s, &state, &kept));
    CHECK_STR(kept.name, "New cohort");
    CHECK_I64(kept.state, DEFINITION_DRAFT);
    cohort_engine_free(engine);
}

TEST(a_ready_made_cohort_is_copied_under_another_name)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    KeptDefinition kept = {0};
    Sending s = {.count = 0};
    send(&s, "act", "save");
    CHECK_OK(keep(t, "carers", &s, &state, &kept));
    CHECK(str_starts(kept.name, STR("Copy of ")));
    CHECK(str_starts(kept.key, STR("copy-of-")));
    CHECK_I64(kept.state, DEFINITION_DRAFT);
    cohort_engine_free(engine);
}

TEST(somebody_elses_change_is_shown_beside_what_was_typed)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    KeptDefinition kept = {0};
    Sending s = value_rule("hba1c", "58", "mmol/mol");
    send(&s, "act", "publish");
    CHECK_OK(keep(t, "new", &s, &state, &kept));
    Request req = {.form = s.pairs, .form_count = s.count - 1};
    req.params[0] = (Pair){STR("key"), STR("a")};
    req.param_count = 1;
    s.pairs[13] = (Pair){STR("rows[1].value"), STR("70")};
    CHECK_OK(state_load(t->c, &req, &state)); // typed, and kept as a draft
    CHECK_OK(state_apply(t->c, &req, &state));
    CHECK_OK(state_save(t->c, &req, &state));
    CHECK(!state_clashes(&state));
    Str theirs = STR("cohort a\nname A\npurpose B\nowner C\noffer plan\n\nall\n  has carer\n");
    DefinitionKeep keep = {.key = STR("a"), .version = 1, .text = theirs, .publish = true};
    CHECK_OK(definition_keep(t->c, &keep, &kept));
    CHECK_OK(state_load(t->c, &req, &state)); // the browser was closed meanwhile
    CHECK(state_clashes(&state));
    CHECK(str_ends(state.good_text, STR("over 70 mmol/mol within 12 months\n")));
    CHECK(str_ends(state.kept.text, STR("  has carer\n")));
    cohort_engine_free(engine);
}

TEST(who_counts_and_does_not_see_who_gets_no_number_and_no_groups)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_PCN_MANAGER);
    const Route *route = NULL;
    for (size_t i = 0; i < BUILDER_ROOM.route_count; i++) {
        if (strcmp(BUILDER_ROOM.routes[i].method, "GET") == 0) route = &BUILDER_ROOM.routes[i];
    }
    CHECK(route != NULL);
    Response res;
    CHECK_OK(cohorts_ask(t, route, "carers", NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Counted once a month");
    CHECK_LACKS(buf_str(&res.body), "app-bigcount");
    CHECK_LACKS(buf_str(&res.body), "People left");
    CHECK_LACKS(buf_str(&res.body), "Registered at");
    CHECK(!str_find(buf_str(&res.body), STR("Age and sex"), &(size_t){0}));
    CHECK_CONTAINS(buf_str(&res.body), "Groups are compared once a month");
    CHECK_LACKS(buf_str(&res.body), "Room on caseloads");
    CHECK(!str_find(buf_str(&res.body), STR("Left out of the list"), &(size_t){0}));
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(who_sees_whom_gets_groups_and_the_room_on_caseloads)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    const Route *route = NULL;
    for (size_t i = 0; i < BUILDER_ROOM.route_count; i++) {
        if (strcmp(BUILDER_ROOM.routes[i].method, "GET") == 0) route = &BUILDER_ROOM.routes[i];
    }
    Response res;
    CHECK_OK(cohorts_ask(t, route, "housebound-alone", NULL, 0, &res));
    Str page = buf_str(&res.body);
    CHECK_CONTAINS(page, "<dt>Room on caseloads</dt><dd>69 people</dd>"); // one list of up to 69
    CHECK_CONTAINS(page, "4 people meet every rule, listed or not.");
    CHECK_CONTAINS(page, "Fewer than 10 meet every rule: too few to compare groups.");
    CHECK_CONTAINS(page, "See these figures as a table<span class=\"nhsuk-u-visually-hidden\">: "
                         "Practice</span>");
    CHECK_LACKS(page, "Groups are compared once a month");
    CHECK_LACKS(page, "days old");
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(an_old_extract_is_named_beside_the_count)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    test_sql(t, "UPDATE practice SET extract_on = 20000 WHERE ods_code = 'X26102'");
    const Route *route = NULL;
    for (size_t i = 0; i < BUILDER_ROOM.route_count; i++) {
        if (strcmp(BUILDER_ROOM.routes[i].method, "GET") == 0) route = &BUILDER_ROOM.routes[i];
    }
    Response res;
    CHECK_OK(cohorts_ask(t, route, "housebound-alone", NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "The last extract of Practice X26102 is 781 days old.");
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(the_day_that_is_asked_about_is_today_or_before)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    Sending s = value_rule("hba1c", "58", "mmol/mol");
    send(&s, "as-at", "1 January 2020");
    CHECK_OK(apply(t, &s, &state));
    CHECK_I64(state.day.days, 18262);
    s.pairs[s.count - 1].value = STR("1 January 2099");
    CHECK_ERR(apply(t, &s, &state), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "as-at");
    CHECK(!state.wrong && state.day.days == t->c->today.days);
    s.pairs[s.count - 1].value = STR("someday");
    CHECK_ERR(apply(t, &s, &state), ERR_INVALID);
    CHECK_STR(t->c->issues[0].text, "Enter a day, like 1 April 2026");
    cohort_engine_free(engine);
}

TEST(who_is_left_out_is_a_choice_where_it_may_be_one)
{
    const CodeSets *sets = sets_of(t);
    Definition read;
    BuilderForm form;
    Str why = STR("");
    bool complete = false;
    Str text = STR("cohort a\nname A\npurpose B\nowner C\noffer plan\n"
                   "also on caseload or declined\n\nall\n  registered\n");
    CHECK_OK(definition_parse(t->arena, sets, text, &read, &why));
    CHECK_I64(read.also, ALSO_ON_CASELOAD | ALSO_DECLINED);
    CHECK(rows_of_definition(t->arena, &read, &form));
    CHECK(str_eq(rows_text(t->c, sets, &form, &complete), text)); // through the form
    Definition again;
    CHECK_OK(definition_from_json(t->arena, sets, definition_json(t->arena, &read), &again, &why));
    CHECK(str_eq(definition_text(t->arena, &again), text)); // through JSON
    CHECK(!str_eq(again.version, STR("")) && str_eq(again.version, read.version));
    CHECK_CONTAINS(definition_words(t->arena, sets, &read),
                   "Listed too: who is on a caseload already, and who said no");
    CHECK_CONTAINS(definition_fhir_group(t->arena, sets, &read), "on caseload or declined");
    CHECK_CONTAINS(definition_cql(t->arena, sets, &read), "// Its lists name also: on caseload");
    Str wrong = STR("cohort a\nname A\npurpose B\nowner C\noffer plan\nalso died\n\nall\n"
                    "  registered\n");
    CHECK_ERR(definition_parse(t->arena, sets, wrong, &read, &why), ERR_INVALID);
    CHECK_CONTAINS(why, "line 6, column 6: expected on caseload, declined");
}

TEST(a_box_that_is_not_ticked_lists_them_all_the_same_and_is_undone)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    BuilderState state;
    Sending ticked = value_rule("hba1c", "58", "mmol/mol");
    CHECK_OK(apply(t, &ticked, &state)); // of a form that has no boxes everybody is left out
    CHECK_I64(state.good->also, 0);
    Sending one = ticked;
    send(&one, "leave", "1");
    send(&one, "leave-declined", "1");
    CHECK_OK(apply(t, &one, &state));
    CHECK_I64(state.good->also, ALSO_ON_CASELOAD);
    CHECK_CONTAINS(state.good_text, "\nalso on caseload\n");
    Sending undo = {.count = 0};
    send(&undo, "act", "undo");
    CHECK_OK(apply(t, &undo, &state));
    CHECK_I64(state.good->also, 0);
    cohort_engine_free(engine);
}

TEST(a_suggestion_is_written_in_place_or_beside_and_nothing_else_is)
{
    const CodeSets *sets = sets_of(t);
    Definition read;
    BuilderForm form;
    Str why = STR("");
    bool complete = false;
    CohortEngine *engine = cohorts_begin(t);
    Str text = STR(HEAD "all\n  age at least 65\n  frailty severe\n");
    CHECK_OK(definition_parse(t->arena, sets, text, &read, &why));
    CHECK(rows_of_definition(t->arena, &read, &form));
    static const char *const WRONG[] = {"",
                                        "2",
                                        "2 with",
                                        "9 with frailty mild",
                                        "0 with registered",
                                        "2 with no-such",
                                        "2 or all\n    registered",
                                        "x with registered"};
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        CHECK(!suggestion_write(t->c, &form, str_from_c(WRONG[i])));
    }
    CHECK(suggestion_write(t->c, &form, STR("2 with frailty moderate or severe")));
    CHECK_STR(rows_text(t->c, sets, &form, &complete),
              HEAD "all\n  age at least 65\n  frailty moderate or severe\n");
    CHECK(suggestion_write(t->c, &form, STR("2 or conditions at least 3")));
    CHECK_STR(rows_text(t->c, sets, &form, &complete),
              HEAD "all\n  age at least 65\n  any\n    frailty moderate or severe\n"
                   "    conditions at least 3\n");
    cohort_engine_free(engine);
}

static const Route *edit_route(const char *method)
{
    for (size_t i = 0; i < BUILDER_ROOM.route_count; i++) {
        const Route *route = &BUILDER_ROOM.routes[i];
        bool edit = strstr(route->path, "/edit") != NULL;
        if (edit && strcmp(route->method, method) == 0) return route;
    }
    return NULL;
}

// The draft keeps the practice: a page that was not found was not found ever after.
TEST(a_practice_of_others_is_neither_offered_nor_in_the_way)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_GP_SUPERVISOR);
    Response res = {0};
    CHECK_OK(cohorts_ask(t, edit_route("GET"), "housebound-alone", NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "<option value=\"1\">Practice X26101</option>");
    CHECK_LACKS(buf_str(&res.body), "<option value=\"2\">Practice X26102</option>");
    buf_free(&res.body);
    Pair form[] = {
        {STR("source"), STR("rows")}, {STR("practice"), STR("2")}, {STR("act"), STR("update")}};
    CHECK_OK(cohorts_ask(t, edit_route("POST"), "housebound-alone", form, COUNT_OF(form), &res));
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, edit_route("GET"), "housebound-alone", NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "That practice is not one you can ask about");
    buf_free(&res.body);
    cohort_engine_free(engine);
}
