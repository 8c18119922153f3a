// columns_image.h -- the bytes of one stripe, and of the file that keeps all stripes of a base.
//
// For this room, its tests and fuzz target. A file is a head, the stripes' images, each on a page
// of its own, and a directory with stamps and places. Its order mark tells how numbers stand.
#ifndef COLUMNS_IMAGE_H
#define COLUMNS_IMAGE_H

#include "insight/columns/columns.h"

enum { IMAGE_VERSION = 5, IMAGE_ALIGN = 64, IMAGE_ORDER_MARK = 0x01020304, FILE_PAGE = 4096 };
#define STRIPE_MAGIC "TRSTRIPE"
#define FILE_MAGIC   "TRCOLUMN"

typedef enum Section {
    SECTION_ID,
    SECTION_BORN,
    SECTION_PRACTICE,
    SECTION_REGISTRATION,
    SECTION_SEX,
    SECTION_IMD,
    SECTION_OPTED_OUT,
    SECTION_ETHNICITY,
    SECTION_MARKS,
    SECTION_REGISTERED_ON,
    SECTION_LANGUAGE,
    SECTION_PERSON_FIRST,
    SECTION_CODE,
    SECTION_PERSON_CODE,
    SECTION_PERSON_DAY,
    SECTION_WHO,
    SECTION_DAY,
    SECTION_SHORT,
    SECTION_WHOLE,
    SECTION_WIDE,
    SECTION_UNIT,
    SECTIONS,
} Section;

typedef struct StripeHead {
    char magic[8];
    uint32_t version, order_mark;
    uint64_t persons, codes, events, wholes, wides, units, shorts;
    uint64_t bytes; // of the image
    uint64_t section_sum[SECTIONS];
    uint64_t sum; // of this head with 0 here
} StripeHead;

typedef struct FileHead {
    char magic[8];
    uint32_t version, order_mark;
    int64_t generation, places_as_of;          // this one in milliseconds
    uint64_t persons, stripes, stamps, places; // places: of everybody, or 0
    uint64_t file_bytes;
    uint64_t directory_at; // StripePlace x stripes, ColumnStamp x stamps, uint32_t x places
    uint64_t directory_sum;
    uint64_t sum; // of this head with 0 here
} FileHead;

typedef struct StripePlace {
    uint64_t at, bytes;
    uint64_t head_sum; // StripeHead.sum: an older stripe in its place is noticed
} StripePlace;

typedef struct Image {
    char *base;
    size_t bytes;
} Image;

typedef struct ImageParts {
    size_t at[SECTIONS], bytes[SECTIONS], total;
} ImageParts;

ImageParts stripe_parts(const StripeHead *head); // the sizes must be within their limits
uint64_t bytes_sum(const void *from, size_t bytes);
uint64_t file_head_sum(const FileHead *head);
void image_seal(Image *image); // writes the sums into its head

// A stripe over an image, which it owns from here on, even when this fails; held once. `trusted`:
// just laid out, nothing is checked. Errors: ERR_INVALID (a sum or a place is wrong).
MUST_USE Err stripe_over(Image image, bool trusted, Stripe **out);
void stripe_hold(const Stripe *stripe);
void stripe_release(const Stripe *stripe);
uint64_t stripe_bytes(const Stripe *stripe);
StripeHead stripe_image_head(const Stripe *stripe);

// A view over stripes, which it holds from here on; everybody is live. Errors: ERR_TOO_LARGE.
MUST_USE Err columns_of_stripes(const ColumnSource *source, Stripe *const *stripes, size_t count,
                                Columns **out);

// ---- the file, while it is being built
typedef struct ColumnsFile ColumnsFile;
MUST_USE Err columns_file_new(Arena *arena, const char *path, ColumnsFile **out);
// Room for one more image: in the file, or in memory when the file cannot take it or is NULL.
MUST_USE Err columns_file_room(ColumnsFile *file, size_t bytes, Image *out);
// Gives the file its name when all of it is on the disk. ERR_FAULT: it is not kept.
MUST_USE Err columns_file_keep(ColumnsFile *file, const ColumnSource *source,
                               Stripe *const *stripes, size_t count);
bool columns_file_holds(const ColumnsFile *file); // all that was given room is in it so far
void columns_file_free(ColumnsFile *file);
MUST_USE Err columns_open_fd(int fd, const ColumnSource *source, ColumnPool *pool, Columns **out);

// ---- laying out (columns_layout.c): events as they came, of persons in order
typedef struct Came {
    uint16_t *code; // in order of first coming
    uint16_t *day;
    uint8_t *kind; // CAME_VALUED: the next of values is its value
    uint32_t count;
    double *value;
    uint16_t *unit;
    uint32_t value_count;
    const uint32_t *code_id; // by order of first coming
    uint32_t codes;
    const uint32_t *person_first; // persons + 1
    const ColumnPerson *persons;
    uint32_t person_count;
} Came;
enum { CAME_VALUED = 128, CAME_KIND = 15 };
MUST_USE Err stripe_lay_out(const Came *came, ColumnsFile *file, Stripe **out);

#endif
