#!/bin/bash
#
# cluster.sh [--interactive] COMMAND [ARGUMENT...]: runs a command with a server of its own.
#
# The server and this build of l2reg live in a temporary folder and are gone afterwards, however
# the command ends; with --interactive Ctrl-C is the command's own affair.  Nothing is installed
# into the system: the folder mirrors the server's directories with links, `make install DESTDIR=`
# adds ours, and a server started from the copy finds them, since PostgreSQL locates its files
# relative to its executable.  Hence no root is needed; as root the server runs as postgres or
# nobody.  It listens on a Unix socket only.
#
# With SANITIZE=1, or FUZZ=1, the server is one that a module with AddressSanitizer in it can be loaded into.
#
# The command gets PGHOST, PGPORT, PGUSER, PGDATABASE and L2REG_TMP, the folder.  TMPDIR says
# where to put it, L2REG_CONF what to add to postgresql.conf, L2REG_SERVER_ENV (NAME=VALUE words)
# what to add to the server's environment.  With L2REG_KILLS set the command may kill
# backends: then a crash is its own affair.  L2REG_STOP=INT lets backends exit in good order at
# the end, for what they write then.

set -u
umask 022
cd "$(dirname "$0")/.." || exit 1

interactive=
[ "${1:-}" = --interactive ] && { interactive=1; shift; }

die() { echo "l2reg: $*" >&2; exit 1; }

pg_config=${PG_CONFIG:-pg_config}
bindir=$("$pg_config" --bindir) || die "no pg_config: run test/lib/setup.sh"
sharedir=$("$pg_config" --sharedir)
pkglibdir=$("$pg_config" --pkglibdir)
[ -x "$bindir/postgres" ] || die "no server in $bindir: run test/lib/setup.sh"
export PG_CONFIG=$pg_config

# No settings of the caller's database reach ours.
for v in ${!PG@}; do [ "$v" = PG_CONFIG ] || unset "$v"; done
unset MAKEFLAGS MFLAGS MAKELEVEL

# ---- cleaning up, first

tmp=
server=
finish()
{
    local status=$?
    trap '' INT TERM HUP
    if [ -n "$server" ]; then
        if [ -z "${L2REG_KILLS:-}" ] && grep -qE \
            'PANIC: |was terminated by signal|AddressSanitizer|runtime error: ' "$tmp/log" 2>/dev/null; then
            echo 'l2reg: the server crashed. The end of its log:' >&2
            { grep -aE -A 25 'ERROR: AddressSanitizer|runtime error: ' "$tmp/log" | head -n 100; tail -n 40 \
                "$tmp/log"; } >&2
            [ "$status" -ne 0 ] || status=1
        fi
        kill "-${L2REG_STOP:-QUIT}" "$server" 2>/dev/null # nothing in it is worth a checkpoint
        wait "$server" 2>/dev/null
    fi
    if [ -n "$tmp" ]; then
        cd / && rm -rf "$tmp" || status=1
    fi
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 129' HUP
trap 'exit 143' TERM

as_server=()
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    as_server=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
fi

# The server's user must be able to enter the folder and run programs there, and the name of a
# Unix socket has 107 bytes at most.
suits()
{
    chmod 755 "$tmp" && cp /bin/true "$tmp/try" &&
        "${as_server[@]}" env "$tmp/try" 2>/dev/null &&
        rm "$tmp/try" && [ ${#tmp} -lt 80 ]
}
for folder in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
    tmp=$(mktemp -d "$folder/l2reg.XXXXXX") && suits && break
    [ -z "$tmp" ] || rm -rf "$tmp"
    tmp=
done
[ -n "$tmp" ] || die "no folder for the server: set TMPDIR to one that its user can enter"

mkdir -m 700 "$tmp/data" "$tmp/socket" && mkdir "$tmp/root" || exit 1
[ ${#as_server[@]} -eq 0 ] || chown "$owner" "$tmp/data" "$tmp/socket" || exit 1

# ---- a private installation: ours, and links to all the rest

make -s install DESTDIR="$tmp/root" >"$tmp/log" 2>&1 </dev/null ||
    { cat "$tmp/log" >&2; die "make install failed"; }

mirror() # DIRECTORY: link what is not there yet
{
    local f
    mkdir -p "$tmp/root$1" || exit 1
    for f in "$1"/*; do
        case ${f##*/} in l2reg*) continue ;; esac
        [ -e "$tmp/root$1/${f##*/}" ] || ln -s "$f" "$tmp/root$1/" || exit 1
    done
}
mirror "$sharedir/extension"
mirror "$sharedir"
mirror "$pkglibdir"
mkdir -p "$tmp/root$bindir" &&
    cp "$bindir/postgres" "$bindir/initdb" "$tmp/root$bindir/" || exit 1

# ---- the server

# The library of AddressSanitizer must be the first, and ready before the server's own libraries
# are: one of them calls malloc on the way, and with the library only preloaded hangs in it.
asan=
[ "${SANITIZE:-0}" != 1 ] || asan=$("${CC:-gcc}" -print-file-name=libasan.so)
[ "${FUZZ:-0}" != 1 ] || asan=$(clang -print-file-name="libclang_rt.asan-$(uname -m).so")
if [ -n "$asan" ]; then
    echo 'void __asan_init(void); __attribute__((constructor)) static void first(void) { __asan_init(); }' |
        "${CC:-gcc}" -shared -fPIC -Wl,-z,initfirst -x c - -o "$tmp/first.so" || die "no compiler"
    L2REG_SERVER_ENV="${L2REG_SERVER_ENV:-} ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1:abort_on_error=1 LD_PRELOAD=$asan:$tmp/first.so"
    export L2REG_SERVER_ENV # the command may start more servers
fi

export PGHOST=$tmp/socket PGPORT=5432 PGUSER=postgres PGDATABASE=postgres PGPASSFILE=$tmp/none
export L2REG_TMP=$tmp LC_MESSAGES=C TZ=UTC

(
    cd "$tmp" && unset LANGUAGE LC_ALL &&
        "${as_server[@]}" "root$bindir/initdb" -D data -U postgres -A trust -E UTF8 --locale=C -N
) >"$tmp/log" 2>&1 </dev/null || { cat "$tmp/log" >&2; die "initdb failed"; }

cat >>"$tmp/data/postgresql.conf" <<END || exit 1
listen_addresses = ''
unix_socket_directories = '$tmp/socket'
unix_socket_permissions = 0700
fsync = off
full_page_writes = off
max_wal_senders = 0
wal_level = minimal
shared_buffers = 64MB
log_line_prefix = '%m [%p] %a %e '
${L2REG_CONF:-}
END

# In a session of its own, so that Ctrl-C is for the command; and, should this script be killed
# without a chance to clean up, told to stop.
launch=(setsid)
setpriv --pdeathsig INT true 2>/dev/null && launch+=(setpriv --pdeathsig INT)
read -ra server_env <<<"${L2REG_SERVER_ENV:-}"
: >"$tmp/log"
"${as_server[@]}" "${launch[@]}" env "${server_env[@]}" \
    "$tmp/root$bindir/postgres" -D "$tmp/data" >>"$tmp/log" 2>&1 </dev/null &
server=$!

for ((i = 0; i < 600; i++)); do
    "$bindir/pg_isready" -q && break
    kill -0 "$server" 2>/dev/null || { cat "$tmp/log" >&2; server=; die "the server did not start"; }
    sleep 0.1
done
"$bindir/pg_isready" -q || { cat "$tmp/log" >&2; die "the server did not start in a minute"; }

[ -z "$interactive" ] || trap : INT
PATH=$bindir:$PATH "$@"
