// cohort_web.c -- the cohorts, one cohort, and offering support from it. Handlers only translate.
#include "care/caseload/caseload.h"
#include "cohort_list_page.h"
#include "cohort_review_page.h"
#include "cohort_show_page.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/cohort/cohort_compare.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_extracts.h"
#include "insight/cohort/cohort_follow_store.h"
#include "insight/cohort/cohort_history_pages.h"
#include "insight/cohort/cohort_kept_pages.h"
#include "insight/cohort/cohort_told.h"
#include "insight/cohort/cohort_use.h"
#include "insight/cohort/cohort_verify.h"
#include "work/team/team.h"

static const char *const SORT_LABELS[] = {"Frailty deficits, most first", "Age, oldest first",
                                          "Practice", "Name"};
static const char *const PRIORITY_WORDS[] = {"high", "medium", "low"};
static const char *const PRIORITY_LABELS[] = {"High", "Medium", "Low"};

// ---- one cohort

// Is everybody on the page to be selected?
static bool selects_page(const Request *req)
{
    return str_eq(req_query(req, "select"), STR("page"));
}

static Str href_of(Ctx *c, const CohortPlace *place, const char *tail)
{
    return arena_fmt(c->arena, "/cohorts/" STR_FMT "%s?practice=%lld%s", STR_ARG(place->key), tail,
                     (long long)place->practice, place->fresh ? "&known=new" : "");
}

static void fill_bars(Ctx *c, const CohortRun *run, CohortShowPage *m)
{
    CohortBar *bars = ARENA_ARRAY(c->arena, CohortBar, run->step_count + 1);
    int64_t all = run->registered > 0 ? run->registered : 1;
    for (size_t i = 0; i < run->step_count; i++) {
        const CohortStep *step = &run->steps[i];
        bars[i] = (CohortBar){.text = step->text,
                              .count = html_count(c->arena, step->count),
                              .width = (int)((step->count * 100 + all - 1) / all)};
        if (step->not_recorded > 0) {
            bars[i].detail = arena_fmt(c->arena, "Not recorded for " STR_FMT,
                                       STR_ARG(html_people(c->arena, step->not_recorded)));
        }
        if (step->count == 0 && m->zero.len == 0) {
            m->zero = arena_fmt(c->arena, "This rule took the count to 0: " STR_FMT ".",
                                STR_ARG(step->text));
        }
    }
    m->bars = bars;
    m->bar_count = run->step_count;
}

static void fill_left_out(Ctx *c, const CohortRun *run, CohortShowPage *m)
{
    const CohortLeftOut *out = &run->left_out;
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    cohort_left_out_lines(out, lines);
    int64_t total = 0;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        total += lines[i].count;
        m->left_out[i] = (UiPair){.key = str_from_c(lines[i].label),
                                  .value = cohort_left_out_value(c->arena, &lines[i])};
    }
    int64_t gone = out->left + out->died;
    m->left_out_total =
        arena_fmt(c->arena, STR_FMT " met every rule and %s not listed%s.",
                  STR_ARG(html_people(c->arena, total)), total == 1 ? "is" : "are",
                  gone > 0 ? ", counting those who are no longer registered or have died" : "");
}

static Err fill_filter(Ctx *c, const CohortPlace *place, const CohortRun *run, CohortShowPage *m)
{
    Str chosen;
    TRY(practice_field(c, "Registered with", place->practice, &m->practice, &chosen));
    m->sort = (UiField){
        .name = STR("sort"),
        .label = STR("In the order of"),
        .options = ui_options(c->arena, COHORT_SORT_WORDS, SORT_LABELS, COUNT_OF(SORT_LABELS)),
        .option_count = COUNT_OF(SORT_LABELS),
        .value = place->sort};
    Str base = arena_fmt(c->arena, "/cohorts/" STR_FMT, STR_ARG(place->key));
    m->filter =
        (UiFilter){.action = base,
                   .label = STR("Filter the list"),
                   .columns = 4,
                   .chips = m->chips,
                   .shown = arena_fmt(c->arena, STR_FMT " on this list.",
                                      STR_ARG(html_people(c->arena, (int64_t)run->people_count)))};
    CohortPlace without = *place;
    without.practice = 0;
    if (chosen.len > 0) {
        m->chips[m->filter.chip_count++] =
            (UiFilterChip){.text = chosen, .href = href_of(c, &without, "")};
    }
    without = *place;
    without.fresh = false;
    if (place->fresh) {
        m->chips[m->filter.chip_count++] =
            (UiFilterChip){.text = STR("New to us only"), .href = href_of(c, &without, "")};
    }
    if (m->filter.chip_count > 0) m->filter.clear = base;
    return ERR_OK;
}

// How many of the list are new to us; when they are asked for, only they stay in the run.
static Err fill_new(Ctx *c, const CohortPlace *place, CohortRun *run, CohortShowPage *m)
{
    static const char *const WORDS[] = {"", "new"};
    static const char *const LABELS[] = {"Everybody", "New to us only"};
    int64_t fresh = 0;
    CohortPlace only = *place;
    only.fresh = true;
    TRY(cohort_new_to_us(c, run, place->fresh, &fresh));
    m->known = (UiField){.name = STR("known"),
                         .label = STR("Known to us"),
                         .options = ui_options(c->arena, WORDS, LABELS, COUNT_OF(LABELS)),
                         .option_count = COUNT_OF(LABELS),
                         .value = place->fresh ? STR("new") : STR("")};
    m->fresh = arena_fmt(c->arena, STR_FMT " new to us", STR_ARG(html_count(c->arena, fresh)));
    if (fresh > 0) m->fresh_href = href_of(c, &only, "");
    return ERR_OK;
}

static Str practice_name(const Practice *all, size_t count, int64_t id)
{
    Str other = id == 0 ? STR("No practice recorded") : STR("Another practice");
    return practice_name_of(all, count, id, other);
}

Err cohort_rows_of(Ctx *c, const CohortRun *run, const PersonId *ids, size_t count,
                   ReasonDepth depth, CohortPersonRow *rows)
{
    Practice *practices = NULL;
    size_t practice_count = 0;
    PersonRow *shown = NULL;
    TRY(practice_list(c, &practices, &practice_count));
    TRY(person_rows(c, ids, count, &shown));
    for (size_t i = 0; i < count; i++) {
        Reason *reasons = NULL;
        rows[i] = (CohortPersonRow){
            .person = shown[i],
            .nhs = person_row_nhs(c, &shown[i]),
            .age = person_row_born_age(c, &shown[i]),
            .practice = practice_name(practices, practice_count, shown[i].practice_id)};
        TRY(cohort_reasons(c, run, ids[i], depth, &reasons, &rows[i].reason_count));
        rows[i].reasons = reasons;
        for (size_t k = 0; k < rows[i].reason_count; k++) {
            rows[i].has_details = rows[i].has_details || reasons[k].depth > 0;
        }
    }
    return ERR_OK;
}

void cohort_rows_lead_back(Ctx *c, const CohortPlace *place, CohortPersonRow *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Str tail = arena_fmt(c->arena, "/people/" STR_FMT, STR_ARG(rows[i].person.ref));
        rows[i].href = cohort_place_along(c, place, tail);
    }
}

// What was selected, and that the rest of a longer list was not.
static Str selected_sentence(Ctx *c, size_t count, size_t all)
{
    Str who = html_people(c->arena, (int64_t)count);
    if (count == all) {
        return arena_fmt(c->arena, STR_FMT " selected: everybody on this list.", STR_ARG(who));
    }
    return arena_fmt(c->arena,
                     STR_FMT " on this page selected, and nobody of the other " STR_FMT
                             " on the list.",
                     STR_ARG(who), STR_ARG(html_count(c->arena, (int64_t)(all - count))));
}

static Err fill_rows(Ctx *c, const CohortPlace *place, const CohortRun *run, CohortShowPage *m)
{
    UiSlice slice = ui_slice(run->people_count, COHORT_PAGE_ROWS, place->page);
    size_t count = slice.count;
    size_t *order = NULL;
    TRY(cohort_sorted(c, run, place->sort, &order));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) ids[i] = run->people[order[slice.from + i]];
    CohortPersonRow *rows = ARENA_ARRAY(c->arena, CohortPersonRow, count + 1);
    TRY(cohort_rows_of(c, run, ids, count, WITHOUT_DETAILS, rows));
    m->rows = rows;
    m->row_count = count;
    CohortPlace here = *place;
    here.page = slice.page;
    m->review = cohort_place_along(c, &here, STR("/review"));
    cohort_rows_lead_back(c, &here, rows, count);
    Str href =
        arena_fmt(c->arena, STR_FMT "&sort=" STR_FMT "&page=", STR_ARG(href_of(c, place, "")),
                  STR_ARG(place->sort));
    if (m->select_all) m->selected = selected_sentence(c, count, run->people_count);
    m->select_href = arena_fmt(c->arena, STR_FMT "%lld%s#picked", STR_ARG(href),
                               (long long)slice.page, m->select_all ? "" : "&select=page");
    m->foot = ui_foot(c->arena, slice, href, html_people(c->arena, (int64_t)run->people_count));
    return ERR_OK;
}

// Which definition the list is of: several can have like names, and one can be a draft.
static Err fill_standing(Ctx *c, Str key, CohortShowPage *m)
{
    static const char *const TAGS[] = {"Ready-made", "Your draft", "Published", "Withdrawn"};
    static const char *const TONES[] = {"blue", "grey", "green", "red"};
    KeptDefinition kept;
    TRY(definition_get(c, key, &kept));
    m->standing_tag = str_from_c(TAGS[kept.state]);
    m->standing_tone = str_from_c(TONES[kept.state]);
    m->standing = kept.state == DEFINITION_READY
                      ? STR("Comes with this program.")
                      : arena_fmt(c->arena, "Version %lld, saved by " STR_FMT ", " STR_FMT ".",
                                  (long long)kept.number, STR_ARG(kept.by),
                                  STR_ARG(instant_long(c->arena, kept.at)));
    return ERR_OK;
}

static Err fill_head(Ctx *c, const CohortRun *run, CohortShowPage *m)
{
    int64_t listed = (int64_t)run->people_count;
    int64_t all = run->registered > 0 ? run->registered : 1;
    m->count = html_count(c->arena, listed);
    m->of = arena_fmt(c->arena, "of " STR_FMT " registered, %lld in every 1,000",
                      STR_ARG(html_people(c->arena, run->registered)),
                      (long long)((listed * 1000 + all / 2) / all));
    m->caption = arena_fmt(c->arena, STR_FMT ". Offer: " STR_FMT ". Owner: " STR_FMT ".",
                           STR_ARG(run->about.purpose), STR_ARG(run->about.offer),
                           STR_ARG(run->about.owner));
    m->missing = (UiField){.name = STR("q"),
                           .label = STR("Is somebody missing? Name or NHS number"),
                           .type = STR("search"),
                           .autocomplete = STR("off"),
                           .width = 30};
    if (run->updating) m->busy = STR("Newer data has arrived and is being read: look again soon.");
    TRY(cohort_data(c, &m->data));
    return fill_standing(c, run->about.key, m);
}

static UiTable people_columns(Ctx *c, const CohortPlace *place, bool can_offer)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Select"), .hidden = true},
        {.label = STR_INIT("Person"), .sort = STR_INIT("name"), .width = 292},
        {.label = STR_INIT("Why listed"), .sort = STR_INIT("need")},
        {.label = STR_INIT("Offer support"), .hidden = true},
    };
    size_t first = can_offer ? 0 : 1;
    return (UiTable){
        .caption = STR("People"),
        .columns = COLUMNS + first,
        .column_count = can_offer ? 4 : 2,
        .sort = place->sort,
        .sort_href = arena_fmt(c->arena, STR_FMT "&sort=", STR_ARG(href_of(c, place, ""))),
        .more = can_offer ? STR("app-table--wide app-table--picks") : STR("app-table--wide")};
}

static Err fill_people(Ctx *c, const CohortPlace *place, CohortRun *run, CohortShowPage *m)
{
    TRY(fill_new(c, place, run, m));
    TRY(fill_filter(c, place, run, m));
    m->table = people_columns(c, place, m->can_offer);
    return fill_rows(c, place, run, m);
}

static Err show_busy(Ctx *c, Response *res)
{
    CohortListPage m = {.busy = cohort_wait_of(c)};
    m.page = page_of(c, STR("Cohorts"), "/cohorts");
    TRY(cohort_data(c, &m.data));
    m.data.warnings = STR(""); // `busy` says which is waited for
    cohort_list_page(&res->body, &m);
    return ERR_OK;
}

Err cohort_offered_href(Ctx *c, const Request *req, Str *out)
{
    Str ref = req_query(req, "offered");
    PersonId person;
    bool opens = false;
    *out = STR("");
    if (ref.len == 0 || person_of_ref(c, ref, &person) != ERR_OK) return ERR_OK;
    TRY(access_opens(c, person, CLASS_CARE, MODE_READ, &opens));
    if (opens) *out = arena_fmt(c->arena, "/people/" STR_FMT "/case", STR_ARG(ref));
    return ERR_OK;
}

static Err fill_show(Ctx *c, const Request *req, const CohortPlace *place, CohortRun *run,
                     CohortShowPage *m)
{
    m->frailty = rule_asks(run->evaluation->definition->root, RULE_FRAILTY);
    TRY(cohort_names_warnings(c, run->evaluation->definition, &m->unknown));
    TRY(cohort_offered_href(c, req, &m->offered_href));
    TRY(fill_head(c, run, m));
    fill_bars(c, run, m);
    fill_left_out(c, run, m);
    TRY(cohort_follow_fill(c, run, m->page.csrf, &m->follow));
    TRY(fill_people(c, place, run, m));
    cohort_origins(c, run, &m->origins, &m->origin_count);
    m->csv_href = arena_fmt(c->arena, STR_FMT "&sort=" STR_FMT,
                            STR_ARG(href_of(c, place, "/people.csv")), STR_ARG(place->sort));
    return ERR_OK;
}

static Err show_page(Ctx *c, const Request *req, Response *res)
{
    CohortPlace place = cohort_place_of(req);
    CLEANUP(cohort_run_end) CohortRun run;
    Err err = cohort_run(c, place.key, place.practice, &run);
    if (err == ERR_BUSY) return show_busy(c, res);
    TRY(err);
    TRY(cohort_keep(c, &run));
    CohortShowPage m = {.page = page_of(c, run.about.name, "/cohorts"),
                        .run = &run,
                        .select_all = selects_page(req),
                        .can_offer = ctx_can(c, CAP_CASELOAD_CHANGE),
                        .can_export = ctx_can(c, CAP_EXPORT_ROWS)};
    TRY(fill_show(c, req, &place, &run, &m));
    RES_SHOWS(res, c->arena, m.rows, m.row_count, person.id);
    res->log_detail = arena_fmt(c->arena, STR_FMT "&page=%lld", STR_ARG(href_of(c, &place, "")),
                                (long long)m.foot.page);
    cohort_show_page(&res->body, &m);
    return ERR_OK;
}

static Err csv(Ctx *c, const Request *req, Response *res)
{
    CohortPlace place = cohort_place_of(req);
    CLEANUP(cohort_run_end) CohortRun run;
    Str body;
    TRY(cohort_run(c, place.key, place.practice, &run));
    TRY(cohort_keep(c, &run));
    int64_t fresh = 0;
    size_t *order = NULL;
    Str detail = href_of(c, &place, "/people.csv");
    if (place.fresh) TRY(cohort_new_to_us(c, &run, true, &fresh));
    TRY(cohort_sorted(c, &run, place.sort, &order));
    TRY(cohort_export(c, &run, order, detail, &body));
    res->shown = run.people;
    res->shown_count = run.people_count;
    res->log_detail = detail;
    Str name = arena_fmt(c->arena, STR_FMT "-" STR_FMT ".csv", STR_ARG(run.about.key),
                         STR_ARG(date_iso(c->arena, c->today)));
    return res_download(res, "text/csv; charset=utf-8", name, body);
}

// ---- offering

// Somebody else was quicker: who leads is said, so that nobody is asked twice.
static Err stop_of(Ctx *c, PersonId person, Str *out)
{
    Str lead = STR("");
    TRY(cohort_case_sentence(c, person, &lead));
    if (lead.len == 0) lead = STR("On a caseload.");
    *out = arena_fmt(c->arena, STR_FMT " Not offered again.", STR_ARG(lead));
    return ERR_OK;
}

// Adds the row of somebody on the list. Of anybody else nothing is said, whoever it is.
static Err review_row(Ctx *c, const CohortRun *run, Str ref, CohortOfferPage *m, PersonId *shown,
                      CohortOfferRow *rows)
{
    PersonId person = {0};
    PersonRow *row = NULL;
    Reason *reasons = NULL;
    Err err = person_of_ref(c, ref, &person);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    Str stop = STR("");
    bool listed = cohort_listed(run, person);
    if (!listed && cohort_has_case(run, person)) TRY(stop_of(c, person, &stop));
    if (!listed && stop.len == 0) return ERR_OK;
    TRY(person_rows(c, &person, 1, &row));
    CohortOfferRow *out = &rows[m->row_count];
    *out = (CohortOfferRow){
        .ref = row->ref, .name = row->name, .nhs = person_row_nhs(c, row), .stop = stop};
    shown[m->row_count++] = person;
    if (!listed) return ERR_OK;
    TRY(cohort_reasons(c, run, person, WITHOUT_DETAILS, &reasons, &out->reason_count));
    out->reasons = reasons;
    m->can_count++;
    return ERR_OK;
}

static Err review_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Person"), .width = 292},
                                       {.label = STR_INIT("Why listed")}};
    CLEANUP(cohort_run_end) CohortRun run;
    TRY(cohort_run(c, req_param(req, "key"), 0, &run));
    Str only = form_value(req, "only");
    size_t count = only.len > 0 ? 1 : form_count(req, "person");
    if (count > COHORT_OFFERS_MAX) count = COHORT_OFFERS_MAX;
    CohortOfferRow *rows = ARENA_ARRAY(c->arena, CohortOfferRow, count + 1);
    CohortPlace place = cohort_place_of(req);
    CohortOfferPage m = {
        .page = page_of(c, STR("Check before you offer support"), "/cohorts"),
        .about = run.about,
        .offer = cohort_place_along(c, &place, STR("/offer")),
        .back = cohort_place_back(c, &place),
        .rows = rows,
        .table = {.caption = STR("People"), .columns = COLUMNS, .column_count = COUNT_OF(COLUMNS)},
        .priority = {.name = STR("priority"),
                     .label = STR("Priority"),
                     .value = STR("medium"),
                     .options = ui_options(c->arena, PRIORITY_WORDS, PRIORITY_LABELS, 3),
                     .option_count = 3}};
    PersonId *shown = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) {
        Str ref = only.len > 0 ? only : form_nth(req, "person", i);
        TRY(review_row(c, &run, ref, &m, shown, rows));
    }
    m.sentence =
        m.can_count == 0
            ? STR("Nobody was selected who is still on the list. Go back and select again.")
            : arena_fmt(c->arena,
                        STR_FMT " will be offered support, with you in the lead. They are "
                                "told nothing yet: the first contact is yours.",
                        STR_ARG(html_people(c->arena, (int64_t)m.can_count)));
    res->shown = shown;
    res->shown_count = m.row_count;
    cohort_review_page(&res->body, &m);
    return ERR_OK;
}

static Str offered_sentence(Ctx *c, const CohortOffered *done)
{
    Str text = arena_fmt(c->arena, "Support offered to " STR_FMT ".",
                         STR_ARG(html_people(c->arena, (int64_t)done->offered)));
    if (done->offered > 0) {
        text =
            arena_fmt(c->arena, STR_FMT " They are on your caseload: the first contact is yours.",
                      STR_ARG(text));
    }
    if (done->standing > 0) {
        text = arena_fmt(c->arena, STR_FMT " " STR_FMT " had a case already and was left as it is.",
                         STR_ARG(text), STR_ARG(html_people(c->arena, (int64_t)done->standing)));
    }
    if (done->gone > 0) {
        text = arena_fmt(c->arena, STR_FMT " " STR_FMT " no longer on the list: not offered.",
                         STR_ARG(text), STR_ARG(html_people(c->arena, (int64_t)done->gone)));
    }
    return text;
}

// One person who has a case already is shown it: the page of that person's support.
static Str after_offer(Ctx *c, const Request *req, const CohortOffered *done, const Str *refs)
{
    if (done->standing == 1 && done->offered + done->gone == 0) {
        return arena_fmt(c->arena, "/people/" STR_FMT "/case", STR_ARG(refs[0]));
    }
    CohortPlace place = cohort_place_of(req);
    Str list = cohort_place_back(c, &place);
    if (done->offered != 1 || done->standing + done->gone > 0) return list;
    bool has_query = str_find(list, STR("?"), &(size_t){0});
    return arena_fmt(c->arena, STR_FMT "%soffered=" STR_FMT, STR_ARG(list), has_query ? "&" : "?",
                     STR_ARG(refs[0]));
}

static Err offer(Ctx *c, const Request *req, Response *res)
{
    // The row's class is that of what is written; whoever may not see the list gets no other answer
    // than for the list itself.
    if (!access_may(c, CLASS_COHORT, MODE_READ)) return ERR_NOT_FOUND;
    size_t count = form_count(req, "person");
    Str *refs = ARENA_ARRAY(c->arena, Str, count + 1);
    for (size_t i = 0; i < count; i++) refs[i] = form_nth(req, "person", i);
    int priority = form_choice(c, req, "priority", PRIORITY_WORDS, COUNT_OF(PRIORITY_WORDS), NULL);
    CohortOffered done;
    Err err = cohort_offer(c, req_param(req, "key"), refs, count,
                           priority < 0 ? PRIORITY_MEDIUM : priority + 1, &done);
    if (err == ERR_INVALID) return review_page(c, req, res);
    TRY(err);
    return res_redirect_saying(c, res, after_offer(c, req, &done, refs),
                               offered_sentence(c, &done));
}

static const Route ROUTES[] = {
    ROUTE("GET", "/cohorts", cohort_list_of_all, CAP_COHORT_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = "page"),
    ROUTE("GET", "/cohorts/import", definition_import_page, CAP_COHORT_DEFINE, CLASS_DEFINITION,
          VERB_VIEW, .fields = ""),
    ROUTE("POST", "/cohorts/import", definition_import_sent, CAP_COHORT_DEFINE, CLASS_DEFINITION,
          VERB_WRITE, .fields = "text key file", .flags = ROUTE_UPLOAD),
    ROUTE("GET", "/cohorts/compare", cohort_compare_page, CAP_COHORT_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = "a b show page"),
    ROUTE("GET", "/cohorts/:key/definition", definition_page, CAP_COHORT_DEFINE, CLASS_DEFINITION,
          VERB_VIEW, .fields = "version"),
    ROUTE("POST", "/cohorts/:key/definition", definition_state, CAP_COHORT_DEFINE, CLASS_DEFINITION,
          VERB_WRITE, .fields = "state"),
    ROUTE("GET", "/cohorts/:key/definition.cohort", definition_download, CAP_COHORT_DEFINE,
          CLASS_DEFINITION, VERB_VIEW, .fields = ""),
    ROUTE("GET", "/cohorts/:key/definition.json", definition_download, CAP_COHORT_DEFINE,
          CLASS_DEFINITION, VERB_VIEW, .fields = ""),
    ROUTE("GET", "/cohorts/:key/group.json", definition_download, CAP_COHORT_DEFINE,
          CLASS_DEFINITION, VERB_VIEW, .fields = ""),
    ROUTE("GET", "/cohorts/:key/definition.cql", definition_download, CAP_COHORT_DEFINE,
          CLASS_DEFINITION, VERB_VIEW, .fields = ""),
    ROUTE("GET", "/cohorts/:key/withdraw", definition_withdraw_page, CAP_COHORT_DEFINE,
          CLASS_DEFINITION, VERB_VIEW, .fields = ""),
    ROUTE("GET", "/cohorts/:key", show_page, CAP_COHORT_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = "practice sort page select known offered"),
    ROUTE("GET", "/cohorts/:key/people/:ref", cohort_why_page, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_VIEW, .fields = COHORT_PLACE_FIELDS),
    ROUTE("GET", "/cohorts/:key/people.csv", csv, CAP_EXPORT_ROWS, CLASS_COHORT, VERB_EXPORT,
          .fields = "practice sort page known"),
    ROUTE("POST", "/cohorts/:key/follow", cohort_follow_post, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_WRITE, .fields = "every since"),
    ROUTE("POST", "/cohorts/:key/unfollow", cohort_unfollow_post, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_WRITE, .fields = ""),
    ROUTE("GET", "/cohorts/:key/newly", cohort_newly_page, CAP_COHORT_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = "list page offered"),
    ROUTE("GET", "/cohorts/:key/newly/:ref/aside", cohort_aside_page, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_VIEW, .fields = "page"),
    ROUTE("POST", "/cohorts/:key/newly/:ref/aside", cohort_aside_post, CAP_COHORT_VIEW,
          CLASS_COHORT, VERB_WRITE, .fields = "reason until page"),
    ROUTE("POST", "/cohorts/:key/newly/:ref/back", cohort_back_post, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_WRITE, .fields = "page"),
    ROUTE("GET", "/cohorts/:key/runs", cohort_runs_page, CAP_COHORT_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = "page"),
    ROUTE("GET", "/cohorts/:key/runs/:ref", cohort_then_page, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_LIST, .fields = "page"),
    ROUTE("GET", "/cohorts/:key/runs/:ref/compare", cohort_compare_runs_page, CAP_COHORT_VIEW,
          CLASS_COHORT, VERB_LIST, .fields = "with list page"),
    ROUTE("GET", "/cohorts/:key/why-not", cohort_why_not_page, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_SEARCH, .fields = "s"),
    ROUTE("POST", "/cohorts/:key/why-not", cohort_why_not_find, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_SEARCH, .fields = "q", .flags = ROUTE_READS),
    ROUTE("GET", "/cohorts/:key/why-not/:ref", cohort_why_not_person, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_VIEW, .fields = ""),
    ROUTE("GET", "/people/:person/cohorts", cohorts_of_person, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_VIEW, .fields = "page"),
    ROUTE("POST", "/cohorts/:key/review", review_page, CAP_CASELOAD_CHANGE, CLASS_COHORT, VERB_LIST,
          .fields = "person[] only " COHORT_PLACE_FIELDS, .flags = ROUTE_READS),
    ROUTE("POST", "/cohorts/:key/offer", offer, CAP_CASELOAD_CHANGE, CLASS_COHORT, VERB_WRITE,
          .fields = "person[] priority " COHORT_PLACE_FIELDS),
    ROUTE("GET", "/cohort-checks", cohort_verify_page, CAP_COHORT_CHECK, CLASS_NONE, VERB_LIST,
          .fields = ""),
    ROUTE("POST", "/cohort-checks", cohort_verify_post, CAP_COHORT_CHECK, CLASS_NONE, VERB_WRITE,
          .fields = ""),
    ROUTE("POST", "/cohort-checks/stop", cohort_job_stop_post, CAP_COHORT_CHECK, CLASS_NONE,
          VERB_WRITE, .fields = "job"),
};

static const NavItem NAV[] = {
    {.label = "Cohorts",
     .href = "/cohorts",
     .cap = CAP_COHORT_VIEW,
     .count = cohort_follow_waiting,
     .alert = true},
    {.label = "Cohorts", .href = "/cohort-figures", .cap = CAP_COHORT_COUNT}, // insight/equity
    {.label = "Self-check", .href = "/cohort-checks", .cap = CAP_COHORT_CHECK},
};

static const Seal *const SEALS[] = {&RUN_SEAL,       &DEFINITION_SEAL, &DEFINITION_VERSION_SEAL,
                                    &SCHEDULED_SEAL, &FOLLOW_SEAL,     &ASIDE_SEAL,
                                    &VERIFY_SEAL};

const Room COHORT_ROOM = {
    .name = "cohort",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .relationship = cohort_relationship,
    .nav = NAV,
    .nav_count = COUNT_OF(NAV),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
    .jobs = COHORT_JOBS,
    .job_count = COHORT_JOB_COUNT,
};
