// equity_json.h -- a subject's figures as the room's own JSON. Private to the room.
#ifndef EQUITY_JSON_H
#define EQUITY_JSON_H

#include "insight/equity/equity.h"

enum { EQUITY_BODY_BYTES_MAX = 1024 * 1024 };

// In the arena. Errors: ERR_TOO_LARGE.
MUST_USE Err equity_subject_body(Arena *arena, const EquitySubject *subject, Str *out);
// And back; views `body`. Errors: ERR_FAULT (not what we wrote).
MUST_USE Err equity_subject_read(Arena *arena, Str body, EquitySubject *out);

#endif
