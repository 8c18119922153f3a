// accessgen.c -- src/app/access.csv, the one table of who may do what, becomes C tables.
//
// Lines: class,KEY,NAME  role,KEY,NAME  cap,KEY,NAME  may,ROLE,CLASS,LETTERS  can,ROLE,CAP
// Letters: r read, w write, c counts only, o own only, * relationship needed, ! reason needed.
// What the file does not grant is refused. Usage: accessgen IN.csv OUT.c OUT.h
#include "base/base.h"

#include <errno.h>

enum { ITEMS_MAX = 64, FILE_BYTES_MAX = 256 * 1024, FIELDS_MAX = 4 };

typedef struct List {
    const char *prefix; // of its enum values: ROLE, CLASS, CAP
    Str keys[ITEMS_MAX];
    Str names[ITEMS_MAX];
    size_t count;
} List;

typedef struct Table {
    const char *path;
    int line;
    List roles;
    List classes;
    List caps;
    List relationships;
    unsigned opens[ITEMS_MAX][ITEMS_MAX]; // by relationship and class
    unsigned cells[ITEMS_MAX][ITEMS_MAX];
    uint64_t can[ITEMS_MAX];
} Table;

static const struct {
    char letter;
    unsigned bit;
    const char *name;
    const char *meaning;
} LETTERS[] = {
    {'r', 1, "ACCESS_READ", "may read"},
    {'w', 2, "ACCESS_WRITE", "may change"},
    {'c', 4, "ACCESS_COUNT", "sees counts, never a person"},
    {'o', 8, "ACCESS_OWN", "only what is their own"},
    {'*', 16, "ACCESS_NEEDS_RELATIONSHIP", "only with a legitimate relationship"},
    {'!', 32, "ACCESS_NEEDS_REASON", "only with a stated reason"},
};

_Noreturn static void die(const Table *table, const char *what, Str word)
{
    fprintf(stderr, "%s:%d: %s: " STR_FMT "\n", table->path, table->line, what, STR_ARG(word));
    exit(1);
}

static bool is_key(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((text.ptr[i] < 'a' || text.ptr[i] > 'z') && text.ptr[i] != '_') return false;
    }
    return text.len > 0;
}

static void list_add(Table *table, List *list, Str key, Str name)
{
    if (!is_key(key)) die(table, "a key is small letters and _", key);
    if (name.len == 0) die(table, "a name for people is missing", key);
    if (list->count == ITEMS_MAX) die(table, "no room for more than 63", key);
    for (size_t i = 0; i < list->count; i++) {
        if (str_eq(list->keys[i], key)) die(table, "stands twice", key);
    }
    list->keys[list->count] = key;
    list->names[list->count++] = name;
}

static size_t list_find(const Table *table, const List *list, Str key)
{
    for (size_t i = 1; i < list->count; i++) {
        if (str_eq(list->keys[i], key)) return i;
    }
    die(table, "unknown here", key);
}

// What a relationship opens: r, or rw.
static void read_opens(Table *table, Str relationship, Str class, Str letters)
{
    unsigned bits = str_eq(letters, STR("rw")) ? 3U : str_eq(letters, STR("r")) ? 1U : 0U;
    if (bits == 0) die(table, "a relationship opens r or rw", letters);
    unsigned *cell = &table->opens[list_find(table, &table->relationships, relationship)]
                                  [list_find(table, &table->classes, class)];
    if (*cell != 0) die(table, "this relationship and class stand twice", relationship);
    *cell = bits;
}

static void read_may(Table *table, Str role, Str class, Str letters)
{
    unsigned bits = 0;
    for (size_t i = 0; i < letters.len; i++) {
        unsigned bit = 0;
        for (size_t k = 0; k < COUNT_OF(LETTERS); k++) {
            if (LETTERS[k].letter == letters.ptr[i]) bit = LETTERS[k].bit;
        }
        if (bit == 0) die(table, "letters are r w c o * !", letters);
        bits |= bit;
    }
    if ((bits & 7U) == 0) die(table, "one of r w c is needed", letters);
    unsigned *cell = &table->cells[list_find(table, &table->roles, role)]
                                  [list_find(table, &table->classes, class)];
    if (*cell != 0) die(table, "this role and class stand twice", role);
    *cell = bits;
}

// The list that a line of this kind adds to, or NULL.
static List *list_named(Table *table, Str kind)
{
    if (str_eq(kind, STR("class"))) return &table->classes;
    if (str_eq(kind, STR("role"))) return &table->roles;
    if (str_eq(kind, STR("cap"))) return &table->caps;
    return str_eq(kind, STR("relationship")) ? &table->relationships : NULL;
}

static void read_line(Table *table, Str line)
{
    assert(table != NULL);
    Str field[FIELDS_MAX] = {0};
    size_t count = 0;
    Str whole = line;
    while (count < FIELDS_MAX && str_split(&line, ',', &field[count])) count++;
    if (line.ptr != NULL) die(table, "too many fields", whole);

    List *list = count == 3 ? list_named(table, field[0]) : NULL;
    if (list != NULL) {
        list_add(table, list, field[1], field[2]);
    } else if (str_eq(field[0], STR("opens")) && count == 4) {
        read_opens(table, field[1], field[2], field[3]);
    } else if (str_eq(field[0], STR("may")) && count == 4) {
        read_may(table, field[1], field[2], field[3]);
    } else if (str_eq(field[0], STR("can")) && count == 3) {
        size_t role = list_find(table, &table->roles, field[1]);
        table->can[role] |= UINT64_C(1) << list_find(table, &table->caps, field[2]);
    } else {
        die(table, "a line is class|role|cap|relationship|opens|may|can and its fields", whole);
    }
}

static Str read_file(const Table *table, Arena *arena)
{
    FILE *file = fopen(table->path, "rb");
    if (file == NULL) die(table, "cannot be read", str_from_c(strerror(errno)));
    char *text = arena_alloc(arena, FILE_BYTES_MAX, 1);
    size_t len = fread(text, 1, FILE_BYTES_MAX, file);
    fclose(file);
    if (len == FILE_BYTES_MAX) die(table, "too large", STR(""));
    return (Str){text, len};
}

static FILE *create(const Table *table, const char *path)
{
    FILE *out = fopen(path, "w");
    if (out == NULL) die(table, "cannot be written", str_from_c(path));
    fprintf(out, "// Generated by tools/accessgen from %s; edit that.\n", table->path);
    return out;
}

static void put_name(FILE *out, const char *prefix, Str key)
{
    fprintf(out, "%s_", prefix);
    for (size_t i = 0; i < key.len; i++) {
        fputc(key.ptr[i] == '_' ? '_' : key.ptr[i] - 'a' + 'A', out);
    }
}

static void put_enum(FILE *out, const List *list, const char *type)
{
    fprintf(out, "\ntypedef enum %s {\n", type);
    for (size_t i = 0; i < list->count; i++) {
        fputs("    ", out);
        put_name(out, list->prefix, list->keys[i]);
        fprintf(out, ", // " STR_FMT "\n", STR_ARG(list->names[i]));
    }
    fprintf(out, "    %s_COUNT\n} %s;\n", list->prefix, type);
}

static void put_words(FILE *out, const List *list, const char *table, const Str *words)
{
    fprintf(out, "\nconst char *const %s_%s[%s_COUNT] = {\n", list->prefix, table, list->prefix);
    for (size_t i = 0; i < list->count; i++) {
        fputs("    [", out);
        put_name(out, list->prefix, list->keys[i]);
        fprintf(out, "] = \"" STR_FMT "\",\n", STR_ARG(words[i]));
    }
    fputs("};\n", out);
}

static void write_header(const Table *table, const char *path)
{
    FILE *out = create(table, path);
    fputs("#ifndef ACCESS_TABLE_H\n#define ACCESS_TABLE_H\n\n#include <stdint.h>\n", out);
    put_enum(out, &table->roles, "Role");
    put_enum(out, &table->classes, "DataClass");
    put_enum(out, &table->caps, "Cap");
    put_enum(out, &table->relationships, "RelationshipKind");
    fputs("\nenum {\n", out);
    for (size_t i = 0; i < COUNT_OF(LETTERS); i++) {
        fprintf(out, "    %s = %u, // %s\n", LETTERS[i].name, LETTERS[i].bit, LETTERS[i].meaning);
    }
    fputs("};\n\ntypedef uint8_t AccessCell; // ACCESS_ bits; 0: refused\n\n"
          "extern const AccessCell ACCESS_MATRIX[ROLE_COUNT][CLASS_COUNT];\n"
          "extern const AccessCell ACCESS_OPENS[RELATIONSHIP_COUNT][CLASS_COUNT];\n"
          "extern const uint64_t ACCESS_CAPS[ROLE_COUNT]; // bit n: Cap n\n\n"
          "// KEYS are the words of the file, for storage and logs; NAMES are for people.\n",
          out);
    const char *prefixes[] = {"ROLE", "CLASS", "CAP", "RELATIONSHIP"};
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        const char *p = prefixes[i];
        fprintf(out, "extern const char *const %s_KEYS[%s_COUNT];\n", p, p);
        fprintf(out, "extern const char *const %s_NAMES[%s_COUNT];\n", p, p);
    }
    fputs("\n#endif\n", out);
    fclose(out);
}

// One matrix: rows of `across` by data class, only the cells that grant something.
static void put_matrix(FILE *out, const Table *table, const char *name, const List *across,
                       const unsigned (*cells)[ITEMS_MAX])
{
    fprintf(out, "\nconst AccessCell %s[%s_COUNT][CLASS_COUNT] = {\n", name, across->prefix);
    for (size_t r = 0; r < across->count; r++) {
        for (size_t c = 0; c < table->classes.count; c++) {
            if (cells[r][c] == 0) continue;
            fputs("    [", out);
            put_name(out, across->prefix, across->keys[r]);
            fputs("][", out);
            put_name(out, "CLASS", table->classes.keys[c]);
            fprintf(out, "] = %u,\n", cells[r][c]);
        }
    }
    fputs("};\n", out);
}

static void write_source(const Table *table, const char *path)
{
    FILE *out = create(table, path);
    fputs("#include \"access_table.h\"\n", out);
    put_matrix(out, table, "ACCESS_MATRIX", &table->roles, table->cells);
    put_matrix(out, table, "ACCESS_OPENS", &table->relationships, table->opens);
    fputs("\nconst uint64_t ACCESS_CAPS[ROLE_COUNT] = {\n", out);
    for (size_t r = 0; r < table->roles.count; r++) {
        fputs("    [", out);
        put_name(out, "ROLE", table->roles.keys[r]);
        fprintf(out, "] = UINT64_C(0x%llx),\n", (unsigned long long)table->can[r]);
    }
    fputs("};\n", out);
    const List *lists[] = {&table->roles, &table->classes, &table->caps, &table->relationships};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        put_words(out, lists[i], "KEYS", lists[i]->keys);
        put_words(out, lists[i], "NAMES", lists[i]->names);
    }
    fclose(out);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: accessgen IN.csv OUT.c OUT.h\n", stderr);
        return 2;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Table *table = ARENA_NEW(arena, Table);
    *table = (Table){.path = argv[1],
                     .roles.prefix = "ROLE",
                     .classes.prefix = "CLASS",
                     .caps.prefix = "CAP",
                     .relationships.prefix = "RELATIONSHIP"};
    List *lists[] = {&table->roles, &table->classes, &table->caps, &table->relationships};
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        list_add(table, lists[i], STR("none"), STR("None"));
    }
    Str rest = read_file(table, arena);
    Str line;
    while (str_split(&rest, '\n', &line)) {
        table->line++;
        line = str_trim(line);
        if (line.len > 0 && line.ptr[0] != '#') read_line(table, line);
    }
    write_source(table, argv[2]);
    write_header(table, argv[3]);
    return 0;
}
