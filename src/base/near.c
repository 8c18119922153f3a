// near.c -- the distance between words (optimal string alignment), over three rows.
#include "base/near.h"

#include <limits.h>

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

int near_distance(Str a, Str b)
{
    if (a.len > NEAR_BYTES_MAX || b.len > NEAR_BYTES_MAX) return INT_MAX;
    int rows[3][NEAR_BYTES_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) rows[0][j] = (int)j;
    for (size_t i = 1; i <= a.len; i++) {
        int *row = rows[i % 3];
        const int *above = rows[(i + 2) % 3];
        const int *before = rows[(i + 1) % 3]; // the row of i - 2, where there is one
        row[0] = (int)i;
        for (size_t j = 1; j <= b.len; j++) {
            int now = lower(a.ptr[i - 1]);
            int then = lower(b.ptr[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1);
            row[j] = least(row[j], above[j - 1] + (now != then));
            if (i > 1 && j > 1 && now == lower(b.ptr[j - 2]) && lower(a.ptr[i - 2]) == then) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
    }
    return rows[a.len % 3][b.len];
}

bool near_enough(Str word, int distance)
{
    return distance <= (word.len < 4 ? 1 : word.len < 9 ? 2 : 3);
}
