// demo_codes.c -- the tables of assets/demo, taken in by the assembler and read once.
#include "app/demo_codes.h"

#include "base/embed.h"
#include "base/tsv.h"

EMBED(demo_data_conditions, "assets/demo/conditions.tsv")
EMBED(demo_data_medicines, "assets/demo/medicines.tsv")
EMBED(demo_data_codes, "assets/demo/codes.tsv")

_Noreturn static void broken(const char *what, Str key)
{
    fprintf(stderr, "The demonstration's tables are broken: %s " STR_FMT ".\n", what, STR_ARG(key));
    abort();
}

static void whole(const Tsv *table)
{
    if (table->err != ERR_OK) broken("too few or too many fields after", table->fields[0]);
}

static int number(Str text)
{
    int64_t value = 0;
    if (!str_i64(text, 0, 100000, &value)) broken("no number:", text);
    return (int)value;
}

static void read_codes(DemoCodes *out)
{
    Tsv table = tsv_open(EMBEDDED(demo_data_codes), 4);
    const Str *f = table.fields;
    while (tsv_next(&table)) {
        if (out->code_count == DEMO_CODES_MAX) broken("too many codes:", f[0]);
        out->codes[out->code_count++] = (DemoCode){f[0], f[1], f[2], f[3], 0};
    }
    whole(&table);
}

static void read_medicines(DemoCodes *out)
{
    Tsv table = tsv_open(EMBEDDED(demo_data_medicines), 3);
    const Str *f = table.fields;
    while (tsv_next(&table)) {
        if (out->medicine_count == DEMO_MEDICINES_MAX) broken("too many medicines:", f[0]);
        out->medicines[out->medicine_count++] =
            (DemoMedicine){{f[0], STR("local"), f[0], f[1], 0}, number(f[2]) / 100.0};
    }
    whole(&table);
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
    Tsv table = tsv_open(EMBEDDED(demo_data_conditions), 8);
    Str *f = table.fields;
    while (tsv_next(&table)) {
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
    whole(&table);
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
