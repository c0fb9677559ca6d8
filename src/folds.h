/*
 * folds.h: cross-validation of the penalties of a fit.
 */
#ifndef L2_FOLDS_H
#define L2_FOLDS_H

#include "gram.h"
#include "model.h"
#include "options.h"

/* The model that cross-validation chooses, from n grams of which some may be NULL; or NULL */
extern l2_model *l2_cross_validate(l2_gram **folds, int n, l2_options *o);

#endif
