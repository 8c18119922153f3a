// definition_line.h -- one line of a definition: cut into words, read as a rule, or refused.
//
// Inside the room only: definition.c reads the lines, definition_line.c what is in one.
#ifndef DEFINITION_LINE_H
#define DEFINITION_LINE_H

#include "insight/definition/definition.h"

enum { LINE_EXPECTED_MAX = 12 };

typedef struct LineReader {
    Arena *arena;
    const CodeSets *sets;
    Str *why;
    int number; // of the line, from 1
    Str line;   // whole
    Str words[DEFINITION_WORDS_MAX];
    size_t count;
    size_t at; // the next word
    // What could have stood at the furthest word that any pattern came to.
    bool explain; // gather it: only when no pattern fits
    size_t far;
    Str expected[LINE_EXPECTED_MAX];
    size_t expected_count;
    Str nearest; // the known name that is nearest to what stands there, "" none
    int nearest_by;
} LineReader;

// Cuts r->line; the words of a note ("# ...") are none. Errors: ERR_INVALID.
MUST_USE Err line_cut(LineReader *r);
// "line 7, column 12: " and the sentence; `word` may be r->count, the end of the line.
Err line_wrong(LineReader *r, size_t word, Str sentence);
// "expected `what`, found ..." at a word, and the nearest of `known` (ends with NULL).
Err line_expected(LineReader *r, size_t word, Str what, const char *const *known);
// Reads the line as one rule, its kind and slots; the rest of *out stays.
MUST_USE Err line_rule(LineReader *r, CohortRule *out);
// The line is a group's: "all", "any", "none", "at least 2 of".
bool line_group(const LineReader *r, CohortRule *out);

#endif
