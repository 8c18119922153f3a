// verify_rows.c -- goes through the newest entry of everything, a page at a time.
#include "app/verify_rows.h"

#include "app/files.h"

enum { DIFFERENCES_SHOWN_MAX = 10, PAGE = 500 };

typedef struct Check {
    Ctx *c;
    FILE *out;
    int64_t compared;
    int64_t different;
} Check;

static void differs(Check *check, const JournalRow *row, const char *how)
{
    if (check->different++ >= DIFFERENCES_SHOWN_MAX) return;
    fprintf(check->out, "The record: " STR_FMT " " STR_FMT " %s", STR_ARG(row->kind),
            STR_ARG(row->id), how);
    if (row->seq > 0) {
        fprintf(check->out, " (version %lld, entry %lld)", (long long)row->version,
                (long long)row->seq);
    }
    fputs(".\n", check->out);
}

static Err compare(Check *check, const Room *room, const JournalRow *row)
{
    Str body = STR("");
    Err err = room->render(check->c, row->kind, row->id, &body);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    check->compared++;
    if (err == ERR_NOT_FOUND && row->body.len > 0) {
        differs(check, row, "is in the journal, but no longer in the record");
    } else if (!str_eq(body, row->body)) {
        differs(check, row, "was changed without an entry in the journal");
    }
    return ERR_OK;
}

static Err compare_kind(Check *check, const Room *room, Str kind)
{
    CLEANUP(arena_free_at) Arena *page = arena_new();
    Arena *outer = check->c->arena;
    Str after = STR("");
    Err err = ERR_OK;
    check->c->arena = page; // thousands of bodies: one page of them at a time
    for (size_t count = JOURNAL_ROWS_MAX; err == ERR_OK && count == JOURNAL_ROWS_MAX;) {
        JournalRow *rows = NULL;
        err = journal_newest(check->c, kind, after, &rows, &count);
        for (size_t i = 0; err == ERR_OK && i < count; i++) err = compare(check, room, &rows[i]);
        if (err == ERR_OK && count > 0) after = arena_str(outer, rows[count - 1].id);
        arena_reset(page);
    }
    check->c->arena = outer;
    return err;
}

// One page of present things; *count_out of them, the last one's id in `after`.
static Err find_page(Check *check, const Room *room, Str kind, Str *after, size_t *count_out)
{
    Str *ids = ARENA_ARRAY(check->c->arena, Str, PAGE);
    TRY(room->present(check->c, kind, *after, ids, PAGE, count_out));
    for (size_t i = 0; i < *count_out; i++) {
        Err err = journal_has(check->c, kind, ids[i]);
        if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
        if (err == ERR_OK) continue;
        differs(check, &(JournalRow){.kind = kind, .id = ids[i]}, "has no entry in the journal");
    }
    if (*count_out > 0) *after = ids[*count_out - 1];
    return ERR_OK;
}

// Rows that came into the store without an entry.
static Err find_strangers(Check *check, const Room *room, Str kind)
{
    CLEANUP(arena_free_at) Arena *page = arena_new();
    Arena *outer = check->c->arena;
    Str after = STR("");
    Err err = ERR_OK;
    check->c->arena = page;
    for (size_t count = PAGE; err == ERR_OK && count == PAGE;) {
        err = find_page(check, room, kind, &after, &count);
        after = arena_str(outer, after);
        arena_reset(page);
    }
    check->c->arena = outer;
    return err;
}

static Err compare_all(Check *check, const Room *const *rooms, size_t room_count)
{
    for (size_t i = 0; i < room_count; i++) {
        if (rooms[i]->render == NULL || rooms[i]->kind == NULL) continue;
        Str kinds = str_from_c(rooms[i]->kind);
        Str kind;
        while (str_split(&kinds, ' ', &kind)) {
            TRY(compare_kind(check, rooms[i], kind));
            if (rooms[i]->present != NULL) TRY(find_strangers(check, rooms[i], kind));
        }
    }
    return ERR_OK;
}

static int report(const Check *check, Err err)
{
    fprintf(check->out, "The record: %lld things compared with the journal, %lld differ.\n",
            (long long)check->compared, (long long)check->different);
    if (err != ERR_OK) {
        fprintf(check->out, "The record: stopped early (%s: %s).\n", err_name(err),
                db_why(check->c->db));
        return 2;
    }
    return check->different > 0 ? 1 : 0;
}

int verify_rows(Arena *arena, Str data_dir, const Room *const *rooms, size_t room_count, FILE *out)
{
    Str path = arena_fmt(arena, STR_FMT "/" RECORD_FILE, STR_ARG(data_dir));
    StoreOptions options = {.path = arena_c(arena, path), .look_only = true};
    Store *store = NULL;
    Str why = STR("");
    if (store_open(arena, &options, &store, &why) != ERR_OK) {
        fprintf(out, "The record: " STR_FMT "\n", STR_ARG(why));
        return 2;
    }
    struct Core core = {.store = store, .rooms = rooms, .room_count = room_count};
    Ctx c = {.arena = arena,
             .core = &core,
             .actor = {.name = STR("Trellis")},
             .now = clock_now(NULL),
             .request = STR("VERIFY"),
             .session = STR(""),
             .purpose = STR("verify")};
    c.today = instant_date_london(c.now);
    int code = 2;
    if (store_borrow(store, &c.db) == ERR_OK) {
        db_allow_ms(c.db, 0);
        Check check = {.c = &c, .out = out};
        Err err = compare_all(&check, rooms, room_count);
        code = report(&check, err);
        store_return(store, c.db);
    }
    store_close(store);
    return code;
}
