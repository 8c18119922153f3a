// htc.c -- the page compiler: build/tools/htc IN.ht OUT.c OUT.h
//
// One .ht file gives one C file and one header, see docs/TEMPLATES.md. Nothing is written when
// anything is wrong with the template.
#include "htc.h"

#include <stdarg.h>

enum { SOURCE_BYTES_MAX = 1 << 20 };

static void print_error(const Source *src, int line, const char *fmt, va_list args)
{
    fprintf(stderr, "%s:%d: ", src->path, line);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
}

void htc_error(Source *src, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    print_error(src, line, fmt, args);
    va_end(args);
    if (++src->errors >= HTC_ERRORS_MAX) exit(1);
}

void htc_stop(Source *src, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    print_error(src, line, fmt, args);
    va_end(args);
    exit(1);
}

static bool read_file(const char *path, Buf *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    char part[4096];
    size_t len = 0;
    while ((len = fread(part, 1, sizeof part, file)) > 0) buf_add(out, (Str){part, len});
    bool ok = ferror(file) == 0 && buf_ok(out);
    return fclose(file) == 0 && ok;
}

static bool write_file(const char *path, const Buf *text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) return false;
    Str all = buf_str(text);
    bool ok = buf_ok(text) && fwrite(all.ptr, 1, all.len, file) == all.len;
    return fclose(file) == 0 && ok;
}

// "build/gen/person_show_page.h" -> "person_show_page"
static Str stem_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    Str name = str_from_c(slash == NULL ? path : slash + 1);
    size_t dot = 0;
    return str_find(name, STR("."), &dot) ? str_slice(name, 0, dot) : name;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: htc IN.ht OUT.c OUT.h\n", stderr);
        return 2;
    }
    CLEANUP(buf_free) Buf text = buf_new(SOURCE_BYTES_MAX);
    CLEANUP(buf_free) Buf c = buf_new(HTC_OUT_MAX);
    CLEANUP(buf_free) Buf h = buf_new(HTC_OUT_MAX);
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    if (!read_file(argv[1], &text)) {
        fprintf(stderr, "%s:1: cannot be read, or is larger than 1 MiB\n", argv[1]);
        return 1;
    }
    Source src = {.path = argv[1], .arena = arena, .text = buf_str(&text)};
    htc_parse(&src);
    htc_emit(&src, stem_of(argv[3]), &c, &h);
    if (src.errors > 0) return 1;
    if (!write_file(argv[2], &c) || !write_file(argv[3], &h)) {
        fprintf(stderr, "%s:1: cannot write %s or %s\n", argv[1], argv[2], argv[3]);
        return 1;
    }
    return 0;
}
