// web_answer.h -- from a Response to status, headers and bytes: what every answer carries.
#ifndef WEB_ANSWER_H
#define WEB_ANSWER_H

#include "core/core.h"
#include "core/http.h"

// Moves res->body into the exchange and writes all headers. `allow` for 405, "" otherwise.
void web_answer(const Core *core, HttpExchange *x, const Request *req, Response *res, Str allow);

// The page for a request that found no free worker or reader: drawn without the store, for nobody.
// Takes the session out of c.
void web_busy_page(Ctx *c, Response *res);

// For requests that never reached a handler, by res->status: 503 gets the busy page, bad syntax a
// line of plain text.
void web_plain_problem(Ctx *c, Response *res);

#endif
