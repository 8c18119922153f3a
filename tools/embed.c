// embed.c -- packs the files that a browser loads: build/tools/embed MANIFEST OUT.c OUT.h
//
// A manifest line: "/assets/app.css build/assets/app.css text/css; charset=utf-8". Beside OUT.c a
// file of the same name with .bin is written, which the assembler takes in whole: a big C array
// would take the compiler seconds. Output depends on nothing but the files. A path of an earlier
// line that a style sheet or script names becomes its hashed one.
#include "base/base.h"
#include "core/asset.h"

#include <brotli/encode.h>
#include <openssl/sha.h>
#include <zlib.h>

enum { FILE_BYTES_MAX = 16 << 20, BLOB_BYTES_MAX = 256 << 20, FILES_MAX = 400, BYTES_TIGHT = 64 };

typedef struct Piece {
    size_t at; // in the blob
    size_t len;
} Piece;

typedef struct Entry {
    Str path;
    Str file;
    Str type;
    Str hashed;
    Piece body;
    Piece gzip;
    Piece brotli;
} Entry;

typedef struct Pack {
    Arena *arena;
    const char *manifest;
    Entry *entries;
    size_t count;
    Buf blob;
} Pack;

_Noreturn static void stop(const char *file, const char *why)
{
    fprintf(stderr, "%s:1: %s\n", file, why);
    exit(1);
}

static Buf read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) stop(path, "cannot be read");
    Buf text = buf_new(FILE_BYTES_MAX);
    char part[4096];
    size_t len = 0;
    while ((len = fread(part, 1, sizeof part, file)) > 0) buf_add(&text, (Str){part, len});
    if (ferror(file) != 0 || !buf_ok(&text)) stop(path, "cannot be read whole, or is too large");
    if (fclose(file) != 0) stop(path, "cannot be closed");
    return text;
}

static void write_file(const char *path, const Buf *text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) stop(path, "cannot be written");
    Str all = buf_str(text);
    bool ok = buf_ok(text) && fwrite(all.ptr, 1, all.len, file) == all.len;
    if (fclose(file) != 0 || !ok) stop(path, "cannot be written whole");
}

static Piece keep(Pack *pack, Str bytes)
{
    Piece piece = {pack->blob.len, bytes.len};
    buf_add(&pack->blob, bytes);
    return piece;
}

static Piece keep_gzip(Pack *pack, Str body)
{
    z_stream z = {0};
    enum { WITH_GZIP_HEADER = 15 + 16 };
    if (deflateInit2(&z, 9, Z_DEFLATED, WITH_GZIP_HEADER, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        stop(pack->manifest, "zlib does not start");
    }
    size_t room = deflateBound(&z, (uLong)body.len);
    char *out = ARENA_ARRAY(pack->arena, char, room);
    char *in = ARENA_ARRAY(pack->arena, char, body.len + 1); // zlib wants it writable
    memcpy(in, body.ptr, body.len);
    z.next_in = (Bytef *)in;
    z.avail_in = (uInt)body.len;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) stop(pack->manifest, "zlib fails");
    size_t len = z.total_out;
    deflateEnd(&z);
    return len + BYTES_TIGHT < body.len ? keep(pack, (Str){out, len}) : (Piece){0};
}

static Piece keep_brotli(Pack *pack, Str body)
{
    size_t len = BrotliEncoderMaxCompressedSize(body.len);
    uint8_t *out = ARENA_ARRAY(pack->arena, uint8_t, len + 1);
    if (!BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT,
                               body.len, (const uint8_t *)body.ptr, &len, out)) {
        stop(pack->manifest, "brotli fails");
    }
    return len + BYTES_TIGHT < body.len ? keep(pack, (Str){(char *)out, len}) : (Piece){0};
}

// "/assets/app.css" -> "/assets/app-1a2b3c4d5e6f.css"
static Str hashed_path(Pack *pack, Str path, Str body)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)body.ptr, body.len, digest);
    char hex[ASSET_HASH_CHARS + 1];
    for (size_t i = 0; i < ASSET_HASH_CHARS / 2; i++) {
        snprintf(hex + i * 2, 3, "%02x", (unsigned)digest[i]);
    }
    size_t dot = path.len;
    while (dot > 0 && path.ptr[dot - 1] != '.' && path.ptr[dot - 1] != '/') dot--;
    dot = dot > 0 && path.ptr[dot - 1] == '.' ? dot - 1 : path.len;
    return arena_fmt(pack->arena, "%.*s-%s%.*s", STR_ARG(str_slice(path, 0, dot)), hex,
                     STR_ARG(str_slice(path, dot, path.len)));
}

static bool ends_path(char c)
{
    return c == ')' || c == '"' || c == '\'';
}

// Puts hashed paths in place of the plain ones that the text names in quotes or brackets.
static Str with_hashed_paths(const Pack *pack, Str text, Buf *out)
{
    size_t at = 0;
    while (at < text.len) {
        const Entry *named = NULL;
        bool may = at > 0 && text.ptr[at] == '/' &&
                   (ends_path(text.ptr[at - 1]) || text.ptr[at - 1] == '(');
        for (size_t i = 0; may && named == NULL && i < pack->count; i++) {
            Str path = pack->entries[i].path;
            Str rest = str_slice(text, at, text.len);
            bool whole = rest.len > path.len && ends_path(rest.ptr[path.len]);
            if (whole && str_starts(rest, path)) named = &pack->entries[i];
        }
        if (named == NULL) {
            buf_add_char(out, text.ptr[at++]);
        } else {
            buf_add(out, named->hashed);
            at += named->path.len;
        }
    }
    return buf_str(out);
}

static void add_entry(Pack *pack, Str line)
{
    Entry entry = {0};
    Str rest = line;
    bool ok = str_split(&rest, ' ', &entry.path) && str_split(&rest, ' ', &entry.file);
    entry.type = ok && rest.ptr != NULL ? str_trim(rest) : STR("");
    if (entry.type.len == 0 || !str_starts(entry.path, STR("/"))) {
        stop(pack->manifest, "a line is not \"/path file type\"");
    }
    for (size_t i = 0; i < pack->count; i++) {
        if (str_eq(pack->entries[i].path, entry.path)) stop(pack->manifest, "a path stands twice");
    }
    if (pack->count == FILES_MAX) stop(pack->manifest, "too many files");

    CLEANUP(buf_free) Buf file = read_file(arena_c(pack->arena, entry.file));
    CLEANUP(buf_free) Buf named = buf_new(FILE_BYTES_MAX);
    Str body = buf_str(&file);
    bool names =
        str_starts(entry.type, STR("text/css")) || str_starts(entry.type, STR("text/javascript"));
    if (names) body = with_hashed_paths(pack, body, &named);
    entry.hashed = hashed_path(pack, entry.path, body);
    entry.body = keep(pack, body);
    entry.gzip = keep_gzip(pack, body);
    entry.brotli = keep_brotli(pack, body);
    pack->entries[pack->count++] = entry;
}

static int by_path(const void *a, const void *b)
{
    return str_cmp(((const Entry *)a)->path, ((const Entry *)b)->path);
}

static void add_piece(Buf *c, const char *field, Piece piece)
{
    if (piece.len > 0) {
        buf_fmt(c, "     .%s = {ASSET_BYTES + %zu, %zu},\n", field, piece.at, piece.len);
    } else {
        buf_fmt(c, "     .%s = {\"\", 0},\n", field);
    }
}

static void write_c(const Pack *pack, const char *blob, Buf *c)
{
    buf_fmt(c, "// Generated by embed from %s.\n#include \"core/asset.h\"\n\n", pack->manifest);
    buf_fmt(c,
            "__asm__(\".pushsection .rodata\\n\"\n"
            "        \".globl ASSET_BYTES\\n\"\n"
            "        \"ASSET_BYTES:\\n\"\n"
            "        \".incbin \\\"%s\\\"\\n\"\n"
            "        \".byte 0\\n\"\n"
            "        \".popsection\\n\");\n",
            blob);
    buf_add_c(c, "extern const char ASSET_BYTES[];\n\nconst Asset ASSETS[] = {\n");
    for (size_t i = 0; i < pack->count; i++) {
        const Entry *entry = &pack->entries[i];
        buf_fmt(c, "    {.path = {\"%.*s\", %zu},\n", STR_ARG(entry->path), entry->path.len);
        buf_fmt(c, "     .hashed = {\"%.*s\", %zu},\n", STR_ARG(entry->hashed), entry->hashed.len);
        buf_fmt(c, "     .type = {\"%.*s\", %zu},\n", STR_ARG(entry->type), entry->type.len);
        add_piece(c, "body", entry->body);
        add_piece(c, "gzip", entry->gzip);
        add_piece(c, "brotli", entry->brotli);
        buf_add_c(c, "    },\n");
    }
    buf_fmt(c, "};\nconst size_t ASSET_COUNT = %zu;\n", pack->count);
}

// "/assets/images/favicon.svg" -> ASSET_IMAGES_FAVICON_SVG
static void write_h(const Pack *pack, Buf *h)
{
    buf_fmt(h, "// Generated by embed from %s.\n", pack->manifest);
    buf_add_c(h, "#ifndef ASSETS_H\n#define ASSETS_H\n\n");
    for (size_t i = 0; i < pack->count; i++) {
        Str name = pack->entries[i].path;
        Str root = STR("/assets/");
        name = str_slice(name, str_starts(name, root) ? root.len : 1, name.len);
        buf_add_c(h, "#define ASSET_");
        for (size_t k = 0; k < name.len; k++) {
            char ch = name.ptr[k];
            if (ch >= 'a' && ch <= 'z') ch = (char)(ch - 'a' + 'A');
            bool word = (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
            buf_add_char(h, word ? ch : '_');
        }
        buf_fmt(h, " \"%.*s\"\n", STR_ARG(pack->entries[i].hashed));
    }
    buf_add_c(h, "\n#endif\n");
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: embed MANIFEST OUT.c OUT.h\n", stderr);
        return 2;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Pack pack = {.arena = arena, .manifest = argv[1], .blob = buf_new(BLOB_BYTES_MAX)};
    pack.entries = ARENA_ARRAY(arena, Entry, FILES_MAX);
    CLEANUP(buf_free) Buf manifest = read_file(argv[1]);
    Str rest = buf_str(&manifest);
    Str line = {0};
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.len > 0 && line.ptr[0] != '#') add_entry(&pack, line);
    }
    qsort(pack.entries, pack.count, sizeof(Entry), by_path);

    Str blob = arena_fmt(arena, "%.*s.bin", (int)(strlen(argv[2]) - 2), argv[2]);
    CLEANUP(buf_free) Buf c = buf_new(BLOB_BYTES_MAX);
    CLEANUP(buf_free) Buf h = buf_new(BLOB_BYTES_MAX);
    write_c(&pack, arena_c(arena, blob), &c);
    write_h(&pack, &h);
    write_file(arena_c(arena, blob), &pack.blob);
    write_file(argv[2], &c);
    write_file(argv[3], &h);
    buf_free(&pack.blob);
    return 0;
}
