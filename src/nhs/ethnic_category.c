// ethnic_category.c -- letters and words of ethnic categories.
#include "nhs/ethnic_category.h"

const EthnicCategory ETHNIC_CATEGORIES[ETHNIC_CATEGORY_COUNT] = {
    {'A', "White: British"},
    {'B', "White: Irish"},
    {'C', "White: any other background"},
    {'D', "Mixed: White and Black Caribbean"},
    {'E', "Mixed: White and Black African"},
    {'F', "Mixed: White and Asian"},
    {'G', "Mixed: any other background"},
    {'H', "Asian: Indian"},
    {'J', "Asian: Pakistani"},
    {'K', "Asian: Bangladeshi"},
    {'L', "Asian: any other background"},
    {'R', "Chinese"},
    {'M', "Black: Caribbean"},
    {'N', "Black: African"},
    {'P', "Black: any other background"},
    {'S', "Any other ethnic group"},
    {'Z', "Not stated"},
};

Str ethnic_category_words(Str sent)
{
    if (str_eq(sent, STR("99"))) return STR("Not known");
    for (size_t i = 0; sent.len == 1 && i < COUNT_OF(ETHNIC_CATEGORIES); i++) {
        if (sent.ptr[0] == ETHNIC_CATEGORIES[i].letter) {
            return str_from_c(ETHNIC_CATEGORIES[i].words);
        }
    }
    return sent;
}
