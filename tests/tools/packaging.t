#!/bin/sh
# packaging.t -- what is installed beside the program: the unit, nginx's file, the pages that tell
# how. Speaks TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0

check() { # sentence, then a command that must hold; what it says is shown when it does not
    n=$((n + 1))
    what=$1
    shift
    if "$@" >"$dir/said" 2>&1; then echo "ok $n - $what"; else
        echo "not ok $n - $what"
        sed 's/^/# /' "$dir/said"
    fi
}

# systemd ends a service at its first call outside the filter, and @system-service of Debian 12 has
# none of these: the server would end while it locks itself in.
for call in landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp; do
    check "the unit lets the server call $call" \
        grep -qE "^SystemCallFilter=([a-z@_-]+ )*$call( |\$)" packaging/trellis.service
done

nginx() { # the file as shipped, with a certificate of this test's own
    mkdir -p "$dir/ssl/private"
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=care.example.nhs.uk \
        -keyout "$dir/ssl/private/care.example.nhs.uk.key" -out "$dir/ssl/care.example.nhs.uk.pem"
    sed "s,/etc/ssl,$dir/ssl," packaging/nginx.conf >"$dir/site.conf"
    echo "pid $dir/pid; events {} http { include $dir/site.conf; }" >"$dir/nginx.conf"
    command nginx -t -e stderr -c "$dir/nginx.conf"
}
PATH=$PATH:/usr/sbin
if command -v nginx >/dev/null; then
    check "nginx takes the file that is shipped" nginx
else
    n=$((n + 1))
    echo "ok $n - nginx takes the file that is shipped # SKIP no nginx"
fi

# A command that a page for IT names is one that the program has.
commands_exist() {
    grep -ohE '(^|[ `])trellis [a-z]+ (--|[a-z]+ --)' README.md docs/operate/*.md |
        awk '{ print $2 }' | sort -u >"$dir/named"
    [ -s "$dir/named" ] || return 1
    ls src/app/cli_*.c | sed 's/.*cli_//; s/\.c$//' >"$dir/known"
    printf 'serve\nrestore\n' >>"$dir/known" # in serve.c and with backup
    ! grep -vxFf "$dir/known" "$dir/named"
}
check "every command in docs/operate is one of the program" commands_exist
links_exist() {
    grep -ohE '(docs|packaging|tools|src|tests)/[A-Za-z0-9_./-]+[a-z]' README.md CONTRIBUTING.md \
        SECURITY.md docs/operate/*.md docs/guide/*.md docs/ARCHITECTURE.md | sort -u |
        while read -r path; do [ -e "$path" ] || ls -d "$path"* >/dev/null || echo "$path"; done \
            >"$dir/gone" 2>/dev/null
    cat "$dir/gone"
    [ ! -s "$dir/gone" ]
}
check "every file that a document names is there" links_exist
echo "1..$n"
