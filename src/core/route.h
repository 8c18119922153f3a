// route.h -- the one table of what the program answers.
//
// A row without capability, data class and audit verb does not compile (ROUTE takes them in place).
// The walk: socket -> http (limits, strictness) -> route (row, parameters, form) -> session and
// access (actor, CSRF, capability, grant) -> handler (request to arguments, ONE rule, page).
#ifndef ROUTE_H
#define ROUTE_H

#include "core/job.h"
#include "core/request.h"

typedef Err Handler(Ctx *c, const Request *req, Response *res);
// Says what went wrong in place of a page, for interfaces. res->status is set; c->db may be NULL.
typedef Err Problem(Ctx *c, const Request *req, Err err, Response *res);

enum {                  // route flags
    ROUTE_PUBLIC = 1,   // no session needed
    ROUTE_UPLOAD = 2,   // multipart with one file, up to Config upload limit
    ROUTE_DRAFT = 4,    // when the session has ended, the form is kept as the account's draft
    ROUTE_FRAGMENT = 8, // answers X-Fragment with one region
    ROUTE_READS = 16,   // POST that only reads (search): mode stays MODE_READ
    ROUTE_RAW = 32,     // any media type: the body as sent, no form (interfaces, not pages)
};

struct Route {
    const char *method; // "GET" answers HEAD too
    const char *path;   // "/people/:person/contacts/new"; ":person" makes a grant
    Handler *handler;
    Cap cap;
    DataClass data;
    Verb verb;
    // Names of form fields, space-separated: "note" once, "needs[]" for check boxes named needs,
    // "actions[].text" for rows actions[0].text ... Others that are sent are not seen. "version"
    // need not be declared. A field sent twice that may not be is refused with 400.
    const char *fields;
    unsigned flags;
    const char *form;  // with ROUTE_DRAFT: the page where the draft opens; NULL: of the same path
    const char *draft; // with ROUTE_DRAFT: "contact" makes the key "contact:<first parameter>"
    Problem *problem;  // NULL: a page. Also for paths nobody answers that begin with the same part
};

#define ROUTE(method_, path_, handler_, cap_, data_, verb_, ...)                                   \
    {                                                                                              \
        .method = (method_), .path = (path_), .handler = (handler_), .cap = (cap_),                \
        .data = (data_), .verb = (verb_), __VA_ARGS__                                              \
    }

typedef struct NavItem {
    const char *label;
    const char *href;
    Cap cap;
    int64_t (*count)(Ctx *c); // NULL for no badge; < 0 when the count could not be had
    bool alert;               // the badge is yellow: what it counts waits for somebody
} NavItem;

// A room as the program sees it; listed once, in app/rooms.c.
typedef struct Room {
    const char *name;
    const Route *routes;
    size_t route_count;
    RelationshipFn *relationship; // NULL: none
    const NavItem *nav;           // NULL: none
    size_t nav_count;
    const Seal *const *seals; // of the rows it keeps, for `trellis verify`; NULL: none
    size_t seal_count;
    const JobKind *jobs; // NULL: none
    size_t job_count;
} Room;

// The table of all rooms, checked and put in the order of matching.
typedef struct RouteTable RouteTable;
// Errors: ERR_INVALID with a sentence: a row without what it needs, twice, or one that never
// matches.
MUST_USE Err route_table_new(Arena *arena, const Room *const *rooms, size_t room_count,
                             const RouteTable **out, Str *why_out);
// The row that answers. HEAD finds GET. NULL: none; then *allow_out says which methods would do
// ("GET, HEAD"), "" when the path is unknown.
const Route *route_find(Arena *arena, const RouteTable *table, Request *req, Str *allow_out);
Problem *route_problem(const RouteTable *table, const Request *req); // NULL: a page
size_t route_count(const RouteTable *table);
const Route *route_at(const RouteTable *table, size_t n); // ordered by path, then method
bool route_declares(const Route *route, Str field, bool *repeats_out);

#endif
