/*
 * glm_rows.c: passes over rows that an aggregate has kept.
 */
#include "glm_rows.h"

#include <math.h>

void
l2_glm_state_options(const l2_glm_state *s, bool no_fold, l2_options *o)
{
	l2_glm_options_init(o, s->method);
	o->cv = s->tunes;
	o->no_fold = no_fold;
	l2_options_set_lambda(o, s->lambda);
	l2_options_set_l1_ratio(o, s->l1_ratio);
	if (s->json)
		l2_options_from_json(o, s->json);
	if (s->l1_ratio_given && (o->l1_ratio != s->l1_ratio || o->n_l1_ratios >= 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("give l1_ratio either as an argument or as an option")));
}

void
l2_glm_rows_rewind(l2_glm_rows *r)
{
	r->part = r->first;
	for (int i = r->first; i < r->last; i++)
		l2_row_reader_rewind(&r->reader[i]);
}

int
l2_glm_rows_next(l2_glm_rows *r, const double **rows, ptrdiff_t *stride)
{
	for (; r->part < r->last; r->part++)
	{
		int n = r->part == r->without ? 0 : l2_row_reader_next(&r->reader[r->part], rows);

		*stride = r->state->part[r->part].rows.width;
		if (n > 0)
			return n;
	}
	return 0;
}

static l2n_status
pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss)
{
	l2_glm_rows *r = arg;
	const double *rows;
	ptrdiff_t stride;
	dd sum = dd_of(0.0);
	int n;

	l2_glm_rows_rewind(r);
	while (isfinite(sum.hi) && (n = l2_glm_rows_next(r, &rows, &stride)) > 0)
		l2n_irls_block(l2_kernel, &r->irls, base, coef, n, rows, stride, m, &sum, r->work, l2_poll,
					   NULL);
	*loss = sum.hi;
	return L2N_OK;
}

static void
prepare(l2_glm_source *source, const l2n_columns *columns, const double *centre)
{
	l2_glm_rows *r = (l2_glm_rows *) source;

	r->irls.p = columns->p;
	r->irls.feature = columns->feature;
	r->irls.centre = centre;
	r->work = l2_scratch(l2n_irls_worksize(columns->p));
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
	int p = s->ncols - 1, n;
	int *feature = palloc(sizeof(int) * Max(p, 1));
	l2_gram *g = l2_gram_new(s->ncols, true, NULL, 0, (l2_names){NULL, 0});
	l2n_moments m = l2_gram_moments(g);
	void *work = l2_scratch(l2n_irls_worksize(p));
	dd saturated = dd_of(0.0), loss = dd_of(0.0);
	double eta = r->irls.family->eta(mean);
	const double *rows;
	ptrdiff_t stride;

	if (r->irls.classes || !isfinite(eta))
		eta = 0;
	r->irls.p = p;
	r->irls.feature = feature;
	for (int j = 0; j < p; j++)
		feature[j] = j + 1;
	l2_glm_rows_rewind(r);
	while ((n = l2_glm_rows_next(r, &rows, &stride)) > 0)
		l2n_irls_plain(l2_kernel, &r->irls, eta, n, rows, stride, &m, &saturated, &loss, work,
					   l2_poll, NULL);
	l2_gram_store(g, &m);
	g->n_skipped = s->n_skipped;
	if (s->tiny)
		g->flags |= L2_GRAM_TINY;
	r->source.prior = g;
	r->source.saturated = saturated.hi;
	r->source.reference = eta;
	r->source.reference_loss = loss.hi;
}

l2_glm_rows *
l2_glm_rows_make(l2_glm_state *s, const l2_options *o, int first, int last, int without)
{
	l2_glm_rows *r = palloc0(sizeof *r);
	dd total = dd_of(0.0), sum_y = dd_of(0.0);

	for (int i = first; i < last; i++)
		if (i != without)
		{
			total = dd_add(total, s->part[i].total);
			sum_y = dd_add(sum_y, s->part[i].sum_y);
		}
	if (!(total.hi > 0))
		return NULL;
	r->source.prepare = prepare;
	r->source.pass = pass;
	r->source.offset = s->offset != 0;
	r->state = s;
	r->first = first;
	r->last = last;
	r->without = without;
	r->irls.family = l2_family_of(s->method);
	r->irls.weight = s->weight;
	r->irls.offset = s->offset;
	if (o->balanced)
		balance(&r->irls, total, sum_y);
	r->reader = palloc0(sizeof(l2_row_reader) * s->n_parts);
	for (int i = first; i < last; i++)
		l2_row_reader_init(&r->reader[i], &s->part[i].rows);
	read_prior(r, dd_div(sum_y, total).hi);
	return r;
}
