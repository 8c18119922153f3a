// population_send_pages.h -- what the pages that send a file are drawn from.
#ifndef POPULATION_SEND_PAGES_H
#define POPULATION_SEND_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/population/population_upload.h"

typedef struct ExtractRow { // of one practice
    Str practice, ods, on, people, events;
    Str state, colour;
    Str warning; // "" when in order
} ExtractRow;

typedef struct ExtractsPart { // what each practice last sent
    const ExtractRow *rows;
    size_t count;
    UiTable table;
    UiPages foot; // pages 0: all stand here
} ExtractsPart;
// A page of them: by name; of more than a page those first that need a look. href: as in UiPages.
MUST_USE Err extract_rows(Ctx *c, int64_t page, Str href, ExtractsPart *out);

typedef struct SendKind { // of file
    const char *word;     // in the address
    SentKind kind;
    bool fhir;
    const char *name, *about; // where it is chosen
    const char *tells;        // what the file must hold, on its page
    const char *format;       // of its batches, NULL: it has none
} SendKind;
enum { SEND_KINDS = 5, LIST_ROWS_MAX = AREA_RELEASES_MAX };

typedef struct KindRow { // one kind with what was last loaded of it
    Str name, about, href, holds, when;
} KindRow;

typedef struct ListRow { // what was loaded
    Str what, holds, when;
    Str href; // of its import, "" none
} ListRow;

typedef struct SendPage { // sending a file of one kind
    Page page;
    const SendKind *kind;
    bool records; // asks for the practice and the day
    bool of_year; // asks for the year of the release
    bool choose;  // among practices that are here; practice_other and its name are another's
    UiField practice, practice_other, practice_name, extract, changes_only, release;
    Str file_error;
    ListRow rows[LIST_ROWS_MAX];
    size_t row_count;
    UiTable table;
    ExtractsPart extracts;
} SendPage;

#endif
