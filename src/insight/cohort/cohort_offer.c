// cohort_offer.c -- from a list to action: its order, a file of it, and offers of support.
#include "base/csv.h"
#include "care/caseload/caseload.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_pages.h"
#include "nhs/nhs_number.h"
#include "work/team/team.h"

enum { LINES_BYTES_MAX = 32 * 1024, EXPORT_BYTES_MAX = 16 * 1024 * 1024 };

Str cohort_reason_text(Ctx *c, const Reason *reasons, size_t count)
{
    CLEANUP(buf_free) Buf text = buf_new(LINES_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buf_add_char(&text, '\n');
        if (reasons[i].depth > 0) buf_add_c(&text, "- ");
        buf_add(&text, reasons[i].text);
        if (reasons[i].code.len > 0) buf_fmt(&text, " [" STR_FMT "]", STR_ARG(reasons[i].code));
        if (date_is_none(reasons[i].on)) continue;
        Str on = date_medium(c->arena, reasons[i].on);
        buf_fmt(&text, " (" STR_FMT ")", STR_ARG(on));
    }
    return arena_str(c->arena, buf_str(&text));
}

// The code is the last that stands in brackets, with nothing but the day behind it.
Str cohort_reason_brief(Arena *arena, Str line)
{
    static const Str FROM = STR_INIT(" [");
    static const Str TO = STR_INIT("]");
    size_t from = line.len;
    size_t to = 0;
    size_t at = 0;
    while (str_find(str_slice(line, to, line.len), FROM, &at)) {
        from = to + at;
        to = from + FROM.len;
    }
    Str behind = str_slice(line, from, line.len);
    if (!str_find(behind, TO, &at)) return line;
    behind = str_slice(behind, at + TO.len, behind.len);
    bool day = str_starts(behind, STR(" (")) && str_ends(behind, STR(")"));
    if (behind.len > 0 && !day) return line;
    return arena_fmt(arena, STR_FMT STR_FMT, STR_ARG(str_slice(line, 0, from)), STR_ARG(behind));
}

static Err write_csv(Ctx *c, const CohortRun *run, const size_t *order, Str *out)
{
    static const char *const HEADS[] = {"NHS number", "Name", "Date of birth", "Practice",
                                        "Why listed"};
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    PersonRow *rows = NULL;
    TRY(person_rows(c, run->people, run->people_count, &rows));
    CLEANUP(buf_free) Buf buf = buf_new(EXPORT_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    csv_put_heads(&csv, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < run->people_count; i++) {
        const PersonRow *row = &rows[order[i]];
        Reason *reasons = NULL;
        size_t reason_count = 0;
        TRY(cohort_reasons(c, run, row->id, WITH_DETAILS, &reasons, &reason_count));
        csv_put_field(&csv, nhs_number_or(c->arena, row->nhs_number, STR("")));
        csv_put_field(&csv, row->name);
        csv_put_field(&csv, date_iso(c->arena, row->born));
        csv_put_field(&csv, practice_name_of(all, count, row->practice_id, STR("")));
        csv_put_field(&csv, cohort_reason_text(c, reasons, reason_count));
        csv_end_row(&csv);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

Err cohort_export(Ctx *c, const CohortRun *run, const size_t *order, Str detail, Str *out)
{
    TRY(write_csv(c, run, order, out));
    return journal_export(c, STR("cohort"), detail, run->people_count);
}

bool cohort_listed(const CohortRun *run, PersonId person)
{
    for (size_t i = 0; i < run->people_count; i++) {
        if (run->people[i].v == person.v) return true;
    }
    return false;
}

bool cohort_has_case(const CohortRun *run, PersonId person)
{
    const Evaluation *e = run->evaluation;
    int64_t at = columns_number(e->columns->view, person);
    if (at < 0) return false;
    const RuleBits *all = &e->truths[e->definition->root->index];
    return bit_on(all->met, (uint32_t)at) && e->facts.on_caseload[at] != 0;
}

static Err offer_one(Ctx *c, const CohortRun *run, PersonId person, int priority,
                     CohortOffered *out)
{
    if (!cohort_listed(run, person)) {
        bool standing = cohort_has_case(run, person);
        out->standing += standing;
        out->gone += !standing;
        return ERR_OK;
    }
    const Grant *grant = NULL;
    Reason *reasons = NULL;
    size_t count = 0;
    TRY(access_grant(c, person, CLASS_COHORT, MODE_READ, &grant));
    TRY(cohort_reasons(c, run, person, WITH_DETAILS, &reasons, &count));
    CaseOffer offer = {.priority = (Priority)priority,
                       .lead_account = c->actor.account_id,
                       .cohort = run->about.key,
                       .reasons = cohort_reason_text(c, reasons, count)};
    Case existing;
    Err err = case_offer(c, grant, &offer, &existing);
    if (err == ERR_OK) out->offered++;
    // Somebody was quicker, or the person died or opted out a moment ago: the others go on.
    if (err == ERR_CONFLICT) out->standing++;
    if (err == ERR_INVALID) out->gone++;
    return err == ERR_CONFLICT || err == ERR_INVALID ? ERR_OK : err;
}

static Err offer_ref(Ctx *c, const CohortRun *run, Str ref, int priority, CohortOffered *out)
{
    PersonId person = {0};
    Err err = person_of_ref(c, ref, &person);
    if (err == ERR_NOT_FOUND) {
        out->gone++;
        return ERR_OK;
    }
    TRY(err);
    return offer_one(c, run, person, priority, out);
}

Err cohort_offer(Ctx *c, Str key, const Str *refs, size_t ref_count, int priority,
                 CohortOffered *out)
{
    *out = (CohortOffered){0};
    if (ref_count == 0) return ctx_issue(c, STR("person"), STR("Select at least one person"));
    if (ref_count > COHORT_OFFERS_MAX) {
        return ctx_issue(c, STR("person"), STR("Select 50 people or fewer at a time"));
    }
    CLEANUP(cohort_run_end) CohortRun run;
    TRY(cohort_run(c, key, 0, &run));
    TRY(cohort_keep(c, &run));
    for (size_t i = 0; i < ref_count; i++) TRY(offer_ref(c, &run, refs[i], priority, out));
    c->issue_count = 0; // of people that could not be offered: they are counted
    return ERR_OK;
}
