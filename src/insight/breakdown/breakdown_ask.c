// breakdown_ask.c -- an address read into a question, and the question as words.
#include "insight/breakdown/breakdown_ask.h"

#include "base/utf8.h"

enum { THAN_BYTES_MAX = 20 };

#define KIND(key_, label_, by_)                                                                    \
    {                                                                                              \
        .key = STR_INIT(key_), .label = STR_INIT(label_), .by = (by_)                              \
    }
static const GroupKind KINDS[] = {
    KIND("", "Nothing else", GROUP_BY_NOTHING),
    KIND("practice", "Practice", GROUP_BY_PRACTICE),
    KIND("fifth", "Deprivation fifth", GROUP_BY_FIFTH),
    KIND("tenth", "Deprivation tenth", GROUP_BY_TENTH),
    KIND("ethnic-group", "Ethnic group", GROUP_BY_ETHNIC),
    KIND("ethnic-category", "Ethnic category", GROUP_BY_CATEGORY),
    KIND("age", "Age", GROUP_BY_AGE),
    KIND("sex", "Sex", GROUP_BY_SEX),
    KIND("language", "Main language", GROUP_BY_LANGUAGE),
};

const BreakdownMonths BREAKDOWN_WITHIN[] = {
    {"3", "3 months", 3},  {"6", "6 months", 6},  {"12", "12 months", 12}, {"15", "15 months", 15},
    {"24", "2 years", 24}, {"60", "5 years", 60}, {"ever", "Ever", 0},
};
const size_t BREAKDOWN_WITHIN_COUNT = COUNT_OF(BREAKDOWN_WITHIN);

const BreakdownTarget BREAKDOWN_TARGETS[TARGET_OVER + 1] = {
    [TARGET_NONE] = {"", "No target", ""},
    [TARGET_AT_MOST] = {"at-most", "At most", "at most"},
    [TARGET_UNDER] = {"under", "Under", "under"},
    [TARGET_AT_LEAST] = {"at-least", "At least", "at least"},
    [TARGET_OVER] = {"over", "Over", "over"},
};

static const char EVERYBODY[] = "cohort everybody\nname Everybody registered\npurpose Figures\n"
                                "owner PCN\noffer plan\n\nall\n";

// Those above, then the traits by which the month's figures tell people apart.
static void list_kinds(Ctx *c, BreakdownAsk *out)
{
    GroupKind *kinds = ARENA_ARRAY(c->arena, GroupKind, BREAKDOWN_KINDS_MAX);
    memcpy(kinds, KINDS, sizeof KINDS);
    size_t count = COUNT_OF(KINDS);
    for (size_t i = 0; i < EQUITY_DIMENSION_COUNT && count < BREAKDOWN_KINDS_MAX; i++) {
        const DimensionRule *rule = &EQUITY_DIMENSION_RULES[i];
        if (!rule->one) continue;
        kinds[count++] = (GroupKind){.key = str_from_c(rule->key),
                                     .label = str_from_c(rule->label),
                                     .by = GROUP_BY_TRAIT,
                                     .group = str_from_c(rule->groups[0].label),
                                     .rule = rule->groups[0].rule};
    }
    out->kinds = kinds;
    out->kind_count = count;
}

static Err read_rules(Ctx *c, Str rules, const Definition **out)
{
    Definition *definition = ARENA_NEW(c->arena, Definition);
    Str why = STR("");
    Str text = arena_fmt(c->arena, "%s" STR_FMT, EVERYBODY, STR_ARG(rules));
    *out = definition;
    return definition_read(c->arena, cohort_sets(c), text, definition, &why);
}

static Err find_definition(Ctx *c, Str key, const Definition **out)
{
    return key.len > 0 ? cohort_definition(c, key, out) : read_rules(c, STR("  registered\n"), out);
}

// The first that has codes when none is asked for.
static const Measure *find_measure(Ctx *c, Str name)
{
    const CodeSets *sets = cohort_sets(c);
    const Measure *usual = NULL;
    for (size_t i = 0; i < measures_count(sets); i++) {
        const Measure *measure = measure_at(sets, i);
        if (measure->count == 0) continue; // nobody has a value
        if (str_eq(measure->name, name)) return measure;
        if (usual == NULL) usual = measure;
    }
    if (name.len > 0) {
        (void)ctx_issue(c, STR("value"), STR("Choose a value from the list"));
    }
    return usual;
}

static int find_months(Ctx *c, Str word)
{
    for (size_t i = 0; i < BREAKDOWN_WITHIN_COUNT; i++) {
        if (str_eq(word, str_from_c(BREAKDOWN_WITHIN[i].key))) return BREAKDOWN_WITHIN[i].months;
    }
    if (word.len > 0) (void)ctx_issue(c, STR("within"), STR("Choose a time from the list"));
    return BREAKDOWN_MONTHS_USUAL;
}

static const GroupKind *find_group(Ctx *c, const BreakdownAsk *ask, const char *field, Str word,
                                   size_t usual)
{
    for (size_t i = 1; i < ask->kind_count; i++) {
        if (str_eq(word, ask->kinds[i].key)) return &ask->kinds[i];
    }
    if (word.len > 0) {
        (void)ctx_issue(c, str_from_c(field), STR("Choose a group from the list"));
    }
    return &ask->kinds[usual];
}

static Err find_groups(Ctx *c, const Request *req, BreakdownAsk *out)
{
    list_kinds(c, out);
    out->by[0] = find_group(c, out, "by", req_query(req, "by"), 1);
    out->by[1] = find_group(c, out, "and", req_query(req, "and"), 0);
    if (out->by[0] == out->by[1]) {
        (void)ctx_issue(c, STR("and"), STR("Choose a second group that is not the first, or none"));
        out->by[1] = &out->kinds[0];
    }
    for (size_t i = 0; i < COUNT_OF(out->by); i++) {
        out->values.by[i] = out->by[i]->by;
        if (out->by[i]->by != GROUP_BY_TRAIT) continue;
        out->values.trait[i].label = out->by[i]->group;
        TRY(read_rules(c, str_from_c(out->by[i]->rule), &out->values.trait[i].rules));
    }
    return ERR_OK;
}

static void find_target(Ctx *c, const Request *req, BreakdownAsk *out)
{
    Str word = req_query(req, "target");
    size_t kind = TARGET_NONE;
    for (size_t i = TARGET_AT_MOST; i < COUNT_OF(BREAKDOWN_TARGETS); i++) {
        if (str_eq(word, str_from_c(BREAKDOWN_TARGETS[i].key))) kind = i;
    }
    out->than = utf8_cut(str_trim(req_query(req, "than")), THAN_BYTES_MAX);
    bool read = number_read(out->than, &out->values.than);
    if (kind == TARGET_NONE && word.len > 0) {
        (void)ctx_issue(c, STR("target"), STR("Choose a target from the list"));
    } else if (kind == TARGET_NONE && out->than.len > 0) {
        (void)ctx_issue(c, STR("target"),
                        STR("Choose how the target is meant, or leave out the "
                            "number"));
    } else if (kind != TARGET_NONE && !read) {
        (void)ctx_issue(c, STR("than"),
                        arena_fmt(c->arena, "Enter the target as a number in " STR_FMT ", like 58",
                                  STR_ARG(breakdown_unit(out))));
        kind = TARGET_NONE;
    }
    out->values.target = (TargetKind)kind;
}

static void find_day(Ctx *c, const Request *req, BreakdownAsk *out)
{
    out->as_at = c->today;
    out->at = str_trim(req_query(req, "at"));
    if (out->at.len == 0) return;
    Date day = DATE_NONE;
    if (date_parse_human(out->at, c->today, &day) != DATE_OK) {
        (void)ctx_issue(c, STR("at"), STR("Enter a day like 1 April 2026"));
    } else if (day.days > c->today.days) {
        (void)ctx_issue(c, STR("at"), STR("Enter today or a day before it"));
    } else {
        out->as_at = day;
    }
}

// Only what was understood, so that a link never carries what somebody typed by mistake.
Str breakdown_query(Arena *arena, const BreakdownAsk *ask)
{
    const ValuesAsked *v = &ask->values;
    Str within = v->months == 0 ? STR("ever") : arena_fmt(arena, "%d", v->months);
    Str target = STR("");
    if (v->target != TARGET_NONE) {
        target = arena_fmt(arena, "&target=%s&than=" STR_FMT, BREAKDOWN_TARGETS[v->target].key,
                           STR_ARG(number_text(arena, v->than)));
    }
    return arena_fmt(arena,
                     "of=" STR_FMT "&value=" STR_FMT "&within=" STR_FMT STR_FMT "&by=" STR_FMT
                     "&and=" STR_FMT "&at=" STR_FMT,
                     STR_ARG(ask->of), STR_ARG(v->measure->name), STR_ARG(within), STR_ARG(target),
                     STR_ARG(ask->by[0]->key), STR_ARG(ask->by[1]->key),
                     STR_ARG(date_iso(arena, ask->as_at)));
}

Err breakdown_ask(Ctx *c, const Request *req, BreakdownAsk *out)
{
    if (cohort_sets(c) == NULL) return ERR_BUSY;
    *out = (BreakdownAsk){.of = req_query(req, "of"), .values = {.medians = true}};
    TRY(find_definition(c, out->of, &out->definition));
    out->values.measure = find_measure(c, req_query(req, "value"));
    if (out->values.measure == NULL) return ERR_NOT_FOUND;
    out->values.months = find_months(c, req_query(req, "within"));
    TRY(find_groups(c, req, out));
    find_target(c, req, out);
    find_day(c, req, out);
    out->query = breakdown_query(c->arena, out);
    out->page = req_page(req);
    return ERR_OK;
}

// ---- as words

Str breakdown_unit(const BreakdownAsk *ask)
{
    return ask->values.measure->units[0].unit;
}

Str breakdown_target_words(Arena *arena, const BreakdownAsk *ask)
{
    if (ask->values.target == TARGET_NONE) return STR("");
    return arena_fmt(arena, "%s " STR_FMT " " STR_FMT, BREAKDOWN_TARGETS[ask->values.target].words,
                     STR_ARG(number_text(arena, ask->values.than)), STR_ARG(breakdown_unit(ask)));
}

Str breakdown_when_words(Arena *arena, const BreakdownAsk *ask)
{
    Str day = date_long(arena, ask->as_at);
    for (size_t i = 0; i < BREAKDOWN_WITHIN_COUNT; i++) {
        const BreakdownMonths *within = &BREAKDOWN_WITHIN[i];
        if (within->months == 0 || within->months != ask->values.months) continue;
        return arena_fmt(arena, "in the %s to " STR_FMT, within->label, STR_ARG(day));
    }
    return arena_fmt(arena, "up to " STR_FMT, STR_ARG(day));
}
