// cohort_history_web.c -- a definition's kept runs, one of them, and two beside each other.
#include "base/json.h"
#include "cohort_history_page.h"
#include "core/html.h"
#include "insight/cohort/cohort_ask.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_history_pages.h"
#include "insight/cohort/cohort_use.h"

enum { SET_WORDS_BYTES_MAX = 1024 };

static Str data_words(Ctx *c, const CohortKeptRun *run)
{
    return date_is_none(run->data_on) ? STR("Not known") : date_medium(c->arena, run->data_on);
}

static Str scope_words(Ctx *c, const CohortKeptRun *run, Str *out)
{
    Practice practice;
    *out = STR("All practices asked about");
    if (run->practice != 0 && practice_get(c, run->practice, &practice) == ERR_OK) {
        *out = practice.name;
    }
    return *out;
}

static Err about_of(Ctx *c, Str key, CohortSummary *out)
{
    const Definition *definition = NULL;
    TRY(cohort_definition(c, key, &definition));
    *out = cohort_summary(c->arena, cohort_sets(c), definition);
    return ERR_OK;
}

// ---- the list of runs

static CohortRunRow run_row(Ctx *c, const CohortSummary *about, const CohortKeptRun *run)
{
    Str scope = STR("");
    return (CohortRunRow){.href = arena_fmt(c->arena, "/cohorts/" STR_FMT "/runs/" STR_FMT,
                                            STR_ARG(about->key), STR_ARG(run->ref)),
                          .at = instant_long(c->arena, run->at),
                          .by = run->by,
                          .data = data_words(c, run),
                          .people = html_count(c->arena, run->people),
                          .scope = scope_words(c, run, &scope),
                          .other_version = !str_eq(run->version, about->version)};
}

Err cohort_runs_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Run")},
        {.label = STR_INIT("People"), .width = 104},
        {.label = STR_INIT("Data as at"), .width = 140},
        {.label = STR_INIT("By"), .width = 196},
        {.label = STR_INIT("Compare"), .hidden = true, .width = 196}};
    Str key = req_param(req, "key");
    CohortRunsPage m = {
        .table = {.caption = STR("Runs"), .columns = COLUMNS, .column_count = COUNT_OF(COLUMNS)}};
    CohortKeptRun *runs = NULL;
    int64_t all = 0;
    int64_t page = req_page(req);
    TRY(about_of(c, key, &m.about));
    TRY(cohort_runs(c, key, (page - 1) * COHORT_RUNS_A_PAGE, &runs, &m.row_count, &all));
    UiSlice slice = ui_slice((size_t)all, COHORT_RUNS_A_PAGE, page);
    if (slice.page != page) { // beyond the last: the last
        TRY(cohort_runs(c, key, (int64_t)slice.from, &runs, &m.row_count, &all));
    }
    CohortRunRow *rows = ARENA_ARRAY(c->arena, CohortRunRow, m.row_count + 1);
    for (size_t i = 0; i < m.row_count; i++) rows[i] = run_row(c, &m.about, &runs[i]);
    m.page = page_of(c, STR("Earlier runs"), "/cohorts");
    m.back = arena_fmt(c->arena, "/cohorts/" STR_FMT, STR_ARG(key));
    m.rows = rows;
    m.foot = (UiPages){.page = slice.page,
                       .pages = slice.pages,
                       .href = arena_fmt(c->arena, STR_FMT "/runs?page=", STR_ARG(m.back)),
                       .shown = arena_fmt(c->arena, STR_FMT " kept, newest first.",
                                          STR_ARG(html_count_of(c->arena, all, "run", "runs")))};
    cohort_runs_html(&res->body, &m);
    return ERR_OK;
}

// ---- one run as it was

// "31 codes, version 3; changed since"
static Str set_then(Ctx *c, const CodeSet *now, const Json *then)
{
    CLEANUP(buf_free) Buf text = buf_new(SET_WORDS_BYTES_MAX);
    int64_t codes = 0;
    Str version = json_str(json_get(then, "version"));
    (void)json_i64(json_get(then, "codes"), &codes);
    buf_add(&text, html_count_of(c->arena, codes, "code", "codes"));
    if (version.len > 0) buf_fmt(&text, ", version " STR_FMT, STR_ARG(version));
    bool same = now != NULL && str_eq(now->hash, json_str(json_get(then, "hash")));
    buf_add_c(&text, now == NULL ? "; not there any more"
                     : same      ? "; the same now"
                                 : "; changed since");
    return arena_str(c->arena, buf_str(&text));
}

static void fill_sets(Ctx *c, const Json *sets, CohortThenPage *m)
{
    const CohortEngine *engine = engine_of(c);
    if (engine == NULL) return;
    const CodeSets *now = engine_sets(engine);
    UiPair *rows = ARENA_ARRAY(c->arena, UiPair, json_count(sets) + 1);
    for (size_t i = 0; i < json_count(sets); i++) {
        const Json *then = json_at(sets, i);
        Str name = json_str(json_get(then, "set"));
        int at = code_set_index(now, name);
        const CodeSet *set = at < 0 ? NULL : code_set_at(now, (size_t)at);
        rows[i] = (UiPair){.key = set == NULL ? name : set->title, .value = set_then(c, set, then)};
    }
    m->sets = rows;
    m->set_count = json_count(sets);
}

static void fill_counts(Ctx *c, const CohortKeptRun *run, CohortThenPage *m)
{
    static const char *const KEYS[COHORT_LEFT_OUT_KINDS] = {"onCaseload", "declined", "optedOut",
                                                            "left", "died"};
    JsonErr why;
    const Json *counts = json_parse(c->arena, run->counts, (JsonLimits){0}, &why);
    const Json *steps = json_get(counts, "steps");
    int64_t all = 1;
    CohortBar *bars = ARENA_ARRAY(c->arena, CohortBar, json_count(steps) + 1);
    for (size_t i = 0; i < json_count(steps); i++) {
        const Json *step = json_at(steps, i);
        int64_t count = 0;
        int64_t silent = 0;
        (void)json_i64(json_get(step, "count"), &count);
        (void)json_i64(json_get(step, "notRecorded"), &silent);
        if (i == 0 && count > 0) all = count;
        bars[i] = (CohortBar){.text = json_str(json_get(step, "rule")),
                              .count = html_count(c->arena, count),
                              .width = (int)((count * 100 + all - 1) / all)};
        if (silent > 0) {
            bars[i].detail = arena_fmt(c->arena, "Not recorded for " STR_FMT,
                                       STR_ARG(html_people(c->arena, silent)));
        }
    }
    m->bars = bars;
    m->bar_count = json_count(steps);
    fill_sets(c, json_get(counts, "sets"), m);
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    cohort_left_out_lines(&(CohortLeftOut){0}, lines);
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        int64_t count = 0;
        (void)json_i64(json_get(counts, KEYS[i]), &count);
        m->left_out[i] =
            (UiPair){.key = str_from_c(lines[i].label), .value = html_count(c->arena, count)};
    }
}

// Who is not shown of a list of `count`, when only `within` may be asked about and only `sharing`
// of those do not object to it.
static Str hidden_words(Ctx *c, size_t count, size_t within, size_t sharing)
{
    size_t outside = count - within;
    size_t objecting = within - sharing;
    Str text = STR("");
    if (outside > 0) {
        text = arena_fmt(
            c->arena, STR_FMT " of that run %s no longer with a practice that you ask about. ",
            STR_ARG(html_people(c->arena, (int64_t)outside)), outside == 1 ? "is" : "are");
    }
    if (objecting == 0) return str_trim(text);
    return arena_fmt(c->arena,
                     STR_FMT STR_FMT " of that run %s to sharing for direct care now, and %s on no "
                                     "list.",
                     STR_ARG(text), STR_ARG(html_people(c->arena, (int64_t)objecting)),
                     objecting == 1 ? "objects" : "object", objecting == 1 ? "is" : "are");
}

// The other runs that this one can be compared with: today's answer first.
static Err fill_with(Ctx *c, const CohortKeptRun *run, CohortThenPage *m)
{
    CohortKeptRun *runs = NULL;
    size_t count = 0;
    int64_t all = 0;
    TRY(cohort_runs(c, run->definition, 0, &runs, &count, &all));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 1);
    size_t n = 0;
    options[n++] = (UiOption){.value = STR("today"), .text = STR("Today's answer")};
    for (size_t i = 0; i < count; i++) {
        if (str_eq(runs[i].ref, run->ref)) continue;
        Str at = instant_long(c->arena, runs[i].at);
        Str who = html_people(c->arena, runs[i].people);
        options[n++] =
            (UiOption){.value = runs[i].ref,
                       .text = arena_fmt(c->arena, STR_FMT ", " STR_FMT ", " STR_FMT, STR_ARG(at),
                                         STR_ARG(runs[i].by), STR_ARG(who))};
    }
    m->with = (UiField){.name = STR("with"),
                        .label = STR("Who joined and who left, against"),
                        .options = options,
                        .option_count = n,
                        .value = STR("today")};
    if (all > COHORT_RUNS_A_PAGE) {
        m->with_more = STR("The latest 50 runs stand here. An older one is compared with one of "
                           "these, or with today, from its own page.");
    }
    return ERR_OK;
}

static Err fill_then_rows(Ctx *c, const CohortRun *now, const PersonId *ids, size_t count,
                          CohortThenPage *m)
{
    CohortPersonRow *people = ARENA_ARRAY(c->arena, CohortPersonRow, count + 1);
    CohortThenRow *rows = ARENA_ARRAY(c->arena, CohortThenRow, count + 1);
    TRY(cohort_rows_of(c, now, ids, count, WITHOUT_DETAILS, people));
    for (size_t i = 0; i < count; i++) {
        bool listed = cohort_listed(now, ids[i]);
        rows[i] = (CohortThenRow){.row = people[i],
                                  .now = listed ? STR("Listed now") : STR("Not listed now"),
                                  .colour = listed ? STR("green") : STR("grey")};
    }
    m->rows = rows;
    m->row_count = count;
    return ERR_OK;
}

static void fill_then_facts(Ctx *c, const CohortKeptRun *run, CohortThenPage *m)
{
    Str scope = STR("");
    const UiPair facts[] = {
        {.key = STR("Run"), .value = instant_long(c->arena, run->at)},
        {.key = STR("By"), .value = run->by},
        {.key = STR("Asked about"), .value = scope_words(c, run, &scope)},
        {.key = STR("Data as at"), .value = data_words(c, run)},
        {.key = STR("People listed"), .value = html_count(c->arena, run->people)},
    };
    memcpy(m->facts, facts, sizeof facts);
}

static Err open_run(Ctx *c, const Request *req, CohortKeptRun *out, PersonId **people,
                    size_t *count)
{
    TRY(cohort_run_open(c, req_param(req, "ref"), out, people, count));
    return str_eq(out->definition, req_param(req, "key")) ? ERR_OK : ERR_NOT_FOUND;
}

Err cohort_then_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Person"), .width = 292},
                                       {.label = STR_INIT("Practice")},
                                       {.label = STR_INIT("Now"), .width = 140}};
    CLEANUP(cohort_run_end) CohortRun now = {0};
    CohortKeptRun run;
    PersonId *ids = NULL;
    size_t count = 0;
    CohortAsker *asker = NULL;
    TRY(open_run(c, req, &run, &ids, &count));
    TRY(cohort_run(c, run.definition, 0, &now));
    TRY(cohort_asker(c, &now, &asker));
    CohortThenPage m = {.about = now.about,
                        .other_version = !str_eq(run.version, now.about.version),
                        .version = run.version,
                        .table = {.caption = STR("People who were listed"),
                                  .columns = COLUMNS,
                                  .column_count = COUNT_OF(COLUMNS)}};
    size_t within = cohort_within(asker, ids, count, ids);
    size_t sharing = cohort_sharing(asker, ids, within, ids);
    UiSlice slice = ui_slice(sharing, COHORT_PAGE_ROWS, req_page(req));
    m.outside = hidden_words(c, count, within, sharing);
    m.back = arena_fmt(c->arena, "/cohorts/" STR_FMT "/runs", STR_ARG(run.definition));
    Str own = arena_fmt(c->arena, STR_FMT "/" STR_FMT, STR_ARG(m.back), STR_ARG(run.ref));
    m.compare_action = arena_fmt(c->arena, STR_FMT "/compare", STR_ARG(own));
    if (ctx_can(c, CAP_CAMPAIGN_CHANGE)) {
        m.campaign = arena_fmt(c->arena, "/campaigns/new?cohort=" STR_FMT "&run=" STR_FMT,
                               STR_ARG(run.definition), STR_ARG(run.ref));
    }
    m.page = page_of(c, STR("An earlier run"), "/cohorts");
    fill_then_facts(c, &run, &m);
    fill_counts(c, &run, &m);
    TRY(fill_with(c, &run, &m));
    TRY(fill_then_rows(c, &now, ids + slice.from, slice.count, &m));
    m.foot = ui_foot(c->arena, slice, arena_fmt(c->arena, STR_FMT "?page=", STR_ARG(own)),
                     html_people(c->arena, (int64_t)sharing));
    res->shown = ids + slice.from;
    res->shown_count = slice.count;
    res->log_detail = m.foot.href;
    cohort_then_html(&res->body, &m);
    return ERR_OK;
}

// ---- two runs

typedef struct Side {
    Date as_at;
    Str version;
    Str when; // for the sentence
    const PersonId *people;
    size_t count;
    CohortRun run; // the definition of today as at that day
} Side;

static void side_end(Side *side)
{
    cohort_run_end(&side->run);
}

static Err ask_as_at(Ctx *c, Str key, Side *side)
{
    const Definition *definition = NULL;
    TRY(cohort_definition(c, key, &definition));
    Date as_at = side->as_at.days > c->today.days ? c->today : side->as_at;
    return cohort_ask(c, &(CohortQuestion){definition, 0, as_at}, &side->run);
}

static Err side_of_run(Ctx *c, Str key, Str ref, Side *out)
{
    CohortKeptRun kept;
    PersonId *people = NULL;
    TRY(cohort_run_open(c, ref, &kept, &people, &out->count));
    if (!str_eq(kept.definition, key)) return ERR_NOT_FOUND;
    out->people = people;
    out->as_at = kept.as_at;
    out->version = kept.version;
    out->when = instant_long(c->arena, kept.at);
    return ask_as_at(c, key, out);
}

static Err side_of_today(Ctx *c, Str key, Side *out)
{
    out->as_at = c->today;
    out->when = STR("today");
    TRY(cohort_run(c, key, 0, &out->run));
    out->people = out->run.people;
    out->count = out->run.people_count;
    out->version = out->run.about.version;
    return ERR_OK;
}

static Err fill_moved(Ctx *c, const CohortPair *pair, const CohortRun *after, const PersonId *ids,
                      size_t count, CohortComparePage *m)
{
    CohortPersonRow *people = ARENA_ARRAY(c->arena, CohortPersonRow, count + 1);
    CohortMoved *rows = ARENA_ARRAY(c->arena, CohortMoved, count + 1);
    TRY(cohort_rows_of(c, after, ids, count, WITHOUT_DETAILS, people));
    for (size_t i = 0; i < count; i++) {
        rows[i] = (CohortMoved){.row = people[i]};
        TRY(cohort_changes(c, pair, ids[i], m->leavers, &rows[i]));
    }
    m->rows = rows;
    m->row_count = count;
    return ERR_OK;
}

static void fill_sentence(Ctx *c, const Side *before, const Side *after, size_t joined, size_t left,
                          CohortComparePage *m)
{
    m->sentence =
        arena_fmt(c->arena, "From " STR_FMT " to " STR_FMT ": %zu joined, %zu left, %zu stayed.",
                  STR_ARG(before->when), STR_ARG(after->when), joined, left, before->count - left);
    if (!str_eq(before->version, after->version)) {
        m->versions = STR("The rules were changed between the two. What is said of each person is "
                          "by the rules of today.");
    }
}

static Str compare_base(Ctx *c, const Request *req)
{
    Str key = req_param(req, "key");
    Str ref = req_param(req, "ref");
    return arena_fmt(c->arena, "/cohorts/" STR_FMT "/runs/" STR_FMT, STR_ARG(key), STR_ARG(ref));
}

static void fill_tabs(Ctx *c, Str base, Str with, const size_t counts[2], CohortComparePage *m)
{
    static const char *const LABELS[] = {"Joined", "Left"};
    static const char *const LISTS[] = {"joined", "left"};
    for (size_t i = 0; i < COUNT_OF(m->tabs); i++) {
        m->tabs[i] =
            (UiNavItem){.label = str_from_c(LABELS[i]),
                        .href = arena_fmt(c->arena, STR_FMT "/compare?with=" STR_FMT "&list=%s",
                                          STR_ARG(base), STR_ARG(with), LISTS[i]),
                        .count = (int64_t)counts[i],
                        .current = (i == 1) == m->leavers};
    }
}

static Err show_moved(Ctx *c, const Request *req, Side *before, Side *after, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Person"), .width = 292},
                                       {.label = STR_INIT("What changed")}};
    CohortPair pair = {.sets = cohort_sets(c)};
    TRY(cohort_asker(c, &before->run, &pair.before));
    TRY(cohort_asker(c, &after->run, &pair.after));
    PersonId *lists[2];
    size_t counts[2];
    counts[0] = cohort_only_in(c->arena, before->people, before->count, after->people, after->count,
                               &lists[0]);
    counts[1] = cohort_only_in(c->arena, after->people, after->count, before->people, before->count,
                               &lists[1]);
    Str list = req_query(req, "list");
    bool left = str_eq(list, STR("left")) || (list.len == 0 && counts[0] == 0 && counts[1] > 0);
    CohortComparePage m = {.about = after->run.about,
                           .leavers = left,
                           .table = {.caption = left ? STR("Who left") : STR("Who joined"),
                                     .columns = COLUMNS,
                                     .column_count = COUNT_OF(COLUMNS),
                                     .more = STR("app-table--wide")}};
    Str with = str_eq(after->when, STR("today")) ? STR("today") : req_query(req, "with");
    fill_sentence(c, before, after, counts[0], counts[1], &m);
    m.back = compare_base(c, req);
    fill_tabs(c, m.back, with, counts, &m);
    PersonId *ids = lists[left ? 1 : 0];
    size_t within = cohort_within(pair.after, ids, counts[left ? 1 : 0], ids);
    size_t sharing = cohort_sharing(pair.after, ids, within, ids);
    m.outside = hidden_words(c, counts[left ? 1 : 0], within, sharing);
    UiSlice slice = ui_slice(sharing, COHORT_PAGE_ROWS, req_page(req));
    TRY(fill_moved(c, &pair, &after->run, ids + slice.from, slice.count, &m));
    m.page = page_of(c, STR("Who joined and who left"), "/cohorts");
    m.foot = ui_foot(c->arena, slice,
                     arena_fmt(c->arena, STR_FMT "&page=", STR_ARG(m.tabs[left ? 1 : 0].href)),
                     html_people(c->arena, (int64_t)sharing));
    res->shown = ids + slice.from;
    res->shown_count = slice.count;
    res->log_detail = m.foot.href;
    cohort_compare_runs_html(&res->body, &m);
    return ERR_OK;
}

Err cohort_compare_runs_page(Ctx *c, const Request *req, Response *res)
{
    Str key = req_param(req, "key");
    Str with = req_query(req, "with");
    CLEANUP(side_end) Side one = {0};
    CLEANUP(side_end) Side other = {0};
    TRY(side_of_run(c, key, req_param(req, "ref"), &one));
    if (with.len == 0 || str_eq(with, STR("today"))) {
        TRY(side_of_today(c, key, &other));
        return show_moved(c, req, &one, &other, res);
    }
    TRY(side_of_run(c, key, with, &other));
    bool swapped = other.as_at.days < one.as_at.days;
    return show_moved(c, req, swapped ? &other : &one, swapped ? &one : &other, res);
}
