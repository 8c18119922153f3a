// campaign_why.h -- why somebody is not asked, and why somebody says no: part of campaign.h.
#ifndef CAMPAIGN_WHY_H
#define CAMPAIGN_WHY_H

typedef enum LeaveOut { // stored as numbers: add at the end, never renumber
    LEAVE_OUT_END_OF_LIFE = 1,
    LEAVE_OUT_ASKED_LATELY = 2,
    LEAVE_OUT_NO_WAY = 3,   // no telephone, address or email is recorded
    LEAVE_OUT_OTHER = 4,    // is being asked in another campaign
    LEAVE_OUT_CHANGED = 5,  // died, left, objected, moved or was offered support since
    LEAVE_OUT_CRISIS = 6,   // lately, by the deployment's own set of codes
    LEAVE_OUT_CONTACTED = 7 // lately: spoken with, or left a message or letter
} LeaveOut;
enum { LEAVE_OUTS = 8 };

typedef enum DeclineReason { // stored as numbers
    DECLINE_NO_NEED = 1,
    DECLINE_HAS_SUPPORT = 2,
    DECLINE_TOO_UNWELL = 3,
    DECLINE_TOO_BUSY = 4,
    DECLINE_SHARING = 5, // does not want information to be shared
    DECLINE_OTHER = 6,
    DECLINE_NOT_SAID = 7,
} DeclineReason;
enum { DECLINE_REASONS = 8 };

#endif
