#!/bin/bash
#
# run.sh [FILE...]: every test, or those named, under one prove, whose last lines count them.
#
#   build/unit/test_*    programs that test src/num, from test/unit/*.c
#   test/regress.sh      sql/*.sql against expected/*.out, and test/isolation, as TAP
#   test/pgtap/*.sql     pgTAP, each file in a new database
#   test/tap/*.pl, *.sh  whatever needs more than SQL
#
# Asks nothing and reads nothing from the terminal.

set -u
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL
if ! [ -w . ] || ! [ -w src ]; then
    echo "l2reg: $PWD must be writable, to build in it" >&2
    exit 1
fi

bash test/lib/setup.sh test || exit 1
export WERROR=${WERROR:-1}
echo 'l2reg: building'
make -s -j2 all unit-build </dev/null || exit 1

if [ $# -eq 0 ]; then
    shopt -s nullglob
    set -- test/unit/test_*.c
    set -- "${@/#test\/unit/build/unit}"
    set -- "${@%.c}" test/regress.sh test/pgtap/*.sql test/tap/*.pl test/tap/*.sh
fi

echo 'l2reg: testing'
exec bash test/cluster.sh prove --failures --exec 'bash test/lib/one.sh' "$@" </dev/null
