/*
 * grid.h: where a grid of lambdas, from large to small, ends.
 */
#ifndef L2_GRID_H
#define L2_GRID_H

#include "options/options.h"

/*
 * At the end of a grid the error still falls where it is this share more at so many times lambda:
 * the curve of well-behaved data is flat there, and then the end does not matter.
 */
#define L2_STILL_FALLS 0.01
#define L2_FALL_OVER   3.0

/* Whether the error of n lambdas falls so at the last of them */
extern bool l2_grid_still_falls(int n, const double *lambda, const double *error);

/*
 * By how many lambdas a grid of ours, whose best is its last, goes on in its steps: 0 where the
 * fall has come to its end.  Columns that are nearly collinear want a lambda that is far below
 * those of others.
 */
extern int l2_grid_more(const l2_options *o, int n, const double *lambda, const double *error);

/* The lambda that is i of the grid's steps behind its last one; before: the one before that */
extern double l2_grid_next(double before, double last, int i);

#endif
