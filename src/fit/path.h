/*
 * path.h: fits of one gram at many penalties.
 */
#ifndef L2_PATH_H
#define L2_PATH_H

#include "fit/fit.h"

/* A gram and lambdas to fit it at */
typedef struct l2_grid
{
	l2_fitter *fitter; /* NULL where the gram has no rows: then there are no lambdas */
	l2_options options;
	int n;
	double *lambda;  /* largest first */
	int unconverged; /* fits so far that did not converge */
} l2_grid;

/* What an argument that is options says, for that scope.  The gram stays in use. */
extern void l2_grid_read(FunctionCallInfo fcinfo, l2_gram *g, int options, const l2_scope *scope,
						 l2_grid *p);

/* Then its lambdas; not needed where another way finds the one to fit */
extern void l2_grid_make(l2_grid *p);

/* The model at lambda number i; fastest one after the other */
extern l2_model *l2_grid_fit(l2_grid *p, int i);

#endif
