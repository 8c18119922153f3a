// code_set.h -- what codes mean: named sets of codes.
//
// Read from assets/code-sets, which are part of the program, and from files of the deployment, of
// which the sets stand above those of the same name; no code stands in C. A set can take in other
// sets, and has a version and a hash, so that what a list was made from can be said later.
#ifndef CODE_SET_H
#define CODE_SET_H

#include "base/base.h"

enum {
    CODE_SETS_MAX = 2048,
    CODE_SET_ROWS_MAX = 100000, // of one set
    CODE_ROWS_MAX = 500000,     // of all, after sets are taken in
    CODE_FILES_MAX = 64,        // of a deployment
    RETIRED_MAX = 1000000,
    CODE_SET_INCLUDES_MAX = 16, // sets that one set may take in
    CODE_SOURCES_MAX = 64,
};

typedef struct CodeRow {
    Str system; // "snomed", "loinc"
    Str code;
    Str term;
    Str source; // key of a CodeSource; "" where the file's README says it
} CodeRow;

typedef struct CodeSource { // where codes were read
    Str key;                // "gm-sde"
    Str what;               // for people, with the day it was read
    Str licence;            // "" where only facts were taken
    Str where;              // address or repository and path
} CodeSource;

typedef struct CodeSet {
    Str name;            // "efi-falls"
    Str one;             // "Falls": as people say it
    Str many;            // "falls"
    Str single;          // "fall": what one of the many is called
    Str title, titles;   // one and many where sets of several kinds stand together, each title
                         // once: "Falls (frailty index)"
    Str note;            // what is known to be wrong with the set, a sentence; may be empty
    Str file;            // of the deployment that it was read from, "" the program's own
    Str version, origin; // as that file says
    Str hash;            // 16 hexadecimal digits: SHA-256 of its codes, sorted
    size_t codes;        // different ones, with those of the sets it takes in
    CodeRow *rows;
    size_t count;
    uint16_t includes[CODE_SET_INCLUDES_MAX];
    size_t include_count;
} CodeSet;

typedef struct CodeSets CodeSets;

// The sets of the program itself; they live in the arena. *why_out says file, line and what was
// expected. Errors: ERR_INVALID (a file that was changed by hand and broken).
MUST_USE Err code_sets_read(Arena *arena, const CodeSets **out, Str *why_out);

// The same from given texts. A file of the deployment begins with lines "# version V" and
// "# source S"; its name stands in *why_out.
typedef struct CodeFile {
    Str name; // "falls.tsv"
    Str text;
} CodeFile;
typedef struct CodeFiles {
    Str sets[4]; // "set system code term [source]"; unused ones empty
    Str names, measures, units, values, scores, sources;
    CodeFile own[CODE_FILES_MAX]; // sets of the deployment
    size_t own_count;
    Str own_names; // "set one many [note] [kind] [single]", stands above names
    Str retired;   // "system code [on]"
} CodeFiles;
CodeFiles code_files(void); // the program's own, for a deployment's to be added
MUST_USE Err code_sets_from(Arena *arena, const CodeFiles *files, const CodeSets **out,
                            Str *why_out);

size_t code_sets_count(const CodeSets *sets);
const CodeSet *code_set_at(const CodeSets *sets, size_t index);
int code_set_index(const CodeSets *sets, Str name); // -1: no such set
// Indices of the sets that hold a code, those that take it in included, ascending; count 0: none.
const uint16_t *code_sets_of(const CodeSets *sets, Str system, Str code, size_t *count_out);
bool code_set_holds(const CodeSets *sets, int index, Str system, Str code);

// Whether a file says that the code is in use no more, and since when ("" when it does not say).
bool code_retired(const CodeSets *sets, Str system, Str code, Str *on_out);
const CodeSource *code_source(const CodeSets *sets, Str key); // NULL: no such source

// The rest of the door.
#include "nhs/code_measure.h"
#include "nhs/code_score.h"

#endif
