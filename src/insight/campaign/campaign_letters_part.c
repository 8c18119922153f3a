// campaign_letters_part.c -- so many letters that one file cannot hold them are made in parts: by
// places on the campaign's list, which never change. Who leaves the list between two parts moves
// nobody from one part into another, so that nobody is passed over and nobody gets two.
#include "core/form.h"
#include "core/html.h"
#include "insight/campaign/campaign_letters.h"

size_t campaign_part_of(const AskedPerson *asked)
{
    size_t place = asked->place < 1 ? 0 : (size_t)asked->place - 1;
    size_t part = place / LETTERS_PART;
    return part < LETTERS_PARTS_MAX ? part : LETTERS_PARTS_MAX - 1;
}

// How many letters each part has. Gives how many parts have any.
static size_t count_parts(const WriteTo *all, size_t letters[LETTERS_PARTS_MAX])
{
    size_t used = 0;
    memset(letters, 0, LETTERS_PARTS_MAX * sizeof *letters);
    for (size_t i = 0; i < all->count; i++) {
        letters[campaign_part_of(all->asked[i])] += all->to[i].address.len > 0;
    }
    for (size_t i = 0; i < LETTERS_PARTS_MAX; i++) used += letters[i] > 0;
    return used;
}

Str campaign_part_places(Ctx *c, size_t part)
{
    int64_t before = (int64_t)part * LETTERS_PART;
    return arena_fmt(c->arena, STR_FMT " to " STR_FMT, STR_ARG(html_count(c->arena, before + 1)),
                     STR_ARG(html_count(c->arena, before + LETTERS_PART)));
}

void campaign_letters_parts(Ctx *c, const Request *req, const WriteTo *all, CampaignLettersPage *m)
{
    size_t letters[LETTERS_PARTS_MAX];
    bool fits = all->written <= LETTERS_PART;
    if (count_parts(all, letters) <= 1 && fits) return;
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, LETTERS_PARTS_MAX + 1);
    size_t count = 0;
    if (fits) {
        options[count++] =
            (UiOption){.value = STR(""), .text = arena_fmt(c->arena, "All %zu", all->written)};
    }
    for (size_t i = 0; i < LETTERS_PARTS_MAX; i++) {
        if (letters[i] == 0) continue;
        options[count++] =
            (UiOption){.value = arena_fmt(c->arena, "%zu", i + 1),
                       .text = arena_fmt(c->arena, "Places " STR_FMT " of the list: " STR_FMT,
                                         STR_ARG(campaign_part_places(c, i)),
                                         STR_ARG(html_count_of(c->arena, (int64_t)letters[i],
                                                               "letter", "letters")))};
    }
    m->part = ui_field(c, "part", "Which letters?", form_value(req, "part"));
    m->part.hint =
        STR("Make each part. Each holds the same places of the list, whoever leaves it meanwhile");
    m->part.options = options;
    m->part.option_count = count;
    m->in_parts = true;
}

static void take(const WriteTo *all, size_t i, WriteTo *out)
{
    bool has_address = all->to[i].address.len > 0;
    out->asked[out->count] = all->asked[i];
    out->ids[out->count] = all->ids[i];
    out->practices[out->count] = all->practices[i];
    out->to[out->count++] = all->to[i];
    out->written += has_address;
    out->guarded += all->to[i].is_protected;
}

Err campaign_letters_part(Ctx *c, const Request *req, const WriteTo *all, WriteTo *out,
                          size_t *part_out)
{
    size_t letters[LETTERS_PARTS_MAX];
    int64_t part = 0;
    Str asked = form_value(req, "part");
    *out = *all;
    *part_out = 0;
    if (asked.len == 0 && all->written <= LETTERS_PART) return ERR_OK;
    (void)count_parts(all, letters);
    if (!str_i64(asked, 1, LETTERS_PARTS_MAX, &part) || letters[part - 1] == 0) {
        return ctx_issue(c, STR("part"), STR("Select which letters to make"));
    }
    out->asked = ARENA_ARRAY(c->arena, const AskedPerson *, all->count);
    out->ids = ARENA_ARRAY(c->arena, PersonId, all->count);
    out->practices = ARENA_ARRAY(c->arena, Str, all->count);
    out->to = ARENA_ARRAY(c->arena, PersonLetter, all->count);
    out->count = out->written = out->guarded = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (campaign_part_of(all->asked[i]) == (size_t)part - 1) take(all, i, out);
    }
    *part_out = (size_t)part;
    return ERR_OK;
}
