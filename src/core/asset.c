// asset.c -- finds packed files. The table is sorted by plain path; a hashed one is checked whole.
#include "core/asset.h"

static const Asset *find_plain(Str path)
{
    size_t from = 0;
    size_t to = ASSET_COUNT;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = str_cmp(ASSETS[middle].path, path);
        if (order == 0) return &ASSETS[middle];
        if (order < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return NULL;
}

const Asset *asset_find(Str path, bool *forever_out)
{
    const Asset *asset = find_plain(path);
    *forever_out = false;
    if (asset != NULL) return asset;
    for (size_t i = 0; i < ASSET_COUNT; i++) {
        if (!str_eq(ASSETS[i].hashed, path)) continue;
        *forever_out = true;
        return &ASSETS[i];
    }
    return NULL;
}

Str asset_url(Str path)
{
    const Asset *asset = find_plain(path);
    return asset == NULL ? path : asset->hashed;
}
