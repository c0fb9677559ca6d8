/*
 * attribute.h: records, and their attributes as numbers or levels.
 */
#ifndef L2_ATTRIBUTE_H
#define L2_ATTRIBUTE_H

#include "base/args.h"
#include "base/category.h"
#include "base/enum_order.h"
#include "gram/encoding.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"

/* How the levels of a category are stored */
typedef enum l2_text_form
{
	L2_FORM_TEXT,
	L2_FORM_BPCHAR,
	L2_FORM_NAME,
	L2_FORM_ENUM,
} l2_text_form;

/* Labels of an enum by oid, for as long as a query */
typedef struct l2_labels l2_labels;

/* How an attribute is read */
typedef struct l2_reading
{
	l2_kind kind;     /* L2_KINDS where it can be neither a number nor a category */
	l2_reader number; /* of what is no category */
	l2_text_form form;
	l2_labels *labels;
	l2_enum_order order; /* of the levels, where the type is an enum */
} l2_reading;

/* How a type is read; what has to be kept lives in the current memory context */
extern l2_reading l2_reading_of(Oid type);

/*
 * The built-in type by which an attribute of that type is kept in a definition, and which terms
 * compute with: what a domain is over; text for whatever is text, and for enums; float8[] for
 * arrays of numbers.  InvalidOid for a type that cannot be taken.
 */
extern Oid l2_builtin_type(Oid type);

/* The built-in type that SQL calls so; InvalidOid for any other name */
extern Oid l2_builtin_type_of_name(const char *name);

/* The level that a value which is not NULL belongs to */
extern l2_bytes l2_read_level(const l2_reading *r, Datum d);

/* A record type and room for the attributes of one record */
typedef struct l2_record_type
{
	Oid type; /* InvalidOid: none yet */
	int32 typmod;
	TupleDesc desc;
	Datum *values;
	bool *nulls;
	struct ExprContext *context; /* of terms over such records; NULL: none yet */
} l2_record_type;

/* Whether a record is of that type */
static inline bool
l2_is_of_type(const l2_record_type *t, HeapTupleHeader record)
{
	return HeapTupleHeaderGetTypeId(record) == t->type &&
		   HeapTupleHeaderGetTypMod(record) == t->typmod;
}

/* The type of a record, in the current memory context */
extern void l2_record_type_of(HeapTupleHeader record, l2_record_type *t);

/* Take a record of that type apart; the attributes are in it */
extern void l2_take_apart(const l2_record_type *t, HeapTupleHeader record);

/* Index of the attribute of that name; -1 where there is none */
extern int l2_find_attribute(const l2_record_type *t, const char *name);

/* The names of the attributes as a list to read, at most a handful of them */
extern char *l2_list_attributes(const l2_record_type *t);

#endif
