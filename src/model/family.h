/*
 * family.h: the families of generalised linear models, by options and by models.
 */
#ifndef L2_FAMILY_H
#define L2_FAMILY_H

#include "model/model.h"
#include "options/options.h"

#include "num/glm/family.h"

/*
 * The family that options ask for, whose methods have a link; error where family, link, theta and
 * power do not go together.  An unknown theta is where the search for it starts, or 1.
 */
extern void l2_family_of_options(const l2_options *o, l2n_family *f);

/* The family of logistic and Poisson regression, NULL for any other method */
static inline const l2n_family *
l2_family_of(l2_method m)
{
	return m == L2_METHOD_LOGISTIC ? &l2n_binomial : m == L2_METHOD_POISSON ? &l2n_poisson : NULL;
}

/* The family that such a model is of */
extern void l2_family_of_model(const l2_model *m, l2n_family *f);

/* The link of a model; NULL for one of least squares */
extern const l2n_link *l2_link_of_model(const l2_model *m);

/* Whether the model says how likely it is that y is 1 */
extern bool l2_model_is_binomial(const l2_model *m);

/* What a likelihood has for parameters: those of the linear predictor, and of the family */
extern double l2_model_parameters(const l2_model *m);

/*
 * The log likelihood of the rows, as R's logLik; of least squares with sigma at its maximum.  NaN
 * where it is not known, and of a perfect fit.
 */
extern double l2_model_log_likelihood(const l2_model *m);

#endif
