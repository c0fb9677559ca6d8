#!/bin/bash
#
# regress.sh: `make installcheck` as TAP, one test for each file.  Called by prove, in a cluster.
#
# pg_regress itself writes TAP from PostgreSQL 16 on; before, "test NAME ... ok   12 ms".  The
# differences of a failed test go to the terminal, and to regression.diffs where that is possible.
#
# What psql shows of an error is its message.  Its SQLSTATE, which programs go by, is in the server's log:
# those of the errors of sql/*.sql must be what expected/sqlstate.txt says, which SQLSTATES=1 writes anew.

set -u
out=$L2REG_TMP/regress
mkdir "$out" || exit 1

n=0
result() { n=$((n + 1)); echo "$1 $n - $2"; }

# A test that nobody compares with anything proves nothing.
for f in sql/*.sql; do
    name=$(basename "$f" .sql)
    case $name in l2reg--*) continue ;; esac
    [ -f "expected/$name.out" ] || result 'not ok' "$name: there is no expected/$name.out"
done

while read -r line; do
    if [[ $line =~ ^(test[[:space:]]+)?([^[:space:]]+)[[:space:]]+\.\.\.[[:space:]]+(ok|FAILED|failed) ]]
    then
        [ "${BASH_REMATCH[3]}" = ok ] && r=ok || r='not ok'
        result "$r" "${BASH_REMATCH[2]}"
    elif [[ $line =~ ^(ok|not ok)[[:space:]]+[0-9]+[[:space:]]+[-+][[:space:]]+([^[:space:]]+) ]]; then
        result "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    elif [[ $line =~ ^status:(.*) ]]; then
        status=${BASH_REMATCH[1]}
    else
        log+=$line$'\n'
    fi
done < <(make -s installcheck REGRESS_OUTPUT="$out" 2>&1; echo "status:$?")

if [ "${status:-1}" -ne 0 ]; then
    [ "$n" -gt 0 ] || result 'not ok' 'make installcheck'
    {
        echo "${log:-}"
        cat "$out/regression.diffs" 2>/dev/null
    } | sed 's/^/# /' | head -n 400 >&2
    cp "$out/regression.diffs" . 2>/dev/null
fi
states=$out/sqlstate.txt
sed -nE 's!^.* pg_regress/([a-z0-9_]+) ([0-9A-Z]{5}) ERROR:  (.*)$!\1 \2 \3!p' "$L2REG_TMP/log" | LC_ALL=C \
    sort -u >"$states"
[ -z "${SQLSTATES:-}" ] || cp "$states" expected/sqlstate.txt
if [ "$n" -gt 0 ]; then
    if awk '{ key = $1; for (i = 3; i <= NF; i++) key = key " " $i }
            NR == FNR { known[key] = known[key] $2 " "; next }
            !(key in known) { fresh++; next }
            index(known[key], $2 " ") == 0 { print "# " $0 ": SQLSTATE was " known[key]; wrong = 1 }
            END { if (fresh) print "# " fresh " errors are not in expected/sqlstate.txt: SQLSTATES=1"; exit wrong }' \
        expected/sqlstate.txt "$states" >&2; then
        result ok SQLSTATE
    else
        result 'not ok' SQLSTATE
        status=1
    fi
fi
if [ "$n" -eq 0 ]; then
    echo '1..0 # SKIP no sql/*.sql to run'
else
    echo "1..$n"
fi
[ "${status:-1}" -eq 0 ]
