// ui.c -- the little reckoning behind the parts of pages: what is due when, which pages to link.
#include "core/ui.h"

static const char *const ICON_PATHS[ICON_COUNT] = {
    [ICON_CLOCK] = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3 3",
    [ICON_PHONE] =
        ("M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 "
         "1 3-3"),
    [ICON_HOME] = "M3 11l9-8 9 8M5 10v10h14V10M10 20v-6h4v6",
    [ICON_PEOPLE] =
        ("M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M2 20a7 7 0 0 1 14 0M16 5a3.5 3.5 0 0 1 0 "
         "7M18 14a7 7 0 0 1 4 6"),
    [ICON_DOCUMENT] = "M6 3h8l4 4v14H6zM14 3v5h4M9 13h6M9 17h6",
    [ICON_CHART] = "M3 17l5-6 4 3 8-9",
    [ICON_LINK] =
        "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
    [ICON_HOSPITAL] = "M4 21V5h16v16M9 21v-4h6v4M12 8v6M9 11h6",
    [ICON_LOCK] = "M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3",
    [ICON_WARNING] = "M12 3l10 18H2zM12 10v5M12 18v.01",
    [ICON_EAR] = "M7 10a5 5 0 0 1 10 0c0 4-4 4-4 8a3 3 0 0 1-5 2M10 10a2 2 0 0 1 4 0",
    [ICON_HEART] = "M12 20s-8-5-8-11a4.5 4.5 0 0 1 8-2.5A4.5 4.5 0 0 1 20 9c0 6-8 11-8 11",
    [ICON_TICK] = "M4 12l6 6L20 6",
    [ICON_CROSS] = "M6 6l12 12M18 6L6 18",
    [ICON_EYE] = "M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
    [ICON_PILL] = "M5 12l7-7a5 5 0 0 1 7 7l-7 7a5 5 0 0 1-7-7M8.500 8.500l7 7",
    [ICON_CHAT] = "M4 4h16v12H9l-5 4z",
    [ICON_VIDEO] = "M3 6h12v12H3zM15 10l6-3v10l-6-3",
    [ICON_PERSON] = "M12 3a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9M4 21a8 8 0 0 1 16 0",
    [ICON_NEEDLE] = "M14 3l7 7M17 7l-3 3M16 12L12 8l-7 7v4h4zM5 19l-2 2",
};

const char *ui_icon_path(UiIcon icon)
{
    assert(icon > ICON_NONE && icon < ICON_COUNT);
    return ICON_PATHS[icon];
}

const char *ui_weekday(Date day)
{
    static const char *const NAMES[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    return date_is_none(day) ? "" : NAMES[date_weekday(day)];
}

UiField ui_date_field(const UiField *f)
{
    UiField date = *f;
    if (date.width == 0) date.width = 20;
    if (date.autocomplete.len == 0) date.autocomplete = STR("off");
    return date;
}

// The last day that still counts as soon: three working days on, weekends between not counted.
static Date soon_until(Date today)
{
    enum { WORKING_DAYS = 3 };
    Date day = today;
    for (int left = WORKING_DAYS; left > 0;) {
        day = date_add_days(day, 1);
        if (date_weekday(day) < SATURDAY) left--;
    }
    return day;
}

static Str with_clock(Arena *arena, Str text, int minutes)
{
    if (minutes < 0) return text;
    return arena_fmt(arena, STR_FMT ", %02d:%02d", STR_ARG(text), minutes / 60, minutes % 60);
}

UiDue ui_due_of(Arena *arena, Date due, int minutes, bool done, Date today)
{
    if (date_is_none(due)) return (UiDue){.state = DUE_NONE};
    UiDue out = {
        .text = with_clock(arena, date_short(arena, due), minutes),
        .full = arena_fmt(arena, "%s " STR_FMT, ui_weekday(due), STR_ARG(date_long(arena, due))),
    };
    int32_t days = date_days_between(due, today);
    if (done) {
        out.state = DUE_DONE;
    } else if (days > 0) {
        out.state = DUE_OVER;
        out.text = arena_fmt(arena, "%d day%s overdue", days, days == 1 ? "" : "s");
        out.full = STR("");
    } else if (days == 0) {
        out.state = DUE_TODAY;
        out.text = with_clock(arena, STR("Today"), minutes);
        out.full = STR("");
    } else {
        out.state = date_cmp(due, soon_until(today)) <= 0 ? DUE_SOON : DUE_LATER;
    }
    return out;
}

UiOption *ui_options(Arena *arena, const char *const *values, const char *const *labels,
                     size_t count)
{
    UiOption *options = ARENA_ARRAY(arena, UiOption, count);
    for (size_t i = 0; i < count; i++) {
        options[i] = (UiOption){.value = str_from_c(values[i]), .text = str_from_c(labels[i])};
    }
    return options;
}

UiField ui_field(const Ctx *c, const char *name, const char *label, Str value)
{
    return (UiField){.name = str_from_c(name),
                     .label = str_from_c(label),
                     .value = value,
                     .error = issue_of(c, name)};
}

Str ui_row_name(Arena *arena, Str group, size_t i, const char *name)
{
    return arena_fmt(arena, STR_FMT "[%zu].%s", STR_ARG(group), i, name);
}

bool ui_table_sorts(const UiTable *t)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (t->columns[i].sort.len > 0) return true;
    }
    return false;
}

int ui_column_order(const UiTable *t, const UiColumn *col)
{
    if (col->sort.len == 0) return 0;
    if (str_eq(t->sort, col->sort)) return 1;
    bool down =
        str_starts(t->sort, STR("-")) && str_eq(str_slice(t->sort, 1, t->sort.len), col->sort);
    return down ? -1 : 0;
}

UiSlice ui_slice(size_t rows, size_t rows_a_page, int64_t asked)
{
    assert(rows_a_page > 0);
    int64_t pages = rows == 0 ? 1 : (int64_t)((rows + rows_a_page - 1) / rows_a_page);
    int64_t page = asked < 1 ? 1 : asked > pages ? pages : asked;
    size_t from = (size_t)(page - 1) * rows_a_page;
    size_t left = rows - from;
    return (UiSlice){page, pages, from, left > rows_a_page ? rows_a_page : left};
}

UiPages ui_foot(Arena *arena, UiSlice slice, Str href, Str all)
{
    UiPages foot = {.page = slice.page, .pages = slice.pages, .href = href};
    if (slice.count > 0) { // else the list itself says that it is empty
        foot.shown = arena_fmt(arena, "Showing %zu to %zu of " STR_FMT ".", slice.from + 1,
                               slice.from + slice.count, STR_ARG(all));
    }
    return foot;
}

typedef struct Keyed {
    double key;
    size_t at;
} Keyed;

static int keyed_cmp(const void *a, const void *b)
{
    const Keyed *left = a;
    const Keyed *right = b;
    if (left->key != right->key) return left->key < right->key ? -1 : 1;
    return (left->at > right->at) - (left->at < right->at);
}

size_t *ui_least_first(Arena *arena, const double *keys, size_t count)
{
    Keyed *all = ARENA_ARRAY(arena, Keyed, count + 1);
    size_t *order = ARENA_ARRAY(arena, size_t, count + 1);
    for (size_t i = 0; i < count; i++) all[i] = (Keyed){keys[i], i};
    if (count > 1) qsort(all, count, sizeof *all, keyed_cmp);
    for (size_t i = 0; i < count; i++) order[i] = all[i].at;
    return order;
}

size_t ui_page_numbers(const UiPages *p, int64_t out[UI_PAGE_LINKS_MAX])
{
    size_t count = 0;
    int64_t last = 0;
    for (int64_t n = 1; n <= p->pages; n++) {
        bool near = n >= p->page - 1 && n <= p->page + 1;
        if (n != 1 && n != p->pages && !near) {
            n = n < p->page - 1 ? p->page - 2 : p->pages - 1; // the gap is one step
            continue;
        }
        if (n > last + 1) out[count++] = 0;
        out[count++] = n;
        last = n;
    }
    return count;
}
