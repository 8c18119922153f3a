#!/bin/sh
# run.sh -- the figures of `make bench`, on the demonstration of 45,000 people, made when absent.
# usage: run.sh TRELLIS [PORT]
set -eu
trellis=$1
port=${2:-18099}
data=build/bench/demo
mkdir -p build/bench
if [ ! -d "$data" ]; then
    start=$(date +%s%N)
    rm -rf "$data.new"
    "$trellis" demo --data "$data.new" >build/bench/demo.txt
    mv "$data.new" "$data"
    echo "demonstration made,$((($(date +%s%N) - start) / 1000000)),ms"
fi
pass=$(sed -n 's/.*with the password: //p' build/bench/demo.txt)
node tests/bench/pages.mjs "$trellis" "$data" "$port" priya.nair "$pass" "${SOAK:-200000}"
