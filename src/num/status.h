/*
 * status.h: the reasons a numeric routine can give.
 *
 * Nothing under src/num reports an error itself: a routine returns one of these, and
 * src/status.c turns it into a PostgreSQL error with SQLSTATE, detail and hint.
 */
#ifndef L2N_STATUS_H
#define L2N_STATUS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum l2n_status
{
	L2N_OK = 0,
	L2N_INTERRUPTED,      /* the poll callback asked to stop */
	L2N_NOT_POSITIVE,     /* a matrix that must be positive definite is not */
	L2N_ILL_CONDITIONED,  /* the fast path cannot answer to full accuracy: take the slow one */
	L2N_SINGULAR_PENALTY, /* penalised, and still singular */
	L2N_NO_ROWS,          /* nothing to solve */
	L2N_OUT_OF_RANGE,     /* a result does not fit a double */
	L2N_TOO_MANY_ROWS,    /* a count does not fit 64 bits */
	L2N_NOT_A_PART,       /* subtracting rows that were never added */
	L2N_SHAPE,            /* two values with another number of columns */
} l2n_status;

/*
 * Called every few milliseconds by the long loops; true asks them to stop with
 * L2N_INTERRUPTED.  It may also longjmp away: no routine here owns anything.
 */
typedef bool (*l2n_poll)(void *arg);

#endif
