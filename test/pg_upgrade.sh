#!/bin/bash
#
# pg_upgrade.sh OLD_PG_CONFIG [NEW_PG_CONFIG]: a cluster of the old server, with values, models by name and a
# live model in it, is upgraded to the new one by pg_upgrade, and all is there and goes on.  Writes TAP.
#
# Both servers need to be installed, with what l2reg is built with (postgresql-server-dev of both: PGDG has
# them side by side).  Without a second argument both are the same: then pg_upgrade itself is what is tested.
# Nothing is installed into the system, as in cluster.sh.
#
# Where pg_upgrade fails by `unrecognized parameter "pg_attver"`, it does so for any table: Debian's 15.20
# puts that option into pg_attribute.attoptions, and a new server of an older date does not know it.

set -u
umask 022
cd "$(dirname "$0")/.." || exit 1
. test/lib/tap.bash
old=${1:?usage: test/pg_upgrade.sh OLD_PG_CONFIG [NEW_PG_CONFIG]} new=${2:-$1}
for v in ${!PG@}; do unset "$v"; done
unset MAKEFLAGS MFLAGS MAKELEVEL
export LC_ALL=C TZ=UTC PGOPTIONS='-c client_min_messages=warning' PGPORT=5432 PGUSER=postgres \
    PGCLIENTENCODING=UTF8
w=$(mktemp -d /tmp/l2reg.XXXXXX) && chmod 755 "$w" || exit 1
as_server=()
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    as_server=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
fi
server=
stop() { [ -z "$server" ] || { kill -INT "$server" && wait "$server"; } 2>/dev/null; server=; }
trap 'stop; cd / && rm -rf "$w"' EXIT
trap 'exit 130' INT TERM

# the files of the project, also where it is no repository
sources() { git ls-files -z --cached --others --exclude-standard 2>/dev/null || find . -name build -prune -o \
    -type f ! -name '*.o' ! -name '*.so' ! -path './.build-config' ! -path './sql/l2reg--*' -print0; }

# install PG_CONFIG NAME: a mirror of that server with this l2reg, of links but for the programs
install()
{
    local root=$w/$2 dir f
    # the tree is built for one server at a time
    mkdir "$w/source-$2" && sources | xargs -0 cp --parents -t "$w/source-$2"
    # what was built for this one need not be built again
    if [ "$1" = "${PG_CONFIG:-pg_config}" ] && [ -f l2reg.so ]; then
        cp -p .build-config l2reg.so "$w/source-$2"
        find src -name '*.o' -print0 | xargs -0 cp -p --parents -t "$w/source-$2"
        find "$w/source-$2" -name '*.o' -exec touch {} + && touch "$w/source-$2/l2reg.so"
    fi
    make -s -C "$w/source-$2" PG_CONFIG="$1" DESTDIR="$root" install >"$w/log" 2>&1 </dev/null || { cat \
        "$w/log"; exit 1; }
    for dir in "$("$1" --sharedir)/extension" "$("$1" --sharedir)" "$("$1" --pkglibdir)"; do
        mkdir -p "$root$dir"
        for f in "$dir"/*; do
            case ${f##*/} in l2reg*) continue ;; esac
            [ -e "$root$dir/${f##*/}" ] || ln -s "$f" "$root$dir/"
        done
    done
    mkdir -p "$root$("$1" --bindir)" && cp "$("$1" --bindir)"/* "$root$("$1" --bindir)/"
}
install "$old" old
if [ "$old" = "$new" ]; then
    newroot=$w/old
else
    install "$new" new
    newroot=$w/new
fi
oldbin=$w/old$("$old" --bindir) newbin=$newroot$("$new" --bindir)
mkdir -m 700 "$w/from" "$w/to" "$w/socket" && mkdir "$w/work" || exit 1
[ ${#as_server[@]} -eq 0 ] || chown "$owner" "$w/from" "$w/to" "$w/socket" "$w/work" || exit 1
export PGHOST=$w/socket
cluster() # BINDIR DATA
{
    (cd "$w" && "${as_server[@]}" "$1/initdb" -D "$2" -U postgres -A trust -E UTF8 --locale=C -N -k) \
        >"$w/log" 2>&1 </dev/null || { cat "$w/log"; exit 1; }
    printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$w/socket'" 'fsync = off' \
        'shared_buffers = 64MB' >>"$w/$2/postgresql.conf"
}
start() # BINDIR DATA
{
    local i
    (cd "$w" && exec "${as_server[@]}" "$1/postgres" -D "$2") >>"$w/server.log" 2>&1 </dev/null &
    server=$!
    for ((i = 0; i < 300; i++)); do
        "$newbin/psql" -Xqc 'SELECT 1' -d postgres >/dev/null 2>&1 && return
        sleep 0.1
    done
    cat "$w/server.log"
    exit 1
}
PATH=$newbin:$PATH

cluster "$oldbin" from
start "$oldbin" from
release=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" l2reg.control)
run -d postgres -c 'CREATE DATABASE kept' -c 'CREATE ROLE alice LOGIN' -c \
    'ALTER DATABASE kept SET search_path = public, "Odd schema"'
export PGDATABASE=kept
run -c 'CREATE SCHEMA "Odd schema"' -c 'GRANT USAGE ON SCHEMA "Odd schema" TO PUBLIC' -c \
    'GRANT CREATE ON SCHEMA public TO PUBLIC' -c \
    "CREATE EXTENSION l2reg SCHEMA \"Odd schema\" VERSION '$release'"
run -f test/lib/values.sql -f test/lib/values_say.sql
run -U alice >/dev/null <<'SQL'
CREATE TABLE homes (id int PRIMARY KEY, at timestamptz NOT NULL, area float8,
  price float8) PARTITION BY RANGE (id);
CREATE TABLE homes_1 PARTITION OF homes FOR VALUES FROM (0) TO (250);
CREATE TABLE homes_2 PARTITION OF homes DEFAULT;
INSERT INTO homes SELECT i, timestamptz '2024-01-01 00:00+00' + i % 20 * interval '1 day', i % 17,
  i % 17 * 3 + sin(i) FROM generate_series(1, 500) i;
SELECT l2_train('live', 'homes', 'price ~ area', lambda => 1, options => '{"refresh": "live"}');
SELECT l2_train('buckets', 'homes', 'price ~ area', lambda => 1,
  options => '{"refresh": "buckets", "time_column": "at", "bucket": "day"}');
SELECT l2_train('whole', 'homes', 'price ~ area', options => '{"keep_gram": true}');
SELECT l2_refresh('whole'); SELECT l2_grant('whole', 'public');
INSERT INTO homes VALUES (1000, '2024-01-21', 5, 6);
-- what is stored is what readers get until the next refresh: the new cluster is another server
SELECT l2_refresh('live');
CREATE MATERIALIZED VIEW grams AS SELECT id % 3 AS part, l2_gram_cols(price, area) AS g FROM homes GROUP BY 1;
CREATE INDEX ON homes (l2_predict('{"l2_model": 1, "method": "ols", "terms": [{"term": "(Intercept)", '
  '"estimate": 20}, {"term": "area", "estimate": 1.5}]}'::l2_model, ARRAY[area]));
SQL
look="SELECT name, part, v, final FROM stored_gram ORDER BY 1, 2; SELECT name, v FROM shipped_row ORDER BY 1;
    SELECT name, v FROM shipped_state ORDER BY 1; SELECT name, v FROM stored_model ORDER BY 1;
    SELECT * FROM grams ORDER BY 1; SELECT * FROM live ORDER BY version;
    SELECT * FROM buckets ORDER BY version; SELECT * FROM whole ORDER BY version;
    SELECT name, owner, l2_get(name) FROM l2_models ORDER BY 1;
    SELECT relname, relacl, reloftype::regtype FROM pg_class WHERE reloftype <> 0 ORDER BY 1;
    SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
says="SELECT name, stored_says(v) FROM stored_model ORDER BY 1"
# said in its own test
quiet="SET client_min_messages = error;"
run <<<"$quiet $look" >"$w/before"
run <<<"$says" >>"$w/before"
check 'the old cluster has something' "$(($(wc -l <"$w/before") > 100))" 1
oldversion=$(run -c 'SHOW server_version')
stop

cluster "$newbin" to
(cd "$w/work" && "${as_server[@]}" "$newbin/pg_upgrade" -b "$oldbin" -B "$newbin" -d "$w/from" -D "$w/to" -U \
    postgres -s "$w/socket") >"$w/log" 2>&1 </dev/null &&
    ok "pg_upgrade" || not_ok 'pg_upgrade' "$(tail -n 5 "$w/log")" \
        "$(find "$w/work" "$w/to" -name 'loadable_libraries.txt' -exec cat {} + -o -path \
        '*pg_upgrade_output.d*' -name '*dump*.log' -exec tail -n 15 {} +)"
start "$newbin" to
newversion=$(run -c 'SHOW server_version')
{ run <<<"$quiet $look"; run <<<"$says"; } >"$w/after"
check 'values and models are what they were' "$(diff "$w/before" "$w/after" | head -n 6 | cut -c 1-300)" ''
check 'the extension is of its version, and updated' "$(run -c "SELECT extversion FROM pg_extension
    WHERE extname = 'l2reg'" -c 'ALTER EXTENSION l2reg UPDATE' -c "SELECT extversion FROM pg_extension
    WHERE extname = 'l2reg'")" "$release
$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" l2reg.control)"
run -d postgres -c 'CREATE DATABASE fresh'
run -d fresh -c 'CREATE SCHEMA "Odd schema"' -c 'GRANT USAGE ON SCHEMA "Odd schema" TO PUBLIC' -c \
    'CREATE EXTENSION l2reg SCHEMA "Odd schema"'
run -d fresh -f test/lib/catalog.sql >"$w/fresh"
run -f test/lib/catalog.sql >"$w/updated"
# a constraint that went through a dump has fewer parentheses
check 'its catalog is that of a fresh install' \
    "$(diff <(tr -d '()' <"$w/fresh") <(tr -d '()' <"$w/updated") | head -n 20)" ''
same="SELECT round(l2_predict('live', 5)::numeric, 9)
    = round(l2_predict(ridge_fit(price, ARRAY[area], 1, '{\"standardize\": true}'), ARRAY[5])::numeric, 9)
    FROM homes"
insert="INSERT INTO homes SELECT i, '2024-02-01', i % 5, i FROM generate_series(3000, 3010) i"
check 'live models know that they have come to another server, and keep what they were' \
    "$(run -U alice -c "$insert" -c "SELECT l2_predict('live', 5) = l2_predict((SELECT model FROM live
    WHERE active), 5)")" 'WARNING:  model live is not up to date
DETAIL:  The model came from another server or database.
HINT:  l2_refresh reads the source anew.
t'
check 'live models follow once they were refreshed' "$(run -U alice -c "SELECT outcome
    FROM l2_refresh('live')" -c "$same" -c 'DELETE FROM homes WHERE id < 20' -c 'UPDATE homes
    SET price = price + 1 WHERE id % 2 = 0' -c "$same")" 'ok
t
t'
check 'and models are refreshed' "$(run -U alice -c "SELECT m.name, r.outcome, r.n FROM l2_models m,
    LATERAL (SELECT * FROM l2_refresh(m.name)) r
    ORDER BY m.name" -c "$same" -c 'REFRESH MATERIALIZED VIEW grams' -c 'SELECT sum(l2_n(g))
    FROM grams' -c 'SELECT count(l2_drop(name)) FROM l2_models')" 'buckets|ok|493
live|ok|493
whole|ok|493
t
493
3'
stop
echo "# PostgreSQL $oldversion to $newversion"
echo "1..$n"
