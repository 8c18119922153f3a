#!/bin/sh
# test.sh -- every test, on a fresh machine too. The last line is "N passed, N failed[, N skipped]".
# Needs about 13 minutes on two cores. TAP of each suite is kept in build/tap/.
set -u
cd "$(dirname "$0")" || exit 1

BUILD=${BUILD:-build}
export PRESET=asan BUILD
O=$BUILD/$PRESET
TAP=$BUILD/tap
export TRELLIS="$PWD/$O/trellis"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1}

finish() { # counts the TAP that was written; $1 is a reason when the work could not go on
    failed_by=${1:-}
    [ -z "$failed_by" ] || echo "$failed_by" >&2
    broken=$(cat "$TAP"/*.broken 2>/dev/null | awk '{ n += $1 } END { print n + 0 }')
    cat "$TAP"/*.tap 2>/dev/null | awk -v broken="$broken" -v why="$failed_by" '
        function tell(why) { print "skipped: " why > "/dev/stderr" }
        /^# skip / { tell(substr($0, 8)); gave_up = 1; next } # our runner, before its "ok"
        /^ok / && gave_up { skipped++; gave_up = 0; next }
        /^(ok |1\.\.0).*# *[Ss][Kk][Ii][Pp]/ {
            skipped++
            tell($0)
            next
        }
        /^ok / { passed++ }
        /^not ok / { failed++ }
        END {
            if (broken > 0) failed += broken
            if (why != "") failed++
            if (passed + failed == 0) failed = 1
            printf "%d passed, %d failed", passed, failed
            if (skipped > 0) printf ", %d skipped", skipped
            printf "\n"
            exit failed > 0
        }'
    exit $?
}

# A test program that dies without a "not ok" of its own (a crash, a missing plan) is one failure.
# What a suite says stands in one piece: another may run beside it.
suite() { # name, then prove's arguments
    name=$1
    shift
    from=$(date +%s)
    prove --verbose "$@" >"$TAP/$name.tap" 2>&1
    ended=$?
    took=$(($(date +%s) - from))
    if [ "$ended" -eq 0 ]; then
        echo "== $name: $took s"
        return
    fi
    died=$(awk '
        /\(Wstat: / { none = /Failed: 0\)$/; died += none; next }
        /^  Parse errors:/ && !none { died++ }
        END { print died + 0 }' "$TAP/$name.tap")
    [ "$died" -gt 0 ] || grep -q '^not ok ' "$TAP/$name.tap" || died=1
    echo "$died" >"$TAP/$name.broken"
    said=$(grep -v '^ok ' "$TAP/$name.tap" | tail -80)
    printf '== %s: %s s\n%s\n' "$name" "$took" "$said"
}

# What uses threads, under the thread sanitizer too.
under_threads() {
    echo "== build for threads"
    if ! make -j"$(nproc)" PRESET=tsan all tests-built >"$BUILD/build-tsan.log" 2>&1; then
        echo 1 >"$TAP/threads.broken"
        tail -20 "$BUILD/build-tsan.log"
        return
    fi
    suite threads --exec "$BUILD/tsan/trellis-tests" src/core/store_test.c src/core/job_test.c \
        src/core/http_test.c src/core/openers_test.c \
        src/core/journal_test.c $(grep -lE 'engine_(new|start)' src/insight/*/*_test.c)
    # The helper has one thread, and its limits leave the thread sanitizer no room.
    cp "$O/trellis-pdf" "$BUILD/tsan/trellis-pdf"
    suite load --exec "env TRELLIS=$BUILD/tsan/trellis DEMO_PEOPLE=300 tests/lib/node_tap.sh" \
        tests/threads/load.mjs
}

# As many random definitions as one run asks of the program that is shipped, besides those under the
# sanitizers. Each commit has numbers of its own and asks the same again each time; of one that
# differs its number is told: `build/release/tests/oracle/oracle 1 NUMBER` asks it alone.
DEFINITIONS=10000
random_definitions() {
    oracle=$BUILD/release/tests/oracle/oracle
    if ! make -j"$(nproc)" PRESET=release all "$oracle" >"$BUILD/build-release.log" 2>&1; then
        echo 1 >"$TAP/definitions.broken"
        tail -20 "$BUILD/build-release.log"
        return
    fi
    commit=$(git log -1 --format=%ct 2>/dev/null)
    first=$((${commit:-0} * DEFINITIONS))
    half=$((DEFINITIONS / 2))
    suite definitions -j2 --exec "$oracle $half" "$first" "$((first + half))"
    asked=$(awk '/^# [0-9]+ definitions compared/ { n += $2 } END { print n + 0 }' \
        "$TAP/definitions.tap")
    echo "== definitions: $asked asked, from number $first on"
    [ "$asked" -ge "$DEFINITIONS" ] || echo 1 >"$TAP/too-few-definitions.broken"
}

# Random definitions, and kept inputs only: `make fuzz` looks for new ones, which takes a build of
# its own.
under_generators() {
    suite oracle --exec '' "$O/tests/oracle/oracle"
    random_definitions
    make -s fuzz-list >"$BUILD/fuzzers" || echo 1 >"$TAP/fuzz.broken"
    [ ! -s "$BUILD/fuzzers" ] || suite fuzz --exec tests/fuzz/replay.sh $(cat "$BUILD/fuzzers")
    suite sql --exec sh tests/sql/pg_prepare.sh
}

rm -rf "$TAP"
mkdir -p "$TAP"
tools/deps.sh test || finish "the packages for the tests are not there"
if [ -f package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --silent ||
        finish "npm could not install the locked packages"
fi
echo "== build"
make -j"$(nproc)" all tests-built >"$BUILD/build.log" 2>&1 ||
    { tail -40 "$BUILD/build.log"; finish "the build failed"; }

suite unit -j2 --exec "$O/trellis-tests" $(find src -name '*_test.c' | sort)
# One processor for each of the two; neither has more to do at a time.
under_generators &
generators=$!
suite tidy tests/tools/*.t
under_threads
wait "$generators" || echo 1 >"$TAP/generators.broken"
for kind in fhir fault; do
    found=$(find tests/$kind -name '*.t' 2>/dev/null | sort)
    [ -z "$found" ] || suite $kind $found
done
# The server locks itself in: at its end the leak checker could not read /proc. Leaks are looked for
# by the unit tests.
export ASAN_OPTIONS=detect_leaks=0
# The longest first, so that nothing waits for it alone at the end.
longest="tests/journeys/pages.test.mjs tests/equity/reports.test.mjs tests/journeys/equity.test.mjs"
others=$(find tests -name '*.test.mjs' | sort | grep -vxF "$(echo "$longest" | tr ' ' '\n')")
# Three at a time: a browser and its server wait for each other more than they work, and two files
# leave half of two processors idle. Each file has its own server.
suite journeys -j3 --exec tests/lib/node_tap.sh $longest $others

finish
