// builder_state.h -- what one person is writing, from request to request: a draft with its steps.
#ifndef BUILDER_STATE_H
#define BUILDER_STATE_H

#include "insight/builder/builder_form.h"

enum { BUILDER_PAST_MAX = 40, BUILDER_PAST_BYTES_MAX = 96 * 1024 };

typedef struct BuilderState { // one person's work on one definition, kept between requests
    Str key;                  // of the address: "new", or that of a definition
    KeptDefinition kept;      // as it is kept now; version 0: new, or ready-made
    bool own;                 // saving changes it; else a new one is made
    Definition *good;         // the last that could be read: it is counted
    Str good_text;
    bool by_text;               // what was typed last is the text, else the rows
    bool wrong;                 // what was typed last cannot be read; good is what was before it
    BuilderForm form;           // of good, or as typed
    bool form_fits;             // false: too many rows for a form
    Str text;                   // of good, or as typed
    Str text_wrong;             // "line 7, column 12: ..."
    Str past[BUILDER_PAST_MAX]; // texts before good_text, oldest first
    size_t past_count;
    Str at;    // the field that changed last: typing on in it is no further step
    Str as_at; // as typed, "" today
    Date day;  // what it says
    int64_t practice;
    size_t focus; // the row to go on with after a change of rows, 0 none
    int64_t seen; // kept.version that the work began from
    bool suggest; // rules were asked for that would find more of a group
    bool saved;   // it is what the draft holds
    Instant saved_at;
} BuilderState;

// The actor's draft of the definition under `key`, else its beginning. Errors: ERR_NOT_FOUND (no
// such definition), ERR_BUSY.
MUST_USE Err state_load(Ctx *c, const Request *req, BuilderState *out);
// What was sent: typed rows or text, or an act upon them. Errors: ERR_INVALID, c->issues say why;
// state->good is then what was before.
MUST_USE Err state_apply(Ctx *c, const Request *req, BuilderState *state);
// Keeps it as the actor's draft.
MUST_USE Err state_save(Ctx *c, const Request *req, BuilderState *state);
// Keeps what can be read as the definition, or as a new one, and ends the draft. Errors: as
// definition_keep; ERR_INVALID too when what was typed last cannot be read.
MUST_USE Err state_keep(Ctx *c, const Request *req, BuilderState *state, KeptDefinition *out);
bool state_clashes(const BuilderState *state); // somebody saved it since the work began
MUST_USE Err state_drop(Ctx *c, const BuilderState *state);

#endif
