// oracle.c -- random definitions over random small populations: the program must answer every rule
// about everybody as the reference does. As TAP: oracle [CASES [FIRST]].
#include "oracle_world.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASES = 2000, RUN = 250 }; // cases that one line of TAP stands for

static const char *said(RefAnswer answer)
{
    static const char *const SAID[] = {"not met", "met", "not recorded"};
    return SAID[answer];
}

static bool compare(Oracle *o, int64_t number, int64_t *asked, int64_t *met)
{
    static RefAnswer ours[REF_RULES_MAX][ORACLE_PERSONS];
    static RefAnswer theirs[REF_RULES_MAX];
    Definition definition;
    Str why = STR("");
    Str text = oracle_definition(o);
    if (definition_read(o->arena, o->sets, text, &definition, &why) != ERR_OK) {
        printf("# case %lld: " STR_FMT "\n" STR_FMT, (long long)number, STR_ARG(why),
               STR_ARG(text));
        return false;
    }
    oracle_ask(o, &definition, ours);
    for (int p = 0; p < ORACLE_PERSONS; p++) {
        int count = ref_answers(&o->world, p, text.ptr, theirs);
        for (int rule = 0; rule < definition.rules; rule++) {
            *asked += 1;
            *met += ours[rule][p] == REF_YES;
            if (count == definition.rules && ours[rule][p] == theirs[rule]) continue;
            printf(
                "# case %lld, person %d, rule %d: %s; the reference says %s (as at %s)\n" STR_FMT,
                (long long)number, p, rule, said(ours[rule][p]), said(theirs[rule]),
                arena_c(o->arena, date_iso(o->arena, (Date){o->world.today})), STR_ARG(text));
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    int64_t cases = argc > 1 ? strtoll(argv[1], NULL, 10) : CASES;
    int64_t first = argc > 2 ? strtoll(argv[2], NULL, 10) : 1;
    CLEANUP(arena_free_at) Arena *kept = arena_new();
    const CodeSets *sets = NULL;
    Str why = STR("");
    if (code_sets_read(kept, &sets, &why) != ERR_OK) return 1;
    int64_t runs = (cases + RUN - 1) / RUN;
    int64_t asked = 0;
    int64_t met = 0;
    bool all = true;
    printf("1..%lld\n", (long long)runs);
    for (int64_t run = 0; run < runs; run++) {
        bool equal = true;
        for (int64_t i = run * RUN; equal && i < cases && i < (run + 1) * RUN; i++) {
            CLEANUP(arena_free_at) Arena *arena = arena_new();
            Oracle *o = ARENA_NEW(arena, Oracle);
            *o =
                (Oracle){.seed = (uint64_t)(first + i) * 2654435761U, .arena = arena, .sets = sets};
            oracle_make(o);
            equal = compare(o, first + i, &asked, &met);
        }
        int64_t from = first + run * RUN;
        int64_t to = from + RUN - 1;
        int64_t number = run + 1;
        printf("%sok %lld - definitions %lld to %lld\n", equal ? "" : "not ", (long long)number,
               (long long)from, (long long)to);
        all = all && equal;
        (void)fflush(stdout);
    }
    printf("# %lld answers compared, %lld of them met\n", (long long)asked, (long long)met);
    return all ? 0 : 1;
}
