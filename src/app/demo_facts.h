// demo_facts.h -- fifteen years of coded events of one person, as their practice would have them.
#ifndef DEMO_FACTS_H
#define DEMO_FACTS_H

#include "app/demo_codes.h"
#include "app/demo_people.h"
#include "insight/population/population.h"

enum { DEMO_YEARS = 15 };

// The codes in the store and the ids they got there: once for all people.
typedef struct DemoFacts DemoFacts;
MUST_USE Err demo_facts_begin(Arena *arena, Loader *loader, DemoCodes *codes, DemoFacts **out);

// What the story needs to know about somebody, without the store.
typedef struct DemoHealth {
    uint64_t conditions[2]; // bits, in the order of assets/demo/conditions.tsv
    int deficits;           // of the frailty index, medicines included
    int long_term;          // conditions that medicines are taken for
    int admissions;         // unplanned, in the last 12 months
} DemoHealth;
bool demo_has(const DemoHealth *health, int condition);

// Adds the events of `who` under `slot`; loader NULL: only says how they are.
MUST_USE Err demo_facts(const DemoFacts *facts, const DemoCodes *codes, Loader *loader,
                        int32_t slot, const DemoPerson *who, DemoHealth *out);

#endif
