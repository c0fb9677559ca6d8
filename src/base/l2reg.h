/*
 * l2reg.h: what the glue's files share: settings, errors, scratch memory.
 */
#ifndef L2REG_H
#define L2REG_H

#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "base/compat.h"
#include "num/kernel/kernel.h"
#include "num/status.h"

/* Settings */
extern int l2_max_columns;
extern bool l2_progress_notices;

/* Setting l2reg.steps: whether l2_fit makes a query of each pass over the rows of its source */
typedef enum l2_steps
{
	L2_STEPS_AUTO, /* where that is the faster way: see glm_driver.c */
	L2_STEPS_ON,
	L2_STEPS_OFF,
} l2_steps;

extern int l2_fit_steps;

/* Largest l2reg.max_columns: the gram of so many columns just fits a varlena of 1 GB */
#define L2_COLUMNS_LIMIT 11000

/* The inner loops in use: the processor's best, or what l2reg.kernel says */
extern const l2n_kernel *l2_kernel;

/*
 * Raise the error that belongs to status; returns for L2N_OK.  column names the column the
 * status is about, or is NULL; value is the offending number.
 */
extern void l2_check(l2n_status status, const char *column, double value);

/* ereport for a shape beyond l2reg.max_columns, before anything of that size is allocated */
extern void l2_check_columns(int64 columns);

/* l2n_poll: CHECK_FOR_INTERRUPTS */
extern bool l2_poll(void *arg);

/* palloc for numeric scratch: aligned to 64 bytes, may exceed 1 GB; freed with its context */
extern void *l2_scratch(size_t size);

/* Error: what was to be a value of that type is none, and why, a sentence */
extern void l2_invalid(const char *type, int sqlstate, const char *why);

/*
 * Error unless this library reads values of that format version, with that SQLSTATE.  All formats
 * of a type, binary, text and stored, say first of all which version they are.
 */
extern void l2_check_format(const char *type, int64 version, int newest, int sqlstate);
extern void l2_written_by_newer(const char *type, const char *detail, int sqlstate);

/* Append the CRC-32C of what is in buf from start on */
extern void l2_send_crc(StringInfo buf, int start);

/* Whether the rest of buf ends in the CRC-32C of what is before it */
extern bool l2_crc_matches(StringInfo buf);

/* Append the shortest decimal that reads back as v, whatever extra_float_digits; null for NaN */
extern void l2_append_double(StringInfo s, double v);

/* A string literal of standard SQL, to which a backslash is plain and E'' unknown */
extern void l2_append_literal(StringInfo s, const char *text);

/* "123 MB" */
extern char *l2_pretty_size(double bytes);

/* An SQL function that is one of a family: a C function with a few constants */
#define L2_FUNCTION(name, function, ...)      \
	PG_FUNCTION_INFO_V1(name);                \
	PGDLLEXPORT Datum name(PG_FUNCTION_ARGS)  \
	{                                         \
		return function(fcinfo, __VA_ARGS__); \
	}                                         \
	extern int no_such_variable

#endif
