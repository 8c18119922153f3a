// replay.c -- runs one fuzz target over kept inputs, without a fuzzer, as TAP: fuzz/NAME [DIR]
#include "base/base.h"

#include <dirent.h>
#include <errno.h>

enum { INPUT_BYTES_MAX = 1024 * 1024, PATH_BYTES_MAX = 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    char *text = malloc(INPUT_BYTES_MAX);
    if (text == NULL) abort();
    size_t len = fread(text, 1, INPUT_BYTES_MAX, file);
    fclose(file);
    uint8_t *exact = malloc(len > 0 ? len : 1); // its true end, so that a sanitizer sees an overrun
    if (exact == NULL) abort();
    memcpy(exact, text, len);
    free(text);
    LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    return true;
}

int main(int argc, char **argv)
{
    int count = 0;
    int failed = 0;
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    printf("ok %d - the empty input\n", ++count);

    DIR *dir = argc > 1 ? opendir(argv[1]) : NULL;
    struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        char path[PATH_BYTES_MAX];
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        fflush(stdout); // a crash must not swallow what went before
        bool ok = run_file(path);
        printf("%s %d - %s\n", ok ? "ok" : "not ok", ++count, entry->d_name);
        failed += !ok;
    }
    if (dir != NULL) closedir(dir);
    printf("1..%d\n", count);
    return failed == 0 ? 0 : 1;
}
