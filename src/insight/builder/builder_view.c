// builder_view.c -- the rows as controls: each slot of a rule's pattern is one or a few of them.
#include "insight/builder/builder_pages.h"

enum { OPTIONS_MAX = 64, TEXT_ROWS = 14 };

// ---- controls

typedef struct Making {
    Ctx *c;
    const CodeSets *sets;
    const BuilderRow *row;
    BuilderRowView *view;
} Making;

static BuilderControl *add_control(const Making *m, ControlKind kind, Part part, const char *label)
{
    BuilderRowView *view = m->view;
    assert(view->control_count < BUILDER_FIELDS_MAX);
    BuilderControl *control = &view->controls[view->control_count++];
    *control = (BuilderControl){
        .kind = kind,
        .name = arena_fmt(m->c->arena, STR_FMT "." STR_FMT, STR_ARG(view->name),
                          STR_ARG(part_name(part))),
        .label = str_from_c(label),
        .value = m->row->parts[part],
        .error = m->row->error.len > 0 && m->row->error_part == part ? m->row->error : STR("")};
    return control;
}

static void add_input(const Making *m, Part part, const char *label, const char *list)
{
    add_control(m, CONTROL_INPUT, part, label)->list = str_from_c(list);
}

static void add_number(const Making *m, Part part, const char *label)
{
    add_control(m, CONTROL_INPUT, part, label)->numeric = true;
}

// The options of a select from words that end in NULL; `labels` NULL: the words are shown.
static void add_select(const Making *m, Part part, const char *label, const char *const *words,
                       const char *const *labels)
{
    BuilderControl *control = add_control(m, CONTROL_SELECT, part, label);
    size_t count = 0;
    while (words[count] != NULL) count++;
    control->options = ui_options(m->c->arena, words, labels == NULL ? words : labels, count);
    control->option_count = count;
}

// "this-month" as people read it: "This month".
static Str tick_label(Arena *arena, const char *word)
{
    size_t len = strlen(word);
    char *label = ARENA_ARRAY(arena, char, len + 1);
    memcpy(label, word, len);
    if (label[0] >= 'a' && label[0] <= 'z') label[0] = (char)(label[0] - 'a' + 'A');
    for (char *c = label; *c != '\0'; c++) {
        if (*c == '-') *c = ' ';
    }
    return str_from_c(label);
}

static void add_ticks(const Making *m, const Slot *slot, const char *label)
{
    BuilderControl *control = add_control(m, CONTROL_TICKS, PART_BIT, label);
    UiOption *options = ARENA_ARRAY(m->c->arena, UiOption, BUILDER_CHOICES_MAX);
    for (int i = 0; i < BUILDER_CHOICES_MAX && slot->choices[i] != NULL; i++) {
        Part part = PART_BIT + i;
        options[control->option_count++] =
            (UiOption){.value = arena_fmt(m->c->arena, STR_FMT "." STR_FMT, STR_ARG(m->view->name),
                                          STR_ARG(part_name(part))),
                       .text = tick_label(m->c->arena, slot->choices[i]),
                       .on = m->row->parts[part].len > 0};
    }
    control->options = options;
    control->last_of_line = true;
}

static void add_unit(const Making *m)
{
    Str typed = m->row->parts[PART_MEASURE];
    const Measure *measure = measure_find(m->sets, typed);
    if (measure == NULL) {
        add_input(m, PART_UNIT, "Unit", "list-units");
        return;
    }
    const char *words[UNITS_OF_MEASURE_MAX + 1] = {NULL};
    for (size_t i = 0; i < measure->unit_count; i++) {
        words[i] = arena_c(m->c->arena, measure->units[i].unit);
    }
    add_select(m, PART_UNIT, "Unit", words, NULL);
}

static void add_compare(const Making *m)
{
    static const char *const WORDS[] = {"over", "under", "at least", "at most", "between", NULL};
    add_select(m, PART_COMPARE, "Compared", WORDS, NULL);
    m->view->controls[m->view->control_count - 1].redraws = true;
    add_input(m, PART_VALUE, "Value", "");
    if (str_eq(m->row->parts[PART_COMPARE], STR("between"))) {
        add_input(m, PART_VALUE_TO, "And", "");
    }
    add_unit(m);
}

static void add_window(const Making *m)
{
    static const char *const WORDS[] = {"",       "within",  "more-than", "since",
                                        "before", "between", NULL};
    static const char *const LABELS[] = {"at any time", "in the last", "longer ago than",
                                         "since",       "before",      "between"};
    add_select(m, PART_WHEN, "When", WORDS, LABELS);
    m->view->controls[m->view->control_count - 1].redraws = true;
    Str when = m->row->parts[PART_WHEN];
    bool between = str_eq(when, STR("between"));
    if (str_eq(when, STR("within")) || str_eq(when, STR("more-than"))) {
        add_input(m, PART_SPAN, "How long, like 12 months", "list-spans");
    }
    if (between || str_eq(when, STR("since"))) add_input(m, PART_FROM, "From this day", "");
    if (between || str_eq(when, STR("before"))) {
        add_input(m, PART_TO, between ? "Up to this day" : "This day", "");
    }
}

static void add_named(const Making *m, const Slot *slot)
{
    static const struct {
        const char *slot;
        Part part;
        const char *label, *list;
    } NAMED[] = {{"practices", PART_PRACTICES, "Practice", "list-practices"},
                 {"languages", PART_LANGUAGES, "Language", ""},
                 {"sets", PART_SETS, "What is recorded", "list-sets"},
                 {"set", PART_SET, "First", "list-sets"},
                 {"then", PART_THEN, "Then", "list-sets"},
                 {"score", PART_SCORE, "Score", "list-scores"},
                 {"cohort", PART_COHORT, "Cohort", "list-cohorts"},
                 {"measure", PART_MEASURE, "Measure", "list-measures"}};
    for (size_t i = 0; i < COUNT_OF(NAMED); i++) {
        if (strcmp(slot->name, NAMED[i].slot) != 0) continue;
        add_input(m, NAMED[i].part, NAMED[i].label, NAMED[i].list);
        // The units that can be chosen are those of the measure.
        m->view->controls[m->view->control_count - 1].redraws = NAMED[i].part == PART_MEASURE;
    }
}

static void add_choice(const Making *m, const Slot *slot)
{
    static const char *const PICKS[] = {"latest", "earliest", "highest", "lowest"};
    if (strcmp(slot->name, "sex") == 0) {
        add_select(m, PART_SEX, "Sex", slot->choices, NULL);
    } else if (strcmp(slot->name, "pick") == 0) {
        add_select(m, PART_PICK, "Which value", slot->choices, PICKS);
    } else if (strcmp(slot->name, "direction") == 0) {
        add_select(m, PART_DIRECTION, "Change", slot->choices, NULL);
    } else {
        add_named(m, slot);
    }
}

static void add_counted(const Making *m, const Slot *slot)
{
    static const struct {
        const char *slot;
        Part part;
        const char *label;
    } COUNTED[] = {{"years", PART_YEARS, "Years"},
                   {"to-years", PART_TO_YEARS, "To"},
                   {"decile", PART_DECILE, "From decile"},
                   {"to-decile", PART_TO_DECILE, "To decile"},
                   {"deficits", PART_DEFICITS, "Deficits"},
                   {"points", PART_POINTS, "Points"},
                   {"times", PART_TIMES, "How many"},
                   {"months", PART_MONTHS, "Months"},
                   {"days", PART_DAYS, "Days"}};
    for (size_t i = 0; i < COUNT_OF(COUNTED); i++) {
        if (strcmp(slot->name, COUNTED[i].slot) != 0) continue;
        add_number(m, COUNTED[i].part, COUNTED[i].label);
    }
}

static void add_slot(const Making *m, const Slot *slot)
{
    if (slot->source == WORDS_BITS) {
        add_ticks(m, slot, "Any of");
        return;
    }
    switch (slot->shape) {
    case SLOT_INT:
    case SLOT_MONTHS:
    case SLOT_DAYS: add_counted(m, slot); return;
    case SLOT_COMPARE: add_compare(m); return;
    case SLOT_AMOUNT:
        add_input(m, PART_VALUE, "By more than", "");
        add_unit(m);
        return;
    case SLOT_POINTS: add_input(m, PART_VALUE, "Value", ""); return;
    case SLOT_WINDOW: add_window(m); return;
    case SLOT_UNLESS: add_input(m, PART_UNLESS, "Unless since then", "list-sets"); return;
    default: add_choice(m, slot); return;
    }
}

// ---- a row

static bool answered(const char *kind)
{
    CohortRule rule = {.kind = pattern_named(str_from_c(kind))->kind};
    return rule_unanswered(&rule).len == 0;
}

// What a rule can be about: only what the program can answer, and what this row is about.
static void fill_what(const Making *m)
{
    const Subject *mine = subject_of(m->row->kind);
    UiOption *options = ARENA_ARRAY(m->c->arena, UiOption, OPTIONS_MAX);
    size_t count = 0;
    for (size_t i = 0; subject_at(i) != NULL; i++) {
        const Subject *subject = subject_at(i);
        if (subject != mine && !answered(subject->is[0].kind)) continue;
        assert(count < OPTIONS_MAX);
        options[count++] = (UiOption){.value = str_from_c(subject->key),
                                      .text = str_from_c(subject->label),
                                      .on = subject == mine};
    }
    bool wrong = m->row->error.len > 0 && m->row->error_part == PART_KIND;
    m->view->what =
        (BuilderControl){.kind = CONTROL_SELECT,
                         .name = arena_fmt(m->c->arena, STR_FMT ".what", STR_ARG(m->view->name)),
                         .label = STR("What"),
                         .error = wrong ? m->row->error : STR(""),
                         .redraws = true,
                         .options = options,
                         .option_count = count};
}

static void fill_is(const Making *m)
{
    const Subject *subject = subject_of(m->row->kind);
    UiOption *options = ARENA_ARRAY(m->c->arena, UiOption, COUNT_OF(subject->is));
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(subject->is) && subject->is[i].kind != NULL; i++) {
        Str kind = str_from_c(subject->is[i].kind);
        options[count++] = (UiOption){.value = kind,
                                      .text = str_from_c(subject->is[i].label),
                                      .on = str_eq(kind, m->row->kind)};
    }
    m->view->is =
        (BuilderControl){.kind = CONTROL_SELECT,
                         .name = arena_fmt(m->c->arena, STR_FMT ".is", STR_ARG(m->view->name)),
                         .label = STR("Is"),
                         .redraws = true,
                         .options = options,
                         .option_count = count};
}

static void fill_rule(const Making *m)
{
    const Subject *subject = subject_of(m->row->kind);
    m->view->title =
        arena_fmt(m->c->arena, "rule " STR_FMT ": %s", STR_ARG(m->view->i), subject->label);
    fill_what(m);
    fill_is(m);
    Str rest = str_from_c(pattern_named(m->row->kind)->text);
    Str word;
    const Slot *slot = NULL;
    while (pattern_step(&rest, &word, &slot)) {
        if (slot != NULL) add_slot(m, slot);
    }
}

static void fill_group(const Making *m)
{
    static const char *const WORDS[] = {"all", "any", "none", "at-least"};
    static const char *const LABELS[] = {"All of these", "Any of these", "None of these",
                                         "At least so many of these"};
    static const char *const JOINS[] = {"and", "or", "nor", "and perhaps"};
    bool wrong = m->row->error.len > 0 && m->row->error_part == PART_KIND;
    m->view->is =
        (BuilderControl){.kind = CONTROL_SELECT,
                         .name = arena_fmt(m->c->arena, STR_FMT ".group", STR_ARG(m->view->name)),
                         .label = STR("How many of the rules below must be met"),
                         .value = m->row->kind,
                         .error = wrong ? m->row->error : STR(""),
                         .redraws = true,
                         .options = ui_options(m->c->arena, WORDS, LABELS, COUNT_OF(WORDS)),
                         .option_count = COUNT_OF(WORDS)};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (str_eq(m->row->kind, str_from_c(WORDS[i]))) m->view->join = JOINS[i];
    }
    m->view->title =
        arena_fmt(m->c->arena, "group %s" STR_FMT, m->row->depth == 0 ? "of everything" : "",
                  STR_ARG(m->row->depth == 0 ? STR("") : m->view->i));
    if (str_eq(m->row->kind, STR("at-least"))) add_number(m, PART_TIMES, "How many");
}

typedef struct Tree {
    Ctx *c;
    const CodeSets *sets;
    const BuilderForm *form;
    const CohortRule *const *rules; // of the rows, in their order; NULL: they cannot be read
} Tree;

static void fill_row(const Tree *tree, size_t at, BuilderRowView *view)
{
    const BuilderRow *row = &tree->form->rows[at];
    *view = (BuilderRowView){.i = arena_fmt(tree->c->arena, "%zu", at),
                             .name = arena_fmt(tree->c->arena, "rows[%zu]", at),
                             .note = row->note,
                             .error = row->error,
                             .depth = row->depth,
                             .group = row_is_group(row),
                             .join = ""};
    if (tree->rules != NULL && !view->group) {
        view->words = rule_words(tree->c->arena, tree->sets, tree->rules[at]);
    }
    Making making = {tree->c, tree->sets, row, view};
    if (view->group) {
        fill_group(&making);
    } else {
        fill_rule(&making);
    }
}

static void fill_inner(const Tree *tree, size_t at, BuilderRowView *view)
{
    size_t end = row_end(tree->form, at);
    size_t count = 0;
    for (size_t i = at + 1; i < end; i = row_end(tree->form, i)) count++;
    BuilderRowView *inner = ARENA_ARRAY(tree->c->arena, BuilderRowView, count + 1);
    size_t n = 0;
    for (size_t i = at + 1; i < end; i = row_end(tree->form, i)) {
        fill_row(tree, i, &inner[n]);
        inner[n].first = n == 0 && view->depth == 0;
        inner[n].last = n + 1 == count && view->depth == 0;
        if (inner[n].group) fill_inner(tree, i, &inner[n]);
        n++;
    }
    view->inner = inner;
    view->inner_count = count;
}

static size_t list_rules(const CohortRule *rule, const CohortRule **out, size_t count)
{
    out[count++] = rule;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        count = list_rules(inner, out, count);
    }
    return count;
}

static void fill_root(Ctx *c, const BuilderState *state, BuilderPage *m)
{
    if (!state->form_fits) return;
    const CohortRule **rules = NULL;
    if (!state->wrong) {
        rules = ARENA_ARRAY(c->arena, const CohortRule *, (size_t)state->good->rules);
        (void)list_rules(state->good->root, rules, 0);
    }
    Tree tree = {c, cohort_sets(c), &state->form, rules};
    BuilderRowView *root = ARENA_NEW(c->arena, BuilderRowView);
    fill_row(&tree, 0, root);
    fill_inner(&tree, 0, root);
    m->root = root;
}

// ---- suggestions

static void fill_sets(Ctx *c, const CodeSets *sets, BuilderPage *m)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, code_sets_count(sets) + 1);
    for (size_t i = 0; i < code_sets_count(sets); i++) {
        options[i] =
            (UiOption){.value = code_set_at(sets, i)->name, .text = code_set_at(sets, i)->title};
    }
    m->sets = options;
    m->set_count = code_sets_count(sets);
}

static void fill_measures(Ctx *c, const CodeSets *sets, BuilderPage *m)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, measures_count(sets) + 1);
    UiOption *units =
        ARENA_ARRAY(c->arena, UiOption, measures_count(sets) * UNITS_OF_MEASURE_MAX + 1);
    for (size_t i = 0; i < measures_count(sets); i++) {
        const Measure *measure = measure_at(sets, i);
        if (measure->count == 0) continue; // no code carries it: nobody has a value
        options[m->measure_count++] = (UiOption){.value = measure->name, .text = measure->label};
        units[m->unit_count++] =
            (UiOption){.value = measure->units[0].unit, .text = measure->label};
    }
    m->measures = options;
    m->units = units;
}

static Err fill_lists(Ctx *c, BuilderPage *m)
{
    CohortSummary *cohorts = NULL;
    Practice *practices = NULL;
    TRY(cohort_list(c, &cohorts, &m->cohort_count));
    TRY(practice_list(c, &practices, &m->practice_count));
    UiOption *of_cohorts = ARENA_ARRAY(c->arena, UiOption, m->cohort_count + 1);
    UiOption *of_practices = ARENA_ARRAY(c->arena, UiOption, m->practice_count + 1);
    for (size_t i = 0; i < m->cohort_count; i++) {
        of_cohorts[i] = (UiOption){.value = cohorts[i].key, .text = cohorts[i].name};
    }
    for (size_t i = 0; i < m->practice_count; i++) {
        of_practices[i] = (UiOption){.value = practices[i].ods_code, .text = practices[i].name};
    }
    m->cohorts = of_cohorts;
    m->practices = of_practices;
    fill_sets(c, cohort_sets(c), m);
    fill_measures(c, cohort_sets(c), m);
    return ERR_OK;
}

// ---- the head and the page

// An offer in words of its own stands as one more choice, so that choosing nothing loses nothing.
static void fill_offer(Ctx *c, Str offer, BuilderPage *m)
{
    static const char *const WORDS[] = {"plan", "activation", "decision", "social prescribing",
                                        "mdt"};
    static const char *const LABELS[] = {"A personalised care and support plan",
                                         "Support for activation", "A shared decision",
                                         "Social prescribing", "A discussion in the MDT"};
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, COUNT_OF(WORDS) + 1);
    size_t count = 0;
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        options[count++] = (UiOption){.value = str_from_c(WORDS[i]), .text = str_from_c(LABELS[i])};
        known = known || str_eq(offer, str_from_c(WORDS[i]));
    }
    if (!known) options[count++] = (UiOption){.value = offer, .text = offer};
    m->offer = ui_field(c, "offer", "What they are offered", offer);
    m->offer.options = options;
    m->offer.option_count = count;
}

static void fill_heads(Ctx *c, const BuilderForm *form, BuilderPage *m)
{
    static const char *const CONFIRM[] = {"", "gp"};
    static const char *const CONFIRM_LABELS[] = {"Nobody", "A GP supervisor"};
    m->name = ui_field(c, "name", "Name", form->name);
    m->purpose = ui_field(c, "purpose", "Purpose: why these people are looked for", form->purpose);
    m->owner = ui_field(c, "owner", "Owner: who answers for the definition", form->owner);
    m->start = ui_field(c, "start", "First day, if any", form->start);
    m->end = ui_field(c, "end", "Last day, if any", form->end);
    m->target = ui_field(c, "target", "How many people to reach, if any", form->target);
    m->review = ui_field(c, "review", "Look at it again on, if any", form->review);
    m->confirm = ui_field(c, "confirm", "Who must confirm a list", form->confirm);
    m->confirm.options = ui_options(c->arena, CONFIRM, CONFIRM_LABELS, COUNT_OF(CONFIRM));
    m->confirm.option_count = COUNT_OF(CONFIRM);
    m->target.inputmode = STR("numeric");
    fill_offer(c, form->offer, m);
    for (size_t i = 0; i < BUILDER_HEADS; i++) {
        m->about_wrong = m->about_wrong || form->head_errors[i].len > 0;
    }
}

static void fill_kept(Ctx *c, const BuilderState *state, BuilderPage *m)
{
    const KeptDefinition *kept = &state->kept;
    m->save_path = arena_fmt(c->arena, "/cohorts/" STR_FMT "/save", STR_ARG(state->key));
    m->publishes = !state->own || kept->state == DEFINITION_PUBLISHED;
    m->clash = state_clashes(state);
    Str by = arena_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(kept->by),
                       STR_ARG(instant_long(c->arena, kept->at)));
    if (m->clash) m->theirs_by = by;
    m->caption = m->is_new ? STR("A new cohort. Nobody else sees it until you save it.")
                 : !state->own
                     ? arena_fmt(c->arena, "A copy of " STR_FMT ": saving keeps it beside that.",
                                 STR_ARG(kept->name))
                     : arena_fmt(c->arena, "%s, version %lld by " STR_FMT ".",
                                 kept->state == DEFINITION_DRAFT ? "Your draft" : "In use",
                                 (long long)kept->number, STR_ARG(by));
}

// Groups of rules that are still being written would tell people: there are those of the month.
static Err fill_month(Ctx *c, const BuilderState *state, BuilderPage *m)
{
    Err err = equity_newest_month(c, state->key, &m->month);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// What stands around the regions.
static Err fill_around(Ctx *c, const BuilderState *state, BuilderPage *m)
{
    Str title = arena_fmt(c->arena, "Change: " STR_FMT, STR_ARG(state->good->name));
    m->page = page_of(c, m->is_new ? STR("Make a cohort") : title,
                      ctx_can(c, CAP_COHORT_VIEW) ? "/cohorts" : "/cohort-figures");
    return fill_lists(c, m);
}

Err builder_view(Ctx *c, BuilderState *state, BuilderWhole whole, BuilderPage *m)
{
    Str chosen;
    *m =
        (BuilderPage){.state = state,
                      .path = arena_fmt(c->arena, "/cohorts/" STR_FMT "/edit", STR_ARG(state->key)),
                      .is_new = str_eq(state->key, STR("new")),
                      .can_undo = state->wrong || state->past_count > 0};
    m->page.csrf = session_csrf(c);
    if (whole == BUILDER_WHOLE) TRY(fill_around(c, state, m));
    fill_kept(c, state, m);
    if (state->saved) {
        m->saved = arena_fmt(c->arena, "Draft kept " STR_FMT,
                             STR_ARG(instant_clock(c->arena, state->saved_at)));
    }
    TRY(practice_field(c, "Registered at", state->practice, &m->practice, &chosen));
    m->as_at = ui_field(c, "as-at", "Data as at",
                        state->as_at.len > 0 ? state->as_at : date_long(c->arena, state->day));
    fill_heads(c, &state->form, m);
    m->text = ui_field(c, "text", "The same as text", state->text);
    m->text.rows = TEXT_ROWS;
    if (state->by_text && state->text_wrong.len > 0) m->text.error = state->text_wrong;
    m->words = definition_words(c->arena, cohort_sets(c), state->good);
    fill_root(c, state, m);
    TRY(builder_answer(c, state, &m->answer));
    return whole == BUILDER_WHOLE && m->answer.figures ? fill_month(c, state, m) : ERR_OK;
}
