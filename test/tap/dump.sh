#!/bin/bash
#
# dump.sh: values and models by name through pg_dump and pg_restore, as a whole, by several workers, in
# sections, schema and data apart, and by the owner of a database who is no superuser.

. test/lib/tap.bash
w=$L2REG_TMP/dump
mkdir "$w" && cd "$w" || exit 1
quiet() { "$@" 2>&1 | grep -E 'error|ERROR|warning' | head -n 5 | sed 's/^/# /'; }

run -c 'CREATE ROLE dump_user LOGIN' -c 'CREATE ROLE dump_owner LOGIN' -c \
    'CREATE DATABASE dump OWNER dump_owner'
run -d dump >/dev/null <<'SQL'
SET client_min_messages = warning;
GRANT CREATE ON SCHEMA public TO dump_owner;
SET ROLE dump_owner;
CREATE EXTENSION l2reg;
CREATE TABLE sales (id int PRIMARY KEY, at timestamptz NOT NULL, area float8, zone text, price float8);
INSERT INTO sales SELECT i, timestamptz '2024-01-01 00:00+00' + i % 20 * interval '1 day', i % 17,
  'z' || i % 3, i % 17 * 3 + sin(i) FROM generate_series(1, 300) i;
CREATE TABLE homes AS TABLE sales;
CREATE TABLE value AS SELECT k AS id, l2_gram_cols(price / 3, area, id % k) AS g,
  l2_gram_folds(price, ARRAY[area], '{"folds": 3}') AS folds, ols_fit(price, ARRAY[area, id % k]) AS m
  FROM sales, generate_series(2, 6) k GROUP BY k;
SELECT l2_train('live', 'sales', 'price ~ area', 'ridge', 1, '{"refresh": "live"}'),
  l2_train('early', 'homes', 'price ~ area', 'ridge', 1, '{"refresh": "live"}'),
  l2_train('buckets', 'sales', 'price ~ area', 'ridge', 1,
  '{"refresh": "buckets", "time_column": "at", "bucket": "day"}'),
  l2_train('plain', 'sales', 'price ~ area + zone', 'ridge', 1), l2_grant('plain', 'dump_user');
SELECT l2_refresh('plain');
CREATE VIEW scored AS SELECT id, l2_predict('plain'::regclass, h) AS p FROM sales h;
CREATE TABLE fits AS SELECT zone, ridge_fit(price, ARRAY[area], 1) AS m FROM sales GROUP BY zone;
CREATE INDEX ON value (l2_n(g));
SQL
values="SELECT md5(string_agg(v::text, ';' ORDER BY id)) FROM value v;
    SELECT md5(string_agg(m::text, ';' ORDER BY zone)) FROM fits;
    SELECT round(sum(p)::numeric, 9), count(*) FROM scored;
    SELECT name, owner, version FROM l2_models ORDER BY 1;
    SELECT name, version, event, outcome, n FROM l2_versions ORDER BY 1, 2;
    SELECT relname, attname, attacl FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE attacl IS NOT NULL AND c.oid > 16000 ORDER BY 1, 2"
agree() # TABLE MODEL: a live model is that of its rows
{
    echo "SELECT round(l2_predict('$2', 5)::numeric, 8)
        = round(l2_predict(ridge_fit(price, ARRAY[area], 1, '{\"standardize\": true}'), ARRAY[5])::numeric, 8)
        AND (SELECT n FROM l2_glance(l2_get('$2'))) = count(*) FROM $1"
}
lives="$(agree sales live); $(agree homes early)"
unknown='WARNING:  model live is not up to date
DETAIL:  It is not known what its source was like: the model was restored, or its source left.
t'
# follow DATABASE: models are made anew, know what is written, and all go on
follow()
{
    run -d "$1" -U dump_owner <<SQL
SET client_min_messages = warning;
SELECT name, r.outcome, r.n FROM l2_models m, LATERAL (SELECT outcome, n FROM l2_refresh(m.name)) r
  ORDER BY 1;
$lives;
INSERT INTO sales VALUES (1000, now(), 3, 'z1', 10);
DELETE FROM homes WHERE id < 9;
$lives;
SELECT name, r.outcome, r.n FROM l2_models m, LATERAL (SELECT outcome, n FROM l2_refresh(m.name)) r
  ORDER BY 1;
$lives;
SELECT l2_drop('live');
SELECT count(*) FROM l2_versions;
SELECT count(*) FROM pg_class WHERE reloftype = 'l2_bucket'::regtype;
DROP TABLE early CASCADE;
SELECT count(*) FROM pg_class WHERE reloftype = 'l2_bucket'::regtype;
SQL
}
followed='buckets|ok|300
early|ok|300
live|ok|300
plain|ok|300
t
t
t
t
buckets|ok|301
early|ok|292
live|ok|301
plain|ok|301
t
t

10
2
1'
kept=$(run -d dump <<<"$values")
check 'there is something to keep' "$(wc -l <<<"$kept") $(run -d dump <<<"$lives" | tr '\n' ' ')" '15 t t '

# restored NAME: what is in the database is what was dumped
restored()
{
    check "$1: all is there" "$(run -d "$1" <<<"$values")" "$kept"
    check "$1: a live model does not know its source" \
        "$(run -d "$1" -c "SELECT l2_predict('live', 5) IS NOT NULL" | grep -v HINT)" "$unknown"
    check "$1: until it is refreshed, and follows what is written" "$(follow "$1")" "$followed"
}
for name in whole workers sections plain_sections inserts apart apart_disabled by_owner dropped; do
    run -c "CREATE DATABASE $name OWNER dump_owner"
done

# changes that were not added up yet are not in the dump
run -d dump -c 'UPDATE sales SET price = price + 1 WHERE id < 30' -c 'UPDATE homes SET price = price + 1
    WHERE id < 30'
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
restored apart
quiet pg_restore --schema-only -d apart_disabled custom
quiet pg_restore --data-only --disable-triggers -d apart_disabled custom
restored apart_disabled

# ---- data into a database that follows already: the rows come past the triggers

run -d whole -U dump_owner -c "SET client_min_messages = warning" -c \
    "SELECT outcome FROM l2_refresh('live')" -c 'DELETE FROM sales' >/dev/null
quiet pg_restore --data-only --disable-triggers -t sales -d whole custom
check 'rows that are restored past disabled triggers are missed, with a word' \
    "$(run -d whole -c "SELECT l2_predict('live', 5) IS NOT NULL" | grep -v HINT)" \
    "WARNING:  model live is not up to date
DETAIL:  The model's triggers on public.sales were disabled, or altered.
t"
check 'and a refresh reads them' "$(run -d whole -c "SELECT outcome, n
    FROM l2_refresh('live')" -c "$(agree sales live)")" 'ok|300
t'

# ---- by the owner of the database, who is no superuser

pg_dump -U dump_owner -Fc -f owned dump 2>owned.errors
check 'he dumps his database' "$(cat owned.errors)" ''
quiet pg_restore -U dump_owner --no-comments -d by_owner owned
restored by_owner

# ---- models that are dropped before they were refreshed

# triggers and tables of grams that are left: on each table and of each model
left="SELECT coalesce(string_agg(s, ' ' ORDER BY s), 'nothing')
    FROM (SELECT tgrelid::regclass || ' ' || count(*) AS s FROM pg_trigger WHERE tgname LIKE 'l2reg%'
    GROUP BY tgrelid
    UNION ALL SELECT relname FROM pg_class WHERE reloftype = 'l2_bucket'::regtype) o"
quiet pg_restore -U dump_owner --no-comments -d dropped owned
check 'restored triggers are for no model' "$(run -d dropped -c "$left" -c "INSERT INTO homes
    VALUES (2000, now(), 1, 'z', 1)" -c 'SELECT count(*) FROM _l2_change')" \
    'buckets_grams early_grams homes 5 live_grams sales 10
0'
check 'l2_drop takes them and the grams along' \
    "$(run -d dropped -U dump_owner -c "SELECT l2_drop('early')" -c "$left")" '
buckets_grams live_grams sales 10'
check 'what DROP TABLE leaves goes with a refresh of another model that has the same source' \
    "$(run -d dropped -U dump_owner -c 'SET client_min_messages = warning' -c 'DROP TABLE live CASCADE' -c \
    "$left" -c "SELECT outcome FROM l2_refresh('buckets')" -c "$left" -c 'DROP TABLE buckets,
    live_grams' -c "$left")" 'buckets_grams live_grams sales 10
ok
buckets_grams live_grams sales 5
nothing'

echo "1..$n"
