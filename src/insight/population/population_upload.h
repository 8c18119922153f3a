// population_upload.h -- a file sent from a page: kept, looked at, applied by a job, or dropped.
#ifndef POPULATION_UPLOAD_H
#define POPULATION_UPLOAD_H

#include "insight/population/population_extract.h"

typedef enum UploadState { // stored as numbers
    UPLOAD_SENT = 1,
    UPLOAD_LOOKED = 2, // a dry run told what would happen
    UPLOAD_APPLIED = 3,
    UPLOAD_DROPPED = 4,
} UploadState;

typedef enum SentKind { // stored as numbers
    SENT_RECORDS = 0,   // a practice's extract or FHIR
    SENT_SCORES = 1,
    SENT_OPT_OUTS = 2,
    SENT_IMD = 3,
} SentKind;

typedef struct SentFile {
    Str ref;
    Str file_name;
    SentKind kind;
    int release; // of SENT_IMD: its year
    bool fhir;
    Str practice_ods, practice_name;
    Date extract_on;
    bool changes_only;
    Str layout; // "" not said
    UploadState state;
    Str report; // of the dry run
    Str job_ref;
    Str batch_ref;
    Str account_name;
    Instant at;
} SentFile;

enum { UPLOADS_MAX = 50 };
MUST_USE Err upload_list(Ctx *c, SentFile **out, size_t *count_out); // neither applied nor dropped
MUST_USE Err upload_get(Ctx *c, Str ref, SentFile *out);             // ERR_NOT_FOUND
// Copies the request's file into the data folder. about->fhir: it must be FHIR; else it is told by
// its first bytes. Errors: ERR_INVALID (no file, another kind, no practice), ERR_BUSY (no space),
// ERR_FAULT.
MUST_USE Err upload_keep(Ctx *c, const Upload *from, const SentFile *about, Str *ref_out);
int upload_open(Ctx *c, const SentFile *file); // -1 when it is gone
// Starts the job that looks at it (layout "" for FHIR) or applies it, unless one is at it already.
// Errors: those of job_start.
MUST_USE Err upload_start(Ctx *c, const SentFile *file, Str layout, bool apply);
MUST_USE Err upload_drop(Ctx *c, const SentFile *file);

bool import_job_runs(Ctx *c, Str job_ref); // it waits or runs; false of ""

extern const JobKind IMPORT_JOB; // looks, applies, and takes batches back: one at a time

#endif
