// population_columns.c -- which column of an extract is what: said, guessed from names, remembered.
#include "base/utf8.h"
#include "insight/population/population_batch.h"
#include "insight/population/population_extract.h"
#include "nhs/nhs_number.h"
#include "population_sql.h"

#include <fcntl.h>
#include <unistd.h>

enum { LAYOUT_BYTES_MAX = 2048, HEADER_NAMES_MIN = 2 };

static const struct {
    const char *key, *label;
    const char *names; // headers seen in extracts, lower case, '|' between
} EXTRACT_COLUMNS[COLUMN_COUNT] = {
    [COLUMN_UNUSED] = {"-", "Not used", ""},
    [COLUMN_NHS_NUMBER] = {"nhs_number", "NHS number",
                           "nhs number|nhs no|nhs no.|nhsnumber|nhs_number"},
    [COLUMN_FULL_NAME] = {"full_name", "Full name", "full name|patient name|name|patient"},
    [COLUMN_FAMILY] = {"family", "Family name", "surname|family name|last name"},
    [COLUMN_GIVEN] = {"given", "Given names",
                      "given name|forename|forenames|first name|given names"},
    [COLUMN_TITLE] = {"title", "Title", "title"},
    [COLUMN_BORN] = {"born", "Date of birth", "date of birth|dob|birth date|d.o.b."},
    [COLUMN_GENDER] = {"gender", "Gender", "gender|sex"},
    [COLUMN_ADDRESS] = {"address", "Address", "address|full address|home address"},
    [COLUMN_POSTCODE] = {"postcode", "Postcode", "postcode|post code"},
    [COLUMN_PHONE] = {"phone", "Home phone", "home telephone|telephone|home phone|phone"},
    [COLUMN_MOBILE] = {"mobile", "Mobile phone", "mobile telephone|mobile|mobile phone"},
    [COLUMN_EMAIL] = {"email", "Email", "email|e-mail|email address|e-mail address"},
    [COLUMN_USUAL_GP] = {"usual_gp", "Usual GP", "usual gp's full name|usual gp|usual gp name"},
    [COLUMN_STATUS] = {"status", "Registration status",
                       "registration status|patient status|status"},
    [COLUMN_STATUS_ON] = {"status_on", "Date of the status",
                          "date status added|registration date|status date|deduction date"},
    [COLUMN_PRACTICE] = {"practice", "Practice code",
                         "practice code|organisation code|ods code|registered practice code"},
    [COLUMN_PERSON_KEY] = {"person_key", "Number of the person in the system",
                           "emis number|patient id|patient number|person id"},
    [COLUMN_LSOA] = {"lsoa", "Small area of the home (LSOA)",
                     "lsoa|lsoa code|lsoa code (2011)|lsoa code (2021)|lsoa11cd|lsoa21cd"},
    [COLUMN_EVENT_ON] = {"event_on", "Date", "date|event date|date recorded|effective date"},
    [COLUMN_CODE] = {"code", "Code",
                     "code|snomed code|snomed ct code|concept id|code id|snomed concept id"},
    [COLUMN_TERM] = {"term", "Code term", "code term|term|code description|description"},
    [COLUMN_VALUE] = {"value", "Value", "value|numeric value|result"},
    [COLUMN_UNIT] = {"unit", "Unit", "unit|units|unit of measure"},
    [COLUMN_KIND] = {"kind", "Kind of record", "record type|event type|type of record|kind"},
};

const char *column_key(Column column)
{
    return EXTRACT_COLUMNS[column].key;
}

const char *column_label(Column column)
{
    return EXTRACT_COLUMNS[column].label;
}

bool layout_read(Str text, Layout *out)
{
    Layout layout = {0};
    Str rest = text;
    Str part = {0};
    while (str_split(&rest, ',', &part)) {
        if (layout.count == LAYOUT_COLUMNS_MAX) return false;
        part = str_trim(part);
        int found = -1;
        for (int i = 0; i < COLUMN_COUNT; i++) {
            if (str_eq(part, str_from_c(EXTRACT_COLUMNS[i].key))) found = i;
        }
        if (found < 0) return false;
        layout.columns[layout.count++] = (Column)found;
    }
    *out = layout;
    return layout.count > 0;
}

static Str layout_text(Arena *arena, const Layout *layout)
{
    CLEANUP(buf_free) Buf buf = buf_new(LAYOUT_BYTES_MAX);
    for (size_t i = 0; i < layout->count; i++) {
        if (i > 0) buf_add_char(&buf, ',');
        buf_add_c(&buf, EXTRACT_COLUMNS[layout->columns[i]].key);
    }
    return arena_str(arena, buf_str(&buf));
}

Str layout_fault(const Layout *layout)
{
    int times[COLUMN_COUNT] = {0};
    for (size_t i = 0; i < layout->count; i++) times[layout->columns[i]]++;
    for (int i = COLUMN_UNUSED + 1; i < COLUMN_COUNT; i++) {
        if (times[i] > 1) {
            return STR("Two columns are said to be the same thing. Choose one of them.");
        }
    }
    if (times[COLUMN_NHS_NUMBER] == 0) return STR("Say which column holds the NHS number.");
    if (times[COLUMN_BORN] == 0) return STR("Say which column holds the date of birth.");
    if (times[COLUMN_FULL_NAME] + times[COLUMN_FAMILY] == 0) {
        return STR("Say which column holds the name.");
    }
    bool events = times[COLUMN_CODE] + times[COLUMN_TERM] > 0;
    if (events && times[COLUMN_EVENT_ON] == 0) {
        return STR("Say which column holds the date of the code.");
    }
    return STR("");
}

static Column column_of_header(Str name)
{
    for (int i = COLUMN_UNUSED + 1; i < COLUMN_COUNT; i++) {
        Str rest = str_from_c(EXTRACT_COLUMNS[i].names);
        Str one = {0};
        while (str_split(&rest, '|', &one)) {
            if (str_eq_ascii_fold(one, name)) return (Column)i;
        }
    }
    return COLUMN_UNUSED;
}

static bool header_of(const TableRow *row, Layout *out)
{
    Layout layout = {.has_header = true};
    bool used[COLUMN_COUNT] = {false};
    int known = 0;
    bool number = false;
    layout.count = row->count < LAYOUT_COLUMNS_MAX ? row->count : LAYOUT_COLUMNS_MAX;
    for (size_t i = 0; i < layout.count; i++) {
        Column column = column_of_header(row->cells[i]);
        if (used[column]) column = COLUMN_UNUSED; // a second "Date": the first is the code's
        used[column] = column != COLUMN_UNUSED;
        layout.columns[i] = column;
        known += column != COLUMN_UNUSED;
        number = number || column == COLUMN_NHS_NUMBER;
    }
    if (!number || known <= HEADER_NAMES_MIN) return false;
    *out = layout;
    return true;
}

// EMIS without headers, in the order in which networks set the report up (docs/guide/import.md).
static bool emis_order(const TableRow *row, Layout *out)
{
    static const Column ORDER[] = {COLUMN_NHS_NUMBER, COLUMN_FULL_NAME, COLUMN_BORN,
                                   COLUMN_USUAL_GP,   COLUMN_STATUS,    COLUMN_STATUS_ON,
                                   COLUMN_EVENT_ON,   COLUMN_TERM};
    int64_t number = 0;
    Date born;
    if (row->count < COUNT_OF(ORDER) || row->count > LAYOUT_COLUMNS_MAX) return false;
    if (nhs_number_read(row->cells[0], &number) != NHS_NUMBER_OK) return false;
    if (!date_parse_dmon(row->cells[2], &born)) return false;
    *out = (Layout){.count = row->count};
    memcpy(out->columns, ORDER, sizeof ORDER);
    return true;
}

bool layout_guess(const TableRow *rows, size_t count, Layout *out, int *header_out)
{
    for (size_t i = 0; i < count; i++) {
        *header_out = (int)i;
        if (header_of(&rows[i], out)) return layout_fault(out).len == 0;
        *header_out = -1;
        if (emis_order(&rows[i], out)) return true;
    }
    return false;
}

// ---- remembered

static Err remembered(Ctx *c, Str practice_ods, Layout *out, bool *found_out)
{
    *found_out = false;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_MAP_GET, ARGS(TEXT(practice_ods)));
    if (!rows_next(&rows)) return rows.err;
    if (!layout_read(row_view(&rows, 1), out)) return ERR_OK;
    out->has_header = row_i64(&rows, 0) != 0;
    *found_out = true;
    return ERR_OK;
}

typedef struct Remember {
    Str practice_ods;
    const Layout *layout;
} Remember;

const Seal MAP_SEAL = {"column-map", "column_map", {POPULATION_SEALED_MAPS_STATEMENT}};

static Err remember(Ctx *c, void *arg)
{
    const Remember *r = arg;
    Str text = layout_text(c->arena, r->layout);
    TRY(db_exec(c->db, SQL_POPULATION_MAP_PUT,
                ARGS(TEXT(r->practice_ods), I64(r->layout->has_header), TEXT(text), AT(c->now)),
                NULL));
    return journal_append(
        c,
        &(JournalEntry){.kind = STR("column-map"),
                        .id = r->practice_ods,
                        .version = 1,
                        .verb = STR("update"),
                        .body = arena_fmt(c->arena, "{\"layout\":\"" STR_FMT "\"}", STR_ARG(text)),
                        .seal = &MAP_SEAL});
}

Err layout_remember(Ctx *c, Str practice_ods, const Layout *layout)
{
    return ctx_change(c, remember, &(Remember){practice_ods, layout});
}

static void keep_row(Arena *arena, const TableRow *row, TableRow *out)
{
    *out = *row;
    Str *cells = ARENA_ARRAY(arena, Str, row->count);
    for (size_t i = 0; i < row->count; i++) {
        cells[i] = arena_str(arena, utf8_cut(row->cells[i], LOOK_CELL_BYTES_MAX));
    }
    out->cells = cells;
}

Err extract_look(Ctx *c, int fd, Str practice_ods, Look *out)
{
    *out = (Look){0};
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0 || lseek(own, 0, SEEK_SET) != 0) return ERR_FAULT;
    CLEANUP(table_close) Table *table = table_open(own);
    TableRow row;
    TableStep step = TABLE_END;
    while (out->count < LOOK_ROWS_MAX && (step = table_next(table, &row)) == TABLE_ROW) {
        if (!row.blank) keep_row(c->arena, &row, &out->rows[out->count++]);
    }
    if (step == TABLE_FAULT) {
        return ctx_issue(c, STR("file"), arena_str(c->arena, table_fault(table)));
    }
    if (out->count == 0) return ctx_issue(c, STR("file"), STR("The file holds no rows."));
    int header = -1;
    bool guessed = layout_guess(out->rows, out->count, &out->layout, &header);
    Layout before;
    TRY(remembered(c, practice_ods, &before, &out->remembered));
    // What was said by hand for this practice wins while the file still has as many columns.
    size_t columns = header >= 0 ? out->rows[header].count : out->rows[out->count - 1].count;
    if (out->remembered && before.count == columns) {
        out->layout = before;
    } else {
        out->remembered = false;
    }
    out->known = guessed || out->remembered;
    if (!out->known && out->layout.count == 0) out->layout.count = columns;
    return ERR_OK;
}
