// equity_finding.h -- what the figures of a group say beside those of others. Private to the room.
//
// Everything is worked out from figures as they are shown, so that a ratio tells no more than they
// do. A range is widened to hold every count that its rounded figure may stand for.
#ifndef EQUITY_FINDING_H
#define EQUITY_FINDING_H

#include "insight/equity/equity.h"
#include "insight/equity/equity_range.h"

typedef enum EquityReach {
    REACH_UNDER = -1,
    REACH_ALIKE = 0,
    REACH_OVER = 1,
    REACH_ASKED, // under, as a rule of the cohort asks for others
} EquityReach;

typedef struct EquityLine { // one group at a stage, beside the same group of a comparator
    int64_t people, of;     // figures
    bool has_share, has_share_of;
    double share, share_of; // of all at the stage, of all of the comparator: 0 to 1
    bool compared;          // the figures allow it; only then:
    double expected;        // people, were the group's share that of the comparator
    bool has_ratio;         // people is given: else only its range is known
    double ratio;           // people / expected
    EquityRange range;      // 95 %, of the ratio
    EquityReach reach;      // the range leaves out 1
} EquityLine;

EquityReach equity_reach(EquityRange range); // UNDER, ALIKE or OVER

typedef struct EquityFour { // figures: of the group and of all, at the stage and in the comparator
    int64_t people, all, of, all_of;
} EquityFour;
EquityLine equity_line(EquityFour four);
// The same beside the number that is expected of people of the same age and sex: known to the
// nearest one, EQUITY_NO_EXPECTED: not given. Its group in the comparator is not told.
EquityLine equity_line_expected(int64_t people, int64_t all, int64_t expected);

// Those of `people` among `of`: 95 % range of the share, by Wilson. False: not given.
bool equity_kept_share(int64_t people, int64_t of, double *share_out, EquityRange *range_out);

const EquityDimension *equity_dimension(const EquitySubject *s, Str key); // NULL: not shown
int equity_stage(const EquitySubject *s, Str key);                        // -1: no such stage
// The group of `d` with this name, -1: not there.
int equity_group(const EquityDimension *d, Str name);

// The rule after which the group's share falls most, beside everybody's or, adjusted, beside what
// is expected of people of the same age and sex: -1 when none does by a tenth or the figures do not
// tell.
typedef struct EquityCause {
    int stage;
    int64_t left, left_of_all; // per cent of those before the rule; adjusted: per cent expected
} EquityCause;
EquityCause equity_cause(const EquitySubject *s, const EquityDimension *d, size_t group,
                         bool adjusted);

#endif
