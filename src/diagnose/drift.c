/*
 * drift.c: the rows a model was fitted to against those that have come since.
 */
#include "base/args.h"
#include "gram/encoding.h"
#include "fit/fit.h"
#include "gram/gram.h"
#include "model/model.h"
#include "base/rows.h"

#include "utils/builtins.h"

typedef struct drift
{
	l2_rows *rows;
	const l2_model *m;
	l2_gram *g;
	l2n_moments now;
	const char **terms;   /* p + 1 names of the model */
	const char **columns; /* those of the gram */
	int *column;          /* of each term in the gram; -1 for none */
} drift;

/* How many rows the gram counts for, as the model counts its own: see l2_model_rows */
static double
drift_rows(const drift *d)
{
	if (d->m->flags & L2_MODEL_FREQUENCY)
		return d->now.weight.hi;
	return (double) (d->now.n - ((d->g->flags & L2_GRAM_WITHIN) ? d->g->absorbed : 0));
}

/*
 * A shift is in deviations of training; where a column did not vary then there is none to measure
 * in.
 */
static void
drift_put_row(const drift *d, const char *term, double mean, double mean_now, double sd,
			  double sd_now)
{
	enum
	{
		TERM,
		MEAN,
		MEAN_NOW,
		SHIFT,
		SD,
		SD_NOW,
		SPREAD,
		COLUMNS
	};
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};

	values[TERM] = CStringGetTextDatum(term);
	l2_set_double(values, nulls, MEAN, mean);
	l2_set_double(values, nulls, MEAN_NOW, mean_now);
	l2_set_double(values, nulls, SHIFT, sd > 0 ? (mean_now - mean) / sd : NAN);
	l2_set_double(values, nulls, SD, sd);
	l2_set_double(values, nulls, SD_NOW, sd_now);
	l2_set_double(values, nulls, SPREAD, sd > 0 ? sd_now / sd : NAN);
	l2_rows_put(d->rows, values, nulls);
}

static int
compare_positions(const void *a, const void *b)
{
	return l2_compare_names(*(const char ***) a, *(const char ***) b);
}

/* Which column of the gram each term is, by name */
static void
match_names(drift *d)
{
	int k = d->g->ncols;
	const char ***sorted = palloc(sizeof *sorted * k);

	for (int i = 0; i < k; i++)
		sorted[i] = &d->columns[i];
	qsort(sorted, k, sizeof *sorted, compare_positions);
	for (int i = 0; i <= d->m->p; i++)
	{
		const char **key = &d->terms[i];
		const char ***found = bsearch(&key, sorted, k, sizeof *sorted, compare_positions);

		d->column[i] = found ? (int) (*found - d->columns) : -1;
	}
}

/* A term without a column: a level that no fresh row has; anything else must be there */
static void
drift_check_columns(const drift *d)
{
	l2_encoding *e = l2_encoding_of(l2_names_of_model(d->m));
	l2_column_origin *origin = e ? l2_column_origins(e, d->terms + 1, d->m->p) : NULL;

	for (int i = 1; i <= d->m->p; i++)
		if (d->column[i] < 0 && !(origin && origin[i - 1].is_level))
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
							errmsg("gram has no column \"%s\"", d->terms[i]),
							errdetail("It is a feature of the model."),
							errhint("Make the gram from rows with the model's columns, and give "
									"them the names that l2_names(model) lists.")));
}

/* Error unless both are about means of groups, or neither: rows in the two differ by these means */
static void
drift_check_groups(const drift *d)
{
	bool within = (d->g->flags & L2_GRAM_WITHIN) != 0;

	if (within == (l2_model_stat(d->m, L2_STAT_ABSORBED) > 0))
		return;
	if (within)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the gram is one within groups, the model was not fitted so"),
						errhint("Give the sum of the grams: l2_gram_sum(gram).")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the model was fitted within groups, and the gram is not within them"),
			 errdetail("The model knows how rows differ from the means of their groups alone."),
			 errhint("Make a gram of each group, as training did, and give l2_drift(model, "
					 "l2_gram_within(gram)).")));
}

/* A target from which training took the offset, as those of fresh rows are less theirs */
static void
drift_put_target_less_offset(const drift *d)
{
	const l2n_moments *now = &d->now;
	size_t k = (size_t) d->g->ncols, low = l2n_tri_size(k);
	int target = d->column[0], offset = d->column[d->m->p];
	size_t both = l2n_tri(k, Min(target, offset), Max(target, offset));
	dd variance = dd_add(dd_make(now->cross[l2n_tri(k, target, target)],
								 now->cross[low + l2n_tri(k, target, target)]),
						 dd_make(now->cross[l2n_tri(k, offset, offset)],
								 now->cross[low + l2n_tri(k, offset, offset)]));
	double rows = drift_rows(d);

	variance = dd_sub(variance, dd_mul_d(dd_make(now->cross[both], now->cross[low + both]), 2));
	drift_put_row(
		d, d->terms[0], l2_model_vector(d->m, L2_MEAN)[0],
		dd_sub(l2n_mean(now, target), l2n_mean(now, offset)).hi, l2_model_vector(d->m, L2_SD)[0],
		rows > 1 ? sqrt(fmax(variance.hi, 0) / now->weight.hi * (rows / (rows - 1))) : NAN);
}

static void
drift_put_term(const drift *d, int i)
{
	int column = d->column[i];
	double n = drift_rows(d);

	drift_put_row(d, d->terms[i], l2_model_vector(d->m, L2_MEAN)[i],
				  column < 0 ? 0 : d->now.mean[column], l2_model_vector(d->m, L2_SD)[i],
				  column < 0 ? 0 : l2_column_sd(&d->now, column, n));
}

/* Levels of the model's categories that training did not see */
static void
put_new_levels(const drift *d)
{
	l2_encoding *e = l2_encoding_of(l2_names_of_gram(d->g));
	l2_column_origin *origin = e ? l2_column_origins(e, d->columns, d->g->ncols) : NULL;
	l2_encoding *old = l2_encoding_of(l2_names_of_model(d->m));
	bool *known = palloc0(sizeof(bool) * d->g->ncols);

	if (e == NULL || old == NULL)
		return;
	for (int i = 0; i <= d->m->p; i++)
		if (d->column[i] >= 0)
			known[d->column[i]] = true;
	for (int j = 0; j < d->g->ncols; j++)
	{
		const char *attribute;
		bool ours = false;

		if (known[j] || !origin[j].is_level)
			continue;
		attribute = e->attribute[origin[j].attribute].name;
		for (int a = 0; a < old->n && !ours; a++)
		{
			const l2_attribute *was = &old->attribute[a];

			ours = was->kind == L2_CATEGORY && strcmp(was->name, attribute) == 0;
			for (int l = 0; ours && l < was->n_left; l++)
				if (strcmp(l2_level_column(was->name, was->left[l]), d->columns[j]) == 0)
					ours = false; /* the reference is no news */
		}
		if (ours)
			drift_put_row(d, d->columns[j], 0, d->now.mean[j], 0,
						  l2_column_sd(&d->now, j, drift_rows(d)));
	}
}

/* The residuals of fresh rows, from their sums of products */
static void
put_residual(const drift *d)
{
	const double *b = l2_model_vector(d->m, L2_ESTIMATE), *stat = d->m->values;
	size_t k = (size_t) d->g->ncols, low = l2n_tri_size(k);
	double *part = palloc0(sizeof(double) * k);
	dd mean = dd_of(-b[0]), squares = dd_of(0);
	double rms;

	if (d->column[0] < 0 || l2_model_has_link(d->m))
		return;
	part[d->column[0]] = 1;
	for (int i = 1; i <= d->m->p; i++)
		if (d->column[i] >= 0 && !l2_model_dropped(d->m)[i - 1])
			part[d->column[i]] = -b[i];
	for (size_t i = 0; i < k; i++)
	{
		if (part[i] == 0)
			continue;
		CHECK_FOR_INTERRUPTS();
		mean = dd_add(mean, dd_mul_d(dd_make(d->now.mean[i], d->now.mean[k + i]), part[i]));
		for (size_t j = i; j < k; j++)
		{
			size_t at = l2n_tri(k, i, j);
			dd c = dd_make(d->now.cross[at], d->now.cross[low + at]);

			if (part[j] != 0)
				squares =
					dd_add(squares, dd_mul_d(dd_mul_d(c, part[i] * (i == j ? 1 : 2)), part[j]));
		}
	}
	rms = sqrt(fmax(squares.hi, 0) / d->now.weight.hi + mean.hi * mean.hi);
	drift_put_row(d, "(Residual)", (d->m->flags & L2_MODEL_INTERCEPT) ? 0 : NAN, mean.hi,
				  sqrt(stat[L2_STAT_RSS] / stat[L2_STAT_SUM_WEIGHTS]), rms);
}

PG_FUNCTION_INFO_V1(l2_drift);
PGDLLEXPORT Datum
l2_drift(PG_FUNCTION_ARGS)
{
	drift d = {l2_rows_make(fcinfo), PG_GETARG_L2_MODEL(0), l2_gram_get(PG_GETARG_DATUM(1))};

	if (l2_gram_count(d.g) == 0)
		return (Datum) 0;
	drift_check_groups(&d);
	d.now = l2_gram_moments(d.g);
	d.terms = l2_name_list(l2_names_of_model(d.m), d.m->p + 1);
	d.columns = l2_name_list(l2_names_of_gram(d.g), d.g->ncols);
	d.column = palloc(sizeof(int) * (d.m->p + 1));
	match_names(&d);
	drift_check_columns(&d);
	for (int i = 0; i <= d.m->p; i++)
		if (i == 0 && d.column[0] >= 0 && l2_model_target_less_offset(d.m))
			drift_put_target_less_offset(&d);
		else if (i > 0 || d.column[0] >= 0)
			drift_put_term(&d, i);
	put_new_levels(&d);
	put_residual(&d);
	return (Datum) 0;
}
