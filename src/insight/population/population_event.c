// population_event.c -- one person's events, or everybody's for the engine.
#include "core/ids.h"
#include "insight/population/population_batch.h"
#include "insight/population/population_facts.h"
#include "insight/population/population_pack.h"
#include "population_sql.h"

enum { PERSON_EVENTS_MAX = 1 << 20, GATHER_FIRST = 1024 };

typedef struct Gather { // the events of the person being read
    Arena *arena;
    SentRow *sent;
    size_t count;
    size_t cap;
} Gather;

static Err gather_add(Gather *g, const EventRow *row, int64_t batch)
{
    if (g->count == PERSON_EVENTS_MAX) return ERR_TOO_LARGE;
    ARENA_GROW(g->arena, g->sent, g->count, &g->cap);
    g->sent[g->count++] = (SentRow){*row, batch};
    return ERR_OK;
}

static Err gather_pack(Gather *g, Str body, int64_t person, int64_t batch)
{
    PackReader reader = pack_reader(body, person);
    EventRow row;
    while (pack_next(&reader, &row)) TRY(gather_add(g, &row, batch));
    return reader.bad ? ERR_FAULT : ERR_OK;
}

static int sent_cmp(const void *a_, const void *b_)
{
    const SentRow *a = a_;
    const SentRow *b = b_;
    int by = event_row_cmp(&a->row, &b->row);
    return by != 0 ? by : a->batch < b->batch ? -1 : a->batch > b->batch;
}

// Extracts repeat what earlier ones sent. A fact counts as often as the one extract that has it
// most often: two equal blood tests of a day stay two, a test that was sent twice stays one.
static void gather_settle(Gather *g)
{
    if (g->count == 0) return;
    qsort(g->sent, g->count, sizeof *g->sent, sent_cmp);
    size_t kept = 0;
    for (size_t from = 0; from < g->count;) {
        size_t until = from;
        size_t most = 0;
        for (size_t run = 0; until < g->count; until++) {
            if (!event_row_same(&g->sent[from].row, &g->sent[until].row)) break;
            run = until > from && g->sent[until].batch == g->sent[until - 1].batch ? run + 1 : 1;
            if (run > most) most = run;
        }
        SentRow last = g->sent[until - 1]; // whether it has ended: as the newest extract says
        for (size_t i = 0; i < most; i++) g->sent[kept++] = last;
        from = until;
    }
    g->count = kept;
}

// ---- one person

static int id_cmp(const void *a_, const void *b_)
{
    const CodeWords *a = a_;
    const CodeWords *b = b_;
    return a->id < b->id ? -1 : a->id > b->id;
}

// Each once, ascending.
static void each_once(CodeWords *list, size_t *count)
{
    if (*count > 1) qsort(list, *count, sizeof *list, id_cmp);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        if (kept == 0 || list[kept - 1].id != list[i].id) list[kept++] = list[i];
    }
    *count = kept;
}

// Of the IDS_AT_ONCE from `from` on; the last stands for those that are not there.
static Err read_words(Ctx *c, const CodesInUse *codes, size_t from, size_t *found)
{
    Val ask[IDS_AT_ONCE];
    for (size_t i = 0; i < IDS_AT_ONCE; i++) {
        size_t at = from + i < codes->count ? from + i : codes->count - 1;
        ask[i] = I64(codes->list[at].id);
    }
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_CODES_OF, ask, IDS_AT_ONCE);
    while (rows_next(&rows)) {
        CodeWords key = {.id = (int32_t)row_i64(&rows, POPULATION_CODES_OF_ID)};
        CodeWords *words = bsearch(&key, codes->list, codes->count, sizeof key, id_cmp);
        assert(words != NULL);
        words->system = row_str(c->arena, &rows, POPULATION_CODES_OF_SYSTEM);
        words->code = row_str(c->arena, &rows, POPULATION_CODES_OF_CODE);
        words->term = row_str(c->arena, &rows, POPULATION_CODES_OF_TERM);
        ++*found;
    }
    return rows.err;
}

Err codes_in_use(Ctx *c, const SentRow *rows, size_t count, CodesInUse *out)
{
    *out = (CodesInUse){.list = arena_alloc_raw(c->arena, (2 * count + 1) * sizeof *out->list)};
    for (size_t i = 0; i < count; i++) {
        out->list[out->count++] = (CodeWords){.id = rows[i].row.code_id};
        int32_t answer = rows[i].row.answer_id;
        if (answer != 0) out->list[out->count++] = (CodeWords){.id = answer};
    }
    each_once(out->list, &out->count);
    size_t found = 0;
    for (size_t from = 0; from < out->count; from += IDS_AT_ONCE) {
        TRY(read_words(c, out, from, &found));
    }
    return found == out->count ? ERR_OK : ERR_FAULT;
}

const CodeWords *code_words(const CodesInUse *codes, int32_t id)
{
    CodeWords key = {.id = id};
    return bsearch(&key, codes->list, codes->count, sizeof key, id_cmp);
}

typedef struct EventWords { // what the numbers of rows mean
    CodesInUse codes;
    Str *units;
    size_t unit_count;
} EventWords;

static Event event_of_row(const EventWords *w, const EventRow *row)
{
    const CodeWords *words = code_words(&w->codes, row->code_id);
    Event event = {.kind = (EventKind)row->kind,
                   .on = row->day == INT32_MIN ? DATE_NONE : (Date){row->day},
                   .system = words->system,
                   .code = words->code,
                   .term = words->term,
                   .has_value = row->has_value != 0,
                   .value = row->value,
                   .ended = row->ended != 0};
    if (row->has_value && (size_t)row->unit_id < w->unit_count) event.unit = w->units[row->unit_id];
    if (row->answer_id == 0) return event;
    words = code_words(&w->codes, row->answer_id);
    event.answer = words->term.len > 0 ? words->term : words->code;
    return event;
}

static Err gather_person(Ctx *c, Gather *g, int64_t person)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_EVENT_PACKS, ARGS(I64(person)));
    while (rows_next(&rows)) {
        TRY(gather_pack(g, row_view(&rows, 1), person, row_i64(&rows, 0)));
    }
    TRY(rows.err);
    gather_settle(g);
    return ERR_OK;
}

Err event_rows_sent(Ctx *c, const Grant *grant, SentRow **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CLINICAL, MODE_READ));
    Gather g = {.arena = c->arena};
    TRY(gather_person(c, &g, grant_person(grant).v));
    *out = g.sent;
    *count_out = g.count;
    return ERR_OK;
}

// The newest of one kind, 0 all of them, to the front, newest first: rows stand oldest first.
static size_t newest(const Gather *g, EventKind kind, size_t limit, SentRow *out)
{
    size_t count = 0;
    for (size_t i = g->count; i-- > 0 && count < limit;) {
        if (kind == 0 || g->sent[i].row.kind == kind) out[count++] = g->sent[i];
    }
    return count;
}

Err event_of_person(Ctx *c, const Grant *grant, EventKind kind, size_t limit, Event **out,
                    size_t *count_out)
{
    assert(limit <= EVENTS_OF_PERSON_MAX);
    assert(grant_covers(grant, CLASS_CLINICAL, MODE_READ));
    Gather g = {.arena = c->arena};
    EventWords words = {0};
    TRY(gather_person(c, &g, grant_person(grant).v));
    SentRow *rows = arena_alloc_raw(c->arena, g.count * sizeof *rows);
    size_t count = newest(&g, kind, limit, rows);
    TRY(codes_in_use(c, rows, count, &words.codes));
    TRY(unit_list(c, &words.units, &words.unit_count));
    Event *list = arena_alloc_raw(c->arena, count * sizeof *list);
    for (size_t i = 0; i < count; i++) list[i] = event_of_row(&words, &rows[i].row);
    *out = list;
    *count_out = count;
    return ERR_OK;
}

// ---- everybody

typedef struct Stream {
    EventSink *sink;
    void *arg;
    EventRow rows[EVENT_ROWS_MAX];
    size_t count;
} Stream;

static Err stream_flush(Stream *s)
{
    size_t count = s->count;
    s->count = 0;
    return count == 0 ? ERR_OK : s->sink(s->arg, s->rows, count);
}

static Err stream_person(Stream *s, Gather *g)
{
    gather_settle(g);
    for (size_t i = 0; i < g->count; i++) {
        s->rows[s->count++] = g->sent[i].row;
        if (s->count == EVENT_ROWS_MAX) TRY(stream_flush(s));
    }
    g->count = 0;
    return ERR_OK;
}

Err event_stream(Ctx *c, EventSink *sink, void *arg)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Stream *s = ARENA_NEW(arena, Stream);
    s->sink = sink;
    s->arg = arg;
    Gather g = {.arena = arena};
    int64_t person = 0;
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_EVENT_PACKS_ALL, NO_ARGS);
    while (rows_next(&rows)) {
        if (row_i64(&rows, 0) != person) TRY(stream_person(s, &g));
        person = row_i64(&rows, 0);
        TRY(gather_pack(&g, row_view(&rows, 2), person, row_i64(&rows, 1)));
    }
    TRY(rows.err);
    TRY(stream_person(s, &g));
    return stream_flush(s);
}

Err event_stream_of(Ctx *c, const PersonId *people, size_t count, EventSink *sink, void *arg)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Stream *s = ARENA_NEW(arena, Stream);
    s->sink = sink;
    s->arg = arg;
    Gather g = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        TRY(gather_person(c, &g, people[i].v));
        for (size_t k = 0; k < g.count; k++) {
            s->rows[s->count++] = g.sent[k].row;
            if (s->count == EVENT_ROWS_MAX) TRY(stream_flush(s));
        }
        g.count = 0;
    }
    return stream_flush(s);
}

// ---- what changed

enum { STAMPS_FIRST = 64 };

Err batch_stamps(Ctx *c, BatchStamp **out, size_t *count_out)
{
    size_t cap = STAMPS_FIRST;
    size_t count = 0;
    BatchStamp *list = ARENA_ARRAY(c->arena, BatchStamp, cap);
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_BATCH_STAMPS, NO_ARGS);
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, list, count, &cap);
        list[count++] = (BatchStamp){row_i64(&rows, POPULATION_BATCH_STAMPS_ID),
                                     row_i64(&rows, POPULATION_BATCH_STAMPS_VERSION),
                                     row_str(c->arena, &rows, POPULATION_BATCH_STAMPS_REF)};
    }
    TRY(rows.err);
    *out = list;
    *count_out = count;
    return ERR_OK;
}

Err batch_persons(Ctx *c, int64_t batch, PersonId **out, size_t *count_out)
{
    size_t cap = GATHER_FIRST;
    size_t count = 0;
    PersonId *list = ARENA_ARRAY(c->arena, PersonId, cap);
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_BATCH_PERSONS, ARGS(I64(batch)));
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, list, count, &cap);
        list[count++] = (PersonId){row_i64(&rows, 0)};
    }
    TRY(rows.err);
    *out = list;
    *count_out = count;
    return ERR_OK;
}

typedef struct Since {
    Ctx *c;
    PersonChanges *changes;
} Since;

// A near match is decided without a word about the person: whose the events were or are, it names.
static Err take_entry(void *arg, const JournalSeal *entry)
{
    Since *since = arg;
    if (since->changes->unclear) return ERR_OK;
    if (str_eq(entry->kind, str_from_c(NEAR_SEAL.kind)) && entry->person.v != 0) {
        person_changes_add(since->changes, entry->person);
    }
    return person_changes_take(since->c, entry, since->changes);
}

Err population_changed(Ctx *c, int64_t seq, PersonChanges *changes)
{
    return journal_seals(c, seq, take_entry, &(Since){c, changes});
}

// ---- words

Err code_list(Ctx *c, Code **out, size_t *count_out)
{
    Code *list = ARENA_ARRAY(c->arena, Code, 1024);
    size_t cap = 1024;
    size_t count = 0;
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_CODE_LIST, NO_ARGS);
    while (rows_next(&rows)) {
        if (count == CODES_MAX) return ERR_TOO_LARGE;
        ARENA_GROW(c->arena, list, count, &cap);
        list[count++] = (Code){(int32_t)row_i64(&rows, 0), row_str(c->arena, &rows, 1),
                               row_str(c->arena, &rows, 2), row_str(c->arena, &rows, 3)};
    }
    TRY(rows.err);
    *out = list;
    *count_out = count;
    return ERR_OK;
}

Err unit_list(Ctx *c, Str **out, size_t *count_out)
{
    int64_t last = 0;
    {
        CLEANUP(rows_close) Rows top = db_query(c->db, SQL_POPULATION_LAST_UNIT, NO_ARGS);
        if (rows_next(&top)) last = row_i64(&top, 0);
        TRY(top.err);
    }
    if (last < 0 || last > UNITS_MAX) return ERR_FAULT;
    Str *list = ARENA_ARRAY(c->arena, Str, (size_t)last + 1);
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_UNIT_LIST, NO_ARGS);
    while (rows_next(&rows)) {
        int64_t id = row_i64(&rows, 0);
        if (id > 0 && id <= last) list[id] = row_str(c->arena, &rows, 1);
    }
    TRY(rows.err);
    *out = list;
    *count_out = (size_t)last + 1;
    return ERR_OK;
}

int64_t population_generation(Ctx *c)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_GENERATION, NO_ARGS);
    return rows_next(&rows) ? row_i64(&rows, 0) : 0;
}
