// demo_people.c -- age, sex, names, addresses and flags of a mixed town, poor and better-off.
#include "app/demo_people.h"

#include <ctype.h>

enum { NHS_PREFIX = 999, NHS_SEQUENCE = 1000000, NHS_STEP = 617717, PHONES = 1000, AGE_STEP = 5 };

// Of 1,000 people, by age in steps of five years; women live longer.
static const int AGES_FEMALE[] = {49, 54, 57, 55, 58, 64, 70, 69, 66, 61,
                                  66, 67, 61, 53, 50, 46, 30, 20, 10, 3};
static const int AGES_MALE[] = {53, 58, 61, 59, 62, 66, 70, 68, 65, 60,
                                66, 67, 60, 50, 45, 40, 23, 13, 5,  1};

// Groups in the order of DEMO_GROUPS: British, Irish, Polish, Romanian, mixed (2), Indian,
// Pakistani, Bangladeshi, Caribbean, African, Chinese, other, not said.
const DemoPractice DEMO_PRACTICE_LIST[DEMO_PRACTICES] = {
    {"Z99901",
     "Millfield Surgery",
     31,
     {690, 12, 40, 14, 14, 8, 55, 30, 22, 30, 45, 8, 20, 12},
     {140, 130, 120, 110, 110, 100, 90, 80, 70, 50},
     {"Dr Helen Marsh", "Dr James Whitlock", "Dr Anita Rao", "Dr Owen Price"}},
    {"Z99902",
     "Riverside Practice",
     27,
     {600, 14, 70, 35, 18, 10, 70, 55, 40, 25, 40, 8, 28, 14},
     {200, 180, 150, 120, 100, 80, 70, 50, 30, 20},
     {"Dr Rachel Osborne", "Dr Vikram Desai", "Dr Tom Hallam", "Dr Mary Keogh"}},
    {"Z99903",
     "Chapel Street Medical Centre",
     22,
     {470, 15, 90, 50, 25, 12, 90, 95, 60, 40, 70, 10, 45, 18},
     {340, 230, 150, 100, 70, 50, 30, 20, 10, 5},
     {"Dr Saira Iqbal", "Dr Daniel Cole", "Dr Femi Adebayo", "Dr Laura Finch"}},
    {"Z99904",
     "Orchard Vale Surgery",
     20,
     {880, 10, 18, 8, 8, 6, 25, 8, 4, 8, 12, 8, 8, 10},
     {10, 20, 40, 70, 100, 120, 150, 170, 170, 150},
     {"Dr Peter Langley", "Dr Susan Bright", "Dr Hugh Barton", "Dr Nina Shah"}},
};

// ---- NHS numbers: 999 and six digits in a scattered order, with their check digit

static int64_t with_check_digit(int64_t nine) // -1: these nine digits are never issued
{
    int sum = 0;
    int64_t rest = nine;
    for (int weight = 2; weight <= 10; weight++) {
        sum += (int)(rest % 10) * weight;
        rest /= 10;
    }
    int check = 11 - sum % 11;
    if (check == 10) return -1;
    return nine * 10 + (check == 11 ? 0 : check);
}

static bool is_of_named(int64_t number)
{
    for (size_t i = 0; i < DEMO_NAMED_COUNT; i++) {
        if (DEMO_NAMED[i].nhs_number == number) return true;
    }
    return false;
}

static void fill_numbers(DemoTown *town)
{
    Dice dice = dice_of(town->options.seed, 1);
    int64_t at = dice_below(&dice, NHS_SEQUENCE);
    int64_t steps = 0;
    for (int64_t i = 0; i < town->options.people; i++) {
        if ((size_t)i < DEMO_NAMED_COUNT) {
            town->numbers[i] = DEMO_NAMED[i].nhs_number;
            continue;
        }
        if (dice_chance(&dice, 0.005)) continue; // new to the country, or not traced yet
        int64_t number = -1;
        // The step shares no divisor: nobody comes twice, and after so many there are no more.
        for (; (number < 0 || is_of_named(number)) && steps < NHS_SEQUENCE; steps++) {
            at = (at + NHS_STEP) % NHS_SEQUENCE;
            number = with_check_digit((int64_t)NHS_PREFIX * NHS_SEQUENCE + at);
        }
        if (number > 0 && !is_of_named(number)) town->numbers[i] = number;
    }
}

DemoTown *demo_town(Arena *arena, const DemoOptions *options)
{
    assert(options->people >= DEMO_PEOPLE_MIN && options->people <= DEMO_PEOPLE_MAX);
    assert(options->practices <= DEMO_PRACTICES_MAX);
    DemoTown *town = ARENA_NEW(arena, DemoTown);
    town->arena = arena;
    town->options = *options;
    town->extract_on = date_add_days(options->today, -1);
    town->practice_count =
        options->practices > DEMO_PRACTICES ? (int)options->practices : DEMO_PRACTICES;
    town->numbers = ARENA_ARRAY(arena, int64_t, (size_t)options->people);
    town->supported = ARENA_ARRAY(arena, bool, (size_t)options->people);
    fill_numbers(town);
    return town;
}

// ---- somebody with a story

static Str str_or_empty(const char *text)
{
    return text == NULL ? STR("") : str_from_c(text);
}

static void take_named(const DemoTown *town, const DemoNamed *from, DemoPerson *out)
{
    Person *p = &out->import.person;
    *p = (Person){
        .nhs_number = from->nhs_number,
        .nhs_verified = true,
        .family = str_from_c(from->family),
        .given = str_from_c(from->given),
        .prefix = str_or_empty(from->prefix),
        .preferred = str_or_empty(from->preferred),
        .gender = from->gender,
        .sex = from->gender == GENDER_OTHER ? GENDER_FEMALE : from->gender,
        .died = DATE_NONE,
        .registration = REGISTRATION_CURRENT,
        .registration_on = date_add_years(town->extract_on, -12),
        .practice_id = town->practice_ids[from->practice],
        .address = str_or_empty(from->address),
        .postcode = str_or_empty(from->postcode),
        .phone = str_or_empty(from->phone),
        .mobile = str_or_empty(from->mobile),
        .email = str_or_empty(from->email),
        .language = str_or_empty(from->language),
        .interpreter = from->interpreter,
        .ethnicity = str_or_empty(from->ethnicity),
        .imd_decile = from->decile,
        .imd_year = 2025,
        .usual_gp = str_or_empty(from->doctor),
    };
    if (!date_parse_iso(str_from_c(from->born), &p->born)) abort();
    out->named = from;
    out->practice = from->practice;
    out->age = date_age_years(p->born, town->extract_on);
    while (out->import.need_count < DEMO_NEEDS_MAX &&
           from->needs[out->import.need_count].text.len > 0) {
        size_t n = out->import.need_count++;
        out->needs[n] = from->needs[n];
        out->needs[n].since = date_add_days(town->extract_on, -60 - 47 * (int32_t)n);
    }
}

// ---- one of the many

static void put_age(const DemoTown *town, DemoPerson *out, bool female)
{
    const int *ages = female ? AGES_FEMALE : AGES_MALE;
    int step = dice_weighted(&out->dice, ages, COUNT_OF(AGES_MALE));
    int days = step * AGE_STEP * 365 + step * AGE_STEP / 4;
    days += dice_below(&out->dice, AGE_STEP * 365);
    out->import.person.born = date_add_days(town->extract_on, -days);
    out->age = date_age_years(out->import.person.born, town->extract_on);
}

static Str pick(Dice *dice, DemoNames names)
{
    return str_from_c(names.words[dice_below(dice, names.count)]);
}

static int cohort_of_year(int year)
{
    if (year < 1950) return 0;
    if (year < 1980) return 1;
    return year < 2005 ? 2 : 3;
}

static Str prefix_of(DemoPerson *out, bool female)
{
    if (out->age < 18) return STR("");
    if (!female) return STR("Mr");
    int likely = out->age > 65 ? 85 : 45;
    if (dice_chance(&out->dice, likely / 100.0)) return STR("Mrs");
    return dice_chance(&out->dice, 0.6) ? STR("Ms") : STR("Miss");
}

static void put_names(DemoPerson *out, const DemoGroup *group, bool female)
{
    Person *p = &out->import.person;
    Dice *dice = &out->dice;
    p->family = pick(dice, group->family);
    p->given = pick(dice, group->given[!female][cohort_of_year(date_year(p->born))]);
    p->prefix = prefix_of(out, female);
    p->ethnicity = str_from_c(group->ethnicity);
    bool other = dice_chance(dice, group->other_language / 100.0);
    p->language = str_from_c(other ? group->language : "English");
    p->interpreter = other && out->age >= 18 && dice_chance(dice, 0.3);
}

static Str lower_ascii(Arena *arena, Str text)
{
    char *copy = arena_alloc(arena, text.len + 1, 1);
    for (size_t i = 0; i < text.len; i++) {
        copy[i] = (char)tolower((unsigned char)text.ptr[i]);
    }
    return (Str){copy, text.len};
}

static void put_address(Arena *arena, DemoPerson *out)
{
    static const char LETTERS[] = "ABDEFGHJLNPQRSTUWXYZ"; // the second half of a postcode has these
    Person *p = &out->import.person;
    Dice *dice = &out->dice;
    int street = dice_below(dice, DEMO_STREETS.count);
    int house = dice_between(dice, 1, 140);
    p->address = arena_fmt(arena, "%d %s, Fenside", house, DEMO_STREETS.words[street]);
    if (out->town > 0) p->address = arena_fmt(arena, STR_FMT " %d", STR_ARG(p->address), out->town);
    // Neighbours share their postcode: it follows from street and side of it, not from chance.
    int unit = street * 11 + house / 40 + out->town * 7;
    p->postcode = arena_fmt(arena, "PE99 %d%c%c", 1 + (street + out->town) % 9, LETTERS[unit % 20],
                            LETTERS[unit / 20 % 20]);
    double landline = out->age > 60 ? 0.85 : 0.3;
    double mobile = out->age > 80 ? 0.55 : 0.95;
    if (dice_chance(dice, landline)) {
        p->phone = arena_fmt(arena, "01632 960 %03d", dice_below(dice, PHONES));
    }
    if (out->age >= 16 && dice_chance(dice, mobile)) {
        p->mobile = arena_fmt(arena, "07700 900 %03d", dice_below(dice, PHONES));
    }
    if (out->age >= 18 && dice_chance(dice, out->age > 75 ? 0.25 : 0.7)) {
        Str given = lower_ascii(arena, p->given);
        Str family = lower_ascii(arena, p->family);
        p->email = arena_fmt(arena, STR_FMT "." STR_FMT "%d@example.org", STR_ARG(given),
                             STR_ARG(family), dice_between(dice, 2, 99));
    }
}

static void put_flags(const DemoTown *town, DemoPerson *out)
{
    Person *p = &out->import.person;
    Dice *dice = &out->dice;
    p->registration = REGISTRATION_CURRENT;
    int known_days = (int)date_days_between(p->born, town->extract_on);
    int since = dice_between(dice, 30, 365 * 20);
    p->registration_on =
        date_add_days(town->extract_on, -(since < known_days ? since : known_days));
    double dies = out->age < 50 ? 0.001 : out->age < 70 ? 0.006 : out->age < 85 ? 0.03 : 0.1;
    int ago = dice_between(dice, 3, 1000);
    if (ago < since && dice_chance(dice, dies)) {
        p->died = date_add_days(town->extract_on, -ago);
        p->registration = REGISTRATION_DIED;
        p->registration_on = p->died;
    } else if (ago < since && dice_chance(dice, 0.018)) {
        p->registration = REGISTRATION_LEFT;
        p->registration_on = date_add_days(town->extract_on, -ago);
    }
    if (p->registration != REGISTRATION_CURRENT) {
        out->until = p->registration_on;
        out->age = date_age_years(p->born, out->until);
    }
    p->opted_out = dice_chance(dice, out->age >= 65 ? 0.02 : 0.006);
    p->restricted = dice_chance(dice, 0.0015);
}

static void put_needs(const DemoTown *town, DemoPerson *out)
{
    static const struct {
        NeedKind kind;
        const char *text;
        double old, young; // chance at 75 and more, and below
    } NEEDS[] = {
        {NEED_COMMUNICATION, "Hearing aids: face the person, check they are switched on", 0.05,
         0.002},
        {NEED_FORMAT, "Large print (18 point)", 0.04, 0.003},
        {NEED_COMMUNICATION, "British Sign Language interpreter", 0.001, 0.001},
        {NEED_FORMAT, "Easy read", 0.001, 0.004},
        {NEED_ADJUSTMENT, "Longer appointment", 0.02, 0.005},
        {NEED_ADJUSTMENT, "Wheelchair access", 0.02, 0.004},
        {NEED_COMMUNICATION, "Texts, not calls", 0.003, 0.01},
        {NEED_SAFETY, "Two people at home visits", 0.0005, 0.0007},
    };
    for (size_t i = 0; i < COUNT_OF(NEEDS); i++) {
        double chance = out->age >= 75 ? NEEDS[i].old : NEEDS[i].young;
        if (!dice_chance(&out->dice, chance)) continue;
        if (out->import.need_count == DEMO_NEEDS_MAX) break;
        Date since = date_add_days(town->extract_on, -dice_between(&out->dice, 20, 1500));
        out->needs[out->import.need_count++] =
            (Need){NEEDS[i].kind, str_from_c(NEEDS[i].text), since};
    }
}

// One of those that are like it. The dice are cast only where there is more than one.
static int practice_like(const DemoTown *town, int like, Dice *dice)
{
    int count = (town->practice_count - like + DEMO_PRACTICES - 1) / DEMO_PRACTICES;
    int place = count > 1 ? dice_below(dice, count) : 0;
    return like + place * DEMO_PRACTICES;
}

void demo_person(Arena *arena, const DemoTown *town, int64_t index, DemoPerson *out)
{
    *out = (DemoPerson){.until = town->extract_on,
                        .dice = dice_of(town->options.seed, 1000 + (uint64_t)index)};
    out->import.source_id = arena_fmt(arena, "FEN%07lld", (long long)index + 1);
    if ((size_t)index < DEMO_NAMED_COUNT) {
        take_named(town, &DEMO_NAMED[index], out);
    } else {
        Person *p = &out->import.person;
        Dice *dice = &out->dice;
        int shares[DEMO_PRACTICES];
        for (int i = 0; i < DEMO_PRACTICES; i++) shares[i] = DEMO_PRACTICE_LIST[i].share;
        out->practice = dice_weighted(dice, shares, DEMO_PRACTICES);
        const DemoPractice *practice = &DEMO_PRACTICE_LIST[out->practice];
        bool female = dice_chance(dice, 0.503);
        put_age(town, out, female);
        int group = dice_weighted(dice, practice->groups, DEMO_GROUPS_COUNT);
        // Older people of a town like this are less mixed than its children.
        if (out->age > 70 && dice_chance(dice, 0.6)) group = 0;
        put_names(out, &DEMO_GROUPS[group], female);
        p->nhs_number = town->numbers[index];
        p->nhs_verified = p->nhs_number != 0;
        p->gender = female ? GENDER_FEMALE : GENDER_MALE;
        p->sex = p->gender;
        p->died = DATE_NONE;
        int at = practice_like(town, out->practice, dice);
        p->practice_id = town->practice_ids[at];
        out->town = at / DEMO_PRACTICES;
        p->imd_decile = 1 + dice_weighted(dice, practice->deciles, 10);
        p->imd_year = 2025;
        p->usual_gp = str_from_c(practice->doctors[dice_below(dice, 4)]);
        put_address(arena, out);
        put_flags(town, out);
        put_needs(town, out);
    }
    out->burden = dice_normal(&out->dice) + (5.5 - out->import.person.imd_decile) * 0.06;
    out->import.needs = out->needs;
}
