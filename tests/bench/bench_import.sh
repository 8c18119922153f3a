#!/bin/sh
# bench_import.sh -- how fast an import is, parsed, checked and durable, and its memory.
# Usage: bench_import.sh PROGRAM. Prints wall and processor seconds: on a busy machine only the
# second says something. FHIR sets are those of ../shared/data that are there.
set -eu
program=${1:-build/release/trellis}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

timed() { # name, what is counted, command...
    name=$1 unit=$2
    shift 2
    rm -rf "$dir/data"
    /usr/bin/time -o "$dir/time" -f '%e %U %S %M' \
        "$program" "$@" --data "$dir/data" >"$dir/out" 2>"$dir/err"
    # Lines of the report: a kind of record, then read, taken, refused, not used.
    count=$(awk 'NF == 5 && $2 $3 $4 $5 ~ /^[0-9]+$/ { n += $2 } END { print n }' "$dir/out")
    awk -v name="$name" -v n="$count" -v unit="$unit" '{
        printf "%-25s %8d %s: %.2f s wall, %.2f s cpu; ", name, n, unit, $1, $2 + $3
        printf "%d a second wall, %d cpu; %d MB\n", n / $1, n / ($2 + $3), $4 / 1024
    }' "$dir/time"
}

for set in dev-uk-pcn dev-uk-full dev-ma-615/ndjson dev-ma-615/bundles.ndjson.gz; do
    path=../shared/data/$set
    if [ -e "$path" ]; then timed "$set" resources import fhir "$path"
    else echo "$set: $path is not here"; fi
done

# 20,000 people with 110 events each; numbers of the 999 range with their check digit.
awk 'function pick(n) { return int(n * rand()) }
BEGIN {
    srand(1)
    split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", m, " ")
    print "NHS Number,Full Name,Date of Birth,Date,Code,Code Term,Value,Unit"
    for (base = 999000001; people < 20000; base++) {
        s = 0
        for (i = 1; i <= 9; i++) s += (11 - i) * substr(base, i, 1)
        c = 11 - s % 11
        if (c == 10) continue
        if (c == 11) c = 0
        people++
        who = sprintf("%d%d,\"FAMILY%d, Given\",", base, c, people)
        who = who sprintf("%02d-%s-%d", 1 + pick(28), m[1 + pick(12)], 1930 + pick(80))
        for (k = 0; k < 110; k++) {
            code = 100000 + pick(3000)
            day = sprintf("%02d-%s-%d", 1 + pick(28), m[1 + pick(12)], 2000 + pick(25))
            value = rand() < 0.5 ? sprintf("%.1f,mmol/L", 100 * rand()) : ","
            printf "%s,%s,%d001,Term number %d,%s\n", k == 0 ? who : ",,", day, code, code, value
        }
    }
}' >"$dir/extract.csv"
timed extract.csv rows import csv "$dir/extract.csv" --practice X26101
