/*
 * gradient.h: logistic regression by gradient steps over kept rows.
 */
#ifndef L2_GRADIENT_H
#define L2_GRADIENT_H

#include "glm/glm_rows.h"

/* The model of a state whose options ask for solver gradient; NULL where the rows have no fit */
extern l2_model *l2_gradient_fit(l2_glm_state *s, const l2_options *o);

#endif
