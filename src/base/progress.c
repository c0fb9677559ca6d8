/*
 * progress.c: what long work is at.
 */
#include "base/progress.h"

#include "base/rows.h"

#include "access/parallel.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

/* As PostgreSQL's own are small numbers; the letters l2 */
#define COMMAND ((ProgressCommandType) 0x6c32)

/* What the parameters of the progress of a command are here */
enum
{
	LAYOUT,
	PHASE,
	PASS,
	PASSES,
	ROWS,
	ROWS_EXPECTED,
	LEADER, /* process whose worker this is: it has nothing but rows */
	STARTED,
	NAME,                      /* of the command, with zeros */
	NAME_WORDS = 4,            /* of 8 bytes */
	MODEL = NAME + NAME_WORDS, /* in the database's encoding */
	MODEL_WORDS = NAMEDATALEN / sizeof(int64),
	N_PARAMETERS = MODEL + MODEL_WORDS
};

#define THIS_LAYOUT 1

StaticAssertDecl(N_PARAMETERS <= PGSTAT_NUM_PROGRESS_PARAM, "parameters of a command's progress");

static const char *const phases[] = {"",
									 "waiting for another session",
									 "reading rows",
									 "reading buckets",
									 "adding up changes",
									 "fitting",
									 "path",
									 "cross-validation"};

static int64 rows_read;
static TimestampTz told; /* when there was a NOTICE last */
static int64 passes_ahead;
static l2_phase phase_now;
static int64 steps;

/* No progress is told.  While a command of PostgreSQL tells its own, ours is not told */
static bool
progress_is_free(void)
{
	return L2_MY_ENTRY != NULL && L2_MY_ENTRY->st_progress_command == PROGRESS_COMMAND_INVALID;
}

static bool
is_ours(void)
{
	return L2_MY_ENTRY != NULL && L2_MY_ENTRY->st_progress_command == COMMAND;
}

static void
put_text(int64 *words, int n, const char *text)
{
	int len = pg_mbcliplen(text, strlen(text), n * (int) sizeof(int64) - 1);

	memset(words, 0, sizeof(int64) * n);
	memcpy(words, text, len);
}

bool
l2_progress_begin(const char *command, const char *model, Oid relation)
{
	int64 value[N_PARAMETERS] = {0};
	int index[N_PARAMETERS];

	told = l2_progress_notices ? GetCurrentTimestamp() : 0;
	if (!progress_is_free())
		return false;
	value[LAYOUT] = THIS_LAYOUT;
	value[STARTED] = GetCurrentTimestamp();
	put_text(value + NAME, NAME_WORDS, command);
	put_text(value + MODEL, MODEL_WORDS, model ? model : "");
	for (int i = 0; i < N_PARAMETERS; i++)
		index[i] = i;
	pgstat_progress_start_command(COMMAND, relation);
	pgstat_progress_update_multi_param(N_PARAMETERS, index, value);
	return true;
}

void
l2_progress_end(bool began)
{
	if (began && is_ours())
		pgstat_progress_end_command();
}

void
l2_progress_phase(l2_phase phase, int64 passes, int64 rows)
{
	int index[] = {PHASE, PASS, PASSES, ROWS, ROWS_EXPECTED};
	int64 value[] = {phase, 0, passes, 0, rows};

	phase_now = phase;
	steps = 0;
	passes_ahead = passes;
	rows_read = 0;
	if (is_ours())
		pgstat_progress_update_multi_param(lengthof(index), index, value);
}

/* A line for a person, at most one a second */
static void
tell_pass(int64 pass)
{
	TimestampTz now = GetCurrentTimestamp();

	if (!TimestampDifferenceExceeds(told, now, 1000))
		return;
	told = now;
	ereport(NOTICE, (errmsg("%s: " INT64_FORMAT " of " INT64_FORMAT, phases[phase_now], pass,
							passes_ahead)));
}

void
l2_progress_pass(int64 pass)
{
	int index[] = {PASS, ROWS};
	int64 value[] = {pass, 0};

	rows_read = 0;
	if (is_ours())
		pgstat_progress_update_multi_param(lengthof(index), index, value);
	if (l2_progress_notices && passes_ahead > 0)
		tell_pass(pass);
}

void
l2_progress_step(void)
{
	if (phase_now == L2_PHASE_FITTING)
		l2_progress_pass(++steps);
}

void
l2_progress_rows(int n)
{
	if (IsParallelWorker() && MyProc->lockGroupLeader != NULL && progress_is_free())
	{
		rows_read = 0;
		pgstat_progress_start_command(COMMAND, InvalidOid);
		pgstat_progress_update_param(LEADER, MyProc->lockGroupLeader->pid);
		pgstat_progress_update_param(LAYOUT, THIS_LAYOUT);
	}
	if (is_ours())
		pgstat_progress_update_param(ROWS, rows_read += n);
}

/*
 * From SQL
 */

/* Arguments: command, model, phase, rows expected.  NULL as command: the work is done */
PG_FUNCTION_INFO_V1(_l2_set_progress);
PGDLLEXPORT Datum
_l2_set_progress(PG_FUNCTION_ARGS)
{
	const char *phase;
	int i = L2_PHASE_WAITING;

	l2_progress_end(true);
	if (PG_ARGISNULL(0))
		PG_RETURN_VOID();
	phase = PG_ARGISNULL(2) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(2));
	while (i < (int) lengthof(phases) && strcmp(phase, phases[i]) != 0)
		i++;
	if (i == (int) lengthof(phases))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown phase \"%s\"", phase)));
	(void) l2_progress_begin(text_to_cstring(PG_GETARG_TEXT_PP(0)),
							 PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)),
							 InvalidOid);
	l2_progress_phase((l2_phase) i, 0, PG_ARGISNULL(3) ? 0 : PG_GETARG_INT64(3));
	PG_RETURN_VOID();
}

/* Rows that workers of that process have read, and how many workers tell so */
static int64
rows_of_workers(int leader, int *workers)
{
	int64 rows = 0;
	int n = pgstat_fetch_stat_numbackends();

	*workers = 0;
	for (int i = 1; i <= n; i++)
	{
		LocalPgBackendStatus *local = l2_backend_status(i);
		PgBackendStatus *s = local ? &local->backendStatus : NULL;

		if (s == NULL || s->st_progress_command != COMMAND ||
			s->st_progress_param[LEADER] != leader)
			continue;
		rows += s->st_progress_param[ROWS];
		++*workers;
	}
	return rows;
}

PG_FUNCTION_INFO_V1(_l2_progress_entries);
PGDLLEXPORT Datum
_l2_progress_entries(PG_FUNCTION_ARGS)
{
	enum
	{
		PID_COLUMN,
		DATABASE,
		USER_COLUMN,
		RELATION,
		COMMAND_COLUMN,
		MODEL_COLUMN,
		PHASE_COLUMN,
		PASS_COLUMN,
		PASSES_COLUMN,
		ROWS_COLUMN,
		EXPECTED,
		WORKERS,
		STARTED_COLUMN,
		COLUMNS
	};
	l2_rows *out = l2_rows_make(fcinfo);
	int n = pgstat_fetch_stat_numbackends();

	for (int i = 1; i <= n; i++)
	{
		LocalPgBackendStatus *local = l2_backend_status(i);
		PgBackendStatus *s = local ? &local->backendStatus : NULL;
		Datum values[COLUMNS];
		bool nulls[COLUMNS];
		const int64 *p;
		int workers;
		int64 rows;

		if (s == NULL || s->st_progress_command != COMMAND)
			continue;
		p = s->st_progress_param;
		if (p[LAYOUT] != THIS_LAYOUT || p[LEADER] != 0)
			continue;
		memset(nulls, true, sizeof nulls);
		values[PID_COLUMN] = Int32GetDatum(s->st_procpid);
		values[DATABASE] = ObjectIdGetDatum(s->st_databaseid);
		values[USER_COLUMN] = ObjectIdGetDatum(s->st_userid);
		nulls[PID_COLUMN] = nulls[DATABASE] = nulls[USER_COLUMN] = false;
		if (has_privs_of_role(GetUserId(), s->st_userid) ||
			has_privs_of_role(GetUserId(), L2_ROLE_READ_ALL_STATS))
		{
			rows = p[ROWS] + rows_of_workers(s->st_procpid, &workers);
			values[COMMAND_COLUMN] = CStringGetTextDatum((const char *) (p + NAME));
			values[PHASE_COLUMN] = CStringGetTextDatum(
				p[PHASE] > 0 && p[PHASE] < (int) lengthof(phases) ? phases[p[PHASE]] : "starting");
			values[ROWS_COLUMN] = Int64GetDatum(rows);
			values[WORKERS] = Int32GetDatum(workers);
			values[STARTED_COLUMN] = TimestampTzGetDatum(p[STARTED]);
			nulls[COMMAND_COLUMN] = nulls[PHASE_COLUMN] = nulls[WORKERS] = nulls[STARTED_COLUMN] =
				false;
			/* each fit of a path or of a cross-validation reads all rows */
			nulls[ROWS_COLUMN] = p[PASSES] > 0;
			values[PASS_COLUMN] = Int64GetDatum(p[PASS]);
			nulls[PASS_COLUMN] = p[PASS] == 0 && p[PASSES] == 0;
			values[PASSES_COLUMN] = Int64GetDatum(p[PASSES]);
			nulls[PASSES_COLUMN] = p[PASSES] == 0;
			values[EXPECTED] = Int64GetDatum(p[ROWS_EXPECTED]);
			nulls[EXPECTED] = p[ROWS_EXPECTED] == 0;
			/* names mean something in their own database, and encoding */
			if (s->st_databaseid == MyDatabaseId)
			{
				values[RELATION] = ObjectIdGetDatum(s->st_progress_command_target);
				nulls[RELATION] = !OidIsValid(s->st_progress_command_target);
				values[MODEL_COLUMN] = CStringGetTextDatum((const char *) (p + MODEL));
				nulls[MODEL_COLUMN] = p[MODEL] == 0;
			}
		}
		l2_rows_put(out, values, nulls);
	}
	return (Datum) 0;
}
