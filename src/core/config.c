// config.c -- the one table of settings: key, kind, default and meaning.
#include "core/config_table.h"

#include <errno.h>

enum { FILE_BYTES_MAX = 64 * 1024, PATH_CHARS_MAX = 1024, LETTER_CHARS_MAX = 4000 };

#define KEY(member_, kind_, fallback_, min_, max_, meaning_)                                       \
    {                                                                                              \
#member_, kind_, offsetof(Config, member_), fallback_, min_, max_, meaning_                \
    }

const ConfigKey CONFIG_KEYS[] = {
    KEY(data_dir, CONFIG_TEXT, "/var/lib/trellis", 1, PATH_CHARS_MAX,
        "Folder of the record, the access log and uploads, for the server's own user only."),
    KEY(listen_addr, CONFIG_TEXT, "127.0.0.1", 2, 45,
        "Numeric address to listen on. Keep it on loopback behind nginx, which does TLS."),
    KEY(listen_port, CONFIG_INT, "8080", 0, 65535, "Port to listen on."),
    KEY(workers, CONFIG_INT, "16", 4, 64, "Requests answered at the same time."),
    KEY(network_name, CONFIG_TEXT, "Primary Care Network", 1, 200,
        "Name of the network, on every page."),
    KEY(demonstration, CONFIG_BOOL, "no", 0, 1,
        "Shows on every page that the people are not real."),
    KEY(secure_cookies, CONFIG_BOOL, "yes", 0, 1,
        "Cookies are sent over TLS only. Turn it off only for plain HTTP on loopback."),
    KEY(idle_lock_minutes, CONFIG_INT, "30", 2, 240,
        "Minutes without activity after which the password is asked again."),
    KEY(session_hours, CONFIG_INT, "12", 1, 24, "Hours after which everybody signs in again."),
    KEY(upload_bytes_max, CONFIG_INT, "2147483648", INT64_C(1024) * 1024, INT64_C(64) << 30,
        "Largest file that can be sent, in bytes."),
    KEY(trusted_proxy, CONFIG_TEXT, "", 0, 45,
        "Address of the proxy whose X-Forwarded-For is believed; empty for none."),
    KEY(anchor_dir, CONFIG_TEXT, "", 0, PATH_CHARS_MAX,
        "Folder for the heads of both logs, best on another disk; empty for data_dir/anchors."),
    KEY(people_amber, CONFIG_INT, "50", 1, 1000, "People on one list from which it is amber."),
    KEY(people_red, CONFIG_INT, "70", 1, 1000, "People on one list from which it is red."),
    KEY(refuse_stale_extracts, CONFIG_BOOL, "no", 0, 1,
        "Refuses lists drawn from an extract over 14 days old, or over 10% smaller than before."),
    KEY(letter_text, CONFIG_TEXT, "", 0, LETTER_CHARS_MAX,
        "What letters say at first, a new line written \\n; empty for a plain text."),
};
const size_t CONFIG_KEYS_COUNT = COUNT_OF(CONFIG_KEYS);

static void *member(Config *config, const ConfigKey *key)
{
    return (char *)config + key->offset;
}

// Members of int kind are int, but for upload_bytes_max: its offset tells the width.
static void set_number(Config *config, const ConfigKey *key, int64_t n)
{
    if (key->offset == offsetof(Config, upload_bytes_max)) {
        *(int64_t *)member(config, key) = n;
    } else {
        *(int *)member(config, key) = (int)n;
    }
}

static bool set(Config *config, const ConfigKey *key, Str value)
{
    int64_t n = 0;
    switch (key->kind) {
    case CONFIG_TEXT:
        if ((int64_t)value.len < key->min || (int64_t)value.len > key->max) return false;
        *(Str *)member(config, key) = value;
        return true;
    case CONFIG_BOOL:
        if (!str_eq(value, STR("yes")) && !str_eq(value, STR("no"))) return false;
        *(bool *)member(config, key) = str_eq(value, STR("yes"));
        return true;
    case CONFIG_INT:
        if (!str_i64(value, key->min, key->max, &n)) return false;
        set_number(config, key, n);
        return true;
    }
    return false;
}

void config_defaults(Config *out)
{
    *out = (Config){0};
    for (size_t i = 0; i < CONFIG_KEYS_COUNT; i++) {
        bool fits = set(out, &CONFIG_KEYS[i], str_from_c(CONFIG_KEYS[i].fallback));
        assert(fits);
        (void)fits;
    }
}

static const ConfigKey *key_of(Str name)
{
    for (size_t i = 0; i < CONFIG_KEYS_COUNT; i++) {
        if (str_eq(name, str_from_c(CONFIG_KEYS[i].key))) return &CONFIG_KEYS[i];
    }
    return NULL;
}

static const char *form_of(const ConfigKey *key)
{
    static const char *const FORMS[] = {
        [CONFIG_TEXT] = "a text",
        [CONFIG_INT] = "a whole number",
        [CONFIG_BOOL] = "yes or no",
    };
    return FORMS[key->kind];
}

Err config_set(Arena *arena, Config *config, Str name, Str value, Str *why_out)
{
    const ConfigKey *key = key_of(name);
    if (key == NULL) {
        *why_out = arena_fmt(arena, "There is no setting \"" STR_FMT "\".", STR_ARG(name));
        return ERR_INVALID;
    }
    if (set(config, key, arena_str(arena, value))) return ERR_OK;
    if (key->kind == CONFIG_BOOL) {
        *why_out = arena_fmt(arena, "%s must be yes or no.", key->key);
    } else {
        *why_out = arena_fmt(arena, "%s must be %s%s from %lld to %lld.", key->key, form_of(key),
                             key->kind == CONFIG_TEXT ? " with a length" : "", (long long)key->min,
                             (long long)key->max);
    }
    return ERR_INVALID;
}

static Err read_line(Arena *arena, Str line, Config *out, Str *why_out)
{
    line = str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#') return ERR_OK;
    size_t equals = 0;
    if (!str_find(line, STR("="), &equals)) {
        *why_out = STR("A line is written: key = value");
        return ERR_INVALID;
    }
    Str name = str_trim(str_slice(line, 0, equals));
    Str value = str_trim(str_slice(line, equals + 1, line.len));
    return config_set(arena, out, name, value, why_out);
}

Err config_read(Arena *arena, const char *path, Config *out, Str *why_out)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        *why_out = arena_fmt(arena, "%s cannot be read: %s.", path, strerrordesc_np(errno));
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_FAULT;
    }
    char *text = arena_alloc(arena, FILE_BYTES_MAX, 1);
    size_t len = fread(text, 1, FILE_BYTES_MAX, file);
    fclose(file);
    if (len == FILE_BYTES_MAX) {
        *why_out = arena_fmt(arena, "%s is too long.", path);
        return ERR_INVALID;
    }
    Str rest = {text, len};
    Str line;
    int number = 0;
    while (str_split(&rest, '\n', &line)) {
        number++;
        Str why = STR("");
        Err err = read_line(arena, line, out, &why);
        if (err == ERR_OK) continue;
        *why_out = arena_fmt(arena, "%s line %d: " STR_FMT, path, number, STR_ARG(why));
        return err;
    }
    return ERR_OK;
}

void config_describe(Buf *out)
{
    buf_add_c(
        out, "# Settings\n\nThe file `trellis.conf` in the data folder (or `--config FILE`) "
             "holds lines `key = value`; `#` begins a comment. Unknown keys and values out of "
             "range stop the start, with the line named. Made by `trellis config "
             "--describe`.\n\n| Key | Kind | Default | Range | Meaning |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < CONFIG_KEYS_COUNT; i++) {
        const ConfigKey *key = &CONFIG_KEYS[i];
        buf_fmt(out, "| `%s` | %s | %s%s%s | ", key->key, form_of(key),
                key->fallback[0] == '\0' ? "" : "`", key->fallback,
                key->fallback[0] == '\0' ? "empty" : "`");
        if (key->kind == CONFIG_INT) {
            buf_fmt(out, "%lld to %lld", (long long)key->min, (long long)key->max);
        }
        buf_fmt(out, " | %s |\n", key->meaning);
    }
}
