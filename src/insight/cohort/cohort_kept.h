// cohort_kept.h -- definitions that people of the network wrote: found by key, kept by version.
//
// A draft is its writer's alone; a published one is for everybody who may ask about cohorts; a
// withdrawn one finds nobody any more, and its key is not used again. A version that was never
// published stays its writer's, whatever becomes of the definition. The text of every version is
// kept for ever. The program's own definitions are copied, never changed. Part of the room's door.
#ifndef COHORT_KEPT_H
#define COHORT_KEPT_H

#include "insight/cohort/cohort.h"

enum {
    KEPT_DEFINITIONS_MAX = 1000, // of one network, withdrawn ones too
    DEFINITION_VERSIONS_SHOWN_MAX = 100,
    DEFINITIONS_WITHDRAWN_MAX = 50, // listed
    COHORT_USES_MAX = 32,           // definitions that take part in one run
    COHORT_USE_DEPTH_MAX = 8,       // of those that ask for each other
    COHORT_USE_RULES_MAX = 1024,    // of all that take part
};

typedef struct KeptDefinition { // one version; strings live in c->arena
    Str ref;                    // "" of a ready-made one
    Str key, name;
    DefinitionState state;
    int64_t number;  // of this text, from 1; 0 of a ready-made one
    int64_t version; // for definition_keep: goes up with every change, of the state too
    Str hash;        // of the text: what runs name
    Str text;
    Str uses;   // " carers ": the keys it asks for by `cohort KEY`, each between blanks
    Str writer; // who made the definition
    Str by;     // who wrote this text
    Instant at; // when; {0} of a ready-made one
    int64_t writer_account;
    int64_t id;
    bool can_change; // by the actor
} KeptDefinition;

// The newest text of `key`, of the program or kept. Errors: ERR_NOT_FOUND (also: another's draft,
// not for this role).
MUST_USE Err definition_get(Ctx *c, Str key, KeptDefinition *out);
// The text that a run named. Errors: ERR_NOT_FOUND (also: of an earlier release of the program, a
// version that was another's draft only).
MUST_USE Err definition_at(Ctx *c, Str key, Str hash, KeptDefinition *out);
// Every version that the actor may read, newest first, at most DEFINITION_VERSIONS_SHOWN_MAX.
// Errors: ERR_NOT_FOUND.
MUST_USE Err definition_versions(Ctx *c, Str key, KeptDefinition **out, size_t *count_out);

typedef struct DefinitionKeep {
    Str key;         // of the one that is changed; "" for a new one: the key stands in the text
    int64_t version; // that was looked at; 0 for a new one
    Str text;        // DEFINITION_BYTES_MAX
    bool publish;    // else it is a draft; what is published stays so
    bool early;      // publish though it names what is not known here yet
} DefinitionKeep;

// Keeps a text as a new definition, or as the next version of one; journalled. Changes nothing when
// text and state are what they were. What is to be published may name only what is known here
// (cohort_names.h); a draft may wait for it.
// Errors: ERR_INVALID (issues: "text" with line and column, "key", "name"), ERR_CONFLICT (changed
// since: definition_get has theirs), ERR_NOT_FOUND, ERR_FORBIDDEN.
MUST_USE Err definition_keep(Ctx *c, const DefinitionKeep *keep, KeptDefinition *out);
// What a new one is called until somebody names it: it cannot be published under that.
#define DEFINITION_NO_NAME "New cohort"
bool definition_is_named(Str name);

// Publishes or withdraws; journalled.
// Errors: ERR_INVALID (nobody named it, a cohort that it asks for is not published, one that asks
// for it is, or a name is not known here), and as definition_keep.
MUST_USE Err definition_set_state(Ctx *c, Str key, int64_t version, DefinitionState state);
// What a withdrawn one was, and becomes when it is brought back: its writer's draft, or published.
MUST_USE Err definition_was(Ctx *c, const KeptDefinition *kept, DefinitionState *out);
// Brings a withdrawn one back as that; journalled. Errors: as definition_set_state; ERR_CONFLICT
// also when it is not withdrawn.
MUST_USE Err definition_bring_back(Ctx *c, Str key, int64_t version);
// What the actor wrote and was withdrawn, the latest first; `at` is when.
MUST_USE Err definitions_withdrawn(Ctx *c, KeptDefinition **out, size_t *count_out);
// ---- as files, between networks
typedef enum DefinitionForm { FORM_TEXT, FORM_JSON, FORM_FHIR_GROUP, FORM_CQL } DefinitionForm;
enum { DEFINITION_FILE_BYTES_MAX = 512 * 1024 };
// One version in a form; those of FHIR and CQL are for other programs and are not read again.
// In c->arena.
// Errors: ERR_INVALID with an issue (it can no longer be read), ERR_BUSY.
MUST_USE Err definition_export(Ctx *c, const KeptDefinition *kept, DefinitionForm form, Str *out);
// Keeps a file in text or JSON form as a new definition, under keep->key when it is not empty:
// whole or not at all. keep->text is the file. Errors: as definition_keep.
MUST_USE Err definition_import(Ctx *c, const DefinitionKeep *keep, KeptDefinition *out);

// ---- lists
typedef struct ListCount {
    size_t given, all;
} ListCount;
// Summaries from place `from` on, at most `max`: the program's own, then kept ones by name, the
// actor's drafts among them. Reads only what it gives. Errors: ERR_BUSY.
MUST_USE Err cohort_list_from(Ctx *c, size_t from, size_t max, CohortSummary **out,
                              ListCount *count_out);
enum { COHORTS_LISTED_MAX = KEPT_DEFINITIONS_MAX + COHORTS_MAX }; // all that there can be
// The name of a cohort for people, whatever became of it; the key itself when nobody knows it.
MUST_USE Err cohort_name(Ctx *c, Str key, Str *out);

#endif
