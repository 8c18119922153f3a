// cohort_image.h -- the one block of memory, or file, that columns stand in: its parts in order.
//
// Used by cohort_build.c (writes), cohort_file.c (maps) and cohort_columns.c (owns) only.
#ifndef COHORT_IMAGE_H
#define COHORT_IMAGE_H

#include "insight/cohort/cohort_build.h"

enum { IMAGE_VERSION = 1, IMAGE_ALIGN = 64, IMAGE_ORDER_MARK = 0x01020304 };
#define IMAGE_MAGIC "TRCOLUMN"

typedef struct ImageHead {
    char magic[8];
    uint32_t version;
    uint32_t order_mark; // of bytes: a file from another kind of machine is not ours
    int64_t generation;
    uint64_t persons, codes, units, events, values, text_bytes;
    uint64_t total_bytes;
    uint64_t persons_hash; // of all ids: the file belongs to this population
    uint64_t checksum;     // of everything with this field as 0
} ImageHead;

typedef struct Image {
    char *base;
    size_t bytes;
} Image;

typedef struct ImageParts { // where each part begins, from the sizes in the head alone
    size_t code_start, value_start, code_system, code_code, code_term, code_medicine;
    size_t event_person, event_day, value, value_unit;
    size_t person_start, person_events, unit, text, total;
} ImageParts;

ImageParts image_parts(const ImageHead *head);
uint64_t image_checksum(const Image *image);
uint64_t image_persons_hash(const ColumnSource *source);

// Columns over an image, which they own from here on, even when this fails.
// Errors: ERR_INVALID (something in the image points outside of it).
MUST_USE Err columns_over(Image image, const ColumnSource *source, Columns **out);

#endif
