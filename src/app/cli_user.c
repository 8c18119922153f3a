// cli_user.c -- `trellis user`: accounts from the command line, first of all the first
// administrator.
//
// Works on a stopped server's folder. A code is printed once; it opens /set-password/CODE for 72
// hours.
#include "app/cli.h"
#include "base/near.h"
#include "base/utf8.h"
#include "core/account.h"
#include "work/team/team.h"

static const char HELP[] =
    "trellis user list     --data DIR\n"
    "trellis user add      --data DIR --username NAME --name \"FULL NAME\" --role ROLE\n"
    "                      [--practice ODS]... [--org ID,ID]\n"
    "trellis user suspend  --data DIR --username NAME\n"
    "trellis user activate --data DIR --username NAME\n"
    "trellis user reset    --data DIR --username NAME\n\n"
    "--practice says where practice staff and GPs work, by its ODS code, once for each practice:\n"
    "--practice X26101 --practice X26102. A practice is known when its extract has been imported.\n"
    "--org does the same with the numbers of the store.\n"
    "add and reset print a code; its owner opens /set-password/CODE and chooses a password within\n"
    "72 hours. Stop the server first: a folder has one program at a time.\n";

enum { DATA, USERNAME, NAME, ROLE, ORG, PRACTICE, ASKED_HELP };

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

typedef struct Orgs { // the rule says when they are too many
    int64_t ids[ORGS_MAX + 1];
    size_t count;
} Orgs;

static void add_org(Orgs *orgs, int64_t id)
{
    for (size_t i = 0; i < orgs->count; i++) {
        if (orgs->ids[i] == id) return;
    }
    if (orgs->count < COUNT_OF(orgs->ids)) orgs->ids[orgs->count++] = id;
}

static bool read_numbers(Str text, Orgs *orgs)
{
    Str part;
    int64_t id = 0;
    while (text.len > 0 && str_split(&text, ',', &part)) {
        if (!str_i64(part, 1, INT64_MAX, &id)) return false;
        add_org(orgs, id);
    }
    return true;
}

// Nothing was added: says what to do, and the code that was most likely meant.
static void say_unknown(Ctx *c, Str code)
{
    Practice *all = NULL;
    size_t count = 0;
    int least = NEAR_BYTES_MAX + 1;
    Str near = STR("");
    if (practice_list(c, &all, &count) != ERR_OK) count = 0;
    for (size_t i = 0; i < count; i++) {
        int distance = near_distance(code, all[i].ods_code);
        if (distance >= least) continue;
        least = distance;
        near = all[i].ods_code;
    }
    if (near.len > 0 && near_enough(code, least)) {
        fprintf(stderr, "No practice " STR_FMT " is known here: " STR_FMT " is the nearest.\n",
                STR_ARG(code), STR_ARG(near));
        return;
    }
    fprintf(stderr,
            "No practice " STR_FMT " is known here: import its extract first, or put the practice "
            "on the account later under Users.\n",
            STR_ARG(code));
}

// By ODS code, small letters or large. False: the sentence was printed.
static bool add_practice(Ctx *c, Str code, Orgs *orgs)
{
    Practice practice;
    Str known = utf8_upper(c->arena, utf8_clean(c->arena, code, UTF8_ONE_LINE));
    Err err = practice_of_ods(c, str_trim(known), &practice);
    if (err == ERR_OK) add_org(orgs, practice.id);
    if (err == ERR_NOT_FOUND) say_unknown(c, known);
    if (err != ERR_OK && err != ERR_NOT_FOUND) (void)cli_fail("The practices cannot be read.");
    return err == ERR_OK;
}

static int add(Ctx *c, const CliOption *options)
{
    Role role = role_of_key(str_from_c(options[ROLE].value));
    if (!account_role_offered(c, role)) {
        fputs("--role is one of:", stderr);
        for (int r = 1; r < ROLE_COUNT; r++) {
            if (account_role_offered(c, (Role)r)) fprintf(stderr, " %s", ROLE_KEYS[r]);
        }
        fputs("\n", stderr);
        return CLI_USAGE;
    }
    Orgs orgs = {0};
    if (!read_numbers(str_from_c(options[ORG].value), &orgs)) {
        return cli_fail("--org takes numbers of organisations, with commas between.");
    }
    for (size_t i = 0; i < options[PRACTICE].values->count; i++) {
        if (!add_practice(c, str_from_c(options[PRACTICE].values->at[i]), &orgs)) return CLI_FAILED;
    }
    Account account;
    Str code;
    Err err = account_add(c,
                          &(AccountNew){.username = str_from_c(options[USERNAME].value),
                                        .name = str_from_c(options[NAME].value),
                                        .role = role,
                                        .orgs = orgs.ids,
                                        .org_count = orgs.count},
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
    CliValues practices = {.count = 0};
    CliOption options[] = {
        [DATA] = {.name = "--data"},
        [USERNAME] = {.name = "--username"},
        [NAME] = {.name = "--name"},
        [ROLE] = {.name = "--role"},
        [ORG] = {.name = "--org"},
        [PRACTICE] = {.name = "--practice", .values = &practices},
        [ASKED_HELP] = {.name = "--help", .is_switch = true},
    };
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (options[ASKED_HELP].value != NULL) {
        fputs(HELP, stdout);
        return CLI_OK;
    }
    static const char *const WHATS[] = {"list", "add", "suspend", "activate", "reset"};
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(WHATS) && rest_count == 1; i++) {
        known = known || strcmp(rest[0], WHATS[i]) == 0;
    }
    bool named =
        rest_count == 1 && (strcmp(rest[0], "list") == 0 || options[USERNAME].value != NULL);
    if (!known || !named || options[DATA].value == NULL) {
        fputs(HELP, stderr);
        return CLI_USAGE;
    }
    Opened opened;
    int code = CLI_FAILED;
    Str what = str_from_c(rest[0]);
    if (cli_open(options[DATA].value, str_eq(what, STR("add")), &opened) == ERR_OK) {
        if (str_eq(what, STR("list"))) {
            code = list(opened.c);
        } else if (str_eq(what, STR("add"))) {
            code = add(opened.c, options);
        } else {
            code = change(opened.c, what, str_from_c(options[USERNAME].value));
        }
    }
    cli_close(&opened);
    return code;
}
