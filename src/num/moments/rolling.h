/*
 * rolling.h: moments of the rows in a window that rows enter and leave one at a time.
 */
#ifndef L2N_ROLLING_H
#define L2N_ROLLING_H

#include "num/moments/doubt.h"

/* Moments of the rows less a shift, so that a large common offset costs no digit; see rolling.c */
typedef struct l2n_rolling
{
	l2n_moments m;  /* of the shifted rows */
	double *shift;  /* k: the row that entered first */
	double *record; /* k: squares of all values that entered or left, shifted */
	double *delta;  /* 2k: scratch */
	double passed;  /* weight of all rows that entered or left */
	bool has_left;  /* some row has */
} l2n_rolling;

/* Doubles that l2n_rolling_start takes for k columns */
size_t l2n_rolling_doubles(int k);

/* An empty window */
void l2n_rolling_start(l2n_rolling *r, int k, double *memory);

/* Let a row of weight > 0 enter */
void l2n_rolling_add(const l2n_kernel *kernel, l2n_rolling *r, const double *row, double weight);

/*
 * Let a row leave that has entered.  False where what is left is no longer exact enough, or the row
 * was not there: then start again with the rows that remain.
 */
bool l2n_rolling_remove(const l2n_kernel *kernel, l2n_rolling *r, const double *row, double weight);

/* Let all rows count factor times what they did, 0 < factor <= 1 */
void l2n_rolling_decay(l2n_rolling *r, double factor);

/* The moments of the rows themselves, and their record (see doubt.h); out->k = r->m.k */
void l2n_rolling_moments(const l2n_rolling *r, l2n_moments *out, double *doubt);

#endif
