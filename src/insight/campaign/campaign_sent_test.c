// campaign_sent_test.c -- letters that were sent: an attempt of each, nobody twice, undone as one.
#include "core/helper.h"
#include "insight/campaign/campaign_sent.h"
#include "insight/cohort/cohort.h"
#include "insight/population/population.h"
#include "test/fixture.h"

static const char *const FAMILIES[] = {"ADAMS", "BAKER", "EVANS", "FROST", "HILLS"};

typedef struct Senders {
    CohortEngine *engine;
    Campaign k;
    Str refs[COUNT_OF(FAMILIES)]; // of everybody who is asked
    size_t count;
} Senders;

static void load_people(Test *t)
{
    static const char *const CODES[] = {"160689007", "105529008"}; // housebound, lives alone
    Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = STR("people"),
                        .extract_on = date_add_days(t->c->today, -4)};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (size_t i = 0; i < COUNT_OF(FAMILIES); i++) {
        int32_t slot = 0;
        bool has_address = i != 1; // not BAKER
        PersonImport in = {.source_id = arena_fmt(t->arena, "s%zu", i)};
        in.person = (Person){.family = str_from_c(FAMILIES[i]),
                             .given = STR("Test"),
                             .born = date_add_years(t->c->today, -70),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .phone = STR("0161 496 0001"),
                             .address = has_address ? STR("1 High Street, Fenside") : STR(""),
                             .practice_name = STR("Millfield")};
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
        for (size_t k = 0; k < COUNT_OF(CODES); k++) {
            EventRow row = {.person = slot, .day = t->c->today.days - 40, .kind = EVENT_CONDITION};
            CHECK_OK(
                load_code(load, STR("snomed"), str_from_c(CODES[k]), STR("A term"), &row.code_id));
            CHECK_OK(load_event(load, &row));
        }
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
}

// A coordinator's campaign that runs; everybody but BAKER has an address.
static void begin_letters(Test *t, Senders *s)
{
    static const Room *const ROOMS[] = {&CAMPAIGN_ROOM};
    Str why = STR("");
    Str ref = STR("");
    Account account;
    CampaignPeople people;
    *s = (Senders){0};
    CHECK_OK(cohort_engine_new(t->arena, NULL, &s->engine, &why));
    test_core(t)->engine = s->engine;
    test_core(t)->rooms = ROOMS;
    test_core(t)->room_count = COUNT_OF(ROOMS);
    load_people(t);
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("priya.nair"),
                                          .name = STR("Priya Nair"),
                                          .role = ROLE_CARE_COORDINATOR},
                            STR("otter willow teapot 27"), &account));
    t->c->actor =
        (Actor){.account_id = account.id, .name = account.name, .role = ROLE_CARE_COORDINATOR};
    CHECK_OK(campaign_make(t->c,
                           &(CampaignNew){.cohort = STR("housebound-alone"),
                                          .name = STR("Winter"),
                                          .order_by = ORDER_NEED,
                                          .people = 100},
                           &ref));
    CampaignColleague who = {.account = account.id, .a_week = 9};
    CHECK_OK(campaign_share(t->c, ref, 1, &(ShareOut){.colleagues = &who, .count = 1}));
    CHECK_OK(campaign_start(t->c, ref, 2));
    CHECK_OK(campaign_get(t->c, ref, &s->k));
    CHECK_OK(campaign_everybody(t->c, &s->k, &people));
    for (size_t i = 0; i < people.count && s->count < COUNT_OF(FAMILIES); i++) {
        s->refs[s->count++] = people.at[i].ref;
    }
    CHECK_I64((int64_t)s->count, COUNT_OF(FAMILIES));
}

static AskedPerson asked_named(Test *t, const Campaign *k, const char *family)
{
    CampaignPeople people;
    CHECK_OK(campaign_everybody(t->c, k, &people));
    for (size_t i = 0; i < people.count; i++) {
        PersonRow *row = NULL;
        CHECK_OK(person_rows(t->c, &people.at[i].person, 1, &row));
        if (str_starts(row->name, str_from_c(family))) return people.at[i];
    }
    return (AskedPerson){0};
}

static SentNew all_of(const Test *t, const Senders *s)
{
    return (SentNew){.refs = s->refs, .count = s->count, .on = t->c->today};
}

static int attempts_of(Test *t, const Senders *s, const char *family)
{
    ContactAttempts *attempts = NULL;
    PersonId person = asked_named(t, &s->k, family).person;
    CHECK_OK(contact_attempts_of(t->c, &person, 1, s->k.made_at, &attempts));
    return attempts->count;
}

TEST(letters_that_were_sent_are_an_attempt_of_each_and_of_nobody_twice)
{
    Senders s;
    Sending sending = {0};
    begin_letters(t, &s);
    SentNew what = all_of(t, &s);
    CHECK_OK(campaign_sent_record(t->c, s.k.ref, &what, &sending));
    CHECK_I64(sending.people, (int64_t)s.count - 1);
    CHECK_STR(sending.left_out, "No address is recorded: 1");
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 1);
    CHECK_I64(attempts_of(t, &s, "BAKER"), 0);
    int64_t contacts = test_count(t, "contact");
    CHECK_ERR(campaign_sent_record(t->c, s.k.ref, &what, &sending), ERR_INVALID);
    CHECK_I64(test_count(t, "contact"), contacts);
    CHECK_I64(test_count(t, "campaign_sending"), 1);
    // The same person named twice is one letter.
    t->c->issue_count = 0;
    CHECK_OK(campaign_sent_undo(t->c, s.k.ref, sending.ref, sending.version, STR("Not posted")));
    Str twice[] = {asked_named(t, &s.k, "ADAMS").ref, asked_named(t, &s.k, "ADAMS").ref};
    SentNew two = {.refs = twice, .count = 2, .on = t->c->today};
    CHECK_OK(campaign_sent_record(t->c, s.k.ref, &two, &sending));
    CHECK_I64(sending.people, 1);
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 1);
    cohort_engine_free(s.engine);
}

TEST(letters_of_the_day_a_list_was_made_are_an_attempt_whatever_the_hour)
{
    Senders s;
    Sending sending = {0};
    Instant second = {0};
    (void)instant_from_london(t->c->today, 15, 0, &t->c->now, &second);
    begin_letters(t, &s);
    SentNew what = all_of(t, &s);
    CHECK_OK(campaign_sent_record(t->c, s.k.ref, &what, &sending));
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 1);
    cohort_engine_free(s.engine);
}

TEST(who_died_or_moved_since_the_letters_were_made_is_left_out_and_counted)
{
    Senders s;
    Sending sending = {0};
    begin_letters(t, &s);
    test_written(t, "UPDATE person SET registration = 3, died = 20000 WHERE family = 'ADAMS'");
    test_written(t, "UPDATE campaign_person SET standing = 0, state = 5, why = 1 WHERE person_id ="
                    " (SELECT id FROM person WHERE family = 'EVANS')");
    store_refresh(t->c->core->store, t->c->db);
    SentNew what = all_of(t, &s);
    CHECK_OK(campaign_sent_record(t->c, s.k.ref, &what, &sending));
    CHECK_I64(sending.people, (int64_t)s.count - 3);
    CHECK_CONTAINS(sending.left_out, "Is not to be asked now: 1");
    CHECK_CONTAINS(sending.left_out, "No address is recorded: 1");
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 0);
    CHECK_I64(attempts_of(t, &s, "EVANS"), 0);
    CHECK_I64(attempts_of(t, &s, "FROST"), 1);
    cohort_engine_free(s.engine);
}

TEST(letters_are_undone_as_one_and_can_be_recorded_again)
{
    Senders s;
    Sending sending = {0};
    Sending *all = NULL;
    size_t count = 0;
    begin_letters(t, &s);
    SentNew what = all_of(t, &s);
    CHECK_OK(campaign_sent_record(t->c, s.k.ref, &what, &sending));
    CHECK_ERR(campaign_sent_undo(t->c, s.k.ref, sending.ref, 1, STR("")), ERR_INVALID);
    CHECK_ERR(campaign_sent_undo(t->c, s.k.ref, sending.ref, 7, STR("Not posted")), ERR_CONFLICT);
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 1);
    CHECK_OK(campaign_sent_undo(t->c, s.k.ref, sending.ref, 1, STR("Not posted")));
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 0);
    CHECK_ERR(campaign_sent_undo(t->c, s.k.ref, sending.ref, 1, STR("Not posted")), ERR_CONFLICT);
    t->c->issue_count = 0;
    CHECK_OK(campaign_sent_record(t->c, s.k.ref, &what, &sending));
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 1);
    CHECK_OK(campaign_sendings(t->c, &s.k, &all, &count));
    CHECK_I64((int64_t)count, 2);
    CHECK(all[0].undone_at.ms == 0 && all[1].undone_at.ms != 0);
    CHECK_STR(all[1].undone_reason, "Not posted");
    cohort_engine_free(s.engine);
}

typedef struct Looked { // for the last entry of a kind, of one thing or of any
    Test *t;
    Str kind, id;
    JournalSeal last;
} Looked;

static Err look_at(void *arg, const JournalSeal *entry)
{
    Looked *looked = arg;
    Arena *arena = looked->t->arena;
    if (!str_eq(entry->kind, looked->kind)) return ERR_OK;
    if (looked->id.len > 0 && !str_eq(entry->id, looked->id)) return ERR_OK;
    looked->last = (JournalSeal){.id = arena_str(arena, entry->id),
                                 .verb = arena_str(arena, entry->verb),
                                 .seal = arena_str(arena, entry->seal)};
    return ERR_OK;
}

static JournalSeal last_entry(Test *t, const char *kind, Str id)
{
    Looked looked = {.t = t, .kind = str_from_c(kind), .id = id};
    CHECK_OK(journal_seals(t->c, 0, look_at, &looked));
    return looked.last;
}

TEST(a_letter_marked_as_entered_in_error_alone_can_be_recorded_again)
{
    Senders s;
    Sending sending = {0};
    Sending *all = NULL;
    size_t count = 0;
    begin_letters(t, &s);
    SentNew what = all_of(t, &s);
    CHECK_OK(campaign_sent_record(t->c, s.k.ref, &what, &sending));
    test_written(t, "UPDATE contact SET in_error = 1, error_reason = 'It came back' WHERE mode = 5"
                    " AND person_id = (SELECT id FROM person WHERE family = 'ADAMS')");
    store_refresh(t->c->core->store, t->c->db);
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 0);
    CHECK_OK(campaign_sendings(t->c, &s.k, &all, &count));
    CHECK_I64(all[0].in_error, 1);
    CHECK_OK(campaign_sent_record(t->c, s.k.ref, &what, &sending));
    CHECK_I64(sending.people, 1);
    CHECK_CONTAINS(sending.left_out, "A letter is recorded already: 3");
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 1);
    CHECK_OK(campaign_sendings(t->c, &s.k, &all, &count));
    CHECK_I64((int64_t)count, 2);
    CHECK_I64(all[0].number, 2);
    CHECK_I64(all[0].in_error, 0);
    CHECK_I64(all[1].number, 1);
    CHECK_I64(all[1].in_error, 1);
    // What is kept of the first sending is vouched for as it now is.
    CHECK_I64(all[1].version, 2);
    Str sealed;
    CHECK_OK(seal_of(t->c, &SENDING_SEAL, all[1].ref, &sealed));
    CHECK_STR(sealed, arena_c(t->arena, last_entry(t, "campaign-sending", all[1].ref).seal));
    CHECK_STR(last_entry(t, "campaign-sending", all[1].ref).verb, "update");
    // Undoing the first leaves the letter of the second.
    CHECK_OK(campaign_sent_undo(t->c, s.k.ref, all[1].ref, 2, STR("Not posted")));
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 1);
    CHECK_I64(attempts_of(t, &s, "FROST"), 0);
    cohort_engine_free(s.engine);
}

TEST(the_day_letters_were_sent_is_from_the_start_to_today)
{
    Senders s;
    Sending sending = {0};
    begin_letters(t, &s);
    SentNew what = all_of(t, &s);
    static const int WRONG[] = {1, -1};
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        what.on = date_add_days(t->c->today, WRONG[i]);
        CHECK_ERR(campaign_sent_record(t->c, s.k.ref, &what, &sending), ERR_INVALID);
    }
    CHECK_I64(test_count(t, "contact"), 0);
    what = (SentNew){.on = t->c->today};
    CHECK_ERR(campaign_sent_record(t->c, s.k.ref, &what, &sending), ERR_INVALID);
    CHECK_ERR(campaign_sent_record(t->c, STR("none"), &what, &sending), ERR_INVALID);
    cohort_engine_free(s.engine);
}

static const Route *route_of(const char *method, const char *path)
{
    for (size_t i = 0; i < CAMPAIGN_ROOM.route_count; i++) {
        const Route *route = &CAMPAIGN_ROOM.routes[i];
        if (strcmp(route->method, method) == 0 && strcmp(route->path, path) == 0) return route;
    }
    return NULL;
}

static Err send(Test *t, const Senders *s, const char *path, const Pair *form, size_t count,
                Response *res)
{
    Request req = {.route = route_of("POST", path),
                   .method = STR("POST"),
                   .param_count = 1,
                   .form = form,
                   .form_count = count};
    req.params[0] = (Pair){STR("campaign"), s->k.ref};
    *res = (Response){.body = buf_new((size_t)4 * 1024 * 1024)};
    t->c->issue_count = 0;
    assert(req.route != NULL);
    Err err = req.route->handler(t->c, &req, res);
    store_refresh(t->c->core->store, t->c->db);
    return err;
}

TEST(where_no_pdf_can_be_made_the_text_stays_and_nothing_is_in_the_journal)
{
    Senders s;
    Response res;
    begin_letters(t, &s);
    int64_t entries = test_count(t, "journal");
    const Pair form[] = {{STR("letter"), STR("Dear {name}, come in")}, {STR("as"), STR("pdf")}};
    CHECK_OK(send(t, &s, "/campaigns/:campaign/letters", form, 2, &res));
    CHECK_I64(res.status, 422);
    CHECK_CONTAINS(buf_str(&res.body), "The PDF cannot be made just now");
    CHECK_CONTAINS(buf_str(&res.body), "Dear {name}, come in");
    CHECK_I64(test_count(t, "journal"), entries);
    buf_free(&res.body);
    cohort_engine_free(s.engine);
}

TEST(letters_that_nobody_waits_for_are_not_in_the_journal)
{
    Senders s;
    Response res;
    atomic_bool gone = true;
    begin_letters(t, &s);
    CHECK_OK(helper_start("/bin/cat", &test_core(t)->documents));
    int64_t entries = test_count(t, "journal");
    const Pair form[] = {{STR("letter"), STR("Dear {name}, come in")}, {STR("as"), STR("pdf")}};
    t->c->cancelled = &gone;
    CHECK_ERR(send(t, &s, "/campaigns/:campaign/letters", form, 2, &res), ERR_BUSY);
    CHECK_I64(test_count(t, "journal"), entries);
    buf_free(&res.body);
    atomic_store(&gone, false);
    CHECK_OK(send(t, &s, "/campaigns/:campaign/letters", form, 2, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Dear Test ADAMS, come in");
    CHECK_I64(test_count(t, "journal"), entries + 1);
    buf_free(&res.body);
    t->c->cancelled = NULL;
    helper_stop(test_core(t)->documents);
    test_core(t)->documents = NULL;
    cohort_engine_free(s.engine);
}

// A long list of which these people hold places in two parts.
static void place_apart(Test *t)
{
    test_written(t, "UPDATE campaign_person SET place = place + 500 WHERE person_id IN"
                    " (SELECT id FROM person WHERE family IN ('EVANS', 'FROST', 'HILLS'))");
    store_refresh(t->c->core->store, t->c->db);
}

TEST(letters_are_made_in_parts_by_places_that_stay)
{
    Senders s;
    Response res;
    const char *path = "/campaigns/:campaign/letters";
    begin_letters(t, &s);
    place_apart(t);
    Request page = {.route = route_of("GET", path), .method = STR("GET"), .param_count = 1};
    page.params[0] = (Pair){STR("campaign"), s.k.ref};
    res = (Response){.body = buf_new((size_t)4 * 1024 * 1024)};
    CHECK_OK(page.route->handler(t->c, &page, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Places 1 to 500 of the list: 1 letter");
    CHECK_CONTAINS(buf_str(&res.body), "Places 501 to 1,000 of the list: 3 letters");
    buf_free(&res.body);
    Pair form[] = {{STR("letter"), STR("Dear {name}")}, {STR("part"), STR("2")}};
    CHECK_OK(send(t, &s, path, form, 2, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Dear Test FROST");
    CHECK_LACKS(buf_str(&res.body), "Dear Test ADAMS");
    JournalRow *entry = NULL;
    size_t entries = 0;
    Str export = last_entry(t, "export", STR("")).id;
    CHECK_OK(journal_history(t->c, STR("export"), export, &entry, &entries));
    CHECK_CONTAINS(entry[0].body, "\"places\":\"501 to 1,000\"");
    buf_free(&res.body);
    // Who leaves the list before the second part is made moves nobody into the first or out of it.
    test_written(t, "UPDATE campaign_person SET standing = 0, state = 5, why = 1 WHERE person_id ="
                    " (SELECT id FROM person WHERE family = 'ADAMS')");
    CHECK_OK(send(t, &s, path, form, 2, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Dear Test FROST");
    buf_free(&res.body);
    form[1].value = STR("1"); // nobody is left in it
    CHECK_OK(send(t, &s, path, form, 2, &res));
    CHECK_I64(res.status, 422);
    CHECK_CONTAINS(buf_str(&res.body), "Select which letters to make");
    buf_free(&res.body);
    form[1].value = STR("");
    CHECK_OK(send(t, &s, path, form, 2, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Dear Test HILLS");
    buf_free(&res.body);
    cohort_engine_free(s.engine);
}

TEST(letters_of_a_part_are_recorded_as_one)
{
    Senders s;
    Response res;
    begin_letters(t, &s);
    place_apart(t);
    Str all = STR("");
    for (size_t i = 0; i < s.count; i++) {
        all = arena_fmt(t->arena, STR_FMT " " STR_FMT, STR_ARG(all), STR_ARG(s.refs[i]));
    }
    const Pair form[] = {{STR("list"), all},
                         {STR("who"), STR("part-2")},
                         {STR("on"), STR("today")},
                         {STR("person"), asked_named(t, &s.k, "ADAMS").ref}};
    CHECK_OK(send(t, &s, "/campaigns/:campaign/letters/sent", form, COUNT_OF(form), &res));
    CHECK_I64(res.status, 422); // nobody who is selected is passed over
    CHECK_CONTAINS(buf_str(&res.body), "Places 501 to 1,000: 3 people");
    buf_free(&res.body);
    CHECK_OK(send(t, &s, "/campaigns/:campaign/letters/sent", form, COUNT_OF(form) - 1, &res));
    CHECK_I64(res.status, 303);
    buf_free(&res.body);
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 0);
    CHECK_I64(attempts_of(t, &s, "FROST"), 1);
    CHECK_I64(test_count(t, "campaign_sent"), 3);
    cohort_engine_free(s.engine);
}

TEST(everybody_but_some_is_recorded)
{
    Senders s;
    Response res;
    const char *path = "/campaigns/:campaign/letters/sent";
    begin_letters(t, &s);
    Str all = STR("");
    for (size_t i = 0; i < s.count; i++) {
        all = arena_fmt(t->arena, STR_FMT " " STR_FMT, STR_ARG(all), STR_ARG(s.refs[i]));
    }
    const Pair form[] = {{STR("list"), all},
                         {STR("who"), STR("but")},
                         {STR("on"), STR("today")},
                         {STR("person"), asked_named(t, &s.k, "ADAMS").ref}};
    CHECK_OK(send(t, &s, path, form, COUNT_OF(form) - 1, &res)); // nobody is left out
    CHECK_I64(res.status, 422);
    CHECK_CONTAINS(buf_str(&res.body), "Select who was not sent a letter");
    buf_free(&res.body);
    CHECK_OK(send(t, &s, path, form, COUNT_OF(form), &res));
    CHECK_I64(res.status, 303);
    buf_free(&res.body);
    CHECK_I64(attempts_of(t, &s, "ADAMS"), 0);
    CHECK_I64(attempts_of(t, &s, "FROST"), 1);
    CHECK_I64(test_count(t, "campaign_sent"), 3);
    cohort_engine_free(s.engine);
}

TEST(everybody_may_come_in_several_fields)
{
    Senders s;
    Response res;
    begin_letters(t, &s);
    const Pair form[] = {{STR("list"), asked_named(t, &s.k, "ADAMS").ref},
                         {STR("list"), asked_named(t, &s.k, "EVANS").ref},
                         {STR("who"), STR("all")},
                         {STR("on"), STR("today")}};
    CHECK_OK(send(t, &s, "/campaigns/:campaign/letters/sent", form, COUNT_OF(form), &res));
    CHECK_I64(res.status, 303);
    CHECK_I64(test_count(t, "campaign_sent"), 2);
    buf_free(&res.body);
    cohort_engine_free(s.engine);
}

TEST(everybody_and_single_people_are_never_meant_at_once)
{
    Senders s;
    Response res;
    begin_letters(t, &s);
    const char *path = "/campaigns/:campaign/letters/sent";
    const Pair both[] = {{STR("list"), s.refs[0]},
                         {STR("who"), STR("all")},
                         {STR("person"), s.refs[0]},
                         {STR("on"), STR("today")}};
    CHECK_OK(send(t, &s, path, both, COUNT_OF(both), &res));
    CHECK_I64(res.status, 422);
    CHECK_CONTAINS(buf_str(&res.body), "You selected single people as well");
    buf_free(&res.body);
    CHECK_OK(send(t, &s, path, both + 1, 3, &res)); // nor nobody
    CHECK_I64(res.status, 422);
    buf_free(&res.body);
    CHECK_I64(test_count(t, "campaign_sending"), 0);
    cohort_engine_free(s.engine);
}
