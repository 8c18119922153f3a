// fuzz_code_load.c -- any file is sets of codes or gets a sentence; what is kept reads the same
// again, and the program's reader takes it or says why not.
//
// Line 1: sets asked for; line 2: the version; then the file; after a line "====" the hierarchy.
#include "base/utf8.h"
#include "nhs/code_load.h"

enum { TEXT_BYTES_MAX = 64 * 1024, READ_OF = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void check_why(Str why)
{
    must(why.len > 0 && why.len < 4096 && utf8_valid(why));
}

// Kept and loaded once more, not one letter changes.
static void check_again(Arena *arena, const CodeLoaded *first)
{
    CodeLoaded again;
    Str why = STR("");
    CodeLoad load = {.file = STR("kept.tsv"), .text = first->text};
    must(code_load(arena, &load, &again, &why) == ERR_OK);
    must(again.sets == first->sets && again.codes == first->codes);
    Str rows = first->text;
    Str rows_again = again.text;
    Str line;
    for (int i = 0; i < 2; i++) { // "# source" is the file's name then
        must(str_split(&rows, '\n', &line) && str_split(&rows_again, '\n', &line));
    }
    must(str_eq(rows, rows_again));
}

static void check_read(Arena *arena, const CodeLoaded *loaded)
{
    CodeFiles files = {.sets = {STR("set\tsystem\tcode\tterm\n"), STR(""), STR(""), STR("")}};
    const CodeSets *sets = NULL;
    Str why = STR("");
    if (loaded->retired) {
        files.retired = loaded->text;
    } else {
        files.own[0] = (CodeFile){STR("kept.tsv"), loaded->text};
        files.own_count = 1;
    }
    Err err = code_sets_from(arena, &files, &sets, &why);
    must(err == ERR_OK || err == ERR_INVALID);
    if (err != ERR_OK) {
        check_why(why);
    } else if (!loaded->retired) {
        must(code_sets_count(sets) == loaded->sets);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str rest = {(const char *)data, size};
    Str picks;
    Str version;
    if (size > TEXT_BYTES_MAX || !str_split(&rest, '\n', &picks) ||
        !str_split(&rest, '\n', &version) || rest.ptr == NULL) {
        return 0;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    size_t cut = 0;
    CodeLoad load = {.file = STR("file"), .text = rest, .sets = picks, .version = version};
    if (str_find(rest, STR("\n====\n"), &cut)) {
        load.text = str_slice(rest, 0, cut);
        load.hierarchy = str_slice(rest, cut + strlen("\n====\n"), rest.len);
    }
    CodeLoaded loaded;
    Str why = STR("");
    Err err = code_load(arena, &load, &loaded, &why);
    if (err != ERR_OK) {
        must(err == ERR_INVALID);
        check_why(why);
        return 0;
    }
    must(utf8_valid(loaded.text));
    if (!loaded.retired) check_again(arena, &loaded);
    // The program's reader makes room for all sets there may be: slow, so of a sixteenth only.
    if (str_hash(rest) % READ_OF == 0) check_read(arena, &loaded);
    return 0;
}
