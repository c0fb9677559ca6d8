#!/bin/bash
#
# bench.sh: bench/run.sh in a throwaway cluster.

set -u
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL
bash test/setup.sh demo && make -s -j2 all </dev/null && exec bash test/cluster.sh bash bench/run.sh
