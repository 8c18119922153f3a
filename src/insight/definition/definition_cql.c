// definition_cql.c -- a definition as Clinical Quality Language (HL7 CQL 1.5 over FHIR R4), for
// export: what CQL can say of a FHIR record is said, the rest is null with its words in a note.
//
// null is CQL's "not known", carried through and/or as our "not recorded" is: a rule that does not
// map lists nobody by itself. Sets of dates are sets in CQL too, so that counting them counts
// different days. Value sets are named by our own names; their codes travel as code-set files.
#include "insight/definition/definition.h"

enum { CQL_BYTES_MAX = 2 * 1024 * 1024, CQL_NAMES_MAX = 512 };

typedef struct Cql {
    Arena *arena;
    const CodeSets *sets;
    Buf *out;
    Str names[CQL_NAMES_MAX]; // of value sets that were declared
    size_t name_count;
} Cql;

static void add_fmt_text(Cql *q, const char *before, Str text, const char *after)
{
    buf_add_c(q->out, before);
    buf_add(q->out, text);
    buf_add_c(q->out, after);
}

// ---- value sets, and the days or values of their events

// False when it stands there already.
static bool declare(Cql *q, Str name)
{
    for (size_t i = 0; i < q->name_count; i++) {
        if (str_eq(q->names[i], name)) return false;
    }
    if (q->name_count == CQL_NAMES_MAX) return false;
    q->names[q->name_count++] = name;
    return true;
}

static void put_set(Cql *q, Str name)
{
    static const char *const KINDS[][2] = {
        {"Condition", "onset as FHIR.dateTime"},
        {"Observation", "effective as FHIR.dateTime"},
        {"Procedure", "performed as FHIR.dateTime"},
        {"Encounter", "period.start"},
        {"MedicationRequest", "authoredOn"},
        {"AllergyIntolerance", "recordedDate"},
        {"Immunization", "occurrence as FHIR.dateTime"},
    };
    if (!declare(q, name)) return;
    add_fmt_text(q, "\nvalueset \"", name, "\": ");
    add_fmt_text(q, "'urn:trellis:code-set:", name, "'\n");
    add_fmt_text(q, "define \"Days of ", name, "\":\n");
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        buf_add_c(q->out, i == 0 ? "  " : "  union ");
        buf_fmt(q->out, "([%s: \"", KINDS[i][0]);
        buf_add(q->out, name);
        buf_fmt(q->out, "\"] E return date from ((E.%s).value))\n", KINDS[i][1]);
    }
}

static void put_measure(Cql *q, const Measure *measure)
{
    if (!declare(q, arena_fmt(q->arena, "measure " STR_FMT, STR_ARG(measure->name)))) return;
    add_fmt_text(q, "\nvalueset \"measure ", measure->name, "\": ");
    add_fmt_text(q, "'urn:trellis:measure:", measure->name, "'\n");
    buf_add_c(q->out, "// Compared as they were sent: one in another unit is not converted.\n");
    add_fmt_text(q, "define \"Values of ", measure->name, "\":\n");
    add_fmt_text(q, "  [Observation: \"measure ", measure->name,
                 "\"] E where E.value is FHIR.Quantity\n"
                 "    return Tuple { day: date from ((E.effective as FHIR.dateTime).value),\n"
                 "                   value: FHIRHelpers.ToQuantity(E.value as FHIR.Quantity) }\n");
}

static void put_sets(Cql *q, const CohortRule *rule)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        put_sets(q, inner);
    }
    bool of_sets = rule->kind == RULE_HAS || rule->kind == RULE_HAS_NO ||
                   rule->kind == RULE_COUNT || rule->kind == RULE_THEN;
    for (size_t i = 0; of_sets && i < rule->name_count; i++) put_set(q, rule->names[i]);
    if (rule->ended > 0) put_set(q, rule->ended_name);
    if (rule->measure != NULL) put_measure(q, rule->measure);
}

// ---- one rule

// "D <= "As at" and D > "As at" - 6 months": of a day, or a value's day.
static void put_window(Cql *q, const RuleWindow *window, const char *day)
{
    const char *unit = window->days ? "days" : "months";
    buf_fmt(q->out, "%s <= \"As at\"", day);
    Str from = date_iso(q->arena, window->from);
    Str to = date_iso(q->arena, window->to);
    switch (window->kind) {
    case WINDOW_EVER: return;
    case WINDOW_WITHIN:
        buf_fmt(q->out, " and %s > \"As at\" - %d %s", day, window->n, unit);
        return;
    case WINDOW_MORE_THAN:
        buf_fmt(q->out, " and %s <= \"As at\" - %d %s", day, window->n, unit);
        return;
    case WINDOW_BEFORE: buf_fmt(q->out, " and %s < @" STR_FMT, day, STR_ARG(to)); return;
    case WINDOW_SINCE: buf_fmt(q->out, " and %s >= @" STR_FMT, day, STR_ARG(from)); return;
    case WINDOW_BETWEEN:
        buf_fmt(q->out, " and %s >= @" STR_FMT " and %s <= @" STR_FMT, day, STR_ARG(from), day,
                STR_ARG(to));
        return;
    }
}

// The days within the window on which any of the rule's sets has an event.
static void put_days(Cql *q, const CohortRule *rule)
{
    buf_add_c(q->out, "((");
    for (size_t i = 0; i < rule->name_count; i++) {
        add_fmt_text(q, i == 0 ? "\"Days of " : " union \"Days of ", rule->names[i], "\"");
    }
    buf_add_c(q->out, ") D where ");
    put_window(q, &rule->window, "D");
    buf_add_c(q->out, ")");
}

// With an end: nobody without the first is "not known", so it is asked by itself before.
static void put_has(Cql *q, const CohortRule *rule)
{
    buf_add_c(q->out, "exists ");
    put_days(q, rule);
    if (rule->ended == 0) return;
    buf_add_c(q->out, "\n    and Max(");
    put_days(q, rule);
    add_fmt_text(q, ") >= Coalesce(Max(\"Days of ", rule->ended_name,
                 "\" D where D <= \"As at\"), minimum Date)");
}

static void put_then(Cql *q, const CohortRule *rule)
{
    add_fmt_text(q, "exists (from \"Days of ", rule->names[0], "\" A,");
    add_fmt_text(q, " \"Days of ", rule->names[1], "\" B\n    where B > A and B <= A + ");
    buf_fmt(q->out, "%d days and ", rule->days);
    put_window(q, &rule->window, "A");
    buf_add_c(q->out, " and ");
    put_window(q, &rule->window, "B");
    buf_add_c(q->out, ")");
}

static void put_quantity(Cql *q, const CohortRule *rule, double value)
{
    number_print(q->out, value);
    add_fmt_text(q, " '", rule->unit == NULL ? STR("1") : rule->unit->unit, "'");
}

static void put_picked(Cql *q, const CohortRule *rule, int pick)
{
    static const char *const FUNCTION[] = {"", "Last", "First", "Max", "Min"};
    // Of two on one day the higher counts.
    static const char *const ORDER[] = {"", " sort by day, value)).value",
                                        " sort by day, value desc)).value", " return V.value))",
                                        " return V.value))"};
    buf_fmt(q->out, "%s((", FUNCTION[pick]);
    add_fmt_text(q, "\"Values of ", rule->measure->name, "\" V where ");
    put_window(q, &rule->window, "V.day");
    buf_add_c(q->out, ORDER[pick]);
}

static void put_value(Cql *q, const CohortRule *rule)
{
    static const char *const SIGN[] = {"", ">", "<", ">=", "<=", ">="};
    put_picked(q, rule, rule->pick);
    buf_fmt(q->out, " %s ", SIGN[rule->compare]);
    put_quantity(q, rule, rule->value);
    if (rule->compare != COMPARE_BETWEEN) return;
    buf_add_c(q->out, "\n    and ");
    put_picked(q, rule, rule->pick);
    buf_add_c(q->out, " <= ");
    put_quantity(q, rule, rule->value_to);
}

// Values of one day alone are no change: not known.
static void put_change(Cql *q, const CohortRule *rule)
{
    bool rose = rule->direction == CHANGE_ROSE;
    add_fmt_text(q, "if Count((\"Values of ", rule->measure->name, "\" V where ");
    put_window(q, &rule->window, "V.day");
    buf_add_c(q->out, " return V.day)) > 1\n    then ");
    put_picked(q, rule, rose ? LATEST_VALUE : EARLIEST_VALUE);
    buf_add_c(q->out, " - ");
    put_picked(q, rule, rose ? EARLIEST_VALUE : LATEST_VALUE);
    buf_add_c(q->out, " > ");
    put_quantity(q, rule, rule->value);
    buf_add_c(q->out, "\n    else null");
}

static void put_inner(Cql *q, const CohortRule *rule, const char *between)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        buf_fmt(q->out, "%s\"Rule %d\"", inner == rule->first ? "" : between, inner->index + 1);
    }
}

// What is not known stays so unless enough rules are met, or too few can be.
static void put_some(Cql *q, const CohortRule *rule)
{
    int rules = 0;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) rules++;
    buf_add_c(q->out, "if Count({ ");
    put_inner(q, rule, ", ");
    buf_fmt(q->out, " } R where R) >= %d then true\n  else if Count({ ", rule->count);
    put_inner(q, rule, ", ");
    buf_fmt(q->out, " } R where not R) > %d then false\n  else null", rules - rule->count);
}

static void put_group(Cql *q, const CohortRule *rule)
{
    if (rule->kind == RULE_SOME) {
        put_some(q, rule);
        return;
    }
    buf_add_c(q->out, rule->kind == RULE_NONE ? "not (" : "(");
    put_inner(q, rule, rule->kind == RULE_ALL ? " and " : " or ");
    buf_add_c(q->out, ")");
}

static void put_birthday(Cql *q, const CohortRule *rule)
{
    buf_add_c(q->out, "month from Patient.birthDate in {");
    const char *before = "";
    for (unsigned bit = 0; rule->bands >> bit != 0; bit++) {
        if ((rule->bands >> bit & 1) == 0) continue;
        buf_add_c(q->out, before);
        if (bit == BIRTHDAY_THIS_MONTH) {
            buf_add_c(q->out, "month from \"As at\"");
        } else if (bit == BIRTHDAY_NEXT_MONTH) {
            buf_add_c(q->out, "month from (\"As at\" + 1 month)");
        } else {
            buf_add_i64(q->out, bit - BIRTHDAY_JANUARY + 1);
        }
        before = ", ";
    }
    buf_add_c(q->out, "}");
}

// False: not a rule about the person that FHIR and CQL know.
static bool put_person_rule(Cql *q, const CohortRule *rule)
{
    static const char AGE[] = "AgeInYearsAt(\"As at\")";
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST: buf_fmt(q->out, "%s >= %d", AGE, rule->count); return true;
    case RULE_AGE_UNDER: buf_fmt(q->out, "%s < %d", AGE, rule->count); return true;
    case RULE_AGE_BETWEEN:
        buf_fmt(q->out, "%s >= %d and %s <= %d", AGE, rule->count, AGE, rule->high);
        return true;
    case RULE_BIRTHDAY: put_birthday(q, rule); return true;
    case RULE_SEX:
        // "other" and "unknown" are not recorded.
        buf_fmt(q->out,
                "if Patient.gender = 'male' or Patient.gender = 'female' "
                "then Patient.gender = '%s' else null",
                rule->count == RULE_MALE ? "male" : "female");
        return true;
    case RULE_REGISTERED: buf_add_c(q->out, "Patient.active"); return true;
    default: return false;
    }
}

// False: FHIR and CQL know no such thing; nothing is written.
static bool put_rule(Cql *q, const CohortRule *rule)
{
    if (rule_is_group(rule)) {
        put_group(q, rule);
        return true;
    }
    switch (rule->kind) {
    case RULE_HAS: put_has(q, rule); return true;
    case RULE_HAS_NO:
        buf_add_c(q->out, "not exists ");
        put_days(q, rule);
        return true;
    case RULE_COUNT:
        buf_add_c(q->out, "Count(");
        put_days(q, rule);
        buf_fmt(q->out, ") >= %d", rule->count);
        return true;
    case RULE_VALUE: put_value(q, rule); return true;
    case RULE_CHANGE: put_change(q, rule); return true;
    case RULE_THEN: put_then(q, rule); return true;
    default: return put_person_rule(q, rule);
    }
}

static void put_rules(Cql *q, const CohortRule *rule)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        put_rules(q, inner);
    }
    if (!rule_is_group(rule)) add_fmt_text(q, "\n// ", rule_words(q->arena, q->sets, rule), "");
    buf_fmt(q->out, "\ndefine \"Rule %d\": ", rule->index + 1);
    if (!put_rule(q, rule)) {
        add_fmt_text(q, "null as Boolean // CQL has no words for: ", rule_text(q->arena, rule), "");
    }
    buf_add_char(q->out, '\n');
}

Str definition_cql(Arena *arena, const CodeSets *sets, const Definition *definition)
{
    CLEANUP(buf_free) Buf text = buf_new(CQL_BYTES_MAX);
    Cql *q = ARENA_NEW(arena, Cql);
    *q = (Cql){.arena = arena, .sets = sets, .out = &text};
    add_fmt_text(q, "// ", definition->name, "\n");
    add_fmt_text(q, "// ", definition->purpose, "\n");
    if (definition->also != 0) {
        add_fmt_text(q, "// Its lists name also: ", definition_also_text(definition->also), "\n");
    }
    add_fmt_text(q, "library \"", definition->key, "\" ");
    add_fmt_text(q, "version '", definition->version, "'\n\n");
    buf_add_c(&text, "using FHIR version '4.0.1'\n"
                     "include FHIRHelpers version '4.0.1'\n\n"
                     "parameter \"As at\" Date default Today()\n\n"
                     "context Patient\n");
    put_sets(q, definition->root);
    put_rules(q, definition->root);
    buf_fmt(&text, "\ndefine \"In cohort\": \"Rule %d\"\n", definition->root->index + 1);
    Str out = arena_str(arena, buf_str(&text));
    q->out = NULL; // the buffer ends here
    return out;
}
