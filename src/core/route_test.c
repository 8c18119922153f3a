// route_test.c -- the table of rows, and the walk of a request around a handler.
#include "core/route.h"
#include "core/session.h"
#include "core/web.h"
#include "test/fixture.h"

static Err nothing(Ctx *c, const Request *req, Response *res)
{
    (void)c;
    (void)req;
    (void)res;
    return ERR_OK;
}

static Err table_of(Test *t, const Route *routes, size_t count, const RouteTable **out, Str *why)
{
    Room *room = ARENA_NEW(t->arena, Room);
    *room = (Room){.name = "tried", .routes = routes, .route_count = count};
    const Room **rooms = ARENA_ARRAY(t->arena, const Room *, 1);
    rooms[0] = room;
    return route_table_new(t->arena, rooms, 1, out, why);
}

#define OPEN .flags = ROUTE_PUBLIC

TEST(a_plain_word_wins_over_a_parameter)
{
    static const Route ROUTES[] = {
        ROUTE("GET", "/things/:id", nothing, CAP_NONE, CLASS_NONE, VERB_PUBLIC, OPEN),
        ROUTE("GET", "/things/new", nothing, CAP_NONE, CLASS_NONE, VERB_PUBLIC, OPEN),
        ROUTE("POST", "/things/:id", nothing, CAP_NONE, CLASS_NONE, VERB_PUBLIC, OPEN),
        ROUTE("GET", "/", nothing, CAP_NONE, CLASS_NONE, VERB_PUBLIC, OPEN),
    };
    const RouteTable *table = NULL;
    Str why = STR("");
    Str allow;
    CHECK_OK(table_of(t, ROUTES, COUNT_OF(ROUTES), &table, &why));
    Request req = {.method = STR("GET"), .path = STR("/things/new")};
    CHECK(route_find(t->arena, table, &req, &allow) == &ROUTES[1]);
    req = (Request){.method = STR("HEAD"), .path = STR("/things/7")};
    CHECK(route_find(t->arena, table, &req, &allow) == &ROUTES[0]);
    CHECK_STR(req_param(&req, "id"), "7");
    CHECK_STR(req_param(&req, "other"), "");
    req = (Request){.method = STR("POST"), .path = STR("/things/new")};
    CHECK(route_find(t->arena, table, &req, &allow) == &ROUTES[2]);
    CHECK_STR(allow, ""); // although a GET row fits the path too
    req = (Request){.method = STR("GET"), .path = STR("/")};
    CHECK(route_find(t->arena, table, &req, &allow) == &ROUTES[3]);
}

TEST(an_unknown_path_and_a_wrong_method_are_told_apart)
{
    static const Route ROUTES[] = {
        ROUTE("GET", "/a/:b", nothing, CAP_NONE, CLASS_NONE, VERB_PUBLIC, OPEN),
        ROUTE("POST", "/a/:b", nothing, CAP_NONE, CLASS_NONE, VERB_PUBLIC, OPEN),
    };
    const RouteTable *table = NULL;
    Str why = STR("");
    Str allow;
    CHECK_OK(table_of(t, ROUTES, COUNT_OF(ROUTES), &table, &why));
    Request req = {.method = STR("DELETE"), .path = STR("/a/x")};
    CHECK(route_find(t->arena, table, &req, &allow) == NULL);
    CHECK_STR(allow, "GET, HEAD, POST");
    static const char *const UNKNOWN[] = {"/a", "/a/", "/a/x/", "/a/x/y", "/b/x", ""};
    for (size_t i = 0; i < COUNT_OF(UNKNOWN); i++) {
        req = (Request){.method = STR("GET"), .path = str_from_c(UNKNOWN[i])};
        CHECK(route_find(t->arena, table, &req, &allow) == NULL);
        CHECK_STR(allow, "");
    }
}

TEST(a_row_without_what_it_needs_is_refused_at_the_start)
{
    static const Route WRONG[] = {
        ROUTE("GET", "/a", nothing, CAP_NONE, CLASS_NONE, VERB_VIEW),
        ROUTE("GET", "/a", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_NONE),
        ROUTE("GET", "/a", NULL, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
        ROUTE("GET", "a", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
        ROUTE("GET", "/a/", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
        ROUTE("GET", "/a//b", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
        ROUTE("GET", "/a/:person", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
        ROUTE("GET", "/a", nothing, CAP_NONE, CLASS_CARE, VERB_VIEW, OPEN),
        ROUTE("HEAD", "/a", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
        ROUTE("GET", "/:a/:b/:c/:d/:e", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
    };
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        const RouteTable *table = NULL;
        Str why = STR("");
        CHECK_ERR(table_of(t, &WRONG[i], 1, &table, &why), ERR_INVALID);
        CHECK(why.len > 0);
    }
}

TEST(two_rows_that_answer_the_same_are_refused_at_the_start)
{
    static const Route TWICE[] = {
        ROUTE("GET", "/a/:b", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
        ROUTE("GET", "/a/:c", nothing, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
    };
    const RouteTable *table = NULL;
    Str why = STR("");
    CHECK_ERR(table_of(t, TWICE, 2, &table, &why), ERR_INVALID);
    CHECK_CONTAINS(why, "another row answers the same");
}

static int64_t page_of_query(const char *typed)
{
    Pair pair = {STR("page"), str_from_c(typed)};
    return req_page(&(Request){.query = &pair, .query_count = 1});
}

TEST(a_page_that_is_no_number_is_the_first)
{
    CHECK_I64(page_of_query("3"), 3);
    CHECK_I64(page_of_query("100000"), PAGE_ASKED_MAX);
    static const char *const NO_PAGES[] = {
        "", "0", "-1", "03", "3x", "100001", "99999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(NO_PAGES); i++) CHECK_I64(page_of_query(NO_PAGES[i]), 1);
    CHECK_I64(req_page(&(Request){0}), 1);
}

TEST(only_declared_fields_are_seen_and_only_check_boxes_repeat)
{
    Route route = {.fields = "note needs[] actions[].text"};
    bool repeats = true;
    CHECK(route_declares(&route, STR("note"), &repeats) && !repeats);
    CHECK(route_declares(&route, STR("needs"), &repeats) && repeats);
    CHECK(route_declares(&route, STR("actions[3].text"), &repeats) && !repeats);
    CHECK(route_declares(&route, STR("actions[42].text"), &repeats) && !repeats);
    CHECK(route_declares(&route, STR("version"), &repeats) && !repeats);
    static const char *const HIDDEN[] = {"",
                                         "role",
                                         "not",
                                         "notes",
                                         "needs[]",
                                         "actions[].text",
                                         "actions[100].text",
                                         "actions[x].text",
                                         "actions[1].who",
                                         "actions[1]text"};
    for (size_t i = 0; i < COUNT_OF(HIDDEN); i++) {
        CHECK(!route_declares(&route, str_from_c(HIDDEN[i]), &repeats));
    }
}

// ---- the walk, without a socket

// By the handler of these tests: app/ and tests may hold state.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
static const Actor *seen_actor;
static Actor seen;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

static Err look(Ctx *c, const Request *req, Response *res)
{
    seen = c->actor;
    seen_actor = &seen;
    return res_text(res, "text/plain", req->grant == NULL ? STR("nobody") : STR("somebody"));
}

static Err break_down(Ctx *c, const Request *req, Response *res)
{
    (void)c;
    (void)req;
    (void)res;
    return ERR_FAULT;
}

// Works for as long as somebody waits for it.
static Err go_on(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    return ctx_cancelled(c) ? ERR_BUSY : res_text(res, "text/plain", STR("all of it"));
}

static Err one_person(Ctx *c, Str ref, PersonId *out)
{
    (void)c;
    *out = (PersonId){5};
    return str_eq(ref, STR("p5")) ? ERR_OK : ERR_NOT_FOUND;
}

static const Route WALKED[] = {
    ROUTE("GET", "/seen", look, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW, .fields = "a"),
    ROUTE("POST", "/sent", look, CAP_SESSION_USE, CLASS_NONE, VERB_WRITE, .fields = "a b[]"),
    ROUTE("POST", "/kept/:id", look, CAP_SESSION_USE, CLASS_NONE, VERB_WRITE, .fields = "a b[]",
          .form = "/kept/:id/new", .flags = ROUTE_DRAFT),
    ROUTE("GET", "/users", look, CAP_USER_ADMIN, CLASS_STAFF, VERB_VIEW),
    ROUTE("GET", "/of/:person", look, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW),
    ROUTE("GET", "/long", go_on, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
    ROUTE("GET", "/broken", break_down, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW),
};
static const Room WALKED_ROOM = {.name = "walked",
                                 .routes = WALKED,
                                 .route_count = COUNT_OF(WALKED)};
static const Room *const WALKED_ROOMS[] = {&WALKED_ROOM, &SESSION_ROOM};

typedef struct Asked {
    HttpExchange x;
    HttpHeader headers[8];
} Asked;

static Str cookie_of(Test *t, Role role)
{
    Core *core = test_core(t);
    Str why = STR("");
    core->rooms = WALKED_ROOMS;
    core->room_count = COUNT_OF(WALKED_ROOMS);
    core->person_of_ref = one_person;
    CHECK_OK(route_table_new(t->arena, WALKED_ROOMS, COUNT_OF(WALKED_ROOMS), &core->routes, &why));
    Account account;
    Str cookie;
    CHECK_OK(account_create(
        t->c, &(AccountNew){.username = STR("robin"), .name = STR("Robin Example"), .role = role},
        STR("violet-anchor-teapot"), &account));
    CHECK_OK(session_sign_in(t->c, STR("robin"), STR("violet-anchor-teapot"), STR("::1"), &cookie));
    size_t end = 0;
    CHECK(str_find(cookie, STR(";"), &end));
    return str_slice(cookie, 0, end);
}

static int ask(Test *t, Asked *a, const char *method, const char *path, const char *body)
{
    HttpHooks hooks = web_hooks(t->c->core);
    a->x.arena = t->arena;
    a->x.method = str_from_c(method);
    a->x.path = str_from_c(path);
    a->x.peer = STR("127.0.0.1");
    a->x.headers = a->headers;
    while (a->x.header_count < 8 && a->headers[a->x.header_count].name.len > 0) a->x.header_count++;
    a->x.body = str_from_c(body);
    a->x.body_bytes = (int64_t)a->x.body.len;
    (void)hooks.begin(hooks.arg, &a->x);
    hooks.answer(hooks.arg, &a->x);
    if (a->x.late) hooks.settle(hooks.arg, &a->x);
    hooks.done(hooks.arg, &a->x);
    return a->x.status;
}

static Str header_of(const Asked *a, const char *name)
{
    for (size_t i = 0; i < a->x.answer_header_count; i++) {
        if (str_eq(a->x.answer_headers[i].name, str_from_c(name))) {
            return a->x.answer_headers[i].value;
        }
    }
    return STR("");
}

#define FORM_TYPE                                                                                  \
    {                                                                                              \
        STR("Content-Type"), STR("application/x-www-form-urlencoded")                              \
    }

TEST(a_page_whose_line_in_the_log_came_too_late_is_not_sent)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    Asked a = {.headers = {{STR("Cookie"), cookie}}};
    CHECK_I64(ask(t, &a, "GET", "/seen", ""), 200);
    Str page = buf_str(&a.x.answer);
    Asked late = {.headers = {{STR("Cookie"), cookie}}, .x.late = true};
    CHECK_I64(ask(t, &late, "GET", "/seen", ""), 503);
    Str busy = buf_str(&late.x.answer);
    CHECK_CONTAINS(busy, "The service is busy");
    CHECK_CONTAINS(busy, "Nothing was changed");
    CHECK(!str_eq(busy, page));
    CHECK(header_of(&late, "Retry-After").len > 0);
    buf_free(&a.x.answer);
    buf_free(&late.x.answer);
}

TEST(a_page_needs_a_session_and_its_view_is_logged)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    int64_t before = test_count(t, "access_log");
    Asked without = {0};
    CHECK_I64(ask(t, &without, "GET", "/seen", ""), 401);
    CHECK_CONTAINS(buf_str(&without.x.answer), "Sign in");
    CHECK_I64(test_count(t, "access_log"), before);
    Asked with = {.headers = {{STR("Cookie"), cookie}}};
    CHECK_I64(ask(t, &with, "GET", "/seen", ""), 200);
    CHECK_I64(test_count(t, "access_log"), before + 1);
    CHECK_STR(seen.name, "Robin Example");
    buf_free(&without.x.answer);
    buf_free(&with.x.answer);
}

TEST(every_answer_carries_the_headers_that_protect_it)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    static const char *const PATHS[] = {"/seen", "/nothing", "/users", "/broken", "/sign-in"};
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        Asked a = {.headers = {{STR("Cookie"), cookie}}};
        (void)ask(t, &a, "GET", PATHS[i], "");
        Str policy = header_of(&a, "Content-Security-Policy");
        CHECK_CONTAINS(policy, "default-src 'none'");
        CHECK_LACKS(policy, "unsafe");
        CHECK_STR(header_of(&a, "X-Content-Type-Options"), "nosniff");
        CHECK_STR(header_of(&a, "Cache-Control"), "no-store");
        CHECK_STR(header_of(&a, "Referrer-Policy"), "no-referrer");
        CHECK_STR(header_of(&a, "Cross-Origin-Opener-Policy"), "same-origin");
        buf_free(&a.x.answer);
    }
}

TEST(a_page_of_another_role_is_as_if_it_did_not_exist)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    int64_t before = test_count(t, "access_log");
    Asked a = {.headers = {{STR("Cookie"), cookie}}};
    CHECK_I64(ask(t, &a, "GET", "/users", ""), 404);
    CHECK_I64(test_count(t, "access_log"), before + 1); // refused
    Asked b = {.headers = {{STR("Cookie"), cookie}}};
    CHECK_I64(ask(t, &b, "GET", "/userz", ""), 404);
    CHECK_CONTAINS(buf_str(&a.x.answer), "Page not found");
    CHECK_CONTAINS(buf_str(&b.x.answer), "Page not found");
    buf_free(&a.x.answer);
    buf_free(&b.x.answer);
}

TEST(a_record_without_a_relationship_asks_for_a_reason)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    Asked a = {.headers = {{STR("Cookie"), cookie}}};
    CHECK_I64(ask(t, &a, "GET", "/of/p5", ""), 403);
    CHECK_CONTAINS(buf_str(&a.x.answer), "action=\"/people/p5/reason\"");
    Asked b = {.headers = {{STR("Cookie"), cookie}}};
    CHECK_I64(ask(t, &b, "GET", "/of/p6", ""), 404);
    buf_free(&a.x.answer);
    buf_free(&b.x.answer);
}

TEST(what_nobody_waits_for_ends_and_is_no_fault)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    Asked waits = {.headers = {{STR("Cookie"), cookie}}};
    CHECK_I64(ask(t, &waits, "GET", "/long", ""), 200);
    Asked hung_up = {.headers = {{STR("Cookie"), cookie}}};
    atomic_store(&hung_up.x.gone, true);
    CHECK_I64(ask(t, &hung_up, "GET", "/long", ""), HTTP_GONE);
    AccessRow *seen_rows = NULL;
    size_t count = 0;
    CHECK_OK(access_seen(t->c, (PersonId){0}, INT64_MAX, 1, &seen_rows, &count));
    CHECK_STR(seen_rows[0].detail, "not sent: the client had hung up");
    CHECK_LACKS(buf_str(&hung_up.x.answer), "all of it");
    Asked next = {.headers = {{STR("Cookie"), cookie}}}; // on the same connection to the store
    CHECK_I64(ask(t, &next, "GET", "/long", ""), 200);
    buf_free(&waits.x.answer);
    buf_free(&hung_up.x.answer);
    buf_free(&next.x.answer);
}

TEST(a_fault_shows_its_reference_and_nothing_of_the_inside)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    Asked a = {.headers = {{STR("Cookie"), cookie}}};
    CHECK_I64(ask(t, &a, "GET", "/broken", ""), 500);
    CHECK_CONTAINS(buf_str(&a.x.answer), "give this reference");
    CHECK_LACKS(buf_str(&a.x.answer), "FAULT");
    CHECK_LACKS(buf_str(&a.x.answer), ".c:");
    buf_free(&a.x.answer);
}

TEST(a_change_needs_the_token_of_this_session_and_our_own_page)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(session_open(t->c, arena_fmt(t->arena, STR_FMT, STR_ARG(cookie))));
    const char *good = arena_fmt(t->arena, "csrf=" STR_FMT "&a=1", STR_ARG(session_csrf(t->c))).ptr;
    Str token = session_csrf(t->c);
    char changed = token.ptr[3] == 'A' ? 'B' : 'A';
    Str rest = str_slice(token, 4, token.len);
    const char *bad =
        arena_fmt(t->arena, "csrf=%.3s%c" STR_FMT, token.ptr, changed, STR_ARG(rest)).ptr;
    static const struct {
        const char *name;
        const char *value;
        bool ok;
    } FROM[] = {
        {"X-Nothing", "x", true},
        {"Sec-Fetch-Site", "same-origin", true},
        {"Sec-Fetch-Site", "none", true},
        {"Sec-Fetch-Site", "cross-site", false},
        {"Sec-Fetch-Site", "same-site", false},
        {"Origin", "null", true},
        {"Origin", "http://127.0.0.1:8080", true},
        {"Origin", "http://evil.example", false},
        {"Origin", "http://127.0.0.1:8080.evil.example", false},
    };
    for (size_t i = 0; i < COUNT_OF(FROM); i++) {
        HttpHeader from = {str_from_c(FROM[i].name), str_from_c(FROM[i].value)};
        Asked with = {
            .headers = {
                {STR("Cookie"), cookie}, {STR("Host"), STR("127.0.0.1:8080")}, FORM_TYPE, from}};
        Asked without = with;
        Asked other = with;
        CHECK_I64(ask(t, &with, "POST", "/sent", good), FROM[i].ok ? 200 : 403);
        CHECK_I64(ask(t, &without, "POST", "/sent", "a=1"), 403);
        CHECK_I64(ask(t, &other, "POST", "/sent", bad), 403);
        buf_free(&with.x.answer);
        buf_free(&without.x.answer);
        buf_free(&other.x.answer);
    }
}

// The same account signs in again; gives the new cookie.
static Str again(Test *t, const char *username)
{
    Str cookie;
    size_t end = 0;
    t->c->session = STR("");
    CHECK_OK(session_sign_in(t->c, str_from_c(username), STR("violet-anchor-teapot"), STR("::1"),
                             &cookie));
    CHECK(str_find(cookie, STR(";"), &end));
    return str_slice(cookie, 0, end);
}

TEST(a_form_from_before_signing_in_again_is_kept_and_not_taken)
{
    Str old = cookie_of(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(session_open(t->c, old));
    const char *form = arena_fmt(t->arena, "csrf=" STR_FMT "&a=caf%%C3%%A9+%%3Cb%%3E&b=1&b=2",
                                 STR_ARG(session_csrf(t->c)))
                           .ptr;
    Str cookie = again(t, "robin");
    static const struct {
        const char *path, *name, *value;
        const char *says;
        bool kept;
    } CASES[] = {
        {"/kept/7", "Sec-Fetch-Site", "cross-site", "You do not have access", false},
        {"/kept/7", "Sec-Fetch-Site", "same-site", "You do not have access", false},
        {"/kept/7", "Origin", "http://evil.example", "You do not have access", false},
        {"/sent", "Sec-Fetch-Site", "same-origin", "name=\"a\" value=\"caf\303\251 &lt;b&gt;\"",
         false},
        {"/kept/7", "Sec-Fetch-Site", "same-origin", "href=\"/kept/7/new\"", true},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Asked a = {.headers = {{STR("Cookie"), cookie},
                               {STR("Host"), STR("127.0.0.1:8080")},
                               FORM_TYPE,
                               {str_from_c(CASES[i].name), str_from_c(CASES[i].value)}}};
        seen_actor = NULL;
        CHECK_I64(ask(t, &a, "POST", CASES[i].path, form), 403);
        CHECK_CONTAINS(buf_str(&a.x.answer), CASES[i].says);
        CHECK(seen_actor == NULL); // the handler was not asked
        CHECK_I64(test_count(t, "draft"), CASES[i].kept);
        buf_free(&a.x.answer);
    }
}

TEST(a_form_that_somebody_else_opened_is_not_kept_as_mine)
{
    Str old = cookie_of(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(session_open(t->c, old));
    const char *form = arena_fmt(t->arena, "csrf=" STR_FMT "&a=1", STR_ARG(session_csrf(t->c))).ptr;
    Account account;
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("sam.other"),
                                          .name = STR("Sam Other"),
                                          .role = ROLE_CARE_COORDINATOR},
                            STR("violet-anchor-teapot"), &account));
    Asked a = {.headers = {{STR("Cookie"), again(t, "sam.other")},
                           FORM_TYPE,
                           {STR("Sec-Fetch-Site"), STR("same-origin")}}};
    CHECK_I64(ask(t, &a, "POST", "/kept/7", form), 403);
    CHECK_CONTAINS(buf_str(&a.x.answer), "belongs to another sign-in");
    CHECK_I64(test_count(t, "draft"), 0);
    buf_free(&a.x.answer);
}

TEST(a_second_tab_signs_in_although_the_first_already_did)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    Asked a = {.headers = {{STR("Cookie"), cookie},
                           FORM_TYPE,
                           {STR("Sec-Fetch-Site"), STR("same-origin")}}};
    CHECK_I64(ask(t, &a, "POST", "/sign-in", "username=robin&password=violet-anchor-teapot"), 303);
    buf_free(&a.x.answer);
}

TEST(another_site_may_link_to_a_page_but_not_load_it)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    static const struct {
        const char *site, *kind;
        int status;
    } CASES[] = {
        {"same-origin", "document", 200}, {"same-origin", "empty", 200},
        {"none", "document", 200},        {"cross-site", "document", 200},
        {"cross-site", "image", 403},     {"same-site", "image", 403},
        {"cross-site", "iframe", 403},    {"same-site", "empty", 403},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        int64_t before = test_count(t, "access_log");
        Asked a = {.headers = {{STR("Cookie"), cookie},
                               {STR("Sec-Fetch-Site"), str_from_c(CASES[i].site)},
                               {STR("Sec-Fetch-Dest"), str_from_c(CASES[i].kind)}}};
        CHECK_I64(ask(t, &a, "GET", "/seen", ""), CASES[i].status);
        CHECK_I64(test_count(t, "access_log"), before + (CASES[i].status == 200));
        buf_free(&a.x.answer);
    }
}

TEST(a_field_sent_twice_is_refused_unless_it_may_repeat)
{
    Str cookie = cookie_of(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(session_open(t->c, cookie));
    Str token = session_csrf(t->c);
    static const struct {
        const char *fields;
        int status;
    } CASES[] = {{"a=1&a=2", 400}, {"b=1&b=2", 200}, {"z=1&z=2", 200}, {"a=%zz", 400}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Asked a = {.headers = {{STR("Cookie"), cookie}, FORM_TYPE}};
        Str body = arena_fmt(t->arena, "csrf=" STR_FMT "&%s", STR_ARG(token), CASES[i].fields);
        CHECK_I64(ask(t, &a, "POST", "/sent", body.ptr), CASES[i].status);
        buf_free(&a.x.answer);
    }
}
