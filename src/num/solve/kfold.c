/*
 * kfold.c: squared errors from moments.
 *
 * With C, c and s the centred cross products of the test rows, W their weight and m the mean of
 * their errors,
 *
 *	sum w (y - b0 - x'b)^2 = s - 2 b'c + b'Cb + W m^2
 *
 * and m follows from how far the means of test and train are apart, so a large common offset of
 * the columns costs no digit.  Doubles do for that unless the model is right to a thousandth: then
 * what the terms leave is worked out in double-double.
 */
#include "num/solve/kfold.h"

#include <string.h>

#include "num/linalg/dense.h"

/* A sum below this share of its terms has lost too many digits in double */
#define CANCELLED 1e-5

struct l2n_fold
{
	const l2n_moments *test;
	const l2n_columns *columns;
	int p;
	double weight;
	double target; /* mean of the target in test less in train */
	double *apart; /* p: the same of the features */
	double *c;     /* p x p */
	double *cross; /* p: with the target */
	double square; /* of the target */
	double *moved; /* p x n: scratch */
};

size_t
l2n_fold_worksize(int p, int n)
{
	size_t k = (size_t) p;

	return sizeof(l2n_fold) + sizeof(double) * (k * k + (2 + (size_t) n) * k) + 6 * 64;
}

/* How far the means of a column are apart; all of a mean where there is no intercept */
static double
kfold_apart(const l2n_moments *test, const l2n_moments *train, bool intercept, int column)
{
	dd mean = l2n_mean(test, column);

	return intercept ? dd_sub(mean, l2n_mean(train, column)).hi : mean.hi;
}

l2n_status
l2n_fold_start(const l2n_moments *test, const l2n_moments *train, const l2n_columns *columns,
			   void *work, l2n_fold **fold, l2n_poll poll, void *poll_arg)
{
	char *at = work;
	l2n_fold *f = l2n_take(&at, sizeof *f);
	size_t p = (size_t) columns->p;

	f->test = test;
	f->columns = columns;
	f->p = columns->p;
	f->c = l2n_take(&at, sizeof(double) * p * p);
	f->cross = l2n_take(&at, sizeof(double) * p);
	f->apart = l2n_take(&at, sizeof(double) * p);
	f->moved = (double *) at;
	f->weight = test->weight.hi;
	f->target = kfold_apart(test, train, columns->intercept, columns->target);
	f->square = l2n_cross(test, columns->target, columns->target).hi;
	for (size_t j = 0; j < p; j++)
	{
		int column = columns->feature[j];

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		f->apart[j] = kfold_apart(test, train, columns->intercept, column);
		f->cross[j] = l2n_cross(test, column, columns->target).hi;
		for (size_t i = j; i < p; i++)
			f->c[j * p + i] = f->c[i * p + j] = l2n_cross(test, column, columns->feature[i]).hi;
	}
	*fold = f;
	return L2N_OK;
}

/* s - 2 b'c + b'Cb in double-double */
static double
about_mean_exactly(const l2n_fold *f, const double *coef)
{
	const int *feature = f->columns->feature;
	int target = f->columns->target;
	dd sum = l2n_cross(f->test, target, target);

	for (int j = 0; j < f->p; j++)
	{
		dd part;

		if (coef[j] == 0.0)
			continue;
		part = dd_scale(l2n_cross(f->test, feature[j], target), -2.0);
		part = dd_add(part, dd_mul_d(l2n_cross(f->test, feature[j], feature[j]), coef[j]));
		for (int i = j + 1; i < f->p; i++)
			if (coef[i] != 0.0)
				part = dd_add(
					part,
					dd_scale(dd_mul_d(l2n_cross(f->test, feature[j], feature[i]), coef[i]), 2.0));
		sum = dd_add(sum, dd_mul_d(part, coef[j]));
	}
	return fmax(sum.hi, 0.0);
}

/* moved = C b for n models; a few coefficients of many take their columns alone */
static void
fold_move(l2n_fold *f, int n, const double *coef)
{
	size_t p = (size_t) f->p, nonzero = 0;

	if (n > 1)
	{
		l2n_dense_times_many(f->p, n, f->c, coef, f->moved);
		return;
	}
	for (size_t j = 0; j < p; j++)
		nonzero += coef[j] != 0.0;
	if (2 * nonzero > p)
	{
		l2n_dense_times(f->p, f->p, f->c, false, coef, f->moved);
		return;
	}
	memset(f->moved, 0, sizeof(double) * p);
	for (size_t j = 0; j < p; j++)
		if (coef[j] != 0.0)
			l2n_dense_axpy(f->p, coef[j], f->c + j * p, f->moved);
}

/* One model's, moved being C b */
static double
fold_errors(const l2n_fold *f, const double *coef, const double *moved)
{
	double linear = 0.0, square, error = f->target, terms = f->square, about;

	for (int j = 0; j < f->p; j++)
		if (coef[j] != 0.0)
		{
			linear += coef[j] * f->cross[j];
			terms += 2.0 * fabs(coef[j] * f->cross[j]);
			error -= coef[j] * f->apart[j];
		}
	square = l2n_dense_dot(f->p, coef, moved);
	terms += fabs(square);
	about = f->square - 2.0 * linear + square;
	if (!(about > CANCELLED * terms))
		about = about_mean_exactly(f, coef);
	return about + f->weight * error * error;
}

l2n_status
l2n_fold_sse(l2n_fold *f, int n, const double *coef, double *sse, l2n_poll poll, void *poll_arg)
{
	fold_move(f, n, coef);
	for (int i = 0; i < n; i++)
	{
		size_t at = (size_t) i * (size_t) f->p;

		if (poll && poll(poll_arg))
			return L2N_INTERRUPTED;
		sse[i] = fold_errors(f, coef + at, f->moved + at);
	}
	return L2N_OK;
}
