// demo_people.h -- everybody of the demonstration, one at a time: the same index, the same person.
#ifndef DEMO_PEOPLE_H
#define DEMO_PEOPLE_H

#include "app/demo.h"
#include "app/demo_dice.h"
#include "care/person/person.h"

enum { DEMO_GROUPS_COUNT = 14, DEMO_NEEDS_MAX = 4 };

typedef struct DemoNames {
    const char *const *words;
    int count;
} DemoNames;

typedef struct DemoGroup { // names and language of one community of the town
    const char *ethnicity; // category letter of the England list
    const char *language;  // spoken at home by those who do not speak English there
    DemoNames given[2][4]; // female, male; born before 1950, before 1980, before 2005, since
    DemoNames family;
    int other_language; // of 100 adults, how many speak it at home
} DemoGroup;

extern const DemoGroup DEMO_GROUPS[DEMO_GROUPS_COUNT];
extern const DemoNames DEMO_STREETS;

typedef struct DemoPractice {
    const char *ods;
    const char *name;
    int share;                     // of 100 registered people
    int groups[DEMO_GROUPS_COUNT]; // weights
    int deciles[10];               // weights of deprivation deciles, most deprived first
    const char *doctors[4];
} DemoPractice;
extern const DemoPractice DEMO_PRACTICE_LIST[DEMO_PRACTICES];

typedef struct DemoNamed { // somebody with a story, as the design's pictures show them
    const char *family, *given, *prefix, *preferred;
    const char *born; // "1948-02-03"
    int64_t nhs_number;
    Gender gender;
    int practice;
    const char *address, *postcode, *phone, *mobile, *email;
    const char *language;
    bool interpreter;
    const char *ethnicity;
    int decile;
    const char *doctor;
    Need needs[DEMO_NEEDS_MAX];
    const char *facts; // keys of assets/demo/conditions.tsv, blank-separated
} DemoNamed;
extern const DemoNamed DEMO_NAMED[];
extern const size_t DEMO_NAMED_COUNT;

typedef struct DemoTown { // what all people are made from; lives in the arena of demo_town
    Arena *arena;
    DemoOptions options;
    Date extract_on;  // the day of the practices' extracts: the day before today
    int64_t *numbers; // NHS numbers in order of index, valid and unique; 0: has none
    bool *supported;  // by index: was ever offered support in the story
    int practice_count;
    int64_t
        practice_ids[DEMO_PRACTICES_MAX]; // the practice at i is like that at i % DEMO_PRACTICES
} DemoTown;

typedef struct DemoPerson {
    PersonImport import; // Strs are static or in the arena given to demo_person
    Need needs[DEMO_NEEDS_MAX];
    int practice;           // of DEMO_PRACTICE_LIST: theirs, or what theirs is like
    int town;               // 0: Fenside itself; others of its name where there are more practices
    int age;                // on the day of the extract, or at death
    double burden;          // how much illness beyond their age, a standard normal
    Date until;             // last day of their record: extract, death or leaving
    const DemoNamed *named; // NULL: one of the many
    Dice dice;              // for what comes next about the same person
} DemoPerson;

DemoTown *demo_town(Arena *arena, const DemoOptions *options);
// index 0 .. options.people - 1; those of DEMO_NAMED come first.
void demo_person(Arena *arena, const DemoTown *town, int64_t index, DemoPerson *out);

#endif
