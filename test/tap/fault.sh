#!/bin/bash
#
# fault.sh: the calls of the server that each function makes fail, one after the other; each failure
# is an error, after which the statement gives the same again, no memory is lost and no file is left.
#
# With a module that is linked for it, in a database of its own: test/stress/fault/fault.c.
# FAULTS (1): how many calls of each function in a row, later ones at growing distances;
# FAULT_SECONDS (0.02) for each, ten times that for a statement of test/stress/fault/statements.sql;
# FAULT_FUNCTIONS: a regular expression, for others than some of each kind.  make faults: all of it.

if [ "$(uname -m)" != x86_64 ]; then
    echo '1..0 # SKIP the module with faults is made for x86-64'
    exit 0
fi
if [ "$(psql -XqAtc 'SHOW server_version_num')" -lt 140000 ]; then
    echo '1..0 # SKIP PostgreSQL 13 has no infinite numeric'
    exit 0
fi
pg_config=${PG_CONFIG:-pg_config}
make -s build/l2reg_fault.so &&
    install -m 755 build/l2reg_fault.so "$L2REG_TMP/root$("$pg_config" --pkglibdir)/" || exit 1
exec perl test/stress/fuzz/sql.pl --faults "${FAULTS:-1}" --seconds "${FAULT_SECONDS:-0.02}" --seed 1 \
    --functions "${FAULT_FUNCTIONS:-SELECT|^(l2_(gram_(agg|in|folds)|model_in|predict|path|summary|explain|sql|merge)|ols_fit|logistic_cv|lasso_cv)$}"
