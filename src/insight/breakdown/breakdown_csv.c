// breakdown_csv.c -- the figures as a file for a spreadsheet.
//
// It leaves the program: whoever opted out of uses beyond their own care is not in it, and taking
// it is journalled.
#include "base/csv.h"
#include "insight/breakdown/breakdown_pages.h"
#include "insight/equity/equity.h"

enum { FILE_BYTES_MAX = 4 * 1024 * 1024 };

typedef struct Writing {
    Ctx *c;
    const BreakdownAsk *ask;
    Str who; // whose figures
    CsvOut csv;
    int64_t rows;
} Writing;

static void put_decimal(Writing *w, bool given, double value, int decimals)
{
    csv_put_field(&w->csv, given ? arena_fmt(w->c->arena, "%.*f", decimals, value) : STR(""));
}

static void put_head(Writing *w)
{
    static const char *const HEADS[] = {
        "As at",           "Who",          "Value",        "Unit",     "Latest within",
        "Target",          "By",           "Group",        "And by",   "Second group",
        "People",          "With a value", "Not recorded", "Mean",     "Median",
        "Meet the target", "Do not",       "Share %",      "95% from", "95% to",
    };
    csv_put_heads(&w->csv, HEADS, COUNT_OF(HEADS));
}

static void put_numbers(Writing *w, const GroupValues *v)
{
    bool target = w->ask->values.target != TARGET_NONE;
    int64_t n = target ? v->met : v->valued;
    int64_t of = target ? v->valued : v->people;
    EquityRange range = of > 0 ? equity_share_range(n, of) : (EquityRange){0, 0};
    csv_put_i64(&w->csv, v->people);
    csv_put_i64(&w->csv, v->valued);
    csv_put_i64(&w->csv, v->people - v->valued);
    put_decimal(w, v->valued > 0, v->valued > 0 ? v->sum / (double)v->valued : 0, 2);
    put_decimal(w, v->valued > 0, v->median, 2);
    if (target) {
        csv_put_i64(&w->csv, v->met);
        csv_put_i64(&w->csv, v->valued - v->met);
    } else {
        csv_put_field(&w->csv, STR(""));
        csv_put_field(&w->csv, STR(""));
    }
    put_decimal(w, of > 0, of > 0 ? 100 * (double)n / (double)of : 0, 1);
    put_decimal(w, of > 0, 100 * range.lo, 1);
    put_decimal(w, of > 0, 100 * range.hi, 1);
}

static void put_row(Writing *w, Str first, Str second, const GroupValues *v)
{
    const ValuesAsked *asked = &w->ask->values;
    bool two = asked->by[1] != GROUP_BY_NOTHING;
    if (v->people == 0) return;
    csv_put_field(&w->csv, date_iso(w->c->arena, w->ask->as_at));
    csv_put_field(&w->csv, w->who);
    csv_put_field(&w->csv, asked->measure->label);
    csv_put_field(&w->csv, breakdown_unit(w->ask));
    csv_put_field(&w->csv, asked->months == 0 ? STR("ever")
                                              : arena_fmt(w->c->arena, "%d months", asked->months));
    csv_put_field(&w->csv, breakdown_target_words(w->c->arena, w->ask));
    csv_put_field(&w->csv, w->ask->by[0]->label);
    csv_put_field(&w->csv, first);
    csv_put_field(&w->csv, two ? w->ask->by[1]->label : STR(""));
    csv_put_field(&w->csv, second);
    put_numbers(w, v);
    csv_end_row(&w->csv);
    w->rows++;
}

static void put_table(Writing *w, const ValuesTable *table)
{
    const PeopleGroups *second = &table->by[1];
    bool two = second->by != GROUP_BY_NOTHING;
    Str all = STR("All");
    put_row(w, all, two ? all : STR(""), &table->all);
    for (size_t i = 0; i < table->by[0].count; i++) {
        Str first = table->by[0].groups[i].label;
        put_row(w, first, two ? all : STR(""), &table->firsts[i]);
        for (size_t k = 0; two && k < second->count; k++) {
            put_row(w, first, second->groups[k].label, &table->cells[i * second->count + k]);
        }
    }
}

static void put_notes(Writing *w, const ValuesTable *table)
{
    csv_put_field(&w->csv, arena_fmt(w->c->arena,
                                     "Not in these figures: people who object to sharing for "
                                     "direct care (%lld).",
                                     (long long)table->objected));
    csv_end_row(&w->csv);
    csv_put_field(&w->csv,
                  arena_fmt(w->c->arena,
                            "Not in these figures: people who opted out of uses of their record "
                            "beyond their own care (%lld).",
                            (long long)table->left_out));
    csv_end_row(&w->csv);
    csv_put_field(&w->csv, STR("Small numbers can tell about one person: share this file only with "
                               "those who may see these people."));
    csv_end_row(&w->csv);
    Str by = area_years_words(w->c->arena, table->area_oldest, table->area_newest);
    if (by.len == 0) return;
    csv_put_field(&w->csv, arena_fmt(w->c->arena, "Deprivation: " STR_FMT ".", STR_ARG(by)));
    csv_end_row(&w->csv);
}

Err breakdown_export(Ctx *c, const BreakdownAsk *ask, const CohortRun *run, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(FILE_BYTES_MAX);
    Writing w = {.c = c, .ask = ask, .who = ask->definition->name, .csv = csv_out(&buf)};
    ValuesAsked asked = ask->values;
    ValuesTable table;
    asked.leave_out = true;
    TRY(cohort_values(c, run, &asked, &table));
    put_head(&w);
    put_table(&w, &table);
    put_notes(&w, &table);
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&buf));
    Str list = arena_fmt(c->arena, "/breakdown/figures.csv?" STR_FMT, STR_ARG(ask->query));
    return journal_export(c, STR("breakdown"), list, (size_t)w.rows);
}
