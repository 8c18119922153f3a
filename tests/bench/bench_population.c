// bench_population.c -- the shared benchmark's questions through the cohort language.
//
// usage: bench_population [PEOPLE [FILE [QUESTION [REPEATS]]]]
// (10,000 people, every question, best of 7; as many threads as processors)
// The definitions are text, read by the language's reader; the sets, the score and the deficits are
// tables, as a deployment would bring them. Each question is asked of columns that have kept no
// answer ("first"), once more ("again": what a page pays whose other rules were asked before), and
// together with how each rule narrows the list in the written order ("narrowing"); each way REPEATS
// times in a row, as bench_columns and the exploratory engine ask, the best of them.
// Questions 4 and 5 are values by group of a cohort's people, by the function that answers the page
// of a breakdown; "medians" is the same with the median of each group.
#include "made.h"

#if MADE_THERE
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_score.h"
#include "insight/cohort/cohort_values_pass.h"

enum { IMDS = 11, BANDS = 4, TABLE_BYTES_MAX = 8 << 20 };

static const char HEAD[] =
    "cohort question\nname Question\npurpose Bench\nowner Bench\noffer plan\n";

static const struct {
    const char *name, *rules;
} QUESTIONS[] = {
    {"Q1", "all\n  has ltc-1\n"},
    {"Q2", "all\n  deprivation 1 to 2\n  age at least 65\n  conditions at least 2\n"
           "  latest hba1c over 58 mmol/mol within 15 months\n"
           "  at least 3 admission within 12 months\n  no palliative\n"},
    {"Q6", "all\n  cambridge at least 2\n"},
    {"Q7", "all\n  deprivation 1 to 2\n  age at least 65\n  conditions at least 2\n"
           "  latest hba1c over 58 mmol/mol within 15 months\n  no palliative\n"},
};

typedef struct Bench {
    World w;
    const CodeSets *sets;
    CaseloadFacts facts; // nobody is on a caseload
    const char *only;    // NULL: every question
    int repeats;
} Bench;

// ---- the tables

static void put_set(Buf *out, const World *w, const char *name, CodeList list)
{
    for (size_t i = 0; i < list.count; i++) {
        const Code *code = &w->source.codes[list.ids[i]];
        Str line = arena_fmt(w->arena, "%s\t" STR_FMT "\t" STR_FMT "\tmade\t\n", name,
                             STR_ARG(code->system), STR_ARG(code->code));
        buf_add(out, line);
    }
}

static const char *numbered(const World *w, const char *name, size_t n)
{
    return arena_c(w->arena, arena_fmt(w->arena, "%s-%zu", name, n));
}

// The program's own frailty sets, each with the codes of one made-up deficit.
static void put_deficits(Bench *b, Buf *out)
{
    const CodeSets *own = NULL;
    Str why = STR("");
    must(code_sets_read(b->w.arena, &own, &why) == ERR_OK);
    size_t deficit = 0;
    for (size_t s = 0; s < code_sets_count(own) && deficit < b->w.deficit_count; s++) {
        Str name = code_set_at(own, s)->name;
        if (!str_starts(name, STR("efi-"))) continue;
        put_set(out, &b->w, arena_c(b->w.arena, name), b->w.deficits[deficit++]);
    }
    must(deficit == b->w.deficit_count);
}

static void put_measure(Buf *out, const World *w, const char *name, CodeList list)
{
    for (size_t i = 0; i < list.count; i++) {
        const Code *code = &w->source.codes[list.ids[i]];
        buf_fmt(out, "%s\t" STR_FMT "\t" STR_FMT "\tmade\t\n", name, STR_ARG(code->system),
                STR_ARG(code->code));
    }
}

static void put_score(Buf *out, const World *w)
{
    buf_add_c(out, "score\tset\tpoints\tunless\twhen\twith\tlabel\tnote\tsource\n");
    for (size_t i = 0; i < NLTC; i++) {
        const char *with = i == G_ASTHMA ? "asthma-medicine 12 months" : "-";
        Str line = arena_fmt(w->arena, "cambridge\tltc-%zu\t%d.%02d\t-\tever\t%s\tMade\t\tmade\n",
                             i, cmms_w[i] / 100, cmms_w[i] % 100, with);
        buf_add(out, line);
    }
}

static void read_tables(Bench *b)
{
    const World *w = &b->w;
    Buf sets = buf_new(TABLE_BYTES_MAX);
    Buf score = buf_new(TABLE_BYTES_MAX);
    Buf names = buf_new(TABLE_BYTES_MAX);
    buf_add_c(&sets, "set\tsystem\tcode\tterm\tsource\n");
    for (size_t i = 0; i < NLTC; i++) put_set(&sets, w, numbered(w, "ltc", i), w->ltc[i]);
    put_deficits(b, &sets);
    put_set(&sets, w, "admission", w->admission);
    put_set(&sets, w, "palliative", w->palliative);
    put_set(&sets, w, "asthma-medicine", w->asthma_medicine);
    put_score(&score, w);
    buf_add_c(&names, "set\tone\tmany\tnote\n");
    Buf measures = buf_new(TABLE_BYTES_MAX);
    buf_add_c(&measures, "measure\tsystem\tcode\tterm\tsource\n");
    put_measure(&measures, w, "hba1c", w->hba1c);
    put_measure(&measures, w, "systolic", w->sbp);
    CodeFiles files = {
        // texts are viewed, not copied
        .sets = {arena_str(w->arena, buf_str(&sets))},
        .names = arena_str(w->arena, buf_str(&names)),
        .measures = arena_str(w->arena, buf_str(&measures)),
        .units = STR("measure\tlabel\tunit\tfactor\tplus\tfrom\tbelow\n"
                     "hba1c\tHbA1c\tmmol/mol\t1\t0\t0\t1000\n"
                     "systolic\tSystolic blood pressure\tmmHg\t1\t0\t0\t1000\n"),
        .values = STR("set\tmeasure\tsex\tbelow\tabove\n"),
        .scores = arena_str(w->arena, buf_str(&score)),
        .sources = STR("key\twhat\tlicence\twhere\nmade\tMade up\t\there\n"),
    };
    Str why = STR("");
    if (code_sets_from(w->arena, &files, &b->sets, &why) != ERR_OK) {
        printf(STR_FMT "\n", STR_ARG(why));
        must(false);
    }
    buf_free(&sets);
    buf_free(&score);
    buf_free(&names);
    buf_free(&measures);
}

// ---- asking

typedef struct Counted {
    int64_t people, sum; // sum of the persons' numbers
    double first, again; // ms: the cohort alone, the rules in the order of what they cost
    double stages;       // the same with how each rule narrows it in the written order
    double cpu;          // of the first, of all processors
} Counted;

static uint64_t registered_word(const LiveStripe *of, size_t word, uint64_t bits)
{
    uint64_t out = 0;
    for (; bits != 0; bits &= bits - 1) {
        size_t bit = (size_t)__builtin_ctzll(bits);
        if (of->stripe->registration[word * 64 + bit] == REGISTRATION_CURRENT) {
            out |= UINT64_C(1) << bit;
        }
    }
    return out;
}

// Those registered, as every run of the program counts.
static void count_met(const Columns *view, const uint64_t *met, Counted *out)
{
    out->people = 0;
    out->sum = 0;
    for (size_t s = 0; s < view->stripe_count; s++) {
        const LiveStripe *of = &view->stripes[s];
        for (size_t word = 0; word < STRIPE_WORDS; word++) {
            uint64_t bits = registered_word(of, word, met[s * STRIPE_WORDS + word]);
            for (; bits != 0; bits &= bits - 1) {
                out->people++;
                out->sum += of->stripe->id[word * 64 + (size_t)__builtin_ctzll(bits)];
            }
        }
    }
}

static Evaluation evaluation_new(const Bench *b, Arena *arena, const CohortColumns *columns,
                                 const Definition *definition, Date as_at)
{
    return (Evaluation){.arena = arena,
                        .columns = columns,
                        .definition = definition,
                        .as_at = as_at,
                        .what = ANSWER_ROOT,
                        .facts = b->facts};
}

static CohortColumns *columns_of(const Bench *b, Columns *view)
{
    CohortColumns *columns = NULL;
    must(cohort_columns_new(columns_share(view), b->w.pool, b->sets, &columns) == ERR_OK);
    return columns;
}

static void keep_less(double *best, double took)
{
    if (took < *best) *best = took;
}

typedef struct Way { // of asking
    const Definition *definition;
    Columns *view;
    Date as_at;
    AnswerWhat what;
} Way;

// Once of each of the columns, in memory that is given back as that of a request is. `out`: NULL,
// or who meets it.
static void ask_each(const Bench *b, const Way *way, CohortColumns **columns, Counted *out,
                     double *wall, double *cpu)
{
    for (int i = 0; i < b->repeats; i++) {
        CLEANUP(arena_free_at) Arena *arena = arena_new();
        Evaluation e = evaluation_new(b, arena, columns[i], way->definition, way->as_at);
        e.what = way->what;
        double from = now_ms();
        double from_cpu = cpu_ms();
        evaluate(&e);
        keep_less(wall, now_ms() - from);
        keep_less(cpu, cpu_ms() - from_cpu);
        if (out != NULL && i + 1 == b->repeats) {
            count_met(way->view, evaluation_root(&e)->met, out);
        }
    }
}

static void renew(const Bench *b, Columns *view, CohortColumns **columns)
{
    for (int i = 0; i < b->repeats; i++) {
        cohort_columns_let_go(columns[i]);
        columns[i] = view == NULL ? NULL : columns_of(b, view);
    }
}

static Counted ask(const Bench *b, Arena *arena, Columns *view, const char *rules, Date as_at)
{
    Counted best = {.first = 1e9, .again = 1e9, .stages = 1e9, .cpu = 1e9};
    Definition definition;
    Str why = STR("");
    Str text = arena_fmt(arena, "%s\n%s", HEAD, rules);
    if (definition_read(arena, b->sets, text, &definition, &why) != ERR_OK) {
        printf("%s: " STR_FMT "\n", rules, STR_ARG(why));
        must(false);
    }
    Way way = {&definition, view, as_at, ANSWER_ROOT};
    CohortColumns **columns = ARENA_ARRAY(arena, CohortColumns *, (size_t)b->repeats);
    double other = 1e9;
    renew(b, view, columns);
    ask_each(b, &way, columns, &best, &best.first, &best.cpu);
    ask_each(b, &way, columns, NULL, &best.again, &other);
    renew(b, view, columns);
    way.what = ANSWER_STAGES;
    ask_each(b, &way, columns, NULL, &best.stages, &other);
    renew(b, NULL, columns);
    return best;
}

// ---- golden answers

// The numbers of one golden row; false: no such file.
static bool golden(const Bench *b, const char *question, size_t row, long long *out, size_t count)
{
    Str path = arena_fmt(b->w.arena, "../shared/bench/golden_%u/%s.txt", b->w.people, question);
    FILE *file = fopen(arena_c(b->w.arena, path), "r");
    if (file == NULL) return false;
    char line[256] = "";
    bool there = true;
    for (size_t i = 0; i <= row && there; i++) there = fgets(line, sizeof line, file) != NULL;
    (void)fclose(file);
    char *at = line;
    for (size_t i = 0; i < count; i++) {
        out[i] = strtoll(at, &at, 10);
        if (*at != '\0') at++;
    }
    return there;
}

static bool say(const char *name, const Counted *counted, const char *rest, bool known, bool same)
{
    printf("%s first %8.2f ms, cpu %7.2f, again %6.2f, narrowing %7.2f: %lld%s %s\n", name,
           counted->first, counted->cpu, counted->again, counted->stages,
           (long long)counted->people, rest,
           !known ? "(no golden answer)"
           : same ? "as golden"
                  : "NOT AS GOLDEN");
    return !known || same;
}

static void count_bands(const Columns *view, const uint8_t *counts, int64_t table[IMDS][BANDS])
{
    static const int LAST[BANDS - 1] = {4, 8, 12};
    memset(table, 0, sizeof(int64_t) * IMDS * BANDS);
    for (size_t s = 0; s < view->stripe_count; s++) {
        const LiveStripe *of = &view->stripes[s];
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            if (of->stripe->registration[p] != REGISTRATION_CURRENT) continue;
            int band = 0;
            while (band < BANDS - 1 && counts[of->first + p] > LAST[band]) band++;
            table[of->stripe->imd[p]][band]++;
        }
    }
}

static bool ask_frailty(const Bench *b, Arena *arena)
{
    Counted best = {.first = 1e9, .cpu = 1e9};
    int64_t table[IMDS][BANDS] = {{0}};
    for (int i = 0; i < b->repeats; i++) {
        CohortColumns *columns = columns_of(b, b->w.now);
        double start = now_ms();
        double cpu = cpu_ms();
        const uint8_t *counts = frailty_counts(columns, arena, (Date){DAY_REF});
        keep_less(&best.first, now_ms() - start);
        keep_less(&best.cpu, cpu_ms() - cpu);
        start = now_ms();
        count_bands(b->w.now, counts, table);
        best.again = now_ms() - start;
        cohort_columns_let_go(columns);
    }
    bool known = true;
    bool same = true;
    size_t row = 0;
    for (int imd = 1; imd < IMDS; imd++) {
        for (int band = 0; band < BANDS; band++) {
            best.people += table[imd][band];
            if (table[imd][band] == 0) continue;
            long long want[3] = {0};
            known = known && golden(b, "Q3", row++, want, 3);
            same = same && want[0] == imd && want[1] == band && want[2] == table[imd][band];
        }
    }
    return say("Q3", &best, " people in bands, by deprivation", known, same);
}

// ---- values by group

enum { ANSWER_BYTES_MAX = 1 << 20 };

static const struct ValueQuestion {
    const char *name, *rules;
    const char *measure;
    int months;
    double than; // at most
    GroupBy by[2];
    uint64_t million; // the golden hash at 1,000,000 people, of which no rows are kept
} VALUE_QUESTIONS[] = {
    {"Q4",
     "all\n  registered\n",
     "hba1c",
     0,
     58,
     {GROUP_BY_PRACTICE, GROUP_BY_NOTHING},
     0x0335cd2c7203ea50},
    {"Q5",
     "all\n  has ltc-0\n",
     "systolic",
     12,
     140,
     {GROUP_BY_TENTH, GROUP_BY_CATEGORY},
     0x56de79944b9d1f6a},
};

// Of every field and a '|' behind it, as the shared benchmark says it.
static uint64_t hash_of(Str rows)
{
    uint64_t hash = 1469598103934665603ULL;
    for (size_t i = 0; i < rows.len; i++) {
        char byte = rows.ptr[i] == '\n' ? '|' : rows.ptr[i];
        hash = (hash ^ (unsigned char)byte) * 1099511628211ULL;
    }
    return hash;
}

// Practice, how many were tested, of those above the target, four times the sum.
static void put_practices(const ValuesTable *table, Buf *out)
{
    for (size_t i = 0; i + 1 < table->by[0].count; i++) {
        const GroupValues *v = &table->firsts[i];
        if (v->valued == 0) continue;
        buf_fmt(out, STR_FMT "|%lld|%lld|%lld\n", STR_ARG(table->by[0].groups[i].key),
                (long long)v->valued, (long long)(v->valued - v->met), (long long)(4 * v->sum));
    }
}

// The categories stand in the order of the data dictionary; the rows in that of made.c.
static size_t place_of_category(const PeopleGroups *groups, int group)
{
    if (group == 0) return groups->count - 1;
    char key = "abcdefghjklmnprsz"[group - 1];
    for (size_t i = 0; i < groups->count; i++) {
        if (groups->groups[i].key.ptr[0] == key) return i;
    }
    abort();
}

// Tenth, ethnic group, none recorded or met or not, people.
static void put_control(const ValuesTable *table, Buf *out)
{
    for (size_t i = 0; i + 1 < table->by[0].count; i++) {
        for (int group = 0; group < (int)table->by[1].count; group++) {
            size_t at = i * table->by[1].count + place_of_category(&table->by[1], group);
            const GroupValues *v = &table->cells[at];
            int64_t counts[] = {v->people - v->valued, v->met, v->valued - v->met};
            for (size_t k = 0; k < COUNT_OF(counts); k++) {
                if (counts[k] == 0) continue;
                buf_fmt(out, "%zu|%d|%zu|%lld\n", i + 1, group, k, (long long)counts[k]);
            }
        }
    }
}

static const uint64_t *registered_of(Arena *arena, const Columns *view, const uint64_t *met)
{
    uint64_t *who = ARENA_ARRAY(arena, uint64_t, view->stripe_count * STRIPE_WORDS + 1);
    static const uint8_t CURRENT[256] = {[REGISTRATION_CURRENT] = 1};
    for (size_t s = 0; s < view->stripe_count; s++) {
        const Stripe *stripe = view->stripes[s].stripe;
        bits_allowed(stripe->registration, stripe->persons, CURRENT, who + s * STRIPE_WORDS);
        for (size_t w = 0; w < STRIPE_WORDS; w++) {
            who[s * STRIPE_WORDS + w] &= met[s * STRIPE_WORDS + w];
        }
    }
    return who;
}

static PeopleGroups groups_of(const Bench *b, Arena *arena, GroupBy by)
{
    size_t count = b->w.people / 9000 + 1; // practices
    GroupPractice *practices = ARENA_ARRAY(arena, GroupPractice, count);
    for (size_t i = 0; i < count; i++) {
        Str name = arena_fmt(arena, "%zu", i);
        practices[i] = (GroupPractice){(int64_t)i, {name, name}};
    }
    return groups_make(arena, by, (Date){DAY_REF}, practices, count);
}

static Str golden_rows(const Bench *b, Arena *arena, const char *question)
{
    Str path = arena_fmt(arena, "../shared/bench/golden_%u/%s.txt", b->w.people, question);
    FILE *file = fopen(arena_c(arena, path), "r");
    if (file == NULL) return STR("");
    char *text = ARENA_ARRAY(arena, char, ANSWER_BYTES_MAX);
    size_t len = fread(text, 1, ANSWER_BYTES_MAX - 1, file);
    (void)fclose(file);
    return (Str){text, len};
}

typedef struct Took {
    double wall, cpu; // ms
} Took;

// One asking of all of it: the rules, then the values, which here as in records are in one unit
// that is known.
static Took count_values(const Bench *b, CohortColumns *columns, const struct ValueQuestion *q,
                         bool medians, Arena *arena, ValuesTable *out)
{
    Definition definition;
    Str why = STR("");
    Str text = arena_fmt(arena, "%s\n%s", HEAD, q->rules);
    must(definition_read(arena, b->sets, text, &definition, &why) == ERR_OK);
    ValuesAsked asked = {.measure = measure_find(b->sets, str_from_c(q->measure)),
                         .months = q->months,
                         .target = TARGET_AT_MOST,
                         .than = q->than,
                         .by = {q->by[0], q->by[1]},
                         .medians = medians};
    Evaluation e = evaluation_new(b, arena, columns, &definition, (Date){DAY_REF});
    Took from = {now_ms(), cpu_ms()}; // what is known of the caseload is held from before
    evaluate(&e);
    ValuesPass pass = {.columns = columns,
                       .asked = &asked,
                       .measure =
                           q->by[1] == GROUP_BY_NOTHING ? &b->w.hba1c_value : &b->w.sbp_value,
                       .as_at = {DAY_REF},
                       .by = {groups_of(b, arena, q->by[0]), groups_of(b, arena, q->by[1])},
                       .who = registered_of(arena, columns->view, evaluation_root(&e)->met)};
    must(values_count(arena, &pass, out) == ERR_OK);
    return (Took){now_ms() - from.wall, cpu_ms() - from.cpu};
}

static bool ask_values(const Bench *b, const struct ValueQuestion *q)
{
    double first = 1e9;
    double again = 1e9;
    double medians = 1e9;
    double cpu = 1e9;
    CLEANUP(arena_free_at) Arena *kept = arena_new();
    CLEANUP(buf_free) Buf rows = buf_new(ANSWER_BYTES_MAX);
    for (int i = 0; i < b->repeats; i++) {
        CLEANUP(arena_free_at) Arena *arena = arena_new();
        CohortColumns *columns = columns_of(b, b->w.now);
        ValuesTable table;
        Took took = count_values(b, columns, q, false, arena, &table);
        keep_less(&first, took.wall);
        keep_less(&cpu, took.cpu);
        keep_less(&again, count_values(b, columns, q, false, arena, &table).wall);
        keep_less(&medians, count_values(b, columns, q, true, arena, &table).wall);
        if (i == 0) (q->by[1] == GROUP_BY_NOTHING ? put_practices : put_control)(&table, &rows);
        cohort_columns_let_go(columns);
    }
    Str golden_text = golden_rows(b, kept, q->name);
    bool million = b->w.people == 1000000;
    uint64_t hash = hash_of(buf_str(&rows));
    bool known = golden_text.len > 0 || million;
    bool same = golden_text.len > 0 ? str_eq(golden_text, buf_str(&rows)) : hash == q->million;
    printf("%s first %8.2f ms, cpu %7.2f, again %6.2f, medians   %7.2f: hash %016llx %s\n", q->name,
           first, cpu, again, medians, (unsigned long long)hash,
           !known ? "(no golden answer)"
           : same ? "as golden"
                  : "NOT AS GOLDEN");
    return !known || same;
}

static bool ask_one(const Bench *b, Arena *arena, size_t index)
{
    const char *name = QUESTIONS[index].name;
    const char *rules = QUESTIONS[index].rules;
    Counted today = ask(b, arena, b->w.now, rules, (Date){DAY_REF});
    long long want[4] = {0};
    if (strcmp(name, "Q6") == 0) { // golden rows are by practice
        long long row[3] = {0};
        bool known = false;
        for (size_t i = 0; golden(b, name, i, row, 3); i++) {
            want[0] += row[1];
            known = true;
        }
        return say(name, &today, " with 200 points or more", known, want[0] == today.people);
    }
    if (strcmp(name, "Q7") == 0) {
        Counted next = ask(b, arena, b->w.tomorrow, rules, (Date){DAY_REF + 1});
        bool known = golden(b, name, 0, want, 2);
        today.first += next.first; // both days are asked
        today.again += next.again;
        today.stages += next.stages;
        today.cpu += next.cpu;
        const char *rest =
            arena_c(arena, arena_fmt(arena, ", a day later %lld", (long long)next.people));
        return say(name, &today, rest, known, want[0] == today.people && want[1] == next.people);
    }
    bool known = golden(b, name, 0, want, 2);
    bool same = want[0] == today.people && (index == 0 || want[1] == today.sum);
    return say(name, &today, "", known, same);
}

// Fifty saved cohorts of two days, read from their text and asked of columns that have kept nothing
// but what those before them asked: who newly qualifies, as every night.
static void ask_fifty(const Bench *b)
{
    enum { COHORTS = 50 };
    CLEANUP(arena_free_at) Arena *kept = arena_new();
    CohortColumns *days[] = {columns_of(b, b->w.now), columns_of(b, b->w.tomorrow)};
    double longest = 0;
    int64_t people = 0;
    double from = now_ms();
    double from_cpu = cpu_ms();
    for (int i = 0; i < COHORTS; i++) {
        CLEANUP(arena_free_at) Arena *arena = arena_new();
        double began = now_ms();
        Definition definition;
        Str why = STR("");
        Str text =
            arena_fmt(arena,
                      "%s\nall\n  deprivation 1 to %d\n  age at least %d\n"
                      "  conditions at least %d\n  no palliative\n"
                      "  latest hba1c over %d mmol/mol within %d months\n",
                      HEAD, 1 + i % 9, 30 + i * 7 % 50, 1 + i % 4, 42 + i * 5 % 35, 6 + i % 18);
        must(definition_read(arena, b->sets, text, &definition, &why) == ERR_OK);
        for (int day = 0; day < 2; day++) {
            Evaluation e = evaluation_new(b, arena, days[day], &definition, (Date){DAY_REF + day});
            evaluate(&e);
            Counted counted;
            count_met(days[day]->view, evaluation_root(&e)->met, &counted);
            people += counted.people;
        }
        double took = now_ms() - began;
        if (took > longest) longest = took;
    }
    printf("fifty cohorts of two days %8.2f ms, cpu %7.2f, longest %6.2f: %lld\n", now_ms() - from,
           cpu_ms() - from_cpu, longest, (long long)people);
    cohort_columns_let_go(days[0]);
    cohort_columns_let_go(days[1]);
}

static bool is_asked(const Bench *b, const char *name)
{
    return b->only == NULL || strcmp(b->only, name) == 0;
}

int main(int argc, char **argv)
{
    Bench b = {.w = {.arena = arena_new(), .people = 10000}, .repeats = 7};
    if (argc > 1) b.w.people = (uint32_t)strtoul(argv[1], NULL, 10);
    const char *path = argc > 2 ? argv[2] : "build/bench-population";
    if (argc > 3) b.only = argv[3];
    if (argc > 4) b.repeats = (int)strtol(argv[4], NULL, 10);
    make_lists(&b.w);
    make_source(&b.w);
    read_tables(&b);
    must(columns_pool_new(b.w.arena, 0, &b.w.pool) == ERR_OK);
    Feed feed;
    columns_let_go(build(&b.w, &b.w.source, path, &feed));
    must(columns_open(path, &b.w.source, b.w.pool, &b.w.now) == ERR_OK);
    printf("%u people, %.1f M events\n", b.w.people, (double)feed.total / 1e6);
    build_tomorrow(&b.w);
    b.facts = caseload_facts_new(b.w.arena, b.w.tomorrow->numbers);
    bool same = true;
    for (size_t i = 0; i < COUNT_OF(QUESTIONS); i++) {
        if (!is_asked(&b, QUESTIONS[i].name)) continue;
        Arena *arena = arena_new();
        same = ask_one(&b, arena, i) && same;
        arena_free(arena);
    }
    Arena *arena = arena_new();
    if (is_asked(&b, "Q3")) same = ask_frailty(&b, arena) && same;
    arena_free(arena);
    for (size_t i = 0; i < COUNT_OF(VALUE_QUESTIONS); i++) {
        if (!is_asked(&b, VALUE_QUESTIONS[i].name)) continue;
        same = ask_values(&b, &VALUE_QUESTIONS[i]) && same;
    }
    if (is_asked(&b, "fifty")) ask_fifty(&b);
    columns_let_go(b.w.tomorrow);
    columns_let_go(b.w.now);
    columns_pool_free(b.w.pool);
    arena_free(b.w.arena);
    (void)remove(path);
    return same ? 0 : 1;
}
#else
#include "base/base.h"

int main(void)
{
    printf("bench_population: ../shared/bench is not there: no population to measure\n");
    return 0;
}
#endif
