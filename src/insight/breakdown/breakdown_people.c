// breakdown_people.c -- the people behind one number.
#include "breakdown_people_page.h"
#include "core/html.h"
#include "insight/breakdown/breakdown_pages.h"
#include "work/team/team.h"

static const struct {
    const char *key, *words;
} WHO[] = {[VALUES_ALL] = {"all", "everybody"},
           [VALUES_WITH] = {"with", "with a value"},
           [VALUES_WITHOUT] = {"without", "no value recorded"},
           [VALUES_MET] = {"met", "meet the target"},
           [VALUES_NOT_MET] = {"missed", "do not meet the target"}};

// Of the target only where there is one.
static Err who_of(const Request *req, const BreakdownAsk *ask, ValuesWho *out)
{
    size_t count = ask->values.target == TARGET_NONE ? VALUES_MET : COUNT_OF(WHO);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(req_query(req, "who"), str_from_c(WHO[i].key))) continue;
        *out = (ValuesWho)i;
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

static Err group_label(Ctx *c, const BreakdownAsk *ask, size_t which, Str key, Str *out)
{
    PeopleGroups groups;
    *out = STR("");
    if (key.len == 0) return ERR_OK;
    TRY(people_groups(c, &ask->values, which, ask->as_at, &groups));
    for (size_t i = 0; i < groups.count; i++) {
        if (!str_eq(groups.groups[i].key, key)) continue;
        *out = arena_fmt(c->arena, STR_FMT ": " STR_FMT, STR_ARG(ask->by[which]->label),
                         STR_ARG(groups.groups[i].label));
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

// "Everybody registered, in the 12 months to 1 May 2026; Sex: Female; target at most 58 mmol/mol."
static Err about_of(Ctx *c, const BreakdownAsk *ask, const ValuesCell *cell, Str *out)
{
    Str first = STR("");
    Str second = STR("");
    TRY(group_label(c, ask, 0, cell->group[0], &first));
    TRY(group_label(c, ask, 1, cell->group[1], &second));
    Str target = breakdown_target_words(c->arena, ask);
    *out = arena_fmt(c->arena, STR_FMT ", " STR_FMT "%s" STR_FMT "%s" STR_FMT "%s" STR_FMT ".",
                     STR_ARG(ask->definition->name), STR_ARG(breakdown_when_words(c->arena, ask)),
                     first.len > 0 ? "; " : "", STR_ARG(first), second.len > 0 ? "; " : "",
                     STR_ARG(second), target.len > 0 ? "; target " : "", STR_ARG(target));
    return ERR_OK;
}

static Err fill_rows(Ctx *c, const BreakdownAsk *ask, const ValuedPerson *people, size_t count,
                     BreakdownPersonRow *rows)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    assert(count == 0 || people != NULL);
    for (size_t i = 0; i < count; i++) ids[i] = people[i].person;
    PersonRow *persons = NULL;
    Practice *practices = NULL;
    size_t practice_count = 0;
    TRY(person_rows(c, ids, count, &persons));
    TRY(practice_list(c, &practices, &practice_count));
    for (size_t i = 0; i < count; i++) {
        const PersonRow *person = &persons[i];
        rows[i] = (BreakdownPersonRow){.person = *person,
                                       .nhs = person_row_nhs(c, person),
                                       .born = person_row_born(c, person),
                                       .practice = practice_name_of(practices, practice_count,
                                                                    people[i].practice,
                                                                    STR("Practice not known"))};
        if (!people[i].has_value) continue;
        rows[i].value = arena_fmt(c->arena, STR_FMT " " STR_FMT,
                                  STR_ARG(number_text(c->arena, people[i].value)),
                                  STR_ARG(breakdown_unit(ask)));
        rows[i].on = date_long(c->arena, people[i].on);
    }
    return ERR_OK;
}

typedef struct Listing {
    const BreakdownAsk *ask;
    ValuesCell cell;
    ValuedPerson *people;
    size_t count;
} Listing;

static Err draw(Ctx *c, const Request *req, const Listing *list, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Person"), .width = 292},
                                       {.label = STR_INIT("Latest value")}};
    UiSlice slice = ui_slice(list->count, BREAKDOWN_PAGE_ROWS, req_page(req));
    const ValuedPerson *people = list->people + slice.from;
    BreakdownPersonRow *rows = ARENA_ARRAY(c->arena, BreakdownPersonRow, slice.count + 1);
    TRY(fill_rows(c, list->ask, people, slice.count, rows));
    Str all = html_count(c->arena, (int64_t)list->count);
    Str heading = arena_fmt(c->arena, STR_FMT ": %s", STR_ARG(list->ask->values.measure->label),
                            WHO[list->cell.who].words);
    Str href = arena_fmt(
        c->arena, "/breakdown/people?" STR_FMT "&group=" STR_FMT "&second=" STR_FMT "&who=%s",
        STR_ARG(list->ask->query), STR_ARG(list->cell.group[0]), STR_ARG(list->cell.group[1]),
        WHO[list->cell.who].key);
    BreakdownPeoplePage m = {
        .page = page_of(c, heading, "/cohorts"),
        .heading = heading,
        .back = arena_fmt(c->arena, "/breakdown?" STR_FMT, STR_ARG(list->ask->query)),
        .count = arena_fmt(c->arena, STR_FMT " %s", STR_ARG(all),
                           list->count == 1 ? "person" : "people"),
        .rows = rows,
        .row_count = slice.count,
        .table = {.caption = heading, .columns = COLUMNS, .column_count = COUNT_OF(COLUMNS)},
        .foot =
            ui_foot(c->arena, slice, arena_fmt(c->arena, STR_FMT "&page=", STR_ARG(href)), all)};
    TRY(about_of(c, list->ask, &list->cell, &m.about));
    RES_SHOWS(res, c->arena, people, slice.count, person);
    res->log_detail =
        arena_fmt(c->arena, STR_FMT "&page=%lld", STR_ARG(href), (long long)slice.page);
    breakdown_people_html(&res->body, &m);
    return ERR_OK;
}

Err breakdown_people_page(Ctx *c, const Request *req, Response *res)
{
    BreakdownAsk ask;
    TRY(breakdown_ask(c, req, &ask));
    if (c->issue_count > 0) return ERR_NOT_FOUND; // an address that no page of ours gives
    Listing list = {.ask = &ask,
                    .cell = {.group = {req_query(req, "group"), req_query(req, "second")}}};
    TRY(who_of(req, &ask, &list.cell.who));
    CohortQuestion question = {.definition = ask.definition, .as_at = ask.as_at};
    CLEANUP(cohort_run_end) CohortRun run = {0};
    TRY(cohort_match(c, &question, &run));
    TRY(cohort_values_people(c, &run, &ask.values, &list.cell, &list.people, &list.count));
    return draw(c, req, &list, res);
}
