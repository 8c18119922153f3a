// report_impact.c -- counts the days with a code before and after support began, person by person.
#include "insight/report/report_impact.h"

#include "base/embed.h"
#include "base/tsv.h"

EMBED(report_data_impact, "assets/reports/impact.tsv")

enum { IMPACT_COLUMNS = 5, SPAN_MONTHS = IMPACT_MONTHS + IMPACT_SETTLE_MONTHS };

static Err read_lines(Ctx *c, Impact *out)
{
    Str sets[IMPACT_LINES_MAX];
    int64_t codes[IMPACT_LINES_MAX];
    Tsv table = tsv_open(EMBEDDED(report_data_impact), IMPACT_COLUMNS);
    while (tsv_next(&table)) {
        if (out->line_count == IMPACT_LINES_MAX) return ERR_INVALID;
        const Str *f = table.fields;
        sets[out->line_count] = f[1];
        Str refset = str_eq(f[4], STR("-")) ? STR("") : f[4];
        out->lines[out->line_count++] = (ImpactLine){
            .key = f[0], .set = f[1], .label = f[2], .meaning = f[3], .refset = refset};
    }
    if (table.err != ERR_OK) return table.err;
    TRY(cohort_set_codes(c, sets, out->line_count, codes));
    for (size_t i = 0; i < out->line_count; i++) out->lines[i].known = codes[i] > 0;
    return ERR_OK;
}

// People by id, each with the first day in the span on which support began.
static Err take_people(Ctx *c, Impact *out)
{
    CaseSpan *spans = NULL;
    size_t count = 0;
    TRY(case_spans(c, out->from, &spans, &count));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    int64_t *practices = ARENA_ARRAY(c->arena, int64_t, count + 1);
    for (size_t i = 0; i < count; i++) ids[i] = spans[i].person;
    TRY(report_practices(c, out->scope, ids, count, practices));
    size_t most = 0;
    for (size_t i = 0; i < count; i++) most += !date_is_none(spans[i].accepted);
    if (most > IMPACT_PEOPLE_MAX) return ERR_TOO_LARGE;
    out->people = ARENA_ARRAY(c->arena, ImpactPerson, most + 1);
    for (size_t i = 0; i < count; i++) {
        Date began = spans[i].accepted;
        bool in_span = !date_is_none(began) && date_cmp(began, out->from) >= 0 &&
                       date_cmp(began, out->until) <= 0;
        bool again = out->count > 0 && out->people[out->count - 1].person.v == spans[i].person.v;
        if (!in_span || again || !report_in_scope(out->scope, practices[i])) continue;
        out->people[out->count++] =
            (ImpactPerson){.person = spans[i].person, .practice = practices[i], .began = began};
    }
    return ERR_OK;
}

static ImpactPerson *person_of(const Impact *impact, PersonId id)
{
    size_t low = 0;
    size_t high = impact->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (impact->people[middle].person.v < id.v) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < impact->count && impact->people[low].person.v == id.v;
    return found ? &impact->people[low] : NULL;
}

static void count_day(ImpactPerson *who, size_t line, Date on)
{
    Date year_before = date_add_months(who->began, -IMPACT_MONTHS);
    Date from = date_add_months(who->began, IMPACT_SETTLE_MONTHS);
    Date until = date_add_months(who->began, SPAN_MONTHS);
    if (date_cmp(on, year_before) >= 0 && date_cmp(on, who->began) < 0) who->before[line]++;
    if (date_cmp(on, from) >= 0 && date_cmp(on, until) < 0) who->after[line]++;
}

static Err take_days(Ctx *c, Impact *out)
{
    Str sets[IMPACT_LINES_MAX];
    size_t count = 0;
    const int64_t *practices = report_practice_ids(c->arena, out->scope, &count);
    for (size_t i = 0; i < out->line_count; i++) sets[i] = out->lines[i].set;
    HeldAsk ask = {.sets = sets,
                   .set_count = out->line_count,
                   .from = date_add_months(out->from, -IMPACT_MONTHS),
                   .until = date_add_months(out->until, SPAN_MONTHS),
                   .practices = practices,
                   .practice_count = count};
    HeldDay *days = NULL;
    size_t day_count = 0;
    TRY(cohort_held(c, &ask, &days, &day_count));
    for (size_t i = 0; i < day_count; i++) {
        ImpactPerson *who = person_of(out, days[i].person);
        if (who != NULL) count_day(who, days[i].set, days[i].on);
    }
    return ERR_OK;
}

Err report_impact(Ctx *c, ReportMonth month, Impact *out)
{
    *out = (Impact){.from = month_add(month, 1 - SPAN_MONTHS - IMPACT_MONTHS).first,
                    .until = month_add(month, -SPAN_MONTHS).last,
                    .scope = ARENA_NEW(c->arena, ReportScope)};
    TRY(report_scope(c, out->scope));
    TRY(read_lines(c, out));
    TRY(take_people(c, out));
    return take_days(c, out);
}

const ImpactLine *impact_line_of(const Impact *impact, Str key)
{
    for (size_t i = 0; i < impact->line_count; i++) {
        const ImpactLine *line = &impact->lines[i];
        if (str_eq(line->key, key)) return line->known ? line : NULL;
    }
    return NULL;
}

static ImpactCounts counts_of(const Impact *impact, size_t line)
{
    ImpactCounts n = {0};
    for (size_t i = 0; i < impact->count; i++) {
        const ImpactPerson *who = &impact->people[i];
        n.before += who->before[line];
        n.after += who->after[line];
        n.had_before += who->before[line] > 0;
        n.had_after += who->after[line] > 0;
        n.fewer += who->after[line] < who->before[line];
        n.more += who->after[line] > who->before[line];
    }
    return n;
}

void report_impact_sum(const Impact *impact, ImpactSummary *out)
{
    *out = (ImpactSummary){.line_count = impact->line_count,
                           .from = impact->from,
                           .until = impact->until,
                           .people = (int64_t)impact->count,
                           .opted_out = (int64_t)impact->scope->opted_out_count};
    for (size_t i = 0; i < impact->line_count; i++) {
        out->lines[i] = impact->lines[i];
        if (impact->lines[i].known) out->counts[i] = counts_of(impact, i);
    }
}
