// campaign_sent_test.c -- letters that were sent: an attempt of each, nobody twice, undone as one.
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
