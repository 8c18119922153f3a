#include "core/draft.h"
#include "test/fixture.h"

static void writer(Test *t, Role role)
{
    test_actor(t, role);
    char sql[300];
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO account (id, ref, username, name, role, state, version) "
                   "VALUES (%lld, 'r%d', 'u%d', 'A', 'x', 1, 1) ON CONFLICT (id) DO NOTHING",
                   (long long)t->c->actor.account_id, (int)role, (int)role);
    test_sql(t, sql);
}

static void keep(Test *t, const char *key)
{
    Pair form[] = {{STR("done"), STR("Half a sentence")}, {STR("csrf"), STR("secret")}};
    Request req = {.form = form, .form_count = COUNT_OF(form)};
    Draft saved;
    CHECK_OK(draft_save(t->c, str_from_c(key), &req, &saved));
    CHECK_STR(saved.body, "done=Half%20a%20sentence");
    t->c->now.ms += 1000;
}

static size_t list(Test *t, const char *begins, Draft **out)
{
    size_t count = 0;
    CHECK_OK(draft_list(t->c, str_from_c(begins), out, &count));
    return count;
}

TEST(drafts_are_listed_for_their_writer_newest_first_by_how_the_key_begins)
{
    Draft *drafts = NULL;
    Str word;
    writer(t, ROLE_CARE_COORDINATOR);
    keep(t, "/people/a/contacts");
    keep(t, "/people/b/contacts");
    keep(t, "/people");
    keep(t, "builder:x");
    CHECK_OK(draft_keep_words(t->c, "find", &(Request){0}, &word));
    CHECK_I64(list(t, "/people/", &drafts), 2);
    CHECK_STR(drafts[0].key, "/people/b/contacts");
    CHECK_STR(drafts[1].key, "/people/a/contacts");
    CHECK(drafts[0].saved_at.ms > drafts[1].saved_at.ms);
    CHECK_I64(drafts[0].version, 1);
    keep(t, "/people/a/contacts");
    CHECK_I64(list(t, "/people/", &drafts), 2);
    CHECK_STR(drafts[0].key, "/people/a/contacts");
    CHECK_I64(drafts[0].version, 2);
    CHECK_I64(list(t, "%", &drafts), 0); // no pattern: as it is written
    writer(t, ROLE_LINK_WORKER);
    CHECK_I64(list(t, "/people/", &drafts), 0);
    writer(t, ROLE_CARE_COORDINATOR);
    t->c->now.ms += (int64_t)DRAFT_DAYS * DAY_MS;
    CHECK_I64(list(t, "/people/", &drafts), 0);
}

TEST(a_list_of_drafts_ends)
{
    Draft *drafts = NULL;
    char key[40];
    writer(t, ROLE_CARE_COORDINATOR);
    for (int i = 0; i < DRAFT_LIST_MAX + 3; i++) {
        (void)snprintf(key, sizeof key, "/people/%d/contacts", i);
        keep(t, key);
    }
    CHECK_I64(list(t, "/people/", &drafts), DRAFT_LIST_MAX);
    CHECK_STR(drafts[0].key, "/people/52/contacts");
}
