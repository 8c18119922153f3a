#!/bin/sh
# node_tap.sh -- runs one file of node tests as TAP that prove can read.
# Node's details of a failure are YAML that prove takes for a broken plan: they become comments.
# A file that does not end is ended and failed: one waiting browser must not stop the suite.
limit=${NODE_TEST_SECONDS:-900}
{
    timeout -k 10 "$limit" node --test-reporter=tap "$@" || {
        code=$?
        [ "$code" -ne 124 ] || echo "not ok - $* did not end in $limit s"
    }
} | awk '
    /^ *---$/ { inside = 1; next }
    inside && /^ *\.\.\.$/ { inside = 0; next }
    inside && /duration_ms:/ { next }
    inside { print "# " $0; next }
    { print }'
