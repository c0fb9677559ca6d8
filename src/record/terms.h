/*
 * terms.h: terms of a formula that are no attributes, worked out from a record.
 *
 * A term is an expression of a closed language, which term_tree.h reads: nothing in it runs
 * anybody's code, and it gives the same number whoever evaluates it, in whatever session.
 */
#ifndef L2_TERMS_H
#define L2_TERMS_H

#include "record/attribute.h"

/*
 * The terms of a model: what each is, as SQL over q, a row of its source, and the attributes that
 * they may use, with the built-in types that these had in training.  Without attributes those of
 * the record at hand are taken, as what they are.
 */
typedef struct l2_terms
{
	int n;
	char **name;
	char **expression;
	int n_attributes;
	char **attribute;
	Oid *type; /* see l2_builtin_type */
} l2_terms;

/* The attributes of an encoding that have expressions; NULL where none has */
extern l2_terms *l2_terms_of(const l2_encoding *e);

/* Writes what stands for a column of that name */
typedef void (*l2_column_writer)(StringInfo out, const char *name, void *arg);

/* Expression number i as SQL to paste elsewhere, over columns as they are written */
extern void l2_term_sql(StringInfo out, const l2_terms *terms, int i, l2_column_writer write,
						void *arg);

/* The same as an expression of PMML, that deep in its document; an error where it has none */
extern void l2_term_pmml(StringInfo out, const l2_terms *terms, int i, int depth);

/* Whether expression number i uses an attribute */
extern bool l2_term_uses(const l2_terms *terms, int i, int attribute);

/* The attribute that expression number i is, but for casts; -1 where it is worked out */
extern int l2_term_attribute(const l2_terms *terms, int i);

/* An expression over records of one type */
typedef struct l2_term l2_term;

/*
 * The term of that name over records of the type; NULL where it is the attribute of its name.
 * In the current memory context; an error where it is not of the language, or the record does not
 * have what it takes.
 */
extern l2_term *l2_term_make(const l2_terms *terms, const char *name, l2_record_type *t);

/* Expression number i over records of the type; NULL where its value is no float8 */
extern l2_term *l2_term_compile(const l2_terms *terms, int i, l2_record_type *t);

/* The type of its value */
extern Oid l2_term_type(const l2_term *t);

/*
 * Its value for the record that was taken apart last; what the value points to lives until the next
 * one is worked out, of any term over records of the type
 */
extern Datum l2_term_value(l2_term *t, bool *isnull);

#endif
