/*
 * glm_rows.c: passes over rows that an aggregate has kept.
 */
#include "glm/glm_rows.h"

#include "base/aggregate.h"
#include "base/progress.h"
#include "gram/encoding.h"
#include "base/args.h"

#include <math.h>

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/*
 * Labels
 */

void
l2_glm_count_label(l2_glm_state *s, const char *label, MemoryContext context)
{
	int i = 0;

	while (i < s->n_labels && strcmp(s->label[i], label) != 0)
		i++;
	if (i == (int) lengthof(s->label))
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("y has more than two labels"),
						errdetail("Among them are \"%s\", \"%s\" and \"%s\".", s->label[0],
								  s->label[1], label),
						errhint("multinomial_fit tells several apart. Else compare it with the one "
								"that is to count as 1, as in zone = 'north', or leave the others "
								"out with FILTER (WHERE ...).")));
	if (i == s->n_labels)
		s->label[s->n_labels++] = MemoryContextStrdup(context, label);
}

static int
add_class(l2_glm_classes *c, const char *label, double order, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);

	if (c->n == c->room)
	{
		c->room = Max(2 * c->room, 8);
		c->label = c->n == 0 ? palloc(sizeof(char *) * c->room)
							 : repalloc(c->label, sizeof(char *) * c->room);
		c->order = c->n == 0 ? palloc(sizeof(double) * c->room)
							 : repalloc(c->order, sizeof(double) * c->room);
	}
	c->label[c->n] = pstrdup(label);
	c->order[c->n] = order;
	MemoryContextSwitchTo(old);
	return c->n++;
}

/* A number as a label: a class is a whole number, or the column is no class */
static const char *
label_of_number(double y, bool is_boolean)
{
	if (is_boolean)
		return y != 0 ? "true" : "false";
	if (y != floor(y) || fabs(y) > 1e15)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("y must be a label, a boolean or a whole number, but is %g", y),
				 errhint("Classes are few; cast them to text where they are such numbers.")));
	return psprintf("%.0f", y + 0.0);
}

int
l2_glm_class_of(l2_glm_state *s, const char *label, double order, bool is_boolean,
				MemoryContext context)
{
	l2_glm_classes *c = &s->classes;

	/* rows of one class often follow each other */
	for (int i = 0, at = c->last; i < c->n; i++, at = at + 1 < c->n ? at + 1 : 0)
		if (label ? strcmp(c->label[at], label) == 0 : c->order[at] == order)
			return c->last = at;
	if (c->n == L2_CLASSES_LIMIT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("y has more than %d classes", L2_CLASSES_LIMIT),
						errhint("A number to be predicted is for ols_fit and ridge_fit.")));
	return c->last =
			   add_class(c, label ? label : label_of_number(order, is_boolean), order, context);
}

/* Error where nobody says which label counts as 1, or one does that y has not */
static void
glm_check_labels(const l2_glm_state *s, const l2_options *o)
{
	const char *a = s->label[0], *b = s->label[s->n_labels - 1];
	bool ordered = strcmp(a, b) <= 0;

	if (s->positive == NULL && s->n_labels == 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("option \"positive\" must say which label of y counts as 1"),
						errdetail("Its labels: \"%s\", \"%s\".", ordered ? a : b, ordered ? b : a),
						errhint("Write {\"positive\": \"%s\"} or {\"positive\": \"%s\"}.",
								ordered ? a : b, ordered ? b : a)));
	if (s->positive && (strcmp(a, s->positive) == 0 || strcmp(b, s->positive) == 0))
		return;
	if (o->one_class_null && s->n_labels == 1)
		return;
	if (s->positive == NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION), errmsg("y is \"%s\" in every row", a),
			 errdetail("There is nothing to tell apart, and the intercept would be infinite.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("y has no label \"%s\"", s->positive),
			 s->n_labels == 1
				 ? errdetail("It is \"%s\" in every row.", a)
				 : errdetail("Its labels: \"%s\", \"%s\".", ordered ? a : b, ordered ? b : a)));
}

/*
 * States
 */

/* The bytes of the options, none of them where there are none */
static const char *
options_argument(FunctionCallInfo fcinfo, const l2_shape *sh, int *len)
{
	*len = 0;
	if (!sh->options || PG_ARGISNULL(sh->options))
		return NULL;
	return l2_options_bytes(PG_GETARG_DATUM(sh->options), len);
}

l2_glm_state *
l2_glm_state_first(FunctionCallInfo fcinfo, const l2_shape *sh, MemoryContext context)
{
	l2_glm_state head = {.scope = sh->scope}, *s;
	int len;
	const char *options = options_argument(fcinfo, sh, &len);
	l2_options o;

	if (sh->lambda)
		head.lambda = l2_number_argument(fcinfo, sh->lambda, l2_strength_name(sh->scope.method));
	if (options)
	{
		head.json = MemoryContextStrdup(context, pnstrdup(options, len));
		head.json_length = len;
		head.hash = hash_bytes_extended((const unsigned char *) options, len, 0);
	}
	l2_glm_state_options(&head, &o);
	head.skip_nonfinite = o.skip_nonfinite;
	head.clustered = o.vcov == L2_VCOV_CR0 || o.vcov == L2_VCOV_CR1;
	l2_family_of_options(&o, &head.family);
	head.seed = o.seed;
	head.positive = o.positive ? MemoryContextStrdup(context, o.positive) : NULL;
	head.n_parts = (sh->scope.place & (L2_IN_CV | L2_IN_CURVE)) ? o.folds : 1;
	s = MemoryContextAllocZero(context,
							   offsetof(l2_glm_state, part) + sizeof(l2_glm_part) * head.n_parts);
	memcpy(s, &head, offsetof(l2_glm_state, part));
	return s;
}

void
l2_glm_state_check(FunctionCallInfo fcinfo, const l2_shape *sh, const l2_glm_state *s)
{
	const char *options;
	int len;

	if (s->scope.method != sh->scope.method || s->scope.place != sh->scope.place ||
		s->scope.record != sh->scope.record)
		l2_foreign_state();
	if (sh->lambda &&
		l2_number_argument(fcinfo, sh->lambda, l2_strength_name(sh->scope.method)) != s->lambda)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be the same in every row of a group",
							   l2_strength_name(sh->scope.method))));
	options = options_argument(fcinfo, sh, &len);
	if ((options == NULL) != (s->json == NULL) || len != s->json_length ||
		(len > 0 && memcmp(options, s->json, len) != 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("options must be the same in every row of a group")));
}

void
l2_glm_state_options(const l2_glm_state *s, l2_options *o)
{
	l2_glm_options_init(o, s->scope.method);
	o->place = s->scope.place;
	l2_options_set_strength(o, s->lambda);
	if (s->scope.place == L2_IN_TRACE)
		o->solver = L2_BY_GRADIENT;
	if (s->json)
		l2_options_read(o, &s->scope, s->json);
}

l2_glm_state *
l2_glm_state_argument(FunctionCallInfo fcinfo, l2_method method, l2_place place)
{
	l2_glm_state *s;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(0))
		return NULL;
	s = (l2_glm_state *) PG_GETARG_POINTER(0);
	if (s->scope.method != method || s->scope.place != place)
		l2_foreign_state();
	return s->ncols > 0 ? s : NULL;
}

void
l2_glm_state_open(l2_glm_state *s, l2_options *o)
{
	l2_glm_state_options(s, o);
	if (s->n_labels > 0)
		glm_check_labels(s, o);
	if (s->n_labels == 2)
		o->negative = s->label[strcmp(s->label[0], s->positive) == 0];
	if (!s->scope.record)
		return;
	s->layout = l2_sparse_lay_out(s->levels, o);
	l2_sparse_tell_single(s->levels, &s->layout);
	o->target = NULL;
	o->n_features = o->n_names = -1;
}

/*
 * Dealing
 */

void
l2_glm_part_take(l2_glm_state *s, l2_glm_part *part, double *row, double weight, double offset,
				 int64 copies)
{
	double all = weight * copies;

	if (s->weight)
		row[s->weight] = all;
	if (s->offset)
		row[s->offset] = offset;
	s->any_weight |= all != 1.0;
	s->any_offset |= offset != 0.0;
	part->least = part->n > 0 ? Min(part->least, weight) : weight;
	part->total = dd_add_d(part->total, all);
	part->sum_y = dd_add(part->sum_y, dd_two_prod(all, row[0]));
	part->n += copies;
	part->rows.rows++;
}

/* Add copies of a row that waited to a part: so many rows, or one of so much more weight */
static void
add_packed(l2_glm_state *s, l2_glm_part *part, const double *packed, int64 copies, bool as_one)
{
	for (int64 i = 0; i < (as_one ? 1 : copies); i++)
	{
		double *row = l2_row_store_next(&part->rows);

		CHECK_FOR_INTERRUPTS();
		memcpy(row, packed, sizeof(double) * s->ncols);
		l2_glm_part_take(s, part, row, packed[s->ncols], packed[s->ncols + 1], as_one ? copies : 1);
	}
}

void
l2_glm_stop_waiting(l2_glm_state *s)
{
	const l2n_distinct *t = s->deck->table;

	for (int i = 0; i < t->n; i++)
		add_packed(s, &s->part[l2n_deal_row(l2n_distinct_hash(t)[i], s->n_parts)],
				   l2n_distinct_row(t, i), l2n_distinct_count(t)[i], false);
	l2_deck_close(s->deck);
}

/* For qsort: rows with the same hash, by their numbers and their levels' bytes */
static int
compare_packed(const double *a, const double *b, void *arg)
{
	const l2_glm_state *s = arg;
	int k = s->scope.record ? s->levels->k : s->ncols, two = 2, order;

	order = l2_compare_numbers(a, b, &k);
	if (order == 0)
		order = l2_compare_numbers(a + s->ncols, b + s->ncols, &two);
	for (int c = 0; k + c < s->ncols && order == 0; c++)
		order = l2_compare_bytes(l2_dictionary_get(s->levels->levels[c], (int) a[k + c]),
								 l2_dictionary_get(s->levels->levels[c], (int) b[k + c]));
	return order;
}

/* Rows with a key went to their parts at once */
static void
copy_part(const l2_glm_state *s, const l2_glm_part *from, l2_glm_state *to, l2_glm_part *part)
{
	l2_row_reader reader;
	const double *rows;
	int n;

	l2_row_reader_init(&reader, (l2_row_store *) &from->rows);
	while ((n = l2_row_reader_next(&reader, &rows)) > 0)
		for (int i = 0; i < n; i++, rows += from->rows.width)
		{
			double *row = l2_row_store_next(&part->rows);

			memcpy(row, rows, sizeof(double) * s->ncols);
			l2_glm_part_take(to, part, row, s->weight ? rows[s->weight] : 1.0,
							 s->offset ? rows[s->offset] : 0.0, 1);
		}
}

l2_glm_state *
l2_glm_state_dealt(FunctionCallInfo fcinfo, l2_glm_state *s)
{
	Size size = offsetof(l2_glm_state, part) + sizeof(l2_glm_part) * s->n_parts;
	l2_dealt_rows *rows;
	l2_glm_state *r;
	l2_options o;
	bool as_one;

	if (s->deck == NULL || s->deck->table == NULL || s->deck->table->n == 0)
		return s;
	/* copies have masks of their own where masks are drawn */
	l2_glm_state_options(s, &o);
	as_one = !(o.masks > 0);
	r = palloc0(size);
	memcpy(r, s, offsetof(l2_glm_state, part));
	r->weight = s->ncols;
	r->offset = s->any_offset ? s->ncols + 1 : 0;
	for (int i = 0; i < s->n_parts; i++)
	{
		l2_row_store_init(&r->part[i].rows, l2_row_pool_of(CurrentMemoryContext),
						  s->ncols + 1 + (r->offset != 0));
		if (s->part[i].n > 0)
			copy_part(s, &s->part[i], r, &r->part[i]);
	}
	rows = l2_deal_rows(s->deck->table, s->n_parts, compare_packed, s);
	for (int i = 0; i < rows->n; i++)
	{
		const int *part;
		const int64 *tally;
		int n = l2_next_dealt(rows, i, &part, &tally);

		for (int f = 0; f < n; f++)
			add_packed(r, &r->part[part[f]], l2n_distinct_row(s->deck->table, rows->row[i]),
					   tally[part[f]], as_one);
	}
	return r;
}

int
l2_glm_parts_with_rows(const l2_glm_state *s, int **part, double **weight)
{
	int k = 0;

	*part = palloc(sizeof(int) * s->n_parts);
	*weight = palloc(sizeof(double) * s->n_parts);
	for (int i = 0; i < s->n_parts; i++)
		if (s->part[i].total.hi > 0)
		{
			(*weight)[k] = s->part[i].total.hi;
			(*part)[k++] = i;
		}
	return k;
}

/*
 * Rows
 */

void
l2_glm_rows_rewind(l2_glm_rows *r)
{
	r->part = r->first;
	for (int i = r->first; i < r->last; i++)
		l2_row_reader_rewind(&r->reader[i]);
}

/* Rows of numbers and levels become rows of columns */
static const double *
glm_rows_expand(l2_glm_rows *r, const double *rows, int n)
{
	const l2_glm_state *s = r->state;
	const l2_sparse_layout *y = &s->layout;
	int k = s->levels->k;

	memset(r->dense, 0, sizeof(double) * r->width * n);
	for (int i = 0; i < n; i++, rows += s->part[0].rows.width)
	{
		double *out = r->dense + (Size) r->width * i;

		for (int j = 0; j < k; j++)
			out[r->place[j]] = rows[j];
		for (int c = 0; c < s->levels->n_categories; c++)
		{
			int column = y->place[c][(int) rows[k + c]];

			if (column >= 0)
				out[column] = 1.0;
		}
		if (r->irls.weight)
			out[r->irls.weight] = rows[s->weight];
		if (r->irls.offset)
			out[r->irls.offset] = rows[s->offset];
		if (r->cluster)
			memcpy(out + r->cluster, rows + s->cluster, sizeof(int64) * 2);
	}
	return r->dense;
}

int
l2_glm_rows_next(l2_glm_rows *r, const double **rows, ptrdiff_t *stride)
{
	for (; r->part < r->last; r->part++)
	{
		int n = r->part == r->without ? 0 : l2_row_reader_next(&r->reader[r->part], rows);

		*stride = r->width;
		if (n > 0 && r->dense)
			*rows = glm_rows_expand(r, *rows, n);
		if (n > 0)
			return n;
	}
	return 0;
}

/*
 * One look at all rows for Newton's method: moments, loss and slopes at these coefficients
 * (l2n_newton_source).
 */
static l2n_status
glm_rows_pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
			  const l2n_slopes *slopes, l2n_moments *information)
{
	l2_glm_rows *r = arg;
	const double *rows;
	ptrdiff_t stride;
	dd sum = dd_of(0.0);
	int n;

	bool masked = r->masks.rate > 0 && !r->source.plain &&
				  (r->source.masks >= L2_MASKS_EXACT || r->source.check);
	const uint64 *seed = r->seed;

	r->irls.dropout = r->source.plain || masked ? 0 : r->masks.rate / (1 - r->masks.rate);
	r->irls.normal = r->source.masks == L2_MASKS_NORMAL;
	l2_progress_step();
	l2_glm_rows_rewind(r);
	while (isfinite(sum.hi) && (n = l2_glm_rows_next(r, &rows, &stride)) > 0)
	{
		if (masked)
			l2n_masks_block(l2_kernel, &r->irls, &r->masks, base, coef, n, rows, stride, seed, m,
							&sum, slopes, r->work, l2_poll, NULL);
		else
			l2n_irls_block(l2_kernel, &r->irls, base, coef, n, rows, stride, m, &sum, slopes,
						   information, r->work, l2_poll, NULL);
		seed += seed ? n : 0;
		l2_progress_rows(n);
	}
	*loss = sum.hi;
	return L2N_OK;
}

/* How far from its centre each feature goes */
static void
glm_rows_reach(void *arg, double *reach)
{
	l2_glm_rows *r = arg;
	const double *rows;
	ptrdiff_t stride;
	int n;

	l2_glm_rows_rewind(r);
	while ((n = l2_glm_rows_next(r, &rows, &stride)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < n; i++, rows += stride)
			for (int j = 0; j < r->irls.p; j++)
				reach[j] = Max(reach[j], fabs(rows[r->irls.feature[j]] - r->irls.centre[j]));
	}
}

/*
 * Counts
 *
 * What goes by the count alone is worked out once for each small count, since few counts are what
 * most rows have.
 */

static inline bool
is_small_count(double y)
{
	return y < L2_GLM_COUNTS && y == (int) y;
}

/* What rows of that y, and of that weight together, add to the log likelihood of a perfect fit */
static dd
counts_saturated(const l2_glm_rows *r)
{
	const l2n_family *f = r->irls.family;
	dd sum = dd_of(0.0);

	for (int c = 0; c < L2_GLM_COUNTS; c++)
		if (r->counts[c] > 0)
			sum = dd_add_d(sum, f->saturated(f, c, r->counts[c]));
	return sum;
}

/* The loss of rows with small counts, all at the same linear predictor */
static double
counts_loss(const l2_glm_rows *r, double eta)
{
	const l2n_family *f = r->irls.family;
	dd sum = dd_of(0.0);

	for (int c = 0; c < L2_GLM_COUNTS; c++)
	{
		double y = c, unused[2], lost;

		if (!(r->counts[c] > 0))
			continue;
		f->evaluate(f, l2_kernel, 1, &y, &eta, &unused[0], &unused[1], &lost);
		sum = dd_add(sum, dd_two_prod(r->counts[c], lost));
	}
	return sum.hi;
}

/* Sums over all rows at the same linear predictor */
typedef struct counts_sums
{
	dd of_count[L2_GLM_COUNTS]; /* weights of rows with such counts, of which no more is known yet
								 */
	dd saturated, loss;         /* of other rows */
} counts_sums;

/* Add rows at that linear predictor */
static void
counts_add(l2_glm_rows *r, double at, int n, const double *rows, ptrdiff_t stride, counts_sums *s)
{
	const l2n_family *f = r->irls.family;
	double y[L2N_BLOCK_ROWS], weight[L2N_BLOCK_ROWS], eta[L2N_BLOCK_ROWS], loss[L2N_BLOCK_ROWS],
		unused[2][L2N_BLOCK_ROWS];
	int others = 0;

	for (int i = 0; i < n; i++, rows += stride)
	{
		double w = l2n_irls_weight(&r->irls, rows, &y[others]);

		if (!is_small_count(y[others]))
		{
			eta[others] = at;
			weight[others++] = w;
		}
		else if (r->irls.weight)
			s->of_count[(int) y[others]] = dd_add_d(s->of_count[(int) y[others]], w);
		else
			s->of_count[(int) y[others]].hi += 1;
	}
	if (others == 0)
		return;
	r->all_counted = false;
	f->evaluate(f, l2_kernel, others, y, eta, unused[0], unused[1], loss);
	for (int i = 0; i < others; i++)
	{
		s->saturated = dd_add_d(s->saturated, f->saturated(f, y[i], weight[i]));
		s->loss = dd_add_d(s->loss, weight[i] * loss[i]);
	}
}

/* The rows have been counted: their sums at that linear predictor, and r->counts */
static void
counts_end(l2_glm_rows *r, double at, const counts_sums *s, double *saturated, double *loss)
{
	r->counts = palloc(sizeof(double) * L2_GLM_COUNTS);
	for (int c = 0; c < L2_GLM_COUNTS; c++)
		r->counts[c] = s->of_count[c].hi;
	*saturated = dd_add(counts_saturated(r), s->saturated).hi;
	*loss = dd_add_d(s->loss, counts_loss(r, at)).hi;
}

/* The loss of all rows at the same linear predictor, by their counts */
static bool
counts_constant(void *arg, double base, double *loss)
{
	const l2_glm_rows *r = arg;

	if (r->counts == NULL || !r->all_counted || r->irls.offset)
		return false;
	*loss = counts_loss(r, base);
	return true;
}

/* Score and information of theta at these coefficients */
static void
theta_pass(void *arg, double base, const double *coef, double *score, double *information)
{
	double eta[L2N_BLOCK_ROWS], y[L2N_BLOCK_ROWS], weight[L2N_BLOCK_ROWS];
	double one[L2N_BLOCK_ROWS], two[L2N_BLOCK_ROWS], own[2];
	l2_glm_rows *r = arg;
	const l2n_family *f = r->irls.family;
	dd sum = dd_of(0.0), sum_two = dd_of(0.0);
	const double *rows;
	ptrdiff_t stride;
	int n;

	l2_progress_step();
	l2_glm_rows_rewind(r);
	while ((n = l2_glm_rows_next(r, &rows, &stride)) > 0)
	{
		double of_block[2] = {0};

		CHECK_FOR_INTERRUPTS();
		l2n_irls_linear(l2_kernel, &r->irls, base, coef, n, rows, stride, eta, y, weight, r->work);
		l2n_theta_means(f, l2_kernel, n, y, eta, one, two);
		for (int i = 0; i < n; i++)
		{
			if (!r->all_counted && !is_small_count(y[i]))
			{
				l2n_theta_count(f, y[i], &own[0], &own[1]);
				one[i] += own[0];
				two[i] += own[1];
			}
			of_block[0] += weight[i] * one[i];
			of_block[1] += weight[i] * two[i];
		}
		sum = dd_add_d(sum, of_block[0]);
		sum_two = dd_add_d(sum_two, of_block[1]);
		l2_progress_rows(n);
	}
	for (int c = 0; c < L2_GLM_COUNTS; c++)
		if (r->counts[c] > 0)
		{
			l2n_theta_count(f, c, &own[0], &own[1]);
			sum = dd_add_d(sum, r->counts[c] * own[0]);
			sum_two = dd_add_d(sum_two, r->counts[c] * own[1]);
		}
	*score = sum.hi;
	*information = sum_two.hi;
}

/* The log likelihood of a perfect fit goes by theta, which is another now */
static void
theta_saturate(l2_glm_source *source)
{
	l2_glm_rows *r = (l2_glm_rows *) source;
	const l2n_family *f = r->irls.family;
	dd sum = counts_saturated(r);
	const double *rows;
	ptrdiff_t stride;
	int n;

	if (!r->all_counted)
		l2_glm_rows_rewind(r);
	while (!r->all_counted && (n = l2_glm_rows_next(r, &rows, &stride)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < n; i++, rows += stride)
		{
			double y, weight = l2n_irls_weight(&r->irls, rows, &y);

			if (!is_small_count(y))
				sum = dd_add_d(sum, f->saturated(f, y, weight));
		}
	}
	source->saturated = sum.hi;
}

/* How often a row was met */
typedef struct met_row
{
	uint64 hash;
	uint64 copies;
} met_row;

/*
 * Seeds of the rows' masks: of what a row is, for any plan to draw the same, and of how many copies
 * of it were met before, or equal rows would share their masks, and be as good as one
 */
static void
make_seeds(l2_glm_rows *r)
{
	HASHCTL ctl = {
		.keysize = sizeof(uint64), .entrysize = sizeof(met_row), .hcxt = CurrentMemoryContext};
	HTAB *met = hash_create("l2reg rows", 1024, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	int width = r->ncols + (r->state->weight != 0) + (r->state->offset != 0), n;
	const double *rows;
	ptrdiff_t stride;
	Size at = 0;

	r->seed = MemoryContextAllocHuge(CurrentMemoryContext,
									 sizeof(uint64) * Max(l2_gram_count(r->source.prior), 1));
	l2_glm_rows_rewind(r);
	while ((n = l2_glm_rows_next(r, &rows, &stride)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < n; i++)
		{
			uint64 hash = l2n_hash_doubles((const char *) (rows + i * stride), width, r->seed_of);
			bool found;
			met_row *row = hash_search(met, &hash, HASH_ENTER, &found);

			row->copies = found ? row->copies + 1 : 0;
			r->seed[at++] = l2n_hash_u64(row->copies, hash);
		}
	}
	hash_destroy(met);
}

/* Masks, of all rows, that may be gone through in a pass without being asked for: seconds of work
 */
#define MASKS_AT_ONCE 16000000

/* ... or that check an approximation */
#define MASKS_TO_CHECK 1000000

/* Features of which all masks may be asked for */
#define EXACT_FEATURES 20

/*
 * How dropout is had, where it is left open: by all masks, where that is little work.  Where it is
 * an approximation, the masks to check it by.
 */
static void
settle_masks(l2_glm_rows *r, int p)
{
	bool few;
	int64 n = 0;

	for (int i = 0; i < r->state->n_parts; i++)
		n += r->state->part[i].n;
	few = p <= L2N_DROPOUT_FEATURES && n << p <= MASKS_AT_ONCE;
	if (r->source.masks == L2_MASKS_DEFAULT)
		r->source.masks = few ? L2_MASKS_EXACT : L2_MASKS_NORMAL;
	if (r->source.masks == L2_MASKS_EXACT && p > EXACT_FEATURES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("masks \"exact\" is for at most %d features, but there are %d",
						EXACT_FEATURES, p),
				 errhint("Use \"normal\", or give a number of masks to draw for each row.")));
	r->masks.samples = Max(r->source.masks, 0);
	if (r->source.masks < L2_MASKS_EXACT && !(few && n << p <= MASKS_TO_CHECK))
		r->masks.samples = Min(Max(MASKS_TO_CHECK / Max(n, 1), 1), 1000);
	if (r->masks.samples > 0)
		make_seeds(r);
}

static void
glm_rows_prepare(l2_glm_source *source, const l2n_columns *columns, const double *centre)
{
	l2_glm_rows *r = (l2_glm_rows *) source;

	r->irls.p = columns->p;
	r->irls.feature = columns->feature;
	r->irls.centre = centre;
	if (r->work == NULL || columns->p > r->room)
	{
		r->room = columns->p;
		r->work = l2_scratch(l2n_masks_worksize(r->room));
	}
	if (r->masks.rate > 0)
		settle_masks(r, columns->p);
}

/* Both classes weigh half of all */
static void
balance(l2n_irls *irls, dd sum, dd sum_y)
{
	double total = sum.hi, ones = sum_y.hi, zeros = dd_sub(sum, sum_y).hi;

	irls->classes = true;
	irls->class_weight[0] = zeros > 0 ? total / (2 * zeros) : 1;
	irls->class_weight[1] = ones > 0 ? total / (2 * ones) : 1;
}

/* The rows as they are: the moments that the fit starts from */
static void
read_prior(l2_glm_rows *r, double mean)
{
	const l2_glm_state *s = r->state;
	int p = r->ncols - 1, n;
	int *feature = palloc(sizeof(int) * Max(p, 1));
	l2_names none = {NULL, 0};
	l2_gram *g = l2_gram_new(r->ncols, true, NULL, 0, s->scope.record ? s->layout.names : none);
	l2n_moments m = l2_gram_moments(g);
	void *work = l2_scratch(l2n_irls_worksize(p));
	dd saturated = dd_of(0.0), loss = dd_of(0.0);
	l2n_family_kind kind = r->irls.family->kind;
	counts_sums *counts =
		kind == L2N_POISSON || kind == L2N_NEGATIVE_BINOMIAL ? palloc0(sizeof *counts) : NULL;
	double eta = r->irls.family->link->eta(mean);
	const double *rows;
	ptrdiff_t stride;

	if (r->irls.classes || !isfinite(eta))
		eta = 0;
	r->irls.p = p;
	r->irls.feature = feature;
	for (int j = 0; j < p; j++)
		feature[j] = j + 1;
	l2_glm_rows_rewind(r);
	r->all_counted = true;
	while ((n = l2_glm_rows_next(r, &rows, &stride)) > 0)
	{
		l2n_irls_plain(l2_kernel, &r->irls, eta, n, rows, stride, &m, counts ? NULL : &saturated,
					   &loss, work, l2_poll, NULL);
		if (counts)
			counts_add(r, eta, n, rows, stride, counts);
	}
	m.n = 0;
	for (int i = r->first; i < r->last; i++)
		m.n += i == r->without ? 0 : s->part[i].n;
	l2_gram_store(g, &m);
	g->n_skipped = s->n_skipped;
	if (s->tiny)
		g->flags |= L2_GRAM_TINY;
	r->source.prior = g;
	r->source.saturated = saturated.hi;
	r->source.reference = eta;
	r->source.reference_loss = loss.hi;
	if (counts)
		counts_end(r, eta, counts, &r->source.saturated, &r->source.reference_loss);
}

l2_glm_rows *
l2_glm_rows_make(l2_glm_state *s, const l2_options *o, int first, int last, int without)
{
	l2_glm_rows *r = palloc0(sizeof *r);
	dd total = dd_of(0.0), sum_y = dd_of(0.0);
	double least = 0;

	for (int i = first; i < last; i++)
		if (i != without)
		{
			if (s->part[i].total.hi > 0)
				least = least > 0 ? Min(least, s->part[i].least) : s->part[i].least;
			total = dd_add(total, s->part[i].total);
			sum_y = dd_add(sum_y, s->part[i].sum_y);
		}
	if (!(total.hi > 0))
		return NULL;
	r->source.prepare = glm_rows_prepare;
	r->source.pass = glm_rows_pass;
	r->source.reach = glm_rows_reach;
	r->source.theta_pass = theta_pass;
	r->source.theta_saturate = theta_saturate;
	r->source.constant = counts_constant;
	r->source.offset = s->any_offset;
	r->state = s;
	r->first = first;
	r->last = last;
	r->without = without;
	l2_family_of_options(o, &r->source.family);
	r->irls.family = &r->source.family;
	r->ncols = s->scope.record ? s->layout.k : s->ncols;
	/* what is the same in all rows need not be looked at */
	r->irls.weight = s->any_weight ? r->ncols : 0;
	r->irls.offset = s->any_offset ? r->ncols + (s->weight != 0) : 0;
	r->width = r->ncols + (s->weight != 0) + (s->offset != 0);
	if (s->cluster)
	{
		r->cluster = r->width;
		r->width += 2;
	}
	if (s->scope.record)
	{
		r->dense = l2_scratch(sizeof(double) * r->width * L2N_BLOCK_ROWS);
		r->place = palloc(sizeof(int) * r->ncols);
		for (int j = 0; j < r->ncols; j++)
			if (s->layout.column[j].category < 0)
				r->place[s->layout.column[j].number] = j;
	}
	r->source.masks = o->masks;
	r->masks.rate = o->rate;
	r->seed_of = o->seed;
	if (o->balanced)
	{
		balance(&r->irls, total, sum_y);
		least *= Min(r->irls.class_weight[0], r->irls.class_weight[1]);
	}
	r->source.least_weight = least;
	r->reader = palloc0(sizeof(l2_row_reader) * s->n_parts);
	for (int i = first; i < last; i++)
		l2_row_reader_init(&r->reader[i], &s->part[i].rows);
	read_prior(r, dd_div(sum_y, total).hi);
	return r;
}

static void
robust_rewind(l2_robust_rows *rows)
{
	l2_glm_rows_rewind((l2_glm_rows *) ((char *) rows - offsetof(l2_glm_rows, robust)));
}

static int
robust_next(l2_robust_rows *rows, const double **values, ptrdiff_t *stride)
{
	return l2_glm_rows_next((l2_glm_rows *) ((char *) rows - offsetof(l2_glm_rows, robust)), values,
							stride);
}

l2_robust_rows *
l2_glm_robust_rows(l2_glm_rows *r)
{
	r->robust = (l2_robust_rows){
		.rewind = robust_rewind,
		.next = robust_next,
		.target = 0,
		.feature = r->irls.feature,
		.weight = r->irls.weight,
		.offset = r->irls.offset,
		.cluster = r->cluster,
		.ways = r->state->ways,
		.n_bare = r->state->n_bare,
		.class_weight = r->irls.classes ? r->irls.class_weight : NULL,
	};
	return &r->robust;
}
