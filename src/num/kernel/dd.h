/*
 * dd.h: double-double arithmetic, an unevaluated sum of two doubles, 106 bits.
 *
 * A plain double keeps 53 bits, and the normal equations square the condition number: half
 * of the digits are gone before the solver starts.  Twice the bits give them back.  Error-free
 * sums and products after Dekker (1971) and Knuth; the "accurate" addition, relative error
 * 3u^2, and the product, 5u^2, after Joldes, Muller and Popescu, "Tight and rigorous error
 * bounds for basic building blocks of double-word arithmetic" (ACM TOMS 44, 2017).
 *
 * Every file that includes this must be compiled without -ffast-math and with
 * -ffp-contract=off: both would optimise the error terms away.
 */
#ifndef L2N_DD_H
#define L2N_DD_H

#include <math.h>

typedef struct dd
{
	double hi; /* the value rounded to double */
	double lo; /* what rounding lost: |lo| <= ulp(hi)/2 */
} dd;

static inline dd
dd_make(double hi, double lo)
{
	dd r = {hi, lo};
	return r;
}

static inline dd
dd_of(double a)
{
	return dd_make(a, 0.0);
}

/* a + b exactly, for |a| >= |b| or a = 0 */
static inline dd
dd_fast_two_sum(double a, double b)
{
	double s = a + b;

	return dd_make(s, b - (s - a));
}

/* a + b exactly */
static inline dd
dd_two_sum(double a, double b)
{
	double s = a + b;
	double bb = s - a;

	return dd_make(s, (a - (s - bb)) + (b - bb));
}

/*
 * The rounding error of p = a * b, exactly.  Without an fma instruction the libm call costs
 * hundreds of cycles, so there the operands are split in halves (Dekker; Veltkamp).  Its
 * range is 2^-969 .. 2^995; the callers keep their numbers far inside.
 */
static inline double
dd_product_error(double a, double b, double p)
{
#if defined(__FMA__) || defined(__aarch64__) || defined(FP_FAST_FMA)
	return __builtin_fma(a, b, -p);
#else
	const double splitter = 134217729.0; /* 2^27 + 1 */
	double ta = splitter * a, tb = splitter * b;
	double ah = ta - (ta - a), bh = tb - (tb - b);
	double al = a - ah, bl = b - bh;

	return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
#endif
}

/* a * b exactly */
static inline dd
dd_two_prod(double a, double b)
{
	double p = a * b;

	return dd_make(p, dd_product_error(a, b, p));
}

static inline dd
dd_neg(dd a)
{
	return dd_make(-a.hi, -a.lo);
}

static inline dd
dd_add(dd a, dd b)
{
	dd s = dd_two_sum(a.hi, b.hi);
	dd t = dd_two_sum(a.lo, b.lo);

	s = dd_fast_two_sum(s.hi, s.lo + t.hi);
	return dd_fast_two_sum(s.hi, s.lo + t.lo);
}

static inline dd
dd_add_d(dd a, double b)
{
	dd s = dd_two_sum(a.hi, b);

	return dd_fast_two_sum(s.hi, s.lo + a.lo);
}

static inline dd
dd_sub(dd a, dd b)
{
	return dd_add(a, dd_neg(b));
}

static inline dd
dd_mul(dd a, dd b)
{
	dd p = dd_two_prod(a.hi, b.hi);

	return dd_fast_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static inline dd
dd_mul_d(dd a, double b)
{
	dd p = dd_two_prod(a.hi, b);

	return dd_fast_two_sum(p.hi, p.lo + a.lo * b);
}

/* a / b by long division: two quotient digits and a correction */
static inline dd
dd_div(dd a, dd b)
{
	double q1 = a.hi / b.hi;
	dd r = dd_sub(a, dd_mul_d(b, q1));
	double q2 = r.hi / b.hi;
	double q3;

	r = dd_sub(r, dd_mul_d(b, q2));
	q3 = r.hi / b.hi;
	return dd_add_d(dd_fast_two_sum(q1, q2), q3);
}

/* Karp and Markstein: one Newton step from the double root */
static inline dd
dd_sqrt(dd a)
{
	double r, s;

	if (!(a.hi > 0.0))
		return dd_of(0.0);
	r = 1.0 / sqrt(a.hi);
	s = a.hi * r;
	return dd_fast_two_sum(s, dd_sub(a, dd_two_prod(s, s)).hi * (r * 0.5));
}

/*
 * 1 / sqrt(a), a > 0: from its double y on, y (1 + e / 2 + 3 e^2 / 8) with e = 1 - a y^2, which is at
 * most 2^-51: a division and a root in double, where those of dd_sqrt and dd_div are five
 */
static inline dd
dd_rsqrt(dd a)
{
	double y = 1.0 / sqrt(a.hi), e;
	dd one = dd_mul(a, dd_two_prod(y, y));

	e = (1.0 - one.hi) - one.lo;
	return dd_fast_two_sum(y, y * (e * (0.5 + 0.375 * e)));
}

/* times a power of two: exact */
static inline dd
dd_scale(dd a, double power_of_two)
{
	return dd_make(a.hi * power_of_two, a.lo * power_of_two);
}

static inline double
dd_to_double(dd a)
{
	return a.hi + a.lo;
}

#endif
