// population_imd_test.c -- deciles of small areas: loaded whole, and who lives there has them.
#include "insight/population/population_extract.h"
#include "insight/population/population_fhir_map.h"
#include "insight/population/population_report.h"
#include "test/fixture.h"

#include <fcntl.h>
#include <unistd.h>

#define HEAD_2019                                                                                  \
    "LSOA code (2011),LSOA name (2011),Index of Multiple Deprivation (IMD) Rank,"                  \
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs),"          \
    "Income Decile (where 1 is most deprived 10% of LSOAs)\n"
#define HEAD_2025                                                                                  \
    "LSOA code (2021),Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% "   \
    "of LSOAs)\n"
#define PEOPLE "NHS Number,Surname,Date of Birth,LSOA code\n"
#define OKAFOR "9990000018,Okafor,02-Apr-1950,"

static int file_of(Test *t, const char *name, const char *text)
{
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/%s", test_dir(t), name));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static ImdLoaded release(Test *t, int year, const char *text, Err want)
{
    ImdLoaded loaded = {0};
    t->c->issue_count = 0;
    CHECK_ERR(import_imd(t->c, file_of(t, "imd", text), year, false, &loaded), want);
    store_refresh(t->c->core->store, t->c->db);
    return loaded;
}

static Str extract(Test *t, const char *text)
{
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = {.practice_ods = STR("X26101"), .extract_on = DATE_NONE};
    CHECK_OK(import_extract(t->c, file_of(t, "extract", text), STR("extract.csv"), &options,
                            &report, &ref));
    CHECK_I64(report_refused(report), 0);
    store_refresh(t->c->core->store, t->c->db);
    return ref;
}

static Person okafor(Test *t)
{
    PersonId id = {0};
    Person person = {0};
    CHECK_OK(person_of_number(t->c, 9990000018, &id));
    CHECK_OK(person_get(t->c, access_program_grant(t->c, id, CLASS_DEMOGRAPHICS), &person));
    return person;
}

static void check_area(Test *t, const char *lsoa, int decile, int year)
{
    Person p = okafor(t);
    CHECK_STR(p.lsoa, lsoa);
    CHECK_I64(p.imd_decile, decile);
    CHECK_I64(p.imd_year, year);
}

TEST(the_decile_of_a_person_is_that_of_their_area)
{
    (void)extract(t, PEOPLE OKAFOR "e01000001\n");
    check_area(t, "E01000001", 0, 0); // no release yet
    ImdLoaded loaded = release(
        t, 2019, HEAD_2019 "E01000001,City 001A,29199,9,10\nE01000002,City 001B,30379,10,1\n",
        ERR_OK);
    CHECK_I64(loaded.areas, 2);
    CHECK_I64(loaded.people, 1);
    check_area(t, "E01000001", 9, 2019);
    (void)extract(t, PEOPLE OKAFOR "E01000002\n"); // moved
    check_area(t, "E01000002", 10, 2019);
    (void)extract(t, PEOPLE OKAFOR "\n"); // not sent: known already
    check_area(t, "E01000002", 10, 2019);
    (void)extract(t, PEOPLE OKAFOR "E01999999\n"); // the decile of the old area is not theirs
    check_area(t, "E01999999", 0, 0);
}

TEST(the_newest_release_that_has_the_area_says_the_decile)
{
    (void)release(t, 2025, HEAD_2025 "E01000001,3\n", ERR_OK);
    (void)release(t, 2019, HEAD_2019 "E01000001,A,1,9,9\nE01000002,B,1,10,9\n", ERR_OK);
    (void)extract(t, PEOPLE OKAFOR "E01000001\n");
    check_area(t, "E01000001", 3, 2025);
    CHECK_I64(release(t, 2025, HEAD_2025 "E01000001,4\n", ERR_OK).people, 1); // put in its place
    check_area(t, "E01000001", 4, 2025);
    CHECK_I64(release(t, 2025, HEAD_2025 "E01000001,4\n", ERR_OK).people, 0);
    (void)extract(t, PEOPLE OKAFOR "E01000002\n"); // an area of 2011 only
    check_area(t, "E01000002", 10, 2019);
    AreaRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(area_releases(t->c, &releases, &count));
    CHECK_I64((int64_t)count, 2);
    CHECK_I64(releases[0].year, 2025);
    CHECK_I64((int64_t)releases[1].areas, 2);
}

TEST(what_is_undone_has_the_decile_of_the_releases_of_now)
{
    (void)extract(t, PEOPLE OKAFOR "E01000001\n");
    Str second = extract(t, PEOPLE OKAFOR "E01000002\n");
    (void)release(t, 2025, HEAD_2025 "E01000001,3\nE01000002,7\n", ERR_OK);
    check_area(t, "E01000002", 7, 2025);
    Batch batch;
    CHECK_OK(batch_get(t->c, second, &batch));
    CHECK_OK(batch_undo(t->c, second, batch.version));
    store_refresh(t->c->core->store, t->c->db);
    check_area(t, "E01000001", 3, 2025);
}

TEST(a_decile_that_was_sent_stays_when_no_area_is_known)
{
    CLEANUP(load_end) Loader *load = NULL;
    BatchStart start = {.format = STR("test"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &load));
    PersonImport in = {.person = {.nhs_number = 9990000018,
                                  .family = STR("Okafor"),
                                  .born = {-9000},
                                  .died = DATE_NONE,
                                  .registration = REGISTRATION_CURRENT,
                                  .registration_on = DATE_NONE,
                                  .imd_decile = 5,
                                  .imd_year = 2019}};
    int32_t slot = 0;
    CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
    CHECK_OK(load_apply(load, NULL));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_I64(release(t, 2025, HEAD_2025 "E01000001,3\n", ERR_OK).people, 0);
    check_area(t, "", 5, 2019);
}

TEST(a_release_with_a_wrong_line_is_refused_whole)
{
    (void)release(t, 2025,
                  HEAD_2025 "E01000001,3\nE0100000X,3\nE01000002,11\nE01000003\nE01000001,4\n",
                  ERR_INVALID);
    CHECK_I64((int64_t)t->c->issue_count, 4);
    CHECK_STR(t->c->issues[0].text, "Line 3: The LSOA is no code such as E01000001.");
    CHECK_STR(t->c->issues[1].text, "Line 4: The decile is no number from 1 to 10.");
    CHECK_CONTAINS(t->c->issues[2].text, "Line 5: It has more or fewer columns");
    CHECK_STR(t->c->issues[3].text, "Line 6: The area stands in the file twice.");
    CHECK_I64(test_count(t, "lsoa_decile"), 0);
    (void)release(t, 2025, "LSOA code (2021),Rank\nE01000001,3\n", ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "No row names the columns");
    (void)release(t, 2025, HEAD_2025, ERR_INVALID);
    CHECK_STR(t->c->issues[0].text, "The file holds no areas.");
}

TEST(fhir_says_the_area_in_an_extension_of_the_address)
{
#define ADDRESS(url, value)                                                                        \
    "{\"resourceType\":\"Patient\",\"id\":\"a\",\"birthDate\":\"1950-04-02\","                     \
    "\"name\":[{\"family\":\"Okafor\"}],\"address\":[{\"use\":\"home\",\"postalCode\":\"X1 1XX\"," \
    "\"extension\":[{\"url\":\"" url "\"," value "}]}]}"
    static const struct {
        const char *json, *lsoa;
    } CASES[] = {
        {ADDRESS("https://example.org/LSOA", "\"valueString\":\"e01000001\""), "E01000001"},
        {ADDRESS("https://example.org/lsoa", "\"valueCode\":\"E01000002\""), "E01000002"},
        {ADDRESS("https://example.org/lsoa", "\"valueCoding\":{\"code\":\"W01000003\"}"),
         "W01000003"},
        {ADDRESS("https://example.org/lsoa", "\"valueString\":\"somewhere\""), ""},
        {ADDRESS("https://example.org/uprn", "\"valueString\":\"E01000001\""), ""},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        JsonErr why;
        FhirPerson person;
        Str refused = STR("");
        const Json *patient =
            json_parse(t->arena, str_from_c(CASES[i].json), (JsonLimits){0}, &why);
        CHECK(patient != NULL);
        CHECK(fhir_person(t->arena, patient, t->c->today, &person, &refused));
        CHECK_STR(person.import.person.lsoa, CASES[i].lsoa);
    }
}
