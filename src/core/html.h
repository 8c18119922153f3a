// html.h -- values written into a page, each escaped for the place where it stands.
//
// Called by the pages that tools/htc compiles; there is no way to write a value unescaped. Bytes
// that are not UTF-8, NUL and other control characters become U+FFFD, so what the browser parses
// is what was checked. The value's C type chooses the writer; a type without one (bool, double)
// does not compile, because a page has to say how such a value is worded.
#ifndef HTML_H
#define HTML_H

#include "base/base.h"
#include "base/date.h"

void html_str(Buf *o, Str text); // & < > " ' become references: safe in text and quoted values
void html_c(Buf *o, const char *text); // the same; NULL writes nothing
void html_i64(Buf *o, int64_t n);      // bare digits: attributes and machines
void html_u64(Buf *o, uint64_t n);
void html_count_i64(Buf *o, int64_t n); // for reading: "5,681,881"
void html_count_u64(Buf *o, uint64_t n);
Str html_count(Arena *arena, int64_t n); // the same as words of a sentence, in the arena
// With its noun: "1 person", "0 people", "1,234 people". Every sentence with a number asks here.
Str html_count_of(Arena *arena, int64_t n, const char *one, const char *many);
Str html_people(Arena *arena, int64_t n); // "1 person", "1,234 people"
// A share from 0 to 1, to a tenth below ten in a hundred, for there whole ones hide what differs:
// "0%", "under 0.1%", "4.3%", "45%", "100%".
Str html_percent(Arena *arena, double share);
void html_date(Buf *o, Date date);             // "3 February 1948"
void html_instant(Buf *o, Instant at);         // "17 November 2026, 11:40", UK clock time
void html_date_machine(Buf *o, Date date);     // "1948-02-03"
void html_instant_machine(Buf *o, Instant at); // "2026-11-17T11:40:00.000Z", UTC

// A whole URL. Only /path (not //), #, ?, https:, mailto: and tel: pass; anything else is written
// as "#unsafe". Bytes that no URL holds are percent-encoded.
void html_url_str(Buf *o, Str url);
void html_url_c(Buf *o, const char *url);

// A value inside a URL: all but unreserved characters are percent-encoded; a path keeps + and @
// too, for tel: and mailto:. A path part that would be "." or ".." (which browsers resolve even
// when encoded) is written as "unsafe".
void html_part_str(Buf *o, Str text);
void html_part_c(Buf *o, const char *text);
void html_query_str(Buf *o, Str text);
void html_query_c(Buf *o, const char *text);

// clang-format off
#define HTML_WHOLE(i64, u64)                                                                       \
    signed char: i64, short: i64, int: i64, long: i64, long long: i64, unsigned char: u64,         \
    unsigned short: u64, unsigned int: u64, unsigned long: u64, unsigned long long: u64
#define HTML_INTEGERS HTML_WHOLE(html_i64, html_u64)
#define HTML_COUNTS HTML_WHOLE(html_count_i64, html_count_u64)

#define html_text(o, value)                                                                        \
    _Generic((value), HTML_COUNTS, Str: html_str, char *: html_c, const char *: html_c,            \
             Date: html_date, Instant: html_instant)((o), (value))
#define html_attr(o, value)                                                                        \
    _Generic((value), HTML_INTEGERS, Str: html_str, char *: html_c, const char *: html_c,          \
             Date: html_date, Instant: html_instant)((o), (value))
#define html_datetime(o, value)                                                                    \
    _Generic((value), Str: html_str, char *: html_c, const char *: html_c,                         \
             Date: html_date_machine, Instant: html_instant_machine)((o), (value))
#define html_url(o, value)                                                                         \
    _Generic((value), Str: html_url_str, char *: html_url_c, const char *: html_url_c)((o), (value))
#define html_url_part(o, value)                                                                    \
    _Generic((value), HTML_INTEGERS, Str: html_part_str, char *: html_part_c,                      \
             const char *: html_part_c, Date: html_date_machine)((o), (value))
#define html_url_query(o, value)                                                                   \
    _Generic((value), HTML_INTEGERS, Str: html_query_str, char *: html_query_c,                    \
             const char *: html_query_c, Date: html_date_machine)((o), (value))
// clang-format on

#endif
