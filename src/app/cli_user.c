// cli_user.c -- `trellis user`: accounts from the command line, first of all the first
// administrator.
//
// Works on a stopped server's folder. A code is printed once; it opens /set-password/CODE for 72
// hours.
#include "app/cli.h"
#include "core/account.h"

static const char HELP[] =
    "trellis user list     --data DIR\n"
    "trellis user add      --data DIR --username NAME --name \"FULL NAME\" --role ROLE\n"
    "                      [--org ID,ID]\n"
    "trellis user suspend  --data DIR --username NAME\n"
    "trellis user activate --data DIR --username NAME\n"
    "trellis user reset    --data DIR --username NAME\n\n"
    "add and reset print a code; its owner opens /set-password/CODE and chooses a password within\n"
    "72 hours. Stop the server first: a folder has one program at a time.\n";

static const char *const STATES[] =
    {[ACCOUNT_INVITED] = "invited", [ACCOUNT_ACTIVE] = "active", [ACCOUNT_SUSPENDED] = "suspended"};

static int fail_with_issues(const Ctx *c, Err err)
{
    for (size_t i = 0; i < c->issue_count; i++) {
        fprintf(stderr, STR_FMT ".\n", STR_ARG(c->issues[i].text));
    }
    if (c->issue_count == 0) fprintf(stderr, "Nothing was changed (%s).\n", err_name(err));
    return CLI_FAILED;
}

static int list(Ctx *c)
{
    Account *accounts = NULL;
    size_t count = 0;
    if (account_list(c, &accounts, &count) != ERR_OK) return cli_fail("The list cannot be read.");
    for (size_t i = 0; i < count; i++) {
        const Account *a = &accounts[i];
        Str seen = a->last_sign_in.ms == 0 ? STR("never") : instant_iso(c->arena, a->last_sign_in);
        printf("%-32.*s %-20s %-10s %.*s\n", STR_ARG(a->username), ROLE_KEYS[a->role],
               STATES[a->state], STR_ARG(seen));
    }
    return CLI_OK;
}

static int print_code(Str username, Str code)
{
    printf("Account " STR_FMT ": open this address within 72 hours and choose a password.\n"
           "/set-password/" STR_FMT "\n",
           STR_ARG(username), STR_ARG(code));
    return CLI_OK;
}

static int add(Ctx *c, const CliOption *options)
{
    Role role = role_of_key(str_from_c(options[3].value));
    if (!account_role_offered(c, role)) {
        fputs("--role is one of:", stderr);
        for (int r = 1; r < ROLE_COUNT; r++) {
            if (account_role_offered(c, (Role)r)) fprintf(stderr, " %s", ROLE_KEYS[r]);
        }
        fputs("\n", stderr);
        return CLI_USAGE;
    }
    int64_t orgs[ORGS_MAX];
    size_t org_count = 0;
    Str rest = str_from_c(options[4].value);
    Str part;
    while (rest.len > 0 && org_count < ORGS_MAX && str_split(&rest, ',', &part)) {
        if (!str_i64(part, 1, INT64_MAX, &orgs[org_count++])) {
            return cli_fail("--org takes numbers of organisations, with commas between.");
        }
    }
    Account account;
    Str code;
    Err err = account_add(c,
                          &(AccountNew){.username = str_from_c(options[1].value),
                                        .name = str_from_c(options[2].value),
                                        .role = role,
                                        .orgs = orgs,
                                        .org_count = org_count},
                          &account, &code);
    return err == ERR_OK ? print_code(account.username, code) : fail_with_issues(c, err);
}

static Err find(Ctx *c, Str username, Account *out)
{
    Account *accounts = NULL;
    size_t count = 0;
    TRY(account_list(c, &accounts, &count));
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(accounts[i].username, username)) continue;
        *out = accounts[i];
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

static int change(Ctx *c, Str what, Str username)
{
    Account account;
    Str code;
    Err err = find(c, username, &account);
    if (err == ERR_NOT_FOUND) return cli_fail("No account has this user name.");
    if (err == ERR_OK && str_eq(what, STR("reset"))) {
        err = account_start_reset(c, account.ref, &code);
        if (err == ERR_OK) return print_code(account.username, code);
    } else if (err == ERR_OK) {
        bool suspend = str_eq(what, STR("suspend"));
        err = account_set_state(c, account.ref, account.version,
                                suspend ? ACCOUNT_SUSPENDED : ACCOUNT_ACTIVE);
    }
    if (err != ERR_OK) return fail_with_issues(c, err);
    puts("Done.");
    return CLI_OK;
}

int cli_user(int argc, char **argv)
{
    CliOption options[] = {{.name = "--data"}, {.name = "--username"},
                           {.name = "--name"}, {.name = "--role"},
                           {.name = "--org"},  {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (options[5].value != NULL) {
        fputs(HELP, stdout);
        return CLI_OK;
    }
    static const char *const WHATS[] = {"list", "add", "suspend", "activate", "reset"};
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(WHATS) && rest_count == 1; i++) {
        known = known || strcmp(rest[0], WHATS[i]) == 0;
    }
    bool named = rest_count == 1 && (strcmp(rest[0], "list") == 0 || options[1].value != NULL);
    if (!known || !named || options[0].value == NULL) {
        fputs(HELP, stderr);
        return CLI_USAGE;
    }
    Opened opened;
    int code = CLI_FAILED;
    Str what = str_from_c(rest[0]);
    if (cli_open(options[0].value, str_eq(what, STR("add")), &opened) == ERR_OK) {
        if (str_eq(what, STR("list"))) {
            code = list(opened.c);
        } else if (str_eq(what, STR("add"))) {
            code = add(opened.c, options);
        } else {
            code = change(opened.c, what, str_from_c(options[1].value));
        }
    }
    cli_close(&opened);
    return code;
}
