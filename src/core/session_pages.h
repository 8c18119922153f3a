// session_pages.h -- what the pages of session.ht show.
#ifndef SESSION_PAGES_H
#define SESSION_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "core/ui_form.h"

typedef struct SignInPage {
    Page page;
    Str username;
    Str back;
    bool was_locked; // the session ended because nobody used it
    int idle_minutes;
    bool draft_kept;      // the form just sent was kept
    bool not_saved;       // nor kept: whose it was is not known
    int64_t drafts;       // of the account that was signed in, so far
    bool password_chosen; // just now, by the code
} SignInPage;

typedef struct OldFormPage { // in place of what a form would have done
    Page page;
    OldForm old_form;
    bool kept;  // as a draft, which opens at `back`
    bool file;  // a file was sent with it
    Str action; // where it is sent again
    const Pair *fields;
    size_t field_count;
    const UiPair *typed; // of the fields what a person wrote or chose, to be read before it is sent
    size_t typed_count;
    Str back;
    Str reference;
} OldFormPage;

typedef struct PasswordPage {
    Page page;
    Str code;
    Str username;
    int chars_min;
} PasswordPage;

typedef struct ReasonPage {
    Page page;
    Str action;  // "/people/<ref>/reason"
    Str what;    // the class of data that was asked for, in words
    bool always; // this class asks everybody for a reason
    bool stands; // a reason was stated and does not open it: only an emergency does
    Str reason;
    Str back;
    bool kept; // the form just sent, which waits at `back`
} ReasonPage;

#endif
