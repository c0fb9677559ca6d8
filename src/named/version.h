/*
 * version.h: the tables of models, as a caller may read them.
 *
 * A named model is a table OF l2_version, a row a training.  It is read by a scan of our own and
 * never by a planned query: planning would run predicates of indexes and row policies, which are
 * the owner's code, as whoever looks.  So rights are asked for here too.
 */
#ifndef L2_VERSION_H
#define L2_VERSION_H

#include "model/model.h"

#include "nodes/primnodes.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

/* The columns of l2_version that C reads, in the order of the type */
typedef enum l2_version_column
{
	L2_VERSION_NUMBER,
	L2_VERSION_ACTIVE,
	L2_VERSION_OUTCOME,
	L2_VERSION_MODEL,
	L2_VERSION_DEFINITION,
	L2_VERSION_DETAILS,
	L2_VERSION_COLUMNS,
} l2_version_column;

/* A table of a model that is open */
typedef struct l2_version_table
{
	Relation relation;
	int column[L2_VERSION_COLUMNS]; /* attribute numbers, found by name */
} l2_version_table;

/* A row of it, in memory of its own */
typedef struct l2_version_row
{
	Datum value[L2_VERSION_COLUMNS];
	bool null[L2_VERSION_COLUMNS];
} l2_version_row;

/* The type l2_version of the extension in that schema */
extern Oid l2_version_type(Oid schema);

/* A name of a model, an SQL identifier that may be qualified; error where it is none */
extern RangeVar *l2_model_range_var(const char *name);

/*
 * The table of the model of that name, an SQL identifier that may be qualified: looked up in the
 * search_path, but not among temporary tables unless the name says pg_temp; and locked against
 * changes of its definition until the transaction ends.  Error where there is none, or InvalidOid
 * if it may be missing.
 */
extern Oid l2_find_model(const char *name, bool missing_ok);

/*
 * The same with another lock.  It is not taken, and is_locked is false, where the current user may
 * not read the relation (for AccessShareLock), or may not become its owner: using it is an error
 * then.
 */
extern Oid l2_lock_model(const char *name, bool missing_ok, LOCKMODE mode, bool *is_locked);

/* Whether a relation is a table of type l2_version */
extern bool l2_is_model(Oid relation, Oid schema);

/* The name of a model's table with its schema, quoted where it must be */
extern char *l2_model_name(Oid model);

/*
 * Its name as the caller would write it, for messages: without its schema where that is on the
 * search_path.  l2_model_show: as it is now; work that is done for the caller has one of its own.
 */
extern char *l2_model_shown(Oid model);
extern void l2_model_show(Oid model);

/* Error for a model whose table was dropped since it was looked up */
extern void l2_model_gone(void);

/*
 * Open a model's table, locked against changes of its definition until the transaction ends.
 * Error where it is no table of a model; or, unless may_read is false, where the current user has
 * no right to read version, active and model.
 */
extern void l2_version_open(Oid model, Oid schema, bool may_read, l2_version_table *table);
extern void l2_version_close(l2_version_table *table);

/* Whether the current user may read that column */
extern bool l2_version_may_read(const l2_version_table *table, int attnum);

/* The snapshot of the query that calls */
extern Snapshot l2_current_snapshot(void);

/*
 * The row of that version, or of the active one where version is 0, as the snapshot sees it; false
 * where there is none.  *newest, if asked for, is the newest version that has a model, 0 for none.
 */
extern bool l2_version_find(const l2_version_table *table, Snapshot snapshot, int32 version,
							l2_version_row *row, int32 *newest);

/*
 * Whether argument 0 of one of our functions is declared as a regclass.  By the catalog: a call by
 * the protocol's function call message has no expression that would know.
 */
extern bool l2_takes_regclass(Oid function);

#endif
