/*
 * glm_fits.c: random fits of generalised linear models, each held to its optimality conditions:
 * logistic and Poisson ones, and those of the other families and links.
 *
 * What a fit says is not believed: the gradient at its coefficients is computed anew from the rows,
 * in long double and by the textbook's formulas, and every coefficient must be where its penalty
 * and its bounds hold it.  The data are what fits have stumbled on: weights that differ by 1e8,
 * columns from 1e-4 to 1e6, means far from 0, copies and powers of columns, 0/1 columns of which
 * few are 1, rows nearly or wholly separated, more columns than rows, offsets, shares, bounds,
 * penalties that leave nothing and penalties that are next to none.
 *
 * Included by test/unit/test_glm_fits.c.
 *
 *	GLM_FITS	how many fits; the unit test has its own number
 *	GLM_SEED	the first of the problems' seeds: problem number i has seed GLM_SEED + i
 *	GLM_SAY		1: a line for every fit that fails
 */
#include <stdlib.h>
#include <string.h>

#include "num/glm/irls.h"
#include "num/glm/newton.h"

#include "random.h"

#define MOST_ROWS    500
#define MOST_COLUMNS 30
#define WIDTH        (MOST_COLUMNS + 3) /* y, x, weight, offset */
#define TOLERANCE    1e-9               /* of what the gradient's terms add up to */

/* What came of all fits */
typedef struct glm_tally
{
	long fits;
	long unconverged; /* penalised wholly, so that there is an optimum */
	long separated;   /* likewise, but some columns have no penalty: rightly, perhaps */
	long edge;        /* likewise, but the optimum may be where the mean leaves its range */
	long refused;     /* an error */
	long wrong;       /* converged, they say */
	long steps;
	double worst; /* residual of a converged fit */
} glm_tally;

/*
 * Families and links beside logistic and Poisson regression.  Where an edge is said to be, the
 * range of the mean ends at a finite linear predictor and the loss need not grow without bound on
 * the way: there may be no optimum.
 */
static const struct glm_other
{
	l2n_family_kind kind;
	l2n_link_kind link;
	double low, high; /* of the parameter */
	bool edge;
} glm_others[] = {
	{L2N_BINOMIAL, L2N_PROBIT, 0, 0, false},
	{L2N_BINOMIAL, L2N_CLOGLOG, 0, 0, false},
	{L2N_BINOMIAL, L2N_LOG, 0, 0, true},
	{L2N_BINOMIAL, L2N_IDENTITY, 0, 0, true},
	{L2N_GAUSSIAN, L2N_IDENTITY, 0, 0, false},
	{L2N_GAUSSIAN, L2N_LOG, 0, 0, false},
	{L2N_GAUSSIAN, L2N_INVERSE, 0, 0, true},
	{L2N_POISSON, L2N_IDENTITY, 0, 0, true},
	{L2N_GAMMA, L2N_LOG, 0, 0, false},
	{L2N_GAMMA, L2N_INVERSE, 0, 0, true},
	{L2N_GAMMA, L2N_IDENTITY, 0, 0, true},
	{L2N_INVERSE_GAUSSIAN, L2N_LOG, 0, 0, false},
	{L2N_INVERSE_GAUSSIAN, L2N_INVERSE_SQUARED, 0, 0, true},
	{L2N_NEGATIVE_BINOMIAL, L2N_LOG, 0.1, 100, false},
	{L2N_NEGATIVE_BINOMIAL, L2N_IDENTITY, 0.1, 100, true},
	{L2N_TWEEDIE, L2N_LOG, 1.05, 1.95, false},
	{L2N_QUASI, L2N_LOG, 0, 3, false},
};

/* Where there may be no optimum, steps are not wasted on it */
#define STEPS_AT_EDGE 30

#define GLM_OTHERS (int) (sizeof glm_others / sizeof glm_others[0])

typedef struct glm_case
{
	const struct glm_other *other; /* NULL: logistic or Poisson */
	l2n_family family;             /* that, else without meaning */
	int rows, p;
	double row[MOST_ROWS][WIDTH];
	double centre[MOST_COLUMNS], factor[MOST_COLUMNS], lower[MOST_COLUMNS], upper[MOST_COLUMNS];
	int feature[MOST_COLUMNS];
	bool intercept, weighted, bounded, free;
	l2n_irls irls;
	l2n_newton_spec spec;
	void *work;
} glm_case;

static const l2n_kernel *glm_kernel;

static double
glm_between(double low, double high)
{
	return low + (high - low) * uniform();
}

static bool
glm_chance(double share)
{
	return uniform() < share;
}

static l2n_status
glm_pass(void *arg, double base, const double *coef, l2n_moments *m, double *loss,
		 const l2n_slopes *slopes, l2n_moments *information)
{
	glm_case *c = arg;
	dd sum = dd_of(0.0);

	for (int i = 0; i < c->rows && isfinite(sum.hi); i += L2N_BLOCK_ROWS)
		l2n_irls_block(glm_kernel, &c->irls, base, coef,
					   c->rows - i < L2N_BLOCK_ROWS ? c->rows - i : L2N_BLOCK_ROWS, c->row[i],
					   WIDTH, m, &sum, slopes, information, c->work, NULL, NULL);
	*loss = sum.hi;
	return L2N_OK;
}

static void
glm_reach(void *arg, double *reach)
{
	const glm_case *c = arg;

	for (int i = 0; i < c->rows; i++)
		for (int j = 0; j < c->p; j++)
			reach[j] = fmax(reach[j], fabs(c->row[i][c->irls.feature[j]] - c->centre[j]));
}

/*
 * Making data up
 */

static void
glm_make_column(glm_case *c, int j, double scale)
{
	int kind = integer(10), other = j > 0 ? integer(j) : 0;
	double share = glm_between(0.02, 0.5), shift = glm_chance(0.3) ? pow(10, glm_between(0, 2)) : 0;

	for (int i = 0; i < c->rows; i++)
	{
		double x = normal(), before = c->row[i][other + 1];

		if (kind < 2)
			x = uniform() < share;
		else if (kind == 2)
			x = uniform() < share ? 0 : exp(x);
		else if (kind == 3 && j > 0)
			x = before / scale + (share < 0.2 ? 0 : 1e-3 * x);
		else if (kind == 4 && j > 0)
			x = before * before / scale;
		else if (kind == 5)
			x = i < c->rows / 2 ? 0 : 1;
		else
			x += shift;
		c->row[i][j + 1] = x * scale;
	}
}

static void
glm_make_features(glm_case *c)
{
	double common = glm_chance(0.3) ? 1 : pow(10, glm_between(-4, 6));
	bool each = glm_chance(0.4);

	for (int j = 0; j < c->p; j++)
		glm_make_column(c, j, each ? pow(10, glm_between(-4, 6)) : common);
	/* squares of squares leave the range that is promised */
	for (int j = 0; j < c->p; j++)
	{
		double largest = 0;

		for (int i = 0; i < c->rows; i++)
			largest = fmax(largest, fabs(c->row[i][j + 1]));
		for (int i = 0; i < c->rows && largest > 1e7; i++)
			c->row[i][j + 1] *= 1e6 / largest;
	}
}

static void
glm_make_weights(glm_case *c)
{
	int kind = integer(6);

	c->weighted = kind >= 2;
	for (int i = 0; i < c->rows; i++)
	{
		double w = 1;

		if (kind == 2)
			w = 1 + integer(1000);
		else if (kind == 3)
			w = glm_chance(0.2) ? 1e8 : 1;
		else if (kind == 4)
			w = pow(10, integer(9));
		else if (kind == 5)
			w = pow(10, glm_between(-4, 4));
		c->row[i][MOST_COLUMNS + 1] = w;
	}
}

/* y of another family that is not binomial, whose mean has that logarithm, roughly */
static double
glm_draw(const glm_case *c, double e)
{
	double mu = exp(fmin(fmax(e, -9), 9));

	switch (c->family.kind)
	{
		case L2N_GAUSSIAN:
			return mu + normal();
		case L2N_POISSON:
		case L2N_NEGATIVE_BINOMIAL:
			return floor(mu * exp(0.7 * normal()) + 0.5);
		case L2N_TWEEDIE:
		case L2N_QUASI:
			if (!c->family.open && uniform() < 0.3)
				return 0;
			return mu * exp(0.5 * normal());
		default:
			return mu * exp(normal());
	}
}

/* y at linear predictors whose spread is from little to far more than tells rows apart */
static void
glm_make_target(glm_case *c, bool poisson)
{
	bool counts = poisson || (c->other && c->other->kind != L2N_BINOMIAL);
	double b[MOST_COLUMNS], spread = pow(10, glm_between(-1, counts ? 0.6 : 2));
	double at = glm_between(-2, 2), sum = 0, square = 0, eta[MOST_ROWS];
	int kind = integer(10);
	bool ones = false, zeros = false;

	for (int j = 0; j < c->p; j++)
	{
		double s = 0;

		for (int i = 0; i < c->rows; i++)
			s += fabs(c->row[i][j + 1]);
		b[j] = glm_chance(0.6) && s > 0 ? normal() * c->rows / s : 0;
	}
	for (int i = 0; i < c->rows; i++)
	{
		eta[i] = 0.1 * normal();
		for (int j = 0; j < c->p; j++)
			eta[i] += b[j] * c->row[i][j + 1];
		sum += eta[i];
		square += eta[i] * eta[i];
	}
	sum /= c->rows;
	square = sqrt(fmax(square / c->rows - sum * sum, 1e-10));
	for (int i = 0; i < c->rows; i++)
	{
		double e = at + (eta[i] - sum) / square * spread, y;

		if (counts && !poisson)
			y = glm_draw(c, e);
		else if (poisson)
		{
			double mu = exp(fmin(e, 9));

			y = fmax(floor(mu + sqrt(mu) * normal() + 0.5), 0);
			if (kind == 0)
				y = floor(mu * 1000);
		}
		else if (kind < 3)
			y = e > 0;
		else if (kind == 3)
			y = floor(4 / (1 + exp(-e)) + uniform()) / 4;
		else
			y = uniform() < 1 / (1 + exp(-e));
		c->row[i][0] = counts ? y : fmin(y, 1);
		ones |= y > 0;
		zeros |= y < 1;
	}
	if (!ones)
		c->row[0][0] = 1;
	if (!counts && !zeros)
		c->row[0][0] = 0;
}

static void
glm_make_constraints(glm_case *c)
{
	bool standardize = glm_chance(0.5), factors = glm_chance(0.2);

	c->bounded = glm_chance(0.2);
	c->free = glm_chance(0.05);
	for (int j = 0; j < c->p; j++)
	{
		double s = 0;

		for (int i = 0; i < c->rows; i++)
			s += fabs(c->row[i][j + 1]);
		s = s > 0 ? c->rows / s : 1;
		c->factor[j] = factors ? pow(10, glm_between(-1, 1)) : 1;
		if (c->free && glm_chance(0.3))
			c->factor[j] = 0;
		c->lower[j] = glm_chance(0.5) ? 0 : -s * glm_between(0, 2);
		c->upper[j] = glm_chance(0.5) ? INFINITY : s * glm_between(0, 2);
	}
	c->spec.standardize = standardize;
	c->spec.penalty = factors || c->free ? c->factor : NULL;
	c->spec.lower = c->bounded ? c->lower : NULL;
	c->spec.upper = c->bounded ? c->upper : NULL;
}

static double
glm_least_weight(const glm_case *c)
{
	double least = c->row[0][MOST_COLUMNS + 1];

	for (int i = 1; i < c->rows; i++)
		least = fmin(least, c->row[i][MOST_COLUMNS + 1]);
	return least;
}

/* A family and link of the others; without an intercept many have no mean to start at */
static void
glm_make_family(glm_case *c)
{
	double parameter = glm_between(c->other->low, c->other->high);

	if (c->other->kind == L2N_QUASI)
		parameter = floor(parameter + 0.5);
	if (!l2n_family_make(&c->family, c->other->kind, c->other->link, parameter))
		abort();
	c->intercept |= c->other->edge;
}

/* Everything but the penalty: rows, their moments, and the problem */
static void
glm_make(glm_case *c, l2n_moments *prior)
{
	bool poisson = !c->other && glm_chance(0.4), offset;
	dd saturated = dd_of(0.0), loss = dd_of(0.0);
	double reference, mean;

	memset(&c->spec, 0, sizeof c->spec);
	c->rows = (int) floor(3 * pow(MOST_ROWS / 3.0, uniform()));
	c->p = (int) floor(pow(MOST_COLUMNS + 0.9, uniform()));
	c->intercept = glm_chance(0.85);
	if (c->other)
		glm_make_family(c);
	glm_make_features(c);
	glm_make_weights(c);
	glm_make_target(c, poisson);
	glm_make_constraints(c);
	offset = glm_chance(0.1) && !(c->other && c->other->edge);
	for (int i = 0; i < c->rows; i++)
		c->row[i][MOST_COLUMNS + 2] = offset ? 2 * normal() : 0;
	c->irls = (l2n_irls){.family = c->other  ? &c->family
								   : poisson ? &l2n_poisson
											 : &l2n_binomial,
						 .p = c->p,
						 .feature = c->feature,
						 .weight = c->weighted ? MOST_COLUMNS + 1 : 0,
						 .offset = offset ? MOST_COLUMNS + 2 : 0,
						 .centre = c->centre};
	prior->k = c->p + 1;
	l2n_moments_clear(prior);
	for (int j = 0; j < c->p; j++)
		c->feature[j] = j + 1;
	for (int i = 0; i < c->rows; i += L2N_BLOCK_ROWS)
		l2n_irls_plain(glm_kernel, &c->irls, 0,
					   c->rows - i < L2N_BLOCK_ROWS ? c->rows - i : L2N_BLOCK_ROWS, c->row[i],
					   WIDTH, prior, &saturated, &loss, c->work, NULL, NULL);
	mean = prior->mean[0];
	reference = c->irls.family->link->eta(mean);
	loss = saturated = dd_of(0.0);
	l2n_moments_clear(prior);
	for (int i = 0; i < c->rows; i += L2N_BLOCK_ROWS)
		l2n_irls_plain(glm_kernel, &c->irls, reference,
					   c->rows - i < L2N_BLOCK_ROWS ? c->rows - i : L2N_BLOCK_ROWS, c->row[i],
					   WIDTH, prior, &saturated, &loss, c->work, NULL, NULL);
	for (int j = 0; j < c->p; j++)
		c->centre[j] = c->intercept ? prior->mean[j + 1] : 0;
	c->spec.family = c->irls.family;
	c->spec.columns = (l2n_columns){c->p, c->feature, 0, c->intercept};
	c->spec.prior = prior;
	c->spec.offset = offset;
	c->spec.reference = reference;
	c->spec.reference_loss = loss.hi;
	c->spec.rows = c->rows;
	c->spec.least_weight = !c->weighted || glm_chance(0.5) ? glm_least_weight(c) : 0;
	c->spec.centre = c->centre;
	c->spec.pass = glm_pass;
	c->spec.reach = glm_reach;
	c->spec.pass_arg = c;
}

/*
 * Holding a fit to its conditions
 */

/* density / distribution function of the normal distribution */
static long double
glm_mills(long double eta)
{
	long double s = 1 / (eta * eta);

	if (eta > -80)
		return expl(-eta * eta / 2) / (sqrtl(2 * acosl(-1.0L)) * erfcl(-eta / sqrtl(2)) / 2);
	return -eta / (1 - s * (1 - s * (3 - s * (15 - s * (105 - s * 945)))));
}

/* How the logarithms of p and of 1 - p rise and fall with eta */
static void
glm_share(l2n_link_kind link, long double eta, long double *up, long double *down)
{
	long double u = expl(eta);

	if (link == L2N_PROBIT)
	{
		*up = glm_mills(eta);
		*down = glm_mills(-eta);
	}
	else if (link == L2N_CLOGLOG)
	{
		*up = isinf(u) ? 0 : u > 0 ? u / expm1l(u) : 1;
		*down = u;
	}
	else if (link == L2N_LOG)
	{
		*up = 1;
		*down = -u / expm1l(eta);
	}
	else
	{
		*up = 1 / eta;
		*down = 1 / (1 - eta);
	}
}

/* The same of the other families: the derivative of the log likelihood by eta */
static long double
glm_other_residual(const l2n_family *f, double y, long double eta)
{
	long double mu, slope, variance, power = f->parameter;

	if (f->kind == L2N_BINOMIAL)
	{
		long double up, down;

		glm_share(f->link->kind, eta, &up, &down);
		/* the one that has no share may be infinite */
		return (y > 0 ? y * up : 0) - (y < 1 ? (1 - (long double) y) * down : 0);
	}
	if (f->link->kind == L2N_LOG)
		mu = slope = expl(eta);
	else if (f->link->kind == L2N_INVERSE)
	{
		mu = 1 / eta;
		slope = -mu * mu;
	}
	else if (f->link->kind == L2N_INVERSE_SQUARED)
	{
		mu = 1 / sqrtl(eta);
		slope = -mu * mu * mu / 2;
	}
	else
	{
		mu = eta;
		slope = 1;
	}
	if (f->kind == L2N_NEGATIVE_BINOMIAL && f->link->kind == L2N_LOG) /* mu may be 0, or infinite */
		return isinf(mu) ? -power : (y - mu) * power / (power + mu);
	if (f->kind == L2N_NEGATIVE_BINOMIAL)
		variance = mu + mu * mu / power;
	else
	{
		power = f->kind == L2N_GAUSSIAN           ? 0
				: f->kind == L2N_POISSON          ? 1
				: f->kind == L2N_GAMMA            ? 2
				: f->kind == L2N_INVERSE_GAUSSIAN ? 3
												  : power;
		if (f->link->kind == L2N_LOG) /* where mu itself may be out of range */
			return (y != 0 ? y * expl((1 - power) * eta) : 0) - expl((2 - power) * eta);
		variance = powl(mu, power);
	}
	return (y - mu) / variance * slope;
}

/* What the last bits of eta do to that, in bits of them; the family's own word will do */
static double
glm_other_bend(const l2n_family *f, double y, double eta)
{
	double residual, weight, loss;

	f->evaluate(f, glm_kernel, 1, &y, &eta, &residual, &weight, &loss);
	return weight;
}

/* y - mu, by the textbook; 1 - mu of a logistic row without cancellation */
static long double
glm_residual(const glm_case *c, double y, long double eta)
{
	if (c->other)
		return glm_other_residual(&c->family, y, eta);
	if (c->spec.family == &l2n_poisson)
		return y - expl(eta);
	return y / (1 + expl(eta)) - (1 - y) / (1 + expl(-eta));
}

static long double
glm_variance(const glm_case *c, double y, long double eta)
{
	if (c->other)
		return glm_other_bend(&c->family, y, (double) eta);
	return c->spec.family == &l2n_poisson ? expl(eta) : 1 / (2 + expl(eta) + expl(-eta));
}

/* How far b is from where slope, the way that the loss falls, penalties and bounds hold it */
static long double
glm_excess(long double slope, long double l1, double b, double lower, double upper)
{
	long double up = slope - (b >= 0 ? l1 : -l1), down = slope - (b > 0 ? l1 : -l1), off = 0;

	if (b < upper && up > 0)
		off = up;
	if (b > lower && -down > off)
		off = -down;
	return off;
}

/* The largest residual of the optimality conditions, as a share of what its terms add up to */
static double
glm_kkt(const glm_case *c, const l2n_newton_goal *goal, const l2n_newton_fit *fit)
{
	long double slope[MOST_COLUMNS + 1] = {0}, size[MOST_COLUMNS + 1] = {0}, worst = 0;

	for (int i = 0; i < c->rows; i++)
	{
		const double *row = c->row[i];
		long double eta = (long double) fit->base + row[MOST_COLUMNS + 2], r, bits;

		bits = fabsl(eta);
		for (int j = 0; j < c->p; j++)
		{
			long double part =
				(long double) fit->coef[j] * ((long double) row[j + 1] - c->centre[j]);

			eta += part;
			bits += fabsl(part);
		}
		r = row[MOST_COLUMNS + 1] * glm_residual(c, row[0], eta);
		/* what the last bits of coefficients and of eta do to r; and one of 1e-27 is none */
		bits = ((1 + bits) * glm_variance(c, row[0], eta) * (c->p + 4) * 0x1p-51L + 0x1p-90L) *
			   row[MOST_COLUMNS + 1] / TOLERANCE;
		slope[c->p] += r;
		size[c->p] += fabsl(r) + bits;
		for (int j = 0; j < c->p; j++)
		{
			long double term = r * ((long double) row[j + 1] - c->centre[j]);

			slope[j] += term;
			size[j] += fabsl(term) + bits * fabsl((long double) row[j + 1] - c->centre[j]);
		}
	}
	for (int j = 0; j < c->p; j++)
	{
		double factor = c->spec.penalty ? c->factor[j] : 1;
		long double mean = 0, variance = 0, weight = 0, l1, l2;

		for (int i = 0; i < c->rows; i++)
		{
			mean += (long double) c->row[i][MOST_COLUMNS + 1] * c->row[i][j + 1];
			weight += c->row[i][MOST_COLUMNS + 1];
		}
		mean /= weight;
		for (int i = 0; i < c->rows; i++)
			variance += c->row[i][MOST_COLUMNS + 1] * (c->row[i][j + 1] - mean) *
						(c->row[i][j + 1] - mean) / weight;
		if (!c->spec.standardize)
			variance = 1;
		l1 = goal->l1 * factor * sqrtl(variance);
		l2 = goal->l2 * factor * variance * fit->coef[j];
		size[j] += l1 + fabsl(l2);
		slope[j] = glm_excess(slope[j] - l2, l1, fit->coef[j], c->bounded ? c->lower[j] : -INFINITY,
							  c->bounded ? c->upper[j] : INFINITY);
		if (fit->dropped[j])
			slope[j] = 0;
	}
	for (int j = 0; j < c->p + c->intercept; j++)
		if (!(slope[j] <= worst * size[j]))
			worst = size[j] > 0 ? fabsl(slope[j]) / size[j] : INFINITY;
	return (double) worst;
}

static const char *
glm_end_name(l2n_newton_end end)
{
	static const char *const name[] = {"converged", "max_iter", "separated", "stuck"};

	return name[end];
}

static const char *
glm_name(const glm_case *c)
{
	static const char *const family[] = {
		"gaussian",         "binomial",          "poisson", "gamma",
		"inverse gaussian", "negative binomial", "tweedie", "quasi"};
	static const char *const link[] = {"identity", "log",     "logit",          "probit",
									   "cloglog",  "inverse", "inverse squared"};
	static char name[100];

	if (!c->other)
		return c->spec.family == &l2n_poisson ? "poisson" : "logistic";
	snprintf(name, sizeof name, "%s %s %g", family[c->other->kind], link[c->other->link],
			 c->family.parameter);
	return name;
}

static void
glm_fit(glm_case *c, l2n_newton *n, const l2n_newton_goal *goal, uint64_t of, glm_tally *t)
{
	double coef[MOST_COLUMNS], se[MOST_COLUMNS], kkt;
	bool dropped[MOST_COLUMNS] = {false}, say = getenv("GLM_SAY") != NULL, bad = false;
	l2n_newton_fit fit = {.coef = coef, .se = se, .dropped = dropped};
	l2n_status status = l2n_newton_solve(n, goal, &fit, NULL, NULL);

	t->fits++;
	if (status != L2N_OK)
	{
		t->refused++;
		if (say)
			diag("seed %lu: status %d at column %d, pivot %g: %d x %d l1 %g l2 %g",
				 (unsigned long) of, (int) status, fit.failed, fit.failed_pivot, c->rows, c->p,
				 goal->l1, goal->l2);
		return;
	}
	t->steps += fit.iterations;
	kkt = glm_kkt(c, goal, &fit);
	if (fit.end == L2N_NEWTON_CONVERGED)
	{
		bad = !(kkt <= TOLERANCE);
		t->wrong += bad;
		t->worst = fmax(t->worst, kkt);
	}
	else if (c->free)
		t->separated++;
	else if (c->other && c->other->edge)
		t->edge++;
	else
	{
		bad = true;
		t->unconverged++;
	}
	if (say && bad)
		diag("seed %lu: %s after %d, kkt %.3g change %.3g: %s %d x %d l1 %g l2 %g%s%s%s%s%s%s",
			 (unsigned long) of, glm_end_name(fit.end), fit.iterations, kkt, fit.change,
			 glm_name(c), c->rows, c->p, goal->l1, goal->l2, c->intercept ? "" : " origin",
			 c->weighted ? " weighted" : "", c->bounded ? " bounded" : "", c->free ? " free" : "",
			 c->spec.offset ? " offset" : "", c->spec.standardize ? " standardize" : "");
}

/*
 * A problem: one to four fits, each from where the last one ended, as a path has them; no more
 * where that was not an end
 */
static void
glm_problem(glm_case *c, l2n_moments *prior, void *scratch, uint64_t of, glm_tally *t)
{
	static const double ratios[] = {0, 0, 1, 1, 0.5, 0.1, 1e-3, 1e-5};
	double ratio, lambda = 0, far;
	long before = t->unconverged;
	int fits;
	l2n_newton *n;
	l2n_status status;

	seed = of;
	glm_make(c, prior);
	ratio = ratios[integer(8)];
	fits = glm_chance(0.3) ? 4 : 1;
	far = pow(10, glm_between(-3, 3));
	status = l2n_newton_start(glm_kernel, &c->spec, scratch, &n);
	if (status != L2N_OK)
	{
		t->refused++;
		t->fits++;
		return;
	}
	for (int j = 0; j < c->p; j++)
	{
		double slope = l2n_cross(prior, 0, j + 1).hi;
		double unit = (c->spec.penalty ? c->factor[j] : 1) *
					  (c->spec.standardize ? sqrt(l2n_variance(prior, j + 1)) : 1);

		if (unit > 0)
			lambda = fmax(lambda, fabs(slope) / unit);
	}
	if (!(lambda > 0))
		lambda = 1;
	if (glm_chance(0.2))
		lambda = pow(10, glm_between(-2, 2));
	else
		lambda *= pow(10, glm_between(-6, 0.3));
	for (int i = 0; i < fits && t->unconverged == before; i++, lambda *= 0.3)
	{
		l2n_newton_goal goal = {lambda * ratio, lambda * (1 - ratio) * (ratio == 0 ? far : 1),
								1e-11, c->other && c->other->edge ? STEPS_AT_EDGE : 100};

		glm_fit(c, n, &goal, of, t);
	}
}

/* Of logistic and Poisson regression, or of the others in turn */
TAP_UNUSED static glm_tally
glm_run(bool others, long fits, uint64_t first)
{
	glm_tally t = {0};
	glm_case *c = malloc(sizeof *c);
	l2n_moments prior = {.k = MOST_COLUMNS + 1};
	void *scratch = dirty(l2n_newton_worksize(MOST_COLUMNS, 0));

	glm_kernel = l2n_kernel_best();
	c->work = dirty(l2n_irls_worksize(MOST_COLUMNS));
	prior.mean = malloc(sizeof(double) * l2n_moments_doubles(MOST_COLUMNS + 1));
	prior.cross = prior.mean + 2 * (MOST_COLUMNS + 1);
	for (uint64_t i = 0; t.fits < fits; i++)
	{
		prior.k = MOST_COLUMNS + 1;
		c->other = others ? &glm_others[(first + i) % GLM_OTHERS] : NULL;
		glm_problem(c, &prior, scratch, first + i, &t);
	}
	free(prior.mean);
	free(c->work);
	free(scratch);
	free(c);
	return t;
}
