// session_web.h -- the sign-in page, also shown in place of a page that needs a session.
#ifndef SESSION_WEB_H
#define SESSION_WEB_H

#include "core/core.h"

// Draws the sign-in form; `back` is the local path to go to afterwards, "" for the home page.
// sent: it stands in place of what a form would have done, and says so unless that was kept.
MUST_USE Err session_sign_in_page(Ctx *c, Str username, Str back, bool sent, Response *res);
// Draws the form that asks why a record is opened: for what `data` is, then on to `back`.
MUST_USE Err session_reason_page(Ctx *c, Str person_ref, DataClass data, Str back, Str typed,
                                 Response *res);
// A path of ours to which a browser may be sent back: begins with one '/', nothing odd in it.
bool session_back_ok(Str path);

#endif
