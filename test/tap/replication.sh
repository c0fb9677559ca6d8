#!/bin/bash
#
# replication.sh: values and models under logical replication, as text and in binary, and on a standby, which
# is then promoted.  The tests' own server is the subscriber; the publisher is one more, and has the standby.

. test/lib/tap.bash

case ${1:-} in
    '')
        export SUBSCRIBER=$PGHOST
        L2REG_CONF=$'wal_level = logical\nmax_wal_senders = 8\nmax_replication_slots = 8' \
            exec bash test/cluster.sh bash "$0" publisher
        ;;
esac
export PGDATABASE=replication PGOPTIONS='-c client_min_messages=warning' PUBLISHER=$PGHOST \
    PGCLIENTENCODING=UTF8
version=$(run -d postgres -c 'SHOW server_version_num')
subscriber() { PGHOST=$SUBSCRIBER run "$@"; }
standby() { PGPORT=5433 run "$@"; }
# until COMMAND...: wait until it says t
until_true()
{
    local i
    for ((i = 0; i < 300; i++)); do
        [ "$("$@" 2>&1)" = t ] && return
        sleep 0.1
    done
    "$@"
}

as_server=()
if [ "$(id -u)" -eq 0 ]; then
    owner=$(stat -c %U "$L2REG_TMP/data")
    as_server=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
fi
second=
finish()
{
    [ -z "$second" ] || { kill -QUIT "$second" && wait "$second"; } 2>/dev/null
    # what is left in the tests' server would wait for the publisher for ever
    PGHOST=$SUBSCRIBER psql -Xq -d replication >/dev/null 2>&1 <<'SQL'
SELECT format('ALTER SUBSCRIPTION %I DISABLE', subname),
  format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', subname), format('DROP SUBSCRIPTION %I', subname)
FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid AND d.datname = current_database() \gexec
SQL
    PGHOST=$SUBSCRIBER run -d postgres -c 'DROP DATABASE IF EXISTS replication' -c \
        'DROP ROLE IF EXISTS replication_owner' \
        -c 'ALTER SYSTEM RESET wal_receiver_status_interval' -c 'SELECT pg_reload_conf()' >/dev/null
}
trap finish EXIT

# ---- logical: the types are in other schemas there

tables='CREATE TABLE as_text (id int PRIMARY KEY, g l2_gram, m l2_model, folds l2_gram[]);
    CREATE TABLE as_binary (id int PRIMARY KEY, g l2_gram, m l2_model, folds l2_gram[]);
    CREATE TABLE homes (id int PRIMARY KEY, at timestamptz NOT NULL, area float8, price float8);
    CREATE TABLE written (LIKE homes INCLUDING ALL);
    CREATE TABLE keyless (g l2_gram, m l2_model, note text); ALTER TABLE keyless REPLICA IDENTITY FULL;
    ALTER TABLE as_text REPLICA IDENTITY FULL; ALTER TABLE homes OWNER TO replication_owner;
    ALTER TABLE written OWNER TO replication_owner; GRANT CREATE ON SCHEMA public TO replication_owner;'
run -d postgres -c 'CREATE DATABASE replication' -c 'CREATE ROLE replication_owner LOGIN'
run -c 'CREATE EXTENSION l2reg' -c "$tables" >/dev/null
run >/dev/null <<'SQL'
INSERT INTO homes SELECT i, timestamptz '2024-01-01 00:00+00' + i % 20 * interval '1 day', i % 17,
  i % 17 * 3 + sin(i) FROM generate_series(1, 300) i;
CREATE TABLE value AS SELECT k AS id, l2_gram_cols(price / 3, area, id % k) AS g,
  l2_set_names(l2_gram_cols(price / 3, area, id % k), '{größe,b}') AS named,
  l2_gram_folds(price, ARRAY[area], '{"folds": 3}') AS folds
  FROM homes, generate_series(2, 6) k GROUP BY k;
INSERT INTO value SELECT 100, g, g, folds FROM (SELECT l2_gram_agg(price, x) AS g,
  l2_gram_folds(price, x, '{"folds": 2}') AS folds FROM homes,
  LATERAL (SELECT array_agg(sin(id * k) ORDER BY k) AS x FROM generate_series(1, 60) k) x) s;
INSERT INTO as_text SELECT id, named, l2_ridge(named, 0.5), folds FROM value WHERE id > 2;
INSERT INTO as_binary SELECT id, named, l2_lasso(g, 0.5), folds FROM value WHERE id > 2;
CREATE PUBLICATION as_text FOR TABLE as_text, keyless;
CREATE PUBLICATION as_binary FOR TABLE as_binary;
INSERT INTO keyless SELECT g, m, 'old' FROM as_text UNION ALL SELECT g, NULL, 'old' FROM as_text
  UNION ALL SELECT g, m, 'old' FROM as_text WHERE id = 3;
CREATE PUBLICATION homes FOR TABLE homes;
SQL
# that it says soon how far it is
subscriber -d postgres -c 'ALTER SYSTEM SET wal_receiver_status_interval = 1' -c 'SELECT pg_reload_conf()' \
    >/dev/null
subscriber -d postgres -c 'CREATE DATABASE replication' -c 'CREATE ROLE replication_owner LOGIN'
subscriber -c 'CREATE SCHEMA "Odd schema"' -c 'GRANT USAGE ON SCHEMA "Odd schema" TO PUBLIC' -c \
    'CREATE EXTENSION l2reg SCHEMA "Odd schema"' -c 'ALTER DATABASE replication SET search_path = public,
    "Odd schema"'
subscriber -c "$tables" >/dev/null
train="SELECT outcome FROM l2_train('live', 'homes', 'price ~ area', 'ridge', 1, '{\"refresh\": \"live\"}')"
buckets="SELECT outcome FROM l2_train('buckets', 'homes', 'price ~ area', 'ridge', 1,
    '{\"refresh\": \"buckets\", \"time_column\": \"at\", \"bucket\": \"day\"}')"
# one that follows the table before rows come
subscriber -U replication_owner -c "INSERT INTO homes SELECT i, '2024-01-01', i, i
    FROM generate_series(1000, 1010) i" -c "$train" -c "$buckets" >/dev/null
for s in as_text as_binary homes; do
    binary=
    [ "$s" = as_binary ] && [ "$version" -ge 140000 ] && binary=', binary = true'
    subscriber -c "CREATE SUBSCRIPTION $s CONNECTION 'host=$PUBLISHER port=$PGPORT user=postgres dbname=replication' PUBLICATION $s WITH (slot_name = '$s'$binary)" >/dev/null
done
ready="SELECT count(*) = 4 FROM pg_subscription_rel WHERE srsubstate = 'r'"
until_true subscriber -c "$ready" >/dev/null
check 'four tables were copied' "$(subscriber -c "$ready")" t
run >/dev/null <<'SQL'
INSERT INTO as_text SELECT id, named, l2_ridge(named, 0.5), folds FROM value WHERE id = 2;
INSERT INTO as_binary SELECT id, named, l2_lasso(g, 0.5), folds FROM value WHERE id = 2;
UPDATE as_text SET g = g + g, m = l2_ols(g) WHERE id = 3;
UPDATE as_binary SET g = g + g, m = l2_ols(g) WHERE id = 3;
DELETE FROM as_text WHERE id = 4;
DELETE FROM as_binary WHERE id = 4;
UPDATE keyless SET note = 'new' WHERE m IS NULL AND g = (SELECT g FROM as_text WHERE id = 5);
UPDATE keyless SET m = l2_ols(g) WHERE g = (SELECT g FROM as_text WHERE id = 5) AND m IS NOT NULL;
UPDATE keyless SET g = g + g WHERE g = (SELECT g FROM as_text WHERE id = 6) AND m IS NOT NULL;
DELETE FROM keyless WHERE m = (SELECT m FROM as_text WHERE id = 100);
DELETE FROM keyless WHERE m IS NULL AND g = (SELECT g FROM as_text WHERE id = 6);
SQL
caught_up() { run -c "SELECT bool_and(confirmed_flush_lsn >= '$1') FROM pg_replication_slots
    WHERE slot_type = 'logical'"; }
until_true caught_up "$(run -c 'SELECT pg_current_wal_lsn()')" >/dev/null
for t in as_text as_binary; do
    check "$t: values are the same to the last bit" "$(subscriber -c "SELECT v.* FROM $t v
        ORDER BY id" | md5sum)" "$(run -c "SELECT v.* FROM $t v ORDER BY id" | md5sum)"
    check "$t: and work" "$(subscriber -c "SELECT count(*), count(l2_n(g)),
        bool_and(l2_predict(m, (l2_means(g))[2:]) IS NOT NULL) FROM $t")" '5|5|t'
done

# without a key the subscriber finds a row by all its columns
keyless="SELECT note, g, m FROM keyless ORDER BY note, g::text COLLATE \"C\", m::text COLLATE \"C\""
check 'keyless: rows were changed there' "$(subscriber -c "SELECT count(*), count(m), count(*)
    FILTER (WHERE note = 'new') FROM keyless")" '9|5|1'
check 'keyless: and are the same' "$(subscriber -c "$keyless" | md5sum)" "$(run -c "$keyless" | md5sum)"

# ---- a model that follows a table which a subscription fills

check 'rows have come past the triggers, which is written down' \
    "$(subscriber -c 'SELECT count(*) FROM homes' -c 'SELECT model::regclass AS name, rows, reason
    FROM _l2_change ORDER BY model::regclass::text')" "311
buckets||rows came by replication, past the model's triggers
live||rows came by replication, past the model's triggers"
check 'a live model says so' "$(PGOPTIONS='' subscriber -U replication_owner -c "SELECT l2_predict('live',
    5) IS NOT NULL" | grep -v HINT)" 'WARNING:  model live is not up to date
DETAIL:  Rows of public.homes come by a subscription, past the model'\''s triggers.
t'
check 'and so does its refresh' "$(subscriber -U replication_owner -c 'SET client_min_messages
    = error' -c "SELECT name, r.outcome, r.reason FROM l2_models m, LATERAL (SELECT outcome, reason
    FROM l2_refresh(m.name)) r ORDER BY name")" \
    'buckets|failed|a model cannot follow public.homes, which gets rows by a subscription
live|failed|a model cannot follow public.homes, which gets rows by a subscription'
check 'training one is refused' "$(subscriber -U replication_owner -c "${train/\'live\'/\'other\'}" | head \
    -n 1)" 'ERROR:  a model cannot follow public.homes, which gets rows by a subscription'
check 'models that read the table are not' "$(subscriber -U replication_owner -c "SELECT n
    FROM l2_train('whole', 'homes', 'price ~ area', 'ridge', 1)" \
    -c "SELECT n FROM l2_train('late', 'homes', 'price ~ area', 'ridge', 1,
    '{\"refresh\": \"buckets\", \"time_column\": \"at\", \"bucket\": \"day\", \"lag\": \"30 days\"}')")" '311
311'
run -c "INSERT INTO homes VALUES (2000, '2024-01-20', 5, 6)"
until_true caught_up "$(run -c 'SELECT pg_current_wal_lsn()')" >/dev/null
check 'and see what came' "$(subscriber -U replication_owner -c "SELECT n FROM l2_refresh('whole')
    UNION ALL SELECT n FROM l2_refresh('late')")" '312
312'
notes="SELECT count(*) FROM _l2_changes('live')"
check 'a transaction is a note, which a refresh that fails leaves' \
    "$(subscriber -U replication_owner -c 'SET client_min_messages = error' -c "$notes" -c "SELECT outcome
    FROM l2_refresh('live')" -c "$notes")" '2
failed
2'
subscriber -c 'DROP SUBSCRIPTION homes' >/dev/null
check 'after its end a live model still says so' \
    "$(PGOPTIONS='' subscriber -U replication_owner -c "SELECT l2_predict('live', 5) IS NOT NULL" | grep -v \
    HINT)" "WARNING:  model live is not up to date
DETAIL:  A change could not be worked out: rows came by replication, past the model's triggers
t"
refreshed="SELECT outcome, n FROM l2_refresh('live') UNION ALL SELECT outcome, n FROM l2_refresh('buckets')"
same="SELECT round(l2_predict('live', 5)::numeric, 9)
    = round(l2_predict(ridge_fit(price, ARRAY[area], 1, '{\"standardize\": true}'), ARRAY[5])::numeric, 9)
    FROM homes"
check 'and models read it anew' "$(subscriber -U replication_owner -c "$refreshed" -c "$same")" 'ok|312
ok|312
t'
check 'once' "$(subscriber -U replication_owner -c "SELECT count(*)
    FROM _l2_changes('live')" -c "INSERT INTO homes VALUES (2001, '2024-01-20', 5, 6)" -c "$refreshed" -c \
    "$same")" '0
ok|313
ok|313
t'
# a refresh in between takes the note of its own transaction away
subscriber >/dev/null <<'SQL'
SET session_replication_role = replica;
BEGIN;
INSERT INTO homes VALUES (2002, '2024-01-20', 5, 600);
SELECT l2_refresh('live');
INSERT INTO homes VALUES (2003, '2024-01-20', 5, 600);
COMMIT;
SQL
check 'a note that was read is written again' "$(subscriber -U replication_owner -c 'SET client_min_messages
    = error' -c "$same" -c "SELECT n FROM l2_refresh('live')" -c "$same" -c 'DELETE FROM homes
    WHERE id IN (2002, 2003)' -c "$refreshed" -c "$same")" 'f
315
t
ok|313
ok|313
t'
# other ways to replicate set this; an inner transaction that is rolled back takes its own note with it
subscriber >/dev/null <<'SQL'
SET session_replication_role = replica;
BEGIN;
SAVEPOINT s;
DELETE FROM homes WHERE id < 10;
ROLLBACK TO s;
INSERT INTO homes SELECT i, '2024-01-21', i % 7, i FROM generate_series(3000, 3999) i;
COMMIT;
SQL
check 'rows written as a replica are written down' "$(subscriber -c 'SELECT model, count(*) FROM _l2_change
    GROUP BY 1 ORDER BY 1' | cut -d '|' -f 2)" '1
1'
check 'and read' "$(subscriber -U replication_owner -c "$refreshed" -c "$same")" 'ok|1313
ok|1313
t'
subscriber -c 'SET session_replication_role = replica' -c 'TRUNCATE homes' >/dev/null
check 'so is TRUNCATE' "$(subscriber -U replication_owner -c "INSERT INTO homes SELECT i, '2024-01-01', i % 5,
    i FROM generate_series(1, 20) i" -c "$refreshed" -c "$same")" 'ok|20
ok|20
t'

# ---- physical

run -U replication_owner -c "$train" -c "$buckets" -c \
    "SELECT outcome FROM l2_train('whole', 'homes', 'price ~ area', 'ridge', 1)" >/dev/null
mkdir -m 700 "$L2REG_TMP/standby" && { [ ${#as_server[@]} -eq 0 ] || chown "$owner" "$L2REG_TMP/standby"; }
(cd "$L2REG_TMP" && "${as_server[@]}" pg_basebackup -d "host=$PGHOST port=$PGPORT user=postgres" -D standby \
    -R -c fast -X stream) || echo '# pg_basebackup failed'
bindir=$("$PG_CONFIG" --bindir)
read -ra server_env <<<"${L2REG_SERVER_ENV:-}"
(cd "$L2REG_TMP" && exec "${as_server[@]}" setsid env "${server_env[@]}" "$L2REG_TMP/root$bindir/postgres" \
    -D standby -p 5433 >"$L2REG_TMP/standby.log" 2>&1 </dev/null) &
second=$!
up() { PGPORT=5433 pg_isready -q && echo t; }
until_true up >/dev/null
replayed() { standby -c "SELECT pg_last_wal_replay_lsn() >= '$1'"; }
check 'the standby serves' "$(standby -c 'SELECT pg_is_in_recovery()')" t
# written since, and not added up
run -U replication_owner -c "INSERT INTO homes SELECT i, '2024-02-01', i % 5, i
    FROM generate_series(3000, 3010) i" -c 'DELETE FROM homes WHERE id < 20'
until_true replayed "$(run -c 'SELECT pg_current_wal_lsn()')" >/dev/null
check 'a live model on it is that of its rows' "$(standby -U replication_owner -c "$same")" t
fits="SELECT l2_coef(logistic_fit(id * 7 % 17 < area, ARRAY[area], 1)),
    l2_coef(l2_cv(l2_gram_folds(l2_obs(price, fold => id), ARRAY[area, sin(id)], '{\"folds\": 5}'))),
    l2_coef(l2_fit('SELECT id * 7 % 17 < area AS c, area FROM homes', 'c', 'logistic', 1)),
    l2_auc(id * 7 % 17 < area, area / 17), (SELECT n FROM l2_glance(ols_fit(price, f))) FROM homes,
    LATERAL (SELECT area) f"
check 'fits on it are the same' "$(standby -c "$fits")" "$(run -c "$fits")"
check 'models are listed' "$(standby -U replication_owner -c 'SELECT name, version FROM l2_models
    ORDER BY 1')" 'buckets|1
live|1
whole|1'
check 'and not refreshed' "$(standby -U replication_owner -c "SELECT l2_refresh('whole')" | grep -c \
    '^ERROR: .*\(read-only\|recovery\)')" 1
# a session that knows the model sees the next version
predict="SELECT round(l2_predict('whole', 5)::numeric, 9) AS"
cat >"$L2REG_TMP/refresh.sh" <<SH
psql -XqAt -U replication_owner -c "SELECT l2_refresh('whole')" >/dev/null
lsn=\$(psql -XqAt -c 'SELECT pg_current_wal_lsn()')
for ((i = 0; i < 300; i++)); do
    [ "\$(psql -XqAt -p 5433 -c "SELECT pg_last_wal_replay_lsn() >= '\$lsn'")" = t ] && break
    sleep 0.1
done
SH
check 'a session sees a version that comes' "$(standby -U replication_owner -f - <<SQL
$predict before \gset
\! PGPORT=$PGPORT bash $L2REG_TMP/refresh.sh
$predict after \gset
SELECT :before <> :after, :after = round(l2_predict(l2_get('whole'), ARRAY[5])::numeric, 9);
SQL
)" 't|t'
standby -c 'SELECT pg_promote()' >/dev/null
until_true standby -c 'SELECT NOT pg_is_in_recovery()' >/dev/null
check 'promoted, it refreshes' "$(standby -U replication_owner -c "SELECT m.name, r.version, r.outcome, r.n
    FROM l2_models m, LATERAL (SELECT * FROM l2_refresh(m.name)) r ORDER BY m.name" -c "$same")" \
    'buckets|2|ok|293
live|2|ok|293
whole|3|ok|293
t'
check 'and models follow what is written' "$(standby -U replication_owner -c "INSERT INTO homes
    VALUES (5000, '2024-03-01', 9, 1)" -c "$same" -c "SELECT n FROM l2_refresh('buckets')")" 't
294'
echo "1..$n"
