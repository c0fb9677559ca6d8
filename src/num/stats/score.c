/*
 * score.c: sums of errors in double-double, and the metrics made of them.
 *
 * R^2 compares two sums of squares.  Summed as they come, sum y^2 - (sum y)^2 / n has no digit
 * left once the mean is 1e8 times the spread; a second pass about the mean is not to be had here.
 * So y is taken about one of its own values, c.  What the subtraction
 *
 *	sum w (y - mean)^2 = sum w (y - c)^2 - W (mean - c)^2
 *
 * loses is bounded: the left side has w_c (mean - c)^2 in it, so at most W / w_c, the number of
 * rows where there are no weights, is lost of the 2^104 that double-double has.  Errors are summed
 * in the same way for the sake of explained variance.
 */
#include "num/stats/score.h"

/* Rows so much heavier than the one that gave the centre give a better one */
#define MUCH_HEAVIER 0x1p20

static inline dd
score_times(dd a, double w)
{
	return w == 1.0 ? a : dd_mul_d(a, w);
}

/* Take the sums of weight about another value */
static void
move_centre(l2n_spread *s, dd weight, double centre, double centre_weight)
{
	/* v - centre = (v - s->centre) + d */
	dd d = dd_two_sum(s->centre, -centre);
	dd whole = dd_mul(weight, d);

	s->square =
		dd_add(s->square, dd_mul(d, dd_add(dd_make(2.0 * s->sum.hi, 2.0 * s->sum.lo), whole)));
	s->sum = dd_add(s->sum, whole);
	s->centre = centre;
	s->centre_weight = centre_weight;
}

static inline void
add_value(l2n_spread *s, dd weight, dd v, double w)
{
	dd d, wd;

	if (w > MUCH_HEAVIER * s->centre_weight)
		move_centre(s, weight, v.hi, w);
	d = dd_add_d(v, -s->centre);
	wd = score_times(d, w);
	s->sum = dd_add(s->sum, wd);
	s->square = dd_add(s->square, dd_mul(wd, d));
}

/*
 * log((1 + y) / (1 + yhat)), through one logarithm that keeps its digits where the two are near
 * each other.  Both are above -1, so 1 + yhat is not 0.
 */
static double
log_ratio(double y, double yhat, double error)
{
	double ratio = (1.0 + y) / (1.0 + yhat);

	return ratio > 0.5 && ratio < 2.0 ? log1p(-error / (1.0 + yhat)) : log(ratio);
}

void
l2n_score_add(l2n_score *s, double y, double yhat, double w, bool logs)
{
	dd error = dd_two_sum(yhat, -y);
	dd distance = error.hi < 0.0 ? dd_neg(error) : error;
	double scale = fabs(y) > L2N_RELATIVE_FLOOR ? fabs(y) : L2N_RELATIVE_FLOOR;

	add_value(&s->y, s->weight, dd_of(y), w);
	add_value(&s->error, s->weight, error, w);
	s->rows += 1.0;
	s->weight = dd_add_d(s->weight, w);
	s->absolute = dd_add(s->absolute, score_times(distance, w));
	s->relative = dd_add(s->relative, score_times(dd_of(distance.hi / scale), w));
	if (distance.hi > s->largest)
		s->largest = distance.hi;
	if (!logs)
		return;
	if (y > -1.0 && yhat > -1.0)
	{
		double l = log_ratio(y, yhat, error.hi);

		s->logarithmic = dd_add(s->logarithmic, score_times(dd_two_prod(l, l), w));
	}
	else
		s->no_log += 1.0;
}

static void
merge_spread(l2n_spread *a, dd a_weight, l2n_spread b, dd b_weight)
{
	if (b.centre_weight > a->centre_weight)
		move_centre(a, a_weight, b.centre, b.centre_weight);
	else
		move_centre(&b, b_weight, a->centre, a->centre_weight);
	a->sum = dd_add(a->sum, b.sum);
	a->square = dd_add(a->square, b.square);
}

void
l2n_score_merge(l2n_score *a, const l2n_score *b)
{
	merge_spread(&a->y, a->weight, b->y, b->weight);
	merge_spread(&a->error, a->weight, b->error, b->weight);
	a->rows += b->rows;
	a->skipped += b->skipped;
	a->weight = dd_add(a->weight, b->weight);
	a->absolute = dd_add(a->absolute, b->absolute);
	a->relative = dd_add(a->relative, b->relative);
	a->logarithmic = dd_add(a->logarithmic, b->logarithmic);
	a->no_log += b->no_log;
	if (b->largest > a->largest)
		a->largest = b->largest;
}

/* About the mean; not below 0 */
static dd
centred_square(const l2n_spread *s, dd weight)
{
	dd r = dd_sub(s->square, dd_mul(s->sum, dd_div(s->sum, weight)));

	return r.hi < 0.0 ? dd_of(0.0) : r;
}

/* 1 - part / whole */
static double
share_explained(dd part, dd whole)
{
	return whole.hi > 0.0 ? dd_to_double(dd_sub(dd_of(1.0), dd_div(part, whole))) : NAN;
}

l2n_status
l2n_score_metrics(const l2n_score *s, l2n_metrics *m)
{
	dd bias, mse, error_square, y_square;

	/* each row weighs something */
	if (!(s->weight.hi > 0.0))
		return L2N_NO_ROWS;

	y_square = centred_square(&s->y, s->weight);
	error_square = centred_square(&s->error, s->weight);
	bias = dd_add_d(dd_div(s->error.sum, s->weight), s->error.centre);
	mse = dd_add(dd_div(error_square, s->weight), dd_mul(bias, bias));

	m->mse = dd_to_double(mse);
	m->rmse = dd_to_double(dd_sqrt(mse));
	m->mae = dd_to_double(dd_div(s->absolute, s->weight));
	m->max_error = s->largest;
	m->mape = dd_to_double(dd_div(s->relative, s->weight));
	m->msle = s->no_log > 0.0 ? NAN : dd_to_double(dd_div(s->logarithmic, s->weight));
	m->r2 = share_explained(dd_mul(mse, s->weight), y_square);
	m->explained_variance = share_explained(error_square, y_square);
	m->bias = dd_to_double(bias);

	/* an overflow makes NaN of the sums that it goes through */
	if (!isfinite(m->mse) || !isfinite(m->mae) || !isfinite(m->max_error) || !isfinite(m->mape) ||
		!isfinite(m->bias) || !isfinite(s->logarithmic.hi) || !isfinite(y_square.hi) ||
		(y_square.hi > 0.0 && !isfinite(m->r2)))
		return L2N_OUT_OF_RANGE;
	return L2N_OK;
}
