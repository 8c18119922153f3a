// sample.c -- the rules of samples. Every statement it runs is in sample.sql.
#include "care/sample/sample.h"

#include "base/json.h"
#include "care/sample/sample_pages.h"
#include "sample_sql.h"

enum { SAMPLE_BODY_BYTES_MAX = 4096 };

const Seal SAMPLE_SEAL = {"sample", "sample", {SAMPLE_SEALED_STATEMENT}};

// One reader for every statement that selects one (-- columns: get).
static Sample of_row(Ctx *c, const Rows *rows)
{
    return (Sample){
        .id = row_i64(rows, SAMPLE_GET_ID),
        .ref = row_str(c->arena, rows, SAMPLE_GET_REF),
        .what = row_str(c->arena, rows, SAMPLE_GET_WHAT),
        .changed_at = row_at(rows, SAMPLE_GET_CHANGED_AT),
        .ended_at = row_at(rows, SAMPLE_GET_ENDED_AT),
        .version = row_i64(rows, SAMPLE_GET_VERSION),
    };
}

static Err get(Ctx *c, const Grant *grant, Str ref, Sample *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_SAMPLE_GET, ARGS(TEXT(ref), I64(grant_person(grant).v)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = of_row(c, &rows);
    return ERR_OK;
}

// The body is the room's own JSON here; where FHIR has a resource for it, it is that one.
static Err journal(Ctx *c, const Grant *grant, Str ref, Str verb)
{
    Sample sample;
    TRY(get(c, grant, ref, &sample));
    CLEANUP(buf_free) Buf buf = buf_new(SAMPLE_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "what", sample.what);
    json_field_bool(&json, "ended", sample.ended_at.ms != 0);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    return journal_append(c, &(JournalEntry){.person = grant_person(grant),
                                             .kind = STR("sample"),
                                             .id = sample.ref,
                                             .version = sample.version,
                                             .verb = verb,
                                             .body = buf_str(&buf),
                                             .seal = &SAMPLE_SEAL});
}

typedef struct Adding {
    const Grant *grant;
    Str what;
    Str ref;
} Adding;

static Err do_add(Ctx *c, void *arg)
{
    Adding *a = arg;
    a->ref = ref_new(c);
    TRY(db_exec(c->db, SQL_SAMPLE_ADD,
                ARGS(TEXT(a->ref), I64(grant_person(a->grant).v), TEXT(a->what), AT(c->now)),
                NULL));
    return journal(c, a->grant, a->ref, STR("create"));
}

Err sample_add(Ctx *c, const Grant *grant, Str what, Str *ref_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    if (what.len == 0) return ctx_issue(c, STR("what"), STR("Enter what it is"));
    if (str_chars(what) > SAMPLE_WHAT_CHARS_MAX) {
        return ctx_issue(c, STR("what"), STR("What it is must be 200 characters or fewer"));
    }
    Adding adding = {.grant = grant, .what = what};
    TRY(ctx_change(c, do_add, &adding));
    *ref_out = adding.ref;
    return ERR_OK;
}

typedef struct Ending {
    const Grant *grant;
    Str ref;
    int64_t version;
} Ending;

static Err do_end(Ctx *c, void *arg)
{
    const Ending *e = arg;
    Sample sample;
    TRY(get(c, e->grant, e->ref, &sample));
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_SAMPLE_END, ARGS(I64(sample.id), I64(e->version), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    return journal(c, e->grant, e->ref, STR("end"));
}

Err sample_end(Ctx *c, const Grant *grant, Str ref, int64_t version)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    return ctx_change(c, do_end, &(Ending){.grant = grant, .ref = ref, .version = version});
}

Err sample_of_person(Ctx *c, const Grant *grant, Sample **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_SAMPLE_OF_PERSON,
                         ARGS(I64(grant_person(grant).v), I64(SAMPLES_OF_PERSON_MAX)));
    Sample *samples = ARENA_ARRAY(c->arena, Sample, SAMPLES_OF_PERSON_MAX);
    size_t count = 0;
    while (count < SAMPLES_OF_PERSON_MAX && rows_next(&rows)) samples[count++] = of_row(c, &rows);
    if (rows.err != ERR_OK) return rows.err;
    *out = samples;
    *count_out = count;
    return ERR_OK;
}
