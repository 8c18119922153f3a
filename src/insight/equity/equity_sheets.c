// equity_sheets.c -- see equity_sheets.h.
#include "insight/equity/equity_sheets.h"

#include "base/json.h"
#include "core/figure.h"
#include "insight/cohort/cohort.h"
#include "insight/equity/equity_answers.h"
#include "insight/equity/equity_json.h"
#include "insight/report/report.h"

static EquitySheet sheet_of(Ctx *c, const char *key, size_t rows)
{
    size_t most = rows < EQUITY_SHEET_ROWS_MAX ? rows : EQUITY_SHEET_ROWS_MAX;
    return (EquitySheet){.key = str_from_c(key),
                         .rows = ARENA_ARRAY(c->arena, EquitySheetRow, most + 1),
                         .row_count = most};
}

static Err campaigns(Ctx *c, const EquityCampaigns *counted, EquitySheet *out)
{
    *out = sheet_of(c, EQUITY_CAMPAIGNS, counted->count);
    for (size_t i = 0; i < out->row_count; i++) {
        const CampaignTally *one = &counted->tallies[i];
        EquitySheetRow *row = &out->rows[i];
        Str note = arena_fmt(c->arena, STR_FMT ". " STR_FMT, STR_ARG(one->cohort_name),
                             STR_ARG(one->state));
        *row = (EquitySheetRow){.key = one->ref,
                                .name = one->name,
                                .note = note,
                                .figure_count = CAMPAIGN_TALLY_STATES};
        equity_answers_settle(one->people, equity_reach_beside(counted, one->cohort), row->figures);
    }
    return ERR_OK;
}

// Gaps overlap each other, and cohorts and sets of codes: none and few are not told apart.
static Err gaps(Ctx *c, const EquityCampaigns *unused, EquitySheet *out)
{
    (void)unused;
    ReportGapCount *all = NULL;
    size_t count = 0;
    TRY(report_gap_counts(c, &all, &count));
    *out = sheet_of(c, EQUITY_GAPS, count);
    for (size_t i = 0; i < out->row_count; i++) {
        out->rows[i] = (EquitySheetRow){.key = all[i].key,
                                        .name = all[i].name,
                                        .note = all[i].meaning,
                                        .figure_count = 1,
                                        .figures = {figure_asked(all[i].people)}};
    }
    return ERR_OK;
}

static Err code_sets(Ctx *c, const EquityCampaigns *unused, EquitySheet *out)
{
    (void)unused;
    CLEANUP(cohort_coded_end) CohortCoded coded = {0};
    TRY(cohort_coded_figures(c, &coded));
    *out = sheet_of(c, EQUITY_CODE_SETS, code_sets_count(coded.sets));
    for (size_t i = 0; i < out->row_count; i++) {
        out->rows[i] =
            (EquitySheetRow){.key = arena_str(c->arena, code_set_at(coded.sets, i)->name),
                             .figure_count = 1,
                             .figures = {figure_asked(coded_total(&coded, i).people)}};
    }
    return ERR_OK;
}

Err equity_count_sheets(Ctx *c, const EquityCampaigns *counted, EquitySheetSink *sink, void *arg)
{
    static Err (*const COUNT[EQUITY_SHEETS])(Ctx *, const EquityCampaigns *,
                                             EquitySheet *) = {campaigns, gaps, code_sets};
    for (size_t i = 0; i < EQUITY_SHEETS; i++) {
        EquitySheet sheet;
        TRY(COUNT[i](c, counted, &sheet));
        TRY(sink(arg, &sheet));
    }
    return ERR_OK;
}

Err equity_sheet_body(Arena *arena, const EquitySheet *sheet, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(EQUITY_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "key", sheet->key);
    json_field_arr(&json, "rows");
    for (size_t i = 0; i < sheet->row_count; i++) {
        const EquitySheetRow *row = &sheet->rows[i];
        json_obj_begin(&json);
        json_field_str(&json, "key", row->key);
        json_field_opt(&json, "name", row->name);
        json_field_opt(&json, "note", row->note);
        json_field_arr(&json, "figures");
        for (size_t k = 0; k < row->figure_count; k++) json_put_i64(&json, row->figures[k]);
        json_arr_end(&json);
        json_obj_end(&json);
    }
    json_arr_end(&json);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(arena, buf_str(&buf));
    return ERR_OK;
}

static bool read_row(const Json *node, EquitySheetRow *out)
{
    const Json *figures = json_get(node, "figures");
    *out = (EquitySheetRow){.key = json_str(json_get(node, "key")),
                            .name = json_str(json_get(node, "name")),
                            .note = json_str(json_get(node, "note")),
                            .figure_count = json_count(figures)};
    if (out->key.len == 0 || out->figure_count > EQUITY_SHEET_FIGURES_MAX) return false;
    for (size_t k = 0; k < out->figure_count; k++) {
        if (!json_i64(json_at(figures, k), &out->figures[k])) return false;
        if (out->figures[k] < FIGURE_ASKED_FEW) return false;
    }
    return true;
}

Err equity_sheet_read(Arena *arena, Str body, EquitySheet *out)
{
    JsonErr why;
    const Json *json = json_parse(arena, body, (JsonLimits){.bytes = EQUITY_BODY_BYTES_MAX}, &why);
    const Json *rows = json_get(json, "rows");
    *out = (EquitySheet){.key = json_str(json_get(json, "key")), .row_count = json_count(rows)};
    if (out->key.len == 0 || out->row_count > EQUITY_SHEET_ROWS_MAX) return ERR_FAULT;
    out->rows = ARENA_ARRAY(arena, EquitySheetRow, out->row_count + 1);
    for (size_t i = 0; i < out->row_count; i++) {
        if (!read_row(json_at(rows, i), &out->rows[i])) return ERR_FAULT;
    }
    return ERR_OK;
}

const EquitySheetRow *equity_sheet_row(const EquitySheet *sheet, Str key)
{
    for (size_t i = 0; i < sheet->row_count; i++) {
        if (str_eq(sheet->rows[i].key, key)) return &sheet->rows[i];
    }
    return NULL;
}
