#!/bin/sh
# demo.sh -- builds Trellis, makes a demonstration network of practices, and serves it.
# Usage: ./demo.sh [--reset]     PORT=8080 by default; Ctrl-C stops it.
set -eu
cd "$(dirname "$0")"

PORT=${PORT:-8080}
DATA=var/demo
BUILD_MB_MIN=300
DATA_MB_MIN=500

die() {
    echo "demo.sh: $1" >&2
    exit 1
}

case "${1:-}" in
'' | --reset) ;;
*) die "unknown word \"$1\"; use ./demo.sh or ./demo.sh --reset" ;;
esac
case "$PORT" in
*[!0-9]* | '' | ??????*) die "PORT must be a number from 1 to 65535, not \"$PORT\"." ;;
esac
[ "$PORT" -ge 1 ] && [ "$PORT" -le 65535 ] || die "PORT must be from 1 to 65535, not $PORT."

space() { # folder, MB needed, for what
    free_mb=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
    [ "$free_mb" -ge "$2" ] ||
        die "only $free_mb MB are free in $1 and $2 are needed for $3; make room and try again."
}
mkdir -p build "$(dirname "$DATA")" || die "this folder cannot be written; take one of your own."
[ -x build/release/trellis ] || space . $BUILD_MB_MIN "the build"
[ -d "$DATA" ] || space "$(dirname "$DATA")" $DATA_MB_MIN "the demonstration data"

tools/deps.sh build || exit 1 # it has said what to do
# npm writes .package-lock.json last: newer than the lock means all of it is there already.
have=node_modules/.package-lock.json
if [ ! -f $have ] || [ package-lock.json -nt $have ]; then
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent ||
        die "npm could not fetch the locked packages; is there a network?"
fi

case $(node -e '
    const s = require("net").createServer();
    s.once("error", (err) => console.log(err.code));
    s.listen(Number(process.argv[1]), "127.0.0.1", () => s.close());
' "$PORT") in
'') ;;
EACCES) die "port $PORT is for root only; choose another: PORT=8081 ./demo.sh" ;;
*) die "port $PORT is in use; choose another: PORT=8081 ./demo.sh" ;;
esac

echo "Building (some minutes the first time) ..."
make -j"$(nproc)" >build/demo.log 2>&1 || {
    tail -20 build/demo.log >&2
    die "the build failed; all it said is in build/demo.log."
}

TRELLIS=build/release/trellis
[ "${1:-}" != --reset ] || rm -rf "$DATA"
if [ ! -d "$DATA" ]; then
    echo "Making the demonstration data ..."
    rm -rf "$DATA.new"
    $TRELLIS demo --data "$DATA.new" >build/demo-data.log ||
        { rm -rf "$DATA.new"; die "the demonstration data could not be made; see above."; }
    cp build/demo-data.log "$DATA.new/sign-ins.txt"
    mv "$DATA.new" "$DATA" # never half a set: an interrupted run starts anew
fi

cat "$DATA/sign-ins.txt"
echo
echo "Trellis is at http://127.0.0.1:$PORT/   (Ctrl-C stops it)"
# exec: Ctrl-C reaches the server itself, which finishes what it answers and stops.
exec $TRELLIS serve --data "$DATA" --listen "127.0.0.1:$PORT"
