// log.h -- what the operator reads: one JSON object a line, on standard error.
//
// Never anything about a person, nor anything a user typed: a field is a number, a word of the
// program's own, or an opaque reference. Who saw what is the access log's business (journal.h).
#ifndef LOG_H
#define LOG_H

#include "base/base.h"

typedef enum LogLevel { LOG_INFO, LOG_WARN, LOG_ERROR } LogLevel;

typedef struct LogField {
    const char *key;
    const char *word; // a literal of the program; NULL: see ref, then number
    Str ref;          // an opaque reference or address; cut at LOG_REF_MAX, other bytes become '?'
    int64_t number;
} LogField;

enum { LOG_REF_MAX = 64, LOG_FIELDS_MAX = 16, LOG_LINE_BYTES_MAX = 2048 };

#define LOG_WORD(key_, word_)                                                                      \
    {                                                                                              \
        .key = (key_), .word = (word_)                                                             \
    }
#define LOG_REF(key_, ref_)                                                                        \
    {                                                                                              \
        .key = (key_), .ref = (ref_)                                                               \
    }
#define LOG_NUMBER(key_, number_)                                                                  \
    {                                                                                              \
        .key = (key_), .number = (number_)                                                         \
    }

// Writes the line whole, in one write. What does not fit is left out, never cut within a value.
void log_line(LogLevel level, const char *event, const LogField *fields, size_t count);

#endif
