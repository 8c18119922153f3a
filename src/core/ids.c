// ids.c -- sixteen ids a statement.
#include "core/ids.h"

Ids ids_from(const PersonId *ids, size_t count, size_t from)
{
    assert(from < count);
    size_t left = count - from;
    Ids out = {.ids = ids + from, .count = left < IDS_AT_ONCE ? left : IDS_AT_ONCE};
    for (size_t i = 0; i < IDS_AT_ONCE; i++) {
        out.at[i] = I64(out.ids[i < out.count ? i : out.count - 1].v);
    }
    return out;
}

size_t ids_place(const Ids *asked, int64_t id, size_t after)
{
    for (size_t i = after; i < asked->count; i++) {
        if (asked->ids[i].v == id) return i;
    }
    return IDS_AT_ONCE;
}

int person_id_cmp(const void *a, const void *b)
{
    int64_t left = ((const PersonId *)a)->v;
    int64_t right = ((const PersonId *)b)->v;
    return (left > right) - (left < right);
}
