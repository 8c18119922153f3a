// cohort_refresh.c -- who changed since the columns were built, and columns that know it.
#include "insight/cohort/cohort_refresh.h"

#include "core/ids.h"
#include "core/journal.h"
#include "core/log.h"
#include "insight/cohort/cohort_columns.h"
#include "insight/cohort/cohort_places.h"
#include "nhs/code_set.h"

enum {
    STAMP_OF_JOURNAL = 0, // how far it was read; every other stamp is a batch
    CHANGES_TIMES = 4     // somebody can be in several entries and batches: room for so many times
};

static uint64_t mark_of(Str ref)
{
    uint64_t hash = UINT64_C(1469598103934665603);
    for (size_t i = 0; i < ref.len; i++) {
        hash = (hash ^ (unsigned char)ref.ptr[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

// ---- what the store has

static ColumnPerson person_of(const PersonFact *fact)
{
    return (ColumnPerson){
        .id = fact->id,
        .born = fact->born,
        .practice = fact->practice_id,
        .registration = date_is_none(fact->died) ? fact->registration : REGISTRATION_DIED,
        .sex = fact->sex == GENDER_MALE     ? RULE_MALE
               : fact->sex == GENDER_FEMALE ? RULE_FEMALE
                                            : RULE_ANY_SEX,
        .imd = (uint8_t)fact->imd_decile,
        .opted_out = fact->opted_out,
        .ethnicity = fact->ethnicity,
        .marks = fact->interpreter ? MARK_INTERPRETER : 0,
        .registered_on = fact->registration_on,
        .language = fact->language,
    };
}

static void put_persons(Arena *arena, const PersonFact *facts, ColumnSource *out)
{
    ColumnPerson *persons = ARENA_ARRAY(arena, ColumnPerson, out->person_count + 1);
    for (size_t i = 0; i < out->person_count; i++) persons[i] = person_of(&facts[i]);
    out->persons = persons;
}

static Err take_persons(Ctx *c, ColumnSource *out)
{
    // As they were read they are not kept beside what is made of them.
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    own.arena = scratch;
    PersonFact *facts = NULL;
    TRY(person_facts(&own, &facts, &out->person_count));
    put_persons(c->arena, facts, out);
    return ERR_OK;
}

static Err take_journal(Ctx *c, ColumnStamp *out)
{
    int64_t head = 0;
    Str hash = STR("");
    TRY(journal_head(c, &head));
    TRY(journal_hash(c, head, &hash));
    *out = (ColumnStamp){STAMP_OF_JOURNAL, head, mark_of(hash)};
    return ERR_OK;
}

static Err take_stamps(Ctx *c, ColumnSource *out)
{
    BatchStamp *batches = NULL;
    size_t count = 0;
    TRY(batch_stamps(c, &batches, &count));
    ColumnStamp *stamps = ARENA_ARRAY(c->arena, ColumnStamp, count + 1);
    TRY(take_journal(c, &stamps[0]));
    for (size_t i = 0; i < count; i++) {
        stamps[i + 1] = (ColumnStamp){batches[i].id, batches[i].version, mark_of(batches[i].ref)};
    }
    out->stamps = stamps;
    out->stamp_count = count + 1;
    return ERR_OK;
}

static Err take_words(Ctx *c, ColumnSource *out)
{
    static const Str NO_UNIT = STR_INIT("");
    Code *codes = NULL;
    Str *units = NULL;
    TRY(code_list(c, &codes, &out->code_count));
    TRY(unit_list(c, &units, &out->unit_count));
    out->codes = codes;
    out->units = out->unit_count == 0 ? &NO_UNIT : units;
    if (out->unit_count == 0) out->unit_count = 1;
    return ERR_OK;
}

// Only a batch brings codes and units.
static bool same_batches(const Columns *from, const ColumnSource *now)
{
    if (from == NULL || from->stamp_count != now->stamp_count) return false;
    for (size_t i = 0; i < now->stamp_count; i++) {
        const ColumnStamp *a = &from->stamps[i];
        const ColumnStamp *b = &now->stamps[i];
        bool same = a->id == b->id && a->version == b->version && a->mark == b->mark;
        if (b->id == STAMP_OF_JOURNAL ? a->id != b->id : !same) return false;
    }
    return true;
}

// All but the people. from: what is shown, NULL for nothing yet.
static Err take_rest(Ctx *c, const Columns *from, ColumnSource *out)
{
    *out = (ColumnSource){.generation = population_generation(c)};
    TRY(take_stamps(c, out));
    if (!same_batches(from, out)) return take_words(c, out);
    columns_give_words(from, out);
    return ERR_OK;
}

// ---- who changed

// One in `share`, and as many as are a delta in any population.
static size_t most_of(size_t persons, size_t share)
{
    size_t most = persons / share;
    if (most < DELTA_ALWAYS) most = DELTA_ALWAYS;
    return most < DELTA_PERSONS_MAX ? most : DELTA_PERSONS_MAX;
}

// So many at most are put behind what is there, rather than to build all anew first.
static size_t most_at_once(const Refresh *refresh, size_t persons)
{
    return most_of(persons, refresh->beside ? DELTA_SHARE_BESIDE : DELTA_SHARE);
}

static PersonChanges changes_for(Arena *arena, size_t most)
{
    return person_changes_new(arena, CHANGES_TIMES * most);
}

// Ascending, once each.
static void settle(PersonChanges *changes, size_t most)
{
    if (changes->count == 0) return;
    qsort(changes->ids, changes->count, sizeof *changes->ids, person_id_cmp);
    size_t kept = 1;
    for (size_t i = 1; i < changes->count; i++) {
        if (changes->ids[i].v != changes->ids[kept - 1].v) changes->ids[kept++] = changes->ids[i];
    }
    changes->count = kept;
    if (changes->count > most) changes->unclear = true;
}

static Err add_batch(Ctx *c, int64_t batch, PersonChanges *changes)
{
    PersonId *ids = NULL;
    size_t count = 0;
    TRY(batch_persons(c, batch, &ids, &count));
    for (size_t i = 0; i < count && !changes->unclear; i++) person_changes_add(changes, ids[i]);
    return ERR_OK;
}

// Both lists are by id. A batch that went into `from` and counts no more took its packs with it:
// whose they were cannot be told. by_journal: what else was done to a batch stands there.
static Err compare_batches(Ctx *c, const Columns *from, const ColumnSource *now, bool by_journal,
                           PersonChanges *changes)
{
    size_t at = 0;
    for (size_t i = 0; i < now->stamp_count && !changes->unclear; i++) {
        const ColumnStamp *stamp = &now->stamps[i];
        bool was = at < from->stamp_count && from->stamps[at].id == stamp->id;
        at += was;
        if (stamp->id == STAMP_OF_JOURNAL) continue;
        const ColumnStamp *before = was ? &from->stamps[at - 1] : NULL;
        if (was && before->mark != stamp->mark) changes->unclear = true;
        bool decided = was && !by_journal && before->version != stamp->version;
        if (!was || decided) TRY(add_batch(c, stamp->id, changes));
    }
    if (at != from->stamp_count) changes->unclear = true;
    return ERR_OK;
}

// Is the journal still the one that was read, and not much longer?
static Err journal_goes_on(Ctx *c, const Columns *from, const ColumnSource *now, bool *out)
{
    Str hash = STR("");
    *out = false;
    if (from->stamp_count == 0 || from->stamps[0].id != STAMP_OF_JOURNAL) return ERR_OK;
    int64_t read = from->stamps[0].version;
    TRY(journal_hash(c, read, &hash));
    *out =
        mark_of(hash) == from->stamps[0].mark && now->stamps[0].version - read <= ENTRIES_READ_MAX;
    return ERR_OK;
}

typedef struct Told {
    PersonChanges all;
    PersonChanges written; // of those, whoever may have another name: of the rest only facts came
} Told;

static void copy_changes(Arena *arena, const PersonChanges *from, size_t first, PersonChanges *out)
{
    *out = person_changes_new(arena, from->count - first);
    for (size_t i = first; i < from->count; i++) person_changes_add(out, from->ids[i]);
}

static Err changes_told(Ctx *c, const Columns *from, const ColumnSource *now, size_t most,
                        Told *out)
{
    bool goes_on = false;
    *out = (Told){.all = changes_for(c->arena, most)};
    TRY(journal_goes_on(c, from, now, &goes_on));
    out->all.unclear = !goes_on;
    if (!goes_on) return ERR_OK;
    TRY(compare_batches(c, from, now, true, &out->all));
    size_t by_batch = out->all.count;
    if (!out->all.unclear) TRY(population_changed(c, from->stamps[0].version, &out->all));
    copy_changes(c->arena, &out->all, by_batch, &out->written);
    settle(&out->written, most);
    settle(&out->all, most);
    return ERR_OK;
}

static bool is_same(const Stripe *stripe, uint32_t at, const ColumnPerson *person)
{
    return stripe->born[at] == person->born.days &&
           (int64_t)stripe->practice[at] == person->practice &&
           stripe->registration[at] == (uint8_t)person->registration &&
           stripe->sex[at] == person->sex && stripe->imd[at] == person->imd &&
           stripe->opted_out[at] == person->opted_out &&
           stripe->ethnicity[at] == person->ethnicity && stripe->marks[at] == person->marks &&
           stripe->registered_on[at] == person->registered_on.days &&
           stripe->language[at] == person->language;
}

// Both are by id: whoever came, went, or is described otherwise.
static void compare_persons(const Columns *base, const ColumnSource *now, PersonChanges *changes)
{
    size_t next = 0;
    for (size_t s = 0; s < base->base_count && !changes->unclear; s++) {
        const Stripe *stripe = base->stripes[s].stripe;
        for (uint32_t p = 0; p < stripe->persons && !changes->unclear; p++) {
            int64_t id = stripe->id[p];
            for (; next < now->person_count && now->persons[next].id.v < id; next++) {
                person_changes_add(changes, now->persons[next].id);
            }
            bool there = next < now->person_count && now->persons[next].id.v == id;
            if (!there || !is_same(stripe, p, &now->persons[next])) {
                person_changes_add(changes, (PersonId){id});
            }
            next += there;
        }
    }
    for (; next < now->person_count && !changes->unclear; next++) {
        person_changes_add(changes, now->persons[next].id);
    }
}

static Err changes_found(Ctx *c, const Columns *base, const ColumnSource *now, size_t most,
                         PersonChanges *out)
{
    *out = changes_for(c->arena, most);
    TRY(compare_batches(c, base, now, false, out));
    compare_persons(base, now, out);
    settle(out, most);
    return ERR_OK;
}

// Whose record stands in one of the stripes from `first` on.
static void changes_in(const Columns *shown, size_t first, PersonChanges *out)
{
    for (size_t s = first; s < shown->stripe_count && !out->unclear; s++) {
        const LiveStripe *of = &shown->stripes[s];
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            if (bit_on(of->live, p)) person_changes_add(out, (PersonId){of->stripe->id[p]});
        }
    }
    settle(out, out->most);
}

// ---- making

typedef struct Building {
    ColumnBuilder *builder;
    const atomic_bool *stop; // NULL: nobody stops it
} Building;

static bool is_stopped(const Building *building)
{
    return building->stop != NULL && atomic_load(building->stop);
}

static Err add_events(void *arg, const EventRow *rows, size_t count)
{
    Building *building = arg;
    if (is_stopped(building)) return ERR_BUSY;
    return column_builder_add(building->builder, rows, count);
}

static Err build_all(Ctx *c, const ColumnSource *source, const char *path, const atomic_bool *stop,
                     Columns **out)
{
    Building building = {.stop = stop};
    TRY(column_builder_new(source, path, &building.builder));
    Err err = event_stream(c, add_events, &building);
    if (err == ERR_OK) err = column_builder_finish(building.builder, out);
    column_builder_free(building.builder);
    return err;
}

Err columns_anew(Ctx *c, const char *path, const atomic_bool *stop, Columns **out)
{
    ColumnSource now;
    TRY(take_rest(c, NULL, &now));
    TRY(take_persons(c, &now));
    TRY(places_for(c, &now));
    now.sparing = true; // there are columns in memory already
    return build_all(c, &now, path, stop, out);
}

// Of the changed people those that are there, with their events of now.
static Err build_delta(Ctx *c, const ColumnSource *now, const PersonChanges *changes,
                       const atomic_bool *stop, Columns **out)
{
    ColumnSource source = *now;
    PersonFact *facts = NULL;
    TRY(person_facts_of(c, changes->ids, changes->count, &facts, &source.person_count));
    put_persons(c->arena, facts, &source);
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, source.person_count + 1);
    for (size_t i = 0; i < source.person_count; i++) ids[i] = facts[i].id;
    Building building = {.stop = stop};
    TRY(column_builder_new(&source, NULL, &building.builder));
    Err err = event_stream_of(c, ids, source.person_count, add_events, &building);
    if (err == ERR_OK && is_stopped(&building)) err = ERR_BUSY;
    if (err == ERR_OK) err = column_builder_finish(building.builder, out);
    column_builder_free(building.builder);
    return err;
}

static Err join(Ctx *c, const Columns *from, const ColumnSource *now, const PersonChanges *changes,
                const atomic_bool *stop, Columns **out)
{
    Columns *delta = NULL;
    TRY(build_delta(c, now, changes, stop, &delta));
    Err err = columns_join(from, delta, changes->ids, changes->count, out);
    columns_let_go(delta);
    return err;
}

static Err start_anew(Ctx *c, ColumnSource *now, Refresh *refresh, Columns **out)
{
    Columns *all = NULL;
    if (now->persons == NULL) TRY(take_persons(c, now));
    TRY(places_for(c, now));
    TRY(build_all(c, now, refresh->path, NULL, &all));
    columns_let_go(refresh->base);
    refresh->base = all;
    *out = columns_share(all);
    return ERR_OK;
}

// For the operator: a start that took longer than others, and a disk that may need a look.
static void say_refused(Err err)
{
    LogField fields[] = {LOG_WORD("why", err_name(err)), LOG_WORD("then", "built-anew")};
    log_line(LOG_WARN, "columns-file-refused", fields, COUNT_OF(fields));
}

static void open_file(Refresh *refresh, const ColumnSource *now)
{
    if (refresh->base != NULL || refresh->path == NULL) return;
    // A file that is damaged, or of an older program, is as good as none: it is built anew.
    Err err = columns_open(refresh->path, now, refresh->pool, &refresh->base);
    if (err != ERR_OK) refresh->base = NULL;
    if (err != ERR_OK && err != ERR_NOT_FOUND) say_refused(err);
}

// Takes what was made with its order, or lets it go when the order cannot be had.
static Err show(Refresh *refresh, Err ordered, Columns *made, Columns **out)
{
    if (ordered != ERR_OK) {
        columns_let_go(made);
        return ordered;
    }
    columns_let_go(refresh->shown);
    refresh->shown = columns_share(made);
    refresh->renewed = false;
    *out = made;
    return ERR_OK;
}

static Err from_base(Ctx *c, ColumnSource *now, Refresh *refresh, Columns **out)
{
    Columns *made = NULL;
    PersonChanges changes = {.unclear = true};
    if (refresh->base != NULL) {
        TRY(take_persons(c, now));
        size_t most = most_at_once(refresh, now->person_count);
        TRY(changes_found(c, refresh->base, now, most, &changes));
    }
    // What is shown stays, and whoever builds beside it is waited for.
    refresh->waits = changes.unclear && refresh->beside && refresh->shown != NULL;
    if (refresh->waits) return ERR_OK;
    TRY(changes.unclear ? start_anew(c, now, refresh, &made)
                        : join(c, refresh->base, now, &changes, NULL, &made));
    // All that is built anew has its order.
    return show(refresh, changes.unclear ? ERR_OK : places_read(c, made), made, out);
}

Err columns_refresh(Ctx *c, Refresh *refresh, Columns **out)
{
    ColumnSource now;
    Told told = {.all = {.unclear = true}};
    *out = NULL;
    if (refresh->waits) return ERR_OK;
    const Columns *from = refresh->renewed ? refresh->base : refresh->shown;
    TRY(take_rest(c, from, &now));
    open_file(refresh, &now);
    if (from == NULL) from = refresh->base;
    if (from != NULL && from->stripe_count - from->base_count < DELTA_STRIPES_MAX) {
        TRY(changes_told(c, from, &now, most_at_once(refresh, from->persons), &told));
    }
    if (told.all.unclear) return from_base(c, &now, refresh, out);
    Columns *made = NULL;
    TRY(join(c, from, &now, &told.all, NULL, &made));
    Err err = places_carry(c, from, made, told.written.ids, told.written.count);
    return show(refresh, err, made, out);
}

void columns_renew(Refresh *refresh, Columns *anew)
{
    columns_let_go(refresh->base);
    refresh->base = anew;
    refresh->renewed = true;
    refresh->waits = false;
}

// The first of the last stripes in which at most so many people are live.
static size_t first_of_last(const Columns *shown, size_t most)
{
    size_t people = 0;
    size_t first = shown->stripe_count;
    while (first > shown->base_count) {
        people += (size_t)bits_ones(shown->stripes[first - 1].live);
        if (people > most) break;
        first--;
    }
    return first;
}

bool columns_outgrown(const Refresh *refresh)
{
    const Columns *shown = refresh->shown;
    if (refresh->waits) return true;
    if (shown == NULL || refresh->renewed) return false;
    return first_of_last(shown, most_of(shown->persons, DELTA_SHARE)) > shown->base_count;
}

// The first stripe that is to be put together with those behind it; 0: none. As many people as
// make another base worth its while stay where they are until it is there.
static size_t untidy_from(const Columns *shown, bool all)
{
    if (shown == NULL) return 0;
    size_t most = all ? most_of(shown->persons, DELTA_SHARE) : DELTA_TIDY_FEW;
    size_t first = first_of_last(shown, most);
    return shown->stripe_count - first > DELTA_STRIPES_TIDY ? first : 0;
}

bool columns_untidy(const Refresh *refresh, bool all)
{
    return !refresh->waits && untidy_from(refresh->shown, all) > 0;
}

Err columns_tidy(Ctx *c, Refresh *refresh, bool all, Columns **out)
{
    const Columns *shown = refresh->shown;
    *out = NULL;
    if (!columns_untidy(refresh, all)) return ERR_OK;
    size_t first = untidy_from(shown, all);
    ColumnSource now;
    Columns *made = NULL;
    PersonChanges changes = changes_for(c->arena, most_of(shown->persons, DELTA_SHARE));
    TRY(take_rest(c, shown, &now));
    changes_in(shown, first, &changes);
    assert(!changes.unclear);
    Columns *before = columns_first(shown, first);
    Err err = join(c, before, &now, &changes, refresh->hurry, &made);
    columns_let_go(before);
    TRY(err);
    return show(refresh, places_carry(c, shown, made, NULL, 0), made, out);
}

void refresh_end(Refresh *refresh)
{
    columns_let_go(refresh->shown);
    columns_let_go(refresh->base);
    refresh->shown = refresh->base = NULL;
    refresh->renewed = refresh->waits = false;
}
