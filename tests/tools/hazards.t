#!/bin/sh
# hazards.t -- every hazard names the test that proves its control, or says that it is open.
set -u
cd "$(dirname "$0")/../.." || exit 1
n=0
failed=0
tail -n +2 docs/safety/hazards.csv >"${TMPDIR:-/tmp}/hazards.$$"
while IFS= read -r row; do
  n=$((n + 1))
  id=${row%%,*}
  test=$(printf '%s' "$row" | awk -F, '{print $(NF-1)}')
  why=
  if [ "$(printf '%s' "$row" | awk -F, '{print NF}')" -ne 10 ]; then why="not ten fields"; fi
  if [ -z "$why" ] && [ "$test" != open ]; then
    file=${test%%:*}
    name=${test#*:}
    case $file in
    *.c) named=$(grep -cF "TEST($name)" "$file" 2>/dev/null) ;;
    *) named=$(grep -F "$name" "$file" 2>/dev/null | grep -c '^ *test(') ;;
    esac
    if [ ! -f "$file" ]; then why="no such file: $file"
    elif [ "$name" = "$test" ]; then why="a file is named and no test in it: $test"
    elif [ "${named:-0}" -eq 0 ]; then why="no such test: $test"
    fi
  fi
  if [ -z "$why" ]; then echo "ok $n - $id"; else echo "not ok $n - $id"; echo "# $why"; failed=1; fi
done <"${TMPDIR:-/tmp}/hazards.$$"
rm -f "${TMPDIR:-/tmp}/hazards.$$"
echo "1..$n"
exit $failed
