// builder_answer.c -- how many, how each rule narrows them, and who they are beside everybody.
#include "core/figure.h"
#include "core/html.h"
#include "insight/builder/builder_pages.h"

enum {
    DESCRIBED_BYTES_MAX = 16 * 1024,
    BAR_WIDTH = 370, // of the drawing's 580
    BRIEF_CHARS = 23,
    STEP_WIDTH = 250,
    BAR_ROW = 34,
    CHART_TOP = 8,
    CHART_FOOT = 22,
    PERCENT_STEP = 10,
};

static Str people(Arena *arena, int64_t n)
{
    return html_count_of(arena, n, "person", "people");
}

static int64_t share_of(int64_t part, int64_t all, int64_t of)
{
    return all == 0 ? 0 : (part * of + all / 2) / all;
}

// ---- charts

typedef struct Charting {
    Arena *arena;
    int64_t people, registered; // all of them
    BuilderChart *chart;
    int64_t widest; // percent
} Charting;

static Str brief(Arena *arena, Str label)
{
    size_t end = 0;
    if (str_chars(label) <= BRIEF_CHARS) return label;
    for (size_t chars = 0; end < label.len && chars < BRIEF_CHARS; end++) {
        bool begins = ((unsigned char)label.ptr[end] & 0xC0) != 0x80;
        if (begins && ++chars == BRIEF_CHARS) break;
    }
    return arena_fmt(arena, STR_FMT "…", STR_ARG(str_slice(label, 0, end)));
}

static void add_bar(Charting *t, Str label, const CohortShare *share)
{
    BuilderBar *bar = &t->chart->bars[t->chart->bar_count];
    int64_t of_people = share_of(share->people, t->people, 1000);
    int64_t of_all = share_of(share->registered, t->registered, 1000);
    *bar = (BuilderBar){.label = label,
                        .brief = brief(t->arena, label),
                        .people = html_count(t->arena, share->people),
                        .registered = html_count(t->arena, share->registered),
                        .share = arena_fmt(t->arena, "%lld%%", (long long)((of_people + 5) / 10)),
                        .share_all = arena_fmt(t->arena, "%lld%%", (long long)((of_all + 5) / 10)),
                        .width = (int)of_people, // brought to the scale in end_chart
                        .width_all = (int)of_all,
                        .y = CHART_TOP + (int)t->chart->bar_count * BAR_ROW};
    if (of_people / 10 >= t->widest) t->widest = of_people / 10 + 1;
    if (of_all / 10 >= t->widest) t->widest = of_all / 10 + 1;
    t->chart->bar_count++;
}

static Charting begin_chart(Arena *arena, const CohortRun *run, BuilderChart *chart, size_t bars)
{
    chart->bars = ARENA_ARRAY(arena, BuilderBar, bars + 1);
    return (Charting){arena, (int64_t)run->people_count, run->registered, chart, 1};
}

static void end_chart(Charting *t)
{
    BuilderChart *chart = t->chart;
    CLEANUP(buf_free) Buf text = buf_new(DESCRIBED_BYTES_MAX);
    int64_t full = (t->widest + PERCENT_STEP - 1) / PERCENT_STEP * PERCENT_STEP;
    chart->full = (int)full;
    chart->height = CHART_TOP + (int)chart->bar_count * BAR_ROW + CHART_FOOT;
    for (size_t i = 0; i < chart->bar_count; i++) {
        BuilderBar *bar = &chart->bars[i];
        bar->width = (int)share_of(bar->width, full * 10, BAR_WIDTH);
        bar->width_all = (int)share_of(bar->width_all, full * 10, BAR_WIDTH);
        buf_fmt(&text, "%s" STR_FMT ": list " STR_FMT ", registered " STR_FMT, i > 0 ? "; " : "",
                STR_ARG(bar->label), STR_ARG(bar->share), STR_ARG(bar->share_all));
    }
    buf_add_char(&text, '.');
    chart->described = arena_str(t->arena, buf_str(&text));
}

static Str besides(Arena *arena, const CohortShare *other)
{
    if (other->registered == 0) return STR("");
    return arena_fmt(arena, STR_FMT ": " STR_FMT " on the list, " STR_FMT " registered.",
                     STR_ARG(other->label), STR_ARG(people(arena, other->people)),
                     STR_ARG(html_count(arena, other->registered)));
}

static void chart_ages(Arena *arena, const CohortRun *run, const CohortShape *shape,
                       BuilderChart *chart)
{
    *chart = (BuilderChart){.id = STR("ages"), .title = STR("Age and sex")};
    Charting t = begin_chart(arena, run, chart, (size_t)2 * COHORT_AGE_BANDS);
    for (int sex = 0; sex < 2; sex++) {
        const CohortShare *shares = sex == 0 ? shape->women : shape->men;
        for (size_t i = 0; i < COHORT_AGE_BANDS; i++) {
            if (shares[i].registered == 0) continue;
            Str label = arena_fmt(arena, "%s, " STR_FMT, sex == 0 ? "Women" : "Men",
                                  STR_ARG(shares[i].label));
            add_bar(&t, label, &shares[i]);
        }
    }
    chart->note = besides(arena, &shape->other);
    end_chart(&t);
}

static void chart_fifths(Arena *arena, const CohortRun *run, const CohortShape *shape,
                         BuilderChart *chart)
{
    *chart = (BuilderChart){.id = STR("deprivation"), .title = STR("Deprivation fifth")};
    Charting t = begin_chart(arena, run, chart, COHORT_FIFTHS);
    for (size_t i = 0; i < COHORT_FIFTHS; i++) {
        add_bar(&t, shape->fifths[i].label, &shape->fifths[i]);
    }
    Str by = area_years_words(arena, shape->area_oldest, shape->area_newest);
    chart->note = besides(arena, &shape->no_fifth);
    if (by.len > 0) {
        chart->note = arena_fmt(arena, "By the " STR_FMT ".%s" STR_FMT, STR_ARG(by),
                                chart->note.len > 0 ? " " : "", STR_ARG(chart->note));
    }
    end_chart(&t);
}

static void chart_ethnic(Arena *arena, const CohortRun *run, const CohortShape *shape,
                         BuilderChart *chart)
{
    *chart = (BuilderChart){.id = STR("ethnicity"), .title = STR("Ethnic group")};
    Charting t = begin_chart(arena, run, chart, COHORT_ETHNIC_GROUPS);
    for (size_t i = 0; i < COHORT_ETHNIC_GROUPS; i++) {
        if (shape->ethnic[i].registered > 0) add_bar(&t, shape->ethnic[i].label, &shape->ethnic[i]);
    }
    chart->note = besides(arena, &shape->no_ethnic);
    end_chart(&t);
}

static void chart_practices(Arena *arena, const CohortRun *run, const CohortShape *shape,
                            BuilderChart *chart)
{
    *chart = (BuilderChart){.id = STR("practices"), .title = STR("Practice")};
    Charting t = begin_chart(arena, run, chart, shape->practice_count);
    for (size_t i = 0; i < shape->practice_count; i++) {
        add_bar(&t, shape->practices[i].label, &shape->practices[i]);
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
                                           STR_ARG(people(arena, step->not_recorded)));
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
        out->left_out[out->left_out_count++] = (UiPair){
            .key = str_from_c(lines[i].label), .value = html_count(c->arena, lines[i].count)};
    }
}

static Err fill_facts(Ctx *c, const BuilderState *state, const CohortRun *run, BuilderAnswer *out)
{
    CohortKept kept;
    TRY(cohort_last_kept(c, state->key, &kept));
    if (kept.at.ms != 0) {
        int64_t more = (int64_t)run->people_count - kept.people;
        out->facts[out->fact_count++] = (UiPair){
            .key = STR("Since it was last listed"),
            .value = more == 0 ? STR("The same number")
                               : arena_fmt(c->arena, STR_FMT " %s",
                                           STR_ARG(html_count(c->arena, more < 0 ? -more : more)),
                                           more > 0 ? "more" : "fewer")};
    }
    Str from = date_is_none(run->data_on) ? STR("A practice gave no date")
                                          : date_long(c->arena, run->data_on);
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
    out->said = arena_fmt(c->arena, STR_FMT " %s", STR_ARG(people(c->arena, listed)),
                          listed == 1 ? "matches" : "match");
    fill_steps(c, run, out);
    fill_left_out(c, run, out);
    TRY(fill_facts(c, state, run, out));
    TRY(cohort_shape(c, run, shape));
    chart_ages(c->arena, run, shape, &out->charts[0]);
    chart_fifths(c->arena, run, shape, &out->charts[1]);
    chart_ethnic(c->arena, run, shape, &out->charts[2]);
    chart_practices(c->arena, run, shape, &out->charts[3]);
    return ERR_OK;
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

// For who counts and does not see who: no groups.
static void fill_figures(Ctx *c, const CohortRun *run, BuilderAnswer *out)
{
    out->figures = true;
    out->count = figure_asked_text(c->arena, (int64_t)run->people_count);
    out->of =
        arena_fmt(c->arena, "of " STR_FMT " registered. Figures are rounded to the nearest 5.",
                  STR_ARG(figure_asked_text(c->arena, run->registered)));
    out->said = arena_fmt(c->arena, STR_FMT " people match", STR_ARG(out->count));
    out->steps = ARENA_ARRAY(c->arena, BuilderBar, run->step_count + 1);
    out->step_notes = ARENA_ARRAY(c->arena, Str, run->step_count + 1);
    out->step_count = run->step_count - 1; // the last says how many were left out
    for (size_t i = 0; i < out->step_count; i++) {
        int64_t count = run->steps[i].count < FIGURE_ASKED_MIN ? 0 : figure_of(run->steps[i].count);
        out->steps[i] = (BuilderBar){.label = run->steps[i].text,
                                     .people = figure_asked_text(c->arena, run->steps[i].count),
                                     .width = (int)share_of(count, run->registered, STEP_WIDTH)};
    }
}

Err builder_answer(Ctx *c, const BuilderState *state, BuilderAnswer *out)
{
    *out = (BuilderAnswer){.busy = STR("")};
    fill_wrong(c, state, out);
    size_t issues = c->issue_count;
    CLEANUP(cohort_run_end) CohortRun run;
    Err err = cohort_ask(c, &(CohortQuestion){state->good, state->practice, state->day}, &run);
    if (err == ERR_BUSY) {
        out->busy = STR("The population is being read. It takes a few seconds after a start or an "
                        "import. Update the count in a moment.");
        return ERR_OK;
    }
    if (err == ERR_INVALID && c->issue_count > issues) { // a cohort that a rule asks for
        out->busy = arena_fmt(c->arena, "This cannot be counted. " STR_FMT ".",
                              STR_ARG(c->issues[c->issue_count - 1].text));
        return ERR_OK;
    }
    TRY(err);
    if (run.people != NULL) return fill_answer(c, state, &run, out);
    fill_figures(c, &run, out);
    return ERR_OK;
}
