#!/bin/bash
#
# bench.sh [COMMAND...]: bench/run.sh, or another command, in a throwaway cluster.  L2REG_CONF adds to its
# settings, PARTS says what run.sh is to measure.

set -u
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL

# OpenBLAS is to choose its own kernels, in the server and in bench/kernel.c.
for v in ${!OPENBLAS_@} ${!GOTO_@} ${!OMP_@}; do unset "$v"; done

bash test/lib/setup.sh demo || exit 1
[ -f l2reg.so ] || echo 'l2reg: building'
make -s -j2 all </dev/null || exit 1
[ $# -gt 0 ] || make -s -f bench/bench.mk build/bench/kernel </dev/null || rm -f build/bench/kernel

# All tables fit into the buffers, and each into the quarter beyond which a scan would not keep
# it there.  JIT is off for both sides: it would compile the sums but not the extension.
export L2REG_CONF="
shared_buffers = 1GB
work_mem = 512MB
hash_mem_multiplier = 1
maintenance_work_mem = 256MB
max_wal_size = 8GB
checkpoint_timeout = 1d
synchronous_commit = off
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
${L2REG_CONF:-}"
[ $# -gt 0 ] || set -- bash bench/run.sh
exec bash test/cluster.sh "$@" </dev/null
