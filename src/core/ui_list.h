// ui_list.h -- the parts of lists: tiles, filters, tables, pages, sub-navigation.
#ifndef UI_LIST_H
#define UI_LIST_H

#include "base/base.h"
#include "base/date.h"

typedef struct UiTile {
    int64_t value;
    Str text; // shown instead of value when not empty ("fewer than 5")
    Str label;
    Str href; // the list it opens has exactly `value` rows; "" for no list
    Str note;
    Str tone; // "red", "amber", "blue", "green", ""
} UiTile;
void ui_tiles(Buf *o, const UiTile *tiles, size_t count, Str label);

typedef struct UiNavItem {
    Str label;
    Str href;
    int64_t count; // < 0: no badge
    bool alert;
    bool current;
} UiNavItem;
// more: extra classes, "app-subnav--inbox" for a list's tabs, "app-mb4"; "" none.
void ui_subnav(Buf *o, Str label, const UiNavItem *items, size_t count, Str more);

typedef struct UiFilterChip {
    Str text;
    Str href; // the same list without this filter
} UiFilterChip;
typedef struct UiFilter { // layout: the fields go inside; the button and chips are added
    Str action;
    Str label; // "Filter the list"
    Str shown; // "Showing 38 of 62."
    Str clear; // address without filters, "" when none is on
    const UiFilterChip *chips;
    size_t chip_count;
    int columns; // 3, 4 or 5
    Str csrf;    // set: POST (what is typed may name a person); "": GET
} UiFilter;
void ui_filter_begin(Buf *o, const UiFilter *f);
void ui_filter_end(Buf *o, const UiFilter *f);

typedef struct UiColumn {
    Str label;
    Str sort;      // key, "" for not sortable
    bool hidden;   // label for screen readers only (buttons)
    bool optional; // dropped on narrow screens
    bool number;   // to the right
    int width;     // class w-col-N: 0 none, else 70, 104, 128, 140, 196, 252, 292 pixels
} UiColumn;
typedef struct UiTable { // layout: rows inside, each <tr class="nhsuk-table__row" role="row">
    Str caption;
    const UiColumn *columns;
    size_t column_count;
    Str sort;      // key now, "-key" for descending
    Str sort_href; // "/list?priority=high&sort=": the key is added
    Str more;      // classes: "app-table--tight", "app-table--wide"; of phones see 7-phone.css
    bool caption_shown;
} UiTable;
void ui_table_begin(Buf *o, const UiTable *t);
void ui_table_end(Buf *o, const UiTable *t);
// A cell (layout). label stands before the value on phones; "" for the cell that names the row.
void ui_cell_begin(Buf *o, Str label);
void ui_cell_end(Buf *o, Str label);
void ui_cell_heading_begin(Buf *o); // what the row is about: the header of its other cells
void ui_cell_heading_end(Buf *o);
void ui_cell_opt_begin(Buf *o, Str label); // of an optional column
void ui_cell_opt_end(Buf *o, Str label);
void ui_cell_actions_begin(Buf *o);
void ui_cell_actions_end(Buf *o);

typedef struct UiPages {
    int64_t page; // from 1
    int64_t pages;
    Str href;  // "/list?sort=due&page=": the number is added
    Str shown; // "Showing 1 to 11 of 38. Updated 24 November 2026, 10:12."
    Str at;    // id of the list, where there is more on the page; "" for its top
} UiPages;
typedef struct UiSlice { // which rows of a list stand on a page
    int64_t page, pages; // from 1; a page beyond the last is the last
    size_t from, count;
} UiSlice;
UiSlice ui_slice(size_t rows, size_t rows_a_page, int64_t asked);
// What stands under such a page: "Showing 51 to 97 of 97 people."; nothing when there is no row.
// href as in UiPages; all: how many rows the whole list has, in words ("97 people"). In the arena.
UiPages ui_foot(Arena *arena, UiSlice slice, Str href, Str all);
// Which rows stand first: those of the least key, equal ones as they stood; INFINITY: last.
size_t *ui_least_first(Arena *arena, const double *keys, size_t count);
void ui_pages(Buf *o, const UiPages *p); // the line under a list; no links when there is one page
void ui_pagination(Buf *o, const UiPages *p);

// What the templates above ask; ui.c.
enum { UI_PAGE_LINKS_MAX = 9 };
bool ui_table_sorts(const UiTable *t);
int ui_column_order(const UiTable *t, const UiColumn *col); // 1 ascending now, -1 descending, 0
// Page numbers to link, 0 for a gap; first, last and those around the current. Returns how many.
size_t ui_page_numbers(const UiPages *p, int64_t out[UI_PAGE_LINKS_MAX]);

#endif
