#!/bin/sh
# deps.sh -- the one list of Debian packages. Usage: tools/deps.sh build|test
# "build" makes and runs Trellis; "test" adds what the checks need. Installs only what is missing,
# with what an interrupted installation left half done; what apt says is in build/deps.log.
set -eu
cd "$(dirname "$0")/.."

BUILD='gcc make ccache pkg-config libc6-dev libmicrohttpd-dev libsqlite3-dev libsodium-dev
libssl-dev libutf8proc-dev libseccomp-dev zlib1g-dev libdeflate-dev libbrotli-dev
libcmocka-dev
libpango1.0-dev libcairo2-dev libqpdf-dev fonts-liberation fonts-noto-core'
TEST='chromium postgresql-15 libpq-dev sqlite3 poppler-utils qpdf wrk nginx-light clang-14
libclang-rt-14-dev clang-format-14 clang-tidy-14 curl perl git'
LOCK_SECONDS_MAX=300 # a new machine may be installing its own updates
LOG=build/deps.log

die() {
    echo "$1" >&2
    exit 1
}

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

command -v dpkg-query >/dev/null 2>&1 ||
    die "This is not Debian: install by hand what these packages hold: $(echo $want)"

missing=
for package in $want; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=absent
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

by_hand="as root: apt-get install$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
        die "Packages are missing and there is no sudo to install them; $by_hand"
    as_root=sudo
    sudo true || die "Packages are missing and sudo did not let you install them; $by_hand"
fi

mkdir -p build
: >$LOG
as_root() { # env: sudo hands no variables on
    $as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@" >>$LOG 2>&1 </dev/null
}
get() {
    as_root apt-get -y -q -o DPkg::Lock::Timeout=$LOCK_SECONDS_MAX --no-install-recommends "$@"
}

echo "Installing (some minutes the first time):$missing" >&2
as_root dpkg --configure -a || get --fix-broken install || true # left by an interruption
# shellcheck disable=SC2086 # a list of words
if get update && get install $missing; then exit 0; fi

grep '^E: ' $LOG | tail -3 >&2 || true
if grep -qiE 'no space left|enough free space' $LOG; then
    die "The disk is full: make room, then try again (all that apt said: $LOG)."
elif grep -qE 'Could not (resolve|connect)|failure resolving|Failed to fetch|timed out' $LOG; then
    die "Packages are missing and apt cannot reach its mirror: connect this machine to a network,
then try again, or $by_hand"
elif grep -q 'Could not get lock' $LOG; then
    die "Another program is installing packages: try again when it is done."
fi
die "apt could not install what is missing (all it said: $LOG); mend that, or $by_hand"
