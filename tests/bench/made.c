// made.c -- the people and events of the shared benchmark, and what its code lists hold.
#include "made.h"

#if MADE_THERE
#include <time.h>

double now_ms(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

double cpu_ms(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

void must(bool holds)
{
    if (!holds) abort();
}

// ---- code lists

static int id_cmp(const void *a, const void *b)
{
    return (int)*(const uint32_t *)a - (int)*(const uint32_t *)b;
}

static CodeList codes_of(const World *w, int from, int count, int step, int within)
{
    uint32_t *ids = ARENA_ARRAY(w->arena, uint32_t, (size_t)count);
    for (int i = 0; i < count; i++) ids[i] = perm[from + i * step % within];
    qsort(ids, (size_t)count, sizeof *ids, id_cmp);
    return (CodeList){ids, (size_t)count};
}

// Each code of the lists with their bits: ascending, each once.
static CodeMasks masks_of(const World *w, const CodeList *lists, size_t count)
{
    uint64_t *of_code = ARENA_ARRAY(w->arena, uint64_t, NCODES);
    uint64_t *bits = ARENA_ARRAY(w->arena, uint64_t, NCODES);
    uint32_t *ids = ARENA_ARRAY(w->arena, uint32_t, NCODES);
    size_t n = 0;
    for (size_t b = 0; b < count; b++) {
        for (size_t i = 0; i < lists[b].count; i++) of_code[lists[b].ids[i]] |= UINT64_C(1) << b;
    }
    for (uint32_t id = 0; id < NCODES; id++) {
        if (of_code[id] == 0) continue;
        ids[n] = id;
        bits[n++] = of_code[id];
    }
    return (CodeMasks){.codes = {ids, n}, .bits = bits};
}

// The benchmark's 18 ethnic groups as categories of the NHS Data Dictionary: none recorded, its 16
// letters and "not stated".
static uint8_t category_of(int group)
{
    static const char LETTERS[] = "ABCDEFGHJKLMNPRSZ";
    must(group >= 0 && group < ETHNIC_GROUPS_MADE);
    return group == 0 ? 0 : (uint8_t)(LETTERS[group - 1] - 'A' + 1);
}

void make_lists(World *w)
{
    gen_init(); // its tables are this file's own
    for (int g = 0; g < ETHNIC_GROUPS_MADE; g++) w->group_of[category_of(g)] = (uint8_t)g;
    for (int b = 0; b < NBLK; b++) {
        CodeList list = codes_of(w, blk_start[b], blk_size[b], 1, blk_size[b]);
        if (b < NLTC) w->ltc[b] = list;
        if (efi_of_block(b) >= 0) w->deficits[w->deficit_count++] = list;
    }
    w->ltc_masks = masks_of(w, w->ltc, NLTC);
    w->deficit_masks = masks_of(w, w->deficits, w->deficit_count);
    w->hba1c = codes_of(w, C_OBS, N_HBA1C, 1, N_HBA1C);
    w->sbp = codes_of(w, C_OBS + 3, N_SBP, 1, N_SBP);
    w->admission = codes_of(w, C_ENC, N_ADM, 1, N_ADM);
    w->palliative = codes_of(w, C_ENC + 30, N_PAL, 1, N_PAL);
    w->medicine = codes_of(w, C_MED, 4500, 1, 4500);
    w->asthma_medicine = codes_of(w, C_MED, 400, 11, 4500);
    memset(w->kinds, EVENT_OBSERVATION, sizeof w->kinds);
    for (size_t i = 0; i < w->medicine.count; i++) w->kinds[w->medicine.ids[i]] = EVENT_MEDICINE;
    static const UnitRule PLAIN = {.kind = UNIT_LINEAR, .factor = 1};
    w->hba1c_value = (ColumnMeasure){.codes = w->hba1c, .units = &PLAIN, .unit_count = 1};
    w->sbp_value = (ColumnMeasure){.codes = w->sbp, .units = &PLAIN, .unit_count = 1};
}

// ---- the population

void make_source(World *w)
{
    Code *codes = ARENA_ARRAY(w->arena, Code, NCODES);
    for (int i = 0; i < NCODES; i++) {
        codes[i] = (Code){i, STR("local"), arena_fmt(w->arena, "%d", EXT(i)), STR("")};
    }
    static const Str NO_UNIT = STR_INIT("");
    w->source = (ColumnSource){
        .generation = 1, .codes = codes, .code_count = NCODES, .units = &NO_UNIT, .unit_count = 1};
    ColumnPerson *persons = ARENA_ARRAY(w->arena, ColumnPerson, w->people);
    Ev *events = ARENA_ARRAY(w->arena, Ev, PERSON_EVENTS_CAP);
    for (uint32_t p = 0; p < w->people; p++) {
        Pat of;
        // Only what comes before the events is wanted here: the person depends on nothing after.
        (void)gen_patient(p, &of, events, 0);
        persons[p] =
            (ColumnPerson){.id = {p},
                           .born = {of.dob},
                           .practice = of.practice,
                           .registration = of.active ? REGISTRATION_CURRENT : REGISTRATION_LEFT,
                           .sex = of.sex,
                           .imd = of.imd,
                           .ethnicity = category_of(of.eth)};
    }
    w->source.persons = persons;
    w->source.person_count = w->people;
}

static void flush(Feed *feed)
{
    double wall = now_ms();
    double cpu = cpu_ms();
    must(column_builder_add(feed->builder, feed->rows, feed->count) == ERR_OK);
    feed->wall += now_ms() - wall;
    feed->cpu += cpu_ms() - cpu;
    feed->total += feed->count;
    feed->count = 0;
}

static void feed_events(const World *w, Feed *feed, uint32_t person, const Ev *events, int count)
{
    for (int i = 0; i < count; i++) {
        bool valued = events[i].val == events[i].val;
        feed->rows[feed->count++] = (EventRow){.person = person,
                                               .day = events[i].day,
                                               .code_id = events[i].code,
                                               .kind = (EventKind)w->kinds[events[i].code],
                                               .has_value = valued,
                                               .value = valued ? (double)events[i].val : 0};
    }
}

Columns *build(World *w, const ColumnSource *source, const char *path, Feed *feed)
{
    *feed = (Feed){.rows = ARENA_ARRAY(w->arena, EventRow, CHUNK_EVENTS + 2 * PERSON_EVENTS_CAP)};
    Ev *events = ARENA_ARRAY(w->arena, Ev, PERSON_EVENTS_CAP);
    must(column_builder_new(source, path, &feed->builder) == ERR_OK);
    for (size_t i = 0; i < source->person_count; i++) {
        uint32_t p = (uint32_t)source->persons[i].id.v;
        Pat of;
        feed_events(w, feed, p, events, gen_patient(p, &of, events, PERSON_EVENTS_CAP));
        if (source->generation > 1) {
            feed_events(w, feed, p, events, gen_delta(p, 1, events, PERSON_EVENTS_CAP));
        }
        if (feed->count >= CHUNK_EVENTS) flush(feed);
    }
    flush(feed);
    double wall = now_ms();
    double cpu = cpu_ms();
    Columns *columns = NULL;
    must(column_builder_finish(feed->builder, &columns) == ERR_OK);
    feed->wall += now_ms() - wall;
    feed->cpu += cpu_ms() - cpu;
    must(column_builder_strays(feed->builder) == 0);
    column_builder_free(feed->builder);
    return columns;
}

void build_tomorrow(World *w)
{
    ColumnPerson *persons = ARENA_ARRAY(w->arena, ColumnPerson, w->people / 10 + 100);
    PersonId *changed = ARENA_ARRAY(w->arena, PersonId, w->people / 10 + 100);
    Ev *events = ARENA_ARRAY(w->arena, Ev, PERSON_EVENTS_CAP);
    size_t count = 0;
    for (uint32_t p = 0; p < w->people; p++) {
        if (gen_delta(p, 1, events, PERSON_EVENTS_CAP) == 0) continue;
        persons[count] = w->source.persons[p];
        changed[count] = persons[count].id;
        count++;
    }
    ColumnSource source = w->source;
    source.generation = 2;
    source.persons = persons;
    source.person_count = count;
    Feed feed;
    Columns *delta = build(w, &source, NULL, &feed);
    double wall = now_ms();
    must(columns_join(w->now, delta, changed, count, &w->tomorrow) == ERR_OK);
    printf("one day: %zu people, %.2f M events laid out anew in %.0f ms, joined in %.1f ms\n",
           count, (double)feed.total / 1e6, feed.wall, now_ms() - wall);
    columns_let_go(delta);
}
#else
typedef int Nothing; // a file is never empty
#endif
