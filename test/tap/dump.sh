#!/bin/bash
#
# dump.sh: values and models by name through pg_dump and pg_restore, as a whole, by several workers, in sections, and
# schema and data apart.  The table that models follow comes after the extension's own in the order of a dump, and
# before it.

. test/tap.bash
w=$L2REG_TMP/dump
mkdir "$w" && cd "$w" || exit 1
quiet() { "$@" 2>&1 | grep -E 'error|ERROR|warning' | head -n 5 | sed 's/^/# /'; }

run -c 'CREATE DATABASE dump' -c 'CREATE ROLE dump_user' -c 'CREATE ROLE dump_owner'
run -d dump >/dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION l2reg;
GRANT CREATE ON SCHEMA public TO dump_owner;
SET ROLE dump_owner;
CREATE TABLE sales (id int PRIMARY KEY, at timestamptz NOT NULL, area float8, zone text, price float8);
INSERT INTO sales SELECT i, timestamptz '2024-01-01 00:00+00' + i % 20 * interval '1 day', i % 17, 'z' || i % 3, i % 17 * 3 + sin(i) FROM generate_series(1, 300) i;
CREATE TABLE homes AS TABLE sales;
CREATE TABLE value AS SELECT k AS id, l2_gram_cols(price / 3, area, id % k) AS g, l2_gram_folds(price, ARRAY[area], '{"folds": 3}') AS folds, ols_fit(price, ARRAY[area, id % k]) AS m
  FROM sales, generate_series(2, 6) k GROUP BY k;
SELECT l2_train('live', 'sales', formula => 'price ~ area', lambda => 1, refresh => 'live'), l2_train('early', 'homes', formula => 'price ~ area', lambda => 1, refresh => 'live'),
  l2_train('buckets', 'sales', formula => 'price ~ area', lambda => 1, refresh => 'buckets', time_column => 'at', bucket => 'day'),
  l2_train('full', 'sales', formula => 'price ~ area + zone', lambda => 1), l2_grant('full', 'dump_user');
SELECT l2_refresh('full');
CREATE VIEW scored AS SELECT id, l2_predict('full', h) AS p FROM sales h;
CREATE TABLE fits AS SELECT zone, ridge_fit(price, ARRAY[area], 1) AS m FROM sales GROUP BY zone;
CREATE INDEX ON value (l2_n(g));
SQL
values="SELECT md5(string_agg(v::text, ';' ORDER BY id)) FROM value v; SELECT md5(string_agg(m::text, ';' ORDER BY zone)) FROM fits; SELECT round(sum(p)::numeric, 9), count(*) FROM scored;
    SELECT name, owner, version, n FROM l2_models ORDER BY 1; SELECT name, version, event, outcome FROM l2_versions ORDER BY 1, 2; SELECT name, source, grantees FROM l2_registry ORDER BY 1"
agree() # TABLE MODEL: a live model is that of its rows
{
    echo "SELECT round(l2_predict('$2', 5)::numeric, 8) = round(l2_predict(ridge_fit(price, ARRAY[area], 1, '{\"standardize\": true}'), ARRAY[5])::numeric, 8) AND (SELECT n FROM l2_glance(l2_model(name => '$2'))) = count(*) FROM $1"
}
lives="$(agree sales live); $(agree homes early)"
# follow DATABASE: models know what is written, and all go on
follow()
{
    run -d "$1" <<SQL
SET client_min_messages = warning;
INSERT INTO sales VALUES (1000, now(), 3, 'z1', 10);
DELETE FROM homes WHERE id < 9;
$lives;
SELECT name, r.outcome, r.n FROM l2_models m, LATERAL (SELECT outcome, n FROM l2_refresh(m.name)) r ORDER BY 1;
$lives;
SELECT l2_drop('live');
SELECT count(*) FROM l2_registry_version;
SQL
}
followed='t
t
buckets|ok|301
early|ok|292
full|ok|301
live|ok|301
t
t

7'
kept=$(run -d dump <<<"$values")
check 'there is something to keep' "$(wc -l <<<"$kept") $(run -d dump <<<"$lives" | tr '\n' ' ')" '16 t t '

# restored NAME: what is in the database is what was dumped
restored()
{
    check "$1: all is there" "$(run -d "$1" <<<"$values")" "$kept"
    check "$1: live models are those of the rows" "$(run -d "$1" <<<"$lives")" 't
t'
    check "$1: and follow what is written" "$(follow "$1")" "$followed"
}
for name in whole workers sections plain_sections inserts apart apart_disabled; do
    run -c "CREATE DATABASE $name"
done

# changes that were not added up yet are in the dump too
run -d dump -c 'UPDATE sales SET price = price + 1 WHERE id < 30' -c 'UPDATE homes SET price = price + 1 WHERE id < 30'
kept=$(run -d dump <<<"$values")

pg_dump -Fc -f custom dump && pg_dump -Fd -j 2 -f folder dump || echo '# pg_dump failed'
quiet pg_restore -d whole custom
restored whole
quiet pg_restore -j 2 -d workers folder
restored workers
for section in pre-data data post-data; do
    quiet pg_restore --section=$section -d sections custom
    pg_dump --section=$section -f plain dump && quiet run -q -d plain_sections -f plain
done
restored sections
restored plain_sections
pg_dump --rows-per-insert=50 -f plain dump && quiet run -q -d inserts -f plain
restored inserts
quiet pg_restore -c --if-exists -d whole custom
check 'restored over what was there' "$(run -d whole <<<"$values")" "$kept"

# ---- the rows come when the triggers are there

quiet pg_restore --schema-only -d apart custom
quiet pg_restore --data-only -d apart custom
check 'schema and data apart: all is there' "$(run -d apart <<<"$values")" "$kept"
check 'live models say that they have to be made anew' "$(run -d apart -c "SELECT l2_predict('live', 5) IS NOT NULL" | grep -v HINT)" 'WARNING:  model "live" is not up to date
DETAIL:  The model was restored when public.sales had its triggers and no rows.
t'
run -d apart -c 'SELECT l2_refresh(name) FROM l2_models' >/dev/null
check 'after which they are' "$(run -d apart <<<"$lives")" 't
t'
check 'and follow what is written' "$(follow apart)" "${followed%7}10"
quiet pg_restore --schema-only -d apart_disabled custom
quiet pg_restore --data-only --disable-triggers -d apart_disabled custom
restored apart_disabled

echo "1..$n"
