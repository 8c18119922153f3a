// page.h -- what the templates of page.ht show.
#ifndef PAGE_H
#define PAGE_H

#include "core/html.h"

typedef struct Shell {
    Str title;
} Shell;

typedef struct Row {
    int64_t id;
    Str name;
} Row;

typedef struct Shown {
    Str name;
    bool flag;
    int32_t count;
    const Row *rows;
    const char *url;
    Date born;
    Instant at;
} Shown;

#endif
