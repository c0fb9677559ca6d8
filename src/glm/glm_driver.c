/*
 * glm_driver.c: logistic and Poisson regression of the source of l2_fit and l2_train, by a parallel
 * aggregate a pass where that is the faster way.
 *
 * The aggregates of logistic.c keep rows in one process.  Here every pass is a query of its own,
 * whose aggregate has a flat state like that of every other fit: workers share the scan,
 * distributed planners push it down, and no row is kept.  All passes see the rows of one snapshot.
 * With categories a record is an l2_row: the first pass finds their levels, and a pass sums numbers
 * and levels, of which the columns of the fit are made here.
 */
#include "base/args.h"
#include "base/citus.h"
#include "fit/fit.h"
#include "glm/glm.h"
#include "glm/newton_agg.h"
#include "gram/gram.h"
#include "base/progress.h"
#include "base/rows.h"
#include "gram/encoding.h"
#include "record/sql.h"

#include <math.h>

#include "num/glm/irls.h"
#include "num/stats/hash.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

/*
 * The queries
 */

/* The rows of a source, as SQL over q, a row of it; made by _l2_fit_by_likelihood */
typedef struct driver_rows
{
	const char *schema; /* of the extension, quoted */
	char *from;         /* what stands after FROM */
	char *y;
	char *x;      /* an array, or an l2_row with categories */
	char *weight; /* NULL: none */
	char *offset; /* NULL: none */
	char *gram;   /* an aggregate to keep with the model; NULL: none */
	Oid gram_type;
	bool records;
} driver_rows;

/*
 * Operators are named with their schema: the search path is the caller's, so that his relations and
 * columns are found in it.
 */
#define NOT_FINITE "'{NaN,Infinity,-Infinity}'::pg_catalog.float8[]"

/* x, or NULL, which skips the row, where one of its numbers is not finite */
#define FINITE_X                                                               \
	"CASE WHEN y OPERATOR(pg_catalog.=) ANY (" NOT_FINITE ")"                  \
	" OR w OPERATOR(pg_catalog.=) ANY ('{NaN,Infinity}'::pg_catalog.float8[])" \
	" OR o OPERATOR(pg_catalog.=) ANY (" NOT_FINITE ")"                        \
	" OR x OPERATOR(pg_catalog.&&) " NOT_FINITE " THEN NULL ELSE x END"

/* What a row of both classes, in parts y and 1 - y, counts */
#define CLASS_WEIGHT                                        \
	"((y OPERATOR(pg_catalog.*) $3) OPERATOR(pg_catalog.+)" \
	" ((1 OPERATOR(pg_catalog.-) y) OPERATOR(pg_catalog.*) $2))"

/* The query of a pass: $1 the model, $2 and $3 what y = 0 and y = 1 count, $4 options of rows */
static char *
driver_pass_sql(const driver_rows *r, const l2_options *o)
{
	const char *share = "(y OPERATOR(pg_catalog.*) $3) OPERATOR(pg_catalog./) " CLASS_WEIGHT;
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "SELECT %s._l2_newton_agg(", r->schema);
	if (r->weight || r->offset || o->balanced)
		appendStringInfo(&s, "%s.l2_obs(y, w%s)", r->schema, r->offset ? ", o" : "");
	else
		appendStringInfoChar(&s, 'y');
	appendStringInfo(&s, ", %s, $1%s) FROM (SELECT %s AS y, x, %s AS w, o FROM (SELECT ",
					 o->skip_nonfinite && !r->records ? FINITE_X : "x", r->records ? ", $4" : "",
					 o->balanced ? share : "y",
					 o->balanced ? "w OPERATOR(pg_catalog.*) " CLASS_WEIGHT : "w");
	appendStringInfo(&s, "%s AS y, %s AS x, %s AS w, %s AS o FROM %s) AS l2_read) AS l2_weighed",
					 r->y, r->x, r->weight ? r->weight : "1.0::pg_catalog.float8",
					 r->offset ? r->offset : "0.0::pg_catalog.float8", r->from);
	return s.data;
}

static void
driver_check_spi(int code, const char *what)
{
	if (code < 0)
		elog(ERROR, "%s failed: %s", what, SPI_result_code_string(code));
}

static SPIPlanPtr
driver_prepare(const char *sql, int n, Oid *types)
{
	l2_sql_text t = {sql, 0, "training of a model"};
	ErrorContextCallback on_error = {error_context_stack, l2_sql_error, &t};
	SPIPlanPtr plan;

	error_context_stack = &on_error;
	(void) l2_parse_select(sql);
	error_context_stack = on_error.previous;
	plan = SPI_prepare_cursor(sql, n, types, CURSOR_OPT_PARALLEL_OK);
	if (plan == NULL)
		driver_check_spi(SPI_result, "SPI_prepare_cursor");
	return plan;
}

/* Anybody may call _l2_run_by_likelihood, with any query: what it gave must be a row of these types
 */
static void
driver_check_result(int n, const Oid *types)
{
	bool good = SPI_tuptable && SPI_processed == 1 && SPI_tuptable->tupdesc->natts == n;

	for (int i = 0; i < n && good; i++)
		good = SPI_gettypeid(SPI_tuptable->tupdesc, i + 1) == types[i];
	if (!good)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("the query of a training gave another result than a model's")));
}

/* The one gram that a query gives, in that memory context; NULL where no row is usable */
static l2_gram *
driver_gram(SPIPlanPtr plan, Datum *values, Oid type, MemoryContext context)
{
	MemoryContext old = CurrentMemoryContext;
	l2_gram *g = NULL;
	Datum d;
	bool null;

	driver_check_spi(SPI_execute_plan(plan, values, NULL, true, 0), "SPI_execute_plan");
	driver_check_result(1, &type);
	d = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null);
	MemoryContextSwitchTo(context);
	if (!null)
		g = (l2_gram *) PG_DETOAST_DATUM_COPY(d);
	MemoryContextSwitchTo(old);
	SPI_freetuptable(SPI_tuptable);
	return g;
}

/*
 * Which way
 */

/*
 * So many processes make a pass by a query as fast as one that goes over rows it has kept: of
 * arrays, and of records
 */
#define DRIVER_PROCESSES         3
#define DRIVER_PROCESSES_RECORDS 4

/* What the planner makes of the query of a pass */
typedef struct driver_plan
{
	bool elsewhere; /* other servers aggregate */
	int processes;  /* that share the work */
	double rows;    /* that go into the aggregate */
} driver_plan;

/*
 * Where the rows of a plan are read, by how many processes, and how many there may be: of the
 * plan that will run, since another may choose otherwise.
 */
static driver_plan
driver_look_at_plan(SPIPlanPtr plan)
{
	CachedPlan *cached = SPI_plan_get_cached_plan(plan);
	const PlannedStmt *s = linitial_node(PlannedStmt, cached->stmt_list);
	driver_plan found = {.elsewhere = l2_citus_plan(s->planTree), .processes = 1};
	bool aggregated = false;
	double shared = 1;

	for (const Plan *p = s->planTree; p; p = p->lefttree)
	{
		found.elsewhere |= IsA(p, ForeignScan) && !aggregated;
		if (IsA(p, Gather))
		{
			int workers = ((const Gather *) p)->num_workers;

			found.processes = 1 + workers;
			/* as the planner shares rows out: the leader has its workers to serve */
			shared = workers + (parallel_leader_participation ? Max(1 - 0.3 * workers, 0) : 0);
		}
		if (IsA(p, Agg) && p->lefttree)
		{
			aggregated = true;
			found.rows = p->lefttree->plan_rows;
		}
	}
	found.rows *= shared;
	l2_release_plan(cached);
	return found;
}

/*
 * Whether each pass is to be a query: where other servers hold the rows, where enough processes
 * share each query, or where some do and the rows, as numbers, do not fit work_mem
 */
static bool
driver_by_steps(SPIPlanPtr plan, bool records, int width)
{
	const int enough = records ? DRIVER_PROCESSES_RECORDS : DRIVER_PROCESSES;
	driver_plan p;

	if (l2_fit_steps != L2_STEPS_AUTO)
		return l2_fit_steps == L2_STEPS_ON;
	p = driver_look_at_plan(plan);
	return p.elsewhere || p.processes >= enough ||
		   (p.processes > 1 && p.rows * width * sizeof(double) > work_mem * 1024.0);
}

/*
 * The passes
 */

typedef struct driver
{
	l2_glm_source source;
	const driver_rows *rows;
	const l2_options *options;
	const l2n_family *family;
	MemoryContext context; /* of what outlives a pass */
	SPIPlanPtr plan;
	double class_weight[2]; /* parameters of the query */
	Datum row_options;      /* likewise, where rows are l2_rows */
	int passes;             /* so far */
	int64 n;                /* rows of a pass, 0 where not known yet */
	int64 rows_hash;        /* of the rows of the first: see L2_GRAM_HASHED */
	bool rounds;            /* the rows of passes differ, but by rounding only */
	l2_model *model;        /* another: where to evaluate */
	int p;                  /* features of the fit, once they are known, */
	l2_names names;         /* and of the target and these */
	int n_sums;             /* columns of l2_rows: y, and their numbers and all levels */
	int *from;              /* which of these the columns of the fit are; NULL: not known yet */
	const l2n_columns *columns;
	const double *centre;
} driver;

/* Before a pass */
static void
driver_tell_pass(driver *t)
{
	t->passes++;
	l2_progress_phase(L2_PHASE_READING, 0, t->n);
	l2_progress_pass(t->passes);
	if (l2_progress_notices)
		ereport(NOTICE, (errmsg("pass %d over the rows", t->passes)));
}

static void
driver_rows_changed(void)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_DATA_EXCEPTION),
		 errmsg("the query does not return the same rows every time"),
		 errdetail("A fit by steps reads it once a step."),
		 errhint(
			 "Make a table of its rows first, or have them read once: SET l2reg.steps = off.")));
}

/* The gram that a pass over the rows makes at t->model, or NULL where no row is usable */
static l2_gram *
driver_query_pass(driver *t)
{
	Datum values[4] = {PointerGetDatum(t->model), Float8GetDatum(t->class_weight[0]),
					   Float8GetDatum(t->class_weight[1]), t->row_options};
	l2_gram *g;

	driver_tell_pass(t);
	g = driver_gram(t->plan, values, t->rows->gram_type, t->context);
	if (g)
		t->n = l2_gram_count(g);
	return g && t->rows->records ? l2_gram_dense(g) : g;
}

/*
 * Which columns of the sums of l2_rows, with all levels, are those of the fit.  Behind them is what
 * the first pass adds.
 */
static void
driver_find_columns(driver *t, l2_gram *g)
{
	const char **list = l2_name_list(l2_names_of_gram(g), g->ncols);
	l2_encoding *e = l2_encoding_of(l2_names_of_gram(g));
	l2_names names;

	t->n_sums = g->ncols - L2_NEWTON_MORE_START;
	if (e == NULL || e->n <= L2_NEWTON_MORE_START || t->n_sums < 2)
		driver_rows_changed();
	e->n -= L2_NEWTON_MORE_START;
	names = l2_join_names(list[0], t->n_sums - 1, list + 1);
	names = l2_encode_names(l2_canonical_names(names), e);
	t->from = palloc(sizeof(int) * g->ncols);
	for (int j = 0; j < t->n_sums; j++)
		t->from[j] = j;
	t->p = l2_refit_columns(l2_gram_spread(g, t->n_sums, t->from, names), t->options, t->from,
							&t->names) -
		   1;
	for (int j = 0; j < L2_NEWTON_MORE_START; j++)
		t->from[t->p + 1 + j] = t->n_sums + j;
}

/* The same with the columns of the fit, and more, as many as a pass adds, behind them */
static l2_gram *
driver_run_pass(driver *t, int more)
{
	l2_gram *g = driver_query_pass(t), *all = g;

	if (all && t->rows->records)
	{
		if (t->from == NULL)
			driver_find_columns(t, all);
		if (all->ncols != t->n_sums + more)
			driver_rows_changed();
		g = l2_gram_spread(all, t->p + 1 + more, t->from, (l2_names){NULL, 0});
		pfree(all);
	}
	if (g && g->ncols != t->p + 1 + more)
		driver_rows_changed();
	return g;
}

static void
driver_settle(l2_glm_source *source, const l2n_columns *columns, const double *centre)
{
	driver *t = (driver *) source;

	t->columns = columns;
	t->centre = centre;
}

/*
 * Shares of their size that moments of the same rows may differ by, by rounding in the query; and
 * of a mean that goes by its size where a column hardly varies
 */
#define DRIVER_ROUNDING 1e-9
#define DRIVER_FLAT     1e-6

/*
 * Whether the rows are as those of the first pass but for rounding, by one more pass: a query with
 * sums of floating-point numbers that parallel workers make gives other last digits each time
 */
static bool
driver_rows_agree(driver *t)
{
	l2n_moments first = l2_gram_moments(t->source.prior), now;
	double *size = palloc(sizeof(double) * first.k), loss;
	bool agree;
	l2_gram *g;

	t->model->n = 0;
	g = driver_run_pass(t, L2_NEWTON_MORE_START);
	if (g == NULL || g->n != t->source.prior->n)
		return false;
	now = l2_gram_moments(g);
	/* offsets are in the loss alone */
	loss = dd_mul(now.weight, l2n_mean(&now, t->p + 1)).hi;
	agree = fabs(loss - t->source.reference_loss) <= DRIVER_ROUNDING * fabs(loss);
	for (int i = 0; i < first.k && agree; i++)
	{
		double sd = sqrt(l2n_variance(&first, i)), mean = fabs(first.mean[i]);

		size[i] = sd + DRIVER_FLAT * mean;
		agree = fabs(now.mean[i] - first.mean[i]) <= DRIVER_ROUNDING * (sd + mean);
		for (int j = 0; j <= i && agree; j++)
			agree = fabs(l2n_cross(&now, i, j).hi - l2n_cross(&first, i, j).hi) <=
					DRIVER_ROUNDING * first.weight.hi * size[i] * size[j];
	}
	pfree(size);
	pfree(g);
	return agree;
}

/* Error unless the rows of a pass are those of the first */
static void
driver_check_rows(driver *t, const l2_gram *g)
{
	if (g == NULL || g->n != t->source.prior->n)
		driver_rows_changed();
	if (likely(g->absorbed == t->rows_hash) || t->rounds)
		return;
	t->rounds = driver_rows_agree(t);
	if (!t->rounds)
		driver_rows_changed();
}

/* A pass over the rows by a query: moments and loss at the coefficients, of a canonical family. */
static l2n_status
driver_pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
			const l2n_slopes *slopes, l2n_moments *information)
{
	driver *t = arg;
	l2_gram *g;
	l2n_moments all;
	size_t k = (size_t) m->k, low = l2n_tri_size(k);

	t->model->n = 1;
	t->model->values[L2_STAT_LINK_AT_MEAN] = base;
	for (int j = 0; j <= t->p; j++)
		l2_model_vector(t->model, L2_ESTIMATE)[j] = l2_model_vector(t->model, L2_MEAN)[j] = 0;
	for (int j = 0; j < t->columns->p; j++)
	{
		l2_model_vector(t->model, L2_ESTIMATE)[t->columns->feature[j]] = coef[j];
		l2_model_vector(t->model, L2_MEAN)[t->columns->feature[j]] = t->centre[j];
	}
	g = driver_run_pass(t, L2_NEWTON_MORE);
	driver_check_rows(t, g);
	all = l2_gram_moments(g);
	*loss = dd_mul(all.weight, l2n_mean(&all, t->p + 1)).hi;
	if (!(*loss < L2_NEWTON_OVERFLOW_FROM))
		*loss = INFINITY;
	m->n = all.n;
	m->weight = all.weight;
	for (size_t i = 0; i < k; i++)
	{
		int a = i == 0 ? 0 : t->columns->feature[i - 1];

		m->mean[i] = all.mean[a];
		m->mean[k + i] = all.mean[all.k + a];
		for (size_t j = i; j < k; j++)
		{
			dd c = l2n_cross(&all, a, j == 0 ? 0 : t->columns->feature[j - 1]);

			m->cross[l2n_tri(k, i, j)] = c.hi;
			m->cross[low + l2n_tri(k, i, j)] = c.lo;
		}
	}
	pfree(g);
	return L2N_OK;
}

/* The model to evaluate rows at: of the columns that are known, with coefficients of 0 */
static l2_model *
driver_model(const driver *t)
{
	l2_model *m;

	l2_check_columns(t->p + 1 + L2_NEWTON_MORE_START);
	m = l2_model_new(t->p, t->names);
	m->method = t->options->method;
	for (int j = 0; j <= t->p; j++)
		l2_model_vector(m, L2_ESTIMATE)[j] = 0;
	return m;
}

/* The rows as they are; false where there are none */
static bool
driver_start(driver *t)
{
	l2_gram *g;
	l2n_moments all;
	int *column;

	t->model->n = 0;
	g = driver_run_pass(t, L2_NEWTON_MORE_START);
	if (g == NULL || l2_gram_count(g) == 0)
		return false;
	all = l2_gram_moments(g);
	column = palloc(sizeof(int) * (t->p + 1));
	for (int j = 0; j <= t->p; j++)
		column[j] = j;
	t->source.prior = l2_gram_spread(g, t->p + 1, column, t->names);
	t->source.prior->absorbed = 0;
	t->source.prior->more &= ~L2_GRAM_HASHED;
	t->rows_hash = g->absorbed;
	t->source.reference = 0;
	t->source.reference_loss = dd_mul(all.weight, l2n_mean(&all, t->p + 1)).hi;
	t->source.saturated = dd_mul(all.weight, l2n_mean(&all, t->p + 2)).hi;
	return true;
}

/* Both classes weigh half of all */
static void
driver_balance(driver *t)
{
	l2n_moments m = l2_gram_moments(t->source.prior);
	dd ones = dd_mul(m.weight, l2n_mean(&m, 0));
	double zeros = dd_sub(m.weight, ones).hi;

	t->class_weight[0] = zeros > 0 ? m.weight.hi / (2 * zeros) : 1;
	t->class_weight[1] = ones.hi > 0 ? m.weight.hi / (2 * ones.hi) : 1;
}

/*
 * The fit
 */

static l2_model *
driver_fit(driver *t)
{
	const l2_options *o = t->options;
	l2_glm *g;

	t->model = driver_model(t);
	t->class_weight[0] = t->class_weight[1] = 1;
	if (!driver_start(t))
		return NULL;
	if (t->rows->records)
		t->model = driver_model(t);
	if (o->balanced)
	{
		driver_balance(t);
		(void) driver_start(t);
	}
	if (t->rows->weight == NULL)
		t->source.least_weight = Min(t->class_weight[0], t->class_weight[1]);
	g = l2_glm_make(&t->source, o);
	return g ? l2_glm_fit(g, o) : NULL;
}

/* A model, and a gram or NULL, by one query; where a model is there already, the gram alone */
static void
driver_by_query(const char *sql, int n, const Oid *types, MemoryContext context, Datum *values,
				bool *nulls)
{
	SPIPlanPtr plan = driver_prepare(sql, 0, NULL);
	MemoryContext old = CurrentMemoryContext;
	TupleDesc desc;

	driver_check_spi(SPI_execute_plan(plan, NULL, NULL, true, 0), "SPI_execute_plan");
	driver_check_result(n, types);
	desc = SPI_tuptable->tupdesc;
	for (int i = 2 - n, at = 1; i < 2; i++, at++)
	{
		values[i] = SPI_getbinval(SPI_tuptable->vals[0], desc, at, &nulls[i]);
		MemoryContextSwitchTo(context);
		if (!nulls[i])
			values[i] = PointerGetDatum(PG_DETOAST_DATUM_COPY(values[i]));
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
}

static void
driver_need(FunctionCallInfo fcinfo, int at)
{
	if (PG_ARGISNULL(at))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("argument %d of a training must not be NULL", at + 1)));
}

static char *
driver_text(FunctionCallInfo fcinfo, int at)
{
	driver_need(fcinfo, at);
	return text_to_cstring(PG_GETARG_TEXT_PP(at));
}

/* The pieces of SQL in argument at: see _l2_run_by_likelihood */
static driver_rows
driver_read_rows(FunctionCallInfo fcinfo, int at)
{
	driver_rows r = {
		.schema = quote_identifier(get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid)))};
	char **piece[] = {&r.from, &r.y, &r.x, &r.weight, &r.offset, &r.gram};
	Datum *values;
	bool *nulls;
	int n;

	driver_need(fcinfo, at);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(at), TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls,
					  &n);
	if (n != lengthof(piece) || nulls[0] || nulls[1] || nulls[2])
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("these are no rows of a training")));
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			*piece[i] = TextDatumGetCString(values[i]);
	return r;
}

/*
 * _l2_run_by_likelihood(query, search_path, method, rows, target, features, lambda, options,
 * gram_options, relation): see there
 */
PG_FUNCTION_INFO_V1(_l2_run_by_likelihood);
PGDLLEXPORT Datum
_l2_run_by_likelihood(PG_FUNCTION_ARGS)
{
	enum
	{
		QUERY,
		SEARCH_PATH,
		METHOD,
		ROWS,
		TARGET,
		FEATURES,
		LAMBDA,
		OPTIONS,
		GRAM_OPTIONS,
		RELATION,
	};
	TupleDesc desc = l2_row_desc(fcinfo);
	const l2_method method = l2_method_of(driver_text(fcinfo, METHOD));
	const l2_scope scope = {method, L2_IN_FIT, !PG_ARGISNULL(GRAM_OPTIONS), NULL};
	driver_rows rows = driver_read_rows(fcinfo, ROWS);
	l2_options o;
	driver t = {.source = {.prepare = driver_settle,
						   .pass = driver_pass,
						   .by_moments = true,
						   .offset = rows.offset},
				.rows = &rows,
				.options = &o,
				.family = l2_family_of(method),
				.context = CurrentMemoryContext};
	const char *query = driver_text(fcinfo, QUERY), *target = driver_text(fcinfo, TARGET);
	Oid model_type = TupleDescAttr(desc, 0)->atttypid;
	Oid results[2] = {model_type, TupleDescAttr(desc, 1)->atttypid};
	Oid types[4] = {model_type, FLOAT8OID, FLOAT8OID, get_fn_expr_argtype(fcinfo->flinfo, OPTIONS)};
	Datum values[2] = {0, 0};
	bool nulls[2] = {true, true}, began, steps;
	l2_identity before;
	char **features;
	int n_features;
	l2_model *m = NULL;

	if (t.family == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("method %s is not fitted by likelihood", l2_method_name(method))));
	driver_need(fcinfo, FEATURES);
	t.source.family = *t.family;
	rows.records = scope.record;
	rows.gram_type = results[1];
	features = l2_text_array(PG_GETARG_DATUM(FEATURES), "features", &n_features);
	l2_glm_options_init(&o, method);
	if (!PG_ARGISNULL(LAMBDA))
		l2_options_set_lambda(&o, PG_GETARG_FLOAT8(LAMBDA));
	l2_options_argument(fcinfo, OPTIONS, &scope, &o);
	o.n_features = o.n_names = -1;
	o.target = NULL;
	t.p = scope.record ? 0 : n_features; /* levels are not known yet */
	t.names = l2_canonical_names(l2_join_names(target, t.p, (const char *const *) features));
	l2_check_names(t.names);
	if (scope.record)
		t.row_options = PG_GETARG_DATUM(GRAM_OPTIONS);

	before = l2_act_read_only(driver_text(fcinfo, SEARCH_PATH));
	began = l2_progress_begin("l2_fit", NULL,
							  PG_ARGISNULL(RELATION) ? InvalidOid : PG_GETARG_OID(RELATION));
	driver_check_spi(SPI_connect(), "SPI_connect");
	MemoryContextSwitchTo(t.context);
	t.plan = driver_prepare(driver_pass_sql(&rows, &o), scope.record ? 4 : 3, types);
	steps =
		o.rate == 0 && /* dropout is of rows: see glm_rows.c */
		driver_by_steps(t.plan, scope.record, n_features + 1 + 2 * (rows.weight || rows.offset));
	if (!steps)
		driver_by_query(query, 2, results, t.context, values, nulls);
	else
	{
		MemoryContextSwitchTo(t.context);
		m = driver_fit(&t);
		if (m && rows.gram)
			driver_by_query(psprintf("SELECT %s FROM %s", rows.gram, rows.from), 1, &results[1],
							t.context, values, nulls);
		else
			SPI_finish();
		nulls[0] = m == NULL;
		values[0] = PointerGetDatum(m);
	}
	l2_progress_end(began);
	l2_act_as_before(&before);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}
