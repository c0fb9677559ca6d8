#!/bin/bash
#
# fuzz-num.sh: libFuzzer on src/num, FUZZ_SECONDS (300) for each target of test/stress/fuzz/*.c.
#
# Compiled by clang with AddressSanitizer and UBSan, in build/fuzz.  It starts from
# test/stress/fuzz/NAME.seeds, inputs in base64, a line each; what it adds stays in build/fuzz/corpus-NAME.

set -u
cd "$(dirname "$0")/../.." || exit 1
command -v clang >/dev/null || { echo 'l2reg: make fuzz-num needs clang' >&2; exit 1; }
blas=${BLAS_LIBS:-$(compgen -G '/usr/lib/*/openblas-serial/libopenblas.a' | head -n 1)}
out=build/fuzz
mkdir -p "$out/objects" || exit 1

flags=(-g -O1 -std=gnu11 -ffp-contract=off -fno-strict-aliasing '-fsanitize=address,undefined'
    -fno-sanitize-recover=undefined -Isrc)
objects=()
for f in src/num/*/*.c; do
    o=$out/objects/$(basename "$f" .c).o
    extra=(-fsanitize=fuzzer-no-link)
    case $f:$(uname -m) in
        *_avx2.c:x86_64) extra+=(-mavx2 -mfma) ;;
        *_avx512.c:x86_64) extra+=(-mavx512f -mavx512vl -mavx512dq -mavx2 -mfma) ;;
    esac
    # an hour of compiling, for a few hundred lines without an index that is not a loop's
    [[ $f == */kernel_* ]] && extra=(-fno-sanitize=undefined "${extra[@]:1}")
    clang "${flags[@]}" "${extra[@]}" -c "$f" -o "$o" || exit 1
    objects+=("$o")
done

for f in test/stress/fuzz/*.c; do
    name=$(basename "$f" .c)
    mkdir -p "$out/corpus-$name"
    n=0
    while read -r line; do
        base64 -d <<<"$line" >"$out/corpus-$name/seed-$n"
        n=$((n + 1))
    done <"test/stress/fuzz/$name.seeds"
    clang "${flags[@]}" -fsanitize=fuzzer "$f" "${objects[@]}" "$blas" -lgfortran -lm -o "$out/$name" \
        2>"$out/$name.log" ||
        clang "${flags[@]}" -fsanitize=fuzzer "$f" "${objects[@]}" "$blas" \
            "$(gcc -print-file-name=libgfortran.so.5)" -lm -o "$out/$name" || exit 1
    "$out/$name" -max_len=600 -max_total_time="${FUZZ_SECONDS:-300}" -print_final_stats=1 \
        -artifact_prefix="$out/$name-" "$out/corpus-$name" 2>"$out/$name.log" </dev/null
    status=$?
    grep -aE 'stat::number_of_executed_units|ERROR: |runtime error|num.c:[0-9]+:' "$out/$name.log"
    [ "$status" -eq 0 ] || { tail -n 30 "$out/$name.log"; exit 1; }
done
