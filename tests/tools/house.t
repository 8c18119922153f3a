#!/bin/sh
# house.t -- the laws of the house over this very tree, one TAP line a law.
# Needs build/tools/tidy and build/tools/sqlgen. `make tidy` says the same, faster.
set -u
cd "$(dirname "$0")/../.." || exit 1
tools=${BUILD:-build}/tools
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

if [ -d .git ]; then
    git ls-files -co --exclude-standard
else
    find . -type f ! -path './build/*' ! -path './node_modules/*' ! -path './var/*' |
        sed 's,^\./,,' | sort
fi | "$tools/tidy" >"$dir/said"

for law in marks machine-path columns blanks tabs file-size first-line includes room-name \
    domain-words sql html memory clock globals function-size parameters complexity exports; do
    n=$((n + 1))
    if grep -F "[$law]" "$dir/said" >"$dir/found"; then
        echo "not ok $n - law: $law"
        sed 's/^/# /' "$dir/found"
    else
        echo "ok $n - law: $law"
    fi
done

n=$((n + 1))
if "$tools/sqlgen" --strict "$dir" $(find src -name '*.sql' | sort) db/migrations/*.sql \
    db/access/*.sql >"$dir/said" 2>&1; then
    echo "ok $n - every statement is proved, every table has one room"
else
    echo "not ok $n - every statement is proved, every table has one room"
    sed 's/^/# /' "$dir/said"
fi

n=$((n + 1))
if make -s fmt-check >"$dir/said" 2>&1 </dev/null; then
    echo "ok $n - every C file is laid out by .clang-format"
else
    echo "not ok $n - every C file is laid out by .clang-format"
    grep -F ' error: ' "$dir/said" | sed 's/^/# /'
fi

# The node of Debian 12 is 18: what came with 20 and later is not there on a machine like any other.
newer='\.(toSorted|toReversed|toSpliced|groupBy|fromAsync|withResolvers)\(|import\.meta\.dirname'
n=$((n + 1))
if find tests tools -name '*.mjs' -exec grep -nE "$newer" {} + >"$dir/said"; then
    echo "not ok $n - every script runs with the node of Debian 12"
    sed 's/^/# /' "$dir/said"
else
    echo "ok $n - every script runs with the node of Debian 12"
fi

echo "1..$n"
