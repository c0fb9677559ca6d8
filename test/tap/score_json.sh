#!/bin/bash
#
# score_json.sh: docs/score.py, which knows a model by its JSON alone, gives what l2_predict gives.

set -u
n=0
result() { n=$((n + 1)); echo "$1 $n - $2"; }
if ! command -v python3 >/dev/null || ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    echo '1..0 # SKIP python3 is not there'
    exit 0
fi
db=score_json work=$L2REG_TMP
createdb "$db" || exit 1
run() { psql -XAtq -v ON_ERROR_STOP=1 -d "$db" -c "$1"; }
run "CREATE EXTENSION l2reg;
CREATE TABLE rows AS SELECT i AS id, sin(i) * 3 + i % 5 AS y, i % 7 AS a, cos(i) AS b,
    (ARRAY['red', 'green', 'it''s \"blue\"'])[1 + i % 3] AS c,
  i % 2 = 0 AS d, date '2026-01-01' + i AS e, timestamp '2026-01-01 06:00' + i * interval '7 hours' AS f,
  abs(i * i % 11) AS k FROM generate_series(1, 60) i;
INSERT INTO rows SELECT 61, 1, NULL, 1, 'red', true, '2026-01-01', '2026-01-01', 1;
CREATE TABLE models (name text, model l2_model);
INSERT INTO models SELECT 'numbers', ols_fit(y, r, '{\"features\": [\"a\", \"b\"]}') FROM rows r;
INSERT INTO models SELECT 'all kinds', ridge_fit(y, r, 1, '{\"target\": \"y\"}') FROM rows r;
INSERT INTO models SELECT 'reference', ols_fit(y, r, '{\"features\": [\"c\", \"d\", \"e\"]}') FROM rows r;
INSERT INTO models SELECT 'through 0', ols_fit(y, r, '{\"features\": [\"a\", \"c\"], \"intercept\": false}')
    FROM rows r;
INSERT INTO models SELECT 'logistic', logistic_fit(d, r, 0.5, '{\"features\": [\"a\", \"b\", \"c\"]}')
    FROM rows r;
INSERT INTO models SELECT 'poisson', poisson_fit(k, r, '{\"features\": [\"b\", \"c\"], \"dispersion\": \"pearson\"}')
    FROM rows r;" \
    >/dev/null || exit 1
run "SELECT jsonb_agg(r ORDER BY id) FROM rows r" >"$work/rows.json"
while read -r name; do
    run "SELECT model::jsonb FROM models WHERE name = '$name'" >"$work/model.json"
    python3 docs/score.py "$work/model.json" "$work/rows.json" >"$work/scores"
    off=$({ echo 'CREATE TEMP TABLE scores (id int GENERATED ALWAYS AS IDENTITY, s text);'; echo \
        'COPY scores (s) FROM stdin;'; cat "$work/scores"; echo '\.'
        echo "SELECT count(*) FILTER (WHERE (s = 'null') <> (p IS NULL) OR abs(nullif(s, 'null')::float8 - p)
            > 1e-12 * greatest(1, abs(p))) || ' of ' || count(*)
              FROM scores JOIN (SELECT r.id, l2_predict(model, r) AS p FROM rows r, models
              WHERE name = '$name') q USING (id);"; } | psql -XAtq -d "$db")
    [ "$off" = '0 of 61' ] && result ok "$name" || { result 'not ok' "$name"; echo "# $off differ" >&2; }
done < <(run 'SELECT name FROM models ORDER BY name')
run "SELECT l2_fit('rows', 'y ~ log(a + 1)', 'ols')::jsonb" >"$work/model.json"
python3 docs/score.py "$work/model.json" "$work/rows.json" 2>&1 | grep -q 'use l2_sql' && result ok \
    'what is worked out in SQL is refused' || result 'not ok' 'what is worked out in SQL is refused'
dropdb "$db"
echo "1..$n"
