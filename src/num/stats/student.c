/*
 * student.c: Student's t and F by the regularised incomplete beta function I_x(a, b).
 *
 * The textbook way takes x^a y^b / B(a, b) as exp of a sum of lgammas and walks Lentz's continued
 * fraction forward.  At 1e6 degrees of freedom the lgammas cancel to 9 digits, and x itself, next
 * to 1, has lost what distinguishes one t from another.  Here
 *
 * 1. the prefactor is in saddle-point form (Loader, Fast and Accurate Computation of Binomial
 *    Probabilities, 2000): deviances that are all >= 0, of differences that never cancelled,
 *    because a y - b x comes from f - 1 and not from x;
 * 2. the rest is the even part of the continued fraction (DiDonato and Morris, TOMS 708, ACM
 *    TOMS 18, 1992, their BFRAC), evaluated from its tail towards its head: rounding errors then
 *    fade as fast as the fraction converges, where a forward walk collects them;
 * 3. of I_x(a, b) and 1 - I_y(b, a) that one is taken for which the fraction converges fast, which
 *    also is the one that does not cancel.
 *
 * t is the case df1 = 1, f = t^2.
 */
#include <float.h>
#include <math.h>
#include <stddef.h>

#include "num/stats/student.h"

/*
 * Past this the distributions equal their limits at infinity in every bit, and the products of
 * two parameters still fit a double.
 */
#define DF_INFINITY 1e150

/*
 * With min(a, b) above this the fraction would need more than MAX_TERMS terms.  The normal
 * approximation that replaces it has a relative error of about 1e-6 there: only F with more than
 * 2e12 degrees of freedom on both sides gets here.
 */
#define NORMAL_LIMIT 1e12
#define MAX_TERMS    (1 << 17)

/*
 * The fraction is taken with N and 2N terms until both agree to this.  The error of 2N terms is at
 * most about the 1.4th power of that of N.
 */
#define FRACTION_TOLERANCE 1e-13

/* Newton's step at which the next one would be below the last bit */
#define NEWTON_TOLERANCE 1e-9

/* Where to evaluate I_x(a, b); y = 1 - x and gap = a y - b x are known without cancellation */
typedef struct
{
	double a;
	double b;
	double x;
	double y;
	double gap;
} beta_point;

/* What F gives on both sides of f; density is that of log f, -d upper / d log f */
typedef struct
{
	double upper;
	double lower;
	double density;
} f_areas;

static double
clamp(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

/*
 * log Gamma(z) - [(z - 1/2) log z - z + log(2 pi) / 2], z > 0, to an absolute error of 1e-15:
 * Stirling's series from 10 on, and below that the recurrence upwards.
 */
static double
stirling_rest(double z)
{
	static const double series[] = {1.0 / 156,  -691.0 / 360360, 1.0 / 1188, -1.0 / 1680,
									1.0 / 1260, -1.0 / 360,      1.0 / 12};
	double rest = 0;
	double sum = 0;

	while (z < 10)
	{
		rest += (z + 0.5) * log1p(1 / z) - 1;
		z += 1;
	}
	for (size_t i = 0; i < sizeof(series) / sizeof(series[0]); i++)
		sum = sum / z / z + series[i];
	return rest + sum / z;
}

/*
 * d - log(1 + d) >= 0, given both d and ratio = 1 + d: near 0 they would cancel, near -1 only the
 * ratio is accurate.  The series is that of log((1 + r) / (1 - r)) / 2 = atanh r with its
 * first term taken into the closed form.
 */
static double
student_deviance(double d, double ratio)
{
	double r = d / (2 + d);
	double sum = 0;

	if (d < -0.5 || d > 1)
		return d - log(ratio);
	for (int k = 37; k >= 3; k -= 2) /* r^2 <= 1/9: 18 terms are 2^-57 */
		sum = sum * r * r + 1.0 / k;
	return r * (d - 2 * r * r * sum);
}

/* x^a y^b / B(a, b) */
static double
beta_density(const beta_point *q)
{
	double n = q->a + q->b;
	double da = -q->gap / q->a;
	double db = q->gap / q->b;

	return sqrt(q->a / n * q->b / (2 * M_PI)) *
		   exp(stirling_rest(n) - stirling_rest(q->a) - stirling_rest(q->b) -
			   q->a * student_deviance(da, n / q->a * q->x) -
			   q->b * student_deviance(db, n / q->b * q->y));
}

/* I_x(a, b) for x given by its logarithm, so small that the first term x^a / (a B(a, b)) is all */
static double
beta_far_tail(double a, double b, double log_x)
{
	double n = a + b;

	return sqrt(b / n / a / (2 * M_PI)) *
		   exp(stirling_rest(n) - stirling_rest(a) - stirling_rest(b) + a * (log_x + log1p(b / a)) +
			   b * log1p(a / b));
}

/* The continued fraction of I_x(a, b) B(a, b) / (x^a y^b), cut after so many terms */
static double
beta_fraction_terms(const beta_point *q, int terms)
{
	double a = q->a;
	double b = q->b;
	double tail = INFINITY;

	for (int m = terms; m >= 0; m--)
	{
		double odd = a + 2.0 * m - 1;
		double even = a + 2.0 * m + 1;
		double next = m + 1;
		double partial = (b - next) * q->x * next * q->x * ((a + m) / even) * ((a + b + m) / even);
		double denominator = (a + m) * ((q->gap + 1 + m * (1 + q->y)) / even) + m;

		if (m > 0)
			denominator += m * ((b - m) * q->x / odd);
		tail = denominator + partial / tail;
	}
	return 1 / tail;
}

/* The continued fraction of the incomplete beta function, with twice the terms until it stays. */
static double
beta_fraction(const beta_point *q)
{
	double before;
	double value = beta_fraction_terms(q, 16);
	int terms = 16;

	do
	{
		terms *= 2;
		before = value;
		value = beta_fraction_terms(q, terms);
	} while (fabs(value - before) > FRACTION_TOLERANCE * value && terms < MAX_TERMS);
	return value;
}

/* Both areas of F at f > 0, which is also given by its logarithm in case t^2 left the range */
static f_areas
f_at(double f, double log_f, double df1, double df2)
{
	double w = df1 / df2 * f;
	beta_point q = {.a = df2 / 2, .b = df1 / 2, .x = 1 / (1 + w), .y = w / (1 + w)};
	f_areas area;

	if (w > 1e200)
	{
		area.upper = beta_far_tail(q.a, q.b, -log(df1 / df2) - log_f);
		area.lower = 1 - area.upper;
		area.density = q.a * area.upper;
		return area;
	}
	if (w < 1e-200)
	{
		area.lower = beta_far_tail(q.b, q.a, log(df1 / df2) + log_f);
		area.upper = 1 - area.lower;
		area.density = q.b * area.lower;
		return area;
	}

	/* From f - 1, which is exact where it matters, not from x and y */
	q.gap = q.b * ((f - 1) / (1 + w));
	if (q.a > NORMAL_LIMIT && q.b > NORMAL_LIMIT)
	{
		double n = q.a + q.b;
		double root = sqrt(q.a * student_deviance(-q.gap / q.a, n / q.a * q.x) +
						   q.b * student_deviance(q.gap / q.b, n / q.b * q.y));

		area.upper = erfc(copysign(root, q.gap)) / 2;
		area.lower = erfc(copysign(root, -q.gap)) / 2;
		area.density = beta_density(&q);
		return area;
	}

	area.density = beta_density(&q);
	if (q.gap > 2 * q.x - 1) /* that is, x < (a + 1) / (a + b + 2) */
	{
		area.upper = clamp(area.density * beta_fraction(&q), 0, 1);
		area.lower = 1 - area.upper;
	}
	else
	{
		beta_point mirror = {.a = q.b, .b = q.a, .x = q.y, .y = q.x, .gap = -q.gap};

		area.lower = clamp(area.density * beta_fraction(&mirror), 0, 1);
		area.upper = 1 - area.lower;
	}
	return area;
}

double
l2n_f_pvalue(double f, double df1, double df2)
{
	if (isnan(f) || !(df1 > 0) || !(df2 > 0))
		return NAN;
	if (f <= 0)
		return 1;
	return f_at(f, log(f), fmin(df1, DF_INFINITY), fmin(df2, DF_INFINITY)).upper;
}

double
l2n_t_pvalue(double t, double df)
{
	if (isnan(t) || !(df > 0))
		return NAN;
	return f_at(t * t, 2 * log(fabs(t)), 1, fmin(df, DF_INFINITY)).upper;
}

/*
 * log of a first guess at the quantile, mostly beyond it: the normal tail is exp(-z^2 / 2) / 2 at
 * most, and z is taken to t by the inverse of Wallace's transformation (Annals of Mathematical
 * Statistics 30, 1959).
 */
static double
log_t_guess(double tail, double df)
{
	double v = -2 * log(2 * tail) / df;

	return (log(df) + v + log(-expm1(-v))) / 2;
}

/*
 * Newton's method for the logarithm of an area as a function of log t.  Both tails of t are
 * straight lines there (t^-df far out, t near 0) and the curve is concave between them, so it
 * converges from anywhere on the far side; a bracket catches the rest.  In the middle the area from
 * 0 to t is matched, so that quantiles next to 0 keep their digits too.
 */
double
l2n_t_quantile(double p, double df)
{
	double centre = fabs(p - 0.5);
	double tail = p < 0.5 ? p : 1 - p;
	double low = log(DBL_TRUE_MIN);
	double high = log(DBL_MAX);
	double u;
	double t = 0;
	double step = 0;

	if (isnan(p) || !(df > 0) || p < 0 || p > 1)
		return NAN;
	if (tail == 0)
		return p < 0.5 ? -INFINITY : INFINITY;
	if (centre == 0)
		return 0;

	df = fmin(df, DF_INFINITY);
	u = clamp(log_t_guess(tail, df), low, high);
	/* six are enough, and from anywhere, or to the end of the range, these are */
	for (int i = 0; i < 20; i++)
	{
		f_areas area;

		t = exp(u);
		area = f_at(t * t, 2 * u, 1, df);
		/* The density is that of log f = 2 log t: twice as much for log t */
		if (centre <= 0.25)
			step = log(2 * centre / area.lower) * area.lower / (2 * area.density);
		else
			step = log(area.upper / (2 * tail)) * area.upper / (2 * area.density);
		if (fabs(step) < NEWTON_TOLERANCE)
			break;

		if (centre <= 0.25 ? area.lower < 2 * centre : area.upper > 2 * tail)
			low = u;
		else
			high = u;
		u += step;
		if (!(u > low && u < high))
		{
			u = low + (high - low) / 2;
		}
	}
	/* Not exp(u + step): u near 700 has only 13 digits behind the point */
	t *= exp(step);
	return p < 0.5 ? -t : t;
}
