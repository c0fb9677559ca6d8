/*
 * newton.h: generalised linear models by Newton steps, each from one pass over the rows.
 *
 *	minimise  -log likelihood(b0 + Xb) + sum_j f_j (l1 s_j |b_j| + l2/2 s_j^2 b_j^2)
 *	where     lower_j <= b_j <= upper_j
 *
 * with s_j = 1 or the standard deviation of column j, and b0 never penalised; or with the penalty
 *of groups in place of that on |b_j|, l1 sum_g f_g sqrt(p_g) |s_g b_g| (group.h), without bounds.
 *Under dropout the passes have the expectation of the loss over what is dropped, in one of two ways
 *(dropout.h): as many rows in place of each, of which nothing is to be known here but that they are
 *not those of the prior moments; or in closed form, whose slope has a part for each b_j, dropout
 *b_j sum_i w v x_ij^2, which is that of one more quadratic penalty, and is not in the residual.
 *
 * A fit that says so has converged: either its coefficients were evaluated, and each optimality
 * condition holds there, or a bound on the third derivative says that they hold a step on.  To hold
 * is to be missed by no more than 1e-9 of what the terms of the condition add up to, the sum of
 * w |y - mu| |x_j - centre_j| and the penalties, besides what the last bits of coefficients and of
 * linear predictors make of it; or by more where the tolerance is above 3e-7.
 */
#ifndef L2N_NEWTON_H
#define L2N_NEWTON_H

#include "num/glm/irls.h"
#include "num/solve/system.h"

/*
 * A pass over the rows at linear predictor base + sum_j coef_j (x_j - centre_j), as irls.h has it:
 * fills the moments of p + 1 columns, which have been cleared, the loss, and slopes and the moments
 * of the expected information, likewise cleared, where they are not NULL.  The information is asked
 * for of families that are not canonical, and may be all that is: then m is NULL, and the loss is
 * of no interest.
 */
typedef l2n_status (*l2n_newton_pass)(void *arg, double base, const double *coef, l2n_moments *m,
									  double *loss, const l2n_slopes *slopes,
									  l2n_moments *information);

typedef struct l2n_newton_spec
{
	const l2n_family *family;
	l2n_columns columns;      /* of the prior moments */
	const l2n_moments *prior; /* of the rows as they are, y the target; in use to the end */
	bool offset;              /* rows have one */
	double reference;         /* some linear predictor, near that of the null model if possible, */
	double reference_loss; /* and the loss of all rows there, NaN where not known; without offset */
	bool standardize;
	const double *penalty; /* f: p factors >= 0; NULL for all ones */
	const double *lower;   /* p numbers each, lower_j <= upper_j; NULL for none */
	const double *upper;
	const int
		*group; /* p: the group of each column, 0 .. groups - 1; NULL for none, then no bounds */
	int groups; /* factors are equal within a group */
	double dropout;       /* rate / (1 - rate), which the passes have too; 0 for none */
	bool masked;          /* and they make many rows of each */
	double rows;          /* what degrees of freedom are counted in: rows, or sum of weights */
	double least_weight;  /* of a row, where known: saves a pass; 0 where not */
	const double *centre; /* p: what passes subtract; 0 without an intercept */
	l2n_newton_pass pass;
	void (*reach)(void *pass_arg, double *reach); /* the largest |x_j - centre_j| of each column,
													 into p zeros; NULL: not known */
	bool by_moments; /* passes leave slopes alone: they are taken from the moments, and sizes for a
						tenth of what Cauchy's inequality says where |y - mu| is the variance */
	/* the loss of all rows, without offset, at the same linear predictor, if it is known without a
	 * pass: else false; NULL: never */
	bool (*constant)(void *pass_arg, double base, double *loss);
	void *pass_arg;
} l2n_newton_spec;

/* A problem and how far the search has come; see newton.c */
typedef struct l2n_newton l2n_newton;

typedef struct l2n_newton_goal
{
	double l1; /* >= 0, finite */
	double l2;
	double tolerance; /* root mean square change of the linear predictor by the last step */
	int max_iter;     /* steps; a penalised search that they lead nowhere may take twice as many
						 more by way of larger penalties, if they are 50 or more */
	bool rough;       /* neither errors nor degrees of freedom are wanted */
} l2n_newton_goal;

typedef enum l2n_newton_end
{
	L2N_NEWTON_CONVERGED,
	L2N_NEWTON_MAX_ITER,
	L2N_NEWTON_SEPARATED, /* some coefficients go to infinity */
	L2N_NEWTON_STUCK,     /* no step lowers the objective */
} l2n_newton_end;

typedef struct l2n_newton_fit
{
	double *coef;  /* p, the caller's; 0 for dropped columns */
	double *se;    /* p, the caller's; NaN where there are none */
	bool *dropped; /* p, the caller's */
	double intercept;
	double intercept_se;
	double base;      /* the linear predictor at the means of the features */
	double loss;      /* half of the deviance; under dropout its expectation */
	double null_loss; /* of the intercept alone, or of nothing; NaN where that has no mean */
	double pearson;   /* sum of w (y - mu)^2 / V; where the end is one step on from where rows were
						 evaluated, there */
	double objective; /* loss and penalty */
	double df;        /* effective parameters; the intercept counts */
	int nonzero;      /* coefficients */
	double rcond;     /* NaN with an L1 penalty or bounds */
	double change;    /* what the tolerance is about */
	int iterations;   /* steps */
	l2n_newton_end end;
	int failed; /* with L2N_SINGULAR_PENALTY: the feature at which it shows */
	double failed_pivot;
} l2n_newton_fit;

/* Scratch in bytes for p features, in so many groups, or 0 */
size_t l2n_newton_worksize(int p, int groups);

/*
 * Set a problem up in work, at the null model, or where there is none at another.  L2N_NO_ROWS,
 * L2N_OUT_OF_RANGE, and what a pass gives; y must not be the lowest or the highest of its family in
 * all rows.
 */
l2n_status l2n_newton_start(const l2n_kernel *kernel, const l2n_newton_spec *spec, void *work,
							l2n_newton **newton);

/*
 * Solve it, starting where the last solution was.  L2N_SINGULAR_PENALTY, L2N_OUT_OF_RANGE,
 * L2N_INTERRUPTED.
 */
l2n_status l2n_newton_solve(l2n_newton *newton, const l2n_newton_goal *goal, l2n_newton_fit *fit,
							l2n_poll poll, void *poll_arg);

/*
 * One step, to the minimum of the quadratic model where the search is, and no look at the rows
 * there: l2n_newton_refresh has to follow, and a solution.  *moved is false, and the search where
 * it was, for a step of more than that root mean square change of the linear predictor.  fit, of a
 * solution before, has the coefficients, base and change.
 */
l2n_status l2n_newton_move(l2n_newton *newton, const l2n_newton_goal *goal, double most,
						   l2n_newton_fit *fit, bool *moved, l2n_poll poll, void *poll_arg);

/*
 * What the last pass of the search gave, from which the standard errors of its end are, by the
 * expected information: where the rows were evaluated, which may be one step of fit->change before
 * the end.  Borrowed until the search goes on.
 */
l2n_moments l2n_newton_moments(const l2n_newton *newton);

/*
 * The family's parameter is another: evaluate once more where the search is.  The last time, with
 * all that the end of a search wants, and the null model.
 */
l2n_status l2n_newton_refresh(l2n_newton *newton, bool last);

/* Likewise, from the null model anew */
l2n_status l2n_newton_restart(l2n_newton *newton);

/*
 * The smallest l1 that leaves no coefficient, of those that have a penalty; 0 where none has.
 * Called before the first solve, it moves to the fit of the others; fit is scratch.
 * L2N_OUT_OF_RANGE where there is no null model.
 */
l2n_status l2n_newton_largest(l2n_newton *newton, double tolerance, double *largest,
							  l2n_newton_fit *fit, l2n_poll poll, void *poll_arg);

#endif
