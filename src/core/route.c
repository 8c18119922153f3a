// route.c -- the table of rooms' rows: checked once, then matched part by part.
#include "core/route.h"

enum { ROUTES_MAX = 1000, PARTS_MAX = 12, NAME_CHARS = 64 };

typedef struct Row {
    const Route *route;
    Str parts[PARTS_MAX];
    size_t part_count;
} Row;

struct RouteTable {
    Row *rows;
    size_t count;
};

static bool is_param(Str part)
{
    return part.len > 1 && part.ptr[0] == ':';
}

static bool split_path(Str path, Str *parts, size_t *count_out)
{
    size_t count = 0;
    Str rest = str_slice(path, 1, path.len);
    Str part;
    while (rest.len > 0 && str_split(&rest, '/', &part)) {
        if (count == PARTS_MAX || part.len == 0) return false;
        parts[count++] = part;
        if (rest.ptr != NULL && rest.len == 0) return false; // a trailing slash
    }
    *count_out = count;
    return true;
}

// Where two rows fit one path, the one with the plain word earlier wins: it must come first.
static int row_cmp(const void *left, const void *right)
{
    const Row *a = left;
    const Row *b = right;
    if (a->part_count != b->part_count) return a->part_count < b->part_count ? -1 : 1;
    for (size_t i = 0; i < a->part_count; i++) {
        bool pa = is_param(a->parts[i]);
        bool pb = is_param(b->parts[i]);
        if (pa != pb) return pa ? 1 : -1;
        int order = pa ? 0 : str_cmp(a->parts[i], b->parts[i]);
        if (order != 0) return order;
    }
    return strcmp(a->route->method, b->route->method);
}

static Err row_fault(Arena *arena, const Route *route, const char *what, Str *why_out)
{
    *why_out = arena_fmt(arena, "Route %s %s: %s.", route->method, route->path, what);
    return ERR_INVALID;
}

static const char *row_wrong(const Row *row)
{
    const Route *route = row->route;
    bool public = (route->flags & ROUTE_PUBLIC) != 0;
    size_t params = 0;
    size_t persons = 0;
    for (size_t i = 0; i < row->part_count; i++) {
        params += is_param(row->parts[i]);
        persons += str_eq(row->parts[i], STR(":person"));
    }
    if (route->handler == NULL) return "has no handler";
    if (route->verb == VERB_NONE) return "has no audit verb";
    if ((route->cap == CAP_NONE) != public) return "needs a capability, or to be public";
    if (public && route->data != CLASS_NONE) return "is public and has a data class";
    if (params > PARAMS_MAX) return "has too many parameters";
    if (persons > 0 && (public || route->data == CLASS_NONE)) {
        return "needs a data class for :person";
    }
    if (strcmp(route->method, "HEAD") == 0) return "GET answers HEAD too";
    return NULL;
}

// What is wrong with the row, or NULL: then it is in the table.
static const char *add_row(RouteTable *table, const Route *route)
{
    assert(table->count < ROUTES_MAX);
    Row *row = &table->rows[table->count++];
    row->route = route;
    Str path = str_from_c(route->path);
    bool plain = path.len > 0 && path.ptr[0] == '/';
    if (!plain || !split_path(path, row->parts, &row->part_count)) {
        return "the path is not written as /a/:b";
    }
    return row_wrong(row);
}

Err route_table_new(Arena *arena, const Room *const *rooms, size_t room_count,
                    const RouteTable **out, Str *why_out)
{
    RouteTable *table = ARENA_NEW(arena, RouteTable);
    table->rows = ARENA_ARRAY(arena, Row, ROUTES_MAX);
    for (size_t r = 0; r < room_count; r++) {
        for (size_t i = 0; i < rooms[r]->route_count; i++) {
            const char *wrong = add_row(table, &rooms[r]->routes[i]);
            if (wrong != NULL) return row_fault(arena, &rooms[r]->routes[i], wrong, why_out);
        }
    }
    if (table->count > 0) qsort(table->rows, table->count, sizeof(Row), row_cmp);
    for (size_t i = 1; i < table->count; i++) {
        if (row_cmp(&table->rows[i - 1], &table->rows[i]) != 0) continue;
        return row_fault(arena, table->rows[i].route, "another row answers the same", why_out);
    }
    *out = table;
    return ERR_OK;
}

static bool row_fits(const Row *row, const Str *parts, size_t count)
{
    if (row->part_count != count) return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_param(row->parts[i]) && !str_eq(row->parts[i], parts[i])) return false;
    }
    return true;
}

static void take_params(Request *req, const Row *row, const Str *parts)
{
    req->param_count = 0;
    for (size_t i = 0; i < row->part_count; i++) {
        if (!is_param(row->parts[i])) continue;
        Str name = str_slice(row->parts[i], 1, row->parts[i].len);
        req->params[req->param_count++] = (Pair){name, parts[i]};
    }
}

const Route *route_find(Arena *arena, const RouteTable *table, Request *req, Str *allow_out)
{
    *allow_out = STR("");
    Str parts[PARTS_MAX];
    size_t count = 0;
    if (req->path.len == 0 || !split_path(req->path, parts, &count)) return NULL;
    Str method = str_eq(req->method, STR("HEAD")) ? STR("GET") : req->method;
    for (size_t i = 0; i < table->count; i++) {
        const Row *row = &table->rows[i];
        if (!row_fits(row, parts, count)) continue;
        if (str_eq(method, str_from_c(row->route->method))) {
            take_params(req, row, parts);
            req->route = row->route;
            *allow_out = STR("");
            return row->route;
        }
        const char *also = strcmp(row->route->method, "GET") == 0 ? ", HEAD" : "";
        *allow_out = arena_fmt(arena, STR_FMT "%s%s%s", STR_ARG(*allow_out),
                               allow_out->len > 0 ? ", " : "", row->route->method, also);
    }
    return NULL;
}

Problem *route_problem(const RouteTable *table, const Request *req)
{
    if (req->route != NULL) return req->route->problem;
    Str rest = str_slice(req->path, req->path.len > 0, req->path.len);
    Str first;
    if (table == NULL || !str_split(&rest, '/', &first)) return NULL;
    for (size_t i = 0; i < table->count; i++) {
        const Row *row = &table->rows[i];
        if (row->part_count > 0 && row->route->problem != NULL && str_eq(row->parts[0], first)) {
            return row->route->problem;
        }
    }
    return NULL;
}

size_t route_count(const RouteTable *table)
{
    return table->count;
}

const Route *route_at(const RouteTable *table, size_t n)
{
    assert(n < table->count);
    return table->rows[n].route;
}

// "actions[3].text" is declared as "actions[].text"; other names as themselves.
static bool row_field_fits(Str declared, Str field)
{
    size_t open = 0;
    size_t close = 0;
    if (!str_find(declared, STR("[]."), &open)) return false;
    if (!str_starts(field, str_slice(declared, 0, open + 1))) return false;
    Str rest = str_slice(field, open + 1, field.len);
    if (!str_find(rest, STR("]"), &close) || close == 0 || close > 2) return false;
    for (size_t i = 0; i < close; i++) {
        if (rest.ptr[i] < '0' || rest.ptr[i] > '9') return false;
    }
    return str_eq(str_slice(rest, close + 1, rest.len),
                  str_slice(declared, open + 2, declared.len));
}

bool route_declares(const Route *route, Str field, bool *repeats_out)
{
    *repeats_out = false;
    if (str_eq(field, STR("version"))) return true;
    Str rest = str_from_c(route->fields);
    Str word;
    while (rest.len > 0 && str_split(&rest, ' ', &word)) {
        bool plain = !str_find(word, STR("[]"), &(size_t){0});
        if ((plain && str_eq(word, field)) || row_field_fits(word, field)) return true;
        if (!str_ends(word, STR("[]"))) continue;
        if (!str_eq(str_slice(word, 0, word.len - 2), field)) continue;
        *repeats_out = true;
        return true;
    }
    return false;
}
