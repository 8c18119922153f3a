// cohorts.c -- the little town of the cohorts' tests.
#include "test/cohorts.h"

#include <fcntl.h>
#include <unistd.h>

typedef struct Someone {
    const char *family;
    int age;
    Registration registration;
    bool opted_out;
    const char *ods;
    const char *codes; // letters: h housebound, a alone, c carer, d diabetes, v HbA1c 70, w 58,
                       // n no longer a carer, later than the others
} Someone;

static const Someone PEOPLE_LIST[COHORTS_PEOPLE] = {
    {"ADAMS", 80, REGISTRATION_CURRENT, false, "X26101", "ha"},
    {"BAKER", 70, REGISTRATION_CURRENT, false, "X26101", "ha"},
    {"CLARK", 75, REGISTRATION_CURRENT, true, "X26101", "ha"},
    {"DAVIS", 85, REGISTRATION_DIED, false, "X26101", "ha"},
    {"EVANS", 66, REGISTRATION_LEFT, false, "X26101", "ha"},
    {"FROST", 90, REGISTRATION_CURRENT, false, "X26102", "ha"},
    {"GREEN", 50, REGISTRATION_CURRENT, false, "X26102", "h"},
    {"HILLS", 51, REGISTRATION_CURRENT, false, "X26102", "c"},
    {"INGRAM", 52, REGISTRATION_CURRENT, false, "X26101", "dv"},
    {"JONES", 53, REGISTRATION_CURRENT, false, "X26101", "dw"},
    {"KHAN", 54, REGISTRATION_CURRENT, false, "X26101", "d"},
    {"LEE", 55, REGISTRATION_CURRENT, false, "X26101", "cn"},
};

void cohorts_codes(Test *t, Loader *load, int32_t slot, const char *letters)
{
    static const struct {
        char letter;
        const char *code, *term;
        double value;
    } KNOWN[] = {{'h', "160689007", "Housebound (finding)", -1},
                 {'a', "105529008", "Lives alone (finding)", -1},
                 {'c', "224484003", "Patient is a carer", -1},
                 {'d', "44054006", "Diabetes mellitus type 2", -1},
                 {'v', "999791000000106", "HbA1c level", 70},
                 {'w', "999791000000106", "HbA1c level", 58},
                 {'n', "199361000000101", "Is no longer a carer", -1}};
    int32_t unit = 0;
    CHECK_OK(load_unit(load, STR("mmol/mol"), &unit));
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
        int32_t code = 0;
        if (strchr(letters, KNOWN[i].letter) == NULL) continue;
        CHECK_OK(load_code(load, STR("snomed"), str_from_c(KNOWN[i].code),
                           str_from_c(KNOWN[i].term), &code));
        EventRow row = {.person = slot,
                        .day = t->c->today.days - (KNOWN[i].letter == 'n' ? 20 : 40),
                        .code_id = code,
                        .kind = KNOWN[i].value < 0 ? EVENT_CONDITION : EVENT_OBSERVATION,
                        .has_value = KNOWN[i].value >= 0,
                        .unit_id = KNOWN[i].value < 0 ? 0 : unit,
                        .value = KNOWN[i].value < 0 ? 0 : KNOWN[i].value};
        CHECK_OK(load_event(load, &row));
    }
}

void cohorts_load(Test *t, size_t from, size_t to)
{
    Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = arena_fmt(t->arena, "people-%zu", from),
                        .sha256 = STR(""),
                        .practice_ods = STR(""),
                        .extract_on = date_add_days(t->c->today, -4)};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (size_t i = from; i < to; i++) {
        const Someone *who = &PEOPLE_LIST[i];
        PersonImport in = {.source_id = arena_fmt(t->arena, "s%zu", i)};
        in.person =
            (Person){.family = str_from_c(who->family),
                     .given = STR("Test"),
                     .born = date_add_years(t->c->today, -who->age),
                     .died = who->registration == REGISTRATION_DIED ? date_add_days(t->c->today, -9)
                                                                    : DATE_NONE,
                     .registration = who->registration,
                     .registration_on = DATE_NONE,
                     .practice_name = arena_fmt(t->arena, "Practice %s", who->ods),
                     .opted_out = who->opted_out};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, str_from_c(who->ods), &slot));
        cohorts_codes(t, load, slot, who->codes);
    }
    CHECK_OK(load_apply(load, NULL));
    for (size_t i = 0; i < t->c->issue_count; i++) {
        printf("# " STR_FMT "\n", STR_ARG(t->c->issues[i].text));
    }
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
}

CohortEngine *cohorts_begin(Test *t)
{
    CohortEngine *engine = NULL;
    Str why = STR("");
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    test_core(t)->engine = engine;
    cohorts_load(t, 0, COHORTS_PEOPLE);
    return engine;
}

PersonId cohorts_person(Test *t, const char *family)
{
    PersonFact *facts = NULL;
    size_t count = 0;
    CHECK_OK(person_facts(t->c, &facts, &count));
    for (size_t i = 0; i < count; i++) {
        PersonRow *row = NULL;
        CHECK_OK(person_rows(t->c, &facts[i].id, 1, &row));
        if (str_starts(row->name, str_from_c(family))) return facts[i].id;
    }
    return (PersonId){0};
}

Str cohorts_ref(Test *t, const char *family)
{
    PersonId id = cohorts_person(t, family);
    PersonRow *row = NULL;
    CHECK_OK(person_rows(t->c, &id, 1, &row));
    return row->ref;
}

void cohorts_account(Test *t, Role role)
{
    test_actor(t, role);
    long long id = (long long)t->c->actor.account_id;
    Str sql = arena_fmt(t->arena,
                        "INSERT INTO account (id, ref, username, name, role, state, version) "
                        "VALUES (%lld, 'account%lld', 'user%lld', '" STR_FMT "', '%s', 2, 1)",
                        id, id, id, STR_ARG(t->c->actor.name), ROLE_KEYS[role]);
    test_sql(t, sql.ptr);
    for (size_t i = 0; i < t->c->actor.org_count; i++) {
        test_sql(t, arena_fmt(t->arena, "INSERT INTO account_org VALUES (%lld, %lld)", id,
                              (long long)t->c->actor.orgs[i])
                        .ptr);
    }
}

const Route *cohorts_route(const char *method, const char *path)
{
    for (size_t i = 0; i < COHORT_ROOM.route_count; i++) {
        const Route *route = &COHORT_ROOM.routes[i];
        if (strcmp(route->method, method) == 0 && strcmp(route->path, path) == 0) return route;
    }
    return NULL;
}

Err cohorts_ask(Test *t, const Route *route, const char *key, const Pair *form, size_t form_count,
                Response *res)
{
    Str rest = str_from_c(key);
    Str first = rest;
    Request req = {.route = route,
                   .method = str_from_c(route->method),
                   .param_count = 1,
                   .form = form,
                   .form_count = form_count};
    if (str_split(&rest, '/', &first)) req.param_count = rest.ptr == NULL ? 1 : 2;
    req.params[0] = (Pair){STR("key"), first};
    req.params[1] = (Pair){STR("ref"), rest};
    if (strcmp(route->method, "GET") == 0) {
        req.query = form;
        req.query_count = form_count;
    }
    *res = (Response){.body = buf_new((size_t)4 * 1024 * 1024)};
    t->c->issue_count = 0;
    store_refresh(t->c->core->store, t->c->db);
    Err err = route->handler(t->c, &req, res);
    store_refresh(t->c->core->store, t->c->db);
    return err;
}

typedef Err ListImport(Ctx *c, int fd, Str name, const ImportOptions *options, Report **report_out,
                       Str *batch_ref_out);

static void import_list(Test *t, ListImport *import, const char *header, const char *rows)
{
    Str text = arena_fmt(t->arena, "%s\n%s", header, rows);
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/list", test_dir(t)));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len);
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = {.extract_on = DATE_NONE};
    CHECK_OK(import(t->c, fd, STR("list.csv"), &options, &report, &ref));
    store_refresh(t->c->core->store, t->c->db);
}

void cohorts_opt_out(Test *t, const char *rows)
{
    import_list(t, import_opt_outs, "NHS number,Opt-out,State,Date", rows);
}

void cohorts_scores(Test *t, const char *rows)
{
    import_list(t, import_scores, "NHS number,Score,Value,Date,Source", rows);
}
