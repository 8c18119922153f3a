// team_admin.c -- pages of the administrator: accounts. Handlers only translate.
#include "work/team/team_admin.h"

#include "core/form.h"
#include "core/html.h"
#include "team_admin_page.h"
#include "work/team/team_pages.h"

static Str state_name(AccountState state)
{
    switch (state) {
    case ACCOUNT_INVITED: return STR("Invited");
    case ACCOUNT_ACTIVE: return STR("Active");
    case ACCOUNT_SUSPENDED: return STR("Suspended");
    }
    return STR("Not recorded");
}

static UiTone state_tone(AccountState state)
{
    if (state == ACCOUNT_ACTIVE) return TONE_OK;
    return state == ACCOUNT_SUSPENDED ? TONE_ALERT : TONE_WARN;
}

static Str last_sign_in(Ctx *c, const Account *a)
{
    return a->last_sign_in.ms == 0 ? STR("Never") : instant_long(c->arena, a->last_sign_in);
}

static Str base_of(Ctx *c, Str ref)
{
    return arena_fmt(c->arena, "/admin/users/" STR_FMT, STR_ARG(ref));
}

Err team_users(Ctx *c, const Request *req, Response *res)
{
    UsersPage m = {0};
    Account *accounts = NULL;
    size_t count = 0;
    TRY(account_list(c, &accounts, &count));
    int64_t counts[ACCOUNT_SUSPENDED + 1] = {0};
    for (size_t i = 0; i < count; i++) counts[accounts[i].state]++;
    UiSlice slice = ui_slice(count, USERS_A_PAGE, req_page(req));
    m.row_count = slice.count;
    m.rows = ARENA_ARRAY(c->arena, UserRow, m.row_count);
    m.foot = ui_foot(c->arena, slice, STR("/admin/users?page="),
                     html_count_of(c->arena, (int64_t)count, "account", "accounts"));
    for (size_t i = 0; i < m.row_count; i++) {
        const Account *a = &accounts[slice.from + i];
        m.rows[i] = (UserRow){
            .account = *a,
            .href = base_of(c, a->ref),
            .role = str_from_c(ROLE_NAMES[a->role]),
            .last = last_sign_in(c, a),
            .state = state_name(a->state),
            .tone = state_tone(a->state),
        };
    }
    m.tiles[0] = (UiTile){.value = (int64_t)count, .label = STR("Accounts")};
    m.tiles[1] = (UiTile){.value = counts[ACCOUNT_ACTIVE], .label = STR("Active")};
    m.tiles[2] = (UiTile){.value = counts[ACCOUNT_INVITED],
                          .label = STR("Invited"),
                          .note = STR("Have not chosen a password")};
    m.tiles[3] = (UiTile){.value = counts[ACCOUNT_SUSPENDED], .label = STR("Suspended")};
    m.page = page_of(c, STR("Users"), "/admin");
    users_page(&res->body, &m);
    return ERR_OK;
}

// ---- fields

static UiField role_field(Ctx *c, Str value)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, ROLE_COUNT);
    size_t n = 0;
    options[n++] = (UiOption){.value = STR(""), .text = STR("Choose a role")};
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        bool has = str_eq(value, str_from_c(ROLE_KEYS[role])); // given before it was not offered
        if (!has && !account_role_offered(c, (Role)role)) continue;
        options[n++] =
            (UiOption){.value = str_from_c(ROLE_KEYS[role]), .text = str_from_c(ROLE_NAMES[role])};
    }
    return (UiField){.name = STR("role"),
                     .label = STR("Role"),
                     .value = value,
                     .error = issue_of(c, "role"),
                     .options = options,
                     .option_count = n};
}

typedef bool OrgOn(const void *arg, const Practice *practice);

static bool on_request(const void *arg, const Practice *practice)
{
    const Request *req = arg;
    for (size_t i = 0; i < form_count(req, "orgs"); i++) {
        if (str_eq(form_nth(req, "orgs", i), practice->ref)) return true;
    }
    return false;
}

typedef struct Orgs {
    int64_t *ids;
    size_t count;
} Orgs;

static bool on_account(const void *arg, const Practice *practice)
{
    const Orgs *orgs = arg;
    for (size_t i = 0; i < orgs->count; i++) {
        if (orgs->ids[i] == practice->id) return true;
    }
    return false;
}

static Err orgs_field(Ctx *c, OrgOn *on, const void *arg, UiField *out)
{
    Practice *practices = NULL;
    size_t count = 0;
    TRY(practice_list(c, &practices, &count));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count);
    for (size_t i = 0; i < count; i++) {
        options[i] = (UiOption){
            .value = practices[i].ref, .text = practices[i].name, .on = on(arg, &practices[i])};
    }
    *out = (UiField){.name = STR("orgs"),
                     .label = STR("Practices they work for"),
                     .size = STR("s"),
                     .hint = count == 0 ? STR("No practice has sent an extract yet") : STR(""),
                     .error = issue_of(c, "orgs"),
                     .options = options,
                     .option_count = count,
                     .small = true};
    return ERR_OK;
}

static Role read_role(const Request *req)
{
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        if (str_eq(form_value(req, "role"), str_from_c(ROLE_KEYS[role]))) return (Role)role;
    }
    return ROLE_NONE;
}

// The chosen practices by their refs; words that are none of them are dropped.
static Err read_orgs(Ctx *c, const Request *req, Orgs *out)
{
    Practice *practices = NULL;
    size_t count = 0;
    TRY(practice_list(c, &practices, &count));
    *out = (Orgs){ARENA_ARRAY(c->arena, int64_t, count), 0};
    for (size_t i = 0; i < count; i++) {
        if (on_request(req, &practices[i])) out->ids[out->count++] = practices[i].id;
    }
    return ERR_OK;
}

// ---- adding

static Err draw_form(Ctx *c, const Request *req, Response *res)
{
    UserForm m = {
        .username = {.name = STR("username"),
                     .label = STR("User name"),
                     .hint = STR("3 to 64 small letters, digits and . @ _ -"),
                     .value = form_value(req, "username"),
                     .error = issue_of(c, "username"),
                     .width = 30},
        .name = {.name = STR("name"),
                 .label = STR("Name"),
                 .hint = STR("As colleagues see it, like Priya Nair"),
                 .value = form_value(req, "name"),
                 .error = issue_of(c, "name"),
                 .width = 30},
        .role = role_field(c, form_value(req, "role")),
    };
    TRY(orgs_field(c, on_request, req, &m.orgs));
    m.page = page_of(c, STR("Add a user"), "/admin");
    user_form_page(&res->body, &m);
    return ERR_OK;
}

static void draw_code(Ctx *c, const Account *a, Str code, Str heading, Response *res)
{
    CodePage m = {
        .page = page_of(c, heading, "/admin"),
        .heading = heading,
        .name = a->name,
        .username = a->username,
        .code = arena_fmt(c->arena, "/set-password/" STR_FMT, STR_ARG(code)),
        .back = base_of(c, a->ref),
    };
    user_code_page(&res->body, &m);
}

Err team_user_add(Ctx *c, const Request *req, Response *res)
{
    Orgs orgs;
    TRY(read_orgs(c, req, &orgs));
    Account account;
    Str code;
    Err err = account_add(c,
                          &(AccountNew){.username = form_value(req, "username"),
                                        .name = form_value(req, "name"),
                                        .role = read_role(req),
                                        .orgs = orgs.ids,
                                        .org_count = orgs.count},
                          &account, &code);
    if (err == ERR_CONFLICT) {
        err = ctx_issue(c, STR("username"), STR("This user name is taken. Choose another"));
    }
    if (err == ERR_INVALID) {
        res->status = err_status(err);
        return draw_form(c, req, res);
    }
    TRY(err);
    draw_code(c, &account, code, STR("The user is added"), res);
    return ERR_OK;
}

// ---- one account

static Err draw_user(Ctx *c, const Request *req, const Request *typed, Response *res)
{
    UserPage m = {0};
    TRY(account_get(c, req_param(req, "account"), &m.account));
    m.base = base_of(c, m.account.ref);
    m.role_name = str_from_c(ROLE_NAMES[m.account.role]);
    m.state = state_name(m.account.state);
    m.last = last_sign_in(c, &m.account);
    m.own = m.account.id == c->actor.account_id;
    Orgs orgs = {0};
    TRY(account_orgs(c, m.account.id, &orgs.ids, &orgs.count));
    Str role = str_from_c(ROLE_KEYS[m.account.role]);
    m.role = role_field(c, typed != NULL ? form_value(typed, "role") : role);
    if (typed != NULL) {
        TRY(orgs_field(c, on_request, typed, &m.orgs));
    } else {
        TRY(orgs_field(c, on_account, &orgs, &m.orgs));
    }
    m.page = page_of(c, STR("User"), "/admin");
    user_page(&res->body, &m);
    return ERR_OK;
}

Err team_user_new(Ctx *c, const Request *req, Response *res)
{
    return draw_form(c, req, res);
}

Err team_user_show(Ctx *c, const Request *req, Response *res)
{
    return draw_user(c, req, NULL, res);
}

// What a change said: redraws the account for what can be put right there.
static Err answer(Ctx *c, const Request *req, Err err, Str done, Response *res)
{
    if (err == ERR_CONFLICT) {
        (void)ctx_issue(c, STR(""),
                        STR("Somebody else changed this account first. This is how it is now"));
        res->status = err_status(err);
        return draw_user(c, req, NULL, res);
    }
    if (err == ERR_INVALID) {
        res->status = err_status(err);
        return draw_user(c, req, form_has(req, "role") ? req : NULL, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, base_of(c, req_param(req, "account")), done);
}

Err team_user_suspend(Ctx *c, const Request *req, Response *res)
{
    Err err =
        account_set_state(c, req_param(req, "account"), form_version(c, req), ACCOUNT_SUSPENDED);
    return answer(c, req, err, STR("The account is suspended."), res);
}

Err team_user_activate(Ctx *c, const Request *req, Response *res)
{
    Err err = account_set_state(c, req_param(req, "account"), form_version(c, req), ACCOUNT_ACTIVE);
    return answer(c, req, err, STR("The account is active again."), res);
}

Err team_user_set_role(Ctx *c, const Request *req, Response *res)
{
    Orgs orgs;
    TRY(read_orgs(c, req, &orgs));
    Err err = account_set_role(c, req_param(req, "account"), form_version(c, req), read_role(req),
                               orgs.ids, orgs.count);
    return answer(c, req, err, STR("Role and practices are saved."), res);
}

Err team_user_reset(Ctx *c, const Request *req, Response *res)
{
    Str ref = req_param(req, "account");
    Account account;
    TRY(account_get(c, ref, &account));
    Str code;
    TRY(account_start_reset(c, ref, &code));
    draw_code(c, &account, code, STR("A password reset is started"), res);
    return ERR_OK;
}
