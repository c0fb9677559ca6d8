#!/bin/bash
#
# setup.sh [--check] build|demo|test: what the build, the demo or the tests need.
#
# Looks for the things themselves, not for packages, so any installation will do.  What is
# missing is installed by apt-get, given root or sudo without a password; otherwise, and with
# --check, it is named by Debian package and the exit status is 1.  What is there stays as it is,
# and no database cluster is created or started.

set -u
check=
[ "${1:-}" = --check ] && { check=1; shift; }
purpose=${1:-test}
case $purpose in
    build) what='the build' ;;
    demo) what='the demo' ;;
    test) what='the tests' ;;
    *) echo "usage: $0 [--check] build|demo|test" >&2; exit 2 ;;
esac

has() { command -v "$1" >/dev/null 2>&1; }

# A usable pg_config leads to the server headers.  Debian's belongs to the newest of them.
pg_config=${PG_CONFIG:-pg_config}
pg_dir() { "$pg_config" "--$1" 2>/dev/null; }
# Debian's client package has pgxs.mk too
headers()
{
    local pgxs include
    pgxs=$(pg_dir pgxs) && [ -f "$pgxs" ] &&
        include=$(pg_dir includedir-server) && [ -f "$include/postgres.h" ]
}

if [ -n "${PG_CONFIG:-}" ] && ! headers; then
    echo "l2reg: PG_CONFIG=$PG_CONFIG does not lead to the server headers of a PostgreSQL" >&2
    exit 1
fi

# The version to name: that of the headers, else of the server, else the distribution's own
pg_version()
{
    local v=
    headers && v=$(pg_dir version) && v=${v#PostgreSQL } && v=${v%%[!0-9]*}
    [ -n "$v" ] || v=$(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1 |
        sed -n 's:^/usr/lib/postgresql/\([0-9]*\)/.*:\1:p')
    [ -n "$v" ] || v=$(apt-cache depends postgresql 2>/dev/null |
        sed -n 's/.*Depends: postgresql-\([0-9]\{1,\}\)$/\1/p' | head -n 1)
    echo "${v:-15}"
}

# missing: the packages to install.  wanted: those that only widen the tests.
look()
{
    local v server share
    v=$(pg_version)
    missing=() wanted=()
    if headers; then
        server=$(pg_dir bindir) share=$(pg_dir sharedir)
    else
        server=/usr/lib/postgresql/$v/bin share=/usr/share/postgresql/$v
    fi

    has "${CC:-gcc}" || missing+=(gcc)
    has make || missing+=(make)
    [ -f /usr/include/stdlib.h ] || echo '#include <stdlib.h>' |
        "${CC:-gcc}" -E - >/dev/null 2>&1 || missing+=(libc6-dev)
    headers || missing+=("postgresql-server-dev-$v")
    [ -n "${BLAS_LIBS:-}" ] || compgen -G '/usr/lib/*/openblas-serial/libopenblas.a' >/dev/null ||
        missing+=(libopenblas-serial-dev)
    [ "$purpose" = build ] && return

    # a module takes the minor release that its headers are of: new ones bring the server along
    headers && [ -x "$server/postgres" ] || missing+=("postgresql-$v")
    [ "$purpose" = demo ] && return

    has prove || missing+=(perl)
    [ -f "$share/extension/pgtap.control" ] || missing+=("postgresql-$v-pgtap")
    [ -f "$share/extension/plpython3u.control" ] || wanted+=("postgresql-plpython3-$v")
    [ -f "$share/extension/pg_cron.control" ] || wanted+=("postgresql-$v-cron")
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || wanted+=(python3-numpy)
}

# say_missing WHY: the end of the road
say_missing()
{
    {
        echo "l2reg: missing for $what, by their names in Debian:"
        printf '    %s\n' "${missing[@]}"
        [ -z "$1" ] || echo "$1"
    } >&2
    exit 1
}

look
[ ${#missing[@]} -eq 0 ] && { [ -n "$check" ] || [ ${#wanted[@]} -eq 0 ]; } && exit 0
[ -n "$check" ] && say_missing "Install them, or see the settings at the head of the Makefile."

# ---- installing

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if has sudo && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        [ ${#missing[@]} -eq 0 ] && exit 0
        say_missing "Install them as root: apt-get install --no-install-recommends ${missing[*]}"
    fi
fi
has apt-get || {
    [ ${#missing[@]} -eq 0 ] && exit 0
    say_missing "They cannot be installed from here: this system has no apt-get. Its own packages
of the same things will do."
}

log=$(mktemp "${TMPDIR:-/tmp}/l2reg-setup.XXXXXX") || exit 1

# The server's package would create and start a cluster "main".  Its configuration can say no;
# this piece of it stays only while apt-get runs.
no_cluster=/etc/postgresql-common/createcluster.d/zz-l2reg-setup.conf
dirs=()
finish()
{
    trap '' INT TERM HUP
    "${as_root[@]}" rm -f "$no_cluster"
    [ ${#dirs[@]} -eq 0 ] || "${as_root[@]}" rmdir "${dirs[@]}" 2>/dev/null
    rm -f "$log"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

apt() # [--steady] ARGUMENTS: out of reach of Ctrl-C, which must not stop dpkg half-way
{
    local steady=()
    [ "$1" = --steady ] && { steady=(setsid -w); shift; }
    "${steady[@]}" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        apt-get -q -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=120 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        "$@" </dev/null >>"$log" 2>&1
}

# PL/Python's package names its exact server.  A server in use is not replaced for that.
drop_upgrades()
{
    local kept=() p
    for p in "${wanted[@]}"; do
        : >"$log"
        apt -s install "$p" && ! grep -q '^Inst postgresql-[0-9]* \[' "$log" && kept+=("$p")
    done
    wanted=("${kept[@]}")
}

try()
{
    look
    drop_upgrades
    [ ${#missing[@]} -eq 0 ] || apt -s install "${missing[@]}"
}

echo "l2reg: looking for what is missing for $what"
if ! try || { [ ${#missing[@]} -eq 0 ] && [ ${#wanted[@]} -eq 0 ]; }; then
    [ ${#missing[@]} -eq 0 ] && exit 0 # what only widens the tests cannot be had
    apt update # an old source that fails does not matter if the packages are found
    try || { cat "$log" >&2; say_missing "They cannot be installed: see above."; }
fi
packages=("${missing[@]}" "${wanted[@]}")
[ ${#packages[@]} -eq 0 ] && exit 0

# "12.3 MB to fetch, 45.6 MB on the disk", as apt-get has it; nothing where it says something else
size_of()
{
    "${as_root[@]}" env LC_ALL=C.UTF-8 apt-get -q --no-install-recommends --assume-no install "$@" \
        </dev/null 2>/dev/null |
        sed -n -e 's/^Need to get \(.*\) of archives.*/\1 to fetch/p' \
            -e 's/^After this operation, \(.*\) of additional disk space.*/\1 on the disk/p' | paste -sd , | \
            sed 's/,/, /'
}

size=$(size_of "${packages[@]}")
echo "l2reg: installing ${packages[*]}${size:+ ($size)}"
for d in /etc/postgresql-common /etc/postgresql-common/createcluster.d; do
    [ -d "$d" ] || { "${as_root[@]}" mkdir "$d" && dirs=("$d" "${dirs[@]}"); }
done
echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_cluster" >/dev/null

get() { apt --download-only install "$@" && apt --steady install "$@"; }

: >"$log"
# Lists of yesterday name packages that are no longer there; and a mere wish must not fail.
get "${packages[@]}" || { apt update; get "${packages[@]}"; } ||
    { [ ${#missing[@]} -gt 0 ] && get "${missing[@]}"; }

look
[ ${#missing[@]} -eq 0 ] || { cat "$log" >&2; say_missing "apt-get did not bring them."; }
