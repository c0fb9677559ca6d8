/*
 * fit.h: a gram and options make a model.
 */
#ifndef L2_FIT_H
#define L2_FIT_H

#include "gram.h"
#include "model.h"
#include "options.h"

/* The fitted model; NULL where the gram has no rows */
extern l2_model *l2_fit(l2_gram *g, const l2_options *o);

#endif
