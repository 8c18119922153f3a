// person_web.c -- finding a person, and reading their details. Handlers only translate.
#include "base/utf8.h"
#include "care/caseload/caseload.h"
#include "care/person/person_edit.h"
#include "care/person/person_fhir.h"
#include "care/person/person_pages.h"
#include "care/person/person_row.h"
#include "core/draft.h"
#include "core/form.h"
#include "nhs/ethnic_category.h"
#include "nhs/nhs_number.h"
#include "person_details_page.h"
#include "person_found_page.h"
#include "work/team/team.h"

enum { QUERY_READ_MAX = 2000 };

// ---- what every page of a person wears

bool person_is_current(const PersonFrame *f, const char *part)
{
    return f->current != NULL && str_eq(str_from_c(f->current), str_from_c(part));
}

const char *person_gender_name(Gender gender)
{
    switch (gender) {
    case GENDER_MALE: return "Male";
    case GENDER_FEMALE: return "Female";
    case GENDER_OTHER: return "Other";
    case GENDER_NOT_KNOWN: return "Not recorded";
    }
    return "Not recorded";
}

const char *person_need_name(NeedKind kind)
{
    switch (kind) {
    case NEED_COMMUNICATION: return "communication";
    case NEED_FORMAT: return "information format";
    case NEED_ADJUSTMENT: return "reasonable adjustment";
    case NEED_SAFETY: return "safety";
    }
    return "need";
}

UiIcon person_need_icon(NeedKind kind)
{
    switch (kind) {
    case NEED_COMMUNICATION: return ICON_EAR;
    case NEED_FORMAT: return ICON_DOCUMENT;
    case NEED_ADJUSTMENT: return ICON_HEART;
    case NEED_SAFETY: return ICON_WARNING;
    }
    return ICON_NONE;
}

void person_page_begin(Buf *o, const Page *p, const PersonFrame *f)
{
    page_frame_begin(o, p);
    person_banner(o, f);
    page_main_begin(o, p);
}

void person_page_end(Buf *o, const Page *p, const PersonFrame *f)
{
    (void)f;
    page_main_end(o, p);
    page_frame_end(o, p);
}

// ---- finding

UiField person_query_field(Ctx *c, Str typed)
{
    return (UiField){
        .name = STR("q"),
        .label = STR("NHS number, name, date of birth or postcode"),
        .hint = STR("One of them or several, like: Okafor 3 February 1948"),
        .value = typed,
        .error = issue_of(c, "q"),
        .type = STR("search"),
        .autocomplete = STR("off"),
        .width = 30,
    };
}

static Str lead_name(const CaseBrief *k)
{
    bool stands = k->state == CASE_OFFERED || k->state == CASE_OPEN;
    return stands && k->lead_name.len > 0 ? k->lead_name : STR("Not on a caseload");
}

static Err fill_hits(Ctx *c, const PersonRow *rows, size_t count, PickFor then, PersonFoundPage *m)
{
    Practice *practices = NULL;
    size_t practice_count = 0;
    TRY(practice_list(c, &practices, &practice_count));
    CaseBrief *cases = NULL;
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) ids[i] = rows[i].id;
    TRY(case_briefs(c, ids, count, &cases));
    m->hits = ARENA_ARRAY(c->arena, PersonHit, count);
    m->hit_count = count;
    for (size_t i = 0; i < count; i++) {
        const PersonRow *p = &rows[i];
        int age = date_age_years(p->born, c->today);
        bool alive = p->registration != REGISTRATION_DIED && age >= 0;
        m->hits[i] = (PersonHit){
            .person = *p,
            .href = person_pick_href(c, then, p->ref),
            .nhs = nhs_number_or(c->arena, p->nhs_number, STR("Not recorded")),
            .born = date_is_none(p->born) ? STR("Not recorded") : date_long(c->arena, p->born),
            .practice =
                practice_name_of(practices, practice_count, p->practice_id, STR("Not recorded")),
            .lead = lead_name(&cases[i]),
        };
        if (alive) {
            m->hits[i].born = arena_fmt(c->arena, STR_FMT " (%d)", STR_ARG(m->hits[i].born), age);
        }
    }
    return ERR_OK;
}

static PersonFoundPage found_page_of(Ctx *c, Str typed, PickFor then)
{
    return (PersonFoundPage){.page = page_of(c, STR("Find a person"), ""),
                             .q = person_query_field(c, typed),
                             .title = str_from_c(person_pick_title(then)),
                             .then = str_from_c(person_pick_word(then))};
}

static Err show_found(Ctx *c, Str typed, PickFor then, Response *res)
{
    PersonFoundPage m = {0};
    PersonRow *rows = NULL;
    size_t count = 0;
    Err err = typed.len == 0 ? ERR_OK : person_find(c, typed, &rows, &count, &m.more);
    if (err != ERR_OK && err != ERR_INVALID) return err;
    m.searched = typed.len > 0 && err == ERR_OK;
    if (m.searched) TRY(fill_hits(c, rows, count, then, &m));
    PersonId *shown = ARENA_ARRAY(c->arena, PersonId, count);
    for (size_t i = 0; i < count; i++) shown[i] = rows[i].id;
    res->shown = shown;
    res->shown_count = count;
    PersonFoundPage head = found_page_of(c, typed, then); // after the search, with its issues
    m.page = head.page;
    m.q = head.q;
    m.title = head.title;
    m.then = head.then;
    if (err == ERR_INVALID) res->status = err_status(ERR_INVALID);
    person_found_page(&res->body, &m);
    return ERR_OK;
}

// What was typed names a person: it stays on the server, and the URL gets an opaque word for it.
static Err find(Ctx *c, const Request *req, Response *res)
{
    Str typed = str_trim(utf8_cut(form_value(req, "q"), QUERY_READ_MAX));
    int64_t number = 0;
    PersonRow *rows = NULL;
    size_t count = 0;
    bool more = false;
    PickFor then = person_pick_of(form_value(req, "then"));
    Err err =
        typed.len == 0
            ? ctx_issue(c, STR("q"), STR("Enter an NHS number, name, date of birth or postcode"))
            : person_find(c, typed, &rows, &count, &more);
    if (err == ERR_INVALID) {
        PersonFoundPage m = found_page_of(c, typed, then);
        res->status = err_status(err);
        person_found_page(&res->body, &m);
        return ERR_OK;
    }
    TRY(err);
    if (count == 1 && nhs_number_read(typed, &number) == NHS_NUMBER_OK) {
        return res_redirect(c, res, person_pick_href(c, then, rows->ref));
    }
    Str s;
    TRY(draft_keep_words(c, "find", req, &s));
    return res_redirect(c, res, arena_fmt(c->arena, "/people?s=" STR_FMT, STR_ARG(s)));
}

static Err found(Ctx *c, const Request *req, Response *res)
{
    Request typed;
    Err err = draft_words(c, "find", req_query(req, "s"), req, &typed);
    // An old link: search again.
    if (err == ERR_NOT_FOUND) return show_found(c, STR(""), PICK_FOR_NOTHING, res);
    TRY(err);
    return show_found(c, str_trim(form_value(&typed, "q")),
                      person_pick_of(form_value(&typed, "then")), res);
}

// ---- details

static void add_pair(UiPair *rows, size_t *count, const char *key, Str value)
{
    rows[(*count)++] = (UiPair){.key = str_from_c(key), .value = value};
}

static Str yes_no(bool on)
{
    return on ? STR("Yes") : STR("No");
}

static void fill_show(Ctx *c, PersonShowPage *m)
{
    const Person *p = &m->frame.person;
    Arena *a = c->arena;
    add_pair(m->who, &m->who_count, "Family name", p->family);
    add_pair(m->who, &m->who_count, "Given names", p->given);
    add_pair(m->who, &m->who_count, "Title", p->prefix);
    add_pair(m->who, &m->who_count, "Preferred name", p->preferred);
    add_pair(m->who, &m->who_count, "Date of birth", date_long(a, p->born));
    add_pair(m->who, &m->who_count, "Gender", str_from_c(person_gender_name(p->gender)));
    add_pair(m->who, &m->who_count, "Sex registered at birth",
             str_from_c(person_gender_name(p->sex)));
    add_pair(m->who, &m->who_count, "NHS number",
             p->nhs_verified || m->frame.nhs.len == 0
                 ? m->frame.nhs
                 : arena_fmt(a, STR_FMT " (not verified)", STR_ARG(m->frame.nhs)));
    add_pair(m->reach, &m->reach_count, "Address", p->address);
    add_pair(m->reach, &m->reach_count, "Postcode", p->postcode);
    add_pair(m->reach, &m->reach_count, "Home phone", p->phone);
    add_pair(m->reach, &m->reach_count, "Mobile phone", p->mobile);
    add_pair(m->reach, &m->reach_count, "Email", p->email);
    add_pair(m->more, &m->more_count, "Main language", p->language);
    add_pair(m->more, &m->more_count, "Interpreter needed", yes_no(p->interpreter));
    add_pair(m->more, &m->more_count, "Practice", p->practice_name);
    add_pair(m->more, &m->more_count, "Usual GP", p->usual_gp);
    static const char *const REGISTRATIONS[] = {"Not recorded", "Registered",
                                                "No longer registered", "Died"};
    Str since = date_is_none(p->registration_on)
                    ? STR("")
                    : arena_fmt(a, " since " STR_FMT, STR_ARG(date_long(a, p->registration_on)));
    add_pair(m->more, &m->more_count, "Registration",
             arena_fmt(a, "%s" STR_FMT, REGISTRATIONS[p->registration], STR_ARG(since)));
    add_pair(m->more, &m->more_count, "Ethnic category", ethnic_category_words(p->ethnicity));
    add_pair(m->more, &m->more_count, "Deprivation decile",
             p->imd_decile == 0 ? STR("")
                                : arena_fmt(a, "%d of 10, where 1 is the most deprived (IMD %d)",
                                            p->imd_decile, p->imd_year));
    add_pair(m->more, &m->more_count, "Offers of support",
             p->opted_out ? STR("Does not want to be contacted") : STR("May be contacted"));
}

static Err show(Ctx *c, const Request *req, Response *res)
{
    PersonShowPage m = {0};
    TRY(person_frame(c, req->grant, "details", &m.frame));
    m.page = page_of(c, person_title(c, STR("Details and needs"), &m.frame.person), "");
    fill_show(c, &m);
    bool may = ctx_can(c, CAP_PERSON_EDIT) && access_may(c, CLASS_DEMOGRAPHICS, MODE_WRITE);
    if (may) {
        m.edit =
            arena_fmt(c->arena, "/people/" STR_FMT "/details/edit", STR_ARG(m.frame.person.ref));
    }
    bool opens = false;
    TRY(access_opens(c, grant_person(req->grant), CLASS_CLINICAL, MODE_READ, &opens));
    if (opens && ctx_can(c, CAP_CLINICAL_FILE)) {
        m.fhir = arena_fmt(c->arena, "/fhir/Patient/" STR_FMT "/$everything",
                           STR_ARG(m.frame.person.ref));
    }
    person_show_page(&res->body, &m);
    return ERR_OK;
}

// The row's own class is the protection: its grant asked for the reason and the relationship, and
// this look is one line of the access log by itself.
static Err show_address(Ctx *c, const Request *req, Response *res)
{
    PersonShowPage m = {0};
    const Grant *details = NULL;
    assert(grant_covers(req->grant, CLASS_PROTECTED_ADDRESS, MODE_READ));
    TRY(access_grant(c, grant_person(req->grant), CLASS_DEMOGRAPHICS, MODE_READ, &details));
    TRY(person_frame(c, details, "details", &m.frame));
    m.page = page_of(c, person_title(c, STR("Protected address"), &m.frame.person), "");
    fill_show(c, &m);
    person_address_page(&res->body, &m);
    return ERR_OK;
}

// ---- the room

#define EDIT_FIELDS                                                                                \
    "version family given prefix preferred nhs_number born gender sex address postcode phone "     \
    "mobile email language interpreter restricted opted_out needs[].kind needs[].text"

static const Route ROUTES[] = {
    ROUTE("POST", "/people/find", find, CAP_PERSON_FIND, CLASS_DEMOGRAPHICS, VERB_SEARCH,
          .fields = "q then", .flags = ROUTE_READS),
    ROUTE("GET", "/people", found, CAP_PERSON_FIND, CLASS_DEMOGRAPHICS, VERB_LIST,
          .fields = "s q then"),
    ROUTE("GET", "/people/:person/address", show_address, CAP_PERSON_VIEW, CLASS_PROTECTED_ADDRESS,
          VERB_VIEW, .fields = ""),
    ROUTE("GET", "/people/:person/details", show, CAP_PERSON_VIEW, CLASS_DEMOGRAPHICS, VERB_VIEW,
          .fields = ""),
    ROUTE("GET", "/fhir/Patient/:person", person_fhir_read, CAP_PERSON_VIEW, CLASS_DEMOGRAPHICS,
          VERB_VIEW, .flags = ROUTE_RAW, .problem = fhir_problem),
    ROUTE("GET", "/people/:person/details/edit", person_edit, CAP_PERSON_EDIT, CLASS_DEMOGRAPHICS,
          VERB_VIEW, .fields = ""),
    ROUTE("POST", "/people/:person/details", person_save, CAP_PERSON_EDIT, CLASS_DEMOGRAPHICS,
          VERB_WRITE, .fields = EDIT_FIELDS, .flags = ROUTE_DRAFT,
          .form = "/people/:person/details/edit"),
};

static const Seal *const SEALS[] = {&PERSON_SEAL, &HIDDEN_SEAL, &AREA_SEAL};

const Room PERSON_ROOM = {
    .name = "person",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
