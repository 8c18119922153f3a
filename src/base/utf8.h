// utf8.h -- text in any language: checked, cleaned, folded into search keys, put in capitals.
//
// Everything inside Trellis is UTF-8. What comes from outside is checked (utf8_valid) or cleaned
// (utf8_clean) once, where it comes in.
#ifndef UTF8_H
#define UTF8_H

#include "base/base.h"

enum { UTF8_REPLACEMENT = 0xFFFD };

typedef enum Utf8Lines { UTF8_ONE_LINE, UTF8_KEEP_LINES } Utf8Lines;

// By RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. U+0000 is valid here.
bool utf8_valid(Str text);

// The code point at byte `at` (at < text.len) and the bytes it takes, 1 to 4. An invalid byte gives
// UTF8_REPLACEMENT and 1.
size_t utf8_next(Str text, size_t at, uint32_t *point_out);
// At most `bytes_max` bytes from the front of a text that is valid: never half a character.
Str utf8_cut(Str text, size_t bytes_max);
void utf8_add(Buf *buf, uint32_t point); // encodes one; surrogates and beyond as U+FFFD

// For text typed or imported: invalid bytes become U+FFFD; control characters (C0, C1, DEL),
// bidirectional overrides and isolates (U+202A-202E, U+2066-2069), U+200E, U+200F, U+FEFF and line
// separators are dropped. UTF8_ONE_LINE makes a line end or tab one space; UTF8_KEEP_LINES keeps \t
// and \n and makes CR LF and CR a \n. Ends are not trimmed. Returns `text` itself, a view, if there
// is nothing to change, else a copy in the arena.
Str utf8_clean(Arena *arena, Str text, Utf8Lines lines);

bool utf8_has_bidi_control(Str text); // one of those that utf8_clean drops, U+061C too
bool utf8_has_rtl(Str text); // a Hebrew, Arabic or other right-to-left letter: set dir="auto"

// The key under which names are stored and sought: compatibility-decomposed, marks stripped, case
// folded; letters that do not decompose are spelled out (l-stroke l, o-slash o, sharp s ss, ae, oe,
// d-stroke and eth d, thorn th, h-stroke h, dotless i i, eng n); apostrophes of every kind dropped
// (O'Brien obrien); every run of blanks, hyphens, dots and other punctuation one space, none at the
// ends (Smith-Jones "smith jones"). Digits and letters of every script stay. In the arena.
Str utf8_key(Arena *arena, Str text);

// Capitals, for family names on staff screens ("OKAFOR, Grace"): sharp s becomes SS, accents stay.
// Invalid bytes become U+FFFD. In the arena.
Str utf8_upper(Arena *arena, Str text);

// windows-1252 as browsers read it (the five undefined bytes become U+FFFD).
void utf8_add_windows_1252(Buf *buf, Str text);
Str utf8_from_windows_1252(Arena *arena, Str text);

#endif
