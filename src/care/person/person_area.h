// person_area.h -- how deprived the small area is in which somebody lives: part of the door
// person.h. Deciles come from a release of the Indices of Deprivation that the deployment loaded.
#ifndef PERSON_AREA_H
#define PERSON_AREA_H

#include "care/person/person.h"

enum {
    LSOA_BYTES = 9,       // "E01000001"
    AREAS_MAX = 100000,   // of a release; England has some 33,000
    AREA_YEAR_MIN = 2000, // of a release
    AREA_YEAR_MAX = 2100,
    DECILES = 10,
    AREA_RELEASES_MAX = 20 // shown
};

typedef struct Area {
    char lsoa[LSOA_BYTES];
    uint8_t decile; // 1 most deprived .. 10
} Area;

typedef struct AreaRelease {
    int year;
    size_t areas;
    Instant at; // of its last load, as by: only area_release_loaded says it
    Str by;
} AreaRelease;

// A letter E or W, "01" and six digits; small letters are taken. False: *out is untouched.
bool area_code(Str text, char out[LSOA_BYTES]);

// One journalled change: puts the areas (each once) in the place of what that release held, and
// gives everybody whose area some release has its decile. *changed_out: people whose decile or
// release is another than before. Errors: ERR_BUSY, ERR_FAULT.
MUST_USE Err area_release_load(Ctx *c, int year, const Area *areas, size_t count,
                               int64_t *changed_out);
// How often a release was loaded: another number when many a decile may be another.
MUST_USE Err area_loads(Ctx *c, int64_t *out);
// The releases that are loaded, the newest first, at most AREA_RELEASES_MAX.
MUST_USE Err area_releases(Ctx *c, AreaRelease **out, size_t *count_out);
// The oldest and the newest release that the deciles of registered people are of; 0 and 0 when none
// is recorded. Reads everybody: for work that does so anyway. Errors: ERR_FAULT.
MUST_USE Err area_years(Ctx *c, int *oldest, int *newest);
// What they are called: "Index of Multiple Deprivation 2025"; "" for 0. In the arena.
Str area_years_words(Arena *arena, int oldest, int newest);
MUST_USE Err area_release_loaded(Ctx *c, AreaRelease *release); // fills in at and by

#endif
