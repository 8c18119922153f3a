// demo_dice.h -- chance for the demonstration: seeded, one stream a person, the same every time.
#ifndef DEMO_DICE_H
#define DEMO_DICE_H

#include "base/base.h"

typedef struct Dice {
    uint64_t state;
} Dice;

Dice dice_of(uint64_t seed, uint64_t stream);
int dice_below(Dice *dice, int n);              // 0 .. n-1; n > 0
int dice_between(Dice *dice, int low, int top); // both included
double dice_part(Dice *dice);                   // [0, 1)
bool dice_chance(Dice *dice, double chance);
double dice_normal(Dice *dice); // about a standard normal, within -4 .. 4
int dice_weighted(Dice *dice, const int *weights, int count);

#endif
