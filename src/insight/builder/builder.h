// builder.h -- the page on which a cohort's definition is made: a form, its text, and its count.
//
// The form and the text are two views of one tree (builder_form.h). What is being written is a
// draft of its writer, with the steps that lead to it, and is counted at every change.
// Not here: what a rule means and how a definition is kept (insight/cohort).
#ifndef BUILDER_H
#define BUILDER_H

#include "core/route.h"

extern const Room BUILDER_ROOM;

#endif
