// contact_field.h -- how and when somebody was met, as fields of a form: part of contact.h.
//
// Every form that ends in a contact asks it in the same words and reads it in the same way.
#ifndef CONTACT_FIELD_H
#define CONTACT_FIELD_H

#include "care/contact/contact.h"
#include "core/ui.h"

// The field "mode" with every way of meeting. `typed` comes back chosen.
UiField contact_mode_field(Ctx *c, const char *label, Str typed);
// What was chosen; 0 with `missing` beside the field when nothing was.
ContactMode contact_mode_of_form(Ctx *c, const Request *req, const char *missing);
// "10:20" on a day in London, of the fields "on" and "time"; {0} with what is wrong beside them.
Instant contact_moment_of_form(Ctx *c, const Request *req);

#endif
