#!/bin/bash
#
# fuzz.sh: test/stress/fuzz/sql.pl in a throwaway cluster, for FUZZ_SECONDS (an hour), from FUZZ_SEED.

set -u
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL

bash test/lib/setup.sh demo || exit 1
make -s -j2 all </dev/null || exit 1
exec bash test/cluster.sh perl test/stress/fuzz/sql.pl --seconds "${FUZZ_SECONDS:-3600}" \
    ${FUZZ_SEED:+--seed "$FUZZ_SEED"} ${FUZZ_ROUNDS:+--rounds "$FUZZ_ROUNDS"} </dev/null
