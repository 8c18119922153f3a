#!/bin/sh
# tidy.t -- each law of the house finds its planted violation, and leaves a clean tree alone.
# Speaks TAP. Needs build/tools/tidy (make tidy builds it).
set -u
cd "$(dirname "$0")/../.." || exit 1
tidy=$PWD/${BUILD:-build}/tools/tidy
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

put() { # path; its text on stdin
    mkdir -p "$dir/tree/$(dirname "$1")"
    cat >"$dir/tree/$1"
}

clean() { # a small tree without a fault
    rm -rf "$dir/tree"
    put src/base/a.h <<'TREE'
// a.h -- a door.
int a_sum(int left, int right); // used below
TREE
    put src/base/a.c <<'TREE'
// a.c -- what a quote ' or a "string with // in it" says is no code.
#include "base/a.h"

static const char *const WORDS[] = {"SELECTED", "a < b", "it's"};
static const struct {
    int n;
} TABLE[] = {{1}};
typedef struct Thing {
    int n;
} Thing;
struct Forward;

int a_sum(int left, int right)
{
    static const int zero = 0;
    return left + right + zero + TABLE[0].n + (WORDS[0] == (void *)0);
}
TREE
    put src/care/person/person.h <<'TREE'
// person.h -- the door of person.
int person_get(int id);
TREE
    put src/care/person/person.sql <<'TREE'
-- name: get
SELECT id FROM person
TREE
    put src/care/person/person.c <<'TREE'
// person.c -- rules.
#include "care/person/person.h"

#include "base/a.h"
#include "person_sql.h"

int person_get(int id)
{
    return a_sum(id, 1);
}
TREE
    put src/care/task/task.c <<'TREE'
// task.c -- rules.
#include "care/person/person.h"

static int person(void)
{
    return person_get(1);
}
TREE
}

result() { # ok?, name
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        sed 's/^/# /' "$dir/said"
    fi
}

look() {
    (cd "$dir/tree" && find . -type f | sed 's,^\./,,' | sort | "$tidy") >"$dir/said" 2>&1
}

# law, path: the text on stdin is planted there and must be found there, under that law
found() {
    clean
    put "$2"
    look
    status=$?
    grep -q "^$2:[0-9]*: \[$1\]" "$dir/said" && [ $status -eq 1 ]
    result $? "$1 in $2"
}

clean
look
result $? "a clean tree has no finding"

found includes src/base/b.c <<'TREE'
// b.c -- looks up.
#include "care/person/person.h"
TREE
found includes src/care/task/task_web.c <<'TREE'
// task_web.c -- takes another room's statements.
#include "person_sql.h"
TREE
found includes src/nhs/n.c <<'TREE'
// n.c -- a page of a room above.
#include "care/person/person.h"
TREE
found sql src/care/task/task_web.c <<'TREE'
// task_web.c -- a statement in C.
static const char *const Q = "SELECT id FROM person";
TREE
found sql src/care/task/task_web.c <<'TREE'
// task_web.c -- a statement in C.
static const char *const Q = "UPDATE person SET id = 1";
TREE
found html src/care/task/task_web.c <<'TREE'
// task_web.c -- a page in C.
static const char *const PAGE = "<p class=\"x\">Hello</p>";
TREE
found memory src/care/task/task_web.c <<'TREE'
// task_web.c -- memory of its own.
static void *keep(void)
{
    return malloc(1);
}
TREE
found globals src/care/task/task_web.c <<'TREE'
// task_web.c -- remembers.
static int seen;
TREE
found globals src/care/task/task_web.c <<'TREE'
// task_web.c -- remembers a pointer.
static const char *last = "";
TREE
found globals src/core/c.c <<'TREE'
// c.c -- remembers inside a function.
static int next(void)
{
    static int count;
    return ++count;
}
TREE
{
    printf '// b.c -- long.\nstatic void b(void)\n{\n'
    for i in $(seq 70); do echo '    ;'; done
    printf '}\n'
} >"$dir/long.c"
found function-size src/base/b.c <"$dir/long.c"
{
    printf '// b.c -- large.\n'
    for i in $(seq 800); do echo ';'; done
} >"$dir/large.c"
found file-size src/base/b.c <"$dir/large.c"
{
    printf '// b.h -- large.\n'
    for i in $(seq 120); do echo '// more'; done
} >"$dir/large.h"
found file-size src/base/b.h <"$dir/large.h"
found parameters src/base/b.c <<'TREE'
// b.c -- asks for much.
__attribute__((format(printf, 1, 2))) static void b(int a, int b, int c, int d, int e, int f,
                                                    int g)
{
}
TREE
found parameters src/base/b.c <<'TREE'
// b.c -- a form without a name, and one that others could change.

// The library's form:
static void b(int a, int b, int c, int d, int e, int f, int g)
{
}

// The library's form: lib_callback
void c(int a, int b, int c, int d, int e, int f, int g)
{
}
TREE
[ "$(grep -c parameters "$dir/said")" -eq 2 ]
result $? "a form without a library's name is ours"
clean
put src/base/b.c <<'TREE'
// b.c -- a library calls it.

// The library's form: lib_callback
static void b(int a, int b, int c, int d, int e, int f, int g)
{
}
TREE
look
result $? "a callback has the parameters of its library"
{
    printf '// b.c -- knotty.\nstatic int b(int a)\n{\n'
    for i in $(seq 8); do echo "    if (a == $i || a == 2 * $i) return $i;"; done
    printf '    return 0;\n}\n'
} >"$dir/knotty.c"
found complexity src/base/b.c <"$dir/knotty.c"
{
    printf '// b.c -- '
    printf 'wide %.0s' $(seq 30)
    printf 'end.\n'
} >"$dir/wide.c"
found columns src/base/b.c <"$dir/wide.c"
found domain-words src/core/c.c <<'TREE'
// c.c -- knows a Referral.
TREE
found domain-words src/core/c.c <<'TREE'
// c.c -- knows too much.
static const int NHS_NUMBER = 1;
TREE
found clock src/care/task/task_web.c <<'TREE'
// task_web.c -- has a watch.
static long now(void)
{
    return time(0);
}
TREE
printf '// b.c -- %s later.\n' 'TO''DO' >"$dir/mark.c"
found marks src/base/b.c <"$dir/mark.c"
printf '// b.c -- see /wo%s for it.\n' 'rk/main' >"$dir/path.c"
found machine-path src/base/b.c <"$dir/path.c"
found room-name src/care/task/helper.c <<'TREE'
// helper.c -- of nobody.
TREE
printf '// b.c -- blanks. \n' >"$dir/blank.c"
found blanks src/base/b.c <"$dir/blank.c"
printf '// b.c -- no end.' >"$dir/noend.c"
found blanks src/base/b.c <"$dir/noend.c"
printf '// b.c -- tab.\n\tint a;\n' >"$dir/tab.c"
found tabs src/base/b.c <"$dir/tab.c"
found first-line src/base/b.c <<'TREE'
// c.c -- called otherwise.
TREE
found exports src/base/b.h <<'TREE'
// b.h -- nobody calls it.
int b_alone(void);
TREE
found exports src/base/b.h <<'TREE'
// b.h -- half a layout that no page defines.
void b_box_begin(void);
TREE
clean
put src/base/b.h <<'TREE'
// b.h -- a layout, used in C by its halves.
void b_box_begin(void);
TREE
put src/base/b.ht <<'TREE'
{{define b_box()}}
TREE
put src/care/task/task_web.c <<'TREE'
// task_web.c -- wraps.
static void show(void)
{
    b_box_begin();
}
TREE
look
result $? "a layout's half is used in C"

echo "1..$n"
