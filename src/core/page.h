// page.h -- the shell around every page: who is signed in, where one is, what just happened.
//
// A handler makes a Page with page_of and its .ht wraps its markup:
//     {{wrap page(&m->page)}} <h1>...</h1> ... {{end}}
// or, when something stands between the header and the main region (a banner, a sub-navigation):
//     {{wrap page_frame(&m->page)}} {{call banner}} {{wrap page_main(&m->page)}} ... {{end}}{{end}}
// The shell writes the skip link, the strip of a demonstration, header, search, navigation, the
// message of the last action, the error summary of c->issues, footer and the time-out dialog.
#ifndef PAGE_H
#define PAGE_H

#include "core/core.h"
#include "core/session.h"

enum { PAGE_NAV_MAX = 12 };

typedef struct PageNav {
    Str label;
    Str href;
    int64_t count; // 0: no badge
    bool alert;
    bool current;
} PageNav;

typedef struct Page {
    Ctx *c;
    Str title;      // names no person: "Overview, GO, 78"; the shell adds the service's name
    bool signed_in; // false: no search, navigation or account
    bool dense;     // the compact look of staff pages; off for pages read at leisure
    bool error;     // c->issue_count > 0: the title starts "Error:"
    Str service;    // "Care coordination"
    Str network;    // of this installation
    Str role;       // of the actor, for people
    Str home;       // where the service's name leads
    Str search_action, search_label, search_hint; // the header's search box, "" for none
    Str flash;                                    // message of the last action, shown once
    Str csrf;
    int64_t seconds_left; // until the session locks
    bool demonstration;
    PageNav nav[PAGE_NAV_MAX];
    size_t nav_count;
} Page;

Str page_home(const Ctx *c); // where "/" leads the actor: a path
// `current` is the href of the navigation item this page belongs to, "" for none. Takes the flash.
// Works without a session too (sign-in form, error pages). Strings live in c->arena.
Page page_of(Ctx *c, Str title, const char *current);

// The layouts, written in page.ht: use them with {{wrap}}.
void page_begin(Buf *o, const Page *p); // header, then <main> in a container
void page_end(Buf *o, const Page *p);
void page_frame_begin(Buf *o, const Page *p); // header only; needs page_main inside
void page_frame_end(Buf *o, const Page *p);
void page_main_begin(Buf *o, const Page *p);
void page_main_end(Buf *o, const Page *p);
// For paper: no header or navigation; body_class "app-print" or "app-print app-print--large".
void page_print_begin(Buf *o, const Page *p, Str body_class);
void page_print_end(Buf *o, const Page *p, Str body_class);

// A page for an error: a sentence for people, the request's reference, and what they can do.
typedef struct PageProblem {
    Page page;
    Str heading;
    Str text;
    Str advice;    // what to do, may be empty
    Str reference; // c->request
} PageProblem;
void page_problem(Buf *o, const PageProblem *m);
// Wording for each Err: fills heading and text in plain English. Issues stay for ERR_INVALID alone.
PageProblem page_problem_of(Ctx *c, Err err);

const char *page_asset(const char *path); // the address that may be cached for ever

#endif
