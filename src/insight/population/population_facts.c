// population_facts.c -- a person's facts with their ids, words and sources, each looked up once.
#include "insight/population/population_facts.h"

#include "insight/population/population_pack.h"
#include "population_sql.h"

#include <math.h>
#include <stdio.h>

enum { SOURCES_MAX = 4096, NUMBER_BYTES_MAX = 64 };
#define WHOLE_MAX 1e15 // a whole number below has at most 15 digits, and all of them are exact

static Err sources_of(Ctx *c, PersonId person, FactSource **out, size_t *count_out)
{
    FactSource *list = NULL;
    size_t count = 0;
    size_t cap = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_PERSON_BATCHES, ARGS(I64(person.v)));
    while (rows_next(&rows)) {
        if (count == SOURCES_MAX) return ERR_TOO_LARGE;
        ARENA_GROW(c->arena, list, count, &cap);
        list[count++] = (FactSource){
            .batch = row_i64(&rows, POPULATION_PERSON_BATCHES_ID),
            .ref = row_str(c->arena, &rows, POPULATION_PERSON_BATCHES_REF),
            .format = row_str(c->arena, &rows, POPULATION_PERSON_BATCHES_FORMAT),
            .practice_ods = row_str(c->arena, &rows, POPULATION_PERSON_BATCHES_PRACTICE_ODS),
            .extract_on = row_date(&rows, POPULATION_PERSON_BATCHES_EXTRACT_ON),
            .at = {row_i64(&rows, POPULATION_PERSON_BATCHES_ENDED_AT)},
        };
    }
    TRY(rows.err);
    *out = list;
    *count_out = count;
    return ERR_OK;
}

static const FactSource *source_of(const FactSource *list, size_t count, int64_t batch)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].batch == batch) return &list[i];
    }
    return NULL;
}

// str_hash of a text that comes in parts.
static uint64_t hash_more(uint64_t hash, Str part)
{
    for (size_t i = 0; i < part.len; i++) {
        hash = (hash ^ (unsigned char)part.ptr[i]) * 1099511628211ULL;
    }
    return hash;
}

// A value as %.17g says it; a whole number, as most are, without the long way there.
static uint64_t hash_value(uint64_t hash, double value)
{
    char text[NUMBER_BYTES_MAX];
    bool whole =
        fabs(value) < WHOLE_MAX && value == trunc(value) && !(value == 0 && signbit(value));
    int len = whole ? snprintf(text, sizeof text, "|=%lld|", (long long)value)
                    : snprintf(text, sizeof text, "|=%.17g|", value);
    return hash_more(hash, (Str){text, (size_t)len});
}

// Of all that a fact says, as one text: two that differ in anything differ in it.
static uint64_t fact_hash(const SentFact *fact)
{
    const EventRow *row = fact->row;
    char start[NUMBER_BYTES_MAX];
    int len = snprintf(start, sizeof start, "%d|%d|", (int)row->kind, (int)row->day);
    uint64_t hash = str_hash((Str){start, (size_t)len});
    hash = hash_more(hash, fact->code->system);
    hash = hash_more(hash, STR("|"));
    hash = hash_more(hash, fact->code->code);
    if (row->has_value) hash = hash_value(hash, row->value);
    hash = hash_more(hash, fact->unit);
    if (fact->answer != NULL) {
        hash = hash_more(hash, STR("|"));
        hash = hash_more(hash, fact->answer->system);
        hash = hash_more(hash, STR("|"));
        hash = hash_more(hash, fact->answer->code);
    }
    return hash;
}

Str fact_id(Arena *arena, Str ref, const SentFact *fact)
{
    unsigned long long hash = (unsigned long long)fact_hash(fact);
    if (fact->nth == 1) return arena_fmt(arena, STR_FMT "-%016llx", STR_ARG(ref), hash);
    return arena_fmt(arena, STR_FMT "-%016llx-%zu", STR_ARG(ref), hash, fact->nth);
}

static bool read_hash(Str digits, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char ch = digits.ptr[i];
        bool letter = ch >= 'a' && ch <= 'f';
        if (!letter && (ch < '0' || ch > '9')) return false;
        *out = *out << 4 | (uint64_t)(letter ? ch - 'a' + 10 : ch - '0');
    }
    return true;
}

bool fact_key(Str id, FactKey *out)
{
    size_t end = REF_CHARS + 1 + FACT_HASH_CHARS;
    if (id.len < end || id.ptr[REF_CHARS] != '-') return false;
    *out = (FactKey){.ref = str_slice(id, 0, REF_CHARS), .nth = 1};
    if (!read_hash(str_slice(id, REF_CHARS + 1, end), &out->hash)) return false;
    if (id.len == end) return true;
    bool written = id.ptr[end] == '-' && id.len > end + 1 && id.ptr[end + 1] != '0';
    return written && str_i64(str_slice(id, end + 1, id.len), 2, INT32_MAX, &out->nth);
}

bool fact_has_key(const SentFact *fact, const FactKey *key)
{
    return (int64_t)fact->nth == key->nth && fact_hash(fact) == key->hash;
}

typedef struct FactWords { // what the numbers of rows mean
    CodesInUse codes;
    FactSource *sources;
    size_t source_count;
    Str *units;
    size_t unit_count;
} FactWords;

static SentFact fact_of_row(const FactWords *words, const SentRow *sent)
{
    const EventRow *row = &sent->row;
    SentFact fact = {.row = row,
                     .code = code_words(&words->codes, row->code_id),
                     .unit = STR(""),
                     .source = source_of(words->sources, words->source_count, sent->batch)};
    if (row->answer_id != 0) fact.answer = code_words(&words->codes, row->answer_id);
    if (row->has_value && (size_t)row->unit_id < words->unit_count) {
        fact.unit = words->units[row->unit_id];
    }
    return fact;
}

Err facts_of_person(Ctx *c, const Grant *grant, SentFact **out, size_t *count_out)
{
    SentRow *rows = NULL;
    size_t count = 0;
    FactWords words = {0};
    TRY(event_rows_sent(c, grant, &rows, &count));
    TRY(codes_in_use(c, rows, count, &words.codes));
    TRY(sources_of(c, grant_person(grant), &words.sources, &words.source_count));
    TRY(unit_list(c, &words.units, &words.unit_count));
    SentFact *list = arena_alloc_raw(c->arena, (count + 1) * sizeof *list);
    size_t nth = 0;
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && event_row_cmp(&rows[i - 1].row, &rows[i].row) == 0;
        nth = same ? nth + 1 : 1;
        SentFact *fact = &list[count - 1 - i];
        *fact = fact_of_row(&words, &rows[i]);
        if (fact->code == NULL || fact->source == NULL) return ERR_FAULT;
        fact->nth = nth;
    }
    *out = list;
    *count_out = count;
    return ERR_OK;
}
