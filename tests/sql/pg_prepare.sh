#!/bin/sh
# pg_prepare.sh -- proves migrations and statements on a PostgreSQL 15 of its own, then stops it.
# Speaks TAP. Needs build/PRESET/tests/sql/pg_prepare (make tests-built).
set -u
cd "$(dirname "$0")/../.." || exit 1

skip() {
    echo "1..0 # SKIP $1"
    exit 0
}

BIN=/usr/lib/postgresql/15/bin
PROGRAM=${BUILD:-build}/${PRESET:-release}/tests/sql/pg_prepare
[ -x $BIN/initdb ] || skip "PostgreSQL 15 is not installed"
[ -x "$PROGRAM" ] || skip "built without libpq: install libpq-dev"

# PostgreSQL refuses to run as root.
as_other=
if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || skip "root, and no user postgres to run PostgreSQL as"
    as_other='setpriv --reuid=postgres --regid=postgres --init-groups'
fi

dir=$(mktemp -d) || exit 1
[ -z "$as_other" ] || chown postgres: "$dir"
stop() {
    $as_other $BIN/pg_ctl -D "$dir/db" -m immediate -w stop >/dev/null 2>&1
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' INT TERM

run() {
    (cd "$dir" && $as_other "$@") >"$dir.log" 2>&1 || {
        sed 's/^/# /' "$dir.log"
        rm -f "$dir.log"
        echo "Bail out! $1 failed"
        exit 1
    }
    rm -f "$dir.log"
}
run $BIN/initdb -D "$dir/db" -U trellis -A trust -E UTF8 --locale=C --no-sync
run $BIN/pg_ctl -D "$dir/db" -w -t 60 -l "$dir/server.log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=off" start

"$PROGRAM" "host=$dir user=trellis dbname=postgres"
