/*
 * spline.c: cubic regression splines as pieces of polynomials.
 */
#include "num/stats/spline.h"

#include <math.h>
#include <string.h>

#define ORDER 4

size_t
l2n_spline_worksize(int interior)
{
	size_t splines = (size_t) interior + ORDER, pieces = (size_t) interior + 1;

	/* the knots with those of the boundary four times; pieces of all splines; two constraints */
	return (size_t) interior + 2 * ORDER + splines * pieces * ORDER + 2 * splines + splines;
}

/* p (a + b t) added to r, of one degree more */
static void
spline_multiply(const double *p, double a, double b, double *r)
{
	for (int i = 0; i < ORDER; i++)
	{
		r[i] += a * p[i];
		if (i + 1 < ORDER)
			r[i + 1] += b * p[i];
	}
}

/*
 * The four B-splines that are not 0 on the interval that begins at t[at], each as a polynomial in
 * x - t[at]: value[i] is that of spline at - 3 + i
 */
static void
spline_interval(const double *t, int at, double value[ORDER][ORDER])
{
	double lower[ORDER][ORDER];

	memset(value, 0, sizeof(double) * ORDER * ORDER);
	value[ORDER - 1][0] = 1;
	for (int order = 2; order <= ORDER; order++)
	{
		memcpy(lower, value, sizeof lower);
		memset(value, 0, sizeof(double) * ORDER * ORDER);
		for (int i = ORDER - order; i < ORDER; i++)
		{
			int j =
				at - (ORDER - 1) + i; /* the spline's number: its knots are t[j] .. t[j + order] */

			/* the interval is among those between the knots that are divided by */
			if (i > ORDER - order)
				spline_multiply(lower[i], (t[at] - t[j]) / (t[j + order - 1] - t[j]),
								1 / (t[j + order - 1] - t[j]), value[i]);
			if (i + 1 < ORDER)
				spline_multiply(lower[i + 1], (t[j + order] - t[at]) / (t[j + order] - t[j + 1]),
								-1 / (t[j + order] - t[j + 1]), value[i]);
		}
	}
}

/* What a Householder reflection that was kept in v, as LINPACK's dqrdc keeps it, makes of x */
static void
spline_reflect(const double *v, int from, int n, double *x)
{
	double s = 0;

	if (v[from] == 0)
		return;
	for (int i = from; i < n; i++)
		s += v[i] * x[i];
	s = -s / v[from];
	for (int i = from; i < n; i++)
		x[i] += s * v[i];
}

/* The reflection that makes x zero behind element from, in x */
static void
spline_householder(double *x, int from, int n)
{
	double norm = 0;

	for (int i = from; i < n; i++)
		norm = hypot(norm, x[i]);
	if (norm == 0)
		return;
	if (x[from] < 0)
		norm = -norm;
	for (int i = from; i < n; i++)
		x[i] /= norm;
	x[from] += 1;
}

/*
 * Second derivatives at both boundaries of all splines but the first.  Only three splines have one
 * at a boundary: what rounding leaves of the others would turn the reflections.
 */
static void
spline_constraints(const double *pieces, int n_splines, int n_pieces, double width, double *first,
				   double *last)
{
	for (int j = 1; j < n_splines; j++)
	{
		const double *p = pieces + (size_t) j * n_pieces * ORDER, *q = p + (n_pieces - 1) * ORDER;

		first[j - 1] = j < ORDER - 1 ? 2 * p[2] : 0;
		last[j - 1] = j > n_splines - ORDER ? 2 * q[2] + 6 * q[3] * width : 0;
	}
}

int
l2n_spline_basis(int n, const double *knots, int natural, double *from, double *origin,
				 double *coef, double *work)
{
	int interior = n - 2, n_splines = interior + ORDER, inner = interior + 1;
	int columns = l2n_spline_columns(interior, natural);
	int pieces = l2n_spline_pieces(interior, natural), shift = natural ? 1 : 0;
	double *t = work, *all = t + interior + 2 * ORDER;
	double *first = all + (size_t) n_splines * inner * ORDER, *last = first + n_splines;
	double *row = last + n_splines, width;

	if (interior < 0 || interior > L2N_SPLINE_MAX)
		return 1;
	for (int i = 0; i < n; i++)
		if (!isfinite(knots[i]) || (i > 0 && !(knots[i] > knots[i - 1])))
			return 1;
	for (int i = 0; i < ORDER; i++)
	{
		t[i] = knots[0];
		t[interior + ORDER + i] = knots[n - 1];
	}
	memcpy(t + ORDER, knots + 1, sizeof(double) * interior);

	memset(all, 0, sizeof(double) * n_splines * inner * ORDER);
	for (int k = 0; k < inner; k++)
	{
		double value[ORDER][ORDER];

		spline_interval(t, ORDER - 1 + k, value);
		for (int i = 0; i < ORDER; i++)
			memcpy(all + ((size_t) (k + i) * inner + k) * ORDER, value[i], sizeof value[i]);
	}

	for (int k = 0; k < inner; k++)
		from[k + shift] = origin[k + shift] = knots[k];
	width = knots[n - 1] - knots[n - 2];
	if (natural)
	{
		from[0] = origin[0] = knots[0];
		from[pieces - 1] = origin[pieces - 1] = knots[n - 1];
		spline_constraints(all, n_splines, inner, width, first, last);
		spline_householder(first, 0, n_splines - 1);
		spline_reflect(first, 0, n_splines - 1, last);
		spline_householder(last, 1, n_splines - 1);
	}
	for (int k = 0; k < inner; k++)
		for (int c = 0; c < ORDER; c++)
		{
			/* all splines but the first, rotated so that the first two have all the curvature */
			for (int j = 1; j < n_splines; j++)
				row[j - 1] = all[((size_t) j * inner + k) * ORDER + c];
			if (natural)
			{
				spline_reflect(first, 0, n_splines - 1, row);
				spline_reflect(last, 1, n_splines - 1, row);
			}
			for (int j = 0; j < columns; j++)
				coef[((size_t) j * pieces + k + shift) * ORDER + c] = row[j + (natural ? 2 : 0)];
		}
	for (int j = 0; natural && j < columns; j++)
	{
		double *p = coef + (size_t) j * pieces * ORDER, *left = p + ORDER;
		double *right = p + (size_t) (pieces - 2) * ORDER, *end = right + ORDER;

		memset(p, 0, sizeof(double) * ORDER);
		memset(end, 0, sizeof(double) * ORDER);
		p[0] = left[0];
		p[1] = left[1];
		end[0] = right[0] + width * (right[1] + width * (right[2] + width * right[3]));
		end[1] = right[1] + width * (2 * right[2] + width * 3 * right[3]);
	}
	return 0;
}
