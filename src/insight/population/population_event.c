// population_event.c -- one person's events, or everybody's for the engine.
#include "insight/population/population_batch.h"
#include "insight/population/population_facts.h"
#include "insight/population/population_pack.h"
#include "population_sql.h"

enum { PERSON_EVENTS_MAX = 1 << 20, GATHER_FIRST = 1024, SOURCES_MAX = 4096 };

typedef struct Gather { // the events of the person being read
    Arena *arena;
    EventKind only; // 0: of every kind
    SentRow *sent;
    size_t count;
    size_t cap;
    SentRow *spare; // to merge into
    size_t spare_cap;
} Gather;

static Err gather_add(Gather *g, const EventRow *row, int64_t batch)
{
    if (g->count == PERSON_EVENTS_MAX) return ERR_TOO_LARGE;
    ARENA_GROW(g->arena, g->sent, g->count, &g->cap);
    g->sent[g->count++] = (SentRow){*row, batch};
    return ERR_OK;
}

// Room for the first pack at once; those behind it make more.
static void gather_reserve(Gather *g, int64_t events)
{
    if (g->count > 0 || events <= 0 || events > PACK_EVENTS_MAX) return;
    g->cap = (size_t)events;
    g->sent = arena_alloc_raw(g->arena, g->cap * sizeof *g->sent);
}

static Err gather_pack(Gather *g, Str body, int64_t person, int64_t batch)
{
    PackReader reader = pack_reader(body, person);
    EventRow row;
    while (pack_next(&reader, &row)) {
        if (g->only == 0 || row.kind == g->only) TRY(gather_add(g, &row, batch));
    }
    return reader.bad ? ERR_FAULT : ERR_OK;
}

// ---- in order

static int sent_cmp(const SentRow *a, const SentRow *b)
{
    int by = event_row_cmp(&a->row, &b->row);
    return by != 0 ? by : a->batch < b->batch ? -1 : a->batch > b->batch;
}

static size_t run_end(const SentRow *rows, size_t from, size_t count)
{
    size_t at = from + 1;
    while (at < count && sent_cmp(&rows[at - 1], &rows[at]) <= 0) at++;
    return at < count ? at : count;
}

// Two runs that stand one behind the other, as one; of equal ones the first stays first.
static void merge(const SentRow *rows, size_t half, size_t count, SentRow *out)
{
    size_t a = 0;
    size_t b = half;
    while (a < half && b < count) {
        *out++ = sent_cmp(&rows[a], &rows[b]) <= 0 ? rows[a++] : rows[b++];
    }
    memcpy(out, rows + a, (half - a) * sizeof *out);
    memcpy(out + (half - a), rows + b, (count - b) * sizeof *out);
}

// Each pack is in order already: one that stands alone is left as it is, others are merged.
static void gather_sort(Gather *g)
{
    while (run_end(g->sent, 0, g->count) < g->count) {
        if (g->spare_cap < g->cap) {
            g->spare = arena_alloc_raw(g->arena, g->cap * sizeof *g->spare);
            g->spare_cap = g->cap;
        }
        for (size_t from = 0; from < g->count;) {
            size_t half = run_end(g->sent, from, g->count);
            size_t until = half < g->count ? run_end(g->sent, half, g->count) : half;
            merge(g->sent + from, half - from, until - from, g->spare + from);
            from = until;
        }
        SentRow *merged = g->spare;
        size_t cap = g->spare_cap;
        g->spare = g->sent;
        g->spare_cap = g->cap;
        g->sent = merged;
        g->cap = cap;
    }
}

// Extracts repeat what earlier ones sent. A fact counts as often as the one extract that has it
// most often: two equal blood tests of a day stay two, a test that was sent twice stays one.
static void gather_settle(Gather *g)
{
    size_t rising = 1; // one extract's are in order, and mostly each once: nothing is to be done
    while (rising < g->count && event_row_cmp(&g->sent[rising - 1].row, &g->sent[rising].row) < 0) {
        rising++;
    }
    if (rising >= g->count) return;
    gather_sort(g);
    size_t kept = 0;
    for (size_t from = 0; from < g->count;) {
        size_t until = from + 1;
        size_t most = 1;
        for (size_t run = 1; until < g->count; until++) {
            if (!event_row_same(&g->sent[from].row, &g->sent[until].row)) break;
            run = g->sent[until].batch == g->sent[until - 1].batch ? run + 1 : 1;
            if (run > most) most = run;
        }
        SentRow last = g->sent[until - 1]; // whether it has ended: as the newest extract says
        for (size_t i = 0; i < most; i++) g->sent[kept++] = last;
        from = until;
    }
    g->count = kept;
}

// ---- one person

static Event event_of_row(const Meaning *meaning, const EventRow *row)
{
    const CodeWords *words = meaning->code;
    Event event = {.kind = (EventKind)row->kind,
                   .on = row->day == INT32_MIN ? DATE_NONE : (Date){row->day},
                   .system = words->system,
                   .code = words->code,
                   .term = words->term,
                   .has_value = row->has_value != 0,
                   .value = row->value,
                   .unit = meaning->unit,
                   .ended = row->ended != 0};
    words = meaning->answer;
    if (words != NULL) event.answer = words->term.len > 0 ? words->term : words->code;
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

// The import of the row's pack, unless a pack before it named it.
static Err take_source(Ctx *c, const Rows *rows, SentRows *out, size_t *cap)
{
    int64_t batch = row_i64(rows, POPULATION_SENT_PACKS_BATCH_ID);
    for (size_t i = out->source_count; i-- > 0;) {
        if (out->sources[i].batch == batch) return ERR_OK;
    }
    if (out->source_count == SOURCES_MAX) return ERR_TOO_LARGE;
    ARENA_GROW(c->arena, out->sources, out->source_count, cap);
    out->sources[out->source_count++] = (FactSource){
        .batch = batch,
        .ref = row_str(c->arena, rows, POPULATION_SENT_PACKS_REF),
        .format = row_str(c->arena, rows, POPULATION_SENT_PACKS_FORMAT),
        .practice_ods = row_str(c->arena, rows, POPULATION_SENT_PACKS_PRACTICE_ODS),
        .extract_on = row_date(rows, POPULATION_SENT_PACKS_EXTRACT_ON),
        .at = {row_i64(rows, POPULATION_SENT_PACKS_ENDED_AT)},
    };
    return ERR_OK;
}

// FNV-1a, of numbers in place of bytes.
static uint64_t stamp_more(uint64_t stamp, int64_t n)
{
    return (stamp ^ (uint64_t)n) * 1099511628211ULL;
}

Err event_rows_sent(Ctx *c, const Grant *grant, EventKind kind, SentRows *out)
{
    assert(grant_covers(grant, CLASS_CLINICAL, MODE_READ));
    int64_t person = grant_person(grant).v;
    Gather g = {.arena = c->arena, .only = kind};
    uint64_t stamp = str_hash(STR(""));
    size_t cap = 0;
    *out = (SentRows){0};
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_SENT_PACKS, ARGS(I64(person)));
    while (rows_next(&rows)) {
        TRY(take_source(c, &rows, out, &cap));
        gather_reserve(&g, row_i64(&rows, POPULATION_SENT_PACKS_EVENTS));
        stamp = stamp_more(stamp, row_i64(&rows, POPULATION_SENT_PACKS_ID));
        stamp = stamp_more(stamp, row_i64(&rows, POPULATION_SENT_PACKS_BATCH_ID));
        TRY(gather_pack(&g, row_view(&rows, POPULATION_SENT_PACKS_BODY), person,
                        row_i64(&rows, POPULATION_SENT_PACKS_BATCH_ID)));
    }
    TRY(rows.err);
    gather_settle(&g);
    out->stamp = (int64_t)(stamp & INT64_MAX);
    out->list = g.sent;
    out->count = g.count;
    return ERR_OK;
}

// Rows stand oldest first.
Err event_rows_of_person(Ctx *c, const Grant *grant, EventKind kind, size_t limit, EventRow **out,
                         size_t *count_out)
{
    assert(limit <= EVENTS_OF_PERSON_MAX);
    assert(grant_covers(grant, CLASS_CLINICAL, MODE_READ));
    Gather g = {.arena = c->arena, .only = kind};
    TRY(gather_person(c, &g, grant_person(grant).v));
    EventRow *rows = arena_alloc_raw(c->arena, (g.count + 1) * sizeof *rows);
    size_t count = 0;
    for (size_t i = g.count; i-- > 0 && count < limit;) rows[count++] = g.sent[i].row;
    *out = rows;
    *count_out = count;
    return ERR_OK;
}

Err event_words(Ctx *c, const EventRow *rows, size_t count, Event **out)
{
    const EventRow **each = arena_alloc_raw(c->arena, (count + 1) * sizeof(const EventRow *));
    Meaning *meanings = NULL;
    for (size_t i = 0; i < count; i++) each[i] = &rows[i];
    TRY(meanings_of(c, each, count, &meanings));
    Event *list = arena_alloc_raw(c->arena, (count + 1) * sizeof *list);
    for (size_t i = 0; i < count; i++) list[i] = event_of_row(&meanings[i], &rows[i]);
    *out = list;
    return ERR_OK;
}

Err score_source(Ctx *c, PersonId person, const ScoreFact *fact, Str *out)
{
    Gather g = {.arena = c->arena, .only = EVENT_OBSERVATION};
    *out = STR("");
    TRY(gather_person(c, &g, person.v));
    size_t count = 0;
    EventRow *rows = arena_alloc_raw(c->arena, (g.count + 1) * sizeof *rows);
    for (size_t i = 0; i < g.count; i++) {
        const EventRow *row = &g.sent[i].row;
        bool fits = row->day == fact->on.days && row->has_value && row->answer_id != 0 &&
                    row->value == fact->value;
        if (fits) rows[count++] = *row;
    }
    Event *events = NULL;
    TRY(event_words(c, rows, count, &events));
    for (size_t i = 0; i < count && out->len == 0; i++) {
        bool same =
            str_eq(events[i].system, STR(SCORE_SYSTEM)) && str_eq(events[i].code, fact->code);
        if (same) *out = events[i].answer;
    }
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
