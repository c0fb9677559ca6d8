#!/bin/bash
#
# timescale.sh: grams in continuous aggregates of TimescaleDB, fits over hypertables whose chunks are
# compressed, and models of such grams: the answers are those of plain tables.  A server of its own.

. test/lib/tap.bash
if ! [ -f "$("$PG_CONFIG" --sharedir)/extension/timescaledb.control" ]; then
    echo '1..0 # SKIP TimescaleDB is not installed'
    exit
fi

if [ -z "${1:-}" ]; then
    L2REG_CONF="shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
timezone = UTC" exec bash test/cluster.sh bash "$0" server
fi

run >"$L2REG_TMP/setup" <<'SQL' || { sed 's/^/# /' "$L2REG_TMP/setup" >&2; exit 1; }
SET client_min_messages = warning;
CREATE EXTENSION timescaledb;
CREATE SCHEMA l2;
CREATE EXTENSION l2reg SCHEMA l2;
ALTER DATABASE postgres SET search_path = public, l2;
SET search_path = public, l2;
-- 120 days from January on, 48 readings a day
CREATE TABLE plain AS SELECT timestamptz '2024-01-01 00:00+00' + i * interval '30 minutes' AS at, i AS id,
  'd' || i % 7 AS device,
    CASE WHEN i % 97 > 0 THEN 1e4 + cos(i) + i % 11 END AS temp, (i % 5)::float8 AS load, 3 * cos(i) + i % 11
    + 0.5 * (i % 5) + sin(i * i) AS power
  FROM generate_series(0, 5759) i;
CREATE TABLE readings (LIKE plain);
SELECT create_hypertable('readings', 'at', chunk_time_interval => interval '7 days');
INSERT INTO readings SELECT * FROM plain;
CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
SELECT time_bucket('1 day', at) AS day, l2_gram_agg(power, ARRAY[temp, load],
  '{"names": ["temp", "load"], "target": "power"}') AS gram,
  l2_gram_agg(l2_obs(power, weight => load), ARRAY[temp]) AS weighted,
  l2_gram_agg(power, l2_row((temp, device), '{temp,device}'), '{"target": "power"}') AS kinds,
  l2_gram_folds(l2_obs(power, fold => id), ARRAY[temp, load],
  '{"folds": 5, "names": ["temp", "load"], "target": "power"}') AS folds
FROM readings GROUP BY 1 WITH NO DATA;
CREATE MATERIALIZED VIEW monthly WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
SELECT time_bucket('1 month', day) AS month, l2_gram_sum(gram) AS gram, l2_gram_sum(kinds) AS kinds FROM daily
  GROUP BY 1 WITH NO DATA;
CALL refresh_continuous_aggregate('daily', NULL, NULL);
CALL refresh_continuous_aggregate('monthly', NULL, NULL);
-- largest relative difference, number by number
CREATE FUNCTION apart(a float8[], b float8[]) RETURNS float8 LANGUAGE sql AS $$
    SELECT CASE WHEN array_length(a, 1) = array_length(b, 1) AND array_positions(a, NULL)
    = array_positions(b, NULL)
        THEN (SELECT max(CASE WHEN u <> v THEN abs(u - v) / greatest(abs(u), abs(v)) ELSE 0 END)
        FROM unnest(a, b) r(u, v)) ELSE 'inf' END $$;
-- sums of grams, and fits of them, as one vector
CREATE FUNCTION told(g l2_gram) RETURNS float8[] LANGUAGE sql AS
  $$ SELECT l2_means(g) || ARRAY[l2_n(g), l2_n_skipped(g)] || ARRAY(SELECT c FROM unnest(l2_covariance(g)) c)
  || l2_ridge(g, 1)::float8[] $$;
SQL
check 'TimescaleDB' "$(run -c "SELECT split_part(extversion, '.', 1) FROM pg_extension
    WHERE extname = 'timescaledb'")" 2

# NAME, EXPRESSION of what is told over grams, EXPRESSION over the rows of a table
equal() # NAME, QUERY, QUERY: each gives an array of numbers
{
    check "$1" "$(run -c "SELECT apart(($2), ($3)) < 1e-12")" t
}
rows_of() { echo "SELECT told(l2_gram_agg(power, ARRAY[temp, load])) FROM $1"; }

equal 'grams of days, summed' 'SELECT told(l2_gram_sum(gram)) FROM daily' "$(rows_of plain)"
check 'a gram for each of them' "$(run -c 'SELECT count(*), count(gram) FROM daily')" '120|120'
equal 'some days' "SELECT told(l2_gram_sum(gram)) FROM daily WHERE day >= '2024-03-01'" \
    "$(rows_of plain) WHERE at >= '2024-03-01'"
equal 'weights' 'SELECT told(l2_gram_sum(weighted)) FROM daily' \
    'SELECT told(l2_gram_agg(l2_obs(power, weight => load), ARRAY[temp])) FROM plain'
equal 'categories' 'SELECT told(l2_gram_sum(kinds)) FROM daily' \
    "SELECT told(l2_gram_agg(power, l2_row((temp, device), '{temp,device}'))) FROM plain"
check 'which keep their names' "$(run -c 'SELECT l2_names(l2_gram_sum(kinds)) FROM daily')" \
    '{power,temp,device=d0,device=d1,device=d2,device=d3,device=d4,device=d5,device=d6}'
equal 'a view of a view: days rolled up to months' 'SELECT told(l2_gram_sum(gram)) FROM monthly' \
    "$(rows_of plain)"
equal 'one of them' "SELECT told(gram) FROM monthly WHERE month = '2024-02-01'" \
    "$(rows_of plain) WHERE date_trunc('month', at) = '2024-02-01'"
equal 'categories of months' 'SELECT told(l2_gram_sum(kinds)) FROM monthly' \
    "SELECT told(l2_gram_agg(power, l2_row((temp, device), '{temp,device}'))) FROM plain"
equal 'a month without one of its days' "SELECT told((SELECT gram FROM monthly WHERE month = '2024-02-01')
    - (SELECT gram FROM daily WHERE day = '2024-02-09'))" \
    "$(rows_of plain) WHERE date_trunc('month', at) = '2024-02-01' AND date_trunc('day', at) <> '2024-02-09'"
check 'errors clustered by day, from the grams of days' \
    "$(run -c "SELECT apart(array_agg(t.std_error), array_agg(f.std_error)) < 1e-9
    FROM (SELECT l2_robust(m, gram) AS m FROM daily,
    (SELECT l2_ols(l2_gram_sum(gram), '{\"covariance\": true}') AS m FROM daily) s) t1,
        (SELECT ols_fit(l2_obs(power, cluster => time_bucket('1 day', at)), ARRAY[temp, load],
        '{\"vcov\": \"CR1\"}') AS m FROM plain) f1,
        l2_summary(t1.m) WITH ORDINALITY t(term, estimate, std_error, t, p, l, u, st, vcov, positive, i)
        JOIN l2_summary(f1.m) WITH ORDINALITY f(term, estimate, std_error, t, p, l, u, st, vcov, positive,
        i) USING (i)")" t
equal 'a window over days' "SELECT told(g) FROM (SELECT day, l2_gram_sum(gram)
    OVER (ORDER BY day ROWS 9 PRECEDING) AS g FROM daily) s WHERE day = '2024-03-20'" \
    "$(rows_of plain) WHERE at >= '2024-03-11' AND at < '2024-03-21'"

# Real-time: rows that no refresh has seen, new and late
run -c "INSERT INTO readings SELECT timestamptz '2024-04-30 00:00+00' + i * interval '1 hour', 6000 + i, 'd9',
    1e4 + i % 3, i % 2, 2 * sin(i) FROM generate_series(0, 30) i" \
    -c "INSERT INTO plain SELECT * FROM readings WHERE id >= 6000" \
    -c 'ALTER MATERIALIZED VIEW daily SET (timescaledb.materialized_only = false);
    ALTER MATERIALIZED VIEW monthly SET (timescaledb.materialized_only = false)' >/dev/null
equal 'real-time: days to come' 'SELECT told(l2_gram_sum(gram)) FROM daily' "$(rows_of plain)"
# a month that was made is not made anew before the next refresh, a later one is
equal 'real-time: a month to come' "SELECT told(gram) FROM monthly WHERE month = '2024-05-01'" \
    "$(rows_of plain) WHERE at >= '2024-05-01'"
equal 'real-time: a level that is new' 'SELECT told(l2_gram_sum(kinds)) FROM daily' \
    "SELECT told(l2_gram_agg(power, l2_row((temp, device), '{temp,device}'))) FROM plain"
for table in plain readings; do
    run -c "DELETE FROM $table WHERE id BETWEEN 100 AND 120" -c "UPDATE $table SET power = power + 100
        WHERE id = 700" -c "INSERT INTO $table VALUES ('2024-01-09 00:00:01+00', 9000, 'd1', 1e4, 2, 7)" \
        >/dev/null
done
run -c "CALL refresh_continuous_aggregate('daily', NULL, NULL)" -c \
    "CALL refresh_continuous_aggregate('monthly', NULL, NULL)" >/dev/null
equal 'rows that were deleted, changed and late, after a refresh' \
    'SELECT told(l2_gram_sum(gram)) FROM daily' "$(rows_of plain)"
equal 'and their months' 'SELECT told(l2_gram_sum(gram)) FROM monthly' "$(rows_of plain)"

# Compressed chunks
run -c "ALTER TABLE readings SET (timescaledb.compress, timescaledb.compress_segmentby = 'device',
    timescaledb.compress_orderby = 'at')" >/dev/null 2>&1
check 'chunks are compressed' "$(run -c "SET client_min_messages = error;
    SELECT count(compress_chunk(c)) > 10 FROM show_chunks('readings',
    older_than => timestamptz '2024-04-25') c" | tail -n 1)" t
equal 'fits over compressed chunks' "$(rows_of readings)" "$(rows_of plain)"
equal 'of some of them' "$(rows_of readings) WHERE device = 'd3' AND at < '2024-03-05'" \
    "$(rows_of plain) WHERE device = 'd3' AND at < '2024-03-05'"
equal 'cross-validation' "SELECT ridge_cv(l2_obs(power, fold => id), ARRAY[temp, load])::float8[]
    FROM readings" "SELECT ridge_cv(l2_obs(power, fold => id), ARRAY[temp, load])::float8[] FROM plain"
equal 'records' "SELECT ridge_fit(power, r, 1, '{\"features\": [\"temp\", \"device\"]}')::float8[]
    FROM readings r" "SELECT ridge_fit(power, p, 1, '{\"features\": [\"temp\", \"device\"]}')::float8[]
    FROM plain p"
equal 'logistic regression' 'SELECT logistic_fit(power > 5, ARRAY[temp, load], 1)::float8[] FROM readings' \
    'SELECT logistic_fit(power > 5, ARRAY[temp, load], 1)::float8[] FROM plain'
equal 'the same by l2_fit' "SELECT l2_fit('SELECT power > 5 AS hot, temp, device FROM readings', 'hot',
    'logistic', 1)::float8[]" "SELECT l2_fit('SELECT power > 5 AS hot, temp, device FROM plain', 'hot',
    'logistic', 1)::float8[]"
for table in plain readings; do
    run -c "DELETE FROM $table WHERE id BETWEEN 300 AND 310" -c \
        "INSERT INTO $table VALUES ('2024-01-10 00:00:01+00', 9001, 'd2', 1e4, 2, 9)" >/dev/null
done
run -c "CALL refresh_continuous_aggregate('daily', NULL, NULL)" >/dev/null
equal 'grams of days that changed while compressed' 'SELECT told(l2_gram_sum(gram)) FROM daily' \
    "$(rows_of plain)"

# Models by name, of grams
trained() # NAME, ARGUMENTS of l2_train behind the name and the source, QUERY of the same model of rows
{
    run -c "SELECT l2_train('m', 'daily', $2)" >"$L2REG_TMP/trained" || sed 's/^/# /' "$L2REG_TMP/trained" >&2
    equal "$1" "SELECT l2_get('m')::float8[]" "$3"
}
trained 'l2_train from grams' "'power', 'ridge', 1, '{\"gram\": \"gram\"}'" \
    "SELECT ridge_fit(power, ARRAY[temp, load], 1, '{\"standardize\": true}')::float8[] FROM plain"
trained 'of some features' "'power ~ load', 'ols', options => '{\"gram\": \"gram\"}'" \
    'SELECT ols_fit(power, ARRAY[load])::float8[] FROM plain WHERE temp IS NOT NULL'
trained 'of grams with categories' "'power', 'ridge', 1, '{\"gram\": \"kinds\"}'" \
    "SELECT ridge_fit(power, f, 1, '{\"standardize\": true}')::float8[] FROM (SELECT power, temp, device
    FROM plain) p, LATERAL (SELECT temp, device) f"
trained 'a window' "'power', 'ols', options => '{\"gram\": \"gram\", \"time_column\": \"day\", \"training_window\": \"30 days\"}'" "SELECT ols_fit(power, ARRAY[temp, load])::float8[] FROM plain WHERE at >= '2024-04-02'"
trained 'a half-life' "'power', 'ols', options => '{\"gram\": \"gram\", \"time_column\": \"day\", \"half_life\": \"10 days\"}'" \
    "SELECT ols_fit(l2_obs(power, weight => 0.5 ^ (extract(epoch FROM timestamptz '2024-05-01'
    - date_trunc('day', at)) / 864000)::float8), ARRAY[temp, load])::float8[] FROM plain"
trained 'folds: lambda by cross-validation' "'power', 'ridge', options => '{\"gram\": \"folds\"}'" \
    "SELECT ridge_cv(l2_obs(power, fold => id), ARRAY[temp, load],
    '{\"folds\": 5, \"standardize\": true}')::float8[] FROM plain"
check 'and its error' "$(run -c "SELECT abs(t.cv_error / p.cv_error - 1) < 1e-12 FROM l2_glance('m') t,
    (SELECT ridge_cv(l2_obs(power, fold => id), ARRAY[temp, load],
    '{\"folds\": 5, \"standardize\": true}') AS m FROM plain) s, l2_glance(s.m) p")" t
run -c "INSERT INTO readings VALUES ('2024-05-02 00:00+00', 9100, 'd1', 1e4 + 5, 2, 30)" -c \
    "INSERT INTO plain VALUES ('2024-05-02 00:00+00', 9100, 'd1', 1e4 + 5, 2, 30)" -c \
    "CALL refresh_continuous_aggregate('daily', '2024-05-01', '2024-05-09')" >/dev/null
check 'l2_refresh sees what is new' "$(run -c "SELECT version, n = (SELECT count(*) FROM plain
    WHERE temp IS NOT NULL) FROM l2_refresh('m')")" '7|t'
run -c "SELECT l2_train('rows', 'readings', 'power ~ temp + device',
    options => '{\"refresh\": \"buckets\", \"time_column\": \"at\", \"bucket\": \"day\", \"lag\": \"2 days\"}')" -c "SELECT l2_train('plain_rows', 'plain', 'power ~ temp + device', options => '{\"refresh\": \"buckets\", \"time_column\": \"at\", \"bucket\": \"day\", \"lag\": \"2 days\"}')" >/dev/null
equal 'buckets with a lag, of a hypertable' "SELECT l2_get('rows')::float8[]" \
    "SELECT l2_get('plain_rows')::float8[]"

# What cannot be followed says so, and what to do
refused() # NAME, SOURCE, OPTIONS, words
{
    run -c "SELECT l2_train('no', '$2', 'power ~ temp', options => '$3')" >"$L2REG_TMP/refused"
    check "$1" "$(head -n 1 "$L2REG_TMP/refused")" "ERROR:  a model cannot follow $4, which is a hypertable"
    check "$1: the chapter is the hint" \
        "$(grep -c '^HINT:  .* continuous aggregate.*docs/guide/timescaledb.md' "$L2REG_TMP/refused")" 1
}
chunk=$(run -c "SELECT c FROM show_chunks('readings') c ORDER BY 1 DESC LIMIT 1")
refused 'live' readings '{"refresh": "live"}' public.readings
refused 'buckets' readings '{"refresh": "buckets", "time_column": "at", "bucket": "day"}' public.readings
refused 'live, of a chunk' "$chunk" '{"refresh": "live"}' "$chunk"
check 'there is no model then' "$(run -c "SELECT count(*) FROM l2_models WHERE name = 'no'")" 0
[ -f docs/guide/timescaledb.md ] && ok 'there is that chapter' || not_ok 'there is that chapter'

echo "1..$n"
