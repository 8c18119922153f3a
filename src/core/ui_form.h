// ui_form.h -- the parts of forms: every control with its label, hint and error.
#ifndef UI_FORM_H
#define UI_FORM_H

#include "core/form.h"

typedef struct UiOption {
    Str value;
    Str text;
    Str hint;
    bool on; // chosen; a radio or select option whose value equals the field's is chosen too
} UiOption;

// One struct for all controls; each reads what it needs.
typedef struct UiField {
    Str name;
    Str id;    // "" : the name. An issue's link leads to "#name", so leave it unless repeated
    Str label; // or the legend, of radios, checkboxes and scale
    Str size;  // of the label: "", "s", "m", "l"
    Str hint;
    Str error;         // issue_of(c, "name")
    Str value;         // as typed
    Str type;          // of an input: "" text, "search", "email", "tel", "password"
    Str inputmode;     // "numeric" ...
    Str autocomplete;  // "off", "username" ...
    int width;         // in characters: 2, 3, 4, 5, 10, 20, 30; 0 full
    int rows;          // of a textarea, 0 is 5
    int max;           // characters, shown as a counted limit; 0 none
    bool label_hidden; // only screen readers hear it
    bool inline_row;   // radios and checkboxes beside each other
    bool small;        // small radios and checkboxes
    bool heading;      // the label is the page's h1
    Str describe;      // extra id for aria-describedby
    const UiOption *options;
    size_t option_count;
} UiField;

void ui_input(Buf *o, const UiField *f);
// A secret, with a button that shows it where there is script; autocomplete "" is the present one.
void ui_password(Buf *o, const UiField *f);
void ui_textarea(Buf *o, const UiField *f);
void ui_select(Buf *o, const UiField *f); // the first option is chosen when none is
void ui_radios(Buf *o, const UiField *f);
void ui_checkboxes(Buf *o, const UiField *f);
void ui_date(Buf *o, const UiField *f);  // one box that takes "1 December 2026", "1/12/26" ...
UiField ui_date_field(const UiField *f); // what ui_date makes of f: a width, no suggestions
void ui_scale(Buf *o, const UiField *f); // radios 1 to 10 in a row; value "" or "1" .. "10"
void ui_check(Buf *o, const UiField *f); // one tick box: value is sent, on when options[0].on

typedef struct UiButton {
    Str text;
    Str hidden;      // said after the text, "call the shop": for the fourth "Done" of a page
    Str href;        // a link that looks like a button; "" is a submit button
    Str name, value; // of a submit button
    Str kind; // "" primary, "secondary", "warning", "reverse", "link" (looks like a link), "row"
    bool small;
} UiButton;
void ui_button(Buf *o, UiButton b);

// Hidden fields every POST form starts with.
void ui_csrf(Buf *o, Str token); // p->page.csrf
void ui_version(Buf *o, int64_t version);

// The error summary of c->issues; the shell already writes it at the top of main.
void ui_error_summary(Buf *o, const Issue *issues, size_t count);

// Makes the options of a choice from parallel words and labels. In the arena.
UiOption *ui_options(Arena *arena, const char *const *values, const char *const *labels,
                     size_t count);
// A field as it is drawn: its value, and the issue beside it.
UiField ui_field(const Ctx *c, const char *name, const char *label, Str value);
Str ui_row_name(Arena *arena, Str group, size_t i, const char *name); // "goals[2].words"

#endif
