#!/bin/bash
#
# schedule.sh: l2_schedule without pg_cron, whose hint must work in a shell, and with the real one,
# in a server of its own, since it has to be preloaded.
#
# pg_cron looks at the clock once a minute, but a job for @reboot runs as soon as its launcher starts;
# so the launcher is made to crash, which restarts the server, and models have to stand that too.

. test/lib/tap.bash
setup='SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS l2reg;
    CREATE TABLE rows AS SELECT i AS y, i % 7 AS x FROM generate_series(1, 100) i'

if [ "${1:-}" != with_pg_cron ]; then
    db='cron "% o'\''clock'
    quoted=${db//\"/\"\"}
    run -c "CREATE DATABASE \"$quoted\""
    export PGDATABASE=$db
    run -c "$setup" -c 'CREATE SCHEMA "o''clock"' >/dev/null
    run -c "SELECT l2_train('m', 'rows', 'y')" >/dev/null
    out=$(run -c "SELECT l2_schedule('m', '0 3 * * *')")
    check 'without pg_cron the error says so' "${out%%$'\n'*}" \
        'ERROR:  pg_cron is not installed in this database'
    line=$(grep '^0 3 ' <<<"$out")
    # cron reads % as the end of a command, unless it is escaped, and takes the backslash away
    command=${line#0 3 \* \* \* }
    check 'every % is escaped' "$(tr -d -c '%' <<<"${command//\\%/}")" ''
    check 'the line for a crontab refreshes the model' \
        "$(PGOPTIONS='-c client_min_messages=warning' sh -c "${command//\\%/%}" 2>&1)" CALL
    check 'which has a new version' "$(run -c "SELECT version FROM l2_models WHERE name = 'm'")" 2
    check 'a schedule is one line' "$(run -c "SELECT l2_schedule('m', E'0 3 * * *\n* * * * * rm')" | head -n \
        1)" 'ERROR:  invalid schedule: 0 3 * * *'
    check 'a schedule has five fields' "$(run -c "SELECT l2_schedule('m', 'daily')" | head -n 1)" \
        'ERROR:  invalid schedule: daily'
    check 'or one of the words of cron' "$(run -c "SELECT l2_schedule('m', '@daily')" | head -n 1)" \
        'ERROR:  pg_cron is not installed in this database'
    check 'nothing to unschedule' "$(run -c "SELECT l2_unschedule('m')")" f
    PGDATABASE=postgres run -c "DROP DATABASE \"$quoted\""

    if [ -f "$("$PG_CONFIG" --sharedir)/extension/pg_cron.control" ]; then
        conf="shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
max_worker_processes = 20"
        while read -r line; do
            echo "$line"
            case $line in ok* | not*) n=$((n + 1)) ;; esac
        done < <(TAP_FIRST=$n L2REG_CONF=$conf bash test/cluster.sh bash "$0" with_pg_cron)
    else
        ok 'with pg_cron # SKIP pg_cron is not installed'
    fi
    echo "1..$n"
    exit
fi

run -c 'CREATE EXTENSION pg_cron' -c "$setup" -c 'CREATE ROLE alice LOGIN' -c 'CREATE ROLE bob LOGIN' \
    -c 'GRANT SELECT ON rows TO alice, bob' -c 'GRANT CREATE ON SCHEMA public TO alice' -c \
    'GRANT USAGE ON SCHEMA cron TO bob'
as alice -c "SELECT l2_train('m', 'rows', 'y')" >/dev/null
schedules="SELECT name, schedule, username, active, last_outcome, problem FROM l2_schedules ORDER BY job"

check 'pg_cron has to be allowed' "$(as alice -c "SELECT l2_schedule('m', '0 3 * * *')" | head -n 2)" \
    'ERROR:  role "alice" may not use pg_cron
HINT:  A superuser can allow it: GRANT USAGE ON SCHEMA cron TO alice'
check 'models can be looked at without' "$(as alice -c 'SELECT name, schedule FROM l2_models')" 'm|'
run -c 'GRANT USAGE ON SCHEMA cron TO alice'
check 'only the owner schedules' "$(as bob -c "SELECT l2_schedule('m', '0 3 * * *')" | head -n 1)" \
    'ERROR:  must be owner of model m'
job=$(as alice -c "SELECT l2_schedule('m', '0 3 * * *')")
check 'l2_schedules' "$(as alice -c "$schedules")" 'public.m|0 3 * * *|alice|t|ok|'
check 'its job is named by database and model, and calls the procedure' \
    "$(run -c 'SELECT jobname, command, database FROM cron.job')" \
    "l2reg postgres public.m|CALL public.l2_refresh_now('public.m')|postgres"
check 'l2_models has the schedule' "$(as alice -c 'SELECT name, schedule FROM l2_models')" 'm|0 3 * * *'
check 'a wrong one is an error' "$(as alice -c "SELECT l2_schedule('m', 'whenever')" | head -n 1)" \
    'ERROR:  invalid schedule: whenever'
# that of another user is another one, and both are shown in the order of their numbers
run -o /dev/null -c "SELECT l2_schedule('m', '0 7 * * *')"
as alice -o /dev/null -c "SELECT l2_schedule('m', '0 2 * * *')"
check 'schedules of two users' "$(run -c 'SELECT name, schedule FROM l2_models')" 'm|0 2 * * *, 0 7 * * *'
check 'and each sees his own' "$(as alice -c 'SELECT name, schedule FROM l2_models')" 'm|0 2 * * *'
run -o /dev/null -c "SELECT cron.unschedule(jobid) FROM cron.job WHERE username <> 'alice'"
run -c 'REVOKE SELECT ON cron.job FROM PUBLIC'
check 'who may not read the jobs sees none' "$(as alice -c 'SELECT name, schedule FROM l2_models' -c \
    "$schedules")" 'm|'
run -c 'GRANT SELECT ON cron.job TO PUBLIC'
check 'a second schedule replaces the first' "$(as alice -c "SELECT l2_schedule('m', '@reboot')")" "$job"
check 'nobody else sees it' "$(as bob -c "$schedules")" ''
# anybody can write a job that looks like ours
as bob -o /dev/null -c "SELECT cron.schedule('a', '0 4 * * *', 'CALL public.l2_refresh_now(''no \"name'')'),
    cron.schedule('b', '0 4 * * *', 'CALL public.l2_refresh_now(''a.b.c.d'')'),
    cron.schedule('c', '0 4 * * *', 'CALL public.l2_refresh_now(''secret.m'')'),
    cron.schedule('d', '0 4 * * *', 'CALL public.l2_refresh_now(''m'')'),
    cron.schedule('e', '0 4 * * *', 'CALL public.l2_refresh_now(''public.mxx')"
run -c 'CREATE SCHEMA secret'
check 'what is no name of a model is no schedule' "$(run -c "$schedules")" 'public.m|@reboot|alice|t|ok|
secret.m|0 4 * * *|bob|t||the model is gone, or has another name'
check 'and no trouble for who may not look there' "$(as bob -c "$schedules" -c 'SELECT name
    FROM l2_models')" 'secret.m|0 4 * * *|bob|t||the model is gone, or has another name'
as bob -o /dev/null -c 'SELECT cron.unschedule(jobid) FROM cron.job'

# run what is due now, and wait until the model has that version
run_jobs()
{
    kill -QUIT "$(run -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_cron launcher'")"
    for ((i = 0; i < 200; i++)); do
        [ "$(run -c "SELECT max(version) FROM l2_versions WHERE version = $1")" = "$1" ] && return
        sleep 0.1
    done
}
run_jobs 2
check 'pg_cron refreshes the model' "$(run -c "SELECT version, active, event, outcome, trained_by
    FROM l2_versions WHERE version = 2")" '2|t|refresh|ok|alice'
run -c 'REVOKE SELECT ON rows FROM alice'
run_jobs 3
check 'a refresh that fails is kept with its reason' "$(as alice -c "SELECT version, outcome, error_code,
    reason FROM l2_versions WHERE NOT active AND version > 2" -c "$schedules")" \
    '3|failed|42501|permission denied for table rows
public.m|@reboot|alice|t|failed|'
check 'the newest training is the last refresh' "$(as alice -c "SELECT last_refresh = trained_at, version
    FROM l2_schedules s, l2_versions v ORDER BY v.trained_at DESC LIMIT 1")" 't|3'
ended="SELECT status, split_part(return_message, E'\n', 1) FROM cron.job_run_details ORDER BY runid DESC
    LIMIT 1"
await_end() # until the last run has ended
{
    for ((i = 0; i < 200; i++)); do
        case $(run -c "$ended") in succeeded* | failed*) return ;; esac
        sleep 0.1
    done
}
await_end
check 'and shows in what pg_cron knows of its runs' "$(run -c "$ended" | sed 's/ERROR: */ERROR: /')" \
    'failed|ERROR: refresh of model m failed'

as alice -c 'ALTER TABLE m RENAME TO "it'\''s $$ ""m"""'
name='public."it'\''s $$ ""m"""'
check 'the schedule of a renamed model says what is wrong' "$(as alice -c "$schedules")" \
    'public.m|@reboot|alice|t||the model is gone, or has another name'
runs=$(run -c 'SELECT count(*) FROM cron.job_run_details')
kill -QUIT "$(run -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_cron launcher'")"
for ((i = 0; i < 200; i++)); do
    [ "$(run -c 'SELECT count(*) FROM cron.job_run_details')" -gt "$runs" ] 2>/dev/null && break
    sleep 0.1
done
await_end
check 'so does its run' "$(run -c "$ended" | sed 's/ERROR: */ERROR: /')" \
    'failed|ERROR: model "public.m" does not exist'
check 'it is not the schedule of the other name' "$(as alice -c "SELECT l2_unschedule(name)
    FROM l2_models")" f
as alice -o /dev/null -c 'SELECT cron.unschedule(jobid) FROM cron.job' -c \
    "SELECT l2_schedule(name, '0 5 * * *') FROM l2_models"
check 'any name can be scheduled' "$(as alice -c "$schedules")" "$name|0 5 * * *|alice|t|failed|"
check 'which is the one job' "$(run -c 'SELECT jobname FROM cron.job')" "l2reg postgres $name"

# rows may be read again for a second model, whose schedule is its own affair
run -c 'GRANT SELECT ON rows TO alice'
as alice -o /dev/null -c "SELECT l2_train('other', 'rows', 'y')" -c "SELECT l2_schedule('other', '0 6 * * *')"
check 'l2_unschedule' "$(as alice -c "SELECT l2_unschedule(name), l2_unschedule(name) FROM l2_models
    WHERE name <> 'other'")" 't|f'
check 'it is gone, and no other' "$(run -c "$schedules")" 'public.other|0 6 * * *|alice|t|ok|'
as alice -o /dev/null -c "SELECT l2_drop('other')"
check 'which goes with its model' "$(run -c 'SELECT count(*) FROM cron.job')" 0
as alice -c "SELECT l2_schedule(name, '0 3 * * *') FROM l2_models" >/dev/null
as alice -c "SELECT l2_drop(name) FROM l2_models" >/dev/null
check 'with the model goes its schedule' "$(run -c 'SELECT count(*) FROM cron.job')" 0

# a database of the same server where pg_cron is not: the hint runs where it is
run -c 'CREATE DATABASE other'
run -d other -c "$setup" -c "SELECT l2_train('m', 'rows', 'y')" >/dev/null
out=$(run -d other -c "SELECT l2_schedule('m', '0 3 * * *')")
check 'from another database' "${out%%$'\n'*}" \
    'ERROR:  pg_cron is installed in database "postgres", not in this one'
run -c "$(sed -n 's/^HINT:  There, run: //p' <<<"$out")" >/dev/null
if [ -n "$(run -c "SELECT to_regproc('cron.schedule_in_database')")" ]; then
    check 'the hint works' "$(run -c 'SELECT schedule, command, database FROM cron.job')" \
        "0 3 * * *|CALL public.l2_refresh_now('public.m')|other"
    check 'which is none of this database' "$(run -c "$schedules")" ''
else
    n=$((n + 1))
    echo 'ok - the hint works # skip: it needs pg_cron 1.4'
fi
