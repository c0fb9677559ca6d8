#!/bin/bash
#
# encoding.sh: grams and models with names outside ASCII move between databases of different
# encodings, by dump and by binary COPY; keys outside ASCII are held out alike in all of them.

. test/lib/tap.bash

run -c 'DROP DATABASE IF EXISTS l2reg_latin1' -c 'DROP DATABASE IF EXISTS l2reg_utf8'
run -c "CREATE DATABASE l2reg_latin1 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0" \
    -c "CREATE DATABASE l2reg_utf8 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
export PGCLIENTENCODING=UTF8
run -d l2reg_latin1 <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION l2reg;
CREATE TABLE g AS SELECT l2_set_names(l2_gram_cols(i * i, i, i % 3), '{größe,b}', 'höhe') AS g
  FROM generate_series(1, 9) i;
CREATE TABLE m AS SELECT l2_ols(g) AS m FROM g;
CREATE AGGREGATE raw_fit(float8, float8[], l2_options) (SFUNC = _l2_accum, STYPE = l2_gram, INITCOND = 'ols');
CREATE TABLE s AS SELECT raw_fit(i * i, ARRAY[i], '{"names": ["größe"]}') AS s FROM generate_series(1, 9) i;
SQL
want='{höhe,größe,b}|{höhe,größe,b}|{y,größe}'
show='SELECT l2_names(g), l2_names(m), l2_names(_l2_ols_final(s)) FROM g, m, s'
check 'names in a LATIN1 database' "$(run -d l2reg_latin1 -c "$show")" "$want"

pg_dump -d l2reg_latin1 | run -d l2reg_utf8 >/dev/null
check 'restored into UTF8' "$(run -d l2reg_utf8 -c "$show")" "$want"

run -d l2reg_utf8 -c 'TRUNCATE g, m'
for t in g m; do
    psql -Xq -d l2reg_latin1 -c "COPY $t TO STDOUT (FORMAT binary)" | psql -Xq -d l2reg_utf8 -c \
        "COPY $t FROM STDIN (FORMAT binary)"
done
check 'copied in binary into UTF8' "$(run -d l2reg_utf8 -c "$show")" "$want"

run -d l2reg_latin1 -c 'TRUNCATE g, m, s'
for t in g m; do
    psql -Xq -d l2reg_utf8 -c "COPY $t TO STDOUT (FORMAT binary)" | psql -Xq -d l2reg_latin1 -c \
        "COPY $t FROM STDIN (FORMAT binary)"
done
check 'and back' "$(run -d l2reg_latin1 -c 'SELECT l2_names(g), l2_names(m) FROM g, m')" \
    '{höhe,größe,b}|{höhe,größe,b}'

run -d l2reg_utf8 -c 'TRUNCATE g' -c "INSERT INTO g SELECT l2_set_names(l2_gram_cols(i, i), '{Größe☺}')
    FROM generate_series(1, 3) i"
out=$(pg_dump -d l2reg_utf8 -a -t g | psql -Xq -d l2reg_latin1 2>&1)
case $out in *'no equivalent in encoding "LATIN1"'*) out=refused ;; esac
check 'a name that LATIN1 does not have' "$out" refused

# held out by what a key says, not by how it is encoded; SQL_ASCII has nothing but the bytes
run -c "CREATE DATABASE l2reg_ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
run -d l2reg_ascii -c 'CREATE EXTENSION l2reg'
for db in l2reg_utf8 l2reg_latin1 l2reg_ascii; do
    check "keys held out in $db" "$(run -d $db -c "SELECT string_agg(i::text, ' ' ORDER BY i)
        FROM generate_series(1, 40) i WHERE l2_holdout('Zürich, größer ' || i, 0.2)")" \
        '3 6 7 10 31 33'
done

run -c 'DROP DATABASE l2reg_ascii' -c 'DROP DATABASE l2reg_latin1' -c 'DROP DATABASE l2reg_utf8'
echo "1..$n"
