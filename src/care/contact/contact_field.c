// contact_field.c -- how and when somebody was met, as fields of a form.
#include "care/contact/contact_field.h"

#include "core/form.h"

static const char *const MODE_WORDS[] = {"telephone", "home",    "surgery",
                                         "video",     "written", "other"};

static UiOption *mode_options(Ctx *c)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, COUNT_OF(MODE_WORDS));
    for (size_t i = 0; i < COUNT_OF(MODE_WORDS); i++) {
        options[i] = (UiOption){.value = str_from_c(MODE_WORDS[i]),
                                .text = str_from_c(contact_mode_name((ContactMode)(i + 1)))};
    }
    return options;
}

UiField contact_mode_field(Ctx *c, const char *label, Str typed)
{
    UiField mode = ui_field(c, "mode", label, typed);
    mode.options = mode_options(c);
    mode.option_count = COUNT_OF(MODE_WORDS);
    return mode;
}

ContactMode contact_mode_of_form(Ctx *c, const Request *req, const char *missing)
{
    return (ContactMode)(form_choice(c, req, "mode", MODE_WORDS, COUNT_OF(MODE_WORDS), missing) +
                         1);
}

// The hour that never was, or was twice, is told apart by a sentence.
Instant contact_moment_of_form(Ctx *c, const Request *req)
{
    Date on = form_date(c, req, "on", "Enter the date of the contact, like 24 November 2026");
    Str time = str_trim(form_value(req, "time"));
    int64_t hour = 0;
    int64_t minute = 0;
    Str rest = time;
    Str part;
    bool ok = time.len == 5 && time.ptr[2] == ':' && str_split(&rest, ':', &part) &&
              str_i64(part.ptr[0] == '0' ? str_slice(part, 1, 2) : part, 0, 23, &hour) &&
              str_i64(rest.ptr[0] == '0' ? str_slice(rest, 1, 2) : rest, 0, 59, &minute);
    if (!ok) {
        ctx_issue(c, STR("time"), STR("Enter the time of the contact, like 09:30 or 14:05"));
        return (Instant){0};
    }
    if (date_is_none(on)) return (Instant){0};
    Instant first = {0};
    Instant second = {0};
    if (instant_from_london(on, (int)hour, (int)minute, &first, &second) == LOCAL_GAP) {
        ctx_issue(c, STR("time"),
                  STR("The clocks went forward over that time. Enter the time on the clock"));
    }
    return first;
}
