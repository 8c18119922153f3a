#!/bin/sh
# room.sh -- starts a room from a living one: tools/room.sh NAME [STOREY [TEMPLATE]]
# Copies the template's files and its migration under the new name; they build at once, and then
# everything in them is yours to change. STOREY is care, work or insight; TEMPLATE is care/task.
set -eu
cd "$(dirname "$0")/.."

name=${1:-}
storey=${2:-care}
template=${3:-care/task}
die() {
    echo "room.sh: $1" >&2
    exit 1
}

case "$name" in
'' | *[!a-z_]*) die "name the room in small letters: make room NAME=visit" ;;
esac
case "$storey" in
care | work | insight) ;;
*) die "a storey is care, work or insight, not \"$storey\"" ;;
esac
[ -d "src/$template" ] || die "there is no src/$template to copy"
[ -z "$(find src -mindepth 2 -maxdepth 2 -type d -name "$name")" ] || die "there is a room $name"

old=$(basename "$template")
cap() { # home_visit becomes HomeVisit
    echo "$1" | awk -F_ '{
        for (i = 1; i <= NF; i++) printf "%s%s", toupper(substr($i, 1, 1)), substr($i, 2)
    }'
}
upper() { echo "$1" | tr a-z A-Z; }
rename() { # capabilities stay: a new one is a line of src/app/access.csv
    sed -e "s/CAP_$(upper "$old")/CAP_@/g" -e "s/$old/$name/g" \
        -e "s/$(upper "$old")/$(upper "$name")/g" -e "s/$(cap "$old")/$(cap "$name")/g" \
        -e "s/CAP_@/CAP_$(upper "$old")/g" -e "s,$(dirname "$template")/$name,$storey/$name,g" "$1"
}

mkdir -p "src/$storey/$name"
for file in "src/$template"/*; do
    new=src/$storey/$name/$(basename "$file" | sed "s/$old/$name/")
    rename "$file" >"$new"
    echo "$new"
done
migration=$(ls db/migrations/*_"$old".sql 2>/dev/null | head -1)
if [ -n "$migration" ]; then
    last=$(ls db/migrations | sed 's/^0*\([0-9]*\)_.*/\1/' | sort -n | tail -1)
    new=$(printf 'db/migrations/%04d_%s.sql' $((last + 1)) "$name")
    rename "$migration" | sed "1s,^-- [0-9]*_,-- $(basename "$new" | cut -c1-4)_," >"$new"
    echo "$new"
fi
echo "Now add the room to src/app/rooms.c and its capabilities to src/app/access.csv."
