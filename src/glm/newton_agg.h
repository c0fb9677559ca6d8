/*
 * newton_agg.h: what _l2_newton_agg makes of rows, for who asks for it.
 *
 * A row of target y and features x, at a model where it has residual r = y - mu, variance v and
 * loss d, becomes the row (r / v, x, d / v) of weight w v: the gram of such rows has gradient,
 * Hessian and the sum of losses.  A model that was fitted to no rows is the start: then it is the
 * rows as they are, (y, x, d, log likelihood of a perfect fit / w), at its intercept.
 */
#ifndef L2_NEWTON_AGG_H
#define L2_NEWTON_AGG_H

/* Columns behind those of the features: at a model, and at the start */
#define L2_NEWTON_MORE       1
#define L2_NEWTON_MORE_START 2

/* A sum of losses from here on has one in it that is beyond all doubles */
#define L2_NEWTON_OVERFLOW_FROM 1e140

#endif
