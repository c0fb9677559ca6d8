/*
 * predict_record.h: models on records.
 */
#ifndef L2_PREDICT_RECORD_H
#define L2_PREDICT_RECORD_H

#include "model/model.h"
#include "record/terms.h"

#include "access/htup_details.h"

/* What a call site keeps of a model and a record type */
typedef struct l2_record_predictor l2_record_predictor;

/* Whether a type is that of records, l2_row, or a domain over one */
extern bool l2_is_record(Oid type);

extern l2_record_predictor *l2_record_predictor_make(FmgrInfo *f);

/* Argument 1 as a record */
extern HeapTupleHeader l2_record_argument(FunctionCallInfo fcinfo, l2_record_predictor *p);

/*
 * The mean, or, link, the linear predictor, of arguments 0 and 1, a model and a record: features
 * that the model knows an expression of are worked out.  False where it is NULL.
 */
extern bool l2_predict_record(FunctionCallInfo fcinfo, l2_record_predictor *p, bool link,
							  double *result);

/* The model of the last prediction; borrowed */
extern const l2_model *l2_record_model(const l2_record_predictor *p);

/* Of the same arguments a float8[] of the columns that the coefficients belong to */
extern Datum l2_encode_record(FunctionCallInfo fcinfo, l2_record_predictor *p);

/* Functions of a model and features in any way, for those that do more with the same arguments */
extern Datum l2_predict_any(PG_FUNCTION_ARGS);
extern Datum l2_predict_link_any(PG_FUNCTION_ARGS);
extern Datum l2_predict_link_again(PG_FUNCTION_ARGS); /* of a row that has been told of */
extern Datum l2_encode_any(PG_FUNCTION_ARGS);

/* What one of them says of arguments 0 and 1; f is a copy of the caller's, with its own fn_extra */
extern Datum l2_of_features(FunctionCallInfo fcinfo, FmgrInfo *f, PGFunction work, bool *null);

/* What a term adds to one prediction; NaN for a number that is not known */
typedef struct l2_contribution
{
	const char *term; /* of a category the column of the record's level */
	double value;     /* in the record; 1 for a level */
	double estimate;  /* coefficient: none of a dropped column, or of a level that is not known */
	double contribution;
	double at_mean; /* the contribution where every column has its mean */
} l2_contribution;

/* Of all attributes that the model uses, in the current memory context */
extern l2_contribution *l2_explain_record(l2_record_predictor *p, Datum model,
										  HeapTupleHeader record, int *n);

#endif
