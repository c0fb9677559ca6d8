/*
 * gram_algebra.c: sums, differences, products and decay of grams.
 */
#include "gram/gram.h"

#include "base/args.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "utils/array.h"
#include "utils/builtins.h"

void
l2_gram_check_alike(l2_gram *a, l2_gram *b)
{
	if (a->ncols != b->ncols)
		ereport(
			ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("grams have different numbers of columns: %d and %d", a->ncols, b->ncols),
			 errdetail("Columns %s against %s.", l2_gram_list_names(a), l2_gram_list_names(b))));
	if (a->names_len > 0 && b->names_len > 0 &&
		(a->names_len != b->names_len ||
		 memcmp(l2_names_of_gram(a).bytes, l2_names_of_gram(b).bytes, a->names_len) != 0))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("grams have different columns"),
						errdetail("Columns %s against %s.", l2_gram_list_names(a),
								  l2_gram_list_names(b))));
	/* sums about the means of groups and sums of rows do not add up to anything */
	if (l2_gram_count(a) > 0 && l2_gram_count(b) > 0 &&
		((a->flags ^ b->flags) & L2_GRAM_WITHIN) != 0)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("a gram within groups cannot be combined with a gram of rows"),
						errhint("Put both through l2_gram_within, a gram a group, or neither.")));
}

void
l2_gram_add_counts(l2_gram *a, const l2_gram *b)
{
	if (pg_add_s64_overflow(a->n_skipped, b->n_skipped, &a->n_skipped))
		l2_check(L2N_TOO_MANY_ROWS, NULL, 0);
	a->more |= b->more & L2_GRAM_HASHED;
	/* at most the rows, which were counted without overflow; hashes modulo 2^64 */
	a->absorbed = (int64) ((uint64) a->absorbed + (uint64) b->absorbed);
}

void
l2_gram_absorb(l2_gram *a, l2_gram *b)
{
	Assert(!a->sparse);
	b = l2_gram_dense(b);
	if (b->flags & L2_GRAM_MOMENTS)
	{
		l2n_moments ma = l2_gram_moments(a), mb = l2_gram_moments(b);
		void *work = l2_scratch(l2n_merge_worksize(a->ncols));

		l2_check(l2n_moments_merge(l2_kernel, &ma, &mb, work), NULL, 0);
		l2_gram_store(a, &ma);
		l2_gram_add_log_weight(a, b);
		l2n_doubt_add(a->ncols, l2_gram_doubt(a), l2_gram_doubt(b));
	}
	a->flags |= b->flags & (L2_GRAM_TINY | L2_GRAM_WITHIN);
	a->more |= b->more;
	l2_gram_add_counts(a, b);
}

/* A copy of g without options, with the names of either */
static l2_gram *
result_like(l2_gram *g, l2_gram *other)
{
	return l2_gram_copy(g, NULL, 0, l2_names_of_gram(g->names_len > 0 ? g : other));
}

l2_gram **
l2_gram_list(Datum d, int *n)
{
	l2_gram **r = l2_gram_stored_list(d, n);

	for (int i = 0; i < *n; i++)
		if (r[i])
			r[i] = l2_gram_get(PointerGetDatum(r[i]));
	return r;
}

l2_gram **
l2_gram_stored_list(Datum d, int *n)
{
	ArrayType *a = DatumGetArrayTypeP(d);
	Datum *elements;
	bool *nulls;
	l2_gram **r;

	deconstruct_array(a, ARR_ELEMTYPE(a), -1, false, TYPALIGN_DOUBLE, &elements, &nulls, n);
	r = palloc(sizeof(l2_gram *) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
		r[i] = nulls[i] ? NULL : l2_gram_stored(elements[i]);
	return r;
}

/* Whether both are sparse, so that they may be added up so */
static bool
both_sparse(const l2_gram *a, const l2_gram *b)
{
	return (a->sparse && b->sparse);
}

l2_gram *
l2_gram_plus(l2_gram *a, l2_gram *b)
{
	l2_gram *r = both_sparse(a, b) ? l2_gram_sparse_sum(a, b, false) : NULL;

	if (r)
		return r;
	a = l2_gram_get(PointerGetDatum(a));
	b = l2_gram_get(PointerGetDatum(b));
	l2_gram_align(&a, &b);
	l2_gram_check_alike(a, b);
	r = result_like(a, b);
	l2_gram_absorb(r, b);
	return r;
}

PG_FUNCTION_INFO_V1(l2_gram_add);
PGDLLEXPORT Datum
l2_gram_add(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(
		l2_gram_plus(l2_gram_stored(PG_GETARG_DATUM(0)), l2_gram_stored(PG_GETARG_DATUM(1))));
}

l2_gram *
l2_gram_minus(l2_gram *a, l2_gram *b, bool *lost)
{
	l2_gram *r = both_sparse(a, b) ? l2_gram_sparse_sum(a, b, true) : NULL;

	*lost = false;
	if (r)
	{
		const double *doubt;
		l2n_moments rest = l2_gram_sparse_moments(r, &doubt);

		*lost = l2n_doubt_is_serious(doubt, &rest);
		return r;
	}
	a = l2_gram_get(PointerGetDatum(a));
	b = l2_gram_get(PointerGetDatum(b));
	l2_gram_align(&a, &b);
	l2_gram_check_alike(a, b);
	r = result_like(a, b);
	if (a->n_skipped < b->n_skipped || a->absorbed < b->absorbed)
		l2_check(L2N_NOT_A_PART, NULL, 0);
	if (b->flags & L2_GRAM_MOMENTS)
	{
		l2n_moments mr = l2_gram_moments(r), mb = l2_gram_moments(b);
		double *doubt = l2_gram_doubt(r);
		void *work = l2_scratch(l2n_merge_worksize(a->ncols));

		l2n_doubt_add(r->ncols, doubt, l2_gram_doubt(b));
		l2n_doubt_take_out(doubt, &mr, &mb);
		l2_check(l2n_moments_unmerge(l2_kernel, &mr, &mb, work), NULL, 0);
		l2_gram_store(r, &mr);
		l2_gram_take_log_weight(r, b);
		*lost = l2n_doubt_is_serious(doubt, &mr);
	}
	r->n_skipped -= b->n_skipped;
	r->absorbed -= b->absorbed;
	if ((r->flags & L2_GRAM_WITHIN) && r->n == 0)
		r->flags &= ~L2_GRAM_WITHIN;
	if (r->absorbed > r->n || ((r->flags & L2_GRAM_WITHIN) && r->absorbed == 0))
		l2_check(L2N_NOT_A_PART, NULL, 0);
	return r;
}

PG_FUNCTION_INFO_V1(l2_gram_subtract);
PGDLLEXPORT Datum
l2_gram_subtract(PG_FUNCTION_ARGS)
{
	bool lost;
	l2_gram *r = l2_gram_minus(l2_gram_stored(PG_GETARG_DATUM(0)),
							   l2_gram_stored(PG_GETARG_DATUM(1)), &lost);

	if (lost)
		ereport(WARNING, (errmsg("too few digits of a column are left"),
						  errdetail("Rows that were subtracted are very far from those that stay."),
						  errhint("Make the gram of the rows that stay anew.")));
	PG_RETURN_POINTER(r);
}

/* The names of a's columns, then b's; error where one is in both */
static l2_names
product_names(l2_gram *a, l2_gram *b)
{
	int k = a->ncols + b->ncols;
	const char **list = palloc(sizeof(char *) * k), **sorted;
	l2_names names;

	memcpy(list, l2_name_list(l2_names_of_gram(a), a->ncols), sizeof(char *) * a->ncols);
	memcpy(list + a->ncols, l2_name_list(l2_names_of_gram(b), b->ncols), sizeof(char *) * b->ncols);
	sorted = memcpy(palloc(sizeof(char *) * k), list, sizeof(char *) * k);
	qsort(sorted, k, sizeof(char *), l2_compare_names);
	for (int i = 1; i < k; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_COLUMN),
					 errmsg("both grams have a column \"%s\"", sorted[i]),
					 errdetail("A product pairs the rows of grams of different columns."),
					 errhint("Name the columns with l2_set_names(gram, features, target).")));
	names = l2_canonical_names(l2_join_names(list[0], k - 1, list + 1));
	l2_check_names(names);
	return names;
}

/* Sums of squares of a count as often as b has rows, and the other way round */
static void
doubt_of_product(l2_gram *r, l2_gram *a, l2_gram *b)
{
	double *doubt = l2_gram_doubt(r), *of_a = l2_gram_doubt(a), *of_b = l2_gram_doubt(b);

	for (int j = 0; j < a->ncols; j++)
		doubt[j] = of_a[j] * b->weight_hi;
	for (int j = 0; j < b->ncols; j++)
		doubt[a->ncols + j] = of_b[j] * a->weight_hi;
	doubt[r->ncols] = of_a[a->ncols] * b->weight_hi + of_b[b->ncols] * a->weight_hi;
	l2n_doubt_scale(r->ncols, doubt, 1); /* within what a number can be */
}

PG_FUNCTION_INFO_V1(l2_gram_multiply);
PGDLLEXPORT Datum
l2_gram_multiply(PG_FUNCTION_ARGS)
{
	l2_gram *a = PG_GETARG_L2_GRAM(0), *b = PG_GETARG_L2_GRAM(1), *r;
	l2n_moments ma, mb, m;
	int64 all_a, all_b, all = 0;

	if ((a->flags | b->flags) & L2_GRAM_WITHIN)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a gram within groups cannot be multiplied"),
						errdetail("The means of its rows are gone.")));
	/* n_skipped: pairs with a row that was left out */
	if (pg_add_s64_overflow(a->n, a->n_skipped, &all_a) ||
		pg_add_s64_overflow(b->n, b->n_skipped, &all_b) || pg_mul_s64_overflow(all_a, all_b, &all))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("bigint out of range"),
				 errdetail("The product would have " INT64_FORMAT " times " INT64_FORMAT " rows.",
						   a->n, b->n)));
	if (a->ncols == 0 || b->ncols == 0)
	{
		/* no usable row in one, whose columns are not known: nor are those of the product */
		r = l2_gram_new(0, false, NULL, 0, (l2_names){0});
		r->n_skipped = all;
		PG_RETURN_POINTER(r);
	}
	l2_check_columns((int64) a->ncols + b->ncols);
	r = l2_gram_new(a->ncols + b->ncols, true, NULL, 0, product_names(a, b));
	if (a->flags & b->flags & L2_GRAM_MOMENTS)
	{
		ma = l2_gram_moments(a);
		mb = l2_gram_moments(b);
		m = l2_gram_moments(r);
		l2_check(l2n_moments_product(&m, &ma, &mb), NULL, 0);
		l2_gram_store(r, &m);
		/* of pairs: a row of a weighs as often as b has rows, and the other way round */
		l2_gram_set_log_weight(r, dd_add(dd_mul_d(l2_gram_log_weight(a), (double) b->n),
										 dd_mul_d(l2_gram_log_weight(b), (double) a->n)));
		doubt_of_product(r, a, b);
		r->flags |= (a->flags | b->flags) & L2_GRAM_TINY;
		r->more |= a->more | b->more;
	}
	r->n_skipped = all - r->n;
	PG_RETURN_POINTER(r);
}

PG_FUNCTION_INFO_V1(l2_gram_decay);
PGDLLEXPORT Datum
l2_gram_decay(PG_FUNCTION_ARGS)
{
	l2_gram *g = l2_gram_stored(PG_GETARG_DATUM(0)), *r;
	double factor = PG_GETARG_FLOAT8(1);
	l2n_moments m;

	if (!(factor > 0 && factor <= 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("factor must lie above 0 and be at most 1, but is %g", factor)));
	r = l2_gram_kept_copy(g);
	if (r->sparse)
		l2_gram_sparse_scale(r, factor);
	if (r->flags & L2_GRAM_MOMENTS)
	{
		m = l2_gram_moments(r);
		l2n_moments_scale(&m, factor);
		l2n_doubt_scale(r->ncols, l2_gram_doubt(r), factor);
		l2_gram_store(r, &m);
	}
	if (r->n > 0)
		l2_gram_weigh(r, factor);
	l2_gram_set_log_weight(r,
						   dd_add(l2_gram_log_weight(r), dd_two_prod((double) r->n, log(factor))));
	PG_RETURN_POINTER(r);
}
