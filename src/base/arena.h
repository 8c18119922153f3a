// arena.h -- memory that lives as long as one request, job or test, and is given back whole.
//
// A function that allocates takes an Arena (or a Ctx that holds one): its signature is the
// ownership statement. Out of memory ends the process: half an answer is worse than none.
#ifndef ARENA_H
#define ARENA_H

#include "base/str.h"

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena);  // NULL is allowed
void arena_reset(Arena *arena); // everything in it is gone; its first block is kept for reuse
size_t arena_used(const Arena *arena); // bytes handed out since the last reset

// Zeroed, aligned for any type. Aborts when count * size overflows or memory is out.
void *arena_alloc(Arena *arena, size_t count, size_t size);
void *arena_alloc_raw(Arena *arena, size_t bytes); // the same, not zeroed: fill it at once
#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), (count), sizeof(type)))

// Room for one more in a list of `count` that grows: the list itself while *cap is more than count,
// else a copy with twice the room (16 the first time, when list may be NULL), zeroed beyond count.
// What it leaves behind stays until the arena goes. Aborts as arena_alloc does.
void *arena_grow(Arena *arena, void *list, size_t count, size_t *cap, size_t size);
#define ARENA_GROW(arena, list, count, cap)                                                        \
    ((list) = arena_grow((arena), (list), (count), (cap), sizeof *(list)))

Str arena_str(Arena *arena, Str src);       // a copy, NUL-terminated beyond its length
const char *arena_c(Arena *arena, Str src); // the same, for libraries that want a C string
Str arena_lower(Arena *arena, Str src);     // a copy with A to Z (of ASCII only) made small
// The parts one behind the other, as arena_str gives them.
Str arena_join(Arena *arena, const Str *parts, size_t count);
#define ARENA_JOIN(arena, ...)                                                                     \
    arena_join((arena), (const Str[]){__VA_ARGS__},                                                \
               sizeof((const Str[]){__VA_ARGS__}) / sizeof(Str))
Str arena_fmt(Arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void arena_free_at(Arena **arena); // for CLEANUP(arena_free_at)

#endif
