// oracle_world.h -- one made-up population with the tables it means, for the reference and for the
// program's evaluator alike.
#ifndef ORACLE_WORLD_H
#define ORACLE_WORLD_H

#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_use.h"
#include "insight/definition/definition.h"
#include "reference.h"

enum { ORACLE_PERSONS = 40, ORACLE_CODES = 40, ORACLE_EVENTS_MAX = 3000, ORACLE_UNITS_MAX = 32 };
enum { ORACLE_TODAY = 20908, ORACLE_PRACTICES = 3, ORACLE_OTHERS = 3 };

// What costs more to make than to ask and is the same for every world: threads, memory, the tables
// of codes in SQL.
typedef struct OracleKept {
    Arena *arena;
    ColumnPool *pool;
    CaseloadFacts facts; // of nobody, but while they are asked for
    uint32_t numbers;
    Scratch *scratch; // NULL: before the first definition that went to SQL
} OracleKept;
OracleKept *oracle_kept(Arena *arena);
void oracle_kept_end(OracleKept *kept);

typedef struct Oracle {
    uint64_t seed;
    OracleKept *kept;
    Arena *arena; // of this world
    const CodeSets *sets;
    Code codes[ORACLE_CODES];
    const Measure *measure_of[ORACLE_CODES]; // NULL: none
    bool medicine[ORACLE_CODES];
    int set_of[ORACLE_CODES]; // one that holds it, -1: none
    Str units[ORACLE_UNITS_MAX];
    size_t unit_count;
    RefPerson persons[ORACLE_PERSONS];
    RefEvent events[ORACLE_EVENTS_MAX]; // by person, then day
    size_t event_count;
    RefWorld world;
    const char *other_keys[ORACLE_OTHERS];  // what `cohort KEY` may ask for: each only for those
    const char *other_texts[ORACLE_OTHERS]; // before it
    size_t other_count;
} Oracle;

uint32_t oracle_pick(Oracle *o, uint32_t below);
// Codes, units and people from o->seed on, in o->arena.
void oracle_make(Oracle *o);
// Or by hand: the code of a place, and once codes, units, people and events stand there, what the
// reference is told of them.
void oracle_code(Oracle *o, size_t at, Str system, Str code);
void oracle_tell(Oracle *o);
// A definition whose every rule this program can answer, or has SQL for, in o->arena.
typedef enum Answerer { BY_ENGINE, BY_SQL } Answerer;
Str oracle_definition(Oracle *o, Answerer by);
extern const char *const ORACLE_ODS[ORACLE_PRACTICES];

// The definition with those of the others that it asks for, in o->arena.
void oracle_uses(const Oracle *o, const Definition *definition, UsedDefinitions *out);

// The program's answers: of each rule (by its index) for each person.
void oracle_ask(const Oracle *o, const Definition *definition,
                RefAnswer out[REF_RULES_MAX][ORACLE_PERSONS]);

// The same of the root alone, from the definition's SQL. False: it has a rule without SQL.
bool oracle_ask_sql(const Oracle *o, const Definition *definition, RefAnswer out[ORACLE_PERSONS]);

// Cases whose answers were worked out by hand from the guide: the program, its SQL and the
// reference must all give them, also after the definition went through form and JSON. One line.
bool oracle_edges(OracleKept *kept, const CodeSets *sets, int64_t number);

#endif
