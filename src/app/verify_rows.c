// verify_rows.c -- reads from the journal what each row must be, then goes through the rows.
#include "app/verify_rows.h"

#include "app/files.h"
#include "base/json.h"

enum { DIFFERENCES_SHOWN_MAX = 10, KNOWN_FIRST = 4096 };

static const VerifyOutside OUTSIDE[] = {
    {"journal", NULL, "a chain of its own"},
    {"schema_migration", NULL, "compared with the program at every start"},
    {"session", "seen_at", "changes while somebody works"},
    {"session", "ended_at", "ending one takes a right away; opening it again needs its token"},
    {"session", "flash", "what the next page says once"},
    {"draft", NULL, "what somebody is typing: not yet a record"},
    {"plan_typing", NULL, "what somebody is typing: not yet a record"},
    {"job", NULL, "how far work is that runs now"},
    {"upload", NULL, "a file that waits to be imported; what it brings is sealed"},
    {"batch", "job_ref", "which job takes it back now; what that does is journalled"},
    {"cohort_follow", "waiting", "how many wait now: counted anew by every run and page"},
    {"account_secret", "failures", "counts wrong passwords; each is in the access log"},
    {"account_secret", "last_sign_in", "each sign-in is in the access log"},
};

const VerifyOutside *verify_outside(size_t *count_out)
{
    *count_out = COUNT_OF(OUTSIDE);
    return OUTSIDE;
}

bool verify_may_go(Str kind)
{
    return str_eq(kind, STR("session")); // removed when its day is over
}

typedef struct Known { // what the journal last said of one thing
    const char *kind;  // a Seal's: the same pointer for the same kind
    Str id;
    Str seal;        // "" with `gone`, or when the entry is older than seals
    int64_t seq;     // of the entry
    int64_t version; // 0: sealed with many
    bool gone;
    bool seen; // its rows are there
} Known;

typedef struct Check {
    Ctx *c;
    FILE *out;
    const Room *const *rooms;
    size_t room_count;
    Known *known; // by kind, id and entry
    size_t count;
    size_t cap;
    const char *kind; // whose rows are being read
    int64_t compared;
    int64_t different;
    int64_t unsealed;
} Check;

// ---- what the journal says

// The kind as the rooms spell it, NULL when no room keeps rows for such entries (exports).
static const char *kind_of(const Check *check, Str kind)
{
    for (size_t i = 0; i < check->room_count; i++) {
        for (size_t s = 0; s < check->rooms[i]->seal_count; s++) {
            const char *known = check->rooms[i]->seals[s]->kind;
            if (str_eq(kind, str_from_c(known))) return known;
        }
    }
    return NULL;
}

static int by_thing(const Known *a, const Known *b)
{
    int order = a->kind == b->kind ? 0 : strcmp(a->kind, b->kind);
    return order != 0 ? order : str_cmp(a->id, b->id);
}

static int by_entry(const void *left, const void *right)
{
    const Known *a = left;
    const Known *b = right;
    int order = by_thing(a, b);
    return order != 0 ? order : (a->seq > b->seq) - (a->seq < b->seq);
}

// Only the newest of each thing stays.
static void settle(Check *check)
{
    if (check->count > 1) qsort(check->known, check->count, sizeof(Known), by_entry);
    size_t kept = 0;
    for (size_t i = 0; i < check->count; i++) {
        bool older = i + 1 < check->count && by_thing(&check->known[i], &check->known[i + 1]) == 0;
        if (!older) check->known[kept++] = check->known[i];
    }
    check->count = kept;
}

static void keep(Check *check, Known known)
{
    if (check->count == check->cap) {
        settle(check);
        // Wider while there is little room, or the next rows would be settled one by one.
        if (check->count > check->cap / 2) {
            ARENA_GROW(check->c->arena, check->known, check->cap, &check->cap);
        }
    }
    known.id = arena_str(check->c->arena, known.id);
    known.seal = arena_str(check->c->arena, known.seal);
    check->known[check->count++] = known;
}

static Err take_many(Check *check, const JournalSeal *entry)
{
    const char *kind = kind_of(check, entry->verb);
    if (kind == NULL) return ERR_OK;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    JsonErr why;
    const Json *body = json_parse(arena, entry->seals, (JsonLimits){0}, &why);
    for (size_t i = 0; i < json_count(body); i++) {
        const Json *one = json_at(body, i);
        Str seal = json_str(one);
        keep(check, (Known){.kind = kind,
                            .id = json_key(one),
                            .seal = seal,
                            .seq = entry->seq,
                            .gone = seal.len == 0});
    }
    return ERR_OK;
}

static Err take_entry(void *arg, const JournalSeal *entry)
{
    Check *check = arg;
    if (str_eq(entry->kind, STR(SEAL_KIND))) return take_many(check, entry);
    const char *kind = kind_of(check, entry->kind);
    if (kind == NULL) return ERR_OK;
    keep(check, (Known){.kind = kind,
                        .id = entry->id,
                        .seal = entry->seal,
                        .seq = entry->seq,
                        .version = entry->version});
    return ERR_OK;
}

// ---- what the rows say

static void differs(Check *check, const Known *thing, const char *how)
{
    if (check->different++ >= DIFFERENCES_SHOWN_MAX) return;
    fprintf(check->out, "The record: %s " STR_FMT " %s", thing->kind, STR_ARG(thing->id), how);
    if (thing->version > 0) fprintf(check->out, " (version %lld", (long long)thing->version);
    if (thing->seq > 0) {
        fprintf(check->out, "%sentry %lld)", thing->version > 0 ? ", " : " (",
                (long long)thing->seq);
    }
    fputs(".\n", check->out);
}

static int find_thing(const void *key, const void *known)
{
    return by_thing(key, known);
}

static Err compare(void *arg, Str id, Str seal)
{
    Check *check = arg;
    Known key = {.kind = check->kind, .id = id};
    Known *known = check->count == 0
                       ? NULL
                       : bsearch(&key, check->known, check->count, sizeof(Known), find_thing);
    check->compared++;
    if (known == NULL) {
        differs(check, &key, "has no entry in the journal");
        return ERR_OK;
    }
    known->seen = true;
    if (known->gone) {
        differs(check, known, "is there again, though the journal says that it was removed");
    } else if (known->seal.len == 0) {
        check->unsealed++;
    } else if (!str_eq(known->seal, seal)) {
        differs(check, known, "was changed without an entry in the journal");
    }
    return ERR_OK;
}

static Err compare_all(Check *check)
{
    check->cap = KNOWN_FIRST;
    check->known = ARENA_ARRAY(check->c->arena, Known, check->cap);
    TRY(journal_seals(check->c, 0, take_entry, check));
    settle(check);
    for (size_t i = 0; i < check->room_count; i++) {
        for (size_t s = 0; s < check->rooms[i]->seal_count; s++) {
            const Seal *seal = check->rooms[i]->seals[s];
            check->kind = kind_of(check, str_from_c(seal->kind));
            TRY(seal_each(check->c, seal, compare, check));
        }
    }
    for (size_t i = 0; i < check->count; i++) {
        const Known *known = &check->known[i];
        if (known->seen || known->gone || verify_may_go(str_from_c(known->kind))) continue;
        differs(check, known, "is in the journal, but no longer in the record");
    }
    return ERR_OK;
}

static int report(const Check *check, Err err)
{
    fprintf(check->out, "The record: %lld things compared with the journal, %lld differ.\n",
            (long long)check->compared, (long long)check->different);
    if (check->unsealed > 0) {
        fprintf(check->out,
                "The record: note: %lld have entries from before seals only: not compared.\n",
                (long long)check->unsealed);
    }
    if (err != ERR_OK) {
        fprintf(check->out, "The record: stopped early (%s: %s).\n", err_name(err),
                db_why(check->c->db));
        return 2;
    }
    return check->different > 0 ? 1 : 0;
}

int verify_record(Ctx *c, FILE *out)
{
    Check check = {.c = c, .out = out, .rooms = c->core->rooms, .room_count = c->core->room_count};
    Err err = compare_all(&check);
    return report(&check, err);
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
        code = verify_record(&c, out);
        store_return(store, c.db);
    }
    store_close(store);
    return code;
}
