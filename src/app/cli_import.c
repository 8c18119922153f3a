// cli_import.c -- `trellis import`: practices' extracts and FHIR from the command line.
//
// Works on a stopped server's folder; a page does the same while it runs (Imports).
#include "app/cli.h"
#include "insight/population/population.h"
#include "insight/population/population_report.h"

#include <fcntl.h>
#include <unistd.h>

static const char HELP[] =
    "trellis import fhir PATH --data DIR [--practice ODS] [--dry-run] [--changes-only]\n"
    "trellis import csv FILE --practice ODS --data DIR [--map COLUMNS] [--extract DATE]\n"
    "                   [--dry-run] [--changes-only]\n"
    "trellis import scores FILE --data DIR [--dry-run]\n"
    "trellis import opt-outs FILE --data DIR [--dry-run]\n"
    "trellis import imd FILE --release YEAR --data DIR\n"
    "trellis import list --data DIR\n"
    "trellis import undo BATCH --data DIR\n\n"
    "fhir reads FHIR R4 as NDJSON, plain or gzip: one file, or a folder of them; also transaction\n"
    "bundles, one a line. csv reads a practice's extract, CSV or the HTML report of EMIS; COLUMNS\n"
    "names them in order, such as nhs_number,full_name,born,event_on,code,term ('-' is not used).\n"
    "scores reads CSV with the columns NHS number, Score, Value, Date, Source: eFI2 and others.\n"
    "opt-outs reads CSV with the columns NHS number, Opt-out, State, Date.\n"
    "imd reads File 7 of the Indices of Deprivation: the decile of every LSOA, by release.\n"
    "--dry-run tells what would happen and writes nothing. --extract is the day of the extract.\n"
    "--changes-only: the file holds what changed since the last one, not all there is; its size\n"
    "is compared with nothing.\n"
    "Stop the server first: a folder has one program at a time.\n";

enum { PRACTICE, DRY_RUN, CHANGES_ONLY, MAP, EXTRACT, RELEASE, DATA, HELP_ASKED, OPTIONS_COUNT };

static int told(const Ctx *c, Err err)
{
    for (size_t i = 0; i < c->issue_count; i++) {
        fprintf(stderr, STR_FMT "\n", STR_ARG(c->issues[i].text));
    }
    if (c->issue_count == 0) {
        fprintf(stderr, "The import failed (%s); nothing was changed.\n", err_name(err));
    }
    return CLI_FAILED;
}

static bool progress(void *arg, int64_t done, int64_t total)
{
    int *percent = arg;
    int now = total > 0 ? (int)(100 * done / total) : 0;
    if (now >= *percent + 10) {
        *percent = now;
        fprintf(stderr, "%d %%\n", now);
    }
    return false;
}

static Err read_in(Ctx *c, Str what, const char *path, const ImportOptions *options,
                   Report **report_out)
{
    Str ref = {0};
    Err err = ERR_OK;
    if (str_eq(what, STR("fhir"))) {
        err = import_fhir(c, path, options, report_out, &ref);
    } else {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe without a writer
        if (fd < 0) {
            (void)ctx_issue(
                c, STR("file"),
                arena_fmt(c->arena, "There is no file %s, or it cannot be read.", path));
            return ERR_NOT_FOUND;
        }
        Str name = str_from_c(path);
        while (str_find(name, STR("/"), &(size_t){0})) (void)str_split(&name, '/', &(Str){0});
        err = (str_eq(what, STR("scores")) ? import_scores
               : str_eq(what, STR("opt-outs"))
                   ? import_opt_outs
                   : import_extract)(c, fd, name, options, report_out, &ref);
    }
    if (err == ERR_OK && !options->dry_run) printf("Batch " STR_FMT "\n", STR_ARG(ref));
    return err;
}

static int import(Ctx *c, const CliOption *options, Str what, const char *path)
{
    Date extract = DATE_NONE;
    if (options[EXTRACT].value != NULL) {
        (void)date_parse_iso(str_from_c(options[EXTRACT].value), &extract); // in well_asked
    }
    int percent = 0;
    ImportOptions how = {.practice_ods = str_from_c(options[PRACTICE].value),
                         .practice_name = STR(""),
                         .extract_on = extract,
                         .layout = str_from_c(options[MAP].value),
                         .dry_run = options[DRY_RUN].value != NULL,
                         .changes_only = options[CHANGES_ONLY].value != NULL,
                         .progress = progress,
                         .progress_arg = &percent};
    Report *report = NULL;
    Err err = population_recover(c);
    if (err == ERR_OK) err = read_in(c, what, path, &how, &report);
    if (report != NULL) {
        CLEANUP(buf_free) Buf buf = buf_new((size_t)1024 * 1024);
        report_text(&buf, report);
        printf("%s" STR_FMT, how.dry_run ? "Nothing was written; this is what would happen.\n" : "",
               STR_ARG(buf_str(&buf)));
    }
    return err == ERR_OK ? CLI_OK : told(c, err);
}

static void print_batch(Ctx *c, const Batch *b)
{
    printf("%.*s  %.*s  %-8.*s %-10.*s %9lld events %7lld people added  %.*s\n", STR_ARG(b->ref),
           STR_ARG(instant_iso(c->arena, b->started_at)), STR_ARG(batch_state_word(b->state)),
           STR_ARG(b->format), (long long)b->events, (long long)b->people_added,
           STR_ARG(b->file_name));
}

// All of them, a piece at a time.
static int list(Ctx *c)
{
    Batch *batches = NULL;
    size_t count = 0;
    int64_t from = 0;
    do {
        if (batch_list(c, from, &batches, &count) != ERR_OK) {
            return cli_fail("The list cannot be read.");
        }
        for (size_t i = 0; i < count; i++) print_batch(c, &batches[i]);
        from += (int64_t)count;
    } while (count > 0);
    return CLI_OK;
}

static int undo(Ctx *c, Str ref)
{
    Batch batch;
    Err err = batch_get(c, ref, &batch);
    if (err == ERR_NOT_FOUND) return cli_fail("There is no such batch. Try: trellis import list");
    if (err == ERR_OK) err = batch_undo(c, ref, batch.version);
    if (err == ERR_CONFLICT && c->issue_count == 0) {
        return cli_fail(
            "This batch cannot be undone: it is not applied, or somebody of it has been "
            "worked with since.");
    }
    if (err != ERR_OK) return told(c, err);
    puts("Undone. Its events and the people it added are gone; the others are as before.");
    return CLI_OK;
}

static bool release_year(const CliOption *options, int64_t *out)
{
    const char *said = options[RELEASE].value;
    if (said != NULL && str_i64(str_from_c(said), AREA_YEAR_MIN, AREA_YEAR_MAX, out)) return true;
    (void)cli_fail("Say which release it is: --release YEAR, such as --release 2025.");
    return false;
}

static int imd(Ctx *c, const CliOption *options, const char *path)
{
    int64_t year = 0;
    if (!release_year(options, &year)) return CLI_USAGE;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe without a writer
    if (fd < 0) return cli_fail("There is no such file, or it cannot be read.");
    ImdLoaded loaded = {0};
    Err err = population_recover(c);
    if (err == ERR_OK) err = import_imd(c, fd, (int)year, false, &loaded);
    if (err != ERR_OK) return told(c, err);
    printf("Indices of Deprivation %lld: %lld %s. %lld %s another decile or release.\n",
           (long long)year, (long long)loaded.areas, loaded.areas == 1 ? "area" : "areas",
           (long long)loaded.people, loaded.people == 1 ? "person has" : "people have");
    return CLI_OK;
}

// Everything that can be said without opening the folder. Prints what is wrong.
static bool well_asked(const CliOption *options, const char *const *rest)
{
    const char *wrong = NULL;
    int64_t year = 0;
    if (strcmp(rest[0], "csv") == 0 && options[PRACTICE].value == NULL) {
        wrong = "Say whose extract it is: --practice ODS, such as --practice X26101.";
    } else if (strcmp(rest[0], "imd") == 0 && options[DRY_RUN].value != NULL) {
        wrong = "imd has no --dry-run.";
    } else if (options[EXTRACT].value != NULL &&
               !date_parse_iso(str_from_c(options[EXTRACT].value), &(Date){0})) {
        wrong = "--extract takes a day such as 2026-11-24.";
    }
    if (wrong != NULL) (void)cli_fail(wrong);
    return wrong == NULL && (strcmp(rest[0], "imd") != 0 || release_year(options, &year));
}

static int answer(Opened *opened, const CliOption *options, const char *const *rest, size_t count)
{
    Ctx *c = opened->c;
    Str what = str_from_c(rest[0]);
    (void)count;
    if (str_eq(what, STR("list"))) return list(c);
    if (str_eq(what, STR("undo"))) return undo(c, str_from_c(rest[1]));
    if (str_eq(what, STR("imd"))) return imd(c, options, rest[1]);
    return import(c, options, what, rest[1]);
}

static bool creates(const char *const *rest)
{
    return strcmp(rest[0], "list") != 0 && strcmp(rest[0], "undo") != 0;
}

int cli_import(int argc, char **argv)
{
    CliOption options[OPTIONS_COUNT] = {
        [PRACTICE] = {.name = "--practice"},
        [DRY_RUN] = {.name = "--dry-run", .is_switch = true},
        [CHANGES_ONLY] = {.name = "--changes-only", .is_switch = true},
        [MAP] = {.name = "--map"},
        [EXTRACT] = {.name = "--extract"},
        [RELEASE] = {.name = "--release"},
        [DATA] = {.name = "--data"},
        [HELP_ASKED] = {.name = "--help", .is_switch = true}};
    static const CliWord WORDS[] = {{"fhir", 1, 1},     {"csv", 1, 1}, {"scores", 1, 1},
                                    {"opt-outs", 1, 1}, {"imd", 1, 1}, {"list", 0, 0},
                                    {"undo", 1, 1}};
    return cli_command(argc, argv,
                       &(CliCommand){.name = "import",
                                     .help = HELP,
                                     .options = options,
                                     .option_count = OPTIONS_COUNT,
                                     .words = WORDS,
                                     .word_count = COUNT_OF(WORDS),
                                     .well_asked = well_asked,
                                     .creates = creates,
                                     .answer = answer});
}
