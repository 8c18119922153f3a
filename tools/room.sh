#!/bin/sh
# room.sh -- starts a room from the template in tools/room: tools/room.sh NAME [STOREY]
# Makes the room, its migration and its line in the list of rooms. It builds and its tests pass at
# once; then everything in it is yours to change. STOREY is care (the usual one), work or insight.
set -eu
cd "$(dirname "$0")/.."

name=${1:-}
storey=${2:-care}
die() {
    echo "room.sh: $1" >&2
    exit 1
}

case "$name" in
'' | *[!a-z_]* | _* | *_) die "name the room in small letters: make room NAME=visit" ;;
esac
case "$storey" in
care | work | insight) ;;
*) die "a storey is care, work or insight, not \"$storey\"" ;;
esac
[ -z "$(find src -mindepth 2 -maxdepth 2 -type d -name "$name")" ] || die "there is a room $name"

upper=$(echo "$name" | tr a-z A-Z)
camel=$(echo "$name" | awk -F_ '{ # home_visit becomes HomeVisit
    for (i = 1; i <= NF; i++) printf "%s%s", toupper(substr($i, 1, 1)), substr($i, 2)
}')
rename() {
    sed -e "s,care/sample/,$storey/$name/,g" -e "s/sample/$name/g" -e "s/SAMPLE/$upper/g" \
        -e "s/Sample/$camel/g" "$1"
}

mkdir -p "src/$storey/$name"
for file in tools/room/sample*; do
    new=src/$storey/$name/$(basename "$file" | sed "s/sample/$name/")
    case $file in
    *_migration.sql)
        last=$(ls db/migrations | sed 's/^0*\([0-9]*\)_.*/\1/' | sort -n | tail -1)
        number=$(printf %04d $((last + 1)))
        new=db/migrations/${number}_$name.sql
        rename "$file" | sed "1s/0000/$number/" >"$new"
        ;;
    *) rename "$file" >"$new" ;;
    esac
    echo "$new"
done
sed -i -e "s,^#include \"app/help.h\",&\n#include \"$storey/$name/$name.h\"," \
    -e "s/    &SESSION_ROOM,/    \&SESSION_ROOM, \&${upper}_ROOM,/" src/app/rooms.c
grep -q "&${upper}_ROOM" src/app/rooms.c || die "add the room to src/app/rooms.c"
echo "src/app/rooms.c"
# Names of another length break lines elsewhere.
format=$(command -v clang-format-14 || command -v clang-format || true)
[ -z "$format" ] || "$format" -i "src/$storey/$name"/*.[ch] src/app/rooms.c
echo "Next: capabilities of its own in src/app/access.csv, its words in docs/GLOSSARY.md,"
echo "its page in tests/pages/golden.test.mjs, and the way to it in the pages of others."
