/*
 * glm.c: passes over rows and options make the model of a generalised linear model.
 */
#include "glm/glm.h"

#include "base/deck.h"
#include "gram/encoding.h"
#include "model/vcov.h"

#include <math.h>

#include "num/glm/dropout.h"
#include "num/solve/group.h"

#include "utils/memutils.h"

struct l2_glm
{
	l2_glm_source *source;
	l2_fitter *fitter; /* columns, names, penalties */
	l2n_newton *newton;
	double rows;
	double theta_se;      /* of a theta that was estimated */
	bool theta_infinite;  /* its likelihood has no maximum */
	const double *centre; /* of the features, for the source's passes */
	l2n_newton_spec spec;
	struct relaxed *relaxed; /* made when first needed */
};

/* The last refit without a penalty */
typedef struct relaxed
{
	l2_glm_refit refit;
	bool *kept; /* p: of which features */
	bool known;
	MemoryContext context; /* of each in turn */
} relaxed;

/* How far the last step may move the linear predictor, and how many steps there may be */
#define TOLERANCE            1e-11
#define TOLERANCE_OF_CLASSES 1e-9 /* of an optimality condition: see softmax.h */
#define MAX_STEPS            100

void
l2_glm_options_init(l2_options *o, l2_method method)
{
	l2_options_init(o, method);
	if (!l2_method_has_link(method) && method != L2_METHOD_MULTINOMIAL)
		return;
	o->tolerance = method == L2_METHOD_MULTINOMIAL ? TOLERANCE_OF_CLASSES : TOLERANCE;
	o->max_iter = MAX_STEPS;
}

void
l2_glm_check_y(const l2n_family *f, double y)
{
	if (y >= f->lowest && y <= f->highest && !(f->open && y == f->lowest))
		return;
	if (f->kind == L2N_BINOMIAL)
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("y must be 0, 1 or a share between them, but is %g", y),
						errhint("Say which rows count as 1, for example y > 3; a share of several "
								"trials takes their number as its weight.")));
	if (f->kind == L2N_POISSON || f->kind == L2N_NEGATIVE_BINOMIAL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("y must be a count >= 0, but is %g", y),
				 errhint("Numbers of any sign are of method ols; positive amounts of glm with "
						 "{\"family\": \"gamma\"}.")));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("y must be %s for family %s, but is %g", f->open ? "> 0" : ">= 0",
					l2_family_name(f->kind), y),
			 f->open ? errhint("Family tweedie, of a power between 1 and 2, has amounts of which "
							   "some are 0; FILTER (WHERE ...) leaves rows out.")
					 : errhint("Family gaussian takes any y.")));
}

void
l2_glm_refuse(double v, const char *column)
{
	if (isfinite(v))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value %g in column %s is too large", v, column),
				 errdetail("Values, times the root of a weight above 1, may be at most %g in "
						   "magnitude.",
						   L2_GLM_LARGEST),
				 errhint("Rescale the column: give it a unit in which it is near 1.")));
	ereport(
		ERROR,
		(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
		 errmsg("column %s is %s", column, isnan(v) ? "NaN" : "infinite"),
		 errhint("Leave such rows out with FILTER (WHERE ...), or make the values NULL; fits skip "
				 "them with the option {\"nonfinite\": \"skip\"}.")));
}

/* Rows that all have the same extreme y have no finite fit: an error, or false */
static bool
glm_check_classes(const l2n_family *f, const l2n_moments *m, int64 n_skipped, const l2_options *o)
{
	dd mean = l2n_mean(m, 0);

	if (mean.hi != f->lowest && !(mean.hi == f->highest && mean.lo == 0))
		return true;
	if (!o->one_class_null)
		ereport(
			ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 n_skipped > 0 ? errmsg("y is %g in every row that counts", mean.hi)
						   : errmsg("y is %g in every row", mean.hi),
			 n_skipped > 0
				 ? errdetail("There is nothing to tell apart, and the intercept would be infinite. "
							 "Rows with a NULL or of weight 0 do not count; there are " INT64_FORMAT
							 " of them.",
							 n_skipped)
				 : errdetail(
					   "There is nothing to tell apart, and the intercept would be infinite."),
			 errhint("Leave out groups with one value of y before aggregating, or have NULL for "
					 "them with the option {\"one_class\": \"null\"}.")));
	return false;
}

bool
l2_glm_has_classes(const l2_glm_source *s, const l2n_moments *m, const l2_options *o)
{
	return glm_check_classes(&s->family, m, s->prior->n_skipped, o);
}

/* Dropout takes a loss that has a mean under any linear predictor, and one minimum */
static void
glm_check_dropout(const l2_options *o, const l2n_family *f)
{
	if (o->rate == 0)
		return;
	if (!l2n_dropout_suits(f))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("dropout is not for family %s with link %s", l2_family_name(f->kind),
						l2_link_name(f->link->kind)),
				 errdetail("Its loss is not convex in the linear predictor, or has no value for "
						   "some, and dropout moves that far."),
				 errhint("Use the families gaussian (link identity), binomial (logit, probit, "
						 "cloglog), poisson, gamma, negative_binomial or tweedie (log).")));
	if (f->kind == L2N_NEGATIVE_BINOMIAL && isnan(o->theta))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("dropout needs a theta that is given"),
						errhint("Estimate it without dropout, and give it as option theta.")));
	if (o->masks == L2_MASKS_QUADRATIC && !f->bend)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("masks \"quadratic\" is for binomial and poisson with their "
							   "canonical links"),
						errhint("Use \"normal\" or \"exact\".")));
}

/* Where the search for theta starts: where variance and mean of y say it is */
static double
first_theta(const l2n_moments *prior)
{
	double mean = prior->mean[0], more = l2n_variance(prior, 0) - mean;

	return more > 0 ? fmin(fmax(mean * mean / more, 1e-3), 1e3) : 1e3;
}

/* A link that has a mean for every linear predictor */
static const char *
wide_link(const l2n_family *f)
{
	return f->kind == L2N_BINOMIAL ? "logit" : "log";
}

/* The null model has a mean that the family cannot have, or none that the link can say */
static void
refuse_start(const l2n_family *f, const l2_options *o)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("link %s has no fit of family %s to start from", l2_link_name(f->link->kind),
					l2_family_name(f->kind)),
			 o->intercept
				 ? errdetail("The mean of y, with the offsets where there are any, is not one that "
							 "the link and the family can have in every row.")
				 : errdetail("Without an intercept the search begins at a linear predictor of 0."),
			 strcmp(l2_link_name(f->link->kind), wide_link(f)) == 0 ? errhint("Use link identity.")
			 : o->intercept ? errhint("Use link %s.", wide_link(f))
							: errhint("Use link %s, or an intercept.", wide_link(f))));
}

/* Whether theta is a parameter to estimate */
static bool
glm_estimates_theta(const l2_glm_source *s, const l2_options *o)
{
	return s->family.kind == L2N_NEGATIVE_BINOMIAL && isnan(o->theta);
}

l2_glm *
l2_glm_make(l2_glm_source *s, const l2_options *o)
{
	l2_fitter *fitter = l2_fitter_make(s->prior, o);
	const l2n_moments *prior;
	const l2n_columns *columns;
	l2n_newton_spec spec;
	double *centre;
	l2n_status status;
	l2_glm *g;
	const int *group;
	int groups;

	glm_check_dropout(o, &s->family);
	if (fitter == NULL ||
		!glm_check_classes(&s->family, l2_fitter_moments(fitter), s->prior->n_skipped, o))
		return NULL;
	g = palloc0(sizeof *g);
	g->source = s;
	g->fitter = fitter;
	g->rows = l2_fitter_rows(fitter);
	prior = l2_fitter_moments(fitter);
	columns = l2_fitter_columns(fitter);
	group = l2_fitter_groups(fitter, &groups);
	centre = palloc0(sizeof(double) * Max(columns->p, 1));
	for (int j = 0; o->intercept && j < columns->p; j++)
		centre[j] = prior->mean[columns->feature[j]];
	if (glm_estimates_theta(s, o))
		s->family.parameter = first_theta(prior);
	g->centre = centre;
	s->prepare(s, columns, centre);
	spec = (l2n_newton_spec){
		.family = &s->family,
		.columns = *columns,
		.prior = prior,
		.offset = s->offset,
		.reference = s->reference,
		/* of a theta that was not known yet it is no loss */
		.reference_loss = glm_estimates_theta(s, o) ? NAN : s->reference_loss,
		.standardize = o->standardize,
		.penalty = l2_fitter_penalty(fitter),
		.lower = l2_fitter_bounds(fitter, false),
		.upper = l2_fitter_bounds(fitter, true),
		.group = group,
		.groups = groups,
		.dropout = o->rate / (1 - o->rate),
		.masked = o->rate > 0 && s->masks >= L2_MASKS_EXACT,
		.rows = g->rows,
		.least_weight = s->least_weight,
		.centre = centre,
		.pass = s->pass,
		.reach = s->reach,
		.by_moments = s->by_moments,
		.constant = s->constant,
		.pass_arg = s,
	};
	g->spec = spec;
	status = l2n_newton_start(l2_kernel, &spec, l2_scratch(l2n_newton_worksize(columns->p, groups)),
							  &g->newton);
	if (status == L2N_OUT_OF_RANGE && !s->family.canonical)
		refuse_start(&s->family, o);
	l2_check(status, NULL, 0);
	return g;
}

/* Penalties as the objective has them: the likelihood has no scale of its own */
static double
effective_lambda(const l2_options *o, const l2n_moments *prior)
{
	return o->lambda_scale == L2_LAMBDA_SUM ? o->lambda : o->lambda * prior->weight.hi;
}

/* Whether some linear predictors have no mean: then the best one may be at the end of the others */
static bool
at_edge(const l2n_family *f)
{
	l2n_link_kind link = f->link->kind;

	if (f->kind == L2N_BINOMIAL)
		return link == L2N_LOG || link == L2N_IDENTITY;
	return link == L2N_INVERSE || link == L2N_INVERSE_SQUARED ||
		   (link == L2N_IDENTITY && f->lowest == 0.0);
}

/*
 * Whether the likelihood may be largest where a mean is at that end, since a row may be there: of
 * such fits every step goes less far than it should, and none arrives
 */
static bool
ends_at_edge(const l2n_family *f)
{
	return at_edge(f) && !f->open;
}

/* How near the ends the means are that stand for those at the ends, and how fast they come near */
#define EDGE_FIRST 1e-1
#define EDGE_LAST  1e-8
#define EDGE_NEXT  0.1

/*
 * A fit that has not come to an end, since the best one may be at the edge of what the link allows:
 * the best fits to y that keep ever less far from the ends are ever nearer to it.  False where
 * there is no end that way either.  No errors go with such a fit.
 */
static bool
solve_at_edge(l2_glm *g, const l2n_newton_goal *goal, l2n_newton_fit *fit)
{
	l2n_family *f = &g->source->family;
	const l2n_moments *prior = l2_fitter_moments(g->fitter);
	double unit = f->kind == L2N_BINOMIAL ? 1 : prior->mean[0];
	l2n_newton_goal near = *goal;
	l2n_moments m = {.k = l2_fitter_columns(g->fitter)->p + 1};
	int p = l2_fitter_columns(g->fitter)->p, iterations = fit->iterations;
	l2n_status status = L2N_OK;

	near.rough = true;
	for (double at = EDGE_FIRST; status == L2N_OK && at >= 0.5 * EDGE_LAST; at *= EDGE_NEXT)
	{
		f->nudge = at * unit;
		status =
			at == EDGE_FIRST ? l2n_newton_restart(g->newton) : l2n_newton_refresh(g->newton, false);
		if (status == L2N_OK)
			status = l2n_newton_solve(g->newton, &near, fit, l2_poll, NULL);
		iterations += fit->iterations;
	}
	f->nudge = 0;
	l2_check(status, NULL, 0);
	fit->iterations = iterations;
	if (fit->end != L2N_NEWTON_CONVERGED)
		return false;
	m.mean = l2_scratch(sizeof(double) * l2n_moments_doubles(m.k));
	m.cross = m.mean + 2 * m.k;
	l2n_moments_clear(&m);
	f->expected = true;
	l2_check(g->source->pass(g->source, fit->base, fit->coef, &m, &fit->loss, NULL, NULL), NULL, 0);
	f->expected = false;
	fit->pearson = l2n_cross(&m, 0, 0).hi + m.weight.hi * m.mean[0] * m.mean[0];
	fit->intercept_se = NAN;
	for (int j = 0; j < p; j++)
		fit->se[j] = NAN;
	return true;
}

/* Say where a fit is that is as good as the link allows */
static void
tell_edge(const l2_options *o, const l2n_family *f)
{
	if (!o->quiet && l2_tell_once(o->told, L2_TOLD_EDGE))
		ereport(NOTICE,
				(errmsg("the best fit is at the edge of what link %s allows",
						l2_link_name(f->link->kind)),
				 errdetail("Some rows have means of %s there, and no coefficients make them go "
						   "further. There are no standard errors.",
						   f->kind != L2N_BINOMIAL    ? "0"
						   : f->link->kind == L2N_LOG ? "1"
													  : "0 or 1"),
				 errhint("Use link %s, which has no such edge.", wide_link(f))));
}

/* Mark a fit that did not converge, and say why, with what to do about it. */
static void
tell_end(l2_model *model, const l2_options *o, const l2n_family *family, const l2n_newton_fit *fit,
		 double tolerance, bool infinite)
{
	if (infinite)
	{
		model->flags |= L2_MODEL_UNCONVERGED;
		if (!o->quiet)
			ereport(WARNING,
					(errmsg("theta goes to infinity"),
					 errdetail("The counts vary no more than Poisson's would, whose variance is "
							   "that of an infinite theta."),
					 errhint("Use poisson_fit.")));
	}
	if (fit->end == L2N_NEWTON_CONVERGED)
		return;
	model->flags |= L2_MODEL_UNCONVERGED;
	if (o->quiet)
		return;
	if (fit->end == L2N_NEWTON_SEPARATED)
		ereport(WARNING,
				(errmsg("%s did not converge: some coefficients go to infinity",
						l2_method_name(o->method)),
				 family->kind == L2N_BINOMIAL
					 ? errdetail("The features separate rows with y = 0 from rows with y = 1 "
								 "without a mistake, wholly or in part.")
					 : errdetail("The features single out rows whose y are all 0."),
				 o->relax < 1
					 ? errhint("Nothing holds the refit back: leave relax out, or give a larger "
							   "lambda, which leaves fewer features.")
					 : errhint("Penalise the coefficients: give a lambda > 0.")));
	else if (fit->end == L2N_NEWTON_MAX_ITER)
		ereport(WARNING,
				(errmsg_plural("%s did not converge in %d step", "%s did not converge in %d steps",
							   fit->iterations, l2_method_name(o->method), fit->iterations),
				 errdetail("The last step moved the linear predictor by %g (root mean square); the "
						   "tolerance is %g.",
						   fit->change, tolerance),
				 ends_at_edge(family)
					 ? errhint("Means at the end of the range of link %s hold the steps back, "
							   "however many they are: use link %s.",
							   l2_link_name(family->link->kind), wide_link(family))
				 : at_edge(family)
					 ? errhint("Means at the end of the range of link %s hold the steps back: use "
							   "link %s, or raise max_iter.",
							   l2_link_name(family->link->kind), wide_link(family))
					 : errhint("Raise max_iter or tolerance, or penalise the coefficients.")));
	else
		ereport(WARNING,
				(errmsg("%s did not converge: no step improves the fit any more",
						l2_method_name(o->method)),
				 errdetail("The last step would have moved the linear predictor by %g (root "
						   "mean square); the tolerance is %g.",
						   fit->change, tolerance),
				 at_edge(family)
					 ? errhint("Means at the end of the range of link %s hold the steps back: use "
							   "link %s.",
							   l2_link_name(family->link->kind), wide_link(family))
					 : errhint("Rescale the columns: give them units in which they are near 1.")));
}

/*
 * Likelihood, Pearson's chi square, and what errors are made of: the family's variance, or that
 * times a dispersion
 */
static void
set_variance(const l2_glm *g, const l2_options *o, const l2n_newton_fit *fit, l2_model *model)
{
	const l2n_family *f = &g->source->family;
	double *stat = model->values, left = stat[L2_STAT_DF_RESIDUAL], scale, likelihood;
	bool frequency = o->weights == L2_WEIGHTS_FREQUENCY;

	if (left > 0)
		stat[L2_STAT_DISPERSION] = fit->pearson / left;
	scale = o->dispersion > 0                   ? o->dispersion
			: o->dispersion < 0 || f->dispersed ? stat[L2_STAT_DISPERSION]
												: 1;
	if (scale != 1)
	{
		stat[L2_STAT_SCALE] = scale;
		for (int i = 0; i <= model->p; i++)
			l2_model_vector(model, L2_STD_ERROR)[i] *= sqrt(scale);
	}
	if (f->likelihood)
		/* equal rows are each of weight 1 */
		likelihood = f->likelihood(fit->loss,
								   frequency && f->kind == L2N_GAUSSIAN ? 0 : g->source->saturated,
								   g->rows, stat[L2_STAT_SUM_WEIGHTS]);
	else
		likelihood = g->source->saturated - fit->loss;
	if (!f->unlikely && isfinite(likelihood) && (f->dispersed || scale == 1))
		stat[L2_STAT_LOG_LIKELIHOOD] = likelihood;
	if (o->method != L2_METHOD_GLM)
		return;
	stat[L2_STAT_FAMILY] = f->kind;
	stat[L2_STAT_LINK] = f->link->kind;
	if (f->kind == L2N_TWEEDIE || f->kind == L2N_QUASI)
		stat[L2_STAT_POWER] = f->parameter;
	if (f->kind == L2N_NEGATIVE_BINOMIAL)
	{
		stat[L2_STAT_THETA] = f->parameter;
		if (isnan(o->theta))
			stat[L2_STAT_THETA_SE] = g->theta_se;
	}
}

/* Counts that vary more than Poisson's: errors that go by Poisson, not by the rows, are too small
 */
static void
tell_dispersion(const l2_glm *g, const l2_options *o, const l2_model *model)
{
	double dispersion = l2_model_stat(model, L2_STAT_DISPERSION);
	bool has_errors = model->solver != L2_SOLVER_PROXIMAL_NEWTON; /* none with L1 or bounds */

	if (!o->replaced && has_errors && g->source->family.kind == L2N_POISSON &&
		isnan(l2_model_stat(model, L2_STAT_SCALE)) && dispersion > 2 &&
		l2_tell_once(o->told, L2_TOLD_DISPERSION))
		ereport(NOTICE,
				(errmsg("the counts vary %.3g times as much as Poisson's would", dispersion),
				 errdetail("Standard errors and p are too small."),
				 errhint("Give the option {\"dispersion\": \"pearson\"}, or use glm_fit with "
						 "{\"family\": \"negative_binomial\"}.")));
}

/*
 * The dispersion of counts by maximum likelihood
 *
 * Coefficients at theta, theta at the coefficients, in turn: the two are all but independent, so
 * that a few turns do (McCullagh and Nelder, 6.2.3).  Theta moves on its logarithm.  Turns after
 * the first are a step of each, where those are small; the last is a search to the end.
 */

#define THETA_TURNS     50
#define THETA_LARGEST   1e7
#define THETA_SMALLEST  1e-6
#define THETA_TOLERANCE 1e-11
#define THETA_NEXT      1e-10 /* what the next step would be, by how much the last ones shrank */
#define THETA_ROUGH     0.05  /* how well coefficients are known by the next step of log theta */
#define THETA_NEAR      0.2 /* for a turn of one step: what theta's and the coefficients' may be */

/* A step of log theta: Newton's where the likelihood is concave, a factor of 2 where it is not */
static double
theta_step(double theta, double score, double information)
{
	double slope = theta * score, curvature = theta * theta * information - slope;

	if (!(curvature > 0) || fabs(slope) > 2 * curvature)
		return slope > 0 ? 1 : -1;
	return slope / curvature;
}

/*
 * Coefficients and theta in turns, as MASS::glm.nb: early turns end when coefficients are better
 * than theta is.
 */
static l2n_status
solve_with_theta(l2_glm *g, const l2n_newton_goal *goal, l2n_newton_fit *fit)
{
	l2n_family *f = &g->source->family;
	double score, information, step = 1, before = 1;
	int iterations = 0;

	for (int i = 0; i < THETA_TURNS; i++)
	{
		double next = fabs(step) * fmin(fabs(step / before), 1);
		bool last = fabs(step) <= THETA_TOLERANCE || next <= THETA_NEXT || i == THETA_TURNS - 1;
		bool moved = false;
		l2n_newton_goal rough = *goal;
		l2n_status status = i > 0 ? l2n_newton_refresh(g->newton, last) : L2N_OK;

		/* no better than theta is yet */
		rough.tolerance =
			last ? goal->tolerance : Max(goal->tolerance, THETA_ROUGH * fmin(fabs(step), 1));
		rough.rough = !last;
		if (status == L2N_OK && i > 0 && !last && fabs(step) <= THETA_NEAR)
			status = l2n_newton_move(g->newton, &rough, THETA_NEAR, fit, &moved, l2_poll, NULL);
		if (status == L2N_OK && !moved)
			status = l2n_newton_solve(g->newton, &rough, fit, l2_poll, NULL);
		else
			fit->iterations = 1;
		/* where that ends, the next step is known, and goes with theta's */
		if (status == L2N_OK && !moved && !last && fit->end == L2N_NEWTON_CONVERGED)
			status = l2n_newton_move(g->newton, &rough, THETA_NEAR, fit, &moved, l2_poll, NULL);
		fit->iterations += iterations;
		iterations = fit->iterations;
		if (status != L2N_OK)
			return status;
		if (last || fit->end != L2N_NEWTON_CONVERGED)
			break;
		g->source->theta_pass(g->source, fit->base, fit->coef, &score, &information);
		before = step;
		step = theta_step(f->parameter, score, information);
		g->theta_se = information > 0 ? sqrt(1 / information) : NAN;
		f->parameter *= exp(step);
		g->theta_infinite = f->parameter > THETA_LARGEST;
		if (g->theta_infinite || f->parameter < THETA_SMALLEST)
			step = 0;
	}
	if (fit->end == L2N_NEWTON_CONVERGED &&
		!(fabs(step) <= THETA_TOLERANCE || fabs(step) * fabs(step / before) <= THETA_NEXT))
		fit->end = L2N_NEWTON_MAX_ITER;
	g->source->theta_saturate(g->source);
	return L2N_OK;
}

/* So small a change of the linear predictor changes no digit of the information that is looked at
 */
#define NO_CHANGE 1e-10

/* The rows without dropout at the coefficients, and their Fisher information, as ridge has it */
typedef struct information
{
	l2n_moments m;
	l2n_ridge_spec spec; /* of all features, with the penalties and what dropout adds to them */
	double loss;
} information;

/* By one more pass, unless the last one has it */
static information
expect_information(l2_glm *g, const l2_options *o, const l2n_newton_fit *fit, double l2)
{
	const l2n_moments *prior = l2_fitter_moments(g->fitter);
	const l2n_columns *columns = l2_fitter_columns(g->fitter);
	const double *factor = l2_fitter_penalty(g->fitter);
	int p = columns->p, *feature = palloc(sizeof(int) * Max(p, 1));
	double *penalty = palloc(sizeof(double) * Max(p, 1));
	double *extra = o->rate > 0 ? palloc(sizeof(double) * Max(p, 1)) : NULL;
	information r = {.m = {.k = p + 1}};
	l2n_moments *m = &r.m;

	if (o->rate == 0 && fit->change <= NO_CHANGE)
		*m = l2n_newton_moments(g->newton);
	else
	{
		m->mean = l2_scratch(sizeof(double) * l2n_moments_doubles(m->k));
		m->cross = m->mean + 2 * m->k;
		l2n_moments_clear(m);
		g->source->family.expected = !g->source->family.canonical;
		g->source->plain = true;
		l2_check(g->source->pass(g->source, fit->base, fit->coef, m, &r.loss, NULL, NULL), NULL, 0);
		g->source->plain = false;
		g->source->family.expected = false;
	}
	for (int j = 0; j < p; j++)
	{
		feature[j] = j + 1;
		penalty[j] = (factor ? factor[j] : 1) *
					 (o->standardize ? l2n_variance(prior, columns->feature[j]) : 1);
		if (extra)
			extra[j] =
				o->rate / (1 - o->rate) *
				(l2n_cross(m, j + 1, j + 1).hi + m->weight.hi * m->mean[j + 1] * m->mean[j + 1]);
	}
	r.spec = (l2n_ridge_spec){.columns = {p, feature, 0, columns->intercept},
							  .lambda = l2,
							  .penalty = penalty,
							  .rows = g->rows,
							  .sigma = 1,
							  .extra = extra};
	return r;
}

/* Effective parameters of a fit with the penalty of groups, by the rows as they are */
static double
group_parameters(l2_glm *g, const information *at, const l2_options *o, const l2n_newton_goal *goal,
				 const double *coef)
{
	const l2n_moments *prior = l2_fitter_moments(g->fitter);
	const l2n_columns *columns = l2_fitter_columns(g->fitter);
	int p = columns->p, groups;
	double *variance = palloc(sizeof(double) * Max(p, 1)), df;
	l2n_group_spec spec = {
		.columns = at->spec.columns,
		.standardize = o->standardize,
		.group = l2_fitter_groups(g->fitter, &groups),
		.penalty = l2_fitter_penalty(g->fitter),
		.extra = at->spec.extra,
		.variance = variance,
	};
	l2n_group_net *net;

	spec.groups = groups;
	for (int j = 0; j < p; j++)
		variance[j] = l2n_variance(prior, columns->feature[j]);
	l2_check(l2n_group_start(&at->m, &spec, l2_scratch(l2n_group_worksize(p, groups)), &net,
							 l2_poll, NULL),
			 NULL, 0);
	l2_check(l2n_group_parameters(l2_kernel, net, goal->l1, goal->l2, coef, &df, l2_poll, NULL),
			 NULL, 0);
	return df;
}

/*
 * What rows as they are say of a fit under dropout: deviance, Pearson's chi square, errors and
 * effective parameters, all as if it were the ridge that dropout is near.  Coefficients that are 0,
 * or where a bound holds them, are no parameters; with such there are no errors.
 */
static void
look_plainly(l2_glm *g, const information *at, bool constrained, l2n_newton_fit *fit)
{
	const double *lower = l2_fitter_bounds(g->fitter, false),
				 *upper = l2_fitter_bounds(g->fitter, true);
	l2n_ridge_spec spec = at->spec;
	int p = spec.columns.p, n = 0, *feature = palloc(sizeof(int) * Max(p, 1)),
		*place = palloc(sizeof(int) * Max(p, 1));
	double *penalty = palloc(sizeof(double) * Max(p, 1)),
		   *extra = palloc(sizeof(double) * Max(p, 1)),
		   *room = palloc(sizeof(double) * 2 * Max(p, 1));
	l2n_fit f = {
		.solution.coef = room, .se = room + p, .dropped = palloc0(sizeof(bool) * Max(p, 1))};

	fit->loss = at->loss;
	fit->pearson = l2n_cross(&at->m, 0, 0).hi + at->m.weight.hi * at->m.mean[0] * at->m.mean[0];
	for (int j = 0; j < p; j++)
	{
		bool held =
			constrained && (fit->coef[j] == 0 ||
							(lower && (fit->coef[j] <= lower[j] || fit->coef[j] >= upper[j])));

		fit->se[j] = NAN;
		if (fit->dropped[j] || held)
			continue;
		place[n] = j;
		feature[n] = j + 1;
		penalty[n] = spec.penalty[j];
		extra[n++] = spec.extra[j];
	}
	spec.columns.p = n;
	spec.columns.feature = feature;
	spec.penalty = penalty;
	spec.extra = extra;
	l2_check(
		l2n_ridge(l2_kernel, &at->m, &spec, &f, l2_scratch(l2n_ridge_worksize(n)), l2_poll, NULL),
		NULL, 0);
	fit->df = f.df;
	if (constrained)
		return;
	fit->intercept_se = f.intercept_se;
	fit->rcond = f.rcond;
	for (int i = 0; i < n; i++)
		fit->se[place[i]] = f.se[i];
}

/* What an approximation may be off by, as a share of what dropout adds to the loss */
#define DROPOUT_OFF 0.05

/* Say where an approximation of dropout is none: it adds something else than masks do */
static void
tell_approximation(l2_glm *g, const l2n_newton_fit *fit, double plain)
{
	l2_glm_source *s = g->source;
	l2n_moments m = {.k = l2_fitter_columns(g->fitter)->p + 1};
	double added = fit->loss - plain, loss, really;

	m.mean = l2_scratch(sizeof(double) * l2n_moments_doubles(m.k));
	m.cross = m.mean + 2 * m.k;
	l2n_moments_clear(&m);
	s->check = true;
	l2_check(s->pass(s, fit->base, fit->coef, &m, &loss, NULL, NULL), NULL, 0);
	s->check = false;
	really = loss - plain;
	if (fabs(added - really) > DROPOUT_OFF * fabs(really))
		ereport(WARNING,
				(errmsg("the %s approximation of dropout is far off", l2_masks_name(s->masks)),
				 errdetail("It adds %.4g to the loss at these coefficients, where the "
						   "expectation adds about %.4g.",
						   added, really),
				 errhint("Use option masks: \"exact\" where features are few, or a number "
						 "of masks to draw for each row.")));
}

/*
 * Relaxed fits
 */

static relaxed *
relaxed_make(int p)
{
	relaxed *r = palloc0(sizeof *r);

	r->refit.coef = palloc0(sizeof(double) * Max(p, 1));
	r->kept = palloc0(sizeof(bool) * Max(p, 1));
	r->context = AllocSetContextCreate(CurrentMemoryContext, "l2reg refit", ALLOCSET_DEFAULT_SIZES);
	return r;
}

/* Fit features number place[0 .. n - 1] alone; the source's passes are of all again at the end */
static void
relaxed_solve(l2_glm *g, const l2_options *o, int n, const int *place, l2_glm_refit *to)
{
	const l2n_columns *columns = l2_fitter_columns(g->fitter);
	l2n_newton_goal goal = {.tolerance = o->tolerance, .max_iter = o->max_iter, .rough = false};
	int *feature = palloc(sizeof(int) * Max(n, 1));
	double *centre = palloc(sizeof(double) * Max(n, 1)),
		   *room = palloc(sizeof(double) * 2 * Max(n, 1));
	l2n_newton_fit fit = {
		.coef = room, .se = room + n, .dropped = palloc0(sizeof(bool) * Max(n, 1))};
	l2n_newton_spec spec = g->spec;
	l2n_columns few = *columns;
	l2n_newton *newton;

	for (int i = 0; i < n; i++)
	{
		feature[i] = columns->feature[place[i]];
		centre[i] = g->centre[place[i]];
	}
	few.p = n;
	few.feature = feature;
	spec.columns = few;
	spec.centre = centre;
	spec.penalty = NULL;
	spec.group = NULL;
	spec.groups = 0;
	g->source->prepare(g->source, &few, centre);
	l2_check(l2n_newton_start(l2_kernel, &spec, l2_scratch(l2n_newton_worksize(n, 0)), &newton),
			 NULL, 0);
	l2_check(l2n_newton_solve(newton, &goal, &fit, l2_poll, NULL), NULL, 0);
	g->source->prepare(g->source, columns, g->centre);
	for (int i = 0; i < n; i++)
		to->coef[place[i]] = fit.coef[i];
	to->base = fit.base;
	to->intercept = fit.intercept;
	to->df = fit.df;
	to->iterations = fit.iterations;
	to->end = fit.end;
}

const l2_glm_refit *
l2_glm_relax(l2_glm *g, const l2_options *o, const double *coef)
{
	int p = l2_fitter_columns(g->fitter)->p, n = 0, *place;
	MemoryContext old;
	relaxed *r;

	if (g->relaxed == NULL)
		g->relaxed = relaxed_make(p);
	r = g->relaxed;
	for (int j = 0; j < p; j++)
	{
		r->known &= r->kept[j] == (coef[j] != 0);
		r->kept[j] = coef[j] != 0;
	}
	if (r->known)
		return &r->refit;
	MemoryContextReset(r->context);
	old = MemoryContextSwitchTo(r->context);
	place = palloc(sizeof(int) * Max(p, 1));
	for (int j = 0; j < p; j++)
	{
		r->refit.coef[j] = 0;
		if (r->kept[j])
			place[n++] = j;
	}
	relaxed_solve(g, o, n, place, &r->refit);
	MemoryContextSwitchTo(old);
	r->known = true;
	return &r->refit;
}

/* The fit becomes what it is to the share of o, and what its features are without a penalty */
static void
relax_fit(l2_glm *g, const l2_options *o, l2n_newton_fit *fit)
{
	const l2_glm_refit *refit = l2_glm_relax(g, o, fit->coef);
	l2n_moments m = {.k = l2_fitter_columns(g->fitter)->p + 1};

	for (int j = 0; j < m.k - 1; j++)
	{
		fit->coef[j] = l2_blend(o->relax, fit->coef[j], refit->coef[j]);
		fit->se[j] = NAN;
	}
	fit->intercept = l2_blend(o->relax, fit->intercept, refit->intercept);
	fit->intercept_se = NAN;
	fit->base = l2_blend(o->relax, fit->base, refit->base);
	fit->df = l2_blend(o->relax, fit->df, refit->df);
	fit->iterations += refit->iterations;
	if (refit->end != L2N_NEWTON_CONVERGED)
		fit->end = refit->end;
	m.mean = l2_scratch(sizeof(double) * l2n_moments_doubles(m.k));
	m.cross = m.mean + 2 * m.k;
	l2n_moments_clear(&m);
	g->source->family.expected = !g->source->family.canonical;
	l2_check(g->source->pass(g->source, fit->base, fit->coef, &m, &fit->loss, NULL, NULL), NULL, 0);
	g->source->family.expected = false;
	fit->pearson = l2n_cross(&m, 0, 0).hi + m.weight.hi * m.mean[0] * m.mean[0];
}

/* The names of a model, and the labels of its target where it has such */
static l2_names
fit_names(const l2_glm *g, const l2_options *o)
{
	l2_names names = l2_fitter_names(g->fitter);

	return o->negative ? l2_label_names(names, (l2_target_labels){o->negative, o->positive})
					   : names;
}

l2_model *
l2_glm_fit(l2_glm *g, const l2_options *o)
{
	const l2n_moments *prior = l2_fitter_moments(g->fitter);
	const l2n_columns *columns = l2_fitter_columns(g->fitter);
	const double *penalty = l2_fitter_penalty(g->fitter);
	bool bounded = l2_fitter_bounds(g->fitter, false) != NULL;
	double lambda = effective_lambda(o, prior), *stat;
	l2n_newton_goal goal = {lambda * o->l1_ratio, lambda * (1 - o->l1_ratio), o->tolerance,
							o->max_iter};
	l2_names names = fit_names(g, o);
	int groups;
	bool constrained = goal.l1 > 0 || bounded,
		 grouped = goal.l1 > 0 && l2_fitter_groups(g->fitter, &groups);
	l2_model *model =
		l2_model_new_keeping(columns->p, names,
							 l2_vcov_and_aliases(l2_vcov_parts(o, columns->p, !constrained,
															   goal.l2 > 0 || o->rate > 0)));
	information at = {0};
	bool edge;
	l2n_newton_fit fit = {
		.coef = l2_model_vector(model, L2_ESTIMATE) + 1,
		.se = l2_model_vector(model, L2_STD_ERROR) + 1,
		.dropped = l2_model_dropped(model),
	};
	l2n_status status;

	l2_vcov_need_rows(o);
	if (isinf(lambda))
		l2_check(L2N_OUT_OF_RANGE, NULL, 0);
	if (glm_estimates_theta(g->source, o))
		status = solve_with_theta(g, &goal, &fit);
	else
		status = l2n_newton_solve(g->newton, &goal, &fit, l2_poll, NULL);
	if (status == L2N_SINGULAR_PENALTY)
		l2_check(status, l2_column_name(names, fit.failed + 1), fit.failed_pivot);
	l2_check(status, NULL, 0);
	edge = (fit.end == L2N_NEWTON_MAX_ITER || fit.end == L2N_NEWTON_STUCK) && !constrained &&
		   o->rate == 0 && !model->kept && o->max_iter >= MAX_STEPS &&
		   ends_at_edge(&g->source->family) && solve_at_edge(g, &goal, &fit);
	if (o->relax < 1 && goal.l1 > 0)
		relax_fit(g, o, &fit);
	if (model->kept || o->rate > 0)
		at = expect_information(g, o, &fit, goal.l2);
	if (o->rate > 0 && g->source->masks < L2_MASKS_EXACT && !o->quiet)
		tell_approximation(g, &fit, at.loss);
	if (o->rate > 0)
		look_plainly(g, &at, constrained, &fit);
	if (o->rate > 0 && grouped)
		fit.df = group_parameters(g, &at, o, &goal, fit.coef);

	model->method = o->method;
	model->flags = (o->intercept ? L2_MODEL_INTERCEPT : 0) |
				   (o->standardize ? L2_MODEL_STANDARDIZE : 0) |
				   (o->weights == L2_WEIGHTS_FREQUENCY ? L2_MODEL_FREQUENCY : 0) |
				   (bounded ? L2_MODEL_BOUNDED : 0);
	model->lambda_scale = o->lambda_scale;
	model->solver = constrained ? L2_SOLVER_PROXIMAL_NEWTON : L2_SOLVER_NEWTON;
	model->n = prior->n;
	model->n_skipped = g->source->prior->n_skipped;

	l2_model_vector(model, L2_ESTIMATE)[0] = fit.intercept;
	l2_model_vector(model, L2_STD_ERROR)[0] = fit.intercept_se;
	stat = model->values;
	stat[L2_STAT_SUM_WEIGHTS] = prior->weight.hi;
	stat[L2_STAT_LAMBDA] = o->lambda;
	stat[L2_STAT_LAMBDA_EFFECTIVE] = lambda;
	if (o->l1_ratio > 0)
		stat[L2_STAT_L1_RATIO] = o->l1_ratio;
	if (o->rate > 0)
	{
		stat[L2_STAT_RATE] = o->rate;
		stat[L2_STAT_MASKS] = g->source->masks;
	}
	if (o->relax < 1)
		stat[L2_STAT_RELAX] = o->relax;
	stat[L2_STAT_DEVIANCE] = 2 * fit.loss;
	stat[L2_STAT_NULL_DEVIANCE] = 2 * fit.null_loss;
	stat[L2_STAT_DF] = fit.df;
	stat[L2_STAT_DF_RESIDUAL] = fmax(g->rows - fit.df, 0);
	set_variance(g, o, &fit, model);
	if (o->intercept)
		stat[L2_STAT_LINK_AT_MEAN] = fit.base;
	if (fit.null_loss > 0)
		stat[L2_STAT_R_SQUARED] = 1 - fit.loss / fit.null_loss;
	stat[L2_STAT_RCOND] = fit.rcond;
	if (constrained)
		stat[L2_STAT_NONZERO] = fit.nonzero;
	stat[L2_STAT_ITERATIONS] = fit.iterations;
	stat[L2_STAT_GAP] = fit.change;
	for (int i = 0; i <= columns->p; i++)
	{
		int column = i == 0 ? columns->target : columns->feature[i - 1];

		l2_model_vector(model, L2_MEAN)[i] = prior->mean[column];
		l2_model_vector(model, L2_SD)[i] = l2_column_sd(prior, column, g->rows);
		if (i > 0 && penalty)
			l2_model_vector(model, L2_PENALTY_FACTOR)[i] = penalty[i - 1];
	}
	for (int j = 0; j < columns->p; j++)
		if (fit.dropped[j])
			model->flags |= L2_MODEL_DROPPED;
	if (model->kept)
		l2_vcov_put(model, &at.m, &at.spec, g->centre);
	l2_model_finish(model);
	if (!o->quiet)
	{
		l2_tell_dropped(model, o->told);
		tell_dispersion(g, o, model);
	}
	if (edge)
		tell_edge(o, &g->source->family);
	tell_end(model, o, &g->source->family, &fit, o->tolerance, g->theta_infinite);
	return model;
}

/* A fit that is just looked at; the vectors live as long as the caller's context */
static l2n_newton_fit
scratch_fit(const l2_glm *g, double *coef)
{
	int p = Max(l2_fitter_columns(g->fitter)->p, 1);

	return (l2n_newton_fit){
		.coef = coef ? coef : palloc(sizeof(double) * p),
		.se = palloc(sizeof(double) * p),
		.dropped = palloc0(sizeof(bool) * p),
	};
}

double *
l2_glm_grid(l2_glm *g, const l2_options *o, int *n)
{
	const l2n_moments *prior = l2_fitter_moments(g->fitter);
	l2n_newton_fit fit = scratch_fit(g, NULL);
	double largest;
	l2n_status status;

	*n = o->n_lambdas;
	if (o->n_lambdas >= 0)
		return o->lambdas;
	status = l2n_newton_largest(g->newton, o->tolerance, &largest, &fit, l2_poll, NULL);
	if (status == L2N_OUT_OF_RANGE && !g->source->family.canonical)
		refuse_start(&g->source->family, o);
	l2_check(status, NULL, 0);
	largest /= Max(o->l1_ratio, L2_GRID_L1_RATIO);
	if (o->lambda_scale != L2_LAMBDA_SUM)
		largest /= prior->weight.hi;
	return l2_make_grid(o, largest, prior->n > l2_fitter_columns(g->fitter)->p, n);
}

bool
l2_glm_coefficients(l2_glm *g, const l2_options *o, double *base, double *coef)
{
	double lambda = effective_lambda(o, l2_fitter_moments(g->fitter));
	l2n_newton_goal goal = {lambda * o->l1_ratio, lambda * (1 - o->l1_ratio), o->tolerance,
							o->max_iter};
	l2n_newton_fit fit = scratch_fit(g, coef);
	l2n_status status;

	if (isinf(lambda))
		l2_check(L2N_OUT_OF_RANGE, NULL, 0);
	status = l2n_newton_solve(g->newton, &goal, &fit, l2_poll, NULL);
	if (status == L2N_SINGULAR_PENALTY)
		l2_check(status, l2_column_name(l2_fitter_names(g->fitter), fit.failed + 1),
				 fit.failed_pivot);
	l2_check(status, NULL, 0);
	*base = fit.base;
	pfree(fit.se);
	pfree(fit.dropped);
	return fit.end == L2N_NEWTON_CONVERGED;
}
