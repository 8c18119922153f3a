// columns_build.h -- how columns come to be: from people and events, from their file, from changes.
#ifndef COLUMNS_BUILD_H
#define COLUMNS_BUILD_H

#include "insight/columns/columns.h"

typedef struct ColumnPerson {
    PersonId id;
    Date born;
    int64_t practice;
    Registration registration;
    uint8_t sex;       // as the caller numbers them
    uint8_t imd;       // 1..10, 0 not recorded
    uint8_t ethnicity; // as the caller numbers them, 0 not recorded
    uint8_t marks;     // bits, as the caller numbers them
    bool opted_out;
    Date registered_on; // DATE_NONE when not recorded
    uint64_t language;  // as the caller keys them, 0 not recorded
} ColumnPerson;

typedef struct ColumnStamp { // of one thing that went into the base, to tell what changed since
    int64_t id, version;
    uint64_t mark;
} ColumnStamp;

typedef struct ColumnSource {
    int64_t generation;
    const ColumnPerson *persons; // by id, ascending
    size_t person_count;
    const Code *codes; // by id, ascending
    size_t code_count;
    const Str *units; // units[0] is "no unit"
    size_t unit_count;
    const Columns *words_of; // NULL, or the view that these codes and units are of: shared with it
    const ColumnStamp *stamps;
    size_t stamp_count;
    const uint32_t *places; // of each person in one order, from 0 on, COLUMNS_NONE: none; or NULL
    Instant places_as_of;   // kept with them
    uint32_t stripe_persons, stripe_codes; // smaller stripes, for tests; 0: the largest
    bool sparing; // what is in the file stays out of memory until columns_map_in, or who asks first
} ColumnSource;

// Puts the codes and units of a view into a source, valid as long as the view is held.
void columns_give_words(const Columns *columns, ColumnSource *out);
// Are the codes and units of both the very same?
bool columns_share_words(const Columns *a, const Columns *b);

typedef struct ColumnBuilder ColumnBuilder;

// Gathers events in person order and lays out a stripe whenever one is full, so that no more than
// one stripe's events are held beside the result. `path` names the file to keep the stripes in,
// NULL: memory only. column_builder_add is an EventSink; its first argument is the builder.
// The source must live until the builder is freed; *out is held once for the caller.
// Errors: ERR_TOO_LARGE, ERR_FAULT (no memory; events out of order).
MUST_USE Err column_builder_new(const ColumnSource *source, const char *path, ColumnBuilder **out);
Err column_builder_add(void *arg, const EventRow *rows, size_t count);
MUST_USE Err column_builder_finish(ColumnBuilder *builder, Columns **out);
void column_builder_free(ColumnBuilder *builder); // NULL is allowed
void columns_map_in(const Columns *columns);      // what was built sparingly
// The pages of a stripe of a file: into this program's memory, or out of it until asked for.
void stripe_map(const Stripe *stripe, bool in);
// Events left out so far: of nobody, of an unknown code, without a date or outside the calendar.
uint64_t column_builder_strays(const ColumnBuilder *builder);

// Maps a kept file and checks all of it: version, sizes, checksums, every place. It shows the
// generation it was built at and has the order that was kept; stamps tell what it was built from.
// Of the source only the codes and
// units are taken. pool may be NULL.
// Errors: ERR_NOT_FOUND (none there), ERR_UNSUPPORTED (of another version or machine), ERR_INVALID
// (damaged).
MUST_USE Err columns_open(const char *path, const ColumnSource *source, ColumnPool *pool,
                          Columns **out);

// A new view: `from` without those of `changed` (ascending), and behind it everybody of `delta`,
// whose words, stamps and generation it takes. delta's people must all be among `changed`; who is
// there and not in delta is gone. The stripes of `from`, an older delta among them, keep their
// numbers. Both go on as they were. Errors: ERR_TOO_LARGE.
MUST_USE Err columns_join(const Columns *from, const Columns *delta, const PersonId *changed,
                          size_t count, Columns **out);

// The first stripes of a view and whoever is live in them, as a view of its own, held for the
// caller.
Columns *columns_first(const Columns *of, size_t stripes);

// One order of everybody, such as by name: each person's place in it, by the view's number.
typedef struct ColumnOrder {
    const uint32_t *place; // NULL: none was given. COLUMNS_NONE: not in it
    Instant as_of;
} ColumnOrder;
// Before the view is shared. Ids that the view does not show are passed over.
void columns_put_in_order(Columns *columns, const PersonId *order, size_t count, Instant as_of);
// The same by the view's numbers: the places to fill in. The first `count` are those of `known`
// (NULL: count is 0), COLUMNS_NONE everywhere else.
uint32_t *columns_new_order(Columns *columns, const uint32_t *known, size_t count, Instant as_of);
ColumnOrder columns_order(const Columns *columns);

#endif
