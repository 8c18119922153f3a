// population_extract.h -- a practice's extract: which column is what, and whose each row is.
//
// Practice systems name a person on the first row of their events only, and leave rows of hidden
// people blank. A row without a name belongs to the person above ONLY while nothing stood between
// that could have been somebody else (hazard H22): a blank row, a damaged row, a refused person,
// another table, or dates that jump back in a file that is otherwise in order of date.
#ifndef POPULATION_EXTRACT_H
#define POPULATION_EXTRACT_H

#include "insight/population/population.h"
#include "insight/population/population_table.h"

typedef enum Column { // by name in layouts: see EXTRACT_COLUMNS in population_columns.c
    COLUMN_UNUSED,
    COLUMN_NHS_NUMBER,
    COLUMN_FULL_NAME,
    COLUMN_FAMILY,
    COLUMN_GIVEN,
    COLUMN_TITLE,
    COLUMN_BORN,
    COLUMN_GENDER,
    COLUMN_ADDRESS,
    COLUMN_POSTCODE,
    COLUMN_PHONE,
    COLUMN_MOBILE,
    COLUMN_EMAIL,
    COLUMN_USUAL_GP,
    COLUMN_STATUS,
    COLUMN_STATUS_ON,
    COLUMN_PRACTICE,
    COLUMN_PERSON_KEY,
    COLUMN_LSOA,
    COLUMN_EVENT_ON, // from here on: of the event, not of the person
    COLUMN_CODE,
    COLUMN_TERM,
    COLUMN_VALUE,
    COLUMN_UNIT,
    COLUMN_KIND,
    COLUMN_COUNT
} Column;

enum { LAYOUT_COLUMNS_MAX = 64, LOOK_ROWS_MAX = 20, LOOK_CELL_BYTES_MAX = 60 };

typedef struct Layout {
    bool has_header;
    Column columns[LAYOUT_COLUMNS_MAX];
    size_t count;
} Layout;

const char *column_key(Column column);   // "nhs_number"
const char *column_label(Column column); // "NHS number"
bool layout_read(Str text, Layout *out); // "nhs_number,full_name,-,born"; '-' is unused
// Says what is missing: how people are told apart, or how events are dated. "" when it can be used.
Str layout_fault(const Layout *layout);
// By the names in the first row that looks like a header, else by what EMIS exports without one.
// *header_out is the place of the header in `rows`, -1 without. False: it must be said by hand.
bool layout_guess(const TableRow *rows, size_t count, Layout *out, int *header_out);

typedef struct Look { // what a page shows before anything is read
    Layout layout;
    bool remembered; // as it was read last time for this practice
    bool known;      // remembered or guessed
    TableRow rows[LOOK_ROWS_MAX];
    size_t count;
} Look;
// Reads the first rows; the descriptor stays the caller's. Errors: ERR_INVALID (cannot be read).
MUST_USE Err extract_look(Ctx *c, int fd, Str practice_ods, Look *out);
MUST_USE Err layout_remember(Ctx *c, Str practice_ods, const Layout *layout); // journalled

// 02-Apr-2026, 2026-04-02, 02/04/2026 with or without a time; digits, a point, a sign.
bool extract_date(Str text, Date *out);
bool extract_number(Str text, double *out);

// Row after row into the loader; the rules of whose a row is.
typedef struct Extract Extract;
// `scratch` holds the person whose rows are being read; it is the caller's, and only for this.
Extract *extract_new(Ctx *c, Loader *l, const Layout *layout, const ImportOptions *options,
                     Arena *scratch);
MUST_USE Err extract_row(Extract *x, const TableRow *row);

#endif
