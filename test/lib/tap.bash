# tap.bash: what the tests in test/tap/*.sh share; for bash to source.  Each ends with: echo "1..$n"
#
# TAP_FIRST, in the environment: the number of tests before the first, where one script goes on in
# another server.

set -u
n=${TAP_FIRST:-0}

ok() { n=$((n + 1)); echo "ok $n - $1"; }
not_ok() { n=$((n + 1)); echo "not ok $n - $1"; shift; printf '%s\n' "$@" | sed 's/^/# /' >&2; }

check() # NAME, GOT, WANTED
{
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" " got: $2" "want: $3"; fi
}

run() { psql -XqAt -v ON_ERROR_STOP=1 "$@" 2>&1; }
as() { local role=$1; shift; run -U "$role" "$@"; }
