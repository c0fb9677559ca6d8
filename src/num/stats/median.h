/*
 * median.h: the median of weighted values.
 */
#ifndef L2N_MEDIAN_H
#define L2N_MEDIAN_H

#include "num/status.h"

/*
 * The value with half of the weight on either side; where the weight up to a value is just half,
 * the mean of it and the next one, so that equal weights give what no weights do.  weight may be
 * NULL; else all are > 0.  n > 0.  Both arrays are permuted.  L2N_OUT_OF_RANGE where there are
 * values or weights that are no numbers.
 */
l2n_status l2n_median(size_t n, double *value, double *weight, double *median, l2n_poll poll,
					  void *poll_arg);

#endif
