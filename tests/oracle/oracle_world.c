// oracle_world.c -- random people with random codes, and random definitions that ask for them.
#include "oracle_world.h"

#include "insight/definition/definition.h"

const char *const ORACLE_ODS[ORACLE_PRACTICES] = {"P1", "P2", "Q3"};

uint32_t oracle_pick(Oracle *o, uint32_t below)
{
    assert(below > 0);
    o->seed = o->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(o->seed >> 33) % below;
}

static const char *kept(Oracle *o, Str text)
{
    return arena_c(o->arena, text);
}

// ---- codes and what they mean

void oracle_code(Oracle *o, size_t at, Str system, Str code)
{
    o->codes[at] = (Code){(int32_t)at + 1, system, code, STR("Something")};
    size_t count = 0;
    const uint16_t *in = code_sets_of(o->sets, system, code, &count);
    o->set_of[at] = count == 0 ? -1 : in[oracle_pick(o, (uint32_t)count)];
    o->measure_of[at] = NULL;
    for (size_t m = 0; m < measures_count(o->sets); m++) {
        const Measure *measure = measure_at(o->sets, m);
        for (size_t i = 0; i < measure->count; i++) {
            bool same =
                str_eq(measure->rows[i].system, system) && str_eq(measure->rows[i].code, code);
            if (same) o->measure_of[at] = measure;
        }
    }
}

static bool is_there(const Oracle *o, size_t count, Str system, Str code)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(o->codes[i].code, code) && str_eq(o->codes[i].system, system)) return true;
    }
    return false;
}

static void random_code(Oracle *o, size_t at)
{
    const CodeRow *row = NULL;
    if (at >= ORACLE_CODES - 8) { // medicines, in the sets that oracle.c loads
        oracle_code(o, at, STR("dmd"), arena_fmt(o->arena, "9%zu", at));
        o->medicine[at] = true;
        return;
    }
    // Medicines have their places already.
    while (row == NULL || is_there(o, at, row->system, row->code) ||
           str_eq(row->system, STR("dmd"))) {
        const Measure *measure =
            measure_at(o->sets, oracle_pick(o, (uint32_t)measures_count(o->sets)));
        const CodeSet *set =
            code_set_at(o->sets, oracle_pick(o, (uint32_t)code_sets_count(o->sets)));
        bool valued = at % 4 == 0;
        size_t count = valued ? measure->count : set->count;
        if (count == 0) continue;
        row = &(valued ? measure->rows : set->rows)[oracle_pick(o, (uint32_t)count)];
    }
    o->medicine[at] = false;
    oracle_code(o, at, row->system, row->code);
}

static void tell_meaning(Oracle *o)
{
    size_t sets = code_sets_count(o->sets);
    const char **names = ARENA_ARRAY(o->arena, const char *, sets);
    const char **measures = ARENA_ARRAY(o->arena, const char *, ORACLE_CODES);
    bool(*holds)[REF_SETS_MAX] = arena_alloc(o->arena, ORACLE_CODES, sizeof *holds);
    for (size_t s = 0; s < sets; s++) names[s] = kept(o, code_set_at(o->sets, s)->name);
    for (size_t c = 0; c < ORACLE_CODES; c++) {
        size_t count = 0;
        const uint16_t *in = code_sets_of(o->sets, o->codes[c].system, o->codes[c].code, &count);
        for (size_t i = 0; i < count; i++) holds[c][in[i]] = true;
        if (o->measure_of[c] != NULL) measures[c] = kept(o, o->measure_of[c]->name);
    }
    o->world.sets = names;
    o->world.set_count = sets;
    o->world.holds = (const bool(*)[REF_SETS_MAX])holds;
    o->world.measures = measures;
}

static void tell_units(Oracle *o)
{
    size_t most = measures_count(o->sets) * UNITS_OF_MEASURE_MAX;
    RefUnit *known = ARENA_ARRAY(o->arena, RefUnit, most);
    size_t count = 0;
    for (size_t m = 0; m < measures_count(o->sets); m++) {
        const Measure *measure = measure_at(o->sets, m);
        for (size_t i = 0; i < measure->unit_count; i++) {
            const MeasureUnit *u = &measure->units[i];
            known[count++] = (RefUnit){kept(o, measure->name),
                                       kept(o, u->unit),
                                       u->factor,
                                       u->plus,
                                       u->from,
                                       u->below,
                                       u->by_range};
        }
    }
    o->world.known = known;
    o->world.known_count = count;
    size_t rules = 0;
    const ValueRule *from = value_rules(o->sets, &rules);
    RefValueRule *values = ARENA_ARRAY(o->arena, RefValueRule, rules + 1);
    for (size_t i = 0; i < rules; i++) {
        values[i] = (RefValueRule){kept(o, from[i].set), kept(o, from[i].measure->name),
                                   (int)from[i].sex,     from[i].has_below,
                                   from[i].has_above,    from[i].below,
                                   from[i].above};
    }
    o->world.values = values;
    o->world.value_count = rules;
}

static const char *set_called(Oracle *o, int set)
{
    return set < 0 ? NULL : kept(o, code_set_at(o->sets, (size_t)set)->name);
}

static void tell_scores(Oracle *o)
{
    size_t most = (size_t)CODE_SCORES_MAX * SCORE_ROWS_MAX;
    RefScoreRow *rows = ARENA_ARRAY(o->arena, RefScoreRow, most);
    size_t count = 0;
    for (size_t s = 0; s < code_scores_count(o->sets); s++) {
        const CodeScore *score = code_score_at(o->sets, s);
        for (size_t i = 0; i < score->count; i++) {
            const ScoreRow *row = &score->rows[i];
            int unless = row->unless < 0 ? -1 : score->rows[row->unless].set;
            rows[count++] =
                (RefScoreRow){.score = kept(o, score->name),
                              .set = set_called(o, row->set),
                              .unless = set_called(o, unless),
                              .with = set_called(o, row->with),
                              .points = row->points,
                              .first_months = row->when == SCORE_FIRST ? row->months : 0,
                              .within = row->when == SCORE_WITHIN ? row->months : 0,
                              .with_months = row->with_months,
                              .times = row->times,
                              .with_times = row->with_times};
        }
    }
    o->world.scores = rows;
    o->world.score_count = count;
}

static void make_units(Oracle *o)
{
    o->units[0] = STR("");
    o->units[1] = STR("odd");
    o->unit_count = 2;
    for (size_t c = 0; c < ORACLE_CODES; c++) {
        const Measure *measure = o->measure_of[c];
        if (measure == NULL || o->unit_count == ORACLE_UNITS_MAX) continue;
        Str unit = measure->units[oracle_pick(o, (uint32_t)measure->unit_count)].unit;
        o->units[o->unit_count++] = unit;
    }
}

void oracle_tell(Oracle *o)
{
    const char **units = ARENA_ARRAY(o->arena, const char *, ORACLE_UNITS_MAX);
    for (size_t i = 0; i < o->unit_count; i++) units[i] = kept(o, o->units[i]);
    o->world.units = units;
    tell_meaning(o);
    tell_units(o);
    tell_scores(o);
    o->world.persons = o->persons;
    o->world.events = o->events;
    o->world.event_count = o->event_count;
    o->world.other_keys = o->other_keys;
    o->world.other_texts = o->other_texts;
}

// ---- people

// Days near the edges of windows and of the calendar come up often.
static int random_day(Oracle *o)
{
    static const int EDGES[] = {0, 1, 27, 28, 29, 30, 31, 32, 89, 90, 91, 92, 364, 365, 366, 367};
    int ago =
        oracle_pick(o, 3) == 0 ? EDGES[oracle_pick(o, COUNT_OF(EDGES))] : (int)oracle_pick(o, 900);
    return ORACLE_TODAY + 8 - ago;
}

// Above, at and below what definitions ask for.
static double random_value(Oracle *o)
{
    static const double VALUES[] = {0, 0.5, 1, 2, 5, 5.3, 7, 7.5, 10, 30, 48, 53, 58, 58.5, 60, 75};
    return oracle_pick(o, 4) == 0 ? oracle_pick(o, 2000) / 10.0
                                  : VALUES[oracle_pick(o, COUNT_OF(VALUES))];
}

static RefPerson random_person(Oracle *o)
{
    static const char *const LETTERS[] = {"A", "C", "D", "H", "J", "R", "M",
                                          "P", "S", "Z", "",  "",  "99"};
    static const char *const LANGUAGES[] = {"", "English", "Urdu", "polish"};
    RefPerson p = {.born = oracle_pick(o, 10) == 0 ? REF_NEVER
                                                   : ORACLE_TODAY + 40 - (int)oracle_pick(o, 36000),
                   .registered_on = oracle_pick(o, 4) == 0 ? REF_NEVER : random_day(o),
                   .practice = ORACLE_ODS[oracle_pick(o, ORACLE_PRACTICES)],
                   .registered = oracle_pick(o, 4) > 0,
                   .interpreter = oracle_pick(o, 5) == 0,
                   .sex = (int)oracle_pick(o, 3),
                   .decile = (int)oracle_pick(o, 11),
                   .ethnicity = LETTERS[oracle_pick(o, COUNT_OF(LETTERS))],
                   .language = LANGUAGES[oracle_pick(o, COUNT_OF(LANGUAGES))],
                   .contact = oracle_pick(o, 2) == 0 ? REF_NEVER : random_day(o),
                   .plan_until = oracle_pick(o, 2) == 0 ? REF_NEVER : random_day(o),
                   .referral = oracle_pick(o, 3) > 0 ? REF_NEVER : random_day(o),
                   .on_caseload = oracle_pick(o, 4) == 0,
                   .declined = oracle_pick(o, 6) == 0};
    // Born on, the day before or after a birthday as at some day.
    if (p.born != REF_NEVER && oracle_pick(o, 4) == 0) {
        Date today = {ORACLE_TODAY - (int)oracle_pick(o, 60)};
        Date born = date_add_years(today, -(int)(1 + oracle_pick(o, 90)));
        p.born = born.days + (int)oracle_pick(o, 3) - 1;
    }
    return p;
}

static int event_cmp(const void *a, const void *b)
{
    const RefEvent *left = a;
    const RefEvent *right = b;
    if (left->person != right->person) return left->person < right->person ? -1 : 1;
    if (left->day != right->day) return left->day < right->day ? -1 : 1;
    return left->code < right->code ? -1 : left->code > right->code;
}

static RefEvent random_event(Oracle *o, int person)
{
    int code = (int)oracle_pick(o, ORACLE_CODES);
    bool valued = o->measure_of[code] != NULL && oracle_pick(o, 8) > 0;
    return (RefEvent){.person = person,
                      .day = random_day(o),
                      .code = code,
                      .unit = valued ? (int)oracle_pick(o, (uint32_t)o->unit_count) : 0,
                      .has_value = valued,
                      .medicine = o->medicine[code],
                      .value = valued ? random_value(o) : 0};
}

static void make_events(Oracle *o)
{
    o->event_count = 0;
    for (int p = 0; p < ORACLE_PERSONS; p++) {
        uint32_t count = oracle_pick(o, 3) == 0 ? 40 : oracle_pick(o, 16);
        for (; count > 0 && o->event_count < ORACLE_EVENTS_MAX; count--) {
            o->events[o->event_count++] = random_event(o, p);
        }
    }
    // A unit of its own measure is what most values come in.
    for (size_t i = 0; i < o->event_count; i++) {
        RefEvent *e = &o->events[i];
        if (!e->has_value || oracle_pick(o, 4) == 0) continue;
        Str unit = o->measure_of[e->code]->units[0].unit;
        for (size_t u = 0; u < o->unit_count; u++) {
            if (str_eq(o->units[u], unit)) e->unit = (int)u;
        }
    }
    qsort(o->events, o->event_count, sizeof o->events[0], event_cmp);
}

void oracle_make(Oracle *o)
{
    for (size_t c = 0; c < ORACLE_CODES; c++) random_code(o, c);
    make_units(o);
    for (size_t p = 0; p < ORACLE_PERSONS; p++) o->persons[p] = random_person(o);
    make_events(o);
    o->world.today = ORACLE_TODAY - (int)oracle_pick(o, 60); // month ends of all lengths
    oracle_tell(o);
}

// ---- definitions

static void add_span(Oracle *o, Buf *text, bool days)
{
    static const int SPANS[] = {1, 1, 2, 3, 6, 12, 24, 30, 90, 365};
    int n = SPANS[oracle_pick(o, COUNT_OF(SPANS))];
    buf_fmt(text, "%d %s%s", n, days ? "day" : "month", n == 1 ? "" : "s");
}

static void add_day(Oracle *o, Buf *text, int day)
{
    buf_add(text, date_iso(o->arena, (Date){day}));
}

static void add_window(Oracle *o, Buf *text)
{
    int day = random_day(o);
    switch (oracle_pick(o, 8)) {
    case 0:
        buf_add_c(text, " before ");
        add_day(o, text, day);
        return;
    case 1:
        buf_add_c(text, " since ");
        add_day(o, text, day);
        return;
    case 2:
        buf_add_c(text, " between ");
        add_day(o, text, day - (int)oracle_pick(o, 200));
        buf_add_c(text, " and ");
        add_day(o, text, day);
        return;
    case 3:
        buf_add_c(text, " more than ");
        add_span(o, text, oracle_pick(o, 2) == 0);
        buf_add_c(text, " ago");
        return;
    case 4:
    case 5: return;
    default:
        buf_add_c(text, " within ");
        add_span(o, text, oracle_pick(o, 2) == 0);
        return;
    }
}

// A set that somebody may be in, mostly.
static Str random_set(Oracle *o)
{
    for (int tries = 0; tries < 20 && oracle_pick(o, 12) > 0; tries++) {
        int set = o->set_of[oracle_pick(o, ORACLE_CODES)];
        if (set >= 0) return code_set_at(o->sets, (size_t)set)->name;
    }
    return code_set_at(o->sets, oracle_pick(o, (uint32_t)code_sets_count(o->sets)))->name;
}

static const Measure *random_measure(Oracle *o)
{
    const Measure *measure = NULL;
    while (measure == NULL) measure = o->measure_of[oracle_pick(o, ORACLE_CODES)];
    return measure;
}

static void add_word(Oracle *o, Buf *text, const Slot *slot)
{
    static const char *const LANGUAGES[] = {"Urdu", "Polish", "english"};
    uint32_t known = 0;
    switch (slot->source) {
    case WORDS_SET: buf_add(text, random_set(o)); return;
    case WORDS_PRACTICE: buf_add_c(text, ORACLE_ODS[oracle_pick(o, ORACLE_PRACTICES)]); return;
    case WORDS_LANGUAGE: buf_add_c(text, LANGUAGES[oracle_pick(o, 3)]); return;
    case WORDS_COHORT:
        buf_add_c(text, o->other_keys[oracle_pick(o, (uint32_t)o->other_count)]);
        return;
    default:
        while (slot_known(slot, o->sets, known).len > 0) known++;
        buf_add(text, slot_known(slot, o->sets, oracle_pick(o, known)));
        return;
    }
}

static void add_number(Buf *text, double value)
{
    number_print(text, value);
    buf_add_char(text, ' ');
}

static void add_value(Oracle *o, Buf *text, const Slot *slot, const Measure *measure)
{
    int compare = (int)(1 + oracle_pick(o, 5));
    double value = random_value(o);
    if (slot->shape == SLOT_COMPARE) buf_fmt(text, "%s ", compare_name(compare));
    add_number(text, value);
    if (slot->shape == SLOT_COMPARE && compare == COMPARE_BETWEEN) {
        buf_add_c(text, "and ");
        add_number(text, value + oracle_pick(o, 30));
    }
    if (measure == NULL) return;
    uint32_t unit = oracle_pick(o, 2) == 0 ? 0 : oracle_pick(o, (uint32_t)measure->unit_count);
    buf_add(text, measure->units[unit].unit);
}

static void add_int(Oracle *o, Buf *text, const Slot *slot, int *low)
{
    bool points = slot->max == RULE_POINTS_MAX;
    int most = slot->max == RULE_COUNT_MAX || points ? 4 : slot->max;
    int least = slot->field == offsetof(CohortRule, high) ? *low : 1;
    *low = least + (int)oracle_pick(o, (uint32_t)(most - least + 1));
    buf_add_i64(text, *low);
}

static void add_words(Oracle *o, Buf *text, const Slot *slot)
{
    for (uint32_t n = slot_is_list(slot) ? 1 + oracle_pick(o, 3) : 1; n > 0; n--) {
        add_word(o, text, slot);
        if (n > 1) buf_add_c(text, " or ");
    }
}

typedef struct Written { // what slots of one rule share
    const Measure *measure;
    int low;
} Written;

static void add_slot(Oracle *o, Buf *text, const Slot *slot, Written *rule)
{
    switch (slot->shape) {
    case SLOT_INT: add_int(o, text, slot, &rule->low); return;
    case SLOT_MONTHS:
    case SLOT_DAYS: add_span(o, text, slot->shape == SLOT_DAYS); return;
    case SLOT_WINDOW: add_window(o, text); return;
    case SLOT_UNLESS:
        if (oracle_pick(o, 2) == 0) return;
        buf_add_c(text, " unless since ");
        buf_add(text, random_set(o));
        return;
    case SLOT_COMPARE:
    case SLOT_AMOUNT:
    case SLOT_POINTS: add_value(o, text, slot, rule->measure); return;
    default: break;
    }
    if (slot->source != WORDS_MEASURE) {
        add_words(o, text, slot);
        return;
    }
    rule->measure = random_measure(o);
    buf_add(text, rule->measure->name);
}

static void add_rule(Oracle *o, Buf *text, const Pattern *pattern)
{
    Str rest = str_from_c(pattern->text);
    Str word;
    const Slot *slot = NULL;
    Written rule = {.low = 1};
    for (bool first = true; pattern_step(&rest, &word, &slot); first = false) {
        bool may_miss = slot != NULL && (slot->shape == SLOT_WINDOW || slot->shape == SLOT_UNLESS);
        if (!first && !may_miss) buf_add_char(text, ' ');
        if (slot == NULL) {
            buf_add(text, word);
        } else {
            add_slot(o, text, slot, &rule);
        }
    }
    buf_add_char(text, '\n');
}

static const char HEAD[] = "cohort %s\nname R\npurpose R\nowner R\noffer R\n\n";

static bool is_answered(Oracle *o, Answerer by, const Pattern *pattern, Str line)
{
    Definition definition;
    Str why = STR("");
    Str head = arena_fmt(o->arena, HEAD, "random");
    Str alone = arena_fmt(o->arena, STR_FMT "all\n  " STR_FMT, STR_ARG(head), STR_ARG(line));
    Err err = definition_parse(o->arena, o->sets, alone, &definition, &why);
    if (err != ERR_OK) fprintf(stderr, "# " STR_FMT "\n# " STR_FMT, STR_ARG(why), STR_ARG(alone));
    assert(err == ERR_OK);
    if (pattern->kind == RULE_COHORT || pattern->kind == RULE_NOT_COHORT) return true;
    Str sql = STR("");
    bool has_sql = definition_sql(o->arena, &definition, (Date){0}, &sql) == ERR_OK;
    bool has_answer = definition_answerable(o->arena, &definition, &why) == ERR_OK;
    assert(has_sql || !has_answer); // what is answered is checked by SQL too
    return by == BY_SQL ? has_sql : has_answer;
}

static const Pattern *random_pattern(Oracle *o)
{
    if (o->other_count > 0 && oracle_pick(o, 8) == 0) {
        return pattern_of(oracle_pick(o, 2) == 0 ? RULE_COHORT : RULE_NOT_COHORT);
    }
    for (;;) {
        const Pattern *pattern = pattern_at(oracle_pick(o, (uint32_t)patterns_count()));
        bool other = pattern->kind == RULE_COHORT || pattern->kind == RULE_NOT_COHORT;
        if (!other || o->other_count > 0) return pattern;
    }
}

// A rule that this program can answer: others are tried again.
static void add_answered(Oracle *o, Answerer by, Buf *text)
{
    for (;;) {
        CLEANUP(buf_free) Buf line = buf_new(DEFINITION_BYTES_MAX);
        const Pattern *pattern = random_pattern(o);
        add_rule(o, &line, pattern);
        if (!is_answered(o, by, pattern, buf_str(&line))) continue;
        buf_add(text, buf_str(&line));
        return;
    }
}

static bool some_is_answered(void)
{
    CohortRule some = {.kind = RULE_SOME};
    return rule_unanswered(&some).len == 0;
}

static void add_line(Oracle *o, Answerer by, Buf *text, int depth)
{
    static const char *const GROUPS[] = {"all", "any", "none", "at least 2 of"};
    for (int i = 0; i < depth; i++) buf_add_c(text, "  ");
    if (depth > 0 && (depth > 3 || oracle_pick(o, 3) > 0)) {
        add_answered(o, by, text);
        return;
    }
    uint32_t group = oracle_pick(o, by == BY_SQL || some_is_answered() ? 4 : 3);
    buf_fmt(text, "%s\n", GROUPS[group]);
    for (uint32_t n = (group == 3 ? 2 : 1) + oracle_pick(o, 3); n > 0; n--) {
        add_line(o, by, text, depth + 1);
    }
}

static Str one_definition(Oracle *o, Answerer by, const char *key)
{
    CLEANUP(buf_free) Buf text = buf_new(DEFINITION_BYTES_MAX);
    buf_fmt(&text, HEAD, key);
    add_line(o, by, &text, 0);
    return arena_str(o->arena, buf_str(&text));
}

Str oracle_definition(Oracle *o, Answerer by)
{
    static const char *const KEYS[ORACLE_OTHERS] = {"other-1", "other-2", "other-3"};
    o->other_count = 0;
    for (uint32_t n = oracle_pick(o, ORACLE_OTHERS + 1); n > 0; n--) {
        const char *key = KEYS[o->other_count];
        o->other_texts[o->other_count] = arena_c(o->arena, one_definition(o, by, key));
        o->other_keys[o->other_count++] = key;
    }
    o->world.other_keys = o->other_keys;
    o->world.other_texts = o->other_texts;
    return one_definition(o, by, "random");
}

static Err find_other(void *arg, Str key, const Definition **out)
{
    const Oracle *o = arg;
    size_t at = 0;
    while (!str_eq(str_from_c(o->other_keys[at]), key)) at++;
    Definition *definition = ARENA_NEW(o->arena, Definition);
    Str why = STR("");
    *out = definition;
    return definition_parse(o->arena, o->sets, str_from_c(o->other_texts[at]), definition, &why);
}

void oracle_uses(const Oracle *o, const Definition *definition, UsedDefinitions *out)
{
    Str why = STR("");
    // NOLINTNEXTLINE(performance-no-int-to-ptr): find_other only reads it
    Err err = uses_gather(o->arena, definition, find_other, (void *)(uintptr_t)o, out, &why);
    assert(err == ERR_OK);
    (void)err;
}
