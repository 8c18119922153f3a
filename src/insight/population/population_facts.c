// population_facts.c -- a person's facts with their ids, words and sources, each looked up once.
#include "insight/population/population_facts.h"

#include "insight/population/population_pack.h"
#include "population_sql.h"

enum { SOURCES_MAX = 4096, FACT_TEXT_BYTES_MAX = 4096 };

typedef struct Words {
    CodeWords *list; // by id
    size_t count;
} Words;

static int id_cmp(const void *a_, const void *b_)
{
    const CodeWords *a = a_;
    const CodeWords *b = b_;
    return a->id < b->id ? -1 : a->id > b->id;
}

static Err words_of(Ctx *c, const SentRow *rows, size_t count, Words *out)
{
    out->list = ARENA_ARRAY(c->arena, CodeWords, 2 * count + 1);
    size_t all = 0;
    for (size_t i = 0; i < count; i++) {
        out->list[all++].id = rows[i].row.code_id;
        if (rows[i].row.answer_id != 0) out->list[all++].id = rows[i].row.answer_id;
    }
    if (all > 1) qsort(out->list, all, sizeof *out->list, id_cmp);
    out->count = 0;
    for (size_t i = 0; i < all; i++) {
        if (out->count > 0 && out->list[out->count - 1].id == out->list[i].id) continue;
        TRY(code_words(c, out->list[i].id, &out->list[out->count++]));
    }
    return ERR_OK;
}

static const CodeWords *word_of(const Words *words, int32_t id)
{
    CodeWords key = {.id = id};
    return bsearch(&key, words->list, words->count, sizeof key, id_cmp);
}

static Err sources_of(Ctx *c, PersonId person, FactSource **out, size_t *count_out)
{
    FactSource *list = ARENA_ARRAY(c->arena, FactSource, SOURCES_MAX);
    size_t count = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_PERSON_BATCHES, ARGS(I64(person.v)));
    while (rows_next(&rows)) {
        if (count == SOURCES_MAX) return ERR_TOO_LARGE;
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

// All that a fact says, in one text: two that differ in anything differ in it.
static uint64_t fact_hash(const SentFact *fact)
{
    const EventRow *row = fact->row;
    CLEANUP(buf_free) Buf text = buf_new(FACT_TEXT_BYTES_MAX);
    buf_fmt(&text, "%d|%d|", (int)row->kind, (int)row->day);
    buf_add(&text, fact->code->system);
    buf_add_char(&text, '|');
    buf_add(&text, fact->code->code);
    if (row->has_value) buf_fmt(&text, "|=%.17g|", row->value);
    buf_add(&text, fact->unit);
    if (fact->answer != NULL) {
        buf_add_char(&text, '|');
        buf_add(&text, fact->answer->system);
        buf_add_char(&text, '|');
        buf_add(&text, fact->answer->code);
    }
    return str_hash(buf_str(&text));
}

static Str fact_id(Arena *arena, Str ref, const SentFact *fact, size_t nth)
{
    unsigned long long hash = (unsigned long long)fact_hash(fact);
    if (nth == 1) return arena_fmt(arena, STR_FMT "-%016llx", STR_ARG(ref), hash);
    return arena_fmt(arena, STR_FMT "-%016llx-%zu", STR_ARG(ref), hash, nth);
}

typedef struct FactWords { // what the numbers of rows mean
    Words codes;
    FactSource *sources;
    size_t source_count;
    Str *units;
    size_t unit_count;
} FactWords;

static SentFact fact_of_row(const FactWords *words, const SentRow *sent)
{
    const EventRow *row = &sent->row;
    SentFact fact = {.row = row,
                     .code = word_of(&words->codes, row->code_id),
                     .unit = STR(""),
                     .source = source_of(words->sources, words->source_count, sent->batch)};
    if (row->answer_id != 0) fact.answer = word_of(&words->codes, row->answer_id);
    if (row->has_value && (size_t)row->unit_id < words->unit_count) {
        fact.unit = words->units[row->unit_id];
    }
    return fact;
}

Err facts_of_person(Ctx *c, const Grant *grant, Str ref, SentFact **out, size_t *count_out)
{
    SentRow *rows = NULL;
    size_t count = 0;
    FactWords words = {0};
    TRY(event_rows_sent(c, grant, &rows, &count));
    TRY(words_of(c, rows, count, &words.codes));
    TRY(sources_of(c, grant_person(grant), &words.sources, &words.source_count));
    TRY(unit_list(c, &words.units, &words.unit_count));
    SentFact *list = ARENA_ARRAY(c->arena, SentFact, count + 1);
    size_t nth = 0;
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && event_row_cmp(&rows[i - 1].row, &rows[i].row) == 0;
        nth = same ? nth + 1 : 1;
        SentFact *fact = &list[count - 1 - i];
        *fact = fact_of_row(&words, &rows[i]);
        if (fact->code == NULL || fact->source == NULL) return ERR_FAULT;
        fact->id = fact_id(c->arena, ref, fact, nth);
    }
    *out = list;
    *count_out = count;
    return ERR_OK;
}

bool fact_person_ref(Str id, Str *out)
{
    if (id.len < REF_CHARS + 1 + FACT_HASH_CHARS || id.ptr[REF_CHARS] != '-') return false;
    *out = str_slice(id, 0, REF_CHARS);
    return true;
}
