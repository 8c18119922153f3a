// snomed_id.c -- the check digit of SNOMED CT identifiers (Verhoeff).
#include "nhs/snomed_id.h"

enum { DIGITS_MIN = 6, DIGITS_MAX = 18 };

bool snomed_id_holds(Str id)
{
    static const uint8_t TURN[8][10] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
        {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
        {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
        {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
    if (id.len < DIGITS_MIN || id.len > DIGITS_MAX || id.ptr[0] == '0') return false;
    int check = 0; // an element of the group of a pentagon's turns and flips
    for (size_t i = 0; i < id.len; i++) {
        char digit = id.ptr[id.len - 1 - i];
        if (digit < '0' || digit > '9') return false;
        int next = TURN[i % 8][digit - '0'];
        int turned = check < 5 ? check + next % 5 : check - next % 5 + 5;
        bool flipped = (check >= 5) != (next >= 5);
        check = turned % 5 + (flipped ? 5 : 0);
    }
    return check == 0;
}
