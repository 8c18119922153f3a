// population_report.h -- what an import read, took and refused, with reason and line.
//
// Every record is counted; the first REPORT_REFUSALS_MAX refusals are kept one by one. Reasons are
// sentences of ours, never words from the file: a report may be shown to who must not see the file.
#ifndef POPULATION_REPORT_H
#define POPULATION_REPORT_H

#include "base/json.h"

enum { REPORT_KINDS_MAX = 64, REPORT_REASONS_MAX = 128, REPORT_REFUSALS_MAX = 200 };
enum { REPORT_JSON_BYTES_MAX = 256 * 1024, REPORT_FILE_CHARS_MAX = 200 };

typedef struct ReportKind {
    Str name; // "Observation", "Row"
    int64_t read;
    int64_t taken;
    int64_t refused;
    int64_t unused; // of a kind that Trellis does not use
} ReportKind;

typedef struct ReportReason {
    int kind;
    Str reason; // a sentence
    bool note;  // it was taken, and this is worth knowing
    int64_t count;
    const char *said; // the literal itself: the same one is found without comparing words
    Str file;         // of the first
    int64_t line;
} ReportReason;

typedef struct Refusal {
    int reason;
    Str file;
    int64_t line;
} Refusal;

typedef struct Report {
    Arena *arena;
    ReportKind kinds[REPORT_KINDS_MAX];
    size_t kind_count;
    ReportReason reasons[REPORT_REASONS_MAX];
    size_t reason_count;
    Refusal refusals[REPORT_REFUSALS_MAX];
    size_t refusal_count;
    Str file; // being read, as it is shown; set by the reader
    int64_t line;
    int64_t people_added, people_changed, people_same, people_near, events;
} Report;

// The number of a kind, made when new; the last one gathers what is too much.
int report_kind(Report *r, Str name);
void report_read(Report *r, int kind);
void report_taken(Report *r, int kind);
void report_unused(Report *r, int kind);
// `reason` must be a literal or live as long as the report. At the current file and line.
void report_refuse(Report *r, int kind, Str reason);
void report_note(Report *r, int kind, Str reason);
int64_t report_refused(const Report *r); // all kinds together
bool report_is_empty(const Report *r);   // a file was read, nothing was taken

Str report_json(Arena *arena, const Report *r); // what the batch keeps
// Reads it back; unknown or damaged parts are left out.
void report_of_json(Arena *arena, Str text, Report *out);
void report_text(Buf *out, const Report *r); // for the command line

#endif
