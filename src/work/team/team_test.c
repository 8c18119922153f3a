#include "care/caseload/caseload.h"
#include "care/person/person.h"
#include "core/figure.h"
#include "test/people.h"
#include "work/team/team.h"
#include "work/team/team_admin.h"
#include "work/team/team_pages.h"

static int64_t practice(Test *t, const char *ods, const char *name)
{
    int64_t id = 0;
    CHECK_OK(practice_ensure(t->c, str_from_c(ods), str_from_c(name), &id));
    return id;
}

TEST(a_practice_is_made_once)
{
    int64_t first = practice(t, "X26101", "Millfield Surgery");
    CHECK_I64(practice(t, "X26101", "Another name"), first);
    CHECK_I64(test_count(t, "practice"), 1);
    Practice p;
    CHECK_OK(practice_get(t->c, first, &p));
    CHECK_STR(p.name, "Millfield Surgery");
    CHECK(date_is_none(p.extract_on));
    CHECK_ERR(practice_of_ods(t->c, STR("X99999"), &p), ERR_NOT_FOUND);
    int64_t id = 0;
    CHECK_ERR(practice_ensure(t->c, STR("X"), STR("Short"), &id), ERR_INVALID);
}

TEST(practices_beyond_the_lists_are_kept_and_counted)
{
    int64_t beyond = -1;
    int64_t id = 0;
    for (int i = 0; i < PRACTICES_MAX; i++) {
        Str ods = arena_fmt(t->c->arena, "Z%05d", i);
        CHECK_OK(practice_ensure(t->c, ods, ods, &id));
    }
    CHECK_OK(practice_beyond_lists(t->c, &beyond));
    CHECK_I64(beyond, 0);
    CHECK_OK(practice_ensure(t->c, STR("Z99999"), STR("Zulu"), &id));
    CHECK_OK(practice_beyond_lists(t->c, &beyond));
    CHECK_I64(beyond, 1);
    Practice *list = NULL;
    size_t count = 0;
    CHECK_OK(practice_list(t->c, &list, &count));
    CHECK_I64((int64_t)count, PRACTICES_MAX);
    CHECK_STR(practice_name_of(list, count, id, STR("beyond")), "beyond");
}

TEST(a_practice_that_is_none_of_a_list_is_called_as_the_page_wants)
{
    const Practice all[] = {{.id = 4, .name = STR("Hill")}, {.id = 9, .name = STR("Vale")}};
    CHECK_STR(practice_name_of(all, COUNT_OF(all), 9, STR("another")), "Vale");
    CHECK_STR(practice_name_of(all, COUNT_OF(all), 0, STR("another")), "another");
    CHECK_STR(practice_name_of(NULL, 0, 4, STR("")), "");
    (void)t;
}

TEST(an_older_extract_does_not_make_a_practice_look_older)
{
    int64_t id = practice(t, "X26101", "Millfield Surgery");
    Date today = t->c->today;
    CHECK_OK(practice_mark_extract(t->c, id, today));
    CHECK_OK(practice_mark_extract(t->c, id, date_add_days(today, -30)));
    Practice p;
    CHECK_OK(practice_get(t->c, id, &p));
    CHECK_I64(p.extract_on.days, today.days);
}

TEST(the_journal_shows_a_practice_as_it_is)
{
    int64_t id = practice(t, "X26101", "Millfield Surgery");
    CHECK_OK(practice_mark_extract(t->c, id, t->c->today));
    Practice p;
    CHECK_OK(practice_get(t->c, id, &p));
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("practice"), p.ref, &rows, &count));
    CHECK_I64(count, 2);
    CHECK_CONTAINS(rows[1].body, arena_c(t->arena, date_iso(t->arena, t->c->today)));
}

TEST(a_role_change_ends_what_was_open_and_is_journalled)
{
    int64_t orgs[] = {practice(t, "X26101", "Millfield Surgery"),
                      practice(t, "X26102", "Riverside Practice")};
    Account a;
    Str code;
    CHECK_OK(account_add(t->c,
                         &(AccountNew){.username = STR("ana.ruiz"),
                                       .name = STR("Ana Ruiz"),
                                       .role = ROLE_PRACTICE_STAFF,
                                       .orgs = orgs,
                                       .org_count = 1},
                         &a, &code));
    CHECK(code.len >= 16);
    int64_t before = test_count(t, "journal");
    CHECK_OK(account_set_role(t->c, a.ref, a.version, ROLE_CARE_COORDINATOR, orgs, 2));
    CHECK_I64(test_count(t, "journal"), before + 1);
    CHECK_I64(test_count(t, "account_org"), 2);
    CHECK_ERR(account_set_role(t->c, a.ref, a.version, ROLE_LINK_WORKER, orgs, 1), ERR_CONFLICT);
    CHECK_ERR(account_set_role(t->c, a.ref, a.version + 1, ROLE_NONE, orgs, 1), ERR_INVALID);
    CHECK_OK(account_get(t->c, a.ref, &a));
    CHECK(a.role == ROLE_CARE_COORDINATOR);
}

TEST(only_active_people_who_work_with_people_are_colleagues)
{
    Account a;
    Str password = STR("otter willow teapot 27");
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("priya.nair"),
                                          .name = STR("Priya Nair"),
                                          .role = ROLE_CARE_COORDINATOR},
                            password, &a));
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("sanjay.rao"),
                                          .name = STR("Sanjay Rao"),
                                          .role = ROLE_PCN_MANAGER},
                            password, &a));
    Str code;
    CHECK_OK(account_add(t->c,
                         &(AccountNew){.username = STR("new.link"),
                                       .name = STR("New Link"),
                                       .role = ROLE_LINK_WORKER},
                         &a, &code));
    Colleague *list = NULL;
    size_t count = 0;
    CHECK_OK(team_colleagues(t->c, &list, &count));
    CHECK_I64(count, 1);
    CHECK_STR(list[0].name, "Priya Nair");
    Colleague one;
    CHECK_OK(team_colleague_at_work(t->c, list[0].account_id, &one));
    CHECK_ERR(team_colleague_at_work(t->c, a.id, &one), ERR_NOT_FOUND); // only invited
    CHECK_OK(account_get(t->c, list[0].ref, &a));
    CHECK_OK(account_set_state(t->c, a.ref, a.version, ACCOUNT_SUSPENDED));
    CHECK_ERR(team_colleague_at_work(t->c, a.id, &one), ERR_NOT_FOUND); // left us
}

static int64_t lead(Test *t, const char *username, Role role)
{
    Account a;
    AccountNew new = {.username = str_from_c(username), .name = str_from_c(username), .role = role};
    CHECK_OK(account_create(t->c, &new, STR("otter willow teapot 27"), &a));
    return a.id;
}

static void case_of(Test *t, int64_t account, const char *family)
{
    const Grant *g = test_grant(t, test_person(t, family, 0), CLASS_CARE);
    Case standing = {0};
    CaseOffer offer = {.priority = PRIORITY_LOW, .lead_account = account};
    CHECK_OK(case_offer(t->c, g, &offer, &standing));
}

TEST(there_is_room_until_every_list_is_over_the_limit)
{
    Config config = *t->c->core->config;
    config.people_red = 4;
    test_core(t)->config = &config;
    TeamRoom room;
    CHECK_OK(team_room(t->c, &room));
    CHECK(room.people == 0 && room.colleagues == 0);
    int64_t priya = lead(t, "priya.nair", ROLE_CARE_COORDINATOR);
    int64_t beth = lead(t, "beth.lowe", ROLE_LINK_WORKER);
    (void)lead(t, "helen.marsh", ROLE_GP_SUPERVISOR); // has no caseload to be filled
    case_of(t, priya, "Ash");
    static const char *const MANY[] = {"Birch", "Cedar", "Elm", "Fir", "Hazel"};
    for (size_t i = 0; i < COUNT_OF(MANY); i++) case_of(t, beth, MANY[i]);
    CHECK_OK(team_room(t->c, &room));
    CHECK_I64(room.colleagues, 2);
    CHECK_I64(room.with_room, 1);
    CHECK_I64(room.people, 2); // with 4 a list is over the limit; Beth's 5 take nothing from Priya
}

typedef struct Add {
    PersonImport from;
    PersonId id;
    bool added;
} Add;

static Err add_person(Ctx *c, void *arg)
{
    Add *add = arg;
    TRY(journal_append(c, &(JournalEntry){.kind = STR("batch"),
                                          .id = STR("b"),
                                          .version = 1,
                                          .verb = STR("create"),
                                          .body = STR("{}")}));
    return person_import(c, 1, &add->from, &add->id, &add->added);
}

TEST(practice_staff_have_to_do_with_people_of_their_own_practice_only)
{
    int64_t own = practice(t, "X26101", "Millfield Surgery"); // organisation 1, the actor's
    int64_t other = practice(t, "X26102", "Riverside Practice");
    CHECK_I64(own, 1);
    Add mine = {.from.person = {.family = STR("Okafor"),
                                .practice_id = own,
                                .registration = REGISTRATION_CURRENT}};
    Add theirs = {.from.person = {.family = STR("Begum"),
                                  .practice_id = other,
                                  .registration = REGISTRATION_CURRENT}};
    CHECK_OK(ctx_change(t->c, add_person, &mine));
    CHECK_OK(ctx_change(t->c, add_person, &theirs));
    RelationshipKind kind = RELATIONSHIP_NONE;
    test_actor(t, ROLE_PRACTICE_STAFF);
    CHECK_OK(team_relationship(t->c, mine.id, &kind));
    CHECK(kind == RELATIONSHIP_PRACTICE);
    CHECK_OK(team_relationship(t->c, theirs.id, &kind));
    CHECK(kind == RELATIONSHIP_NONE);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(team_relationship(t->c, mine.id, &kind));
    CHECK(kind == RELATIONSHIP_NONE);
}

typedef struct Loads {
    int64_t counts[4];
    int64_t total;
    int64_t figures[4];
} Loads;

TEST(caseloads_do_not_tell_the_small_one_beside_them)
{
    static const Loads CASES[] = {
        {{40, 30, 0, 23}, 93, {40, 30, 0, 25}},
        {{40, 30, 0, 2}, 72, {40, 30, 0, FIGURE_FEW}}, // 66 to 70 for the others: 1 to 4
        {{1, 1, 1, 1}, 4, {FIGURE_HELD, FIGURE_HELD, FIGURE_HELD, FIGURE_HELD}},
        {{12, 12, 4, 0}, 28, {FIGURE_HELD, 10, FIGURE_FEW, 0}}, // 8 to 12 twice of 28 leave 4
        {{40, 23, 0, 0}, 65, {40, 25, 0, 0}},                   // 2 of colleagues who left: 0 to 4
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        int64_t figures[4];
        team_load_figures(t->arena, CASES[i].counts, 4, CASES[i].total, figures);
        for (size_t k = 0; k < 4; k++) CHECK_I64(figures[k], CASES[i].figures[k]);
    }
}

TEST(every_account_of_a_large_network_is_listed_and_can_be_chosen)
{
    enum { MANY = 2300 };
    test_sql(t, arena_fmt(t->arena,
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < %d) INSERT INTO account (id, ref, username, name, role, "
                          "state, version) SELECT 5000 + i, 'many-' || i, 'many.' || i, "
                          "'Colleague ' || i, 'link_worker', 2, 1 FROM n",
                          MANY)
                    .ptr);
    Account *accounts = NULL;
    UiOption *options = NULL;
    size_t count = 0;
    CHECK_OK(account_list(t->c, &accounts, &count));
    CHECK(count >= MANY);
    size_t choices = 0;
    CHECK_OK(team_choices(t->c, CHOOSE_LEAD, &options, &choices));
    CHECK(choices >= MANY);
    Pair last[] = {{STR("page"), STR("999")}};
    Request req = {.method = STR("GET"), .query = last, .query_count = 1};
    Response res = {.body = buf_new((size_t)1024 * 1024)};
    CHECK_OK(team_users(t->c, &req, &res));
    CHECK_CONTAINS(buf_str(&res.body), "of 2,3");
    CHECK_CONTAINS(buf_str(&res.body), "page=1\"");
    CHECK_LACKS(buf_str(&res.body), ">many.1<");
    buf_free(&res.body);
}
