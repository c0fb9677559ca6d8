#!/bin/bash
#
# fuzz-types.sh: libFuzzer on the text and binary input of our types, for FUZZ_SECONDS (300).
#
# In a backend of a throwaway server, by test/stress/fuzz/server/types.c, with a module that clang compiles
# for it, with AddressSanitizer and UBSan, in a copy of the tree.  It starts from the values of
# test/lib/values.sql; what it finds stays in build/fuzz: corpus-types, and types-crash-* where something is
# wrong.

set -u
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL
here=$PWD
seconds=${FUZZ_SECONDS:-300}

die() { echo "l2reg: $*" >&2; exit 1; }

if [ -z "${L2REG_TMP:-}" ]; then
    command -v clang >/dev/null || die 'make fuzz-types needs clang'
    bash test/lib/setup.sh demo || exit 1
    [ -f "$(clang -print-file-name="libclang_rt.asan-$(uname -m).so")" ] || die \
        "clang's AddressSanitizer is missing: install libclang-rt-dev or libclang-common-*-dev"

    tmp=$(mktemp -d "${TMPDIR:-/tmp}/l2reg-types.XXXXXX") || exit 1
    trap 'cd / && rm -rf "$tmp"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    chmod 755 "$tmp" && mkdir "$tmp/tree" || exit 1
    tar -c --exclude=./.git --exclude=./build --exclude='*.o' --exclude='*.so' . | tar -x -C "$tmp/tree" || \
        exit 1
    cd "$tmp/tree" || exit 1

    export FUZZ=1 FUZZ_OUT=$here/build/fuzz
    make -s -j2 all </dev/null || exit 1
    clang -g -O1 -Wno-ignored-attributes -shared -fPIC -fno-strict-aliasing \
        -I"$("${PG_CONFIG:-pg_config}" --includedir-server)" test/stress/fuzz/server/types.c \
        -Wl,--whole-archive "$(clang -print-file-name="libclang_rt.fuzzer_no_main-$(uname -m).a")" \
        -Wl,--no-whole-archive \
        -lstdc++ -lm -o fuzz_types.so || exit 1
    export L2REG_KILLS=1 # libFuzzer ends the backend: the log is read here
    bash test/cluster.sh bash test/stress/fuzz-types.sh
    exit
fi

# ---- with the server

mkdir -p "$FUZZ_OUT/corpus-types" && work=$(mktemp -d "$L2REG_TMP/data/types.XXXXXX") && mkdir \
    "$work/corpus" || exit 1

# Its first byte says what an input is: 0, 1 the text of a gram, a model; 2, 3 their bytes; 4, 5 the text of
# options, a row's y; 7 the bytes of the latter; 8, 9 the text of a row, a state; 10, 11 their bytes.
psql -Xq -c 'CREATE DATABASE seeds' &&
    PGDATABASE=seeds PGOPTIONS='-c client_min_messages=error' psql -Xq -v ON_ERROR_STOP=1 -c \
        'CREATE EXTENSION l2reg' -f test/lib/values.sql &&
    PGDATABASE=seeds psql -XqAt -F ' ' -v ON_ERROR_STOP=1 -c "
      SELECT 0, encode(convert_to(v::text, 'UTF8'), 'hex') FROM stored_gram
      UNION ALL SELECT 1, encode(convert_to(v::text, 'UTF8'), 'hex') FROM stored_model
      UNION ALL SELECT 2, encode(_l2_gram_send(v), 'hex') FROM stored_gram
      UNION ALL SELECT 3, encode(_l2_model_send(v), 'hex') FROM stored_model
      UNION ALL SELECT 8, encode(convert_to(v::text, 'UTF8'), 'hex') FROM shipped_row
      UNION ALL SELECT 9, encode(convert_to(v::text, 'UTF8'), 'hex') FROM shipped_state
      UNION ALL SELECT 10, encode(_l2_row_send(v), 'hex') FROM shipped_row
      UNION ALL SELECT 11, encode(_l2_state_send(v), 'hex') FROM shipped_state" |
    perl -ne '
        BEGIN { $to = shift }
        sub keep {
            my ($kind, $data) = @_;
            return if length($data) > 4000;
            open(my $f, ">:raw", sprintf("%s/seed-%d", $to, $n++)) or die $!;
            print $f chr($kind), $data;
        }
        my ($kind, $data) = split " ";
        keep($kind, pack("H*", $data));
        END {
            keep(4, $_) for q({"names": ["a", "b"], "lambda": [0.1, 1e2], "nonfinite": "skip"}),
                q({"penalty_factor": {"zone": 2}, "intercept": false, "seed": -3}),
                q({"reference": "first", "unseen": "error", "features": [], "tolerance": 0.10, "alpha": 1,
                "standardise": null});
            keep(5, $_) for "1.5", q({"y": 1.5, "weight": 2, "offset_by": -0.5, "fold": "9"}),
            q({"y": "NaN", "fold": "#7"});
            keep(7, pack("CC(q>)*", 1, @$_)) for [0, 1], [7, 1, 2, 3, 4], [12, 1, 5];
            print "$n seeds\n";
            $? = $n < 100;
        }
    ' "$work/corpus" || die 'no seeds'
cp "$FUZZ_OUT/corpus-types/"* "$work/corpus/" 2>/dev/null
[ "$(id -u)" -ne 0 ] || chown -R --reference="$L2REG_TMP/data" "$work"

psql -Xq -v ON_ERROR_STOP=1 -v work="$work" -v seconds="$seconds" -v module="$PWD/fuzz_types.so" >/dev/null \
    2>"$L2REG_TMP/psql.err" <<'SQL'
LOAD :'module';
CREATE EXTENSION l2reg;
CREATE FUNCTION fuzz_types(text[], text[], text[], text[], text[], text[], text[]) RETURNS void AS :'module'
  LANGUAGE C;
SET client_min_messages = error;
SET log_min_messages = fatal;
-- every function and aggregate that takes the type, and besides it nothing that has no sample here
CREATE FUNCTION queries(type regtype) RETURNS text[] LANGUAGE sql AS $$
  SELECT array_agg(format('SELECT count(v::text) FROM (SELECT %I(%s)%s) s(v)', p.proname, arguments,
  CASE p.prokind WHEN 'a' THEN ' FROM generate_series(1, 2)' END))
  FROM pg_proc p, LATERAL (SELECT string_agg(sample, ', ' ORDER BY i) AS arguments, count(sample) AS samples,
  bool_or(t = type) AS takes
    FROM unnest(p.proargtypes::regtype[]) WITH ORDINALITY a(t, i)
    LEFT JOIN (VALUES (type, '$1'), ((type || '[]')::regtype, 'ARRAY[$1, $1]'), ('float8', '0.5::float8'),
      ('float8[]', '''{1, 2}''::float8[]'), ('integer', '2'), ('bigint', '2::bigint'), ('boolean', 'true'),
      (nullif('l2_options'::regtype::oid, type), '''{}''::l2_options'),
      (nullif('l2_obs'::regtype::oid, type), 'l2_obs(1.5)'), ('text', '''{}''::text'),
      ('jsonb', '''{}''::jsonb'),
      ('text[]', '''{a, b}''::text[]')) s(of, sample) ON of = t) a
  WHERE p.oid IN (SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass
  AND classid = 'pg_proc'::regclass AND deptype = 'e')
    AND p.prokind IN ('f', 'a') AND takes AND samples = p.pronargs AND p.provolatile = 'i'
$$;
CREATE AGGREGATE add(float8, l2_row) (SFUNC = _l2_row_accum, STYPE = l2_state, INITCOND = 'gram');
CREATE AGGREGATE add_up(l2_state) (SFUNC = _l2_row_combine, STYPE = l2_state, FINALFUNC = _l2_row_gram_final);
CREATE AGGREGATE add_up_folds(l2_state) (SFUNC = _l2_row_combine, STYPE = l2_state,
  FINALFUNC = _l2_row_folds_final);
CREATE FUNCTION l2_ship(l2_row) RETURNS l2_state LANGUAGE sql AS $$ SELECT add(y, $1)
  FROM (VALUES (1), (2)) v(y) $$;
SELECT ARRAY['SELECT count(v::text) FROM (SELECT add_up($1) FROM generate_series(1, 2)) s(v)',
  'SELECT count(v::text) FROM (SELECT add_up_folds($1) FROM generate_series(1, 2)) s(v)',
  'SELECT count(l2_ols(v)::text) FROM (SELECT add_up($1)) s(v)',
  'SELECT count(l2_cv(v)::text) FROM (SELECT add_up_folds($1)) s(v)'] AS of_states,
  ARRAY['SELECT count(l2_predict(m, $1)::text || l2_encode(m, $1)::text) FROM (SELECT ridge_fit(i, $1, 2) '
  'AS m FROM generate_series(1, 2) i) s',
  'SELECT count(v::text) FROM (SELECT logistic_fit(i > 1, $1, 1::float8) FROM generate_series(1, 2) i) s(v)',
  'SELECT count(v::text) FROM (SELECT add_up(l2_ship($1)) FROM generate_series(1, 2)) s(v)'] AS of_rows \gset
SELECT array_length(queries('l2_gram'), 1) > 30 AND array_length(queries('l2_model'), 1) > 10
  AND array_length(queries('l2_options'), 1) > 20 AND array_length(queries('l2_obs'), 1) > 20
  AND array_length(queries('l2_row'), 1) >= 8 AS found \gset
\if :found
SELECT fuzz_types(ARRAY['fuzz_types', '-max_total_time=' || :'seconds', '-max_len=3000', '-timeout=0',
  '-rss_limit_mb=0', '-detect_leaks=0',
    '-handle_int=0', '-handle_term=0', '-handle_usr1=0', '-handle_usr2=0', '-print_final_stats=1',
    '-artifact_prefix=' || :'work' || '/types-', :'work' || '/corpus'],
  queries('l2_gram'), queries('l2_model'), queries('l2_options'), queries('l2_obs'), queries('l2_row')
  || :'of_rows'::text[], :'of_states'::text[]);
\endif
SQL
log=$L2REG_TMP/log
cp "$work/corpus/"* "$FUZZ_OUT/corpus-types/" 2>/dev/null
cp "$work"/types-* "$FUZZ_OUT/" 2>/dev/null
cp "$log" "$FUZZ_OUT/types.log"
grep -aE '^stat::number_of_executed_units|^fuzz_types: ' "$log"
if grep -qaE 'ERROR: |runtime error: |terminated by signal|exited with exit code' "$log" || ! grep -qa \
    '^stat::number_of_executed_units' "$log"; then
    cat "$L2REG_TMP/psql.err"
    grep -aE -A 30 'ERROR: |runtime error: ' "$log" | head -n 100
    die 'the log is in build/fuzz/types.log'
fi
