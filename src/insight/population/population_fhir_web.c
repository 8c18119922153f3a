// population_fhir_web.c -- FHIR R4 over HTTP: one person's imported facts, through the same
// session, capability, relationship and access log as their pages.
#include "insight/population/population_fhir_web.h"

#include "insight/population/population_fhir_write.h"

enum { EVERYTHING_MAX = 20000, PAGE_TOKEN_BYTES_MAX = 40 };

#define SEARCH_NAMES "patient subject code date _count _page"

// ---- whom it is about

static Err open_person(Ctx *c, Str ref, Response *res, const Grant **out)
{
    PersonId *person = ARENA_NEW(c->arena, PersonId);
    TRY(person_of_ref(c, ref, person));
    TRY(access_grant(c, *person, CLASS_CLINICAL, MODE_READ, out));
    res->shown = person;
    res->shown_count = 1;
    return ERR_OK;
}

// Of "patient" or "subject": the id alone or "Patient/id".
static Err asked_person(Ctx *c, const FhirQuery *query, Str *out)
{
    size_t said = 0;
    for (size_t i = 0; i < query->count; i++) {
        Str name = query->pairs[i].name;
        if (!str_eq(name, STR("patient")) && !str_eq(name, STR("subject"))) continue;
        *out = query->pairs[i].value;
        said++;
    }
    if (str_starts(*out, STR("Patient/"))) *out = str_slice(*out, 8, out->len);
    if (said == 1 && out->len > 0) return ERR_OK;
    return ctx_issue(c, STR("patient"),
                     STR("Say of which person, once: ?patient= and the id of a Patient."));
}

// ---- which facts

static bool code_fits(Arena *arena, const FhirQuery *query, const SentFact *fact)
{
    for (size_t i = 0; i < query->count; i++) {
        if (!str_eq(query->pairs[i].name, STR("code"))) continue;
        Str system = fact_code_system(arena, fact);
        if (!fhir_token_fits(query->pairs[i].value, system, fact->says.code->code)) return false;
    }
    return true;
}

static bool days_fit(const FhirQuery *query, const SentFact *fact)
{
    Date on = fact->row->day == INT32_MIN ? DATE_NONE : (Date){fact->row->day};
    for (size_t i = 0; i < query->count; i++) {
        FhirDays days;
        if (!str_eq(query->pairs[i].name, STR("date"))) continue;
        if (!fhir_days(query->pairs[i].value, &days) || !fhir_days_fit(&days, on)) return false;
    }
    return true;
}

static Err check_query(Ctx *c, const FhirQuery *query)
{
    for (size_t i = 0; i < query->count; i++) {
        Str name = query->pairs[i].name;
        FhirDays days;
        if (str_eq(name, STR("date")) && !fhir_days(query->pairs[i].value, &days)) {
            (void)ctx_issue(c, STR("date"),
                            STR("A date is like 2026-02-03, 2026-02 or 2026, after eq, ne, ge, gt, "
                                "le or lt if you like."));
        } else if (str_eq(name, STR("code")) && query->pairs[i].value.len == 0) {
            (void)ctx_issue(c, STR("code"), STR("Give a code, or leave the parameter out."));
        }
    }
    return c->issue_count > 0 ? ERR_INVALID : ERR_OK;
}

// ---- pages of a search

typedef struct Where {
    int64_t count; // of a page
    int64_t from;
    int64_t stamp; // of the person's facts when the page before was sent; -1: there was none
} Where;

typedef struct Found {
    SentFact **list;
    int64_t count;
    int64_t stamp; // of all that is known of the person
} Found;

// A page's token says of which facts it is the next page: none is missed or seen twice.
static Err read_where(Ctx *c, const FhirQuery *query, Where *out)
{
    Str token = fhir_query_get(query, "_page");
    *out = (Where){.from = 0, .stamp = -1};
    TRY(fhir_query_count(c, query, &out->count));
    if (token.len == 0) return ERR_OK;
    Str rest = token;
    Str part;
    bool ok = str_split(&rest, '.', &part) && str_i64(part, 0, INT64_MAX, &out->stamp) &&
              str_i64(rest, 0, INT32_MAX, &out->from);
    if (!ok) return ctx_issue(c, STR("_page"), STR("Take _page from the link to the next page."));
    return ERR_OK;
}

static Str page_token(Ctx *c, const Found *found, int64_t from)
{
    return arena_fmt(c->arena, "%lld.%lld", (long long)found->stamp, (long long)from);
}

static void put_found(Ctx *c, JsonOut *out, const Found *page, Str ref)
{
    if (page->count == 0) return;
    json_field_arr(out, "entry");
    for (int64_t i = 0; i < page->count; i++) {
        fhir_entry_begin(out);
        fact_put(out, c->arena, page->list[i], ref);
        fhir_entry_end(out);
    }
    json_arr_end(out);
}

// Words are looked up of those that are sent, and of all only where a code is asked for.
static Err find_facts(Ctx *c, const FhirQuery *query, const Facts *facts, Found *out)
{
    *out = (Found){ARENA_ARRAY(c->arena, SentFact *, facts->count + 1), 0, facts->stamp};
    for (size_t i = 0; i < facts->count; i++) {
        if (days_fit(query, &facts->list[i])) out->list[out->count++] = &facts->list[i];
    }
    if (fhir_query_get(query, "code").len == 0) return ERR_OK;
    size_t kept = 0;
    TRY(facts_say(c, out->list, (size_t)out->count));
    for (int64_t i = 0; i < out->count; i++) {
        if (code_fits(c->arena, query, out->list[i])) out->list[kept++] = out->list[i];
    }
    out->count = (int64_t)kept;
    return ERR_OK;
}

static Found found_on_page(const Found *found, const Where *where)
{
    if (where->from >= found->count) return (Found){found->list, 0, found->stamp};
    int64_t left = found->count - where->from;
    return (Found){found->list + where->from, left < where->count ? left : where->count,
                   found->stamp};
}

typedef struct Search {
    FhirQuery query;
    Where where;
    Str ref; // of the person
} Search;

static Err read_search(Ctx *c, const Request *req, Search *out)
{
    TRY(fhir_query(c, req, SEARCH_NAMES, &out->query));
    TRY(asked_person(c, &out->query, &out->ref));
    TRY(check_query(c, &out->query));
    return read_where(c, &out->query, &out->where);
}

static Err put_page(Ctx *c, const Request *req, const Search *search, const Found *found, Buf *body)
{
    const FhirQuery *query = &search->query;
    Found page = found_on_page(found, &search->where);
    TRY(facts_say(c, page.list, (size_t)page.count));
    int64_t until = search->where.from + search->where.count;
    bool more = search->where.count > 0 && until < found->count;
    Str next = more ? fhir_link(c, req, query, page_token(c, found, until)) : STR("");
    Str own = fhir_link(c, req, query, fhir_query_get(query, "_page"));
    JsonOut out = json_out(body);
    fhir_bundle_begin(&out, own, next, found->count);
    put_found(c, &out, &page, search->ref);
    json_obj_end(&out);
    return ERR_OK;
}

Err fhir_search(Ctx *c, const Request *req, Response *res)
{
    Search search = {.ref = STR("")};
    const Grant *grant = NULL;
    Facts facts;
    const FactType *type = fact_type_named(req_param(req, "type"));
    if (type == NULL) return ERR_NOT_FOUND;
    res->log_detail = req_param(req, "type"); // one of the known types: nothing that was typed
    TRY(read_search(c, req, &search));
    TRY(open_person(c, search.ref, res, &grant));
    TRY(facts_of_person(c, grant, type->kind, &facts));
    if (search.where.stamp >= 0 && search.where.stamp != facts.stamp) {
        res->shown_count = 0;
        return ERR_CONFLICT;
    }
    Found found;
    TRY(find_facts(c, &search.query, &facts, &found));
    TRY(put_page(c, req, &search, &found, &res->body));
    return fhir_answer(res);
}

// ---- one fact

Err fhir_read(Ctx *c, const Request *req, Response *res)
{
    FhirQuery query;
    FactKey key;
    const Grant *grant = NULL;
    Facts facts;
    const FactType *type = fact_type_named(req_param(req, "type"));
    if (type == NULL || !fact_key(req_param(req, "fact"), &key)) return ERR_NOT_FOUND;
    res->log_detail = req_param(req, "type");
    TRY(fhir_query(c, req, "", &query));
    TRY(open_person(c, key.ref, res, &grant));
    const SentFact *fact = NULL;
    TRY(facts_of_person(c, grant, type->kind, &facts));
    TRY(fact_find(c, &facts, &key, &fact));
    JsonOut out = json_out(&res->body);
    fact_put(&out, c->arena, fact, key.ref);
    return fhir_answer(res);
}

// ---- everything of one person

static Err patient_of(Ctx *c, const Request *req, const Json **out)
{
    const Grant *details = NULL;
    Str text = {0};
    JsonErr why;
    TRY(access_grant(c, grant_person(req->grant), CLASS_DEMOGRAPHICS, MODE_READ, &details));
    TRY(person_fhir_shown(c, details, &text));
    *out = json_parse(c->arena, text, (JsonLimits){0}, &why);
    return *out == NULL ? ERR_FAULT : ERR_OK; // it is of our own writing
}

static void put_entries(JsonOut *out, Arena *arena, SentFact *const *all, size_t count, Str ref)
{
    for (size_t i = 0; i < count; i++) {
        if (fact_type_of(all[i]) == NULL) continue;
        fhir_entry_begin(out);
        fact_put(out, arena, all[i], ref);
        fhir_entry_end(out);
    }
}

// The Patient and each fact, in one Bundle that a browser saves as a file.
Err fhir_everything(Ctx *c, const Request *req, Response *res)
{
    FhirQuery query;
    const Json *patient = NULL;
    Facts facts;
    TRY(fhir_query(c, req, "", &query));
    TRY(patient_of(c, req, &patient));
    TRY(facts_of_person(c, req->grant, (EventKind)0, &facts));
    size_t count = facts.count;
    if (count > EVERYTHING_MAX) return ERR_TOO_LARGE;
    SentFact **all = arena_alloc_raw(c->arena, (count + 1) * sizeof(SentFact *));
    for (size_t i = 0; i < count; i++) all[i] = &facts.list[i];
    TRY(facts_say(c, all, count));
    JsonOut out = json_out(&res->body);
    fhir_bundle_begin(&out, fhir_link(c, req, &query, STR("")), STR(""), (int64_t)count + 1);
    json_field_arr(&out, "entry");
    fhir_entry_begin(&out);
    json_put(&out, patient);
    fhir_entry_end(&out);
    put_entries(&out, c->arena, all, count, req_param(req, "person"));
    json_arr_end(&out);
    json_obj_end(&out);
    res->download_name = STR("person-fhir.json");
    return fhir_answer(res);
}

// ---- what there is

static void put_interactions(JsonOut *out, bool search)
{
    json_field_arr(out, "interaction");
    json_obj_begin(out);
    json_field_str(out, "code", STR("read"));
    json_obj_end(out);
    if (search) {
        json_obj_begin(out);
        json_field_str(out, "code", STR("search-type"));
        json_obj_end(out);
    }
    json_arr_end(out);
}

static void put_parameters(JsonOut *out)
{
    static const struct {
        const char *name, *type;
    } PARAMETERS[] = {
        {"patient", "reference"}, {"code", "token"}, {"date", "date"}, {"_count", "number"}};
    json_field_arr(out, "searchParam");
    for (size_t i = 0; i < COUNT_OF(PARAMETERS); i++) {
        json_obj_begin(out);
        json_field_str(out, "name", str_from_c(PARAMETERS[i].name));
        json_field_str(out, "type", str_from_c(PARAMETERS[i].type));
        json_obj_end(out);
    }
    json_arr_end(out);
}

static void put_resources(JsonOut *out)
{
    json_field_arr(out, "resource");
    json_obj_begin(out);
    json_field_str(out, "type", STR("Patient"));
    put_interactions(out, false);
    json_field_arr(out, "operation");
    json_obj_begin(out);
    json_field_str(out, "name", STR("everything"));
    json_field_str(out, "definition",
                   STR("http://hl7.org/fhir/OperationDefinition/Patient-everything"));
    json_obj_end(out);
    json_arr_end(out);
    json_obj_end(out);
    for (size_t i = 0; i < FACT_TYPES_COUNT; i++) {
        json_obj_begin(out);
        json_field_str(out, "type", str_from_c(FACT_TYPES[i].name));
        put_interactions(out, true);
        put_parameters(out);
        json_obj_end(out);
    }
    json_arr_end(out);
}

Err fhir_metadata(Ctx *c, const Request *req, Response *res)
{
    FhirQuery query;
    TRY(fhir_query(c, req, "", &query));
    JsonOut out = json_out(&res->body);
    json_obj_begin(&out);
    json_field_str(&out, "resourceType", STR("CapabilityStatement"));
    json_field_str(&out, "status", STR("active"));
    fhir_instant(&out, c->arena, "date", c->now);
    json_field_str(&out, "kind", STR("instance"));
    json_field_obj(&out, "software");
    json_field_str(&out, "name", STR("Trellis"));
    json_obj_end(&out);
    json_field_obj(&out, "implementation");
    json_field_str(&out, "description", STR("Imported facts of one person at a time, read only"));
    json_obj_end(&out);
    json_field_str(&out, "fhirVersion", STR("4.0.1"));
    json_field_arr(&out, "format");
    json_put_str(&out, STR("application/fhir+json"));
    json_arr_end(&out);
    json_field_arr(&out, "rest");
    json_obj_begin(&out);
    json_field_str(&out, "mode", STR("server"));
    put_resources(&out);
    json_obj_end(&out);
    json_arr_end(&out);
    json_obj_end(&out);
    return fhir_answer(res);
}
