// request.h -- what a handler gets and what it gives. Included by route.h.
#ifndef REQUEST_H
#define REQUEST_H

#include "core/access.h"

enum {
    PARAMS_MAX = 4,
    PAIRS_MAX = 2100, // a box for each of 2,000 rows, and what else stands in the form
    FIELD_BYTES_MAX = 64 * 1024,
    BODY_BYTES_MAX = 256 * 1024
};

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

// Of a form that was not sent from a page of the running session.
typedef enum OldForm {
    OLD_FORM_NONE,
    OLD_FORM_OWN,    // opened by the same account before it signed in again
    OLD_FORM_OTHER,  // from our page, but by whom is not known: too old, or somebody else's
    OLD_FORM_UNSENT, // came after its session had ended, and was kept
} OldForm;

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
    OldForm old_form;     // why ERR_FORBIDDEN: what the form says is not taken
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

// Says for the access log whom the page shows: `id` is the member of a row that names the person.
#define RES_SHOWS(res, arena, rows, count, id)                                                     \
    do {                                                                                           \
        PersonId *res_ids = ARENA_ARRAY((arena), PersonId, (count) + 1);                           \
        for (size_t res_i = 0; res_i < (count); res_i++) res_ids[res_i] = (rows)[res_i].id;        \
        (res)->shown = res_ids;                                                                    \
        (res)->shown_count = (count);                                                              \
    } while (0)

Str req_param(const Request *req, const char *name); // "" when absent
Str req_query(const Request *req, const char *name);
// Which page of a list "?page=3" asks for: from 1 to PAGE_ASKED_MAX, 1 for anything else. What is
// beyond the last page is for the list to say (ui_slice).
int64_t req_page(const Request *req);
int64_t req_page_of(const Request *req, const char *name); // of one of several lists of a page
enum { PAGE_ASKED_MAX = 100000 };

// The ways to finish a handler that writes no page. Strings but `location` are not copied.
Err res_redirect(Ctx *c, Response *res, Str location); // 303 to a path of ours
// The same; the message is shown once, as a success, on the page that is opened next.
// Errors: ERR_BUSY, ERR_FAULT (the message could not be kept).
Err res_redirect_saying(Ctx *c, Response *res, Str location, Str message);
Err res_text(Response *res, const char *content_type, Str body);                   // ERR_TOO_LARGE
Err res_download(Response *res, const char *content_type, Str filename, Str body); // the same

#endif
