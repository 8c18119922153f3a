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

static const struct {
    const char *word; // of the address
    const char *title;
    void (*page)(Buf *o, const Page *p);
} TOPICS[] = {
    {"first-day", "Your first day", help_first_day},
    {"contact", "Record a contact", help_contact},
    {"campaign", "Ask the people of a cohort", help_campaign},
    {"plan", "Write a care and support plan", help_plan},
    {"reasons", "Records you have to give a reason for", help_reasons},
    {"problems", "If something goes wrong", help_problems},
};

static Err topic(Ctx *c, const Request *req, Response *res)
{
    for (size_t i = 0; i < COUNT_OF(TOPICS); i++) {
        if (!str_eq(req_param(req, "topic"), str_from_c(TOPICS[i].word))) continue;
        Page p = page_of(c, arena_fmt(c->arena, "Help: %s", TOPICS[i].title), "/help");
        TOPICS[i].page(&res->body, &p);
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
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
    ROUTE("GET", "/help/:topic", topic, CAP_NONE, CLASS_NONE, VERB_PUBLIC, .flags = ROUTE_PUBLIC),
    ROUTE("GET", "/accessibility", accessibility, CAP_NONE, CLASS_NONE, VERB_PUBLIC,
          .flags = ROUTE_PUBLIC),
    ROUTE("GET", "/privacy", privacy, CAP_NONE, CLASS_NONE, VERB_PUBLIC, .flags = ROUTE_PUBLIC),
};

const Room HELP_ROOM = {.name = "help", .routes = ROUTES, .route_count = COUNT_OF(ROUTES)};
