// form.c -- typed readers of what was sent. Each adds its own sentence and goes on.
#include "core/form.h"

#include "base/utf8.h"

// A page of filters is asked by GET: then its fields stand in the query.
static const Pair *pairs_of(const Request *req, size_t *count_out)
{
    bool query = req->form_count == 0;
    *count_out = query ? req->query_count : req->form_count;
    return query ? req->query : req->form;
}

static const Pair *nth_pair(const Request *req, Str name, size_t n)
{
    size_t count = 0;
    const Pair *pairs = pairs_of(req, &count);
    for (size_t i = 0; i < count; i++) {
        if (str_eq(pairs[i].name, name) && n-- == 0) return &pairs[i];
    }
    return NULL;
}

Str form_nth(const Request *req, const char *name, size_t n)
{
    const Pair *pair = nth_pair(req, str_from_c(name), n);
    return pair == NULL ? STR("") : pair->value;
}

Str form_value(const Request *req, const char *name)
{
    return form_nth(req, name, 0);
}

bool form_has(const Request *req, const char *name)
{
    return nth_pair(req, str_from_c(name), 0) != NULL;
}

Str form_value_or(const Request *req, const char *name, Str otherwise)
{
    return form_has(req, name) ? form_value(req, name) : otherwise;
}

size_t form_count(const Request *req, const char *name)
{
    size_t count = 0;
    const Pair *pairs = pairs_of(req, &count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) n += str_eq(pairs[i].name, str_from_c(name));
    return n;
}

size_t form_all(Ctx *c, const Request *req, const char *name, Str **out)
{
    size_t count = 0;
    const Pair *pairs = pairs_of(req, &count);
    Str *all = ARENA_ARRAY(c->arena, Str, count + 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (str_eq(pairs[i].name, str_from_c(name))) all[n++] = pairs[i].value;
    }
    *out = all;
    return n;
}

Str form_row(Ctx *c, const Request *req, const char *group, size_t i, const char *name)
{
    const Pair *pair = nth_pair(req, arena_fmt(c->arena, "%s[%zu].%s", group, i, name), 0);
    return pair == NULL ? STR("") : pair->value;
}

size_t form_rows(const Request *req, const char *group)
{
    size_t count = 0;
    const Pair *pairs = pairs_of(req, &count);
    Str prefix = str_from_c(group);
    int64_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        Str name = pairs[i].name;
        size_t close = 0;
        int64_t n = 0;
        if (!str_starts(name, prefix) || name.len <= prefix.len || name.ptr[prefix.len] != '[') {
            continue;
        }
        Str rest = str_slice(name, prefix.len + 1, name.len);
        if (!str_find(rest, STR("]"), &close)) continue;
        if (!str_i64(str_slice(rest, 0, close), 0, FORM_ROWS_MAX - 1, &n)) continue;
        if (n + 1 > rows) rows = n + 1;
    }
    return (size_t)rows;
}

Str form_text(Ctx *c, const Request *req, const char *name, const char *label, size_t chars_max,
              const char *missing)
{
    Str text = utf8_clean(c->arena, form_value(req, name), UTF8_KEEP_LINES);
    text = str_trim(text);
    if (text.len == 0) {
        if (missing != NULL) (void)ctx_issue(c, str_from_c(name), str_from_c(missing));
        return STR("");
    }
    if (str_chars(text) <= chars_max) return text;
    (void)ctx_issue(c, str_from_c(name),
                    arena_fmt(c->arena, "%s must be %zu characters or fewer", label, chars_max));
    return STR("");
}

int64_t form_int(Ctx *c, const Request *req, const char *name, const char *missing, int64_t min,
                 int64_t max)
{
    Str text = str_trim(form_value(req, name));
    int64_t value = 0;
    if (text.len == 0) {
        if (missing == NULL) return INT64_MIN;
        (void)ctx_issue(c, str_from_c(name), str_from_c(missing));
        return min;
    }
    if (str_i64(text, min, max, &value)) return value;
    bool number = str_i64(text, INT64_MIN, INT64_MAX, &value);
    Str sentence = number || missing == NULL
                       ? arena_fmt(c->arena, "Enter a whole number from %lld to %lld",
                                   (long long)min, (long long)max)
                       : str_from_c(missing);
    (void)ctx_issue(c, str_from_c(name), sentence);
    return min;
}

enum { DATE_LIKE_DAYS = 5 }; // the example is a day of this week or the next

Date form_date_said(Ctx *c, const Request *req, const char *name, const char *missing,
                    const char *unclear)
{
    Str text = str_trim(form_value(req, name));
    if (text.len == 0) {
        if (missing != NULL) (void)ctx_issue(c, str_from_c(name), str_from_c(missing));
        return DATE_NONE;
    }
    Date date = DATE_NONE;
    DateParse read = date_parse_human(text, c->today, &date);
    if (read == DATE_OK) return date;
    Str like = date_medium(c->arena, date_add_days(c->today, DATE_LIKE_DAYS));
    Str sentence = unclear != NULL
                       ? str_from_c(unclear)
                       : arena_fmt(c->arena, "Enter a date, like " STR_FMT, STR_ARG(like));
    if (read == DATE_AMBIGUOUS) {
        sentence = arena_fmt(c->arena, STR_FMT ", with the month in words and the year in full",
                             STR_ARG(sentence));
    }
    if (read == DATE_IMPOSSIBLE) sentence = STR("Enter a day that is in the calendar");
    (void)ctx_issue(c, str_from_c(name), sentence);
    return DATE_NONE;
}

// What is said of a missing date names its field: it is said of one that cannot be read, too.
Date form_date(Ctx *c, const Request *req, const char *name, const char *missing)
{
    return form_date_said(c, req, name, missing, missing);
}

int form_choice(Ctx *c, const Request *req, const char *name, const char *const *words,
                size_t count, const char *missing)
{
    Str text = form_value(req, name);
    for (size_t i = 0; i < count; i++) {
        if (words[i] != NULL && str_eq(text, str_from_c(words[i]))) return (int)i;
    }
    if (text.len == 0 && missing == NULL) return -1;
    Str sentence = missing == NULL ? STR("Choose one of the answers shown") : str_from_c(missing);
    (void)ctx_issue(c, str_from_c(name), sentence);
    return -1;
}

int64_t form_version(Ctx *c, const Request *req)
{
    (void)c;
    int64_t version = 0;
    bool read = str_i64(form_value(req, "version"), 0, INT64_MAX, &version);
    return read ? version : 0;
}

Str issue_of(const Ctx *c, const char *field)
{
    for (size_t i = 0; i < c->issue_count; i++) {
        if (str_eq(c->issues[i].field, str_from_c(field))) return c->issues[i].text;
    }
    return STR("");
}
