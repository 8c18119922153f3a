// pdf_draw.c -- the document on A4, tagged as it is drawn. A tag with text in it never stands open
// over a page's end: what goes on there begins again under the same tag.
#include "app/pdf/pdf.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

static const double PAGE_WIDTH = 595.276; // A4 in points
static const double PAGE_HEIGHT = 841.89;
static const double SIDE = 48.0;
static const double EDGE = 34.0; // above the header and below the footer
static const double SPACE = 4.0;
// Where the window of a DL envelope shows the address of a letter that is folded in three.
static const double WINDOW_X = 62.0;
static const double WINDOW_Y = 150.0;
static const double WINDOW_WIDTH = 240.0;
static const double WINDOW_END = 272.0; // what the letter says begins below
static const double SENDER_X = 350.0;

enum { TEXT_POINTS = 12, LARGE_POINTS = 18 };

typedef struct Pen {
    const PdfDoc *doc;
    Arena *arena;
    cairo_surface_t *surface;
    cairo_t *cr;
    PangoContext *context; // of all layouts: fonts are looked up once
    double y;
    double size;   // of text, in points
    double small;  // of header and footer
    double top;    // below the header, which may take several lines
    double bottom; // above the footer
    int page;      // from 1
    int pages;     // in all; 0 while they are being counted
    bool over;     // more than there may be
    bool counting; // nothing is drawn: only how many pages it takes
    // Of letters: the one that is drawn, its number from 1, the page before it, and how many pages
    // each has, filled while they are counted.
    const Block *letter;
    size_t number;
    int before;
    int *letter_pages;
} Pen;

static PangoLayout *layout_of(const Pen *pen, Str text, double size, bool bold, double width)
{
    PangoLayout *layout = pango_layout_new(pen->context);
    PangoFontDescription *font = pango_font_description_from_string("Liberation Sans, Arial, Sans");
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    if (bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_spacing(layout, (int)(size * 0.25 * PANGO_SCALE));
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE)); // words as written
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_text(layout, text.ptr == NULL ? "" : text.ptr, (int)text.len);
    return layout;
}

static double height_of(PangoLayout *layout)
{
    int height = 0;
    pango_layout_get_size(layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

static void draw_at(const Pen *pen, PangoLayout *layout, double x, double y)
{
    if (pen->counting) return;
    cairo_move_to(pen->cr, x, y);
    pango_cairo_show_layout(pen->cr, layout);
}

static double small_height(const Pen *pen, Str text)
{
    PangoLayout *layout = layout_of(pen, text, pen->small, false, PAGE_WIDTH - 2 * SIDE);
    double height = height_of(layout);
    g_object_unref(layout);
    return height;
}

static void draw_small(const Pen *pen, Str text, bool bold, double y)
{
    PangoLayout *layout = layout_of(pen, text, pen->small, bold, PAGE_WIDTH - 2 * SIDE);
    draw_at(pen, layout, SIDE, y);
    g_object_unref(layout);
}

static void draw_rule(const Pen *pen, double x, double y, double width)
{
    if (pen->counting) return;
    cairo_set_line_width(pen->cr, 0.75);
    cairo_move_to(pen->cr, x, y);
    cairo_line_to(pen->cr, x + width, y);
    cairo_stroke(pen->cr);
}

static Str foot_of(const Pen *pen)
{
    if (pen->letter != NULL) {
        return arena_fmt(pen->arena, "Page %d of %d, letter to " STR_FMT, pen->page - pen->before,
                         pen->letter_pages[pen->number], STR_ARG(pen->letter->text));
    }
    return arena_fmt(pen->arena, "Page %d of %d, " STR_FMT, pen->page, pen->pages,
                     STR_ARG(pen->doc->footer));
}

// Bold is wider: one line more than the plain header needs is kept free.
static void set_margins(Pen *pen)
{
    pen->top = EDGE + small_height(pen, pen->doc->header) + pen->small + 16;
    pen->bottom = PAGE_HEIGHT - EDGE - small_height(pen, foot_of(pen)) - pen->small - 16;
}

// Who it is about, and page x of y: on every page, outside the structure.
static void begin_page(Pen *pen)
{
    pen->page++;
    if (pen->page > (pen->letter != NULL ? PDF_LETTER_PAGES_MAX : PDF_PAGES_MAX)) pen->over = true;
    double width = PAGE_WIDTH - 2 * SIDE;
    if (pen->letter == NULL) {
        draw_small(pen, pen->doc->header, true, EDGE);
        draw_rule(pen, SIDE, pen->top - 10, width);
        draw_rule(pen, SIDE, pen->bottom + 10, width);
    }
    draw_small(pen, foot_of(pen), false, pen->bottom + 16);
    pen->y = pen->top;
}

static void next_page(Pen *pen)
{
    if (!pen->counting) cairo_show_page(pen->cr);
    begin_page(pen);
}

static bool fits(const Pen *pen, double height)
{
    return pen->y + height <= pen->bottom;
}

static void open_tag(const Pen *pen, const char *tag)
{
    if (!pen->counting) cairo_tag_begin(pen->cr, tag, NULL);
}

static void close_tag(const Pen *pen, const char *tag)
{
    if (!pen->counting) cairo_tag_end(pen->cr, tag);
}

// Line by line, so that a long text flows over pages.
static void flow(Pen *pen, const char *tag, PangoLayout *layout, double x)
{
    PangoLayoutIter *lines = pango_layout_get_iter(layout);
    double from = 0; // of the layout, at the top of this page
    double top = pen->y;
    open_tag(pen, tag);
    do {
        PangoRectangle box;
        pango_layout_iter_get_line_extents(lines, NULL, &box);
        double line_top = (double)box.y / PANGO_SCALE;
        double line_end = (double)(box.y + box.height) / PANGO_SCALE;
        if (top + line_end - from > pen->bottom && top + line_top - from > pen->top) {
            close_tag(pen, tag);
            next_page(pen);
            open_tag(pen, tag);
            from = line_top;
            top = pen->y;
        }
        double base = (double)pango_layout_iter_get_baseline(lines) / PANGO_SCALE;
        if (!pen->counting) {
            cairo_move_to(pen->cr, x + (double)box.x / PANGO_SCALE, top + base - from);
            pango_cairo_show_layout_line(pen->cr, pango_layout_iter_get_line_readonly(lines));
        }
        pen->y = top + line_end - from;
    } while (!pen->over && pango_layout_iter_next_line(lines));
    close_tag(pen, tag);
    pango_layout_iter_free(lines);
}

static void draw_paragraph(Pen *pen, Str text)
{
    if (text.len == 0) return;
    PangoLayout *layout = layout_of(pen, text, pen->size, false, PAGE_WIDTH - 2 * SIDE);
    flow(pen, "P", layout, SIDE);
    g_object_unref(layout);
    pen->y += pen->size * 0.7;
}

// ---- the measures of a table

typedef struct Grid {
    const Block *block;
    double widths[PDF_COLUMNS_MAX];
    double size;
} Grid;

// The first column has the words; the others share the rest.
static Grid grid_of(const Pen *pen, const Block *block)
{
    Grid grid = {.block = block, .size = pen->size * 0.92};
    double width = PAGE_WIDTH - 2 * SIDE;
    double first = block->columns == 1 ? width : width * 0.4;
    for (size_t i = 0; i < block->columns; i++) {
        grid.widths[i] = i == 0 ? first : (width - first) / (double)(block->columns - 1);
    }
    return grid;
}

static PangoLayout *cell_layout(const Pen *pen, const Grid *grid, size_t row, size_t column)
{
    Str text = grid->block->items[row * grid->block->columns + column];
    return layout_of(pen, text, grid->size, row == 0, grid->widths[column] - 2 * SPACE);
}

static double row_height(const Pen *pen, const Grid *grid, size_t row)
{
    double highest = grid->size;
    for (size_t i = 0; i < grid->block->columns; i++) {
        PangoLayout *layout = cell_layout(pen, grid, row, i);
        double height = height_of(layout);
        if (height > highest) highest = height;
        g_object_unref(layout);
    }
    return highest + 2 * SPACE;
}

// The least of a block that belongs under its heading: two lines, or a table's head and first row.
static double least_of(const Pen *pen, const Block *block)
{
    double lines = pen->size * 3;
    if (block == NULL || block->kind != BLOCK_TABLE) return lines;
    if (block->item_count < 2 * block->columns) return lines;
    Grid grid = grid_of(pen, block);
    double rows = row_height(pen, &grid, 0) + row_height(pen, &grid, 1);
    return rows > lines && rows < (pen->bottom - pen->top) / 2 ? rows : lines;
}

// A heading is not left alone at the foot of a page.
static void draw_heading(Pen *pen, const Block *block, const Block *next)
{
    static const char *const TAGS[] = {"H1", "H2", "H3"};
    static const double SIZES[] = {1.7, 1.35, 1.12};
    double size = pen->size * SIZES[block->kind];
    PangoLayout *layout = layout_of(pen, block->text, size, true, PAGE_WIDTH - 2 * SIDE);
    if (pen->y > pen->top) pen->y += pen->size * 0.5;
    if (pen->y > pen->top && !fits(pen, height_of(layout) + least_of(pen, next))) next_page(pen);
    flow(pen, TAGS[block->kind], layout, SIDE);
    g_object_unref(layout);
    pen->y += pen->size * 0.4;
}

static void draw_item(Pen *pen, Str text)
{
    double indent = pen->size * 1.4;
    PangoLayout *mark = layout_of(pen, STR("\xE2\x80\xA2"), pen->size, false, indent);
    PangoLayout *layout = layout_of(pen, text, pen->size, false, PAGE_WIDTH - 2 * SIDE - indent);
    if (pen->y > pen->top && !fits(pen, pen->size * 2)) next_page(pen);
    double y = pen->y;
    open_tag(pen, "Lbl");
    draw_at(pen, mark, SIDE, y);
    close_tag(pen, "Lbl");
    flow(pen, "LBody", layout, SIDE + indent);
    g_object_unref(mark);
    g_object_unref(layout);
    pen->y += pen->size * 0.3;
}

static void draw_list(Pen *pen, const Block *block)
{
    open_tag(pen, "L");
    for (size_t i = 0; i < block->item_count && !pen->over; i++) {
        open_tag(pen, "LI");
        draw_item(pen, block->items[i]);
        close_tag(pen, "LI");
    }
    close_tag(pen, "L");
    pen->y += pen->size * 0.4;
}

// ---- tables

static void draw_row(Pen *pen, const Grid *grid, size_t row)
{
    double height = row_height(pen, grid, row);
    double x = SIDE;
    open_tag(pen, "TR");
    for (size_t i = 0; i < grid->block->columns; i++) {
        PangoLayout *layout = cell_layout(pen, grid, row, i);
        const char *tag = row == 0 ? "TH" : "TD";
        open_tag(pen, tag);
        draw_at(pen, layout, x + SPACE, pen->y + SPACE);
        close_tag(pen, tag);
        g_object_unref(layout);
        x += grid->widths[i];
    }
    close_tag(pen, "TR");
    pen->y += height;
    draw_rule(pen, SIDE, pen->y, PAGE_WIDTH - 2 * SIDE);
}

// A row that would fill most of a page (one cell of 500 characters in large print) is written as
// paragraphs, each with the name of its column: nothing is cut off.
static bool too_high(const Pen *pen, const Grid *grid)
{
    size_t rows = grid->block->item_count / grid->block->columns;
    for (size_t row = 0; row < rows; row++) {
        if (row_height(pen, grid, row) > (pen->bottom - pen->top) / 2) return true;
    }
    return false;
}

static void draw_as_paragraphs(Pen *pen, const Block *block)
{
    for (size_t i = block->columns; i < block->item_count && !pen->over; i++) {
        Str head = block->items[i % block->columns];
        if (block->items[i].len == 0) continue;
        draw_paragraph(pen, arena_fmt(pen->arena, STR_FMT ": " STR_FMT, STR_ARG(head),
                                      STR_ARG(block->items[i])));
    }
}

static void draw_table(Pen *pen, const Block *block)
{
    Grid grid = grid_of(pen, block);
    size_t rows = block->item_count / block->columns;
    if (rows < 2) return;
    if (too_high(pen, &grid)) {
        draw_as_paragraphs(pen, block);
        return;
    }
    double head = row_height(pen, &grid, 0);
    if (pen->y > pen->top && !fits(pen, head + row_height(pen, &grid, 1))) next_page(pen);
    open_tag(pen, "Table");
    draw_row(pen, &grid, 0);
    for (size_t row = 1; row < rows && !pen->over; row++) {
        if (!fits(pen, row_height(pen, &grid, row))) {
            close_tag(pen, "Table");
            next_page(pen);
            open_tag(pen, "Table");
            draw_row(pen, &grid, 0);
        }
        draw_row(pen, &grid, row);
    }
    close_tag(pen, "Table");
    pen->y += pen->size;
}

// ---- letters

static void draw_lines(Pen *pen, const Str *lines, size_t count, double x, double width)
{
    Str text = STR("");
    for (size_t i = 0; i < count; i++) {
        text = arena_fmt(pen->arena, STR_FMT "%s" STR_FMT, STR_ARG(text), i > 0 ? "\n" : "",
                         STR_ARG(lines[i]));
    }
    if (text.len == 0) return;
    PangoLayout *layout = layout_of(pen, text, pen->size, false, width);
    flow(pen, "P", layout, x);
    g_object_unref(layout);
}

static void end_letter(Pen *pen)
{
    if (pen->letter == NULL) return;
    close_tag(pen, "Sect");
    pen->letter_pages[pen->number] = pen->page - pen->before;
}

static void begin_letter(Pen *pen, const Block *block)
{
    end_letter(pen);
    if (pen->page > 0 && !pen->counting) cairo_show_page(pen->cr);
    pen->letter = block;
    pen->number++;
    pen->before = pen->page;
    set_margins(pen);
    begin_page(pen);
    if (!pen->counting) {
        Str where = arena_fmt(pen->arena, "page=%d", pen->page);
        (void)cairo_pdf_surface_add_outline(pen->surface, CAIRO_PDF_OUTLINE_ROOT,
                                            arena_c(pen->arena, block->text),
                                            arena_c(pen->arena, where), 0);
    }
    open_tag(pen, "Sect");
    pen->y = EDGE;
    draw_lines(pen, block->items + block->columns, block->item_count - block->columns, SENDER_X,
               PAGE_WIDTH - SIDE - SENDER_X);
    pen->y = pen->y + pen->size > WINDOW_Y ? pen->y + pen->size : WINDOW_Y;
    draw_lines(pen, block->items, block->columns, WINDOW_X, WINDOW_WIDTH);
    pen->y = pen->y + pen->size > WINDOW_END ? pen->y + pen->size : WINDOW_END;
}

// ---- the whole

static void draw_block(Pen *pen, const Block *block, const Block *next)
{
    switch (block->kind) {
    case BLOCK_H1:
    case BLOCK_H2:
    case BLOCK_H3: draw_heading(pen, block, next); break;
    case BLOCK_P: draw_paragraph(pen, block->text); break;
    case BLOCK_LIST: draw_list(pen, block); break;
    case BLOCK_TABLE: draw_table(pen, block); break;
    case BLOCK_LETTER: begin_letter(pen, block); break;
    }
}

static cairo_status_t take(void *closure, const unsigned char *bytes, unsigned int count)
{
    Buf *out = closure;
    if (out != NULL) buf_add(out, (Str){(const char *)bytes, count});
    return CAIRO_STATUS_SUCCESS;
}

typedef struct Counted { // what the footers say
    int pages;
    int *letters; // pages of each, by its number: filled as they are drawn
} Counted;

// Draws all, or with `out` NULL only counts. Gives the pages there were, -1 when it failed.
static int draw_all(Arena *arena, const PdfDoc *doc, const Counted *counted, Buf *out)
{
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(take, out, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, arena_c(arena, doc->title));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Trellis");
    Pen pen = {.doc = doc,
               .arena = arena,
               .surface = surface,
               .cr = cairo_create(surface),
               .size = doc->large ? LARGE_POINTS : TEXT_POINTS,
               .small = doc->large ? 14 : 10,
               .pages = counted->pages,
               .counting = out == NULL,
               .letter_pages = counted->letters};
    pen.context = pango_cairo_create_context(pen.cr);
    set_margins(&pen);
    if (pen.bottom - pen.top < PAGE_HEIGHT / 4) pen.over = true; // no room is left for the text
    if (!pdf_is_letters(doc)) begin_page(&pen);
    open_tag(&pen, "Document");
    for (size_t i = 0; i < doc->block_count && !pen.over; i++) {
        bool last = i + 1 == doc->block_count;
        draw_block(&pen, &doc->blocks[i], last ? NULL : &doc->blocks[i + 1]);
    }
    end_letter(&pen);
    close_tag(&pen, "Document");
    cairo_show_page(pen.cr);
    bool ok = cairo_status(pen.cr) == CAIRO_STATUS_SUCCESS && !pen.over;
    g_object_unref(pen.context);
    cairo_destroy(pen.cr);
    cairo_surface_finish(surface);
    ok = ok && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return ok ? pen.page : -1;
}

// Twice: the first time only to know how many pages there are.
Err pdf_draw(Arena *arena, const PdfDoc *doc, Buf *out)
{
    Counted counted = {.letters = ARENA_ARRAY(arena, int, doc->block_count + 1)};
    counted.pages = draw_all(arena, doc, &counted, NULL);
    if (counted.pages < 0) return ERR_TOO_LARGE;
    if (draw_all(arena, doc, &counted, out) != counted.pages || !buf_ok(out)) return ERR_FAULT;
    return ERR_OK;
}
