// cohort_eval_test.c -- the engine against a slow, obvious evaluator of the same definitions.
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_one.h"
#include "test/fixture.h"

enum { PERSONS = 90, CODES = 9, EVENTS_MAX = 4000, ROUNDS = 300, TODAY_DAYS = 20908 };

typedef enum Answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN } Answer;

typedef struct World { // a small population, and the same as plain arrays
    uint64_t seed;
    Arena *arena;
    ColumnPerson persons[PERSONS];
    EventRow events[EVENTS_MAX];
    size_t event_count;
    CaseloadFacts facts;
    const CodeSets *sets;
    ColumnPool *pool;
    const CohortColumns *columns;
    Date as_at;
    bool holds[CODES][CODE_SETS_MAX];
} World;

static const Code CODE_LIST[CODES] = {
    {1, STR_INIT("snomed"), STR_INIT("160689007"), STR_INIT("Housebound")},
    {2, STR_INIT("snomed"), STR_INIT("105529008"), STR_INIT("Lives alone")},
    {3, STR_INIT("snomed"), STR_INIT("183452005"), STR_INIT("Emergency admission")},
    {4, STR_INIT("snomed"), STR_INIT("183478001"), STR_INIT("Emergency admission, asthma")},
    {5, STR_INIT("snomed"), STR_INIT("999791000000106"), STR_INIT("HbA1c")},
    {6, STR_INIT("loinc"), STR_INIT("4548-4"), STR_INIT("HbA1c in percent")},
    {7, STR_INIT("snomed"), STR_INIT("44054006"), STR_INIT("Diabetes")},
    {8, STR_INIT("snomed"), STR_INIT("195967001"), STR_INIT("Asthma")},
    {9, STR_INIT("snomed"), STR_INIT("49436004"), STR_INIT("Atrial fibrillation")},
};
static const Str UNITS[] = {STR_INIT(""), STR_INIT("mmol/mol"), STR_INIT("%"), STR_INIT("odd")};

static uint32_t pick(World *w, uint32_t below)
{
    w->seed = w->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(w->seed >> 33) % below;
}

static void make_person(World *w, size_t i)
{
    w->persons[i] = (ColumnPerson){
        .id = {(int64_t)(3 * i + 5)},
        .born = pick(w, 12) == 0 ? DATE_NONE : (Date){TODAY_DAYS - (int)pick(w, 36000)},
        .practice = 1 + pick(w, 3),
        .registration = (Registration)(1 + pick(w, 3)),
        .sex = (RuleSex)pick(w, 3)};
    for (uint32_t n = pick(w, 30); n > 0 && w->event_count < EVENTS_MAX; n--) {
        int32_t code = (int32_t)(1 + pick(w, CODES));
        bool valued = code == 5 || code == 6;
        // Days near the edges of windows come up often.
        int32_t ago = pick(w, 3) == 0 ? (int32_t)(28 + pick(w, 4)) : (int32_t)pick(w, 800);
        w->events[w->event_count++] =
            (EventRow){.person = w->persons[i].id.v,
                       .day = TODAY_DAYS + 20 - ago,
                       .code_id = code,
                       .kind = EVENT_OBSERVATION,
                       .has_value = valued && pick(w, 6) > 0,
                       .unit_id = valued ? (int32_t)pick(w, 4) : 0,
                       .value = code == 5 ? 40 + pick(w, 40) : 5 + pick(w, 60) / 10.0};
    }
}

static void make_world(World *w)
{
    w->event_count = 0;
    for (size_t i = 0; i < PERSONS; i++) make_person(w, i);
}

static ColumnSource source_of(const World *w)
{
    return (ColumnSource){.generation = 3,
                          .persons = w->persons,
                          .person_count = PERSONS,
                          .codes = CODE_LIST,
                          .code_count = CODES,
                          .units = UNITS,
                          .unit_count = COUNT_OF(UNITS)};
}

static Columns *view_of(Test *t, const ColumnSource *source, const EventRow *events, size_t count)
{
    ColumnBuilder *builder = NULL;
    Columns *view = NULL;
    CHECK_OK(column_builder_new(source, NULL, &builder));
    for (size_t i = 0; i < count; i += 100) { // in pieces, as a stream comes
        CHECK_OK(column_builder_add(builder, &events[i], count - i < 100 ? count - i : 100));
    }
    CHECK_OK(column_builder_finish(builder, &view));
    column_builder_free(builder);
    return view;
}

static CohortColumns *columns_of_world(Test *t, World *w)
{
    ColumnSource source = source_of(w);
    source.stripe_persons = 1 + pick(w, 2 * PERSONS);
    CohortColumns *columns = NULL;
    CHECK_OK(cohort_columns_new(view_of(t, &source, w->events, w->event_count), w->pool, w->sets,
                                &columns));
    return columns;
}

// The world after some people's records have changed, its columns joined from those before.
static CohortColumns *changed_world(Test *t, World *before, World *w)
{
    *w = *before;
    w->event_count = 0;
    PersonId changed[PERSONS];
    ColumnPerson persons[PERSONS];
    size_t first = 0;
    size_t count = 0;
    ColumnSource source = source_of(w);
    EventRow *events = ARENA_ARRAY(t->arena, EventRow, EVENTS_MAX);
    size_t event_count = 0;
    for (size_t i = 0; i < PERSONS; i++) {
        size_t end = first;
        while (end < before->event_count && before->events[end].person == w->persons[i].id.v) end++;
        size_t from = w->event_count;
        if (pick(before, 4) > 0 || from + (end - first) + 30 > EVENTS_MAX) {
            size_t room = EVENTS_MAX - from < end - first ? EVENTS_MAX - from : end - first;
            memcpy(&w->events[from], &before->events[first], room * sizeof *events);
            w->event_count += room;
        } else {
            w->seed = before->seed;
            make_person(w, i);
            changed[count] = w->persons[i].id;
            persons[count++] = w->persons[i];
            size_t own = w->event_count - from;
            memcpy(&events[event_count], &w->events[from], own * sizeof *events);
            event_count += own;
        }
        first = end;
    }
    source.persons = persons;
    source.person_count = count;
    Columns *delta = view_of(t, &source, events, event_count);
    CohortColumnsOf of = {.pool = w->pool, .sets = w->sets, .before = before->columns};
    CohortColumns *columns = NULL;
    CHECK_OK(columns_join(before->columns->view, delta, changed, count, &of.view));
    CHECK_OK(cohort_columns_next(&of, &columns));
    columns_let_go(delta);
    w->columns = columns;
    return columns;
}

// ---- the slow evaluator: one person, one rule, straight from the language's text

static bool of_set(const World *w, const EventRow *event, int set)
{
    return w->holds[event->code_id - 1][set];
}

// Which code is in which set, asked once: the slow evaluator asks it millions of times.
static void learn_sets(World *w)
{
    for (size_t code = 0; code < CODES; code++) {
        for (size_t set = 0; set < code_sets_count(w->sets); set++) {
            w->holds[code][set] =
                code_set_holds(w->sets, (int)set, CODE_LIST[code].system, CODE_LIST[code].code);
        }
    }
}

static bool in_window(const World *w, const EventRow *event, int months)
{
    if (event->day > w->as_at.days) return false;
    return months == 0 || event->day > date_add_months(w->as_at, -months).days;
}

static int slow_days(const World *w, size_t person, const CohortRule *rule)
{
    int days[EVENTS_MAX];
    int count = 0;
    for (size_t i = 0; i < w->event_count; i++) {
        const EventRow *event = &w->events[i];
        bool match = false;
        for (size_t s = 0; s < rule->name_count; s++) {
            match = match || of_set(w, event, rule->sets[s]);
        }
        if (event->person != w->persons[person].id.v || !match) continue;
        if (!in_window(w, event, rule->window.n)) continue;
        bool seen = false;
        for (int d = 0; d < count; d++) seen = seen || days[d] == event->day;
        if (!seen) days[count++] = event->day;
    }
    return count;
}

static int slow_conditions(const World *w, size_t person)
{
    int have = 0;
    for (size_t s = 0; s < code_sets_count(w->sets); s++) {
        CohortRule one = {.sets = {(int)s}, .name_count = 1};
        if (!str_starts(code_set_at(w->sets, s)->name, STR("ltc-"))) continue;
        have += slow_days(w, person, &one) > 0;
    }
    return have;
}

static Answer slow_latest(const World *w, size_t person, const CohortRule *rule)
{
    bool found = false;
    int32_t day = 0;
    double best = 0;
    for (size_t i = 0; i < w->event_count; i++) {
        const EventRow *event = &w->events[i];
        double value = 0;
        if (event->person != w->persons[person].id.v || event->has_value == 0) continue;
        if (event->code_id != 5 && event->code_id != 6) continue;
        if (!in_window(w, event, rule->window.n)) continue;
        if (!measure_value(rule->measure, event->value, UNITS[event->unit_id], &value)) continue;
        if (found && (event->day < day || (event->day == day && value <= best))) continue;
        found = true;
        day = event->day;
        best = value;
    }
    if (!found) return ANSWER_UNKNOWN;
    bool over = rule->compare == COMPARE_OVER;
    return (over ? best > rule->bound : best < rule->bound) ? ANSWER_YES : ANSWER_NO;
}

static Answer yes(bool is)
{
    return is ? ANSWER_YES : ANSWER_NO;
}

static uint32_t number_of(const World *w, size_t person)
{
    return (uint32_t)columns_number(w->columns->view, w->persons[person].id);
}

static Answer slow_rule(const World *w, size_t person, const CohortRule *rule);

static Answer slow_group(const World *w, size_t person, const CohortRule *rule)
{
    int yeses = 0;
    int noes = 0;
    int unknowns = 0;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        Answer answer = slow_rule(w, person, inner);
        yeses += answer == ANSWER_YES;
        noes += answer == ANSWER_NO;
        unknowns += answer == ANSWER_UNKNOWN;
    }
    if (rule->kind == RULE_ALL) {
        return noes > 0 ? ANSWER_NO : unknowns > 0 ? ANSWER_UNKNOWN : ANSWER_YES;
    }
    Answer any = yeses > 0 ? ANSWER_YES : unknowns > 0 ? ANSWER_UNKNOWN : ANSWER_NO;
    if (rule->kind == RULE_ANY || any == ANSWER_UNKNOWN) return any;
    return yes(any == ANSWER_NO);
}

static Answer slow_person(const World *w, size_t person, const CohortRule *rule)
{
    int age = date_age_years(w->persons[person].born, w->as_at);
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST: return age < 0 ? ANSWER_UNKNOWN : yes(age >= rule->count);
    case RULE_AGE_UNDER: return age < 0 ? ANSWER_UNKNOWN : yes(age < rule->count);
    case RULE_REGISTERED: return yes(w->persons[person].registration == REGISTRATION_CURRENT);
    case RULE_PRACTICE: return yes(w->persons[person].practice == 2);
    case RULE_NO_CONTACT:
        return yes(w->facts.contact_last[person] <= date_add_months(w->as_at, -rule->months).days);
    case RULE_NO_PLAN: return yes(w->facts.plan_until[person] < w->as_at.days);
    case RULE_OPEN_REFERRAL:
        return yes(w->facts.referral_since[person] != INT32_MIN &&
                   w->facts.referral_since[person] <= w->as_at.days);
    default: return yes(w->facts.on_caseload[person] == 0);
    }
}

static Answer slow_rule(const World *w, size_t person, const CohortRule *rule)
{
    FrailtyIndex index;
    switch (rule->kind) {
    case RULE_ALL:
    case RULE_ANY:
    case RULE_NONE: return slow_group(w, person, rule);
    case RULE_CONDITIONS: return yes(slow_conditions(w, person) >= rule->count);
    case RULE_HAS: return yes(slow_days(w, person, rule) > 0);
    case RULE_HAS_NO: return yes(slow_days(w, person, rule) == 0);
    case RULE_COUNT: return yes(slow_days(w, person, rule) >= rule->count);
    case RULE_VALUE: return slow_latest(w, person, rule);
    case RULE_FRAILTY:
        frailty_explain(w->columns, w->arena, number_of(w, person), w->as_at, &index);
        return yes((rule->bands >> frailty_band(index.deficits) & 1) != 0);
    default: return slow_person(w, person, rule);
    }
}

// ---- random definitions

static void add_line(World *w, Buf *text, int depth)
{
    static const char *const LINES[] = {
        "age at least 65",
        "age under 40",
        "registered",
        "practice P2",
        "frailty fit",
        "frailty mild or moderate",
        "conditions at least 2",
        "has housebound",
        "has lives-alone within 1 month",
        "no housebound or lives-alone within 6 months",
        "at least 2 unplanned-admission within 12 months",
        "at least 1 unplanned-admission or housebound within 1 month",
        "latest hba1c over 58 mmol/mol",
        "latest hba1c under 7 % within 12 months",
        "no contact within 6 months",
        "no plan in date",
        "not on caseload",
    };
    static const char *const GROUPS[] = {"all", "any", "none"};
    for (int i = 0; i < depth; i++) buf_add_c(text, "  ");
    if (depth == 0 || (depth < 3 && pick(w, 3) == 0)) {
        buf_add_c(text, GROUPS[pick(w, 3)]);
        buf_add_char(text, '\n');
        for (uint32_t n = 1 + pick(w, 3); n > 0; n--) add_line(w, text, depth + 1);
        return;
    }
    buf_add_c(text, LINES[pick(w, COUNT_OF(LINES))]);
    buf_add_char(text, '\n');
}

static void random_facts(Test *t, World *w)
{
    w->facts = caseload_facts_new(t->arena, PERSONS);
    w->arena = t->arena;
    for (size_t p = 0; p < PERSONS; p++) {
        if (pick(w, 2) == 0) w->facts.contact_last[p] = TODAY_DAYS - (int32_t)pick(w, 400);
        if (pick(w, 2) == 0) w->facts.plan_until[p] = TODAY_DAYS + 20 - (int32_t)pick(w, 40);
        w->facts.on_caseload[p] = pick(w, 4) == 0;
        if (pick(w, 3) == 0) w->facts.referral_since[p] = TODAY_DAYS + 9 - (int32_t)pick(w, 60);
    }
}

static int compare_reasons(const Evaluation *e, uint32_t number, bool met)
{
    Reason reasons[COHORT_REASONS_MAX];
    size_t count = evaluation_reasons(e, number, WITH_DETAILS, reasons, COUNT_OF(reasons));
    int different = !met && count > 0;
    // Without details the same is said, in the same order.
    Reason brief[COHORT_REASONS_MAX];
    size_t heads = evaluation_reasons(e, number, WITHOUT_DETAILS, brief, COUNT_OF(brief));
    size_t at = 0;
    for (size_t i = 0; i < count && at < heads; i++) {
        if (reasons[i].depth == 0) different += !str_eq(reasons[i].text, brief[at++].text);
    }
    return different + (at != heads);
}

static Answer answer_in(const Evaluation *e, const CohortRule *rule, uint32_t number)
{
    const RuleBits *truth = &e->truths[rule->index];
    return bit_on(truth->met, number)       ? ANSWER_YES
           : bit_on(truth->unknown, number) ? ANSWER_UNKNOWN
                                            : ANSWER_NO;
}

// A run tells who meets the root and does not tell the others apart.
static bool same_root(const Evaluation *e, Answer fast, Answer slow)
{
    bool tells = e->what == ANSWER_RULES || e->what == ANSWER_REASONS;
    return tells ? fast == slow : (fast == ANSWER_YES) == (slow == ANSWER_YES);
}

// Nothing is said of whom something is not recorded where it was not asked of everybody: half of
// them would be told.
static bool tells_half(const Evaluation *e)
{
    bool met_alone = e->what == ANSWER_STAGES || e->what == ANSWER_ROOT;
    const CohortRule *root = e->definition->root;
    return met_alone && root->kind == RULE_ALL &&
           bits_count(e->truths[root->index].unknown, e->words) > 0;
}

// How the rules of the root narrow: each says the truth of whoever met all those before it.
static int compare_stages(const World *w, const Evaluation *e, uint32_t person)
{
    const CohortRule *root = e->definition->root;
    uint32_t number = number_of(w, person);
    for (const CohortRule *rule = root->first; root->kind == RULE_ALL && rule; rule = rule->next) {
        Answer slow = slow_rule(w, person, rule);
        if (answer_in(e, rule, number) != slow) return 1;
        if (slow != ANSWER_YES) return 0;
    }
    return 0;
}

static int compare_rules(const World *w, const Evaluation *e, const CohortRule *rule,
                         uint32_t person)
{
    int different = answer_in(e, rule, number_of(w, person)) != slow_rule(w, person, rule);
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        different += compare_rules(w, e, inner, person);
    }
    return different;
}

static int compare_facts(const RuleTold *a, const RuleTold *b)
{
    int different = a->rule != b->rule || a->depth != b->depth || a->answer != b->answer ||
                    a->fact_count != b->fact_count;
    for (size_t i = 0; different == 0 && i < a->fact_count; i++) {
        const Reason *left = &a->facts[i];
        const Reason *right = &b->facts[i];
        different += !str_eq(left->text, right->text) || !str_eq(left->code, right->code) ||
                     left->on.days != right->on.days || left->depth != right->depth;
    }
    return different;
}

// One person asked alone is told the same, word for word, as when everybody is.
static int compare_alone(const World *w, const Evaluation *all, Evaluation alone, uint32_t person)
{
    size_t rules = (size_t)all->definition->rules;
    RuleTold *told = ARENA_ARRAY(all->arena, RuleTold, rules);
    RuleTold *told_alone = ARENA_ARRAY(all->arena, RuleTold, rules);
    if (evaluation_narrow(&alone, w->persons[person].id) != ERR_OK) return 1;
    evaluate(&alone);
    size_t count = evaluation_told(all, number_of(w, person), told, rules);
    int different = evaluation_told(&alone, alone.one->number, told_alone, rules) != count;
    for (size_t i = 0; different == 0 && i < count; i++) {
        different += compare_facts(&told[i], &told_alone[i]);
    }
    const CohortRule *root = all->definition->root;
    bool met = answer_in(all, root, number_of(w, person)) == ANSWER_YES;
    return different + (bits_count(evaluation_root(&alone)->met, alone.words) != met);
}

static void compare_one(Test *t, const World *w, Evaluation e)
{
    const CohortRule *root = e.definition->root;
    int different = 0;
    int64_t met = 0;
    const Evaluation asked = e;
    evaluate(&e);
    CHECK(!e.stopped);
    CHECK(!tells_half(&e));
    for (uint32_t p = 0; p < PERSONS; p++) {
        Answer slow = slow_rule(w, p, root);
        met += slow == ANSWER_YES;
        different += !same_root(&e, answer_in(&e, root, number_of(w, p)), slow);
        if (e.what != ANSWER_ROOT) {
            different += compare_reasons(&e, number_of(w, p), slow == ANSWER_YES);
        }
        if (e.what == ANSWER_STAGES) different += compare_stages(w, &e, p);
        if (e.what == ANSWER_RULES) different += compare_rules(w, &e, root, p);
        if (e.what == ANSWER_RULES && p % 9 == 0) different += compare_alone(w, &e, asked, p);
    }
    CHECK_I64(different, 0);
    CHECK_I64(bits_count(e.truths[root->index].met, e.words), met); // nobody else
}

static CaseloadFacts facts_by_number(Test *t, const World *w)
{
    CaseloadFacts facts = caseload_facts_new(t->arena, w->columns->view->numbers);
    for (size_t p = 0; p < PERSONS; p++) {
        facts.contact_last[number_of(w, p)] = w->facts.contact_last[p];
        facts.plan_until[number_of(w, p)] = w->facts.plan_until[p];
        facts.on_caseload[number_of(w, p)] = w->facts.on_caseload[p];
        facts.referral_since[number_of(w, p)] = w->facts.referral_since[p];
    }
    return facts;
}

static void compare(Test *t, World *w, const Definition *definition)
{
    static const PracticeCode PRACTICES[] = {{STR_INIT("P2"), 2}};
    Evaluation e = {.arena = t->arena,
                    .columns = w->columns,
                    .definition = definition,
                    .as_at = w->as_at,
                    .facts = facts_by_number(t, w),
                    .practices = PRACTICES,
                    .practice_count = 1};
    Evaluation late = e; // its time was over before it began
    late.until_ms = 1;
    evaluate(&late);
    CHECK(late.stopped);
    atomic_bool hung_up = true;
    Evaluation nobodys = e; // nobody waits for it any more
    nobodys.cancel = &hung_up;
    evaluate(&nobodys);
    CHECK(nobodys.stopped && !nobodys.too_large);
    atomic_store(&hung_up, false);
    evaluate(&nobodys);
    CHECK(!nobodys.stopped && nobodys.bytes > 0);
    Evaluation large = e;
    large.bytes_max = nobodys.bytes - 1;
    evaluate(&large);
    CHECK(large.stopped && large.too_large);
    large.bytes_max = nobodys.bytes;
    evaluate(&large);
    CHECK(!large.stopped);
    // What one kept the next finds: begun with another one each time. What is done here changes
    // while the columns stand, so that nothing of it may be kept.
    for (int i = 0; i < 3; i++) {
        random_facts(t, w);
        e.facts = facts_by_number(t, w);
        uint32_t way = pick(w, 8);
        e.what = (AnswerWhat)(way % 4);
        e.by_history = way / 4 != 0;
        compare_one(t, w, e);
    }
}

static Evaluation any_way(Test *t, World *w, const Definition *definition)
{
    static const PracticeCode PRACTICES[] = {{STR_INIT("P2"), 2}};
    random_facts(t, w);
    return (Evaluation){.arena = t->arena,
                        .columns = w->columns,
                        .definition = definition,
                        .as_at = w->as_at,
                        .facts = facts_by_number(t, w),
                        .practices = PRACTICES,
                        .practice_count = 1,
                        .what = (AnswerWhat)pick(w, 4),
                        .by_history = pick(w, 2) == 0};
}

// What was answered of the records before is known after some have changed, and the other way
// round: somebody still reads the columns of before.
static void compare_changed(Test *t, World *before, const Definition *definition)
{
    World *after = ARENA_NEW(t->arena, World);
    CohortColumns *columns = changed_world(t, before, after);
    for (int i = 0; i < 4; i++) {
        World *w = pick(before, 2) == 0 ? before : after;
        compare_one(t, w, any_way(t, w, definition));
    }
    cohort_columns_let_go(columns);
}

TEST(of_whom_nothing_is_known_every_day_is_never)
{
    enum { MANY = 5000 };
    CaseloadFacts facts = caseload_facts_new(t->arena, MANY);
    for (size_t p = 0; p < MANY; p++) {
        CHECK(facts.contact_last[p] == INT32_MIN && facts.plan_until[p] == INT32_MIN &&
              facts.referral_since[p] == INT32_MIN);
        CHECK(facts.on_caseload[p] == 0 && facts.declined[p] == 0);
    }
}

TEST(answers_outlive_a_change_of_some_records)
{
    World *w = ARENA_NEW(t->arena, World);
    Str why = STR("");
    w->seed = 20261122;
    CHECK_OK(code_sets_read(t->arena, &w->sets, &why));
    CHECK_OK(columns_pool_new(t->arena, 2, &w->pool));
    learn_sets(w);
    for (int round = 0; round < ROUNDS && t->failures == 0; round++) {
        make_world(w);
        w->as_at = (Date){TODAY_DAYS - (int32_t)pick(w, 60)};
        CohortColumns *columns = columns_of_world(t, w);
        w->columns = columns;
        CLEANUP(buf_free) Buf text = buf_new(DEFINITION_BYTES_MAX);
        buf_add_c(&text, "cohort random\nname R\npurpose R\nowner R\noffer R\n\n");
        add_line(w, &text, 0);
        Definition definition;
        CHECK_OK(definition_read(t->arena, w->sets, buf_str(&text), &definition, &why));
        if (pick(w, 2) == 0) compare_one(t, w, any_way(t, w, &definition));
        compare_changed(t, w, &definition);
        if (t->failures > 0) fprintf(stderr, "# " STR_FMT, STR_ARG(buf_str(&text)));
        cohort_columns_let_go(columns);
    }
    columns_pool_free(w->pool);
}

TEST(the_engine_answers_as_the_slow_evaluator_does)
{
    // Rounds share a pool of another size each: answers do not depend on it.
    World *w = ARENA_NEW(t->arena, World);
    Str why = STR("");
    w->seed = 20261124;
    CHECK_OK(code_sets_read(t->arena, &w->sets, &why));
    learn_sets(w);
    ColumnPool *pools[3];
    for (int n = 0; n < 3; n++) CHECK_OK(columns_pool_new(t->arena, 1 + 2 * n, &pools[n]));
    for (int round = 0; round < ROUNDS && t->failures == 0; round++) {
        w->pool = pools[round % 3];
        make_world(w);
        random_facts(t, w);
        w->as_at = (Date){TODAY_DAYS - (int32_t)pick(w, 60)}; // month ends of all lengths
        CohortColumns *columns = columns_of_world(t, w);
        w->columns = columns;
        CLEANUP(buf_free) Buf text = buf_new(DEFINITION_BYTES_MAX);
        buf_add_c(&text, "cohort random\nname R\npurpose R\nowner R\noffer R\n\n");
        add_line(w, &text, 0);
        Definition definition;
        Err err = definition_read(t->arena, w->sets, buf_str(&text), &definition, &why);
        if (err != ERR_OK) fprintf(stderr, "# " STR_FMT "\n", STR_ARG(why));
        CHECK_OK(err);
        if (err == ERR_OK) compare(t, w, &definition);
        if (t->failures > 0) fprintf(stderr, "# " STR_FMT, STR_ARG(buf_str(&text)));
        cohort_columns_let_go(columns);
    }
    for (int n = 0; n < 3; n++) columns_pool_free(pools[n]);
}
