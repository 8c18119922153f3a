// person_row.h -- what the files of this room share about rows and keys.
#ifndef PERSON_ROW_H
#define PERSON_ROW_H

#include "care/person/person.h"

// Reads one person without a grant: for rules of this room that have checked theirs.
MUST_USE Err person_load(Ctx *c, PersonId id, Person *out);
// Runs the update of every column. Errors: ERR_CONFLICT (no such person at that version).
MUST_USE Err person_store(Ctx *c, const Person *p, int64_t version_seen, int64_t version_after);
MUST_USE Err person_store_needs(Ctx *c, PersonId id, const Need *needs, size_t count);

extern const Seal PERSON_SEAL; // of person, needs and earlier values: for entries and verify
extern const Seal HIDDEN_SEAL; // person_import.c
extern const Seal AREA_SEAL;   // person_area.c

// Sets the decile and its release by the person's area, when a release has it; else they stay.
MUST_USE Err area_derive(Ctx *c, Person *p);

typedef struct PersonKeys { // under what a person is found
    Str family, family_last, given, preferred, postcode;
} PersonKeys;
PersonKeys person_keys(Arena *arena, const Person *p);
Str person_postcode_key(Arena *arena, Str postcode); // "PE994QT", "" when empty

typedef struct PersonName { // the parts of a shown name
    Str family, given, prefix;
} PersonName;
Str person_show_name(Arena *arena, PersonName name);

#endif
