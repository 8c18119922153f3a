// code_set_data.c -- the files of assets/code-sets as they stand, taken in by the assembler.
#include "base/embed.h"
#include "nhs/code_set.h"

EMBED(code_data_efi, "assets/code-sets/efi.tsv")
EMBED(code_data_conditions, "assets/code-sets/conditions.tsv")
EMBED(code_data_charlson, "assets/code-sets/charlson.tsv")
EMBED(code_data_names, "assets/code-sets/names.tsv")
EMBED(code_data_measures, "assets/code-sets/measures.tsv")
EMBED(code_data_units, "assets/code-sets/units.tsv")
EMBED(code_data_values, "assets/code-sets/efi-values.tsv")
EMBED(code_data_scores, "assets/code-sets/scores.tsv")
EMBED(code_data_sources, "assets/code-sets/sources.tsv")

CodeFiles code_files(void)
{
    return (CodeFiles){
        .sets = {EMBEDDED(code_data_efi), EMBEDDED(code_data_conditions),
                 EMBEDDED(code_data_charlson)},
        .names = EMBEDDED(code_data_names),
        .measures = EMBEDDED(code_data_measures),
        .units = EMBEDDED(code_data_units),
        .values = EMBEDDED(code_data_values),
        .scores = EMBEDDED(code_data_scores),
        .sources = EMBEDDED(code_data_sources),
    };
}
