// journal.c -- appending to the two chains, and reading them back.
//
// The canonical entry, which hash = SHA-256(prev_hash || entry) covers, is a row of netstrings: for
// each field its length in bytes as decimal, ':', the bytes, ','. Numbers are decimal text. The
// fields:
//   journal     "journal-1" seq at actor actor_name role org request purpose person kind id version
//               verb body; since seals exist and where there is one: "journal-2", the same
//               fields, seal
//   access log  "access-1" seq at actor actor_name role request purpose verb person what detail
//               persons (each shown person as 8 bytes, most significant first)
// prev_hash of entry 1 is 32 zero bytes; seq counts from 1 without a gap. app/verify.c does the
// same sums in code of its own.
#include "core/journal.h"

#include "base/json.h"
#include "core/core.h"
#include "core/sha256.h"
#include "journal_sql.h"

enum { ENTRY_BYTES_MAX = 64 << 20, PERSON_BYTES = 8, EXPORT_BYTES_MAX = 4096 };

static const char *const VERB_NAMES[VERB_COUNT] = {
    [VERB_NONE] = "none",
    [VERB_VIEW] = "view",
    [VERB_LIST] = "list",
    [VERB_SEARCH] = "search",
    [VERB_PRINT] = "print",
    [VERB_EXPORT] = "export",
    [VERB_WRITE] = "write",
    [VERB_SIGN_IN] = "sign-in",
    [VERB_SIGN_OUT] = "sign-out",
    [VERB_REFUSED] = "refused",
    [VERB_BREAK_GLASS] = "break-glass",
    [VERB_PUBLIC] = "public",
};

const char *verb_name(Verb verb)
{
    assert(verb >= VERB_NONE && verb < VERB_COUNT);
    return VERB_NAMES[verb];
}

static Verb verb_of(Str name)
{
    for (int i = 0; i < VERB_COUNT; i++) {
        if (str_eq(name, str_from_c(VERB_NAMES[i]))) return (Verb)i;
    }
    return VERB_NONE;
}

static Str role_key(const Actor *actor)
{
    return str_from_c(ROLE_KEYS[actor->role < ROLE_COUNT ? actor->role : ROLE_NONE]);
}

static Role role_of(Str key)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (str_eq(key, str_from_c(ROLE_KEYS[i]))) return (Role)i;
    }
    return ROLE_NONE;
}

// ---- the chain

typedef struct Link { // the entry being made: its place in the chain and its canonical bytes
    int64_t seq;
    uint8_t prev[SHA256_BYTES];
    uint8_t hash[SHA256_BYTES];
    Buf entry; // prev, then the fields
} Link;

static void put_str(Link *link, Str field)
{
    buf_add_i64(&link->entry, (int64_t)field.len);
    buf_add_char(&link->entry, ':');
    buf_add(&link->entry, field);
    buf_add_char(&link->entry, ',');
}

static void put_i64(Link *link, int64_t field)
{
    char text[STR_I64_CHARS];
    put_str(link, str_of_i64(field, text));
}

// Takes the place after the last entry. Only the writer calls it, so the place stays free.
static Err link_begin(Db *db, StatementId head, Link *link)
{
    *link = (Link){.seq = 1, .entry = buf_new(ENTRY_BYTES_MAX)};
    CLEANUP(rows_close) Rows rows = db_query(db, head, NO_ARGS);
    if (rows_next(&rows)) {
        link->seq = row_i64(&rows, 0) + 1;
        Str hash = row_view(&rows, 1);
        if (hash.len != SHA256_BYTES) return ERR_FAULT;
        memcpy(link->prev, hash.ptr, SHA256_BYTES);
    }
    TRY(rows.err);
    buf_add(&link->entry, (Str){(const char *)link->prev, SHA256_BYTES});
    return ERR_OK;
}

static Err link_end(Link *link)
{
    bool whole = buf_ok(&link->entry);
    if (whole) sha256(buf_str(&link->entry), link->hash);
    buf_free(&link->entry);
    return whole ? ERR_OK : ERR_TOO_LARGE;
}

static Str bytes_of(const uint8_t hash[SHA256_BYTES])
{
    return (Str){(const char *)hash, SHA256_BYTES};
}

// ---- the journal

static Str orgs_of(const Ctx *c)
{
    Buf buf = buf_new((size_t)ORGS_MAX * 24);
    for (size_t i = 0; i < c->actor.org_count && i < ORGS_MAX; i++) {
        if (i > 0) buf_add_char(&buf, ' ');
        buf_add_i64(&buf, c->actor.orgs[i]);
    }
    Str orgs = arena_str(c->arena, buf_str(&buf));
    buf_free(&buf);
    return orgs;
}

static Err chain_entry(const Ctx *c, const JournalEntry *e, Str orgs, Str sealed, Link *link)
{
    put_str(link, sealed.len > 0 ? STR("journal-2") : STR("journal-1"));
    put_i64(link, link->seq);
    put_i64(link, c->now.ms);
    put_i64(link, c->actor.account_id);
    put_str(link, c->actor.name);
    put_str(link, role_key(&c->actor));
    put_str(link, orgs);
    put_str(link, c->request);
    put_str(link, c->purpose);
    put_i64(link, e->person.v);
    put_str(link, e->kind);
    put_str(link, e->id);
    put_i64(link, e->version);
    put_str(link, e->verb);
    put_str(link, e->body);
    if (sealed.len > 0) put_str(link, sealed);
    return link_end(link);
}

Err journal_append(Ctx *c, const JournalEntry *e)
{
    if (!c->changing || !db_is_writer(c->db)) return ERR_FAULT;
    assert(e->kind.len > 0 && e->id.len > 0 && e->version >= 1 && e->verb.len > 0);
    Str sealed = e->sealed;
    if (e->seal != NULL) TRY(seal_of(c, e->seal, e->id, &sealed));
    Link link;
    TRY(link_begin(c->db, SQL_JOURNAL_HEAD, &link));
    Str orgs = orgs_of(c);
    TRY(chain_entry(c, e, orgs, sealed, &link));
    TRY(db_exec(c->db, SQL_JOURNAL_APPEND,
                ARGS(I64(link.seq), AT(c->now), I64(c->actor.account_id), TEXT(c->actor.name),
                     TEXT(role_key(&c->actor)), TEXT(orgs), TEXT(c->request), TEXT(c->purpose),
                     I64(e->person.v), TEXT(e->kind), TEXT(e->id), I64(e->version), TEXT(e->verb),
                     TEXT(e->body), BYTES(bytes_of(link.prev)), BYTES(bytes_of(link.hash)),
                     TEXT(sealed)),
                NULL));
    c->journalled++;
    return ERR_OK;
}

typedef struct Export {
    Str verb, list;
    size_t rows;
} Export;

static Err append_export(Ctx *c, void *arg)
{
    const Export *what = arg;
    CLEANUP(buf_free) Buf buf = buf_new(EXPORT_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "list", what->list);
    json_field_i64(&json, "rows", (int64_t)what->rows);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    return journal_append(c, &(JournalEntry){.kind = STR("export"),
                                             .id = ref_new(c),
                                             .version = 1,
                                             .verb = what->verb,
                                             .body = arena_str(c->arena, buf_str(&buf))});
}

Err journal_export(Ctx *c, Str verb, Str list, size_t rows)
{
    if (ctx_cancelled(c)) return ERR_BUSY; // nobody waits for it: nothing leaves
    return ctx_change(c, append_export, &(Export){verb, list, rows});
}

Err journal_head(Ctx *c, int64_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_JOURNAL_HEAD, NO_ARGS);
    *out = rows_next(&rows) ? row_i64(&rows, 0) : 0;
    return rows.err;
}

static Err read_rows(Ctx *c, Rows *rows, JournalRow **out, size_t *count_out)
{
    JournalRow *list = ARENA_ARRAY(c->arena, JournalRow, JOURNAL_ROWS_MAX);
    size_t count = 0;
    while (count < JOURNAL_ROWS_MAX && rows_next(rows)) {
        list[count++] = (JournalRow){
            .seq = row_i64(rows, 0),
            .at = row_at(rows, 1),
            .actor_name = row_str(c->arena, rows, 2),
            .role = role_of(row_view(rows, 3)),
            .kind = row_str(c->arena, rows, 4),
            .id = row_str(c->arena, rows, 5),
            .version = row_i64(rows, 6),
            .verb = row_str(c->arena, rows, 7),
            .body = row_str(c->arena, rows, 8),
        };
    }
    TRY(rows->err);
    *out = list;
    *count_out = count;
    return ERR_OK;
}

Err journal_history_after(Ctx *c, Str kind, Str id, int64_t after, JournalRow **out,
                          size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_JOURNAL_HISTORY,
                         ARGS(TEXT(kind), TEXT(id), I64(JOURNAL_ROWS_MAX), I64(after)));
    return read_rows(c, &rows, out, count_out);
}

Err journal_history(Ctx *c, Str kind, Str id, JournalRow **out, size_t *count_out)
{
    return journal_history_after(c, kind, id, 0, out, count_out);
}

Err journal_count(Ctx *c, Str kind, int64_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_JOURNAL_COUNT, ARGS(TEXT(kind)));
    *out = rows_next(&rows) ? row_i64(&rows, JOURNAL_COUNT_N) : 0;
    return rows.err;
}

Err journal_hash(Ctx *c, int64_t seq, Str *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_JOURNAL_HASH, ARGS(I64(seq)));
    *out = rows_next(&rows) ? row_str(c->arena, &rows, JOURNAL_HASH_HASH) : STR("");
    return rows.err;
}

Err journal_seals(Ctx *c, int64_t after, JournalSealSink *sink, void *arg)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_JOURNAL_SEALS, ARGS(I64(after)));
    while (rows_next(&rows)) {
        JournalSeal entry = {.seq = row_i64(&rows, 0),
                             .person = {row_i64(&rows, 7)},
                             .kind = row_view(&rows, 1),
                             .id = row_view(&rows, 2),
                             .version = row_i64(&rows, 3),
                             .verb = row_view(&rows, 4),
                             .seals = row_view(&rows, 5),
                             .seal = row_view(&rows, 6)};
        TRY(sink(arg, &entry));
    }
    return rows.err;
}

// ---- the access log

typedef struct Look { // copied, for the one who looked goes on with the Ctx while it is written
    Actor actor;
    Instant at;
    Str request, purpose;
    AccessEntry entry;
    Str persons; // as stored
    int64_t seq; // once it is written
    Openers *openers;
    Logged *logged;
    void *logged_arg;
} Look;

static Str pack_persons(Ctx *c, const AccessEntry *e)
{
    uint8_t *bytes = arena_alloc(c->arena, e->person_count, PERSON_BYTES);
    for (size_t i = 0; i < e->person_count; i++) {
        uint64_t id = (uint64_t)e->persons[i].v;
        for (int b = 0; b < PERSON_BYTES; b++) {
            bytes[(i * PERSON_BYTES) + (size_t)b] = (uint8_t)(id >> (56 - (8 * b)));
        }
    }
    return (Str){(const char *)bytes, e->person_count * PERSON_BYTES};
}

static Err chain_look(const Look *look, Link *link)
{
    const AccessEntry *e = &look->entry;
    put_str(link, STR("access-1"));
    put_i64(link, link->seq);
    put_i64(link, look->at.ms);
    put_i64(link, look->actor.account_id);
    put_str(link, look->actor.name);
    put_str(link, role_key(&look->actor));
    put_str(link, look->request);
    put_str(link, look->purpose);
    put_str(link, str_from_c(verb_name(e->verb)));
    put_i64(link, e->person.v);
    put_str(link, e->what);
    put_str(link, e->detail);
    put_str(link, look->persons);
    return link_end(link);
}

// On the access store's writer; many requests share its commit.
static Err write_look(Db *db, void *arg)
{
    Look *look = arg;
    const AccessEntry *e = &look->entry;
    Link link;
    TRY(link_begin(db, SQL_JOURNAL_ACCESS_HEAD, &link));
    look->seq = link.seq;
    TRY(chain_look(look, &link));
    TRY(db_exec(db, SQL_JOURNAL_ACCESS_APPEND,
                ARGS(I64(link.seq), AT(look->at), I64(look->actor.account_id),
                     TEXT(look->actor.name), TEXT(role_key(&look->actor)), TEXT(look->request),
                     TEXT(look->purpose), TEXT(str_from_c(verb_name(e->verb))), I64(e->person.v),
                     TEXT(e->what), TEXT(e->detail), BYTES(look->persons),
                     BYTES(bytes_of(link.prev)), BYTES(bytes_of(link.hash))),
                NULL));
    for (size_t i = 0; i < e->person_count; i++) {
        TRY(db_exec(db, SQL_JOURNAL_ACCESS_SHOWED, ARGS(I64(e->persons[i].v), I64(link.seq)),
                    NULL));
    }
    return ERR_OK;
}

static Look look_of(Ctx *c, const AccessEntry *entry)
{
    assert(entry->verb > VERB_NONE && entry->verb < VERB_COUNT);
    return (Look){.actor = c->actor,
                  .at = c->now,
                  .request = c->request,
                  .purpose = c->purpose,
                  .entry = *entry,
                  .persons = pack_persons(c, entry),
                  .openers = c->core->openers};
}

// err: of the commit. What is not durable was not seen by anybody.
static void remember(const Look *look, Err err)
{
    PersonId person = look->entry.person;
    if (err != ERR_OK || person.v == 0 || look->entry.verb == VERB_REFUSED) return;
    openers_tell(look->openers, person,
                 &(Opener){look->seq, look->actor.account_id, look->at, look->actor.name});
}

Err access_log(Ctx *c, const AccessEntry *entry)
{
    Look look = look_of(c, entry);
    Err err = store_write(c->core->access_store, write_look, &look);
    remember(&look, err);
    return err;
}

static void tell_logged(void *arg, Err err)
{
    const Look *look = arg;
    remember(look, err); // before its answer leaves: who comes next is told of it
    look->logged(look->logged_arg, err);
}

void access_log_later(Ctx *c, const AccessEntry *entry, Logged *logged, void *arg)
{
    Look *look = ARENA_NEW(c->arena, Look);
    *look = look_of(c, entry);
    look->logged = logged;
    look->logged_arg = arg;
    store_write_later(c->core->access_store, c->arena, write_look, look, tell_logged);
}

static Err read_looks(Ctx *c, const Val *args, size_t arg_count, AccessRow *list, size_t *count_out)
{
    Db *db = NULL;
    TRY(store_borrow(c->core->access_store, &db));
    Rows rows = db_query(db, SQL_JOURNAL_ACCESS_SEEN, args, arg_count);
    size_t count = 0;
    while (rows_next(&rows)) {
        list[count++] = (AccessRow){
            .seq = row_i64(&rows, 0),
            .at = row_at(&rows, 1),
            .actor_name = row_str(c->arena, &rows, 2),
            .role = role_of(row_view(&rows, 3)),
            .verb = verb_of(row_view(&rows, 4)),
            .what = row_str(c->arena, &rows, 5),
            .detail = row_str(c->arena, &rows, 6),
        };
    }
    Err err = rows.err;
    rows_close(&rows);
    store_return(c->core->access_store, db);
    *count_out = count;
    return err;
}

Err access_seen(Ctx *c, PersonId person, int64_t before_seq, size_t limit, AccessRow **out,
                size_t *count_out)
{
    if (limit > JOURNAL_ROWS_MAX) limit = JOURNAL_ROWS_MAX;
    *out = ARENA_ARRAY(c->arena, AccessRow, limit);
    Val args[] = {I64(person.v), I64(before_seq > 0 ? before_seq : INT64_MAX), I64(limit)};
    return read_looks(c, args, COUNT_OF(args), *out, count_out);
}

// The newest of the two colleagues who opened it last; seq 0 where there were fewer.
static Err read_openers(Ctx *c, PersonId person, Opener *list)
{
    Db *db = NULL;
    TRY(store_borrow(c->core->access_store, &db));
    Rows rows = db_query(db, SQL_JOURNAL_ACCESS_OPENED, ARGS(I64(person.v)));
    for (size_t i = 0; i < OPENERS_EACH && rows_next(&rows); i++) {
        list[i] = (Opener){.seq = row_i64(&rows, JOURNAL_ACCESS_OPENED_SEQ),
                           .account = row_i64(&rows, JOURNAL_ACCESS_OPENED_ACTOR),
                           .at = row_at(&rows, JOURNAL_ACCESS_OPENED_AT),
                           .name = row_str(c->arena, &rows, JOURNAL_ACCESS_OPENED_ACTOR_NAME)};
    }
    Err err = rows.err;
    rows_close(&rows);
    store_return(c->core->access_store, db);
    return err;
}

Err access_opened(Ctx *c, PersonId person, Opener *out)
{
    Opener list[OPENERS_EACH] = {0};
    Openers *openers = c->core->openers;
    int64_t me = c->actor.account_id;
    int64_t place = 0;
    if (openers_find(openers, c->arena, person, me, &list[0], &place)) {
        if (list[0].seq == 0) return ERR_NOT_FOUND;
        *out = list[0];
        return ERR_OK;
    }
    TRY(read_openers(c, person, list));
    openers_read(openers, person, place, list);
    for (size_t i = 0; i < OPENERS_EACH; i++) {
        if (list[i].seq == 0 || list[i].account == me) continue;
        *out = list[i];
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}
