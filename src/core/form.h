// form.h -- what was typed, read with a type, a limit and a sentence for each thing that is wrong.
//
// Readers never stop at the first error: each adds its issue to c->issues and gives a harmless
// value; the handler asks c->issue_count, and redraws the page with form_value for every field.
#ifndef FORM_H
#define FORM_H

#include "core/route.h"

// The value as typed, "" when absent: for redrawing and for rules with limits of their own.
Str form_value(const Request *req, const char *name);
bool form_has(const Request *req, const char *name);
size_t form_count(const Request *req, const char *name); // how many values (check boxes)
Str form_nth(const Request *req, const char *name, size_t n);
// All of them at once, in c->arena, as they came: for lists of hundreds. Gives how many.
size_t form_all(Ctx *c, const Request *req, const char *name, Str **out);
Str form_row(Ctx *c, const Request *req, const char *group, size_t i,
             const char *name);                          // group[i].name
size_t form_rows(const Request *req, const char *group); // highest i + 1, at most FORM_ROWS_MAX
enum { FORM_ROWS_MAX = 200 };

// `label` starts the sentence: "Enter how many minutes ..." is given whole as `missing` (NULL: the
// field may be empty). Text is trimmed, cleaned (utf8_clean) and has at most chars_max code points;
// FORM_RULE_SAYS: the rule that takes the text says how long it may be, and no other limit is told.
#define FORM_RULE_SAYS SIZE_MAX
Str form_text(Ctx *c, const Request *req, const char *name, const char *label, size_t chars_max,
              const char *missing);
int64_t form_int(Ctx *c, const Request *req, const char *name, const char *missing, int64_t min,
                 int64_t max); // empty and missing == NULL: INT64_MIN
// Accepts what date_parse_human accepts; DATE_NONE when empty and allowed, or unreadable.
Date form_date(Ctx *c, const Request *req, const char *name, const char *missing);
// The same with a sentence of its own for what cannot be read: it names the field, with an example.
Date form_date_said(Ctx *c, const Request *req, const char *name, const char *missing,
                    const char *unclear);
// One of `count` words; its index, or -1 (with an issue unless missing is NULL and it is empty).
int form_choice(Ctx *c, const Request *req, const char *name, const char *const *words,
                size_t count, const char *missing);
int64_t form_version(Ctx *c, const Request *req); // the hidden "version"; 0 when absent

// What was typed, or what stands there before anybody typed.
Str form_value_or(const Request *req, const char *name, Str otherwise);

// The issue beside a field, "" when there is none.
Str issue_of(const Ctx *c, const char *field);

#endif
