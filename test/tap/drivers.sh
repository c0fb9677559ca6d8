#!/bin/bash
#
# drivers.sh: calls as a driver makes them, psycopg2's values in place of parameters and parameters of
# declared and of unknown types: which of them mean what, and what is said to the others.

. test/lib/tap.bash
export PGOPTIONS='-c client_min_messages=warning' # rows of noise: lambda ends at an edge of the grid

run >/dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS l2reg;
DROP TABLE IF EXISTS driver_rows;
CREATE TABLE driver_rows AS SELECT 3 * i + i % 7 AS y, i % 3 = 0 AS s, i % 11 AS a, i % 4 AS b, 1 + i % 3 AS w
  FROM generate_series(1, 60) i;
SQL

# ---- parameters of PREPARE: as drivers declare them, and without a type

# NAME, TYPES, STATEMENT, VALUES: gives t
prepared() { check "$1" "$(run -c "PREPARE p$2 AS $3" -c "EXECUTE p($4)")" t; }
prepared 'lambda of no type' '' 'SELECT ridge_fit(y, ARRAY[a, b], $1) IS NOT NULL FROM driver_rows' 0.5
prepared 'lambda and options of no type' '' 'SELECT ridge_fit(y, ARRAY[a, b], $1, $2) IS NOT NULL
    FROM driver_rows' "1, '{\"standardize\": true}'"
prepared 'options of no type' '' 'SELECT l2_path(l2_gram_agg(y, ARRAY[a, b]), $1, $2) IS NOT NULL
    FROM driver_rows LIMIT 1' "'lasso', '{}'"
prepared 'a name and a formula' '' 'SELECT l2_fit($1, $2, $3, $4, $5) IS NOT NULL' \
    "'driver_rows', 'y ~ a + b', 'ridge', 1, '{}'"
for type in varchar text json jsonb l2_options; do
    prepared "options as $type" "($type)" 'SELECT lasso_cv(y, ARRAY[a, b], $1) IS NOT NULL FROM driver_rows' \
        "'{\"folds\": 5}'"
done
for type in int4 int8 float8 numeric; do
    prepared "lambda as $type" "($type)" 'SELECT logistic_fit(s, ARRAY[a, b], $1) IS NOT NULL
        FROM driver_rows' 1
done
prepared 'features as float8[]' '(float8[])' \
    "SELECT l2_predict(l2_fit('driver_rows', 'y ~ a + b', 'ols'), \$1) IS NOT NULL" "'{1,2}'"
# what docs/notices.md says to write
prepared 'a gram and options' '' 'SELECT l2_ols($1::l2_gram, $2) IS NULL' "NULL, '{}'"
prepared 'lambda and options of a GLM' '' 'SELECT logistic_fit(s, ARRAY[a, b], $1::float8, $2) IS NOT NULL
    FROM driver_rows' "1, '{\"l1_ratio\": 0.5}'"
prepared 'a name and columns' '' "SELECT l2_predict(l2_fit('driver_rows', 'y ~ a + b', 'ols'), \$1::float8,
    \$2::float8) IS NOT NULL" '1, 2'
prepared 'a name and an array' '' "SELECT l2_predict(l2_fit('driver_rows', 'y ~ a + b', 'ols'),
    \$1::float8[]) IS NOT NULL" "'{1,2}'"
prepared 'y and features' '' 'SELECT ridge_fit($1::float8, $2::float8[], $3) IS NOT NULL FROM driver_rows' \
    "1, '{1,2}', 1"
prepared 'a fold key' '' 'SELECT ridge_cv(l2_obs(y, fold => a + $1::int), ARRAY[a, b]) IS NOT NULL
    FROM driver_rows' 1
check 'a lambda that is taken for options says so' \
    "$(run -c 'PREPARE p AS SELECT logistic_fit(s, ARRAY[a, b], $1)
    FROM driver_rows' -c "EXECUTE p('0.5')" | grep HINT)" \
    'HINT:  If this is lambda, cast it: $1::float8.'

# ---- psycopg2

if ! python3 -c 'import psycopg2' 2>/dev/null; then
    n=$((n + 1)); echo "ok $n # SKIP there is no psycopg2"
    echo "1..$n"
    exit
fi
out=$(python3 - 2>&1 <<'PY'
import decimal, json
import psycopg2
from psycopg2.extras import Json

connection = psycopg2.connect('')
connection.autocommit = True
cursor = connection.cursor()


def one(sql, *values):
    cursor.execute(sql, values)
    return cursor.fetchone()[0]


plain = one('SELECT l2_coef(ridge_fit(y, ARRAY[a, b], 1, \'{"standardize": true}\')) FROM driver_rows')
same = [
    ('SELECT l2_coef(ridge_fit(y, ARRAY[a, b], %s, %s)) FROM driver_rows', 1, '{"standardize": true}'),
    ('SELECT l2_coef(ridge_fit(y, ARRAY[a, b], %s, %s)) FROM driver_rows', 1.0, Json({'standardize': True})),
    ('SELECT l2_coef(ridge_fit(y, ARRAY[a, b], %s, %s)) FROM driver_rows', decimal.Decimal(1),
    json.dumps({'standardize': True})),
    ('SELECT l2_coef(ridge_fit(y, ARRAY[a, b], %s, l2_options(%s, %s))) FROM driver_rows', 1, 'standardize',
    True),
    ('SELECT l2_coef(l2_ridge(l2_gram_agg(y, ARRAY[a, b]), %s, %s)) FROM driver_rows', 1,
    Json({'standardize': True})),
    ('SELECT l2_coef(ridge_fit(l2_obs(y, %s), ARRAY[a, b], %s, %s)) FROM driver_rows', 1, 1,
    Json({'standardize': True})),
    ('SELECT l2_coef(l2_fit(%s, %s, %s, %s, %s))', 'driver_rows', 'y ~ a + b', 'ridge', 1,
    Json({'standardize': True})),
]
for sql, *values in same:
    got = one(sql, *values)
    print(max(abs(x - y) for x, y in zip(got, plain)) < 1e-12)
print(one('SELECT l2_predict(l2_model(%s), %s)', [1.0, 2.0], [3.0]) == 7)
print(one('SELECT l2_predict(l2_model(%s), %s)', [1.0, 2.0], 3) == 7)
print(one('SELECT ridge_fit(y, ARRAY[a, b], 1, %s) IS NOT NULL FROM driver_rows', None))
print(one('SELECT lasso_cv(y, ARRAY[a, b], %s) IS NOT NULL FROM driver_rows',
  Json({'folds': 5, 'lambdas': [1, 0.1]})))
try:
    one('SELECT ridge_fit(y, ARRAY[a, b], %s, %s) FROM driver_rows', 1, Json({'alpha': 2}))
except psycopg2.Error as e:
    print(e.pgcode == '22023' and 'l1_ratio' in e.diag.message_hint)
PY
)
check 'psycopg2: numbers, text, Json, lists, None, and an error' "$out" "$(printf 'True\n%.0s' {1..12})"
run -c 'DROP TABLE driver_rows' >/dev/null
echo "1..$n"
