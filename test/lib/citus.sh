#!/bin/bash
#
# citus.sh COMMAND [ARGUMENT...]: runs a command with three servers of its own, a coordinator of Citus and
# two workers, as cluster.sh does with one.  PGHOST is the coordinator; WORKER1 and WORKER2 are the others.

set -u
cd "$(dirname "$0")/../.." || exit 1

conf="shared_preload_libraries = 'citus'
citus.node_conninfo = 'sslmode=prefer'
max_prepared_transactions = 50
max_connections = 100"

case ${CITUS_SERVERS:=0} in
    0) ;;
    1) export COORDINATOR=$PGHOST ;;
    2) export WORKER1=$PGHOST ;;
esac
if [ "$CITUS_SERVERS" -lt 3 ]; then
    export CITUS_SERVERS=$((CITUS_SERVERS + 1))
    L2REG_CONF=$conf exec bash test/cluster.sh bash "$0" "$@"
fi

export WORKER2=$PGHOST
unset CITUS_SERVERS
for host in "$WORKER1" "$WORKER2" "$COORDINATOR"; do
    PGHOST=$host psql -Xq -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION citus' || exit 1
done
export PGHOST=$COORDINATOR
psql -Xqo /dev/null -v ON_ERROR_STOP=1 -c "SELECT citus_set_coordinator_host('$COORDINATOR', $PGPORT)" \
    -c "SELECT citus_add_node('$WORKER1', $PGPORT)" -c "SELECT citus_add_node('$WORKER2', $PGPORT)" || exit 1
exec "$@"
