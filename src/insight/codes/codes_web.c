// codes_web.c -- the list of sets, one set, and the codes that no set knows. Figures only.
#include "codes_list_page.h"
#include "core/figure.h"
#include "core/html.h"
#include "insight/codes/codes_pages.h"
#include "insight/cohort/cohort.h"
#include "insight/equity/equity.h"
#include "work/team/team.h"

enum { SETS_A_PAGE = 50, CODES_A_PAGE = 50, QUERY_BYTES_MAX = 1024 };

static Str people_shown(Arena *arena, int64_t people)
{
    return figure_text(arena, figure_of(people));
}

// Of fewer people than a figure is given of nothing is said of their events either.
static Str events_shown(Arena *arena, CodedCount count)
{
    if (count.events == 0) return STR("0");
    if (count.people < FIGURE_MIN) return STR("not given");
    return figure_text(arena, figure_of(count.events));
}

// Counts of now are for who may open the people; who reads figures has those of a month's release.
typedef struct Shown {
    bool now;
    EquitySheet sheet; // where not of now
    Str month;         // of the sheet, "" none is made
} Shown;

static Err shown_of(Ctx *c, Shown *out)
{
    *out = (Shown){.now = ctx_can(c, CAP_COHORT_VIEW)};
    EquityRelease release;
    if (out->now) return ERR_OK;
    Err err = equity_sheet(c, EQUITY_CODE_SETS, &release, &out->sheet);
    if (err == ERR_OK) out->month = equity_month(c->arena, release.month);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// Who reads a month's figures needs to know the sets and nothing of people: nothing is counted.
static Err coded_for(Ctx *c, const Shown *shown, CohortCoded *out)
{
    if (shown->now) return cohort_coded(c, out);
    *out = (CohortCoded){.sets = cohort_sets(c)};
    return out->sets == NULL ? ERR_BUSY : ERR_OK;
}

static Str people_of(Ctx *c, const Shown *shown, const CohortCoded *coded, size_t at)
{
    if (shown->now) return people_shown(c->arena, coded_total(coded, at).people);
    const EquitySheetRow *row = equity_sheet_row(&shown->sheet, code_set_at(coded->sets, at)->name);
    bool given = row != NULL && row->figure_count == 1;
    return given ? figure_text(c->arena, row->figures[0]) : STR("Not counted");
}

static Str from_words(Arena *arena, const CodeSet *set)
{
    if (set->file.len == 0) return STR("The program");
    return arena_fmt(arena, STR_FMT ", version " STR_FMT, STR_ARG(set->file),
                     STR_ARG(set->version));
}

// ---- the list

static bool has_word(Str text, Str word)
{
    for (size_t at = 0; at + word.len <= text.len; at++) {
        if (str_eq_ascii_fold(str_slice(text, at, at + word.len), word)) return true;
    }
    return false;
}

// The sets with the word in their name or key, by name: places in the sets.
static size_t find_sets(const CodeSets *sets, Str word, size_t *out)
{
    size_t count = 0;
    for (size_t i = 0; i < code_sets_count(sets); i++) {
        const CodeSet *set = code_set_at(sets, i);
        if (has_word(set->title, word) || has_word(set->name, word)) out[count++] = i;
    }
    return count;
}

static CodesRow list_row(Ctx *c, const Shown *shown, const CohortCoded *coded, size_t at)
{
    const CodeSet *set = code_set_at(coded->sets, at);
    return (CodesRow){.key = arena_str(c->arena, set->name),
                      .name = arena_str(c->arena, set->title),
                      .codes = html_count(c->arena, (int64_t)set->codes),
                      .people = people_of(c, shown, coded, at),
                      .events =
                          shown->now ? events_shown(c->arena, coded_total(coded, at)) : STR(""),
                      .from = from_words(c->arena, set)};
}

static CodesListPage list_model(Ctx *c, const Shown *shown)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Set"), .width = 292},
                                       {.label = STR_INIT("Codes"), .width = 128},
                                       {.label = STR_INIT("People"), .width = 128},
                                       {.label = STR_INIT("Events"), .width = 128},
                                       {.label = STR_INIT("From")}};
    static const UiColumn FIGURES[] = {{.label = STR_INIT("Set"), .width = 292},
                                       {.label = STR_INIT("Codes"), .width = 128},
                                       {.label = STR_INIT("People"), .width = 128},
                                       {.label = STR_INIT("From")}};
    return (CodesListPage){
        .page = page_of(c, STR("Code sets"), ""),
        .now = shown->now,
        .month = shown->month,
        .table = {.caption = STR("Code sets"),
                  .columns = shown->now ? COLUMNS : FIGURES,
                  .column_count = shown->now ? COUNT_OF(COLUMNS) : COUNT_OF(FIGURES),
                  .more = STR("app-table--pairs")}};
}

static Err busy_page(Ctx *c, Response *res)
{
    Shown shown;
    TRY(shown_of(c, &shown));
    CodesListPage m = list_model(c, &shown);
    m.busy = STR(CODES_BUILDING);
    codes_list_page(&res->body, &m);
    return ERR_OK;
}

static Err list_page(Ctx *c, const Request *req, Response *res)
{
    Shown shown;
    TRY(shown_of(c, &shown));
    CLEANUP(cohort_coded_end) CohortCoded coded = {0};
    Err err = coded_for(c, &shown, &coded);
    if (err == ERR_BUSY) return busy_page(c, res);
    TRY(err);
    Str word = str_trim(req_query(req, "q"));
    size_t *found = ARENA_ARRAY(c->arena, size_t, code_sets_count(coded.sets) + 1);
    size_t count = find_sets(coded.sets, word, found);
    UiSlice slice = ui_slice(count, SETS_A_PAGE, req_page(req));
    CodesRow *rows = ARENA_ARRAY(c->arena, CodesRow, slice.count + 1);
    for (size_t i = 0; i < slice.count; i++) {
        rows[i] = list_row(c, &shown, &coded, found[slice.from + i]);
    }
    CLEANUP(buf_free) Buf href = buf_new(QUERY_BYTES_MAX);
    buf_add_c(&href, "/code-sets?");
    if (word.len > 0) {
        buf_add_c(&href, "q=");
        html_url_query(&href, word);
        buf_add_char(&href, '&');
    }
    buf_add_c(&href, "page=");
    CodesListPage m = list_model(c, &shown);
    m.rows = rows;
    m.row_count = slice.count;
    m.filter = (UiFilter){.action = STR("/code-sets"),
                          .label = STR("Filter the list"),
                          .columns = 3,
                          .clear = word.len > 0 ? STR("/code-sets") : STR("")};
    m.search = (UiField){.name = STR("q"), .label = STR("Name has"), .value = word};
    m.foot = ui_foot(c->arena, slice, arena_str(c->arena, buf_str(&href)),
                     html_count_of(c->arena, (int64_t)count, "set", "sets"));
    codes_list_page(&res->body, &m);
    return ERR_OK;
}

// ---- one set

static const char *const VIEWS[] = {"all", "unseen", "retired"};
static const char *const VIEW_LABELS[] = {"All", "Never seen with us", "Retired"};
enum { VIEW_UNSEEN = 1 };

static void add_fact(CodesSetPage *m, const char *key, Str value)
{
    assert(m->fact_count < COUNT_OF(m->facts));
    if (value.len == 0) return;
    m->facts[m->fact_count++] = (UiPair){.key = str_from_c(key), .value = value};
}

static Str taken_in(Ctx *c, const CohortCoded *coded, const CodeSet *set)
{
    CLEANUP(buf_free) Buf text = buf_new((size_t)CODE_SET_INCLUDES_MAX * QUERY_BYTES_MAX);
    for (size_t i = 0; i < set->include_count; i++) {
        if (i > 0) buf_add_c(&text, ", ");
        buf_add(&text, code_set_at(coded->sets, set->includes[i])->title);
    }
    return arena_str(c->arena, buf_str(&text));
}

static void fill_facts(Ctx *c, const Shown *shown, const CohortCoded *coded, size_t at,
                       CodesSetPage *m)
{
    const CodeSet *set = code_set_at(coded->sets, at);
    add_fact(m, "Asked for as", arena_str(c->arena, set->name));
    add_fact(m, "Codes", html_count(c->arena, (int64_t)set->codes));
    add_fact(m, "Takes in", taken_in(c, coded, set));
    add_fact(m, "From", from_words(c->arena, set));
    add_fact(m, "Source", arena_str(c->arena, set->origin));
    add_fact(m, "Hash of its codes", arena_str(c->arena, set->hash));
    add_fact(m, "People", people_of(c, shown, coded, at));
    if (shown->now) add_fact(m, "Events", events_shown(c->arena, coded_total(coded, at)));
}

static Err fill_practices(Ctx *c, const CohortCoded *coded, size_t at, CodesSetPage *m)
{
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    UiPair *rows = ARENA_ARRAY(c->arena, UiPair, coded->practice_count + 1);
    int64_t *parts = ARENA_ARRAY(c->arena, int64_t, coded->practice_count + 1);
    for (size_t i = 0; i < coded->practice_count; i++) {
        CodedCount one = coded->counts[at * coded->practice_count + i];
        parts[i] = one.people;
        Str people = people_shown(c->arena, one.people);
        Str events = events_shown(c->arena, one);
        bool few = one.people > 0 && one.people < FIGURE_MIN;
        rows[i] = (UiPair){
            .key = practice_name_of(all, count, coded->practices[i], STR("No practice recorded")),
            .value = few ? arena_fmt(c->arena, STR_FMT " people", STR_ARG(people))
                         : arena_fmt(c->arena, STR_FMT " people, " STR_FMT " events",
                                     STR_ARG(people), STR_ARG(events))};
    }
    int64_t people = coded_total(coded, at).people;
    m->hidden = figure_sums_tell(c->arena, &(FigureSums){.matching = people,
                                                         .people = people,
                                                         .parts = parts,
                                                         .part_count = coded->practice_count});
    m->practices = rows;
    m->practice_count = coded->practice_count;
    m->practices_say = arena_fmt(c->arena, "Each of %zu practices", m->practice_count);
    return ERR_OK;
}

static Str retired_words(Ctx *c, const CodeSets *sets, const CodeRow *row)
{
    Str on = STR("");
    if (!code_retired(sets, row->system, row->code, &on)) return STR("");
    if (on.len == 8) {
        Str iso = arena_fmt(c->arena, "%.4s-%.2s-%.2s", on.ptr, on.ptr + 4, on.ptr + 6);
        Date day = DATE_NONE;
        if (date_parse_iso(iso, &day)) {
            Str words = date_long(c->arena, day);
            return arena_fmt(c->arena, "Retired " STR_FMT, STR_ARG(words));
        }
    }
    return STR("Retired");
}

// A row of the set, or of one that it takes in.
typedef struct SetRows {
    CodesCode *list;
    size_t counts[COUNT_OF(VIEWS)];
    size_t count; // of the view
    size_t view;
    bool now; // else nothing is said of whether somebody has a code
} SetRows;

static void take_rows(Ctx *c, const CohortCoded *coded, size_t at, SetRows *to)
{
    const CodeSet *set = code_set_at(coded->sets, at);
    const bool *seen =
        to->now ? coded_seen(c->arena, coded, at) : ARENA_ARRAY(c->arena, bool, set->count + 1);
    for (size_t i = 0; i < set->count; i++) {
        const CodeRow *row = &set->rows[i];
        const CodeSource *source = code_source(coded->sets, row->source);
        Str retired = retired_words(c, coded->sets, row);
        const bool in[] = {true, to->now && !seen[i], retired.len > 0};
        for (size_t v = 0; v < COUNT_OF(VIEWS); v++) to->counts[v] += in[v];
        if (!in[to->view]) continue;
        to->list[to->count++] = (CodesCode){.code = row->code,
                                            .term = row->term,
                                            .system = row->system,
                                            .source = source == NULL ? set->origin : source->what,
                                            .state = !to->now  ? STR("")
                                                     : seen[i] ? STR("Seen")
                                                               : STR("Never seen with us"),
                                            .retired = retired};
    }
}

static void fill_tabs(Ctx *c, const SetRows *rows, Str base, CodesSetPage *m)
{
    for (size_t v = 0; v < COUNT_OF(VIEWS); v++) {
        if (!rows->now && v == VIEW_UNSEEN) continue;
        m->tabs[m->tab_count++] =
            (UiNavItem){.label = str_from_c(VIEW_LABELS[v]),
                        .href = arena_fmt(c->arena, STR_FMT "?view=%s", STR_ARG(base), VIEWS[v]),
                        .count = (int64_t)rows->counts[v],
                        .current = v == rows->view};
    }
}

// The same words beside each of some hundred codes say less than once above them.
static bool one_source(const SetRows *rows)
{
    for (size_t i = 1; i < rows->count; i++) {
        if (!str_eq(rows->list[i].source, rows->list[0].source)) return false;
    }
    return rows->count > 1;
}

static UiTable code_columns(const CodesSetPage *m)
{
    static const UiColumn EACH[] = {{.label = STR_INIT("Code"), .width = 196},
                                    {.label = STR_INIT("Term")},
                                    {.label = STR_INIT("System"), .width = 104},
                                    {.label = STR_INIT("Read from")},
                                    {.label = STR_INIT("In our records"), .width = 196}};
    static const UiColumn ONE[] = {{.label = STR_INIT("Code"), .width = 196},
                                   {.label = STR_INIT("Term")},
                                   {.label = STR_INIT("System"), .width = 104},
                                   {.label = STR_INIT("In our records"), .width = 196}};
    size_t all = m->one_source ? COUNT_OF(ONE) : COUNT_OF(EACH);
    return (UiTable){.caption = STR("Codes of the set"),
                     .columns = m->one_source ? ONE : EACH,
                     .column_count = all - !m->now, // the last: who has it
                     .more = STR("app-table--pairs")};
}

static void fill_codes(Ctx *c, const Request *req, const CohortCoded *coded, size_t at,
                       CodesSetPage *m)
{
    const CodeSet *set = code_set_at(coded->sets, at);
    SetRows rows = {.list = ARENA_ARRAY(c->arena, CodesCode, set->count + 1), .now = m->now};
    for (size_t v = 0; v < COUNT_OF(VIEWS); v++) {
        if (str_eq(req_query(req, "view"), str_from_c(VIEWS[v]))) rows.view = v;
    }
    take_rows(c, coded, at, &rows);
    UiSlice slice = ui_slice(rows.count, CODES_A_PAGE, req_page(req));
    Str base = arena_fmt(c->arena, "/code-sets/" STR_FMT, STR_ARG(set->name));
    fill_tabs(c, &rows, base, m);
    m->codes = rows.list + slice.from;
    m->code_count = slice.count;
    m->none = rows.view == 0
                  ? STR("It has no codes of its own: those of the sets it takes in count.")
              : rows.view == 1 ? STR("Every code of this set is seen with us.")
                               : STR("No code of this set is said to be retired.");
    m->one_source = one_source(&rows);
    if (m->one_source) add_fact(m, "Codes read from", rows.list[0].source);
    m->table = code_columns(m);
    m->foot =
        ui_foot(c->arena, slice,
                arena_fmt(c->arena, STR_FMT "?view=%s&page=", STR_ARG(base), VIEWS[rows.view]),
                html_count_of(c->arena, (int64_t)rows.count, "code", "codes"));
}

static Err set_page(Ctx *c, const Request *req, Response *res)
{
    Shown shown;
    TRY(shown_of(c, &shown));
    CLEANUP(cohort_coded_end) CohortCoded coded = {0};
    Err err = coded_for(c, &shown, &coded);
    if (err == ERR_BUSY) return busy_page(c, res);
    TRY(err);
    int at = code_set_index(coded.sets, req_param(req, "name"));
    if (at < 0) return ERR_NOT_FOUND;
    const CodeSet *set = code_set_at(coded.sets, (size_t)at);
    CodesSetPage m = {.page = page_of(c, set->title, ""),
                      .key = set->name,
                      .name = set->title,
                      .note = set->note};
    m.now = shown.now;
    m.month = shown.month;
    fill_facts(c, &shown, &coded, (size_t)at, &m);
    if (m.now) TRY(fill_practices(c, &coded, (size_t)at, &m));
    fill_codes(c, req, &coded, (size_t)at, &m);
    codes_set_page(&res->body, &m);
    return ERR_OK;
}

// ---- codes that no set knows

// For who may open the people: that a rare code is there tells of somebody.
static Err unknown_page(Ctx *c, const Request *req, Response *res)
{
    if (!ctx_can(c, CAP_COHORT_VIEW)) return ERR_NOT_FOUND;
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Code"), .width = 196},
                                       {.label = STR_INIT("Term")},
                                       {.label = STR_INIT("System"), .width = 104},
                                       {.label = STR_INIT("People"), .width = 128},
                                       {.label = STR_INIT("Events"), .width = 128}};
    CLEANUP(cohort_coded_end) CohortCoded coded;
    Err err = cohort_coded(c, &coded);
    if (err == ERR_BUSY) return busy_page(c, res);
    TRY(err);
    UiSlice slice = ui_slice(coded.unknown_count, CODES_A_PAGE, req_page(req));
    CodesCode *rows = ARENA_ARRAY(c->arena, CodesCode, slice.count + 1);
    for (size_t i = 0; i < slice.count; i++) {
        uint32_t id = coded.unknown[slice.from + i];
        const Code *code = coded_code(&coded, id);
        CodedCount count = coded.codes[id];
        rows[i] = (CodesCode){.state = people_shown(c->arena, count.people),
                              .events = events_shown(c->arena, count)};
        if (code == NULL) continue;
        CodeRow row = {.system = code->system, .code = code->code};
        rows[i].code = code->code;
        rows[i].term = code->term;
        rows[i].system = code->system;
        rows[i].retired = retired_words(c, coded.sets, &row);
    }
    Str rare = people_shown(c->arena, (int64_t)coded.unknown_rare);
    Str all = html_count_of(c->arena, (int64_t)coded.unknown_count, "code", "codes");
    CodesUnknownPage m = {.page = page_of(c, STR("Codes in no set"), ""),
                          .about = arena_fmt(c->arena,
                                             "Not listed: " STR_FMT
                                             " codes that fewer than %d people have.",
                                             STR_ARG(rare), FIGURE_MIN),
                          .codes = rows,
                          .code_count = slice.count,
                          .table = {.caption = STR("Codes in no set"),
                                    .columns = COLUMNS,
                                    .column_count = COUNT_OF(COLUMNS),
                                    .more = STR("app-table--pairs")},
                          .foot = ui_foot(c->arena, slice, STR("/code-sets-unknown?page="), all)};
    codes_unknown_page(&res->body, &m);
    return ERR_OK;
}

static const Route ROUTES[] = {
    ROUTE("GET", "/code-sets", list_page, CAP_CODES_VIEW, CLASS_STATISTICS, VERB_LIST,
          .fields = "q page"),
    ROUTE("GET", "/code-sets/:name", set_page, CAP_CODES_VIEW, CLASS_STATISTICS, VERB_LIST,
          .fields = "view page"),
    ROUTE("GET", "/code-sets-unknown", unknown_page, CAP_CODES_VIEW, CLASS_STATISTICS, VERB_LIST,
          .fields = "page"),
};

const Room CODES_ROOM = {
    .name = "codes",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
};
