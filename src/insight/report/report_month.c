// report_month.c -- months as they were reported. Statements: report.sql.
#include "insight/report/report_month.h"

#include "base/json.h"
#include "report_sql.h"

const Seal REPORT_MONTH_SEAL = {"report-month", "report_month", {REPORT_SEALED_STATEMENT}};

// --- keeping ---

typedef struct Keep {
    ReportMonth month;
    Date data_on;
    Str ref, body;
} Keep;

static void put_places(JsonOut *json, const ReportScope *scope, const ReportNumber *n)
{
    json_field_arr(json, "at");
    for (size_t p = 0; p <= scope->count; p++) {
        bool known = p < scope->count;
        if (!known && n->at[p] + n->whole_at[p] == 0) continue;
        json_obj_begin(json);
        json_field_str(json, "practice", known ? scope->practices[p].ref : STR(""));
        json_field_str(json, "name", known ? scope->practices[p].name : STR("Practice not known"));
        json_field_i64(json, "count", n->at[p]);
        if (n->has_whole) json_field_i64(json, "of", n->whole_at[p]);
        json_obj_end(json);
    }
    json_arr_end(json);
}

static void put_line(Ctx *c, JsonOut *json, const ReportFacts *facts, const ReportLine *line,
                     ReportMonth month)
{
    const ReportNumber *n = report_number(c, facts, line, month, WITHOUT_ENTRIES);
    json_obj_begin(json);
    json_field_str(json, "key", line->key);
    json_field_str(json, "section", line->section);
    json_field_str(json, "label", line->label);
    json_field_str(json, "meaning", line->meaning);
    json_field_bool(json, "known", n->known);
    json_field_bool(json, "hasWhole", n->has_whole);
    if (n->known) {
        json_field_i64(json, "count", n->count);
        if (n->has_whole) json_field_i64(json, "of", n->whole);
        put_places(json, facts->scope, n);
    }
    json_obj_end(json);
}

static Date oldest_extract(const ReportScope *scope)
{
    Date oldest = DATE_NONE;
    for (size_t i = 0; i < scope->count; i++) {
        Date on = scope->practices[i].extract_on;
        if (date_is_none(on)) continue;
        if (date_is_none(oldest) || date_cmp(on, oldest) < 0) oldest = on;
    }
    return oldest;
}

static Err count_month(Ctx *c, Keep *keep)
{
    ReportLine *lines = NULL;
    size_t count = 0;
    Str why = STR("");
    ReportFacts *facts = ARENA_NEW(c->arena, ReportFacts);
    TRY(report_lines(c->arena, &lines, &count, &why));
    TRY(report_facts(c, lines, count, keep->month, keep->month, facts));
    if (!facts->scope->all) return ERR_NOT_FOUND; // what is reported is the whole network's
    keep->data_on = oldest_extract(facts->scope);
    CLEANUP(buf_free) Buf buf = buf_new(REPORTED_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("report-month"));
    json_field_str(&json, "id", keep->ref);
    json_field_str(&json, "month", month_key(c->arena, keep->month));
    json_field_opt(&json, "dataOn", date_iso(c->arena, keep->data_on));
    json_field_str(&json, "by", c->actor.name);
    json_field_arr(&json, "lines");
    for (size_t i = 0; i < count; i++) put_line(c, &json, facts, &lines[i], keep->month);
    json_arr_end(&json);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    keep->body = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

static Err keep_change(Ctx *c, void *arg)
{
    const Keep *keep = arg;
    TRY(db_exec(c->db, SQL_REPORT_ADD_MONTH,
                ARGS(TEXT(keep->ref), DAY(keep->month.first), DAY(keep->data_on),
                     I64(c->actor.account_id), TEXT(c->actor.name), AT(c->now), TEXT(keep->body)),
                NULL));
    return journal_append(c, &(JournalEntry){.kind = STR("report-month"),
                                             .id = keep->ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = keep->body,
                                             .seal = &REPORT_MONTH_SEAL});
}

static Err kept_already(Ctx *c)
{
    return ctx_issue(c, STR("month"),
                     STR("This month is kept already. What was reported stays as it was; what has "
                         "changed since stands beside it."));
}

static Err is_kept(Ctx *c, ReportMonth month, bool *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_REPORT_MONTH, ARGS(DAY(month.first)));
    *out = rows_next(&rows);
    return rows.err;
}

bool report_month_may_keep(const Ctx *c)
{
    return c->actor.account_id == 0 ||
           (ctx_can(c, CAP_REPORT_KEEP) && access_may(c, CLASS_STATISTICS, MODE_WRITE));
}

Err report_month_keep(Ctx *c, ReportMonth month)
{
    if (!report_month_may_keep(c)) return ERR_NOT_FOUND;
    if (date_cmp(month.last, c->today) >= 0) {
        return ctx_issue(c, STR("month"), STR("Choose a month that is over."));
    }
    bool kept = false;
    TRY(is_kept(c, month, &kept));
    if (kept) return kept_already(c);
    Keep keep = {.month = month, .ref = ref_new(c)};
    TRY(count_month(c, &keep));
    Err err = ctx_change(c, keep_change, &keep);
    return err == ERR_CONFLICT ? kept_already(c) : err; // a colleague was quicker
}

// --- reading ---

Err report_months_kept(Ctx *c, ReportedMonth **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_REPORT_MONTHS, ARGS(I64(REPORTED_MAX)));
    ReportedMonth *list = ARENA_ARRAY(c->arena, ReportedMonth, REPORTED_MAX);
    size_t count = 0;
    while (count < REPORTED_MAX && rows_next(&rows)) {
        list[count++] = (ReportedMonth){.ref = row_str(c->arena, &rows, REPORT_MONTHS_REF),
                                        .month = month_of(row_date(&rows, REPORT_MONTHS_MONTH)),
                                        .data_on = row_date(&rows, REPORT_MONTHS_DATA_ON),
                                        .at = row_at(&rows, REPORT_MONTHS_AT),
                                        .by = row_str(c->arena, &rows, REPORT_MONTHS_ACCOUNT_NAME)};
    }
    *out = list;
    *count_out = count;
    return rows.err;
}

static bool holds(const ReportScope *scope, Str practice)
{
    if (scope->all) return true;
    for (size_t i = 0; i < scope->count; i++) {
        if (practice.len > 0 && str_eq(scope->practices[i].ref, practice)) return true;
    }
    return false;
}

static bool read_places(const Json *places, const ReportScope *scope, ReportedLine *out)
{
    for (size_t i = 0; i < json_count(places); i++) {
        const Json *place = json_at(places, i);
        int64_t count = 0;
        int64_t whole = 0;
        if (!json_i64(json_get(place, "count"), &count)) return false;
        if (out->has_whole && !json_i64(json_get(place, "of"), &whole)) return false;
        if (!holds(scope, json_str(json_get(place, "practice")))) continue;
        out->count += count;
        out->whole += whole;
    }
    return true;
}

static bool read_line(const Json *node, const ReportScope *scope, ReportedLine *out)
{
    *out = (ReportedLine){.key = json_str(json_get(node, "key")),
                          .section = json_str(json_get(node, "section")),
                          .label = json_str(json_get(node, "label")),
                          .meaning = json_str(json_get(node, "meaning"))};
    if (!json_bool(json_get(node, "known"), &out->known)) return false;
    if (!json_bool(json_get(node, "hasWhole"), &out->has_whole)) return false;
    return !out->known || read_places(json_get(node, "at"), scope, out);
}

static Err read_body(Ctx *c, Str body, const ReportScope *scope, ReportedMonth *out)
{
    JsonErr why;
    JsonLimits limits = {.bytes = REPORTED_BODY_BYTES_MAX};
    const Json *lines = json_get(json_parse(c->arena, body, limits, &why), "lines");
    out->line_count = json_count(lines);
    if (out->line_count == 0 || out->line_count > REPORT_LINES_MAX) return ERR_FAULT;
    out->lines = ARENA_ARRAY(c->arena, ReportedLine, out->line_count);
    for (size_t i = 0; i < out->line_count; i++) {
        if (!read_line(json_at(lines, i), scope, &out->lines[i])) return ERR_FAULT;
    }
    return ERR_OK;
}

Err report_month_kept(Ctx *c, ReportMonth month, const ReportScope *scope, ReportedMonth *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_REPORT_MONTH, ARGS(DAY(month.first)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = (ReportedMonth){.ref = row_str(c->arena, &rows, REPORT_MONTH_REF),
                           .month = month,
                           .data_on = row_date(&rows, REPORT_MONTH_DATA_ON),
                           .at = row_at(&rows, REPORT_MONTH_AT),
                           .by = row_str(c->arena, &rows, REPORT_MONTH_ACCOUNT_NAME)};
    return read_body(c, row_str(c->arena, &rows, REPORT_MONTH_BODY), scope, out);
}
