// definition_names.c -- asks of each name in the rules whether it is known, and says where it
// stands.
#include "insight/definition/definition_names.h"

#include "base/near.h"
#include "base/utf8.h"
#include "insight/definition/definition_line.h"

#include <limits.h>

typedef struct Walk {
    Arena *arena;
    Str text;
    const KnownNames *known;
    UnknownName *out;
    size_t count, cap;
} Walk;

static const Slot *named_slot(RuleKind kind)
{
    const Slot *slot = NULL;
    const Slot *found = NULL;
    Str word;
    Str rest = kind <= RULE_SOME ? STR("") : str_from_c(pattern_of(kind)->text);
    while (rest.len > 0 && pattern_step(&rest, &word, &slot)) {
        bool named =
            slot != NULL && (slot->source == WORDS_PRACTICE || slot->source == WORDS_LANGUAGE ||
                             slot->source == WORDS_COHORT);
        if (named) found = slot;
    }
    return found;
}

static Str nth_line(Str text, int number)
{
    Str line = STR("");
    for (int i = 0; i < number && str_split(&text, '\n', &line); i++) continue;
    return line;
}

// Where the name of this place begins on its line, in characters from 1: after the words of the
// rule, and of a list after as many times "or".
static size_t column_of(Walk *w, const CohortRule *rule, const Slot *slot, size_t place)
{
    Str why = STR("");
    LineReader *r = ARENA_NEW(w->arena, LineReader);
    *r = (LineReader){.arena = w->arena, .line = nth_line(w->text, rule->line), .why = &why};
    if (line_cut(r) != ERR_OK || r->count == 0) return 1;
    size_t word = slot_is_list(slot) ? 1 : r->count - 1;
    for (size_t left = place; left > 0 && word < r->count; word++) {
        left -= str_eq(r->words[word], STR("or"));
    }
    if (word >= r->count) return 1;
    return str_chars((Str){r->line.ptr, (size_t)(r->words[word].ptr - r->line.ptr)}) + 1;
}

static Str place_of(Walk *w, const CohortRule *rule, const Slot *slot, size_t place, Str path)
{
    if (rule->line > 0) {
        return arena_fmt(w->arena, "line %d, column %zu", rule->line,
                         column_of(w, rule, slot, place));
    }
    return arena_fmt(w->arena, STR_FMT ".%s", STR_ARG(path), slot->name);
}

// The known name that is the fewest changes away, "" none is near.
static Err nearest(Walk *w, const Slot *slot, Str name, Str *out)
{
    Str *names = NULL;
    size_t count = 0;
    int least = INT_MAX;
    *out = STR("");
    TRY(w->known->known(w->known->arg, slot->source, &names, &count));
    for (size_t i = 0; i < count; i++) {
        int distance = near_distance(name, names[i]);
        if (distance >= least || !near_enough(name, distance)) continue;
        least = distance;
        *out = names[i];
    }
    return ERR_OK;
}

static const char *what_of(SlotSource source)
{
    return source == WORDS_PRACTICE ? "the ODS code of a practice that is known here"
           : source == WORDS_LANGUAGE
               ? "a language, as it is recorded here or as it is called in English"
               : "the key of a cohort that you can use";
}

static Err ask(Walk *w, const CohortRule *rule, const Slot *slot, size_t place, Str path)
{
    bool known = false;
    Str near = STR("");
    Str name = rule->names[place];
    TRY(w->known->is_known(w->known->arg, slot->source, name, &known));
    if (known) return ERR_OK;
    TRY(nearest(w, slot, name, &near));
    Str at = place_of(w, rule, slot, place, path);
    Str why =
        arena_fmt(w->arena, STR_FMT ": expected %s, found \"" STR_FMT "\"%s" STR_FMT "%s",
                  STR_ARG(at), what_of(slot->source), STR_ARG(name),
                  near.len > 0 ? "; did you mean " : "", STR_ARG(near), near.len > 0 ? "?" : "");
    ARENA_GROW(w->arena, w->out, w->count, &w->cap);
    w->out[w->count++] = (UnknownName){.source = slot->source, .name = name, .why = why};
    return ERR_OK;
}

static Err take_rule(Walk *w, const CohortRule *rule, Str path)
{
    const Slot *slot = named_slot(rule->kind);
    for (size_t i = 0; slot != NULL && i < rule->name_count; i++) {
        TRY(ask(w, rule, slot, i, path));
    }
    size_t at = 0;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        TRY(take_rule(w, inner, arena_fmt(w->arena, STR_FMT ".rules[%zu]", STR_ARG(path), at++)));
    }
    return ERR_OK;
}

Err definition_unknown_names(Arena *arena, const Definition *definition, Str text,
                             const KnownNames *known, UnknownName **out, size_t *count_out)
{
    Walk w = {.arena = arena, .text = text, .known = known};
    TRY(take_rule(&w, definition->root, STR("rule")));
    *out = w.out;
    *count_out = w.count;
    return ERR_OK;
}
