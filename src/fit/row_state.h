/*
 * row_state.h: states of aggregates over l2_rows, for those that add rows to them.
 */
#ifndef L2_ROW_STATE_H
#define L2_ROW_STATE_H

#include "gram/gram_state.h"
#include "gram/state.h"
#include "record/record_reader.h"

/* Argument 0 of a transition function of that shape: the state to add a row to */
extern l2_state *l2_row_state_argument(FunctionCallInfo fcinfo, const l2_shape *sh);

/*
 * How a row is read that is added to the state: an error unless it has the attributes of those
 * before.  Behind the numbers of its attributes are as many more, of those names, which whoever
 * adds it works out; weighted: rows bring weights.
 */
extern l2_record_reader *l2_row_state_reader(l2_state *state, const l2_row *row, bool weighted,
											 int more, const char *const *names);

#endif
