/*
 * path.h: fits of one gram at many penalties.
 */
#ifndef L2_PATH_H
#define L2_PATH_H

#include "fit/fit.h"

/* Named arguments from number at on: n_lambda, lambda_min_ratio, lambdas */
extern void l2_read_lambdas(FunctionCallInfo fcinfo, int at, l2_options *o);

/* A gram and lambdas to fit it at */
typedef struct l2_grid
{
	l2_fitter *fitter; /* NULL where the gram has no rows: then there are no lambdas */
	l2_options options;
	int n;
	double *lambda;  /* largest first */
	int unconverged; /* fits so far that did not converge */
} l2_grid;

/*
 * Named arguments from number at on: l1_ratio and those of l2_read_lambdas, l2_read_penalised and
 * l2_read_bounds.  The gram stays in use.
 */
extern void l2_grid_read(FunctionCallInfo fcinfo, l2_gram *g, l2_method method, int at, l2_grid *p);

/* The model at lambda number i; fastest one after the other */
extern l2_model *l2_grid_fit(l2_grid *p, int i);

#endif
