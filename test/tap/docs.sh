#!/bin/bash
#
# docs.sh: docs/reference is what `make docs` makes of the catalog and of docs/examples.sql.

set -u
cd "$(dirname "$0")/../.." || exit 1
echo 1..2
mkdir -p "$L2REG_TMP/reference"
if bash docs/make.sh "$L2REG_TMP/reference" 2>"$L2REG_TMP/docs.err" && ! grep -q '!!! no comment' \
    "$L2REG_TMP"/reference/*.md; then
    echo 'ok 1 - every example runs, everything has a comment'
else
    echo 'not ok 1 - every example runs, everything has a comment'
    sed 's/^/# /' "$L2REG_TMP/docs.err" >&2
fi
if diff -ru docs/reference "$L2REG_TMP/reference" >"$L2REG_TMP/docs.diff"; then
    echo 'ok 2 - docs/reference is up to date: else run make docs'
else
    echo 'not ok 2 - docs/reference is up to date: else run make docs'
    head -n 60 "$L2REG_TMP/docs.diff" | sed 's/^/# /' >&2
fi
