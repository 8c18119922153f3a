// equity_count.h -- everybody counted by group and stage. Private to the room.
#ifndef EQUITY_COUNT_H
#define EQUITY_COUNT_H

#include "insight/equity/equity.h"
#include "insight/equity/equity_sheets.h"

typedef Err EquitySink(void *arg, const EquitySubject *subject);

typedef struct EquityMade {
    Date data_on;
    int64_t generation;
    int64_t registered; // without those who opted out of such uses
} EquityMade;

// Counts every subject and every sheet as at today, of the same people, and hands on what may be
// shown of it; a subject or sheet is gone after its call. Errors: as equity_release_make.
MUST_USE Err equity_count_all(Ctx *c, EquitySink *sink, EquitySheetSink *sheets, void *arg,
                              EquityMade *out);

#endif
