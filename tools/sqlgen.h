// sqlgen.h -- the statement generator's parts.
#ifndef SQLGEN_H
#define SQLGEN_H

#include "base/base.h"

typedef struct Gen Gen;

// Prints "path:line: sentence" and counts it: one run shows all.
__attribute__((format(printf, 4, 5))) void fault(Gen *g, const char *path, int line,
                                                 const char *fmt, ...);

bool is_word_char(char c); // of a name or a word of SQL
// One line without its comment and with '' for each string. The whole line, raw, says whether its
// LIKE is over a key column made in C ("-- key"). migration: types are named there.
void check_line(Gen *g, const char *path, int line, Str raw, Str bare, bool migration);

#endif
