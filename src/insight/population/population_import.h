// population_import.h -- a folder or file into a batch: for the command line and the job.
// Part of the door population.h.
#ifndef POPULATION_IMPORT_H
#define POPULATION_IMPORT_H

typedef struct Report Report; // population_report.h

// How far it is, in bytes of the files; true: stop, undo and give ERR_BUSY back.
typedef bool ImportProgress(void *arg, int64_t done, int64_t total);

typedef struct ImportOptions {
    Str practice_ods; // who everybody belongs to when the file does not say; "" for none
    Str practice_name;
    Date extract_on;
    Str layout; // of an extract: which column is what (population_columns.c); "" when not said
    bool dry_run;
    bool changes_only;        // the file holds what changed since the one before, not everything
    Str upload_ref;           // the file from a page it is; "" none
    ImportProgress *progress; // NULL allowed
    void *progress_arg;
} ImportOptions;

enum { IMPORT_FILES_MAX = 1000, IMPORT_PATH_BYTES_MAX = 4000 };

// Reads FHIR R4: a folder of .ndjson and .ndjson.gz, or one file. *report_out tells what was read,
// taken and refused, also after ERR_INVALID (why stands in c->issues). Nothing is left behind when
// it fails. Errors: ERR_NOT_FOUND (no such file, no FHIR in the folder), ERR_INVALID (a file is
// broken), ERR_CONFLICT (another import runs, or the file was imported before), ERR_BUSY (stopped).
MUST_USE Err import_fhir(Ctx *c, const char *path, const ImportOptions *options,
                         Report **report_out, Str *batch_ref_out);
// The same for one open file that was uploaded as `name`; the descriptor is closed.
MUST_USE Err import_fhir_fd(Ctx *c, int fd, Str name, const ImportOptions *options,
                            Report **report_out, Str *batch_ref_out);

// Reads scores that others worked out: CSV with a row of names "NHS number", "Score", "Value",
// "Date" and, if there is one, "Source". Each row becomes an observation of somebody who is here
// already: code system SCORE_SYSTEM, the score's name in small letters as its code, the source as
// its coded answer. Nobody is added or changed. The descriptor is closed. Errors: as import_fhir.
MUST_USE Err import_scores(Ctx *c, int fd, Str name, const ImportOptions *options,
                           Report **report_out, Str *batch_ref_out);
// Reads who objects to what: CSV with "NHS number", "Opt-out" (direct care, national data, type 1),
// "State" (opted out, withdrawn), "Date". Of two the later holds, of one day the opt-out. That from
// direct care takes people off cohort lists, the others out of figures for secondary uses.
// Otherwise as import_scores.
MUST_USE Err import_opt_outs(Ctx *c, int fd, Str name, const ImportOptions *options,
                             Report **report_out, Str *batch_ref_out);
#define OPT_OUT_SYSTEM                "urn:trellis:opt-out"
#define OPT_OUT_DIRECT_CARE           "direct-care"
#define OPT_OUT_DIRECT_CARE_WITHDRAWN "direct-care-withdrawn"
#define OPT_OUT_NATIONAL              "national-data"
#define OPT_OUT_NATIONAL_WITHDRAWN    "national-data-withdrawn"
#define OPT_OUT_TYPE_1                "type-1"
#define OPT_OUT_TYPE_1_WITHDRAWN      "type-1-withdrawn"
#define SCORE_SYSTEM                  "urn:trellis:score"
#define SCORE_SOURCE_SYSTEM           "urn:trellis:score-source"

// Reads a release of the Indices of Deprivation: CSV with "LSOA code (...)" and the decile of the
// whole index, as the English "File 7" has them. All of it or nothing: each line that is wrong is
// in c->issues with its number, some dozens at most. What the release held before is replaced, and
// everybody who lives in one of its areas gets its decile; a dry run only counts the areas. The
// descriptor is closed. Errors: ERR_INVALID, ERR_BUSY, ERR_FAULT.
typedef struct ImdLoaded {
    int64_t areas;
    int64_t people; // whose decile or release is another now
} ImdLoaded;
MUST_USE Err import_imd(Ctx *c, int fd, int year, bool dry_run, ImdLoaded *out);

// Reads a practice's extract, CSV or the HTML report of EMIS, in the columns that options->layout
// names, as they were read last time for the practice, or as their names say. What is said is
// remembered for the practice. The descriptor is closed. Errors: as import_fhir; ERR_INVALID also
// when it must be said which column is what.
MUST_USE Err import_extract(Ctx *c, int fd, Str name, const ImportOptions *options,
                            Report **report_out, Str *batch_ref_out);

#endif
