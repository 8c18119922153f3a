// equity_web.c -- pages of who is reached. Handlers only translate.
#include "base/csv.h"
#include "core/figure.h"
#include "core/form.h"
#include "core/html.h"
#include "equity_list_page.h"
#include "equity_show_page.h"
#include "equity_steps_page.h"
#include "insight/cohort/cohort.h"
#include "insight/equity/equity_figure_pages.h"
#include "insight/equity/equity_pages.h"

enum {
    SUBJECTS_A_PAGE = 50,
    OPTIONS_MAX = EQUITY_SUBJECTS_MAX + EQUITY_STAGES_MAX,
    CSV_BYTES_MAX = 4 * 1024 * 1024,
};
// Words of an address: beside whom groups are compared.
#define SAME_AGE_SEX "same-age-sex"
#define AS_THEY_ARE  "as-they-are" // of whichever stage, not adjusted

// The release an address asks for; the newest when it asks for none. *newest_out: it is that one.
static Err release_of(Ctx *c, const Request *req, EquityRelease *out, bool *newest_out)
{
    EquityRelease *all = NULL;
    size_t count = 0;
    Str ref = req_query(req, "release");
    TRY(equity_releases(c, &all, &count));
    for (size_t i = 0; i < count; i++) {
        if (ref.len > 0 && !str_eq(all[i].ref, ref)) continue;
        *out = all[i];
        *newest_out = i == 0;
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

static Str about_opted_out(Ctx *c, const EquitySubject *population)
{
    if (population->opted_out == FIGURE_HELD) return STR("");
    return arena_fmt(c->arena,
                     " People who opted out of uses of their record beyond their own care are not "
                     "in them: " STR_FMT ".",
                     STR_ARG(figure_text(c->arena, population->opted_out)));
}

Str equity_about_release(Ctx *c, const EquityRelease *r, const EquitySubject *population)
{
    Str opted_out = about_opted_out(c, population);
    Str as_at = date_long(c->arena, r->as_at);
    Str data = date_is_none(r->data_on) ? STR("on a day that is not known")
                                        : date_long(c->arena, r->data_on);
    return arena_fmt(c->arena,
                     "Figures of " STR_FMT ", made on " STR_FMT " by " STR_FMT
                     ". The oldest data in them were sent " STR_FMT "." STR_FMT,
                     STR_ARG(equity_month(c->arena, r->month)), STR_ARG(as_at), STR_ARG(r->by),
                     STR_ARG(data), STR_ARG(opted_out));
}

static bool has_expected(const EquitySubject *s)
{
    for (size_t i = 0; i < s->dimension_count; i++) {
        if (s->dimensions[i].expected != NULL) return true;
    }
    return false;
}

// Groups that are found, or where nobody is looked for offered support, less than adults are, and
// less than everybody of their age and sex.
static Err count_less(Ctx *c, const EquityRelease *release, Str key,
                      const EquitySubject *population, EquityLess *out)
{
    CLEANUP(arena_free_at) Arena *passing = arena_new();
    Arena *own = c->arena;
    EquitySubject *s = ARENA_NEW(passing, EquitySubject);
    c->arena = passing;
    Err err = equity_subject(c, release, key, s);
    c->arena = own;
    TRY(err);
    int found = equity_stage(s, STR("identified"));
    EquityPair pair = {.subject = s,
                       .beside = population,
                       .stage = found < 0 ? 1 : found,
                       .beside_stage = equity_stage(population, STR("adults"))};
    *out = (EquityLess){-1, -1};
    if (str_eq(key, STR(EQUITY_POPULATION)) || pair.beside_stage < 0) return ERR_OK;
    out->beside_adults = equity_count_less(&pair);
    pair.adjusted = true;
    if (has_expected(s)) out->adjusted = equity_count_less(&pair);
    return ERR_OK;
}

// What an address keeps of the choices made: an earlier month, and people compared as they are.
static Str tail_of(Ctx *c, Str release, bool as_they_are)
{
    Str month =
        release.len == 0 ? STR("") : arena_fmt(c->arena, "?release=" STR_FMT, STR_ARG(release));
    if (!as_they_are) return month;
    return arena_fmt(c->arena, STR_FMT "%ccompare=" AS_THEY_ARE, STR_ARG(month),
                     month.len == 0 ? '?' : '&');
}

// Whole addresses: a part of one is written so that it stays a part.
static void fill_links(Ctx *c, Str tail, EquityListPage *m)
{
    Str *hrefs = ARENA_ARRAY(c->arena, Str, m->subject_count + 1);
    Str *months = ARENA_ARRAY(c->arena, Str, m->release_count + 1);
    for (size_t i = 0; i < m->subject_count; i++) {
        hrefs[i] = arena_fmt(c->arena, "/equity/" STR_FMT STR_FMT, STR_ARG(m->subjects[i].key),
                             STR_ARG(tail));
    }
    for (size_t i = 0; i < m->release_count; i++) {
        Str to = tail_of(c, m->releases[i].ref, m->as_they_are);
        months[i] = arena_fmt(c->arena, "/equity" STR_FMT, STR_ARG(to));
    }
    m->hrefs = hrefs;
    m->month_hrefs = months;
}

static Err fill_list(Ctx *c, const Request *req, const EquityRelease *release, bool newest,
                     EquityListPage *m)
{
    EquitySubjectName *subjects = NULL;
    size_t all = 0;
    TRY(equity_subjects(c, release, &subjects, &all));
    UiSlice slice = ui_slice(all, SUBJECTS_A_PAGE, req_page(req));
    subjects += slice.from;
    m->subject_count = slice.count;
    Str *people = ARENA_ARRAY(c->arena, Str, m->subject_count + 1);
    EquityLess *less = ARENA_ARRAY(c->arena, EquityLess, m->subject_count + 1);
    EquitySubject *population = ARENA_NEW(c->arena, EquitySubject);
    TRY(equity_subject(c, release, STR(EQUITY_POPULATION), population));
    for (size_t i = 0; i < m->subject_count; i++) {
        people[i] = figure_text(c->arena, subjects[i].people);
        TRY(count_less(c, release, subjects[i].key, population, &less[i]));
    }
    m->less = less;
    m->subjects = subjects;
    m->people = people;
    m->month = equity_month(c->arena, release->month);
    m->about = equity_about_release(c, release, population);
    Str tail = tail_of(c, newest ? STR("") : release->ref, m->as_they_are);
    fill_links(c, tail, m);
    m->foot = ui_foot(
        c->arena, slice,
        arena_fmt(c->arena, "/equity" STR_FMT "%cpage=", STR_ARG(tail), tail.len == 0 ? '?' : '&'),
        html_count(c->arena, (int64_t)all));
    return ERR_OK;
}

static Err list_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Who")},
        {.label = STR_INIT("People"), .number = true, .width = 140},
        {.label = STR_INIT(EQUITY_ADJUSTED_LABEL), .number = true, .width = 240},
        {.label = STR_INIT(EQUITY_PLAIN_LABEL), .number = true, .width = 180}};
    EquityListPage m = {.page = page_of(c, STR("Who is reached and who is missed"), "/reports"),
                        .table = {.caption = STR("Whose figures to look at"),
                                  .columns = COLUMNS,
                                  .column_count = COUNT_OF(COLUMNS)},
                        .next = equity_month(c->arena, c->today)};
    m.as_they_are = str_eq(req_query(req, "compare"), STR(AS_THEY_ARE));
    EquityRelease *all = NULL;
    TRY(equity_releases(c, &all, &m.release_count));
    m.releases = all;
    bool made = m.release_count > 0 && str_eq(equity_month(c->arena, all[0].month), m.next);
    m.can_make = !made && ctx_can(c, CAP_EQUITY_RELEASE);
    EquityRelease release;
    bool newest = false;
    Err err = release_of(c, req, &release, &newest);
    if (err == ERR_OK) err = fill_list(c, req, &release, newest, &m);
    if (err == ERR_NOT_FOUND && req_query(req, "release").len == 0) err = ERR_OK; // none yet
    TRY(err);
    equity_list_page(&res->body, &m);
    return ERR_OK;
}

static Err make_release(Ctx *c, const Request *req, Response *res)
{
    Str ref = STR("");
    Err err = equity_release_make(c, &ref);
    if (err == ERR_BUSY && c->issue_count == 0) {
        (void)ctx_issue(c, STR(""), STR("The population is being read. Try again in a minute"));
    }
    if (err == ERR_INVALID || err == ERR_BUSY) {
        res->status = err_status(err);
        return list_page(c, req, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, STR("/equity"), STR("The month's figures are made."));
}

// ---- one subject

typedef struct Asked {
    EquityRelease release;
    bool newest;
    EquitySubject *subject, *population, *beside; // beside: another cohort's, or one of the two
    EquitySubjectName *names;
    size_t name_count;
    int stage, beside_stage;
    Str asked_compare; // as in the address, "" what is usual
    Str compare;
    bool as_they_are; // not adjusted was chosen: pages that this one leads to keep it so
    bool adjusted;
    int64_t page; // of groups where there are many
} Asked;

// Adjusted for age and sex where whoever is registered may come to the stage. That people are
// adults is age itself, and the stages after it each stand beside the one before.
static Str default_compare(const EquitySubject *s, int stage, bool as_they_are)
{
    bool population = str_eq(s->key, STR(EQUITY_POPULATION));
    bool first = str_eq(s->stages[stage].key, STR("identified")) ||
                 str_eq(s->stages[stage - 1].key, STR("registered"));
    bool adjusts = (population ? stage > 1 : first) && !as_they_are;
    if (adjusts && has_expected(s)) return STR(SAME_AGE_SEX);
    if (population) return STR("registered");
    return first ? STR("adults") : STR("before");
}

static Err find_beside(Ctx *c, Asked *a)
{
    a->adjusted = str_eq(a->compare, STR(SAME_AGE_SEX));
    if (a->adjusted && !has_expected(a->subject)) return ERR_NOT_FOUND;
    int there = equity_stage(a->population, a->adjusted ? STR("registered") : a->compare);
    a->beside = a->population;
    if (str_eq(a->compare, STR("before"))) {
        a->beside = a->subject;
        there = a->stage - 1;
    } else if (there < 0) {
        a->beside = ARENA_NEW(c->arena, EquitySubject);
        TRY(equity_subject(c, &a->release, a->compare, a->beside));
        there = equity_stage(a->beside, STR("identified"));
    }
    if (there < 0) return ERR_NOT_FOUND;
    a->beside_stage = there;
    return ERR_OK;
}

static Err asked_of(Ctx *c, const Request *req, Asked *a)
{
    *a = (Asked){.subject = ARENA_NEW(c->arena, EquitySubject),
                 .population = ARENA_NEW(c->arena, EquitySubject)};
    TRY(release_of(c, req, &a->release, &a->newest));
    TRY(equity_subject(c, &a->release, req_param(req, "subject"), a->subject));
    TRY(equity_subject(c, &a->release, STR(EQUITY_POPULATION), a->population));
    TRY(equity_subjects(c, &a->release, &a->names, &a->name_count));
    a->stage = equity_stage(a->subject, req_query(req, "stage"));
    if (a->stage < 1) a->stage = equity_stage(a->subject, STR("identified"));
    if (a->stage < 1) a->stage = 1;
    a->page = req_page(req);
    a->asked_compare = req_query(req, "compare");
    a->compare = a->asked_compare;
    a->as_they_are = a->compare.len > 0 && !str_eq(a->compare, STR(SAME_AGE_SEX));
    if (a->compare.len == 0 || str_eq(a->compare, STR(AS_THEY_ARE))) {
        a->compare = default_compare(a->subject, a->stage, a->as_they_are);
    }
    return find_beside(c, a);
}

static Str kept_tail(Ctx *c, const Asked *a)
{
    return tail_of(c, a->newest ? STR("") : a->release.ref, a->as_they_are);
}

static void fill_choices(Ctx *c, const Asked *a, EquityShowPage *m)
{
    UiOption *stages = ARENA_ARRAY(c->arena, UiOption, EQUITY_STAGES_MAX);
    UiOption *beside = ARENA_ARRAY(c->arena, UiOption, OPTIONS_MAX);
    size_t stage_count = 0;
    size_t count = 0;
    for (size_t i = 1; i < a->subject->stage_count; i++) {
        const EquityStage *stage = &a->subject->stages[i];
        if (str_starts(stage->key, STR("rule-"))) continue;
        stages[stage_count++] = (UiOption){.value = stage->key, .text = stage->label};
    }
    if (has_expected(a->subject)) {
        beside[count++] = (UiOption){.value = STR(SAME_AGE_SEX),
                                     .text = STR("Everybody of the same age and sex")};
    }
    beside[count++] = (UiOption){.value = STR("before"), .text = STR("The stage before it")};
    for (size_t i = 0; i < a->population->stage_count; i++) {
        const EquityStage *stage = &a->population->stages[i];
        beside[count++] = (UiOption){.value = stage->key, .text = stage->label};
    }
    for (size_t i = 0; i < a->name_count && count < OPTIONS_MAX; i++) {
        Str key = a->names[i].key;
        if (str_eq(key, STR(EQUITY_POPULATION)) || str_eq(key, STR(EQUITY_CASELOAD)) ||
            str_eq(key, a->subject->key)) {
            continue;
        }
        Str text = arena_fmt(c->arena, "Found by: " STR_FMT, STR_ARG(a->names[i].name));
        beside[count++] = (UiOption){.value = key, .text = text};
    }
    m->stage = (UiField){.name = STR("stage"),
                         .label = STR("Look at"),
                         .options = stages,
                         .option_count = stage_count,
                         .value = a->subject->stages[a->stage].key};
    m->compare = (UiField){.name = STR("compare"),
                           .label = STR("Compare with"),
                           .options = beside,
                           .option_count = count,
                           .value = a->compare};
}

static const UiColumn LINE_COLUMNS[] = {
    {.label = STR_INIT("Group")},
    {.label = STR_INIT("People"), .number = true},
    {.label = STR_INIT("Share"), .number = true},
    {.label = STR_INIT("Share where compared"), .number = true},
    {.label = STR_INIT("Expected"), .number = true},
    {.label = STR_INIT("Ratio"), .number = true},
    {.label = STR_INIT("95% range"), .number = true},
    {.label = STR_INIT("Compared")},
};

// The address of a page of a list with what was asked for; the page's number follows it.
static Str page_href(Ctx *c, const Asked *a, Str path)
{
    Str release =
        a->newest ? STR("") : arena_fmt(c->arena, "release=" STR_FMT "&", STR_ARG(a->release.ref));
    Str compare = a->asked_compare.len == 0
                      ? STR("")
                      : arena_fmt(c->arena, "compare=" STR_FMT "&", STR_ARG(a->asked_compare));
    return arena_fmt(c->arena, STR_FMT "?" STR_FMT STR_FMT "stage=" STR_FMT "&page=", STR_ARG(path),
                     STR_ARG(release), STR_ARG(compare), STR_ARG(a->subject->stages[a->stage].key));
}

// The groups of a long dimension come on several pages, those that are reached least first.
static const size_t *order_of(Ctx *c, const EquityPair *pair, const EquityDimension *d,
                              const UiSlice *slice)
{
    double *reached = ARENA_ARRAY(c->arena, double, d->group_count + 1);
    for (size_t g = 0; g < d->group_count && slice->pages > 1; g++) {
        EquityLine line = equity_line_of(pair, d, g);
        reached[g] = equity_reached(&line);
    }
    return ui_least_first(c->arena, reached, d->group_count);
}

static UiPages block_foot(Ctx *c, const Asked *a, const EquityDimension *d, const UiSlice *slice)
{
    if (slice->pages == 1) return (UiPages){0};
    Str all = arena_fmt(c->arena, "%zu groups, those reached least first", d->group_count);
    Str path = arena_fmt(c->arena, "/equity/" STR_FMT, STR_ARG(a->subject->key));
    UiPages foot = ui_foot(c->arena, *slice, page_href(c, a, path), all);
    foot.at = arena_fmt(c->arena, "h-" STR_FMT, STR_ARG(d->key));
    return foot;
}

static void describe(Buf *words, const EquityRow *row, const EquityLine *line)
{
    Str ratio = row->ratio.len > 0 ? row->ratio : STR("not given");
    buf_fmt(words, "%s" STR_FMT ": ratio " STR_FMT, words->len == 0 ? "" : "; ",
            STR_ARG(row->group), STR_ARG(ratio));
    if (line->compared) buf_fmt(words, ", range " STR_FMT, STR_ARG(row->range));
    if (row->off_chart) buf_add_c(words, ", beyond the chart's scale");
}

static void fill_block(Ctx *c, const Asked *a, const EquityPair *pair, const EquityDimension *d,
                       EquityBlock *out)
{
    UiSlice slice = ui_slice(d->group_count, EQUITY_GROUPS_A_PAGE, a->page);
    const size_t *order = order_of(c, pair, d, &slice);
    EquityRow *rows = ARENA_ARRAY(c->arena, EquityRow, slice.count + 1);
    EquityMark *marks = ARENA_ARRAY(c->arena, EquityMark, slice.count + 1);
    CLEANUP(buf_free) Buf words = buf_new((size_t)64 * 1024);
    bool drawn = false;
    for (size_t i = 0; i < slice.count; i++) {
        size_t g = order[slice.from + i];
        EquityLine line = equity_line_of(pair, d, g);
        rows[i] = equity_row(c->arena, d->groups[g], &line);
        marks[i] = equity_mark(&rows[i], &line);
        drawn = drawn || line.compared;
        describe(&words, &rows[i], &line);
    }
    *out = (EquityBlock){
        .key = d->key,
        .label = d->label,
        .by = d->by,
        .href = arena_fmt(c->arena, "/equity/" STR_FMT "/" STR_FMT STR_FMT,
                          STR_ARG(a->subject->key), STR_ARG(d->key), STR_ARG(kept_tail(c, a))),
        .table = {.caption = d->label,
                  .columns = LINE_COLUMNS,
                  .column_count = COUNT_OF(LINE_COLUMNS),
                  .more = STR("app-table--tight app-table--pairs")},
        .rows = rows,
        .row_count = slice.count,
        .chart = {.id = d->key,
                  .title = arena_fmt(c->arena, "People beside the number expected, by " STR_FMT,
                                     STR_ARG(d->label)),
                  .described = arena_str(c->arena, buf_str(&words)),
                  .people = STR("people"),
                  .marks = marks,
                  .mark_count = slice.count},
        .drawn = drawn,
        .foot = block_foot(c, a, d, &slice),
    };
}

// What happens after the stage that is looked at, each beside the one before.
static void fill_later(Ctx *c, const Asked *a, Str dimension, EquityTold *told)
{
    for (int i = a->stage + 1; i < (int)a->subject->stage_count; i++) {
        EquityPair pair = {
            .subject = a->subject, .beside = a->subject, .stage = i, .beside_stage = i - 1};
        equity_sentences(c->arena, &pair, dimension, told);
    }
}

static Str more_words(Ctx *c, const EquityTold *told, const char *where)
{
    if (told->beyond == 0) return STR("");
    return arena_fmt(c->arena, "And %zu more%s", told->beyond, where);
}

// Age and sex, which are adjusted for, are not compared then.
static void fill_blocks(Ctx *c, const Asked *a, const EquityPair *pair, EquityShowPage *m)
{
    EquityBlock *blocks = ARENA_ARRAY(c->arena, EquityBlock, a->subject->dimension_count + 1);
    for (size_t i = 0; i < a->subject->dimension_count; i++) {
        const EquityDimension *d = &a->subject->dimensions[i];
        if (a->adjusted && d->expected == NULL) continue;
        fill_block(c, a, pair, d, &blocks[m->block_count++]);
    }
    m->blocks = blocks;
}

const UiPair *equity_bridge_pairs(Ctx *c, const EquityBridge *bridge, size_t *count_out)
{
    static const char *const LABELS[EQUITY_PARTS] = {
        [PART_MEET] = "Meet the rules today",
        [PART_BEFORE] = "Offered support from this cohort before, meet the rules no longer",
        [PART_LISTED] = "On the cohort's list",
        [PART_ON_CASELOAD] = "Not on it: already on a caseload",
        [PART_DECLINED] = "Not on it: said no or did not answer, not time to ask again",
        [PART_OPTED_OUT] = "Not on it: opted out of proactive contact",
        [PART_GONE] = "Not on it: died or left the practice since the data were read"};
    UiPair *pairs = ARENA_ARRAY(c->arena, UiPair, EQUITY_PARTS);
    *count_out = bridge->given ? EQUITY_PARTS : 0;
    for (size_t i = 0; i < *count_out; i++) {
        pairs[i] = (UiPair){.key = str_from_c(LABELS[i]),
                            .value = figure_text(c->arena, bridge->figures[i])};
    }
    return pairs;
}

// The other of the two: people as they are, or of the same age and sex.
static void fill_switch(Ctx *c, const Asked *a, EquityShowPage *m)
{
    Str release =
        a->newest ? STR("") : arena_fmt(c->arena, "&release=" STR_FMT, STR_ARG(a->release.ref));
    Str at =
        arena_fmt(c->arena, "/equity/" STR_FMT "?stage=" STR_FMT STR_FMT, STR_ARG(a->subject->key),
                  STR_ARG(a->subject->stages[a->stage].key), STR_ARG(release));
    m->adjusted = a->adjusted;
    if (a->adjusted) {
        m->plain = arena_fmt(c->arena, STR_FMT "&compare=" AS_THEY_ARE, STR_ARG(at));
    } else if (has_expected(a->subject)) {
        m->adjust = arena_fmt(c->arena, STR_FMT "&compare=" SAME_AGE_SEX, STR_ARG(at));
    }
}

static void fill_sentences(Ctx *c, const Asked *a, const EquityPair *pair, EquityShowPage *m)
{
    EquityTold *told = ARENA_NEW(c->arena, EquityTold);
    EquityTold *later = ARENA_NEW(c->arena, EquityTold);
    equity_sentences(c->arena, pair, STR(""), told);
    if (!str_eq(a->subject->key, STR(EQUITY_POPULATION))) fill_later(c, a, STR(""), later);
    m->sentences = told->list;
    m->sentence_count = told->count;
    m->more = more_words(c, told, ", marked in the tables below");
    m->later = later->list;
    m->later_count = later->count;
    m->later_more = more_words(c, later, ": see each stage below");
}

// A cohort's page leads here: one that is newer than the figures is told so, not that it is gone.
static Err not_there(Ctx *c, Str key, Response *res)
{
    CohortSummary *all = NULL;
    size_t count = 0;
    bool known = false;
    TRY(cohort_list(c, &all, &count));
    for (size_t i = 0; i < count; i++) known = known || str_eq(all[i].key, key);
    if (!known) return ERR_NOT_FOUND;
    return res_redirect_saying(c, res, STR("/equity"),
                               STR("There are no figures of this cohort yet. They are made once a "
                                   "month, of the cohorts that are published then."));
}

static Err show_page(Ctx *c, const Request *req, Response *res)
{
    Asked *a = ARENA_NEW(c->arena, Asked);
    Err err = asked_of(c, req, a);
    bool no_figures = a->subject->key.len == 0 && req_query(req, "release").len == 0;
    if (err == ERR_NOT_FOUND && no_figures) return not_there(c, req_param(req, "subject"), res);
    TRY(err);
    EquityPair pair = {a->subject, a->beside, a->stage, a->beside_stage, a->adjusted};
    Str title = arena_fmt(c->arena, "Equity: " STR_FMT, STR_ARG(a->subject->name));
    EquityShowPage m = {
        .page = page_of(c, title, "/reports"),
        .name = a->subject->name,
        .caption = equity_about_release(c, &a->release, a->population),
        .back = arena_fmt(c->arena, "/equity" STR_FMT, STR_ARG(kept_tail(c, a))),
        .csv =
            arena_fmt(c->arena, "/equity/" STR_FMT "/figures.csv" STR_FMT, STR_ARG(a->subject->key),
                      STR_ARG(tail_of(c, a->newest ? STR("") : a->release.ref, false))),
        .filter = {.action = arena_fmt(c->arena, "/equity/" STR_FMT, STR_ARG(a->subject->key)),
                   .label = STR("Choose what to compare"),
                   .columns = 3}};
    if (!a->newest) m.release = a->release.ref;
    m.heading = arena_fmt(
        c->arena, "%s beside " STR_FMT,
        arena_fmt(c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(a->subject->stages[a->stage].label),
                  STR_ARG(figure_text(c->arena, a->subject->stages[a->stage].people)))
            .ptr,
        STR_ARG(a->adjusted ? STR("everybody of the same age and sex")
                            : equity_stage_words(c->arena, a->beside, a->beside_stage,
                                                 a->beside != a->subject)));
    m.filter.shown = arena_fmt(c->arena, "People at this stage: " STR_FMT ".",
                               STR_ARG(figure_text(c->arena, a->subject->stages[a->stage].people)));
    fill_choices(c, a, &m);
    fill_sentences(c, a, &pair, &m);
    fill_switch(c, a, &m);
    m.bridge = equity_bridge_pairs(c, &a->subject->bridge, &m.bridge_count);
    fill_blocks(c, a, &pair, &m);
    equity_show_page(&res->body, &m);
    return ERR_OK;
}

// ---- one dimension, stage by stage

static EquityCell cell_of(Ctx *c, Str label, int64_t people, int64_t before)
{
    EquityCell cell = {.label = label, .people = figure_text(c->arena, people)};
    double share = 0;
    EquityRange range;
    if (!equity_kept_share(people, before, &share, &range)) return cell;
    Str lo = html_percent(c->arena, range.lo);
    Str hi = html_percent(c->arena, range.hi);
    cell.kept = arena_fmt(c->arena, STR_FMT " (" STR_FMT " to " STR_FMT ")",
                          STR_ARG(html_percent(c->arena, share)), STR_ARG(lo), STR_ARG(hi));
    return cell;
}

// Of a group (one beyond the last: everybody) at a stage, beside the stage before it.
static EquityCell cell_at(Ctx *c, const EquitySubject *s, const EquityDimension *d, size_t stage,
                          size_t group)
{
    bool all = group == d->group_count;
    size_t place = stage * d->group_count + group;
    int64_t people = all ? s->stages[stage].people : d->figures[place];
    int64_t before = FIGURE_HELD;
    if (stage > 0 && !s->stages[stage].joins) {
        before = all ? s->stages[stage - 1].people : d->figures[place - d->group_count];
    }
    return cell_of(c, STR(""), people, before);
}

static Str group_words(const EquityDimension *d, size_t group)
{
    return group == d->group_count ? STR("Everybody") : d->groups[group];
}

static UiTable steps_table(Str first, UiColumn *columns, size_t count)
{
    columns[0] = (UiColumn){.label = first};
    return (UiTable){.caption = STR("People at each stage"),
                     .columns = columns,
                     .column_count = count + 1,
                     .more = STR("app-table--tight app-table--pairs")};
}

// A row for each stage, everybody first.
static void fill_by_stage(Ctx *c, const EquitySubject *s, const EquityDimension *d,
                          EquityStepsPage *m)
{
    size_t across = d->group_count + 1;
    EquityStepRow *rows = ARENA_ARRAY(c->arena, EquityStepRow, s->stage_count + 1);
    UiColumn *columns = ARENA_ARRAY(c->arena, UiColumn, across + 1);
    for (size_t i = 0; i < s->stage_count; i++) {
        EquityCell *cells = ARENA_ARRAY(c->arena, EquityCell, across);
        for (size_t k = 0; k < across; k++) {
            size_t group = k == 0 ? d->group_count : k - 1;
            cells[k] = cell_at(c, s, d, i, group);
            cells[k].label = group_words(d, group);
            columns[k + 1] = (UiColumn){.label = cells[k].label, .number = true};
        }
        rows[i] = (EquityStepRow){s->stages[i].label, cells, across};
    }
    m->table = steps_table(STR("Stage"), columns, across);
    m->rows = rows;
    m->row_count = s->stage_count;
}

// A row for each group of this page of many, everybody before them.
static void fill_by_group(Ctx *c, const Asked *a, const EquityDimension *d, EquityStepsPage *m)
{
    const EquitySubject *s = a->subject;
    UiSlice slice = ui_slice(d->group_count, EQUITY_GROUPS_A_PAGE, a->page);
    EquityStepRow *rows = ARENA_ARRAY(c->arena, EquityStepRow, slice.count + 1);
    UiColumn *columns = ARENA_ARRAY(c->arena, UiColumn, s->stage_count + 1);
    for (size_t i = 0; i < slice.count + 1; i++) {
        size_t group = i == 0 ? d->group_count : slice.from + i - 1;
        EquityCell *cells = ARENA_ARRAY(c->arena, EquityCell, s->stage_count);
        for (size_t k = 0; k < s->stage_count; k++) {
            cells[k] = cell_at(c, s, d, k, group);
            cells[k].label = s->stages[k].label;
            columns[k + 1] = (UiColumn){.label = cells[k].label, .number = true};
        }
        rows[i] = (EquityStepRow){group_words(d, group), cells, s->stage_count};
    }
    Str path =
        arena_fmt(c->arena, "/equity/" STR_FMT "/" STR_FMT, STR_ARG(s->key), STR_ARG(d->key));
    m->table = steps_table(STR("Group"), columns, s->stage_count);
    m->rows = rows;
    m->row_count = slice.count + 1;
    m->foot = ui_foot(c->arena, slice, page_href(c, a, path),
                      arena_fmt(c->arena, "%zu groups", d->group_count));
}

static Err steps_page(Ctx *c, const Request *req, Response *res)
{
    Asked *a = ARENA_NEW(c->arena, Asked);
    TRY(asked_of(c, req, a));
    const EquityDimension *d = equity_dimension(a->subject, req_param(req, "dimension"));
    if (d == NULL) return ERR_NOT_FOUND;
    Str title = arena_fmt(c->arena, "Equity: " STR_FMT ", " STR_FMT, STR_ARG(a->subject->name),
                          STR_ARG(d->label));
    EquityTold *told = ARENA_NEW(c->arena, EquityTold);
    EquityStepsPage m = {.page = page_of(c, title, "/reports"),
                         .name = a->subject->name,
                         .label = d->label,
                         .by = d->by,
                         .caption = equity_about_release(c, &a->release, a->population),
                         .back = arena_fmt(c->arena, "/equity/" STR_FMT STR_FMT,
                                           STR_ARG(a->subject->key), STR_ARG(kept_tail(c, a)))};
    if (d->group_count > EQUITY_GROUPS_A_PAGE) {
        fill_by_group(c, a, d, &m);
    } else {
        fill_by_stage(c, a->subject, d, &m);
    }
    // A young group is not missed because a rule asks for the old.
    bool adjusted = d->expected != NULL && !a->as_they_are;
    EquityPair pair = {a->subject, a->beside, a->stage, a->beside_stage, adjusted};
    if (a->adjusted && !adjusted) { // age and sex, beside adults
        pair.beside_stage = equity_stage(a->population, STR("adults"));
    }
    equity_sentences(c->arena, &pair, d->key, told);
    if (!str_eq(a->subject->key, STR(EQUITY_POPULATION))) fill_later(c, a, d->key, told);
    m.sentences = told->list;
    m.sentence_count = told->count;
    m.more = more_words(c, told, ": the first page of the figures has those reached least");
    equity_steps_page(&res->body, &m);
    return ERR_OK;
}

// ---- file

typedef struct CsvPlace { // of one figure
    Str month, subject;
    const EquityStage *stage;
    Str by, group, area_by;
    Str left_out; // the sentence about who opted out
    int64_t people, expected;
} CsvPlace;

static void csv_row(Arena *arena, CsvOut *out, const CsvPlace *at)
{
    csv_put_field(out, at->month);
    csv_put_field(out, at->subject);
    csv_put_field(out, at->stage->key);
    csv_put_field(out, at->stage->label);
    csv_put_field(out, at->by);
    csv_put_field(out, at->group);
    if (at->people >= 0) {
        csv_put_i64(out, at->people);
    } else {
        csv_put_field(out, figure_text(arena, at->people));
    }
    if (at->expected >= 0) {
        csv_put_i64(out, at->expected);
    } else {
        csv_put_field(out, STR(""));
    }
    csv_put_field(out, at->area_by);
    csv_put_field(out, at->left_out);
    csv_end_row(out);
}

static void csv_stage(Arena *arena, CsvOut *out, const EquitySubject *s, size_t i, CsvPlace at)
{
    at.subject = s->name;
    at.stage = &s->stages[i];
    at.group = STR("Everybody");
    at.people = s->stages[i].people;
    at.expected = EQUITY_NO_EXPECTED;
    csv_row(arena, out, &at);
    for (size_t k = 0; k < s->dimension_count; k++) {
        const EquityDimension *d = &s->dimensions[k];
        at.by = d->label;
        at.area_by = d->by;
        for (size_t g = 0; g < d->group_count; g++) {
            at.group = d->groups[g];
            size_t place = i * d->group_count + g;
            at.people = d->figures[place];
            at.expected = d->expected == NULL ? EQUITY_NO_EXPECTED : d->expected[place];
            csv_row(arena, out, &at);
        }
    }
}

static Err csv_file(Ctx *c, const Request *req, Response *res)
{
    static const char *const HEADS[] = {
        "Month",      "Subject", "Stage",  "What",
        "By",         "Group",   "People", "Expected for age and sex",
        "Deciles of", "Left out"};
    Asked *a = ARENA_NEW(c->arena, Asked);
    TRY(asked_of(c, req, a));
    CsvPlace of = {.month = equity_month(c->arena, a->release.month),
                   .left_out = str_trim(about_opted_out(c, a->population))};
    CLEANUP(buf_free) Buf buf = buf_new(CSV_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    csv_put_heads(&csv, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < a->subject->stage_count; i++) {
        csv_stage(c->arena, &csv, a->subject, i, of);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    Str name = arena_fmt(c->arena, "equity-" STR_FMT "-%.7s.csv", STR_ARG(a->subject->key),
                         date_iso(c->arena, a->release.month).ptr);
    return res_download(res, "text/csv; charset=utf-8", name, arena_str(c->arena, buf_str(&buf)));
}

static const Route ROUTES[] = {
    ROUTE("GET", "/equity", list_page, CAP_EQUITY_VIEW, CLASS_STATISTICS, VERB_LIST,
          .fields = "release compare page"),
    ROUTE("POST", "/equity/releases", make_release, CAP_EQUITY_RELEASE, CLASS_STATISTICS,
          VERB_WRITE, .fields = ""),
    ROUTE("GET", "/equity/:subject", show_page, CAP_EQUITY_VIEW, CLASS_STATISTICS, VERB_LIST,
          .fields = "release stage compare page"),
    ROUTE("GET", "/equity/:subject/figures.csv", csv_file, CAP_EQUITY_VIEW, CLASS_STATISTICS,
          VERB_EXPORT, .fields = "release"),
    ROUTE("GET", "/equity/:subject/:dimension", steps_page, CAP_EQUITY_VIEW, CLASS_STATISTICS,
          VERB_LIST, .fields = "release compare stage page"),
    ROUTE("GET", "/cohort-figures", equity_cohorts_page, CAP_COHORT_COUNT, CLASS_COHORT, VERB_LIST,
          .fields = "page"),
    ROUTE("GET", "/cohort-figures/:key", equity_cohort_page, CAP_COHORT_COUNT, CLASS_COHORT,
          VERB_LIST, .fields = ""),
    ROUTE("GET", "/campaign-figures", equity_campaigns_page, CAP_COHORT_COUNT, CLASS_COHORT,
          VERB_LIST, .fields = ""),
    ROUTE("GET", "/value-figures", equity_values_page, CAP_EQUITY_VIEW, CLASS_STATISTICS, VERB_LIST,
          .fields = "of page"),
    ROUTE("GET", "/gap-figures", equity_gaps_page, CAP_COHORT_COUNT, CLASS_COHORT, VERB_LIST,
          .fields = ""),
};

static const Seal *const SEALS[] = {&EQUITY_SEAL};

const Room EQUITY_ROOM = {
    .name = "equity",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .jobs = &EQUITY_JOB,
    .job_count = 1,
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
