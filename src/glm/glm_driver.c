/*
 * glm_driver.c: logistic and Poisson regression of the source of l2_fit and l2_train, by a parallel
 * aggregate a pass where that is the faster way.
 *
 * The aggregates of logistic.c keep rows in one process.  Here every pass is a query of its own,
 * whose aggregate has a flat state like that of every other fit: workers share the scan,
 * distributed planners push it down, and no row is kept.  All passes see the rows of one snapshot.
 * Categories take one pass more, a gram over the records, which finds their levels; after it
 * _l2_encode makes an array of each record.  Over tables of Citus a record is an l2_row.
 *
 * What _l2_newton_agg makes of a row (y, x) at a model with residual r = y - mu, variance v and
 * loss d is the row (r / v, x, d / v) of weight w v: its gram has gradient, Hessian and the sum of
 * losses.  And it has the sum of hashes of the rows as they were read, which tells a query that
 * gives other rows each time, by random() say, whatever the order of the rows.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "base/citus.h"
#include "glm/glm.h"
#include "gram/gram_state.h"
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

/* What stands for a loss beyond all doubles, and from where on a sum of losses is one */
#define OVERFLOW      1e150
#define OVERFLOW_FROM 1e140

/*
 * A model that was fitted to no rows is the start: the rows as they are, (y, x), with the loss at
 * its intercept and the log likelihood of a perfect fit, as shares of the weight
 */
static inline bool
is_start(const l2_model *m)
{
	return m->n == 0;
}

/* The linear predictor, about the means where the model knows it there */
static inline double
linear_predictor(const l2_model *m, const double *x)
{
	const double *b = l2_model_vector(m, L2_ESTIMATE), *mean = l2_model_vector(m, L2_MEAN);
	double eta = l2_model_stat(m, L2_STAT_LINK_AT_MEAN);

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
check_values(const l2_model *m, const double *row, int p, double limit)
{
	for (int j = 0; j <= p; j++)
		if (!(fabs(row[j]) <= limit))
			l2_glm_refuse(row[j], l2_column_name(l2_names_of_model(m), j));
}

/* A row as read, (y, x), becomes a row of the gram, its weight last */
static void
driver_reweight(const l2_model *m, const l2n_family *family, double *row, double weight,
				double offset)
{
	double y = row[0], residual, v, loss;
	double eta =
		(is_start(m) ? l2_model_vector(m, L2_ESTIMATE)[0] : linear_predictor(m, row + 1)) + offset;
	double *rest = row + 1 + m->p;

	family->evaluate(family, l2_kernel, 1, &y, &eta, &residual, &v, &loss);
	if (is_start(m))
	{
		rest[0] = loss;
		rest[1] = family->saturated(family, y, weight) / weight;
		rest[2] = weight;
		return;
	}
	if (!(loss < OVERFLOW))
	{
		residual = 0;
		v = 1;
		loss = OVERFLOW;
	}
	v = Max(v, L2N_LEAST_VARIANCE);
	row[0] = residual / v;
	rest[0] = loss / v;
	rest[1] = weight * v;
}

/* Add a row to the moments of a Newton step at the model's coefficients. */
static l2_gram *
add_row(FunctionCallInfo fcinfo, const l2_shape *sh, l2_gram *g)
{
	const l2_model *m = PG_GETARG_L2_MODEL(3);
	const l2n_family *family = l2_family_of(m->method);
	double *row, largest = L2_GLM_LARGEST, weight = 1.0, offset = 0.0;
	l2_state_row r;
	int found;

	if (family == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a model of method %s takes no Newton steps", l2_method_name(m->method)),
				 errhint("Use a model of logistic_fit or poisson_fit.")));
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
	l2_state_check_columns(g, r.x.n + (is_start(m) ? 3 : 2));
	g = l2_state_weigh(g);
	row = l2_state_next_row(fcinfo, &g);
	row[0] = r.y.y;
	if (weight > 1.0)
		largest /= sqrt(weight);
	found = l2_kernel->copy_row(r.x.n, (const double *) r.x.values, row + 1, largest, L2_TINY);
	if (unlikely((found & L2N_LARGE) || !(fabs(row[0]) <= largest)))
		check_values(m, row, r.x.n, largest);
	if (unlikely(!(fabs(offset) <= L2_GLM_LARGEST)))
		l2_glm_refuse(offset, "offset");
	if (found & L2N_SMALL)
		g->flags |= L2_GRAM_TINY;
	l2_glm_check_y(family, row[0]);
	row[m->p + 1] = offset; /* their places are for what comes next */
	row[m->p + 2] = weight;
	g->more |= L2_GRAM_HASHED;
	g->absorbed = (int64) ((uint64) g->absorbed + l2n_hash_row(row, m->p + 3));
	driver_reweight(m, family, row, weight, offset);
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
	if (PG_ARGISNULL(3))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("model must not be NULL")));
	PG_RETURN_POINTER(add_row(fcinfo, sh, g));
}

L2_TRANSITION(l2_newton_accum, newton_accumulate, .is_obs = false);
L2_TRANSITION(l2_newton_accum_obs, newton_accumulate, .is_obs = true);

/*
 * The queries
 */

/* The rows of a source, as SQL over q, a row of it; made by _l2_fit_by_likelihood */
typedef struct driver_rows
{
	const char *schema; /* of the extension, quoted */
	char *from;         /* what stands after FROM */
	char *y;
	char *x;      /* an array, or a record with categories */
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

/* The query of a pass: $1 the model, $2 and $3 what y = 0 and y = 1 count, $4 what encodes x */
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
	appendStringInfo(&s, ", %s, $1) FROM (SELECT %s AS y, x, %s AS w, o FROM (SELECT ",
					 o->skip_nonfinite ? FINITE_X : "x", o->balanced ? share : "y",
					 o->balanced ? "w OPERATOR(pg_catalog.*) " CLASS_WEIGHT : "w");
	if (r->records)
		appendStringInfo(&s, "%s AS y, %s._l2_encode($4, %s) AS x", r->y, r->schema, r->x);
	else
		appendStringInfo(&s, "%s AS y, %s AS x", r->y, r->x);
	appendStringInfo(&s, ", %s AS w, %s AS o FROM %s) AS l2_read) AS l2_weighed",
					 r->weight ? r->weight : "1.0::pg_catalog.float8",
					 r->offset ? r->offset : "0.0::pg_catalog.float8", r->from);
	return s.data;
}

/*
 * The query of the gram that finds the levels: $1 its options.  Offsets are none of its affair, but
 * that rows without one are skipped.
 */
static char *
driver_levels_sql(const driver_rows *r, const l2_options *o)
{
	const char *finite =
		psprintf(" AND NOT %s OPERATOR(pg_catalog.=) ANY (" NOT_FINITE ")", r->offset);
	const char *y = r->offset ? psprintf("CASE WHEN %s IS NOT NULL%s THEN %s END", r->offset,
										 o->skip_nonfinite ? finite : "", r->y)
							  : r->y;

	if (r->weight)
		y = psprintf("%s.l2_obs(%s, %s)", r->schema, y, r->weight);
	return psprintf("SELECT %s.l2_gram_agg(%s, %s, $1) FROM %s", r->schema, y, r->x, r->from);
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
	const l2n_family *family;
	MemoryContext context; /* of what outlives a pass */
	SPIPlanPtr plan;
	double class_weight[2]; /* parameters of the query */
	l2_model *encoding;     /* likewise; NULL: rows are arrays */
	int passes;             /* so far */
	int64 n;                /* rows of a pass, 0 where not known yet */
	int64 rows_hash;        /* of the rows of the first: see L2_GRAM_HASHED */
	bool rounds;            /* the rows of passes differ, but by rounding only */
	l2_model *model;        /* another: where to evaluate */
	int p;                  /* features of the query */
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

/* The gram that a pass over the rows makes at t->model, or NULL where no row is usable */
static l2_gram *
driver_run_pass(driver *t)
{
	Datum values[4] = {PointerGetDatum(t->model), Float8GetDatum(t->class_weight[0]),
					   Float8GetDatum(t->class_weight[1]),
					   PointerGetDatum(t->encoding ? t->encoding : t->model)};
	l2_gram *g;

	driver_tell_pass(t);
	g = driver_gram(t->plan, values, t->rows->gram_type, t->context);
	if (g)
		t->n = l2_gram_count(g);
	return g;
}

static void
driver_settle(l2_glm_source *source, const l2n_columns *columns, const double *centre)
{
	driver *t = (driver *) source;

	t->columns = columns;
	t->centre = centre;
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
	g = driver_run_pass(t);
	if (g == NULL || g->ncols != t->p + 3 || g->n != t->source.prior->n)
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
	if (g == NULL || g->ncols != t->p + 2 || g->n != t->source.prior->n)
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
	g = driver_run_pass(t);
	driver_check_rows(t, g);
	all = l2_gram_moments(g);
	*loss = dd_mul(all.weight, l2n_mean(&all, t->p + 1)).hi;
	if (!(*loss < OVERFLOW_FROM))
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

/* The rows as they are; false where there are none */
static bool
driver_start(driver *t, l2_names names)
{
	l2_gram *g, *prior;
	l2n_moments all, m;
	size_t k = (size_t) t->p + 1, low = l2n_tri_size(k);

	t->model->n = 0;
	g = driver_run_pass(t);
	if (g == NULL || l2_gram_count(g) == 0)
		return false;
	if (g->ncols != t->p + 3)
		driver_rows_changed();
	all = l2_gram_moments(g);
	prior = l2_gram_new(t->p + 1, true, NULL, 0, names);
	m = l2_gram_moments(prior);
	m.n = all.n;
	m.weight = all.weight;
	for (size_t i = 0; i < k; i++)
	{
		m.mean[i] = all.mean[i];
		m.mean[k + i] = all.mean[all.k + i];
		for (size_t j = i; j < k; j++)
		{
			dd c = l2n_cross(&all, (int) i, (int) j);

			m.cross[l2n_tri(k, i, j)] = c.hi;
			m.cross[low + l2n_tri(k, i, j)] = c.lo;
		}
	}
	l2_gram_store(prior, &m);
	prior->n_skipped = g->n_skipped;
	prior->flags |= g->flags & L2_GRAM_TINY;
	t->source.prior = prior;
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
 * Levels
 */

/* The names of columns, whose attributes are called by number in the query, by their own names */
static l2_names
driver_rename(l2_names names, int k, const char *target, char *const *features)
{
	const char *const *list = l2_name_list(names, k) + 1;
	l2_encoding *e = l2_encoding_of(names);
	l2_column_origin *origin = l2_column_origins(e, list, k - 1);
	const char **renamed = palloc(sizeof(char *) * Max(k - 1, 1));
	l2_names result;

	for (int j = 0; j < k - 1; j++)
	{
		const char *feature = features[origin[j].attribute];

		renamed[j] = origin[j].is_level ? l2_level_column(feature, origin[j].level) : feature;
	}
	for (int i = 0; i < e->n; i++)
		e->attribute[i].name = features[i];
	result = l2_canonical_names(l2_join_names(target, k - 1, renamed));
	l2_check_names(result);
	return l2_encode_names(result, e);
}

/* What makes arrays of records; a level that it does not know is one of rows that are skipped */
static l2_model *
driver_encoding(l2_gram *g)
{
	l2_names names = l2_names_of_gram(g);
	l2_encoding *e = l2_encoding_of(names);

	e->unseen = L2_UNSEEN_NULL;
	return l2_model_new(g->ncols - 1, l2_encode_names(names, e));
}

/* Find the levels, and with them the columns and their names; false where no row is usable */
static bool
driver_find_levels(driver *t, const l2_options *o, Datum gram_options, Oid options_type,
				   const char *target, char *const *features, int n, l2_names *names)
{
	SPIPlanPtr plan = driver_prepare(driver_levels_sql(t->rows, o), 1, &options_type);
	l2_encoding *e;
	l2_gram *g;

	driver_tell_pass(t);
	g = driver_gram(plan, &gram_options, t->rows->gram_type, t->context);
	SPI_freeplan(plan);
	if (g == NULL || l2_gram_count(g) == 0)
		return false;
	MemoryContextSwitchTo(t->context);
	e = l2_encoding_of(l2_names_of_gram(g));
	if (e == NULL || e->n != n)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the rows of a training have other columns than its features")));
	t->n = l2_gram_count(g);
	t->p = g->ncols - 1;
	t->encoding = driver_encoding(g);
	*names = driver_rename(l2_names_of_gram(g), g->ncols, target, features);
	return true;
}

/*
 * The fit
 */

static l2_model *
driver_fit(driver *t, const l2_options *o, l2_names names)
{
	l2_glm *g;

	l2_check_columns(t->p + 3);
	t->model = l2_model_new(t->p, names);
	t->model->method = o->method;
	t->class_weight[0] = t->class_weight[1] = 1;
	for (int j = 0; j <= t->p; j++)
		l2_model_vector(t->model, L2_ESTIMATE)[j] = 0;
	if (!driver_start(t, names))
		return NULL;
	if (t->encoding && t->source.prior->n != t->n)
		driver_rows_changed();
	if (o->balanced)
	{
		driver_balance(t);
		(void) driver_start(t, names);
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
	driver t = {.source = {.prepare = driver_settle,
						   .pass = driver_pass,
						   .by_moments = true,
						   .offset = rows.offset},
				.rows = &rows,
				.family = l2_family_of(method),
				.context = CurrentMemoryContext};
	const char *query = driver_text(fcinfo, QUERY), *target = driver_text(fcinfo, TARGET);
	Oid model_type = TupleDescAttr(desc, 0)->atttypid;
	Oid results[2] = {model_type, TupleDescAttr(desc, 1)->atttypid};
	Oid types[4] = {model_type, FLOAT8OID, FLOAT8OID, model_type};
	Datum values[2] = {0, 0};
	bool nulls[2] = {true, true}, began, steps;
	l2_identity before;
	char **features;
	int n_features;
	l2_options o;
	l2_model *m = NULL;
	l2_names names;

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
	t.p = n_features;

	before = l2_act_read_only(driver_text(fcinfo, SEARCH_PATH));
	began = l2_progress_begin("l2_fit", NULL,
							  PG_ARGISNULL(RELATION) ? InvalidOid : PG_GETARG_OID(RELATION));
	driver_check_spi(SPI_connect(), "SPI_connect");
	MemoryContextSwitchTo(t.context);
	t.plan = driver_prepare(driver_pass_sql(&rows, &o), 4, types);
	steps =
		o.rate == 0 && /* dropout is of rows: see glm_rows.c */
		driver_by_steps(t.plan, scope.record, n_features + 1 + 2 * (rows.weight || rows.offset));
	if (!steps)
		driver_by_query(query, 2, results, t.context, values, nulls);
	else
	{
		MemoryContextSwitchTo(t.context);
		if (scope.record)
			m = driver_find_levels(&t, &o, PG_GETARG_DATUM(GRAM_OPTIONS),
								   get_fn_expr_argtype(fcinfo->flinfo, OPTIONS), target, features,
								   n_features, &names)
					? driver_fit(&t, &o, names)
					: NULL;
		else
		{
			names = l2_canonical_names(
				l2_join_names(target, n_features, (const char *const *) features));
			l2_check_names(names);
			m = driver_fit(&t, &o, names);
		}
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
