#!/bin/bash
#
# matrix.sh [SUITE...]: `make test` in fresh Debian systems, a PostgreSQL each; the outcome goes to
# docs/matrix.md.  By hand before a release: the first run of a suite takes minutes and a gigabyte.
#
#   bullseye 13, bookworm 15, trixie 17, forky 18, experimental (over sid) 19
#
# Needs root, debootstrap (installed where it is missing) and unshare.  The systems stay in
# L2REG_MATRIX, by default /var/cache/l2reg-matrix, with the packages that the tests asked for, so
# that the next run starts at once; remove the folder for fresh ones.  No server outlives its test.

set -u
cd "$(dirname "$0")/.." || exit 1
[ "$(id -u)" -eq 0 ] || { echo 'l2reg: make matrix needs root, for chroot' >&2; exit 1; }
systems=${L2REG_MATRIX:-/var/cache/l2reg-matrix}
[ $# -gt 0 ] || set -- bullseye bookworm trixie forky experimental
mkdir -p "$systems" || exit 1
command -v debootstrap >/dev/null ||
    apt-get -q -y --no-install-recommends install debootstrap >/dev/null || exit 1

# enter ROOT COMMAND...: in name spaces of its own, so that nothing it starts or mounts is left
enter()
{
    local root=$1
    shift
    unshare --mount --pid --fork --kill-child bash -c '
        mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/dev/shm" && exec chroot "$0" "$@"' \
        "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@" </dev/null
}

# bootstrap SUITE ROOT: a system with make and nothing else
bootstrap()
{
    local suite=$1 root=$2 release=$1 scripts=/usr/share/debootstrap/scripts
    [ "$suite" = experimental ] && release=sid
    [ -e "$scripts/$release" ] || ln -s sid "$scripts/$release"
    rm -rf "$root.new"
    debootstrap --variant=minbase "$release" "$root.new" >"$root.log" 2>&1 || return 1
    printf '#!/bin/sh\nexit 101\n' >"$root.new/usr/sbin/policy-rc.d"
    chmod +x "$root.new/usr/sbin/policy-rc.d"
    echo 'Acquire::Check-Valid-Until "false";' >"$root.new/etc/apt/apt.conf.d/l2reg"
    if [ "$suite" = experimental ]; then
        sed 's/ sid / experimental /' "$root.new/etc/apt/sources.list" \
            >"$root.new/etc/apt/sources.list.d/experimental.list"
        printf 'Package: *postgresql* libpq*\nPin: release a=experimental\nPin-Priority: 990\n' \
            >"$root.new/etc/apt/preferences.d/l2reg"
    fi
    {
        enter "$root.new" apt-get -q update &&
            enter "$root.new" apt-get -q -y --no-install-recommends install make || return 1
        # test/lib/setup.sh takes the version of the headers; pgTAP is SQL, and not packaged for a beta
        if [ "$suite" = experimental ]; then
            enter "$root.new" apt-get -q -y --no-install-recommends install gcc libc6-dev \
                postgresql-19 postgresql-server-dev-19 postgresql-18-pgtap &&
                cp "$root.new"/usr/share/postgresql/18/extension/pgtap* \
                    "$root.new/usr/share/postgresql/19/extension/" || return 1
        fi
    } >>"$root.log" 2>&1
    mv "$root.new" "$root"
}

outcomes=()
failed=0
for suite; do
    root=$systems/$suite
    echo "l2reg: $suite"
    if ! [ -d "$root" ] && ! bootstrap "$suite" "$root"; then
        tail -n 5 "$root.log" >&2
        outcomes+=("| $suite | | | could not be set up |")
        failed=1
        continue
    fi
    rm -rf "$root/src/l2reg"
    mkdir -p "$root/src/l2reg"
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$root/src/l2reg"
    start=$SECONDS
    enter "$root" make -C /src/l2reg test >"$root.out" 2>&1 && result=passed || { result=FAILED; failed=1; }
    postgres=$(enter "$root" pg_config --version 2>/dev/null | sed 's/PostgreSQL \([^ ]*\).*/\1/')
    gcc=$(enter "$root" gcc -dumpfullversion 2>/dev/null)
    count=$(sed -n 's/^Files=\([0-9]*\), Tests=\([0-9]*\),.*/\2 tests in \1 files/p' "$root.out")
    skipped=$(sed -n 's:^\(test/[^ ]*\) \.* skipped.*:\1:p' "$root.out" | paste -sd ' ')
    outcomes+=("| $suite | ${postgres:-?} | ${gcc:-?} | $result: ${count:-none ran}, $((SECONDS - \
        start)) s${skipped:+; skipped: $skipped} |")
    echo "l2reg: $suite: PostgreSQL ${postgres:-?}, $result; the output is in $root.out"
done

{
    echo '# The last run of `make matrix`'
    echo
    echo "l2reg $(sed -n "s/^default_version *= *'\(.*\)'/\1/p" l2reg.control), commit $(git rev-parse \
        --short HEAD 2>/dev/null), $(date -u +%F), $(uname -m)."
    echo
    echo '| Debian | PostgreSQL | gcc | `make test` |'
    echo '|---|---|---|---|'
    printf '%s\n' "${outcomes[@]}"
} | tee docs/matrix.md
exit $failed
