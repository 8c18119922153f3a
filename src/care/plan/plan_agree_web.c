// plan_agree_web.c -- reading the draft out, and recording that it was agreed, or why not.
#include "care/plan/plan_edit_pages.h"
#include "plan_agree_page.h"

static const char *const WHO_WORDS[] = {"person", "representative", "no"};

static void fill_who(Ctx *c, const Request *req, PlanAgreePage *m)
{
    Str called = person_called(c->arena, &m->show.frame.person);
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, COUNT_OF(WHO_WORDS));
    options[0].text = arena_fmt(c->arena, "Yes, " STR_FMT " agrees with it", STR_ARG(called));
    options[1].text = STR("Yes, a representative agrees for them");
    options[1].hint = STR("For example a lasting power of attorney, or a best-interests decision");
    options[2].text = STR("It could not be agreed");
    options[2].hint = STR("The last agreed version stays what others see");
    for (size_t i = 0; i < COUNT_OF(WHO_WORDS); i++) options[i].value = str_from_c(WHO_WORDS[i]);
    m->who = ui_field(c, "who", "Is the plan agreed?", form_value(req, "who"));
    m->who.size = STR("m");
    m->who.small = true;
    m->who.options = options;
    m->who.option_count = COUNT_OF(WHO_WORDS);
}

static void fill_form(Ctx *c, const Request *req, PlanAgreePage *m)
{
    fill_who(c, req, m);
    m->by = ui_field(c, "by", "Name of the representative (if one agrees)", form_value(req, "by"));
    m->role =
        ui_field(c, "role", "In which role? (if a representative agrees)", form_value(req, "role"));
    m->role.hint = STR("Like daughter with power of attorney, or independent advocate");
    m->how = ui_field(c, "how", "How was it agreed?", form_value(req, "how"));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, PLAN_HOW_COUNT);
    for (size_t i = 0; i < PLAN_HOW_COUNT; i++) {
        options[i].value = options[i].text = str_from_c(PLAN_HOW[i]);
    }
    m->how.size = STR("s");
    m->how.options = options;
    m->how.option_count = PLAN_HOW_COUNT;
    m->how.inline_row = m->how.small = true;
    m->reason = ui_field(c, "reason", "Why could it not be agreed?", form_value(req, "reason"));
    m->reason.hint = STR("Only when it could not be agreed. What would have to happen next?");
    m->reason.rows = 3;
    for (size_t i = 0; i < PLAN_PROMPTS; i++) {
        Str value = arena_fmt(c->arena, "%zu", i + 1);
        UiOption *tick = ARENA_NEW(c->arena, UiOption);
        for (size_t k = 0; k < form_count(req, "prompt"); k++) {
            tick->on = tick->on || str_eq(form_nth(req, "prompt", k), value);
        }
        m->prompts[i] = (UiField){.name = STR("prompt"),
                                  .id = arena_fmt(c->arena, "prompt-%zu", i + 1),
                                  .label = str_from_c(PLAN_PROMPT_WORDS[i]),
                                  .value = value,
                                  .options = tick,
                                  .option_count = 1};
    }
}

static Err agree_page(Ctx *c, const Request *req, Response *res)
{
    PlanAgreePage m = {.action = plan_path(c, req, "/agree")};
    Plan *draft = ARENA_NEW(c->arena, Plan);
    TRY(plan_draft(c, req->grant, draft));
    TRY(plan_show_of(c, req, draft, &m.show));
    fill_form(c, req, &m);
    m.others = m.show.who_types;
    m.show.page.title = person_title(c, STR("Agree the plan"), &m.show.frame.person);
    plan_agree_page(&res->body, &m);
    return ERR_OK;
}

Err plan_agree_show(Ctx *c, const Request *req, Response *res)
{
    return agree_page(c, req, res);
}

static Err agree_of_form(Ctx *c, const Request *req, PlanAgree *out)
{
    int who = form_choice(c, req, "who", WHO_WORDS, COUNT_OF(WHO_WORDS),
                          "Select whether the plan is agreed");
    *out = (PlanAgree){.agreed = who == 0 || who == 1, .version = form_version(c, req)};
    for (size_t i = 0; i < form_count(req, "prompt"); i++) {
        int64_t n = 0;
        if (str_i64(form_nth(req, "prompt", i), 1, PLAN_PROMPTS, &n)) out->prompts |= 1U << (n - 1);
    }
    if (who == 2) {
        out->reason =
            form_text(c, req, "reason", "Why it could not be agreed", FORM_RULE_SAYS, NULL);
        return ERR_OK;
    }
    if (who < 0) return ERR_OK; // what else is asked depends on it
    int way =
        form_choice(c, req, "how", PLAN_HOW, PLAN_HOW_COUNT, "Select how the plan was agreed");
    if (way >= 0) out->how = str_from_c(PLAN_HOW[way]);
    if (who == 0) {
        Person person;
        TRY(person_get(c, req->grant, &person));
        out->by = arena_fmt(c->arena, STR_FMT "%s" STR_FMT, STR_ARG(person.given),
                            person.given.len > 0 ? " " : "", STR_ARG(person.family));
    } else if (who == 1) {
        out->by = form_text(c, req, "by", "The name", NAME_CHARS_MAX,
                            "Enter the name of the representative");
        out->role = form_text(c, req, "role", "The role", NAME_CHARS_MAX,
                              "Enter the role of the representative");
    }
    return ERR_OK;
}

Err plan_agree_save(Ctx *c, const Request *req, Response *res)
{
    PlanAgree how;
    int number = 0;
    TRY(agree_of_form(c, req, &how));
    Err err = c->issue_count > 0 ? ERR_INVALID : plan_agree(c, req->grant, &how, &number);
    if (err == ERR_CONFLICT) {
        ctx_issue(c, STR(""),
                  STR("Somebody changed the draft while this page was open. Read it again below, "
                      "then agree it"));
    }
    if (err == ERR_INVALID || err == ERR_CONFLICT) {
        res->status = err_status(err);
        return agree_page(c, req, res);
    }
    TRY(err);
    Str said = how.agreed
                   ? arena_fmt(c->arena, "Version %d is agreed.", number)
                   : arena_fmt(c->arena, "Recorded: version %d could not be agreed.", number);
    return res_redirect_saying(c, res, plan_path(c, req, ""), said);
}
