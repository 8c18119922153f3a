// htc_markup.c -- the HTML state machine: one byte at a time, writing what it read made small.
#include "htc_markup.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool name_is(const Name *name, const char *text)
{
    return strcmp(name->text, text) == 0;
}

static void push_name(Markup *m, Name *name, char c)
{
    size_t len = strlen(name->text);
    if (len == HTC_NAME_MAX) htc_stop(m->src, m->line, "'%s...' is too long a name", name->text);
    name->text[len] = c;
    name->text[len + 1] = '\0';
}

static bool inside(const Markup *m, const char *tag)
{
    for (size_t i = 0; i < m->now.depth; i++) {
        if (name_is(&m->now.open[i].name, tag)) return true;
    }
    return false;
}

static void end_attr(Markup *m)
{
    rules_attr_value(m);
    m->now.zone = ZONE_IN_TAG;
    m->now.attr.text[0] = '\0';
}

static void push_element(Markup *m)
{
    if (m->now.depth == HTC_DEPTH_MAX) htc_stop(m->src, m->line, "too many open elements");
    m->now.open[m->now.depth++] = (Open){.name = m->now.tag, .line = m->now.tag_line};
}

// What follows the opening tag of an element that is not void.
static void enter_element(Markup *m, bool drawing, Str next)
{
    const char *tag = m->now.tag.text;
    bool textarea = strcmp(tag, "textarea") == 0;
    if (strcmp(tag, "script") == 0) m->now.zone = ZONE_SCRIPT;
    if (textarea || (strcmp(tag, "title") == 0 && !drawing)) m->now.zone = ZONE_PLAIN;
    // A browser drops one newline here: without this, a value's own first newline would be lost.
    bool drops = textarea || strcmp(tag, "pre") == 0;
    if (drops && (next.len == 0 || next.ptr[0] != '\n')) buf_add_char(m->out, '\n');
}

// At the '>' of an opening tag.
static void end_open_tag(Markup *m, bool closed_itself, Str next)
{
    const char *tag = m->now.tag.text;
    bool is_void = rules_is_void(tag);
    bool drawing = inside(m, "svg") || strcmp(tag, "svg") == 0;
    if (closed_itself && !is_void && !drawing) {
        htc_stop(m->src, m->line, "<%s/> closes nothing in HTML: write <%s></%s>", tag, tag, tag);
    }
    if (!is_void) push_element(m);
    rules_open_tag(m);
    buf_add(m->out, closed_itself && !is_void ? STR("/>") : STR(">"));
    m->now.zone = ZONE_TEXT;
    if (is_void) return;
    if (closed_itself) {
        m->now.depth--;
    } else {
        enter_element(m, drawing, next);
    }
}

static void end_close_tag(Markup *m)
{
    const char *tag = m->now.tag.text;
    if (rules_is_void(tag)) htc_stop(m->src, m->line, "<%s> has no end tag", tag);
    if (m->now.depth == 0) {
        htc_stop(m->src, m->line, "</%s> closes nothing: no element is open", tag);
    }
    Open *top = &m->now.open[m->now.depth - 1];
    if (!name_is(&top->name, tag)) {
        htc_stop(m->src, m->line, "</%s> stands where </%s> is due, for the one opened in line %d",
                 tag, top->name.text, top->line);
    }
    if (m->now.depth == m->now.floor) {
        htc_stop(m->src, m->line, "</%s> closes an element opened outside of this directive", tag);
    }
    rules_pop(m, top);
    m->now.depth--;
    m->now.zone = ZONE_TEXT;
    buf_add_char(m->out, '>');
}

// '<' in text: which kind of markup is it. Returns how many bytes it took.
static size_t begin_markup(Markup *m, Str text)
{
    Str rest = str_slice(text, 1, text.len);
    if (str_starts(rest, STR("!--"))) {
        m->now.zone = ZONE_COMMENT;
        return 4;
    }
    char c = rest.len > 0 ? rest.ptr[0] : ' ';
    bool closing = c == '/';
    if (closing) c = rest.len > 1 ? rest.ptr[1] : ' ';
    if (c == '!') {
        m->now.zone = ZONE_DECLARATION;
        buf_add_char(m->out, '<');
        return 1;
    }
    if (!(c >= 'a' && c <= 'z')) {
        htc_stop(m->src, m->line,
                 "a '<' that begins no element: write &lt; (names are in lower case)");
    }
    m->now.tag = (Name){0};
    m->now.tag_line = m->line;
    m->now.facts = FACT_SAME_WINDOW;
    m->now.zone = closing ? ZONE_END_TAG : ZONE_TAG_NAME;
    buf_add(m->out, closing ? STR("</") : STR("<"));
    return closing ? 2 : 1;
}

// Length of the white space at the start of text; *newline_out: it holds a newline.
static size_t space_run(Str text, bool *newline_out)
{
    size_t len = 0;
    *newline_out = false;
    while (len < text.len && is_space(text.ptr[len])) {
        if (text.ptr[len] == '\n') *newline_out = true;
        len++;
    }
    return len;
}

static size_t step_text(Markup *m, Str text)
{
    char c = text.ptr[0];
    if (c == '<') return begin_markup(m, text);
    bool newline = false;
    size_t run = space_run(text, &newline);
    if (newline && !inside(m, "pre")) {
        buf_add_char(m->out, '\n');
        for (size_t i = 0; i < run; i++) m->line += text.ptr[i] == '\n';
        return run;
    }
    if (run == 0) {
        buf_add_char(m->out, c);
        return 1;
    }
    buf_add(m->out, str_slice(text, 0, run));
    for (size_t i = 0; i < run; i++) m->line += text.ptr[i] == '\n';
    return run;
}

static size_t step_in_tag(Markup *m, Str text)
{
    char c = text.ptr[0];
    if (is_space(c)) {
        m->line += c == '\n';
        return 1;
    }
    if (c == '>') {
        end_open_tag(m, false, str_slice(text, 1, text.len));
        return 1;
    }
    if (c == '/' && text.len > 1 && text.ptr[1] == '>') {
        end_open_tag(m, true, str_slice(text, 2, text.len));
        return 2;
    }
    bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!ok) {
        htc_stop(m->src, m->line, "'%c' cannot begin an attribute of <%s> (write name=\"value\")",
                 c, m->now.tag.text);
    }
    buf_add_char(m->out, ' ');
    m->now.zone = ZONE_ATTR_NAME;
    m->now.attr = (Name){0};
    m->now.value[0] = '\0';
    m->now.value_dynamic = false;
    m->now.url = URL_START;
    return 0;
}

static size_t step_tag_name(Markup *m, Str text)
{
    char c = text.ptr[0];
    if (is_space(c) || c == '>' || c == '/') {
        m->now.zone = ZONE_IN_TAG;
        return 0;
    }
    push_name(m, &m->now.tag, c);
    buf_add_char(m->out, c);
    return 1;
}

static size_t step_end_tag(Markup *m, Str text)
{
    char c = text.ptr[0];
    if (c == '>') {
        end_close_tag(m);
    } else if (!is_space(c)) {
        push_name(m, &m->now.tag, c);
        buf_add_char(m->out, c);
    } else {
        m->line += c == '\n';
    }
    return 1;
}

static size_t step_attr_name(Markup *m, Str text)
{
    char c = text.ptr[0];
    if (c == '=') {
        rules_attr_name(m);
        m->now.zone = ZONE_BEFORE_VALUE;
        buf_add_char(m->out, c);
        return 1;
    }
    if (is_space(c) || c == '>' || c == '/') {
        rules_attr_name(m);
        end_attr(m);
        return 0;
    }
    if (c == '"' || c == '\'' || c == '<') {
        htc_stop(m->src, m->line, "'%c' cannot stand in the name of an attribute", c);
    }
    push_name(m, &m->now.attr, c);
    buf_add_char(m->out, c);
    return 1;
}

static void add_value(Markup *m, char c)
{
    size_t len = strlen(m->now.value);
    if (!m->now.value_dynamic && len < HTC_VALUE_MAX) {
        m->now.value[len] = c;
        m->now.value[len + 1] = '\0';
    }
    if (c == '?') m->now.url = URL_QUERY;
    if (m->now.url == URL_START) m->now.url = URL_PATH;
    m->line += c == '\n';
    buf_add_char(m->out, c);
}

static size_t step_value(Markup *m, Str text)
{
    char c = text.ptr[0];
    if (m->now.zone == ZONE_BEFORE_VALUE) {
        if (is_space(c) || c == '>') htc_stop(m->src, m->line, "no value after '='");
        bool quoted = c == '"' || c == '\'';
        m->now.zone = quoted ? ZONE_VALUE : ZONE_BARE_VALUE;
        m->now.quote = c;
        if (quoted) buf_add_char(m->out, c);
        return quoted ? 1 : 0;
    }
    if (m->now.zone == ZONE_VALUE && c == m->now.quote) {
        buf_add_char(m->out, c);
        end_attr(m);
        return 1;
    }
    if (m->now.zone == ZONE_BARE_VALUE && (is_space(c) || c == '>')) {
        end_attr(m);
        return 0;
    }
    add_value(m, c);
    return 1;
}

static size_t step_comment(Markup *m, Str text)
{
    if (str_starts(text, STR("-->"))) {
        m->now.zone = ZONE_TEXT;
        return 3;
    }
    m->line += text.ptr[0] == '\n';
    return 1; // comments stay in the source
}

static size_t step_declaration(Markup *m, Str text)
{
    buf_add_char(m->out, text.ptr[0]);
    m->line += text.ptr[0] == '\n';
    if (text.ptr[0] == '>') m->now.zone = ZONE_TEXT;
    return 1;
}

// title and textarea: text until their own end tag. script: nothing but the end tag.
static size_t step_plain(Markup *m, Str text)
{
    char c = text.ptr[0];
    m->line += c == '\n';
    const char *tag = m->now.open[m->now.depth - 1].name.text;
    Str end = arena_fmt(m->src->arena, "</%s", tag);
    if (c == '<' && str_starts(text, end)) return begin_markup(m, text);
    if (c == '<') htc_stop(m->src, m->line, "write &lt; inside <%s>", tag);
    if (m->now.zone == ZONE_SCRIPT) {
        if (!is_space(c)) {
            htc_stop(m->src, m->line,
                     "a script in the page is refused by its security policy: "
                     "put it into assets/app.js");
        }
        return 1;
    }
    buf_add_char(m->out, c);
    return 1;
}

static size_t step(Markup *m, Str text)
{
    switch (m->now.zone) {
    case ZONE_TEXT: return step_text(m, text);
    case ZONE_TAG_NAME: return step_tag_name(m, text);
    case ZONE_IN_TAG: return step_in_tag(m, text);
    case ZONE_ATTR_NAME: return step_attr_name(m, text);
    case ZONE_BEFORE_VALUE:
    case ZONE_VALUE:
    case ZONE_BARE_VALUE: return step_value(m, text);
    case ZONE_END_TAG: return step_end_tag(m, text);
    case ZONE_COMMENT: return step_comment(m, text);
    case ZONE_DECLARATION: return step_declaration(m, text);
    case ZONE_SCRIPT:
    case ZONE_PLAIN: return step_plain(m, text);
    }
    return 1;
}

void markup_begin(Markup *m)
{
    m->now = (Place){0};
    m->id_from = m->id_count;
    m->loops = 0;
}

void markup_text(Markup *m, Str text, int line, bool line_start)
{
    m->line = line;
    if (line_start && m->now.zone == ZONE_TEXT && !inside(m, "pre")) {
        while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t')) {
            text = str_slice(text, 1, text.len); // indentation
        }
    }
    while (text.len > 0) text = str_slice(text, step(m, text), text.len);
}

static const char *value_writer(Markup *m, int line)
{
    const Place *now = &m->now;
    const char *attr = now->attr.text;
    if (strcmp(attr, "srcset") == 0) htc_stop(m->src, line, "srcset takes no expressions");
    if (strcmp(attr, "datetime") == 0) return "html_datetime";
    if (!rules_is_url(attr)) return "html_attr";
    if (now->url == URL_START) return "html_url";
    if (now->value_dynamic) return now->url == URL_QUERY ? "html_url_query" : "html_url_part";

    Str value = str_from_c(now->value);
    size_t at = 0;
    if (str_starts(value, STR("//"))) {
        value = str_slice(value, 2, value.len);
    } else if (str_find(value, STR("://"), &at)) {
        value = str_slice(value, at + 3, value.len);
    } else {
        return now->url == URL_QUERY ? "html_url_query" : "html_url_part";
    }
    if (!str_find(value, STR("/"), &at)) {
        htc_stop(m->src, line, "an expression may not be part of a host name");
    }
    return now->url == URL_QUERY ? "html_url_query" : "html_url_part";
}

const char *markup_expr(Markup *m, int line)
{
    const char *writer = "html_text";
    switch (m->now.zone) {
    case ZONE_TEXT:
    case ZONE_PLAIN: break;
    case ZONE_VALUE: writer = value_writer(m, line); break;
    case ZONE_TAG_NAME:
    case ZONE_END_TAG: htc_stop(m->src, line, "an expression may not be the name of an element");
    case ZONE_IN_TAG:
    case ZONE_ATTR_NAME:
        htc_stop(m->src, line, "an expression may not be the name of an attribute (use {{if}})");
    case ZONE_BEFORE_VALUE:
    case ZONE_BARE_VALUE:
        htc_stop(m->src, line, "an expression in an attribute needs quotes: %s=\"{{...}}\"",
                 m->now.attr.text);
    case ZONE_COMMENT: htc_stop(m->src, line, "an expression in a comment: use {{! ...}}");
    case ZONE_DECLARATION: htc_stop(m->src, line, "an expression in a declaration");
    case ZONE_SCRIPT: htc_stop(m->src, line, "an expression in a script: put it into an attribute");
    }
    if (m->now.zone == ZONE_VALUE) {
        m->now.value_dynamic = true;
        if (m->now.url == URL_START) m->now.url = URL_PATH;
    }
    return writer;
}

void markup_boundary(Markup *m, int line, const char *directive)
{
    m->line = line;
    switch (m->now.zone) {
    case ZONE_TAG_NAME: m->now.zone = ZONE_IN_TAG; break;
    case ZONE_ATTR_NAME:
        rules_attr_name(m);
        end_attr(m);
        break;
    case ZONE_BARE_VALUE: end_attr(m); break;
    case ZONE_VALUE: m->now.value_dynamic = true; break;
    case ZONE_BEFORE_VALUE: htc_stop(m->src, line, "{{%s}} needs quotes around it", directive);
    case ZONE_END_TAG: htc_stop(m->src, line, "{{%s}} in an end tag", directive);
    case ZONE_COMMENT: htc_stop(m->src, line, "{{%s}} in a comment", directive);
    case ZONE_DECLARATION: htc_stop(m->src, line, "{{%s}} in a declaration", directive);
    case ZONE_SCRIPT: htc_stop(m->src, line, "{{%s}} in a script", directive);
    case ZONE_TEXT:
    case ZONE_IN_TAG:
    case ZONE_PLAIN: break;
    }
}

void markup_same(Markup *m, const Place *a, const Place *b, int line, const char *directive)
{
    bool in_tag = a->zone == ZONE_IN_TAG || a->zone == ZONE_VALUE;
    bool same = a->zone == b->zone && a->depth == b->depth;
    if (same && in_tag) same = name_is(&a->tag, b->tag.text) && a->tag_line == b->tag_line;
    if (same && a->zone == ZONE_VALUE) same = name_is(&a->attr, b->attr.text);
    for (size_t i = 0; same && i < a->depth; i++) {
        same =
            name_is(&a->open[i].name, b->open[i].name.text) && a->open[i].line == b->open[i].line;
    }
    if (!same && b->depth > a->depth) {
        htc_stop(m->src, line,
                 "<%s> of line %d is not closed before the {{end}} or {{else}} of {{%s}}",
                 b->open[b->depth - 1].name.text, b->open[b->depth - 1].line, directive);
    }
    if (!same) {
        htc_stop(m->src, line, "{{%s}} ends at another place of the markup than it began",
                 directive);
    }
}

void markup_merge(Markup *m, Place *into, const Place *other, int line)
{
    bool url = into->zone == ZONE_VALUE && rules_is_url(into->attr.text);
    if (url && (into->url == URL_START) != (other->url == URL_START)) {
        htc_stop(m->src, line, "a URL's beginning must be written in every branch, or in none");
    }
    into->facts &= other->facts;
    if (other->url == URL_PATH && into->url == URL_QUERY) into->url = URL_PATH;
    if (other->heading > into->heading) into->heading = other->heading;
    for (size_t i = 0; i < into->depth; i++) into->open[i].labelled |= other->open[i].labelled;
}

void markup_end(Markup *m, int line)
{
    if (m->now.depth > 0) {
        const Open *top = &m->now.open[m->now.depth - 1];
        htc_stop(m->src, top->line, "<%s> is not closed before the template ends", top->name.text);
    }
    if (m->now.zone != ZONE_TEXT) {
        htc_stop(m->src, line, "the template ends inside a tag or comment");
    }
}

void markup_finish(Markup *m)
{
    for (size_t i = 0; i < m->for_count; i++) {
        bool found = false;
        for (size_t k = 0; k < m->id_count && !found; k++) {
            found = str_eq(m->fors[i].text, m->ids[k].text);
        }
        if (found) continue;
        htc_error(m->src, m->fors[i].line, "label for=\"%.*s\": no id of that name in this file",
                  STR_ARG(m->fors[i].text));
    }
}
