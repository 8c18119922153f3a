// campaign_sent_web.c -- the form that records letters as sent, and undoing it. Handlers only
// translate.
#include "core/form.h"
#include "core/html.h"
#include "insight/campaign/campaign_letters.h"

enum {
    TEXT_CHARS_READ = 20000,
    LEFT_OUT_LINES_MAX = 16,
    LIST_REFS = 1000, // in one field
    LIST_BYTES_MAX = LIST_REFS * (REF_CHARS + 1)
};
static_assert((int)LIST_BYTES_MAX <= (int)FIELD_BYTES_MAX, "a list is a field");

static const char *const WHO_WORDS[] = {"all", "some"};
enum { WHO_ALL, WHO_SOME };

// --- the page ---

static Str *lines_of(Ctx *c, Str text, size_t *count_out)
{
    Str *lines = ARENA_ARRAY(c->arena, Str, LEFT_OUT_LINES_MAX);
    Str line;
    size_t count = 0;
    while (count < LEFT_OUT_LINES_MAX && str_split(&text, '\n', &line)) {
        if (line.len > 0) lines[count++] = line;
    }
    *count_out = count;
    return lines;
}

static Str day_and_clock(Ctx *c, Str by, Instant at)
{
    return arena_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(by),
                     STR_ARG(instant_long(c->arena, at)));
}

static CampaignSendingRow row_of(Ctx *c, const Request *req, const Str base, const Sending *s)
{
    CampaignSendingRow row = {.sending = s};
    row.what = arena_fmt(c->arena, "%lld letter%s sent on " STR_FMT, (long long)s->people,
                         s->people == 1 ? "" : "s", STR_ARG(date_long(c->arena, s->on)));
    row.recorded =
        arena_fmt(c->arena, "Recorded by " STR_FMT ".", STR_ARG(day_and_clock(c, s->by, s->at)));
    row.left_out = lines_of(c, s->left_out, &row.left_out_count);
    if (s->undone_at.ms != 0) {
        row.undone = arena_fmt(c->arena, "Undone by " STR_FMT ": " STR_FMT,
                               STR_ARG(day_and_clock(c, s->undone_by, s->undone_at)),
                               STR_ARG(s->undone_reason));
        return row;
    }
    bool asked = str_eq(req_param(req, "sending"), s->ref); // what was typed is typed here
    row.action = arena_fmt(c->arena, STR_FMT "/letters/sent/" STR_FMT "/undo", STR_ARG(base),
                           STR_ARG(s->ref));
    row.reason = (UiField){.name = STR("reason"),
                           .label = STR("Why?"),
                           .hint = STR("Like they were printed and not posted"),
                           .value = asked ? form_value(req, "reason") : STR(""),
                           .error = asked ? issue_of(c, "reason") : STR("")};
    row.reason.id = asked ? STR("reason") : arena_fmt(c->arena, "reason-" STR_FMT, STR_ARG(s->ref));
    return row;
}

static Err fill_sendings(Ctx *c, const Request *req, CampaignLettersPage *m)
{
    Sending *all = NULL;
    TRY(campaign_sendings(c, &m->campaign, &all, &m->sending_count));
    m->sendings = ARENA_ARRAY(c->arena, CampaignSendingRow, m->sending_count + 1);
    for (size_t i = 0; i < m->sending_count; i++) {
        m->sendings[i] = row_of(c, req, m->base, &all[i]);
    }
    return ERR_OK;
}

static bool is_ticked(const Request *req, Str ref)
{
    for (size_t i = 0; i < form_count(req, "person"); i++) {
        if (str_eq(form_nth(req, "person", i), ref)) return true;
    }
    return false;
}

static void fill_fields(Ctx *c, const Request *req, UiOption *people, CampaignLettersPage *m)
{
    UiOption *who = ARENA_ARRAY(c->arena, UiOption, COUNT_OF(WHO_WORDS));
    who[WHO_ALL] = (UiOption){.value = STR("all"),
                              .text = arena_fmt(c->arena, "Everybody who has none recorded: %zu %s",
                                                m->unsent, m->unsent == 1 ? "person" : "people")};
    who[WHO_SOME] = (UiOption){.value = STR("some"), .text = STR("Only those I select below")};
    m->who = ui_field(c, "who", "Who was sent a letter?", form_value(req, "who"));
    m->who.options = who;
    m->who.option_count = COUNT_OF(WHO_WORDS);
    m->who.small = true;
    m->who.size = STR("s");
    m->sent_on = ui_field(c, "on", "When were they sent?", form_value(req, "on"));
    m->sent_on.value = form_value_or(req, "on", date_long(c->arena, c->today));
    m->person = ui_field(c, "person", "People whose letter was sent", STR(""));
    m->person.options = people;
    m->person.option_count = m->unsent;
    m->person.small = true;
    m->person.size = STR("s");
}

// Of the first m->unsent of these people: as many fields as it takes.
static void fill_lists(Ctx *c, const UiOption *people, CampaignLettersPage *m)
{
    Str *lists = ARENA_ARRAY(c->arena, Str, m->unsent / LIST_REFS + 1);
    CLEANUP(buf_free) Buf list = buf_new(LIST_BYTES_MAX);
    for (size_t i = 0; i < m->unsent; i++) {
        buf_fmt(&list, "%s" STR_FMT, list.len > 0 ? " " : "", STR_ARG(people[i].value));
        if ((i + 1) % LIST_REFS != 0 && i + 1 != m->unsent) continue;
        lists[m->list_count++] = arena_str(c->arena, buf_str(&list));
        buf_clear(&list);
    }
    m->lists = lists;
}

Err campaign_sent_fill(Ctx *c, const Request *req, const WriteTo *to, CampaignLettersPage *m,
                       Response *res)
{
    bool *already = NULL;
    TRY(campaign_sent_already(c, to, &already));
    UiOption *people = ARENA_ARRAY(c->arena, UiOption, to->count + 1);
    PersonId *shown = ARENA_ARRAY(c->arena, PersonId, to->count + 1);
    for (size_t i = 0; i < to->count; i++) {
        if (already[i] || to->to[i].address.len == 0) continue;
        Str ref = to->asked[i]->ref;
        shown[m->unsent] = to->ids[i];
        people[m->unsent++] = (UiOption){.value = ref,
                                         .text = to->to[i].name,
                                         .hint = to->practices[i],
                                         .on = is_ticked(req, ref)};
    }
    fill_lists(c, people, m);
    fill_fields(c, req, people, m);
    res->shown = shown;
    res->shown_count = m->unsent;
    return fill_sendings(c, req, m);
}

// --- what is done ---

// The page once more, with what is wrong.
static Err again(Ctx *c, const Request *req, Err err, Response *res)
{
    WriteTo to;
    res->status = err_status(err);
    TRY(campaign_write_to(c, req_param(req, "campaign"), &to));
    return campaign_letters_show(c, req, &to, res);
}

static Err after(Ctx *c, const Request *req, Err err, Str message, Response *res)
{
    if (err == ERR_CONFLICT) {
        (void)ctx_issue(c, STR(""),
                        STR("A colleague changed this in the same moment. Look again, "
                            "then send it again"));
    }
    if (err == ERR_INVALID || err == ERR_CONFLICT) return again(c, req, err, res);
    TRY(err);
    return res_redirect_saying(
        c, res,
        arena_fmt(c->arena, "/campaigns/" STR_FMT "/letters", STR_ARG(req_param(req, "campaign"))),
        message);
}

// Everybody that the page had, or those of them who were selected: never both.
static Err refs_of_form(Ctx *c, const Request *req, Str **out, size_t *count_out)
{
    size_t ticked = form_count(req, "person");
    Str *refs = ARENA_ARRAY(c->arena, Str, CAMPAIGN_ROWS_MAX);
    size_t count = 0;
    int who =
        form_choice(c, req, "who", WHO_WORDS, COUNT_OF(WHO_WORDS), "Select who was sent a letter");
    if (who < 0) return ERR_INVALID;
    if (who == WHO_ALL && ticked > 0) {
        return ctx_issue(c, STR("who"),
                         STR("You selected single people as well. Select everybody, "
                             "or only those you selected"));
    }
    for (size_t i = 0; who == WHO_ALL && i < form_count(req, "list"); i++) {
        Str list = form_nth(req, "list", i);
        Str ref;
        while (count < CAMPAIGN_ROWS_MAX && str_split(&list, ' ', &ref)) {
            if (ref.len > 0) refs[count++] = ref;
        }
    }
    for (size_t i = 0; who == WHO_SOME && i < ticked && i < CAMPAIGN_ROWS_MAX; i++) {
        refs[count++] = form_nth(req, "person", i);
    }
    if (count == 0) return ctx_issue(c, STR("person"), STR("Select at least one person"));
    *out = refs;
    *count_out = count;
    return ERR_OK;
}

static Str said(Ctx *c, const Sending *s)
{
    Str text =
        arena_fmt(c->arena, "%lld letter%s recorded as sent on " STR_FMT ".", (long long)s->people,
                  s->people == 1 ? " was" : "s were", STR_ARG(date_long(c->arena, s->on)));
    size_t count = 0;
    Str *lines = lines_of(c, s->left_out, &count);
    for (size_t i = 0; i < count; i++) {
        text =
            arena_fmt(c->arena, STR_FMT "%s" STR_FMT "%s", STR_ARG(text),
                      i == 0 ? " Left out: " : "; ", STR_ARG(lines[i]), i + 1 == count ? "." : "");
    }
    return text;
}

Err campaign_sent_form(Ctx *c, const Request *req, Response *res)
{
    Sending sending;
    SentNew what = {.on = DATE_NONE};
    Str *refs = NULL;
    WriteTo to;
    TRY(campaign_write_to(c, req_param(req, "campaign"), &to)); // may the actor, and does it run?
    what.on = form_date(c, req, "on", "Enter the day the letters were sent, like today");
    Err err = refs_of_form(c, req, &refs, &what.count);
    what.refs = refs;
    if (c->issue_count > 0) err = ERR_INVALID;
    if (err == ERR_OK) err = campaign_sent_record(c, req_param(req, "campaign"), &what, &sending);
    return after(c, req, err, err == ERR_OK ? said(c, &sending) : STR(""), res);
}

Err campaign_sent_undo_form(Ctx *c, const Request *req, Response *res)
{
    if (!access_may(c, CLASS_COHORT, MODE_READ)) return ERR_NOT_FOUND;
    Str reason = form_text(c, req, "reason", "Why", TEXT_CHARS_READ, NULL);
    Err err = campaign_sent_undo(c, req_param(req, "campaign"), req_param(req, "sending"),
                                 form_version(c, req), reason);
    return after(c, req, err,
                 STR("Undone. The contacts are marked as entered in error, and the people can be "
                     "written to again."),
                 res);
}
