/*
 * whole.h: which columns are in a model or not together, as one term of it: those of the levels of
 * a category, also where they are crossed with something else in a formula.
 */
#ifndef L2_WHOLE_H
#define L2_WHOLE_H

#include "gram/encoding.h"

/* The name of the term of each of p features, whose encoding may be NULL; in the current context */
extern const char **l2_feature_terms(l2_encoding *e, const char *const *features, int p);

/*
 * Whether another term is an interaction with all that a term multiplies: then it is never without
 * it, as in R
 */
extern bool l2_term_is_marginal(const char *term, const char *other);

#endif
