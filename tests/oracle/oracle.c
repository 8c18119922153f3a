// oracle.c -- random definitions over random small populations: the program must answer every rule
// about everybody as the reference does. As TAP: oracle [CASES [FIRST]].
#include "oracle_world.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { CASES = 300, RUN = 250 };        // RUN: cases that one line of TAP stands for
enum { KEPT_BYTES = 64 * 1024 * 1024 }; // of memory from one case to the next

static const char *said(RefAnswer answer)
{
    static const char *const SAID[] = {"not met", "met", "not recorded"};
    return SAID[answer];
}

static int64_t answers_compared; // NOLINT: of one run of this program
static int64_t answers_met;      // NOLINT

static bool differs(const Oracle *o, const char *who, int person, RefAnswer ours, RefAnswer theirs)
{
    answers_compared++;
    answers_met += ours == REF_YES;
    if (ours == theirs) return false;
    printf("# person %d, as at %s: %s says %s, the reference %s\n", person,
           arena_c(o->arena, date_iso(o->arena, (Date){o->world.today})), who, said(ours),
           said(theirs));
    return true;
}

// What the reference is told of one person: nobody else's events, which it would only walk over.
static RefWorld world_of(const Oracle *o, int person)
{
    RefWorld own = o->world;
    size_t from = 0;
    while (from < o->event_count && o->events[from].person < person) from++;
    size_t to = from;
    while (to < o->event_count && o->events[to].person == person) to++;
    own.events = o->events + from;
    own.event_count = to - from;
    return own;
}

static bool compare_engine(Oracle *o, const Definition *definition, Str text)
{
    static RefAnswer ours[REF_RULES_MAX][ORACLE_PERSONS];
    static RefAnswer theirs[REF_RULES_MAX];
    oracle_ask(o, definition, ours);
    for (int p = 0; p < ORACLE_PERSONS; p++) {
        RefWorld own = world_of(o, p);
        int count = ref_answers(&own, p, text.ptr, theirs);
        assert(count == definition->rules);
        for (int rule = 0; rule < count; rule++) {
            if (differs(o, "the program", p, ours[rule][p], theirs[rule])) {
                printf("# in rule %d\n", rule);
                return false;
            }
        }
    }
    return true;
}

static bool compare_sql(Oracle *o, const Definition *definition, Str text)
{
    RefAnswer ours[ORACLE_PERSONS];
    static RefAnswer theirs[REF_RULES_MAX];
    if (!oracle_ask_sql(o, definition, ours)) return false;
    for (int p = 0; p < ORACLE_PERSONS; p++) {
        RefWorld own = world_of(o, p);
        (void)ref_answers(&own, p, text.ptr, theirs);
        if (differs(o, "SQL", p, ours[p], theirs[0])) return false;
    }
    return true;
}

// One population with one definition; every tenth goes to SQL.
static bool compare(Oracle *o, int64_t number)
{
    Definition definition;
    Str why = STR("");
    Answerer by = number % 10 == 0 ? BY_SQL : BY_ENGINE;
    oracle_make(o);
    Str text = oracle_definition(o, by);
    Err err = definition_parse(o->arena, o->sets, text, &definition, &why);
    bool equal = err == ERR_OK && (by == BY_SQL ? compare_sql(o, &definition, text)
                                                : compare_engine(o, &definition, text));
    if (!equal) {
        printf("# case %lld " STR_FMT "\n" STR_FMT, (long long)number, STR_ARG(why), STR_ARG(text));
    }
    return equal;
}

// The sets that scores ask for and the program does not have, as a deployment loads them: of the
// medicines that the worlds are made with.
static const CodeSets *sets_loaded(Arena *arena)
{
    static const char LOADED[] =
        "# version 1\n# source made for this test\nset\tsystem\tcode\tterm\n"
        "laxatives\tdmd\t932\tA\nlaxatives\tdmd\t933\tB\n"
        "pain-medicines\tdmd\t933\tB\npain-medicines\tdmd\t934\tC\n"
        "skin-medicines\tdmd\t935\tD\npsoriasis-or-eczema\tdmd\t936\tE\n"
        "migraine-medicines\tdmd\t937\tF\nprostate-disorder\tdmd\t938\tG\n"
        "chronic-sinusitis\tdmd\t939\tH\n";
    const CodeSets *sets = NULL;
    Str why = STR("");
    CodeFiles files = code_files();
    files.own[files.own_count++] = (CodeFile){STR("loaded.tsv"), str_from_c(LOADED)};
    if (code_sets_from(arena, &files, &sets, &why) == ERR_OK) return sets;
    printf("# " STR_FMT "\n", STR_ARG(why));
    return NULL;
}

int main(int argc, char **argv)
{
    int64_t cases = argc > 1 ? strtoll(argv[1], NULL, 10) : CASES;
    int64_t first = argc > 2 ? strtoll(argv[2], NULL, 10) : 1;
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    CLEANUP(arena_free_at) Arena *own = arena_new();
    const CodeSets *sets = sets_loaded(own);
    if (sets == NULL) return 1;
    OracleKept *kept = oracle_kept(own);
    int64_t runs = (cases + RUN - 1) / RUN;
    printf("1..%lld\n", (long long)runs + 1);
    bool all = oracle_edges(kept, sets, 1);
    int64_t asked = 0;
    for (int64_t run = 0; run < runs; run++) {
        bool equal = true;
        int64_t from = first + run * RUN;
        int64_t to = from + RUN < first + cases ? from + RUN : first + cases;
        for (int64_t i = from; equal && i < to; i++) {
            CLEANUP(arena_free_at) Arena *arena = arena_new();
            Oracle *o = ARENA_NEW(arena, Oracle);
            *o = (Oracle){
                .seed = (uint64_t)i * 2654435761U, .kept = kept, .arena = arena, .sets = sets};
            equal = compare(o, i);
            asked += equal;
        }
        int64_t number = run + 2;
        printf("%sok %lld - definitions %lld to %lld\n", equal ? "" : "not ", (long long)number,
               (long long)from, (long long)(to - 1));
        all = all && equal;
        (void)fflush(stdout);
    }
    printf("# %lld definitions compared from %lld on\n", (long long)asked, (long long)first);
    printf("# %lld answers compared, %lld of them met\n", (long long)answers_compared,
           (long long)answers_met);
    oracle_kept_end(kept);
    return all ? 0 : 1;
}
