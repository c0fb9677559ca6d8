/*
 * subset.h: least squares on some of the columns: which, from moments alone.
 */
#ifndef L2N_SUBSET_H
#define L2N_SUBSET_H

#include "num/solve/system.h"

/* The most terms, beside the forced columns, among which the best are searched for, and columns */
#define L2N_BEST_MAX     40
#define L2N_BEST_COLUMNS 160

typedef enum l2n_subset_method
{
	L2N_FORWARD,  /* from the forced columns on, always the term that lowers RSS most */
	L2N_BACKWARD, /* from all columns on, always without the term that raises RSS least */
	L2N_BEST,     /* of each size the least RSS of all subsets */
} l2n_subset_method;

/*
 * Terms are columns that enter and leave together: those of a category's levels.  Each column that
 * is not forced belongs to one, and the columns of one follow each other.
 */
typedef struct l2n_subset_spec
{
	l2n_columns columns;
	int forced;  /* the first so many columns are in every subset */
	int largest; /* size to go to, forced ones counted */
	l2n_subset_method method;
	int n_terms;
	const int *term; /* n_terms + 1: where the columns of each begin, and p; NULL: each column */
	/* n_terms times n_terms: at t * n_terms + u, whether t is never without u; NULL: none is */
	const bool *needs;
	/*
	 * What a step forward or backward compares subsets by, where terms have more than one column:
	 * the least is the best, NaN the worst.  NULL: RSS.
	 */
	double (*judge)(void *arg, double rss, int size);
	void *judge_arg;
} l2n_subset_spec;

/*
 * One subset of each size, in columns, from smallest to largest.  No subset has a column that its
 * others explain, so there may be fewer sizes than columns; of equally good ones it is the one with
 * the earlier columns.  Where terms have more than one column there are sizes without a subset,
 * whose rss is -1: there is none, no step came by, or, of the best, a smaller one has less RSS.
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
