#!/bin/bash
#
# one.sh FILE: runs one test in the way of its kind; writes TAP.  Called by prove, in a cluster.

set -u
case $1 in
    *.sql)
        # A database of its own, with pgTAP and l2reg.
        db=pgtap_$(basename "$1" .sql)
        export PGOPTIONS='-c client_min_messages=warning'
        psql -Xqc "DROP DATABASE IF EXISTS \"$db\"" -c "CREATE DATABASE \"$db\"" &&
            psql -Xqd "$db" -c 'CREATE EXTENSION pgtap' -c 'CREATE EXTENSION l2reg' || exit 1
        # pgTAP says why a test failed in comments of its output, which prove keeps to itself.
        psql -XqAtd "$db" -P pager=off -v ON_ERROR_STOP=1 -f "$1" |
            awk '{ print } /^ *#/ { print >"/dev/stderr" }'
        exit "${PIPESTATUS[0]}"
        ;;
    *.sh) exec bash "$1" ;;
    *.pl) exec perl "$1" ;;
    *) exec "$1" ;;
esac
