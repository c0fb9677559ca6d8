#!/bin/bash
#
# fuzz.sh: some seconds of the SQL fuzzer; make fuzz runs an hour of it, with another seed each time.

exec perl test/fuzz/sql.pl --seconds "${FUZZ_SECONDS:-20}" --seed "${FUZZ_SEED:-20261122}" \
    --keep "${L2REG_TMP:-build}/fuzz"
