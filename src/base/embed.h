// embed.h -- a file of the project taken into the program as it stands, by the assembler.
//
//     EMBED(birds_data, "assets/birds.tsv")
//     Str text = EMBEDDED(birds_data);
//
// The path begins at the root of the project, where the compiler runs. The compiler does not see
// that the file is read: name it in the Makefile beside the object.
#ifndef EMBED_H
#define EMBED_H

#include "base/base.h"

// NOLINTBEGIN(bugprone-macro-parentheses): names and strings are pasted, not values.
#define EMBED(symbol, path)                                                                        \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #symbol "\n" #symbol ":\n"                                                  \
            ".incbin \"" path "\"\n"                                                               \
            ".global " #symbol "_end\n" #symbol "_end:\n"                                          \
            ".byte 0\n"                                                                            \
            ".previous\n");                                                                        \
    extern const char symbol[];                                                                    \
    extern const char symbol##_end[];
#define EMBEDDED(symbol) ((Str){(symbol), (size_t)((symbol##_end) - (symbol))})
// NOLINTEND(bugprone-macro-parentheses)

#endif
