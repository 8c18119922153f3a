// code_folder.c -- reads what stands in the folder, in the order of names.
#include "app/code_folder.h"

#include "app/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

Err code_file_read(Arena *arena, const char *path, Str *out)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? ERR_NOT_FOUND : ERR_FAULT;
    Err err = fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) ? ERR_FAULT : ERR_OK;
    if (err == ERR_OK && about.st_size > CODE_FOLDER_BYTES_MAX) err = ERR_TOO_LARGE;
    size_t size = err == ERR_OK ? (size_t)about.st_size : 0;
    char *bytes = arena_alloc(arena, size + 1, 1);
    size_t got = 0;
    while (err == ERR_OK && got < size) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0) err = ERR_FAULT;
        if (n <= 0) break;
        got += (size_t)n;
    }
    (void)close(fd);
    *out = (Str){bytes, got};
    return err;
}

static int is_table(const struct dirent *entry)
{
    Str name = str_from_c(entry->d_name);
    return str_ends(name, STR(".tsv")) && !str_starts(name, STR("."));
}

static Err take_file(CodeFiles *to, Str name, Str text)
{
    if (str_eq(name, STR("names.tsv"))) {
        to->own_names = text;
    } else if (str_eq(name, STR("retired.tsv"))) {
        to->retired = text;
    } else if (to->own_count == CODE_FILES_MAX) {
        return ERR_TOO_LARGE;
    } else {
        to->own[to->own_count++] = (CodeFile){name, text};
    }
    return ERR_OK;
}

Err code_folder_names(Arena *arena, Str data_dir, Str **out, size_t *count_out)
{
    Str folder = arena_fmt(arena, STR_FMT "/" CODES_FOLDER, STR_ARG(data_dir));
    struct dirent **entries = NULL;
    int count = scandir(folder.ptr, &entries, is_table, alphasort);
    *count_out = 0;
    if (count < 0) return errno == ENOENT ? ERR_OK : ERR_FAULT;
    *out = ARENA_ARRAY(arena, Str, (size_t)count + 1);
    for (int i = 0; i < count; i++) {
        (*out)[(*count_out)++] = arena_str(arena, str_from_c(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return ERR_OK;
}

Err code_folder_read(Arena *arena, Str data_dir, CodeFiles *out, Str *why_out)
{
    Str *names = NULL;
    size_t count = 0;
    *out = code_files();
    Err err = code_folder_names(arena, data_dir, &names, &count);
    Str name = STR("");
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        Str text = STR("");
        name = names[i];
        Str path = arena_fmt(arena, STR_FMT "/" CODES_FOLDER "/" STR_FMT, STR_ARG(data_dir),
                             STR_ARG(name));
        err = code_file_read(arena, path.ptr, &text);
        if (err == ERR_OK) err = take_file(out, name, text);
    }
    if (err == ERR_OK) return ERR_OK;
    *why_out = arena_fmt(
        arena, "The code sets in " STR_FMT "/" CODES_FOLDER "/" STR_FMT " cannot be read.",
        STR_ARG(data_dir), STR_ARG(name));
    return ERR_INVALID;
}
