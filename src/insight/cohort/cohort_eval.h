// cohort_eval.h -- a definition asked of columns: who meets each rule, and why one person does.
#ifndef COHORT_EVAL_H
#define COHORT_EVAL_H

#include "insight/cohort/cohort.h"
#include "insight/cohort/cohort_columns.h"
#include "insight/definition/definition.h"

typedef struct RuleBits { // what a rule says of everybody: one bit a person in each; never both
    uint64_t *met;
    uint64_t *unknown; // the fact that the rule asks for is not recorded
} RuleBits;

// What is to be known in the end. Whoever does not meet one rule of an `all` need not be asked
// the others: those are then answered for who is left alone, and for nobody else mean nothing.
// In the second and last who meets the root is told, not for whom something is not recorded.
typedef enum AnswerWhat {
    ANSWER_RULES,   // every rule of everybody
    ANSWER_STAGES,  // the root of everybody, and how each rule of it narrows in the written order
    ANSWER_REASONS, // the root of everybody; rules that cost least are asked first
    ANSWER_ROOT     // the same, and nothing stays of any rule but the root
} AnswerWhat;

// What other rooms know, by the dense number of the person.
typedef struct CaseloadFacts {
    int32_t *contact_last;   // INT32_MIN: never
    int32_t *plan_until;     // last day of the plan, INT32_MIN: none
    int32_t *referral_since; // day of the first that is open, INT32_MIN: none
    uint8_t *on_caseload;    // offered or open
    uint8_t *declined;       // and not to be asked again yet
} CaseloadFacts;

typedef enum EthnicGroup { // in the order of the language's words
    ETHNIC_WHITE,
    ETHNIC_MIXED,
    ETHNIC_ASIAN,
    ETHNIC_BLACK,
    ETHNIC_OTHER
} EthnicGroup;
enum { ETHNIC_GROUPS = ETHNIC_OTHER + 1 };
// Marks the values of a stripe's ethnicity that are of the group; the rest of `allowed` stays.
void ethnic_letters(EthnicGroup group, uint8_t allowed[256]);
typedef struct PracticeCode {
    Str ods;
    int64_t id;
} PracticeCode;

typedef struct Evaluation {
    Arena *arena;
    const CohortColumns *columns;
    const Definition *definition;
    Date as_at;
    AnswerWhat what;
    bool by_history; // ask of few people wherever it can be done, whatever it costs: for tests
    CaseloadFacts facts;
    const struct CohortNow *now; // held by whoever asks for a run; NULL: only its facts are given
    const PracticeCode *practices;
    size_t practice_count;
    size_t words;     // of 64 persons in a bit set: a stripe has STRIPE_WORDS, in the view's order
    RuleBits *truths; // by CohortRule.index; of a rule of which nothing stays NULL
    TruthKey *keys;   // of rules that are kept
    int64_t *costs;   // of each rule in the first stripe, about
    int64_t until_ms; // of clock_ticks_ms, 0: no end
    const atomic_bool *cancel; // set by anybody: nobody waits for it any more; NULL: cannot be
    int64_t bytes_max;         // for its rules' answers, 0: no end; those of `used` are not counted
    int64_t bytes;             // what they took
    bool stopped;
    bool too_large;                          // why: they would have taken more
    const uint8_t *frailty;                  // deficits of everybody, when a rule asks for them
    const uint16_t *points[CODE_SCORES_MAX]; // of each score, by its place in the sets
    const struct Evaluation *const *used;    // of what `cohort KEY` asks for: answered before
    size_t used_count;
    struct OnePerson *one; // NULL: everybody (cohort_one.h)
} Evaluation;

// What `cohort KEY` asks for; who meets it, before anybody is left out.
const Evaluation *evaluation_used(const Evaluation *e, Str key);
const RuleBits *evaluation_root(const Evaluation *e);

// Everything not recorded, nobody on a caseload; in the arena.
CaseloadFacts caseload_facts_new(Arena *arena, uint32_t numbers);

// Answers e->definition as e->what says. Needs all but words, truths, keys and costs filled in.
// When until_ms passes before the end, it is cancelled, or its answers need more than
// bytes_max, e->stopped is set and nothing may be shown of it.
void evaluate(Evaluation *e);

// The same asked again, for more to be known, in the arena; whatever it asks for stays answered as
// it was. It may be stopped.
const Evaluation *evaluation_again(Arena *arena, const Evaluation *of, AnswerWhat what,
                                   int64_t until_ms);

int64_t bits_count(const uint64_t *bits, size_t words);

// After evaluate: the facts by which one person meets the root; Strs in e->arena.
size_t evaluation_reasons(const Evaluation *e, uint32_t person, ReasonDepth depth, Reason *out,
                          size_t max);

// Of an evaluation that answered every rule (ANSWER_RULES):
// what every rule says of one person, met or not, in the definition's order; an `all` at the top is
// not told itself. Facts of a rule that is not met are those nearest to it: of another time, or
// what stands against it.
typedef enum RuleAnswer { ANSWER_MET = 1, ANSWER_NOT_MET, ANSWER_NOT_RECORDED } RuleAnswer;
enum { RULE_FACTS_MAX = 48 };
typedef struct RuleTold {
    const CohortRule *rule;
    int depth; // of groups around it
    RuleAnswer answer;
    Reason *facts; // none of a group
    size_t fact_count;
} RuleTold;
size_t evaluation_told(const Evaluation *e, uint32_t person, RuleTold *out, size_t max);

#endif
