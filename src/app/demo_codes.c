// demo_codes.c -- the tables of assets/demo, taken in by the assembler and read once.
#include "app/demo_codes.h"

// NOLINTBEGIN(bugprone-macro-parentheses): names and strings are pasted, not values.
#define EMBED(symbol, path)                                                                        \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #symbol "\n" #symbol ":\n"                                                  \
            ".incbin \"" path "\"\n"                                                               \
            ".global " #symbol "_end\n" #symbol "_end:\n"                                          \
            ".byte 0\n"                                                                            \
            ".previous\n");                                                                        \
    extern const char symbol[];                                                                    \
    extern const char symbol##_end[];

#define EMBEDDED(symbol) ((Str){(symbol), (size_t)((symbol##_end) - (symbol))})
// NOLINTEND(bugprone-macro-parentheses)

EMBED(demo_data_conditions, "assets/demo/conditions.tsv")
EMBED(demo_data_medicines, "assets/demo/medicines.tsv")
EMBED(demo_data_codes, "assets/demo/codes.tsv")

enum { FIELDS_MAX = 9 };

_Noreturn static void broken(const char *what, Str key)
{
    fprintf(stderr, "The demonstration's tables are broken: %s " STR_FMT ".\n", what, STR_ARG(key));
    abort();
}

// False at the end. The first line of a file names its columns.
static bool next_row(Str *rest, Str *fields, size_t count)
{
    Str line;
    if (!str_split(rest, '\n', &line) || line.len == 0) return false;
    for (size_t i = 0; i < count; i++) {
        fields[i] = STR("");
        (void)str_split(&line, '\t', &fields[i]);
    }
    return true;
}

static int number(Str text)
{
    int64_t value = 0;
    if (!str_i64(text, 0, 100000, &value)) broken("no number:", text);
    return (int)value;
}

static void read_codes(DemoCodes *out)
{
    Str f[FIELDS_MAX];
    Str rest = EMBEDDED(demo_data_codes);
    (void)next_row(&rest, f, 4);
    while (next_row(&rest, f, 4)) {
        if (out->code_count == DEMO_CODES_MAX) broken("too many codes:", f[0]);
        out->codes[out->code_count++] = (DemoCode){f[0], f[1], f[2], f[3], 0};
    }
}

static void read_medicines(DemoCodes *out)
{
    Str f[FIELDS_MAX];
    Str rest = EMBEDDED(demo_data_medicines);
    (void)next_row(&rest, f, 3);
    while (next_row(&rest, f, 3)) {
        if (out->medicine_count == DEMO_MEDICINES_MAX) broken("too many medicines:", f[0]);
        out->medicines[out->medicine_count++] =
            (DemoMedicine){{f[0], STR("local"), f[0], f[1], 0}, number(f[2]) / 100.0};
    }
}

static int medicine_of(const DemoCodes *codes, Str key)
{
    for (int i = 0; i < codes->medicine_count; i++) {
        if (str_eq(codes->medicines[i].code.key, key)) return i;
    }
    broken("no medicine", key);
}

static void read_conditions(DemoCodes *out)
{
    Str f[FIELDS_MAX];
    Str rest = EMBEDDED(demo_data_conditions);
    (void)next_row(&rest, f, FIELDS_MAX);
    while (next_row(&rest, f, FIELDS_MAX)) {
        if (out->condition_count == DEMO_CONDITIONS_MAX) broken("too many conditions:", f[0]);
        DemoCondition *to = &out->conditions[out->condition_count++];
        *to = (DemoCondition){.code = {f[0], f[1], f[2], f[3], 0},
                              .female = number(f[5]) / 100.0,
                              .burden = number(f[6]) / 100.0,
                              .deficit = number(f[7]) != 0};
        Str part;
        for (int band = 0; band < DEMO_AGE_BANDS; band++) {
            if (!str_split(&f[4], ' ', &part)) broken("too few chances:", f[0]);
            to->chance[band] = number(part) / 1000.0;
        }
        while (f[8].len > 0 && str_split(&f[8], ' ', &part)) {
            if (to->medicine_count == DEMO_MEDICINES_OF_MAX) broken("too many medicines:", f[0]);
            to->medicines[to->medicine_count++] = medicine_of(out, part);
        }
    }
}

DemoCodes *demo_codes(Arena *arena)
{
    DemoCodes *out = ARENA_NEW(arena, DemoCodes);
    read_codes(out);
    read_medicines(out);
    read_conditions(out);
    return out;
}

int demo_condition(const DemoCodes *codes, Str key)
{
    for (int i = 0; i < codes->condition_count; i++) {
        if (str_eq(codes->conditions[i].code.key, key)) return i;
    }
    return -1;
}

const DemoCode *demo_code(const DemoCodes *codes, const char *key)
{
    for (int i = 0; i < codes->code_count; i++) {
        if (str_eq(codes->codes[i].key, str_from_c(key))) return &codes->codes[i];
    }
    broken("no code", str_from_c(key));
}
