// population_scores_test.c -- imported scores become dated facts of people who are here already.
#include "insight/population/population_extract.h"
#include "insight/population/population_report.h"
#include "test/fixture.h"

#include <fcntl.h>
#include <unistd.h>

static Report *list_of(Test *t, const char *text, bool opt_outs, Err want)
{
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/scores", test_dir(t)));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = {.extract_on = DATE_NONE};
    t->c->issue_count = 0;
    CHECK_ERR((opt_outs ? import_opt_outs : import_scores)(t->c, fd, STR("list.csv"), &options,
                                                           &report, &ref),
              want);
    store_refresh(t->c->core->store, t->c->db);
    return report;
}

static Report *scores(Test *t, const char *text, Err want)
{
    return list_of(t, text, false, want);
}

static PersonId somebody(Test *t)
{
    CLEANUP(load_end) Loader *load = NULL;
    BatchStart start = {.format = STR("test"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &load));
    PersonImport in = {.person = {.nhs_number = 9990000018,
                                  .family = STR("OKAFOR"),
                                  .born = {-9000},
                                  .died = DATE_NONE,
                                  .registration = REGISTRATION_CURRENT,
                                  .registration_on = DATE_NONE,
                                  .practice_name = STR("Practice")}};
    int32_t slot = 0;
    CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
    CHECK_OK(load_apply(load, NULL));
    store_refresh(t->c->core->store, t->c->db);
    PersonId id = {0};
    CHECK_OK(person_of_number(t->c, 9990000018, &id));
    return id;
}

TEST(a_score_is_a_dated_value_with_its_source)
{
    PersonId id = somebody(t);
    int64_t people = test_count(t, "person");
    Report *r = scores(t,
                       "NHS number,Score,Value,Date,Source\n"
                       "999 000 0018,eFI2,0.31,2026-05-02,Ardens\n"
                       "999 000 0018,qadmissions,12.5,02/06/2026,\n",
                       ERR_OK);
    CHECK_I64(r->kinds[0].taken, 2);
    CHECK_I64(test_count(t, "person"), people); // nobody was added
    EventRow *rows = NULL;
    Event *events = NULL;
    size_t count = 0;
    const Grant *grant = access_program_grant(t->c, id, CLASS_CLINICAL);
    CHECK_OK(event_rows_of_person(t->c, grant, 0, 10, &rows, &count));
    CHECK_OK(event_words(t->c, rows, count, &events));
    CHECK_I64((int64_t)count, 2);
    CHECK_STR(events[1].system, SCORE_SYSTEM);
    CHECK_STR(events[1].code, "efi2");
    CHECK(events[1].has_value && events[1].value == 0.31);
    CHECK_STR(events[1].answer, "Ardens");
    CHECK_STR(date_iso(t->arena, events[1].on), "2026-05-02");
}

TEST(what_cannot_be_a_score_of_somebody_here_is_refused)
{
    (void)somebody(t);
    Report *r = scores(t,
                       "Score,NHS Number,Value,Date\n"
                       "efi2,9990000026,0.3,2026-05-02\n"  // nobody's
                       "efi2,9990000019,0.3,2026-05-02\n"  // fails its check
                       "e fi,9990000018,0.3,2026-05-02\n"  // no name
                       "efi2,9990000018,high,2026-05-02\n" // no number
                       "efi2,9990000018,0.3,soon\n"        // no date
                       "efi2,9990000018,0.3,2090-01-01\n"  // not yet
                       "efi2,9990000018,0.3\n",
                       ERR_INVALID);
    CHECK_I64(r->kinds[0].refused, 7);
    CHECK_I64((int64_t)r->reason_count, 7);
    (void)scores(t, "Number,Score,Value,Date\n", ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "The first row must name the columns");
}

TEST(a_list_with_nothing_under_its_columns_is_not_taken_as_whole)
{
    (void)somebody(t);
    (void)scores(t, "NHS number,Score,Value,Date,Source\n", ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "holds no row under them");
    (void)scores(t, "\n\n", ERR_INVALID);
    CHECK_STR(t->c->issues[0].text, "The file holds no rows.");
    (void)list_of(t, "NHS number,Opt-out,State,Date\n\n", true, ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "holds no row under them");
}

TEST(a_value_outside_its_scores_range_is_refused_and_an_unknown_score_said)
{
    (void)somebody(t);
    Report *r = scores(t,
                       "NHS number,Score,Value,Date\n"
                       "9990000018,efi2,31,2026-05-02\n" // in per cent: everybody would be listed
                       "9990000018,efi2,-0.01,2026-05-02\n"
                       "9990000018,efi2,1,2026-05-03\n"
                       "9990000018,efi2,0,2026-05-04\n"
                       "9990000018,qadmissions,100.5,2026-05-02\n"
                       "9990000018,efi-2,0.31,2026-05-02\n",
                       ERR_OK);
    CHECK_I64(r->kinds[0].refused, 3);
    CHECK_I64(r->kinds[0].taken, 3);
    CHECK_I64((int64_t)r->reason_count, 3);
    CHECK_STR(r->reasons[0].reason, "The value of eFI2 lies outside its range, 0 to 1.");
    CHECK_I64(r->reasons[0].count, 2);
    CHECK(r->reasons[2].note);
    CHECK_CONTAINS(r->reasons[2].reason, "Rules know: efi2, qadmissions, acg.");
}

TEST(an_opt_out_says_of_what_and_since_when)
{
    (void)somebody(t);
    Report *r = list_of(t,
                        "NHS number,Opt-out,State,Date\n"
                        "9990000018,Direct care,opted out,2026-05-02\n"
                        "9990000018,type 1,Withdrawn,2026-05-02\n"
                        "9990000018,type 2,opted out,2026-05-02\n"
                        "9990000018,type 1,perhaps,2026-05-02\n"
                        "9990000018,type 1,opted out,\n",
                        true, ERR_OK);
    CHECK_I64(r->kinds[0].taken, 2);
    CHECK_I64(r->kinds[0].refused, 3);
    (void)list_of(t, "NHS number,Score,Value,Date\n", true, ERR_INVALID);
}
