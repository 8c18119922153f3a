// pdf.h -- trellis-pdf: a document model in, a tagged PDF out. No store, no network, no files.
//
// One JSON document on standard input, ended by its end:
//   {"title", "header", "footer", "large": bool, "blocks": [{"h1": text} or "h2", "h3", "p",
//    {"list": [text]}, {"table": {"caption", "head": [text], "rows": [[text]]}},
//    {"letter": {"mark": text, "from": [line], "to": [line]}}]}
// A document that begins with a letter holds letters only: each begins on a page of its own, with
// its address where an envelope's window shows it, and says what follows it up to the next. Its
// pages are counted by themselves, each says to whom it goes, and a bookmark leads to it.
// The PDF on standard output and exit code 0; otherwise nothing, a sentence on standard error, 1.
#ifndef PDF_H
#define PDF_H

#include "base/base.h"

enum {
    PDF_QUESTION_BYTES_MAX = 8 * 1024 * 1024,
    PDF_BYTES_MAX = 32 * 1024 * 1024,
    PDF_BLOCKS_MAX = 40000,
    PDF_ROWS_MAX = 500,
    PDF_COLUMNS_MAX = 6,
    PDF_PAGES_MAX = 500,         // of a document
    PDF_LETTER_PAGES_MAX = 6000, // of one that holds letters, all together
    PDF_LETTER_LINES_MAX = 24,   // of the two addresses
    PDF_SECONDS_MAX = 20,
};

typedef enum BlockKind {
    BLOCK_H1,
    BLOCK_H2,
    BLOCK_H3,
    BLOCK_P,
    BLOCK_LIST,
    BLOCK_TABLE,
    BLOCK_LETTER
} BlockKind;

typedef struct Block {
    BlockKind kind;
    Str text;         // of headings and paragraphs; caption of a table; to whom a letter goes
    const Str *items; // of a list; cells of a table, row by row, the head first; of a letter the
                      // lines of its address, then of the sender
    size_t item_count;
    size_t columns; // of a table; of a letter how many items are its address
} Block;

typedef struct PdfDoc {
    Str title;  // names nobody: it is metadata
    Str header; // on every page: who it is about
    Str footer; // on every page, after "Page x of y, "
    bool large; // 18 points instead of 12
    Block *blocks;
    size_t block_count;
} PdfDoc;

bool pdf_is_letters(const PdfDoc *doc); // it begins with one
// Reads the JSON; text is cleaned of control characters. Errors: ERR_MALFORMED, ERR_TOO_LARGE.
MUST_USE Err pdf_read(Arena *arena, Str json, PdfDoc *out);
// Draws it. Errors: ERR_TOO_LARGE (pages), ERR_FAULT.
MUST_USE Err pdf_draw(Arena *arena, const PdfDoc *doc, Buf *out);
// Adds what cairo leaves out: language, title shown, scope of table heads. Errors: ERR_FAULT.
MUST_USE Err pdf_finish(Str drawn, Buf *out);

#endif
