// cohort_follow_web.c -- following a cohort, and working through who newly qualifies.
#include "cohort_follow_page.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/cohort/cohort_follow_pages.h"
#include "insight/cohort/cohort_kept.h"
#include "insight/cohort/cohort_more_pages.h"

enum { ASIDE_MONTHS_USUAL = 3 };

static const char *const EVERY[] = {"day", "week", "month"};
static const char *const EVERY_LABELS[] = {"Every day", "Every week", "Every month"};
static const char *const SINCE[] = {"0", "7", "28", "84"};
static const char *const SINCE_LABELS[] = {"From today on", "In the last 7 days",
                                           "In the last 28 days", "In the last 12 weeks"};
static const int SINCE_DAYS[] = {0, 7, 28, 84};

static Str newly_path(Ctx *c, Str key)
{
    return arena_fmt(c->arena, "/cohorts/" STR_FMT "/newly", STR_ARG(key));
}

// A page of one of its two lists: the first of who waits needs no more than the path.
static Str newly_at(Ctx *c, Str key, bool aside, int64_t page)
{
    Str path = newly_path(c, key);
    if (!aside && page <= 1) return path;
    return arena_fmt(c->arena, STR_FMT "?list=%s&page=%lld", STR_ARG(path), aside ? "aside" : "new",
                     (long long)page);
}

// What is done to somebody of that page, and leads back to it.
static Str newly_do(Ctx *c, Str key, Str ref, const char *what, int64_t page)
{
    Str path = newly_path(c, key);
    if (page <= 1) {
        return arena_fmt(c->arena, STR_FMT "/" STR_FMT "/%s", STR_ARG(path), STR_ARG(ref), what);
    }
    return arena_fmt(c->arena, STR_FMT "/" STR_FMT "/%s?page=%lld", STR_ARG(path), STR_ARG(ref),
                     what, (long long)page);
}

static Str newly_words(Ctx *c, int64_t count)
{
    return arena_fmt(c->arena, STR_FMT " newly listed", STR_ARG(html_count(c->arena, count)));
}

// ---- the box on a cohort's page, and the lines above the list of cohorts

static void follow_fields(Ctx *c, FollowEvery every, CohortFollowBox *m)
{
    m->every = (UiField){.name = STR("every"),
                         .label = STR("Run it by itself"),
                         .options = ui_options(c->arena, EVERY, EVERY_LABELS, COUNT_OF(EVERY)),
                         .option_count = COUNT_OF(EVERY),
                         .value = str_from_c(EVERY[every - FOLLOW_DAILY])};
    m->since = (UiField){.name = STR("since"),
                         .label = STR("New is who joins"),
                         .options = ui_options(c->arena, SINCE, SINCE_LABELS, COUNT_OF(SINCE)),
                         .option_count = COUNT_OF(SINCE),
                         .value = STR("0")};
}

// Who is new is counted in the actor's whole scope, whatever part of it a page shows.
static Err count_newly(Ctx *c, const CohortRun *run, const CohortFollow *follow, size_t *out)
{
    PersonId *fresh = NULL;
    TRY(cohort_newly(c, run, follow, &fresh, out));
    return cohort_follow_count(c, follow, *out);
}

Err cohort_follow_fill(Ctx *c, const CohortRun *run, Str csrf, CohortFollowBox *out)
{
    CohortFollow follow;
    *out = (CohortFollowBox){.key = run->about.key, .csrf = csrf};
    follow_fields(c, FOLLOW_DAILY, out);
    Err err = cohort_follow_of(c, run->about.key, &follow);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    out->said = follow.said;
    if (follow.state != FOLLOW_RUNS) return ERR_OK;
    follow_fields(c, follow.every, out);
    size_t count = (size_t)follow.waiting;
    if (run->practice == 0) TRY(count_newly(c, run, &follow, &count));
    Str since = date_long(c->arena, follow.since);
    Str next = date_long(c->arena, follow.next_on);
    out->followed = true;
    out->newly = newly_words(c, (int64_t)count);
    out->sentence = arena_fmt(c->arena,
                              "You follow this cohort: %s, next on " STR_FMT
                              ". New is who was not listed on " STR_FMT ".",
                              follow.every == FOLLOW_DAILY    ? "run every day"
                              : follow.every == FOLLOW_WEEKLY ? "run every week"
                                                              : "run every month",
                              STR_ARG(next), STR_ARG(since));
    return ERR_OK;
}

static Err follow_line(Ctx *c, const CohortFollow *follow, CohortNewLine *out)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    size_t count = 0;
    *out = (CohortNewLine){.href = newly_path(c, follow->definition), .name = follow->definition};
    size_t issues = c->issue_count;
    Err err = cohort_run(c, follow->definition, 0, &run);
    if (err == ERR_NOT_FOUND || err == ERR_INVALID) {
        c->issue_count = issues;
        out->text = STR("This cohort cannot be asked any more");
        return cohort_name(c, follow->definition, &out->name);
    }
    if (err == ERR_BUSY && c->issue_count > issues) { // it alone: the others are listed
        out->text = c->issues[issues].text;
        c->issue_count = issues;
        return cohort_name(c, follow->definition, &out->name);
    }
    TRY(err);
    TRY(count_newly(c, &run, follow, &count));
    out->name = run.about.name;
    Str since = date_long(c->arena, follow->since);
    out->text = arena_fmt(c->arena, STR_FMT " since " STR_FMT,
                          STR_ARG(newly_words(c, (int64_t)count)), STR_ARG(since));
    if (follow->state == FOLLOW_RUNS && follow->said.len > 0) {
        out->text =
            arena_fmt(c->arena, STR_FMT ". " STR_FMT, STR_ARG(out->text), STR_ARG(follow->said));
    } else if (follow->state == FOLLOW_STOPPED) {
        out->text = arena_fmt(c->arena, STR_FMT ". It runs no longer: " STR_FMT, STR_ARG(out->text),
                              STR_ARG(follow->said));
    }
    return ERR_OK;
}

Err cohort_follow_lines(Ctx *c, CohortNewLine **out, size_t *count_out)
{
    CohortFollow *follows = NULL;
    size_t count = 0;
    TRY(cohort_follows(c, &follows, &count));
    *out = ARENA_ARRAY(c->arena, CohortNewLine, count + 1);
    for (size_t i = 0; i < count; i++) TRY(follow_line(c, &follows[i], &(*out)[i]));
    *count_out = count;
    return ERR_OK;
}

Err cohort_follow_post(Ctx *c, const Request *req, Response *res)
{
    Str key = req_param(req, "key");
    if (!access_may(c, CLASS_COHORT, MODE_READ)) return ERR_NOT_FOUND;
    int every = form_choice(c, req, "every", EVERY, COUNT_OF(EVERY), NULL);
    int since = form_choice(c, req, "since", SINCE, COUNT_OF(SINCE), NULL);
    Date day = date_add_days(c->today, since < 0 ? 0 : -SINCE_DAYS[since]);
    CohortFollow before;
    Err known = cohort_follow_of(c, key, &before);
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    // Another rhythm for one that runs: who is new stays as it is.
    if (known == ERR_OK && before.state == FOLLOW_RUNS && since < 0) day = before.since;
    TRY(cohort_follow_start(c, key, every < 0 ? FOLLOW_DAILY : FOLLOW_DAILY + (unsigned)every,
                            day));
    return res_redirect_saying(c, res, newly_path(c, key), STR("You follow this cohort."));
}

Err cohort_unfollow_post(Ctx *c, const Request *req, Response *res)
{
    Str key = req_param(req, "key");
    TRY(cohort_follow_end(c, key));
    return res_redirect_saying(c, res, arena_fmt(c->arena, "/cohorts/" STR_FMT, STR_ARG(key)),
                               STR("You do not follow this cohort any more."));
}

// ---- who newly qualifies

static Err waiting_rows(Ctx *c, const CohortRun *run, const CohortFollow *follow,
                        const PersonId *ids, size_t count, CohortNewPage *m)
{
    CohortPersonRow *people = ARENA_ARRAY(c->arena, CohortPersonRow, count + 1);
    CohortNewRow *rows = ARENA_ARRAY(c->arena, CohortNewRow, count + 1);
    NewlySince *since = NULL;
    TRY(cohort_rows_of(c, run, ids, count, WITHOUT_DETAILS, people));
    TRY(cohort_newly_since(c, follow, ids, count, &since));
    cohort_rows_lead_back(c, &m->place, people, count);
    for (size_t i = 0; i < count; i++) {
        Str day = date_long(c->arena, since[i].on);
        rows[i] = (CohortNewRow){
            .row = &people[i],
            .since = arena_fmt(c->arena, "First found on " STR_FMT "%s", STR_ARG(day),
                               since[i].or_before ? " or before" : ""),
            .action = newly_do(c, run->about.key, people[i].person.ref, "aside", m->place.page)};
    }
    m->rows = rows;
    m->row_count = count;
    return ERR_OK;
}

static Str aside_words(Ctx *c, const CohortAside *aside)
{
    Str until = date_long(c->arena, aside->until);
    Str at = instant_long(c->arena, aside->at);
    return arena_fmt(c->arena, STR_FMT " Until " STR_FMT "; " STR_FMT ", " STR_FMT ".",
                     STR_ARG(aside->reason), STR_ARG(until), STR_ARG(aside->by), STR_ARG(at));
}

// Who of those set aside the actor may see: people of the scope who are on the list now.
static Err aside_ids(Ctx *c, const CohortRun *run, const CohortAside **shown, PersonId **ids,
                     size_t *count_out)
{
    CohortAside *asides = NULL;
    size_t count = 0;
    TRY(cohort_asides(c, run->about.key, &asides, &count));
    *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    CohortAside *kept = ARENA_ARRAY(c->arena, CohortAside, count + 1);
    *count_out = 0;
    for (size_t i = 0; i < count; i++) {
        if (!cohort_listed(run, asides[i].person)) continue;
        (*ids)[*count_out] = asides[i].person;
        kept[(*count_out)++] = asides[i];
    }
    *shown = kept;
    return ERR_OK;
}

static Err aside_rows(Ctx *c, const CohortRun *run, const CohortAside *asides, const PersonId *ids,
                      UiSlice slice, CohortNewPage *m)
{
    size_t count = slice.count;
    asides += slice.from;
    ids += slice.from;
    CohortPersonRow *people = ARENA_ARRAY(c->arena, CohortPersonRow, count + 1);
    CohortNewRow *rows = ARENA_ARRAY(c->arena, CohortNewRow, count + 1);
    TRY(cohort_rows_of(c, run, ids, count, WITHOUT_DETAILS, people));
    cohort_rows_lead_back(c, &m->place, people, count);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (CohortNewRow){
            .row = &people[i],
            .aside = aside_words(c, &asides[i]),
            .action = newly_do(c, run->about.key, people[i].person.ref, "back", slice.page)};
    }
    m->rows = rows;
    m->row_count = count;
    return ERR_OK;
}

static void newly_tabs(Ctx *c, Str key, size_t waiting, size_t aside, CohortNewPage *m)
{
    Str path = newly_path(c, key);
    m->tabs[0] = (UiNavItem){.label = STR("Newly listed"),
                             .href = path,
                             .count = (int64_t)waiting,
                             .alert = waiting > 0,
                             .current = !m->aside};
    m->tabs[1] = (UiNavItem){.label = STR("Set aside"),
                             .href = arena_fmt(c->arena, STR_FMT "?list=aside", STR_ARG(path)),
                             .count = (int64_t)aside,
                             .current = m->aside};
}

static UiTable newly_columns(bool aside, bool can_offer)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Select"), .hidden = true},
        {.label = STR_INIT("Person"), .width = 292},
        {.label = STR_INIT("Why listed")},
        {.label = STR_INIT("What to do"), .hidden = true},
    };
    size_t first = can_offer && !aside ? 0 : 1;
    return (UiTable){.caption = aside ? STR("Set aside") : STR("Newly listed"),
                     .columns = COLUMNS + first,
                     .column_count = COUNT_OF(COLUMNS) - first,
                     .more = STR("app-table--wide")};
}

static Err fill_newly(Ctx *c, const Request *req, const CohortRun *run, const CohortFollow *follow,
                      CohortNewPage *m, Response *res)
{
    PersonId *fresh = NULL;
    PersonId *ids = NULL;
    const CohortAside *asides = NULL;
    size_t fresh_count = 0;
    size_t aside_count = 0;
    TRY(cohort_newly(c, run, follow, &fresh, &fresh_count));
    TRY(cohort_follow_count(c, follow, fresh_count));
    TRY(aside_ids(c, run, &asides, &ids, &aside_count));
    newly_tabs(c, run->about.key, fresh_count, aside_count, m);
    size_t count = m->aside ? aside_count : fresh_count;
    UiSlice slice = ui_slice(count, COHORT_PAGE_ROWS, req_page(req));
    m->place.page = m->aside ? 1 : slice.page;
    m->review = cohort_place_along(c, &m->place, STR("/review"));
    Err filled = m->aside ? aside_rows(c, run, asides, ids, slice, m)
                          : waiting_rows(c, run, follow, fresh + slice.from, slice.count, m);
    TRY(filled);
    Str href = arena_fmt(c->arena, STR_FMT "?list=%s&page=", STR_ARG(newly_path(c, run->about.key)),
                         m->aside ? "aside" : "new");
    m->foot = ui_foot(c->arena, slice, href, html_count(c->arena, (int64_t)count));
    res->shown = (m->aside ? ids : fresh) + slice.from;
    res->shown_count = slice.count;
    res->log_detail = m->foot.href;
    return ERR_OK;
}

Err cohort_newly_page(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    CohortFollow follow;
    Str key = req_param(req, "key");
    Err followed = cohort_follow_of(c, key, &follow);
    if (followed == ERR_NOT_FOUND) { // a bookmark of somebody who follows it no more
        return res_redirect_saying(c, res, arena_fmt(c->arena, "/cohorts/" STR_FMT, STR_ARG(key)),
                                   STR("You do not follow this cohort."));
    }
    TRY(followed);
    TRY(cohort_run(c, key, 0, &run));
    TRY(cohort_keep(c, &run));
    CohortNewPage m = {.about = run.about,
                       .aside = str_eq(req_query(req, "list"), STR("aside")),
                       .place = {.key = key, .page = 1, .newly = true},
                       .can_offer = ctx_can(c, CAP_CASELOAD_CHANGE),
                       .back = arena_fmt(c->arena, "/cohorts/" STR_FMT, STR_ARG(key))};
    TRY(cohort_offered_href(c, req, &m.offered_href));
    TRY(fill_newly(c, req, &run, &follow, &m, res));
    TRY(cohort_data(c, &m.data));
    Str since = date_long(c->arena, follow.since);
    m.sentence = arena_fmt(c->arena,
                           "People on this list who were not on it on " STR_FMT
                           ". Offer support, or set aside with a reason until a day.",
                           STR_ARG(since));
    m.table = newly_columns(m.aside, m.can_offer);
    m.page = page_of(c, STR("Newly listed"), "/cohorts");
    cohort_newly_html(&res->body, &m);
    return ERR_OK;
}

// ---- setting aside

// Somebody who is on the list now: of anybody else nothing is said.
static Err listed_person(Ctx *c, const Request *req, CohortRun *run, PersonId **out,
                         const Grant **grant)
{
    *out = ARENA_NEW(c->arena, PersonId);
    TRY(cohort_run(c, req_param(req, "key"), 0, run));
    TRY(person_of_ref(c, req_param(req, "ref"), *out));
    if (!cohort_listed(run, **out)) return ERR_NOT_FOUND;
    TRY(cohort_keep(c, run)); // what was listed is what may be worked on
    return access_grant(c, **out, CLASS_COHORT, MODE_READ, grant);
}

static Err show_aside(Ctx *c, const Request *req, const CohortRun *run, PersonId *person,
                      Response *res)
{
    int64_t page = req_page(req);
    Str usual = date_long(c->arena, date_add_months(c->today, ASIDE_MONTHS_USUAL));
    CohortPersonRow *row = ARENA_NEW(c->arena, CohortPersonRow);
    CohortPlace place = {.key = run->about.key, .page = page, .newly = true};
    TRY(cohort_rows_of(c, run, person, 1, WITHOUT_DETAILS, row));
    cohort_rows_lead_back(c, &place, row, 1);
    bool typed = form_has(req, "reason") || form_has(req, "until");
    CohortAsidePage m = {.page = page_of(c, STR("Set aside"), "/cohorts"),
                         .about = run->about,
                         .row = row,
                         .reason = {.name = STR("reason"),
                                    .label = STR("Why is this person set aside?"),
                                    .hint = STR("Colleagues who work on this cohort read it"),
                                    .value = form_value(req, "reason"),
                                    .rows = 3,
                                    .max = ASIDE_REASON_CHARS_MAX,
                                    .error = issue_of(c, "reason")},
                         .until = {.name = STR("until"),
                                   .label = STR("Until when?"),
                                   .hint = STR("For example 1 March, or in 3 months"),
                                   .value = typed ? form_value(req, "until") : usual,
                                   .width = 20,
                                   .error = issue_of(c, "until")},
                         .action = newly_do(c, run->about.key, row->person.ref, "aside", page),
                         .back = newly_at(c, run->about.key, false, page)};
    res->shown = person;
    res->shown_count = 1;
    cohort_aside_html(&res->body, &m);
    return ERR_OK;
}

Err cohort_aside_page(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    PersonId *person = NULL;
    const Grant *grant = NULL;
    TRY(listed_person(c, req, &run, &person, &grant));
    return show_aside(c, req, &run, person, res);
}

Err cohort_aside_post(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    PersonId *person = NULL;
    const Grant *grant = NULL;
    TRY(listed_person(c, req, &run, &person, &grant));
    Str reason = form_value(req, "reason");
    Date until = form_date(c, req, "until", "Enter until when, for example 1 March");
    Err err =
        c->issue_count > 0 ? ERR_INVALID : cohort_set_aside(c, grant, run.about.key, reason, until);
    if (date_is_none(until) && str_trim(reason).len == 0) {
        (void)ctx_issue(c, STR("reason"), STR(ASIDE_NO_REASON));
    }
    if (err == ERR_INVALID) {
        res->status = err_status(ERR_INVALID);
        return show_aside(c, req, &run, person, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, newly_at(c, run.about.key, false, req_page(req)),
                               STR("Set aside."));
}

Err cohort_back_post(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    PersonId *person = NULL;
    const Grant *grant = NULL;
    TRY(listed_person(c, req, &run, &person, &grant));
    TRY(cohort_put_back(c, grant, run.about.key));
    return res_redirect_saying(c, res, newly_at(c, run.about.key, true, req_page(req)),
                               STR("Put back on the list."));
}
