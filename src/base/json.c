// json.c -- JSON text into a tree. Writing is in json_out.c.
//
// One pass, no recursion. Values are collected on a stack; when a container closes, its values move
// from the stack into the arena as one array, so that a tree is compact and json_at is a sum.
#include "base/json.h"

#include "base/json_scan.h"
#include "base/utf8.h"

struct Json {
    const char *key; // NULL unless a member of an object
    union {
        const char *text;  // a string, decoded; a number as written
        const Json *items; // of an array or object
        bool truth;
    } as;
    uint32_t key_len;
    uint32_t len; // bytes of text, or count of items
    JsonKind kind;
};

enum { STACK_FIRST = 64, SMALL_OBJECT = 24, PATH_BYTES_MAX = 300, PATH_KEY_BYTES_MAX = 60 };

typedef struct Parser {
    Arena *arena;
    const char *begin;
    const char *at;
    const char *end;
    Json *stack;
    size_t len;
    size_t cap;
    Json *heap; // the stack, once it has outgrown its first place
    size_t values_left;
    int depth;
    int depth_max;
    uint32_t open[JSON_DEPTH_MAX]; // where on the stack each open container stands
    Str key;                       // the name read before the value that comes
    bool in_value;                 // the path to an error ends in that value
    JsonErr *err;
} Parser;

// ---- errors

static void path_step(Buf *path, const Json *parent, Str key, size_t index)
{
    if (parent->kind == JSON_ARRAY) {
        buf_fmt(path, "[%zu]", index);
        return;
    }
    if (path->len > 0) buf_add_char(path, '.');
    buf_add(path, str_slice(key, 0, PATH_KEY_BYTES_MAX));
}

static Str path_of(const Parser *p)
{
    CLEANUP(buf_free) Buf path = buf_new(PATH_BYTES_MAX);
    for (int i = 0; i < p->depth; i++) {
        const Json *parent = &p->stack[p->open[i]];
        bool last = i + 1 == p->depth;
        if (last && !p->in_value) break;
        size_t child = last ? p->len : p->open[i + 1];
        Str key = p->key;
        if (!last) key = (Str){p->stack[child].key, p->stack[child].key_len};
        path_step(&path, parent, key, child - p->open[i] - 1);
    }
    return arena_str(p->arena, buf_str(&path));
}

static bool fail_at(Parser *p, const char *at, const char *sentence)
{
    int32_t line = 1;
    for (const char *c = p->begin; c < at; c++) line += *c == '\n';
    *p->err = (JsonErr){.offset = (size_t)(at - p->begin),
                        .line = line,
                        .path = path_of(p),
                        .sentence = str_from_c(sentence)};
    return false;
}

static bool fail(Parser *p, const char *sentence)
{
    return fail_at(p, p->at, sentence);
}

static bool fail_large(Parser *p, const char *sentence)
{
    fail(p, sentence);
    p->err->too_large = true;
    return false;
}

// ---- the stack

static bool push(Parser *p, Json node)
{
    if (p->values_left == 0) return fail_large(p, "There are more values than are allowed.");
    p->values_left--;
    if (p->len == p->cap) {
        Json *grown = realloc(p->heap, p->cap * 2 * sizeof *grown);
        if (grown == NULL) abort();
        if (p->heap == NULL) memcpy(grown, p->stack, p->len * sizeof *grown);
        p->heap = grown;
        p->stack = grown;
        p->cap *= 2;
    }
    node.key = p->key.ptr;
    node.key_len = (uint32_t)p->key.len;
    p->stack[p->len++] = node;
    return true;
}

static Str key_str(const Json *node)
{
    return node->key == NULL ? STR("") : (Str){node->key, node->key_len};
}

static int key_order(const void *a, const void *b)
{
    const Json *const *left = a;
    const Json *const *right = b;
    return str_cmp(key_str(*left), key_str(*right));
}

// One bit of 64 for a name: two names with different bits are different.
static uint64_t key_bit(const Json *node)
{
    if (node->key_len == 0) return 1;
    unsigned first = (unsigned char)node->key[0];
    unsigned last = (unsigned char)node->key[node->key_len - 1];
    return 1ULL << ((first * 7 + last * 31 + node->key_len) % 64);
}

// The second of two members with one name, or NULL. Never quadratic in what comes from outside.
static const Json *repeated_key(Arena *arena, const Json *items, size_t count)
{
    uint64_t seen = 0;
    if (count <= SMALL_OBJECT) {
        for (size_t i = 0; i < count; i++) {
            uint64_t bit = key_bit(&items[i]);
            for (size_t j = 0; (seen & bit) != 0 && j < i; j++) {
                if (str_eq(key_str(&items[i]), key_str(&items[j]))) return &items[i];
            }
            seen |= bit;
        }
        return NULL;
    }
    const Json **sorted = arena_alloc_raw(arena, count * sizeof(const Json *));
    for (size_t i = 0; i < count; i++) sorted[i] = &items[i];
    qsort(sorted, count, sizeof(const Json *), key_order);
    for (size_t i = 1; i < count; i++) {
        if (str_eq(key_str(sorted[i - 1]), key_str(sorted[i]))) {
            return sorted[i - 1] > sorted[i] ? sorted[i - 1] : sorted[i];
        }
    }
    return NULL;
}

static bool close_container(Parser *p)
{
    size_t first = (size_t)p->open[p->depth - 1] + 1;
    size_t count = p->len - first;
    Json *container = &p->stack[first - 1];
    if (container->kind == JSON_OBJECT) {
        const Json *repeated = repeated_key(p->arena, container + 1, count);
        if (repeated != NULL) {
            bool in_input = repeated->key >= p->begin && repeated->key < p->end;
            p->key = key_str(repeated);
            p->in_value = true;
            return fail_at(p, in_input ? repeated->key : p->at, "This name is given twice.");
        }
    }
    if (count > 0) {
        Json *items = arena_alloc_raw(p->arena, count * sizeof *items);
        memcpy(items, container + 1, count * sizeof *items);
        container->as.items = items;
    }
    container->len = (uint32_t)count;
    p->len = first;
    p->depth--;
    p->at++;
    return true;
}

// ---- strings

static bool hex4(const char *at, const char *end, uint32_t *out)
{
    uint32_t value = 0;
    if (end - at < 4) return false;
    for (int i = 0; i < 4; i++) {
        int digit = str_hex_digit(at[i]);
        if (digit < 0) return false;
        value = value * 16 + (uint32_t)digit;
    }
    *out = value;
    return true;
}

// The code point of the \u escape at p->at (which is past "\u"), the second of a pair included.
static bool unicode_escape(Parser *p, uint32_t *out)
{
    uint32_t high = 0;
    uint32_t low = 0;
    if (!hex4(p->at, p->end, &high)) return fail(p, "\\u needs four hexadecimal digits.");
    if (high == 0) return fail(p, "The character \\u0000 is not allowed.");
    p->at += 4;
    *out = high;
    if (high < 0xD800 || high > 0xDFFF) return true;
    bool pair = high < 0xDC00 && p->end - p->at >= 6 && p->at[0] == '\\' && p->at[1] == 'u' &&
                hex4(p->at + 2, p->end, &low) && low >= 0xDC00 && low <= 0xDFFF;
    if (!pair) return fail(p, "Half a surrogate pair stands alone.");
    p->at += 6;
    *out = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static size_t encode(char *to, uint32_t point)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(0xC0 | point >> 6);
        to[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (char)(0xE0 | point >> 12);
        to[1] = (char)(0x80 | (point >> 6 & 0x3F));
        to[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | point >> 18);
    to[1] = (char)(0x80 | (point >> 12 & 0x3F));
    to[2] = (char)(0x80 | (point >> 6 & 0x3F));
    to[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

// One escape at p->at (its backslash) into `to`, which has room: no escape grows when decoded.
static bool escape(Parser *p, char *to, size_t *len)
{
    static const char NAMES[] = "\"\\/bfnrt";
    static const char MEANT[] = "\"\\/\b\f\n\r\t";
    uint32_t point = 0;
    if (p->end - p->at < 2) return fail(p, "The text ends within a string.");
    char name = p->at[1];
    if (name == 'u') {
        p->at += 2;
        if (!unicode_escape(p, &point)) return false;
        *len += encode(to + *len, point);
        return true;
    }
    const char *found = name == '\0' ? NULL : strchr(NAMES, name);
    if (found == NULL) return fail(p, "No escape is written like this.");
    to[(*len)++] = MEANT[found - NAMES];
    p->at += 2;
    return true;
}

// The closing quotation mark of the string whose inside begins at `at`, or NULL.
static const char *closing_quote(const char *at, const char *end)
{
    bool high = false;
    while (at < end) {
        at = json_plain_run(at, end, &high);
        if (at == end || *at == '"') break;
        at += *at == '\\' ? 2 : 1;
    }
    return at < end ? at : NULL;
}

static bool string_stop(Parser *p)
{
    if (p->at == p->end) return fail(p, "The text ends within a string.");
    return fail(p, "A control character in a string must be written as an escape.");
}

// A string with escapes: decoded into the arena.
static bool decode_string(Parser *p, Str *out)
{
    bool high = false;
    const char *close = closing_quote(p->at, p->end);
    if (close == NULL) {
        p->at = p->end;
        return string_stop(p);
    }
    char *to = arena_alloc_raw(p->arena, (size_t)(close - p->at));
    size_t len = 0;
    for (;;) {
        const char *run = p->at;
        p->at = json_plain_run(run, p->end, &high);
        memcpy(to + len, run, (size_t)(p->at - run));
        len += (size_t)(p->at - run);
        if (p->at == p->end) return string_stop(p);
        if (*p->at == '"') break;
        if (*p->at != '\\') return string_stop(p);
        if (!escape(p, to, &len)) return false;
    }
    *out = (Str){to, len};
    return true;
}

// The string whose opening quotation mark is at p->at. Leaves p->at past the closing one.
static bool string(Parser *p, Str *out)
{
    const char *first = p->at + 1;
    bool high = false;
    const char *stop = json_plain_run(first, p->end, &high);
    p->at = stop;
    if (stop < p->end && *stop == '"') {
        *out = (Str){first, (size_t)(stop - first)};
    } else if (stop < p->end && *stop == '\\') {
        p->at = first;
        if (!decode_string(p, out)) return false;
        high = true; // perhaps: only part of it was looked at
    } else {
        return string_stop(p);
    }
    Str raw = {first, (size_t)(p->at - first)};
    if (high && !utf8_valid(raw)) return fail_at(p, first, "This string is not valid UTF-8.");
    p->at++;
    return true;
}

// ---- numbers and words

static const char *digits_end(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9') at++;
    return at;
}

// Where the exponent ends that may begin at `at`, or NULL for one without digits.
static const char *exponent_end(const char *at, const char *end)
{
    if (at == end || (*at != 'e' && *at != 'E')) return at;
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    const char *digits = at;
    at = digits_end(at, end);
    return at == digits ? NULL : at;
}

// Where the number that begins at `at` ends, or NULL if none does.
static const char *number_end(const char *at, const char *end)
{
    if (at < end && *at == '-') at++;
    const char *whole = at;
    at = digits_end(at, end);
    if (at == whole || (*whole == '0' && at - whole > 1)) return NULL;
    if (at < end && *at == '.') {
        const char *fraction = ++at;
        at = digits_end(at, end);
        if (at == fraction) return NULL;
    }
    return exponent_end(at, end);
}

bool json_is_number(Str text)
{
    return text.len > 0 && number_end(text.ptr, text.ptr + text.len) == text.ptr + text.len;
}

static bool number(Parser *p)
{
    const char *end = number_end(p->at, p->end);
    if (end == NULL) return fail(p, "This is not a number as JSON writes them.");
    Json node = {.kind = JSON_NUMBER, .as.text = p->at, .len = (uint32_t)(end - p->at)};
    if (!push(p, node)) return false;
    p->at = end;
    return true;
}

static bool word(Parser *p, Str expected, Json node)
{
    if (!str_starts((Str){p->at, (size_t)(p->end - p->at)}, expected)) {
        return fail(p, "A value is expected here.");
    }
    if (!push(p, node)) return false;
    p->at += expected.len;
    return true;
}

// ---- the text

static void skip_space(Parser *p)
{
    while (p->at < p->end && (unsigned char)*p->at <= ' ' &&
           (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t')) {
        p->at++;
    }
}

static bool open_container(Parser *p, JsonKind kind)
{
    if (p->depth == p->depth_max) return fail(p, "The nesting is too deep.");
    if (!push(p, (Json){.kind = kind})) return false;
    p->open[p->depth++] = (uint32_t)(p->len - 1);
    p->in_value = false;
    p->at++;
    return true;
}

static char closing_of(const Parser *p)
{
    return p->stack[p->open[p->depth - 1]].kind == JSON_OBJECT ? '}' : ']';
}

// In an object, the name and colon before a value.
static bool key_if_object(Parser *p)
{
    p->key = (Str){NULL, 0};
    if (p->depth == 0 || closing_of(p) != '}') return true;
    if (p->at == p->end) return fail(p, "The text ends too early.");
    if (*p->at != '"') return fail(p, "A name in quotation marks is expected here.");
    if (!string(p, &p->key)) return false;
    skip_space(p);
    if (p->at == p->end || *p->at != ':') return fail(p, "A colon is missing after the name.");
    p->at++;
    skip_space(p);
    return true;
}

static bool string_value(Parser *p)
{
    Str text;
    if (!string(p, &text)) return false;
    return push(p, (Json){.kind = JSON_STRING, .as.text = text.ptr, .len = (uint32_t)text.len});
}

static bool value(Parser *p)
{
    if (p->at == p->end) return fail(p, "The text ends too early.");
    switch (*p->at) {
    case '{': return open_container(p, JSON_OBJECT);
    case '[': return open_container(p, JSON_ARRAY);
    case '"': return string_value(p);
    case 't': return word(p, STR("true"), (Json){.kind = JSON_BOOL, .as.truth = true});
    case 'f': return word(p, STR("false"), (Json){.kind = JSON_BOOL});
    case 'n': return word(p, STR("null"), (Json){.kind = JSON_NULL});
    case ',':
    case ']':
    case '}': return fail(p, "A value is expected here.");
    default: return number(p);
    }
}

// Closes what closes here. *more tells whether another value follows (after a comma, or the first
// in a container just opened).
static bool after_value(Parser *p, bool opened, bool *more)
{
    for (;; opened = false) {
        skip_space(p);
        *more = p->depth > 0;
        if (p->depth == 0) return p->at == p->end || fail(p, "Something follows the value.");
        p->in_value = false;
        if (p->at < p->end && *p->at == closing_of(p)) {
            if (!close_container(p)) return false;
            continue;
        }
        if (opened) return true;
        if (p->at == p->end) return fail(p, "The text ends too early.");
        if (*p->at != ',') return fail(p, "A comma or a closing bracket is missing.");
        p->at++;
        skip_space(p);
        return true;
    }
}

static bool whole_text(Parser *p)
{
    skip_space(p);
    for (bool more = true; more;) {
        p->in_value = false;
        if (!key_if_object(p)) return false;
        p->in_value = true;
        int depth = p->depth;
        if (!value(p) || !after_value(p, p->depth > depth, &more)) return false;
    }
    return true;
}

const Json *json_parse(Arena *arena, Str text, JsonLimits limits, JsonErr *err)
{
    Json first[STACK_FIRST];
    size_t bytes_max = limits.bytes == 0 ? JSON_BYTES_DEFAULT : limits.bytes;
    Parser p;
    p.arena = arena; // member by member: clearing open[] would cost more than a small text does
    p.begin = p.at = text.len == 0 ? "" : text.ptr;
    p.end = p.begin + text.len;
    p.stack = first;
    p.len = 0;
    p.cap = STACK_FIRST;
    p.heap = NULL;
    p.values_left = limits.values == 0 ? JSON_VALUES_DEFAULT : limits.values;
    p.depth = 0;
    p.depth_max = limits.depth == 0 ? JSON_DEPTH_DEFAULT : limits.depth;
    p.key = (Str){NULL, 0};
    p.in_value = false;
    p.err = err;
    assert(p.depth_max > 0 && p.depth_max <= JSON_DEPTH_MAX && bytes_max <= JSON_BYTES_MAX);

    Json *root = NULL;
    if (text.len > bytes_max) {
        fail_large(&p, "The text is longer than is allowed.");
    } else if (whole_text(&p)) {
        root = arena_alloc_raw(arena, sizeof *root);
        *root = p.stack[0];
    }
    free(p.heap);
    return root;
}

// ---- reading a value

JsonKind json_kind(const Json *node)
{
    return node == NULL ? JSON_MISSING : node->kind;
}

const Json *json_get_str(const Json *object, Str key)
{
    if (json_kind(object) != JSON_OBJECT) return NULL;
    for (uint32_t i = 0; i < object->len; i++) {
        if (str_eq(key_str(&object->as.items[i]), key)) return &object->as.items[i];
    }
    return NULL;
}

const Json *json_get(const Json *object, const char *key)
{
    return json_get_str(object, str_from_c(key));
}

size_t json_count(const Json *list)
{
    bool holds = json_kind(list) == JSON_ARRAY || json_kind(list) == JSON_OBJECT;
    return holds ? list->len : 0;
}

const Json *json_at(const Json *list, size_t index)
{
    return index < json_count(list) ? &list->as.items[index] : NULL;
}

Str json_key(const Json *member)
{
    return member == NULL ? STR("") : key_str(member);
}

Str json_str(const Json *node)
{
    return json_kind(node) == JSON_STRING ? (Str){node->as.text, node->len} : STR("");
}

Str json_text(const Json *node)
{
    return json_kind(node) == JSON_NUMBER ? (Str){node->as.text, node->len} : STR("");
}

bool json_bool(const Json *node, bool *out)
{
    if (json_kind(node) != JSON_BOOL) return false;
    *out = node->as.truth;
    return true;
}

bool json_i64(const Json *node, int64_t *out)
{
    Str text = json_text(node);
    if (str_eq(text, STR("-0"))) text = STR("0");
    return str_i64(text, INT64_MIN, INT64_MAX, out);
}

// The exponent at the end of a number, 0 if none. False when it is beyond all use.
static bool exponent_of(Str *text, int *out)
{
    int64_t exponent = 0;
    size_t at = 0;
    if (str_find(*text, STR("e"), &at) || str_find(*text, STR("E"), &at)) {
        Str digits = str_slice(*text, at + 1, text->len);
        bool minus = str_starts(digits, STR("-"));
        if (minus || str_starts(digits, STR("+"))) digits = str_slice(digits, 1, digits.len);
        while (digits.len > 1 && digits.ptr[0] == '0') digits = str_slice(digits, 1, digits.len);
        if (!str_i64(digits, 0, 1000, &exponent)) return false;
        if (minus) exponent = -exponent;
        text->len = at;
    }
    *out = (int)exponent;
    return true;
}

// The digits of a number without exponent, and how many of them stand after the point.
static bool digits_of(Str text, int64_t *mantissa_out, int *fraction_out)
{
    int64_t mantissa = 0; // built below zero, as str_i64 does
    int fraction = 0;
    bool after_point = false;
    bool minus = str_starts(text, STR("-"));
    for (size_t i = minus ? 1 : 0; i < text.len; i++) {
        if (text.ptr[i] == '.') {
            after_point = true;
            continue;
        }
        if (__builtin_mul_overflow(mantissa, 10, &mantissa)) return false;
        if (__builtin_sub_overflow(mantissa, text.ptr[i] - '0', &mantissa)) return false;
        fraction += after_point;
    }
    *fraction_out = fraction;
    *mantissa_out = mantissa;
    return minus || !__builtin_mul_overflow(mantissa, -1, mantissa_out);
}

bool json_dec(const Json *node, int64_t *mantissa_out, int *scale_out)
{
    Str text = json_text(node);
    int exponent = 0;
    int64_t mantissa = 0;
    int scale = 0;
    if (text.len == 0 || !exponent_of(&text, &exponent)) return false;
    if (!digits_of(text, &mantissa, &scale)) return false;
    for (scale -= exponent; scale < 0 && mantissa != 0; scale++) {
        if (__builtin_mul_overflow(mantissa, 10, &mantissa)) return false;
    }
    if (scale > JSON_DECIMAL_SCALE_MAX) return false;
    *mantissa_out = mantissa;
    *scale_out = scale < 0 ? 0 : scale;
    return true;
}
