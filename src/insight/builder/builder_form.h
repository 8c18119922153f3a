// builder_form.h -- a definition as the rows of a form: from the tree, as typed, text again.
//
// One row is one line of the text, so that what is wrong in the text is shown beside its row and
// field. The text's reader decides alone what is right; nothing is lost between the two.
#ifndef BUILDER_FORM_H
#define BUILDER_FORM_H

#include "insight/cohort/cohort.h"

enum {
    BUILDER_ROWS_MAX = 100,
    BUILDER_FIELD_CHARS_MAX = 2000,
    BUILDER_CHOICES_MAX = 14,
    BUILDER_HEADS = 11
};

typedef enum Part { // one control of a row
    PART_YEARS,
    PART_TO_YEARS,
    PART_DECILE,
    PART_TO_DECILE,
    PART_DEFICITS,
    PART_POINTS,
    PART_TIMES, // of "at least N of" too
    PART_MONTHS,
    PART_DAYS,
    PART_SEX,
    PART_PICK,
    PART_DIRECTION,
    PART_PRACTICES,
    PART_LANGUAGES,
    PART_SETS,
    PART_SET,
    PART_THEN,
    PART_SCORE,
    PART_COHORT,
    PART_MEASURE,
    PART_COMPARE,
    PART_VALUE,
    PART_VALUE_TO,
    PART_UNIT,
    PART_WHEN, // which window
    PART_SPAN, // "12 months"
    PART_FROM,
    PART_TO,
    PART_UNLESS,
    PART_BIT, // the first of BUILDER_CHOICES_MAX ticks
    PARTS = PART_BIT + BUILDER_CHOICES_MAX,
    PART_KIND = PARTS // the rule itself: not typed
} Part;
Str part_name(Part part); // of its field: "rows[3].to-years" ends so

typedef struct BuilderRow {
    int depth; // 0: the group that holds everything
    Str kind;  // as JSON names it: "age-at-least", of a group "all", "any", "none", "at-least"
    Str note;
    Str parts[PARTS]; // as typed
    int line;         // in the text, once it is made
    Str error;        // "" nothing is wrong
    Part error_part;
} BuilderRow;

typedef struct BuilderForm {
    Str key, name, purpose, owner, offer, start, end, target, review, confirm; // as typed
    unsigned also;                                                             // ALSO_ bits
    Str note, note_end;
    Str head_errors[BUILDER_HEADS]; // in the order of their lines; "" nothing is wrong
    int head_lines[BUILDER_HEADS];  // in the text, once it is made; 0 not there
    BuilderRow *rows;               // room for BUILDER_ROWS_MAX; the first is the outermost group
    size_t row_count;
} BuilderForm;

bool row_is_group(const BuilderRow *row);
size_t row_end(const BuilderForm *form, size_t at); // after the row and all that stands in it

// False: it has more rows than a form shows.
bool rows_of_definition(Arena *arena, const Definition *definition, BuilderForm *out);
void rows_typed(Ctx *c, const Request *req, BuilderForm *out);
// The text of what was typed. Fields that must not be empty and are get their error here.
Str rows_text(Ctx *c, const CodeSets *sets, BuilderForm *form, bool *complete_out);
// After rows_text: reads it, puts each sentence of the text's reader beside the row and field that
// it is about, and says all that is wrong as issues, in the order of the page.
void rows_blame(Ctx *c, const CodeSets *sets, BuilderForm *form);

// ---- changing rows; at is a row. Each gives the row where to go on; what cannot be done is not.
size_t rows_add_rule(BuilderForm *form, size_t group);
size_t rows_add_group(BuilderForm *form, size_t group);
size_t rows_remove(BuilderForm *form, size_t at);
size_t rows_move_up(BuilderForm *form, size_t at);
size_t rows_move_down(BuilderForm *form, size_t at);
size_t rows_wrap(BuilderForm *form, size_t at);   // a group of its own around the row
size_t rows_unwrap(BuilderForm *form, size_t at); // the group goes, what it holds stays

// ---- the kinds of rules, as people choose them: what about, then how
typedef struct Subject {
    const char *key, *label;
    struct {
        const char *kind, *label; // kind as in JSON
    } is[4];                      // the unused ones NULL
} Subject;
const Subject *subject_at(size_t index); // NULL after the last
const Subject *subject_of(Str kind);     // NULL: a group, or none
const Pattern *pattern_named(Str kind);  // NULL: a group, or none

#endif
