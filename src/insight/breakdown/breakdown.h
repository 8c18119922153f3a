// breakdown.h -- the latest value of a measure by group: who has one, and who meets a target.
//
// Of a cohort's people or of everybody registered, as at any day, by one or two of the ways people
// are told apart (practice, deprivation, ethnic group, age ...). Every number opens its people, so
// that it is for roles that may see whom alone; who reads figures without names has insight/equity.
#ifndef BREAKDOWN_H
#define BREAKDOWN_H

#include "core/route.h"

extern const Room BREAKDOWN_ROOM;

#endif
