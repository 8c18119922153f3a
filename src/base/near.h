// near.h -- which known word somebody meant: the one that the fewest changes away.
#ifndef NEAR_H
#define NEAR_H

#include "base/base.h"

enum { NEAR_BYTES_MAX = 64 }; // longer words are never near to anything

// Letters to put in, take out, exchange, or swap with the next, to make one of the other; bytes,
// A-Z equal to a-z. INT_MAX when either is longer than NEAR_BYTES_MAX.
int near_distance(Str a, Str b);
// Whether so many changes are few enough in a word of this length to be a slip.
bool near_enough(Str word, int distance);

#endif
