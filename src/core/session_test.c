// session_test.c -- accounts, passwords, signing in and the life of a session.
#include "core/account.h"
#include "core/password.h"
#include "core/session.h"
#include "core/sign_in.h"
#include "test/fixture.h"

#define GOOD STR("violet-anchor-teapot")

static Account make(Test *t, const char *username, Role role)
{
    Account account = {0};
    CHECK_OK(account_create(
        t->c,
        &(AccountNew){.username = str_from_c(username), .name = STR("Robin Example"), .role = role},
        GOOD, &account));
    return account;
}

static Str cookie_pair(Str set_cookie)
{
    size_t end = set_cookie.len;
    (void)str_find(set_cookie, STR(";"), &end);
    return str_slice(set_cookie, 0, end);
}

static Str sign_in(Test *t, const char *username)
{
    Str cookie = STR("");
    CHECK_OK(session_sign_in(t->c, str_from_c(username), GOOD, STR("127.0.0.1"), &cookie));
    return cookie_pair(cookie);
}

static void leave(Test *t)
{
    test_actor(t, ROLE_NONE);
    t->c->session = STR("");
    t->c->session_state = NULL;
    t->c->issue_count = 0;
}

TEST(a_wrong_password_and_an_unknown_name_say_the_same)
{
    make(t, "robin", ROLE_LINK_WORKER);
    static const char *const TRIES[][2] = {{"robin", "wrong"},
                                           {"nobody", "wrong"},
                                           {"", ""},
                                           {"robin", ""},
                                           {"nobody", "violet-anchor-teapot"}};
    for (size_t i = 0; i < COUNT_OF(TRIES); i++) {
        leave(t);
        Str cookie = STR("");
        CHECK_ERR(session_sign_in(t->c, str_from_c(TRIES[i][0]), str_from_c(TRIES[i][1]),
                                  STR("127.0.0.1"), &cookie),
                  ERR_INVALID);
        CHECK_STR(t->c->issues[0].field, "username");
        CHECK_STR(t->c->issues[0].text, "Check your user name and password. They do not match an "
                                        "account that can sign in");
        CHECK_STR(cookie, "");
        CHECK_I64(t->c->actor.account_id, 0);
    }
    CHECK_I64(test_count(t, "access_log"), COUNT_OF(TRIES));
    CHECK_I64(test_count(t, "session"), 0);
}

TEST(only_an_active_account_signs_in)
{
    Account account = make(t, "robin", ROLE_LINK_WORKER);
    leave(t);
    CHECK_OK(account_set_state(t->c, account.ref, account.version, ACCOUNT_SUSPENDED));
    Str cookie = STR("");
    CHECK_ERR(session_sign_in(t->c, STR("robin"), GOOD, STR("::1"), &cookie), ERR_INVALID);
    leave(t);
    CHECK_ERR(account_set_state(t->c, account.ref, account.version, ACCOUNT_ACTIVE), ERR_CONFLICT);
    CHECK_OK(account_set_state(t->c, account.ref, account.version + 1, ACCOUNT_ACTIVE));
    CHECK(sign_in(t, "ROBIN").len > 40); // names are not told apart by capitals
}

TEST(suspending_ends_the_sessions_that_run)
{
    Account account = make(t, "robin", ROLE_LINK_WORKER);
    Str cookie = sign_in(t, "robin");
    leave(t);
    CHECK_OK(session_open(t->c, cookie));
    leave(t);
    CHECK_OK(account_set_state(t->c, account.ref, account.version, ACCOUNT_SUSPENDED));
    leave(t);
    CHECK_ERR(session_open(t->c, cookie), ERR_SIGNED_OUT);
    CHECK(!session_may_keep_draft(t->c));
}

TEST(suspending_voids_the_code_that_was_given_out)
{
    Account account = make(t, "robin", ROLE_LINK_WORKER);
    Account found;
    Str code = STR("");
    CHECK_OK(account_start_reset(t->c, account.ref, &code));
    CHECK_OK(account_by_code(t->c, code, &account));
    CHECK_OK(account_set_state(t->c, account.ref, account.version, ACCOUNT_SUSPENDED));
    CHECK_ERR(account_by_code(t->c, code, &found), ERR_NOT_FOUND);
    CHECK_OK(account_set_state(t->c, account.ref, account.version + 1, ACCOUNT_ACTIVE));
    CHECK_ERR(account_by_code(t->c, code, &found), ERR_NOT_FOUND);
}

TEST(the_store_holds_no_token_and_each_sign_in_makes_a_new_one)
{
    make(t, "robin", ROLE_LINK_WORKER);
    Str first = sign_in(t, "robin");
    leave(t);
    CHECK_OK(session_open(t->c, first));
    CHECK_I64((int64_t)t->c->session.len, 32);
    CHECK(!str_find(first, t->c->session, &(size_t){0}));
    Str second = sign_in(t, "robin"); // from the same browser: the old one is over
    CHECK(!str_eq(first, second));
    leave(t);
    CHECK_ERR(session_open(t->c, first), ERR_SIGNED_OUT);
    CHECK_OK(session_open(t->c, second));
}

TEST(a_cookie_that_is_not_ours_opens_nothing)
{
    make(t, "robin", ROLE_LINK_WORKER);
    Str good = sign_in(t, "robin");
    leave(t);
    Str twice = arena_fmt(t->arena, STR_FMT "; " STR_FMT, STR_ARG(good), STR_ARG(good));
    const Str bad[] = {STR(""),
                       STR("trellis="),
                       STR("trellis=AAAA"),
                       twice,
                       str_slice(good, 0, good.len - 1),
                       STR("trellis=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CHECK_ERR(session_open(t->c, bad[i]), ERR_SIGNED_OUT);
        CHECK_I64(t->c->actor.account_id, 0);
    }
}

TEST(a_session_locks_when_nobody_uses_it_and_ends_after_its_hours)
{
    make(t, "robin", ROLE_LINK_WORKER);
    Str cookie = sign_in(t, "robin");
    const int64_t minute = 60000;
    leave(t);
    t->c->now.ms += 29 * minute;
    CHECK_OK(session_open(t->c, cookie)); // used: the half hour starts again
    leave(t);
    t->c->now.ms += 29 * minute;
    CHECK_OK(session_open(t->c, cookie));
    CHECK_I64(session_seconds_left(t->c), 30 * 60);
    leave(t);
    t->c->now.ms += 30 * minute;
    CHECK_ERR(session_open(t->c, cookie), ERR_SIGNED_OUT);
    CHECK(session_locked(t->c) && session_may_keep_draft(t->c));
    CHECK(t->c->actor.account_id > 0);
    leave(t);
    t->c->now.ms += (int64_t)25 * 60 * minute;
    CHECK_ERR(session_open(t->c, cookie), ERR_SIGNED_OUT);
    CHECK(!session_may_keep_draft(t->c));
}

TEST(no_use_makes_a_session_longer_than_its_hours)
{
    make(t, "robin", ROLE_LINK_WORKER);
    Str cookie = sign_in(t, "robin");
    Err last = ERR_OK;
    int minutes = 0;
    for (; minutes < 13 * 60 && last == ERR_OK; minutes += 20) {
        leave(t);
        t->c->now.ms += (int64_t)20 * 60000;
        last = session_open(t->c, cookie);
    }
    CHECK_ERR(last, ERR_SIGNED_OUT);
    CHECK_I64(minutes, 12 * 60);
}

TEST(a_role_change_holds_from_the_next_request)
{
    make(t, "robin", ROLE_LINK_WORKER);
    Str cookie = sign_in(t, "robin");
    leave(t);
    test_sql(t, "UPDATE account SET role = 'practice_staff' WHERE username = 'robin'");
    CHECK_OK(session_open(t->c, cookie));
    CHECK_I64(t->c->actor.role, ROLE_PRACTICE_STAFF);
}

TEST(the_token_of_a_form_fits_its_session_alone_and_never_looks_the_same)
{
    make(t, "robin", ROLE_LINK_WORKER);
    make(t, "sam.other", ROLE_LINK_WORKER);
    Str robin = sign_in(t, "robin");
    leave(t);
    Str sam = sign_in(t, "sam.other");
    leave(t);
    CHECK_OK(session_open(t->c, robin));
    Str one = session_csrf(t->c);
    Str two = session_csrf(t->c);
    CHECK(!str_eq(one, two));
    CHECK(session_csrf_ok(t->c, one) && session_csrf_ok(t->c, two));
    CHECK(!session_csrf_ok(t->c, STR("")));
    CHECK(!session_csrf_ok(t->c, str_slice(one, 0, one.len - 1)));
    leave(t);
    CHECK(!session_csrf_ok(t->c, one));
    CHECK_OK(session_open(t->c, sam));
    CHECK(!session_csrf_ok(t->c, one));
}

TEST(a_message_is_shown_once)
{
    make(t, "robin", ROLE_LINK_WORKER);
    Str cookie = sign_in(t, "robin");
    leave(t);
    CHECK_OK(session_open(t->c, cookie));
    CHECK_OK(session_put_flash(t->c, STR("Contact saved")));
    leave(t);
    CHECK_OK(session_open(t->c, cookie));
    CHECK_STR(session_take_flash(t->c), "Contact saved");
    leave(t);
    CHECK_OK(session_open(t->c, cookie));
    CHECK_STR(session_take_flash(t->c), "");
}

TEST(the_owner_is_told_of_wrong_passwords)
{
    make(t, "robin", ROLE_LINK_WORKER);
    leave(t);
    Str cookie = STR("");
    CHECK_ERR(session_sign_in(t->c, STR("robin"), STR("guess"), STR("::1"), &cookie), ERR_INVALID);
    leave(t);
    cookie = sign_in(t, "robin");
    leave(t);
    CHECK_OK(session_open(t->c, cookie));
    CHECK_STR(session_take_flash(t->c), "1 wrong password was entered since you last signed in.");
}

TEST(signing_out_ends_it)
{
    make(t, "robin", ROLE_LINK_WORKER);
    Str cookie = sign_in(t, "robin");
    leave(t);
    CHECK_OK(session_open(t->c, cookie));
    Str gone = STR("");
    CHECK_OK(session_sign_out(t->c, &gone));
    CHECK_CONTAINS(gone, "Max-Age=0");
    leave(t);
    CHECK_ERR(session_open(t->c, cookie), ERR_SIGNED_OUT);
    CHECK(!session_may_keep_draft(t->c));
}

// ---- codes and passwords

TEST(an_invited_account_chooses_its_password_once_within_72_hours)
{
    Account account;
    Str code = STR("");
    CHECK_OK(account_add(t->c,
                         &(AccountNew){.username = STR("robin"),
                                       .name = STR("Robin Example"),
                                       .role = ROLE_LINK_WORKER,
                                       .orgs = (const int64_t[]){3, 1},
                                       .org_count = 2},
                         &account, &code));
    CHECK_I64(account.state, ACCOUNT_INVITED);
    CHECK_ERR(account_set_password(t->c, STR("wrong"), GOOD, &account), ERR_NOT_FOUND);
    CHECK_ERR(account_set_password(t->c, code, STR("short"), &account), ERR_INVALID);
    leave(t);
    t->c->now.ms += (int64_t)CODE_HOURS * 3600000;
    CHECK_ERR(account_set_password(t->c, code, GOOD, &account), ERR_NOT_FOUND);
    t->c->now.ms -= 1;
    CHECK_OK(account_set_password(t->c, code, GOOD, &account));
    leave(t);
    CHECK_ERR(account_set_password(t->c, code, GOOD, &account), ERR_NOT_FOUND);
    CHECK(sign_in(t, "robin").len > 40);
    leave(t);
    int64_t *orgs = NULL;
    size_t count = 0;
    CHECK_OK(account_orgs(t->c, account.id, &orgs, &count));
    CHECK(count == 2 && orgs[0] == 1 && orgs[1] == 3);
}

TEST(an_account_works_for_as_many_organisations_as_it_was_given)
{
    int64_t given[ORGS_MAX];
    int64_t *orgs = NULL;
    size_t count = 0;
    Account account;
    Str code;
    for (size_t i = 0; i < ORGS_MAX; i++) given[i] = (int64_t)i + 1;
    CHECK_OK(account_add(t->c,
                         &(AccountNew){.username = STR("robin"),
                                       .name = STR("Robin Example"),
                                       .role = ROLE_LINK_WORKER,
                                       .orgs = given,
                                       .org_count = ORGS_MAX},
                         &account, &code));
    leave(t);
    CHECK_OK(account_orgs(t->c, account.id, &orgs, &count));
    CHECK_I64((int64_t)count, ORGS_MAX);
    CHECK_I64(orgs[count - 1], ORGS_MAX);
}

TEST(a_new_password_ends_every_session_of_the_account)
{
    Account account = make(t, "robin", ROLE_LINK_WORKER);
    Str cookie = sign_in(t, "robin");
    leave(t);
    Str code = STR("");
    CHECK_OK(account_start_reset(t->c, account.ref, &code));
    CHECK_OK(session_open(t->c, cookie)); // starting a reset changes nothing yet
    leave(t);
    CHECK_OK(account_set_password(t->c, code, STR("three-other-words-then"), &account));
    leave(t);
    CHECK_ERR(session_open(t->c, cookie), ERR_SIGNED_OUT);
}

TEST(an_account_is_checked_before_it_is_made)
{
    static const char *const BAD[] = {"",      "ab",    "Robin",
                                      "a b c", "a/b/c", "\xC3\xA9\xC3\xA9\xC3\xA9"};
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Account account;
        leave(t);
        CHECK_ERR(account_create(t->c,
                                 &(AccountNew){.username = str_from_c(BAD[i]),
                                               .name = STR("Name"),
                                               .role = ROLE_LINK_WORKER},
                                 GOOD, &account),
                  ERR_INVALID);
    }
    leave(t);
    make(t, "robin", ROLE_LINK_WORKER);
    Account account;
    CHECK_ERR(account_create(t->c,
                             &(AccountNew){.username = STR("robin"),
                                           .name = STR("Another"),
                                           .role = ROLE_LINK_WORKER},
                             GOOD, &account),
              ERR_INVALID);
    CHECK_I64(test_count(t, "account"), 1);
}

TEST(every_change_of_an_account_is_journalled_without_its_secrets)
{
    Account account = make(t, "robin", ROLE_LINK_WORKER);
    Str code = STR("");
    CHECK_OK(account_start_reset(t->c, account.ref, &code));
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("account"), account.ref, &rows, &count));
    CHECK_I64((int64_t)count, 2);
    Str body = rows[1].body;
    CHECK_CONTAINS(body, "\"username\":\"robin\"");
    CHECK_LACKS(body, "argon2");
    CHECK_LACKS(body, "hash");
}

TEST(weak_passwords_are_named_and_strong_ones_pass)
{
    static const char *const WEAK[] = {
        "short",           "password1234",     "Password123!!!",  "passwordpassword",
        "aaaaaaaaaaaaa",   "123456789012",     "abcabcabcabcabc", "qwertyuiop1234",
        "robin.example77", "xx-robin-2026-xx", "example-letters", "20261121201199",
        "LetMeIn!!!!!!",   "welcome2026!!"};
    for (size_t i = 0; i < COUNT_OF(WEAK); i++) {
        Str fault =
            password_fault(t->arena, str_from_c(WEAK[i]), STR("robin.e"), STR("Robin Example"));
        if (fault.len == 0) fprintf(stderr, "# passed: %s\n", WEAK[i]);
        CHECK(fault.len > 0);
    }
    static const char *const STRONG[] = {"violet-anchor-teapot", "correct battery staple",
                                         "kX9#mQ2$vL7pR4", "d\xC3\xA9j\xC3\xA0 vu tomorrow"};
    for (size_t i = 0; i < COUNT_OF(STRONG); i++) {
        CHECK_STR(
            password_fault(t->arena, str_from_c(STRONG[i]), STR("robin.e"), STR("Robin Example")),
            "");
    }
}

// ---- slowing down

// A whole try with a wrong password: the seconds to wait, or 0.
static int64_t tried(SignIn *state, Str name, Str peer, int64_t now)
{
    int64_t wait = sign_in_begin(state, name, peer, now);
    if (wait == 0) sign_in_end(state, name, peer, false, now);
    return wait;
}

TEST(guessing_gets_slower_and_never_locks_the_owner_out)
{
    SignIn *state = sign_in_new(8);
    Str name = STR("robin");
    Str bad = STR("10.0.0.9");
    Str own = STR("10.0.0.1");
    int64_t now = 1000000;
    int64_t longest = 0;
    for (int i = 0; i < 500; i++) { // an attacker that waits as told
        int64_t wait = sign_in_begin(state, name, bad, now);
        if (wait > longest) longest = wait;
        now += wait * 1000;
        if (wait == 0) sign_in_end(state, name, bad, false, now);
    }
    CHECK_I64(longest, SIGN_IN_DELAY_MAX);
    CHECK(sign_in_begin(state, name, own, now) <= SIGN_IN_SPREAD_DELAY_MAX);
    CHECK_I64(tried(state, STR("sam"), own, now), 0);
    now += INT64_C(1000) * SIGN_IN_DELAY_MAX;
    CHECK_I64(sign_in_begin(state, name, bad, now), 0); // never for good
    sign_in_end(state, name, bad, true, now);
    CHECK(sign_in_begin(state, name, bad, now) <= SIGN_IN_SPREAD_DELAY_MAX);
    sign_in_free(state);
}

TEST(one_address_cannot_try_many_names_quickly)
{
    SignIn *state = sign_in_new(8);
    int64_t now = 1000000;
    int tries = 0;
    for (; tries < 1000; tries++) {
        Str name = arena_fmt(t->arena, "name%d", tries);
        if (tried(state, name, STR("10.0.0.9"), now) > 0) break;
    }
    CHECK_I64(tries, SIGN_IN_ADDRESS_BURST);
    CHECK_I64(tried(state, STR("other"), STR("10.0.0.1"), now), 0);
    now += (int64_t)2 * SIGN_IN_ADDRESS_REFILL_MS;
    CHECK_I64(tried(state, STR("another"), STR("10.0.0.9"), now), 0);
    sign_in_free(state);
}

// The count comes before the look, or thirty guesses at once would all be looked at.
TEST(guesses_at_once_are_no_way_around_the_delay)
{
    SignIn *state = sign_in_new(8);
    Str name = STR("robin");
    Str peer = STR("10.0.0.9");
    int64_t now = 1000000;
    int looked_at = 0;
    for (int i = 0; i < 30; i++) looked_at += sign_in_begin(state, name, peer, now) == 0;
    CHECK_I64(looked_at, SIGN_IN_FREE_TRIES);
    for (int i = 0; i < looked_at; i++) sign_in_end(state, name, peer, false, now);
    now += 2000;
    CHECK_I64(sign_in_begin(state, name, peer, now), 0); // the owner, after the delay
    sign_in_end(state, name, peer, true, now);
    for (int i = 0; i < SIGN_IN_FREE_TRIES; i++) { // and as often as they like
        CHECK_I64(sign_in_begin(state, name, peer, now), 0);
        sign_in_end(state, name, peer, true, now);
    }
    sign_in_free(state);
}

TEST(guesses_from_elsewhere_do_not_keep_the_owner_out)
{
    SignIn *state = sign_in_new(8);
    Str name = STR("robin");
    Str own = STR("10.0.0.1");
    int64_t now = 1000000;
    CHECK_I64(sign_in_begin(state, name, own, now), 0);
    sign_in_end(state, name, own, true, now);
    for (int i = 0; i < 200; i++) { // every address tries once, as soon as it may
        Str peer = arena_fmt(t->arena, "10.0.1.%d", i);
        now += tried(state, name, peer, now) * 1000;
        (void)tried(state, name, peer, now);
    }
    CHECK(tried(state, name, STR("10.0.0.2"), now) > 0);
    CHECK_I64(sign_in_begin(state, name, own, now), 0);
    sign_in_end(state, name, own, true, now);
    sign_in_free(state);
}

TEST(no_more_tries_at_once_than_leave_workers_for_the_others)
{
    SignIn *state = sign_in_new(2);
    Str peer = STR("10.0.0.9");
    CHECK_I64(sign_in_begin(state, STR("ann"), peer, 1000), 0);
    CHECK_I64(sign_in_begin(state, STR("ben"), peer, 1000), 0);
    CHECK_I64(sign_in_begin(state, STR("cat"), peer, 1000), SIGN_IN_CROWDED);
    sign_in_end(state, STR("ann"), peer, true, 1000);
    CHECK_I64(sign_in_begin(state, STR("cat"), peer, 1000), 0);
    sign_in_free(state);
}

TEST(an_account_beyond_the_most_is_refused_and_nobody_is_lost)
{
    test_sql(t, arena_fmt(t->arena,
                          "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < %d) INSERT INTO account (id, ref, username, name, role, "
                          "state, version) SELECT 5000 + i, 'many-' || i, 'many.' || i, "
                          "'Colleague ' || i, 'link_worker', 2, 1 FROM n",
                          ACCOUNTS_MAX)
                    .ptr);
    make(t, "robin", ROLE_LINK_WORKER); // the last for whom there is room
    Account *all = NULL;
    Account account;
    size_t count = 0;
    CHECK_OK(account_list(t->c, &all, &count));
    CHECK_I64((int64_t)count, ACCOUNTS_MAX);
    CHECK_STR(all[count - 1].username, "robin");
    AccountNew new = {.username = STR("sam.one"), .name = STR("Sam One"), .role = ROLE_LINK_WORKER};
    CHECK_ERR(account_create(t->c, &new, GOOD, &account), ERR_INVALID);
    CHECK_STR(t->c->issues[0].text, "There are 20,000 accounts, which is the most");
    Str code = STR("");
    CHECK_ERR(account_add(t->c, &new, &account, &code), ERR_INVALID);
    CHECK_I64(test_count(t, "account"), ACCOUNTS_MAX);
}
