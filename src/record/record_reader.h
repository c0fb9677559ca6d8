/*
 * record_reader.h: the attributes of records that are features, as numbers and levels.
 */
#ifndef L2_RECORD_READER_H
#define L2_RECORD_READER_H

#include "record/attribute.h"
#include "record/row.h"
#include "gram/sparse.h"

/* For one record type and one set of options */
typedef struct l2_record_reader
{
	const l2_options *options;
	l2_record_type type;
	l2_row_view view; /* of l2_rows, instead of records */
	int n;
	bool has_target; /* an attribute was left out for its name, which is the target's */
	l2_sparse_attribute *attribute;
	int *number; /* of each in the record */
	l2_reading *reading;
	double *row;     /* 1, the target, numeric columns */
	l2_bytes *level; /* of the categories */
	int k;           /* numeric columns, the target among them */
	int n_categories;
} l2_record_reader;

/*
 * Which attributes of such records take part, and how they are read; kept in the current context.
 * shape: of the l2_rows that were made the records; NULL where they are none.
 */
extern void l2_record_settle(l2_record_reader *r, HeapTupleHeader record,
							 const l2_row_shape *shape);

/* The same of l2_rows of that shape, which must outlive the reader */
extern void l2_record_settle_row(l2_record_reader *r, const l2_row_shape *shape);

/* The same for arrays of n numbers, whose names are x1, x2, ...; row has room for them */
extern void l2_record_settle_array(l2_record_reader *r, int n);

/*
 * Take a record of that type apart: all of the row but the target, and the levels.  False where
 * something in it is NULL that must not be.
 */
extern bool l2_record_read(l2_record_reader *r, HeapTupleHeader record);

/* The same of an l2_row of that shape */
extern bool l2_record_read_row(l2_record_reader *r, const l2_row *row);

/* A hash of the row, its weight and offset, and its levels, by which it is dealt to a fold */
extern uint64 l2_record_hash(const l2_record_reader *r, double weight, double offset, int64 seed);

#endif
