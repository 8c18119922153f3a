// population_upload.c -- files sent from a page, and the job that reads them.
#include "insight/population/population_upload.h"

#include "base/utf8.h"
#include "core/html.h"
#include "insight/population/population_batch.h"
#include "insight/population/population_report.h"
#include "population_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 256 * 1024, NAME_BYTES_MAX = 200 };

static SentFile file_of_row(Ctx *c, const Rows *rows)
{
    return (SentFile){.ref = row_str(c->arena, rows, 0),
                      .file_name = row_str(c->arena, rows, 1),
                      .fhir = row_i64(rows, 2) != 0,
                      .practice_ods = row_str(c->arena, rows, 3),
                      .practice_name = row_str(c->arena, rows, 4),
                      .extract_on = row_date(rows, 5),
                      .layout = row_str(c->arena, rows, 6),
                      .state = (UploadState)row_i64(rows, 7),
                      .report = row_str(c->arena, rows, 8),
                      .job_ref = row_str(c->arena, rows, 9),
                      .batch_ref = row_str(c->arena, rows, 10),
                      .account_name = row_str(c->arena, rows, 11),
                      .at = row_at(rows, 12),
                      .changes_only = row_i64(rows, 13) != 0,
                      .kind = (SentKind)row_i64(rows, 14),
                      .release = (int)row_i64(rows, 15)};
}

Err upload_list(Ctx *c, SentFile **out, size_t *count_out)
{
    SentFile *list = ARENA_ARRAY(c->arena, SentFile, UPLOADS_MAX);
    size_t count = 0;
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_UPLOAD_LIST, NO_ARGS);
    while (count < UPLOADS_MAX && rows_next(&rows)) list[count++] = file_of_row(c, &rows);
    *out = list;
    *count_out = count;
    return rows.err;
}

Err upload_get(Ctx *c, Str ref, SentFile *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_UPLOAD_GET, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = file_of_row(c, &rows);
    return ERR_OK;
}

// The name on disk is ours, never the sender's.
static const char *path_of(Ctx *c, Str ref)
{
    return arena_c(c->arena, arena_fmt(c->arena, STR_FMT "/imports/" STR_FMT,
                                       STR_ARG(c->core->config->data_dir), STR_ARG(ref)));
}

int upload_open(Ctx *c, const SentFile *file)
{
    return open(path_of(c, file->ref), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

static Err write_all(int to, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(to, bytes, len);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno == ENOSPC || errno == EDQUOT ? ERR_BUSY : ERR_FAULT;
        bytes += put;
        len -= (size_t)put;
    }
    return ERR_OK;
}

static Err copy(Ctx *c, int from, int to, bool *fhir_out)
{
    char *chunk = ARENA_ARRAY(c->arena, char, COPY_BYTES);
    for (;;) {
        ssize_t got = read(from, chunk, COPY_BYTES);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ERR_FAULT;
        if (got == 0) break;
        TRY(write_all(to, chunk, (size_t)got));
    }
    if (fsync(to) != 0) return ERR_FAULT;
    // FHIR begins with a brace, tables do not.
    int own = fcntl(to, F_DUPFD_CLOEXEC, 0);
    if (own < 0 || lseek(own, 0, SEEK_SET) != 0) return ERR_FAULT;
    CLEANUP(source_close) Source *source = source_open(own);
    Str head = {0};
    *fhir_out = source_read(source, &head) == SOURCE_GOT && str_starts(str_trim(head), STR("{"));
    return ERR_OK;
}

static Err add(Ctx *c, void *arg)
{
    const SentFile *f = arg;
    return db_exec(c->db, SQL_POPULATION_UPLOAD_ADD,
                   ARGS(TEXT(f->ref), TEXT(f->file_name), I64(f->fhir), TEXT(f->practice_ods),
                        TEXT(f->practice_name), DAY(f->extract_on), TEXT(c->actor.name), AT(c->now),
                        I64(f->changes_only), I64(f->kind), I64(f->release)),
                   NULL);
}

// A file past what the list shows would lie there, full of people, where nobody finds it again.
static Err check_room(Ctx *c, Str field)
{
    SentFile *waiting = NULL;
    size_t count = 0;
    TRY(upload_list(c, &waiting, &count));
    if (count < UPLOADS_MAX) return ERR_OK;
    return ctx_issue(c, field,
                     arena_fmt(c->arena, "%d files are waiting: apply or remove some of them first",
                               UPLOADS_MAX));
}

// What is often sent in place of an extract, told by its first bytes.
static Err check_kind(Ctx *c, const Upload *from, Str field)
{
    static const struct {
        Str begins;
        const char *says;
    } OTHERS[] = {
        {STR_INIT("%PDF-"), "This is a PDF. Send the extract itself: CSV, the HTML report or FHIR"},
        {STR_INIT("PK\x03\x04"), "This is a workbook or a zip file. Save it as CSV and send that"},
        {STR_INIT("\xD0\xCF\x11\xE0"), "This is a workbook. Save it as CSV and send that"},
    };
    if (from->fd < 0 || (from->bytes == 0 && from->filename.len == 0)) {
        return ctx_issue(c, field, STR("Choose the file"));
    }
    if (from->bytes == 0) {
        return ctx_issue(c, field, STR("The file is empty. Ask who sent it to run it again"));
    }
    char head[5];
    ssize_t got = pread(from->fd, head, sizeof head, 0);
    for (size_t i = 0; i < COUNT_OF(OTHERS) && got > 0; i++) {
        if (str_starts((Str){head, (size_t)got}, OTHERS[i].begins)) {
            return ctx_issue(c, field, str_from_c(OTHERS[i].says));
        }
    }
    return ERR_OK;
}

// The file beside what was said of it, once it is told whether it is FHIR.
static Err check_promise(Ctx *c, const SentFile *about, const SentFile *file)
{
    Str field = STR("file");
    if (file->kind != SENT_RECORDS) {
        if (!file->fhir) return ERR_OK;
        return ctx_issue(c, field, STR("This is FHIR or JSON. Send a list as CSV"));
    }
    if (file->fhir) return ERR_OK;
    if (about->fhir) {
        return ctx_issue(c, field, STR("This is not FHIR. Send it as a practice's extract"));
    }
    if (file->practice_ods.len > 0) return ERR_OK;
    return ctx_issue(c, STR("practice"), STR("Choose the practice, or enter its ODS code"));
}

Err upload_keep(Ctx *c, const Upload *from, const SentFile *about, Str *ref_out)
{
    Str field = STR("file");
    TRY(check_kind(c, from, field));
    TRY(check_room(c, field));
    SentFile file = *about;
    file.ref = ref_new(c);
    file.file_name = utf8_cut(from->filename, NAME_BYTES_MAX);
    const char *dir = arena_c(
        c->arena, arena_fmt(c->arena, STR_FMT "/imports", STR_ARG(c->core->config->data_dir)));
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) return ERR_FAULT;
    const char *path = path_of(c, file.ref);
    int to = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (to < 0) return errno == ENOSPC ? ERR_BUSY : ERR_FAULT;
    Err err = lseek(from->fd, 0, SEEK_SET) == 0 ? copy(c, from->fd, to, &file.fhir) : ERR_FAULT;
    (void)close(to);
    if (err == ERR_OK) err = check_promise(c, about, &file);
    if (err == ERR_OK) err = ctx_housekeep(c, add, &file);
    if (err != ERR_OK) {
        (void)unlink(path);
        return err;
    }
    *ref_out = file.ref;
    return ERR_OK;
}

// ---- the job

static Err set(Ctx *c, void *arg)
{
    const SentFile *f = arg;
    return db_exec(
        c->db, SQL_POPULATION_UPLOAD_SET,
        ARGS(TEXT(f->ref), TEXT(f->layout), I64(f->state), TEXT(f->report), TEXT(f->batch_ref)),
        NULL);
}

static Err set_job(Ctx *c, void *arg)
{
    const SentFile *f = arg;
    return db_exec(c->db, SQL_POPULATION_UPLOAD_JOB, ARGS(TEXT(f->ref), TEXT(f->job_ref)), NULL);
}

static bool progress(void *arg, int64_t done, int64_t total)
{
    job_progress(arg, done, total, STR("Reading the file"));
    return job_stopping(arg);
}

// What a release holds has no batch: its own entry of the journal says who loaded it and when.
static Err read_release(Ctx *c, int fd, SentFile *file, bool apply, Report **report_out)
{
    ImdLoaded loaded;
    Err err = import_imd(c, fd, file->release, !apply, &loaded);
    if (err == ERR_INVALID && c->issue_count > 1) {
        c->issues[0].text =
            arena_fmt(c->arena, STR_FMT " " STR_FMT " wrong too.", STR_ARG(c->issues[0].text),
                      STR_ARG(html_count_of(c->arena, (int64_t)c->issue_count - 1, "other line is",
                                            "other lines are")));
    }
    TRY(err);
    Report *report = ARENA_NEW(c->arena, Report);
    report->arena = c->arena;
    int kind = report_kind(report, STR("Area"));
    report->kinds[kind].read = report->kinds[kind].taken = loaded.areas;
    report->people_changed = loaded.people;
    *report_out = report;
    return ERR_OK;
}

static Err read_kind(Ctx *c, int fd, SentFile *file, const ImportOptions *options,
                     Report **report_out)
{
    switch (file->kind) {
    case SENT_SCORES:
        return import_scores(c, fd, file->file_name, options, report_out, &file->batch_ref);
    case SENT_OPT_OUTS:
        return import_opt_outs(c, fd, file->file_name, options, report_out, &file->batch_ref);
    case SENT_IMD: return read_release(c, fd, file, !options->dry_run, report_out);
    case SENT_RECORDS: break;
    }
    return file->fhir
               ? import_fhir_fd(c, fd, file->file_name, options, report_out, &file->batch_ref)
               : import_extract(c, fd, file->file_name, options, report_out, &file->batch_ref);
}

static Err read_file(Ctx *c, Job *job, SentFile *file, bool apply)
{
    int fd = upload_open(c, file);
    if (fd < 0) return ctx_issue(c, STR("file"), STR("The file is gone. Send it again."));
    ImportOptions options = {.practice_ods = file->practice_ods,
                             .practice_name = file->practice_name,
                             .extract_on = file->extract_on,
                             .layout = file->layout,
                             .changes_only = file->changes_only,
                             .dry_run = !apply,
                             .upload_ref = apply ? file->ref : STR(""),
                             .progress = progress,
                             .progress_arg = job};
    Report *report = NULL;
    Err err = read_kind(c, fd, file, &options, &report);
    if (report != NULL) file->report = report_json(c->arena, report);
    return err;
}

static Err work(Ctx *c, Job *job, Str arg)
{
    if (str_starts(arg, STR("undo "))) return batch_undo_work(c, job, str_slice(arg, 5, arg.len));
    bool apply = str_starts(arg, STR("apply "));
    SentFile file;
    TRY(population_recover(c)); // one program a folder, one job at a time: what loads is left over
    TRY(upload_get(c, str_slice(arg, apply ? 6 : 5, arg.len), &file));
    if (file.state >= UPLOAD_APPLIED) return ERR_CONFLICT;
    TRY(read_file(c, job, &file, apply));
    if (apply) (void)unlink(path_of(c, file.ref));
    if (apply && file.kind != SENT_IMD) return ERR_OK; // its row was written with the batch
    file.state = apply ? UPLOAD_APPLIED : UPLOAD_LOOKED;
    file.batch_ref = STR("");
    return ctx_housekeep(c, set, &file);
}

static Err recover(Ctx *c, Str ref, Str arg)
{
    (void)ref;
    (void)arg;
    return population_recover(c);
}

const JobKind IMPORT_JOB = {.name = "population.import", .work = work, .recover = recover};

bool import_job_runs(Ctx *c, Str job_ref)
{
    JobView job;
    return job_ref.len > 0 && job_get(c, job_ref, &job) == ERR_OK &&
           (job.state == JOB_QUEUED || job.state == JOB_RUNNING);
}

Err upload_start(Ctx *c, const SentFile *file, Str layout, bool apply)
{
    SentFile next = *file;
    // Pressed twice: a second job would wait behind the first, and Stop would stop that one alone.
    if (import_job_runs(c, file->job_ref)) return ERR_OK;
    if (!apply) {
        next.layout = layout;
        next.state = UPLOAD_SENT;
        next.report = STR("");
        TRY(ctx_housekeep(c, set, &next));
    }
    Str arg = arena_fmt(c->arena, "%s " STR_FMT, apply ? "apply" : "look", STR_ARG(file->ref));
    TRY(job_start_once(c, &IMPORT_JOB, arg, &next.job_ref));
    return ctx_housekeep(c, set_job, &next);
}

Err upload_drop(Ctx *c, const SentFile *file)
{
    SentFile next = *file;
    next.state = UPLOAD_DROPPED;
    next.report = STR("");
    (void)unlink(path_of(c, file->ref));
    return ctx_housekeep(c, set, &next);
}
