// population_scores.c -- lists about people who are here: scores that others worked out (eFI2,
// QAdmissions, ACG) and opt-outs, as events.
#include "base/utf8.h"
#include "insight/population/population_extract.h"
#include "insight/population/population_files.h"
#include "insight/population/population_report.h"
#include "nhs/code_measure.h"
#include "nhs/nhs_number.h"

#include <fcntl.h>
#include <unistd.h>

enum { SCORE_NAME_BYTES_MAX = 40, SOURCE_BYTES_MAX = 100, PROGRESS_ROWS = 4096 };

typedef enum Field {
    FIELD_NUMBER,
    FIELD_SCORE,
    FIELD_VALUE,
    FIELD_DATE,
    FIELD_SOURCE,
    FIELDS
} Field;

#define NUMBER_NAMES "nhs number|nhs no|nhs_number"

typedef struct ListKind { // of what a list says about people
    Str format;
    const char *names[FIELDS];
    Str columns; // said when they are not there
} ListKind;

static const ListKind SCORES = {
    STR_INIT("Scores"),
    {NUMBER_NAMES, "score|score name|name of score", "value|score value|result",
     "date|score date|date of score", "source|supplier|system"},
    STR_INIT("The first row must name the columns: NHS number, Score, Value, Date and, if there is "
             "one, Source.")};
static const ListKind OPT_OUTS = {
    STR_INIT("Opt-outs"),
    {NUMBER_NAMES, "opt-out|opt out|kind", "state|status", "date|since", "source|supplier|system"},
    STR_INIT("The first row must name the columns: NHS number, Opt-out, State, Date and, if there "
             "is one, Source.")};

#define SCORE_MEASURE "score-" // the measure that a rule asks for: "score-efi2"

typedef struct Known { // scores that a rule can ask for; not used for opt-outs
    const CodeSets *sets;
    Str outside[MEASURES_MAX]; // of each measure, once it was needed
    Str unknown;               // what is said of any other score
} Known;

typedef struct Scores {
    Ctx *c;
    Known known;
    const ListKind *list;
    Loader *l;
    Report *r;
    int kind;
    int at[FIELDS]; // column of each, -1: not there
    size_t columns;
    const ImportOptions *options;
    int64_t bytes;
} Scores;

// ---- columns

static bool read_header(Scores *s, const TableRow *row)
{
    for (int f = 0; f < FIELDS; f++) {
        s->at[f] = -1;
        for (size_t i = 0; i < row->count && s->at[f] < 0; i++) {
            Str rest = str_from_c(s->list->names[f]);
            Str one = {0};
            while (str_split(&rest, '|', &one)) {
                if (str_eq_ascii_fold(one, row->cells[i])) s->at[f] = (int)i;
            }
        }
        if (s->at[f] < 0 && f != FIELD_SOURCE) return false;
    }
    s->columns = row->count;
    return true;
}

static Str cell(const Scores *s, const TableRow *row, Field field)
{
    return s->at[field] < 0 ? STR("") : row->cells[s->at[field]];
}

// ---- a row

// In small letters, as a rule names it: "efi2".
static bool score_name(Arena *arena, Str text, Str *out)
{
    if (text.len == 0 || text.len > SCORE_NAME_BYTES_MAX) return false;
    char *name = arena_alloc(arena, text.len, 1);
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.ptr[i];
        if (ch >= 'A' && ch <= 'Z') ch = (char)(ch | 32);
        bool ok = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-';
        if (!ok) return false;
        name[i] = ch;
    }
    *out = (Str){name, text.len};
    return true;
}

typedef struct ListRow {
    PersonId person;
    Str system, name, term, source;
    Str note; // taken, and worth knowing; "" nothing
    bool has_value;
    double value;
    Date on;
} ListRow;

// The range that a value without a unit may lie in, in words.
static Str outside_words(Arena *arena, const Measure *measure)
{
    const MeasureUnit *unit = &measure->units[0];
    return arena_fmt(arena, "The value of " STR_FMT " lies outside its range, %.6g to %.6g.",
                     STR_ARG(measure->label), unit->from, unit->below);
}

// "" when the value can be one of the score's, or when no rule knows the score.
static Str check_range(Scores *s, ListRow *out)
{
    double shown = 0;
    Str name = arena_fmt(s->c->arena, SCORE_MEASURE STR_FMT, STR_ARG(out->name));
    const Measure *measure = measure_find(s->known.sets, name);
    if (measure == NULL) {
        out->note = s->known.unknown;
        return STR("");
    }
    if (measure_value(measure, out->value, STR(""), &shown)) return STR("");
    Str *words = &s->known.outside[measure - measure_at(s->known.sets, 0)];
    if (words->len == 0) *words = outside_words(s->c->arena, measure);
    return *words;
}

static Str read_score(Scores *s, const TableRow *row, ListRow *out)
{
    out->system = STR(SCORE_SYSTEM);
    out->has_value = true;
    if (!score_name(s->c->arena, cell(s, row, FIELD_SCORE), &out->name)) {
        return STR("The name of a score is letters, digits and '-', such as efi2.");
    }
    out->term = out->name;
    if (!extract_number(cell(s, row, FIELD_VALUE), &out->value)) {
        return STR("The value is not a number.");
    }
    return check_range(s, out);
}

static Str read_opt_out(Scores *s, const TableRow *row, ListRow *out)
{
    static const struct {
        const char *said, *code, *term, *withdrawn_code, *withdrawn_term;
    } KINDS[] = {
        {"direct care", OPT_OUT_DIRECT_CARE, "Objects to sharing for direct care",
         OPT_OUT_DIRECT_CARE_WITHDRAWN, "No longer objects to sharing for direct care"},
        {"national data", OPT_OUT_NATIONAL, "National data opt-out", OPT_OUT_NATIONAL_WITHDRAWN,
         "National data opt-out withdrawn"},
        {"type 1", OPT_OUT_TYPE_1, "Type 1 opt-out", OPT_OUT_TYPE_1_WITHDRAWN,
         "Type 1 opt-out withdrawn"},
    };
    Str state = cell(s, row, FIELD_VALUE);
    bool withdrawn = str_eq_ascii_fold(state, STR("withdrawn"));
    if (!withdrawn && !str_eq_ascii_fold(state, STR("opted out"))) {
        return STR("The state is neither \"opted out\" nor \"withdrawn\".");
    }
    out->system = STR(OPT_OUT_SYSTEM);
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        if (!str_eq_ascii_fold(cell(s, row, FIELD_SCORE), str_from_c(KINDS[i].said))) continue;
        out->name = str_from_c(withdrawn ? KINDS[i].withdrawn_code : KINDS[i].code);
        out->term = str_from_c(withdrawn ? KINDS[i].withdrawn_term : KINDS[i].term);
        return STR("");
    }
    return STR("The opt-out is none of direct care, national data, type 1.");
}

// What is wrong with the row, "" when nothing is. Errors: ERR_FAULT, ERR_BUSY.
static Err read_row(Scores *s, const TableRow *row, ListRow *out, Str *why_out)
{
    int64_t number = 0;
    *why_out = STR("");
    out->source = utf8_cut(cell(s, row, FIELD_SOURCE), SOURCE_BYTES_MAX);
    if (row->damaged || row->count != s->columns) {
        *why_out = STR("It has more or fewer columns than the table.");
    } else if (nhs_number_read(cell(s, row, FIELD_NUMBER), &number) != NHS_NUMBER_OK) {
        *why_out = STR("The NHS number fails its check.");
    } else if (!extract_date(cell(s, row, FIELD_DATE), &out->on)) {
        *why_out = STR("The date is missing or cannot be read.");
    } else if (date_cmp(out->on, s->c->today) > 0) {
        *why_out = STR("Its date lies in the future.");
    }
    if (why_out->len > 0) return ERR_OK;
    *why_out = (s->list == &SCORES ? read_score : read_opt_out)(s, row, out);
    if (why_out->len > 0) return ERR_OK;
    Err err = person_of_number(s->c, number, &out->person);
    if (err == ERR_NOT_FOUND) *why_out = STR("Nobody here has this NHS number.");
    if (err == ERR_CONFLICT) *why_out = STR("More than one person here has this NHS number.");
    return why_out->len > 0 ? ERR_OK : err;
}

static Err take_row(Scores *s, const TableRow *row)
{
    ListRow score = {0};
    Str why = {0};
    s->r->line = row->line;
    report_read(s->r, s->kind);
    TRY(read_row(s, row, &score, &why));
    if (why.len > 0) {
        report_refuse(s->r, s->kind, why);
        return ERR_OK;
    }
    int32_t slot = 0;
    EventRow event = {.day = score.on.days,
                      .kind = EVENT_OBSERVATION,
                      .has_value = score.has_value,
                      .value = score.value};
    TRY(load_known(s->l, score.person, &slot));
    event.person = slot;
    TRY(load_code(s->l, score.system, score.name, score.term, &event.code_id));
    if (score.source.len > 0) {
        TRY(load_code(s->l, STR(SCORE_SOURCE_SYSTEM), score.source, score.source,
                      &event.answer_id));
    }
    TRY(load_event(s->l, &event));
    if (score.note.len > 0) report_note(s->r, s->kind, score.note);
    report_taken(s->r, s->kind);
    return ERR_OK;
}

// ---- the file

static Err read_rows(Scores *s, Table *table)
{
    TableRow row;
    TableStep step = TABLE_END;
    bool headed = false;
    bool any = false; // under the header
    for (int64_t n = 1; (step = table_next(table, &row)) == TABLE_ROW; n++) {
        if (row.blank) continue;
        if (!headed) {
            headed = read_header(s, &row);
            if (headed) continue;
            return ctx_issue(s->c, STR("file"), s->list->columns);
        }
        any = true;
        TRY(take_row(s, &row));
        const ImportOptions *o = s->options;
        if (n % PROGRESS_ROWS == 0 && o->progress != NULL &&
            o->progress(o->progress_arg, table_taken(table), s->bytes)) {
            return ERR_BUSY;
        }
    }
    if (step == TABLE_FAULT) {
        return ctx_issue(s->c, STR("file"), arena_str(s->c->arena, table_fault(table)));
    }
    if (any) return ERR_OK;
    return ctx_issue(s->c, STR("file"),
                     headed ? STR("The file names its columns and holds no row under them: it may "
                                  "have been cut short.")
                            : STR("The file holds no rows."));
}

// Reads which scores rules know, and what is said of any other.
static Err read_known(Ctx *c, Known *out)
{
    Str why = STR("");
    CLEANUP(buf_free) Buf names = buf_new(MEASURES_MAX * SCORE_NAME_BYTES_MAX);
    TRY(code_sets_read(c->arena, &out->sets, &why));
    for (size_t i = 0; i < measures_count(out->sets); i++) {
        Str name = measure_at(out->sets, i)->name;
        if (!str_starts(name, STR(SCORE_MEASURE))) continue;
        buf_fmt(&names, "%s" STR_FMT, buf_str(&names).len > 0 ? ", " : "",
                STR_ARG(str_slice(name, strlen(SCORE_MEASURE), name.len)));
    }
    out->unknown = arena_fmt(c->arena,
                             "It stands in the record, and no rule can ask for a score of this "
                             "name. Rules know: " STR_FMT ".",
                             STR_ARG(buf_str(&names)));
    return ERR_OK;
}

typedef struct ListFile {
    const ListKind *list;
    int fd;
    Str name;
} ListFile;

static Err import_open(Ctx *c, const ListFile *file, const ImportOptions *options,
                       Report **report_out, Str *batch_ref_out)
{
    int fd = file->fd;
    SourceHash hash = {0};
    Str why = STR("");
    Err err = source_sha256(c->arena, fd, &hash, &why);
    if (err == ERR_INVALID) return ctx_issue(c, STR("file"), why);
    TRY(err);
    bool again = false;
    TRY(batch_was_applied(c, hash.hex, STR(""), &again));
    if (again && !options->dry_run) {
        (void)ctx_issue(c, STR("file"), STR("This file was imported before."));
        return ERR_CONFLICT;
    }
    BatchStart start = {.format = file->list->format,
                        .file_name = file->name,
                        .sha256 = hash.hex,
                        .bytes = hash.bytes,
                        .extract_on = options->extract_on,
                        .dry_run = options->dry_run,
                        .changes_only = true,
                        .upload_ref = options->upload_ref};
    CLEANUP(load_end) Loader *l = NULL;
    TRY(load_begin(c, &start, &l));
    *report_out = load_report(l);
    (*report_out)->file = file->name;
    Scores s = {.c = c,
                .list = file->list,
                .l = l,
                .r = *report_out,
                .options = options,
                .bytes = hash.bytes};
    s.kind = report_kind(s.r, STR("Row"));
    if (file->list == &SCORES) TRY(read_known(c, &s.known));
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0 || lseek(own, 0, SEEK_SET) != 0) return ERR_FAULT;
    CLEANUP(table_close) Table *table = table_open(own);
    table_expect(table, hash.bytes);
    TRY(read_rows(&s, table)); // load_end takes everything back
    return load_apply(l, batch_ref_out);
}

Err import_scores(Ctx *c, int fd, Str name, const ImportOptions *options, Report **report_out,
                  Str *batch_ref_out)
{
    *report_out = NULL;
    ListFile file = {&SCORES, fd, arena_str(c->arena, name)};
    Err err = import_open(c, &file, options, report_out, batch_ref_out);
    (void)close(fd);
    return err;
}

Err import_opt_outs(Ctx *c, int fd, Str name, const ImportOptions *options, Report **report_out,
                    Str *batch_ref_out)
{
    *report_out = NULL;
    ListFile file = {&OPT_OUTS, fd, arena_str(c->arena, name)};
    Err err = import_open(c, &file, options, report_out, batch_ref_out);
    (void)close(fd);
    return err;
}
