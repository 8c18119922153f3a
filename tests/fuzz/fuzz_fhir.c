// fuzz_fhir.c -- any JSON as a FHIR resource: a fact that can be stored, or a sentence.
#include "insight/population/population_fhir_map.h"
#include "insight/population/population_pack.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void facts_of(Arena *arena, const Json *resource, FhirType type, Date today)
{
    FhirFacts *facts = ARENA_NEW(arena, FhirFacts);
    Str why = {0};
    if (!fhir_facts(resource, type, today, facts, &why)) {
        must(why.len > 0);
        return;
    }
    must(facts->count >= 1 && facts->count <= FHIR_FACTS_MAX);
    for (size_t i = 0; i < facts->count; i++) {
        const Fact *fact = &facts->list[i];
        must(fact->code.len > 0 && fact->kind >= EVENT_CONDITION && fact->kind <= EVENT_CARE_PLAN);
        must(!fact->has_value || isfinite(fact->value));
        must(date_is_none(fact->on) || date_cmp(fact->on, date_add_days(today, 1)) <= 0);
    }
}

static void pack_of(Str bytes)
{
    PackReader reader = pack_reader(bytes, 1);
    EventRow row;
    size_t count = 0;
    while (pack_next(&reader, &row)) {
        must(row.kind > 0 && row.code_id >= 0 && row.unit_id >= 0 && row.answer_id >= 0);
        must(++count <= bytes.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    pack_of(text);
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    JsonErr err;
    const Json *resource = json_parse(arena, text, (JsonLimits){0}, &err);
    Date today;
    must(date_from_ymd(2026, 11, 24, &today));
    if (resource == NULL) return 0;
    for (int type = FHIR_CONDITION; type <= FHIR_CARE_PLAN; type++) {
        facts_of(arena, resource, (FhirType)type, today);
    }
    FhirPerson person;
    Str why = {0};
    if (fhir_person(arena, resource, today, &person, &why)) {
        must(person.import.person.family.len > 0);
    } else {
        must(why.len > 0);
    }
    return 0;
}
