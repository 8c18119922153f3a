// population_lists.c -- scores, opt-outs and releases of deprivation on the page of imports.
#include "insight/population/population_lists.h"

#include "core/html.h"

enum { KIND_WORDS = 3, YEAR_CHARS = 4 };

static const struct {
    SentKind kind;
    const char *value, *label, *format; // of its batches, NULL: it has none
} KINDS[KIND_WORDS] = {
    {SENT_SCORES, "scores", "Scores that others worked out (eFI2, QAdmissions, ACG)", "Scores"},
    {SENT_OPT_OUTS, "opt-outs", "Opt-outs and objections to sharing", "Opt-outs"},
    {SENT_IMD, "imd", "A release of the Indices of Deprivation (File 7)", NULL},
};

static const UiColumn LIST_TABLE[] = {{.label = STR_INIT("List")},
                                      {.label = STR_INIT("Holds")},
                                      {.label = STR_INIT("Last loaded")}};

static Str when_text(Arena *arena, Instant at, Str by)
{
    if (at.ms == 0) return STR("Not known");
    return arena_fmt(arena, STR_FMT ", " STR_FMT, STR_ARG(instant_long(arena, at)), STR_ARG(by));
}

static Err add_batches(Ctx *c, ImportsPage *m)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        if (KINDS[i].format == NULL) continue;
        Batch last;
        ListRow *row = &m->lists[m->list_count++];
        *row = (ListRow){.what = str_from_c(KINDS[i].format), .when = STR("Never")};
        Err err = batch_last_of(c, row->what, &last);
        if (err == ERR_NOT_FOUND) continue;
        TRY(err);
        row->holds = arena_fmt(c->arena, STR_FMT " rows in " STR_FMT,
                               STR_ARG(html_count(c->arena, last.events)), STR_ARG(last.file_name));
        row->when = when_text(c->arena, last.ended_at, last.account_name);
        row->href = arena_fmt(c->arena, "/imports/batches/" STR_FMT, STR_ARG(last.ref));
    }
    return ERR_OK;
}

static Err add_releases(Ctx *c, ImportsPage *m)
{
    AreaRelease *releases = NULL;
    size_t count = 0;
    TRY(area_releases(c, &releases, &count));
    if (count == 0) {
        m->lists[m->list_count++] =
            (ListRow){.what = STR("Indices of Deprivation"), .when = STR("Never")};
    }
    for (size_t i = 0; i < count && m->list_count < LIST_ROWS_MAX; i++) {
        TRY(area_release_loaded(c, &releases[i]));
        m->lists[m->list_count++] =
            (ListRow){.what = arena_fmt(c->arena, "Indices of Deprivation %d", releases[i].year),
                      .holds = arena_fmt(c->arena, STR_FMT " areas",
                                         STR_ARG(html_count(c->arena, (int64_t)releases[i].areas))),
                      .when = when_text(c->arena, releases[i].at, releases[i].by)};
    }
    return ERR_OK;
}

Err population_lists(Ctx *c, const Request *req, ImportsPage *m)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, KIND_WORDS);
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        options[i] =
            (UiOption){.value = str_from_c(KINDS[i].value), .text = str_from_c(KINDS[i].label)};
    }
    m->list_kind = ui_field(c, "kind", "What the file is", form_value(req, "kind"));
    m->list_kind.options = options;
    m->list_kind.option_count = KIND_WORDS;
    m->release = ui_field(c, "release", "Year of the release", form_value(req, "release"));
    m->release.hint = STR("Of the Indices of Deprivation only, such as 2025.");
    m->release.width = YEAR_CHARS;
    m->release.inputmode = STR("numeric");
    m->list_error = issue_of(c, "list");
    m->list_table = (UiTable){.caption = STR("Lists and releases"),
                              .columns = LIST_TABLE,
                              .column_count = COUNT_OF(LIST_TABLE)};
    TRY(add_batches(c, m));
    return add_releases(c, m);
}

Err send_list(Ctx *c, const Request *req, Response *res)
{
    static const char *const VALUES[] = {"scores", "opt-outs", "imd"};
    int chosen = form_choice(c, req, "kind", VALUES, KIND_WORDS, "Select what the file is");
    SentFile about = {.extract_on = DATE_NONE, .changes_only = true};
    int64_t year = 0;
    if (chosen >= 0) about.kind = KINDS[chosen].kind;
    if (about.kind == SENT_IMD) {
        bool ok =
            str_i64(str_trim(form_value(req, "release")), AREA_YEAR_MIN, AREA_YEAR_MAX, &year);
        if (!ok) {
            (void)ctx_issue(c, STR("release"), STR("Enter the year of the release, like 2025"));
        }
        about.release = (int)year;
    }
    Str ref = {0};
    Err err = c->issue_count > 0 ? ERR_INVALID : upload_keep(c, &req->upload, &about, &ref);
    if (err == ERR_INVALID) {
        res->status = 422;
        return imports_page(c, req, res);
    }
    TRY(err);
    return res_redirect(c, res, arena_fmt(c->arena, "/imports/files/" STR_FMT, STR_ARG(ref)));
}
