// task_fhir.h -- a task as FHIR R4 Task. Private to the room.
#ifndef TASK_FHIR_H
#define TASK_FHIR_H

#include "care/task/task.h"

// The resource after the write, canonical JSON in c->arena. Errors: ERR_FAULT (too large).
MUST_USE Err task_fhir(Ctx *c, const Task *task, Str person_ref, Str owner_ref, Str *out);

// For `trellis verify`: the present row of a task, as its last journal body. Errors: ERR_NOT_FOUND.
MUST_USE Err task_render(Ctx *c, Str kind, Str id, Str *body_out);

// For `trellis verify`: the refs of what is there, in order, after this one.
MUST_USE Err task_present(Ctx *c, Str kind, Str after, Str *refs_out, size_t max,
                          size_t *count_out);

#endif
