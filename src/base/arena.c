// arena.c -- blocks of memory, filled from the front, freed together.
#include "base/base.h"

#include <stdarg.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGN = 16, GROW_FIRST = 16 };

typedef struct Block Block;
struct Block {
    Block *next;
    size_t cap;
    size_t used;
    size_t pad; // keeps bytes[] aligned to ALIGN
    char bytes[];
};

struct Arena {
    Block *first; // the newest; the oldest is last and survives a reset
    size_t used;
};

static Block *block_new(size_t cap, Block *next)
{
    Block *block = malloc(sizeof *block + cap);
    if (block == NULL) abort();
    *block = (Block){.next = next, .cap = cap};
    return block;
}

Arena *arena_new(void)
{
    Arena *arena = malloc(sizeof *arena);
    if (arena == NULL) abort();
    *arena = (Arena){.first = block_new(BLOCK_BYTES, NULL)};
    return arena;
}

void arena_free(Arena *arena)
{
    if (arena == NULL) return;
    for (Block *block = arena->first; block != NULL;) {
        Block *next = block->next;
        free(block);
        block = next;
    }
    free(arena);
}

void arena_free_at(Arena **arena)
{
    arena_free(*arena);
    *arena = NULL;
}

void arena_reset(Arena *arena)
{
    while (arena->first->next != NULL) {
        Block *next = arena->first->next;
        free(arena->first);
        arena->first = next;
    }
    arena->first->used = 0;
    arena->used = 0;
}

size_t arena_used(const Arena *arena)
{
    return arena->used;
}

void *arena_alloc_raw(Arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2) abort();
    size_t need = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);

    Block *block = arena->first;
    if (block->cap - block->used < need) {
        block = block_new(need > BLOCK_BYTES ? need : BLOCK_BYTES, block);
        arena->first = block;
    }
    void *at = block->bytes + block->used;
    block->used += need;
    arena->used += need;
    return at;
}

void *arena_alloc(Arena *arena, size_t count, size_t size)
{
    size_t need = 0;
    if (__builtin_mul_overflow(count, size, &need)) abort();
    void *at = arena_alloc_raw(arena, need);
    return need == 0 ? at : memset(at, 0, need);
}

void *arena_grow(Arena *arena, void *list, size_t count, size_t *cap, size_t size)
{
    assert(count <= *cap && (list != NULL || *cap == 0));
    if (count < *cap) return list;
    size_t wider = *cap == 0 ? GROW_FIRST : 0;
    size_t bytes = 0;
    if (*cap > 0 && __builtin_mul_overflow(*cap, 2, &wider)) abort();
    if (__builtin_mul_overflow(wider, size, &bytes)) abort();
    char *grown = arena_alloc_raw(arena, bytes);
    size_t held = count * size;
    if (held > 0) memcpy(grown, list, held);
    memset(grown + held, 0, bytes - held);
    *cap = wider;
    return grown;
}

Str arena_str(Arena *arena, Str src)
{
    char *copy = arena_alloc_raw(arena, src.len + 1);
    if (src.len > 0) memcpy(copy, src.ptr, src.len);
    copy[src.len] = '\0';
    return (Str){copy, src.len};
}

Str arena_join(Arena *arena, const Str *parts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) len += parts[i].len;
    char *text = arena_alloc_raw(arena, len + 1);
    char *at = text;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    *at = '\0';
    return (Str){text, len};
}

Str arena_lower(Arena *arena, Str src)
{
    char *copy = arena_alloc_raw(arena, src.len + 1);
    for (size_t i = 0; i < src.len; i++) {
        char c = src.ptr[i];
        copy[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    copy[src.len] = '\0';
    return (Str){copy, src.len};
}

const char *arena_c(Arena *arena, Str src)
{
    return arena_str(arena, src).ptr;
}

// Most texts fit what is left of the block: written there at once, and a second time only when not.
Str arena_fmt(Arena *arena, const char *fmt, ...)
{
    Block *block = arena->first;
    char *at = block->bytes + block->used;
    va_list args;
    va_list again;
    va_start(args, fmt);
    va_copy(again, args);
    int need = vsnprintf(at, block->cap - block->used, fmt, args);
    va_end(args);
    if (need < 0) abort();
    char *text = arena_alloc_raw(arena, (size_t)need + 1);
    if (text != at) vsnprintf(text, (size_t)need + 1, fmt, again);
    va_end(again);
    return (Str){text, (size_t)need};
}
