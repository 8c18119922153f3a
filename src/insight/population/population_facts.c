// population_facts.c -- a person's facts with their ids, words and sources, each looked up once.
#include "insight/population/population_facts.h"

#include "core/ids.h"
#include "insight/population/population_pack.h"

#include <math.h>
#include <stdio.h>

enum { NUMBER_BYTES_MAX = 64 };
#define WHOLE_MAX 1e15 // a whole number below has at most 15 digits, and all of them are exact

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
    Str said = {text, 0};
    if (whole) {
        said = str_of_i64((int64_t)value, text);
    } else {
        said.len = (size_t)snprintf(text, sizeof text, "%.17g", value);
    }
    return hash_more(hash_more(hash_more(hash, STR("|=")), said), STR("|"));
}

// Of all that a fact says, as one text: two that differ in anything differ in it.
static uint64_t fact_hash(const SentFact *fact)
{
    const EventRow *row = fact->row;
    char text[STR_I64_CHARS];
    uint64_t hash = str_hash(str_of_i64(row->kind, text));
    hash = hash_more(hash, STR("|"));
    hash = hash_more(hash, str_of_i64(row->day, text));
    hash = hash_more(hash, STR("|"));
    hash = hash_more(hash, fact->says.code->system);
    hash = hash_more(hash, STR("|"));
    hash = hash_more(hash, fact->says.code->code);
    if (row->has_value) hash = hash_value(hash, row->value);
    hash = hash_more(hash, fact->says.unit);
    if (fact->says.answer != NULL) {
        hash = hash_more(hash, STR("|"));
        hash = hash_more(hash, fact->says.answer->system);
        hash = hash_more(hash, STR("|"));
        hash = hash_more(hash, fact->says.answer->code);
    }
    return hash;
}

Str fact_id(Arena *arena, Str ref, const SentFact *fact)
{
    static const char DIGITS[] = "0123456789abcdef";
    char hex[FACT_HASH_CHARS];
    uint64_t hash = fact_hash(fact);
    for (size_t i = FACT_HASH_CHARS; i-- > 0; hash >>= 4) hex[i] = DIGITS[hash & 15];
    Str end = {hex, FACT_HASH_CHARS};
    if (fact->nth == 1) return ARENA_JOIN(arena, ref, STR("-"), end);
    char nth[STR_I64_CHARS];
    return ARENA_JOIN(arena, ref, STR("-"), end, STR("-"), str_of_i64((int64_t)fact->nth, nth));
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

static const EventRow **rows_of(Arena *arena, SentFact *const *facts, size_t count)
{
    const EventRow **rows = arena_alloc_raw(arena, (count + 1) * sizeof(const EventRow *));
    for (size_t i = 0; i < count; i++) rows[i] = facts[i]->row;
    return rows;
}

Err facts_say(Ctx *c, SentFact *const *facts, size_t count)
{
    Meaning *meanings = NULL;
    TRY(meanings_of(c, rows_of(c->arena, facts, count), count, &meanings));
    for (size_t i = 0; i < count; i++) facts[i]->says = meanings[i];
    return ERR_OK;
}

// An id says nothing of its fact that could be looked up: the words of sixteen codes at a time, of
// those that the newest facts have first, until one of their facts is the one.
Err fact_find(Ctx *c, const Facts *facts, const FactKey *key, const SentFact **out)
{
    SentFact *list = facts->list;
    size_t count = facts->count;
    int32_t *ids = arena_alloc_raw(c->arena, (count + 1) * sizeof *ids);
    int32_t *place = arena_alloc_raw(c->arena, (count + 1) * sizeof *place);
    SentFact **some = arena_alloc_raw(c->arena, (count + 1) * sizeof(SentFact *));
    for (size_t i = 0; i < count; i++) ids[i] = list[i].row->code_id;
    int32_t codes = (int32_t)ids_once(c->arena, ids, count, place);
    for (int32_t from = 0; from < codes; from += IDS_AT_ONCE) {
        size_t picked = 0;
        for (size_t i = 0; i < count; i++) {
            bool now = place[i] >= from && place[i] < from + IDS_AT_ONCE;
            if (now && (int64_t)list[i].nth == key->nth) some[picked++] = &list[i];
        }
        TRY(facts_say(c, some, picked));
        for (size_t i = 0; i < picked; i++) {
            *out = some[i];
            if (fact_has_key(some[i], key)) return ERR_OK;
        }
    }
    return ERR_NOT_FOUND;
}

static FactSource *source_of(const SentRows *sent, int64_t batch)
{
    for (size_t i = sent->source_count; i-- > 0;) {
        if (sent->sources[i].batch == batch) return &sent->sources[i];
    }
    return NULL;
}

Err facts_of_person(Ctx *c, const Grant *grant, EventKind kind, Facts *out)
{
    SentRows sent;
    TRY(event_rows_sent(c, grant, kind, &sent));
    SentFact *list = arena_alloc_raw(c->arena, (sent.count + 1) * sizeof *list);
    size_t nth = 0;
    for (size_t i = 0; i < sent.count; i++) {
        const SentRow *at = &sent.list[i];
        bool same = i > 0 && event_row_same(&at[-1].row, &at->row);
        nth = same ? nth + 1 : 1;
        list[sent.count - 1 - i] =
            (SentFact){.row = &at->row, .source = source_of(&sent, at->batch), .nth = nth};
    }
    *out = (Facts){list, sent.count, sent.stamp};
    return ERR_OK;
}
