/*
 * obs.h: the SQL type l2_obs: what a row brings besides its features.
 *
 * Values may be stored, so their bytes are for ever.  Behind y stands what is not as usual, in this
 * order: a weight other than 1, an offset other than 0, the key of a fold, one or two of a cluster.
 * Where y is a label, of several classes, that is the rest, with a NUL behind it, and the number y
 * is where it comes among those of its enum; 0 where it is of none.
 */
#ifndef L2_OBS_H
#define L2_OBS_H

#include "base/l2reg.h"

#define L2_OBS_VERSION 1

#define L2_OBS_WEIGHT   0x01
#define L2_OBS_OFFSET   0x02
#define L2_OBS_FOLD     0x04
#define L2_OBS_HASHED   0x08 /* the key of the fold is a hash, not a number of the user's */
#define L2_OBS_CLUSTER  0x10 /* the key of a cluster, a hash or a number, */
#define L2_OBS_CLUSTER2 0x20 /* and of another one, the other way */
#define L2_OBS_LABEL    0x40 /* y is a label */
#define L2_OBS_FLAGS    0x7f /* those that this l2reg knows */

typedef struct l2_obs
{
	int32 vl_len_;
	uint8 version;
	uint8 flags;
	uint16 reserved;
	double y;
	char rest[FLEXIBLE_ARRAY_MEMBER];
} l2_obs;

/* The same, taken apart */
typedef struct l2_row_of_y
{
	double y;
	double weight;
	double offset;
	int flags; /* L2_OBS_FOLD and L2_OBS_HASHED say whether there is a key, and what it is */
	int64 fold;
	int64 cluster[2];  /* L2_OBS_CLUSTER and L2_OBS_CLUSTER2 say whether there are such */
	const char *label; /* L2_OBS_LABEL says whether there is one; in the value's own bytes */
} l2_row_of_y;

/* Read what is not the usual case; *r has y, and nothing else yet */
extern void l2_obs_read_more(const l2_obs *o, l2_row_of_y *r);

/* Plain bytes of a value */
extern const l2_obs *l2_obs_detoast(Datum d);

/* Whatever y is */
static inline void
l2_obs_read_any(Datum d, l2_row_of_y *r)
{
	const l2_obs *o = (const l2_obs *) DatumGetPointer(d);

	if (unlikely(VARATT_IS_EXTENDED(o)))
		o = l2_obs_detoast(d);
	r->y = o->y;
	r->weight = 1.0;
	r->offset = 0.0;
	r->flags = o->flags;
	if (likely(o->version == L2_OBS_VERSION && o->flags == L2_OBS_WEIGHT))
		memcpy(&r->weight, o->rest, sizeof r->weight);
	else if (o->version != L2_OBS_VERSION || o->flags != 0)
		l2_obs_read_more(o, r);
}

/* Error for a label, of a function whose y is a number */
extern void l2_obs_refuse_label(const l2_row_of_y *r);

static inline void
l2_obs_read(Datum d, l2_row_of_y *r)
{
	l2_obs_read_any(d, r);
	if (unlikely(r->flags & L2_OBS_LABEL))
		l2_obs_refuse_label(r);
}

/* Error for an offset, of a function that has no use for one */
extern void l2_refuse_offset(const l2_row_of_y *r);

/*
 * How the keys of folds of some types are read: one alone, where a whole number says its fold, or a
 * row of them, whose hash does
 */
typedef struct l2_fold_key l2_fold_key;

/* In the current memory context; an error for a type without a hash */
extern l2_fold_key *l2_fold_key_make(int n, const Oid *type, bool is_row);

/* Put the key into *r; false where there is none, one alone that is NULL */
extern bool l2_fold_key_read(l2_fold_key *k, const Datum *values, const bool *nulls,
							 l2_row_of_y *r);

/* Error for a cluster, of a function whose errors do not go by clusters */
extern void l2_refuse_cluster(const l2_row_of_y *r);

/* How many ways a row is clustered: 0, 1 or 2 */
static inline int
l2_obs_clusters(const l2_row_of_y *r)
{
	return ((r->flags & L2_OBS_CLUSTER) != 0) + ((r->flags & L2_OBS_CLUSTER2) != 0);
}

/* The fold that the key of a row says; false where it has none */
extern bool l2_obs_fold(const l2_row_of_y *r, int folds, int64 seed, int *fold);

/* Whether a type is l2_obs: what input function it has, since names may be others' */
extern bool l2_is_obs(Oid type);

#endif
