// builder_answer.c -- how many, how each rule narrows them, and who they are beside everybody.
#include "core/figure.h"
#include "core/html.h"
#include "insight/builder/builder_pages.h"

enum {
    DESCRIBED_BYTES_MAX = 16 * 1024,
    BAR_WIDTH = 250, // of a drawing
    STEP_WIDTH = BAR_WIDTH,
    PERCENT_STEP = 10,
};

static int64_t share_of(int64_t part, int64_t all, int64_t of)
{
    return all == 0 ? 0 : (part * of + all / 2) / all;
}

static Str percent_of(Arena *arena, int64_t part, int64_t all)
{
    return html_percent(arena, all == 0 ? 0 : (double)part / (double)all);
}

// ---- charts

typedef struct Charting {
    Arena *arena;
    int64_t people, registered; // all of them
    BuilderChart *chart;
    int64_t widest; // percent
} Charting;

static void add_bar(Charting *t, Str label, int64_t found, int64_t registered)
{
    BuilderBar *bar = &t->chart->bars[t->chart->bar_count];
    int64_t of_people = share_of(found, t->people, 1000);
    int64_t of_all = share_of(registered, t->registered, 1000);
    *bar = (BuilderBar){.label = label,
                        .people = html_count(t->arena, found),
                        .registered = html_count(t->arena, registered),
                        .share = percent_of(t->arena, found, t->people),
                        .share_all = percent_of(t->arena, registered, t->registered),
                        .width = (int)of_people, // brought to the scale in end_chart
                        .width_all = (int)of_all};
    if (of_people / 10 >= t->widest) t->widest = of_people / 10 + 1;
    if (of_all / 10 >= t->widest) t->widest = of_all / 10 + 1;
    t->chart->bar_count++;
}

static Charting begin_chart(Arena *arena, const CohortShape *shape, BuilderChart *chart,
                            size_t bars)
{
    int64_t registered = 0;
    for (size_t i = 0; i < SHAPE_STRATA; i++) registered += shape->left[i];
    chart->bars = ARENA_ARRAY(arena, BuilderBar, bars + 1);
    return (Charting){arena, builder_found(shape), registered, chart, 1};
}

static void end_chart(Charting *t)
{
    BuilderChart *chart = t->chart;
    CLEANUP(buf_free) Buf text = buf_new(DESCRIBED_BYTES_MAX);
    int64_t full = (t->widest + PERCENT_STEP - 1) / PERCENT_STEP * PERCENT_STEP;
    chart->full = (int)full;
    for (size_t i = 0; i < chart->bar_count; i++) {
        BuilderBar *bar = &chart->bars[i];
        bar->width = (int)share_of(bar->width, full * 10, BAR_WIDTH);
        bar->width_all = (int)share_of(bar->width_all, full * 10, BAR_WIDTH);
        buf_fmt(&text, "%s" STR_FMT ": found " STR_FMT ", registered " STR_FMT, i > 0 ? "; " : "",
                STR_ARG(bar->label), STR_ARG(bar->share), STR_ARG(bar->share_all));
    }
    buf_add_char(&text, '.');
    chart->described = arena_str(t->arena, buf_str(&text));
}

// The bands of age are those that people are compared within.
static void chart_ages(Arena *arena, const CohortShape *shape, BuilderChart *chart)
{
    *chart = (BuilderChart){.id = STR("ages"), .title = STR("Age and sex")};
    const int64_t *found = shape->left + (shape->stages - 1) * SHAPE_STRATA;
    Charting t = begin_chart(arena, shape, chart, SHAPE_STRATA);
    for (size_t i = 0; i + 1 < SHAPE_STRATA; i++) {
        size_t band = i % SHAPE_BANDS;
        if (shape->left[i] == 0) continue;
        Str ages = arena_fmt(arena, "%d or over", SHAPE_YOUNGEST[band]);
        if (band + 1 < SHAPE_BANDS) {
            ages = arena_fmt(arena, "%d to %d", SHAPE_YOUNGEST[band], SHAPE_YOUNGEST[band + 1] - 1);
        }
        Str label =
            arena_fmt(arena, "%s, " STR_FMT, i < SHAPE_BANDS ? "Women" : "Men", STR_ARG(ages));
        add_bar(&t, label, found[i], shape->left[i]);
    }
    int64_t others = shape->left[SHAPE_STRATA - 1];
    if (others > 0) {
        chart->note = arena_fmt(arena,
                                "Sex or date of birth not recorded, or another sex: " STR_FMT
                                " found, " STR_FMT " registered.",
                                STR_ARG(html_people(arena, found[SHAPE_STRATA - 1])),
                                STR_ARG(html_count(arena, others)));
    }
    end_chart(&t);
}

// ---- the count

static void fill_steps(Ctx *c, const CohortRun *run, BuilderAnswer *out)
{
    Arena *arena = c->arena;
    out->steps = ARENA_ARRAY(arena, BuilderBar, run->step_count + 1);
    out->step_notes = ARENA_ARRAY(arena, Str, run->step_count + 1);
    for (size_t i = 0; i < run->step_count; i++) {
        const CohortStep *step = &run->steps[i];
        out->steps[i] =
            (BuilderBar){.label = step->text,
                         .people = html_count(arena, step->count),
                         .width = (int)share_of(step->count, run->registered, STEP_WIDTH)};
        if (step->not_recorded > 0) {
            out->step_notes[i] = arena_fmt(arena, "Not recorded for " STR_FMT,
                                           STR_ARG(html_people(arena, step->not_recorded)));
        }
        if (step->count == 0 && out->zero.len == 0 && run->registered > 0) {
            out->zero = arena_fmt(arena, "This rule took the count to 0: " STR_FMT ".",
                                  STR_ARG(step->text));
        }
    }
    out->step_count = run->step_count;
}

static void fill_left_out(Ctx *c, const CohortRun *run, BuilderAnswer *out)
{
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    cohort_left_out_lines(&run->left_out, lines);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        int64_t count = lines[i].listed ? lines[i].listed_count : lines[i].count;
        out->stands[i] = arena_fmt(c->arena, "(" STR_FMT ")", STR_ARG(html_count(c->arena, count)));
        out->left_out[out->left_out_count++] = (UiPair){
            .key = str_from_c(lines[i].label), .value = cohort_left_out_value(c->arena, &lines[i])};
    }
}

static Str since_words(Arena *arena, int64_t more)
{
    if (more == 0) return STR("The same number");
    return arena_fmt(arena, STR_FMT " %s", STR_ARG(html_count(arena, more < 0 ? -more : more)),
                     more > 0 ? "more" : "fewer");
}

static Err fill_facts(Ctx *c, const BuilderState *state, const CohortRun *run, BuilderAnswer *out)
{
    CohortKept kept;
    TRY(cohort_last_kept(c, state->key, &kept));
    if (kept.at.ms != 0) {
        int64_t more = (int64_t)run->people_count - kept.people;
        out->facts[out->fact_count++] =
            (UiPair){.key = STR("Since it was last listed"), .value = since_words(c->arena, more)};
    }
    TeamRoom room;
    TRY(team_room(c, &room));
    if (room.colleagues > 0) {
        Str more = room.people == 0 ? STR("None: every list is over the limit or next to it")
                                    : html_people(c->arena, room.people);
        out->facts[out->fact_count++] = (UiPair){.key = STR("Room on caseloads"), .value = more};
    }
    Str from = date_is_none(run->data_on) ? STR("A practice gave no date")
                                          : date_long(c->arena, run->data_on);
    Str warnings;
    TRY(cohort_extract_warnings(c, &warnings));
    if (warnings.len > 0) {
        from = arena_fmt(c->arena, STR_FMT ". " STR_FMT, STR_ARG(from), STR_ARG(warnings));
    }
    out->facts[out->fact_count++] = (UiPair){.key = STR("Oldest data"), .value = from};
    return ERR_OK;
}

static Err fill_answer(Ctx *c, const BuilderState *state, const CohortRun *run, BuilderAnswer *out)
{
    CohortShape *shape = ARENA_NEW(c->arena, CohortShape);
    int64_t listed = (int64_t)run->people_count;
    out->count = html_count(c->arena, listed);
    out->of = arena_fmt(c->arena, "%s, %lld in every 1,000 of " STR_FMT " registered",
                        listed == 1 ? "person matches" : "people match",
                        (long long)share_of(listed, run->registered, 1000),
                        STR_ARG(html_count(c->arena, run->registered)));
    out->said = arena_fmt(c->arena, STR_FMT " %s", STR_ARG(html_people(c->arena, listed)),
                          listed == 1 ? "matches" : "match");
    fill_steps(c, run, out);
    fill_left_out(c, run, out);
    TRY(fill_facts(c, state, run, out));
    TRY(cohort_shape(c, run, shape));
    chart_ages(c->arena, shape, &out->ages);
    builder_fair(c->arena, state->good, shape, &out->fair);
    out->suggested = state->suggest && !state->wrong && out->fair.less_count > 0;
    return out->suggested ? builder_suggest(c, state, shape, &out->fair, &out->suggestions)
                          : ERR_OK;
}

// What is wrong with what was typed. The issues are copied: counting can add to them.
static void fill_wrong(Ctx *c, const BuilderState *state, BuilderAnswer *out)
{
    if (c->issue_count == 0) return;
    const char *counted = state->wrong ? "the rules before this change" : "today";
    Issue *issues = ARENA_ARRAY(c->arena, Issue, c->issue_count);
    memcpy(issues, c->issues, c->issue_count * sizeof *issues);
    out->issues = issues;
    out->issue_count = c->issue_count;
    out->wrong_count = html_count_of(c->arena, (int64_t)c->issue_count, "thing", "things");
    out->wrong =
        arena_fmt(c->arena, "Not counted yet: " STR_FMT " to put right. The count is of %s.",
                  STR_ARG(out->wrong_count), counted);
}

// For who counts and does not see who. Questions of one's own, asked one beside another, tell one
// person however each answer is rounded: what a cohort finds is in a month's figures.
static void fill_uncounted(Arena *arena, BuilderAnswer *out)
{
    out->figures = true;
    out->said = STR("Counted once a month");
    if (out->wrong.len == 0) return;
    out->wrong = arena_fmt(arena, STR_FMT " to put right.", STR_ARG(out->wrong_count));
}

Err builder_answer(Ctx *c, const BuilderState *state, BuilderAnswer *out)
{
    *out = (BuilderAnswer){.busy = STR("")};
    fill_wrong(c, state, out);
    if (!ctx_can(c, CAP_COHORT_VIEW)) {
        fill_uncounted(c->arena, out);
        return ERR_OK;
    }
    size_t issues = c->issue_count;
    CLEANUP(cohort_run_end) CohortRun run;
    Err err = cohort_ask(c, &(CohortQuestion){state->good, state->practice, state->day}, &run);
    if (err == ERR_BUSY) {
        CohortWait wait = cohort_wait_of(c);
        out->busy = arena_fmt(c->arena, STR_FMT " " STR_FMT " Update the count in a moment.",
                              STR_ARG(wait.title), STR_ARG(wait.text));
        return ERR_OK;
    }
    if (err == ERR_INVALID && c->issue_count > issues) { // a cohort that a rule asks for
        out->busy = arena_fmt(c->arena, "This cannot be counted. " STR_FMT ".",
                              STR_ARG(c->issues[c->issue_count - 1].text));
        return ERR_OK;
    }
    if (err == ERR_NOT_FOUND && state->practice != 0) { // whoever kept the draft may have moved on
        out->busy = STR("That practice is not one you can ask about. Choose another under "
                        "Registered at.");
        return ERR_OK;
    }
    TRY(err);
    return fill_answer(c, state, &run, out);
}
