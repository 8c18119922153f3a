// campaign_sent_web.c -- the form that records letters as sent, and undoing it. Handlers only
// translate.
#include "core/form.h"
#include "core/html.h"
#include "insight/campaign/campaign_letters.h"

enum {
    LEFT_OUT_LINES_MAX = 16,
    LIST_REFS = 1000, // in one field
    LIST_BYTES_MAX = LIST_REFS * (REF_CHARS + 1)
};
static_assert((int)LIST_BYTES_MAX <= (int)FIELD_BYTES_MAX, "a list is a field");

// A form that could not be sent with everybody selected would be refused with nothing said.
enum { OTHER_FIELDS = 8 };
static_assert((int)CAMPAIGN_PEOPLE_MAX + (int)OTHER_FIELDS <= (int)PAIRS_MAX, "each has a box");

static const char *const WHO_WORDS[] = {"all",    "but",    "some",   "part-1", "part-2", "part-3",
                                        "part-4", "part-5", "part-6", "part-7", "part-8"};
enum { WHO_ALL, WHO_BUT, WHO_SOME, WHO_PART };
static_assert(COUNT_OF(WHO_WORDS) == (int)WHO_PART + (int)LETTERS_PARTS_MAX,
              "each part has a word");

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

static Str letters_text(Ctx *c, int64_t count)
{
    return html_count_of(c->arena, count, "letter", "letters");
}

static CampaignSendingRow row_of(Ctx *c, const Request *req, const Str base, const Sending *s)
{
    CampaignSendingRow row = {.sending = s};
    row.what =
        arena_fmt(c->arena, "Sending %lld: " STR_FMT " sent on " STR_FMT, (long long)s->number,
                  STR_ARG(letters_text(c, s->people)), STR_ARG(date_long(c->arena, s->on)));
    if (s->in_error > 0) {
        row.in_error = arena_fmt(
            c->arena, STR_FMT " of these contacts %s marked as entered in error since.",
            STR_ARG(html_count(c->arena, s->in_error)), s->in_error == 1 ? "was" : "were");
    }
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

typedef struct Ticked { // refs of people, in order
    Str *refs;
    size_t count;
} Ticked;

static int by_ref(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

static Ticked ticked_of(Ctx *c, const Request *req)
{
    Ticked ticked = {0};
    ticked.count = form_all(c, req, "person", &ticked.refs);
    if (ticked.count > 1) qsort(ticked.refs, ticked.count, sizeof *ticked.refs, by_ref);
    return ticked;
}

static bool is_ticked(const Ticked *ticked, Str ref)
{
    return ticked->count > 0 &&
           bsearch(&ref, ticked->refs, ticked->count, sizeof ref, by_ref) != NULL;
}

// Where letters are made in parts, those of a part can be recorded as one.
static void fill_who(Ctx *c, const Request *req, const size_t *unsent, CampaignLettersPage *m)
{
    UiOption *who = ARENA_ARRAY(c->arena, UiOption, COUNT_OF(WHO_WORDS));
    size_t count = 0;
    who[count++] =
        (UiOption){.text = arena_fmt(c->arena, "Everybody who has none recorded: " STR_FMT,
                                     STR_ARG(html_people(c->arena, (int64_t)m->unsent)))};
    for (size_t i = 0; m->in_parts && i < LETTERS_PARTS_MAX; i++) {
        if (unsent[i] == 0) continue;
        who[count++] =
            (UiOption){.value = str_from_c(WHO_WORDS[WHO_PART + i]),
                       .text = arena_fmt(c->arena, "Places " STR_FMT ": " STR_FMT,
                                         STR_ARG(campaign_part_places(c, i)),
                                         STR_ARG(html_people(c->arena, (int64_t)unsent[i])))};
    }
    who[0].value = str_from_c(WHO_WORDS[WHO_ALL]);
    who[count++] = (UiOption){.value = str_from_c(WHO_WORDS[WHO_BUT]),
                              .text = STR("Everybody but those I select below")};
    who[count++] = (UiOption){.value = str_from_c(WHO_WORDS[WHO_SOME]),
                              .text = STR("Only those I select below")};
    m->who = ui_field(c, "who", "Who was sent a letter?", form_value(req, "who"));
    m->who.options = who;
    m->who.option_count = count;
    m->who.small = true;
    m->who.size = STR("s");
}

static void fill_fields(Ctx *c, const Request *req, UiOption *people, CampaignLettersPage *m)
{
    m->sent_on = ui_field(c, "on", "When were they sent?", form_value(req, "on"));
    m->sent_on.value = form_value_or(req, "on", date_long(c->arena, c->today));
    m->person = ui_field(c, "person", "People", STR(""));
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
    Ticked ticked = ticked_of(c, req);
    size_t unsent[LETTERS_PARTS_MAX] = {0}; // of each part
    UiOption *people = ARENA_ARRAY(c->arena, UiOption, to->count + 1);
    PersonId *shown = ARENA_ARRAY(c->arena, PersonId, to->count + 1);
    for (size_t i = 0; i < to->count; i++) {
        if (already[i] || to->to[i].address.len == 0) continue;
        Str ref = to->asked[i]->ref;
        unsent[campaign_part_of(to->asked[i])]++;
        shown[m->unsent] = to->ids[i];
        people[m->unsent++] = (UiOption){.value = ref,
                                         .text = to->to[i].name,
                                         .hint = to->practices[i],
                                         .on = is_ticked(&ticked, ref)};
    }
    fill_lists(c, people, m);
    fill_who(c, req, unsent, m);
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

typedef struct Meant {  // of those whom the page had
    const Ticked *only; // NULL: all,
    const Ticked *but;  // and of these none
} Meant;

static size_t refs_of_lists(Ctx *c, const Request *req, const Meant *meant, Str *refs)
{
    Str *lists = NULL;
    size_t list_count = form_all(c, req, "list", &lists);
    size_t count = 0;
    for (size_t i = 0; i < list_count; i++) {
        Str ref;
        while (count < CAMPAIGN_ROWS_MAX && str_split(&lists[i], ' ', &ref)) {
            bool is_meant = ref.len > 0 && !is_ticked(meant->but, ref) &&
                            (meant->only == NULL || is_ticked(meant->only, ref));
            if (is_meant) refs[count++] = ref;
        }
    }
    return count;
}

static Ticked people_of_part(Ctx *c, const WriteTo *to, size_t part)
{
    Ticked all = {.refs = ARENA_ARRAY(c->arena, Str, to->count + 1)};
    for (size_t i = 0; i < to->count; i++) {
        if (campaign_part_of(to->asked[i]) == part) all.refs[all.count++] = to->asked[i]->ref;
    }
    if (all.count > 1) qsort(all.refs, all.count, sizeof *all.refs, by_ref);
    return all;
}

// What was selected is never passed over.
static Err check_who(Ctx *c, int who, const Ticked *ticked)
{
    if (who < 0) return ERR_INVALID;
    bool takes_boxes = who == WHO_BUT || who == WHO_SOME;
    if (!takes_boxes && ticked->count > 0) {
        return ctx_issue(c, STR("who"),
                         STR("You selected single people as well. Select everybody but those, or "
                             "only those, or take the ticks away"));
    }
    if (who == WHO_BUT && ticked->count == 0) {
        return ctx_issue(c, STR("person"),
                         STR("Select who was not sent a letter, or select everybody"));
    }
    return ERR_OK;
}

static Err refs_of_form(Ctx *c, const Request *req, const WriteTo *to, SentNew *out)
{
    Ticked ticked = ticked_of(c, req);
    Str *refs = ARENA_ARRAY(c->arena, Str, CAMPAIGN_ROWS_MAX);
    Ticked part = {0};
    Meant meant = {.but = &ticked};
    int who =
        form_choice(c, req, "who", WHO_WORDS, COUNT_OF(WHO_WORDS), "Select who was sent a letter");
    TRY(check_who(c, who, &ticked));
    if (who >= WHO_PART) {
        part = people_of_part(c, to, (size_t)who - WHO_PART);
        meant.only = &part;
    }
    out->refs = who == WHO_SOME ? ticked.refs : refs;
    out->count = who == WHO_SOME ? ticked.count : refs_of_lists(c, req, &meant, refs);
    if (out->count > 0) return ERR_OK;
    return ctx_issue(c, STR("person"), STR("Select at least one person"));
}

static Str said(Ctx *c, const Sending *s)
{
    Str text = arena_fmt(c->arena, STR_FMT " %s recorded as sent on " STR_FMT ".",
                         STR_ARG(letters_text(c, s->people)), s->people == 1 ? "was" : "were",
                         STR_ARG(date_long(c->arena, s->on)));
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
    WriteTo to;
    TRY(campaign_write_to(c, req_param(req, "campaign"), &to)); // may the actor, and does it run?
    what.on = form_date(c, req, "on", "Enter the day the letters were sent, like today");
    Err err = refs_of_form(c, req, &to, &what);
    if (c->issue_count > 0) err = ERR_INVALID;
    if (err == ERR_OK) err = campaign_sent_record(c, req_param(req, "campaign"), &what, &sending);
    return after(c, req, err, err == ERR_OK ? said(c, &sending) : STR(""), res);
}

Err campaign_sent_undo_form(Ctx *c, const Request *req, Response *res)
{
    if (!access_may(c, CLASS_COHORT, MODE_READ)) return ERR_NOT_FOUND;
    Str reason = form_text(c, req, "reason", "Why", FORM_RULE_SAYS, NULL);
    Err err = campaign_sent_undo(c, req_param(req, "campaign"), req_param(req, "sending"),
                                 form_version(c, req), reason);
    return after(c, req, err,
                 STR("Undone. The contacts are marked as entered in error, and the people can be "
                     "written to again."),
                 res);
}
