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

// What an import of this row into the batch would do; reads only. *person_out is the person of the
// last three. batch_id 0: no batch. People of other batches that load or go are not known.
MUST_USE Err person_match(Ctx *c, int64_t batch_id, const PersonImport *from, PersonMatch *out,
                          PersonId *person_out);
// Whose NHS number it is, of those whom everybody sees. Errors: ERR_NOT_FOUND, ERR_CONFLICT
// (more than one person has it).
MUST_USE Err person_of_number(Ctx *c, int64_t nhs_number, PersonId *out);
// Somebody with the same name, date of birth and postcode and another number, or none: perhaps the
// same person, for people to decide. {0} when there is nobody, or the row lacks one of the three.
MUST_USE Err person_alike(Ctx *c, int64_t batch_id, const PersonImport *from, PersonId *out);
// Adds or updates one row. Values that were corrected here stay: of a person with version > 0 an
// extract changes only registration, practice, usual GP, area and date of death. The decile is that
// of the area when a release has it, else the one that was sent.
// Errors: ERR_CONFLICT (PERSON_NEAR: nothing written, *out is the near one), ERR_INVALID.
MUST_USE Err person_import(Ctx *c, int64_t batch_id, const PersonImport *from, PersonId *out,
                           bool *added_out);
// Inside a change, after its imports: the entry that vouches for these people as they now are.
MUST_USE Err person_import_seal(Ctx *c, const PersonId *ids, size_t count);

// Inside a change: from its commit on nobody sees, finds or counts the people the batch added, and
// no import knows them. `leaving`: they were seen until now. Undone by person_batch_show.
MUST_USE Err person_batch_hide(Ctx *c, int64_t batch_id, bool leaving);
MUST_USE Err person_batch_show(Ctx *c, int64_t batch_id);

enum { TAKE_BACK_PIECE = 60 }; // people in one write: other people's saves come between
typedef struct TakeBack {      // begin with all but batch_id and failed 0
    int64_t batch_id;
    bool failed;         // it never counted: what was corrected meanwhile stays, nothing refuses
    int64_t prior_after; // the next piece begins behind these two
    int64_t person_after;
    int64_t done; // people, so far
    bool ended;
    PersonId removed[TAKE_BACK_PIECE]; // whom the last piece took away
    size_t removed_count;
} TakeBack;
// Inside a change: one piece. First gives everybody the values from before the batch, then removes
// those it added, whose ids are not given again. Errors: ERR_CONFLICT with a sentence in c->issues
// (somebody was corrected here since, has a case, task or contact, or is in a later import).
MUST_USE Err person_take_back(Ctx *c, TakeBack *t);
// The same for one person, if the batch added them. Errors: as person_take_back.
MUST_USE Err person_take_back_one(Ctx *c, int64_t batch_id, PersonId id);
MUST_USE Err
person_later_import(Ctx *c); // says that a later import stands in the way: ERR_CONFLICT

// What the population engine asks of everybody, in the order of ids. Nobody's name is in it.
typedef struct PersonFact {
    PersonId id;
    Date born, died;
    Registration registration;
    int64_t practice_id; // 0: none recorded
    Gender sex;          // as registered at birth, else the gender
    int imd_decile;      // 0 not recorded
    bool opted_out, interpreter;
    Date registration_on; // DATE_NONE when not recorded
    uint8_t ethnicity;    // person_ethnicity_number
    uint64_t language;    // person_language_key of the main one
} PersonFact;
// One number for one language, however its capitals are written; 0: not recorded.
uint64_t person_language_key(Str language);
uint8_t person_ethnicity_number(Str category); // 'A' is 1 .. 'Z' 26; 0: no category letter
MUST_USE Err person_facts(Ctx *c, PersonFact **out, size_t *count_out);
typedef struct PersonTrait { // what is asked of everybody only now and then
    PersonId id;
    Date registration_on; // DATE_NONE when not recorded
    Str ethnicity;        // category letter, "" not recorded
    Str language;         // main spoken language, "" not recorded
    bool interpreter;
} PersonTrait;
MUST_USE Err person_traits(Ctx *c, PersonTrait **out, size_t *count_out);
// The main language of each, in the order of `ids` (ascending); "" not recorded or nobody.
MUST_USE Err person_languages(Ctx *c, const PersonId *ids, size_t count, Str **out);
// Those only that were corrected here, in no order: what may be newer than the engine's columns.
MUST_USE Err person_facts_changed(Ctx *c, PersonFact **out, size_t *count_out);

// Everybody's ids in the order of names, as lists show it: by family name, then given names, in the
// folded spelling that a search compares. Also people of batches that are hidden.
MUST_USE Err person_by_name(Ctx *c, PersonId **out, size_t *count_out);
// Another number whenever somebody was corrected here.
int64_t person_corrections(Ctx *c);
// Whoever was corrected here after `at`, in no order: their place by name may be another now.
MUST_USE Err person_changed_after(Ctx *c, Instant at, PersonId **out, size_t *count_out);
typedef struct PersonNameKey { // what that order compares; empty for somebody who is gone
    Str family, given;
} PersonNameKey;
MUST_USE Err person_name_keys(Ctx *c, const PersonId *ids, size_t count, PersonNameKey **out);
// As memcmp; of equal names whoever has the lower id comes first.
int person_name_cmp(const PersonNameKey *a, PersonId a_id, const PersonNameKey *b, PersonId b_id);

#include "care/person/person_changed.h" // the rest of the door

#endif
