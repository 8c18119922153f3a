// sample_pages.h -- what the page of samples shows. Private to the room.
#ifndef SAMPLE_PAGES_H
#define SAMPLE_PAGES_H

#include "care/sample/sample.h"
#include "core/page.h"
#include "core/ui.h"

typedef struct SamplePage {
    Page page;
    PersonFrame frame;
    const Sample *samples;
    size_t count;
    Str base; // "/people/<ref>/samples": the form posts here
    bool can_change;
    UiField what;
} SamplePage;

extern const Seal SAMPLE_SEAL; // of its rows: for its entries and `trellis verify`

#endif
