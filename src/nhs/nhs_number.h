// nhs_number.h -- ten digits that name a person in England: checked, shown 3-3-4.
//
// Modulus 11 (weights 10..2 on the first nine digits; 11 - remainder; 11 gives 0, 10 is invalid).
// Never in a URL, log line, page title or file name.
#ifndef NHS_NUMBER_H
#define NHS_NUMBER_H

#include "base/base.h"

typedef enum NhsNumberRead {
    NHS_NUMBER_OK,
    NHS_NUMBER_EMPTY,
    NHS_NUMBER_LENGTH,             // not ten digits after spaces and dashes are taken out
    NHS_NUMBER_CHECK_DIGIT,        // ten digits, modulus 11 fails
    NHS_NUMBER_NATIONAL_INSURANCE, // looks like QQ 12 34 56 C
} NhsNumberRead;

enum { NHS_NUMBER_DIGITS = 10 };

// Accepts spaces and dashes. *out gets the ten digits as a number; untouched unless OK.
NhsNumberRead nhs_number_read(Str text, int64_t *out);
const char *nhs_number_sentence(NhsNumberRead problem);    // for beside the field
Str nhs_number_show(Arena *arena, int64_t number);         // "999 878 7084", plain spaces
Str nhs_number_or(Arena *arena, int64_t number, Str none); // the same; `none` for 0
Str nhs_number_digits(Arena *arena, int64_t number);       // "9998787084"

#endif
