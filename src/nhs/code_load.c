// code_load.c -- reads rows by the names of their columns and writes them set by set.
#include "nhs/code_load.h"

#include "base/csv.h"
#include "base/utf8.h"
#include "nhs/snomed_id.h"

enum { COLUMNS_MAX = 64, LOAD_BYTES_MAX = 256 * 1024 * 1024, SET_NAME_CHARS_MAX = 60 };

typedef struct Columns {
    int set, system, code, term, active, child, parent, type, defined, time;
} Columns;

typedef struct Row {
    Str set, system, code, term;
} Row;

typedef struct Link { // of the hierarchy
    Str parent, child;
} Link;

typedef struct Pick { // one of CodeLoad.sets
    Str key, name;
} Pick;

typedef struct Below { // codes found below one, each once
    Str *codes;
    size_t count;
    uint32_t *slots; // open addressing: 1 + place in codes
} Below;

enum { BELOW_SLOTS = 1 << 18 };

typedef struct Loader {
    Arena *arena;
    const CodeLoad *load;
    Str *why;
    CodeLoaded *out;
    Columns columns;
    Pick picks[CODE_LOAD_NAMES_MAX];
    size_t pick_count;
    Row *rows;
    size_t count, room;
    Link *links; // by parent
    size_t link_count;
    Below below; // of the code at hand
    Str version; // what the file says
} Loader;

static Err wrong(const Loader *l, int64_t line, Str what)
{
    *l->why = arena_fmt(l->arena, STR_FMT " line %lld: " STR_FMT, STR_ARG(l->load->file),
                        (long long)line, STR_ARG(what));
    return ERR_INVALID;
}

// ---- rows of a text

typedef struct Feed {
    CsvReader *reader;
    Str rest;
    int64_t before; // lines of notes above
} Feed;

static char separator_of(Str text)
{
    Str line;
    return str_split(&text, '\n', &line) && str_find(line, STR("\t"), &(size_t){0}) ? '\t' : ',';
}

static Feed feed_open(Str text)
{
    Feed feed = {.rest = text};
    Str line;
    for (Str rest = text; str_split(&rest, '\n', &line) && str_starts(line, STR("#"));) {
        feed.rest = rest;
        feed.before++;
    }
    feed.reader = csv_reader_new((CsvOptions){.separator = separator_of(feed.rest), .trim = true});
    return feed;
}

static CsvStep feed_next(Feed *feed, CsvRow *row)
{
    CsvStep step = CSV_MORE;
    while ((step = csv_next(feed->reader, row)) == CSV_MORE) {
        size_t size = feed->rest.len < CSV_CHUNK_BYTES_MAX ? feed->rest.len : CSV_CHUNK_BYTES_MAX;
        if (size == 0) {
            csv_feed_end(feed->reader);
        } else {
            csv_feed(feed->reader, str_slice(feed->rest, 0, size));
            feed->rest = str_slice(feed->rest, size, feed->rest.len);
        }
    }
    row->line += feed->before;
    return step;
}

static void find_columns(const CsvRow *row, Columns *out)
{
    const struct {
        const char *name;
        int *at;
    } names[] = {{"set", &out->set},
                 {"refsetId", &out->set},
                 {"Cluster_ID", &out->set},
                 {"system", &out->system},
                 {"code", &out->code},
                 {"SNOMED_code", &out->code},
                 {"referencedComponentId", &out->code},
                 {"term", &out->term},
                 {"SNOMED_code_description", &out->term},
                 {"active", &out->active},
                 {"child", &out->child},
                 {"sourceId", &out->child},
                 {"parent", &out->parent},
                 {"destinationId", &out->parent},
                 {"typeId", &out->type},
                 {"definitionStatusId", &out->defined},
                 {"effectiveTime", &out->time}};
    *out = (Columns){-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    for (size_t f = 0; f < row->count && f < COLUMNS_MAX; f++) {
        for (size_t i = 0; i < COUNT_OF(names); i++) {
            if (str_eq_ascii_fold(row->fields[f], str_from_c(names[i].name))) {
                *names[i].at = (int)f;
            }
        }
        // The first column of a snapshot of concepts.
        if (f == 0 && str_eq(row->fields[f], STR("id"))) out->code = 0;
    }
}

static Str field(const CsvRow *row, int at)
{
    return at >= 0 && (size_t)at < row->count ? row->fields[at] : STR("");
}

// One line without hidden characters, as it is kept: read again it is the same.
static Str plain(Arena *arena, Str text)
{
    return arena_str(arena, str_trim(utf8_clean(arena, text, UTF8_ONE_LINE)));
}

static Str word_or(Str first, Str second)
{
    return first.len > 0 ? first : second;
}

static Str plain_field(const Loader *l, const CsvRow *row, int at)
{
    return plain(l->arena, field(row, at));
}

static bool is_active(const CsvRow *row, const Columns *columns)
{
    return columns->active < 0 || !str_eq(field(row, columns->active), STR("0"));
}

// Half a file is no file: a set that lacks codes leaves people out without a word.
static Err damaged(const Loader *l, const Feed *feed, const char *what)
{
    Str fault = csv_fault(feed->reader);
    *l->why = arena_fmt(l->arena, "The %s cannot be read whole: " STR_FMT, what, STR_ARG(fault));
    return ERR_INVALID;
}

// ---- the hierarchy

static int link_cmp(const void *a, const void *b)
{
    const Link *left = a;
    const Link *right = b;
    int cmp = str_cmp(left->parent, right->parent);
    return cmp != 0 ? cmp : str_cmp(left->child, right->child);
}

typedef struct LastLink {
    int64_t line;
    bool whole; // its parent is a code
} LastLink;

// A copy that broke off: who has a code that is missing below another would be left out.
static Err cut_hierarchy(Loader *l, int64_t line)
{
    *l->why = arena_fmt(l->arena,
                        "The hierarchy's line %lld ends before its time: the file may have been "
                        "cut short. Send it whole.",
                        (long long)line);
    return ERR_INVALID;
}

// One line of it, when it says that one code is below another.
static Err take_link(Loader *l, const CsvRow *row, const Columns *columns, size_t most)
{
    bool is_a = columns->type < 0 || str_eq(field(row, columns->type), STR("116680003"));
    if (row->ragged) return cut_hierarchy(l, row->line);
    if (!is_a || !is_active(row, columns)) return ERR_OK;
    if (l->link_count > most) {
        *l->why = STR("The hierarchy has more than 4,000,000 links.");
        return ERR_INVALID;
    }
    Link link = {plain_field(l, row, columns->parent), plain_field(l, row, columns->child)};
    if (link.parent.len == 0 || link.child.len == 0 || str_starts(link.child, STR("<"))) {
        *l->why = arena_fmt(l->arena, "The hierarchy's line %lld lacks a child or a parent.",
                            (long long)row->line);
        return ERR_INVALID;
    }
    l->links[l->link_count++] = link;
    return ERR_OK;
}

static Err take_links(Loader *l, Feed *feed, size_t most)
{
    CsvRow row;
    Columns columns;
    LastLink last = {.whole = true};
    CsvStep step = feed_next(feed, &row);
    if (step == CSV_ROW) find_columns(&row, &columns);
    if (step != CSV_ROW || columns.child < 0 || columns.parent < 0) {
        *l->why =
            STR("The hierarchy needs columns child and parent, or sourceId and destinationId.");
        return ERR_INVALID;
    }
    while ((step = feed_next(feed, &row)) == CSV_ROW) {
        if (row.blank) continue;
        TRY(take_link(l, &row, &columns, most));
        last = (LastLink){row.line, snomed_id_holds(field(&row, columns.parent))};
    }
    if (step == CSV_FAULT) return damaged(l, feed, "hierarchy");
    Str text = l->load->hierarchy;
    bool ended = str_ends(text, STR("\n")) || str_ends(text, STR("\r"));
    return ended || last.whole ? ERR_OK : cut_hierarchy(l, last.line);
}

static Err read_hierarchy(Loader *l)
{
    size_t most = 0;
    for (size_t i = 0; i < l->load->hierarchy.len; i++) most += l->load->hierarchy.ptr[i] == '\n';
    if (most > HIERARCHY_LINKS_MAX) most = HIERARCHY_LINKS_MAX;
    l->links = ARENA_ARRAY(l->arena, Link, most + 2);
    Feed feed = feed_open(l->load->hierarchy);
    Err err = take_links(l, &feed, most);
    csv_reader_free(feed.reader);
    qsort(l->links, l->link_count, sizeof *l->links, link_cmp);
    return err;
}

static size_t first_link(const Loader *l, Str parent)
{
    size_t low = 0;
    size_t high = l->link_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(l->links[middle].parent, parent) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// ---- sets

// A spreadsheet makes 1.01E+15 of a long code and zeros of its last digits; a copy that broke off
// ends in half of one. Such a code is nobody's, and whoever has the real one is left out.
static Err look_at_code(Loader *l, Str code, int64_t line)
{
    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] >= '0' && code.ptr[i] <= '9') continue;
        return wrong(l, line,
                     STR("a code of SNOMED CT has digits only: has a spreadsheet changed it?"));
    }
    if (snomed_id_holds(code)) return ERR_OK;
    if (l->out->doubtful++ == 0) {
        l->out->doubtful_line = line;
        l->out->doubtful_code = code;
    }
    return ERR_OK;
}

static Err add_row(Loader *l, const Row *row, int64_t line)
{
    if (l->count == l->room) {
        return wrong(l, line,
                     STR("more codes than fit: name the sets you need with --set KEY=NAME"));
    }
    if (str_eq(row->system, STR("snomed"))) TRY(look_at_code(l, row->code, line));
    l->rows[l->count++] = *row;
    return ERR_OK;
}

static bool below_add(Below *b, Str code)
{
    size_t slot = str_hash(code) % BELOW_SLOTS;
    for (; b->slots[slot] != 0; slot = (slot + 1) % BELOW_SLOTS) {
        if (str_eq(b->codes[b->slots[slot] - 1], code)) return true;
    }
    if (b->count == CODE_SET_ROWS_MAX) return false;
    b->codes[b->count++] = code;
    b->slots[slot] = (uint32_t)b->count;
    return true;
}

// The code and all below it into l->below. False: more than fit.
static bool gather_below(Loader *l, Str top)
{
    Below *b = &l->below;
    if (b->codes == NULL) b->codes = ARENA_ARRAY(l->arena, Str, CODE_SET_ROWS_MAX);
    if (b->slots == NULL) b->slots = ARENA_ARRAY(l->arena, uint32_t, BELOW_SLOTS);
    memset(b->slots, 0, BELOW_SLOTS * sizeof *b->slots);
    b->count = 0;
    bool fits = below_add(b, top);
    for (size_t next = 0; fits && next < b->count; next++) {
        size_t at = first_link(l, b->codes[next]);
        for (; fits && at < l->link_count && str_eq(l->links[at].parent, b->codes[next]); at++) {
            fits = below_add(b, l->links[at].child);
        }
    }
    return fits;
}

// "<<1234" or "<1234": the code and whatever is below it, or that alone.
static Err add_below(Loader *l, const Row *row, int64_t line)
{
    bool with = str_starts(row->code, STR("<<"));
    Str top = str_trim(str_slice(row->code, with ? 2 : 1, row->code.len));
    if (top.len == 0 || str_starts(top, STR("<"))) {
        return wrong(l, line, STR("there must be one code behind < or <<"));
    }
    if (l->link_count == 0) {
        return wrong(l, line, STR("a code with < needs the hierarchy: --hierarchy FILE"));
    }
    if (!gather_below(l, top)) {
        return wrong(l, line, STR("more than 100,000 codes below one: name narrower ones"));
    }
    const Below *b = &l->below;
    if (b->count == 1) return wrong(l, line, STR("the hierarchy has nothing below this code"));
    for (size_t i = with ? 0 : 1; i < b->count; i++) {
        Row one = {row->set, row->system, b->codes[i], i == 0 ? row->term : STR("")};
        TRY(add_row(l, &one, line));
    }
    return ERR_OK;
}

// Small letters, digits and hyphens; a number alone is a reference set's id. "" when it is too
// long: cut short, two sets could become one.
static Str set_name(Arena *arena, Str text)
{
    CLEANUP(buf_free) Buf name = buf_new(SET_NAME_CHARS_MAX);
    bool digit = text.len > 0 && text.ptr[0] >= '0' && text.ptr[0] <= '9';
    if (digit) buf_add_c(&name, "refset-");
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        buf_add_char(&name, plain ? c : '-');
    }
    return buf_ok(&name) ? arena_str(arena, buf_str(&name)) : STR("");
}

static bool picked(const Loader *l, Str key, Str *name_out)
{
    for (size_t i = 0; i < l->pick_count; i++) {
        if (!str_eq_ascii_fold(l->picks[i].key, key)) continue;
        *name_out = l->picks[i].name;
        return true;
    }
    *name_out = set_name(l->arena, key);
    return l->pick_count == 0;
}

static Err take_row(Loader *l, const CsvRow *from)
{
    const Columns *at = &l->columns;
    Str time = field(from, at->time);
    if (str_cmp(time, l->version) > 0) l->version = arena_str(l->arena, time);
    if (from->blank || !is_active(from, at)) return ERR_OK;
    Row row = {.code = plain_field(l, from, at->code),
               .term = plain_field(l, from, at->term),
               .system = word_or(plain(l->arena, l->load->system), STR("snomed"))};
    if (at->system >= 0) row.system = plain_field(l, from, at->system);
    if (at->set < 0) {
        row.set = l->picks[0].name;
    } else if (!picked(l, field(from, at->set), &row.set)) {
        return ERR_OK;
    }
    if (row.set.len == 0 && at->set >= 0 && field(from, at->set).len > 0) {
        return wrong(l, from->line, STR("give the set a shorter name: --set KEY=NAME"));
    }
    if (row.code.len == 0 || row.set.len == 0 || row.system.len == 0) {
        return wrong(l, from->line, STR("there must be a set, a system and a code"));
    }
    if (str_starts(row.code, STR("<"))) return add_below(l, &row, from->line);
    return add_row(l, &row, from->line);
}

static int row_cmp(const void *a, const void *b)
{
    const Row *left = a;
    const Row *right = b;
    int cmp = str_cmp(left->set, right->set);
    if (cmp == 0) cmp = str_cmp(left->system, right->system);
    return cmp != 0 ? cmp : str_cmp(left->code, right->code);
}

static void add_field(Buf *out, Str text, char end)
{
    for (size_t i = 0; i < text.len; i++) {
        buf_add_char(out, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
    }
    buf_add_char(out, end);
}

static Err write_sets(Loader *l, CodeLoaded *out)
{
    CLEANUP(buf_free) Buf text = buf_new(LOAD_BYTES_MAX);
    Str version = plain(l->arena, word_or(l->load->version, l->version));
    if (version.len == 0) {
        *l->why = STR("Say which version it is: --version 2026-04.");
        return ERR_INVALID;
    }
    qsort(l->rows, l->count, sizeof *l->rows, row_cmp);
    buf_add_c(&text, "# version ");
    add_field(&text, version, '\n');
    buf_add_c(&text, "# source ");
    add_field(&text, plain(l->arena, word_or(l->load->source, l->load->file)), '\n');
    buf_add_c(&text, "set\tsystem\tcode\tterm\n");
    for (size_t i = 0; i < l->count; i++) {
        const Row *row = &l->rows[i];
        if (i > 0 && row_cmp(row - 1, row) == 0) continue;
        if (i == 0 || !str_eq(l->rows[i - 1].set, row->set)) out->sets++;
        add_field(&text, row->set, '\t');
        add_field(&text, row->system, '\t');
        add_field(&text, row->code, '\t');
        add_field(&text, row->term, '\n');
        out->codes++;
    }
    out->text = arena_str(l->arena, buf_str(&text));
    if (buf_ok(&text) && out->sets > 0) return ERR_OK;
    *l->why = STR("There is no active code in this file for the sets that were asked for.");
    return ERR_INVALID;
}

// ---- retired codes

static Err write_retired(Loader *l, Feed *feed, CodeLoaded *out)
{
    CLEANUP(buf_free) Buf text = buf_new(LOAD_BYTES_MAX);
    CsvRow row;
    buf_add_c(&text, "system\tcode\ton\n");
    CsvStep step = CSV_MORE;
    while ((step = feed_next(feed, &row)) == CSV_ROW) {
        if (row.blank || is_active(&row, &l->columns)) continue;
        Str code = plain_field(l, &row, l->columns.code);
        if (code.len == 0) return wrong(l, row.line, STR("there must be a code"));
        buf_add_c(&text, "snomed\t");
        add_field(&text, code, '\t');
        add_field(&text, plain_field(l, &row, l->columns.time), '\n');
        out->codes++;
    }
    if (step == CSV_FAULT) return damaged(l, feed, "file");
    out->retired = true;
    out->text = arena_str(l->arena, buf_str(&text));
    if (buf_ok(&text)) return ERR_OK;
    *l->why = STR("The file is larger than fits.");
    return ERR_INVALID;
}

// ---- all

static Err take_picks(Loader *l)
{
    Str rest = l->load->sets;
    Str part;
    while (rest.len > 0 && str_split(&rest, ',', &part)) {
        Str key;
        Str name = str_trim(part);
        if (l->pick_count == CODE_LOAD_NAMES_MAX) {
            *l->why = STR("At most 256 sets at once.");
            return ERR_INVALID;
        }
        (void)str_split(&name, '=', &key);
        l->picks[l->pick_count++] = (Pick){key, set_name(l->arena, name.len > 0 ? name : key)};
    }
    return ERR_OK;
}

static Err read_rows(Loader *l, Feed *feed, CodeLoaded *out)
{
    CsvRow row;
    if (feed_next(feed, &row) != CSV_ROW) {
        return wrong(l, 1, STR("there must be a line with names of columns"));
    }
    find_columns(&row, &l->columns);
    if (l->columns.code < 0) return wrong(l, row.line, STR("there must be a column named code"));
    if (l->columns.defined >= 0) return write_retired(l, feed, out);
    if (l->columns.set < 0 && l->pick_count != 1) {
        return wrong(l, row.line,
                     STR("there must be a column named set; or say the set's name with --set"));
    }
    CsvStep step = CSV_MORE;
    while ((step = feed_next(feed, &row)) == CSV_ROW) {
        TRY(take_row(l, &row));
    }
    if (step == CSV_FAULT) return damaged(l, feed, "file");
    return write_sets(l, out);
}

// "# version 3" above the columns.
static Str noted_version(Str text)
{
    Str line;
    while (str_split(&text, '\n', &line) && str_starts(line, STR("#"))) {
        Str rest = str_trim(str_slice(line, 1, line.len));
        if (str_starts(rest, STR("version "))) return str_trim(str_slice(rest, 8, rest.len));
    }
    return STR("");
}

// Rows that it can come to: a line is one at most, unless it stands for all below it.
static size_t rows_most(const CodeLoad *load)
{
    size_t lines = 1;
    for (size_t i = 0; i < load->text.len; i++) {
        lines += load->text.ptr[i] == '\n' || load->text.ptr[i] == '\r';
    }
    return load->hierarchy.len > 0 || lines > CODE_ROWS_MAX ? CODE_ROWS_MAX : lines;
}

Err code_load(Arena *arena, const CodeLoad *load, CodeLoaded *out, Str *why_out)
{
    Loader *l = ARENA_NEW(arena, Loader);
    *out = (CodeLoaded){0};
    l->arena = arena;
    l->load = load;
    l->why = why_out;
    l->out = out;
    l->version = noted_version(load->text);
    l->room = rows_most(load);
    l->rows = ARENA_ARRAY(arena, Row, l->room);
    TRY(take_picks(l));
    if (load->hierarchy.len > 0) TRY(read_hierarchy(l));
    Feed feed = feed_open(load->text);
    Err err = read_rows(l, &feed, out);
    csv_reader_free(feed.reader);
    return err;
}
