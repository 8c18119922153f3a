// campaign_sent.h -- letters of a campaign that were sent, recorded for many at once and undone as
// one. Private to the room.
#ifndef CAMPAIGN_SENT_H
#define CAMPAIGN_SENT_H

#include "insight/campaign/campaign_write_to.h"

enum {
    CAMPAIGN_SENDINGS_MAX = 50, // shown, the newest
    CAMPAIGN_UNDO_CHARS_MAX = 500,
};

typedef struct Sending { // one time that letters were sent
    int64_t id;
    Str ref;
    int64_t number; // of the campaign's, from 1
    Date on;
    int64_t people;
    int64_t in_error; // of its contacts, marked so one by one; 0 when it was undone as a whole
    Str left_out;     // "Has died: 1", a line each
    Str by;
    Instant at;
    Instant undone_at; // {0}: it stands
    Str undone_by, undone_reason;
    int64_t version;
} Sending;

typedef struct SentNew {
    const Str *refs; // of people of the campaign, to whom letters were made; once each counts
    size_t count;
    Date on; // the day they were sent: from the start of the campaign to today
} SentNew;
// An attempt by letter for each of them who may be written to still and has no letter of this
// campaign recorded, or only one whose contact was marked as entered in error; the others are left
// out and counted by why. All of it or nothing; journalled with each contact and as one. Errors:
// ERR_INVALID (the day; nobody is left; the population is being read), ERR_NOT_FOUND, ERR_CONFLICT
// (a colleague recorded some of them in this moment).
MUST_USE Err campaign_sent_record(Ctx *c, Str campaign, const SentNew *what, Sending *out);
// Every contact of it is marked as entered in error, for one reason, and the people can be written
// to again. Errors: ERR_INVALID (no reason, the campaign is closed), ERR_NOT_FOUND, ERR_CONFLICT
// (undone since).
MUST_USE Err campaign_sent_undo(Ctx *c, Str campaign, Str sending, int64_t version, Str reason);
// Newest first, at most CAMPAIGN_SENDINGS_MAX.
MUST_USE Err campaign_sendings(Ctx *c, const Campaign *campaign, Sending **out, size_t *count_out);
// Has a letter of this campaign been recorded for each of the people of `to` (by its count)? One
// whose contact was marked as entered in error is none.
MUST_USE Err campaign_sent_already(Ctx *c, const WriteTo *to, bool **out);

extern const Seal SENDING_SEAL;

#endif
