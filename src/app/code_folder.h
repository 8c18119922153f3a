// code_folder.h -- the deployment's own code sets: DATA/code-sets/*.tsv, read when it begins.
#ifndef CODE_FOLDER_H
#define CODE_FOLDER_H

#include "nhs/code_set.h"

enum { CODE_FOLDER_BYTES_MAX = 256 * 1024 * 1024 };

// The names of the tables in the folder, which may be absent. Errors: ERR_FAULT.
MUST_USE Err code_folder_names(Arena *arena, Str data_dir, Str **out, size_t *count_out);
// The program's own texts and those of the folder, which may be absent. names.tsv and retired.tsv
// have their own columns. Errors: ERR_INVALID, ERR_TOO_LARGE with *why_out.
MUST_USE Err code_folder_read(Arena *arena, Str data_dir, CodeFiles *out, Str *why_out);
// A whole file into the arena. Errors: ERR_NOT_FOUND, ERR_TOO_LARGE, ERR_FAULT.
MUST_USE Err code_file_read(Arena *arena, const char *path, Str *out);

#endif
