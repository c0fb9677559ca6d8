#!/bin/bash
#
# logistic.sh: the hard cases of logistic regression: stopped in the middle, out of temporary space, very many
# groups; no temporary file stays behind.

. test/lib/tap.bash

psql -Xq <<'SQL'
SET client_min_messages = warning;
DROP TABLE IF EXISTS hard_rows;
CREATE EXTENSION IF NOT EXISTS l2reg;
CREATE TABLE hard_rows AS SELECT i, hashint4(i) % 7 > 2 * sin(i) AS y,
  ARRAY[sin(i), cos(i), i % 7, i % 11, i % 13] AS x,
  (1 + sin(i)) / 2 AS p FROM generate_series(1, 300000) i;
SQL
files() { psql -XqAt -c 'SELECT count(*) FROM pg_ls_tmpdir()'; }

# NAME, STATEMENT: is stopped, says so, and the same session goes on
stops()
{
    local out
    out=$(psql -XqAt -v ON_ERROR_STOP=0 -c "SET work_mem = '1MB'" -c "SET statement_timeout = ${3:-600}" -c \
        "$2" \
        -c 'SET statement_timeout = 0' -c "SELECT 'alive', l2_n(l2_gram_cols(i, i))
        FROM generate_series(1, 3) i" 2>&1)
    if [[ $out == *'canceling statement due to statement timeout'*'alive|3'* ]]; then
        ok "$1 is canceled, the session lives"
    else
        not_ok "$1 is canceled, the session lives" "$out"
    fi
}
stops 'collecting rows' 'SELECT logistic_fit(y, x) FROM hard_rows, generate_series(1, 100)'
stops 'a path' 'SELECT logistic_path(y, x, '\''{"l1_ratio": 1}'\'') FROM hard_rows'
stops 'cross-validation' 'SELECT logistic_cv(y, x, '\''{"l1_ratio": 1}'\'') FROM hard_rows'
stops 'a query a step' 'SELECT set_config($$l2reg.steps$$, $$on$$, false),
    count(l2_fit($$SELECT y, x[1] x1, x[2] x2 FROM hard_rows$$, $$y$$, $$logistic$$))
    FROM generate_series(1, 100)'
stops 'sorting probabilities' 'SELECT l2_auc(y, p) FROM hard_rows, generate_series(1, 30)' 900
stops 'a curve' 'SELECT l2_roc(y, p) FROM hard_rows, generate_series(1, 30)' 900
check 'no temporary file is left' "$(files)" 0

# NAME, STATEMENT: there is no room for its rows
no_room()
{
    local out
    out=$(psql -XqAt -v ON_ERROR_STOP=0 -c "SET work_mem = '64kB'" -c "SET temp_file_limit = '1MB'" -v \
        VERBOSITY=sqlstate -c "$2" -c "SELECT 'alive'" 2>&1)
    if [[ $out == *53400*'alive' ]]; then
        ok "$1 obeys temp_file_limit"
    else
        not_ok "$1 obeys temp_file_limit" "$out"
    fi
}
no_room logistic_fit 'SELECT logistic_fit(y, x) FROM hard_rows'
no_room logistic_cv 'SELECT logistic_cv(y, x) FROM hard_rows'
no_room 'logistic_fit over records' 'SELECT logistic_fit(y, r) FROM hard_rows,
    LATERAL (SELECT p, i % 5 || $$$$ AS k) r'
no_room l2_auc 'SELECT l2_auc(y, p) FROM hard_rows'
check 'no temporary file is left' "$(files)" 0

# groups
check '100,000 groups of 20 rows' "$(psql -XqAt <<'SQL'
SET work_mem = '16MB';
SELECT count(*), min(n), max(n), count(*) FILTER (WHERE converged) FROM (
  SELECT i / 20 AS g, logistic_fit(sin(i * 7) > 0, ARRAY[sin(i), cos(i)], 0.1, '{"one_class": "null"}') AS m
  FROM generate_series(0, 1999999) i GROUP BY 1) s, l2_glance(m);
SQL
)" '100000|20|20|100000'
check 'their areas under the curve' "$(psql -XqAt <<'SQL'
SET work_mem = '16MB';
SELECT count(a), count(*) FILTER (WHERE a BETWEEN 0 AND 1)
  FROM (SELECT i / 20 AS g, l2_auc(i % 2 = 0, (1 + sin(i)) / 2) AS a FROM generate_series(0, 1999999) i
  GROUP BY 1) s;
SQL
)" '100000|100000'
check 'no temporary file is left' "$(files)" 0
psql -Xqc 'DROP TABLE hard_rows'
echo "1..$n"
