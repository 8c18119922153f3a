// population_load.c -- writing a batch: people some hundreds a change, events sorted and packed.
#include "insight/population/population_batch.h"
#include "insight/population/population_near.h"
#include "insight/population/population_report.h"
#include "insight/population/population_size.h"
#include "insight/population/population_words.h"
#include "insight/population/population_writer.h"
#include "population_sql.h"

enum { WORDS_A_WRITE = 4000, EVENTS_FIRST = 4096 };

struct Loader {
    Ctx *c;
    Arena *arena;   // of the loader: dictionaries, slots, waiting people and events
    Arena *scratch; // what the rules of one write need
    Arena *people_arena;
    Batch batch;
    Str sealed; // of its packs, when it is applied
    Str upload_ref;
    bool dry_run;
    bool changes_only;
    Sizes *sizes;
    bool looked; // a dry run has seen all of this change
    bool open;   // neither applied nor failed
    Words *codes;
    Words *units;
    PersonImport *people; // waiting; the first has slot people_from
    Str *people_ods;      // of each of them
    size_t people_count;
    int32_t people_from;
    int64_t *slots; // slot -> person id; < 0: a near match; 0: not taken
    size_t slots_cap;
    int32_t slot_count;
    EventRow *events;
    size_t event_count, events_cap;
    PackWriter *writer; // NULL in a dry run
    Report report;
};

Err load_alone(Ctx *c)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_BATCH_LOADING, NO_ARGS);
    if (!rows_next(&rows)) return rows.err;
    bool leaving = row_i64(&rows, 1) == BATCH_UNDOING;
    (void)ctx_issue(c, STR(""),
                    leaving ? STR("An import is being undone. Wait until that has ended.")
                            : STR("Another import is running. Wait until it has ended."));
    return ERR_CONFLICT;
}

static Err begin(Ctx *c, void *arg)
{
    Loader *l = arg;
    Batch *b = &l->batch;
    TRY(load_alone(c));
    TRY(db_exec(c->db, SQL_POPULATION_BATCH_ADD,
                ARGS(TEXT(b->ref), TEXT(b->format), TEXT(b->file_name), TEXT(b->sha256),
                     I64(b->bytes), TEXT(b->practice_ods), DAY(b->extract_on),
                     I64(c->actor.account_id), TEXT(c->actor.name), AT(c->now),
                     I64(words_next(l->codes)), I64(words_next(l->units)), TEXT(l->upload_ref)),
                NULL));
    b->id = db_last_id(c->db);
    return person_batch_hide(c, b->id, false);
}

Err load_begin(Ctx *c, const BatchStart *start, Loader **out)
{
    TRY(load_alone(c));
    Loader *l = ARENA_NEW(c->arena, Loader);
    l->c = c;
    l->dry_run = start->dry_run;
    l->changes_only = start->changes_only;
    l->upload_ref = arena_str(c->arena, start->upload_ref);
    l->report.arena = c->arena;
    l->batch = (Batch){.ref = ref_new(c),
                       .state = BATCH_LOADING,
                       .format = arena_str(c->arena, start->format),
                       .file_name = arena_str(c->arena, start->file_name),
                       .sha256 = arena_str(c->arena, start->sha256),
                       .bytes = start->bytes,
                       .practice_ods = arena_str(c->arena, start->practice_ods),
                       .extract_on = start->extract_on};
    l->arena = arena_new();
    l->scratch = arena_new();
    l->people_arena = arena_new();
    l->sizes = sizes_new(l->arena);
    *out = l; // load_end frees it, also when what follows fails
    TRY(words_of_codes(c, l->arena, &l->codes));
    TRY(words_of_units(c, l->arena, &l->units));
    if (!l->dry_run) {
        TRY(ctx_change(c, begin, l));
        l->writer = pack_writer_new(c, l->arena, l->batch.id);
    }
    l->people = ARENA_ARRAY(l->arena, PersonImport, LOAD_PEOPLE_MAX);
    l->people_ods = ARENA_ARRAY(l->arena, Str, LOAD_PEOPLE_MAX);
    l->events_cap = EVENTS_FIRST;
    l->events = ARENA_ARRAY(l->arena, EventRow, l->events_cap);
    l->slots_cap = 1024;
    l->slots = ARENA_ARRAY(l->arena, int64_t, l->slots_cap);
    l->slot_count = 1; // slot 0 is nobody
    l->people_from = 1;
    l->open = true;
    return ERR_OK;
}

Report *load_report(Loader *l)
{
    return &l->report;
}

// Rules put what they return in c->arena: a million people would fill it. One write, one scratch.
static Err in_scratch(Loader *l, Change *change, bool housekeeping)
{
    Ctx *c = l->c;
    Arena *kept = c->arena;
    c->arena = l->scratch;
    Err err = housekeeping ? ctx_housekeep(c, change, l) : ctx_change(c, change, l);
    c->arena = kept;
    for (size_t i = 0; i < c->issue_count; i++) {
        c->issues[i].text = arena_str(kept, c->issues[i].text);
        c->issues[i].field = arena_str(kept, c->issues[i].field);
    }
    arena_reset(l->scratch);
    return err;
}

// ---- people

static void keep_str(Arena *arena, Str *text)
{
    *text = arena_str(arena, *text);
}

static PersonImport keep_person(Arena *arena, const PersonImport *from)
{
    PersonImport kept = *from;
    Person *p = &kept.person;
    Str *const texts[] = {&p->family,    &p->given,    &p->prefix,        &p->preferred,
                          &p->address,   &p->postcode, &p->phone,         &p->mobile,
                          &p->email,     &p->language, &p->practice_name, &p->usual_gp,
                          &p->ethnicity, &p->ref,      &p->lsoa,          &kept.source_id};
    for (size_t i = 0; i < COUNT_OF(texts); i++) keep_str(arena, texts[i]);
    Need *needs = ARENA_ARRAY(arena, Need, from->need_count + 1);
    for (size_t i = 0; i < from->need_count; i++) {
        needs[i] = from->needs[i];
        keep_str(arena, &needs[i].text);
    }
    kept.needs = needs;
    return kept;
}

static Err import_people(Ctx *c, void *arg)
{
    Loader *l = arg;
    Report *r = &l->report;
    int64_t added = 0;
    int64_t changed = 0;
    int64_t near = 0;
    PersonId written[LOAD_PEOPLE_MAX];
    size_t written_count = 0;
    if (l->dry_run) TRY(begin(c, l)); // its row goes with the rest when the change is undone
    for (size_t i = 0; i < l->people_count; i++) {
        Imported done = {0};
        TRY(near_import(c, l->batch.id, &l->people[i], l->people_ods[i], &done));
        l->slots[l->people_from + (int32_t)i] = done.slot;
        sizes_person(l->sizes, l->people_from + (int32_t)i, done.practice);
        added += done.what == IMPORTED_ADDED;
        changed += done.what == IMPORTED_CHANGED;
        near += done.what == IMPORTED_NEAR;
        bool wrote = done.what == IMPORTED_ADDED || done.what == IMPORTED_CHANGED;
        if (wrote) written[written_count++] = (PersonId){done.slot};
    }
    r->people_added += added;
    r->people_changed += changed;
    r->people_near += near;
    r->people_same += (int64_t)l->people_count - added - changed - near;
    l->looked = true;
    if (l->dry_run) return ERR_CONFLICT; // undoes this change: it was only looked at
    TRY(person_import_seal(c, written, written_count));
    Batch *b = &l->batch;
    b->people_added = r->people_added;
    b->people_changed = r->people_changed;
    b->people_near = r->people_near;
    return batch_step(c, b, STR("people"));
}

static Err flush_people(Loader *l)
{
    if (l->people_count == 0) return ERR_OK;
    Report before = l->report;
    l->looked = false;
    Err err = in_scratch(l, import_people, false);
    if (l->dry_run && l->looked) err = ERR_OK;
    if (err != ERR_OK) l->report = before;
    l->people_from += (int32_t)l->people_count;
    l->people_count = 0;
    arena_reset(l->people_arena);
    return err;
}

static Err make_slot(Loader *l)
{
    if (l->slot_count == LOAD_SLOTS_MAX) return ERR_TOO_LARGE;
    ARENA_GROW(l->arena, l->slots, (size_t)l->slot_count, &l->slots_cap);
    return ERR_OK;
}

Err load_known(Loader *l, PersonId id, int32_t *slot_out)
{
    TRY(flush_people(l)); // those who wait have the slots before this one
    TRY(make_slot(l));
    l->slots[l->slot_count] = id.v;
    *slot_out = l->slot_count++;
    l->people_from = l->slot_count;
    return ERR_OK;
}

Err load_person(Loader *l, const PersonImport *from, Str practice_ods, int32_t *slot_out)
{
    TRY(make_slot(l));
    l->people_ods[l->people_count] = arena_str(l->people_arena, practice_ods);
    l->people[l->people_count++] = keep_person(l->people_arena, from);
    *slot_out = l->slot_count++;
    return l->people_count == LOAD_PEOPLE_MAX ? flush_people(l) : ERR_OK;
}

// ---- events

static Err write_words(Ctx *c, void *arg)
{
    Loader *l = arg;
    TRY(words_write_codes(c, l->codes, WORDS_A_WRITE));
    return words_write_units(c, l->units, WORDS_A_WRITE);
}

// Puts the people of the store in the place of slots.
static void settle_slots(Loader *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->event_count; i++) {
        int64_t person = l->slots[l->events[i].person];
        sizes_event(l->sizes, (int32_t)l->events[i].person);
        if (person == 0) continue; // a slot that a dry run or a refusal left empty
        l->events[kept] = l->events[i];
        l->events[kept++].person = person;
    }
    l->event_count = l->dry_run ? 0 : kept;
}

static Err flush_events(Loader *l)
{
    TRY(flush_people(l));
    settle_slots(l);
    while (!l->dry_run && (words_waiting(l->codes) || words_waiting(l->units))) {
        TRY(in_scratch(l, write_words, true));
        words_written(l->codes, WORDS_A_WRITE);
        words_written(l->units, WORDS_A_WRITE);
    }
    if (l->event_count > 0) TRY(pack_writer_take(l->writer, &l->events, l->event_count));
    l->batch.events += (int64_t)l->event_count;
    l->event_count = 0;
    return ERR_OK;
}

Err load_code(Loader *l, Str system, Str code, Str term, int32_t *out)
{
    return words_id(l->codes, system, code, term, out);
}

Err load_unit(Loader *l, Str name, int32_t *out)
{
    *out = 0;
    return name.len == 0 ? ERR_OK : words_id(l->units, STR(""), name, STR(""), out);
}

Err load_event(Loader *l, const EventRow *row)
{
    assert(row->person > 0 && row->person < l->slot_count);
    assert(row->kind > 0 && row->code_id > 0);
    ARENA_GROW(l->arena, l->events, l->event_count, &l->events_cap);
    l->events[l->event_count++] = *row;
    l->report.events++;
    return l->event_count == LOAD_EVENTS_MAX ? flush_events(l) : ERR_OK;
}

// ---- the end

static Err settle(Ctx *c, void *arg)
{
    const Loader *l = arg;
    return near_settle(c, l->batch.id);
}

static Err apply(Ctx *c, void *arg)
{
    Loader *l = arg;
    TRY(person_batch_show(c, l->batch.id));
    if (l->upload_ref.len > 0) {
        TRY(db_exec(c->db, SQL_POPULATION_UPLOAD_APPLIED,
                    ARGS(TEXT(l->upload_ref), TEXT(l->batch.ref)), NULL));
    }
    TRY(batch_step(c, &l->batch, STR("apply")));
    TRY(sizes_keep(c, l->sizes, l->batch.id, !l->changes_only));
    TRY(batch_seal_packs(c, l->batch.ref, l->sealed));
    return batch_seal_words(c);
}

// An extract that was cut short reads like any other: told before it is applied.
static Err note_if_small(Loader *l)
{
    bool small = false;
    if (l->changes_only || l->report.kind_count == 0) return ERR_OK;
    TRY(sizes_are_small(l->c, l->sizes, &small));
    if (small) {
        l->report.line = 0; // it is about all of it
        report_note(&l->report, 0,
                    STR("It has over 10% fewer people or events of a practice than the practice's "
                        "last whole extract: some may be missing. Ask the practice."));
    }
    return ERR_OK;
}

// Millions of events take longer to read than a write may: read first, vouched for in the write.
static Err keep_all(Loader *l)
{
    Batch *b = &l->batch;
    TRY(pack_writer_wait(l->writer));
    b->refused = report_refused(&l->report);
    b->report = report_json(l->c->arena, &l->report);
    b->state = BATCH_APPLIED;
    TRY(in_scratch(l, settle, true)); // still hidden
    TRY(batch_loading_seal(l->c, b->ref, &l->sealed));
    return in_scratch(l, apply, false);
}

Err load_apply(Loader *l, Str *ref_out)
{
    assert(l->open);
    TRY(flush_events(l));
    if (!l->dry_run && report_is_empty(&l->report)) {
        return ctx_issue(l->c, STR("file"),
                         STR("Nothing in it could be taken. Its report says why."));
    }
    TRY(note_if_small(l));
    if (!l->dry_run) TRY(keep_all(l));
    l->open = false;
    if (ref_out != NULL) *ref_out = l->batch.ref;
    return ERR_OK;
}

static Err fail(Ctx *c, void *arg)
{
    Loader *l = arg;
    TRY(person_batch_show(c, l->batch.id));
    return batch_step(c, &l->batch, STR("fail"));
}

static Err load_fail(Loader *l)
{
    assert(l->open);
    l->open = false;
    if (l->dry_run) return ERR_OK;
    pack_writer_free(l->writer); // what it was writing is taken back with the rest
    l->writer = NULL;
    Batch *b = &l->batch;
    TRY(batch_take_back(l->c, b, NULL, NULL));
    b->state = BATCH_FAILED;
    b->people_added = b->people_changed = b->people_near = b->events = 0;
    b->refused = report_refused(&l->report);
    b->report = report_json(l->c->arena, &l->report);
    TRY(in_scratch(l, fail, false));
    return batch_clear(l->c, b->id);
}

void load_end(Loader **at)
{
    Loader *l = *at;
    if (l == NULL) return;
    if (l->open && load_fail(l) != ERR_OK) {
        // The store cannot be written now; population_recover clears the batch at the next start.
        l->open = false;
    }
    pack_writer_free(l->writer);
    arena_free(l->arena);
    arena_free(l->scratch);
    arena_free(l->people_arena);
    *at = NULL;
}
