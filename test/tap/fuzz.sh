#!/bin/bash
#
# fuzz.sh: some seconds of the SQL fuzzer; make fuzz runs an hour of it, with another seed each time.

version=$(psql -XqAtc 'SHOW server_version_num')
if [ "$version" -lt 140000 ]; then
    echo '1..0 # SKIP PostgreSQL 13 has no infinite numeric'
    exit 0
fi
exec perl test/fuzz/sql.pl --seconds "${FUZZ_SECONDS:-20}" --seed "${FUZZ_SEED:-20261122}" \
    --keep "${L2REG_TMP:-build}/fuzz"
