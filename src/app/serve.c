// serve.c -- `trellis serve`: opens everything, answers until told to stop, closes in order.
#include "app/cli.h"
#include "app/code_folder.h"
#include "app/rooms.h"
#include "core/anchor.h"
#include "core/config_table.h"
#include "core/gzip.h"
#include "core/helper.h"
#include "core/job.h"
#include "core/log.h"
#include "core/sandbox.h"
#include "core/web.h"
#include "insight/cohort/cohort.h"
#include "insight/population/population.h"
#include "insight/report/report.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char HELP[] =
    "trellis serve [--data DIR] [--config FILE] [--listen ADDRESS:PORT] [--insecure-http]\n"
    "              [--today YYYY-MM-DD]\n\n"
    "Answers web requests until it gets SIGTERM or SIGINT, then finishes what runs and stops.\n"
    "  --data DIR        folder of the stores (made when absent)\n"
    "  --config FILE     settings; else DIR/trellis.conf when there is one\n"
    "  --listen          where, such as 127.0.0.1:8080; stands above the file\n"
    "  --insecure-http   cookies over plain HTTP: for a demonstration on this machine only\n"
    "  --today DATE      the clock shows this day: for demonstrations\n";

enum { PATH_BYTES_MAX = 4096 };

typedef struct Serving {
    Arena *arena;
    Config config;
    Core core;
    Clock clock;
    Anchor *anchor;
    HttpServer *server;
} Serving;

// "127.0.0.1:8080", "[::1]:8080" or a port alone.
static bool set_listen(Serving *s, const char *value)
{
    Str text = str_from_c(value);
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':') colon--;
    Str port = str_slice(text, colon, text.len);
    Str addr = colon == 0 ? STR("") : str_slice(text, 0, colon - 1);
    if (str_starts(addr, STR("[")) && str_ends(addr, STR("]"))) {
        addr = str_slice(addr, 1, addr.len - 1);
    }
    Str why = STR("");
    Err err = config_set(s->arena, &s->config, STR("listen_port"), port, &why);
    if (err == ERR_OK && addr.len > 0) {
        err = config_set(s->arena, &s->config, STR("listen_addr"), addr, &why);
    }
    if (err == ERR_OK) return true;
    (void)cli_fail("--listen is written as ADDRESS:PORT, such as 127.0.0.1:8080.");
    return false;
}

static bool set_options(Serving *s, const CliOption *options, size_t count)
{
    const char *listen = cli_option(options, count, "--listen");
    if (listen != NULL && !set_listen(s, listen)) return false;
    if (cli_option(options, count, "--insecure-http") != NULL) s->config.secure_cookies = false;
    const char *today = cli_option(options, count, "--today");
    Date day = DATE_NONE;
    if (!cli_today(today, &day)) return false;
    if (today != NULL) {
        s->clock = clock_on(day);
        s->core.clock = &s->clock;
    }
    bool loopback =
        str_starts(s->config.listen_addr, STR("127.")) || str_eq(s->config.listen_addr, STR("::1"));
    if (!s->config.secure_cookies && !loopback) {
        (void)cli_fail(
            "Cookies without TLS are allowed on loopback only: set secure_cookies = yes.");
        return false;
    }
    return true;
}

static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); // without it fewer connections fit; that is all
}

// The columns of the population engine: mapped in from their file, or built behind the first pages.
static Err open_engine(Serving *s, Str *why_out)
{
    Str path = arena_fmt(s->arena, STR_FMT "/columns", STR_ARG(s->config.data_dir));
    CohortEngine *engine = NULL;
    CodeFiles files;
    TRY(code_folder_read(s->arena, s->config.data_dir, &files, why_out));
    TRY(cohort_engine_with(s->arena, path.ptr, &files, &engine, why_out));
    s->core.engine = engine;
    cohort_engine_ahead(engine, report_ahead);
    return cohort_engine_start(engine, &s->core);
}

// The program that makes documents stands beside this one, or where the package puts it.
static void start_documents(Serving *s)
{
    char own[PATH_BYTES_MAX];
    ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
    Str path = {own, len > 0 ? (size_t)len : 0};
    while (path.len > 0 && path.ptr[path.len - 1] != '/') path.len--;
    Str beside = arena_fmt(s->arena, STR_FMT "trellis-pdf", STR_ARG(path));
    if (helper_start(beside.ptr, &s->core.documents) == ERR_OK) return;
    if (helper_start("/usr/lib/trellis/trellis-pdf", &s->core.documents) == ERR_OK) return;
    log_line(LOG_WARN, "no-documents", NULL, 0); // pages say so where one would be offered
}

// From here on the server sees its own folders only and starts no program.
static Err lock_in(Serving *s)
{
    const char *data = arena_c(s->arena, s->config.data_dir);
    const char *anchors =
        s->config.anchor_dir.len == 0 ? NULL : arena_c(s->arena, s->config.anchor_dir);
    const char *const folders[] = {data, anchors};
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        if (folders[i] != NULL && !cli_make_folder(folders[i])) return ERR_FAULT;
    }
    SandboxState state;
    Sandbox sandbox = {folders, COUNT_OF(folders), s->config.listen_port};
    if (sandbox_enter(&sandbox, &state) != ERR_OK || !sandbox_holds(&state)) {
        (void)cli_fail("The server could not lock itself in: trellis doctor says what is missing.");
        return ERR_FAULT;
    }
    LogField fields[] = {LOG_NUMBER("landlock", state.landlock),
                         LOG_WORD("seccomp", state.seccomp ? "yes" : "no")};
    log_line(state.landlock > 0 ? LOG_INFO : LOG_WARN, "locked-in", fields, COUNT_OF(fields));
    return ERR_OK;
}

// An import that a power cut left half-way is taken back before anybody looks.
static Err recover_imports(Serving *s)
{
    Ctx *c = web_ctx(&s->core, s->arena);
    TRY(store_borrow(s->core.store, &c->db));
    Err err = population_recover(c);
    store_return(s->core.store, c->db);
    return err;
}

static Err open_all(Serving *s)
{
    Str why = STR("");
    s->core.config = &s->config;
    Err err = rooms_install(s->arena, &s->core, &why);
    if (err == ERR_OK) err = cli_stores(s->arena, &s->config, true, &s->core);
    if (err == ERR_OK) err = recover_imports(s);
    if (err == ERR_OK) err = open_engine(s, &why);
    if (err == ERR_OK) err = jobs_open(&s->core, true, &s->core.jobs);
    if (err == ERR_OK) {
        Str dir = cli_anchor_dir(s->arena, &s->config);
        err = anchor_open(s->arena, &s->core, dir, &s->anchor, &why);
    }
    if (err == ERR_OK) {
        s->core.sign_in = sign_in_new(s->config.workers / 2);
        s->core.gzips = gzips_new(s->arena);
        s->core.openers = openers_new();
        HttpOptions options = {
            .addr = arena_c(s->arena, s->config.listen_addr),
            .port = s->config.listen_port,
            .workers = s->config.workers,
            .trusted_proxy = s->config.trusted_proxy,
            .hooks = web_hooks(&s->core),
        };
        err = http_start(s->arena, &options, &s->server, &why);
    }
    if (err != ERR_OK && why.len > 0) (void)cli_fail_str(why);
    return err;
}

static bool close_all(Serving *s)
{
    http_stop(s->server);
    if (s->core.jobs != NULL) jobs_close(s->core.jobs);
    cohort_engine_free(s->core.engine);
    Err anchored = anchor_close(s->anchor);
    if (s->core.store != NULL) store_close(s->core.store);
    if (s->core.access_store != NULL) store_close(s->core.access_store);
    sign_in_free(s->core.sign_in);
    gzips_free(s->core.gzips);
    openers_free(s->core.openers);
    helper_stop(s->core.documents);
    return anchored == ERR_OK;
}

static void say_listening(const Serving *s)
{
    LogField fields[] = {LOG_REF("address", s->config.listen_addr),
                         LOG_NUMBER("port", http_port(s->server)),
                         LOG_NUMBER("workers", s->config.workers)};
    log_line(LOG_INFO, "listening", fields, COUNT_OF(fields));
}

int cli_serve(int argc, char **argv)
{
    CliOption options[] = {{.name = "--data"},
                           {.name = "--config"},
                           {.name = "--listen"},
                           {.name = "--today"},
                           {.name = "--insecure-http", .is_switch = true},
                           {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (cli_option(options, COUNT_OF(options), "--help") != NULL) {
        fputs(HELP, stdout);
        return CLI_OK;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Serving s = {.arena = arena};
    if (cli_config(arena, cli_option(options, COUNT_OF(options), "--data"),
                   cli_option(options, COUNT_OF(options), "--config"), &s.config) != ERR_OK) {
        return CLI_FAILED;
    }
    if (!set_options(&s, options, COUNT_OF(options))) return CLI_USAGE;

    umask(0077);
    raise_file_limit();
    start_documents(&s);
    if (lock_in(&s) != ERR_OK) {
        helper_stop(s.core.documents);
        return CLI_FAILED;
    }
    sigset_t stop; // blocked before any thread is made: only this one takes them, below
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    sigdelset(&stop, SIGPIPE);

    Err err = open_all(&s);
    if (err == ERR_OK) {
        say_listening(&s);
        int signal = 0;
        while (sigwait(&stop, &signal) != 0) continue;
        log_line(LOG_INFO, "stopping", NULL, 0);
    }
    bool closed = close_all(&s);
    if (err != ERR_OK) return CLI_FAILED;
    log_line(closed ? LOG_INFO : LOG_ERROR, "stopped", NULL, 0);
    return closed ? CLI_OK : CLI_FAILED;
}
