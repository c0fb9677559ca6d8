/*
 * glm_driver.c: logistic and Poisson regression of a table or query, a parallel aggregate a pass.
 *
 * The aggregates of logistic.c keep rows in one process.  Here every pass is a query of its own,
 * whose aggregate has a flat state like that of every other fit: workers share the scan,
 * distributed planners push it down, and no row is kept.  All passes see the rows of one snapshot.
 *
 * What _l2_newton_agg makes of a row (y, x) at a model with residual r = y - mu, variance v and
 * loss d is the row (r / v, x, d / v) of weight w v: its gram has gradient, Hessian and the sum of
 * losses.
 */
#include "base/aggregate.h"
#include "base/args.h"
#include "glm/glm.h"
#include "gram/gram_state.h"
#include "base/progress.h"

#include <math.h>

#include "num/glm/irls.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

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

/* What dropout makes of it: see irls.h */
static double
noise(const l2_model *m, const double *x)
{
	const double *b = l2_model_vector(m, L2_ESTIMATE);
	double q = 0;

	for (int j = 0; j < m->p; j++)
		q += b[j + 1] * x[j] * (b[j + 1] * x[j]);
	return q;
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
reweight(const l2_model *m, const l2n_family *family, double *row, double weight, double offset)
{
	double y = row[0], residual, v, loss;
	double eta =
		(is_start(m) ? l2_model_vector(m, L2_ESTIMATE)[0] : linear_predictor(m, row + 1)) + offset;
	double *rest = row + 1 + m->p, rate = l2_model_stat(m, L2_STAT_RATE);

	family->evaluate(l2_kernel, 1, &y, &eta, &residual, &v, &loss);
	if (rate > 0 && rate < 1 && !is_start(m))
		l2n_dropout(family, rate / (1 - rate), noise(m, row + 1), eta, v, &residual, &loss);
	if (is_start(m))
	{
		rest[0] = loss;
		rest[1] = family->saturated(y, weight) / weight;
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
	l2_glm_check_y(m->method, row[0]);
	reweight(m, family, row, weight, offset);
	g->nrows++;
	return g;
}

static Datum
accumulate(FunctionCallInfo fcinfo, const l2_shape *sh)
{
	l2_gram *g;

	l2_need_aggregate(fcinfo);
	g = PG_ARGISNULL(0) ? l2_gram_new(0, false, NULL, 0, (l2_names){NULL, 0})
						: l2_own_state(PG_GETARG_DATUM(0));
	if (PG_ARGISNULL(3))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("model must not be NULL")));
	PG_RETURN_POINTER(add_row(fcinfo, sh, g));
}

L2_TRANSITION(l2_newton_accum, accumulate, .is_obs = false);
L2_TRANSITION(l2_newton_accum_obs, accumulate, .is_obs = true);

/*
 * The driver
 */

typedef struct table
{
	l2_glm_source source;
	const l2n_family *family;
	MemoryContext context; /* of what outlives a pass */
	char *pass_sql;
	SPIPlanPtr plan;
	double class_weight[2]; /* parameters of the query */
	int passes;             /* so far */
	int64 rows;             /* of a pass, 0 where not known yet */
	l2_model *model;        /* another: where to evaluate */
	int p;                  /* features of the query */
	const l2n_columns *columns;
	const double *centre;
} table;

static bool
is_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	return pg_strncasecmp(s, word, n) == 0 && !isalnum((unsigned char) s[n]) && s[n] != '_';
}

/* What stands after FROM: a query in parentheses, or the name of a relation, with its oid */
static char *
from_item(const char *relation, Oid *oid)
{
	static const char *const words[] = {"select", "with", "values", "table"};
	const char *s = relation;
	int length = strlen(relation);

	*oid = InvalidOid;
	while (isspace((unsigned char) *s))
		s++;
	for (int i = 0; i < (int) lengthof(words); i++)
		if (*s == '(' || is_word(s, words[i]))
		{
			while (length > 0 &&
				   (isspace((unsigned char) relation[length - 1]) || relation[length - 1] == ';'))
				length--;
			return psprintf("(%.*s\n) AS l2_rows", length, relation);
		}
	*oid = DatumGetObjectId(DirectFunctionCall1(regclassin, CStringGetDatum(relation)));
	if (!OidIsValid(*oid) || get_rel_name(*oid) == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation \"%s\" does not exist", relation),
						errhint("Give the name of a table or view, or a query.")));
	return psprintf("%s AS l2_rows",
					quote_qualified_identifier(get_namespace_name(get_rel_namespace(*oid)),
											   get_rel_name(*oid)));
}

/* A column of the rows as float8 */
static char *
column_expression(TupleDesc desc, const char *name)
{
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);

		if (strcmp(NameStr(a->attname), name) != 0)
			continue;
		(void) l2_reader_of(a->atttypid, psprintf("column \"%s\"", name));
		return psprintf(getBaseType(a->atttypid) == BOOLOID
							? "l2_rows.%s::pg_catalog.int4::pg_catalog.float8"
							: "l2_rows.%s::pg_catalog.float8",
						quote_identifier(name));
	}
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("column \"%s\" does not exist in the rows", name)));
	return NULL;
}

static void
check_spi(int code, const char *what)
{
	if (code < 0)
		elog(ERROR, "%s failed: %s", what, SPI_result_code_string(code));
}

/* The columns of the rows, in the current context */
static TupleDesc
describe(const char *from)
{
	TupleDesc desc;
	MemoryContext context = CurrentMemoryContext;

	check_spi(SPI_execute(psprintf("SELECT * FROM %s LIMIT 0", from), true, 0), "SPI_execute");
	MemoryContextSwitchTo(context);
	desc = CreateTupleDescCopy(SPI_tuptable->tupdesc);
	SPI_freetuptable(SPI_tuptable);
	return desc;
}

/* All columns but those that are something else */
static char **
other_columns(TupleDesc desc, char *const *used, int n_used, int *n)
{
	char **names = palloc(sizeof(char *) * Max(desc->natts, 1));

	*n = 0;
	for (int i = 0; i < desc->natts; i++)
	{
		char *name = pstrdup(NameStr(TupleDescAttr(desc, i)->attname));
		bool other = true;

		for (int k = 0; k < n_used; k++)
			other &= used[k] == NULL || strcmp(used[k], name) != 0;
		if (other)
			names[(*n)++] = name;
	}
	return names;
}

/* The gram that a pass over the rows makes at t->model, or NULL where no row is usable */
static l2_gram *
run_pass(table *t)
{
	Datum values[3] = {PointerGetDatum(t->model), Float8GetDatum(t->class_weight[0]),
					   Float8GetDatum(t->class_weight[1])};
	MemoryContext old = CurrentMemoryContext;
	l2_gram *g = NULL;
	Datum d;
	bool null;

	t->passes++;
	l2_progress_phase(L2_PHASE_READING, 0, t->rows);
	l2_progress_pass(t->passes);
	if (l2_progress_notices)
		ereport(NOTICE, (errmsg("pass %d over the rows", t->passes)));
	check_spi(SPI_execute_plan(t->plan, values, NULL, true, 0), "SPI_execute_plan");
	d = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null);
	MemoryContextSwitchTo(t->context);
	if (!null)
		g = (l2_gram *) PG_DETOAST_DATUM_COPY(d);
	if (g)
		t->rows = l2_gram_count(g);
	MemoryContextSwitchTo(old);
	SPI_freetuptable(SPI_tuptable);
	return g;
}

static void
prepare(l2_glm_source *source, const l2n_columns *columns, const double *centre)
{
	table *t = (table *) source;

	t->columns = columns;
	t->centre = centre;
}

static l2n_status
pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
	 const l2n_slopes *slopes)
{
	table *t = arg;
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
	g = run_pass(t);
	if (g == NULL || g->ncols != t->p + 2 || g->n != l2_gram_count(t->source.prior))
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("the query does not return the same rows every time")));
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
run_start(table *t, l2_names names)
{
	l2_gram *g, *prior;
	l2n_moments all, m;
	size_t k = (size_t) t->p + 1, low = l2n_tri_size(k);

	t->model->n = 0;
	g = run_pass(t);
	if (g == NULL)
		return false;
	if (g->ncols != t->p + 3)
		elog(ERROR, "unexpected gram");
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
	t->source.reference = 0;
	t->source.reference_loss = dd_mul(all.weight, l2n_mean(&all, t->p + 1)).hi;
	t->source.saturated = dd_mul(all.weight, l2n_mean(&all, t->p + 2)).hi;
	return true;
}

/* Both classes weigh half of all */
static void
balance(table *t)
{
	l2n_moments m = l2_gram_moments(t->source.prior);
	dd ones = dd_mul(m.weight, l2n_mean(&m, 0));
	double zeros = dd_sub(m.weight, ones).hi;

	t->class_weight[0] = zeros > 0 ? m.weight.hi / (2 * zeros) : 1;
	t->class_weight[1] = ones.hi > 0 ? m.weight.hi / (2 * ones.hi) : 1;
}

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

/* The query of a pass: $1 the model, $2 and $3 what y = 0 and y = 1 count */
static char *
pass_query(FunctionCallInfo fcinfo, const char *from, const char *y, const char *x,
		   const char *weight, const char *offset, const l2_options *o)
{
	const char *schema = get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid));
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "SELECT %s(", quote_qualified_identifier(schema, "_l2_newton_agg"));
	if (weight || offset || o->balanced)
		appendStringInfo(&s, "%s(y, w%s)", quote_qualified_identifier(schema, "l2_obs"),
						 offset ? ", o" : "");
	else
		appendStringInfoChar(&s, 'y');
	appendStringInfo(&s, ", %s, $1)", o->skip_nonfinite ? FINITE_X : "x");
	appendStringInfo(
		&s,
		" FROM (SELECT %s AS y, x, %s AS w, o FROM (SELECT %s AS y, ARRAY[%s] AS x, "
		"%s AS w, %s AS o FROM %s) AS l2_read) AS l2_weighed",
		o->balanced ? "(y OPERATOR(pg_catalog.*) $3) OPERATOR(pg_catalog./) " CLASS_WEIGHT : "y",
		o->balanced ? "w OPERATOR(pg_catalog.*) " CLASS_WEIGHT : "w", y, x,
		weight ? weight : "1.0::pg_catalog.float8", offset ? offset : "0.0::pg_catalog.float8",
		from);
	return s.data;
}

static char *
text_argument(FunctionCallInfo fcinfo, int at)
{
	return PG_ARGISNULL(at) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(at));
}

static Datum
drive(FunctionCallInfo fcinfo, l2_method method)
{
	enum
	{
		RELATION,
		TARGET,
		FEATURES,
		LAMBDA,
		L1_RATIO,
		WEIGHT,
		OFFSET,
		OPTIONS
	};
	const l2_scope scope = {method, L2_IN_FIT, false,
							method == L2_METHOD_LOGISTIC ? "l2_logistic" : "l2_poisson"};
	table t = {.source = {.prepare = prepare, .pass = pass, .by_moments = true}};
	char *relation = text_argument(fcinfo, RELATION), *used[3], **features = NULL, *from;
	Oid types[3] = {get_func_rettype(fcinfo->flinfo->fn_oid), FLOAT8OID, FLOAT8OID};
	StringInfoData x;
	l2_options o;
	l2_names names;
	l2_model *m = NULL;
	l2_glm *g;
	TupleDesc desc;
	Oid oid;
	bool began;

	if (PG_ARGISNULL(RELATION) || PG_ARGISNULL(TARGET))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("relation and target must not be NULL")));
	l2_glm_options_init(&o, method);
	if (!PG_ARGISNULL(LAMBDA))
		l2_options_set_lambda(&o, PG_GETARG_FLOAT8(LAMBDA));
	if (!PG_ARGISNULL(L1_RATIO))
		l2_options_set_l1_ratio(&o, PG_GETARG_FLOAT8(L1_RATIO));
	l2_options_argument(fcinfo, OPTIONS, &scope, &o);
	used[0] = text_argument(fcinfo, TARGET);
	used[1] = text_argument(fcinfo, WEIGHT);
	used[2] = text_argument(fcinfo, OFFSET);
	if (!PG_ARGISNULL(FEATURES))
		features = l2_text_array(PG_GETARG_DATUM(FEATURES), "features", &t.p);

	t.context = CurrentMemoryContext;
	t.family = l2_family_of(method);
	t.source.offset = used[2] != NULL;
	check_spi(SPI_connect(), "SPI_connect");
	MemoryContextSwitchTo(t.context);
	from = from_item(relation, &oid);
	desc = describe(from);
	if (features == NULL)
		features = other_columns(desc, used, 3, &t.p);
	if (t.p == 0)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("there are no features")));
	l2_check_columns(t.p + 3);
	names = l2_canonical_names(l2_join_names(used[0], t.p, (const char *const *) features));
	l2_check_names(names);
	initStringInfo(&x);
	for (int j = 0; j < t.p; j++)
		appendStringInfo(&x, "%s%s", j ? ", " : "", column_expression(desc, features[j]));
	t.pass_sql = pass_query(fcinfo, from, column_expression(desc, used[0]), x.data,
							used[1] ? column_expression(desc, used[1]) : NULL,
							used[2] ? column_expression(desc, used[2]) : NULL, &o);
	t.plan = SPI_prepare_cursor(t.pass_sql, 3, types, CURSOR_OPT_PARALLEL_OK);
	if (t.plan == NULL)
		check_spi(SPI_result, "SPI_prepare_cursor");
	MemoryContextSwitchTo(t.context);

	t.model = l2_model_new(t.p, names);
	t.model->method = method;
	if (o.rate > 0)
		t.model->values[L2_STAT_RATE] = o.rate;
	t.class_weight[0] = t.class_weight[1] = 1;
	for (int j = 0; j <= t.p; j++)
		l2_model_vector(t.model, L2_ESTIMATE)[j] = 0;
	began = l2_progress_begin(scope.name, NULL, oid);
	if (run_start(&t, names))
	{
		if (o.balanced)
		{
			balance(&t);
			(void) run_start(&t, names);
		}
		if (used[1] == NULL)
			t.source.least_weight = Min(t.class_weight[0], t.class_weight[1]);
		g = l2_glm_make(&t.source, &o);
		if (g != NULL)
			m = l2_glm_fit(g, &o);
	}
	l2_progress_end(began);
	check_spi(SPI_finish(), "SPI_finish");
	if (m == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(m);
}

PG_FUNCTION_INFO_V1(l2_logistic);
PGDLLEXPORT Datum
l2_logistic(PG_FUNCTION_ARGS)
{
	return drive(fcinfo, L2_METHOD_LOGISTIC);
}

PG_FUNCTION_INFO_V1(l2_poisson);
PGDLLEXPORT Datum
l2_poisson(PG_FUNCTION_ARGS)
{
	return drive(fcinfo, L2_METHOD_POISSON);
}
