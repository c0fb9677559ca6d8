/*
 * test_system.c: units that no bit is lost by, and sums of which nothing is left but rounding: they
 * are 0.
 */
#include "num/solve/system.h"

#include "rows.h"

static void
test_power_scale(void)
{
	int wrong = 0;

	for (int e = -1020; e <= 1020; e++)
		for (double v = 1; v < 2; v += 0.125)
		{
			double scale = l2n_power_scale(ldexp(v, e)), near = ldexp(v, e) * scale * scale;
			int exponent;

			wrong += frexp(scale, &exponent) != 0.5 || !(near >= 0.25 && near < 2);
		}
	is_int(wrong, 0, "powers of two bring squares near 1");
	ok(l2n_power_scale(0) == 1 && l2n_power_scale(-3) == 1 && l2n_power_scale(NAN) == 1,
	   "what is no square is left alone");
}

/* y = 4 x1, of two columns that are the same: coefficients whose sum is 4, however large they are
 */
static void
test_perfect(double large, double far)
{
	static const int feature[] = {1, 2};
	rows r = make_rows(30, 3);
	l2n_columns columns = {2, feature, 0, true};
	void *work = scratch(l2n_system_worksize(2));
	double b[4] = {0}, g[4], coef[2];
	l2n_solution solution = {.coef = coef};
	l2n_moments m;
	l2n_system s;

	for (int i = 0; i < 30; i++)
	{
		double *x = row_at(&r, i);

		x[1] = x[2] = far + sin(i + 1);
		x[0] = 4 * x[1];
		x[3] = 1 + 0.1 * i;
	}
	m = moments_of(&r);
	is_int(l2n_system_init(&s, &m, &columns, NULL, work, NULL, NULL), L2N_OK, "copies at %g", far);
	b[0] = large * s.scale_y / s.scale[0];
	b[1] = (4 - large) * s.scale_y / s.scale[1];
	l2n_system_gradient(l2n_kernel_best(), &s, b, g);
	is_int(l2n_system_solution(&s, b, g, &solution), L2N_OK, "coefficients of %g", large);
	ok(solution.rss == 0 && solution.r_squared == 1, "leave nothing: %g", solution.rss);
	ok(solution.intercept == 0, "no intercept either: %g", solution.intercept);
	ok(coef[0] == large && coef[1] == 4 - large, "and are what they are");
	free(work);
	free(r.x);
	free(m.mean);
}

int
main(void)
{
	test_power_scale();
	test_perfect(4, 0);
	test_perfect(1, 1e3);
	test_perfect(3e6, 0.1);
	test_perfect(0x1p40, 1e9 / 3);
	return done_testing();
}
