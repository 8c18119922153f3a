// htc_parse.c -- cuts a .ht file into markup and directives.
#include "htc.h"

static const struct {
    const char *word;
    NodeKind kind;
    bool takes_text;
} WORDS[] = {
    {"local define", NODE_LOCAL_DEFINE, true},
    {"define", NODE_DEFINE, true},
    {"include", NODE_INCLUDE, true},
    {"if", NODE_IF, true},
    {"else if", NODE_ELSE_IF, true},
    {"else", NODE_ELSE, false},
    {"each", NODE_EACH, true},
    {"let", NODE_LET, true},
    {"call", NODE_CALL, true},
    {"wrap", NODE_WRAP, true},
    {"content", NODE_CONTENT, false},
    {"end", NODE_END, false},
};

typedef struct Cursor {
    Source *src;
    size_t at;
    int line;
    bool line_blank; // only white space and directives without output since the line began
} Cursor;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static Node *add_node(Source *src, NodeKind kind, Str text, int line)
{
    if (src->count == src->cap) {
        size_t cap = src->cap == 0 ? 64 : src->cap * 2;
        Node *nodes = ARENA_ARRAY(src->arena, Node, cap);
        for (size_t i = 0; i < src->count; i++) nodes[i] = src->nodes[i];
        src->nodes = nodes;
        src->cap = cap;
    }
    Node *node = &src->nodes[src->count++];
    *node = (Node){.kind = kind, .text = text, .line = line};
    return node;
}

// Just past a C string or character literal that begins at `at`.
static size_t skip_quoted(const Cursor *cur, size_t at)
{
    Str text = cur->src->text;
    char quote = text.ptr[at++];
    while (at < text.len && text.ptr[at] != quote && text.ptr[at] != '\n') {
        at += text.ptr[at] == '\\' ? 2 : 1;
    }
    if (at >= text.len || text.ptr[at] == '\n') {
        htc_stop(cur->src, cur->line, "a %c in this directive has no closing %c", quote, quote);
    }
    return at + 1;
}

int htc_depth(char c)
{
    if (c == '(' || c == '[' || c == '{') return 1;
    return c == ')' || c == ']' || c == '}' ? -1 : 0;
}

// Where the }} of the directive stands whose inside begins at `at`. Brackets and quotes of the C
// inside are followed, so that (T){.a = {1}} does not end it; in a comment they mean nothing.
static size_t find_close(const Cursor *cur, size_t at, bool comment)
{
    Str text = cur->src->text;
    int depth = 0;
    while (at < text.len) {
        char c = text.ptr[at];
        bool pair = c == '}' && at + 1 < text.len && text.ptr[at + 1] == '}';
        if (pair && depth == 0) return at;
        if (!comment && (c == '"' || c == '\'')) {
            at = skip_quoted(cur, at);
            continue;
        }
        if (!comment) depth += htc_depth(c);
        at++;
    }
    htc_stop(cur->src, cur->line, "this {{ has no }}");
}

static int count_lines(Str text)
{
    int lines = 0;
    for (size_t i = 0; i < text.len; i++) lines += text.ptr[i] == '\n';
    return lines;
}

static void add_directive(Source *src, Str inside, int line)
{
    while (inside.len > 0 && (is_blank(inside.ptr[0]) || inside.ptr[0] == '\n')) {
        line += inside.ptr[0] == '\n';
        inside = str_slice(inside, 1, inside.len);
    }
    inside = str_trim(inside);
    if (inside.len == 0) htc_stop(src, line, "this directive is empty");
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        Str word = str_from_c(WORDS[i].word);
        bool whole = inside.len == word.len ||
                     (inside.len > word.len && !is_word_char(inside.ptr[word.len]));
        if (!str_starts(inside, word) || !whole) continue;
        Str rest = str_trim(str_slice(inside, word.len, inside.len));
        if (WORDS[i].takes_text && rest.len == 0) {
            htc_stop(src, line, "{{%s}} needs something after it", WORDS[i].word);
        }
        if (!WORDS[i].takes_text && rest.len > 0) {
            htc_stop(src, line, "{{%s}} takes nothing after it", WORDS[i].word);
        }
        add_node(src, WORDS[i].kind, rest, line);
        return;
    }
    add_node(src, NODE_EXPR, inside, line);
}

static size_t blank_run(Str text, size_t at)
{
    while (at < text.len && is_blank(text.ptr[at])) at++;
    return at;
}

static void take_text(Cursor *cur, size_t to, bool starts_line)
{
    Str text = str_slice(cur->src->text, cur->at, to);
    if (text.len == 0) return;
    Node *node = add_node(cur->src, NODE_TEXT, text, cur->line);
    node->line_start = starts_line;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            cur->line_blank = true;
        } else if (!is_blank(text.ptr[i])) {
            cur->line_blank = false;
        }
    }
    cur->line += count_lines(text);
    cur->at = to;
}

static void take_directive(Cursor *cur)
{
    Source *src = cur->src;
    size_t open = cur->at + 2;
    bool comment = open < src->text.len && src->text.ptr[open] == '!';
    size_t close = find_close(cur, open, comment);
    Str inside = str_slice(src->text, open, close);
    if (!comment) {
        add_directive(src, inside, cur->line);
        if (src->nodes[src->count - 1].kind == NODE_EXPR) cur->line_blank = false;
    }
    cur->line += count_lines(inside);
    cur->at = close + 2;

    size_t rest = blank_run(src->text, cur->at);
    bool ends_line = rest == src->text.len || src->text.ptr[rest] == '\n';
    if (!cur->line_blank || !ends_line) return;
    cur->at = rest < src->text.len ? rest + 1 : rest; // the line held directives only
    cur->line++;
}

void htc_parse(Source *src)
{
    Cursor cur = {.src = src, .line = 1, .line_blank = true};
    bool starts_line = true;
    while (cur.at < src->text.len) {
        size_t found = 0;
        Str rest = str_slice(src->text, cur.at, src->text.len);
        if (!str_find(rest, STR("{{"), &found)) found = rest.len;
        take_text(&cur, cur.at + found, starts_line);
        if (cur.at < src->text.len) take_directive(&cur);
        starts_line = cur.at > 0 && src->text.ptr[cur.at - 1] == '\n';
    }
}
