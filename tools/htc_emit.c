// htc_emit.c -- writes the C of the templates: literals joined, values through their writers.
#include "htc_markup.h"

enum { LITERAL_BYTES = 3000, LITERAL_LINE = 80 }; // ISO C promises 4095 bytes per literal

typedef struct Block {
    NodeKind kind;
    int line;
    Str text;
    Place start;
    Place end; // merged ends of the branches seen so far
    bool has_end;
    bool has_else;
    size_t id_from;
} Block;

typedef struct Emit {
    Source *src;
    Markup *markup;
    Buf *c;      // functions
    Buf *h;      // prototypes
    Buf statics; // prototypes of local templates
    Buf literal; // markup that waits for the next statement
    Block *blocks;
    size_t depth;
    Str name; // of the open template
    Str params;
    bool layout;
} Emit;

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void indent(Emit *e)
{
    for (size_t i = 0; i < e->depth; i++) buf_add(e->c, STR("    "));
}

static void add_escaped(Buf *c, char ch)
{
    unsigned char byte = (unsigned char)ch;
    if (ch == '"' || ch == '\\' || ch == '?') {
        buf_add_char(c, '\\');
        buf_add_char(c, ch);
    } else if (ch == '\n') {
        buf_add(c, STR("\\n"));
    } else if (byte < 0x20 || byte >= 0x7F) {
        buf_fmt(c, "\\%03o", (unsigned)byte);
    } else {
        buf_add_char(c, ch);
    }
}

static void flush(Emit *e)
{
    Str text = buf_str(&e->literal);
    while (text.len > 0) {
        size_t take = text.len < LITERAL_BYTES ? text.len : LITERAL_BYTES;
        indent(e);
        buf_add(e->c, STR("buf_add(o, STR(\""));
        for (size_t i = 0, column = 0; i < take; i++, column++) {
            if (column >= LITERAL_LINE && i + 1 < take && text.ptr[i - 1] == '\n') {
                buf_add(e->c, STR("\"\n"));
                indent(e);
                buf_add(e->c, STR("               \""));
                column = 0;
            }
            add_escaped(e->c, text.ptr[i]);
        }
        buf_add(e->c, STR("\"));\n"));
        text = str_slice(text, take, text.len);
    }
    buf_clear(&e->literal);
}

static void line_of(Emit *e, int line)
{
    flush(e);
    buf_fmt(e->c, "#line %d \"%s\"\n", line, e->src->path);
    indent(e);
}

static void add(Emit *e, const char *text)
{
    buf_add_c(e->c, text);
}

static Block *open_block(Emit *e, const Node *node)
{
    if (e->depth == HTC_BLOCKS_MAX) htc_stop(e->src, node->line, "directives nest too deeply");
    Block *block = &e->blocks[e->depth++];
    block->kind = node->kind;
    block->line = node->line;
    block->text = node->text;
    block->start = e->markup->now;
    block->has_end = false;
    block->has_else = false;
    block->id_from = e->markup->id_count;
    e->markup->now.floor = e->markup->now.depth;
    return block;
}

static const char *word_of(NodeKind kind)
{
    switch (kind) {
    case NODE_IF: return "if";
    case NODE_EACH: return "each";
    case NODE_WRAP: return "wrap";
    default: return "define";
    }
}

// A branch ends here: it must be back where it began.
static void end_branch(Emit *e, Block *block, int line)
{
    markup_same(e->markup, &block->start, &e->markup->now, line, word_of(block->kind));
    if (block->has_end) {
        markup_merge(e->markup, &block->end, &e->markup->now, line);
    } else {
        block->end = e->markup->now;
        block->has_end = true;
    }
}

static Block *innermost(Emit *e, const Node *node, const char *word)
{
    if (e->depth == 0) htc_stop(e->src, node->line, "{{%s}} outside of {{define}}", word);
    return &e->blocks[e->depth - 1];
}

// "name(params)" into its parts.
static void split_call(Emit *e, const Node *node, Str *name, Str *params)
{
    size_t at = 0;
    bool ok = str_find(node->text, STR("("), &at) && str_ends(node->text, STR(")")) && at > 0;
    for (size_t i = 0; ok && i < at; i++) ok = is_word(node->text.ptr[i]);
    if (!ok) htc_stop(e->src, node->line, "write this as name(...)");
    *name = str_slice(node->text, 0, at);
    *params = str_trim(str_slice(node->text, at + 1, node->text.len - 1));
    if (str_eq(*params, STR("void"))) *params = STR("");
}

static bool is_layout(const Source *src, size_t define)
{
    int depth = 0;
    for (size_t i = define; i < src->count; i++) {
        NodeKind kind = src->nodes[i].kind;
        bool opens = kind == NODE_DEFINE || kind == NODE_LOCAL_DEFINE || kind == NODE_IF ||
                     kind == NODE_EACH || kind == NODE_WRAP;
        if (opens) depth++;
        if (kind == NODE_CONTENT) return true;
        if (kind == NODE_END && --depth == 0) return false;
    }
    return false;
}

static void prototype(Emit *e, Buf *to, bool local, const char *suffix, const char *end)
{
    buf_fmt(to, "%svoid %.*s%s(Buf *o", local ? "static " : "", STR_ARG(e->name), suffix);
    if (e->params.len > 0) {
        buf_add(to, STR(", "));
        buf_add(to, e->params);
    }
    buf_add_c(to, end);
}

static void use_params(Emit *e)
{
    add(e, "    (void)o;\n");
    Str rest = e->params;
    Str part = {0};
    while (e->params.len > 0 && str_split(&rest, ',', &part)) {
        part = str_trim(part);
        size_t from = part.len;
        while (from > 0 && is_word(part.ptr[from - 1])) from--;
        Str name = str_slice(part, from, part.len);
        buf_fmt(e->c, "    (void)%.*s;\n", STR_ARG(name));
    }
}

static void begin_function(Emit *e, const Node *node, const char *suffix)
{
    bool local = node->kind == NODE_LOCAL_DEFINE;
    prototype(e, local ? &e->statics : e->h, local, suffix, ");\n");
    buf_fmt(e->c, "\n#line %d \"%s\"\n", node->line, e->src->path);
    prototype(e, e->c, local, suffix, ")\n{\n");
    use_params(e);
}

static void on_define(Emit *e, const Node *node)
{
    if (e->depth > 0) htc_stop(e->src, node->line, "{{define}} inside another directive");
    split_call(e, node, &e->name, &e->params);
    e->layout = is_layout(e->src, (size_t)(node - e->src->nodes));
    begin_function(e, node, e->layout ? "_begin" : "");
    markup_begin(e->markup);
    open_block(e, node);
}

static void on_content(Emit *e, const Node *node)
{
    innermost(e, node, "content");
    if (e->depth != 1) {
        htc_stop(e->src, node->line, "{{content}} inside {{if}}, {{each}} or {{wrap}}");
    }
    if (e->markup->now.zone != ZONE_TEXT) htc_stop(e->src, node->line, "{{content}} inside a tag");
    if (!e->layout) htc_stop(e->src, node->line, "{{content}} stands twice in this template");
    flush(e);
    add(e, "}\n");
    begin_function(e, &(Node){.kind = e->blocks[0].kind, .line = node->line}, "_end");
    e->layout = false; // a second one is refused
}

static void on_if(Emit *e, const Node *node)
{
    innermost(e, node, "if");
    markup_boundary(e->markup, node->line, "if");
    line_of(e, node->line);
    add(e, "if (");
    buf_add(e->c, node->text);
    add(e, ") {\n");
    open_block(e, node);
}

static void on_else(Emit *e, const Node *node)
{
    Block *block = innermost(e, node, "else");
    if (block->kind != NODE_IF) htc_stop(e->src, node->line, "{{else}} without {{if}}");
    if (block->has_else) htc_stop(e->src, node->line, "{{else}} after {{else}}");
    markup_boundary(e->markup, node->line, "else");
    flush(e);
    end_branch(e, block, node->line);
    for (size_t i = block->id_from; i < e->markup->id_count; i++) e->markup->ids[i].away = true;
    e->markup->now = block->start;
    e->markup->now.floor = e->markup->now.depth;
    e->depth--;
    line_of(e, node->line);
    if (node->kind == NODE_ELSE_IF) {
        add(e, "} else if (");
        buf_add(e->c, node->text);
        add(e, ") {\n");
    } else {
        add(e, "} else {\n");
        block->has_else = true;
    }
    e->depth++;
}

typedef struct Loop {
    Str decl;  // "const Row *r"
    Str name;  // "r"
    Str array; // "m->rows"
    Str count; // "m->row_count"
} Loop;

// "const Row *r : m->rows, m->row_count": the first colon and the last comma outside of brackets.
static Loop read_loop(Emit *e, const Node *node)
{
    Loop loop = {0};
    Str text = node->text;
    size_t colon = 0;
    size_t comma = 0;
    int depth = 0;
    if (!str_find(text, STR(":"), &colon)) colon = text.len;
    for (size_t i = colon; i < text.len; i++) {
        depth += htc_depth(text.ptr[i]);
        if (text.ptr[i] == ',' && depth == 0) comma = i;
    }
    loop.decl = str_trim(str_slice(text, 0, colon));
    loop.array = str_trim(str_slice(text, colon + 1, comma));
    loop.count = comma == 0 ? STR("") : str_trim(str_slice(text, comma + 1, text.len));
    size_t from = loop.decl.len;
    while (from > 0 && is_word(loop.decl.ptr[from - 1])) from--;
    loop.name = str_slice(loop.decl, from, loop.decl.len);
    bool pointer = from > 0 && loop.decl.ptr[from - 1] == '*';
    if (!pointer || loop.name.len == 0 || loop.array.len == 0 || loop.count.len == 0) {
        htc_stop(e->src, node->line, "write {{each const Type *name : array, count}}");
    }
    return loop;
}

static void on_each(Emit *e, const Node *node)
{
    innermost(e, node, "each");
    Loop loop = read_loop(e, node);
    markup_boundary(e->markup, node->line, "each");
    line_of(e, node->line);
    buf_fmt(e->c, "for (size_t %.*s_i = 0; %.*s_i < (size_t)(", STR_ARG(loop.name),
            STR_ARG(loop.name));
    buf_add(e->c, loop.count);
    buf_fmt(e->c, "); %.*s_i++) {\n", STR_ARG(loop.name));
    open_block(e, node);
    line_of(e, node->line);
    buf_add(e->c, loop.decl);
    add(e, " = &(");
    buf_add(e->c, loop.array);
    buf_fmt(e->c, ")[%.*s_i];\n", STR_ARG(loop.name));
    indent(e);
    buf_fmt(e->c, "(void)%.*s;\n", STR_ARG(loop.name));
    e->markup->loops++;
}

static void write_call(Emit *e, Str name, const char *suffix, Str args)
{
    buf_add(e->c, name);
    buf_add_c(e->c, suffix);
    add(e, "(o");
    if (args.len > 0) add(e, ", ");
    buf_add(e->c, args);
    add(e, ");\n");
}

static void on_call(Emit *e, const Node *node)
{
    innermost(e, node, "call");
    Str name = {0};
    Str args = {0};
    split_call(e, node, &name, &args);
    if (e->markup->now.zone != ZONE_TEXT) {
        htc_stop(e->src, node->line,
                 "{{call}} inside a tag, title or textarea: only between elements");
    }
    line_of(e, node->line);
    write_call(e, name, "", args);
}

static void on_wrap(Emit *e, const Node *node)
{
    innermost(e, node, "wrap");
    Str name = {0};
    Str args = {0};
    split_call(e, node, &name, &args);
    if (e->markup->now.zone != ZONE_TEXT) {
        htc_stop(e->src, node->line,
                 "{{wrap}} inside a tag, title or textarea: only between elements");
    }
    line_of(e, node->line);
    write_call(e, name, "_begin", args);
    indent(e);
    add(e, "{\n");
    open_block(e, node);
}

static void on_let(Emit *e, const Node *node)
{
    innermost(e, node, "let");
    size_t at = 0;
    if (!str_find(node->text, STR("="), &at)) {
        htc_stop(e->src, node->line, "write {{let Type name = expression}}");
    }
    line_of(e, node->line);
    buf_add(e->c, node->text);
    add(e, ";\n");
}

static void end_define(Emit *e, const Node *node)
{
    markup_end(e->markup, node->line);
    flush(e);
    e->depth--;
    add(e, "}\n");
}

static void on_end(Emit *e, const Node *node)
{
    Block *block = innermost(e, node, "end");
    if (block->kind == NODE_DEFINE || block->kind == NODE_LOCAL_DEFINE) {
        end_define(e, node);
        return;
    }
    markup_boundary(e->markup, node->line, "end");
    flush(e);
    end_branch(e, block, node->line);
    bool may_skip = block->kind == NODE_EACH || (block->kind == NODE_IF && !block->has_else);
    if (may_skip) markup_merge(e->markup, &block->end, &block->start, node->line);
    e->markup->now = block->end;
    e->markup->now.floor = block->start.floor;
    for (size_t i = block->id_from; i < e->markup->id_count; i++) e->markup->ids[i].away = false;
    e->depth--;
    indent(e);
    add(e, "}\n");
    if (block->kind == NODE_EACH) e->markup->loops--;
    if (block->kind != NODE_WRAP) return;
    Str name = {0};
    Str args = {0};
    split_call(e, &(Node){.text = block->text, .line = block->line}, &name, &args);
    line_of(e, block->line);
    write_call(e, name, "_end", args);
}

static void on_text(Emit *e, const Node *node)
{
    if (e->depth > 0) {
        markup_text(e->markup, node->text, node->line, node->line_start);
    } else if (str_trim(node->text).len > 0) {
        htc_stop(e->src, node->line, "markup outside of {{define}}");
    }
}

static void on_expr(Emit *e, const Node *node)
{
    innermost(e, node, "expression");
    const char *writer = markup_expr(e->markup, node->line);
    line_of(e, node->line);
    buf_add_c(e->c, writer);
    add(e, "(o, (");
    buf_add(e->c, node->text);
    add(e, "));\n");
}

static void on_include(Emit *e, const Node *node)
{
    if (e->depth > 0) htc_stop(e->src, node->line, "{{include}} inside a template");
    buf_add(e->h, STR("#include "));
    buf_add(e->h, node->text);
    buf_add_char(e->h, '\n');
}

static void emit_node(Emit *e, const Node *node)
{
    switch (node->kind) {
    case NODE_TEXT: on_text(e, node); break;
    case NODE_EXPR: on_expr(e, node); break;
    case NODE_INCLUDE: on_include(e, node); break;
    case NODE_DEFINE:
    case NODE_LOCAL_DEFINE: on_define(e, node); break;
    case NODE_IF: on_if(e, node); break;
    case NODE_ELSE_IF:
    case NODE_ELSE: on_else(e, node); break;
    case NODE_EACH: on_each(e, node); break;
    case NODE_LET: on_let(e, node); break;
    case NODE_CALL: on_call(e, node); break;
    case NODE_WRAP: on_wrap(e, node); break;
    case NODE_CONTENT: on_content(e, node); break;
    case NODE_END: on_end(e, node); break;
    }
}

static void add_guard(Buf *h, Str stem)
{
    for (size_t i = 0; i < stem.len; i++) {
        char c = stem.ptr[i];
        bool lower = c >= 'a' && c <= 'z';
        buf_add_char(h, lower ? (char)(c - 'a' + 'A') : (char)(is_word(c) ? c : '_'));
    }
    buf_add(h, STR("_H\n"));
}

void htc_emit(Source *src, Str stem, Buf *c, Buf *h)
{
    Emit e = {.src = src, .h = h};
    Buf body = buf_new(HTC_OUT_MAX);
    e.c = &body;
    e.statics = buf_new(HTC_OUT_MAX);
    e.literal = buf_new(HTC_OUT_MAX);
    e.markup = ARENA_NEW(src->arena, Markup);
    e.markup->src = src;
    e.markup->out = &e.literal;
    e.blocks = ARENA_ARRAY(src->arena, Block, HTC_BLOCKS_MAX);

    buf_fmt(h, "// Generated from %s by htc: edit that file.\n#ifndef ", src->path);
    add_guard(h, stem);
    buf_add(h, STR("#define "));
    add_guard(h, stem);
    buf_add(h, STR("\n#include \"core/html.h\"\n"));
    for (size_t i = 0; i < src->count; i++) emit_node(&e, &src->nodes[i]);
    if (e.depth > 0) {
        const Block *block = &e.blocks[e.depth - 1];
        htc_stop(src, block->line, "this {{%s}} has no {{end}}", word_of(block->kind));
    }
    markup_finish(e.markup);
    buf_add(h, STR("\n#endif\n"));

    buf_fmt(c, "// Generated from %s by htc: edit that file.\n#include \"", src->path);
    buf_add(c, stem);
    buf_add(c, STR(".h\"\n\n"));
    buf_add(c, buf_str(&e.statics));
    buf_add(c, buf_str(&body));
    buf_free(&body);
    buf_free(&e.statics);
    buf_free(&e.literal);
}
