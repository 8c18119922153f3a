// serve.c -- queries, bundles and outcomes of FHIR R4.
#include "nhs/fhir/serve.h"

#include "core/decode.h"

#define FHIR_TYPE "application/fhir+json; charset=utf-8"

// ---- what went wrong

static const char *sentence(Err err)
{
    switch (err) {
    case ERR_SIGNED_OUT: return "Sign in first.";
    case ERR_FORBIDDEN:
        return "You have nothing to do with this person's care. Open their record on the page and "
               "say why you need to.";
    case ERR_NOT_FOUND: return "There is nothing here, or not for you.";
    case ERR_MALFORMED: return "The request cannot be read.";
    case ERR_UNSUPPORTED: return "Only application/fhir+json is written.";
    case ERR_TOO_LARGE: return "The answer would be too large. Ask for less at once.";
    case ERR_CONFLICT: return "The data changed since the first page. Search again.";
    case ERR_TOO_MANY:
    case ERR_BUSY: return "Try again in a few seconds.";
    default: return "Something went wrong on our side.";
    }
}

static void put_issue(JsonOut *out, const char *code, Str text, Str reference)
{
    json_obj_begin(out);
    json_field_str(out, "severity", STR("error"));
    json_field_str(out, "code", str_from_c(code));
    json_field_obj(out, "details");
    json_field_str(out, "text", text);
    json_obj_end(out);
    json_field_opt(out, "diagnostics", reference);
    json_obj_end(out);
}

Err fhir_problem(Ctx *c, const Request *req, Err err, Response *res)
{
    bool reads = str_eq(req->method, STR("GET")) || str_eq(req->method, STR("HEAD"));
    if (err == ERR_INVALID) res->status = 400; // as R4 asks of a search
    if (err == ERR_UNSUPPORTED && reads) res->status = 406;
    if (err == ERR_CONFLICT) res->status = 410;
    Str reference = arena_fmt(c->arena, "Reference: " STR_FMT, STR_ARG(c->request));
    JsonOut out = json_out(&res->body);
    json_obj_begin(&out);
    json_field_str(&out, "resourceType", STR("OperationOutcome"));
    json_field_arr(&out, "issue");
    for (size_t i = 0; err == ERR_INVALID && i < c->issue_count; i++) {
        put_issue(&out, err_fhir_code(err), c->issues[i].text, reference);
    }
    if (res->status == 405) {
        put_issue(&out, "not-supported", STR("This is not offered here."), reference);
    } else if (err != ERR_INVALID || c->issue_count == 0) {
        put_issue(&out, err_fhir_code(err), str_from_c(sentence(err)), reference);
    }
    json_arr_end(&out);
    json_obj_end(&out);
    return fhir_answer(res);
}

// ---- what was asked

static bool format_fits(Str format)
{
    static const char *const OURS[] = {"json", "application/json", "application/fhir+json",
                                       "application/fhir json"}; // "+" sent without its escape
    Str type = decode_media_type(format);
    for (size_t i = 0; i < COUNT_OF(OURS); i++) {
        if (str_eq_ascii_fold(type, str_from_c(OURS[i]))) return true;
    }
    return false;
}

// Does one of the types that are accepted cover what we write?
static bool accepted(Str accept)
{
    Str rest = accept;
    Str one;
    if (accept.len == 0) return true;
    while (str_split(&rest, ',', &one)) {
        Str type = str_trim(decode_media_type(str_trim(one)));
        if (format_fits(type) || str_eq(type, STR("*/*")) || str_eq(type, STR("application/*"))) {
            return true;
        }
    }
    return false;
}

static bool named(const char *names, Str name)
{
    Str rest = str_from_c(names);
    Str one;
    while (str_split(&rest, ' ', &one)) {
        if (str_eq(one, name)) return true;
    }
    return false;
}

Err fhir_query(Ctx *c, const Request *req, const char *names, FhirQuery *out)
{
    Pair *pairs = NULL;
    size_t count = 0;
    size_t kept = 0;
    TRY(decode_urlencoded(c->arena, req->query_text, &pairs, &count));
    bool said = false;
    for (size_t i = 0; i < count; i++) {
        if (str_eq(pairs[i].name, STR("_format"))) {
            if (!format_fits(pairs[i].value)) return ERR_UNSUPPORTED;
            said = true;
        } else if (!named(names, pairs[i].name)) {
            (void)ctx_issue(c, STR(""),
                            arena_fmt(c->arena, "The parameter \"" STR_FMT "\" is not known here.",
                                      STR_ARG(str_slice(pairs[i].name, 0, 40))));
        } else {
            pairs[kept++] = pairs[i];
        }
    }
    if (!said && !accepted(req->accept)) return ERR_UNSUPPORTED;
    *out = (FhirQuery){pairs, kept};
    return c->issue_count > 0 ? ERR_INVALID : ERR_OK;
}

Str fhir_query_get(const FhirQuery *query, const char *name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (str_eq(query->pairs[i].name, str_from_c(name))) return query->pairs[i].value;
    }
    return STR("");
}

Err fhir_query_count(Ctx *c, const FhirQuery *query, int64_t *out)
{
    Str text = fhir_query_get(query, "_count");
    *out = FHIR_COUNT_FIRST;
    if (text.len == 0) return ERR_OK;
    if (!str_i64(text, 0, INT32_MAX, out)) {
        return ctx_issue(c, STR("_count"), STR("_count is a whole number from 0."));
    }
    if (*out > FHIR_COUNT_MAX) *out = FHIR_COUNT_MAX; // a server may give fewer
    return ERR_OK;
}

static Date last_day(Date first, DatePrecision precision)
{
    if (precision == DATE_TO_YEAR) return date_add_days(date_add_months(first, 12), -1);
    if (precision == DATE_TO_MONTH) return date_add_days(date_add_months(first, 1), -1);
    return first;
}

bool fhir_days(Str text, FhirDays *out)
{
    Str prefix = STR("eq");
    bool letters = text.len > 2 && text.ptr[0] >= 'a' && text.ptr[0] <= 'z';
    if (letters) {
        prefix = str_slice(text, 0, 2);
        text = str_slice(text, 2, text.len);
    }
    Date first;
    DatePrecision precision = DATE_TO_DAY;
    if (!date_parse_fhir(text, &first, &precision)) return false;
    Date last = last_day(first, precision);
    *out = (FhirDays){DATE_NONE, DATE_NONE, false};
    bool is_ne = str_eq(prefix, STR("ne"));
    if (is_ne || str_eq(prefix, STR("eq"))) {
        *out = (FhirDays){first, last, is_ne};
    } else if (str_eq(prefix, STR("ge"))) {
        out->from = first;
    } else if (str_eq(prefix, STR("gt")) || str_eq(prefix, STR("sa"))) {
        out->from = date_add_days(last, 1);
    } else if (str_eq(prefix, STR("le"))) {
        out->until = last;
    } else if (str_eq(prefix, STR("lt")) || str_eq(prefix, STR("eb"))) {
        out->until = date_add_days(first, -1);
    } else {
        return false;
    }
    // After the last day that there is, or before the first, is no day: not each.
    if (date_is_none(out->from) && date_is_none(out->until)) out->outside = true;
    return true;
}

bool fhir_days_fit(const FhirDays *days, Date on)
{
    if (date_is_none(on)) return false;
    bool after = date_is_none(days->from) || date_cmp(on, days->from) >= 0;
    bool before = date_is_none(days->until) || date_cmp(on, days->until) <= 0;
    return (after && before) != days->outside;
}

bool fhir_token_fits(Str tokens, Str system, Str code)
{
    Str rest = tokens;
    Str one;
    while (str_split(&rest, ',', &one)) {
        size_t bar = 0;
        if (!str_find(one, STR("|"), &bar)) {
            if (str_eq(one, code)) return true;
            continue;
        }
        Str wanted = str_slice(one, bar + 1, one.len);
        if (str_eq(str_slice(one, 0, bar), system) && (wanted.len == 0 || str_eq(wanted, code))) {
            return true;
        }
    }
    return false;
}

// ---- bundles

static void put_link(JsonOut *out, const char *relation, Str url)
{
    if (url.len == 0) return;
    json_obj_begin(out);
    json_field_str(out, "relation", str_from_c(relation));
    json_field_str(out, "url", url);
    json_obj_end(out);
}

void fhir_bundle_begin(JsonOut *out, Str self, Str next, int64_t total)
{
    json_obj_begin(out);
    json_field_str(out, "resourceType", STR("Bundle"));
    json_field_str(out, "type", STR("searchset"));
    json_field_i64(out, "total", total);
    json_field_arr(out, "link");
    put_link(out, "self", self);
    put_link(out, "next", next);
    json_arr_end(out);
}

void fhir_entry_begin(JsonOut *out)
{
    json_obj_begin(out);
    json_put_key(out, STR("resource"));
}

void fhir_entry_end(JsonOut *out)
{
    json_field_obj(out, "search");
    json_field_str(out, "mode", STR("match"));
    json_obj_end(out);
    json_obj_end(out);
}

static void add_escaped(Buf *to, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char ch = (unsigned char)text.ptr[i];
        bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
                     (ch >= 'A' && ch <= 'Z') || ch == '-' || ch == '.' || ch == '_' || ch == '/' ||
                     ch == ':';
        if (plain) {
            buf_add_char(to, (char)ch);
        } else {
            buf_fmt(to, "%%%02X", ch);
        }
    }
}

Str fhir_link(Ctx *c, const Request *req, const FhirQuery *query, Str page)
{
    enum { LINK_BYTES_MAX = 64 * 1024 };
    CLEANUP(buf_free) Buf buf = buf_new(LINK_BYTES_MAX);
    buf_add(&buf, req->path);
    char before = '?';
    for (size_t i = 0; i < query->count; i++) {
        if (str_eq(query->pairs[i].name, STR("_page"))) continue;
        buf_fmt(&buf, "%c" STR_FMT "=", before, STR_ARG(query->pairs[i].name));
        add_escaped(&buf, query->pairs[i].value);
        before = '&';
    }
    if (page.len > 0) buf_fmt(&buf, "%c_page=" STR_FMT, before, STR_ARG(page));
    return arena_str(c->arena, buf_str(&buf));
}

Err fhir_answer(Response *res)
{
    res->content_type = STR(FHIR_TYPE);
    return ERR_OK;
}
