/*
 * progress.h: what long work is at, for other sessions (view l2_progress) and, with l2reg.progress
 * on, as NOTICEs.
 *
 * A backend tells it in the fields that PostgreSQL has for the progress of its own commands, under
 * a number that none of them has: they take no shared memory of ours, and an error clears them with
 * everything else.  While one of those commands runs (COPY, CREATE INDEX) nothing is told.
 */
#ifndef L2_PROGRESS_H
#define L2_PROGRESS_H

#include "base/l2reg.h"

/* In progress.c as words */
typedef enum l2_phase
{
	L2_PHASE_WAITING = 1, /* for another session that trains the same model */
	L2_PHASE_READING,     /* rows of the source */
	L2_PHASE_BUCKETS,     /* rows of some buckets */
	L2_PHASE_CHANGES,     /* adding them up */
	L2_PHASE_FITTING,     /* rows held in memory or in a file; a pass is a step of the solver */
	L2_PHASE_PATH,        /* a pass is a penalty */
	L2_PHASE_CV           /* a pass is a fit of one penalty without one fold */
} l2_phase;

/*
 * From here on the work is that command's; false where it is part of other work, whose name stays.
 * Give the result to l2_progress_end.
 */
extern bool l2_progress_begin(const char *command, const char *model, Oid relation);
extern void l2_progress_end(bool began);

/* Passes that there will be, and rows in a pass: 0 where that is not known */
extern void l2_progress_phase(l2_phase phase, int64 passes, int64 rows);

/* The number of the pass that begins, from 1, or of those that are done */
extern void l2_progress_pass(int64 pass);

/* A step of the solver begins: a pass, where the phase is L2_PHASE_FITTING */
extern void l2_progress_step(void);

/* So many more rows of this pass have been read, by this process or by a worker */
extern void l2_progress_rows(int n);

/* For those who see one row at a time */
static inline void
l2_progress_row(void)
{
	static unsigned seen = 0;

	if (unlikely((++seen & 255) == 0))
		l2_progress_rows(256);
}

#endif
