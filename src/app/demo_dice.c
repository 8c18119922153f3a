// demo_dice.c -- SplitMix64 (Steele, Lea, Flood 2014), and what the demonstration draws with it.
#include "app/demo_dice.h"

enum { NORMAL_DRAWS = 4 };

static uint64_t next(Dice *dice)
{
    uint64_t x = dice->state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

Dice dice_of(uint64_t seed, uint64_t stream)
{
    Dice dice = {seed * UINT64_C(0xD1342543DE82EF95) + stream};
    dice.state = next(&dice); // neighbouring streams start far from each other
    return dice;
}

int dice_below(Dice *dice, int n)
{
    assert(n > 0);
    return (int)((next(dice) >> 32) * (uint64_t)n >> 32);
}

int dice_between(Dice *dice, int low, int top)
{
    return low + dice_below(dice, top - low + 1);
}

double dice_part(Dice *dice)
{
    return (double)(next(dice) >> 11) * 0x1p-53;
}

bool dice_chance(Dice *dice, double chance)
{
    return dice_part(dice) < chance;
}

// The sum of uniform draws: the tails of a town's health need no more than this.
double dice_normal(Dice *dice)
{
    double sum = 0;
    for (int i = 0; i < NORMAL_DRAWS; i++) sum += dice_part(dice) - 0.5;
    return sum * 1.7320508; // each draw has variance 1/12, four of them 1/3
}

int dice_weighted(Dice *dice, const int *weights, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) sum += weights[i];
    int at = dice_below(dice, sum);
    for (int i = 0; i < count; i++) {
        if (at < weights[i]) return i;
        at -= weights[i];
    }
    return count - 1;
}
