// account.c -- who may sign in: added by invitation, suspended, given a code to choose a password.
#include "core/account.h"

#include "base/json.h"
#include "base/utf8.h"
#include "core/core.h"
#include "core/password.h"
#include "session_sql.h"

enum { BODY_MAX = 16 * 1024, CODE_CHARS = 24, USERNAME_CHARS_MIN = 3 };

static const char *const STATE_WORDS[] = {
    [ACCOUNT_INVITED] = "invited",
    [ACCOUNT_ACTIVE] = "active",
    [ACCOUNT_SUSPENDED] = "suspended",
};

Role role_of_key(Str key)
{
    for (int role = 1; role < ROLE_COUNT; role++) {
        if (str_eq(key, str_from_c(ROLE_KEYS[role]))) return (Role)role;
    }
    return ROLE_NONE;
}

static Err read_account(Ctx *c, Rows *rows, Account *out)
{
    if (!rows_next(rows)) return rows->err != ERR_OK ? rows->err : ERR_NOT_FOUND;
    *out = (Account){
        .id = row_i64(rows, 0),
        .ref = row_str(c->arena, rows, 1),
        .username = row_str(c->arena, rows, 2),
        .name = row_str(c->arena, rows, 3),
        .role = role_of_key(row_view(rows, 4)),
        .state = (AccountState)row_i64(rows, 5),
        .last_sign_in = row_at(rows, 6),
        .version = row_i64(rows, 7),
    };
    return ERR_OK;
}

Err account_get(Ctx *c, Str ref, Account *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_SESSION_ACCOUNT_BY_REF, ARGS(TEXT(ref)));
    return read_account(c, &rows, out);
}

Err account_by_id(Ctx *c, int64_t id, Account *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_SESSION_ACCOUNT_BY_ID, ARGS(I64(id)));
    return read_account(c, &rows, out);
}

Err account_by_code(Ctx *c, Str code, Account *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_SESSION_ACCOUNT_BY_CODE,
                         ARGS(BYTES(token_hash(c->arena, code)), AT(c->now)));
    return read_account(c, &rows, out);
}

Err account_list(Ctx *c, Account **out, size_t *count_out)
{
    Account *list = NULL;
    Account next;
    size_t count = 0;
    size_t cap = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_SESSION_ACCOUNT_LIST, ARGS(I64(ACCOUNTS_MAX)));
    while (count < ACCOUNTS_MAX) {
        Err err = read_account(c, &rows, &next);
        if (err == ERR_NOT_FOUND) break;
        if (err != ERR_OK) return err;
        ARENA_GROW(c->arena, list, count, &cap);
        list[count++] = next;
    }
    *out = list;
    *count_out = count;
    return ERR_OK;
}

Err account_orgs(Ctx *c, int64_t account_id, int64_t **out, size_t *count_out)
{
    int64_t *orgs = ARENA_ARRAY(c->arena, int64_t, ORGS_MAX);
    size_t count = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_SESSION_ACCOUNT_ORGS, ARGS(I64(account_id), I64(ORGS_MAX)));
    while (count < ORGS_MAX && rows_next(&rows)) orgs[count++] = row_i64(&rows, 0);
    *out = orgs;
    *count_out = count;
    return rows.err;
}

Err account_role_at(Ctx *c, Role role, int64_t org, bool *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_SESSION_ACCOUNT_ROLE_AT,
                         ARGS(TEXT(str_from_c(ROLE_KEYS[role])), I64(org), I64(ACCOUNT_ACTIVE)));
    *out = rows_next(&rows);
    return rows.err;
}

static Err account_body(Ctx *c, Str ref, Str *body_out)
{
    Account account;
    int64_t *orgs = NULL;
    size_t org_count = 0;
    TRY(account_get(c, ref, &account));
    TRY(account_orgs(c, account.id, &orgs, &org_count));
    CLEANUP(buf_free) Buf body = buf_new(BODY_MAX);
    JsonOut out = json_out(&body);
    json_obj_begin(&out);
    json_field_str(&out, "ref", account.ref);
    json_field_i64(&out, "version", account.version);
    json_field_str(&out, "username", account.username);
    json_field_str(&out, "name", account.name);
    json_field_str(&out, "role", str_from_c(ROLE_KEYS[account.role]));
    json_field_str(&out, "state", str_from_c(STATE_WORDS[account.state]));
    json_field_arr(&out, "orgs");
    for (size_t i = 0; i < org_count; i++) json_put_i64(&out, orgs[i]);
    json_arr_end(&out);
    json_obj_end(&out);
    if (!buf_ok(&body)) return ERR_TOO_LARGE;
    *body_out = arena_str(c->arena, buf_str(&body));
    return ERR_OK;
}

const Seal ACCOUNT_SEAL = {"account",
                           "account account_secret account_org",
                           {SESSION_SEALED_STATEMENT}};

Err account_journal(Ctx *c, int64_t id, Str verb)
{
    Account account;
    Str body;
    TRY(account_by_id(c, id, &account));
    TRY(account_body(c, account.ref, &body));
    return journal_append(c, &(JournalEntry){.kind = STR("account"),
                                             .id = account.ref,
                                             .version = account.version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &ACCOUNT_SEAL});
}

// ---- adding

typedef struct Add {
    AccountNew new;
    Str password_hash; // "": invited, with a code
    Str code_hash;
    int64_t id;
} Add;

static Err write_password(Ctx *c, int64_t id, Str hash)
{
    TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_ACTIVATE, ARGS(I64(id), I64(ACCOUNT_ACTIVE)), NULL));
    return db_exec(c->db, SQL_SESSION_ACCOUNT_SET_PASSWORD, ARGS(I64(id), TEXT(hash)), NULL);
}

static Err write_code(Ctx *c, int64_t id, Str hash)
{
    int64_t until = c->now.ms + (int64_t)CODE_HOURS * 3600 * 1000;
    return db_exec(c->db, SQL_SESSION_ACCOUNT_SET_CODE, ARGS(I64(id), BYTES(hash), I64(until)),
                   NULL);
}

static Err write_orgs(Ctx *c, int64_t id, const int64_t *orgs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_ADD_ORG, ARGS(I64(id), I64(orgs[i])), NULL));
    }
    return ERR_OK;
}

// A list of accounts is whole: there are no more than it holds.
static Err check_room(Ctx *c)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_SESSION_ACCOUNT_COUNT, NO_ARGS);
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_FAULT;
    if (row_i64(&rows, SESSION_ACCOUNT_COUNT_N) < ACCOUNTS_MAX) return ERR_OK;
    return ctx_issue(c, STR("username"), STR("There are 20,000 accounts, which is the most"));
}

static Err add(Ctx *c, void *arg)
{
    Add *a = arg;
    const AccountNew *new = &a->new;
    TRY(check_room(c));
    TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_ADD,
                ARGS(TEXT(ref_new(c)), TEXT(new->username), TEXT(new->name),
                     TEXT(str_from_c(ROLE_KEYS[new->role])), I64(ACCOUNT_INVITED)),
                NULL));
    a->id = db_last_id(c->db);
    TRY(write_orgs(c, a->id, new->orgs, new->org_count));
    TRY(a->password_hash.len > 0 ? write_password(c, a->id, a->password_hash)
                                 : write_code(c, a->id, a->code_hash));
    return account_journal(c, a->id, STR("create"));
}

static bool username_plain(Str name)
{
    if (name.len < USERNAME_CHARS_MIN || name.len > USERNAME_CHARS_MAX) return false;
    for (size_t i = 0; i < name.len; i++) {
        char ch = name.ptr[i];
        bool ok = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') ||
                  (ch != '\0' && strchr(".@_-", ch) != NULL);
        if (!ok) return false;
    }
    return true;
}

bool account_role_offered(const Ctx *c, Role role)
{
    if (role <= ROLE_NONE || role >= ROLE_COUNT) return false;
    const Core *core = c->core;
    return core == NULL || core->home_of_role == NULL || core->home_of_role(role) != NULL;
}

// In the order of the page: the summary of errors is read beside it.
static Err check_new(Ctx *c, AccountNew *new)
{
    new->name = str_trim(utf8_clean(c->arena, new->name, UTF8_ONE_LINE));
    if (new->name.len == 0) (void)ctx_issue(c, STR("name"), STR("Enter the person's name"));
    if (str_chars(new->name) > NAME_CHARS_MAX) {
        (void)ctx_issue(c, STR("name"), STR("Name must be 300 characters or fewer"));
    }
    if (!username_plain(new->username)) {
        (void)ctx_issue(c, STR("username"),
                        STR("User name must be 3 to 64 small letters, digits and . @ _ -"));
    }
    if (!account_role_offered(c, new->role)) {
        (void)ctx_issue(c, STR("role"), STR("Choose a role"));
    }
    if (new->org_count > ORGS_MAX) {
        (void)ctx_issue(c, STR("orgs"), STR("Choose 512 organisations or fewer"));
    }
    return c->issue_count > 0 ? ERR_INVALID : ERR_OK;
}

static Err add_account(Ctx *c, Add *a, Account *out)
{
    Err err = ctx_change(c, add, a);
    if (err == ERR_CONFLICT) {
        return ctx_issue(c, STR("username"), STR("Another account has this user name"));
    }
    TRY(err);
    return account_by_id(c, a->id, out);
}

Err account_add(Ctx *c, const AccountNew *new, Account *out, Str *code_out)
{
    Add a = {.new = *new, .password_hash = STR(""), .code_hash = STR("")};
    TRY(check_new(c, &a.new));
    Str code = str_slice(token_new(c->arena), 0, CODE_CHARS); // 144 bits
    a.code_hash = token_hash(c->arena, code);
    TRY(add_account(c, &a, out));
    *code_out = code;
    return ERR_OK;
}

Err account_create(Ctx *c, const AccountNew *new, Str password, Account *out)
{
    Add a = {.new = *new, .password_hash = STR(""), .code_hash = STR("")};
    TRY(check_new(c, &a.new));
    TRY(password_hash(c, password, &a.password_hash));
    return add_account(c, &a, out);
}

// ---- changing

typedef struct Alter {
    int64_t id;
    int64_t version;
    AccountState state;
    Str bytes; // hash of a code, or a password's hash
} Alter;

static Err set_state(Ctx *c, void *arg)
{
    const Alter *a = arg;
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_SET_STATE,
                ARGS(I64(a->id), I64(a->version), I64(a->state)), &changed));
    if (changed == 0) return ERR_CONFLICT;
    if (a->state == ACCOUNT_SUSPENDED) {
        TRY(db_exec(c->db, SQL_SESSION_STOP_ALL, ARGS(I64(a->id), AT(c->now)), NULL));
    }
    return account_journal(c, a->id,
                           a->state == ACCOUNT_SUSPENDED ? STR("suspend") : STR("activate"));
}

Err account_set_state(Ctx *c, Str ref, int64_t version, AccountState state)
{
    Account account;
    TRY(account_get(c, ref, &account));
    if (state != ACCOUNT_ACTIVE && state != ACCOUNT_SUSPENDED) {
        return ctx_issue(c, STR("state"), STR("Choose active or suspended"));
    }
    if (account.id == c->actor.account_id) {
        return ctx_issue(c, STR(""), STR("Ask another administrator to change your own account"));
    }
    return ctx_change(c, set_state, &(Alter){account.id, version, state, STR("")});
}

typedef struct NewRole {
    int64_t id;
    int64_t version;
    Role role;
    const int64_t *orgs;
    size_t org_count;
} NewRole;

static Err set_role(Ctx *c, void *arg)
{
    const NewRole *r = arg;
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_SET_ROLE,
                ARGS(I64(r->id), I64(r->version), TEXT(str_from_c(ROLE_KEYS[r->role]))), &changed));
    if (changed == 0) return ERR_CONFLICT;
    TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_CLEAR_ORGS, ARGS(I64(r->id)), NULL));
    TRY(write_orgs(c, r->id, r->orgs, r->org_count));
    TRY(db_exec(c->db, SQL_SESSION_STOP_ALL, ARGS(I64(r->id), AT(c->now)), NULL));
    return account_journal(c, r->id, STR("change-role"));
}

Err account_set_role(Ctx *c, Str ref, int64_t version, Role role, const int64_t *orgs,
                     size_t org_count)
{
    Account account;
    TRY(account_get(c, ref, &account));
    if (!account_role_offered(c, role) && (role == ROLE_NONE || role != account.role)) {
        return ctx_issue(c, STR("role"), STR("Choose a role"));
    }
    if (org_count > ORGS_MAX) {
        return ctx_issue(c, STR("orgs"), STR("Choose 512 organisations or fewer"));
    }
    if (account.id == c->actor.account_id) {
        return ctx_issue(c, STR(""), STR("Ask another administrator to change your own account"));
    }
    return ctx_change(c, set_role, &(NewRole){account.id, version, role, orgs, org_count});
}

static Err set_code(Ctx *c, void *arg)
{
    const Alter *a = arg;
    TRY(write_code(c, a->id, a->bytes));
    return account_journal(c, a->id, STR("start-reset"));
}

Err account_start_reset(Ctx *c, Str ref, Str *code_out)
{
    Account account;
    TRY(account_get(c, ref, &account));
    Str code = str_slice(token_new(c->arena), 0, CODE_CHARS);
    TRY(ctx_change(c, set_code, &(Alter){.id = account.id, .bytes = token_hash(c->arena, code)}));
    *code_out = code;
    return ERR_OK;
}

static Err set_password(Ctx *c, void *arg)
{
    const Alter *a = arg;
    TRY(write_password(c, a->id, a->bytes));
    TRY(db_exec(c->db, SQL_SESSION_STOP_ALL, ARGS(I64(a->id), AT(c->now)), NULL));
    return account_journal(c, a->id, STR("set-password"));
}

Err account_set_password(Ctx *c, Str code, Str password, Account *out)
{
    TRY(account_by_code(c, code, out));
    Str fault = password_fault(c->arena, password, out->username, out->name);
    if (fault.len > 0) return ctx_issue(c, STR("password"), fault);
    Alter a = {.id = out->id};
    TRY(password_hash(c, password, &a.bytes));
    c->actor = (Actor){.account_id = out->id, .name = out->name, .role = out->role};
    return ctx_change(c, set_password, &a);
}
