// sqlgen_words.c -- words and signs that only one of the two stores knows, or that each takes in
// its own way.
#include "sqlgen.h"

bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const struct {
    const char *word;
    const char *instead;
    bool in_migrations; // only there
} BANNED[] = {
    {"GLOB", "a key column and =", false},
    {"ROWID", "the table's own key", false},
    {"AUTOINCREMENT", "id INT8 PRIMARY KEY", false},
    {"IFNULL", "coalesce", false},
    {"STRFTIME", "a parameter made in C", false},
    {"DATETIME", "a parameter made in C", false},
    {"JULIANDAY", "a parameter made in C", false},
    {"NOW", "a parameter made in C", false},
    {"CURRENT_TIMESTAMP", "a parameter made in C", false},
    {"INSTR", "a key column made in C", false},
    {"GROUP_CONCAT", "rows, joined in C", false},
    {"STRING_AGG", "rows, joined in C", false},
    {"PRAGMA", "core/db", false},
    {"INTEGER", "INT8", true},
    {"BIGINT", "INT8", true},
    {"REAL", "FLOAT8", true},
    {"BLOB", "BYTES", true},
    {"BYTEA", "BYTES", true},
    {"BOOLEAN", "BOOL", true},
    {"VARCHAR", "TEXT", true},
    {"SERIAL", "id INT8 PRIMARY KEY", true},
    {"TIMESTAMP", "INT8 milliseconds", true},
    {"STRICT", "nothing: it is added", true},
};

static void check_word(Gen *g, const char *path, int line, Str word, bool migration)
{
    for (size_t i = 0; i < COUNT_OF(BANNED); i++) {
        if (BANNED[i].in_migrations && !migration) continue;
        if (!str_eq_ascii_fold(word, str_from_c(BANNED[i].word))) continue;
        fault(g, path, line, "%s is not portable; use %s", BANNED[i].word, BANNED[i].instead);
    }
}

void check_line(Gen *g, const char *path, int line, Str raw, Str bare, bool migration)
{
    size_t unused = 0;
    Str before = STR("");
    for (size_t i = 0; i < bare.len;) {
        char c = bare.ptr[i];
        if (c == '"' || c == '`') fault(g, path, line, "quoted names are not portable");
        if (c == '=' && i + 1 < bare.len && bare.ptr[i + 1] == '=') {
            fault(g, path, line, "== is not portable; use =");
        }
        if (!is_word_char(c)) {
            i++;
            continue;
        }
        size_t end = i;
        while (end < bare.len && is_word_char(bare.ptr[end])) end++;
        Str word = str_slice(bare, i, end);
        check_word(g, path, line, word, migration);
        if (str_eq_ascii_fold(word, STR("LIKE")) && !str_find(raw, STR("-- key"), &unused)) {
            fault(g, path, line, "LIKE only over a key column; say so with -- key");
        }
        bool or_after_insert =
            str_eq_ascii_fold(before, STR("INSERT")) || str_eq_ascii_fold(before, STR("UPDATE"));
        if (or_after_insert && str_eq_ascii_fold(word, STR("OR"))) {
            fault(g, path, line, "INSERT OR is not portable; use ON CONFLICT");
        }
        before = word;
        i = end;
    }
}
