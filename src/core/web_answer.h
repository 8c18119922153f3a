// web_answer.h -- from a Response to status, headers and bytes: what every answer carries.
#ifndef WEB_ANSWER_H
#define WEB_ANSWER_H

#include "core/core.h"
#include "core/http.h"

// Moves res->body into the exchange and writes all headers. `allow` for 405, "" otherwise.
void web_answer(const Core *core, HttpExchange *x, const Request *req, Response *res, Str allow);

// A line of plain text for requests that never reached a page: bad syntax, no free worker.
void web_plain_problem(Ctx *c, Response *res);

#endif
