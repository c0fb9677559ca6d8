#!/bin/bash
#
# cancel_memory.sh: statements that are canceled at random moments leave neither memory nor files.
#
# One session, so that what is left adds up; CANCELS (10) of each statement, whose timeouts are
# random.  Its memory is measured after the first round and after the last.

. test/lib/tap.bash
cancels=${CANCELS:-10}
RANDOM=${CANCEL_SEED:-1}

version=$(psql -XqAtc 'SHOW server_version_num')
if [ "$version" -lt 140000 ]; then
    echo '1..0 # SKIP PostgreSQL 13 does not tell its memory contexts'
    exit 0
fi

psql -Xq <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;
DROP TABLE IF EXISTS cancel_rows, cancel_wide, cancel_gram;
CREATE TABLE cancel_rows AS SELECT i, sin(i * i) AS y, sin(i) + sin(i * 0.77) > 0 AS b, 'l' || i % 50 AS c,
  'm' || i % 37 AS d, abs(sin(i)) AS p,
  (SELECT array_agg(sin(i * j * 0.37 + j * j * 0.11) ORDER BY j) FROM generate_series(1, 60) j) AS x
  FROM generate_series(1, 4000) i;
CREATE TABLE cancel_wide AS SELECT b, p, y, x[1] AS x1, x[2] AS x2, x[3] AS x3 FROM cancel_rows;
CREATE TABLE cancel_gram AS SELECT l2_gram_agg(y, x) AS g FROM cancel_rows;
SQL

statements=(
    'SELECT l2_n(l2_gram_agg(y, x)) FROM cancel_rows, generate_series(1, 20)'
    'SELECT l2_gram_agg(y, ROW(c, d, i)) FROM cancel_rows, generate_series(1, 50)'
    'SELECT logistic_fit(b, x, 0.01) FROM cancel_rows, generate_series(1, 5)'
    'SELECT logistic_fit(l2_obs(b, weight => 0.5), ROW(c, d, y),
        0.01, '\''{"l1_ratio": 1}'\'') FROM cancel_rows, generate_series(1, 20)'
    'SELECT logistic_cv(b, x) FROM cancel_rows'
    'SELECT poisson_path(i % 5, x) FROM cancel_rows'
    'SELECT l2_auc(b, p) FROM cancel_rows, generate_series(1, 200)'
    'SELECT l2_roc(b, p) FROM cancel_rows, generate_series(1, 100)'
    'SELECT lasso_cv(y, x) FROM cancel_rows'
    'SELECT count(*) FROM cancel_gram, generate_series(1, 20), l2_path(g)'
    'SELECT l2_select(g, $$backward$$) FROM cancel_gram'
    'SELECT l2_subset(g, options => l2_options('\''features'\'', (l2_names(g))[2:25])) FROM cancel_gram'
    'SELECT ridge_fit(y, x, 1) OVER (ORDER BY i ROWS 99 PRECEDING) FROM cancel_rows'
    'SELECT ridge_ewm(y, x, 1, 50) OVER (ORDER BY i) FROM cancel_rows'
    'SELECT l2_fit($$cancel_wide$$, $$b$$, $$logistic$$, 0.01) FROM generate_series(1, 20)'
    'SELECT l2_train($$cancel_model$$, $$SELECT y, c, d, p FROM cancel_rows$$, $$y$$)'
)

round() # NUMBER
{
    local s
    for s in "${statements[@]}"; do
        printf 'SET statement_timeout = %d;\n%s;\n' $((3 + RANDOM % 150)) "$s"
    done
    printf "SET statement_timeout = 0;\nSELECT 'memory', sum(total_bytes) FROM pg_backend_memory_contexts;\n"
    printf "SELECT 'files', count(*) FROM pg_ls_tmpdir()
        WHERE name ~ ('^pgsql_tmp' || pg_backend_pid() || '[.]');\n"
}

out=$({
    printf 'SET client_min_messages = error;\nSET work_mem = 64;\nSET max_parallel_workers_per_gather
        = 0;\n\\pset format unaligned\n\\pset tuples_only on\n'
    for ((i = 0; i < cancels; i++)); do round; done
} | psql -Xq 2>&1 | grep -E '^(memory|files|ERROR|.*server closed)')

count=$(grep -c 'canceling statement due to statement timeout' <<<"$out")
others=$(grep -E 'ERROR|server closed' <<<"$out" | grep -v 'canceling statement due to statement timeout' | \
    sort | uniq -c)
[ "$count" -gt $((cancels * 2)) ] && ok "statements were canceled" || not_ok "statements were canceled" \
    "$count of $((cancels * ${#statements[@]}))"
[ -z "$others" ] && ok 'nothing else went wrong' || not_ok 'nothing else went wrong' "$others"

# What the server keeps of the tables and functions it has met is there after some rounds, but for what a
# statement meets that was always canceled before; one gram or one block of rows lost a round would be more.
memory=$(grep '^memory' <<<"$out" | cut -d'|' -f2)
early=$(sed -n "$((cancels / 2))p" <<<"$memory") late=$(tail -n 1 <<<"$memory")
[ -n "$late" ] && [ $((late - early)) -lt 4000000 ] && ok 'memory returns to where it was' ||
    not_ok 'memory returns to where it was' "$(paste -sd ' ' <<<"$memory")"
[ "$(grep '^files' <<<"$out" | cut -d'|' -f2 | sort -u)" = 0 ] && ok 'no temporary file is left' ||
    not_ok 'no temporary file is left' "$(grep '^files' <<<"$out")"
echo "# $count statements canceled; bytes in use: $(paste -sd ' ' <<<"$memory")"
psql -Xqc 'SET client_min_messages = error' -c "SELECT l2_drop('cancel_model', true)" -o /dev/null -c \
    'DROP TABLE cancel_rows, cancel_wide, cancel_gram'
echo "1..$n"
