#!/bin/sh
# replay.sh -- the kept inputs of one fuzz target, as TAP: replay.sh tests/fuzz/NAME.c
name=$(basename "$1" .c)
exec "${BUILD:-build}/${PRESET:-release}/fuzz/$name" "tests/fuzz/corpus/$name"
