// err.h -- the closed set of ways a thing can fail, each with one HTTP status and one FHIR code.
#ifndef ERR_H
#define ERR_H

typedef enum Err {
    ERR_OK = 0,
    ERR_INVALID,     // 422: what was sent breaks a rule; the issues say which
    ERR_MALFORMED,   // 400: what was sent cannot be read at all
    ERR_SIGNED_OUT,  // 401: no session, or an expired one
    ERR_FORBIDDEN,   // 403: known actor, not allowed, and may know that the thing exists
    ERR_NOT_FOUND,   // 404: absent, or not for this actor's eyes (never says which)
    ERR_CONFLICT,    // 409: somebody else changed it first
    ERR_TOO_LARGE,   // 413
    ERR_UNSUPPORTED, // 415: a media type we do not read
    ERR_TOO_MANY,    // 429: slow down
    ERR_BUSY,        // 503: try again soon
    ERR_FAULT,       // 500: ours; logged with its reference, never explained outside
    ERR_COUNT
} Err;

int err_status(Err err);            // the HTTP status, 200 for ERR_OK
const char *err_fhir_code(Err err); // FHIR R4 IssueType, such as "not-found"
const char *err_name(Err err);      // "NOT_FOUND", for logs

#endif
