/*
 * logistic.c: logistic and Poisson regression as aggregates.
 *
 * No summary of the rows is enough here: each Newton step weights them anew.  So the state keeps
 * them, packed, in memory and beyond work_mem in a temporary file, and the final function passes
 * over them as often as it takes.  It leaves the state as it is, for windows.
 *
 * A row is y, x, and where there are such weight and offset.
 */
#include "aggregate.h"
#include "args.h"
#include "glm.h"
#include "gram_state.h"
#include "rowstore.h"

#include <math.h>

#include "num/irls.h"

#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

typedef struct glm_state
{
	l2_method method;
	double lambda;
	double l1_ratio;
	const char *json; /* the options; NULL for none */
	uint64 hash;      /* of their bytes */
	bool skip_nonfinite;
	int ncols;  /* y and features; 0 before the first usable row */
	int weight; /* positions in a row; 0: none */
	int offset;
	bool tiny; /* some values were too small to be squared */
	int64 n_skipped;
	dd total; /* sum of weights */
	dd sum_y; /* and of weighted y */
	l2_row_store rows;
} glm_state;

/* What a call site keeps */
typedef struct call_cache
{
	void *pools;
	l2_reader read_y;
} call_cache;

static call_cache *
call_cache_of(FunctionCallInfo fcinfo)
{
	call_cache *c = fcinfo->flinfo->fn_extra;

	if (unlikely(c == NULL))
	{
		c = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *c);
		c->read_y = l2_reader_of(get_fn_expr_argtype(fcinfo->flinfo, 1), "y");
		fcinfo->flinfo->fn_extra = c;
	}
	return c;
}

/* An argument that must not be NULL */
static double
number_argument(FunctionCallInfo fcinfo, int argument, const char *what)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", what)));
	return PG_GETARG_FLOAT8(argument);
}

/* The bytes of the options; NULL where there are none */
static struct varlena *
options_argument(FunctionCallInfo fcinfo, const l2_shape *sh, uint64 *hash)
{
	struct varlena *v;

	*hash = 0;
	if (!sh->options || PG_ARGISNULL(sh->options))
		return NULL;
	v = PG_DETOAST_DATUM(PG_GETARG_DATUM(sh->options));
	*hash = hash_bytes_extended((const unsigned char *) VARDATA(v), VARSIZE(v) - VARHDRSZ, 0);
	return v;
}

/* In the current context: many groups keep only the text of their options */
static void
read_options(const glm_state *s, l2_options *o)
{
	l2_glm_options_init(o, s->method);
	l2_options_set_lambda(o, s->lambda);
	l2_options_set_l1_ratio(o, s->l1_ratio);
	if (s->json)
		l2_options_from_json(o, s->json);
}

static glm_state *
first_state(FunctionCallInfo fcinfo, const l2_shape *sh, MemoryContext context)
{
	glm_state *s = MemoryContextAllocZero(context, sizeof *s);
	struct varlena *options = options_argument(fcinfo, sh, &s->hash);
	l2_options o;

	s->method = sh->method;
	if (sh->lambda)
		s->lambda = number_argument(fcinfo, sh->lambda, "lambda");
	if (sh->l1_ratio)
		s->l1_ratio = number_argument(fcinfo, sh->l1_ratio, "l1_ratio");
	if (options)
		s->json = MemoryContextStrdup(
			context, sh->options_text
						 ? pnstrdup(VARDATA(options), VARSIZE(options) - VARHDRSZ)
						 : JsonbToCString(NULL, &((Jsonb *) options)->root, VARSIZE(options)));
	read_options(s, &o);
	s->skip_nonfinite = o.skip_nonfinite;
	return s;
}

/* Every row must ask for the same fit */
static void
check_fit(FunctionCallInfo fcinfo, const l2_shape *sh, const glm_state *s)
{
	uint64 hash;

	if (sh->lambda && number_argument(fcinfo, sh->lambda, "lambda") != s->lambda)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("lambda must be the same in every row of a group")));
	if (sh->l1_ratio && number_argument(fcinfo, sh->l1_ratio, "l1_ratio") != s->l1_ratio)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("l1_ratio must be the same in every row of a group")));
	options_argument(fcinfo, sh, &hash);
	if (hash != s->hash)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("options must be the same in every row of a group")));
}

/* Whether a row of values too large, NaN or infinite is wanted: false, or an error that names one
 */
static bool
refuse_row(const glm_state *s, const double *row, double limit)
{
	for (int j = 0; j < s->ncols; j++)
	{
		if (fabs(row[j]) <= limit)
			continue;
		if (s->skip_nonfinite && !isfinite(row[j]))
			return false;
		l2_glm_refuse(row[j], j == 0 ? "y" : psprintf("x%d", j));
	}
	if (!(fabs(row[s->offset]) <= L2_GLM_LARGEST) &&
		!(s->skip_nonfinite && !isfinite(row[s->offset])))
		l2_glm_refuse(row[s->offset], "offset");
	return false;
}

/* The first usable row settles the columns; the others must agree */
static void
check_columns(FunctionCallInfo fcinfo, const l2_shape *sh, glm_state *s, int n,
			  MemoryContext context)
{
	if (likely(s->ncols == n + 1))
		return;
	if (s->ncols == 0)
	{
		l2_check_columns(n + 1);
		s->ncols = n + 1;
		s->weight = sh->weight ? s->ncols : 0;
		s->offset = sh->offset ? s->ncols + (sh->weight != 0) : 0;
		l2_row_store_init(
			&s->rows,
			l2_row_pool_of(&call_cache_of(fcinfo)->pools, fcinfo->flinfo->fn_mcxt, context),
			s->ncols + (sh->weight != 0) + (sh->offset != 0));
	}
	else
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("x has %d elements, but %d in the rows before", n, s->ncols - 1),
						errhint("Every row needs the same features; use NULL for one that is not "
								"known.")));
}

/* False where the row is to be skipped */
static bool
add_row(FunctionCallInfo fcinfo, const l2_shape *sh, glm_state *s, MemoryContext context)
{
	double *row, weight = 1.0, largest = L2_GLM_LARGEST, smallest = L2_TINY;
	l2_array_view x;
	int found;

	if (!l2_state_read_row(fcinfo, sh, &x) || (sh->offset && PG_ARGISNULL(sh->offset)))
		return false;
	if (s->ncols != 0 || !x.has_null)
		check_columns(fcinfo, sh, s, x.n, context);
	if (x.has_null)
		return false;
	if (sh->weight)
	{
		weight = PG_GETARG_FLOAT8(sh->weight);
		if (s->skip_nonfinite && !isfinite(weight))
			return false;
		if (!l2_usable_weight(weight))
			return false;
		if (weight > 1.0)
			largest /= sqrt(weight);
		else
			smallest /= sqrt(weight);
	}

	row = l2_row_store_next(&s->rows);
	row[0] = call_cache_of(fcinfo)->read_y(PG_GETARG_DATUM(1));
	if (sh->weight)
		row[s->weight] = weight;
	found = l2_kernel->copy_row(x.n, (const double *) x.values, row + 1, largest, smallest);
	if (sh->offset)
		row[s->offset] = PG_GETARG_FLOAT8(sh->offset);
	if (unlikely((found & L2N_LARGE) || !(fabs(row[0]) <= largest) ||
				 !(fabs(row[s->offset]) <= L2_GLM_LARGEST)) &&
		!refuse_row(s, row, largest))
		return false;
	l2_glm_check_y(s->method, row[0]);
	s->tiny |= (found & L2N_SMALL) != 0;
	s->total = dd_add_d(s->total, weight);
	s->sum_y = dd_add(s->sum_y, dd_two_prod(weight, row[0]));
	s->rows.rows++;
	return true;
}

static Datum
accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	MemoryContext context;
	glm_state *s;

	l2_need_aggregate(fcinfo);
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "not an aggregate");
	if (PG_ARGISNULL(0))
		s = first_state(fcinfo, sh, context);
	else
	{
		s = (glm_state *) PG_GETARG_POINTER(0);
		if (s->method != sh->method)
			l2_foreign_state();
		check_fit(fcinfo, sh, s);
	}
	if (!add_row(fcinfo, sh, s, context))
		s->n_skipped++;
	PG_RETURN_POINTER(s);
}

#define ACCUMULATOR(name, ...) L2_TRANSITION(name, accumulate, __VA_ARGS__)

/* The forms of an aggregate: lambda, l1_ratio, weight and offset in turn, and then options */
#define ACCUMULATORS(name, METHOD)                                                                 \
	ACCUMULATOR(name##_accum, .method = METHOD);                                                   \
	ACCUMULATOR(name##_accum_jsonb, .method = METHOD, .options = 3);                               \
	ACCUMULATOR(name##_accum_text, .method = METHOD, .options = 3, .options_text = true);          \
	ACCUMULATOR(name##_accum_ridge, .method = METHOD, .lambda = 3);                                \
	ACCUMULATOR(name##_accum_ridge_jsonb, .method = METHOD, .lambda = 3, .options = 4);            \
	ACCUMULATOR(name##_accum_ridge_text, .method = METHOD, .lambda = 3, .options = 4,              \
				.options_text = true);                                                             \
	ACCUMULATOR(name##_accum_net, .method = METHOD, .lambda = 3, .l1_ratio = 4);                   \
	ACCUMULATOR(name##_accum_net_jsonb, .method = METHOD, .lambda = 3, .l1_ratio = 4,              \
				.options = 5);                                                                     \
	ACCUMULATOR(name##_accum_net_text, .method = METHOD, .lambda = 3, .l1_ratio = 4, .options = 5, \
				.options_text = true);                                                             \
	ACCUMULATOR(name##_accum_weight, .method = METHOD, .lambda = 3, .l1_ratio = 4, .weight = 5);   \
	ACCUMULATOR(name##_accum_weight_jsonb, .method = METHOD, .lambda = 3, .l1_ratio = 4,           \
				.weight = 5, .options = 6);                                                        \
	ACCUMULATOR(name##_accum_weight_text, .method = METHOD, .lambda = 3, .l1_ratio = 4,            \
				.weight = 5, .options = 6, .options_text = true);                                  \
	ACCUMULATOR(name##_accum_offset, .method = METHOD, .lambda = 3, .l1_ratio = 4, .weight = 5,    \
				.offset = 6);                                                                      \
	ACCUMULATOR(name##_accum_offset_jsonb, .method = METHOD, .lambda = 3, .l1_ratio = 4,           \
				.weight = 5, .offset = 6, .options = 7)

ACCUMULATORS(logistic, L2_METHOD_LOGISTIC);
ACCUMULATORS(poisson, L2_METHOD_POISSON);

/*
 * Passes over the rows of a state
 */

typedef struct stored_rows
{
	l2_glm_source source;
	l2_row_reader reader;
	l2n_irls irls;
	void *work;
} stored_rows;

static l2n_status
pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss)
{
	stored_rows *r = arg;
	const double *rows;
	dd sum = dd_of(0.0);
	int n;

	l2_row_reader_rewind(&r->reader);
	while (isfinite(sum.hi) && (n = l2_row_reader_next(&r->reader, &rows)) > 0)
		l2n_irls_block(l2_kernel, &r->irls, base, coef, n, rows, r->reader.store->width, m, &sum,
					   r->work, l2_poll, NULL);
	*loss = sum.hi;
	return L2N_OK;
}

static void
prepare(l2_glm_source *source, const l2n_columns *columns, const double *centre)
{
	stored_rows *r = (stored_rows *) source;

	r->irls.p = columns->p;
	r->irls.feature = columns->feature;
	r->irls.centre = centre;
	r->work = l2_scratch(l2n_irls_worksize(columns->p));
}

/* Both classes weigh half of all */
static void
balance(const glm_state *s, l2n_irls *irls)
{
	double total = s->total.hi, ones = s->sum_y.hi, zeros = dd_sub(s->total, s->sum_y).hi;

	irls->classes = true;
	irls->class_weight[0] = zeros > 0 ? total / (2 * zeros) : 1;
	irls->class_weight[1] = ones > 0 ? total / (2 * ones) : 1;
}

/* The rows as they are: the moments that the fit starts from */
static void
read_prior(stored_rows *r, const glm_state *s)
{
	int p = s->ncols - 1, n;
	int *feature = palloc(sizeof(int) * Max(p, 1));
	l2_gram *g = l2_gram_new(s->ncols, true, NULL, 0, (l2_names){NULL, 0});
	l2n_moments m = l2_gram_moments(g);
	void *work = l2_scratch(l2n_irls_worksize(p));
	dd saturated = dd_of(0.0), loss = dd_of(0.0);
	double eta = r->irls.family->eta(dd_div(s->sum_y, s->total).hi);
	const double *rows;

	if (r->irls.classes || !isfinite(eta))
		eta = 0;
	r->irls.p = p;
	r->irls.feature = feature;
	for (int j = 0; j < p; j++)
		feature[j] = j + 1;
	l2_row_reader_rewind(&r->reader);
	while ((n = l2_row_reader_next(&r->reader, &rows)) > 0)
		l2n_irls_plain(l2_kernel, &r->irls, eta, n, rows, s->rows.width, &m, &saturated, &loss,
					   work, l2_poll, NULL);
	l2_gram_store(g, &m);
	g->n_skipped = s->n_skipped;
	if (s->tiny)
		g->flags |= L2_GRAM_TINY;
	r->source.prior = g;
	r->source.saturated = saturated.hi;
	r->source.reference = eta;
	r->source.reference_loss = loss.hi;
}

static Datum
final(FunctionCallInfo fcinfo, l2_method method)
{
	stored_rows r = {.source = {.prepare = prepare, .pass = pass}};
	l2_options o;
	glm_state *s;
	l2_glm *g;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = (glm_state *) PG_GETARG_POINTER(0);
	if (s->method != method)
		l2_foreign_state();
	if (s->ncols == 0 || !(s->total.hi > 0))
		PG_RETURN_NULL();
	r.source.offset = s->offset != 0;
	r.irls.family = l2_family_of(method);
	r.irls.weight = s->weight;
	r.irls.offset = s->offset;
	read_options(s, &o);
	if (o.balanced)
		balance(s, &r.irls);
	l2_row_reader_init(&r.reader, &s->rows);
	read_prior(&r, s);
	g = l2_glm_make(&r.source, &o);
	if (g == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(l2_glm_fit(g, &o));
}

PG_FUNCTION_INFO_V1(logistic_final);
PGDLLEXPORT Datum
logistic_final(PG_FUNCTION_ARGS)
{
	return final(fcinfo, L2_METHOD_LOGISTIC);
}

PG_FUNCTION_INFO_V1(poisson_final);
PGDLLEXPORT Datum
poisson_final(PG_FUNCTION_ARGS)
{
	return final(fcinfo, L2_METHOD_POISSON);
}
