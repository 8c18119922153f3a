// web.h -- the walk of a request from HTTP to a handler and back: what every page has in common.
//
// row -> session -> CSRF -> capability and data class -> person and grant -> handler, in one read
// transaction -> access log -> answer, which is held until its line is durable. A step that says no
// ends it with a page in plain English.
#ifndef WEB_H
#define WEB_H

#include "core/core.h"
#include "core/http.h"

// `core` must outlive the server. Routes come from core->routes.
HttpHooks web_hooks(const Core *core);

// A new reference of a request, "7QK4-M2XD", and a Ctx without database or actor.
Ctx *web_ctx(const Core *core, Arena *arena);

// The path that shows the same page to a GET, or the form that a POST came from; "" for neither.
Str web_here(Ctx *c, const Request *req);

// Error pages: status, heading and sentence for people, the reference, and what they can do now.
MUST_USE Err web_problem(Ctx *c, const Request *req, Err err, Response *res);

#endif
