// ids_test.c -- a list asked for sixteen at a time answers as one by one would.
#include "core/ids.h"
#include "test/test.h"

TEST(a_short_asking_repeats_its_last_id)
{
    (void)t;
    PersonId ids[] = {{7}, {9}, {11}};
    Ids asked = ids_from(ids, COUNT_OF(ids), 1);
    CHECK_I64(asked.count, 2);
    CHECK_I64(asked.at[0].i64, 9);
    for (size_t i = 1; i < IDS_AT_ONCE; i++) CHECK_I64(asked.at[i].i64, 11);
}

TEST(the_same_id_is_found_in_each_of_its_places)
{
    (void)t;
    enum { COUNT = 37 };
    PersonId ids[COUNT];
    size_t seen[COUNT] = {0};
    for (int i = 0; i < COUNT; i++) ids[i] = (PersonId){i % 5};
    for (size_t from = 0; from < COUNT; from += IDS_AT_ONCE) {
        Ids ask = ids_from(ids, COUNT, from);
        IDS_EACH (i, ask, 3) seen[from + i]++;
    }
    for (size_t i = 0; i < COUNT; i++) CHECK_I64(seen[i], ids[i].v == 3);
}

TEST(an_id_not_asked_for_has_no_place)
{
    (void)t;
    PersonId ids[] = {{1}, {2}};
    Ids asked = ids_from(ids, COUNT_OF(ids), 0);
    CHECK_I64(ids_place(&asked, 5, 0), IDS_AT_ONCE);
    CHECK_I64(ids_place(&asked, 2, 2), IDS_AT_ONCE);
}

TEST(people_come_in_order_of_their_ids)
{
    PersonId ids[] = {{3}, {INT64_MAX}, {-2}, {0}, {INT64_MIN}};
    qsort(ids, COUNT_OF(ids), sizeof ids[0], person_id_cmp);
    for (size_t i = 1; i < COUNT_OF(ids); i++) CHECK(ids[i - 1].v < ids[i].v);
    CHECK_I64(person_id_cmp(&ids[0], &ids[0]), 0);
    CHECK(bsearch(&(PersonId){3}, ids, COUNT_OF(ids), sizeof ids[0], person_id_cmp) == &ids[3]);
}
