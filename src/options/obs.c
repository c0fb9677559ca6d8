/*
 * obs.c: the SQL type l2_obs: y with its weight, offset, fold and cluster.
 *
 * So that they need no places of their own in every aggregate.
 */
#include "options/obs.h"

#include <math.h>

#include "base/args.h"

#include "num/stats/hash.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

/* What is behind y, at most: weight, offset, fold, two clusters */
#define MOST_REST 40

/* Below it a double is the whole number that it seems */
#define MOST_WHOLE 9007199254740992.0

extern Datum l2_obs_in(PG_FUNCTION_ARGS);

static int
rest_of(int flags)
{
	return 8 * (((flags & L2_OBS_WEIGHT) != 0) + ((flags & L2_OBS_OFFSET) != 0) +
				((flags & L2_OBS_FOLD) != 0) + ((flags & L2_OBS_CLUSTER) != 0) +
				((flags & L2_OBS_CLUSTER2) != 0));
}

static void
obs_damaged(const char *why)
{
	l2_invalid("l2_obs", ERRCODE_INVALID_BINARY_REPRESENTATION, why);
}

const l2_obs *
l2_obs_detoast(Datum d)
{
	return (const l2_obs *) PG_DETOAST_DATUM(d);
}

void
l2_obs_read_more(const l2_obs *o, l2_row_of_y *r)
{
	const char *at = o->rest;

	l2_check_format("l2_obs", o->version, L2_OBS_VERSION, ERRCODE_DATA_CORRUPTED);
	if ((o->flags & ~L2_OBS_FLAGS) != 0 ||
		((o->flags & L2_OBS_LABEL) ? VARSIZE(o) <= offsetof(l2_obs, rest) + rest_of(o->flags) ||
										 *((const char *) o + VARSIZE(o) - 1) != '\0'
								   : VARSIZE(o) != offsetof(l2_obs, rest) + rest_of(o->flags)))
		obs_damaged("Its length does not fit its flags.");
	if (o->flags & L2_OBS_WEIGHT)
	{
		memcpy(&r->weight, at, sizeof r->weight);
		at += sizeof r->weight;
	}
	if (o->flags & L2_OBS_OFFSET)
	{
		memcpy(&r->offset, at, sizeof r->offset);
		at += sizeof r->offset;
	}
	if (o->flags & L2_OBS_FOLD)
	{
		memcpy(&r->fold, at, sizeof r->fold);
		at += sizeof r->fold;
	}
	memcpy(r->cluster, at, sizeof r->cluster[0] * l2_obs_clusters(r));
	r->label = at + sizeof r->cluster[0] * l2_obs_clusters(r);
}

void
l2_obs_refuse_label(const l2_row_of_y *r)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("y is a label, \"%s\", not a number", r->label),
		 errhint("Compare it with the class that is to count as 1, as in l2_obs(zone = 'north', "
				 "weight => w); multinomial_fit takes labels.")));
}

void
l2_refuse_cluster(const l2_row_of_y *r)
{
	if (r->flags & L2_OBS_CLUSTER)
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("clusters are for fits with option vcov \"CR0\" or \"CR1\""),
			 errhint("As ols_fit(l2_obs(y, cluster => store), x, '{\"vcov\": \"CR1\"}'), and of "
					 "logistic_fit and poisson_fit; else leave cluster out. For l2_robust make a "
					 "gram of each cluster by GROUP BY.")));
}

void
l2_refuse_offset(const l2_row_of_y *r)
{
	if (r->offset != 0)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("offsets are for logistic and Poisson regression"),
						errhint("Here subtract it from y, or leave offset_by out.")));
}

bool
l2_obs_fold(const l2_row_of_y *r, int folds, int64 seed, int *fold)
{
	if (!(r->flags & L2_OBS_FOLD))
		return false;
	if (r->flags & L2_OBS_HASHED)
		*fold = l2n_hash_below(
			seed ? l2n_hash_u64((uint64) r->fold, (uint64) seed) : (uint64) r->fold, folds);
	else
	{
		int64 rest = r->fold % folds;

		*fold = (int) (rest < 0 ? rest + folds : rest);
	}
	return true;
}

bool
l2_is_obs(Oid type)
{
	Oid input, parameter;
	FmgrInfo flinfo;

	if (!OidIsValid(type) || type < FirstNormalObjectId || get_typtype(type) != TYPTYPE_BASE)
		return false;
	getTypeInputInfo(type, &input, &parameter);
	fmgr_info(input, &flinfo);
	return flinfo.fn_addr == l2_obs_in;
}

/* An observation in one piece; what is as usual, a weight of 1 or no offset, takes no room. */
static l2_obs *
make_obs(const l2_row_of_y *r)
{
	Size label = (r->flags & L2_OBS_LABEL) ? strlen(r->label) + 1 : 0;
	l2_obs *o = palloc(offsetof(l2_obs, rest) + MOST_REST + label);
	char *at = o->rest;

	o->version = L2_OBS_VERSION;
	o->flags = r->flags & ~(L2_OBS_WEIGHT | L2_OBS_OFFSET);
	o->reserved = 0;
	o->y = r->y;
	if (r->weight != 1.0)
	{
		o->flags |= L2_OBS_WEIGHT;
		memcpy(at, &r->weight, sizeof r->weight);
		at += sizeof r->weight;
	}
	if (r->offset != 0.0)
	{
		o->flags |= L2_OBS_OFFSET;
		memcpy(at, &r->offset, sizeof r->offset);
		at += sizeof r->offset;
	}
	if (r->flags & L2_OBS_FOLD)
	{
		memcpy(at, &r->fold, sizeof r->fold);
		at += sizeof r->fold;
	}
	memcpy(at, r->cluster, sizeof r->cluster[0] * l2_obs_clusters(r));
	at += sizeof r->cluster[0] * l2_obs_clusters(r);
	if (label > 0)
		memcpy(at, r->label, label);
	at += label;
	SET_VARSIZE(o, at - (char *) o);
	return o;
}

/*
 * l2_obs(y, weight, offset_by, fold, cluster)
 */

/* How the key of a fold is read */
typedef enum key_kind
{
	NUMBER, /* it says the fold, modulo their number */
	BYTES,  /* text and the like: a hash of the bytes */
	LABEL,  /* of an enum */
	VALUE   /* whatever has a hash of its own */
} key_kind;

/* How a key of one type is read */
typedef struct obs_key
{
	key_kind kind;
	bool known;   /* kind is */
	Oid declared; /* what it was settled for */
	Oid type;     /* that, or below a domain */
	FmgrInfo hash;
	Oid collation;
} obs_key;

struct l2_fold_key
{
	MemoryContext context;
	bool is_row;
	int n;
	obs_key *part; /* of the key, or of each attribute of a row */
};

/* Settle once a query how values of a key's type are told apart. */
static void
settle_key(obs_key *site, const char *what, Oid type, MemoryContext context)
{
	TypeCacheEntry *entry;

	site->known = true;
	site->declared = type;
	site->type = getBaseType(type);
	switch (site->type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case BOOLOID:
			site->kind = NUMBER;
			return;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
		case UNKNOWNOID:
		case BYTEAOID:
		case UUIDOID:
			site->kind = BYTES;
			return;
	}
	if (type_is_enum(site->type))
	{
		site->kind = LABEL;
		return;
	}
	entry = lookup_type_cache(site->type, TYPECACHE_HASH_EXTENDED_PROC);
	if (!OidIsValid(entry->hash_extended_proc))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("%s has type %s, which cannot be hashed", what, format_type_be(type)),
				 errhint("Cast it to text.")));
	site->kind = VALUE;
	site->collation = entry->typcollation;
	fmgr_info_cxt(entry->hash_extended_proc, &site->hash, context);
}

static int64
hash_text(Datum d, bool blanks)
{
	text *t = DatumGetTextPP(d);
	int len = VARSIZE_ANY_EXHDR(t);

	while (blanks && len > 0 && VARDATA_ANY(t)[len - 1] == ' ')
		len--;
	return (int64) l2n_hash_bytes(VARDATA_ANY(t), len, 0);
}

static int64
hash_label(Datum d)
{
	char *label = DatumGetCString(DirectFunctionCall1(enum_out, d));

	return (int64) l2n_hash_bytes(label, strlen(label), 0);
}

/*
 * Whole numbers are themselves, whatever their width; the rest is hashed, so that equal keys of
 * any type are one key.
 */
static int64
read_key(obs_key *site, Datum d)
{
	switch (site->type)
	{
		case INT2OID:
			return DatumGetInt16(d);
		case INT4OID:
			return DatumGetInt32(d);
		case INT8OID:
			return DatumGetInt64(d);
		case BOOLOID:
			return DatumGetBool(d);
		case NAMEOID:
			return (int64) l2n_hash_bytes(NameStr(*DatumGetName(d)),
										  strlen(NameStr(*DatumGetName(d))), 0);
		case UNKNOWNOID:
			return (int64) l2n_hash_bytes(DatumGetCString(d), strlen(DatumGetCString(d)), 0);
		case UUIDOID:
			return (int64) l2n_hash_bytes(DatumGetPointer(d), 16, 0);
		default:
			if (site->kind == BYTES)
				return hash_text(d, site->type == BPCHAROID);
			if (site->kind == LABEL)
				return hash_label(d);
			return DatumGetInt64(FunctionCall2Coll(&site->hash, site->collation, d, 0));
	}
}

/*
 * Clusters must be told apart by 64 bits, which a type's own hash does not do where it makes 32 of
 * 64 first, as that of bigint and all that is made of it.  Rows of two folds may well go together.
 */

/* Error for a type that is made of others */
static void
settle_cluster(obs_key *site, Oid type, MemoryContext context)
{
	settle_key(site, "cluster", type, context);
	/* arrays, ranges, multiranges and rows */
	if (OidIsValid(get_element_type(site->type)) || strchr("rmc", get_typtype(site->type)) != NULL)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("cluster has type %s, whose values are made of others",
							   format_type_be(type)),
						errhint("Cast it to text; clusters of two ways are ROW(a, b).")));
}

/* Intervals that are equal have one number of days and one of microseconds */
static int64
hash_interval(const Interval *span)
{
	int64 days = span->time / USECS_PER_DAY + span->month * INT64CONST(30) + span->day;
	int64 rest = span->time % USECS_PER_DAY;

	if (rest < 0)
	{
		rest += USECS_PER_DAY;
		days--;
	}
	return (int64) l2n_hash_u64((uint64) days, (uint64) rest);
}

static int64
read_cluster(obs_key *site, Datum d)
{
	const TimeTzADT *at;

	switch (site->type)
	{
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return DatumGetTimestamp(d);
		case TIMEOID:
			return DatumGetTimeADT(d);
		case TIMETZOID:
			at = DatumGetTimeTzADTP(d);
			return (int64) l2n_hash_u64((uint64) at->time, (uint64) at->zone);
		case INTERVALOID:
			return hash_interval(DatumGetIntervalP(d));
		case LSNOID:
		case XID8OID:
			return DatumGetInt64(d);
		default:
			return read_key(site, d);
	}
}

/* Whether a key of a type with fractions is a whole number, and which */
static bool
is_whole_key(const obs_key *site, Datum d, int64 *whole)
{
	double v;

	switch (site->type)
	{
		case FLOAT4OID:
			v = DatumGetFloat4(d);
			break;
		case FLOAT8OID:
			v = DatumGetFloat8(d);
			break;
		case NUMERICOID:
			v = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, d));
			break;
		default:
			return false;
	}
	if (!(fabs(v) < MOST_WHOLE) || v != rint(v))
		return false;
	*whole = (int64) v;
	return true;
}

l2_fold_key *
l2_fold_key_make(int n, const Oid *type, bool is_row)
{
	l2_fold_key *k = palloc0(sizeof *k);

	k->context = CurrentMemoryContext;
	k->is_row = is_row;
	k->n = n;
	k->part = palloc0(sizeof(obs_key) * Max(n, 1));
	for (int i = 0; i < n; i++)
		settle_key(&k->part[i], "fold", type[i], k->context);
	return k;
}

bool
l2_fold_key_read(l2_fold_key *k, const Datum *values, const bool *nulls, l2_row_of_y *r)
{
	uint64 hash = 0;

	if (!k->is_row)
	{
		bool number = k->part[0].kind == NUMBER;

		if (nulls[0])
			return false;
		if (!number && is_whole_key(&k->part[0], values[0], &r->fold))
			number = true;
		else
			r->fold = read_key(&k->part[0], values[0]);
		r->flags |= L2_OBS_FOLD | (number ? 0 : L2_OBS_HASHED);
		return true;
	}
	for (int i = 0; i < k->n; i++)
		hash = l2n_hash_u64(nulls[i] ? 0 : (uint64) read_key(&k->part[i], values[i]),
							hash + (nulls[i] ? 1 : 0));
	r->fold = (int64) hash;
	r->flags |= L2_OBS_FOLD | L2_OBS_HASHED;
	return true;
}

/* What a call site keeps */
typedef struct call_site
{
	l2_reader read_y;
	bool y_is_float8;
	bool y_is_label;
	bool y_is_padded; /* a label with blanks behind it */
	FmgrInfo y_out;
	l2_fold_key *key; /* NULL until there is one */
	enum
	{
		CLUSTER_UNKNOWN,
		CLUSTER_VALUE,
		CLUSTER_ROW
	} cluster_is;
	obs_key cluster[2];
} call_site;

/* The type that attributes of a row are read as; those that are gone are NULL */
static Oid
attribute_type(TupleDesc desc, int i)
{
	return TupleDescAttr(desc, i)->attisdropped ? INT4OID : TupleDescAttr(desc, i)->atttypid;
}

/* Whether a key is that of rows of a type, which may have been altered since the row before */
static bool
key_is_of(const l2_fold_key *k, TupleDesc desc)
{
	if (k == NULL || k->n != desc->natts)
		return false;
	for (int i = 0; i < k->n; i++)
		if (k->part[i].declared != attribute_type(desc, i))
			return false;
	return true;
}

/* The key in a record: that of its attributes, which are read as others of their types */
static void
read_record_key(call_site *site, Datum d, MemoryContext context, l2_row_of_y *r)
{
	HeapTupleHeader record = DatumGetHeapTupleHeader(d);
	TupleDesc desc =
		lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(record), HeapTupleHeaderGetTypMod(record));
	Datum *values = palloc(sizeof(Datum) * Max(desc->natts, 1));
	bool *nulls = palloc(sizeof(bool) * Max(desc->natts, 1));
	HeapTupleData tuple;

	if (!key_is_of(site->key, desc))
	{
		MemoryContext old = MemoryContextSwitchTo(context);
		Oid *types = palloc(sizeof(Oid) * Max(desc->natts, 1));

		for (int i = 0; i < desc->natts; i++)
			types[i] = attribute_type(desc, i);
		site->key = l2_fold_key_make(desc->natts, types, true);
		MemoryContextSwitchTo(old);
	}
	tuple.t_len = HeapTupleHeaderGetDatumLength(record);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = record;
	heap_deform_tuple(&tuple, desc, values, nulls);
	(void) l2_fold_key_read(site->key, values, nulls, r);
	ReleaseTupleDesc(desc);
	pfree(values);
	pfree(nulls);
}

/* The key of a row, which is argument number 3 */
static void
read_argument(FunctionCallInfo fcinfo, call_site *site, l2_row_of_y *r)
{
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, 3);
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	Datum d = PG_GETARG_DATUM(3);
	bool null = false;

	if (unlikely(type == RECORDOID ||
				 (site->key == NULL && get_typtype(getBaseType(type)) == TYPTYPE_COMPOSITE)) ||
		(site->key != NULL && site->key->is_row))
	{
		read_record_key(site, d, context, r);
		return;
	}
	if (unlikely(site->key == NULL))
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		site->key = l2_fold_key_make(1, &type, false);
		MemoryContextSwitchTo(old);
	}
	(void) l2_fold_key_read(site->key, &d, &null, r);
}

static call_site *
obs_site_of(FunctionCallInfo fcinfo)
{
	call_site *site = fcinfo->flinfo->fn_extra;
	Oid type;

	if (likely(site != NULL))
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
	type = get_fn_expr_argtype(fcinfo->flinfo, 0);
	site->y_is_label = l2_is_label(type);
	if (site->y_is_label)
	{
		Oid output;
		bool is_varlena;

		site->y_is_padded = getBaseType(type) == BPCHAROID;
		getTypeOutputInfo(type, &output, &is_varlena);
		fmgr_info_cxt(output, &site->y_out, fcinfo->flinfo->fn_mcxt);
	}
	else
		site->read_y = l2_reader_of_target(type, "y");
	site->y_is_float8 = type == FLOAT8OID;
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/* ROW(a, b): one value, or two for two ways; nothing where one of them is NULL */
static void
read_cluster_row(FunctionCallInfo fcinfo, call_site *site, l2_row_of_y *r)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(4);
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(row), .t_data = row};
	TupleDesc desc =
		lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row), HeapTupleHeaderGetTypMod(row));
	int place[2], n = 0;

	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped && n++ < 2)
			place[n - 1] = i + 1;
	if (n < 1 || n > 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cluster is a row of %d columns", n),
						errhint("Give one value, or ROW(a, b) for clusters of two ways.")));
	r->flags |= L2_OBS_CLUSTER | (n == 2 ? L2_OBS_CLUSTER2 : 0);
	for (int i = 0; i < n; i++)
	{
		Oid type = TupleDescAttr(desc, place[i] - 1)->atttypid;
		bool null;
		Datum value = heap_getattr(&tuple, place[i], desc, &null);

		if (null)
		{
			r->flags &= ~(L2_OBS_CLUSTER | L2_OBS_CLUSTER2);
			break;
		}
		if (unlikely(!site->cluster[i].known || site->cluster[i].declared != type))
			settle_cluster(&site->cluster[i], type, fcinfo->flinfo->fn_mcxt);
		r->cluster[i] = read_cluster(&site->cluster[i], value);
	}
	ReleaseTupleDesc(desc);
}

static void
read_clusters(FunctionCallInfo fcinfo, call_site *site, l2_row_of_y *r)
{
	if (unlikely(site->cluster_is == CLUSTER_UNKNOWN))
	{
		Oid type = get_fn_expr_argtype(fcinfo->flinfo, 4);

		site->cluster_is = type_is_rowtype(type) ? CLUSTER_ROW : CLUSTER_VALUE;
		if (site->cluster_is == CLUSTER_VALUE)
			settle_cluster(&site->cluster[0], type, fcinfo->flinfo->fn_mcxt);
	}
	if (site->cluster_is == CLUSTER_ROW)
	{
		read_cluster_row(fcinfo, site, r);
		return;
	}
	r->cluster[0] = read_cluster(&site->cluster[0], PG_GETARG_DATUM(4));
	r->flags |= L2_OBS_CLUSTER;
}

/* Argument 0: a number, or a label */
static void
read_y(FunctionCallInfo fcinfo, call_site *site, l2_row_of_y *r)
{
	char *label;

	r->flags = 0;
	if (likely(!site->y_is_label))
	{
		r->y = site->y_is_float8 ? PG_GETARG_FLOAT8(0) : site->read_y(PG_GETARG_DATUM(0));
		return;
	}
	label = OutputFunctionCall(&site->y_out, PG_GETARG_DATUM(0));
	for (Size n = strlen(label); site->y_is_padded && n > 0 && label[n - 1] == ' '; n--)
		label[n - 1] = '\0';
	r->label = label;
	r->y = l2_label_order(get_fn_expr_argtype(fcinfo->flinfo, 0), PG_GETARG_DATUM(0));
	r->flags = L2_OBS_LABEL;
}

PG_FUNCTION_INFO_V1(l2_obs_make);
PGDLLEXPORT Datum
l2_obs_make(PG_FUNCTION_ARGS)
{
	call_site *site;
	l2_row_of_y r;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	site = obs_site_of(fcinfo);
	read_y(fcinfo, site, &r);
	r.weight = PG_GETARG_FLOAT8(1);
	r.offset = PG_GETARG_FLOAT8(2);
	if (!PG_ARGISNULL(3))
		read_argument(fcinfo, site, &r);
	if (!PG_ARGISNULL(4))
		read_clusters(fcinfo, site, &r);
	PG_RETURN_POINTER(make_obs(&r));
}

/*
 * Input and output.  In JSON a hash of a key is "fold_hash"; numbers that JSON does not have, NaN
 * and infinities, are strings.
 */

static const char *const cluster_keys[] = {"cluster", "cluster_2"};

static void
obs_append_number(StringInfo s, const char *key, double v)
{
	appendStringInfo(s, "%s\"%s\": ", s->len > 1 ? ", " : "", key);
	if (isnan(v) || isinf(v))
		appendStringInfo(s, "\"%s\"", isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity");
	else
		l2_append_double(s, v + 0.0); /* JSON knows one 0 */
}

PG_FUNCTION_INFO_V1(l2_obs_out);
PGDLLEXPORT Datum
l2_obs_out(PG_FUNCTION_ARGS)
{
	StringInfoData s;
	l2_row_of_y r;

	l2_obs_read_any(PG_GETARG_DATUM(0), &r);
	initStringInfo(&s);
	appendStringInfoChar(&s, '{');
	if (r.y != 0 || !(r.flags & L2_OBS_LABEL))
		obs_append_number(&s, "y", r.y);
	if (r.flags & L2_OBS_LABEL)
	{
		appendStringInfo(&s, "%s\"label\": ", s.len > 1 ? ", " : "");
		escape_json(&s, r.label);
	}
	if (r.flags & L2_OBS_WEIGHT)
		obs_append_number(&s, "weight", r.weight);
	if (r.flags & L2_OBS_OFFSET)
		obs_append_number(&s, "offset_by", r.offset);
	if (r.flags & L2_OBS_FOLD)
		appendStringInfo(&s, ", \"%s\": " INT64_FORMAT,
						 (r.flags & L2_OBS_HASHED) ? "fold_hash" : "fold", r.fold);
	for (int i = 0; i < l2_obs_clusters(&r); i++)
		appendStringInfo(&s, ", \"%s\": " INT64_FORMAT, cluster_keys[i], r.cluster[i]);
	appendStringInfoChar(&s, '}');
	PG_RETURN_CSTRING(s.data);
}

static void
bad_input(const char *text)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type l2_obs: \"%.40s%s\"", text,
					strlen(text) > 40 ? "..." : ""),
			 errhint("For example: {\"y\": 1.5, \"weight\": 2}. Of a text compare what is to "
					 "count as 1: l2_obs(zone = 'north').")));
}

static double
input_number(const JsonbValue *v, const char *text)
{
	double number = 0;

	if (!l2_json_number(v, &number))
		bad_input(text);
	return number;
}

static int64
input_key(const JsonbValue *v, const char *text)
{
	if (v->type != jbvNumeric)
		bad_input(text);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(v->val.numeric)));
}

PG_FUNCTION_INFO_V1(l2_obs_in);
PGDLLEXPORT Datum
l2_obs_in(PG_FUNCTION_ARGS)
{
	char *text = PG_GETARG_CSTRING(0);
	Jsonb *jb;
	l2_row_of_y r = {.weight = 1.0};
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue v;
	char *key = "";
	bool has_y = false;

	if (text[strspn(text, " \t\r\n")] != '{')
		bad_input(text);
	jb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	it = JsonbIteratorInit(&jb->root);
	while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			key = pnstrdup(v.val.string.val, v.val.string.len);
		if (token != WJB_VALUE)
			continue;
		if (strcmp(key, "y") == 0)
		{
			r.y = input_number(&v, text);
			has_y = true;
		}
		else if (strcmp(key, "label") == 0)
		{
			if (v.type != jbvString)
				bad_input(text);
			r.label = pnstrdup(v.val.string.val, v.val.string.len);
			r.flags |= L2_OBS_LABEL;
			has_y = true;
		}
		else if (strcmp(key, "weight") == 0)
			r.weight = input_number(&v, text);
		else if (strcmp(key, "offset_by") == 0)
			r.offset = input_number(&v, text);
		else if (strcmp(key, "fold") == 0 || strcmp(key, "fold_hash") == 0)
		{
			if (r.flags & L2_OBS_FOLD)
				bad_input(text);
			r.fold = input_key(&v, text);
			r.flags |= L2_OBS_FOLD | (key[4] ? L2_OBS_HASHED : 0);
		}
		else if (strcmp(key, cluster_keys[0]) == 0 || strcmp(key, cluster_keys[1]) == 0)
		{
			r.cluster[key[7] != 0] = input_key(&v, text);
			r.flags |= key[7] ? L2_OBS_CLUSTER2 : L2_OBS_CLUSTER;
		}
		else
			bad_input(text);
	}
	if (!has_y || (r.flags & (L2_OBS_CLUSTER | L2_OBS_CLUSTER2)) == L2_OBS_CLUSTER2)
		bad_input(text);
	PG_RETURN_POINTER(make_obs(&r));
}

PG_FUNCTION_INFO_V1(l2_obs_send);
PGDLLEXPORT Datum
l2_obs_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;
	l2_row_of_y r;

	l2_obs_read_any(PG_GETARG_DATUM(0), &r);
	pq_begintypsend(&buf);
	pq_sendbyte(&buf, L2_OBS_VERSION);
	pq_sendbyte(&buf, r.flags);
	pq_sendfloat8(&buf, r.y);
	if (r.flags & L2_OBS_WEIGHT)
		pq_sendfloat8(&buf, r.weight);
	if (r.flags & L2_OBS_OFFSET)
		pq_sendfloat8(&buf, r.offset);
	if (r.flags & L2_OBS_FOLD)
		pq_sendint64(&buf, r.fold);
	for (int i = 0; i < l2_obs_clusters(&r); i++)
		pq_sendint64(&buf, r.cluster[i]);
	if (r.flags & L2_OBS_LABEL)
		pq_sendtext(&buf, r.label, strlen(r.label));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(l2_obs_recv);
PGDLLEXPORT Datum
l2_obs_recv(PG_FUNCTION_ARGS)
{
	StringInfo buf = (StringInfo) PG_GETARG_POINTER(0);
	l2_row_of_y r = {.weight = 1.0};

	l2_check_format("l2_obs", pq_getmsgbyte(buf), L2_OBS_VERSION,
					ERRCODE_INVALID_BINARY_REPRESENTATION);
	r.flags = pq_getmsgbyte(buf);
	if ((r.flags & ~L2_OBS_FLAGS) != 0 ||
		(r.flags & (L2_OBS_FOLD | L2_OBS_HASHED)) == L2_OBS_HASHED ||
		(r.flags & (L2_OBS_CLUSTER | L2_OBS_CLUSTER2)) == L2_OBS_CLUSTER2)
		obs_damaged("It has flags that this l2reg does not know.");
	if ((r.flags & L2_OBS_LABEL) ? buf->len - buf->cursor < 8 + rest_of(r.flags)
								 : buf->len - buf->cursor != 8 + rest_of(r.flags))
		obs_damaged("Its length does not fit its flags.");
	r.y = pq_getmsgfloat8(buf);
	if ((r.flags & L2_OBS_LABEL) && r.y != 0)
		obs_damaged("It has a label and a number.");
	if (r.flags & L2_OBS_WEIGHT)
		r.weight = pq_getmsgfloat8(buf);
	if (r.flags & L2_OBS_OFFSET)
		r.offset = pq_getmsgfloat8(buf);
	if (r.flags & L2_OBS_FOLD)
		r.fold = pq_getmsgint64(buf);
	for (int i = 0; i < l2_obs_clusters(&r); i++)
		r.cluster[i] = pq_getmsgint64(buf);
	if (r.flags & L2_OBS_LABEL)
	{
		int len;

		r.label = pq_getmsgtext(buf, buf->len - buf->cursor, &len);
		if (strlen(r.label) != (size_t) len)
			obs_damaged("Its label has a character 0.");
	}
	PG_RETURN_POINTER(make_obs(&r));
}
