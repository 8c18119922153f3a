// bench_store.c -- durable changes a second through ctx_change, each with a journal entry, and
// looks a second through access_log: what one machine's disk and the shared commit allow.
//
// Usage: bench_store NEW_DIR [THREADS [SECONDS]]   (make build/release/bench/bench_store)
#include "core/core.h"
#include "core/journal.h"

#include <pthread.h>

enum { THREADS_MAX = 64, SAMPLES_MAX = 1 << 20, BODY_BYTES = 1500 };

typedef struct Hand {
    const Core *core;
    bool look;
    int number;
    int64_t until_ms;
    int64_t done;
    int32_t *micros; // how long each took
} Hand;

static int64_t micros_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((int64_t)now.tv_sec * 1000000) + (now.tv_nsec / 1000);
}

static Err change(Ctx *c, void *arg)
{
    const Str *body = arg;
    return journal_append(c, &(JournalEntry){.person = {c->actor.account_id},
                                             .kind = STR("thing"),
                                             .id = ref_new(c),
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = *body});
}

static void *work(void *arg)
{
    Hand *hand = arg;
    char text[BODY_BYTES];
    memset(text, 'x', sizeof text);
    Str body = {text, sizeof text};
    Arena *arena = arena_new();
    Ctx c = {.arena = arena, .core = hand->core, .actor = {.account_id = hand->number + 1}};
    while (clock_ticks_ms() < hand->until_ms && hand->done < SAMPLES_MAX) {
        int64_t before = micros_now();
        Err err = hand->look ? access_log(&c, &(AccessEntry){.verb = VERB_VIEW,
                                                             .person = {hand->number + 1},
                                                             .what = STR("/people/:person")})
                             : ctx_change(&c, change, &body);
        if (err != ERR_OK) break;
        hand->micros[hand->done++] = (int32_t)(micros_now() - before);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static int by_value(const void *left, const void *right)
{
    return *(const int32_t *)left - *(const int32_t *)right;
}

static void run(const Core *core, bool look, int threads, int seconds)
{
    pthread_t ids[THREADS_MAX];
    static Hand hands[THREADS_MAX];
    int64_t from = clock_ticks_ms();
    for (int i = 0; i < threads; i++) {
        hands[i] = (Hand){.core = core,
                          .look = look,
                          .number = i,
                          .until_ms = from + ((int64_t)seconds * 1000),
                          .micros = calloc(SAMPLES_MAX, sizeof(int32_t))};
        if (hands[i].micros == NULL || pthread_create(&ids[i], NULL, work, &hands[i]) != 0) abort();
    }
    int64_t total = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        total += hands[i].done;
    }
    int64_t ms = clock_ticks_ms() - from;
    int32_t *all = calloc((size_t)total + 1, sizeof *all);
    size_t at = 0;
    for (int i = 0; i < threads; i++) {
        memcpy(all + at, hands[i].micros, (size_t)hands[i].done * sizeof *all);
        at += (size_t)hands[i].done;
        free(hands[i].micros);
    }
    qsort(all, at, sizeof *all, by_value);
    int32_t middle = all[at / 2];
    int32_t slow = all[at * 99 / 100];
    printf("%-8s %2d threads %6lld/s  p50 %5.1f ms  p99 %5.1f ms  max %5.1f ms\n",
           look ? "looks" : "changes", threads, (long long)(total * 1000 / (ms > 0 ? ms : 1)),
           middle / 1000.0, slow / 1000.0, all[at == 0 ? 0 : at - 1] / 1000.0);
    free(all);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: bench_store NEW_DIR [THREADS [SECONDS]]\n", stderr);
        return 2;
    }
    int64_t threads = 16;
    int64_t seconds = 5;
    if (argc > 2 && !str_i64(str_from_c(argv[2]), 1, THREADS_MAX, &threads)) return 2;
    if (argc > 3 && !str_i64(str_from_c(argv[3]), 1, 60, &seconds)) return 2;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Core core = {0};
    Str why = STR("");
    Store **stores[] = {&core.store, &core.access_store};
    for (size_t i = 0; i < COUNT_OF(stores); i++) {
        Str path = arena_fmt(arena, "%s/%zu.db", argv[1], i);
        StoreOptions options = {.path = path.ptr, .access_store = i == 1, .create = true};
        if (store_open(arena, &options, stores[i], &why) != ERR_OK) {
            fprintf(stderr, STR_FMT "\n", STR_ARG(why));
            return 1;
        }
    }
    run(&core, false, (int)threads, (int)seconds);
    run(&core, true, (int)threads, (int)seconds);
    store_close(core.store);
    store_close(core.access_store);
    return 0;
}
