// report_write.c -- the report and its lists as CSV, safe for spreadsheets.
#include "insight/report/report_write.h"

#include "base/csv.h"
#include "core/figure.h"

enum { CSV_BYTES_MAX = 60 * 1024 * 1024 };

static void put_count(Ctx *c, CsvOut *csv, int64_t n, bool exact)
{
    if (exact) {
        csv_put_i64(csv, n);
    } else {
        csv_put_field(csv, figure_text(c->arena, figure_of(n)));
    }
}

// place: of the scope; negative: all practices together.
static void put_row(Ctx *c, CsvOut *csv, const ReportLine *line, const ReportNumber *n, int place,
                    bool exact)
{
    put_count(c, csv, place < 0 ? n->count : n->at[place], exact);
    if (n->has_whole) {
        put_count(c, csv, place < 0 ? n->whole : n->whole_at[place], exact);
    } else {
        csv_put_field(csv, STR(""));
    }
    csv_put_field(csv, line->meaning);
    csv_end_row(csv);
}

static void put_head(Ctx *c, CsvOut *csv, const ReportLine *line, ReportMonth month, Str place)
{
    csv_put_field(csv, month_key(c->arena, month));
    csv_put_field(csv, line->section);
    csv_put_field(csv, line->label);
    csv_put_field(csv, place);
}

static void put_line(Ctx *c, CsvOut *csv, const ReportCsv *what, const ReportLine *line)
{
    const ReportScope *scope = what->from.facts->scope;
    for (size_t i = 0; i < what->from.month_count; i++) {
        const ReportMonth month = what->from.months[i];
        const ReportNumber *n = report_source_number(c, &what->from, line, i);
        if (!n->known) continue;
        put_head(c, csv, line, month, STR("All practices"));
        put_row(c, csv, line, n, -1, what->exact);
        for (size_t p = 0; what->exact && p <= scope->count; p++) {
            bool known = p < scope->count;
            if (!known && n->at[p] + n->whole_at[p] == 0) continue;
            put_head(c, csv, line, month,
                     known ? scope->practices[p].name : STR("Practice not known"));
            put_row(c, csv, line, n, (int)p, what->exact);
        }
    }
}

Err report_monthly_csv(Ctx *c, const ReportCsv *what, Str *out)
{
    static const char *const HEADS[] = {"Month",  "Section", "What is counted", "Practice",
                                        "Number", "Of",      "Meaning"};
    CLEANUP(buf_free) Buf buf = buf_new(CSV_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    csv_put_heads(&csv, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < what->from.facts->line_count; i++) {
        const ReportLine *line = &what->from.facts->lines[i];
        if (report_source_knows(&what->from, line)) put_line(c, &csv, what, line);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

Err report_people_csv(Ctx *c, const ReportPersonRow *rows, size_t count, Str on_label, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(CSV_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    const Str heads[] = {STR("NHS number"), STR("Name"), STR("Date of birth"),
                         STR("Practice"),   on_label,    STR("Note")};
    for (size_t i = 0; i < COUNT_OF(heads); i++) csv_put_field(&csv, heads[i]);
    csv_end_row(&csv);
    for (size_t i = 0; i < count; i++) {
        csv_put_field(&csv, rows[i].nhs);
        csv_put_field(&csv, rows[i].person.name);
        csv_put_field(&csv, date_iso(c->arena, rows[i].person.born));
        csv_put_field(&csv, rows[i].practice);
        csv_put_field(&csv, rows[i].on);
        csv_put_field(&csv, rows[i].note);
        csv_end_row(&csv);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}
