// cohort_anew_test.c -- building that fails is not begun again at once.
#include "insight/cohort/cohort_anew.h"
#include "test/fixture.h"

#include <unistd.h>

enum { SOON_MS = 20000, STEP_MS = 5 };

static void told(void *arg)
{
    *(bool *)arg = true;
}

static void ended(Test *t, const Anew *anew)
{
    for (int ms = 0; ms < SOON_MS && !atomic_load(&anew->ended); ms += STEP_MS) {
        usleep(STEP_MS * 1000);
    }
    CHECK(atomic_load(&anew->ended));
}

TEST(what_failed_is_not_begun_again_at_once)
{
    bool came = false;
    Anew anew = {.core = t->c->core, .told = told, .arg = &came};
    test_sql(t, "DROP TABLE event_pack"); // there is nothing to build from
    anew_begin(&anew);
    CHECK(anew.runs);
    ended(t, &anew);
    CHECK(anew_take(&anew) == NULL && !anew.runs);
    CHECK(!came);
    anew_begin(&anew);
    CHECK(!anew.runs); // not long ago
    anew.again_ms = 0;
    anew_begin(&anew);
    CHECK(anew.runs);
    anew_end(&anew);
}
