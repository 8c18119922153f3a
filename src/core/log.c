// log.c -- one line, one write(2): lines of threads never mix.
#include "core/log.h"

#include "base/date.h"
#include "core/clock.h"

#include <unistd.h>

static const char *const LEVELS[] = {"info", "warn", "error"};

// Program words hold no quotes or control characters; references might, so they are filtered.
static void put_ref(Buf *line, Str ref)
{
    ref = str_slice(ref, 0, LOG_REF_MAX);
    for (size_t i = 0; i < ref.len; i++) {
        char c = ref.ptr[i];
        bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
        buf_add_char(line, plain ? c : '?');
    }
}

static void put_word(Buf *line, const char *word)
{
    buf_add_char(line, '"');
    buf_add_c(line, word);
    buf_add_char(line, '"');
}

void log_line(LogLevel level, const char *event, const LogField *fields, size_t count)
{
    assert(count <= LOG_FIELDS_MAX);
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    CLEANUP(buf_free) Buf line = buf_new(LOG_LINE_BYTES_MAX);
    Str at = instant_iso(arena, clock_now(NULL));
    buf_add(&line, STR("{\"at\":\""));
    buf_add(&line, at);
    buf_add(&line, STR("\",\"level\":"));
    put_word(&line, LEVELS[level]);
    buf_add(&line, STR(",\"event\":"));
    put_word(&line, event);
    for (size_t i = 0; i < count; i++) {
        buf_add_char(&line, ',');
        put_word(&line, fields[i].key);
        buf_add_char(&line, ':');
        if (fields[i].word != NULL) {
            put_word(&line, fields[i].word);
        } else if (fields[i].ref.ptr != NULL) {
            buf_add_char(&line, '"');
            put_ref(&line, fields[i].ref);
            buf_add_char(&line, '"');
        } else {
            buf_add_i64(&line, fields[i].number);
        }
    }
    buf_add_c(&line, "}\n");
    Str text = buf_str(&line);
    // A log that cannot be written must not stop the care of people; the access log does.
    if (buf_ok(&line) && write(STDERR_FILENO, text.ptr, text.len) < 0) return;
}
