// person_find.c -- finding somebody by what one has: a number, a name, a birthday, a postcode.
//
// What was typed is cut into words; those that are a number, a date or a postcode are taken out,
// the rest are names. The narrowest fetches candidates by an index, the others must fit too.
#include "base/utf8.h"
#include "care/caseload/caseload.h"
#include "care/person/person.h"
#include "care/person/person_row.h"
#include "nhs/nhs_number.h"
#include "person_sql.h"

enum {
    WORDS_MAX = 8,
    NAMES_MAX = 4,
    PARTS_MAX = 5, // of a number written with gaps; QQ 12 34 56 C has five
    NAME_LETTERS_MIN = 2,
    CANDIDATES_MAX = 3000, // read before the other conditions are tried; more: say so
    QUERY_CHARS_MAX = 200,
    NUMBER_DIGITS_MIN = 8, // so many digits in a row were meant as an NHS number
};

typedef struct Wanted {
    int64_t nhs_number; // 0: none given
    Date born;          // DATE_NONE: none given
    Str postcode;       // key or its beginning, "" none given
    Str names[NAMES_MAX];
    size_t name_count;
} Wanted;

typedef struct Found {
    PersonRow *rows;
    uint8_t *fit; // of each row: which way of looking found it, the best first
    uint8_t way;
    size_t count;
    size_t seen;
    bool more;
} Found;

static Err issue(Ctx *c, Str text)
{
    return ctx_issue(c, STR("q"), text);
}

static size_t digits_in(Str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) count += text.ptr[i] >= '0' && text.ptr[i] <= '9';
    return count;
}

static size_t cut(Str text, Str words[WORDS_MAX])
{
    size_t count = 0;
    size_t from = 0;
    for (size_t i = 0; i <= text.len; i++) {
        bool gap = i == text.len || text.ptr[i] == ' ' || text.ptr[i] == ',' || text.ptr[i] == ';';
        if (!gap) continue;
        if (i > from && count < WORDS_MAX) words[count++] = str_slice(text, from, i);
        from = i + 1;
    }
    return count;
}

// words[i .. i+n) as they stand in the text, gaps and all.
static Str run(const Str *words, size_t i, size_t n)
{
    const char *end = words[i + n - 1].ptr + words[i + n - 1].len;
    return (Str){words[i].ptr, (size_t)(end - words[i].ptr)};
}

static void take(Str *words, size_t *count, size_t i, size_t n)
{
    for (size_t k = i; k + n < *count; k++) words[k] = words[k + n];
    *count -= n;
}

// A whole number, alone or in its three parts; something that was plainly meant as one is an error.
static Err take_number(Ctx *c, Str *words, size_t *count, Wanted *out)
{
    for (size_t n = PARTS_MAX; n >= 1; n--) {
        for (size_t i = 0; i + n <= *count; i++) {
            Str part = run(words, i, n);
            int64_t number = 0;
            NhsNumberRead read = nhs_number_read(part, &number);
            if (read == NHS_NUMBER_OK) {
                out->nhs_number = number;
                take(words, count, i, n);
                return ERR_OK;
            }
            bool meant =
                read == NHS_NUMBER_CHECK_DIGIT || read == NHS_NUMBER_NATIONAL_INSURANCE ||
                (n == 1 && digits_in(part) >= NUMBER_DIGITS_MIN && digits_in(part) == part.len);
            if (meant) return issue(c, str_from_c(nhs_number_sentence(read)));
        }
    }
    return ERR_OK;
}

static bool has_year(Str text, size_t n)
{
    if (n == 3) return text.ptr[0] >= '0' && text.ptr[0] <= '9';
    size_t marks = 0;
    for (size_t i = 0; i < text.len; i++) {
        marks += text.ptr[i] == '/' || text.ptr[i] == '-' || text.ptr[i] == '.';
    }
    return digits_in(text) >= 3 && marks >= 1 && digits_in(text) + marks == text.len;
}

static Err take_born(Ctx *c, Str *words, size_t *count, Wanted *out)
{
    for (size_t n = 3; n >= 1; n -= 2) {
        for (size_t i = 0; i + n <= *count; i++) {
            Str part = run(words, i, n);
            if (!has_year(part, n)) continue;
            Date born = DATE_NONE;
            switch (date_parse_human(part, c->today, &born)) {
            case DATE_OK:
                out->born = born;
                take(words, count, i, n);
                return ERR_OK;
            case DATE_AMBIGUOUS:
                return issue(c,
                             STR("Enter the date of birth with the year in full, like 3 February "
                                 "1948"));
            case DATE_IMPOSSIBLE:
                return issue(c, STR("There is no such day. Enter a date of birth like 3 February "
                                    "1948"));
            case DATE_UNREADABLE: break;
            }
        }
        if (n == 1) break;
    }
    return ERR_OK;
}

static bool is_upper(char ch)
{
    return ch >= 'A' && ch <= 'Z';
}

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

// "PE9", "PE99", "EC1A": where letters of the area end and the district begins.
static bool is_outward(Str key)
{
    if (key.len < 2 || key.len > 4 || !is_upper(key.ptr[0])) return false;
    size_t at = is_upper(key.ptr[1]) ? 2 : 1;
    if (at >= key.len || !is_digit(key.ptr[at])) return false;
    return at + 1 == key.len || at + 2 == key.len;
}

static bool is_postcode(Str key)
{
    if (key.len < 5 || key.len > 7) return is_outward(key);
    Str inward = str_slice(key, key.len - 3, key.len);
    return is_outward(str_slice(key, 0, key.len - 3)) && is_digit(inward.ptr[0]) &&
           is_upper(inward.ptr[1]) && is_upper(inward.ptr[2]);
}

static void take_postcode(Ctx *c, Str *words, size_t *count, Wanted *out)
{
    for (size_t n = 2; n >= 1; n--) {
        for (size_t i = 0; i + n <= *count; i++) {
            Str key = person_postcode_key(c->arena, run(words, i, n));
            bool whole = n == 1 || key.len >= 5;
            if (!whole || !is_postcode(key)) continue;
            out->postcode = key;
            take(words, count, i, n);
            return;
        }
    }
}

// Names are shown as "OKAFOR, Grace (Mrs)": pasted back, the title is no part of the name.
static bool is_title(Str word)
{
    return str_starts(word, STR("(")) && str_ends(word, STR(")"));
}

static Err take_names(Ctx *c, const Str *words, size_t count, Wanted *out)
{
    for (size_t i = 0; i < count; i++) {
        if (is_title(words[i])) continue;
        Str rest = utf8_key(c->arena, words[i]);
        Str name = {0};
        while (str_split(&rest, ' ', &name)) {
            if (name.len > 0 && out->name_count < NAMES_MAX) out->names[out->name_count++] = name;
        }
    }
    bool alone = out->nhs_number == 0 && date_is_none(out->born) && out->postcode.len == 0;
    if (!alone) return ERR_OK;
    for (size_t i = 0; i < out->name_count; i++) {
        if (str_chars(out->names[i]) >= NAME_LETTERS_MIN) return ERR_OK;
    }
    return issue(c, out->name_count == 0
                        ? STR("Enter an NHS number, name, date of birth or postcode")
                        : STR("Enter at least 2 letters of the name"));
}

static Err read_wanted(Ctx *c, Str text, Wanted *out)
{
    text = str_trim(utf8_clean(c->arena, text, UTF8_ONE_LINE));
    if (str_chars(text) > QUERY_CHARS_MAX) {
        return issue(c, STR("What you search for must be 200 characters or fewer"));
    }
    Str words[WORDS_MAX];
    size_t count = cut(text, words);
    *out = (Wanted){.born = DATE_NONE};
    TRY(take_number(c, words, &count, out));
    TRY(take_born(c, words, &count, out));
    take_postcode(c, words, &count, out);
    return take_names(c, words, count, out);
}

// Does some word of the key begin with `name`?
static bool word_starts(Str key, Str name)
{
    Str rest = key;
    Str word = {0};
    while (str_split(&rest, ' ', &word)) {
        if (str_starts(word, name)) return true;
    }
    return false;
}

static bool fits(const Wanted *w, const Rows *rows)
{
    if (w->nhs_number != 0 && row_i64(rows, PERSON_BY_BORN_NHS_NUMBER) != w->nhs_number) {
        return false;
    }
    if (!date_is_none(w->born) && date_cmp(row_date(rows, PERSON_BY_BORN_BORN), w->born) != 0) {
        return false;
    }
    if (w->postcode.len > 0) {
        bool hidden = row_i64(rows, PERSON_BY_BORN_RESTRICTED) != 0;
        if (hidden || !str_starts(row_view(rows, PERSON_BY_BORN_POSTCODE_KEY), w->postcode)) {
            return false;
        }
    }
    for (size_t i = 0; i < w->name_count; i++) {
        bool ok = word_starts(row_view(rows, PERSON_BY_BORN_FAMILY_KEY), w->names[i]) ||
                  word_starts(row_view(rows, PERSON_BY_BORN_GIVEN_KEY), w->names[i]) ||
                  word_starts(row_view(rows, PERSON_BY_BORN_PREFERRED_KEY), w->names[i]);
        if (!ok) return false;
    }
    return true;
}

static bool known(const Found *found, int64_t id)
{
    for (size_t i = 0; i < found->count; i++) {
        if (found->rows[i].id.v == id) return true;
    }
    return false;
}

// Those who support people search the whole network: anybody may need help. A practice's staff find
// the people of their own practices and nobody else.
static bool within_reach(const Ctx *c, int64_t practice_id)
{
    return c->actor.account_id == 0 || ctx_can(c, CAP_CASELOAD_VIEW) ||
           ctx_works_for(c, practice_id);
}

// Every search statement shares the columns of by_born.
static Err gather(Ctx *c, StatementId id, const Val *args, size_t arg_count, const Wanted *w,
                  Found *found)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, id, args, arg_count);
    while (!found->more && rows_next(&rows)) {
        if (++found->seen > CANDIDATES_MAX) found->more = true;
        if (!within_reach(c, row_i64(&rows, PERSON_BY_BORN_PRACTICE_ID))) continue;
        if (!fits(w, &rows) || known(found, row_i64(&rows, PERSON_BY_BORN_ID))) continue;
        if (found->count == PERSON_FOUND_MAX) {
            found->more = true;
            break;
        }
        found->fit[found->count] = found->way;
        found->rows[found->count++] = (PersonRow){
            .id = {row_i64(&rows, PERSON_BY_BORN_ID)},
            .ref = row_str(c->arena, &rows, PERSON_BY_BORN_REF),
            .name =
                person_show_name(c->arena, (PersonName){row_view(&rows, PERSON_BY_BORN_FAMILY),
                                                        row_view(&rows, PERSON_BY_BORN_GIVEN),
                                                        row_view(&rows, PERSON_BY_BORN_PREFIX)}),
            .nhs_number = row_i64(&rows, PERSON_BY_BORN_NHS_NUMBER),
            .born = row_date(&rows, PERSON_BY_BORN_BORN),
            .registration = (Registration)row_i64(&rows, PERSON_BY_BORN_REGISTRATION),
            .practice_id = row_i64(&rows, PERSON_BY_BORN_PRACTICE_ID),
            .opted_out = row_i64(&rows, PERSON_BY_BORN_OPTED_OUT) != 0,
        };
    }
    return rows.err;
}

// Everything that begins with `key` lies in [key, key + the highest byte that no UTF-8 has).
static Err gather_prefix(Ctx *c, StatementId id, Str key, const Wanted *w, Found *found)
{
    Str until = arena_fmt(c->arena, STR_FMT "\xF4\x8F\xBF\xBF", STR_ARG(key)); // U+10FFFF
    return gather(c, id, ARGS(TEXT(key), TEXT(until), I64(CANDIDATES_MAX + 1)), w, found);
}

static Err gather_names(Ctx *c, const Wanted *w, Found *found)
{
    const StatementId by[] = {SQL_PERSON_BY_FAMILY, SQL_PERSON_BY_FAMILY_LAST,
                              SQL_PERSON_BY_PREFERRED, SQL_PERSON_BY_GIVEN};
    for (size_t s = 0; s < COUNT_OF(by); s++) {
        found->way = (uint8_t)s;
        for (size_t i = 0; i < w->name_count && !found->more; i++) {
            found->seen = 0;
            TRY(gather_prefix(c, by[s], w->names[i], w, found));
        }
    }
    return ERR_OK;
}

static bool leads(const Case *cases, size_t count, PersonId person)
{
    for (size_t i = 0; i < count; i++) {
        if (cases[i].person.v == person.v) return true;
    }
    return false;
}

// Of those that fit equally, the people of the actor's own caseload come first; else as found.
static Err own_first(Ctx *c, Found *found)
{
    if (c->actor.account_id == 0 || !ctx_can(c, CAP_CASELOAD_VIEW)) return ERR_OK;
    Case *cases = NULL;
    size_t count = 0;
    TRY(case_mine(c, &cases, &count));
    PersonRow *sorted = ARENA_ARRAY(c->arena, PersonRow, found->count + 1);
    size_t n = 0;
    for (size_t from = 0, until = 0; from < found->count; from = until) {
        while (until < found->count && found->fit[until] == found->fit[from]) until++;
        for (int pass = 0; pass < 2; pass++) {
            for (size_t i = from; i < until; i++) {
                bool own = leads(cases, count, found->rows[i].id);
                if (own == (pass == 0)) sorted[n++] = found->rows[i];
            }
        }
    }
    found->rows = sorted;
    return ERR_OK;
}

Err person_find(Ctx *c, Str text, PersonRow **out, size_t *count_out, bool *more_out)
{
    Wanted w = {0};
    TRY(read_wanted(c, text, &w));
    Found found = {.rows = ARENA_ARRAY(c->arena, PersonRow, PERSON_FOUND_MAX),
                   .fit = ARENA_ARRAY(c->arena, uint8_t, PERSON_FOUND_MAX)};
    Err err = ERR_OK;
    if (w.nhs_number != 0) {
        err = gather(c, SQL_PERSON_BY_NHS_NUMBER, ARGS(I64(w.nhs_number)), &w, &found);
    } else if (!date_is_none(w.born)) {
        err = gather(c, SQL_PERSON_BY_BORN, ARGS(DAY(w.born), I64(CANDIDATES_MAX)), &w, &found);
    } else if (w.postcode.len > 0) {
        err = gather_prefix(c, SQL_PERSON_BY_POSTCODE, w.postcode, &w, &found);
    } else {
        err = gather_names(c, &w, &found);
    }
    if (err != ERR_OK) return err;
    TRY(own_first(c, &found));
    *out = found.rows;
    *count_out = found.count;
    *more_out = found.more;
    return ERR_OK;
}
