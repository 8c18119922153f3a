// config_table.h -- the table behind config.h, for whoever reads one setting or describes them all.
#ifndef CONFIG_TABLE_H
#define CONFIG_TABLE_H

#include "core/config.h"

typedef enum ConfigKind { CONFIG_TEXT, CONFIG_INT, CONFIG_BOOL } ConfigKind;

typedef struct ConfigKey {
    const char *key;
    ConfigKind kind;
    size_t offset; // of its member in Config
    const char *fallback;
    int64_t min; // of a number, or of a text's length in bytes
    int64_t max;
    const char *meaning;
} ConfigKey;

extern const ConfigKey CONFIG_KEYS[];
extern const size_t CONFIG_KEYS_COUNT;

// Sets one, as from a line of the file or an option. Errors: ERR_INVALID with a sentence.
MUST_USE Err config_set(Arena *arena, Config *config, Str name, Str value, Str *why_out);
void config_describe(Buf *out); // docs/operate/configure.md

#endif
