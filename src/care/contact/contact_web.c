// contact_web.c -- recording a contact and reading one. Handlers only translate.
#include "care/contact/contact_fhir.h"
#include "care/contact/contact_pages.h"
#include "care/task/task.h"
#include "contact_form_page.h"
#include "core/draft.h"
#include "core/form.h"
#include "work/team/team.h"

enum { TASKS_TO_TICK_MAX = 10 };

static const char *const OUTCOME_WORDS[] = {"spoke", "no-answer", "message", "not-home",
                                            "not-attended"};

#define FIELDS                                                                                     \
    "mode outcome on time minutes present interpreter own_words done next_step next_due "          \
    "next_owner no_next no_next_reason task[] draft"

static Str path_of(Ctx *c, const Request *req, const char *rest)
{
    return arena_fmt(c->arena, "/people/" STR_FMT "%s", STR_ARG(req_param(req, "person")), rest);
}

static UiOption *outcome_options(Ctx *c, const Person *p)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, COUNT_OF(OUTCOME_WORDS));
    for (size_t i = 0; i < COUNT_OF(OUTCOME_WORDS); i++) {
        options[i] = (UiOption){.value = str_from_c(OUTCOME_WORDS[i]),
                                .text = str_from_c(contact_outcome_name((ContactOutcome)(i + 1)))};
    }
    options[0].text =
        arena_fmt(c->arena, "Spoke with " STR_FMT, STR_ARG(person_called(c->arena, p)));
    return options;
}

static Err owner_field(Ctx *c, const Request *typed, ContactForm *m)
{
    UiOption *options = NULL;
    size_t n = 0;
    TRY(team_choices(c, CHOOSE_DOER, &options, &n));
    m->next_owner = (UiField){.name = STR("next_owner"),
                              .label = STR("Who will do it?"),
                              .value = form_value(typed, "next_owner"),
                              .options = options,
                              .option_count = n,
                              .error = issue_of(c, "next_owner")};
    return ERR_OK;
}

// Open tasks that can be ticked as done; the one that led here is ticked already.
static Err task_field(Ctx *c, const Request *req, const Request *typed, ContactForm *m)
{
    Task *tasks = NULL;
    size_t count = 0;
    TRY(task_of_person(c, req->grant, true, &tasks, &count));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, TASKS_TO_TICK_MAX);
    size_t n = 0;
    for (size_t i = 0; i < count && n < TASKS_TO_TICK_MAX; i++) {
        bool on = str_eq(req_query(req, "task"), tasks[i].ref);
        for (size_t k = 0; k < form_count(typed, "task"); k++) {
            on = on || str_eq(form_nth(typed, "task", k), tasks[i].ref);
        }
        options[n++] = (UiOption){
            .value = tasks[i].ref,
            .text = arena_fmt(c->arena, "Task done: " STR_FMT, STR_ARG(tasks[i].what)),
            .on = on,
        };
    }
    m->has_task = n > 0;
    m->task = (UiField){.name = STR("task"),
                        .label = STR("Tick what this contact has done"),
                        .hint = STR("If nobody was reached, these stay open."),
                        .options = options,
                        .option_count = n,
                        .small = true,
                        .id = STR("task")};
    return ERR_OK;
}

static void fill_first_half(Ctx *c, const Request *typed, ContactForm *m)
{
    m->mode = contact_mode_field(c, "How was the contact made?", form_value(typed, "mode"));
    m->mode.size = STR("s");
    m->mode.inline_row = m->mode.small = true;
    m->outcome = ui_field(c, "outcome", "What happened?", form_value(typed, "outcome"));
    m->outcome.size = STR("s");
    m->outcome.options = outcome_options(c, &m->frame.person);
    m->outcome.option_count = COUNT_OF(OUTCOME_WORDS);
    m->outcome.inline_row = m->outcome.small = true;
    m->on = ui_field(c, "on", "Date", form_value(typed, "on"));
    m->on.width = 20;
    m->time = ui_field(c, "time", "Time (24 hour)", form_value(typed, "time"));
    m->time.width = 5;
    m->minutes = ui_field(c, "minutes", "Minutes", form_value(typed, "minutes"));
    m->minutes.width = 3;
    m->minutes.inputmode = STR("numeric");
    m->present =
        ui_field(c, "present", "Who else was there? (optional)", form_value(typed, "present"));
    UiOption *used = ARENA_NEW(c->arena, UiOption);
    *used = (UiOption){.value = STR("yes"),
                       .text = STR("An interpreter was used"),
                       .on = form_has(typed, "interpreter")};
    m->interpreter =
        ui_field(c, "interpreter", "An interpreter was used", form_value(typed, "interpreter"));
    m->interpreter.options = used;
    m->interpreter.option_count = 1;
    m->interpreter.value = STR("yes");
}

static void fill_second_half(Ctx *c, const Request *typed, ContactForm *m)
{
    Str called = person_called(c->arena, &m->frame.person);
    m->own_words = ui_field(c, "own_words", "What the person said, in their own words",
                            form_value(typed, "own_words"));
    m->own_words.hint =
        arena_fmt(c->arena, "Fill in this, or what was done. " STR_FMT " can read this note.",
                  STR_ARG(called));
    m->own_words.rows = 5;
    m->done = ui_field(c, "done", "What was done", form_value(typed, "done"));
    m->done.hint = arena_fmt(c->arena, STR_FMT " can read this note.", STR_ARG(called));
    m->done.rows = 4;
    m->next_step = ui_field(c, "next_step", "What happens next?", form_value(typed, "next_step"));
    m->next_due = ui_field(c, "next_due", "By when?", form_value(typed, "next_due"));
    m->next_due.hint = STR("Like 1 December, or in 2 weeks");
    UiOption *none = ARENA_NEW(c->arena, UiOption);
    *none = (UiOption){.value = STR("yes"),
                       .text = STR("No next step is needed"),
                       .on = form_has(typed, "no_next")};
    m->no_next = ui_field(c, "no_next", "No next step is needed", form_value(typed, "no_next"));
    m->no_next.options = none;
    m->no_next.option_count = 1;
    m->no_next.value = STR("yes");
    m->no_next_reason = ui_field(c, "no_next_reason", "Why not? (if there is no next step)",
                                 form_value(typed, "no_next_reason"));
}

static Err fill_last(Ctx *c, const Request *req, ContactForm *m)
{
    Contact *contacts = NULL;
    size_t count = 0;
    TRY(contact_of_person(c, req->grant, &contacts, &count));
    for (size_t i = 0; i < count; i++) {
        const Contact *k = &contacts[i];
        if (k->in_error) continue;
        m->has_last = true;
        Str on = date_long(c->arena, instant_date_london(k->at));
        const char *mode = contact_mode_name(k->mode);
        m->last = k->outcome != CONTACT_SPOKE
                      ? arena_fmt(c->arena, STR_FMT ", %s: %s", STR_ARG(on), mode,
                                  contact_outcome_name(k->outcome))
                      : arena_fmt(c->arena, STR_FMT ", %s, %d %s", STR_ARG(on), mode, k->minutes,
                                  k->minutes == 1 ? "minute" : "minutes");
        m->last_done = k->done;
        break;
    }
    return ERR_OK;
}

// `typed` is the request, or the draft in its place.
static Err form_page(Ctx *c, const Request *req, const Request *typed, ContactForm *m,
                     Response *res)
{
    TRY(person_frame(c, req->grant, "contacts", &m->frame));
    fill_first_half(c, typed, m);
    fill_second_half(c, typed, m);
    TRY(owner_field(c, typed, m));
    TRY(task_field(c, req, typed, m));
    TRY(fill_last(c, req, m));
    m->action = path_of(c, req, "/contacts");
    m->autosave = path_of(c, req, "/contacts/draft");
    m->discard = path_of(c, req, "/contacts/draft/discard");
    m->cancel = path_of(c, req, "");
    m->page = page_of(c, person_title(c, STR("Record a contact"), &m->frame.person), "/caseload");
    contact_form_page(&res->body, m);
    return ERR_OK;
}

// What a fresh form holds: today, now, a telephone call that got through.
static Request fresh_values(Ctx *c, const Request *req)
{
    int hour = 0;
    int minute = 0;
    instant_london_clock(c->now, &hour, &minute);
    Pair *form = ARENA_ARRAY(c->arena, Pair, 4);
    form[0] = (Pair){STR("mode"), STR("telephone")};
    form[1] = (Pair){STR("outcome"), STR("spoke")};
    form[2] = (Pair){STR("on"), date_long(c->arena, c->today)};
    form[3] = (Pair){STR("time"), arena_fmt(c->arena, "%02d:%02d", hour, minute)};
    Request fresh = *req;
    fresh.form = form;
    fresh.form_count = 4;
    return fresh;
}

static Err new_contact(Ctx *c, const Request *req, Response *res)
{
    ContactForm m = {.twice = contact_just_recorded(c, req->grant)};
    Draft draft;
    Request typed = fresh_values(c, req);
    Err err = draft_find(c, path_of(c, req, "/contacts"), &draft);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    if (err == ERR_OK) {
        TRY(draft_request(c, &draft, req, &typed));
        m.from_draft = true;
        m.draft_saved =
            arena_fmt(c->arena, "Saved " STR_FMT, STR_ARG(instant_clock(c->arena, draft.saved_at)));
    }
    return form_page(c, req, &typed, &m, res);
}

static const Str *tasks_of_form(Ctx *c, const Request *req, size_t *count_out)
{
    size_t count = form_count(req, "task");
    Str *refs = ARENA_ARRAY(c->arena, Str, count + 1);
    for (size_t i = 0; i < count; i++) refs[i] = form_nth(req, "task", i);
    *count_out = count;
    return refs;
}

// What is to come: one step, who does it and by when, or why there is none.
static void next_of_form(Ctx *c, const Request *req, Contact *k)
{
    if (form_has(req, "no_next")) {
        k->no_next_reason = form_text(c, req, "no_next_reason", "Why there is no next step",
                                      FORM_RULE_SAYS, "Enter why there is no next step");
        return;
    }
    k->next_step = form_text(c, req, "next_step", "Next step", FORM_RULE_SAYS,
                             "Enter the next step, or tick that none is needed");
    k->next_due =
        form_date(c, req, "next_due",
                  k->next_step.len > 0 ? "Enter when the next step is due, like 1 December" : NULL);
    // An unknown one leaves its issue beside the field.
    (void)!team_chosen(c, req, "next_owner", "Select who will do it", &k->next_owner);
}

// Read in the order of the page: the summary of errors is read beside it.
static Contact contact_of_form(Ctx *c, const Request *req)
{
    ContactMode mode = contact_mode_of_form(c, req, "Select how the contact took place");
    int outcome = form_choice(c, req, "outcome", OUTCOME_WORDS, COUNT_OF(OUTCOME_WORDS),
                              "Select what happened");
    bool spoke = outcome == CONTACT_SPOKE - 1;
    Contact k = {
        .mode = mode,
        .outcome = (ContactOutcome)(outcome + 1),
        .at = contact_moment_of_form(c, req),
        .next_due = DATE_NONE,
    };
    int64_t minutes = form_int(c, req, "minutes",
                               spoke ? "Enter how many minutes the contact took, like 20" : NULL, 0,
                               CONTACT_MINUTES_MAX);
    k.minutes = minutes < 0 ? 0 : (int)minutes;
    k.present = form_text(c, req, "present", "Who was there", FORM_RULE_SAYS, NULL);
    k.interpreter_used = form_has(req, "interpreter");
    k.own_words = form_text(c, req, "own_words", "Their own words", FORM_RULE_SAYS, NULL);
    k.done = form_text(c, req, "done", "What was done", FORM_RULE_SAYS, NULL);
    if (spoke && k.own_words.len == 0 && k.done.len == 0) {
        ctx_issue(c, STR("own_words"), STR("Enter what the person said, or what was done"));
    }
    next_of_form(c, req, &k);
    k.tasks_done = tasks_of_form(c, req, &k.tasks_done_count);
    return k;
}

static Str saved_sentence(const Contact *k)
{
    return k->outcome != CONTACT_SPOKE && k->tasks_done_count > 0
               ? STR("The contact was saved. Nobody was reached, so the ticked tasks stay open.")
               : STR("The contact was saved.");
}

static Err keep_draft(Ctx *c, const Request *req, Response *res)
{
    Draft draft;
    TRY(draft_save(c, path_of(c, req, "/contacts"), req, &draft));
    return res_redirect_saying(c, res, path_of(c, req, ""),
                               STR("Your draft is kept for 14 days. Record a contact opens it."));
}

static Err record(Ctx *c, const Request *req, Response *res)
{
    if (form_has(req, "draft")) return keep_draft(c, req, res);
    Contact k = contact_of_form(c, req);
    Str ref;
    Err err = c->issue_count > 0 ? ERR_INVALID : contact_record(c, req->grant, &k, &ref);
    if (err == ERR_INVALID) {
        ContactForm m = {0};
        res->status = err_status(err);
        return form_page(c, req, req, &m, res);
    }
    TRY(err);
    Err dropped = draft_drop(c, path_of(c, req, "/contacts"));
    if (dropped != ERR_OK && dropped != ERR_NOT_FOUND) return dropped;
    return res_redirect_saying(c, res, path_of(c, req, ""), saved_sentence(&k));
}

static Err autosave(Ctx *c, const Request *req, Response *res)
{
    Draft draft;
    TRY(draft_save(c, path_of(c, req, "/contacts"), req, &draft));
    return res_text(res, "text/plain; charset=utf-8", instant_clock(c->arena, draft.saved_at));
}

static Err discard(Ctx *c, const Request *req, Response *res)
{
    Err err = draft_drop(c, path_of(c, req, "/contacts"));
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    return res_redirect_saying(c, res, path_of(c, req, "/contacts/new"),
                               STR("The draft was thrown away."));
}

static void add_fact(ContactShow *m, UiPair row)
{
    assert(m->fact_count < COUNT_OF(m->facts));
    m->facts[m->fact_count++] = row;
}

// What was to happen next: the step, who has it and by when; or why there was none.
static Err next_facts(Ctx *c, const Request *req, ContactShow *m)
{
    const Contact *k = &m->contact;
    if (k->next_step.len == 0) {
        Str why = k->no_next_reason;
        add_fact(m, (UiPair){.key = STR("Next step"),
                             .value = arena_fmt(c->arena, "None%s" STR_FMT, why.len > 0 ? ": " : "",
                                                STR_ARG(why))});
        return ERR_OK;
    }
    UiPair step = {.key = STR("Next step"), .value = k->next_step};
    UiPair who = {.key = STR("Who will do it"), .missing = STR("Nobody was named")};
    Colleague owner;
    if (team_colleague(c, k->next_owner, &owner) == ERR_OK) who.value = owner.name;
    Task task;
    Err err = task_of_source(c, req->grant, TASK_FROM_CONTACT, k->ref, &task);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    if (err == ERR_OK) {
        who.value = task.owner_name;
        if (ctx_can(c, CAP_TASK_CHANGE)) {
            step.href = arena_fmt(c->arena, STR_FMT "/" STR_FMT, STR_ARG(path_of(c, req, "/tasks")),
                                  STR_ARG(task.ref));
        }
    }
    add_fact(m, step);
    add_fact(m, (UiPair){.key = STR("By when"),
                         .value = date_long(c->arena, k->next_due),
                         .missing = STR("No day was agreed")});
    add_fact(m, who);
    return ERR_OK;
}

static Err show_facts(Ctx *c, const Request *req, ContactShow *m)
{
    const Contact *k = &m->contact;
    bool spoke = k->outcome == CONTACT_SPOKE;
    m->fact_count = 0;
    add_fact(m, (UiPair){.key = STR("When"), .value = instant_long(c->arena, k->at)});
    add_fact(m, (UiPair){.key = STR("What happened"),
                         .value = str_from_c(contact_outcome_name(k->outcome))});
    if (spoke || k->minutes > 0) {
        add_fact(m,
                 (UiPair){.key = STR("Minutes"), .value = arena_fmt(c->arena, "%d", k->minutes)});
    }
    if (spoke) {
        add_fact(m, (UiPair){.key = STR("Who else was there"),
                             .value = k->present,
                             .missing = STR("Nobody noted")});
        add_fact(m, (UiPair){.key = STR("Interpreter"),
                             .value = k->interpreter_used ? STR("Used") : STR("Not used")});
    }
    TRY(next_facts(c, req, m));
    add_fact(m, (UiPair){.key = STR("Recorded by"), .value = k->by_name});
    return ERR_OK;
}

static Err show_page(Ctx *c, const Request *req, ContactShow *m, Response *res)
{
    TRY(contact_get(c, req->grant, req_param(req, "contact"), &m->contact));
    TRY(person_frame(c, req->grant, "timeline", &m->frame));
    const Contact *k = &m->contact;
    TRY(show_facts(c, req, m));
    m->can_mark = ctx_can(c, CAP_CONTACT_RECORD) && !k->in_error;
    m->action = arena_fmt(c->arena, STR_FMT "/" STR_FMT "/error",
                          STR_ARG(path_of(c, req, "/contacts")), STR_ARG(k->ref));
    m->reason = ui_field(c, "reason", "What is wrong?", form_value(req, "reason"));
    m->page = page_of(c, person_title(c, STR("Contact"), &m->frame.person), "/caseload");
    contact_show_page(&res->body, m);
    return ERR_OK;
}

static Err show(Ctx *c, const Request *req, Response *res)
{
    ContactShow m = {0};
    return show_page(c, req, &m, res);
}

static Err mark_error(Ctx *c, const Request *req, Response *res)
{
    Str reason = form_text(c, req, "reason", "What is wrong", FORM_RULE_SAYS, NULL);
    Err err =
        contact_mark_error(c, req->grant, req_param(req, "contact"), form_version(c, req), reason);
    if (err == ERR_INVALID) {
        ContactShow m = {0};
        res->status = err_status(err);
        return show_page(c, req, &m, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, path_of(c, req, ""),
                               STR("The contact is marked as entered in error."));
}

static Err pick(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    return person_pick(c, PICK_FOR_CONTACT, res);
}

static const Route ROUTES[] = {
    ROUTE("GET", "/contacts/new", pick, CAP_CONTACT_RECORD, CLASS_CARE, VERB_LIST, .fields = ""),
    ROUTE("GET", "/people/:person/contacts/new", new_contact, CAP_CONTACT_RECORD, CLASS_CARE,
          VERB_VIEW, .fields = "task"),
    ROUTE("POST", "/people/:person/contacts", record, CAP_CONTACT_RECORD, CLASS_CARE, VERB_WRITE,
          .fields = FIELDS, .flags = ROUTE_DRAFT, .form = "/people/:person/contacts/new"),
    ROUTE("POST", "/people/:person/contacts/draft", autosave, CAP_CONTACT_RECORD, CLASS_CARE,
          VERB_WRITE, .fields = FIELDS),
    ROUTE("POST", "/people/:person/contacts/draft/discard", discard, CAP_CONTACT_RECORD, CLASS_CARE,
          VERB_WRITE, .fields = ""),
    ROUTE("GET", "/people/:person/contacts/:contact", show, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    ROUTE("POST", "/people/:person/contacts/:contact/error", mark_error, CAP_CONTACT_RECORD,
          CLASS_CARE, VERB_WRITE, .fields = "version reason"),
};

static const Seal *const SEALS[] = {&CONTACT_SEAL};

const Room CONTACT_ROOM = {
    .name = "contact",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
