// code_set_data.c -- the files of assets/code-sets as they stand, taken in by the assembler.
#include "nhs/code_set_data.h"

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
// NOLINTEND(bugprone-macro-parentheses)

#define EMBEDDED(symbol) ((Str){(symbol), (size_t)((symbol##_end) - (symbol))})

EMBED(code_data_efi, "assets/code-sets/efi.tsv")
EMBED(code_data_conditions, "assets/code-sets/conditions.tsv")
EMBED(code_data_names, "assets/code-sets/names.tsv")
EMBED(code_data_measures, "assets/code-sets/measures.tsv")
EMBED(code_data_units, "assets/code-sets/units.tsv")
EMBED(code_data_values, "assets/code-sets/efi-values.tsv")

CodeFiles code_files(void)
{
    return (CodeFiles){
        .sets = {EMBEDDED(code_data_efi), EMBEDDED(code_data_conditions)},
        .names = EMBEDDED(code_data_names),
        .measures = EMBEDDED(code_data_measures),
        .units = EMBEDDED(code_data_units),
        .values = EMBEDDED(code_data_values),
    };
}
