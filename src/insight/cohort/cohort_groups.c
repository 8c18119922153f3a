// cohort_groups.c -- the groups by which values are shown: those of insight/equity where both have
// them, which a test compares; tenths and categories besides, for who looks closer.
#include "insight/cohort/cohort_groups.h"

#include "insight/cohort/cohort_eval.h"
#include "nhs/ethnic_category.h"
#include "work/team/team.h"

enum { LETTERS = 26, REST_GROUPS = 1 };

typedef struct Making {
    Arena *arena;
    PeopleGroups *out;
    PeopleGroup *list;
    size_t cap;
} Making;

static uint16_t add(Making *m, Str key, const char *label)
{
    assert(m->out->count < m->cap);
    m->list[m->out->count] = (PeopleGroup){key, str_from_c(label)};
    return (uint16_t)m->out->count++;
}

static void begin(Making *m, size_t most)
{
    m->cap = most + REST_GROUPS;
    m->list = ARENA_ARRAY(m->arena, PeopleGroup, m->cap);
    m->out->groups = m->list;
}

static void end(Making *m, const char *rest_label)
{
    (void)add(m, STR("rest"), rest_label);
}

// Until a byte is given a group it is of the rest, which comes last: `groups` is its place.
static void all_rest(PeopleGroups *out, size_t groups)
{
    for (size_t i = 0; i < COUNT_OF(out->of_byte); i++) out->of_byte[i] = (uint16_t)groups;
}

static void make_deprivation(Making *m, int deciles_each)
{
    int groups = DECILES / deciles_each;
    begin(m, (size_t)groups);
    all_rest(m->out, (size_t)groups);
    for (int i = 0; i < groups; i++) {
        Str key = arena_fmt(m->arena, "%d", i + 1);
        const char *more = i == 0 ? ", most deprived" : i + 1 == groups ? ", least deprived" : "";
        uint16_t at = add(m, key, arena_fmt(m->arena, "%d%s", i + 1, more).ptr);
        for (int k = 1; k <= deciles_each; k++) m->out->of_byte[i * deciles_each + k] = at;
    }
    end(m, "Not recorded");
}

static void make_ethnic(Making *m)
{
    static const struct {
        EthnicGroup group;
        const char *key, *label;
    } GROUPS[] = {{ETHNIC_ASIAN, "asian", ETHNIC_GROUP_ASIAN},
                  {ETHNIC_BLACK, "black", ETHNIC_GROUP_BLACK},
                  {ETHNIC_MIXED, "mixed", ETHNIC_GROUP_MIXED},
                  {ETHNIC_WHITE, "white", ETHNIC_GROUP_WHITE},
                  {ETHNIC_OTHER, "other", ETHNIC_GROUP_OTHER}};
    static_assert(COUNT_OF(GROUPS) == ETHNIC_GROUPS, "each once");
    begin(m, ETHNIC_GROUPS);
    all_rest(m->out, ETHNIC_GROUPS);
    for (size_t i = 0; i < COUNT_OF(GROUPS); i++) {
        uint8_t letters[256] = {0};
        ethnic_letters(GROUPS[i].group, letters);
        uint16_t at = add(m, str_from_c(GROUPS[i].key), GROUPS[i].label);
        for (int k = 0; k <= LETTERS; k++) {
            if (letters[k] != 0) m->out->of_byte[k] = at;
        }
    }
    end(m, "Not stated or not recorded");
}

// The categories of the NHS Data Dictionary. Somebody who was asked and did not say is told apart
// from somebody who was not asked.
static void make_category(Making *m)
{
    begin(m, ETHNIC_CATEGORY_COUNT);
    all_rest(m->out, ETHNIC_CATEGORY_COUNT);
    for (size_t i = 0; i < ETHNIC_CATEGORY_COUNT; i++) {
        char letter = ETHNIC_CATEGORIES[i].letter;
        Str key = arena_fmt(m->arena, "%c", letter - 'A' + 'a');
        m->out->of_byte[letter - 'A' + 1] = add(m, key, ETHNIC_CATEGORIES[i].words);
    }
    end(m, "Not recorded");
}

static void make_age(Making *m, Date as_at)
{
    static const int YOUNGEST[VALUE_AGE_BANDS] = {0, 18, 40, 65, 80};
    static const char *const LABELS[VALUE_AGE_BANDS] = {"0 to 17", "18 to 39", "40 to 64",
                                                        "65 to 79", "80 and over"};
    begin(m, VALUE_AGE_BANDS);
    m->out->as_at = as_at.days;
    for (size_t i = 0; i < VALUE_AGE_BANDS; i++) {
        (void)add(m, arena_fmt(m->arena, "%d", YOUNGEST[i]), LABELS[i]);
        m->out->born_by[i] = date_add_years(as_at, -YOUNGEST[i]).days;
    }
    end(m, "Not recorded");
}

static void make_practices(Making *m, const GroupPractice *practices, size_t count)
{
    uint32_t ids = 0;
    for (size_t i = 0; i < count; i++) {
        if ((uint64_t)practices[i].id >= ids) ids = (uint32_t)practices[i].id + 1;
    }
    uint16_t *of = ARENA_ARRAY(m->arena, uint16_t, (size_t)ids + 1);
    begin(m, count);
    for (uint32_t id = 0; id < ids; id++) of[id] = (uint16_t)count;
    for (size_t i = 0; i < count; i++) {
        of[practices[i].id] = add(m, practices[i].group.key, practices[i].group.label.ptr);
    }
    m->out->of_practice = of;
    m->out->practice_ids = ids;
    end(m, "Another practice, or none recorded");
}

static void make_two(Making *m, const char *const keys[2], const char *const labels[2])
{
    begin(m, 2);
    all_rest(m->out, 2);
    for (size_t i = 0; i < 2; i++) (void)add(m, str_from_c(keys[i]), labels[i]);
}

static void make_sex(Making *m)
{
    make_two(m, (const char *const[]){"female", "male"}, (const char *const[]){"Female", "Male"});
    m->out->of_byte[RULE_FEMALE] = 0;
    m->out->of_byte[RULE_MALE] = 1;
    end(m, "Another sex, or not recorded");
}

static void make_language(Making *m)
{
    make_two(m, (const char *const[]){"english", "another"},
             (const char *const[]){"English", "Another language"});
    m->out->english = person_language_key(STR("English"));
    end(m, "Not recorded");
}

PeopleGroups groups_trait(Arena *arena, Str label)
{
    PeopleGroups out = {.by = GROUP_BY_TRAIT};
    Making m = {.arena = arena, .out = &out};
    begin(&m, 1);
    (void)add(&m, STR("yes"), arena_c(arena, label));
    end(&m, "Not recorded");
    return out;
}

PeopleGroups groups_make(Arena *arena, GroupBy by, Date as_at, const GroupPractice *practices,
                         size_t practice_count)
{
    PeopleGroups out = {.by = by};
    Making m = {.arena = arena, .out = &out};
    switch (by) {
    case GROUP_BY_PRACTICE: make_practices(&m, practices, practice_count); break;
    case GROUP_BY_FIFTH: make_deprivation(&m, 2); break;
    case GROUP_BY_TENTH: make_deprivation(&m, 1); break;
    case GROUP_BY_ETHNIC: make_ethnic(&m); break;
    case GROUP_BY_CATEGORY: make_category(&m); break;
    case GROUP_BY_AGE: make_age(&m, as_at); break;
    case GROUP_BY_SEX: make_sex(&m); break;
    case GROUP_BY_LANGUAGE: make_language(&m); break;
    default:
        assert(by == GROUP_BY_NOTHING);
        begin(&m, 0);
        end(&m, "Everybody");
        break;
    }
    return out;
}

// ---- where somebody is: a column read from one end to the other

static void read_bytes(const PeopleGroups *groups, const uint8_t *bytes, uint32_t persons,
                       uint16_t *place)
{
    for (uint32_t p = 0; p < persons; p++) place[p] = groups->of_byte[bytes[p]];
}

static void read_practices(const PeopleGroups *groups, const Stripe *stripe, uint16_t *place)
{
    uint16_t rest = (uint16_t)(groups->count - 1);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        uint32_t id = stripe->practice[p];
        place[p] = id < groups->practice_ids ? groups->of_practice[id] : rest;
    }
}

static void read_ages(const PeopleGroups *groups, const Stripe *stripe, uint16_t *place)
{
    for (uint32_t p = 0; p < stripe->persons; p++) {
        int32_t born = stripe->born[p];
        bool known = born > DATE_NONE.days && born <= groups->as_at;
        uint16_t band = 0;
        for (size_t i = 1; i < VALUE_AGE_BANDS; i++) {
            band = (uint16_t)(band + (born <= groups->born_by[i]));
        }
        place[p] = known ? band : VALUE_AGE_BANDS;
    }
}

static void read_languages(const PeopleGroups *groups, const Stripe *stripe, uint16_t *place)
{
    for (uint32_t p = 0; p < stripe->persons; p++) {
        uint64_t language = stripe->language[p];
        place[p] = language == groups->english ? 0 : language != 0 ? 1 : 2;
    }
}

void groups_read(const PeopleGroups *groups, const LiveStripe *of, uint16_t *place)
{
    const Stripe *stripe = of->stripe;
    const uint64_t *trait = groups->by == GROUP_BY_TRAIT ? groups->trait + of->first / 64 : NULL;
    switch (groups->by) {
    case GROUP_BY_FIFTH:
    case GROUP_BY_TENTH: read_bytes(groups, stripe->imd, stripe->persons, place); break;
    case GROUP_BY_ETHNIC:
    case GROUP_BY_CATEGORY: read_bytes(groups, stripe->ethnicity, stripe->persons, place); break;
    case GROUP_BY_SEX: read_bytes(groups, stripe->sex, stripe->persons, place); break;
    case GROUP_BY_PRACTICE: read_practices(groups, stripe, place); break;
    case GROUP_BY_AGE: read_ages(groups, stripe, place); break;
    case GROUP_BY_LANGUAGE: read_languages(groups, stripe, place); break;
    case GROUP_BY_TRAIT:
        for (uint32_t p = 0; p < stripe->persons; p++) place[p] = bit_on(trait, p) ? 0 : 1;
        break;
    default: memset(place, 0, stripe->persons * sizeof *place); break;
    }
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const GroupPractice *)a)->group.label,
                   ((const GroupPractice *)b)->group.label);
}

Err people_groups(Ctx *c, const ValuesAsked *asked, size_t which, Date as_at, PeopleGroups *out)
{
    Practice *all = NULL;
    size_t count = 0;
    GroupBy by = asked->by[which];
    if (by == GROUP_BY_TRAIT) {
        *out = groups_trait(c->arena, asked->trait[which].label);
        return ERR_OK;
    }
    if (by == GROUP_BY_PRACTICE) TRY(practice_list(c, &all, &count));
    GroupPractice *practices = ARENA_ARRAY(c->arena, GroupPractice, count + 1);
    for (size_t i = 0; i < count; i++) {
        practices[i] = (GroupPractice){all[i].id, {all[i].ods_code, all[i].name}};
    }
    if (count > 1) qsort(practices, count, sizeof *practices, by_name);
    *out = groups_make(c->arena, by, as_at, practices, count);
    return ERR_OK;
}
