#!/bin/sh
# deps.t -- tools/deps.sh and demo.sh on machines that lack something: each gets one sentence that
# says what to do. Speaks TAP. The machine is made of stand-ins for dpkg, apt, sudo, df and node.
set -u
cd "$(dirname "$0")/../.." || exit 1
from=$PWD
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

stand_in() { # name; its script on stdin
    { echo '#!/bin/sh'; cat; } >"$dir/bin/$1"
    chmod +x "$dir/bin/$1"
}

machine() { # a Debian where root runs, all is installed, there is room and the port is free
    rm -rf "$dir/bin" "$dir/tree" "$dir/calls"
    mkdir -p "$dir/bin" "$dir/tree/tools" "$dir/tree/node_modules" "$dir/tree/build/release"
    cp "$from/demo.sh" "$dir/tree/"
    cp "$from/tools/deps.sh" "$dir/tree/tools/"
    touch "$dir/tree/package-lock.json" "$dir/tree/node_modules/.package-lock.json"
    for tool in sh env dirname mkdir grep tail awk rm cp mv cat; do
        ln -s "$(command -v $tool)" "$dir/bin/$tool"
    done
    : >"$dir/calls"
    for tool in apt-get dpkg npm make; do
        echo "echo $tool \"\$@\" >>'$dir/calls'" | stand_in $tool
    done
    echo 'echo 0' | stand_in id
    echo 'echo installed' | stand_in dpkg-query
    echo 'echo; echo /dev/x 9 9 9000 9% /' | stand_in df
    echo ':' | stand_in node
    echo 'echo 2' | stand_in nproc
    echo ':' | stand_in sudo
    cat >"$dir/tree/build/release/trellis" <<'PROGRAM'
#!/bin/sh
if [ "$1" = demo ]; then mkdir "$3"; else echo "serves $*"; fi
PROGRAM
    chmod +x "$dir/tree/build/release/trellis"
}

lacks() { # a package
    echo "for name; do :; done; [ \"\$name\" = $1 ] || echo installed" | stand_in dpkg-query
}

apt_says() { # what it says when it fails
    printf 'echo "%s" >&2; exit 100\n' "$1" | stand_in apt-get
}

run() { # a script of the tree, its words; the output in $said, its code in $code
    said=$(PATH=$dir/bin "$dir/tree/$1" ${2:-} 2>&1)
    code=$?
}

check() { # sentence, then a command that must hold
    n=$((n + 1))
    what=$1
    shift
    if "$@"; then echo "ok $n - $what"; else
        echo "not ok $n - $what"
        echo "$said" | sed "s/^/# $code: /"
        sed 's/^/# called: /' "$dir/calls"
    fi
}
says() { # code, part of the last lines
    [ "$code" -eq "$1" ] && echo "$said" | tail -2 | grep -qF -- "$2"
}
called() { grep -qF -- "$1" "$dir/calls"; }
not_called() { ! called "$1"; }
quiet() { [ "$code" -eq 0 ] && [ -z "$said" ] && [ ! -s "$dir/calls" ]; }

machine
run tools/deps.sh build
check "where all is there, deps.sh does and says nothing" quiet
run tools/deps.sh
check "no word is asked wrongly" says 2 usage
machine
lacks zlib1g-dev
run tools/deps.sh build
check "it says what it installs" says 0 'zlib1g-dev'
check "it installs that and nothing else" called 'install zlib1g-dev'
check "first it ends what an interrupted installation began" called 'dpkg --configure -a'
rm "$dir/bin/dpkg-query"
run tools/deps.sh build
check "elsewhere than on Debian it names what is needed" says 1 'This is not Debian'

machine
lacks zlib1g-dev
apt_says 'E: Failed to fetch http://deb.debian.org/x  Could not resolve host'
run tools/deps.sh build
check "without a network: connect, or install by hand" says 1 'as root: apt-get install zlib1g-dev'
apt_says 'E: You do not have enough free space in /var/cache/apt/archives/.'
run tools/deps.sh build
check "without space for packages: make room" says 1 'make room'
apt_says 'E: Could not get lock /var/lib/dpkg/lock-frontend.'
run tools/deps.sh build
check "while another program installs: wait" says 1 'Another program is installing'
apt_says 'E: Unable to locate package zlib1g-dev'
run demo.sh
check "any other failure of apt: its words and where they all are" says 1 'build/deps.log'
check "after which demo.sh goes no further" not_called make

machine
lacks zlib1g-dev
echo 'echo 1000' | stand_in id
run tools/deps.sh build
check "somebody who is not root installs by sudo" test "$code" -eq 0
echo 'exit 1' | stand_in sudo
run tools/deps.sh build
check "whom sudo refuses is told the command" says 1 'as root: apt-get install zlib1g-dev'
rm "$dir/bin/sudo"
run tools/deps.sh build
check "without sudo too" says 1 'as root: apt-get install zlib1g-dev'

machine
run demo.sh
check "demo.sh builds, makes the data and serves" says 0 'serves serve --data var/demo'
echo 'echo; echo /dev/x 9 9 70 9% /' | stand_in df
run demo.sh
check "with the data there it needs no room for them" says 0 'serves'
rm -r "$dir/tree/var/demo"
run demo.sh
check "without room for them it says how much is needed" says 1 'only 70 MB are free in var'
machine
echo 'echo EADDRINUSE' | stand_in node
run demo.sh
check "a port in use: take another" says 1 'port 8080 is in use; choose another'
for port in 0 70000 http; do
    PORT=$port
    export PORT
    run demo.sh
    check "PORT=$port is none" says 1 'PORT must be'
done
unset PORT
machine
touch "$dir/tree/package-lock.json"
rm "$dir/tree/node_modules/.package-lock.json"
echo 'exit 1' | stand_in npm
run demo.sh
check "no network for npm: connect" says 1 'is there a network?'
run demo.sh --rest
check "an unknown word is refused" says 1 'use ./demo.sh or ./demo.sh --reset'

# Debian 12 has Node 18: a test tool that asks for more would see no page there.
engine=$(awk '/"node_modules\/playwright-core"/ { inside = 1 }
    inside && /"node":/ { print; exit }' package-lock.json)
check "the browser's driver runs on Debian's Node 18" test "$engine" = '        "node": ">=18"'
echo "1..$n"
