// population_lists.h -- lists about people who are here, and releases of deprivation, from a page.
#ifndef POPULATION_LISTS_H
#define POPULATION_LISTS_H

#include "insight/population/population_pages.h"

// What was last loaded of each, and the form that sends the next.
MUST_USE Err population_lists(Ctx *c, const Request *req, ImportsPage *m);
Err send_list(Ctx *c, const Request *req, Response *res);    // POST /imports/lists
Err imports_page(Ctx *c, const Request *req, Response *res); // the page both forms stand on

#endif
