// population_size.c -- counted, kept, compared: is an extract old, or smaller than the one before?
#include "insight/population/population_size.h"

#include "base/json.h"
#include "core/html.h"
#include "population_sql.h"
#include "work/team/team.h"

enum {
    SLOTS_FIRST = 1024,
    NOWHERE = UINT16_MAX,
    SIZES_BYTES_MAX = 128 * 1024,
    PERCENT = 100,
    WHOLES_FIRST = 64,
};
static_assert((int)PRACTICES_MAX < (int)NOWHERE, "a place is two bytes");

typedef struct Size {
    int64_t practice, people, events;
} Size;

struct Sizes {
    Arena *arena;
    Size of[PRACTICES_MAX];
    uint16_t count;
    uint16_t *place; // by slot
    size_t slots;
};

const Seal SIZES_SEAL = {"extract-size", "extract_size", {POPULATION_SEALED_SIZES_STATEMENT}};

// ---- counting

Sizes *sizes_new(Arena *arena)
{
    Sizes *sizes = ARENA_NEW(arena, Sizes);
    sizes->arena = arena;
    return sizes;
}

static uint16_t place_of(Sizes *sizes, int64_t practice)
{
    if (practice == 0) return NOWHERE;
    for (uint16_t i = 0; i < sizes->count; i++) {
        if (sizes->of[i].practice == practice) return i;
    }
    if (sizes->count == PRACTICES_MAX) return NOWHERE;
    sizes->of[sizes->count] = (Size){.practice = practice};
    return sizes->count++;
}

void sizes_person(Sizes *sizes, int32_t slot, int64_t practice)
{
    size_t at = (size_t)slot;
    if (at >= sizes->slots) {
        size_t slots = sizes->slots == 0 ? SLOTS_FIRST : sizes->slots;
        while (slots <= at) slots *= 2;
        uint16_t *wider = arena_alloc_raw(sizes->arena, slots * sizeof *wider);
        memset(wider, UINT8_MAX, slots * sizeof *wider); // each of them NOWHERE
        if (sizes->slots > 0) memcpy(wider, sizes->place, sizes->slots * sizeof *wider);
        sizes->place = wider;
        sizes->slots = slots;
    }
    sizes->place[at] = place_of(sizes, practice);
    if (sizes->place[at] != NOWHERE) sizes->of[sizes->place[at]].people++;
}

void sizes_event(Sizes *sizes, int32_t slot)
{
    uint16_t place = (size_t)slot < sizes->slots ? sizes->place[slot] : NOWHERE;
    if (place != NOWHERE) sizes->of[place].events++;
}

// ---- comparing

static bool is_small(Size now, Size before)
{
    int64_t share = PERCENT - EXTRACT_SMALLER_PERCENT;
    return now.people * PERCENT < before.people * share ||
           now.events * PERCENT < before.events * share;
}

// The last whole extracts of a practice that count, the newest first; *count_out of at most two.
static Err last_whole(Ctx *c, int64_t practice, Size out[2], size_t *count_out)
{
    size_t count = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_SIZES_LAST, ARGS(I64(practice)));
    while (count < 2 && rows_next(&rows)) {
        out[count++] = (Size){practice, row_i64(&rows, POPULATION_SIZES_LAST_PEOPLE),
                              row_i64(&rows, POPULATION_SIZES_LAST_EVENTS)};
    }
    *count_out = count;
    return rows.err;
}

Err sizes_are_small(Ctx *c, const Sizes *sizes, bool *out)
{
    *out = false;
    for (uint16_t i = 0; i < sizes->count; i++) {
        Size last[2];
        size_t count = 0;
        TRY(last_whole(c, sizes->of[i].practice, last, &count));
        *out = *out || (count > 0 && is_small(sizes->of[i], last[0]));
    }
    return ERR_OK;
}

// Of a file that said no day, the day it was taken in.
static Err newest_extract(Ctx *c, int64_t practice, Date *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_SIZES_DAYS, ARGS(I64(practice)));
    *out = DATE_NONE;
    while (rows_next(&rows)) {
        Date on = row_date(&rows, POPULATION_SIZES_DAYS_EXTRACT_ON);
        if (date_is_none(on)) {
            on = instant_date_london(row_at(&rows, POPULATION_SIZES_DAYS_ENDED_AT));
        }
        if (date_is_none(*out) || date_cmp(on, *out) > 0) *out = on;
    }
    return rows.err;
}

Err sizes_mark_extracts(Ctx *c, int64_t batch)
{
    int64_t *practices = ARENA_ARRAY(c->arena, int64_t, PRACTICES_MAX);
    size_t count = 0;
    {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_POPULATION_SIZES_PRACTICES, ARGS(I64(batch)));
        while (count < PRACTICES_MAX && rows_next(&rows)) practices[count++] = row_i64(&rows, 0);
        TRY(rows.err);
    }
    for (size_t i = 0; i < count; i++) {
        Date newest = DATE_NONE;
        TRY(newest_extract(c, practices[i], &newest));
        TRY(practice_mark_extract_again(c, practices[i], newest));
    }
    return ERR_OK;
}

Err extract_counts(Ctx *c, const Practice *practice, bool *out)
{
    *out = !date_is_none(practice->extract_on);
    if (*out) return ERR_OK;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_SIZES_ANY, ARGS(I64(practice->id)));
    *out = rows_next(&rows);
    return rows.err;
}

typedef struct Wholes { // the last two whole extracts of each practice, by practice, newest first
    Size *list;
    size_t count;
} Wholes;

static Err wholes_of_all(Ctx *c, Wholes *out)
{
    size_t cap = WHOLES_FIRST;
    *out = (Wholes){.list = ARENA_ARRAY(c->arena, Size, cap)};
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_SIZES_LAST_ALL, NO_ARGS);
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, out->list, out->count, &cap);
        out->list[out->count++] = (Size){row_i64(&rows, POPULATION_SIZES_LAST_ALL_PRACTICE_ID),
                                         row_i64(&rows, POPULATION_SIZES_LAST_ALL_PEOPLE),
                                         row_i64(&rows, POPULATION_SIZES_LAST_ALL_EVENTS)};
    }
    return rows.err;
}

// How many of at most two there are.
static size_t wholes_of(const Wholes *all, int64_t practice, Size out[2])
{
    size_t low = 0;
    size_t high = all->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool before = all->list[middle].practice < practice;
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    size_t count = 0;
    while (count < 2 && low < all->count && all->list[low].practice == practice) {
        out[count++] = all->list[low++];
    }
    return count;
}

Err extract_states(Ctx *c, ExtractState **out, size_t *count_out)
{
    Practice *all = NULL;
    size_t count = 0;
    Wholes wholes;
    TRY(practice_list(c, &all, &count));
    TRY(wholes_of_all(c, &wholes));
    ExtractState *states = ARENA_ARRAY(c->arena, ExtractState, count + 1);
    size_t counting = 0;
    for (size_t i = 0; i < count; i++) {
        Size last[2] = {0};
        bool counts = false;
        TRY(extract_counts(c, &all[i], &counts));
        if (!counts) continue;
        size_t known = wholes_of(&wholes, all[i].id, last);
        ExtractState *s = &states[counting++];
        *s = (ExtractState){.practice = all[i].id,
                            .name = all[i].name,
                            .ods = all[i].ods_code,
                            .on = all[i].extract_on};
        s->days = date_is_none(s->on) ? 0 : date_days_between(s->on, c->today);
        s->old = s->days > EXTRACT_OLD_DAYS;
        s->people = last[0].people;
        s->events = last[0].events;
        s->people_before = last[1].people;
        s->events_before = last[1].events;
        s->smaller = known == 2 && is_small(last[0], last[1]);
    }
    *out = states;
    *count_out = counting;
    return ERR_OK;
}

Str extract_warning(Arena *arena, const ExtractState *s)
{
    Str name = s->name;
    Str old = STR("");
    if (s->old) {
        old = arena_fmt(arena, "The last extract of " STR_FMT " is %lld days old. ", STR_ARG(name),
                        (long long)s->days);
    }
    if (!s->smaller) return str_trim(old);
    bool people = s->people * PERCENT < s->people_before * (PERCENT - EXTRACT_SMALLER_PERCENT);
    return arena_fmt(arena,
                     STR_FMT "The last extract of " STR_FMT " has " STR_FMT " %s, the one before "
                             "had " STR_FMT ": some may be missing.",
                     STR_ARG(old), STR_ARG(name),
                     STR_ARG(html_count(arena, people ? s->people : s->events)),
                     people ? "people" : "events",
                     STR_ARG(html_count(arena, people ? s->people_before : s->events_before)));
}

// ---- keeping

static Str body_of(Arena *arena, const Sizes *sizes, bool whole)
{
    CLEANUP(buf_free) Buf buf = buf_new(SIZES_BYTES_MAX);
    JsonOut out = json_out(&buf);
    json_obj_begin(&out);
    json_field_bool(&out, "whole", whole);
    json_field_arr(&out, "practices");
    for (uint16_t i = 0; i < sizes->count; i++) {
        json_obj_begin(&out);
        json_field_i64(&out, "practice", sizes->of[i].practice);
        json_field_i64(&out, "people", sizes->of[i].people);
        json_field_i64(&out, "events", sizes->of[i].events);
        json_obj_end(&out);
    }
    json_arr_end(&out);
    json_obj_end(&out);
    assert(buf_ok(&buf));
    return arena_str(arena, buf_str(&buf));
}

Err sizes_keep(Ctx *c, const Sizes *sizes, int64_t batch, bool whole)
{
    if (sizes->count == 0) return ERR_OK;
    for (uint16_t i = 0; i < sizes->count; i++) {
        TRY(db_exec(c->db, SQL_POPULATION_SIZE_ADD,
                    ARGS(I64(batch), I64(sizes->of[i].practice), I64(whole),
                         I64(sizes->of[i].people), I64(sizes->of[i].events)),
                    NULL));
    }
    return journal_append(c, &(JournalEntry){.kind = str_from_c(SIZES_SEAL.kind),
                                             .id = arena_fmt(c->arena, "%lld", (long long)batch),
                                             .version = 1,
                                             .verb = STR("apply"),
                                             .body = body_of(c->arena, sizes, whole),
                                             .seal = &SIZES_SEAL});
}
