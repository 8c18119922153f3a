// task.h -- one thing to do, for one owner, by one date. Today's list is made of these.
#ifndef TASK_H
#define TASK_H

#include "care/person/person.h"

typedef struct TaskId {
    int64_t v;
} TaskId;
typedef enum TaskState { TASK_OPEN = 1, TASK_DONE = 2 } TaskState;
typedef enum TaskSource {
    TASK_BY_HAND = 1,
    TASK_FROM_CONTACT = 2,
    TASK_FROM_PLAN = 3,
    TASK_FROM_CASE = 4,
    TASK_FROM_REFERRAL = 5
} TaskSource;

typedef struct Task {
    TaskId id;
    Str ref;
    PersonId person;
    Str what;   // "Chase podiatry referral"
    Str detail; // second line, may be empty
    int64_t owner_account;
    Str owner_name;
    Date due;
    int due_minutes; // minutes after midnight in London, -1: any time that day
    bool waiting;    // for somebody else: shown under "Waiting for others"
    TaskState state;
    TaskSource source;
    Str source_ref; // contact, plan, case or referral it came from
    Instant done_at;
    Instant changed_at;
    int64_t version;
} Task;

enum { TASK_WHAT_CHARS_MAX = 200, TASK_DETAIL_CHARS_MAX = 2000, TASKS_OF_PERSON_MAX = 1000 };

typedef struct TaskAdd {
    Str what, detail;
    int64_t owner_account; // 0: the actor
    Date due;
    int due_minutes; // -1: any time
    bool waiting;
    TaskSource source;
    Str source_ref;
} TaskAdd;
// Journalled as FHIR Task. The same one by hand within a minute is the one that is there: a button
// pressed twice. Joins a running change. Errors: ERR_INVALID.
MUST_USE Err task_add(Ctx *c, const Grant *grant, const TaskAdd *add, TaskId *out);
// Changes an open task. Errors: as task_add, ERR_CONFLICT (version, or no longer open).
MUST_USE Err task_change(Ctx *c, const Grant *grant, Str ref, int64_t version, const TaskAdd *to);
MUST_USE Err task_get(Ctx *c, const Grant *grant, Str ref, Task *out); // ERR_NOT_FOUND
// Ends an open task, or opens one that has ended; journalled. Errors: ERR_NOT_FOUND, ERR_CONFLICT
// (version, or it is so already).
MUST_USE Err task_done(Ctx *c, const Grant *grant, Str ref, int64_t version);
MUST_USE Err task_undo(Ctx *c, const Grant *grant, Str ref, int64_t version);
// Open ones, the first TASKS_OF_PERSON_MAX by when they are due; then, unless open_only, those that
// are done, the newest TASKS_OF_PERSON_MAX.
MUST_USE Err task_of_person(Ctx *c, const Grant *grant, bool open_only, Task **out,
                            size_t *count_out);
// Those that were done before a moment, the newest TASKS_OF_PERSON_MAX, newest first.
MUST_USE Err task_done_before(Ctx *c, const Grant *grant, Instant before, Task **out,
                              size_t *count_out);
// The newest that came of a contact, plan, case or referral. ERR_NOT_FOUND.
MUST_USE Err task_of_source(Ctx *c, const Grant *grant, TaskSource source, Str ref, Task *out);
// Earliest open task of each of these persons (ref empty where none): for the caseload.
MUST_USE Err task_next_of(Ctx *c, const PersonId *persons, size_t count, Task **out);

// The lists of "Today". Rows are limited to the actor's own tasks, or to colleagues' for the team;
// GPs and practice staff see those for people of their own practices.
typedef enum TaskList {
    TASKS_DUE, // overdue and today
    TASKS_OVERDUE,
    TASKS_TODAY,
    TASKS_WEEK, // tomorrow and the six days after
    TASKS_WAITING,
    TASKS_TEAM, // colleagues' tasks that are due or overdue
} TaskList;
enum { TASK_LIST_MAX = 500 };
// The first TASK_LIST_MAX by when they are due; task_count says of how many.
MUST_USE Err task_list(Ctx *c, TaskList list, Task **out, size_t *count_out);
typedef struct TaskCount {
    int64_t count;
    Date earliest; // that one of them is due, DATE_NONE when there is none
} TaskCount;
MUST_USE Err task_count(Ctx *c, TaskList list, TaskCount *out);
int64_t task_due_count(Ctx *c); // of the actor, due today or overdue: the badge of "Today"

extern const Room TASK_ROOM; // /today, /people/:person/tasks ...

#endif
