/*
 * row.h: the SQL type l2_row: a row that describes itself.
 *
 * A record means nothing on another node, and its type nothing in another session; an l2_row has
 * the names and kinds of its attributes with it.  Values may be stored, so their bytes are for
 * ever:
 *
 *	header | description | NULLs, a bit each | words | levels
 *
 * the first four padded to 8 bytes.  The description is a letter for the kind and the name of each
 * attribute, with a zero, and of an enum, a category with a letter of its own, all labels in their
 * order behind it, each with a "<" before and a zero.  A number and a boolean are a double, dates
 *and timestamps an int64, as PostgreSQL counts them, an interval its two words; all have their
 *place also where they are NULL. Levels are a length and bytes, one after the other, for categories
 *that are not NULL.  An attribute that is neither a number nor a category has no value.
 */
#ifndef L2_ROW_H
#define L2_ROW_H

#include "record/attribute.h"

#include "access/htup.h"

#define L2_ROW_VERSION 1

typedef struct l2_row
{
	int32 vl_len_;
	uint8 version;
	uint8 flags; /* none yet */
	uint16 n;    /* attributes */
	uint64 hash; /* of the description: never changes with version or machine */
	uint32 description_len;
	uint32 reserved;
	char data[FLEXIBLE_ARRAY_MEMBER];
} l2_row;

/* What a description says */
typedef struct l2_row_shape
{
	uint64 hash;
	uint32 len;
	const char *description;
	int n;
	l2_kind *kind;        /* L2_KINDS for what is neither a number nor a category */
	const char **name;    /* in the description */
	l2_enum_order *order; /* of each: the labels of an enum, in the description too */
	int *place;           /* of each: its first word, or its number among the categories */
	int n_words;
	int n_categories;
} l2_row_shape;

/* Plain bytes of a value */
extern const l2_row *l2_row_detoast(Datum d);

static inline const l2_row *
l2_row_get(Datum d)
{
	const l2_row *row = (const l2_row *) DatumGetPointer(d);

	if (unlikely(VARATT_IS_EXTENDED(row) || row->version != L2_ROW_VERSION))
		row = l2_row_detoast(d);
	return row;
}

static inline bool
l2_row_has_shape(const l2_row *row, const l2_row_shape *shape)
{
	return row->hash == shape->hash && row->description_len == shape->len &&
		   memcmp(row->data, shape->description, shape->len) == 0;
}

/* The shape of a row, in the current memory context */
extern l2_row_shape *l2_row_shape_of(const l2_row *row);

/* A row type that has the attributes: of built-in types, in the current memory context */
extern TupleDesc l2_row_shape_desc(const l2_row_shape *shape);

/* Where the values of a row are, which must outlive it */
typedef struct l2_row_view
{
	const l2_row_shape *shape;
	const uint8 *nulls;
	const char *words;
	l2_bytes *level; /* of the categories, not hashed; without bytes for NULL */
} l2_row_view;

/* A view of rows of that shape, for l2_row_look; in the current memory context */
extern void l2_row_view_make(l2_row_view *v, const l2_row_shape *shape);
extern void l2_row_look(l2_row_view *v, const l2_row *row);

static inline bool
l2_row_is_null(const l2_row_view *v, int i)
{
	return (v->nulls[i / 8] & (1 << (i % 8))) != 0;
}

/* The value of attribute number i, no category and not NULL, as l2_row_shape_desc has its type */
extern Datum l2_row_datum(const l2_row_view *v, int i);

/* Whether a type is l2_row: what input function it has, since names may be others' */
extern bool l2_is_row(Oid type);

/* l2_rows as records, for whoever reads these; all zero to begin with */
typedef struct l2_row_records
{
	MemoryContext context;
	l2_row_shape *shape; /* of the row before */
	TupleDesc desc;
	l2_row_view view;
	Datum *values;
	bool *nulls;
} l2_row_records;

/* The row as a record in the current memory context; what is kept lives in the one given */
extern HeapTupleHeader l2_row_as_record(l2_row_records *r, MemoryContext context, Datum row);

#endif
