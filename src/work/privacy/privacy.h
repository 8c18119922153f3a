// privacy.h -- what somebody who looks after privacy does: reading the reasons that were stated to
// open a record, and writing down what was found.
//
// The reasons themselves and their rules are core/reason's. No table of its own.
#ifndef PRIVACY_H
#define PRIVACY_H

#include "core/route.h"

extern const Room PRIVACY_ROOM; // /reasons

#endif
