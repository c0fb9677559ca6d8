/*
 * refit.c: models from grams that were kept: one a bucket of time, or those of a live model.
 *
 * Such grams have a column for every level, since levels come and go; what a fit to all rows would
 * not have had is taken out here: levels that no row has any more, and the level that is the
 * reference.
 */
#include "base/l2reg.h"

#include <math.h>

#include "base/category.h"
#include "base/rows.h"
#include "gram/encoding.h"
#include "fit/fit.h"
#include "fit/folds.h"
#include "gram/gram.h"
#include "gram/sparse.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/*
 * A level's mean is its share of the weight, and rows taken out leave at most rounding errors of a
 * double-double behind.
 */
#define NO_SHARE 1e-20

/* Shares of two levels that are equal but for rounding */
#define SAME_SHARE 1e-12

/* The grams with the same columns, none of them empty; their sum in *all, NULL for no rows */
static int
align_grams(l2_gram **g, int n, l2_gram **all)
{
	int k = 0;

	*all = NULL;
	for (int i = 0; i < n; i++)
	{
		if (g[i] == NULL || l2_gram_count(g[i]) == 0)
			continue;
		if (*all == NULL)
			*all = l2_gram_copy(g[i], NULL, 0, l2_names_of_gram(g[i]));
		else
		{
			l2_gram_align(all, &g[i]);
			l2_gram_check_alike(*all, g[i]);
			l2_gram_absorb(*all, g[i]);
		}
		g[k++] = g[i];
	}
	for (int i = 0; i < k; i++)
		l2_gram_align(all, &g[i]);
	return k;
}

/* The columns to keep, the target's first; how many.  e learns what was left out. */
static int
refit_choose_columns(l2_gram *all, l2_encoding *e, const char *const *features, const l2_options *o,
					 int *keep)
{
	l2_column_origin *origin = l2_column_origins(e, features, all->ncols - 1);
	const double *mean = l2_gram_moments(all).mean;
	int *best = palloc(sizeof(int) * Max(e->n, 1)), n = 0;
	l2_reference reference = l2_reference_of(o);

	for (int a = 0; a < e->n; a++)
		best[a] = -1;
	for (int j = 1; j < all->ncols && reference != L2_REFERENCE_NONE; j++)
	{
		int a = origin[j - 1].attribute;

		if (!origin[j - 1].is_level || fabs(mean[j]) < NO_SHARE)
			continue;
		if (best[a] < 0 ||
			(reference == L2_REFERENCE_MOST_FREQUENT && mean[j] > mean[best[a]] * (1 + SAME_SHARE)))
			best[a] = j;
	}
	for (int i = 0; i < o->n_bases; i++)
		for (int j = 1; j < all->ncols; j++)
			if (origin[j - 1].is_level && origin[j - 1].level &&
				strcmp(origin[j - 1].level, o->base[i]) == 0 &&
				strcmp(e->attribute[origin[j - 1].attribute].name, o->base_of[i]) == 0)
				best[origin[j - 1].attribute] = j;
	/* the first category keeps all its levels where there is no intercept */
	for (int a = 0; a < e->n && !o->intercept; a++)
		if (e->attribute[a].kind == L2_CATEGORY)
		{
			best[a] = -1;
			break;
		}
	keep[n++] = 0;
	for (int j = 1; j < all->ncols; j++)
	{
		const l2_column_origin *from = &origin[j - 1];

		CHECK_FOR_INTERRUPTS();
		if (from->is_level && fabs(mean[j]) < NO_SHARE)
			continue;
		if (from->is_level && best[from->attribute] == j)
		{
			l2_attribute *a = &e->attribute[from->attribute];

			a->left = memcpy(palloc(sizeof from->level), &from->level, sizeof from->level);
			a->n_left = 1;
			continue;
		}
		keep[n++] = j;
	}
	return n;
}

int
l2_refit_columns(l2_gram *all, const l2_options *o, int *keep, l2_names *names)
{
	const char **list = l2_name_list(l2_names_of_gram(all), all->ncols), **kept;
	l2_encoding *e = l2_encoding_of(l2_names_of_gram(all));
	int k = refit_choose_columns(all, e, list + 1, o, keep);

	kept = palloc(sizeof(char *) * k);
	for (int j = 1; j < k; j++)
		kept[j - 1] = list[keep[j]];
	*names = l2_encode_names(l2_canonical_names(l2_join_names(list[0], k - 1, kept)), e);
	return k;
}

/*
 * Takes the columns out of levels that have no rows any more, as a fit of the rows themselves
 * would not have them.
 */
static void
drop_levels(l2_gram **g, int n, l2_gram *all, const l2_options *o)
{
	l2_names names;
	int *keep, k;

	if (all->encoding_len == 0)
		return;
	keep = palloc(sizeof(int) * all->ncols);
	k = l2_refit_columns(all, o, keep, &names);
	for (int i = 0; i < n && k < all->ncols; i++)
		g[i] = l2_gram_spread(g[i], k, keep, names);
}

l2_model *
l2_refit(l2_gram **g, int n, int64 rows, const l2_refit_spec *spec)
{
	const l2_scope scope = {spec->method, spec->by_cv ? L2_IN_CV : L2_IN_FIT, true};
	int told = spec->quiet ? -1 : 0;
	l2_gram *all;
	l2_options o;

	if (spec->method > L2_METHOD_DROPOUT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method %s needs the rows, not grams of them",
							   l2_method_name(spec->method))));
	l2_options_start(&o, &scope);
	if (spec->method == L2_METHOD_ELASTIC_NET)
		o.l1_ratio = spec->l1_ratio;
	l2_options_set_strength(&o, spec->strength);
	l2_options_read(&o, &scope, spec->options);
	n = align_grams(g, n, &all);
	if (n == 0)
		return NULL;
	/* grams of arrays have no names yet */
	if (all->names_len > 0)
		o.n_names = -1;
	drop_levels(g, n, all, &o);
	for (int i = 0; i < n; i++)
	{
		g[i] = l2_gram_copy(g[i], NULL, 0, l2_names_of_gram(g[i]));
		g[i]->n_skipped = 0;
		rows -= l2_gram_count(g[i]);
	}
	g[0]->n_skipped = Max(rows, 0);
	if (spec->by_cv)
		return l2_cross_validate(&told, g, n, 0, &o);
	if (n > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("folds are for cross-validation")));
	return l2_fit(g[0], &o);
}

/* _l2_fit_grams(grams, rows, method, strength, by_cv, l1_ratio, options) */
PG_FUNCTION_INFO_V1(_l2_fit_grams);
PGDLLEXPORT Datum
_l2_fit_grams(PG_FUNCTION_ARGS)
{
	l2_refit_spec spec = {.method = l2_method_of(text_to_cstring(PG_GETARG_TEXT_PP(2))),
						  .strength = PG_GETARG_FLOAT8(3),
						  .by_cv = PG_GETARG_BOOL(4),
						  .l1_ratio = PG_GETARG_FLOAT8(5)};
	int n, len;
	const char *options = l2_options_bytes(PG_GETARG_DATUM(6), &len);
	l2_gram **g = l2_gram_list(PG_GETARG_DATUM(0), &n);
	l2_model *m;

	spec.options = pnstrdup(options, len);
	m = l2_refit(g, n, PG_GETARG_INT64(1), &spec);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

/* The attributes that the columns of a gram come from, and the kind of each */
PG_FUNCTION_INFO_V1(_l2_gram_attributes);
PGDLLEXPORT Datum
_l2_gram_attributes(PG_FUNCTION_ARGS)
{
	l2_rows *rows = l2_rows_make(fcinfo);
	l2_gram *g = l2_gram_stored(PG_GETARG_DATUM(0));
	l2_names names = l2_names_of_gram(g);
	l2_encoding *e = l2_encoding_of(names);
	const char **list = l2_name_list(names, g->ncols);
	l2_column_origin *origin = e ? l2_column_origins(e, list, g->ncols) : NULL;
	bool *said = palloc0(sizeof(bool) * (e ? Max(e->n, 1) : 1));

	for (int j = 0; j < g->ncols; j++)
	{
		bool is_level = e && origin[j].is_level, nulls[2] = {false, false};
		Datum values[2];

		if (is_level && said[origin[j].attribute])
			continue;
		if (is_level)
			said[origin[j].attribute] = true;
		values[0] =
			CStringGetTextDatum(is_level ? e->attribute[origin[j].attribute].name : list[j]);
		values[1] = CStringGetTextDatum(is_level ? "category" : "number");
		l2_rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(_l2_bare_grams);
PGDLLEXPORT Datum
_l2_bare_grams(PG_FUNCTION_ARGS)
{
	Datum d = PG_GETARG_DATUM(0), *elements;
	ArrayType *a = DatumGetArrayTypeP(d);
	bool *nulls;
	int n, lower = 1;

	deconstruct_array(a, ARR_ELEMTYPE(a), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		l2_gram *g;

		if (nulls[i])
			continue;
		g = l2_gram_stored(elements[i]);
		if (g->n_skipped > 0 || g->nrows > 0)
		{
			g = l2_gram_kept_copy(g);
			g->n_skipped = 0;
		}
		elements[i] = PointerGetDatum(g);
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, nulls, 1, &n, &lower, ARR_ELEMTYPE(a), -1,
											 false, TYPALIGN_DOUBLE));
}

/*
 * Buckets of time
 */

/* Weeks begin on Mondays, and 2000-01-03 was one */
#define MONDAY (2 * USECS_PER_DAY)

static int64
floor_to(int64 x, int64 width)
{
	int64 rest = x % width;

	return x - rest - (rest < 0 ? width : 0);
}

static void
check_width(const Interval *width)
{
	bool months = width->month != 0, other = width->day != 0 || width->time != 0;

	if (L2_INTERVAL_NOT_FINITE(width) || months == other || width->month < 0 || width->day < 0 ||
		width->time < 0 || width->day > 100000 || width->time > 100000 * USECS_PER_DAY)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a bucket must be a number of months, or of days, hours, minutes "
							   "and seconds, above 0")));
}

/* The beginning of the bucket that a time is in; minus infinity for infinite ones */
PG_FUNCTION_INFO_V1(l2_bucket);
PGDLLEXPORT Datum
l2_bucket(PG_FUNCTION_ARGS)
{
	Timestamp t = PG_GETARG_TIMESTAMP(0), first;
	const Interval *width = PG_GETARG_INTERVAL_P(1);
	struct pg_tm tm;
	fsec_t fraction;
	int64 months;

	check_width(width);
	if (TIMESTAMP_NOT_FINITE(t))
		PG_RETURN_TIMESTAMP(DT_NOBEGIN);
	if (width->month == 0)
		PG_RETURN_TIMESTAMP(floor_to(t - MONDAY, width->time + width->day * USECS_PER_DAY) +
							MONDAY);
	if (timestamp2tm(t, NULL, &tm, &fraction, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	months = floor_to((int64) tm.tm_year * MONTHS_PER_YEAR + tm.tm_mon - 1, width->month);
	memset(&tm, 0, sizeof tm);
	tm.tm_year = floor_to(months, MONTHS_PER_YEAR) / MONTHS_PER_YEAR;
	tm.tm_mon = months - (int64) tm.tm_year * MONTHS_PER_YEAR + 1;
	tm.tm_mday = 1;
	if (tm2timestamp(&tm, 0, NULL, &first) != 0)
		PG_RETURN_TIMESTAMP(DT_NOBEGIN);
	PG_RETURN_TIMESTAMP(first);
}

PG_FUNCTION_INFO_V1(l2_bucket_date);
PGDLLEXPORT Datum
l2_bucket_date(PG_FUNCTION_ARGS)
{
	Datum t = DirectFunctionCall1(date_timestamp, PG_GETARG_DATUM(0));

	return DirectFunctionCall2(l2_bucket, t, PG_GETARG_DATUM(1));
}
