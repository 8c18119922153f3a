// reason_test.c -- what was stated to open a record is read again, and reviewed by another.
#include "core/reason.h"
#include "test/fixture.h"

static const PersonId PERSON = {7};

// Acts as somebody of this role, whose account is in the store.
static void as(Test *t, Role role)
{
    test_actor(t, role);
    Str sql = arena_fmt(t->arena,
                        "INSERT INTO account (id, ref, username, name, role, state, version) "
                        "VALUES (%lld, 'r%d', 'u%d', 'Robin', 'x', 2, 1)",
                        (long long)t->c->actor.account_id, (int)role, (int)role);
    test_sql(t, sql.ptr);
}

static StatedReason stated(Test *t)
{
    as(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(access_state_reason(t->c, PERSON, RELATIONSHIP_REASON, STR("Covering for Priya")));
    StatedReason *list = NULL;
    size_t count = 0;
    CHECK_OK(reason_list(t->c, REASONS_OPEN, &list, &count));
    CHECK_I64(count, 1);
    return count == 1 ? list[0] : (StatedReason){0};
}

static int64_t open_now(Test *t)
{
    return reason_open_count(t->c);
}

TEST(a_stated_reason_waits_to_be_reviewed)
{
    StatedReason r = stated(t);
    CHECK_STR(r.words, "Covering for Priya");
    CHECK(!r.emergency && r.outcome == REASON_NOT_REVIEWED && r.person.v == PERSON.v);
    CHECK_I64(r.until.ms - r.from.ms, (int64_t)24 * 3600 * 1000);
    CHECK_I64(open_now(t), 1);
    StatedReason *of = NULL;
    size_t count = 0;
    CHECK_OK(reason_of_person(t->c, PERSON, &of, &count));
    CHECK_I64(count, 1);
    CHECK_OK(reason_of_person(t->c, (PersonId){8}, &of, &count));
    CHECK_I64(count, 0);
    CHECK_OK(reason_since(t->c, r.from, &of, &count));
    CHECK_I64(count, 0); // after that moment
}

TEST(a_review_is_journalled_and_settles_it)
{
    StatedReason r = stated(t);
    as(t, ROLE_PRIVACY_OFFICER);
    CHECK_ERR(reason_review(t->c, r.ref, r.version, REASON_ASKED, STR("why")), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "note");
    t->c->issue_count = 0;
    CHECK_OK(reason_review(t->c, r.ref, r.version, REASON_ASKED, STR("Asked Priya on Monday")));
    CHECK_I64(open_now(t), 1); // asked is not settled
    CHECK_ERR(reason_review(t->c, r.ref, r.version, REASON_IN_ORDER, STR("")), ERR_CONFLICT);
    CHECK_OK(reason_review(t->c, r.ref, r.version + 1, REASON_IN_ORDER, STR("")));
    CHECK_I64(open_now(t), 0);
    CHECK_OK(reason_get(t->c, r.ref, &r));
    CHECK(r.outcome == REASON_IN_ORDER && r.reviewed_at.ms == t->c->now.ms);
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("access-reason"), r.ref, &rows, &count));
    CHECK_I64(count, 3);
    if (count == 3) CHECK(str_eq(rows[2].verb, STR("review")));
    if (count == 3) CHECK_CONTAINS(rows[2].body, "in-order");
}

TEST(nobody_reviews_what_they_stated_themselves)
{
    as(t, ROLE_PRIVACY_OFFICER);
    CHECK_OK(access_state_reason(t->c, PERSON, RELATIONSHIP_REASON, STR("A complaint came in")));
    StatedReason *list = NULL;
    size_t count = 0;
    CHECK_OK(reason_list(t->c, REASONS_OPEN, &list, &count));
    CHECK_I64(count, 1);
    CHECK_ERR(reason_review(t->c, list[0].ref, 1, REASON_IN_ORDER, STR("")), ERR_INVALID);
    CHECK_ERR(reason_review(t->c, STR("nothing"), 1, REASON_IN_ORDER, STR("")), ERR_NOT_FOUND);
    CHECK_I64(open_now(t), 1);
}
