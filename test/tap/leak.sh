#!/bin/bash
#
# leak.sh: many calls of each function in one query leave its memory as it was; docs/reliability.md
# has the figures of 100,000 calls each.

version=$(psql -XqAtc 'SHOW server_version_num')
if [ "$version" -lt 140000 ]; then
    echo '1..0 # SKIP PostgreSQL 13 does not tell its memory contexts'
    exit 0
fi
exec perl test/stress/fuzz/sql.pl --leak "${LEAK_CALLS:-200}" --seconds "${LEAK_SECONDS:-2}" --seed 1 \
    --functions "${LEAK_FUNCTIONS:-^(l2_(?!cv|subset|select|logistic|poisson|trace|path|gram_folds|calibration|confusion|predict).*|ols_fit)$}"
