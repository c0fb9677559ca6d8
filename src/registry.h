/*
 * registry.h: what formula.c and registry.c share: texts that become SQL.
 */
#ifndef L2_REGISTRY_H
#define L2_REGISTRY_H

#include "l2reg.h"

#include "nodes/parsenodes.h"

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
