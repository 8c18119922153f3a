// report_lines.c -- reads the table of lines.
#include "insight/report/report_lines.h"

#include "base/embed.h"
#include "base/tsv.h"

EMBED(report_data_monthly, "assets/reports/monthly.tsv")

enum {
    COLUMN_KEY,
    COLUMN_SECTION,
    COLUMN_KIND,
    COLUMN_SET,
    COLUMN_MONTHS,
    COLUMN_LABEL,
    COLUMN_MEANING,
    COLUMN_REFSET,
    COLUMNS
};

static const char *const KINDS[LINE_KINDS] = {
    [LINE_OFFERED] = "offered",
    [LINE_ACCEPTED] = "accepted",
    [LINE_DECLINED] = "declined",
    [LINE_UNANSWERED] = "unanswered",
    [LINE_SPOKEN_SOON] = "spoken-soon",
    [LINE_ACTIVE] = "active",
    [LINE_CLOSED] = "closed",
    [LINE_CONTACTS] = "contacts",
    [LINE_SPOKEN] = "spoken",
    [LINE_PLAN_MONTH] = "plan-month",
    [LINE_PLAN_ACTIVE] = "plan-active",
    [LINE_PLAN_CLOSED] = "plan-closed",
    [LINE_NO_PLAN_ACTIVE] = "no-plan-active",
    [LINE_CODE_MONTH] = "code-month",
    [LINE_CODE_ACTIVE] = "code-active",
    [LINE_CODE_CLOSED] = "code-closed",
    [LINE_NO_CODE_ACTIVE] = "no-code-active",
    [LINE_NO_CODE_CLOSED] = "no-code-closed",
};

static bool kind_of(Str word, LineKind *out)
{
    for (int i = 0; i < LINE_KINDS; i++) {
        if (!str_eq(word, str_from_c(KINDS[i]))) continue;
        *out = (LineKind)i;
        return true;
    }
    return false;
}

static Str or_none(Str text)
{
    return str_eq(text, STR("-")) ? STR("") : text;
}

static Err wrong(Arena *arena, int64_t line, const char *what, Str *why_out)
{
    *why_out = arena_fmt(arena, "monthly.tsv line %lld: %s", (long long)line, what);
    return ERR_INVALID;
}

static Err read_line(Arena *arena, const Tsv *table, ReportLine *out, Str *why_out)
{
    const Str *f = table->fields;
    int64_t months = 0;
    *out = (ReportLine){.key = f[COLUMN_KEY],
                        .section = f[COLUMN_SECTION],
                        .set = or_none(f[COLUMN_SET]),
                        .label = f[COLUMN_LABEL],
                        .meaning = f[COLUMN_MEANING],
                        .refset = or_none(f[COLUMN_REFSET])};
    if (!kind_of(f[COLUMN_KIND], &out->kind)) {
        return wrong(arena, table->line, "no such kind", why_out);
    }
    if (!str_i64(f[COLUMN_MONTHS], 0, REPORT_MONTHS_BACK_MAX, &months)) {
        return wrong(arena, table->line, "months are a number from 0 to 60", why_out);
    }
    out->months = (int)months;
    if (out->kind >= LINE_CODE_MONTH && out->set.len == 0) {
        return wrong(arena, table->line, "this kind asks for a set of codes", why_out);
    }
    return ERR_OK;
}

Err report_lines_from(Arena *arena, Str text, ReportLine **out, size_t *count_out, Str *why_out)
{
    ReportLine *lines = ARENA_ARRAY(arena, ReportLine, REPORT_LINES_MAX);
    size_t count = 0;
    Tsv table = tsv_open(text, COLUMNS);
    while (tsv_next(&table)) {
        if (count == REPORT_LINES_MAX) return wrong(arena, table.line, "too many lines", why_out);
        if (report_line_of(lines, count, table.fields[COLUMN_KEY]) != NULL) {
            return wrong(arena, table.line, "a second line with this key", why_out);
        }
        TRY(read_line(arena, &table, &lines[count++], why_out));
    }
    if (table.err != ERR_OK) {
        *why_out = tsv_wrong(arena, &table, "monthly.tsv");
        return table.err;
    }
    *out = lines;
    *count_out = count;
    return ERR_OK;
}

Err report_lines(Arena *arena, ReportLine **out, size_t *count_out, Str *why_out)
{
    return report_lines_from(arena, EMBEDDED(report_data_monthly), out, count_out, why_out);
}

const ReportLine *report_line_of(const ReportLine *lines, size_t count, Str key)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(lines[i].key, key)) return &lines[i];
    }
    return NULL;
}

bool line_has_whole(const ReportLine *line)
{
    switch (line->kind) {
    case LINE_SPOKEN_SOON:
    case LINE_PLAN_ACTIVE:
    case LINE_PLAN_CLOSED:
    case LINE_NO_PLAN_ACTIVE:
    case LINE_CODE_ACTIVE:
    case LINE_CODE_CLOSED:
    case LINE_NO_CODE_ACTIVE:
    case LINE_NO_CODE_CLOSED: return true;
    default: return false;
    }
}
