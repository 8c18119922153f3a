// cohort_person_web.c -- which cohorts one person is in, and what keeps them out of the others.
#include "cohort_person_page.h"
#include "core/html.h"
#include "insight/cohort/cohort_apart.h"
#include "insight/cohort/cohort_extracts.h"
#include "insight/cohort/cohort_told.h"

enum { COHORTS_A_PAGE = 20 };

// Of a rule that is met the fact, of one that is not the rule and what the record says instead.
static Str line_of(Arena *arena, const CodeSets *sets, const RuleTold *told, bool listed)
{
    Str fact = STR("");
    if (told->fact_count > 0) {
        const Reason *why = &told->facts[0];
        fact = date_is_none(why->on) ? why->text
                                     : arena_fmt(arena, STR_FMT ", " STR_FMT, STR_ARG(why->text),
                                                 STR_ARG(date_long(arena, why->on)));
    }
    Str words = cohort_told_words(arena, sets, told->rule);
    if (listed) return fact.len > 0 ? fact : words;
    return fact.len > 0 ? arena_fmt(arena, STR_FMT ": " STR_FMT, STR_ARG(words), STR_ARG(fact))
                        : words;
}

static void fill_lines(Arena *arena, const CodeSets *sets, const CohortTold *told, bool listed,
                       CohortOfPerson *out)
{
    for (size_t i = 0; i < told->rule_count && out->line_count < OF_PERSON_LINES_MAX; i++) {
        const RuleTold *one = &told->rules[i];
        bool met = one->answer == ANSWER_MET;
        if (one->depth > 0 || met != told->met) continue;
        out->lines[out->line_count++] = line_of(arena, sets, one, listed);
    }
}

typedef struct Asking {
    Str key;
    PersonId person;
    CohortOfPerson *row;
    Arena *arena; // of the page
} Asking;

static void keep_strings(Arena *arena, CohortOfPerson *row)
{
    row->verdict.text = arena_str(arena, row->verdict.text);
    row->verdict.also = arena_str(arena, row->verdict.also);
    for (size_t i = 0; i < row->line_count; i++) row->lines[i] = arena_str(arena, row->lines[i]);
}

static Err ask_one(Ctx *own, void *arg)
{
    const Asking *asking = arg;
    CohortOfPerson *row = asking->row;
    CLEANUP(cohort_run_end) CohortRun run = {0};
    CohortAsker *asker = NULL;
    CohortTold told;
    TRY(cohort_run_of(own, asking->key, asking->person, &run));
    TRY(cohort_asker(own, &run, &asker));
    TRY(cohort_told(own, asker, asking->person, &told));
    bool listed = cohort_listed(&run, asking->person);
    TRY(cohort_verdict(own, asking->person, &told, listed, &row->verdict));
    row->objects = told.objects;
    fill_lines(own->arena, run.evaluation->columns->sets, &told, listed, row);
    row->answer = listed ? STR("Listed") : told.met ? STR("Left out") : STR("Not in it");
    row->colour = listed ? STR("green") : told.met ? STR("blue") : STR("grey");
    keep_strings(asking->arena, row);
    return ERR_OK;
}

static Err fill_row(Ctx *c, const CohortSummary *about, const PersonFrame *frame,
                    CohortOfPerson *row)
{
    Str problem = about->problem;
    *row =
        (CohortOfPerson){.name = about->name, .answer = STR("Not asked"), .colour = STR("yellow")};
    Asking asking = {about->key, frame->person.id, row, c->arena};
    if (problem.len == 0) TRY(cohort_apart(c, ask_one, &asking, &problem));
    if (problem.len > 0) {
        row->verdict.text = problem;
        return ERR_OK;
    }
    row->href = arena_fmt(c->arena, "/cohorts/" STR_FMT "/why-not/" STR_FMT, STR_ARG(about->key),
                          STR_ARG(frame->person.ref));
    return ERR_OK;
}

static Err fill_rows(Ctx *c, int64_t page, CohortsOfPersonPage *m)
{
    CohortSummary *all = NULL;
    ListCount count;
    TRY(cohort_list_from(c, (size_t)(page - 1) * COHORTS_A_PAGE, COHORTS_A_PAGE, &all, &count));
    UiSlice slice = ui_slice(count.all, COHORTS_A_PAGE, page);
    if (slice.page != page) return fill_rows(c, slice.page, m);
    CohortOfPerson *rows = ARENA_ARRAY(c->arena, CohortOfPerson, count.given + 1);
    for (size_t i = 0; i < count.given; i++) {
        TRY(fill_row(c, &all[i], &m->frame, &rows[i]));
        if (rows[i].verdict.also.len > 0) m->also = rows[i].verdict.also; // the same of each
        if (rows[i].objects) m->objects = rows[i].verdict.text;
    }
    m->rows = rows;
    m->row_count = count.given;
    Str href =
        arena_fmt(c->arena, "/people/" STR_FMT "/cohorts?page=", STR_ARG(m->frame.person.ref));
    m->foot = ui_foot(c->arena, slice, href,
                      html_count_of(c->arena, (int64_t)count.all, "cohort", "cohorts"));
    return ERR_OK;
}

Err cohorts_of_person(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Cohort"), .width = 292},
                                       {.label = STR_INIT("Answer"), .width = 128},
                                       {.label = STR_INIT("Why, or why not")}};
    const Grant *grant = NULL; // for the banner: the route's own covers the answers
    CohortsOfPersonPage *m = ARENA_NEW(c->arena, CohortsOfPersonPage);
    int64_t page = req_page(req);
    TRY(access_grant(c, grant_person(req->grant), CLASS_DEMOGRAPHICS, MODE_READ, &grant));
    TRY(person_frame(c, grant, "overview", &m->frame));
    m->table = (UiTable){.caption = STR("Cohorts"),
                         .columns = COLUMNS,
                         .column_count = COUNT_OF(COLUMNS),
                         .more = STR("app-table--wide")};
    TRY(cohort_data(c, &m->data));
    Err err = fill_rows(c, page, m);
    m->outside = err == ERR_NOT_FOUND;
    if (err == ERR_BUSY) m->busy = cohort_wait_of(c).text;
    if (err != ERR_OK && err != ERR_BUSY && err != ERR_NOT_FOUND) return err;
    m->page = page_of(c, person_title(c, STR("Cohorts"), &m->frame.person), "/caseload");
    cohorts_of_person_html(&res->body, m);
    return ERR_OK;
}
