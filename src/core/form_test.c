// form_test.c -- forms as they come: decoded strictly, read with a sentence for what is wrong.
#include "core/decode.h"
#include "core/draft.h"
#include "core/form.h"
#include "test/fixture.h"

static Err decode(Test *t, const char *text, Pair **out, size_t *count)
{
    return decode_urlencoded(t->arena, str_from_c(text), out, count);
}

static Request form_of(Test *t, const char *text)
{
    Pair *pairs = NULL;
    size_t count = 0;
    CHECK_OK(decode(t, text, &pairs, &count));
    return (Request){.form = pairs, .form_count = count};
}

TEST(a_form_is_decoded_once)
{
    Pair *pairs = NULL;
    size_t count = 0;
    CHECK_OK(decode(t, "a=1&b=x+y%2Bz%25&c=&d&&e=%C3%A9=", &pairs, &count));
    CHECK_I64((int64_t)count, 5);
    CHECK_STR(pairs[1].value, "x y+z%");
    CHECK_STR(pairs[2].value, "");
    CHECK_STR(pairs[3].name, "d");
    CHECK_STR(pairs[4].value, "\xC3\xA9=");
    CHECK_OK(decode(t, "", &pairs, &count));
    CHECK_I64((int64_t)count, 0);
}

TEST(a_form_that_cannot_be_read_is_refused)
{
    static const char *const BAD[] = {"a=%", "a=%4", "a=%zz", "%=1", "a=%00", "a=%ff", "a=%c0%80"};
    Pair *pairs = NULL;
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        CHECK_ERR(decode(t, BAD[i], &pairs, &count), ERR_MALFORMED);
    }
    CLEANUP(buf_free) Buf many = buf_new(100000);
    for (int i = 0; i <= PAIRS_MAX; i++) buf_add_c(&many, "a&");
    CHECK_ERR(decode_urlencoded(t->arena, buf_str(&many), &pairs, &count), ERR_TOO_LARGE);
    CLEANUP(buf_free) Buf large = buf_new(100000);
    buf_add_c(&large, "a=");
    for (int i = 0; i <= FIELD_BYTES_MAX; i++) buf_add_char(&large, 'x');
    CHECK_ERR(decode_urlencoded(t->arena, buf_str(&large), &pairs, &count), ERR_TOO_LARGE);
}

TEST(all_values_of_a_field_come_in_their_order)
{
    Request req = form_of(t, "p=b&q=x&p=a&p=&pp=c");
    Str *all = NULL;
    CHECK_I64((int64_t)form_count(&req, "p"), 3);
    CHECK_I64((int64_t)form_all(t->c, &req, "p", &all), 3);
    CHECK_STR(all[0], "b");
    CHECK_STR(all[1], "a");
    CHECK_STR(all[2], "");
    CHECK_I64((int64_t)form_all(t->c, &req, "none", &all), 0);
}

TEST(text_is_cleaned_counted_and_asked_for)
{
    Request req = form_of(t, "note=++Talked%0D%0Aabout+falls%07++&long=12345678901&empty=+");
    CHECK_STR(form_text(t->c, &req, "note", "Note", 100, NULL), "Talked\nabout falls");
    CHECK_STR(form_text(t->c, &req, "long", "Note", 10, NULL), "");
    CHECK_STR(issue_of(t->c, "long"), "Note must be 10 characters or fewer");
    CHECK_STR(form_text(t->c, &req, "long", "Note", FORM_RULE_SAYS, NULL), "12345678901");
    CHECK_STR(form_text(t->c, &req, "empty", "Note", 10, "Enter a note"), "");
    CHECK_STR(issue_of(t->c, "empty"), "Enter a note");
    CHECK_STR(form_text(t->c, &req, "absent", "Note", 10, NULL), "");
    CHECK_STR(issue_of(t->c, "absent"), "");
    CHECK_I64((int64_t)t->c->issue_count, 2);
}

TEST(numbers_are_whole_and_within_their_range)
{
    Request req = form_of(t, "a=20&b=twenty&c=900&d=-1&e=+7+&f=1e3&g=");
    CHECK_I64(form_int(t->c, &req, "a", "Enter minutes", 1, 600), 20);
    CHECK_I64(form_int(t->c, &req, "e", "Enter minutes", 1, 600), 7);
    CHECK_I64(form_int(t->c, &req, "g", NULL, 1, 600), INT64_MIN);
    CHECK_I64((int64_t)t->c->issue_count, 0);
    (void)form_int(t->c, &req, "b", "Enter how many minutes it took, like 20", 1, 600);
    CHECK_STR(issue_of(t->c, "b"), "Enter how many minutes it took, like 20");
    (void)form_int(t->c, &req, "c", "Enter minutes", 1, 600);
    CHECK_STR(issue_of(t->c, "c"), "Enter a whole number from 1 to 600");
    (void)form_int(t->c, &req, "d", "Enter minutes", 1, 600);
    (void)form_int(t->c, &req, "f", "Enter minutes", 1, 600);
    (void)form_int(t->c, &req, "g", "Enter minutes", 1, 600);
    CHECK_I64((int64_t)t->c->issue_count, 5);
}

TEST(dates_are_read_as_people_write_them)
{
    Request req = form_of(t, "a=1+December+2026&b=31+February+2026&c=soon&d=");
    CHECK_STR(date_iso(t->arena, form_date(t->c, &req, "a", NULL)), "2026-12-01");
    CHECK(date_is_none(form_date(t->c, &req, "d", NULL)));
    CHECK_I64((int64_t)t->c->issue_count, 0);
    CHECK(date_is_none(form_date(t->c, &req, "b", NULL)));
    CHECK(date_is_none(form_date(t->c, &req, "c", NULL)));
    CHECK(date_is_none(form_date(t->c, &req, "d", "Enter a date")));
    CHECK_I64((int64_t)t->c->issue_count, 3);
}

TEST(a_date_that_cannot_be_read_is_asked_for_by_its_name_and_a_near_example)
{
    static const char DUE[] = "Enter when it is due, like 1 December";
    Pair form[] = {{STR("due"), STR("soonish")}, {STR("by"), STR("soonish")}};
    Request req = {.form = form, .form_count = COUNT_OF(form)};
    CHECK(date_is_none(form_date(t->c, &req, "due", DUE)));
    CHECK_STR(t->c->issues[0].text, DUE);
    CHECK(date_is_none(form_date(t->c, &req, "by", NULL)));
    Str near = date_medium(t->arena, date_add_days(t->c->today, 5));
    Str said = arena_fmt(t->arena, "Enter a date, like " STR_FMT, STR_ARG(near));
    CHECK(str_eq(t->c->issues[1].text, said));
}

TEST(a_choice_is_one_of_its_words)
{
    static const char *const WORDS[] = {"phone", "visit"};
    Request req = form_of(t, "a=visit&b=pigeon&c=");
    CHECK_I64(form_choice(t->c, &req, "a", WORDS, 2, "Choose how"), 1);
    CHECK_I64(form_choice(t->c, &req, "c", WORDS, 2, NULL), -1);
    CHECK_I64((int64_t)t->c->issue_count, 0);
    CHECK_I64(form_choice(t->c, &req, "b", WORDS, 2, NULL), -1);
    CHECK_I64(form_choice(t->c, &req, "c", WORDS, 2, "Choose how"), -1);
    CHECK_I64((int64_t)t->c->issue_count, 2);
}

TEST(rows_are_found_by_their_number)
{
    Request req = form_of(t, "do[0].text=a&do[2].text=c&do[200].text=x&do[x].text=y&dox=1&n=1&n=2");
    CHECK_I64((int64_t)form_rows(&req, "do"), 3);
    CHECK_STR(form_row(t->c, &req, "do", 2, "text"), "c");
    CHECK_STR(form_row(t->c, &req, "do", 1, "text"), "");
    CHECK_I64((int64_t)form_count(&req, "n"), 2);
    CHECK_STR(form_nth(&req, "n", 1), "2");
    CHECK(form_has(&req, "n") && !form_has(&req, "m"));
}

// ---- files

typedef struct Got {
    Buf data;
    Str filename;
    size_t fields_before;
    Err refuse;
} Got;

static Err on_file(void *arg, const Pair *fields, size_t count, Str name, Str filename)
{
    Got *got = arg;
    (void)fields;
    (void)name;
    got->filename = filename;
    got->fields_before = count;
    return got->refuse;
}

static Err on_data(void *arg, Str bytes)
{
    Got *got = arg;
    buf_add(&got->data, bytes);
    return ERR_OK;
}

static Err feed(Test *t, Str body, size_t piece, Got *got, const Pair **pairs, size_t *count)
{
    Multipart *mp = NULL;
    got->data = buf_new(100000);
    TRY(multipart_new(t->arena, STR("multipart/form-data; boundary=\"--xY\""),
                      (MultipartSink){got, on_file, on_data}, &mp));
    for (size_t at = 0; at < body.len; at += piece) {
        (void)!multipart_feed(mp, str_slice(body, at, at + piece));
    }
    return multipart_end(mp, pairs, count);
}

#define PART(headers, body) "----xY\r\n" headers "\r\n\r\n" body "\r\n"
#define FIELD(name, body)   PART("Content-Disposition: form-data; name=\"" name "\"", body)

TEST(a_file_arrives_whole_however_it_is_cut)
{
    Str body = STR(FIELD("csrf", "token") PART(
        "Content-Disposition: form-data; name=\"file\"; filename=\"a b.csv\"\r\n"
        "Content-Type: text/csv",
        "one\r\n----x\r\n--\r\n\r\r\n----xZ\r\ntwo\r\n") FIELD("after", "x") "----xY--\r\n");
    for (size_t piece = 1; piece <= body.len; piece++) {
        Got got = {0};
        const Pair *pairs = NULL;
        size_t count = 0;
        CHECK_OK(feed(t, body, piece, &got, &pairs, &count));
        CHECK_STR(buf_str(&got.data), "one\r\n----x\r\n--\r\n\r\r\n----xZ\r\ntwo\r\n");
        CHECK_STR(got.filename, "a b.csv");
        CHECK_I64((int64_t)got.fields_before, 1);
        CHECK_I64((int64_t)count, 2);
        CHECK(count == 2 && str_eq(pairs[0].value, STR("token")));
        buf_free(&got.data);
    }
}

TEST(a_file_form_that_is_not_whole_is_refused)
{
    static const char *const BAD[] = {
        "",
        "----xY",
        "----xY\r\n",
        FIELD("a", "b"),                                                     // no end
        PART("Content-Disposition: form-data", "x") "----xY--\r\n",          // no name
        PART("Content-Disposition: attachment; name=\"a\"", "x") "----xY--", // not of a form
        PART("Content-Type: text/csv", "x") "----xY--\r\n",
        FIELD("a", "b") "----xY!!",
        FIELD("a", "\xff") "----xY--\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Got got = {0};
        const Pair *pairs = NULL;
        size_t count = 0;
        CHECK_ERR(feed(t, str_from_c(BAD[i]), 3, &got, &pairs, &count), ERR_MALFORMED);
        buf_free(&got.data);
    }
}

TEST(a_refused_file_is_not_taken)
{
    Str body = STR(PART("Content-Disposition: form-data; name=\"f\"; filename=\"a\"",
                        "secret") "----xY--\r\n");
    Got got = {.refuse = ERR_FORBIDDEN};
    const Pair *pairs = NULL;
    size_t count = 0;
    CHECK_ERR(feed(t, body, 7, &got, &pairs, &count), ERR_FORBIDDEN);
    CHECK_I64((int64_t)got.data.len, 0);
    buf_free(&got.data);
}

TEST(a_cookie_that_stands_twice_is_none)
{
    CHECK_STR(decode_cookie(STR("a=1; trellis=x; b=2"), STR("trellis")), "x");
    CHECK_STR(decode_cookie(STR("trellis=x; trellis=y"), STR("trellis")), "");
    CHECK_STR(decode_cookie(STR("xtrellis=x;trellis2=y; trellis"), STR("trellis")), "");
    CHECK_STR(decode_cookie(STR(""), STR("trellis")), "");
}

TEST(codings_are_taken_only_when_named_and_not_refused)
{
    CHECK(decode_accepts(STR("gzip, br;q=0.5"), STR("br")));
    CHECK(!decode_accepts(STR("gzip, br;q=0"), STR("br")));
    CHECK(!decode_accepts(STR("gzip;q=0.0"), STR("gzip")));
    CHECK(!decode_accepts(STR("xgzip"), STR("gzip")));
}

// ---- drafts

TEST(a_draft_keeps_the_form_for_its_writer_alone)
{
    Account account;
    CHECK_OK(account_create(
        t->c,
        &(AccountNew){.username = STR("robin"), .name = STR("Robin"), .role = ROLE_LINK_WORKER},
        STR("violet-anchor-teapot"), &account));
    t->c->actor = (Actor){.account_id = account.id, .role = ROLE_LINK_WORKER};
    Route route = {.draft = "contact"};
    Request req = form_of(t, "csrf=secret&note=%C3%A9+%26+%3D&note2=");
    req.route = &route;
    req.params[0] = (Pair){STR("person"), STR("abc")};
    req.param_count = 1;
    Str key = draft_key(t->c, &req);
    CHECK_STR(key, "contact:abc");
    Draft draft;
    CHECK_OK(draft_save(t->c, key, &req, &draft));
    CHECK_OK(draft_save(t->c, key, &req, &draft));
    CHECK_I64(draft.version, 2);
    CHECK_LACKS(draft.body, "secret");
    Request again;
    CHECK_OK(draft_request(t->c, &draft, &req, &again));
    CHECK_STR(form_value(&again, "note"), "\xC3\xA9 & =");
    t->c->actor.account_id++;
    CHECK_ERR(draft_find(t->c, key, &draft), ERR_NOT_FOUND);
    t->c->actor.account_id--;
    t->c->now.ms += (int64_t)DRAFT_DAYS * DAY_MS;
    CHECK_ERR(draft_find(t->c, key, &draft), ERR_NOT_FOUND);
    t->c->now.ms -= (int64_t)DRAFT_DAYS * DAY_MS;
    CHECK_OK(draft_drop(t->c, key));
    CHECK_ERR(draft_find(t->c, key, &draft), ERR_NOT_FOUND);
}

TEST(of_the_words_searched_for_the_newest_are_kept)
{
    Account account;
    CHECK_OK(account_create(
        t->c,
        &(AccountNew){.username = STR("robin"), .name = STR("Robin"), .role = ROLE_LINK_WORKER},
        STR("violet-anchor-teapot"), &account));
    t->c->actor = (Actor){.account_id = account.id, .role = ROLE_LINK_WORKER};
    Request req = form_of(t, "q=okafor");
    Draft draft;
    CHECK_OK(draft_save(t->c, STR("contact:abc"), &req, &draft));
    Str first;
    Str s;
    CHECK_OK(draft_keep_words(t->c, "find", &req, &first));
    for (int i = 0; i < DRAFT_WORDS_MAX; i++) {
        t->c->now.ms++;
        CHECK_OK(draft_keep_words(t->c, "find", &req, &s));
    }
    Request again;
    CHECK_ERR(draft_words(t->c, "find", first, &req, &again), ERR_NOT_FOUND);
    CHECK_OK(draft_words(t->c, "find", s, &req, &again));
    CHECK_I64(test_count(t, "draft"), DRAFT_WORDS_MAX + 1); // and the form that waits
}
