#!/bin/bash
#
# fdw.sh: grams computed where the rows are, by postgres_fdw: a hub and two nodes, servers of their own
# whose settings differ in all that could change a number on its way.

. test/lib/tap.bash

if ! [ -f "$("$PG_CONFIG" --sharedir)/extension/postgres_fdw.control" ]; then
    echo '1..0 # SKIP postgres_fdw is not installed'
    exit
fi

case ${1:-} in
    '') # in the tests' own server, the hub
        export HUB=$PGHOST HUB_TMP=$L2REG_TMP
        # a locale that writes 1,5, if there are sources for one
        mkdir "$HUB_TMP/locale"
        if localedef -i de_DE -f UTF-8 "$HUB_TMP/locale/de_DE.UTF-8" 2>/dev/null; then
            export COMMA=de_DE.UTF-8
        else
            export COMMA=C
        fi
        L2REG_SERVER_ENV="${L2REG_SERVER_ENV:-} LOCPATH=$HUB_TMP/locale" L2REG_CONF="lc_numeric = '$COMMA'" \
            exec bash test/cluster.sh bash "$0" node1
        ;;
    node1)
        export NODE1=$PGHOST
        L2REG_CONF='l2reg.kernel = portable' exec bash test/cluster.sh bash "$0" node2
        ;;
esac
NODE2=$PGHOST
server2=$(head -n 1 "$L2REG_TMP/data/postmaster.pid")
on() { local host=$1; shift; PGHOST=$host run "$@"; }

# ---- rows 1, 3, 5, ... on one node, 2, 4, 6, ... on the other

setup()
{
    cat <<SQL
CREATE SCHEMA l2;
CREATE EXTENSION l2reg SCHEMA l2;
CREATE TABLE sales AS SELECT $1 AS node, i AS id, i % 7 AS store, 3 * sin(i) + cos(3.0 * i) / 3 AS y,
    ARRAY[1e6 + cos(i), i / 3e3, i % 11] AS x, CASE WHEN i % 10 > 0 THEN cos(i) / 7 END AS a, i % 13 AS b
  FROM generate_series(1, 20000) i WHERE i % 2 = $1 % 2;
CREATE TABLE stores AS SELECT i AS store, i * i / 7.0::float8 AS size FROM generate_series(0, 6) i;
-- waits in the first row
CREATE FUNCTION nap() RETURNS bool LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN true; END';
CREATE VIEW slow AS SELECT * FROM sales WHERE CASE WHEN id < 3 THEN nap() ELSE true END;
ANALYZE;
SQL
}
export PGCLIENTENCODING=UTF8
setup 1 | on "$NODE1" -f - >/dev/null
on "$NODE1" -c 'ALTER DATABASE postgres SET extra_float_digits = -15' -c \
    'ALTER DATABASE postgres SET search_path = pg_catalog' \
    -c "ALTER DATABASE postgres SET DateStyle = 'German'" -c \
    'ALTER DATABASE postgres SET bytea_output = escape'
on "$NODE2" -c "CREATE DATABASE latin1 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0" \
    -c 'ALTER DATABASE latin1 SET extra_float_digits = 0' -c \
    "ALTER DATABASE latin1 SET search_path = 'nowhere'"
setup 2 | PGOPTIONS='-c search_path=public' on "$NODE2" -d latin1 -f - >/dev/null

export PGHOST=$HUB PGDATABASE=fdw PGOPTIONS="-c client_min_messages=warning"
run -d postgres -c 'CREATE DATABASE fdw'
version=$(run -c 'SHOW server_version_num')
async=
[ "$version" -lt 140000 ] || async=", async_capable 'true'"
run <<SQL
CREATE SCHEMA l2;
CREATE EXTENSION l2reg SCHEMA l2;
CREATE EXTENSION postgres_fdw;
CREATE SERVER node1 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$NODE1', port '$PGPORT',
  dbname 'postgres', extensions 'l2reg'$async);
CREATE SERVER node2 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$NODE2', port '$PGPORT', dbname 'latin1',
  extensions 'l2reg'$async);
CREATE USER MAPPING FOR CURRENT_USER SERVER node1 OPTIONS (user 'postgres');
CREATE USER MAPPING FOR CURRENT_USER SERVER node2 OPTIONS (user 'postgres');
CREATE TABLE sales (node int, id int, store int, y float8, x float8[], a float8,
  b int) PARTITION BY LIST (node);
CREATE FOREIGN TABLE sales1 PARTITION OF sales FOR VALUES IN (1) SERVER node1 OPTIONS (table_name 'sales');
CREATE FOREIGN TABLE sales2 PARTITION OF sales FOR VALUES IN (2) SERVER node2 OPTIONS (table_name 'sales');
CREATE FOREIGN TABLE slow1 (y float8, x float8[]) SERVER node1 OPTIONS (table_name 'slow');
CREATE FOREIGN TABLE slow2 (y float8, x float8[]) SERVER node2 OPTIONS (table_name 'slow');
CREATE FOREIGN TABLE stores1 (store int, size float8) SERVER node1 OPTIONS (table_name 'stores');
ANALYZE sales, stores1;
CREATE TABLE flat AS SELECT * FROM sales;
CREATE TABLE stores AS SELECT * FROM stores1;
ALTER DATABASE fdw SET search_path = public, l2;
ALTER DATABASE fdw SET enable_partitionwise_aggregate = on;
SQL
run <<'SQL'
-- largest relative difference
CREATE FUNCTION apart(a float8[], b float8[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT CASE WHEN array_length(a, 1) = array_length(b, 1) AND array_positions(a, NULL)
    = array_positions(b, NULL)
        THEN (SELECT max(abs(u - v)) / max(abs(v)) FROM unnest(a, b) r(u, v)) ELSE 'inf' END $$;
SQL

[ "$COMMA" = C ] || check 'one node writes numbers with a comma' \
    "$(on "$NODE1" -d postgres -c "SELECT to_char(1.5, '9D9')")" ' 1,5'

# ---- the patterns: the plans ask the nodes for grams, and the answers are those of the rows here

# NAME, the aggregate in the remote queries, the query, the same of the table that is here
same()
{
    local plan
    plan=$(run -c "EXPLAIN (VERBOSE, COSTS OFF) $3")
    check "$1: is computed remotely" "$(grep -c "Remote SQL: SELECT .*l2\.$2(" <<<"$plan") $(grep -c \
        'Remote SQL' <<<"$plan")" "$5 $5"
    check "$1: the same as here" "$(run -c "SELECT count(*) > 0 AND count(*) = count(h.m) AND count(*)
        = count(f.m) AND max(apart(f.m, h.m)) < 1e-12 FROM ($3) f FULL JOIN ($4) h USING (part)")" t
}
by_node='SELECT 1 AS part, l2_ridge(l2_gram_sum(gram), 0.1)::float8[] AS m
    FROM (SELECT node, l2_gram_agg(y, x) AS gram FROM sales GROUP BY node) s'
same 'a partition a node' l2_gram_agg "$by_node" 'SELECT 1 AS part, ridge_fit(y, x, 0.1)::float8[] AS m
    FROM flat' 2
union='SELECT 1 AS part, l2_ols(l2_gram_sum(gram))::float8[] AS m FROM (SELECT l2_gram_agg(y, x) AS gram
    FROM sales1 WHERE id > 99 UNION ALL SELECT l2_gram_agg(y, x) FROM sales2 WHERE id > 99) s'
same 'UNION ALL of nodes' l2_gram_agg "$union" 'SELECT 1 AS part, ols_fit(y, x)::float8[] AS m FROM flat
    WHERE id > 99' 2
same 'groups, arrays made there, rows with NULLs' l2_gram_agg \
    'SELECT store AS part, l2_ols(l2_gram_sum(gram))::float8[] AS m
    FROM (SELECT node, store, l2_gram_agg(l2_obs(y, weight => b + 1), ARRAY[a, b]) AS gram FROM sales
    GROUP BY node, store) s GROUP BY store' \
    'SELECT store AS part, ols_fit(l2_obs(y, weight => b + 1), ARRAY[a, b])::float8[] AS m FROM flat
    GROUP BY store' 2
same 'columns, FILTER' l2_gram_cols \
    'SELECT 1 AS part, l2_ols(l2_gram_sum(gram))::float8[] AS m
    FROM (SELECT node, l2_gram_cols(y, a, b) FILTER (WHERE store > 2) AS gram FROM sales GROUP BY node) s' \
    'SELECT 1 AS part, l2_ols(l2_gram_cols(y, a, b))::float8[] AS m FROM flat WHERE store > 2' 2
same 'cross-validation, folds by a key' l2_gram_agg \
    'SELECT 1 AS part, l2_cv(array_agg(gram ORDER BY fold))::float8[] AS m
    FROM (SELECT fold, l2_gram_sum(gram) AS gram FROM (SELECT node, id % 10 AS fold, l2_gram_agg(y, x) AS gram
    FROM sales GROUP BY node, id % 10) s GROUP BY fold) s' \
    'SELECT 1 AS part, l2_cv(l2_gram_folds(l2_obs(y, fold => id), x))::float8[] AS m FROM flat' 2
# before 17 an array of an extension's type is none of its own, and so is not shipped
[ "$version" -lt 170000 ] || same 'cross-validation' l2_gram_folds \
    'SELECT 1 AS part, l2_cv(array_agg(gram ORDER BY fold))::float8[] AS m
    FROM (SELECT fold, l2_gram_sum(gram) AS gram
    FROM (SELECT node, l2_gram_folds(y, x, $${"adds_up": true}$$) AS grams FROM sales GROUP BY node) s,
    unnest(grams) WITH ORDINALITY u(gram, fold) GROUP BY fold) s' \
    'SELECT 1 AS part, l2_cv(l2_gram_folds(y, x, $${"adds_up": true}$$))::float8[] AS m FROM flat' 2
same 'all on one node, a join there, options as jsonb' ridge_fit \
    "SELECT 1 AS part, ridge_fit(y, ARRAY[a, size], 1, '{\"standardize\": true}')::float8[] AS m FROM sales1
    JOIN stores1 USING (store)" \
    "SELECT 1 AS part, ridge_fit(y, ARRAY[a, size], 1, '{\"standardize\": true}')::float8[] AS m FROM flat
    JOIN stores USING (store) WHERE node = 1" 1
same 'all on one node: options and observations' ols_fit \
    "SELECT 1 AS part, ols_fit(l2_obs(y, weight => b), x, l2_options('covariance', true, 'vcov',
    'HC1'))::float8[] AS m FROM sales1" \
    "SELECT 1 AS part, ols_fit(l2_obs(y, weight => b), x, l2_options('covariance', true, 'vcov',
    'HC1'))::float8[] AS m FROM flat WHERE node = 1" 1
same 'folds of observations' ridge_cv \
    "SELECT 1 AS part, ridge_cv(l2_obs(y, fold => id), x, '{\"folds\": 5}')::float8[] AS m FROM sales1" \
    "SELECT 1 AS part, ridge_cv(l2_obs(y, fold => id), x, '{\"folds\": 5}')::float8[] AS m FROM flat
    WHERE node = 1" 1
same 'logistic regression' logistic_fit \
    'SELECT 1 AS part, logistic_fit(l2_obs(y > 0, weight => b), x, 1)::float8[] AS m FROM sales1' \
    'SELECT 1 AS part, logistic_fit(l2_obs(y > 0, weight => b), x, 1)::float8[] AS m FROM flat
    WHERE node = 1' 1
same 'area under the curve' l2_auc \
    'SELECT 1 AS part, ARRAY[l2_auc(y > 0, a)] AS m FROM sales1' \
    'SELECT 1 AS part, ARRAY[l2_auc(y > 0, a)] AS m FROM flat WHERE node = 1' 1
same 'predictions, summed there' l2_predict \
    'SELECT 1 AS part, ARRAY[sum(l2_predict((SELECT ols_fit(y, x) FROM flat), x))] AS m FROM sales1' \
    'SELECT 1 AS part, ARRAY[sum(l2_predict((SELECT ols_fit(y, x) FROM flat), x))] AS m FROM flat
    WHERE node = 1' 1
# what is pulled: the rows are asked for, and the answer is the same
pulled() # NAME, the query, the same of the table that is here
{
    check "$1: rows are sent" "$(run -c "EXPLAIN (VERBOSE, COSTS OFF) $2" | grep 'Remote SQL' | grep -c -v \
        'SELECT .*l2\.')" "${4:-1}"
    check "$1: the same as here" "$(run -c "SELECT apart(f.m, h.m) < 1e-12 FROM ($2) f(m), ($3) h(m)")" t
}
pulled 'a fit over partitions' 'SELECT ridge_fit(y, x, 0.1)::float8[] FROM sales' \
    'SELECT ridge_fit(y, x, 0.1)::float8[] FROM flat' 2
for row in t 'ROW(a, b)' 'l2_row(t)' "l2_row(ROW(a, b), '{a,b}')"; do
    options=NULL
    case $row in t | 'l2_row(t)') options="'{\"features\": [\"a\", \"b\"]}'" ;; esac
    pulled "$row" "SELECT ridge_fit(y, $row, 0.1, $options)::float8[] FROM sales1 t" \
        "SELECT ridge_fit(y, ARRAY[a, b], 0.1)::float8[] FROM flat WHERE node = 1"
done
pulled 'options out of a column' "SELECT ols_fit(y, x, jsonb_build_object('intercept', node > 1))::float8[]
    FROM sales1" 'SELECT ols_fit(y, x, l2_options($$intercept$$, false))::float8[] FROM flat WHERE node = 1'
pulled 'a window' 'SELECT m FROM (SELECT id, ols_fit(y, x) OVER (ORDER BY id ROWS 50 PRECEDING)::float8[] AS m
    FROM sales1) s WHERE id = 201' 'SELECT ols_fit(y, x)::float8[] FROM flat WHERE node = 1 AND id BETWEEN 101
    AND 201'
check 'following is refused' "$(run -c "SELECT l2_train('live', 'sales1', 'y ~ b',
    options => '{\"refresh\": \"live\"}')" | head -n 1)" \
    'ERROR:  a model cannot follow public.sales1, which is no table'
if [ "$version" -ge 150000 ]; then
    check 'both nodes work at once' "$(run -c "EXPLAIN (VERBOSE, COSTS OFF) $by_node" -c "EXPLAIN (VERBOSE,
        COSTS OFF) $union" | grep -c 'Async Foreign Scan')" 4
fi
check 'rows that were left out are counted' "$(run -c 'SELECT l2_n_skipped(l2_gram_sum(g)),
    l2_n(l2_gram_sum(g)) FROM (SELECT node, l2_gram_agg(y, ARRAY[a]) AS g FROM sales GROUP BY node) s')" \
    '2000|18000'
check 'names of a gram' "$(run -c "SELECT l2_names(l2_gram_sum(g))
    FROM (SELECT node, l2_gram_agg(y, x, '{\"names\": [\"größe\", \"b\", \"c\"]}') AS g FROM sales
    GROUP BY node) s")" '{y,größe,b,c}'
check 'names that are not ASCII, from LATIN1' \
    "$(run -c "SELECT l2_names(ols_fit(y, x, '{\"names\": [\"größe\", \"b\", \"c\"]}')) FROM sales2")" \
    '{y,größe,b,c}'

# ---- grams as text, without postgres_fdw, which would set extra_float_digits

text=$(on "$NODE1" -d postgres -c 'SELECT l2.l2_gram_agg(y, x) FROM public.sales')
check 'text loses nothing' "$(run -c "SELECT '$text'::l2_gram::text = l2_gram_agg(y, x)::text FROM sales1")" t

# ---- errors of a node, and its end

check 'an error of a node' "$(run -c "SELECT l2_gram_sum(g)
    FROM (SELECT node, l2_gram_agg(CASE WHEN id = 8 THEN 'NaN' ELSE y END, x) AS g FROM sales
    GROUP BY node) s" | head -n 1)" 'ERROR:  column y is NaN'

slow='SELECT l2_n(l2_gram_sum(g)) FROM (SELECT l2_gram_agg(y, x) AS g FROM slow1
    UNION ALL SELECT l2_gram_agg(y, x) FROM slow2) s'
asleep="SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
# Start it; once the nodes are at it, HOW; then see what came of it
interrupted() # NAME HOW
{
    local session i first second=
    run -c "$slow" >"$HUB_TMP/slow" &
    session=$!
    for ((i = 0; i < 300; i++)); do
        first=$(on "$NODE1" -d postgres -c "$asleep")
        second=$(on "$NODE2" -d postgres -c "$asleep")
        [ -n "$second" ] && [ -n "$first" ] && break
        # one after the other, where the server knows no better
        if [ -n "$first" ] && [ "$version" -lt 150000 ]; then
            on "$NODE1" -d postgres -c "SELECT pg_terminate_backend($first)" >/dev/null
            break
        fi
        sleep 0.1
    done
    [ "$version" -lt 150000 ] || check "$1: both nodes are in the middle of it" "${first:+1}${second:+2}" 12
    $2 "$second"
    wait "$session"
    check "$1: an error" "$(grep -c '^ERROR: ' "$HUB_TMP/slow")" 1
    check "$1: and no answer" "$(grep -c '^[0-9]*$' "$HUB_TMP/slow")" 0
}
terminate() { [ -z "$1" ] || on "$NODE2" -d postgres -c "SELECT pg_terminate_backend($1)" >/dev/null; }
stop() { kill -QUIT "$server2"; }
interrupted 'a session of a node is terminated' terminate
check 'the next query works' "$(run -c "SELECT count(*) FROM ($by_node) s")" 1
interrupted 'a node goes down' stop
for ((i = 0; i < 100; i++)); do kill -0 "$server2" 2>/dev/null || break; sleep 0.1; done
check 'while it is down' "$(run -c "$by_node" | head -n 1)" 'ERROR:  could not connect to server "node2"'
check 'the other one serves' "$(run -c 'SELECT l2_n(l2_gram_agg(y, x)) FROM sales1')" 10000

run -d postgres -c 'DROP DATABASE fdw'
echo "1..$n"
