// builder_state.c -- what somebody is writing: read from the draft, changed, undone and kept again.
#include "insight/builder/builder_state.h"

#include "base/utf8.h"
#include "core/draft.h"
#include "core/form.h"
#include "insight/builder/builder_suggest.h"

enum { KEY_CHARS_MAX = 50, PAIRS_OF_ROW_MAX = PARTS + 5, HEADS_MAX = 24 };

static const char BLANK[] =
    "cohort new\nname " DEFINITION_NO_NAME "\npurpose Offer proactive care\nowner %.*s\n"
    "offer plan\n\nall\n  age at least 18\n";

static Str draft_key_of(Ctx *c, Str key)
{
    return arena_fmt(c->arena, "cohort:" STR_FMT, STR_ARG(key));
}

static bool is_new(const BuilderState *state)
{
    return str_eq(state->key, STR("new"));
}

// "Frailty, repeat admissions" is kept under frailty-repeat-admissions.
static Str key_of_name(Ctx *c, Str name)
{
    Str words = utf8_key(c->arena, name);
    CLEANUP(buf_free) Buf key = buf_new(KEY_CHARS_MAX + 1);
    for (size_t i = 0; i < words.len && key.len < KEY_CHARS_MAX; i++) {
        char ch = words.ptr[i];
        bool plain = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
        if (plain) buf_add_char(&key, ch);
        if (!plain && key.len > 0 && key.ptr[key.len - 1] != '-') buf_add_char(&key, '-');
    }
    Str made = arena_str(c->arena, buf_str(&key));
    while (str_ends(made, STR("-"))) made.len--;
    return made.len == 0 || str_eq(made, STR("new")) ? STR("cohort") : made;
}

// Takes a definition as the one that is counted, and draws form and text from it.
static Err take_good(Ctx *c, BuilderState *state, const Definition *definition)
{
    Str why = STR("");
    Definition *good = ARENA_NEW(c->arena, Definition);
    *good = *definition;
    good->key = state->own ? state->key : key_of_name(c, good->name);
    TRY(definition_settle(c->arena, good, &why));
    state->good = good;
    state->good_text = definition_text(c->arena, good);
    state->text = state->good_text;
    state->text_wrong = STR("");
    state->wrong = false;
    state->form_fits = rows_of_definition(c->arena, good, &state->form);
    return ERR_OK;
}

static Err take_text(Ctx *c, BuilderState *state, Str text, Str *why_out)
{
    Definition *read = ARENA_NEW(c->arena, Definition);
    TRY(definition_read(c->arena, cohort_sets(c), arena_str(c->arena, text), read, why_out));
    return take_good(c, state, read);
}

// The same of what was typed, which may name only what is known here.
static Err take_typed(Ctx *c, BuilderState *state, Str text, Str *why_out)
{
    Definition *read = ARENA_NEW(c->arena, Definition);
    Str own = arena_str(c->arena, text);
    TRY(definition_read(c->arena, cohort_sets(c), own, read, why_out));
    Err err = cohort_names_known(c, read, own, why_out);
    if (err != ERR_BUSY) TRY(err); // else it is judged when it is published
    return take_good(c, state, read);
}

static Err begin_blank(Ctx *c, BuilderState *state)
{
    Str why = STR("");
    Str owner = c->actor.name.len > 0 ? c->actor.name : STR("This network");
    return take_text(c, state, arena_fmt(c->arena, BLANK, STR_ARG(owner)), &why);
}

static void wrong_text(BuilderState *state, Str text, Str why)
{
    state->wrong = true;
    state->by_text = true;
    state->text = text;
    state->text_wrong = why;
}

// What others wrote is copied under another name; so is what the program brings.
static Err begin_copy(Ctx *c, BuilderState *state, Definition *read)
{
    read->name = arena_fmt(c->arena, "Copy of " STR_FMT, STR_ARG(read->name));
    if (str_chars(read->name) > DEFINITION_HEAD_CHARS_MAX) read->name = STR("Copy");
    return take_good(c, state, read);
}

static Err begin(Ctx *c, BuilderState *state)
{
    if (cohort_sets(c) == NULL) return ERR_BUSY;
    if (is_new(state)) return begin_blank(c, state);
    TRY(definition_get(c, state->key, &state->kept));
    state->own = state->kept.can_change && state->kept.state != DEFINITION_WITHDRAWN;
    state->seen = state->kept.version;
    Definition *read = ARENA_NEW(c->arena, Definition);
    Str why = STR("");
    Err err = definition_read(c->arena, cohort_sets(c), state->kept.text, read, &why);
    if (err == ERR_INVALID) { // it asks for a code set that is gone
        TRY(begin_blank(c, state));
        wrong_text(state, state->kept.text, why);
        (void)ctx_issue(c, STR("text"), why);
        return ERR_OK;
    }
    TRY(err);
    return state->own ? take_good(c, state, read) : begin_copy(c, state, read);
}

// ---- typed

static Err read_typed_text(Ctx *c, BuilderState *state, Str text)
{
    Str why = STR("");
    Str clean = utf8_clean(c->arena, text, UTF8_KEEP_LINES);
    Err err = take_typed(c, state, clean, &why);
    state->by_text = true;
    if (err == ERR_INVALID) {
        wrong_text(state, clean, why);
        return ctx_issue(c, STR("text"), why);
    }
    return err;
}

static Err read_typed_form(Ctx *c, BuilderState *state, BuilderForm *form)
{
    bool complete = false;
    Str why = STR("");
    form->key = state->own ? state->key : key_of_name(c, form->name);
    Str text = rows_text(c, cohort_sets(c), form, &complete);
    Err err = complete ? take_typed(c, state, text, &why) : ERR_INVALID;
    state->by_text = false;
    if (err != ERR_INVALID) return err;
    size_t before = c->issue_count;
    rows_blame(c, cohort_sets(c), form);
    if (c->issue_count == before) (void)ctx_issue(c, STR(""), why); // about it as a whole
    state->wrong = true;
    state->form = *form;
    state->form_fits = true;
    state->text = text;
    return ERR_INVALID;
}

static void read_scope(Ctx *c, const Request *req, BuilderState *state)
{
    if (form_has(req, "practice") &&
        !str_i64(form_value(req, "practice"), 0, INT64_MAX, &state->practice)) {
        state->practice = 0;
    }
    if (form_has(req, "as-at")) {
        state->as_at = str_trim(utf8_clean(c->arena, form_value(req, "as-at"), UTF8_ONE_LINE));
    }
    Date day = c->today;
    bool read = state->as_at.len == 0 || date_parse_human(state->as_at, c->today, &day) == DATE_OK;
    if (!read) {
        (void)ctx_issue(c, STR("as-at"), STR("Enter a day, like 1 April 2026"));
    } else if (day.days > c->today.days) {
        (void)ctx_issue(c, STR("as-at"), STR("The day must be today or in the past"));
        day = c->today;
    }
    state->day = read ? day : c->today;
}

// ---- steps

static void forget_oldest(BuilderState *state)
{
    memmove(state->past, state->past + 1, (state->past_count - 1) * sizeof *state->past);
    state->past_count--;
}

// Typing on in one field is one step.
static void remember(BuilderState *state, Str before, Str at)
{
    bool same = before.len == 0 || str_eq(before, state->good_text);
    bool on = at.len > 0 && str_eq(at, state->at) && state->past_count > 0;
    if (same) return;
    state->at = at;
    if (on) return;
    if (state->past_count == BUILDER_PAST_MAX) forget_oldest(state);
    state->past[state->past_count++] = before;
    size_t bytes = 0;
    for (size_t i = 0; i < state->past_count; i++) bytes += state->past[i].len;
    while (bytes > BUILDER_PAST_BYTES_MAX) {
        bytes -= state->past[0].len;
        forget_oldest(state);
    }
}

static Err undo(Ctx *c, BuilderState *state)
{
    Str why = STR("");
    state->at = STR("");
    if (state->wrong) return take_good(c, state, state->good); // what could not be read goes
    if (state->past_count == 0) return ERR_OK;
    return take_text(c, state, state->past[--state->past_count], &why);
}

static void change_rows(BuilderState *state, BuilderForm *form, Str act)
{
    static const struct {
        const char *word;
        size_t (*change)(BuilderForm *form, size_t at);
    } CHANGES[] = {{"add-rule ", rows_add_rule}, {"add-group ", rows_add_group},
                   {"remove ", rows_remove},     {"up ", rows_move_up},
                   {"down ", rows_move_down},    {"wrap ", rows_wrap},
                   {"unwrap ", rows_unwrap}};
    for (size_t i = 0; i < COUNT_OF(CHANGES); i++) {
        Str word = str_from_c(CHANGES[i].word);
        int64_t at = 0;
        if (!str_starts(act, word)) continue;
        if (str_i64(str_slice(act, word.len, act.len), 0, BUILDER_ROWS_MAX, &at)) {
            state->focus = CHANGES[i].change(form, (size_t)at);
        }
    }
}

// What a suggestion says, written into what was typed once that can be read.
static Err use_suggestion(Ctx *c, BuilderState *state, Str act)
{
    static const Str USE = STR_INIT("use ");
    bool complete = false;
    Str why = STR("");
    BuilderForm form;
    if (!str_starts(act, USE) || !rows_of_definition(c->arena, state->good, &form)) return ERR_OK;
    form.key = state->good->key;
    if (!suggestion_write(c, &form, str_slice(act, USE.len, act.len))) return ERR_OK;
    Str text = rows_text(c, cohort_sets(c), &form, &complete);
    return complete ? take_text(c, state, text, &why) : ERR_OK;
}

static Err apply_typed(Ctx *c, const Request *req, BuilderState *state)
{
    Str source = form_value(req, "source");
    if (str_eq(source, STR("text"))) return read_typed_text(c, state, form_value(req, "text"));
    if (!form_has(req, "rows[0].depth")) return ERR_OK; // too many rows for a form
    BuilderForm form;
    rows_typed(c, req, &form);
    change_rows(state, &form, form_value(req, "act"));
    return read_typed_form(c, state, &form);
}

Err state_apply(Ctx *c, const Request *req, BuilderState *state)
{
    Str before = state->good_text;
    Str act = form_value(req, "act");
    c->issue_count = 0; // of the draft: what is sent now stands in its place
    read_scope(c, req, state);
    if (str_eq(act, STR("undo"))) return undo(c, state);
    Err err = apply_typed(c, req, state);
    if (err == ERR_OK) err = use_suggestion(c, state, act);
    state->suggest = str_eq(act, STR("suggest"));
    if (err == ERR_OK) remember(state, before, form_value(req, "at"));
    return err == ERR_OK && c->issue_count > 0 ? ERR_INVALID : err; // the day
}

// ---- the draft

static Err read_draft(Ctx *c, const Request *draft, BuilderState *state)
{
    Str why = STR("");
    Str good = form_value(draft, "good");
    if (good.len == 0) return state_apply(c, draft, state); // kept when the session had ended
    Err err = take_text(c, state, good, &why);
    if (err == ERR_INVALID) return ERR_OK; // a set that is gone: the beginning stands
    TRY(err);
    for (size_t i = 0; i < draft->form_count && state->past_count < BUILDER_PAST_MAX; i++) {
        if (!str_eq(draft->form[i].name, STR("past"))) continue;
        state->past[state->past_count++] = draft->form[i].value;
    }
    state->at = form_value(draft, "at");
    (void)str_i64(form_value(draft, "seen"), 0, INT64_MAX, &state->seen);
    read_scope(c, draft, state);
    return apply_typed(c, draft, state);
}

Err state_load(Ctx *c, const Request *req, BuilderState *out)
{
    Draft draft;
    *out = (BuilderState){.key = req_param(req, "key"), .day = c->today};
    TRY(begin(c, out));
    Err err = draft_find(c, draft_key_of(c, out->key), &draft);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    Request typed;
    TRY(draft_request(c, &draft, req, &typed));
    err = read_draft(c, &typed, out);
    out->saved = true;
    out->saved_at = draft.saved_at;
    return err == ERR_INVALID ? ERR_OK : err; // what is wrong is said beside it
}

typedef struct Pairs {
    Arena *arena;
    Pair *each;
    size_t count;
} Pairs;

static void put(Pairs *pairs, Str name, Str value)
{
    if (value.len > 0) pairs->each[pairs->count++] = (Pair){name, value};
}

static void put_row(Pairs *pairs, size_t i, const BuilderRow *row)
{
    const Subject *subject = subject_of(row->kind);
    Str at = arena_fmt(pairs->arena, "rows[%zu].", i);
#define FIELD(name_) arena_fmt(pairs->arena, STR_FMT "%s", STR_ARG(at), (name_))
    put(pairs, FIELD("depth"), arena_fmt(pairs->arena, "%d", row->depth));
    put(pairs, FIELD("note"), row->note);
    if (subject == NULL) put(pairs, FIELD("group"), row->kind);
    if (subject != NULL) put(pairs, FIELD("what"), str_from_c(subject->key));
    if (subject != NULL) put(pairs, FIELD("is"), row->kind);
    for (Part part = 0; part < PARTS; part++) {
        put(pairs, FIELD(part_name(part).ptr), row->parts[part]);
    }
#undef FIELD
}

static void put_heads(Pairs *pairs, const BuilderForm *form)
{
    put(pairs, STR("name"), form->name);
    put(pairs, STR("purpose"), form->purpose);
    put(pairs, STR("owner"), form->owner);
    put(pairs, STR("offer"), form->offer);
    put(pairs, STR("start"), form->start);
    put(pairs, STR("end"), form->end);
    put(pairs, STR("target"), form->target);
    put(pairs, STR("review"), form->review);
    put(pairs, STR("confirm"), form->confirm);
    put(pairs, STR("leave"), STR("1"));
    put(pairs, STR("leave-caseload"), (form->also & ALSO_ON_CASELOAD) != 0 ? STR("") : STR("1"));
    put(pairs, STR("leave-declined"), (form->also & ALSO_DECLINED) != 0 ? STR("") : STR("1"));
    put(pairs, STR("note"), form->note);
    put(pairs, STR("note-end"), form->note_end);
}

Err state_save(Ctx *c, const Request *req, BuilderState *state)
{
    size_t most = HEADS_MAX + BUILDER_PAST_MAX + BUILDER_ROWS_MAX * PAIRS_OF_ROW_MAX;
    Pairs pairs = {c->arena, ARENA_ARRAY(c->arena, Pair, most), 0};
    Draft draft;
    put(&pairs, STR("good"), state->good_text);
    for (size_t i = 0; i < state->past_count; i++) put(&pairs, STR("past"), state->past[i]);
    put(&pairs, STR("at"), state->at);
    put(&pairs, STR("as-at"), state->as_at);
    put(&pairs, STR("practice"), arena_fmt(c->arena, "%lld", (long long)state->practice));
    put(&pairs, STR("seen"), arena_fmt(c->arena, "%lld", (long long)state->seen));
    if (state->wrong && state->by_text) {
        put(&pairs, STR("source"), STR("text"));
        put(&pairs, STR("text"), state->text);
    } else if (state->wrong) {
        put_heads(&pairs, &state->form);
        for (size_t i = 0; i < state->form.row_count; i++) {
            put_row(&pairs, i, &state->form.rows[i]);
        }
    }
    Request made = *req;
    made.form = pairs.each;
    made.form_count = pairs.count;
    TRY(draft_save(c, draft_key_of(c, state->key), &made, &draft));
    state->saved = true;
    state->saved_at = draft.saved_at;
    return ERR_OK;
}

Err state_drop(Ctx *c, const BuilderState *state)
{
    Err err = draft_drop(c, draft_key_of(c, state->key));
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// ---- keeping

bool state_clashes(const BuilderState *state)
{
    return state->own && state->kept.version != state->seen;
}

// The key comes from the name, so that is what has to be changed.
static void name_for_key(Ctx *c)
{
    for (size_t i = 0; i < c->issue_count; i++) {
        if (!str_eq(c->issues[i].field, STR("key"))) continue;
        c->issues[i] = (Issue){STR("name"), STR("Another cohort is kept under this name, or one "
                                                "like it: choose another name")};
    }
}

Err state_keep(Ctx *c, const Request *req, BuilderState *state, KeptDefinition *out)
{
    if (state->wrong) return ERR_INVALID;
    bool publish = str_eq(form_value(req, "act"), STR("publish"));
    if (state->own) state->seen = form_version(c, req); // both were looked at
    DefinitionKeep keep = {.key = state->own ? state->key : STR(""),
                           .version = state->own ? state->seen : 0,
                           .text = state->good_text,
                           .publish = publish};
    Err err = definition_keep(c, &keep, out);
    if (err == ERR_INVALID) name_for_key(c);
    TRY(err);
    return state_drop(c, state);
}
