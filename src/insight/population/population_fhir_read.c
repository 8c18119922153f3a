// population_fhir_read.c -- NDJSON and bundles: organisations, then people, then their facts.
#include "insight/population/population_fhir_map.h"
#include "insight/population/population_files.h"
#include "insight/population/population_key_map.h"
#include "insight/population/population_report.h"
#include "insight/population/population_source.h"
#include "work/team/team.h"

enum { PLACES_MAX = 200000, REFERENCE_BYTES_MAX = 1024, PROGRESS_LINES = 2048 };
enum { BUNDLE_ENTRIES_MAX = 100000, ODS_BYTES_MIN = 3, ODS_BYTES_MAX = 12 };

typedef struct Place { // an Organization, or a Practitioner and where they work
    Str ods;
    Str name;
    int32_t works_at; // place of an organisation, 0 when not known
    bool sends;       // somebody in the file is registered there
} Place;

typedef struct Fhir {
    Ctx *c;
    Loader *l;
    Report *r;
    const ImportOptions *options;
    Arena *arena;      // of the import
    Arena *line_arena; // of one line
    KeyMap *people;    // -> slot
    KeyMap *places;    // -> place; keys begin with the type
    Place *place;
    int32_t place_count;
    int kinds[FHIR_OTHER];
    Str bundle; // what its local references are told apart by, "" outside a bundle
    int64_t done_before, total;
} Fhir;

static const Str TOO_MANY_PLACES =
    STR_INIT("There are more organisations and people than a network has.");

static int kind_of(Fhir *f, FhirType type, Str name)
{
    if (type == FHIR_OTHER) return report_kind(f->r, name);
    if (f->kinds[type] < 0) f->kinds[type] = report_kind(f->r, name);
    return f->kinds[type];
}

// ---- references

// The key under which a reference is found: "Patient/ID", "Patient?identifier=sys|val", or the
// fullUrl of an entry of the same bundle. Empty when it cannot be one.
static Str key_of(Fhir *f, const char *type, Str reference)
{
    if (reference.len == 0 || reference.len > REFERENCE_BYTES_MAX) return STR("");
    if (str_starts(reference, STR("urn:"))) {
        return arena_fmt(f->line_arena, STR_FMT STR_FMT, STR_ARG(f->bundle), STR_ARG(reference));
    }
    size_t query = 0;
    if (str_find(reference, STR("?identifier="), &query)) return reference;
    size_t cut = 0;
    if (str_find(reference, STR("/_history/"), &cut)) reference = str_slice(reference, 0, cut);
    Str want = arena_fmt(f->line_arena, "%s/", type);
    for (size_t at = reference.len; at-- > 0;) { // an absolute URL: its last two parts
        Str tail = str_slice(reference, at, reference.len);
        if (str_starts(tail, want) && (at == 0 || reference.ptr[at - 1] == '/')) return tail;
    }
    return STR("");
}

static Str identifier_key(Fhir *f, const char *type, const Json *identifier)
{
    Str value = json_str(json_get(identifier, "value"));
    if (value.len == 0) return STR("");
    return arena_fmt(f->line_arena, "%s?identifier=" STR_FMT "|" STR_FMT, type,
                     STR_ARG(json_str(json_get(identifier, "system"))), STR_ARG(value));
}

static int32_t look_up(Fhir *f, const KeyMap *map, const char *type, const Json *reference)
{
    Str key = key_of(f, type, json_str(json_get(reference, "reference")));
    if (key.len == 0) key = identifier_key(f, type, json_get(reference, "identifier"));
    return key.len == 0 ? 0 : key_map_get(map, key);
}

// Enters a resource under its id, its identifiers and, in a bundle, its fullUrl.
static bool enter(Fhir *f, KeyMap *map, const char *type, const Json *resource, Str full_url,
                  int32_t value)
{
    bool ok = true;
    Str id = json_str(json_get(resource, "id"));
    if (id.len > 0) {
        ok = key_map_put(map, arena_fmt(f->line_arena, "%s/" STR_FMT, type, STR_ARG(id)), value,
                         true);
    }
    if (f->bundle.len == 0) return ok;
    if (full_url.len > 0) ok = key_map_put(map, key_of(f, type, full_url), value, true) && ok;
    const Json *identifiers = json_get(resource, "identifier");
    for (size_t i = 0; i < json_count(identifiers) && i < 8; i++) {
        Str key = identifier_key(f, type, json_at(identifiers, i));
        if (key.len > 0) ok = key_map_put(map, key, value, false) && ok;
    }
    return ok;
}

// ---- organisations and those who work there

static void take_place(Fhir *f, const Json *resource, FhirType type, Str full_url)
{
    int kind = kind_of(f, type, json_str(json_get(resource, "resourceType")));
    if (f->place_count == PLACES_MAX) {
        report_refuse(f->r, kind, TOO_MANY_PLACES);
        return;
    }
    const char *name = type == FHIR_ORGANIZATION ? "Organization" : "Practitioner";
    Str id = json_str(json_get(resource, "id"));
    int32_t at = key_map_get(f->places, arena_fmt(f->line_arena, "%s/" STR_FMT, name, STR_ARG(id)));
    if (at <= 0 || id.len == 0) at = f->place_count++; // bundles repeat those they refer to
    Place *place = &f->place[at];
    if (type == FHIR_ORGANIZATION) {
        place->ods = arena_str(f->arena, fhir_ods_code(resource));
        place->name = arena_str(f->arena, json_str(json_get(resource, "name")));
    } else {
        place->name = fhir_human_name(f->arena, json_get(resource, "name"));
    }
    if (!enter(f, f->places, name, resource, full_url, at)) {
        report_refuse(f->r, kind, TOO_MANY_PLACES);
        return;
    }
    report_taken(f->r, kind);
}

static void take_role(Fhir *f, const Json *resource)
{
    int kind = kind_of(f, FHIR_PRACTITIONER_ROLE, STR("PractitionerRole"));
    int32_t who = look_up(f, f->places, "Practitioner", json_get(resource, "practitioner"));
    int32_t where = look_up(f, f->places, "Organization", json_get(resource, "organization"));
    if (who > 0 && where > 0) {
        f->place[who].works_at = where;
        report_taken(f->r, kind);
    } else {
        report_refuse(f->r, kind, STR("Its practitioner or organisation is not in the files."));
    }
}

// ---- people

static int32_t practice_of(Fhir *f, const FhirPerson *person, Str *gp_out)
{
    int32_t at = look_up(f, f->places, "Organization", person->practice);
    for (size_t i = 0; i < json_count(person->usual_gp); i++) {
        const Json *reference = json_at(person->usual_gp, i);
        int32_t organisation = look_up(f, f->places, "Organization", reference);
        int32_t gp = look_up(f, f->places, "Practitioner", reference);
        if (at <= 0 && organisation > 0) at = organisation;
        if (gp <= 0) continue;
        *gp_out = f->place[gp].name;
        if (at <= 0 && f->place[gp].works_at > 0) at = f->place[gp].works_at;
    }
    return at;
}

// What practice_ensure takes; other codes are no practice's.
static bool ods_usable(Str ods)
{
    return ods.len >= ODS_BYTES_MIN && ods.len <= ODS_BYTES_MAX;
}

static Err take_person(Fhir *f, const Json *resource, Str full_url)
{
    int kind = kind_of(f, FHIR_PATIENT, STR("Patient"));
    FhirPerson person;
    Str why = {0};
    if (!fhir_person(f->line_arena, resource, f->c->today, &person, &why)) {
        report_refuse(f->r, kind, why);
        return ERR_OK;
    }
    if (person.note.len > 0) report_note(f->r, kind, person.note);
    Person *p = &person.import.person;
    int32_t place = practice_of(f, &person, &p->usual_gp);
    Str ods = f->options->practice_ods;
    p->practice_name = f->options->practice_name;
    if (place > 0 && ods_usable(f->place[place].ods)) {
        ods = f->place[place].ods;
        f->place[place].sends = true;
        p->practice_name = f->place[place].name;
    } else if (ods.len == 0) {
        report_note(f->r, kind, STR("The files do not say which practice the person belongs to."));
    }
    int32_t slot = 0;
    TRY(load_person(f->l, &person.import, ods, &slot));
    if (!enter(f, f->people, "Patient", resource, full_url, slot)) return ERR_TOO_LARGE;
    report_taken(f->r, kind);
    return ERR_OK;
}

// ---- facts

static Err add_fact(Fhir *f, int32_t slot, const Fact *fact)
{
    EventRow row = {.person = slot,
                    .day = date_is_none(fact->on) ? INT32_MIN : fact->on.days,
                    .kind = (uint8_t)fact->kind,
                    .has_value = fact->has_value,
                    .value = fact->value,
                    .ended = fact->ended};
    TRY(load_code(f->l, fact->system, fact->code, fact->term, &row.code_id));
    if (fact->has_value) TRY(load_unit(f->l, fact->unit, &row.unit_id));
    if (fact->answer_code.len > 0) {
        TRY(load_code(f->l, fact->answer_system, fact->answer_code, fact->answer_term,
                      &row.answer_id));
    }
    return load_event(f->l, &row);
}

static Err take_facts(Fhir *f, const Json *resource, FhirType type, int kind)
{
    FhirFacts *facts = ARENA_NEW(f->line_arena, FhirFacts);
    Str why = {0};
    if (!fhir_facts(resource, type, f->c->today, facts, &why)) {
        report_refuse(f->r, kind, why);
        return ERR_OK;
    }
    Str key = key_of(f, "Patient", facts->subject);
    if (key.len == 0) key = identifier_key(f, "Patient", facts->subject_identifier);
    int32_t slot = key.len == 0 ? 0 : key_map_get(f->people, key);
    if (slot <= 0) {
        report_refuse(f->r, kind,
                      slot == KEY_AMBIGUOUS ? STR("It could be about more than one person.")
                                            : STR("The person it is about is not in the files."));
        return ERR_OK;
    }
    for (size_t i = 0; i < facts->count; i++) TRY(add_fact(f, slot, &facts->list[i]));
    if (facts->note.len > 0) report_note(f->r, kind, facts->note);
    report_taken(f->r, kind);
    return ERR_OK;
}

// ---- a resource, a bundle, a line

static Err take_resource(Fhir *f, const Json *resource, FhirType type, Str name, Str full_url)
{
    int kind = kind_of(f, type, name);
    report_read(f->r, kind);
    switch (fhir_group(type)) {
    case FHIR_ORGANISATION:
        if (type == FHIR_PRACTITIONER_ROLE) {
            take_role(f, resource);
        } else {
            take_place(f, resource, type, full_url);
        }
        return ERR_OK;
    case FHIR_PERSON: return take_person(f, resource, full_url);
    case FHIR_FACT: return take_facts(f, resource, type, kind);
    case FHIR_BUNDLE:
        report_refuse(f->r, kind, STR("A bundle within a bundle is not read."));
        break;
    case FHIR_UNUSED: report_unused(f->r, kind); break;
    }
    return ERR_OK;
}

// Entries may stand in any order: what others refer to is taken first. PractitionerRole needs both
// of its sides, so it comes after them.
static int entry_turn(FhirType type)
{
    if (type == FHIR_PRACTITIONER_ROLE) return 1;
    switch (fhir_group(type)) {
    case FHIR_ORGANISATION: return 0;
    case FHIR_PERSON: return 2;
    default: return 3;
    }
}

static Err take_bundle(Fhir *f, const Json *bundle)
{
    const Json *entries = json_get(bundle, "entry");
    size_t count = json_count(entries);
    int kind = kind_of(f, FHIR_BUNDLE_TYPE, STR("Bundle"));
    report_read(f->r, kind);
    if (count > BUNDLE_ENTRIES_MAX) {
        report_refuse(f->r, kind, STR("It has more than 100,000 entries."));
        return ERR_OK;
    }
    report_taken(f->r, kind);
    f->bundle =
        arena_fmt(f->line_arena, STR_FMT "#%lld#", STR_ARG(f->r->file), (long long)f->r->line);
    for (int turn = 0; turn < 4; turn++) {
        for (size_t i = 0; i < count; i++) {
            const Json *entry = json_at(entries, i);
            const Json *resource = json_get(entry, "resource");
            Str name = json_str(json_get(resource, "resourceType"));
            FhirType type = fhir_type(name);
            if (entry_turn(type) != turn || resource == NULL) continue;
            TRY(take_resource(f, resource, type, name, json_str(json_get(entry, "fullUrl"))));
        }
    }
    f->bundle = STR("");
    return ERR_OK;
}

static Err take_line(Fhir *f, Str line, const FhirFile *file, FhirGroup pass)
{
    bool mixed = file->only < 0;
    Str name = {0};
    FhirType type = fhir_peek(line, &name);
    if (mixed && name.len > 0 && !fhir_in_pass(type, pass)) return ERR_OK;
    arena_reset(f->line_arena);
    JsonErr err;
    const Json *resource =
        json_parse(f->line_arena, line, (JsonLimits){.bytes = SOURCE_LINE_BYTES_MAX}, &err);
    name = json_str(json_get(resource, "resourceType"));
    if (name.len == 0) {
        if (mixed && pass != FHIR_FACT) return ERR_OK; // told once, in the last pass
        int kind = report_kind(f->r, STR("Line"));
        report_read(f->r, kind);
        report_refuse(f->r, kind,
                      resource == NULL ? STR("The line is not JSON that can be read.")
                                       : STR("The line is not a FHIR resource."));
        return ERR_OK;
    }
    type = fhir_type(name);
    if (mixed && !fhir_in_pass(type, pass)) return ERR_OK;
    if (type == FHIR_BUNDLE_TYPE) return take_bundle(f, resource);
    return take_resource(f, resource, type, name, STR(""));
}

static Err read_file(Fhir *f, const FhirFile *file, FhirGroup pass)
{
    int fd = file_open(file);
    if (fd < 0) return ctx_issue(f->c, STR("file"), STR("A file of the folder cannot be opened."));
    CLEANUP(source_close) Source *source = source_open(fd);
    source_expect(source, file->bytes);
    f->r->file = file->name;
    Str line;
    SourceStep step = SOURCE_END;
    while ((step = source_line(source, &line, &f->r->line)) == SOURCE_GOT) {
        if (str_trim(line).len > 0) TRY(take_line(f, line, file, pass));
        const ImportOptions *o = f->options;
        if (f->r->line % PROGRESS_LINES == 0 && o->progress != NULL &&
            o->progress(o->progress_arg, f->done_before + source_taken(source), f->total)) {
            return ERR_BUSY;
        }
    }
    f->done_before += source_taken(source);
    if (step == SOURCE_END) return ERR_OK;
    return ctx_issue(f->c, STR("file"),
                     arena_fmt(f->c->arena, STR_FMT ", line %lld: " STR_FMT, STR_ARG(file->name),
                               (long long)f->r->line, STR_ARG(source_fault(source))));
}

static Err read_all(Fhir *f, const FhirFiles *files)
{
    for (int pass = FHIR_ORGANISATION; pass <= FHIR_FACT; pass++) {
        for (size_t i = 0; i < files->count; i++) {
            const FhirFile *file = &files->list[i];
            if (file->only < 0 || file->only == pass) TRY(read_file(f, file, (FhirGroup)pass));
        }
    }
    return ERR_OK;
}

static Err refuse_again(Ctx *c, const FhirFiles *files, const ImportOptions *options)
{
    bool again = false;
    TRY(batch_was_applied(c, files->sha256, options->practice_ods, &again));
    if (!again || options->dry_run) return ERR_OK;
    (void)ctx_issue(
        c, STR("file"),
        STR("This was imported before. Undo that import first if it must be read again."));
    return ERR_CONFLICT;
}

static void fhir_begin(Fhir *f, const FhirFiles *files)
{
    f->people = key_map_new(f->arena);
    f->places = key_map_new(f->arena);
    f->place = ARENA_ARRAY(f->arena, Place, PLACES_MAX);
    f->place_count = 1;
    for (size_t i = 0; i < COUNT_OF(f->kinds); i++) f->kinds[i] = -1;
    for (size_t i = 0; i < files->count; i++) {
        f->total += files->list[i].bytes * (files->list[i].only < 0 ? 3 : 1);
    }
}

static Err mark_practice(Fhir *f, Str ods)
{
    Practice practice;
    const Date said = f->options->extract_on;
    Err err = practice_of_ods(f->c, ods, &practice);
    if (err == ERR_NOT_FOUND) return ERR_OK; // it has nobody after all
    TRY(err);
    return practice_mark_extract(f->c, practice.id, date_is_none(said) ? f->c->today : said);
}

// As of a practice's own extract: the day that was said, else today.
static Err mark_practices(Ctx *c, void *arg)
{
    (void)c;
    Fhir *f = arg;
    if (f->options->practice_ods.len > 0) TRY(mark_practice(f, f->options->practice_ods));
    for (int32_t i = 1; i < f->place_count; i++) {
        if (f->place[i].sends) TRY(mark_practice(f, f->place[i].ods));
    }
    return ERR_OK;
}

Err import_fhir_files(Ctx *c, const FhirFiles *files, const ImportOptions *options,
                      Report **report_out, Str *batch_ref_out)
{
    TRY(refuse_again(c, files, options));
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    CLEANUP(arena_free_at) Arena *line_arena = arena_new();
    Fhir f = {.c = c, .options = options, .arena = arena, .line_arena = line_arena};
    fhir_begin(&f, files);
    BatchStart start = {.format = STR("FHIR R4"),
                        .file_name = files->name,
                        .sha256 = files->sha256,
                        .bytes = files->bytes,
                        .practice_ods = options->practice_ods,
                        .extract_on = options->extract_on,
                        .dry_run = options->dry_run,
                        .changes_only = options->changes_only,
                        .upload_ref = options->upload_ref};
    CLEANUP(load_end) Loader *l = NULL;
    TRY(load_begin(c, &start, &l));
    f.l = l;
    f.r = load_report(l);
    *report_out = f.r;
    TRY(read_all(&f, files));                                      // load_end takes everything back
    if (f.r->kind_count == 0) (void)report_kind(f.r, STR("Line")); // none was read
    TRY(load_apply(l, batch_ref_out));
    return options->dry_run ? ERR_OK : ctx_change(c, mark_practices, &f);
}
