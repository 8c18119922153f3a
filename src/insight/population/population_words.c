// population_words.c -- the dictionaries of codes and units during an import.
#include "insight/population/population_words.h"

#include "base/utf8.h"
#include "insight/population/population_keyed.h"
#include "population_sql.h"

typedef struct Word {
    Str system, code, term;
    uint64_t hash;
    int32_t id;
} Word;

struct Words {
    Arena *arena;
    HashKey key;
    Word *list;
    size_t count, cap;
    size_t written; // the first so many stand in the store
    int32_t *table; // place in list + 1, 0 empty; a power of two, at most half full
    size_t table_size;
    int32_t next;
    size_t most;
};

enum { FIRST_CAP = 4096 };

static Words *words_new(Arena *arena, size_t most)
{
    Words *w = ARENA_NEW(arena, Words);
    *w = (Words){.arena = arena, .key = hash_key_new(), .cap = FIRST_CAP, .next = 1, .most = most};
    w->list = ARENA_ARRAY(arena, Word, w->cap);
    w->table_size = 2 * w->cap;
    w->table = ARENA_ARRAY(arena, int32_t, w->table_size);
    return w;
}

static uint64_t hash_of(const Words *w, Str system, Str code)
{
    char both[WORDS_SYSTEM_BYTES_MAX + 1 + WORDS_CODE_BYTES_MAX];
    memcpy(both, system.ptr == NULL ? "" : system.ptr, system.len);
    both[system.len] = '|';
    memcpy(both + system.len + 1, code.ptr == NULL ? "" : code.ptr, code.len);
    return hash_keyed(&w->key, (Str){both, system.len + 1 + code.len}).low;
}

static void table_put(Words *w, size_t place)
{
    size_t at = w->list[place].hash & (w->table_size - 1);
    while (w->table[at] != 0) at = (at + 1) & (w->table_size - 1);
    w->table[at] = (int32_t)place + 1;
}

static void grow(Words *w)
{
    ARENA_GROW(w->arena, w->list, w->count, &w->cap);
    w->table_size = 2 * w->cap;
    w->table = ARENA_ARRAY(w->arena, int32_t, w->table_size);
    for (size_t i = 0; i < w->count; i++) table_put(w, i);
}

static void add(Words *w, const Word *word)
{
    if (w->count == w->cap) grow(w);
    w->list[w->count] = *word;
    table_put(w, w->count++);
    if (word->id >= w->next) w->next = word->id + 1;
}

Err words_id(Words *w, Str system, Str code, Str term, int32_t *out)
{
    system = utf8_cut(system, WORDS_SYSTEM_BYTES_MAX);
    code = utf8_cut(code, WORDS_CODE_BYTES_MAX);
    uint64_t hash = hash_of(w, system, code);
    for (size_t at = hash & (w->table_size - 1); w->table[at] != 0;
         at = (at + 1) & (w->table_size - 1)) {
        const Word *word = &w->list[w->table[at] - 1];
        if (word->hash == hash && str_eq(word->code, code) && str_eq(word->system, system)) {
            *out = word->id;
            return ERR_OK;
        }
    }
    if (w->count == w->most || (size_t)w->next > w->most) return ERR_TOO_LARGE;
    *out = w->next;
    add(w, &(Word){.system = arena_str(w->arena, system),
                   .code = arena_str(w->arena, code),
                   .term = arena_str(w->arena, utf8_cut(term, WORDS_TERM_BYTES_MAX)),
                   .hash = hash,
                   .id = w->next});
    return ERR_OK;
}

static void known(Words *w, int32_t id, Str system, Str code)
{
    if (system.len > WORDS_SYSTEM_BYTES_MAX || code.len > WORDS_CODE_BYTES_MAX) return;
    add(w, &(Word){.system = system, .code = code, .hash = hash_of(w, system, code), .id = id});
    w->written = w->count;
}

Err words_of_codes(Ctx *c, Arena *arena, Words **out)
{
    Words *w = words_new(arena, CODES_MAX);
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_CODE_LIST, NO_ARGS);
    while (rows_next(&rows)) {
        known(w, (int32_t)row_i64(&rows, 0), row_str(arena, &rows, 1), row_str(arena, &rows, 2));
    }
    *out = w;
    return rows.err;
}

Err words_of_units(Ctx *c, Arena *arena, Words **out)
{
    Words *w = words_new(arena, UNITS_MAX);
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_UNIT_LIST, NO_ARGS);
    while (rows_next(&rows)) {
        known(w, (int32_t)row_i64(&rows, 0), STR(""), row_str(arena, &rows, 1));
    }
    *out = w;
    return rows.err;
}

int32_t words_next(const Words *w)
{
    return w->next;
}

bool words_waiting(const Words *w)
{
    return w->written < w->count;
}

static size_t until(const Words *w, size_t most)
{
    return w->count - w->written < most ? w->count : w->written + most;
}

Err words_write_codes(Ctx *c, const Words *w, size_t most)
{
    for (size_t i = w->written; i < until(w, most); i++) {
        const Word *word = &w->list[i];
        TRY(db_exec(c->db, SQL_POPULATION_CODE_ADD,
                    ARGS(I64(word->id), TEXT(word->system), TEXT(word->code), TEXT(word->term)),
                    NULL));
    }
    return ERR_OK;
}

Err words_write_units(Ctx *c, const Words *w, size_t most)
{
    for (size_t i = w->written; i < until(w, most); i++) {
        TRY(db_exec(c->db, SQL_POPULATION_UNIT_ADD, ARGS(I64(w->list[i].id), TEXT(w->list[i].code)),
                    NULL));
    }
    return ERR_OK;
}

void words_written(Words *w, size_t most)
{
    w->written = until(w, most);
}
