// demo_codes.h -- which illnesses, medicines and measurements the people of the demonstration have.
//
// From assets/demo, taken in when the program is built: no code stands in C. Chances are of 1,000
// people in six bands of age; medicines have names only, as codes of this demonstration.
#ifndef DEMO_CODES_H
#define DEMO_CODES_H

#include "base/base.h"

enum {
    DEMO_AGE_BANDS = 6, // from 18, 40, 55, 65, 75, 85 years
    DEMO_CONDITIONS_MAX = 80,
    DEMO_MEDICINES_MAX = 60,
    DEMO_CODES_MAX = 60,
    DEMO_MEDICINES_OF_MAX = 4,
};

typedef struct DemoCode {
    Str key; // "diabetes-2"
    Str system, code, term;
    int32_t id; // in the store; 0 until it is loaded
} DemoCode;

typedef struct DemoCondition {
    DemoCode code;
    double chance[DEMO_AGE_BANDS]; // of a man of average health
    double female;                 // times as likely in a woman
    double burden;                 // how much more likely in those whose health is worse
    bool deficit;                  // counts in the frailty index
    int medicines[DEMO_MEDICINES_OF_MAX];
    int medicine_count;
} DemoCondition;

typedef struct DemoMedicine {
    DemoCode code;
    double chance; // that somebody with the condition takes it
} DemoMedicine;

typedef struct DemoCodes {
    DemoCondition conditions[DEMO_CONDITIONS_MAX];
    int condition_count;
    DemoMedicine medicines[DEMO_MEDICINES_MAX];
    int medicine_count;
    DemoCode codes[DEMO_CODES_MAX];
    int code_count;
} DemoCodes;

// Aborts on a file that does not hold together: it is part of the program.
DemoCodes *demo_codes(Arena *arena);
int demo_condition(const DemoCodes *codes, Str key);                // -1: none
const DemoCode *demo_code(const DemoCodes *codes, const char *key); // aborts when there is none

#endif
