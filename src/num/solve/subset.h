/*
 * subset.h: least squares on some of the columns: which, from moments alone.
 */
#ifndef L2N_SUBSET_H
#define L2N_SUBSET_H

#include "num/solve/system.h"

/* The most columns, beside the forced ones, among which the best are searched for */
#define L2N_BEST_MAX 40

typedef enum l2n_subset_method
{
	L2N_FORWARD,  /* from the forced columns on, always the column that lowers RSS most */
	L2N_BACKWARD, /* from all columns on, always without the column that raises RSS least */
	L2N_BEST,     /* of each size the least RSS of all subsets */
} l2n_subset_method;

typedef struct l2n_subset_spec
{
	l2n_columns columns;
	int forced;  /* the first so many columns are in every subset */
	int largest; /* size to go to, forced ones counted */
	l2n_subset_method method;
} l2n_subset_spec;

/*
 * One subset of each size from smallest to largest.  No subset has a column that its others
 * explain, so there may be fewer sizes than columns; of equally good ones it is the one with the
 * earlier columns.
 */
typedef struct l2n_subsets
{
	int smallest; /* the forced columns */
	int largest;
	double *rss;    /* of size k at k; the caller's, spec.largest + 1 */
	bool *member;   /* of size k and column j at k * p + j; the caller's, (spec.largest + 1) * p */
	bool *left_out; /* p, the caller's: columns that were not considered, since they are constant
					   or explained by forced or, going backward, by earlier ones */
} l2n_subsets;

/* Scratch in bytes */
size_t l2n_subset_worksize(const l2n_subset_spec *spec);

/*
 * Search.  RSS is right to double-double's rounding for the subset that is returned.  A best
 * subset is searched for in double: another one of its size may be better by 1e-9 of its RSS
 * (where RSS is below 1e-10 y'y: by 1e-14 of the norms of residuals and y).  L2N_NO_ROWS,
 * L2N_OUT_OF_RANGE, L2N_INTERRUPTED.
 */
l2n_status l2n_subset(const l2n_kernel *kernel, const l2n_moments *m, const l2n_subset_spec *spec,
					  l2n_subsets *found, void *work, l2n_poll poll, void *poll_arg);

#endif
