// help.h -- pages for everybody: help, accessibility statement, privacy.
#ifndef HELP_H
#define HELP_H

#include "core/route.h"

extern const Room HELP_ROOM;

#endif
