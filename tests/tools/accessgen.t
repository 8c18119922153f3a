#!/bin/sh
# accessgen.t -- the access table refuses what it cannot mean, and grants nothing by itself.
# Speaks TAP. Needs build/tools/accessgen.
set -u
cd "$(dirname "$0")/../.." || exit 1
accessgen=$PWD/${BUILD:-build}/tools/accessgen
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

result() { # ok?, name
    n=$((n + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        sed 's/^/# /' "$dir/said"
    fi
}

table() { # a good table, then the lines of stdin
    {
        echo 'class,books,Books'
        echo 'role,reader,Reader'
        echo 'role,clerk,Clerk'
        echo 'cap,lend,Lend a book'
        echo 'may,clerk,books,rw*!'
        echo 'can,clerk,lend'
        cat
    } >"$dir/access.csv"
    "$accessgen" "$dir/access.csv" "$dir/access_table.c" "$dir/access_table.h" >"$dir/said" 2>&1
}

table </dev/null
result $? "a good table is taken"
cat >"$dir/main.c" <<'C'
#include "access_table.h"
int main(void)
{
    int all = ACCESS_READ | ACCESS_WRITE | ACCESS_NEEDS_RELATIONSHIP | ACCESS_NEEDS_REASON;
    if (ACCESS_MATRIX[ROLE_CLERK][CLASS_BOOKS] != all) return 1;
    if (ACCESS_MATRIX[ROLE_READER][CLASS_BOOKS] != 0) return 2;
    if (ACCESS_MATRIX[ROLE_NONE][CLASS_BOOKS] != 0) return 3;
    if (ACCESS_CAPS[ROLE_CLERK] != UINT64_C(1) << CAP_LEND) return 4;
    if (ACCESS_CAPS[ROLE_READER] != 0 || ACCESS_CAPS[ROLE_NONE] != 0) return 5;
    return ROLE_KEYS[ROLE_CLERK][0] == 'c' && CAP_NAMES[CAP_LEND][0] == 'L' ? 0 : 6;
}
C
gcc -Wall -Wextra -Werror -I"$dir" -o "$dir/main" "$dir/main.c" "$dir/access_table.c" \
    >"$dir/said" 2>&1 && "$dir/main"
result $? "it compiles, grants what it says and nothing else"

while IFS='|' read -r line sentence; do
    echo "$line" | table
    status=$?
    grep -q "access.csv:7: $sentence" "$dir/said" && [ $status -ne 0 ]
    result $? "$line: $sentence"
done <<'LINES'
may,clerk,books,r|this role and class stand twice
may,nobody,books,r|unknown here
may,reader,lamps,r|unknown here
may,reader,books,x|letters are
may,reader,books,*|one of r w c is needed
can,clerk,fly|unknown here
role,clerk,Clerk|stands twice
role,Clerk,Clerk|a key is small letters
cap,fly,|a name for people is missing
allow,clerk,books,r|a line is
may,reader,books,r,w|too many fields
LINES

echo "1..$n"
