/*
 * sql.h: texts that become SQL, and as whom they run.
 */
#ifndef L2_SQL_H
#define L2_SQL_H

#include "base/l2reg.h"

#include "nodes/parsenodes.h"

/* Who and where we were before we acted for somebody else, or under other settings */
typedef struct l2_identity
{
	Oid user;
	int context;
	int guc_level;
	bool read_only;
} l2_identity;

/*
 * From here on as that role, in a security-restricted operation, and with that search_path, to
 * which pg_temp is added at the end where it is not in it: else a caller's temporary objects would
 * come first.  An error ends the (sub)transaction, which undoes it.
 */
extern l2_identity l2_act_as(Oid role, const char *search_path);

/* From here on with that search_path, likewise, and read-only: for text of a definition */
extern l2_identity l2_act_read_only(const char *search_path);
extern void l2_act_as_before(const l2_identity *before);

/*
 * From here on the settings that the meaning of a term could depend on are fixed, for reading it
 * and for writing it out; gives what l2_unpin_settings takes.  An error ends the (sub)transaction,
 * which undoes it.
 */
extern int l2_pin_settings(void);

/*
 * The same of those by which SQL is read and names are quoted alone, for our own functions and for
 * sources, which must mean the same whoever refreshes a model
 */
extern int l2_pin_syntax(void);
extern void l2_unpin_settings(int level);

/* Argument of l2_sql_error: sql is what is parsed, shown is what the user wrote */
typedef struct l2_sql_text
{
	const char *shown;
	int shift;        /* from a position in sql to that in shown, in characters */
	const char *what; /* as context */
} l2_sql_text;

/* An error context callback: points into the text that is parsed, not the client's statement */
extern void l2_sql_error(void *arg);

/* The one SELECT, VALUES or TABLE that the text must be */
extern RawStmt *l2_parse_select(const char *sql);

#endif
