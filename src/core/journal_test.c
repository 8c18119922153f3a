#include "core/journal.h"
#include "test/fixture.h"

enum { ENTRY_TOO_LARGE = 65 << 20 };

static Err note(Ctx *c, void *arg)
{
    const char *body = arg;
    return journal_append(c, &(JournalEntry){.person = {7},
                                             .kind = STR("thing"),
                                             .id = STR("abc"),
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = str_from_c(body)});
}

TEST(history_comes_back_as_written)
{
    char body[] = "{\"a\":1}";
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(ctx_change(t->c, note, body));
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("thing"), STR("abc"), &rows, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK_STR(rows[0].body, "{\"a\":1}");
    CHECK(rows[0].role == ROLE_CARE_COORDINATOR);
    CHECK_I64(test_count(t, "journal"), 1);
}

static Err first_export(void *arg, const JournalSeal *entry)
{
    Str *id = arg;
    static char kept[64];
    if (id->len > 0 || !str_eq(entry->kind, STR("export"))) return ERR_OK;
    if (entry->id.len > sizeof kept) return ERR_TOO_LARGE;
    memcpy(kept, entry->id.ptr, entry->id.len);
    *id = (Str){kept, entry->id.len};
    return ERR_OK;
}

TEST(an_export_says_which_list_and_how_many_rows)
{
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(journal_export(t->c, STR("caseload"), STR("/mine.csv?view=\"all\""), 12));
    CHECK_OK(journal_export(t->c, STR("caseload"), STR("/mine.csv"), 0));
    CHECK_I64(test_count(t, "journal"), 2);
    Str id = STR("");
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_seals(t->c, 0, first_export, &id));
    CHECK_OK(journal_history(t->c, STR("export"), id, &rows, &count)); // each has its own id
    CHECK_I64(count, 1);
    CHECK_STR(rows[0].verb, "caseload");
    CHECK_STR(rows[0].body, "{\"list\":\"/mine.csv?view=\\\"all\\\"\",\"rows\":12}");
}

TEST(what_is_too_long_to_be_journalled_is_not_exported)
{
    test_actor(t, ROLE_CARE_COORDINATOR);
    Str list = arena_fmt(t->arena, "%5000d", 1);
    CHECK_ERR(journal_export(t->c, STR("caseload"), list, 1), ERR_TOO_LARGE);
    CHECK_I64(test_count(t, "journal"), 0);
}

TEST(an_export_that_nobody_waits_for_is_none)
{
    atomic_bool gone = true;
    test_actor(t, ROLE_CARE_COORDINATOR);
    t->c->cancelled = &gone;
    CHECK_ERR(journal_export(t->c, STR("caseload"), STR("/mine.csv"), 12), ERR_BUSY);
    CHECK_I64(test_count(t, "journal"), 0);
    atomic_store(&gone, false);
    CHECK_OK(journal_export(t->c, STR("caseload"), STR("/mine.csv"), 12));
    CHECK_I64(test_count(t, "journal"), 1);
    t->c->cancelled = NULL;
}

TEST(who_has_seen_a_person_includes_lists)
{
    PersonId shown[] = {{5}, {9}, {5}};
    CHECK_OK(access_log(t->c, &(AccessEntry){.verb = VERB_VIEW, .person = {9}, .what = STR("/a")}));
    CHECK_OK(access_log(t->c, &(AccessEntry){.verb = VERB_LIST,
                                             .what = STR("/b"),
                                             .persons = shown,
                                             .person_count = COUNT_OF(shown)}));
    AccessRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(access_seen(t->c, (PersonId){9}, 0, 10, &rows, &count));
    CHECK_I64((int64_t)count, 2);
    CHECK(rows[0].verb == VERB_LIST && rows[1].verb == VERB_VIEW);
    CHECK_OK(access_seen(t->c, (PersonId){9}, rows[0].seq, 10, &rows, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK_OK(access_seen(t->c, (PersonId){5}, 0, 10, &rows, &count));
    CHECK_I64((int64_t)count, 1);
}

TEST(a_page_of_who_has_seen_holds_the_newest_of_views_and_lists)
{
    PersonId shown[] = {{9}};
    for (int i = 0; i < 12; i++) {
        AccessEntry view = {.verb = VERB_VIEW, .person = {9}, .what = STR("/view")};
        AccessEntry list = {
            .verb = VERB_LIST, .what = STR("/list"), .persons = shown, .person_count = 1};
        CHECK_OK(access_log(t->c, i % 3 == 0 ? &view : &list));
    }
    int64_t before = 0;
    for (int page = 0; page < 3; page++) {
        AccessRow *rows = NULL;
        size_t count = 0;
        CHECK_OK(access_seen(t->c, (PersonId){9}, before, 4, &rows, &count));
        CHECK_I64((int64_t)count, 4);
        for (size_t i = 1; i < count; i++) CHECK_I64(rows[i].seq, rows[i - 1].seq - 1);
        CHECK(before == 0 || rows[0].seq == before - 1);
        before = rows[count - 1].seq;
    }
}

static int64_t opened_by(Test *t, int64_t account, int64_t person)
{
    Opener last = {0};
    t->c->actor.account_id = account;
    Err err = access_opened(t->c, (PersonId){person}, &last);
    CHECK(err == ERR_OK || err == ERR_NOT_FOUND);
    return err == ERR_OK ? last.account : 0;
}

static void open_as(Test *t, int64_t account, const AccessEntry *entry)
{
    t->c->actor.account_id = account;
    CHECK_OK(access_log(t->c, entry));
}

static void check_opened(Test *t)
{
    Opener last;
    PersonId shown[] = {{9}};
    AccessEntry view = {.verb = VERB_VIEW, .person = {9}, .what = STR("/view")};
    AccessEntry refused = {.verb = VERB_REFUSED, .person = {9}, .what = STR("/view")};
    AccessEntry list = {
        .verb = VERB_LIST, .what = STR("/list"), .persons = shown, .person_count = 1};
    CHECK_I64(opened_by(t, 7, 9), 0);
    open_as(t, 7, &view);
    CHECK_I64(opened_by(t, 7, 9), 0);
    CHECK_I64(opened_by(t, 8, 9), 7);
    for (int i = 0; i < 30; i++) open_as(t, 9, &list);
    open_as(t, 9, &refused);
    CHECK_I64(opened_by(t, 8, 9), 7);
    open_as(t, 8, &view);
    open_as(t, 8, &view);
    CHECK_I64(opened_by(t, 8, 9), 7);
    CHECK_I64(opened_by(t, 7, 9), 8);
    open_as(t, 7, &view);
    open_as(t, 5, &view);
    CHECK_I64(opened_by(t, 5, 9), 7);
    CHECK_I64(opened_by(t, 7, 9), 5);
    CHECK_I64(opened_by(t, 8, 10), 0);
    t->c->actor.account_id = 8;
    CHECK_OK(access_opened(t->c, (PersonId){9}, &last));
    CHECK_I64(last.account, 5);
    CHECK_STR(last.name, "Trellis");
    CHECK_I64(last.at.ms, t->c->now.ms);
}

TEST(who_opened_last_is_somebody_else_and_no_list)
{
    check_opened(t);
}

TEST(who_opened_last_is_the_same_from_memory_and_after_a_restart)
{
    test_core(t)->openers = openers_new();
    check_opened(t);
    openers_free(test_core(t)->openers);
    test_core(t)->openers = openers_new();
    CHECK_I64(opened_by(t, 5, 9), 7);
    CHECK_I64(opened_by(t, 7, 9), 5);
    openers_free(test_core(t)->openers);
    test_core(t)->openers = NULL;
}

// The log is not read again for whom it was read once: a line that nobody tells of is not seen.
TEST(who_opened_last_is_kept_in_memory)
{
    AccessEntry view = {.verb = VERB_VIEW, .person = {9}, .what = STR("/view")};
    Openers *openers = openers_new();
    test_core(t)->openers = openers;
    open_as(t, 7, &view);
    CHECK_I64(opened_by(t, 8, 9), 7);
    test_core(t)->openers = NULL;
    open_as(t, 5, &view);
    test_core(t)->openers = openers;
    CHECK_I64(opened_by(t, 8, 9), 7);
    open_as(t, 4, &view);
    CHECK_I64(opened_by(t, 8, 9), 4);
    openers_free(openers);
    test_core(t)->openers = NULL;
}

typedef struct Told {
    Err err;
    bool done;
} Told;

static void take_told(void *arg, Err err)
{
    *(Told *)arg = (Told){err, true};
}

// Of a line that the log did not take nothing was shown, and nobody is told of it.
TEST(a_look_that_was_not_logged_is_not_remembered)
{
    AccessEntry view = {.verb = VERB_VIEW, .person = {9}, .what = STR("/view")};
    AccessEntry large = {.verb = VERB_VIEW, .person = {9}, .what = STR("/view")};
    Told told = {0};
    test_core(t)->openers = openers_new();
    CHECK_I64(opened_by(t, 8, 9), 0); // the log was read
    large.detail = (Str){arena_alloc(t->arena, ENTRY_TOO_LARGE, 1), ENTRY_TOO_LARGE};
    t->c->actor.account_id = 7;
    CHECK_ERR(access_log(t->c, &large), ERR_TOO_LARGE);
    CHECK_I64(opened_by(t, 8, 9), 0);
    t->c->actor.account_id = 7;
    access_log_later(t->c, &large, take_told, &told);
    CHECK(told.done);
    CHECK_ERR(told.err, ERR_TOO_LARGE);
    CHECK_I64(opened_by(t, 8, 9), 0);
    told = (Told){0};
    t->c->actor.account_id = 7;
    access_log_later(t->c, &view, take_told, &told);
    CHECK(told.done);
    CHECK_OK(told.err);
    CHECK_I64(opened_by(t, 8, 9), 7);
    openers_free(test_core(t)->openers);
    test_core(t)->openers = NULL;
}
