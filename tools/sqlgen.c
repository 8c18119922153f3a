// sqlgen.c -- proves every .sql file on a freshly migrated store, then writes the C tables of it.
//
// Usage: sqlgen [--strict] OUT_DIR FILE.sql...
// db/migrations/ and db/access/ hold migrations, the other files belong to rooms.
// Top of a room's file:
//   -- owns: referral referral_event   its tables, named nowhere else
//   -- publishes: referral_open        a view (or table) that others may read
//   -- housekeeping tables: draft      own tables whose writes may go unjournalled
// A statement, ended by a blank line or the next one:
//   -- name: touch ($1 token, $2 at)   -- housekeeping   -- store: access
//   -- name: late ($1 on)   -- columns: open   the same, in the same order: one reader reads both
// Writes statements.c, migrations.c and X_sql.h for each X.sql; files that stay the same keep their
// time. Every fault is told as file:line before the build fails.
#include "sqlgen.h"

#include "core/dialect.h"
#include "core/statement.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>

enum { FILES_MAX = 400, NAMES_MAX = 1000, STATEMENTS_MAX = 4000, PARAMS_MAX = 63 };
enum { FILE_BYTES_MAX = 1024 * 1024, OUT_BYTES_MAX = 16 * 1024 * 1024, PATH_BYTES_MAX = 512 };

typedef struct Source {
    const char *path;
    Str text;
    Str room;   // "referral" of src/care/referral/referral.sql
    int number; // of a migration
} Source;

typedef struct Owned { // a table or view as some file's top line names it
    Str name;
    const Source *source;
    int line;
    bool published;
    bool housekeeping;
    bool exists;
} Owned;

typedef struct Query {
    const Source *source;
    int line; // of its first line of SQL
    int name_line;
    Str name;
    Str about;  // the parameter list, as written
    Buf sql;    // without comments
    int params; // declared
    bool housekeeping;
    bool access_store;
    bool writes;
    Str columns[128];
    int columns_count;
    Str same; // whose columns these are, "" its own
} Query;

struct Gen {
    Arena *arena;
    const char *out_dir;
    sqlite3 *main;
    sqlite3 *access;
    int errors;
    bool strict; // the whole must be there: no table without a room, no key without its table
    Source rooms[FILES_MAX], main_steps[FILES_MAX], access_steps[FILES_MAX];
    size_t rooms_count, main_count, access_count;
    Owned owned[NAMES_MAX];
    size_t owned_count;
    Query *queries[STATEMENTS_MAX];
    size_t queries_count;
    const Query *checking; // for the authorizer
    const Owned *told;     // the table it complained about last: SQLite names it once per column
};

void fault(Gen *g, const char *path, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fprintf(stderr, "%s:%d: ", path, line);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    g->errors++;
}

_Noreturn static void die(const char *path, const char *what)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(1);
}

static Str read_file(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) die(path, strerror(errno));
    char *text = arena_alloc(arena, FILE_BYTES_MAX, 1);
    size_t len = fread(text, 1, FILE_BYTES_MAX, file);
    fclose(file);
    if (len == FILE_BYTES_MAX) die(path, "too large");
    return (Str){text, len};
}

static bool is_name(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_word_char(c) || (c >= 'A' && c <= 'Z')) return false;
    }
    return text.len > 0 && (text.ptr[0] < '0' || text.ptr[0] > '9');
}

// ---- migrations

// The text with comments blanked and strings emptied, line by line.
static Str bare_line(Arena *arena, Str line, bool *in_string, Str *clean_out)
{
    char *bare = arena_alloc(arena, line.len + 1, 1);
    size_t len = 0;
    size_t end = line.len;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c == '\'') *in_string = !*in_string;
        if (!*in_string && c == '-' && i + 1 < line.len && line.ptr[i + 1] == '-') {
            end = i;
            break;
        }
        if (!*in_string) bare[len++] = c;
    }
    *clean_out = str_slice(line, 0, end);
    return (Str){bare, len};
}

static void check_migration_words(Gen *g, const Source *src)
{
    Str rest = src->text;
    Str line;
    bool in_string = false;
    bool twin = false; // another store's own lines may use its own words
    for (int n = 1; str_split(&rest, '\n', &line); n++) {
        if (str_starts(line, STR("-- only:"))) twin = !str_eq(str_trim(line), STR("-- only: all"));
        Str clean;
        Str bare = bare_line(g->arena, line, &in_string, &clean);
        if (!twin) check_line(g, src->path, n, line, bare, true);
    }
}

static int line_of(const char *text, const char *at)
{
    int line = 1;
    for (; text < at; text++) line += *text == '\n';
    return line;
}

static void apply(Gen *g, sqlite3 *db, const Source *src)
{
    check_migration_words(g, src);
    Str sql;
    if (dialect_migration(g->arena, src->text, DIALECT_SQLITE, &sql) != ERR_OK) {
        fault(g, src->path, 1, "a string or parenthesis is left open, or an unknown -- only:");
        return;
    }
    for (const char *at = sql.ptr; *at != '\0';) {
        at += strspn(at, " \t\n");
        sqlite3_stmt *stmt = NULL;
        const char *next = NULL;
        int rc = sqlite3_prepare_v2(db, at, -1, &stmt, &next);
        if (rc == SQLITE_OK && stmt != NULL) {
            rc = sqlite3_step(stmt);
            rc = rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
        }
        if (rc != SQLITE_OK) {
            int offset = sqlite3_error_offset(db);
            fault(g, src->path, line_of(sql.ptr, at + (offset > 0 ? offset : 0)), "%s",
                  sqlite3_errmsg(db));
            sqlite3_finalize(stmt);
            return;
        }
        sqlite3_finalize(stmt);
        at = next;
    }
}

static void migrate(Gen *g, sqlite3 *db, Source *steps, size_t count)
{
    int last = 0;
    for (size_t i = 0; i < count; i++) {
        const char *base = strrchr(steps[i].path, '/') + 1;
        int64_t number = 0;
        Str digits = str_slice(str_from_c(base), 0, 4);
        while (digits.len > 1 && digits.ptr[0] == '0') digits = str_slice(digits, 1, digits.len);
        bool numbered = str_i64(digits, last + 1, 9999, &number);
        if (!numbered || (g->strict && number != last + 1)) {
            fault(g, steps[i].path, 1, "its number should be %04d: one line, no gap", last + 1);
        }
        last = steps[i].number = (int)number;
        apply(g, db, &steps[i]);
    }
}

// ---- reading a room's file

static Owned *owned_find(Gen *g, Str name)
{
    for (size_t i = 0; i < g->owned_count; i++) {
        if (str_eq(g->owned[i].name, name)) return &g->owned[i];
    }
    return NULL;
}

static void read_top(Gen *g, const Source *src, int line, Str words, bool published, bool house)
{
    Str word;
    while (str_split(&words, ' ', &word)) {
        if (word.len == 0) continue;
        Owned *known = owned_find(g, word);
        bool mine = known != NULL && known->source == src;
        if (!is_name(word)) {
            fault(g, src->path, line, "not a table's name: " STR_FMT, STR_ARG(word));
        } else if (house && !mine) {
            fault(g, src->path, line, "a housekeeping table must be owned above: " STR_FMT,
                  STR_ARG(word));
        } else if (mine && (house || published)) {
            known->housekeeping |= house;
            known->published |= published;
        } else if (known != NULL) {
            fault(g, src->path, line, STR_FMT " is owned by %s:%d", STR_ARG(word),
                  known->source->path, known->line);
        } else if (g->owned_count == NAMES_MAX) {
            die(src->path, "too many tables");
        } else {
            g->owned[g->owned_count++] =
                (Owned){.name = word, .source = src, .line = line, .published = published};
        }
    }
}

// "$1..$16 person": sixteen parameters of one kind, as an IN list takes them.
static bool read_range(Query *q, Str part)
{
    Str numbers;
    size_t dots = 0;
    int64_t first = q->params + 1;
    int64_t last = 0;
    if (!str_split(&part, ' ', &numbers) || str_trim(part).len == 0) return false;
    if (!str_starts(numbers, STR("$")) || !str_find(numbers, STR("..$"), &dots)) return false;
    if (!str_i64(str_slice(numbers, 1, dots), first, first, &first)) return false;
    Str until = str_slice(numbers, dots + 3, numbers.len);
    if (!str_i64(until, first + 1, PARAMS_MAX, &last)) return false;
    q->params = (int)last;
    return true;
}

static void read_params(Gen *g, Query *q, Str list)
{
    Str part;
    while (str_split(&list, ',', &part)) {
        part = str_trim(part);
        if (read_range(q, part)) continue;
        char want[16];
        int len = snprintf(want, sizeof want, "$%d ", q->params + 1);
        if (!str_starts(part, (Str){want, (size_t)len}) || q->params == PARAMS_MAX) {
            fault(g, q->source->path, q->name_line, "expected \"%sname\" at \"" STR_FMT "\"", want,
                  STR_ARG(part));
            return;
        }
        q->params++;
    }
}

static void read_name(Gen *g, const Source *src, int line, Str text)
{
    if (g->queries_count == STATEMENTS_MAX) die(src->path, "too many statements");
    Query *q = ARENA_NEW(g->arena, Query);
    *q = (Query){.source = src, .name_line = line, .sql = buf_new(FILE_BYTES_MAX)};
    g->queries[g->queries_count++] = q;

    size_t at = 0;
    if (str_find(text, STR("--"), &at)) {
        Str marks = str_slice(text, at, text.len);
        size_t unused = 0;
        q->housekeeping = str_find(marks, STR("-- housekeeping"), &unused);
        q->access_store = str_find(marks, STR("-- store: access"), &unused);
        size_t same = 0;
        if (str_find(marks, STR("-- columns:"), &same)) {
            Str name = str_trim(str_slice(marks, same + strlen("-- columns:"), marks.len));
            if (str_find(name, STR(" "), &same)) name = str_slice(name, 0, same);
            q->same = name;
        }
        bool known = q->housekeeping || q->access_store || q->same.len > 0;
        if (!known) fault(g, src->path, line, "unknown mark");
        text = str_trim(str_slice(text, 0, at));
    }
    q->name = text;
    if (str_find(text, STR("("), &at)) {
        q->name = str_trim(str_slice(text, 0, at));
        Str list = str_slice(text, at + 1, text.len - 1);
        if (!str_ends(text, STR(")"))) fault(g, src->path, line, "the parameter list has no )");
        q->about = str_slice(text, at, text.len);
        if (str_trim(list).len > 0) read_params(g, q, list);
    }
    if (!is_name(q->name)) fault(g, src->path, line, "not a name: " STR_FMT, STR_ARG(q->name));
    for (size_t i = 0; i + 1 < g->queries_count; i++) {
        const Query *other = g->queries[i];
        if (other->source != src || !str_eq(other->name, q->name)) continue;
        fault(g, src->path, line, "the name stands at line %d already", other->name_line);
    }
}

// A comment line. True when it opens a statement.
static bool read_comment(Gen *g, const Source *src, int line, Str text)
{
    static const struct {
        const char *word;
        bool published;
        bool housekeeping;
    } TOP[] = {{"-- owns:", false, false},
               {"-- publishes:", true, false},
               {"-- housekeeping tables:", false, true}};
    for (size_t i = 0; i < COUNT_OF(TOP); i++) {
        Str word = str_from_c(TOP[i].word);
        if (!str_starts(text, word)) continue;
        read_top(g, src, line, str_slice(text, word.len, text.len), TOP[i].published,
                 TOP[i].housekeeping);
    }
    if (!str_starts(text, STR("-- name:"))) return false;
    read_name(g, src, line, str_trim(str_slice(text, strlen("-- name:"), text.len)));
    return true;
}

static void read_room(Gen *g, const Source *src)
{
    Query *q = NULL;
    Str rest = src->text;
    Str raw;
    bool in_string = false;
    for (int n = 1; str_split(&rest, '\n', &raw); n++) {
        Str line = str_trim(raw);
        if (line.len == 0) {
            q = NULL;
            continue;
        }
        if (!in_string && str_starts(line, STR("--"))) {
            if (read_comment(g, src, n, line)) q = g->queries[g->queries_count - 1];
            continue;
        }
        if (q == NULL) {
            fault(g, src->path, n, "SQL without a \"-- name:\" line above it");
            continue;
        }
        Str clean;
        Str bare = bare_line(g->arena, raw, &in_string, &clean);
        check_line(g, src->path, n, raw, bare, false);
        if (q->line == 0) q->line = n;
        if (q->sql.len > 0) buf_add_char(&q->sql, '\n');
        while (clean.len > 0 && clean.ptr[clean.len - 1] == ' ') clean.len--;
        buf_add(&q->sql, clean);
    }
}

// ---- proving a statement

// What both stores have under the same name and with the same meaning.
static const char *const FUNCTIONS[] = {
    "count",  "sum",   "min",        "max",  "avg",         "coalesce",   "nullif",
    "length", "lower", "upper",      "abs",  "substr",      "trim",       "ltrim",
    "rtrim",  "round", "row_number", "rank", "lag",         "lead",       "replace",
    "like",   "ntile", "dense_rank", "sign", "first_value", "last_value",
};

static void check_function(Gen *g, const Query *q, Str name)
{
    for (size_t i = 0; i < COUNT_OF(FUNCTIONS); i++) {
        if (str_eq_ascii_fold(name, str_from_c(FUNCTIONS[i]))) return;
    }
    fault(g, q->source->path, q->line, "the function " STR_FMT "() is not on the portable list",
          STR_ARG(name));
}

static void check_table(Gen *g, const Query *q, Str table, bool write)
{
    const Owned *owner = owned_find(g, table);
    if (owner == NULL || str_starts(table, STR("sqlite_"))) {
        fault(g, q->source->path, q->line, STR_FMT " has no owner", STR_ARG(table));
    } else if (owner->source != q->source && (write || !owner->published)) {
        if (g->told == owner) return;
        g->told = owner;
        fault(g, q->source->path, q->line, STR_FMT " belongs to %s", STR_ARG(table),
              owner->source->path);
    } else if (write && q->housekeeping && !owner->housekeeping) {
        fault(g, q->source->path, q->line, STR_FMT " is not among the housekeeping tables",
              STR_ARG(table));
    }
}

// SQLite tells what a statement touches while it compiles it. `within` names a view or trigger
// whose own text does the touching: that was judged where it stands.
static int touched(void *ctx, int action, const char *one, const char *two, const char *db,
                   const char *within)
{
    Gen *g = ctx;
    (void)db;
    if (within != NULL) return SQLITE_OK;
    bool write = action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
    if (write || action == SQLITE_READ) check_table(g, g->checking, str_from_c(one), write);
    if (action == SQLITE_FUNCTION) check_function(g, g->checking, str_from_c(two));
    return SQLITE_OK;
}

static void check_params(Gen *g, const Query *q, sqlite3_stmt *stmt)
{
    char name[16];
    for (int i = 1; i <= q->params; i++) {
        snprintf(name, sizeof name, "$%d", i);
        if (sqlite3_bind_parameter_index(stmt, name) > 0) continue;
        fault(g, q->source->path, q->name_line, "%s is declared but not used", name);
    }
    for (int i = 1; i <= sqlite3_bind_parameter_count(stmt); i++) {
        const char *used = sqlite3_bind_parameter_name(stmt, i);
        int64_t n = 0;
        bool numbered =
            used != NULL && used[0] == '$' && str_i64(str_from_c(used + 1), 1, q->params, &n);
        if (numbered) continue;
        fault(g, q->source->path, q->line, "%s is used but not declared", used ? used : "?");
    }
}

static void check_columns(Gen *g, Query *q, sqlite3_stmt *stmt)
{
    int count = sqlite3_column_count(stmt);
    if (count > (int)COUNT_OF(q->columns)) {
        fault(g, q->source->path, q->line, "too many columns");
        return;
    }
    for (int i = 0; i < count; i++) {
        Str name = str_from_c(sqlite3_column_name(stmt, i));
        q->columns[i] = arena_str(g->arena, name);
        if (!is_name(name)) {
            fault(g, q->source->path, q->line, "give column %d a name with AS: " STR_FMT, i + 1,
                  STR_ARG(name));
        }
        for (int k = 0; k < i; k++) {
            if (!str_eq(q->columns[k], name)) continue;
            fault(g, q->source->path, q->line, "two columns are called " STR_FMT, STR_ARG(name));
        }
    }
    q->columns_count = count;
}

// Looks at the tables that a statement itself names: a foreign key's own look at another room's
// table is not the room's, so keys are off meanwhile.
static void watch(Gen *g, sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int keys = 0;
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &keys);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    sqlite3_set_authorizer(db, touched, g);
    (void)sqlite3_prepare_v2(db, sql, -1, &stmt, NULL); // prove() says what is wrong with it
    sqlite3_set_authorizer(db, NULL, NULL);
    sqlite3_finalize(stmt);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, keys, NULL);
}

static void prove(Gen *g, Query *q)
{
    if (q->sql.len == 0) {
        fault(g, q->source->path, q->name_line, "no statement follows");
        return;
    }
    sqlite3 *db = q->access_store ? g->access : g->main;
    const char *sql = arena_c(g->arena, buf_str(&q->sql));
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;
    g->checking = q;
    g->told = NULL;
    watch(g, db, sql);
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, &tail);
    if (rc != SQLITE_OK) {
        int offset = sqlite3_error_offset(db);
        int line = q->line + (offset > 0 ? line_of(sql, sql + offset) - 1 : 0);
        fault(g, q->source->path, line, "%s", sqlite3_errmsg(db));
    } else if (str_trim(str_from_c(tail)).len > 0 || str_ends(buf_str(&q->sql), STR(";"))) {
        fault(g, q->source->path, q->line, "one statement, without a semicolon");
    } else {
        q->writes = sqlite3_stmt_readonly(stmt) == 0;
        if (q->housekeeping && !q->writes) {
            fault(g, q->source->path, q->name_line, "only a write can be housekeeping");
        }
        check_params(g, q, stmt);
        check_columns(g, q, stmt);
    }
    sqlite3_finalize(stmt);
}

// ---- columns that several statements share

enum { SHARED_MIN = 4 }; // fewer columns are the same by chance

static const Query *query_find(const Gen *g, const Source *src, Str name)
{
    for (size_t i = 0; i < g->queries_count; i++) {
        const Query *q = g->queries[i];
        if (q->source == src && str_eq(q->name, name)) return q;
    }
    return NULL;
}

// The place of the first column that differs, or -1.
static int first_other(const Query *a, const Query *b)
{
    int count = a->columns_count > b->columns_count ? a->columns_count : b->columns_count;
    for (int i = 0; i < count; i++) {
        bool both = i < a->columns_count && i < b->columns_count;
        if (!both || !str_eq(a->columns[i], b->columns[i])) return i;
    }
    return -1;
}

// A reader takes columns by their place: a statement whose columns were put in another order than
// the other's that it reads would give a wrong name, or a wrong person, without a sound.
static void check_same(Gen *g, const Query *q)
{
    const Query *of = query_find(g, q->source, q->same);
    const char *path = q->source->path;
    if (of == NULL || of == q || of->same.len > 0) {
        fault(g, path, q->name_line, STR_FMT " is no statement with columns of its own here",
              STR_ARG(q->same));
        return;
    }
    int at = first_other(q, of);
    if (at < 0) return;
    fault(g, path, q->line, "column %d is " STR_FMT ", that of " STR_FMT " is " STR_FMT, at + 1,
          STR_ARG(at < q->columns_count ? q->columns[at] : STR("missing")), STR_ARG(of->name),
          STR_ARG(at < of->columns_count ? of->columns[at] : STR("missing")));
}

static void check_shared(Gen *g)
{
    for (size_t i = 0; i < g->queries_count; i++) {
        const Query *q = g->queries[i];
        if (q->same.len > 0) check_same(g, q);
        bool own = q->same.len == 0 && q->columns_count >= SHARED_MIN;
        for (size_t k = 0; own && k < i; k++) {
            const Query *of = g->queries[k];
            bool others = of->source != q->source || of->same.len > 0;
            if (others || first_other(q, of) >= 0) continue;
            fault(g, q->source->path, q->name_line,
                  "the columns of " STR_FMT ": say -- columns: " STR_FMT, STR_ARG(of->name),
                  STR_ARG(of->name));
            break;
        }
    }
}

static void check_owners(Gen *g, sqlite3 *db, const char *where)
{
    sqlite3_stmt *stmt = NULL;
    const char *sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') "
                      "AND name NOT LIKE 'sqlite%' ORDER BY name";
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) die(where, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        Str name = str_from_c((const char *)sqlite3_column_text(stmt, 0));
        Owned *owner = owned_find(g, name);
        if (owner != NULL) {
            owner->exists = true;
        } else {
            g->errors += g->strict;
            fprintf(stderr, "%s: no room owns " STR_FMT ": say -- owns: at the top of one .sql\n",
                    where, STR_ARG(name));
        }
    }
    sqlite3_finalize(stmt);
}

// ---- writing

static void put_upper(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        buf_add_char(out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
}

// A C string, one source line per line of text.
static void put_text(Buf *out, Str text)
{
    Str line;
    bool any = false;
    while (str_split(&text, '\n', &line)) {
        if (text.ptr == NULL && line.len == 0 && any) break;
        any = true;
        buf_add_c(out, "\n        \"");
        for (size_t i = 0; i < line.len; i++) {
            if (line.ptr[i] == '"' || line.ptr[i] == '\\') buf_add_char(out, '\\');
            buf_add_char(out, line.ptr[i]);
        }
        buf_add_c(out, text.ptr == NULL ? "\"" : "\\n\"");
    }
}

static void save(Gen *g, const char *name, Buf *text)
{
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof path, "%s/%s", g->out_dir, name);
    if (!buf_ok(text)) die(path, "too large");
    FILE *old = fopen(path, "rb");
    bool same = old != NULL;
    for (size_t i = 0; same && i < text->len; i++) same = fgetc(old) == (unsigned char)text->ptr[i];
    same = same && fgetc(old) == EOF;
    if (old != NULL) fclose(old);
    if (!same) {
        FILE *file = fopen(path, "wb");
        if (file == NULL) die(path, strerror(errno));
        if (fwrite(text->ptr, 1, text->len, file) != text->len) die(path, strerror(errno));
        if (fclose(file) != 0) die(path, strerror(errno));
    }
    buf_free(text);
}

static void put_query(Buf *out, const Query *q, size_t id)
{
    Str room = q->source->room;
    buf_add_c(out, "\n#define SQL_");
    put_upper(out, room);
    buf_add_char(out, '_');
    put_upper(out, q->name);
    buf_fmt(out, " ((StatementId){%zu})", id);
    if (q->about.len > 0) {
        buf_add_c(out, " // ");
        buf_add(out, q->about);
    }
    buf_add_char(out, '\n');
    if (q->columns_count == 0) return;
    buf_add_c(out, "enum {\n");
    for (int i = 0; i <= q->columns_count && q->same.len == 0; i++) {
        buf_add_c(out, "    ");
        put_upper(out, room);
        buf_add_char(out, '_');
        put_upper(out, q->name);
        buf_add_char(out, '_');
        put_upper(out, i == q->columns_count ? STR("COLUMNS") : q->columns[i]);
        buf_add_c(out, ",\n");
    }
    buf_add_c(out, "    "); // for tables of constants, where the id itself may not stand
    put_upper(out, room);
    buf_add_char(out, '_');
    put_upper(out, q->name);
    buf_fmt(out, "_STATEMENT = %zu,\n};\n", id);
}

static void write_headers(Gen *g)
{
    for (size_t r = 0; r < g->rooms_count; r++) {
        const Source *src = &g->rooms[r];
        Buf out = buf_new(OUT_BYTES_MAX);
        buf_fmt(&out, "// Generated by tools/sqlgen from %s; edit that.\n#ifndef ", src->path);
        put_upper(&out, src->room);
        buf_add_c(&out, "_SQL_H\n#define ");
        put_upper(&out, src->room);
        buf_add_c(&out, "_SQL_H\n\n#include \"core/statement.h\"\n");
        for (size_t i = 0; i < g->queries_count; i++) {
            if (g->queries[i]->source == src) put_query(&out, g->queries[i], i);
        }
        buf_add_c(&out, "\n#endif\n");
        char name[PATH_BYTES_MAX];
        snprintf(name, sizeof name, STR_FMT "_sql.h", STR_ARG(src->room));
        save(g, name, &out);
    }
}

static void write_statements(Gen *g)
{
    Buf out = buf_new(OUT_BYTES_MAX);
    buf_add_c(&out, "// Generated by tools/sqlgen from every room's .sql; edit those.\n"
                    "#include \"core/statement.h\"\n\nconst Statement STATEMENTS[] = {\n");
    for (size_t i = 0; i < g->queries_count; i++) {
        const Query *q = g->queries[i];
        buf_fmt(&out,
                "    {.name = \"" STR_FMT "." STR_FMT "\",\n     .sql =", STR_ARG(q->source->room),
                STR_ARG(q->name));
        put_text(&out, buf_str(&q->sql));
        buf_fmt(&out, ",\n     .params = %d, .columns = %d", q->params, q->columns_count);
        if (q->writes) buf_add_c(&out, ", .writes = true");
        if (q->housekeeping) buf_add_c(&out, ", .housekeeping = true");
        if (q->access_store) buf_add_c(&out, ", .access_store = true");
        buf_add_c(&out, "},\n");
    }
    buf_fmt(&out, "    {.name = NULL}, // not counted\n};\nconst size_t STATEMENTS_COUNT = %zu;\n",
            g->queries_count);
    save(g, "statements.c", &out);
}

static void put_migrations(Buf *out, const char *table, const Source *steps, size_t count)
{
    buf_fmt(out, "\nconst Migration %s[] = {\n", table);
    for (size_t i = 0; i < count; i++) {
        const char *base = strrchr(steps[i].path, '/') + 1;
        buf_fmt(out, "    {.number = %d,\n     .name = \"%.*s\",\n     .sql =", steps[i].number,
                (int)strcspn(base, "."), base);
        put_text(out, steps[i].text);
        buf_add_c(out, "},\n");
    }
    buf_fmt(out, "    {.name = NULL}, // not counted\n};\nconst size_t %s_COUNT = %zu;\n", table,
            count);
}

static void write_migrations(Gen *g)
{
    Buf out = buf_new(OUT_BYTES_MAX);
    buf_add_c(&out, "// Generated by tools/sqlgen from db/; edit that.\n"
                    "#include \"core/statement.h\"\n");
    put_migrations(&out, "MIGRATIONS", g->main_steps, g->main_count);
    put_migrations(&out, "ACCESS_MIGRATIONS", g->access_steps, g->access_count);
    save(g, "migrations.c", &out);
}

// ---- the whole

// With `keys`, SQLite refuses a write whose foreign key names a table that no migration makes yet.
static sqlite3 *open_store(bool keys)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) die(":memory:", sqlite3_errmsg(db));
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, keys, NULL);
    return db;
}

static void sort_in(Gen *g, const char *path)
{
    Source src = {.path = path, .text = read_file(g->arena, path)};
    const char *slash = strrchr(path, '/');
    if (slash == NULL) die(path, "expected a path with a folder");
    src.room = str_slice(str_from_c(slash + 1), 0, strcspn(slash + 1, "."));
    Str where = str_from_c(path);
    size_t at = 0;
    Source *list = g->rooms;
    size_t *count = &g->rooms_count;
    if (str_find(where, STR("db/migrations/"), &at)) {
        list = g->main_steps;
        count = &g->main_count;
    } else if (str_find(where, STR("db/access/"), &at)) {
        list = g->access_steps;
        count = &g->access_count;
    } else if (!is_name(src.room)) {
        fault(g, path, 1, "a room's name is small letters, digits and _");
    }
    if (*count == FILES_MAX) die(path, "too many files");
    list[(*count)++] = src;
}

int main(int argc, char **argv)
{
    bool strict = argc > 1 && strcmp(argv[1], "--strict") == 0;
    argc -= strict;
    argv += strict;
    if (argc < 2) {
        fputs("usage: sqlgen [--strict] OUT_DIR FILE.sql...\n", stderr);
        return 2;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Gen *g = ARENA_NEW(arena, Gen);
    *g = (Gen){.arena = arena,
               .strict = strict,
               .out_dir = argv[1],
               .main = open_store(strict),
               .access = open_store(strict)};
    for (int i = 2; i < argc; i++) sort_in(g, argv[i]);
    migrate(g, g->main, g->main_steps, g->main_count);
    migrate(g, g->access, g->access_steps, g->access_count);
    for (size_t r = 0; r < g->rooms_count; r++) read_room(g, &g->rooms[r]);
    check_owners(g, g->main, "db/migrations");
    check_owners(g, g->access, "db/access");
    for (size_t i = 0; i < g->owned_count; i++) {
        const Owned *o = &g->owned[i];
        if (o->exists) continue;
        fault(g, o->source->path, o->line, "no migration creates " STR_FMT, STR_ARG(o->name));
    }
    for (size_t i = 0; i < g->queries_count; i++) prove(g, g->queries[i]);
    check_shared(g);
    if (g->errors == 0) {
        write_headers(g);
        write_statements(g);
        write_migrations(g);
    }
    for (size_t i = 0; i < g->queries_count; i++) buf_free(&g->queries[i]->sql);
    sqlite3_close(g->main);
    sqlite3_close(g->access);
    return g->errors == 0 ? 0 : 1;
}
