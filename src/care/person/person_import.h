// person_import.h -- bulk rows of one batch: part of the door person.h, for insight/population.
#ifndef PERSON_IMPORT_H
#define PERSON_IMPORT_H

#include "care/person/person.h"

typedef struct PersonImport {
    Person person; // id, ref, version are not read
    Str source_id; // the extract's own id, "" none: matches those without an NHS number
    const Need *needs;
    size_t need_count;
} PersonImport;

typedef enum PersonMatch {
    PERSON_NEW,
    PERSON_SAME,    // nothing would change
    PERSON_CHANGED, // known, with other values
    PERSON_NEAR,    // the same number with another date of birth: for a person to decide
} PersonMatch;

// What an import of this row would do; reads only. *near_out is the person of the last three.
MUST_USE Err person_match(Ctx *c, const PersonImport *from, PersonMatch *out, PersonId *person_out);
// Somebody with the same name, date of birth and postcode and another number, or none: perhaps the
// same person, for people to decide. {0} when there is nobody, or the row lacks one of the three.
MUST_USE Err person_alike(Ctx *c, const PersonImport *from, PersonId *out);
// Adds or updates one row. Values that were corrected here stay: of a person with version > 0 an
// extract changes only registration, practice, usual GP and date of death.
// Errors: ERR_CONFLICT (PERSON_NEAR: nothing written, *out is the near one), ERR_INVALID.
MUST_USE Err person_import(Ctx *c, int64_t batch_id, const PersonImport *from, PersonId *out,
                           bool *added_out);
// Inside a change, after its imports: the entry that vouches for these people as they now are.
MUST_USE Err person_import_seal(Ctx *c, const PersonId *ids, size_t count);
// Gives everybody the values from before the batch and removes those it added. Errors: ERR_CONFLICT
// (somebody of the batch was corrected here since, or has a case, task or contact).
MUST_USE Err person_import_undo(Ctx *c, int64_t batch_id, int64_t *removed_out);

// What the population engine asks of everybody, in the order of ids. Nobody's name is in it.
typedef struct PersonFact {
    PersonId id;
    Date born, died;
    Registration registration;
    int64_t practice_id; // 0: none recorded
    Gender sex;          // as registered at birth, else the gender
    int imd_decile;      // 0 not recorded
    bool opted_out;
} PersonFact;
MUST_USE Err person_facts(Ctx *c, PersonFact **out, size_t *count_out);
// Those only that were corrected here, in no order: what may be newer than the engine's columns.
MUST_USE Err person_facts_changed(Ctx *c, PersonFact **out, size_t *count_out);

#endif
