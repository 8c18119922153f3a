// config.h -- one file of settings, read at start, const afterwards. Unknown keys are refused.
//
// Form: `key = value` lines, `#` comments. Each key with its meaning and default stands in
// docs/operate/configure.md, made from the same table (config.c).
#ifndef CONFIG_H
#define CONFIG_H

#include "base/base.h"

typedef struct Config {
    Str data_dir;
    Str listen_addr;            // "127.0.0.1"
    int listen_port;            // 8080
    int workers;                // request threads, 4 to 64
    Str network_name;           // "Fenside Primary Care Network"
    bool demonstration;         // shows the strip "Synthetic data only"
    bool secure_cookies;        // __Host- and Secure; off only for plain http on loopback
    int idle_lock_minutes;      // 30
    int session_hours;          // 12
    int64_t upload_bytes_max;   // 2 GiB
    Str trusted_proxy;          // address whose X-Forwarded-For is believed, "" for none
    Str anchor_dir;             // where chain heads are anchored, "" for data_dir/anchors
    int people_amber;           // 50 people
    int people_red;             // 70 people
    bool refuse_stale_extracts; // nothing is worked out of old data
    Str letter_text;            // what letters say, "" for the program's own; \n is a new line
} Config;

void config_defaults(Config *out);
// Errors: ERR_INVALID with *why_out naming line and key, ERR_NOT_FOUND.
MUST_USE Err config_read(Arena *arena, const char *path, Config *out, Str *why_out);

#endif
