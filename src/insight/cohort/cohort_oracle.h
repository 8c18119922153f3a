// cohort_oracle.h -- a definition as one SQL question over plain tables: an oracle for self-checks.
//
// The statements stand in assets/cohorts/rules.sql. Inside the room, and for tests.
#ifndef COHORT_ORACLE_H
#define COHORT_ORACLE_H

#include "core/scratch.h"
#include "insight/cohort/cohort_define.h"

// A piece of rules.sql by its name: "tables", "event". Aborts when there is none.
Str sql_piece(const char *name);
// "SELECT p.id, ... FROM person p": 1, 0 or NULL for everybody, as at a day. In the arena.
// Errors: ERR_UNSUPPORTED (a rule that has no SQL: those that nobody answers yet).
MUST_USE Err definition_sql(Arena *arena, const Definition *definition, Date as_at, Str *out);
// Makes the tables and fills in what codes and units mean; people and events are the caller's.
MUST_USE Err sql_begin(Scratch *scratch, const CodeSets *sets);
MUST_USE Err sql_derive(Scratch *scratch); // once people and events are in

#endif
