/*
 * irls.c: rows at some coefficients, a block at a time.
 *
 * The linear predictor is formed about the means of the features.  b0 + x'b would lose in every row
 * what b0 and x'b have in common, which for years near 2000 or prices near 1e6 are several digits.
 */
#include "num/glm/irls.h"

#include <string.h>

#include "num/glm/dropout.h"

/* A row of the block: the first column, the features, the weight */
#define WIDTH(p) ((size_t) (p) + 2)

/* What y - mu may be of a row that is as good as fitted: far less than the last bit of y */
#define LEAST_RESIDUAL 0x1p-91

/* What the last bits of eta may be of it before they make the mean go anywhere */
#define AT_EDGE 1e-3

size_t
l2n_irls_worksize(int p)
{
	return WIDTH(p) * L2N_BLOCK_ROWS * sizeof(double) + l2n_add_block_worksize(p + 1);
}

double
l2n_irls_weight(const l2n_irls *s, const double *row, double *y)
{
	double w = s->weight ? row[s->weight] : 1.0;

	*y = row[0];
	if (s->classes)
	{
		double of_one = *y * s->class_weight[1], of_zero = (1.0 - *y) * s->class_weight[0];

		*y = of_one / (of_one + of_zero);
		w *= of_one + of_zero;
	}
	return w;
}

/* Whether the features of a row are beside each other */
static bool
is_dense(const l2n_irls *s)
{
	for (int j = 1; j < s->p; j++)
		if (s->feature[j] != s->feature[0] + j)
			return false;
	return true;
}

/* The features of a row, one beside the other */
static inline void
take_features(const l2n_irls *s, const double *row, double *out)
{
	for (int j = 0; j < s->p; j++)
		out[j] = row[s->feature[j]];
}

/*
 * The features of the rows of a block, and the rows after it into the cache: they are the next
 * block as a rule, and a processor does not fetch so far ahead by itself.
 */
static void
take_block(const l2n_irls *s, int rows, const double *x, ptrdiff_t stride, double *block)
{
	size_t width = WIDTH(s->p);
	bool dense = is_dense(s);

	for (int i = 0; i < rows; i++)
	{
		const double *row = x + i * stride;
		double *out = block + (size_t) i * width + 1;

		if (dense)
			memcpy(out, row + s->feature[0], sizeof(double) * (size_t) s->p);
		else
			take_features(s, row, out);
	}
}

/* sum of (b x)^2 */
static double
noise(const l2n_irls *s, const double *coef, const double *row)
{
	double q = 0.0;

	for (int j = 0; j < s->p; j++)
		q += coef[j] * row[s->feature[j]] * (coef[j] * row[s->feature[j]]);
	return q;
}

/*
 * What the rows of a block, their y - mu, v and w given, add to the slopes.  size is that of their
 * linear predictors, the features' part of it, and is spoilt.  The block is summed in double,
 * which is 2^-46 of the sizes at worst, and the blocks in double-double.
 */
static void
add_slopes(const l2n_irls *s, const l2n_kernel *kernel, double base, int rows, const double *x,
		   ptrdiff_t stride, const double *features, const double *eta, double *size,
		   const double *residual, const double *variance, const double *weight,
		   const l2n_slopes *to, double *sum)
{
	size_t p = (size_t) s->p, k = p + 1;
	double r[L2N_BLOCK_ROWS];
	l2n_link_kind link = s->family->link->kind;
	/* the last bits of a mean are as much of eta, or for logarithms and logits as much by
	 * themselves */
	bool unit = link == L2N_IDENTITY || link == L2N_INVERSE || link == L2N_INVERSE_SQUARED;
	/* a mean of eta 0 is out of its range */
	bool edge = unit && isfinite(s->family->lowest);

	memset(sum, 0, sizeof(double) * k);
	for (int i = 0; i < rows; i++)
	{
		double parts = size[i] + fabs(base) + (unit ? 0.0 : 1.0);

		if (s->offset)
			parts += fabs(x[i * stride + s->offset]);
		parts *= (double) (p + 4) * 0x1.8p-52;
		r[i] = weight[i] * residual[i];
		*to->noise += parts * fabs(r[i]);
		/* the curvature says nothing of a row that the last bits may take over the edge */
		if (edge && parts > AT_EDGE * fabs(eta[i]))
			parts = 0.0;
		size[i] = (parts * variance[i] + LEAST_RESIDUAL) * weight[i];
		sum[p] += r[i];
		to->size[p] += fabs(r[i]);
		to->rounding[p] += size[i];
	}
	kernel->slopes(rows, p, features, (ptrdiff_t) WIDTH(p), s->centre, r, size, sum, to->size,
				   to->rounding);
	for (size_t j = 0; j < k; j++)
	{
		dd slope = dd_add_d(dd_make(to->slope[j], to->slope[k + j]), sum[j]);

		to->slope[j] = slope.hi;
		to->slope[k + j] = slope.lo;
	}
}

/* The sum of w l, in twice the precision of a double; infinite if a loss is */
static dd
sum_losses(int rows, const double *weight, const double *lost)
{
	double sum = 0.0, rest = 0.0;

	for (int i = 0; i < rows; i++)
	{
		dd t = dd_two_sum(sum, weight[i] * lost[i]);

		sum = t.hi;
		rest += t.lo;
	}
	return isfinite(sum) ? dd_fast_two_sum(sum, rest) : dd_of(INFINITY);
}

/* The first column and the weight of a row that has this residual and v */
static inline void
put_working(double *row, size_t width, double residual, double v, double prior)
{
	v = v > L2N_LEAST_VARIANCE ? v : L2N_LEAST_VARIANCE;
	row[0] = residual / v;
	row[width - 1] = v * prior;
}

/* The rows of a block, once more, to moments of the expected information */
static void
add_information(const l2n_kernel *kernel, const l2n_irls *s, int rows, const double *y,
				const double *eta, const double *prior, l2n_moments *m, double *lost, double *block,
				l2n_poll poll, void *poll_arg)
{
	double residual[L2N_BLOCK_ROWS], v[L2N_BLOCK_ROWS];
	size_t width = WIDTH(s->p);
	l2n_family f = *s->family;

	f.expected = true;
	f.evaluate(&f, kernel, rows, y, eta, residual, v, lost);
	for (int i = 0; i < rows; i++)
		put_working(block + (size_t) i * width, width, residual[i], v[i], prior[i]);
	l2n_moments_add_block(kernel, m, rows, block, (ptrdiff_t) width, block + width - 1,
						  block + width * L2N_BLOCK_ROWS, poll, poll_arg);
}

void
l2n_irls_block(const l2n_kernel *kernel, const l2n_irls *s, double base, const double *coef,
			   int rows, const double *x, ptrdiff_t stride, l2n_moments *m, dd *loss,
			   const l2n_slopes *slopes, l2n_moments *information, void *work, l2n_poll poll,
			   void *poll_arg)
{
	double y[L2N_BLOCK_ROWS], eta[L2N_BLOCK_ROWS], prior[L2N_BLOCK_ROWS], residual[L2N_BLOCK_ROWS],
		variance[L2N_BLOCK_ROWS], lost[L2N_BLOCK_ROWS], size[L2N_BLOCK_ROWS],
		square[L2N_BLOCK_ROWS];
	size_t width = WIDTH(s->p);
	double *block = work;
	const char *ahead = (const char *) (x + rows * stride);
	size_t length = (size_t) stride * sizeof(double);

	if (rows < 1)
		return;
	for (int i = 0; i < rows; i++)
	{
		prior[i] = l2n_irls_weight(s, x + i * stride, &y[i]);
	}
	take_block(s, rows, x, stride, block);
	kernel->linear(rows, (size_t) s->p, block + 1, (ptrdiff_t) width, s->centre, coef, base, eta,
				   slopes ? size : NULL);
	for (int i = 0; i < rows && s->offset; i++)
		eta[i] += x[i * stride + s->offset];
	if (m == NULL)
	{
		add_information(kernel, s, rows, y, eta, prior, information, lost, block, poll, poll_arg);
		*loss = dd_add(*loss, sum_losses(rows, prior, lost));
		return;
	}
	s->family->evaluate(s->family, kernel, rows, y, eta, residual, variance, lost);
	for (int i = 0; i < rows && s->dropout > 0.0; i++)
		square[i] = noise(s, coef, x + i * stride);
	for (int i = 0; i < rows && s->dropout > 0.0 && !s->normal; i++)
		l2n_dropout(s->family, s->dropout, square[i], eta[i], variance[i], &residual[i], &lost[i]);
	if (s->dropout > 0.0 && s->normal)
		l2n_dropout_normal(s->family, kernel, s->dropout, rows, y, eta, square, residual, variance,
						   lost);
	for (int i = 0; i < rows; i++)
	{
		put_working(block + (size_t) i * width, width, residual[i], variance[i], prior[i]);
		for (size_t at = 0; at < length; at += 64)
			__builtin_prefetch(ahead + at, 0, 0);
		ahead += length;
	}
	*loss = dd_add(*loss, sum_losses(rows, prior, lost));
	if (!isfinite(loss->hi))
	{
		*loss = dd_of(INFINITY);
		return;
	}
	if (slopes)
		add_slopes(s, kernel, base, rows, x, stride, block + 1, eta, size, residual, variance,
				   prior, slopes, block + width * L2N_BLOCK_ROWS);
	l2n_moments_add_block(kernel, m, rows, block, (ptrdiff_t) width, block + width - 1,
						  block + width * L2N_BLOCK_ROWS, poll, poll_arg);
	if (information)
		add_information(kernel, s, rows, y, eta, prior, information, lost, block, poll, poll_arg);
}

void
l2n_irls_plain(const l2n_kernel *kernel, const l2n_irls *s, double at, int rows, const double *x,
			   ptrdiff_t stride, l2n_moments *m, dd *saturated, dd *loss, void *work, l2n_poll poll,
			   void *poll_arg)
{
	double y[L2N_BLOCK_ROWS], eta[L2N_BLOCK_ROWS], weight[L2N_BLOCK_ROWS], own[L2N_BLOCK_ROWS],
		lost[L2N_BLOCK_ROWS], ones[L2N_BLOCK_ROWS], unused[L2N_BLOCK_ROWS];
	size_t width = WIDTH(s->p);
	double *block = work;

	if (rows < 1)
		return;
	take_block(s, rows, x, stride, block);
	for (int i = 0; i < rows; i++)
	{
		double *out = block + (size_t) i * width;

		eta[i] = at;
		ones[i] = 1.0;
		weight[i] = out[width - 1] = l2n_irls_weight(s, x + i * stride, &y[i]);
		out[0] = y[i];
	}
	if (saturated)
	{
		s->family->evaluate(s->family, kernel, rows, y, eta, own, unused, lost);
		*loss = dd_add(*loss, sum_losses(rows, weight, lost));
		for (int i = 0; i < rows; i++)
			own[i] = s->family->saturated(s->family, y[i], weight[i]);
		*saturated = dd_add(*saturated, sum_losses(rows, ones, own));
	}
	l2n_moments_add_block(kernel, m, rows, block, (ptrdiff_t) width,
						  s->weight || s->classes ? block + width - 1 : NULL,
						  block + width * L2N_BLOCK_ROWS, poll, poll_arg);
}

void
l2n_irls_linear(const l2n_kernel *kernel, const l2n_irls *s, double base, const double *coef,
				int rows, const double *x, ptrdiff_t stride, double *eta, double *y, double *weight,
				void *work)
{
	double *block = work;

	take_block(s, rows, x, stride, block);
	kernel->linear(rows, (size_t) s->p, block + 1, (ptrdiff_t) WIDTH(s->p), s->centre, coef, base,
				   eta, NULL);
	for (int i = 0; i < rows; i++)
	{
		if (s->offset)
			eta[i] += x[i * stride + s->offset];
		weight[i] = l2n_irls_weight(s, x + i * stride, &y[i]);
	}
}

void
l2n_irls_predict(const l2n_irls *s, double base, const double *coef, int rows, const double *x,
				 ptrdiff_t stride, double *eta, double *y, double *weight)
{
	for (int i = 0; i < rows; i++)
	{
		const double *row = x + i * stride;
		double sum = base;

		for (int j = 0; j < s->p; j++)
			if (coef[j] != 0.0)
				sum += coef[j] * (row[s->feature[j]] - s->centre[j]);
		if (s->offset)
			sum += row[s->offset];
		eta[i] = sum;
		weight[i] = l2n_irls_weight(s, row, &y[i]);
	}
}
