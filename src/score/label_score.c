/*
 * label_score.c: predicted labels against those that came.
 *
 * The state counts pairs of labels.  Scores of a class are those of it against all others; their
 * means weigh every class alike (macro averages, as scikit-learn has them: what is 0 / 0 is 0).
 */
#include "base/aggregate.h"
#include "base/rows.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* More are no classes */
#define LABELS_LIMIT 1000

typedef struct label_score_state
{
	int n; /* labels */
	int room;
	char **label;
	int64 *count; /* room x room: of label i, called j */
	int64 rows;
} label_score_state;

typedef struct label_score_site
{
	FmgrInfo out[2]; /* of actual and predicted */
	Oid type[2];
} label_score_site;

static label_score_site *
label_score_site_of(FunctionCallInfo fcinfo)
{
	label_score_site *site = fcinfo->flinfo->fn_extra;

	if (likely(site != NULL))
		return site;
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof *site);
	for (int i = 0; i < 2; i++)
	{
		Oid type = get_fn_expr_argtype(fcinfo->flinfo, i + 1), output;
		bool is_varlena;

		if (!OidIsValid(type))
			elog(ERROR, "could not determine the types of the arguments");
		site->type[i] = getBaseType(type);
		getTypeOutputInfo(type, &output, &is_varlena);
		fmgr_info_cxt(output, &site->out[i], fcinfo->flinfo->fn_mcxt);
	}
	fcinfo->flinfo->fn_extra = site;
	return site;
}

static void
label_score_grow(label_score_state *s)
{
	int room = Max(2 * s->room, 8);
	int64 *count = palloc0(sizeof(int64) * room * room);

	for (int i = 0; i < s->n; i++)
		memcpy(count + (Size) i * room, s->count + (Size) i * s->room, sizeof(int64) * s->n);
	if (s->count)
		pfree(s->count);
	s->count = count;
	s->label = s->label ? repalloc(s->label, sizeof(char *) * room) : palloc(sizeof(char *) * room);
	s->room = room;
}

/* The number of a label, which is counted in where it is new; bpchar has no blanks behind */
static int
label_score_number(label_score_state *s, char *label, bool padded, MemoryContext context)
{
	MemoryContext old;

	for (Size n = strlen(label); padded && n > 0 && label[n - 1] == ' '; n--)
		label[n - 1] = '\0';
	for (int i = 0; i < s->n; i++)
		if (strcmp(s->label[i], label) == 0)
			return i;
	if (s->n == LABELS_LIMIT)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg("there are more than %d labels", LABELS_LIMIT),
						errhint("Predictions of numbers are for l2_score.")));
	old = MemoryContextSwitchTo(context);
	if (s->n == s->room)
		label_score_grow(s);
	s->label[s->n] = pstrdup(label);
	MemoryContextSwitchTo(old);
	return s->n++;
}

extern Datum l2_label_score_accum(PG_FUNCTION_ARGS);
extern Datum l2_label_score_final(PG_FUNCTION_ARGS);

/* (state, actual, predicted); rows with a NULL are skipped */
PG_FUNCTION_INFO_V1(l2_label_score_accum);
PGDLLEXPORT Datum
l2_label_score_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	label_score_site *site;
	label_score_state *s;
	int place[2];

	l2_need_aggregate(fcinfo);
	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "not an aggregate");
	s = PG_ARGISNULL(0) ? MemoryContextAllocZero(context, sizeof *s)
						: (label_score_state *) PG_GETARG_POINTER(0);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_POINTER(s);
	site = label_score_site_of(fcinfo);
	for (int i = 0; i < 2; i++)
	{
		/* booleans as the classes of multinomial_fit are called */
		char *label = site->type[i] == BOOLOID
						  ? pstrdup(PG_GETARG_BOOL(i + 1) ? "true" : "false")
						  : OutputFunctionCall(&site->out[i], PG_GETARG_DATUM(i + 1));

		place[i] = label_score_number(s, label, site->type[i] == BPCHAROID, context);
	}
	s->count[(Size) place[0] * s->room + place[1]]++;
	s->rows++;
	PG_RETURN_POINTER(s);
}

/* Of each label that came the labels that it was called, and how often */
static Datum
label_score_confusion(const label_score_state *s)
{
	StringInfoData j;
	bool first = true;

	initStringInfo(&j);
	appendStringInfoChar(&j, '{');
	for (int a = 0; a < s->n; a++)
	{
		bool any = false;

		for (int b = 0; b < s->n; b++)
		{
			int64 count = s->count[(Size) a * s->room + b];

			if (count == 0)
				continue;
			if (!any)
			{
				appendStringInfoString(&j, first ? "" : ", ");
				escape_json(&j, s->label[a]);
				appendStringInfoString(&j, ": {");
			}
			appendStringInfoString(&j, any ? ", " : "");
			escape_json(&j, s->label[b]);
			appendStringInfo(&j, ": " INT64_FORMAT, count);
			any = true;
			first = false;
		}
		if (any)
			appendStringInfoChar(&j, '}');
	}
	appendStringInfoChar(&j, '}');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(j.data));
}

static double
label_score_share(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

PG_FUNCTION_INFO_V1(l2_label_score_final);
PGDLLEXPORT Datum
l2_label_score_final(PG_FUNCTION_ARGS)
{
	enum
	{
		N,
		LABELS,
		ACCURACY,
		PRECISION,
		RECALL,
		F1,
		KAPPA,
		CONFUSION,
		COLUMNS
	};
	const label_score_state *s;
	double right = 0, chance = 0, precision = 0, recall = 0, f1 = 0, rows;
	Datum values[COLUMNS];
	bool nulls[COLUMNS] = {false};

	l2_need_aggregate(fcinfo);
	s = PG_ARGISNULL(0) ? NULL : (const label_score_state *) PG_GETARG_POINTER(0);
	if (s == NULL || s->rows == 0)
		PG_RETURN_NULL();
	rows = (double) s->rows;
	for (int c = 0; c < s->n; c++)
	{
		double hit = (double) s->count[(Size) c * s->room + c], came = 0, called = 0;

		for (int d = 0; d < s->n; d++)
		{
			came += (double) s->count[(Size) c * s->room + d];
			called += (double) s->count[(Size) d * s->room + c];
		}
		right += hit;
		chance += came / rows * (called / rows);
		precision += label_score_share(hit, called) / s->n;
		recall += label_score_share(hit, came) / s->n;
		f1 += label_score_share(2 * hit, came + called) / s->n;
	}
	values[N] = Int64GetDatum(s->rows);
	values[LABELS] = Int32GetDatum(s->n);
	values[ACCURACY] = Float8GetDatum(right / rows);
	values[PRECISION] = Float8GetDatum(precision);
	values[RECALL] = Float8GetDatum(recall);
	values[F1] = Float8GetDatum(f1);
	l2_set_double(values, nulls, KAPPA, chance < 1 ? (right / rows - chance) / (1 - chance) : NAN);
	values[CONFUSION] = label_score_confusion(s);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(l2_row_desc(fcinfo), values, nulls)));
}
