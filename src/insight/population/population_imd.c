// population_imd.c -- a release of the Indices of Deprivation: the decile of every small area.
#include "core/html.h"
#include "insight/population/population.h"
#include "insight/population/population_table.h"

#include <fcntl.h>
#include <unistd.h>

enum { LINES_REFUSED_MAX = 40, HEADER_ROWS_MAX = 20 };

// As the English files name them; of the seven domains none is taken, the whole index only.
static const char LSOA_NAMES[] = "lsoa code (2011)|lsoa code (2021)|lsoa code|lsoa|lsoa11cd|"
                                 "lsoa21cd";
static const char DECILE_START[] = "index of multiple deprivation (imd) decile";

typedef struct Imd {
    Ctx *c;
    Arena *scratch;
    Area *areas;
    int64_t *lines; // of each area
    size_t count;
    int lsoa_at, decile_at; // columns; -1: not there
    size_t columns;
    size_t refused;
} Imd;

static bool is_one_of(Str name, const char *names)
{
    Str rest = str_from_c(names);
    Str one = {0};
    while (str_split(&rest, '|', &one)) {
        if (str_eq_ascii_fold(one, name)) return true;
    }
    return false;
}

// "... Decile (where 1 is most deprived 10% of LSOAs)", or without what stands in brackets.
static bool is_decile(Str name)
{
    Str start = str_from_c(DECILE_START);
    if (name.len < start.len) return false;
    return str_eq_ascii_fold(str_slice(name, 0, start.len), start);
}

static bool read_header(Imd *m, const TableRow *row)
{
    m->lsoa_at = m->decile_at = -1;
    m->columns = row->count;
    for (size_t i = 0; i < row->count; i++) {
        if (m->lsoa_at < 0 && is_one_of(row->cells[i], LSOA_NAMES)) m->lsoa_at = (int)i;
        if (m->decile_at < 0 && is_decile(row->cells[i])) m->decile_at = (int)i;
    }
    return m->lsoa_at >= 0 && m->decile_at >= 0;
}

static void refuse(Imd *m, int64_t line, const char *why)
{
    if (m->refused++ >= LINES_REFUSED_MAX) return;
    (void)ctx_issue(m->c, STR("file"),
                    arena_fmt(m->c->arena, "Line %lld: %s", (long long)line, why));
}

static Err take_row(Imd *m, const TableRow *row)
{
    Area area = {.decile = 0};
    int64_t decile = 0;
    if (row->damaged || row->count != m->columns) {
        refuse(m, row->line, "It has more or fewer columns than the first row.");
    } else if (!area_code(row->cells[m->lsoa_at], area.lsoa)) {
        refuse(m, row->line, "The LSOA is no code such as E01000001.");
    } else if (!str_i64(row->cells[m->decile_at], 1, DECILES, &decile)) {
        refuse(m, row->line, "The decile is no number from 1 to 10.");
    } else if (m->count == AREAS_MAX) {
        return ctx_issue(m->c, STR("file"), STR("The file has too many areas."));
    } else {
        area.decile = (uint8_t)decile;
        m->lines[m->count] = row->line;
        m->areas[m->count++] = area;
    }
    return ERR_OK;
}

typedef struct Placed {
    Str lsoa;
    int64_t line;
} Placed;

static int placed_cmp(const void *a_, const void *b_)
{
    const Placed *a = a_;
    const Placed *b = b_;
    int by_area = memcmp(a->lsoa.ptr, b->lsoa.ptr, LSOA_BYTES);
    return by_area != 0 ? by_area : a->line < b->line ? -1 : a->line > b->line;
}

// Two deciles of one area: it cannot be told which holds.
static void refuse_twice(Imd *m)
{
    Placed *all = ARENA_ARRAY(m->scratch, Placed, m->count + 1);
    for (size_t i = 0; i < m->count; i++) {
        all[i] = (Placed){{m->areas[i].lsoa, LSOA_BYTES}, m->lines[i]};
    }
    if (m->count > 1) qsort(all, m->count, sizeof *all, placed_cmp);
    for (size_t i = 1; i < m->count; i++) {
        if (str_eq(all[i].lsoa, all[i - 1].lsoa)) {
            refuse(m, all[i].line, "The area stands in the file twice.");
        }
    }
}

static Err read_rows(Imd *m, Table *table)
{
    TableRow row;
    TableStep step = TABLE_END;
    bool headed = false;
    int before = 0;
    while ((step = table_next(table, &row)) == TABLE_ROW) {
        if (row.blank) continue;
        if (headed) {
            TRY(take_row(m, &row));
        } else {
            headed = read_header(m, &row);
            if (!headed && ++before == HEADER_ROWS_MAX) break;
        }
    }
    if (step == TABLE_FAULT) {
        return ctx_issue(m->c, STR("file"), arena_str(m->c->arena, table_fault(table)));
    }
    if (headed) return ERR_OK;
    return ctx_issue(m->c, STR("file"),
                     STR("No row names the columns \"LSOA code (2021)\" (or 2011) and \"Index of "
                         "Multiple Deprivation (IMD) Decile\"."));
}

static Err read_file(Imd *m, Table *table)
{
    TRY(read_rows(m, table));
    refuse_twice(m);
    if (m->refused > LINES_REFUSED_MAX) {
        (void)ctx_issue(
            m->c, STR("file"),
            arena_fmt(m->c->arena, "And " STR_FMT " more.",
                      STR_ARG(html_count_of(m->c->arena, (int64_t)(m->refused - LINES_REFUSED_MAX),
                                            "line", "lines"))));
    }
    if (m->refused > 0) return ERR_INVALID;
    return m->count > 0 ? ERR_OK : ctx_issue(m->c, STR("file"), STR("The file holds no areas."));
}

static Err import_open(Ctx *c, int fd, int year, bool dry_run, ImdLoaded *out)
{
    SourceHash hash = {0};
    Str why = STR("");
    if (year < AREA_YEAR_MIN || year > AREA_YEAR_MAX) {
        return ctx_issue(c, STR("release"), STR("The release is a year such as 2025."));
    }
    Err err = source_sha256(c->arena, fd, &hash, &why);
    if (err == ERR_INVALID) return ctx_issue(c, STR("file"), why);
    TRY(err);
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0 || lseek(own, 0, SEEK_SET) != 0) return ERR_FAULT;
    CLEANUP(table_close) Table *table = table_open(own);
    table_expect(table, hash.bytes);
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Imd m = {.c = c, .scratch = scratch};
    m.areas = ARENA_ARRAY(scratch, Area, AREAS_MAX);
    m.lines = ARENA_ARRAY(scratch, int64_t, AREAS_MAX);
    TRY(read_file(&m, table));
    if (!dry_run) TRY(area_release_load(c, year, m.areas, m.count, &out->people));
    out->areas = (int64_t)m.count;
    return ERR_OK;
}

Err import_imd(Ctx *c, int fd, int year, bool dry_run, ImdLoaded *out)
{
    *out = (ImdLoaded){0};
    Err err = import_open(c, fd, year, dry_run, out);
    (void)close(fd);
    return err;
}
