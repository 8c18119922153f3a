// contact_attempts.c -- how often nobody was reached, for lists of people who are being asked.
#include "care/contact/contact.h"
#include "contact_sql.h"
#include "core/ids.h"

enum { MINUTE_MS = 60 * 1000 };

typedef struct Tally { // of the person whose rows are being read
    int64_t person;
    ContactAttempts found;
    unsigned modes; // a bit each
    Date day;       // of the row before
} Tally;

static void put(ContactAttempts *all, const Ids *ask, const Tally *tally)
{
    if (tally->person == 0) return;
    IDS_EACH (i, *ask, tally->person) all[i] = tally->found;
}

// Rows come by person and time.
static void add(Tally *tally, int64_t mode, Instant at)
{
    Date day = instant_date_london(at);
    unsigned bit = 1U << (unsigned)mode;
    tally->found.count++;
    tally->found.modes += (tally->modes & bit) == 0;
    tally->found.days += tally->found.count == 1 || date_cmp(day, tally->day) != 0;
    tally->found.last = at;
    tally->modes |= bit;
    tally->day = day;
}

static Err ask_some(Ctx *c, const Ids *ask, Instant since, ContactAttempts *all)
{
    Val args[IDS_AT_ONCE + 1];
    memcpy(args, ask->at, sizeof ask->at);
    args[IDS_AT_ONCE] = AT(contact_since(since));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CONTACT_ATTEMPTS_OF, args, COUNT_OF(args));
    Tally tally = {0};
    while (rows_next(&rows)) {
        int64_t person = row_i64(&rows, CONTACT_ATTEMPTS_OF_PERSON_ID);
        if (person != tally.person) {
            put(all, ask, &tally);
            tally = (Tally){.person = person};
        }
        add(&tally, row_i64(&rows, CONTACT_ATTEMPTS_OF_MODE),
            row_at(&rows, CONTACT_ATTEMPTS_OF_AT));
    }
    put(all, ask, &tally);
    return rows.err;
}

Instant contact_since(Instant moment)
{
    return (Instant){moment.ms - moment.ms % MINUTE_MS};
}

Err contact_attempts_of(Ctx *c, const PersonId *persons, size_t count, Instant since,
                        ContactAttempts **out)
{
    ContactAttempts *all = ARENA_ARRAY(c->arena, ContactAttempts, count + 1);
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(persons, count, from);
        TRY(ask_some(c, &ask, since, all + from));
    }
    *out = all;
    return ERR_OK;
}
