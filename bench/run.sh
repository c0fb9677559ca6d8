#!/bin/bash
#
# run.sh: the benchmarks of README.md here, on the server that the PG variables name.  Called by
# test/bench.sh, in a cluster with settings fit for it.  Asserts nothing: times are noisy.
# PARTS says which: kernel, fit, cv, windows, logistic; by default all these; scale and ridge only where they
# are named.

set -u
cd "$(dirname "$0")/.." || exit 1
ask() { psql -XqAt -v ON_ERROR_STOP=1 "$@" || exit 1; }

kernel_part=false fit_part=false cv_part=false windows_part=false scale_part=false logistic_part=false \
    ridge_part=false
for part in ${PARTS:-kernel fit cv windows logistic}; do
    case $part in
        kernel) kernel_part=true ;;
        fit) fit_part=true ;;
        cv) cv_part=true ;;
        windows) windows_part=true ;;
        logistic) logistic_part=true ;;
        scale) scale_part=true ;;
        ridge) ridge_part=true ;;
        *) echo "l2reg: no part $part in PARTS: kernel, fit, cv, windows, logistic, scale, ridge" >&2; exit \
            2 ;;
    esac
done

# ---- the machine

cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1)
load=$(cut -d ' ' -f 1-3 /proc/loadavg 2>/dev/null)
openblas=$(make -s -f bench/bench.mk openblas-version 2>/dev/null)

# The setting, or where it is "auto" the first that this processor takes
kernel=$(ask -c "LOAD 'l2reg'" -c 'SHOW l2reg.kernel') || exit 1
if [ "$kernel" = auto ]; then
    for kernel in avx512 avx2 portable; do
        psql -Xqc "LOAD 'l2reg'" -c "SET l2reg.kernel = $kernel" 2>/dev/null && break
    done
fi

cat <<END
processor      ${cpu:-$(uname -m)}, $(getconf _NPROCESSORS_ONLN) cores
load average   ${load:-unknown} before the first measurement
PostgreSQL     $(ask -c "SELECT current_setting('server_version') ||
    CASE WHEN current_setting('debug_assertions')::bool THEN ', with assertions: times mean nothing' ELSE '' END")
l2reg          $(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" l2reg.control), l2reg.kernel $kernel
OpenBLAS       ${openblas:-version unknown}
settings       jit $(ask -c 'SHOW jit'), max_parallel_workers_per_gather $(
    ask -c 'SHOW max_parallel_workers_per_gather'), shared_buffers $(
    ask -c 'SHOW shared_buffers'), work_mem $(ask -c 'SHOW work_mem')
END

# ---- what others take for the same: as far as they are installed

export OTHERS=:
if $cv_part; then
    if version=$(Rscript bench/glmnet.R 2>/dev/null); then
        OTHERS='Rscript bench/glmnet.R "$ROWS"'
    else
        version='not installed with R: lines against it are skipped'
    fi
    echo "glmnet         $version"
    version=
    for python in python3 /usr/bin/python3; do
        version=$("$python" bench/scikit.py 2>/dev/null) && break
    done
    if [ -n "$version" ]; then
        OTHERS="$OTHERS; $python bench/scikit.py \"\$ROWS\""
    else
        version='not installed: lines against it are skipped'
    fi
    echo "scikit-learn   $version"
fi

export RIDGE_OTHERS=:
if $ridge_part; then
    if version=$(Rscript bench/glmnet.R 2>/dev/null); then
        RIDGE_OTHERS='Rscript bench/glmnet_ridge.R "$ROWS" 464 886 2000'
    else
        version='not installed with R: lines against it are skipped'
    fi
    echo "glmnet         $version"
fi

export LOGISTIC=:
if $logistic_part; then
    for python in python3 /usr/bin/python3; do
        "$python" bench/scikit_logistic.py 2>/dev/null || continue
        LOGISTIC="$python bench/scikit_logistic.py \"\$ROWS\""
        break
    done
    [ "$LOGISTIC" != : ] || echo 'scikit-learn   not installed: lines against it are skipped'
fi

# ---- the kernel alone

if [ -x build/bench/kernel ]; then
    ! $kernel_part || build/bench/kernel

    # Time of 200,000 rows of 100 features with merge, from the table of the kernel in use
    export KERNEL_MS="build/bench/kernel | awk -v kernel=$kernel '
        / against / { ours = \$1 == kernel }
        ours && \$1 == 100 { print \$3 * 200000 / 1e6; exit }'"
else
    ! $kernel_part || printf '\n%s\n' \
        'kernel against dsyrk: not measured, since bench/kernel.c could not be built'
    export KERNEL_MS=:
fi

# ---- the extension

$fit_part || $cv_part || $windows_part || $logistic_part || $scale_part || $ridge_part || exit 0
echo
export ROWS=${L2REG_TMP:-/tmp}/rows.csv
psql -XqP pager=off -v fit=$fit_part -v cv=$cv_part -v windows=$windows_part -v logistic=$logistic_part \
    -v scale=$scale_part -v ridge=$ridge_part -f bench/run.sql || exit 1
rm -f "$ROWS"
cat <<END
Medians of repetitions in turn with the reference, all on one core but for the workers' lines.
ratio: ours / reference where the limit is an upper one, reference / ours where it is a lower.
Load average after the last measurement: $(cut -d ' ' -f 1-3 /proc/loadavg 2>/dev/null)
END
