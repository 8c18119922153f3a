// codes.h -- which codes mean what, and how much of it there is in our records, without names.
//
// Each set with its source, version, known faults and how many people and events it touches by
// practice, in figures that nobody can be told from; codes that are never seen with us, retired
// ones, and codes of ours that no set knows.
#ifndef CODES_H
#define CODES_H

#include "core/route.h"

extern const Room CODES_ROOM; // /code-sets

#endif
