// population_test.c -- what is brought in is whole, whose it is, and can be taken back.
#include "insight/population/population.h"
#include "insight/population/population_batch.h"
#include "insight/population/population_facts.h"
#include "insight/population/population_pack.h"
#include "insight/population/population_report.h"
#include "test/fixture.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

static ImportOptions plain(void)
{
    return (ImportOptions){.practice_ods = STR("X26101"),
                           .practice_name = STR("Fenside Surgery"),
                           .extract_on = DATE_NONE,
                           .layout = STR("")};
}

static int file_with(Test *t, const char *name, Str text)
{
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/%s", test_dir(t), name));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len);
    return fd;
}

static Report *fhir(Test *t, Str text, Err want)
{
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = plain();
    CHECK_ERR(import_fhir_fd(t->c, file_with(t, "one.ndjson", text), STR("one.ndjson"), &options,
                             &report, &ref),
              want);
    return report;
}

static Report *csv(Test *t, Str text, Err want)
{
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = plain();
    CHECK_ERR(import_extract(t->c, file_with(t, "one.csv", text), STR("one.csv"), &options, &report,
                             &ref),
              want);
    return report;
}

// ---- what the store holds

typedef struct Seen {
    EventRow rows[64];
    size_t count;
} Seen;

static Err see(void *arg, const EventRow *rows, size_t count)
{
    Seen *seen = arg;
    for (size_t i = 0; i < count && seen->count < COUNT_OF(seen->rows); i++) {
        seen->rows[seen->count++] = rows[i];
    }
    return ERR_OK;
}

static Seen events(Test *t)
{
    Seen seen = {.count = 0};
    CHECK_OK(event_stream(t->c, see, &seen));
    return seen;
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

#define PATIENT                                                                                    \
    "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"identifier\":[{\"system\":"                     \
    "\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"9990000018\"}],\"name\":[{\"family\":"      \
    "\"Okafor\",\"given\":[\"Grace\"]}],\"gender\":\"female\",\"birthDate\":\"1948-02-03\"}\n"
#define OBSERVATION                                                                                \
    "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\",\"code\":{\"coding\":["  \
    "{\"system\":\"http://loinc.org\",\"code\":\"85354-9\",\"display\":\"Blood pressure\"}]},"     \
    "\"subject\":{\"reference\":\"Patient/p1\"},\"effectiveDateTime\":\"2025-07-01T23:30:00Z\","   \
    "\"component\":[{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":"             \
    "\"8480-6\"}]},\"valueQuantity\":{\"value\":141.5,\"unit\":\"mm[Hg]\"}}]}\n"

TEST(names_come_in_whole_with_every_given_name_and_title)
{
    static const char PERSON[] =
        "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"name\":[{\"use\":\"official\",\"family\":"
        "\"O'Brien\",\"given\":[\"Maureen\",\"Ann\"],\"prefix\":[\"Mrs\"]}],\"birthDate\":"
        "\"1939-02-03\"}\n";
    fhir(t, str_from_c(PERSON), ERR_OK);
    PersonRow *found = NULL;
    size_t count = 0;
    bool more = false;
    CHECK_OK(person_find(t->c, STR("Maureen O'Brien"), &found, &count, &more));
    CHECK_I64(count, 1);
    if (count == 1) CHECK_STR(found[0].name, "O'BRIEN, Maureen Ann (Mrs)");
}

TEST(facts_of_a_resource_and_its_components_become_events_on_the_day_in_london)
{
    const Report *r = fhir(t, STR(OBSERVATION PATIENT), ERR_OK); // facts first: the order is ours
    CHECK_I64(report_refused(r), 0);
    Seen seen = events(t);
    CHECK_I64((int64_t)seen.count, 2);
    Date day;
    CHECK(date_from_ymd(2025, 7, 2, &day)); // half past midnight in summer
    CHECK_I64(seen.rows[0].day, day.days);
    CHECK(!seen.rows[0].has_value && seen.rows[1].has_value && seen.rows[1].value == 141.5);
    EventRow *rows = NULL;
    Event *list = NULL;
    size_t count = 0;
    PersonId who = {seen.rows[0].person};
    const Grant *grant = access_program_grant(t->c, who, CLASS_CLINICAL);
    CHECK_OK(event_rows_of_person(t->c, grant, EVENT_OBSERVATION, 10, &rows, &count));
    CHECK_OK(event_words(t->c, rows, count, &list));
    CHECK_I64((int64_t)count, 2);
    CHECK_STR(list[1].term, "Blood pressure");
    CHECK_STR(list[0].unit, "mm[Hg]");
    CHECK_OK(event_rows_of_person(t->c, grant, EVENT_CONDITION, 10, &rows, &count));
    CHECK_I64((int64_t)count, 0);
}

// Other systems keep them: the same in every version of this program.
TEST(a_fact_keeps_its_id)
{
    (void)fhir(t, STR(OBSERVATION PATIENT), ERR_OK);
    PersonId who = {events(t).rows[0].person};
    const Grant *grant = access_program_grant(t->c, who, CLASS_CLINICAL);
    Facts facts;
    Str ref = STR("00wqnjsnjj6aybanms6x");
    CHECK_OK(facts_of_person(t->c, grant, EVENT_OBSERVATION, &facts));
    CHECK_I64((int64_t)facts.count, 2);
    CHECK_OK(facts_say(t->c, (SentFact *[]){&facts.list[0], &facts.list[1]}, 2));
    SentFact fact = facts.list[0];
    CHECK_STR(fact_id(t->arena, ref, &fact),
              "00wqnjsnjj6aybanms6x-fe679a03426776b4"); // 141.5 mm[Hg]
    EventRow row = *fact.row;
    fact.row = &row;
    fact.nth = 2;
    row.value = 72;
    Str id = fact_id(t->arena, ref, &fact);
    CHECK_STR(id, "00wqnjsnjj6aybanms6x-86e704b520c75a88-2");
    FactKey key;
    CHECK(fact_key(id, &key) && str_eq(key.ref, ref) && fact_has_key(&fact, &key));
    row.value = 72.5;
    CHECK(!fact_has_key(&fact, &key));
    row.value = 72;
    fact.nth = 1;
    CHECK(!fact_has_key(&fact, &key));
    static const char *const NONE_SUCH[] = {"", "-1", "-02", "-2x", "-99999999999"};
    for (size_t i = 0; i < COUNT_OF(NONE_SUCH); i++) {
        Str end = str_from_c(NONE_SUCH[i]);
        Str odd =
            arena_fmt(t->arena, "00wqnjsnjj6aybanms6x-00000000000000A0" STR_FMT, STR_ARG(end));
        CHECK(!fact_key(odd, &key));
        odd = arena_fmt(t->arena, "00wqnjsnjj6aybanms6x-00000000000000a0" STR_FMT, STR_ARG(end));
        CHECK(fact_key(odd, &key) == (end.len == 0));
    }
}

TEST(a_refusal_names_its_line_and_counts)
{
    const Report *r =
        fhir(t,
             STR(PATIENT "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":"
                         "\"Patient/nobody\"},\"code\":{\"coding\":[{\"code\":\"1\"}]}}\n"
                         "not json\n"),
             ERR_OK);
    CHECK_I64(report_refused(r), 2);
    CHECK_I64((int64_t)r->refusal_count, 2);
    CHECK_I64(r->refusals[0].line, 2);
    CHECK_I64(r->refusals[1].line, 3);
    CHECK_I64(reason_count(r, "not in the files"), 1);
}

#define BUNDLE(number, code)                                                                       \
    "{\"resourceType\":\"Bundle\",\"entry\":[{\"fullUrl\":\"urn:uuid:2\",\"resource\":{"           \
    "\"resourceType\":\"Condition\",\"code\":{\"coding\":[{\"code\":\"" code                       \
    "\"}]},\"subject\":{\"reference\":\"urn:uuid:1\"}}},{\"fullUrl\":\"urn:uuid:1\","              \
    "\"resource\":{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":"                      \
    "\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"" number                                    \
    "\"}],\"name\":[{\"family\":\"A\"}],\"birthDate\":\"1950-01-01\"}},{\"resource\":{"            \
    "\"resourceType\":\"Procedure\",\"code\":{\"coding\":[{\"code\":\"" code                       \
    "\"}]},\"subject\":{\"reference\":\"Patient?identifier="                                       \
    "https://fhir.nhs.uk/Id/nhs-number|" number "\"}}}]}\n"

TEST(references_within_a_bundle_stay_within_it)
{
    // Both bundles call their patient urn:uuid:1; each fact is its own patient's.
    const Report *r = fhir(t, STR(BUNDLE("9990000018", "A") BUNDLE("9990000026", "B")), ERR_OK);
    CHECK_I64(report_refused(r), 0);
    Seen seen = events(t);
    CHECK_I64((int64_t)seen.count, 4);
    CHECK_I64(seen.rows[0].person, seen.rows[1].person);
    CHECK_I64(seen.rows[0].code_id, seen.rows[1].code_id);
    CHECK(seen.rows[1].person != seen.rows[2].person);
    CHECK(seen.rows[1].code_id != seen.rows[2].code_id);
}

// ---- all or nothing

static void counts(Test *t, int64_t out[5])
{
    static const char *const TABLES[] = {"person", "event_pack", "code", "unit", "near_match"};
    for (size_t i = 0; i < COUNT_OF(TABLES); i++) out[i] = test_count(t, TABLES[i]);
}

TEST(gzip_that_ends_half_way_leaves_the_store_as_it_was)
{
    (void)fhir(t, STR(PATIENT OBSERVATION), ERR_OK);
    int64_t before[5];
    int64_t after[5];
    counts(t, before);
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/Patient.ndjson.gz", test_dir(t)));
    gzFile zip = gzopen(path, "wb");
    for (int i = 0; i < 2000; i++) {
        Str line = arena_fmt(t->arena,
                             "{\"resourceType\":\"Patient\",\"id\":\"q%d\",\"name\":[{\"family\":"
                             "\"Half%d\"}],\"birthDate\":\"1950-01-01\"}\n",
                             i, i * 7919);
        CHECK(gzwrite(zip, line.ptr, (unsigned)line.len) == (int)line.len);
    }
    CHECK(gzclose(zip) == Z_OK);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    CHECK(ftruncate(fd, lseek(fd, 0, SEEK_END) / 2) == 0);
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = plain();
    CHECK_ERR(import_fhir_fd(t->c, fd, STR("Patient.ndjson.gz"), &options, &report, &ref),
              ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "ends in the middle");
    CHECK(report != NULL && report->kinds[0].read > 250); // it had begun to write
    counts(t, after);
    CHECK(memcmp(before, after, sizeof before) == 0);
    CHECK_I64((int64_t)events(t).count, 2);
}

TEST(undo_gives_back_who_was_changed_and_takes_away_what_was_added)
{
    (void)fhir(t, STR(PATIENT OBSERVATION), ERR_OK);
    int64_t before[5];
    int64_t after[5];
    counts(t, before);
    PersonId who = {events(t).rows[0].person};
    const Grant *grant = access_program_grant(t->c, who, CLASS_DEMOGRAPHICS);
    Person was;
    Person now;
    CHECK_OK(person_get(t->c, grant, &was));
    (void)csv(t,
              STR("NHS Number,Full Name,Date of Birth,Date,Code,Code Term,Value,Unit,Postcode\r\n"
                  "9990000018,\"OKAFOR, Grace (Mrs)\",03-Feb-1948,01-Mar-2025,84114007,Heart "
                  "failure,,,PE99 4QT\r\n"
                  "999 000 0026,\"MENDIP, Arthur\",04-Feb-1940,01-Mar-2025,1,x,5.5,kg,\r\n"),
              ERR_OK);
    CHECK_I64((int64_t)events(t).count, 4);
    CHECK_OK(person_get(t->c, grant, &now));
    CHECK_STR(now.postcode, "PE99 4QT");
    Batch *batches = NULL;
    size_t count = 0;
    CHECK_OK(batch_list(t->c, 0, &batches, &count));
    CHECK_I64(batches[0].people_changed, 1);
    CHECK_I64(batches[0].people_added, 1);
    CHECK_ERR(batch_undo(t->c, batches[0].ref, batches[0].version + 1), ERR_CONFLICT);
    CHECK_OK(batch_undo(t->c, batches[0].ref, batches[0].version));
    counts(t, after);
    CHECK(memcmp(before, after, sizeof before) == 0);
    CHECK_OK(person_get(t->c, grant, &now));
    CHECK(str_eq(now.postcode, was.postcode) && str_eq(now.prefix, was.prefix));
    CHECK_I64((int64_t)events(t).count, 2);
}

typedef struct Heard {
    int64_t done, total, times;
    bool back; // it went back, or past the end
} Heard;

static bool hear(void *arg, int64_t done, int64_t total, Str what)
{
    Heard *heard = arg;
    heard->back = heard->back || what.len == 0 || done < heard->done || done > total ||
                  (heard->times > 0 && total != heard->total);
    heard->done = done;
    heard->total = total;
    heard->times++;
    return false;
}

TEST(how_far_an_undo_is_never_goes_back)
{
    Heard heard = {0};
    Batch *batches = NULL;
    size_t count = 0;
    (void)csv(t,
              STR("NHS Number,Full Name,Date of Birth,Date,Code,Code Term\r\n"
                  "9990000018,\"OKAFOR, Grace\",03-Feb-1948,01-Mar-2025,84114007,Heart failure\r\n"
                  "9990000026,\"MENDIP, Arthur\",04-Feb-1940,01-Mar-2025,1,x\r\n"),
              ERR_OK);
    CHECK_OK(batch_list(t->c, 0, &batches, &count));
    CHECK_OK(batch_undo_told(t->c, batches[0].ref, batches[0].version, hear, &heard));
    CHECK(!heard.back);
    CHECK_I64(heard.done, heard.total);
    CHECK(heard.times >= 3);
}

TEST(a_batch_left_loading_is_taken_back_at_the_next_start)
{
    Loader *l = NULL;
    BatchStart start = {.format = STR("FHIR R4"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &l));
    Loader *second = NULL;
    CHECK_ERR(load_begin(t->c, &start, &second), ERR_CONFLICT);
    PersonImport from = {.person = {.family = STR("Lost"),
                                    .born = {0},
                                    .died = DATE_NONE,
                                    .registration = REGISTRATION_CURRENT,
                                    .registration_on = DATE_NONE}};
    int32_t slot = 0;
    for (int i = 0; i < LOAD_PEOPLE_MAX; i++) CHECK_OK(load_person(l, &from, STR(""), &slot));
    CHECK_I64(test_count(t, "person"), LOAD_PEOPLE_MAX);
    CHECK_OK(population_recover(t->c)); // as after a power cut: the loader itself is gone
    CHECK_I64(test_count(t, "person"), 0);
    CHECK_ERR(load_apply(l, NULL), ERR_CONFLICT);
    load_end(&l);
    CHECK_OK(load_begin(t->c, &start, &second));
    CHECK_OK(load_apply(second, NULL));
    load_end(&second);
}

TEST(a_dry_run_tells_and_writes_nothing)
{
    int64_t before[5];
    int64_t after[5];
    counts(t, before);
    int64_t entries = test_count(t, "journal");
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = plain();
    options.dry_run = true;
    CHECK_OK(import_fhir_fd(t->c, file_with(t, "a.ndjson", STR(PATIENT OBSERVATION)), STR("a"),
                            &options, &report, &ref));
    CHECK_I64(report->people_added, 1);
    CHECK_I64(report->events, 2);
    counts(t, after);
    CHECK(memcmp(before, after, sizeof before) == 0);
    CHECK_I64(test_count(t, "journal"), entries);
    CHECK_I64(test_count(t, "batch"), 0);
}

TEST(the_same_fact_from_two_extracts_is_one_fact)
{
    (void)fhir(t, STR(PATIENT OBSERVATION), ERR_OK);
    (void)fhir(t, STR(PATIENT OBSERVATION "\n"), ERR_OK); // another file, the same facts
    CHECK_I64(test_count(t, "person"), 1);
    CHECK_I64((int64_t)events(t).count, 2);
    (void)fhir(t, STR(PATIENT OBSERVATION), ERR_CONFLICT); // the very same file is refused
    (void)fhir(t, STR(PATIENT OBSERVATION OBSERVATION), ERR_OK);
    CHECK_I64((int64_t)events(t).count, 4); // one extract that says it twice means two
}

// ---- near matches

TEST(one_number_with_two_dates_of_birth_waits_for_a_person)
{
    (void)fhir(t, STR(PATIENT OBSERVATION), ERR_OK);
    const char *rows = "NHS Number,Full Name,Date of Birth,Date,Code Term\n"
                       "9990000018,Grace Okafor,04-Feb-1948,01-Mar-2025,Fall\n";
    (void)csv(t, str_from_c(rows), ERR_OK);
    CHECK_I64(test_count(t, "person"), 1);
    CHECK_I64((int64_t)events(t).count, 2); // the fall is nobody's yet
    NearMatch *near = NULL;
    size_t count = 0;
    CHECK_OK(near_list(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 1);
    if (count != 1) return;
    CHECK_STR(near[0].sent.family, "Okafor");
    int64_t generation = population_generation(t->c);
    CHECK_ERR(near_decide(t->c, near[0].ref, 7, true), ERR_CONFLICT);
    CHECK_OK(near_decide(t->c, near[0].ref, near[0].version, true));
    CHECK_I64((int64_t)events(t).count, 3);
    CHECK(population_generation(t->c) > generation);
    CHECK_ERR(near_decide(t->c, near[0].ref, near[0].version, false), ERR_CONFLICT);
    (void)csv(t,
              arena_fmt(t->arena, "%s9990000018,Grace Okafor,04-Feb-1948,02-Mar-2025,Fall\n", rows),
              ERR_OK); // the decision is kept to
    CHECK_OK(near_list(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 0);
    CHECK_I64((int64_t)events(t).count, 4);
}

TEST(same_name_birth_and_postcode_with_another_number_is_asked_not_guessed)
{
#define ALIKE "NHS Number,Full Name,Date of Birth,Postcode\n"
    (void)csv(t, STR(ALIKE "9990000018,\"OKAFOR, Grace\",03-Feb-1948,PE99 4QT\n"), ERR_OK);
    const Report *r =
        csv(t, STR(ALIKE "9990000026,\"Okafor, GRACE\",03-Feb-1948,pe994qt\n"), ERR_OK);
    CHECK_I64(r->people_near, 1);
    CHECK_I64(test_count(t, "person"), 1);
    NearMatch *near = NULL;
    size_t count = 0;
    CHECK_OK(near_list(t->c, 0, &near, &count));
    if (count != 1) return;
    CHECK_OK(near_decide(t->c, near[0].ref, near[0].version, false));
    PersonRow *found = NULL;
    bool more = false;
    CHECK_OK(person_find(t->c, STR("9990000026"), &found, &count, &more)); // keeps their number
    CHECK_I64((int64_t)count, 1);
    r = csv(t, STR(ALIKE "9990000034,\"Okafor, Grace\",03-Feb-1948,PE99 4QU\n"), ERR_OK);
    CHECK_I64(r->people_near, 0); // another postcode
}

TEST(decided_to_be_somebody_else_they_come_in_without_the_number)
{
    (void)fhir(t, STR(PATIENT), ERR_OK);
    (void)csv(t,
              STR("NHS Number,Full Name,Date of Birth,Date,Code Term\n"
                  "9990000018,Ada Fenn,04-Feb-1960,01-Mar-2025,Fall\n"),
              ERR_OK);
    NearMatch *near = NULL;
    size_t count = 0;
    CHECK_OK(near_list(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 1);
    if (count != 1) return;
    CHECK_OK(near_decide(t->c, near[0].ref, near[0].version, false));
    CHECK_I64(test_count(t, "person"), 2);
    Seen seen = events(t);
    CHECK_I64((int64_t)seen.count, 1);
    Person p;
    PersonId who = {seen.rows[0].person};
    CHECK_OK(person_get(t->c, access_program_grant(t->c, who, CLASS_DEMOGRAPHICS), &p));
    CHECK_STR(p.family, "Fenn");
    CHECK_I64(p.nhs_number, 0);
}

TEST(a_decision_can_be_taken_back_and_holds_for_every_extract_that_asked)
{
    (void)fhir(t, STR(PATIENT OBSERVATION), ERR_OK);
    const char *rows = "NHS Number,Full Name,Date of Birth,Date,Code Term\n"
                       "9990000018,Ada Fenn,04-Feb-1960,01-Mar-2025,Fall\n";
    (void)csv(t, str_from_c(rows), ERR_OK);
    NearMatch *near = NULL;
    size_t count = 0;
    CHECK_OK(near_list(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 1);
    if (count != 1) return;
    CHECK_ERR(near_take_back(t->c, near[0].ref, near[0].version), ERR_CONFLICT); // not decided
    CHECK_OK(near_decide(t->c, near[0].ref, near[0].version, false));
    CHECK_I64(test_count(t, "person"), 2);
    // Next month's extract keeps to it, with a fall more.
    (void)csv(t, arena_fmt(t->arena, "%s9990000018,Ada Fenn,04-Feb-1960,02-Apr-2025,Fall\n", rows),
              ERR_OK);
    CHECK_I64((int64_t)events(t).count, 4);
    CHECK_OK(near_decided(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 1); // one question, however many extracts asked it
    if (count != 1) return;
    int64_t entries = test_count(t, "journal");
    CHECK_ERR(near_take_back(t->c, near[0].ref, near[0].version + 1), ERR_CONFLICT);
    CHECK_OK(near_take_back(t->c, near[0].ref, near[0].version));
    CHECK(test_count(t, "journal") > entries);
    CHECK_I64(test_count(t, "person"), 1);  // who was added by it is gone
    CHECK_I64((int64_t)events(t).count, 2); // the falls are nobody's again
    CHECK_OK(near_decided(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 0);
    CHECK_OK(near_list(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 1);
    if (count != 1) return;
    CHECK_OK(near_decide(t->c, near[0].ref, near[0].version, true));
    Seen seen = events(t);
    CHECK_I64((int64_t)seen.count, 4);
    for (size_t i = 0; i < seen.count; i++) CHECK_I64(seen.rows[i].person, seen.rows[0].person);
}

TEST(a_decision_stays_when_who_it_added_has_been_worked_with)
{
    (void)fhir(t, STR(PATIENT), ERR_OK);
    (void)csv(t,
              STR("NHS Number,Full Name,Date of Birth,Date,Code Term\n"
                  "9990000018,Ada Fenn,04-Feb-1960,01-Mar-2025,Fall\n"),
              ERR_OK);
    NearMatch *near = NULL;
    size_t count = 0;
    CHECK_OK(near_list(t->c, 0, &near, &count));
    if (count != 1) return;
    CHECK_OK(near_decide(t->c, near[0].ref, near[0].version, false));
    test_sql(t, "UPDATE person SET version = 1 WHERE family = 'Fenn'"); // corrected here
    CHECK_OK(near_decided(t->c, 0, &near, &count));
    CHECK_ERR(near_take_back(t->c, near[0].ref, near[0].version), ERR_CONFLICT);
    CHECK_CONTAINS(t->c->issues[0].text, "worked with or corrected");
    CHECK_I64(test_count(t, "person"), 2);
    CHECK_I64((int64_t)events(t).count, 1);
    CHECK_OK(near_decided(t->c, 0, &near, &count));
    CHECK_I64((int64_t)count, 1);
}

// ---- what is not whole is not seen

static size_t found(Test *t, const char *what)
{
    PersonRow *rows = NULL;
    size_t count = 0;
    bool more = false;
    CHECK_OK(person_find(t->c, str_from_c(what), &rows, &count, &more));
    return count;
}

static size_t facts(Test *t)
{
    PersonFact *list = NULL;
    size_t count = 0;
    CHECK_OK(person_facts(t->c, &list, &count));
    return count;
}

static Loader *begun(Test *t, size_t people)
{
    Loader *l = NULL;
    BatchStart start = {.format = STR("FHIR R4"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &l));
    PersonImport from = {.person = {.family = STR("Halfway"),
                                    .given = STR("Ann"),
                                    .born = {0},
                                    .died = DATE_NONE,
                                    .postcode = STR("PE99 4QT"),
                                    .nhs_number = 9990000034,
                                    .ethnicity = STR("H"),
                                    .language = STR("Urdu"),
                                    .interpreter = true,
                                    .registration = REGISTRATION_CURRENT,
                                    .registration_on = {20000}}};
    int32_t slot = 0;
    for (size_t i = 0; i < people; i++) {
        CHECK_OK(load_person(l, &from, STR("X26101"), &slot));
        from.person.nhs_number = 0;
        from.source_id = arena_fmt(t->arena, "s%zu", i);
        from.person.family = arena_fmt(t->arena, "Other%zu", i);
    }
    return l;
}

TEST(people_are_seen_by_nobody_before_their_import_is_applied)
{
    Loader *l = begun(t, LOAD_PEOPLE_MAX);
    CHECK_I64(test_count(t, "person"), LOAD_PEOPLE_MAX); // written, not applied
    static const char *const ASKED[] = {"Halfway", "Ann", "9990000034", "01/01/1970", "PE99 4QT"};
    for (size_t i = 0; i < COUNT_OF(ASKED); i++) CHECK_I64((int64_t)found(t, ASKED[i]), 0);
    CHECK_I64((int64_t)facts(t), 0);
    const int64_t practice = 1;
    int64_t *registered = NULL;
    CHECK_OK(person_counts_of(t->c, &practice, 1, &registered));
    CHECK_I64(registered[0], 0);
    PersonRow *row = NULL;
    PersonId first = {1};
    CHECK_OK(person_rows(t->c, &first, 1, &row));
    CHECK_I64(row[0].id.v, 0);
    CHECK_OK(load_apply(l, NULL));
    load_end(&l);
    for (size_t i = 0; i < COUNT_OF(ASKED); i++) CHECK(found(t, ASKED[i]) > 0);
    CHECK_I64((int64_t)facts(t), LOAD_PEOPLE_MAX);
    CHECK_OK(person_counts_of(t->c, &practice, 1, &registered));
    CHECK_I64(registered[0], LOAD_PEOPLE_MAX);
}

TEST(what_is_seldom_asked_of_people_is_read_apart)
{
    Loader *l = begun(t, 2);
    PersonTrait *traits = NULL;
    size_t count = 1;
    CHECK_OK(person_traits(t->c, &traits, &count));
    CHECK_I64((int64_t)count, 0); // written, not applied
    CHECK_OK(load_apply(l, NULL));
    load_end(&l);
    CHECK_OK(person_traits(t->c, &traits, &count));
    CHECK_I64((int64_t)count, 2);
    CHECK_STR(traits[1].ethnicity, "H");
    CHECK_STR(traits[1].language, "Urdu");
    CHECK(traits[1].interpreter);
    CHECK_I64(traits[1].registration_on.days, 20000);
    CHECK(traits[0].id.v < traits[1].id.v);
}

TEST(people_of_an_import_that_failed_are_gone_and_their_ids_stay_theirs)
{
    Loader *l = begun(t, LOAD_PEOPLE_MAX);
    load_end(&l); // not applied
    CHECK_I64(test_count(t, "person"), 0);
    CHECK_I64((int64_t)found(t, "Halfway"), 0);
    (void)fhir(t, STR(PATIENT OBSERVATION), ERR_OK);
    CHECK(events(t).rows[0].person > LOAD_PEOPLE_MAX); // both logs name the others by their ids
}

TEST(an_older_import_is_not_undone_under_a_later_one_that_names_its_people)
{
    (void)fhir(t, STR(PATIENT OBSERVATION), ERR_OK);
    Batch *batches = NULL;
    size_t count = 0;
    CHECK_OK(batch_list(t->c, 0, &batches, &count));
    Batch first = batches[0];
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = plain();
    options.practice_ods = STR("");
    CHECK_OK(import_fhir_fd(t->c, file_with(t, "b.ndjson", STR(PATIENT OBSERVATION OBSERVATION)),
                            STR("b"), &options, &report, &ref));
    int64_t before[5];
    int64_t after[5];
    counts(t, before);
    CHECK_ERR(batch_undo(t->c, first.ref, first.version), ERR_CONFLICT);
    CHECK_CONTAINS(t->c->issues[0].text, "later import names the same people");
    counts(t, after);
    CHECK(memcmp(before, after, sizeof before) == 0);
    t->c->issue_count = 0;
    Batch last;
    CHECK_OK(batch_get(t->c, ref, &last));
    CHECK_OK(batch_undo(t->c, last.ref, last.version));
    CHECK_OK(batch_get(t->c, first.ref, &first));
    CHECK_I64(first.state, BATCH_APPLIED);
    CHECK_OK(batch_undo(t->c, first.ref, first.version));
    CHECK_I64(test_count(t, "person"), 0);
    CHECK_I64((int64_t)events(t).count, 0);
}

TEST(an_undo_that_was_cut_off_is_hidden_and_finished_at_the_next_start)
{
    Loader *l = begun(t, (size_t)2 * LOAD_PEOPLE_MAX);
    Str ref = {0};
    CHECK_OK(load_apply(l, &ref));
    load_end(&l);
    int64_t generation = population_generation(t->c);
    // As the store stands when the program stops right after the hiding.
    test_sql(t, "INSERT INTO person_hidden SELECT id, 1, 0 FROM batch WHERE state = 2");
    test_sql(t, "UPDATE batch SET state = 5, version = version + 1, seen = seen + 1, "
                "generation = generation + 1");
    CHECK_I64((int64_t)found(t, "Halfway"), 0);
    CHECK_I64((int64_t)facts(t), 0);
    CHECK(population_generation(t->c) != generation);
    PersonFact *left = NULL;
    size_t count = 0;
    CHECK_OK(person_facts_changed(t->c, &left, &count)); // columns made before still name them
    CHECK_I64((int64_t)count, 2 * LOAD_PEOPLE_MAX);
    CHECK(count > 0 && left[0].registration != REGISTRATION_CURRENT);
    Loader *other = NULL;
    BatchStart start = {.format = STR("FHIR R4"), .extract_on = DATE_NONE};
    CHECK_ERR(load_begin(t->c, &start, &other), ERR_CONFLICT); // nothing is built on it
    CHECK_OK(population_recover(t->c));
    CHECK_I64(test_count(t, "person"), 0);
    Batch b;
    CHECK_OK(batch_get(t->c, ref, &b));
    CHECK_I64(b.state, BATCH_UNDONE);
    CHECK_OK(person_facts_changed(t->c, &left, &count));
    CHECK_I64((int64_t)count, 0);
}

TEST(somebody_corrected_while_a_failing_import_loads_keeps_the_correction)
{
    (void)fhir(t, STR(PATIENT), ERR_OK);
    Loader *l = NULL;
    BatchStart start = {.format = STR("GP extract"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &l));
    PersonImport from = {.person = {.family = STR("Okafor"),
                                    .given = STR("Grace"),
                                    .nhs_number = 9990000018,
                                    .died = DATE_NONE,
                                    .phone = STR("01632 960 001"),
                                    .registration = REGISTRATION_LEFT,
                                    .registration_on = DATE_NONE}};
    CHECK(date_from_ymd(1948, 2, 3, &from.person.born));
    int32_t slot = 0;
    for (int i = 0; i < LOAD_PEOPLE_MAX; i++) CHECK_OK(load_person(l, &from, STR(""), &slot));
    PersonId who = {1};
    Person p;
    const Grant *grant = access_program_grant(t->c, who, CLASS_DEMOGRAPHICS);
    CHECK_OK(person_get(t->c, grant, &p));
    CHECK_I64(p.registration, REGISTRATION_LEFT);
    p.mobile = STR("07700 900 482");
    CHECK_OK(person_correct(t->c, grant, &p, NULL, 0));
    load_end(&l); // fails
    CHECK_OK(person_get(t->c, grant, &p));
    CHECK_STR(p.mobile, "07700 900 482");
    CHECK_I64(p.registration, REGISTRATION_CURRENT);
    CHECK_OK(population_recover(t->c));
    CHECK_OK(load_alone(t->c));
}

// ---- packs

TEST(packs_come_back_as_they_went_in_and_damage_is_noticed)
{
    EventRow rows[300];
    for (int i = 0; i < 300; i++) {
        rows[i] = (EventRow){.person = 9,
                             .day = i == 0 ? INT32_MIN : i * 37 - 5000,
                             .kind = (uint8_t)(1 + i % 8),
                             .code_id = i * i * 97,
                             .has_value = i % 3 == 0,
                             .value = i % 3 == 0 ? i / 7.0 : 0,
                             .unit_id = i % 3 == 0 ? i : 0,
                             .answer_id = i % 5 == 0 ? i : 0,
                             .ended = (uint8_t)(i % 2)};
    }
    CLEANUP(buf_free) Buf buf = buf_new(PACK_BYTES_MAX);
    pack_write(&buf, rows, 300);
    PackReader reader = pack_reader(buf_str(&buf), 9);
    EventRow row = {0};
    int count = 0;
    while (pack_next(&reader, &row)) {
        CHECK(event_row_same(&row, &rows[count]) && row.ended == rows[count].ended);
        count++;
    }
    CHECK_I64(count, 300);
    CHECK(!reader.bad);
    int noticed = 0;
    for (size_t cut = 0; cut < buf.len; cut++) {
        reader = pack_reader(str_slice(buf_str(&buf), 0, cut), 9);
        while (pack_next(&reader, &row)) {
        }
        noticed += reader.bad;
    }
    CHECK(noticed > (int)buf.len / 2); // a cut between two events is a shorter pack
}

TEST(each_import_and_each_undoing_makes_another_population_whichever_it_was)
{
    enum { TIMES = 3 };
    Batch batches[TIMES];
    int64_t generation = population_generation(t->c);
    CHECK_I64(generation, 0);
    for (int i = 0; i < TIMES; i++) {
        Loader *l = begun(t, (size_t)2);
        Str ref = {0};
        CHECK_I64(population_generation(t->c), generation); // nothing of it is seen yet
        CHECK_OK(load_apply(l, &ref));
        load_end(&l);
        CHECK(population_generation(t->c) > generation);
        generation = population_generation(t->c);
        CHECK_OK(batch_get(t->c, ref, &batches[i]));
    }
    for (int i = 0; i < TIMES; i++) { // the oldest first
        CHECK_OK(batch_get(t->c, batches[i].ref, &batches[i]));
        CHECK_OK(batch_undo(t->c, batches[i].ref, batches[i].version));
        CHECK(population_generation(t->c) > generation);
        generation = population_generation(t->c);
    }
}
