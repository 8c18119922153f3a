// population_files.h -- which files of a folder are read, and what their names promise.
#ifndef POPULATION_FILES_H
#define POPULATION_FILES_H

#include "insight/population/population_fhir_map.h"

typedef struct FhirFile {
    Str name; // as shown
    const char *path;
    int fd; // -1: opened by path, as often as needed; otherwise owned by whoever listed it
    int64_t bytes;
    int only; // the FhirGroup its name promises, -1: mixed, read once for each group
} FhirFile;

typedef struct FhirFiles {
    Str name; // of the folder or the file
    Str sha256;
    int64_t bytes;
    FhirFile *list;
    size_t count;
} FhirFiles;

int file_open(const FhirFile *file); // a descriptor of its own, -1 on failure

// Is this type read in this pass over a mixed file? Bundles come whole with the people.
bool fhir_in_pass(FhirType type, FhirGroup pass);

MUST_USE Err batch_was_applied(Ctx *c, Str sha256, Str practice_ods, bool *out);
MUST_USE Err import_fhir_files(Ctx *c, const FhirFiles *files, const ImportOptions *options,
                               Report **report_out, Str *batch_ref_out);

#endif
