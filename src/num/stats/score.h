/*
 * score.h: how far predictions are from what happened.
 */
#ifndef L2N_SCORE_H
#define L2N_SCORE_H

#include "num/kernel/dd.h"
#include "num/status.h"

/* Sums over the values of one column, about one of them */
typedef struct l2n_spread
{
	double centre;
	double centre_weight; /* of the row that the centre is from */
	dd sum;               /* of w (v - centre) */
	dd square;            /* of w (v - centre)^2 */
} l2n_spread;

/*
 * What a set of rows leaves behind.  An error is yhat - y.  All fields are doubles, so that an
 * array of doubles can hold it; counts are exact up to 2^53.
 */
typedef struct l2n_score
{
	double rows;
	double skipped;
	dd weight; /* sum of weights */
	l2n_spread y;
	l2n_spread error;
	dd absolute;    /* of w |error| */
	dd relative;    /* of w |error| / max(|y|, L2N_RELATIVE_FLOOR) */
	dd logarithmic; /* of w log((1 + y) / (1 + yhat))^2 */
	double no_log;  /* rows in which that has no value */
	double largest; /* |error| */
} l2n_score;

/* What stands for |y| where that is smaller: the spacing of doubles at 1, as in scikit-learn */
#define L2N_RELATIVE_FLOOR 0x1p-52

/* NaN where undefined: R^2 and explained variance of a constant y, MSLE at and below -1 */
typedef struct l2n_metrics
{
	double mse;
	double rmse;
	double mae;
	double max_error;
	double mape;
	double msle;
	double r2;
	double explained_variance;
	double bias;
} l2n_metrics;

/*
 * Count a row in; w > 0, and the squares of y and yhat, times w, are finite.  logs: keep the sum
 * of logarithmic errors too, which costs as much as all the rest.
 */
void l2n_score_add(l2n_score *s, double y, double yhat, double w, bool logs);

/* a += b */
void l2n_score_merge(l2n_score *a, const l2n_score *b);

/* L2N_NO_ROWS without rows, L2N_OUT_OF_RANGE where a sum is not finite */
l2n_status l2n_score_metrics(const l2n_score *s, l2n_metrics *m);

#endif
