// task_fhir.h -- a task as FHIR R4 Task. Private to the room.
#ifndef TASK_FHIR_H
#define TASK_FHIR_H

#include "care/task/task.h"

// The resource after the write, canonical JSON in c->arena. Errors: ERR_FAULT (too large).
MUST_USE Err task_fhir(Ctx *c, const Task *task, Str person_ref, Str owner_ref, Str *out);

extern const Seal TASK_SEAL; // of its rows: for its entries and `trellis verify`

#endif
