// ui.h -- the parts that pages are made of, one function each, written in ui_*.ht.
//
// They follow the components of nhsuk-frontend (compared with its own output by
// tests/ui/contract.mjs) and our own app-* layer. All text is Str, "" leaves the thing out. Call
// them from a .ht: {{call ui_input(&(UiField){.name = STR("minutes"), ...})}}. Those marked
// "layout" take what stands between {{wrap ...}} and {{end}}.
#ifndef UI_H
#define UI_H

#include "core/ui_form.h"
#include "core/ui_list.h"

// ---- page head (layout): h1 and a caption on the left, the page's buttons on the right.
void ui_head_begin(Buf *o, Str title, Str caption);
void ui_head_end(Buf *o, Str title, Str caption);

// ---- text
typedef enum UiIcon {
    ICON_NONE,
    ICON_CLOCK,
    ICON_PHONE,
    ICON_HOME,
    ICON_PEOPLE,
    ICON_DOCUMENT,
    ICON_CHART,
    ICON_LINK,
    ICON_HOSPITAL,
    ICON_LOCK,
    ICON_WARNING,
    ICON_EAR,
    ICON_HEART,
    ICON_TICK,
    ICON_CROSS,
    ICON_EYE,
    ICON_PILL,
    ICON_CHAT,
    ICON_VIDEO,
    ICON_PERSON,
    ICON_NEEDLE,
    ICON_COUNT
} UiIcon;
void ui_icon(Buf *o, UiIcon icon); // decorative: hidden from screen readers
const char *ui_icon_path(UiIcon icon);
const char *ui_weekday(Date day); // "Monday"

typedef enum UiTone { TONE_PLAIN, TONE_INFO, TONE_OK, TONE_WARN, TONE_ALERT } UiTone;
void ui_tag(Buf *o, Str text, Str colour); // nhsuk-tag; colour "blue", "green" ... or ""
void ui_chip(Buf *o, Str text, UiTone tone, UiIcon icon);
void ui_rag(Buf *o, UiTone tone, Str text); // priority: TONE_ALERT high, TONE_WARN medium, else low

typedef enum UiDueState { DUE_NONE, DUE_OVER, DUE_TODAY, DUE_SOON, DUE_LATER, DUE_DONE } UiDueState;
typedef struct UiDue {
    UiDueState state;
    Str text; // "4 days overdue", "Today, 15:30", "Thu 26 Nov"
    Str full; // "Thursday 26 November 2026" for screen readers, "" when text says it all
} UiDue;
// minutes: after midnight in London, -1 for any time. Soon means within 3 working days.
UiDue ui_due_of(Arena *arena, Date due, int minutes, bool done, Date today);
void ui_due(Buf *o, UiDue due);

typedef struct UiPair { // a row of key facts or of a summary list
    Str key;
    Str value;   // "" is shown as `missing`
    Str missing; // "Not recorded" when empty too
    Str href;    // of the action, "" none
    Str action;  // "Change"
} UiPair;
void ui_facts(Buf *o, const UiPair *rows, size_t count);   // compact <dl>
void ui_summary(Buf *o, const UiPair *rows, size_t count); // nhsuk-summary-list

// ---- boxes (layouts)
typedef struct UiBox {
    Str id;      // of the heading; must be set when heading is
    Str heading; // h2
    Str link;    // text at the right of the heading
    Str href;
    Str more; // classes: "app-box--flush", "app-box--accent", "app-box--alert", "app-box--warn"
} UiBox;
void ui_box_begin(Buf *o, UiBox box);
void ui_box_end(Buf *o, UiBox box);
void ui_details_begin(Buf *o, Str summary);
void ui_details_end(Buf *o, Str summary);
void ui_inset_begin(Buf *o, UiTone tone); // a few words set apart
void ui_inset_end(Buf *o, UiTone tone);
void ui_empty(Buf *o, Str strong, Str text, Str href, Str action);

// ---- messages
typedef struct UiNotice {
    Str title; // "Success", "Important"
    Str text;
    bool success;
    Str undo; // address of a POST that undoes it, "" none; csrf and version go with it
    Str back; // the list to come back to after it, "" none
    Str csrf;
    int64_t version;
} UiNotice;
void ui_notice(Buf *o, const UiNotice *n);
typedef enum UiSave { SAVE_NONE, SAVE_OK, SAVE_BUSY, SAVE_FAILED } UiSave;
// The state of a form that saves itself. `key` is what assets/app.js posts to (data-autosave).
void ui_autosave(Buf *o, UiSave state, Str text);

// ---- timeline (layouts), in <ol class="app-timeline">: ui_day around ui_event around text
typedef struct UiEvent {
    UiIcon icon;
    Str colour; // "blue", "green", "purple", "pink", "red", "grey"
    Str title;
    Str meta; // "11:40, Priya Nair"
} UiEvent;
void ui_day_begin(Buf *o, Date day, Str extra);
void ui_day_end(Buf *o, Date day, Str extra);
void ui_event_begin(Buf *o, UiEvent e);
void ui_event_end(Buf *o, UiEvent e);

#endif
