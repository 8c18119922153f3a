// htc.h -- the page compiler's parts: a .ht file is cut into nodes, its markup is followed byte by
// byte (so that every {{value}} is escaped for where it stands), and C is written.
//
// Errors print "file:line: sentence". What makes the rest unreadable stops at once; everything
// else is counted, so that one run shows all.
#ifndef HTC_H
#define HTC_H

#include "base/base.h"

enum {
    HTC_ERRORS_MAX = 50,
    HTC_DEPTH_MAX = 100, // open elements
    HTC_BLOCKS_MAX = 40, // open directives
    HTC_NAME_MAX = 31,
    HTC_VALUE_MAX = 255, // of an attribute, as far as the checks look
    HTC_IDS_MAX = 2000,  // in one file
    HTC_OUT_MAX = 64 << 20,
};

typedef enum NodeKind {
    NODE_TEXT,
    NODE_EXPR,
    NODE_INCLUDE,
    NODE_DEFINE,
    NODE_LOCAL_DEFINE,
    NODE_IF,
    NODE_ELSE_IF,
    NODE_ELSE,
    NODE_EACH,
    NODE_LET,
    NODE_CALL,
    NODE_WRAP,
    NODE_CONTENT,
    NODE_END,
} NodeKind;

typedef struct Node {
    NodeKind kind;
    Str text; // markup, or what follows the directive's word
    int line;
    bool line_start; // markup: begins a line of the source
} Node;

typedef struct Source {
    const char *path;
    Arena *arena;
    Str text;
    Node *nodes;
    size_t count;
    size_t cap;
    int errors;
} Source;

void htc_error(Source *src, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
_Noreturn void htc_stop(Source *src, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

int htc_depth(char c); // 1 at an opening bracket of C, -1 at a closing one, else 0

void htc_parse(Source *src);                          // fills nodes
void htc_emit(Source *src, Str stem, Buf *c, Buf *h); // stem: "person_show_page"

#endif
