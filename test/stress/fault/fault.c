/*
 * fault.c: the module's calls of the server fail on demand.
 *
 * make build/l2reg_fault.so links this with the module's own objects.  Each function of the server
 * that they call and that may fail (test/stress/fault/calls.sh) goes by a counter first, by ld's --wrap and a
 * few instructions a function; the call for which it comes to nothing raises "out of memory"
 * instead.  SET fault.after = 7 lets the seventh fail; parallel workers get the same setting, and
 * count for themselves.  SHOW fault.after tells how many are still to come, 0 after the failure.
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"

#ifndef __x86_64__
#error "for x86-64 alone: see fault.S"
#endif

#pragma GCC visibility push(hidden)
extern int64 l2_fault_left;
extern void l2_fault(const char *name) __attribute__((noreturn));
#pragma GCC visibility pop

int64 l2_fault_left;
static int after;

void
l2_fault(const char *name)
{
	ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
					errdetail("Injected into call %d, of %s.", after, name)));
}

static void
assign_after(int newval, void *extra)
{
	l2_fault_left = newval;
}

static const char *
show_after(void)
{
	static char left[32];

	snprintf(left, sizeof left, "%d", (int) Max(l2_fault_left, 0));
	return left;
}

__attribute__((constructor)) static void
define_setting(void)
{
	DefineCustomIntVariable("fault.after", "Which call of the server from now on fails.", NULL,
							&after, 0, 0, INT_MAX, PGC_USERSET, 0, NULL, assign_after, show_after);
}
