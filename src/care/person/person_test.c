#include "care/person/person.h"
#include "care/person/person_fhir.h"
#include "core/account.h"
#include "test/fixture.h"

enum { BATCH = 7, OTHER_BATCH = 8 };

static PersonImport somebody(int64_t nhs_number, const char *family, const char *given)
{
    Date born = DATE_NONE;
    (void)date_from_ymd(1948, 2, 3, &born);
    return (PersonImport){.person = {
                              .nhs_number = nhs_number,
                              .family = str_from_c(family),
                              .given = str_from_c(given),
                              .prefix = STR("Mrs"),
                              .born = born,
                              .gender = GENDER_FEMALE,
                              .died = DATE_NONE,
                              .registration = REGISTRATION_CURRENT,
                              .registration_on = DATE_NONE,
                              .address = STR("12 Mill Lane, Fenside"),
                              .postcode = STR("PE99 4QT"),
                              .mobile = STR("07700 900 482"),
                          }};
}

typedef struct Row {
    int64_t batch;
    PersonImport from;
    PersonId id;
    bool added;
    int64_t removed;
} Row;

// A batch is one entry of the journal, written by insight/population; here by hand.
static Err journal_batch(Ctx *c, int64_t batch)
{
    return journal_append(c, &(JournalEntry){.kind = STR("batch"),
                                             .id = arena_fmt(c->arena, "%lld", (long long)batch),
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = STR("{}")});
}

static Err import_one(Ctx *c, void *arg)
{
    Row *row = arg;
    TRY(journal_batch(c, row->batch));
    return person_import(c, row->batch, &row->from, &row->id, &row->added);
}

static Err undo_one(Ctx *c, void *arg)
{
    Row *row = arg;
    TRY(journal_batch(c, row->batch));
    TakeBack t = {.batch_id = row->batch};
    while (!t.ended) {
        TRY(person_take_back(c, &t));
        row->removed += (int64_t)t.removed_count;
    }
    return ERR_OK;
}

static PersonId import(Test *t, PersonImport from)
{
    Row row = {.batch = BATCH, .from = from};
    CHECK_OK(ctx_change(t->c, import_one, &row));
    return row.id;
}

static Person read(Test *t, PersonId id)
{
    Person p = {0};
    CHECK_OK(person_get(t->c, access_program_grant(t->c, id, CLASS_DEMOGRAPHICS), &p));
    return p;
}

static size_t found(Test *t, const char *text)
{
    PersonRow *rows = NULL;
    size_t count = 0;
    bool more = false;
    t->c->issue_count = 0;
    if (person_find(t->c, str_from_c(text), &rows, &count, &more) != ERR_OK) return 999;
    return count;
}

TEST(a_person_is_found_by_number_name_birthday_or_postcode)
{
    import(t, somebody(9998787084, "Okafor", "Grace"));
    import(t, somebody(9991220801, "O'Brien", "Maureen"));
    import(t, somebody(0, "Smith-Jones", "Zo\xC3\xAB Anne"));
    CHECK_I64(found(t, "999 878 7084"), 1);
    CHECK_I64(found(t, "9998787084"), 1);
    CHECK_I64(found(t, "okafor"), 1);
    CHECK_I64(found(t, "OKA gra"), 1);
    CHECK_I64(found(t, "grace, okafor"), 1);
    CHECK_I64(found(t, "o\xE2\x80\x99"
                       "brien"),
              1); // a curly apostrophe
    CHECK_I64(found(t, "jones"), 1);
    CHECK_I64(found(t, "smith-jones zoe"), 1);
    CHECK_I64(found(t, "3 February 1948"), 3);
    CHECK_I64(found(t, "3/2/1948 okafor"), 1);
    CHECK_I64(found(t, "PE99 4QT"), 3);
    CHECK_I64(found(t, "pe994qt grace"), 1);
    CHECK_I64(found(t, "OKAFOR, Grace (Mrs)"), 1); // as the pages write it
    CHECK_I64(found(t, "okafor maureen"), 0);
    CHECK_I64(found(t, "nobody"), 0);
}

TEST(what_cannot_be_searched_gets_a_sentence)
{
    static const struct {
        const char *text;
        const char *says;
    } BAD[] = {
        {"", "Enter an NHS number, name"},
        {"a", "at least 2 letters"},
        {"943 476 5918", "not a valid NHS number"},
        {"12345678", "10 digits"},
        {"QQ 12 34 56 C", "National Insurance"},
        {"3/2/48", "year in full"},
        {"31/2/1948", "no such day"},
        {"\xF0\x9F\x98\x80", "Enter an NHS number, name"},
    };
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        CHECK_I64(found(t, BAD[i].text), 999);
        CHECK_I64(t->c->issue_count, 1);
        CHECK_CONTAINS(t->c->issues[0].text, BAD[i].says);
        CHECK_STR(t->c->issues[0].field, "q");
    }
    CHECK_I64(found(t, "<script>alert(1)</script>"), 0);
    CHECK_I64(found(t, "'; DROP TABLE person; --"), 0);
    CHECK_I64(found(t, "100%"), 0);
}

TEST(a_protected_address_finds_nobody)
{
    PersonImport hidden = somebody(9998787084, "Okafor", "Grace");
    hidden.person.restricted = true;
    import(t, hidden);
    CHECK_I64(found(t, "PE99 4QT"), 0);
    CHECK_I64(found(t, "okafor PE99"), 0);
    CHECK_I64(found(t, "okafor"), 1);
}

TEST(practice_staff_find_the_people_of_their_own_practices_only)
{
    PersonImport ours = somebody(9998787084, "Okafor", "Grace");
    PersonImport theirs = somebody(9991220801, "Okafor", "Maureen");
    test_sql(t, "INSERT INTO practice (id, ref, ods_code, name, version) VALUES"
                " (1, 'a', 'X26101', 'Millfield', 1), (2, 'b', 'X26102', 'Riverside', 1)");
    ours.person.practice_id = 1; // test_actor works for organisation 1
    theirs.person.practice_id = 2;
    import(t, ours);
    import(t, theirs);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_I64(found(t, "okafor"), 2);
    test_actor(t, ROLE_PRACTICE_STAFF);
    CHECK_I64(found(t, "okafor"), 1);
    CHECK_I64(found(t, "9991220801"), 0);
    CHECK_I64(found(t, "9998787084"), 1);
}

TEST(the_same_person_is_matched_and_a_near_one_is_not_merged)
{
    PersonId first = import(t, somebody(9998787084, "Okafor", "Grace"));
    PersonImport again = somebody(9998787084, "Okafor", "Grace");
    PersonMatch match = PERSON_NEW;
    PersonId id = {0};
    CHECK_OK(person_match(t->c, 0, &again, &match, &id));
    CHECK(match == PERSON_SAME && id.v == first.v);
    again.person.address = STR("1 New Road");
    CHECK_OK(person_match(t->c, 0, &again, &match, &id));
    CHECK(match == PERSON_CHANGED && id.v == first.v);
    again.person.born = date_add_days(again.person.born, 1);
    CHECK_OK(person_match(t->c, 0, &again, &match, &id));
    CHECK(match == PERSON_NEAR && id.v == first.v);
    Row row = {.batch = BATCH, .from = again};
    CHECK_ERR(ctx_change(t->c, import_one, &row), ERR_CONFLICT);
    CHECK_I64(test_count(t, "person"), 1);
}

TEST(a_value_the_extract_lacks_does_not_wipe_out_a_known_one)
{
    PersonId id = import(t, somebody(9998787084, "Okafor", "Grace"));
    PersonImport again = somebody(9998787084, "Okafor", "Grace Ngozi");
    again.person.mobile = STR("");
    Row row = {.batch = OTHER_BATCH, .from = again};
    CHECK_OK(ctx_change(t->c, import_one, &row));
    CHECK(!row.added);
    Person p = read(t, id);
    CHECK_STR(p.given, "Grace Ngozi");
    CHECK_STR(p.mobile, "07700 900 482");
    CHECK_I64(p.version, 0);
}

// A file of a day's facts often carries a number, a name and a birthday and nothing else.
TEST(who_comes_without_sex_or_status_keeps_what_is_known)
{
    PersonImport first = somebody(9998787084, "Okafor", "Grace");
    first.person.sex = GENDER_FEMALE;
    first.person.nhs_verified = true;
    first.person.registration_on = date_add_days(first.person.born, 100);
    PersonId id = import(t, first);
    PersonImport again = somebody(9998787084, "Okafor", "Grace");
    again.person.gender = GENDER_NOT_KNOWN;
    again.person.registration = REGISTRATION_NOT_SAID;
    Row row = {.batch = OTHER_BATCH, .from = again};
    CHECK_OK(ctx_change(t->c, import_one, &row));
    Person p = read(t, id);
    CHECK(p.gender == GENDER_FEMALE && p.sex == GENDER_FEMALE && p.nhs_verified);
    CHECK(p.registration == REGISTRATION_CURRENT);
    CHECK_I64(p.registration_on.days, first.person.registration_on.days);
    CHECK_I64(test_count(t, "person_prior"), 0); // nothing changed
}

TEST(nobody_who_died_is_registered_again_by_a_file_without_a_status)
{
    PersonImport first = somebody(9998787084, "Okafor", "Grace");
    first.person.registration = REGISTRATION_DIED;
    first.person.died = date_add_days(first.person.born, 20000);
    PersonId id = import(t, first);
    PersonImport again = somebody(9998787084, "Okafor", "Grace");
    again.person.registration = REGISTRATION_NOT_SAID;
    Row row = {.batch = OTHER_BATCH, .from = again};
    CHECK_OK(ctx_change(t->c, import_one, &row));
    CHECK(read(t, id).registration == REGISTRATION_DIED);
    CHECK_I64(read(t, id).died.days, first.person.died.days);
    row.from.person.registration = REGISTRATION_CURRENT; // said: the practice was wrong before
    CHECK_OK(ctx_change(t->c, import_one, &row));
    CHECK(read(t, id).registration == REGISTRATION_CURRENT);
    row = (Row){.batch = OTHER_BATCH, .from = somebody(9991220801, "O'Brien", "Maureen")};
    row.from.person.registration = REGISTRATION_NOT_SAID;
    CHECK_OK(ctx_change(t->c, import_one, &row));
    CHECK(read(t, row.id).registration == REGISTRATION_CURRENT); // new: as registered
}

TEST(undoing_a_batch_gives_back_what_was_before)
{
    PersonId id = import(t, somebody(9998787084, "Okafor", "Grace"));
    PersonImport again = somebody(9998787084, "Okafor", "Grace");
    again.person.address = STR("1 New Road");
    Row row = {.batch = OTHER_BATCH, .from = again};
    CHECK_OK(ctx_change(t->c, import_one, &row));
    row.from = somebody(9991220801, "O'Brien", "Maureen");
    CHECK_OK(ctx_change(t->c, import_one, &row));
    CHECK_I64(test_count(t, "person"), 2);
    CHECK_OK(ctx_change(t->c, undo_one, &row));
    CHECK_I64(row.removed, 1);
    CHECK_I64(test_count(t, "person"), 1);
    CHECK_STR(read(t, id).address, "12 Mill Lane, Fenside");
    CHECK_I64(test_count(t, "person_prior"), 0);
}

static Person corrected(Test *t, PersonId id)
{
    Person p = read(t, id);
    p.family = STR("Okafor-Bell");
    const Need needs[] = {{NEED_FORMAT, STR("Large print (18 point)"), DATE_NONE}};
    CHECK_OK(
        person_correct(t->c, access_program_grant(t->c, id, CLASS_DEMOGRAPHICS), &p, needs, 1));
    return read(t, id);
}

TEST(a_correction_is_journalled_and_stays_when_an_extract_comes)
{
    PersonId id = import(t, somebody(9998787084, "Okafor", "Grace"));
    int64_t before = test_count(t, "journal");
    Person p = corrected(t, id);
    CHECK_I64(p.version, 1);
    CHECK_I64(test_count(t, "journal"), before + 1);
    Row row = {.batch = OTHER_BATCH, .from = somebody(9998787084, "Okafor", "Grace")};
    row.from.person.usual_gp = STR("Dr Helen Marsh");
    CHECK_OK(ctx_change(t->c, import_one, &row));
    p = read(t, id);
    CHECK_STR(p.family, "Okafor-Bell");
    CHECK_STR(p.usual_gp, "Dr Helen Marsh");
    CHECK_I64(found(t, "bell"), 1);
}

TEST(a_batch_with_somebody_corrected_since_is_not_undone)
{
    PersonId id = import(t, somebody(9998787084, "Okafor", "Grace"));
    corrected(t, id);
    Row row = {.batch = BATCH};
    CHECK_ERR(ctx_change(t->c, undo_one, &row), ERR_CONFLICT);
    CHECK_I64(test_count(t, "person"), 1);
}

TEST(a_stale_correction_changes_nothing)
{
    PersonId id = import(t, somebody(9998787084, "Okafor", "Grace"));
    Person stale = read(t, id);
    corrected(t, id);
    const Grant *grant = access_program_grant(t->c, id, CLASS_DEMOGRAPHICS);
    CHECK_ERR(person_correct(t->c, grant, &stale, NULL, 0), ERR_CONFLICT);
    CHECK_STR(read(t, id).family, "Okafor-Bell");
    CHECK_I64(test_count(t, "person_need"), 1);
}

TEST(only_who_may_see_a_protected_address_takes_the_protection_away)
{
    PersonImport from = somebody(9998787084, "Okafor", "Grace");
    from.person.restricted = true;
    PersonId id = import(t, from);
    const Grant *grant = access_program_grant(t->c, id, CLASS_DEMOGRAPHICS);
    Person open = read(t, id);
    Person same = open;
    open.restricted = false;
    Account account; // a reason is kept beside an account that exists
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("priya.nair"),
                                          .name = STR("Priya Nair"),
                                          .role = ROLE_CARE_COORDINATOR},
                            STR("otter willow teapot 27"), &account));
    static const Role NEVER[] = {ROLE_PRACTICE_STAFF, ROLE_HEALTH_COACH, ROLE_CARE_COORDINATOR};
    for (size_t i = 0; i < COUNT_OF(NEVER); i++) { // the last one has given no reason
        test_actor(t, NEVER[i]);
        t->c->issue_count = 0;
        CHECK_ERR(person_correct(t->c, grant, &open, NULL, 0), ERR_INVALID);
        CHECK_STR(t->c->issues[0].field, "restricted");
    }
    t->c->issue_count = 0;
    t->c->actor.account_id = account.id;
    CHECK_OK(person_correct(t->c, grant, &same, NULL, 0)); // all else may be corrected
    CHECK_OK(access_state_reason(t->c, id, RELATIONSHIP_BREAK_GLASS,
                                 STR("She asked us to use her new address")));
    open.version = 1;
    CHECK_OK(person_correct(t->c, grant, &open, NULL, 0));
}

TEST(each_wrong_value_gets_its_own_sentence)
{
    PersonId id = import(t, somebody(9998787084, "Okafor", "Grace"));
    Person p = read(t, id);
    char long_name[302];
    memset(long_name, 'x', sizeof long_name);
    p.family = STR("");
    p.given = (Str){long_name, 301};
    p.born = date_add_days(t->c->today, 1);
    p.email = STR("nowhere");
    p.mobile = STR("call me");
    const Grant *grant = access_program_grant(t->c, id, CLASS_DEMOGRAPHICS);
    CHECK_ERR(person_correct(t->c, grant, &p, NULL, 0), ERR_INVALID);
    CHECK_I64(t->c->issue_count, 5);
    CHECK_I64(read(t, id).version, 0);
    p = read(t, id);
    t->c->issue_count = 0;
    p.given = (Str){long_name, 300};
    CHECK_OK(person_correct(t->c, grant, &p, NULL, 0));
}

TEST(nobody_gets_the_nhs_number_of_another_person)
{
    import(t, somebody(9998787084, "Okafor", "Grace"));
    PersonId id = import(t, somebody(9991220801, "O'Brien", "Maureen"));
    Person p = read(t, id);
    p.nhs_number = 9998787084;
    const Grant *grant = access_program_grant(t->c, id, CLASS_DEMOGRAPHICS);
    CHECK_ERR(person_correct(t->c, grant, &p, NULL, 0), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "nhs_number");
    CHECK_I64(read(t, id).nhs_number, 9991220801);
}

TEST(names_are_shown_as_staff_read_them)
{
    Person p = {.family = STR("Okafor"), .given = STR("Grace Ngozi"), .prefix = STR("Mrs")};
    CHECK_STR(person_name(t->arena, &p), "OKAFOR, Grace Ngozi (Mrs)");
    CHECK_STR(person_called(t->arena, &p), "Grace");
    CHECK_STR(person_initials(t->arena, &p), "GO");
    p.preferred = STR("Gracie");
    CHECK_STR(person_called(t->arena, &p), "Gracie");
    p.given = STR("");
    p.prefix = STR("");
    CHECK_STR(person_name(t->arena, &p), "OKAFOR");
    (void)date_from_ymd(1948, 2, 29, &p.born);
    (void)date_from_ymd(2026, 2, 28, &p.died);
    CHECK_I64(person_age(&p, t->c->today), 77); // at death, a day before the birthday counts
}

static Str banner(Test *t, PersonId id)
{
    PersonFrame frame;
    CHECK_OK(
        person_frame(t->c, access_program_grant(t->c, id, CLASS_DEMOGRAPHICS), "overview", &frame));
    Buf buf = buf_new((size_t)64 * 1024);
    person_banner(&buf, &frame);
    Str html = arena_str(t->arena, buf_str(&buf));
    buf_free(&buf);
    return html;
}

TEST(the_banner_escapes_a_name_and_never_splits_the_number)
{
    PersonId id = import(t, somebody(9998787084, "<script>alert(1)</script>", "Grace"));
    Str html = banner(t, id);
    CHECK_LACKS(html, "<script>");
    CHECK_CONTAINS(html, "&lt;SCRIPT&gt;");
    CHECK_CONTAINS(html, "<span class=\"app-nowrap app-num\">999 878 7084</span>");
    CHECK_CONTAINS(html, "(78 years)");
    CHECK_CONTAINS(html, "not verified");
    CHECK_CONTAINS(html, "12 Mill Lane");
}

TEST(a_protected_person_shows_no_address_and_a_dead_one_their_age_at_death)
{
    PersonImport from = somebody(9998787084, "Okafor", "Grace");
    from.person.restricted = true;
    from.person.registration = REGISTRATION_DIED;
    (void)date_from_ymd(2026, 5, 4, &from.person.died);
    Str html = banner(t, import(t, from));
    CHECK_LACKS(html, "Mill Lane");
    CHECK_LACKS(html, "07700");
    CHECK_CONTAINS(html, "app-banner--deceased");
    CHECK_CONTAINS(html, "app-banner--restricted");
    CHECK_CONTAINS(html, "age at death 78");
    CHECK_LACKS(html, "(78 years)");
}

TEST(a_list_says_what_is_not_recorded_of_somebody)
{
    PersonImport bare = somebody(0, "Okafor", "Grace");
    bare.person.born = DATE_NONE;
    PersonId ids[] = {import(t, bare), import(t, somebody(9998787084, "Adeyemi", "Folake"))};
    PersonRow *rows = NULL;
    CHECK_OK(person_rows(t->c, ids, COUNT_OF(ids), &rows));
    CHECK_STR(person_row_nhs(t->c, &rows[0]), "not recorded");
    CHECK_STR(person_row_age(t->c, &rows[0]), "age not known");
    CHECK_STR(person_row_born(t->c, &rows[0]), "Date of birth not recorded");
    CHECK_STR(person_row_born_age(t->c, &rows[0]), "Date of birth not recorded");
    CHECK_STR(person_row_nhs(t->c, &rows[1]), "999 878 7084");
    CHECK_STR(person_row_age(t->c, &rows[1]), "78 years");
    CHECK_STR(person_row_born(t->c, &rows[1]), "3 Feb 1948");
    CHECK_STR(person_row_born_age(t->c, &rows[1]), "3 Feb 1948 (78)");
}

TEST(the_journal_holds_a_fhir_patient_with_the_nhs_number)
{
    PersonId id = import(t, somebody(9998787084, "Okafor", "Grace Ngozi"));
    Person p = read(t, id);
    Str body;
    CHECK_OK(person_fhir(t->c, &p, NULL, 0, &body));
    CHECK_CONTAINS(body, "\"resourceType\":\"Patient\"");
    CHECK_CONTAINS(body, "\"system\":\"https://fhir.nhs.uk/Id/nhs-number\"");
    CHECK_CONTAINS(body, "\"value\":\"9998787084\"");
    CHECK_CONTAINS(body, "\"given\":[\"Grace\",\"Ngozi\"]");
    CHECK_CONTAINS(body, "\"birthDate\":\"1948-02-03\"");
}
