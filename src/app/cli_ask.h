// cli_ask.h -- the part of `trellis cohort` that answers files.
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "core/ctx.h"

// Prints for each file how many registered people meet its rules; gives the exit code. A file that
// cannot be read ends it with a sentence.
int cli_cohort_ask(Ctx *c, const char *const *files, size_t count);

#endif
