// bench_columns.c -- the standard questions of the shared benchmark, through the columns' kernels.
//
// usage: bench_columns [PEOPLE [THREADS [FILE]]]   (10,000 people, as many threads as processors)
// The made-up population is that of ../shared/bench (its gen.h); without that folder there is
// nothing to measure. Complete rows are compared with its golden hashes before any time is worth
// reading. Best of REPEATS, wall and processor milliseconds.
#include "made.h"

#if MADE_THERE
#include <sys/resource.h>
#include <sys/stat.h>

enum { REPEATS = 7, PRACTICES = 4096 };
enum { IMDS = 11, BANDS = 4, ETHNICITIES = 18, CONTROLS = 3, POLYPHARMACY = 5, ADMISSIONS = 3 };

// ---- answers

typedef struct Days { // as of one day
    int32_t on, after_12, after_15, born_until;
} Days;

typedef struct Answer {
    const World *w;
    Days days;
    bool admissions; // of question 2; 7 goes without
    uint64_t *count; // one cell a stripe and thing counted
    size_t cells;
    uint64_t **members; // by stripe, NULL: not kept
} Answer;

static DayRange days_after(const Answer *a, int32_t after)
{
    return day_range(after == INT32_MIN ? DATE_NONE : (Date){after}, (Date){a->days.on});
}

static uint64_t *registered(const LiveStripe *of, ColumnScratch *scratch)
{
    static const uint8_t CURRENT[256] = {[REGISTRATION_CURRENT] = 1};
    uint64_t *bits = scratch_bits(scratch);
    bits_allowed(of->stripe->registration, of->stripe->persons, CURRENT, bits);
    for (size_t w = 0; w < STRIPE_WORDS; w++) bits[w] &= of->live[w];
    return bits;
}

// NOLINTBEGIN(bugprone-macro-parentheses): the name that it declares
#define EACH_BIT(bits, person)                                                                     \
    for (size_t word = 0; word < STRIPE_WORDS; word++)                                             \
        for (uint64_t left = (bits)[word], person = 0;                                             \
             left != 0 && (person = word * 64 + (uint64_t)__builtin_ctzll(left), true);            \
             left &= left - 1)
// NOLINTEND(bugprone-macro-parentheses)

static Err question_1(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Answer *a = arg;
    uint64_t *bits = scratch_bits(scratch);
    stripe_mark(of->stripe, a->w->ltc[G_DM], days_after(a, INT32_MIN), bits);
    a->count[index * a->cells] = (uint64_t)bits_ones_both(bits, registered(of, scratch));
    return ERR_OK;
}

// Deprived, 65 or over, admitted, HbA1c over 58, not palliative; of those few, two conditions.
static Err question_2(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Answer *a = arg;
    const Stripe *stripe = of->stripe;
    static const uint8_t DEPRIVED[256] = {[1] = 1, [2] = 1};
    uint64_t *bits = registered(of, scratch);
    uint64_t *deprived = scratch_bits(scratch);
    uint64_t *old = scratch_bits(scratch);
    uint64_t *admitted = scratch_bits(scratch);
    uint64_t *palliative = scratch_bits(scratch);
    bits_allowed(stripe->imd, stripe->persons, DEPRIVED, deprived);
    bits_between(stripe->born, stripe->persons, INT32_MIN + 1, a->days.born_until, old);
    if (a->admissions) {
        uint16_t *count = SCRATCH_PERSONS(scratch, uint16_t);
        stripe_count_events(stripe, a->w->admission, days_after(a, a->days.after_12), count);
        bits_at_least(count, ADMISSIONS, admitted);
    } else {
        memset(admitted, 0xFF, STRIPE_WORDS * sizeof *admitted);
    }
    stripe_mark(stripe, a->w->palliative, days_after(a, INT32_MIN), palliative);
    Picked hba1c = picked_new(scratch);
    stripe_pick(stripe, &a->w->hba1c_value, days_after(a, a->days.after_15), PICK_LATEST, &hba1c);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        bits[w] &= deprived[w] & old[w] & admitted[w] & ~palliative[w] & hba1c.has[w];
    }
    uint64_t *mask = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof *mask);
    uint64_t *left_in = scratch_bits(scratch);
    EACH_BIT(bits, person)
    {
        if (hba1c.value[person] > 58) bit_set(left_in, (uint32_t)person);
    }
    CodeMasks masks = a->w->ltc_masks;
    masks.days = days_after(a, INT32_MIN);
    stripe_mask_among(stripe, &masks, left_in, scratch, mask);
    uint64_t *cell = &a->count[index * a->cells];
    EACH_BIT(left_in, person)
    {
        if (__builtin_popcountll(mask[person]) < 2) continue;
        cell[0]++;
        cell[1] += (uint64_t)stripe->id[person];
        if (a->members != NULL) bit_set(a->members[index], (uint32_t)person);
    }
    return ERR_OK;
}

// As the program's own index does: a bit of a mask for each deficit, all their codes in one walk.
static Err question_3(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Answer *a = arg;
    const Stripe *stripe = of->stripe;
    uint64_t *all = registered(of, scratch);
    uint64_t *mask = SCRATCH_PERSONS(scratch, uint64_t);
    uint16_t *medicines = SCRATCH_PERSONS(scratch, uint16_t);
    CodeMasks masks = a->w->deficit_masks;
    masks.days = days_after(a, INT32_MIN);
    stripe_mask(stripe, &masks, mask);
    stripe_count_codes(stripe, a->w->medicine, days_after(a, a->days.after_12), scratch, medicines);
    uint64_t *cell = &a->count[index * a->cells];
    static const int LEAST[BANDS] = {0, 5, 9, 13};
    EACH_BIT(all, person)
    {
        int deficits =
            __builtin_popcountll(mask[person]) + (medicines[person] >= POLYPHARMACY ? 1 : 0);
        size_t band = BANDS - 1;
        while (deficits < LEAST[band]) band--;
        cell[(size_t)stripe->imd[person] * BANDS + band]++;
    }
    return ERR_OK;
}

static Err question_4(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Answer *a = arg;
    const Stripe *stripe = of->stripe;
    uint64_t *all = registered(of, scratch);
    Picked hba1c = picked_new(scratch);
    stripe_pick(stripe, &a->w->hba1c_value, days_after(a, INT32_MIN), PICK_LATEST, &hba1c);
    uint64_t *cells = &a->count[index * a->cells];
    for (size_t w = 0; w < STRIPE_WORDS; w++) all[w] &= hba1c.has[w];
    EACH_BIT(all, person)
    {
        uint64_t *cell = &cells[(size_t)stripe->practice[person] * 3];
        cell[0]++;
        cell[1] += hba1c.value[person] > 58;
        cell[2] += (uint64_t)(hba1c.value[person] * 4);
    }
    return ERR_OK;
}

static Err question_5(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Answer *a = arg;
    const Stripe *stripe = of->stripe;
    uint64_t *all = registered(of, scratch);
    uint64_t *has = scratch_bits(scratch);
    stripe_mark(stripe, a->w->ltc[G_HTN], days_after(a, INT32_MIN), has);
    Picked sbp = picked_new(scratch);
    stripe_pick(stripe, &a->w->sbp_value, days_after(a, a->days.after_12), PICK_LATEST, &sbp);
    for (size_t w = 0; w < STRIPE_WORDS; w++) all[w] &= has[w];
    uint64_t *cells = &a->count[index * a->cells];
    EACH_BIT(all, person)
    {
        size_t control = !bit_on(sbp.has, (uint32_t)person) ? 0 : sbp.value[person] <= 140 ? 1 : 2;
        size_t group =
            (size_t)stripe->imd[person] * ETHNICITIES + a->w->group_of[stripe->ethnicity[person]];
        cells[group * CONTROLS + control]++;
    }
    return ERR_OK;
}

static Err question_6(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Answer *a = arg;
    const Stripe *stripe = of->stripe;
    uint64_t *all = registered(of, scratch);
    uint64_t *treated = scratch_bits(scratch);
    uint64_t *mask = SCRATCH_PERSONS(scratch, uint64_t);
    CodeMasks masks = a->w->ltc_masks;
    masks.days = days_after(a, INT32_MIN);
    stripe_mark(stripe, a->w->asthma_medicine, days_after(a, a->days.after_12), treated);
    stripe_mask(stripe, &masks, mask);
    enum { HALF = 10 };
    uint16_t low[1 << HALF] = {0};
    uint16_t high[1 << HALF] = {0};
    for (uint32_t set = 0; set < 1U << HALF; set++) {
        for (uint32_t b = 0; b < HALF; b++) {
            if ((set >> b & 1) == 0) continue;
            low[set] = (uint16_t)(low[set] + cmms_w[b]);
            high[set] = (uint16_t)(high[set] + cmms_w[HALF + b]);
        }
    }
    uint64_t *cells = &a->count[index * a->cells];
    EACH_BIT(all, person)
    {
        uint64_t has = mask[person];
        if (!bit_on(treated, (uint32_t)person)) has &= ~(UINT64_C(1) << G_ASTHMA);
        uint64_t score = (uint64_t)low[has & ((1U << HALF) - 1)] + high[has >> HALF];
        uint64_t *cell = &cells[(size_t)stripe->practice[person] * 3];
        cell[0]++;
        cell[1] += score >= 200;
        cell[2] += score;
    }
    return ERR_OK;
}

// ---- running and comparing

typedef struct Row {
    uint64_t hash;
    int rows;
} Row;

static void hash_number(Row *row, uint64_t number)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%llu|", (unsigned long long)number);
    for (int i = 0; i < len; i++) {
        row->hash = (row->hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    }
}

static Answer answer_new(const World *w, size_t cells)
{
    return (Answer){
        .w = w, .days = {DAY_REF, DAY_12M, DAY_15M, DOB_65}, .admissions = true, .cells = cells};
}

static uint64_t *ask(const World *w, Answer *a, ColumnTask *task, Arena *arena)
{
    a->count = ARENA_ARRAY(arena, uint64_t, a->cells * w->view->stripe_count);
    must(columns_run(w->pool, w->view, NULL, task, a) == ERR_OK);
    for (size_t s = 1; s < w->view->stripe_count; s++) { // put together in the order of stripes
        for (size_t i = 0; i < a->cells; i++) a->count[i] += a->count[s * a->cells + i];
    }
    return a->count;
}

static void hash_numbers(Row *row, const uint64_t *sum, int count)
{
    for (int i = 0; i < count; i++) hash_number(row, sum[i]);
    row->rows = 1;
}

static void hash_bands(Row *row, const uint64_t *sum)
{
    for (uint64_t i = 0; i < (uint64_t)IMDS * BANDS; i++) {
        if (sum[i] == 0) continue;
        hash_number(row, i / BANDS);
        hash_number(row, i % BANDS);
        hash_number(row, sum[i]);
        row->rows++;
    }
}

// Three cells a practice, of which the first says whether there is anybody.
static void hash_practices(Row *row, const uint64_t *sum, uint64_t from)
{
    for (uint64_t p = 0; p < PRACTICES; p++) {
        if (sum[p * 3] == 0) continue;
        hash_number(row, p);
        for (uint64_t i = from; i < 3; i++) hash_number(row, sum[p * 3 + i]);
        row->rows++;
    }
}

static void hash_controls(Row *row, const uint64_t *sum)
{
    for (uint64_t i = 0; i < (uint64_t)IMDS * ETHNICITIES * CONTROLS; i++) {
        if (sum[i] == 0) continue;
        hash_number(row, i / CONTROLS / ETHNICITIES);
        hash_number(row, i / CONTROLS % ETHNICITIES);
        hash_number(row, i % CONTROLS);
        hash_number(row, sum[i]);
        row->rows++;
    }
}

static Row row_of(int question, const uint64_t *sum)
{
    Row row = {.hash = UINT64_C(1469598103934665603)};
    switch (question) {
    case 1:
    case 2: hash_numbers(&row, sum, question); break;
    case 3: hash_bands(&row, sum); break;
    case 4: hash_practices(&row, sum, 0); break;
    case 5: hash_controls(&row, sum); break;
    case 6: hash_practices(&row, sum, 1); break;
    default: break;
    }
    return row;
}

static uint64_t golden_file(uint32_t people, int question)
{
    char path[128];
    (void)snprintf(path, sizeof path, "../shared/bench/golden_%u/Q%d.txt", people, question);
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    Row row = {.hash = UINT64_C(1469598103934665603)};
    for (int c = fgetc(file), before = '|'; c != EOF; before = c, c = fgetc(file)) {
        if (c == '\n' && before == '|') continue; // an empty last field: question 2 of nobody
        if (c == '\n') c = '|';
        row.hash = (row.hash ^ (unsigned char)c) * UINT64_C(1099511628211);
    }
    (void)fclose(file);
    return row.hash;
}

static uint64_t golden(uint32_t people, int question)
{
    static const uint64_t QUARTER[] = {0x91c420d89e67d5b3, 0x1636c5eaff1ebef2, 0x9a28c97e8bf7586e,
                                       0x2466ee9e3dce7cc3, 0x356db511c41491a9, 0x21bd2d7b08780f1e};
    static const uint64_t WHOLE[] = {0x050e20d50d1d693d, 0xec2d06857d41f622, 0x08191b999b293599,
                                     0x0335cd2c7203ea50, 0x56de79944b9d1f6a, 0xf86c574abb22f06d};
    if (people == 250000) return QUARTER[question - 1];
    if (people == 1000000) return WHOLE[question - 1];
    return golden_file(people, question);
}

static bool run_question(const World *w, int question, const char *name, size_t cells,
                         ColumnTask *task)
{
    double wall = 1e18;
    double cpu = 1e18;
    Row row = {0};
    for (int i = 0; i < REPEATS; i++) {
        CLEANUP(arena_free_at) Arena *arena = arena_new();
        Answer a = answer_new(w, cells);
        double from = now_ms();
        double from_cpu = cpu_ms();
        uint64_t *sum = ask(w, &a, task, arena);
        if (now_ms() - from < wall) wall = now_ms() - from;
        if (cpu_ms() - from_cpu < cpu) cpu = cpu_ms() - from_cpu;
        row = row_of(question, sum);
    }
    uint64_t want = golden(w->people, question);
    // Nobody: the golden file has no sum where ours says 0.
    bool nobody = question == 2 && w->people == 10000;
    bool same = want == row.hash || nobody;
    printf("Q%d %-32s %8.2f ms  cpu %8.2f  rows %3d  %016llx %s\n", question, name, wall, cpu,
           row.rows, (unsigned long long)row.hash,
           want == 0 ? "(no golden hash)"
           : nobody  ? "(golden: nobody)"
           : same    ? "as golden"
                     : "NOT AS GOLDEN");
    return same || want == 0;
}

static uint64_t **members_new(Arena *arena, const Columns *columns)
{
    uint64_t **members = ARENA_ARRAY(arena, uint64_t *, columns->stripe_count);
    for (size_t s = 0; s < columns->stripe_count; s++) {
        members[s] = ARENA_ARRAY(arena, uint64_t, STRIPE_WORDS);
    }
    return members;
}

static bool is_member(const Columns *columns, uint64_t *const *members, PersonId id)
{
    int64_t number = columns_number(columns, id);
    if (number < 0) return false;
    uint32_t local = 0;
    const LiveStripe *of = columns_stripe(columns, (uint32_t)number, &local);
    return bit_on(members[of - columns->stripes], local);
}

static uint64_t count_missing(const Columns *in, uint64_t *const *members, const Columns *from,
                              uint64_t *const *others)
{
    uint64_t missing = 0;
    for (size_t s = 0; s < in->stripe_count; s++) {
        EACH_BIT(members[s], person)
        {
            PersonId id = {in->stripes[s].stripe->id[person]};
            missing += !is_member(from, others, id);
        }
    }
    return missing;
}

// Who newly qualifies tomorrow: both days asked whole, the difference by person.
static bool run_question_7(World *w)
{
    static const struct {
        uint32_t people;
        uint64_t rows[4];
    } GOLDEN[] = {
        {10000, {37, 37, 0, 0}}, {250000, {786, 798, 12, 0}}, {1000000, {3715, 3755, 45, 5}}};
    double wall = 1e18;
    double cpu = 1e18;
    uint64_t rows[4] = {0};
    for (int i = 0; i < REPEATS; i++) {
        CLEANUP(arena_free_at) Arena *arena = arena_new();
        double from = now_ms();
        double from_cpu = cpu_ms();
        Answer today = answer_new(w, 2);
        today.admissions = false;
        today.members = members_new(arena, w->now);
        Answer later = answer_new(w, 2);
        later.admissions = false;
        later.members = members_new(arena, w->tomorrow);
        later.days = (Days){DAY_REF + 1, DAY_12M + 1, DAY_15M + 1, DOB_65 + 1};
        w->view = w->now;
        rows[0] = ask(w, &today, question_2, arena)[0];
        w->view = w->tomorrow;
        rows[1] = ask(w, &later, question_2, arena)[0];
        w->view = w->now;
        rows[2] = count_missing(w->tomorrow, later.members, w->now, today.members);
        rows[3] = count_missing(w->now, today.members, w->tomorrow, later.members);
        if (now_ms() - from < wall) wall = now_ms() - from;
        if (cpu_ms() - from_cpu < cpu) cpu = cpu_ms() - from_cpu;
    }
    const char *verdict = "(no golden rows)";
    for (size_t g = 0; g < COUNT_OF(GOLDEN); g++) {
        if (GOLDEN[g].people != w->people) continue;
        verdict = memcmp(GOLDEN[g].rows, rows, sizeof rows) == 0 ? "as golden" : "NOT AS GOLDEN";
    }
    printf("Q7 %-32s %8.2f ms  cpu %8.2f  %llu,%llu,%llu,%llu %s\n", "who newly qualifies", wall,
           cpu, (unsigned long long)rows[0], (unsigned long long)rows[1],
           (unsigned long long)rows[2], (unsigned long long)rows[3], verdict);
    return strcmp(verdict, "NOT AS GOLDEN") != 0;
}

static bool run_all(World *w)
{
    w->view = w->now;
    bool same = run_question(w, 1, "condition ever, 1,000 codes", 1, question_1);
    same = run_question(w, 2, "composite of 6 rules", 2, question_2) && same;
    same = run_question(w, 3, "frailty of all, by deprivation", (size_t)IMDS * BANDS, question_3) &&
           same;
    same =
        run_question(w, 4, "latest HbA1c by practice", (size_t)PRACTICES * 3, question_4) && same;
    same = run_question(w, 5, "control by deprivation, ethnicity",
                        (size_t)IMDS * ETHNICITIES * CONTROLS, question_5) &&
           same;
    same =
        run_question(w, 6, "multimorbidity by practice", (size_t)PRACTICES * 3, question_6) && same;
    return run_question_7(w) && same;
}

static void say_memory(const char *when)
{
    struct rusage use;
    (void)getrusage(RUSAGE_SELF, &use);
    long resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL && fscanf(file, "%*d %ld", &resident) != 1) resident = 0; // NOLINT
    if (file != NULL) (void)fclose(file);
    printf("%s: resident %.0f MB now, at most %.0f MB\n", when, (double)resident * 4096 / 1e6,
           (double)use.ru_maxrss / 1e3);
}

int main(int argc, char **argv)
{
    World w = {.arena = arena_new(), .people = 10000};
    if (argc > 1) w.people = (uint32_t)strtoul(argv[1], NULL, 10);
    int threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;
    const char *path = argc > 3 ? argv[3] : "build/bench-columns";
    make_lists(&w);
    make_source(&w);
    must(columns_pool_new(w.arena, threads, &w.pool) == ERR_OK);
    Feed feed;
    columns_let_go(build(&w, &w.source, path, &feed));
    printf("built %u people, %.1f M events: %.0f ms, cpu %.0f: %.1f M events/s of cpu\n", w.people,
           (double)feed.total / 1e6, feed.wall, feed.cpu, (double)feed.total / feed.cpu / 1e3);
    double wall = now_ms();
    double cpu = cpu_ms();
    must(columns_open(path, &w.source, w.pool, &w.now) == ERR_OK);
    printf("mapped and checked: %.0f ms, cpu %.0f\n", now_ms() - wall, cpu_ms() - cpu);
    struct stat info;
    must(stat(path, &info) == 0);
    printf("%.2f bytes an event in %zu stripes, file %.0f MB\n",
           (double)columns_bytes(w.now) / (double)w.now->events, w.now->stripe_count,
           (double)info.st_size / 1e6);
    build_tomorrow(&w);
    bool same = run_all(&w);
    say_memory("end");
    columns_let_go(w.tomorrow);
    columns_let_go(w.now);
    columns_pool_free(w.pool);
    arena_free(w.arena);
    (void)remove(path);
    return same ? 0 : 1;
}
#else
#include "base/base.h"

int main(void)
{
    printf("bench_columns: ../shared/bench is not there, so there is no population to measure\n");
    return 0;
}
#endif
