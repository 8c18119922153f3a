// definition_oracle.c -- fills the pieces of rules.sql with what a rule asks for.
#include "base/embed.h"
#include "insight/definition/definition.h"

EMBED(cohort_rules_sql, "assets/cohorts/rules.sql")

enum { SQL_BYTES_MAX = 8 * 1024 * 1024, SQL_LONG_AGO = -9999999 };

typedef struct Writer {
    Arena *arena;
    Date as_at;
    const CohortRule *rule;
    Str columns;  // of the level that is being written
    int level;    // 0: rules; a group stands one above the highest of its rules
    bool unknown; // a rule without SQL
} Writer;

Str sql_piece(const char *name)
{
    Str head = STR("-- name: ");
    Str text = EMBEDDED(cohort_rules_sql);
    size_t at = 0;
    while (str_find(text, head, &at)) {
        text = str_slice(text, at + head.len, text.len);
        Str line;
        Str rest = text;
        if (!str_split(&rest, '\n', &line)) break;
        if (!str_eq(str_trim(line), str_from_c(name))) continue;
        size_t end = rest.len;
        (void)str_find(rest, head, &end);
        return str_trim(str_slice(rest, 0, end));
    }
    assert(!"a piece of rules.sql is missing");
    return STR("");
}

static void add_quoted(Buf *out, Str text, bool lower)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\'') buf_add_char(out, '\'');
        buf_add_char(out, lower && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    buf_add_char(out, '\'');
}

// The words of the rule's list: sets, practices, bands ...
static void add_names(Buf *out, const CohortRule *rule, bool lower)
{
    Str rest = str_from_c(pattern_of(rule->kind)->text);
    Str word;
    const Slot *slot = NULL;
    while (pattern_step(&rest, &word, &slot)) {
        if (slot == NULL || !slot_is_list(slot)) continue;
        for (size_t i = 0; i < slot_count(slot, rule); i++) {
            if (i > 0) buf_add_c(out, ", ");
            add_quoted(out, slot_word(slot, rule, i), lower);
        }
    }
}

static void add_piece(Writer *w, Buf *out, const char *name);

static void add_compared(Buf *out, const CohortRule *rule)
{
    static const char *const SIGNS[] = {">", "<", ">=", "<="};
    if (rule->compare == COMPARE_BETWEEN) {
        buf_fmt(out, "BETWEEN %.17g AND %.17g", rule->bound, rule->bound_to);
    } else {
        buf_fmt(out, "%s %.17g", SIGNS[rule->compare - 1], rule->bound);
    }
}

static void add_day(const Writer *w, Buf *out, Str name)
{
    Date after;
    Date until;
    rule_window_days(&w->rule->window, w->as_at, &after, &until);
    Date day = w->as_at;
    if (str_eq(name, STR("after"))) day = after;
    if (str_eq(name, STR("until"))) day = until;
    if (str_eq(name, STR("earlier"))) day = date_add_months(w->as_at, -w->rule->months);
    if (str_eq(name, STR("year"))) day = date_add_months(w->as_at, -12);
    buf_add_i64(out, date_is_none(day) ? SQL_LONG_AGO : day.days);
}

// At least N of: what each rule of the group is worth.
static void add_sum(Buf *out, const CohortRule *rule)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        buf_fmt(out, "coalesce(1000 * r%d, 1)%s", inner->index, inner->next != NULL ? " + " : "");
    }
}

static bool add_number(const Writer *w, Buf *out, Str name)
{
    const CohortRule *rule = w->rule;
    if (str_eq(name, STR("level"))) {
        buf_add_i64(out, w->level);
    } else if (str_eq(name, STR("below"))) {
        buf_add_i64(out, w->level - 1);
    } else if (str_eq(name, STR("count"))) {
        buf_add_i64(out, rule->count);
    } else if (str_eq(name, STR("high"))) {
        buf_add_i64(out, rule->high);
    } else if (str_eq(name, STR("gap"))) {
        buf_add_i64(out, rule->days);
    } else if (str_eq(name, STR("sign"))) {
        buf_add_i64(out, rule->direction == CHANGE_ROSE ? 1 : -1);
    } else if (str_eq(name, STR("bands"))) {
        buf_add_i64(out, rule->bands);
    } else if (str_eq(name, STR("bound"))) {
        buf_fmt(out, "%.17g", rule->bound);
    } else {
        return false;
    }
    return true;
}

// The day so many months ago, by the months that the rows of the score ask for.
static void add_months_ago(const Writer *w, Buf *out, const char *column)
{
    const CodeScore *score = w->rule->score;
    buf_fmt(out, "CASE %s WHEN 0 THEN %d", column, SQL_LONG_AGO);
    for (size_t i = 0; i < 2 * score->count; i++) {
        const ScoreRow *row = &score->rows[i / 2];
        int months = i % 2 == 0 ? row->months : row->with_months;
        if (months == 0) continue;
        buf_fmt(out, " WHEN %d THEN %d", months, date_add_months(w->as_at, -months).days);
    }
    buf_add_c(out, " END");
}

static bool add_word(const Writer *w, Buf *out, Str name)
{
    const CohortRule *rule = w->rule;
    if (str_eq(name, STR("months-ago"))) {
        add_months_ago(w, out, "s.months");
    } else if (str_eq(name, STR("with-months-ago"))) {
        add_months_ago(w, out, "s.with_months");
    } else if (str_eq(name, STR("score"))) {
        add_quoted(out, rule->score->name, false);
    } else if (str_eq(name, STR("columns"))) {
        buf_add(out, w->columns);
    } else if (str_eq(name, STR("sum"))) {
        add_sum(out, rule);
    } else if (str_eq(name, STR("measure"))) {
        add_quoted(out, rule->measure->name, false);
    } else if (str_eq(name, STR("ended"))) {
        add_quoted(out, rule->ended_name, false);
    } else if (str_eq(name, STR("first"))) {
        add_quoted(out, rule->names[0], false);
    } else if (str_eq(name, STR("second"))) {
        add_quoted(out, rule->names[1], false);
    } else {
        return false;
    }
    return true;
}

static void add_value(Writer *w, Buf *out, Str name)
{
    static const char *const PICKS[] = {"latest", "earliest", "highest", "lowest"};
    static const char *const DAYS[] = {"today", "after", "until", "earlier", "year"};
    for (size_t i = 0; i < COUNT_OF(DAYS); i++) {
        if (!str_eq(name, str_from_c(DAYS[i]))) continue;
        add_day(w, out, name);
        return;
    }
    if (add_number(w, out, name) || add_word(w, out, name)) return;
    bool lower = str_eq(name, STR("lower"));
    if (lower || str_eq(name, STR("names")) || str_eq(name, STR("sets"))) {
        add_names(out, w->rule, lower);
    } else if (str_eq(name, STR("picked"))) {
        add_piece(w, out, PICKS[w->rule->pick - 1]);
    } else if (str_eq(name, STR("compared"))) {
        add_compared(out, w->rule);
    } else {
        add_piece(w, out, arena_c(w->arena, name)); // another piece
    }
}

static void add_piece(Writer *w, Buf *out, const char *name)
{
    Str rest = sql_piece(name);
    size_t from = 0;
    while (str_find(rest, STR("{"), &from)) {
        size_t to = 0;
        bool closed = str_find(rest, STR("}"), &to);
        assert(closed && to > from);
        buf_add(out, str_slice(rest, 0, from));
        add_value(w, out, str_slice(rest, from + 1, to));
        rest = str_slice(rest, to + 1, rest.len);
    }
    buf_add(out, rest);
}

static bool has_sql(RuleKind kind)
{
    static const RuleKind WITHOUT[] = {RULE_COHORT, RULE_NOT_COHORT};
    for (size_t i = 0; i < COUNT_OF(WITHOUT); i++) {
        if (WITHOUT[i] == kind) return false;
    }
    return true;
}

static void add_group(Writer *w, Buf *out, const CohortRule *rule)
{
    if (rule->kind == RULE_SOME) {
        add_piece(w, out, "some");
        return;
    }
    buf_add_c(out, rule->kind == RULE_NONE ? "NOT (" : "(");
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        buf_fmt(out, "r%d", inner->index);
        if (inner->next != NULL) buf_add_c(out, rule->kind == RULE_ALL ? " AND " : " OR ");
    }
    buf_add_char(out, ')');
}

static int level_of(const CohortRule *rule)
{
    int highest = -1;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        int level = level_of(inner);
        if (level > highest) highest = level;
    }
    return highest + 1;
}

// ", expression AS r3" of every rule of the level.
static void add_columns(Writer *w, Buf *out, const CohortRule *rule)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        add_columns(w, out, inner);
    }
    if (level_of(rule) != w->level) return;
    w->rule = rule;
    buf_add_c(out, ",\n ");
    if (rule_is_group(rule)) {
        add_group(w, out, rule);
    } else if (!has_sql(rule->kind)) {
        w->unknown = true;
    } else {
        bool unless = rule->kind == RULE_HAS && rule->ended != 0;
        add_piece(w, out, unless ? "has-unless" : pattern_of(rule->kind)->name);
    }
    buf_fmt(out, " AS r%d", rule->index);
}

Err definition_sql(Arena *arena, const Definition *definition, Date as_at, Str *out)
{
    CLEANUP(buf_free) Buf text = buf_new(SQL_BYTES_MAX);
    Writer w = {.arena = arena, .as_at = as_at, .rule = definition->root};
    int highest = level_of(definition->root);
    for (w.level = 0; w.level <= highest; w.level++) {
        CLEANUP(buf_free) Buf columns = buf_new(SQL_BYTES_MAX);
        add_columns(&w, &columns, definition->root);
        w.columns = arena_str(arena, buf_str(&columns));
        add_piece(&w, &text, w.level == 0 ? "leaves" : "level");
        buf_add_char(&text, '\n');
    }
    w.level = highest;
    add_piece(&w, &text, "answer");
    if (w.unknown || !buf_ok(&text)) return ERR_UNSUPPORTED;
    *out = arena_str(arena, buf_str(&text));
    return ERR_OK;
}

// ---- what codes and units mean, as tables

static Err add_row(ScratchInsert *insert, Str name, const CodeRow *row)
{
    scratch_put_text(insert, 1, name);
    scratch_put_text(insert, 2, row->system);
    scratch_put_text(insert, 3, row->code);
    return scratch_step(insert);
}

static Err add_measure_codes(Scratch *scratch, const Measure *measure)
{
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(scratch, sql_piece("measure_code"), &insert));
    Err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < measure->count; i++) {
        err = add_row(insert, measure->name, &measure->rows[i]);
    }
    scratch_insert_end(insert);
    return err;
}

// Each code with every set that holds it, those that take others in too.
static Err add_sets(Scratch *scratch, const CodeSets *sets)
{
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(scratch, sql_piece("code_set"), &insert));
    Err err = ERR_OK;
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        const CodeSet *set = code_set_at(sets, s);
        for (size_t i = 0; err == ERR_OK && i < set->count; i++) {
            size_t count = 0;
            const uint16_t *in = code_sets_of(sets, set->rows[i].system, set->rows[i].code, &count);
            for (size_t j = 0; err == ERR_OK && j < count; j++) {
                err = add_row(insert, code_set_at(sets, in[j])->name, &set->rows[i]);
            }
        }
    }
    scratch_insert_end(insert);
    return err;
}

static Err add_units(Scratch *scratch, const Measure *measure)
{
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(scratch, sql_piece("measure_unit"), &insert));
    Err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < measure->unit_count; i++) {
        const MeasureUnit *unit = &measure->units[i];
        scratch_put_text(insert, 1, measure->name);
        scratch_put_i64(insert, 2, (int64_t)i);
        scratch_put_text(insert, 3, unit->unit);
        scratch_put_real(insert, 4, unit->factor);
        scratch_put_real(insert, 5, unit->plus);
        scratch_put_real(insert, 6, unit->from);
        scratch_put_real(insert, 7, unit->below);
        scratch_put_i64(insert, 8, unit->by_range);
        err = scratch_step(insert);
    }
    scratch_insert_end(insert);
    return err;
}

static Err add_value_rules(Scratch *scratch, const CodeSets *sets)
{
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(scratch, sql_piece("value_rule"), &insert));
    size_t count = 0;
    const ValueRule *rules = value_rules(sets, &count);
    Err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        scratch_put_text(insert, 1, rules[i].set);
        scratch_put_text(insert, 2, rules[i].measure->name);
        scratch_put_i64(insert, 3, rules[i].sex);
        scratch_put_none(insert, 4);
        scratch_put_none(insert, 5);
        if (rules[i].has_below) scratch_put_real(insert, 4, rules[i].below);
        if (rules[i].has_above) scratch_put_real(insert, 5, rules[i].above);
        err = scratch_step(insert);
    }
    scratch_insert_end(insert);
    return err;
}

static Str set_name_of(const CodeSets *sets, int set)
{
    return set < 0 ? STR("") : code_set_at(sets, (size_t)set)->name;
}

static Err add_score(Scratch *scratch, const CodeSets *sets, const CodeScore *score)
{
    ScratchInsert *insert = NULL;
    TRY(scratch_prepare(scratch, sql_piece("score_row"), &insert));
    Err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < score->count; i++) {
        const ScoreRow *row = &score->rows[i];
        int unless = row->unless < 0 ? -1 : score->rows[row->unless].set;
        scratch_put_text(insert, 1, score->name);
        scratch_put_i64(insert, 2, (int64_t)i);
        scratch_put_text(insert, 3, set_name_of(sets, row->set));
        scratch_put_i64(insert, 4, row->points);
        scratch_put_text(insert, 5, set_name_of(sets, unless));
        scratch_put_i64(insert, 6, row->when);
        scratch_put_i64(insert, 7, row->months);
        scratch_put_none(insert, 8);
        if (row->with >= 0) scratch_put_text(insert, 8, set_name_of(sets, row->with));
        scratch_put_i64(insert, 9, row->with_months);
        scratch_put_i64(insert, 10, row->times);
        scratch_put_i64(insert, 11, row->with_times);
        err = scratch_step(insert);
    }
    scratch_insert_end(insert);
    return err;
}

static Err add_measures(Scratch *scratch, const CodeSets *sets)
{
    for (size_t i = 0; i < measures_count(sets); i++) {
        TRY(add_measure_codes(scratch, measure_at(sets, i)));
        TRY(add_units(scratch, measure_at(sets, i)));
    }
    return ERR_OK;
}

static Err add_scores(Scratch *scratch, const CodeSets *sets)
{
    for (size_t i = 0; i < code_scores_count(sets); i++) {
        TRY(add_score(scratch, sets, code_score_at(sets, i)));
    }
    return ERR_OK;
}

Err sql_begin(Scratch *scratch, const CodeSets *sets)
{
    TRY(scratch_run(scratch, sql_piece("tables")));
    TRY(scratch_run(scratch, STR("BEGIN")));
    TRY(add_sets(scratch, sets));
    TRY(add_measures(scratch, sets));
    TRY(add_scores(scratch, sets));
    return add_value_rules(scratch, sets);
}

Err sql_derive(Scratch *scratch)
{
    TRY(scratch_run(scratch, STR("COMMIT")));
    return scratch_run(scratch, sql_piece("derived"));
}
