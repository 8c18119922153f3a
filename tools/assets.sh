#!/bin/sh
# assets.sh -- gathers what a browser loads into one folder, with the list that embed packs.
# usage: assets.sh OUT_DIR   (nhsuk-frontend must be in node_modules: npm ci --omit=dev)
# A class that a page names is looked for in every .ht: run again when one has changed.
set -eu
out=$1
nhs=node_modules/nhsuk-frontend/dist/nhsuk
rm -rf "$out"
mkdir -p "$out/images"

# The two font rules would fetch from another host on every page: refused by our policy, and
# nobody else's business.
sed -e 's/@font-face *{[^}]*}//g' -e 's|/\*# sourceMappingURL=[^*]*\*/||' \
  "$nhs/nhsuk-frontend.min.css" >"$out/nhsuk-whole.css"
# A page weighs less without the look of parts that no page has.
find src -name '*.ht' | sort | xargs node tools/used_css.mjs "$out/nhsuk-whole.css" \
  "$nhs/nhsuk-frontend.min.js" assets/*.js assets/css/*.css >"$out/nhsuk.css"
sed -e 's|//# sourceMappingURL=.*$||' "$nhs/nhsuk-frontend.min.js" >"$out/nhsuk.js"
if grep -q 'assets\.nhs\.uk\|https\{0,1\}://[^w]' "$out/nhsuk.css"; then
  echo "$nhs/nhsuk-frontend.min.css:1: still fetches from another host" >&2
  exit 1
fi

# Icons only: the package's other images show the NHS logo, which a supplier may not use.
for icon in "$nhs"/assets/images/nhsuk-icon-*.svg; do
  case $icon in *-mask.svg) ;; *) cp "$icon" "$out/images/" ;; esac
done
cp assets/images/*.svg "$out/images/"
for script in app builder cohort; do # comments and room to breathe stay in the source
  sed -e '/^ *\/\//d' -e 's/^ *//' -e '/^$/d' -e 's/ \([-=<>?:&|+]\{1,3\}\) /\1/g' \
    -e 's/) {/){/g' "assets/$script.js" >"$out/$script.js"
done

# Comments and indentation stay here. w-0 to w-100: a page may not carry style attributes.
{
  cat assets/css/*.css | sed -e '/^\/\*.*\*\/$/d' -e '/^\/\*/,/\*\/$/d' -e 's/^ *//' | tr -d '\n'
  awk 'BEGIN { for (i = 0; i <= 100; i++) printf ".w-%d{width:%d%%}", i, i; print "" }'
} >"$out/app.css"

# What is named by another file stands before it.
{
  for image in "$out"/images/*.svg; do
    echo "/assets/images/${image##*/} $image image/svg+xml"
  done
  echo "/assets/nhsuk.css $out/nhsuk.css text/css; charset=utf-8"
  echo "/assets/nhsuk.js $out/nhsuk.js text/javascript; charset=utf-8"
  echo "/assets/app.css $out/app.css text/css; charset=utf-8"
  echo "/assets/app.js $out/app.js text/javascript; charset=utf-8"
  echo "/assets/builder.js $out/builder.js text/javascript; charset=utf-8"
  echo "/assets/cohort.js $out/cohort.js text/javascript; charset=utf-8"
} >"$out/manifest"
