// columns_file.c -- the file that keeps the stripes of a base: written stripe by stripe, mapped
// back. What is in it is believed only after all of it was checked.
#include "insight/columns/columns_image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct ColumnsFile {
    const char *path, *temporary;
    int fd; // -1: memory only, or the disk failed
    uint64_t at;
    StripePlace places[COLUMNS_STRIPES_MAX];
    size_t place_count;
};

// ---- writing

static void give_up(ColumnsFile *file)
{
    if (file->fd < 0) return;
    (void)close(file->fd);
    (void)unlink(file->temporary);
    file->fd = -1;
}

Err columns_file_new(Arena *arena, const char *path, ColumnsFile **out)
{
    ColumnsFile *file = ARENA_NEW(arena, ColumnsFile);
    file->fd = -1;
    file->at = FILE_PAGE;
    if (path != NULL) {
        file->path = arena_c(arena, str_from_c(path));
        file->temporary = arena_c(arena, arena_fmt(arena, "%s.new", path));
        file->fd = open(file->temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    // Images stand at whole pages of FILE_PAGE: a machine with larger ones cannot map them.
    if (sysconf(_SC_PAGESIZE) > FILE_PAGE) give_up(file);
    *out = file;
    return ERR_OK;
}

Err columns_file_room(ColumnsFile *file, size_t bytes, Image *out)
{
    uint64_t whole = (bytes + FILE_PAGE - 1) / FILE_PAGE * FILE_PAGE;
    void *base = MAP_FAILED;
    if (file->fd >= 0) {
        // Takes the room now: a full disk must show here, not as a fault while writing the map.
        bool ok = file->place_count < COLUMNS_STRIPES_MAX &&
                  posix_fallocate(file->fd, (off_t)file->at, (off_t)whole) == 0;
        if (ok) {
            base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file->fd,
                        (off_t)file->at);
        }
        if (base == MAP_FAILED) give_up(file);
    }
    if (base == MAP_FAILED) {
        base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    } else {
        file->places[file->place_count++] = (StripePlace){.at = file->at, .bytes = bytes};
        file->at += whole;
    }
    if (base == MAP_FAILED) return ERR_FAULT;
    *out = (Image){base, bytes};
    return ERR_OK;
}

static bool write_all(int fd, const void *from, size_t bytes, uint64_t at)
{
    const char *next = from;
    while (bytes > 0) {
        ssize_t done = pwrite(fd, next, bytes, (off_t)at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        next += done;
        at += (uint64_t)done;
        bytes -= (size_t)done;
    }
    return true;
}

static size_t directory_bytes(size_t stripes, size_t stamps, size_t places)
{
    return stripes * sizeof(StripePlace) + stamps * sizeof(ColumnStamp) + places * sizeof(uint32_t);
}

static bool write_directory(ColumnsFile *file, const ColumnSource *source)
{
    size_t people = source->places == NULL ? 0 : source->person_count;
    size_t bytes = directory_bytes(file->place_count, source->stamp_count, people);
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    char *directory = arena_alloc_raw(arena, bytes + 1);
    size_t at = file->place_count * sizeof(StripePlace);
    size_t stamps = source->stamp_count * sizeof(ColumnStamp);
    memcpy(directory, file->places, at);
    if (stamps > 0) memcpy(directory + at, source->stamps, stamps);
    if (people > 0) memcpy(directory + at + stamps, source->places, people * sizeof(uint32_t));
    FileHead head = {.version = IMAGE_VERSION,
                     .order_mark = IMAGE_ORDER_MARK,
                     .generation = source->generation,
                     .persons = source->person_count,
                     .stripes = file->place_count,
                     .stamps = source->stamp_count,
                     .places = people,
                     .places_as_of = people == 0 ? 0 : source->places_as_of.ms,
                     .file_bytes = file->at + bytes,
                     .directory_at = file->at,
                     .directory_sum = bytes_sum(directory, bytes)};
    memcpy(head.magic, FILE_MAGIC, sizeof head.magic);
    head.sum = file_head_sum(&head);
    return write_all(file->fd, directory, bytes, file->at) &&
           write_all(file->fd, &head, sizeof head, 0);
}

Err columns_file_keep(ColumnsFile *file, const ColumnSource *source, Stripe *const *stripes,
                      size_t count)
{
    if (file->fd < 0 || count != file->place_count) return ERR_FAULT;
    for (size_t i = 0; i < count; i++) {
        file->places[i].head_sum = stripe_image_head(stripes[i]).sum;
    }
    bool ok = write_directory(file, source) && fsync(file->fd) == 0;
    ok = ok && rename(file->temporary, file->path) == 0;
    if (!ok) {
        give_up(file);
        return ERR_FAULT;
    }
    (void)close(file->fd);
    file->fd = -1;
    return ERR_OK;
}

bool columns_file_holds(const ColumnsFile *file)
{
    return file->fd >= 0;
}

void columns_file_free(ColumnsFile *file)
{
    give_up(file);
}

// ---- mapping

typedef struct Mapping { // the stripes of a file, each taken in by a thread of the pool
    int fd;
    const StripePlace *places;
    Stripe **stripes;
} Mapping;

static Err map_one(void *arg, size_t index, ColumnScratch *scratch)
{
    (void)scratch;
    Mapping *m = arg;
    const StripePlace *place = &m->places[index];
    void *base =
        mmap(NULL, place->bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, m->fd, (off_t)place->at);
    if (base == MAP_FAILED) return ERR_FAULT;
    Image image = {base, place->bytes};
    StripeHead head;
    memcpy(&head, base, sizeof head);
    if (head.sum != place->head_sum) {
        (void)munmap(base, image.bytes);
        return ERR_INVALID;
    }
    return stripe_over(image, false, &m->stripes[index]);
}

static bool counts_fit(const FileHead *head)
{
    return head->stripes <= COLUMNS_STRIPES_MAX && head->stamps <= COLUMN_STAMPS_MAX &&
           head->persons <= COLUMNS_PERSONS_MAX &&
           (head->places == 0 || head->places == head->persons);
}

static Err read_head(int fd, FileHead *head)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return ERR_INVALID;
    if (pread(fd, head, sizeof *head, 0) != (ssize_t)sizeof *head) return ERR_INVALID;
    if (memcmp(head->magic, FILE_MAGIC, sizeof head->magic) != 0) return ERR_INVALID;
    if (head->version != IMAGE_VERSION || head->order_mark != IMAGE_ORDER_MARK) {
        return ERR_UNSUPPORTED;
    }
    if (head->sum != file_head_sum(head) || head->file_bytes != (uint64_t)info.st_size ||
        !counts_fit(head)) {
        return ERR_INVALID;
    }
    size_t bytes = directory_bytes(head->stripes, head->stamps, head->places);
    bool inside =
        head->directory_at <= head->file_bytes && head->file_bytes - head->directory_at == bytes;
    return inside ? ERR_OK : ERR_INVALID;
}

static bool places_sound(const FileHead *head, const StripePlace *places)
{
    uint64_t at = FILE_PAGE;
    for (uint64_t i = 0; i < head->stripes; i++) {
        bool ok = places[i].at == at && places[i].bytes >= sizeof(StripeHead) &&
                  places[i].bytes <= head->directory_at - at;
        if (!ok) return false;
        at += (places[i].bytes + FILE_PAGE - 1) / FILE_PAGE * FILE_PAGE;
        if (at > head->directory_at) return false;
    }
    return at == head->directory_at;
}

static bool order_sound(const FileHead *head, const uint32_t *places)
{
    bool ok = true;
    for (uint64_t i = 0; i < head->places; i++) {
        ok = ok && (places[i] < head->persons || places[i] == COLUMNS_NONE);
    }
    return ok;
}

static bool persons_follow(Stripe *const *stripes, const FileHead *head)
{
    uint64_t persons = 0;
    for (uint64_t i = 0; i < head->stripes; i++) {
        const Stripe *stripe = stripes[i];
        if (stripe->persons == 0) return false;
        persons += stripe->persons;
        if (i > 0 && stripes[i - 1]->id[stripes[i - 1]->persons - 1] >= stripe->id[0]) {
            return false;
        }
    }
    return persons == head->persons;
}

static Err map_stripes(int fd, const FileHead *head, const ColumnSource *source,
                       const char *directory, ColumnPool *pool, Columns **out)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Mapping m = {.fd = fd, .places = (const void *)directory};
    m.stripes = ARENA_ARRAY(arena, Stripe *, head->stripes + 1);
    Err err = ERR_OK;
    if (pool != NULL) {
        err = columns_run_pieces(pool, head->stripes, NULL, map_one, &m);
    } else {
        for (size_t i = 0; i < head->stripes && err == ERR_OK; i++) err = map_one(&m, i, NULL);
    }
    if (err == ERR_OK && !persons_follow(m.stripes, head)) err = ERR_INVALID;
    if (err == ERR_OK) {
        ColumnSource words = *source;
        words.generation = head->generation;
        words.stamps = (const void *)(directory + head->stripes * sizeof(StripePlace));
        words.stamp_count = head->stamps;
        words.places = head->places == 0 ? NULL : (const void *)(words.stamps + head->stamps);
        words.places_as_of = (Instant){head->places_as_of};
        err = columns_of_stripes(&words, m.stripes, head->stripes, out);
    }
    for (size_t i = 0; i < head->stripes; i++) {
        if (m.stripes[i] != NULL) stripe_release(m.stripes[i]);
    }
    return err;
}

Err columns_open_fd(int fd, const ColumnSource *source, ColumnPool *pool, Columns **out)
{
    FileHead head;
    TRY(read_head(fd, &head));
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    size_t bytes = directory_bytes(head.stripes, head.stamps, head.places);
    char *directory = arena_alloc_raw(arena, bytes + 1);
    if (pread(fd, directory, bytes, (off_t)head.directory_at) != (ssize_t)bytes) {
        return ERR_INVALID;
    }
    if (head.directory_sum != bytes_sum(directory, bytes)) return ERR_INVALID;
    if (!places_sound(&head, (const void *)directory)) return ERR_INVALID;
    const char *order = directory + directory_bytes(head.stripes, head.stamps, 0);
    if (!order_sound(&head, (const void *)order)) return ERR_INVALID;
    return map_stripes(fd, &head, source, directory, pool, out);
}

Err columns_open(const char *path, const ColumnSource *source, ColumnPool *pool, Columns **out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return ERR_NOT_FOUND;
    Err err = columns_open_fd(fd, source, pool, out);
    (void)close(fd);
    return err;
}
