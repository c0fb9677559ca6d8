/*
 * status.c: the reasons that src/num gives, as PostgreSQL errors.
 */
#include "base/l2reg.h"

#include "num/moments/gramian.h"
#include "num/solve/ridge.h"

void
l2_check(l2n_status status, const char *column, double value)
{
	switch (status)
	{
		case L2N_OK:
			return;
		case L2N_INTERRUPTED:
			ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED), errmsg("canceled while solving")));
			break;
		case L2N_SINGULAR_PENALTY:
		case L2N_NOT_POSITIVE:
		case L2N_ILL_CONDITIONED:
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("penalised normal equations are singular to working precision"),
					 errdetail("The pivot of column \"%s\" is %g of its diagonal.", column, value),
					 errhint("Increase lambda, or drop collinear columns.")));
			break;
		case L2N_NO_ROWS:
			ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("gram has no rows")));
			break;
		case L2N_OUT_OF_RANGE:
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("result is out of range of type double precision"),
							errhint("Rescale the columns: give them units in which they are "
									"near 1.")));
			break;
		case L2N_TOO_MANY_ROWS:
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("bigint out of range"),
					 errdetail("A gram counts at most " INT64_FORMAT " rows.", PG_INT64_MAX)));
			break;
		case L2N_NOT_A_PART:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("cannot subtract a gram that is not part of the other"),
					 errdetail("The difference would have a negative row count, weight or sum of "
							   "squares."),
					 errhint("Subtract only rows that were added before, with the same values.")));
			break;
		case L2N_SHAPE:
			ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
							errmsg("grams have different numbers of columns")));
			break;
	}
	elog(ERROR, "unrecognized l2n_status: %d", (int) status);
}

void
l2_check_columns(int64 columns)
{
	if (columns > l2_max_columns)
	{
		double k = (double) columns;

		ereport(
			ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many columns: " INT64_FORMAT ", the limit is %d", columns, l2_max_columns),
			 errdetail("A gram of " INT64_FORMAT " columns takes %s, and solving it %s.", columns,
					   l2_pretty_size(8 * k * (k + 1)),
					   l2_pretty_size(columns > 60000 ? 40 * k * k
													  : l2n_ridge_worksize((int) columns - 1))),
			 errhint("Use fewer columns, or raise l2reg.max_columns (at most %d).",
					 L2_COLUMNS_LIMIT)));
	}
}
