// cli_ask.c -- `trellis cohort ask`: counts for definitions that nobody keeps, from files.
#include "app/cli_ask.h"

#include "app/cli.h"
#include "insight/cohort/cohort.h"

static Err read_file(Arena *arena, const char *path, Str *out)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return ERR_NOT_FOUND;
    char *text = arena_alloc_raw(arena, DEFINITION_BYTES_MAX + 1);
    size_t got = fread(text, 1, DEFINITION_BYTES_MAX + 1, file);
    (void)fclose(file);
    if (got > DEFINITION_BYTES_MAX) return ERR_TOO_LARGE;
    *out = (Str){text, got};
    return ERR_OK;
}

static int ask_one(Ctx *c, const char *path)
{
    Str text = STR("");
    Str why = STR("");
    Definition definition = {0};
    Err err = read_file(c->arena, path, &text);
    if (err != ERR_OK) {
        return cli_fail_str(
            arena_fmt(c->arena, "%s cannot be read: it is absent or above 64 kB.", path));
    }
    err = definition_read(c->arena, cohort_sets(c), text, &definition, &why);
    if (err == ERR_OK) err = cohort_names_known(c, &definition, text, &why);
    if (err != ERR_OK && err != ERR_BUSY) {
        return cli_fail_str(arena_fmt(c->arena, "%s, " STR_FMT, path, STR_ARG(why)));
    }
    CLEANUP(cohort_run_end) CohortRun run = {0};
    CohortQuestion question = {.definition = &definition, .as_at = c->today};
    if (cohort_ask(c, &question, &run) != ERR_OK) {
        return c->issue_count > 0 ? cli_fail_str(c->issues[0].text) : cli_fail("It cannot be run.");
    }
    int64_t matching = run.steps[run.step_count - 2].count; // the last step leaves people out
    printf(STR_FMT ": %lld of %lld registered meet every rule, %zu are listed.\n",
           STR_ARG(definition.key), (long long)matching, (long long)run.registered,
           run.people_count);
    return CLI_OK;
}

int cli_cohort_ask(Ctx *c, const char *const *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int code = ask_one(c, files[i]);
        if (code != CLI_OK) return code;
    }
    return CLI_OK;
}
