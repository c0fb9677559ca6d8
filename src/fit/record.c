/*
 * record.c: aggregates over arguments of any type: transition, combine and final functions.
 *
 * A fit takes a target and a record, whose attributes are the features by name; or an array that
 * the forms with float8[] do not take, or a boolean target.  What a call site knows of a record
 * type and of the options, which attributes take part and how each is read, is settled with the
 * first row and kept (fn_extra); a row then costs a look at each attribute.
 */
#include "record/any_args.h"
#include "record/record_reader.h"

#include "base/aggregate.h"
#include "base/citus.h"
#include "fit/fit.h"
#include "fit/folds.h"
#include "fit/robust.h"
#include "fit/record.h"
#include "gram/kept.h"

#include "num/stats/hash.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* What a call site keeps */
typedef struct call_site
{
	l2_shape shape;
	bool settled; /* how its arguments are read is known */
	l2_any_args args;

	/* for one record type, or length of arrays, and one set of options */
	MemoryContext context;
	bool valid;
	uint64 options_hash;
	l2_options options;
	l2_record_reader reader;
} call_site;

/* Arguments: the state, y, the features; then lambda where the method has one; perhaps options */
static call_site *
record_site_of(FunctionCallInfo fcinfo, const l2_scope *scope)
{
	l2_call_cache *c = l2_call_cache_of(fcinfo, 0);
	call_site *site = c->more;

	if (unlikely(site == NULL))
	{
		int at = 3;

		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
		site->shape.scope = *scope;
		if (scope->place == L2_IN_FIT && scope->method != L2_METHOD_OLS)
			site->shape.lambda = at++;
		if (at < PG_NARGS())
			site->shape.options = at;
		site->context =
			AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "l2reg record", ALLOCSET_DEFAULT_SIZES);
		c->more = site;
	}
	if (unlikely(!site->settled))
	{
		l2_any_args_settle(fcinfo, l2_scope_name(scope), &site->args);
		site->shape.scope.record = site->args.features == L2_FEATURES_RECORD;
		site->shape.is_obs = site->args.is_obs;
		site->settled = true;
	}
	return site;
}

/*
 * Options and attributes
 */

/* The options in a state, read once for each call site and options */
static const l2_options *
options_of(call_site *site, const l2_gram *spec)
{
	uint64 hash = ((const l2_fit_spec *) l2_gram_options((l2_gram *) spec))->hash;
	MemoryContext old;

	if (site->valid && site->options_hash == hash)
		return &site->options;
	site->valid = false;
	MemoryContextReset(site->context);
	memset(&site->reader, 0, sizeof site->reader);
	site->reader.options = &site->options;
	old = MemoryContextSwitchTo(site->context);
	l2_state_options((l2_gram *) spec, &site->shape.scope, &site->options);
	MemoryContextSwitchTo(old);
	site->options_hash = hash;
	site->valid = true;
	return &site->options;
}

/*
 * Rows
 */

static l2_sparse *
record_first_state(FunctionCallInfo fcinfo, call_site *site)
{
	l2_gram *spec = l2_state_first(fcinfo, &site->shape, &site->shape.scope);
	const l2_options *o = options_of(site, spec);
	MemoryContext context;
	l2_sparse *s;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate function called in non-aggregate context");
	s = l2_sparse_make(context, spec, o, (o->place & (L2_IN_CV | L2_IN_FOLDS)) ? o->folds : 1);
	s->of_arrays = !site->shape.scope.record;
	/* see read_record; who names all columns knows them, as l2_train's own grams of few rows do */
	s->watches_y =
		!s->of_arrays && o->n_features < 0 &&
		(o->target == NULL || o->n_names < 0 || !(o->place & (L2_IN_GRAM | L2_IN_FOLDS)));
	return s;
}

/* Read a record into the call site's row; false where something in it is NULL */
static bool
read_record(FunctionCallInfo fcinfo, call_site *site, l2_sparse *s)
{
	HeapTupleHeader record = l2_any_read_record(fcinfo, &site->args);
	l2_record_reader *r = &site->reader;

	if (unlikely(!l2_is_of_type(&r->type, record)))
	{
		MemoryContext old = MemoryContextSwitchTo(site->context);

		l2_record_settle(r, record, site->args.is_row ? site->args.rows.shape : NULL);
		MemoryContextSwitchTo(old);
	}
	if (unlikely(!s->settled))
	{
		l2_sparse_settle(s, site->options.target ? site->options.target : "y", r->n, r->attribute,
						 site->args.is_obs);
		/* a gram may be of few of the rows, and equal there by chance: look at it where the target
		 * that was named is no attribute, and its name may be misspelt */
		if (r->has_target && (site->options.place & (L2_IN_GRAM | L2_IN_FOLDS)))
			s->n_equal = 0;
		s->type = r->type.type;
		s->typmod = r->type.typmod;
	}
	else if (unlikely(s->type != r->type.type || s->typmod != r->type.typmod))
		l2_records_differ();
	return l2_record_read(r, record);
}

/* The same for an array */
static bool
record_read_array(FunctionCallInfo fcinfo, call_site *site, l2_sparse *s)
{
	l2_array_view x = l2_any_read_array(fcinfo, &site->args, site->shape.options);
	l2_record_reader *r = &site->reader;

	if (x.has_null && !s->settled)
		return false;
	if (unlikely(r->k != x.n + 1))
	{
		MemoryContext old = MemoryContextSwitchTo(site->context);

		l2_check_columns(x.n + 1);
		l2_record_settle_array(r, x.n);
		MemoryContextSwitchTo(old);
	}
	if (unlikely(!s->settled))
		l2_sparse_settle(s, "y", r->n, r->attribute, site->args.is_obs);
	else if (unlikely(s->k != r->k))
		l2_arrays_differ(x.n, s->k - 1);
	memcpy(r->row + 2, x.values, sizeof(double) * x.n);
	return !x.has_null;
}

/*
 * Add a row that was read to the part that its key says, or to where rows are dealt by their
 * values; false where it turns out to be one that is skipped, or is not in a part yet
 */
static bool
add_to_part(FunctionCallInfo fcinfo, const call_site *site, l2_sparse *s, const l2_row_of_y *y)
{
	const l2_record_reader *r = &site->reader;
	int64 seed = site->options.seed;
	int fold = 0;

	if (s->n_parts == 1 || l2_obs_fold(y, s->n_parts, seed, &fold))
		return l2_sparse_add(fcinfo, s, fold, r->row, y->weight, r->level);
	l2_sparse_deal(fcinfo, s, l2_record_hash(r, y->weight, 0, seed), r->row, y->weight, r->level);
	return false;
}

/* False where the row is to be skipped */
static bool
record_add_row(FunctionCallInfo fcinfo, call_site *site, l2_sparse *s)
{
	l2_row_of_y y;
	bool complete;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	complete = s->of_arrays ? record_read_array(fcinfo, site, s) : read_record(fcinfo, site, s);
	if (!complete)
		return false;
	l2_any_read_y(fcinfo, &site->args, &y);
	if (site->args.is_obs && !l2_state_usable_weight(s->spec, y.weight))
		return false;
	if (site->args.is_obs)
		l2_refuse_offset(&y);
	if (s->kept == NULL)
		l2_refuse_cluster(&y);
	else if (!l2_kept_usable(s->kept, &y))
		return false;
	site->reader.row[1] = y.y;
	if (add_to_part(fcinfo, site, s, &y) && s->kept)
		l2_sparse_keep(fcinfo, s, site->reader.row, &y);
	return true;
}

/* The state that a row has been added to */
static Datum
record_accumulate(FunctionCallInfo fcinfo, l2_method method, l2_place place)
{
	const l2_scope scope = {method, place};
	call_site *site;
	l2_sparse *s;

	l2_need_aggregate(fcinfo);
	site = record_site_of(fcinfo, &scope);
	if (PG_ARGISNULL(0))
	{
		l2_citus_pulled(fcinfo,
						"Over a table t, l2_gram_agg(y, l2_row(t)) or l2_gram_folds makes sums "
						"where the rows are, and l2_ridge and l2_cv models of these; so does "
						"l2_fit('t', 'y ~ .'), with option vcov, too, but for \"HAC\" and two ways "
						"of clusters.");
		s = record_first_state(fcinfo, site);
	}
	else
	{
		s = (l2_sparse *) PG_GETARG_POINTER(0);
		if (s->of_arrays == site->shape.scope.record)
			l2_foreign_state();
		(void) l2_state_of_fit(fcinfo, &site->shape, s->spec);
	}
	(void) options_of(site, s->spec);
	if (!record_add_row(fcinfo, site, s))
		s->skipped++;
	PG_RETURN_POINTER(s);
}

L2_FUNCTION(l2_any_gram, record_accumulate, L2_METHOD_OLS, L2_IN_GRAM);
L2_FUNCTION(l2_any_folds, record_accumulate, L2_METHOD_OLS, L2_IN_FOLDS);
L2_FUNCTION(l2_any_ols, record_accumulate, L2_METHOD_OLS, L2_IN_FIT);
L2_FUNCTION(l2_any_ridge, record_accumulate, L2_METHOD_RIDGE, L2_IN_FIT);
L2_FUNCTION(l2_any_lasso, record_accumulate, L2_METHOD_LASSO, L2_IN_FIT);
L2_FUNCTION(l2_any_elastic_net, record_accumulate, L2_METHOD_ELASTIC_NET, L2_IN_FIT);
L2_FUNCTION(l2_any_dropout, record_accumulate, L2_METHOD_DROPOUT, L2_IN_FIT);
L2_FUNCTION(l2_any_ridge_cv, record_accumulate, L2_METHOD_RIDGE, L2_IN_CV);
L2_FUNCTION(l2_any_lasso_cv, record_accumulate, L2_METHOD_LASSO, L2_IN_CV);
L2_FUNCTION(l2_any_elastic_net_cv, record_accumulate, L2_METHOD_ELASTIC_NET, L2_IN_CV);

/*
 * Combining.  What the other process has sent lives for this call only, so a first state is a copy.
 */

PG_FUNCTION_INFO_V1(l2_record_combine);
PGDLLEXPORT Datum
l2_record_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	l2_sparse *a, *b;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate function called in non-aggregate context");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	b = (l2_sparse *) PG_GETARG_POINTER(1);
	if (PG_ARGISNULL(0))
		a = l2_sparse_make_like(context, b);
	else
		a = (l2_sparse *) PG_GETARG_POINTER(0);
	l2_sparse_merge(fcinfo, a, b);
	PG_RETURN_POINTER(a);
}

PG_FUNCTION_INFO_V1(l2_record_serialize);
PGDLLEXPORT Datum
l2_record_serialize(PG_FUNCTION_ARGS)
{
	l2_need_aggregate(fcinfo);
	PG_RETURN_BYTEA_P(l2_sparse_serialize((l2_sparse *) PG_GETARG_POINTER(0)));
}

PG_FUNCTION_INFO_V1(l2_record_deserialize);
PGDLLEXPORT Datum
l2_record_deserialize(PG_FUNCTION_ARGS)
{
	l2_need_aggregate(fcinfo);
	PG_RETURN_POINTER(l2_sparse_deserialize(PG_GETARG_BYTEA_PP(0)));
}

/*
 * Final functions.  They leave the state as it is: it may be shared, or go on in a window.
 */

l2_gram **
l2_record_grams(FunctionCallInfo fcinfo, l2_sparse *s, const l2_scope *asked, l2_options *o)
{
	l2_scope scope = *asked;
	l2_options plain;
	l2_gram **g;

	scope.record = !s->of_arrays;
	l2_state_options(s->spec, &scope, o);
	if (!s->of_arrays)
	{
		g = l2_sparse_grams(fcinfo, s, o, !(scope.place & (L2_IN_GRAM | L2_IN_FOLDS)));
		o->target = NULL;
		o->n_features = o->n_names = -1;
		return g;
	}
	/* columns x1, x2, ..., which options may mean, as in the gram of an array */
	l2_options_start(&plain, &scope);
	g = l2_sparse_grams(fcinfo, s, &plain, true);
	for (int i = 0; g && i < s->n_parts; i++)
		if (g[i] && (scope.place & (L2_IN_GRAM | L2_IN_FOLDS)))
			g[i] = l2_gram_copy(g[i], NULL, 0, l2_names_asked(o, g[i]));
	return g;
}

Datum
l2_record_folds(FunctionCallInfo fcinfo, l2_gram *const *g, int n)
{
	Oid type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	Datum *elements = palloc(sizeof(Datum) * n);
	bool *empty = palloc(sizeof(bool) * n);
	int lower = 1;

	for (int i = 0; i < n; i++)
	{
		empty[i] = g[i] == NULL;
		elements[i] = PointerGetDatum(g[i]);
	}
	return PointerGetDatum(
		construct_md_array(elements, empty, 1, &n, &lower, type, -1, false, TYPALIGN_DOUBLE));
}

PG_FUNCTION_INFO_V1(l2_any_gram_final);
PGDLLEXPORT Datum
l2_any_gram_final(PG_FUNCTION_ARGS)
{
	const l2_scope scope = {L2_METHOD_OLS, L2_IN_GRAM};
	l2_gram **g;
	l2_options o;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	g = l2_record_grams(fcinfo, (l2_sparse *) PG_GETARG_POINTER(0), &scope, &o);
	if (g == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(g[0]);
}

PG_FUNCTION_INFO_V1(l2_any_folds_final);
PGDLLEXPORT Datum
l2_any_folds_final(PG_FUNCTION_ARGS)
{
	const l2_scope scope = {L2_METHOD_OLS, L2_IN_FOLDS};
	l2_sparse *s;
	l2_gram **g;
	l2_options o;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (l2_sparse *) PG_GETARG_POINTER(0);
	g = l2_record_grams(fcinfo, s, &scope, &o);
	if (g == NULL)
		PG_RETURN_NULL();
	l2_sparse_tell(&l2_call_cache_of(fcinfo, 0)->told, s, g);
	PG_RETURN_DATUM(l2_record_folds(fcinfo, g, s->n_parts));
}

/* NULL where all rows are in one fold */
static l2_model *
cross_validate(FunctionCallInfo fcinfo, l2_sparse *s, l2_gram **g, l2_options *o)
{
	int *told = &l2_call_cache_of(fcinfo, 0)->told, with_rows = 0;

	for (int i = 0; i < s->n_parts; i++)
		with_rows += g[i] != NULL;
	l2_sparse_tell(told, s, g);
	if (with_rows > 1)
		return l2_cross_validate(told, g, s->n_parts, 0, o);
	l2_tell_one_fold(told);
	return NULL;
}

/* A fit whose errors need its rows */
static l2_model *
record_final_robust(l2_sparse *s, const l2_scope *scope, l2_gram *g, const l2_options *o)
{
	l2_options before = l2_robust_before(o), laid_out;
	l2_fitter *f = l2_fitter_make(g, &before);
	l2_scope records = {scope->method, scope->place, true};
	l2_robust_rows *rows;

	/* as grams_of lays out the columns */
	l2_options_start(&laid_out, scope);
	if (!s->of_arrays)
		l2_state_options(s->spec, &records, &laid_out);
	rows = l2_robust_of_sparse(s, &laid_out);
	rows->target = l2_fitter_columns(f)->target;
	rows->feature = l2_fitter_columns(f)->feature;
	return l2_robust_fit(l2_fitter_fit(f, &before), o, rows);
}

/* Rows that were kept (option vcov) are passed over once more after the fit. */
static Datum
record_final(FunctionCallInfo fcinfo, l2_method method, l2_place place)
{
	const l2_scope scope = {method, place};
	l2_sparse *s;
	l2_gram **g;
	l2_options o;
	l2_model *m;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (l2_sparse *) PG_GETARG_POINTER(0);
	g = l2_record_grams(fcinfo, s, &scope, &o);
	if (g == NULL && s->kept)
		l2_robust_check_bare(s->kept->n_bare);
	if (g == NULL)
		PG_RETURN_NULL();
	o.told = &l2_call_cache_of(fcinfo, 0)->told;
	if (s->kept)
		l2_robust_check_order(fcinfo, &o);
	if (s->kept)
		PG_RETURN_POINTER(record_final_robust(s, &scope, g[0], &o));
	m = place == L2_IN_CV ? cross_validate(fcinfo, s, g, &o) : l2_fit(g[0], &o);
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

L2_FUNCTION(l2_any_ols_final, record_final, L2_METHOD_OLS, L2_IN_FIT);
L2_FUNCTION(l2_any_ridge_final, record_final, L2_METHOD_RIDGE, L2_IN_FIT);
L2_FUNCTION(l2_any_lasso_final, record_final, L2_METHOD_LASSO, L2_IN_FIT);
L2_FUNCTION(l2_any_elastic_net_final, record_final, L2_METHOD_ELASTIC_NET, L2_IN_FIT);
L2_FUNCTION(l2_any_dropout_final, record_final, L2_METHOD_DROPOUT, L2_IN_FIT);
L2_FUNCTION(l2_any_ridge_cv_final, record_final, L2_METHOD_RIDGE, L2_IN_CV);
L2_FUNCTION(l2_any_lasso_cv_final, record_final, L2_METHOD_LASSO, L2_IN_CV);
L2_FUNCTION(l2_any_elastic_net_cv_final, record_final, L2_METHOD_ELASTIC_NET, L2_IN_CV);

/*
 * Calls that no aggregate understands
 */

/* No strength of the penalty */
static Datum
lack_strength(FunctionCallInfo fcinfo, l2_method method)
{
	const char *what = l2_strength_name(method), *name = l2_method_name(method);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s_fit needs a %s", name, what),
			 errhint("It is the number after the features: %s_fit(y, x, 0.1).%s", name,
					 method == L2_METHOD_DROPOUT
						 ? ""
						 : psprintf(" To have it chosen: %s_cv(y, x).", name))));
	PG_RETURN_NULL();
}

L2_FUNCTION(l2_lack_ridge, lack_strength, L2_METHOD_RIDGE);
L2_FUNCTION(l2_lack_lasso, lack_strength, L2_METHOD_LASSO);
L2_FUNCTION(l2_lack_elastic_net, lack_strength, L2_METHOD_ELASTIC_NET);
L2_FUNCTION(l2_lack_dropout, lack_strength, L2_METHOD_DROPOUT);

L2_FUNCTION(l2_numbers_gram, l2_refuse_numbers, L2_METHOD_OLS, L2_IN_GRAM);
L2_FUNCTION(l2_numbers_folds, l2_refuse_numbers, L2_METHOD_OLS, L2_IN_FOLDS);
L2_FUNCTION(l2_numbers_ols, l2_refuse_numbers, L2_METHOD_OLS, L2_IN_FIT);
L2_FUNCTION(l2_numbers_ridge, l2_refuse_numbers, L2_METHOD_RIDGE, L2_IN_FIT);
L2_FUNCTION(l2_numbers_lasso, l2_refuse_numbers, L2_METHOD_LASSO, L2_IN_FIT);
L2_FUNCTION(l2_numbers_elastic_net, l2_refuse_numbers, L2_METHOD_ELASTIC_NET, L2_IN_FIT);
L2_FUNCTION(l2_numbers_dropout, l2_refuse_numbers, L2_METHOD_DROPOUT, L2_IN_FIT);
L2_FUNCTION(l2_numbers_ridge_cv, l2_refuse_numbers, L2_METHOD_RIDGE, L2_IN_CV);
L2_FUNCTION(l2_numbers_lasso_cv, l2_refuse_numbers, L2_METHOD_LASSO, L2_IN_CV);
L2_FUNCTION(l2_numbers_elastic_net_cv, l2_refuse_numbers, L2_METHOD_ELASTIC_NET, L2_IN_CV);

PG_FUNCTION_INFO_V1(l2_no_sum);
PGDLLEXPORT Datum
l2_no_sum(PG_FUNCTION_ARGS)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("sum adds no grams"),
					errhint("Use l2_gram_sum(gram).")));
	PG_RETURN_NULL();
}
