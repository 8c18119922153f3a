// person_pick.c -- whom is it about? Asked before a form that needs a person.
#include "care/caseload/caseload.h"
#include "care/person/person_pages.h"
#include "person_pick_page.h"

static const struct {
    const char *word; // of the hidden field "then"
    const char *rest; // of the form's address, after the person's
    const char *title;
    const char *question;
} PICKS[PICK_FOR_COUNT] = {
    [PICK_FOR_NOTHING] = {"", "", "", ""},
    [PICK_FOR_CONTACT] = {"contact", "/contacts/new", "Record a contact", "Who was it with?"},
    [PICK_FOR_TASK] = {"task", "/tasks/new", "Add a task", "Who is it for?"},
};

PickFor person_pick_of(Str word)
{
    for (int i = 1; i < PICK_FOR_COUNT; i++) {
        if (str_eq(word, str_from_c(PICKS[i].word))) return (PickFor)i;
    }
    return PICK_FOR_NOTHING;
}

const char *person_pick_word(PickFor what)
{
    return PICKS[what].word;
}

const char *person_pick_title(PickFor what)
{
    return PICKS[what].title;
}

Str person_pick_href(Ctx *c, PickFor what, Str ref)
{
    return arena_fmt(c->arena, "/people/" STR_FMT "%s", STR_ARG(ref), PICKS[what].rest);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const PersonHit *)a)->person.name, ((const PersonHit *)b)->person.name);
}

static Err fill_rows(Ctx *c, PickFor what, PersonPickPage *m, Response *res)
{
    Case *cases = NULL;
    TRY(case_mine(c, &cases, &m->row_count));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, m->row_count);
    for (size_t i = 0; i < m->row_count; i++) ids[i] = cases[i].person;
    PersonRow *persons = NULL;
    TRY(person_rows(c, ids, m->row_count, &persons));
    m->rows = ARENA_ARRAY(c->arena, PersonHit, m->row_count);
    for (size_t i = 0; i < m->row_count; i++) {
        const PersonRow *p = &persons[i];
        m->rows[i] = (PersonHit){
            .person = *p,
            .nhs = person_row_nhs(c, p),
            .born = person_row_age(c, p),
            .href = person_pick_href(c, what, p->ref),
        };
    }
    if (m->row_count > 1) qsort(m->rows, m->row_count, sizeof *m->rows, by_name);
    res->shown = ids;
    res->shown_count = m->row_count;
    return ERR_OK;
}

Err person_pick(Ctx *c, PickFor what, Response *res)
{
    assert(what > PICK_FOR_NOTHING && what < PICK_FOR_COUNT);
    PersonPickPage m = {.question = str_from_c(PICKS[what].question),
                        .title = str_from_c(PICKS[what].title),
                        .then = str_from_c(PICKS[what].word)};
    TRY(fill_rows(c, what, &m, res));
    m.q = person_query_field(c, STR(""));
    m.page = page_of(c, m.title, "/today");
    person_pick_page(&res->body, &m);
    return ERR_OK;
}
