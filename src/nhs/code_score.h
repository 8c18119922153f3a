// code_score.h -- scores that add up conditions: which sets of codes count, for how many points.
//
// Read from scores.tsv beside the sets. A row is one condition as it was published; one that no set
// stands for yet is kept, so that whoever shows the score can say what it leaves out.
#ifndef CODE_SCORE_H
#define CODE_SCORE_H

#include "nhs/code_set.h"

enum {
    CODE_SCORES_MAX = 16,
    SCORE_ROWS_MAX = 60,          // a bit each
    SCORE_POINTS_MAX = 100,       // of one row
    SCORE_ALL_POINTS_MAX = 60000, // of all rows of one score, in hundredths
    SCORE_MONTHS_MAX = 1200,
    SCORE_TIMES_MAX = 100,
};

typedef enum ScoreWhen {
    SCORE_EVER,
    SCORE_WITHIN, // events on at least `times` different days in the last `months`
    SCORE_FIRST,  // the very first event in the last `months`
} ScoreWhen;

typedef struct ScoreRow {
    int set;    // -1: no codes for it here, it never counts
    Str wanted; // the set that is not there: loaded under this name, the row counts; "": none
    int points; // hundredths
    int unless; // row of the same score that takes this one's place, -1: none
    ScoreWhen when;
    int months, times;
    int with; // a set that must be there too, as `times` and `months` say of it; -1: none
    int with_months, with_times;
    Str label; // the condition as published: "Mild liver disease"
    Str note;  // how counting it here differs from the publication, may be empty
    Str source;
} ScoreRow;

typedef struct CodeScore {
    Str name; // "charlson-2011"
    ScoreRow rows[SCORE_ROWS_MAX];
    size_t count;
} CodeScore;

// Reads the table into at most CODE_SCORES_MAX scores. Errors: ERR_INVALID with *why_out.
MUST_USE Err code_scores_from(Arena *arena, const CodeSets *sets, Str text, CodeScore *out,
                              size_t *count_out, Str *why_out);
const CodeScore *code_score_find(const CodeSets *sets, Str name); // NULL: no such score
size_t code_scores_count(const CodeSets *sets);
const CodeScore *code_score_at(const CodeSets *sets, size_t index);

#endif
