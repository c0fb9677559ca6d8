/*
 * record.c: aggregates over records: transition, combine and final functions.
 *
 * A fit takes a target and a record, whose attributes are the features by name.  What a call site
 * knows of a record type and of the options, which attributes take part and how each is read, is
 * settled with the first row and kept (fn_extra); a row then costs a look at each attribute.
 *
 * y is declared "any", not double precision, for the parser's sake: where x is a literal or NULL
 * the form with an array then matches better, as if there were no other.
 */
#include "record/record_reader.h"

#include "base/aggregate.h"
#include "fit/fit.h"
#include "fit/folds.h"

#include "num/stats/hash.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* What an aggregate is for */
typedef struct purpose
{
	l2_method method;
	bool is_gram;  /* options are those of a gram */
	bool is_cv;    /* lambda is chosen */
	bool is_folds; /* a gram a fold */
} purpose;

/* What a call site keeps */
typedef struct call_site
{
	l2_shape shape;
	Oid y_type; /* InvalidOid: not known yet */
	l2_reader read_y;

	/* for one record type and one set of options */
	MemoryContext context;
	bool valid;
	uint64 options_hash;
	l2_options options;
	l2_record_reader reader;
} call_site;

/*
 * Arguments: the state, y, the record; then lambda, l1_ratio, folds and their key, as far as there
 * are such; then perhaps a weight, and perhaps options
 */
static l2_shape
shape_of(FunctionCallInfo fcinfo, const purpose *p)
{
	l2_shape s = {.is_fit = true, .is_record = true};
	Oid type;
	int at = 3;

	s.method = p->method;
	s.is_gram = p->is_gram;
	s.is_cv = p->is_cv;
	if (!p->is_gram && !p->is_cv && p->method != L2_METHOD_OLS)
	{
		s.lambda = at++;
		if (p->method == L2_METHOD_ELASTIC_NET)
			s.l1_ratio = at++;
	}
	if (p->is_folds)
	{
		s.folds = at++;
		type = at < PG_NARGS() ? get_fn_expr_argtype(fcinfo->flinfo, at) : InvalidOid;
		if (type == TEXTOID || type == INT8OID)
		{
			s.key_text = type == TEXTOID;
			s.fold_key = at++;
		}
	}
	for (; at < PG_NARGS(); at++)
		switch (get_fn_expr_argtype(fcinfo->flinfo, at))
		{
			case FLOAT8OID:
				s.weight = at;
				break;
			case JSONBOID:
				s.options = at;
				break;
			default:
				s.options = at;
				s.options_text = true;
		}
	return s;
}

static call_site *
site_of(FunctionCallInfo fcinfo, const purpose *p)
{
	l2_call_cache *c = l2_call_cache_of(fcinfo, 0);
	call_site *site = c->more;

	if (unlikely(site == NULL))
	{
		site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
		site->shape = shape_of(fcinfo, p);
		site->context =
			AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "l2reg record", ALLOCSET_DEFAULT_SIZES);
		c->more = site;
	}
	return site;
}

/*
 * Options and attributes
 */

static l2_fit_spec *
spec_of(const l2_gram *spec)
{
	return (l2_fit_spec *) l2_gram_options((l2_gram *) spec);
}

/* The options in a state, read once for each call site and options */
static const l2_options *
options_of(call_site *site, const l2_gram *spec)
{
	const l2_shape *sh = &site->shape;
	MemoryContext old;

	if (site->valid && site->options_hash == spec_of(spec)->hash)
		return &site->options;
	site->valid = false;
	MemoryContextReset(site->context);
	memset(&site->reader, 0, sizeof site->reader);
	site->reader.options = &site->options;
	old = MemoryContextSwitchTo(site->context);
	l2_options_init(&site->options, sh->method);
	site->options.cv = sh->is_cv;
	site->options.record = true;
	site->options.just_gram = sh->is_gram;
	l2_state_options((l2_gram *) spec, sh->method, &site->options);
	MemoryContextSwitchTo(old);
	site->options_hash = spec_of(spec)->hash;
	site->valid = true;
	return &site->options;
}

/*
 * Rows
 */

static double
read_y(FunctionCallInfo fcinfo, call_site *site)
{
	if (unlikely(site->read_y == NULL))
		site->read_y = l2_reader_of(get_fn_expr_argtype(fcinfo->flinfo, 1), "y");
	return site->read_y(PG_GETARG_DATUM(1));
}

/* The fold of a row: by its key, or by its values, so that equal rows share a fold */
static int
deal(FunctionCallInfo fcinfo, const call_site *site, int folds)
{
	const l2_shape *sh = &site->shape;
	int64 seed = sh->is_cv ? site->options.seed : 0;
	int fold;

	if (l2_state_fold_of_key(fcinfo, sh, folds, seed, &fold))
		return fold;
	return l2n_hash_below(l2_record_hash(&site->reader, seed), folds);
}

/* The folds asked for: in the options, or by an argument; 1 where there are none */
static int
folds_of(FunctionCallInfo fcinfo, call_site *site, const l2_gram *spec)
{
	if (site->shape.folds)
		return l2_given_folds(fcinfo, &site->shape);
	return site->shape.is_cv ? options_of(site, spec)->folds : 1;
}

static l2_sparse *
first_state(FunctionCallInfo fcinfo, call_site *site)
{
	l2_gram *spec = l2_state_first(fcinfo, &site->shape);
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate function called in non-aggregate context");
	return l2_sparse_make(context, spec, options_of(site, spec), folds_of(fcinfo, site, spec));
}

/* The state that a row has been added to */
static Datum
accumulate(FunctionCallInfo fcinfo, const purpose *p)
{
	call_site *site;
	const l2_shape *sh;
	HeapTupleHeader record;
	l2_sparse *s;
	double weight = 1;

	l2_need_aggregate(fcinfo);
	site = site_of(fcinfo, p);
	sh = &site->shape;
	if (PG_ARGISNULL(0))
		s = first_state(fcinfo, site);
	else
	{
		s = (l2_sparse *) PG_GETARG_POINTER(0);
		if (sh->lambda || sh->options)
			l2_state_check_fit(fcinfo, sh, s->spec);
		if (sh->folds)
			l2_check_folds(s->n_parts, l2_given_folds(fcinfo, sh));
	}
	options_of(site, s->spec);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (sh->weight && PG_ARGISNULL(sh->weight)))
	{
		s->skipped++;
		PG_RETURN_POINTER(s);
	}
	record = PG_GETARG_HEAPTUPLEHEADER(2);
	if (unlikely(!l2_is_of_type(&site->reader.type, record)))
	{
		MemoryContext old = MemoryContextSwitchTo(site->context);

		l2_record_settle(&site->reader, record);
		MemoryContextSwitchTo(old);
	}
	if (unlikely(!s->settled))
	{
		l2_sparse_settle(s, site->options.target ? site->options.target : "y", site->reader.n,
						 site->reader.attribute, sh->weight != 0);
		s->type = site->reader.type.type;
		s->typmod = site->reader.type.typmod;
	}
	else if (unlikely(s->type != site->reader.type.type || s->typmod != site->reader.type.typmod))
		l2_records_differ();

	if (sh->weight)
		weight = PG_GETARG_FLOAT8(sh->weight);
	if (!l2_record_read(&site->reader, record) ||
		(sh->weight && !l2_state_usable_weight(s->spec, weight)))
	{
		s->skipped++;
		PG_RETURN_POINTER(s);
	}
	site->reader.row[1] = read_y(fcinfo, site);
	l2_sparse_add(fcinfo, s, s->n_parts > 1 ? deal(fcinfo, site, s->n_parts) : 0, site->reader.row,
				  weight, site->reader.level);
	PG_RETURN_POINTER(s);
}

/* An SQL function for a purpose */
#define PURPOSE(name, function, ...)            \
	PG_FUNCTION_INFO_V1(name);                  \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)    \
	{                                           \
		static const purpose p = {__VA_ARGS__}; \
                                                \
		return function(fcinfo, &p);            \
	}                                           \
	extern int no_such_variable

PURPOSE(l2_gram_record_accum, accumulate, L2_METHOD_OLS, .is_gram = true);
PURPOSE(l2_folds_record_accum, accumulate, L2_METHOD_OLS, .is_gram = true, .is_folds = true);
PURPOSE(ols_record_accum, accumulate, L2_METHOD_OLS);
PURPOSE(ridge_record_accum, accumulate, L2_METHOD_RIDGE);
PURPOSE(lasso_record_accum, accumulate, L2_METHOD_LASSO);
PURPOSE(elastic_net_record_accum, accumulate, L2_METHOD_ELASTIC_NET);
PURPOSE(dropout_record_accum, accumulate, L2_METHOD_DROPOUT);
PURPOSE(ridge_cv_record_accum, accumulate, L2_METHOD_RIDGE, .is_cv = true);
PURPOSE(lasso_cv_record_accum, accumulate, L2_METHOD_LASSO, .is_cv = true);
PURPOSE(elastic_net_cv_record_accum, accumulate, L2_METHOD_ELASTIC_NET, .is_cv = true);

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

/* The grams of a state; NULL where it has no rows.  The options are those of what is left to do. */
static l2_gram **
grams_of(l2_sparse *s, const purpose *p, l2_options *o)
{
	l2_gram **g;

	l2_options_init(o, p->method);
	if (p->is_cv && p->method == L2_METHOD_ELASTIC_NET)
		o->l1_ratio = 0.5;
	o->cv = p->is_cv;
	o->record = true;
	o->just_gram = p->is_gram;
	l2_state_options(s->spec, p->method, o);
	g = l2_sparse_grams(s, o);
	o->target = NULL;
	o->n_features = o->n_names = -1;
	return g;
}

PG_FUNCTION_INFO_V1(l2_gram_record_final);
PGDLLEXPORT Datum
l2_gram_record_final(PG_FUNCTION_ARGS)
{
	static const purpose p = {L2_METHOD_OLS, .is_gram = true};
	l2_gram **g;
	l2_options o;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	g = grams_of((l2_sparse *) PG_GETARG_POINTER(0), &p, &o);
	if (g == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(g[0]);
}

PG_FUNCTION_INFO_V1(l2_folds_record_final);
PGDLLEXPORT Datum
l2_folds_record_final(PG_FUNCTION_ARGS)
{
	static const purpose p = {L2_METHOD_OLS, .is_gram = true, .is_folds = true};
	l2_sparse *s;
	l2_gram **g;
	l2_options o;
	Datum *elements;
	bool *empty;
	int lower = 1;
	Oid type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (l2_sparse *) PG_GETARG_POINTER(0);
	g = grams_of(s, &p, &o);
	if (g == NULL)
		PG_RETURN_NULL();
	elements = palloc(sizeof(Datum) * s->n_parts);
	empty = palloc(sizeof(bool) * s->n_parts);
	for (int i = 0; i < s->n_parts; i++)
	{
		empty[i] = g[i] == NULL;
		elements[i] = PointerGetDatum(g[i]);
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(elements, empty, 1, &s->n_parts, &lower, type, -1,
											 false, TYPALIGN_DOUBLE));
}

static Datum
fit_final(FunctionCallInfo fcinfo, const purpose *p)
{
	l2_sparse *s;
	l2_gram **g;
	l2_options o;
	l2_model *m;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (l2_sparse *) PG_GETARG_POINTER(0);
	g = grams_of(s, p, &o);
	if (g == NULL)
		PG_RETURN_NULL();
	m = p->is_cv ? l2_cross_validate(g, s->n_parts, &o) : l2_fit(g[0], &o);
	PG_RETURN_POINTER(m);
}

PURPOSE(ols_record_final, fit_final, L2_METHOD_OLS);
PURPOSE(ridge_record_final, fit_final, L2_METHOD_RIDGE);
PURPOSE(lasso_record_final, fit_final, L2_METHOD_LASSO);
PURPOSE(elastic_net_record_final, fit_final, L2_METHOD_ELASTIC_NET);
PURPOSE(dropout_record_final, fit_final, L2_METHOD_DROPOUT);
PURPOSE(ridge_cv_record_final, fit_final, L2_METHOD_RIDGE, .is_cv = true);
PURPOSE(lasso_cv_record_final, fit_final, L2_METHOD_LASSO, .is_cv = true);
PURPOSE(elastic_net_cv_record_final, fit_final, L2_METHOD_ELASTIC_NET, .is_cv = true);
