// bench_library.c -- every definition of some files, asked of columns that have kept no answer.
//
// usage: bench_library PEOPLE FILE DEFINITIONS...
// (FILE: where the columns are laid out; DEFINITIONS: texts, each with one cohort or more)
// The program's own sets, scores and rules by value, each set with codes of the made-up population:
// a set of a disease those of a made disease, a deficit those of a made deficit. What is timed is
// what a page pays: reading the text, planning, the answer of everybody, and how many of them are
// registered. Each is asked REPEATS times, each time of new columns; the middle and the
// worst are printed.
#include "made.h"

#if MADE_THERE
#include "insight/cohort/cohort_eval.h"

#include <stdlib.h>

enum { REPEATS = 5, TEXTS_MAX = 512, FILE_BYTES_MAX = 1 << 20, TABLE_BYTES_MAX = 8 << 20 };
static const double GOAL_MS = 50;

typedef struct Library {
    World w;
    const CodeSets *sets;
    CaseloadFacts facts; // nobody is on a caseload
    Str texts[TEXTS_MAX];
    size_t count;
} Library;

typedef struct Asked {
    Str key;
    double middle, worst, cpu; // ms; cpu of the middle one, of all processors
    int64_t people;
} Asked;

// ---- the tables

static void put_codes(Buf *out, const World *w, Str name, CodeList list, const char *end)
{
    for (size_t i = 0; i < list.count; i++) {
        const Code *code = &w->source.codes[list.ids[i]];
        buf_fmt(out, STR_FMT "\t" STR_FMT "\t" STR_FMT "\tmade%s\n", STR_ARG(name),
                STR_ARG(code->system), STR_ARG(code->code), end);
    }
}

static CodeList made_codes(const World *w, Str name, size_t at)
{
    const struct {
        const char *part;
        CodeList list;
    } OF[] = {{"admission", w->admission},
              {"emergency", w->admission},
              {"end-of-life", w->palliative},
              {"hba1c", w->hba1c},
              {"check-", w->sbp}};
    for (size_t i = 0; i < COUNT_OF(OF); i++) {
        size_t where = 0;
        if (str_find(name, str_from_c(OF[i].part), &where)) return OF[i].list;
    }
    if (str_starts(name, STR("efi-"))) return w->deficits[at % w->deficit_count];
    return w->ltc[at % NLTC];
}

// Of others than these no value is recorded: each has one code, of a medicine.
static CodeList made_values(const World *w, Str name)
{
    if (str_eq(name, STR("hba1c"))) return w->hba1c;
    if (str_starts(name, STR("systolic"))) return w->sbp;
    return (CodeList){.ids = w->medicine.ids, .count = 1};
}

static void read_tables(Library *l)
{
    const World *w = &l->w;
    const CodeSets *own = NULL;
    Str why = STR("");
    CLEANUP(buf_free) Buf sets = buf_new(TABLE_BYTES_MAX);
    CLEANUP(buf_free) Buf measures = buf_new(TABLE_BYTES_MAX);
    must(code_sets_read(w->arena, &own, &why) == ERR_OK);
    buf_add_c(&sets, "set\tsystem\tcode\tterm\n");
    buf_add_c(&measures, "measure\tsystem\tcode\tterm\tsource\n");
    for (size_t i = 0; i < code_sets_count(own); i++) {
        Str name = code_set_at(own, i)->name;
        put_codes(&sets, w, name, made_codes(w, name, i), "");
    }
    for (size_t i = 0; i < measures_count(own); i++) {
        Str name = measure_at(own, i)->name;
        put_codes(&measures, w, name, made_values(w, name), "\t");
    }
    CodeFiles files = code_files();
    for (size_t i = 0; i < COUNT_OF(files.sets); i++) files.sets[i] = STR("");
    files.sets[0] = arena_str(w->arena, buf_str(&sets));
    files.measures = arena_str(w->arena, buf_str(&measures));
    if (code_sets_from(w->arena, &files, &l->sets, &why) == ERR_OK) return;
    fprintf(stderr, STR_FMT "\n", STR_ARG(why));
    must(false);
}

// ---- the texts

static bool begins_text(Str line)
{
    return str_starts(line, STR("cohort "));
}

// Each begins with the line of its key and ends before the next.
static void take_texts(Library *l, Str file)
{
    const char *from = NULL;
    Str rest = file;
    Str line;
    while (str_split(&rest, '\n', &line)) {
        if (!begins_text(line)) continue;
        if (from != NULL) {
            l->texts[l->count - 1] = (Str){from, (size_t)(line.ptr - from)};
        }
        must(l->count < TEXTS_MAX);
        from = line.ptr;
        l->texts[l->count++] = (Str){from, (size_t)(file.ptr + file.len - from)};
    }
}

static void read_texts(Library *l, const char *path)
{
    FILE *file = fopen(path, "r");
    must(file != NULL);
    char *text = ARENA_ARRAY(l->w.arena, char, FILE_BYTES_MAX);
    size_t len = fread(text, 1, FILE_BYTES_MAX - 1, file);
    (void)fclose(file);
    take_texts(l, (Str){text, len});
}

// ---- asking

static int64_t registered(const Columns *view, const uint64_t *met)
{
    static const uint8_t CURRENT[256] = {[REGISTRATION_CURRENT] = 1};
    int64_t count = 0;
    for (size_t s = 0; s < view->stripe_count; s++) {
        uint64_t who[STRIPE_WORDS] = {0};
        const Stripe *stripe = view->stripes[s].stripe;
        bits_allowed(stripe->registration, stripe->persons, CURRENT, who);
        for (size_t i = 0; i < STRIPE_WORDS; i++) {
            count += __builtin_popcountll(who[i] & met[s * STRIPE_WORDS + i]);
        }
    }
    return count;
}

typedef struct Took {
    double wall, cpu;
} Took;

static int took_cmp(const void *a, const void *b)
{
    double x = ((const Took *)a)->wall;
    double y = ((const Took *)b)->wall;
    return (x > y) - (x < y);
}

static Took ask_once(const Library *l, Str text, Asked *out)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    CohortColumns *columns = NULL;
    must(cohort_columns_new(columns_share(l->w.now), l->w.pool, l->sets, &columns) == ERR_OK);
    Definition definition;
    Str why = STR("");
    Took from = {now_ms(), cpu_ms()};
    if (definition_read(arena, l->sets, text, &definition, &why) != ERR_OK) {
        fprintf(stderr, STR_FMT "\n" STR_FMT "\n", STR_ARG(text), STR_ARG(why));
        must(false);
    }
    Evaluation e = {.arena = arena,
                    .columns = columns,
                    .definition = &definition,
                    .as_at = {DAY_REF},
                    .what = ANSWER_ROOT,
                    .facts = l->facts};
    evaluate(&e);
    out->people = registered(l->w.now, evaluation_root(&e)->met);
    Took took = {now_ms() - from.wall, cpu_ms() - from.cpu};
    out->key = arena_str(l->w.arena, definition.key);
    cohort_columns_let_go(columns);
    return took;
}

static Asked ask(const Library *l, Str text)
{
    Asked out = {0};
    Took took[REPEATS];
    for (int i = 0; i < REPEATS; i++) took[i] = ask_once(l, text, &out);
    qsort(took, REPEATS, sizeof took[0], took_cmp);
    out.middle = took[REPEATS / 2].wall;
    out.cpu = took[REPEATS / 2].cpu;
    out.worst = took[REPEATS - 1].wall;
    return out;
}

static int slowest_first(const void *a, const void *b)
{
    double x = ((const Asked *)a)->middle;
    double y = ((const Asked *)b)->middle;
    return (x < y) - (x > y);
}

static void ask_all(const Library *l)
{
    Asked *all = ARENA_ARRAY(l->w.arena, Asked, l->count + 1);
    size_t over = 0;
    for (size_t i = 0; i < l->count; i++) {
        all[i] = ask(l, l->texts[i]);
        over += all[i].middle > GOAL_MS;
    }
    qsort(all, l->count, sizeof *all, slowest_first);
    for (size_t i = 0; i < l->count; i++) {
        printf("%-48s middle %8.2f ms, cpu %8.2f, worst %8.2f: %lld\n",
               arena_c(l->w.arena, all[i].key), all[i].middle, all[i].cpu, all[i].worst,
               (long long)all[i].people);
    }
    printf("%zu definitions, %zu over %.0f ms in the middle\n", l->count, over, GOAL_MS);
}

int main(int argc, char **argv)
{
    enum { FIRST_TEXT = 3 };
    Library l = {0};
    if (argc <= FIRST_TEXT) {
        printf("usage: bench_library PEOPLE FILE DEFINITIONS...\n");
        return 2;
    }
    l.w.arena = arena_new();
    l.w.people = (uint32_t)strtoul(argv[1], NULL, 10);
    for (int i = FIRST_TEXT; i < argc; i++) read_texts(&l, argv[i]);
    make_lists(&l.w);
    make_source(&l.w);
    read_tables(&l);
    must(columns_pool_new(l.w.arena, 0, &l.w.pool) == ERR_OK);
    Feed feed;
    columns_let_go(build(&l.w, &l.w.source, argv[2], &feed));
    must(columns_open(argv[2], &l.w.source, l.w.pool, &l.w.now) == ERR_OK);
    l.facts = caseload_facts_new(l.w.arena, l.w.now->numbers);
    printf("%u people, %.1f M events\n", l.w.people, (double)feed.total / 1e6);
    ask_all(&l);
    columns_let_go(l.w.now);
    columns_pool_free(l.w.pool);
    arena_free(l.w.arena);
    (void)remove(argv[2]);
    return 0;
}
#else
#include "base/base.h"

int main(void)
{
    printf("bench_library: ../shared/bench is not there: no population to measure\n");
    return 0;
}
#endif
