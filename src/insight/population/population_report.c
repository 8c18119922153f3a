// population_report.c -- counting what an import did, and keeping it as JSON with the batch.
#include "insight/population/population_report.h"

static const Str TOO_MANY = STR_INIT("other");

int report_kind(Report *r, Str name)
{
    for (size_t i = 0; i < r->kind_count; i++) {
        if (str_eq(r->kinds[i].name, name)) return (int)i;
    }
    if (r->kind_count == REPORT_KINDS_MAX) return REPORT_KINDS_MAX - 1;
    if (r->kind_count == REPORT_KINDS_MAX - 1) name = TOO_MANY;
    r->kinds[r->kind_count] = (ReportKind){.name = arena_str(r->arena, name)};
    return (int)r->kind_count++;
}

void report_read(Report *r, int kind)
{
    r->kinds[kind].read++;
}

void report_taken(Report *r, int kind)
{
    r->kinds[kind].taken++;
}

void report_unused(Report *r, int kind)
{
    r->kinds[kind].unused++;
}

static int reason_of(Report *r, int kind, Str reason, bool note)
{
    for (size_t i = 0; i < r->reason_count; i++) {
        const ReportReason *at = &r->reasons[i];
        if (at->kind == kind && at->note == note && str_eq(at->reason, reason)) return (int)i;
    }
    if (r->reason_count == REPORT_REASONS_MAX) return REPORT_REASONS_MAX - 1;
    r->reasons[r->reason_count] = (ReportReason){.kind = kind,
                                                 .reason = arena_str(r->arena, reason),
                                                 .note = note,
                                                 .file = r->file,
                                                 .line = r->line};
    return (int)r->reason_count++;
}

void report_refuse(Report *r, int kind, Str reason)
{
    int at = reason_of(r, kind, reason, false);
    r->reasons[at].count++;
    r->kinds[kind].refused++;
    if (r->refusal_count == REPORT_REFUSALS_MAX) return;
    r->refusals[r->refusal_count++] = (Refusal){at, r->file, r->line};
}

void report_note(Report *r, int kind, Str reason)
{
    r->reasons[reason_of(r, kind, reason, true)].count++;
}

int64_t report_refused(const Report *r)
{
    int64_t all = 0;
    for (size_t i = 0; i < r->kind_count; i++) all += r->kinds[i].refused;
    return all;
}

bool report_is_empty(const Report *r)
{
    int64_t taken = r->events + r->people_added + r->people_changed + r->people_same;
    for (size_t i = 0; i < r->kind_count; i++) taken += r->kinds[i].taken;
    return r->kind_count > 0 && taken == 0;
}

static void put_kinds(JsonOut *out, const Report *r)
{
    json_field_arr(out, "kinds");
    for (size_t i = 0; i < r->kind_count; i++) {
        const ReportKind *kind = &r->kinds[i];
        json_obj_begin(out);
        json_field_str(out, "name", kind->name);
        json_field_i64(out, "read", kind->read);
        json_field_i64(out, "taken", kind->taken);
        json_field_i64(out, "refused", kind->refused);
        json_field_i64(out, "unused", kind->unused);
        json_obj_end(out);
    }
    json_arr_end(out);
}

static void put_reasons(JsonOut *out, const Report *r)
{
    json_field_arr(out, "reasons");
    for (size_t i = 0; i < r->reason_count; i++) {
        const ReportReason *reason = &r->reasons[i];
        json_obj_begin(out);
        json_field_i64(out, "kind", reason->kind);
        json_field_str(out, "reason", reason->reason);
        json_field_bool(out, "note", reason->note);
        json_field_i64(out, "count", reason->count);
        json_field_str(out, "file", reason->file);
        json_field_i64(out, "line", reason->line);
        json_obj_end(out);
    }
    json_arr_end(out);
    json_field_arr(out, "refusals");
    for (size_t i = 0; i < r->refusal_count; i++) {
        json_obj_begin(out);
        json_field_i64(out, "reason", r->refusals[i].reason);
        json_field_str(out, "file", r->refusals[i].file);
        json_field_i64(out, "line", r->refusals[i].line);
        json_obj_end(out);
    }
    json_arr_end(out);
}

Str report_json(Arena *arena, const Report *r)
{
    CLEANUP(buf_free) Buf buf = buf_new(REPORT_JSON_BYTES_MAX);
    JsonOut out = json_out(&buf);
    json_obj_begin(&out);
    json_field_i64(&out, "people_added", r->people_added);
    json_field_i64(&out, "people_changed", r->people_changed);
    json_field_i64(&out, "people_same", r->people_same);
    json_field_i64(&out, "people_near", r->people_near);
    json_field_i64(&out, "events", r->events);
    put_kinds(&out, r);
    put_reasons(&out, r);
    json_obj_end(&out);
    return buf_ok(&buf) ? arena_str(arena, buf_str(&buf)) : STR("{}");
}

static int64_t number(const Json *object, const char *key)
{
    int64_t n = 0;
    return json_i64(json_get(object, key), &n) ? n : 0;
}

static void read_reasons(Report *r, const Json *root)
{
    const Json *reasons = json_get(root, "reasons");
    for (size_t i = 0; i < json_count(reasons) && i < REPORT_REASONS_MAX; i++) {
        const Json *at = json_at(reasons, i);
        int64_t kind = number(at, "kind");
        bool note = false;
        (void)json_bool(json_get(at, "note"), &note);
        if (kind < 0 || kind >= (int64_t)r->kind_count) kind = 0;
        r->reasons[r->reason_count++] = (ReportReason){.kind = (int)kind,
                                                       .reason = json_str(json_get(at, "reason")),
                                                       .note = note,
                                                       .count = number(at, "count"),
                                                       .file = json_str(json_get(at, "file")),
                                                       .line = number(at, "line")};
    }
    const Json *refusals = json_get(root, "refusals");
    for (size_t i = 0; i < json_count(refusals) && i < REPORT_REFUSALS_MAX; i++) {
        const Json *at = json_at(refusals, i);
        int64_t reason = number(at, "reason");
        if (reason < 0 || reason >= (int64_t)r->reason_count) continue;
        r->refusals[r->refusal_count++] =
            (Refusal){(int)reason, json_str(json_get(at, "file")), number(at, "line")};
    }
}

void report_of_json(Arena *arena, Str text, Report *out)
{
    *out = (Report){.arena = arena};
    JsonErr err;
    const Json *root = json_parse(arena, arena_str(arena, text), (JsonLimits){0}, &err);
    out->people_added = number(root, "people_added");
    out->people_changed = number(root, "people_changed");
    out->people_same = number(root, "people_same");
    out->people_near = number(root, "people_near");
    out->events = number(root, "events");
    const Json *kinds = json_get(root, "kinds");
    for (size_t i = 0; i < json_count(kinds) && i < REPORT_KINDS_MAX; i++) {
        const Json *at = json_at(kinds, i);
        out->kinds[out->kind_count++] =
            (ReportKind){json_str(json_get(at, "name")), number(at, "read"), number(at, "taken"),
                         number(at, "refused"), number(at, "unused")};
    }
    read_reasons(out, root);
}

void report_text(Buf *out, const Report *r)
{
    buf_fmt(out, "%-24s %10s %10s %10s %10s\n", "", "read", "taken", "refused", "not used");
    for (size_t i = 0; i < r->kind_count; i++) {
        const ReportKind *kind = &r->kinds[i];
        buf_fmt(out, "%-24.*s %10lld %10lld %10lld %10lld\n", STR_ARG(kind->name),
                (long long)kind->read, (long long)kind->taken, (long long)kind->refused,
                (long long)kind->unused);
    }
    buf_fmt(out,
            "People: %lld added, %lld changed, %lld as before, %lld to decide. Events: %lld.\n",
            (long long)r->people_added, (long long)r->people_changed, (long long)r->people_same,
            (long long)r->people_near, (long long)r->events);
    for (size_t i = 0; i < r->reason_count; i++) {
        const ReportReason *reason = &r->reasons[i];
        buf_fmt(out, "%s %.*s: %.*s (%lld; the first in %.*s, line %lld)\n",
                reason->note ? "Note " : "Refused ", STR_ARG(r->kinds[reason->kind].name),
                STR_ARG(reason->reason), (long long)reason->count, STR_ARG(reason->file),
                (long long)reason->line);
    }
}
