/*
 * row_state.h: states of aggregates over l2_rows, for those that add rows to them.
 */
#ifndef L2_ROW_STATE_H
#define L2_ROW_STATE_H

#include "gram/gram_state.h"
#include "gram/state.h"
#include "record/record_reader.h"

/* Adds the row of the arguments to a state; false where it is to be skipped */
typedef bool (*l2_row_state_add)(FunctionCallInfo fcinfo, const l2_shape *sh, l2_state *state);

/* A transition function of that shape, whose rows are added so */
extern Datum l2_row_state_accumulate(FunctionCallInfo fcinfo, const l2_shape *sh,
									 l2_row_state_add add);

/*
 * Reads the row of the arguments, and y; NULL where it is to be skipped, and an error unless it has
 * the attributes of those before.  Behind the numbers of its attributes are as many more, of those
 * names, which whoever adds it works out; weighted: rows bring weights.
 */
extern l2_record_reader *l2_row_state_read(FunctionCallInfo fcinfo, const l2_shape *sh,
										   l2_state *state, bool weighted, int more,
										   const char *const *names, l2_row_of_y *y);

#endif
