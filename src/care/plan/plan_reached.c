// plan_reached.c -- who reached a goal: for figures about everybody, never about one person.
#include "care/plan/plan_store.h"
#include "plan_sql.h"

typedef struct Reached {
    PersonId *people;
    size_t count, cap;
} Reached;

static void add(Arena *arena, Reached *out, PersonId person)
{
    if (out->count > 0 && out->people[out->count - 1].v == person.v) return;
    ARENA_GROW(arena, out->people, out->count, &out->cap);
    out->people[out->count++] = person;
}

Err plan_goal_reached(Ctx *c, PersonId **out, size_t *count_out)
{
    Reached reached = {0};
    CLEANUP(arena_free_at) Arena *parts = arena_new(); // what is read of one goal
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PLAN_GOALS, NO_ARGS);
    while (rows_next(&rows)) {
        PlanPart part = {0};
        arena_reset(parts);
        TRY(plan_part_read(parts, row_str(parts, &rows, PLAN_GOALS_BODY), &part));
        if (part.goal.status != GOAL_ACHIEVED) continue;
        add(c->arena, &reached, (PersonId){row_i64(&rows, PLAN_GOALS_PERSON_ID)});
    }
    *out = reached.people;
    *count_out = reached.count;
    return rows.err;
}
