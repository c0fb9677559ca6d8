#!/bin/bash
#
# make_stored.sh FILE: values as this release of l2reg writes them, and what they say, for the tests of later ones;
# once a release.  In a checkout of the release:
#
#   bash test/cluster.sh bash test/data/make_stored.sh "$PWD/test/data/stored_X.Y.Z.csv"
#
# Columns: type, name, part, final: see make_stored.sql.  text: the text form; that of a gram has the binary form
# in it.  sent: the binary form of a model, in base64.  bytes: as a table of a little-endian machine keeps it, without its
# length, in base64; none of wide grams.  says: see stored_says.sql; of several parts at the first.

set -eu
here=$(dirname "$(readlink -f "$0")")
psql -Xq -v ON_ERROR_STOP=1 -c 'CREATE DATABASE stored'
export PGDATABASE=stored PGCLIENTENCODING=UTF8 PGOPTIONS='-c client_min_messages=error'
psql -Xq -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION l2reg' -f "$here/make_stored.sql" -f "$here/stored_says.sql" -f "$here/stored_bytes.sql" -f - >"$1" <<'SQL'
COPY (
  SELECT 'gram' AS type, g.name, part, final, v::text AS text, NULL AS sent,
    CASE WHEN pg_column_size(v) < 10000 THEN translate(encode(v::stored_bytes::text::bytea, 'base64'), E'\n', '') END AS bytes,
    CASE WHEN part = 1 THEN s.says END AS says
  FROM stored_gram g JOIN (SELECT name, stored_says(array_agg(v ORDER BY part), min(final)) AS says FROM stored_gram GROUP BY name) s USING (name)
  UNION ALL
  SELECT 'model', name, 1, NULL, v::text, translate(encode(_l2_model_send(v), 'base64'), E'\n', ''), translate(encode(v::stored_bytes::text::bytea, 'base64'), E'\n', ''), stored_says(v)
  FROM stored_model
  ORDER BY 1, 2, 3
) TO STDOUT (FORMAT csv, HEADER true);
SQL
