/*
 * test_steps.c: how many passes over the rows a search takes, of which kind, and that it ends at
 * the lowest point.
 *
 * A pass is what a user waits for.  Each line of the table is some random problems of one kind of
 * fit, those of test/stress/glm_fits.c with rows as bad as theirs, and the sum of what their
 * searches take.  More is slower; less leaves out something by which the end is known.  A change
 * that is meant to make searches shorter changes the table, which is in the names of the checks.
 */
#include "../stress/glm_fits.c"
#include "num/glm/dropout.h"

/* What a problem has beside its family and its penalty */
enum
{
	MOMENTS = 1,      /* slopes are taken from the moments */
	NO_REACH = 2,     /* how far the columns go is not known, */
	NO_LEAST = 4,     /* nor the least weight */
	GROUPS = 8,       /* of two columns each */
	NORMAL = 16,      /* dropout by a normal linear predictor, */
	QUADRATIC = 32,   /* by two terms of Taylor's series, */
	MASKED = 64,      /* by two masks of each row */
	ROUGH = 128,      /* no errors are wanted */
	BOUNDED = 256,    /* from 0 up, or from some number to another */
	FREE = 512,       /* the first column costs nothing */
	PATH = 1024,      /* four penalties, each a third of the one before */
	LOOSE_END = 2048, /* to a tolerance of 1e-4 */
	FEW = 4096,       /* ten steps at most */
	NO_BOUNDS = 8192,
	LARGEST = 16384, /* the largest penalty is looked for first */
	KNOWN = 32768,   /* the loss of the null model is known without a pass */
};

#define DROPOUT (NORMAL | QUADRATIC | MASKED)
#define RATE    0.3

/* Of glm_others, and before them logistic and Poisson regression in turn */
enum
{
	BINARY_OR_COUNTS = -1,
	PROBIT,
	CLOGLOG,
	BINOMIAL_LOG,
	BINOMIAL_IDENTITY,
	GAUSSIAN,
	GAUSSIAN_LOG,
	GAUSSIAN_INVERSE,
	POISSON_IDENTITY,
	GAMMA_LOG,
	GAMMA_INVERSE,
	GAMMA_IDENTITY,
	INVERSE_GAUSSIAN_LOG,
	INVERSE_GAUSSIAN,
	NEGATIVE_BINOMIAL,
	NEGATIVE_BINOMIAL_IDENTITY,
	TWEEDIE,
	QUASI,
};

/* What searches take */
typedef struct steps
{
	int iterations;
	int passes;
	int slopes;      /* of these with the slopes, */
	int information; /* and with the expected information, or for that alone */
	int converged;
} steps;

typedef struct lot
{
	int other;    /* of glm_others, or before */
	double ratio; /* of the L1 part of the penalty */
	double share; /* the penalty, of the largest slope of the null model */
	int with;
	uint64_t from; /* the first problem's seed */
	int problems;
	steps want;
} lot;

/*
 * Where only rounding is left of a step it decides whether there is one more, and may do so in
 * another way on another processor: by so much, in so many lots at most.  The problems are such
 * that moving their numbers by the last bit has not changed anything.
 */
#define ROUNDED   3
#define DIFFERING 3

static steps took;
static int with;
static int differing;

static l2n_status
counted_pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
			 const l2n_slopes *slopes, l2n_moments *information)
{
	glm_case *c = arg;
	dd sum = dd_of(0.0);
	uint64_t of[L2N_BLOCK_ROWS];
	l2n_masks masks = {RATE, 2};

	took.passes++;
	took.slopes += slopes != NULL;
	took.information += information != NULL;
	if (!(with & MASKED))
		return glm_pass(arg, base, coef, m, loss, slopes, information);
	for (int i = 0; i < c->rows && isfinite(sum.hi); i += L2N_BLOCK_ROWS)
	{
		int n = c->rows - i < L2N_BLOCK_ROWS ? c->rows - i : L2N_BLOCK_ROWS;

		for (int k = 0; k < n; k++)
			of[k] = (uint64_t) (i + k);
		l2n_masks_block(glm_kernel, &c->irls, &masks, base, coef, n, c->row[i], WIDTH, of, m, &sum,
						slopes, c->work, NULL, NULL);
	}
	*loss = sum.hi;
	return L2N_OK;
}

/* The loss alone, which is not counted */
static double
loss_at(glm_case *c, double base, const double *coef)
{
	steps before = took;
	l2n_moments m = {.k = c->p + 1};
	double memory[(MOST_COLUMNS + 1) * (MOST_COLUMNS + 4)], loss = INFINITY;

	m.mean = memory;
	m.cross = memory + 2 * m.k;
	l2n_moments_clear(&m);
	(void) counted_pass(c, base, coef, &m, &loss, NULL, NULL);
	took = before;
	return loss;
}

/* One who keeps counts of y knows it where all linear predictors are the same */
static bool
known_loss(void *arg, double base, double *loss)
{
	static const double none[MOST_COLUMNS];

	*loss = loss_at(arg, base, none);
	return true;
}

/* A problem of glm_fits.c, and what the lot has it be */
static void
make(glm_case *c, l2n_moments *prior, const lot *l)
{
	static int group[MOST_COLUMNS];

	with = l->with;
	c->other = l->other < 0 ? NULL : &glm_others[l->other];
	glm_make(c, prior);
	c->spec.pass = counted_pass;
	if (with & MOMENTS)
		c->spec.by_moments = true;
	if (with & NO_REACH)
		c->spec.reach = NULL;
	if (with & NO_LEAST)
		c->spec.least_weight = 0;
	if (with & (GROUPS | NO_BOUNDS))
	{
		c->bounded = false;
		c->spec.lower = c->spec.upper = NULL;
	}
	if (with & BOUNDED)
	{
		c->bounded = true;
		c->spec.lower = c->lower;
		c->spec.upper = c->upper;
	}
	if (with & GROUPS)
	{
		for (int j = 0; j < c->p; j++)
			group[j] = j / 2;
		c->spec.group = group;
		c->spec.groups = (c->p + 1) / 2;
		c->spec.penalty = NULL;
		c->free = false;
	}
	if (with & FREE)
	{
		for (int j = 0; j < c->p; j++)
			c->factor[j] = j > 0;
		c->spec.penalty = c->factor;
		c->free = true;
	}
	if (with & KNOWN)
		c->spec.constant = known_loss;
	if (with & DROPOUT)
	{
		c->spec.dropout = RATE / (1 - RATE);
		c->spec.masked = with & MASKED;
		c->irls.dropout = with & MASKED ? 0 : c->spec.dropout;
		c->irls.normal = with & NORMAL;
	}
}

static double
standard(const glm_case *c, int j)
{
	return c->spec.standardize ? sqrt(l2n_variance(c->spec.prior, j + 1)) : 1;
}

static double
objective_at(glm_case *c, const l2n_newton_goal *goal, double base, const double *coef)
{
	double sum = loss_at(c, base, coef), norm[MOST_COLUMNS] = {0};

	for (int j = 0; j < c->p; j++)
	{
		double b = coef[j] * standard(c, j), f = c->spec.penalty ? c->spec.penalty[j] : 1;

		sum += 0.5 * goal->l2 * f * b * b;
		if (c->spec.group)
			norm[c->spec.group[j]] += b * b * (j + 1 < c->p || j % 2 ? 2 : 1);
		else
			sum += goal->l1 * f * fabs(b);
	}
	for (int g = 0; g < c->spec.groups; g++)
		sum += goal->l1 * sqrt(norm[g]);
	return sum;
}

/* Whether no coefficient moved by a little makes the objective any less */
static bool
is_lowest(glm_case *c, const l2n_newton_goal *goal, const l2n_newton_fit *fit)
{
	double here = objective_at(c, goal, fit->base, fit->coef);
	bool lowest = true;

	for (int j = 0; j <= c->p; j++)
		for (int side = -1; side <= 1 && (j < c->p || c->intercept); side += 2)
		{
			double coef[MOST_COLUMNS], base = fit->base, by = side * 1e-3;

			memcpy(coef, fit->coef, sizeof(double) * (size_t) c->p);
			if (j < c->p)
				coef[j] += by / (1e-9 + sqrt(l2n_variance(c->spec.prior, j + 1)));
			else
				base += by;
			if (j < c->p && c->bounded && !(coef[j] >= c->lower[j] && coef[j] <= c->upper[j]))
				continue;
			lowest &= objective_at(c, goal, base, coef) >= here - 1e-9 * fabs(here);
		}
	return lowest;
}

/* One search, counted */
static void
search(glm_case *c, l2n_newton *n, const l2n_newton_goal *goal, bool *held)
{
	double coef[MOST_COLUMNS], se[MOST_COLUMNS];
	bool dropped[MOST_COLUMNS] = {false};
	l2n_newton_fit fit = {.coef = coef, .se = se, .dropped = dropped};

	if (l2n_newton_solve(n, goal, &fit, NULL, NULL) != L2N_OK)
		return;
	took.iterations += fit.iterations;
	if (fit.end != L2N_NEWTON_CONVERGED)
		return;
	took.converged++;
	if (with & (GROUPS | DROPOUT | LOOSE_END))
		*held &= is_lowest(c, goal, &fit);
	else
		*held &= glm_kkt(c, goal, &fit) <= TOLERANCE;
}

/* The largest difference of two counts */
static int
apart_by(const steps *a, const steps *b)
{
	const int *x = &a->iterations, *y = &b->iterations;
	int most = 0;

	for (int i = 0; i < 5; i++)
		most = abs(x[i] - y[i]) > most ? abs(x[i] - y[i]) : most;
	return most;
}

static void
run(const lot *l, int number)
{
	static glm_case c;
	l2n_moments prior = {.k = MOST_COLUMNS + 1};
	void *work =
		dirty(l2n_newton_worksize(MOST_COLUMNS, l->with & GROUPS ? (MOST_COLUMNS + 1) / 2 : 0));
	bool held = true;
	char name[200];
	int apart;

	c.work = dirty(l2n_masks_worksize(MOST_COLUMNS));
	prior.mean = dirty(sizeof(double) * l2n_moments_doubles(MOST_COLUMNS + 1));
	prior.cross = prior.mean + 2 * (MOST_COLUMNS + 1);
	took = (steps){0};
	for (int i = 0; i < l->problems; i++)
	{
		double lambda = 0;
		l2n_newton *n;

		seed = l->from + (uint64_t) i;
		prior.k = MOST_COLUMNS + 1;
		make(&c, &prior, l);
		for (int j = 0; j < c.p; j++)
			if (standard(&c, j) > 0)
				lambda = fmax(lambda, fabs(l2n_cross(&prior, 0, j + 1).hi) / standard(&c, j));
		lambda = (lambda > 0 ? lambda : 1) * l->share;
		if (l2n_newton_start(glm_kernel, &c.spec, work, &n) != L2N_OK)
			continue;
		for (int k = 0; k < (with & PATH ? 4 : 1); k++, lambda *= 0.3)
		{
			l2n_newton_goal goal = {lambda * l->ratio, lambda * (1 - l->ratio),
									with & LOOSE_END ? 1e-4 : 1e-11,
									with & FEW                 ? 10
									: c.other && c.other->edge ? 30
															   : 100,
									with & ROUGH};

			search(&c, n, &goal, &held);
		}
	}
	snprintf(name, sizeof name, "%s, l1 %g of %g%s%s%s%s", glm_name(&c), l->ratio, l->share,
			 with & BOUNDED ? ", bounds" : "", with & GROUPS ? ", groups" : "",
			 with & DROPOUT ? ", dropout" : "", with & PATH ? ", path" : "");
	ok(held, "%d: %s: where one ends no other point is lower", number, name);
	apart = apart_by(&took, &l->want);
	differing += apart > 0;
	ok(apart <= ROUNDED, "%d: %s: {%d, %d, %d, %d, %d}", number, name, took.iterations, took.passes,
	   took.slopes, took.information, took.converged);
	if (apart > 0)
		diag("in place of {%d, %d, %d, %d, %d}", l->want.iterations, l->want.passes, l->want.slopes,
			 l->want.information, l->want.converged);
	free(prior.mean);
	free(c.work);
	free(work);
}

static const lot lots[] = {
	{BINARY_OR_COUNTS, 0, 0.01, 0, 1009, 4, {25, 22, 8, 0, 4}},
	{BINARY_OR_COUNTS, 0, 1e-07, 0, 2000, 3, {55, 57, 9, 0, 3}},
	{BINARY_OR_COUNTS, 1, 0.1, 0, 3003, 5, {26, 25, 11, 0, 5}},
	{BINARY_OR_COUNTS, 1, 0.0001, 0, 4006, 5, {48, 49, 12, 0, 5}},
	{BINARY_OR_COUNTS, 0.5, 0.01, 0, 5001, 5, {30, 31, 12, 0, 5}},
	{BINARY_OR_COUNTS, 0.5, 0.1, PATH, 6004, 4, {57, 44, 28, 0, 16}},
	{BINARY_OR_COUNTS, 0, 1, PATH | NO_BOUNDS, 7000, 3, {95, 88, 48, 0, 12}},
	{BINARY_OR_COUNTS, 0.5, 0.01, BOUNDED, 8007, 2, {4, 2, 2, 0, 2}},
	{BINARY_OR_COUNTS, 0, 0.001, FREE, 9002, 5, {51, 50, 14, 0, 5}},
	{BINARY_OR_COUNTS, 1, 0.01, FREE | MOMENTS, 10010, 3, {27, 26, 0, 0, 3}},
	{BINARY_OR_COUNTS, 0, 0, NO_BOUNDS | NO_REACH, 11009, 3, {24, 21, 14, 0, 2}},
	{BINARY_OR_COUNTS, 1, 0.01, ROUGH | PATH, 13008, 3, {66, 59, 34, 0, 12}},
	{BINARY_OR_COUNTS, 1, 0.01, LOOSE_END, 14003, 5, {26, 22, 6, 0, 5}},
	{BINARY_OR_COUNTS, 0.5, 0.01, GROUPS, 15009, 3, {24, 21, 9, 0, 3}},
	{BINARY_OR_COUNTS, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 17007, 5, {45, 42, 0, 0, 5}},
	{PROBIT, 0, 0.01, 0, 18000, 2, {14, 15, 6, 2, 2}},
	{PROBIT, 1, 0.1, 0, 20004, 3, {15, 16, 10, 3, 3}},
	{PROBIT, 0.5, 0.1, PATH, 23008, 2, {46, 46, 30, 8, 8}},
	{PROBIT, 0, 1, PATH | NO_BOUNDS, 24006, 2, {58, 59, 34, 8, 8}},
	{PROBIT, 0, 0.001, FREE, 26010, 4, {71, 80, 38, 6, 1}},
	{PROBIT, 1, 0.01, FREE | MOMENTS, 27009, 5, {116, 118, 0, 5, 0}},
	{PROBIT, 0, 0, NO_BOUNDS | NO_REACH, 28003, 5, {83, 90, 20, 7, 2}},
	{PROBIT, 1, 0.01, ROUGH | PATH, 30006, 3, {70, 60, 40, 0, 12}},
	{PROBIT, 1, 0.01, LOOSE_END, 31006, 5, {31, 32, 7, 5, 5}},
	{PROBIT, 1, 0.1, GROUPS | PATH, 33006, 3, {68, 68, 42, 12, 12}},
	{CLOGLOG, 0, 0.01, 0, 35000, 3, {19, 20, 9, 3, 3}},
	{CLOGLOG, 0, 1e-07, 0, 36006, 3, {66, 71, 59, 3, 3}},
	{CLOGLOG, 1, 0.1, 0, 37006, 2, {11, 11, 6, 2, 2}},
	{CLOGLOG, 0.5, 0.01, 0, 39002, 2, {9, 9, 5, 2, 2}},
	{CLOGLOG, 0.5, 0.1, PATH, 40004, 2, {33, 30, 18, 5, 8}},
	{CLOGLOG, 0.5, 0.01, BOUNDED, 42005, 4, {27, 27, 14, 4, 4}},
	{CLOGLOG, 0, 0, NO_BOUNDS | NO_REACH, 45008, 5, {50, 52, 18, 5, 0}},
	{CLOGLOG, 1, 0.01, ROUGH | PATH, 47002, 2, {34, 39, 20, 0, 8}},
	{CLOGLOG, 1, 0.01, LOOSE_END, 48007, 5, {34, 36, 11, 5, 5}},
	{CLOGLOG, 0.5, 0.01, GROUPS, 49012, 2, {20, 32, 19, 2, 2}},
	{CLOGLOG, 1, 0.1, GROUPS | PATH, 50007, 2, {61, 70, 45, 8, 8}},
	{BINOMIAL_LOG, 0, 0.01, 0, 52002, 5, {150, 739, 224, 82, 0}},
	{BINOMIAL_LOG, 0, 1e-07, 0, 53009, 5, {126, 602, 195, 58, 1}},
	{BINOMIAL_LOG, 1, 0.1, 0, 54003, 3, {67, 1914, 634, 5, 1}},
	{BINOMIAL_LOG, 1, 0.0001, 0, 55001, 5, {133, 693, 139, 75, 1}},
	{BINOMIAL_LOG, 0.5, 0.01, 0, 56006, 3, {61, 522, 125, 19, 1}},
	{BINOMIAL_LOG, 0.5, 0.01, BOUNDED, 59009, 4, {48, 226, 39, 31, 3}},
	{BINOMIAL_LOG, 0, 0.001, FREE, 60009, 5, {125, 912, 146, 81, 1}},
	{BINOMIAL_LOG, 1, 0.01, FREE | MOMENTS, 61008, 3, {90, 525, 0, 3, 0}},
	{BINOMIAL_LOG, 0, 0, NO_BOUNDS | NO_REACH, 62009, 5, {150, 713, 181, 54, 0}},
	{BINOMIAL_LOG, 0, 0.001, NO_LEAST, 63001, 5, {102, 622, 148, 58, 1}},
	{BINOMIAL_LOG, 1, 0.01, LOOSE_END, 65005, 5, {45, 215, 33, 32, 4}},
	{BINOMIAL_LOG, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 68000, 5, {150, 1208, 0, 5, 0}},
	{BINOMIAL_IDENTITY, 0, 0.01, 0, 69009, 5, {123, 816, 121, 112, 1}},
	{BINOMIAL_IDENTITY, 0, 1e-07, 0, 70000, 5, {150, 1655, 796, 91, 0}},
	{BINOMIAL_IDENTITY, 1, 0.1, 0, 71009, 5, {150, 1740, 590, 111, 0}},
	{BINOMIAL_IDENTITY, 1, 0.0001, 0, 72002, 2, {31, 179, 28, 29, 1}},
	{BINOMIAL_IDENTITY, 0.5, 0.01, 0, 73000, 3, {66, 397, 85, 46, 1}},
	{BINOMIAL_IDENTITY, 0.5, 0.1, PATH, 74001, 2, {169, 6391, 1218, 24, 0}},
	{BINOMIAL_IDENTITY, 0.5, 0.01, BOUNDED, 76003, 5, {150, 800, 219, 113, 0}},
	{BINOMIAL_IDENTITY, 0, 0.001, FREE, 77006, 5, {150, 1054, 146, 139, 0}},
	{BINOMIAL_IDENTITY, 1, 0.01, FREE | MOMENTS, 78006, 5, {150, 859, 0, 5, 0}},
	{BINOMIAL_IDENTITY, 0, 0, NO_BOUNDS | NO_REACH, 79007, 5, {127, 865, 162, 108, 1}},
	{BINOMIAL_IDENTITY, 0, 0.001, NO_LEAST, 80008, 2, {60, 378, 54, 56, 0}},
	{BINOMIAL_IDENTITY, 1, 0.01, LOOSE_END, 82006, 5, {96, 1458, 149, 62, 2}},
	{BINOMIAL_IDENTITY, 0.5, 0.01, GROUPS, 83009, 5, {150, 1265, 307, 104, 0}},
	{BINOMIAL_IDENTITY, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 85004, 5, {150, 1937, 0, 5, 0}},
	{GAUSSIAN, 0, 0.01, 0, 86003, 5, {17, 14, 8, 7, 5}},
	{GAUSSIAN, 0, 1e-07, 0, 87003, 2, {5, 5, 2, 2, 2}},
	{GAUSSIAN, 1, 0.1, 0, 88008, 3, {9, 7, 3, 3, 3}},
	{GAUSSIAN, 1, 0.0001, 0, 89008, 4, {11, 8, 4, 4, 4}},
	{GAUSSIAN, 0.5, 0.01, 0, 90001, 5, {16, 12, 7, 6, 5}},
	{GAUSSIAN, 0.5, 0.1, PATH, 91005, 2, {20, 20, 8, 8, 8}},
	{GAUSSIAN, 0, 1, PATH | NO_BOUNDS, 92000, 3, {29, 25, 12, 12, 12}},
	{GAUSSIAN, 0.5, 0.01, BOUNDED, 93004, 3, {7, 8, 3, 3, 3}},
	{GAUSSIAN, 0, 0.001, FREE, 94009, 4, {14, 14, 8, 7, 4}},
	{GAUSSIAN, 1, 0.01, FREE | MOMENTS, 95008, 5, {10, 15, 0, 5, 5}},
	{GAUSSIAN, 1, 0.01, ROUGH | PATH, 98008, 3, {25, 15, 12, 0, 12}},
	{GAUSSIAN, 1, 0.01, LOOSE_END, 99000, 5, {10, 12, 5, 5, 5}},
	{GAUSSIAN, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 102004, 4, {8, 8, 0, 4, 4}},
	{GAUSSIAN_LOG, 0, 0.001, FREE, 111003, 3, {30, 31, 22, 3, 3}},
	{GAUSSIAN_LOG, 1, 0.01, LOOSE_END, 116003, 5, {36, 47, 16, 5, 5}},
	{GAUSSIAN_LOG, 0.5, 0.01, GROUPS, 117004, 3, {43, 50, 29, 3, 3}},
	{GAUSSIAN_INVERSE, 0, 0.01, 0, 120011, 3, {75, 94, 68, 4, 1}},
	{GAUSSIAN_INVERSE, 0, 1e-07, 0, 121009, 4, {66, 109, 65, 4, 2}},
	{GAUSSIAN_INVERSE, 1, 0.1, 0, 122011, 3, {71, 91, 81, 5, 0}},
	{GAUSSIAN_INVERSE, 1, 0.0001, 0, 123000, 5, {150, 159, 141, 5, 0}},
	{GAUSSIAN_INVERSE, 0.5, 0.01, 0, 124004, 2, {60, 65, 53, 2, 0}},
	{GAUSSIAN_INVERSE, 0, 1, PATH | NO_BOUNDS, 126005, 2, {106, 127, 94, 8, 8}},
	{GAUSSIAN_INVERSE, 0.5, 0.01, BOUNDED, 127008, 4, {43, 46, 38, 4, 3}},
	{GAUSSIAN_INVERSE, 0, 0.001, FREE, 128003, 4, {70, 81, 64, 4, 2}},
	{GAUSSIAN_INVERSE, 0, 0, NO_BOUNDS | NO_REACH, 130003, 4, {80, 134, 69, 4, 0}},
	{GAUSSIAN_INVERSE, 0, 0.001, NO_LEAST, 131000, 2, {60, 63, 54, 2, 0}},
	{GAUSSIAN_INVERSE, 1, 0.01, LOOSE_END, 133004, 5, {51, 62, 29, 5, 5}},
	{GAUSSIAN_INVERSE, 0.5, 0.01, GROUPS, 134000, 2, {38, 41, 33, 2, 1}},
	{GAUSSIAN_INVERSE, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 136002, 2, {60, 71, 0, 2, 0}},
	{POISSON_IDENTITY, 0, 0.01, 0, 137003, 5, {136, 2153, 176, 95, 1}},
	{POISSON_IDENTITY, 0, 1e-07, 0, 138001, 5, {150, 698, 209, 79, 0}},
	{POISSON_IDENTITY, 1, 0.1, 0, 139004, 5, {76, 580, 130, 29, 3}},
	{POISSON_IDENTITY, 1, 0.0001, 0, 140008, 5, {99, 992, 231, 74, 2}},
	{POISSON_IDENTITY, 0.5, 0.01, 0, 141008, 3, {66, 438, 66, 56, 1}},
	{POISSON_IDENTITY, 0.5, 0.01, BOUNDED, 144004, 3, {37, 182, 31, 30, 2}},
	{POISSON_IDENTITY, 0, 0.001, FREE, 145011, 3, {90, 461, 121, 46, 0}},
	{POISSON_IDENTITY, 1, 0.01, FREE | MOMENTS, 146009, 3, {68, 289, 0, 3, 1}},
	{POISSON_IDENTITY, 0, 0, NO_BOUNDS | NO_REACH, 147008, 2, {60, 402, 69, 51, 0}},
	{POISSON_IDENTITY, 0, 0.001, NO_LEAST, 148010, 2, {60, 311, 54, 56, 0}},
	{POISSON_IDENTITY, 1, 0.01, ROUGH | PATH, 149007, 2, {42, 34, 30, 0, 8}},
	{POISSON_IDENTITY, 1, 0.01, LOOSE_END, 150008, 5, {98, 956, 214, 55, 2}},
	{POISSON_IDENTITY, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 153009, 5, {103, 1138, 0, 5, 2}},
	{GAMMA_LOG, 0, 0.01, 0, 154005, 2, {11, 11, 5, 2, 2}},
	{GAMMA_LOG, 0, 1e-07, 0, 155003, 5, {40, 42, 14, 5, 5}},
	{GAMMA_LOG, 1, 0.1, 0, 156000, 3, {15, 24, 6, 4, 3}},
	{GAMMA_LOG, 1, 0.0001, 0, 157000, 5, {31, 28, 12, 5, 5}},
	{GAMMA_LOG, 0.5, 0.01, 0, 158005, 4, {31, 39, 10, 5, 4}},
	{GAMMA_LOG, 0.5, 0.1, PATH, 159009, 5, {87, 86, 49, 21, 20}},
	{GAMMA_LOG, 0, 1, PATH | NO_BOUNDS, 160002, 2, {35, 31, 21, 9, 8}},
	{GAMMA_LOG, 0.5, 0.01, BOUNDED, 161005, 5, {25, 26, 9, 7, 5}},
	{GAMMA_LOG, 0, 0.001, FREE, 162011, 3, {16, 16, 7, 6, 3}},
	{GAMMA_LOG, 1, 0.01, FREE | MOMENTS, 163000, 5, {35, 33, 0, 6, 5}},
	{GAMMA_LOG, 1, 0.01, ROUGH | PATH, 166007, 4, {100, 119, 97, 0, 16}},
	{GAMMA_LOG, 1, 0.01, LOOSE_END, 167004, 5, {27, 33, 9, 5, 5}},
	{GAMMA_LOG, 0.5, 0.01, GROUPS, 168009, 3, {26, 28, 11, 4, 3}},
	{GAMMA_LOG, 1, 0.1, GROUPS | PATH, 169005, 2, {39, 31, 28, 14, 8}},
	{GAMMA_LOG, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 170002, 4, {26, 27, 0, 5, 4}},
	{GAMMA_INVERSE, 0, 0.01, 0, 171009, 4, {68, 147, 53, 30, 3}},
	{GAMMA_INVERSE, 1, 0.1, 0, 173001, 5, {91, 281, 108, 41, 3}},
	{GAMMA_INVERSE, 0.5, 0.1, PATH, 176002, 3, {218, 532, 413, 36, 8}},
	{GAMMA_INVERSE, 0, 1, PATH | NO_BOUNDS, 177007, 4, {206, 532, 396, 40, 12}},
	{GAMMA_INVERSE, 0.5, 0.01, BOUNDED, 178000, 3, {31, 43, 18, 8, 3}},
	{GAMMA_INVERSE, 0, 0.001, FREE, 179007, 2, {17, 18, 8, 2, 2}},
	{GAMMA_INVERSE, 1, 0.01, FREE | MOMENTS, 180007, 3, {80, 186, 0, 3, 1}},
	{GAMMA_INVERSE, 1, 0.01, ROUGH | PATH, 183011, 3, {83, 99, 58, 0, 12}},
	{GAMMA_INVERSE, 1, 0.01, LOOSE_END, 184005, 5, {49, 105, 28, 23, 5}},
	{GAMMA_INVERSE, 0.5, 0.01, GROUPS, 185008, 3, {45, 74, 29, 14, 3}},
	{GAMMA_INVERSE, 1, 0.1, GROUPS | PATH, 186003, 2, {60, 78, 48, 13, 8}},
	{GAMMA_IDENTITY, 0, 0.01, 0, 188008, 5, {130, 234, 144, 17, 1}},
	{GAMMA_IDENTITY, 0, 1e-07, 0, 189009, 5, {98, 144, 88, 20, 2}},
	{GAMMA_IDENTITY, 1, 0.1, 0, 190006, 5, {12, 12, 9, 5, 5}},
	{GAMMA_IDENTITY, 1, 0.0001, 0, 191008, 2, {58, 134, 59, 18, 1}},
	{GAMMA_IDENTITY, 0.5, 0.01, 0, 192006, 5, {106, 127, 98, 6, 3}},
	{GAMMA_IDENTITY, 0.5, 0.01, BOUNDED, 195010, 3, {36, 56, 30, 8, 2}},
	{GAMMA_IDENTITY, 0, 0.001, FREE, 196007, 4, {91, 142, 85, 11, 1}},
	{GAMMA_IDENTITY, 1, 0.01, FREE | MOMENTS, 197009, 3, {64, 109, 0, 3, 1}},
	{GAMMA_IDENTITY, 0, 0, NO_BOUNDS | NO_REACH, 198004, 2, {60, 132, 96, 10, 0}},
	{GAMMA_IDENTITY, 0, 0.001, NO_LEAST, 199010, 4, {94, 273, 148, 33, 1}},
	{GAMMA_IDENTITY, 1, 0.01, LOOSE_END, 201008, 5, {73, 177, 82, 27, 4}},
	{GAMMA_IDENTITY, 0.5, 0.01, GROUPS, 202000, 4, {64, 102, 59, 14, 3}},
	{GAMMA_IDENTITY, 1, 0.1, GROUPS | PATH, 203003, 4, {204, 256, 181, 31, 12}},
	{GAMMA_IDENTITY, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 204011, 3, {90, 189, 0, 3, 0}},
	{INVERSE_GAUSSIAN_LOG, 0, 0.01, 0, 205006, 2, {4, 4, 3, 2, 2}},
	{INVERSE_GAUSSIAN_LOG, 1, 0.1, 0, 207004, 3, {9, 9, 6, 3, 3}},
	{INVERSE_GAUSSIAN_LOG, 0.5, 0.01, 0, 209008, 3, {71, 73, 60, 3, 3}},
	{INVERSE_GAUSSIAN_LOG, 0.5, 0.1, PATH, 210007, 2, {209, 211, 195, 8, 8}},
	{INVERSE_GAUSSIAN_LOG, 0.5, 0.01, BOUNDED, 212002, 2, {4, 5, 3, 2, 2}},
	{INVERSE_GAUSSIAN_LOG, 0, 0.001, FREE, 213005, 2, {66, 73, 55, 3, 2}},
	{INVERSE_GAUSSIAN_LOG, 0, 0, NO_BOUNDS | NO_REACH, 215007, 2, {60, 63, 51, 2, 2}},
	{INVERSE_GAUSSIAN_LOG, 1, 0.01, ROUGH | PATH, 217012, 2, {208, 217, 200, 0, 8}},
	{INVERSE_GAUSSIAN_LOG, 1, 0.01, LOOSE_END, 218000, 5, {18, 60, 10, 5, 5}},
	{INVERSE_GAUSSIAN_LOG, 0.5, 0.01, GROUPS, 219001, 4, {57, 60, 43, 4, 4}},
	{INVERSE_GAUSSIAN_LOG, 1, 0.1, GROUPS | PATH, 220002, 2, {149, 180, 141, 8, 8}},
	{INVERSE_GAUSSIAN, 0, 0.01, 0, 222001, 2, {36, 163, 32, 29, 1}},
	{INVERSE_GAUSSIAN, 0, 1e-07, 0, 223000, 5, {84, 193, 77, 35, 4}},
	{INVERSE_GAUSSIAN, 1, 0.1, 0, 224008, 3, {45, 116, 35, 28, 2}},
	{INVERSE_GAUSSIAN, 1, 0.0001, 0, 225001, 5, {88, 328, 100, 41, 3}},
	{INVERSE_GAUSSIAN, 0.5, 0.01, 0, 226003, 5, {83, 244, 65, 47, 4}},
	{INVERSE_GAUSSIAN, 0.5, 0.1, PATH, 227006, 2, {51, 56, 39, 9, 8}},
	{INVERSE_GAUSSIAN, 0, 1, PATH | NO_BOUNDS, 228006, 2, {65, 141, 64, 28, 7}},
	{INVERSE_GAUSSIAN, 0.5, 0.01, BOUNDED, 229002, 3, {28, 41, 23, 8, 3}},
	{INVERSE_GAUSSIAN, 0, 0.001, FREE, 230007, 5, {115, 391, 109, 70, 2}},
	{INVERSE_GAUSSIAN, 0, 0, NO_BOUNDS | NO_REACH, 232004, 4, {98, 401, 81, 68, 2}},
	{INVERSE_GAUSSIAN, 0, 0.001, NO_LEAST, 233004, 4, {120, 618, 122, 106, 0}},
	{INVERSE_GAUSSIAN, 1, 0.01, ROUGH | PATH, 234001, 3, {102, 180, 93, 0, 11}},
	{INVERSE_GAUSSIAN, 1, 0.01, LOOSE_END, 235000, 5, {90, 250, 119, 37, 3}},
	{INVERSE_GAUSSIAN, 0.5, 0.01, GROUPS, 236008, 5, {150, 707, 151, 107, 0}},
	{INVERSE_GAUSSIAN, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 238012, 2, {16, 16, 0, 2, 2}},
	{NEGATIVE_BINOMIAL, 0, 0.01, 0, 239006, 3, {11, 10, 6, 4, 3}},
	{NEGATIVE_BINOMIAL, 0, 1e-07, 0, 240000, 4, {28, 25, 13, 4, 4}},
	{NEGATIVE_BINOMIAL, 1, 0.1, 0, 241007, 5, {27, 24, 12, 8, 5}},
	{NEGATIVE_BINOMIAL, 1, 0.0001, 0, 242005, 4, {47, 43, 21, 5, 4}},
	{NEGATIVE_BINOMIAL, 0.5, 0.01, 0, 243010, 4, {25, 24, 9, 5, 4}},
	{NEGATIVE_BINOMIAL, 0.5, 0.1, PATH, 244001, 5, {109, 97, 66, 24, 20}},
	{NEGATIVE_BINOMIAL, 0, 1, PATH | NO_BOUNDS, 245007, 3, {55, 50, 34, 16, 12}},
	{NEGATIVE_BINOMIAL, 0.5, 0.01, BOUNDED, 246008, 5, {27, 31, 11, 7, 5}},
	{NEGATIVE_BINOMIAL, 0, 0.001, FREE, 247000, 5, {45, 54, 24, 5, 4}},
	{NEGATIVE_BINOMIAL, 1, 0.01, FREE | MOMENTS, 248005, 2, {14, 14, 0, 3, 2}},
	{NEGATIVE_BINOMIAL, 0, 0, NO_BOUNDS | NO_REACH, 249006, 5, {53, 56, 34, 5, 3}},
	{NEGATIVE_BINOMIAL, 1, 0.01, ROUGH | PATH, 251005, 5, {94, 96, 55, 0, 20}},
	{NEGATIVE_BINOMIAL, 1, 0.01, LOOSE_END, 252002, 5, {29, 30, 8, 5, 5}},
	{NEGATIVE_BINOMIAL, 0.5, 0.01, GROUPS, 253010, 4, {25, 21, 12, 8, 4}},
	{NEGATIVE_BINOMIAL, 1, 0.1, GROUPS | PATH, 254001, 2, {33, 30, 20, 11, 8}},
	{NEGATIVE_BINOMIAL, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 255011, 3, {17, 14, 0, 4, 3}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0, 0.01, 0, 256001, 2, {36, 122, 68, 15, 1}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0, 1e-07, 0, 257000, 5, {113, 387, 167, 48, 2}},
	{NEGATIVE_BINOMIAL_IDENTITY, 1, 0.1, 0, 258007, 2, {38, 125, 30, 29, 1}},
	{NEGATIVE_BINOMIAL_IDENTITY, 1, 0.0001, 0, 259003, 3, {54, 164, 45, 30, 2}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0.5, 0.01, 0, 260009, 5, {150, 438, 172, 75, 0}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0, 1, PATH | NO_BOUNDS, 262011, 2, {140, 383, 372, 8, 4}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0.5, 0.01, BOUNDED, 263006, 5, {94, 295, 113, 59, 2}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0, 0.001, FREE, 264001, 2, {31, 155, 28, 29, 1}},
	{NEGATIVE_BINOMIAL_IDENTITY, 1, 0.01, FREE | MOMENTS, 265008, 5, {150, 501, 0, 5, 0}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0, 0, NO_BOUNDS | NO_REACH, 266005, 4, {97, 399, 97, 69, 1}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0, 0.001, NO_LEAST, 267006, 2, {60, 182, 56, 29, 0}},
	{NEGATIVE_BINOMIAL_IDENTITY, 1, 0.01, ROUGH | PATH, 268005, 2, {147, 591, 470, 0, 4}},
	{NEGATIVE_BINOMIAL_IDENTITY, 1, 0.01, LOOSE_END, 269001, 5, {39, 122, 33, 32, 4}},
	{NEGATIVE_BINOMIAL_IDENTITY, 0.5, 0.01, GROUPS, 270001, 2, {15, 15, 13, 2, 2}},
	{NEGATIVE_BINOMIAL_IDENTITY, 1, 0.1, GROUPS | PATH, 271006, 2, {124, 368, 348, 7, 4}},
	{NEGATIVE_BINOMIAL_IDENTITY,
	 0,
	 0.01,
	 MOMENTS | NO_BOUNDS | KNOWN,
	 272000,
	 5,
	 {129, 479, 0, 5, 1}},
	{TWEEDIE, 0, 0.01, 0, 273003, 3, {17, 15, 7, 3, 3}},
	{TWEEDIE, 0, 1e-07, 0, 274006, 5, {28, 26, 11, 5, 5}},
	{TWEEDIE, 1, 0.1, 0, 275009, 5, {19, 20, 9, 6, 5}},
	{TWEEDIE, 1, 0.0001, 0, 276007, 5, {41, 42, 20, 6, 4}},
	{TWEEDIE, 0.5, 0.01, 0, 277009, 5, {28, 24, 10, 5, 5}},
	{TWEEDIE, 0.5, 0.1, PATH, 278000, 5, {89, 76, 53, 22, 20}},
	{TWEEDIE, 0, 1, PATH | NO_BOUNDS, 279003, 3, {40, 41, 21, 12, 12}},
	{TWEEDIE, 0.5, 0.01, BOUNDED, 280005, 3, {11, 15, 6, 3, 3}},
	{TWEEDIE, 0, 0.001, FREE, 281005, 5, {35, 43, 11, 7, 5}},
	{TWEEDIE, 1, 0.01, FREE | MOMENTS, 282007, 5, {36, 38, 0, 5, 5}},
	{TWEEDIE, 0, 0, NO_BOUNDS | NO_REACH, 283007, 5, {32, 31, 13, 5, 5}},
	{TWEEDIE, 1, 0.01, ROUGH | PATH, 285002, 5, {91, 72, 53, 0, 20}},
	{TWEEDIE, 1, 0.01, LOOSE_END, 286000, 5, {39, 40, 11, 5, 4}},
	{TWEEDIE, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 289001, 5, {28, 24, 0, 6, 5}},
	{QUASI, 0, 0.01, 0, 290003, 2, {13, 12, 4, 2, 2}},
	{QUASI, 0, 1e-07, 0, 291002, 3, {56, 60, 41, 5, 3}},
	{QUASI, 1, 0.1, 0, 292010, 2, {12, 11, 5, 2, 2}},
	{QUASI, 1, 0.0001, 0, 293002, 2, {11, 10, 5, 3, 2}},
	{QUASI, 0.5, 0.01, 0, 294007, 2, {10, 9, 4, 2, 2}},
	{QUASI, 0.5, 0.1, PATH, 295008, 2, {43, 52, 25, 10, 8}},
	{QUASI, 0, 1, PATH | NO_BOUNDS, 296012, 2, {33, 28, 19, 11, 8}},
	{QUASI, 0.5, 0.01, BOUNDED, 297006, 2, {32, 37, 29, 6, 2}},
	{QUASI, 0, 0.001, FREE, 298006, 3, {27, 31, 9, 3, 3}},
	{QUASI, 1, 0.01, FREE | MOMENTS, 299009, 3, {30, 30, 0, 4, 2}},
	{QUASI, 0, 0, NO_BOUNDS | NO_REACH, 300007, 5, {47, 48, 23, 7, 3}},
	{QUASI, 1, 0.01, LOOSE_END, 303006, 5, {27, 36, 9, 5, 5}},
	{QUASI, 0.5, 0.01, GROUPS, 304005, 2, {7, 5, 5, 3, 2}},
	{QUASI, 0, 0.01, MOMENTS | NO_BOUNDS | KNOWN, 306003, 2, {13, 13, 0, 3, 2}},
	{BINARY_OR_COUNTS, 0, 0.01, NORMAL | NO_BOUNDS, 307002, 3, {542, 583, 474, 0, 2}},
	{BINARY_OR_COUNTS, 1, 0.01, NORMAL, 308008, 2, {355, 413, 330, 0, 2}},
	{BINARY_OR_COUNTS, 0, 0, NORMAL | NO_BOUNDS, 309001, 4, {348, 399, 330, 0, 2}},
	{BINARY_OR_COUNTS, 0, 0, QUADRATIC | NO_BOUNDS, 313001, 4, {314, 1465, 387, 0, 1}},
	{BINARY_OR_COUNTS, 0, 0.01, MASKED | NO_BOUNDS, 315005, 2, {18, 23, 9, 0, 2}},
	{BINARY_OR_COUNTS, 1, 0.01, MASKED, 316003, 3, {20, 20, 9, 0, 3}},
	{BINARY_OR_COUNTS, 0, 0, MASKED | NO_BOUNDS, 317003, 3, {32, 32, 12, 0, 1}},
	{BINARY_OR_COUNTS, 1, 0.01, MASKED | GROUPS, 318003, 3, {29, 30, 11, 0, 3}},
	{PROBIT, 0, 0.01, NORMAL | NO_BOUNDS, 319000, 2, {43, 45, 37, 0, 2}},
	{PROBIT, 0, 0, NORMAL | NO_BOUNDS, 321008, 2, {115, 146, 117, 0, 1}},
	{PROBIT, 0, 0.01, MASKED | NO_BOUNDS, 327003, 3, {28, 28, 15, 0, 3}},
	{PROBIT, 1, 0.01, MASKED, 328002, 2, {23, 23, 11, 0, 2}},
	{PROBIT, 0, 0, MASKED | NO_BOUNDS, 329011, 3, {56, 73, 28, 0, 0}},
	{CLOGLOG, 1, 0.01, NORMAL | GROUPS, 334003, 2, {309, 512, 511, 0, 1}},
	{CLOGLOG, 0, 0.01, MASKED | NO_BOUNDS, 339010, 3, {22, 22, 11, 0, 3}},
	{CLOGLOG, 0, 0, MASKED | NO_BOUNDS, 341009, 3, {9, 9, 3, 0, 1}},
	{GAUSSIAN, 1, 0.01, NORMAL, 344005, 2, {4, 4, 2, 0, 2}},
	{GAUSSIAN, 0, 0.01, MASKED | NO_BOUNDS, 351000, 2, {4, 7, 2, 0, 2}},
	{GAMMA_LOG, 0, 0.01, NORMAL | NO_BOUNDS, 355003, 4, {387, 530, 487, 0, 3}},
	{GAMMA_LOG, 0, 0.01, MASKED | NO_BOUNDS, 363007, 3, {22, 31, 14, 0, 3}},
	{GAMMA_LOG, 1, 0.01, MASKED | GROUPS, 366001, 2, {13, 13, 7, 0, 2}},
	{NEGATIVE_BINOMIAL, 0, 0, NORMAL | NO_BOUNDS, 369004, 2, {31, 31, 26, 0, 2}},
	{NEGATIVE_BINOMIAL, 0, 0.01, MASKED | NO_BOUNDS, 375002, 2, {14, 14, 7, 0, 2}},
	{NEGATIVE_BINOMIAL, 1, 0.01, MASKED, 376002, 2, {20, 66, 25, 0, 2}},
	{TWEEDIE, 0, 0.01, NORMAL | NO_BOUNDS, 379008, 2, {59, 58, 50, 0, 2}},
	{TWEEDIE, 0, 0, MASKED | NO_BOUNDS, 389010, 2, {5, 5, 2, 0, 1}},
	{TWEEDIE, 1, 0.01, MASKED | GROUPS, 390000, 5, {29, 35, 16, 0, 5}},
	{QUASI, 1, 0.01, NORMAL, 392004, 3, {27, 28, 22, 0, 3}},
	{QUASI, 1, 0.01, NORMAL | GROUPS, 394007, 2, {11, 10, 10, 0, 2}},
	{QUASI, 1, 0.01, MASKED, 400012, 2, {28, 28, 24, 0, 2}},
};

/* A poll or a pass that wants to stop, once, after so many that do not */
typedef struct stop
{
	bool pass;
	int left;
	int after; /* asked once more */
} stop;

static stop stopping;

static bool
stops(bool pass)
{
	if (pass != stopping.pass)
		return false;
	stopping.after += stopping.left < 0;
	return stopping.left-- == 0;
}

static bool
stopping_poll(void *arg)
{
	(void) arg;
	return stops(false);
}

static l2n_status
stopping_pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
			  const l2n_slopes *slopes, l2n_moments *information)
{
	if (stops(true))
		return L2N_INTERRUPTED;
	return glm_pass(arg, base, coef, m, loss, slopes, information);
}

/* Whoever wants a search to stop, whenever it asks, is heard at once */
static void
test_stops(const lot *l, uint64_t from)
{
	static glm_case c;
	l2n_moments prior = {.k = MOST_COLUMNS + 1};
	int groups = l->with & GROUPS ? (MOST_COLUMNS + 1) / 2 : 0, heard[2] = {0}, late = 0;
	void *work = dirty(l2n_newton_worksize(MOST_COLUMNS, groups));
	bool dropped[MOST_COLUMNS] = {false};
	double coef[MOST_COLUMNS], se[MOST_COLUMNS];

	c.work = dirty(l2n_irls_worksize(MOST_COLUMNS));
	prior.mean = dirty(sizeof(double) * l2n_moments_doubles(MOST_COLUMNS + 1));
	prior.cross = prior.mean + 2 * (MOST_COLUMNS + 1);
	seed = from;
	make(&c, &prior, l);
	c.spec.pass = stopping_pass;
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < 1000; k += 1 + (pass == 0 ? k / 5 : 0))
		{
			l2n_newton_fit fit = {.coef = coef, .se = se, .dropped = dropped};
			double lambda = l->share * prior.weight.hi, largest;
			l2n_newton_goal goal = {lambda * l->ratio, lambda * (1 - l->ratio), 1e-11, 100, false};
			l2n_newton *n;
			l2n_status status;

			stopping = (stop){pass, k, 0};
			status = l2n_newton_start(glm_kernel, &c.spec, work, &n);
			if (status == L2N_OK && with & LARGEST)
				status = l2n_newton_largest(n, 1e-10, &largest, &fit, stopping_poll, NULL);
			if (status == L2N_OK)
				status = l2n_newton_solve(n, &goal, &fit, stopping_poll, NULL);
			if (status == L2N_OK)
				status = l2n_newton_refresh(n, true);
			if (stopping.left >= 0)
				break;
			heard[pass] += status == L2N_INTERRUPTED;
			late += status != L2N_INTERRUPTED || stopping.after > 0;
		}
	ok(late == 0 && heard[0] > 1 && heard[1] > 1,
	   "%s: heard at %d polls and %d passes, %d times not at once", glm_name(&c), heard[0],
	   heard[1], late);
	free(prior.mean);
	free(c.work);
	free(work);
}

static const lot stopped[] = {
	{BINARY_OR_COUNTS, 0, 1e-3, FREE | NO_BOUNDS, 77, 1, {0}},
	{BINARY_OR_COUNTS, 1, 1e-2, LARGEST | FREE, 77, 1, {0}},
	{BINARY_OR_COUNTS, 0.5, 1e-2, GROUPS, 77, 1, {0}},
	{BINARY_OR_COUNTS, 0, 1e-3, BOUNDED, 77, 1, {0}},
	{PROBIT, 0, 1e-3, FREE | NO_BOUNDS, 77, 1, {0}},
	{GAMMA_LOG, 1, 1e-2, LARGEST | BOUNDED, 77, 1, {0}},
	{TWEEDIE, 0, 1e-3, NO_BOUNDS, 77, 1, {0}},
	{GAMMA_INVERSE, 0, 1e-3, NO_BOUNDS, 77, 1, {0}},
};

int
main(void)
{
	glm_kernel = l2n_kernel_best();
	for (size_t i = 0; i < sizeof lots / sizeof lots[0]; i++)
		run(&lots[i], (int) i);
	for (size_t i = 0; i < sizeof stopped / sizeof stopped[0]; i++)
		for (uint64_t from = 1; from <= 2; from++)
			test_stops(&stopped[i], from);
	ok(differing <= DIFFERING, "%d lots take another number of passes", differing);
	return done_testing();
}
