// htc_rules.c -- what an element or attribute has to be: known, safe and usable by everybody.
//
// The element list leaves out on purpose: object, embed, iframe, frame, base, applet, portal and
// SVG's script, set, animate and foreignObject, which load or rewrite what the page did not say.
#include "htc_markup.h"

static const char *const VOID_TAGS[] = {"area", "br",   "col",   "hr",     "img", "input",
                                        "link", "meta", "track", "source", "wbr"};

static const char *const HTML_TAGS[] = {
    "a",        "abbr",     "address",  "area",       "article",    "aside",    "audio",
    "b",        "bdi",      "bdo",      "blockquote", "body",       "br",       "button",
    "canvas",   "caption",  "cite",     "code",       "col",        "colgroup", "data",
    "datalist", "dd",       "del",      "details",    "dfn",        "dialog",   "div",
    "dl",       "dt",       "em",       "fieldset",   "figcaption", "figure",   "footer",
    "form",     "h1",       "h2",       "h3",         "h4",         "h5",       "h6",
    "head",     "header",   "hgroup",   "hr",         "html",       "i",        "img",
    "input",    "ins",      "kbd",      "label",      "legend",     "li",       "link",
    "main",     "map",      "mark",     "menu",       "meta",       "meter",    "nav",
    "noscript", "ol",       "optgroup", "option",     "output",     "p",        "picture",
    "pre",      "progress", "q",        "rp",         "rt",         "ruby",     "s",
    "samp",     "script",   "search",   "section",    "select",     "slot",     "small",
    "source",   "span",     "strong",   "sub",        "summary",    "sup",      "svg",
    "table",    "tbody",    "td",       "template",   "textarea",   "tfoot",    "th",
    "thead",    "time",     "title",    "tr",         "track",      "u",        "ul",
    "var",      "video",    "wbr",
};

static const char *const SVG_TAGS[] = {
    "circle",  "clipPath",       "defs",           "desc", "ellipse", "g",
    "line",    "linearGradient", "marker",         "mask", "path",    "pattern",
    "polygon", "polyline",       "radialGradient", "rect", "stop",    "symbol",
    "text",    "title",          "tspan",          "use",
};

static const char *const URL_ATTRS[] = {"href",          "src",        "action",
                                        "formaction",    "cite",       "poster",
                                        "data-autosave", "xlink:href", "data-href"};

// A browser closes <p> by itself when one of these begins.
static const char *const ENDS_P[] = {
    "address",  "article", "aside",  "blockquote", "details", "div",   "dl",
    "fieldset", "figure",  "footer", "form",       "h1",      "h2",    "h3",
    "h4",       "h5",      "h6",     "header",     "hr",      "main",  "menu",
    "nav",      "ol",      "p",      "pre",        "section", "table", "ul",
};

static const char *const NOT_IN_ITSELF[] = {"a", "button", "form", "label"};

static bool is_one_of(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, list[i]) == 0) return true;
    }
    return false;
}
#define IS_ONE_OF(name, list) is_one_of((name), (list), COUNT_OF(list))

bool rules_is_void(const char *tag)
{
    return IS_ONE_OF(tag, VOID_TAGS);
}

bool rules_is_url(const char *attr)
{
    return IS_ONE_OF(attr, URL_ATTRS);
}

// Is `tag` open, not counting the innermost `skip` elements.
static bool is_inside(const Markup *m, const char *tag, size_t skip)
{
    for (size_t i = 0; i + skip < m->now.depth; i++) {
        if (strcmp(m->now.open[i].name.text, tag) == 0) return true;
    }
    return false;
}

void rules_attr_name(Markup *m)
{
    Str attr = str_from_c(m->now.attr.text);
    if (str_eq_ascii_fold(str_slice(attr, 0, 2), STR("on"))) {
        htc_stop(m->src, m->line,
                 "%s= runs script in the page, which its security policy refuses: "
                 "put it into assets/app.js",
                 m->now.attr.text);
    }
    if (str_eq_ascii_fold(attr, STR("style"))) {
        htc_stop(m->src, m->line, "style= is refused by the page's security policy: use a class");
    }
    if (str_eq_ascii_fold(attr, STR("srcdoc"))) {
        htc_stop(m->src, m->line, "srcdoc= holds a page within the page: not allowed");
    }
    if (str_eq_ascii_fold(attr, STR("http-equiv"))) {
        htc_stop(m->src, m->line, "http-equiv= is not allowed: headers are the server's");
    }
    bool drawing = is_inside(m, "svg", 0) || strcmp(m->now.tag.text, "svg") == 0;
    for (size_t i = 0; i < attr.len && !drawing; i++) {
        if (attr.ptr[i] < 'A' || attr.ptr[i] > 'Z') continue;
        htc_stop(m->src, m->line, "write the attribute %s in lower case", m->now.attr.text);
    }
}

static void check_scheme(Markup *m, Str value)
{
    static const Str REFUSED[] = {STR_INIT("javascript:"), STR_INIT("vbscript:"),
                                  STR_INIT("data:")};
    size_t count = rules_is_url(m->now.attr.text) ? 3 : 2;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq_ascii_fold(str_slice(str_trim(value), 0, REFUSED[i].len), REFUSED[i])) continue;
        htc_stop(m->src, m->line, "a %.*s URL is not allowed", STR_ARG(REFUSED[i]));
    }
}

static void note_id(Markup *m, Str value)
{
    if (m->loops > 0) {
        htc_error(m->src, m->line,
                  "id=\"%.*s\" in a loop would be on the page twice: add the index",
                  STR_ARG(value));
    }
    for (size_t i = m->id_from; i < m->id_count; i++) {
        if (m->ids[i].away || !str_eq(m->ids[i].text, value)) continue;
        htc_error(m->src, m->line, "id=\"%.*s\" is already used in line %d", STR_ARG(value),
                  m->ids[i].line);
    }
    if (m->id_count == HTC_IDS_MAX) htc_stop(m->src, m->line, "too many ids in one file");
    m->ids[m->id_count++] = (Id){arena_str(m->src->arena, value), m->line, false};
}

static void note_for(Markup *m, Str value)
{
    if (m->for_count == HTC_IDS_MAX) htc_stop(m->src, m->line, "too many labels in one file");
    m->fors[m->for_count++] = (Id){arena_str(m->src->arena, value), m->line, false};
}

static unsigned fact_of(const Markup *m, Str value)
{
    static const struct {
        const char *attr;
        unsigned fact;
    } FACTS[] = {
        {"id", FACT_ID},   {"aria-label", FACT_LABEL}, {"aria-labelledby", FACT_LABEL},
        {"alt", FACT_ALT}, {"href", FACT_HREF},        {"rel", FACT_REL},
        {"src", FACT_SRC},
    };
    const char *attr = m->now.attr.text;
    for (size_t i = 0; i < COUNT_OF(FACTS); i++) {
        if (strcmp(attr, FACTS[i].attr) == 0) return FACTS[i].fact;
    }
    static const char *const SELF_NAMED[] = {"hidden", "submit", "button", "reset", "image"};
    if (strcmp(attr, "type") == 0 && !m->now.value_dynamic && IS_ONE_OF(m->now.value, SELF_NAMED)) {
        return FACT_SELF_NAMED;
    }
    bool presentation = str_eq(value, STR("presentation")) || str_eq(value, STR("none"));
    return strcmp(attr, "role") == 0 && presentation ? FACT_LABEL : 0;
}

void rules_attr_value(Markup *m)
{
    const char *attr = m->now.attr.text;
    Str value = str_from_c(m->now.value);
    check_scheme(m, value);
    m->now.facts |= fact_of(m, value);
    if (m->now.value_dynamic) return;
    if (strcmp(attr, "id") == 0) note_id(m, value);
    if (strcmp(attr, "for") == 0) note_for(m, value);
    if (strcmp(attr, "target") == 0 && str_eq(value, STR("_blank"))) {
        m->now.facts &= ~(unsigned)FACT_SAME_WINDOW;
    }
    int64_t index = 0;
    if (strcmp(attr, "tabindex") == 0 && str_i64(value, 1, INT64_MAX, &index)) {
        htc_error(m->src, m->line,
                  "tabindex=\"%.*s\" breaks the order of the keyboard: use 0 or -1",
                  STR_ARG(value));
    }
}

static void check_heading(Markup *m, const char *tag)
{
    if (tag[0] != 'h' || tag[1] < '1' || tag[1] > '6' || tag[2] != '\0') return;
    int level = tag[1] - '0';
    if (m->now.heading > 0 && level > m->now.heading + 1) {
        htc_error(m->src, m->now.tag_line, "<h%d> after <h%d>: a level is left out", level,
                  m->now.heading);
    }
    m->now.heading = level;
}

static void check_nesting(Markup *m, const char *tag)
{
    size_t skip = rules_is_void(tag) ? 0 : 1; // itself is already open
    if (is_inside(m, "p", skip) && IS_ONE_OF(tag, ENDS_P)) {
        htc_error(m->src, m->now.tag_line, "<%s> inside <p>: browsers close the <p> before it",
                  tag);
    }
    if (IS_ONE_OF(tag, NOT_IN_ITSELF) && is_inside(m, tag, skip)) {
        htc_error(m->src, m->now.tag_line, "<%s> inside <%s> is not allowed", tag, tag);
    }
}

static void check_control(Markup *m, const char *tag)
{
    bool input = strcmp(tag, "input") == 0;
    if (!input && strcmp(tag, "select") != 0 && strcmp(tag, "textarea") != 0) return;
    if (input && (m->now.facts & FACT_SELF_NAMED)) return;
    if ((m->now.facts & (FACT_ID | FACT_LABEL)) || is_inside(m, "label", 0)) return;
    htc_error(m->src, m->now.tag_line,
              "<%s> has no name for screen readers: give it an id with a label, or an aria-label",
              tag);
}

static void check_facts(Markup *m, const char *tag)
{
    int line = m->now.tag_line;
    unsigned facts = m->now.facts;
    if (strcmp(tag, "img") == 0 && !(facts & FACT_ALT)) {
        htc_error(m->src, line, "<img> needs alt (alt=\"\" when it only decorates)");
    }
    if (strcmp(tag, "a") == 0 && !(facts & FACT_HREF)) {
        htc_error(m->src, line, "<a> needs href: without it the keyboard cannot reach it");
    }
    if (strcmp(tag, "script") == 0 && !(facts & FACT_SRC)) {
        htc_stop(m->src, line,
                 "a script in the page is refused by its security policy: "
                 "put it into assets/app.js");
    }
    if (!(facts & (FACT_SAME_WINDOW | FACT_REL))) {
        htc_error(m->src, line, "target=\"_blank\" needs rel=\"noopener\"");
    }
    if (strcmp(tag, "table") == 0 && (facts & FACT_LABEL)) {
        m->now.open[m->now.depth - 1].labelled = true;
    }
}

static void label_table(Markup *m)
{
    for (size_t i = m->now.depth; i > 0; i--) {
        if (strcmp(m->now.open[i - 1].name.text, "table") != 0) continue;
        m->now.open[i - 1].labelled = true;
        return;
    }
}

void rules_open_tag(Markup *m)
{
    const char *tag = m->now.tag.text;
    int line = m->now.tag_line;
    bool drawing = is_inside(m, "svg", rules_is_void(tag) ? 0 : 1);
    if (strcmp(tag, "style") == 0) {
        htc_stop(m->src, line,
                 "a style block is refused by the page's security policy: "
                 "put it into assets/app.css");
    }
    if (drawing ? !IS_ONE_OF(tag, SVG_TAGS) : !IS_ONE_OF(tag, HTML_TAGS)) {
        htc_stop(m->src, line, "<%s> is not an element that pages may use", tag);
    }
    check_heading(m, tag);
    check_nesting(m, tag);
    check_control(m, tag);
    check_facts(m, tag);
    if (strcmp(tag, "caption") == 0) label_table(m);
}

void rules_pop(Markup *m, const Open *open)
{
    if (strcmp(open->name.text, "table") != 0 || open->labelled) return;
    htc_error(m->src, open->line, "<table> needs a caption or an aria-label");
}
