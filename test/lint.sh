#!/bin/bash
#
# lint.sh: clang-tidy (.clang-tidy) and cppcheck (test/lint) on src, shellcheck on the scripts.
#
# What is not installed is named, and fails.

# shellcheck disable=SC2317 # the functions are called through step

set -u
cd "$(dirname "$0")/.." || exit 1
pg_config=${PG_CONFIG:-pg_config}
failed=0

missing=()
for tool in clang-tidy cppcheck shellcheck "$pg_config"; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "l2reg: missing: ${missing[*]} (in Debian: clang-tidy cppcheck shellcheck postgresql-server-dev-15)" >&2
    exit 1
fi

step() # NAME, COMMAND...
{
    local name=$1
    shift
    if "$@"; then echo "$name: clean"; else echo "$name: see above"; failed=1; fi
}

# Assertions tell what cannot be.  Each kernel needs its instruction set.
tidy()
{
    local flags=(-std=gnu11 -Isrc -D_GNU_SOURCE -DUSE_ASSERT_CHECKING=1 "-DL2REG_VERSION=\"lint\""
        -isystem "$("$pg_config" --includedir-server)")
    case $1 in
        *avx2.c) flags+=(-mavx2 -mfma) ;;
        *avx512.c) flags+=(-mavx512f -mavx512vl -mavx512dq -mavx2 -mfma) ;;
    esac
    clang-tidy --quiet "$1" -- "${flags[@]}" 2>/dev/null
}
export -f tidy
export pg_config

all_tidy()
{
    local files=(src/*/*.c src/num/*/*.c)
    case $(uname -m) in x86_64) ;; *) files=("${files[@]/*avx*/}") ;; esac
    printf '%s\n' "${files[@]}" | grep . | xargs -P 2 -I '{}' bash -c 'tidy {}'
}

check()
{
    cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,style,performance,portability \
        --suppressions-list=test/lint/cppcheck.txt -Isrc -D__x86_64__ '-DL2REG_VERSION="lint"' "$@"
}

step clang-tidy all_tidy
step 'cppcheck, src/num' check src/num
step 'cppcheck, src' check --include=test/lint/cppcheck.h src/[!n]*/*.c src/named/*.c
step shellcheck shellcheck test/*.sh test/lib/*.sh test/lib/tap.bash test/stress/*.sh test/tap/*.sh \
    bench/*.sh docs/*.sh packaging/*.sh .ci/run
exit $failed
