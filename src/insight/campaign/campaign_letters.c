// campaign_letters.c -- letters to whom a campaign asks: printed, or addresses as a file. Only to
// who may still be asked and whose address is not protected; each time is journalled.
#include "insight/campaign/campaign_letters.h"

#include "base/csv.h"
#include "base/json.h"
#include "campaign_letters_page.h"
#include "core/config.h"
#include "core/core.h"
#include "core/form.h"
#include "core/html.h"

enum {
    LETTERS_BYTES_MAX = 4 * 1024 * 1024,
    TEXT_CHARS_MAX = 4000,
    TEXT_LINES_MAX = 100,
    ENTRY_BYTES_MAX = 64 * 1024,
    PRINTED_BYTES_MAX = 32 * 1024 * 1024, // of all letters together
    LETTER_BYTES = 2048,                  // of one, without its text
};

// Where the deployment has no text of its own (letter_text). It says nothing about health.
#define LETTER_TEXT                                                                                \
    "Dear {name},\n\n"                                                                             \
    "We would like to offer you: {offer}.\n\n"                                                     \
    "A colleague who works with {practice} will try to reach you in the next weeks. They can "     \
    "tell you what it is, and you can tell them what matters to you. You can also ask about it "   \
    "at the practice.\n\n"                                                                         \
    "You do not have to take part. If you say no, nothing else about your care changes.\n\n"       \
    "{sender}\n{network}"

// --- journal ---

typedef struct Export {
    Str campaign, form, text;
    size_t part; // of the list, from 1; 0: all
    size_t rows;
    Str pdf; // "" when it is none
} Export;

// Journalled: rows leave the system. With the text that was sent, which names nobody.
static Err journal_letters(Ctx *c, void *arg)
{
    const Export *what = arg;
    CLEANUP(buf_free) Buf buf = buf_new(ENTRY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "campaign", what->campaign);
    json_field_str(&json, "form", what->form);
    json_field_i64(&json, "rows", (int64_t)what->rows);
    if (what->part > 0) {
        json_field_str(&json, "places", campaign_part_places(c, what->part - 1));
    }
    json_field_opt(&json, "text", what->text);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    return journal_append(c, &(JournalEntry){.kind = STR("export"),
                                             .id = ref_new(c),
                                             .version = 1,
                                             .verb = STR("campaign-letters"),
                                             .body = arena_str(c->arena, buf_str(&buf))});
}

// What takes seconds to make may have nobody left to take it: then nothing leaves.
static Err letters_leave(Ctx *c, Export *what)
{
    return ctx_cancelled(c) ? ERR_BUSY : ctx_change(c, journal_letters, what);
}

// Of the others nothing was shown.
static void say_shown(const WriteTo *letters, Response *res)
{
    size_t shown = 0;
    for (size_t i = 0; i < letters->count; i++) {
        if (letters->to[i].address.len > 0) letters->ids[shown++] = letters->ids[i];
    }
    res->shown = letters->ids;
    res->shown_count = shown;
}

// --- a file for a mail merge ---

static Err write_csv(Ctx *c, const WriteTo *letters, Str *out)
{
    static const char *const HEADS[] = {"Name", "Address", "Postcode", "Practice", "Offer"};
    CLEANUP(buf_free) Buf buf = buf_new(LETTERS_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    csv_put_heads(&csv, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < letters->count; i++) {
        if (letters->to[i].address.len == 0) continue;
        csv_put_field(&csv, letters->to[i].name);
        csv_put_field(&csv, letters->to[i].address);
        csv_put_field(&csv, letters->to[i].postcode);
        csv_put_field(&csv, letters->practices[i]);
        csv_put_field(&csv, letters->campaign.offer);
        csv_end_row(&csv);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

Err campaign_letters(Ctx *c, const Request *req, Response *res)
{
    WriteTo letters;
    Str body;
    TRY(campaign_write_to(c, req_param(req, "campaign"), &letters));
    TRY(write_csv(c, &letters, &body));
    TRY(letters_leave(c, &(Export){.campaign = letters.campaign.ref,
                                   .form = STR("addresses"),
                                   .rows = letters.written}));
    say_shown(&letters, res);
    Str day = date_iso(c->arena, c->today);
    return res_download(res, "text/csv; charset=utf-8",
                        arena_fmt(c->arena, "letters-" STR_FMT ".csv", STR_ARG(day)), body);
}

// --- the text ---

typedef struct Blank { // what a name between braces is filled with
    const char *name;
    Str value;
} Blank;
enum { BLANKS = 5 };

static void fill_blanks(Ctx *c, const WriteTo *letters, size_t i, Blank *out)
{
    const Blank all[BLANKS] = {{"name", letters->count > 0 ? letters->to[i].name : STR("")},
                               {"practice", letters->count > 0 ? letters->practices[i] : STR("")},
                               {"offer", letters->campaign.offer},
                               {"sender", c->actor.name},
                               {"network", c->core->config->network_name}};
    memcpy(out, all, sizeof all);
}

static const Blank *blank_of(const Blank *all, Str name)
{
    for (size_t i = 0; i < BLANKS; i++) {
        if (str_eq(name, str_from_c(all[i].name))) return &all[i];
    }
    return NULL;
}

// The next name between braces: *before and *rest are the text on both sides. False: none follows.
static bool next_blank(Str text, Str *before, Str *name, Str *rest)
{
    size_t open = 0;
    size_t close = 0;
    if (!str_find(text, STR("{"), &open)) return false;
    Str inner = str_slice(text, open + 1, text.len);
    if (!str_find(inner, STR("}"), &close)) return false;
    *before = str_slice(text, 0, open);
    *name = str_slice(inner, 0, close);
    *rest = str_slice(inner, close + 1, inner.len);
    return true;
}

static void add_filled(Buf *buf, Str text, const Blank *all)
{
    Str before;
    Str name;
    Str rest;
    while (next_blank(text, &before, &name, &rest)) {
        const Blank *blank = blank_of(all, name);
        buf_add(buf, before);
        if (blank != NULL) buf_add(buf, blank->value);
        text = rest;
    }
    buf_add(buf, text);
}

static Err check_text(Ctx *c, const WriteTo *letters, Str text)
{
    Blank blanks[BLANKS];
    Str before;
    Str name;
    Str rest = text;
    fill_blanks(c, letters, 0, blanks);
    if (text.len == 0) return ctx_issue(c, STR("letter"), STR("Enter what the letter says"));
    if (str_chars(text) > TEXT_CHARS_MAX) {
        return ctx_issue(c, STR("letter"), STR("The letter must be 4,000 characters or fewer"));
    }
    while (next_blank(rest, &before, &name, &rest)) {
        if (blank_of(blanks, name) != NULL) continue;
        return ctx_issue(c, STR("letter"),
                         arena_fmt(c->arena,
                                   "Nothing is known to fill in for {" STR_FMT "}. Known are "
                                   "{name}, {practice}, {offer}, {sender} and {network}",
                                   STR_ARG(name)));
    }
    if (letters->written * (text.len + LETTER_BYTES) <= PRINTED_BYTES_MAX) return ERR_OK;
    return ctx_issue(c, STR("letter"), STR("That is too long for so many letters"));
}

// The deployment's, where a line break is written \n, else the program's.
static Str first_text(Ctx *c)
{
    Str own = c->core->config->letter_text;
    if (own.len == 0) return STR(LETTER_TEXT);
    CLEANUP(buf_free) Buf buf = buf_new(own.len + 1);
    size_t at = 0;
    while (str_find(own, STR("\\n"), &at)) {
        buf_add(&buf, str_slice(own, 0, at));
        buf_add_char(&buf, '\n');
        own = str_slice(own, at + 2, own.len);
    }
    buf_add(&buf, own);
    return arena_str(c->arena, buf_str(&buf));
}

// --- its page ---

Err campaign_letters_show(Ctx *c, const Request *req, const WriteTo *letters, Response *res)
{
    enum { FACTS = 3 };
    CampaignLettersPage m = {.page = page_of(c, STR("Letters"), "/campaigns"),
                             .campaign = letters->campaign,
                             .count = letters->written};
    m.base = arena_fmt(c->arena, "/campaigns/" STR_FMT, STR_ARG(letters->campaign.ref));
    m.text = ui_field(c, "letter", "What the letter says", form_value(req, "letter"));
    m.text.value = form_value_or(req, "letter", first_text(c));
    m.text.hint =
        STR("{name}, {practice}, {offer}, {sender} and {network} are filled in. Say nothing "
            "about health that others in the home should not read");
    m.text.rows = 16;
    const UiPair facts[FACTS] = {
        {.key = STR("Letters"), .value = html_count(c->arena, (int64_t)letters->written)},
        {.key = STR("Address protected: no letter"),
         .value = html_count(c->arena, (int64_t)letters->guarded)},
        {.key = STR("No address recorded: no letter"),
         .value = html_count(c->arena,
                             (int64_t)(letters->count - letters->written - letters->guarded))}};
    m.facts = ARENA_ARRAY(c->arena, UiPair, FACTS);
    memcpy(m.facts, facts, sizeof facts);
    m.fact_count = FACTS;
    campaign_letters_parts(c, req, letters, &m);
    TRY(campaign_sent_fill(c, req, letters, &m, res));
    campaign_letters_form(&res->body, &m);
    return ERR_OK;
}

Err campaign_letters_page(Ctx *c, const Request *req, Response *res)
{
    WriteTo letters;
    TRY(campaign_write_to(c, req_param(req, "campaign"), &letters));
    return campaign_letters_show(c, req, &letters, res);
}

// An empty line ends a paragraph.
static Str *paragraphs(Ctx *c, Str text, size_t *count_out)
{
    Str *all = ARENA_ARRAY(c->arena, Str, TEXT_LINES_MAX);
    Str line;
    bool open = false;
    size_t count = 0;
    while (text.len > 0 && str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (line.len == 0 || (!open && count == TEXT_LINES_MAX)) {
            open = false;
        } else if (!open) {
            all[count++] = line;
            open = true;
        } else {
            all[count - 1].len = (size_t)(line.ptr + line.len - all[count - 1].ptr);
        }
    }
    *count_out = count;
    return all;
}

static void write_one(Ctx *c, const WriteTo *letters, size_t i, Str text, CampaignLetter *out)
{
    Blank blanks[BLANKS];
    CLEANUP(buf_free) Buf buf = buf_new((size_t)FIELD_BYTES_MAX * 2);
    fill_blanks(c, letters, i, blanks);
    add_filled(&buf, text, blanks);
    *out = (CampaignLetter){.name = letters->to[i].name,
                            .address = letters->to[i].address,
                            .postcode = letters->to[i].postcode};
    out->lines = paragraphs(c, arena_str(c->arena, buf_str(&buf)), &out->line_count);
}

static const char *const FORMS[] = {"print", "pdf", "pdf-large"};
static const char *const FORM_NAMES[] = {"printed", "pdf", "pdf-large"}; // in the journal
enum { FORM_PRINT, FORM_PDF, FORM_PDF_LARGE };

static size_t form_of(const Request *req)
{
    for (size_t i = 0; i < COUNT_OF(FORMS); i++) {
        if (str_eq(form_value(req, "as"), str_from_c(FORMS[i]))) return i;
    }
    return FORM_PRINT;
}

static void write_letters(Ctx *c, const WriteTo *letters, Str text, CampaignLettersPage *m)
{
    m->letters = ARENA_ARRAY(c->arena, CampaignLetter, letters->written + 1);
    m->from = c->core->config->network_name;
    m->on = date_long(c->arena, c->today);
    for (size_t i = 0; i < letters->count; i++) {
        if (letters->to[i].address.len == 0) continue;
        write_one(c, letters, i, text, &m->letters[m->count++]);
    }
}

// No PDF is a reason to print from the browser, not to lose what was typed.
static Err make_pdf(Ctx *c, const CampaignLettersPage *m, bool large, Str *out)
{
    Err err = campaign_letters_pdf(c, m, large, out);
    if (ctx_cancelled(c)) return ERR_BUSY; // nobody is there to be told anything
    if (err == ERR_TOO_LARGE) {
        return ctx_issue(c, STR("letter"),
                         STR("That is too much for one PDF. Make the text shorter, or make the "
                             "letters to print from the browser"));
    }
    if (err == ERR_OK) return ERR_OK;
    return ctx_issue(c, STR("letter"),
                     STR("The PDF cannot be made just now. Make the letters to print from the "
                         "browser instead, or try again"));
}

// What the form asks for, as text and, when it is to be a file, as PDF.
static Err make_letters(Ctx *c, const Request *req, const WriteTo *all, WriteTo *letters,
                        CampaignLettersPage *m, Export *what)
{
    size_t form = form_of(req);
    what->text =
        form_text(c, req, "letter", "The letter", FORM_RULE_SAYS, "Enter what the letter says");
    Err err = campaign_letters_part(c, req, all, letters, &what->part);
    if (c->issue_count > 0) return ERR_INVALID;
    TRY(err);
    TRY(check_text(c, letters, what->text));
    write_letters(c, letters, what->text, m);
    what->campaign = letters->campaign.ref;
    what->form = str_from_c(FORM_NAMES[form]);
    what->rows = letters->written;
    return form == FORM_PRINT ? ERR_OK : make_pdf(c, m, form == FORM_PDF_LARGE, &what->pdf);
}

static Str pdf_name(Ctx *c, const Export *what, bool large)
{
    Str part = what->part == 0 ? STR("") : arena_fmt(c->arena, "-part-%zu", what->part);
    return arena_fmt(c->arena, "letters-" STR_FMT STR_FMT "%s.pdf",
                     STR_ARG(date_iso(c->arena, c->today)), STR_ARG(part),
                     large ? "-large-print" : "");
}

Err campaign_letters_print(Ctx *c, const Request *req, Response *res)
{
    WriteTo all;
    WriteTo letters;
    Export what = {0};
    size_t form = form_of(req);
    TRY(campaign_write_to(c, req_param(req, "campaign"), &all));
    CampaignLettersPage m = {.page = page_of(c, STR("Letters"), "/campaigns"),
                             .campaign = all.campaign};
    Err err = make_letters(c, req, &all, &letters, &m, &what);
    if (err == ERR_INVALID) {
        res->status = err_status(err);
        return campaign_letters_show(c, req, &all, res);
    }
    TRY(err);
    TRY(letters_leave(c, &what));
    say_shown(&letters, res);
    if (form != FORM_PRINT) {
        return res_download(res, "application/pdf", pdf_name(c, &what, form == FORM_PDF_LARGE),
                            what.pdf);
    }
    campaign_letters_paper(&res->body, &m);
    return ERR_OK;
}
