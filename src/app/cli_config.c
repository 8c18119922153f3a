// cli_config.c -- `trellis config`: the settings in use, or the page that describes them all.
#include "app/cli.h"
#include "core/config_table.h"

enum { OUT_BYTES_MAX = 256 * 1024 };

static void put_value(Buf *text, const Config *config, const ConfigKey *key)
{
    const char *at = (const char *)config + key->offset;
    buf_fmt(text, "%s = ", key->key);
    if (key->kind == CONFIG_TEXT) {
        buf_add(text, *(const Str *)(const void *)at);
    } else if (key->kind == CONFIG_BOOL) {
        buf_add_c(text, *(const bool *)(const void *)at ? "yes" : "no");
    } else if (key->offset == offsetof(Config, upload_bytes_max)) {
        buf_add_i64(text, *(const int64_t *)(const void *)at);
    } else {
        buf_add_i64(text, *(const int *)(const void *)at);
    }
    buf_add_char(text, '\n');
}

int cli_config_command(int argc, char **argv)
{
    CliOption options[] = {{.name = "--data"},
                           {.name = "--config"},
                           {.name = "--describe", .is_switch = true},
                           {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (options[3].value != NULL) {
        puts("trellis config [--data DIR] [--config FILE] [--describe]\n\n"
             "Prints the settings that would be used, or with --describe what each means.");
        return CLI_OK;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    CLEANUP(buf_free) Buf text = buf_new(OUT_BYTES_MAX);
    Config config;
    if (options[2].value != NULL) {
        config_describe(&text);
    } else if (cli_config(arena, options[0].value, options[1].value, &config) != ERR_OK) {
        return CLI_FAILED;
    } else {
        for (size_t i = 0; i < CONFIG_KEYS_COUNT; i++) put_value(&text, &config, &CONFIG_KEYS[i]);
    }
    Str all = buf_str(&text);
    bool wrote = fwrite(all.ptr, 1, all.len, stdout) == all.len && fflush(stdout) == 0;
    return wrote ? CLI_OK : cli_fail("The settings could not be printed.");
}
