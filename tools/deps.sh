#!/bin/sh
# deps.sh -- the one list of Debian packages. Usage: tools/deps.sh build|test
# "build" makes and runs Trellis; "test" adds what the checks need. Installs only what is missing.
set -eu

BUILD='gcc make ccache pkg-config libc6-dev libmicrohttpd-dev libsqlite3-dev libsodium-dev
libssl-dev libutf8proc-dev libseccomp-dev zlib1g-dev libbrotli-dev libcmocka-dev
libpango1.0-dev libcairo2-dev libqpdf-dev'
TEST='chromium postgresql-15 libpq-dev sqlite3 poppler-utils qpdf wrk nginx-light clang-14
libclang-rt-14-dev clang-format-14 clang-tidy-14 fonts-liberation curl perl git'

case "${1:-}" in
build) want="$BUILD" ;;
test) want="$BUILD $TEST" ;;
*)
    echo "usage: tools/deps.sh build|test" >&2
    exit 2
    ;;
esac
# A node from elsewhere serves as well as Debian's.
command -v node >/dev/null 2>&1 || want="$want nodejs"
command -v npm >/dev/null 2>&1 || want="$want npm"

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not Debian: install what these packages hold by hand: $(echo $want)" >&2
    exit 1
fi

missing=
for package in $want; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=absent
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "There is no sudo to install what is missing; as root: apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "Installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
if ! { $as_root apt-get update -qq &&
    $as_root apt-get install -y -qq --no-install-recommends $missing; } >&2; then
    echo "apt could not install:$missing (its own words are above)" >&2
    exit 1
fi
