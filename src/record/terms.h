/*
 * terms.h: terms of a formula that are no attributes, worked out from a record.
 */
#ifndef L2_TERMS_H
#define L2_TERMS_H

#include "record/attribute.h"

/* The terms of a model in the registry: what each is, as SQL over q, a row of its source */
typedef struct l2_terms
{
	int n;
	char **name;
	char **expression;
	char *owner; /* expressions mean what they mean to him */
	char *search_path;
} l2_terms;

/* An expression over records of one type */
typedef struct l2_term l2_term;

/* The term of that name over records of the type; NULL where it is the attribute of its name */
extern l2_term *l2_term_make(const l2_terms *terms, const char *name, const l2_record_type *t);

/* Expression number i over records of the type; NULL where it can do more than compute */
extern l2_term *l2_term_compile(const l2_terms *terms, int i, const l2_record_type *t);

/* The type of its value */
extern Oid l2_term_type(const l2_term *t);

/*
 * Its value for the record that was taken apart last; what the value points to lives until the next
 * one is worked out
 */
extern Datum l2_term_value(l2_term *t, bool *isnull);

#endif
