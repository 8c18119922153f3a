// cli.h -- the commands of the program: each is a file, cli_NAME.c or serve.c, and a row in main.c.
//
// A command gets its arguments after its name, prints one sentence on standard error when it cannot
// go on, and returns its exit code.
#ifndef CLI_H
#define CLI_H

#include "core/core.h"

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_ARGS_MAX = 32, CLI_VALUES_MAX = 100 };

typedef struct CliValues { // of an option that may be given again
    const char *at[CLI_VALUES_MAX];
    size_t count;
} CliValues;

typedef struct CliOption {
    const char *name;  // "--data"
    const char *value; // NULL until given; for switches "yes"; the last one given
    bool is_switch;    // takes no value
    CliValues *values; // NULL: it has one value
} CliOption;

// Fills options; what is no option goes to rest. False: one sentence was printed (use CLI_USAGE).
bool cli_parse(int argc, char **argv, CliOption *options, size_t option_count, const char **rest,
               size_t *rest_count);
int cli_fail(const char *sentence); // prints it, returns CLI_FAILED
int cli_fail_str(Str sentence);
const char *cli_option(const CliOption *options, size_t count, const char *name); // NULL: not given

// What a command with words of its own takes: `trellis import fhir PATH` is {"fhir", 1, 1}.
typedef struct CliWord {
    const char *word;
    size_t more_min, more_max; // words after it
} CliWord;

// A program opened for one command: stores, rooms, no server and no threads of its own.
typedef struct Opened {
    Config config;
    Core core;
    Clock clock;
    Arena *arena;
    int64_t height; // of both logs when it was opened: what is added is anchored at the end
    Ctx *c;         // acts as the program, on a reader of the store
} Opened;
// `create` makes the stores where there are none. Errors are printed. Close also after a failure.
MUST_USE Err cli_open(const char *data_dir, bool create, Opened *out);
void cli_close(Opened *opened);
Str cli_anchor_dir(Arena *arena, const Config *config); // the folder for the heads of both logs
// A command with words of its own that opens a folder: `trellis cohort list --data DIR`.
typedef struct CliCommand {
    const char *name, *help;
    CliOption *options; // the last two are --data and --help
    size_t option_count;
    const CliWord *words;
    size_t word_count;
    // What else can be wrong without opening the folder: says it. NULL: nothing.
    bool (*well_asked)(const CliOption *options, const char *const *rest);
    bool (*creates)(const char *const *rest); // the folder, where there is none; NULL: never
    int (*answer)(Opened *opened, const CliOption *options, const char *const *rest, size_t count);
} CliCommand;
// Parses, opens, answers and closes. Gives the exit code.
int cli_command(int argc, char **argv, const CliCommand *k);
// Reads data_dir/trellis.conf when it is there, else the defaults. Prints what is wrong.
MUST_USE Err cli_config(Arena *arena, const char *data_dir, const char *file, Config *out);
// Opens both stores of config.data_dir. Prints what is wrong.
MUST_USE Err cli_stores(Arena *arena, const Config *config, bool create, Core *core);

// Are the first `needed` options given, and nothing that is no option? Else says what is wrong.
bool cli_complete(const CliOption *options, size_t needed, size_t rest_count);
Str cli_text(const char *value); // "" for an option that was not given
// Reads the value of --today; not given leaves *out as it is. False: what is wrong was printed.
bool cli_today(const char *value, Date *out);
// Makes a folder where there is none, for its owner alone. False: what is wrong was printed.
bool cli_make_folder(const char *path);

int cli_verify(int argc, char **argv);
int cli_backup(int argc, char **argv);  // also while the server runs
int cli_restore(int argc, char **argv); // into an absent or empty folder
int cli_serve(int argc, char **argv);
int cli_import(int argc, char **argv);
int cli_codes(int argc, char **argv);
int cli_cohort(int argc, char **argv);
int cli_demo(int argc, char **argv);
int cli_user(int argc, char **argv);
int cli_routes(int argc, char **argv);
int cli_doctor(int argc, char **argv);
int cli_config_command(int argc, char **argv);

#endif
