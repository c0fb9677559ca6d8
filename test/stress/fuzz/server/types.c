/*
 * types.c: libFuzzer on the text and binary input of our types, inside a backend.
 *
 * fuzz_types drives it: see test/stress/fuzz-types.sh.  The module under test is compiled for it; this one
 * has libFuzzer in it and is loaded first.  An input's first byte says which form of which
 * type the rest is; binary forms of a gram, a model and a state get a right checksum, behind which all else is.
 *
 * What is refused must be so by an error that a user may see.  What is read must be written and
 * read back to the same, in text and in binary, and goes through some of the queries given for its
 * type, chosen by its bytes, which may fail likewise.  Anything else aborts, and libFuzzer keeps
 * the input.
 */
#include "postgres.h"

#include <time.h>

#include "access/xact.h"
#include "catalog/namespace.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "port/pg_crc32c.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

PG_MODULE_MAGIC;

extern int LLVMFuzzerRunDriver(int *argc, char ***argv,
							   int (*callback)(const uint8 *data, size_t size));

typedef struct fuzzed_type
{
	Oid oid;
	Oid ioparam;
	FmgrInfo in, out, recv, send;
	bool has_binary;
	bool has_checksum;
	int nqueries;
	char **texts;
	SPIPlanPtr *queries;
} fuzzed_type;

static const char *const type_names[] = {"l2_gram", "l2_model", "l2_options",
										 "l2_obs",  "l2_row",   "l2_state"};
static fuzzed_type types[lengthof(type_names)];
static MemoryContext per_input;
static int64 inputs, accepted, queried;

#define SECONDS_LIMIT    20
#define QUERIES_AN_INPUT 6

static void
wrong(const char *what)
{
	fprintf(stderr, "fuzz_types: %s\n", what);
	abort();
}

static Datum
from_text(fuzzed_type *type, const char *text)
{
	return InputFunctionCall(&type->in, unconstify(char *, text), type->ioparam, -1);
}

/* The bytes lie in memory of their own, so that AddressSanitizer sees where they end */
static Datum
from_bytes(fuzzed_type *type, const char *bytes, Size len)
{
	StringInfoData buf = {0};

	buf.data = (char *) bytes;
	buf.len = len;
	buf.maxlen = len + 1;
	return ReceiveFunctionCall(&type->recv, &buf, type->ioparam, -1);
}

static void
check_value(fuzzed_type *type, Datum value)
{
	char *text = OutputFunctionCall(&type->out, value), *text2;
	bytea *bytes, *bytes2;

	text2 = OutputFunctionCall(&type->out, from_text(type, text));
	if (strcmp(text, text2) != 0)
		wrong(psprintf("reads back as another text:\n%s\n%s", text, text2));
	if (!type->has_binary)
		return;
	bytes = SendFunctionCall(&type->send, value);
	bytes2 = SendFunctionCall(
		&type->send, from_bytes(type, VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ));
	if (VARSIZE(bytes2) != VARSIZE(bytes) || memcmp(bytes, bytes2, VARSIZE(bytes)) != 0)
		wrong(psprintf("reads back as other bytes: %s", text));
}

/* May a user see this? */
static void
check_error(const char *during)
{
	ErrorData *e;
	int class;

	MemoryContextSwitchTo(per_input);
	e = CopyErrorData();
	class = ERRCODE_TO_CATEGORY(e->sqlerrcode);
	FlushErrorState();
	if (e->sqlerrcode == ERRCODE_QUERY_CANCELED)
		exit(0);
	if (class == ERRCODE_INTERNAL_ERROR || class == ERRCODE_SYSTEM_ERROR ||
		e->sqlerrcode == ERRCODE_OUT_OF_MEMORY)
		wrong(psprintf("%s ends in %s: %s", during, unpack_sql_state(e->sqlerrcode), e->message));
}

/* The value, from one of the forms; false if it was refused */
static bool
read_value(fuzzed_type *type, bool binary, char *data, Size len, Datum *value)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool read = false;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(per_input);
	PG_TRY();
	{
		*value = binary ? from_bytes(type, data, len) : from_text(type, data);
		read = true;
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		check_error("input");
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	CurrentResourceOwner = owner;
	return read;
}

static void
run_query(fuzzed_type *type, int i, Datum value)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(per_input);
	PG_TRY();
	{
		if (SPI_execute_plan(type->queries[i], &value, NULL, true, 0) < 0)
			wrong("a query did not run");
		SPI_freetuptable(SPI_tuptable);
		ReleaseCurrentSubTransaction();
		queried++;
	}
	PG_CATCH();
	{
		check_error(type->texts[i]);
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	CurrentResourceOwner = owner;
}

static int
one_input(const uint8 *data, size_t size)
{
	fuzzed_type *type;
	bool binary, summed;
	char *copy;
	Datum value;
	pg_crc32c crc;
	time_t start = time(NULL);

	if (size < 6)
		return 0;
	type = &types[((data[0] & 1) | ((data[0] & 4) >> 1) | ((data[0] & 8) >> 1)) % lengthof(types)];
	binary = type->has_binary && (data[0] & 2) != 0;
	summed = binary && type->has_checksum;
	data++, size--;
	INIT_CRC32C(crc);
	COMP_CRC32C(crc, data, size - 4);
	FIN_CRC32C(crc);
	copy = malloc(size + (binary ? 0 : 1));
	memcpy(copy, data, size);
	if (summed)
	{
		uint32 wire = pg_hton32(crc);

		memcpy(copy + size - 4, &wire, 4);
	}
	if (!binary)
	{
		copy[size] = '\0';
		if (!pg_verifymbstr(copy, strlen(copy), true))
		{
			free(copy); /* the server would not have let it through */
			return -1;
		}
	}

	inputs++;
	if (read_value(type, binary, copy, size, &value))
	{
		MemoryContext caller = MemoryContextSwitchTo(per_input);

		accepted++;
		check_value(type, value);
		MemoryContextSwitchTo(caller);
		for (int i = 0; i < QUERIES_AN_INPUT; i++)
			run_query(type, (int) ((crc + i * 2654435761u) % type->nqueries), value);
	}
	free(copy);
	MemoryContextReset(per_input);
	if (time(NULL) - start > SECONDS_LIMIT)
		wrong("takes too long");
	return 0;
}

static void
set_up(fuzzed_type *type, const char *name, ArrayType *queries)
{
	Oid function;
	bool varlena;
	Datum *texts;

	type->oid = TypenameGetTypid(name);
	if (!OidIsValid(type->oid))
		elog(ERROR, "no type %s", name);
	getTypeInputInfo(type->oid, &function, &type->ioparam);
	fmgr_info(function, &type->in);
	getTypeOutputInfo(type->oid, &function, &varlena);
	fmgr_info(function, &type->out);
	type->has_binary = strcmp(name, "l2_options") != 0;
	type->has_checksum = strcmp(name, "l2_gram") == 0 || strcmp(name, "l2_model") == 0 ||
						 strcmp(name, "l2_state") == 0;
	if (type->has_binary)
	{
		getTypeBinaryInputInfo(type->oid, &function, &type->ioparam);
		fmgr_info(function, &type->recv);
		getTypeBinaryOutputInfo(type->oid, &function, &varlena);
		fmgr_info(function, &type->send);
	}

	deconstruct_array(queries, TEXTOID, -1, false, TYPALIGN_INT, &texts, NULL, &type->nqueries);
	type->queries = palloc(type->nqueries * sizeof *type->queries);
	type->texts = palloc(type->nqueries * sizeof *type->texts);
	for (int i = 0; i < type->nqueries; i++)
	{
		type->texts[i] = TextDatumGetCString(texts[i]);
		type->queries[i] = SPI_prepare(type->texts[i], 1, &type->oid);
		if (type->queries[i] == NULL)
			elog(ERROR, "a query cannot be prepared");
	}
}

static void
report(void)
{
	fprintf(stderr, "fuzz_types: %lld inputs, %lld of them values, %lld queries gave a result\n",
			(long long) inputs, (long long) accepted, (long long) queried);
}

/* fuzz_types(arguments of libFuzzer, then of each type queries on its $1): ends the backend */
PG_FUNCTION_INFO_V1(fuzz_types);
PGDLLEXPORT Datum fuzz_types(PG_FUNCTION_ARGS);

Datum
fuzz_types(PG_FUNCTION_ARGS)
{
	Datum *texts;
	int argc;
	char **argv;

	SPI_connect();
	for (int i = 0; i < lengthof(types); i++)
		set_up(&types[i], type_names[i], PG_GETARG_ARRAYTYPE_P(i + 1));
	per_input = AllocSetContextCreate(CurrentMemoryContext, "input", ALLOCSET_DEFAULT_SIZES);

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &texts, NULL,
					  &argc);
	argv = palloc((argc + 1) * sizeof *argv);
	for (int i = 0; i < argc; i++)
		argv[i] = TextDatumGetCString(texts[i]);
	argv[argc] = NULL;
	atexit(report);
	LLVMFuzzerRunDriver(&argc, &argv, one_input);
	PG_RETURN_VOID(); /* not reached: libFuzzer exits */
}
