// cohort_kept_web.c -- pages of definitions: one with its versions, its files, and taking one in.
#include "cohort_kept_page.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/cohort/cohort_kept_pages.h"
#include "insight/cohort/cohort_use.h"

#include <errno.h>
#include <unistd.h>

enum { DEFINITION_FACTS = 10, KEY_CHARS = 60, BRING_BACK = 2 }; // its place in STATES

static const char *const STATES[] = {"published", "withdrawn", "back"};

static Str list_href(const Ctx *c)
{
    return ctx_can(c, CAP_COHORT_VIEW) ? STR("/cohorts") : STR("/cohort-figures");
}

static Str day_text(Ctx *c, Date day)
{
    return date_is_none(day) ? STR("Not said") : date_long(c->arena, day);
}

static void add_fact(DefinitionPage *m, UiPair *facts, Str key, Str value)
{
    facts[m->fact_count++] = (UiPair){.key = key, .value = value};
}

static void fill_facts(Ctx *c, const Definition *d, DefinitionPage *m)
{
    UiPair *facts = ARENA_ARRAY(c->arena, UiPair, DEFINITION_FACTS);
    add_fact(m, facts, STR("Key"), m->kept.key);
    add_fact(m, facts, STR("Purpose"), d->purpose);
    add_fact(m, facts, STR("Owner"), d->owner);
    add_fact(m, facts, STR("Offer"), m->about.offer);
    add_fact(m, facts, STR("Start"), day_text(c, d->start));
    add_fact(m, facts, STR("End"), day_text(c, d->end));
    add_fact(m, facts, STR("Target"),
             d->target == 0 ? STR("Not said") : html_people(c->arena, d->target));
    add_fact(m, facts, STR("Review by"), day_text(c, d->review));
    add_fact(m, facts, STR("A list is confirmed by"),
             d->confirm.len > 0 ? STR("A GP supervisor") : STR("Nobody"));
    if (m->kept.writer.len > 0) add_fact(m, facts, STR("Begun by"), m->kept.writer);
    m->facts = facts;
    m->due = m->newest && !date_is_none(d->review) && date_cmp(d->review, c->today) < 0;
}

// Names that only this network can judge: a file of another one may bring practices of its own.
static Err fill_unknown(Ctx *c, const Definition *d, DefinitionPage *m)
{
    if (m->kept.state == DEFINITION_WITHDRAWN) return ERR_OK;
    Err err = cohort_unknown_names(c, d, m->kept.text, &m->unknown, &m->unknown_count);
    return err == ERR_BUSY ? ERR_OK : err; // told when the population has been read
}

// What it says of itself; when it can no longer be read, why.
static Err fill_about(Ctx *c, DefinitionPage *m)
{
    Definition d;
    Str why = STR("");
    Err err = definition_parse(c->arena, cohort_sets(c), m->kept.text, &d, &why);
    if (err != ERR_OK) {
        m->problem = arena_fmt(c->arena, "It can no longer be read: " STR_FMT, STR_ARG(why));
        return ERR_OK;
    }
    m->about = cohort_summary(c->arena, cohort_sets(c), &d);
    fill_facts(c, &d, m);
    return fill_unknown(c, &d, m);
}

static DefinitionRow version_row(Ctx *c, const DefinitionPage *m, const KeptDefinition *v,
                                 bool newest)
{
    bool ready = v->state == DEFINITION_READY;
    DefinitionRow row = {.title = ready ? STR("Of this program")
                                        : arena_fmt(c->arena, "Version %lld", (long long)v->number),
                         .when = ready ? STR("With this release") : instant_long(c->arena, v->at),
                         .by = ready ? STR("The project") : v->by,
                         .shown = str_eq(v->hash, m->kept.hash) && v->number == m->kept.number,
                         .href =
                             arena_fmt(c->arena, "/cohorts/" STR_FMT "/definition?version=" STR_FMT,
                                       STR_ARG(v->key), STR_ARG(v->hash))};
    if (!newest && ctx_can(c, CAP_COHORT_VIEW)) {
        row.compare = arena_fmt(c->arena, "/cohorts/compare?a=" STR_FMT "@" STR_FMT "&b=" STR_FMT,
                                STR_ARG(v->key), STR_ARG(v->hash), STR_ARG(v->key));
    }
    return row;
}

static Err fill_versions(Ctx *c, DefinitionPage *m)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Version")},
                                       {.label = STR_INIT("Written")},
                                       {.label = STR_INIT("By")},
                                       {.label = STR_INIT("Compare"), .hidden = true}};
    KeptDefinition *all = NULL;
    TRY(definition_versions(c, m->kept.key, &all, &m->row_count));
    DefinitionRow *rows = ARENA_ARRAY(c->arena, DefinitionRow, m->row_count + 1);
    for (size_t i = 0; i < m->row_count; i++) rows[i] = version_row(c, m, &all[i], i == 0);
    m->rows = rows;
    m->table = (UiTable){
        .caption = STR("Versions"), .columns = COLUMNS, .column_count = COUNT_OF(COLUMNS)};
    return ERR_OK;
}

static Err fill_state(Ctx *c, DefinitionPage *m)
{
    static const char *const LABELS[] = {"Ready-made", "Draft", "Published", "Withdrawn"};
    static const char *const TONES[] = {"blue", "grey", "green", "red"};
    DefinitionState state = m->kept.state;
    bool change = m->newest && m->kept.can_change && state != DEFINITION_READY;
    m->state = str_from_c(LABELS[state]);
    m->tone = str_from_c(TONES[state]);
    bool draft = change && state == DEFINITION_DRAFT;
    m->can_publish = draft && definition_is_named(m->kept.name);
    m->needs_name = draft && !m->can_publish;
    m->can_withdraw = change && state != DEFINITION_WITHDRAWN;
    m->can_bring_back = change && state == DEFINITION_WITHDRAWN;
    m->can_edit = m->newest && ctx_can(c, CAP_COHORT_VIEW) && state != DEFINITION_WITHDRAWN;
    if (!m->can_bring_back) return ERR_OK;
    DefinitionState was = DEFINITION_DRAFT;
    TRY(definition_was(c, &m->kept, &was));
    m->was_draft = was == DEFINITION_DRAFT;
    return ERR_OK;
}

// The version that the address names, the newest when it names none.
static Err find_version(Ctx *c, const Request *req, KeptDefinition *out, bool *newest_out)
{
    Str key = req_param(req, "key");
    Str hash = req_query(req, "version");
    KeptDefinition now;
    TRY(definition_get(c, key, &now));
    *newest_out = hash.len == 0 || str_eq(hash, now.hash);
    *out = now;
    return *newest_out ? ERR_OK : definition_at(c, key, hash, out);
}

Err definition_page(Ctx *c, const Request *req, Response *res)
{
    DefinitionPage m = {0};
    TRY(find_version(c, req, &m.kept, &m.newest));
    Str title = arena_fmt(c->arena, "Definition: " STR_FMT, STR_ARG(m.kept.name));
    m.page = page_of(c, title, list_href(c).ptr);
    m.version = m.kept.version;
    m.query = m.newest ? STR("") : arena_fmt(c->arena, "?version=" STR_FMT, STR_ARG(m.kept.hash));
    m.back = arena_fmt(c->arena, STR_FMT "/" STR_FMT, STR_ARG(list_href(c)), STR_ARG(m.kept.key));
    if (m.kept.state == DEFINITION_WITHDRAWN) m.back = list_href(c);
    TRY(fill_state(c, &m));
    TRY(fill_about(c, &m));
    TRY(fill_versions(c, &m));
    definition_html(&res->body, &m);
    return ERR_OK;
}

Err definition_state(Ctx *c, const Request *req, Response *res)
{
    Str key = req_param(req, "key");
    static const char *const SAYS[] = {"Published.", "Withdrawn. It lists nobody any more.",
                                       "Brought back as it was."};
    int chosen = form_choice(c, req, "state", STATES, COUNT_OF(STATES), "Select what it becomes");
    int64_t version = form_version(c, req);
    Err err = ERR_INVALID;
    if (chosen == BRING_BACK) {
        err = definition_bring_back(c, key, version);
    } else if (chosen >= 0) {
        err = definition_set_state(c, key, version,
                                   chosen == 0 ? DEFINITION_PUBLISHED : DEFINITION_WITHDRAWN);
    }
    if (err == ERR_INVALID) {
        res->status = 422;
        return definition_page(c, req, res);
    }
    TRY(err);
    Str back = arena_fmt(c->arena, "/cohorts/" STR_FMT "/definition", STR_ARG(key));
    return res_redirect_saying(c, res, back, str_from_c(SAYS[chosen]));
}

Err definition_withdraw_page(Ctx *c, const Request *req, Response *res)
{
    WithdrawPage m = {0};
    TRY(definition_get(c, req_param(req, "key"), &m.kept));
    bool can = m.kept.can_change && m.kept.state != DEFINITION_READY;
    if (!can) return ERR_NOT_FOUND;
    m.back = arena_fmt(c->arena, "/cohorts/" STR_FMT "/definition", STR_ARG(m.kept.key));
    if (m.kept.state == DEFINITION_WITHDRAWN) return res_redirect(c, res, m.back);
    m.page = page_of(c, STR("Withdraw a cohort"), list_href(c).ptr);
    definition_withdraw_html(&res->body, &m);
    return ERR_OK;
}

Err definition_withdrawn_lines(Ctx *c, WithdrawnLine **out, size_t *count_out)
{
    KeptDefinition *kept = NULL;
    *count_out = 0;
    if (!ctx_can(c, CAP_COHORT_DEFINE)) return ERR_OK;
    TRY(definitions_withdrawn(c, &kept, count_out));
    WithdrawnLine *lines = ARENA_ARRAY(c->arena, WithdrawnLine, *count_out + 1);
    for (size_t i = 0; i < *count_out; i++) {
        lines[i] = (WithdrawnLine){
            .name = kept[i].name,
            .href = arena_fmt(c->arena, "/cohorts/" STR_FMT "/definition", STR_ARG(kept[i].key)),
            .when = instant_long(c->arena, kept[i].at)};
    }
    *out = lines;
    return ERR_OK;
}

Err definition_download(Ctx *c, const Request *req, Response *res)
{
    static const struct {
        const char *path, *tail, *type;
    } FORMS[] = {
        [FORM_TEXT] = {"/definition.cohort", ".cohort", "text/plain; charset=utf-8"},
        [FORM_JSON] = {"/definition.json", ".json", "application/json"},
        [FORM_FHIR_GROUP] = {"/group.json", "-group.json", "application/fhir+json"},
        [FORM_CQL] = {"/definition.cql", ".cql", "text/cql; charset=utf-8"},
    };
    DefinitionForm form = FORM_TEXT;
    while (!str_ends(req->path, str_from_c(FORMS[form].path))) form++; // one of the routes
    KeptDefinition kept;
    bool newest = false;
    Str body = STR("");
    TRY(find_version(c, req, &kept, &newest));
    TRY(definition_export(c, &kept, form, &body));
    Str name = arena_fmt(c->arena, STR_FMT "%s", STR_ARG(kept.key), FORMS[form].tail);
    return res_download(res, FORMS[form].type, name, body);
}

// ---- taking one in

Err definition_import_page(Ctx *c, const Request *req, Response *res)
{
    Str wrong = issue_of(c, "text");
    ImportPage m = {.page = page_of(c, STR("Take a cohort from a file"), list_href(c).ptr),
                    .back = list_href(c),
                    .file_error = issue_of(c, "file")};
    m.text = (UiField){.name = STR("text"),
                       .label = STR("Or paste its text"),
                       .value = form_value(req, "text"),
                       .error = wrong,
                       .rows = 8};
    m.key = (UiField){.name = STR("key"),
                      .label = STR("Key here"),
                      .hint = STR("Only if it shall have another key than in the file: small "
                                  "letters, digits and hyphens."),
                      .value = form_value(req, "key"),
                      .error = issue_of(c, "key"),
                      .width = 20};
    definition_import_html(&res->body, &m);
    return ERR_OK;
}

static Err read_file(Ctx *c, const Upload *upload, Str *out)
{
    if (upload->bytes > DEFINITION_FILE_BYTES_MAX) {
        return ctx_issue(c, STR("file"), STR("A definition's file has at most 512 kB"));
    }
    char *bytes = ARENA_ARRAY(c->arena, char, (size_t)upload->bytes + 1);
    size_t len = 0;
    while (len < (size_t)upload->bytes) {
        ssize_t got = pread(upload->fd, bytes + len, (size_t)upload->bytes - len, (off_t)len);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return ERR_FAULT;
        len += (size_t)got;
    }
    *out = (Str){bytes, len};
    return ERR_OK;
}

static Err take_in(Ctx *c, const Request *req, KeptDefinition *out)
{
    Str file = form_value(req, "text");
    bool sent = req->upload.fd >= 0 && req->upload.bytes > 0;
    if (sent) TRY(read_file(c, &req->upload, &file));
    if (str_trim(file).len == 0) {
        return ctx_issue(c, STR("file"), STR("Select a file, or paste the text of a definition"));
    }
    Str key = form_text(c, req, "key", "Key", KEY_CHARS, NULL);
    if (c->issue_count > 0) return ERR_INVALID;
    DefinitionKeep keep = {.text = file, .key = key};
    Err err = definition_import(c, &keep, out);
    for (size_t i = 0; sent && i < c->issue_count; i++) { // at the field that it came by
        if (str_eq(c->issues[i].field, STR("text"))) c->issues[i].field = STR("file");
    }
    return err;
}

Err definition_import_sent(Ctx *c, const Request *req, Response *res)
{
    KeptDefinition kept = {0};
    Err err = take_in(c, req, &kept);
    if (err == ERR_INVALID) {
        res->status = 422;
        return definition_import_page(c, req, res);
    }
    TRY(err);
    Str href = arena_fmt(c->arena, "/cohorts/" STR_FMT "/definition", STR_ARG(kept.key));
    const Definition *read = NULL;
    Str unknown = STR("");
    TRY(definition_find(c, kept.key, &read));
    TRY(cohort_names_warnings(c, read, &unknown));
    return res_redirect_saying(c, res, href,
                               unknown.len == 0
                                   ? STR("Kept as a draft of yours.")
                                   : STR("Kept as a draft of yours. Not all that it names is known "
                                         "here."));
}
