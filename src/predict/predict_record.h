/*
 * predict_record.h: models on records.
 */
#ifndef L2_PREDICT_RECORD_H
#define L2_PREDICT_RECORD_H

#include "record/terms.h"

#include "access/htup_details.h"

/* What a call site keeps of a model and a record type */
typedef struct l2_record_predictor l2_record_predictor;

/* Whether a type is that of records, or a domain over one */
extern bool l2_is_record(Oid type);

extern l2_record_predictor *l2_record_predictor_make(FmgrInfo *f);

/* Settle all anew with the next row: model and terms are gone */
extern void l2_record_predictor_forget(l2_record_predictor *p);

/*
 * Arguments 0 and 1, a model and a record, as the result of the function.  terms says what features
 * are that the record need not have; it changes with the model only.  NULL: it must have all.
 */
extern Datum l2_predict_record(FunctionCallInfo fcinfo, l2_record_predictor *p,
							   const l2_terms *terms);

/* The same before the link */
extern Datum l2_link_record(FunctionCallInfo fcinfo, l2_record_predictor *p, const l2_terms *terms);

/* What a term adds to one prediction; NaN for a number that is not known */
typedef struct l2_contribution
{
	const char *term; /* of a category the column of the record's level */
	double value;     /* in the record; 1 for a level */
	double estimate;  /* coefficient: none of a dropped column, or of a level that is not known */
	double contribution;
	double at_mean; /* the contribution where every column has its mean */
} l2_contribution;

/* What l2_explain does with arguments 0 and 1, a model and a record; terms as above */
extern Datum l2_explain_with(FunctionCallInfo fcinfo, const l2_terms *terms);

/* Of all attributes that the model uses, in the current memory context */
extern l2_contribution *l2_explain_record(l2_record_predictor *p, Datum model,
										  const l2_terms *terms, HeapTupleHeader record, int *n);

#endif
