#!/bin/bash
#
# follow.sh: whatever happens to the source of a live model, it is either that of the rows or says that it is
# not, and then a refresh makes it so.

. test/lib/tap.bash
run -c 'CREATE DATABASE follow' >/dev/null
export PGDATABASE=follow
version=$(run -c 'SHOW server_version_num')
run >/dev/null <<'SQL'
CREATE EXTENSION l2reg;
CREATE ROLE follow_owner LOGIN;
CREATE ROLE follow_other LOGIN;
GRANT CREATE ON SCHEMA public TO follow_owner, follow_other;
-- how far a live model is from the same fit to all rows
CREATE FUNCTION far(model text, source text, formula text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  m l2_model := l2_get(model);
  o l2_model := l2_fit(source, formula, 'ridge', 1);
BEGIN
  RETURN (SELECT CASE WHEN l2_names(m) <> l2_names(o) OR (SELECT n FROM l2_glance(m)) <> (SELECT n
  FROM l2_glance(o)) THEN 1e9
    ELSE max(abs(p - q) / greatest(abs(q), 1)) END FROM unnest(m::float8[], o::float8[]) u(p, q));
END $$;
SQL

# state MODEL SOURCE FORMULA: equal, warned or wrong
state()
{
    local out
    out=$(run -c "SELECT CASE WHEN far('$1', '$2', '$3') < 1e-10 THEN 'equal' ELSE 'unequal' END")
    case $out in
        equal) echo equal ;;
        *'is not up to date'*) echo warned ;;
        *) echo "wrong: $out" ;;
    esac
}

# after NAME WANTED SQL...: what a live model of the table "t" is after these statements, each a session's
# own; and that a refresh heals it.  prepare makes the table.
live='{"refresh": "live"}'
prepare="CREATE TABLE t (y float8, a float8, z text); INSERT INTO t SELECT i * 2 + sin(i), i, 'z' || i % 3
    FROM generate_series(1, 40) i"
formula='y ~ a + z'
after()
{
    local name=$1 wanted=$2 out healed
    shift 2
    out=$(run -c "SET client_min_messages = warning; DROP TABLE IF EXISTS t, other, away CASCADE;
        DROP TYPE IF EXISTS follow_zone" \
        -c "$prepare" -c "SELECT l2_drop(name) FROM l2_models;
        SELECT outcome FROM l2_train('m', 't', '$formula', 'ridge', 1, '$live')" | tail -n 1)
    [ "$out" = ok ] || echo "# $out"
    [ "$(state m t "$formula")" = equal ] || echo "# not equal to begin with: $(state m t "$formula")"
    for s in "$@"; do out=$(run <<<"$s") || echo "# $out"; done
    check "$name" "$(state m t "$formula")" "$wanted"
    healed=$(run -c "SET client_min_messages = error; SELECT outcome FROM l2_refresh('m')")
    check "$name: a refresh" "$healed, $(state m t "$formula")" 'ok, equal'
    # and goes on
    run -c 'DELETE FROM t WHERE a IN (7, 8)' >/dev/null
    check "$name: what comes then" "$(state m t "$formula")" equal
}

# ---- statements of all kinds

after 'INSERT, UPDATE, DELETE' equal "INSERT INTO t VALUES (1, 2, 'new'), (3, 4, NULL)" \
    "UPDATE t SET y = y + 1, z = 'z9' WHERE a < 10" 'DELETE FROM t WHERE a > 35'
after 'COPY' equal $'COPY t FROM stdin;\n1\t2\tz1\n2\t3\tz2\n\\.'
after 'TRUNCATE, and rows anew' equal 'TRUNCATE t' "INSERT INTO t SELECT i, i % 7, 'q' || i % 2
    FROM generate_series(1, 30) i"
after 'savepoints' equal "BEGIN; UPDATE t SET y = 1; SAVEPOINT s; DELETE FROM t; ROLLBACK TO s;
    INSERT INTO t VALUES (1, 2, 'z1'); COMMIT"
after 'a TRUNCATE that is undone' equal "BEGIN; SAVEPOINT s; TRUNCATE t; ROLLBACK TO s;
    INSERT INTO t VALUES (1, 2, 'z1'); COMMIT"
after 'a function that catches an error' equal "DO \$\$ BEGIN UPDATE t SET y = 0; RAISE 'x';
    EXCEPTION WHEN raise_exception THEN DELETE FROM t WHERE a = 1; END \$\$"
after 'as a replica' warned "SET session_replication_role = replica; UPDATE t SET y = y + 100"
after 'TRUNCATE as a replica' equal "SET session_replication_role = replica; TRUNCATE t" \
    "INSERT INTO t SELECT i, i % 7, 'q' || i % 2 FROM generate_series(1, 30) i"
after 'a value that the model cannot stand' warned "INSERT INTO t VALUES ('NaN', 1, 'z1')" \
    "DELETE FROM t WHERE y = 'NaN'"
if [ "$version" -ge 150000 ]; then
    after 'MERGE' equal "MERGE INTO t USING generate_series(35, 45) i ON a = i WHEN MATCHED AND i = 36
        THEN DELETE WHEN MATCHED THEN UPDATE SET y = y + 100 WHEN NOT MATCHED THEN INSERT VALUES (i, i, 'm')"
fi

# ---- columns

after 'a column that another takes the values of, by type' warned \
    'ALTER TABLE t ALTER a TYPE float8 USING a * 1000'
after 'a column of another type' warned 'ALTER TABLE t ALTER a TYPE numeric(10, 0)'
after 'a column that is dropped and added' warned 'ALTER TABLE t DROP a, ADD a float8 DEFAULT 3' \
    "UPDATE t SET a = y + sin(y)"
after 'columns that change names' warned 'ALTER TABLE t RENAME a TO c; ALTER TABLE t RENAME y TO a;
    ALTER TABLE t RENAME c TO y'
after 'a column that is not used' equal 'ALTER TABLE t ADD more int DEFAULT 5' 'DELETE FROM t WHERE a = 3' \
    'ALTER TABLE t DROP more' 'DELETE FROM t WHERE a = 4'
after 'VACUUM FULL, a false alarm' warned 'VACUUM FULL t'
after 'VACUUM, ANALYZE and an index' equal 'VACUUM ANALYZE t' 'CREATE INDEX ON t (a)' \
    'INSERT INTO t VALUES (1, 2, $$z1$$)'
prepare="CREATE TABLE t (y float8, a float8);
    INSERT INTO t SELECT i + cos(i), i FROM generate_series(1, 10) i; ALTER TABLE t ADD z float8 DEFAULT 5;
    INSERT INTO t SELECT i * 2 + cos(i), i, i % 3 FROM generate_series(11, 30) i"
after 'an old row with the default of a later column' equal 'DELETE FROM t WHERE a = 3' \
    'UPDATE t SET y = 0 WHERE a IN (4, 5)'
prepare="CREATE TYPE follow_zone AS ENUM ('n', 's'); CREATE TABLE t (y float8, a float8, z follow_zone);
    INSERT INTO t SELECT i + 5 * (i % 2) + cos(i), i, (ARRAY['n', 's'])[1 + i % 2]::follow_zone
    FROM generate_series(1, 30) i"
after 'a label of an enum that changes its name' warned "ALTER TYPE follow_zone RENAME VALUE 'n' TO 'north'" \
    "DELETE FROM t WHERE z = 'north' AND a < 9"
after 'a label of an enum that is new, a false alarm' warned "ALTER TYPE follow_zone ADD VALUE 'e'" \
    "INSERT INTO t VALUES (1, 2, 'e')"
prepare="CREATE TABLE t (y float8, a float8, b float8, z float8 GENERATED ALWAYS AS (b * 2) STORED);
    INSERT INTO t SELECT i + cos(i), i, i % 7 FROM generate_series(1, 30) i"
after 'generated columns' equal 'UPDATE t SET b = b + 1 WHERE a < 5' 'DELETE FROM t WHERE a = 9'
prepare="CREATE TABLE t (y float8, a float8, ts timestamptz);
    INSERT INTO t SELECT i + i % 24, i, timestamptz '2024-01-01 00:00+00' + i * interval '1 hour'
    FROM generate_series(1, 60) i"
formula='y ~ a + I(extract(hour FROM ts AT TIME ZONE $$UTC$$)::float8)'
after 'terms in another time zone' equal "SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'SQL, DMY';
    UPDATE t SET y = y + 1, ts = ts + interval '1 hour' WHERE a < 20;
    INSERT INTO t VALUES (3, 4, '2024-03-01 00:00+00')"

# ---- the table

prepare="CREATE TABLE t (y float8, a float8, z text); INSERT INTO t SELECT i * 2 + sin(i), i, 'z' || i % 3
    FROM generate_series(1, 40) i; CREATE TABLE other AS SELECT y + 5 AS y, a, z FROM t"
formula='y ~ a + z'
after 'a table that another one takes the name of' warned 'ALTER TABLE t RENAME TO away;
    ALTER TABLE other RENAME TO t'
after 'which goes back' equal 'ALTER TABLE t RENAME TO away; ALTER TABLE other RENAME TO t' \
    'UPDATE away SET y = y + 1; UPDATE t SET y = 0' 'ALTER TABLE t RENAME TO other;
    ALTER TABLE away RENAME TO t'
after 'another schema and back' equal 'CREATE SCHEMA elsewhere; ALTER TABLE t SET SCHEMA elsewhere' \
    'UPDATE elsewhere.t SET y = y + 1 WHERE a < 9' 'ALTER TABLE elsewhere.t SET SCHEMA public;
    DROP SCHEMA elsewhere'
after 'a table that is dropped and made anew' warned 'DROP TABLE t; CREATE TABLE t AS TABLE other'
after 'disabled triggers' warned 'ALTER TABLE t DISABLE TRIGGER USER; UPDATE t SET y = y + 9;
    ALTER TABLE t ENABLE TRIGGER USER'
after 'one disabled trigger' warned 'ALTER TABLE t DISABLE TRIGGER l2reg_m_update' 'UPDATE t SET y = y + 9' \
    'ALTER TABLE t ENABLE TRIGGER l2reg_m_update'
after 'a trigger that is gone' warned 'DROP TRIGGER l2reg_m_update ON t' 'UPDATE t SET y = y + 9'
twice='CREATE TRIGGER twice AFTER INSERT
    ON t REFERENCING NEW TABLE AS l2_new FOR EACH STATEMENT EXECUTE FUNCTION _l2_follow()'
after 'a trigger that is for no model' equal "$twice" "INSERT INTO t VALUES (1, 2, 'z1')" \
    'DROP TRIGGER IF EXISTS twice ON t'
after 'a trigger that there is twice' warned \
    "$twice; SELECT _l2_link_trigger('m', oid) FROM pg_trigger WHERE tgname = 'twice'" \
    "INSERT INTO t VALUES (1, 2, 'z1')"
if [ "$version" -ge 140000 ]; then
    after 'a trigger that is made anew' warned "${twice/TRIGGER twice/OR REPLACE TRIGGER l2reg_m_insert}" \
        "INSERT INTO t VALUES (1, 2, 'z1')"
fi
after 'a trigger with another name' warned 'ALTER TRIGGER l2reg_m_update ON t RENAME TO renamed' \
    'UPDATE t SET y = y + 9'
after 'UNLOGGED' warned 'ALTER TABLE t SET UNLOGGED; ALTER TABLE t SET LOGGED'
after 'the model has another name' equal 'ALTER TABLE m RENAME TO n; UPDATE t SET y = y + 1 WHERE a < 5;
    ALTER TABLE n RENAME TO m'

# ---- partitions and children

prepare='CREATE TABLE t (k int, y float8, a float8) PARTITION BY LIST (k);
    CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
    INSERT INTO t SELECT 1 + i % 2, i * 2 + sin(i), i FROM generate_series(1, 40) i'
formula='y ~ a'
after 'partitions' equal 'UPDATE t SET k = 3 - k, y = y + 1 WHERE a < 10' 'INSERT INTO t1 VALUES (1, 2, 3)' \
    'DELETE FROM t2 WHERE a = 12' 'INSERT INTO t VALUES (1, 5, 6), (2, 7, 8)' 'TRUNCATE t1'
after 'a partition that leaves, is changed and comes back' warned 'ALTER TABLE t DETACH PARTITION t1' \
    'UPDATE t1 SET y = y + 500' 'ALTER TABLE t ATTACH PARTITION t1 FOR VALUES IN (1)'
after 'a partition that comes' warned 'CREATE TABLE t3 PARTITION OF t FOR VALUES IN (3)' \
    'INSERT INTO t3 VALUES (3, 1, 1)'
after 'a partition that goes' warned 'DROP TABLE t1'
after 'disabled triggers of a partition' warned 'ALTER TABLE t1 DISABLE TRIGGER USER; UPDATE t1 SET y = y + 9;
    ALTER TABLE t1 ENABLE TRIGGER USER'
if [ "$version" -ge 150000 ]; then
    move='MERGE INTO t USING generate_series(1, 9) i ON a = i WHEN MATCHED THEN UPDATE SET k = 2, y = y + 100'
    after 'MERGE that moves rows' warned "SELECT l2_n(NULL); $move"
    after 'MERGE that moves rows, as the first statement' warned "$move"
    after 'MERGE that moves rows, in a function' warned "DO \$\$ BEGIN $move; END \$\$"
    after 'MERGE without UPDATE' equal 'MERGE INTO t USING generate_series(38, 45) i ON a = i WHEN MATCHED
        THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1, i, i)'
    after 'a first UPDATE is no MERGE' equal 'UPDATE t SET k = 3 - k, y = y + 1 WHERE a < 10' \
        'UPDATE t SET y = 1 WHERE false'
fi
prepare='CREATE TABLE t (y float8, a float8); CREATE TABLE child () INHERITS (t);
    INSERT INTO t SELECT i * 2 + sin(i), i FROM generate_series(1, 40) i;
    INSERT INTO child SELECT i, i FROM generate_series(50, 60) i'
after 'children' equal 'UPDATE t SET y = y + 1 WHERE a > 30' 'DELETE FROM child WHERE a = 51' \
    'UPDATE ONLY t SET y = 0 WHERE a = 3'
after 'a child that leaves, is changed and comes back' warned 'ALTER TABLE child NO INHERIT t' \
    'UPDATE child SET y = y + 500' 'ALTER TABLE child INHERIT t'

# ---- roles

run -c 'DROP TABLE t CASCADE' -c 'DROP TABLE m' >/dev/null
run -U follow_owner -c 'CREATE TABLE t (y float8, a float8);
    INSERT INTO t SELECT i * 2 + sin(i), i FROM generate_series(1, 40) i' -c \
    "SELECT l2_train('m', 't', 'y', 'ridge', 1, '$live')" >/dev/null
roles() # NAME WANTED SQL...
{
    local name=$1 wanted=$2
    shift 2
    for s in "$@"; do out=$(run -c "$s") || echo "# $out"; done
    check "$name" "$(state m t 'y ~ a')" "$wanted"
    check "$name: a refresh" "$(run -c "SET client_min_messages = error;
        SELECT outcome FROM l2_refresh('m')"), $(state m t 'y ~ a')" 'ok, equal'
}
roles 'the table has another owner, and had it' warned 'ALTER TABLE t OWNER TO follow_other;
    UPDATE t SET y = y + 9; ALTER TABLE t OWNER TO follow_owner'
roles 'the model has another owner' warned 'GRANT follow_owner TO follow_other;
    ALTER TABLE m OWNER TO follow_other; ALTER TABLE m_grams OWNER TO follow_other' \
    'UPDATE t SET y = y + 1 WHERE a < 5'
roles 'who loses his membership, and gets it back' warned 'REVOKE follow_owner FROM follow_other' \
    'UPDATE t SET y = y + 2 WHERE a < 5' 'GRANT follow_owner TO follow_other'
roles 'row security hides rows from him, and not any more' warned 'ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    ALTER TABLE t FORCE ROW LEVEL SECURITY' 'UPDATE t SET y = y + 3 WHERE a < 5' \
    'ALTER TABLE t NO FORCE ROW LEVEL SECURITY; ALTER TABLE t DISABLE ROW LEVEL SECURITY'
roles 'he may not read the table, and may again' warned 'REVOKE ALL ON t FROM follow_owner' \
    'UPDATE t SET y = y + 4 WHERE a < 5' 'GRANT ALL ON t TO follow_owner'
check 'a role that is gone took the model along' \
    "$(run -c 'REASSIGN OWNED BY follow_other TO follow_owner' -c 'DROP OWNED BY follow_other;
    DROP ROLE follow_other' -c "SET client_min_messages = error" -c "SELECT outcome
    FROM l2_refresh('m')"), $(state m t 'y ~ a')" 'ok, equal'

# ---- sources that cannot be followed

refused() { check "refused: $1" "$(run -c "SELECT l2_train('x', '$2', 'y ~ a', 'ridge', 1, '$live')" | head \
    -n 1)" "ERROR:  a model cannot follow public.$2, which $3"; }
run -c 'CREATE UNLOGGED TABLE u (y float8, a float8)' -c 'CREATE VIEW v AS SELECT * FROM t' -c \
    'CREATE MATERIALIZED VIEW mv AS SELECT * FROM t' \
    -c 'CREATE TABLE forced (y float8, a float8); ALTER TABLE forced ENABLE ROW LEVEL SECURITY;
    ALTER TABLE forced FORCE ROW LEVEL SECURITY' \
    -c 'CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw;
    CREATE FOREIGN TABLE ft (y float8, a float8) SERVER s OPTIONS (filename $$/dev/null$$)' >/dev/null 2>&1
refused 'an UNLOGGED table' u 'is UNLOGGED, and would be empty after a crash'
refused 'a view' v 'is no table'
refused 'a materialized view' mv 'is no table'
refused 'forced row security' forced 'has row security that may hide rows from its owner'
if run -c 'SELECT FROM ft' >/dev/null; then refused 'a foreign table' ft 'is no table'; fi
check 'refused: a temporary table' "$(run -c 'CREATE TEMP TABLE temporary (y float8, a float8)' -c \
    "SELECT l2_train('x', 'temporary', 'y ~ a', 'ridge', 1, '$live')" | head -n 1 | grep -c \
    'which is a temporary table\|does not exist')" 1
if [ "$version" -ge 180000 ]; then
    run -c 'CREATE TABLE virtual (y float8, b float8, a float8 GENERATED ALWAYS AS (b * 2) VIRTUAL)' \
        >/dev/null
    refused 'virtual columns' virtual 'has virtual generated columns'
fi
check 'nothing is left of them' "$(run -c "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'l2reg_x%'")" 0

export PGDATABASE=postgres
run -c 'DROP DATABASE follow' -c 'DROP ROLE follow_owner' >/dev/null
echo "1..$n"
