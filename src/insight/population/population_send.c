// population_send.c -- one page for each kind of file: what it must hold, sending it, what is here.
#include "insight/population/population_send.h"

#include "base/utf8.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/population/population_size.h"
#include "population_send_page.h"
#include "work/team/team.h"

#define ANOTHER "another" // in the place of an ODS code

enum { ODS_CHARS = 12, NAME_CHARS = 200, YEAR_CHARS = 4 };

static const SendKind KINDS[SEND_KINDS] = {
    {.word = "extract",
     .kind = SENT_RECORDS,
     .name = "A practice's extract",
     .about = "CSV, or the HTML report of EMIS: people and their coded events.",
     .format = "GP extract",
     .tells =
         "CSV or the HTML report of EMIS, as the practice's system made it, also gzip. You say "
         "which column is what on the next page; it is remembered for the practice."},
    {.word = "fhir",
     .kind = SENT_RECORDS,
     .fhir = true,
     .name = "FHIR",
     .about = "FHIR R4 as NDJSON: people and their coded events.",
     .format = "FHIR R4",
     .tells = "FHIR R4 as NDJSON, a resource or a bundle on each line, also gzip."},
    {.word = "scores",
     .kind = SENT_SCORES,
     .name = "Scores that others worked out",
     .about = "eFI2, QAdmissions, ACG: a value for each person.",
     .format = "Scores",
     .tells = "CSV whose first row names the columns: NHS number, Score, Value, Date and, if there "
              "is one, Source. Scores are about people who are here already: nobody is added."},
    {.word = "opt-outs",
     .kind = SENT_OPT_OUTS,
     .name = "Opt-outs and objections to sharing",
     .about = "Who wants no proactive contact, or to be in no figures.",
     .format = "Opt-outs",
     .tells = "CSV whose first row names the columns: NHS number, Opt-out (direct care, national "
              "data or type 1), State (opted out or withdrawn) and Date. Opt-outs from direct care "
              "take people off lists that offer support, the others out of figures that are not "
              "for people's own care. They are about people who are here already."},
    {.word = "deprivation",
     .kind = SENT_IMD,
     .name = "Deprivation of areas",
     .about = "A release of the Indices of Deprivation (File 7): the decile of each small area.",
     .tells = "\"File 7\" of the English Indices of Deprivation as it is published, saved as CSV. "
              "Everybody who lives in one of its areas gets the decile of that area."},
};

// ---- what is here already

static Str when_text(Arena *arena, Instant at, Str by)
{
    if (at.ms == 0) return STR("Not known");
    return arena_fmt(arena, STR_FMT ", " STR_FMT, STR_ARG(instant_long(arena, at)), STR_ARG(by));
}

// The latest import of a kind, as one row; "Never" when there is none.
static Err last_batch(Ctx *c, const SendKind *kind, ListRow *row)
{
    Batch last;
    bool list = kind->kind != SENT_RECORDS;
    *row = (ListRow){.when = STR("Never")};
    Err err = batch_last_of(c, str_from_c(kind->format), &last);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    Str count = html_count_of(c->arena, last.events, list ? "row" : "coded event",
                              list ? "rows" : "coded events");
    row->what = last.file_name;
    row->holds =
        arena_fmt(c->arena, STR_FMT " in " STR_FMT, STR_ARG(count), STR_ARG(last.file_name));
    row->when = when_text(c->arena, last.ended_at, last.account_name);
    row->href = arena_fmt(c->arena, "/imports/batches/" STR_FMT, STR_ARG(last.ref));
    return ERR_OK;
}

// The releases, newest first. Their loads are in the journal: for at most `max` of them.
static Err releases(Ctx *c, size_t max, ListRow *rows, size_t *count_out)
{
    AreaRelease *list = NULL;
    size_t count = 0;
    TRY(area_releases(c, &list, &count));
    if (count > max) count = max;
    for (size_t i = 0; i < count; i++) {
        TRY(area_release_loaded(c, &list[i]));
        Str areas = html_count_of(c->arena, (int64_t)list[i].areas, "area", "areas");
        Str name = arena_fmt(c->arena, "Indices of Deprivation %d", list[i].year);
        rows[i] = (ListRow){
            .what = name,
            .holds = arena_fmt(c->arena, STR_FMT " in " STR_FMT, STR_ARG(areas), STR_ARG(name)),
            .when = when_text(c->arena, list[i].at, list[i].by)};
    }
    *count_out = count;
    return ERR_OK;
}

static Err last_of(Ctx *c, const SendKind *kind, size_t max, ListRow *rows, size_t *count_out)
{
    *count_out = 0;
    if (kind->kind == SENT_IMD) return releases(c, max, rows, count_out);
    TRY(last_batch(c, kind, &rows[0]));
    *count_out = rows[0].href.len > 0;
    return ERR_OK;
}

Err send_kinds(Ctx *c, ImportsPage *m)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("What you have")},
                                       {.label = STR_INIT("Last loaded")}};
    m->kind_table = (UiTable){.caption = STR("What have you got?"),
                              .columns = COLUMNS,
                              .column_count = COUNT_OF(COLUMNS)};
    for (size_t i = 0; i < SEND_KINDS; i++) {
        ListRow last = {.when = STR("Never")};
        size_t count = 0;
        TRY(last_of(c, &KINDS[i], 1, &last, &count));
        m->kinds[i] = (KindRow){.name = str_from_c(KINDS[i].name),
                                .about = str_from_c(KINDS[i].about),
                                .href = arena_fmt(c->arena, "/imports/send/%s", KINDS[i].word),
                                .holds = last.holds,
                                .when = last.when};
    }
    return ERR_OK;
}

// ---- the page

static const SendKind *kind_of(const Request *req)
{
    Str word = req_param(req, "kind");
    for (size_t i = 0; i < SEND_KINDS; i++) {
        if (str_eq(word, str_from_c(KINDS[i].word))) return &KINDS[i];
    }
    return NULL;
}

// Those that are here, and another: first what it means to choose none of them.
static Err fill_known(Ctx *c, SendPage *m)
{
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    m->choose = count > 0;
    if (!m->choose) return ERR_OK;
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 2);
    bool here = m->practice.value.len == 0 || str_eq(m->practice.value, STR(ANOTHER));
    options[0].text =
        m->kind->fhir ? STR("The file names the practices itself") : STR("Choose a practice");
    for (size_t i = 0; i < count; i++) {
        Str text = arena_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(all[i].name),
                             STR_ARG(all[i].ods_code));
        options[i + 1] = (UiOption){.value = all[i].ods_code, .text = text};
        here = here || str_eq(all[i].ods_code, m->practice.value);
    }
    options[count + 1] = (UiOption){.value = STR(ANOTHER), .text = STR("Another practice")};
    m->practice.options = options;
    m->practice.option_count = count + 2;
    if (!here) {
        m->practice_other.value = m->practice.value;
        m->practice.value = STR(ANOTHER);
    }
    return ERR_OK;
}

static Err fill_practice(Ctx *c, const Request *req, SendPage *m)
{
    m->practice = ui_field(c, "practice", "Practice", form_value(req, "practice"));
    m->practice_other = ui_field(c, "practice_other", "ODS code of the other practice",
                                 form_value(req, "practice_other"));
    m->practice_other.hint = STR("Such as X26101.");
    m->practice_other.width = 10;
    TRY(fill_known(c, m));
    if (!m->choose) {
        m->practice.label = STR("ODS code of the practice");
        m->practice.hint = m->kind->fhir ? STR("Such as X26101. Leave this empty if the file names "
                                               "the practices itself.")
                                         : STR("Such as X26101.");
        m->practice.width = 10;
    }
    m->practice_name = ui_field(c, "practice_name", m->choose ? "Its name" : "Name of the practice",
                                form_value(req, "practice_name"));
    m->practice_name.width = 30;
    return ERR_OK;
}

static void fill_extract(Ctx *c, const Request *req, SendPage *m)
{
    UiOption *changes_only = ARENA_NEW(c->arena, UiOption);
    changes_only->on = form_value(req, "changes_only").len > 0;
    m->extract = ui_field(c, "extract", "Day of the extract", form_value(req, "extract"));
    m->extract.hint = STR("The day the practice ran it. Today if you leave it empty.");
    m->changes_only = (UiField){
        .name = STR("changes_only"),
        .label = STR("It holds only what changed since the practice's last file"),
        .hint = STR("Leave this empty for a whole extract: its size is compared with the one "
                    "before."),
        .value = STR("yes"),
        .options = changes_only,
        .option_count = 1};
}

Err send_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Loaded")},
                                       {.label = STR_INIT("Holds")},
                                       {.label = STR_INIT("When and who")}};
    const SendKind *kind = kind_of(req);
    if (kind == NULL) return ERR_NOT_FOUND;
    SendPage m = {.page = page_of(c, str_from_c(kind->name), "/imports"),
                  .kind = kind,
                  .records = kind->kind == SENT_RECORDS,
                  .of_year = kind->kind == SENT_IMD,
                  .file_error = issue_of(c, "file")};
    TRY(fill_practice(c, req, &m));
    fill_extract(c, req, &m);
    m.release = ui_field(c, "release", "Year of the release", form_value(req, "release"));
    m.release.hint = STR("Such as 2025.");
    m.release.width = YEAR_CHARS;
    m.release.inputmode = STR("numeric");
    m.table = (UiTable){
        .caption = STR("Last loaded"), .columns = COLUMNS, .column_count = COUNT_OF(COLUMNS)};
    TRY(last_of(c, kind, LIST_ROWS_MAX, m.rows, &m.row_count));
    if (m.records && !kind->fhir) {
        Str href = arena_fmt(
            c->arena, "/imports/send/" STR_FMT "?extracts=", STR_ARG(req_param(req, "kind")));
        TRY(extract_rows(c, req_page_of(req, "extracts"), href, &m.extracts));
    }
    population_send_page(&res->body, &m);
    return ERR_OK;
}

// ---- the file

// A practice that is here is chosen, another's code is typed. What is typed beside a chosen one is
// not asked for then, and may not be on the screen.
static Str practice_said(Ctx *c, const Request *req)
{
    Str chosen = form_text(c, req, "practice", "ODS code", ODS_CHARS, NULL);
    if (chosen.len > 0 && !str_eq(chosen, STR(ANOTHER))) return utf8_upper(c->arena, chosen);
    Str typed = form_text(c, req, "practice_other", "ODS code", ODS_CHARS, NULL);
    if (chosen.len > 0 && typed.len == 0) {
        (void)ctx_issue(c, STR("practice_other"),
                        STR("Enter the ODS code of the practice, like X26101"));
    }
    return utf8_upper(c->arena, typed);
}

static SentFile about_records(Ctx *c, const Request *req, const SendKind *kind)
{
    return (SentFile){
        .fhir = kind->fhir,
        .practice_ods = practice_said(c, req),
        .practice_name =
            form_text(c, req, "practice_name", "Name of the practice", NAME_CHARS, NULL),
        .extract_on = form_date_said(c, req, "extract", NULL,
                                     "Enter the day of the extract, like 20 November 2026"),
        .changes_only = form_value(req, "changes_only").len > 0};
}

static SentFile about_list(Ctx *c, const Request *req, const SendKind *kind)
{
    int64_t year = 0;
    SentFile about = {.kind = kind->kind, .extract_on = DATE_NONE, .changes_only = true};
    if (kind->kind != SENT_IMD) return about;
    Str said = str_trim(form_value(req, "release"));
    if (!str_i64(said, AREA_YEAR_MIN, AREA_YEAR_MAX, &year)) {
        (void)ctx_issue(c, STR("release"), STR("Enter the year of the release, like 2025"));
    }
    about.release = (int)year;
    return about;
}

Err send_file(Ctx *c, const Request *req, Response *res)
{
    const SendKind *kind = kind_of(req);
    if (kind == NULL) return ERR_NOT_FOUND;
    SentFile about =
        kind->kind == SENT_RECORDS ? about_records(c, req, kind) : about_list(c, req, kind);
    Str ref = {0};
    Err err = c->issue_count > 0 ? ERR_INVALID : upload_keep(c, &req->upload, &about, &ref);
    if (err == ERR_INVALID) {
        res->status = 422;
        return send_page(c, req, res);
    }
    TRY(err);
    return res_redirect(c, res, arena_fmt(c->arena, "/imports/files/" STR_FMT, STR_ARG(ref)));
}
