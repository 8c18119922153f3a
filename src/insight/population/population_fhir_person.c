// population_fhir_person.c -- who a FHIR R4 Patient is: UK Core, and what others send.
#include "base/utf8.h"
#include "insight/population/population_fhir_map.h"
#include "nhs/nhs_number.h"

enum { LINE_CHARS_MAX = 300, LIST_MAX = 50 };

static const Str NHS_NUMBER_SYSTEM = STR_INIT("https://fhir.nhs.uk/Id/nhs-number");
static const Str ODS_SYSTEM = STR_INIT("https://fhir.nhs.uk/Id/ods-organization-code");

static bool is(const Json *object, const char *key, const char *word)
{
    return str_eq(json_str(json_get(object, key)), str_from_c(word));
}

// One line of clean text, at most LINE_CHARS_MAX characters.
static Str line(Arena *arena, Str text)
{
    text = str_trim(utf8_clean(arena, text, UTF8_ONE_LINE));
    size_t at = 0;
    uint32_t point = 0;
    for (int chars = 0; at < text.len && chars < LINE_CHARS_MAX; chars++) {
        at += utf8_next(text, at, &point);
    }
    return str_slice(text, 0, at);
}

static void add_words(Buf *out, Str words, const char *between)
{
    words = str_trim(words);
    if (words.len == 0) return;
    if (out->len > 0) buf_add_c(out, between);
    buf_add(out, words);
}

static Str joined(Arena *arena, const Json *list, const char *between)
{
    CLEANUP(buf_free) Buf buf = buf_new(8192);
    for (size_t i = 0; i < json_count(list) && i < LIST_MAX; i++) {
        add_words(&buf, json_str(json_at(list, i)), between);
    }
    return line(arena, arena_str(arena, buf_str(&buf))); // a clean text comes back as it is
}

// The official name, else the usual one, else the first that is not old.
static const Json *best_name(const Json *names)
{
    const Json *best = NULL;
    for (size_t i = 0; i < json_count(names) && i < LIST_MAX; i++) {
        const Json *at = json_at(names, i);
        if (is(at, "use", "official")) return at;
        if (is(at, "use", "old") || is(at, "use", "maiden") || is(at, "use", "nickname")) continue;
        if (best == NULL || is(at, "use", "usual")) best = at;
    }
    return best;
}

Str fhir_human_name(Arena *arena, const Json *names)
{
    const Json *name = best_name(names);
    CLEANUP(buf_free) Buf buf = buf_new(8192);
    add_words(&buf, joined(arena, json_get(name, "prefix"), " "), " ");
    add_words(&buf, joined(arena, json_get(name, "given"), " "), " ");
    add_words(&buf, json_str(json_get(name, "family")), " ");
    if (buf.len == 0) add_words(&buf, json_str(json_get(name, "text")), " ");
    return line(arena, arena_str(arena, buf_str(&buf))); // a clean text comes back as it is
}

Str fhir_ods_code(const Json *organisation)
{
    const Json *identifiers = json_get(organisation, "identifier");
    for (size_t i = 0; i < json_count(identifiers); i++) {
        const Json *at = json_at(identifiers, i);
        if (str_eq(json_str(json_get(at, "system")), ODS_SYSTEM)) {
            return json_str(json_get(at, "value"));
        }
    }
    Str first = json_str(json_get(json_at(identifiers, 0), "value"));
    return first.len > 0 ? first : json_str(json_get(organisation, "id"));
}

static void take_names(Arena *arena, const Json *resource, Person *p)
{
    const Json *names = json_get(resource, "name");
    const Json *name = best_name(names);
    p->family = line(arena, json_str(json_get(name, "family")));
    p->given = joined(arena, json_get(name, "given"), " ");
    p->prefix = joined(arena, json_get(name, "prefix"), " ");
    if (p->family.len == 0) p->family = line(arena, json_str(json_get(name, "text")));
    for (size_t i = 0; i < json_count(names) && i < LIST_MAX; i++) {
        const Json *at = json_at(names, i);
        if (!is(at, "use", "nickname")) continue;
        p->preferred = joined(arena, json_get(at, "given"), " ");
        if (p->preferred.len == 0) p->preferred = line(arena, json_str(json_get(at, "text")));
    }
}

static bool verified(const Json *identifier)
{
    const Json *extensions = json_get(identifier, "extension");
    for (size_t i = 0; i < json_count(extensions); i++) {
        const Json *concept = json_get(json_at(extensions, i), "valueCodeableConcept");
        const Json *coding = json_at(json_get(concept, "coding"), 0);
        if (is(coding, "code", "number-present-and-verified")) return true;
    }
    return false;
}

static void take_number(const Json *resource, Person *p, Str *note)
{
    const Json *identifiers = json_get(resource, "identifier");
    for (size_t i = 0; i < json_count(identifiers); i++) {
        const Json *at = json_at(identifiers, i);
        if (!str_eq(json_str(json_get(at, "system")), NHS_NUMBER_SYSTEM)) continue;
        NhsNumberRead read = nhs_number_read(json_str(json_get(at, "value")), &p->nhs_number);
        if (read == NHS_NUMBER_OK) {
            p->nhs_verified = verified(at);
        } else if (read != NHS_NUMBER_EMPTY) {
            *note = STR("The NHS number fails its check: the person was taken without it.");
        }
        return;
    }
}

static Gender gender_of(Str code)
{
    if (str_eq(code, STR("male")) || str_eq(code, STR("M"))) return GENDER_MALE;
    if (str_eq(code, STR("female")) || str_eq(code, STR("F"))) return GENDER_FEMALE;
    return str_eq(code, STR("other")) ? GENDER_OTHER : GENDER_NOT_KNOWN;
}

// FHIR has no place of its own for it: an extension of the address whose URL ends with "LSOA".
static void take_area(Arena *arena, const Json *address, Person *p)
{
    const Json *all = json_get(address, "extension");
    for (size_t i = 0; i < json_count(all) && i < LIST_MAX; i++) {
        const Json *at = json_at(all, i);
        Str url = json_str(json_get(at, "url"));
        Str tail = str_slice(url, url.len < 4 ? 0 : url.len - 4, url.len);
        Str value = json_str(json_get(at, "valueString"));
        char code[LSOA_BYTES];
        if (value.len == 0) value = json_str(json_get(at, "valueCode"));
        if (value.len == 0) value = json_str(json_get(json_get(at, "valueCoding"), "code"));
        if (!str_eq_ascii_fold(tail, STR("lsoa")) || !area_code(value, code)) continue;
        p->lsoa = arena_str(arena, (Str){code, LSOA_BYTES});
        return;
    }
}

static void take_address(Arena *arena, const Json *resource, Person *p)
{
    const Json *addresses = json_get(resource, "address");
    const Json *best = NULL;
    for (size_t i = 0; i < json_count(addresses) && i < LIST_MAX; i++) {
        const Json *at = json_at(addresses, i);
        if (is(at, "use", "old")) continue;
        if (best == NULL || (is(at, "use", "home") && !is(best, "use", "home"))) best = at;
    }
    CLEANUP(buf_free) Buf buf = buf_new(8192);
    add_words(&buf, joined(arena, json_get(best, "line"), ", "), ", ");
    add_words(&buf, json_str(json_get(best, "city")), ", ");
    add_words(&buf, json_str(json_get(best, "district")), ", ");
    p->address = line(arena, arena_str(arena, buf_str(&buf)));
    p->postcode = line(arena, json_str(json_get(best, "postalCode")));
    take_area(arena, best, p);
}

static void take_telecom(Arena *arena, const Json *resource, Person *p)
{
    const Json *all = json_get(resource, "telecom");
    for (size_t i = 0; i < json_count(all) && i < LIST_MAX; i++) {
        const Json *at = json_at(all, i);
        if (is(at, "use", "old")) continue;
        Str value = line(arena, json_str(json_get(at, "value")));
        Str *to = is(at, "system", "email")                              ? &p->email
                  : is(at, "system", "phone") && is(at, "use", "mobile") ? &p->mobile
                  : is(at, "system", "phone")                            ? &p->phone
                                                                         : NULL;
        if (to != NULL && to->len == 0) *to = value;
    }
}

static void take_language(Arena *arena, const Json *resource, Person *p)
{
    const Json *all = json_get(resource, "communication");
    for (size_t i = 0; i < json_count(all) && i < LIST_MAX; i++) {
        const Json *at = json_at(all, i);
        bool preferred = false;
        (void)json_bool(json_get(at, "preferred"), &preferred);
        if (p->language.len > 0 && !preferred) continue;
        const Json *coding = json_at(json_get(json_get(at, "language"), "coding"), 0);
        Str words = json_str(json_get(coding, "display"));
        if (words.len == 0) words = json_str(json_get(json_get(at, "language"), "text"));
        if (words.len == 0) words = json_str(json_get(coding, "code"));
        p->language = line(arena, words);
    }
}

static void take_extensions(const Json *resource, Person *p)
{
    const Json *all = json_get(resource, "extension");
    for (size_t i = 0; i < json_count(all); i++) {
        const Json *at = json_at(all, i);
        Str url = json_str(json_get(at, "url"));
        const Json *coding = json_at(json_get(json_get(at, "valueCodeableConcept"), "coding"), 0);
        if (str_ends(url, STR("Extension-UKCore-EthnicCategory"))) {
            // The list of England has one letter; a suffix such as "A1" is Scotland's or Wales's.
            Str letter = json_str(json_get(coding, "code"));
            if (letter.len == 1 && letter.ptr[0] >= 'A' && letter.ptr[0] <= 'Z') {
                p->ethnicity = letter;
            }
        } else if (str_ends(url, STR("Extension-UKCore-BirthSex"))) {
            p->sex = gender_of(json_str(json_get(coding, "code")));
        } else if (str_ends(url, STR("us-core-birthsex"))) {
            p->sex = gender_of(json_str(json_get(at, "valueCode")));
        } else if (str_ends(url, STR("patient-interpreterRequired"))) {
            (void)json_bool(json_get(at, "valueBoolean"), &p->interpreter);
        }
    }
}

static bool restricted(const Json *resource)
{
    const Json *labels = json_get(json_get(resource, "meta"), "security");
    for (size_t i = 0; i < json_count(labels); i++) {
        const Json *at = json_at(labels, i);
        if (is(at, "code", "R") || is(at, "code", "V")) return true;
    }
    return false;
}

static bool take_dates(const Json *resource, Date today, Person *p, Str *why_out)
{
    Str born = json_str(json_get(resource, "birthDate"));
    p->born = DATE_NONE;
    p->died = DATE_NONE;
    p->registration_on = DATE_NONE;
    if (born.len == 10 && !date_parse_iso(born, &p->born)) {
        *why_out = STR("The date of birth cannot be read.");
        return false;
    }
    if (!date_is_none(p->born) && date_cmp(p->born, today) > 0) {
        *why_out = STR("The date of birth lies in the future.");
        return false;
    }
    bool gone = true;
    bool active = true;
    Str died = json_str(json_get(resource, "deceasedDateTime"));
    Instant at;
    if (died.len == 10) (void)date_parse_iso(died, &p->died);
    if (died.len > 10 && instant_parse_iso(died, &at)) p->died = instant_date_london(at);
    bool said = json_bool(json_get(resource, "deceasedBoolean"), &gone);
    bool dead = died.len > 0 || (said && gone);
    (void)json_bool(json_get(resource, "active"), &active);
    p->registration = dead ? REGISTRATION_DIED : active ? REGISTRATION_CURRENT : REGISTRATION_LEFT;
    return true;
}

bool fhir_person(Arena *arena, const Json *resource, Date today, FhirPerson *out, Str *why_out)
{
    *out = (FhirPerson){.note = STR("")};
    Person *p = &out->import.person;
    take_names(arena, resource, p);
    if (p->family.len == 0) {
        *why_out = STR("The person has no family name.");
        return false;
    }
    if (!take_dates(resource, today, p, why_out)) return false;
    take_number(resource, p, &out->note);
    if (date_is_none(p->born)) out->note = STR("The person was taken without a date of birth.");
    p->gender = gender_of(json_str(json_get(resource, "gender")));
    take_address(arena, resource, p);
    take_telecom(arena, resource, p);
    take_language(arena, resource, p);
    take_extensions(resource, p);
    p->restricted = restricted(resource);
    out->import.source_id = json_str(json_get(resource, "id"));
    out->practice = json_get(resource, "managingOrganization");
    out->usual_gp = json_get(resource, "generalPractitioner");
    return true;
}
