// population_test.c -- what is brought in is whole, whose it is, and can be taken back.
#include "insight/population/population.h"
#include "insight/population/population_report.h"
#include "test/fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static ImportOptions plain(void)
{
    return (ImportOptions){
        .practice_ods = STR(""), .practice_name = STR(""), .extract_on = DATE_NONE};
}

TEST(the_people_of_a_network_come_in_whole)
{
    const char *path = "../shared/data/dev-uk-pcn";
    if (access(path, R_OK) != 0) {
        test_skip(t, "../shared/data/dev-uk-pcn is not here");
        return;
    }
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = plain();
    CHECK_OK(import_fhir(t->c, path, &options, &report, &ref));
    for (size_t i = 0; i < t->c->issue_count; i++) {
        printf("# %.*s\n", STR_ARG(t->c->issues[i].text));
    }
    if (report == NULL) return;
    CLEANUP(buf_free) Buf out = buf_new(100000);
    report_text(&out, report);
    printf("%.*s", STR_ARG(buf_str(&out)));
    CHECK_I64(report_refused(report), 0);
    CHECK_I64(test_count(t, "person"), 827);
}
