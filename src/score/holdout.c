/*
 * holdout.c: rows into training and test set by a hash of their key.
 *
 * random() draws other rows in every query, and a split by row number moves when rows come and
 * go.  A hash of the key keeps each row where it is; num/hash.h says why not PostgreSQL's own.
 */
#include "base/args.h"

#include <math.h>

#include "num/stats/hash.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

static double
get_fraction(FunctionCallInfo fcinfo)
{
	double fraction;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("fraction must not be NULL")));
	fraction = PG_GETARG_FLOAT8(1);
	l2_check_share("fraction", fraction, true);
	return fraction;
}

static uint64
get_seed(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(2))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("seed must not be NULL")));
	return (uint64) PG_GETARG_INT64(2);
}

/* Whether a hash is among the lowest of all: a larger fraction keeps what a smaller one has */
static Datum
is_below(uint64 hash, double fraction)
{
	PG_RETURN_BOOL(fraction == 1 || hash < (uint64) ceil(ldexp(fraction, 64)));
}

PG_FUNCTION_INFO_V1(l2_holdout_bigint);
PGDLLEXPORT Datum
l2_holdout_bigint(PG_FUNCTION_ARGS)
{
	double fraction = get_fraction(fcinfo);
	uint64 seed = get_seed(fcinfo);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return is_below(l2n_hash_u64((uint64) PG_GETARG_INT64(0), seed), fraction);
}

PG_FUNCTION_INFO_V1(l2_holdout_uuid);
PGDLLEXPORT Datum
l2_holdout_uuid(PG_FUNCTION_ARGS)
{
	double fraction = get_fraction(fcinfo);
	uint64 seed = get_seed(fcinfo);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return is_below(l2n_hash_bytes(PG_GETARG_UUID_P(0)->data, UUID_LEN, seed), fraction);
}

PG_FUNCTION_INFO_V1(l2_holdout_text);
PGDLLEXPORT Datum
l2_holdout_text(PG_FUNCTION_ARGS)
{
	double fraction = get_fraction(fcinfo);
	uint64 seed = get_seed(fcinfo);
	text *key;
	char *bytes;
	size_t len;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	key = PG_GETARG_TEXT_PP(0);
	bytes = VARDATA_ANY(key);
	len = VARSIZE_ANY_EXHDR(key);
	/* the same text in databases of different encodings has the same hash, where they have one */
	if (GetDatabaseEncoding() != PG_UTF8 && GetDatabaseEncoding() != PG_SQL_ASCII)
	{
		char *utf8 = pg_server_to_any(bytes, (int) len, PG_UTF8);

		if (utf8 != bytes)
			len = strlen(utf8);
		bytes = utf8;
	}
	return is_below(l2n_hash_bytes(bytes, len, seed), fraction);
}
