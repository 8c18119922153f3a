// record_read.h -- what other rooms know of one person, read once a page. Private to the room.
#ifndef RECORD_READ_H
#define RECORD_READ_H

#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/plan/plan.h"
#include "care/record/record.h"
#include "care/task/task.h"

typedef struct RecordRead { // what several parts of a page show: read once
    const Grant *grant;
    const Grant *clinical; // NULL: not for this role
    Str base;              // "/people/<ref>"
    Contact *contacts;     // newest first
    size_t contact_count;
    PlanEvent *plans;
    size_t plan_count;
    Task *done; // tasks that are, newest first
    size_t done_count;
    Case support; // only with has_case
    bool has_case;
} RecordRead;
// Contacts and tasks up to a day, NULL: all. Errors: ERR_FAULT, ERR_FORBIDDEN.
MUST_USE Err record_read(Ctx *c, const Grant *grant, Str ref, const Date *until, RecordRead *out);
MUST_USE Err record_timeline_of(Ctx *c, const RecordRead *read, const MomentFilter *filter,
                                Timeline *out);

#endif
