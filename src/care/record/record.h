// record.h -- one person's story in one place: what matters, what is next, what happened.
//
// No table of its own: it reads the doors of the other rooms and puts what they say in one order of
// time. What a role may not read (coded facts, notes) is left out, and the page says so.
#ifndef RECORD_H
#define RECORD_H

#include "care/person/person.h"

typedef enum MomentKind {
    MOMENT_CONTACT,
    MOMENT_PLAN,
    MOMENT_TASK,
    MOMENT_CASE,
    MOMENT_VISIT,    // encounters and procedures of the practice's record
    MOMENT_FACT,     // conditions, observations, allergies of the practice's record
    MOMENT_MEDICINE, // medicines and immunisations
    MOMENT_COUNT
} MomentKind;

typedef struct Moment { // one entry of the timeline
    MomentKind kind;
    bool home; // of a contact: at the person's home
    Date day;
    int minute; // after midnight in London, -1: that day
    Str title;
    Str meta;         // who, or where from
    Str text;         // the first words, may be empty
    Str href;         // of the whole, "" none
    Str link;         // "Read note"
    const Str *lines; // what was folded into this entry
    size_t line_count;
    const struct EventRow *rows; // coded facts of this entry, NULL: none
    const struct Event *events;  // the same once record_words has read their words
    size_t event_count;
} Moment;

enum { MOMENT_LINES_MAX = 60, RECORD_WORDS_BYTES_MAX = 100 };

typedef struct MomentFilter {
    int kind;          // a MomentKind, or -1 for all
    Str text;          // somewhere in an entry, any case or accent; "" for all
    const Date *until; // the last day that is shown; NULL: today
    bool short_list;   // without medicines, which are many and repeat: for the overview
    size_t newest;     // no more than so many of them, 0: all
} MomentFilter;

// The timeline, newest first. Coded facts of one day and kind are one entry; medicines, which are
// many and repeat, those of one month. Entries of coded facts have no words yet.
typedef struct Timeline {
    Moment *moments;
    size_t count, cap;
    size_t total;               // without the filter, up to its last day
    size_t kinds[MOMENT_COUNT]; // of these, by kind
    bool facts_hidden;          // the actor may not read coded facts
    bool facts_older;           // only the newest EVENTS_OF_PERSON_MAX of them are here
    Date whole_from; // not all contacts and tasks before it, of the kind asked for; DATE_NONE: all
} Timeline;
MUST_USE Err record_timeline(Ctx *c, const Grant *grant, const MomentFilter *filter, Timeline *out);
// Words for those that are shown: a page shows a few of hundreds. A second time does no harm.
// Errors: ERR_FAULT.
MUST_USE Err record_words(Ctx *c, Moment *moments, size_t count);

#include "care/record/record_unsaved.h"

extern const Room RECORD_ROOM; // /people/:person, .../timeline, .../seen

#endif
