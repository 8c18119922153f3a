#!/bin/sh
# bench_import.sh -- how fast an import is, parsed, checked and durable, and how much memory it takes.
# Usage: bench_import.sh PROGRAM. Prints wall and processor seconds: on a busy machine only the second
# says something. FHIR sets are those of ../shared/data that are there.
set -eu
program=${1:-build/release/trellis}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

timed() { # name, what is counted, command...
    name=$1 unit=$2
    shift 2
    rm -rf "$dir/data"
    /usr/bin/time -o "$dir/time" -f '%e %U %S %M' "$program" "$@" --data "$dir/data" >"$dir/out" 2>"$dir/err"
    count=$(awk -v unit="$unit" 'NF == 5 && /^[A-Z][A-Za-z]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+$/ { n += $2 } END { print n }' "$dir/out")
    awk -v name="$name" -v n="$count" -v unit="$unit" '{ printf "%-24s %9d %s  %.2f s wall  %.2f s cpu  %8.0f a second (wall)  %8.0f a second (cpu)  %d MB\n",
        name, n, unit, $1, $2 + $3, n / $1, n / ($2 + $3), $4 / 1024 }' "$dir/time"
}

for set in dev-uk-pcn dev-uk-full dev-ma-615/ndjson dev-ma-615/bundles.ndjson.gz; do
    if [ -e "../shared/data/$set" ]; then timed "$set" resources import fhir "../shared/data/$set"
    else echo "$set: ../shared/data/$set is not here"; fi
done

# 20,000 people with 110 events each; numbers of the 999 range with their check digit.
awk 'BEGIN {
    srand(1); split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", m, " ")
    print "NHS Number,Full Name,Date of Birth,Date,Code,Code Term,Value,Unit"
    for (base = 999000001; people < 20000; base++) {
        s = 0
        for (i = 1; i <= 9; i++) s += (11 - i) * substr(base, i, 1)
        c = 11 - s % 11
        if (c == 10) continue
        if (c == 11) c = 0
        people++
        for (k = 0; k < 110; k++) {
            if (k == 0) printf "%d%d,\"FAMILY%d, Given\",%02d-%s-%d", base, c, people, 1 + int(28 * rand()), m[1 + int(12 * rand())], 1930 + int(80 * rand())
            else printf ",,"
            code = 100000 + int(3000 * rand())
            printf ",%02d-%s-%d,%d001,Term number %d,", 1 + int(28 * rand()), m[1 + int(12 * rand())], 2000 + int(25 * rand()), code, code
            if (rand() < 0.5) printf "%.1f,mmol/L\n", 100 * rand()
            else print ","
        }
    }
}' >"$dir/extract.csv"
timed extract.csv rows import csv "$dir/extract.csv" --practice X26101
