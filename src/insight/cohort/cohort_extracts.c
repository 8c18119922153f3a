// cohort_extracts.c -- how new and how whole the data under a cohort is: said, or refused.
#include "insight/cohort/cohort_extracts.h"

#include "core/config.h"
#include "core/core.h"
#include "core/html.h"
#include "insight/cohort/cohort_more_pages.h"
#include "insight/population/population.h"
#include "work/team/team.h"

enum { DATA_BYTES_MAX = 8 * 1024, NAMED_PRACTICES_MAX = 12 };

// Of many practices: how many, the oldest day, and how many never said one.
static Str data_summary(Ctx *c, const ExtractState *all, size_t count)
{
    Date oldest = DATE_NONE;
    size_t without = 0;
    for (size_t i = 0; i < count; i++) {
        Date on = all[i].on;
        without += date_is_none(on);
        if (!date_is_none(on) && (date_is_none(oldest) || on.days < oldest.days)) oldest = on;
    }
    Str from = date_is_none(oldest) ? STR("an unknown day") : date_long(c->arena, oldest);
    Str practices = html_count_of(c->arena, (int64_t)count, "practice", "practices");
    Str missing =
        without == 0 ? STR("") : arena_fmt(c->arena, "; %zu of them gave no date", without);
    return arena_fmt(c->arena, "Data as at " STR_FMT " or later, of " STR_FMT STR_FMT ".",
                     STR_ARG(from), STR_ARG(practices), STR_ARG(missing));
}

static bool of_one_day(const ExtractState *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (date_is_none(all[i].on)) return false;
        if (all[i].on.days != all[0].on.days) return false;
    }
    return count > 1;
}

// What is old or cut short is said wherever a figure that uses it stands.
static void add_warnings(Ctx *c, const ExtractState *all, size_t count, Str *text)
{
    size_t said = 0;
    for (size_t i = 0; i < count; i++) {
        Str warning = extract_warning(c->arena, &all[i]);
        if (warning.len == 0 || ++said > NAMED_PRACTICES_MAX) continue;
        *text = arena_fmt(c->arena, STR_FMT " " STR_FMT, STR_ARG(*text), STR_ARG(warning));
    }
}

// Deciles of different releases are not alike: which ones stand behind those of the registered. A
// release can be loaded of which nobody's decile is: a newer one has all of our areas.
static Err add_releases(Ctx *c, Str *text)
{
    AreaRelease *releases = NULL;
    size_t count = 0;
    int oldest = 0;
    int newest = 0;
    TRY(area_releases(c, &releases, &count));
    if (count > 0) TRY(area_years(c, &oldest, &newest));
    size_t said = 0;
    for (size_t i = 0; i < count; i++) {
        if (releases[i].year < oldest || releases[i].year > newest) continue;
        *text = arena_fmt(c->arena, STR_FMT "%s%d", STR_ARG(*text),
                          said++ == 0 ? " Deprivation by area: Indices of Deprivation " : ", ",
                          releases[i].year);
    }
    if (said > 0) *text = arena_fmt(c->arena, STR_FMT ".", STR_ARG(*text));
    return ERR_OK;
}

static Str days_of(Ctx *c, const ExtractState *all, size_t count)
{
    if (count == 0) return STR("No practice has sent data yet.");
    if (of_one_day(all, count)) {
        return arena_fmt(c->arena, "Data as at " STR_FMT ", from all %zu practices.",
                         STR_ARG(date_long(c->arena, all[0].on)), count);
    }
    if (count > NAMED_PRACTICES_MAX) return data_summary(c, all, count);
    CLEANUP(buf_free) Buf text = buf_new(DATA_BYTES_MAX);
    buf_add_c(&text, "Data as at: ");
    for (size_t i = 0; i < count; i++) {
        buf_add_c(&text, i == 0 ? "" : "; ");
        buf_add(&text, all[i].name);
        buf_add_char(&text, ' ');
        bool none = date_is_none(all[i].on);
        buf_add(&text, none ? STR("no extract date") : date_long(c->arena, all[i].on));
    }
    buf_add_char(&text, '.');
    return arena_str(c->arena, buf_str(&text));
}

// Nobody of a practice that no list holds is lost without a word.
static Err add_beyond(Ctx *c, Str *text)
{
    int64_t beyond = 0;
    TRY(practice_beyond_lists(c, &beyond));
    if (beyond == 0) return ERR_OK;
    *text = arena_fmt(c->arena,
                      STR_FMT " Lists and rules by practice hold %d practices: people of " STR_FMT
                              " are in the whole network only.",
                      STR_ARG(*text), PRACTICES_MAX,
                      STR_ARG(html_count_of(c->arena, beyond, "other", "others")));
    return ERR_OK;
}

static Err warnings_of(Ctx *c, const ExtractState *all, size_t count, Str *out)
{
    *out = STR("");
    add_warnings(c, all, count, out);
    TRY(add_beyond(c, out));
    *out = str_trim(*out);
    return ERR_OK;
}

Err cohort_data(Ctx *c, CohortData *out)
{
    ExtractState *all = NULL;
    size_t count = 0;
    TRY(extract_states(c, &all, &count));
    out->days = days_of(c, all, count);
    TRY(add_releases(c, &out->days));
    return warnings_of(c, all, count, &out->warnings);
}

Err cohort_extract_warnings(Ctx *c, Str *out)
{
    ExtractState *all = NULL;
    size_t count = 0;
    TRY(extract_states(c, &all, &count));
    return warnings_of(c, all, count, out);
}

Err cohort_extracts_allow(Ctx *c, const int64_t *practices, size_t practice_count)
{
    if (!c->core->config->refuse_stale_extracts) return ERR_OK;
    ExtractState *states = NULL;
    size_t count = 0;
    TRY(extract_states(c, &states, &count));
    for (size_t i = 0; i < count; i++) {
        Str warning = extract_warning(c->arena, &states[i]);
        for (size_t p = 0; warning.len > 0 && p < practice_count; p++) {
            if (practices[p] != states[i].practice) continue;
            (void)ctx_issue(c, STR(""),
                            arena_fmt(c->arena, STR_FMT " Cohorts wait for the next extract.",
                                      STR_ARG(warning)));
            return ERR_BUSY;
        }
    }
    return ERR_OK;
}

#define BUILDING "It takes a few seconds after a start or an import. Nothing is lost."

CohortWait cohort_wait_of(Ctx *c)
{
    if (c->issue_count == 0) {
        return (CohortWait){STR("The population is being read."), STR(BUILDING)};
    }
    CohortWait wait = {STR("No cohort is run now."), c->issues[c->issue_count - 1].text};
    c->issue_count = 0;
    return wait;
}

Str cohort_problem_of(const Ctx *run, Arena *arena, Err err)
{
    if (err != ERR_INVALID && err != ERR_BUSY) return STR("");
    if (run->issue_count > 0) return arena_str(arena, run->issues[0].text);
    return err == ERR_INVALID ? STR("It cannot be read.") : STR("");
}
