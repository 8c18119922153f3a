// fuzz_import.c -- any file to each reader of the population: taken, or refused with a sentence; a
// dry run leaves nothing behind, and what was taken in can be taken back.
//
// The first line says how: "score", "opt-out", "imd", "fhir" or "extract", then a layout or
// nothing; with "!" before it the file is really imported, and undone.
#include "base/utf8.h"
#include "insight/population/population_report.h"
#include "world.h"

#include <unistd.h>

enum { INPUT_BYTES_MAX = 64 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef Err Reader(Ctx *c, int fd, Str name, const ImportOptions *options, Report **report_out,
                   Str *batch_ref_out);

static const struct {
    const char *name;
    Reader *read;
} READERS[] = {{"score", import_scores},
               {"opt-out", import_opt_outs},
               {"fhir", import_fhir_fd},
               {"extract", import_extract}};

typedef struct Counts {
    int64_t people, packs, codes;
} Counts;

static Counts counts_of(Test *t)
{
    return (Counts){test_count(t, "person"), test_count(t, "event_pack"), test_count(t, "code")};
}

// All that is said about a file is a sentence that can stand on a page.
static void check_issues(const Ctx *c, Err err)
{
    must(err == ERR_OK || err == ERR_INVALID || err == ERR_CONFLICT);
    must(err == ERR_OK || c->issue_count > 0);
    for (size_t i = 0; i < c->issue_count; i++) {
        must(c->issues[i].text.len > 0 && utf8_valid(c->issues[i].text));
    }
}

static void check_report(Arena *arena, const Report *report)
{
    for (size_t i = 0; i < report->kind_count; i++) {
        const ReportKind *kind = &report->kinds[i];
        must(kind->taken >= 0 && kind->refused >= 0 && kind->unused >= 0);
        must(kind->read == kind->taken + kind->refused + kind->unused);
        must(utf8_valid(kind->name));
    }
    Str json = report_json(arena, report);
    Report again = {0};
    must(json.len <= REPORT_JSON_BYTES_MAX);
    report_of_json(arena, json, &again);
    must(again.kind_count == report->kind_count && again.events == report->events);
}

static void undo(Test *t, Str ref)
{
    Batch batch;
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(batch_get(t->c, ref, &batch));
    CHECK_OK(batch_undo(t->c, ref, batch.version));
    store_refresh(t->c->core->store, t->c->db);
}

static void read_file(Test *t, Reader *reader, Str layout, Str body, bool really)
{
    Report *report = NULL;
    Str ref = STR("");
    ImportOptions options = {.practice_ods = STR("X26101"),
                             .practice_name = STR("Practice"),
                             .extract_on = DATE_NONE,
                             .layout = layout,
                             .dry_run = !really};
    Counts before = counts_of(t);
    Err err = reader(t->c, world_file(body), STR("file"), &options, &report, &ref);
    check_issues(t->c, err);
    if (report != NULL && err == ERR_OK) check_report(t->c->arena, report);
    if (really && err == ERR_OK) undo(t, ref);
    store_refresh(t->c->core->store, t->c->db);
    Counts after = counts_of(t);
    must(after.people == before.people && after.packs == before.packs);
    must(really || after.codes == before.codes);
}

static void read_release(Test *t, Str body)
{
    ImdLoaded loaded;
    int64_t before = test_count(t, "lsoa_decile");
    Err err = import_imd(t->c, world_file(body), 2025, false, &loaded);
    check_issues(t->c, err);
    store_refresh(t->c->core->store, t->c->db);
    int64_t after = test_count(t, "lsoa_decile");
    must(err == ERR_OK ? after == loaded.areas : after == before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str rest = {(const char *)data, size};
    Str line = {0};
    Str name = {0};
    if (size > INPUT_BYTES_MAX || !str_split(&rest, '\n', &line) || rest.ptr == NULL) return 0;
    bool really = str_starts(line, STR("!"));
    if (really) line = str_slice(line, 1, line.len);
    (void)str_split(&line, ' ', &name);
    Test *t = world_begin();
    Str layout = line.ptr == NULL ? STR("") : line;
    for (size_t i = 0; i < COUNT_OF(READERS); i++) {
        if (!str_eq(name, str_from_c(READERS[i].name))) continue;
        read_file(t, READERS[i].read, layout, rest, really);
    }
    if (str_eq(name, STR("imd"))) read_release(t, rest);
    world_end(t);
    return 0;
}
