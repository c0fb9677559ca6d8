/*
 * effects.h: which features of a model are levels of one category, or of one interaction of
 * categories.
 *
 * A feature "class=2nd" is of the effect "class", "class=2nd:sex=male" of "class:sex", and
 * "area:zone=north" of "area:zone".
 */
#ifndef L2_EFFECTS_H
#define L2_EFFECTS_H

#include "gram/encoding.h"
#include "model/model.h"

typedef struct l2_effect
{
	const char *name;  /* NULL: the feature is a number, on its own */
	const char *level; /* "2nd", "2nd:male", "north"; NULL as name is, or for the level NULL */
} l2_effect;

/* What a feature's name says of it: category=level, perhaps among other parts; e may be NULL */
extern l2_effect l2_effect_of_name(const l2_encoding *e, const char *feature);

/* Of each feature of the model, in the current context */
extern l2_effect *l2_effects_of(const l2_model *m);

#endif
