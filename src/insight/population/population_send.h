// population_send.h -- sending a file: a page for each kind that somebody can have.
#ifndef POPULATION_SEND_H
#define POPULATION_SEND_H

#include "insight/population/population_pages.h"

// The kinds, with what was last loaded of each: for the page that asks which it is.
MUST_USE Err send_kinds(Ctx *c, ImportsPage *m);
Err send_page(Ctx *c, const Request *req, Response *res); // GET /imports/send/:kind
Err send_file(Ctx *c, const Request *req, Response *res); // POST /imports/send/:kind
#define SEND_DEPRIVATION "/imports/send/deprivation"

#endif
