// population_extract_test.c -- an extract's events are their owner's or nobody's (hazard H22).
#include "insight/population/population.h"
#include "insight/population/population_extract.h"
#include "insight/population/population_report.h"
#include "test/fixture.h"

#include <fcntl.h>
#include <unistd.h>

enum { PEOPLE = 12, FILES = 400, MALFORMED = 5000, FILE_BYTES = 64 * 1024 };

static Err extracted(Test *t, Str text, Str layout, Report **report_out)
{
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/extract", test_dir(t)));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len);
    *report_out = NULL;
    Str ref = {0};
    ImportOptions options = {.practice_ods = STR("X26101"),
                             .practice_name = STR("Fenside Surgery"),
                             .extract_on = DATE_NONE,
                             .layout = layout};
    return import_extract(t->c, fd, STR("extract"), &options, report_out, &ref);
}

static Report *extract(Test *t, Str text, Str layout, Err want)
{
    Report *report = NULL;
    CHECK_ERR(extracted(t, text, layout, &report), want);
    return report;
}

static int64_t reason_count(const Report *r, const char *part)
{
    int64_t count = 0;
    for (size_t i = 0; r != NULL && i < r->reason_count; i++) {
        size_t at = 0;
        if (str_find(r->reasons[i].reason, str_from_c(part), &at)) count += r->reasons[i].count;
    }
    return count;
}

#define HEADER "NHS Number,Full Name,Date of Birth,Date,Code Term\r\n"
#define GRACE  "9990000018,\"OKAFOR, Grace (Mrs)\",03-Feb-1948,"

TEST(rows_below_a_person_are_theirs_until_a_hidden_row)
{
    const Report *r = extract(t,
                              STR(HEADER GRACE "01-Mar-2025,Fall\r\n"
                                               ",,,02-Mar-2025,Asthma\r\n"
                                               ",,,,\r\n"
                                               ",,,03-Mar-2025,Dementia\r\n"),
                              STR(""), ERR_OK);
    CHECK_I64(r->events, 2);
    CHECK_I64(reason_count(r, "hides this person"), 1);
    CHECK_I64(reason_count(r, "could be theirs"), 1);
    CHECK_I64(r->refusals[1].line, 5);
}

TEST(nothing_that_could_be_somebody_else_is_passed_over)
{
    static const char *const BETWEEN[] = {
        "9990000027,\"WRONG, Digit\",01-Jan-1950,01-Mar-2025,Fall\r\n", // check digit
        "***,Confidential,***,01-Mar-2025,Fall\r\n",
        ",\"OTHER, Name\",,01-Mar-2025,Fall\r\n", // somebody without a number
        "9990000026,\"MENDIP, Arthur\",31-Feb-1940,01-Mar-2025,Fall\r\n", // no such day
        ",,,01-Mar-2025\r\n",                                             // a column short
        ",,,01-Mar-2025,Fall,Fall\r\n",                                   // a column more
        "\r\n",
        "\xC2\xA0,\xC2\xA0,,,\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(BETWEEN); i++) {
        Str text =
            arena_fmt(t->arena, HEADER GRACE "01-Mar-2025,Fall\r\n%s,,,04-Mar-2025,Mine%zu\r\n",
                      BETWEEN[i], i);
        const Report *r = extract(t, text, STR(""), ERR_OK);
        CHECK_I64(r->events, 1);
        if (r->events != 1) printf("# after row %zu\n", i);
    }
}

TEST(dates_that_jump_back_in_an_ordered_file_end_the_person)
{
    CLEANUP(buf_free) Buf text = buf_new(FILE_BYTES);
    buf_add_c(&text, HEADER GRACE "01-Jan-2020,Fall\r\n");
    for (int i = 1; i <= 25; i++) buf_fmt(&text, ",,,%02d-Feb-2020,Fall\r\n", i);
    buf_add_c(&text, ",,,01-Jan-2019,Dementia\r\n,,,02-Jan-2019,Dementia\r\n");
    const Report *r = extract(t, buf_str(&text), STR(""), ERR_OK);
    CHECK_I64(r->events, 26);
    CHECK_I64(reason_count(r, "jumps back"), 1);
}

// ---- the property: codes say whose they are

static uint32_t chance(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static const char *const NUMBERS[PEOPLE] = {"9990000018", "9990000026", "9990000034", "9990000042",
                                            "9990000050", "9990000069", "9990000077", "9990000085",
                                            "9990000093", "9990000107", "9990000115", "9990000123"};

typedef struct Owners {
    int64_t owner[PEOPLE]; // person id, by number of the code
    int wrong;
    const Code *codes;
} Owners;

static Err check_owner(void *arg, const EventRow *rows, size_t count)
{
    Owners *o = arg;
    for (size_t i = 0; i < count; i++) {
        Str code = o->codes[rows[i].code_id - 1].code; // "P07": of the eighth person; "H": hidden
        int who = code.ptr[0] == 'P' ? (code.ptr[1] - '0') * 10 + (code.ptr[2] - '0') : -1;
        bool first = who >= 0 && o->owner[who] == 0;
        if (first) o->owner[who] = rows[i].person;
        o->wrong += who < 0 || o->owner[who] != rows[i].person;
    }
    return ERR_OK;
}

// People with some rows each; between them hidden people, who are one blank row and then rows with
// events that name nobody; damaged rows; people with a wrong check digit.
static void random_file(Buf *out, uint32_t *seed)
{
    buf_add_c(out, "NHS Number,Full Name,Date of Birth,Date,Code\r\n");
    for (int k = 0; k < 8; k++) {
        int who = (int)chance(seed, PEOPLE);
        uint32_t kind = chance(seed, 5);
        uint32_t rows = 1 + chance(seed, 4);
        for (uint32_t i = 0; i < rows; i++) {
            bool first = i == 0;
            const char *day = chance(seed, 2) == 0 ? "03-Mar-2024" : "05-May-2024";
            if (kind == 0 && first) {
                buf_add_c(out, ",,,,\r\n");
            } else if (kind == 1 && first) {
                buf_fmt(out, "9990000099,\"X, Y\",01-Jan-1950,%s,H\r\n", day);
            } else if (kind <= 1) {
                buf_fmt(out, ",,,%s,H\r\n", day);
            } else if (first) {
                buf_fmt(out, "%s,\"FAMILY%d, G\",%02d-Jan-1950,%s,P%02d\r\n", NUMBERS[who], who,
                        1 + who, day, who);
            } else {
                buf_fmt(out, ",,,%s,P%02d\r\n", day, who);
            }
        }
        if (chance(seed, 6) == 0) buf_fmt(out, ",,,03-Mar-2024\r\n,,,03-Mar-2024,H\r\n");
    }
}

TEST(no_event_of_a_hidden_person_ever_lands_with_somebody_else)
{
    uint32_t seed = 7;
    for (int i = 0; i < FILES; i++) {
        CLEANUP(buf_free) Buf text = buf_new(FILE_BYTES);
        random_file(&text, &seed);
        Report *report = NULL;
        Err err = extracted(t, buf_str(&text), STR(""), &report);
        CHECK(err == ERR_OK || (err == ERR_INVALID && report_is_empty(report)));
    }
    Code *codes = NULL;
    size_t count = 0;
    CHECK_OK(code_list(t->c, &codes, &count));
    Owners owners = {.codes = codes};
    CHECK_OK(event_stream(t->c, check_owner, &owners));
    CHECK_I64(owners.wrong, 0);
    int seen = 0;
    for (int i = 0; i < PEOPLE; i++) seen += owners.owner[i] != 0;
    CHECK_I64(seen, PEOPLE);
}

// ---- shapes of files

TEST(the_report_of_emis_is_read_without_headers_in_windows_1252)
{
    const Report *r = extract(
        t,
        STR("<html><head><style>td{a:b}</style><script>var x='<td>';</script></head><body>"
            "<!-- <tr><td>no</td></tr> --><table><tr><td colspan=8>Search</td></tr></table>\n"
            "<TABLE border=1>\n<tr><td>999 000 0018<td>Ren\xE9 O&#39;Hara&nbsp;<td>03-Feb-1948"
            "<td>Dr A &amp; B<td>Currently registered Regular<td>01-Apr-1990<td>12-Mar-2025"
            "<td>Fall\n"
            "<tr><td>&nbsp;</td><td></td><td></td><td></td><td></td><td></td><td>13-Mar-2025</td>"
            "<td>Dementia</td></tr>\n"
            "<tr><td></td><td></td><td></td><td></td><td></td><td></td><td></td><td></td></tr>"
            "<tr><td></td><td></td><td></td><td></td><td></td><td></td><td>14-Mar-2025</td>"
            "<td>Asthma</td></tr></TABLE></body></html>"),
        STR(""), ERR_OK);
    CHECK_I64(r->events, 2);
    CHECK_I64(r->people_added, 1);
    CHECK_I64(reason_count(r, "could be theirs"), 1);
    PersonRow *found = NULL;
    size_t count = 0;
    bool more = false;
    CHECK_OK(person_find(t->c, STR("O'Hara"), &found, &count, &more));
    CHECK_I64((int64_t)count, 1);
    if (count == 1) CHECK_CONTAINS(found[0].name, "Ren\xC3\xA9");
}

TEST(a_new_table_begins_with_nobody)
{
    const Report *r = extract(
        t,
        STR("<table><tr><td>9990000018</td><td>A B</td><td>03-Feb-1948</td><td>01-Mar-2025</td>"
            "<td>Fall</td></tr></table><table><tr><td></td><td></td><td></td><td>02-Mar-2025</td>"
            "<td>Dementia</td></tr></table>"),
        STR("nhs_number,full_name,born,event_on,term"), ERR_OK);
    CHECK_I64(r->events, 1);
    CHECK_I64(reason_count(r, "nobody stands above"), 1);
}

TEST(a_report_cut_off_within_its_table_is_refused_whole)
{
    (void)extract(
        t, STR("<table><tr><td>9990000018</td><td>A B</td><td>03-Feb-1948</td></tr><tr><td>"),
        STR("nhs_number,full_name,born"), ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[t->c->issue_count - 1].text, "ends in the middle");
    CHECK_I64(test_count(t, "person"), 0);
}

TEST(the_latest_status_wins_when_two_practices_name_a_person)
{
#define STATUS_HEADER "NHS Number,Full Name,Date of Birth,Registration Status,Date Status Added\n"
    (void)extract(t, STR(STATUS_HEADER "9990000018,Grace Okafor,03-Feb-1948,Regular,01-Jun-2025\n"),
                  STR(""), ERR_OK);
    (void)extract(t,
                  STR(STATUS_HEADER "9990000018,Grace Okafor,03-Feb-1948,Deducted,31-May-2025\n"),
                  STR(""), ERR_OK);
    PersonRow *found = NULL;
    size_t count = 0;
    bool more = false;
    CHECK_OK(person_find(t->c, STR("9990000018"), &found, &count, &more));
    CHECK_I64((int64_t)count, 1);
    if (count == 1) CHECK_I64(found[0].registration, REGISTRATION_CURRENT);
}

TEST(columns_that_were_said_are_remembered_for_the_practice)
{
    Str text = STR("03-Feb-1948;x\n");
    (void)extract(t, text, STR(""), ERR_INVALID);
    t->c->issue_count = 0;
    (void)extract(t, STR("Okafor,9990000018,03-Feb-1948\n"), STR("family,nhs_number,born"), ERR_OK);
    const Report *r = extract(t, STR("Mendip,9990000026,04-Feb-1940\n"), STR(""), ERR_OK);
    CHECK_I64(r->people_added, 1);
    (void)extract(t, STR("a,b\n"), STR("born,born,nhs_number"), ERR_INVALID);
}

TEST(malformed_files_end_in_a_sentence_or_in_refusals_never_in_half_a_batch)
{
    static const char *const PIECES[] = {"\"",       ",",
                                         "\r\n",     "9990000018",
                                         "<table>",  "<tr>",
                                         "<td",      "&#x0;",
                                         "\xFF\xFE", "03-Feb-1948",
                                         "</",       "<!--",
                                         "\t",       "NHS Number,Full Name,Date of Birth\n",
                                         "=cmd()",   ">",
                                         "\x1F\x8B", "'",
                                         "Okafor",   "-->",
                                         "<script>", ",,,\n"};
    uint32_t seed = 11;
    for (int i = 0; i < MALFORMED; i++) {
        char bytes[600];
        size_t len = 0;
        for (uint32_t k = 0; k < 24; k++) {
            Str piece = str_from_c(PIECES[chance(&seed, COUNT_OF(PIECES))]);
            if (len + piece.len > sizeof bytes) break;
            memcpy(bytes + len, piece.ptr, piece.len);
            len += piece.len;
        }
        const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/bad", test_dir(t)));
        int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        CHECK(write(fd, bytes, len) == (ssize_t)len);
        ImportOptions options = {.practice_ods = STR("X26101"),
                                 .practice_name = STR("F"),
                                 .extract_on = DATE_NONE,
                                 .layout = STR("nhs_number,full_name,born")};
        Report *report = NULL;
        Str ref = {0};
        t->c->issue_count = 0;
        Err err = import_extract(t->c, fd, STR("bad"), &options, &report, &ref);
        CHECK(err == ERR_OK || t->c->issue_count > 0);
        if (err == ERR_OK && report->kind_count > 0) {
            const ReportKind *k = &report->kinds[0];
            CHECK_I64(k->read, k->taken + k->refused); // nothing is silently dropped
        }
    }
}
