// plan_web.c -- the room: its pages come with the editor.
#include "care/plan/plan_fhir.h"

const Room PLAN_ROOM = {
    .name = "plan",
    .kind = "plan",
    .render = plan_render,
};
