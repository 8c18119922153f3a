// population_web.c -- the pages of imports. Handlers translate: request in, one rule, page out.
#include "core/html.h"
#include "insight/population/population_batch.h"
#include "insight/population/population_fhir_web.h"
#include "insight/population/population_pages.h"
#include "insight/population/population_send.h"
#include "insight/population/population_size.h"
#include "population_batch_page.h"
#include "population_file_page.h"
#include "population_imports_page.h"
#include "work/team/team.h"

#include <unistd.h>

enum { SHAPE_BYTES_MAX = 40, EXTRACTS_A_PAGE = 25 };

// ---- the list

static BatchRow batch_row(Ctx *c, const Batch *b)
{
    static const char *const STATES[] = {"",       "Loading", "Applied",
                                         "Undone", "Failed",  "Being undone"};
    static const char *const COLOURS[] = {"", "blue", "green", "grey", "red", "blue"};
    Str of = b->practice_ods.len > 0 ? arena_fmt(c->arena, ", " STR_FMT, STR_ARG(b->practice_ods))
                                     : STR("");
    return (BatchRow){.ref = b->ref,
                      .what = arena_fmt(c->arena, STR_FMT STR_FMT ", " STR_FMT, STR_ARG(b->format),
                                        STR_ARG(of), STR_ARG(b->file_name)),
                      .state = str_from_c(STATES[b->state]),
                      .colour = str_from_c(COLOURS[b->state]),
                      .people = arena_fmt(c->arena, STR_FMT " added, " STR_FMT " changed",
                                          STR_ARG(html_count(c->arena, b->people_added)),
                                          STR_ARG(html_count(c->arena, b->people_changed))),
                      .events = html_count(c->arena, b->events),
                      .when = arena_fmt(c->arena, STR_FMT ", " STR_FMT,
                                        STR_ARG(instant_long(c->arena, b->started_at)),
                                        STR_ARG(b->account_name))};
}

static const UiColumn BATCH_COLUMNS[] = {{.label = STR_INIT("Import")},
                                         {.label = STR_INIT("State")},
                                         {.label = STR_INIT("People")},
                                         {.label = STR_INIT("Events")},
                                         {.label = STR_INIT("When and who"), .optional = true}};

static Err list_batches(Ctx *c, int64_t page, ImportsPage *m)
{
    Batch *batches = NULL;
    size_t count = 0;
    int64_t all = 0;
    TRY(batch_count(c, &all));
    UiSlice slice = ui_slice((size_t)all, BATCHES_A_PAGE, page);
    TRY(batch_list(c, (int64_t)slice.from, &batches, &count));
    m->foot = ui_foot(c->arena, slice, STR("/imports?page="),
                      html_count_of(c->arena, all, "import", "imports"));
    BatchRow *rows = ARENA_ARRAY(c->arena, BatchRow, count + 1);
    for (size_t i = 0; i < count; i++) rows[i] = batch_row(c, &batches[i]);
    m->rows = rows;
    m->row_count = count;
    SentFile *files = NULL;
    TRY(upload_list(c, &files, &m->waiting_count));
    WaitingRow *waiting = ARENA_ARRAY(c->arena, WaitingRow, m->waiting_count + 1);
    for (size_t i = 0; i < m->waiting_count; i++) {
        waiting[i] = (WaitingRow){files[i].ref, files[i].file_name,
                                  files[i].state == UPLOAD_LOOKED ? STR("looked at, not applied")
                                                                  : STR("not looked at yet")};
    }
    m->waiting = waiting;
    return near_count(c, &m->near);
}

static const UiColumn EXTRACT_TABLE[] = {{.label = STR_INIT("Practice")},
                                         {.label = STR_INIT("Extract of")},
                                         {.label = STR_INIT("People")},
                                         {.label = STR_INIT("Events")},
                                         {.label = STR_INIT("State")}};

// "9,110, before 9,204"; empty when no whole extract is known.
static Str size_text(Arena *arena, int64_t now, int64_t before)
{
    if (now == 0) return STR("Not known");
    if (before == 0) return html_count(arena, now);
    return arena_fmt(arena, STR_FMT ", before " STR_FMT, STR_ARG(html_count(arena, now)),
                     STR_ARG(html_count(arena, before)));
}

static ExtractRow extract_shown(Arena *arena, const ExtractState *s)
{
    bool undated = date_is_none(s->on);
    return (ExtractRow){.practice = s->name,
                        .ods = s->ods,
                        .on = undated ? STR("No date") : date_long(arena, s->on),
                        .people = size_text(arena, s->people, s->people_before),
                        .events = size_text(arena, s->events, s->events_before),
                        .state = s->smaller ? STR("Smaller than before")
                                 : s->old   ? STR("Old")
                                 : undated  ? STR("No date given")
                                            : STR("In order"),
                        .colour = s->smaller ? STR("red")
                                  : s->old   ? STR("orange")
                                  : undated  ? STR("grey")
                                             : STR("green"),
                        .warning = extract_warning(arena, s)};
}

// What is to be looked at first.
static double look_order(const ExtractState *s)
{
    return s->smaller ? 0 : s->old ? 1 : date_is_none(s->on) ? 2 : 3;
}

Err extract_rows(Ctx *c, int64_t page, Str href, ExtractsPart *out)
{
    ExtractState *states = NULL;
    size_t count = 0;
    TRY(extract_states(c, &states, &count));
    UiSlice slice = ui_slice(count, EXTRACTS_A_PAGE, page);
    double *keys = ARENA_ARRAY(c->arena, double, count + 1);
    for (size_t i = 0; i < count && slice.pages > 1; i++) keys[i] = look_order(&states[i]);
    const size_t *order = ui_least_first(c->arena, keys, count);
    ExtractRow *rows = ARENA_ARRAY(c->arena, ExtractRow, slice.count + 1);
    for (size_t i = 0; i < slice.count; i++) {
        rows[i] = extract_shown(c->arena, &states[order[slice.from + i]]);
    }
    *out = (ExtractsPart){.rows = rows,
                          .count = slice.count,
                          .table = {.caption = STR("What each practice last sent"),
                                    .columns = EXTRACT_TABLE,
                                    .column_count = COUNT_OF(EXTRACT_TABLE)}};
    if (slice.pages == 1) return ERR_OK;
    out->foot = ui_foot(c->arena, slice, href,
                        arena_fmt(c->arena, "%zu practices, those to look at first", count));
    out->foot.at = STR("extracts");
    return ERR_OK;
}

static Err imports_page(Ctx *c, const Request *req, Response *res)
{
    ImportsPage m = {.page = page_of(c, STR("Imports"), "/imports"),
                     .table = {.caption = STR("Imports"),
                               .columns = BATCH_COLUMNS,
                               .column_count = COUNT_OF(BATCH_COLUMNS)},
                     .may_decide = access_may(c, CLASS_DEMOGRAPHICS, MODE_WRITE)};
    int64_t extracts = req_page_of(req, "extracts");
    TRY(list_batches(c, req_page(req), &m));
    // Each of the two lists keeps the page of the other.
    Str href = arena_fmt(c->arena, "/imports?page=%lld&extracts=", (long long)m.foot.page);
    TRY(extract_rows(c, extracts, href, &m.extracts));
    if (m.extracts.foot.pages > 1) {
        m.foot.href =
            arena_fmt(c->arena, "/imports?extracts=%lld&page=", (long long)m.extracts.foot.page);
        m.foot.at = STR("all-imports");
    }
    TRY(send_kinds(c, &m));
    population_imports_page(&res->body, &m);
    return ERR_OK;
}

// ---- one file

// What a cell looks like, without what it says: "999 999 9999", "Aaaaa, Aaaaa".
static Str shape(Arena *arena, Str cell)
{
    size_t len = cell.len < SHAPE_BYTES_MAX ? cell.len : SHAPE_BYTES_MAX;
    char *out = arena_alloc(arena, len + 1, 1);
    for (size_t i = 0; i < len; i++) {
        char ch = cell.ptr[i];
        bool upper = ch >= 'A' && ch <= 'Z';
        bool lower = (ch >= 'a' && ch <= 'z') || (uint8_t)ch >= 128;
        out[i] = ch >= '0' && ch <= '9' ? '9' : upper ? 'A' : lower ? 'a' : ch;
    }
    return (Str){out, len};
}

static const TableRow *sample_row(const Look *look, const TableRow **header_out)
{
    *header_out = NULL;
    Layout layout;
    int header = -1;
    (void)layout_guess(look->rows, look->count, &layout, &header);
    if (look->layout.has_header && header >= 0) *header_out = &look->rows[header];
    for (size_t i = header < 0 ? 0 : (size_t)header + 1; i < look->count; i++) {
        if (look->rows[i].count == look->layout.count) return &look->rows[i];
    }
    return NULL;
}

static void column_rows(Ctx *c, const Look *look, FilePage *m)
{
    const TableRow *header = NULL;
    const TableRow *sample = sample_row(look, &header);
    m->column_count =
        look->layout.count < LAYOUT_COLUMNS_MAX ? look->layout.count : LAYOUT_COLUMNS_MAX;
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, COLUMN_COUNT);
    for (int k = 0; k < COLUMN_COUNT; k++) {
        options[k] = (UiOption){.value = str_from_c(column_key((Column)k)),
                                .text = str_from_c(column_label((Column)k))};
    }
    ColumnRow *rows = ARENA_ARRAY(c->arena, ColumnRow, m->column_count + 1);
    for (size_t i = 0; i < m->column_count; i++) {
        bool named = header != NULL && i < header->count && header->cells[i].len > 0;
        Str name = named ? header->cells[i] : arena_fmt(c->arena, "Column %zu", i + 1);
        bool shown = sample != NULL && i < sample->count;
        Str hint = shown ? shape(c->arena, sample->cells[i]) : STR("");
        rows[i] =
            (ColumnRow){.name = name,
                        .shape = hint,
                        .field = {.name = ui_row_name(c->arena, STR("columns"), i, "is"),
                                  .label = name,
                                  .hint = hint.len > 0 ? arena_fmt(c->arena, "Looks like: " STR_FMT,
                                                                   STR_ARG(hint))
                                                       : STR(""),
                                  .value = str_from_c(column_key(look->layout.columns[i])),
                                  .options = options,
                                  .option_count = COLUMN_COUNT}};
    }
    m->columns = rows;
}

static Err ask_columns(Ctx *c, FilePage *m)
{
    int fd = upload_open(c, &m->file);
    if (fd < 0) return ERR_NOT_FOUND;
    Look *look = ARENA_NEW(c->arena, Look);
    Err err = extract_look(c, fd, m->file.practice_ods, look);
    (void)close(fd);
    if (err == ERR_INVALID) { // the page says why and offers to remove the file
        m->job.failed = c->issue_count > 0 ? c->issues[0].text : STR("The file cannot be read.");
        c->issue_count = 0;
        return ERR_OK;
    }
    TRY(err);
    Layout said;
    if (m->file.layout.len > 0 && layout_read(m->file.layout, &said)) {
        said.has_header = look->layout.has_header;
        look->layout = said;
    }
    m->ask_columns = true;
    m->remembered = look->remembered;
    column_rows(c, look, m);
    return ERR_OK;
}

static const UiColumn KIND_COLUMNS[] = {{.label = STR_INIT("Record")},
                                        {.label = STR_INIT("Read")},
                                        {.label = STR_INIT("Taken")},
                                        {.label = STR_INIT("Refused")},
                                        {.label = STR_INIT("Not used")}};

static ReportPart report_part(Ctx *c, Str json)
{
    Report *report = ARENA_NEW(c->arena, Report);
    report->arena = c->arena;
    if (json.len > 0) report_of_json(c->arena, json, report);
    return (ReportPart){.report = report,
                        .table = {.caption = STR("By kind of record"),
                                  .columns = KIND_COLUMNS,
                                  .column_count = COUNT_OF(KIND_COLUMNS)}};
}

enum { WATCH_MS = 2000, SAY_STEP_PERCENT = 20 };

// How far a job is. `said`: what the status line says when it runs no longer.
static Err job_state(Ctx *c, Str ref, Str said, Watched *out)
{
    *out = (Watched){.say = STR("")};
    if (ref.len == 0) return ERR_OK;
    JobView job;
    TRY(job_get(c, ref, &job));
    out->running = job.state == JOB_QUEUED || job.state == JOB_RUNNING;
    out->say = said;
    out->stopping = job.stopping;
    if (out->running) {
        int percent = job.total > 0 ? (int)(100 * job.done / job.total) : 0;
        Str what = job.message.len > 0 ? job.message : STR("Waiting to begin");
        out->every_ms = WATCH_MS;
        out->progress = arena_fmt(c->arena, STR_FMT ", %d%% done", STR_ARG(what), percent);
        out->say = arena_fmt(c->arena, STR_FMT ", %d%% done", STR_ARG(what),
                             percent - percent % SAY_STEP_PERCENT);
    }
    if (out->stopping) out->progress = out->say = STR("It is being stopped");
    if (job.state == JOB_FAILED) out->failed = job.message;
    if (job.state == JOB_STOPPED) out->failed = job.message;
    if (job.state == JOB_INTERRUPTED) out->failed = STR("The server stopped before it was done.");
    if (out->failed.len > 0) out->say = out->failed;
    return ERR_OK;
}

// Whose it is and of which day, as it was said when it was sent: a wrong code shows before it is
// applied, as a practice that is new here.
static Err about_file(Ctx *c, const SentFile *f, Str *out)
{
    *out = STR("");
    if (f->kind != SENT_RECORDS) return ERR_OK;
    Practice practice;
    Str whose = STR("The file names its practices itself.");
    Str day = date_is_none(f->extract_on) ? STR("today") : date_long(c->arena, f->extract_on);
    Err err = practice_of_ods(c, f->practice_ods, &practice);
    if (err != ERR_NOT_FOUND) TRY(err);
    if (err == ERR_OK) {
        whose = arena_fmt(c->arena, "From " STR_FMT ", " STR_FMT ".", STR_ARG(practice.name),
                          STR_ARG(practice.ods_code));
    } else if (f->practice_ods.len > 0) {
        whose = arena_fmt(c->arena, "From " STR_FMT "%s" STR_FMT ", a practice that is new here.",
                          STR_ARG(f->practice_name), f->practice_name.len > 0 ? ", " : "",
                          STR_ARG(f->practice_ods));
    }
    *out = arena_fmt(c->arena, STR_FMT " It counts as the extract of " STR_FMT ".%s",
                     STR_ARG(whose), STR_ARG(day),
                     f->changes_only ? " It holds only what changed since the one before." : "");
    return ERR_OK;
}

static Err file_page(Ctx *c, const Request *req, Response *res)
{
    FilePage m = {.page = page_of(c, STR("File to import"), "/imports")};
    TRY(upload_get(c, req_param(req, "file"), &m.file));
    if (m.file.state == UPLOAD_APPLIED) {
        if (m.file.kind == SENT_IMD) return res_redirect(c, res, STR(SEND_DEPRIVATION));
        Str to = arena_fmt(c->arena, "/imports/batches/" STR_FMT, STR_ARG(m.file.batch_ref));
        return res_redirect(c, res, to);
    }
    if (m.file.state == UPLOAD_DROPPED) return ERR_NOT_FOUND;
    TRY(about_file(c, &m.file, &m.about));
    TRY(job_state(c, m.file.job_ref, STR("The file was read. What would happen is on the page."),
                  &m.job));
    m.looked = !m.job.running && m.file.state == UPLOAD_LOOKED;
    m.report = report_part(c, m.file.report);
    m.report.areas = m.file.kind == SENT_IMD;
    if (!m.job.running && !m.file.fhir && m.file.kind == SENT_RECORDS) TRY(ask_columns(c, &m));
    population_file_page(&res->body, &m);
    return ERR_OK;
}

static Str layout_of_form(Ctx *c, const Request *req)
{
    CLEANUP(buf_free) Buf buf = buf_new((size_t)LAYOUT_COLUMNS_MAX * 20);
    size_t count = form_rows(req, "columns");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buf_add_char(&buf, ',');
        buf_add(&buf, form_row(c, req, "columns", i, "is"));
    }
    return arena_str(c->arena, buf_str(&buf));
}

static Err back_to_file(Ctx *c, Response *res, Str ref)
{
    return res_redirect(c, res, arena_fmt(c->arena, "/imports/files/" STR_FMT, STR_ARG(ref)));
}

// What is wrong with what each column was said to be; "" nothing, or it need not be said.
static Str fault_of(Str layout)
{
    Layout said = {0};
    if (layout.len == 0) return STR("");
    return layout_read(layout, &said) ? layout_fault(&said) : STR("Choose what each column is.");
}

// The file's page again, with what was chosen.
static Err ask_again(Ctx *c, const SentFile *file, Str fault, Response *res)
{
    (void)ctx_issue(c, STR("columns[0].is"), fault); // first: the page's title says it
    FilePage m = {.page = page_of(c, STR("File to import"), "/imports"), .file = *file};
    m.report = report_part(c, STR(""));
    TRY(about_file(c, file, &m.about));
    TRY(ask_columns(c, &m));
    res->status = 422;
    population_file_page(&res->body, &m);
    return ERR_OK;
}

static Err look(Ctx *c, const Request *req, Response *res)
{
    SentFile file;
    TRY(upload_get(c, req_param(req, "file"), &file));
    if (file.state >= UPLOAD_APPLIED) return ERR_CONFLICT;
    bool asks = !file.fhir && file.kind == SENT_RECORDS;
    Str layout = asks ? layout_of_form(c, req) : STR("");
    Str fault = fault_of(layout);
    if (fault.len > 0) {
        file.layout = layout;
        return ask_again(c, &file, fault, res);
    }
    TRY(upload_start(c, &file, layout, false));
    return back_to_file(c, res, file.ref);
}

static Err apply(Ctx *c, const Request *req, Response *res)
{
    SentFile file;
    TRY(upload_get(c, req_param(req, "file"), &file));
    if (file.state != UPLOAD_LOOKED) return ERR_CONFLICT;
    TRY(upload_start(c, &file, file.layout, true));
    return back_to_file(c, res, file.ref);
}

// What was taken so far is taken back by the job itself, as after a file that breaks off.
static Err stop(Ctx *c, const Request *req, Response *res)
{
    SentFile file;
    TRY(upload_get(c, req_param(req, "file"), &file));
    Err err = file.job_ref.len == 0 ? ERR_CONFLICT : job_stop(c, file.job_ref);
    if (err != ERR_OK && err != ERR_CONFLICT) return err; // it has ended: the page says how
    return back_to_file(c, res, file.ref);
}

static Err drop(Ctx *c, const Request *req, Response *res)
{
    SentFile file;
    TRY(upload_get(c, req_param(req, "file"), &file));
    if (file.state >= UPLOAD_APPLIED) return ERR_CONFLICT;
    TRY(upload_drop(c, &file));
    return res_redirect_saying(c, res, STR("/imports"), STR("The file was removed"));
}

// ---- one batch

static Err batch_page(Ctx *c, const Request *req, Response *res)
{
    BatchPage m = {.page = page_of(c, STR("Import"), "/imports")};
    TRY(batch_get(c, req_param(req, "batch"), &m.batch));
    m.row = batch_row(c, &m.batch);
    TRY(job_state(c, m.batch.job_ref, STR("The import was undone."), &m.job));
    // Only its packs are left to be cleared, or a stop interrupted it and the next start went on.
    if (m.batch.state == BATCH_UNDONE) m.job = (Watched){.say = STR("The import was undone.")};
    m.can_undo = m.batch.state == BATCH_APPLIED && !m.job.running;
    m.halfway = m.batch.state == BATCH_UNDOING && !m.job.running;
    m.may_decide = m.batch.state == BATCH_APPLIED && m.batch.people_near > 0 &&
                   access_may(c, CLASS_DEMOGRAPHICS, MODE_WRITE);
    m.report = report_part(c, m.batch.report);
    population_batch_page(&res->body, &m);
    return ERR_OK;
}

static Err undo(Ctx *c, const Request *req, Response *res)
{
    Str ref = req_param(req, "batch");
    TRY(batch_undo_start(c, ref, form_version(c, req)));
    return res_redirect(c, res, arena_fmt(c->arena, "/imports/batches/" STR_FMT, STR_ARG(ref)));
}

// ---- near matches

#define NOT_RECORDED "not recorded" // as person_row_nhs says it

static Str born_text(Ctx *c, Date born)
{
    return date_is_none(born) ? STR(NOT_RECORDED) : date_medium(c->arena, born);
}

static Err practice_text(Ctx *c, int64_t id, Str *out)
{
    *out = STR(NOT_RECORDED);
    if (id == 0) return ERR_OK;
    Practice practice;
    TRY(practice_get(c, id, &practice));
    *out = practice.name;
    return ERR_OK;
}

static Str decided_text(Ctx *c, const NearMatch *n)
{
    if (n->state == NEAR_OPEN) return STR("");
    return arena_fmt(c->arena, "%s, decided by " STR_FMT " on " STR_FMT,
                     n->state == NEAR_SAME ? "Same person" : "Different people",
                     STR_ARG(n->decided_by),
                     STR_ARG(date_long(c->arena, instant_date_london(n->decided_at))));
}

static Err near_side(Ctx *c, NearSide *side, const PersonRow *who)
{
    Str practice;
    TRY(practice_text(c, who->practice_id, &practice));
    const UiPair rows[] = {{.key = STR("Name"), .value = who->name},
                           {.key = STR("Date of birth"), .value = born_text(c, who->born)},
                           {.key = STR("NHS number"), .value = person_row_nhs(c, who)},
                           {.key = STR("Practice"), .value = practice}};
    memcpy(side->rows, rows, sizeof rows);
    side->count = COUNT_OF(rows);
    return ERR_OK;
}

// "OKAFOR, Grace": many extracts leave out the title behind it.
static Str without_title(Str name)
{
    size_t at = 0;
    return str_find(name, STR(" ("), &at) ? str_slice(name, 0, at) : name;
}

// What both have and say otherwise is where to look first. Rows stand in the same order.
static void mark_different(Ctx *c, NearSide *a, NearSide *b)
{
    Str none = STR(NOT_RECORDED);
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        const UiPair *one = &a->rows[i];
        const UiPair *other = &b->rows[i];
        bool both = !str_eq(one->value, none) && !str_eq(other->value, none);
        Str value = i == 0 ? without_title(one->value) : one->value;
        if (!both || str_eq(value, i == 0 ? without_title(other->value) : other->value)) continue;
        a->rows[i].key = b->rows[i].key =
            arena_fmt(c->arena, STR_FMT " (different)", STR_ARG(one->key));
    }
}

// The address of who is known stays on their own page, behind a reason where one is needed. An
// extract does not say that an address is protected: the known person's protection hides it too.
static Err near_row(Ctx *c, const NearMatch *n, const PersonRow *known, NearRow *out)
{
    const Person *p = &n->sent;
    PersonRow sent = {.name = person_name(c->arena, p),
                      .born = p->born,
                      .nhs_number = p->nhs_number,
                      .practice_id = p->practice_id};
    *out =
        (NearRow){.ref = n->ref,
                  .version = n->version,
                  .name = sent.name,
                  .decided = decided_text(c, n),
                  .sides = {{.heading = STR("In the extract")}, {.heading = STR("Known already")}}};
    TRY(near_side(c, &out->sides[0], &sent));
    TRY(near_side(c, &out->sides[1], known));
    mark_different(c, &out->sides[0], &out->sides[1]);
    bool hidden = p->restricted || known->restricted;
    if (hidden || p->address.len + p->postcode.len == 0) return ERR_OK;
    out->sides[0].rows[out->sides[0].count++] =
        (UiPair){.key = STR("Address"),
                 .value = arena_fmt(c->arena, STR_FMT " " STR_FMT, STR_ARG(p->address),
                                    STR_ARG(p->postcode))};
    return ERR_OK;
}

static Err near_rows(Ctx *c, const NearMatch *list, size_t count, NearRow *rows, PersonId *shown)
{
    PersonRow *known = NULL;
    for (size_t i = 0; i < count; i++) shown[i] = list[i].person;
    TRY(person_rows(c, shown, count, &known));
    for (size_t i = 0; i < count; i++) TRY(near_row(c, &list[i], &known[i], &rows[i]));
    return ERR_OK;
}

static bool near_asks_decided(const Request *req)
{
    return str_eq(req_query(req, "list"), STR("decided"));
}

// Which list and page of it: "" for the beginning of those that wait.
static Str near_place(Ctx *c, bool decided, int64_t page)
{
    if (!decided && page <= 1) return STR("");
    return arena_fmt(c->arena, "?list=%s&page=%lld", decided ? "decided" : "waiting",
                     (long long)page);
}

static Str near_path(Ctx *c, bool decided, int64_t page)
{
    return arena_fmt(c->arena, "/imports/near" STR_FMT, STR_ARG(near_place(c, decided, page)));
}

static void near_tabs(Ctx *c, int64_t open, int64_t decided, NearPage *m)
{
    m->tabs[0] = (UiNavItem){.label = STR("Waiting"),
                             .href = near_path(c, false, 1),
                             .count = open,
                             .alert = open > 0,
                             .current = !m->decided};
    m->tabs[1] = (UiNavItem){.label = STR("Decided"),
                             .href = near_path(c, true, 1),
                             .count = decided,
                             .current = m->decided};
}

// Only this rule may look: the list holds nobody but those an extract asks about. Who was shown is
// in the access log by res->shown.
static Err near_page(Ctx *c, const Request *req, Response *res)
{
    NearPage m = {.page = page_of(c, STR("Is this the same person?"), "/imports"),
                  .decided = near_asks_decided(req)};
    NearMatch *list = NULL;
    int64_t open = 0;
    int64_t decided = 0;
    TRY(near_count(c, &open));
    TRY(near_decided_count(c, &decided));
    int64_t all = m.decided ? decided : open;
    UiSlice slice = ui_slice((size_t)all, NEAR_A_PAGE, req_page(req));
    TRY((m.decided ? near_decided : near_list)(c, (int64_t)slice.from, &list, &m.row_count));
    NearRow *rows = ARENA_ARRAY(c->arena, NearRow, m.row_count + 1);
    PersonId *shown = ARENA_ARRAY(c->arena, PersonId, m.row_count + 1);
    TRY(near_rows(c, list, m.row_count, rows, shown));
    for (size_t i = 0; i < m.row_count; i++) { // an answer leads back to where one was
        rows[i].action = arena_fmt(c->arena, "/imports/near/" STR_FMT STR_FMT, STR_ARG(rows[i].ref),
                                   STR_ARG(near_place(c, m.decided, slice.page)));
    }
    near_tabs(c, open, decided, &m);
    m.rows = rows;
    m.foot = ui_foot(
        c->arena, slice,
        arena_fmt(c->arena, "/imports/near?list=%s&page=", m.decided ? "decided" : "waiting"),
        html_count(c->arena, all));
    res->shown = shown;
    res->shown_count = m.row_count;
    res->log_detail = m.foot.href;
    population_near_page(&res->body, &m);
    return ERR_OK;
}

static Err decide(Ctx *c, const Request *req, Response *res)
{
    static const char *const ANSWERS[] = {"same", "different", "reopen"};
    int answer =
        form_choice(c, req, "answer", ANSWERS, COUNT_OF(ANSWERS), "Choose same or different");
    if (answer < 0) return ERR_INVALID;
    Str ref = req_param(req, "near");
    int64_t version = form_version(c, req);
    Err err =
        answer == 2 ? near_take_back(c, ref, version) : near_decide(c, ref, version, answer == 0);
    if (err == ERR_CONFLICT && c->issue_count > 0) { // the page says why
        res->status = 409;
        return near_page(c, req, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, near_path(c, near_asks_decided(req), req_page(req)),
                               answer == 2 ? STR("The decision was taken back")
                                           : STR("Your decision was kept"));
}

static const Route ROUTES[] = {
    ROUTE("GET", "/imports", imports_page, CAP_POPULATION_IMPORT, CLASS_EXTRACT, VERB_VIEW,
          .fields = "page extracts"),
    ROUTE("GET", "/imports/send/:kind", send_page, CAP_POPULATION_IMPORT, CLASS_EXTRACT, VERB_VIEW,
          .fields = "extracts"),
    ROUTE("POST", "/imports/send/:kind", send_file, CAP_POPULATION_IMPORT, CLASS_EXTRACT,
          VERB_WRITE,
          .fields = "practice practice_other practice_name extract changes_only release file",
          .flags = ROUTE_UPLOAD),
    ROUTE("GET", "/imports/files/:file", file_page, CAP_POPULATION_IMPORT, CLASS_EXTRACT,
          VERB_VIEW),
    ROUTE("POST", "/imports/files/:file/look", look, CAP_POPULATION_IMPORT, CLASS_EXTRACT,
          VERB_WRITE, .fields = "columns[].is"),
    ROUTE("POST", "/imports/files/:file/apply", apply, CAP_POPULATION_IMPORT, CLASS_EXTRACT,
          VERB_WRITE),
    ROUTE("POST", "/imports/files/:file/stop", stop, CAP_POPULATION_IMPORT, CLASS_EXTRACT,
          VERB_WRITE),
    ROUTE("POST", "/imports/files/:file/drop", drop, CAP_POPULATION_IMPORT, CLASS_EXTRACT,
          VERB_WRITE),
    ROUTE("GET", "/imports/batches/:batch", batch_page, CAP_POPULATION_IMPORT, CLASS_EXTRACT,
          VERB_VIEW),
    ROUTE("POST", "/imports/batches/:batch/undo", undo, CAP_POPULATION_IMPORT, CLASS_EXTRACT,
          VERB_WRITE, .fields = "version"),
    ROUTE("GET", "/imports/near", near_page, CAP_POPULATION_IMPORT, CLASS_DEMOGRAPHICS, VERB_LIST,
          .fields = "list page"),
    ROUTE("GET", "/fhir/metadata", fhir_metadata, CAP_SESSION_USE, CLASS_NONE, VERB_VIEW,
          .flags = ROUTE_RAW, .problem = fhir_problem),
    ROUTE("GET", "/fhir/:type", fhir_search, CAP_CLINICAL_FILE, CLASS_CLINICAL, VERB_SEARCH,
          .flags = ROUTE_RAW, .problem = fhir_problem),
    ROUTE("GET", "/fhir/:type/:fact", fhir_read, CAP_CLINICAL_FILE, CLASS_CLINICAL, VERB_VIEW,
          .flags = ROUTE_RAW, .problem = fhir_problem),
    ROUTE("GET", "/fhir/Patient/:person/$everything", fhir_everything, CAP_CLINICAL_FILE,
          CLASS_CLINICAL, VERB_EXPORT, .flags = ROUTE_RAW, .problem = fhir_problem),
    ROUTE("POST", "/imports/near/:near", decide, CAP_POPULATION_IMPORT, CLASS_DEMOGRAPHICS,
          VERB_WRITE, .fields = "version answer list page"),
};

static const NavItem NAV[] = {
    {.label = "Imports", .href = "/imports", .cap = CAP_POPULATION_IMPORT}};

static const Seal *const SEALS[] = {&BATCH_SEAL, &NEAR_SEAL,  &MAP_SEAL,
                                    &PACKS_SEAL, &WORDS_SEAL, &SIZES_SEAL};

const Room POPULATION_ROOM = {.name = "population",
                              .routes = ROUTES,
                              .route_count = COUNT_OF(ROUTES),
                              .nav = NAV,
                              .nav_count = COUNT_OF(NAV),
                              .seals = SEALS,
                              .seal_count = COUNT_OF(SEALS),
                              .jobs = &IMPORT_JOB,
                              .job_count = 1};
