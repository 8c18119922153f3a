// code_load.h -- what users get (reference sets of RF2, national lists, lists of codes) made into a
// file of sets that this program reads at start.
//
// Columns are found by name: refsetId or Cluster_ID or set; referencedComponentId, SNOMED_code or
// code; term; active. "<<73211009" is a code with all below it, "<73211009" all below it, by the
// hierarchy that is given too. A snapshot of concepts becomes the list of those retired.
#ifndef CODE_LOAD_H
#define CODE_LOAD_H

#include "nhs/code_set.h"

enum { CODE_LOAD_NAMES_MAX = 256, HIERARCHY_LINKS_MAX = 4000000 };

typedef struct CodeLoad {
    Str file; // its name, for what is said
    Str text;
    Str sets;            // "KEY, KEY=NAME": which of the file's and how they are called; "" all
    Str version, source; // "": as the file says
    Str system;          // where the file has no such column; "" snomed
    Str hierarchy;       // text with child and parent, or sourceId and destinationId; "" none
} CodeLoad;

typedef struct CodeLoaded {
    bool retired; // a list of retired codes, not sets
    Str text;     // the file to be kept
    size_t sets, codes;
    // Rows of SNOMED CT whose code fails its check digit: lost in copying, or cut off. The first.
    size_t doubtful;
    int64_t doubtful_line;
    Str doubtful_code;
} CodeLoaded;

// Everything lives in the arena and views the given texts. Errors: ERR_INVALID with *why_out, which
// names the line.
MUST_USE Err code_load(Arena *arena, const CodeLoad *load, CodeLoaded *out, Str *why_out);

#endif
