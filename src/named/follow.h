/*
 * follow.h: what a model remembers of the source that it follows, and what has changed there.
 *
 * Both are in tables of the extension, on which nobody has a right, and which are not dumped:
 * _l2_followed has a row a model, _l2_change one for each thing that happened, in one of the tables
 * that inherit it.  They are written and read here only, past rights and the executor.  A row of
 * the first goes with one version of the model by a random token that both have; without it, in a
 * database that was restored, the source must be read anew.
 */
#ifndef L2_FOLLOW_H
#define L2_FOLLOW_H

#include "gram/gram.h"
#include "gram/sparse.h"
#include "named/version.h"
#include "record/terms.h"

#include "executor/tuptable.h"
#include "utils/timestamp.h"

/* The columns of _l2_followed */
typedef enum l2_followed_column
{
	L2_F_MODEL,
	L2_F_TOKEN,
	L2_F_KEY,
	L2_F_SOURCE,
	L2_F_BUCKETS,
	L2_F_RELATIONS,
	L2_F_STATE,
	L2_F_USED,
	L2_F_EXPRESSIONS,
	L2_F_WEIGHTED,
	L2_F_INPUTS,
	L2_F_INPUT_TYPES,
	L2_F_RECORDS,
	L2_F_GRAM_OPTIONS,
	L2_F_FOLDS,
	L2_F_TIME_COLUMN,
	L2_F_BUCKET,
	L2_F_TARGET,
	L2_F_FEATURES,
	L2_F_RECIPE,
	L2_F_METHOD,
	L2_F_STRENGTH,
	L2_F_BY_CV,
	L2_F_L1_RATIO,
	L2_F_FIT_OPTIONS,
	L2_F_FOLD,
	L2_F_FOLD_IS_ROW,
	L2_F_COLUMNS,
} l2_followed_column;

/* A row of _l2_followed */
typedef struct l2_followed
{
	Oid model;
	char *token;
	int64 key;   /* that the changes which count have too; its last bits say in which table */
	Oid source;  /* InvalidOid where no statements are followed, only marks kept */
	Oid buckets; /* the table of grams */
	int n_relations;
	Oid *relation;
	int n_state;
	char **state; /* see state.c */
	int n_used;
	char **used;       /* columns of the source that matter */
	int n_expressions; /* target, features, and the weight if there is one */
	char **expression;
	bool weighted;
	int n_inputs;
	char **input;
	Oid *input_type; /* built-in ones */
	bool records;    /* grams are those of records, with names and levels */
	char *gram_options;
	int folds;  /* 0: none */
	int n_fold; /* expressions of the key that rows are dealt to folds by; 0: none */
	char **fold;
	bool fold_is_row;
	char *time_column; /* NULL for a live model */
	Interval *bucket;
	const char *wrong; /* why the row can be of no model: a reason to read the source anew; NULL */
	Datum value[L2_F_COLUMNS];
	bool null[L2_F_COLUMNS];
} l2_followed;

/* Whether rows are dealt to folds by a key, and not by their values */
static inline bool
l2_followed_is_keyed(const l2_followed *f)
{
	return f->n_fold > 0 && f->folds > 1;
}

/* What a row of numbers is noted by: those, and its fold where a key says it */
static inline int
l2_followed_numbers(const l2_followed *f)
{
	return f->n_expressions + (l2_followed_is_keyed(f) ? 1 : 0);
}

/* The row of a model as the snapshot sees it, in the current memory context; NULL for none */
extern l2_followed *l2_followed_read(Oid model, Oid schema, Snapshot snapshot);

/* Error unless the current user is the model's owner or may become him */
extern void l2_follow_check_owner(Oid model);

/*
 * Do work in a subtransaction.  What it gives back: NULL, or the error that undid it, a copy in the
 * current memory context; an error that is no matter of the work itself, as a cancellation or want
 * of memory, is passed on.
 */
extern ErrorData *l2_follow_try(void (*work)(void *), void *arg);

/* The type that tables of grams are of */
extern Oid l2_bucket_type(Oid schema);

/*
 * A table of grams, by its columns.  It is its owner's, who may have done anything to it: a digest
 * of the rows, which is kept with the version that they belong to, tells.
 */
typedef struct l2_bucket_table
{
	Relation relation;
	AttrNumber version;
	AttrNumber bucket;
	AttrNumber rows;
	AttrNumber grams;
} l2_bucket_table;

/* Opened, if it is one; the lock is kept */
extern bool l2_bucket_open(l2_bucket_table *t, Oid relation, Oid schema);

/* A digest of rows, from that of none, 0: they may come in any order */
extern uint64 l2_bucket_digest(uint64 digest, const l2_bucket_table *t, TupleTableSlot *row);
extern char *l2_bucket_digest_text(uint64 digest);

/*
 * The model that a trigger of a relation is for; InvalidOid for none.  The trigger depends on it,
 * automatically, and so goes with it: of all triggers on other relations only ours do.
 */
extern Oid l2_follow_model_of(Oid trigger, Oid relation);

/* A table of the extension, opened */
extern Relation l2_follow_open(Oid schema, const char *name, LOCKMODE mode);

/*
 * state.c: the relations that a model reads, as the catalogs have them
 */

/* The state now, as strings; and the relations, those that are gone left out */
extern List *l2_state_of(Oid model, Oid schema, Oid source, char **used, int n_used,
						 List **relations);

/*
 * Why what is remembered does not hold any more; NULL where it does.  Looked up again only after
 * something has changed.  may_be_emptied: a TRUNCATE that was noted is no reason.  In the current
 * memory context.
 */
extern char *l2_state_reason(const l2_followed *f, Oid schema, bool may_be_emptied);

/* The one reason that a refresh does not heal, since it reads the source by its name */
#define L2_STATE_NO_SOURCE "The source was renamed, or is gone."

/* Whether the owner of a model may read all of a relation, whoever belongs to it */
extern bool l2_state_may_read(Oid owner, Oid relation);

/*
 * changes.c
 */

/* The columns of _l2_change, which every statement on a source pays for */
typedef enum l2_change_column
{
	L2_C_KEY,
	L2_C_ROWS, /* NULL: none more and none fewer */
	L2_C_MODEL,
	L2_C_EMPTIED,
	L2_C_NUMBERS, /* see l2_change_set_numbers */
	L2_C_ADDED,
	L2_C_REMOVED,
	L2_C_BUCKET,
	L2_C_UNTIL,
	L2_C_REASON,
	L2_C_COLUMNS,
} l2_change_column;

typedef struct l2_change
{
	ItemPointerData tid;
	Datum value[L2_C_COLUMNS];
	bool null[L2_C_COLUMNS];
} l2_change;

/* One that says nothing yet */
extern l2_change l2_change_make(const l2_followed *f);
extern void l2_change_set(l2_change *c, l2_change_column column, Datum value);
extern void l2_change_set_rows(l2_change *c, int64 rows);
extern int64 l2_change_rows(const l2_change *c);

/*
 * A single row of n finite numbers, target, features and weight, that came, and one that went; NULL
 * for none.  Where they are the same there is nothing to say.
 */
extern void l2_change_set_numbers(l2_change *c, const double *came, const double *went, int n);

/* The one, or the other, again; false where there is none */
extern bool l2_change_numbers(const l2_change *c, bool went, double *number, int n);

/* Visible to the commands after the one at hand */
extern void l2_change_write(Oid schema, l2_change *c);

/* All of a model that the snapshot sees, in memory of the current context, as l2_change * */
extern List *l2_change_list(const l2_followed *f, Oid schema, Snapshot snapshot);

/* Until the transaction ends the changes of a model stay where they are */
extern void l2_change_hold(const l2_followed *f, Oid schema);

/*
 * A new key for what happens from now on: of the table that the model's changes are in already, or
 * of the one that the fewest models of _l2_followed have; old: NULL for none
 */
extern int64 l2_change_new_key(Relation followed, const l2_followed *old);

/* Where they are, as tid[] */
extern Datum l2_change_ids(List *changes);

/* Take all of a model away, whatever its key was */
extern void l2_change_forget(Oid model, Oid schema);

/* The reason of the first that has one; NULL */
extern const char *l2_change_reason(List *changes);

/*
 * tally.c: grams of rows that came or went
 */

typedef struct l2_tally l2_tally;

/* How a relation's rows are read for a model, in the current memory context */
typedef struct l2_row_reader l2_row_reader;
extern l2_row_reader *l2_row_reader_make(const l2_followed *f, TupleDesc desc, Oid type);

/* Whether all is numbers, which may be kept as they are */
extern bool l2_row_reader_numeric(const l2_row_reader *r);

/* Whether reading a row can neither fail nor take anything but a little memory */
extern bool l2_row_reader_harmless(const l2_row_reader *r);

/* The row of a slot: false where it is one that is skipped */
extern bool l2_row_reader_read(l2_row_reader *r, TupleTableSlot *slot);

/*
 * Target, features, weight and fold, n in all, of the row that was read last, until another is;
 * NULL where one that is not NULL is not finite
 */
extern const double *l2_row_reader_numbers(const l2_row_reader *r, int *n);

extern l2_tally *l2_tally_make(const l2_followed *f, int n, const l2_sparse_attribute *feature);
extern const l2_sparse_attribute *l2_row_reader_features(const l2_row_reader *r, int *n);

/* Add the row that was read last */
extern void l2_tally_add(l2_tally *t, const l2_row_reader *r);

/* Add n numbers that were kept: target, features, weight, fold */
extern void l2_tally_add_numbers(l2_tally *t, const double *number, int n);

/* The grams, one a fold, some of them NULL; NULL where no row was usable */
extern l2_gram **l2_tally_grams(l2_tally *t, int *n);

/* As an array of the extension's type l2_gram */
extern Datum l2_gram_array(l2_gram **g, int n, Oid schema);

/*
 * live.c
 */

/*
 * The model that an active version stands for: stored is of the row, or what its source makes of it
 * now.  A WARNING where that is not known.
 */
extern l2_model *l2_live_model(const l2_version_table *table, const l2_version_row *row,
							   int32 newest, Oid schema);

#endif
