#include "core/page.h"
#include "core/ui.h"
#include "test/fixture.h"

static Date day(int year, int month, int dom)
{
    Date date = DATE_NONE;
    (void)date_from_ymd(year, month, dom, &date);
    return date;
}

TEST(what_is_due_says_how_soon_and_in_full)
{
    Date today = day(2026, 11, 24); // a Tuesday
    Arena *a = t->arena;
    UiDue due = ui_due_of(a, day(2026, 11, 20), -1, false, today);
    CHECK(due.state == DUE_OVER);
    CHECK_STR(due.text, "4 days overdue");
    CHECK_STR(ui_due_of(a, day(2026, 11, 23), -1, false, today).text, "1 day overdue");
    due = ui_due_of(a, today, 930, false, today);
    CHECK(due.state == DUE_TODAY);
    CHECK_STR(due.text, "Today, 15:30");
    due = ui_due_of(a, day(2026, 11, 27), -1, false, today);
    CHECK(due.state == DUE_SOON);
    CHECK_STR(due.text, "Fri 27 Nov");
    CHECK_STR(due.full, "Friday 27 November 2026");
    CHECK(ui_due_of(a, day(2026, 11, 28), -1, false, today).state == DUE_LATER);
    // Three working days after a Thursday are the Tuesday: the weekend does not count.
    CHECK(ui_due_of(a, day(2026, 12, 1), -1, false, day(2026, 11, 26)).state == DUE_SOON);
    CHECK(ui_due_of(a, day(2026, 11, 20), -1, true, today).state == DUE_DONE);
    CHECK(ui_due_of(a, DATE_NONE, -1, false, today).state == DUE_NONE);
}

static size_t numbers(int64_t page, int64_t pages, int64_t out[UI_PAGE_LINKS_MAX])
{
    return ui_page_numbers(&(UiPages){.page = page, .pages = pages}, out);
}

TEST(pages_are_linked_with_gaps)
{
    int64_t n[UI_PAGE_LINKS_MAX];
    CHECK_I64(numbers(1, 4, n), 4); // 1 2 - 4
    CHECK(n[0] == 1 && n[1] == 2 && n[2] == 0 && n[3] == 4);
    CHECK_I64(numbers(50, 100, n), 7); // 1 - 49 50 51 - 100
    CHECK(n[0] == 1 && n[1] == 0 && n[2] == 49 && n[4] == 51 && n[5] == 0 && n[6] == 100);
    CHECK_I64(numbers(1, 1, n), 1);
    CHECK_I64(numbers(100, 100, n), 4);
    CHECK(n[2] == 99 && n[3] == 100);
}

static Str drawn(Test *t, Buf *buf)
{
    Str html = arena_str(t->arena, buf_str(buf));
    buf_free(buf);
    return html;
}

TEST(a_field_keeps_and_escapes_what_was_typed)
{
    Buf buf = buf_new(8192);
    ui_input(&buf, &(UiField){.name = STR("minutes"),
                              .label = STR("Minutes"),
                              .value = STR("\"><script>alert(1)</script>"),
                              .error = STR("Enter how many minutes")});
    Str html = drawn(t, &buf);
    CHECK_LACKS(html, "<script>");
    CHECK_CONTAINS(html, "value=\"&quot;&gt;&lt;script&gt;");
    CHECK_CONTAINS(html, "aria-describedby=\"minutes-error\"");
    CHECK_CONTAINS(html, "id=\"minutes-error\"");
}

TEST(every_error_has_a_page_in_words)
{
    for (int err = ERR_OK + 1; err < ERR_COUNT; err++) {
        PageProblem m = page_problem_of(t->c, (Err)err);
        CHECK(m.heading.len > 0 && m.text.len > 0);
        Buf buf = buf_new((size_t)256 * 1024);
        page_problem(&buf, &m);
        Str html = drawn(t, &buf);
        CHECK_CONTAINS(html, "<h1");
        CHECK_CONTAINS(html, "href=\"#maincontent\"");
    }
}

TEST(what_a_form_lacked_is_not_told_by_a_page_that_is_not_there)
{
    static const struct {
        Err err;
        size_t issues;
    } TOLD[] = {{ERR_NOT_FOUND, 0}, {ERR_FORBIDDEN, 0}, {ERR_CONFLICT, 0}, {ERR_INVALID, 1}};
    for (size_t i = 0; i < COUNT_OF(TOLD); i++) {
        t->c->issue_count = 0;
        (void)ctx_issue(t->c, STR("state"), STR("Select what it becomes"));
        PageProblem m = page_problem_of(t->c, TOLD[i].err);
        CHECK_I64((int64_t)t->c->issue_count, (int64_t)TOLD[i].issues);
        CHECK(m.page.error == (TOLD[i].issues > 0));
    }
}

TEST(what_an_answer_waits_for_is_told_in_place_of_busy)
{
    (void)ctx_issue(t->c, STR(""), STR("The last extract is 20 days old."));
    PageProblem m = page_problem_of(t->c, ERR_BUSY);
    CHECK_STR(m.text, "The last extract is 20 days old.");
    CHECK_STR(m.heading, "There is no answer now");
    CHECK(!m.page.error); // said once
    (void)ctx_issue(t->c, STR("name"), STR("Enter a name"));
    CHECK_CONTAINS(page_problem_of(t->c, ERR_BUSY).text, "It could not answer in time");
}

TEST(who_changed_something_is_not_told_that_nothing_was)
{
    CHECK_CONTAINS(page_problem_of(t->c, ERR_BUSY).text, "Nothing was changed");
    t->c->changed = true;
    CHECK_LACKS(page_problem_of(t->c, ERR_BUSY).text, "Nothing was changed");
    CHECK_CONTAINS(page_problem_of(t->c, ERR_BUSY).advice, "before you send it again");
}

TEST(a_page_with_issues_says_error_in_its_title_and_at_its_top)
{
    (void)ctx_issue(t->c, STR("family"), STR("Enter a family name"));
    Page page = page_of(t->c, STR("Details, GO, 78"), "");
    Buf buf = buf_new((size_t)256 * 1024);
    page_begin(&buf, &page);
    page_end(&buf, &page);
    Str html = drawn(t, &buf);
    CHECK_CONTAINS(html, "<title>Error: Details, GO, 78 - ");
    CHECK_CONTAINS(html, "<a href=\"#family\">Enter a family name</a>");
    CHECK_CONTAINS(html, "nhsuk-error-summary");
}

TEST(a_page_of_a_list_is_always_one_that_there_is)
{
    UiSlice slice = ui_slice(120, 50, 3);
    CHECK(slice.page == 3 && slice.pages == 3 && slice.from == 100 && slice.count == 20);
    slice = ui_slice(100, 50, 9); // beyond the last
    CHECK(slice.page == 2 && slice.from == 50 && slice.count == 50);
    slice = ui_slice(0, 50, 1);
    CHECK(slice.page == 1 && slice.pages == 1 && slice.from == 0 && slice.count == 0);
    slice = ui_slice(10, 50, -4);
    CHECK(slice.page == 1 && slice.count == 10);
}

TEST(under_a_page_of_a_list_stands_which_rows_they_are)
{
    UiPages foot = ui_foot(t->arena, ui_slice(97, 50, 2), STR("/list?page="), STR("97 people"));
    CHECK(foot.page == 2 && foot.pages == 2);
    CHECK_STR(foot.href, "/list?page=");
    CHECK_STR(foot.shown, "Showing 51 to 97 of 97 people.");
    foot = ui_foot(t->arena, ui_slice(0, 50, 1), STR("/list?page="), STR("0 people"));
    CHECK_STR(foot.shown, ""); // and then there is no foot
}
