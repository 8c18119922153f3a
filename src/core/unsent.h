// unsent.h -- a form that came after its session had ended, or after the record had closed to its
// writer: kept for them, who sign in or say why, see that it was not saved, and send it again.
// Forms with a draft of their own are not among them.
#ifndef UNSENT_H
#define UNSENT_H

#include "core/route.h"

// Keeps the form of a page under the account that typed it, the latest one only.
// *kept_out: false where there is nothing typed (no field, a search, a file). Housekeeping.
MUST_USE Err unsent_keep(Ctx *c, const Request *req, bool *kept_out);

// Where the one who signed in is sent first: "" when nothing waits.
MUST_USE Err unsent_place(Ctx *c, Str *out);

MUST_USE Err unsent_show(Ctx *c, const Request *req, Response *res);   // GET /unsent
MUST_USE Err unsent_answer(Ctx *c, const Request *req, Response *res); // POST: send it, or not

#endif
