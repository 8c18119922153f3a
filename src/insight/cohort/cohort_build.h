// cohort_build.h -- how columns come to be: from the store's people and events, or from their file.
#ifndef COHORT_BUILD_H
#define COHORT_BUILD_H

#include "insight/cohort/cohort_columns.h"

// What columns are made from.
typedef struct ColumnPerson {
    PersonId id;
    Date born;
    int64_t practice;
    Registration registration;
    RuleSex sex;
    uint8_t imd;
    bool opted_out;
} ColumnPerson;

typedef struct ColumnSource {
    int64_t generation;
    const ColumnPerson *persons; // by id, ascending
    size_t person_count;
    const Code *codes;
    size_t code_count;
    const Str *units; // units[0] is "no unit"
    size_t unit_count;
    const CodeSets *sets; // must outlive the columns
} ColumnSource;

typedef struct ColumnsBuilder ColumnsBuilder;

// Gathers events, in person order, and lays them out. `path` names the file to keep them in, NULL
// for memory only. *out is held once for the caller.
// columns_builder_add is an EventSink; its first argument is the builder.
// Errors: ERR_TOO_LARGE, ERR_FAULT (no memory or disk; events out of order).
MUST_USE Err columns_builder_new(const ColumnSource *source, ColumnsBuilder **out);
Err columns_builder_add(void *arg, const EventRow *rows, size_t count);
MUST_USE Err columns_builder_finish(ColumnsBuilder *builder, const char *path, Columns **out);
void columns_builder_free(ColumnsBuilder *builder); // NULL is allowed

// Maps a kept file; checked whole: version, generation, persons, bounds, checksum.
// Errors: ERR_NOT_FOUND (none, or not of this generation or population), ERR_INVALID (damaged).
MUST_USE Err columns_map(const char *path, const ColumnSource *source, Columns **out);

#endif
