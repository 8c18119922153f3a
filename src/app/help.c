// help.c -- pages for everybody, signed in or not.
#include "app/help.h"

#include "core/page.h"
#include "help_page.h"

static Err help(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    Page p = page_of(c, STR("Help"), "/help");
    help_page(&res->body, &p);
    return ERR_OK;
}

static Err accessibility(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    Page p = page_of(c, STR("Accessibility statement"), "");
    accessibility_page(&res->body, &p);
    return ERR_OK;
}

static Err privacy(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    Page p = page_of(c, STR("Privacy"), "");
    privacy_page(&res->body, &p);
    return ERR_OK;
}

static const Route ROUTES[] = {
    ROUTE("GET", "/help", help, CAP_NONE, CLASS_NONE, VERB_PUBLIC, .flags = ROUTE_PUBLIC),
    ROUTE("GET", "/accessibility", accessibility, CAP_NONE, CLASS_NONE, VERB_PUBLIC,
          .flags = ROUTE_PUBLIC),
    ROUTE("GET", "/privacy", privacy, CAP_NONE, CLASS_NONE, VERB_PUBLIC, .flags = ROUTE_PUBLIC),
};

const Room HELP_ROOM = {.name = "help", .routes = ROUTES, .route_count = COUNT_OF(ROUTES)};
