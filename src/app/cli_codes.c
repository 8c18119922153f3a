// cli_codes.c -- `trellis codes`: which codes mean what, and the deployment's own sets.
//
// A file is checked whole, with everything that stands beside it, before it takes its place; what
// runs already goes on with the sets it began with until it is started again.
#include "app/cli.h"
#include "app/code_folder.h"
#include "app/files.h"
#include "insight/cohort/cohort.h"
#include "nhs/code_load.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char HELP[] =
    "trellis codes list --data DIR\n"
    "trellis codes load FILE --data DIR [--set KEY=NAME,...] [--version V] [--source TEXT]\n"
    "                   [--hierarchy FILE] [--system snomed] [--dry-run]\n"
    "trellis codes remove NAME --data DIR\n\n"
    "load takes a table of set, system, code, term; a list with a column code (say the set's name\n"
    "with --set); a reference set of RF2; or a national list with Cluster_ID and SNOMED_code.\n"
    "--set names which of the file's sets are taken and what they are called. <<CODE in a table\n"
    "is the code with all below it, by --hierarchy: child and parent, or RF2 relationships. A\n"
    "snapshot of RF2 concepts becomes the list of retired codes. A set of one name stands above\n"
    "the program's own. Nothing is kept unless all of it can be read. NAME is the file's in\n"
    "DIR/" CODES_FOLDER ". Stop the server first, and start it again after.\n";

enum { SET, VERSION, SOURCE, HIERARCHY, SYSTEM, DRY_RUN, DATA, HELP_ASKED, OPTIONS_COUNT };

static size_t retired_of(const CodeSets *sets, const CodeSet *set)
{
    size_t gone = 0;
    Str on;
    for (size_t i = 0; i < set->count; i++) {
        gone += code_retired(sets, set->rows[i].system, set->rows[i].code, &on);
    }
    return gone;
}

static int list(Arena *arena, Str data_dir)
{
    CodeFiles *files = ARENA_NEW(arena, CodeFiles);
    const CodeSets *sets = NULL;
    Str why = STR("");
    Err err = code_folder_read(arena, data_dir, files, &why);
    if (err == ERR_OK) err = code_sets_from(arena, files, &sets, &why);
    if (err != ERR_OK) return cli_fail_str(why);
    for (size_t i = 0; i < code_sets_count(sets); i++) {
        const CodeSet *set = code_set_at(sets, i);
        Str from = set->file.len > 0 ? set->file : STR("the program");
        size_t gone = retired_of(sets, set);
        printf("%-44.*s %6zu codes  %.*s  %.*s%s%.*s\n", STR_ARG(set->name), set->codes,
               STR_ARG(set->hash), STR_ARG(from), set->version.len > 0 ? ", version " : "",
               STR_ARG(set->version));
        if (gone > 0) printf("%44s %6zu of them retired\n", "", gone);
    }
    return CLI_OK;
}

static char file_letter(char c)
{
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    return plain ? c : '-';
}

// Without its folders: pages show where a set came from, and the folders of whoever loaded it are
// nobody's business.
static Str own_name(Str path)
{
    Str name = path;
    while (str_split(&path, '/', &name)) {
    }
    return name;
}

// What the file will be called: its own name in small letters, or what it is.
static Str kept_name(Arena *arena, Str name, const CodeLoaded *loaded)
{
    size_t dot = name.len;
    (void)str_find(name, STR("."), &dot);
    name = str_slice(name, 0, dot);
    if (loaded->retired) return STR("retired.tsv");
    if (name.len > 64 || str_eq(name, STR("names")) || str_eq(name, STR("retired"))) {
        return STR("sets.tsv");
    }
    char plain[65] = "";
    for (size_t i = 0; i < name.len; i++) plain[i] = file_letter(name.ptr[i]);
    return arena_fmt(arena, "%s.tsv", plain);
}

// As if the file stood there already: everything together must be readable.
static Err try_with(Arena *arena, Str data_dir, Str name, const CodeLoaded *loaded, Str *why)
{
    CodeFiles *files = ARENA_NEW(arena, CodeFiles);
    CohortEngine *engine = NULL;
    TRY(code_folder_read(arena, data_dir, files, why));
    if (loaded->retired) {
        files->retired = loaded->text;
    } else {
        size_t at = 0;
        while (at < files->own_count && !str_eq(files->own[at].name, name)) at++;
        if (at == CODE_FILES_MAX) {
            *why = STR("There are 64 files of code sets already: remove one first.");
            return ERR_INVALID;
        }
        files->own[at] = (CodeFile){name, loaded->text};
        if (at == files->own_count) files->own_count++;
    }
    TRY(cohort_engine_with(arena, NULL, files, &engine, why));
    cohort_engine_free(engine);
    return ERR_OK;
}

static bool write_all(int fd, Str text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.ptr, text.len);
        if (n <= 0) return false;
        text = str_slice(text, (size_t)n, text.len);
    }
    return fsync(fd) == 0;
}

// Whole or not at all: beside its place first, then renamed.
static bool put_file(Arena *arena, Str folder, Str name, Str text)
{
    Str path = arena_fmt(arena, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(name));
    Str beside = arena_fmt(arena, STR_FMT "/.new", STR_ARG(folder));
    if (mkdir(folder.ptr, 0700) != 0 && errno != EEXIST) return false;
    int fd = open(beside.ptr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool whole = write_all(fd, text);
    whole = close(fd) == 0 && whole;
    if (!whole || rename(beside.ptr, path.ptr) != 0) return false;
    int at = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool kept = at >= 0 && fsync(at) == 0;
    if (at >= 0) (void)close(at);
    return kept;
}

static int read_or_fail(Arena *arena, const char *path, Str *out)
{
    Err err = code_file_read(arena, path, out);
    if (err == ERR_OK) return CLI_OK;
    fprintf(stderr,
            err == ERR_TOO_LARGE ? "%s is larger than 256 MB: take the part that is needed.\n"
                                 : "There is no file %s, or it cannot be read.\n",
            path);
    return CLI_FAILED;
}

// The list may be right and only old: it is kept, and whoever loads it knows where to look.
static void tell_doubtful(const CodeLoaded *loaded)
{
    bool one = loaded->doubtful == 1;
    printf("%zu %s the check digit of SNOMED CT, the first " STR_FMT " on line %lld. Has the file "
           "been cut short, or a spreadsheet changed it? Put %s right and load it again.\n",
           loaded->doubtful, one ? "code fails" : "codes fail", STR_ARG(loaded->doubtful_code),
           (long long)loaded->doubtful_line, one ? "it" : "them");
}

static int load(Arena *arena, Str data_dir, const CliOption *options, const char *path)
{
    Str folder = arena_fmt(arena, STR_FMT "/" CODES_FOLDER, STR_ARG(data_dir));
    Str why = STR("");
    CodeLoad how = {.file = own_name(str_from_c(path)),
                    .sets = cli_text(options[SET].value),
                    .version = cli_text(options[VERSION].value),
                    .source = cli_text(options[SOURCE].value),
                    .system = cli_text(options[SYSTEM].value)};
    CodeLoaded loaded;
    if (read_or_fail(arena, path, &how.text) != CLI_OK) return CLI_FAILED;
    if (options[HIERARCHY].value != NULL &&
        read_or_fail(arena, options[HIERARCHY].value, &how.hierarchy) != CLI_OK) {
        return CLI_FAILED;
    }
    if (code_load(arena, &how, &loaded, &why) != ERR_OK) return cli_fail_str(why);
    Str name = kept_name(arena, how.file, &loaded);
    if (try_with(arena, data_dir, name, &loaded, &why) != ERR_OK) return cli_fail_str(why);
    bool dry = options[DRY_RUN].value != NULL;
    if (!dry && !put_file(arena, folder, name, loaded.text)) {
        return cli_fail("The file cannot be written into the data folder.");
    }
    printf("%s" STR_FMT ": %zu %s, %zu %s%s.\n", dry ? "Nothing was written. " : "", STR_ARG(name),
           loaded.sets, loaded.sets == 1 ? "set" : "sets", loaded.codes,
           loaded.retired ? "retired " : "", loaded.codes == 1 ? "code" : "codes");
    if (loaded.doubtful > 0) tell_doubtful(&loaded);
    return CLI_OK;
}

static int remove_file(Arena *arena, Str data_dir, const char *name)
{
    CodeFiles *files = ARENA_NEW(arena, CodeFiles);
    Str why = STR("");
    if (code_folder_read(arena, data_dir, files, &why) != ERR_OK) return cli_fail_str(why);
    for (size_t i = 0; i < files->own_count; i++) {
        if (!str_eq(files->own[i].name, str_from_c(name))) continue;
        Str path = arena_fmt(arena, STR_FMT "/" CODES_FOLDER "/%s", STR_ARG(data_dir), name);
        if (unlink(path.ptr) != 0) return cli_fail("The file cannot be removed.");
        printf("%s is gone. Where the program has a set of the same name, that one holds again; a "
               "cohort that asks for another cannot be run: see trellis cohort list.\n",
               name);
        return CLI_OK;
    }
    return cli_fail("There is no file of this name. Try: trellis codes list --data DIR");
}

static int answer(Opened *opened, const CliOption *options, const char *const *rest, size_t count)
{
    (void)count;
    Str data_dir = opened->config.data_dir;
    Str what = str_from_c(rest[0]);
    if (str_eq(what, STR("list"))) return list(opened->arena, data_dir);
    if (str_eq(what, STR("load"))) return load(opened->arena, data_dir, options, rest[1]);
    return remove_file(opened->arena, data_dir, rest[1]);
}

int cli_codes(int argc, char **argv)
{
    CliOption options[OPTIONS_COUNT] = {
        [SET] = {.name = "--set"},       [VERSION] = {.name = "--version"},
        [SOURCE] = {.name = "--source"}, [HIERARCHY] = {.name = "--hierarchy"},
        [SYSTEM] = {.name = "--system"}, [DRY_RUN] = {.name = "--dry-run", .is_switch = true},
        [DATA] = {.name = "--data"},     [HELP_ASKED] = {.name = "--help", .is_switch = true}};
    static const CliWord WORDS[] = {{"list", 0, 0}, {"load", 1, 1}, {"remove", 1, 1}};
    return cli_command(argc, argv,
                       &(CliCommand){.name = "codes",
                                     .help = HELP,
                                     .options = options,
                                     .option_count = OPTIONS_COUNT,
                                     .words = WORDS,
                                     .word_count = COUNT_OF(WORDS),
                                     .answer = answer});
}
