// demo_facts.h -- fifteen years of coded events of one person, as their practice would have them.
#ifndef DEMO_FACTS_H
#define DEMO_FACTS_H

#include "app/demo_codes.h"
#include "app/demo_people.h"
#include "insight/population/population.h"

enum { DEMO_YEARS = 15 };

typedef struct DemoFacts DemoFacts;
DemoFacts *demo_facts_new(Arena *arena, const DemoCodes *codes);
// Numbers for all codes in a store: before demo_facts is given a loader.
MUST_USE Err demo_facts_load(DemoFacts *facts, Loader *loader, DemoCodes *codes);

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
