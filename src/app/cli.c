// cli.c -- what the commands share: options, sentences, opening the data folder.
#include "app/cli.h"

#include "app/rooms.h"
#include "core/anchor.h"
#include "core/log.h"
#include "core/web.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static CliOption *find_option(CliOption *options, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(name, str_from_c(options[i].name))) return &options[i];
    }
    return NULL;
}

static bool add_value(const CliOption *option)
{
    if (option->values->count == CLI_VALUES_MAX) {
        fprintf(stderr, "%s is given too often: %d times are the most.\n", option->name,
                CLI_VALUES_MAX);
        return false;
    }
    option->values->at[option->values->count++] = option->value;
    return true;
}

bool cli_parse(int argc, char **argv, CliOption *options, size_t option_count, const char **rest,
               size_t *rest_count)
{
    *rest_count = 0;
    for (int i = 1; i < argc; i++) {
        Str arg = str_from_c(argv[i]);
        if (!str_starts(arg, STR("--"))) {
            if (*rest_count == CLI_ARGS_MAX) {
                fputs("There are too many words. Try --help.\n", stderr);
                return false;
            }
            rest[(*rest_count)++] = argv[i];
            continue;
        }
        size_t equals = arg.len;
        bool joined = str_find(arg, STR("="), &equals);
        CliOption *option = find_option(options, option_count, str_slice(arg, 0, equals));
        if (option == NULL) {
            fprintf(stderr, "There is no option %s. Try --help.\n", argv[i]);
            return false;
        }
        if (option->is_switch) {
            option->value = "yes";
        } else if (joined) {
            option->value = argv[i] + equals + 1;
        } else if (i + 1 < argc) {
            option->value = argv[++i];
        } else {
            fprintf(stderr, "%s needs a value.\n", option->name);
            return false;
        }
        if (option->values != NULL && !add_value(option)) return false;
    }
    return true;
}

const char *cli_option(const CliOption *options, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(options[i].name, name) == 0) return options[i].value;
    }
    return NULL;
}

bool cli_complete(const CliOption *options, size_t needed, size_t rest_count)
{
    for (size_t i = 0; i < needed; i++) {
        if (options[i].value != NULL) continue;
        fprintf(stderr, "%s must be given. Try --help.\n", options[i].name);
        return false;
    }
    if (rest_count > 0) fputs("There is a word too many. Try --help.\n", stderr);
    return rest_count == 0;
}

// Is rest[0] one of its words, with as many words after it? Else says what is wrong.
static bool worded(const CliCommand *k, const char *const *rest, size_t count)
{
    for (size_t i = 0; i < k->word_count; i++) {
        const CliWord *word = &k->words[i];
        if (strcmp(word->word, rest[0]) != 0) continue;
        if (count > word->more_min && count <= word->more_max + 1) return true;
        fprintf(stderr, "There is a word too %s after \"%s %s\". Try trellis %s --help.\n",
                count <= word->more_min ? "few" : "many", k->name, rest[0], k->name);
        return false;
    }
    fprintf(stderr, "There is no \"%s %s\". Try trellis %s --help.\n", k->name, rest[0], k->name);
    return false;
}

Str cli_text(const char *value)
{
    return value == NULL ? STR("") : str_from_c(value);
}

bool cli_today(const char *value, Date *out)
{
    if (value == NULL || date_parse_iso(str_from_c(value), out)) return true;
    (void)cli_fail("--today is written as 2026-11-26.");
    return false;
}

bool cli_make_folder(const char *path)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST) return true;
    fprintf(stderr, "The folder %s cannot be made: %s.\n", path, strerrordesc_np(errno));
    return false;
}

int cli_fail(const char *sentence)
{
    fprintf(stderr, "%s\n", sentence);
    return CLI_FAILED;
}

int cli_fail_str(Str sentence)
{
    fprintf(stderr, STR_FMT "\n", STR_ARG(sentence));
    return CLI_FAILED;
}

Err cli_config(Arena *arena, const char *data_dir, const char *file, Config *out)
{
    config_defaults(out);
    if (data_dir != NULL) out->data_dir = arena_str(arena, str_from_c(data_dir));
    Str path = arena_fmt(arena, STR_FMT "/trellis.conf", STR_ARG(out->data_dir));
    Str given = out->data_dir;
    Str why = STR("");
    Err err = config_read(arena, file != NULL ? file : path.ptr, out, &why);
    if (err == ERR_NOT_FOUND && file == NULL) return ERR_OK;
    if (err != ERR_OK) {
        (void)cli_fail_str(why);
        return err;
    }
    if (data_dir != NULL) out->data_dir = given; // an option stands above the file
    return ERR_OK;
}

// A write that did not reach the disk: nothing this process believes about the store can be trusted
// any more. It ends at once; the next start recovers from the log on disk.
static void end_now(void *arg, const char *why)
{
    (void)arg;
    LogField fields[] = {LOG_REF("why", str_from_c(why))};
    log_line(LOG_ERROR, "store-failed", fields, COUNT_OF(fields));
    _exit(CLI_FAILED);
}

static Err open_store(Arena *arena, const Config *config, const char *name, bool access,
                      bool create, Store **out)
{
    Str path = arena_fmt(arena, STR_FMT "/%s", STR_ARG(config->data_dir), name);
    Str why = STR("");
    StoreOptions options = {
        .path = path.ptr, .access_store = access, .create = create, .failed = end_now};
    Err err = store_open(arena, &options, out, &why);
    if (err != ERR_OK) {
        (void)cli_fail_str(
            why.len > 0 ? why : arena_fmt(arena, STR_FMT " cannot be opened.", STR_ARG(path)));
    }
    return err;
}

Err cli_stores(Arena *arena, const Config *config, bool create, Core *core)
{
    if (create && !cli_make_folder(arena_c(arena, config->data_dir))) return ERR_FAULT;
    TRY(open_store(arena, config, "trellis.db", false, create, &core->store));
    return open_store(arena, config, "access.db", true, create, &core->access_store);
}

Err cli_open(const char *data_dir, bool create, Opened *out)
{
    *out = (Opened){.arena = arena_new()};
    Arena *arena = out->arena;
    TRY(cli_config(arena, data_dir, NULL, &out->config));
    out->core.config = &out->config;
    Str why = STR("");
    Err err = rooms_install(arena, &out->core, &why);
    if (err != ERR_OK) {
        (void)cli_fail_str(why);
        return err;
    }
    TRY(cli_stores(arena, &out->config, create, &out->core));
    out->c = web_ctx(&out->core, arena);
    out->c->actor.name = STR("Trellis command line");
    out->height = anchor_height(&out->core);
    TRY(store_borrow(out->core.store, &out->c->db));
    db_allow_ms(out->c->db, 0); // no page waits for a command: an import reads all that it wrote
    return ERR_OK;
}

Str cli_anchor_dir(Arena *arena, const Config *config)
{
    if (config->anchor_dir.len > 0) return config->anchor_dir;
    return arena_fmt(arena, STR_FMT "/anchors", STR_ARG(config->data_dir));
}

// As a server does when it stops: the end of a log that was cut off later is found.
static void anchor_written(Opened *o)
{
    if (o->c == NULL || anchor_height(&o->core) == o->height) return;
    Anchor *anchor = NULL;
    Str why = STR("The heads of the logs could not be anchored.");
    Err err = anchor_open(o->arena, &o->core, cli_anchor_dir(o->arena, &o->config), &anchor, &why);
    if (err == ERR_OK) err = anchor_close(anchor);
    if (err != ERR_OK) (void)cli_fail_str(why); // what the command did stands all the same
}

void cli_close(Opened *opened)
{
    anchor_written(opened);
    if (opened->c != NULL && opened->c->db != NULL) {
        store_return(opened->core.store, opened->c->db);
    }
    if (opened->core.store != NULL) store_close(opened->core.store);
    if (opened->core.access_store != NULL) store_close(opened->core.access_store);
    arena_free(opened->arena);
    *opened = (Opened){0};
}

// Says what is wrong with the words and options. CLI_OK: the command can be answered.
static int ask_well(const CliCommand *k, const char *const *rest, size_t count)
{
    if (count == 0) {
        fputs(k->help, stderr);
        return CLI_USAGE;
    }
    if (!worded(k, rest, count)) return CLI_USAGE;
    if (k->options[k->option_count - 2].value == NULL) {
        (void)cli_fail("Say where the data is: --data DIR.");
        return CLI_USAGE;
    }
    bool well = k->well_asked == NULL || k->well_asked(k->options, rest);
    return well ? CLI_OK : CLI_USAGE;
}

int cli_command(int argc, char **argv, const CliCommand *k)
{
    const char *rest[CLI_ARGS_MAX];
    size_t count = 0;
    if (!cli_parse(argc, argv, k->options, k->option_count, rest, &count)) return CLI_USAGE;
    if (k->options[k->option_count - 1].value != NULL) {
        fputs(k->help, stdout);
        return CLI_OK;
    }
    int code = ask_well(k, rest, count);
    if (code != CLI_OK) return code;
    Opened opened = {0};
    bool creates = k->creates != NULL && k->creates(rest);
    code = CLI_FAILED;
    if (cli_open(k->options[k->option_count - 2].value, creates, &opened) == ERR_OK) {
        code = k->answer(&opened, k->options, rest, count);
    }
    cli_close(&opened);
    return code;
}
