/*
 * class_score.c: aggregates that compare probabilities with what happened, 0 or 1.
 *
 * The state is a float8[], changed in place: what the metrics divide, as sums of weights in
 * double-double, so that neither plan nor order shows in the result.  Losses, confusion and
 * calibration differ in how many sums there are and which of them a row adds to.  What needs the
 * rows in the order of their probabilities is in roc.c.
 */
#include "base/aggregate.h"
#include "base/citus.h"
#include "score/class_rows.h"
#include "base/row_array.h"
#include "base/rows.h"

#include "num/kernel/dd.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

/* What a state is of; the value is in the state */
typedef enum kind
{
	LOSSES = 11,
	CONFUSION,
	CALIBRATION,
} kind;

/* A float8[] of one dimension */
typedef struct state
{
	ArrayType array;
	int dim;
	int lower_bound;
	double kind;
	double setting; /* threshold, or number of bins */
	double skipped;
	double rows;
	dd sum[FLEXIBLE_ARRAY_MEMBER];
} state;

StaticAssertDecl(offsetof(state, kind) == ARR_OVERHEAD_NONULLS(1), "state is no float8[]");

/* The array's elements before the sums */
#define HEAD ((int) ((offsetof(state, sum) - offsetof(state, kind)) / sizeof(double)))

/* Sums of losses, of weights */
enum
{
	WEIGHT,
	LOGLOSS,
	BRIER,
	CORRECT,
	N_LOSSES
};

/* Weights of a confusion */
enum
{
	TP,
	FP,
	FN,
	TN,
	N_CELLS
};

/* Sums of a bin */
enum
{
	BIN_ROWS,
	BIN_WEIGHT,
	BIN_P,
	BIN_Y,
	N_BIN
};

/* So that the result, a row a bin, is far from 1 GB */
#define MAX_BINS 1000000

/* What stands for the probability of what happened where that is smaller, as in scikit-learn */
#define LEAST_PROBABILITY 0x1p-52

/* Accuracy has it where nobody gives another */
#define HALF 0.5

static int
n_sums(kind k, double setting)
{
	return k == LOSSES ? N_LOSSES : k == CONFUSION ? N_CELLS : N_BIN * (int) setting;
}

static bool
is_setting(kind k, double v)
{
	if (k == CALIBRATION)
		return v >= 1 && v <= MAX_BINS && v == floor(v);
	return v >= 0 && v <= 1;
}

static state *
class_make_state(kind k, double setting)
{
	int dim = HEAD + 2 * n_sums(k, setting);
	Size size = offsetof(state, kind) + sizeof(double) * dim;
	state *s = palloc0(size);

	SET_VARSIZE(s, size);
	s->array.ndim = 1;
	s->array.elemtype = FLOAT8OID;
	s->dim = dim;
	s->lower_bound = 1;
	s->kind = k;
	s->setting = setting;
	return s;
}

/* Any float8[] may come here in an aggregate that somebody made */
static state *
class_read_state(Datum d, kind k)
{
	state *s = l2_own_state(d);

	if (unlikely(s->array.ndim != 1 || s->array.dataoffset != 0 || s->array.elemtype != FLOAT8OID ||
				 s->dim < HEAD || s->kind != k || !is_setting(k, s->setting) ||
				 s->dim != HEAD + 2 * n_sums(k, s->setting)))
		l2_foreign_state();
	return s;
}

static double
threshold_argument(FunctionCallInfo fcinfo, int argument)
{
	double threshold;

	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("threshold must not be NULL")));
	threshold = PG_GETARG_FLOAT8(argument);
	if (!is_setting(CONFUSION, threshold))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("threshold must lie between 0 and 1, but is %g", threshold)));
	return threshold;
}

static double
bins_argument(FunctionCallInfo fcinfo, int argument)
{
	int bins;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("bins must not be NULL")));
	bins = PG_GETARG_INT32(argument);
	if (!is_setting(CALIBRATION, bins))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("bins must lie between 1 and %d, but is %d", MAX_BINS, bins)));
	return bins;
}

/*
 * Rows
 */

static inline void
class_add(dd *sum, double v)
{
	*sum = dd_add_d(*sum, v);
}

static void
add_losses(state *s, const l2_class_row *r)
{
	double likely = r->y ? r->p : 1.0 - r->p, miss = r->y ? 1.0 - r->p : r->p, loss;
	dd square;

	/* 1 - p is rounded, except where it matters: then p is small, and log1p knows it */
	if (likely < LEAST_PROBABILITY)
		loss = -log(LEAST_PROBABILITY);
	else
		loss = r->y ? -log(r->p) : -log1p(-r->p);
	square = r->y ? dd_add_d(dd_of(1.0), -r->p) : dd_of(miss);
	square = dd_mul(square, square);
	class_add(&s->sum[WEIGHT], r->weight);
	s->sum[LOGLOSS] = dd_add(s->sum[LOGLOSS], dd_two_prod(r->weight, loss + 0.0));
	s->sum[BRIER] = dd_add(s->sum[BRIER], dd_mul_d(square, r->weight));
	if ((r->p >= HALF) == r->y)
		class_add(&s->sum[CORRECT], r->weight);
}

static void
add_confusion(state *s, const l2_class_row *r)
{
	bool positive = r->p >= s->setting;

	class_add(&s->sum[r->y ? (positive ? TP : FN) : (positive ? FP : TN)], r->weight);
}

/* Where bin number i begins */
static inline double
class_edge(int i, int bins)
{
	return (double) i / bins;
}

/* The bin of p: above its lower edge, up to its upper one; the first has 0 too */
static int
bin_of(double p, int bins)
{
	int i = Min((int) (p * bins), bins - 1);

	while (i > 0 && p <= class_edge(i, bins))
		i--;
	while (i < bins - 1 && p > class_edge(i + 1, bins))
		i++;
	return i;
}

static void
add_calibration(state *s, const l2_class_row *r)
{
	dd *bin = s->sum + (Size) N_BIN * bin_of(r->p, (int) s->setting);

	class_add(&bin[BIN_ROWS], 1.0);
	class_add(&bin[BIN_WEIGHT], r->weight);
	bin[BIN_P] = dd_add(bin[BIN_P], dd_two_prod(r->weight, r->p));
	if (r->y)
		class_add(&bin[BIN_Y], r->weight);
}

/* setting: number of the argument that has it, 0 for none */
static inline Datum
class_accumulate(FunctionCallInfo fcinfo, kind k, int setting, l2_class_y y)
{
	double given = HALF;
	l2_class_row r;
	state *s;

	l2_need_aggregate(fcinfo);
	if (setting)
		given =
			k == CALIBRATION ? bins_argument(fcinfo, setting) : threshold_argument(fcinfo, setting);
	if (PG_ARGISNULL(0))
		l2_citus_pulled(fcinfo, NULL);
	s = PG_ARGISNULL(0) ? class_make_state(k, given) : class_read_state(PG_GETARG_DATUM(0), k);
	if (unlikely(s->setting != given))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be the same in every row of a group",
							   k == CALIBRATION ? "bins" : "threshold")));
	if (!l2_read_class_row(fcinfo, y, false, &r))
	{
		s->skipped++;
		PG_RETURN_POINTER(s);
	}
	s->rows++;
	if (k == LOSSES)
		add_losses(s, &r);
	else if (k == CONFUSION)
		add_confusion(s, &r);
	else
		add_calibration(s, &r);
	PG_RETURN_POINTER(s);
}

L2_FUNCTION(l2_loss_accum_boolean, class_accumulate, LOSSES, 0, L2_Y_BOOLEAN);
L2_FUNCTION(l2_loss_accum, class_accumulate, LOSSES, 0, L2_Y_FLOAT8);
L2_FUNCTION(l2_loss_accum_obs, class_accumulate, LOSSES, 0, L2_Y_OBS);
L2_FUNCTION(l2_confusion_accum_boolean, class_accumulate, CONFUSION, 3, L2_Y_BOOLEAN);
L2_FUNCTION(l2_confusion_accum, class_accumulate, CONFUSION, 3, L2_Y_FLOAT8);
L2_FUNCTION(l2_confusion_accum_obs, class_accumulate, CONFUSION, 3, L2_Y_OBS);
L2_FUNCTION(l2_calibration_accum_boolean, class_accumulate, CALIBRATION, 3, L2_Y_BOOLEAN);
L2_FUNCTION(l2_calibration_accum, class_accumulate, CALIBRATION, 3, L2_Y_FLOAT8);
L2_FUNCTION(l2_calibration_accum_obs, class_accumulate, CALIBRATION, 3, L2_Y_OBS);

PG_FUNCTION_INFO_V1(l2_class_combine);
PGDLLEXPORT Datum
l2_class_combine(PG_FUNCTION_ARGS)
{
	const state *b;
	state *a;
	kind k;

	l2_need_aggregate(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	b = l2_own_state(PG_GETARG_DATUM(1));
	k = VARSIZE(b) >= offsetof(state, sum) && (b->kind == CONFUSION || b->kind == CALIBRATION)
			? (kind) b->kind
			: LOSSES;
	b = class_read_state(PointerGetDatum(b), k);
	a = PG_ARGISNULL(0) ? class_make_state(k, b->setting) : class_read_state(PG_GETARG_DATUM(0), k);
	if (a->setting != b->setting)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be the same in every row of a group",
							   k == CALIBRATION ? "bins" : "threshold")));
	a->rows += b->rows;
	a->skipped += b->skipped;
	for (int i = 0; i < n_sums(k, a->setting); i++)
		a->sum[i] = dd_add(a->sum[i], b->sum[i]);
	PG_RETURN_POINTER(a);
}

/*
 * Final functions.  They leave the state as it is: it may be shared, or go on in a window.
 */

static Datum
mean_loss(FunctionCallInfo fcinfo, int which)
{
	const state *s;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = class_read_state(PG_GETARG_DATUM(0), LOSSES);
	if (!(s->sum[WEIGHT].hi > 0))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(dd_div(s->sum[which], s->sum[WEIGHT]).hi);
}

L2_FUNCTION(l2_logloss_final, mean_loss, LOGLOSS);
L2_FUNCTION(l2_brier_final, mean_loss, BRIER);
L2_FUNCTION(l2_accuracy_final, mean_loss, CORRECT);

/* a / b; NaN, which stands for NULL, where b is 0 */
static double
class_share(dd a, dd b)
{
	return b.hi > 0 ? dd_div(a, b).hi : NAN;
}

/*
 * Matthews' correlation of y and the prediction, (tp tn - fp fn) / root of the product of the
 * margins; the four roots apart, since their product may overflow
 */
static double
class_correlation(const dd *c)
{
	dd positive = dd_add(c[TP], c[FP]), negative = dd_add(c[TN], c[FN]);
	dd ones = dd_add(c[TP], c[FN]), zeros = dd_add(c[TN], c[FP]);
	dd above = dd_sub(dd_mul(c[TP], c[TN]), dd_mul(c[FP], c[FN]));

	if (!(positive.hi > 0 && negative.hi > 0 && ones.hi > 0 && zeros.hi > 0))
		return NAN;
	return above.hi / (sqrt(positive.hi) * sqrt(ones.hi)) / (sqrt(negative.hi) * sqrt(zeros.hi));
}

PG_FUNCTION_INFO_V1(l2_confusion_final);
PGDLLEXPORT Datum
l2_confusion_final(PG_FUNCTION_ARGS)
{
	const state *s;
	const dd *c;
	TupleDesc desc;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = class_read_state(PG_GETARG_DATUM(0), CONFUSION);
	if (!(s->rows > 0))
		PG_RETURN_NULL();
	c = s->sum;
	desc = l2_row_desc(fcinfo);
	{
		dd right = dd_add(c[TP], c[TN]), wrong = dd_add(c[FP], c[FN]);
		dd twice = dd_scale(c[TP], 2.0);
		double recall = class_share(c[TP], dd_add(c[TP], c[FN]));
		double specificity = class_share(c[TN], dd_add(c[TN], c[FP]));
		const double column[] = {s->setting,
								 c[TP].hi,
								 c[FP].hi,
								 c[FN].hi,
								 c[TN].hi,
								 class_share(right, dd_add(right, wrong)),
								 (recall + specificity) / 2,
								 class_share(c[TP], dd_add(c[TP], c[FP])),
								 recall,
								 specificity,
								 class_share(twice, dd_add(twice, wrong)),
								 class_correlation(c)};
		Datum values[2 + lengthof(column)];
		bool nulls[2 + lengthof(column)] = {false};

		values[0] = Int64GetDatum((int64) s->rows);
		values[1] = Int64GetDatum((int64) s->skipped);
		for (int i = 0; i < (int) lengthof(column); i++)
			l2_set_double(values, nulls, 2 + i, column[i]);
		PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
	}
}

PG_FUNCTION_INFO_V1(l2_calibration_final);
PGDLLEXPORT Datum
l2_calibration_final(PG_FUNCTION_ARGS)
{
	const state *s;
	l2_row_array rows;
	int bins;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = class_read_state(PG_GETARG_DATUM(0), CALIBRATION);
	if (!(s->rows > 0))
		PG_RETURN_NULL();
	bins = (int) s->setting;
	l2_row_array_init(fcinfo, &rows, bins, "Ask for fewer bins.");
	for (int i = 0; i < bins; i++)
	{
		const dd *bin = s->sum + (Size) N_BIN * i;
		Datum values[7];
		bool nulls[7] = {false};

		CHECK_FOR_INTERRUPTS();
		values[0] = Int32GetDatum(i + 1);
		l2_set_double(values, nulls, 1, class_edge(i, bins));
		l2_set_double(values, nulls, 2, class_edge(i + 1, bins));
		values[3] = Int64GetDatum((int64) bin[BIN_ROWS].hi);
		l2_set_double(values, nulls, 4, bin[BIN_WEIGHT].hi);
		l2_set_double(values, nulls, 5, class_share(bin[BIN_P], bin[BIN_WEIGHT]));
		l2_set_double(values, nulls, 6, class_share(bin[BIN_Y], bin[BIN_WEIGHT]));
		l2_row_array_add(&rows, values, nulls);
	}
	PG_RETURN_DATUM(l2_row_array_finish(&rows));
}
