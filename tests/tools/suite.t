#!/bin/sh
# suite.t -- ./test.sh counts what passes, fails, is skipped and dies, in suites beside one another
# too. Speaks TAP. Packages, build and `prove` are stand-ins that say what the case is about.
set -u
cd "$(dirname "$0")/../.." || exit 1
from=$PWD
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

tree() { # a tree in which everything passes: one test a suite
    rm -rf "$dir/tree" "$dir/bin"
    mkdir -p "$dir/bin" "$dir/tree/tools" "$dir/tree/src/insight/x" "$dir/tree/tests/x" \
        "$dir/tree/build/asan" "$dir/tree/build/tsan"
    cp "$from/test.sh" "$dir/tree/"
    touch "$dir/tree/build/asan/trellis-pdf" "$dir/tree/tests/x/x.test.mjs"
    echo 'engine_new' >"$dir/tree/src/insight/x/x_test.c"
    printf '#!/bin/sh\n' >"$dir/tree/tools/deps.sh"
    cat >"$dir/bin/make" <<'MAKE'
#!/bin/sh
case "$*" in *fuzz-list*) echo tests/fuzz/fuzz_x.c ;; esac
MAKE
    # What a suite says stands in a file of its number; without one it passes.
    cat >"$dir/bin/prove" <<PROVE
#!/bin/sh
case "\$*" in
    *release/tests/oracle*) is=definitions ;;
    *oracle*) is=oracle ;; *replay*) is=fuzz ;; *pg_prepare*) is=sql ;; *threads/load*) is=load ;;
    *tsan*) is=threads ;; *tests/tools*) is=tidy ;; *node_tap*) is=journeys ;; *) is=unit ;;
esac
[ ! -f "$dir/\$is" ] || exec sh "$dir/\$is"
echo "# 10000 definitions compared from 0 on"
echo "ok 1 - \$is"
PROVE
    chmod +x "$dir/bin/"* "$dir/tree/tools/deps.sh"
    for suite in unit tidy oracle definitions fuzz journeys threads; do rm -f "$dir/$suite"; done
}

says() { # the last line of ./test.sh, and its code
    last=$(BUILD=build PATH=$dir/bin:$PATH "$dir/tree/test.sh" 2>/dev/null </dev/null)
    code=$?
    last=$(echo "$last" | tail -1)
    [ "$last" = "$1" ] && [ "$code" -eq "$2" ]
}

check() { # sentence, then a command that must hold
    n=$((n + 1))
    what=$1
    shift
    if "$@"; then echo "ok $n - $what"; else
        echo "not ok $n - $what"
        echo "# it said \"$last\" and ended with $code"
    fi
}

tree
check "every suite is counted" says "9 passed, 0 failed" 0
tree
echo 'echo "ok 1 - a"; echo "not ok 2 - b"; exit 1' >"$dir/unit"
check "a test that fails is counted" says "9 passed, 1 failed" 1
tree
echo 'echo "ok 1 - a # SKIP no such thing"' >"$dir/journeys"
check "a test that is skipped is counted apart" says "8 passed, 0 failed, 1 skipped" 0
for suite in unit oracle definitions fuzz threads journeys; do
    tree
    echo 'echo "# 10000 definitions compared"; echo "ok 1 - a"; exit 139' >"$dir/$suite"
    check "a program of $suite that dies is a failure" says "9 passed, 1 failed" 1
done
tree
echo 'echo "# 9999 definitions compared"; echo "ok 1 - a"' >"$dir/definitions"
check "fewer random definitions than there should be are a failure" says "9 passed, 1 failed" 1
tree
echo 'kill -9 $PPID' >"$dir/oracle"
check "a row of suites that ends before its time is a failure" says "5 passed, 1 failed" 1
tree
echo 'exit 1' >"$dir/tree/tools/deps.sh"
check "packages that are not there are a failure" says "0 passed, 1 failed" 1
tree
printf '#!/bin/sh\ncase "$*" in *tsan*) exit 2 ;; *fuzz-list*) echo x ;; esac\n' >"$dir/bin/make"
check "a build for threads that fails is a failure" says "7 passed, 1 failed" 1
tree
printf '#!/bin/sh\ncase "$*" in *fuzz-list*) exit 2 ;; esac\n' >"$dir/bin/make"
check "fuzz targets that cannot be listed are a failure" says "8 passed, 1 failed" 1

echo "1..$n"
