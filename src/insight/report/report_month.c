// report_month.c -- months as they were reported. Statements: report.sql.
#include "insight/report/report_month.h"

#include "base/json.h"
#include "report_sql.h"

const Seal REPORT_MONTH_SEAL = {"report-month", "report_month", {REPORT_SEALED_STATEMENT}};

// ---- keeping

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

static void put_impact(Ctx *c, JsonOut *json, const Impact *impact)
{
    ImpactSummary *sum = ARENA_NEW(c->arena, ImpactSummary);
    report_impact_sum(impact, sum);
    json_field_obj(json, "impact");
    json_field_str(json, "from", date_iso(c->arena, sum->from));
    json_field_str(json, "until", date_iso(c->arena, sum->until));
    json_field_i64(json, "people", sum->people);
    json_field_arr(json, "lines");
    for (size_t i = 0; i < sum->line_count; i++) {
        const ImpactCounts *n = &sum->counts[i];
        json_obj_begin(json);
        json_field_str(json, "key", sum->lines[i].key);
        json_field_str(json, "set", sum->lines[i].set);
        json_field_str(json, "label", sum->lines[i].label);
        json_field_str(json, "meaning", sum->lines[i].meaning);
        json_field_bool(json, "known", sum->lines[i].known);
        json_field_i64(json, "before", n->before);
        json_field_i64(json, "after", n->after);
        json_field_i64(json, "hadBefore", n->had_before);
        json_field_i64(json, "hadAfter", n->had_after);
        json_field_i64(json, "fewer", n->fewer);
        json_field_i64(json, "more", n->more);
        json_obj_end(json);
    }
    json_arr_end(json);
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
    Impact *impact = ARENA_NEW(c->arena, Impact);
    TRY(report_lines(c->arena, &lines, &count, &why));
    TRY(report_facts(c, lines, count, keep->month, keep->month, facts));
    if (!facts->scope->all) return ERR_NOT_FOUND; // what is reported is the whole network's
    TRY(report_impact(c, keep->month, impact));
    keep->data_on = oldest_extract(facts->scope);
    CLEANUP(buf_free) Buf buf = buf_new(REPORTED_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("report-month"));
    json_field_str(&json, "id", keep->ref);
    json_field_str(&json, "month", month_key(c->arena, keep->month));
    json_field_opt(&json, "dataOn", date_iso(c->arena, keep->data_on));
    json_field_str(&json, "by", c->actor.name);
    json_field_i64(&json, "optedOut", (int64_t)facts->scope->opted_out_count);
    json_field_arr(&json, "lines");
    for (size_t i = 0; i < count; i++) put_line(c, &json, facts, &lines[i], keep->month);
    json_arr_end(&json);
    put_impact(c, &json, impact);
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

// ---- reading

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

// The place of the scope that a practice's numbers belong to; past the last one: not known (any
// more), for who sees the whole network. False: not for the actor. Months were kept in the scope's
// order: `next` is where it most likely stands.
static bool place_of(const ReportScope *scope, Str practice, size_t next, size_t *out)
{
    for (size_t i = 0; i < scope->count && practice.len > 0; i++) {
        *out = (next + i) % scope->count;
        if (str_eq(scope->practices[*out].ref, practice)) return true;
    }
    *out = scope->count;
    return scope->all;
}

static bool read_places(const Json *places, const ReportScope *scope, ReportNumber *out)
{
    size_t next = 0;
    for (size_t i = 0; i < json_count(places); i++) {
        const Json *place = json_at(places, i);
        int64_t count = 0;
        int64_t whole = 0;
        size_t at = 0;
        if (!json_i64(json_get(place, "count"), &count)) return false;
        if (out->has_whole && !json_i64(json_get(place, "of"), &whole)) return false;
        if (!place_of(scope, json_str(json_get(place, "practice")), next, &at)) continue;
        next = at + 1;
        out->at[at] += count;
        out->whole_at[at] += whole;
        out->count += count;
        out->whole += whole;
    }
    return true;
}

static bool read_line(Ctx *c, const Json *node, const ReportScope *scope, ReportedLine *out)
{
    ReportNumber *n = report_number_new(c->arena, scope);
    if (!json_bool(json_get(node, "known"), &n->known)) return false;
    if (!json_bool(json_get(node, "hasWhole"), &n->has_whole)) return false;
    if (n->known && !read_places(json_get(node, "at"), scope, n)) return false;
    *out = (ReportedLine){.key = json_str(json_get(node, "key")),
                          .section = json_str(json_get(node, "section")),
                          .label = json_str(json_get(node, "label")),
                          .meaning = json_str(json_get(node, "meaning")),
                          .known = n->known,
                          .has_whole = n->has_whole,
                          .count = n->count,
                          .whole = n->whole,
                          .number = n};
    return true;
}

static bool read_impact_line(const Json *node, ImpactLine *out, ImpactCounts *n)
{
    *out = (ImpactLine){.key = json_str(json_get(node, "key")),
                        .set = json_str(json_get(node, "set")),
                        .label = json_str(json_get(node, "label")),
                        .meaning = json_str(json_get(node, "meaning"))};
    return json_bool(json_get(node, "known"), &out->known) &&
           json_i64(json_get(node, "before"), &n->before) &&
           json_i64(json_get(node, "after"), &n->after) &&
           json_i64(json_get(node, "hadBefore"), &n->had_before) &&
           json_i64(json_get(node, "hadAfter"), &n->had_after) &&
           json_i64(json_get(node, "fewer"), &n->fewer) &&
           json_i64(json_get(node, "more"), &n->more);
}

// Months that were kept before this was known of have none of it.
static Err read_impact(Ctx *c, const Json *node, ReportedMonth *out)
{
    ImpactSummary *sum = ARENA_NEW(c->arena, ImpactSummary);
    const Json *lines = json_get(node, "lines");
    if (json_kind(node) != JSON_OBJECT) return ERR_OK;
    sum->line_count = json_count(lines);
    sum->opted_out = out->opted_out;
    if (sum->line_count > IMPACT_LINES_MAX) return ERR_FAULT;
    bool ok = date_parse_iso(json_str(json_get(node, "from")), &sum->from) &&
              date_parse_iso(json_str(json_get(node, "until")), &sum->until) &&
              json_i64(json_get(node, "people"), &sum->people);
    for (size_t i = 0; ok && i < sum->line_count; i++) {
        ok = read_impact_line(json_at(lines, i), &sum->lines[i], &sum->counts[i]);
    }
    out->impact = sum;
    return ok ? ERR_OK : ERR_FAULT;
}

static Err read_body(Ctx *c, Str body, const ReportScope *scope, ReportedMonth *out)
{
    JsonErr why;
    JsonLimits limits = {.bytes = REPORTED_BODY_BYTES_MAX};
    const Json *root = json_parse(c->arena, body, limits, &why);
    const Json *lines = json_get(root, "lines");
    out->line_count = json_count(lines);
    if (out->line_count == 0 || out->line_count > REPORT_LINES_MAX) return ERR_FAULT;
    if (!json_i64(json_get(root, "optedOut"), &out->opted_out)) out->opted_out = -1;
    out->lines = ARENA_ARRAY(c->arena, ReportedLine, out->line_count);
    for (size_t i = 0; i < out->line_count; i++) {
        if (!read_line(c, json_at(lines, i), scope, &out->lines[i])) return ERR_FAULT;
    }
    return read_impact(c, json_get(root, "impact"), out);
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

Str report_kept_words(Ctx *c, const ReportedMonth *m)
{
    return arena_fmt(c->arena, "As kept on " STR_FMT " by " STR_FMT ".",
                     STR_ARG(date_long(c->arena, instant_date_london(m->at))), STR_ARG(m->by));
}

// ---- counted now, or kept

// NULL: there was no such line.
static const ReportNumber *kept_number(const ReportedMonth *month, Str key)
{
    for (size_t i = 0; i < month->line_count; i++) {
        if (str_eq(month->lines[i].key, key)) return month->lines[i].number;
    }
    return NULL;
}

const ReportNumber *report_source_number(Ctx *c, const ReportSource *from, const ReportLine *line,
                                         size_t i)
{
    if (from->kept == NULL) {
        return report_number(c, from->facts, line, from->months[i], WITHOUT_ENTRIES);
    }
    const ReportNumber *kept = kept_number(&from->kept[i], line->key);
    return kept != NULL ? kept : report_number_new(c->arena, from->facts->scope);
}

bool report_source_knows(const ReportSource *from, const ReportLine *line)
{
    if (from->kept == NULL) return report_is_known(from->facts, line);
    for (size_t i = 0; i < from->month_count; i++) {
        const ReportNumber *kept = kept_number(&from->kept[i], line->key);
        if (kept != NULL && kept->known) return true;
    }
    return false;
}

// ---- keeping by itself

Err report_months_keep(Ctx *c)
{
    assert(c->actor.account_id == 0);
    ReportMonth last = month_add(month_of(c->today), -1);
    ReportMonth month = month_year_begin(last);
    for (; date_cmp(month.first, last.first) <= 0; month = month_add(month, 1)) {
        bool kept = false;
        TRY(is_kept(c, month, &kept));
        if (kept) continue;
        Err err = report_month_keep(c, month);
        if (err == ERR_INVALID) c->issue_count = 0; // a colleague was quicker
        if (err != ERR_OK && err != ERR_INVALID) return err;
    }
    return ERR_OK;
}

static Err keep_work(Ctx *c, Job *job, Str arg)
{
    (void)arg;
    job_progress(job, 0, 1, STR("Keeping the months that are over"));
    TRY(report_months_keep(c));
    job_progress(job, 1, 1, STR("Kept the months that are over"));
    return ERR_OK;
}

// A month is missing, the columns are there, and the last try is a while ago.
static Err keep_due(Ctx *c, bool *out)
{
    enum { AGAIN_MS = 60 * 60 * 1000 };
    ReportMonth last = month_add(month_of(c->today), -1);
    ReportMonth first = month_year_begin(last);
    JobView *tried = NULL;
    size_t count = 0;
    int64_t kept = 0;
    int64_t wanted = 0;
    for (ReportMonth m = first; date_cmp(m.first, last.first) <= 0; m = month_add(m, 1)) wanted++;
    {
        CLEANUP(rows_close)
        Rows rows =
            db_query(c->db, SQL_REPORT_KEPT_BETWEEN, ARGS(DAY(first.first), DAY(last.first)));
        if (rows_next(&rows)) kept = row_i64(&rows, REPORT_KEPT_BETWEEN_N);
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = false;
    if (kept == wanted) return ERR_OK;
    TRY(job_list(c, REPORT_JOBS[0].name, 1, &tried, &count));
    if (count > 0 && c->now.ms - tried->started_at.ms < AGAIN_MS) return ERR_OK;
    *out = report_scope(c, ARENA_NEW(c->arena, ReportScope)) == ERR_OK;
    return ERR_OK;
}

const JobKind REPORT_JOBS[REPORT_JOB_COUNT] = {
    {.name = "report.keep", .work = keep_work, .due = keep_due}};
