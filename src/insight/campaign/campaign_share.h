// campaign_share.h -- who gets which place of a list, and in which week.
#ifndef CAMPAIGN_SHARE_H
#define CAMPAIGN_SHARE_H

#include "base/base.h"

typedef struct Share {
    uint16_t who;  // which colleague
    uint16_t week; // 0: the first
} Share;

// Deals `people` places, in the order of asking, to colleagues who can ask a_week[i] people a week
// (at least 1). In each week everybody is given one in turn, until what they can do in it is used
// up: who comes first is asked first, whoever asks. Evenly: everybody gets as many (one more at
// most), and who can do less a week takes longer. `out` has room for `people`.
void share_places(const int *a_week, size_t colleagues, bool evenly, Share *out, size_t people);

#endif
