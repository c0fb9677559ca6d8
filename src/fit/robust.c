/*
 * robust.c: sandwiches of the rows that an aggregate has kept.
 *
 * Passes go over all rows: one for HC0 to HC3 and HAC, one for each way of clusters and for the
 * pairs.  Sums of clusters are in a hash table; where they would not fit the memory that any hash
 * table of a query may take, a pass takes a part of the clusters.
 */
#include "fit/robust.h"

#include "base/progress.h"
#include "gram/encoding.h"
#include "model/family.h"
#include "model/vcov.h"
#include "num/stats/covariance.h"
#include "num/stats/hash.h"
#include "num/stats/sandwich.h"

#include <float.h>
#include <math.h>

#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/memutils.h"

/* Room that leverage leaves a residual, below which nothing is known of it */
#define LEAVES_NOTHING 1e-10

/* Share of y's mean that rounding may take from residuals before it tells */
#define ROUNDING 1e-8

/* Share of the deviation of residuals that the rounding of y's mean may be where none is taken out
 */
#define BEARABLE 1e-6

/* Parts of the clusters at most, and the room that a pass may always take */
#define MOST_PARTS 0x10000000
#define LEAST_ROOM (256 * 1024)

/*
 * Scores of a block of rows
 */

struct l2_scores
{
	const l2_model *m;
	const l2_robust_rows *rows;
	bool has_family; /* else least squares */
	l2n_family family;
	bool frequency;
	int k;
	double base;
	double rest;          /* what rounding left in every residual */
	double *centre;       /* k; of features */
	const double *factor; /* of the inverse: see sandwich.h */
	double *z;            /* k times L2N_BLOCK_ROWS */
	double *weight;       /* L2N_BLOCK_ROWS each */
	double *residual;
	double *variance;
	double *eta;
	double *y;
	double *loss;
};

const double *
l2_robust_turn_of(const l2_model *m)
{
	return l2_model_matrix(m, L2_KEPT_FACTOR);
}

l2_scores *
l2_scores_make(const l2_model *m, const l2_robust_rows *rows)
{
	l2_scores *s = palloc0(sizeof *s);

	s->m = m;
	s->rows = rows;
	s->has_family = l2_model_has_link(m);
	if (s->has_family)
	{
		l2_family_of_model(m, &s->family);
		s->family.expected = !s->family.canonical;
	}
	s->frequency = (m->flags & L2_MODEL_FREQUENCY) != 0;
	s->k = m->p + 1;
	s->base = l2_vcov_base(m);
	s->centre = palloc(sizeof(double) * s->k);
	for (int i = 1; i < s->k; i++)
		s->centre[i] = l2_model_centre(m, i);
	s->factor = l2_robust_turn_of(m);
	s->z = l2_scratch(sizeof(double) * s->k * L2N_BLOCK_ROWS);
	s->weight = l2_scratch(sizeof(double) * 6 * L2N_BLOCK_ROWS);
	s->residual = s->weight + L2N_BLOCK_ROWS;
	s->variance = s->residual + L2N_BLOCK_ROWS;
	s->eta = s->variance + L2N_BLOCK_ROWS;
	s->y = s->eta + L2N_BLOCK_ROWS;
	s->loss = s->y + L2N_BLOCK_ROWS;
	return s;
}

/*
 * Coordinates, weights, residuals and variances of a block: of its first n rows, or of those that
 * pick numbers
 */
static void
scores_read(l2_scores *s, const double *block, ptrdiff_t stride, int n, const int *pick)
{
	const l2_robust_rows *r = s->rows;
	const double *b = l2_model_vector(s->m, L2_ESTIMATE);
	const bool *dropped = l2_model_dropped(s->m);
	double first = (s->m->flags & L2_MODEL_INTERCEPT) ? 1 : 0;

	for (int i = 0; i < n; i++)
	{
		const double *rows = block + (pick ? pick[i] : i) * stride;
		double *z = s->z + (Size) i * s->k, about = 0;

		z[0] = first;
		for (int j = 1; j < s->k; j++)
		{
			z[j] = dropped[j - 1] ? 0 : rows[r->feature[j - 1]] - s->centre[j];
			about += z[j] * b[j];
		}
		s->y[i] = rows[r->target];
		s->eta[i] = s->base + about + (r->offset ? rows[r->offset] : 0);
		s->weight[i] = r->weight ? rows[r->weight] : 1;
		if (r->class_weight)
			s->weight[i] *= s->y[i] * r->class_weight[1] + (1 - s->y[i]) * r->class_weight[0];
		s->residual[i] = s->y[i] - s->base - about - s->rest;
		s->variance[i] = 1;
	}
	if (s->has_family)
		s->family.evaluate(&s->family, l2_kernel, n, s->y, s->eta, s->residual, s->variance,
						   s->loss);
}

bool
l2_scores_add_squares(l2_scores *s, l2_vcov vcov, const double *rows, ptrdiff_t stride, int n,
					  double *meat)
{
	scores_read(s, rows, stride, n, NULL);
	for (int i = 0; i < n; i++)
	{
		double *z = s->z + (Size) i * s->k, form = l2n_sandwich_turn(s->k, s->factor, z);
		double w = s->weight[i], e = s->residual[i], square = (s->frequency ? w : w * w) * e * e;

		if (vcov == L2_VCOV_HC2 || vcov == L2_VCOV_HC3)
		{
			double h = (s->frequency ? 1 : w) * s->variance[i] * form;

			if (!(1 - h > LEAVES_NOTHING))
				return false;
			square /= vcov == L2_VCOV_HC2 ? 1 - h : (1 - h) * (1 - h);
		}
		l2n_rank_one(s->k, meat, square, z);
	}
	return true;
}

void
l2_scores_add(l2_scores *s, const double *row, double *sum)
{
	double e;

	scores_read(s, row, 0, 1, NULL);
	e = s->weight[0] * s->residual[0];
	for (int j = 0; j < s->k; j++)
		sum[j] += e * s->z[j];
}

/*
 * Clusters
 */

/* Where a cluster is, with bits of its hash: so a search looks at no other cluster's key */
typedef struct cluster_slot
{
	uint32 bits;
	int32 number; /* from 1 on; 0: none */
} cluster_slot;

/* Sums of the scores of clusters whose hashes are in a range */
typedef struct cluster_sums
{
	int k;
	MemoryContext context;
	int64 most; /* clusters that there is memory for */
	uint32 from, to;
	int64 n;
	int64 room;
	int64 slots; /* a power of 2 */
	double *sum; /* of each cluster its key, as bits, and k sums */
	cluster_slot *slot;
} cluster_sums;

/* Rows of a block whose clusters are in the range, and the places of their keys' hashes */
typedef struct cluster_rows
{
	int n;
	int row[L2N_BLOCK_ROWS];
	int64 key[L2N_BLOCK_ROWS];
	uint64 hash[L2N_BLOCK_ROWS];
} cluster_rows;

static double *
clusters_entry(const cluster_sums *c, int32 number)
{
	return c->sum + (Size) (number - 1) * (c->k + 1);
}

static int64
clusters_key(const double *entry)
{
	int64 key;

	memcpy(&key, entry, sizeof key);
	return key;
}

/* Bytes of a cluster, and of the slots that are as many as two to four of it */
static Size
clusters_bytes(int k)
{
	return sizeof(double) * (k + 1) + 4 * sizeof(cluster_slot);
}

static void
clusters_clear(cluster_sums *c)
{
	MemoryContextReset(c->context);
	c->n = 0;
	c->room = 256;
	c->slots = 1024;
	c->sum = MemoryContextAllocHuge(c->context, sizeof(double) * (c->k + 1) * c->room);
	c->slot = MemoryContextAllocZero(c->context, sizeof(cluster_slot) * c->slots);
}

/* The slot of a hash, at or after that place: the first that is its, by those bits, or free */
static cluster_slot *
clusters_slot(const cluster_sums *c, int64 *at, uint64 hash)
{
	while (c->slot[*at].number != 0 && c->slot[*at].bits != (uint32) (hash >> 32))
		*at = (*at + 1) & (c->slots - 1);
	return c->slot + *at;
}

static cluster_slot *
clusters_find(const cluster_sums *c, int64 key, uint64 hash)
{
	int64 at = (int64) (hash & (uint64) (c->slots - 1));
	cluster_slot *slot;

	while ((slot = clusters_slot(c, &at, hash))->number != 0 &&
		   clusters_key(clusters_entry(c, slot->number)) != key)
		at = (at + 1) & (c->slots - 1);
	return slot;
}

/* More room; false where there is none, and the range can be made smaller */
static bool
clusters_grow(cluster_sums *c)
{
	int64 room = c->room * 2;

	if (room > c->most && c->to - c->from > 1)
		room = Max(c->most, c->room);
	if (room == c->room || room > PG_INT32_MAX / 4)
		return false;
	c->room = room;
	c->sum = repalloc_huge(c->sum, sizeof(double) * (c->k + 1) * c->room);
	l2_ask_for_huge_pages(c->sum, sizeof(double) * (c->k + 1) * c->room);
	if (c->slots >= 2 * room)
		return true;
	c->slots *= 2;
	pfree(c->slot);
	c->slot = MemoryContextAllocExtended(c->context, sizeof(cluster_slot) * c->slots,
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int32 i = 1; i <= c->n; i++)
	{
		int64 key = clusters_key(clusters_entry(c, i));
		uint64 hash = l2n_hash_u64((uint64) key, 0);

		*clusters_find(c, key, hash) = (cluster_slot){(uint32) (hash >> 32), i};
	}
	return true;
}

/* The sums of a cluster; NULL where there is no room */
static double *
clusters_of(cluster_sums *c, int64 key, uint64 hash)
{
	cluster_slot *slot = clusters_find(c, key, hash);
	double *entry;

	if (likely(slot->number != 0))
		return clusters_entry(c, slot->number) + 1;
	if (c->n == c->room)
	{
		if (!clusters_grow(c))
			return NULL;
		slot = clusters_find(c, key, hash);
	}
	*slot = (cluster_slot){(uint32) (hash >> 32), (int32) ++c->n};
	entry = clusters_entry(c, slot->number);
	memcpy(entry, &key, sizeof key);
	memset(entry + 1, 0, sizeof(double) * c->k);
	return entry + 1;
}

/* The key of a row: of one way, or of the pair */
static int64
cluster_key(const l2_robust_rows *r, const double *row, int way)
{
	int64 key[2] = {0, 0};

	memcpy(key, row + r->cluster, sizeof key[0] * r->ways);
	return way < 2 ? key[way]
				   : (int64) l2n_hash_u64((uint64) key[0], l2n_hash_u64((uint64) key[1], 1));
}

/* Which rows of a block are in the range; what is known of their clusters comes into the cache */
static void
clusters_pick(const cluster_sums *c, const l2_robust_rows *r, int way, const double *rows,
			  ptrdiff_t stride, int n, cluster_rows *picked)
{
	picked->n = 0;
	for (int i = 0; i < n; i++)
	{
		int64 key = cluster_key(r, rows + i * stride, way);
		uint64 hash = l2n_hash_u64((uint64) key, 0);
		uint32 part = (uint32) (hash >> 36);

		if (part < c->from || part >= c->to)
			continue;
		__builtin_prefetch(c->slot + (hash & (uint64) (c->slots - 1)));
		picked->row[picked->n] = i;
		picked->key[picked->n] = key;
		picked->hash[picked->n++] = hash;
	}
	for (int i = 0; i < picked->n; i++)
	{
		int64 at = (int64) (picked->hash[i] & (uint64) (c->slots - 1));
		int32 number = clusters_slot(c, &at, picked->hash[i])->number;
		const double *entry = number ? clusters_entry(c, number) : NULL;

		for (int j = 0; entry && j <= c->k; j += 8)
			__builtin_prefetch(entry + j, 1);
	}
}

/* One pass; false where the range has too many clusters */
static bool
clusters_pass(l2_scores *s, l2_robust_rows *r, int way, cluster_sums *c)
{
	const double *rows;
	ptrdiff_t stride;
	cluster_rows picked;
	int n, k = s->k;

	clusters_clear(c);
	r->rewind(r);
	while ((n = r->next(r, &rows, &stride)) > 0)
	{
		clusters_pick(c, r, way, rows, stride, n, &picked);
		scores_read(s, rows, stride, picked.n, picked.row);
		for (int i = 0; i < picked.n; i++)
		{
			double *sum = clusters_of(c, picked.key[i], picked.hash[i]);
			const double *z = s->z + (Size) i * k;
			double e = s->weight[i] * s->residual[i];

			if (sum == NULL)
				return false;
			for (int j = 0; j < k; j++)
				sum[j] += e * z[j];
		}
		l2_progress_rows(n);
	}
	return true;
}

/* meat = the sum of squares of the clusters of a way; their number */
static double
clusters_meat(l2_scores *s, l2_robust_rows *r, int way, double *meat)
{
	cluster_sums c = {.k = s->k, .from = 0, .to = MOST_PARTS};
	double n = 0;

	c.most = (int64) (Max(work_mem * 1024.0 * hash_mem_multiplier, LEAST_ROOM) /
					  (double) clusters_bytes(s->k));
	c.context =
		AllocSetContextCreate(CurrentMemoryContext, "l2reg clusters", ALLOCSET_DEFAULT_SIZES);
	memset(meat, 0, sizeof(double) * l2n_tri_size(s->k));
	while (c.from < MOST_PARTS)
	{
		uint32 width = c.to - c.from;

		if (!clusters_pass(s, r, way, &c))
		{
			c.to = c.from + width / 2;
			continue;
		}
		for (int64 i = 0; i < c.n; i++)
		{
			double *sum = clusters_entry(&c, (int32) i + 1) + 1;

			l2n_sandwich_turn(s->k, s->factor, sum);
			l2n_rank_one(s->k, meat, 1, sum);
		}
		n += (double) c.n;
		c.from = c.to;
		c.to = Min(MOST_PARTS, c.from + width);
	}
	MemoryContextDelete(c.context);
	return n;
}

/*
 * Checks and factors
 */

void
l2_robust_check(const l2_options *o)
{
	bool clustered = o->vcov == L2_VCOV_CR0 || o->vcov == L2_VCOV_CR1;

	if (o->vcov == L2_VCOV_HAC && o->bandwidth < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("vcov \"HAC\" needs a bandwidth"),
				 errdetail("It is the number of rows up to which errors are correlated: "
						   "the lag of Newey and West."),
				 errhint("For example: {\"vcov\": \"HAC\", \"bandwidth\": 4}.")));
	if (o->vcov != L2_VCOV_HAC && o->bandwidth >= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("bandwidth is for vcov \"HAC\" only")));
	if (o->ssc != L2_SSC_DEFAULT && o->vcov != L2_VCOV_CR1 && o->vcov != L2_VCOV_HAC)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("ssc is for vcov \"CR1\" and \"HAC\" only")));
	if (o->vcov == L2_VCOV_HAC && (o->ssc == L2_SSC_CLUSTER || o->ssc == L2_SSC_MIN))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("ssc of vcov \"HAC\" is \"full\" or \"none\"")));
	if (o->psd && !clustered)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("psd is for vcov \"CR0\" and \"CR1\" only"),
						errdetail("No other covariance is indefinite.")));
	if (o->vcov == L2_VCOV_HAC && o->weights == L2_WEIGHTS_FREQUENCY)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("vcov \"HAC\" takes no frequency weights"),
						errdetail("Equal rows would be of equal times.")));
	if (o->vcov != L2_VCOV_IID && (o->lambda > 0 || o->rate > 0 || l2_options_bounded(o)))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("vcov \"%s\" is for fits without a penalty or bounds",
							   l2_vcov_name(o->vcov)),
						errdetail("Their coefficients are biased, and no standard error tells.")));
}

void
l2_robust_check_order(FunctionCallInfo fcinfo, const l2_options *o)
{
	Aggref *call = o->vcov == L2_VCOV_HAC ? AggGetAggref(fcinfo) : NULL;

	if (o->vcov != L2_VCOV_HAC || (call && call->aggorder != NIL))
		return;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("vcov \"HAC\" needs rows in the order of time"),
					errhint("Write ORDER BY in the call, not in a window: ols_fit(y, x, "
							"'{\"vcov\": \"HAC\", \"bandwidth\": 4}' ORDER BY day); in l2_train it "
							"is option order_by.")));
}

void
l2_robust_check_bare(int64 n_bare)
{
	if (n_bare > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("no row has a cluster"),
						errhint("Give it with y, as l2_obs(y, cluster => store); rows whose "
								"cluster is NULL are skipped.")));
}

l2_options
l2_robust_before(const l2_options *o)
{
	l2_options before = *o;

	l2_robust_check(o);
	if (o->vcov != L2_VCOV_IID)
		before.covariance = -1;
	before.replaced = o->vcov != L2_VCOV_IID;
	before.vcov = L2_VCOV_IID;
	return before;
}

void
l2_robust_need(const l2_model *m, bool of_grams)
{
	l2_vcov_need(m, "l2_robust");
	l2_vcov_need_own_rows(m, "l2_robust");
	if (m->kept & L2_KEPT_VARIANCE && l2_model_vcov(m) == L2_VCOV_IID)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("robust errors are for fits without a penalty"),
				 errdetail("Coefficients of a penalised fit are biased, and no standard error "
						   "tells.")));
	if (m->method == L2_METHOD_IV)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("l2_robust does not take models with instruments"),
						errdetail("The model does not keep its first stage."),
						errhint("Give the grams of the clusters to the fit: l2_iv(array_agg(gram), "
								"features, instruments).")));
	if (m->method != L2_METHOD_OLS && !l2_model_has_link(m))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("l2_robust takes models of ols, logistic and poisson")));
	if (!of_grams && l2_model_stat(m, L2_STAT_ABSORBED) > 0)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("errors from rows are for models without effects of groups"),
						errdetail("A row's score needs the means of its group."),
						errhint("Use l2_robust over grams by cluster, each from l2_gram_within.")));
}

void
l2_robust_need_near(const l2_model *m)
{
	double base = l2_vcov_base(m), sigma = m->values[L2_STAT_SIGMA];

	if (l2_model_has_link(m) || !(sigma > 0) || !(fabs(base) * DBL_EPSILON / 2 > BEARABLE * sigma))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("y is too far from 0 for errors from sums of others"),
			 errdetail("Its mean is %g, the deviation of its residuals %g: they are rounded.", base,
					   sigma),
			 errhint("Subtract a constant from y.")));
}

int
l2_robust_rank(const l2_model *m)
{
	int rank = (m->flags & L2_MODEL_INTERCEPT) ? 1 : 0;

	for (int i = 0; i < m->p; i++)
		rank += !l2_model_dropped(m)[i];
	/* an offset is not fitted */
	return rank - l2_model_has_offset(m);
}

double
l2_robust_factor(const l2_model *m, const l2_options *o, double clusters, bool nested)
{
	double n = l2_model_rows(m), absorbed = l2_model_stat(m, L2_STAT_ABSORBED), left;
	l2_ssc ssc = o->ssc;

	/* effects of groups that lie in clusters count as one, unless all are asked for */
	if (!(absorbed > 0) || ssc == L2_SSC_FULL || !nested)
		left = n - l2_robust_rank(m) - (absorbed > 0 ? absorbed : 0);
	else
		left = n - l2_robust_rank(m) - 1;

	if (o->vcov == L2_VCOV_HC1)
		return n / left;
	if (o->vcov == L2_VCOV_HAC)
		return ssc == L2_SSC_FULL ? n / left : 1;
	if (o->vcov != L2_VCOV_CR1 || ssc == L2_SSC_NONE)
		return 1;
	return clusters / (clusters - 1) * (ssc == L2_SSC_CLUSTER ? 1 : (n - 1) / left);
}

/*
 * Sums of all kinds
 */

/*
 * Where y is far from 0 its mean, which residuals are about, is rounded by more than they can
 * bear: what all of them have in common is taken out, as least squares with an intercept has it.
 */
static void
residuals_settle(l2_scores *s, l2_robust_rows *r)
{
	const double *rows;
	ptrdiff_t stride;
	double sum = 0, weight = 0;
	int n;

	if (s->has_family || !(s->m->flags & L2_MODEL_INTERCEPT) ||
		!(fabs(s->base) * ROUNDING > s->m->values[L2_STAT_SIGMA]))
		return;
	r->rewind(r);
	while ((n = r->next(r, &rows, &stride)) > 0)
	{
		scores_read(s, rows, stride, n, NULL);
		for (int i = 0; i < n; i++)
		{
			sum += s->weight[i] * s->residual[i];
			weight += s->weight[i];
		}
	}
	s->rest = sum / weight;
}

static void
tell_none(const char *why)
{
	ereport(NOTICE, (errmsg("no standard errors: %s", why)));
}

static bool
meat_of_squares(l2_scores *s, l2_robust_rows *r, const l2_options *o, double *meat)
{
	const double *rows;
	ptrdiff_t stride;
	int n;

	r->rewind(r);
	while ((n = r->next(r, &rows, &stride)) > 0)
	{
		if (!l2_scores_add_squares(s, o->vcov, rows, stride, n, meat))
		{
			tell_none("a row has leverage 1, and its residual is always 0");
			return false;
		}
		l2_progress_rows(n);
	}
	return true;
}

/*
 * Newey and West (1987): the sum of products of scores up to bandwidth rows apart, Bartlett's
 * weights.
 */
static bool
meat_in_order(l2_scores *s, l2_robust_rows *r, const l2_options *o, double *meat)
{
	const double *rows;
	ptrdiff_t stride;
	l2n_hac h;
	double *score = palloc(sizeof(double) * s->k);
	int n;

	if (o->bandwidth >= (double) s->m->n)
	{
		tell_none(psprintf("the bandwidth is %g, and there are " INT64_FORMAT " rows", o->bandwidth,
						   s->m->n));
		return false;
	}
	l2n_hac_init(&h, s->k, (int) o->bandwidth,
				 l2_scratch(sizeof(double) * l2n_hac_doubles(s->k, (int) o->bandwidth)));
	r->rewind(r);
	while ((n = r->next(r, &rows, &stride)) > 0)
	{
		scores_read(s, rows, stride, n, NULL);
		for (int i = 0; i < n; i++)
		{
			const double *z = s->z + (Size) i * s->k;

			for (int j = 0; j < s->k; j++)
				score[j] = s->weight[i] * s->residual[i] * z[j];
			l2n_sandwich_turn(s->k, s->factor, score);
			l2n_hac_add(&h, meat, score);
		}
		l2_progress_rows(n);
	}
	return true;
}

/*
 * Two ways after Cameron, Gelbach and Miller (2011): one way and the other, less that of both
 * together.
 */
static bool
meat_of_clusters(l2_scores *s, l2_robust_rows *r, const l2_options *o, l2_robust_sums *sums)
{
	Size size = l2n_tri_size(s->k);
	int parts = r->ways == 2 ? 3 : 1;
	double *meat[3], n[3];

	for (int i = 0; i < parts; i++)
	{
		meat[i] = l2_scratch(sizeof(double) * size);
		n[i] = clusters_meat(s, r, i, meat[i]);
	}
	sums->clusters = n[0];
	if (parts == 3)
		sums->clusters_2 = n[1];
	sums->df = (parts == 3 ? Min(n[0], n[1]) : n[0]) - 1;
	if (!(sums->df > 0))
	{
		tell_none("there is just one cluster");
		return false;
	}
	for (int i = 0; i < parts; i++)
	{
		double g = o->ssc == L2_SSC_MIN ? sums->df + 1 : n[i];
		double factor = (i == 2 ? -1 : 1) * l2_robust_factor(s->m, o, g, true);

		for (Size j = 0; j < size; j++)
			sums->meat[j] += factor * meat[i][j];
	}
	return true;
}

/*
 * Scores of a gram
 */

/* Whether a gram lacks a level of a category that it has, so that the level's column is 0 */
static bool
lacks_level(l2_gram *g, const char *name)
{
	l2_encoding *e = l2_encoding_of(l2_names_of_gram(g));
	l2_column_origin *origin = e ? l2_column_origins(e, &name, 1) : NULL;

	return origin && origin->is_level;
}

int *
l2_robust_columns(l2_gram *g, const l2_model *m)
{
	l2_names mine = l2_names_of_model(m), theirs = l2_names_of_gram(g);
	int *column = palloc(sizeof(int) * (m->p + 1));
	const char *const *list;
	const char **names;
	bool any = false;

	for (int i = 0; i <= m->p; i++)
		column[i] = i;
	if (g->ncols == m->p + 1 && mine.len == theirs.len &&
		(mine.len == 0 || memcmp(mine.bytes, theirs.bytes, mine.len) == 0))
		return column;
	list = l2_name_list(theirs, g->ncols);
	names = l2_name_list(mine, m->p + 1);
	for (int i = 1; i <= m->p; i++)
		for (int j = 0; j < g->ncols && !any; j++)
			any = strcmp(names[i], list[j]) == 0;
	if (!any && g->ncols == m->p + 1)
		return column;
	for (int i = 0; i <= m->p; i++)
	{
		column[i] = -1;
		for (int j = 0; j < g->ncols && column[i] < 0; j++)
			if (strcmp(names[i], list[j]) == 0)
				column[i] = j;
		if (column[i] < 0 && i == m->p && l2_model_has_offset(m))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("gram has no column \"(offset)\""),
					 errdetail("The model adds an offset, without which the residuals of the "
							   "gram's rows are not known."),
					 errhint("Make the grams of the target as it is and, as a column \"(offset)\", "
							 "of the offset.")));
		if (column[i] < 0 && (i == 0 || !lacks_level(g, names[i])))
			column[i] = l2_gram_find(g, list, names[i]);
	}
	return column;
}

/* What a model leaves of a gram's target: its sum of products with column i, and its mean */
typedef struct gram_residual
{
	const l2_model *m;
	const int *column;
	l2n_moments x;
	double total;
} gram_residual;

static gram_residual
residual_of_gram(const l2_model *m, l2_gram *g, const int *column)
{
	gram_residual r = {m, column, l2_gram_moments(g), 0};
	dd mean = dd_add_d(l2n_mean(&r.x, column[0]), -l2_vcov_base(m));

	for (int i = 1; i <= m->p; i++)
	{
		double x = column[i] < 0 ? 0 : r.x.mean[column[i]];
		double rest = column[i] < 0 ? 0 : r.x.mean[r.x.k + column[i]], away;

		if (l2_model_dropped(m)[i - 1])
			continue;
		away = dd_add_d(dd_make(x, rest), -l2_model_centre(m, i)).hi;
		mean = dd_sub(mean, dd_two_prod(away, l2_model_vector(m, L2_ESTIMATE)[i]));
	}
	r.total = r.x.weight.hi * mean.hi;
	return r;
}

/* The sum over the gram's rows of the residual times a column about a centre */
static double
residual_times(const gram_residual *r, int column, double centre)
{
	dd sum;

	if (column < 0)
		return -centre * r->total;
	sum = l2n_cross(&r->x, r->column[0], column);
	for (int j = 1; j <= r->m->p; j++)
		if (!l2_model_dropped(r->m)[j - 1] && r->column[j] >= 0)
			sum = dd_sub(sum, dd_mul_d(l2n_cross(&r->x, column, r->column[j]),
									   l2_model_vector(r->m, L2_ESTIMATE)[j]));
	return sum.hi + r->total * dd_add_d(l2n_mean(&r->x, column), -centre).hi;
}

void
l2_robust_score(const l2_model *m, l2_gram *g, const int *column, double *score)
{
	gram_residual r = residual_of_gram(m, g, column);

	score[0] = (m->flags & L2_MODEL_INTERCEPT) ? r.total : 0;
	for (int i = 1; i <= m->p; i++)
		score[i] =
			l2_model_dropped(m)[i - 1] ? 0 : residual_times(&r, column[i], l2_model_centre(m, i));
}

void
l2_robust_score_of(const l2_model *m, l2_gram *g, const int *column, int q, const int *instrument,
				   const double *centre, double *score)
{
	gram_residual r = residual_of_gram(m, g, column);

	score[0] = (m->flags & L2_MODEL_INTERCEPT) ? r.total : 0;
	for (int i = 0; i < q; i++)
		score[i + 1] = residual_times(&r, instrument[i], centre[i]);
}

/* Whether each of the p + 1 variances that is known is finite, and not negative unless all are */
static bool
squares_stand(const l2_model *m, const double *square, bool two_ways)
{
	bool finite = true, indefinite = false;

	for (int i = 0; i <= m->p; i++)
	{
		if (i > 0 && l2_model_dropped(m)[i - 1])
			continue;
		finite &= isfinite(square[i]);
		indefinite |= square[i] < 0;
	}
	if (!finite)
		tell_none("a variance is not finite");
	else if (two_ways && indefinite)
		ereport(NOTICE,
				(errmsg("no standard errors: the covariance of two ways of clusters is indefinite"),
				 errdetail("A coefficient would have a negative variance, which happens with few "
						   "clusters."),
				 errhint("Cluster by the way of fewer clusters, or cut it off with the option "
						 "{\"psd\": true}.")));
	return finite && !(two_ways && indefinite);
}

/* The variances by sums, whose meat may be cut; NULL, and a NOTICE, where there are none */
static double *
squares_of_sums(const l2_model *m, const l2_robust_sums *sums, bool psd, double *rounding)
{
	bool two_ways = !isnan(sums->clusters_2);
	double *square, rest = 0;

	for (Size i = 0; i < l2_model_triangle(m); i++)
		if (!isfinite(sums->meat[i]))
		{
			tell_none("there are no residual degrees of freedom");
			return NULL;
		}
	if (two_ways && psd && !l2_vcov_cut_negative(m, sums->meat, &rest))
	{
		ereport(NOTICE, (errmsg("no standard errors: variances of coefficients are too far apart "
								"for psd"),
						 errdetail("What is to be cut off is rounded by more than the least."),
						 errhint("Rescale the columns, or take their means off.")));
		return NULL;
	}
	square = l2_vcov_squares(m, sums->meat, rounding);
	for (int i = 0; i <= m->p; i++)
		rounding[i] = Max(rounding[i], rest);
	return squares_stand(m, square, two_ways && !psd) ? square : NULL;
}

/* Roots of variances; those that are but rounding are told of */
static void
put_errors(l2_model *r, const double *square, const double *rounding)
{
	StringInfoData none;

	initStringInfo(&none);
	for (int i = 0; i <= r->p - l2_model_has_offset(r); i++)
	{
		if (isnan(square[i]) || (i == 0 && !(r->flags & L2_MODEL_INTERCEPT)))
			continue;
		if (square[i] >= rounding[i])
			l2_model_vector(r, L2_STD_ERROR)[i] = sqrt(square[i]);
		else
			appendStringInfo(&none, "%s%s", none.len ? ", " : "", l2_model_term(r, i));
	}
	if (none.len)
		ereport(NOTICE,
				(errmsg("no standard error of %s", none.data),
				 errdetail("By these errors it would be 0, but for rounding: the rows, or the "
						   "clusters, that a coefficient is of are fitted exactly.")));
}

l2_model *
l2_robust_of_sums(const l2_model *m, const l2_robust_sums *sums, bool psd, bool keep)
{
	double *rounding = palloc(sizeof(double) * (m->p + 1));
	double *square = sums->meat ? squares_of_sums(m, sums, psd, rounding) : NULL;
	l2_model *r = l2_vcov_replace(m, sums->vcov, square ? sums->meat : NULL, keep);

	if (square)
		put_errors(r, square, rounding);
	r->values[L2_STAT_DF_ERRORS] = sums->df;
	r->values[L2_STAT_CLUSTERS] = sums->clusters;
	r->values[L2_STAT_CLUSTERS_2] = sums->clusters_2;
	r->values[L2_STAT_BANDWIDTH] = sums->bandwidth;
	l2_model_finish(r);
	return r;
}

l2_model *
l2_robust_fit(const l2_model *m, const l2_options *o, l2_robust_rows *rows)
{
	l2_scores *s = l2_scores_make(m, rows);
	l2_robust_sums sums = {o->vcov, NULL, NAN, NAN, NAN, NAN};
	Size size = l2n_tri_size(s->k);
	bool known, clustered = o->vcov == L2_VCOV_CR0 || o->vcov == L2_VCOV_CR1;

	sums.meat = l2_scratch(sizeof(double) * size);
	memset(sums.meat, 0, sizeof(double) * size);
	l2_progress_phase(L2_PHASE_FITTING, 0, m->n);
	residuals_settle(s, rows);
	if (clustered)
		known = meat_of_clusters(s, rows, o, &sums);
	else if (o->vcov == L2_VCOV_HAC)
	{
		sums.bandwidth = o->bandwidth;
		known = meat_in_order(s, rows, o, sums.meat);
	}
	else
		known = meat_of_squares(s, rows, o, sums.meat);
	for (Size i = 0; known && !clustered && i < size; i++)
		sums.meat[i] *= l2_robust_factor(m, o, NAN, true);
	if (!known)
		sums.meat = NULL;
	return l2_robust_of_sums(m, &sums, o->psd, l2_vcov_wanted(o, m->p));
}

/*
 * Rows of least squares
 */

typedef struct kept_rows
{
	l2_robust_rows rows;
	l2_row_reader reader;
	const l2_sparse *sparse; /* records: whose levels become columns */
	l2_sparse_layout layout;
	int width;
	int from; /* of a row as it is kept */
	int tail; /* of both */
	int *place;
	double *dense;
} kept_rows;

static void
kept_rewind(l2_robust_rows *rows)
{
	l2_row_reader_rewind(&((kept_rows *) rows)->reader);
}

/* Rows of numbers and levels become rows of columns */
static const double *
kept_expand(kept_rows *r, const double *rows, int n)
{
	const l2_sparse *s = r->sparse;

	memset(r->dense, 0, sizeof(double) * r->width * n);
	for (int i = 0; i < n; i++, rows += r->from)
	{
		double *out = r->dense + (Size) r->width * i;

		for (int j = 0; j < s->k; j++)
			out[r->place[j]] = rows[j];
		for (int c = 0; c < s->n_categories; c++)
		{
			int column = r->layout.place[c][(int) rows[s->k + c]];

			if (column >= 0)
				out[column] = 1;
		}
		memcpy(out + r->rows.weight, rows + r->from - r->tail, sizeof(double) * r->tail);
	}
	return r->dense;
}

static int
kept_next(l2_robust_rows *rows, const double **values, ptrdiff_t *stride)
{
	kept_rows *r = (kept_rows *) rows;
	int n = l2_row_reader_next(&r->reader, values);

	*stride = r->width;
	if (n > 0 && r->sparse)
		*values = kept_expand(r, *values, n);
	return n;
}

static kept_rows *
kept_rows_make(l2_kept *kept, int ncols)
{
	kept_rows *r = palloc0(sizeof *r);

	r->rows.rewind = kept_rewind;
	r->rows.next = kept_next;
	r->rows.weight = ncols;
	r->rows.cluster = ncols + 1;
	r->rows.ways = kept->ways;
	r->rows.n_bare = kept->n_bare;
	r->tail = l2_kept_tail(kept);
	r->width = ncols + r->tail;
	r->from = kept->rows.width;
	l2_row_reader_init(&r->reader, &kept->rows);
	return r;
}

l2_robust_rows *
l2_robust_of_kept(l2_kept *kept, int ncols)
{
	return &kept_rows_make(kept, ncols)->rows;
}

l2_robust_rows *
l2_robust_of_sparse(l2_sparse *s, const l2_options *o)
{
	l2_sparse_layout layout = l2_sparse_lay_out(s, o);
	kept_rows *r = kept_rows_make(s->kept, layout.k);

	r->sparse = s;
	r->layout = layout;
	r->dense = l2_scratch(sizeof(double) * r->width * L2N_BLOCK_ROWS);
	r->place = palloc(sizeof(int) * s->k);
	for (int j = 0; j < layout.k; j++)
		if (layout.column[j].category < 0)
			r->place[layout.column[j].number] = j;
	return &r->rows;
}
