// cohort_told.c -- "why not?": anybody of the scope, each rule with what the record says of it.
#include "insight/cohort/cohort_told.h"

#include "base/utf8.h"
#include "care/caseload/caseload.h"
#include "cohort_told_page.h"
#include "core/draft.h"
#include "core/form.h"
#include "nhs/nhs_number.h"
#include "work/team/team.h"

enum { QUERY_READ_MAX = 1000 };

static Str why_not_path(Ctx *c, Str key)
{
    return arena_fmt(c->arena, "/cohorts/" STR_FMT "/why-not", STR_ARG(key));
}

static void begin_page(Ctx *c, const CohortRun *run, Str title, Str typed, CohortWhyNotPage *m)
{
    Str key = run->about.key;
    m->page = page_of(c, title, "/cohorts");
    m->about = run->about;
    m->action = why_not_path(c, key);
    m->back = arena_fmt(c->arena, "/cohorts/" STR_FMT, STR_ARG(key));
    m->q = (UiField){.name = STR("q"),
                     .label = STR("NHS number, name, date of birth or postcode"),
                     .hint = STR("One of them or several, like: Okafor 3 February 1948"),
                     .value = typed,
                     .error = issue_of(c, "q"),
                     .type = STR("search"),
                     .autocomplete = STR("off"),
                     .width = 30};
}

// ---- finding the person

// Of those found, who belongs to the people that the run was asked about.
static Err rows_in_scope(Ctx *c, const CohortRun *run, const PersonRow *found, size_t count,
                         CohortWhyNotPage *m)
{
    CohortAsker *asker = NULL;
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) ids[i] = found[i].id;
    TRY(cohort_asker(c, run, &asker));
    m->hit_count = cohort_within(asker, ids, count, ids);
    CohortPersonRow *rows = ARENA_ARRAY(c->arena, CohortPersonRow, m->hit_count + 1);
    TRY(cohort_rows_of(c, run, ids, m->hit_count, WITHOUT_DETAILS, rows));
    m->hits = rows;
    return ERR_OK;
}

static Err show_search(Ctx *c, const CohortRun *run, Str typed, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Person"), .width = 292},
                                       {.label = STR_INIT("Practice")}};
    CohortWhyNotPage m = {
        .hit_table = {.caption = STR("People found"), .columns = COLUMNS, .column_count = 2}};
    PersonRow *found = NULL;
    size_t count = 0;
    Err err = typed.len == 0 ? ERR_OK : person_find(c, typed, &found, &count, &m.more);
    if (err != ERR_OK && err != ERR_INVALID) return err;
    m.searched = typed.len > 0 && err == ERR_OK;
    TRY(rows_in_scope(c, run, found, count, &m));
    PersonId *shown = ARENA_ARRAY(c->arena, PersonId, m.hit_count + 1);
    for (size_t i = 0; i < m.hit_count; i++) shown[i] = m.hits[i].person.id;
    res->shown = shown;
    res->shown_count = m.hit_count;
    begin_page(c, run, STR("Why is somebody not listed?"), typed, &m);
    if (err == ERR_INVALID) res->status = err_status(ERR_INVALID);
    cohort_why_not_html(&res->body, &m);
    return ERR_OK;
}

Err cohort_why_not_page(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    Request typed;
    TRY(cohort_run(c, req_param(req, "key"), 0, &run));
    Err err = draft_words(c, "why-not", req_query(req, "s"), req, &typed);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    Str q = err == ERR_OK ? str_trim(form_value(&typed, "q")) : STR(""); // an old link: once more
    return show_search(c, &run, q, res);
}

// What is typed names a person: it stays here, and the address gets an opaque word for it.
Err cohort_why_not_find(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    TRY(cohort_run(c, req_param(req, "key"), 0, &run));
    Str typed = str_trim(utf8_cut(form_value(req, "q"), QUERY_READ_MAX));
    if (typed.len == 0) {
        (void)ctx_issue(c, STR("q"), STR("Enter an NHS number, name, date of birth or postcode"));
        res->status = err_status(ERR_INVALID);
        return show_search(c, &run, typed, res);
    }
    PersonRow *found = NULL;
    size_t count = 0;
    bool more = false;
    Err err = person_find(c, typed, &found, &count, &more);
    if (err == ERR_INVALID) {
        c->issue_count = 0; // said once more by the page's own search
        return show_search(c, &run, typed, res);
    }
    TRY(err);
    Str s;
    TRY(draft_keep_words(c, "why-not", req, &s));
    return res_redirect(c, res,
                        arena_fmt(c->arena, STR_FMT "?s=" STR_FMT,
                                  STR_ARG(why_not_path(c, run.about.key)), STR_ARG(s)));
}

// ---- the answer

Err cohort_case_sentence(Ctx *c, PersonId person, Str *out)
{
    CaseBrief *brief = NULL;
    Colleague lead = {0};
    *out = STR("");
    TRY(case_briefs(c, &person, 1, &brief));
    bool offered = brief->state == CASE_OFFERED;
    if (!offered && brief->state != CASE_OPEN) return ERR_OK;
    Err known = team_colleague(c, brief->lead_account, &lead);
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    Instant since = brief->accepted_at.ms != 0 ? brief->accepted_at : brief->offered_at;
    *out = arena_fmt(c->arena, "%s by " STR_FMT ", %s.",
                     offered ? "Offered support" : "On the caseload, led",
                     STR_ARG(lead.name.len > 0 ? lead.name : STR("a colleague")),
                     date_medium(c->arena, instant_date_london(since)).ptr);
    return ERR_OK;
}

static Str group_words(Arena *arena, const CohortRule *rule)
{
    switch (rule->kind) {
    case RULE_ALL: return STR("All of these:");
    case RULE_ANY: return STR("Any of these:");
    case RULE_NONE: return STR("None of these:");
    default: return arena_fmt(arena, "At least %d of these:", rule->count);
    }
}

static Str indent_of(int depth)
{
    static const char DASHES[] = "– – – – – – – – ";
    static const size_t EACH = sizeof "– " - 1;
    size_t wanted = (size_t)depth * EACH;
    return (Str){DASHES, wanted < sizeof DASHES ? wanted : sizeof DASHES - 1};
}

Str cohort_told_words(Arena *arena, const CodeSets *sets, const CohortRule *rule)
{
    return rule_is_group(rule) ? group_words(arena, rule) : rule_words(arena, sets, rule);
}

static void fill_rules(Ctx *c, const CohortRun *run, const CohortTold *told, CohortWhyNotPage *m)
{
    static const struct {
        const char *words, *colour;
    } ANSWERS[] = {[ANSWER_MET] = {"Met", "green"},
                   [ANSWER_NOT_MET] = {"Not met", "orange"},
                   [ANSWER_NOT_RECORDED] = {"Not recorded", "grey"}};
    CohortToldRow *rows = ARENA_ARRAY(c->arena, CohortToldRow, told->rule_count + 1);
    for (size_t i = 0; i < told->rule_count; i++) {
        const RuleTold *one = &told->rules[i];
        const CodeSets *sets = run->evaluation->columns->sets;
        rows[i] = (CohortToldRow){.told = one,
                                  .indent = indent_of(one->depth),
                                  .words = cohort_told_words(c->arena, sets, one->rule),
                                  .answer = str_from_c(ANSWERS[one->answer].words),
                                  .colour = str_from_c(ANSWERS[one->answer].colour)};
    }
    m->rules = rows;
    m->rule_count = told->rule_count;
}

// "2 rules are not met, and for 1 the record holds nothing to go by."
static Str unmet_sentence(Ctx *c, const CohortTold *told)
{
    int against = 0;
    int silent = 0;
    for (size_t i = 0; i < told->rule_count; i++) {
        if (told->rules[i].depth > 0) continue;
        against += told->rules[i].answer == ANSWER_NOT_MET;
        silent += told->rules[i].answer == ANSWER_NOT_RECORDED;
    }
    Str head = arena_fmt(c->arena, "Not on the list: %d %s not met", against,
                         against == 1 ? "rule is" : "rules are");
    if (silent == 0) return arena_fmt(c->arena, STR_FMT ".", STR_ARG(head));
    if (against == 0) head = STR("Not on the list");
    return arena_fmt(c->arena, STR_FMT "%s for %d %s the record holds nothing to go by.",
                     STR_ARG(head), against == 0 ? ":" : ", and", silent,
                     silent == 1 ? "rule" : "rules");
}

Err cohort_verdict(Ctx *c, PersonId person, const CohortTold *told, bool listed, CohortVerdict *out)
{
    Str lead = STR("");
    *out = (CohortVerdict){.text = STR("")};
    if (told->on_caseload) TRY(cohort_case_sentence(c, person, &lead));
    if (told->objects) {
        out->text = STR("On no list: this person objects to sharing their record for direct care. "
                        "What it holds is not shown here.");
    } else if (listed) {
        out->text = STR("On the list: every rule is met and nothing stands against it.");
    } else if (told->met) {
        out->text = arena_fmt(c->arena, "Every rule is met. Left out of the list: " STR_FMT ".",
                              STR_ARG(told->left_out));
        out->also = lead;
    } else {
        out->text = unmet_sentence(c, told);
        if (told->left_out.len > 0) {
            out->also = arena_fmt(c->arena, "Would be left out in any case: " STR_FMT ". " STR_FMT,
                                  STR_ARG(told->left_out), STR_ARG(lead));
        }
    }
    return ERR_OK;
}

static Err fill_person(Ctx *c, const CohortRun *run, PersonId person, const CohortTold *told,
                       CohortWhyNotPage *m)
{
    m->listed = cohort_listed(run, person);
    m->met = told->met;
    TRY(cohort_rows_of(c, run, &person, 1, WITHOUT_DETAILS, &m->row));
    TRY(access_opens(c, person, CLASS_COHORT, MODE_READ, &m->opens));
    TRY(cohort_verdict(c, person, told, m->listed, &m->verdict));
    m->objects = told->objects;
    if (m->objects) return cohort_data(c, &m->data);
    fill_rules(c, run, told, m);
    m->frailty = rule_asks(run->evaluation->definition->root, RULE_FRAILTY);
    return cohort_data(c, &m->data);
}

Err cohort_why_not_person(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Rule")},
                                       {.label = STR_INIT("Answer"), .width = 140},
                                       {.label = STR_INIT("What the record says")}};
    CLEANUP(cohort_run_end) CohortRun run = {0};
    CohortTold told;
    PersonId *person = ARENA_NEW(c->arena, PersonId);
    TRY(person_of_ref(c, req_param(req, "ref"), person));
    TRY(cohort_run_of(c, req_param(req, "key"), *person, &run));
    CohortAsker *asker = NULL;
    TRY(cohort_asker(c, &run, &asker));
    TRY(cohort_told(c, asker, *person, &told));
    CohortWhyNotPage m = {.table = {.caption = STR("Rules"),
                                    .columns = COLUMNS,
                                    .column_count = COUNT_OF(COLUMNS),
                                    .more = STR("app-table--wide")}};
    begin_page(c, &run, STR("Why somebody is listed or not"), STR(""), &m);
    TRY(fill_person(c, &run, *person, &told, &m));
    res->shown = person;
    res->shown_count = 1;
    cohort_why_not_one_html(&res->body, &m);
    return ERR_OK;
}
