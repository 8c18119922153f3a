// cohort_places.c -- puts few people into the order of many by halving, all of them a step at once.
#include "insight/cohort/cohort_places.h"

#include "core/ids.h"

enum {
    ORDER_MARGIN_MS = 60 * 60 * 1000,
    MOVED_SHARE = 32, // when more than one in so many moved, everybody's place is read
    MOVED_ALWAYS = 64,
    MOVED_FIRST = 64,
    KEPT_MAX = 8, // of so few it is looked one by one whether they stay where they are
};
#define MOVED_HERE (UINT32_C(1) << 31) // in place of a number: that of who may have moved

typedef struct Moved {
    uint32_t number;
    PersonId id;
    PersonNameKey key;
    size_t low, high; // before known[low .. high]
    uint32_t was;     // the place in the order before, COLUMNS_NONE: none
} Moved;

typedef struct Places {
    const Columns *from;
    Columns *to;
    const uint32_t *old; // places in `from`
    uint32_t *known;     // numbers of whoever keeps their place, in order
    size_t known_count;
    Moved *moved;
    size_t moved_count;
} Places;

// A correction that is committed later than it was made must still be seen as later.
static Instant as_of_now(const Ctx *c)
{
    return (Instant){c->now.ms - ORDER_MARGIN_MS};
}

Err places_read(Ctx *c, Columns *columns)
{
    PersonId *order = NULL;
    size_t count = 0;
    TRY(person_by_name(c, &order, &count));
    columns_put_in_order(columns, order, count, as_of_now(c));
    return ERR_OK;
}

Err places_for(Ctx *c, ColumnSource *out)
{
    PersonId *order = NULL;
    size_t count = 0;
    TRY(person_by_name(c, &order, &count));
    uint32_t *places = arena_alloc_raw(c->arena, (out->person_count + 1) * sizeof *places);
    memset(places, 0xFF, (out->person_count + 1) * sizeof *places);
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        size_t low = 0;
        size_t high = out->person_count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            bool before = out->persons[middle].id.v < order[i].v;
            low = before ? middle + 1 : low;
            high = before ? high : middle;
        }
        bool found = low < out->person_count && out->persons[low].id.v == order[i].v;
        if (found) places[low] = next++;
    }
    out->places = places;
    out->places_as_of = as_of_now(c);
    return ERR_OK;
}

static int moved_cmp(const void *a_, const void *b_)
{
    const Moved *a = a_;
    const Moved *b = b_;
    if (a->low != b->low) return a->low < b->low ? -1 : 1;
    return person_name_cmp(&a->key, a->id, &b->key, b->id);
}

static PersonId id_of(const Columns *columns, uint32_t number)
{
    uint32_t local = 0;
    const Stripe *stripe = columns_stripe(columns, number, &local)->stripe;
    return (PersonId){stripe->id[local]};
}

static bool is_among(const PersonId *changed, size_t count, PersonId id)
{
    return count > 0 && bsearch(&id, changed, count, sizeof id, person_id_cmp) != NULL;
}

// COLUMNS_NONE: it has to be found.
static uint32_t old_place(const Places *p, size_t stripe, uint32_t number, PersonId id,
                          const PersonId *changed, size_t count)
{
    bool same = stripe < p->from->stripe_count &&
                p->from->stripes[stripe].stripe == p->to->stripes[stripe].stripe;
    if (same) return p->old[number]; // who changed is not live there any more
    if (is_among(changed, count, id)) return COLUMNS_NONE;
    int64_t at = columns_number(p->from, id);
    return at < 0 ? COLUMNS_NONE : p->old[at];
}

static uint32_t last_place(const Places *p)
{
    uint32_t last = 0;
    for (uint32_t n = 0; n < p->from->numbers; n++) {
        if (p->old[n] != COLUMNS_NONE && p->old[n] > last) last = p->old[n];
    }
    return last;
}

static uint32_t place_before(const Places *p, PersonId id)
{
    int64_t at = columns_number(p->from, id);
    return at < 0 ? COLUMNS_NONE : p->old[at];
}

static void part(Ctx *c, Places *p, const PersonId *changed, size_t count)
{
    size_t places = (size_t)last_place(p) + 1;
    size_t cap = MOVED_FIRST;
    uint32_t *at = arena_alloc_raw(c->arena, places * sizeof *at);
    memset(at, 0xFF, places * sizeof *at);
    p->moved = ARENA_ARRAY(c->arena, Moved, cap);
    for (size_t s = 0; s < p->to->stripe_count; s++) {
        const LiveStripe *of = &p->to->stripes[s];
        for (uint32_t i = 0; i < of->stripe->persons; i++) {
            if (!bit_on(of->live, i)) continue;
            PersonId id = {of->stripe->id[i]};
            uint32_t place = old_place(p, s, of->first + i, id, changed, count);
            if (place != COLUMNS_NONE) {
                at[place] = of->first + i;
                continue;
            }
            ARENA_GROW(c->arena, p->moved, p->moved_count, &cap);
            Moved moved = {.number = of->first + i, .id = id, .was = place_before(p, id)};
            if (moved.was != COLUMNS_NONE) at[moved.was] = MOVED_HERE | (uint32_t)p->moved_count;
            p->moved[p->moved_count++] = moved;
        }
    }
    p->known = at; // closed up in place
    for (size_t i = 0; i < places; i++) {
        if (at[i] == COLUMNS_NONE) continue;
        if ((at[i] & MOVED_HERE) != 0) {
            p->moved[at[i] & ~MOVED_HERE].low = p->known_count; // between the same two as before
        } else {
            at[p->known_count++] = at[i];
        }
    }
}

// One halving for all of them; false: there was nothing left to halve.
static Err halve(Ctx *c, Places *p, PersonId *ids, bool *more_out)
{
    PersonNameKey *keys = NULL;
    size_t asked = 0;
    for (size_t m = 0; m < p->moved_count; m++) {
        const Moved *who = &p->moved[m];
        if (who->low == who->high) continue;
        ids[asked++] = id_of(p->to, p->known[who->low + (who->high - who->low) / 2]);
    }
    *more_out = asked > 0;
    TRY(person_name_keys(c, ids, asked, &keys));
    asked = 0;
    for (size_t m = 0; m < p->moved_count; m++) {
        Moved *who = &p->moved[m];
        if (who->low == who->high) continue;
        size_t middle = who->low + (who->high - who->low) / 2;
        if (person_name_cmp(&keys[asked], ids[asked], &who->key, who->id) < 0) {
            who->low = middle + 1;
        } else {
            who->high = middle;
        }
        asked++;
    }
    return ERR_OK;
}

// Whom those who were there before stood between.
static size_t neighbours_of(const Places *p, PersonId *ids)
{
    size_t count = 0;
    for (size_t m = 0; m < p->moved_count; m++) {
        const Moved *who = &p->moved[m];
        if (who->was == COLUMNS_NONE) continue;
        if (who->low > 0) ids[count++] = id_of(p->to, p->known[who->low - 1]);
        if (who->low < p->known_count) ids[count++] = id_of(p->to, p->known[who->low]);
    }
    return count;
}

// Few who change get another name: who still belongs between the same two stays there.
static Err look_where_they_were(Ctx *c, Places *p)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, 2 * p->moved_count + 1);
    PersonNameKey *keys = NULL;
    TRY(person_name_keys(c, ids, neighbours_of(p, ids), &keys));
    size_t asked = 0;
    for (size_t m = 0; m < p->moved_count; m++) {
        Moved *who = &p->moved[m];
        size_t here = who->low;
        bool before = false; // the one that stood before them
        bool behind = false;
        who->low = 0;
        who->high = p->known_count;
        if (who->was == COLUMNS_NONE) continue;
        if (here > 0) {
            before = person_name_cmp(&keys[asked], ids[asked], &who->key, who->id) > 0;
            asked++;
        }
        if (here < p->known_count) {
            behind = person_name_cmp(&keys[asked], ids[asked], &who->key, who->id) < 0;
            asked++;
        }
        if (!behind) who->high = here;
        if (!before) who->low = here;
    }
    return ERR_OK;
}

static Err find(Ctx *c, Places *p)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, p->moved_count + 1);
    PersonNameKey *keys = NULL;
    for (size_t m = 0; m < p->moved_count; m++) ids[m] = p->moved[m].id;
    TRY(person_name_keys(c, ids, p->moved_count, &keys));
    for (size_t m = 0; m < p->moved_count; m++) p->moved[m].key = keys[m];
    TRY(look_where_they_were(c, p));
    bool more = true;
    while (more) TRY(halve(c, p, ids, &more));
    if (p->moved_count > 1) qsort(p->moved, p->moved_count, sizeof *p->moved, moved_cmp);
    return ERR_OK;
}

static void put(const Places *p, Instant as_of)
{
    uint32_t *place = columns_new_order(p->to, NULL, 0, as_of);
    uint32_t next = 0;
    size_t m = 0;
    for (size_t k = 0; k <= p->known_count; k++) {
        for (; m < p->moved_count && p->moved[m].low == k; m++) place[p->moved[m].number] = next++;
        if (k < p->known_count) place[p->known[k]] = next++;
    }
}

// ---- few, who most often stay where they are

typedef struct Keeping {
    const Columns *from;
    Columns *to;
    size_t shared;       // stripes of both, from the first
    const uint32_t *old; // places in `from`
    uint32_t *place;     // in `to`
} Keeping;

// The places of all but the changed. False: somebody is new.
static bool keep_others(const Keeping *k, const PersonId *changed, size_t count)
{
    size_t numbers = k->shared * STRIPE_PERSONS_MAX;
    for (size_t i = 0; i < count; i++) {
        int64_t at = columns_number(k->from, changed[i]);
        if (at >= 0 && (size_t)at < numbers) k->place[at] = COLUMNS_NONE;
    }
    for (size_t s = k->shared; s < k->to->stripe_count; s++) {
        const LiveStripe *of = &k->to->stripes[s];
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            PersonId id = {of->stripe->id[p]};
            if (!bit_on(of->live, p) || is_among(changed, count, id)) continue;
            int64_t at = columns_number(k->from, id);
            if (at < 0 || k->old[at] == COLUMNS_NONE) return false;
            if ((size_t)at < numbers) k->place[at] = COLUMNS_NONE; // there the record of before
            k->place[of->first + p] = k->old[at];
        }
    }
    return true;
}

// Of several places the nearest before and behind one, each for itself. NONE_BEFORE is before all.
typedef int32_t Lanes __attribute__((vector_size(4 * sizeof(int32_t))));
enum { LANES = 4, NONE_BEFORE = -1, NONE_BEHIND = INT32_MAX };
static_assert(COLUMNS_PERSONS_MAX < INT32_MAX && (int32_t)COLUMNS_NONE == NONE_BEFORE,
              "a place is a number with a sign, and whoever has none is never nearest");

static Lanes chosen(Lanes which, Lanes yes, Lanes no)
{
    return (which & yes) | (~which & no);
}

// The number of who has this place; COLUMNS_NONE: nobody.
static uint32_t number_at(const Keeping *k, int32_t place)
{
    if (place == NONE_BEFORE || place == NONE_BEHIND) return COLUMNS_NONE;
    uint32_t n = 0;
    while (k->place[n] != (uint32_t)place) n++;
    return n;
}

// Whoever stands next before and behind a place; COLUMNS_NONE: nobody. Everybody's place is looked
// at, several at once.
static void neighbours(const Keeping *k, uint32_t place, uint32_t *before, uint32_t *behind)
{
    static_assert(STRIPE_PERSONS_MAX % LANES == 0, "the numbers of a view are whole turns");
    const Lanes here = (Lanes){0} + (int32_t)place;
    Lanes low = (Lanes){0} + NONE_BEFORE;
    Lanes high = (Lanes){0} + NONE_BEHIND;
    for (uint32_t n = 0; n < k->to->numbers; n += LANES) {
        Lanes others;
        memcpy(&others, &k->place[n], sizeof others);
        low = chosen((others < here) & (others > low), others, low);
        high = chosen((others > here) & (others < high), others, high);
    }
    int32_t last = NONE_BEFORE;
    int32_t next = NONE_BEHIND;
    for (uint32_t i = 0; i < LANES; i++) {
        if (low[i] > last) last = low[i];
        if (high[i] < next) next = high[i];
    }
    *before = number_at(k, last);
    *behind = number_at(k, next);
}

// *kept_out: the person's name still belongs where it stood.
static Err keep_one(Ctx *c, const Keeping *k, PersonId id, bool *kept_out)
{
    int64_t was = columns_number(k->from, id);
    int64_t is = columns_number(k->to, id);
    *kept_out = is < 0; // gone
    if (is < 0 || was < 0 || k->old[was] == COLUMNS_NONE) return ERR_OK;
    uint32_t before = COLUMNS_NONE;
    uint32_t behind = COLUMNS_NONE;
    neighbours(k, k->old[was], &before, &behind);
    PersonId ids[] = {id, before == COLUMNS_NONE ? id : id_of(k->to, before),
                      behind == COLUMNS_NONE ? id : id_of(k->to, behind)};
    PersonNameKey *keys = NULL;
    TRY(person_name_keys(c, ids, COUNT_OF(ids), &keys));
    *kept_out = person_name_cmp(&keys[1], ids[1], &keys[0], id) <= 0 &&
                person_name_cmp(&keys[0], id, &keys[2], ids[2]) <= 0;
    if (*kept_out) k->place[is] = k->old[was];
    return ERR_OK;
}

// *done_out: everybody has a place. Who is put back is a neighbour of those who come after.
static Err keep_places(Ctx *c, Places *p, const PersonId *changed, size_t count, bool *done_out)
{
    Keeping k = {.from = p->from, .to = p->to, .old = p->old};
    size_t most = p->from->stripe_count;
    *done_out = false;
    if (count > KEPT_MAX) return ERR_OK;
    if (p->to->stripe_count < most) most = p->to->stripe_count;
    while (k.shared < most &&
           p->from->stripes[k.shared].stripe == p->to->stripes[k.shared].stripe) {
        k.shared++;
    }
    k.place = columns_new_order(p->to, p->old, k.shared * STRIPE_PERSONS_MAX, as_of_now(c));
    *done_out = keep_others(&k, changed, count);
    for (size_t i = 0; i < count && *done_out; i++) TRY(keep_one(c, &k, changed[i], done_out));
    return ERR_OK;
}

Err places_carry(Ctx *c, const Columns *from, Columns *to, const PersonId *changed, size_t count)
{
    Places p = {.from = from, .to = to, .old = columns_order(from).place};
    if (p.old == NULL || from->numbers == 0) return places_read(c, to);
    bool done = false;
    TRY(keep_places(c, &p, changed, count, &done));
    if (done) return ERR_OK;
    part(c, &p, changed, count);
    if (p.moved_count > MOVED_ALWAYS + p.known_count / MOVED_SHARE) return places_read(c, to);
    TRY(find(c, &p));
    put(&p, as_of_now(c));
    return ERR_OK;
}
