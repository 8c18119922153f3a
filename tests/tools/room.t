#!/bin/sh
# room.t -- a room made with `make room` builds, and its tests and the laws of the house pass at once.
# Speaks TAP. Works in a copy of the tree; ccache spares most of the building.
set -u
cd "$(dirname "$0")/../.." || exit 1
from=$PWD
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

check() { # sentence, then a command that must hold; the end of what it says is shown if it does not
    n=$((n + 1))
    what=$1
    shift
    if "$@" >"$dir/said" 2>&1; then echo "ok $n - $what"; else
        echo "not ok $n - $what"
        tail -20 "$dir/said" | sed 's/^/# /'
    fi
}

mkdir "$dir/tree"
git ls-files -co --exclude-standard -z | xargs -0 sh -c 'for f; do [ ! -e "$f" ] || printf "%s\0" "$f"
    done' list | tar -c --null -T - | tar -x -C "$dir/tree" || exit 1
ln -s "$from/node_modules" "$dir/tree/node_modules"
cd "$dir/tree" || exit 1
git init -q . # the laws are read over what git knows
export BUILD=build PRESET="${PRESET:-release}"
unset MAKEFLAGS

check "make room makes it" make room NAME=home_visit
check "it builds" make -j2 all "build/$PRESET/trellis-tests"
check "its tests pass" prove --exec "build/$PRESET/trellis-tests" \
    src/care/home_visit/home_visit_test.c
check "every column of it is vouched for" prove --exec "build/$PRESET/trellis-tests" \
    src/app/verify_rows_test.c
check "it keeps the laws of the house" make tidy
check "it is laid out" sh -c '"$(command -v clang-format-14 || command -v clang-format)" \
    --dry-run -Werror src/care/home_visit/*.[ch] src/app/rooms.c'
has_routes() { "build/$PRESET/trellis" routes | grep -q '/people/:person/home_visits'; }
check "the program answers for it" has_routes
again() { ! tools/room.sh home_visit; }
check "a second room of that name is refused" again
words() { ! tools/room.sh 'Home visit'; }
check "a name that is none is refused" words
echo "1..$n"
