/*
 * l2reg.c: module set-up and settings.
 */
#include "base/l2reg.h"

#include "base/merge.h"

#include <math.h>

#include "num/linalg/dense.h"

#include "common/shortest_dec.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "port/pg_crc32c.h"
#include "utils/guc.h"
#include "utils/memutils.h"

L2_MODULE_MAGIC;

int l2_max_columns = 4000;
bool l2_progress_notices = false;
int l2_fit_steps = L2_STEPS_AUTO;
const l2n_kernel *l2_kernel;
static char *kernel_name;

PGDLLEXPORT void _PG_init(void);

static bool
check_kernel(char **newval, void **extra, GucSource source)
{
	if (strcmp(*newval, "auto") == 0 || l2n_kernel_by_name(*newval) != NULL)
		return true;
	GUC_check_errdetail("This processor or build has no kernel \"%s\".", *newval);
	GUC_check_errhint("Use auto, portable, or where the processor has it avx2 or avx512.");
	return false;
}

static void
assign_kernel(const char *newval, void *extra)
{
	const l2n_kernel *named = l2n_kernel_by_name(newval);

	l2_kernel = named ? named : l2n_kernel_best();
}

/* The working area that OpenBLAS maps, and some more */
#define BLAS_AREA ((Size) 136 * 1024 * 1024)

static void
prepare_blas(void)
{
	void *volatile area = malloc(BLAS_AREA); /* which no compiler leaves out */

	if (area == NULL)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
						errdetail("The working area of linear algebra takes %s of address space.",
								  l2_pretty_size((double) BLAS_AREA))));
	free(area);
}

static const struct config_enum_entry steps[] = {{"auto", L2_STEPS_AUTO, false},
												 {"on", L2_STEPS_ON, false},
												 {"off", L2_STEPS_OFF, false},
												 {NULL, 0, false}};

void
_PG_init(void)
{
	l2_kernel = l2n_kernel_best();
	l2n_dense_prepare = prepare_blas;

	DefineCustomIntVariable(
		"l2reg.max_columns", "Largest number of columns of a gram, the target included.",
		"A gram of k columns takes 8 k^2 bytes and solving it up to 40 k^2.", &l2_max_columns,
		l2_max_columns, 2, L2_COLUMNS_LIMIT, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("l2reg.progress", "Tell how far long work has come, by NOTICEs.",
							 "The passes of l2_fit by likelihood, what l2_train and "
							 "l2_refresh do, and once a second how many fits of a path or of "
							 "a cross-validation are done.",
							 &l2_progress_notices, false, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("l2reg.steps",
							 "Whether l2_fit and l2_train make a query of each pass of a logistic "
							 "or Poisson regression.",
							 "auto: where workers or other servers share it; off: one aggregate "
							 "keeps the rows.",
							 &l2_fit_steps, L2_STEPS_AUTO, steps, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable(
		"l2reg.kernel", "Instruction set of the inner loops: auto, avx512, avx2, portable.",
		"All give the same results to the documented error; for tests and "
		"benchmarks.",
		&kernel_name, "auto", PGC_USERSET, GUC_NOT_IN_SAMPLE, check_kernel, assign_kernel, NULL);
	L2_RESERVE_PREFIX("l2reg");
	l2_merge_init();
}

bool
l2_poll(void *arg)
{
	CHECK_FOR_INTERRUPTS();
	return false;
}

void *
l2_scratch(size_t size)
{
	char *p = MemoryContextAllocHuge(CurrentMemoryContext, size + 64);

	return (void *) TYPEALIGN(64, p);
}

static uint32
crc_of(const char *data, int len)
{
	pg_crc32c crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, data, len);
	FIN_CRC32C(crc);
	return crc;
}

void
l2_send_crc(StringInfo buf, int start)
{
	pq_sendint32(buf, crc_of(buf->data + start, buf->len - start));
}

void
l2_written_by_newer(const char *type, const char *detail, int sqlstate)
{
	ereport(ERROR, (errcode(sqlstate), errmsg("%s was written by a newer l2reg", type),
					errdetail("%s", detail),
					errhint("Install an l2reg that is no older than the one that wrote it. If none "
							"is, the value is damaged.")));
}

void
l2_invalid(const char *type, int sqlstate, const char *why)
{
	ereport(ERROR, (errcode(sqlstate), errmsg("invalid %s", type), errdetail("%s", why)));
}

void
l2_check_format(const char *type, int64 version, int newest, int sqlstate)
{
	if (version < 1)
		l2_invalid(
			type, sqlstate,
			psprintf("Its format version is " INT64_FORMAT ", which no l2reg wrote.", version));
	if (version > newest)
		l2_written_by_newer(type,
							psprintf("Its format version is " INT64_FORMAT
									 "; this l2reg reads versions up to %d.",
									 version, newest),
							sqlstate);
}

bool
l2_crc_matches(StringInfo buf)
{
	int len = buf->len - buf->cursor - (int) sizeof(uint32);
	uint32 sent;

	if (len < 0)
		return false;
	memcpy(&sent, buf->data + buf->cursor + len, sizeof sent);
	return pg_ntoh32(sent) == crc_of(buf->data + buf->cursor, len);
}

void
l2_append_double(StringInfo s, double v)
{
	char buf[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (!isfinite(v))
	{
		appendStringInfoString(s, "null");
		return;
	}
	double_to_shortest_decimal_buf(v, buf);
	appendStringInfoString(s, buf);
}

void
l2_append_literal(StringInfo s, const char *text)
{
	appendStringInfoChar(s, '\'');
	for (; *text; text++)
	{
		if (*text == '\'')
			appendStringInfoChar(s, '\'');
		appendStringInfoChar(s, *text);
	}
	appendStringInfoChar(s, '\'');
}

char *
l2_pretty_size(double bytes)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	int u = 0;

	while (bytes >= 10000 && u < 4)
	{
		bytes /= 1024;
		u++;
	}
	return psprintf("%.0f %s", bytes, units[u]);
}
