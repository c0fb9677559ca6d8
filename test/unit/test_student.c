/*
 * test_student.c: t and F against values of 50 digits (test/data/make_student.py), their limits
 * and their bad arguments.
 */
#include <errno.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "num/stats/student.h"
#include "tap.h"

/* What student.h promises */
#define TOLERANCE 1e-12

/* What it keeps on this list: the worst point is a quantile or an area near 1e-300 */
#define EXPECTED_WORST 3e-13

/* Everyday values; the reference formulas themselves lose a few bits */
#define CLOSED_TOLERANCE 1e-14

#define LONGEST_LINE 256

/* Cuts the next field off a line of CSV without quotes; empty past the end */
static char *
next_field(char **line)
{
	char *field = *line;

	*line += strcspn(field, ",\n");
	if (**line != '\0')
		*(*line)++ = '\0';
	return field;
}

static void
test_reference(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[LONGEST_LINE];
	char worst_point[2 * LONGEST_LINE] = "";
	double worst = 0;
	int points = 0;

	if (!ok(file != NULL, "%s can be read", path))
	{
		diag("%s", strerror(errno));
		return;
	}
	while (fgets(line, sizeof(line), file) != NULL)
	{
		char *field = line;
		char *fn = next_field(&field);
		double x = strtod(next_field(&field), NULL);
		double df1 = strtod(next_field(&field), NULL);
		double df2 = strtod(next_field(&field), NULL); /* empty, then 0, for t */
		double exact = strtod(next_field(&field), NULL);
		double got;
		double error;

		if (strcmp(fn, "fn") == 0)
			continue;
		if (strcmp(fn, "t_pvalue") == 0)
			got = l2n_t_pvalue(x, df1);
		else if (strcmp(fn, "t_quantile") == 0)
			got = l2n_t_quantile(x, df1);
		else
			got = l2n_f_pvalue(x, df1, df2);
		is_close(got, exact, TOLERANCE, "%s(%.17g, %.9g, %.9g)", fn, x, df1, df2);
		error = fabs(got - exact) / fabs(exact);
		if (!(error <= worst))
		{
			worst = error;
			snprintf(worst_point, sizeof(worst_point), "%s(%.17g, %.9g, %.9g)", fn, x, df1, df2);
		}
		points++;
	}
	fclose(file);
	ok(points > 1000, "the reference has its points: %d", points);
	ok(worst <= EXPECTED_WORST, "worst relative error %.2g is at most %.2g", worst, EXPECTED_WORST);
	diag("worst at %s", worst_point);
}

/* Distributions with closed forms, which need no table */
static void
test_closed_forms(void)
{
	static const double at[] = {1e-8, 0.01, 0.7, 1, 2, 15, 1e5, 1e12};

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
	{
		double t = at[i];

		is_close(l2n_t_pvalue(t, 1), 2 / M_PI * atan(1 / t), CLOSED_TOLERANCE, "Cauchy at %g", t);
		is_close(l2n_f_pvalue(t, 2, 6), pow(1 + t / 3, -3), CLOSED_TOLERANCE, "F(2, 6) at %g", t);
		is_close(l2n_f_pvalue(t * t, 1, 11.5), l2n_t_pvalue(-t, 11.5), 0, "F(1, m) is t^2 at %g",
				 t);
	}
	is_close(l2n_f_pvalue(1, 12.25, 12.25), 0.5, CLOSED_TOLERANCE, "F(m, m) at 1");
	is_close(l2n_f_pvalue(1, 3e8, 3e8), 0.5, 1e-13, "F(m, m) at 1, large m");
	is_close(l2n_t_quantile(0.975, INFINITY), 1.959963984540054235524594, CLOSED_TOLERANCE,
			 "normal quantile");
	is_close(l2n_t_pvalue(37.5, INFINITY), erfc(37.5 / sqrt(2)), 1e-12, "normal tail");
	is_close(l2n_f_pvalue(9, 2, INFINITY), exp(-9), CLOSED_TOLERANCE, "chi-squared of 2");
	is_close(l2n_f_pvalue(9, INFINITY, 2), -expm1(-1.0 / 9), CLOSED_TOLERANCE,
			 "reciprocal chi-squared of 2");
	is_close(l2n_t_pvalue(1e200, 1), 2 / M_PI * 1e-200, 1e-13, "t^2 beyond the range of a double");
	is_close(l2n_t_quantile(1e-250, 1), -1 / M_PI * 1e250, 1e-13, "a quantile of 250 digits");
	/* few degrees of freedom, which even such numbers leave some area */
	is_close(l2n_f_pvalue(1e-250, 0.004, 2), -expm1(0.002 * log(2e-253)), 1e-13,
			 "F(0.004, 2) next to 0");
	is_close(l2n_f_pvalue(1e250, 2, 0.004), exp(-0.002 * log(500e250)), 1e-13,
			 "F(2, 0.004) far out");
	/* so many that log F is normal */
	is_close(l2n_f_pvalue(1 + 1e-6, 4e12, 4e12), erfc(1 / sqrt(2)) / 2, 1e-5, "F(m, m), huge m");
	is_close(l2n_f_pvalue(1 - 1e-6, 4e12, 4e12), erfc(-1 / sqrt(2)) / 2, 1e-5, "and below 1");
	is_close(l2n_f_pvalue(1 + 2e-6, 4e12, 16e12), erfc(2e-6 / sqrt(2 * (0.5 + 0.125) * 1e-12)) / 2,
			 1e-5, "F of two that are huge");
}

/* Areas that a double holds in few bits, where the next step may lead anywhere */
static void
test_last_areas(void)
{
	static const double df[] = {50, 100, 200, 400};

	for (size_t i = 0; i < sizeof(df) / sizeof(df[0]); i++)
	{
		/* far out the area is a power of t */
		double t = l2n_t_quantile(0x1p-900, df[i]) * pow(2, 173 / df[i]);

		is_close(l2n_t_quantile(0x1p-1073, df[i]), t, 0.03, "a quantile of 2^-1073, df %g", df[i]);
	}
}

/* An area takes some ten terms of its fraction, not all that there might be: time of a processor */
static void
test_time(void)
{
	clock_t begin = clock();
	double sum = 0;

	for (int i = 1; i <= 1000; i++)
		sum += l2n_t_pvalue(i / 300.0, 12.5) + l2n_f_pvalue(i / 100.0, 3, 40.5);
	ok(sum > 0 && clock() - begin < CLOCKS_PER_SEC, "2000 areas within a second: %.3f s",
	   (double) (clock() - begin) / CLOCKS_PER_SEC);
}

static void
test_round_trip(void)
{
	static const double df[] = {0.03, 0.4, 1, 2.5, 17, 1e3, 1e7, 1e11, INFINITY};
	static const double p[] = {1e-280, 1e-40, 1e-7, 0.01, 0.24999, 0.25001, 0.4999999};

	for (size_t i = 0; i < sizeof(df) / sizeof(df[0]); i++)
		for (size_t j = 0; j < sizeof(p) / sizeof(p[0]); j++)
		{
			double t = l2n_t_quantile(p[j], df[i]);

			if (isinf(t))
				ok(pow(p[j], 1 / df[i]) < 1e-308, "quantile of %g at df %g is too large", p[j],
				   df[i]);
			else
				is_close(l2n_t_pvalue(t, df[i]) / 2, p[j], 2e-12, "p -> t -> p, p %g, df %g", p[j],
						 df[i]);
		}
}

static void
test_limits(void)
{
	ok(l2n_t_pvalue(0, 3) == 1, "t = 0");
	ok(l2n_t_pvalue(1e-320, 3) == 1, "t subnormal");
	ok(l2n_t_pvalue(INFINITY, 3) == 0, "t = inf");
	ok(l2n_t_pvalue(-INFINITY, 3) == 0, "t = -inf");
	ok(l2n_t_pvalue(1e30, 1e9) == 0, "a tail below every double");
	ok(l2n_t_pvalue(DBL_MAX, 1e3) == 0, "t at the end of the range");
	ok(l2n_t_quantile(0.5, 3) == 0, "the median");
	ok(l2n_t_quantile(0, 3) == -INFINITY, "p = 0");
	ok(l2n_t_quantile(1, 3) == INFINITY, "p = 1");
	ok(l2n_t_quantile(1e-300, 0.5) == -INFINITY, "a quantile beyond the range of a double");
	ok(l2n_t_quantile(0.125, 7) == -l2n_t_quantile(0.875, 7), "symmetry in the tails");
	ok(l2n_t_quantile(0.375, 7) == -l2n_t_quantile(0.625, 7), "symmetry in the middle");
	ok(l2n_f_pvalue(0, 3, 4) == 1, "f = 0");
	ok(l2n_f_pvalue(-1, 3, 4) == 1, "f < 0");
	ok(l2n_f_pvalue(INFINITY, 3, 4) == 0, "f = inf");
	ok(l2n_f_pvalue(0.999, INFINITY, INFINITY) == 1, "f below 1 without noise");
	ok(l2n_f_pvalue(1.001, INFINITY, INFINITY) == 0, "f above 1 without noise");

	ok(isnan(l2n_t_pvalue(NAN, 3)) && isnan(l2n_t_pvalue(1, NAN)), "t: NaN");
	ok(isnan(l2n_t_pvalue(1, 0)) && isnan(l2n_t_pvalue(1, -2)), "t: degrees of freedom <= 0");
	ok(isnan(l2n_t_quantile(NAN, 3)) && isnan(l2n_t_quantile(0.1, NAN)), "quantile: NaN");
	ok(isnan(l2n_t_quantile(-0.1, 3)) && isnan(l2n_t_quantile(1.1, 3)),
	   "quantile: p outside [0, 1]");
	ok(isnan(l2n_t_quantile(0.5, 0)), "quantile: degrees of freedom <= 0");
	ok(isnan(l2n_f_pvalue(NAN, 3, 4)) && isnan(l2n_f_pvalue(1, NAN, 4)) &&
		   isnan(l2n_f_pvalue(1, 3, NAN)),
	   "F: NaN");
	ok(isnan(l2n_f_pvalue(1, 0, 4)) && isnan(l2n_f_pvalue(1, 3, -4)), "F: degrees of freedom <= 0");
}

int
main(int argc, char **argv)
{
	test_reference(argc > 1 ? argv[1] : "test/data/student_reference.csv");
	test_closed_forms();
	test_last_areas();
	test_time();
	test_round_trip();
	test_limits();
	return done_testing();
}
