#!/bin/bash
#
# coverage.sh [FILE...]: which lines of src the tests run, those named or all of make test.
#
# A copy of the tree is built with gcov's counters, so the objects here stay as they are; it is
# built and tested in a temporary folder.  Unit tests and server, which run as different users,
# write their counters to folders of their own, and these are added up.  The server stops in good
# order, since a process writes its counters when it exits.  test/lib/coverage.pl prints the table,
# leaves listings in build/coverage and says whether enough is covered.  GCOV names the gcov of
# another gcc.

set -u
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL
here=$PWD
gcov=${GCOV:-gcov}

die() { echo "l2reg: $*" >&2; exit 1; }

for tool in "$gcov" "${gcov/gcov/gcov-tool}"; do
    command -v "$tool" >/dev/null || die "$tool is missing: it comes with gcc"
done

tmp=$(mktemp -d "${TMPDIR:-/tmp}/l2reg-cover.XXXXXX") || exit 1
trap 'cd / && rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

chmod 755 "$tmp" && mkdir "$tmp/tree" "$tmp/unit" && mkdir -m 1777 "$tmp/server" || exit 1
tar -c --exclude=./.git --exclude=./build --exclude='*.o' --exclude='*.so' . | tar -x -C "$tmp/tree" || exit 1
cd "$tmp/tree" || exit 1

slashes=${PWD//[!\/]/}
export COVERAGE=1 L2REG_STOP=INT
export GCOV_PREFIX_STRIP=${#slashes} GCOV_PREFIX=$tmp/unit
export L2REG_SERVER_ENV="${L2REG_SERVER_ENV:-} GCOV_PREFIX=$tmp/server"
bash test/run.sh "$@"
tests=$?
unset GCOV_PREFIX GCOV_PREFIX_STRIP # gcov-tool minds them too

# Without unit tests among them there is nothing to add.
cp -r "$tmp/server/src" . || die 'the server left no counters'
if [ -d "$tmp/unit/src" ]; then
    "${gcov/gcov/gcov-tool}" merge "$tmp/unit" "$tmp/server" -o "$tmp/both" &&
        cp -r "$tmp/both/src" . || die 'the counters do not add up'
fi

rm -rf "$here/build/coverage" && mkdir -p "$here/build/coverage" || exit 1
"$gcov" --json-format --stdout src/*/*.gcno src/num/*/*.gcno >"$tmp/json" 2>"$tmp/err" ||
    { cat "$tmp/err" >&2; exit 1; }
perl test/lib/coverage.pl --listings "$here/build/coverage" "$tmp/json" || exit 1
[ "$tests" -eq 0 ] || die 'but tests failed'
