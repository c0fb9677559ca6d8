#!/bin/bash
#
# pg_upgrade.sh: test/pg_upgrade.sh from the oldest other server that is installed with what l2reg is built
# with; where there is none, from this one to itself.

set -u
this=$("$PG_CONFIG" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
for old in $(printf '%s\n' /usr/lib/postgresql/*/bin/pg_config /usr/pgsql-*/bin/pg_config | sort -V); do
    [ -x "$old" ] || continue
    version=$("$old" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    if [ "$version" -ge 13 ] && [ "$version" -lt "$this" ] && [ -x "${old%pg_config}initdb" ] && [ -f \
        "$("$old" --includedir-server)/postgres.h" ]; then
        exec bash test/pg_upgrade.sh "$old" "$PG_CONFIG"
    fi
done
if [ -x "$("$PG_CONFIG" --bindir)/pg_upgrade" ]; then
    exec bash test/pg_upgrade.sh "$PG_CONFIG"
fi
echo '1..0 # SKIP there is no pg_upgrade'
