// reference.c -- each sentence of the guide as the plainest code that says it.
#include "reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 64, LINE_MAX_BYTES = 1000, DEFICITS_CODED_MAX = 64 };

typedef struct Line {
    int depth;
    char bytes[LINE_MAX_BYTES];
    const char *words[WORDS_MAX];
    int count;
} Line;

typedef struct Asked { // one line about one person
    const RefWorld *w;
    int person;
    const Line *line;
    int at; // the next word
    int after, until;
} Asked;

// ---- dates, counted by walking the calendar

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : DAYS[month - 1];
}

static int day_of(int year, int month, int day)
{
    int days = 0;
    for (int y = 1970; y < year; y++) days += leap(y) ? 366 : 365;
    for (int y = year; y < 1970; y++) days -= leap(y) ? 366 : 365;
    for (int m = 1; m < month; m++) days += month_days(year, m);
    return days + day - 1;
}

static void calendar(int days, int *year, int *month, int *day)
{
    *year = 1970;
    while (days < 0) days += leap(--*year) ? 366 : 365;
    while (days >= (leap(*year) ? 366 : 365)) days -= leap((*year)++) ? 366 : 365;
    *month = 1;
    while (days >= month_days(*year, *month)) days -= month_days(*year, (*month)++);
    *day = days + 1;
}

// "Where the earlier month is shorter its last day stands."
static int months_earlier(int days, int months)
{
    int year = 0;
    int month = 0;
    int day = 0;
    calendar(days, &year, &month, &day);
    for (; months > 0; months--) {
        month--;
        if (month == 0) {
            month = 12;
            year--;
        }
    }
    int last = month_days(year, month);
    return day_of(year, month, day < last ? day : last);
}

// "A birthday on 29 February is reached on 1 March of other years."
static int age_on(int born, int today)
{
    int by = 0;
    int bm = 0;
    int bd = 0;
    int ty = 0;
    int tm = 0;
    int td = 0;
    calendar(born, &by, &bm, &bd);
    calendar(today, &ty, &tm, &td);
    int age = ty - by;
    return tm < bm || (tm == bm && td < bd) ? age - 1 : age;
}

// ---- words

static const char *word(const Asked *a)
{
    return a->at < a->line->count ? a->line->words[a->at] : "";
}

static bool is(Asked *a, const char *text)
{
    if (strcmp(word(a), text) != 0) return false;
    a->at++;
    return true;
}

static int whole(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

static int number(Asked *a)
{
    return whole(a->line->words[a->at++]);
}

static double decimal(Asked *a)
{
    return strtod(a->line->words[a->at++], NULL);
}

static int date(Asked *a)
{
    const char *text = a->line->words[a->at++]; // 2026-04-01
    if (strlen(text) != 10) abort();
    return day_of(whole(text), whole(text + 5), whole(text + 8));
}

// "within 6 months", "30 days": the day that is so much earlier than today.
static int earlier(Asked *a)
{
    int n = number(a);
    bool months = is(a, "months") || is(a, "month");
    if (!months) a->at++;
    return months ? months_earlier(a->w->today, n) : a->w->today - n;
}

// The days of a window are (after, until].
static void window(Asked *a)
{
    a->after = REF_NEVER;
    a->until = a->w->today;
    if (is(a, "within")) {
        a->after = earlier(a);
    } else if (is(a, "more")) {
        a->at++; // than
        a->until = earlier(a);
        a->at++; // ago
    } else if (is(a, "before")) {
        a->until = date(a) - 1;
    } else if (is(a, "since")) {
        a->after = date(a) - 1;
    } else if (is(a, "between")) {
        a->after = date(a) - 1;
        a->at++; // and
        a->until = date(a);
    }
    if (a->until > a->w->today) a->until = a->w->today;
}

// ---- events

static int set_of(const RefWorld *w, const char *name)
{
    for (size_t i = 0; i < w->set_count; i++) {
        if (strcmp(w->sets[i], name) == 0) return (int)i;
    }
    fprintf(stderr, "no set %s\n", name);
    abort();
}

static bool in_days(const Asked *a, const RefEvent *e)
{
    return e->person == a->person && e->day > a->after && e->day <= a->until;
}

static int sets_of(Asked *a, int *sets)
{
    int count = 0;
    do {
        sets[count++] = set_of(a->w, a->line->words[a->at++]);
    } while (is(a, "or"));
    return count;
}

static bool of_sets(const Asked *a, const RefEvent *e, const int *sets, int count)
{
    for (int i = 0; i < count; i++) {
        if (a->w->holds[e->code][sets[i]]) return true;
    }
    return false;
}

// Different days, or different codes, of the sets in the window.
static int different(const Asked *a, const int *sets, int count, bool codes)
{
    int found = 0;
    for (size_t i = 0; i < a->w->event_count; i++) {
        const RefEvent *e = &a->w->events[i];
        if (!in_days(a, e) || !of_sets(a, e, sets, count)) continue;
        bool before = false;
        for (size_t j = 0; j < i; j++) {
            const RefEvent *f = &a->w->events[j];
            bool same = codes ? f->code == e->code : f->day == e->day;
            before = before || (same && in_days(a, f) && of_sets(a, f, sets, count));
        }
        found += !before;
    }
    return found;
}

static int last_day(const Asked *a, const int *sets, int count)
{
    int day = REF_NEVER;
    for (size_t i = 0; i < a->w->event_count; i++) {
        const RefEvent *e = &a->w->events[i];
        if (in_days(a, e) && of_sets(a, e, sets, count) && e->day > day) day = e->day;
    }
    return day;
}

static RefAnswer yes(bool met)
{
    return met ? REF_YES : REF_NO;
}

static RefAnswer has(Asked *a)
{
    int sets[WORDS_MAX];
    int count = sets_of(a, sets);
    window(a);
    int begun = last_day(a, sets, count);
    int ended = REF_NEVER;
    if (is(a, "unless")) {
        a->at++; // since
        int end = set_of(a->w, word(a));
        Asked ever = *a;
        ever.after = REF_NEVER;
        ever.until = a->w->today;
        ended = last_day(&ever, &end, 1);
    }
    return yes(begun != REF_NEVER && ended <= begun);
}

static RefAnswer has_no(Asked *a)
{
    int sets[WORDS_MAX];
    int count = sets_of(a, sets);
    window(a);
    return yes(last_day(a, sets, count) == REF_NEVER);
}

static RefAnswer counted(Asked *a)
{
    int sets[WORDS_MAX];
    int least = number(a);
    bool codes = is(a, "different");
    int count = sets_of(a, sets);
    window(a);
    return yes(different(a, sets, count, codes) >= least);
}

static RefAnswer then(Asked *a)
{
    int first = set_of(a->w, a->line->words[a->at]);
    int second = set_of(a->w, a->line->words[a->at + 2]);
    a->at += 4; // within
    int days = number(a);
    a->at++; // days
    window(a);
    for (size_t i = 0; i < a->w->event_count; i++) {
        const RefEvent *e = &a->w->events[i];
        if (!in_days(a, e) || !a->w->holds[e->code][first]) continue;
        for (size_t j = 0; j < a->w->event_count; j++) {
            const RefEvent *f = &a->w->events[j];
            if (!in_days(a, f) || !a->w->holds[f->code][second]) continue;
            if (f->day > e->day && f->day <= e->day + days) return REF_YES;
        }
    }
    return REF_NO;
}

// ---- values

// A value in the measure's first unit; false: it does not count.
static bool in_first_unit(const RefWorld *w, const char *measure, const RefEvent *e, double *out)
{
    const char *unit = w->units[e->unit];
    for (size_t i = 0; i < w->known_count; i++) {
        const RefUnit *u = &w->known[i];
        if (strcmp(u->measure, measure) != 0) continue;
        bool fits = unit[0] != '\0' ? strcasecmp(u->unit, unit) == 0
                                    : u->by_range && e->value >= u->from && e->value < u->below;
        if (!fits) continue;
        *out = e->value * u->factor + u->plus;
        return true;
    }
    return false;
}

static bool value_of(const Asked *a, const RefEvent *e, const char *measure, double *out)
{
    const char *of = a->w->measures[e->code];
    return in_days(a, e) && e->has_value && of != NULL && strcmp(of, measure) == 0 &&
           in_first_unit(a->w, measure, e, out);
}

static bool better(const char *pick, int day, double value, int best_day, double best)
{
    if (strcmp(pick, "highest") == 0) return value > best;
    if (strcmp(pick, "lowest") == 0) return value < best;
    if (day == best_day) return value > best; // of two on one day the higher
    return strcmp(pick, "latest") == 0 ? day > best_day : day < best_day;
}

// False: there is none.
static bool picked(const Asked *a, const char *pick, const char *measure, double *out, int *day)
{
    bool found = false;
    for (size_t i = 0; i < a->w->event_count; i++) {
        const RefEvent *e = &a->w->events[i];
        double value = 0;
        if (!value_of(a, e, measure, &value)) continue;
        if (found && !better(pick, e->day, value, *day, *out)) continue;
        found = true;
        *out = value;
        *day = e->day;
    }
    return found;
}

// The unit's words ("mg/24 h" is two) up to the window or the end.
static const RefUnit *unit_of(Asked *a, const char *measure)
{
    for (int words = 2; words > 0; words--) {
        char text[LINE_MAX_BYTES];
        if (a->at + words > a->line->count) continue;
        (void)snprintf(text, sizeof text, words == 2 ? "%s %s" : "%s", a->line->words[a->at],
                       words == 2 ? a->line->words[a->at + 1] : "");
        for (size_t i = 0; i < a->w->known_count; i++) {
            const RefUnit *u = &a->w->known[i];
            if (strcmp(u->measure, measure) != 0 || strcasecmp(u->unit, text) != 0) continue;
            a->at += words;
            return u;
        }
    }
    abort();
}

static RefAnswer value(Asked *a, const char *pick)
{
    const char *measure = a->line->words[a->at++];
    enum { OVER, UNDER, LEAST, MOST, BETWEEN } how = OVER;
    if (is(a, "under")) how = UNDER;
    if (is(a, "between")) how = BETWEEN;
    if (is(a, "at")) how = is(a, "least") ? LEAST : (a->at++, MOST);
    if (how == OVER) (void)is(a, "over");
    double low = decimal(a);
    double high = low;
    if (how == BETWEEN) {
        a->at++; // and
        high = decimal(a);
    }
    const RefUnit *unit = unit_of(a, measure);
    low = low * unit->factor + unit->plus;
    high = high * unit->factor + unit->plus;
    window(a);
    double found = 0;
    int day = 0;
    if (!picked(a, pick, measure, &found, &day)) return REF_NOT_RECORDED;
    switch (how) {
    case OVER: return yes(found > low);
    case UNDER: return yes(found < low);
    case LEAST: return yes(found >= low);
    case MOST: return yes(found <= low);
    default: return yes(found >= low && found <= high);
    }
}

static RefAnswer change(Asked *a)
{
    const char *measure = a->line->words[a->at++];
    bool rose = is(a, "rose");
    a->at = 5; // MEASURE rose by more than
    double by = decimal(a);
    by *= unit_of(a, measure)->factor;
    window(a);
    double from = 0;
    double to = 0;
    int first = 0;
    int last = 0;
    if (!picked(a, "earliest", measure, &from, &first) ||
        !picked(a, "latest", measure, &to, &last) || first == last) {
        return REF_NOT_RECORDED;
    }
    return yes(rose ? to - from > by : from - to > by);
}

// ---- frailty and conditions

static bool value_deficit(const Asked *a, const RefEvent *e, const char *set)
{
    if (!e->has_value) return false;
    for (size_t i = 0; i < a->w->value_count; i++) {
        const RefValueRule *rule = &a->w->values[i];
        double found = 0;
        if (strcmp(rule->set, set) != 0 || !value_of(a, e, rule->measure, &found)) continue;
        if (rule->sex != 0 && rule->sex != a->w->persons[a->person].sex) continue;
        if (rule->has_below && found < rule->below) return true;
        if (rule->has_above && found > rule->above) return true;
    }
    return false;
}

static bool polypharmacy(Asked a)
{
    a.after = months_earlier(a.w->today, 12);
    int codes[WORDS_MAX];
    int count = 0;
    for (size_t i = 0; i < a.w->event_count; i++) {
        const RefEvent *e = &a.w->events[i];
        bool known = false;
        for (int j = 0; j < count; j++) known = known || codes[j] == e->code;
        if (in_days(&a, e) && e->medicine && !known && count < WORDS_MAX) codes[count++] = e->code;
    }
    return count >= 5;
}

static int deficits(const Asked *from)
{
    Asked a = *from;
    a.after = REF_NEVER;
    a.until = a.w->today;
    int count = polypharmacy(a);
    for (size_t s = 0; s < a.w->set_count; s++) {
        if (strncmp(a.w->sets[s], "efi-", 4) != 0) continue;
        bool present = false;
        for (size_t i = 0; i < a.w->event_count; i++) {
            const RefEvent *e = &a.w->events[i];
            if (!in_days(&a, e)) continue;
            present = present || a.w->holds[e->code][s] || value_deficit(&a, e, a.w->sets[s]);
        }
        count += present;
    }
    return count;
}

static RefAnswer frailty(Asked *a)
{
    int count = deficits(a);
    if (is(a, "at")) {
        a->at++; // least
        return yes(count >= number(a));
    }
    const char *band = count >= 13  ? "severe"
                       : count >= 9 ? "moderate"
                       : count >= 5 ? "mild"
                                    : "fit";
    for (; a->at < a->line->count; a->at++) {
        if (strcmp(word(a), band) == 0) return REF_YES;
    }
    return REF_NO;
}

static RefAnswer conditions(Asked *a)
{
    a->at += 2; // at least
    int least = number(a);
    int have = 0;
    window(a);
    for (size_t s = 0; s < a->w->set_count; s++) {
        int set = (int)s;
        if (strncmp(a->w->sets[s], "ltc-", 4) == 0) have += last_day(a, &set, 1) != REF_NEVER;
    }
    return yes(have >= least);
}

// ---- scores

static int days_of(const Asked *a, const char *set, int after, int until)
{
    if (set == NULL) return 0;
    Asked in = *a;
    in.after = after;
    in.until = until;
    int index = set_of(a->w, set);
    return different(&in, &index, 1, false);
}

static RefAnswer score(Asked *a, const char *name)
{
    a->at += 2; // at least
    double least = decimal(a);
    int today = a->w->today;
    int points = 0;
    for (size_t i = 0; i < a->w->score_count; i++) {
        const RefScoreRow *row = &a->w->scores[i];
        if (strcmp(row->score, name) != 0 || days_of(a, row->set, REF_NEVER, today) == 0) continue;
        if (days_of(a, row->unless, REF_NEVER, today) > 0) continue;
        int begin = months_earlier(today, row->first_months);
        if (row->first_months > 0 && days_of(a, row->set, REF_NEVER, begin) > 0) continue;
        int since = months_earlier(today, row->within);
        if (row->within > 0 && days_of(a, row->set, since, today) < row->times) continue;
        int beside = months_earlier(today, row->with_months);
        if (row->with != NULL && days_of(a, row->with, beside, today) < row->with_times) continue;
        points += row->points;
    }
    return yes(points / 100.0 >= least);
}

static RefAnswer imported(Asked *a)
{
    char measure[LINE_MAX_BYTES];
    (void)snprintf(measure, sizeof measure, "score-%s", a->line->words[a->at]);
    a->at += 3; // NAME at least
    double least = decimal(a);
    window(a);
    double found = 0;
    int day = 0;
    if (!picked(a, "latest", measure, &found, &day)) return REF_NOT_RECORDED;
    return yes(found >= least);
}

static RefAnswer activation(Asked *a)
{
    a->after = REF_NEVER;
    a->until = a->w->today;
    double found = 0;
    int day = 0;
    if (!picked(a, "latest", "activation-level", &found, &day)) return REF_NOT_RECORDED;
    for (; a->at < a->line->count; a->at++) {
        if (strcmp(word(a), "or") != 0 && found == whole(word(a))) return REF_YES;
    }
    return REF_NO;
}

// False: the line is about something else.
static bool about_score(Asked *a, RefAnswer *out)
{
    const char *name = word(a);
    if (is(a, "score")) {
        *out = imported(a);
    } else if (is(a, "activation")) {
        *out = activation(a);
    } else if (is(a, "charlson") || is(a, "charlson-2011") || is(a, "cambridge")) {
        *out = score(a, name);
    } else {
        return false;
    }
    return true;
}

// ---- the person

static RefAnswer age(Asked *a, const RefPerson *p)
{
    if (p->born == REF_NEVER || p->born > a->w->today) return REF_NOT_RECORDED;
    int years = age_on(p->born, a->w->today);
    if (is(a, "under")) return yes(years < number(a));
    if (is(a, "at")) {
        a->at++; // least
        return yes(years >= number(a));
    }
    int from = number(a);
    a->at++; // to
    return yes(years >= from && years <= number(a));
}

static RefAnswer birthday(Asked *a, const RefPerson *p)
{
    static const char *const NAMES[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    if (p->born == REF_NEVER || p->born > a->w->today) return REF_NOT_RECORDED;
    int any = 0; // year and day do not matter
    int born = 0;
    int now = 0;
    calendar(p->born, &any, &born, &any);
    calendar(a->w->today, &any, &now, &any);
    a->at++; // in
    for (; a->at < a->line->count; a->at++) {
        if (strcmp(word(a), NAMES[born - 1]) == 0) return REF_YES;
        if (strcmp(word(a), "this-month") == 0 && born == now) return REF_YES;
        if (strcmp(word(a), "next-month") == 0 && born == (now == 12 ? 1 : now + 1)) return REF_YES;
    }
    return REF_NO;
}

static RefAnswer registered(Asked *a, const RefPerson *p)
{
    if (!is(a, "at")) return yes(p->registered);
    a->at++; // least
    if (!p->registered) return REF_NO;
    return p->registered_on == REF_NEVER ? REF_NOT_RECORDED : yes(p->registered_on <= earlier(a));
}

// Whether one of the words up to the end, with "or" between them, is this one.
static bool named(Asked *a, const char *name)
{
    for (; a->at < a->line->count; a->at++) {
        if (strcasecmp(word(a), name) == 0) return true;
    }
    return false;
}

static RefAnswer ethnicity(Asked *a, const RefPerson *p)
{
    static const char *const GROUPS[][2] = {
        {"white", "ABC"}, {"mixed", "DEFG"}, {"asian", "HJKLR"}, {"black", "MNP"}, {"other", "S"}};
    if (strlen(p->ethnicity) != 1) return REF_NOT_RECORDED;
    for (size_t i = 0; i < sizeof GROUPS / sizeof GROUPS[0]; i++) {
        if (strchr(GROUPS[i][1], p->ethnicity[0]) != NULL) return yes(named(a, GROUPS[i][0]));
    }
    return REF_NOT_RECORDED;
}

static RefAnswer deprivation(Asked *a, const RefPerson *p)
{
    int from = number(a);
    a->at++; // to
    int to = number(a);
    return p->decile == 0 ? REF_NOT_RECORDED : yes(p->decile >= from && p->decile <= to);
}

static RefAnswer about_person(Asked *a, const RefPerson *p)
{
    if (is(a, "age")) return age(a, p);
    if (is(a, "birthday")) return birthday(a, p);
    if (is(a, "registered")) return registered(a, p);
    if (is(a, "practice")) return yes(named(a, p->practice));
    if (is(a, "sex")) {
        return p->sex == 0 ? REF_NOT_RECORDED : yes(named(a, p->sex == 1 ? "male" : "female"));
    }
    if (is(a, "deprivation")) return deprivation(a, p);
    if (is(a, "ethnicity")) return ethnicity(a, p);
    if (is(a, "language")) {
        return p->language[0] == '\0' ? REF_NOT_RECORDED : yes(named(a, p->language));
    }
    if (is(a, "needs")) return yes(p->interpreter);
    if (is(a, "open")) return yes(p->referral != REF_NEVER && p->referral <= a->w->today);
    abort();
}

// ---- this team's work; false: the line is about something else

static bool about_work(Asked *a, const RefPerson *p, RefAnswer *out)
{
    bool no = is(a, "no") || is(a, "not");
    bool met = false;
    if (is(a, "contact")) {
        a->at++; // within
        met = p->contact > earlier(a);
    } else if (is(a, "plan")) {
        met = p->plan_until >= a->w->today;
    } else if (is(a, "on")) {
        met = p->on_caseload;
    } else if (is(a, "declined")) {
        met = p->declined;
    } else {
        a->at = 0;
        return false;
    }
    *out = yes(met != no);
    return true;
}

// Whoever meets the rules of another definition.
static bool of_cohort(Asked *a, RefAnswer *out)
{
    bool no = is(a, "not");
    if (!is(a, "cohort")) {
        a->at = 0;
        return false;
    }
    RefAnswer answers[REF_RULES_MAX];
    size_t other = 0;
    while (strcmp(a->w->other_keys[other], word(a)) != 0) other++;
    (void)ref_answers(a->w, a->person, a->w->other_texts[other], answers);
    *out = answers[0] == REF_NOT_RECORDED ? REF_NOT_RECORDED : yes((answers[0] == REF_YES) != no);
    return true;
}

static bool is_pick(const char *text)
{
    return strcmp(text, "latest") == 0 || strcmp(text, "earliest") == 0 ||
           strcmp(text, "highest") == 0 || strcmp(text, "lowest") == 0;
}

static RefAnswer single(Asked *a)
{
    RefAnswer out = REF_NO;
    if (of_cohort(a, &out)) return out;
    if (about_work(a, &a->w->persons[a->person], &out)) return out;
    if (is(a, "has")) return has(a);
    if (is(a, "no")) return has_no(a);
    if (is(a, "frailty")) return frailty(a);
    if (is(a, "conditions")) return conditions(a);
    if (about_score(a, &out)) return out;
    const char *first = word(a);
    const char *second = a->line->count > 1 ? a->line->words[1] : "";
    if (strcmp(first, "at") == 0) {
        a->at = 2; // at least
        return counted(a);
    }
    if (is_pick(first)) {
        a->at++;
        return value(a, first);
    }
    if (strcmp(second, "rose") == 0 || strcmp(second, "fell") == 0) return change(a);
    if (strcmp(second, "then") == 0) return then(a);
    return about_person(a, &a->w->persons[a->person]);
}

// ---- groups

static bool is_group(const Line *line)
{
    const char *first = line->words[0];
    if (line->count == 4 && strcmp(first, "at") == 0 && strcmp(line->words[3], "of") == 0) {
        return true;
    }
    return line->count == 1 &&
           (strcmp(first, "all") == 0 || strcmp(first, "any") == 0 || strcmp(first, "none") == 0);
}

// Whatever what is not recorded may be: the fewest and the most rules that can be met.
static RefAnswer decide(const Line *line, int met, int open, int all)
{
    const char *first = line->words[0];
    int least = strcmp(first, "all") == 0  ? all
                : strcmp(first, "at") == 0 ? whole(line->words[2])
                                           : 1;
    bool surely = met >= least;
    bool maybe = met + open >= least;
    if (strcmp(first, "none") == 0) return surely ? REF_NO : maybe ? REF_NOT_RECORDED : REF_YES;
    return surely ? REF_YES : maybe ? REF_NOT_RECORDED : REF_NO;
}

typedef struct Text {
    const RefWorld *w;
    int person;
    Line *lines;
    int count;
    RefAnswer *out;
} Text;

static int answer(const Text *t, int at)
{
    const Line *line = &t->lines[at];
    if (!is_group(line)) {
        Asked asked = {.w = t->w, .person = t->person, .line = line};
        t->out[at] = single(&asked);
        return at + 1;
    }
    int met = 0;
    int open = 0;
    int all = 0;
    int next = at + 1;
    while (next < t->count && t->lines[next].depth > line->depth) {
        int inner = next;
        next = answer(t, inner);
        met += t->out[inner] == REF_YES;
        open += t->out[inner] == REF_NOT_RECORDED;
        all++;
    }
    t->out[at] = decide(line, met, open, all);
    return next;
}

static void cut(const char *from, size_t len, Line *line)
{
    *line = (Line){0};
    while (from[line->depth] == ' ') line->depth++;
    if (len >= sizeof line->bytes) abort();
    memcpy(line->bytes, from, len);
    char *rest = line->bytes;
    for (char *part = strsep(&rest, " "); part != NULL; part = strsep(&rest, " ")) {
        if (part[0] != '\0' && line->count < WORDS_MAX) line->words[line->count++] = part;
    }
}

// NOLINTNEXTLINE(readability-non-const-parameter): the answers are written there
int ref_answers(const RefWorld *world, int person, const char *text, RefAnswer *out)
{
    size_t count = 1;
    for (const char *at = text; *at != '\0'; at++) count += *at == '\n';
    Line *lines = calloc(count + 1, sizeof *lines);
    if (lines == NULL) abort();
    Text t = {world, person, lines, 0, out};
    bool begun = false;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        Line *line = &lines[t.count];
        cut(text, len, line);
        begun = begun || (line->count > 0 && line->depth == 0 && is_group(line));
        if (begun && line->count > 0 && line->words[0][0] != '#') t.count++;
        text += text[len] == '\n' ? len + 1 : len;
    }
    (void)answer(&t, 0);
    free(lines);
    return t.count;
}
