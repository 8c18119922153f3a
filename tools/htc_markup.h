// htc_markup.h -- follows the markup of one template: where are we, what is open, is it sound HTML.
//
// The whole position is a value (Place), copied when a directive opens a branch and compared when
// the branch ends: every way through a template ends at the same place.
#ifndef HTC_MARKUP_H
#define HTC_MARKUP_H

#include "htc.h"

typedef enum Zone {
    ZONE_TEXT,
    ZONE_TAG_NAME,
    ZONE_IN_TAG, // between attributes
    ZONE_ATTR_NAME,
    ZONE_BEFORE_VALUE, // just after '='
    ZONE_VALUE,        // quoted, see Place.quote
    ZONE_BARE_VALUE,
    ZONE_END_TAG,
    ZONE_COMMENT,
    ZONE_DECLARATION, // <!doctype html>
    ZONE_SCRIPT,
    ZONE_PLAIN, // inside title or textarea: text, no elements
} Zone;

typedef enum UrlPhase { URL_START, URL_PATH, URL_QUERY } UrlPhase;

// What was seen of the tag being read. A branch that lacks one lacks it for the whole tag.
enum {
    FACT_ID = 1,
    FACT_LABEL = 2,
    FACT_ALT = 4,
    FACT_HREF = 8,
    FACT_REL = 16,
    FACT_SRC = 32,
    FACT_SELF_NAMED = 64,   // an input that needs no label: hidden, or a button with its own value
    FACT_SAME_WINDOW = 128, // from the start, until a target="_blank"
};

typedef struct Name {
    char text[HTC_NAME_MAX + 1];
} Name;

typedef struct Open {
    Name name;
    int line;
    bool labelled; // tables: a caption or a label was seen
} Open;

typedef struct Place {
    Zone zone;
    Name tag;
    int tag_line;
    unsigned facts; // of the tag being read, FACT_*
    Name attr;
    char quote;
    char value[HTC_VALUE_MAX + 1]; // its literal beginning
    bool value_dynamic;
    UrlPhase url;
    int heading; // level of the last one, 0 before the first
    size_t depth;
    size_t floor; // elements below were opened outside of the innermost directive
    Open open[HTC_DEPTH_MAX];
} Place;

typedef struct Id {
    Str text;
    int line;
    bool away; // in another branch of an open {{if}}
} Id;

typedef struct Markup {
    Source *src;
    Buf *out; // markup so far, made small; the emitter takes it away at each directive
    Place now;
    int loops; // open {{each}}
    int line;
    Id ids[HTC_IDS_MAX];
    size_t id_count;
    size_t id_from; // first id of this template: before are those of earlier templates
    Id fors[HTC_IDS_MAX];
    size_t for_count;
} Markup;

void markup_begin(Markup *m); // at {{define}}
void markup_text(Markup *m, Str text, int line, bool line_start);
const char *markup_expr(Markup *m, int line); // the writer to call, such as "html_attr"
void markup_boundary(Markup *m, int line, const char *directive); // before any other directive
void markup_same(Markup *m, const Place *a, const Place *b, int line, const char *directive);
void markup_merge(Markup *m, Place *into, const Place *other, int line);
void markup_end(Markup *m, int line); // at the {{end}} of {{define}}
void markup_finish(Markup *m);        // after the last template

// htc_rules.c: what an element or attribute has to be.
void rules_attr_name(Markup *m);
void rules_attr_value(Markup *m);
void rules_open_tag(Markup *m);
void rules_pop(Markup *m, const Open *open);
bool rules_is_void(const char *tag);
bool rules_is_url(const char *attr);

#endif
