/*
 * sql.c: texts that become SQL, and as whom they run.
 */
#include "record/sql.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "parser/parser.h"
#include "utils/guc.h"
#include "utils/varlena.h"

/* Whether a search_path has pg_temp in it; text that is no list is an error of who sets it */
static bool
sql_path_has_temp(const char *search_path)
{
	char *copy = pstrdup(search_path);
	List *names = NIL;
	ListCell *cell;

	if (!SplitIdentifierString(copy, ',', &names))
		return true;
	foreach (cell, names)
		if (strcmp(lfirst(cell), "pg_temp") == 0)
			return true;
	return false;
}

static l2_identity
sql_enter(const char *search_path)
{
	l2_identity before;

	GetUserIdAndSecContext(&before.user, &before.context);
	before.guc_level = NewGUCNestLevel();
	before.read_only = XactReadOnly;
	if (!sql_path_has_temp(search_path))
		search_path = psprintf(search_path[strspn(search_path, " ")] ? "%s, pg_temp" : "pg_temp",
							   search_path);
	(void) set_config_option("search_path", search_path, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	return before;
}

l2_identity
l2_act_as(Oid role, const char *search_path)
{
	l2_identity before = sql_enter(search_path);

	SetUserIdAndSecContext(role, before.context | SECURITY_RESTRICTED_OPERATION);
	return before;
}

l2_identity
l2_act_read_only(const char *search_path)
{
	l2_identity before = sql_enter(search_path);

	XactReadOnly = true;
	return before;
}

void
l2_act_as_before(const l2_identity *before)
{
	XactReadOnly = before->read_only;
	AtEOXact_GUC(false, before->guc_level);
	SetUserIdAndSecContext(before->user, before->context);
}

/* Settings by which SQL is read, and written, in one way */
static const char *const sql_syntax[][2] = {{"standard_conforming_strings", "on"},
											{"backslash_quote", "safe_encoding"},
											{"transform_null_equals", "off"},
											{"quote_all_identifiers", "off"},
											{"array_nulls", "on"},
											L2_PARENTHESES_SETTING};

/* And those by which values are */
static const char *const sql_values[][2] = {{"search_path", "pg_catalog, pg_temp"},
											{"DateStyle", "ISO, MDY"},
											{"IntervalStyle", "postgres"},
											{"TimeZone", "UTC"},
											{"extra_float_digits", "1"}};

static void
sql_pin(const char *const (*fixed)[2], int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(GetConfigOption(fixed[i][0], false, false), fixed[i][1]) != 0)
			(void) set_config_option(fixed[i][0], fixed[i][1], PGC_USERSET, PGC_S_SESSION,
									 GUC_ACTION_SAVE, true, 0, false);
}

int
l2_pin_syntax(void)
{
	int level = NewGUCNestLevel();

	sql_pin(sql_syntax, lengthof(sql_syntax));
	return level;
}

int
l2_pin_settings(void)
{
	int level = l2_pin_syntax();

	sql_pin(sql_values, lengthof(sql_values));
	return level;
}

void
l2_unpin_settings(int level)
{
	AtEOXact_GUC(false, level);
}

void
l2_sql_error(void *arg)
{
	const l2_sql_text *t = arg;
	int position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position + t->shift);
		internalerrquery(t->shown);
	}
	errcontext("%s", t->what);
}

RawStmt *
l2_parse_select(const char *sql)
{
	List *statements = l2_raw_parse(sql);
	RawStmt *statement = statements ? linitial_node(RawStmt, statements) : NULL;
	SelectStmt *select;

	if (list_length(statements) != 1 || !IsA(statement->stmt, SelectStmt))
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("a query must be one SELECT"),
						errhint("Give a relation's name, or a single SELECT, VALUES or TABLE.")));
	for (select = (SelectStmt *) statement->stmt; select->larg; select = select->larg)
		;
	if (select->intoClause)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("a query must not have INTO")));
	return statement;
}
