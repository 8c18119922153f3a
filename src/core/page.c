// page.c -- what the shell says: navigation of the role, the last message, words for each error.
#include "core/page.h"

#include "core/asset.h"
#include "core/ui.h"

const char *page_asset(const char *path)
{
    return asset_url(str_from_c(path)).ptr; // both kinds of address are literals: NUL-terminated
}

// Who had a role before it was no longer offered finds help there.
Str page_home(const Ctx *c)
{
    const Core *core = c->core;
    const char *home = core->home_of_role == NULL ? "/" : core->home_of_role(c->actor.role);
    return str_from_c(home == NULL ? "/help" : home);
}

static void add_nav(Ctx *c, Page *p, const NavItem *item, const char *current)
{
    if (p->nav_count == PAGE_NAV_MAX || !ctx_can(c, item->cap)) return;
    int64_t count = item->count == NULL ? 0 : item->count(c);
    p->nav[p->nav_count++] = (PageNav){
        .label = str_from_c(item->label),
        .href = str_from_c(item->href),
        .count = count < 0 ? 0 : count,
        .alert = item->alert,
        .current = str_eq(str_from_c(item->href), str_from_c(current)),
    };
}

static void take_session(Ctx *c, Page *p, const char *current)
{
    p->signed_in = true;
    p->role = str_from_c(ROLE_NAMES[c->actor.role]);
    p->flash = session_take_flash(c);
    p->csrf = session_csrf(c);
    p->seconds_left = session_seconds_left(c);
    const Core *core = c->core;
    if (core->home_of_role != NULL) p->home = page_home(c);
    if (core->words != NULL && ctx_can(c, core->words->search_cap)) {
        p->search_action = str_from_c(core->words->search_action);
        p->search_label = str_from_c(core->words->search_label);
        p->search_hint = str_from_c(core->words->search_hint);
    }
    for (size_t i = 0; i < core->room_count; i++) {
        const Room *room = core->rooms[i];
        for (size_t k = 0; k < room->nav_count; k++) add_nav(c, p, &room->nav[k], current);
    }
}

Page page_of(Ctx *c, Str title, const char *current)
{
    Page p = {
        .c = c,
        .title = title,
        .error = c->issue_count > 0,
        .service = STR("Trellis"),
        .network = STR("Trellis"),
        .home = STR("/"),
    };
    const Core *core = c->core;
    if (core == NULL) return p; // a rule's test that draws one page
    if (core->words != NULL) p.service = str_from_c(core->words->service);
    if (core->config != NULL) {
        p.network = core->config->network_name;
        p.demonstration = core->config->demonstration;
    }
    if (c->session.len > 0 && c->actor.account_id > 0) {
        p.dense = true;
        take_session(c, &p, current);
    }
    return p;
}

typedef struct Wording {
    const char *heading;
    const char *text;
    const char *advice;
} Wording;

static const Wording WORDINGS[ERR_COUNT] = {
    [ERR_INVALID] = {"There is a problem with what was sent",
                     "The form could not be saved. Nothing was changed.",
                     "Go back, correct it and send it again. Your browser keeps what you typed."},
    [ERR_MALFORMED] = {"This request could not be read",
                       "The address or the form is not one that this service sends.",
                       "Go back and try again from the page you were on."},
    [ERR_SIGNED_OUT] = {"You are signed out", "Sign in to see this page.",
                        "What you typed is kept as a draft and opens again after you sign in."},
    [ERR_FORBIDDEN] = {"You do not have access to this",
                       "Your role does not allow it, or you have "
                       "not said why you need to see it. This attempt was recorded.",
                       "If you need it for your work, ask your administrator."},
    [ERR_NOT_FOUND] = {"Page not found", "There is nothing at this address that you can open.",
                       "Check the address, or search at the top of the page."},
    [ERR_CONFLICT] = {"This changed after you opened it",
                      "Your change was not saved, so that what was saved meanwhile is not lost.",
                      "Open the page again to see what it says now, then make your change."},
    [ERR_TOO_LARGE] = {"That is too much to send at once",
                       "The text or file is larger than this "
                       "service accepts. Nothing was saved.",
                       "Make it shorter, or send a smaller file."},
    [ERR_UNSUPPORTED] = {"This kind of file cannot be read", "Nothing was saved.",
                         "Send it in one of the kinds the page names."},
    [ERR_TOO_MANY] = {"Please wait a moment", "There were too many attempts in a short time.",
                      "Wait one minute, then try again."},
    [ERR_BUSY] = {"The service is busy", "It could not answer in time. Nothing was changed.",
                  "Try again in a moment."},
    [ERR_FAULT] = {"Sorry, there is a problem with the service",
                   "It was recorded for the people who run it. Nothing was half saved.",
                   "Try again later. Drafts of long forms are kept."},
};

PageProblem page_problem_of(Ctx *c, Err err)
{
    assert(err > ERR_OK && err < ERR_COUNT);
    const Wording *words = &WORDINGS[err];
    // What a form lacked is said beside the form alone: on the page of what is not there it would
    // tell that the form was read.
    Str waits = err == ERR_BUSY && !c->changed ? issue_of(c, "") : STR(""); // for an extract
    if (err != ERR_INVALID) c->issue_count = 0;
    Str heading = waits.len > 0 ? STR("There is no answer now") : str_from_c(words->heading);
    PageProblem m = {
        .page = page_of(c, heading, ""),
        .heading = heading,
        .text = str_from_c(words->text),
        .advice = str_from_c(words->advice),
        .reference = c->request,
    };
    bool no_search = m.page.search_action.len == 0; // signed out, or of a role that has none
    if (err == ERR_BUSY && c->changed) {            // and the log of it hangs
        m.text = STR("It could not answer in time. What you sent may have been saved.");
        m.advice = STR("Look whether it was before you send it again.");
    }
    if (waits.len > 0) {
        m.text = waits;
        m.advice = STR("Nothing was changed.");
    }
    if (err == ERR_NOT_FOUND && no_search) m.advice = STR("Check the address.");
    return m;
}
