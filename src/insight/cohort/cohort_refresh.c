// cohort_refresh.c -- who changed since the columns were built, and columns that know it.
#include "insight/cohort/cohort_refresh.h"

#include "core/log.h"
#include "insight/cohort/cohort_columns.h"
#include "nhs/code_set.h"

enum { ORDER_MARGIN_MS = 60 * 60 * 1000 };

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

static Err take_persons(Ctx *c, ColumnSource *out)
{
    PersonFact *facts = NULL;
    TRY(person_facts(c, &facts, &out->person_count));
    ColumnPerson *persons = ARENA_ARRAY(c->arena, ColumnPerson, out->person_count + 1);
    for (size_t i = 0; i < out->person_count; i++) persons[i] = person_of(&facts[i]);
    out->persons = persons;
    return ERR_OK;
}

static Err take_stamps(Ctx *c, ColumnSource *out)
{
    BatchStamp *batches = NULL;
    TRY(batch_stamps(c, &batches, &out->stamp_count));
    ColumnStamp *stamps = ARENA_ARRAY(c->arena, ColumnStamp, out->stamp_count + 1);
    for (size_t i = 0; i < out->stamp_count; i++) {
        stamps[i] = (ColumnStamp){batches[i].id, batches[i].version, mark_of(batches[i].ref)};
    }
    out->stamps = stamps;
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

// ---- who changed

typedef struct Changes {
    PersonId *ids; // ascending, once each
    size_t count, cap;
    size_t most;  // more than these are not worth a delta
    bool unknown; // or it cannot be told who
} Changes;

static void add_change(Changes *changes, PersonId id)
{
    if (changes->count == changes->cap) {
        changes->unknown = true;
    } else {
        changes->ids[changes->count++] = id;
    }
}

static int id_cmp(const void *a_, const void *b_)
{
    const PersonId *a = a_;
    const PersonId *b = b_;
    return a->v < b->v ? -1 : a->v > b->v;
}

static void settle(Changes *changes)
{
    if (changes->count == 0) return;
    qsort(changes->ids, changes->count, sizeof *changes->ids, id_cmp);
    size_t kept = 1;
    for (size_t i = 1; i < changes->count; i++) {
        if (changes->ids[i].v != changes->ids[kept - 1].v) changes->ids[kept++] = changes->ids[i];
    }
    changes->count = kept;
}

static Err add_batch(Ctx *c, int64_t batch, Changes *changes)
{
    PersonId *ids = NULL;
    size_t count = 0;
    TRY(batch_persons(c, batch, &ids, &count));
    for (size_t i = 0; i < count && !changes->unknown; i++) add_change(changes, ids[i]);
    return ERR_OK;
}

// Both lists are by id. A batch that went into the base and counts no more took its packs with it:
// whose they were cannot be told.
static Err compare_batches(Ctx *c, const Columns *base, const ColumnSource *now, Changes *changes)
{
    size_t at = 0;
    for (size_t i = 0; i < now->stamp_count && !changes->unknown; i++) {
        const ColumnStamp *stamp = &now->stamps[i];
        bool was = at < base->stamp_count && base->stamps[at].id == stamp->id;
        if (was && base->stamps[at].mark != stamp->mark) changes->unknown = true;
        if (!was || base->stamps[at].version != stamp->version) {
            TRY(add_batch(c, stamp->id, changes));
        }
        at += was;
    }
    if (at != base->stamp_count) changes->unknown = true;
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
static void compare_persons(const Columns *base, const ColumnSource *now, Changes *changes)
{
    size_t next = 0;
    for (size_t s = 0; s < base->base_count && !changes->unknown; s++) {
        const Stripe *stripe = base->stripes[s].stripe;
        for (uint32_t p = 0; p < stripe->persons && !changes->unknown; p++) {
            int64_t id = stripe->id[p];
            for (; next < now->person_count && now->persons[next].id.v < id; next++) {
                add_change(changes, now->persons[next].id);
            }
            bool there = next < now->person_count && now->persons[next].id.v == id;
            if (!there || !is_same(stripe, p, &now->persons[next])) {
                add_change(changes, (PersonId){id});
            }
            next += there;
        }
    }
    for (; next < now->person_count && !changes->unknown; next++) {
        add_change(changes, now->persons[next].id);
    }
}

static Err changes_since(Ctx *c, const Columns *base, const ColumnSource *now, Changes *out)
{
    size_t most = now->person_count / DELTA_SHARE;
    if (most < DELTA_ALWAYS) most = DELTA_ALWAYS;
    if (most > DELTA_PERSONS_MAX) most = DELTA_PERSONS_MAX;
    // Somebody can be in several batches: room for more than are taken in the end.
    *out = (Changes){.cap = 4 * most, .most = most};
    out->ids = ARENA_ARRAY(c->arena, PersonId, out->cap + 1);
    TRY(compare_batches(c, base, now, out));
    compare_persons(base, now, out);
    settle(out);
    if (out->count > most) out->unknown = true;
    return ERR_OK;
}

// ---- making

static Err build_all(Ctx *c, const ColumnSource *source, const char *path, Columns **out)
{
    ColumnBuilder *builder = NULL;
    TRY(column_builder_new(source, path, &builder));
    Err err = event_stream(c, column_builder_add, builder);
    if (err == ERR_OK) err = column_builder_finish(builder, out);
    column_builder_free(builder);
    return err;
}

// Of the changed people those that are there, with their events of now.
static Err build_delta(Ctx *c, const ColumnSource *now, const Changes *changes, Columns **out)
{
    ColumnSource source = *now;
    ColumnPerson *persons = ARENA_ARRAY(c->arena, ColumnPerson, changes->count + 1);
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, changes->count + 1);
    size_t count = 0;
    size_t next = 0;
    for (size_t i = 0; i < changes->count; i++) {
        while (next < now->person_count && now->persons[next].id.v < changes->ids[i].v) next++;
        if (next == now->person_count || now->persons[next].id.v != changes->ids[i].v) continue;
        persons[count] = now->persons[next];
        ids[count++] = changes->ids[i];
    }
    source.persons = persons;
    source.person_count = count;
    ColumnBuilder *builder = NULL;
    TRY(column_builder_new(&source, NULL, &builder));
    Err err = event_stream_of(c, ids, count, column_builder_add, builder);
    if (err == ERR_OK) err = column_builder_finish(builder, out);
    column_builder_free(builder);
    return err;
}

static Err join(Ctx *c, const Columns *base, const ColumnSource *now, const Changes *changes,
                Columns **out)
{
    Columns *delta = NULL;
    TRY(build_delta(c, now, changes, &delta));
    Err err = columns_join(base, delta, changes->ids, changes->count, out);
    columns_let_go(delta);
    return err;
}

static Err take_all(Ctx *c, ColumnSource *out)
{
    *out = (ColumnSource){.generation = population_generation(c)};
    TRY(take_stamps(c, out));
    TRY(take_persons(c, out));
    return take_words(c, out);
}

static Err start_anew(Ctx *c, const ColumnSource *now, Refresh *refresh, Columns **out)
{
    Columns *all = NULL;
    TRY(build_all(c, now, refresh->path, &all));
    columns_let_go(refresh->base);
    refresh->base = all;
    *out = columns_share(all);
    return ERR_OK;
}

// The people's names are not in the columns; their order is, for lists of thousands.
static Err put_in_order(Ctx *c, Columns *columns)
{
    PersonId *order = NULL;
    size_t count = 0;
    TRY(person_by_name(c, &order, &count));
    // A correction that is committed later than it was made must still be seen as later.
    Instant as_of = {c->now.ms - ORDER_MARGIN_MS};
    columns_put_in_order(columns, order, count, as_of);
    return ERR_OK;
}

// For the operator: a start that took longer than others, and a disk that may need a look.
static void say_refused(Err err)
{
    LogField fields[] = {LOG_WORD("why", err_name(err)), LOG_WORD("then", "built-anew")};
    log_line(LOG_WARN, "columns-file-refused", fields, COUNT_OF(fields));
}

static Err refresh_view(Ctx *c, Refresh *refresh, Columns **out)
{
    ColumnSource now;
    TRY(take_all(c, &now));
    if (refresh->base == NULL && refresh->path != NULL) {
        // A file that is damaged, or of an older program, is as good as none: it is built anew.
        Err err = columns_open(refresh->path, &now, refresh->pool, &refresh->base);
        if (err != ERR_OK) refresh->base = NULL;
        if (err != ERR_OK && err != ERR_NOT_FOUND) say_refused(err);
    }
    if (refresh->base == NULL) return start_anew(c, &now, refresh, out);
    Changes changes;
    TRY(changes_since(c, refresh->base, &now, &changes));
    return changes.unknown ? start_anew(c, &now, refresh, out)
                           : join(c, refresh->base, &now, &changes, out);
}

Err columns_refresh(Ctx *c, Refresh *refresh, Columns **out)
{
    TRY(refresh_view(c, refresh, out));
    Err err = put_in_order(c, *out);
    if (err == ERR_OK) return ERR_OK;
    columns_let_go(*out);
    *out = NULL;
    return err;
}
