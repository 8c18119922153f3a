#!/bin/bash
# htc.t -- the page compiler: what it writes, and what it refuses. Speaks TAP.
# Each bad/*.ht is refused with the line and the sentence named (without braces) in its first line; each
# good/NAME.ht is compiled, run by good/NAME.c, and gives good/NAME.html.
set -u
cd "$(dirname "$0")/../.." || exit 1
htc=${HTC:-build/tools/htc}
here=tests/tools/htc
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
count=0

result() { # ok? what
  count=$((count + 1))
  if [ "$1" = 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; fi
}

for file in "$here"/bad/*.ht; do
  wanted=$(sed -n '1s/^{{! \(.*\) }}$/\1/p' "$file")
  said=$("$htc" "$file" "$tmp/x_page.c" "$tmp/x_page.h" 2>&1)
  code=$?
  said=$(tr -d "{}" <<<"$said")
  [ "$code" = 1 ] && [ ! -e "$tmp/x_page.c" ] && [ -n "$wanted" ] &&
    [[ $said == "$file:$wanted"* ]]
  ok=$?
  result $ok "refused: ${file##*/}"
  if [ $ok != 0 ]; then printf '# wanted: %s\n# said (%s): %s\n' "$wanted" "$code" "$said"; fi
  rm -f "$tmp"/x_page.*
done

flags="-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wstrict-prototypes
  -Wmissing-prototypes -Wvla -Wformat=2 -Wcast-qual -Wwrite-strings -fsanitize=address,undefined"
for file in "$here"/good/*.ht; do
  name=$(basename "$file" .ht)
  # shellcheck disable=SC2086
  "$htc" "$file" "$tmp/${name}_page.c" "$tmp/${name}_page.h" &&
    gcc $flags -Isrc -I"$here/good" -I"$tmp" "$tmp/${name}_page.c" "$here/good/$name.c" \
      src/core/html.c src/base/{arena,buf,str,err,date,utf8}.c -lutf8proc -o "$tmp/$name" &&
    "$tmp/$name" >"$tmp/$name.html" && diff -u "$here/good/$name.html" "$tmp/$name.html" >"$tmp/diff"
  result $? "compiled and run: $name"
  sed 's/^/# /' "$tmp/diff" 2>/dev/null
done

# An error in the C of a directive is shown at its line of the template.
printf '{{define y(Str v)}}\n<p>a</p>\n<p>{{v.lenn}}</p>\n{{end}}\n' >"$tmp/y.ht"
"$htc" "$tmp/y.ht" "$tmp/y_page.c" "$tmp/y_page.h" &&
  ! gcc -Isrc -I"$tmp" -c "$tmp/y_page.c" -o "$tmp/y.o" 2>"$tmp/err" && grep -q 'y\.ht:3:' "$tmp/err"
result $? "gcc's errors name the template's line"

echo "1..$count"
