// cohort_names.h -- whether the practices, languages and cohorts that a definition names are known
// in this network. Part of the room's door.
//
// A definition that names what nobody here has would list nobody without a word. It is judged where
// it is written or published, and told wherever else it is shown; what is published already runs
// on. While no practice has sent anything, practices and languages are not judged.
#ifndef COHORT_NAMES_H
#define COHORT_NAMES_H

#include "insight/cohort/cohort.h"

// `text`: as of definition_unknown_names. Errors: ERR_BUSY (no columns yet to look for a language).
MUST_USE Err cohort_unknown_names(Ctx *c, const Definition *definition, Str text, UnknownName **out,
                                  size_t *count_out);
// Errors: ERR_INVALID, *why_out saying the first that is not known, with its place; ERR_BUSY.
MUST_USE Err cohort_names_known(Ctx *c, const Definition *definition, Str text, Str *why_out);
// "Nobody is found by practice "X26110": it is not known here." for each, "" none. For pages.
MUST_USE Err cohort_names_warnings(Ctx *c, const Definition *definition, Str *out);

#endif
