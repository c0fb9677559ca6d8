/*
 * gram.c: the l2_gram type: bytes, input and output, accessors.
 *
 * Text is a readable head and the binary form in base64, so that nothing is lost whatever
 * extra_float_digits says, and a thousand columns take milliseconds, not a tenth of a second.
 * Binary is big-endian and ends in a CRC-32C: a truncated or damaged value is refused, and
 * every length is checked before it is used.
 */
#include "gram/gram.h"
#include "base/base64.h"
#include "gram/encoding.h"
#include "gram/sparse_gram.h"

#include <ctype.h>
#include <math.h>

#include "base/args.h"
#include "base/progress.h"
#include "options/options.h"

#include "num/stats/deal.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

/*
 * Bytes
 */

l2_gram *
l2_gram_stored(Datum d)
{
	l2_gram *g = (l2_gram *) PG_DETOAST_DATUM(d);

	if (VARSIZE(g) < L2_GRAM_HEADER)
		l2_invalid("l2_gram", ERRCODE_DATA_CORRUPTED, "It is too short.");
	l2_check_format("l2_gram", g->version, L2_GRAM_VERSION, ERRCODE_FEATURE_NOT_SUPPORTED);
	return g;
}

l2_gram *
l2_gram_raw(Datum d)
{
	return l2_gram_dense(l2_gram_stored(d));
}

/* As it is kept: sparse, or without buffered rows */
static l2_gram *
gram_settled(Datum d)
{
	l2_gram *g = l2_gram_stored(d);

	return g->sparse ? g : l2_gram_get(PointerGetDatum(g));
}

l2_gram *
l2_gram_get(Datum d)
{
	l2_gram *g = l2_gram_raw(d);

	if (g->flags & L2_GRAM_KEEPS)
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("the rows of a fit with vcov cannot be sent between servers"),
			 errhint("l2_fit('t', 'y ~ .', 'ols', options => '{\"vcov\": \"HC1\"}') sums scores "
					 "where the rows are, of \"CR1\" and one way of clusters, too. For others copy "
					 "the rows into one table.")));
	if (g->nrows == 0)
		return g;
	return l2_gram_copy(g, l2_gram_options(g), g->options_len, l2_names_of_gram(g));
}

void
l2_gram_check_size(int ncols, Size size)
{
	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("gram of %d columns would take %s", ncols, l2_pretty_size((double) size)),
				 errdetail("A value may take at most 1 GB.")));
}

l2_gram *
l2_gram_new(int ncols, bool moments, const char *options, uint32 options_len, l2_names names)
{
	Size head =
		L2_GRAM_HEADER + L2_PAD(options_len) + L2_PAD((Size) names.len + names.encoding_len);
	Size size = head + (moments ? sizeof(double) * l2_gram_doubles(ncols) : 0);
	l2_gram *g;

	l2_gram_check_size(ncols, size);
	g = palloc0(size);
	SET_VARSIZE(g, size);
	g->version = L2_GRAM_VERSION;
	g->flags = moments ? L2_GRAM_MOMENTS : 0;
	g->ncols = ncols;
	g->options_len = options_len;
	g->names_len = names.len;
	g->encoding_len = names.encoding_len;
	if (options != NULL)
		memcpy(l2_gram_options(g), options, options_len);
	if (names.len > 0)
		memcpy(g->data + L2_PAD(options_len), names.bytes, names.len);
	if (names.encoding_len > 0)
		memcpy(g->data + L2_PAD(options_len) + names.len, names.encoding, names.encoding_len);
	return g;
}

/* Add g's buffered rows to the moments of r, which is g itself or a copy of it */
static void
add_rows(l2_gram *r, l2_gram *g, void *work)
{
	double *rows = l2_gram_rows(g);
	l2n_moments m = l2_gram_moments(r);
	int width = l2_gram_row_width(g);
	bool weighted = (g->flags & L2_GRAM_WEIGHTED) != 0;

	CHECK_FOR_INTERRUPTS();
	l2n_moments_add_block(l2_kernel, &m, g->nrows, rows, width, weighted ? rows + g->ncols : NULL,
						  work, l2_poll, NULL);
	l2_gram_store(r, &m);
	if (weighted)
	{
		dd sum = l2_gram_log_weight(r);

		for (int i = 0; i < g->nrows; i++)
			sum = dd_add_d(sum, log(rows[(Size) width * i + g->ncols]));
		l2_gram_set_log_weight(r, sum);
	}
}

void
l2_gram_flush_rows(l2_gram *g, void *work)
{
	Assert(g->flags & L2_GRAM_MOMENTS);
	add_rows(g, g, work);
	l2_progress_rows(g->nrows);
	g->nrows = 0;
}

l2_gram *
l2_gram_copy(l2_gram *g, const char *options, uint32 options_len, l2_names names)
{
	l2_gram *r;

	g = l2_gram_dense(g);
	r = l2_gram_new(g->ncols, g->ncols > 0, options, options_len, names);

	r->flags |= g->flags & L2_GRAM_STORED;
	l2_gram_copy_counts(r, g);
	if (g->flags & L2_GRAM_MOMENTS)
		memcpy(l2_gram_moment_doubles(r), l2_gram_moment_doubles(g),
			   sizeof(double) * l2_gram_doubles(g->ncols));
	if (g->nrows > 0)
	{
		void *work =
			MemoryContextAllocHuge(CurrentMemoryContext, l2n_add_block_worksize(g->ncols) + 64);

		add_rows(r, g, (void *) TYPEALIGN(64, work));
		pfree(work); /* larger than the gram, and the next fold's copy needs as much */
	}
	return r;
}

l2_gram *
l2_gram_start(int method, int place)
{
	l2_fit_spec spec;

	memset(&spec, 0, sizeof spec);
	spec.method = method;
	spec.place = place;
	return l2_gram_new(0, false, (char *) &spec, L2_FIT_SPEC_HEADER, (l2_names){NULL, 0});
}

/*
 * Names
 */

/* The names as a list to read, at most a handful of them */
char *
l2_gram_list_names(l2_gram *g)
{
	StringInfoData s;

	initStringInfo(&s);
	for (int j = 0; j < g->ncols; j++)
	{
		if (j == 20)
		{
			appendStringInfo(&s, ", ... (%d columns)", g->ncols);
			break;
		}
		appendStringInfo(&s, "%s%s", j ? ", " : "", l2_gram_name(g, j));
	}
	return s.data;
}

int
l2_gram_find(l2_gram *g, const char *const *list, const char *name)
{
	for (int j = 0; j < g->ncols; j++)
		if (strcmp(list[j], name) == 0)
			return j;
	ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("gram has no column \"%s\"", name),
					errdetail("Its columns are: %s.", l2_gram_list_names(g))));
	return -1;
}

/*
 * Input and output
 */

/* What the options of a fit take on the wire before their JSON: method to ready, lambda, hash */
#define WIRE_SPEC_HEADER 28

static void
send_doubles(StringInfo buf, const double *v, Size n)
{
	enlargeStringInfo(buf, n * sizeof(double));
	for (Size i = 0; i < n; i++)
	{
		uint64 bits;

		memcpy(&bits, v + i, sizeof bits);
		bits = pg_hton64(bits);
		memcpy(buf->data + buf->len, &bits, sizeof bits);
		buf->len += sizeof bits;
	}
	buf->data[buf->len] = '\0';
}

/* What a state knows of rows that it deals to folds */
static void
send_dealt(StringInfo buf, l2_gram *g)
{
	if (g->ncols > 0 && (g->flags & L2_GRAM_TABLE))
	{
		const l2n_distinct *d = l2_gram_dealt(g);

		for (int i = 0; i < d->n; i++)
		{
			pq_sendint64(buf, l2n_distinct_hash(d)[i]);
			pq_sendint64(buf, l2n_distinct_count(d)[i]);
			send_doubles(buf, l2n_distinct_row(d, i), d->width);
		}
	}
	if (g->ncols > 0 && (g->flags & L2_GRAM_SKETCH))
	{
		const l2n_sketch *s = l2_gram_dealt(g);

		pq_sendint64(buf, s->rows);
		for (int i = 0; i < s->n; i++)
			pq_sendint64(buf, s->hash[i]);
	}
}

void
l2_gram_to_bytes(StringInfo buf, l2_gram *g)
{
	int start = buf->len;
	double weight[2] = {g->weight_hi, g->weight_lo};
	l2_names names = l2_names_to_utf8(l2_names_of_gram(g));
	l2_fit_spec *spec = NULL;
	char *json = NULL;

	if (g->options_len > 0)
	{
		spec = (l2_fit_spec *) l2_gram_options(g);
		json = pg_server_to_any(pnstrdup(spec->json, spec->json_len), spec->json_len, PG_UTF8);
	}

	pq_sendbyte(buf, g->version);
	pq_sendbyte(buf, g->flags & (L2_GRAM_STORED | L2_GRAM_TABLE | L2_GRAM_SKETCH));
	pq_sendbyte(buf, g->sparse);
	pq_sendbyte(buf, g->more);
	pq_sendint32(buf, g->ncols);
	pq_sendint64(buf, g->n);
	pq_sendint64(buf, g->n_skipped);
	send_doubles(buf, weight, 2);
	if (g->more & L2_GRAM_WEIGHED)
		send_doubles(buf, (double[]){g->log_weight_hi, g->log_weight_lo}, 2);
	if ((g->flags & L2_GRAM_WITHIN) || (g->more & L2_GRAM_HASHED))
		pq_sendint64(buf, g->absorbed);
	pq_sendint32(buf, spec ? WIRE_SPEC_HEADER + strlen(json) : 0);
	pq_sendint32(buf, names.len);
	if (spec)
	{
		pq_sendint32(buf, spec->method);
		pq_sendint32(buf, spec->place);
		pq_sendint32(buf, spec->ready);
		pq_sendfloat8(buf, spec->lambda);
		pq_sendint64(buf, spec->hash);
		appendBinaryStringInfo(buf, json, strlen(json));
	}
	appendBinaryStringInfo(buf, names.bytes, names.len);
	if (g->sparse)
		l2_sparse_gram_send(buf, g);
	else if (g->flags & L2_GRAM_MOMENTS)
		send_doubles(buf, l2_gram_moment_doubles(g), l2_gram_doubles(g->ncols));
	appendBinaryStringInfo(buf, names.encoding, names.encoding_len);
	send_dealt(buf, g);

	l2_send_crc(buf, start);
}

static void
gram_damaged(const char *why)
{
	l2_invalid("l2_gram", ERRCODE_INVALID_BINARY_REPRESENTATION, why);
}

static void
check_double_double(double hi, double lo)
{
	if (!isfinite(hi) || !(fabs(lo) <= fabs(hi) * 0x1p-50))
		gram_damaged("A number in it is no finite double-double.");
}

/* The table of a state of ncols columns, which takes len bytes, without a gram before it */
static void *
receive_table(StringInfo buf, int ncols, uint32 len, Size head, Size *size)
{
	int width = ncols + 1; /* with the weight */
	Size entry = 8 * ((Size) width + 2), n = len / entry;
	double *row = palloc(sizeof(double) * width);
	l2n_distinct *d;
	char *bytes;

	if (len % entry != 0)
		gram_damaged("Its length does not fit its columns.");
	/* what is read takes about as much as what it is read from */
	*size = head + l2n_distinct_size(width, (int) Max(n, 1));
	if (*size > MaxAllocSize)
		gram_damaged("It is too long.");
	bytes = palloc0(*size);
	d = (l2n_distinct *) (bytes + head);
	l2n_distinct_init(d, width, (int) Max(n, 1));
	for (Size i = 0; i < n; i++)
	{
		uint64 hash = pq_getmsgint64(buf);
		int64 count = pq_getmsgint64(buf);

		for (int j = 0; j < width; j++)
		{
			row[j] = pq_getmsgfloat8(buf) + 0.0;
			if (!(fabs(row[j]) <= L2N_MAX_ABS))
				gram_damaged("A number in it is out of range.");
		}
		if (count < 1 || count > L2N_DEAL_MOST - d->total || !(row[ncols] > 0))
			gram_damaged("Its row counts do not fit its columns.");
		l2n_distinct_add(d, hash, row, count);
	}
	return bytes;
}

/* Likewise a sketch */
static void *
receive_sketch(StringInfo buf, uint32 len, Size head, Size *size)
{
	char *bytes;
	l2n_sketch *s;

	*size = head + sizeof(l2n_sketch);
	bytes = palloc0(*size);
	s = (l2n_sketch *) (bytes + head);
	if (len % 8 != 0 || len < 8 || len > 8 * (1 + L2N_SKETCH))
		gram_damaged("Its length does not fit its columns.");
	s->rows = pq_getmsgint64(buf);
	s->n = len / 8 - 1;
	for (int i = 0; i < s->n; i++)
	{
		s->hash[i] = pq_getmsgint64(buf);
		if (i > 0 && s->hash[i] <= s->hash[i - 1])
			gram_damaged("Its hashes are not in order.");
	}
	if (s->rows < s->n)
		gram_damaged("Its row counts do not fit its columns.");
	return bytes;
}

/* What is before options and names: only the header's numbers of the gram that is returned are
 * there */
static l2_gram
receive_head(StringInfo buf)
{
	l2_gram head = {.flags = pq_getmsgbyte(buf)};

	head.sparse = pq_getmsgbyte(buf);
	head.more = pq_getmsgbyte(buf);
	head.ncols = (int) pq_getmsgint(buf, 4);
	head.n = pq_getmsgint64(buf);
	head.n_skipped = pq_getmsgint64(buf);
	head.weight_hi = pq_getmsgfloat8(buf);
	head.weight_lo = pq_getmsgfloat8(buf);
	if (head.more & L2_GRAM_WEIGHED)
	{
		head.log_weight_hi = pq_getmsgfloat8(buf);
		head.log_weight_lo = pq_getmsgfloat8(buf);
	}
	if ((head.flags & L2_GRAM_WITHIN) || (head.more & L2_GRAM_HASHED))
		head.absorbed = pq_getmsgint64(buf);
	head.options_len = pq_getmsgint(buf, 4);
	head.names_len = pq_getmsgint(buf, 4);
	return head;
}

static bool
is_dealt(const l2_gram *g)
{
	return (g->flags & (L2_GRAM_TABLE | L2_GRAM_SKETCH)) != 0;
}

static void
check_head(const l2_gram *g)
{
	bool has_rows = (g->flags & L2_GRAM_MOMENTS) || g->sparse;

	if (g->sparse > 1 || (g->more & ~L2_GRAM_MORE) != 0 ||
		(g->flags & ~(L2_GRAM_STORED | L2_GRAM_TABLE | L2_GRAM_SKETCH)) != 0 ||
		(is_dealt(g) && (g->flags & (L2_GRAM_MOMENTS | L2_GRAM_WITHIN))) ||
		(g->flags & (L2_GRAM_TABLE | L2_GRAM_SKETCH)) == (L2_GRAM_TABLE | L2_GRAM_SKETCH))
		gram_damaged("It has flags that this l2reg does not know.");
	if (g->ncols != 0 && (g->ncols < 1 || g->ncols > L2_COLUMNS_LIMIT))
		gram_damaged("Its number of columns is out of range.");
	if (g->n < 0 || g->n_skipped < 0 || (g->ncols == 0 && (g->n > 0 || has_rows)) ||
		(g->n > 0 && !has_rows))
		gram_damaged("Its row counts do not fit its columns.");
	if ((g->flags & L2_GRAM_WITHIN) && (g->more & L2_GRAM_HASHED))
		gram_damaged("It has flags that do not go together.");
	if ((g->flags & L2_GRAM_WITHIN) && (g->absorbed < 1 || g->absorbed > g->n))
		gram_damaged("Its groups do not fit its row count.");
	if (g->sparse &&
		((g->flags & (L2_GRAM_MOMENTS | L2_GRAM_WITHIN)) || g->options_len || is_dealt(g)))
		gram_damaged("It has flags that do not go together.");
	check_double_double(g->weight_hi, g->weight_lo);
	check_double_double(g->log_weight_hi, g->log_weight_lo);
	if (g->n > 0 ? !(g->weight_hi > 0) : g->weight_hi != 0)
		gram_damaged("Its sum of weights does not fit its row count.");
}

/*
 * What is behind the moments and before the checksum, by its length: the encoding of the names, or
 * of a state that deals rows what it knows of them
 */
static uint32
length_of_rest(const StringInfoData *buf, const l2_gram *g)
{
	int left = buf->len - buf->cursor;
	Size doubles = (g->flags & L2_GRAM_MOMENTS) ? l2_gram_doubles(g->ncols) : 0;
	Size expected = (Size) g->options_len + g->names_len + doubles * sizeof(double) + 4;

	if (g->sparse && expected <= (Size) left)
		expected +=
			l2_sparse_gram_wire_size(buf->data + buf->cursor + g->names_len, left - expected);
	if (g->options_len > (uint32) left || g->names_len > (uint32) left ||
		(g->options_len > 0 && g->options_len < WIRE_SPEC_HEADER) || (Size) left < expected ||
		(is_dealt(g) && (g->names_len > 0 || (g->ncols == 0 && (Size) left > expected))))
		gram_damaged("Its length does not fit its columns.");
	return left - expected;
}

/* The options of a fit, len bytes on the wire; NULL where there are none */
static l2_fit_spec *
receive_spec(StringInfo buf, uint32 len)
{
	l2_fit_spec head, *spec;
	char *json;

	if (len == 0)
		return NULL;
	len -= WIRE_SPEC_HEADER;
	memset(&head, 0, sizeof head);
	head.method = (int32) pq_getmsgint(buf, 4);
	head.place = (int32) pq_getmsgint(buf, 4);
	head.ready = pq_getmsgint(buf, 4);
	head.lambda = pq_getmsgfloat8(buf);
	head.hash = pq_getmsgint64(buf);
	json = l2_string_from_utf8(pq_getmsgbytes(buf, len), len);
	head.json_len = strlen(json);
	spec = palloc(L2_FIT_SPEC_HEADER + head.json_len);
	memcpy(spec, &head, L2_FIT_SPEC_HEADER);
	memcpy(spec->json, json, head.json_len);
	return spec;
}

static void
receive_moments(StringInfo buf, l2_gram *g)
{
	double *v = l2_gram_moment_doubles(g);
	Size doubles = l2_gram_doubles(g->ncols), tri = l2n_tri_size(g->ncols);
	l2n_moments m;

	for (Size i = 0; i < doubles; i++)
		v[i] = pq_getmsgfloat8(buf);
	m = l2_gram_moments(g);
	for (int j = 0; j < g->ncols; j++)
	{
		check_double_double(m.mean[j], m.mean[g->ncols + j]);
		if ((g->flags & L2_GRAM_WITHIN) && m.mean[j] != 0)
			gram_damaged("A gram within groups has means other than 0.");
		if (l2n_cross(&m, j, j).hi < 0)
			gram_damaged("A sum of squares in it is negative.");
	}
	for (Size i = 0; i < tri; i++)
		check_double_double(m.cross[i], m.cross[tri + i]);
	for (int j = 0; j <= g->ncols; j++)
		if (!(l2_gram_doubt(g)[j] >= 0 && isfinite(l2_gram_doubt(g)[j])))
			gram_damaged("A rounding error in it is none.");
}

/* g with what it knows of rows that it deals, len bytes */
static l2_gram *
receive_dealt(StringInfo buf, l2_gram *g, uint32 len)
{
	Size head = VARSIZE(g), size;
	l2_gram *state = (g->flags & L2_GRAM_TABLE) ? receive_table(buf, g->ncols, len, head, &size)
												: receive_sketch(buf, len, head, &size);

	memcpy(state, g, head);
	SET_VARSIZE(state, size);
	return state;
}

l2_gram *
l2_gram_from_bytes(StringInfo buf)
{
	l2_gram head, *g;
	l2_fit_spec *spec;
	l2_names names = {0};
	uint32 rest;

	/* first of all: a newer format may be laid out in another way */
	if (buf->len > buf->cursor)
		l2_check_format("l2_gram", (unsigned char) buf->data[buf->cursor], L2_GRAM_VERSION,
						ERRCODE_INVALID_BINARY_REPRESENTATION);
	if (buf->len - buf->cursor < 52)
		gram_damaged("It is too short.");
	if (!l2_crc_matches(buf))
		gram_damaged("Its checksum is wrong.");

	(void) pq_getmsgbyte(buf); /* the version */
	head = receive_head(buf);
	check_head(&head);
	rest = length_of_rest(buf, &head);
	if (!is_dealt(&head))
	{
		names.encoding_len = rest;
		names.encoding = buf->data + buf->len - 4 - rest;
		if (rest > 0 && !l2_valid_encoding(names.encoding, rest, false))
			gram_damaged("Its length does not fit its columns.");
	}
	spec = receive_spec(buf, head.options_len);
	names.len = head.names_len;
	names.bytes = pq_getmsgbytes(buf, names.len);
	if (!l2_valid_names(names, head.ncols))
		gram_damaged("Its names do not fit its columns.");
	names = l2_names_from_utf8(names);
	l2_check_names(names);

	g = l2_gram_new(head.ncols, (head.flags & L2_GRAM_MOMENTS) != 0, (char *) spec,
					spec ? L2_FIT_SPEC_HEADER + spec->json_len : 0, names);
	g->flags = head.flags;
	l2_gram_copy_counts(g, &head);
	if (head.sparse)
		g = l2_sparse_gram_recv(buf, g);
	if (head.flags & L2_GRAM_MOMENTS)
		receive_moments(buf, g);
	if (!is_dealt(&head))
		(void) pq_getmsgbytes(buf, rest);
	else if (head.ncols > 0)
		g = receive_dealt(buf, g, rest);
	(void) pq_getmsgint(buf, 4); /* the checksum */
	return g;
}

PG_FUNCTION_INFO_V1(l2_gram_send);
PGDLLEXPORT Datum
l2_gram_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	l2_gram_to_bytes(&buf, gram_settled(PG_GETARG_DATUM(0)));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(l2_gram_recv);
PGDLLEXPORT Datum
l2_gram_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(l2_gram_from_bytes((StringInfo) PG_GETARG_POINTER(0)));
}

/* The head's numbers are for people; input checks that they agree with the payload */
static char *
text_head(l2_gram *g)
{
	return psprintf("l2_gram/%d n=" INT64_FORMAT " skipped=" INT64_FORMAT " columns=%d data=",
					g->version, g->n, g->n_skipped, g->ncols);
}

PG_FUNCTION_INFO_V1(l2_gram_out);
PGDLLEXPORT Datum
l2_gram_out(PG_FUNCTION_ARGS)
{
	l2_gram *g = gram_settled(PG_GETARG_DATUM(0));
	char *head = text_head(g), *text;
	Size head_len = strlen(head), size;
	StringInfoData bytes;
	int len;

	initStringInfo(&bytes);
	l2_gram_to_bytes(&bytes, g);
	size = head_len + pg_b64_enc_len(bytes.len) + 1;
	if (size > MaxAllocSize)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("gram of %d columns is too large for its text form", g->ncols),
						errhint("Use the binary form.")));
	text = palloc(size);
	memcpy(text, head, head_len);
	len = l2_base64_encode(bytes.data, bytes.len, text + head_len, size - head_len - 1);
	if (len < 0)
		elog(ERROR, "could not encode l2_gram");
	text[head_len + len] = '\0';
	PG_RETURN_CSTRING(text);
}

/*
 * Initial values of aggregates: a transition function of that signature does not know which of them
 * it works for, and the first row's options have to be read for one.
 */
static const struct
{
	const char *name;
	l2_method method;
	l2_place place;
} starts[] = {
	{"gram", L2_METHOD_OLS, L2_IN_GRAM},       {"folds", L2_METHOD_OLS, L2_IN_FOLDS},
	{"ols", L2_METHOD_OLS, L2_IN_FIT},         {"ridge", L2_METHOD_RIDGE, L2_IN_FIT},
	{"lasso", L2_METHOD_LASSO, L2_IN_FIT},     {"elastic_net", L2_METHOD_ELASTIC_NET, L2_IN_FIT},
	{"dropout", L2_METHOD_DROPOUT, L2_IN_FIT}, {"ridge_cv", L2_METHOD_RIDGE, L2_IN_CV},
	{"lasso_cv", L2_METHOD_LASSO, L2_IN_CV},   {"elastic_net_cv", L2_METHOD_ELASTIC_NET, L2_IN_CV},
};

PG_FUNCTION_INFO_V1(l2_gram_in);
PGDLLEXPORT Datum
l2_gram_in(PG_FUNCTION_ARGS)
{
	char *text = PG_GETARG_CSTRING(0);
	char *data = strstr(text, " data=");
	StringInfoData bytes;
	l2_gram *g;
	char *head;
	Size len;
	int room;

	for (int i = 0; i < (int) lengthof(starts); i++)
		if (strcmp(text, starts[i].name) == 0)
			PG_RETURN_POINTER(l2_gram_start(starts[i].method, starts[i].place));
	if (strncmp(text, "l2_gram/", 8) == 0 && isdigit((unsigned char) text[8]))
		l2_check_format("l2_gram", strtol(text + 8, NULL, 10), L2_GRAM_VERSION,
						ERRCODE_INVALID_TEXT_REPRESENTATION);
	if (strncmp(text, "l2_gram/", 8) != 0 || data == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type l2_gram: \"%.40s%s\"", text,
							   strlen(text) > 40 ? "..." : ""),
						errhint("A gram is made by l2_gram_agg or l2_gram_cols.")));
	data += strlen(" data=");
	len = strlen(data);
	if (len > MaxAllocSize)
		gram_damaged("It is too long.");
	room = (int) (len / 4 * 3 + 3);
	initStringInfo(&bytes);
	enlargeStringInfo(&bytes, room);
	bytes.len = l2_base64_decode(data, len, bytes.data, room);
	if (bytes.len < 0)
		gram_damaged("Its data is not base64.");
	g = l2_gram_from_bytes(&bytes);
	head = text_head(g);
	if ((Size) (data - text) != strlen(head) || strncmp(text, head, data - text) != 0)
		gram_damaged("Its head does not agree with its data.");
	PG_RETURN_POINTER(g);
}

PG_FUNCTION_INFO_V1(l2_gram_of_row);
PGDLLEXPORT Datum
l2_gram_of_row(PG_FUNCTION_ARGS)
{
	double *values, weight = PG_GETARG_FLOAT8(2);
	bool *nulls;
	char **list;
	int k, n_names;
	l2_names names;
	l2_gram *g;
	l2n_moments m;

	values = l2_read_array(PG_GETARG_DATUM(0), "values", &k, &nulls);
	list = l2_text_array(PG_GETARG_DATUM(1), "names", &n_names);
	if (k == 0)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("values has no elements")));
	if (k != n_names)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d names given, but the number of values is %d", n_names, k)));
	l2_check_columns(k);
	names = l2_canonical_names(l2_join_names(list[0], k - 1, (const char *const *) list + 1));
	l2_check_names(names);
	for (int j = 0; j < k; j++)
	{
		if (nulls[j])
			PG_RETURN_NULL();
		if (!(fabs(values[j]) * sqrt(Max(weight, 1.0)) <= L2N_MAX_ABS))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value %g of column \"%s\" cannot be squared", values[j], list[j]),
					 errhint("Values are finite; rescale large ones.")));
	}
	if (!l2_usable_weight(weight))
		PG_RETURN_NULL();
	g = l2_gram_new(k, true, NULL, 0, names);
	m = l2_gram_moments(g);
	m.n = 1;
	m.weight = dd_of(weight);
	memcpy(m.mean, values, sizeof(double) * k);
	l2_gram_store(g, &m);
	l2_gram_weigh(g, weight);
	l2_gram_set_log_weight(g, dd_of(log(weight)));
	for (int j = 0; j < k; j++)
		if (values[j] != 0 && fabs(values[j]) < L2_TINY)
			g->flags |= L2_GRAM_TINY;
	PG_RETURN_POINTER(g);
}

l2_names
l2_gram_make_names(int ncols, const char *target, int n, const char *const *features)
{
	l2_names names;

	if (n != ncols - 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%d names given, but the number of features is %d", n, ncols - 1)));
	names = l2_canonical_names(l2_join_names(target, n, features));
	l2_check_names(names);
	return names;
}

PG_FUNCTION_INFO_V1(l2_set_names);
PGDLLEXPORT Datum
l2_set_names(PG_FUNCTION_ARGS)
{
	l2_gram *g = PG_GETARG_L2_GRAM(0);
	char **features, *target = text_to_cstring(PG_GETARG_TEXT_PP(2));
	int n;

	features = l2_text_array(PG_GETARG_DATUM(1), "features", &n);
	PG_RETURN_POINTER(l2_gram_copy(
		g, NULL, 0, l2_gram_make_names(g->ncols, target, n, (const char *const *) features)));
}

/*
 * Accessors
 */

PG_FUNCTION_INFO_V1(l2_gram_n);
PGDLLEXPORT Datum
l2_gram_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(l2_gram_count(l2_gram_stored(PG_GETARG_DATUM(0))));
}

PG_FUNCTION_INFO_V1(l2_gram_n_skipped);
PGDLLEXPORT Datum
l2_gram_n_skipped(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(l2_gram_stored(PG_GETARG_DATUM(0))->n_skipped);
}

PG_FUNCTION_INFO_V1(_l2_of_rows);
PGDLLEXPORT Datum
_l2_of_rows(PG_FUNCTION_ARGS)
{
	l2_gram *g = l2_gram_kept_copy(l2_gram_stored(PG_GETARG_DATUM(0)));

	g->n_skipped = Max(PG_GETARG_INT64(1) - g->n, 0);
	PG_RETURN_POINTER(g);
}

PG_FUNCTION_INFO_V1(l2_gram_sum_weights);
PGDLLEXPORT Datum
l2_gram_sum_weights(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(gram_settled(PG_GETARG_DATUM(0))->weight_hi);
}

PG_FUNCTION_INFO_V1(l2_gram_names);
PGDLLEXPORT Datum
l2_gram_names(PG_FUNCTION_ARGS)
{
	l2_gram *g = l2_gram_stored(PG_GETARG_DATUM(0));

	PG_RETURN_DATUM(l2_names_array(l2_names_of_gram(g), g->ncols));
}

static ArrayType *
float8_array(Datum *values, int rows, int columns)
{
	int dims[2] = {rows, columns}, lbs[2] = {1, 1};

	if (columns == 0)
		return construct_array(values, rows, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	return construct_md_array(values, NULL, 2, dims, lbs, FLOAT8OID, 8, FLOAT8PASSBYVAL,
							  TYPALIGN_DOUBLE);
}

PG_FUNCTION_INFO_V1(l2_gram_means);
PGDLLEXPORT Datum
l2_gram_means(PG_FUNCTION_ARGS)
{
	l2_gram *g = PG_GETARG_L2_GRAM(0);
	l2n_moments m;
	Datum *values;

	if (g->n == 0)
		PG_RETURN_NULL();
	m = l2_gram_moments(g);
	values = palloc(sizeof(Datum) * g->ncols);
	for (int j = 0; j < g->ncols; j++)
		values[j] = Float8GetDatum(m.mean[j]);
	PG_RETURN_ARRAYTYPE_P(float8_array(values, g->ncols, 0));
}

/*
 * What to divide cross products by: sum of weights x (n - ddof) / n, which is n - ddof where
 * the weights are 1; not positive where there are too few rows.
 */
static double
covariance_divisor(l2_gram *g, int ddof)
{
	return g->weight_hi * (((double) g->n - ddof) / (double) g->n);
}

PG_FUNCTION_INFO_V1(l2_gram_covariance);
PGDLLEXPORT Datum
l2_gram_covariance(PG_FUNCTION_ARGS)
{
	l2_gram *g = PG_GETARG_L2_GRAM(0);
	int ddof = PG_GETARG_INT32(1);
	Size k = g->ncols;
	l2n_moments m;
	Datum *values;
	double divisor;

	if (ddof < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("ddof must not be negative, but is %d", ddof)));
	if (g->n == 0 || !((divisor = covariance_divisor(g, ddof)) > 0))
		PG_RETURN_NULL();
	m = l2_gram_moments(g);
	values = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * k * k);
	for (Size i = 0; i < k; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (Size j = 0; j < k; j++)
			values[i * k + j] = Float8GetDatum(l2n_cross(&m, i, j).hi / divisor);
	}
	PG_RETURN_ARRAYTYPE_P(float8_array(values, k, k));
}

/* The gram as JSON for people: means and covariances instead of sums. */
static char *
gram_to_json(l2_gram *g)
{
	StringInfoData s;

	initStringInfo(&s);
	appendStringInfo(&s, "{\"n\":" INT64_FORMAT ",\"n_skipped\":" INT64_FORMAT ",\"sum_weights\":",
					 g->n, g->n_skipped);
	l2_append_double(&s, g->weight_hi);
	if (g->more & L2_GRAM_WEIGHED)
	{
		appendStringInfoString(&s, ",\"sum_log_weights\":");
		l2_append_double(&s, g->log_weight_hi);
	}
	if (g->flags & L2_GRAM_WITHIN)
		appendStringInfo(&s, ",\"absorbed\":" INT64_FORMAT, g->absorbed);
	appendStringInfoString(&s, ",\"columns\":[");
	for (int j = 0; j < g->ncols; j++)
	{
		if (j > 0)
			appendStringInfoChar(&s, ',');
		escape_json(&s, l2_gram_name(g, j));
	}
	appendStringInfoChar(&s, ']');
	if (g->encoding_len > 0)
	{
		appendStringInfoString(&s, ",\"encoding\":");
		l2_append_encoding(&s, l2_encoding_of(l2_names_of_gram(g)));
	}
	if (g->n > 0)
	{
		l2n_moments m = l2_gram_moments(g);
		double divisor = covariance_divisor(g, 1);

		appendStringInfoString(&s, ",\"means\":[");
		for (int j = 0; j < g->ncols; j++)
		{
			if (j > 0)
				appendStringInfoChar(&s, ',');
			l2_append_double(&s, m.mean[j]);
		}
		appendStringInfoString(&s, "],\"covariance\":");
		if (divisor > 0)
		{
			for (int i = 0; i < g->ncols; i++)
			{
				CHECK_FOR_INTERRUPTS();
				appendStringInfoString(&s, i ? "],[" : "[[");
				for (int j = 0; j < g->ncols; j++)
				{
					if (j > 0)
						appendStringInfoChar(&s, ',');
					l2_append_double(&s, l2n_cross(&m, i, j).hi / divisor);
				}
			}
			appendStringInfoString(&s, "]]");
		}
		else
			appendStringInfoString(&s, "null");
	}
	appendStringInfoChar(&s, '}');
	return s.data;
}

PG_FUNCTION_INFO_V1(l2_gram_to_jsonb);
PGDLLEXPORT Datum
l2_gram_to_jsonb(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(
		DirectFunctionCall1(jsonb_in, CStringGetDatum(gram_to_json(PG_GETARG_L2_GRAM(0)))));
}

PG_FUNCTION_INFO_V1(l2_gram_to_json);
PGDLLEXPORT Datum
l2_gram_to_json(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(gram_to_json(PG_GETARG_L2_GRAM(0))));
}
