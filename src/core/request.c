// request.c -- reading a request by name, and the ways to finish an answer.
#include "core/request.h"

#include "core/session.h"

static Str pair_value(const Pair *pairs, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(pairs[i].name, name)) return pairs[i].value;
    }
    return STR("");
}

Str req_param(const Request *req, const char *name)
{
    return pair_value(req->params, req->param_count, str_from_c(name));
}

Str req_query(const Request *req, const char *name)
{
    return pair_value(req->query, req->query_count, str_from_c(name));
}

int64_t req_page_of(const Request *req, const char *name)
{
    int64_t page = 1;
    return str_i64(req_query(req, name), 1, PAGE_ASKED_MAX, &page) ? page : 1;
}

int64_t req_page(const Request *req)
{
    return req_page_of(req, "page");
}

Err res_redirect(Ctx *c, Response *res, Str location)
{
    assert(location.len > 0 && location.ptr[0] == '/');
    res->status = 303;
    res->location = arena_str(c->arena, location);
    return ERR_OK;
}

Err res_redirect_saying(Ctx *c, Response *res, Str location, Str message)
{
    TRY(session_put_flash(c, message));
    return res_redirect(c, res, location);
}

Err res_text(Response *res, const char *content_type, Str body)
{
    res->content_type = str_from_c(content_type);
    buf_add(&res->body, body);
    return buf_ok(&res->body) ? ERR_OK : ERR_TOO_LARGE;
}

Err res_download(Response *res, const char *content_type, Str filename, Str body)
{
    res->download_name = filename;
    return res_text(res, content_type, body);
}
