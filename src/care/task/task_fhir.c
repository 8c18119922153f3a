// task_fhir.c -- Task <-> struct. Task.for is the person, Task.owner the colleague who does it.
#include "care/task/task_fhir.h"

#include "nhs/fhir/write.h"

static Str status_of(const Task *task)
{
    if (task->state == TASK_DONE) return STR("completed");
    return task->waiting ? STR("on-hold") : STR("requested");
}

Err task_fhir(Ctx *c, const Task *task, Str person_ref, Str owner_ref, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(FHIR_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    fhir_begin(&json, c->arena, "Task", task->ref, task->version, task->changed_at);
    json_field_str(&json, "status", status_of(task));
    json_field_str(&json, "intent", STR("order"));
    json_field_str(&json, "description", task->what);
    fhir_reference(&json, c->arena, "for", "Patient", person_ref, STR(""));
    fhir_instant(&json, c->arena, "lastModified", task->changed_at);
    fhir_reference(&json, c->arena, "owner", "Practitioner", owner_ref, task->owner_name);
    fhir_note(&json, "note", task->detail);
    json_field_obj(&json, "restriction");
    json_field_obj(&json, "period");
    fhir_date(&json, c->arena, "end", task->due);
    json_obj_end(&json);
    json_obj_end(&json);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}
