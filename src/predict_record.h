/*
 * predict_record.h: models on records.
 */
#ifndef L2_PREDICT_RECORD_H
#define L2_PREDICT_RECORD_H

#include "l2reg.h"

/* What a call site keeps of a model and a record type */
typedef struct l2_record_predictor l2_record_predictor;

/* Whether a type is that of records, or a domain over one */
extern bool l2_is_record(Oid type);

extern l2_record_predictor *l2_record_predictor_make(FmgrInfo *f);

/* Arguments 0 and 1, a model and a record, as the result of the function */
extern Datum l2_predict_record(FunctionCallInfo fcinfo, l2_record_predictor *p);

#endif
