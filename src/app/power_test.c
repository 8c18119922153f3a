// Power cuts: what had been flushed when the power went is there, of the rest any sectors or none.
//
// A layer under SQLite remembers for each file what was flushed and what was only written. At
// random moments it lays down the files as a cut would leave them: the flushed state, and of each
// later write each sector by the toss of a coin. Every copy must open, hold every change that had
// been acknowledged by then, whole, and carry an unbroken journal.
#include "app/files.h"
#include "app/verify.h"
#include "core/db_conn.h"
#include "core/journal.h"
#include "job_sql.h"
#include "test/fixture.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>

enum { CUTS = 60, CUT_EVERY = 97, HANDS = 4, CHANGES_EACH = 700, SECTOR = 512, IMAGES_MAX = 4 };

typedef struct Pending { // a write or a truncation that was not flushed yet
    sqlite3_int64 at;
    int len; // -1: truncated to `at`
    uint8_t *bytes;
    struct Pending *next;
} Pending;

typedef struct Image { // one file
    char name[64];     // without its folder
    uint8_t *bytes;    // as flushed
    size_t len;
    Pending *first;
    Pending *last;
} Image;

typedef struct Disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    Image images[IMAGES_MAX];
    size_t image_count;
    const char *dir; // cut copies go to dir/cutN
    uint64_t toss;
    int ops;
    int cuts;
    bool on;
    atomic_int told;   // changes acknowledged
    int told_at[CUTS]; // by the time of each cut
} Disk;

typedef struct File {
    sqlite3_file base;
    Disk *disk;
    Image *image; // NULL: not remembered
    sqlite3_file *real;
} File;

static uint64_t toss(Disk *disk) // xorshift: the same cuts at every run
{
    disk->toss ^= disk->toss << 13U;
    disk->toss ^= disk->toss >> 7U;
    disk->toss ^= disk->toss << 17U;
    return disk->toss;
}

// ---- what is on the platter

static void grow(uint8_t **bytes, size_t *len, size_t need)
{
    if (need <= *len) return;
    *bytes = realloc(*bytes, need);
    if (*bytes == NULL) abort();
    memset(*bytes + *len, 0, need - *len);
    *len = need;
}

// `sectors` NULL: all of it; else each sector by a coin.
static void put(uint8_t **bytes, size_t *len, const Pending *p, Disk *sectors)
{
    if (p->len < 0) {
        bool lost = sectors != NULL && toss(sectors) % 2 == 0;
        if (!lost && (size_t)p->at < *len) *len = (size_t)p->at;
        return;
    }
    for (int from = 0; from < p->len;) {
        int to = from + SECTOR - (int)((p->at + from) % SECTOR);
        if (to > p->len) to = p->len;
        if (sectors == NULL || toss(sectors) % 2 == 0) {
            size_t end = (size_t)(p->at + to);
            grow(bytes, len, end);
            memcpy(*bytes + p->at + from, p->bytes + from, (size_t)(to - from));
        }
        from = to;
    }
}

static void flush(Image *image)
{
    for (Pending *p = image->first; p != NULL;) {
        Pending *next = p->next;
        put(&image->bytes, &image->len, p, NULL);
        free(p->bytes);
        free(p);
        p = next;
    }
    image->first = NULL;
    image->last = NULL;
}

static void remember(Image *image, sqlite3_int64 at, const void *bytes, int len)
{
    Pending *p = calloc(1, sizeof *p);
    if (p == NULL) abort();
    *p = (Pending){.at = at, .len = len};
    if (len > 0) {
        p->bytes = malloc((size_t)len);
        if (p->bytes == NULL) abort();
        memcpy(p->bytes, bytes, (size_t)len);
    }
    if (image->last == NULL) {
        image->first = p;
    } else {
        image->last->next = p;
    }
    image->last = p;
}

static void lay_down(Disk *disk, const Image *image)
{
    size_t len = 0;
    uint8_t *bytes = NULL;
    char path[300];
    grow(&bytes, &len, image->len);
    if (image->len > 0) memcpy(bytes, image->bytes, image->len);
    for (const Pending *p = image->first; p != NULL; p = p->next) put(&bytes, &len, p, disk);
    snprintf(path, sizeof path, "%s/cut%d/%s", disk->dir, disk->cuts, image->name);
    FILE *out = fopen(path, "wbe");
    if (out == NULL || (len > 0 && fwrite(bytes, 1, len, out) != len)) abort();
    fclose(out);
    free(bytes);
}

static void maybe_cut(Disk *disk)
{
    if (!disk->on || disk->cuts == CUTS || ++disk->ops % CUT_EVERY != 0) return;
    disk->ops += (int)(toss(disk) % (CUT_EVERY / 2));
    char path[300];
    snprintf(path, sizeof path, "%s/cut%d", disk->dir, disk->cuts);
    if (mkdir(path, 0700) != 0) abort();
    disk->told_at[disk->cuts] = atomic_load(&disk->told);
    for (size_t i = 0; i < disk->image_count; i++) lay_down(disk, &disk->images[i]);
    disk->cuts++;
}

// ---- the layer

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((File *)file)->real;
}

static int x_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int x_read(sqlite3_file *file, void *out, int len, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), out, len, at);
}

static int x_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    File *f = (File *)file;
    if (f->image != NULL) {
        maybe_cut(f->disk);
        remember(f->image, at, bytes, len);
    }
    return f->real->pMethods->xWrite(f->real, bytes, len, at);
}

static int x_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    File *f = (File *)file;
    if (f->image != NULL) {
        maybe_cut(f->disk);
        remember(f->image, size, NULL, -1);
    }
    return f->real->pMethods->xTruncate(f->real, size);
}

static int x_sync(sqlite3_file *file, int flags)
{
    File *f = (File *)file;
    (void)flags; // the real disk need not work for this
    if (f->image != NULL) {
        maybe_cut(f->disk);
        flush(f->image);
    }
    return SQLITE_OK;
}

static int x_size(sqlite3_file *file, sqlite3_int64 *out)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), out);
}

static int x_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int x_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int x_check(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int x_control(sqlite3_file *file, int op, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int x_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int x_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int x_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int x_shm_lock(sqlite3_file *file, int at, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), at, count, flags);
}

static void x_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int x_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_size,
    .xLock = x_lock,
    .xUnlock = x_unlock,
    .xCheckReservedLock = x_check,
    .xFileControl = x_control,
    .xSectorSize = x_sector,
    .xDeviceCharacteristics = x_traits,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};

static Image *image_of(Disk *disk, const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    for (size_t i = 0; i < disk->image_count; i++) {
        if (strcmp(disk->images[i].name, name) == 0) return &disk->images[i];
    }
    if (disk->image_count == IMAGES_MAX) abort();
    Image *image = &disk->images[disk->image_count++];
    snprintf(image->name, sizeof image->name, "%s", name);
    return image;
}

static int x_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
    Disk *disk = vfs->pAppData;
    File *f = (File *)file;
    *f = (File){.disk = disk, .real = (sqlite3_file *)(f + 1)};
    if (path != NULL && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
        f->image = image_of(disk, path);
    }
    int rc = disk->real->xOpen(disk->real, path, f->real, flags, out);
    if (f->real->pMethods != NULL) f->base.pMethods = &METHODS;
    return rc;
}

static void disk_begin(Disk *disk)
{
    disk->real = sqlite3_vfs_find(NULL);
    disk->vfs = *disk->real;
    disk->vfs.pNext = NULL;
    disk->vfs.zName = "power-cuts";
    disk->vfs.pAppData = disk;
    disk->vfs.xOpen = x_open;
    disk->vfs.szOsFile = (int)sizeof(File) + disk->real->szOsFile;
    if (sqlite3_vfs_register(&disk->vfs, 1) != SQLITE_OK) abort();
}

static void disk_end(Disk *disk)
{
    sqlite3_vfs_unregister(&disk->vfs);
    sqlite3_vfs_register(disk->real, 1);
    for (size_t i = 0; i < disk->image_count; i++) {
        flush(&disk->images[i]);
        free(disk->images[i].bytes);
    }
}

// ---- the changes

typedef struct Hand {
    const Core *core;
    Disk *disk;
    int number;
    int refused;
} Hand;

static Err change_two(Ctx *c, void *arg)
{
    const Str *ref = arg;
    TRY(db_exec(c->db, SQL_JOB_ADD,
                ARGS(TEXT(*ref), TEXT(STR("k")), BYTES(STR("")), I64(1), I64(2)), NULL));
    return journal_append(c, &(JournalEntry){.kind = STR("job"),
                                             .id = *ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = STR("{}")});
}

static void *work(void *arg)
{
    Hand *hand = arg;
    Arena *arena = arena_new();
    Ctx c = {.arena = arena, .core = hand->core};
    for (int i = 0; i < CHANGES_EACH; i++) {
        Str ref = arena_fmt(arena, "%d-%d", hand->number, i);
        if (ctx_change(&c, change_two, &ref) != ERR_OK) {
            hand->refused++;
            continue;
        }
        atomic_fetch_add(&hand->disk->told, 1);
    }
    arena_free(arena);
    return NULL;
}

static void write_changes(Test *t, Disk *disk)
{
    Str why = STR("");
    Core core = {0};
    Str path = arena_fmt(t->arena, "%s/" RECORD_FILE, disk->dir);
    StoreOptions options = {.path = path.ptr, .create = true};
    CHECK_OK(store_open(t->arena, &options, &core.store, &why));
    disk->on = true;
    pthread_t threads[HANDS];
    Hand hands[HANDS];
    for (int i = 0; i < HANDS; i++) {
        hands[i] = (Hand){&core, disk, i, 0};
        CHECK(pthread_create(&threads[i], NULL, work, &hands[i]) == 0);
    }
    for (int i = 0; i < HANDS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_I64(hands[i].refused, 0);
    }
    store_close(core.store);
    disk->on = false;
}

static void check_cut(Test *t, Str folder, int told)
{
    Str why = STR("");
    Store *store = NULL;
    Db *db = NULL;
    Str path = arena_fmt(t->arena, STR_FMT "/" RECORD_FILE, STR_ARG(folder));
    StoreOptions options = {.path = path.ptr};
    CHECK_OK(store_open(t->arena, &options, &store, &why));
    if (store == NULL) return;
    CHECK_OK(store_borrow(store, &db));
    int64_t entries = db_count_rows(db, "journal");
    CHECK(entries >= told);
    CHECK_I64(db_count_rows(db, "job"), entries);
    store_return(store, db);
    store_close(store);

    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    (void)verify_chains(folder, STR(""), out); // there is no access log in this folder
    fclose(out);
    Str whole = arena_fmt(t->arena, "The journal: %lld entries, 0 anchored heads, whole.",
                          (long long)entries);
    CHECK_CONTAINS(((Str){text, len}), whole.ptr);
    free(text);
}

TEST(what_was_acknowledged_outlives_a_power_cut)
{
    Disk disk = {.dir = test_dir(t), .toss = 0x9E3779B97F4A7C15U};
    disk_begin(&disk);
    write_changes(t, &disk);
    disk_end(&disk);
    CHECK_I64(disk.cuts, CUTS);
    for (int i = 0; i < disk.cuts; i++) {
        check_cut(t, arena_fmt(t->arena, "%s/cut%d", disk.dir, i), disk.told_at[i]);
    }
}
