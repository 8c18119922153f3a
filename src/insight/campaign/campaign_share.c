// campaign_share.c -- dealing a list to colleagues by what each can do in a week.
#include "insight/campaign/campaign_share.h"

static void share_evenly(const int *a_week, size_t colleagues, Share *out, size_t people)
{
    for (size_t i = 0; i < people; i++) {
        size_t who = i % colleagues;
        size_t nth = i / colleagues;
        out[i] = (Share){(uint16_t)who, (uint16_t)(nth / (size_t)a_week[who])};
    }
}

// One week: rounds in which everybody who still can takes one. Gives the first place not dealt.
static size_t share_week(const int *a_week, size_t colleagues, uint16_t week, Share *out,
                         size_t from, size_t people)
{
    bool dealt = true;
    for (int round = 0; dealt && from < people; round++) {
        dealt = false;
        for (size_t k = 0; k < colleagues && from < people; k++) {
            if (a_week[k] <= round) continue;
            out[from++] = (Share){(uint16_t)k, week};
            dealt = true;
        }
    }
    return from;
}

void share_places(const int *a_week, size_t colleagues, bool evenly, Share *out, size_t people)
{
    assert(colleagues > 0);
    for (size_t k = 0; k < colleagues; k++) assert(a_week[k] > 0);
    if (evenly) {
        share_evenly(a_week, colleagues, out, people);
        return;
    }
    size_t at = 0;
    for (uint16_t week = 0; at < people; week++) {
        at = share_week(a_week, colleagues, week, out, at, people);
    }
}
