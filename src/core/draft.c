// draft.c -- a form kept as it was sent, under its writer's account.
#include "core/draft.h"

#include "core/decode.h"
#include "draft_sql.h"

Str draft_key(Ctx *c, const Request *req)
{
    if (req->route == NULL || req->route->draft == NULL) return arena_str(c->arena, req->path);
    Str first = req->param_count > 0 ? req->params[0].value : STR("");
    return arena_fmt(c->arena, "%s:" STR_FMT, req->route->draft, STR_ARG(first));
}

static void add_encoded(Buf *out, Str text)
{
    static const char HEX[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char b = (unsigned char)text.ptr[i];
        bool plain = (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') ||
                     b == '-' || b == '_' || b == '.';
        if (plain) {
            buf_add_char(out, (char)b);
        } else {
            buf_add_char(out, '%');
            buf_add_char(out, HEX[b >> 4]);
            buf_add_char(out, HEX[b & 15]);
        }
    }
}

static Err encode_form(Ctx *c, const Request *req, Str *out)
{
    CLEANUP(buf_free) Buf body = buf_new((size_t)DRAFT_BYTES_MAX * 3);
    for (size_t i = 0; i < req->form_count; i++) {
        if (str_eq(req->form[i].name, STR("csrf"))) continue;
        if (body.len > 0) buf_add_char(&body, '&');
        add_encoded(&body, req->form[i].name);
        buf_add_char(&body, '=');
        add_encoded(&body, req->form[i].value);
    }
    if (!buf_ok(&body)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&body));
    return ERR_OK;
}

typedef struct Save {
    Str key;
    Str body;
} Save;

static Instant oldest(const Ctx *c)
{
    return (Instant){c->now.ms - (int64_t)DRAFT_DAYS * DAY_MS};
}

static Err save(Ctx *c, void *arg)
{
    const Save *s = arg;
    TRY(db_exec(c->db, SQL_DRAFT_SWEEP, ARGS(AT(oldest(c))), NULL));
    return db_exec(c->db, SQL_DRAFT_SAVE,
                   ARGS(I64(c->actor.account_id), TEXT(s->key), TEXT(s->body), AT(c->now)), NULL);
}

Err draft_save(Ctx *c, Str key, const Request *req, Draft *out)
{
    Save s = {.key = key};
    TRY(encode_form(c, req, &s.body));
    TRY(ctx_housekeep(c, save, &s));
    return draft_find(c, key, out);
}

Err draft_find(Ctx *c, Str key, Draft *out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_DRAFT_FIND, ARGS(I64(c->actor.account_id), TEXT(key), AT(oldest(c))));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = (Draft){row_str(c->arena, &rows, 0), row_str(c->arena, &rows, 1), row_i64(&rows, 2),
                   row_at(&rows, 3)};
    return ERR_OK;
}

static Err drop(Ctx *c, void *arg)
{
    const Str *key = arg;
    return db_exec(c->db, SQL_DRAFT_DROP, ARGS(I64(c->actor.account_id), TEXT(*key)), NULL);
}

Err draft_drop(Ctx *c, Str key)
{
    return ctx_housekeep(c, drop, &key);
}

Err draft_count(Ctx *c, int64_t *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_DRAFT_COUNT, ARGS(I64(c->actor.account_id), AT(oldest(c))));
    if (!rows_next(&rows)) return rows.err;
    *out = row_i64(&rows, 0);
    return ERR_OK;
}

Err draft_list(Ctx *c, Str key_begins, Draft **out, size_t *count_out)
{
    *out = ARENA_ARRAY(c->arena, Draft, DRAFT_LIST_MAX);
    *count_out = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(
        c->db, SQL_DRAFT_LIST,
        ARGS(I64(c->actor.account_id), AT(oldest(c)), TEXT(key_begins), I64(DRAFT_LIST_MAX)));
    while (*count_out < DRAFT_LIST_MAX && rows_next(&rows)) {
        (*out)[(*count_out)++] = (Draft){.key = row_str(c->arena, &rows, 0),
                                         .version = row_i64(&rows, 1),
                                         .saved_at = row_at(&rows, 2)};
    }
    return rows.err;
}

Err draft_request(Ctx *c, const Draft *draft, const Request *like, Request *out)
{
    Pair *pairs = NULL;
    size_t count = 0;
    TRY(decode_urlencoded(c->arena, draft->body, &pairs, &count));
    *out = *like;
    out->form = pairs;
    out->form_count = count;
    return ERR_OK;
}

static Str words_key(Ctx *c, const char *what, Str s)
{
    return arena_fmt(c->arena, "words:%s:" STR_FMT, what, STR_ARG(s));
}

static Err save_words(Ctx *c, void *arg)
{
    TRY(save(c, arg));
    return db_exec(c->db, SQL_DRAFT_DROP_WORDS,
                   ARGS(I64(c->actor.account_id), I64(DRAFT_WORDS_MAX)), NULL);
}

Err draft_keep_words(Ctx *c, const char *what, const Request *req, Str *out)
{
    Str s = ref_new(c);
    Save words = {.key = words_key(c, what, s)};
    TRY(encode_form(c, req, &words.body));
    TRY(ctx_housekeep(c, save_words, &words));
    *out = s;
    return ERR_OK;
}

Err draft_words(Ctx *c, const char *what, Str s, const Request *like, Request *out)
{
    if (s.len == 0 || s.len > REF_CHARS) return ERR_NOT_FOUND;
    Draft draft;
    TRY(draft_find(c, words_key(c, what, s), &draft));
    return draft_request(c, &draft, like, out);
}
