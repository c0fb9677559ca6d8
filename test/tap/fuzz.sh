#!/bin/bash
#
# fuzz.sh: some rounds of the SQL fuzzer, the same each time; make fuzz runs an hour of others.

version=$(psql -XqAtc 'SHOW server_version_num')
if [ "$version" -lt 140000 ]; then
    echo '1..0 # SKIP PostgreSQL 13 has no infinite numeric'
    exit 0
fi
exec perl test/stress/fuzz/sql.pl --rounds "${FUZZ_ROUNDS:-6}" --seed "${FUZZ_SEED:-20261122}" \
    --keep "${L2REG_TMP:-build}/fuzz"
