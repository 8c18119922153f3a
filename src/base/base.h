// base.h -- the ground everything stands on: errors, strings, arenas, buffers, cleanup.
//
// Included by every file. Dates, JSON, CSV and UTF-8 have headers of their own beside this one.
#ifndef BASE_H
#define BASE_H

#include "base/banned.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE      __attribute__((warn_unused_result))
#define CLEANUP(func) __attribute__((cleanup(func)))
#define COUNT_OF(arr) (sizeof(arr) / sizeof((arr)[0]))

// The only macro that returns. Use it where an error needs nothing but passing on.
#define TRY(call)                                                                                  \
    do {                                                                                           \
        Err try_err = (call);                                                                      \
        if (try_err != ERR_OK) return try_err;                                                     \
    } while (0)

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#endif
