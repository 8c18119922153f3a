// population_undo.c -- taking a batch back: hidden at once, then piece by piece, and over a stop.
#include "insight/population/population_batch.h"
#include "insight/population/population_near.h"
#include "insight/population/population_size.h"
#include "insight/population/population_upload.h"
#include "population_sql.h"

enum { LEFTOVER_MAX = 100, WALKS = 3 }; // looked at, hidden and looked at again, taken back

typedef struct Undo {
    Ctx *c;
    const Batch *batch;
    Arena *scratch; // of one piece
    TakeBack back;
    bool looked;      // a piece was looked at whole
    size_t near_gone; // in the last piece
    UndoTold *told;
    void *told_arg;
    Str what;
    int64_t walks, walk; // over all its people: how many there are, and which this is, from 0
} Undo;

// A piece reads whole people: 45,000 of them would fill the arena of the request.
static Err in_scratch(Undo *u, Change *change)
{
    Ctx *c = u->c;
    Arena *kept = c->arena;
    c->arena = u->scratch;
    Err err = ctx_change(c, change, u);
    c->arena = kept;
    arena_reset(u->scratch); // sentences about it are literals
    return err;
}

// One percentage over all walks: it never goes back.
static bool tell(const Undo *u)
{
    int64_t people = u->batch->people_added + u->batch->people_changed;
    return u->told != NULL &&
           u->told(u->told_arg, u->walk * people + u->back.done, u->walks * people, u->what);
}

// ---- may it be taken back? Looked at by doing it, a piece at a time, and undoing each piece.

static Err look_at_piece(Ctx *c, void *arg)
{
    Undo *u = arg;
    TRY(person_take_back(c, &u->back));
    for (size_t i = 0; i < u->back.removed_count; i++) {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_POPULATION_LATER_NAMES,
                             ARGS(I64(u->batch->id), I64(u->back.removed[i].v)));
        if (rows_next(&rows)) return person_later_import(c);
        TRY(rows.err);
    }
    u->looked = true;
    return ERR_CONFLICT; // undoes this piece
}

static Err later_of_practice(Ctx *c, const Batch *b)
{
    if (b->practice_ods.len == 0) return ERR_OK;
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_POPULATION_LATER_OF_PRACTICE, ARGS(I64(b->id), TEXT(b->practice_ods)));
    if (rows_next(&rows)) return person_later_import(c);
    return rows.err;
}

static Err check(Undo *u)
{
    u->what = u->walk == 0 ? STR("Checking that nobody of it has been worked with")
                           : STR("Hidden; checking once more");
    u->back = (TakeBack){.batch_id = u->batch->id};
    TRY(later_of_practice(u->c, u->batch));
    while (!u->back.ended) {
        u->looked = false;
        Err err = in_scratch(u, look_at_piece);
        if (!u->looked) return err;
        if (tell(u)) return ERR_BUSY;
    }
    u->walk++;
    return ERR_OK;
}

// ---- piece by piece

static Err take_piece(Ctx *c, void *arg)
{
    Undo *u = arg;
    TRY(person_take_back(c, &u->back));
    if (u->back.ended) return ERR_OK;
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_POPULATION_BATCH_PIECE, ARGS(I64(u->batch->id)), &changed));
    if (changed == 0) return ERR_CONFLICT;
    return batch_journal(c, u->batch->ref, STR("take-back"));
}

static Err drop_near(Ctx *c, void *arg)
{
    Undo *u = arg;
    return near_drop(c, u->batch->id, &u->near_gone);
}

static Err take_all(Undo *u)
{
    u->what = STR("Taking back its people");
    u->back = (TakeBack){.batch_id = u->batch->id, .failed = u->batch->state == BATCH_LOADING};
    while (!u->back.ended) {
        TakeBack before = u->back;
        Err err = in_scratch(u, take_piece);
        if (err != ERR_OK) u->back = before;
        TRY(err);
        if (tell(u)) return ERR_BUSY;
    }
    do {
        TRY(in_scratch(u, drop_near));
    } while (u->near_gone > 0);
    return ERR_OK;
}

Err batch_take_back(Ctx *c, const Batch *b, UndoTold *told, void *arg)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Undo u = {.c = c, .batch = b, .scratch = scratch, .told = told, .told_arg = arg, .walks = 1};
    return take_all(&u);
}

// ---- the batch itself

typedef struct Turn {
    const Batch *batch;
    BatchState from, to;
    const char *verb;
    Str sealed; // of its events when it is shown again
} Turn;

static Err hide_people(Ctx *c, const Batch *b)
{
    Batch now;
    TRY(load_alone(c));
    TRY(batch_get(c, b->ref, &now));
    return now.version == b->version ? person_batch_hide(c, b->id, true) : ERR_CONFLICT;
}

// Its events count no more, or count again.
static Err seal_events(Ctx *c, const Turn *t)
{
    if (t->to == BATCH_UNDOING) return seal_many(c, &PACKS_SEAL, &t->batch->ref, 1);
    return t->to == BATCH_APPLIED ? batch_seal_packs(c, t->batch->ref, t->sealed) : ERR_OK;
}

static Err turn(Ctx *c, void *arg)
{
    const Turn *t = arg;
    const Batch *b = t->batch;
    bool hides = t->to == BATCH_UNDOING; // else they are back again, or nobody is left to hide
    TRY(hides ? hide_people(c, b) : person_batch_show(c, b->id));
    int64_t changed = 0;
    Val ended = t->to == BATCH_APPLIED ? AT(b->ended_at) : AT(c->now);
    TRY(db_exec(c->db, SQL_POPULATION_BATCH_TURN, ARGS(I64(b->id), I64(t->from), I64(t->to), ended),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    TRY(seal_events(c, t));
    TRY(sizes_mark_extracts(c, b->id));
    return batch_journal(c, b->ref, str_from_c(t->verb));
}

// From the hiding on nobody can begin to work with its people; who had begun before is found by the
// second look, and then all of it is shown again.
static Err hide(Undo *u)
{
    Ctx *c = u->c;
    Turn out = {.batch = u->batch, .from = BATCH_APPLIED, .to = BATCH_UNDOING, .verb = "undo"};
    Turn back = {
        .batch = u->batch, .from = BATCH_UNDOING, .to = BATCH_APPLIED, .verb = "undo-refused"};
    TRY(check(u));
    TRY(seal_of(c, &PACKS_SEAL, u->batch->ref, &back.sealed)); // too long for a write
    TRY(ctx_change(c, turn, &out));
    Err err = check(u);
    if (err == ERR_OK) return ERR_OK;
    TRY(ctx_change(c, turn, &back));
    return err;
}

Err batch_undo_told(Ctx *c, Str ref, int64_t version, UndoTold *told, void *arg)
{
    Batch b;
    TRY(batch_get(c, ref, &b));
    if (b.version != version) return ERR_CONFLICT;
    if (b.state != BATCH_APPLIED && b.state != BATCH_UNDOING) return ERR_CONFLICT;
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    bool whole = b.state == BATCH_APPLIED;
    Undo u = {.c = c,
              .batch = &b,
              .scratch = scratch,
              .told = told,
              .told_arg = arg,
              .walks = whole ? WALKS : 1};
    if (b.state == BATCH_APPLIED) TRY(hide(&u));
    b.state = BATCH_UNDOING;
    TRY(take_all(&u));
    Turn end = {.batch = &b, .from = BATCH_UNDOING, .to = BATCH_UNDONE, .verb = "undone"};
    TRY(ctx_change(c, turn, &end));
    return batch_clear(c, b.id);
}

Err batch_undo(Ctx *c, Str ref, int64_t version)
{
    return batch_undo_told(c, ref, version, NULL, NULL);
}

// ---- as a job

static bool tell_job(void *arg, int64_t done, int64_t total, Str what)
{
    job_progress(arg, done, total, what);
    return job_stopping(arg);
}

Err batch_undo_work(Ctx *c, Job *job, Str arg)
{
    Str ref = {0};
    Batch b;
    int64_t version = 0;
    if (!str_split(&arg, ' ', &ref) || !str_i64(arg, 0, INT64_MAX, &version)) return ERR_FAULT;
    TRY(batch_get(c, ref, &b));
    if (b.state == BATCH_UNDONE) return ERR_OK; // asked for twice
    return batch_undo_told(c, ref, version, tell_job, job);
}

static Err set_job(Ctx *c, void *arg)
{
    const Batch *b = arg;
    return db_exec(c->db, SQL_POPULATION_BATCH_JOB, ARGS(TEXT(b->ref), TEXT(b->job_ref)), NULL);
}

Err batch_undo_start(Ctx *c, Str ref, int64_t version)
{
    Batch b;
    TRY(batch_get(c, ref, &b));
    if (import_job_runs(c, b.job_ref)) return ERR_OK; // pressed twice
    if (b.version != version) return ERR_CONFLICT;
    if (b.state != BATCH_APPLIED && b.state != BATCH_UNDOING) return ERR_CONFLICT;
    Str arg = arena_fmt(c->arena, "undo " STR_FMT " %lld", STR_ARG(ref), (long long)version);
    TRY(job_start_once(c, &IMPORT_JOB, arg, &b.job_ref));
    return ctx_housekeep(c, set_job, &b);
}

// ---- left half-way

static Err fail(Ctx *c, void *arg)
{
    Batch *b = arg;
    b->state = BATCH_FAILED;
    b->people_added = b->people_changed = b->people_near = b->events = 0;
    TRY(person_batch_show(c, b->id));
    return batch_step(c, b, STR("fail"));
}

static Err recover_batch(Ctx *c, Str ref)
{
    Batch b;
    TRY(batch_get(c, ref, &b));
    if (b.state == BATCH_UNDOING) return batch_undo_told(c, ref, b.version, NULL, NULL);
    if (b.state == BATCH_LOADING) {
        TRY(batch_take_back(c, &b, NULL, NULL));
        TRY(ctx_change(c, fail, &b));
    }
    return batch_clear(c, b.id);
}

Err population_recover(Ctx *c)
{
    Str *list = ARENA_ARRAY(c->arena, Str, LEFTOVER_MAX);
    size_t count = 0;
    {
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_POPULATION_BATCH_LEFTOVER, NO_ARGS);
        while (count < LEFTOVER_MAX && rows_next(&rows)) {
            list[count++] = row_str(c->arena, &rows, 1);
        }
        TRY(rows.err);
    }
    for (size_t i = 0; i < count; i++) {
        Err err = recover_batch(c, list[i]);
        // Somebody of it is in use: it stays hidden, its page says so, the program starts.
        if (err != ERR_CONFLICT) TRY(err);
        c->issue_count = 0;
    }
    return ERR_OK;
}
