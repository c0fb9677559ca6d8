/*
 * family.h: the families of generalised linear models, by method.
 */
#ifndef L2_FAMILY_H
#define L2_FAMILY_H

#include "options/options.h"

#include "num/glm/family.h"

/* The family of a method, or NULL for one of least squares */
static inline const l2n_family *
l2_family_of(l2_method m)
{
	return m == L2_METHOD_LOGISTIC ? &l2n_binomial : m == L2_METHOD_POISSON ? &l2n_poisson : NULL;
}

#endif
