// tidy.c -- the laws of the house as checks over every file of the tree; exits 1 on a finding.
//
// Usage: git ls-files | tidy     reads the named files below the current folder. One line per
// finding: path:line: [law] what to do. Laws about types and data flow are clang-tidy's.
#include "base/base.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>

enum { FILES_MAX = 5000, FILE_BYTES_MAX = 4 * 1024 * 1024, PATH_BYTES_MAX = 512 };
enum { WORDS_MAX = 1 << 18, LINES_MAX = 800, HEADER_LINES_MAX = 120, COLUMNS_MAX = 100 };
enum { FUNCTION_LINES_MAX = 70, COMPLEXITY_MAX = 15, PARAMETERS_MAX = 6 };

typedef enum Storey { BASE, CORE, NHS, ROOMS, APP, TESTING, ELSEWHERE } Storey;

typedef struct File {
    Str path;
    Str base; // name without folders
    Str text;
    Str code;    // of C: comments, strings and directives blanked, lines kept
    Str strings; // of C: only the insides of strings, the rest blanked
    Storey storey;
    Str room; // "care/person", or empty
    bool c;   // C source or header
    bool test;
    bool tree; // below src/
} File;

typedef struct Word { // in how many files other than headers it stands
    Str text;
    const File *first;
    bool many;
} Word;

typedef struct Tidy {
    Arena *arena;
    File files[FILES_MAX];
    size_t count;
    Word words[WORDS_MAX];
    int findings;
} Tidy;

__attribute__((format(printf, 5, 6))) static void finding(Tidy *t, const File *file, int line,
                                                          const char *law, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    printf(STR_FMT ":%d: [%s] ", STR_ARG(file->path), line, law);
    vprintf(fmt, args);
    putchar('\n');
    va_end(args);
    t->findings++;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has(Str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static int line_at(Str text, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at; i++) line += text.ptr[i] == '\n';
    return line;
}

// The next word of `text` from *at on; *at moves behind it.
static bool next_word(Str text, size_t *at, Str *out)
{
    while (*at < text.len && !is_word_char(text.ptr[*at])) ++*at;
    size_t from = *at;
    while (*at < text.len && is_word_char(text.ptr[*at])) ++*at;
    *out = str_slice(text, from, *at);
    return out->len > 0;
}

static bool listed(Str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(word, str_from_c(list[i]))) return true;
    }
    return false;
}

// ---- reading

typedef enum Inside { CODE, LINE_COMMENT, BLOCK_COMMENT, STRING, CHARACTER, DIRECTIVE } Inside;

static Inside enter(Str text, size_t i, bool line_start)
{
    char c = text.ptr[i];
    char next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
    if (c == '/' && next == '/') return LINE_COMMENT;
    if (c == '/' && next == '*') return BLOCK_COMMENT;
    if (c == '"') return STRING;
    if (c == '\'') return CHARACTER;
    return c == '#' && line_start ? DIRECTIVE : CODE;
}

static bool leaves(Inside in, Str text, size_t i)
{
    char c = text.ptr[i];
    char before = i > 0 ? text.ptr[i - 1] : '\0';
    switch (in) {
    case LINE_COMMENT: return c == '\n';
    case BLOCK_COMMENT: return c == '/' && before == '*';
    case STRING: return c == '"' || c == '\n';
    case CHARACTER: return c == '\'' || c == '\n';
    case DIRECTIVE: return c == '\n' && before != '\\';
    default: return false;
    }
}

typedef struct Scan {
    char *code;
    char *strings;
    Inside in;
    bool line_start;
} Scan;

// Takes the byte at `i`, and the next with it when the two are one sign; returns the last taken.
static size_t scan_byte(Scan *s, Str text, size_t i)
{
    char c = text.ptr[i];
    bool more = i + 1 < text.len;
    bool escape = (s->in == STRING || s->in == CHARACTER) && c == '\\' && more;
    s->code[i] = s->strings[i] = c == '\n' ? '\n' : ' ';
    if (s->in == CODE) {
        s->in = enter(text, i, s->line_start);
        if (s->in == CODE) s->code[i] = c;
        escape = s->in == BLOCK_COMMENT && more; // "/*/" does not end itself
    } else if (!escape && leaves(s->in, text, i)) {
        s->in = CODE;
    } else if (s->in == STRING) {
        s->strings[i] = c;
    }
    s->line_start = c == '\n' || (s->line_start && c == ' ');
    if (!escape) return i;
    s->code[i + 1] = s->strings[i + 1] = text.ptr[i + 1] == '\n' ? '\n' : ' ';
    return i + 1;
}

// Fills file->code and file->strings.
static void scan_c(Tidy *t, File *file)
{
    Str text = file->text;
    Scan s = {.code = arena_alloc(t->arena, text.len + 1, 1),
              .strings = arena_alloc(t->arena, text.len + 1, 1),
              .line_start = true};
    for (size_t i = 0; i < text.len; i++) i = scan_byte(&s, text, i);
    file->code = (Str){s.code, text.len};
    file->strings = (Str){s.strings, text.len};
}

static void place(File *file)
{
    static const struct {
        const char *folder;
        Storey storey;
    } PLACES[] = {{"src/base/", BASE},  {"src/core/", CORE},   {"src/nhs/", NHS},
                  {"src/care/", ROOMS}, {"src/work/", ROOMS},  {"src/insight/", ROOMS},
                  {"src/app/", APP},    {"src/test/", TESTING}};
    file->storey = ELSEWHERE;
    for (size_t i = 0; i < COUNT_OF(PLACES); i++) {
        if (str_starts(file->path, str_from_c(PLACES[i].folder))) file->storey = PLACES[i].storey;
    }
    if (file->storey != ROOMS) return;
    Str rest = str_slice(file->path, strlen("src/"), file->path.len);
    Str storey;
    Str room;
    str_split(&rest, '/', &storey);
    if (!str_split(&rest, '/', &room) || rest.ptr == NULL) return;
    file->room = (Str){storey.ptr, storey.len + 1 + room.len};
}

static bool read_file(Tidy *t, Str path)
{
    FILE *in = fopen(arena_c(t->arena, path), "rb");
    if (in == NULL) return errno == ENOENT; // removed, not yet committed
    if (t->count == FILES_MAX) abort();
    fseek(in, 0, SEEK_END);
    long size = ftell(in);
    rewind(in);
    bool whole = size >= 0 && size < FILE_BYTES_MAX;
    char *text = arena_alloc(t->arena, whole ? (size_t)size + 1 : 1, 1);
    size_t len = whole ? fread(text, 1, (size_t)size, in) : 0;
    fclose(in);

    File *file = &t->files[t->count++];
    *file = (File){.path = path, .base = path, .text = {text, len}, .room = STR("")};
    while (has(file->base, "/")) file->base = str_slice(file->base, 1, file->base.len);
    file->c = str_ends(path, STR(".c")) || str_ends(path, STR(".h"));
    file->tree = str_starts(path, STR("src/"));
    place(file);
    file->test = str_ends(path, STR("_test.c")) || file->storey == TESTING;
    if (file->c) scan_c(t, file);
    return true;
}

// ---- laws about lines

static bool ends_with_any(Str path, const char *const *ends, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_ends(path, str_from_c(ends[i]))) return true;
    }
    return false;
}

// Spelled in halves, so that this file does not find itself.
static const char *const MARKS[] = {"TO"
                                    "DO",
                                    "FIX"
                                    "ME",
                                    "XX"
                                    "X",
                                    "HA"
                                    "CK"};
static const char *const MACHINE[] = {"/work"
                                      "/h/",
                                      "/work"
                                      "/main",
                                      "/work"
                                      "/shared",
                                      "/fa"
                                      "rm/",
                                      "/ro"
                                      "ot/",
                                      "/Us"
                                      "ers/"};

static void check_words_of_line(Tidy *t, const File *file, int n, Str line)
{
    Str word;
    for (size_t at = 0; next_word(line, &at, &word);) {
        if (listed(word, MARKS, COUNT_OF(MARKS))) {
            finding(t, file, n, "marks", "finish it or file an issue: " STR_FMT, STR_ARG(word));
        }
    }
    for (size_t i = 0; i < COUNT_OF(MACHINE); i++) {
        if (!has(line, MACHINE[i])) continue;
        finding(t, file, n, "machine-path", "a path of one machine: %s", MACHINE[i]);
    }
}

static int columns(Str line) // code points
{
    int count = 0;
    for (size_t i = 0; i < line.len; i++) count += ((unsigned char)line.ptr[i] & 0xC0U) != 0x80U;
    return count;
}

static void check_line(Tidy *t, const File *file, int n, Str line)
{
    static const char *const LONG_ALLOWED[] = {".ht", ".md", "Makefile"};
    static const char *const TABS_ALLOWED[] = {".mk", "Makefile"};
    check_words_of_line(t, file, n, line);
    // sqlgen reads a statement's name and parameters as one line.
    bool may_be_long = ends_with_any(file->path, LONG_ALLOWED, COUNT_OF(LONG_ALLOWED)) ||
                       str_starts(line, STR("-- name:"));
    if (!may_be_long && columns(line) > COLUMNS_MAX) {
        finding(t, file, n, "columns", "more than %d", COLUMNS_MAX);
    }
    char last = line.len > 0 ? line.ptr[line.len - 1] : 'x';
    if (isspace((unsigned char)last) && !str_ends(file->path, STR(".md"))) {
        finding(t, file, n, "blanks", "white space at the end of the line");
    }
    if (has(line, "\t") && !ends_with_any(file->path, TABS_ALLOWED, COUNT_OF(TABS_ALLOWED))) {
        finding(t, file, n, "tabs", "use spaces");
    }
}

static void check_lines(Tidy *t, const File *file)
{
    static const char *const CHECKED[] = {".c",   ".h",   ".sql", ".ht", ".sh",     ".js",
                                          ".mjs", ".css", ".md",  ".mk", "Makefile"};
    if (!ends_with_any(file->path, CHECKED, COUNT_OF(CHECKED))) return;
    Str rest = file->text;
    Str line;
    int count = 0;
    while (str_split(&rest, '\n', &line) && (rest.ptr != NULL || line.len > 0)) {
        check_line(t, file, ++count, line);
    }
    int lines_max = str_ends(file->path, STR(".h")) ? HEADER_LINES_MAX : LINES_MAX;
    if (count > lines_max && !str_ends(file->path, STR(".md"))) {
        finding(t, file, lines_max + 1, "file-size", "%d lines; %d are allowed: split it by noun",
                count, lines_max);
    }
    if (file->text.len > 0 && !str_ends(file->text, STR("\n"))) {
        finding(t, file, count, "blanks", "the last line has no end");
    }
}

static void check_first_line(Tidy *t, const File *file)
{
    if (str_ends(file->path, STR("_test.c"))) return; // its name and its tests' names say it
    Str want = arena_fmt(t->arena, "// " STR_FMT " -- ", STR_ARG(file->base));
    if (file->c && !str_starts(file->text, want)) {
        finding(t, file, 1, "first-line", "begin with \"" STR_FMT "what it holds\"", STR_ARG(want));
    }
}

// ---- laws about storeys and rooms

static const File *find_file(const Tidy *t, Str path)
{
    for (size_t i = 0; i < t->count; i++) {
        if (str_eq(t->files[i].path, path)) return &t->files[i];
    }
    return NULL;
}

// A generated header stands for the .sql or .ht it was made from.
static const File *find_origin(const Tidy *t, Str header)
{
    static const char *const KINDS[][2] = {{"_sql.h", ".sql"}, {"_page.h", ".ht"}};
    for (size_t k = 0; k < COUNT_OF(KINDS); k++) {
        if (!str_ends(header, str_from_c(KINDS[k][0]))) continue;
        Str stem = str_slice(header, 0, header.len - strlen(KINDS[k][0]));
        for (size_t i = 0; i < t->count; i++) {
            const File *file = &t->files[i];
            if (!file->tree || !str_ends(file->base, str_from_c(KINDS[k][1]))) continue;
            Str name = str_slice(file->base, 0, file->base.len - strlen(KINDS[k][1]));
            if (str_eq(name, stem)) return file;
        }
    }
    return NULL;
}

// Is `path` the door of its room, care/person/person.h?
static bool is_door(const File *file)
{
    Str room = file->room;
    while (has(room, "/")) room = str_slice(room, 1, room.len);
    return str_ends(file->base, STR(".h")) && file->base.len == room.len + 2 &&
           str_starts(file->base, room);
}

static void check_include(Tidy *t, const File *file, int line, Str name)
{
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof path, "src/" STR_FMT, STR_ARG(name));
    const File *other = find_file(t, str_from_c(path));
    if (other == NULL) other = find_origin(t, name);
    if (other == NULL) return; // the compiler says whether it exists
    if (other->storey == TESTING) {
        if (file->test) return;
        finding(t, file, line, "includes", "only tests include " STR_FMT, STR_ARG(name));
        return;
    }
    if (file->storey == TESTING) return;
    if (other->storey > file->storey) {
        finding(t, file, line, "includes", STR_FMT " is of a higher storey", STR_ARG(name));
    } else if (other->room.len > 0 && file->storey == ROOMS && !str_eq(other->room, file->room) &&
               !is_door(other)) {
        finding(t, file, line, "includes", "reaches into " STR_FMT " past its door: " STR_FMT,
                STR_ARG(other->room), STR_ARG(name));
    }
}

static void check_includes(Tidy *t, const File *file)
{
    if (!file->c || !file->tree) return;
    Str rest = file->text;
    Str line;
    for (int n = 1; str_split(&rest, '\n', &line); n++) {
        if (!str_starts(line, STR("#include \""))) continue;
        Str name = str_slice(line, strlen("#include \""), line.len);
        const char *end = memchr(name.ptr, '"', name.len);
        if (end == NULL) continue;
        name.len = (size_t)(end - name.ptr);
        check_include(t, file, n, name);
    }
}

static void check_room_name(Tidy *t, const File *file)
{
    if (file->room.len == 0) return;
    Str room = file->room;
    while (has(room, "/")) room = str_slice(room, 1, room.len);
    char next = file->base.len > room.len ? file->base.ptr[room.len] : '\0';
    if (str_starts(file->base, room) && (next == '.' || next == '_')) return;
    finding(t, file, 1, "room-name", "a file of this room is called " STR_FMT "...", STR_ARG(room));
}

static void check_domain_words(Tidy *t, const File *file)
{
    static const char *const WORDS[] = {"patient",  "patients",  "referral",    "referrals",
                                        "caseload", "caseloads", "coordinator", "coordinators",
                                        "nhs",      "cohort",    "cohorts",     "clinician",
                                        "gp",       "pcn",       "triage",      "safeguarding"};
    bool shared = file->storey == BASE || file->storey == CORE;
    bool read = file->c || str_ends(file->path, STR(".sql"));
    if (!shared || !read || file->test) return;
    char word[64];
    size_t len = 0;
    for (size_t i = 0; i <= file->text.len; i++) {
        char c = i < file->text.len ? file->text.ptr[i] : ' ';
        if (isalpha((unsigned char)c)) {
            if (len < sizeof word - 1) word[len++] = (char)tolower((unsigned char)c);
            continue;
        }
        Str found = {word, len};
        len = 0;
        if (!listed(found, WORDS, COUNT_OF(WORDS))) continue;
        finding(t, file, line_at(file->text, i), "domain-words",
                "base and core know no \"" STR_FMT "\"", STR_ARG(found));
    }
}

// ---- laws about strings and calls

static bool is_tag(Str text, size_t i)
{
    if (text.ptr[i] != '<' || i + 2 >= text.len) return false;
    size_t at = i + (text.ptr[i + 1] == '/' ? 2U : 1U);
    if (!islower((unsigned char)text.ptr[at])) return false;
    while (at < text.len && isalnum((unsigned char)text.ptr[at])) at++;
    char end = at < text.len ? text.ptr[at] : '\0';
    return end == '>' || end == ' ' || end == '/' || end == '\n';
}

static void check_strings(Tidy *t, const File *file)
{
    static const char *const SQL[] = {"SELECT ",       "INSERT INTO ", "DELETE FROM ",
                                      "CREATE TABLE ", "ALTER TABLE ", "DROP TABLE "};
    // The auditor of both chains has statements of its own, so that core/db cannot deceive it.
    bool store =
        str_starts(file->path, STR("src/core/db_")) || str_eq(file->path, STR("src/app/verify.c"));
    bool pdf = str_starts(file->path, STR("src/app/pdf/")); // speaks Pango's markup
    if (!file->c || !file->tree || file->test) return;
    Str rest = file->strings;
    Str line;
    for (int n = 1; str_split(&rest, '\n', &line); n++) {
        for (size_t i = 0; !store && i < COUNT_OF(SQL); i++) {
            if (has(line, SQL[i])) finding(t, file, n, "sql", "SQL stands in the room's .sql");
        }
        if (!store && has(line, "UPDATE ") && has(line, " SET ")) {
            finding(t, file, n, "sql", "SQL stands in the room's .sql");
        }
        for (size_t i = 0; !pdf && i < line.len; i++) {
            if (!is_tag(line, i)) continue;
            finding(t, file, n, "html", "HTML stands in a .ht page");
            break;
        }
    }
}

static void check_calls(Tidy *t, const File *file)
{
    static const char *const MEMORY[] = {"malloc", "calloc",  "realloc",  "free",
                                         "strdup", "strndup", "asprintf", "vasprintf"};
    static const char *const CLOCK[] = {"time", "clock_gettime", "gettimeofday", "clock",
                                        "timespec_get"};
    if (!file->c || !file->tree || file->test) return;
    bool memory = file->storey == ROOMS && !str_eq(file->room, STR("insight/cohort"));
    bool clock = file->storey != APP && !str_starts(file->path, STR("src/core/clock"));
    Str word;
    for (size_t at = 0; next_word(file->code, &at, &word);) {
        bool call = at < file->code.len && file->code.ptr[at] == '(';
        if (!call) continue;
        if (memory && listed(word, MEMORY, COUNT_OF(MEMORY))) {
            finding(t, file, line_at(file->code, at), "memory", "use the arena, not " STR_FMT "()",
                    STR_ARG(word));
        }
        if (clock && listed(word, CLOCK, COUNT_OF(CLOCK))) {
            finding(t, file, line_at(file->code, at), "clock", "read c->now, not " STR_FMT "()",
                    STR_ARG(word));
        }
    }
}

// ---- laws about functions and variables

typedef struct Function {
    Str head; // from the end of what stood before it to its brace
    size_t open;
    size_t close;
} Function;

static int count_parameters(Str head)
{
    Str word = STR("");
    size_t at = 0;
    while (next_word(head, &at, &word)) {
        while (at < head.len && isspace((unsigned char)head.ptr[at])) at++;
        bool opens = at < head.len && head.ptr[at] == '(';
        if (!opens) continue;
        if (!str_eq(word, STR("__attribute__"))) break;
        int depth = 0;
        do {
            depth += (head.ptr[at] == '(') - (head.ptr[at] == ')');
        } while (depth > 0 && ++at < head.len);
    }
    int depth = 0;
    int commas = 0;
    for (; at < head.len; at++) {
        depth += (head.ptr[at] == '(') - (head.ptr[at] == ')');
        commas += head.ptr[at] == ',' && depth == 1;
        if (depth == 0) break;
    }
    return commas + 1;
}

static int count_branches(Str body)
{
    static const char *const BRANCHES[] = {"if", "for", "while", "case"};
    int count = 1;
    Str word;
    for (size_t at = 0; next_word(body, &at, &word);) {
        count += listed(word, BRANCHES, COUNT_OF(BRANCHES));
    }
    for (size_t i = 0; i + 1 < body.len; i++) {
        char c = body.ptr[i];
        count += (c == '&' || c == '|') && body.ptr[i + 1] == c;
        count += c == '?';
    }
    return count;
}

// A callback has the parameters its library gives it. The line above it says which type that is:
// "// The library's form: NAME". Only for a static function: others are forms of our own.
static bool is_librarys_form(const File *file, Str head, size_t start)
{
    Str mark = STR("// The library's form: ");
    if (!str_starts(head, STR("static ")) || start == 0) return false;
    size_t from = start - 1; // the end of the line above
    while (from > 0 && file->text.ptr[from - 1] != '\n') from--;
    Str line = str_slice(file->text, from, start - 1);
    return str_starts(line, mark) && line.len > mark.len && is_word_char(line.ptr[mark.len]);
}

static void check_function(Tidy *t, const File *file, Function f)
{
    Str head = str_trim(f.head);
    size_t start = (size_t)(head.ptr - file->code.ptr);
    int line = line_at(file->code, start);
    int lines = line_at(file->code, f.close) - line + 1;
    if (lines > FUNCTION_LINES_MAX) {
        finding(t, file, line, "function-size", "%d lines; %d are allowed", lines,
                FUNCTION_LINES_MAX);
    }
    int parameters = count_parameters(head);
    if (parameters > PARAMETERS_MAX && !is_librarys_form(file, head, start)) {
        finding(t, file, line, "parameters", "%d; %d are allowed", parameters, PARAMETERS_MAX);
    }
    Str body = str_slice(file->code, f.open, f.close);
    int branches = count_branches(body);
    if (branches > COMPLEXITY_MAX) {
        finding(t, file, line, "complexity", "%d; %d is allowed", branches, COMPLEXITY_MAX);
    }
    if (!file->tree || file->storey == APP || file->test) return;
    Str word;
    for (size_t at = 0; next_word(body, &at, &word);) {
        if (!str_eq(word, STR("static"))) continue;
        size_t end = at;
        while (end < body.len && body.ptr[end] != ';' && body.ptr[end] != '=') end++;
        if (has(str_slice(body, at, end), "const")) continue;
        finding(t, file, line_at(file->code, f.open + at), "globals", "a static that changes");
    }
}

// `left` is what stands before = and [ of a declaration that begins with `word`.
static bool is_variable(Str left, Str word)
{
    static const char *const FINE[] = {"typedef", "extern", "_Static_assert", "static_assert"};
    static const char *const TAGS[] = {"struct", "enum", "union"};
    if (listed(word, FINE, COUNT_OF(FINE)) || has(left, "(") || str_ends(left, STR("}"))) {
        return false;
    }
    if (!listed(word, TAGS, COUNT_OF(TAGS))) return true;
    return has(str_trim(str_slice(left, word.len, left.len)), " "); // else a forward declaration
}

// A declaration at file scope, braces' insides left out. Const data and prototypes are fine.
static void check_declaration(Tidy *t, const File *file, Str decl, size_t at)
{
    if (!file->tree || file->storey == APP || file->test) return;
    size_t end = 0;
    while (end < decl.len && decl.ptr[end] != '=' && decl.ptr[end] != '[') end++;
    Str left = str_trim(str_slice(decl, 0, end));
    Str word;
    size_t from = 0;
    if (!next_word(left, &from, &word) || !is_variable(left, word)) return;

    size_t star = left.len;
    while (star > 0 && left.ptr[star - 1] != '*') star--;
    if (has(str_slice(left, star, left.len), "const")) return;
    finding(t, file, line_at(file->code, at), "globals", "a variable of the file that changes");
}

static size_t close_of(Str code, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < code.len; i++) {
        depth += (code.ptr[i] == '{') - (code.ptr[i] == '}');
        if (depth == 0) return i;
    }
    return code.len;
}

static void check_scope(Tidy *t, const File *file)
{
    if (!file->c) return;
    Str code = file->code;
    Buf decl = buf_new(FILE_BYTES_MAX);
    size_t from = 0;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        if (c == '{') {
            size_t close = close_of(code, i);
            Str head = str_trim(str_slice(code, from, i));
            bool function = str_ends(head, STR(")"));
            if (function) {
                check_function(t, file, (Function){str_slice(code, from, i), i, close});
                buf_clear(&decl);
                from = close + 1;
            } else {
                buf_add_c(&decl, "{}");
            }
            i = close;
        } else if (c == ';') {
            check_declaration(t, file, str_trim(buf_str(&decl)), i);
            buf_clear(&decl);
            from = i + 1;
        } else {
            buf_add_char(&decl, c == '\n' ? ' ' : c);
        }
    }
    buf_free(&decl);
}

// ---- unused exports

static Word *word_slot(Tidy *t, Str text)
{
    size_t at = str_hash(text) % WORDS_MAX;
    while (t->words[at].text.len > 0 && !str_eq(t->words[at].text, text)) at = (at + 1) % WORDS_MAX;
    return &t->words[at];
}

static void note_words(Tidy *t, const File *file)
{
    bool page = str_ends(file->path, STR(".ht"));
    if (!page && (!file->c || str_ends(file->path, STR(".h")))) return;
    Str word;
    for (size_t at = 0; next_word(page ? file->text : file->code, &at, &word);) {
        Word *slot = word_slot(t, word);
        if (slot->first == NULL) *slot = (Word){word, file, false};
        if (slot->first != file) slot->many = true;
    }
}

// Used by another file, as itself or as a half of a layout: a page defines it under its stem, and
// others use it by {{wrap stem(...)}} or, in C, by the two halves.
static bool used_elsewhere(Tidy *t, Str name)
{
    static const char *const HALVES[] = {"_begin", "_end"};
    const Word *whole = word_slot(t, name);
    if (whole->many) return true;
    for (size_t i = 0; i < COUNT_OF(HALVES); i++) {
        Str half = str_from_c(HALVES[i]);
        if (!str_ends(name, half)) continue;
        const Word *stem = word_slot(t, str_slice(name, 0, name.len - half.len));
        if (stem->many) return true;
        bool page = stem->first != NULL && str_ends(stem->first->path, STR(".ht"));
        if (page && whole->first != NULL && whole->first != stem->first) return true;
    }
    return str_starts(name, STR("_")); // the compiler's own
}

static void check_exports(Tidy *t, const File *file)
{
    if (!file->tree || file->test || !str_ends(file->path, STR(".h"))) return;
    Str rest = file->code;
    Str decl;
    while (str_split(&rest, ';', &decl)) {
        Str word = STR("");
        Str name = STR("");
        for (size_t at = 0; next_word(decl, &at, &word);) {
            if (str_eq(word, STR("typedef")) || str_eq(word, STR("static"))) break;
            bool call = at < decl.len && decl.ptr[at] == '(';
            if (!call || str_eq(word, STR("__attribute__"))) continue;
            name = word;
            break;
        }
        if (name.len == 0 || used_elsewhere(t, name)) continue;
        size_t at = (size_t)(name.ptr - file->code.ptr);
        const char *end = file->text.ptr + at + name.len; // a macro of this header may call it
        if (memmem(end, file->text.len - at - name.len, name.ptr, name.len) != NULL) continue;
        finding(t, file, line_at(file->code, at), "exports", STR_FMT "() is not used elsewhere",
                STR_ARG(name));
    }
}

int main(void)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Tidy *t = ARENA_NEW(arena, Tidy);
    t->arena = arena;
    char line[PATH_BYTES_MAX];
    while (fgets(line, sizeof line, stdin) != NULL) {
        Str path = arena_str(arena, str_trim(str_from_c(line)));
        if (path.len > 0 && !read_file(t, path)) {
            fprintf(stderr, STR_FMT ": %s\n", STR_ARG(path), strerror(errno));
            return 2;
        }
    }
    for (size_t i = 0; i < t->count; i++) note_words(t, &t->files[i]);
    for (size_t i = 0; i < t->count; i++) {
        const File *file = &t->files[i];
        check_lines(t, file);
        check_first_line(t, file);
        check_includes(t, file);
        check_room_name(t, file);
        check_domain_words(t, file);
        check_strings(t, file);
        check_calls(t, file);
        check_scope(t, file);
        check_exports(t, file);
    }
    if (t->findings > 0) printf("%d findings\n", t->findings);
    return t->findings == 0 ? 0 : 1;
}
