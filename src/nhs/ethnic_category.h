// ethnic_category.h -- the ethnic categories that the NHS records, and their words.
//
// The letters of the NHS Data Dictionary (ETHNIC CATEGORY CODE 2001), as practices send them.
#ifndef ETHNIC_CATEGORY_H
#define ETHNIC_CATEGORY_H

#include "base/base.h"

typedef struct EthnicCategory {
    char letter;       // 'A' to 'Z'
    const char *words; // "Mixed: White and Asian"
} EthnicCategory;

enum { ETHNIC_CATEGORY_COUNT = 17 };
// In the order in which groups are shown; the last is "Not stated": asked, and not said.
extern const EthnicCategory ETHNIC_CATEGORIES[ETHNIC_CATEGORY_COUNT];

// The groups that the categories belong to, as the census of 2021 names them.
#define ETHNIC_GROUP_ASIAN "Asian or Asian British"
#define ETHNIC_GROUP_BLACK "Black or Black British"
#define ETHNIC_GROUP_MIXED "Mixed or multiple"
#define ETHNIC_GROUP_WHITE "White"
#define ETHNIC_GROUP_OTHER "Other"

// The words of a letter, "Not known" for "99"; `sent` itself when it is neither.
Str ethnic_category_words(Str sent);

#endif
