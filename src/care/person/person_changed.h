// person_changed.h -- who was written to, as the journal tells: for what is kept beside the store
// and follows it without reading everybody again. Part of the door person.h.
#ifndef PERSON_CHANGED_H
#define PERSON_CHANGED_H

#include "core/journal.h"

typedef struct PersonChanges {
    PersonId *ids; // in the order of the journal; may hold somebody twice, or who is gone
    size_t count;
    size_t most;  // room for so many
    bool unclear; // there were more, or somebody was taken away: it cannot be told who
} PersonChanges;

PersonChanges person_changes_new(Arena *arena, size_t most);
void person_changes_add(PersonChanges *changes, PersonId id);
// Adds whom one entry of the journal wrote to, showed or hid; most entries are about nobody.
// Errors: ERR_FAULT, ERR_BUSY.
MUST_USE Err person_changes_take(Ctx *c, const JournalSeal *entry, PersonChanges *changes);

// As person_facts, of these people only: by id, ascending, those left out who are not there.
// ids: ascending, once each.
MUST_USE Err person_facts_of(Ctx *c, const PersonId *ids, size_t count, PersonFact **out,
                             size_t *count_out);

#endif
