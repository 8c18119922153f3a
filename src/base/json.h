// json.h -- JSON read whole into an arena, and written as a stream.
//
// Reading is strict RFC 8259 and stricter: keys twice in one object, bytes that are not UTF-8,
// \u0000, lone surrogates and too deep nesting are refused, with the place and a sentence. Numbers
// keep their text (1.00 stays 1.00). Strings without escapes are views of the input: THE INPUT
// MUST OUTLIVE THE TREE.
// Every reader takes NULL and gives nothing back ("", NULL, false, 0), so that chains read well:
//     Str family = json_str(json_get(json_at(json_get(resource, "name"), 0), "family"));
#ifndef JSON_H
#define JSON_H

#include "base/base.h"

enum {
    JSON_DEPTH_DEFAULT = 100,
    JSON_DEPTH_MAX = 250,                  // of reading and of writing
    JSON_BYTES_DEFAULT = 16 * 1024 * 1024, // of one text
    JSON_BYTES_MAX = 1024 * 1024 * 1024,   // the most that a limit can be set to
    JSON_VALUES_DEFAULT = 1000 * 1000,     // in one text: each takes 32 bytes of arena
    JSON_DECIMAL_SCALE_MAX = 18,
};

typedef enum JsonKind {
    JSON_MISSING, // the kind of NULL
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
} JsonKind;

typedef struct Json Json; // one value; lives in the arena it was read into

typedef struct JsonLimits {
    size_t bytes;  // 0 for the default
    int depth;     // 0 for the default; 1 allows [] but not [[]]
    size_t values; // 0 for the default
} JsonLimits;

typedef struct JsonErr {
    size_t offset;  // of the first byte that is wrong
    int32_t line;   // from 1
    Str path;       // "entry[3].resource.value", "" at the root; cut short when very deep
    Str sentence;   // "A comma or a closing bracket is missing."
    bool too_large; // a size limit: answer ERR_TOO_LARGE rather than ERR_MALFORMED
} JsonErr;

// Reads one JSON text, white space around it allowed. NULL on failure, *err then set (its Strs in
// the arena). A byte order mark is refused, as RFC 8259 lets us.
const Json *json_parse(Arena *arena, Str text, JsonLimits limits, JsonErr *err);

// ---- reading a value
JsonKind json_kind(const Json *node);
const Json *json_get(const Json *object, const char *key); // NULL unless an object that has it
const Json *json_get_str(const Json *object, Str key);
const Json *json_at(const Json *list, size_t index); // of an array or, in order, of an object
size_t json_count(const Json *list);                 // values in an array or object, else 0
Str json_key(const Json *member);                    // its name in the object around it, else ""
Str json_str(const Json *node);                      // "" unless a string
Str json_text(const Json *node);                     // the text of a number, "" otherwise
bool json_bool(const Json *node, bool *out);         // false, *out untouched, unless true or false
bool json_i64(const Json *node, int64_t *out); // whole numbers written without '.' or exponent
// A number as mantissa / 10^scale, exact: 1.00 is 100, 2 and 12e1 is 120, 0. False when it is not
// a number or does not fit (scale 0..JSON_DECIMAL_SCALE_MAX).
bool json_dec(const Json *node, int64_t *mantissa_out, int *scale_out);

// ---- writing. Commas and escapes come by themselves; misuse (a value without a key in an object,
// an end without a begin) is an assertion. Bytes that are not UTF-8 are written as U+FFFD. Overflow
// is the buffer's business: ask buf_ok at the end.
typedef struct JsonOut {
    Buf *buf;
    int depth;
    bool comma; // a value stands before this place
    bool after_key;
    bool pretty; // set before the first value: two spaces per level, one value per line
    uint64_t in_object[JSON_DEPTH_MAX / 64 + 1];
} JsonOut;

JsonOut json_out(Buf *buf);
bool json_out_done(const JsonOut *out); // everything opened is closed, and something was written
void json_obj_begin(JsonOut *out);
void json_obj_end(JsonOut *out);
void json_arr_begin(JsonOut *out);
void json_arr_end(JsonOut *out);
void json_put_key(JsonOut *out, Str key);
void json_put_str(JsonOut *out, Str value);
void json_put_i64(JsonOut *out, int64_t value);
void json_put_number(JsonOut *out, Str text); // text must be a JSON number (json_is_number)
void json_put_dec(JsonOut *out, int64_t mantissa, int scale); // 100, 2 is written 1.00
void json_put_bool(JsonOut *out, bool value);
void json_put_null(JsonOut *out);
void json_put(JsonOut *out, const Json *node); // a value and all in it; NULL is written as null
void json_put_written(JsonOut *out, Str json); // a value that a JsonOut wrote, not a pretty one

void json_field_str(JsonOut *out, const char *key, Str value);
void json_field_opt(JsonOut *out, const char *key, Str value); // nothing when value is empty
void json_field_i64(JsonOut *out, const char *key, int64_t value);
void json_field_bool(JsonOut *out, const char *key, bool value);
void json_field_obj(JsonOut *out, const char *key); // key, then json_obj_begin
void json_field_arr(JsonOut *out, const char *key); // key, then json_arr_begin

bool json_is_number(Str text); // by the grammar of RFC 8259

#endif
