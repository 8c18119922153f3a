// population_facts_test.c -- facts of one person from several extracts: in order, found by id.
#include "insight/population/population_facts.h"
#include "test/fixture.h"

#include <fcntl.h>
#include <unistd.h>

enum { FACTS = 50, FILE_BYTES_MAX = 64 * 1024 }; // more codes than one statement asks for

#define PATIENT                                                                                    \
    "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"identifier\":[{\"system\":"                     \
    "\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"9990000018\"}],\"name\":[{\"family\":"      \
    "\"Okafor\",\"given\":[\"Grace\"]}],\"gender\":\"female\",\"birthDate\":\"1948-02-03\"}\n"

// Fact i has a code and a day of its own; days do not go up with codes.
static void add_fact(Buf *buf, int i, bool over)
{
    Date on = {12000 + (i * 37) % FACTS * 20};
    int year = 0;
    int month = 0;
    int day = 0;
    (void)date_to_ymd(on, &year, &month, &day);
    buf_fmt(buf,
            "{\"resourceType\":\"Condition\",\"id\":\"c%d\",\"clinicalStatus\":{\"coding\":[{"
            "\"code\":\"%s\"}]},\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\","
            "\"code\":\"%d\",\"display\":\"Fact %d\"}]},\"subject\":{\"reference\":\"Patient/p1\"},"
            "\"onsetDateTime\":\"%04d-%02d-%02d\"}\n",
            i, over ? "resolved" : "active", 1000 + i, i, year, month, day);
}

// The facts from `from` on in steps; over: every third of them.
static void extract(Test *t, int from, int step, bool over)
{
    CLEANUP(buf_free) Buf buf = buf_new(FILE_BYTES_MAX);
    buf_add_c(&buf, PATIENT);
    for (int i = from; i < FACTS; i += step) add_fact(&buf, i, over && i % 3 == 0);
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = {.practice_ods = STR("X26101"),
                             .practice_name = STR("Fenside Surgery"),
                             .extract_on = DATE_NONE,
                             .layout = STR("")};
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/one.ndjson", test_dir(t)));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, buf.ptr, buf.len) == (ssize_t)buf.len);
    CHECK_OK(import_fhir_fd(t->c, fd, STR("one.ndjson"), &options, &report, &ref));
}

static Err one_person(void *arg, const EventRow *rows, size_t count)
{
    PersonId *who = arg;
    if (count > 0) who->v = rows[0].person;
    return ERR_OK;
}

TEST(facts_of_several_extracts_are_in_order_and_each_is_found)
{
    extract(t, 1, 2, false); // the odd ones
    extract(t, 0, 5, false);
    extract(t, 0, 1, true); // all again: every third is over now
    PersonId who = {0};
    CHECK_OK(event_stream(t->c, one_person, &who));
    const Grant *grant = access_program_grant(t->c, who, CLASS_CLINICAL);
    Facts all;
    Facts same;
    CHECK_OK(facts_of_person(t->c, grant, EVENT_CONDITION, &all));
    SentFact *facts = all.list;
    size_t count = all.count;
    CHECK_I64((int64_t)count, FACTS);
    Str ids[FACTS];
    Str ref = STR("00wqnjsnjj6aybanms6x");
    for (size_t i = 0; i < count; i++) {
        CHECK(i == 0 || facts[i - 1].row->day > facts[i].row->day);
        CHECK(facts[i].nth == 1 && facts[i].source->batch == facts[0].source->batch);
        CHECK_OK(facts_say(t->c, (SentFact *[]){&facts[i]}, 1));
        int64_t code = 0;
        CHECK(str_i64(facts[i].says.code->code, 1000, 1000 + FACTS - 1, &code));
        CHECK(facts[i].row->ended == ((code - 1000) % 3 == 0));
        ids[i] = fact_id(t->arena, ref, &facts[i]);
    }
    for (size_t i = 0; i < count; i++) {
        FactKey key;
        const SentFact *found = NULL;
        CHECK(fact_key(ids[i], &key));
        CHECK_OK(facts_of_person(t->c, grant, EVENT_CONDITION, &same));
        CHECK_I64(same.stamp, all.stamp);
        CHECK_OK(fact_find(t->c, &same, &key, &found));
        CHECK(found == &same.list[i]);
        key.nth = 2;
        CHECK_ERR(fact_find(t->c, &same, &key, &found), ERR_NOT_FOUND);
    }
    CHECK_OK(facts_of_person(t->c, grant, EVENT_OBSERVATION, &same));
    CHECK_I64((int64_t)same.count, 0);
    extract(t, 0, 7, true); // nothing new but that it came again
    CHECK_OK(facts_of_person(t->c, grant, EVENT_CONDITION, &same));
    CHECK(same.count == FACTS && same.stamp >= 0 && same.stamp != all.stamp);
}
