#!/bin/bash
#
# demo.sh: demo.sql in a throwaway cluster.  KEEP=1 leaves psql open on it; quitting ends it.

set -u
cd "$(dirname "$0")/.." || exit 1

if [ "${1:-}" != --inside ]; then
    unset MAKEFLAGS MFLAGS MAKELEVEL
    if [ -n "${KEEP:-}" ] && ! [ -t 0 ]; then
        echo 'l2reg: KEEP needs a terminal, to type in' >&2
        exit 1
    fi
    bash test/setup.sh demo || exit 1
    [ -f l2reg.so ] || echo 'l2reg: building'
    make -s -j2 all </dev/null || exit 1
    exec bash test/cluster.sh ${KEEP:+--interactive} bash test/demo.sh --inside
fi

style=ascii
[ "$(locale charmap 2>/dev/null)" = UTF-8 ] && style=unicode
export PGCLIENTENCODING=UTF8 PAGER='less -FRSX'
psql -XqP pager=off -P linestyle=$style -f test/demo.sql || exit 1
[ -n "${KEEP:-}" ] || exit 0

echo '  The tables are ames and house_price, the views train and test.  \q quits and removes all.'
echo
psql -XqP linestyle=$style -P border=2
exit 0
