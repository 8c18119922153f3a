// population_files.c -- finding the files of an import and telling from their names what they hold.
#include "insight/population/population_files.h"

#include "insight/population/population_report.h"
#include "insight/population/population_source.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDERS_MAX = 100, ENTRIES_BYTES = 32 * 1024 };

bool fhir_in_pass(FhirType type, FhirGroup pass)
{
    switch (fhir_group(type)) {
    case FHIR_BUNDLE: return pass == FHIR_PERSON;
    case FHIR_UNUSED: return pass == FHIR_FACT;
    default: return fhir_group(type) == pass;
    }
}

static bool is_ndjson(Str name)
{
    static const char *const ENDS[] = {".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz"};
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        if (str_ends(name, str_from_c(ENDS[i]))) return true;
    }
    return false;
}

int file_open(const FhirFile *file)
{
    if (file->fd >= 0) {
        int fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
        if (fd >= 0 && lseek(fd, 0, SEEK_SET) == 0) return fd;
        if (fd >= 0) (void)close(fd);
        return -1;
    }
    int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat about;
    if (fd >= 0 && (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

// "Observation.ndjson.gz", "Observation-3.ndjson": the words before the first mark name the type.
// Anything else is told by its first line: a file of bundles is read once, the rest is mixed.
static int promised(FhirFile *file)
{
    size_t end = 0;
    while (end < file->name.len && ((file->name.ptr[end] | 32) >= 'a') &&
           ((file->name.ptr[end] | 32) <= 'z')) {
        end++;
    }
    FhirType type = fhir_type(str_slice(file->name, 0, end));
    if (type == FHIR_PRACTITIONER_ROLE) return -1; // after both of its sides, whatever the names
    if (type != FHIR_OTHER && type != FHIR_BUNDLE_TYPE) return (int)fhir_group(type);
    int fd = file_open(file);
    if (fd < 0) return -1;
    CLEANUP(source_close) Source *source = source_open(fd);
    Str line;
    Str name;
    int64_t number = 0;
    if (source_line(source, &line, &number) != SOURCE_GOT) return -1;
    return fhir_peek(line, &name) == FHIR_BUNDLE_TYPE ? FHIR_PERSON : -1;
}

static Err add_hash(Ctx *c, FhirFiles *files, FhirFile *file)
{
    int fd = file_open(file);
    if (fd < 0) return ctx_issue(c, STR("file"), STR("A file cannot be opened for reading."));
    SourceHash hash = {0};
    Str why = STR("");
    Err err = source_sha256(c->arena, fd, &hash, &why);
    (void)close(fd);
    if (err == ERR_INVALID) return ctx_issue(c, STR("file"), why);
    TRY(err);
    file->bytes = hash.bytes;
    files->bytes += hash.bytes;
    files->sha256 = files->count == 1 ? hash.hex
                                      : arena_fmt(c->arena, STR_FMT STR_FMT, STR_ARG(files->sha256),
                                                  STR_ARG(hash.hex));
    return ERR_OK;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const FhirFile *)a)->name, ((const FhirFile *)b)->name);
}

typedef struct Listing {
    FhirFiles *files;
    const char *folders[FOLDERS_MAX];
    size_t folder_count;
} Listing;

static Err add_entry(Ctx *c, const char *path, const char *entry, Listing *to)
{
    Str name = str_from_c(entry);
    if (is_ndjson(name)) {
        if (to->files->count == IMPORT_FILES_MAX) return ERR_TOO_LARGE;
        to->files->list[to->files->count++] =
            (FhirFile){.name = arena_str(c->arena, name),
                       .path = arena_c(c->arena, arena_fmt(c->arena, "%s/%s", path, entry)),
                       .fd = -1};
    } else if (!str_starts(name, STR(".")) && to->folder_count < FOLDERS_MAX) {
        to->folders[to->folder_count++] =
            arena_c(c->arena, arena_fmt(c->arena, "%s/%s", path, entry));
    }
    return ERR_OK;
}

// readdir shares its entry among threads; the call below it does not.
static Err list_open(Ctx *c, int fd, const char *path, Listing *to)
{
    char *entries = arena_alloc(c->arena, ENTRIES_BYTES, _Alignof(struct dirent64));
    for (;;) {
        ssize_t got = getdents64(fd, entries, ENTRIES_BYTES);
        if (got < 0) return ERR_FAULT;
        if (got == 0) return ERR_OK;
        for (size_t at = 0; at < (size_t)got;) {
            const struct dirent64 *entry = (const void *)(entries + at);
            TRY(add_entry(c, path, entry->d_name, to));
            at += entry->d_reclen;
        }
    }
}

static Err list_folder(Ctx *c, const char *path, Listing *to)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return ERR_NOT_FOUND;
    Err err = list_open(c, fd, path, to);
    (void)close(fd);
    return err;
}

static Err finish(Ctx *c, FhirFiles *files)
{
    qsort(files->list, files->count, sizeof *files->list, by_name);
    size_t count = files->count;
    for (size_t i = 0; i < count; i++) {
        files->count = i + 1;
        TRY(add_hash(c, files, &files->list[i]));
        files->list[i].only = promised(&files->list[i]);
    }
    return ERR_OK;
}

static Str last_part(Arena *arena, const char *path)
{
    Str rest = str_from_c(path);
    while (rest.len > 1 && rest.ptr[rest.len - 1] == '/') rest.len--;
    size_t from = rest.len;
    while (from > 0 && rest.ptr[from - 1] != '/') from--;
    return arena_str(arena, str_slice(rest, from, rest.len));
}

// A folder (the files directly in it, else those one level below) or one file, in order of name.
static Err files_list(Ctx *c, const char *path, FhirFiles *out)
{
    *out = (FhirFiles){.name = last_part(c->arena, path)};
    out->list = ARENA_ARRAY(c->arena, FhirFile, IMPORT_FILES_MAX);
    struct stat about;
    if (stat(path, &about) != 0) {
        (void)ctx_issue(c, STR("file"),
                        arena_fmt(c->arena, "There is no file or folder %s.", path));
        return ERR_NOT_FOUND;
    }
    if (S_ISREG(about.st_mode)) {
        out->list[out->count++] = (FhirFile){.name = out->name, .path = path, .fd = -1};
        return finish(c, out);
    }
    Listing *listing = ARENA_NEW(c->arena, Listing);
    listing->files = out;
    Err listed = list_folder(c, path, listing);
    if (listed == ERR_NOT_FOUND) {
        (void)ctx_issue(c, STR("file"),
                        STR("It is neither a file nor a folder, or it cannot be "
                            "read."));
    }
    TRY(listed);
    size_t below = out->count == 0 ? listing->folder_count : 0;
    for (size_t i = 0; i < below; i++) {
        Err err = list_folder(c, listing->folders[i], listing);
        if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    }
    if (out->count == 0) {
        (void)ctx_issue(c, STR("file"),
                        STR("The folder holds no FHIR files (.ndjson or .ndjson.gz)."));
        return ERR_NOT_FOUND;
    }
    return finish(c, out);
}

static Err files_one(Ctx *c, int fd, Str name, FhirFiles *out)
{
    *out = (FhirFiles){.name = arena_str(c->arena, name), .count = 1};
    out->list = ARENA_NEW(c->arena, FhirFile);
    out->list[0] = (FhirFile){.name = out->name, .path = "", .fd = fd};
    return finish(c, out);
}

Err import_fhir(Ctx *c, const char *path, const ImportOptions *options, Report **report_out,
                Str *batch_ref_out)
{
    *report_out = NULL;
    FhirFiles files;
    TRY(files_list(c, path, &files));
    return import_fhir_files(c, &files, options, report_out, batch_ref_out);
}

Err import_fhir_fd(Ctx *c, int fd, Str name, const ImportOptions *options, Report **report_out,
                   Str *batch_ref_out)
{
    *report_out = NULL;
    FhirFiles files;
    TRY(files_one(c, fd, name, &files));
    Err err = import_fhir_files(c, &files, options, report_out, batch_ref_out);
    (void)close(fd);
    return err;
}
