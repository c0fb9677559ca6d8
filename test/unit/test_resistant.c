/*
 * test_resistant.c: Huber's regression and quantiles: what MASS's rlm and quantreg's rq (se =
 * "ker") say of R's stackloss, every vertex of small problems, rows that count several times, and
 * what has no answer.
 */
#include "num/stats/resistant.h"

#include "rows.h"

#define MOST 30000
#define K    4

/* R's stackloss: a constant, air flow, water temperature, acid concentration; and the loss */
static const double stackloss[21][K] = {
	{1, 80, 27, 89}, {1, 80, 27, 88}, {1, 75, 25, 90}, {1, 62, 24, 87}, {1, 62, 22, 87},
	{1, 62, 23, 87}, {1, 62, 24, 93}, {1, 62, 24, 93}, {1, 58, 23, 87}, {1, 58, 18, 80},
	{1, 58, 18, 89}, {1, 58, 17, 88}, {1, 58, 18, 82}, {1, 58, 19, 93}, {1, 50, 18, 89},
	{1, 50, 18, 86}, {1, 50, 19, 72}, {1, 50, 19, 79}, {1, 50, 20, 80}, {1, 56, 20, 82},
	{1, 70, 20, 91}};
static const double loss[21] = {42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14,
								13, 11, 12, 8,  7,  8,  8,  9,  15, 15};

static double x[MOST * K], y[MOST], weight[MOST], coef[K], residual[MOST], variance[K * K];

static l2n_resistant
problem(int n, int k)
{
	l2n_resistant r = {.n = (size_t) n,
					   .k = k,
					   .x = x,
					   .y = y,
					   .weight = weight,
					   .max_iter = 10000,
					   .coef = coef,
					   .residual = residual,
					   .variance = variance};

	memset(coef, 0, sizeof coef);
	return r;
}

/* tau 0: Huber's */
static l2n_status
solve(l2n_resistant *r, double tau)
{
	void *work = scratch(l2n_resistant_worksize(r->n, r->k));
	l2n_status status =
		tau > 0.0 ? l2n_quantile(r, tau, work, NULL, NULL) : l2n_huber(r, 1.345, work, NULL, NULL);

	free(work);
	return status;
}

/* The columns of stackloss near 1 in size, as the header wants them */
static const double unit[K] = {1, 64, 16, 64};

/* A row counts 1, 2, 3, 1, ... times, by its weight or by rows that are written out */
static l2n_resistant
stackloss_problem(bool weighted, bool written_out)
{
	int n = 0;

	for (int i = 0; i < 21; i++)
	{
		int times = weighted ? 1 + i % 3 : 1;

		for (int t = 0; t < (written_out ? times : 1); t++, n++)
		{
			for (int j = 0; j < K; j++)
				x[n * K + j] = stackloss[i][j] / unit[j];
			y[n] = loss[i];
			weight[n] = written_out ? 1 : times;
		}
	}
	return problem(n, K);
}

/* What R says: coefficients, their standard errors, the covariance of the middle two */
static void
test_r(const char *name, double tau, bool weighted, const double *b, const double *se,
	   double between, double scale)
{
	for (int written_out = 0; written_out <= weighted; written_out++)
	{
		l2n_resistant r = stackloss_problem(weighted, written_out);
		double far = 0.0;

		is_int(solve(&r, tau), L2N_OK, "%s", name);
		ok(r.converged && r.iterations < r.max_iter, "it converges");
		for (int j = 0; j < K; j++)
		{
			double error = sqrt(variance[j * K + j]);

			/* some quantiles have coefficients of 0 */
			far = fmax(far, fabs(coef[j] / unit[j] - b[j]) / fmax(fabs(b[j]), 0.1));
			far = fmax(far, off(error / unit[j], se[j], se[j]));
		}
		ok(far < 1e-8, "coefficients and errors are R's: off by %.2g", far);
		if (between != 0.0)
			is_close(variance[K + 2] / unit[1] / unit[2], between, 1e-8, "so is a covariance");
		if (tau > 0.0)
			ok(isnan(r.scale), "no scale");
		else
			is_close(r.scale, scale, 1e-8, "scale");
	}
}

static void
test_stackloss(void)
{
	static const double huber[] = {-41.026485373295060, 0.829385770253855, 0.926059415548607,
								   -0.127846317965416};
	static const double huber_se[] = {9.80687229435311, 0.111174962319926, 0.303393403349554,
									  0.128846345686811};
	static const double heavy[] = {-39.3866798298427199, 0.8100673294053967, 0.7643082281286223,
								   -0.0974712668987425};
	static const double heavy_se[] = {5.9377721998983173, 0.0637752044304955, 0.1716253506095030,
									  0.0765113485800011};
	static const double low[] = {-36, 0.5, 1, 0};
	static const double low_se[] = {23.641828323159626, 0.378800219820844, 0.814533414390243,
									0.328362375635555};
	static const double half[] = {-39.6898550724637929, 0.8318840579710135, 0.5739130434782647,
								  -0.0608695652173913};
	static const double half_se[] = {14.059736430164149, 0.243502747605752, 0.578943305021290,
									 0.181421698395240};
	static const double high[] = {-58.5433186490455313, 0.7929515418502204, 1.3054331864904538,
								  0.0381791483113074};
	static const double high_se[] = {13.674517584437307, 0.197270703037132, 0.555869022163454,
									 0.173433193292174};
	static const double much[] = {-39.7314702308627332, 0.8335358444714455, 0.5662211421628202,
								  -0.0595382746051028};
	static const double much_se[] = {8.767193678994827, 0.162631093613459, 0.355797764450218,
									 0.111145720741713};

	static const double least[] = {-29.0140186915887881, 0.31542056074766356, 1.22429906542056099,
								   -0.02803738317757008};
	static const double least_se[] = {8.0838646374058083, 0.1968567536739022, 0.3545455674102690,
									  0.1556960399768007};
	static const double most[] = {-58.4619970193739888, 0.5245901639344246, 1.8584202682563360,
								  0.1073025335320414};
	static const double most_se[] = {11.8998256180941979, 0.1670057583483900, 0.4361827700563756,
									 0.1583924691531776};

	test_r("Huber's regression", 0, false, huber, huber_se, -2.48129966640250e-02,
		   2.44048904599281);
	test_r("of rows that count several times", 0, true, heavy, heavy_se, 0, 1.95725629651979);
	test_r("the first quartile", 0.25, false, low, low_se, -0.135974183417886, 0);
	test_r("the median", 0.5, false, half, half_se, -0.105131841058955, 0);
	test_r("a high quantile", 0.9, false, high, high_se, -0.0966342062872525, 0);
	test_r("the median of rows that count several times", 0.5, true, much, much_se, 0, 0);
	/* so near the ends that the density's interval is halved */
	test_r("a quantile near 0", 0.04, false, least, least_se, 0.01314671960269523, 0);
	test_r("a quantile near 1", 0.97, false, most, most_se, -0.06551573497820777, 0);
}

static double
quantile_loss(int n, int k, const double *b, double tau)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
	{
		double r = y[i];

		for (int j = 0; j < k; j++)
			r -= x[i * k + j] * b[j];
		sum += weight[i] * r * (tau - (r < 0));
	}
	return sum;
}

/* The least loss of all lines through two rows */
static double
best_line(int n, double tau)
{
	double best = INFINITY;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			if (x[2 * i + 1] != x[2 * j + 1])
			{
				double slope = (y[i] - y[j]) / (x[2 * i + 1] - x[2 * j + 1]);
				double b[2] = {y[i] - slope * x[2 * i + 1], slope};

				best = fmin(best, quantile_loss(n, 2, b, tau));
			}
	return best;
}

/* Rows of few values, so that many lie on the same line and many vertices are worth the same */
static void
test_vertices(void)
{
	int worse = 0, open = 0, not_through = 0, fits = 0;

	for (int run = 0; run < 400; run++)
	{
		int n = 4 + run % 30, through = 0;
		double tau = 0.05 + 0.9 * (run % 7) / 6, best, scale = run % 3 ? 0.25 : 1.0;
		l2n_resistant r = problem(n, 2);

		seed = (uint64_t) run;
		for (int i = 0; i < n; i++)
		{
			x[2 * i] = 1;
			x[2 * i + 1] = i < 2 ? i : run % 2 ? integer(5) * scale : normal();
			y[i] = run % 3 ? integer(6) : normal() + x[2 * i + 1];
			weight[i] = run % 5 ? 1 : 1 + integer(3);
		}
		if (solve(&r, tau) != L2N_OK)
			continue;
		fits++;
		best = best_line(n, tau);
		worse += !(quantile_loss(n, 2, coef, tau) <= best * (1 + 1e-9) + 1e-12);
		open += !r.converged;
		for (int i = 0; i < n; i++)
			through += fabs(y[i] - coef[0] - coef[1] * x[2 * i + 1]) < 1e-12;
		not_through += through < 2;
	}
	is_int(fits, 400, "lines through rows of few values");
	is_int(worse, 0, "none is worse than the best through two rows");
	is_int(open, 0, "all are proved");
	is_int(not_through, 0, "each goes through two rows");
}

/* Residuals are told about the solution; rows that it passes through have exactly none */
static void
test_residuals(void)
{
	l2n_resistant r = stackloss_problem(false, false);
	int none = 0;
	double far = 0.0;

	(void) solve(&r, 0.5);
	for (int i = 0; i < 21; i++)
	{
		double want = y[i];

		for (int j = 0; j < K; j++)
			want -= x[i * K + j] * coef[j];
		far = fmax(far, fabs(residual[i] - want));
		none += residual[i] == 0.0;
	}
	ok(far < 1e-12, "residuals are those of the coefficients: %.2g", far);
	ok(none >= K, "%d rows are fitted exactly", none);
	{
		double was[K];

		memcpy(was, coef, sizeof was);
		is_int(solve(&r, 0.5), L2N_OK, "again, from there");
		ok(r.iterations == 0 && r.converged && fabs(was[1] - coef[1]) < 1e-12, "it is there: %d",
		   r.iterations);
	}
}

static bool
stop_at(void *left)
{
	return (*(int *) left)-- == 0;
}

/* The same with an end: no answer within so many steps, a poll that stops, rows without an answer
 */
static void
test_ends(void)
{
	for (int kind = 0; kind < 2; kind++)
	{
		double tau = kind ? 0.3 : 0.0, want[K];
		int stopped = 0, steps = 0;
		l2n_resistant r = stackloss_problem(false, false);
		void *work = scratch(l2n_resistant_worksize(r.n, K));

		r.max_iter = kind ? 0 : 1;
		is_int(solve(&r, tau), L2N_OK, "too few steps");
		ok(!r.converged && r.iterations == r.max_iter, "are told: %d", r.iterations);
		r = stackloss_problem(false, false);
		(void) solve(&r, tau);
		memcpy(want, coef, sizeof want);
		for (bool whole = false; !whole && steps < 10000; steps++)
		{
			int left = steps;
			l2n_status status;

			r = stackloss_problem(false, false);
			status = kind ? l2n_quantile(&r, tau, work, stop_at, &left)
						  : l2n_huber(&r, 1.345, work, stop_at, &left);
			stopped += status == L2N_INTERRUPTED;
			whole = status == L2N_OK;
		}
		/* two for each of Huber's; each vertex, after those that lead near it */
		ok(steps - 1 == stopped && stopped == (kind ? 25 + r.iterations : 2 * r.iterations),
		   "it stops at each of %d polls", stopped);
		ok(memcmp(want, coef, sizeof want) == 0, "and solves as before");
		free(work);
	}
}

static void
test_without_answer(void)
{
	l2n_resistant r = problem(5, 2);

	/* four of five on a line */
	for (int i = 0; i < 5; i++)
	{
		x[2 * i] = weight[i] = 1;
		x[2 * i + 1] = i;
		y[i] = 0;
	}
	y[4] = 1;
	is_int(solve(&r, 0), L2N_ILL_CONDITIONED, "half of the rows are fitted exactly");
	is_int(solve(&r, 0.5), L2N_OK, "their median");
	ok(coef[0] == 0 && coef[1] == 0 && r.converged, "is their line");

	/* as many rows as numbers: the line through them, and no error */
	r = problem(2, 2);
	y[1] = 3;
	is_int(solve(&r, 0.5), L2N_OK, "two rows");
	ok(coef[0] == 0 && coef[1] == 3 && isnan(variance[0]) && isnan(variance[3]),
	   "have a line and no variance");

	/* columns that are the same */
	r = problem(5, 2);
	for (int i = 0; i < 5; i++)
		x[2 * i + 1] = 1;
	is_int(solve(&r, 0.5), L2N_OUT_OF_RANGE, "a column twice");
	y[2] = 7;
	y[3] = -1;
	is_int(solve(&r, 0), L2N_OUT_OF_RANGE, "a column twice, Huber's");
}

/*
 * Of many rows few are in play at first; which are, tells nothing here: the spread grows along the
 * rows, and a level is rare in a sample of them.  What proves the solution is of all: psi summed
 * over them, and what the four that are fitted exactly add within their bounds.
 */
static void
test_many(double tau)
{
	l2n_resistant r = problem(MOST, K);
	double sum[K] = {0}, a[K][K + 1];
	int basis[K] = {0}, exact = 0, within = 0;

	for (int i = 0; i < MOST; i++)
	{
		double u = uniform() - 0.5, *row = x + (size_t) i * K;

		row[0] = 1;
		row[1] = (double) i / MOST;
		row[2] = uniform();
		row[3] = i % 500 == 77;
		weight[i] = 0.5 + uniform();
		y[i] = 1 + row[2] + 30 * row[3] + (1 + 9 * row[1]) * u * fabs(u) * 4;
	}
	is_int(solve(&r, tau), L2N_OK, "quantile %.2f of many rows", tau);
	ok(r.converged, "in %d steps", r.iterations);
	for (int i = 0; i < MOST; i++)
	{
		double psi = weight[i] * (tau - (residual[i] < 0));

		if (fabs(residual[i]) < 1e-12 && exact++ < K)
			basis[exact - 1] = i;
		for (int j = 0; j < K && !(fabs(residual[i]) < 1e-12); j++)
			sum[j] += psi * x[(size_t) i * K + j];
	}
	is_int(exact, K, "as many are fitted exactly as there are coefficients");
	/* what those rows have to add, each times its x: by elimination */
	for (int i = 0; i < K; i++)
	{
		for (int j = 0; j < K; j++)
			a[i][j] = x[(size_t) basis[j] * K + i];
		a[i][K] = -sum[i];
	}
	for (int c = 0; c < K; c++)
	{
		int at = c;

		for (int i = c; i < K; i++)
			at = fabs(a[i][c]) > fabs(a[at][c]) ? i : at;
		for (int j = 0; j <= K; j++)
		{
			double t = a[at][j];

			a[at][j] = a[c][j];
			a[c][j] = t;
		}
		for (int i = 0; i < K; i++)
			for (int j = K; i != c && j >= c; j--)
				a[i][j] -= a[i][c] / a[c][c] * a[c][j];
	}
	for (int j = 0; j < K; j++)
	{
		double psi = a[j][K] / a[j][j] / weight[basis[j]];

		within += psi > tau - 1 - 1e-6 && psi < tau + 1e-6;
	}
	is_int(within, K, "and the dual solution is within its bounds");
}

/*
 * How many steps are taken, which is what a user waits for: an approach that does not lead near the
 * solution, or steps that are not the best ones, end there too, but later
 */
static void
test_steps(int n, int kind, double tau, int most)
{
	static const char *const what[] = {"normal", "tied", "heavy-tailed", "far"};
	int steps = 0, open = 0;

	for (int run = 0; run < 20; run++)
	{
		l2n_resistant r = problem(n, K);

		seed = (uint64_t) (run + 100 * kind);
		for (int i = 0; i < n; i++)
		{
			double *row = x + (size_t) i * K, noise = normal();

			row[0] = 1;
			for (int j = 1; j < K; j++)
				row[j] = kind == 1 ? integer(3) : normal();
			y[i] = row[1] - 2 * row[2] + noise * (kind == 2 ? noise * noise : 1);
			y[i] = kind == 1 ? integer(3) : kind == 3 ? y[i] + 1e5 : y[i];
			weight[i] = 1 + integer(2);
		}
		open += solve(&r, tau) != L2N_OK || !r.converged;
		steps += r.iterations;
	}
	ok(open == 0 && steps <= most, "%s rows, n = %d, %s %g: %d steps in all, at most %d",
	   what[kind], n, tau > 0 ? "quantile" : "Huber's,", tau, steps, most);
}

/* In other units, which a double's exponent holds, the same steps lead to the same digits */
static void
test_units(double tau)
{
	double want[K], want_variance = 0;
	int steps = 0;

	for (int kind = 0; kind < 3; kind++)
	{
		l2n_resistant r = stackloss_problem(true, false);
		double unit_of_y = kind == 0 ? 1 : kind == 1 ? 0x1p-30 : 0x1p30;
		bool same = true;

		for (int i = 0; i < 21; i++)
			y[i] *= unit_of_y;
		is_int(solve(&r, tau), L2N_OK, "a unit of %g", unit_of_y);
		if (kind == 0)
		{
			memcpy(want, coef, sizeof want);
			want_variance = variance[K + 1];
			steps = r.iterations;
		}
		for (int j = 0; j < K; j++)
			same &= coef[j] == want[j] * unit_of_y;
		ok(same && r.iterations == steps &&
			   variance[K + 1] == want_variance * unit_of_y * unit_of_y,
		   "makes no difference");
	}
}

/* Rows on one line: the search has nothing to do where it starts, and is there at once elsewhere */
static void
test_exact(int n, double from, double slope, int most)
{
	l2n_resistant r = problem(n, 2);
	void *work = scratch(l2n_resistant_worksize(r.n, 2));

	seed = 5;
	for (int i = 0; i < n; i++)
	{
		x[2 * i] = weight[i] = 1;
		x[2 * i + 1] = integer(64);
		y[i] = from + slope * x[2 * i + 1];
	}
	for (int again = 0; again < 2; again++)
	{
		is_int(l2n_quantile(&r, 0.3, work, NULL, NULL), L2N_OK, "%d rows on a line", n);
		ok(fabs(coef[0] - from) < 1e-12 && fabs(coef[1] - slope) < 1e-12, "have that line");
		ok(r.converged && r.iterations <= most, "in %d steps, at most %d", r.iterations, most);
		coef[0] = from;
		coef[1] = slope;
	}
	free(work);
}

/* Many columns, whose sample takes more room than what is behind it in the working area */
static void
test_wide(void)
{
	enum
	{
		ROWS = 10000,
		WIDE = 16,
		GUARD = 1 << 14
	};
	size_t size = l2n_resistant_worksize(ROWS, WIDE), touched = 0;
	double *wide = malloc(sizeof(double) * ROWS * WIDE), b[WIDE], more[WIDE * WIDE], far = 0;
	unsigned char *work = scratch(size + GUARD);
	l2n_resistant r = problem(ROWS, WIDE);

	seed = 11;
	r.x = wide;
	r.coef = memset(b, 0, sizeof b);
	r.variance = more;
	for (int i = 0; i < ROWS; i++)
	{
		double *row = wide + i * WIDE;

		y[i] = i < WIDE ? 0 : normal();
		for (int j = 0; j < WIDE; j++)
		{
			row[j] = j == 0 ? 1 : normal();
			y[i] += (j - 3) * row[j];
		}
		/* the first rows are as heavy as it takes to be fitted exactly */
		weight[i] = i < WIDE ? 1e6 : 1;
	}
	is_int(l2n_quantile(&r, 0.5, work, NULL, NULL), L2N_OK, "many columns");
	for (int j = 0; j < WIDE; j++)
		far = fmax(far, fabs(b[j] - (j - 3)));
	ok(r.converged && far < 1e-9, "have the line through the heavy rows, %.2g", far);
	for (size_t i = 0; i < GUARD; i++)
		touched += work[size + i] != 0xff;
	is_int((long) touched, 0, "nothing is written behind the working area");
	free(wide);
	free(work);
}

/* Weights that are parts of rows: as many as there are numbers say nothing of a variance */
static void
test_parts(void)
{
	for (int kind = 0; kind < 4; kind++)
	{
		l2n_resistant r = problem(10, 2);
		bool none = true, all = true;

		for (int i = 0; i < 10; i++)
		{
			x[2 * i] = 1;
			x[2 * i + 1] = i;
			y[i] = i % 3 + i * i % 7;
			/* 2 in all, or more */
			weight[i] = kind < 2 ? 0.25 * (i < 8) + 0x1p-60 : 0.25;
		}
		is_int(solve(&r, kind % 2 ? 0.4 : 0), L2N_OK, "parts of rows, %g in all",
			   kind < 2 ? 2 : 2.5);
		for (int j = 0; j < 4; j++)
		{
			none &= isnan(variance[j]);
			all &= isfinite(variance[j]);
		}
		ok(kind < 2 ? none : all && variance[0] > 0 && variance[3] > 0, "have %s variance",
		   kind < 2 ? "no" : "a");
	}
}

/* Numbers whose sums no double holds */
static void
test_range(void)
{
	l2n_resistant r = problem(6, 2);

	for (int i = 0; i < 6; i++)
	{
		x[2 * i] = weight[i] = 1;
		x[2 * i + 1] = i - 2.5;
		y[i] = 1e308 + (i % 3) * 1e306;
	}
	is_int(solve(&r, 0), L2N_OUT_OF_RANGE, "targets whose sum is out of range");
}

int
main(void)
{
	test_stackloss();
	test_vertices();
	test_residuals();
	test_ends();
	test_without_answer();
	test_units(0);
	test_units(0.3);
	test_exact(30, 0, 0, 0);
	test_exact(30, 1, 2, 0);
	test_exact(30, 1.1, 0.3, 0);
	test_exact(MOST, 1, 2, 2);
	test_exact(MOST, 1.1, 0.3, 8);
	test_wide();
	test_parts();
	test_range();
	test_steps(300, 0, 0, 375);
	test_steps(300, 0, 0.1, 46);
	test_steps(300, 0, 0.5, 51);
	test_steps(300, 1, 0, 62);
	test_steps(300, 1, 0.1, 610);
	test_steps(300, 1, 0.5, 620);
	test_steps(300, 2, 0, 480);
	test_steps(300, 2, 0.1, 56);
	test_steps(300, 2, 0.5, 51);
	test_steps(300, 3, 0, 335);
	test_steps(300, 3, 0.1, 226);
	test_steps(300, 3, 0.5, 60);
	test_steps(MOST, 0, 0.3, 540);
	test_many(0.5);
	test_many(0.03);
	return done_testing();
}
