// population_html_table.c -- a small tolerant reader of tables in HTML.
#include "base/utf8.h"
#include "insight/population/population_table.h"

typedef enum Where { IN_TEXT, IN_TAG, IN_QUOTE, IN_COMMENT, IN_RAW } Where;

struct HtmlTable {
    Where where;
    char quote;
    Buf tag;                      // of the tag being read, without its brackets
    Buf text;                     // of the row, raw bytes, cells one after the other
    Buf clean;                    // of the row, decoded UTF-8
    Str raw_end;                  // "</script" while in raw text
    size_t ends[TABLE_CELLS_MAX]; // where each cell ends in `text`
    Str cells[TABLE_CELLS_MAX];
    size_t count;
    bool in_table, in_row, in_cell;
    bool spans, many, restarts;
    bool bad;
    int64_t line, row_line;
};

HtmlTable *html_table_new(Arena *arena)
{
    HtmlTable *h = ARENA_NEW(arena, HtmlTable);
    h->tag = buf_new(TABLE_TAG_BYTES_MAX);
    h->text = buf_new(TABLE_ROW_BYTES_MAX);
    h->clean = buf_new(4 * (size_t)TABLE_ROW_BYTES_MAX);
    h->line = 1;
    return h;
}

void html_table_free(HtmlTable *h)
{
    buf_free(&h->tag);
    buf_free(&h->text);
    buf_free(&h->clean);
}

bool html_table_bad(const HtmlTable *h)
{
    return h->bad || !buf_ok(&h->text) || !buf_ok(&h->tag);
}

// ---- character references

static bool number_reference(Str name, uint32_t *point_out)
{
    bool hex = name.len > 1 && (name.ptr[1] | 32) == 'x';
    uint32_t point = 0;
    size_t from = hex ? 2 : 1;
    if (name.len == from || name.len > from + 7) return false;
    for (size_t i = from; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = hex && (c | 32) >= 'a' && (c | 32) <= 'f';
        if (!letter && (c < '0' || c > '9')) return false;
        point = point * (hex ? 16U : 10U) + (uint32_t)(letter ? (c | 32) - 'a' + 10 : c - '0');
    }
    *point_out = point;
    return true;
}

static bool named_reference(Str name, uint32_t *point_out)
{
    static const struct {
        Str name;
        uint32_t point;
    } NAMES[] = {{STR_INIT("amp"), '&'},     {STR_INIT("lt"), '<'},    {STR_INIT("gt"), '>'},
                 {STR_INIT("quot"), '"'},    {STR_INIT("apos"), '\''}, {STR_INIT("nbsp"), ' '},
                 {STR_INIT("pound"), 0xA3},  {STR_INIT("deg"), 0xB0},  {STR_INIT("ndash"), 0x2013},
                 {STR_INIT("rsquo"), 0x2019}};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        if (str_eq(NAMES[i].name, name)) {
            *point_out = NAMES[i].point;
            return true;
        }
    }
    return false;
}

// "&amp;" at the start of `text`: adds what it means and returns its length; 0: it means nothing.
static size_t add_reference(Buf *out, Str text)
{
    enum { LONGEST = 12 };
    size_t end = 1;
    while (end < text.len && end < LONGEST && text.ptr[end] != ';') end++;
    if (end == text.len || text.ptr[end] != ';' || end == 1) return 0;
    Str name = str_slice(text, 1, end);
    uint32_t point = 0;
    bool known =
        name.ptr[0] == '#' ? number_reference(name, &point) : named_reference(name, &point);
    if (!known || point == 0) return 0;
    utf8_add(out, point);
    return end + 1;
}

// How many bytes of a blank `text` begins with: ASCII, or a no-break space in either encoding.
static size_t blank_bytes(Str text, bool valid)
{
    uint8_t c = (uint8_t)text.ptr[0];
    if (c <= ' ' || (c == 0xA0 && !valid)) return 1;
    return valid && str_starts(text, STR("\xC2\xA0")) ? 2 : 0;
}

// One character, or a byte of one. Returns how many bytes of `text` it stands for.
static size_t add_character(Buf *out, Str text, bool valid)
{
    size_t used = text.ptr[0] == '&' ? add_reference(out, text) : 0;
    if (used > 0) return used;
    if (valid) {
        buf_add_char(out, text.ptr[0]);
    } else {
        utf8_add_windows_1252(out, str_slice(text, 0, 1));
    }
    return 1;
}

// A cell as a reader of the page sees it: references resolved, runs of blanks as one, no ends.
static void add_clean(Buf *out, Str raw)
{
    bool valid = utf8_valid(raw);
    bool blank = true; // at the start: no leading blank
    for (size_t i = 0; i < raw.len;) {
        Str rest = str_slice(raw, i, raw.len);
        size_t used = blank_bytes(rest, valid);
        if (used > 0) {
            if (!blank) buf_add_char(out, ' ');
            blank = true;
        } else {
            used = add_character(out, rest, valid);
            blank = out->len > 0 && out->ptr[out->len - 1] == ' ';
        }
        i += used;
    }
}

// ---- rows

static void cell_end(HtmlTable *h)
{
    if (!h->in_cell) return;
    h->in_cell = false;
    if (h->count == TABLE_CELLS_MAX) {
        h->many = true;
    } else {
        h->ends[h->count++] = h->text.len;
    }
}

static bool row_end(HtmlTable *h, TableRow *out)
{
    cell_end(h);
    bool had = h->in_row && h->count > 0;
    h->in_row = false;
    if (!had || html_table_bad(h)) return false;
    buf_clear(&h->clean);
    size_t marks[TABLE_CELLS_MAX + 1] = {0};
    size_t from = 0;
    for (size_t i = 0; i < h->count; i++) {
        add_clean(&h->clean, str_slice(buf_str(&h->text), from, h->ends[i]));
        from = h->ends[i];
        marks[i + 1] = h->clean.len;
    }
    *out = (TableRow){.cells = h->cells, .count = h->count, .line = h->row_line, .blank = true};
    for (size_t i = 0; i < h->count; i++) {
        h->cells[i] = str_trim(str_slice(buf_str(&h->clean), marks[i], marks[i + 1]));
        if (h->cells[i].len > 0) out->blank = false;
    }
    out->damaged = h->spans || h->many;
    out->restarts = h->restarts;
    h->restarts = false;
    return true;
}

static void row_begin(HtmlTable *h)
{
    h->in_row = true;
    h->in_cell = false;
    h->spans = false;
    h->many = false;
    h->count = 0;
    h->row_line = h->line;
    buf_clear(&h->text);
}

static Str tag_name(Str tag)
{
    size_t end = 0;
    while (end < tag.len && (uint8_t)tag.ptr[end] > ' ' && (end == 0 || tag.ptr[end] != '/')) end++;
    return str_slice(tag, 0, end);
}

static bool named(Str name, const char *word)
{
    return str_eq_ascii_fold(name, str_from_c(word));
}

// "colspan=1" is harmless; anything else shifts the cells after it.
static bool spans(Str tag)
{
    for (size_t i = 0; i + 8 <= tag.len; i++) {
        Str word = str_slice(tag, i, i + 7);
        if (!named(word, "colspan") && !named(word, "rowspan")) continue;
        Str rest = str_trim(str_slice(tag, i + 7, tag.len));
        if (!str_starts(rest, STR("="))) continue;
        rest = str_trim(str_slice(rest, 1, rest.len));
        if (str_starts(rest, STR("\"")) || str_starts(rest, STR("'"))) {
            rest = str_slice(rest, 1, rest.len);
        }
        bool one =
            str_starts(rest, STR("1")) && (rest.len == 1 || rest.ptr[1] < '0' || rest.ptr[1] > '9');
        if (!one) return true;
    }
    return false;
}

static void raw_begin(HtmlTable *h, Str end)
{
    h->where = IN_RAW;
    h->raw_end = end;
    buf_clear(&h->tag);
}

// A tag of the table itself. True when it ended a row, which is then in *out.
static bool take_frame(HtmlTable *h, Str name, TableRow *out)
{
    bool row = row_end(h, out);
    if (named(name, "table")) h->restarts = true;
    if (!named(name, "tr") && !named(name, "/tr")) h->in_table = named(name, "table");
    if (named(name, "tr")) row_begin(h);
    return row;
}

static bool take_tag(HtmlTable *h, TableRow *out)
{
    Str tag = buf_str(&h->tag);
    Str name = tag_name(tag);
    if (named(name, "script")) {
        raw_begin(h, STR("/script"));
    } else if (named(name, "style")) {
        raw_begin(h, STR("/style"));
    } else if (named(name, "br") && h->in_cell) {
        buf_add_char(&h->text, ' ');
    } else if (named(name, "/td") || named(name, "/th")) {
        cell_end(h);
    } else if (named(name, "td") || named(name, "th")) {
        cell_end(h);
        if (!h->in_row) row_begin(h);
        h->in_cell = true;
        if (spans(tag)) h->spans = true;
    }
    static const char *const FRAME[] = {"table", "/table", "tr", "/tr"};
    for (size_t i = 0; i < COUNT_OF(FRAME); i++) {
        if (named(name, FRAME[i])) return take_frame(h, name, out);
    }
    return false;
}

// ---- bytes

static void in_text(HtmlTable *h, char c)
{
    if (c == '<') {
        h->where = IN_TAG;
        buf_clear(&h->tag);
    } else if (h->in_cell) {
        buf_add_char(&h->text, c);
    }
}

static bool in_tag(HtmlTable *h, char c)
{
    if (c == '>') {
        h->where = IN_TEXT;
        return true;
    }
    if ((c == '"' || c == '\'') && h->tag.len > 0 && h->tag.ptr[0] != '!') {
        h->where = IN_QUOTE;
        h->quote = c;
    }
    buf_add_char(&h->tag, c);
    if (str_eq(buf_str(&h->tag), STR("!--"))) {
        h->where = IN_COMMENT;
        buf_clear(&h->tag);
    }
    return false;
}

static void in_comment(HtmlTable *h, char c) // h->tag keeps the last two bytes only
{
    if (c == '>' && str_eq(buf_str(&h->tag), STR("--"))) {
        h->where = IN_TEXT;
        return;
    }
    char last = h->tag.len > 0 ? h->tag.ptr[h->tag.len - 1] : ' ';
    buf_clear(&h->tag);
    buf_add_char(&h->tag, last);
    buf_add_char(&h->tag, c);
}

static void in_raw(HtmlTable *h, char c) // until "</script": h->tag gathers from '<' on
{
    if (c == '<') {
        buf_clear(&h->tag);
    } else if (h->tag.len < h->raw_end.len) {
        buf_add_char(&h->tag, c);
    }
    if (str_eq_ascii_fold(buf_str(&h->tag), h->raw_end)) h->where = IN_TAG;
}

// One byte. True: a tag is complete in h->tag.
static bool take_byte(HtmlTable *h, char c)
{
    switch (h->where) {
    case IN_TEXT: in_text(h, c); break;
    case IN_TAG: return in_tag(h, c);
    case IN_QUOTE:
        if (c == h->quote) h->where = IN_TAG;
        buf_add_char(&h->tag, c);
        break;
    case IN_COMMENT: in_comment(h, c); break;
    case IN_RAW: in_raw(h, c); break;
    }
    return false;
}

bool html_table_next(HtmlTable *h, Str *text, TableRow *out)
{
    for (size_t i = 0; i < text->len && !h->bad; i++) {
        bool row = take_byte(h, text->ptr[i]) && take_tag(h, out);
        if (text->ptr[i] == '\n') h->line++;
        h->bad = html_table_bad(h);
        if (row) {
            *text = str_slice(*text, i + 1, text->len);
            return true;
        }
    }
    *text = (Str){0};
    return false;
}

bool html_table_open(const HtmlTable *h)
{
    return h->in_table || h->where != IN_TEXT;
}
