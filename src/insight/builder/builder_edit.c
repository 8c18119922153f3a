// builder_edit.c -- rows added, taken away, moved and grouped. A group and all in it move as one.
#include "insight/builder/builder_form.h"

bool row_is_group(const BuilderRow *row)
{
    return pattern_named(row->kind) == NULL;
}

size_t row_end(const BuilderForm *form, size_t at)
{
    size_t end = at + 1;
    while (end < form->row_count && form->rows[end].depth > form->rows[at].depth) end++;
    return end;
}

// The row of the group that a row stands in; only the outermost has none, and is its own.
static size_t group_of(const BuilderForm *form, size_t at)
{
    size_t group = at;
    while (group > 0 && form->rows[group].depth >= form->rows[at].depth) group--;
    return group;
}

// The row before it in the same group; `at` when it is the first.
static size_t sibling_before(const BuilderForm *form, size_t at)
{
    size_t before = at;
    while (before > 0 && form->rows[before - 1].depth > form->rows[at].depth) before--;
    return before > 0 && form->rows[before - 1].depth == form->rows[at].depth ? before - 1 : at;
}

static void insert(BuilderForm *form, size_t at, const BuilderRow *row)
{
    assert(form->row_count < BUILDER_ROWS_MAX);
    memmove(&form->rows[at + 1], &form->rows[at], (form->row_count - at) * sizeof *form->rows);
    form->rows[at] = *row;
    form->row_count++;
}

static void cut(BuilderForm *form, size_t from, size_t to)
{
    memmove(&form->rows[from], &form->rows[to], (form->row_count - to) * sizeof *form->rows);
    form->row_count -= to - from;
}

static void reverse(BuilderRow *rows, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        BuilderRow row = rows[i];
        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = row;
    }
}

// [from, between) and [between, after) change places.
static void swap_runs(BuilderForm *form, size_t from, size_t between, size_t after)
{
    reverse(form->rows + from, between - from);
    reverse(form->rows + between, after - between);
    reverse(form->rows + from, after - from);
}

static void shift_depth(BuilderForm *form, size_t from, size_t to, int by)
{
    for (size_t i = from; i < to; i++) form->rows[i].depth += by;
}

static int deepest(const BuilderForm *form, size_t from, size_t to)
{
    int depth = 0;
    for (size_t i = from; i < to; i++) {
        if (form->rows[i].depth > depth) depth = form->rows[i].depth;
    }
    return depth;
}

// A rule that can be counted as it stands, to be changed into what is wanted.
static BuilderRow first_rule(int depth)
{
    BuilderRow row = {.depth = depth, .kind = STR("age-at-least"), .note = STR("")};
    row.parts[PART_YEARS] = STR("18");
    return row;
}

size_t rows_add_rule(BuilderForm *form, size_t group)
{
    if (group >= form->row_count || !row_is_group(&form->rows[group])) return 0;
    if (form->row_count == BUILDER_ROWS_MAX) return group;
    BuilderRow row = first_rule(form->rows[group].depth + 1);
    size_t at = row_end(form, group);
    insert(form, at, &row);
    return at;
}

size_t rows_add_group(BuilderForm *form, size_t group)
{
    if (group >= form->row_count || !row_is_group(&form->rows[group])) return 0;
    int depth = form->rows[group].depth + 1;
    if (form->row_count + 2 > BUILDER_ROWS_MAX || depth + 1 >= DEFINITION_DEPTH_MAX) return group;
    size_t at = row_end(form, group);
    insert(form, at, &(BuilderRow){.depth = depth, .kind = STR("any"), .note = STR("")});
    BuilderRow row = first_rule(depth + 1);
    insert(form, at + 1, &row);
    return at + 1;
}

// A group that would stand empty goes too; the last rule of all stays.
size_t rows_remove(BuilderForm *form, size_t at)
{
    if (at == 0 || at >= form->row_count) return 0;
    size_t group = group_of(form, at);
    while (group > 0 && row_end(form, group) == row_end(form, at) && group + 1 == at) {
        at = group;
        group = group_of(form, at);
    }
    if (at == 1 && row_end(form, at) == form->row_count) return 1;
    cut(form, at, row_end(form, at));
    return at < form->row_count ? at : form->row_count - 1;
}

// The first of its group goes out before the group, a rule into a group that stands before it.
size_t rows_move_up(BuilderForm *form, size_t at)
{
    if (at == 0 || at >= form->row_count) return 0;
    size_t end = row_end(form, at);
    size_t before = sibling_before(form, at);
    size_t group = group_of(form, at);
    if (before == at) {
        if (group == 0 || row_end(form, group) == end) return at; // outermost, or alone in it
        shift_depth(form, at, end, -1);
        swap_runs(form, group, at, end);
        return group;
    }
    if (row_is_group(&form->rows[before]) && !row_is_group(&form->rows[at])) {
        shift_depth(form, at, end, 1);
        return at;
    }
    swap_runs(form, before, at, end);
    return before;
}

size_t rows_move_down(BuilderForm *form, size_t at)
{
    if (at == 0 || at >= form->row_count) return 0;
    size_t end = row_end(form, at);
    size_t group = group_of(form, at);
    if (end == row_end(form, group)) {
        if (group == 0 || at == group + 1) return at;
        shift_depth(form, at, end, -1);
        return at;
    }
    if (row_is_group(&form->rows[end]) && !row_is_group(&form->rows[at])) {
        shift_depth(form, at, end, 1);
        swap_runs(form, at, end, end + 1); // the group's own row comes before it
        return at + 1;
    }
    size_t after = row_end(form, end);
    swap_runs(form, at, end, after);
    return at + (after - end);
}

size_t rows_wrap(BuilderForm *form, size_t at)
{
    if (at == 0 || at >= form->row_count) return 0;
    if (form->row_count == BUILDER_ROWS_MAX) return at;
    size_t end = row_end(form, at);
    if (deepest(form, at, end) + 1 >= DEFINITION_DEPTH_MAX) return at;
    int depth = form->rows[at].depth;
    shift_depth(form, at, end, 1);
    insert(form, at, &(BuilderRow){.depth = depth, .kind = STR("any"), .note = STR("")});
    return at + 1;
}

size_t rows_unwrap(BuilderForm *form, size_t at)
{
    if (at == 0 || at >= form->row_count) return 0;
    if (!row_is_group(&form->rows[at])) return at;
    size_t end = row_end(form, at);
    shift_depth(form, at + 1, end, -1);
    cut(form, at, at + 1);
    return at;
}
