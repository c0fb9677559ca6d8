/*
 * logistic.c: logistic, Poisson and other generalised linear models as aggregates.
 *
 * No summary of the rows is enough here: each Newton step weights them anew.  So the state keeps
 * them, packed, in memory and beyond work_mem in a temporary file, and the final function
 * passes over them as often as it takes.  It leaves the state as it is, for windows.
 *
 * Features are an array or a record.  Attributes are read as for every aggregate over records
 * (record.c); such a row is kept as its numbers and the numbers of its levels, however many columns
 * they make, and takes its full width only a block at a time.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "base/citus.h"
#include "base/progress.h"
#include "glm/glm_rows.h"
#include "glm/gradient.h"
#include "record/any_args.h"
#include "record/record_reader.h"

#include <math.h>

#include "num/stats/hash.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* What a call site keeps */
typedef struct call_site
{
	l2_shape shape;
	l2_any_args args;
	const char *label; /* of this row; NULL where y has no labels */
	double order;      /* of this row's label, among those of an enum; else 0 */
	bool is_boolean;   /* y is */

	/* of records: for one type and one set of options */
	MemoryContext context;
	bool valid;
	uint64 hash; /* of the options */
	l2_options options;
	l2_record_reader reader;
} call_site;

/* Arguments: the state, y, the features; perhaps lambda; perhaps options */
static call_site *
glm_site_of(FunctionCallInfo fcinfo, l2_method method, l2_place place)
{
	call_site *site = fcinfo->flinfo->fn_extra;
	const l2_scope scope = {method, place};
	int at = 3;

	if (likely(site != NULL))
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
	site->args.takes_labels =
		method == L2_METHOD_LOGISTIC || method == L2_METHOD_GLM || method == L2_METHOD_MULTINOMIAL;
	site->is_boolean = getBaseType(get_fn_expr_argtype(fcinfo->flinfo, 1)) == BOOLOID;
	l2_any_args_settle(fcinfo, l2_scope_name(&scope), &site->args);
	site->shape.scope = scope;
	site->shape.scope.record = site->args.features == L2_FEATURES_RECORD;
	site->shape.is_obs = site->args.is_obs;
	if ((place & (L2_IN_FIT | L2_IN_TRACE)) && at < PG_NARGS() &&
		get_fn_expr_argtype(fcinfo->flinfo, at) == FLOAT8OID)
		site->shape.lambda = at++;
	if (at < PG_NARGS())
		site->shape.options = at;
	site->context =
		AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "l2reg record", ALLOCSET_DEFAULT_SIZES);
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/* The columns of a state: n numbers of a row, then weight and offset where rows come with them */
static void
settle_columns(FunctionCallInfo fcinfo, call_site *site, l2_glm_state *s, int n,
			   MemoryContext context)
{
	int others = site->args.is_obs ? 2 : 0;

	s->cluster = s->clustered ? n + others : 0;
	others += s->clustered ? 2 : 0;
	s->ncols = n;
	s->weight = site->args.is_obs ? n : 0;
	s->offset = site->args.is_obs ? n + 1 : 0;
	if (s->n_parts > 1)
	{
		s->deck = l2_deck_make(context, s->n_parts, n + 2, false);
		s->packed = MemoryContextAlloc(context, sizeof(double) * (n + 2));
	}
	for (int i = 0; i < s->n_parts; i++)
		l2_row_store_init(&s->part[i].rows, l2_row_pool_of(context), n + others);
}

/* The keys of clusters; false where they are needed and a row has none */
static bool
glm_check_cluster(l2_glm_state *s, const l2_row_of_y *y)
{
	int ways = l2_obs_clusters(y);

	if (!s->clustered)
		l2_refuse_cluster(y);
	else if (ways == 0)
		s->n_bare++;
	else if (s->ways != 0 && s->ways != ways)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rows have clusters of %d and of %d ways", s->ways, ways)));
	if (!s->clustered || ways == 0)
		return !s->clustered;
	s->ways = ways;
	return true;
}

/* Weight and offset; false where such a row is to be skipped */
static bool
check_others(const call_site *site, l2_glm_state *s, const l2_row_of_y *y)
{
	if (!glm_check_cluster(s, y))
		return false;
	if (!site->args.is_obs)
		return true;
	if (s->skip_nonfinite && !(isfinite(y->weight) && isfinite(y->offset)))
		return false;
	if (!(fabs(y->offset) <= L2_GLM_LARGEST))
		l2_glm_refuse(y->offset, "offset");
	return l2_usable_weight(y->weight);
}

/* What tells rows of one label from those of another, whatever order they come in: to deal them by
 */
static double
glm_label_number(const char *label)
{
	return (double) (l2n_hash_bytes(label, strlen(label), 0) >> 12);
}

/* Argument 1, y and what comes with it */
static void
logistic_read_y(FunctionCallInfo fcinfo, call_site *site, const l2_glm_state *s, l2_row_of_y *y)
{
	if (s->scope.method == L2_METHOD_MULTINOMIAL && site->args.is_obs)
	{
		l2_obs_read_any(PG_GETARG_DATUM(1), y);
		site->label = (y->flags & L2_OBS_LABEL) ? y->label : NULL;
		site->order = y->y;
		if (site->label)
			y->y = glm_label_number(site->label);
	}
	else if (likely(!site->args.is_label))
		l2_any_read_y(fcinfo, &site->args, y);
	else
	{
		*y = (l2_row_of_y){.weight = 1.0};
		site->label = l2_any_read_label(fcinfo, &site->args);
		site->order =
			s->scope.method == L2_METHOD_MULTINOMIAL
				? l2_label_order(get_fn_expr_argtype(fcinfo->flinfo, 1), PG_GETARG_DATUM(1))
				: 0;
		y->y = s->scope.method == L2_METHOD_MULTINOMIAL ? glm_label_number(site->label)
			   : s->positive && strcmp(site->label, s->positive) == 0 ? 1.0
																	  : 0.0;
	}
}

/* Count the label of a row that is used; of several classes y becomes the number of its own */
static void
count_class(call_site *site, l2_glm_state *s, double *y, MemoryContext context)
{
	if (s->scope.method == L2_METHOD_MULTINOMIAL)
		*y = l2_glm_class_of(s, site->label, site->label ? site->order : *y, site->is_boolean,
							 context);
	else if (unlikely(site->label != NULL))
		l2_glm_count_label(s, site->label, context);
}

/* The part that a row with a key goes to at once, or any row where there is just one; NULL */
static l2_glm_part *
part_of_key(l2_glm_state *s, const l2_row_of_y *y)
{
	int i = 0;

	if (s->n_parts == 1 || l2_obs_fold(y, s->n_parts, s->seed, &i))
		return &s->part[i];
	return NULL;
}

/* Count a row in that goes to its part at once */
static void
glm_take_row(l2_glm_state *s, l2_glm_part *part, double *row, const l2_row_of_y *y)
{
	if (s->clustered)
	{
		int64 keys[2] = {y->cluster[0], s->ways == 2 ? y->cluster[1] : 0};

		memcpy(row + s->cluster, keys, sizeof keys);
	}
	l2_glm_part_take(s, part, row, y->weight, y->offset, 1);
	l2_progress_row();
}

/*
 * Deal a row without a key, of that hash, whose numbers are in s->packed: it waits for the others
 * while few of them are distinct
 */
static void
deal_row(l2_glm_state *s, uint64 hash, const l2_row_of_y *y)
{
	l2_glm_part *part = &s->part[l2n_deal_row(hash, s->n_parts)];
	double *row;

	for (int j = 0; j < s->ncols; j++)
		s->packed[j] += 0.0; /* -0 is 0 */
	s->packed[s->ncols] = y->weight;
	s->packed[s->ncols + 1] = y->offset + 0.0;
	l2_progress_row();
	if (l2_deck_add(s->deck, hash, s->packed, 1))
	{
		s->any_weight |= y->weight != 1.0;
		s->any_offset |= y->offset != 0.0;
		return;
	}
	if (s->deck->table != NULL)
		l2_glm_stop_waiting(s);
	row = l2_row_store_next(&part->rows);
	memcpy(row, s->packed, sizeof(double) * s->ncols);
	l2_glm_part_take(s, part, row, y->weight, y->offset, 1);
}

/* Largest and smallest magnitude that a value of a row of that weight may have */
static void
find_limits(double weight, double *largest, double *smallest)
{
	*largest = L2_GLM_LARGEST;
	*smallest = L2_TINY;
	if (weight > 1.0)
		*largest /= sqrt(weight);
	else
		*smallest /= sqrt(weight);
}

/*
 * Arrays
 */

/* What a column of arrays is called: the options may say */
static const char *
array_column(const l2_glm_state *s, int j)
{
	l2_options o;

	l2_glm_state_options(s, &o);
	return j == 0 ? "y" : o.n_names == s->ncols - 1 ? o.names[j - 1] : psprintf("x%d", j);
}

/* A value is too large, NaN or infinite: an error that names it, unless such rows are skipped */
static void
glm_refuse_row(const l2_glm_state *s, const double *row, double limit)
{
	for (int j = 0; j < s->ncols; j++)
	{
		if (fabs(row[j]) <= limit)
			continue;
		if (s->skip_nonfinite && !isfinite(row[j]))
			return;
		l2_glm_refuse(row[j], array_column(s, j));
	}
}

static uint64
hash_array(const l2_glm_state *s, const l2_array_view *x, const l2_row_of_y *y)
{
	double others[3] = {y->y, y->weight, y->offset};

	return l2n_hash_doubles(x->values, x->n, l2n_hash_doubles(others, lengthof(others), s->seed));
}

/* False where the row is to be skipped */
static bool
add_array(FunctionCallInfo fcinfo, call_site *site, l2_glm_state *s, MemoryContext context)
{
	l2_array_view x = l2_any_read_array(fcinfo, &site->args, site->shape.options);
	double *row, largest, smallest;
	l2_glm_part *part;
	l2_row_of_y y;
	int found;

	if (unlikely(s->ncols == 0) && !x.has_null)
	{
		l2_check_columns(x.n + 1);
		settle_columns(fcinfo, site, s, x.n + 1, context);
	}
	if (unlikely(s->ncols != x.n + 1) && s->ncols != 0)
		l2_arrays_differ(x.n, s->ncols - 1);
	if (x.has_null)
		return false;
	logistic_read_y(fcinfo, site, s, &y);
	if (!check_others(site, s, &y))
		return false;

	find_limits(y.weight, &largest, &smallest);
	part = part_of_key(s, &y);
	row = part ? l2_row_store_next(&part->rows) : s->packed;
	row[0] = y.y;
	found = l2_kernel->copy_row(x.n, (const double *) x.values, row + 1, largest, smallest);
	if (unlikely((found & L2N_LARGE) || !(fabs(row[0]) <= largest)))
	{
		glm_refuse_row(s, row, largest);
		return false;
	}
	l2_glm_check_y(&s->family, y.y);
	count_class(site, s, row, context);
	s->tiny |= (found & L2N_SMALL) != 0;
	if (part)
		glm_take_row(s, part, row, &y);
	else
		deal_row(s, hash_array(s, &x, &y), &y);
	return true;
}

/*
 * Records
 */

/* The options in a state, read once for each call site and options */
static void
settle_options(call_site *site, const l2_glm_state *s)
{
	MemoryContext old;

	if (site->valid && site->hash == s->hash)
		return;
	site->valid = false;
	MemoryContextReset(site->context);
	memset(&site->reader, 0, sizeof site->reader);
	old = MemoryContextSwitchTo(site->context);
	l2_glm_state_options(s, &site->options);
	MemoryContextSwitchTo(old);
	site->reader.options = &site->options;
	site->hash = s->hash;
	site->valid = true;
}

/* The first usable record settles the attributes; the others must agree */
static void
check_attributes(FunctionCallInfo fcinfo, call_site *site, l2_glm_state *s, MemoryContext context)
{
	const l2_record_reader *r = &site->reader;

	if (likely(s->ncols > 0))
	{
		if (s->levels->type != r->type.type || s->levels->typmod != r->type.typmod)
			l2_records_differ();
		return;
	}
	l2_sparse_settle(s->levels, site->options.target ? site->options.target : "y", r->n,
					 r->attribute, site->args.is_obs);
	s->levels->type = r->type.type;
	s->levels->typmod = r->type.typmod;
	settle_columns(fcinfo, site, s, r->k + r->n_categories, context);
}

/* What the values are called, for errors */
static const char *
name_of(const l2_record_reader *r, int j)
{
	for (int i = 0; i < r->n; i++)
		if (r->reading[i].kind != L2_CATEGORY && r->attribute[i].index == j)
			return psprintf("\"%s\"", r->attribute[i].name);
	return "y";
}

/* False where a number is not finite and such rows are to be skipped; an error for others */
static bool
check_numbers(const l2_record_reader *r, l2_glm_state *s, double weight)
{
	double largest, smallest;

	find_limits(weight, &largest, &smallest);
	for (int j = 0; j < r->k; j++)
	{
		double v = fabs(r->row[1 + j]);

		if (unlikely(!(v <= largest)))
		{
			if (s->skip_nonfinite && !isfinite(v))
				return false;
			l2_glm_refuse(r->row[1 + j], name_of(r, j));
		}
		s->tiny |= v < smallest && v != 0.0;
	}
	return true;
}

/* False where the row is to be skipped */
static bool
add_record(FunctionCallInfo fcinfo, call_site *site, l2_glm_state *s, MemoryContext context)
{
	l2_record_reader *r = &site->reader;
	HeapTupleHeader record = l2_any_read_record(fcinfo, &site->args);
	l2_glm_part *part;
	const int *level;
	l2_row_of_y y;
	double *row;

	if (unlikely(!l2_is_of_type(&r->type, record)))
	{
		MemoryContext old = MemoryContextSwitchTo(site->context);

		l2_record_settle(r, record, site->args.is_row ? site->args.rows.shape : NULL);
		MemoryContextSwitchTo(old);
	}
	check_attributes(fcinfo, site, s, context);
	logistic_read_y(fcinfo, site, s, &y);
	if (!check_others(site, s, &y) || !l2_record_read(r, record))
		return false;
	r->row[1] = y.y;
	if (!check_numbers(r, s, y.weight))
		return false;
	l2_glm_check_y(&s->family, y.y);
	count_class(site, s, &r->row[1], context);
	if (site->label)
		l2_sparse_watch_label(s->levels, site->label, r->level);

	part = part_of_key(s, &y);
	level = l2_sparse_number(s->levels, r->row, y.weight, r->level);
	row = part ? l2_row_store_next(&part->rows) : s->packed;
	memcpy(row, r->row + 1, sizeof(double) * r->k);
	for (int c = 0; c < r->n_categories; c++)
		row[r->k + c] = level[c];
	if (part)
		glm_take_row(s, part, row, &y);
	else
	{
		r->row[1] = y.y; /* the number of a class is by the order of the rows */
		deal_row(s, l2_record_hash(r, y.weight, y.offset, s->seed), &y);
	}
	return true;
}

/*
 * Aggregates
 */

/* Labels are of two classes, and option positive of labels */
static void
glm_check_target(FunctionCallInfo fcinfo, const call_site *site, const l2_glm_state *s)
{
	if (s->scope.method == L2_METHOD_MULTINOMIAL)
		return;
	if (site->args.is_label && s->family.kind != L2N_BINOMIAL)
		(void) l2_reader_of_target(get_fn_expr_argtype(fcinfo->flinfo, 1), "y");
	if (s->positive && !site->args.is_label)
		l2_any_refuse_positive(fcinfo, &site->args);
}

static l2_glm_state *
glm_first_state(FunctionCallInfo fcinfo, call_site *site, MemoryContext context)
{
	l2_glm_state *s = l2_glm_state_first(fcinfo, &site->shape, context);
	l2_names none = {NULL, 0};
	l2_options o;

	glm_check_target(fcinfo, site, s);
	if (!s->scope.record)
		return s;
	/* the penalty may say which level is left out, so these are not the call site's */
	l2_glm_state_options(s, &o);
	s->levels = l2_sparse_make(context, l2_gram_new(1, false, NULL, 0, none), &o, 1);
	return s;
}

/*
 * Rows are kept, for each step of Newton's method reads them: the state is a store, in memory and
 * then in a file.
 */
static Datum
glm_accumulate(FunctionCallInfo fcinfo, l2_method method, l2_place place)
{
	MemoryContext context;
	call_site *site;
	l2_glm_state *s;
	bool added;

	l2_need_aggregate(fcinfo);
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "not an aggregate");
	site = glm_site_of(fcinfo, method, place);
	if (PG_ARGISNULL(0))
	{
		l2_citus_pulled(
			fcinfo, "For logistic and poisson, l2_fit('t', 'y ~ .', 'logistic') passes over the "
					"rows where they are, with option vcov, too, but for \"HAC\" and two ways of "
					"clusters.");
		s = glm_first_state(fcinfo, site, context);
	}
	else
	{
		s = (l2_glm_state *) PG_GETARG_POINTER(0);
		l2_glm_state_check(fcinfo, &site->shape, s);
	}
	if (s->scope.record)
		settle_options(site, s);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		added = false;
	else if (s->scope.record)
		added = add_record(fcinfo, site, s, context);
	else
		added = add_array(fcinfo, site, s, context);
	if (!added)
		s->n_skipped++;
	PG_RETURN_POINTER(s);
}

L2_FUNCTION(l2_any_logistic, glm_accumulate, L2_METHOD_LOGISTIC, L2_IN_FIT);
L2_FUNCTION(l2_any_logistic_path, glm_accumulate, L2_METHOD_LOGISTIC, L2_IN_PATH);
L2_FUNCTION(l2_any_logistic_trace, glm_accumulate, L2_METHOD_LOGISTIC, L2_IN_TRACE);
L2_FUNCTION(l2_any_logistic_cv, glm_accumulate, L2_METHOD_LOGISTIC, L2_IN_CV);
L2_FUNCTION(l2_any_logistic_cv_curve, glm_accumulate, L2_METHOD_LOGISTIC, L2_IN_CURVE);
L2_FUNCTION(l2_any_poisson, glm_accumulate, L2_METHOD_POISSON, L2_IN_FIT);
L2_FUNCTION(l2_any_poisson_path, glm_accumulate, L2_METHOD_POISSON, L2_IN_PATH);
L2_FUNCTION(l2_any_poisson_cv, glm_accumulate, L2_METHOD_POISSON, L2_IN_CV);
L2_FUNCTION(l2_any_poisson_cv_curve, glm_accumulate, L2_METHOD_POISSON, L2_IN_CURVE);
L2_FUNCTION(l2_any_glm, glm_accumulate, L2_METHOD_GLM, L2_IN_FIT);
L2_FUNCTION(l2_any_huber, glm_accumulate, L2_METHOD_HUBER, L2_IN_FIT);
L2_FUNCTION(l2_any_quantile, glm_accumulate, L2_METHOD_QUANTILE, L2_IN_FIT);
L2_FUNCTION(l2_any_multinomial, glm_accumulate, L2_METHOD_MULTINOMIAL, L2_IN_FIT);
L2_FUNCTION(l2_any_multinomial_cv, glm_accumulate, L2_METHOD_MULTINOMIAL, L2_IN_CV);
L2_FUNCTION(l2_any_glm_path, glm_accumulate, L2_METHOD_GLM, L2_IN_PATH);
L2_FUNCTION(l2_any_glm_cv, glm_accumulate, L2_METHOD_GLM, L2_IN_CV);
L2_FUNCTION(l2_any_glm_cv_curve, glm_accumulate, L2_METHOD_GLM, L2_IN_CURVE);

static Datum
glm_state_final(FunctionCallInfo fcinfo, l2_method method)
{
	l2_glm_state *s;
	l2_glm_rows *rows;
	l2_options o, before;
	l2_model *m;
	l2_glm *g;
	bool began;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (l2_glm_state *) PG_GETARG_POINTER(0);
	if (s->scope.method != method || s->scope.place != L2_IN_FIT)
		l2_foreign_state();
	if (s->ncols == 0 || s->part[0].total.hi == 0)
		l2_robust_check_bare(s->n_bare);
	if (s->ncols == 0)
		PG_RETURN_NULL();
	l2_glm_state_open(s, &o);
	o.told = &l2_call_cache_of(fcinfo, 0)->told;
	if (o.solver == L2_BY_GRADIENT)
	{
		began = l2_progress_begin(l2_scope_name(&s->scope), NULL, InvalidOid);
		m = l2_gradient_fit(s, &o);
		l2_progress_end(began);
		if (m == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(m);
	}
	before = l2_robust_before(&o);
	l2_robust_check_order(fcinfo, &o);
	rows = l2_glm_rows_make(s, &o, 0, 1, -1);
	g = rows ? l2_glm_make(&rows->source, &o) : NULL;
	if (g == NULL)
		PG_RETURN_NULL();
	began = l2_progress_begin(l2_scope_name(&s->scope), NULL, InvalidOid);
	l2_progress_phase(L2_PHASE_FITTING, 0, l2_gram_count(rows->source.prior));
	m = l2_glm_fit(g, &before);
	if (o.vcov != L2_VCOV_IID)
		m = l2_robust_fit(m, &o, l2_glm_robust_rows(rows));
	l2_progress_end(began);
	PG_RETURN_POINTER(m);
}

L2_FUNCTION(logistic_final, glm_state_final, L2_METHOD_LOGISTIC);
L2_FUNCTION(poisson_final, glm_state_final, L2_METHOD_POISSON);
L2_FUNCTION(glm_final, glm_state_final, L2_METHOD_GLM);

L2_FUNCTION(l2_numbers_logistic, l2_refuse_numbers, L2_METHOD_LOGISTIC, L2_IN_FIT);
L2_FUNCTION(l2_numbers_logistic_path, l2_refuse_numbers, L2_METHOD_LOGISTIC, L2_IN_PATH);
L2_FUNCTION(l2_numbers_logistic_trace, l2_refuse_numbers, L2_METHOD_LOGISTIC, L2_IN_TRACE);
L2_FUNCTION(l2_numbers_logistic_cv, l2_refuse_numbers, L2_METHOD_LOGISTIC, L2_IN_CV);
L2_FUNCTION(l2_numbers_logistic_cv_curve, l2_refuse_numbers, L2_METHOD_LOGISTIC, L2_IN_CURVE);
L2_FUNCTION(l2_numbers_poisson, l2_refuse_numbers, L2_METHOD_POISSON, L2_IN_FIT);
L2_FUNCTION(l2_numbers_poisson_path, l2_refuse_numbers, L2_METHOD_POISSON, L2_IN_PATH);
L2_FUNCTION(l2_numbers_poisson_cv, l2_refuse_numbers, L2_METHOD_POISSON, L2_IN_CV);
L2_FUNCTION(l2_numbers_poisson_cv_curve, l2_refuse_numbers, L2_METHOD_POISSON, L2_IN_CURVE);
L2_FUNCTION(l2_numbers_glm, l2_refuse_numbers, L2_METHOD_GLM, L2_IN_FIT);
L2_FUNCTION(l2_numbers_huber, l2_refuse_numbers, L2_METHOD_HUBER, L2_IN_FIT);
L2_FUNCTION(l2_numbers_quantile, l2_refuse_numbers, L2_METHOD_QUANTILE, L2_IN_FIT);
L2_FUNCTION(l2_numbers_multinomial, l2_refuse_numbers, L2_METHOD_MULTINOMIAL, L2_IN_FIT);
L2_FUNCTION(l2_numbers_multinomial_cv, l2_refuse_numbers, L2_METHOD_MULTINOMIAL, L2_IN_CV);
L2_FUNCTION(l2_numbers_glm_path, l2_refuse_numbers, L2_METHOD_GLM, L2_IN_PATH);
L2_FUNCTION(l2_numbers_glm_cv, l2_refuse_numbers, L2_METHOD_GLM, L2_IN_CV);
L2_FUNCTION(l2_numbers_glm_cv_curve, l2_refuse_numbers, L2_METHOD_GLM, L2_IN_CURVE);
