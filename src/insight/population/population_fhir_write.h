// population_fhir_write.h -- one imported fact as a FHIR R4 resource.
#ifndef POPULATION_FHIR_WRITE_H
#define POPULATION_FHIR_WRITE_H

#include "base/json.h"
#include "insight/population/population_facts.h"

typedef struct FactType {
    EventKind kind;
    const char *name;   // "Condition"
    const char *person; // the element that says whom it is about: "subject" or "patient"
    const char *code;   // the element with its code
} FactType;

extern const FactType FACT_TYPES[];
extern const size_t FACT_TYPES_COUNT;

const FactType *fact_type_named(Str name);          // NULL: we have none
const FactType *fact_type_of(const SentFact *fact); // NULL only for a kind nobody writes
// The URL of its code's system, as it is written; "" when the practice gave none.
Str fact_code_system(Arena *arena, const SentFact *fact);

// `ref` of the person. What the import did not keep is not made up: a status is "unknown".
void fact_put(JsonOut *out, Arena *arena, const SentFact *fact, Str ref);

#endif
