#!/bin/bash
#
# fuzz.sh: some seconds of the SQL fuzzer; make fuzz runs an hour of it.
#
# The seed is the day's, so that a failure can be repeated and the tests still do not see the same
# statements for ever.

exec perl test/fuzz/sql.pl --seconds "${FUZZ_SECONDS:-20}" --seed "${FUZZ_SEED:-$(date -u +%Y%m%d)000}" \
    --keep "${L2REG_TMP:-build}/fuzz"
