// sample.h -- one sample: what it is, in the words of those who use it.
//
// What happens here and the rule that matters: a line about a person, ended once, by somebody who
// saw its latest version. Not here: what belongs to another room.
#ifndef SAMPLE_H
#define SAMPLE_H

#include "care/person/person.h"

typedef struct Sample {
    int64_t id;
    Str ref; // opaque, for addresses
    Str what;
    Instant changed_at;
    Instant ended_at; // INSTANT_NONE while it lasts
    int64_t version;  // the caller must send back the version it looked at
} Sample;

enum { SAMPLE_WHAT_CHARS_MAX = 200, SAMPLES_OF_PERSON_MAX = 200 };

// Journalled as "sample". The new one's ref lives in c->arena. Errors: ERR_INVALID.
MUST_USE Err sample_add(Ctx *c, const Grant *grant, Str what, Str *ref_out);

// Errors: ERR_NOT_FOUND; ERR_CONFLICT (version, or ended already).
MUST_USE Err sample_end(Ctx *c, const Grant *grant, Str ref, int64_t version);

// Newest first, at most SAMPLES_OF_PERSON_MAX, in c->arena.
MUST_USE Err sample_of_person(Ctx *c, const Grant *grant, Sample **out, size_t *count_out);

extern const Room SAMPLE_ROOM; // /people/:person/samples

#endif
