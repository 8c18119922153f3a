// definition.h -- a cohort's definition and its forms: text, JSON, plain words, FHIR Group.
//
//     cohort diabetes-above-target
//     name Diabetes above target
//     purpose Why people are looked for
//     owner Who answers for the definition
//     offer What they are offered
//     review 2027-03-31
//
//     all
//       has diabetes
//       latest hba1c over 58 mmol/mol within 15 months
//       any
//         no contact within 6 months
//         no plan in date
//
// Two spaces go one level in. all, any, none and at least N of carry "not recorded" on as it should
// be (Kleene). docs/guide/cohorts.md is the language's text.
#ifndef DEFINITION_H
#define DEFINITION_H

#include "core/scratch.h"
#include "insight/definition/definition_slot.h"

enum {
    DEFINITION_BYTES_MAX = 64 * 1024,
    DEFINITION_JSON_BYTES_MAX = 512 * 1024,
    DEFINITION_DEPTH_MAX = 8,
    DEFINITION_RULES_MAX = 256,
    DEFINITION_WORDS_MAX = 64, // in one line
    DEFINITION_HEAD_CHARS_MAX = 500,
    DEFINITION_TARGET_MAX = 1000000,
};

// Who is listed though lists leave them out as a rule. Who died, left or objects is on no list.
enum { ALSO_ON_CASELOAD = 1U << 0, ALSO_DECLINED = 1U << 1 };

typedef struct Definition {
    Str key, name, purpose, owner;
    Str offer;               // words, or one of "plan", "activation", "decision", ...
    Date start, end, review; // DATE_NONE: not said
    int target;              // people to be reached, 0: not said
    Str confirm;             // the role that must confirm a list before it is used, "" nobody
    unsigned also;           // ALSO_ bits
    Str note, note_end;      // lines after '#' above the definition and below its last rule
    Str version; // 16 hexadecimal digits: SHA-256 of its text as definition_text writes it
    const CohortRule *root;
    int rules; // how many, groups too
} Definition;

// Reads the text of a definition that this program can answer. Everything lives in the arena and
// views `text`, which must outlive it. *why_out: "line 7, column 12: expected ..., found ...".
// Errors: ERR_INVALID.
MUST_USE Err definition_read(Arena *arena, const CodeSets *sets, Str text, Definition *out,
                             Str *why_out);
// The same for the whole language, whether this program can answer every rule of it or not yet.
MUST_USE Err definition_parse(Arena *arena, const CodeSets *sets, Str text, Definition *out,
                              Str *why_out);
// Errors: ERR_INVALID, *why_out naming the first rule that cannot be answered yet.
MUST_USE Err definition_answerable(Arena *arena, const Definition *definition, Str *why_out);

// The text again: read once more it gives the same tree, and is written the same. In the arena.
Str definition_text(Arena *arena, const Definition *definition);
Str rule_text(Arena *arena, const CohortRule *rule); // of one rule, or a group's own line

// The exact JSON form, and back (views `json`). *why_out: "rule.rules[2].sets: expected ...".
// Errors: ERR_INVALID.
Str definition_json(Arena *arena, const Definition *definition);
MUST_USE Err definition_from_json(Arena *arena, const CodeSets *sets, Str json, Definition *out,
                                  Str *why_out);

// A FHIR R4 Group with a characteristic for each rule that maps; the text of those that do not is
// in an extension. For export only. In the arena.
Str definition_fhir_group(Arena *arena, const CodeSets *sets, const Definition *definition);

// HL7 CQL over FHIR R4; a rule that does not map is null, with its words beside it. For export
// only. In the arena.
Str definition_cql(Arena *arena, const CodeSets *sets, const Definition *definition);

bool rule_asks(const CohortRule *rule, RuleKind kind); // it or a rule within it
Str rule_words(Arena *arena, const CodeSets *sets, const CohortRule *rule); // "Aged 65 or over"
Str rule_window_words(Arena *arena, const CohortRule *rule); // " since 1 January 2026", or ""
Str definition_words(Arena *arena, const CodeSets *sets, const Definition *definition);

// ---- as one SQL question over plain tables: an oracle for self-checks and tests
// A piece of rules.sql by its name: "tables", "event". Aborts when there is none.
Str sql_piece(const char *name);
// "SELECT p.id, ... FROM person p": 1, 0 or NULL for everybody, as at a day. In the arena.
// Errors: ERR_UNSUPPORTED (a rule that has no SQL: those that nobody answers yet).
MUST_USE Err definition_sql(Arena *arena, const Definition *definition, Date as_at, Str *out);
// Makes the tables and fills in what codes and units mean; people and events are the caller's.
MUST_USE Err sql_begin(Scratch *scratch, const CodeSets *sets);
MUST_USE Err sql_derive(Scratch *scratch); // once people and events are in

// ---- the definition around the rules
bool definition_key_ok(Str key);
bool definition_confirm_ok(Str role);
Str definition_also_text(unsigned also); // "on caseload or declined", "" of none
unsigned definition_also_read(Str text); // 0: it is not written so
// One line of words as the text form holds it: nothing hidden, no blanks at its ends.
bool definition_line_ok(Str text);
// Whether what it says fits together; its version. Errors: ERR_INVALID.
MUST_USE Err definition_settle(Arena *arena, Definition *definition, Str *why_out);

#include "insight/definition/definition_names.h"

// The texts of the program's own definitions, in the order they are shown; "" after the last.
Str definition_file(size_t index);

#endif
