// Two demonstrations of the same people, seed and day are the same; everybody in them is credible.
#include "app/cli.h"
#include "app/demo_work.h"
#include "app/files.h"
#include "app/rooms.h"
#include "app/verify.h"
#include "app/verify_rows.h"
#include "care/caseload/caseload.h"
#include "care/task/task.h"
#include "core/sha256.h"
#include "nhs/nhs_number.h"
#include "test/fixture.h"
#include "work/team/team.h"

#include <sqlite3.h>

enum { PEOPLE = 300, TOWN = 20000, TABLES_MAX = 64, WORDS = 9 };

static const DemoOptions OPTIONS = {.people = PEOPLE, .seed = 7, .today = {20781}}; // 24 Nov 2026

static Str folder(Test *t, const char *name)
{
    return arena_fmt(t->arena, "%s/%s", test_dir(t), name);
}

static int command(Test *t, const char *name, const char *seed)
{
    char dir[600];
    char count[16];
    char number[16];
    snprintf(dir, sizeof dir, STR_FMT, STR_ARG(folder(t, name)));
    snprintf(count, sizeof count, "%d", PEOPLE);
    snprintf(number, sizeof number, "%s", seed);
    char words[][16] = {"demo", "--data", "--people", "--seed", "--today", "2026-11-24"};
    char *argv[] = {words[0], words[1], dir, words[2], count, words[3], number, words[4], words[5]};
    return cli_demo(WORDS, argv);
}

// ---- a digest over every row of every table but the passwords' hashes, whose salts are secrets

static void digest_value(Buf *to, sqlite3_stmt *row, int column)
{
    int type = sqlite3_column_type(row, column);
    const char *bytes = sqlite3_column_blob(row, column); // numbers come as their text
    buf_fmt(to, "%d:", type);
    if (bytes != NULL) buf_add(to, (Str){bytes, (size_t)sqlite3_column_bytes(row, column)});
    buf_add_char(to, ',');
}

static void digest_table(Test *t, sqlite3 *store, Str name, uint8_t sum[SHA256_BYTES])
{
    CLEANUP(buf_free) Buf row_bytes = buf_new(64 << 20);
    Str sql = arena_fmt(t->arena, "SELECT * FROM " STR_FMT " ORDER BY 1, 2", STR_ARG(name));
    // The seal of an account covers the password's hash, whose salt is random; the chain follows.
    if (str_eq(name, STR("journal"))) {
        sql = STR("SELECT seq, at, actor, actor_name, role, org, request, purpose, person, kind, "
                  "id, version, verb, body, CASE kind WHEN 'account' THEN '' ELSE seal END "
                  "FROM journal ORDER BY seq");
    }
    sqlite3_stmt *rows = NULL;
    CHECK(sqlite3_prepare_v2(store, sql.ptr, -1, &rows, NULL) == SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        buf_clear(&row_bytes);
        buf_add(&row_bytes, (Str){(const char *)sum, SHA256_BYTES});
        for (int i = 0; i < sqlite3_column_count(rows); i++) digest_value(&row_bytes, rows, i);
        sha256(buf_str(&row_bytes), sum);
    }
    sqlite3_finalize(rows);
}

static size_t table_names(Test *t, sqlite3 *store, Str *names)
{
    static const char SQL[] =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT IN ('account_secret', 'schema_migration') ORDER BY name";
    sqlite3_stmt *rows = NULL;
    size_t count = 0;
    CHECK(sqlite3_prepare_v2(store, SQL, -1, &rows, NULL) == SQLITE_OK);
    while (count < TABLES_MAX && sqlite3_step(rows) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(rows, 0);
        names[count++] = arena_str(t->arena, str_from_c(name));
    }
    sqlite3_finalize(rows);
    return count;
}

// One line a table, so that a failure names the table.
static Str digest(Test *t, const char *name)
{
    Str path = arena_fmt(t->arena, STR_FMT "/" RECORD_FILE, STR_ARG(folder(t, name)));
    sqlite3 *store = NULL;
    Str names[TABLES_MAX];
    CHECK(sqlite3_open_v2(path.ptr, &store, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    size_t count = table_names(t, store, names);
    CHECK(count > 15);
    Str all = STR("");
    for (size_t i = 0; i < count; i++) {
        uint8_t sum[SHA256_BYTES] = {0};
        digest_table(t, store, names[i], sum);
        uint64_t head = 0;
        memcpy(&head, sum, sizeof head);
        all = arena_fmt(t->arena, STR_FMT STR_FMT "=%016llx\n", STR_ARG(all), STR_ARG(names[i]),
                        (unsigned long long)head);
    }
    sqlite3_close(store);
    return all;
}

TEST(the_same_people_seed_and_day_make_the_same_rows_and_whole_logs)
{
    CHECK_I64(command(t, "one", "7"), CLI_OK);
    CHECK_I64(command(t, "two", "7"), CLI_OK);
    CHECK_I64(command(t, "other", "8"), CLI_OK);
    Str one = digest(t, "one");
    CHECK_STR(digest(t, "two"), one.ptr);
    CHECK(!str_eq(digest(t, "other"), one));

    FILE *said = tmpfile();
    CHECK(said != NULL);
    if (said == NULL) return;
    size_t count = 0;
    const Room *const *rooms = rooms_all(&count);
    CHECK_I64(verify_chains(folder(t, "one"), STR(""), said), 0);
    CHECK_I64(verify_rows(t->arena, folder(t, "one"), rooms, count, said), 0);
    fclose(said);

    // A second demonstration never goes on top of a first.
    CHECK_I64(command(t, "one", "7"), CLI_FAILED);
    CHECK_STR(digest(t, "one"), one.ptr);
}

static DemoMade make(Test *t, RefSource *refs)
{
    DemoMade made = {0};
    *refs = (RefSource){OPTIONS.seed};
    test_core(t)->refs = refs;
    CHECK_OK(demo_make(t->c, &OPTIONS, &made));
    for (size_t i = 0; i < t->c->issue_count; i++) {
        printf("# " STR_FMT "\n", STR_ARG(t->c->issues[i].text));
    }
    return made;
}

TEST(a_folder_with_somebody_in_it_stays_as_it_is)
{
    Account somebody;
    DemoMade made;
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("kim.real"),
                                          .name = STR("Kim Real"),
                                          .role = ROLE_ADMINISTRATOR},
                            STR("quiet harbour lamp 4"), &somebody));
    CHECK_ERR(demo_make(t->c, &OPTIONS, &made), ERR_CONFLICT);
    CHECK_I64(test_count(t, "practice"), 0);
    CHECK_I64(test_count(t, "account"), 1);
}

static int64_t sql_count(Test *t, const char *what)
{
    // The fixture's scripts give no rows back: an answer becomes a table, and its rows are counted.
    Str script =
        arena_fmt(t->arena, "DROP TABLE IF EXISTS temp.asked; CREATE TEMP TABLE asked AS %s", what);
    test_sql(t, script.ptr);
    return test_count(t, "asked");
}

TEST(every_role_has_a_user_and_every_open_case_a_lead_and_a_next_action)
{
    RefSource refs;
    DemoMade made = make(t, &refs);
    CHECK_I64(made.people, PEOPLE);
    CHECK_I64(test_count(t, "person"), PEOPLE);
    CHECK(made.events / PEOPLE >= 80 && made.events / PEOPLE < 180);

    Account *accounts = NULL;
    size_t count = 0;
    bool seen[ROLE_COUNT] = {false};
    CHECK_OK(account_list(t->c, &accounts, &count));
    for (size_t i = 0; i < count; i++) {
        CHECK(accounts[i].state == ACCOUNT_ACTIVE);
        seen[accounts[i].role] = true;
    }
    static const Role ROLES[] = {ROLE_CARE_COORDINATOR, ROLE_LINK_WORKER,    ROLE_HEALTH_COACH,
                                 ROLE_GP_SUPERVISOR,    ROLE_PCN_MANAGER,    ROLE_PRACTICE_STAFF,
                                 ROLE_ADMINISTRATOR,    ROLE_PRIVACY_OFFICER};
    for (size_t i = 0; i < COUNT_OF(ROLES); i++) CHECK(seen[ROLES[i]]);

    CHECK(sql_count(t, "SELECT * FROM care_case WHERE state IN (1, 2)") > 62);
    CHECK_I64(sql_count(t, "SELECT * FROM care_case WHERE state IN (1, 2) AND lead_account NOT IN"
                           " (SELECT id FROM account)"),
              0);
    CHECK_I64(sql_count(t, "SELECT * FROM care_case WHERE state IN (1, 2) AND person_id NOT IN"
                           " (SELECT person_id FROM task WHERE state = 1)"),
              0);
    CHECK_I64(sql_count(t, "SELECT * FROM care_case JOIN person ON person.id = person_id"
                           " WHERE state IN (1, 2) AND (registration <> 1 OR opted_out = 1)"),
              0);
}

TEST(today_of_the_coordinator_is_the_day_of_the_design)
{
    RefSource refs;
    (void)make(t, &refs);
    t->c->today = OPTIONS.today;
    t->c->actor = (Actor){.account_id = 1, .name = STR("x"), .role = ROLE_CARE_COORDINATOR};
    static const struct {
        TaskList list;
        size_t count;
    } WANTED[] = {{TASKS_OVERDUE, 3}, {TASKS_TODAY, 6}, {TASKS_WEEK, 14}, {TASKS_WAITING, 6}};
    for (size_t i = 0; i < COUNT_OF(WANTED); i++) {
        Task *tasks = NULL;
        size_t count = 0;
        CHECK_OK(task_list(t->c, WANTED[i].list, &tasks, &count));
        CHECK_I64(count, WANTED[i].count);
    }
    Case *cases = NULL;
    size_t count = 0;
    CHECK_OK(case_mine(t->c, &cases, &count));
    CHECK_I64(count, 62);
}

TEST(nothing_recorded_is_of_the_future_and_the_journal_goes_forward)
{
    RefSource refs;
    (void)make(t, &refs);
    int64_t today = (int64_t)OPTIONS.today.days * DAY_MS;
    Str later = arena_fmt(t->arena, "SELECT * FROM journal WHERE at >= %lld", (long long)today);
    CHECK_I64(sql_count(t, later.ptr), 0);
    CHECK_I64(sql_count(t, "SELECT * FROM journal a JOIN journal b ON b.seq = a.seq + 1"
                           " WHERE b.at < a.at"),
              0);
    later = arena_fmt(t->arena, "SELECT * FROM contact WHERE at >= %lld", (long long)today);
    CHECK_I64(sql_count(t, later.ptr), 0);
    later = arena_fmt(t->arena, "SELECT * FROM person WHERE born >= %d OR died >= %d",
                      OPTIONS.today.days, OPTIONS.today.days);
    CHECK_I64(sql_count(t, later.ptr), 0);
}

static Err no_future(void *arg, const EventRow *rows, size_t count)
{
    int64_t *late = arg;
    for (size_t i = 0; i < count; i++) *late += rows[i].day >= OPTIONS.today.days;
    return ERR_OK;
}

TEST(no_event_is_of_the_future)
{
    RefSource refs;
    (void)make(t, &refs);
    int64_t late = 0;
    CHECK_OK(event_stream(t->c, no_future, &late));
    CHECK_I64(late, 0);
}

static int number_cmp(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

TEST(nhs_numbers_are_valid_unique_and_of_nobody)
{
    DemoOptions options = {.people = DEMO_PEOPLE_MAX, .seed = 3, .today = OPTIONS.today};
    DemoTown *town = demo_town(t->arena, &options); // there are fewer numbers than people
    for (int64_t i = 0; i < TOWN; i++) {
        int64_t number = town->numbers[i];
        int64_t read = 0;
        if (number == 0) continue;
        CHECK(number / 10000000 == 999);
        Str digits = nhs_number_digits(t->arena, number);
        if (nhs_number_read(digits, &read) != NHS_NUMBER_OK) CHECK_I64(number, -1);
    }
    qsort(town->numbers, DEMO_PEOPLE_MAX, sizeof *town->numbers, number_cmp);
    for (int64_t i = 1; i < DEMO_PEOPLE_MAX; i++) {
        CHECK(town->numbers[i] == 0 || town->numbers[i] != town->numbers[i - 1]);
    }
    CHECK(town->numbers[0] == 0);
}

TEST(people_of_a_larger_network_are_shared_out_to_practices_like_theirs)
{
    DemoOptions options = {.people = TOWN, .seed = 3, .today = OPTIONS.today, .practices = 10};
    DemoTown *town = demo_town(t->arena, &options);
    for (int i = 0; i < 10; i++) town->practice_ids[i] = i;
    int of[10] = {0};
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    for (int64_t i = 0; i < TOWN; i++) {
        DemoPerson who;
        arena_reset(scratch);
        demo_person(scratch, town, i, &who);
        CHECK_I64(who.import.person.practice_id % DEMO_PRACTICES, who.practice);
        of[who.import.person.practice_id]++;
    }
    for (int i = 0; i < 10; i++) CHECK(of[i] > TOWN / 20);
}

TEST(older_people_are_as_frail_as_those_of_england)
{
    DemoOptions options = {.people = TOWN, .seed = 3, .today = OPTIONS.today};
    DemoTown *town = demo_town(t->arena, &options);
    DemoCodes *codes = demo_codes(t->arena);
    DemoFacts *facts = demo_facts_new(t->arena, codes);
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    int old = 0;
    int bands[4] = {0};
    for (int64_t i = (int64_t)DEMO_NAMED_COUNT; i < TOWN; i++) {
        DemoPerson who;
        DemoHealth health;
        arena_reset(scratch);
        demo_person(scratch, town, i, &who);
        if (who.age < 65 || who.import.person.registration != REGISTRATION_CURRENT) continue;
        CHECK_OK(demo_facts(facts, codes, NULL, 0, &who, &health));
        int d = health.deficits;
        old++;
        bands[d >= 13 ? 3 : d >= 9 ? 2 : d >= 5 ? 1 : 0]++;
    }
    CHECK(old > 0);
    if (old == 0) return;
    printf("# 65 and over: %d of %d, fit %d, mild %d, moderate %d, severe %d\n", old, TOWN,
           bands[0] * 100 / old, bands[1] * 100 / old, bands[2] * 100 / old, bands[3] * 100 / old);
    CHECK(old * 100 / TOWN >= 17 && old * 100 / TOWN <= 22);
    CHECK(bands[0] * 100 / old >= 45 && bands[0] * 100 / old <= 58);
    CHECK(bands[1] * 100 / old >= 25 && bands[1] * 100 / old <= 35);
    CHECK(bands[2] * 100 / old >= 9 && bands[2] * 100 / old <= 17);
    CHECK(bands[3] * 100 / old >= 2 && bands[3] * 100 / old <= 8);
}
