#!/bin/sh
# node_tap.sh -- runs one file of node tests as TAP that prove can read.
# Node's details of a failure are YAML that prove takes for a broken plan: they become comments.
node --test-reporter=tap "$@" | awk '
    /^ *---$/ { inside = 1; next }
    inside && /^ *\.\.\.$/ { inside = 0; next }
    inside && /duration_ms:/ { next }
    inside { print "# " $0; next }
    { print }'
