/*
 * gram.h: the bytes of an l2_gram.
 *
 * One flat varlena serves as stored value and as transition state: Citus and postgres_fdw ship
 * an aggregate's state only if its type has input and output, so the state cannot be internal.
 * A state may hold rows that are not yet in the moments (a group with few rows holds nothing
 * else, and so stays small); a value that leaves the aggregate never does.
 *
 *	header | options | names and their encoding | moments | buffered rows
 *
 * each part padded to 8 bytes; behind the moments is the record of num/moments/doubt.h.  Column 0
 *is the target y, columns 1 .. ncols-1 the features.
 */
#ifndef L2_GRAM_H
#define L2_GRAM_H

#include "base/l2reg.h"
#include "base/names.h"

#include "num/moments/doubt.h"
#include "num/moments/gramian.h"

#define L2_GRAM_VERSION 1

#define L2_GRAM_WEIGHTED 0x01 /* each buffered row ends in its weight */
#define L2_GRAM_STORED   0x1e /* the flags that a value may have which is no state */

#define L2_GRAM_MOMENTS        0x02 /* there are moments */
#define L2_GRAM_SKIP_NONFINITE 0x04 /* rows with NaN or infinity are skipped, not refused */
#define L2_GRAM_TINY           0x08 /* some values were too small to be squared */
#define L2_GRAM_WITHIN         0x10 /* sums about means of groups, which are absorbed: means are 0 */
#define L2_GRAM_KEEPS          0x20 /* of a state: rows are kept beside it; see kept.h */
#define L2_GRAM_FLAGS          0x3f

/* Further flags, in a byte of their own */
#define L2_GRAM_WEIGHED 0x01 /* some row had a weight other than 1: see l2_gram_weigh */
#define L2_GRAM_HASHED  0x02 /* there is a hash of the rows, by a pass of a fit over them */
#define L2_GRAM_MORE    0x03

/* Of states that deal rows to folds: no gram, but behind the options what is known of the rows */
#define L2_GRAM_TABLE  0x40 /* the distinct ones, an l2n_distinct */
#define L2_GRAM_SKETCH 0x80 /* how many of them are distinct, an l2n_sketch */

typedef struct l2_gram
{
	int32 vl_len_;
	uint8 version;
	uint8 flags;
	uint8 sparse;        /* 1: kept by levels, not moments; see sparse_gram.h */
	uint8 more;          /* flags: L2_GRAM_WEIGHED, L2_GRAM_HASHED */
	int32 ncols;         /* 0 before the first usable row */
	int32 nrows;         /* buffered */
	int32 capacity;      /* rows that the buffer can hold */
	uint32 options_len;  /* of the fit this is the state of */
	uint32 names_len;    /* ncols strings, each with its terminating zero; or 0 */
	uint32 encoding_len; /* of the names, right behind them: see encoding.h */
	int64 n;             /* rows in the moments */
	int64 n_skipped;     /* rows left out: something in them was NULL, or weight 0 */
	int64 absorbed;      /* group means taken out of the rows, of a gram within groups; or where */
						 /* rows are HASHED the sum of the hashes of all that were read */
	double weight_hi;    /* sum of weights in the moments, double-double */
	double weight_lo;
	double log_weight_hi; /* sum of the logarithms of those weights, double-double */
	double log_weight_lo;
	char data[FLEXIBLE_ARRAY_MEMBER];
} l2_gram;

#define L2_PAD(len)    ((Size) TYPEALIGN(8, (len)))
#define L2_GRAM_HEADER offsetof(l2_gram, data)

static inline char *
l2_gram_options(l2_gram *g)
{
	return g->data;
}

static inline l2_names
l2_names_of_gram(l2_gram *g)
{
	const char *names = g->data + L2_PAD(g->options_len);

	return (l2_names){names, g->names_len, names + g->names_len, g->encoding_len};
}

/* Bytes of all that is before the moments */
static inline Size
l2_gram_size_of_head(const l2_gram *g)
{
	return L2_GRAM_HEADER + L2_PAD(g->options_len) + L2_PAD((Size) g->names_len + g->encoding_len);
}

static inline double *
l2_gram_moment_doubles(l2_gram *g)
{
	return (double *) ((char *) g + l2_gram_size_of_head(g));
}

/* Doubles of the moments of k columns, and of what is known of their rounding errors */
static inline Size
l2_gram_doubles(int k)
{
	return l2n_moments_doubles(k) + l2n_doubt_doubles(k);
}

/* What is known of the rounding errors of a gram's moments, of which there must be some */
static inline double *
l2_gram_doubt(l2_gram *g)
{
	return l2_gram_moment_doubles(g) + l2n_moments_doubles(g->ncols);
}

static inline double *
l2_gram_rows(l2_gram *g)
{
	return l2_gram_moment_doubles(g) +
		   ((g->flags & L2_GRAM_MOMENTS) ? l2_gram_doubles(g->ncols) : 0);
}

/* Doubles of one buffered row */
static inline int
l2_gram_row_width(const l2_gram *g)
{
	return g->ncols + ((g->flags & L2_GRAM_WEIGHTED) ? 1 : 0);
}

/* The table or sketch of a state, which has columns */
static inline void *
l2_gram_dealt(l2_gram *g)
{
	return l2_gram_moment_doubles(g);
}

/* A gram's moments as src/num sees them; the gram must have some */
static inline l2n_moments
l2_gram_moments(l2_gram *g)
{
	l2n_moments m;

	Assert(!g->sparse);
	m.k = g->ncols;
	m.n = g->n;
	m.weight = dd_make(g->weight_hi, g->weight_lo);
	m.mean = l2_gram_moment_doubles(g);
	m.cross = m.mean + 2 * g->ncols;
	return m;
}

/* Write back what an operation on the view changed */
static inline void
l2_gram_store(l2_gram *g, const l2n_moments *m)
{
	g->n = m->n;
	g->weight_hi = m->weight.hi;
	g->weight_lo = m->weight.lo;
}

/*
 * What the state of a fit says of the fit.  Method and place are there from the start, since the
 * aggregate's initial value names them; the rest comes with the first row.  Options are kept as
 * they came, and compared from row to row by a hash of their bytes.
 */
typedef struct l2_fit_spec
{
	int32 method;
	int32 place;     /* of options.h: which kind of aggregate it is */
	uint32 ready;    /* there has been a row */
	uint32 json_len; /* 0: no options */
	double lambda;
	uint64 hash;
	char json[FLEXIBLE_ARRAY_MEMBER];
} l2_fit_spec;

#define L2_FIT_SPEC_HEADER offsetof(l2_fit_spec, json)

/* The sum of the logarithms of the weights: a part of the likelihood of rows known so well */
static inline dd
l2_gram_log_weight(const l2_gram *g)
{
	return dd_make(g->log_weight_hi, g->log_weight_lo);
}

static inline void
l2_gram_set_log_weight(l2_gram *g, dd sum)
{
	g->log_weight_hi = sum.hi;
	g->log_weight_lo = sum.lo;
}

/* r has got the rows of b as well */
static inline void
l2_gram_add_log_weight(l2_gram *r, const l2_gram *b)
{
	l2_gram_set_log_weight(r, dd_add(l2_gram_log_weight(r), l2_gram_log_weight(b)));
}

/* r has lost the rows of b, as its number of rows says already */
static inline void
l2_gram_take_log_weight(l2_gram *r, const l2_gram *b)
{
	dd rest = dd_sub(l2_gram_log_weight(r), l2_gram_log_weight(b));

	l2_gram_set_log_weight(r, r->n > 0 ? rest : dd_of(0.0));
}

/* What the header counts: rows, those left out, groups, weights */
static inline void
l2_gram_copy_counts(l2_gram *to, const l2_gram *from)
{
	to->more = from->more;
	to->n = from->n;
	to->n_skipped = from->n_skipped;
	to->absorbed = from->absorbed;
	to->weight_hi = from->weight_hi;
	to->weight_lo = from->weight_lo;
	l2_gram_set_log_weight(to, l2_gram_log_weight(from));
}

/*
 * Say of a gram that a row in it has that weight: sums of weights do not tell, since they may be
 * scaled to the number of rows.  A gram that rows are taken out of keeps the flag.
 */
static inline void
l2_gram_weigh(l2_gram *g, double weight)
{
	if (weight != 1.0)
		g->more |= L2_GRAM_WEIGHED;
}

/* All rows seen, buffered or not */
static inline int64
l2_gram_count(const l2_gram *g)
{
	return g->n + g->nrows;
}

/* An argument as a gram that may be read, with rows still buffered in it */
extern l2_gram *l2_gram_raw(Datum d);

/* The same, perhaps a sparse one: of use for its header and names, and to those that know it */
extern l2_gram *l2_gram_stored(Datum d);

/* A sparse gram with moments; any other as it is */
extern l2_gram *l2_gram_dense(l2_gram *g);

/* A copy of g, sparse or not, without buffered rows and options */
extern l2_gram *l2_gram_kept_copy(l2_gram *g);

/*
 * a + b, or a - b, without options; sparse where both are.  lost: whether too few digits of a
 * column are left, since rows that were subtracted, now or before, were very far from those that
 * stay
 */
extern l2_gram *l2_gram_plus(l2_gram *a, l2_gram *b);
extern l2_gram *l2_gram_minus(l2_gram *a, l2_gram *b, bool *lost);

/* Moments of the target and the numbers of a sparse gram, and their record: they point into it */
extern l2n_moments l2_gram_sparse_moments(l2_gram *g, const double **doubt);

/*
 * The sum, or difference, of two sparse grams, with a's options; NULL where they are not of the
 * same attributes, and so have to be compared as dense ones
 */
extern l2_gram *l2_gram_sparse_sum(l2_gram *a, l2_gram *b, bool subtract);

/* g, a sparse gram, whose rows count factor times what they did */
extern void l2_gram_sparse_scale(l2_gram *g, double factor);

/* What the columns of two grams of the same attributes have in common */
typedef struct l2_gram_union
{
	int ncols;
	l2_names names;
	int *from_a; /* of each column; -1 where it is not in a */
	int *from_b;
} l2_gram_union;

/* The columns of both; false where they are not of the same attributes */
extern bool l2_gram_unite(l2_gram *a, l2_gram *b, l2_gram_union *u);

/* An argument as a gram without buffered rows */
extern l2_gram *l2_gram_get(Datum d);
#define PG_GETARG_L2_GRAM(n) l2_gram_get(PG_GETARG_DATUM(n))
/* The same in the memory context of now, for what outlives the call */
#define PG_GETARG_L2_GRAM_COPY(n) \
	l2_gram_get(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(n))))

/* Append the binary form of a gram without buffered rows, with a checksum of its own */
extern void l2_gram_to_bytes(StringInfo buf, l2_gram *g);

/* Read the rest of buf, all of it, as the binary form: bytes that may be anything */
extern l2_gram *l2_gram_from_bytes(StringInfo buf);

/* Error where a gram of so many columns and bytes is larger than a value may be */
extern void l2_gram_check_size(int ncols, Size size);

/* A new gram without buffer; zeroed moments where asked; options left zero where NULL */
extern l2_gram *l2_gram_new(int ncols, bool moments, const char *options, uint32 options_len,
							l2_names names);

/* A state without rows, of an aggregate of that method and place; see l2_scope */
extern l2_gram *l2_gram_start(int method, int place);

/*
 * A copy of g with other options (NULL and 0 for none) and names: with moments, if it has
 * columns, that its buffered rows are in, and no buffer
 */
extern l2_gram *l2_gram_copy(l2_gram *g, const char *options, uint32 options_len, l2_names names);

/* Add the buffered rows to the moments in place; work is for l2n_moments_add_block */
extern void l2_gram_flush_rows(l2_gram *g, void *work);

/* Merge b, without buffered rows, into a, which has moments; counts and flags too */
extern void l2_gram_absorb(l2_gram *a, l2_gram *b);

/* What is counted beside the moments: rows that were skipped, and the hash of all others */
extern void l2_gram_add_counts(l2_gram *a, const l2_gram *b);

/*
 * Where both are grams of records of the same attributes, whose levels differ, give both the
 * columns of all levels, with zeros for those that do not occur in one
 */
extern void l2_gram_align(l2_gram **a, l2_gram **b);

/* g with other columns: ncols of them, from[j] in g, or a column of zeros where that is negative */
extern l2_gram *l2_gram_spread(l2_gram *g, int ncols, const int *from, l2_names names);

/* The elements of an l2_gram[], NULL for NULL */
extern l2_gram **l2_gram_list(Datum d, int *n);

/* The same, some of which may be sparse */
extern l2_gram **l2_gram_stored_list(Datum d, int *n);

/* Error unless the two have the same number of columns and, where both have any, names */
extern void l2_gram_check_alike(l2_gram *a, l2_gram *b);

/* Name of a column; 0 is the target */
static inline const char *
l2_gram_name(l2_gram *g, int column)
{
	return l2_column_name(l2_names_of_gram(g), column);
}

/* Names of ncols columns, checked: as many as there are features, all different */
extern l2_names l2_gram_make_names(int ncols, const char *target, int n,
								   const char *const *features);

/* The names of the columns as a list to read, at most twenty of them */
extern char *l2_gram_list_names(l2_gram *g);

/* The column of that name in the gram's list of names, or an error that shows them */
extern int l2_gram_find(l2_gram *g, const char *const *list, const char *name);

#endif
