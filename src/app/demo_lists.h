// demo_lists.h -- the lists that other systems send about people: who opted out of what, and scores
// that others worked out.
#ifndef DEMO_LISTS_H
#define DEMO_LISTS_H

#include "app/demo_facts.h"

typedef struct DemoLists { // as files, CSV
    Buf opt_outs, scores;
} DemoLists;

DemoLists demo_lists_begin(void);
void demo_lists_end(DemoLists *lists); // gives their memory back; for CLEANUP
// Writes the rows of one person, or none. Whoever is supported here opted out of nothing.
void demo_lists_add(DemoLists *lists, Arena *scratch, const DemoTown *town, int64_t index,
                    const DemoPerson *who, const DemoHealth *health);
// Imports both, as if they had been sent. Errors: those of import_scores; ERR_FAULT.
MUST_USE Err demo_lists_load(Ctx *c, const DemoLists *lists, const DemoTown *town);

#endif
