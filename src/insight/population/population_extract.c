// population_extract.c -- whose each row is, and what it says. The rules of hazard H22 stand here.
#include "insight/population/population_extract.h"

#include "base/utf8.h"
#include "insight/population/population_report.h"
#include "nhs/nhs_number.h"

#include <math.h>

enum { ORDER_SURE = 20, CELL_BYTES_MAX = 400, HEADER_ROWS_MAX = 50 };

typedef enum Fill { // may a row without a name belong to the person above?
    FILL_NOBODY,    // no person yet, or a new table
    FILL_PERSON,    // yes
    FILL_HIDDEN,    // a blank row stood between
    FILL_REFUSED,   // the person above was refused
    FILL_DAMAGED,   // a damaged row stood between
} Fill;

typedef struct Order { // do a person's dates go one way throughout the file?
    int64_t up, down;
} Order;

struct Extract {
    Ctx *c;
    Loader *l;
    Report *r;
    Layout layout;
    const ImportOptions *options;
    Arena *person_arena;
    int at[COLUMN_COUNT];          // place of each column, -1: not there
    Column about[COLUMN_EVENT_ON]; // the columns about the person that there are
    size_t about_count;
    int kind; // of the report
    bool waiting_header;
    int64_t rows;
    Fill fill;
    int32_t slot;
    Str person[COLUMN_EVENT_ON]; // the person's cells as they stood on their first row
    Date last;                   // date of the person's row before
    Order order;
};

Extract *extract_new(Ctx *c, Loader *l, const Layout *layout, const ImportOptions *options,
                     Arena *scratch)
{
    Extract *x = ARENA_NEW(c->arena, Extract);
    *x = (Extract){.c = c,
                   .l = l,
                   .r = load_report(l),
                   .layout = *layout,
                   .options = options,
                   .person_arena = scratch};
    x->kind = report_kind(x->r, STR("Row"));
    x->waiting_header = layout->has_header;
    for (size_t i = 0; i < COLUMN_COUNT; i++) x->at[i] = -1;
    for (size_t i = 0; i < layout->count; i++) x->at[layout->columns[i]] = (int)i;
    for (int i = COLUMN_UNUSED + 1; i < COLUMN_EVENT_ON; i++) {
        if (x->at[i] >= 0) x->about[x->about_count++] = (Column)i;
    }
    x->last = DATE_NONE;
    return x;
}

static Str cell(const Extract *x, const TableRow *row, Column column)
{
    int at = x->at[column];
    if (at < 0 || (size_t)at >= row->count) return STR("");
    return utf8_cut(row->cells[at], CELL_BYTES_MAX);
}

static Err refuse(Extract *x, Str why)
{
    report_refuse(x->r, x->kind, why);
    return ERR_OK;
}

// ---- dates, numbers, names

// 02-Apr-2026, 2026-04-02, 02/04/2026 (day first, as England writes it). Nothing else is guessed.
bool extract_date(Str text, Date *out)
{
    if (text.len > 11 && text.ptr[10] == ' ') text = str_slice(text, 0, 10); // "02/04/2026 10:15"
    if (text.len > 12 && text.ptr[11] == ' ') text = str_slice(text, 0, 11); // "02-Apr-2026 10:15"
    if (date_parse_dmon(text, out) || date_parse_iso(text, out)) return true;
    int64_t day = 0;
    int64_t month = 0;
    int64_t year = 0;
    if (text.len != 10 || text.ptr[2] != '/' || text.ptr[5] != '/') return false;
    Str d = str_slice(text, 0, 2);
    Str m = str_slice(text, 3, 5);
    if (str_starts(d, STR("0"))) d = str_slice(d, 1, 2);
    if (str_starts(m, STR("0"))) m = str_slice(m, 1, 2);
    return str_i64(d, 1, 31, &day) && str_i64(m, 1, 12, &month) &&
           str_i64(str_slice(text, 6, 10), 1, DATE_YEAR_MAX, &year) &&
           date_from_ymd((int)year, (int)month, (int)day, out);
}

bool extract_number(Str text, double *out)
{
    char copy[32];
    if (text.len == 0 || text.len >= sizeof copy) return false;
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.ptr[i];
        if ((ch < '0' || ch > '9') && ch != '.' && !(ch == '-' && i == 0)) return false;
    }
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    char *end = NULL;
    *out = strtod(copy, &end);
    return end == copy + text.len && isfinite(*out);
}

static bool has_word(Str text, const char *word)
{
    Str want = str_from_c(word);
    for (size_t i = 0; i + want.len <= text.len; i++) {
        if (str_eq_ascii_fold(str_slice(text, i, i + want.len), want)) return true;
    }
    return false;
}

static bool is_title(Str word)
{
    static const char *const TITLES[] = {"mr",     "mrs", "miss", "ms",   "mx",  "dr",
                                         "master", "rev", "sir",  "lady", "prof"};
    if (str_ends(word, STR("."))) word = str_slice(word, 0, word.len - 1);
    for (size_t i = 0; i < COUNT_OF(TITLES); i++) {
        if (str_eq_ascii_fold(word, str_from_c(TITLES[i]))) return true;
    }
    return false;
}

// "OKAFOR, Grace (Mrs)" or "Mrs Grace Okafor": with a comma the family name comes first.
static void split_name(Str full, Person *p)
{
    size_t at = 0;
    if (str_find(full, STR("("), &at) && str_ends(full, STR(")"))) {
        p->prefix = str_trim(str_slice(full, at + 1, full.len - 1));
        full = str_trim(str_slice(full, 0, at));
    }
    if (str_find(full, STR(","), &at)) {
        p->family = str_trim(str_slice(full, 0, at));
        p->given = str_trim(str_slice(full, at + 1, full.len));
        return;
    }
    if (str_find(full, STR(" "), &at) && is_title(str_slice(full, 0, at))) {
        p->prefix = str_slice(full, 0, at);
        full = str_trim(str_slice(full, at, full.len));
    }
    size_t last = full.len;
    while (last > 0 && full.ptr[last - 1] != ' ') last--;
    p->family = str_slice(full, last, full.len);
    p->given = str_trim(str_slice(full, 0, last));
}

static void read_status(Extract *x, Str status, Person *p)
{
    p->registration = status.len > 0 ? REGISTRATION_CURRENT : REGISTRATION_NOT_SAID;
    if (has_word(status, "death") || has_word(status, "dead") || has_word(status, "died") ||
        has_word(status, "deceased")) {
        p->registration = REGISTRATION_DIED;
    } else if (has_word(status, "left") || has_word(status, "deduct") ||
               has_word(status, "deregister") || has_word(status, "inactive")) {
        p->registration = REGISTRATION_LEFT;
    } else if (status.len > 0 && !has_word(status, "regular") && !has_word(status, "current") &&
               !has_word(status, "registered") && !has_word(status, "active")) {
        report_note(x->r, x->kind,
                    STR("The registration status is not one Trellis knows: the person "
                        "was taken as registered."));
    }
}

static void read_area(Extract *x, Str text, Person *p)
{
    char lsoa[LSOA_BYTES];
    if (text.len == 0) return;
    if (area_code(text, lsoa)) {
        p->lsoa = arena_str(x->person_arena, (Str){lsoa, sizeof lsoa});
    } else {
        report_note(x->r, x->kind, STR("The LSOA is no code such as E01000001: it was left out."));
    }
}

static Gender read_gender(Str text)
{
    if (text.len == 0) return GENDER_NOT_KNOWN;
    if ((text.ptr[0] | 32) == 'm') return GENDER_MALE;
    if ((text.ptr[0] | 32) == 'f') return GENDER_FEMALE;
    return has_word(text, "other") || has_word(text, "indeterminate") ? GENDER_OTHER
                                                                      : GENDER_NOT_KNOWN;
}

// ---- a new person

static Str clean(Extract *x, const TableRow *row, Column column)
{
    return str_trim(utf8_clean(x->person_arena, cell(x, row, column), UTF8_ONE_LINE));
}

static bool read_person(Extract *x, const TableRow *row, Person *p, Str *why_out)
{
    p->died = DATE_NONE;
    p->registration_on = DATE_NONE;
    if (!extract_date(cell(x, row, COLUMN_BORN), &p->born)) {
        *why_out = STR("The date of birth is missing or cannot be read.");
        return false;
    }
    if (date_cmp(p->born, x->c->today) > 0) {
        *why_out = STR("The date of birth lies in the future.");
        return false;
    }
    split_name(clean(x, row, COLUMN_FULL_NAME), p);
    if (x->at[COLUMN_FAMILY] >= 0) p->family = clean(x, row, COLUMN_FAMILY);
    if (x->at[COLUMN_GIVEN] >= 0) p->given = clean(x, row, COLUMN_GIVEN);
    if (x->at[COLUMN_TITLE] >= 0) p->prefix = clean(x, row, COLUMN_TITLE);
    if (p->family.len == 0) {
        *why_out = STR("The name is missing.");
        return false;
    }
    p->gender = read_gender(cell(x, row, COLUMN_GENDER));
    p->address = clean(x, row, COLUMN_ADDRESS);
    p->postcode = clean(x, row, COLUMN_POSTCODE);
    p->phone = clean(x, row, COLUMN_PHONE);
    p->mobile = clean(x, row, COLUMN_MOBILE);
    p->email = clean(x, row, COLUMN_EMAIL);
    p->usual_gp = clean(x, row, COLUMN_USUAL_GP);
    read_area(x, cell(x, row, COLUMN_LSOA), p);
    read_status(x, cell(x, row, COLUMN_STATUS), p);
    Str since = cell(x, row, COLUMN_STATUS_ON);
    if (since.len > 0 && !extract_date(since, &p->registration_on)) {
        report_note(x->r, x->kind, STR("The date of the registration status cannot be read."));
    }
    if (p->registration == REGISTRATION_DIED) p->died = p->registration_on;
    return true;
}

static Err new_person(Extract *x, const TableRow *row, int64_t number, bool *refused_out)
{
    arena_reset(x->person_arena);
    x->fill = FILL_REFUSED;
    *refused_out = true;
    Str why = {0};
    PersonImport from = {0};
    if (!read_person(x, row, &from.person, &why)) return refuse(x, why);
    from.person.nhs_number = number;
    from.source_id = clean(x, row, COLUMN_PERSON_KEY);
    Str ods = cell(x, row, COLUMN_PRACTICE);
    from.person.practice_name = x->options->practice_name;
    if (ods.len == 0) ods = x->options->practice_ods;
    TRY(load_person(x->l, &from, ods, &x->slot));
    for (size_t i = 0; i < x->about_count; i++) {
        x->person[x->about[i]] = arena_str(x->person_arena, cell(x, row, x->about[i]));
    }
    x->fill = FILL_PERSON;
    x->last = DATE_NONE;
    *refused_out = false;
    return ERR_OK;
}

// ---- whose row it is

// Every cell about the person that the row fills in says what the first row said.
static bool repeats(const Extract *x, const TableRow *row)
{
    for (size_t i = 0; i < x->about_count; i++) {
        Str now = cell(x, row, x->about[i]);
        if (now.len > 0 && !str_eq(now, x->person[x->about[i]])) return false;
    }
    return true;
}

static bool names_nobody(const Extract *x, const TableRow *row)
{
    for (size_t i = 0; i < x->about_count; i++) {
        if (cell(x, row, x->about[i]).len > 0) return false;
    }
    return true;
}

static Str why_not_filled(Fill fill)
{
    switch (fill) {
    case FILL_HIDDEN:
        return STR("It names nobody and follows a row of a hidden person: it could be theirs.");
    case FILL_REFUSED: return STR("It belongs to a person who was refused.");
    case FILL_DAMAGED: return STR("It names nobody and follows a row that could not be read.");
    case FILL_NOBODY:
    case FILL_PERSON: break;
    }
    return STR("It names nobody, and nobody stands above it.");
}

static Err find_person(Extract *x, const TableRow *row, bool *refused_out)
{
    *refused_out = true;
    Str digits = cell(x, row, COLUMN_NHS_NUMBER);
    int64_t number = 0;
    if (digits.len == 0) {
        if (x->fill == FILL_PERSON && repeats(x, row)) {
            *refused_out = false;
            return ERR_OK;
        }
        if (names_nobody(x, row)) return refuse(x, why_not_filled(x->fill));
        x->fill = FILL_REFUSED;
        return refuse(x, STR("It names somebody without an NHS number."));
    }
    if (nhs_number_read(digits, &number) != NHS_NUMBER_OK) {
        x->fill = FILL_REFUSED;
        return refuse(x, STR("The NHS number fails its check."));
    }
    if (x->fill == FILL_PERSON && str_eq(digits, x->person[COLUMN_NHS_NUMBER]) && repeats(x, row)) {
        *refused_out = false;
        return ERR_OK;
    }
    return new_person(x, row, number, refused_out);
}

// ---- the event of a row

static EventKind kind_of(Str word, bool has_value)
{
    if (word.len == 0) return has_value ? EVENT_OBSERVATION : EVENT_CONDITION;
    static const struct {
        const char *part;
        EventKind kind;
    } WORDS[] = {{"medic", EVENT_MEDICINE},      {"drug", EVENT_MEDICINE},
                 {"issue", EVENT_MEDICINE},      {"immun", EVENT_IMMUNISATION},
                 {"vacc", EVENT_IMMUNISATION},   {"allerg", EVENT_ALLERGY},
                 {"proced", EVENT_PROCEDURE},    {"operation", EVENT_PROCEDURE},
                 {"consult", EVENT_ENCOUNTER},   {"encounter", EVENT_ENCOUNTER},
                 {"admission", EVENT_ENCOUNTER}, {"problem", EVENT_CONDITION},
                 {"diagnos", EVENT_CONDITION},   {"condition", EVENT_CONDITION},
                 {"care plan", EVENT_CARE_PLAN}};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (has_word(word, WORDS[i].part)) return WORDS[i].kind;
    }
    return EVENT_OBSERVATION;
}

// EMIS sends description ids where it says "code". The two digits before the check digit tell them
// from concept ids (SNOMED CT partition identifier): 00 and 10 concepts, 01 and 11 descriptions.
static Str system_of(Str code)
{
    if (code.len < 6 || code.len > 18) return STR("local");
    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] < '0' || code.ptr[i] > '9') return STR("local");
    }
    char part = code.ptr[code.len - 2];
    return part == '0' ? STR("snomed") : part == '1' ? STR("snomed-description") : STR("local");
}

// In a file whose people's rows all go one way, a date that goes the other way may be the first row
// of somebody hidden whose name and number were left out.
static bool jumps(Extract *x, Date on)
{
    Date last = x->last;
    x->last = on;
    if (date_is_none(last) || date_cmp(on, last) == 0) return false;
    bool up = date_cmp(on, last) > 0;
    const Order *o = &x->order;
    if (up && o->up == 0 && o->down >= ORDER_SURE) return true;
    if (!up && o->down == 0 && o->up >= ORDER_SURE) return true;
    if (up) {
        x->order.up++;
    } else {
        x->order.down++;
    }
    return false;
}

static Err add_event(Extract *x, const TableRow *row, Date on)
{
    Str code = cell(x, row, COLUMN_CODE);
    Str term = cell(x, row, COLUMN_TERM);
    Str value = cell(x, row, COLUMN_VALUE);
    Str system = code.len > 0 ? system_of(code) : STR("local");
    EventRow event = {.person = x->slot, .day = on.days};
    event.has_value = extract_number(value, &event.value);
    if (value.len > 0 && !event.has_value) {
        report_note(x->r, x->kind, STR("A value that is not a plain number was left out."));
    }
    event.kind = (uint8_t)kind_of(cell(x, row, COLUMN_KIND), event.has_value);
    TRY(load_code(x->l, system, code.len > 0 ? code : term, term, &event.code_id));
    if (event.has_value) TRY(load_unit(x->l, cell(x, row, COLUMN_UNIT), &event.unit_id));
    return load_event(x->l, &event);
}

static Err take_event(Extract *x, const TableRow *row, bool filled)
{
    bool coded = cell(x, row, COLUMN_CODE).len > 0 || cell(x, row, COLUMN_TERM).len > 0;
    Str when = cell(x, row, COLUMN_EVENT_ON);
    if (!coded && when.len == 0) {
        report_taken(x->r, x->kind); // the person without an event
        return ERR_OK;
    }
    Date on = DATE_NONE;
    if (!coded) return refuse(x, STR("It has a date and no code."));
    if (!extract_date(when, &on)) return refuse(x, STR("The date is missing or cannot be read."));
    if (date_cmp(on, date_add_days(x->c->today, 1)) > 0) {
        return refuse(x, STR("Its date lies in the future."));
    }
    if (jumps(x, on) && filled) {
        x->fill = FILL_DAMAGED;
        return refuse(x, STR("It names nobody and its date jumps back, which no other row of the "
                             "file does: it could be a hidden person's."));
    }
    TRY(add_event(x, row, on));
    report_taken(x->r, x->kind);
    if (filled) {
        report_note(x->r, x->kind, STR("It names nobody and was taken as the person above."));
    }
    return ERR_OK;
}

// ---- rows

static bool is_header(Extract *x, const TableRow *row)
{
    Str number = cell(x, row, COLUMN_NHS_NUMBER);
    if (number.len == 0 || (number.ptr[0] >= '0' && number.ptr[0] <= '9')) return false;
    Layout same;
    int header = -1;
    return layout_guess(row, 1, &same, &header) && header == 0 && x->layout.count == row->count;
}

Err extract_row(Extract *x, const TableRow *row)
{
    x->r->line = row->line;
    x->rows++;
    if (row->restarts) x->fill = FILL_NOBODY;
    bool fits = row->count == x->layout.count && !row->damaged;
    if (!row->blank && fits && is_header(x, row)) { // again at the top of each page or table
        x->waiting_header = false;
        x->fill = FILL_NOBODY;
        return ERR_OK;
    }
    if (x->waiting_header) { // titles above the table
        if (x->rows < HEADER_ROWS_MAX) return ERR_OK;
        return ctx_issue(
            x->c, STR("file"),
            STR("The row with the names of the columns was not found in the first 50."));
    }
    if (row->blank && row->count == 1 && x->layout.count > 1) { // an empty line, not a row
        x->fill = FILL_HIDDEN;
        return ERR_OK;
    }
    report_read(x->r, x->kind);
    if (row->blank) {
        x->fill = FILL_HIDDEN;
        return refuse(x, STR("It is blank: the practice hides this person."));
    }
    if (!fits) {
        x->fill = FILL_DAMAGED;
        return refuse(x, row->damaged ? STR("Its cells cannot be told apart.")
                                      : STR("It has more or fewer columns than the table."));
    }
    bool filled = names_nobody(x, row);
    bool refused = false;
    TRY(find_person(x, row, &refused));
    return refused ? ERR_OK : take_event(x, row, filled);
}
