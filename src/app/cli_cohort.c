// cli_cohort.c -- `trellis cohort`: the ready-made questions and their counts, without names.
//
// Works on a stopped server's folder. People are counted, never listed: a list belongs on a page,
// where the looking is logged.
#include "app/cli.h"
#include "app/cli_ask.h"
#include "app/code_folder.h"
#include "insight/cohort/cohort.h"
#include "work/team/team.h"

static const char HELP[] =
    "trellis cohort list --data DIR\n"
    "trellis cohort run KEY --data DIR [--practice ODS] [--today YYYY-MM-DD]\n"
    "trellis cohort check KEY --data DIR [--today YYYY-MM-DD]\n"
    "trellis cohort ask FILE... --data DIR [--today YYYY-MM-DD]\n"
    "trellis cohort export KEY --data DIR [--form text|json|fhir|cql]\n"
    "trellis cohort import FILE --data DIR [--key KEY] [--early]\n\n"
    "list prints each definition with its key, owner and how many people it finds now; run prints\n"
    "how each rule narrows the list and who is left out; check asks the same of everybody in SQL\n"
    "and says whether both agree; ask counts for definitions that stand in files, and keeps\n"
    "nothing; export writes a definition for another network, import keeps\n"
    "and publishes one in text or JSON form, under another key if you like. It may name only\n"
    "practices and languages that are known here; with --early also those whose people have not\n"
    "come yet. Nobody is named.\n"
    "The first call after the population changed reads it once and keeps it in DIR/columns.\n"
    "Stop the server first: a folder has one program at a time.\n";

enum { PRACTICE, TODAY, FORM, KEY, EARLY, DATA, HELP_ASKED, OPTIONS_COUNT };

// The sentence of what is wrong with it, when there is one.
static int cannot(const Ctx *c, const char *sentence)
{
    return c->issue_count > 0 ? cli_fail_str(c->issues[0].text) : cli_fail(sentence);
}

static int list(Ctx *c)
{
    CohortSummary *all = NULL;
    size_t count = 0;
    if (cohort_list(c, &all, &count) != ERR_OK) return cli_fail("The cohorts cannot be read.");
    for (size_t i = 0; i < count; i++) {
        CLEANUP(cohort_run_end) CohortRun run = {0};
        size_t before = c->issue_count;
        Err err = all[i].problem.len > 0 ? ERR_INVALID : cohort_run(c, all[i].key, 0, &run);
        if (err == ERR_INVALID) {
            Str why = c->issue_count > before ? c->issues[before].text : all[i].problem;
            c->issue_count = before;
            printf("%-32.*s  cannot be run: " STR_FMT "\n", STR_ARG(all[i].key), STR_ARG(why));
            continue;
        }
        if (err != ERR_OK) return cli_fail("It cannot be run.");
        printf("%-32.*s %7zu people  %.*s\n", STR_ARG(all[i].key), run.people_count,
               STR_ARG(all[i].owner));
    }
    return CLI_OK;
}

// Everybody who met the rules and is not listed, by reason; the step above leaves out those of them
// who were registered and so had been counted.
static void print_left_out(const CohortRun *run)
{
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    const CohortStep *last = &run->steps[run->step_count - 1];
    long long counted = (long long)(last[-1].count - last->count);
    long long all = 0;
    cohort_left_out_lines(&run->left_out, lines);
    for (size_t i = 0; i < COUNT_OF(lines); i++) all += lines[i].count;
    printf("\nMet every rule and left out: %lld", all);
    if (all > counted) {
        printf(", of whom %lld are registered and %lld were not in the counts above", counted,
               all - counted);
    }
    puts("");
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const CohortLeftOutLine *line = &lines[i];
        printf("%8lld  %s%s\n", (long long)(line->listed ? line->listed_count : line->count),
               line->label, line->listed ? ", listed too" : "");
    }
}

static void print_warnings(Ctx *c, const Definition *definition)
{
    Str unknown = STR("");
    if (cohort_names_warnings(c, definition, &unknown) != ERR_OK || unknown.len == 0) return;
    printf(STR_FMT "\n", STR_ARG(unknown));
}

static void print_run(Ctx *c, const CohortRun *run)
{
    printf(STR_FMT "\n" STR_FMT "\nAs at " STR_FMT "; data as at " STR_FMT "\n\n",
           STR_ARG(run->about.name), STR_ARG(run->about.words),
           STR_ARG(date_long(c->arena, run->as_at)),
           STR_ARG(date_is_none(run->data_on) ? STR("an unknown day")
                                              : date_long(c->arena, run->data_on)));
    for (size_t i = 0; i < run->step_count; i++) {
        const CohortStep *step = &run->steps[i];
        printf("%8lld  " STR_FMT, (long long)step->count, STR_ARG(step->text));
        if (step->not_recorded > 0) printf(" (not recorded: %lld)", (long long)step->not_recorded);
        puts("");
    }
    print_left_out(run);
}

static int run_one(Ctx *c, const CliOption *options, Str key)
{
    Practice practice = {0};
    Str ods = str_from_c(options[PRACTICE].value);
    if (ods.len > 0 && practice_of_ods(c, ods, &practice) != ERR_OK) {
        return cli_fail("There is no practice with this ODS code.");
    }
    CLEANUP(cohort_run_end) CohortRun run = {0};
    Err err = cohort_run(c, key, practice.id, &run);
    if (err == ERR_NOT_FOUND) {
        return cli_fail("There is no cohort with this key. Try: trellis cohort list --data DIR");
    }
    if (err != ERR_OK) return cannot(c, "It cannot be run.");
    print_run(c, &run);
    const Definition *read = NULL;
    if (cohort_definition(c, key, &read) == ERR_OK) print_warnings(c, read);
    return CLI_OK;
}

static int check(Ctx *c, Str key)
{
    CohortCheck found = {0};
    Err err = cohort_check(c, key, &found);
    if (err == ERR_NOT_FOUND) {
        return cli_fail("There is no cohort with this key. Try: trellis cohort list --data DIR");
    }
    if (err != ERR_OK) return cannot(c, "It cannot be checked.");
    if (found.different == 0) {
        printf(STR_FMT ": the same for all %lld people.\n", STR_ARG(key), (long long)found.people);
        return CLI_OK;
    }
    printf(STR_FMT ": different for %lld of %lld people.\n", STR_ARG(key),
           (long long)found.different, (long long)found.people);
    return CLI_FAILED;
}

static int export(Ctx *c, const CliOption *options, Str key)
{
    static const char *const FORMS[] = {"text", "json", "fhir", "cql"}; // DefinitionForm
    Str asked = options[FORM].value == NULL ? STR("text") : str_from_c(options[FORM].value);
    size_t form = 0;
    while (form < COUNT_OF(FORMS) && !str_eq(asked, str_from_c(FORMS[form]))) form++;
    if (form == COUNT_OF(FORMS)) return cli_fail("--form is one of text, json, fhir, cql.");
    KeptDefinition kept;
    Str out = STR("");
    if (definition_get(c, key, &kept) != ERR_OK) {
        return cli_fail("There is no cohort with this key. Try: trellis cohort list --data DIR");
    }
    if (definition_export(c, &kept, (DefinitionForm)form, &out) != ERR_OK) {
        return cannot(c, "It cannot be written.");
    }
    printf(STR_FMT "%s", STR_ARG(out), str_ends(out, STR("\n")) ? "" : "\n");
    return CLI_OK;
}

static int import(Ctx *c, const CliOption *options, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return cli_fail("The file cannot be read.");
    char *bytes = ARENA_ARRAY(c->arena, char, DEFINITION_FILE_BYTES_MAX + 1);
    Str text = {bytes, fread(bytes, 1, DEFINITION_FILE_BYTES_MAX + 1, file)};
    bool bad = ferror(file) != 0;
    if (fclose(file) != 0 || bad) return cli_fail("The file cannot be read.");
    KeptDefinition kept;
    DefinitionKeep keep = {.text = text,
                           .key = str_from_c(options[KEY].value),
                           .publish = true,
                           .early = options[EARLY].value != NULL};
    if (definition_import(c, &keep, &kept) != ERR_OK) return cannot(c, "It cannot be kept.");
    printf("Kept and published: " STR_FMT ", " STR_FMT "\n", STR_ARG(kept.key), STR_ARG(kept.name));
    const Definition *read = NULL;
    if (cohort_definition(c, kept.key, &read) == ERR_OK) print_warnings(c, read);
    return CLI_OK;
}

static bool asked(const char *const *rest, const char *word)
{
    return strcmp(rest[0], word) == 0;
}

static int one_of(Ctx *c, const CliOption *options, const char *const *rest, size_t count)
{
    if (asked(rest, "list")) return list(c);
    if (asked(rest, "run")) return run_one(c, options, str_from_c(rest[1]));
    if (asked(rest, "check")) return check(c, str_from_c(rest[1]));
    if (asked(rest, "export")) return export(c, options, str_from_c(rest[1]));
    if (asked(rest, "import")) return import(c, options, rest[1]);
    return cli_cohort_ask(c, rest + 1, count - 1);
}

static int answer(Opened *opened, const CliOption *options, const char *const *rest, size_t count)
{
    Ctx *c = opened->c;
    Str why = STR("");
    CohortEngine *engine = NULL;
    Str path = arena_fmt(opened->arena, STR_FMT "/columns", STR_ARG(opened->config.data_dir));
    CodeFiles files;
    Err err = code_folder_read(opened->arena, opened->config.data_dir, &files, &why);
    if (err == ERR_OK) {
        err = cohort_engine_with(opened->arena, path.ptr, &files, &engine, &why);
    }
    if (err != ERR_OK) return cli_fail_str(why);
    opened->core.engine = engine;
    (void)cli_today(options[TODAY].value, &c->today); // found well before
    int code = one_of(c, options, rest, count);
    cohort_engine_free(engine);
    opened->core.engine = NULL;
    return code;
}

static bool well_asked(const CliOption *options, const char *const *rest)
{
    (void)rest;
    return cli_today(options[TODAY].value, &(Date){0});
}

int cli_cohort(int argc, char **argv)
{
    CliOption options[OPTIONS_COUNT] = {[PRACTICE] = {.name = "--practice"},
                                        [TODAY] = {.name = "--today"},
                                        [DATA] = {.name = "--data"},
                                        [FORM] = {.name = "--form"},
                                        [KEY] = {.name = "--key"},
                                        [EARLY] = {.name = "--early", .is_switch = true},
                                        [HELP_ASKED] = {.name = "--help", .is_switch = true}};
    static const CliWord WORDS[] = {{"list", 0, 0},   {"run", 1, 1},    {"check", 1, 1},
                                    {"export", 1, 1}, {"import", 1, 1}, {"ask", 1, CLI_ARGS_MAX}};
    return cli_command(argc, argv,
                       &(CliCommand){.name = "cohort",
                                     .help = HELP,
                                     .options = options,
                                     .option_count = OPTIONS_COUNT,
                                     .words = WORDS,
                                     .word_count = COUNT_OF(WORDS),
                                     .well_asked = well_asked,
                                     .answer = answer});
}
