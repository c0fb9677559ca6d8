/*
 * class_rows.c: reading what happened and its probability.
 */
#include "score/class_rows.h"

#include "options/obs.h"

#include "utils/fmgrprotos.h"

/* Sums of probabilities may be beyond 0 and 1 by their rounding */
#define ROUNDING 1e-12

/* What is no probability as one, or an error */
static double
class_probability(double p)
{
	if (p >= -ROUNDING && p <= 1 + ROUNDING)
		return p < 0 ? 0 : 1;
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("p must lie between 0 and 1, but is %s",
						   DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(p)))),
					errhint("It is the probability that y is 1, as l2_predict gives it for a model "
							"of logistic_fit.")));
	return p;
}

bool
l2_read_class_row(FunctionCallInfo fcinfo, l2_class_y kind, bool any_score, l2_class_row *r)
{
	double y;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	r->weight = 1.0;
	if (kind == L2_Y_OBS)
	{
		l2_row_of_y o;

		l2_obs_read(PG_GETARG_DATUM(1), &o);
		l2_refuse_offset(&o);
		if (!l2_usable_weight(o.weight))
			return false;
		r->weight = o.weight;
		y = o.y;
	}
	else
		y = kind == L2_Y_BOOLEAN ? PG_GETARG_BOOL(1) : PG_GETARG_FLOAT8(1);
	r->p = PG_GETARG_FLOAT8(2) + 0.0; /* no -0 */
	if (unlikely(y != 0 && y != 1))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("y must be 0 or 1, but is %g", y),
						errhint("Say which rows count as 1, for example y > 3.")));
	if (any_score)
	{
		if (unlikely(isnan(r->p)))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("p is NaN"),
							errhint("Make such values NULL, and the rows are skipped.")));
	}
	else if (unlikely(!(r->p >= 0 && r->p <= 1)))
		r->p = class_probability(r->p);
	r->y = y == 1;
	return true;
}
