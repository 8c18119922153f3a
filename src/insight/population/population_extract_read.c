// population_extract_read.c -- one file of a practice's extract into a batch.
#include "insight/population/population_extract.h"
#include "insight/population/population_files.h"
#include "insight/population/population_report.h"
#include "work/team/team.h"

#include <fcntl.h>
#include <unistd.h>

enum { PROGRESS_ROWS = 4096 };

typedef struct Reading {
    Ctx *c;
    const ImportOptions *options;
    int fd;
    Str name;
    Str sha256;
    int64_t bytes;
    Layout layout;
    bool said; // by hand: to be remembered
} Reading;

static Err choose_layout(Reading *r)
{
    Str said = r->options->layout;
    if (said.len > 0) {
        if (!layout_read(said, &r->layout)) {
            return ctx_issue(
                r->c, STR("layout"),
                STR("Name the columns in order, with commas, such as "
                    "nhs_number,full_name,born,event_on,code,term; '-' for one not used."));
        }
        r->said = true;
        Look look;
        TRY(extract_look(r->c, r->fd, STR(""), &look));
        r->layout.has_header = look.layout.has_header;
    } else {
        Look look;
        TRY(extract_look(r->c, r->fd, r->options->practice_ods, &look));
        if (!look.known) {
            return ctx_issue(r->c, STR("layout"),
                             STR("Say which column is what: the file does not name its columns."));
        }
        r->layout = look.layout;
    }
    Str fault = layout_fault(&r->layout);
    return fault.len == 0 ? ERR_OK : ctx_issue(r->c, STR("layout"), fault);
}

static Err read_rows(Reading *r, Loader *l)
{
    Ctx *c = r->c;
    const ImportOptions *o = r->options;
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Extract *x = extract_new(c, l, &r->layout, o, scratch);
    int own = fcntl(r->fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0 || lseek(own, 0, SEEK_SET) != 0) return ERR_FAULT;
    CLEANUP(table_close) Table *table = table_open(own);
    table_expect(table, r->bytes);
    Report *report = load_report(l);
    report->file = r->name;
    TableRow row;
    TableStep step = TABLE_END;
    for (int64_t n = 1; (step = table_next(table, &row)) == TABLE_ROW; n++) {
        TRY(extract_row(x, &row));
        if (n % PROGRESS_ROWS == 0 && o->progress != NULL &&
            o->progress(o->progress_arg, table_taken(table), r->bytes)) {
            return ERR_BUSY;
        }
    }
    if (step == TABLE_FAULT) {
        return ctx_issue(c, STR("file"),
                         arena_fmt(c->arena, "After line %lld: " STR_FMT, (long long)report->line,
                                   STR_ARG(table_fault(table))));
    }
    return ERR_OK;
}

static Err mark_practice(Ctx *c, void *arg)
{
    const ImportOptions *o = arg;
    Practice practice;
    if (practice_of_ods(c, o->practice_ods, &practice) != ERR_OK) return ERR_OK;
    Date on = date_is_none(o->extract_on) ? c->today : o->extract_on;
    return practice_mark_extract(c, practice.id, on);
}

static Err import_reading(Reading *r, Report **report_out, Str *batch_ref_out)
{
    Ctx *c = r->c;
    ImportOptions options = *r->options;
    BatchStart start = {.format = STR("GP extract"),
                        .file_name = r->name,
                        .sha256 = r->sha256,
                        .bytes = r->bytes,
                        .practice_ods = options.practice_ods,
                        .extract_on = options.extract_on,
                        .dry_run = options.dry_run,
                        .changes_only = options.changes_only,
                        .upload_ref = options.upload_ref};
    CLEANUP(load_end) Loader *l = NULL;
    TRY(load_begin(c, &start, &l));
    *report_out = load_report(l);
    TRY(read_rows(r, l)); // load_end takes everything back
    TRY(load_apply(l, batch_ref_out));
    if (options.dry_run || options.practice_ods.len == 0) return ERR_OK;
    if (r->said) TRY(layout_remember(c, options.practice_ods, &r->layout));
    return ctx_change(c, mark_practice, &options);
}

static Err import_checked(Reading *r, Report **report_out, Str *batch_ref_out)
{
    Ctx *c = r->c;
    SourceHash hash = {0};
    Str why = STR("");
    Err err = source_sha256(c->arena, r->fd, &hash, &why);
    if (err == ERR_INVALID) return ctx_issue(c, STR("file"), why);
    TRY(err);
    r->sha256 = hash.hex;
    r->bytes = hash.bytes;
    bool again = false;
    TRY(batch_was_applied(c, r->sha256, r->options->practice_ods, &again));
    if (again && !r->options->dry_run) {
        (void)ctx_issue(c, STR("file"),
                        STR("This file was imported before. Undo that import first if "
                            "it must be read again."));
        return ERR_CONFLICT;
    }
    TRY(choose_layout(r));
    return import_reading(r, report_out, batch_ref_out);
}

Err import_extract(Ctx *c, int fd, Str name, const ImportOptions *options, Report **report_out,
                   Str *batch_ref_out)
{
    *report_out = NULL;
    Reading r = {.c = c, .options = options, .fd = fd, .name = arena_str(c->arena, name)};
    Err err = import_checked(&r, report_out, batch_ref_out);
    (void)close(fd);
    return err;
}
