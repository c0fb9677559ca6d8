/*
 * newton_agg.c: transition functions of _l2_newton_agg, a pass over the rows for a Newton step.
 *
 * Rows of arrays go into a gram.  Rows of numbers and levels, l2_rows, go into the sums that grams
 * of such rows are made of, so that a row costs what it has, however many levels there are.  Either
 * has the sum of hashes of the rows as they were read, too, which tells a query that gives other
 * rows each time, by random() say, whatever the order of the rows.
 */
#include "glm/newton_agg.h"

#include "base/aggregate.h"
#include "base/args.h"
#include "fit/row_state.h"
#include "glm/glm.h"
#include "gram/encoding.h"
#include "gram/gram_state.h"

#include <math.h>

#include "num/glm/irls.h"
#include "num/stats/hash.h"

/* What stands for a loss beyond all doubles */
#define OVERFLOW 1e150

static inline bool
newton_is_start(const l2_model *m)
{
	return m->n == 0;
}

/* The model of a row, whose method is one that takes such steps */
static const l2_model *
newton_model(FunctionCallInfo fcinfo, const l2n_family **family)
{
	const l2_model *m;

	if (PG_ARGISNULL(3))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("model must not be NULL")));
	m = PG_GETARG_L2_MODEL(3);
	*family = l2_family_of(m->method);
	if (*family == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a model of method %s takes no Newton steps", l2_method_name(m->method)),
				 errhint("Use a model of logistic_fit or poisson_fit.")));
	return m;
}

/* What a row becomes, its features apart */
typedef struct newton_row
{
	double target;
	double loss;
	double saturated; /* at the start */
	double weight;
} newton_row;

static newton_row
newton_weigh(const l2_model *m, const l2n_family *family, double eta, double y, double weight)
{
	newton_row r = {.target = y, .weight = weight};
	double residual, v;

	family->evaluate(family, l2_kernel, 1, &y, &eta, &residual, &v, &r.loss);
	if (newton_is_start(m))
	{
		r.saturated = family->saturated(family, y, weight) / weight;
		return r;
	}
	if (!(r.loss < OVERFLOW))
	{
		residual = 0;
		v = 1;
		r.loss = OVERFLOW;
	}
	v = Max(v, L2N_LEAST_VARIANCE);
	r.target = residual / v;
	r.loss /= v;
	r.weight *= v;
	return r;
}

/* Largest magnitude of a value in a row of that weight */
static inline double
newton_largest(double weight)
{
	return weight > 1.0 ? L2_GLM_LARGEST / sqrt(weight) : L2_GLM_LARGEST;
}

static void
newton_check_offset(double offset)
{
	if (unlikely(!(fabs(offset) <= L2_GLM_LARGEST)))
		l2_glm_refuse(offset, "offset");
}

/*
 * Arrays
 */

/* The linear predictor, about the means where the model knows it there */
static inline double
newton_link(const l2_model *m, const double *x)
{
	const double *b = l2_model_vector(m, L2_ESTIMATE), *mean = l2_model_vector(m, L2_MEAN);
	double eta = l2_model_stat(m, L2_STAT_LINK_AT_MEAN);

	if (newton_is_start(m))
		return b[0];
	if (isnan(eta))
	{
		eta = b[0];
		for (int j = 0; j < m->p; j++)
			eta += b[j + 1] * x[j];
		return eta;
	}
	for (int j = 0; j < m->p; j++)
		eta += b[j + 1] * (x[j] - mean[j + 1]);
	return eta;
}

static void
newton_check_array(const l2_model *m, const double *row, int p, double limit)
{
	for (int j = 0; j <= p; j++)
		if (!(fabs(row[j]) <= limit))
			l2_glm_refuse(row[j], l2_column_name(l2_names_of_model(m), j));
}

/* Add a row to the moments of a Newton step at the model's coefficients. */
static l2_gram *
newton_add_array(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g)
{
	const l2n_family *family;
	const l2_model *m = newton_model(fcinfo, &family);
	double *row, largest, weight = 1.0, offset = 0.0;
	l2_state_row r;
	newton_row as;
	int found;

	if (!l2_state_read_row(fcinfo, sh, &r) || r.x.has_null ||
		(sh->is_obs && !l2_usable_weight(r.y.weight)))
	{
		g->n_skipped++;
		return g;
	}
	if (sh->is_obs)
	{
		weight = r.y.weight;
		offset = r.y.offset;
	}
	if (r.x.n != m->p)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("x has %d elements, but the model %d features", r.x.n, m->p)));
	l2_state_check_columns(g, r.x.n + 1 +
								  (newton_is_start(m) ? L2_NEWTON_MORE_START : L2_NEWTON_MORE));
	g = l2_state_weigh(g);
	row = l2_state_next_row(fcinfo, &g);
	row[0] = r.y.y;
	largest = newton_largest(weight);
	found = l2_kernel->copy_row(r.x.n, (const double *) r.x.values, row + 1, largest, L2_TINY);
	if (unlikely((found & L2N_LARGE) || !(fabs(row[0]) <= largest)))
		newton_check_array(m, row, r.x.n, largest);
	newton_check_offset(offset);
	if (found & L2N_SMALL)
		g->flags |= L2_GRAM_TINY;
	l2_glm_check_y(family, row[0]);
	row[m->p + 1] = offset; /* their places are for what comes next */
	row[m->p + 2] = weight;
	g->more |= L2_GRAM_HASHED;
	g->absorbed = (int64) ((uint64) g->absorbed + l2n_hash_row(row, m->p + 3));
	as = newton_weigh(m, family, newton_link(m, row + 1) + offset, row[0], weight);
	row[0] = as.target;
	row[m->p + 1] = as.loss;
	if (newton_is_start(m))
		row[m->p + 2] = as.saturated;
	row[g->ncols] = as.weight;
	g->nrows++;
	return g;
}

static Datum
newton_accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_gram *g;

	l2_need_aggregate(fcinfo);
	g = PG_ARGISNULL(0) ? l2_gram_new(0, false, NULL, 0, (l2_names){NULL, 0})
						: l2_state_to_fill(PG_GETARG_DATUM(0));
	PG_RETURN_POINTER(newton_add_array(fcinfo, sh, g));
}

L2_TRANSITION(l2_newton_accum, newton_accumulate, .is_obs = false);
L2_TRANSITION(l2_newton_accum_obs, newton_accumulate, .is_obs = true);

/*
 * Numbers and levels
 */

/* Their names are no attribute's, nor a level's */
static const char *const newton_columns[L2_NEWTON_MORE_START] = {"=loss", "=saturated"};

/* A model as a state needs it */
typedef struct newton_effects
{
	l2_kept_value model;
	double base;     /* the linear predictor with numbers at their means and no level */
	double *slope;   /* of the numbers, by their column; NULL: at the start */
	double *mean;    /* likewise; 0 where the model does not know the predictor there */
	double **effect; /* of each category, of its levels by their numbers in the state */
	int *n;          /* levels of each, some of them perhaps NAN: the model does not know those */
	double *row;     /* room for one */
} newton_effects;

static void
newton_refuse_attributes(void)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("the rows have other attributes than the model")));
}

/* Error unless the model is one of rows that are read so */
static l2_encoding *
newton_encoding(const l2_model *m, const l2_record_reader *r)
{
	l2_encoding *e = l2_encoding_of(l2_names_of_model(m));

	if (e == NULL || e->n != r->n)
		newton_refuse_attributes();
	for (int i = 0; i < e->n; i++)
		if (strcmp(e->attribute[i].name, r->attribute[i].name) != 0 ||
			e->attribute[i].kind != r->attribute[i].kind)
			newton_refuse_attributes();
	return e;
}

/* Say what a level of the model adds to the linear predictor; the state has all of its levels */
static void
newton_set_effect(newton_effects *f, l2_sparse *s, int category, l2_level_name level, double effect)
{
	l2_bytes key = l2_hashed(level, level ? strlen(level) : 0);
	int number = l2_sparse_level(s, category, &key);

	while (f->n[category] <= number)
		f->effect[category][f->n[category]++] = NAN;
	f->effect[category][number] = effect;
}

/* What there is to know of a model; the state's memory context is the current one */
static newton_effects *
newton_effects_make(l2_sparse *s, const l2_model *m, Datum model, const l2_record_reader *r)
{
	newton_effects *f = palloc0(sizeof *f);
	const double *b = l2_model_vector(m, L2_ESTIMATE) + 1, *mean = l2_model_vector(m, L2_MEAN) + 1;
	double at_mean = l2_model_stat(m, L2_STAT_LINK_AT_MEAN);
	l2_column_origin *origin;
	l2_encoding *e;

	l2_keep_value(&f->model, model);
	f->row = palloc0(sizeof(double) * (1 + s->k));
	f->row[0] = 1;
	f->base = b[-1];
	if (newton_is_start(m))
		return f;
	if (!isnan(at_mean))
		f->base = at_mean;
	e = newton_encoding(m, r);
	origin = l2_column_origins(e, l2_name_list(l2_names_of_model(m), m->p + 1) + 1, m->p);
	f->slope = palloc0(sizeof(double) * s->k);
	f->mean = palloc0(sizeof(double) * s->k);
	f->effect = palloc(sizeof(double *) * Max(s->n_categories, 1));
	f->n = palloc0(sizeof(int) * Max(s->n_categories, 1));
	for (int i = 0; i < e->n; i++)
	{
		const l2_attribute *a = &e->attribute[i];
		int c = r->attribute[i].index;

		if (a->kind != L2_CATEGORY)
			continue;
		f->effect[c] = palloc(sizeof(double) *
							  ((Size) l2_dictionary_size(s->levels[c]) + m->p + a->n_left + 1));
		for (int l = 0; l < a->n_left; l++)
			newton_set_effect(f, s, c, a->left[l], 0);
	}
	for (int j = 0; j < m->p; j++)
	{
		const l2_column_origin *o = &origin[j];
		double centre = isnan(at_mean) ? 0 : mean[j];
		int at;

		if (o->attribute < 0)
			newton_refuse_attributes();
		at = r->attribute[o->attribute].index;
		if (o->is_level)
		{
			newton_set_effect(f, s, at, o->level, b[j]);
			f->base -= b[j] * centre;
			continue;
		}
		f->slope[at] = b[j];
		f->mean[at] = centre;
	}
	return f;
}

static newton_effects *
newton_effects_of(FunctionCallInfo fcinfo, l2_state *state, const l2_model *m,
				  const l2_record_reader *r)
{
	newton_effects *f = state->step;
	MemoryContext old;

	if (likely(f && l2_same_value(&f->model, PG_GETARG_DATUM(3))))
		return f;
	if (f)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the model must be the same in every row of a group")));
	old = MemoryContextSwitchTo(state->pool->context);
	f = newton_effects_make(state->sparse, m, PG_GETARG_DATUM(3), r);
	MemoryContextSwitchTo(old);
	return state->step = f;
}

/* The linear predictor, and s->number; false where a level is none of the model's */
static bool
newton_link_of_levels(const newton_effects *f, l2_sparse *s, const l2_record_reader *r, double *eta)
{
	*eta = f->base;
	if (f->slope == NULL) /* the start */
	{
		for (int c = 0; c < s->n_categories; c++)
			s->number[c] = l2_sparse_level(s, c, &r->level[c]);
		return true;
	}
	for (int j = 1; j < r->k; j++)
		*eta += f->slope[j] * (r->row[1 + j] - f->mean[j]);
	for (int c = 0; c < s->n_categories; c++)
	{
		int number = l2_dictionary_find(s->levels[c], &r->level[c]);

		if (number < 0 || number >= f->n[c] || isnan(f->effect[c][number]))
			return false;
		s->number[c] = number;
		*eta += f->effect[c][number];
	}
	return true;
}

/* Error for a number that is no good, or false where its row is to be skipped */
static bool
newton_check_numbers(l2_sparse *s, const double *row, int k, double offset, double limit)
{
	l2_gram *g = s->part[0].gram;
	bool finite = isfinite(offset);

	for (int j = 0; j < k; j++)
		finite &= isfinite(row[j]) != 0;
	if (!finite && (g->flags & L2_GRAM_SKIP_NONFINITE))
		return false;
	for (int j = 0; j < k; j++)
		if (!(fabs(row[j]) <= limit))
			l2_glm_refuse(row[j], l2_gram_name(g, j));
	newton_check_offset(offset);
	return true;
}

/* Add a row of numbers and levels; false where it is to be skipped */
static bool
newton_add_levels(FunctionCallInfo fcinfo, const l2_shape *sh, l2_state *state)
{
	const l2n_family *family;
	const l2_model *m = newton_model(fcinfo, &family);
	bool start = newton_is_start(m);
	int more = start ? L2_NEWTON_MORE_START : L2_NEWTON_MORE;
	l2_row_of_y y;
	l2_record_reader *r =
		l2_row_state_read(fcinfo, sh, state, !start || sh->is_obs, more, newton_columns, &y);
	l2_sparse *s = state->sparse;
	newton_effects *f;
	newton_row as;
	double eta;
	int found;

	if (r == NULL)
		return false;
	f = newton_effects_of(fcinfo, state, m, r);
	r->row[1] = y.y;
	found = l2_kernel->copy_row(r->k, r->row + 1, f->row + 1, newton_largest(y.weight), L2_TINY);
	if (unlikely((found & L2N_LARGE) || !(fabs(y.offset) <= L2_GLM_LARGEST)) &&
		!newton_check_numbers(s, f->row + 1, r->k, y.offset, newton_largest(y.weight)))
		return false;
	l2_glm_check_y(family, y.y);
	if (!newton_link_of_levels(f, s, r, &eta))
		return false;
	as = newton_weigh(m, family, eta + y.offset, y.y, y.weight);
	f->row[1] = as.target;
	f->row[1 + r->k] = as.loss;
	if (start)
		f->row[2 + r->k] = as.saturated;
	l2_sparse_add_checked(fcinfo, s, f->row, as.weight, (found & L2N_SMALL) != 0,
						  l2_record_hash(r, y.weight, y.offset, 0));
	return true;
}

static Datum
newton_accumulate_levels(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	return l2_row_state_accumulate(fcinfo, sh, newton_add_levels);
}

L2_TRANSITION(l2_newton_accum_row, newton_accumulate_levels, .options = 4);
L2_TRANSITION(l2_newton_accum_row_obs, newton_accumulate_levels, .is_obs = true, .options = 4);
