// route.h -- the one table of what the program answers, and what a handler gets and gives.
//
// A row without capability, data class and audit verb does not compile (ROUTE takes them in place).
// The walk: socket -> http (limits, strictness) -> route (row, parameters, form) -> session +
// access
// (actor, CSRF, capability, grant) -> handler (request to arguments, ONE rule, page).
#ifndef ROUTE_H
#define ROUTE_H

#include "core/access.h"
#include "core/job.h"

enum { PARAMS_MAX = 4, PAIRS_MAX = 2000, FIELD_BYTES_MAX = 64 * 1024, BODY_BYTES_MAX = 256 * 1024 };

typedef struct Pair {
    Str name;
    Str value;
} Pair;

typedef struct Upload { // a multipart file, spooled to an unlinked temporary file
    Str filename;       // as sent: shown, never used as a path
    int fd;             // -1 when absent
    int64_t bytes;
} Upload;

typedef struct Route Route;

typedef struct Request {
    const Route *route;
    Str method;
    Str path;
    Pair params[PARAMS_MAX]; // ":id" of the path
    size_t param_count;
    const Pair *query; // decoded
    size_t query_count;
    const Pair *form; // decoded; only fields the row declares
    size_t form_count;
    Str body;         // ROUTE_RAW: as sent
    Str content_type; // as sent
    Str query_text;   // ROUTE_RAW: as sent
    Upload upload;
    const Grant *grant;   // set when the path has :person, for the row's class and mode
    bool no_relationship; // the grant was refused for want of one: a reason can be stated
    Str fragment;         // X-Fragment: the id of the region the page's script wants, or ""
    Str if_none_match;
    Str if_match;
    Str accept;
    Str accept_encoding;
    Str peer; // address of the client, from a trusted proxy's header or the socket
} Request;

typedef struct Response {
    int status; // 0 means 200, or 303 when location is set
    Str location;
    Str content_type;  // "" means text/html; charset=utf-8
    Str download_name; // sets Content-Disposition: attachment
    Buf body;
    const PersonId *shown; // the persons whose rows the page shows: for the access log
    size_t shown_count;
    Str log_detail;  // filters of a list, for the access log
    Str cookie;      // Set-Cookie, made by core/session only
    Str etag;        // with its quotes; a matching If-None-Match is answered 304
    Str encoding;    // Content-Encoding of the body, "gzip"
    bool keep;       // holds no person's data and may be kept by the browser
    bool forever;    // with keep: the address changes when the content does
    bool forget;     // Clear-Site-Data: signing out
    int retry_after; // seconds; 0: not said
} Response;

typedef Err Handler(Ctx *c, const Request *req, Response *res);

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
    const char *draft; // with ROUTE_DRAFT: "contact" makes the key "contact:<first parameter>"
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
    const char *kind; // nouns of its journal entries, space-separated, for `trellis verify`; NULL
    // Writes the thing's present row exactly as its last journal body. Errors: ERR_NOT_FOUND when
    // there is none (its last body is then "").
    Err (*render)(Ctx *c, Str kind, Str id, Str *body_out);
    // The ids after `after`, in order, of at most `max` things of a kind whose row has version 1 or
    // more (0: as imported): verify looks for their entries. NULL: not looked for.
    Err (*present)(Ctx *c, Str kind, Str after, Str *ids_out, size_t max, size_t *count_out);
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
size_t route_count(const RouteTable *table);
const Route *route_at(const RouteTable *table, size_t n); // ordered by path, then method
bool route_declares(const Route *route, Str field, bool *repeats_out);

Str req_param(const Request *req, const char *name); // "" when absent
Str req_query(const Request *req, const char *name);

// Finishes a handler. res_page expects the body written; redirect answers 303.
Err res_redirect(Ctx *c, Response *res, Str location); // location: a path of ours
Err res_redirect_saying(Ctx *c, Response *res, Str location, Str message); // shown once, as success
Err res_text(Response *res, const char *content_type, Str body);
Err res_download(Response *res, const char *content_type, Str filename, Str body);

#endif
