// person_edit.c -- correcting details and needs; a stale form shows both versions.
#include "care/person/person_edit.h"

#include "base/utf8.h"
#include "care/person/person_pages.h"
#include "core/draft.h"
#include "core/form.h"
#include "nhs/nhs_number.h"
#include "person_details_page.h"

enum { NEED_ROWS_SPARE = 3, TEXT_READ_MAX = 1000 };

static const char *const GENDER_WORDS[] = {"", "female", "male", "other"};
static const char *const GENDER_LABELS[] = {"Not recorded", "Female", "Male", "Other"};
static const Gender GENDERS[] = {GENDER_NOT_KNOWN, GENDER_FEMALE, GENDER_MALE, GENDER_OTHER};
static const char *const NEED_WORDS[] = {"communication", "format", "adjustment", "safety"};
static const char *const NEED_LABELS[] = {"Communication", "Information format",
                                          "Reasonable adjustment", "Safety"};

typedef struct Typed { // the form as text: from the record, or as it was sent
    Str family, given, prefix, preferred, nhs_number, born, gender, sex;
    Str address, postcode, phone, mobile, email, language;
    bool interpreter, restricted, opted_out;
    Str need_kinds[PERSON_NEEDS_MAX], need_texts[PERSON_NEEDS_MAX];
    size_t need_count;
} Typed;

static Str gender_word(Gender gender)
{
    for (size_t i = 0; i < COUNT_OF(GENDERS); i++) {
        if (GENDERS[i] == gender) return str_from_c(GENDER_WORDS[i]);
    }
    return STR("");
}

static Typed typed_of_person(Ctx *c, const PersonFrame *f)
{
    const Person *p = &f->person;
    Typed t = {
        .family = p->family,
        .given = p->given,
        .prefix = p->prefix,
        .preferred = p->preferred,
        .nhs_number = f->nhs,
        .born = date_long(c->arena, p->born),
        .gender = gender_word(p->gender),
        .sex = gender_word(p->sex),
        .address = p->address,
        .postcode = p->postcode,
        .phone = p->phone,
        .mobile = p->mobile,
        .email = p->email,
        .language = p->language,
        .interpreter = p->interpreter,
        .restricted = p->restricted,
        .opted_out = p->opted_out,
        .need_count = f->need_count,
    };
    for (size_t i = 0; i < f->need_count; i++) {
        t.need_kinds[i] = str_from_c(NEED_WORDS[f->needs[i].kind - NEED_COMMUNICATION]);
        t.need_texts[i] = f->needs[i].text;
    }
    return t;
}

static Typed typed_of_request(Ctx *c, const Request *req)
{
    Typed t = {
        .family = form_value(req, "family"),
        .given = form_value(req, "given"),
        .prefix = form_value(req, "prefix"),
        .preferred = form_value(req, "preferred"),
        .nhs_number = form_value(req, "nhs_number"),
        .born = form_value(req, "born"),
        .gender = form_value(req, "gender"),
        .sex = form_value(req, "sex"),
        .address = form_value(req, "address"),
        .postcode = form_value(req, "postcode"),
        .phone = form_value(req, "phone"),
        .mobile = form_value(req, "mobile"),
        .email = form_value(req, "email"),
        .language = form_value(req, "language"),
        .interpreter = form_value(req, "interpreter").len > 0,
        .restricted = form_value(req, "restricted").len > 0,
        .opted_out = form_value(req, "opted_out").len > 0,
    };
    size_t rows = form_rows(req, "needs");
    for (size_t i = 0; i < rows && i < PERSON_NEEDS_MAX; i++) {
        t.need_kinds[i] = form_row(c, req, "needs", i, "kind");
        t.need_texts[i] = form_row(c, req, "needs", i, "text");
        t.need_count = i + 1;
    }
    return t;
}

// ---- drawing

static UiField tick(Ctx *c, const char *name, const char *label, bool on)
{
    UiOption *option = ARENA_NEW(c->arena, UiOption);
    option->on = on;
    UiField f = ui_field(c, name, label, STR("yes"));
    f.options = option;
    f.option_count = 1;
    return f;
}

static UiField gender_field(Ctx *c, const char *name, const char *label, Str value)
{
    UiField f = ui_field(c, name, label, value);
    f.options = ui_options(c->arena, GENDER_WORDS, GENDER_LABELS, COUNT_OF(GENDER_WORDS));
    f.option_count = COUNT_OF(GENDER_WORDS);
    return f;
}

static NeedRow need_row(Ctx *c, size_t i, Str kind, Str text)
{
    Str kind_name = ui_row_name(c->arena, STR("needs"), i, "kind");
    Str text_name = ui_row_name(c->arena, STR("needs"), i, "text");
    return (NeedRow){
        .kind = {.name = kind_name,
                 .label = arena_fmt(c->arena, "Kind of need %zu", i + 1),
                 .value = kind,
                 .options = ui_options(c->arena, NEED_WORDS, NEED_LABELS, COUNT_OF(NEED_WORDS)),
                 .option_count = COUNT_OF(NEED_WORDS)},
        .text = {.name = text_name,
                 .label = arena_fmt(c->arena, "Need %zu", i + 1),
                 .value = text,
                 .error = issue_of(c, arena_c(c->arena, text_name))},
    };
}

static void fill_needs(Ctx *c, const Typed *t, NeedRow *rows, size_t *count)
{
    size_t n = t->need_count;
    while (n > 0 && t->need_texts[n - 1].len == 0) n--; // spare rows that came back empty
    n += NEED_ROWS_SPARE;
    if (n > PERSON_NEEDS_MAX) n = PERSON_NEEDS_MAX;
    for (size_t i = 0; i < n; i++) rows[i] = need_row(c, i, t->need_kinds[i], t->need_texts[i]);
    *count = n;
}

static void fill_fields(Ctx *c, const Typed *t, PersonFormPage *m)
{
    m->family = ui_field(c, "family", "Family name", t->family);
    m->given = ui_field(c, "given", "Given names", t->given);
    m->prefix = ui_field(c, "prefix", "Title", t->prefix);
    m->prefix.width = 10;
    m->preferred =
        ui_field(c, "preferred", "Preferred name (what they like to be called)", t->preferred);
    m->nhs_number = ui_field(c, "nhs_number", "NHS number", t->nhs_number);
    m->nhs_number.width = 20;
    m->nhs_number.inputmode = STR("numeric");
    m->born = ui_field(c, "born", "Date of birth", t->born);
    m->born.hint = STR("For example, 3 February 1948");
    m->gender = gender_field(c, "gender", "Gender", t->gender);
    m->sex = gender_field(c, "sex", "Sex registered at birth", t->sex);
    m->address = ui_field(c, "address", "Address", t->address);
    m->postcode = ui_field(c, "postcode", "Postcode", t->postcode);
    m->postcode.width = 10;
    m->phone = ui_field(c, "phone", "Home phone", t->phone);
    m->phone.width = 20;
    m->mobile = ui_field(c, "mobile", "Mobile phone", t->mobile);
    m->mobile.width = 20;
    m->email = ui_field(c, "email", "Email address", t->email);
    m->email.type = STR("text");
    m->language = ui_field(c, "language", "Main language", t->language);
    m->interpreter = tick(c, "interpreter", "Needs an interpreter", t->interpreter);
    m->opted_out =
        tick(c, "opted_out", "Does not want to be contacted with offers of support", t->opted_out);
    m->restricted =
        tick(c, "restricted", "Protected: never show address and phone numbers", t->restricted);
    fill_needs(c, t, m->needs, &m->need_count);
}

static Err draw_form(Ctx *c, const Request *req, const Typed *t, int64_t version, Response *res)
{
    PersonFormPage m = {.version = version};
    TRY(person_frame(c, req->grant, "details", &m.frame));
    m.page = page_of(c, person_title(c, STR("Correct details and needs"), &m.frame.person), "");
    m.action = arena_fmt(c->arena, "/people/" STR_FMT "/details", STR_ARG(m.frame.person.ref));
    m.cancel = m.action;
    fill_fields(c, t, &m);
    person_form_page(&res->body, &m);
    return ERR_OK;
}

Err person_edit(Ctx *c, const Request *req, Response *res)
{
    PersonFrame frame;
    TRY(person_frame(c, req->grant, "details", &frame));
    Typed t = typed_of_person(c, &frame);
    // A form that was sent after the session had ended is kept as a draft under its address.
    Draft draft;
    Str key = arena_fmt(c->arena, "/people/" STR_FMT "/details", STR_ARG(frame.person.ref));
    Err err = draft_find(c, key, &draft);
    if (err == ERR_NOT_FOUND) return draw_form(c, req, &t, frame.person.version, res);
    TRY(err);
    Request typed;
    TRY(draft_request(c, &draft, req, &typed));
    t = typed_of_request(c, &typed);
    return draw_form(c, req, &t, form_version(c, &typed), res);
}

// ---- two versions

static void add_choice(Ctx *c, PersonStalePage *m, const char *name, const char *label, Str mine,
                       Str theirs)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, 2);
    Str blank = STR("nothing");
    options[0] = (UiOption){
        .value = theirs,
        .text = arena_fmt(c->arena, "Theirs: " STR_FMT, STR_ARG(theirs.len > 0 ? theirs : blank)),
        .on = false};
    options[1] = (UiOption){
        .value = mine,
        .text = arena_fmt(c->arena, "Yours: " STR_FMT, STR_ARG(mine.len > 0 ? mine : blank)),
        .on = true};
    PersonChoice *choice = &m->choices[m->choice_count++];
    *choice = (PersonChoice){
        .field = {.name = str_from_c(name),
                  .label = str_from_c(label),
                  .size = STR("s"),
                  .options = options,
                  .option_count = 2,
                  .small = true},
        .same = str_eq(mine, theirs),
    };
    if (choice->same) choice->field.value = mine;
}

static Str tick_word(bool on)
{
    return on ? STR("yes") : STR("");
}

static void add_choices(Ctx *c, PersonStalePage *m, const Typed *mine, const Typed *theirs)
{
    add_choice(c, m, "family", "Family name", mine->family, theirs->family);
    add_choice(c, m, "given", "Given names", mine->given, theirs->given);
    add_choice(c, m, "prefix", "Title", mine->prefix, theirs->prefix);
    add_choice(c, m, "preferred", "Preferred name", mine->preferred, theirs->preferred);
    add_choice(c, m, "nhs_number", "NHS number", mine->nhs_number, theirs->nhs_number);
    add_choice(c, m, "born", "Date of birth", mine->born, theirs->born);
    add_choice(c, m, "gender", "Gender", mine->gender, theirs->gender);
    add_choice(c, m, "sex", "Sex registered at birth", mine->sex, theirs->sex);
    if (!m->frame.person.restricted) {
        add_choice(c, m, "address", "Address", mine->address, theirs->address);
        add_choice(c, m, "postcode", "Postcode", mine->postcode, theirs->postcode);
        add_choice(c, m, "phone", "Home phone", mine->phone, theirs->phone);
        add_choice(c, m, "mobile", "Mobile phone", mine->mobile, theirs->mobile);
        add_choice(c, m, "email", "Email address", mine->email, theirs->email);
    }
    add_choice(c, m, "language", "Main language", mine->language, theirs->language);
    add_choice(c, m, "interpreter", "Needs an interpreter", tick_word(mine->interpreter),
               tick_word(theirs->interpreter));
    add_choice(c, m, "opted_out", "Does not want to be contacted", tick_word(mine->opted_out),
               tick_word(theirs->opted_out));
    add_choice(c, m, "restricted", "Protected record", tick_word(mine->restricted),
               tick_word(theirs->restricted));
}

static bool has_need(const Typed *t, Str text)
{
    for (size_t i = 0; i < t->need_count; i++) {
        if (str_eq(t->need_texts[i], text)) return true;
    }
    return false;
}

// Both lists one after the other, each need once: so that neither loses one.
static Typed both_needs(const Typed *mine, const Typed *theirs, bool *differ_out)
{
    Typed all = *theirs;
    *differ_out = false;
    for (size_t i = 0; i < mine->need_count; i++) {
        if (mine->need_texts[i].len == 0 || has_need(theirs, mine->need_texts[i])) continue;
        *differ_out = true;
        if (all.need_count == PERSON_NEEDS_MAX) continue;
        all.need_kinds[all.need_count] = mine->need_kinds[i];
        all.need_texts[all.need_count++] = mine->need_texts[i];
    }
    for (size_t i = 0; i < theirs->need_count; i++) {
        if (!has_need(mine, theirs->need_texts[i])) *differ_out = true;
    }
    return all;
}

// As the record would show it, so that two ways of writing one day are not two versions.
static void settle(Ctx *c, Typed *t)
{
    int64_t number = 0;
    Date born = DATE_NONE;
    if (nhs_number_read(t->nhs_number, &number) == NHS_NUMBER_OK) {
        t->nhs_number = nhs_number_show(c->arena, number);
    }
    if (date_parse_human(t->born, c->today, &born) == DATE_OK) {
        t->born = date_long(c->arena, born);
    }
}

static Err saved(Ctx *c, Str ref, Response *res)
{
    Str path = arena_fmt(c->arena, "/people/" STR_FMT "/details", STR_ARG(ref));
    TRY(draft_drop(c, path));
    return res_redirect_saying(c, res, path, STR("The details are saved."));
}

// Two versions that say the same are one: a button was pressed twice.
static bool nothing_differs(const PersonStalePage *m)
{
    for (size_t i = 0; i < m->choice_count; i++) {
        if (!m->choices[i].same) return false;
    }
    return !m->needs_differ;
}

static Err draw_stale(Ctx *c, const Request *req, Typed *mine, Response *res)
{
    settle(c, mine);
    PersonStalePage m = {0};
    TRY(person_frame(c, req->grant, "details", &m.frame));
    m.page = page_of(c, person_title(c, STR("Two versions"), &m.frame.person), "");
    m.action = arena_fmt(c->arena, "/people/" STR_FMT "/details", STR_ARG(m.frame.person.ref));
    m.cancel = m.action;
    m.version = m.frame.person.version;
    Typed theirs = typed_of_person(c, &m.frame);
    add_choices(c, &m, mine, &theirs);
    Typed needs = both_needs(mine, &theirs, &m.needs_differ);
    fill_needs(c, &needs, m.needs, &m.need_count);
    if (nothing_differs(&m)) return saved(c, m.frame.person.ref, res);
    res->status = err_status(ERR_CONFLICT);
    person_stale_page(&res->body, &m);
    return ERR_OK;
}

// ---- saving

static void read_number(Ctx *c, Str typed, Person *to)
{
    int64_t number = 0;
    NhsNumberRead read = nhs_number_read(typed, &number);
    if (read == NHS_NUMBER_OK) {
        if (number != to->nhs_number) to->nhs_verified = false; // not traced as typed
        to->nhs_number = number;
    } else if (read == NHS_NUMBER_EMPTY) {
        to->nhs_number = 0;
        to->nhs_verified = false;
    } else {
        ctx_issue(c, STR("nhs_number"), str_from_c(nhs_number_sentence(read)));
    }
}

static Gender read_gender(Ctx *c, const Request *req, const char *name)
{
    int i = form_choice(c, req, name, GENDER_WORDS, COUNT_OF(GENDER_WORDS), NULL);
    return i < 0 ? GENDER_NOT_KNOWN : GENDERS[i];
}

static void read_person(Ctx *c, const Request *req, Person *to)
{
    to->family =
        form_text(c, req, "family", "Family name", PERSON_FAMILY_CHARS_MAX, "Enter a family name");
    to->given = form_text(c, req, "given", "Given names", PERSON_LINE_CHARS_MAX, NULL);
    to->prefix = form_text(c, req, "prefix", "Title", 35, NULL);
    to->preferred = form_text(c, req, "preferred", "Preferred name", PERSON_LINE_CHARS_MAX, NULL);
    read_number(c, form_value(req, "nhs_number"), to);
    to->born =
        form_date_said(c, req, "born", NULL, "Enter the date of birth, like 3 February 1948");
    to->gender = read_gender(c, req, "gender");
    to->sex = read_gender(c, req, "sex");
    if (!to->restricted) {
        to->address = form_text(c, req, "address", "Address", PERSON_LINE_CHARS_MAX, NULL);
        to->postcode = form_text(c, req, "postcode", "Postcode", 10, NULL);
        to->phone = form_text(c, req, "phone", "Home phone", 40, NULL);
        to->mobile = form_text(c, req, "mobile", "Mobile phone", 40, NULL);
        to->email = form_text(c, req, "email", "Email address", 254, NULL);
    }
    to->language = form_text(c, req, "language", "Main language", 100, NULL);
    to->interpreter = form_value(req, "interpreter").len > 0;
    to->opted_out = form_value(req, "opted_out").len > 0;
    to->restricted = form_value(req, "restricted").len > 0;
}

static Date since_of(const PersonFrame *f, Str text, Date today)
{
    for (size_t i = 0; i < f->need_count; i++) {
        if (str_eq(f->needs[i].text, text)) return f->needs[i].since;
    }
    return today;
}

static Need *read_needs(Ctx *c, const Typed *t, const PersonFrame *f, size_t *count_out)
{
    Need *needs = ARENA_ARRAY(c->arena, Need, PERSON_NEEDS_MAX);
    size_t count = 0;
    for (size_t i = 0; i < t->need_count; i++) {
        Str text = str_trim(utf8_clean(c->arena, t->need_texts[i], UTF8_ONE_LINE));
        if (text.len == 0) continue; // cleared
        if (str_chars(text) > PERSON_NEED_CHARS_MAX) {
            ctx_issue(c, ui_row_name(c->arena, STR("needs"), i, "text"),
                      arena_fmt(c->arena, "A need must be %d characters or fewer",
                                PERSON_NEED_CHARS_MAX));
        }
        NeedKind kind = NEED_COMMUNICATION;
        for (size_t k = 0; k < COUNT_OF(NEED_WORDS); k++) {
            if (str_eq(t->need_kinds[i], str_from_c(NEED_WORDS[k]))) kind = (NeedKind)(k + 1);
        }
        needs[count++] = (Need){kind, text, since_of(f, text, c->today)};
    }
    *count_out = count;
    return needs;
}

Err person_save(Ctx *c, const Request *req, Response *res)
{
    PersonFrame frame;
    TRY(person_frame(c, req->grant, "details", &frame));
    Typed t = typed_of_request(c, req);
    int64_t version = form_version(c, req);
    if (version != frame.person.version) return draw_stale(c, req, &t, res);
    Person to = frame.person;
    read_person(c, req, &to);
    size_t need_count = 0;
    Need *needs = read_needs(c, &t, &frame, &need_count);
    Err err =
        c->issue_count > 0 ? ERR_INVALID : person_correct(c, req->grant, &to, needs, need_count);
    if (err == ERR_CONFLICT) return draw_stale(c, req, &t, res);
    if (err == ERR_INVALID) {
        res->status = err_status(err);
        return draw_form(c, req, &t, version, res);
    }
    TRY(err);
    return saved(c, to.ref, res);
}
