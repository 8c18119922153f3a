// unsent.c -- one draft an account, whose first field says where it was going.
#include "core/unsent.h"

#include "core/core.h"
#include "core/draft.h"
#include "core/form.h"
#include "core/page.h"
#include "core/session_web.h"
#include "core/web.h"
#include "session_page.h"

#define UNSENT_KEY STR("unsent")
static const char PLACE[] = "unsent-to"; // no form has a field of this name

Err unsent_keep(Ctx *c, const Request *req, bool *kept_out)
{
    *kept_out = false;
    unsigned never = ROUTE_PUBLIC | ROUTE_UPLOAD | ROUTE_READS | ROUTE_RAW | ROUTE_FRAGMENT;
    bool page = str_find(req->accept, STR("text/html"), &(size_t){0}); // not a script's own save
    if ((req->route->flags & never) != 0 || req->form_count == 0 || !page) return ERR_OK;
    Str place = req->path;
    if (req->query_text.len > 0) {
        place = arena_fmt(c->arena, STR_FMT "?" STR_FMT, STR_ARG(place), STR_ARG(req->query_text));
    }
    if (!session_back_ok(place)) return ERR_OK;
    Request form = *req;
    Pair *pairs = ARENA_ARRAY(c->arena, Pair, req->form_count + 1);
    pairs[0] = (Pair){str_from_c(PLACE), place};
    memcpy(pairs + 1, req->form, req->form_count * sizeof *pairs);
    form.form = pairs;
    form.form_count++;
    Draft draft;
    TRY(draft_save(c, UNSENT_KEY, &form, &draft));
    *kept_out = true;
    return ERR_OK;
}

Err unsent_place(Ctx *c, Str *out)
{
    Draft draft;
    Err err = draft_find(c, UNSENT_KEY, &draft);
    *out = err == ERR_OK ? STR("/unsent") : STR("");
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

typedef struct Waiting {
    Request form; // its fields, without where it was going
    Str place;
    Str back; // the page where it was typed
} Waiting;

static Err find(Ctx *c, const Request *req, Waiting *out)
{
    Draft draft;
    TRY(draft_find(c, UNSENT_KEY, &draft));
    TRY(draft_request(c, &draft, req, &out->form));
    if (out->form.form_count == 0 || !str_eq(out->form.form[0].name, str_from_c(PLACE))) {
        return ERR_NOT_FOUND;
    }
    out->place = out->form.form[0].value;
    out->form.form++;
    out->form.form_count--;
    if (!session_back_ok(out->place)) return ERR_NOT_FOUND;
    Request probe = {.method = STR("POST"), .path = out->place};
    size_t mark = 0;
    Str allow;
    if (str_find(out->place, STR("?"), &mark)) probe.path = str_slice(out->place, 0, mark);
    (void)route_find(c->arena, c->core->routes, &probe, &allow);
    out->back = probe.route == NULL ? STR("") : web_here(c, &probe);
    if (out->back.len == 0) out->back = page_home(c);
    return ERR_OK;
}

// What the program put into the form itself, and words that mean nothing to their writer.
static bool of_the_program(const Pair *field)
{
    static const char *const NAMES[] = {"csrf", "version", "seen", "back", "page", "ref"};
    Str name = field->name;
    if (field->value.len == 0 || str_ends(name, STR(".ref"))) return true;
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        if (str_eq(name, str_from_c(NAMES[i]))) return true;
    }
    if (field->value.len != REF_CHARS) return false;
    for (size_t i = 0; i < field->value.len; i++) { // a ref stands for something, and says nothing
        char ch = field->value.ptr[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9'))) return false;
    }
    return true;
}

// "own_words" as "Own words", "actions[2].what" as "What": the label itself stands on its page.
static Str field_words(Ctx *c, Str name)
{
    size_t dot = 0;
    while (str_find(name, STR("."), &dot)) name = str_slice(name, dot + 1, name.len);
    char *words = ARENA_ARRAY(c->arena, char, name.len + 1);
    for (size_t i = 0; i < name.len; i++) {
        bool gap = name.ptr[i] == '_' || name.ptr[i] == '-';
        words[i] = gap ? ' ' : name.ptr[i];
    }
    if (name.len > 0 && words[0] >= 'a' && words[0] <= 'z') words[0] = (char)(words[0] - 'a' + 'A');
    return (Str){words, name.len};
}

static void fill_typed(Ctx *c, const Request *form, OldFormPage *m)
{
    UiPair *typed = ARENA_ARRAY(c->arena, UiPair, form->form_count + 1);
    for (size_t i = 0; i < form->form_count; i++) {
        const Pair *field = &form->form[i];
        if (of_the_program(field)) continue;
        typed[m->typed_count++] =
            (UiPair){.key = field_words(c, field->name), .value = field->value};
    }
    m->typed = typed;
}

Err unsent_show(Ctx *c, const Request *req, Response *res)
{
    Waiting w;
    Err found = find(c, req, &w);
    if (found == ERR_NOT_FOUND) { // a bookmark, or the way back to what was sent on already
        OldFormPage none = {.page = page_of(c, STR("No form is waiting"), ""),
                            .old_form = OLD_FORM_NONE,
                            .reference = c->request};
        old_form_page(&res->body, &none);
        return ERR_OK;
    }
    TRY(found);
    OldFormPage m = {.page = page_of(c, STR("A form is not saved yet"), ""),
                     .old_form = OLD_FORM_UNSENT,
                     .action = STR("/unsent"),
                     .fields = w.form.form,
                     .field_count = w.form.form_count,
                     .back = w.back,
                     .reference = c->request};
    fill_typed(c, &w.form, &m);
    old_form_page(&res->body, &m);
    return ERR_OK;
}

// The browser sends the same form on to where it was going: there it is judged like any other.
Err unsent_answer(Ctx *c, const Request *req, Response *res)
{
    Waiting w;
    TRY(find(c, req, &w));
    TRY(draft_drop(c, UNSENT_KEY));
    if (form_has(req, "unsent")) {
        return res_redirect_saying(c, res, w.back, STR("The form was thrown away."));
    }
    TRY(res_redirect(c, res, w.place));
    res->status = 307;
    return ERR_OK;
}
