// population_near_test.c -- long lists of imports and of people to decide about, page by page.
#include "insight/population/population.h"
#include "test/fixture.h"

#include <fcntl.h>
#include <unistd.h>

enum { PEOPLE = 23, LINE_BYTES = 120, NHS_DIGITS = 9 };

// The nth of those made-up NHS numbers that have a check digit.
static int64_t number_of(int n)
{
    for (int64_t at = 999000000;; at++) {
        int64_t sum = 0;
        int64_t rest = at;
        for (int digit = 0; digit < NHS_DIGITS; digit++) {
            sum += rest % 10 * (digit + 2);
            rest /= 10;
        }
        int64_t check = (11 - sum % 11) % 11;
        if (check == 10) continue;
        if (n-- == 0) return at * 10 + check;
    }
}

// The same people, born in the year that is said.
static void extract_of(Test *t, int year)
{
    CLEANUP(buf_free) Buf text = buf_new((size_t)(PEOPLE + 1) * LINE_BYTES);
    buf_add_c(&text, "NHS Number,Full Name,Date of Birth,Date,Code Term\n");
    for (int i = 0; i < PEOPLE; i++) {
        buf_fmt(&text, "%lld,Grace Okafor,04-Feb-%d,01-Mar-2025,Fall\n", (long long)number_of(i),
                year);
    }
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/one.csv", test_dir(t)));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len);
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = {.practice_ods = STR("X26101"), .extract_on = DATE_NONE};
    CHECK_OK(import_extract(t->c, fd, STR("one.csv"), &options, &report, &ref));
    store_refresh(t->c->core->store, t->c->db);
}

typedef struct Ask {
    const char *method, *path;
    Str near;
    const Pair *query;
    size_t query_count;
    const Pair *form;
    size_t form_count;
} Ask;

static Response asked(Test *t, const Ask *ask)
{
    Response res = {.body = buf_new((size_t)1024 * 1024)};
    for (size_t i = 0; i < POPULATION_ROOM.route_count; i++) {
        const Route *route = &POPULATION_ROOM.routes[i];
        if (strcmp(route->method, ask->method) != 0 || strcmp(route->path, ask->path) != 0)
            continue;
        Request req = {.route = route,
                       .method = str_from_c(ask->method),
                       .param_count = 1,
                       .params = {{STR("near"), ask->near}},
                       .query = ask->query,
                       .query_count = ask->query_count,
                       .form = ask->form,
                       .form_count = ask->form_count};
        CHECK_OK(route->handler(t->c, &req, &res));
    }
    store_refresh(t->c->core->store, t->c->db);
    return res;
}

static Response page_of_list(Test *t, const char *path, const Pair *query, size_t count)
{
    return asked(t, &(Ask){.method = "GET", .path = path, .query = query, .query_count = count});
}

TEST(who_waits_for_a_decision_is_shown_page_by_page_and_everybody)
{
    extract_of(t, 1948);
    extract_of(t, 1949);
    test_actor(t, ROLE_CARE_COORDINATOR);
    static const Pair SECOND[] = {{STR_INIT("page"), STR_INIT("2")}};
    static const Pair DECIDED[] = {{STR_INIT("list"), STR_INIT("decided")}};
    Response res = page_of_list(t, "/imports/near", NULL, 0);
    CHECK_I64((int64_t)res.shown_count, 20);
    CHECK_CONTAINS(buf_str(&res.body), "Showing 1 to 20 of 23.");
    buf_free(&res.body);
    res = page_of_list(t, "/imports/near", SECOND, 1);
    CHECK_I64((int64_t)res.shown_count, 3);
    CHECK_CONTAINS(buf_str(&res.body), "?list=waiting&amp;page=2\"");
    buf_free(&res.body);
    NearMatch *near = NULL;
    size_t count = 0;
    CHECK_OK(near_list(t->c, 20, &near, &count));
    CHECK_I64((int64_t)count, 3);
    if (count == 0) return;
    Pair same[] = {{STR("answer"), STR("same")},
                   {STR("version"), arena_fmt(t->arena, "%lld", (long long)near[0].version)}};
    res = asked(t, &(Ask){.method = "POST",
                          .path = "/imports/near/:near",
                          .near = near[0].ref,
                          .query = SECOND,
                          .query_count = 1,
                          .form = same,
                          .form_count = 2});
    CHECK_STR(res.location, "/imports/near?list=waiting&page=2"); // where one was
    buf_free(&res.body);
    res = page_of_list(t, "/imports/near", DECIDED, 1);
    CHECK_I64((int64_t)res.shown_count, 1);
    CHECK_CONTAINS(buf_str(&res.body), "Take this decision back");
    buf_free(&res.body);
    int64_t left = 0;
    CHECK_OK(near_count(t->c, &left));
    CHECK_I64(left, PEOPLE - 1);
}

TEST(a_decision_holds_for_and_is_taken_back_in_every_extract_that_asked)
{
    enum { ASKED = 1100 };
    extract_of(t, 1948);
    extract_of(t, 1949);
    NearMatch *near = NULL;
    size_t count = 0;
    CHECK_OK(near_list(t->c, 0, &near, &count));
    for (int i = 0; i < ASKED; i++) { // the same row of a daily extract for years
        test_sql(t, arena_fmt(t->arena,
                              "INSERT INTO near_match (ref, batch_id, person_id, sent_key, sent, "
                              "state) SELECT 'again%d', batch_id, person_id, sent_key, sent, state "
                              "FROM near_match WHERE id = %lld",
                              i, (long long)near[0].id)
                        .ptr);
    }
    CHECK_OK(near_decide(t->c, near[0].ref, near[0].version, true));
    CHECK_OK(near_list(t->c, 0, &near, &count));
    int64_t left = 0;
    CHECK_OK(near_count(t->c, &left));
    CHECK_I64(left, PEOPLE - 1);
}

TEST(every_import_has_its_page)
{
    for (int i = 0; i < 120; i++) {
        test_sql(t, arena_fmt(t->arena,
                              "INSERT INTO batch (ref, state, format, file_name, sha256, bytes, "
                              "practice_ods, account_id, account_name, started_at, code_from, "
                              "unit_from) VALUES ('b%d', 3, 'test', 'file%d.', '', 0, '', 0, '', "
                              "0, 0, 0)",
                              i, i)
                        .ptr);
    }
    test_actor(t, ROLE_CARE_COORDINATOR);
    static const Pair THIRD[] = {{STR_INIT("page"), STR_INIT("3")}};
    Response res = page_of_list(t, "/imports", NULL, 0);
    CHECK_CONTAINS(buf_str(&res.body), "file119.");
    CHECK_LACKS(buf_str(&res.body), "file0.");
    buf_free(&res.body);
    res = page_of_list(t, "/imports", THIRD, 1);
    CHECK_CONTAINS(buf_str(&res.body), "Showing 101 to 120 of 120 imports.");
    CHECK_CONTAINS(buf_str(&res.body), "file0.");
    buf_free(&res.body);
}
