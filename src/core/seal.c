// seal.c -- the sums of seals.
//
// A row is written as netstrings of its columns ("length:bytes,", "-" for NULL); the seal of a
// thing's rows is h(n), where h(0) is 32 zero bytes and h(i) = SHA-256(h(i-1) || row i).
#include "core/seal.h"

#include "base/json.h"
#include "core/journal.h"
#include "core/secret.h"
#include "core/sha256.h"

enum {
    ROW_BYTES_MAX = 64 << 20,
    SEALS_BODY_MAX = 256 * 1024,
    ID_BYTES_MAX = 64,
};

#define AFTER_EVERY_ID "~" // ids are letters, digits, '-' and '/'

typedef struct Folding { // one thing's rows as they come
    char id[ID_BYTES_MAX];
    size_t id_len; // 0: none yet
    uint8_t hash[SHA256_BYTES];
    Buf row;
} Folding;

static void fold_row(Folding *f, const Rows *rows)
{
    buf_clear(&f->row);
    buf_add(&f->row, (Str){(const char *)f->hash, sizeof f->hash});
    int columns = STATEMENTS[rows->id.v].columns;
    for (int i = 0; i < columns; i++) {
        if (row_null(rows, i)) {
            buf_add_char(&f->row, '-');
            continue;
        }
        Str value = row_view(rows, i);
        buf_add_i64(&f->row, (int64_t)value.len);
        buf_add_char(&f->row, ':');
        buf_add(&f->row, value);
        buf_add_char(&f->row, ',');
    }
    sha256(buf_str(&f->row), f->hash);
}

static Err end_thing(const Folding *f, SealSink *sink, void *arg)
{
    if (f->id_len == 0) return ERR_OK;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str seal = secret_base64(arena, f->hash, sizeof f->hash);
    return sink(arg, (Str){f->id, f->id_len}, seal);
}

static Err fold_all(Rows *rows, Folding *f, SealSink *sink, void *arg)
{
    while (rows_next(rows)) {
        Str id = row_view(rows, 0);
        if (id.len == 0 || id.len > sizeof f->id) return ERR_FAULT;
        if (!str_eq(id, (Str){f->id, f->id_len})) {
            TRY(end_thing(f, sink, arg));
            memcpy(f->id, id.ptr, id.len);
            f->id_len = id.len;
            memset(f->hash, 0, sizeof f->hash);
        }
        fold_row(f, rows);
        if (!buf_ok(&f->row)) return ERR_TOO_LARGE;
    }
    TRY(rows->err);
    return end_thing(f, sink, arg);
}

static Err each_between(Ctx *c, const Seal *seal, const Str range[2], SealSink *sink, void *arg)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, seal->rows, ARGS(TEXT(range[0]), TEXT(range[1])));
    Folding f = {.row = buf_new(ROW_BYTES_MAX)};
    Err err = fold_all(&rows, &f, sink, arg);
    buf_free(&f.row);
    return err;
}

Err seal_each(Ctx *c, const Seal *seal, SealSink *sink, void *arg)
{
    return each_between(c, seal, (const Str[]){STR(""), STR(AFTER_EVERY_ID)}, sink, arg);
}

typedef struct One {
    Arena *arena;
    Str seal;
} One;

static Err take_one(void *arg, Str id, Str seal)
{
    (void)id;
    One *one = arg;
    one->seal = arena_str(one->arena, seal);
    return ERR_OK;
}

Err seal_of(Ctx *c, const Seal *seal, Str id, Str *out)
{
    One one = {c->arena, STR("")};
    TRY(each_between(c, seal, (const Str[]){id, id}, take_one, &one));
    *out = one.seal;
    return ERR_OK;
}

static Err seal_some(Ctx *c, const Seal *seal, const Str *ids, size_t count)
{
    CLEANUP(buf_free) Buf body = buf_new(SEALS_BODY_MAX);
    JsonOut out = json_out(&body);
    json_obj_begin(&out);
    for (size_t i = 0; i < count; i++) {
        Str sum;
        TRY(seal_of(c, seal, ids[i], &sum));
        json_put_key(&out, ids[i]);
        json_put_str(&out, sum);
    }
    json_obj_end(&out);
    if (!buf_ok(&body)) return ERR_TOO_LARGE;
    return journal_append(c, &(JournalEntry){.kind = STR(SEAL_KIND),
                                             .id = ref_new(c),
                                             .version = 1,
                                             .verb = str_from_c(seal->kind),
                                             .body = buf_str(&body)});
}

Err seal_many(Ctx *c, const Seal *seal, const Str *ids, size_t count)
{
    for (size_t at = 0; at < count; at += SEALS_AN_ENTRY_MAX) {
        size_t some = count - at < SEALS_AN_ENTRY_MAX ? count - at : SEALS_AN_ENTRY_MAX;
        TRY(seal_some(c, seal, ids + at, some));
    }
    return ERR_OK;
}
