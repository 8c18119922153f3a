// cli_demo.c -- `trellis demo`: a data folder with the demonstration network in it.
#include "app/cli.h"
#include "app/demo.h"
#include "insight/cohort/cohort.h"
#include "insight/equity/equity.h"
#include "insight/report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static const char HELP[] =
    "trellis demo --data DIR [--people N] [--practices N] [--seed S] [--today YYYY-MM-DD]\n\n"
    "Makes a data folder with an invented Primary Care Network: practices, colleagues, people,\n"
    "their coded events, and a year of support. Nobody in it is real.\n"
    "  --data DIR     a folder that is absent or empty\n"
    "  --people N     300 to 1000000 (45000)\n"
    "  --practices N  4 to 400 (4): a network larger than any, to see how cost grows\n"
    "  --seed S       another number makes other people (1)\n"
    "  --today DATE   the day it is made for (today)\n"
    "The same people, practices, seed and day make the same demonstration.\n";

static const char SETTINGS[] =
    "# Settings of a demonstration; trellis config says what each means.\n"
    "network_name = Fenside Primary Care Network\n"
    "demonstration = yes\n"
    "secure_cookies = no\n";

static bool read_options(const CliOption *options, size_t count, DemoOptions *out)
{
    const char *people = cli_option(options, count, "--people");
    const char *practices = cli_option(options, count, "--practices");
    const char *seed = cli_option(options, count, "--seed");
    const char *today = cli_option(options, count, "--today");
    int64_t number = 1;
    *out = (DemoOptions){
        .people = DEMO_PEOPLE, .seed = 1, .today = instant_date_london(clock_now(NULL))};
    if (people != NULL &&
        !str_i64(str_from_c(people), DEMO_PEOPLE_MIN, DEMO_PEOPLE_MAX, &out->people)) {
        (void)cli_fail("--people is a number from 300 to 1000000.");
        return false;
    }
    if (practices != NULL &&
        !str_i64(str_from_c(practices), DEMO_PRACTICES, DEMO_PRACTICES_MAX, &out->practices)) {
        (void)cli_fail("--practices is a number from 4 to 400.");
        return false;
    }
    if (seed != NULL && !str_i64(str_from_c(seed), 0, INT64_MAX, &number)) {
        (void)cli_fail("--seed is a whole number.");
        return false;
    }
    out->seed = (uint64_t)number;
    return cli_today(today, &out->today);
}

// Kept when somebody wrote their own before. Prints what is wrong.
static bool write_settings(Arena *arena, const char *data)
{
    if (!cli_make_folder(data)) return false;
    Str path = arena_fmt(arena, "%s/trellis.conf", data);
    int fd = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) return true;
    bool written = fd >= 0;
    written = written && write(fd, SETTINGS, sizeof SETTINGS - 1) == (ssize_t)(sizeof SETTINGS - 1);
    if (fd >= 0) written = close(fd) == 0 && written;
    if (!written) (void)cli_fail("The settings cannot be written there.");
    return written;
}

static void print_made(const DemoMade *made, int64_t ms)
{
    printf(
        "Made %lld people with %lld events, %lld cases, %lld contacts, %lld tasks and %lld plans "
        "in %lld.%lld seconds.\n",
        (long long)made->people, (long long)made->events, (long long)made->cases,
        (long long)made->contacts, (long long)made->tasks, (long long)made->plans,
        (long long)(ms / 1000), (long long)(ms % 1000 / 100));
}

static void print_sign_ins(void)
{
    size_t count = 0;
    const DemoSignIn *list = demo_sign_ins(&count);
    printf("\nSign in as any of these, with the password: %s\n", DEMO_PASSWORD);
    for (size_t i = 0; i < count; i++) {
        printf("  %-14s %-16s %s\n", list[i].username, list[i].name, ROLE_NAMES[list[i].role]);
    }
}

// So that the pages of who is reached and who is asked are alive from the first day on.
static Err make_figures(Opened *opened, Ctx *c, Date today)
{
    Str why = STR("");
    Str ref = STR("");
    CohortEngine *engine = NULL;
    TRY(cohort_engine_new(opened->arena, NULL, &engine, &why));
    opened->core.engine = engine;
    c->today = today;
    Err err = demo_outreach(c, today);
    if (err == ERR_OK) err = equity_release_make(c, &ref); // campaigns are in it
    if (err == ERR_OK) err = report_months_keep(c);
    opened->core.engine = NULL;
    cohort_engine_free(engine);
    return err;
}

static int make(const char *data, const DemoOptions *options)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    if (!write_settings(arena, data)) return CLI_FAILED; // it has said why
    Opened opened;
    int64_t began = clock_ticks_ms();
    Err err = cli_open(data, true, &opened);
    DemoMade made = {0};
    RefSource refs = {options->seed};
    if (err == ERR_OK) {
        opened.core.refs = &refs;
        Ctx *c = opened.c;
        c->actor.name = STR("Demonstration");
        c->request = STR("DEMO-0001");
        err = demo_make(c, options, &made);
        if (err == ERR_OK) err = make_figures(&opened, c, options->today);
        if (err != ERR_OK) {
            const char *why = err == ERR_CONFLICT ? "There are accounts in this folder already: "
                                                    "give another --data."
                                                  : "The demonstration could not be made.";
            (void)cli_fail(why);
            for (size_t i = 0; i < c->issue_count; i++) (void)cli_fail_str(c->issues[i].text);
            if (c->refused != NULL) (void)cli_fail(c->refused);
        }
    }
    cli_close(&opened);
    if (err != ERR_OK) return CLI_FAILED;
    print_made(&made, clock_ticks_ms() - began);
    print_sign_ins();
    return CLI_OK;
}

int cli_demo(int argc, char **argv)
{
    CliOption options[] = {{.name = "--data"},      {.name = "--people"},
                           {.name = "--practices"}, {.name = "--seed"},
                           {.name = "--today"},     {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (cli_option(options, COUNT_OF(options), "--help") != NULL) {
        fputs(HELP, stdout);
        return CLI_OK;
    }
    const char *data = cli_option(options, COUNT_OF(options), "--data");
    if (data == NULL || rest_count > 0) {
        fputs("Say which folder: trellis demo --data DIR.\n", stderr);
        return CLI_USAGE;
    }
    DemoOptions demo;
    if (!read_options(options, COUNT_OF(options), &demo)) return CLI_USAGE;
    return make(data, &demo);
}
