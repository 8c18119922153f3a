// definition_group.c -- a definition as a FHIR R4 Group, for export: what FHIR's characteristics
// can say is said in codes, the rest in the definition's own words and text.
//
// R4 joins characteristics by "and" only, so only the rules right below an `all` at the top become
// characteristics of their own; any other definition is one characteristic in words.
#include "base/json.h"
#include "insight/definition/definition.h"

#define SNOMED   "http://snomed.info/sct"
#define UCUM     "http://unitsofmeasure.org"
#define RULE_URL "urn:trellis:cohort-rule"
#define ALSO_URL "urn:trellis:cohort-also" // who is listed though lists leave them out as a rule

static void put_concept_text(JsonOut *out, const char *key, Str text)
{
    json_field_obj(out, key);
    json_field_str(out, "text", text);
    json_obj_end(out);
}

static void put_years(JsonOut *out, const char *key, int years)
{
    json_field_obj(out, key);
    json_field_i64(out, "value", years);
    json_field_str(out, "unit", STR("years"));
    json_field_str(out, "system", STR(UCUM));
    json_field_str(out, "code", STR("a"));
    json_obj_end(out);
}

// FHIR's ranges hold both ends: "under 40" is "up to 39 whole years".
static void put_age(JsonOut *out, const CohortRule *rule)
{
    json_field_obj(out, "code");
    json_field_arr(out, "coding");
    json_obj_begin(out);
    json_field_str(out, "system", STR(SNOMED));
    json_field_str(out, "code", STR("424144002"));
    json_field_str(out, "display", STR("Current chronological age"));
    json_obj_end(out);
    json_arr_end(out);
    json_obj_end(out);
    json_field_obj(out, "valueRange");
    if (rule->kind != RULE_AGE_UNDER) put_years(out, "low", rule->count);
    if (rule->kind == RULE_AGE_UNDER) put_years(out, "high", rule->count - 1);
    if (rule->kind == RULE_AGE_BETWEEN) put_years(out, "high", rule->high);
    json_obj_end(out);
}

static void put_sex(JsonOut *out, const CohortRule *rule)
{
    put_concept_text(out, "code", STR("Sex as registered"));
    json_field_obj(out, "valueCodeableConcept");
    json_field_arr(out, "coding");
    json_obj_begin(out);
    json_field_str(out, "system", STR("http://hl7.org/fhir/administrative-gender"));
    json_field_str(out, "code", rule->count == RULE_MALE ? STR("male") : STR("female"));
    json_obj_end(out);
    json_arr_end(out);
    json_obj_end(out);
}

// A record of any of the sets: their names, which stand for a whole value set each.
static void put_sets(JsonOut *out, const CodeSets *sets, const CohortRule *rule)
{
    put_concept_text(out, "code", STR("Has a record of"));
    json_field_obj(out, "valueCodeableConcept");
    json_field_arr(out, "coding");
    for (size_t i = 0; i < rule->name_count; i++) {
        json_obj_begin(out);
        json_field_str(out, "system", STR("urn:trellis:code-set"));
        json_field_str(out, "code", rule->names[i]);
        json_field_str(out, "display", code_set_at(sets, (size_t)rule->sets[i])->title);
        json_obj_end(out);
    }
    json_arr_end(out);
    json_obj_end(out);
}

static void put_quantity(JsonOut *out, const char *key, const CohortRule *rule, double value)
{
    static const char *const SIGNS[] = {"", ">", "<", ">=", "<=", ""};
    CLEANUP(buf_free) Buf number = buf_new(64);
    number_print(&number, value);
    json_field_obj(out, key);
    json_put_key(out, STR("value"));
    json_put_number(out, buf_str(&number));
    json_field_opt(out, "comparator", str_from_c(SIGNS[rule->compare]));
    json_field_str(out, "unit", rule->unit->unit);
    json_obj_end(out);
}

static void put_value(JsonOut *out, const CohortRule *rule)
{
    put_concept_text(out, "code", rule->measure->label);
    if (rule->compare != COMPARE_BETWEEN) {
        put_quantity(out, "valueQuantity", rule, rule->value);
        return;
    }
    json_field_obj(out, "valueRange"); // both ends belong to it, as to ours
    put_quantity(out, "low", rule, rule->value);
    put_quantity(out, "high", rule, rule->value_to);
    json_obj_end(out);
}

static bool is_fixed(const RuleWindow *window)
{
    return window->kind == WINDOW_BEFORE || window->kind == WINDOW_SINCE ||
           window->kind == WINDOW_BETWEEN;
}

// A period that FHIR can say: days of the calendar. "Within 6 months" moves.
static void put_period(JsonOut *out, Arena *arena, const RuleWindow *window)
{
    if (!is_fixed(window)) return;
    Date last = window->kind == WINDOW_BEFORE ? date_add_days(window->to, -1) : window->to;
    json_field_obj(out, "period");
    json_field_opt(out, "start", date_iso(arena, window->from));
    json_field_opt(out, "end", date_iso(arena, last));
    json_obj_end(out);
}

// Whether codes say all of the rule: half of it would name other people.
static bool maps(const CohortRule *rule)
{
    bool days = rule->window.kind == WINDOW_EVER || is_fixed(&rule->window);
    switch (rule->kind) {
    case RULE_HAS: return days && rule->ended == 0;
    case RULE_HAS_NO: return days;
    case RULE_VALUE: return days && rule->pick == LATEST_VALUE;
    default: return false;
    }
}

static void put_characteristic(JsonOut *out, Arena *arena, const CodeSets *sets,
                               const CohortRule *rule)
{
    RuleKind kind = rule->kind;
    json_obj_begin(out);
    json_field_arr(out, "extension"); // the rule itself: nothing of it is lost
    json_obj_begin(out);
    json_field_str(out, "url", STR(RULE_URL));
    json_field_str(out, "valueString",
                   rule_is_group(rule) ? rule_words(arena, sets, rule) : rule_text(arena, rule));
    json_obj_end(out);
    json_arr_end(out);
    if (kind == RULE_AGE_AT_LEAST || kind == RULE_AGE_UNDER || kind == RULE_AGE_BETWEEN) {
        put_age(out, rule);
    } else if (kind == RULE_SEX) {
        put_sex(out, rule);
    } else if (maps(rule) && kind == RULE_VALUE) {
        put_value(out, rule);
    } else if (maps(rule)) {
        put_sets(out, sets, rule);
    } else {
        put_concept_text(out, "code", STR("Rule in words"));
        put_concept_text(out, "valueCodeableConcept", rule_words(arena, sets, rule));
    }
    json_field_bool(out, "exclude", kind == RULE_HAS_NO && maps(rule)); // words say "no" themselves
    put_period(out, arena, &rule->window);
    json_obj_end(out);
}

Str definition_fhir_group(Arena *arena, const CodeSets *sets, const Definition *definition)
{
    CLEANUP(buf_free) Buf text = buf_new((size_t)4 * 1024 * 1024);
    JsonOut out = json_out(&text);
    json_obj_begin(&out);
    json_field_str(&out, "resourceType", STR("Group"));
    if (definition->also != 0) {
        json_field_arr(&out, "extension");
        json_obj_begin(&out);
        json_field_str(&out, "url", STR(ALSO_URL));
        json_field_str(&out, "valueString", definition_also_text(definition->also));
        json_obj_end(&out);
        json_arr_end(&out);
    }
    json_field_arr(&out, "identifier");
    json_obj_begin(&out);
    json_field_str(&out, "system", STR("urn:trellis:cohort"));
    json_field_str(&out, "value", definition->key);
    json_obj_end(&out);
    json_arr_end(&out);
    json_field_str(&out, "type", STR("person"));
    json_field_bool(&out, "actual", false);
    json_field_str(&out, "name", definition->name);
    json_field_arr(&out, "characteristic");
    if (definition->root->kind == RULE_ALL) {
        for (const CohortRule *rule = definition->root->first; rule != NULL; rule = rule->next) {
            put_characteristic(&out, arena, sets, rule);
        }
    } else {
        put_characteristic(&out, arena, sets, definition->root);
    }
    json_arr_end(&out);
    json_obj_end(&out);
    return arena_str(arena, buf_str(&text));
}
