/*
 * components.c: how columns of a gram go together: correlations and principal components.
 */
#include "fit/fit.h"
#include "gram/encoding.h"
#include "base/rows.h"

#include "num/solve/components.h"
#include "num/stats/student.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* Columns of a gram, and how many rows they vary in */
typedef struct column_list
{
	l2_gram *gram;
	l2n_moments m;
	l2_names names;
	const char **name; /* of each column of the gram */
	int n;
	int *column;
	double free;    /* rows less the means, or those of the groups */
	double divisor; /* of cross products */
} column_list;

/* Those that the options name; else all, or all but the target.  False where there is nothing to
 * say. */
static bool
read_columns(FunctionCallInfo fcinfo, int options, l2_place place, bool target_too, l2_options *o,
			 column_list *c)
{
	l2_scope scope = {L2_METHOD_OLS, place};
	l2_fitter *fitter;
	const l2n_columns *columns;

	if (PG_ARGISNULL(0))
		return false;
	l2_options_init(o, L2_METHOD_OLS);
	l2_options_argument(fcinfo, options, &scope, o);
	c->gram = l2_gram_get(PG_GETARG_DATUM(0));
	fitter = l2_fitter_make(c->gram, o);
	if (fitter == NULL)
		return false;
	c->m = *l2_fitter_moments(fitter);
	c->names = l2_fitter_names(fitter);
	c->name = l2_name_list(l2_names_of_gram(c->gram), c->gram->ncols);
	columns = l2_fitter_columns(fitter);
	c->column = palloc(sizeof(int) * (columns->p + 1));
	c->n = 0;
	if (target_too && o->n_features < 0)
		c->column[c->n++] = columns->target;
	for (int j = 0; j < columns->p; j++)
		c->column[c->n++] = columns->feature[j];
	c->free = (double) c->m.n - (c->gram->absorbed > 0 ? (double) c->gram->absorbed : 1.0);
	c->divisor = c->m.weight.hi * (c->free / (double) c->m.n);
	return true;
}

/* r, and the p of its being 0 */
static double
components_correlation(const column_list *c, int i, int j, double *p)
{
	dd a = l2n_cross(&c->m, i, i), b = l2n_cross(&c->m, j, j), ab = l2n_cross(&c->m, i, j), r;
	double rest, df = c->free - 1;

	*p = NAN;
	if (!(a.hi > 0) || !(b.hi > 0))
		return NAN;
	if (i == j)
		return 1;
	/* roots first: products of squares may leave the range of doubles */
	r = dd_div(dd_div(ab, dd_sqrt(a)), dd_sqrt(b));
	if (fabs(r.hi) >= 1)
		r = dd_of(r.hi > 0 ? 1 : -1);
	rest = dd_sub(dd_of(1), dd_mul(r, r)).hi;
	if (df > 0)
		*p = rest > 0 ? l2n_t_pvalue(r.hi * sqrt(df / rest), df) : 0;
	return r.hi + 0.0;
}

PG_FUNCTION_INFO_V1(l2_correlation);
PGDLLEXPORT Datum
l2_correlation(PG_FUNCTION_ARGS)
{
	enum
	{
		X,
		Y,
		CORRELATION,
		COVARIANCE,
		P,
		COLUMNS
	};
	l2_rows *rows = l2_rows_make(fcinfo);
	column_list c;
	l2_options o;

	if (!read_columns(fcinfo, 1, L2_IN_CORRELATION, true, &o, &c))
		return (Datum) 0;
	for (int i = 0; i < c.n; i++)
		for (int j = 0; j < c.n; j++)
		{
			int x = c.column[i], y = c.column[j];
			Datum values[COLUMNS];
			bool nulls[COLUMNS] = {false};
			double p, r = components_correlation(&c, x, y, &p);

			CHECK_FOR_INTERRUPTS();
			values[X] = CStringGetTextDatum(c.name[x]);
			values[Y] = CStringGetTextDatum(c.name[y]);
			l2_set_double(values, nulls, CORRELATION, r);
			l2_set_double(values, nulls, COVARIANCE,
						  c.divisor > 0 ? l2n_cross(&c.m, x, y).hi / c.divisor : NAN);
			l2_set_double(values, nulls, P, p);
			l2_rows_put(rows, values, nulls);
		}
	return (Datum) 0;
}

/* The score of a component as a function of the columns */
static l2_model *
score_model(const column_list *c, const l2n_components *found, int d)
{
	const char **list = l2_name_list(c->names, c->n + 1);
	l2_encoding *e = l2_encoding_of(c->names);
	l2_names names = l2_canonical_names(l2_join_names(psprintf("PC%d", d + 1), c->n, list + 1));
	double constant = 0;
	l2_model *model;

	if (e)
		names = l2_encode_names(names, e);
	model = l2_model_new(c->n, names);
	model->method = L2_METHOD_PCA;
	model->flags = L2_MODEL_INTERCEPT;
	model->n = c->m.n;
	model->n_skipped = c->gram->n_skipped;
	model->values[L2_STAT_SUM_WEIGHTS] = c->m.weight.hi;
	for (int j = 0; j < c->n; j++)
	{
		int column = c->column[j];
		double b = found->loading[(Size) d * c->n + j] / found->unit[j];

		l2_model_vector(model, L2_ESTIMATE)[j + 1] = b;
		l2_model_vector(model, L2_MEAN)[j + 1] = c->m.mean[column];
		l2_model_vector(model, L2_SD)[j + 1] =
			sqrt(l2n_cross(&c->m, column, column).hi / c->divisor);
		constant -= b * c->m.mean[column];
	}
	l2_model_vector(model, L2_ESTIMATE)[0] = constant;
	l2_model_vector(model, L2_MEAN)[0] = 0;
	l2_model_vector(model, L2_SD)[0] = found->sd[d];
	l2_model_finish(model);
	return model;
}

static Datum
components_float8_array(const double *v, int n)
{
	Datum *values = palloc(sizeof(Datum) * Max(n, 1));

	for (int i = 0; i < n; i++)
		values[i] = Float8GetDatum(v[i]);
	return PointerGetDatum(
		construct_array(values, n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* How many components are asked for */
static int
components_asked(FunctionCallInfo fcinfo, const l2n_components *found)
{
	int k;

	if (PG_ARGISNULL(1))
		return found->rank;
	k = PG_GETARG_INT32(1);
	if (k < 1 || k > found->p)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k must lie between 1 and the number of columns, %d, but is %d",
							   found->p, k)));
	return Min(k, found->rank);
}

PG_FUNCTION_INFO_V1(l2_pca);
PGDLLEXPORT Datum
l2_pca(PG_FUNCTION_ARGS)
{
	enum
	{
		COMPONENT,
		SD,
		PROPORTION,
		CUMULATIVE,
		LOADINGS,
		MODEL,
		COLUMNS
	};
	l2_rows *rows = l2_rows_make(fcinfo);
	l2n_components found;
	double total = 0, so_far = 0;
	column_list c;
	l2_options o;
	l2n_status status;
	int k;

	if (!read_columns(fcinfo, 2, L2_IN_PCA, false, &o, &c))
		return (Datum) 0;
	if (!(c.divisor > 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("components need at least two rows")));
	status = l2n_components_find(&c.m, c.n, c.column, o.standardize, c.divisor, &found,
								 l2_scratch(l2n_components_worksize(c.n)), l2_poll, NULL);
	if (status == L2N_SINGULAR_PENALTY)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("column \"%s\" is constant and cannot be standardized",
							   c.name[c.column[found.constant]]),
						errhint("Leave it out of the option features.")));
	l2_check(status, NULL, 0);
	k = components_asked(fcinfo, &found);
	for (int d = 0; d < found.p; d++)
		total += found.sd[d] * found.sd[d];
	for (int d = 0; d < k; d++)
	{
		Datum values[COLUMNS];
		bool nulls[COLUMNS] = {false};

		CHECK_FOR_INTERRUPTS();
		so_far += found.sd[d] * found.sd[d];
		values[COMPONENT] = Int32GetDatum(d + 1);
		values[SD] = Float8GetDatum(found.sd[d]);
		values[PROPORTION] = Float8GetDatum(found.sd[d] * found.sd[d] / total);
		values[CUMULATIVE] = Float8GetDatum(fmin(so_far / total, 1));
		values[LOADINGS] = components_float8_array(found.loading + (Size) d * c.n, c.n);
		values[MODEL] = PointerGetDatum(score_model(&c, &found, d));
		l2_rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}
