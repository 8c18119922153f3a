// code_score.c -- reads scores.tsv.
#include "nhs/code_score.h"

#include "base/tsv.h"

typedef struct Reader {
    Arena *arena;
    const CodeSets *sets;
    Tsv rows;
    Str *why;
    Str unless[SCORE_ROWS_MAX]; // of the score that is read, by row
    int points;                 // of all its rows
} Reader;

static Err wrong(const Reader *r, const char *expected)
{
    *r->why = arena_fmt(r->arena, "scores line %lld: %s", (long long)r->rows.line, expected);
    return ERR_INVALID;
}

// "2", "0.47": hundredths, without going through binary fractions.
static bool points_of(Str text, int *out)
{
    size_t point = text.len;
    int64_t whole = 0;
    int parts = 0;
    bool has_point = str_find(text, STR("."), &point);
    if (!str_i64(str_slice(text, 0, point), 0, SCORE_POINTS_MAX, &whole)) return false;
    Str decimals = str_slice(text, has_point ? point + 1 : text.len, text.len);
    if ((has_point && decimals.len == 0) || decimals.len > 2) return false;
    for (size_t i = 0; i < 2; i++) {
        char digit = i < decimals.len ? decimals.ptr[i] : '0';
        if (digit < '0' || digit > '9') return false;
        parts = parts * 10 + digit - '0';
    }
    *out = (int)whole * 100 + parts;
    return true;
}

// "60 months"
static bool months_of(Str text, int *out)
{
    int64_t months = 0;
    Str number;
    if (!str_split(&text, ' ', &number) || !str_eq(text, STR("months")) ||
        !str_i64(number, 1, SCORE_MONTHS_MAX, &months)) {
        return false;
    }
    *out = (int)months;
    return true;
}

// "4 " before what is counted; without it once is enough. False: no such number.
static bool times_of(Str *text, int *out)
{
    int64_t times = 1;
    Str rest = *text;
    Str word;
    *out = 1;
    if (!str_split(&rest, ' ', &word) || word.len == 0) return true;
    if (word.ptr[0] < '0' || word.ptr[0] > '9') return true;
    if (!str_i64(word, 2, SCORE_TIMES_MAX, &times)) return false;
    *out = (int)times;
    *text = rest;
    return true;
}

static bool when_of(Str text, ScoreRow *row)
{
    Str word;
    if (!times_of(&text, &row->times)) return false;
    if (str_eq(text, STR("ever"))) return row->times == 1;
    if (!str_split(&text, ' ', &word)) return false;
    row->when = str_eq(word, STR("first")) ? SCORE_FIRST : SCORE_WITHIN;
    if (row->when == SCORE_FIRST && row->times > 1) return false;
    return (row->when == SCORE_FIRST || str_eq(word, STR("within"))) &&
           months_of(text, &row->months);
}

// "ltc-asthma", or "laxatives?", which only some deployments have. False: it must be there.
static bool set_of(const CodeSets *sets, Str text, ScoreRow *row, int *out)
{
    bool may_be_absent = text.len > 1 && text.ptr[text.len - 1] == '?';
    Str name = may_be_absent ? str_slice(text, 0, text.len - 1) : text;
    *out = code_set_index(sets, name);
    if (*out >= 0) return true;
    if (row->wanted.len == 0) row->wanted = name;
    return may_be_absent;
}

// "asthma-medicines 12 months", "4 skin-medicines? 12 months", or "-".
static bool with_of(const CodeSets *sets, Str text, ScoreRow *row)
{
    Str set;
    row->with = -1;
    if (str_eq(text, STR("-"))) return true;
    if (!times_of(&text, &row->with_times) || !str_split(&text, ' ', &set)) return false;
    return set_of(sets, set, row, &row->with) && months_of(text, &row->with_months);
}

// Rows that others take the place of are named before or after them.
static Err end_score(Reader *r, CodeScore *score)
{
    for (size_t i = 0; score != NULL && i < score->count; i++) {
        score->rows[i].unless = -1;
        if (str_eq(r->unless[i], STR("-"))) continue;
        int set = code_set_index(r->sets, r->unless[i]);
        for (size_t k = 0; set >= 0 && k < score->count; k++) {
            const ScoreRow *row = &score->rows[k];
            bool plain = row->when == SCORE_EVER && row->with < 0;
            if (row->set == set && k != i && plain) score->rows[i].unless = (int)k;
        }
        if (score->rows[i].unless >= 0) continue;
        *r->why = arena_fmt(r->arena,
                            "scores: " STR_FMT " gives way to " STR_FMT
                            ", which is not another row of the score that counts ever",
                            STR_ARG(score->rows[i].label), STR_ARG(r->unless[i]));
        return ERR_INVALID;
    }
    r->points = 0;
    return ERR_OK;
}

static Err read_row(Reader *r, CodeScore *score)
{
    const Str *f = r->rows.fields;
    ScoreRow row = {.set = -1, .label = f[6], .note = f[7], .source = f[8]};
    if (score->count == SCORE_ROWS_MAX) return wrong(r, "fewer rows in one score");
    if (!str_eq(f[1], STR("none"))) {
        bool may = set_of(r->sets, f[1], &row, &row.set);
        if (!may) return wrong(r, "a set that is there, one that may be (NAME?), or none");
    }
    bool counts = points_of(f[2], &row.points);
    if (!counts) return wrong(r, "points from 0 to 100, two decimals at most");
    if (!when_of(f[4], &row)) return wrong(r, "ever, [N] within N months or first N months");
    if (!with_of(r->sets, f[5], &row)) return wrong(r, "[N] a set and N months, or -");
    if (row.wanted.len > 0) row.set = row.with = -1; // without one of them it never counts
    if (row.label.len == 0) return wrong(r, "the condition's name");
    bool sourced = code_source(r->sets, row.source) != NULL;
    if (!sourced) return wrong(r, "a source that sources.tsv names");
    r->points += row.points;
    if (r->points > SCORE_ALL_POINTS_MAX) return wrong(r, "fewer points in one score");
    r->unless[score->count] = f[3];
    score->rows[score->count++] = row;
    return ERR_OK;
}

// The score that the next row begins, behind those that are there.
static Err begin_score(Reader *r, Str name, CodeScore *scores, size_t *count)
{
    for (size_t i = 0; i < *count; i++) {
        bool again = str_eq(scores[i].name, name);
        if (again) return wrong(r, "keep the rows of a score together");
    }
    if (*count == CODE_SCORES_MAX) return wrong(r, "fewer scores");
    scores[(*count)++] = (CodeScore){.name = name};
    return ERR_OK;
}

static Err take_row(Reader *r, CodeScore *scores, size_t *count, CodeScore **score)
{
    Str name = r->rows.fields[0];
    if (*score == NULL || !str_eq((*score)->name, name)) {
        TRY(end_score(r, *score));
        TRY(begin_score(r, name, scores, count));
        *score = &scores[*count - 1];
    }
    return read_row(r, *score);
}

Err code_scores_from(Arena *arena, const CodeSets *sets, Str text, CodeScore *out,
                     size_t *count_out, Str *why_out)
{
    Reader r = {.arena = arena, .sets = sets, .rows = tsv_open(text, 7), .why = why_out};
    CodeScore *score = NULL;
    *count_out = 0;
    while (tsv_next(&r.rows)) TRY(take_row(&r, out, count_out, &score));
    if (r.rows.err != ERR_OK) {
        *why_out = tsv_wrong(arena, &r.rows, "scores");
        return r.rows.err;
    }
    return end_score(&r, score);
}

const CodeScore *code_score_find(const CodeSets *sets, Str name)
{
    for (size_t i = 0; i < code_scores_count(sets); i++) {
        if (str_eq(code_score_at(sets, i)->name, name)) return code_score_at(sets, i);
    }
    return NULL;
}
