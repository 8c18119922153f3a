// ids.h -- a list of people asked for sixteen at a time instead of one by one.
//
// A statement of a list says `IN ($1, $2, ... $16)`; the same text on every store, no array types.
#ifndef IDS_H
#define IDS_H

#include "core/ctx.h"

enum { IDS_AT_ONCE = 16 };

typedef struct Ids { // the parameters of one asking
    Val at[IDS_AT_ONCE];
    const PersonId *ids; // as the caller gave them; the same person may stand twice
    size_t count;        // of them, 1 to IDS_AT_ONCE
} Ids;

// The asking that begins at `from` of `count` ids; places left over repeat the last id, which
// changes no answer of an IN list.
Ids ids_from(const PersonId *ids, size_t count, size_t from);

// The next place of `id` in this asking, at or after `after`; IDS_AT_ONCE when there is none.
size_t ids_place(const Ids *asked, int64_t id, size_t after);

int person_id_cmp(const void *a, const void *b); // of two PersonId, for qsort and bsearch

// Runs what follows once for every place `i` of `ask` (an Ids) where `id` was asked for.
// NOLINTBEGIN(bugprone-macro-parentheses): the name that it declares
#define IDS_EACH(i, ask, id)                                                                       \
    for (size_t i = ids_place(&(ask), (id), 0); i < IDS_AT_ONCE;                                   \
         i = ids_place(&(ask), (id), (i) + 1))
// NOLINTEND(bugprone-macro-parentheses)

#endif
