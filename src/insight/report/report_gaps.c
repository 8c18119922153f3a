// report_gaps.c -- reads the definitions of gaps and asks them; care homes also by address.
#include "insight/report/report_gaps.h"

#include "base/embed.h"

EMBED(report_data_gaps, "assets/reports/gaps.cohort")

static const Str BEGIN = STR_INIT("\ncohort ");

// The next definition of the file with the notes above it.
static bool next_text(Str *rest, Str *out)
{
    size_t first = 0;
    size_t next = 0;
    if (!str_find(*rest, BEGIN, &first)) return false;
    Str after = str_slice(*rest, first + 1, rest->len);
    *out = str_find(after, BEGIN, &next) ? str_slice(after, 0, next + 1) : after;
    *rest = str_slice(*rest, first + out->len, rest->len);
    return true;
}

// Notes for the definition after this one stand at its end: they would be read as its own.
static Str without_notes(Str text)
{
    size_t at = 0;
    return str_find(text, STR("\n#"), &at) ? str_slice(text, 0, at + 1) : text;
}

static Str word_after(Str text, const char *head)
{
    size_t at = 0;
    Str mark = str_from_c(head);
    if (!str_find(text, mark, &at)) return STR("");
    Str rest = str_slice(text, at + mark.len, text.len);
    Str line = STR("");
    (void)str_split(&rest, '\n', &line);
    return str_trim(line);
}

static ReportGap gap_of(Ctx *c, Str text)
{
    Definition *definition = ARENA_NEW(c->arena, Definition);
    Str why = STR("");
    text = without_notes(text);
    Err err = definition_read(c->arena, cohort_sets(c), text, definition, &why);
    return (ReportGap){.key = word_after(text, "cohort "),
                       .name = word_after(text, "\nname "),
                       .meaning = word_after(text, "\npurpose "),
                       .what_to_do = word_after(text, "\noffer "),
                       .definition = err == ERR_OK ? definition : NULL,
                       .why = err == ERR_OK ? STR("") : why};
}

Err report_gaps(Ctx *c, ReportGap **out, size_t *count_out)
{
    if (cohort_sets(c) == NULL) return ERR_BUSY;
    ReportGap *gaps = ARENA_ARRAY(c->arena, ReportGap, REPORT_GAPS_MAX);
    Str rest = EMBEDDED(report_data_gaps);
    Str text = STR("");
    size_t count = 0;
    while (next_text(&rest, &text)) {
        if (count + 1 == REPORT_GAPS_MAX) return ERR_INVALID;
        gaps[count++] = gap_of(c, text);
    }
    gaps[count++] = (ReportGap){
        .key = STR(GAP_CARE_HOME_ADDRESS),
        .name = STR("At the address of care home residents and without the code"),
        .meaning =
            STR("At least 2 people at the same postcode and address are coded as living in a "
                "care home, and this person is not. Protected addresses are left out."),
        .what_to_do = STR("The practice asks the home and adds the code")};
    *out = gaps;
    *count_out = count;
    return ERR_OK;
}

const ReportGap *report_gap_of(const ReportGap *gaps, size_t count, Str key)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(gaps[i].key, key)) return &gaps[i];
    }
    return NULL;
}

static Err ask(Ctx *c, const Definition *definition, GapAnswer *out)
{
    CohortQuestion question = {.definition = definition, .as_at = c->today};
    TRY(cohort_ask(c, &question, &out->run));
    Matching *matching = NULL;
    Err err = cohort_matching(c, &out->run, &matching, &out->count);
    if (err != ERR_OK) {
        cohort_run_end(&out->run);
        return err;
    }
    out->people = ARENA_ARRAY(c->arena, GapPerson, out->count + 1);
    for (size_t i = 0; i < out->count; i++) {
        out->people[i] = (GapPerson){matching[i].person, matching[i].practice, 0};
    }
    return ERR_OK;
}

static bool in_scope(const Ctx *c, int64_t practice)
{
    return cohort_sees_network(c) || ctx_works_for(c, practice);
}

// From those who are coded to those who live with them.
static Err by_address(Ctx *c, GapAnswer *out)
{
    Housemate *mates = NULL;
    size_t count = 0;
    PersonId *coded = ARENA_ARRAY(c->arena, PersonId, out->count + 1);
    for (size_t i = 0; i < out->count; i++) coded[i] = out->people[i].person;
    TRY(person_housemates(c, coded, out->count, CARE_HOME_RESIDENTS_MIN, &mates, &count));
    PersonId *people = ARENA_ARRAY(c->arena, PersonId, count + 1);
    bool *objects = NULL;
    for (size_t i = 0; i < count; i++) people[i] = mates[i].id;
    TRY(cohort_objecting(c, people, count, &objects));
    out->people = ARENA_ARRAY(c->arena, GapPerson, count + 1);
    out->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (objects[i] || !in_scope(c, mates[i].practice_id)) continue;
        out->people[out->count++] = (GapPerson){mates[i].id, mates[i].practice_id, mates[i].among};
    }
    return ERR_OK;
}

Err report_gap_ask(Ctx *c, const ReportGap *gaps, size_t gap_count, const ReportGap *gap,
                   GapAnswer *out)
{
    *out = (GapAnswer){0};
    if (gap->why.len > 0) return ERR_NOT_FOUND;
    if (gap->definition != NULL) return ask(c, gap->definition, out);
    const ReportGap *coded = report_gap_of(gaps, gap_count, STR(GAP_CARE_HOME_CODED));
    if (coded == NULL || coded->definition == NULL) return ERR_NOT_FOUND;
    TRY(ask(c, coded->definition, out));
    Err err = by_address(c, out);
    if (err != ERR_OK) cohort_run_end(&out->run);
    return err;
}

void report_gap_end(GapAnswer *answer)
{
    cohort_run_end(&answer->run);
}

// The last step leaves people out whom the practice may still look at: the one before it is right.
static Err count_gap(Ctx *c, const Definition *definition, int64_t *out)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    CLEANUP(cohort_run_end) CohortRun run = {0};
    Ctx own = *c;
    own.arena = scratch;
    TRY(cohort_tally(&own, definition, &run));
    *out = run.steps[run.step_count - 2].count;
    return ERR_OK;
}

Err report_gap_counts(Ctx *c, ReportGapCount **out, size_t *count_out)
{
    ReportGap *gaps = NULL;
    size_t count = 0;
    TRY(report_gaps(c, &gaps, &count));
    *out = ARENA_ARRAY(c->arena, ReportGapCount, count + 1);
    *count_out = 0;
    for (size_t i = 0; i < count; i++) {
        if (gaps[i].definition == NULL) continue;
        ReportGapCount *gap = &(*out)[(*count_out)++];
        *gap = (ReportGapCount){gaps[i].key, gaps[i].name, gaps[i].meaning, 0};
        TRY(count_gap(c, gaps[i].definition, &gap->people));
    }
    return ERR_OK;
}
