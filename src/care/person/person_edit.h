// person_edit.h -- the form for a person's details. Private to the room.
#ifndef PERSON_EDIT_H
#define PERSON_EDIT_H

#include "care/person/person.h"

Err person_edit(Ctx *c, const Request *req, Response *res);
// Saves; draws the form again with what was typed, or both versions when it was stale.
Err person_save(Ctx *c, const Request *req, Response *res);

#endif
