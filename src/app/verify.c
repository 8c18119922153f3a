// verify.c -- the auditor of both chains. Allowed to call SQLite itself, so that a fault in core/db
// or core/journal cannot hide from it.
#include "app/verify.h"

#include "app/files.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <sqlite3.h>
#include <stdarg.h>

enum {
    HASH_BYTES = 32,
    PATH_BYTES_MAX = 1024,
    LINE_BYTES_MAX = 256,
    ANCHORS_MAX = 20 * 366 * 24 * 60, // one a minute for twenty years
    PERSON_BYTES = 8,
    CLOCK_SLACK_MS = 5 * 60 * 1000, // requests that began earlier may be written later
};

typedef struct Head { // one line of anchor.log
    int64_t seq;
    uint8_t hash[HASH_BYTES];
    char at[32];
} Head;

typedef struct Heads {
    Head *list; // by seq
    size_t count;
    int64_t unread; // lines that could not be understood
} Heads;

typedef struct Chain {
    const char *name;  // as anchor.log calls it
    const char *title; // in sentences
    const char *file;
    const char *tag;    // first field of an entry
    const char *sealed; // and of one whose last field is not empty, NULL: it has no such field
    const char *select; // the fields in order, then prev_hash, hash
    int fields;
    int persons; // column that holds the persons shown in a list, -1: none
} Chain;

static const Chain CHAINS[] = {
    {"journal", "The journal", RECORD_FILE, "journal-1", "journal-2",
     "SELECT seq, at, actor, actor_name, role, org, request, purpose, person, kind, id, version, "
     "verb, body, seal, prev_hash, hash FROM journal ORDER BY seq",
     15, -1},
    {"access", "The access log", ACCESS_FILE, "access-1", NULL,
     "SELECT seq, at, actor, actor_name, role, request, purpose, verb, person, what, detail, "
     "persons, prev_hash, hash FROM access_log ORDER BY seq",
     12, 11},
};

typedef struct Walk {
    const Chain *chain;
    FILE *out;
    sqlite3 *db;
    sqlite3_stmt *rows;
    sqlite3_stmt *shown; // is this person of this entry in the index?
    Buf bytes;           // prev_hash and the canonical entry
    Heads heads;
    size_t next_head;
    int64_t seq; // of the last entry seen
    int64_t at;
    int64_t backwards; // entries much older than the one before
    int64_t persons;   // shown in lists, each counted once a list
    uint8_t last[HASH_BYTES];
    bool damaged;
    bool unreadable;
} Walk;

__attribute__((format(printf, 2, 3))) static void damage(Walk *w, const char *fmt, ...)
{
    if (w->damaged) return; // everything after the first follows from it
    w->damaged = true;
    va_list args;
    va_start(args, fmt);
    fprintf(w->out, "%s: ", w->chain->title);
    vfprintf(w->out, fmt, args);
    fputc('\n', w->out);
    va_end(args);
}

static bool unreadable(Walk *w, const char *what, const char *why)
{
    w->unreadable = true;
    fprintf(w->out, "%s: %s cannot be read (%s).\n", w->chain->title, what, why);
    return false;
}

// ---- the anchored heads

static bool from_hex(Str text, uint8_t out[HASH_BYTES])
{
    static const char DIGITS[] = "0123456789abcdef";
    if (text.len != 2 * (size_t)HASH_BYTES) return false;
    for (size_t i = 0; i < text.len; i++) {
        const char *digit = text.ptr[i] == '\0' ? NULL : strchr(DIGITS, text.ptr[i]);
        if (digit == NULL) return false;
        uint8_t value = (uint8_t)(digit - DIGITS);
        out[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4U : out[i / 2] | value);
    }
    return true;
}

// "2026-11-24T10:12:00.000Z journal 123 <hash>": 1 for a head of this chain, 0 for another's, -1.
static int read_head(Str line, Str name, Head *out)
{
    Str part[4];
    Str rest = line;
    for (size_t i = 0; i < COUNT_OF(part); i++) {
        if (!str_split(&rest, ' ', &part[i])) return -1;
    }
    if (part[0].len >= sizeof out->at || !from_hex(part[3], out->hash)) return -1;
    if (!str_i64(part[2], 1, INT64_MAX, &out->seq)) return -1;
    snprintf(out->at, sizeof out->at, STR_FMT, STR_ARG(part[0]));
    return str_eq(part[1], name);
}

static int by_seq(const void *left, const void *right)
{
    const Head *a = left;
    const Head *b = right;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

static bool keep_head(Heads *heads, const Head *head)
{
    if (heads->count == ANCHORS_MAX) return false;
    if ((heads->count & (heads->count - 1)) == 0) { // room doubles at each power of two
        size_t room = heads->count == 0 ? 1 : 2 * heads->count;
        Head *list = realloc(heads->list, room * sizeof *list);
        if (list == NULL) abort();
        heads->list = list;
    }
    heads->list[heads->count++] = *head;
    return true;
}

static bool read_heads(Walk *w, Str anchor_dir)
{
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof path, STR_FMT "/anchor.log", STR_ARG(anchor_dir));
    FILE *file = fopen(path, "re");
    if (file == NULL && errno == ENOENT) return true; // said in the summary: no anchors
    if (file == NULL) return unreadable(w, path, strerrordesc_np(errno));
    char line[LINE_BYTES_MAX];
    bool room = true;
    while (room && fgets(line, sizeof line, file) != NULL) {
        Head head;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0') continue;
        int mine = read_head(str_from_c(line), str_from_c(w->chain->name), &head);
        if (mine < 0) w->heads.unread++;
        if (mine > 0) room = keep_head(&w->heads, &head);
    }
    fclose(file);
    if (!room) return unreadable(w, path, "too many lines");
    if (w->heads.count > 1) qsort(w->heads.list, w->heads.count, sizeof(Head), by_seq);
    return true;
}

// ---- one entry

static Str column(sqlite3_stmt *rows, int col)
{
    const void *bytes = sqlite3_column_type(rows, col) == SQLITE_BLOB
                            ? sqlite3_column_blob(rows, col)
                            : (const void *)sqlite3_column_text(rows, col);
    int len = sqlite3_column_bytes(rows, col);
    return bytes == NULL ? STR("") : (Str){bytes, (size_t)len};
}

static void add_field(Buf *bytes, Str field)
{
    buf_fmt(bytes, "%zu:", field.len);
    buf_add(bytes, field);
    buf_add_char(bytes, ',');
}

static void check_links(Walk *w, int64_t seq, Str prev, Str hash)
{
    if (seq != w->seq + 1) {
        damage(w, "after entry %" PRId64 " comes entry %" PRId64 ": what was between is missing.",
               w->seq, seq);
    }
    if (!str_eq(prev, (Str){(const char *)w->last, HASH_BYTES})) {
        damage(w,
               "entry %" PRId64 " does not follow the one before it: one of the two was replaced "
               "or moved.",
               seq);
    }
    uint8_t sum[HASH_BYTES];
    SHA256((const unsigned char *)w->bytes.ptr, w->bytes.len, sum);
    if (!buf_ok(&w->bytes) || !str_eq(hash, (Str){(const char *)sum, HASH_BYTES})) {
        damage(w, "entry %" PRId64 " was changed after it was written.", seq);
    }
}

static void check_anchors(Walk *w, int64_t seq, Str hash)
{
    for (; w->next_head < w->heads.count && w->heads.list[w->next_head].seq <= seq;
         w->next_head++) {
        const Head *head = &w->heads.list[w->next_head];
        if (head->seq == seq && str_eq(hash, (Str){(const char *)head->hash, HASH_BYTES})) continue;
        damage(w, "entry %" PRId64 " is not the one that was anchored at %s.", head->seq, head->at);
    }
}

static int by_value(const void *left, const void *right)
{
    return memcmp(left, right, PERSON_BYTES);
}

// Each person of a list must stand in the index, by which "who has seen this record" finds it.
static void check_shown(Walk *w, int64_t seq, Str persons)
{
    if (persons.len % PERSON_BYTES != 0) {
        damage(w, "entry %" PRId64 " has a list of persons that cannot be read.", seq);
        return;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    const size_t count = persons.len / PERSON_BYTES;
    uint8_t *list = arena_alloc(arena, count, PERSON_BYTES);
    if (count > 0) memcpy(list, persons.ptr, persons.len);
    if (count > 1) qsort(list, count, PERSON_BYTES, by_value);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *at = list + (i * PERSON_BYTES);
        if (i > 0 && memcmp(at, at - PERSON_BYTES, PERSON_BYTES) == 0) continue;
        uint64_t person = 0;
        for (int b = 0; b < PERSON_BYTES; b++) person = (person << 8U) | at[b];
        sqlite3_bind_int64(w->shown, 1, (int64_t)person);
        sqlite3_bind_int64(w->shown, 2, seq);
        if (sqlite3_step(w->shown) != SQLITE_ROW) {
            damage(w, "the index no longer says that entry %" PRId64 " showed a person.", seq);
        }
        sqlite3_reset(w->shown);
        w->persons++;
    }
}

static void check_entry(Walk *w)
{
    const Chain *chain = w->chain;
    int64_t seq = sqlite3_column_int64(w->rows, 0);
    int64_t at = sqlite3_column_int64(w->rows, 1);
    Str prev = column(w->rows, chain->fields);
    // The journal's last field came later: entries from before have neither it nor its tag.
    bool sealed = chain->sealed != NULL && column(w->rows, chain->fields - 1).len > 0;
    int fields = chain->sealed != NULL && !sealed ? chain->fields - 1 : chain->fields;
    buf_clear(&w->bytes);
    buf_add(&w->bytes, prev);
    add_field(&w->bytes, str_from_c(sealed ? chain->sealed : chain->tag));
    for (int i = 0; i < fields; i++) add_field(&w->bytes, column(w->rows, i));
    Str hash = column(w->rows, chain->fields + 1);
    check_links(w, seq, prev, hash);
    check_anchors(w, seq, hash);
    if (chain->persons >= 0) check_shown(w, seq, column(w->rows, chain->persons));
    if (at < w->at - CLOCK_SLACK_MS) w->backwards++;
    w->at = at;
    w->seq = seq;
    if (hash.len == HASH_BYTES) memcpy(w->last, hash.ptr, HASH_BYTES);
}

// ---- a whole chain

static bool open_chain(Walk *w, Str data_dir)
{
    char path[PATH_BYTES_MAX];
    snprintf(path, sizeof path, STR_FMT "/%s", STR_ARG(data_dir), w->chain->file);
    if (sqlite3_open_v2(path, &w->db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        return unreadable(w, path, sqlite3_errmsg(w->db));
    }
    // Only the server's writer may copy the log into the file.
    sqlite3_db_config(w->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_db_config(w->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_busy_timeout(w->db, 5000);
    sqlite3_exec(w->db, "BEGIN", NULL, NULL, NULL);
    bool ok = sqlite3_prepare_v2(w->db, w->chain->select, -1, &w->rows, NULL) == SQLITE_OK;
    if (ok && w->chain->persons >= 0) {
        ok = sqlite3_prepare_v2(w->db, "SELECT 1 FROM access_person WHERE person = ? AND seq = ?",
                                -1, &w->shown, NULL) == SQLITE_OK;
    }
    return ok || unreadable(w, path, sqlite3_errmsg(w->db));
}

// Lines of the index that no entry accounts for: somebody made it look as if a list showed a
// person.
static void check_index_size(Walk *w)
{
    sqlite3_stmt *count = NULL;
    if (w->chain->persons < 0) return;
    if (sqlite3_prepare_v2(w->db, "SELECT count(*) FROM access_person", -1, &count, NULL) ==
            SQLITE_OK &&
        sqlite3_step(count) == SQLITE_ROW && sqlite3_column_int64(count, 0) != w->persons) {
        damage(w, "the index of persons shown has lines that no entry accounts for.");
    }
    sqlite3_finalize(count);
}

static void walk(Walk *w)
{
    int rc = SQLITE_OK;
    while ((rc = sqlite3_step(w->rows)) == SQLITE_ROW) check_entry(w);
    if (rc != SQLITE_DONE) {
        unreadable(w, w->chain->file, sqlite3_errmsg(w->db));
        return;
    }
    check_index_size(w);
    if (w->next_head < w->heads.count) {
        const Head *head = &w->heads.list[w->heads.count - 1];
        damage(w,
               "it ends with entry %" PRId64 ", but entry %" PRId64
               " was there at %s: its end was cut off.",
               w->seq, head->seq, head->at);
    }
}

static void report(const Walk *w)
{
    const char *title = w->chain->title;
    fprintf(w->out, "%s: %" PRId64 " entries, %zu anchored heads, %s.\n", title, w->seq,
            w->heads.count, w->damaged ? "DAMAGED" : "whole");
    if (w->heads.count == 0 && w->seq > 0) {
        fprintf(w->out, "%s: note: nothing was anchored, so a cut-off end would not be noticed.\n",
                title);
    }
    if (w->heads.unread > 0) {
        fprintf(w->out, "%s: note: %" PRId64 " lines of anchor.log cannot be read.\n", title,
                w->heads.unread);
    }
    if (w->backwards > 0) {
        fprintf(w->out,
                "%s: note: %" PRId64 " entries are dated well before the one they follow.\n", title,
                w->backwards);
    }
}

static int verify_chain(const Chain *chain, Str data_dir, Str anchor_dir, FILE *out)
{
    Walk w = {.chain = chain, .out = out, .bytes = buf_new((size_t)80 << 20), .at = INT64_MIN / 2};
    // Anchors first: the store may grow meanwhile, never shrink.
    if (read_heads(&w, anchor_dir) && open_chain(&w, data_dir)) {
        walk(&w);
        report(&w);
    }
    sqlite3_finalize(w.rows);
    sqlite3_finalize(w.shown);
    sqlite3_close(w.db);
    buf_free(&w.bytes);
    free(w.heads.list);
    return w.unreadable ? 2 : w.damaged ? 1 : 0;
}

int verify_chains(Str data_dir, Str anchor_dir, FILE *out)
{
    char inside[PATH_BYTES_MAX];
    if (anchor_dir.len == 0) {
        snprintf(inside, sizeof inside, STR_FMT "/" ANCHORS_FOLDER, STR_ARG(data_dir));
        anchor_dir = str_from_c(inside);
    }
    int worst = 0;
    for (size_t i = 0; i < COUNT_OF(CHAINS); i++) {
        int code = verify_chain(&CHAINS[i], data_dir, anchor_dir, out);
        if (code > worst) worst = code;
    }
    return worst;
}
